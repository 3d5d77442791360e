/* bent_model.h - three bins, b + mu s + t u w + t v, with Gaussians on t and u: the product makes two valleys, (t, u) and nearly (-t, -u). Its profile
 * over both by a plain grid: along u the NLL is convex, along t each hollow of the grid is followed down. */
#ifndef FAIRU_TESTS_LIKELIHOOD_BENT_MODEL_H
#define FAIRU_TESTS_LIKELIHOOD_BENT_MODEL_H

#include "support/draws.h"
#include "support/support.h"

enum { BENT_BINS = 3, BENT_MOST = 6, BENT_GRID = 18 };

static const double bent_edge = 3.0; /* bounds of t and u */

typedef struct bent {
  double b[BENT_BINS], s[BENT_BINS], w[BENT_BINS], v[BENT_BINS], n[BENT_BINS];
  double centre[2], width[2];
} bent;

typedef struct hollow {
  double t, u, value;
} hollow;

/* ---- by hand ------------------------------------------------------------------------------------------- */

static inline double bent_yield(const bent *m, size_t j, double mu, double t, double u)
{
  return m->b[j] + mu * m->s[j] + t * u * m->w[j] + t * m->v[j];
}

static inline double bent_nll(const bent *m, double mu, double t, double u)
{
  const double zt = (t - m->centre[0]) / m->width[0], zu = (u - m->centre[1]) / m->width[1];
  double sum = 0.5 * (zt * zt + zu * zu);
  for (size_t j = 0; j < BENT_BINS; j++) {
    const double nu = bent_yield(m, j, mu, t, u);
    if (!(nu > 0.0))
      return HUGE_VAL;
    sum += nu - m->n[j] - m->n[j] * log(nu / m->n[j]);
  }
  return sum;
}

/* Rising in u, as the NLL is convex along it; where a yield is not above 0, away from there (w > 0). */
static inline double bent_slope(const bent *m, double mu, double t, double u)
{
  double sum = (u - m->centre[1]) / (m->width[1] * m->width[1]);
  for (size_t j = 0; j < BENT_BINS; j++) {
    const double nu = bent_yield(m, j, mu, t, u);
    if (!(nu > 0.0))
      return -t;
    sum += (1.0 - m->n[j] / nu) * t * m->w[j];
  }
  return sum;
}

/* By halves. */
static inline hollow bent_over_u(const bent *m, double mu, double t)
{
  double low = -bent_edge, high = bent_edge;
  for (int i = 0; i < 30; i++) {
    const double middle = 0.5 * (low + high);
    if (bent_slope(m, mu, t, middle) < 0.0)
      low = middle;
    else
      high = middle;
  }
  const double u = 0.5 * (low + high);
  return (hollow){ t, u, bent_nll(m, mu, t, u) };
}

static inline hollow bent_sink(const bent *m, double mu, double low, double high)
{
  for (int i = 0; i < 30; i++) {
    const double a = low + (high - low) / 3.0, b = high - (high - low) / 3.0;
    if (bent_over_u(m, mu, a).value < bent_over_u(m, mu, b).value)
      high = b;
    else
      low = a;
  }
  return bent_over_u(m, mu, 0.5 * (low + high));
}

/* All conditional minima at mu, lowest first; returns their number. */
static inline size_t bent_hollows(const bent *m, double mu, hollow found[BENT_MOST])
{
  double value[BENT_GRID + 1];
  size_t n = 0;
  for (size_t i = 0; i <= BENT_GRID; i++)
    value[i] = bent_over_u(m, mu, bent_edge * (2.0 * (double)i / BENT_GRID - 1.0)).value;
  for (size_t i = 0; i <= BENT_GRID; i++) {
    const size_t before = i > 0 ? i - 1 : 0, behind = i < BENT_GRID ? i + 1 : i;
    if (value[before] < value[i] || value[behind] < value[i])
      continue;
    assert_true(n < BENT_MOST);
    const double at[2] = { (double)before, (double)behind };
    const hollow h = bent_sink(m, mu, bent_edge * (2.0 * at[0] / BENT_GRID - 1.0),
                               bent_edge * (2.0 * at[1] / BENT_GRID - 1.0));
    size_t k = n++;
    for (; k > 0 && found[k - 1].value > h.value; k--)
      found[k] = found[k - 1];
    found[k] = h;
  }
  return n;
}

static inline double bent_profile(const bent *m, double mu)
{
  hollow found[BENT_MOST];
  (void)bent_hollows(m, mu, found);
  return found[0].value;
}

/* The lowest place of the profile between two mu. */
static inline double bent_best(const bent *m, double low, double high, double *value)
{
  double best = low, least = HUGE_VAL;
  const double step = (high - low) / 14.0;
  for (double mu = low; mu <= high + 0.5 * step; mu += step) {
    const double here = bent_profile(m, mu);
    best = here < least ? mu : best;
    least = fmin(here, least);
  }
  double a = fmax(best - step, low), b = fmin(best + step, high);
  for (int i = 0; i < 36; i++) {
    const double c = a + (b - a) / 3.0, d = b - (b - a) / 3.0;
    if (bent_profile(m, c) < bent_profile(m, d))
      b = d;
    else
      a = c;
  }
  *value = bent_profile(m, 0.5 * (a + b));
  return 0.5 * (a + b);
}

/* ---- as a likelihood ----------------------------------------------------------------------------------- */

typedef struct bent_fit {
  bent m;
  fairu_context *ctx;
  fairu_likelihood *likelihood;
  fairu_data *data;
  fairu_fit_options options; /* from all four corners */
  double starts[4 * 3];
} bent_fit;

/* Counts near what some mu, t, u give: the first bin, nearly without signal, tells that t u is not 0. */
static inline bent bent_draw(draws *d)
{
  bent m;
  const double mu = draw_between(d, 1.0, 5.0), t = draw_between(d, 1.0, 1.5), u = draw_between(d, 1.0, 1.5);
  for (size_t j = 0; j < BENT_BINS; j++) {
    m.b[j] = draw_between(d, 60.0, 90.0);
    m.s[j] = draw_between(d, 1.0, 2.0) * (0.1 + (double)(j * j));
    m.w[j] = draw_between(d, 6.0, 9.0) * (double)(3 - j);
    m.v[j] = draw_between(d, -4.0, 4.0);
  }
  for (int k = 0; k < 2; k++) {
    m.centre[k] = draw_between(d, -0.15, 0.15);
    m.width[k] = draw_between(d, 0.5, 0.9);
  }
  for (size_t j = 0; j < BENT_BINS; j++)
    m.n[j] = floor(bent_yield(&m, j, mu, t, u) + draw_between(d, -6.0, 6.0));
  return m;
}

static inline void bent_parameter(fairu_context *ctx, fairu_model *model, const char *name, double lower,
                                  double upper, const double *centre, const double *width)
{
  fairu_parameter_options options;
  fairu_nuisance prior;
  CHECK_OK(ctx, fairu_parameter_options_init(&options, sizeof options));
  CHECK_OK(ctx, fairu_nuisance_init(&prior, sizeof prior));
  options.start = 1.0;
  options.lower = lower;
  options.upper = upper;
  prior.name = name;
  if (centre) {
    prior.nominal = *centre;
    prior.width = *width;
    options.prior = &prior;
  }
  CHECK_OK(ctx, fairu_model_add_parameter(model, ctx, name, &options, NULL));
}

/* Parameters mu, t, u. */
static inline void bent_create(bent_fit *f, const bent *m, double lower, double upper)
{
  fairu_model *model = NULL;
  *f = (bent_fit){ .m = *m, .ctx = support_context() };
  fairu_context *ctx = f->ctx;
  CHECK_OK(ctx, fairu_model_create(ctx, &model));
  bent_parameter(ctx, model, "mu", lower, upper, NULL, NULL);
  bent_parameter(ctx, model, "t", -bent_edge, bent_edge, &m->centre[0], &m->width[0]);
  bent_parameter(ctx, model, "u", -bent_edge, bent_edge, &m->centre[1], &m->width[1]);
  CHECK_OK(ctx, fairu_model_add_channel(model, ctx, "SR", BENT_BINS, NULL));
  CHECK_OK(ctx, fairu_model_add_sample(model, ctx, 0, "b", m->b, BENT_BINS, NULL));
  CHECK_OK(ctx, fairu_model_add_sample(model, ctx, 0, "s", m->s, BENT_BINS, NULL));
  CHECK_OK(ctx, fairu_model_add_sample(model, ctx, 0, "w", m->w, BENT_BINS, NULL));
  CHECK_OK(ctx, fairu_model_add_sample(model, ctx, 0, "v", m->v, BENT_BINS, NULL));
  CHECK_OK(ctx, fairu_model_add_factor(model, ctx, 1, 0));
  CHECK_OK(ctx, fairu_model_add_factor(model, ctx, 2, 1));
  CHECK_OK(ctx, fairu_model_add_factor(model, ctx, 2, 2));
  CHECK_OK(ctx, fairu_model_add_factor(model, ctx, 3, 1));
  CHECK_OK(ctx, fairu_likelihood_create_from_model(ctx, model, "mu", &f->likelihood));
  CHECK_OK(ctx, fairu_data_create(ctx, f->likelihood, &f->data));
  CHECK_OK(ctx, fairu_data_set_observed(f->data, ctx, m->n, BENT_BINS));
  fairu_model_destroy(model);
  CHECK_OK(ctx, fairu_fit_options_init(&f->options, sizeof f->options));
  for (int k = 0; k < 4; k++) {
    f->starts[3 * k] = 1.0;
    f->starts[3 * k + 1] = k % 2 ? 1.0 : -1.0;
    f->starts[3 * k + 2] = k / 2 ? 1.0 : -1.0;
  }
  f->options.starts = f->starts;
  f->options.n_starts = 4;
}

static inline void bent_destroy(bent_fit *f)
{
  fairu_data_destroy(f->data);
  fairu_likelihood_destroy(f->likelihood);
  fairu_context_destroy(f->ctx);
}

#endif /* FAIRU_TESTS_LIKELIHOOD_BENT_MODEL_H */
