/* The gammas of one bin at their best against a dense minimisation within their bounds, and what eliminating them leaves against the Schur
 * complement of the dense Hessian, in long double. */
#include "likelihood/channels_profile.h"
#include "plain_minimum.h"

enum { MOST_GAMMAS = 4, CASES = 300 };

typedef struct plain_bin {
  size_t n_gammas;
  double fixed, n;
  fairu_gamma kinds[MOST_GAMMAS];
  fairu_bin_gamma gammas[MOST_GAMMAS];
} plain_bin;

static long double term_of(const plain_bin *b, size_t k, long double g)
{
  const fairu_gamma *kind = &b->kinds[k];
  const long double aux = b->gammas[k].aux;
  if (!kind->poisson)
    return 0.5L * kind->strength * (g - aux) * (g - aux);
  return kind->strength * g - aux + aux * logl(aux / (kind->strength * g));
}

static long double nu_of(const plain_bin *b, const long double *g)
{
  long double nu = b->fixed;
  for (size_t k = 0; k < b->n_gammas; k++)
    nu += g[k] * b->gammas[k].yield;
  return nu;
}

static long double objective(const long double *g, const void *data)
{
  const plain_bin *b = data;
  const long double nu = nu_of(b, g);
  long double sum = nu - (b->n > 0.0 ? b->n * logl(nu) : 0.0L);
  for (size_t k = 0; k < b->n_gammas; k++)
    sum += term_of(b, k, g[k]);
  return sum;
}

/* Bounds near enough to be met, and far enough from 0 for differences. */
static void draw_bin(draws *d, plain_bin *b)
{
  memset(b, 0, sizeof *b);
  b->n_gammas = 1 + draw_below(d, MOST_GAMMAS);
  b->fixed = draw_below(d, 3) ? draw_between(d, 0.0, 40.0) : 0.0;
  b->n = draw_below(d, 6) ? floor(draw_between(d, 1.0, 150.0)) : 0.0;
  for (size_t k = 0; k < b->n_gammas; k++) {
    const int poisson = draw_below(d, 2) > 0;
    const double strength = poisson ? draw_between(d, 2.0, 80.0) : 1.0 / pow(draw_between(d, 0.05, 0.8), 2);
    b->kinds[k] = (fairu_gamma){ .lower = draw_below(d, 3) ? 0.1 : 0.9,
                                 .upper = draw_below(d, 3) ? 6.0 : 1.1,
                                 .strength = strength,
                                 .poisson = poisson,
                                 .profilable = 1 };
    b->gammas[k].gamma = &b->kinds[k];
    b->gammas[k].aux =
        poisson ? floor(strength * draw_between(d, 0.6, 1.4)) + 1.0 : draw_between(d, 0.8, 1.2);
    b->gammas[k].yield = draw_between(d, 1.0, 40.0);
  }
}

static pm_problem problem_of(const plain_bin *b)
{
  pm_problem p = { .f = objective, .data = b, .n = b->n_gammas };
  for (size_t k = 0; k < p.n; k++) {
    p.scale[k] = 0.3L;
    p.lower[k] = b->kinds[k].lower;
    p.upper[k] = b->kinds[k].upper;
  }
  return p;
}

static void check_best(const plain_bin *b, const pm_minimum *m, const fairu_bin_state *state)
{
  const double nu = (double)nu_of(b, m->x);
  CHECK_CLOSE(state->nu, nu, 1e-9);
  CHECK_NEAR(state->slope, 1.0 - b->n / nu, 1e-9);
  CHECK_CLOSE(state->weight, b->n / (nu * nu), 1e-9);
  for (size_t k = 0; k < b->n_gammas; k++) {
    const fairu_bin_gamma *g = &b->gammas[k];
    CHECK_NEAR(g->value, (double)m->x[k], 1e-9); /* differences are good to 1e-12 of a curvature */
    CHECK_NEAR(g->term, (double)term_of(b, k, g->value), 1e-12 * (1.0 + g->term));
    if (g->free)
      CHECK_CLOSE(g->curvature, g->gamma->poisson ? g->aux / (g->value * g->value) : g->gamma->strength,
                  1e-12);
    assert_int_equal(g->free, !m->at_bound[k]);
  }
}

static void gammas_are_where_the_bin_is_lowest(void **state)
{
  (void)state;
  draws d = { 81 };
  int at_bound = 0, inside = 0;
  for (int t = 0; t < CASES; t++) {
    plain_bin b;
    fairu_bin_state best;
    pm_minimum m = { .value = 0.0L };
    draw_bin(&d, &b);
    const pm_problem p = problem_of(&b);
    for (size_t k = 0; k < p.n; k++)
      m.x[k] = 1.0L;
    assert_true(pm_minimise(&p, &m));
    fairu_profile__bin(b.fixed, b.n, b.gammas, b.n_gammas, &best);
    check_best(&b, &m, &best);
    at_bound += m.n_at_bound;
    inside += (int)p.n - m.n_at_bound;
  }
  assert_true(at_bound > 50 && inside > 200);
}

/* One more parameter: the yield itself moves by `fixed`. Its Hessian after elimination, how the gammas follow it, and their inverse. */
static void elimination_is_the_schur_complement(void **state)
{
  (void)state;
  draws d = { 82 };
  for (int t = 0; t < CASES; t++) {
    plain_bin b;
    fairu_bin_state best;
    double kept, lift[MOST_GAMMAS], inverse[MOST_GAMMAS * MOST_GAMMAS];
    long double h[PM_MOST * PM_MOST] = { 0.0L }, wanted[PM_MOST * PM_MOST], follow;
    draw_bin(&d, &b);
    const size_t n = b.n_gammas;
    fairu_profile__bin(b.fixed, b.n, b.gammas, n, &best);
    fairu_profile__eliminate(b.gammas, n, best.weight, &kept, lift, inverse);
    for (size_t i = 0; i < n; i++)
      for (size_t k = 0; k < n; k++)
        h[i * n + k] = b.gammas[i].free && b.gammas[k].free
                           ? (long double)best.weight * b.gammas[i].yield * b.gammas[k].yield +
                                 (i == k ? (long double)b.gammas[i].curvature : 0.0L)
                           : (long double)(i == k);
    assert_true(pm_invert(n, h, wanted));
    long double left = best.weight;
    for (size_t i = 0; i < n; i++) {
      follow = 0.0L;
      for (size_t k = 0; k < n; k++) {
        const int both = b.gammas[i].free && b.gammas[k].free;
        const double size = sqrt((double)(wanted[i * n + i] * wanted[k * n + k]));
        CHECK_NEAR(inverse[i * n + k], both ? (double)wanted[i * n + k] : 0.0, 1e-12 * size);
        follow += both ? best.weight * wanted[i * n + k] * b.gammas[k].yield : 0.0L;
      }
      CHECK_NEAR(lift[i], (double)follow, 1e-12);
      left -= best.weight * b.gammas[i].yield * follow;
    }
    CHECK_NEAR(kept, (double)left, 1e-12 * best.weight);
  }
}

/* The order of gammas is of no account; one without yield changes nothing. */
static void order_of_gammas_does_not_matter(void **state)
{
  (void)state;
  draws d = { 83 };
  for (int t = 0; t < CASES; t++) {
    plain_bin b, r;
    fairu_bin_state best, other;
    draw_bin(&d, &b);
    r = b;
    for (size_t k = 0; k < b.n_gammas; k++) {
      r.gammas[k] = b.gammas[b.n_gammas - 1 - k]; /* with the kinds of b */
      r.gammas[k].value = -1.0;
    }
    fairu_profile__bin(b.fixed, b.n, b.gammas, b.n_gammas, &best);
    fairu_profile__bin(r.fixed, r.n, r.gammas, r.n_gammas, &other);
    CHECK_CLOSE(other.nu, best.nu, 1e-13);
    for (size_t k = 0; k < b.n_gammas; k++)
      CHECK_NEAR(r.gammas[k].value, b.gammas[b.n_gammas - 1 - k].value, 1e-12);
    if (b.n_gammas < MOST_GAMMAS) { /* one without yield stays at its auxiliary value and changes nothing */
      plain_bin more = b;
      more.kinds[b.n_gammas] = (fairu_gamma){ .lower = 0.1, .upper = 6.0, .strength = 4.0, .profilable = 1 };
      more.gammas[b.n_gammas] = (fairu_bin_gamma){ .gamma = &more.kinds[b.n_gammas], .aux = 1.25 };
      more.n_gammas++;
      fairu_profile__bin(more.fixed, more.n, more.gammas, more.n_gammas, &other);
      CHECK_CLOSE(other.nu, best.nu, 1e-13);
      assert_true(more.gammas[b.n_gammas].value == 1.25 && more.gammas[b.n_gammas].term == 0.0);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(gammas_are_where_the_bin_is_lowest),
    cmocka_unit_test(elimination_is_the_schur_complement),
    cmocka_unit_test(order_of_gammas_does_not_matter),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
