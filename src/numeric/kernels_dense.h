/* kernels_dense.h - part of kernels_body.h: dense layers over lanes, forward and backward.
 *
 * Both are out[j] = start[j] + sum_k w[j * row + k * column] in[k] for all lanes: forward (n_in, 1), backward (1, n_in). A tile
 * keeps TILE_OUTPUTS x TILE_VECTORS sums in registers; each lane sums over k in order, so its bits depend on nothing else.
 * Forward in several chains (kernels.h), which is what a single event needs to be fast: its chains are all it can overlap. */

#define TILE_LANES (TILE_VECTORS * FLOATS)

typedef struct dense_shape {
  const float *w;
  size_t row, column, n_sum;
  const float *in; /* [n_sum][FAIRU_LANES] */
  int add;         /* to what is in out */
  int relu;
} dense_shape;

INLINE vf relu_lanes(vf x)
{
  return (vf)(~(x < 0.0f) & (vi)x); /* NaN stays NaN */
}

INLINE void dense_tile(const dense_shape *s, const float *w, const float *in, size_t outputs,
                       const float *bias, float *out)
{
  vf sum[TILE_OUTPUTS][TILE_VECTORS];
#pragma GCC unroll 8
  for (size_t j = 0; j < outputs; j++)
#pragma GCC unroll 4
    for (size_t v = 0; v < TILE_VECTORS; v++)
      sum[j][v] = (bias ? bias[j] : 0.0f) - (vf){ 0 };
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
    for (size_t v = 0; v < TILE_VECTORS; v++) {
      float *at = out + j * FAIRU_LANES + v * FLOATS;
      if (s->add)
        sum[j][v] += load(at);
      store(at, s->relu ? relu_lanes(sum[j][v]) : sum[j][v]);
    }
}

/* outputs as a constant in each branch: the compiler unrolls and keeps the sums in registers. */
static void dense_tile_of(const dense_shape *s, size_t first, size_t outputs, size_t lane, const float *bias,
                          float *out)
{
  const float *w = s->w + first * s->row, *in = s->in + lane;
  const size_t at = first * FAIRU_LANES + lane;
  const float *b = bias ? bias + first : NULL;
  switch (outputs) {
  case 1:
    dense_tile(s, w, in, 1, b, out + at);
    break;
  case 2:
    dense_tile(s, w, in, 2, b, out + at);
    break;
  case 3:
    dense_tile(s, w, in, 3, b, out + at);
    break;
  case 4:
    dense_tile(s, w, in, 4, b, out + at);
    break;
  case 5:
    dense_tile(s, w, in, 5, b, out + at);
    break;
  default:
    dense_tile(s, w, in, TILE_OUTPUTS, b, out + at);
  }
}

static void dense_tiles(const dense_shape *s, size_t n, const float *bias, float *out)
{
  for (size_t lane = 0; lane < FAIRU_LANES; lane += TILE_LANES)
    for (size_t j = 0; j < n; j += TILE_OUTPUTS)
      dense_tile_of(s, j, n - j < TILE_OUTPUTS ? n - j : TILE_OUTPUTS, lane, bias, out);
}

/* Narrow layers: one output and one vector of lanes at a time, eight chains. */
INLINE void narrow_tile(const dense_shape *s, const float *w, const float *in, float start, float *out)
{
  vf sum[8];
#pragma GCC unroll 8
  for (size_t c = 0; c < 8; c++)
    sum[c] = (vf){ 0 };
  size_t k = 0;
  for (; k + 8 <= s->n_sum; k += 8)
#pragma GCC unroll 8
    for (size_t c = 0; c < 8; c++)
      sum[c] += (w[k + c] - (vf){ 0 }) * load(in + (k + c) * FAIRU_LANES);
#pragma GCC unroll 8
  for (size_t c = 0; c < 8; c++)
    if (k + c < s->n_sum)
      sum[c] += (w[k + c] - (vf){ 0 }) * load(in + (k + c) * FAIRU_LANES);
  const vf total =
      start + (((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7])));
  store(out, s->relu ? relu_lanes(total) : total);
}

static void dense_narrow(const dense_shape *s, size_t n, const float *bias, float *out)
{
  for (size_t o = 0; o < n; o++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane += FLOATS)
      narrow_tile(s, s->w + o * s->row, s->in + lane, bias[o], out + o * FAIRU_LANES + lane);
}

static void dense(const float *w, const float *bias, size_t n_in, size_t n_out, const float *in, int relu,
                  float *out)
{
  const int order = fairu_dense__order(n_in, n_out);
  const size_t head = order == FAIRU_HALVES ? n_in - n_in / 2 : n_in;
  dense_shape s = { w, n_in, 1, head, in, 0, relu };
  if (order == FAIRU_EIGHTHS) {
    dense_narrow(&s, n_out, bias, out);
    return;
  }
  if (order == FAIRU_HALVES)
    s.relu = 0;
  dense_tiles(&s, n_out, bias, out);
  if (order != FAIRU_HALVES)
    return;
  const dense_shape rest = { w + head, n_in, 1, n_in - head, in + head * FAIRU_LANES, 1, relu };
  dense_tiles(&rest, n_out, NULL, out);
}

static void dense_backward(const float *w, size_t n_in, size_t n_out, const float *d_out, float *d_in)
{
  const dense_shape s = { w, 1, n_in, n_out, d_out, 0, 0 };
  dense_tiles(&s, n_in, NULL, d_in);
}
