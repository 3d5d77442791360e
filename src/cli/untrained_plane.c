#include "untrained_plane.h"

#define T_LOWER (-2.0)
#define T_UPPER 2.5

const char *plane_method_name(int method)
{
  static const char *const names[PLANE_METHODS] = { "aware_both", "aware_profiled", "aware_ignored",
                                                    "frozen_profiled" };
  return names[method];
}

plane_point plane_truth(size_t truth)
{
  static const plane_point pulls[PLANE_TRUTHS] = {
    { 0.0, 0.0 }, { 0.0, 0.1 }, { 0.0, 1.0 }, { 0.0, 2.0 }, { 1.0, 1.0 }
  };
  return (plane_point){ TOY_NOMINAL + PLANE_Z_PRIOR * pulls[truth].z,
                        PLANE_K_NOMINAL + PLANE_K_PRIOR * pulls[truth].k };
}

const char *plane_truth_name(size_t truth)
{
  static const char *const names[PLANE_TRUTHS] = { "nominal", "k+0.1s", "k+1s", "k+2s", "z+1s k+1s" };
  return names[truth];
}

/* Projection that a method bins under a hypothesis: x * across[0] + y * across[1]. */
static void axis_of(int method, plane_point scored, double axis[2])
{
  const double z = method == PLANE_FROZEN ? TOY_NOMINAL : scored.z;
  axis[0] = cos(z);
  axis[1] = sin(z) / (method == PLANE_BOTH ? scored.k : PLANE_K_NOMINAL);
}

static double edge(size_t j)
{
  if (j == 0)
    return -(double)INFINITY;
  return j == PLANE_BINS ? (double)INFINITY : T_LOWER + (T_UPPER - T_LOWER) * (double)j / PLANE_BINS;
}

void plane_yields(int method, int process, plane_point made, plane_point scored, double *yields)
{
  double axis[2];
  axis_of(method, scored, axis);
  const double sign = process == TOY_SIGNAL_PROCESS ? 1.0 : -1.0;
  const double total = process == TOY_SIGNAL_PROCESS ? TOY_SIGNAL : TOY_BACKGROUND;
  const double mean = sign * TOY_RADIUS * (axis[0] * cos(made.z) + made.k * axis[1] * sin(made.z));
  const double width = TOY_SIGMA * hypot(axis[0], made.k * axis[1]);
  for (size_t j = 0; j < PLANE_BINS; j++)
    yields[j] = total * toy_normal_interval((edge(j) - mean) / width, (edge(j + 1) - mean) / width);
}

/* ---- the floor ---------------------------------------------------------------------------------------- */

/* Density of one class at (x, y), y before its scale, and the derivatives of its logarithm in z and k at a fixed measurement. */
static double density(double sign, plane_point at, double x, double y, double *d_z, double *d_k)
{
  const double s2 = TOY_SIGMA * TOY_SIGMA;
  const double dx = x - sign * TOY_RADIUS * cos(at.z), dy = y - sign * TOY_RADIUS * sin(at.z);
  *d_z = sign * TOY_RADIUS * (dy * cos(at.z) - dx * sin(at.z)) / s2;
  *d_k = (dy * y / s2 - 1.0) / at.k;
  return exp(-0.5 * (dx * dx + dy * dy) / s2) / (2.0 * M_PI * s2);
}

/* Inverse of a symmetric matrix of 3, by cofactors. */
static void invert(const double m[3][3], double inverse[3][3])
{
  double cofactor[3][3], determinant = 0.0;
  for (size_t i = 0; i < 3; i++)
    for (size_t j = 0; j < 3; j++) {
      const size_t a = (i + 1) % 3, b = (i + 2) % 3, c = (j + 1) % 3, d = (j + 2) % 3;
      cofactor[i][j] = m[a][c] * m[b][d] - m[a][d] * m[b][c];
    }
  for (size_t j = 0; j < 3; j++)
    determinant += m[0][j] * cofactor[0][j];
  for (size_t i = 0; i < 3; i++)
    for (size_t j = 0; j < 3; j++)
      inverse[i][j] = cofactor[j][i] / determinant;
}

plane_floor plane_floor_at(plane_point truth, double mu)
{
  const double step = 0.03, reach = TOY_RADIUS + 7.0 * TOY_SIGMA;
  const int n = (int)(reach / step);
  double information[3][3] = { { 0 } }, covariance[3][3];
  for (int i = -n; i <= n; i++)
    for (int j = -n; j <= n; j++) {
      double s_z, s_k, b_z, b_k;
      const double s = TOY_SIGNAL * density(1.0, truth, i * step, j * step, &s_z, &s_k);
      const double b = TOY_BACKGROUND * density(-1.0, truth, i * step, j * step, &b_z, &b_k);
      const double d[3] = { s, mu * s * s_z + b * b_z, mu * s * s_k + b * b_k };
      for (size_t p = 0; p < 3; p++)
        for (size_t q = 0; q < 3; q++)
          information[p][q] += step * step * d[p] * d[q] / (mu * s + b);
    }
  information[1][1] += 1.0 / (PLANE_Z_PRIOR * PLANE_Z_PRIOR);
  information[2][2] += 1.0 / (PLANE_K_PRIOR * PLANE_K_PRIOR);
  invert((const double(*)[3])information, covariance);
  const double(*f)[3] = (const double(*)[3])information;
  return (plane_floor){ .both = sqrt(covariance[0][0]),
                        .z_alone = 1.0 / sqrt(f[0][0] - f[0][1] * f[0][1] / f[1][1]),
                        .sigma_z = sqrt(covariance[1][1]),
                        .sigma_k = sqrt(covariance[2][2]) };
}

/* ---- handles of the library --------------------------------------------------------------------------- */

int plane_binning_create(fairu_context *ctx, fairu_binning **out)
{
  double edges[PLANE_BINS - 1];
  for (size_t j = 1; j < PLANE_BINS; j++)
    edges[j - 1] = toy_slope_optimal() * edge(j);
  return fairu_binning_create_edges(ctx, FAIRU_OUTPUT_LOGIT, edges, PLANE_BINS - 1, out);
}

int plane_grid_create(fairu_context *ctx, int with_k, fairu_grid **out)
{
  static const size_t pair[2] = { 0, 1 };
  double z[PLANE_Z_KNOTS], k[PLANE_K_KNOTS];
  for (size_t i = 0; i < PLANE_Z_KNOTS; i++)
    z[i] = toy_angle(i);
  for (size_t i = 0; i < PLANE_K_KNOTS; i++)
    k[i] = 0.1 * (double)(i + 4);
  const fairu_axis axes[2] = { { "z", z, PLANE_Z_KNOTS, z[PLANE_Z_KNOTS / 2] },
                               { "k", k, PLANE_K_KNOTS, k[6] } };
  return fairu_grid_create(ctx, axes, with_k ? 2 : 1, with_k ? pair : NULL, with_k ? 1 : 0, out);
}

static int scale_y(const double *z, size_t n_nuisances, uint64_t seed, size_t first_row, size_t n_events,
                   float *const *columns, size_t n_columns, double *weights, unsigned char *passed,
                   void *user_data)
{
  (void)n_columns, (void)n_nuisances, (void)seed, (void)first_row, (void)weights, (void)passed,
      (void)user_data;
  for (size_t i = 0; i < n_events; i++)
    columns[0][i] = (float)((double)columns[0][i] * z[1]);
  return 0;
}

static int create_systematics(fairu_context *ctx, const fairu_nuisance both[2], fairu_systematics **out)
{
  static const char *const y = "y";
  int status = fairu_systematics_create(ctx, both, 2, out);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_rotation(*out, ctx, "z", "x", "y", TOY_NOMINAL);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_callback(*out, ctx, &y, 1, scale_y, NULL);
  if (status == FAIRU_OK)
    return status;
  fairu_systematics_destroy(*out);
  *out = NULL;
  return status;
}

static int init_nuisances(fairu_nuisance both[2])
{
  const int status = fairu_nuisance_init(&both[0], sizeof both[0]);
  both[1] = both[0];
  both[0].name = "z";
  both[0].nominal = TOY_NOMINAL;
  both[0].width = PLANE_Z_PRIOR;
  both[1].name = "k";
  both[1].nominal = PLANE_K_NOMINAL;
  both[1].width = PLANE_K_PRIOR;
  return status;
}

int plane_systematics_create(fairu_context *ctx, fairu_systematics **out)
{
  fairu_nuisance both[2];
  *out = NULL;
  const int status = init_nuisances(both);
  return status == FAIRU_OK ? create_systematics(ctx, both, out) : status;
}

int plane_training_create(fairu_context *ctx, fairu_systematics **out)
{
  static const double ends[2][2] = { { 0.0, M_PI_2 }, { 0.4, 1.8 } };
  fairu_nuisance both[2];
  *out = NULL;
  const int status = init_nuisances(both);
  for (int i = 0; i < 2; i++) {
    both[i].prior = FAIRU_PRIOR_UNIFORM;
    both[i].lower = ends[i][0];
    both[i].upper = ends[i][1];
  }
  return status == FAIRU_OK ? create_systematics(ctx, both, out) : status;
}

/* The classifier that is told both. */
static int score_both(const float *features, size_t n_events, size_t n_features, const double *z,
                      size_t n_nuisances, float *logits, void *user_data)
{
  (void)n_features, (void)n_nuisances;
  double axis[2];
  (void)user_data;
  axis_of(PLANE_BOTH, (plane_point){ z[0], z[1] }, axis);
  for (size_t i = 0; i < n_events; i++)
    logits[i] = (float)(toy_slope_optimal() *
                        ((double)features[2 * i] * axis[0] + (double)features[2 * i + 1] * axis[1]));
  return 0;
}

int plane_classifier_create(fairu_context *ctx, int method, fairu_classifier **out)
{
  static const char *const features[2] = { "x", "y" }, *const nuisances[2] = { "z", "k" };
  if (method == PLANE_BOTH)
    return fairu_classifier_create_callback(ctx, features, 2, nuisances, 2, 1, score_both, NULL, out);
  if (method != PLANE_FROZEN)
    return fairu_classifier_create_rotation(ctx, "x", "y", "z", toy_slope_optimal(), out);
  const double weights[2] = { toy_slope_optimal() * cos(TOY_NOMINAL),
                              toy_slope_optimal() * sin(TOY_NOMINAL) };
  return fairu_classifier_create_linear(ctx, features, weights, 2, 0.0, out);
}

/* What the library asks the closed forms for: templates, or the observation under every hypothesis. */
typedef struct yield_source {
  int method;
  int moving;        /* the observation: */
  plane_point truth; /* made here */
  double mu;
} yield_source;

static int source_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                         double *variances, void *user_data)
{
  const yield_source *source = user_data;
  const plane_point at = { z[0], n_axes > 1 ? z[1] : PLANE_K_NOMINAL };
  double signal[PLANE_BINS];
  (void)variances;
  if (n_bins != PLANE_BINS)
    return 1;
  plane_yields(source->method, source->moving ? TOY_BACKGROUND_PROCESS : (int)process,
               source->moving ? source->truth : at, at, yields);
  if (!source->moving)
    return 0;
  plane_yields(source->method, TOY_SIGNAL_PROCESS, source->truth, at, signal);
  for (size_t j = 0; j < PLANE_BINS; j++)
    yields[j] += source->mu * signal[j];
  return 0;
}

static int from_source(fairu_context *ctx, yield_source *source, const fairu_grid *grid,
                       fairu_templates **out)
{
  static const char *const processes[2] = { "signal", "background" }, *const observed[1] = { "observed" };
  return fairu_templates_create_from_function(ctx, grid, source->moving ? observed : processes,
                                              source->moving ? 1 : 2, PLANE_BINS, source_yields, source,
                                              FAIRU_INTERPOLATION_LOG, out);
}

int plane_templates_closed(fairu_context *ctx, int method, fairu_templates **out)
{
  yield_source source = { .method = method };
  fairu_grid *grid = NULL;
  *out = NULL;
  int status = plane_grid_create(ctx, 1, &grid);
  if (status == FAIRU_OK)
    status = from_source(ctx, &source, grid, out);
  fairu_grid_destroy(grid);
  return status;
}

int plane_observed_closed(fairu_context *ctx, int method, const fairu_grid *grid, plane_point truth,
                          double mu, fairu_templates **out)
{
  yield_source source = { method, 1, truth, mu };
  return from_source(ctx, &source, grid, out);
}
