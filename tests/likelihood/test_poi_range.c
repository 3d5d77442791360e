/* The profile within a range, which calibrated intervals walk along, against a plain grid: what it is counted from, where that is, and when
 * values known before are void. */
#include "bent_model.h"

#include "likelihood/likelihood_internal.h"

/* Free fits go beyond the bounds of mu, as far as yields allow: so does the grid. */
static const double wide[2] = { -6.0, 14.0 };

typedef struct walk {
  bent_fit f;
  fairu_poi_range *range;
  double best, least;
} walk;

static void begin(walk *w, draws *d)
{
  const bent m = bent_draw(d);
  bent_create(&w->f, &m, 0.0, 6.0);
  w->best = bent_best(&m, wide[0], wide[1], &w->least);
}

static int create(walk *w, double low, double high, double first, int rough)
{
  return fairu_poi_range__create(w->f.ctx, w->f.likelihood, w->f.data, &w->f.options, low, high, first, rough,
                                 &w->range);
}

/* The range holds the best fit, which is then what all is counted from. */
static void counted_from_the_best_fit(void **state)
{
  (void)state;
  draws d = { 31 };
  for (int i = 0; i < 3; i++)
    for (int rough = 0; rough < 2; rough++) {
      walk w;
      double params[3], curvature = 0.0;
      const double h = 3e-2;
      begin(&w, &d);
      CHECK_OK(w.f.ctx, create(&w, wide[0], wide[1], draw_between(&d, 0.0, 6.0), rough));
      /* a rough fit ends within 1e-6 of the minimum, in NLL */
      const double near = rough ? 1e-2 : 1e-4, same = rough ? 1e-5 : 1e-6;
      CHECK_NEAR(fairu_poi_range__estimate(w.range, params), w.best, near);
      CHECK_NEAR(fairu_poi_range__estimate(w.range, NULL), params[0], 0.0);
      CHECK_NEAR(fairu_poi_range__lowest(w.range), params[0], 0.0);
      CHECK_NEAR(bent_nll(&w.f.m, params[0], params[1], params[2]), w.least, same);
      CHECK_OK(w.f.ctx, fairu_poi_range__curvature(w.f.ctx, w.range, &curvature));
      CHECK_CLOSE(curvature,
                  2.0 *
                      (bent_profile(&w.f.m, w.best + h) - 2.0 * w.least + bent_profile(&w.f.m, w.best - h)) /
                      (h * h),
                  rough ? 1e-2 : 1e-3);
      for (int k = 0; k < 4; k++) {
        const double mu = draw_between(&d, 0.0, 7.0);
        double t = -1.0, slope = 0.0;
        CHECK_OK(w.f.ctx, fairu_poi_range__at(w.f.ctx, w.range, mu, &t, &slope));
        const double wanted = 2.0 * (bent_profile(&w.f.m, mu) - w.least);
        CHECK_NEAR(t, wanted,
                   2e-5 * (1.0 + wanted)); /* edm of up to 1e-4 t^(2/3) is taken off, to the power 3/2 */
        CHECK_NEAR(slope, (bent_profile(&w.f.m, mu + h) - bent_profile(&w.f.m, mu - h)) / h,
                   0.05 * (1.0 + fabs(slope)));
      }
      assert_int_equal(fairu_poi_range__generation(w.range), 0);
      bent_destroy(&w.f);
    }
}

/* The range ends before the best fit: the lowest point is its end there, or the minimum of another valley inside. t counts from it. */
static void counted_from_the_lowest_point_inside(void **state)
{
  (void)state;
  draws d = { 32 };
  for (int i = 0; i < 5; i++) {
    walk w;
    begin(&w, &d);
    const double away = draw_between(&d, 0.3, 1.5), width = draw_between(&d, 1.0, 3.0);
    const double low = i % 2 ? w.best + away : w.best - away - width, high = low + width;
    double least = HUGE_VAL, place = low, first = 0.0, t = 0.0;
    CHECK_OK(w.f.ctx, create(&w, low, high, 0.5 * (low + high), 0));
    CHECK_NEAR(fairu_poi_range__estimate(w.range, NULL), w.best, 1e-4); /* not bound to the range */
    for (int k = 0; k <= 20; k++) {
      const double mu = low + width * k / 20.0, here = bent_profile(&w.f.m, mu);
      place = here < least ? mu : place;
      least = fmin(here, least);
    }
    const double found = fairu_poi_range__lowest(w.range);
    assert_true(found >= low && found <= high);
    const double floor_value = bent_profile(&w.f.m, found);
    assert_true(floor_value <= least + 1e-6);
    CHECK_NEAR(found, place, width / 20.0 + 1e-9);
    for (int k = 0; k <= 5; k++) {
      const double mu = low + width * k / 5.0;
      CHECK_OK(w.f.ctx, fairu_poi_range__at(w.f.ctx, w.range, mu, &t, NULL));
      const double wanted = 2.0 * (bent_profile(&w.f.m, mu) - floor_value);
      CHECK_NEAR(t, wanted, 2e-5 * (1.0 + wanted) + 1e-4);
      assert_true(t >= 0.0);
      first = k == 0 ? t : first;
    }
    CHECK_OK(w.f.ctx, fairu_poi_range__at(w.f.ctx, w.range, low, &t, NULL));
    assert_true(t == first); /* known */
    bent_destroy(&w.f);
  }
}

/* Where the valley of this sign of t is lowest, to a quarter. */
static double lowest_of_valley(const bent *m, double sign)
{
  double best = 0.0, least = HUGE_VAL;
  for (double mu = 0.0; mu <= 7.0; mu += 0.25) {
    hollow all[BENT_MOST];
    const size_t n = bent_hollows(m, mu, all);
    for (size_t k = 0; k < n; k++)
      if (sign * all[k].t > 0.0 && all[k].value < least) {
        least = all[k].value;
        best = mu;
      }
  }
  return best;
}

/* A range between the two valleys, near the shallower one: what is tried beforehand is its other end, and a point on the way lies lower. What was
 * known is void then, and t starts from there. */
static void a_lower_point_voids_what_was_known(void **state)
{
  (void)state;
  draws d = { 33 };
  int voided = 0;
  for (int i = 0; i < 40 && voided < 3; i++) {
    walk w;
    bent m = bent_draw(&d);
    m.centre[0] = m.centre[1] = m.v[0] = m.v[1] = 0.0; /* the valleys are alike */
    m.v[2] = 6.0; /* what t does to the bin of the signal moves mu: the valleys lie apart */
    const double sides[2] = { lowest_of_valley(&m, -1.0), lowest_of_valley(&m, 1.0) };
    const int deep = bent_profile(&m, sides[0]) < bent_profile(&m, sides[1]) ? 0 : 1;
    const double from = sides[deep], to = sides[1 - deep], near = from + 0.4 * (to - from),
                 far = from + 0.75 * (to - from);
    if (fabs(to - from) < 1.1 || bent_profile(&m, far) > bent_profile(&m, near) - 0.01)
      continue;
    bent_create(&w.f, &m, 0.0, 6.0);
    CHECK_OK(w.f.ctx, create(&w, fmin(near, far), fmax(near, far), near, 0));
    double t = -1.0, before = 0.0;
    assert_true(fairu_poi_range__lowest(w.range) == near);
    CHECK_OK(w.f.ctx, fairu_poi_range__at(w.f.ctx, w.range, near, &before, NULL));
    const int generation = fairu_poi_range__generation(w.range);
    CHECK_OK(w.f.ctx, fairu_poi_range__at(w.f.ctx, w.range, far, &t, NULL));
    assert_true(before == 0.0 && t == 0.0 && fairu_poi_range__lowest(w.range) == far);
    assert_int_equal(fairu_poi_range__generation(w.range), generation + 1);
    CHECK_OK(w.f.ctx, fairu_poi_range__at(w.f.ctx, w.range, near, &t, NULL));
    CHECK_NEAR(t, 2.0 * (bent_profile(&m, near) - bent_profile(&m, far)), 1e-4);
    assert_int_equal(fairu_poi_range__generation(w.range), generation + 1);
    voided++;
    bent_destroy(&w.f);
  }
  assert_int_equal(voided, 3);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(counted_from_the_best_fit),
                                      cmocka_unit_test(counted_from_the_lowest_point_inside),
                                      cmocka_unit_test(a_lower_point_voids_what_was_known) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
