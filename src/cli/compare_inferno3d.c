/* compare_inferno3d.c - the three-dimensional mixture of arXiv:1806.04743, mu multiplying 50 signal events (S3D2 with the priors of benchmark 3).
 *
 * signal: (x0, x1) ~ N((0, 0), I), x2 ~ Exp(rate 2); background: (x0, x1) ~ N((2 + r, 0), diag(5, 9)), x2 ~ Exp(rate lambda).
 */
#include "compare_problem.h"

#include <math.h>

#define LAMBDA 3.0

/* Background moves: x0 by r, x2 as 3 / lambda. */
static int inferno_move(const double *z, size_t n_nuisances, uint64_t seed, size_t first_row, size_t n_events,
                        float *const *columns, size_t n_columns, double *weights, unsigned char *passed,
                        void *user_data)
{
  (void)n_columns, (void)n_nuisances, (void)seed, (void)first_row, (void)weights, (void)passed,
      (void)user_data;
  for (size_t i = 0; i < n_events; i++) {
    const double moves = (double)columns[2][i];
    columns[0][i] = (float)((double)columns[0][i] + moves * z[0]);
    columns[1][i] = (float)((double)columns[1][i] * (1.0 + moves * (LAMBDA / z[1] - 1.0)));
  }
  return 0;
}

/* d x0 / dr and d x2 / d lambda, of events that nothing moved before. */
static int inferno_move_tangent(const double *z, size_t n_nuisances, uint64_t seed, size_t first_row,
                                size_t n_events, double *const *values, double *const *tangents,
                                size_t n_columns, unsigned char *passed, void *user_data)
{
  (void)n_columns, (void)seed, (void)first_row, (void)passed, (void)user_data;
  for (size_t i = 0; i < n_events; i++) {
    const double moves = values[2][i], factor = 1.0 + moves * (LAMBDA / z[1] - 1.0);
    for (size_t k = 0; k < n_nuisances; k++)
      tangents[n_nuisances + k][i] *= factor;
    tangents[0][i] += moves;
    tangents[n_nuisances + 1][i] -= moves * LAMBDA / (z[1] * z[1]) * values[1][i];
    values[0][i] += moves * z[0];
    values[1][i] *= factor;
  }
  return 0;
}

static int inferno_systematics(fairu_context *ctx, const compare_problem *problem, fairu_systematics **out)
{
  static const char *const columns[3] = { "x0", "x2", COMPARE_MOVES };
  const int status = compare_nuisances_create(ctx, problem, out);
  return status == FAIRU_OK ? fairu_systematics_add_callback_with_tangents(
                                  *out, ctx, columns, 3, inferno_move, inferno_move_tangent, NULL)
                            : status;
}

static void inferno_event(int label, const double *u, double *x)
{
  const int signal = label == COMPARE_SIGNAL;
  x[0] = signal ? compare_normal(u[0]) : 2.0 + sqrt(5.0) * compare_normal(u[0]);
  x[1] = (signal ? 1.0 : 3.0) * compare_normal(u[1]);
  x[2] = -log1p(-u[2]) / (signal ? 2.0 : LAMBDA);
}

static double inferno_log_density(int label, const double *x, const double *z, double *d_z)
{
  const double a = x[0] - 2.0 - z[0];
  d_z[0] = d_z[1] = 0.0;
  if (label == COMPARE_SIGNAL)
    return -0.5 * (x[0] * x[0] + x[1] * x[1]) - log(2.0 * M_PI) + M_LN2 - 2.0 * x[2];
  d_z[0] = a / 5.0;
  d_z[1] = 1.0 / z[1] - x[2];
  return -0.5 * (a * a / 5.0 + x[1] * x[1] / 9.0) - log(2.0 * M_PI) - 0.5 * log(45.0) + log(z[1]) -
         z[1] * x[2];
}

enum { INFERNO_STEPS = 480 };

/* The logit, g + slope x2, with x2 of this rate: P(logit < edge) = 1 - e^(-rate t) (slope > 0) or e^(-rate t) at t = (edge - g) / slope. */
typedef struct linear_logit {
  double slope, rate;
  const double *edges;
  size_t n;
  double edge_factors[COMPARE_BINS]; /* e^(-rate edge / slope) */
} linear_logit;

static void inferno_add_below(const linear_logit *l, double g, double weight, double *p)
{
  const double factor = l->slope == 0.0 ? 0.0 : exp(l->rate * g / l->slope);
  for (size_t j = 0; j < l->n; j++) {
    const int positive = l->slope < 0.0 ? l->edges[j] < g : l->edges[j] > g; /* t */
    const double tail = positive ? l->edge_factors[j] * factor : 1.0;
    p[j] += weight * (l->slope > 0.0 ? 1.0 - tail : l->slope < 0.0 ? tail : (double)positive);
  }
}

/* Middle of step i in standard deviations, and its probability. */
static double inferno_middle(int i, double *weight)
{
  const double step = 16.0 / INFERNO_STEPS, t = step * (i + 0.5) - 8.0;
  *weight = step * exp(-0.5 * t * t) / sqrt(2.0 * M_PI);
  return t;
}

/* x2 is integrated in closed form, x0 and x1 by equal steps over +-8 standard deviations. */
static void inferno_distribution(int label, const double *z, const double *z_score, const double *edges,
                                 size_t n, double *p)
{
  const int signal = label == COMPARE_SIGNAL;
  const double mean = signal ? 0.0 : 2.0 + z[0], wide = signal ? 1.0 : sqrt(5.0), high = signal ? 1.0 : 3.0;
  const double constant = 0.5 * log(45.0) + log(2.0 / z_score[1]);
  linear_logit l = { .slope = z_score[1] - 2.0, .rate = signal ? 2.0 : z[1], .edges = edges, .n = n };
  double t[INFERNO_STEPS], weights[INFERNO_STEPS];
  for (size_t j = 0; j < n; j++) {
    l.edge_factors[j] = l.slope == 0.0 ? 0.0 : exp(-l.rate * edges[j] / l.slope);
    p[j] = 0.0;
  }
  for (int i = 0; i < INFERNO_STEPS; i++)
    t[i] = inferno_middle(i, &weights[i]);
  for (int a = 0; a < INFERNO_STEPS; a++)
    for (int b = INFERNO_STEPS / 2; b < INFERNO_STEPS; b++) { /* x1 and -x1 are alike */
      const double x0 = mean + wide * t[a], x1 = high * t[b], c = x0 - 2.0 - z_score[0];
      const double g = 0.5 * (c * c / 5.0 + x1 * x1 / 9.0 - x0 * x0 - x1 * x1) + constant;
      inferno_add_below(&l, g, 2.0 * weights[a] * weights[b], p);
    }
}

const compare_problem compare_inferno3d = {
  .name = "inferno3d",
  .title = "Three-dimensional mixture of INFERNO",
  .about = "Signal: two normal features and an exponential one; background: wider, shifted by r and with the "
           "exponential's rate lambda (arXiv:1806.04743). Priors r ~ N(0, 0.4) and lambda ~ N(3, 1), which "
           "is its benchmark 3. 50 signal "
           "events at mu = 1, 1000 background events; sigma of mu is sigma of the signal yield over 50.",
  .features = { "x0", "x1", "x2" },
  .n_features = 3,
  .axes = { { "r", 0.0, 0.4, 0.2, { -1.2, -0.8, -0.4, 0.0, 0.4, 0.8, 1.2 }, 7 },
            { "lambda", LAMBDA, 1.0, 0.5, { 1.0, 1.5, 2.0, 2.5, LAMBDA, 3.5, 4.0, 5.0, 6.0 }, 9 } },
  .n_axes = 2,
  .moves = { 1, 0 },
  .signal = 50.0,
  .background = 1000.0,
  .truths = { { "r=0;\xce\xbb=3", { 0.0, 3.0 } }, { "r=0.4;\xce\xbb=4", { 0.4, 4.0 } } },
  .n_truths = 2,
  .template_events = 60000,
  .range = { { -17.0, 21.0, 24 }, { -25.0, 25.0, 24 }, { 0.0, 20.0, 16 } },
  .systematics = inferno_systematics,
  .event = inferno_event,
  .log_density = inferno_log_density,
  .distribution = inferno_distribution,
};
