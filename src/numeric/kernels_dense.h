/* kernels_dense.h - part of kernels_body.h: dense layers over lanes, forward and backward.
 *
 * Both are out[j] = start[j] + sum_k w[j * row + k * column] in[k] for all lanes: forward (n_in, 1), backward (1, n_in). A tile
 * keeps TILE_OUTPUTS x TILE_VECTORS sums in registers; each lane sums over k in order, so its bits depend on nothing else.
 * Forward in several chains (kernels.h), which is what a single event needs to be fast: its chains are all it can overlap. */

#define TILE_LANES (TILE_VECTORS * FLOATS)

typedef struct dense_shape {
  const float *w;
  size_t row, column;
  size_t n_sum, head; /* in halves, the first one ends at head */
  const float *in;    /* [n_sum][FAIRU_LANES] */
} dense_shape;

INLINE vf relu_lanes(vf x)
{
  return (vf)(~(x < 0.0f) & (vi)x); /* NaN stays NaN */
}

typedef vf dense_sums[TILE_OUTPUTS][TILE_VECTORS];

INLINE void add_products(const dense_shape *s, size_t n_sum, size_t outputs, const float *w, const float *in,
                         dense_sums sum)
{
  const size_t row = s->row, column = s->column;
  for (size_t k = n_sum; k > 0; k--) {
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
}

/* What is done with a tile: constants, so that each kind is a loop of its own. */
enum { DENSE_HALVES = 1, DENSE_RELU = 2 };

INLINE void dense_tile(const dense_shape *s, int kind, size_t outputs, const float *w, const float *in,
                       const float *bias, float *out)
{
  dense_sums sum;
#pragma GCC unroll 8
  for (size_t j = 0; j < outputs; j++)
#pragma GCC unroll 4
    for (size_t v = 0; v < TILE_VECTORS; v++)
      sum[j][v] = (bias ? bias[j] : 0.0f) - (vf){ 0 };
  if (kind & DENSE_HALVES) {
    add_products(s, s->head, outputs, w, in, sum);
    w += s->head * s->column;
    in += s->head * FAIRU_LANES;
#pragma GCC unroll 8
    for (size_t j = 0; j < outputs; j++)
#pragma GCC unroll 4
      for (size_t v = 0; v < TILE_VECTORS; v++) {
        store(out + j * FAIRU_LANES + v * FLOATS, sum[j][v]);
        sum[j][v] = (vf){ 0 };
      }
  }
  add_products(s, s->n_sum - s->head, outputs, w, in, sum);
#pragma GCC unroll 8
  for (size_t j = 0; j < outputs; j++)
#pragma GCC unroll 4
    for (size_t v = 0; v < TILE_VECTORS; v++) {
      float *at = out + j * FAIRU_LANES + v * FLOATS;
      const vf total = kind & DENSE_HALVES ? sum[j][v] + load(at) : sum[j][v];
      store(at, kind & DENSE_RELU ? relu_lanes(total) : total);
    }
}

/* Kind and outputs as constants in each branch: the compiler unrolls and keeps the sums in registers. */
#define DENSE_CASE(kind, n)                                                                                  \
  case n:                                                                                                    \
    dense_tile(s, kind, n, w, in, bias, out);                                                                \
    break;
#define DEFINE_DENSE(name, kind)                                                                             \
  static __attribute__((noinline)) void name##_tile(const dense_shape *s, size_t outputs, const float *w,    \
                                                    const float *in, const float *bias, float *out)          \
  {                                                                                                          \
    switch (outputs) {                                                                                       \
      DENSE_CASE(kind, 1)                                                                                    \
      DENSE_CASE(kind, 2)                                                                                    \
      DENSE_CASE(kind, 3)                                                                                    \
      DENSE_CASE(kind, 4)                                                                                    \
      DENSE_CASE(kind, 5)                                                                                    \
    default:                                                                                                 \
      dense_tile(s, kind, TILE_OUTPUTS, w, in, bias, out);                                                   \
    }                                                                                                        \
  }                                                                                                          \
  static void name(const dense_shape *s, size_t n, const float *bias, float *out)                            \
  {                                                                                                          \
    for (size_t lane = 0; lane < FAIRU_LANES; lane += TILE_LANES)                                            \
      for (size_t j = 0; j < n; j += TILE_OUTPUTS)                                                           \
        name##_tile(s, n - j < TILE_OUTPUTS ? n - j : TILE_OUTPUTS, s->w + j * s->row, s->in + lane,         \
                    bias ? bias + j : NULL, out + j * FAIRU_LANES + lane);                                   \
  }
DEFINE_DENSE(dense_plain, 0)
DEFINE_DENSE(dense_relu, DENSE_RELU)
DEFINE_DENSE(dense_halves, DENSE_HALVES)
DEFINE_DENSE(dense_halves_relu, DENSE_HALVES | DENSE_RELU)

/* Narrow layers: one output and one vector of lanes at a time, eight chains. */
INLINE void narrow_tile(const dense_shape *s, int relu, const float *w, const float *in, float start,
                        float *out)
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
  store(out, relu ? relu_lanes(total) : total);
}

static void dense_narrow(const dense_shape *s, size_t n, const float *bias, int relu, float *out)
{
  for (size_t o = 0; o < n; o++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane += FLOATS)
      narrow_tile(s, relu, s->w + o * s->row, s->in + lane, bias[o], out + o * FAIRU_LANES + lane);
}

static void dense(const float *w, const float *bias, size_t n_in, size_t n_out, const float *in, int relu,
                  float *out)
{
  const int order = fairu_dense__order(n_in, n_out);
  const dense_shape s = { w, n_in, 1, n_in, order == FAIRU_HALVES ? n_in - n_in / 2 : 0, in };
  if (order == FAIRU_EIGHTHS)
    dense_narrow(&s, n_out, bias, relu, out);
  else if (order == FAIRU_HALVES)
    (relu ? dense_halves_relu : dense_halves)(&s, n_out, bias, out);
  else
    (relu ? dense_relu : dense_plain)(&s, n_out, bias, out);
}

static void dense_backward(const float *w, size_t n_in, size_t n_out, const float *d_out, float *d_in)
{
  const dense_shape s = { w, 1, n_in, n_out, 0, d_out };
  dense_plain(&s, n_in, NULL, d_in);
}
