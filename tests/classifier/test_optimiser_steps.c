/* Many steps of each optimiser in long double, on every instruction set: gradients from 1e-30 to 1e15, zeros, signs that turn, lengths around
 * those of vectors; and every schedule at every step. */
#include "classifier/optimiser.h"
#include "numeric/philox.h"
#include "support/support.h"

enum { MOST = 133, STEPS = 40 };

static const char *const kernel_names[3] = { "generic", "x86-64-v3", "x86-64-v4" };

typedef struct exact {
  long double x[MOST], m[MOST], v[MOST];
} exact;

static void exact_step(exact *e, int rule, double momentum, double rate, int step, const float *gradient,
                       size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const long double g = (long double)gradient[i], r = (long double)rate;
    if (rule == FAIRU_OPTIMISER_ADAM) {
      e->m[i] = 0.9L * e->m[i] + 0.1L * g;
      e->v[i] = 0.999L * e->v[i] + 0.001L * g * g;
      const long double m = e->m[i] / (1.0L - powl(0.9L, (long double)step)),
                        v = e->v[i] / (1.0L - powl(0.999L, (long double)step));
      e->x[i] -= r * m / (sqrtl(v) + 1e-8L);
    } else if (rule == FAIRU_OPTIMISER_RMSPROP) {
      e->v[i] = 0.9L * e->v[i] + 0.1L * g * g;
      e->x[i] -= r * g / (sqrtl(e->v[i]) + 1e-7L);
    } else {
      e->m[i] = (long double)momentum * e->m[i] - r * g;
      e->x[i] += e->m[i];
    }
  }
}

/* Size of the gradient of a parameter: decades apart, so that each is in a regime of its own. */
static double size_of(size_t i)
{
  static const double sizes[7] = { 1.0, 1e-8, 1e-30, 1e15, 3e-4, 0.0, 200.0 };
  return sizes[i % 7];
}

static void every_rule_is_its_formula(void **state)
{
  (void)state;
  static float first[MOST], second[MOST], x[MOST], gradient[MOST];
  static exact e;
  const size_t lengths[] = { 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, MOST };
  fairu_context *ctx = support_context();
  for (int kernel = 0; kernel < 3; kernel++) {
    if (fairu_context_set_kernel(ctx, kernel_names[kernel]) != FAIRU_OK)
      continue; /* not on this machine */
    for (int rule = FAIRU_OPTIMISER_ADAM; rule <= FAIRU_OPTIMISER_RMSPROP; rule++)
      for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
        const size_t n = lengths[l];
        const double rate = 1e-2, momentum = 0.7;
        fairu_philox rng = fairu_philox__start(l, FAIRU_STREAM_USER, 0, 3);
        fairu_optimiser_state s = { rule, momentum, n, first, second, 0, fairu_kernels__of(ctx) };
        memset(first, 0, sizeof first);
        memset(second, 0, sizeof second);
        memset(&e, 0, sizeof e);
        for (size_t i = 0; i < MOST; i++)
          e.x[i] = (long double)(x[i] = (float)fairu_philox__normal(&rng));
        for (int step = 1; step <= STEPS; step++) {
          for (size_t i = 0; i < n; i++)
            gradient[i] = (float)(size_of(i) * (1.0 + 0.5 * fairu_philox__normal(&rng)));
          fairu_optimiser__step(&s, rate, gradient, x);
          exact_step(&e, rule, momentum, rate, step, gradient, n);
          assert_int_equal(s.steps, step);
        }
        for (size_t i = 0; i < MOST; i++) { /* what is behind the end stays */
          const double wanted = (double)e.x[i],
                       moved = 0.01 * STEPS * (rule == FAIRU_OPTIMISER_SGD ? size_of(i) / 0.3 : 1.0);
          CHECK_NEAR((double)x[i], wanted, 2e-6 * (1.0 + moved));
        }
      }
  }
  fairu_context_destroy(ctx);
}

/* Every instruction set gives the same bits in the rules that are scalar, and nearly so in Adam, whose sums may be fused. */
static void instruction_sets_agree(void **state)
{
  (void)state;
  static float x[3][MOST];
  fairu_context *ctx = support_context();
  for (int rule = FAIRU_OPTIMISER_ADAM; rule <= FAIRU_OPTIMISER_RMSPROP; rule++) {
    int there[3];
    for (int kernel = 0; kernel < 3; kernel++) {
      static float first[MOST], second[MOST], gradient[MOST];
      fairu_philox rng = fairu_philox__start(9, FAIRU_STREAM_USER, 0, 4);
      there[kernel] = fairu_context_set_kernel(ctx, kernel_names[kernel]) == FAIRU_OK;
      fairu_optimiser_state s = { rule, 0.9, MOST, first, second, 0, fairu_kernels__of(ctx) };
      memset(first, 0, sizeof first);
      memset(second, 0, sizeof second);
      memset(x[kernel], 0, sizeof x[kernel]);
      for (int step = 0; step < STEPS; step++) {
        for (size_t i = 0; i < MOST; i++)
          gradient[i] = (float)fairu_philox__normal(&rng);
        fairu_optimiser__step(&s, 0.01, gradient, x[kernel]);
      }
    }
    for (int kernel = 1; kernel < 3; kernel++)
      for (size_t i = 0; there[kernel] && i < MOST; i++)
        CHECK_NEAR((double)x[kernel][i], (double)x[0][i], rule == FAIRU_OPTIMISER_ADAM ? 1e-6 : 0.0);
  }
  fairu_context_destroy(ctx);
}

/* Of all lengths: the rate falls, begins at the full one, and the share of steps at each level is as told. */
static void schedules_at_every_step(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_training_options o;
  CHECK_OK(ctx, fairu_training_options_init(&o, sizeof o));
  o.learning_rate = 0.3;
  o.final_rate = 0.125;
  for (uint64_t total = 1; total <= 60; total++)
    for (o.schedule = FAIRU_SCHEDULE_CONSTANT; o.schedule <= FAIRU_SCHEDULE_STEP; o.schedule++) {
      double last = HUGE_VAL;
      for (uint64_t step = 0; step < total; step++) {
        const double rate = fairu_schedule__rate(&o, step, total);
        /* in whole numbers: step / total < 3 / 5 and < 4 / 5 */
        const double level = 5 * step < 3 * total ? 1.0 : 5 * step < 4 * total ? 5.0 : 25.0;
        const double half = sin(acos(-1.0) * (double)step / (double)total / 2.0);
        const double wanted = o.schedule == FAIRU_SCHEDULE_CONSTANT ? 0.3
                              : o.schedule == FAIRU_SCHEDULE_STEP   ? 0.3 / level
                                                                    : 0.3 - 0.3 * 0.875 * half * half;
        CHECK_CLOSE(rate, wanted, 1e-13);
        assert_true(rate <= last && (step > 0 || rate == 0.3));
        last = rate;
      }
    }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_rule_is_its_formula),
    cmocka_unit_test(instruction_sets_agree),
    cmocka_unit_test(schedules_at_every_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
