/* expected_profile.c - median test statistics through a conditional fit of the nuisances to what is expected.
 *
 * q = 2 [NLL(mu, z^^) - NLL(mu', 0)] on data expected at mu'. The fit is at a minimum in z, and the data at theirs, so that the gradient of q is
 * that of the deviance with z held (envelope theorem).
 */
#include <math.h>
#include <string.h>

#include "likelihood/expected_loss.h"
#include "numeric/linalg.h"
#include "numeric/minimize.h"
#include "numeric/special.h"

/* A rate does not scale a process below this share of it. */
#define RATE_LEAST 1e-3

typedef struct profile {
  const fairu_expected *e;
  fairu_expected_test *test;
  double *side;   /* [n_nuisances] of its kink, on which a nuisance stays in one search */
  double *factor; /* [n_processes] product of all that multiplies */
  double *shape;  /* [n_processes * n_bins] share with its shifts */
  double *first;  /* [n_nuisances * n_bins] d nu / d z */
  double *by_nu;  /* [2 * n_bins] first and second derivative of the deviance */
} profile;

static fairu_stencil stencil_of(const fairu_expected *e, size_t k, double z, int order)
{
  return fairu_stencil__at(&e->nuisances[k], e->options.interpolation, z, order);
}

static int is_rate(const fairu_expected *e, size_t k)
{
  return e->nuisances[k].source == FAIRU_SOURCE_RATE;
}

/* ---- yields -------------------------------------------------------------------------------------------- */

static void fill_factors(const fairu_expected *e, double mu, const double *z, double *factor)
{
  for (size_t p = 0; p < e->n_processes; p++)
    factor[p] = p == e->options.signal ? mu * e->options.yields[p] : e->options.yields[p];
  for (size_t k = 0; k < e->n_nuisances; k++)
    if (is_rate(e, k))
      factor[e->nuisances[k].process] *= 1.0 + z[k];
}

static void fill_shapes(const fairu_expected *e, const double *z, double *shape)
{
  const size_t m = e->n_bins;
  for (size_t p = 0; p < e->n_processes; p++)
    for (size_t b = 0; b < m; b++)
      shape[p * m + b] = e->counts->counts[fairu_expected__nominal(e, p, b)];
  for (size_t k = 0; k < e->n_nuisances; k++) {
    const fairu_stencil stencil = stencil_of(e, k, z[k], 0);
    for (size_t i = 0; i < e->n_processes * m && !is_rate(e, k); i++)
      shape[i] += fairu_stencil__share(e, &e->nuisances[k], &stencil, i / m, i % m);
  }
}

static void fill_yields(const profile *f, double *nu)
{
  const fairu_expected *e = f->e;
  const size_t m = e->n_bins;
  for (size_t b = 0; b < m; b++)
    nu[b] = e->options.floor;
  for (size_t p = 0; p < e->n_processes; p++)
    for (size_t b = 0; b < m; b++)
      nu[b] += f->factor[p] * f->shape[p * m + b];
}

static int check_yields(fairu_context *ctx, const profile *f)
{
  const fairu_expected_test *t = f->test;
  for (size_t b = 0; b < f->e->n_bins; b++)
    if (t->nu[b] < 0.0 || (t->nu[b] == 0.0 && t->observed[b] > 0.0))
      return fairu_context__fail(
          ctx, FAIRU_ERR_NEGATIVE_YIELD,
          "expected loss: bin %zu expects %g events at mu = %g and has %g: a floor > 0 "
          "helps",
          b, t->nu[b], t->mu, t->observed[b]);
  return FAIRU_OK;
}

/* ---- objective ----------------------------------------------------------------------------------------- */

static double deviance_of(const profile *f, const double *z)
{
  const fairu_expected *e = f->e;
  double sum = 0.0;
  for (size_t b = 0; b < e->n_bins; b++)
    sum += fairu_poisson__deviance(f->test->observed[b], f->test->nu[b]);
  for (size_t k = 0; k < e->n_nuisances; k++)
    if (e->nuisances[k].width > 0.0)
      sum += 0.5 * (z[k] / e->nuisances[k].width) * (z[k] / e->nuisances[k].width);
  return sum;
}

static void fill_first(const profile *f, const double *z)
{
  const fairu_expected *e = f->e;
  const size_t m = e->n_bins;
  memset(f->first, 0, e->n_nuisances * m * sizeof *f->first);
  for (size_t k = 0; k < e->n_nuisances; k++) {
    const fairu_expected_nuisance *nuisance = &e->nuisances[k];
    const fairu_stencil slope = stencil_of(e, k, z[k], 1);
    for (size_t p = 0; p < e->n_processes; p++)
      for (size_t b = 0; b < m; b++)
        f->first[k * m + b] += !is_rate(e, k) ? f->factor[p] * fairu_stencil__share(e, nuisance, &slope, p, b)
                               : nuisance->process == p ? f->factor[p] / (1.0 + z[k]) * f->shape[p * m + b]
                                                        : 0.0;
  }
}

/* d2 nu / dz_k dz_l of bin b. */
static double second_of(const profile *f, const double *z, size_t k, size_t l, size_t b)
{
  const fairu_expected *e = f->e;
  const fairu_expected_nuisance *a = &e->nuisances[k], *c = &e->nuisances[l];
  if (is_rate(e, k) && is_rate(e, l))
    return k != l && a->process == c->process
               ? f->factor[a->process] / ((1.0 + z[k]) * (1.0 + z[l])) * f->shape[a->process * e->n_bins + b]
               : 0.0;
  if (is_rate(e, k) || is_rate(e, l)) {
    const size_t r = is_rate(e, k) ? k : l, s = r == k ? l : k, p = e->nuisances[r].process;
    const fairu_stencil slope = stencil_of(e, s, z[s], 1);
    return f->factor[p] / (1.0 + z[r]) * fairu_stencil__share(e, &e->nuisances[s], &slope, p, b);
  }
  double sum = 0.0;
  if (k != l || a->source == FAIRU_SOURCE_TANGENT)
    return sum;
  const fairu_stencil curvature = stencil_of(e, k, z[k], 2);
  for (size_t p = 0; p < e->n_processes; p++)
    sum += f->factor[p] * fairu_stencil__share(e, a, &curvature, p, b);
  return sum;
}

static void fill_derivatives(const profile *f, const double *z, double *gradient, double *hessian)
{
  const fairu_expected *e = f->e;
  const size_t n = e->n_nuisances, m = e->n_bins;
  double *slope = f->by_nu, *curvature = f->by_nu + m;
  for (size_t b = 0; b < m; b++) {
    const double nu = f->test->nu[b], share = nu > 0.0 ? f->test->observed[b] / nu : 0.0;
    slope[b] = 1.0 - share;
    curvature[b] = nu > 0.0 ? share / nu : 0.0;
  }
  fill_first(f, z);
  for (size_t k = 0; k < n; k++) {
    const double width = e->nuisances[k].width, own = width > 0.0 ? 1.0 / (width * width) : 0.0;
    gradient[k] = z[k] * own + fairu_linalg__dot(slope, f->first + k * m, m);
    for (size_t l = 0; l <= k && hessian; l++) {
      double sum = l == k ? own : 0.0;
      for (size_t b = 0; b < m; b++)
        sum += curvature[b] * f->first[k * m + b] * f->first[l * m + b] + slope[b] * second_of(f, z, k, l, b);
      hessian[k * n + l] = hessian[l * n + k] = sum;
    }
  }
}

static int objective(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                     void *data)
{
  const profile *f = data;
  double *z = f->test->z;
  for (size_t k = 0; k < f->e->n_nuisances; k++)
    z[k] = x[k] == 0.0 ? copysign(0.0, f->side[k]) : x[k];
  fill_factors(f->e, f->test->mu, z, f->factor);
  fill_shapes(f->e, z, f->shape);
  fill_yields(f, f->test->nu);
  const int status = check_yields(ctx, f);
  if (status != FAIRU_OK)
    return status;
  *value = deviance_of(f, z);
  if (gradient)
    fill_derivatives(f, z, gradient, hessian);
  return FAIRU_OK;
}

/* ---- fit ----------------------------------------------------------------------------------------------- */

static int take(fairu_context *ctx, const fairu_expected *e, fairu_expected_test *test, profile *f)
{
  const size_t k = e->n_nuisances, m = e->n_bins;
  double *block = fairu_context__scratch(ctx, 2 * k + 2 * m, sizeof *block, "expected loss");
  double *work =
      fairu_context__scratch(ctx, e->n_processes * (m + 1) + (k + 2) * m, sizeof *work, "expected loss");
  if (!block || !work)
    return FAIRU_ERR_OUT_OF_MEMORY;
  test->z = block;
  test->observed = block + k;
  test->nu = block + k + m;
  *f = (profile){ .e = e,
                  .test = test,
                  .side = block + k + 2 * m,
                  .factor = work,
                  .shape = work + e->n_processes,
                  .first = work + e->n_processes * (m + 1),
                  .by_nu = work + e->n_processes * (m + 1) + k * m };
  memset(test->z, 0, k * sizeof *test->z);
  for (size_t i = 0; i < k; i++)
    f->side[i] = 1.0;
  return FAIRU_OK;
}

static double scale_of(const fairu_expected_nuisance *nuisance)
{
  if (nuisance->width > 0.0)
    return nuisance->width;
  return nuisance->source == FAIRU_SOURCE_VARIATIONS ? 0.5 * (nuisance->step_up - nuisance->step_down)
         : nuisance->source == FAIRU_SOURCE_RATE     ? 0.1
                                                     : 1.0;
}

/* What a search needs, and where it is. */
typedef struct search {
  double *lower, *upper, *scale; /* [n] */
  fairu_minimize_state state;
} search;

static int take_search(fairu_context *ctx, size_t n, search *s)
{
  double *block = fairu_context__scratch(ctx, n, (5 + n) * sizeof *block, "expected loss");
  unsigned char *at_bound = fairu_context__scratch(ctx, n, 1, "expected loss");
  if (!block || !at_bound)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(block, 0, 5 * n * sizeof *block);
  memset(at_bound, 0, n);
  *s = (search){
    .lower = block,
    .upper = block + n,
    .scale = block + 2 * n,
    .state = { .x = block + 3 * n, .gradient = block + 4 * n, .hessian = block + 5 * n, .at_bound = at_bound }
  };
  return FAIRU_OK;
}

/* From nominal, each nuisance on its side of its kink. */
static int descend(fairu_context *ctx, profile *f, search *s)
{
  const fairu_expected *e = f->e;
  for (size_t k = 0; k < e->n_nuisances; k++) {
    const int kink = fairu_expected__has_kink(e, k);
    s->lower[k] = is_rate(e, k) ? RATE_LEAST - 1.0 : kink && f->side[k] > 0.0 ? 0.0 : -(double)INFINITY;
    s->upper[k] = kink && f->side[k] < 0.0 ? 0.0 : (double)INFINITY;
    s->scale[k] = scale_of(&e->nuisances[k]);
    s->state.x[k] = 0.0;
  }
  const fairu_minimize_problem problem = { .n = e->n_nuisances,
                                           .objective = objective,
                                           .data = f,
                                           .lower = s->lower,
                                           .upper = s->upper,
                                           .scale = s->scale,
                                           .max_iterations = 200,
                                           .edm_tolerance = 1e-10 };
  const int status = fairu_minimize(ctx, &problem, &s->state);
  if (status == FAIRU_OK && s->state.status == FAIRU_ERR_NOT_CONVERGED)
    return fairu_context__fail(ctx, s->state.status,
                               "expected loss: the fit at mu = %g does not converge in %d steps", f->test->mu,
                               s->state.iterations);
  return status;
}

/* Between kinks yields are straight and the deviance is convex: the lowest of all sides is the minimum. Without kinks there is one search. */
static int fit(fairu_context *ctx, profile *f, double *value)
{
  const fairu_expected *e = f->e;
  const size_t n = e->n_nuisances;
  search s;
  int status = take_search(ctx, n, &s);
  double *best = fairu_context__scratch(ctx, 2 * n, sizeof *best, "expected loss");
  if (!best)
    return FAIRU_ERR_OUT_OF_MEMORY;
  size_t kinks = 0;
  for (size_t k = 0; k < n; k++)
    kinks += fairu_expected__has_kink(e, k) != 0;
  *value = (double)INFINITY;
  for (size_t sides = 0; sides < (size_t)1 << kinks && status == FAIRU_OK; sides++) {
    for (size_t k = 0, bit = 0; k < n; k++)
      if (fairu_expected__has_kink(e, k))
        f->side[k] = sides >> bit++ & 1 ? -1.0 : 1.0;
    status = descend(ctx, f, &s);
    if (status == FAIRU_OK && s.state.value < *value) {
      *value = s.state.value;
      memcpy(best, s.state.x, n * sizeof *best);
      memcpy(best + n, f->side, n * sizeof *best);
    }
  }
  memcpy(f->side, best + n, n * sizeof *best);
  return status == FAIRU_OK ? objective(ctx, best, value, NULL, NULL, f) : status;
}

int fairu_expected_test__create(fairu_context *ctx, const fairu_expected *e, double mu, double mu_asimov,
                                fairu_expected_test *test)
{
  profile f;
  double value = 0.0;
  *test = (fairu_expected_test){ .mu = mu, .mu_asimov = mu_asimov };
  int status = take(ctx, e, test, &f);
  if (status != FAIRU_OK)
    return status;
  fill_factors(e, mu_asimov, test->z, f.factor);
  fill_shapes(e, test->z, f.shape);
  fill_yields(&f, test->observed);
  for (size_t b = 0; b < e->n_bins; b++)
    if (test->observed[b] < 0.0)
      return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_YIELD,
                                 "expected loss: %g events expected in bin %zu at mu = %g", test->observed[b],
                                 b, mu_asimov);
  status = e->n_nuisances ? fit(ctx, &f, &value) : objective(ctx, test->z, &value, NULL, NULL, &f);
  test->q = 2.0 * value;
  return status;
}

/* ---- gradient ------------------------------------------------------------------------------------------ */

/* d q / d yield of bin b in the fit, and in the data. */
static double by_fit(const fairu_expected_test *t, size_t b)
{
  return t->nu[b] > 0.0 ? 2.0 * (1.0 - t->observed[b] / t->nu[b]) : 2.0;
}

static double by_data(const fairu_expected_test *t, size_t b)
{
  return t->observed[b] > 0.0 ? 2.0 * log(t->observed[b] / t->nu[b]) : 0.0;
}

/* Product of what multiplies process p at the fit. */
static double factor_of(const fairu_expected *e, double mu, const double *z, size_t p)
{
  double factor = p == e->options.signal ? mu * e->options.yields[p] : e->options.yields[p];
  for (size_t k = 0; k < e->n_nuisances; k++)
    if (is_rate(e, k) && e->nuisances[k].process == p)
      factor *= 1.0 + z[k];
  return factor;
}

void fairu_expected_test__spread(const fairu_expected *e, const fairu_expected_test *t, double scale,
                                 const fairu_expected_gradient *gradient)
{
  for (size_t p = 0; p < e->n_processes; p++) {
    const double fitted = scale * factor_of(e, t->mu, t->z, p);
    const double data = scale * e->options.yields[p] * (p == e->options.signal ? t->mu_asimov : 1.0);
    for (size_t b = 0; b < e->n_bins; b++)
      gradient->counts[fairu_expected__nominal(e, p, b)] += fitted * by_fit(t, b) + data * by_data(t, b);
    for (size_t k = 0; k < e->n_nuisances; k++) {
      const fairu_stencil stencil = stencil_of(e, k, t->z[k], 0);
      for (size_t b = 0; b < e->n_bins; b++)
        fairu_stencil__spread(e, &e->nuisances[k], &stencil, p, b, fitted * by_fit(t, b), gradient);
    }
  }
}
