/* The profile behind tests and limits, with two valleys of the nuisances, against a plain grid: values, slopes and curvature, which branch is
 * followed, and what becomes of a minimum that a conditional fit finds below the best one. */
#include "bent_model.h"

#include "likelihood/poi_profile.h"

static const double lower = -2.0, upper = 8.0;

typedef struct heard {
  int n;
  int level;
  char text[512];
} heard;

static void listen(int level, const char *text, void *user_data)
{
  heard *h = (heard *)user_data;
  h->n++;
  h->level = level;
  (void)snprintf(h->text, sizeof h->text, "%s", text);
}

/* The unconditional fit is where the plain profile is lowest. */
static void begin(bent_fit *f, const bent *m, const fairu_fit_options *options, fairu_poi_profile *p)
{
  bent_create(f, m, lower, upper);
  CHECK_OK(f->ctx, fairu_poi_profile__create(f->ctx, f->likelihood, f->data, options ? options : &f->options,
                                             lower, upper, p));
}

/* How far a value is from that of a conditional minimum, and the lowest one. */
static double from_a_hollow(const bent *m, double mu, double value, double *lowest)
{
  hollow all[BENT_MOST];
  double nearest = HUGE_VAL;
  const size_t n = bent_hollows(m, mu, all);
  for (size_t k = 0; k < n; k++)
    nearest = fmin(nearest, fabs(value - all[k].value));
  *lowest = all[0].value;
  return nearest;
}

/* What a point says of itself: it lies where its params say, and q is the rise to there. */
static void check_point(const bent_fit *f, const fairu_poi_profile *p, const fairu_poi_point *point,
                        double mu)
{
  const double *best = p->best.params, *at = point->params;
  const double rise = bent_nll(&f->m, at[0], at[1], at[2]) - bent_nll(&f->m, best[0], best[1], best[2]);
  assert_true(point->mu == mu && at[0] == mu);
  CHECK_NEAR(point->q, 2.0 * rise, 1e-6); /* params are where the loose fit ended */
}

static void values_and_slopes_of_the_lowest_branch(void **state)
{
  (void)state;
  draws d = { 21 };
  for (int i = 0; i < 6; i++) {
    const bent m = bent_draw(&d);
    bent_fit f;
    fairu_poi_profile p;
    double least;
    begin(&f, &m, NULL, &p);
    p.all_branches = 1;
    CHECK_OK(f.ctx, fairu_poi_profile__fit(f.ctx, &p));
    const double best = bent_best(&m, lower, upper, &least);
    CHECK_NEAR(p.best.mu, best, 1e-5);
    for (int k = 0; k < 8; k++) {
      const fairu_poi_point *point = NULL, *again = NULL;
      const double mu = draw_between(&d, lower - 1.0, upper + 3.0), h = 1e-4;
      CHECK_OK(f.ctx, fairu_poi_profile__at(f.ctx, &p, mu, NULL, &point));
      check_point(&f, &p, point, mu);
      CHECK_NEAR(point->q, 2.0 * (bent_profile(&m, mu) - least), 1e-9);
      /* theta of a loose fit is within sqrt(2e-8) of its sigma, which pulls the slope along */
      CHECK_NEAR(point->slope, (bent_profile(&m, mu + h) - bent_profile(&m, mu - h)) / h,
                 3e-4 * (1.0 + fabs(point->slope)));
      const size_t n = p.n_points;
      CHECK_OK(f.ctx, fairu_poi_profile__at(f.ctx, &p, mu, NULL, &again));
      assert_true(again == point && p.n_points == n);
    }
    assert_int_equal(p.generation, 0);
    bent_destroy(&f);
  }
}

/* Without all branches a conditional fit stays in a hollow of its own; how much lower another lies is told, and said aloud. */
static void the_branch_that_is_followed(void **state)
{
  (void)state;
  draws d = { 22 };
  int deeper = 0, level = 0;
  for (int i = 0; i < 9; i++) {
    const bent m = bent_draw(&d);
    bent_fit f;
    fairu_poi_profile p;
    heard h = { 0 };
    begin(&f, &m, NULL, &p);
    CHECK_OK(f.ctx, fairu_context_set_log(f.ctx, FAIRU_LOG_WARNING, listen, &h));
    CHECK_OK(f.ctx, fairu_poi_profile__fit(f.ctx, &p));
    for (double mu = lower; mu <= upper; mu += 2.0) {
      const fairu_poi_point *point = NULL;
      double depth = -1.0, lowest;
      CHECK_OK(f.ctx, fairu_poi_profile__at(f.ctx, &p, mu, NULL, &point));
      check_point(&f, &p, point, mu);
      const double here = bent_nll(&m, mu, point->params[1], point->params[2]);
      assert_true(from_a_hollow(&m, mu, here, &lowest) < 1e-6);
      h.n = 0;
      CHECK_OK(f.ctx, fairu_poi_profile__lower_branch(f.ctx, &p, point, &depth));
      const double wanted = 2.0 * (here - lowest);
      if (p.minima.count < 2) { /* only what the unconditional fit met is known */
        assert_true(depth == 0.0);
        continue;
      }
      CHECK_NEAR(depth, wanted > 1e-5 ? wanted : 0.0, 1e-6);
      assert_int_equal(h.n, wanted > 1e-5);
      deeper += wanted > 1e-5;
      level += h.n > 0 && strstr(h.text, "another valley of the nuisance parameters lies lower by") != NULL;
    }
    bent_destroy(&f);
  }
  assert_true(deeper >= 5 && level == deeper);
}

/* One start, in the hollow that is not the deepest; a hint leads to the other: it becomes the best, what was known is counted from it,
 * and whoever keeps values is told by the generation. */
static void a_lower_minimum_takes_over(void **state)
{
  (void)state;
  draws d = { 23 };
  int met = 0;
  for (int i = 0; i < 9; i++) {
    const bent m = bent_draw(&d);
    bent_fit f;
    fairu_poi_profile p;
    heard h = { 0 };
    double least;
    const double best = bent_best(&m, lower, upper, &least);
    hollow all[BENT_MOST];
    if (bent_hollows(&m, best, all) < 2 || all[1].value - all[0].value < 0.05)
      continue;
    fairu_fit_options options = { .struct_size = sizeof options };
    CHECK_OK(NULL, fairu_fit_options_init(&options, sizeof options));
    const double start[3] = { best, all[1].t, all[1].u };
    options.start = start;
    begin(&f, &m, &options, &p);
    CHECK_OK(f.ctx, fairu_context_set_log(f.ctx, FAIRU_LOG_INFO, listen, &h));
    CHECK_OK(f.ctx, fairu_poi_profile__fit(f.ctx, &p));
    const double before = bent_nll(&m, p.best.params[0], p.best.params[1], p.best.params[2]);
    if (before > least + 0.01 && fabs(p.best.mu - best) > 1e-3) {
      double x[3] = { best, all[0].t, all[0].u };
      const fairu_poi_point hint = { .mu = best, .x = x };
      const fairu_poi_point *point = NULL;
      CHECK_OK(f.ctx, fairu_poi_profile__at(f.ctx, &p, best, &hint, &point));
      assert_int_equal(p.generation, 1);
      CHECK_NEAR(p.best.mu, best, 1e-5);
      CHECK_NEAR(point->q, 0.0, 1e-9);
      assert_true(p.minima.count == 2 && p.plan.n_starts == 2);
      assert_int_equal(h.level, FAIRU_LOG_INFO);
      assert_non_null(strstr(h.text, "was met in a conditional fit and is used ('mu' "));
      CHECK_OK(f.ctx, fairu_poi_profile__at(f.ctx, &p, 7.0, NULL, &point));
      check_point(&f, &p, point, 7.0);
      met++;
    }
    bent_destroy(&f);
  }
  assert_true(met >= 3);
}

static void curvature_and_fits_at_one_place(void **state)
{
  (void)state;
  draws d = { 24 };
  for (int i = 0; i < 6; i++) {
    const bent m = bent_draw(&d);
    bent_fit f;
    fairu_poi_profile p, at;
    double curvature = 0.0;
    const double h = 3e-2, mu = draw_between(&d, 0.0, 10.0);
    begin(&f, &m, NULL, &p);
    CHECK_OK(f.ctx, fairu_poi_profile__fit(f.ctx, &p));
    CHECK_OK(f.ctx, fairu_poi_profile__curvature(f.ctx, &p, &curvature));
    const double best = p.best.mu;
    CHECK_CLOSE(curvature,
                (bent_profile(&m, best + h) - 2.0 * bent_profile(&m, best) + bent_profile(&m, best - h)) /
                    (h * h),
                1e-4); /* h^2 / 12 of the fourth derivative, and noise over h^2 */
    const fairu_poi_point *point = NULL;
    p.all_branches = 1;
    CHECK_OK(f.ctx, fairu_poi_profile__precisely_at(f.ctx, &p, mu, &point));
    assert_true(point->edm <= 1e-20 && point->mu == mu);
    const double q = point->q, t = point->params[1], u = point->params[2];
    CHECK_OK(f.ctx, fairu_poi_profile__create(f.ctx, f.likelihood, f.data, &f.options, lower, upper, &at));
    CHECK_OK(f.ctx, fairu_poi_profile__fit_at(f.ctx, &at, mu));
    assert_true(at.best.mu == mu && at.best.q == 0.0 && !at.plan.fixed[at.coordinate]);
    hollow all[BENT_MOST];
    (void)bent_hollows(&m, mu, all);
    CHECK_NEAR(bent_nll(&m, mu, at.best.params[1], at.best.params[2]), all[0].value, 1e-11);
    if (fabs(bent_nll(&m, mu, t, u) - all[0].value) < 1e-9) {
      CHECK_NEAR(t, at.best.params[1], 1e-9);
      CHECK_NEAR(u, at.best.params[2], 1e-9);
      CHECK_NEAR(q, 2.0 * (all[0].value - bent_profile(&m, best)), 1e-9);
    }
    bent_destroy(&f);
  }
}

/* More points than are kept: the first ones go, and all are right. */
static void more_points_than_there_is_room_for(void **state)
{
  (void)state;
  draws d = { 25 };
  const bent m = bent_draw(&d);
  bent_fit f;
  fairu_poi_profile p;
  double first[60];
  begin(&f, &m, NULL, &p);
  p.all_branches = 1;
  CHECK_OK(f.ctx, fairu_poi_profile__fit(f.ctx, &p));
  const double least = bent_profile(&m, p.best.mu);
  for (int turn = 0; turn < 2; turn++)
    for (int k = 0; k < 60; k++) {
      const fairu_poi_point *point = NULL;
      const double mu = lower + 0.25 * (double)(k * 7 % 60);
      CHECK_OK(f.ctx, fairu_poi_profile__at(f.ctx, &p, mu, NULL, &point));
      check_point(&f, &p, point, mu);
      if (turn == 0)
        first[k] = 2.0 * (bent_profile(&m, mu) - least);
      CHECK_NEAR(point->q, first[k], 1e-8);
      assert_true(p.n_points <= FAIRU_POI_POINTS);
    }
  assert_int_equal(p.n_points, FAIRU_POI_POINTS);
  bent_destroy(&f);
}

/* Data that are what is expected have their minimum where they were made, without a fit; not where that lies outside of the bounds. */
static void data_made_at_a_point(void **state)
{
  (void)state;
  draws d = { 26 };
  for (int i = 0; i < 6; i++) {
    bent m = bent_draw(&d);
    const double truth[3] = { draw_between(&d, 1.0, 6.0), m.centre[0], m.centre[1] };
    for (size_t j = 0; j < BENT_BINS; j++)
      m.n[j] = bent_yield(&m, j, truth[0], truth[1], truth[2]);
    bent_fit f;
    fairu_poi_profile p, narrow;
    begin(&f, &m, NULL, &p);
    CHECK_OK(f.ctx, fairu_poi_profile__fit_asimov(f.ctx, &p, truth));
    assert_true(p.best.mu == truth[0] && p.best.q == 0.0 && p.best.slope == 0.0);
    assert_int_equal(p.plan.evaluations, 1);
    const fairu_poi_point *point = NULL;
    CHECK_OK(f.ctx, fairu_poi_profile__at(f.ctx, &p, truth[0] + 2.0, NULL, &point));
    double lowest; /* its own valley is followed, whatever lies lower */
    assert_true(from_a_hollow(&m, truth[0] + 2.0, 0.5 * point->q, &lowest) < 1e-8);
    CHECK_OK(f.ctx, fairu_poi_profile__create(f.ctx, f.likelihood, f.data, &f.options, truth[0] + 1.0, upper,
                                              &narrow));
    CHECK_OK(f.ctx, fairu_poi_profile__fit_asimov(f.ctx, &narrow, truth));
    assert_true(narrow.best.mu == truth[0] + 1.0 && narrow.best.slope > 0.0);
    assert_true(from_a_hollow(&m, truth[0] + 1.0, narrow.value - p.value, &lowest) < 1e-8);
    bent_destroy(&f);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(values_and_slopes_of_the_lowest_branch),
                                      cmocka_unit_test(the_branch_that_is_followed),
                                      cmocka_unit_test(a_lower_minimum_takes_over),
                                      cmocka_unit_test(curvature_and_fits_at_one_place),
                                      cmocka_unit_test(more_points_than_there_is_room_for),
                                      cmocka_unit_test(data_made_at_a_point) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
