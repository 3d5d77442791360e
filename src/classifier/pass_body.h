/* pass_body.h - the lines of pass.h for one number type. Define before including:
 *   REAL                number type
 *   PASS(name)          name of a function
 *   ENGINE              type whose `kernels` table has exp_f, log_f, tanh_f, sigmoid_f for REAL
 *   ENGINE_DENSE, ENGINE_BACKWARD, ENGINE_GRADIENT   as fairu_engine__dense, ...
 */

static void PASS(relu)(REAL *x)
{
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    x[lane] = x[lane] < 0 ? 0 : x[lane]; /* NaN stays NaN */
}

static void PASS(elu)(const ENGINE *engine, REAL *x)
{
  REAL e[FAIRU_LANES];
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    e[lane] = x[lane] < 0 ? x[lane] : 0;
  engine->kernels->exp_f(e, FAIRU_LANES);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    x[lane] = x[lane] < 0 ? e[lane] - 1 : x[lane];
}

/* Over units, lane by lane; the largest logit is taken out first. */
static void PASS(softmax)(const ENGINE *engine, REAL *x, size_t n_units)
{
  REAL top[FAIRU_LANES], sum[FAIRU_LANES];
  memcpy(top, x, sizeof top);
  for (size_t u = 1; u < n_units; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      top[lane] = x[u * FAIRU_LANES + lane] > top[lane] ? x[u * FAIRU_LANES + lane] : top[lane];
  for (size_t u = 0; u < n_units; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      x[u * FAIRU_LANES + lane] -= top[lane];
  engine->kernels->exp_f(x, n_units * FAIRU_LANES);
  memset(sum, 0, sizeof sum);
  for (size_t u = 0; u < n_units; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      sum[lane] += x[u * FAIRU_LANES + lane];
  for (size_t u = 0; u < n_units; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      x[u * FAIRU_LANES + lane] /= sum[lane];
}

void PASS(activate)(const ENGINE *engine, int activation, REAL *x, size_t n_units)
{
  switch (activation) {
  case FAIRU_RELU:
    for (size_t u = 0; u < n_units; u++)
      PASS(relu)(x + u * FAIRU_LANES);
    break;
  case FAIRU_ELU:
    for (size_t u = 0; u < n_units; u++)
      PASS(elu)(engine, x + u * FAIRU_LANES);
    break;
  case FAIRU_TANH:
    engine->kernels->tanh_f(x, n_units * FAIRU_LANES);
    break;
  case FAIRU_SIGMOID:
    engine->kernels->sigmoid_f(x, n_units * FAIRU_LANES);
    break;
  case FAIRU_SOFTMAX:
    PASS(softmax)(engine, x, n_units);
    break;
  default:
    break;
  }
}

/* d *= f'(.) for one unit, from the output h = f(.): all of these derivatives are functions of the output. */
void PASS(slope)(int activation, const REAL *restrict h, REAL *restrict d)
{
  switch (activation) {
  case FAIRU_RELU:
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d[lane] = h[lane] > 0 ? d[lane] : 0;
    break;
  case FAIRU_ELU:
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d[lane] *= h[lane] < 0 ? h[lane] + 1 : 1;
    break;
  case FAIRU_TANH:
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d[lane] *= 1 - h[lane] * h[lane];
    break;
  case FAIRU_SIGMOID:
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d[lane] *= h[lane] * (1 - h[lane]);
    break;
  default:
    break;
  }
}

void PASS(forward)(const ENGINE *engine, const fairu_shape *shape, const REAL *parameters, REAL *activations)
{
  const REAL *in = activations;
  REAL *out = activations + shape->widths[0] * FAIRU_LANES;
  for (size_t l = 0; l < shape->n_layers; l++) {
    const size_t n_in = shape->widths[l], n_out = shape->widths[l + 1];
    const REAL *bias = parameters + n_out * n_in;
    ENGINE_DENSE(engine, parameters, bias, n_in, n_out, in, out);
    PASS(activate)(engine, shape->activations[l], out, n_out);
    parameters = bias + n_out;
    in = out;
    out += n_out * FAIRU_LANES;
  }
}

void PASS(backward)(const ENGINE *engine, const fairu_shape *shape, const REAL *parameters,
                    const REAL *activations, REAL *d_out, REAL *d_work, REAL *gradient)
{
  const REAL *out = activations + fairu_shape__n_units(shape) * FAIRU_LANES;
  parameters += fairu_shape__n_parameters(shape);
  gradient += fairu_shape__n_parameters(shape);
  for (size_t l = shape->n_layers; l-- > 0;) {
    const size_t n_in = shape->widths[l], n_out = shape->widths[l + 1];
    out -= n_out * FAIRU_LANES;
    const REAL *in = out - n_in * FAIRU_LANES;
    for (size_t o = 0; o < n_out; o++)
      PASS(slope)(shape->activations[l], out + o * FAIRU_LANES, d_out + o * FAIRU_LANES);
    parameters -= n_out * n_in + n_out;
    gradient -= n_out * n_in + n_out;
    ENGINE_GRADIENT(engine, n_in, n_out, d_out, in, gradient, gradient + n_out * n_in);
    if (l == 0)
      break;
    ENGINE_BACKWARD(engine, parameters, n_in, n_out, d_out, d_work);
    REAL *swap = d_out;
    d_out = d_work;
    d_work = swap;
  }
}

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
