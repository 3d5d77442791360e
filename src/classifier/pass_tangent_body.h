/* pass_tangent_body.h - the lines of pass_tangent.h for one number type; macros as for pass_body.h, whose functions it uses. */

/* out[lane] = sum over units of a b */
static void PASS(dot_units)(size_t n_units, const REAL *a, const REAL *b, REAL *out)
{
  memset(out, 0, FAIRU_LANES * sizeof *out);
  for (size_t u = 0; u < n_units; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      out[lane] += a[u * FAIRU_LANES + lane] * b[u * FAIRU_LANES + lane];
}

/* d times the matrix d h / d u of a softmax, which is symmetric: diag(h) - h h^T. */
static void PASS(softmax_slope)(size_t n_units, const REAL *h, REAL *d)
{
  REAL mean[FAIRU_LANES];
  PASS(dot_units)(n_units, h, d, mean);
  for (size_t u = 0; u < n_units; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d[u * FAIRU_LANES + lane] = h[u * FAIRU_LANES + lane] * (d[u * FAIRU_LANES + lane] - mean[lane]);
}

/* d (sum_o d_o t_o) / d u_j = d_j t_j - h_j sum_o d_o t_o - t_j sum_o d_o h_o, t the tangents of the outputs. */
static void PASS(softmax_curvature)(size_t n_units, const REAL *h, const REAL *t, const REAL *d, REAL *d_sums)
{
  REAL along[FAIRU_LANES], mean[FAIRU_LANES];
  PASS(dot_units)(n_units, d, t, along);
  PASS(dot_units)(n_units, d, h, mean);
  for (size_t u = 0; u < n_units; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      const size_t i = u * FAIRU_LANES + lane;
      d_sums[i] += (d[i] - mean[lane]) * t[i] - h[i] * along[lane];
    }
}

/* d_sums += f'' (tangent before) d = (f'' / f') (tangent after) d for one unit. */
static void PASS(curvature)(int activation, const REAL *restrict h, const REAL *restrict t,
                            const REAL *restrict d, REAL *restrict d_sums)
{
  switch (activation) {
  case FAIRU_ELU:
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d_sums[lane] += h[lane] < 0 ? t[lane] * d[lane] : 0;
    break;
  case FAIRU_TANH:
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d_sums[lane] -= 2 * h[lane] * t[lane] * d[lane];
    break;
  case FAIRU_SIGMOID:
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d_sums[lane] += (1 - 2 * h[lane]) * t[lane] * d[lane];
    break;
  default:
    break;
  }
}

void PASS(unbend)(int activation, size_t n_units, const REAL *h, REAL *d)
{
  if (activation == FAIRU_SOFTMAX)
    PASS(softmax_slope)(n_units, h, d);
  for (size_t u = 0; u < n_units; u++)
    PASS(slope)(activation, h + u * FAIRU_LANES, d + u * FAIRU_LANES);
}

/* The matrix of the activation is symmetric, and diagonal but for a softmax: there and back are the same. */
void PASS(bend_tangent)(int activation, size_t n_units, const REAL *h, REAL *tangent)
{
  PASS(unbend)(activation, n_units, h, tangent);
}

void PASS(unbend_tangent)(int activation, size_t n_units, const REAL *h, const REAL *tangent, REAL *d_tangent,
                          REAL *d_sums)
{
  if (activation == FAIRU_SOFTMAX)
    PASS(softmax_curvature)(n_units, h, tangent, d_tangent, d_sums);
  for (size_t u = 0; u < n_units; u++) {
    const size_t at = u * FAIRU_LANES;
    PASS(curvature)(activation, h + at, tangent + at, d_tangent + at, d_sums + at);
  }
  PASS(unbend)(activation, n_units, h, d_tangent);
}

void PASS(forward_tangent)(const ENGINE *engine, const fairu_shape *shape, const REAL *parameters,
                           const REAL *activations, REAL *tangent, REAL *spare)
{
  const size_t widest = fairu_shape__widest(shape);
  memset(spare, 0, widest * sizeof *spare); /* the bias */
  const REAL *in = tangent;
  for (size_t l = 0; l < shape->n_layers; l++) {
    const size_t n_in = shape->widths[l], n_out = shape->widths[l + 1];
    REAL *out = tangent += n_in * FAIRU_LANES;
    activations += n_in * FAIRU_LANES;
    ENGINE_DENSE(engine, parameters, spare, n_in, n_out, in, out);
    PASS(bend_tangent)(shape->activations[l], n_out, activations, out);
    parameters += n_out * n_in + n_out;
    in = out;
  }
}

void PASS(backward_tangents)(const ENGINE *engine, const fairu_shape *shape, const REAL *parameters,
                             const REAL *activations, size_t n, const REAL *tangents, REAL *d_out,
                             REAL *d_tangents, REAL *d_work, REAL *gradient, REAL *spare)
{
  const size_t size = fairu_shape__n_units(shape) * FAIRU_LANES;
  const size_t stride = fairu_shape__widest(shape) * FAIRU_LANES;
  REAL *d_work_tangents = d_work + stride;
  size_t at = size, parameter = fairu_shape__n_parameters(shape);
  for (size_t l = shape->n_layers; l-- > 0;) {
    const size_t n_in = shape->widths[l], n_out = shape->widths[l + 1];
    at -= n_out * FAIRU_LANES;
    parameter -= n_out * n_in + n_out;
    const size_t in = at - n_in * FAIRU_LANES;
    const REAL *w = parameters + parameter;
    REAL *d_w = gradient + parameter;
    PASS(unbend)(shape->activations[l], n_out, activations + at, d_out);
    for (size_t k = 0; k < n; k++) {
      REAL *d = d_tangents + k * stride;
      PASS(unbend_tangent)
      (shape->activations[l], n_out, activations + at, tangents + k * size + at, d, d_out);
      ENGINE_GRADIENT(engine, n_in, n_out, d, tangents + k * size + in, d_work_tangents + k * stride, d_w,
                      spare);
      if (l > 0)
        ENGINE_BACKWARD(engine, w, n_in, n_out, d, d_work_tangents + k * stride);
    }
    ENGINE_GRADIENT(engine, n_in, n_out, d_out, activations + in, d_work, d_w, d_w + n_out * n_in);
    if (l == 0)
      break;
    ENGINE_BACKWARD(engine, w, n_in, n_out, d_out, d_work);
    REAL *swap = d_out;
    d_out = d_work;
    d_work = swap;
    swap = d_tangents;
    d_tangents = d_work_tangents;
    d_work_tangents = swap;
  }
}
