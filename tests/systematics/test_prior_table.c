/* Tables of densities, deep valleys and high peaks among them: the integral against Simpson's rule on a fine grid, its inverse against the integral, and
 * the order of both. */
#include "support/draws.h"
#include "support/support.h"

#include "numeric/spline.h"
#include "systematics/prior_table.h"

enum { MOST = 12, STEPS = 4000 };

typedef struct table {
  size_t n;
  double z[MOST], density[MOST], log_density[MOST], moments[MOST];
  fairu_nuisance nuisance;
} table;

/* Logarithms differ by up to `depth` from point to point. */
static void draw_table(draws *d, table *t, double depth)
{
  double work[4 * MOST];
  t->n = 4 + draw_below(d, MOST - 3);
  for (size_t i = 0; i < t->n; i++) {
    t->z[i] = i > 0 ? t->z[i - 1] + draw_between(d, 0.2, 1.0) : draw_between(d, -3.0, 0.0);
    t->log_density[i] = draw_between(d, -depth, 0.0);
    t->density[i] = exp(t->log_density[i]);
  }
  double peak = -HUGE_VAL;
  for (size_t i = 0; i < t->n; i++)
    peak = fmax(peak, log(t->density[i]));
  for (size_t i = 0; i < t->n; i++)
    t->log_density[i] = log(t->density[i]) - peak; /* the library scales by the largest */
  fairu_spline__moments(t->z, t->n, t->log_density, 1, t->moments, 1, work);
  assert_int_equal(fairu_nuisance_init(&t->nuisance, sizeof t->nuisance), FAIRU_OK);
  t->nuisance.name = "made";
  t->nuisance.prior = FAIRU_PRIOR_TABULATED;
  t->nuisance.table_z = t->z;
  t->nuisance.table_density = t->density;
  t->nuisance.n_table = t->n;
}

static double density_at(const table *t, double z)
{
  double value[3];
  const size_t i = fairu_spline__find(t->z, t->n, z);
  fairu_spline__evaluate(t->z[i], t->z[i + 1], t->log_density[i], t->log_density[i + 1], t->moments[i],
                         t->moments[i + 1], z, value);
  return exp(value[0]);
}

/* Within one interval, by Simpson. */
static double simpson(const table *t, double from, double to)
{
  const double h = (to - from) / STEPS;
  double sum = density_at(t, from) + density_at(t, to);
  for (int k = 1; k < STEPS; k++)
    sum += (k % 2 ? 4.0 : 2.0) * density_at(t, from + h * k);
  return sum * h / 3.0;
}

static double integral_by_hand(const table *t, double z)
{
  double sum = 0.0;
  for (size_t i = 0; i + 1 < t->n && t->z[i] < z; i++)
    sum += simpson(t, t->z[i], fmin(z, t->z[i + 1]));
  return sum;
}

static void integrals_are_those_of_a_fine_grid(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 171 };
  for (int round = 0; round < 60; round++) {
    table t;
    fairu_prior_table prior;
    draw_table(&d, &t, round % 2 ? 3.0 : 12.0);
    const fairu_mark mark = fairu_context__mark(ctx);
    CHECK_OK(ctx, fairu_prior_table__make(&prior, ctx, &t.nuisance));
    const double all = integral_by_hand(&t, t.z[t.n - 1]);
    CHECK_CLOSE(fairu_prior_table__integral(&prior, t.z[t.n - 1]), all, 1e-10);
    assert_true(fairu_prior_table__integral(&prior, t.z[0]) == 0.0);
    assert_true(fairu_prior_table__integral(&prior, t.z[0] - 1.0) == 0.0);
    assert_true(fairu_prior_table__integral(&prior, t.z[t.n - 1] + 1.0) ==
                fairu_prior_table__integral(&prior, t.z[t.n - 1]));
    for (int k = 0; k < 5; k++) {
      const double z = draw_between(&d, t.z[0], t.z[t.n - 1]);
      CHECK_NEAR(fairu_prior_table__integral(&prior, z), integral_by_hand(&t, z), 1e-10 * all);
    }
    fairu_context__release(ctx, mark);
  }
  fairu_context_destroy(ctx);
}

/* From the integral back to z: never outside, never out of order, and where there is density to the point. In a valley of density 0 any z of it
 * will do. */
static void the_inverse_goes_back(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 172 };
  for (int round = 0; round < 300; round++) {
    static const double depths[] = { 1.0, 10.0, 100.0, 600.0 };
    table t;
    fairu_prior_table prior;
    draw_table(&d, &t, depths[round % 4]);
    const fairu_mark mark = fairu_context__mark(ctx);
    const int status = fairu_prior_table__make(&prior, ctx, &t.nuisance);
    if (status == FAIRU_ERR_RANGE) { /* a spline through such steps may overflow in between */
      CHECK_SAYS(ctx, "nuisance made: the density overflows between points of its table");
      assert_true(depths[round % 4] > 50.0);
      fairu_context__release(ctx, mark);
      continue;
    }
    CHECK_OK(ctx, status);
    const double all = fairu_prior_table__integral(&prior, t.z[t.n - 1]);
    double before = t.z[0];
    for (int k = 1; k < 200; k++) {
      const double wanted = all * (k + draw_unit(&d) - 0.5) / 200.0,
                   z = fairu_prior_table__inverse(&prior, wanted);
      assert_true(z >= before - 1e-9 && z <= t.z[t.n - 1]);
      CHECK_NEAR(fairu_prior_table__integral(&prior, z), wanted,
                 1e-12 * all + 1e-15 * fabs(z) * density_at(&t, z));
      before = z;
    }
    fairu_context__release(ctx, mark);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(integrals_are_those_of_a_fine_grid),
                                      cmocka_unit_test(the_inverse_goes_back) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
