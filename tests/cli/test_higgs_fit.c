/* Fits of higgs-tes: intervals against scans of a plain sum over bins, how histograms are smoothed over Z, the bootstrap. */
#include "higgs_events.h"
#include "toy_plain.h"

#include "cli/higgs_boot.h"

enum { BINS = 4 };

/* Yields whose logarithm is a parabola in u = (Z - 1) / 0.1; the observation's root is one. */
static double yield_at(int label, size_t j, double z)
{
  const double u = (z - 1.0) / 0.1, b[BINS] = { 900.0, 300.0, 80.0, 20.0 },
               s[BINS] = { 2.0, 6.0, 12.0, 10.0 };
  const double slope = (label ? 0.1 : 0.05) * ((double)j - 1.3),
               bend = 0.02 * (double)(j % 2) - 0.005 * label;
  return (label ? s[j] : b[j]) * exp(slope * u + bend * u * u);
}

static double moving_at(size_t j, double z)
{
  const double u = (z - 1.0) / 0.1, root = sqrt(yield_at(0, j, 1.0) + yield_at(1, j, 1.0));
  const double h = root * (1.0 + 0.01 * u * ((double)j - 1.5) + 0.004 * u * u);
  return h * h;
}

static void fill_plainly(higgs_fill *fill, int moving)
{
  *fill = (higgs_fill){ .bins = { .n = BINS }, .moving = moving };
  for (size_t k = 0; k < HIGGS_KNOTS; k++)
    for (size_t j = 0; j < BINS; j++) {
      const double z = 0.9 + 0.02 * (double)k;
      for (int label = 0; label < 2; label++) {
        const size_t i = ((size_t)label * HIGGS_KNOTS + k) * BINS + j;
        fill->yields[i] = yield_at(label, j, z);
        fill->variances[i] = 0.02 * fill->yields[i];
      }
      for (int t = 0; t < HIGGS_TRUTHS; t++)
        fill->observed[t][k * BINS + j] =
            moving ? moving_at(j, z) : yield_at(0, j, higgs_truths[t]) + yield_at(1, j, higgs_truths[t]);
    }
}

/* The same as a sum, without template statistics. */
typedef struct point {
  const higgs_case *x;
  int moving;
  double mu;
} point;

static double nll_at(double mu, double z, const point *p)
{
  const double factor = p->x->luminosity ? 10.0 : 1.0, truth = higgs_truths[p->x->truth];
  double sum = 0.5 * (z - 1.0) * (z - 1.0) / (0.05 * 0.05);
  for (size_t j = 0; j < BINS; j++) {
    const double nu = factor * (mu * yield_at(1, j, z) + yield_at(0, j, z));
    const double n = factor * (p->moving ? moving_at(j, z) : yield_at(0, j, truth) + yield_at(1, j, truth));
    sum += nu - n * log(nu) + (p->moving ? lgamma(n + 1.0) : 0.0);
  }
  return sum;
}

static double over_z(double z, const void *data)
{
  const point *p = data;
  return nll_at(p->mu, z, p);
}

static double over_mu(double mu, const void *data)
{
  point p = *(const point *)data;
  double place;
  p.mu = mu;
  return p.x->profiled ? plain_least(over_z, &p, 0.9, 1.1, &place) : nll_at(mu, higgs_truths[p.x->truth], &p);
}

static fairu_nuisance prior_of(void)
{
  fairu_nuisance prior;
  assert_int_equal(fairu_nuisance_init(&prior, sizeof prior), FAIRU_OK);
  prior.name = HIGGS_NUISANCE;
  prior.nominal = 1.0;
  prior.width = HIGGS_PRIOR_WIDTH;
  prior.lower = 0.9;
  prior.upper = 1.1;
  return prior;
}

/* Every truth, luminosity, fixed and profiled, moving and not. */
static void intervals_are_crossings_of_a_scan(void **state)
{
  (void)state;
  cli c = { .ctx = support_context() };
  const fairu_nuisance prior = prior_of();
  for (int i = 0; i < 24; i++) {
    higgs_case x = { .truth = i % 3, .luminosity = i / 3 % 2, .profiled = i / 6 % 2 };
    const point p = { &x, i / 12, 1.0 };
    higgs_fill fill;
    double best;
    fill_plainly(&fill, p.moving);
    assert_int_equal(higgs_fit(&c, &fill, &higgs_courses[0], &prior, &x), FAIRU_OK);
    assert_int_equal(x.status, FAIRU_OK);
    const double level = plain_least(over_mu, &p, -4.0, 8.0, &best) + 0.5;
    CHECK_NEAR(x.mu_hat, best, 2e-4); /* a flat minimum by a sum of 1e4 ln 1e4 */
    CHECK_NEAR(x.lower, plain_crossing(over_mu, &p, best, best - 4.0, level), 1e-4);
    CHECK_NEAR(x.upper, plain_crossing(over_mu, &p, best, best + 5.0, level), 1e-4);
    CHECK_CLOSE(x.half_width, 0.5 * (x.upper - x.lower), 1e-14);
    assert_int_equal(x.n_bins, BINS);
    assert_true(x.lower_end == FAIRU_INTERVAL_CROSSING && x.upper_end == FAIRU_INTERVAL_CROSSING);
    if (!x.profiled)
      assert_true(x.z_hat == higgs_truths[x.truth]);
  }
  fairu_context_destroy(c.ctx);
}

/* Statistics of templates widen the interval by what they are, and not at all if there are none to speak of. */
static void statistics_of_templates(void **state)
{
  (void)state;
  cli c = { .ctx = support_context() };
  const fairu_nuisance prior = prior_of();
  higgs_fill fill;
  double widths[4];
  fill_plainly(&fill, 0);
  for (int i = 0; i < 4; i++) { /* none; 1e-6, 1 and 25 times */
    static const double factors[4] = { 1.0, 1e-6, 1.0, 25.0 };
    higgs_fill scaled = fill;
    higgs_case x = { .truth = 1, .mc_stat = i > 0, .profiled = 0 };
    for (size_t k = 0; k < HIGGS_CLASSES * HIGGS_KNOTS * BINS; k++)
      scaled.variances[k] *= factors[i];
    assert_int_equal(higgs_fit(&c, &scaled, &higgs_courses[0], &prior, &x), FAIRU_OK);
    widths[i] = x.half_width;
  }
  CHECK_CLOSE(widths[1], widths[0], 1e-6);
  /* counts fluctuate by nu, templates by v: the width is that of nu + v in every bin */
  for (int i = 2; i < 4; i++) {
    double without = 0.0, with = 0.0;
    for (size_t j = 0; j < BINS; j++) {
      const double s = yield_at(1, j, 1.0), nu = s + yield_at(0, j, 1.0);
      without += s * s / nu;
      with += s * s / (nu + 0.02 * nu * (i == 3 ? 25.0 : 1.0));
    }
    CHECK_CLOSE(widths[i] / widths[0], sqrt(without / with), i == 3 ? 2e-2 : 1e-3);
  }
  fairu_context_destroy(c.ctx);
}

/* ---- the course over Z -------------------------------------------------------------------------------- */

/* The parabola nearest to h at the knots 0, step, ...: normal equations of 1, k, k^2, solved by elimination. */
static void plain_parabola(double *h, size_t step)
{
  long double m[3][4] = { { 0.0L } };
  for (size_t k = 0; k < HIGGS_KNOTS; k += step) {
    const long double p[3] = { 1.0L, (long double)k, (long double)(k * k) };
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++)
        m[i][j] += p[i] * p[j];
      m[i][3] += p[i] * (long double)h[k];
    }
  }
  for (int i = 0; i < 3; i++)
    for (int r = 0; r < 3; r++)
      for (int j = 3; r != i && j >= i; j--)
        m[r][j] -= m[r][i] / m[i][i] * m[i][j];
  for (size_t k = 0; k < HIGGS_KNOTS; k++)
    h[k] = (double)(m[0][3] / m[0][0] + (long double)k * m[1][3] / m[1][1] +
                    (long double)(k * k) * m[2][3] / m[2][2]);
}

/* Column of one bin through the logarithm or the square root. */
static void smooth_column(double *values, size_t step, int logarithm)
{
  double h[HIGGS_KNOTS];
  for (size_t k = 0; k < HIGGS_KNOTS; k++)
    h[k] = logarithm ? log(values[k * BINS]) : sqrt(values[k * BINS]);
  plain_parabola(h, step);
  for (size_t k = 0; k < HIGGS_KNOTS; k++)
    values[k * BINS] = logarithm ? exp(h[k]) : h[k] * h[k];
}

/* Noisy histograms through the parabola of the program are those that were smoothed before, through its splines. */
static void smoothing_is_least_squares(void **state)
{
  (void)state;
  cli c = { .ctx = support_context() };
  const fairu_nuisance prior = prior_of();
  for (int i = 0; i < 16; i++) {
    const size_t step = 1 + (size_t)(i % 2);
    const higgs_course course = { step, 1 }, spline = { step, 0 };
    higgs_fill noisy, smooth;
    higgs_case x = { .truth = i % 3, .mc_stat = i / 2 % 2, .profiled = 1, .luminosity = i / 8 }, y = x, z = x;
    fill_plainly(&noisy, i / 4 % 2);
    for (size_t k = 0; k < HIGGS_CLASSES * HIGGS_KNOTS * BINS; k++) {
      noisy.yields[k] *= 1.0 + 0.05 * (toy_uniform((uint64_t)i, k) - 0.5);
      noisy.variances[k] *= 1.0 + 0.3 * (toy_uniform((uint64_t)i + 50, k) - 0.5);
    }
    for (size_t k = 0; k < HIGGS_KNOTS * BINS && noisy.moving; k++)
      noisy.observed[x.truth][k] *= 1.0 + 0.02 * (toy_uniform((uint64_t)i + 90, k) - 0.5);
    smooth = noisy;
    for (size_t j = 0; j < HIGGS_CLASSES * BINS; j++) {
      smooth_column(smooth.yields + j / BINS * HIGGS_KNOTS * BINS + j % BINS, step, 1);
      smooth_column(smooth.variances + j / BINS * HIGGS_KNOTS * BINS + j % BINS, step, 1);
    }
    for (size_t j = 0; j < BINS && noisy.moving; j++)
      smooth_column(smooth.observed[x.truth] + j, step, 0);
    assert_int_equal(higgs_fit(&c, &noisy, &course, &prior, &x), FAIRU_OK);
    assert_int_equal(higgs_fit(&c, &smooth, &spline, &prior, &y), FAIRU_OK);
    assert_int_equal(higgs_fit(&c, &noisy, &spline, &prior, &z), FAIRU_OK);
    CHECK_CLOSE(x.half_width, y.half_width, 1e-7);
    CHECK_NEAR(x.mu_hat, y.mu_hat, 1e-6);
    assert_true(fabs(z.half_width - x.half_width) > 1e-5); /* and the noise does matter */
  }
  fairu_context_destroy(c.ctx);
}

static void courses_of_the_study(void **state)
{
  (void)state;
  static const higgs_course wanted[HIGGS_COURSES] = { { 1, 1 }, { 2, 1 }, { 1, 0 }, { 2, 0 } };
  for (int k = 0; k < HIGGS_COURSES; k++)
    assert_true(higgs_courses[k].step == wanted[k].step && higgs_courses[k].smooth == wanted[k].smooth);
}

/* A bin without background at one Z: the templates are refused, for the study to merge bins; a case, of a bootstrap replica too, is told as failed, without
 * numbers, and the study goes on. */
static void empty_bins_are_refused(void **state)
{
  (void)state;
  cli c = { .ctx = support_context() };
  const fairu_nuisance prior = prior_of();
  higgs_fill fill;
  fill_plainly(&fill, 0);
  assert_int_equal(higgs_fit_accepts(&c, &fill, &prior), FAIRU_OK);
  fill.yields[3 * BINS + 2] = 0.0; /* background, Z = 0.96 */
  assert_int_equal(higgs_fit_accepts(&c, &fill, &prior), FAIRU_ERR_NEGATIVE_YIELD);
  higgs_case x = { .truth = 1 };
  assert_int_equal(higgs_fit(&c, &fill, &higgs_courses[0], &prior, &x), FAIRU_OK);
  assert_int_equal(x.status, FAIRU_ERR_NEGATIVE_YIELD);
  assert_true(isnan(x.half_width) && isnan(x.mu_hat) && isnan(x.lower) && isnan(x.z_hat));
  fairu_context_destroy(c.ctx);
}

/* ---- the bootstrap ------------------------------------------------------------------------------------ */

typedef struct trial {
  cli c;
  higgs_inputs in;
  higgs_options options;
  higgs_results results;
  higgs_part parts[HIGGS_FOLDS];
  higgs_boot *boot;
} trial;

/* Networks of every fold: one linear score for all but `aware`, which is told Z. */
static void trial_create(trial *t, size_t n_events, uint64_t seed)
{
  *t = (trial){ .c = { .ctx = support_context() }, .options = { .seed = seed, .min_effective = 10.0 } };
  higgs_inputs_make(&t->c, n_events, &t->in);
  assert_int_equal(higgs_split(&t->c, &t->in, 1, t->parts), FAIRU_OK);
  t->results = (higgs_results){ .options = &t->options, .inputs = &t->in, .n_replicas = 3 };
  t->boot = calloc(1, sizeof *t->boot);
  assert_non_null(t->boot);
  fairu_classifier *linear = higgs_linear(&t->c, 0.05, -4.0), *aware = higgs_aware(&t->c);
  for (int i = 0; i < HIGGS_FOLDS * HIGGS_NETS; i++) {
    const int f = i / HIGGS_NETS, net = i % HIGGS_NETS;
    const fairu_classifier *classifier = net == HIGGS_NET_AWARE ? aware : linear;
    const higgs_part *templates = &t->parts[(f + 1) % HIGGS_FOLDS], *test = &t->parts[(f + 2) % HIGGS_FOLDS];
    higgs_bins bins;
    static higgs_fill fill;
    assert_int_equal(
        higgs_bins_choose(&t->c, &t->in, &t->options, &t->parts[f], HIGGS_NET_BASELINE, classifier, &bins),
        FAIRU_OK);
    assert_int_equal(higgs_fill_make(&t->c, &t->in, templates, test, classifier, &bins, &fill), FAIRU_OK);
    assert_int_equal(
        higgs_boot_add(&t->c, &t->in, templates, test, classifier, &fill, &t->boot->nets[f][net]), FAIRU_OK);
  }
  fairu_classifier_destroy(linear);
  fairu_classifier_destroy(aware);
}

static void trial_clear(trial *t)
{
  higgs_boot_free(t->boot);
  higgs_split_free(t->parts);
  higgs_inputs_free(&t->in);
  fairu_context_destroy(t->c.ctx);
}

/* Two methods with one score never differ, whatever is drawn; another score does. Only what has template statistics in is drawn, and
 * the same replicas come from the same seed on any number of threads. */
static void replicas_of_the_bootstrap(void **state)
{
  (void)state;
  static higgs_boot_sum kept[HIGGS_CONDITIONS][HIGGS_METHODS];
  for (int run = 0; run < 3; run++) { /* one thread, two, another seed */
    trial t;
    trial_create(&t, 3000, run == 2 ? 4 : 3);
    CHECK_OK(t.c.ctx, fairu_context_set_threads(t.c.ctx, run == 1 ? 2 : 1));
    assert_int_equal(higgs_boot_run(&t.c, t.boot, t.parts, &t.results), FAIRU_OK);
    for (int i = 0; i < HIGGS_CONDITIONS; i++) {
      const higgs_condition at = higgs_condition_at(i);
      const higgs_boot_sum *of = t.results.boot[i];
      assert_true(of[HIGGS_AUGMENTED].mean == 0.0 && of[HIGGS_AUGMENTED].squares == 0.0);
      assert_true(of[HIGGS_TRUE_Z].mean == 0.0 && of[HIGGS_BASELINE].mean == 0.0);
      assert_int_equal(of[HIGGS_AWARE].mean != 0.0, at.mc_stat);
      assert_true(of[HIGGS_AWARE].n <= 3 && (!at.mc_stat || of[HIGGS_AWARE].n >= 2));
    }
    if (run == 0)
      memcpy(kept, t.results.boot, sizeof kept);
    else
      assert_int_equal(memcmp(kept, t.results.boot, sizeof kept) == 0, run == 1);
    trial_clear(&t);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(intervals_are_crossings_of_a_scan),
    cmocka_unit_test(statistics_of_templates),
    cmocka_unit_test(smoothing_is_least_squares),
    cmocka_unit_test(courses_of_the_study),
    cmocka_unit_test(empty_bins_are_refused),
    cmocka_unit_test(replicas_of_the_bootstrap),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
