/* The toy of the rotation study: its closed forms against the reference tables, symmetries and sampled events; its
 * templates through the library at the nodes and between. */
#include "support/support.h"

#include "cli/toy_events.h"
#include "cli/toy_problem.h"

static void numbers_of_the_paper(void **state)
{
  (void)state;
  CHECK_NEAR(toy_slope_optimal(), 4.0816326531, 5e-11);
  CHECK_NEAR(toy_slope_published(), 2.8571428571, 5e-11);
  CHECK_NEAR(toy_slope_lda(), 3.5682193165, 5e-11);
  CHECK_NEAR(toy_auc(0.0), 0.97832412, 5e-9);
  CHECK_NEAR(toy_auc(M_PI_4), 0.92343627, 5e-9);
}

static void quantile_inverts_the_distribution(void **state)
{
  (void)state;
  for (double p = 1e-15; p < 1.0; p += 0.1 * fmin(p, 1.0 - p) + 1e-17) {
    CHECK_CLOSE(toy_normal_cdf(toy_normal_quantile(p)), p, 1e-12);
    if (p > 1.0 - 1e-9)
      break;
  }
  CHECK_NEAR(toy_normal_quantile(0.25) + toy_normal_quantile(0.75), 0.0, 1e-15);
  CHECK_CLOSE(toy_normal_interval(8.0, 9.0), 0.5 * (erfc(8.0 / M_SQRT2) - erfc(9.0 / M_SQRT2)),
              1e-13); /* x^2 ulp of the argument */
}

/* Yields add up; z and pi/2 - z look the same along pi/4; the aware yields do not depend on z. */
static void symmetries_hold(void **state)
{
  (void)state;
  for (int method = 0; method < TOY_METHODS; method++)
    for (int binning = TOY_UNIFORM; binning <= TOY_QUANTILE; binning++) {
      toy_classifier classifier;
      double here[12], mirror[12], other[12];
      assert_int_equal(toy_classifier_create(method, binning, 12, toy_slope_optimal(), 1.2, &classifier), 0);
      for (int process = 0; process < 2; process++) {
        double sum = 0.0;
        toy_classifier_yields(&classifier, process, 1.3, 1.3, here);
        toy_classifier_yields(&classifier, process, M_PI_2 - 1.3, M_PI_2 - 1.3, mirror);
        toy_classifier_yields(&classifier, process, 0.1, 0.1, other);
        for (size_t j = 0; j < 12; j++) {
          sum += here[j];
          if (method != TOY_OPTIMAL)
            CHECK_CLOSE(here[j], mirror[j], 1e-11);
          if (method == TOY_AWARE)
            CHECK_CLOSE(here[j], other[j], 1e-11);
        }
        CHECK_CLOSE(sum, process == TOY_SIGNAL_PROCESS ? TOY_SIGNAL : TOY_BACKGROUND, 1e-12);
      }
      toy_classifier_clear(&classifier);
    }
}

static int reference_method(const char *name, double *slope)
{
  *slope = strstr(name, "_pub") ? toy_slope_published() : toy_slope_optimal();
  return strncmp(name, "aug_lda", 7) == 0     ? TOY_AUG_LDA
         : strncmp(name, "aug_bayes", 9) == 0 ? TOY_AUG_BAYES
         : strncmp(name, "aware", 5) == 0     ? TOY_AWARE
                                              : TOY_BASELINE;
}

/* Every row of templates10.csv, through the splines of the library: the published angles are knots. */
static void templates_agree_with_the_reference_at_the_nodes(void **state)
{
  (void)state;
  char path[512], line[256], now[32] = "";
  if (!support_data(path, sizeof path, "toy-rotation/templates10.csv"))
    support_skip("no ../shared/data");
  fairu_context *ctx = support_context();
  fairu_templates *templates = NULL;
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  assert_non_null(fgets(line, sizeof line, file));
  size_t rows = 0;
  while (fgets(line, sizeof line, file)) {
    char name[32], angle[32];
    int bin;
    double signal, background, nu[20];
    assert_int_equal(sscanf(line, "%31[^,],%31[^,],%d,%lf,%lf", name, angle, &bin, &signal, &background), 5);
    if (strcmp(name, now) != 0) {
      toy_settings s = toy_settings_default();
      s.method = reference_method(name, &s.slope);
      fairu_templates_destroy(templates);
      CHECK_OK(ctx, toy_templates_closed(ctx, &s, TOY_KNOTS, &templates));
      strcpy(now, name);
    }
    const double z =
        angle[0] >= '0' && angle[0] <= '9' ? toy_angle((size_t)lround(atof(angle) * 40.0 / M_PI)) : 0.3;
    CHECK_OK(ctx, fairu_templates_evaluate(templates, ctx, &z, 1, nu, NULL, NULL));
    CHECK_NEAR(nu[bin], signal, 1e-8 * signal + 5.1e-9);
    CHECK_NEAR(nu[10 + bin], background, 1e-8 * background + 5.1e-7);
    rows++;
  }
  fclose(file);
  assert_int_equal(rows, 860);
  fairu_templates_destroy(templates);
  fairu_context_destroy(ctx);
}

static void splines_agree_with_the_closed_form_between_the_nodes(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int method = 0; method < TOY_METHODS; method++) {
    toy_settings s = toy_settings_default();
    toy_classifier classifier;
    fairu_templates *templates;
    s.method = method;
    s.z_true = M_PI_2;
    CHECK_OK(ctx, toy_templates_closed(ctx, &s, TOY_KNOTS, &templates));
    assert_int_equal(toy_classifier_create(method, s.binning, s.n_bins, s.slope, s.z_true, &classifier), 0);
    for (int i = 0; i < 2 * TOY_KNOTS - 2; i++) {
      const double z = TOY_Z_LOWER + (i + 0.37) * M_PI / (2 * TOY_KNOTS - 2);
      double nu[20], exact[20];
      CHECK_OK(ctx, fairu_templates_evaluate(templates, ctx, &z, 1, nu, NULL, NULL));
      toy_classifier_yields(&classifier, TOY_SIGNAL_PROCESS, z, z, exact);
      toy_classifier_yields(&classifier, TOY_BACKGROUND_PROCESS, z, z, exact + 10);
      for (size_t j = 0; j < 20; j++)
        CHECK_CLOSE(nu[j], exact[j], 1e-5);
    }
    toy_classifier_clear(&classifier);
    fairu_templates_destroy(templates);
  }
  fairu_context_destroy(ctx);
}

/* Weighted events, turned by the library, fall into bins as the closed form says: random ones within their
 * fluctuation, even ones far closer. */
static void events_follow_the_closed_form(void **state)
{
  (void)state;
  enum { N = 100000 };
  fairu_context *ctx = support_context();
  toy_classifier classifier;
  const double z = 1.4;
  assert_int_equal(toy_classifier_create(TOY_BASELINE, TOY_UNIFORM, 10, toy_slope_optimal(), z, &classifier),
                   0);
  for (int sampling = TOY_RANDOM; sampling <= TOY_EVEN; sampling++) {
    toy_pool pool;
    CHECK_OK(ctx, toy_pool_create(ctx, N, sampling, 5, &pool));
    for (int process = 0; process < 2; process++) {
      fairu_events *turned;
      double counts[10] = { 0 }, exact[10], sum;
      size_t stride;
      CHECK_OK(ctx, fairu_events_sum_weights(pool.events[process], ctx, -1, &sum));
      CHECK_CLOSE(sum, process == TOY_SIGNAL_PROCESS ? TOY_SIGNAL : TOY_BACKGROUND, 1e-9);
      CHECK_OK(ctx,
               fairu_systematics_apply(pool.systematics, ctx, pool.events[process], &z, 1, 1, NULL, &turned));
      const float *x = fairu_events_column(turned, 0, &stride), *y = fairu_events_column(turned, 1, &stride);
      for (size_t i = 0; i < N; i++) {
        const double t = M_SQRT1_2 * ((double)x[i] + (double)y[i]);
        size_t bin = 0;
        while (t >= classifier.edges[bin + 1])
          bin++;
        counts[bin] += fairu_events_weights(turned)[i];
      }
      toy_classifier_yields(&classifier, process, z, z, exact);
      for (size_t j = 0; j < 10; j++) {
        const double sigma = sqrt(exact[j] * sum / N); /* of random events */
        CHECK_NEAR(counts[j], exact[j], (sampling == TOY_EVEN ? 0.5 : 4.5) * sigma);
      }
      fairu_events_destroy(turned);
    }
    toy_pool_clear(&pool);
  }
  toy_classifier_clear(&classifier);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(numbers_of_the_paper),
    cmocka_unit_test(quantile_inverts_the_distribution),
    cmocka_unit_test(symmetries_hold),
    cmocka_unit_test(templates_agree_with_the_reference_at_the_nodes),
    cmocka_unit_test(splines_agree_with_the_closed_form_between_the_nodes),
    cmocka_unit_test(events_follow_the_closed_form),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
