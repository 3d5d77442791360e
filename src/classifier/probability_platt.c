/* probability_platt.c - slope and offset of a logistic in the logit: Newton's method with exact derivatives and halved steps. */
#include "classifier/probability.h"

#include <math.h>

/* Logits are shifted and scaled to x in about [-1, 1]; the loss is that of u = at[0] x + at[1]. */
typedef struct platt {
  const fairu_probability_sample *sample;
  double middle, scale; /* x = (t - middle) / scale */
  double target[2];     /* of background and signal */
  double weight;        /* sum */
} platt;

/* The loss and its derivatives at one place. */
typedef struct loss_at {
  double at[2];
  double loss, gradient[2];
  double curvature[3]; /* x x, x 1, 1 1 */
  double spread[3];    /* the same with squared weights */
} loss_at;

static void add_event(const platt *fit, size_t i, loss_at *sum)
{
  const double w = fairu_probability_sample__weight(fit->sample, i);
  const double x = ((double)fit->sample->logits[i] - fit->middle) / fit->scale;
  const double y = fit->target[fit->sample->labels[i]];
  const double u = sum->at[0] * x + sum->at[1], e = exp(-fabs(u));
  const double p = u >= 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
  const double slope = w * (p - y), bend = w * e / ((1.0 + e) * (1.0 + e));
  sum->loss += w * (fmax(u, 0.0) + log1p(e) - y * u);
  sum->gradient[0] += slope * x;
  sum->gradient[1] += slope;
  const double products[3] = { x * x, x, 1.0 };
  for (int k = 0; k < 3; k++) {
    sum->curvature[k] += bend * products[k];
    sum->spread[k] += w * bend * products[k];
  }
}

static int evaluate(const platt *fit, fairu_context *ctx, double a, double b, loss_at *sum)
{
  *sum = (loss_at){ .at = { a, b } };
  for (size_t i = 0; i < fit->sample->n; i++) {
    if (i % FAIRU_PROBABILITY_STRIDE == 0) {
      const int status = fairu_context__poll(ctx);
      if (status != FAIRU_OK)
        return status;
    }
    add_event(fit, i, sum);
  }
  return FAIRU_OK;
}

/* Classes that do not overlap have no finite slope, equal logits no slope at all. */
static int check_overlap(const fairu_probability_sample *sample, fairu_context *ctx, int soft, platt *fit)
{
  double low[2] = { HUGE_VAL, HUGE_VAL }, high[2] = { -HUGE_VAL, -HUGE_VAL };
  for (size_t i = 0; i < sample->n; i++)
    if (fairu_probability_sample__weight(sample, i) != 0.0) {
      const int32_t c = sample->labels[i];
      low[c] = fmin(low[c], (double)sample->logits[i]);
      high[c] = fmax(high[c], (double)sample->logits[i]);
    }
  const double lowest = fmin(low[0], low[1]), highest = fmax(high[0], high[1]);
  if (!(lowest < highest))
    return fairu_context__fail(ctx, FAIRU_ERR_FLAT, "Platt: all logits are %g, there is no slope", lowest);
  for (int c = 0; c < 2 && !soft; c++)
    if (high[c] <= low[1 - c])
      return fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED,
                                 "Platt: the classes are separated at logit %g, no slope is steep enough; "
                                 "soft_targets gives a finite one",
                                 high[c]);
  fit->middle = lowest / 2.0 + highest / 2.0;
  fit->scale = highest / 2.0 - lowest / 2.0;
  return FAIRU_OK;
}

/* Inverse of a symmetric matrix; 0: it is not positive definite. */
static int invert(const double m[3], double inverse[3])
{
  const double det = m[0] * m[2] - m[1] * m[1];
  if (!(m[0] > 0.0 && m[2] > 0.0 && det > 1e-14 * m[0] * m[2]))
    return 0;
  inverse[0] = m[2] / det;
  inverse[1] = -m[1] / det;
  inverse[2] = m[0] / det;
  return 1;
}

static int fail_curvature(fairu_context *ctx, const loss_at *now)
{
  return fairu_context__fail(
      ctx, FAIRU_ERR_NOT_POSITIVE_DEFINITE,
      "Platt: the curvature [%g %g; %g %g] of the loss is not positive; negative weights "
      "can do that, as can nearly equal logits",
      now->curvature[0], now->curvature[1], now->curvature[1], now->curvature[2]);
}

/* One step; *close: it was the last one that matters, since the next is its square. */
static int step(const platt *fit, fairu_context *ctx, loss_at *now, int *close)
{
  double v[3];
  if (!invert(now->curvature, v))
    return fail_curvature(ctx, now);
  const double *g = now->gradient;
  const double da = v[0] * g[0] + v[1] * g[1], db = v[1] * g[0] + v[2] * g[1];
  const double gain = da * g[0] + db * g[1];
  *close = gain <= 1e-14 * fit->weight;
  loss_at next;
  for (double part = 1.0; part > 1e-9; part /= 2.0) {
    const int status = evaluate(fit, ctx, now->at[0] - part * da, now->at[1] - part * db, &next);
    if (status != FAIRU_OK)
      return status;
    if (*close || next.loss <= now->loss - 1e-4 * part * gain) {
      *now = next;
      return FAIRU_OK;
    }
  }
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED, "Platt: no step lowers the loss %g", now->loss);
}

/* From x back to t. */
static int finish(const platt *fit, fairu_context *ctx, const loss_at *best, fairu_probability_map *map)
{
  double v[3];
  if (!invert(best->curvature, v))
    return fail_curvature(ctx, best);
  const double *j = best->spread, s = 1.0 / fit->scale, m = -fit->middle / fit->scale;
  const double left[4] = { v[0] * j[0] + v[1] * j[1], v[0] * j[1] + v[1] * j[2], v[1] * j[0] + v[2] * j[1],
                           v[1] * j[1] + v[2] * j[2] };
  const double c[3] = { left[0] * v[0] + left[1] * v[1], left[0] * v[1] + left[1] * v[2],
                        left[2] * v[1] + left[3] * v[2] };
  map->slope = best->at[0] * s;
  map->offset = best->at[1] + best->at[0] * m;
  map->covariance[0] = s * s * c[0];
  map->covariance[1] = s * (m * c[0] + c[1]);
  map->covariance[2] = m * m * c[0] + 2.0 * m * c[1] + c[2];
  if (!isfinite(map->slope) || !isfinite(map->offset) || !isfinite(map->covariance[0]) ||
      !isfinite(map->covariance[2]))
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED, "Platt: slope %g, offset %g", map->slope,
                               map->offset);
  return FAIRU_OK;
}

int fairu_probability__platt(fairu_probability_map *map, fairu_context *ctx,
                             const fairu_probability_sample *sample, int soft_targets)
{
  enum { MOST_STEPS = 100 };
  platt fit = { .sample = sample, .target = { 0.0, 1.0 }, .weight = sample->total[0] + sample->total[1] };
  int status = check_overlap(sample, ctx, soft_targets, &fit);
  if (status != FAIRU_OK)
    return status;
  for (int c = 0; c < 2 && soft_targets; c++) {
    const double n = sample->total[c] * sample->total[c] / sample->squares[c];
    fit.target[c] = c ? (n + 1.0) / (n + 2.0) : 1.0 / (n + 2.0);
  }
  const double signal = fit.target[0] * sample->total[0] + fit.target[1] * sample->total[1];
  loss_at now;
  int close = 0;
  status = evaluate(&fit, ctx, 0.0, log(signal) - log(fit.weight - signal), &now);
  for (int k = 0; k < MOST_STEPS && status == FAIRU_OK && !close; k++)
    status = step(&fit, ctx, &now, &close);
  if (status == FAIRU_OK && !close)
    status = fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED, "Platt: %d steps were not enough", MOST_STEPS);
  return status == FAIRU_OK ? finish(&fit, ctx, &now, map) : status;
}
