/* soft_met = exp(u): the shift at u is the shift at that soft_met, bit for bit; what cannot be is refused. */
#include "systematics/higgsml_events.h"
#include "systematics/made_events.h"

enum { N = 600 };

static double value(size_t i, size_t c)
{
  static const double row[N_PRIMARY] = { 40.5, 0.3,  1.1,  50.25, -0.7, -2.0, 61.0, 1.9,
                                         0.4,  33.0, -1.0, 2.9,   2.0,  94.0, 27.5, -0.9 };
  (void)i;
  return c < N_PRIMARY ? row[c] : 0.0;
}

static fairu_events *events_of(fairu_context *ctx)
{
  return made_events(ctx, N, names, N_COLUMNS, value);
}

static fairu_systematics *chain(fairu_context *ctx, int is_logarithm, int arithmetic, int generator)
{
  fairu_nuisance nuisance;
  fairu_higgsml_options options;
  fairu_systematics *sys = NULL;
  CHECK_OK(ctx, fairu_nuisance_init(&nuisance, sizeof nuisance));
  CHECK_OK(ctx, fairu_higgsml_options_init(&options, sizeof options));
  assert_null(options.log_soft_met);
  nuisance.name = "u";
  *(is_logarithm ? &options.log_soft_met : &options.soft_met) = "u";
  options.arithmetic = arithmetic;
  options.generator = generator;
  CHECK_OK(ctx, fairu_systematics_create(ctx, &nuisance, 1, &sys));
  CHECK_OK(ctx, fairu_systematics_add_higgsml(sys, ctx, &options));
  return sys;
}

static void check_same(fairu_context *ctx, const fairu_events *in, double u, double soft_met, int arithmetic,
                       int generator)
{
  fairu_systematics *a = chain(ctx, 1, arithmetic, generator), *b = chain(ctx, 0, arithmetic, generator);
  fairu_events *x = NULL, *y = NULL;
  CHECK_OK(ctx, fairu_systematics_apply(a, ctx, in, &u, 1, 5, NULL, &x));
  CHECK_OK(ctx, fairu_systematics_apply(b, ctx, in, &soft_met, 1, 5, NULL, &y));
  assert_true(fairu_events_n_events(x) == N && fairu_events_n_events(y) == N);
  for (size_t c = 0; c < N_COLUMNS; c++)
    for (size_t i = 0; i < N; i++)
      assert_true(number(x, c, i) == number(y, c, i));
  fairu_events_destroy(x);
  fairu_events_destroy(y);
  fairu_systematics_destroy(a);
  fairu_systematics_destroy(b);
}

static void the_logarithm_is_another_name_for_the_width(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = events_of(ctx);
  for (int arithmetic = 0; arithmetic < 2; arithmetic++)
    for (int generator = 0; generator < 2; generator++) {
      check_same(ctx, in, 0.0, 1.0, arithmetic, generator);
      check_same(ctx, in, -900.0, 0.0, arithmetic, generator); /* underflows: no smearing */
    }
  check_same(ctx, in, log(2.5), 2.5, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX); /* exp(ln 2.5) = 2.5 */
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

/* The mean of |MET' - MET|^2 is 2 exp(2 u); chi-squared with 2 N degrees of freedom, each of variance 2. */
static void the_width_is_the_exponential(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = events_of(ctx), *out = NULL;
  fairu_systematics *sys = chain(ctx, 1, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  const double u = 1.3;
  double sum = 0.0;
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, &u, 1, 5, NULL, &out));
  for (size_t i = 0; i < N; i++) {
    const double x = number(out, MET, i) * cos(number(out, MET_PHI, i)) - 27.5 * cos(0.9);
    const double y = number(out, MET, i) * sin(number(out, MET_PHI, i)) + 27.5 * sin(0.9);
    sum += (x * x + y * y) / exp(2.0 * u);
  }
  CHECK_NEAR(sum, 2.0 * N, 5.0 * sqrt(4.0 * N));
  fairu_events_destroy(out);
  fairu_events_destroy(in);
  fairu_systematics_destroy(sys);
  fairu_context_destroy(ctx);
}

static void wrong_choices_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = events_of(ctx), *out = NULL;
  fairu_systematics *sys = chain(ctx, 1, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  fairu_higgsml_options options;
  const double u = 800.0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_systematics_apply(sys, ctx, in, &u, 1, 5, NULL, &out));
  CHECK_SAYS(ctx, "z[0] (log_soft_met) is 800, too large for its exponential");
  CHECK_OK(ctx, fairu_higgsml_options_init(&options, sizeof options));
  options.soft_met = "u";
  options.log_soft_met = "u";
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_systematics_add_higgsml(sys, ctx, &options));
  CHECK_SAYS(ctx, "soft_met is \"u\" and log_soft_met is \"u\": one of them at a time");
  options.soft_met = NULL;
  options.log_soft_met = "v";
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_systematics_add_higgsml(sys, ctx, &options));
  CHECK_SAYS(ctx, "no nuisance \"v\"; there are: u");
  fairu_events_destroy(in);
  fairu_systematics_destroy(sys);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_logarithm_is_another_name_for_the_width),
    cmocka_unit_test(the_width_is_the_exponential),
    cmocka_unit_test(wrong_choices_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
