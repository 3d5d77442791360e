/* density_body.h - the lines of density.c for one number type. Define before including:
 *   REAL             number type
 *   DENSITY(name)    name of a function
 *   PASS(name)       name of a function of loss_body.h, declared
 *   ENGINE           type whose `kernels` table has exp_f and log_f for REAL
 */

static const REAL DENSITY(half_log_2pi) = (REAL)0.91893853320467274178;

/* top[lane] = the largest of n rows. */
static void DENSITY(top)(const REAL *rows, size_t n, REAL *top)
{
  memcpy(top, rows, FAIRU_LANES * sizeof *top);
  for (size_t k = 1; k < n; k++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      top[lane] = rows[k * FAIRU_LANES + lane] > top[lane] ? rows[k * FAIRU_LANES + lane] : top[lane];
}

/* rows become exp(rows) / sum, log_sum[lane] = ln sum_k exp(rows): the largest is taken out first, so nothing overflows. */
static void DENSITY(share)(const ENGINE *engine, REAL *rows, size_t n, REAL *log_sum)
{
  REAL top[FAIRU_LANES], sum[FAIRU_LANES];
  DENSITY(top)(rows, n, top);
  for (size_t k = 0; k < n; k++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      rows[k * FAIRU_LANES + lane] -= top[lane];
  engine->kernels->exp_f(rows, n * FAIRU_LANES);
  memset(sum, 0, sizeof sum);
  for (size_t k = 0; k < n; k++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      sum[lane] += rows[k * FAIRU_LANES + lane];
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    log_sum[lane] = sum[lane];
  engine->kernels->log_f(log_sum, FAIRU_LANES);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    log_sum[lane] += top[lane];
    sum[lane] = 1 / sum[lane];
  }
  for (size_t k = 0; k < n; k++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      rows[k * FAIRU_LANES + lane] *= sum[lane];
}

static inline REAL DENSITY(bounded)(REAL log_width)
{
  const REAL bound = FAIRU_DENSITY_LOG_WIDTH;
  return log_width > bound ? bound : log_width < -bound ? -bound : log_width;
}

/* n Gaussians: pull [n] = (z - mean) / width, inverse [n] = 1 / width. */
static void DENSITY(pulls)(const ENGINE *engine, size_t n, const REAL *out, const REAL *z, REAL *pull,
                           REAL *inverse)
{
  for (size_t i = 0; i < n * FAIRU_LANES; i++)
    inverse[i] = -DENSITY(bounded)(out[n * FAIRU_LANES + i]);
  engine->kernels->exp_f(inverse, n * FAIRU_LANES);
  for (size_t k = 0; k < n; k++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      const size_t i = k * FAIRU_LANES + lane;
      pull[i] = (z[lane] - out[i]) * inverse[i];
    }
}

/* From pull and inverse to derivatives in mean and ln width, in the same memory; part [n]: what each Gaussian has in the density
 * (NULL: one has it all). */
static void DENSITY(shape_derivatives)(size_t n, const REAL *out, const REAL *weights, const REAL *part,
                                       REAL *pull, REAL *inverse)
{
  const REAL bound = FAIRU_DENSITY_LOG_WIDTH;
  for (size_t k = 0; k < n; k++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      const size_t i = k * FAIRU_LANES + lane;
      const REAL t = pull[i], log_width = out[n * FAIRU_LANES + i];
      const REAL w = part ? weights[lane] * part[i] : weights[lane];
      const REAL d = w * (1 - t * t);
      const int held = (log_width < -bound && d > 0) || (log_width > bound && d < 0);
      pull[i] = -w * t * inverse[i];
      inverse[i] = held ? 0 : d;
    }
}

static double DENSITY(gaussian)(const ENGINE *engine, const REAL *out, const REAL *z, const REAL *weights,
                                REAL *d_out)
{
  double loss = 0.0;
  DENSITY(pulls)(engine, 1, out, z, d_out, d_out + FAIRU_LANES);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    const REAL nll =
        DENSITY(half_log_2pi) + DENSITY(bounded)(out[FAIRU_LANES + lane]) + d_out[lane] * d_out[lane] / 2;
    loss += (double)weights[lane] * (double)nll;
  }
  DENSITY(shape_derivatives)(1, out, weights, NULL, d_out, d_out + FAIRU_LANES);
  return loss;
}

/* p = sum_k share_k N_k, share = softmax of the logits; the part of k in p is softmax of logit_k + ln N_k, and
 * -ln p = log-sum-exp(logit) - log-sum-exp(logit + ln N). */
static double DENSITY(mixture)(const ENGINE *engine, size_t n, const REAL *out, const REAL *z,
                               const REAL *weights, REAL *d_out, REAL *work)
{
  const size_t rows = n * FAIRU_LANES;
  REAL *pull = d_out, *inverse = d_out + rows, *share = d_out + 2 * rows, *part = work;
  REAL log_shares[FAIRU_LANES], log_parts[FAIRU_LANES];
  double loss = 0.0;
  DENSITY(pulls)(engine, n, out, z, pull, inverse);
  for (size_t i = 0; i < rows; i++) {
    share[i] = out[2 * rows + i];
    part[i] = share[i] - DENSITY(bounded)(out[rows + i]) - pull[i] * pull[i] / 2;
  }
  DENSITY(share)(engine, share, n, log_shares);
  DENSITY(share)(engine, part, n, log_parts);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    const REAL nll = DENSITY(half_log_2pi) + (log_shares[lane] - log_parts[lane]);
    loss += (double)weights[lane] * (double)nll;
  }
  DENSITY(shape_derivatives)(n, out, weights, part, pull, inverse);
  for (size_t k = 0; k < n; k++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      const size_t i = k * FAIRU_LANES + lane;
      share[i] = weights[lane] * (share[i] - part[i]);
    }
  return loss;
}

double DENSITY(loss)(const ENGINE *engine, const fairu_density_form *form, const REAL *out, const REAL *z,
                     const REAL *weights, REAL *d_out, REAL *work)
{
  switch (form->kind) {
  case FAIRU_DENSITY_MIXTURE:
    return DENSITY(mixture)(engine, form->n, out, z, weights, d_out, work);
  case FAIRU_DENSITY_GAUSSIAN:
    return DENSITY(gaussian)(engine, out, z, weights, d_out);
  case FAIRU_DENSITY_DISCRETE:
    return PASS(categorical)(engine, form->n, out, z, weights, d_out);
  default:
    return PASS(squared)(1, out, z, weights, d_out);
  }
}
