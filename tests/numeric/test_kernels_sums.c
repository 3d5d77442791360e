/* Sums over bins and events, with every instruction set this CPU has, against plain loops in long double: any number of rows, every width about the
 * ends of vectors, and not a word read or written that is none of theirs. */
#include "support/draws.h"
#include "support/support.h"

#include <float.h>

#include "numeric/kernels_levels.h"

enum { MOST_ROWS = 9, MOST_WIDTH = 40 };

typedef struct scene {
  const fairu_kernels *k;
  draws d;
} scene;

/* body for each level; levels this CPU lacks are left out. */
static void for_all(void (*body)(scene *))
{
  static const char *const names[] = { "generic", "x86-64-v3", "x86-64-v4" };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < 3; i++)
    if (fairu_context_set_kernel(ctx, names[i]) == FAIRU_OK) {
      scene s = { .k = fairu_kernels__of(ctx), .d = { 141 } };
      body(&s);
    }
  fairu_context_destroy(ctx);
}

/* Exactly n doubles, on a boundary of vectors: the sanitizer sees what is read behind them. */
static double *numbers(scene *s, size_t n)
{
  void *x = NULL;
  assert_int_equal(posix_memalign(&x, 64, (n > 0 ? n : 1) * sizeof(double)), 0);
  for (size_t i = 0; i < n; i++)
    ((double *)x)[i] = ldexp(draw_between(&s->d, -1.0, 1.0), (int)draw_below(&s->d, 20) - 10);
  return x;
}

/* The sum of n products of this total size is good to half a unit for each product and each addition. */
static void check_sum(double is, long double wanted, long double size, size_t n)
{
  CHECK_NEAR(is, (double)wanted, (double)(size * (long double)(n + 2) * DBL_EPSILON) + 1e-300);
}

/* ---- pairs of rows ----------------------------------------------------------------------------------------- */

/* Rows lie `stride` apart; what is between them is not touched and, if it were read, would be NaN. */
static double *rows_of(scene *s, size_t n_rows, size_t bins, size_t stride)
{
  const size_t all = n_rows > 0 ? (n_rows - 1) * stride + bins : 0;
  double *rows = numbers(s, all);
  for (size_t i = 0; i < all; i++)
    if (i % stride >= bins)
      rows[i] = NAN;
  return rows;
}

static void check_pairs(scene *s, size_t n, size_t bins, size_t stride)
{
  double *rows = rows_of(s, 2 * n, bins, stride), *c = numbers(s, 2 * n), *start = numbers(s, bins),
         *total = numbers(s, bins);
  double *mixed = numbers(s, n * bins), *out = numbers(s, 2 * n), *before = numbers(s, 2 * n);
  memcpy(total, start, bins * sizeof *total);
  memcpy(out, before, 2 * n * sizeof *out);
  s->k->add_pairs(n, bins, stride, rows, c, total);
  s->k->mix_pairs(n, bins, stride, rows, c, mixed);
  s->k->dot_rows(2 * n, bins, stride, rows, start, out);
  for (size_t b = 0; b < bins; b++) {
    long double sum = start[b], size = fabsl(sum);
    for (size_t r = 0; r < 2 * n; r++) {
      sum += (long double)c[r] * rows[r * stride + b];
      size += fabsl((long double)c[r] * rows[r * stride + b]);
    }
    check_sum(total[b], sum, size, 2 * n);
    for (size_t h = 0; h < n; h++) {
      const long double up = (long double)c[2 * h] * rows[2 * h * stride + b];
      const long double down = (long double)c[2 * h + 1] * rows[(2 * h + 1) * stride + b];
      check_sum(mixed[h * bins + b], up + down, fabsl(up) + fabsl(down), 2);
    }
  }
  for (size_t r = 0; r < 2 * n; r++) {
    long double sum = before[r], size = fabsl(sum);
    for (size_t b = 0; b < bins; b++) {
      sum += (long double)start[b] * rows[r * stride + b];
      size += fabsl((long double)start[b] * rows[r * stride + b]);
    }
    check_sum(out[r], sum, size, bins);
  }
  double *const all[] = { rows, c, start, total, mixed, out, before };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    free(all[i]);
}

static void pairs_body(scene *s)
{
  for (size_t n = 0; n <= MOST_ROWS; n++)
    for (size_t bins = 1; bins <= MOST_WIDTH; bins++)
      check_pairs(s, n, bins, bins + (n + bins) % 3);
}

static void rows_of_bins_add_up(void **state)
{
  (void)state;
  for_all(pairs_body);
}

/* ---- rows by their places ------------------------------------------------------------------------------------ */

static void check_places(scene *s, size_t n, size_t width)
{
  enum { PLACES = 6 };
  double *x = numbers(s, PLACES * width), *start = numbers(s, PLACES * width), *a = numbers(s, width),
         *sum = numbers(s, width);
  double *scale = numbers(s, n), *first = numbers(s, width);
  size_t at[MOST_ROWS + 1] = { 0 };
  for (size_t r = 0; r < n; r++)
    at[r] = draw_below(&s->d, PLACES); /* some twice */
  memcpy(x, start, PLACES * width * sizeof *x);
  memcpy(sum, first, width * sizeof *sum);
  s->k->add_to_rows(n, at, width, scale, a, x);
  s->k->sum_rows(n, at, width, scale, start, sum);
  for (size_t i = 0; i < PLACES * width; i++) {
    long double wanted = start[i], size = fabsl(wanted);
    size_t times = 0;
    for (size_t r = 0; r < n; r++)
      if (at[r] == i / width) {
        wanted += (long double)scale[r] * a[i % width];
        size += fabsl((long double)scale[r] * a[i % width]);
        times++;
      }
    if (times == 0)
      assert_true(x[i] == start[i]);
    check_sum(x[i], wanted, size, times);
  }
  for (size_t i = 0; i < width; i++) {
    long double wanted = first[i], size = fabsl(wanted);
    for (size_t r = 0; r < n; r++) {
      wanted += (long double)scale[r] * start[at[r] * width + i];
      size += fabsl((long double)scale[r] * start[at[r] * width + i]);
    }
    check_sum(sum[i], wanted, size, n);
  }
  double *const all[] = { x, start, a, sum, scale, first };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    free(all[i]);
}

/* Upper triangle of c += sum x y^T; what is further below the diagonal than a vector is left as it was. */
static void check_outer(scene *s, size_t k, size_t width)
{
  double *x = numbers(s, k * width), *y = numbers(s, k * width), *c = numbers(s, width * width),
         *start = numbers(s, width * width);
  memcpy(c, start, width * width * sizeof *c);
  s->k->add_outer(k, width, x, y, c);
  for (size_t i = 0; i < width; i++)
    for (size_t j = 0; j < width; j++) {
      const size_t place = i * width + j;
      if (j + 8 <= i) {
        assert_true(c[place] == start[place]);
        continue;
      }
      if (j < i)
        continue;
      long double wanted = start[place], size = fabsl(wanted);
      for (size_t r = 0; r < k; r++) {
        wanted += (long double)x[r * width + i] * y[r * width + j];
        size += fabsl((long double)x[r * width + i] * y[r * width + j]);
      }
      check_sum(c[place], wanted, size, k);
    }
  free(x);
  free(y);
  free(c);
  free(start);
}

static void places_body(scene *s)
{
  for (size_t n = 0; n <= MOST_ROWS; n++)
    for (size_t width = 8; width <= MOST_WIDTH; width += 8) {
      check_places(s, n, width);
      check_outer(s, n, width);
    }
}

static void rows_are_found_by_their_places(void **state)
{
  (void)state;
  for_all(places_body);
}

/* ---- events --------------------------------------------------------------------------------------------------- */

static void check_products(scene *s, size_t n)
{
  double *x = numbers(s, n), *y = numbers(s, n), *z = numbers(s, n);
  long double two = 0.0L, three = 0.0L, size_two = 0.0L, size_three = 0.0L;
  for (size_t i = 0; i < n; i++) {
    two += (long double)x[i] * y[i];
    three += (long double)x[i] * y[i] * z[i];
    size_two += fabsl((long double)x[i] * y[i]);
    size_three += fabsl((long double)x[i] * y[i] * z[i]);
  }
  check_sum(s->k->dot_d(x, y, n), two, size_two, n);
  check_sum(s->k->dot3_d(x, y, z, n), three, size_three, n + 1);
  free(x);
  free(y);
  free(z);
}

static void check_cubic(scene *s, size_t n, size_t order, int add)
{
  fairu_cubic cubic = { .add = add };
  double *columns[4], *out[3], *start = numbers(s, n);
  for (size_t c = 0; c < 4; c++)
    cubic.column[c] = columns[c] = numbers(s, n);
  for (size_t o = 0; o < 3; o++) {
    out[o] = numbers(s, n);
    cubic.constant[o] = draw_between(&s->d, -1.0, 1.0);
    for (size_t c = 0; c < 4; c++)
      cubic.weight[o][c] = draw_between(&s->d, -1.0, 1.0);
  }
  memcpy(out[0], start, n * sizeof *start);
  double *kept[3];
  for (size_t o = 0; o < 3; o++) {
    kept[o] = numbers(s, n);
    memcpy(kept[o], out[o], n * sizeof *start);
  }
  s->k->cubic_d(&cubic, order, n, out[0], out[1], out[2]);
  for (size_t o = 0; o < 3; o++)
    for (size_t i = 0; i < n; i++) {
      if (o > order) { /* was not asked for */
        assert_true(out[o][i] == kept[o][i]);
        continue;
      }
      long double wanted = cubic.constant[o] + (o == 0 && add ? (long double)start[i] : 0.0L),
                  size = 1.0L + fabsl((long double)start[i]);
      for (size_t c = 0; c < 4; c++) {
        wanted += (long double)cubic.weight[o][c] * columns[c][i];
        size += fabsl((long double)cubic.weight[o][c] * columns[c][i]);
      }
      check_sum(out[o][i], wanted, size, 6);
    }
  for (size_t o = 0; o < 3; o++) {
    free(out[o]);
    free(kept[o]);
  }
  for (size_t c = 0; c < 4; c++)
    free(columns[c]);
  free(start);
}

/* rho = e^u / (1 + mu e^u) for u of any size, mu of either sign. */
static void check_mixture(scene *s, size_t n, double mu, double reach)
{
  double *u = numbers(s, n), *w = numbers(s, n), *wr = numbers(s, n), *v = numbers(s, n),
         sums[3] = { NAN, NAN, NAN };
  long double wanted[3] = { 0.0L }, size[3] = { 0.0L };
  int all = 1;
  for (size_t i = 0; i < n; i++) {
    u[i] = draw_between(&s->d, -reach, reach);
    w[i] = draw_below(&s->d, 4) ? w[i] : 0.0;
    const long double e = expl((long double)u[i]);
    all &= w[i] == 0.0 || 1.0L + mu * e > 0.0L;
  }
  assert_int_equal(s->k->mixture_d(u, w, mu, n, wr, v, sums), all);
  for (size_t i = 0; i < n && all; i++) {
    const long double e = expl((long double)u[i]), f = 1.0L + mu * e, rho = e / f;
    const double lost =
        8.0 * DBL_EPSILON * (double)(1.0L + fabsl(mu * e / f)); /* 1 + mu e^u cancels for mu < 0 */
    if (w[i] == 0.0) {
      assert_true(wr[i] == 0.0 && v[i] == 0.0);
      continue;
    }
    CHECK_CLOSE(wr[i], (double)(w[i] * rho), lost);
    CHECK_NEAR(v[i], (double)(w[i] * rho / f),
               (double)fabsl(w[i] * rho) * (1.0 + (double)fabsl(mu * rho)) * lost);
    const long double terms[3] = { w[i] * logl(f), w[i] * rho, w[i] * rho * rho };
    for (int k = 0; k < 3; k++) {
      wanted[k] += terms[k];
      size[k] +=
          (fabsl(terms[k]) + (k == 0 ? fabsl((long double)w[i]) : 0.0L)) * (long double)lost / DBL_EPSILON;
    }
  }
  for (int k = 0; k < 3 && all; k++)
    check_sum(sums[k], wanted[k], size[k], n);
  free(u);
  free(w);
  free(wr);
  free(v);
}

static void events_body(scene *s)
{
  static const double mus[] = { 0.0, 0.3, 1.0, 7.5, -0.2, -1e-3, 1e-12 };
  for (size_t n = 0; n <= 8 * MOST_WIDTH; n += n < 64 ? 8 : 64)
    for (int round = 0; round < 5; round++) {
      check_products(s, n);
      for (size_t order = 0; order < 3; order++)
        check_cubic(s, n, order, round % 2);
      for (size_t i = 0; i < sizeof mus / sizeof *mus; i++)
        check_mixture(s, n, mus[i], mus[i] < 0.0 ? 1.2 : mus[i] > 0.0 ? 600.0 : 300.0);
    }
}

static void events_add_up(void **state)
{
  (void)state;
  for_all(events_body);
}

/* A sum that is not > 0 anywhere is told, unless its weight is 0. */
static void signs_body(scene *s)
{
  for (size_t n = 8; n <= 64; n += 8)
    for (size_t bad = 0; bad < n; bad++) {
      double *u = numbers(s, n), *w = numbers(s, n), *wr = numbers(s, n), *v = numbers(s, n), sums[3];
      for (size_t i = 0; i < n; i++) {
        u[i] = -1.0;
        w[i] = 2.0;
      }
      u[bad] = 1.0; /* 1 - e / 2 < 0 */
      assert_int_equal(s->k->mixture_d(u, w, -0.5, n, wr, v, sums), 0);
      w[bad] = 0.0;
      assert_int_equal(s->k->mixture_d(u, w, -0.5, n, wr, v, sums), 1);
      CHECK_CLOSE(sums[0], (double)(n - 1) * 2.0 * log1p(-0.5 * exp(-1.0)), 1e-14);
      free(u);
      free(w);
      free(wr);
      free(v);
    }
}

static void sums_that_are_not_positive_are_told(void **state)
{
  (void)state;
  for_all(signs_body);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(rows_of_bins_add_up),
                                      cmocka_unit_test(rows_are_found_by_their_places),
                                      cmocka_unit_test(events_add_up),
                                      cmocka_unit_test(sums_that_are_not_positive_are_told) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
