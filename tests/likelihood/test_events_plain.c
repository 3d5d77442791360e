/* Random event-wise models against their definition: values and derivatives, rows in another order, merged and left out, pools, densities made
 * to integrate to one, observed tables, toys, fits. */
#include "plain_events.h"

static const size_t row_counts[] = { 1, 7, 8, 9, 63, 255, 256, 257, 700, 2048, 2049 };
enum { SIZES = sizeof row_counts / sizeof *row_counts };

static pm_problem problem_of(const plain_events *e)
{
  pm_problem p = { .f = pe_nll, .data = e, .n = 1 + e->n_axes };
  p.scale[0] = 0.5L;
  p.upper[0] = 50.0L;
  for (size_t k = 0; k < e->n_axes; k++) {
    p.scale[1 + k] = 1.0L;
    p.lower[1 + k] = e->knots[k][0];
    p.upper[1 + k] = e->knots[k][e->n_knots[k] - 1];
  }
  return p;
}

static void check_point(fairu_context *ctx, const plain_events *e, const pe_made *m, const double *x)
{
  const pm_problem p = problem_of(e);
  pm_minimum wanted = { .value = 0.0L };
  double nll[2], gradient[PM_MOST], hessian[PM_MOST * PM_MOST], sum = 0.0;
  const double rows = 1.0 + (double)e->n_rows;
  for (size_t i = 0; i < p.n; i++)
    wanted.x[i] = x[i];
  for (size_t i = 0; i < e->n_rows; i++)
    sum += e->weights[i];
  pm_derivatives(&p, &wanted);
  CHECK_OK(ctx, fairu_likelihood_nll(m->likelihood, ctx, m->data, x, p.n, nll, gradient, hessian));
  CHECK_NEAR(nll[0] + nll[1], (double)wanted.value, 1e-13 * rows * log(rows + 10.0));
  CHECK_NEAR(nll[1], sum > 0.0 ? sum - sum * log(sum) : 0.0, 1e-12 * rows * log(rows + 10.0));
  for (size_t i = 0; i < p.n; i++) { /* steps of 1e-3: h^6, and rounding over h, over h^2 */
    CHECK_NEAR(gradient[i], (double)wanted.gradient[i], 1e-10 * rows);
    for (size_t j = 0; j < p.n; j++)
      CHECK_NEAR(hessian[i * p.n + j], (double)wanted.hessian[i * p.n + j], 1e-8 * rows);
  }
}

static void random_tables_are_their_definition(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 11 };
  for (size_t s = 0; s < SIZES; s++) {
    double x[1 + PE_AXES];
    plain_events *e = pe_draw(&d, row_counts[s] > 300 ? 1 : 1 + s % 2, row_counts[s]);
    pe_made m = pe_create(ctx, e);
    for (int i = 0; i < (e->n_rows > 300 ? 1 : 3); i++) {
      pe_draw_point(&d, e, x);
      check_point(ctx, e, &m, x);
    }
    pe_destroy(&m);
    free(e);
  }
  fairu_context_destroy(ctx);
}

/* Rows of a table through the public function, any part of them, with derivatives along each axis and none across. */
static void rows_are_their_splines(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 12 };
  enum { rows = 31, axes = 2 };
  for (int t = 0; t < 20; t++) {
    plain_events *e = pe_draw(&d, axes, rows);
    fairu_event_terms *terms = pe_terms(ctx, e);
    double x[1 + axes], f[2][rows], first[2][rows * axes], second[2][rows * axes * axes];
    const size_t from = draw_below(&d, rows), n = 1 + draw_below(&d, rows - from);
    pe_draw_point(&d, e, x);
    assert_int_equal(fairu_event_terms_evaluate(from, n, x + 1, axes, f[0], first[0], second[0], f[1],
                                                first[1], second[1], terms),
                     FAIRU_OK);
    const long double z[axes] = { x[1], x[2] };
    for (int which = 0; which < 2; which++)
      for (size_t i = 0; i < n; i++) {
        CHECK_NEAR(f[which][i], (double)pe_term(e, which, from + i, z), 1e-13);
        for (size_t k = 0; k < axes; k++) {
          CHECK_NEAR(first[which][i * axes + k], (double)pe_axis(e, which, from + i, k, z[k], 1), 1e-11);
          for (size_t l = 0; l < axes; l++)
            CHECK_NEAR(second[which][(i * axes + k) * axes + l],
                       k == l ? (double)pe_axis(e, which, from + i, k, z[k], 2) : 0.0, 1e-10);
        }
      }
    fairu_event_terms_destroy(terms);
    free(e);
  }
  fairu_context_destroy(ctx);
}

/* Row i of `from` becomes row `to` of e, whose shape is set. */
static void take_row(plain_events *e, size_t to, const plain_events *from, size_t i)
{
  e->weights[to] = from->weights[i];
  for (size_t p = 0; p < from->n_points; p++) {
    e->ratio[p * e->n_rows + to] = from->ratio[p * from->n_rows + i];
    e->density[p * e->n_rows + to] = from->density[p * from->n_rows + i];
  }
}

static void check_same(fairu_context *ctx, draws *d, const plain_events *a, const plain_events *b)
{
  pe_made m = pe_create(ctx, a), n = pe_create(ctx, b);
  for (int i = 0; i < 4; i++) {
    double x[1 + PE_AXES];
    pe_draw_point(d, a, x);
    const double value = pe_value(ctx, &m, x, 1 + a->n_axes);
    CHECK_NEAR(pe_value(ctx, &n, x, 1 + a->n_axes), value, 1e-12 * (1.0 + fabs(value)));
  }
  pe_destroy(&m);
  pe_destroy(&n);
}

static void rows_stand_in_any_order_and_number(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 13 };
  for (int t = 0; t < 6; t++) {
    plain_events *e = pe_draw(&d, 1 + (size_t)t % 2, 300 + (size_t)t);
    plain_events *other = (plain_events *)malloc(sizeof *other);
    assert_non_null(other);
    *other = *e;
    for (size_t i = 0; i < e->n_rows; i++) /* backwards */
      take_row(other, e->n_rows - 1 - i, e, i);
    check_same(ctx, &d, e, other);
    other->n_rows = 2 * e->n_rows;
    for (size_t i = 0; i < other->n_rows; i++) { /* each twice, in unequal parts */
      take_row(other, i, e, i / 2);
      other->weights[i] *= i % 2 ? 0.3 : 0.7;
    }
    check_same(ctx, &d, e, other);
    other->n_rows = 0;
    for (size_t i = 0; i < e->n_rows; i++)
      other->n_rows += e->weights[i] != 0.0;
    for (size_t i = 0, to = 0; i < e->n_rows; i++) /* without those that weigh nothing */
      if (e->weights[i] != 0.0)
        take_row(other, to++, e, i);
    assert_true(other->n_rows < e->n_rows);
    check_same(ctx, &d, e, other);
    free(other);
    free(e);
  }
  fairu_context_destroy(ctx);
}

static double share_of(const plain_events *e, size_t i)
{
  double sum = 0.0;
  for (size_t k = 0; k < e->n_rows; k++)
    sum += e->weights[k];
  return e->weights[i] / sum;
}

/* w_i p_b(z)/p_b(ref) [B + mu S r] over the sum of weights. */
static double mean_of(const plain_events *e, size_t i, const long double *x)
{
  return (double)(share_of(e, i) * expl(pe_term(e, 1, i, x + 1)) *
                  (e->background + x[0] * e->signal * expl(pe_term(e, 0, i, x + 1))));
}

/* Asimov data are told by their NLL at other points, where it is that of a plain model with these weights. */
static void pools_expect_what_they_stand_for(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 14 };
  for (int t = 0; t < 6; t++) {
    double x[1 + PE_AXES], y[1 + PE_AXES];
    long double at[1 + PE_AXES];
    plain_events *e = pe_draw(&d, 1 + (size_t)t % 2, 120), *asimov = (plain_events *)malloc(sizeof *e);
    assert_non_null(asimov);
    pe_made m = pe_create(ctx, e);
    CHECK_OK(ctx, fairu_event_terms_set_pool(m.terms, ctx, e->weights, e->n_rows));
    pe_draw_point(&d, e, x);
    for (size_t k = 0; k <= e->n_axes; k++)
      at[k] = x[k];
    CHECK_OK(ctx, fairu_likelihood_asimov(m.likelihood, ctx, x, 1 + e->n_axes, m.data));
    *asimov = *e;
    for (size_t i = 0; i < e->n_rows; i++)
      asimov->weights[i] = mean_of(e, i, at);
    for (size_t k = 0; k < e->n_axes; k++)
      asimov->centre[k] = x[1 + k]; /* auxiliary values too */
    pe_draw_point(&d, e, y);
    for (size_t k = 0; k <= e->n_axes; k++)
      at[k] = y[k];
    CHECK_CLOSE(pe_value(ctx, &m, y, 1 + e->n_axes), (double)pe_nll(at, asimov), 1e-11);
    pe_destroy(&m);
    free(asimov);
    free(e);
  }
  fairu_context_destroy(ctx);
}

/* What a table becomes: at each point of the grid less the logarithm of what integrates to more than one. */
static void normalise_plainly(plain_events *e, const plain_events *pool, int which)
{
  for (size_t p = 0; p < e->n_points; p++) {
    long double b = 0.0L, s = 0.0L;
    for (size_t i = 0; i < pool->n_rows; i++) {
      const long double r = pool->ratio[p * pool->n_rows + i], q = pool->density[p * pool->n_rows + i];
      b += share_of(pool, i) * expl(q);
      s += share_of(pool, i) * expl(q + r);
    }
    for (size_t i = 0; i < e->n_rows; i++) {
      e->ratio[p * e->n_rows + i] -= which & FAIRU_NORMALISE_SIGNAL ? (double)logl(s / b) : 0.0;
      e->density[p * e->n_rows + i] -= which & FAIRU_NORMALISE_BACKGROUND ? (double)logl(b) : 0.0;
    }
  }
  pe_solve(e);
}

static void densities_are_normalised_at_each_point(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 15 };
  enum { rows = 40 };
  for (int t = 0; t < 12; t++) {
    const int which = 1 + t % 3;
    plain_events *pool = pe_draw(&d, 1 + (size_t)t % 2, 150), *e = (plain_events *)malloc(sizeof *e);
    double x[1 + PE_AXES], f[2][rows];
    assert_non_null(e);
    *e = *pool; /* other rows on the same grid */
    e->n_rows = rows;
    pe_draw_rows(&d, e);
    fairu_event_terms *a = pe_terms(ctx, e), *b = pe_terms(ctx, pool);
    CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_event_terms_normalise(a, ctx, b, which));
    CHECK_OK(ctx, fairu_event_terms_set_pool(b, ctx, pool->weights, pool->n_rows));
    CHECK_OK(ctx, fairu_event_terms_normalise(a, ctx, b, which));
    normalise_plainly(e, pool, which);
    pe_draw_point(&d, e, x);
    long double z[PE_AXES] = { x[1] };
    if (e->n_axes > 1)
      z[1] = x[2];
    assert_int_equal(
        fairu_event_terms_evaluate(0, rows, x + 1, e->n_axes, f[0], NULL, NULL, f[1], NULL, NULL, a),
        FAIRU_OK);
    for (int k = 0; k < 2; k++)
      for (size_t i = 0; i < rows; i++)
        CHECK_NEAR(f[k][i], (double)pe_term(e, k, i, z), 1e-12);
    fairu_event_terms_destroy(a);
    fairu_event_terms_destroy(b);
    free(e);
    free(pool);
  }
  fairu_context_destroy(ctx);
}

/* Observed events in a table of their own are the model with that table; a toy goes back to the model's rows. */
static void observed_tables_take_the_place_of_the_pool(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 16 };
  for (int t = 0; t < 6; t++) {
    double x[1 + PE_AXES];
    plain_events *e = pe_draw(&d, 1 + (size_t)t % 2, 90), *seen = (plain_events *)malloc(sizeof *seen);
    assert_non_null(seen);
    *seen = *e;
    seen->n_rows = 33;
    pe_draw_rows(&d, seen);
    pe_solve(seen);
    pe_made m = pe_create(ctx, e);
    fairu_event_terms *own = pe_terms(ctx, seen);
    const int unweighted = t % 3 == 0;
    for (size_t i = 0; unweighted && i < seen->n_rows; i++)
      seen->weights[i] = 1.0;
    CHECK_OK(ctx, fairu_data_set_event_terms(m.data, ctx, own, unweighted ? NULL : seen->weights, 33));
    pe_draw_point(&d, e, x);
    check_point(ctx, seen, &m, x);
    CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_data_set_events(m.data, ctx, e->weights, e->n_rows));
    CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_data_set_event_terms(m.data, ctx, own, seen->weights, 32));
    check_point(ctx, seen, &m, x); /* refused: as it was */
    CHECK_OK(ctx, fairu_event_terms_set_pool(m.terms, ctx, e->weights, e->n_rows));
    CHECK_OK(ctx, fairu_likelihood_toy(m.likelihood, ctx, x, 1 + e->n_axes, 5, 6, m.data));
    CHECK_OK(ctx, fairu_data_set_events(m.data, ctx, e->weights, e->n_rows));
    for (size_t k = 0; k < e->n_axes; k++)
      CHECK_OK(ctx, fairu_data_set_aux(m.data, ctx, 1 + k, e->centre[k]));
    check_point(ctx, e, &m, x);
    pe_destroy(&m);
    fairu_event_terms_destroy(own);
    free(seen);
    free(e);
  }
  fairu_context_destroy(ctx);
}

/* A minimum may lie on a knot, where differences over it mean nothing. */
static int is_near_a_knot(const plain_events *e, double z)
{
  for (size_t j = 0; j < e->n_knots[0]; j++)
    if (fabs(z - e->knots[0][j]) < 0.02)
      return 1;
  return 0;
}

static void fits_are_minima_of_the_definition(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 17 };
  int compared = 0;
  for (int t = 0; t < 16; t++) {
    plain_events *e = pe_draw(&d, 1, 60 + (size_t)t);
    pe_made m = pe_create(ctx, e);
    const pm_problem p = problem_of(e);
    pm_minimum wanted = { .value = 0.0L };
    fairu_fit_result result = { .struct_size = sizeof result };
    double x[2], covariance[4];
    CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, NULL, x, 2, covariance, &result));
    wanted.x[0] = x[0]; /* its neighbourhood: there may be several minima */
    wanted.x[1] = x[1];
    assert_true(is_near_a_knot(e, x[1]) || pm_minimise(&p, &wanted));
    CHECK_CLOSE(result.nll[0] + result.nll[1], (double)pe_nll(wanted.x, e), 1e-10);
    assert_true(pe_nll(wanted.x, e) <= pe_nll((const long double[2]){ 1.0L, e->centre[0] }, e));
    for (size_t i = 0; i < 2 && !is_near_a_knot(e, x[1]); i++) {
      const double sigma = sqrt(covariance[3 * i]);
      compared++;
      CHECK_NEAR(x[i], (double)wanted.x[i], 1e-4 * sigma + 1e-9);
      for (size_t j = 0; j < 2; j++)
        CHECK_NEAR(covariance[2 * i + j], (double)wanted.covariance[2 * i + j],
                   1e-4 * sigma * sqrt(covariance[3 * j]) + 1e-12);
    }
    pe_destroy(&m);
    free(e);
  }
  assert_true(compared > 16);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(random_tables_are_their_definition),
    cmocka_unit_test(rows_are_their_splines),
    cmocka_unit_test(rows_stand_in_any_order_and_number),
    cmocka_unit_test(pools_expect_what_they_stand_for),
    cmocka_unit_test(densities_are_normalised_at_each_point),
    cmocka_unit_test(observed_tables_take_the_place_of_the_pool),
    cmocka_unit_test(fits_are_minima_of_the_definition),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
