/* The quadratic model of the minimiser by itself, on random matrices: its factor, the step within a box against all ways to hold and let go, and
 * its lowest eigenvalue against rotations that make the matrix diagonal. */
#include "support/draws.h"
#include "support/support.h"

#include "numeric/minimize_internal.h"

enum { MOST = 9 };

typedef struct piece {
  fairu_context *ctx;
  fairu_mark mark;
  minimize_model m;
} piece;

static void begin(piece *p, fairu_context *ctx, size_t n)
{
  p->ctx = ctx;
  p->mark = fairu_context__mark(ctx);
  memset(&p->m, 0, sizeof p->m);
  CHECK_OK(ctx, fairu_minimize__reserve(ctx, n, &p->m));
  p->m.n = n;
}

static void end(piece *p)
{
  fairu_context__release(p->ctx, p->mark);
}

/* Unit diagonal, eigenvalues from `low` (times up to 2) on before it is scaled; low < 0: not convex. */
static void draw_model(draws *d, piece *p, double low)
{
  const size_t n = p->m.n;
  double v[MOST * MOST], scale[MOST];
  for (size_t i = 0; i < n * n; i++)
    v[i] = draw_between(d, -1.0, 1.0);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++) {
      double sum = i == j ? low * draw_between(d, 1.0, 2.0) : 0.0;
      for (size_t k = 0; k < n; k++)
        sum += v[i * n + k] * v[j * n + k] * (k == 0 && low < 0.0 ? 0.0 : 1.0);
      p->m.h[i * n + j] = p->m.h[j * n + i] = sum;
    }
  for (size_t i = 0; i < n; i++)
    scale[i] = 1.0 / sqrt(fabs(p->m.h[i * (n + 1)]));
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < n; j++)
      p->m.h[i * n + j] *= scale[i] * scale[j];
    p->m.b[i] = draw_between(d, -2.0, 2.0);
    p->m.bound[i] = 0;
  }
}

/* Eigenvalues by rotations, lowest first. */
static void plain_eigenvalues(const double *h, size_t n, double *values)
{
  double a[MOST * MOST];
  memcpy(a, h, n * n * sizeof *a);
  for (int sweep = 0; sweep < 30; sweep++)
    for (size_t p = 0; p < n; p++)
      for (size_t q = p + 1; q < n; q++) {
        if (fabs(a[p * n + q]) < 1e-300)
          continue;
        const double theta = 0.5 * atan2(2.0 * a[p * n + q], a[q * n + q] - a[p * n + p]), c = cos(theta),
                     s = sin(theta);
        for (size_t k = 0; k < n; k++) {
          const double x = a[k * n + p], y = a[k * n + q];
          a[k * n + p] = c * x - s * y;
          a[k * n + q] = s * x + c * y;
        }
        for (size_t k = 0; k < n; k++) {
          const double x = a[p * n + k], y = a[q * n + k];
          a[p * n + k] = c * x - s * y;
          a[q * n + k] = s * x + c * y;
        }
      }
  for (size_t i = 0; i < n; i++) {
    size_t k = i;
    for (; k > 0 && values[k - 1] > a[i * (n + 1)]; k--)
      values[k] = values[k - 1];
    values[k] = a[i * (n + 1)];
  }
}

static double plain_value(const minimize_model *m, const double *q)
{
  double sum = 0.0;
  for (size_t i = 0; i < m->n; i++) {
    sum += m->b[i] * q[i];
    for (size_t j = 0; j < m->n; j++)
      sum += 0.5 * q[i] * m->h[i * m->n + j] * q[j];
  }
  return sum;
}

/* Gauss without pivots; h is positive definite. held[i] 1 or 2: at the lower or upper end. */
static void plain_solve(const minimize_model *m, const int *held, double *q)
{
  const size_t n = m->n;
  double a[MOST][MOST + 1];
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < n; j++)
      a[i][j] = held[i] ? (double)(i == j) : m->h[i * n + j];
    a[i][n] = held[i] ? held[i] == 1 ? m->from[i] : m->to[i] : -m->b[i];
  }
  for (size_t p = 0; p < n; p++)
    for (size_t i = p + 1; i < n; i++) {
      const double f = a[i][p] / a[p][p];
      for (size_t j = p; j <= n; j++)
        a[i][j] -= f * a[p][j];
    }
  for (size_t i = n; i-- > 0;) {
    q[i] = a[i][n];
    for (size_t j = i + 1; j < n; j++)
      q[i] -= a[i][j] * q[j];
    q[i] /= a[i][i];
  }
}

/* The best of all ways to hold each parameter at one end, the other, or not. */
static double plain_best(const minimize_model *m, double *best)
{
  double least = HUGE_VAL, q[MOST];
  size_t ways = 1;
  for (size_t i = 0; i < m->n; i++)
    ways *= 3;
  for (size_t way = 0; way < ways; way++) {
    int held[MOST], inside = 1;
    size_t rest = way;
    for (size_t i = 0; i < m->n; i++, rest /= 3)
      held[i] = (int)(rest % 3);
    plain_solve(m, held, q);
    for (size_t i = 0; i < m->n; i++)
      inside &= q[i] >= m->from[i] - 1e-9 && q[i] <= m->to[i] + 1e-9;
    if (inside && plain_value(m, q) < least) {
      least = plain_value(m, q);
      memcpy(best, q, m->n * sizeof *q);
    }
  }
  return least;
}

static void the_factor(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 51 };
  for (int i = 0; i < 400; i++) {
    piece p;
    double values[MOST];
    const size_t n = 1 + draw_below(&d, MOST);
    begin(&p, ctx, n);
    draw_model(&d, &p, draw_between(&d, 1e-4, 1.0));
    plain_eigenvalues(p.m.h, n, values);
    fairu_minimize__factor(ctx, &p.m);
    assert_true(p.m.positive_definite && p.m.shift == 0.0 && p.m.lowest == 1.0);
    const int none[MOST] = { 0 };
    double q[MOST];
    plain_solve(&p.m, none, q);
    for (size_t k = 0; k < n; k++)
      CHECK_NEAR(p.m.newton[k], q[k], 1e-10 * (1.0 + fabs(q[k])) / values[0]);
    CHECK_CLOSE(p.m.edm, -plain_value(&p.m, q), 1e-10 / values[0]);
    assert_true(p.m.pivot >= values[0] * (1.0 - 1e-9) && p.m.pivot <= 1.0 + 1e-12);
    CHECK_CLOSE(fairu_minimize__lowest_eigenvalue(ctx, &p.m), values[0], 1e-9 / values[0]);
    end(&p);
  }
  fairu_context_destroy(ctx);
}

/* Held ones are no part of the factor, of the Newton step and of the eigenvalue. */
static void the_factor_of_a_part(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 52 };
  for (int i = 0; i < 200; i++) {
    piece p;
    const size_t n = 2 + draw_below(&d, MOST - 1);
    int held[MOST] = { 0 };
    double q[MOST], part[MOST * MOST], values[MOST];
    size_t m = 0;
    begin(&p, ctx, n);
    draw_model(&d, &p, draw_between(&d, 0.01, 1.0));
    for (size_t k = 0; k < n; k++)
      held[k] = p.m.bound[k] = (unsigned char)(draw_below(&d, 3) == 0);
    for (size_t r = 0; r < n; r++)
      for (size_t c = 0; c < n && !held[r]; c++)
        if (!held[c])
          part[m++] = p.m.h[r * n + c];
    m = (size_t)lround(sqrt((double)m));
    fairu_minimize__factor(ctx, &p.m);
    assert_true(p.m.m == m);
    for (size_t k = 0; k < n; k++)
      p.m.from[k] = p.m.to[k] = 0.0;
    plain_solve(&p.m, held, q);
    for (size_t k = 0; k < n; k++)
      CHECK_NEAR(p.m.newton[k], q[k], held[k] ? 0.0 : 1e-8 * (1.0 + fabs(q[k])));
    plain_eigenvalues(part, m, values);
    CHECK_CLOSE(fairu_minimize__lowest_eigenvalue(ctx, &p.m), m < 2 ? 1.0 : values[0], 1e-8);
    end(&p);
  }
  fairu_context_destroy(ctx);
}

/* Not convex: a direction of negative curvature, the lowest with few exceptions, and a shift beyond the lowest. */
static void the_valley(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 53 };
  int seen = 0, near = 0;
  for (int i = 0; i < 300; i++) {
    piece p;
    double values[MOST], length = 0.0, along = 0.0;
    const size_t n = 2 + draw_below(&d, MOST - 1);
    begin(&p, ctx, n);
    draw_model(&d, &p, -draw_between(&d, 0.05, 0.5));
    plain_eigenvalues(p.m.h, n, values);
    fairu_minimize__factor(ctx, &p.m);
    if (values[0] < -1e-3) {
      seen++;
      assert_true(!p.m.positive_definite && p.m.shift > -values[0] && p.m.pivot == 0.0);
      for (size_t r = 0; r < n; r++) {
        length += p.m.valley[r] * p.m.valley[r];
        for (size_t c = 0; c < n; c++)
          along += p.m.valley[r] * p.m.h[r * n + c] * p.m.valley[c];
      }
      CHECK_NEAR(length, 1.0, 1e-12);
      CHECK_NEAR(along, p.m.lowest, 1e-9);
      assert_true(p.m.lowest >= values[0] - 1e-9 && p.m.lowest < 0.0);
      near += p.m.lowest <= 0.9 * values[0]; /* a start nearly at right angles may lead to the next one */
    }
    end(&p);
  }
  assert_true(seen > 200 && 20 * near > 19 * seen);
  fairu_context_destroy(ctx);
}

static void draw_box(draws *d, minimize_model *m)
{
  for (size_t i = 0; i < m->n; i++) {
    m->from[i] = draw_below(d, 4) ? -draw_between(d, 0.0, 2.0) : 0.0;
    m->to[i] = draw_below(d, 4) ? draw_between(d, 0.0, 2.0) : 0.0;
  }
}

static void check_inside(const minimize_model *m)
{
  for (size_t i = 0; i < m->n; i++)
    assert_true(m->q[i] >= m->from[i] && m->q[i] <= m->to[i]);
}

static void the_step_in_a_box(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 54 };
  for (int i = 0; i < 600; i++) {
    piece p;
    double best[MOST];
    const size_t n = 1 + draw_below(&d, 5);
    begin(&p, ctx, n);
    draw_model(&d, &p, draw_between(&d, 1e-3, 1.0));
    draw_box(&d, &p.m);
    fairu_minimize__factor(ctx, &p.m);
    const double gain = fairu_minimize__step(ctx, &p.m), most = -plain_best(&p.m, best);
    check_inside(&p.m);
    CHECK_NEAR(gain, -plain_value(&p.m, p.m.q), 1e-10 * (1.0 + gain));
    CHECK_NEAR(gain, most, 1e-9 * (1.0 + most));
    for (size_t k = 0; k < n; k++) /* convex: the place is one */
      CHECK_NEAR(p.m.q[k], best[k], 1e-4);
    end(&p);
  }
  fairu_context_destroy(ctx);
}

/* Not convex: down all the same, to the end of the box in some direction. */
static void the_step_along_a_valley(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 55 };
  for (int i = 0; i < 300; i++) {
    piece p;
    const size_t n = 2 + draw_below(&d, MOST - 1);
    int at_end = 0;
    begin(&p, ctx, n);
    draw_model(&d, &p, -draw_between(&d, 0.05, 0.5));
    for (size_t k = 0; k < n; k++) {
      p.m.from[k] = -draw_between(&d, 0.1, 2.0);
      p.m.to[k] = draw_between(&d, 0.1, 2.0);
      if (i % 2)
        p.m.b[k] = 0.0; /* a saddle */
    }
    fairu_minimize__factor(ctx, &p.m);
    const double gain = fairu_minimize__step(ctx, &p.m);
    check_inside(&p.m);
    if (!p.m.positive_definite && p.m.lowest < -1e-3) {
      assert_true(gain > 0.0);
      for (size_t k = 0; k < n; k++)
        at_end |= p.m.q[k] <= p.m.from[k] + 1e-12 || p.m.q[k] >= p.m.to[k] - 1e-12;
      assert_true(at_end);
      CHECK_NEAR(gain, -plain_value(&p.m, p.m.q), 1e-10 * (1.0 + gain));
    }
    end(&p);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(the_factor), cmocka_unit_test(the_factor_of_a_part),
                                      cmocka_unit_test(the_valley), cmocka_unit_test(the_step_in_a_box),
                                      cmocka_unit_test(the_step_along_a_valley) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
