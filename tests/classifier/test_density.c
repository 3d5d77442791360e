/* Conditional densities: closed forms, derivatives in double against central differences to 1e-6, float against double. */
#include "classifier/density.h"
#include "classifier/double_pass.h"
#include "numeric/philox.h"

double double_density_loss(const double_engine *engine, const fairu_density_form *form, const double *out,
                           const double *z, const double *weights, double *d_out, double *work);

#define DENSITY(name) double_density_##name
#include "classifier/density_body.h"

enum { MOST_OUTPUTS = 24 };

static const fairu_density_form forms[] = {
  { FAIRU_DENSITY_MIXTURE, 5 },  { FAIRU_DENSITY_MIXTURE, 1 },  { FAIRU_DENSITY_MIXTURE, 8 },
  { FAIRU_DENSITY_GAUSSIAN, 1 }, { FAIRU_DENSITY_DISCRETE, 2 }, { FAIRU_DENSITY_DISCRETE, 7 },
  { FAIRU_DENSITY_SQUARED, 1 },
};
enum { FORMS = sizeof forms / sizeof *forms };

typedef struct problem {
  fairu_density_form form;
  double out[MOST_OUTPUTS * FAIRU_LANES], z[FAIRU_LANES], weights[FAIRU_LANES];
} problem;

/* Signed weights, a few empty lanes; numbers that float holds. */
static void make_problem(problem *p, fairu_density_form form, uint64_t seed, double size)
{
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 5);
  p->form = form;
  for (size_t i = 0; i < fairu_density__n_outputs(&form) * FAIRU_LANES; i++)
    p->out[i] = (double)(float)(size * fairu_philox__normal(&rng));
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    p->z[lane] = form.kind == FAIRU_DENSITY_DISCRETE ? (double)fairu_philox__below(&rng, form.n)
                                                     : (double)(float)fairu_philox__normal(&rng);
    p->weights[lane] = lane > 60 ? 0.0 : (double)(float)(fairu_philox__normal(&rng) + 1.0);
  }
}

static double loss_of(const problem *p, const double *out, double *d_out)
{
  static double work[MOST_OUTPUTS * FAIRU_LANES];
  return double_density_loss(&in_double, &p->form, out, p->z, p->weights, d_out, work);
}

/* ---- derivatives ---------------------------------------------------------------------------------------- */

static double difference(const problem *p, size_t i, double h)
{
  static double moved[MOST_OUTPUTS * FAIRU_LANES], d_out[MOST_OUTPUTS * FAIRU_LANES];
  memcpy(moved, p->out, sizeof moved);
  moved[i] = p->out[i] + h;
  const double up = loss_of(p, moved, d_out);
  moved[i] = p->out[i] - h;
  return (up - loss_of(p, moved, d_out)) / (2.0 * h);
}

static void every_derivative_equals_differences(void **state)
{
  static problem p;
  static double d_out[MOST_OUTPUTS * FAIRU_LANES];
  (void)state;
  for (size_t f = 0; f < FORMS; f++)
    for (uint64_t seed = 1; seed <= 3; seed++) {
      make_problem(&p, forms[f], seed, 0.7);
      loss_of(&p, p.out, d_out);
      for (size_t i = 0; i < fairu_density__n_outputs(&p.form) * FAIRU_LANES; i++) {
        const double h = 2e-4, far = difference(&p, i, h), near = difference(&p, i, h / 2.0);
        const double wanted = (4.0 * near - far) / 3.0; /* Richardson takes the h^2 term away */
        CHECK_NEAR(d_out[i], wanted, 1e-6 * fabs(wanted) + 1e-9);
      }
    }
}

/* ---- closed forms --------------------------------------------------------------------------------------- */

static double half_log_2pi(void)
{
  return 0.5 * log(8.0 * atan(1.0));
}

static void one_lane(problem *p, double z)
{
  memset(p->z, 0, sizeof p->z);
  memset(p->weights, 0, sizeof p->weights);
  p->z[3] = z;
  p->weights[3] = 2.0;
}

static void densities_are_what_they_say(void **state)
{
  static problem p;
  static double d[MOST_OUTPUTS * FAIRU_LANES];
  const double mean = 0.3, log_width = -0.4, z = 1.1, width = exp(log_width);
  const double normal = half_log_2pi() + log_width + 0.5 * (z - mean) * (z - mean) / (width * width);
  (void)state;
  memset(&p, 0, sizeof p);
  one_lane(&p, z);
  p.form = (fairu_density_form){ FAIRU_DENSITY_GAUSSIAN, 1 };
  p.out[3] = mean;
  p.out[FAIRU_LANES + 3] = log_width;
  CHECK_CLOSE(loss_of(&p, p.out, d), 2.0 * normal, 1e-14);
  p.form = (fairu_density_form){ FAIRU_DENSITY_SQUARED, 1 };
  CHECK_CLOSE(loss_of(&p, p.out, d), 2.0 * (z - mean) * (z - mean), 1e-14);
  p.form = (fairu_density_form){ FAIRU_DENSITY_MIXTURE,
                                 5 }; /* five times the same Gaussian, whatever the weights */
  for (size_t k = 0; k < 5; k++) {
    p.out[k * FAIRU_LANES + 3] = mean;
    p.out[(5 + k) * FAIRU_LANES + 3] = log_width;
    p.out[(10 + k) * FAIRU_LANES + 3] = (double)k;
  }
  CHECK_CLOSE(loss_of(&p, p.out, d), 2.0 * normal, 1e-14);
  p.form = (fairu_density_form){ FAIRU_DENSITY_DISCRETE, 7 };
  p.z[3] = 4.0;
  for (size_t k = 0; k < 7; k++)
    p.out[k * FAIRU_LANES + 3] = 1.5;
  CHECK_CLOSE(loss_of(&p, p.out, d), 2.0 * log(7.0), 1e-14);
}

/* A density integrates to 1 over z: the trapezoidal rule on a wide grid is exact to rounding. */
static void mixtures_are_normalised(void **state)
{
  static problem p;
  static double d[MOST_OUTPUTS * FAIRU_LANES];
  const double step = 0.01;
  (void)state;
  make_problem(&p, forms[0], 9, 0.5);
  double integral = 0.0;
  for (double z = -30.0; z < 30.0; z += step) {
    one_lane(&p, z);
    integral += step * exp(-0.5 * loss_of(&p, p.out, d));
  }
  CHECK_CLOSE(integral, 1.0, 1e-10);
}

static void units_are_put_back(void **state)
{
  (void)state;
  const double gaussian = 0.5 + half_log_2pi();
  CHECK_NEAR(gaussian, 1.418939, 5e-7);
  for (size_t f = 0; f < FORMS; f++) {
    const double here = fairu_density__in_units(&forms[f], gaussian, 3.0);
    const double wanted = forms[f].kind == FAIRU_DENSITY_DISCRETE  ? gaussian
                          : forms[f].kind == FAIRU_DENSITY_SQUARED ? 9.0 * gaussian
                                                                   : gaussian + log(3.0);
    CHECK_CLOSE(here, wanted, 1e-15);
  }
}

/* ---- float ---------------------------------------------------------------------------------------------- */

typedef struct float_problem {
  float out[MOST_OUTPUTS * FAIRU_LANES], z[FAIRU_LANES], weights[FAIRU_LANES];
  float d_out[MOST_OUTPUTS * FAIRU_LANES], work[MOST_OUTPUTS * FAIRU_LANES];
} float_problem;

static double float_loss(fairu_context *ctx, const problem *p, float_problem *f)
{
  const fairu_engine engine = fairu_engine__of(ctx);
  for (size_t i = 0; i < MOST_OUTPUTS * FAIRU_LANES; i++)
    f->out[i] = (float)p->out[i];
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    f->z[lane] = (float)p->z[lane];
    f->weights[lane] = (float)p->weights[lane];
  }
  return fairu_density__loss(&engine, &p->form, f->out, f->z, f->weights, f->d_out, f->work);
}

/* Squares of pulls of size 20 carry 400 times the rounding of float; sums over 8 components. */
static void float_equals_double(void **state)
{
  const char *const kernels[] = { "generic", "x86-64-v3", "x86-64-v4" };
  static problem p;
  static float_problem f;
  static double d[MOST_OUTPUTS * FAIRU_LANES];
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < 3; k++) {
    if (fairu_context_set_kernel(ctx, kernels[k]) != FAIRU_OK)
      continue;
    for (size_t i = 0; i < FORMS; i++) {
      make_problem(&p, forms[i], 20 + i, 1.0);
      const double wanted = loss_of(&p, p.out, d);
      CHECK_NEAR(float_loss(ctx, &p, &f), wanted, 4e-6 * (fabs(wanted) + FAIRU_LANES));
      for (size_t o = 0; o < fairu_density__n_outputs(&p.form) * FAIRU_LANES; o++)
        CHECK_NEAR((double)f.d_out[o], d[o], 2e-5 * fabs(d[o]) + 2e-6);
    }
  }
  fairu_context_destroy(ctx);
}

/* Outputs far out: neither overflow nor NaN, and widths beyond their bounds can come back. */
static void extremes_are_finite(void **state)
{
  static problem p;
  static float_problem f;
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < FORMS; i++)
    for (double size = 10.0; size <= 1e4; size *= 10.0) {
      make_problem(&p, forms[i], 30 + i, size);
      assert_true(isfinite(float_loss(ctx, &p, &f)));
      for (size_t o = 0; o < fairu_density__n_outputs(&p.form) * FAIRU_LANES; o++)
        assert_true(isfinite((double)f.d_out[o]));
    }
  memset(&p, 0, sizeof p);
  p.form = (fairu_density_form){ FAIRU_DENSITY_GAUSSIAN, 1 };
  const double log_widths[4] = { -20.0, -20.0, 20.0, 20.0 }, z[4] = { 0.0, 1.0, 0.0, 1e5 };
  for (size_t lane = 0; lane < 4; lane++) {
    p.out[FAIRU_LANES + lane] = log_widths[lane];
    p.z[lane] = z[lane];
    p.weights[lane] = 1.0;
  }
  float_loss(ctx, &p, &f);
  assert_true(f.d_out[FAIRU_LANES] == 0.0F);    /* too narrow, would like to be narrower */
  assert_true(f.d_out[FAIRU_LANES + 1] < 0.0F); /* too narrow: a step down the gradient widens */
  assert_true(f.d_out[FAIRU_LANES + 2] > 0.0F); /* too wide: narrows */
  assert_true(f.d_out[FAIRU_LANES + 3] == 0.0F);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_derivative_equals_differences),
    cmocka_unit_test(densities_are_what_they_say),
    cmocka_unit_test(mixtures_are_normalised),
    cmocka_unit_test(units_are_put_back),
    cmocka_unit_test(float_equals_double),
    cmocka_unit_test(extremes_are_finite),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
