/* Transformations inside a fill see labels and ids of the events: the sums are those of events shifted, scored and binned one after the other. */
#include "support/support.h"

enum { EVENTS = 5000, KNOTS = 4, BINS = 3 };

static const char *const names[2] = { "met", "met_phi" };
static const double scale_knots[KNOTS] = { 0.5, 1.0, 1.5, 2.0 }, width_knots[KNOTS] = { 0.0, 1.0, 2.0, 4.0 };

/* Two categories in turn, ids that are no row numbers. */
static fairu_events *make_events(fairu_context *ctx)
{
  static const char *const categories[2] = { "one", "other" };
  static int32_t labels[EVENTS];
  static uint64_t ids[EVENTS];
  static double weights[EVENTS];
  fairu_events *events = NULL;
  float *met = NULL, *phi = NULL;
  CHECK_OK(ctx, fairu_events_create(ctx, EVENTS, 2, names, &events));
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 0, &met));
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 1, &phi));
  for (size_t i = 0; i < EVENTS; i++) {
    met[i] = (float)(i % 37);
    phi[i] = 0.1f * (float)(i % 29);
    labels[i] = (int32_t)(i % 2);
    ids[i] = 7000000 - 3 * i;
    weights[i] = 1.0 + (double)(i % 5);
  }
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, EVENTS));
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, EVENTS));
  CHECK_OK(ctx, fairu_events_set_categories(events, ctx, categories, 2));
  CHECK_OK(ctx, fairu_events_set_ids(events, ctx, ids, EVENTS));
  return events;
}

static fairu_systematics *make_chain(fairu_context *ctx)
{
  static const char *const other[1] = { "other" };
  fairu_nuisance list[2];
  fairu_systematics *chain = NULL;
  for (size_t i = 0; i < 2; i++) {
    CHECK_OK(ctx, fairu_nuisance_init(&list[i], sizeof list[i]));
    list[i].name = i == 0 ? "scale" : "width";
    list[i].nominal = i == 0 ? 1.0 : 0.0;
  }
  CHECK_OK(ctx, fairu_systematics_create(ctx, list, 2, &chain));
  CHECK_OK(ctx, fairu_systematics_add_met_smearing(chain, ctx, "width", names[0], names[1]));
  CHECK_OK(ctx, fairu_systematics_add_weight_scale(chain, ctx, "scale", other, 1));
  return chain;
}

static void sums_by_hand(fairu_context *ctx, const fairu_events *events, const fairu_systematics *chain,
                         const fairu_classifier *classifier, const fairu_binning *binning, const double *z,
                         double sums[BINS])
{
  static float logits[EVENTS];
  static uint16_t bins[EVENTS];
  fairu_events *shifted = NULL;
  CHECK_OK(ctx, fairu_systematics_apply(chain, ctx, events, z, 2, 9, NULL, &shifted));
  CHECK_OK(ctx,
           fairu_classifier_score_events(classifier, ctx, shifted, NULL, 1, 0, FAIRU_OUTPUT_LOGIT, logits));
  CHECK_OK(ctx, fairu_binning_index(binning, ctx, logits, EVENTS, bins));
  for (size_t j = 0; j < BINS; j++)
    sums[j] = 0;
  for (size_t i = 0; i < EVENTS; i++) /* small multiples of 1/2: exact */
    sums[bins[i]] += fairu_events_weights(shifted)[i];
  fairu_events_destroy(shifted);
}

static void fills_see_labels_and_ids(void **state)
{
  (void)state;
  static const char *const process[1] = { "all" };
  static const double edges[BINS - 1] = { 10.0, 25.0 }, slope[1] = { 1.0 };
  const fairu_axis axes[2] = { { "scale", scale_knots, KNOTS, 1.0 }, { "width", width_knots, KNOTS, 0.0 } };
  fairu_context *ctx = support_context();
  fairu_events *events = make_events(ctx);
  fairu_systematics *chain = make_chain(ctx);
  fairu_classifier *classifier = NULL;
  fairu_binning *binning = NULL;
  fairu_grid *grid = NULL;
  fairu_fill *fill = NULL;
  fairu_templates *templates = NULL;
  fairu_fill_options options;
  double z[2 * (2 * KNOTS - 1)];
  CHECK_OK(ctx, fairu_classifier_create_linear(ctx, names, slope, 1, 0.0, &classifier));
  CHECK_OK(ctx, fairu_binning_create_edges(ctx, FAIRU_OUTPUT_LOGIT, edges, BINS - 1, &binning));
  CHECK_OK(ctx, fairu_grid_create(ctx, axes, 2, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_fill_options_init(&options, sizeof options));
  options.systematics = chain;
  options.classifier = classifier;
  options.seed = 9;
  CHECK_OK(ctx, fairu_fill_create(ctx, grid, binning, process, 1, &fill));
  CHECK_OK(ctx, fairu_fill_add(fill, ctx, process[0], events, &options));
  CHECK_OK(ctx, fairu_templates_create_from_fill(ctx, fill, FAIRU_INTERPOLATION_LINEAR, &templates));
  CHECK_OK(ctx, fairu_grid_points(grid, ctx, z));
  for (size_t p = 0; p < fairu_grid_n_points(grid); p++) {
    double sums[BINS];
    sums_by_hand(ctx, events, chain, classifier, binning, z + 2 * p, sums);
    for (size_t j = 0; j < BINS; j++)
      assert_true(fairu_templates_yields(templates, 0, p)[j] == sums[j]);
  }
  fairu_templates_destroy(templates);
  fairu_fill_destroy(fill);
  fairu_grid_destroy(grid);
  fairu_binning_destroy(binning);
  fairu_classifier_destroy(classifier);
  fairu_systematics_destroy(chain);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(fills_see_labels_and_ids) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
