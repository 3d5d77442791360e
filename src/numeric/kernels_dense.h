/* kernels_dense.h - part of kernels_body.h: dense layers over lanes, forward and backward.
 *
 * Both are out[j] = start[j] + sum_k w[j * row + k * column] in[k] for all lanes: forward (n_in, 1), backward (1, n_in). A tile
 * keeps TILE_OUTPUTS x TILE_VECTORS sums in registers; each lane sums over k in order, so its bits depend on nothing else. */

#define TILE_LANES (TILE_VECTORS * FLOATS)

typedef struct dense_shape {
  const float *w;
  size_t row, column, n_sum;
  const float *in; /* [n_sum][FAIRU_LANES] */
} dense_shape;

INLINE void dense_tile(const dense_shape *s, const float *w, const float *in, size_t outputs,
                       const float *bias, const float *start, float *out)
{
  vf sum[TILE_OUTPUTS][TILE_VECTORS];
#pragma GCC unroll 8
  for (size_t j = 0; j < outputs; j++)
#pragma GCC unroll 4
    for (size_t v = 0; v < TILE_VECTORS; v++)
      sum[j][v] = start ? load(start + j * FAIRU_LANES + v * FLOATS) : (bias ? bias[j] : 0.0f) - (vf){ 0 };
  const size_t row = s->row, column = s->column;
  for (size_t k = s->n_sum; k > 0; k--) {
    vf x[TILE_VECTORS];
#pragma GCC unroll 4
    for (size_t v = 0; v < TILE_VECTORS; v++)
      x[v] = load(in + v * FLOATS);
#pragma GCC unroll 8
    for (size_t j = 0; j < outputs; j++) {
      const vf wj = w[j * row] - (vf){ 0 };
#pragma GCC unroll 4
      for (size_t v = 0; v < TILE_VECTORS; v++)
        sum[j][v] += wj * x[v];
    }
    in += FAIRU_LANES;
    w += column;
  }
#pragma GCC unroll 8
  for (size_t j = 0; j < outputs; j++)
#pragma GCC unroll 4
    for (size_t v = 0; v < TILE_VECTORS; v++)
      store(out + j * FAIRU_LANES + v * FLOATS, sum[j][v]);
}

/* outputs as a constant in each branch: the compiler unrolls and keeps the sums in registers. */
static void dense_tile_of(const dense_shape *s, size_t first, size_t outputs, size_t lane, const float *bias,
                          const float *start, float *out)
{
  const float *w = s->w + first * s->row, *in = s->in + lane;
  const size_t at = first * FAIRU_LANES + lane;
  const float *b = bias ? bias + first : NULL, *from = start ? start + at : NULL;
  switch (outputs) {
  case 1:
    dense_tile(s, w, in, 1, b, from, out + at);
    break;
  case 2:
    dense_tile(s, w, in, 2, b, from, out + at);
    break;
  case 3:
    dense_tile(s, w, in, 3, b, from, out + at);
    break;
  case 4:
    dense_tile(s, w, in, 4, b, from, out + at);
    break;
  case 5:
    dense_tile(s, w, in, 5, b, from, out + at);
    break;
  default:
    dense_tile(s, w, in, TILE_OUTPUTS, b, from, out + at);
  }
}

static void dense_tiles(const dense_shape *s, size_t n, const float *bias, const float *start, float *out)
{
  for (size_t lane = 0; lane < FAIRU_LANES; lane += TILE_LANES)
    for (size_t j = 0; j < n; j += TILE_OUTPUTS)
      dense_tile_of(s, j, n - j < TILE_OUTPUTS ? n - j : TILE_OUTPUTS, lane, bias, start, out);
}

static void dense(const float *w, const float *bias, const float *start, size_t n_in, size_t n_out,
                  const float *in, float *out)
{
  const dense_shape s = { w, n_in, 1, n_in, in };
  dense_tiles(&s, n_out, bias, start, out);
}

static void dense_backward(const float *w, size_t n_in, size_t n_out, const float *d_out, float *d_in)
{
  const dense_shape s = { w, 1, n_in, n_out, d_out };
  dense_tiles(&s, n_in, NULL, NULL, d_in);
}
