/* plain_events.h - random event-wise models and their likelihood from its definition in long double: each row has a not-a-knot spline per axis,
 * solved densely; yields are constants, each axis has a Gaussian prior. */
#ifndef FAIRU_TESTS_PLAIN_EVENTS_H
#define FAIRU_TESTS_PLAIN_EVENTS_H

#include "plain_minimum.h"

enum { PE_AXES = 2, PE_KNOTS = 6, PE_ROWS = 2100, PE_POINTS = PE_AXES * PE_KNOTS };

typedef struct plain_events {
  size_t n_axes, n_rows, n_points, n_knots[PE_AXES], nominal[PE_AXES];
  double knots[PE_AXES][PE_KNOTS], width[PE_AXES], centre[PE_AXES];
  size_t place[PE_AXES][PE_KNOTS]; /* point of the grid at this knot, others nominal */
  double ratio[PE_POINTS * PE_ROWS], density[PE_POINTS * PE_ROWS];
  double weights[PE_ROWS];
  double signal, background;
  long double bend[2][PE_AXES][PE_ROWS][PE_KNOTS]; /* second derivatives at the knots */
} plain_events;

/* Second derivatives of the cubic spline whose third derivative is the same on both sides of the second knot from either end. */
static inline void pe_moments(size_t n, const double *x, const long double *y, long double *m)
{
  long double a[PM_MOST * PM_MOST] = { 0.0L }, inverse[PM_MOST * PM_MOST], right[PM_MOST] = { 0.0L };
  for (size_t i = 1; i + 1 < n; i++) {
    const long double h = (long double)x[i] - x[i - 1], g = (long double)x[i + 1] - x[i];
    a[i * n + i - 1] = h / 6.0L;
    a[i * n + i] = (h + g) / 3.0L;
    a[i * n + i + 1] = g / 6.0L;
    right[i] = (y[i + 1] - y[i]) / g - (y[i] - y[i - 1]) / h;
  }
  for (size_t end = 0; end < 2; end++) {
    const size_t row = end ? n - 1 : 0, i = end ? n - 3 : 0;
    const long double h = (long double)x[i + 1] - x[i], g = (long double)x[i + 2] - x[i + 1];
    a[row * n + i] = -1.0L / h;
    a[row * n + i + 1] = 1.0L / h + 1.0L / g;
    a[row * n + i + 2] = -1.0L / g;
  }
  assert_true(pm_invert(n, a, inverse));
  for (size_t i = 0; i < n; i++) {
    m[i] = 0.0L;
    for (size_t k = 0; k < n; k++)
      m[i] += inverse[i * n + k] * right[k];
  }
}

static inline const double *pe_table(const plain_events *e, int which)
{
  return which ? e->density : e->ratio;
}

static inline void pe_solve(plain_events *e)
{
  for (int which = 0; which < 2; which++)
    for (size_t k = 0; k < e->n_axes; k++)
      for (size_t i = 0; i < e->n_rows; i++) {
        long double y[PE_KNOTS];
        for (size_t j = 0; j < e->n_knots[k]; j++)
          y[j] = pe_table(e, which)[e->place[k][j] * e->n_rows + i];
        pe_moments(e->n_knots[k], e->knots[k], y, e->bend[which][k][i]);
      }
}

/* ln r (0) or ln density (1) of row i, or its derivative along axis k (order 1 or 2). */
static inline long double pe_axis(const plain_events *e, int which, size_t i, size_t k, long double z,
                                  int order)
{
  const double *x = e->knots[k], *table = pe_table(e, which);
  const long double *m = e->bend[which][k][i];
  size_t j = 0;
  while (j + 2 < e->n_knots[k] && z > x[j + 1])
    j++;
  const long double h = (long double)x[j + 1] - x[j], a = (x[j + 1] - z) / h, b = (z - x[j]) / h;
  const long double low = table[e->place[k][j] * e->n_rows + i],
                    high = table[e->place[k][j + 1] * e->n_rows + i];
  if (order == 2)
    return a * m[j] + b * m[j + 1];
  if (order == 1)
    return (high - low) / h + h / 6.0L * ((1.0L - 3.0L * a * a) * m[j] + (3.0L * b * b - 1.0L) * m[j + 1]);
  return a * low + b * high + h * h / 6.0L * ((a * a * a - a) * m[j] + (b * b * b - b) * m[j + 1]);
}

static inline long double pe_term(const plain_events *e, int which, size_t i, const long double *z)
{
  const double nominal = pe_table(e, which)[e->place[0][e->nominal[0]] * e->n_rows + i];
  long double sum = nominal;
  for (size_t k = 0; k < e->n_axes; k++)
    sum += pe_axis(e, which, i, k, z[k], 0) - nominal;
  return sum;
}

static inline long double pe_nll(const long double *x, const void *data)
{
  const plain_events *e = data;
  long double sum = x[0] * e->signal + e->background;
  for (size_t i = 0; i < e->n_rows; i++)
    if (e->weights[i] != 0.0)
      sum -= e->weights[i] * (logl(e->background + x[0] * e->signal * expl(pe_term(e, 0, i, x + 1))) +
                              pe_term(e, 1, i, x + 1));
  for (size_t k = 0; k < e->n_axes; k++) {
    const long double pull = (x[1 + k] - e->centre[k]) / e->width[k];
    sum += 0.5L * pull * pull;
  }
  return sum;
}

static inline void pe_draw_rows(draws *d, plain_events *e)
{
  for (size_t i = 0; i < e->n_rows; i++) {
    const double at = draw_between(d, -2.0, 1.5), turn = draw_between(d, 0.0, 6.0);
    e->weights[i] = draw_below(d, 10) ? draw_between(d, 0.2, 2.0) : 0.0;
    for (size_t p = 0; p < e->n_points; p++) {
      e->ratio[p * e->n_rows + i] = at + (p ? 0.3 * sin(turn + (double)p) : 0.0);
      e->density[p * e->n_rows + i] = p || e->n_axes == 1 ? 0.2 * cos(2.0 * turn - (double)p) : 0.0;
    }
  }
}

static inline plain_events *pe_draw(draws *d, size_t n_axes, size_t n_rows)
{
  plain_events *e = (plain_events *)calloc(1, sizeof *e);
  assert_non_null(e);
  assert_true(n_rows <= PE_ROWS && n_axes <= PE_AXES);
  e->n_axes = n_axes;
  e->n_rows = n_rows;
  e->n_points = n_axes > 1; /* point 0 is nominal */
  for (size_t k = 0; k < n_axes; k++) {
    e->n_knots[k] = 4 + draw_below(d, PE_KNOTS - 3);
    e->nominal[k] = draw_below(d, e->n_knots[k]);
    e->width[k] = draw_between(d, 0.5, 2.0);
    for (size_t j = 0; j < e->n_knots[k]; j++) {
      e->knots[k][j] = j ? e->knots[k][j - 1] + draw_between(d, 0.4, 1.2) : draw_between(d, -3.0, 1.0);
      e->place[k][j] = n_axes > 1 && j == e->nominal[k] ? 0 : e->n_points++;
    }
    e->centre[k] = e->knots[k][e->nominal[k]];
  }
  pe_draw_rows(d, e);
  e->signal = draw_between(d, 0.1, 1.0) * (double)n_rows;
  e->background = draw_between(d, 0.5, 1.5) * (double)n_rows;
  pe_solve(e);
  return e;
}

/* Away from knots, where third derivatives jump. */
static inline void pe_draw_point(draws *d, const plain_events *e, double *x)
{
  x[0] = draw_between(d, 0.0, 3.0);
  for (size_t k = 0; k < e->n_axes; k++) {
    const size_t j = draw_below(d, e->n_knots[k] - 1);
    x[1 + k] = e->knots[k][j] + (e->knots[k][j + 1] - e->knots[k][j]) * draw_between(d, 0.1, 0.9);
  }
}

/* ---- the same in the library --------------------------------------------------------------------------- */

static const char *const pe_names[PE_AXES] = { "a", "b" };

static inline fairu_grid *pe_grid(fairu_context *ctx, const plain_events *e)
{
  fairu_grid *grid = NULL;
  fairu_axis axes[PE_AXES];
  for (size_t k = 0; k < e->n_axes; k++)
    axes[k] = (fairu_axis){ pe_names[k], e->knots[k], e->n_knots[k], e->knots[k][e->nominal[k]] };
  CHECK_OK(ctx, fairu_grid_create(ctx, axes, e->n_axes, NULL, 0, &grid));
  assert_int_equal(fairu_grid_n_points(grid), e->n_points);
  return grid;
}

static inline fairu_event_terms *pe_terms(fairu_context *ctx, const plain_events *e)
{
  fairu_grid *grid = pe_grid(ctx, e);
  fairu_event_terms *terms = NULL;
  CHECK_OK(ctx, fairu_event_terms_create(ctx, grid, e->n_rows, e->ratio, e->density, &terms));
  fairu_grid_destroy(grid);
  return terms;
}

typedef struct pe_made {
  fairu_event_terms *terms;
  fairu_likelihood *likelihood;
  fairu_data *data;
} pe_made;

/* With this model of its yields; its terms are made here. */
static inline pe_made pe_create_of(fairu_context *ctx, const plain_events *e, fairu_event_model model)
{
  const fairu_factor mu = { "mu", NULL, 1.0, 0.0, 50.0 };
  pe_made m = { .terms = pe_terms(ctx, e) };
  fairu_nuisance priors[PE_AXES];
  fairu_constraint constraints[PE_AXES];
  fairu_likelihood_options options;
  CHECK_OK(ctx, fairu_likelihood_options_init(&options, sizeof options));
  for (size_t k = 0; k < e->n_axes; k++) {
    CHECK_OK(ctx, fairu_nuisance_init(&priors[k], sizeof priors[k]));
    priors[k].name = pe_names[k];
    priors[k].width = e->width[k];
    priors[k].nominal = e->centre[k];
    constraints[k] = (fairu_constraint){ pe_names[k], FAIRU_CONSTRAINT_PRIOR, &priors[k], NULL };
  }
  options.factors = &mu;
  options.n_factors = 1;
  options.constraints = constraints;
  options.n_constraints = e->n_axes;
  model.terms = m.terms;
  CHECK_OK(ctx, fairu_likelihood_create_unbinned(ctx, &model, &options, &m.likelihood));
  CHECK_OK(ctx, fairu_data_create(ctx, m.likelihood, &m.data));
  CHECK_OK(ctx, fairu_data_set_events(m.data, ctx, e->weights, e->n_rows));
  return m;
}

static inline pe_made pe_create(fairu_context *ctx, const plain_events *e)
{
  fairu_event_model model;
  CHECK_OK(ctx, fairu_event_model_init(&model, sizeof model));
  model.signal_yield = e->signal;
  model.background_yield = e->background;
  return pe_create_of(ctx, e, model);
}

static inline void pe_destroy(pe_made *m)
{
  fairu_data_destroy(m->data);
  fairu_likelihood_destroy(m->likelihood);
  fairu_event_terms_destroy(m->terms);
}

static inline double pe_value(fairu_context *ctx, const pe_made *m, const double *x, size_t n)
{
  double nll[2];
  CHECK_OK(ctx, fairu_likelihood_nll(m->likelihood, ctx, m->data, x, n, nll, NULL, NULL));
  return nll[0] + nll[1];
}

#endif /* FAIRU_TESTS_PLAIN_EVENTS_H */
