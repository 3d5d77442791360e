/* kernels_steps.h - part of kernels_body.h: what a training does beside its layers: slopes of ReLU, sums of the gradients of
 * slices, steps of Adam. Plain loops: the compiler makes vectors of them. */

static void relu_f(float *x, size_t n)
{
  for (size_t i = 0; i < n; i++)
    x[i] = x[i] < 0 ? 0 : x[i]; /* NaN stays NaN */
}

static void relu_slope_f(const float *restrict h, float *restrict d, size_t n)
{
  for (size_t i = 0; i < n; i++)
    d[i] = h[i] > 0 ? d[i] : 0;
}

static void add_slices(size_t n_slices, size_t stride, const float *restrict slices, float scale, size_t n,
                       float *restrict out)
{
  for (size_t first = 0; first < n; first += FAIRU_LANES) { /* a piece stays in registers or close to them */
    const size_t left = n - first < FAIRU_LANES ? n - first : FAIRU_LANES;
    float sum[FAIRU_LANES] = { 0 };
    if (left == FAIRU_LANES)
      for (size_t s = 0; s < n_slices; s++)
        for (size_t i = 0; i < FAIRU_LANES; i++)
          sum[i] += slices[s * stride + first + i];
    else
      for (size_t s = 0; s < n_slices; s++)
        for (size_t i = 0; i < left; i++)
          sum[i] += slices[s * stride + first + i];
    for (size_t i = 0; i < left; i++)
      out[first + i] = sum[i] * scale;
  }
}

static void adam(const fairu_adam *step, size_t n, const float *restrict gradient, float *restrict first,
                 float *restrict second, float *restrict parameters)
{
  const float rate = step->rate, root = step->root;
  for (size_t i = 0; i < n; i++) {
    const float g = gradient[i];
    first[i] = 0.9F * first[i] + 0.1F * g;
    second[i] = 0.999F * second[i] + 0.001F * (g * g);
    parameters[i] -= rate * first[i] / (sqrtf(second[i]) * root + 1e-8F);
  }
}
