/* toy_mixture.c - exact Bayes classifier of the events of all 21 angles.
 *
 * With p along pi/4 and q across it, its logit rises with p at every q. So the edges of the bins are curves p_j(q),
 * solved once; a yield is a trapezoid sum over q (exponentially exact for Gaussian weights) of differences of Phi. */
#include "toy_model.h"

#include <stdlib.h>

#define STEP 0.05
#define REACH (TOY_RADIUS + 9.0 * TOY_SIGMA)

/* ln sum_k exp(sign x . u_k R / sigma^2) and its derivative in p. */
static double log_sum(double p, double q, double sign, double *slope)
{
  const double scale = sign * TOY_RADIUS / (TOY_SIGMA * TOY_SIGMA);
  double exponent[TOY_ANGLES], largest = -INFINITY, sum = 0.0, weighted = 0.0;
  for (size_t k = 0; k < TOY_ANGLES; k++) {
    const double d = toy_angle(k) - TOY_NOMINAL;
    exponent[k] = scale * (p * cos(d) + q * sin(d));
    largest = fmax(largest, exponent[k]);
  }
  for (size_t k = 0; k < TOY_ANGLES; k++) {
    const double e = exp(exponent[k] - largest);
    sum += e;
    weighted += e * scale * cos(toy_angle(k) - TOY_NOMINAL);
  }
  *slope = weighted / sum;
  return largest + log(sum);
}

double toy_mixture_logit(double p, double q, double *slope)
{
  double up, down;
  const double logit = log_sum(p, q, 1.0, &up) - log_sum(p, q, -1.0, &down);
  *slope = up - down;
  return logit;
}

/* Newton inside a bracket: the logit rises with p with a slope between 2.8 and 4.1. */
static double solve_edge(double logit, double q)
{
  double lower = -60.0, upper = 60.0, p = logit / toy_slope_optimal();
  for (int i = 0; i < 100; i++) {
    double slope;
    const double miss = toy_mixture_logit(p, q, &slope) - logit;
    if (miss > 0.0)
      upper = p;
    else
      lower = p;
    double next = p - miss / slope;
    if (!(next > lower && next < upper))
      next = 0.5 * (lower + upper);
    if (fabs(next - p) <= 1e-15 * (1.0 + fabs(p)))
      return next;
    p = next;
  }
  return p;
}

int toy_mixture_create(const double *logit_edges, size_t n_edges, toy_mixture **out)
{
  toy_mixture *m = calloc(1, sizeof *m);
  *out = m;
  if (!m)
    return -1;
  m->n_edges = n_edges;
  m->n_nodes = 2 * (size_t)(REACH / STEP) + 1;
  m->step = STEP;
  m->first_node = -STEP * (double)(m->n_nodes / 2);
  m->edge = calloc(m->n_nodes * n_edges + 1, sizeof *m->edge);
  if (!m->edge) {
    toy_mixture_destroy(m);
    *out = NULL;
    return -1;
  }
  for (size_t i = 0; i < m->n_nodes; i++)
    for (size_t j = 0; j < n_edges; j++)
      m->edge[i * n_edges + j] = solve_edge(logit_edges[j], m->first_node + (double)i * STEP);
  return 0;
}

void toy_mixture_destroy(toy_mixture *mixture)
{
  if (!mixture)
    return;
  free(mixture->edge);
  free(mixture);
}

void toy_mixture_yields(const toy_mixture *mixture, int process, double z, double *yields)
{
  const double total = process == TOY_SIGNAL_PROCESS ? TOY_SIGNAL : TOY_BACKGROUND;
  const double sign = process == TOY_SIGNAL_PROCESS ? 1.0 : -1.0;
  const double mean_p = sign * TOY_RADIUS * cos(z - TOY_NOMINAL);
  const double mean_q = sign * TOY_RADIUS * sin(z - TOY_NOMINAL);
  for (size_t j = 0; j <= mixture->n_edges; j++)
    yields[j] = 0.0;
  for (size_t i = 0; i < mixture->n_nodes; i++) {
    const double pull = (mixture->first_node + (double)i * mixture->step - mean_q) / TOY_SIGMA;
    const double weight = total * mixture->step / TOY_SIGMA * exp(-0.5 * pull * pull) / sqrt(2.0 * M_PI);
    const double *edge = mixture->edge + i * mixture->n_edges;
    double left = -INFINITY;
    for (size_t j = 0; j <= mixture->n_edges; j++) {
      const double right = j < mixture->n_edges ? (edge[j] - mean_p) / TOY_SIGMA : (double)INFINITY;
      yields[j] += weight * toy_normal_interval(left, right);
      left = right;
    }
  }
}
