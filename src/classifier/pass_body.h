/* pass_body.h - the lines of pass.h for one number type. Define before including:
 *   REAL                number type
 *   PASS(name)          name of a function
 *   HIDDEN              struct FAIRU_HIDDEN_OF(REAL)
 *   ENGINE              type whose `kernels` table has exp_f, log_f, tanh_f, sigmoid_f, relu_f, relu_slope_f for REAL
 *   ENGINE_DENSE, ENGINE_DENSE_RELU, ENGINE_BACKWARD, ENGINE_GRADIENT   as fairu_engine__dense, ...
 */

static void PASS(elu)(const ENGINE *engine, REAL *x)
{
  REAL e[FAIRU_LANES];
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    e[lane] = x[lane] < 0 ? x[lane] : 0;
  engine->kernels->exp_f(e, FAIRU_LANES);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    x[lane] =
        (x[lane] < 0 ? 0 : x[lane]) + (e[lane] - 1); /* one of them is 0: no branch to be mispredicted */
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
  case FAIRU_ACTIVATION_RELU:
    engine->kernels->relu_f(x, n_units * FAIRU_LANES);
    break;
  case FAIRU_ACTIVATION_ELU:
    for (size_t u = 0; u < n_units; u++)
      PASS(elu)(engine, x + u * FAIRU_LANES);
    break;
  case FAIRU_ACTIVATION_TANH:
    engine->kernels->tanh_f(x, n_units * FAIRU_LANES);
    break;
  case FAIRU_ACTIVATION_SIGMOID:
    engine->kernels->sigmoid_f(x, n_units * FAIRU_LANES);
    break;
  case FAIRU_ACTIVATION_SOFTMAX:
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
  case FAIRU_ACTIVATION_RELU:
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d[lane] = h[lane] > 0 ? d[lane] : 0;
    break;
  case FAIRU_ACTIVATION_ELU:
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d[lane] *= 1 + (h[lane] - (REAL)fabs((double)h[lane])) / 2; /* h + 1 below 0, without a branch */
    break;
  case FAIRU_ACTIVATION_TANH:
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d[lane] *= 1 - h[lane] * h[lane];
    break;
  case FAIRU_ACTIVATION_SIGMOID:
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d[lane] *= h[lane] * (1 - h[lane]);
    break;
  default:
    break;
  }
}

/* ---- the pass -------------------------------------------------------------------------------------------- */

void PASS(forward)(const ENGINE *engine, const fairu_shape *shape, const REAL *parameters,
                   const HIDDEN *hidden, REAL *activations)
{
  const size_t n_hidden = fairu_shape__n_hidden(shape);
  const REAL *in = activations;
  REAL *out = activations + shape->widths[0] * FAIRU_LANES;
  size_t unit = 0;
  for (size_t l = 0; l < shape->n_layers; l++) {
    const size_t n_in = shape->widths[l], n_out = shape->widths[l + 1];
    const int is_hidden = l + 1 < shape->n_layers;
    const REAL *bias = parameters + n_out * n_in;
    const int relu = shape->activations[l] == FAIRU_ACTIVATION_RELU && !(is_hidden && shape->batch_norm);
    if (relu)
      ENGINE_DENSE_RELU(engine, parameters, bias, n_in, n_out, in, out);
    else
      ENGINE_DENSE(engine, parameters, bias, n_in, n_out, in, out);
    parameters = bias + n_out;
    if (is_hidden && shape->batch_norm) {
      hidden->steps->normalise(hidden->lanes, n_out, parameters, bias, out,
                               hidden->normal + unit * FAIRU_LANES, hidden->inverse + unit,
                               hidden->moments + unit, hidden->moments + n_hidden + unit);
      parameters += n_out;
    }
    if (!relu)
      PASS(activate)(engine, shape->activations[l], out, n_out);
    if (is_hidden && hidden && hidden->keep)
      hidden->steps->drop(n_out * FAIRU_LANES, hidden->keep + unit * FAIRU_LANES, out);
    unit += n_out;
    in = out;
    out += n_out * FAIRU_LANES;
  }
  if (shape->batch_norm && hidden->lanes > 1)
    hidden->moments[2 * n_hidden] += (REAL)hidden->lanes;
}

/* d by the outputs of a layer becomes d by what its activation was applied to. `share` scales outputs back that were scaled up since
 * others were dropped: ReLU does not mind. */
static void PASS(straighten)(const ENGINE *engine, int activation, size_t n_out, REAL share, const REAL *out,
                             REAL *d)
{
  REAL before[FAIRU_LANES];
  if (activation == FAIRU_ACTIVATION_RELU) {
    engine->kernels->relu_slope_f(out, d, n_out * FAIRU_LANES);
    return;
  }
  for (size_t o = 0; o < n_out; o++, out += FAIRU_LANES, d += FAIRU_LANES) {
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      before[lane] = out[lane] * share;
    PASS(slope)(activation, before, d);
  }
}

/* d by the outputs of layer l becomes d by its sums; biases and gains behind normalised sums get their gradients. */
static void PASS(undo)(const ENGINE *engine, const fairu_shape *shape, size_t l, const REAL *parameters,
                       const HIDDEN *hidden, size_t unit, const REAL *out, REAL *d, REAL *gradient)
{
  const size_t n_out = shape->widths[l + 1], bias = n_out * shape->widths[l], gain = bias + n_out;
  const int is_hidden = l + 1 < shape->n_layers, drops = is_hidden && hidden && hidden->keep;
  if (drops)
    hidden->steps->drop(n_out * FAIRU_LANES, hidden->keep + unit * FAIRU_LANES, d);
  PASS(straighten)(engine, shape->activations[l], n_out, drops ? hidden->share : 1, out, d);
  if (is_hidden && shape->batch_norm)
    hidden->steps->normalise_back(hidden->lanes, n_out, parameters + gain,
                                  hidden->normal + unit * FAIRU_LANES, hidden->inverse + unit, d,
                                  gradient ? gradient + gain : NULL, gradient ? gradient + bias : NULL);
}

void PASS(backward)(const ENGINE *engine, const fairu_shape *shape, const REAL *parameters,
                    const HIDDEN *hidden, const REAL *activations, REAL *d_out, REAL *d_work, REAL *gradient,
                    REAL *d_inputs)
{
  const REAL *out = activations + fairu_shape__n_units(shape) * FAIRU_LANES;
  size_t at = fairu_shape__n_parameters(shape);
  size_t unit = fairu_shape__n_hidden(shape) + shape->widths[shape->n_layers];
  for (size_t l = shape->n_layers; l-- > 0;) {
    const size_t n_in = shape->widths[l], n_out = shape->widths[l + 1];
    out -= n_out * FAIRU_LANES;
    unit -= n_out;
    at -= (n_in + 1 + (l + 1 < shape->n_layers && shape->batch_norm)) * n_out;
    const REAL *in = out - n_in * FAIRU_LANES;
    REAL *into = gradient ? gradient + at : NULL;
    PASS(undo)(engine, shape, l, parameters + at, hidden, unit, out, d_out, into);
    if (into)
      ENGINE_GRADIENT(engine, n_in, n_out, d_out, in, d_work, into, into + n_out * n_in);
    if (l == 0 && !d_inputs)
      break;
    ENGINE_BACKWARD(engine, parameters + at, n_in, n_out, d_out, l > 0 ? d_work : d_inputs);
    REAL *swap = d_out;
    d_out = d_work;
    d_work = swap;
  }
}
