/* All minima that the starts lead to, and fits again from near the best one, on likelihoods of two known valleys. */
#include "bent_model.h"

#include "likelihood/refit.h"

enum { N = 3, MOST = 8 };

/* Higher a little way off in every direction. */
static void check_is_minimum(const bent *m, const double *x)
{
  const double here = bent_nll(m, x[0], x[1], x[2]), step = 1e-3;
  for (int k = 0; k < 27; k++) {
    const double a = k % 3 - 1, b = k / 3 % 3 - 1, c = k / 9 - 1;
    if (k != 13)
      assert_true(bent_nll(m, x[0] + a * step, x[1] + b * step, x[2] + c * step) > here);
  }
}

static size_t minima_of(const bent_fit *f, size_t capacity, double *nll, double *params)
{
  size_t n = 99;
  CHECK_OK(f->ctx, fairu_likelihood_minima(f->likelihood, f->ctx, f->data, &f->options, capacity, nll, params,
                                           N, &n));
  return n;
}

static void all_minima_lowest_first(void **state)
{
  (void)state;
  draws d = { 41 };
  for (int i = 0; i < 12; i++) {
    const bent m = bent_draw(&d);
    bent_fit f;
    double nll[MOST], x[MOST * N], least;
    bent_create(&f, &m, -4.0, 12.0);
    const size_t n = minima_of(&f, MOST, nll, x);
    assert_true(n >= 1 && n <= 4);
    for (size_t k = 0; k < n; k++) {
      check_is_minimum(&m, x + k * N);
      CHECK_NEAR(nll[k] - nll[0],
                 bent_nll(&m, x[k * N], x[k * N + 1], x[k * N + 2]) - bent_nll(&m, x[0], x[1], x[2]), 1e-9);
      for (size_t l = 0; l < k; l++)
        assert_true(nll[l] <= nll[k] && fabs(x[k * N + 1] - x[l * N + 1]) > 0.01);
    }
    if (i < 3) {
      CHECK_NEAR(x[0], bent_best(&m, -4.0, 12.0, &least), 1e-4);
      CHECK_NEAR(bent_nll(&m, x[0], x[1], x[2]), least, 1e-8);
    }
    bent_destroy(&f);
  }
}

/* capacity bounds what is written, not what is counted, and touches nothing behind. */
static void fewer_places_than_minima(void **state)
{
  (void)state;
  draws d = { 42 };
  const bent m = bent_draw(&d);
  bent_fit f;
  double nll[MOST], x[MOST * N], few[3], place[3 * N];
  bent_create(&f, &m, -4.0, 12.0);
  const size_t n = minima_of(&f, MOST, nll, x);
  assert_int_equal(n, 2);
  for (size_t capacity = 0; capacity <= 2; capacity++) {
    for (size_t k = 0; k < 3 * N; k++)
      few[k / N] = place[k] = -77.0;
    assert_int_equal(minima_of(&f, capacity, capacity ? few : NULL, capacity ? place : NULL), n);
    for (size_t k = 0; k < 3; k++) {
      assert_true(few[k] == (k < capacity ? nll[k] : -77.0));
      for (size_t j = 0; j < N; j++)
        assert_true(place[k * N + j] == (k < capacity ? x[k * N + j] : -77.0));
    }
  }
  for (int k = 0; k < 2; k++) { /* one start: its own valley */
    const double start[N] = { x[k * N], 0.8 * x[k * N + 1], 0.8 * x[k * N + 2] };
    f.options.start = start;
    f.options.n_starts = 0;
    assert_int_equal(minima_of(&f, 1, few, place), 1);
    CHECK_NEAR(few[0], nll[k], 1e-9);
    CHECK_NEAR(place[1], x[k * N + 1], 1e-5);
  }
  bent_destroy(&f);
}

static void what_minima_refuses(void **state)
{
  (void)state;
  draws d = { 43 };
  const bent m = bent_draw(&d);
  bent_fit f, other;
  double nll[MOST], x[MOST * N];
  size_t n = 5;
  bent_create(&f, &m, -4.0, 12.0);
  bent_create(&other, &m, -4.0, 12.0);
  CHECK_FAILS(f.ctx, FAIRU_ERR_SHAPE,
              fairu_likelihood_minima(f.likelihood, f.ctx, f.data, NULL, 1, nll, x, 2, &n));
  CHECK_SAYS(f.ctx, "the model has 3 parameters, got 2");
  CHECK_FAILS(f.ctx, FAIRU_ERR_NULL,
              fairu_likelihood_minima(f.likelihood, f.ctx, f.data, NULL, 1, NULL, x, N, &n));
  CHECK_SAYS(f.ctx, "minima: likelihood, data, nll, params or n is NULL");
  CHECK_FAILS(f.ctx, FAIRU_ERR_ARGUMENT,
              fairu_likelihood_minima(f.likelihood, f.ctx, other.data, NULL, 1, nll, x, N, &n));
  CHECK_SAYS(f.ctx, "fit: the data belong to another likelihood");
  f.options.max_iterations = 1;
  CHECK_FAILS(f.ctx, FAIRU_ERR_NOT_CONVERGED,
              fairu_likelihood_minima(f.likelihood, f.ctx, f.data, &f.options, 1, nll, x, N, &n));
  CHECK_SAYS(f.ctx, "minima: no start led to one (edm ");
  f.options.max_iterations = 0;
  CHECK_FAILS(f.ctx, FAIRU_ERR_RANGE,
              fairu_likelihood_minima(f.likelihood, f.ctx, f.data, &f.options, 1, nll, x, N, &n));
  CHECK_SAYS(f.ctx, "fit options: max_iterations is 0");
  f.options.max_iterations = 100;
  f.starts[4] = (double)NAN;
  CHECK_FAILS(f.ctx, FAIRU_ERR_NON_FINITE,
              fairu_likelihood_minima(f.likelihood, f.ctx, f.data, &f.options, 1, nll, x, N, &n));
  CHECK_SAYS(f.ctx, "fit options: starts 1: 't' is nan");
  assert_int_equal(n, 5);
  bent_destroy(&other);
  bent_destroy(&f);
}

/* ---- fits again ---------------------------------------------------------------------------------------- */

static void begin(bent_fit *f, fairu_refit *refit, draws *d, int with_covariance)
{
  const bent m = bent_draw(d);
  bent_create(f, &m, -4.0, 12.0);
  CHECK_OK(f->ctx, fairu_refit__create(f->ctx, f->likelihood, f->data, &f->options, with_covariance,
                                       "impacts", refit));
}

/* The predicted point: along the row of the covariance, clipped to bounds; the moved one is held until released. */
static void the_point_foretold(void **state)
{
  (void)state;
  draws d = { 44 };
  for (int i = 0; i < 12; i++) {
    bent_fit f;
    fairu_refit refit;
    begin(&f, &refit, &d, 1);
    const size_t moved = draw_below(&d, N);
    const double sigma = sqrt(refit.covariance[moved * (N + 1)]), asked = sigma * draw_between(&d, -9.0, 9.0);
    const double end = fmin(fmax(refit.best[moved] + asked, refit.lower[moved]), refit.upper[moved]);
    const double shift = fairu_refit__move(&refit, moved, asked);
    CHECK_NEAR(shift, end - refit.best[moved], 1e-15);
    assert_true(refit.start[moved] == end);
    for (size_t k = 0; k < N; k++) {
      const double to = refit.best[k] + refit.covariance[moved * N + k] / (sigma * sigma) * shift;
      if (k != moved)
        CHECK_NEAR(refit.start[k], fmin(fmax(to, refit.lower[k]), refit.upper[k]), 1e-12);
      assert_int_equal(refit.fixed[k], k == moved);
    }
    fairu_refit__release(&refit);
    for (size_t k = 0; k < N; k++)
      assert_int_equal(refit.fixed[k], 0);
    bent_destroy(&f);
  }
}

/* run stays in the valley it begins in, run_all takes the lowest, each at the held mu; neither moves the best fit. */
static void one_valley_or_all(void **state)
{
  (void)state;
  draws d = { 45 };
  int apart = 0;
  for (int i = 0; i < 6; i++) {
    bent_fit f;
    fairu_refit refit;
    double alone[N], lowest[N], nll[2], kept[N];
    hollow all[BENT_MOST];
    begin(&f, &refit, &d, 0);
    assert_null(refit.covariance);
    memcpy(kept, refit.best, sizeof kept);
    const double mu = refit.best[0] + draw_between(&d, -2.0, 2.0);
    const size_t n = bent_hollows(&f.m, mu, all);
    refit.fixed[0] = 1;
    for (size_t k = 0; k < n; k++) {
      const double base = bent_nll(&f.m, kept[0], kept[1], kept[2]);
      refit.start[0] = mu;
      refit.start[1] = all[k].t;
      refit.start[2] = all[k].u;
      CHECK_OK(f.ctx, fairu_refit__run(&refit, f.ctx, alone, &nll[0]));
      CHECK_OK(f.ctx, fairu_refit__run_all(&refit, f.ctx, lowest, &nll[1]));
      assert_true(alone[0] == mu && lowest[0] == mu);
      CHECK_NEAR(nll[0] - refit.result.nll[0] - refit.result.nll[1], all[k].value - base, 1e-8);
      CHECK_NEAR(nll[1] - refit.result.nll[0] - refit.result.nll[1], all[0].value - base, 1e-8);
      CHECK_OK(f.ctx, fairu_refit__run(&refit, f.ctx, refit.start, NULL)); /* in place */
      assert_memory_equal(refit.start, alone, sizeof alone);
      apart += all[k].value > all[0].value + 1e-3;
    }
    assert_memory_equal(refit.best, kept, sizeof kept);
    bent_destroy(&f);
  }
  assert_true(apart >= 3);
}

/* What is held from the beginning stays so; the parameter of interest must not be. */
static void what_is_held(void **state)
{
  (void)state;
  draws d = { 46 };
  const bent m = bent_draw(&d);
  bent_fit f;
  fairu_refit refit;
  unsigned char fixed[N] = { 0, 1, 0 };
  bent_create(&f, &m, -4.0, 12.0);
  f.options.fixed = fixed;
  CHECK_OK(f.ctx, fairu_refit__create(f.ctx, f.likelihood, f.data, &f.options, 1, "impacts", &refit));
  assert_true(refit.held[1] && !refit.held[0] && refit.best[1] == 1.0);
  CHECK_OK(f.ctx, fairu_refit__need_poi(&refit, f.ctx, "impacts"));
  (void)fairu_refit__move(&refit, 0, 0.5);
  assert_true(refit.fixed[0] && refit.fixed[1] && refit.start[1] == refit.best[1]);
  fairu_refit__release(&refit);
  assert_true(!refit.fixed[0] && refit.fixed[1]);
  fixed[0] = 1;
  CHECK_OK(f.ctx, fairu_refit__create(f.ctx, f.likelihood, f.data, &f.options, 0, "impacts", &refit));
  CHECK_FAILS(f.ctx, FAIRU_ERR_ARGUMENT, fairu_refit__need_poi(&refit, f.ctx, "impacts"));
  CHECK_SAYS(f.ctx, "impacts: the parameter of interest is fixed");
  f.options.max_iterations = 1;
  fixed[0] = fixed[1] = 0;
  CHECK_FAILS(f.ctx, FAIRU_ERR_NOT_CONVERGED,
              fairu_refit__create(f.ctx, f.likelihood, f.data, &f.options, 0, "breakdown", &refit));
  CHECK_SAYS(f.ctx, "breakdown: ");
  bent_destroy(&f);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_minima_lowest_first), cmocka_unit_test(fewer_places_than_minima),
    cmocka_unit_test(what_minima_refuses),     cmocka_unit_test(the_point_foretold),
    cmocka_unit_test(one_valley_or_all),       cmocka_unit_test(what_is_held),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
