/* kernels_cholesky.h - part of kernels_body.h: Cholesky factor of a row-major lower triangle, blocks of columns, sums along
 * contiguous rows. */

enum { CHOLESKY_BLOCK = 8, CHOLESKY_ROWS = 4, CHOLESKY_COLUMNS = 2 };

/* a[i0 + r][j0 + c] -= sum_{k < n_k} a[i0 + r][k] a[j0 + c][k]; n_k a multiple of CHOLESKY_BLOCK. */
INLINE void subtract_products(double *a, size_t n, size_t n_k, size_t i0, size_t rows, size_t j0,
                              size_t columns)
{
  vd s[CHOLESKY_ROWS][CHOLESKY_COLUMNS];
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++)
      s[r][c] = (vd){ 0 };
  for (size_t k = 0; k < n_k; k += DOUBLES)
    for (size_t r = 0; r < rows; r++) {
      const vd left = load_d(a + (i0 + r) * n + k);
      for (size_t c = 0; c < columns; c++)
        s[r][c] += left * load_d(a + (j0 + c) * n + k);
    }
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++)
      a[(i0 + r) * n + j0 + c] -= sum_vd(s[r][c]);
}

/* Columns [j0, j0 + width) of all rows from j0 on: take off the products of the columns before. */
static void update_columns(double *a, size_t n, size_t j0, size_t width)
{
  for (size_t c = 0; c < width; c += CHOLESKY_COLUMNS) {
    const size_t j = j0 + c;
    size_t i = j; /* rows of the block above the diagonal have no such column; j is even with it */
    if (width - c < CHOLESKY_COLUMNS) {
      for (; i < n; i++)
        subtract_products(a, n, j0, i, 1, j, 1);
      continue;
    }
    subtract_products(a, n, j0, i, 1, j,
                      1); /* not the element above the diagonal: that triangle is not ours */
    for (i++; i + CHOLESKY_ROWS <= n; i += CHOLESKY_ROWS)
      subtract_products(a, n, j0, i, CHOLESKY_ROWS, j, CHOLESKY_COLUMNS);
    for (; i < n; i++)
      subtract_products(a, n, j0, i, 1, j, CHOLESKY_COLUMNS);
  }
}

/* First `most` elements of a row of a block of columns; reciprocal: of the pivots. */
INLINE void solve_row(double *row, const double *block, size_t n, size_t most, const double *reciprocal)
{
  for (size_t j = 0; j < most; j++) {
    const double *other = block + j * n;
    double s = row[j];
    for (size_t k = 0; k < j; k++)
      s -= row[k] * other[k];
    row[j] = s * reciprocal[j];
  }
}

/* Returns 0 or 1 + index of the first pivot that is not > 0. */
static size_t cholesky(double *a, size_t n)
{
  for (size_t j0 = 0; j0 < n; j0 += CHOLESKY_BLOCK) {
    const size_t width = n - j0 < CHOLESKY_BLOCK ? n - j0 : CHOLESKY_BLOCK;
    double *block = a + j0 * n + j0, reciprocal[CHOLESKY_BLOCK];
    update_columns(a, n, j0, width);
    for (size_t i = 0; i < width; i++) {
      double *row = block + i * n;
      solve_row(row, block, n, i, reciprocal);
      double s = row[i];
      for (size_t k = 0; k < i; k++)
        s -= row[k] * row[k];
      if (!(s > 0.0))
        return j0 + i + 1;
      row[i] = sqrt(s);
      reciprocal[i] = 1.0 / row[i];
    }
    for (size_t i = width; i < n - j0; i++)
      solve_row(block + i * n, block, n, CHOLESKY_BLOCK, reciprocal);
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
