#include "compare_exact.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the floor ---------------------------------------------------------------------------------------- */

enum { NODES = 8, SIDE = COMPARE_PARAMETERS + 1 };

/* Gauss-Legendre on [-1, 1]. */
static const double nodes[NODES] = { -0.960289856497536, -0.796666477413627, -0.525532409916329,
                                     -0.183434642495650, 0.183434642495650,  0.525532409916329,
                                     0.796666477413627,  0.960289856497536 };
static const double node_weights[NODES] = { 0.101228536290376, 0.222381034453374, 0.313706645877887,
                                            0.362683783378362, 0.362683783378362, 0.313706645877887,
                                            0.222381034453374, 0.101228536290376 };

/* Node i of a range. */
static double node(const compare_range *range, size_t i, double *weight)
{
  const double half = 0.5 * (range->upper - range->lower) / (double)range->cells;
  *weight = half * node_weights[i % NODES];
  return range->lower + half * (2.0 * (double)(i / NODES) + 1.0 + nodes[i % NODES]);
}

/* Adds (d_i nu)(d_j nu) / nu at one x, times the weight. */
static void add_point(const compare_problem *problem, const double *x, const double *z, double weight,
                      double *matrix)
{
  double ds[COMPARE_AXES], db[COMPARE_AXES], d[SIDE];
  const size_t n = problem->n_axes + 2;
  const double s = problem->signal * exp(problem->log_density(COMPARE_SIGNAL, x, z, ds));
  const double b = problem->background * exp(problem->log_density(COMPARE_BACKGROUND, x, z, db));
  if (!(s + b > 0.0))
    return;
  d[0] = s;
  for (size_t k = 0; k < problem->n_axes; k++)
    d[1 + k] = s * ds[k] + b * db[k];
  d[n - 1] = b;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      matrix[i * n + j] += weight * d[i] * d[j] / (s + b);
}

typedef struct quadrature {
  const compare_problem *problem;
  const double *z;
  size_t n_rows; /* of the first feature */
  double *rows;  /* [n_rows * side^2] */
} quadrature;

/* All x with the first feature at node `row`. */
static void add_row(const quadrature *q, size_t row)
{
  const compare_problem *problem = q->problem;
  const size_t n = problem->n_axes + 2;
  size_t counts[COMPARE_DIMS] = { 1, 1, 1 };
  double x[COMPARE_DIMS] = { 0.0 }, weight[COMPARE_DIMS] = { 1.0, 1.0, 1.0 };
  for (size_t k = 1; k < problem->n_features; k++)
    counts[k] = NODES * problem->range[k].cells;
  x[0] = node(&problem->range[0], row, &weight[0]);
  for (size_t i = 0; i < counts[1]; i++) {
    if (problem->n_features > 1)
      x[1] = node(&problem->range[1], i, &weight[1]);
    for (size_t j = 0; j < counts[2]; j++) {
      if (problem->n_features > 2)
        x[2] = node(&problem->range[2], j, &weight[2]);
      add_point(problem, x, q->z, weight[0] * weight[1] * weight[2], q->rows + row * n * n);
    }
  }
}

static int estimate(fairu_context *ctx, uint64_t toy, fairu_toy_result *result, void *user_data)
{
  (void)ctx;
  add_row(user_data, (size_t)toy);
  result->status = FAIRU_OK;
  return FAIRU_OK;
}

int compare_information(fairu_context *ctx, const compare_problem *problem, const double *z, double *matrix)
{
  const size_t cells = (problem->n_axes + 2) * (problem->n_axes + 2);
  quadrature q = { problem, z, NODES * problem->range[0].cells, NULL };
  q.rows = calloc(q.n_rows * cells, sizeof *q.rows);
  fairu_toy_result *results = calloc(q.n_rows, sizeof *results);
  /* the loop over toys is a parallel loop over rows, too */
  const int status =
      q.rows && results ? fairu_toys_run(ctx, 0, q.n_rows, estimate, &q, results) : FAIRU_ERR_OUT_OF_MEMORY;
  memset(matrix, 0, cells * sizeof *matrix);
  for (size_t i = 0; i < q.n_rows && status == FAIRU_OK; i++)
    for (size_t j = 0; j < cells; j++)
      matrix[j] += q.rows[i * cells + j];
  free(q.rows);
  free(results);
  return status;
}

int compare_floor(fairu_context *ctx, const compare_problem *problem, const double *z, double *fixed,
                  double *profiled)
{
  double matrix[SIDE * SIDE], with_priors[SIDE * SIDE];
  const size_t n = problem->n_axes + 2, m = n - 1;
  const int status = compare_information(ctx, problem, z, matrix);
  if (status != FAIRU_OK)
    return status;
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < m; j++)
      with_priors[i * m + j] = matrix[i * n + j];
  for (size_t k = 0; k < problem->n_axes; k++)
    with_priors[(1 + k) * (m + 1)] += 1.0 / (problem->axes[k].width * problem->axes[k].width);
  *fixed = compare_sigma(matrix, 1);
  *profiled = compare_sigma(with_priors, m);
  return FAIRU_OK;
}

/* ---- the Bayes score in bins ---------------------------------------------------------------------------- */

typedef struct exact_source {
  const compare_problem *problem;
  const double *z_true;  /* of a moving observation; NULL: templates */
  const double *z_score; /* NULL: the Z of the point */
} exact_source;

static void bins_of(const compare_problem *problem, int label, const double *z, const double *z_score,
                    size_t n_bins, double *yields)
{
  double edges[COMPARE_BINS] = { 0.0 }, below[COMPARE_BINS + 1], last = 0.0;
  for (size_t j = 1; j < n_bins; j++)
    edges[j - 1] = log((double)j / (double)(n_bins - j));
  problem->distribution(label, z, z_score, edges, n_bins - 1, below);
  below[n_bins - 1] = 1.0;
  for (size_t j = 0; j < n_bins; j++) {
    yields[j] = compare_yield(problem, label) * (below[j] - last);
    last = below[j];
  }
}

static int exact_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                        double *variances, void *user_data)
{
  const exact_source *source = user_data;
  const double *z_score = source->z_score ? source->z_score : z;
  (void)n_axes, (void)variances;
  bins_of(source->problem, source->z_true ? COMPARE_BACKGROUND : (int)process,
          source->z_true ? source->z_true : z, z_score, n_bins, yields);
  if (source->z_true) {
    double signal[COMPARE_BINS];
    bins_of(source->problem, COMPARE_SIGNAL, source->z_true, z_score, n_bins, signal);
    for (size_t j = 0; j < n_bins; j++)
      yields[j] += signal[j];
  }
  return 0;
}

static int measure(fairu_context *ctx, const compare_problem *problem, const fairu_templates *templates,
                   const fairu_templates *moving, const double *z, compare_widths *out)
{
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  int status = compare_likelihood_create(ctx, problem, templates, FAIRU_MC_STAT_NONE, &likelihood);
  if (status == FAIRU_OK)
    status = compare_data_create(ctx, problem, likelihood, z, moving, &data);
  if (status == FAIRU_OK)
    status = compare_interval(ctx, problem, likelihood, data, z, 0, &out->fixed, NULL);
  if (status == FAIRU_OK)
    status = compare_interval(ctx, problem, likelihood, data, z, 1, &out->profiled, &out->mu_hat);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  return status;
}

/* The Gaussian limit is that of the score at the truth (aware) or at nominal Z, which then stays the same. */
static int limit(fairu_context *ctx, const compare_problem *problem, const fairu_templates *templates,
                 const double *z, compare_widths *out)
{
  fairu_likelihood *likelihood = NULL;
  int status = compare_likelihood_create(ctx, problem, templates, FAIRU_MC_STAT_NONE, &likelihood);
  if (status == FAIRU_OK)
    status = compare_fisher(ctx, problem, likelihood, z, &out->fisher_fixed, &out->fisher);
  fairu_likelihood_destroy(likelihood);
  return status;
}

/* Templates of a score frozen at the truth may have bins that are empty far from it. */
static int interpolation_of(const exact_source *source)
{
  return source->z_true    ? FAIRU_INTERPOLATION_SQRT
         : source->z_score ? FAIRU_INTERPOLATION_LINEAR
                           : FAIRU_INTERPOLATION_LOG;
}

static int templates_of(fairu_context *ctx, const fairu_grid *grid, exact_source source, size_t n_bins,
                        fairu_templates **out)
{
  static const char *const observed[1] = { "observed" };
  const int moving = source.z_true != NULL;
  return fairu_templates_create_from_function(ctx, grid, moving ? observed : compare_process_names,
                                              moving ? 1 : COMPARE_CLASSES, n_bins, exact_yields, &source,
                                              interpolation_of(&source), out);
}

int compare_exact_widths(fairu_context *ctx, const compare_problem *problem, const double *z, int aware,
                         size_t n_bins, compare_widths *out)
{
  double nominal[COMPARE_AXES];
  fairu_grid *grid = NULL;
  fairu_templates *frozen = NULL, *templates = NULL, *moving = NULL;
  for (size_t k = 0; k < problem->n_axes; k++)
    nominal[k] = problem->axes[k].nominal;
  int status = compare_grid_create(ctx, problem, 1, &grid);
  if (status == FAIRU_OK)
    status = templates_of(ctx, grid, (exact_source){ problem, NULL, aware ? z : nominal }, n_bins, &frozen);
  if (status == FAIRU_OK && aware)
    status = templates_of(ctx, grid, (exact_source){ problem, NULL, NULL }, n_bins, &templates);
  if (status == FAIRU_OK && aware)
    status = templates_of(ctx, grid, (exact_source){ problem, z, NULL }, n_bins, &moving);
  if (status == FAIRU_OK)
    status = measure(ctx, problem, aware ? templates : frozen, moving, z, out);
  if (status == FAIRU_OK)
    status = limit(ctx, problem, frozen, z, out);
  fairu_templates_destroy(moving);
  fairu_templates_destroy(templates);
  fairu_templates_destroy(frozen);
  fairu_grid_destroy(grid);
  return status;
}
