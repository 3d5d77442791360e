/* Bins by class: a classifier of several outputs fills the bin of its largest one. */
#include "support/support.h"

#include <fairu/templates.h>

enum { N = 3000, CLASSES = 4, KNOTS = 4 };
static const char *const features[2] = { "x", "y" };
static const char *const nuisances[1] = { "z" };
static const char *const processes[1] = { "all" };
static const double knots[KNOTS] = { -1.0, 0.0, 1.0, 2.0 };

typedef struct parts {
  fairu_context *ctx;
  fairu_classifier *classifier;
  fairu_grid *grid;
  fairu_events *events;
  float x[N], y[N];
  double weights[N];
} parts;

/* Softmax of four directions, turned by Z. */
static parts *make(void)
{
  static const float w[CLASSES * 3] = { 1, 0, 0.5F, 0, 1, -0.5F, -1, 0, 0.25F, 0, -1, 1 };
  static const float bias[CLASSES] = { 0.1F, 0.0F, -0.1F, 0.2F };
  const fairu_layer layer = { 3, CLASSES, FAIRU_ACTIVATION_SOFTMAX, w, bias };
  const fairu_axis axis = { "z", knots, KNOTS, 0.0 };
  fairu_network_options options;
  parts *p = (parts *)calloc(1, sizeof *p);
  assert_non_null(p);
  p->ctx = support_context();
  uint32_t state = 3;
  for (size_t i = 0; i < N; i++) {
    state = state * 1664525u + 1013904223u;
    p->x[i] = (float)(state >> 16) / 16384.0F - 2.0F;
    p->y[i] = (float)(state & 65535u) / 16384.0F - 2.0F;
    p->weights[i] = i % 5 == 0 ? -0.5 : 1.25;
  }
  const float *const columns[2] = { p->x, p->y };
  CHECK_OK(p->ctx, fairu_events_create_view(p->ctx, N, 2, features, columns, 1, &p->events));
  CHECK_OK(p->ctx, fairu_events_set_weights(p->events, p->ctx, p->weights, N));
  CHECK_OK(p->ctx, fairu_network_options_init(&options, sizeof options));
  options.features = features;
  options.n_features = 2;
  options.nuisances = nuisances;
  options.n_nuisances = 1;
  CHECK_OK(p->ctx, fairu_classifier_create_network(p->ctx, &options, &layer, 1, &p->classifier));
  CHECK_OK(p->ctx, fairu_grid_create(p->ctx, &axis, 1, NULL, 0, &p->grid));
  return p;
}

static void drop(parts *p)
{
  fairu_events_destroy(p->events);
  fairu_classifier_destroy(p->classifier);
  fairu_grid_destroy(p->grid);
  fairu_context_destroy(p->ctx);
  free(p);
}

/* By the scores themselves: [KNOTS][CLASSES]. */
static void count(const parts *p, double *sums)
{
  float *scores = (float *)malloc((size_t)KNOTS * N * CLASSES * sizeof *scores);
  assert_non_null(scores);
  memset(sums, 0, KNOTS * CLASSES * sizeof *sums);
  CHECK_OK(p->ctx, fairu_classifier_score_events(p->classifier, p->ctx, p->events, knots, KNOTS, 1,
                                                 FAIRU_OUTPUT_SCORE, scores));
  for (size_t k = 0; k < KNOTS; k++)
    for (size_t i = 0; i < N; i++) {
      const float *of = scores + (k * N + i) * CLASSES;
      size_t top = 0;
      for (size_t o = 1; o < CLASSES; o++)
        top = of[o] > of[top] ? o : top;
      sums[k * CLASSES + top] += p->weights[i];
    }
  free(scores);
}

static void test_counts_by_class(void **unused)
{
  (void)unused;
  parts *p = make();
  fairu_fill_options options;
  fairu_binning *binning = NULL;
  fairu_fill *fill = NULL, *again = NULL;
  fairu_templates *templates = NULL;
  double sums[KNOTS * CLASSES];
  CHECK_OK(p->ctx, fairu_fill_options_init(&options, sizeof options));
  options.classifier = p->classifier;
  CHECK_OK(p->ctx, fairu_binning_create_classes(p->ctx, CLASSES, &binning));
  assert_int_equal(fairu_binning_n_bins(binning), CLASSES);
  assert_int_equal(fairu_binning_variable(binning), FAIRU_OUTPUT_CLASS);
  CHECK_OK(p->ctx, fairu_fill_create(p->ctx, p->grid, binning, processes, 1, &fill));
  CHECK_OK(p->ctx, fairu_fill_add(fill, p->ctx, "all", p->events, &options));
  char path[512];
  support_path(path, sizeof path, "classes.fill");
  CHECK_OK(p->ctx, fairu_fill_save(fill, p->ctx, path));
  CHECK_OK(p->ctx, fairu_fill_load(p->ctx, path, &again));
  CHECK_OK(p->ctx, fairu_templates_create_from_fill(p->ctx, again, FAIRU_INTERPOLATION_LINEAR, &templates));
  count(p, sums);
  for (size_t k = 0; k < KNOTS; k++)
    for (size_t c = 0; c < CLASSES; c++)
      assert_true(fairu_templates_yields(templates, 0, k)[c] == sums[k * CLASSES + c]); /* multiples of 1/4 */
  remove(path);
  fairu_templates_destroy(templates);
  fairu_fill_destroy(again);
  fairu_fill_destroy(fill);
  fairu_binning_destroy(binning);
  drop(p);
}

/* Bins that do not fit the classifier. */
static void refuse(const parts *p, fairu_binning *binning, double bandwidth, int code, const char *says)
{
  fairu_fill_options options;
  fairu_fill *fill = NULL;
  CHECK_OK(p->ctx, fairu_fill_options_init(&options, sizeof options));
  options.classifier = p->classifier;
  options.bandwidth = bandwidth;
  CHECK_OK(p->ctx, fairu_fill_create(p->ctx, p->grid, binning, processes, 1, &fill));
  CHECK_FAILS(p->ctx, code, fairu_fill_add(fill, p->ctx, "all", p->events, &options));
  CHECK_SAYS(p->ctx, says);
  fairu_fill_destroy(fill);
  fairu_binning_destroy(binning);
}

static void test_refused(void **unused)
{
  (void)unused;
  parts *p = make();
  fairu_binning *binning = NULL;
  const double edge = 0.5;
  CHECK_OK(p->ctx, fairu_binning_create_uniform(p->ctx, 4, &binning));
  refuse(p, binning, 0.0, FAIRU_ERR_UNSUPPORTED, "4 outputs");
  CHECK_OK(p->ctx, fairu_binning_create_classes(p->ctx, 3, &binning));
  refuse(p, binning, 0.0, FAIRU_ERR_SHAPE, "3 classes as bins, the classifier has 4 outputs");
  CHECK_OK(p->ctx, fairu_binning_create_classes(p->ctx, 4, &binning));
  refuse(p, binning, 0.1, FAIRU_ERR_ARGUMENT, "bandwidth 0.1");
  CHECK_FAILS(p->ctx, FAIRU_ERR_RANGE, fairu_binning_create_classes(p->ctx, 1, &binning));
  CHECK_SAYS(p->ctx, "1 classes");
  CHECK_FAILS(p->ctx, FAIRU_ERR_ARGUMENT,
              fairu_binning_create_edges(p->ctx, FAIRU_OUTPUT_CLASS, &edge, 1, &binning));
  CHECK_SAYS(p->ctx, "classes");
  CHECK_FAILS(p->ctx, FAIRU_ERR_ARGUMENT,
              fairu_binning_create_quantile(p->ctx, FAIRU_OUTPUT_CLASS, p->x, NULL, N, 4, &binning));
  CHECK_SAYS(p->ctx, "classes");
  drop(p);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_counts_by_class),
    cmocka_unit_test(test_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
