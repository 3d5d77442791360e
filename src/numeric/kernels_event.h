/* kernels_event.h - part of kernels_body.h: one event, outputs of a layer in lanes, weights packed by input. The sums are those of
 * kernels_dense.h, in the same order, so that an event has the same bits alone and in a block. */

#define ONE_VECTORS 8 /* registers of sums: 8 chains keep two multiply-adds of 4 cycles a cycle busy */

INLINE void one_tile(size_t vectors, size_t halves, const fairu_packed_dense *layer, size_t first,
                     const float *in, const float *shift, int relu, float *out)
{
  const size_t width = layer->width, half = halves == 2 ? layer->n_in / 2 : 0, head = layer->n_in - half;
  const float *w = layer->w + first, *w2 = w + head * width, *in2 = in + head;
  vf sum[ONE_VECTORS], sum2[ONE_VECTORS];
#pragma GCC unroll 8
  for (size_t v = 0; v < vectors; v++) {
    sum[v] = load(layer->bias + first + v * FLOATS);
    sum2[v] = all_f(0.0f);
  }
  size_t i = 0;
#pragma GCC unroll 4
  for (; i < half; i++) {
    const vf x = all_f(in[i]), x2 = all_f(in2[i]);
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; v++) {
      sum[v] += load(w + v * FLOATS) * x;
      sum2[v] += load(w2 + v * FLOATS) * x2;
    }
    w += width;
    w2 += width;
  }
  for (; i < head; i++) {
    const vf x = all_f(in[i]);
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; v++)
      sum[v] += load(w + v * FLOATS) * x;
    w += width;
  }
#pragma GCC unroll 8
  for (size_t v = 0; v < vectors; v++) {
    vf total = halves == 2 ? sum[v] + sum2[v] : sum[v];
    if (shift)
      total += load(shift + first + v * FLOATS);
    store(out + first + v * FLOATS, relu ? relu_lanes(total) : total);
  }
}

#define ONE_CASE(v, h)                                                                                       \
  case v:                                                                                                    \
    one_tile(v, h, layer, first, in, shift, relu, out);                                                      \
    break;

static void one_whole(const fairu_packed_dense *layer, size_t first, size_t vectors, const float *in,
                      const float *shift, int relu, float *out)
{
  switch (vectors) {
    ONE_CASE(1, 1)
    ONE_CASE(2, 1)
    ONE_CASE(3, 1)
    ONE_CASE(4, 1)
    ONE_CASE(5, 1)
    ONE_CASE(6, 1)
    ONE_CASE(7, 1)
  default:
    one_tile(8, 1, layer, first, in, shift, relu, out);
  }
}

static void one_halved(const fairu_packed_dense *layer, size_t first, size_t vectors, const float *in,
                       const float *shift, int relu, float *out)
{
  switch (vectors) {
    ONE_CASE(1, 2)
    ONE_CASE(2, 2)
    ONE_CASE(3, 2)
  default:
    one_tile(4, 2, layer, first, in, shift, relu, out);
  }
}

typedef float v8 __attribute__((vector_size(32)));
typedef int32_t i8 __attribute__((vector_size(32)));
typedef v8 v8_in_memory __attribute__((aligned(4), may_alias));

/* Narrow layers: the eight chains of one output are the lanes. */
INLINE float narrow_sum(const float *w, const float *in, size_t n_in, float start)
{
  v8 sum = { 0 };
  size_t i = 0;
  for (; i + 8 <= n_in; i += 8)
    sum += *(const v8_in_memory *)(w + i) * *(const v8_in_memory *)(in + i);
  if (i < n_in) {
    const i8 lane = { 0, 1, 2, 3, 4, 5, 6, 7 };
    const i8 there = lane < (int32_t)(n_in - i);
    const i8 x = (i8)(*(const v8_in_memory *)(in + i)) & there; /* rows of inputs are padded */
    const v8 more = sum + *(const v8_in_memory *)(w + i) * (v8)x;
    sum = (v8)((there & (i8)more) | (~there & (i8)sum));
  }
  const v4 four =
      __builtin_shufflevector(sum, sum, 0, 1, 2, 3) + __builtin_shufflevector(sum, sum, 4, 5, 6, 7);
  const v4 two = four + __builtin_shufflevector(four, four, 2, 3, 2, 3);
  return start + (two[0] + two[1]);
}

/* Stored as one vector: whoever loads that vector need not wait until single floats have reached the cache. */
static __attribute__((noinline)) void one_narrow(const fairu_packed_dense *layer, const float *in,
                                                 const float *shift, int then, float *out)
{
  const size_t row = fairu_dense__pad(layer->n_in);
  const vi lane = lane_numbers();
  vf total = (vf)((vi)all_f(narrow_sum(layer->w, in, layer->n_in, layer->bias[0])) & (lane == 0));
  for (size_t o = 1; o < layer->n_out; o++)
    total = pick_f(lane == (int32_t)o, all_f(narrow_sum(layer->w + o * row, in, layer->n_in, layer->bias[o])),
                   total);
  if (shift)
    total += load(shift);
  if (then == FAIRU_THEN_SIGMOID)
    total = sigmoid_vf(total);
  store(out, then == FAIRU_THEN_RELU ? relu_lanes(total) : total);
}

static void dense_one(const fairu_packed_dense *layer, const float *in, const float *shift, int then,
                      float *out)
{
  const int order = fairu_dense__order(layer->n_in, layer->n_out);
  const size_t vectors = layer->width / FLOATS;
  if (order == FAIRU_EIGHTHS)
    one_narrow(layer, in, shift, then, out);
  else if (order == FAIRU_HALVES)
    for (size_t v = 0; v < vectors; v += ONE_VECTORS / 2)
      one_halved(layer, v * FLOATS, vectors - v, in, shift, then, out);
  else
    for (size_t v = 0; v < vectors; v += ONE_VECTORS)
      one_whole(layer, v * FLOATS, vectors - v, in, shift, then, out);
}

/* Widened lane by lane: the compiler makes vectors of it. */
static void shift_units(const float *w, const double *z, size_t n_z, size_t width, float *shift)
{
  for (size_t u = 0; u < width; u += FAIRU_PAD) {
    double sum[FAIRU_PAD] = { 0.0 };
    for (size_t j = 0; j < n_z; j++)
      for (size_t i = 0; i < FAIRU_PAD; i++)
        sum[i] += (double)w[j * width + u + i] * z[j];
    for (size_t i = 0; i < FAIRU_PAD; i++)
      shift[u + i] = (float)sum[i];
  }
}

static int take_event(const float *x, const double *offset, const double *scale, size_t n, float *out)
{
  if (offset)
    for (size_t i = 0; i < n; i++)
      out[i] = (float)(((double)x[i] - offset[i]) * scale[i]);
  else
    memcpy(out, x, n * sizeof *out);
  return all_finite(x, n);
}

static void shift_lanes(const float *start, const float *shift, size_t n_units, int relu, float *out)
{
  for (size_t u = 0; u < n_units; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane += FLOATS) {
      const vf x = load(start + u * FAIRU_LANES + lane) + all_f(shift[u]);
      store(out + u * FAIRU_LANES + lane, relu ? relu_lanes(x) : x);
    }
}
