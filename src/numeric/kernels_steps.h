/* kernels_steps.h - part of kernels_body.h: what a training does beside its layers: events into lanes, slopes of ReLU, sums of the
 * gradients of slices, steps of Adam. Plain loops: the compiler makes vectors of them. */

/* Rows of four events to columns of four lanes, n inputs at least 4: the last four may overlap others. */
INLINE void four_events(const float *const *rows, size_t n, float *out)
{
  for (size_t i = 0; i < n; i += 4) {
    const size_t at = i + 4 <= n ? i : n - 4;
    v4 x[4];
#pragma GCC unroll 4
    for (size_t l = 0; l < 4; l++)
      x[l] = *(const v4_in_memory *)(rows[l] + at);
    const v4 ab = __builtin_shufflevector(x[0], x[1], 0, 4, 1, 5);
    const v4 cd = __builtin_shufflevector(x[2], x[3], 0, 4, 1, 5);
    const v4 ef = __builtin_shufflevector(x[0], x[1], 2, 6, 3, 7);
    const v4 gh = __builtin_shufflevector(x[2], x[3], 2, 6, 3, 7);
    *(v4_in_memory *)(out + at * FAIRU_LANES) = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *(v4_in_memory *)(out + (at + 1) * FAIRU_LANES) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    *(v4_in_memory *)(out + (at + 2) * FAIRU_LANES) = __builtin_shufflevector(ef, gh, 0, 1, 4, 5);
    *(v4_in_memory *)(out + (at + 3) * FAIRU_LANES) = __builtin_shufflevector(ef, gh, 2, 3, 6, 7);
  }
}

static void rows_to_lanes(const float *const *rows, size_t lanes, size_t n, float *out)
{
  size_t lane = 0;
  for (; n >= 4 && lane + 4 <= lanes; lane += 4)
    four_events(rows + lane, n, out + lane);
  for (; lane < lanes; lane++)
    for (size_t i = 0; i < n; i++)
      out[i * FAIRU_LANES + lane] = rows[lane][i];
  for (size_t i = 0; lanes < FAIRU_LANES && i < n; i++)
    memset(out + i * FAIRU_LANES + lanes, 0, (FAIRU_LANES - lanes) * sizeof *out);
}

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
