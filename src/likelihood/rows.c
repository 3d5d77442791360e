/* rows.c - nu_j = sum_p phi_p nu_pj(z), v_j = sum_p phi_p^2 V_pj(z) and n_j(z), with derivatives. phi_p is the product of the
 * factors that name process p. */
#include "likelihood/rows.h"

#include <string.h>

#include "templates/templates_internal.h"

void fairu_likelihood__scales(const fairu_likelihood *lh, const double *params, double *phi, double *without)
{
  const size_t n = lh->n_processes;
  for (size_t p = 0; p < n; p++)
    phi[p] = fairu_likelihood__scale_without(lh, params, p, FAIRU_NONE, FAIRU_NONE);
  for (size_t f = 0; without && f < lh->n_factors; f++)
    for (size_t p = 0; p < n; p++)
      without[f * n + p] = fairu_likelihood__scale_without(lh, params, p, f, FAIRU_NONE);
}

double fairu_likelihood__scale_without(const fairu_likelihood *lh, const double *params, size_t p, size_t f,
                                       size_t g)
{
  double product = 1.0;
  for (size_t i = 0; i < lh->n_factors; i++)
    if (i != f && i != g && lh->scales[i * lh->n_processes + p])
      product *= params[i];
  return product;
}

/* out[j] (+)= a * in[j] */
static void scale_row(double *out, double a, const double *in, size_t n, int add)
{
  if (add)
    for (size_t j = 0; j < n; j++)
      out[j] += a * in[j];
  else
    for (size_t j = 0; j < n; j++)
      out[j] = a * in[j];
}

/* sum_p phi_p^power x_pj */
static void sum_processes(const fairu_likelihood *lh, const double *phi, int power, const double *x,
                          double *out)
{
  for (size_t p = 0; p < lh->n_processes; p++)
    scale_row(out, power == 2 ? phi[p] * phi[p] : phi[p], x + p * lh->n_bins, lh->n_bins, p > 0);
}

static double *take(double **next, size_t n)
{
  double *block = *next;
  *next += n;
  return block;
}

static size_t derivative_count(size_t order, size_t k)
{
  return order == 0 ? 1 : order == 1 ? 1 + k : 1 + k + k * k;
}

static void carve(const fairu_likelihood *lh, const fairu_data *data, size_t order, double *next,
                  fairu_row_space *s)
{
  const size_t bins = lh->n_bins, all = lh->n_processes * bins, k = lh->n_nuisances;
  const int gamma = lh->mc_stat == FAIRU_MC_STAT_MOVING && data;
  const int moves = data && data->moves;
  memset(s, 0, sizeof *s);
  s->order = order;
  s->phi = take(&next, lh->n_processes);
  s->without = take(&next, lh->n_factors * lh->n_processes);
  s->row = take(&next, bins);
  s->nu.value = take(&next, bins);
  s->n.value = take(&next, bins);
  s->yields = take(&next, all);
  if (gamma) {
    s->v.value = take(&next, bins);
    s->variances = take(&next, all);
  }
  if (order >= 1) {
    s->nu.jacobian = take(&next, lh->n_params * bins);
    s->n.jacobian = moves ? take(&next, lh->n_params * bins) : NULL;
    s->v.jacobian = gamma ? take(&next, lh->n_params * bins) : NULL;
    s->d_yields = take(&next, k * all);
    s->d_variances = gamma ? take(&next, k * all) : NULL;
    s->d_counts = moves ? take(&next, k * bins) : NULL;
  }
  if (order >= 2) {
    s->d2_yields = take(&next, k * k * all);
    s->d2_variances = gamma ? take(&next, k * k * all) : NULL;
    s->d2_counts = moves ? take(&next, k * k * bins) : NULL;
  }
}

static int prepare(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data, size_t order,
                   fairu_row_space *s)
{
  const size_t bins = lh->n_bins;
  const size_t per_order = derivative_count(order, lh->n_nuisances) * bins;
  const size_t size = lh->n_processes * (1 + lh->n_factors) + 4 * bins +
                      (2 * lh->n_processes + 1) * per_order + (order ? 3 * lh->n_params * bins : 0);
  double *block = fairu_context__scratch(ctx, size, sizeof *block, "likelihood of bins");
  if (!block)
    return FAIRU_ERR_OUT_OF_MEMORY;
  carve(lh, data, order, block, s);
  return FAIRU_OK;
}

/* d phi_p^power / d f */
static double scale_slope(const fairu_likelihood *lh, const fairu_row_space *s, int power, size_t f, size_t p)
{
  const double without = s->without[f * lh->n_processes + p];
  return power == 2 ? 2.0 * s->phi[p] * without : without;
}

/* sum over the processes that f scales of (d phi_p^power / d f) x_pj */
static void sum_scaled(const fairu_likelihood *lh, const fairu_row_space *s, int power, size_t f,
                       const double *x, double *out)
{
  int add = 0;
  for (size_t p = 0; p < lh->n_processes; p++)
    if (lh->scales[f * lh->n_processes + p]) {
      scale_row(out, scale_slope(lh, s, power, f, p), x + p * lh->n_bins, lh->n_bins, add);
      add = 1;
    }
}

/* d/dparam of sum_p phi_p^power x_pj */
static void fill_jacobian(const fairu_likelihood *lh, const fairu_row_space *s, int power, const double *x,
                          const double *dx, double *jacobian)
{
  const size_t bins = lh->n_bins, all = lh->n_processes * bins;
  for (size_t f = 0; f < lh->n_factors; f++)
    sum_scaled(lh, s, power, f, x, jacobian + f * bins);
  for (size_t k = 0; k < lh->n_nuisances; k++)
    sum_processes(lh, s->phi, power, dx + k * all, jacobian + (lh->n_factors + k) * bins);
}

static int evaluate_counts(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                           const double *z, fairu_row_space *s)
{
  const size_t bins = lh->n_bins;
  if (!data->moves) {
    memcpy(s->n.value, data->observed, bins * sizeof *s->n.value);
    return FAIRU_OK;
  }
  double *point = s->row; /* too short where axes outnumber bins */
  const fairu_mark mark = fairu_context__mark(ctx);
  if (data->n_moving > bins) {
    point = fairu_context__scratch(ctx, data->n_moving, sizeof *point, "point");
    if (!point)
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  for (size_t a = 0; a < data->n_moving; a++)
    point[a] = z[data->moving_axes[a]];
  const int status =
      fairu_templates__evaluate(data->moving, ctx, point, s->n.value, s->d_counts, s->d2_counts);
  fairu_context__release(ctx, mark);
  if (status != FAIRU_OK)
    return fairu_context__within(ctx, status, "moving observation");
  if (s->order == 0)
    return FAIRU_OK;
  memset(s->n.jacobian, 0, lh->n_params * bins * sizeof *s->n.jacobian);
  for (size_t a = 0; a < data->n_moving; a++)
    memcpy(s->n.jacobian + (lh->n_factors + data->moving_axes[a]) * bins, s->d_counts + a * bins,
           bins * sizeof *s->d_counts);
  return FAIRU_OK;
}

int fairu_rows__evaluate(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                         const double *params, size_t order, fairu_row_space *s)
{
  const double *z = params + lh->n_factors;
  int status = prepare(lh, ctx, data, order, s);
  if (status != FAIRU_OK)
    return status;
  s->params = params;
  fairu_likelihood__scales(lh, params, s->phi, s->without);
  status = fairu_templates__evaluate(lh->templates, ctx, z, s->yields, s->d_yields, s->d2_yields);
  if (status == FAIRU_OK && s->variances)
    status = fairu_templates__evaluate_variance(lh->templates, ctx, z, s->variances, s->d_variances,
                                                s->d2_variances);
  if (status == FAIRU_OK && data)
    status = evaluate_counts(lh, ctx, data, z, s);
  if (status != FAIRU_OK)
    return status;
  sum_processes(lh, s->phi, 1, s->yields, s->nu.value);
  if (s->variances)
    sum_processes(lh, s->phi, 2, s->variances, s->v.value);
  if (order == 0)
    return FAIRU_OK;
  fill_jacobian(lh, s, 1, s->yields, s->d_yields, s->nu.jacobian);
  if (s->variances)
    fill_jacobian(lh, s, 2, s->variances, s->d_variances, s->v.jacobian);
  return FAIRU_OK;
}

/* d^2 phi_p^power / (d i d k) of two factors that scale p */
static double scale_curvature(const fairu_likelihood *lh, const fairu_row_space *s, int power, size_t p,
                              size_t i, size_t k)
{
  const size_t n = lh->n_processes;
  const double both = i == k ? 0.0 : fairu_likelihood__scale_without(lh, s->params, p, i, k);
  if (power == 1)
    return both;
  return 2.0 * s->without[i * n + p] * s->without[k * n + p] + 2.0 * s->phi[p] * both;
}

/* Two factors; NULL if no process has both. */
static const double *second_of_factors(const fairu_likelihood *lh, const fairu_row_space *s, int power,
                                       const double *x, size_t i, size_t k)
{
  const size_t n = lh->n_processes, bins = lh->n_bins;
  int add = 0;
  for (size_t p = 0; p < n && (power == 2 || i != k); p++)
    if (lh->scales[i * n + p] && lh->scales[k * n + p]) {
      scale_row(s->row, scale_curvature(lh, s, power, p, i, k), x + p * bins, bins, add);
      add = 1;
    }
  return add ? s->row : NULL;
}

/* Second derivatives of sum_p phi_p^power x_pj, x with derivatives dx and d2x; i <= k. */
static const double *second(const fairu_likelihood *lh, const fairu_row_space *s, int power, const double *x,
                            const double *dx, const double *d2x, size_t i, size_t k)
{
  const size_t all = lh->n_processes * lh->n_bins, nf = lh->n_factors;
  if (k < nf)
    return second_of_factors(lh, s, power, x, i, k);
  if (i < nf)
    sum_scaled(lh, s, power, i, dx + (k - nf) * all, s->row);
  else
    sum_processes(lh, s->phi, power, d2x + ((i - nf) * lh->n_nuisances + (k - nf)) * all, s->row);
  return s->row;
}

const double *fairu_rows__second_nu(const fairu_likelihood *lh, const fairu_row_space *s, size_t i, size_t k)
{
  return second(lh, s, 1, s->yields, s->d_yields, s->d2_yields, i, k);
}

const double *fairu_rows__second_v(const fairu_likelihood *lh, const fairu_row_space *s, size_t i, size_t k)
{
  return second(lh, s, 2, s->variances, s->d_variances, s->d2_variances, i, k);
}

const double *fairu_rows__second_n(const fairu_likelihood *lh, const fairu_data *data,
                                   const fairu_row_space *s, size_t i, size_t k)
{
  const size_t none = data->n_moving;
  size_t a = none, b = none;
  if (i < lh->n_factors)
    return NULL;
  for (size_t m = 0; m < data->n_moving; m++) {
    if (data->moving_axes[m] == i - lh->n_factors)
      a = m;
    if (data->moving_axes[m] == k - lh->n_factors)
      b = m;
  }
  return a == none || b == none ? NULL : s->d2_counts + (a * data->n_moving + b) * lh->n_bins;
}

int fairu_rows__expected(const fairu_likelihood *lh, fairu_context *ctx, const double *params, double *nu)
{
  fairu_row_space space;
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = fairu_rows__evaluate(lh, ctx, NULL, params, 0, &space);
  if (status == FAIRU_OK)
    memcpy(nu, space.nu.value, lh->n_bins * sizeof *nu);
  fairu_context__release(ctx, mark);
  return status;
}
