/* kernels_gradient.h - part of kernels_body.h: gradient of a dense layer, d_w[o][i] += sum_lane d_out[o][lane] in[i][lane].
 *
 * Wide layers: a sum across lanes inside a register is slow, so some rows of `in` are turned to a panel [lane][i]: vectors then run
 * along i, and a tile keeps all its sums in registers over all lanes. Narrow layers: dot products along the lanes, a vector of them
 * added up at once. Each weight's sum over the lanes is made by itself, in a fixed order, and then added to what is there. */

typedef float v4 __attribute__((vector_size(16)));
typedef v4 v4_in_memory __attribute__((aligned(4), may_alias));

/* Within each 16 bytes of two vectors: first or last halves interleaved, first or last halves side by side. */
#if VECTOR_BYTES == 64
#define BY_QUADS(x, y, a, b, c, d)                                                                           \
  __builtin_shufflevector(x, y, a, b, c, d, a + 4, b + 4, c + 4, d + 4, a + 8, b + 8, c + 8, d + 8, a + 12,  \
                          b + 12, c + 12, d + 12)
#elif VECTOR_BYTES == 32
#define BY_QUADS(x, y, a, b, c, d) __builtin_shufflevector(x, y, a, b, c, d, a + 4, b + 4, c + 4, d + 4)
#else
#define BY_QUADS(x, y, a, b, c, d) __builtin_shufflevector(x, y, a, b, c, d)
#endif
#define ZIP_FIRST(x, y) BY_QUADS(x, y, 0, FLOATS, 1, FLOATS + 1)
#define ZIP_LAST(x, y) BY_QUADS(x, y, 2, FLOATS + 2, 3, FLOATS + 3)
#define PAIR_FIRST(x, y) BY_QUADS(x, y, 0, 1, FLOATS, FLOATS + 1)
#define PAIR_LAST(x, y) BY_QUADS(x, y, 2, 3, FLOATS + 2, FLOATS + 3)

/* ---- wide layers -------------------------------------------------------------------------------------- */

enum { TILE_SUMS = TILE_OUTPUTS * TILE_VECTORS };

/* Some columns of the gradient. If the last vector would reach beyond the row it is moved back, and its first `seen` columns are left
 * to the vector before it. */
typedef struct panel {
  size_t vectors, last; /* column of the last vector */
  int32_t seen;
  size_t stride;       /* of the rows of the gradient */
  const float *turned; /* [FAIRU_LANES][vectors * FLOATS] */
} panel;

/* turned[lane][0 .. 3] = in[0 .. 3][lane] for all lanes. */
INLINE void turn_rows(const float *in, float *turned, size_t width)
{
  for (size_t lane = 0; lane < FAIRU_LANES; lane += FLOATS) {
    const vf a = load(in + lane), b = load(in + FAIRU_LANES + lane);
    const vf c = load(in + 2 * FAIRU_LANES + lane), d = load(in + 3 * FAIRU_LANES + lane);
    const vf ab = ZIP_FIRST(a, b), cd = ZIP_FIRST(c, d), ef = ZIP_LAST(a, b), gh = ZIP_LAST(c, d);
    const vf by_lane[4] = { PAIR_FIRST(ab, cd), PAIR_LAST(ab, cd), PAIR_FIRST(ef, gh), PAIR_LAST(ef, gh) };
#pragma GCC unroll 4
    for (size_t l = 0; l < 4; l++)
#pragma GCC unroll 4
      for (size_t quad = 0; quad < FLOATS / 4; quad++)
        memcpy(turned + (lane + 4 * quad + l) * width, (const char *)&by_lane[l] + 16 * quad, 16);
  }
}

static void turn(const float *in, const panel *p, float *turned)
{
  for (size_t v = 0; v < p->vectors; v++) {
    const float *from = in + (v + 1 == p->vectors ? p->last : v * FLOATS) * FAIRU_LANES;
    for (size_t i = 0; i < FLOATS; i += 4)
      turn_rows(from + i * FAIRU_LANES, turned + v * FLOATS + i, p->vectors * FLOATS);
  }
}

/* sums[o] += sum over lanes of a[o][lane] turned[lane] */
INLINE void outer_tile(size_t outputs, size_t vectors, const panel *p, const float *a, float *sums)
{
  vf sum[TILE_SUMS][TILE_VECTORS];
#pragma GCC unroll 24
  for (size_t o = 0; o < outputs; o++)
#pragma GCC unroll 4
    for (size_t v = 0; v < vectors; v++)
      sum[o][v] = all_f(0.0f);
  const float *turned = p->turned;
  for (size_t lane = 0; lane < FAIRU_LANES; lane++, turned += vectors * FLOATS) {
    vf x[TILE_VECTORS];
#pragma GCC unroll 4
    for (size_t v = 0; v < vectors; v++)
      x[v] = load(turned + v * FLOATS);
#pragma GCC unroll 24
    for (size_t o = 0; o < outputs; o++) {
      const vf ao = all_f(a[o * FAIRU_LANES + lane]);
#pragma GCC unroll 4
      for (size_t v = 0; v < vectors; v++)
        sum[o][v] += ao * x[v];
    }
  }
  const vi seen = lane_numbers() < p->seen;
  const size_t stride = p->stride, last = p->last;
#pragma GCC unroll 24
  for (size_t o = 0; o < outputs; o++, sums += stride) {
    vf x[TILE_VECTORS];
    sum[o][vectors - 1] = (vf)(~seen & (vi)sum[o][vectors - 1]);
#pragma GCC unroll 4
    for (size_t v = 0; v < vectors; v++)
      x[v] = load(sums + (v + 1 == vectors ? last : v * FLOATS)) + sum[o][v];
#pragma GCC unroll 4
    for (size_t v = vectors; v-- > 0;) /* the vector before the last one has the columns that both have */
      store(sums + (v + 1 == vectors ? last : v * FLOATS), x[v]);
  }
}

/* Each in a function of its own: inlined into the loop over tiles, addresses of all rows would crowd out the sums. */
#define DEFINE_TILE(vectors, outputs)                                                                        \
  static __attribute__((noinline)) void outer_##vectors##_##outputs(const panel *p, const float *a,          \
                                                                    float *sums)                             \
  {                                                                                                          \
    outer_tile(outputs, vectors, p, a, sums);                                                                \
  }
#define DEFINE_PANEL(vectors, most)                                                                          \
  DEFINE_TILE(vectors, most)                                                                                 \
  DEFINE_TILE(vectors, 4)                                                                                    \
  DEFINE_TILE(vectors, 1)                                                                                    \
  static void outer_##vectors(const panel *p, size_t n, const float *a, float *sums)                         \
  {                                                                                                          \
    size_t o = 0;                                                                                            \
    for (; o + most <= n; o += most)                                                                         \
      outer_##vectors##_##most(p, a + o * FAIRU_LANES, sums + o * p->stride);                                \
    for (; o + 4 <= n; o += 4)                                                                               \
      outer_##vectors##_4(p, a + o * FAIRU_LANES, sums + o * p->stride);                                     \
    for (; o < n; o++)                                                                                       \
      outer_##vectors##_1(p, a + o * FAIRU_LANES, sums + o * p->stride);                                     \
  }

#if VECTOR_BYTES == 64
DEFINE_PANEL(4, 6)
DEFINE_PANEL(3, 8)
DEFINE_PANEL(2, 12)
DEFINE_PANEL(1, 24)
#else
DEFINE_PANEL(2, 6)
DEFINE_PANEL(1, 12)
#endif

static void outer_panel(const panel *p, size_t n, const float *a, float *sums)
{
#if VECTOR_BYTES == 64
  if (p->vectors == 4)
    outer_4(p, n, a, sums);
  else if (p->vectors == 3)
    outer_3(p, n, a, sums);
  else
#endif
      if (p->vectors == 2)
    outer_2(p, n, a, sums);
  else
    outer_1(p, n, a, sums);
}

/* n_in at least FLOATS. */
static void gradient_wide(size_t n_in, size_t n_out, const float *d_out, const float *in, float *work,
                          float *d_w)
{
  const size_t n_vectors = (n_in + FLOATS - 1) / FLOATS;
  for (size_t v = 0; v < n_vectors; v += TILE_VECTORS) {
    const size_t left = n_vectors - v, first = v * FLOATS;
    panel p = { .vectors = left < TILE_VECTORS ? left : TILE_VECTORS, .stride = n_in, .turned = work };
    p.last = (p.vectors - 1) * FLOATS;
    if (first + p.last + FLOATS > n_in) {
      p.seen = (int32_t)(first + p.last + FLOATS - n_in);
      p.last = n_in - FLOATS - first;
    }
    turn(in + first * FAIRU_LANES, &p, work);
    outer_panel(&p, n_out, d_out, d_w + first);
  }
}

/* ---- narrow layers ------------------------------------------------------------------------------------ */

/* The sum over the elements of each vector of x [FLOATS], which is spoilt. */
INLINE vf totals(vf *x)
{
#pragma GCC unroll 4
  for (size_t i = 0; i < FLOATS / 4; i++) { /* 4 vectors to one, whose quads are to be added */
    const vf ab = ZIP_FIRST(x[4 * i], x[4 * i + 1]) + ZIP_LAST(x[4 * i], x[4 * i + 1]);
    const vf cd = ZIP_FIRST(x[4 * i + 2], x[4 * i + 3]) + ZIP_LAST(x[4 * i + 2], x[4 * i + 3]);
    x[i] = PAIR_FIRST(ab, cd) + PAIR_LAST(ab, cd);
  }
#if VECTOR_BYTES == 64
#define HALVES(x, y, a, b)                                                                                   \
  __builtin_shufflevector(x, y, a, a + 1, a + 2, a + 3, b, b + 1, b + 2, b + 3, a + 16, a + 17, a + 18,      \
                          a + 19, b + 16, b + 17, b + 18, b + 19)
  const vf low = HALVES(x[0], x[1], 0, 4) + HALVES(x[0], x[1], 8, 12);
  const vf high = HALVES(x[2], x[3], 0, 4) + HALVES(x[2], x[3], 8, 12);
  return HALVES(low, high, 0, 8) + HALVES(low, high, 4, 12);
#elif VECTOR_BYTES == 32
  return __builtin_shufflevector(x[0], x[1], 0, 1, 2, 3, 8, 9, 10, 11) +
         __builtin_shufflevector(x[0], x[1], 4, 5, 6, 7, 12, 13, 14, 15);
#else
  return x[0];
#endif
}

/* sums[0 .. n - 1] += x, n at most FLOATS. */
INLINE void add_first(vf x, size_t n, float *sums)
{
  if (n == FLOATS) {
    store(sums, load(sums) + x);
    return;
  }
  for (size_t i = 0; i < n; i++)
    sums[i] += x[i];
}

/* Where the last vector of dot products has places left, its rows are read once more. */
static void gradient_narrow(size_t n_in, size_t n_out, const float *d_out, const float *in, float *d_w)
{
  const float *a = d_out, *b = in, *const last_a = d_out + (n_out - 1) * FAIRU_LANES;
  const float *const end_b = in + n_in * FAIRU_LANES;
  const size_t n = n_in * n_out;
  for (size_t first = 0; first < n; first += FLOATS) {
    vf sum[FLOATS];
#pragma GCC unroll 16
    for (size_t j = 0; j < FLOATS; j++) {
      sum[j] = load(a) * load(b);
#pragma GCC unroll 16
      for (size_t lane = FLOATS; lane < FAIRU_LANES; lane += FLOATS)
        sum[j] += load(a + lane) * load(b + lane);
      b += FAIRU_LANES;
      a += b == end_b && a != last_a ? FAIRU_LANES : 0;
      b = b == end_b ? in : b;
    }
    add_first(totals(sum), n - first < FLOATS ? n - first : FLOATS, d_w + first);
  }
}

static void gradient_bias(size_t n_out, const float *d_out, float *d_bias)
{
  const float *const last = d_out + (n_out - 1) * FAIRU_LANES;
  for (size_t first = 0; first < n_out; first += FLOATS) {
    vf sum[FLOATS];
#pragma GCC unroll 16
    for (size_t j = 0; j < FLOATS; j++) {
      sum[j] = load(d_out);
#pragma GCC unroll 16
      for (size_t lane = FLOATS; lane < FAIRU_LANES; lane += FLOATS)
        sum[j] += load(d_out + lane);
      d_out += d_out < last ? FAIRU_LANES : 0;
    }
    add_first(totals(sum), n_out - first < FLOATS ? n_out - first : FLOATS, d_bias + first);
  }
}

static void dense_gradient(size_t n_in, size_t n_out, const float *d_out, const float *in, float *work,
                           float *d_w, float *d_bias)
{
  if (n_in < FLOATS || n_out <= 4)
    gradient_narrow(n_in, n_out, d_out, in, d_w);
  else
    gradient_wide(n_in, n_out, d_out, in, work, d_w);
  gradient_bias(n_out, d_out, d_bias);
}
