/* compare_pivot.c - the toy of arXiv:1611.01046: background N(0, [[1, -0.5], [-0.5, 1]]), signal N((1, 1 + z), I), z ~ N(0, 1). */
#include "compare_problem.h"

#include <math.h>

/* Signal moves: x1 by z. */
static int pivot_move(const double *z, size_t n_nuisances, uint64_t seed, size_t first_row, size_t n_events,
                      float *const *columns, size_t n_columns, double *weights, unsigned char *passed,
                      void *user_data)
{
  (void)n_columns, (void)n_nuisances, (void)seed, (void)first_row, (void)weights, (void)passed,
      (void)user_data;
  for (size_t i = 0; i < n_events; i++)
    columns[0][i] = (float)((double)columns[0][i] + (double)columns[1][i] * z[0]);
  return 0;
}

static int pivot_move_tangent(const double *z, size_t n_nuisances, uint64_t seed, size_t first_row,
                              size_t n_events, double *const *values, double *const *tangents,
                              size_t n_columns, unsigned char *passed, void *user_data)
{
  (void)n_columns, (void)n_nuisances, (void)seed, (void)first_row, (void)passed, (void)user_data;
  for (size_t i = 0; i < n_events; i++) {
    tangents[0][i] += values[1][i];
    values[0][i] += values[1][i] * z[0];
  }
  return 0;
}

static int pivot_systematics(fairu_context *ctx, const compare_problem *problem, fairu_systematics **out)
{
  static const char *const columns[2] = { "x1", COMPARE_MOVES };
  const int status = compare_nuisances_create(ctx, problem, out);
  return status == FAIRU_OK ? fairu_systematics_add_callback_with_tangents(*out, ctx, columns, 2, pivot_move,
                                                                           pivot_move_tangent, NULL)
                            : status;
}

static void pivot_event(int label, const double *u, double *x)
{
  const double a = compare_normal(u[0]), b = compare_normal(u[1]);
  x[0] = label == COMPARE_SIGNAL ? 1.0 + a : a;
  x[1] = label == COMPARE_SIGNAL ? 1.0 + b : -0.5 * a + sqrt(0.75) * b;
}

static double pivot_log_density(int label, const double *x, const double *z, double *d_z)
{
  const double a = x[0] - 1.0, b = x[1] - 1.0 - z[0];
  d_z[0] = 0.0;
  if (label == COMPARE_BACKGROUND)
    return -2.0 / 3.0 * (x[0] * x[0] + x[0] * x[1] + x[1] * x[1]) - log(2.0 * M_PI) - 0.5 * log(0.75);
  d_z[0] = b;
  return -0.5 * (a * a + b * b) - log(2.0 * M_PI);
}

/* P of one class that q y^2 + b y + c < 0, q > 0, where y ~ N(mean, width). */
static double pivot_between_roots(double q, double b, double c, double mean, double width)
{
  const double square = b * b - 4.0 * q * c;
  if (square <= 0.0)
    return 0.0;
  const double root = sqrt(square);
  return compare_normal_cdf(((-b + root) / (2.0 * q) - mean) / width) -
         compare_normal_cdf(((-b - root) / (2.0 * q) - mean) / width);
}

enum { PIVOT_STEPS = 4000 };

/* The logit is a parabola in x1 for given x0. */
static void pivot_distribution(int label, const double *z, const double *z_score, const double *edges,
                               size_t n, double *p)
{
  const int signal = label == COMPARE_SIGNAL;
  const double centre = signal ? 1.0 : 0.0, up = 1.0 + z_score[0], step = 16.0 / PIVOT_STEPS;
  for (size_t j = 0; j < n; j++)
    p[j] = 0.0;
  for (int i = 0; i < PIVOT_STEPS; i++) {
    const double s = step * (i + 0.5) - 8.0, x = centre + s;
    const double weight = step * exp(-0.5 * s * s) / sqrt(2.0 * M_PI);
    const double mean = signal ? 1.0 + z[0] : -0.5 * x, width = signal ? 1.0 : sqrt(0.75);
    const double b = up + 2.0 / 3.0 * x;
    const double c = -0.5 * up * up - 0.5 * (x - 1.0) * (x - 1.0) + 2.0 / 3.0 * x * x + 0.5 * log(0.75);
    for (size_t j = 0; j < n; j++)
      p[j] += weight * pivot_between_roots(1.0 / 6.0, b, c - edges[j], mean, width);
  }
}

const compare_problem compare_pivot_toy = {
  .name = "pivot-toy",
  .title = "Toy of learning to pivot",
  .about = "Background: two correlated normal features; signal: two independent ones about (1, 1 + z), z of "
           "prior N(0, 1) "
           "(arXiv:1611.01046). The paper classifies equal classes; for an inference, 100 signal events at "
           "mu = 1 and 1000 background "
           "events are taken here.",
  .features = { "x0", "x1" },
  .n_features = 2,
  .axes = { { "z",
              0.0,
              1.0,
              0.5,
              { -4.0,  -3.75, -3.5,  -3.25, -3.0,  -2.75, -2.5, -2.25, -2.0, -1.75, -1.5,
                -1.25, -1.0,  -0.75, -0.5,  -0.25, 0.0,   0.25, 0.5,   0.75, 1.0,   1.25,
                1.5,   1.75,  2.0,   2.25,  2.5,   2.75,  3.0,  3.25,  3.5,  3.75,  4.0 },
              33 } },
  .n_axes = 1,
  .moves = { 0, 1 },
  .signal = 100.0,
  .background = 1000.0,
  .truths = { { "z=0", { 0.0 } }, { "z=1", { 1.0 } } },
  .n_truths = 2,
  .template_events = 100000,
  .range = { { -9.0, 9.0, 40 }, { -12.0, 14.0, 50 } },
  .systematics = pivot_systematics,
  .event = pivot_event,
  .log_density = pivot_log_density,
  .distribution = pivot_distribution,
};
