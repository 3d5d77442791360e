/* Event-wise models whose yields move with Z, as polynomials drawn at random: the likelihood in long double, what pools expect; toys of events
 * against the Poisson law; tables from functions; the last knots. */
#include "plain_events.h"

/* ---- yields that move ----------------------------------------------------------------------------------- */

/* S and B at Z: value (1 + sum_k linear_k z_k + square_k z_k^2 + cross z_0 z_1), relative to nominal. */
typedef struct moving {
  const plain_events *e;
  double value[2], linear[2][PE_AXES], square[2][PE_AXES], cross[2];
} moving;

static long double moved(const moving *m, int which, const long double *z)
{
  long double sum = 1.0L;
  for (size_t k = 0; k < m->e->n_axes; k++) {
    const long double x = z[k] - m->e->centre[k];
    sum += m->linear[which][k] * x + m->square[which][k] * x * x;
  }
  if (m->e->n_axes > 1)
    sum += m->cross[which] * (z[0] - m->e->centre[0]) * (z[1] - m->e->centre[1]);
  return m->value[which] * sum;
}

static int yields(const double *z, size_t n_z, double *y, double *d, double *d2, void *user_data)
{
  const moving *m = user_data;
  const long double at[PE_AXES] = { z[0], n_z > 1 ? z[1] : 0.0 };
  for (int w = 0; w < 2; w++) {
    const size_t other = n_z - 1;
    y[w] = (double)moved(m, w, at);
    for (size_t k = 0; k < n_z; k++) {
      const double x = z[k] - m->e->centre[k], o = n_z > 1 ? z[other - k] - m->e->centre[other - k] : 0.0;
      d[(size_t)w * n_z + k] = m->value[w] * (m->linear[w][k] + 2.0 * m->square[w][k] * x + m->cross[w] * o);
      for (size_t l = 0; l < n_z; l++)
        d2[((size_t)w * n_z + k) * n_z + l] = m->value[w] * (k == l ? 2.0 * m->square[w][k] : m->cross[w]);
    }
  }
  return 0;
}

/* The definition again, with the plain model's own yields replaced: its weights and its terms are the same. */
static long double nll_of(const long double *x, const void *data)
{
  const moving *m = data;
  const plain_events *e = m->e;
  const long double s = moved(m, 0, x + 1), b = moved(m, 1, x + 1);
  long double sum = x[0] * s + b;
  for (size_t i = 0; i < e->n_rows; i++)
    sum -= e->weights[i] * (logl(b + x[0] * s * expl(pe_term(e, 0, i, x + 1))) + pe_term(e, 1, i, x + 1));
  for (size_t k = 0; k < e->n_axes; k++)
    sum += 0.5L * (x[1 + k] - e->centre[k]) * (x[1 + k] - e->centre[k]) /
           ((long double)e->width[k] * e->width[k]);
  return sum;
}

static void draw_moving(draws *d, const plain_events *e, moving *m)
{
  *m = (moving){ .e = e, .value = { e->signal, e->background } };
  for (int w = 0; w < 2; w++) {
    m->cross[w] = e->n_axes > 1 ? draw_between(d, -0.005, 0.005) : 0.0;
    for (size_t k = 0; k < e->n_axes; k++) { /* axes are at most 6 long: no yield falls below 0 */
      m->linear[w][k] = draw_between(d, -0.05, 0.05);
      m->square[w][k] = draw_between(d, -0.003, 0.003);
    }
  }
}

/* As pe_create, with these yields. */
static pe_made create_moving(fairu_context *ctx, moving *m)
{
  fairu_event_model model;
  CHECK_OK(ctx, fairu_event_model_init(&model, sizeof model));
  model.yields = yields;
  model.yield_data = m;
  return pe_create_of(ctx, m->e, model);
}

static void moving_yields_are_their_definition(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 71 };
  for (int t = 0; t < 16; t++) {
    plain_events *e = pe_draw(&d, 1 + (size_t)t % 2, 20 + (size_t)t);
    moving m;
    double x[1 + PE_AXES], nll[2], gradient[PM_MOST], hessian[PM_MOST * PM_MOST];
    draw_moving(&d, e, &m);
    pe_made made = create_moving(ctx, &m);
    const pm_problem p = { .f = nll_of, .data = &m, .n = 1 + e->n_axes, .scale = { 0.5L, 1.0L, 1.0L } };
    pm_minimum wanted = { .value = 0.0L };
    pe_draw_point(&d, e, x);
    for (size_t i = 0; i < p.n; i++)
      wanted.x[i] = x[i];
    pm_derivatives(&p, &wanted);
    CHECK_OK(ctx, fairu_likelihood_nll(made.likelihood, ctx, made.data, x, p.n, nll, gradient, hessian));
    CHECK_CLOSE(nll[0] + nll[1], (double)wanted.value, 1e-12);
    for (size_t i = 0; i < p.n; i++) {
      CHECK_NEAR(gradient[i], (double)wanted.gradient[i], 1e-8);
      for (size_t k = 0; k < p.n; k++)
        CHECK_NEAR(hessian[i * p.n + k], (double)wanted.hessian[i * p.n + k], 1e-6);
    }
    /* The sum of all that a pool expects, by the slope in mu where r is 1 for all: see total_of. */
    double y[1 + PE_AXES], before[2], after[2];
    CHECK_OK(ctx, fairu_event_terms_set_pool(made.terms, ctx, e->weights, e->n_rows));
    CHECK_OK(ctx, fairu_likelihood_asimov(made.likelihood, ctx, x, p.n, made.data));
    long double sum = 0.0L, all = 0.0L;
    for (size_t i = 0; i < e->n_rows; i++)
      all += e->weights[i];
    for (size_t i = 0; i < e->n_rows; i++)
      sum += e->weights[i] / all * expl(pe_term(e, 1, i, wanted.x + 1)) *
             (moved(&m, 1, wanted.x + 1) +
              wanted.x[0] * moved(&m, 0, wanted.x + 1) * expl(pe_term(e, 0, i, wanted.x + 1)));
    CHECK_OK(ctx, fairu_likelihood_nll(made.likelihood, ctx, made.data, x, p.n, before, NULL, NULL));
    CHECK_NEAR(before[1], (double)(sum - sum * logl(sum)),
               1e-11 * (double)(sum * logl(sum))); /* W - W ln W */
    pe_draw_point(&d, e, y);
    CHECK_OK(ctx, fairu_likelihood_nll(made.likelihood, ctx, made.data, y, p.n, after, NULL, NULL));
    assert_true(after[1] == before[1]); /* the data alone say it */
    pe_destroy(&made);
    free(e);
  }
  fairu_context_destroy(ctx);
}

/* ---- toys ----------------------------------------------------------------------------------------------- */

/* Rows that say nothing: r = 1. Then d NLL / d mu = S - W S / (B + mu S), which tells W. */
static plain_events *silent(draws *d, size_t n_rows)
{
  plain_events *e = pe_draw(d, 1, n_rows);
  memset(e->ratio, 0, sizeof e->ratio);
  memset(e->density, 0, sizeof e->density);
  return e;
}

static double total_of(fairu_context *ctx, const plain_events *e, const pe_made *m)
{
  const double x[2] = { 1.0, e->centre[0] };
  double nll[2], gradient[2];
  CHECK_OK(ctx, fairu_likelihood_nll(m->likelihood, ctx, m->data, x, 2, nll, gradient, NULL));
  return (1.0 - gradient[0] / e->signal) * (e->background + e->signal);
}

static void totals_are_poisson(void **state)
{
  (void)state;
  enum { toys = 6000, rows = 25, most = 40 };
  fairu_context *ctx = support_context();
  draws d = { 72 };
  plain_events *e = silent(&d, rows);
  pe_made m = pe_create(ctx, e);
  double means[rows], sum = 0.0, mean = 0.0, square = 0.0;
  size_t seen[most] = { 0 };
  for (size_t i = 0; i < rows; i++)
    sum += means[i] = i % 5 == 0 ? 0.0 : draw_between(&d, 0.0, 1.0);
  for (uint64_t t = 0; t < toys; t++) {
    CHECK_OK(ctx, fairu_data_draw_events(m.data, ctx, means, rows, 9, t));
    const double w = total_of(ctx, e, &m);
    CHECK_NEAR(w, round(w), 1e-10); /* counts are whole */
    assert_true(w > -0.5 && w < most - 0.5);
    seen[(size_t)round(w)]++;
    mean += w / toys;
    square += w * w / toys;
  }
  CHECK_NEAR(mean, sum, 5.0 * sqrt(sum / toys));
  CHECK_NEAR(square - mean * mean, sum, 5.0 * sqrt((sum + 2.0 * sum * sum) / toys));
  double chi2 = 0.0, p = exp(-sum);
  int cells = 0;
  for (int n = 0; n < most; n++, p *= sum / n) {
    if (p * toys < 5.0)
      continue;
    chi2 += ((double)seen[n] - p * toys) * ((double)seen[n] - p * toys) / (p * toys);
    cells++;
  }
  assert_true(cells > 8 && chi2 < cells + 5.0 * sqrt(2.0 * cells));
  memset(means, 0, sizeof means);
  CHECK_OK(ctx, fairu_data_draw_events(m.data, ctx, means, rows, 9, 0));
  CHECK_NEAR(total_of(ctx, e, &m), 0.0, 1e-12);
  pe_destroy(&m);
  free(e);
  fairu_context_destroy(ctx);
}

/* The model's toy is a draw about its own means, which are computed here again; seed and number say all. */
static void toys_are_draws_about_the_means(void **state)
{
  (void)state;
  enum { rows = 200 };
  fairu_context *ctx = support_context();
  draws d = { 73 };
  for (uint64_t t = 0; t < 12; t++) {
    plain_events *e = pe_draw(&d, 1 + t % 2, rows);
    pe_made m = pe_create(ctx, e);
    double x[1 + PE_AXES], y[1 + PE_AXES], means[rows], values[3], all = 0.0;
    long double at[1 + PE_AXES];
    CHECK_OK(ctx, fairu_event_terms_set_pool(m.terms, ctx, e->weights, rows));
    pe_draw_point(&d, e, x);
    pe_draw_point(&d, e, y);
    for (size_t k = 0; k <= e->n_axes; k++)
      at[k] = x[k];
    for (size_t i = 0; i < rows; i++)
      all += e->weights[i];
    for (size_t i = 0; i < rows; i++)
      means[i] = (double)(e->weights[i] / all * expl(pe_term(e, 1, i, at + 1)) *
                          (e->background + at[0] * e->signal * expl(pe_term(e, 0, i, at + 1))));
    for (int k = 0; k < 3; k++) {
      if (k < 2)
        CHECK_OK(ctx, fairu_likelihood_toy(m.likelihood, ctx, x, 1 + e->n_axes, 77 + (uint64_t)k, t, m.data));
      else
        CHECK_OK(ctx, fairu_data_draw_events(m.data, ctx, means, rows, 77, t));
      for (size_t i = 0; i < e->n_axes; i++) /* a toy draws auxiliary values, too */
        CHECK_OK(ctx, fairu_data_set_aux(m.data, ctx, 1 + i, e->centre[i]));
      values[k] = pe_value(ctx, &m, y, 1 + e->n_axes);
    }
    assert_true(values[2] == values[0] && values[1] != values[0]);
    means[rows - 1] = -1e-300;
    CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_WEIGHT, fairu_data_draw_events(m.data, ctx, means, rows, 77, t));
    CHECK_SAYS(ctx, "mean 199 is -1e-300");
    CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_data_draw_events(m.data, ctx, means, rows - 1, 77, t));
    assert_true(pe_value(ctx, &m, y, 1 + e->n_axes) == values[2]); /* refused: as they were */
    pe_destroy(&m);
    free(e);
  }
  fairu_context_destroy(ctx);
}

/* ---- tables --------------------------------------------------------------------------------------------- */

/* Looks its values up in the plain table: called at points of the grid alone, for values alone. */
static int look_up(size_t first, size_t n, const double *z, size_t n_z, double *r, double *dr, double *d2r,
                   double *q, double *dq, double *d2q, void *user_data)
{
  const plain_events *e = user_data;
  size_t point = n_z > 1 ? 0 : FAIRU_NONE, off = 0;
  for (size_t k = 0; k < n_z; k++)
    for (size_t j = 0; j < e->n_knots[k]; j++)
      if (z[k] == e->knots[k][j] && (n_z == 1 || j != e->nominal[k])) {
        point = e->place[k][j];
        off++;
      }
  if (dr || d2r || dq || d2q || point == FAIRU_NONE || off > 1)
    return 5;
  memcpy(r, e->ratio + point * e->n_rows + first, n * sizeof *r);
  memcpy(q, e->density + point * e->n_rows + first, n * sizeof *q);
  return 0;
}

static void functions_make_the_same_table(void **state)
{
  (void)state;
  enum { rows = 300 };
  fairu_context *ctx = support_context();
  draws d = { 74 };
  for (int t = 0; t < 6; t++) {
    plain_events *e = pe_draw(&d, 1 + (size_t)t % 2, rows);
    fairu_grid *grid = pe_grid(ctx, e);
    fairu_event_terms *a = pe_terms(ctx, e), *b = NULL;
    double x[1 + PE_AXES], f[2][rows], g[2][rows];
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 1 + t % 3));
    CHECK_OK(ctx, fairu_event_terms_create_from_function(ctx, grid, rows, look_up, e, &b));
    pe_draw_point(&d, e, x);
    assert_int_equal(
        fairu_event_terms_evaluate(0, rows, x + 1, e->n_axes, f[0], NULL, NULL, f[1], NULL, NULL, a), 0);
    assert_int_equal(
        fairu_event_terms_evaluate(0, rows, x + 1, e->n_axes, g[0], NULL, NULL, g[1], NULL, NULL, b), 0);
    assert_memory_equal(f, g, sizeof f);
    fairu_event_terms_destroy(a);
    fairu_event_terms_destroy(b);
    fairu_grid_destroy(grid);
    free(e);
  }
  fairu_context_destroy(ctx);
}

/* At a knot a table is what was put in; the last ones belong to it, the next number does not. */
static void tables_end_at_their_last_knots(void **state)
{
  (void)state;
  enum { rows = 9 };
  fairu_context *ctx = support_context();
  draws d = { 75 };
  for (int t = 0; t < 10; t++) {
    plain_events *e = pe_draw(&d, 1 + (size_t)t % 2, rows);
    fairu_event_terms *terms = pe_terms(ctx, e);
    double z[PE_AXES], f[2][rows];
    for (size_t k = 0; k < e->n_axes; k++)
      for (size_t j = 0; j < e->n_knots[k]; j++) {
        for (size_t l = 0; l < e->n_axes; l++)
          z[l] = l == k ? e->knots[k][j] : e->centre[l];
        assert_int_equal(
            fairu_event_terms_evaluate(0, rows, z, e->n_axes, f[0], NULL, NULL, f[1], NULL, NULL, terms),
            FAIRU_OK);
        for (size_t i = 0; i < rows; i++) {
          CHECK_NEAR(f[0][i], e->ratio[e->place[k][j] * rows + i], 1e-15 * 8.0);
          CHECK_NEAR(f[1][i], e->density[e->place[k][j] * rows + i], 1e-15);
        }
        if (j != 0 && j + 1 != e->n_knots[k])
          continue;
        z[k] = nextafter(z[k], j ? HUGE_VAL : -HUGE_VAL);
        assert_int_equal(
            fairu_event_terms_evaluate(0, rows, z, e->n_axes, f[0], NULL, NULL, f[1], NULL, NULL, terms),
            FAIRU_ERR_RANGE);
        z[k] = (double)NAN;
        assert_int_equal(
            fairu_event_terms_evaluate(0, rows, z, e->n_axes, f[0], NULL, NULL, f[1], NULL, NULL, terms),
            FAIRU_ERR_RANGE);
      }
    z[0] = e->centre[0];
    assert_int_equal(
        fairu_event_terms_evaluate(1, rows, z, e->n_axes, f[0], NULL, NULL, f[1], NULL, NULL, terms),
        FAIRU_ERR_SHAPE);
    assert_int_equal(
        fairu_event_terms_evaluate(SIZE_MAX, 2, z, e->n_axes, f[0], NULL, NULL, f[1], NULL, NULL, terms),
        FAIRU_ERR_SHAPE);
    assert_int_equal(fairu_event_terms_evaluate(0, rows, z, 3, f[0], NULL, NULL, f[1], NULL, NULL, terms),
                     FAIRU_ERR_SHAPE);
    fairu_event_terms_destroy(terms);
    free(e);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(moving_yields_are_their_definition), cmocka_unit_test(totals_are_poisson),
    cmocka_unit_test(toys_are_draws_about_the_means),     cmocka_unit_test(functions_make_the_same_table),
    cmocka_unit_test(tables_end_at_their_last_knots),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
