/* kernels_bins.h - part of kernels_body.h: sums over bins of channels, in double. Rows come in pairs (up, down), as shifts have them;
 * vectors of at most 32 bytes
 * for those, since channels of 4 bins are common. */

#define ROW_BYTES (VECTOR_BYTES < 32 ? VECTOR_BYTES : 32)
#define ROW_BINS (ROW_BYTES / 8)

typedef double vq __attribute__((vector_size(ROW_BYTES)));
typedef vq vq_in_memory __attribute__((aligned(8), may_alias));

INLINE vq load_q(const double *p)
{
  return *(const vq_in_memory *)p;
}

INLINE void store_q(double *p, vq v)
{
  *(vq_in_memory *)p = v;
}

INLINE double sum_q(vq v)
{
  double sum = 0.0;
#pragma GCC unroll 4
  for (size_t i = 0; i < ROW_BINS; i++)
    sum += v[i];
  return sum;
}

/* total[b] += sum_h c[2 h] up_h[b] + c[2 h + 1] down_h[b] */
static void add_pairs(size_t n, size_t bins, size_t stride, const double *rows, const double *c,
                      double *total)
{
  size_t b = 0;
  for (; b + ROW_BINS <= bins; b += ROW_BINS) {
    vq even = load_q(total + b), odd = { 0 };
    const double *at = rows + b;
    for (size_t h = 0; h < n; h++, at += 2 * stride) {
      even += c[2 * h] * load_q(at);
      odd += c[2 * h + 1] * load_q(at + stride);
    }
    store_q(total + b, even + odd);
  }
  if (b < bins && bins >= ROW_BINS) { /* a vector that overlaps the one before: its new bins alone are kept */
    const size_t last = bins - ROW_BINS;
    vq even = { 0 }, odd = { 0 };
    const double *at = rows + last;
    for (size_t h = 0; h < n; h++, at += 2 * stride) {
      even += c[2 * h] * load_q(at);
      odd += c[2 * h + 1] * load_q(at + stride);
    }
    even += odd;
    for (; b < bins; b++)
      total[b] += even[b - last];
  }
  for (; b < bins; b++) {
    double even = total[b], odd = 0.0;
    for (size_t h = 0; h < n; h++) {
      even += c[2 * h] * rows[2 * h * stride + b];
      odd += c[2 * h + 1] * rows[(2 * h + 1) * stride + b];
    }
    total[b] = even + odd;
  }
}

/* out[h * bins + b] = c[2 h] up_h[b] + c[2 h + 1] down_h[b] */
static void mix_pairs(size_t n, size_t bins, size_t stride, const double *rows, const double *c, double *out)
{
  for (size_t h = 0; h < n; h++, rows += 2 * stride, out += bins) {
    const double p = c[2 * h], m = c[2 * h + 1];
    size_t b = 0;
    for (; b + ROW_BINS <= bins; b += ROW_BINS)
      store_q(out + b, p * load_q(rows + b) + m * load_q(rows + stride + b));
    if (b < bins && bins >= ROW_BINS) { /* overlaps what is written: the same values */
      b = bins - ROW_BINS;
      store_q(out + b, p * load_q(rows + b) + m * load_q(rows + stride + b));
      b = bins;
    }
    for (; b < bins; b++)
      out[b] = p * rows[b] + m * rows[stride + b];
  }
}

/* out[r] += sum_b v[b] rows[r * stride + b] */
static void dot_rows(size_t n, size_t bins, size_t stride, const double *rows, const double *v, double *out)
{
  for (size_t r = 0; r < n; r++, rows += stride) {
    vq sum = { 0 };
    double rest = 0.0;
    size_t b = 0;
    for (; b + ROW_BINS <= bins; b += ROW_BINS)
      sum += load_q(v + b) * load_q(rows + b);
    for (; b < bins; b++)
      rest += v[b] * rows[b];
    out[r] += sum_q(sum) + rest;
  }
}

typedef vd vd_unaligned __attribute__((aligned(8), may_alias));

/* Row at[r] of x += scale[r] a, or a += scale[r] times row at[r] of x; width a multiple of 8. */
static void add_to_rows(size_t n, const size_t *at, size_t width, const double *scale, const double *a,
                        double *x)
{
  for (size_t r = 0; r < n; r++) {
    double *row = x + at[r] * width;
    const double s = scale[r];
    for (size_t i = 0; i < width; i += DOUBLES)
      *(vd_unaligned *)(row + i) += s * *(const vd_unaligned *)(a + i);
  }
}

static void sum_rows(size_t n, const size_t *at, size_t width, const double *scale, const double *x,
                     double *a)
{
  for (size_t i = 0; i < width; i += DOUBLES) {
    vd sum = *(const vd_unaligned *)(a + i);
    for (size_t r = 0; r < n; r++)
      sum += scale[r] * *(const vd_unaligned *)(x + at[r] * width + i);
    *(vd_unaligned *)(a + i) = sum;
  }
}

#define OUTER_COLUMNS 8 /* of a tile; rows as many as keep their sums in registers */
#define OUTER_VECTORS (OUTER_COLUMNS / DOUBLES)
#define OUTER_ROWS (VECTOR_BYTES == 64 ? 8 : VECTOR_BYTES == 32 ? 4 : 2)

INLINE void product_tile(size_t k, size_t width, const double *x, const double *y, double *c)
{
  vd sum[OUTER_ROWS][OUTER_VECTORS];
#pragma GCC unroll 8
  for (size_t i = 0; i < OUTER_ROWS; i++)
#pragma GCC unroll 4
    for (size_t v = 0; v < OUTER_VECTORS; v++)
      sum[i][v] = *(const vd_unaligned *)(c + i * width + v * DOUBLES);
  for (; k > 0; k--, x += width, y += width) {
    vd column[OUTER_VECTORS];
#pragma GCC unroll 4
    for (size_t v = 0; v < OUTER_VECTORS; v++)
      column[v] = *(const vd_unaligned *)(y + v * DOUBLES);
#pragma GCC unroll 8
    for (size_t i = 0; i < OUTER_ROWS; i++) {
      const vd xi = x[i] - (vd){ 0 };
#pragma GCC unroll 4
      for (size_t v = 0; v < OUTER_VECTORS; v++)
        sum[i][v] += xi * column[v];
    }
  }
#pragma GCC unroll 8
  for (size_t i = 0; i < OUTER_ROWS; i++)
#pragma GCC unroll 4
    for (size_t v = 0; v < OUTER_VECTORS; v++)
      *(vd_unaligned *)(c + i * width + v * DOUBLES) = sum[i][v];
}

/* Upper triangle of c [width * width] += sum_k x_k y_k^T, rows x and y [k * width], width a multiple of 8. What lies below the diagonal
 * by less than 8 is written too. */
static void add_outer(size_t k, size_t width, const double *x, const double *y, double *c)
{
  for (size_t i = 0; i < width; i += OUTER_ROWS)
    for (size_t j = i & ~(size_t)(OUTER_COLUMNS - 1); j < width; j += OUTER_COLUMNS)
      product_tile(k, width, x + i, y + j, c + i * width + j);
}
