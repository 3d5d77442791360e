/* kernels_gradient.h - part of kernels_body.h: gradient of a dense layer, d_w[o][i] += sum_lane d_out[o][lane] in[i][lane].
 *
 * A sum across lanes inside a register is slow, so `in` is turned, 16 lanes at a time, to [lane][i]: vectors then run along i.
 * Order of lanes: 0, 1, 2, ... for each weight. */

enum { TURN_LANES = 16, GRADIENT_OUTPUTS = 2 * TILE_OUTPUTS * TILE_VECTORS / 4 };

typedef float v4 __attribute__((vector_size(16)));
typedef v4 v4_in_memory __attribute__((aligned(4), may_alias));

/* turned[lane][i] = in[i][lane], a square of 4 x 4. */
INLINE void turn_square(const float *in, float *turned, size_t width)
{
  const v4 a = *(const v4_in_memory *)in, b = *(const v4_in_memory *)(in + FAIRU_LANES);
  const v4 c = *(const v4_in_memory *)(in + 2 * FAIRU_LANES),
           d = *(const v4_in_memory *)(in + 3 * FAIRU_LANES);
  const v4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const v4 ef = __builtin_shufflevector(a, b, 2, 6, 3, 7), gh = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  *(v4_in_memory *)turned = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
  *(v4_in_memory *)(turned + width) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
  *(v4_in_memory *)(turned + 2 * width) = __builtin_shufflevector(ef, gh, 0, 1, 4, 5);
  *(v4_in_memory *)(turned + 3 * width) = __builtin_shufflevector(ef, gh, 2, 3, 6, 7);
}

/* FLOATS rows of in to columns of turned, whose rows are `width` long. */
INLINE void turn(const float *in, float *turned, size_t width)
{
  for (size_t i = 0; i < FLOATS; i += 4)
    for (size_t lane = 0; lane < TURN_LANES; lane += 4)
      turn_square(in + i * FAIRU_LANES + lane, turned + lane * width + i, width);
}

/* Where a tile of sums lies: rows `stride` apart, its second vector `second` columns behind the first. */
typedef struct outer_place {
  size_t stride, second;
} outer_place;

/* sums[o] += sum over TURN_LANES lanes of a[o][lane] turned[lane]. If the two vectors overlap, turned is 0 there in the
 * second one: that one is stored first. */
INLINE void outer_tile(size_t outputs, size_t vectors, const float *a, const float *turned, float *sums,
                       const outer_place *at)
{
  vf sum[GRADIENT_OUTPUTS][2];
#pragma GCC unroll 16
  for (size_t o = 0; o < outputs; o++)
#pragma GCC unroll 2
    for (size_t v = 0; v < vectors; v++)
      sum[o][v] = load(sums + o * at->stride + v * at->second);
  for (size_t lane = 0; lane < TURN_LANES; lane++) {
    vf x[2];
#pragma GCC unroll 2
    for (size_t v = 0; v < vectors; v++)
      x[v] = load(turned + (lane * vectors + v) * FLOATS);
#pragma GCC unroll 16
    for (size_t o = 0; o < outputs; o++) {
      const vf ao = a[o * FAIRU_LANES + lane] - (vf){ 0 };
#pragma GCC unroll 2
      for (size_t v = 0; v < vectors; v++)
        sum[o][v] += ao * x[v];
    }
  }
#pragma GCC unroll 16
  for (size_t o = 0; o < outputs; o++)
#pragma GCC unroll 2
    for (size_t v = vectors; v-- > 0;)
      store(sums + o * at->stride + v * at->second, sum[o][v]);
}

INLINE void outer_rows(size_t n, size_t vectors, const float *a, const float *turned, float *sums,
                       const outer_place *at)
{
  size_t o = 0;
  for (; o + GRADIENT_OUTPUTS <= n; o += GRADIENT_OUTPUTS)
    outer_tile(GRADIENT_OUTPUTS, vectors, a + o * FAIRU_LANES, turned, sums + o * at->stride, at);
  for (; o + 4 <= n; o += 4)
    outer_tile(4, vectors, a + o * FAIRU_LANES, turned, sums + o * at->stride, at);
  a += o * FAIRU_LANES;
  sums += o * at->stride;
  if (n - o == 3)
    outer_tile(3, vectors, a, turned, sums, at);
  else if (n - o == 2)
    outer_tile(2, vectors, a, turned, sums, at);
  else if (n - o == 1)
    outer_tile(1, vectors, a, turned, sums, at);
}

/* Columns of the gradient: FLOATS of them, or as many again at->second further on. The first `seen` of the last vector are done
 * elsewhere: they add zeros. */
INLINE void outer_columns(size_t vectors, size_t n_a, const float *a, const float *b, size_t seen,
                          float *sums, const outer_place *at)
{
  const size_t width = vectors * FLOATS;
  float turned[TURN_LANES * 2 * FLOATS];
  for (size_t lane = 0; lane < FAIRU_LANES; lane += TURN_LANES) {
    for (size_t v = 0; v < vectors; v++)
      turn(b + v * at->second * FAIRU_LANES + lane, turned + v * FLOATS, width);
    for (size_t l = 0; seen && l < TURN_LANES; l++)
      for (size_t i = 0; i < seen; i++)
        turned[l * width + (vectors - 1) * FLOATS + i] = 0.0f;
    outer_rows(n_a, vectors, a + lane, turned, sums, at);
  }
}

/* sums[j * stride + i] += sum_lane a[j][lane] b[i][lane]; at least FLOATS rows in b. */
static void outer_sums(size_t n_a, const float *a, size_t n_b, const float *b, float *sums, size_t stride)
{
  const outer_place full = { stride, FLOATS };
  size_t i = 0;
  for (; i + 2 * FLOATS <= n_b; i += 2 * FLOATS)
    outer_columns(2, n_a, a, b + i * FAIRU_LANES, 0, sums + i, &full);
  const size_t left = n_b - i, last = n_b - FLOATS; /* the last vector ends with the row */
  if (left > FLOATS) {
    const outer_place overlapping = { stride, last - i };
    outer_columns(2, n_a, a, b + i * FAIRU_LANES, FLOATS - (last - i), sums + i, &overlapping);
  } else if (left > 0) {
    outer_columns(1, n_a, a, b + last * FAIRU_LANES, i - last, sums + last, &full);
  }
}

/* Fixed order: halves are added until one lane is left. */
INLINE float lane_total(const float *a)
{
  float t[FAIRU_LANES / 2];
  for (size_t l = 0; l < FAIRU_LANES / 2; l++)
    t[l] = a[l] + a[l + FAIRU_LANES / 2];
  for (size_t half = FAIRU_LANES / 4; half > 0; half /= 2)
    for (size_t l = 0; l < half; l++)
      t[l] += t[l + half];
  return t[0];
}

/* Few inputs (< FLOATS) and many outputs: vectors run along the outputs, through a small table. */
static void gradient_few_inputs(size_t n_in, size_t n_out, const float *d_out, const float *in, float *d_w)
{
  size_t width = 0;
  for (size_t o = 0; o < n_out; o += width) {
    float sums[FLOATS * 2 * FLOATS] = { 0 };
    width = n_out - o >= 2 * FLOATS ? 2 * FLOATS : FLOATS;
    const size_t from = n_out - o < FLOATS ? n_out - FLOATS : o; /* the last block may reach back */
    outer_sums(n_in, in, width, d_out + from * FAIRU_LANES, sums, width);
    for (size_t j = o - from; j < width; j++)
      for (size_t i = 0; i < n_in; i++)
        d_w[(from + j) * n_in + i] += sums[i * width + j];
  }
}

static void gradient_tiny(size_t n_in, size_t n_out, const float *d_out, const float *in, float *d_w)
{
  for (size_t o = 0; o < n_out; o++)
    for (size_t i = 0; i < n_in; i++) {
      const float *a = d_out + o * FAIRU_LANES, *b = in + i * FAIRU_LANES;
      float product[FAIRU_LANES];
      for (size_t l = 0; l < FAIRU_LANES; l++)
        product[l] = a[l] * b[l];
      d_w[o * n_in + i] += lane_total(product);
    }
}

static void dense_gradient(size_t n_in, size_t n_out, const float *d_out, const float *in, float *d_w,
                           float *d_bias)
{
  if (n_in >= FLOATS)
    outer_sums(n_out, d_out, n_in, in, d_w, n_in);
  else if (n_out >= FLOATS)
    gradient_few_inputs(n_in, n_out, d_out, in, d_w);
  else
    gradient_tiny(n_in, n_out, d_out, in, d_w);
  for (size_t o = 0; o < n_out; o++)
    d_bias[o] += lane_total(d_out + o * FAIRU_LANES);
}
