/* loss_body.h - what outputs of a block cost, for one number type. Defines of pass_body.h. */

/* ln(1 + e) for 0 <= e <= 1: the rounding of 1 + e cancels in the quotient (Kahan). */
static REAL PASS(log1p)(REAL e, REAL log_of_sum)
{
  const REAL sum = 1 + e;
  return sum > 1 ? log_of_sum * (e / (sum - 1)) : e;
}

/* From e = exp(-|logit|): nothing overflows, and small losses keep their digits. */
double PASS(cross_entropy)(const ENGINE *engine, const REAL *logits, const REAL *labels, const REAL *weights,
                           REAL *d_logits)
{
  REAL e[FAIRU_LANES], log_sum[FAIRU_LANES];
  double loss = 0.0;
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    e[lane] = logits[lane] < 0 ? logits[lane] : -logits[lane];
  engine->kernels->exp_f(e, FAIRU_LANES);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    log_sum[lane] = 1 + e[lane];
  engine->kernels->log_f(log_sum, FAIRU_LANES);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    const REAL sigmoid = (logits[lane] < 0 ? e[lane] : 1) / (1 + e[lane]);
    const REAL linear = (logits[lane] > 0 ? logits[lane] : 0) - labels[lane] * logits[lane];
    loss += (double)weights[lane] * ((double)linear + (double)PASS(log1p)(e[lane], log_sum[lane]));
    d_logits[lane] = weights[lane] * (sigmoid - labels[lane]);
  }
  return loss;
}

/* The largest logit is taken out first. ln of the sum is at least 0 then, and at most ln n_classes. */
double PASS(categorical)(const ENGINE *engine, size_t n_classes, const REAL *logits, const REAL *labels,
                         const REAL *weights, REAL *d_logits)
{
  REAL top[FAIRU_LANES], sum[FAIRU_LANES], own[FAIRU_LANES];
  double loss = 0.0;
  memcpy(top, logits, sizeof top);
  memset(sum, 0, sizeof sum);
  memset(own, 0, sizeof own);
  for (size_t c = 1; c < n_classes; c++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      top[lane] = logits[c * FAIRU_LANES + lane] > top[lane] ? logits[c * FAIRU_LANES + lane] : top[lane];
  for (size_t c = 0; c < n_classes; c++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      const REAL below = logits[c * FAIRU_LANES + lane] - top[lane];
      d_logits[c * FAIRU_LANES + lane] = below;
      own[lane] = labels[lane] == (REAL)c ? below : own[lane];
    }
  engine->kernels->exp_f(d_logits, n_classes * FAIRU_LANES);
  for (size_t c = 0; c < n_classes; c++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      sum[lane] += d_logits[c * FAIRU_LANES + lane];
  for (size_t c = 0; c < n_classes; c++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d_logits[c * FAIRU_LANES + lane] =
          weights[lane] * (d_logits[c * FAIRU_LANES + lane] / sum[lane] - (labels[lane] == (REAL)c));
  engine->kernels->log_f(sum, FAIRU_LANES);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    loss += (double)weights[lane] * ((double)sum[lane] - (double)own[lane]);
  return loss;
}

double PASS(squared)(size_t n_out, const REAL *out, const REAL *targets, const REAL *weights, REAL *d_out)
{
  double loss = 0.0;
  for (size_t o = 0; o < n_out; o++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      const REAL distance = out[o * FAIRU_LANES + lane] - targets[o * FAIRU_LANES + lane];
      loss += (double)weights[lane] * (double)distance * (double)distance;
      d_out[o * FAIRU_LANES + lane] = weights[lane] * 2 * distance / (REAL)n_out;
    }
  return loss / (double)n_out;
}
