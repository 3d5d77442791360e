/* pass_tangent_body.h - the lines of pass_tangent.h for one number type; macros as for pass_body.h, whose functions it uses, and
 *   TANGENT_UNITS       struct FAIRU_TANGENT_UNITS_OF(REAL)
 */

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
  case FAIRU_ACTIVATION_ELU:
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d_sums[lane] += h[lane] < 0 ? t[lane] * d[lane] : 0;
    break;
  case FAIRU_ACTIVATION_TANH:
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d_sums[lane] -= 2 * h[lane] * t[lane] * d[lane];
    break;
  case FAIRU_ACTIVATION_SIGMOID:
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d_sums[lane] += (1 - 2 * h[lane]) * t[lane] * d[lane];
    break;
  default:
    break;
  }
}

void PASS(unbend)(int activation, size_t n_units, const REAL *h, REAL *d)
{
  if (activation == FAIRU_ACTIVATION_SOFTMAX)
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
  if (activation == FAIRU_ACTIVATION_SOFTMAX)
    PASS(softmax_curvature)(n_units, h, tangent, d_tangent, d_sums);
  for (size_t u = 0; u < n_units; u++) {
    const size_t at = u * FAIRU_LANES;
    PASS(curvature)(activation, h + at, tangent + at, d_tangent + at, d_sums + at);
  }
  PASS(unbend)(activation, n_units, h, d_tangent);
}

/* ---- layers ---------------------------------------------------------------------------------------------- */

/* Behind dropout h is keep f, and keep 1 / share or 0: times keep f', forth and back. */
static void PASS(bend_dropped)(const HIDDEN *hidden, size_t unit, int activation, size_t n_units,
                               const REAL *h, REAL *x)
{
  const REAL *keep = hidden->keep + unit * FAIRU_LANES;
  for (size_t u = 0; u < n_units; u++, h += FAIRU_LANES, x += FAIRU_LANES, keep += FAIRU_LANES) {
    REAL before[FAIRU_LANES];
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      before[lane] = h[lane] * hidden->share;
      x[lane] *= keep[lane];
    }
    PASS(slope)(activation, before, x);
  }
}

static void PASS(curve_dropped)(const HIDDEN *hidden, size_t unit, int activation, size_t n_units,
                                const REAL *h, const REAL *tangent, const REAL *d_tangent, REAL *d_sums)
{
  const REAL *keep = hidden->keep + unit * FAIRU_LANES;
  for (size_t u = 0; u < n_units; u++) {
    const size_t at = u * FAIRU_LANES;
    REAL before[FAIRU_LANES], t[FAIRU_LANES], d[FAIRU_LANES];
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      before[lane] = h[at + lane] * hidden->share;
      t[lane] = tangent[at + lane] * hidden->share;
      d[lane] = d_tangent[at + lane] * keep[at + lane];
    }
    PASS(curvature)(activation, before, t, d, d_sums + at);
  }
}

static int PASS(drops)(const fairu_shape *shape, const HIDDEN *hidden, size_t l)
{
  return l + 1 < shape->n_layers && hidden && hidden->keep;
}

/* d by outputs of layer l, which start at `unit` of the hidden units, to d by its sums. */
static void PASS(undo_layer)(const ENGINE *engine, const fairu_shape *shape, size_t l, const HIDDEN *hidden,
                             size_t unit, const REAL *h, REAL *d)
{
  if (PASS(drops)(shape, hidden, l))
    PASS(bend_dropped)(hidden, unit, shape->activations[l], shape->widths[l + 1], h, d);
  else if (shape->activations[l] == FAIRU_ACTIVATION_RELU)
    engine->kernels->relu_slope_f(h, d, shape->widths[l + 1] * FAIRU_LANES);
  else
    PASS(unbend)(shape->activations[l], shape->widths[l + 1], h, d);
}

static void PASS(undo_layer_tangent)(const ENGINE *engine, const fairu_shape *shape, size_t l,
                                     const HIDDEN *hidden, size_t unit, const REAL *h, const REAL *tangent,
                                     REAL *d_tangent, REAL *d_sums)
{
  const int activation = shape->activations[l];
  const size_t n_out = shape->widths[l + 1];
  if (PASS(drops)(shape, hidden, l)) {
    PASS(curve_dropped)(hidden, unit, activation, n_out, h, tangent, d_tangent, d_sums);
    PASS(bend_dropped)(hidden, unit, activation, n_out, h, d_tangent);
  } else if (activation == FAIRU_ACTIVATION_RELU) {
    engine->kernels->relu_slope_f(h, d_tangent, n_out * FAIRU_LANES);
  } else {
    PASS(unbend_tangent)(activation, n_out, h, tangent, d_tangent, d_sums);
  }
}

/* ---- the passes ------------------------------------------------------------------------------------------ */

void PASS(forward_tangents)(const ENGINE *engine, const fairu_shape *shape, const REAL *parameters,
                            const HIDDEN *hidden, const REAL *activations, const TANGENT_UNITS *tangents)
{
  const size_t size = fairu_shape__n_units(shape) * FAIRU_LANES;
  size_t in = 0, unit = 0;
  memset(tangents->spare, 0, fairu_shape__widest(shape) * sizeof *tangents->spare); /* the bias */
  for (size_t l = 0; l < shape->n_layers; l++) {
    const size_t n_in = shape->widths[l], n_out = shape->widths[l + 1], out = in + n_in * FAIRU_LANES;
    for (size_t k = 0; k < tangents->n; k++) {
      REAL *tangent = tangents->units + k * size;
      ENGINE_DENSE(engine, parameters, tangents->spare, n_in, n_out, tangent + in, tangent + out);
      /* symmetric: there as back */
      PASS(undo_layer)(engine, shape, l, hidden, unit, activations + out, tangent + out);
    }
    parameters += n_out * n_in + n_out;
    unit += n_out;
    in = out;
  }
}

/* One layer of all tangents: at and in are where its outputs and inputs start. */
static void PASS(backward_layer)(const ENGINE *engine, const fairu_shape *shape, size_t l, const REAL *w,
                                 const HIDDEN *hidden, size_t unit, const REAL *activations,
                                 const TANGENT_UNITS *t, size_t at, REAL *d_sums, REAL *d_w)
{
  const size_t n_in = shape->widths[l], n_out = shape->widths[l + 1], in = at - n_in * FAIRU_LANES;
  const size_t size = fairu_shape__n_units(shape) * FAIRU_LANES;
  const size_t stride = fairu_shape__widest(shape) * FAIRU_LANES;
  for (size_t k = 0; k < t->n; k++) {
    const REAL *tangent = t->units + k * size;
    REAL *d = t->d_out + k * stride;
    PASS(undo_layer_tangent)(engine, shape, l, hidden, unit, activations + at, tangent + at, d, d_sums);
    ENGINE_GRADIENT(engine, n_in, n_out, d, tangent + in, t->d_work + k * stride, d_w, t->spare);
    if (l > 0)
      ENGINE_BACKWARD(engine, w, n_in, n_out, d, t->d_work + k * stride);
  }
}

void PASS(backward_tangents)(const ENGINE *engine, const fairu_shape *shape, const REAL *parameters,
                             const HIDDEN *hidden, const REAL *activations, const TANGENT_UNITS *tangents,
                             REAL *d_out, REAL *d_work, REAL *gradient)
{
  TANGENT_UNITS t = *tangents;
  size_t at = fairu_shape__n_units(shape) * FAIRU_LANES, parameter = fairu_shape__n_parameters(shape);
  size_t unit = fairu_shape__n_hidden(shape) + shape->widths[shape->n_layers];
  for (size_t l = shape->n_layers; l-- > 0;) {
    const size_t n_in = shape->widths[l], n_out = shape->widths[l + 1];
    at -= n_out * FAIRU_LANES;
    unit -= n_out;
    parameter -= n_out * n_in + n_out;
    const REAL *w = parameters + parameter;
    REAL *d_w = gradient + parameter;
    PASS(undo_layer)(engine, shape, l, hidden, unit, activations + at, d_out);
    PASS(backward_layer)(engine, shape, l, w, hidden, unit, activations, &t, at, d_out, d_w);
    ENGINE_GRADIENT(engine, n_in, n_out, d_out, activations + at - n_in * FAIRU_LANES, d_work, d_w,
                    d_w + n_out * n_in);
    if (l == 0)
      break;
    ENGINE_BACKWARD(engine, w, n_in, n_out, d_out, d_work);
    REAL *swap = d_out, *swap_tangents = t.d_out;
    d_out = d_work;
    d_work = swap;
    t.d_out = t.d_work;
    t.d_work = swap_tangents;
  }
}
