/* Kernel templates: closed forms, sums to the bit, merging, rules for the width. */
#include "numeric/special.h"
#include "templates/identity.h"

static double integral(double lower, double upper, double mean, double width)
{
  return fairu_normal__interval((lower - mean) / width, (upper - mean) / width);
}

static double edge(size_t j)
{
  return j == 0 ? -HUGE_VAL : j == n_bins ? HUGE_VAL : edges[j - 1];
}

static void events_are_their_kernels(void **state)
{
  (void)state;
  const float values[3] = { 0.3f, -7.0f, 1.9f };
  const double weights[3] = { 0.7, 3.0, -0.2 }, h = 0.45;
  setting s = begin(h);
  fairu_fill *fill = fill_of(&s);
  add(&s, fill, values, weights, 3);
  fairu_templates *templates = templates_of(&s, fill);
  for (size_t j = 0; j < n_bins; j++) {
    double yield = 0.0, variance = 0.0;
    for (int i = 0; i < 3; i++) {
      const double part = weights[i] * integral(edge(j), edge(j + 1), (double)values[i], h);
      yield += part;
      variance += part * part;
    }
    CHECK_NEAR(fairu_templates_yields(templates, 0, 0)[j], yield, 1e-14);
    CHECK_NEAR(fairu_templates_variances(templates, 0, 0)[j], variance, 1e-13);
  }
  fairu_templates_destroy(templates);
  fairu_fill_destroy(fill);
  end(&s);
}

/* Normal events, evenly spread: the template is the convolution, a normal of larger width. */
static void normal_events_are_convolved(void **state)
{
  (void)state;
  enum { n = 40000 };
  const double h = 0.6;
  static float values[n];
  setting s = begin(h);
  for (int i = 0; i < n; i++)
    values[i] = (float)(0.2 + fairu_normal__quantile((i + 0.5) / n));
  fairu_fill *fill = fill_of(&s);
  add(&s, fill, values, NULL, n);
  fairu_templates *templates = templates_of(&s, fill);
  double sum = 0.0;
  for (size_t j = 0; j < n_bins; j++) {
    sum += fairu_templates_yields(templates, 0, 0)[j];
    CHECK_NEAR(fairu_templates_yields(templates, 0, 0)[j] / n,
               integral(edge(j), edge(j + 1), 0.2, sqrt(1.0 + h * h)), 2e-5);
  }
  CHECK_NEAR(sum, (double)n, 0.0);
  fairu_templates_destroy(templates);
  fairu_fill_destroy(fill);
  end(&s);
}

static void parts_merge_to_the_same_bits(void **state)
{
  (void)state;
  enum { n = 35000, cut = 12345 };
  static float values[n];
  static double weights[n];
  setting s = begin(0.31);
  char path[2][512];
  for (int i = 0; i < n; i++) {
    values[i] = (float)(2.0 * sin(1.7 * i));
    weights[i] = cos(0.3 * i) * pow(10.0, i % 20 - 10);
  }
  fairu_fill *all = fill_of(&s), *first = fill_of(&s), *second = fill_of(&s);
  CHECK_OK(s.ctx, fairu_context_set_threads(s.ctx, 3));
  add(&s, all, values, weights, n);
  CHECK_OK(s.ctx, fairu_context_set_threads(s.ctx, 1));
  add(&s, first, values + cut, weights + cut, n - cut);
  add(&s, second, values, weights, cut);
  CHECK_OK(s.ctx, fairu_fill_merge(first, s.ctx, second));
  CHECK_OK(s.ctx, fairu_fill_save(all, s.ctx, support_path(path[0], 512, "all")));
  CHECK_OK(s.ctx, fairu_fill_save(first, s.ctx, support_path(path[1], 512, "merged")));
  support_check_same_files(path[0], path[1]);
  fairu_fill_destroy(all);
  fairu_fill_destroy(first);
  fairu_fill_destroy(second);
  end(&s);
}

static void rules_are_those_of_the_books(void **state)
{
  (void)state;
  enum { n = 20000 };
  static float values[n];
  static double weights[n];
  fairu_context *ctx = support_context();
  double h, doubled;
  for (int i = 0; i < n; i++) {
    values[i] = (float)(3.0 * fairu_normal__quantile((i + 0.5) / n));
    weights[i] = 2.0;
  }
  CHECK_OK(ctx, fairu_kernel_bandwidth(ctx, FAIRU_BANDWIDTH_SCOTT, values, NULL, n, &h));
  CHECK_CLOSE(h, 1.06 * 3.0 * pow(n, -0.2), 1e-3);
  CHECK_OK(ctx, fairu_kernel_bandwidth(ctx, FAIRU_BANDWIDTH_SCOTT, values, weights, n, &doubled));
  CHECK_CLOSE(h, doubled, 1e-13);
  CHECK_OK(ctx, fairu_kernel_bandwidth(ctx, FAIRU_BANDWIDTH_SILVERMAN, values, NULL, n, &h));
  CHECK_CLOSE(h, 0.9 * 3.0 * pow(n, -0.2), 1e-2);
  for (int i = 0; i < n; i++) /* far tails: the quartiles keep their width */
    values[i] = i % 100 ? values[i] : values[i] * 1000.0f;
  CHECK_OK(ctx, fairu_kernel_bandwidth(ctx, FAIRU_BANDWIDTH_SILVERMAN, values, NULL, n, &h));
  CHECK_CLOSE(h, 0.9 * 3.0 * pow(n, -0.2), 2e-2);
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_kernel_bandwidth(ctx, 2, values, NULL, n, &h));
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_kernel_bandwidth(ctx, 0, values, NULL, 3, &h));
  weights[5] = -1.0;
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_WEIGHT, fairu_kernel_bandwidth(ctx, 0, values, weights, n, &h));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_kernel_bandwidth(ctx, 0, NULL, weights, n, &h));
  fairu_context_destroy(ctx);
}

static void bad_input_is_named(void **state)
{
  (void)state;
  const float values[2] = { 0.1f, 0.2f };
  setting s = begin(-1.0);
  fairu_fill *fill = fill_of(&s);
  fairu_events *events = events_of(&s, values, NULL, 2);
  fairu_bin_table *table = NULL;
  CHECK_FAILS(s.ctx, FAIRU_ERR_RANGE, fairu_fill_add(fill, s.ctx, "p", events, &s.options));
  CHECK_SAYS(s.ctx, "bandwidth is -1");
  s.options.bandwidth = (double)NAN;
  CHECK_FAILS(s.ctx, FAIRU_ERR_NON_FINITE, fairu_fill_add(fill, s.ctx, "p", events, &s.options));
  s.options.bandwidth = 0.5;
  CHECK_FAILS(s.ctx, FAIRU_ERR_ARGUMENT,
              fairu_bin_table_create(s.ctx, s.grid, s.binning, events, &s.options, 0, &table));
  CHECK_SAYS(s.ctx, "one bin per event");
  fairu_events_destroy(events);
  fairu_fill_destroy(fill);
  end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(events_are_their_kernels),     cmocka_unit_test(normal_events_are_convolved),
    cmocka_unit_test(parts_merge_to_the_same_bits), cmocka_unit_test(rules_are_those_of_the_books),
    cmocka_unit_test(bad_input_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
