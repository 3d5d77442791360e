/* kernels_cholesky.h - part of kernels_body.h: Cholesky factor of a row-major lower triangle, blocks of columns, sums along
 * contiguous rows. */

enum {
  CHOLESKY_BLOCK = 8,
  CHOLESKY_VECTORS = CHOLESKY_BLOCK / DOUBLES,
  CHOLESKY_ROWS = 4,
  CHOLESKY_DEPTH = 16
};

/* Block of columns at work. */
typedef struct cholesky_panel {
  double above[CHOLESKY_DEPTH][CHOLESKY_BLOCK];  /* some columns before it of its own rows, transposed */
  double factor[CHOLESKY_BLOCK][CHOLESKY_BLOCK]; /* column by column; 0 on and above the diagonal */
  double reciprocal[CHOLESKY_BLOCK];             /* of the pivots */
} cholesky_panel;

/* row[0 .. 7] -= sum_k left[k] above[k][0 .. 7], for some rows; stride n. */
INLINE void subtract_above(const cholesky_panel *p, size_t n_k, const double *left, double *row, size_t n,
                           size_t rows)
{
  vd s[CHOLESKY_ROWS][CHOLESKY_VECTORS];
#pragma GCC unroll 4
  for (size_t r = 0; r < rows; r++)
#pragma GCC unroll 4
    for (size_t v = 0; v < CHOLESKY_VECTORS; v++)
      s[r][v] = load_d(row + r * n + v * DOUBLES);
  for (size_t k = 0; k < n_k; k++)
#pragma GCC unroll 4
    for (size_t r = 0; r < rows; r++) {
      const vd x = left[r * n + k] - (vd){ 0 };
#pragma GCC unroll 4
      for (size_t v = 0; v < CHOLESKY_VECTORS; v++)
        s[r][v] -= x * load_d(p->above[k] + v * DOUBLES);
    }
#pragma GCC unroll 4
  for (size_t r = 0; r < rows; r++)
#pragma GCC unroll 4
    for (size_t v = 0; v < CHOLESKY_VECTORS; v++)
      store_d(row + r * n + v * DOUBLES, s[r][v]);
}

/* Columns [k0, k0 + n_k) of the rows from j0 on, off the block of columns at j0; its own rows are in corner. */
static __attribute__((noinline)) void subtract_columns(cholesky_panel *p, double *a, size_t n, size_t j0,
                                                       size_t k0, size_t n_k, double *restrict corner)
{
  const size_t width = n - j0 < CHOLESKY_BLOCK ? n - j0 : CHOLESKY_BLOCK;
  for (size_t k = 0; k < n_k; k++)
    for (size_t c = 0; c < CHOLESKY_BLOCK; c++)
      p->above[k][c] = c < width ? a[(j0 + c) * n + k0 + k] : 0.0;
  for (size_t i = 0; i < width; i++)
    for (size_t k = 0; k < n_k; k++) {
      const double x = p->above[k][i];
      for (size_t c = 0; c < CHOLESKY_BLOCK; c++)
        corner[i * CHOLESKY_BLOCK + c] -= x * p->above[k][c];
    }
  size_t i = j0 + width;
  for (; i + CHOLESKY_ROWS <= n; i += CHOLESKY_ROWS)
    subtract_above(p, n_k, a + i * n + k0, a + i * n + j0, n, CHOLESKY_ROWS);
  for (; i < n; i++)
    subtract_above(p, n_k, a + i * n + k0, a + i * n + j0, n, 1);
}

/* Factor of the block on the diagonal. Returns 0 or 1 + index of a pivot that is not > 0. */
static __attribute__((noinline)) size_t factor_corner(cholesky_panel *p,
                                                      double corner[CHOLESKY_BLOCK * CHOLESKY_BLOCK],
                                                      size_t width)
{
  for (size_t j = 0; j < width; j++) {
    double *row = corner + j * CHOLESKY_BLOCK;
    if (!(row[j] > 0.0))
      return j + 1;
    const double pivot = sqrt(row[j]), reciprocal = 1.0 / pivot;
    row[j] = pivot;
    p->reciprocal[j] = reciprocal;
    for (size_t c = 0; c < CHOLESKY_BLOCK; c++)
      p->factor[j][c] = 0.0;
    for (size_t i = j + 1; i < width; i++)
      p->factor[j][i] = corner[i * CHOLESKY_BLOCK + j] * reciprocal;
    for (size_t i = j + 1; i < width; i++) {
      double *below = corner + i * CHOLESKY_BLOCK;
      below[j] = p->factor[j][i];
      for (size_t c = j + 1; c < CHOLESKY_BLOCK; c++)
        below[c] -= below[j] * p->factor[j][c];
    }
  }
  return 0;
}

/* Rows below the diagonal: each becomes x with x factor^T = row. */
static __attribute__((noinline)) void solve_rows(const cholesky_panel *restrict p, double *restrict rows,
                                                 size_t n, size_t n_rows)
{
  for (double *row = rows; n_rows-- > 0; row += n) {
    double t[CHOLESKY_BLOCK];
    for (size_t j = 0; j < CHOLESKY_BLOCK; j++)
      t[j] = row[j];
#pragma GCC unroll 8
    for (size_t j = 0; j < CHOLESKY_BLOCK; j++) {
      const double x = t[j] * p->reciprocal[j];
      row[j] = x;
      for (size_t c = 0; c < CHOLESKY_BLOCK; c++)
        t[c] -= x * p->factor[j][c];
    }
  }
}

/* Returns 0 or 1 + index of the first pivot that is not > 0. Elements above the diagonal are not ours. */
static size_t cholesky(double *a, size_t n)
{
  cholesky_panel p;
  for (size_t j0 = 0; j0 < n; j0 += CHOLESKY_BLOCK) {
    const size_t width = n - j0 < CHOLESKY_BLOCK ? n - j0 : CHOLESKY_BLOCK;
    double corner[CHOLESKY_BLOCK * CHOLESKY_BLOCK] = { 0 };
    for (size_t i = 0; i < width; i++)
      for (size_t c = 0; c <= i; c++)
        corner[i * CHOLESKY_BLOCK + c] = a[(j0 + i) * n + j0 + c];
    for (size_t k0 = 0; k0 < j0; k0 += CHOLESKY_DEPTH)
      subtract_columns(&p, a, n, j0, k0, j0 - k0 < CHOLESKY_DEPTH ? j0 - k0 : CHOLESKY_DEPTH, corner);
    const size_t failed = factor_corner(&p, corner, width);
    if (failed)
      return j0 + failed;
    for (size_t i = 0; i < width; i++)
      for (size_t c = 0; c <= i; c++)
        a[(j0 + i) * n + j0 + c] = corner[i * CHOLESKY_BLOCK + c];
    solve_rows(&p, a + (j0 + width) * n + j0, n, n - j0 - width);
  }
  return 0;
}

INLINE double row_dot(const double *a, const double *b, size_t n)
{
  vd s = { 0 };
  size_t i = 0;
  for (; i + DOUBLES <= n; i += DOUBLES)
    s += load_d(a + i) * load_d(b + i);
  double rest = 0.0;
  for (; i < n; i++)
    rest += a[i] * b[i];
  return sum_vd(s) + rest;
}

/* y += c x */
INLINE void add_row(double *y, double c, const double *x, size_t n)
{
  for (size_t j = 0; j < n; j++)
    y[j] += c * x[j];
}

/* Solve L L^T x = b in place. */
static void cholesky_solve(const double *l, size_t n, double *b)
{
  for (size_t i = 0; i < n; i++)
    b[i] = (b[i] - row_dot(l + i * n, b, i)) / l[i * n + i];
  for (size_t i = n; i-- > 0;) {
    b[i] /= l[i * n + i];
    add_row(b, -b[i], l + i * n, i);
  }
}

/* out = inverse of L L^T: L^-1 row by row, then its transpose times itself, row i from rows i and below. */
static void cholesky_inverse(const double *l, size_t n, double *out)
{
  for (size_t i = 0; i < n; i++) {
    double *row = out + i * n;
    for (size_t j = 0; j < n; j++)
      row[j] = 0.0;
    for (size_t k = 0; k < i; k++)
      add_row(row, -l[i * n + k], out + k * n, k + 1);
    row[i] = 1.0;
    for (size_t j = 0; j <= i; j++)
      row[j] /= l[i * n + i];
  }
  for (size_t i = 0; i < n; i++) {
    double *row = out + i * n;
    const double own = row[i];
    for (size_t j = 0; j <= i; j++)
      row[j] *= own;
    for (size_t k = i + 1; k < n; k++)
      add_row(row, out[k * n + i], out + k * n, i + 1);
  }
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < i; j++)
      out[j * n + i] = out[i * n + j];
}
