/* One bin of the likelihood against its definition in long double: fixed and moving counts, each constant, the gamma of template statistics
 * at its minimum found by halving; all derivatives against differences. And the index of names against a list. */
#include "likelihood/bin_term.h"
#include "likelihood/name_index.h"
#include "plain_minimum.h"

typedef struct bin_case {
  int constant;
  int moving, gamma; /* which call */
  double x[3];       /* nu, n, v */
} bin_case;

static long double deviance(long double nu, long double n)
{
  return n > 0.0L ? nu - n + n * logl(n / nu) : nu;
}

/* Least over g of the Poisson term at g nu and (g - 1)^2 / (2 v / nu^2): the slope rises with g. */
static long double with_gamma(long double nu, long double n, long double v)
{
  long double low = 1e-6L, high = 1e6L;
  for (int i = 0; i < 200; i++) {
    const long double g = 0.5L * (low + high);
    *(nu - n / g + (g - 1.0L) * nu * nu / v > 0.0L ? &high : &low) = g;
  }
  const long double g = 0.5L * (low + high);
  return deviance(g * nu, n) + (g - 1.0L) * (g - 1.0L) * nu * nu / (2.0L * v);
}

static long double constant_of(int constant, long double n)
{
  if (constant == FAIRU_CONSTANT_SATURATED)
    return 0.0L;
  const long double log_part = n > 0.0L ? n - n * logl(n) : 0.0L;
  return log_part + lgammal(constant == FAIRU_CONSTANT_PUBLISHED ? n : n + 1.0L);
}

static long double plain_term(const long double *x, const void *data)
{
  const bin_case *c = data;
  const long double value = c->gamma ? with_gamma(x[0], x[1], x[2]) : deviance(x[0], x[1]);
  return c->moving ? value + constant_of(c->constant, x[1]) : value;
}

static fairu_bin_term term_of(const bin_case *c)
{
  fairu_bin_term t = { 0 };
  if (c->gamma)
    fairu_bin_term__gamma(c->x[0], c->x[1], c->x[2], c->moving, c->constant, &t);
  else if (c->moving)
    fairu_bin_term__moving(c->x[0], c->x[1], c->constant, &t);
  else
    fairu_bin_term__fixed(c->x[0], c->x[1], &t);
  return t;
}

/* In units in which all three are 1. */
static void check_term(const bin_case *c)
{
  const pm_problem p = { .f = plain_term, .data = c, .n = 3, .scale = { c->x[0], c->x[1] + 1e-3, c->x[2] } };
  const fairu_bin_term t = term_of(c);
  long double x[PM_MOST] = { c->x[0], c->x[1], c->x[2] };
  const double size = 1.0 + c->x[0] + c->x[1];
  CHECK_NEAR(t.deviance + (c->moving ? t.constant : 0.0), (double)plain_term(x, c),
             1e-13 * size * log(size + 3.0));
  if (c->moving)
    CHECK_NEAR(t.constant, (double)constant_of(c->constant, c->x[1]), 1e-13 * size * log(size + 3.0));
  if (c->x[1] == 0.0)
    return; /* one-sided: told by its closed form below */
  for (size_t i = 0; i < 3; i++) {
    if ((i == FAIRU_BIN_N && !c->moving) || (i == FAIRU_BIN_V && !c->gamma))
      continue;
    const double by = (double)p.scale[i];
    CHECK_NEAR(t.first[i] * by, (double)(pm_slope(&p, x, i) * p.scale[i]), 1e-11 * size);
    for (size_t k = i; k < 3; k++) {
      if ((k == FAIRU_BIN_N && !c->moving) || (k == FAIRU_BIN_V && !c->gamma))
        continue;
      CHECK_NEAR(t.second[i][k] * by * (double)p.scale[k],
                 (double)(pm_bend(&p, x, i, k) * p.scale[i] * p.scale[k]), 1e-9 * size);
    }
  }
}

static void terms_are_their_definition(void **state)
{
  (void)state;
  draws d = { 41 };
  static const int constants[3] = { FAIRU_CONSTANT_POISSON, FAIRU_CONSTANT_PUBLISHED,
                                    FAIRU_CONSTANT_SATURATED };
  for (int t = 0; t < 600; t++) {
    bin_case c = { .constant = constants[draw_below(&d, 3)], .moving = t & 1, .gamma = t >> 1 & 1 };
    c.x[0] = exp(draw_between(&d, -1.0, 8.0));
    c.x[1] = c.x[0] * exp(draw_between(&d, -2.0, 2.0));
    c.x[2] = c.x[0] *
             exp(draw_between(&d, -6.0, 3.0)); /* a template made of more or fewer events than are expected */
    if (t % 5 == 0 && !(c.moving && c.constant == FAIRU_CONSTANT_PUBLISHED))
      c.x[1] = 0.0;
    if (c.x[1] == 0.0)
      c.x[2] *= 1e-2; /* the gamma stays above 0 */
    check_term(&c);
  }
}

/* Nothing counted: g = 1 - v / nu, and the term is nu - v / 2; where that is below 0 g is 0, and the term nu^2 / 2v. */
static void empty_bins_have_a_closed_form(void **state)
{
  (void)state;
  draws d = { 42 };
  for (int t = 0; t < 200; t++) {
    const double nu = exp(draw_between(&d, -5.0, 5.0)), v = nu * draw_between(&d, 1e-6, t % 2 ? 0.99 : 5.0);
    fairu_bin_term a = { 0 }, b = { 0 };
    fairu_bin_term__fixed(nu, 0.0, &a);
    assert_true(a.deviance == nu && a.first[FAIRU_BIN_NU] == 1.0 && a.second[0][0] == 0.0);
    fairu_bin_term__gamma(nu, 0.0, v, 0, FAIRU_CONSTANT_POISSON, &b);
    const double x = fmin(nu / v, 1.0);
    CHECK_CLOSE(b.deviance, v < nu ? nu - 0.5 * v : 0.5 * nu * nu / v, 1e-13);
    CHECK_CLOSE(b.first[FAIRU_BIN_NU], x, 1e-12);
    CHECK_CLOSE(b.first[FAIRU_BIN_V], -0.5 * x * x, 1e-12);
    CHECK_CLOSE(b.second[FAIRU_BIN_NU][FAIRU_BIN_NU], v < nu ? 0.0 : 1.0 / v, 1e-12);
    CHECK_CLOSE(b.second[FAIRU_BIN_NU][FAIRU_BIN_V], v < nu ? 0.0 : -x / v, 1e-12);
    CHECK_CLOSE(b.second[FAIRU_BIN_V][FAIRU_BIN_V], v < nu ? 0.0 : x * x / v, 1e-12);
  }
}

/* A gamma that may not move is none; near the minimum a bin keeps its digits. */
static void limits_of_the_terms(void **state)
{
  (void)state;
  draws d = { 43 };
  for (int t = 0; t < 200; t++) {
    const double nu = exp(draw_between(&d, 0.0, 20.0)), n = nu * (1.0 + draw_between(&d, -1e-5, 1e-5));
    const long double x = ((long double)n - nu) / nu;
    /* nu [(1 + x) ln(1 + x) - x] = nu x^2 (1/2 - x/6 + x^2/12 - ...) */
    const double wanted = (double)(nu * x * x * (0.5L - x / 6.0L + x * x / 12.0L));
    fairu_bin_term a = { 0 }, b = { 0 };
    fairu_bin_term__fixed(nu, n, &a);
    CHECK_NEAR(a.deviance, wanted, 1e-12 * wanted);
    fairu_bin_term__gamma(nu, n, nu * 1e-14, 0, FAIRU_CONSTANT_POISSON, &b);
    /* The yield at the gamma is rounded, and the slope there is x. */
    CHECK_NEAR(b.deviance, a.deviance, 1e-11 * wanted + 1e-15 * nu * fabs((double)x));
    CHECK_NEAR(b.first[FAIRU_BIN_NU], a.first[FAIRU_BIN_NU], 1e-11);
    fairu_bin_term__gamma(nu, n, nu * 1e14, 0, FAIRU_CONSTANT_POISSON, &b); /* it takes all there is */
    assert_true(b.deviance < 1e-6 * (1.0 + wanted) && b.deviance >= 0.0);
  }
}

static void constants_stand_alone(void **state)
{
  (void)state;
  for (double n = 0.25; n < 1e6; n *= 1.37)
    for (int constant = FAIRU_CONSTANT_POISSON; constant <= FAIRU_CONSTANT_SATURATED; constant++)
      CHECK_NEAR(fairu_bin_term__constant(n, constant), (double)constant_of(constant, n),
                 1e-14 * n * log(n + 3.0));
  assert_true(fairu_bin_term__constant(0.0, FAIRU_CONSTANT_POISSON) == 0.0); /* ln 0! */
  assert_true(fairu_bin_term__constant(0.0, FAIRU_CONSTANT_SATURATED) == 0.0);
  /* n! of small whole numbers: n - n ln n + ln n! */
  double factorial = 1.0;
  for (int n = 1; n <= 20; n++) {
    factorial *= n;
    CHECK_CLOSE(fairu_bin_term__constant(n, FAIRU_CONSTANT_POISSON), n - n * log(n) + log(factorial), 1e-13);
    CHECK_NEAR(fairu_bin_term__constant(n, FAIRU_CONSTANT_PUBLISHED), n - n * log(n) + log(factorial / n),
               1e-13);
  }
}

/* ---- names --------------------------------------------------------------------------------------------- */

enum { NAMES = 3000 };

/* Of few letters, so that many are alike but for one; the empty name is one, too. */
static void draw_name(draws *d, char *name)
{
  const size_t n = draw_below(d, 12);
  for (size_t i = 0; i < n; i++)
    name[i] = "ab[\xc3"[draw_below(d, 4)];
  name[n] = '\0';
}

static void names_are_found_where_they_were_put(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_allocator *allocator = fairu_context__allocator(ctx);
  static char names[NAMES][16];
  size_t places[NAMES], n = 0;
  draws d = { 44 };
  fairu_name_index index = { 0 };
  assert_true(fairu_name_index__find(&index, "a") == FAIRU_NONE);
  for (int t = 0; t < 6000; t++) {
    char name[16];
    size_t place = FAIRU_NONE;
    draw_name(&d, name);
    for (size_t i = 0; i < n && place == FAIRU_NONE; i++)
      if (strcmp(names[i], name) == 0)
        place = places[i];
    assert_true(fairu_name_index__find(&index, name) == place);
    if (place != FAIRU_NONE || n == NAMES)
      continue;
    memcpy(names[n], name, sizeof name);
    places[n] = (size_t)draw(&d) >> 1; /* any number may be a place */
    CHECK_OK(ctx, fairu_name_index__reserve(&index, ctx, allocator));
    fairu_name_index__add(&index, names[n], places[n]);
    n++;
    assert_true(index.count == n && 2 * index.count <= index.capacity);
    assert_true((index.capacity & (index.capacity - 1)) == 0);
  }
  assert_true(n > 2000);
  for (size_t i = 0; i < n; i++)
    assert_true(fairu_name_index__find(&index, names[i]) == places[i]);
  fairu_name_index__clear(&index, allocator);
  assert_true(fairu_name_index__find(&index, names[0]) == FAIRU_NONE);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(terms_are_their_definition),
    cmocka_unit_test(empty_bins_have_a_closed_form),
    cmocka_unit_test(limits_of_the_terms),
    cmocka_unit_test(constants_stand_alone),
    cmocka_unit_test(names_are_found_where_they_were_put),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
