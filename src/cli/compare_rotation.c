/* compare_rotation.c - the rotating Gaussians of arXiv:2105.08742 (toy_model.h). */
#include "compare_problem.h"

#include "toy_model.h"

static int rotation_systematics(fairu_context *ctx, const compare_problem *problem, fairu_systematics **out)
{
  const int status = compare_nuisances_create(ctx, problem, out);
  return status == FAIRU_OK ? fairu_systematics_add_rotation(*out, ctx, "z", "x", "y", TOY_NOMINAL) : status;
}

static double sign_of(int label)
{
  return label == COMPARE_SIGNAL ? 1.0 : -1.0;
}

static void rotation_event(int label, const double *u, double *x)
{
  const double mean = sign_of(label) * TOY_RADIUS * M_SQRT1_2;
  x[0] = mean + TOY_SIGMA * toy_normal_quantile(u[0]);
  x[1] = mean + TOY_SIGMA * toy_normal_quantile(u[1]);
}

static double rotation_log_density(int label, const double *x, const double *z, double *d_z)
{
  const double a = x[0] - sign_of(label) * TOY_RADIUS * cos(z[0]);
  const double b = x[1] - sign_of(label) * TOY_RADIUS * sin(z[0]);
  const double variance = TOY_SIGMA * TOY_SIGMA;
  d_z[0] = sign_of(label) * TOY_RADIUS * (b * cos(z[0]) - a * sin(z[0])) / variance;
  return -0.5 * (a * a + b * b) / variance - log(2.0 * M_PI * variance);
}

/* Along the axis of the score the projection is normal. */
static void rotation_distribution(int label, const double *z, const double *z_score, const double *edges,
                                  size_t n, double *p)
{
  const double mean = sign_of(label) * TOY_RADIUS * cos(z[0] - z_score[0]);
  for (size_t j = 0; j < n; j++)
    p[j] = toy_normal_cdf((edges[j] / toy_slope_optimal() - mean) / TOY_SIGMA);
}

#define TURN(k) (M_PI * ((k)-6) / 24.0)

const compare_problem compare_rotation = {
  .name = "rotation",
  .title = "Rotating Gaussians",
  .about =
      "Signal and background are two Gaussians of width 0.7 on opposite sides of a circle of radius 1, whose "
      "axis turns with an angle z of prior N(\xcf\x80/4, 0.5) (arXiv:2105.08742). 500 signal events at mu = "
      "1, "
      "50000 background events.",
  .features = { "x", "y" },
  .n_features = 2,
  .axes = { { "z",
              TURN(12),
              0.5,
              0.1,
              { TURN(0),  TURN(1),  TURN(2),  TURN(3),  TURN(4),  TURN(5),  TURN(6),  TURN(7),  TURN(8),
                TURN(9),  TURN(10), TURN(11), TURN(12), TURN(13), TURN(14), TURN(15), TURN(16), TURN(17),
                TURN(18), TURN(19), TURN(20), TURN(21), TURN(22), TURN(23), TURN(24) },
              25 } },
  .n_axes = 1,
  .moves = { 1, 1 },
  .signal = TOY_SIGNAL,
  .background = TOY_BACKGROUND,
  .truths = { { "z=\xcf\x80/4", { TURN(12) } }, { "z=\xcf\x80/2", { TURN(18) } } },
  .n_truths = 2,
  .template_events = 150000,
  .range = { { -7.0, 7.0, 40 }, { -7.0, 7.0, 40 } },
  .systematics = rotation_systematics,
  .event = rotation_event,
  .log_density = rotation_log_density,
  .distribution = rotation_distribution,
};
