/* challenge_made.h - a made-up pool of the challenge's columns, a network and binnings, for tests of pseudo-experiments. */
#ifndef FAIRU_TESTS_COVERAGE_CHALLENGE_MADE_H
#define FAIRU_TESTS_COVERAGE_CHALLENGE_MADE_H

#include "systematics/higgsml_events.h"

enum { MADE_HIDDEN = 6 };

static const char *const made_labels[4] = { "ztautau", "diboson", "ttbar", "htautau" };

static inline double made_number(uint64_t *x, double lower, double upper)
{
  *x = *x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return floor(1e3 * (lower + (upper - lower) * (double)(*x >> 11) * 0x1p-53)) / 1e3;
}

/* 0, 1 or 2 jets, each absent or whole. Values around those cuts and thresholds ask for. */
static inline double made_value(uint64_t *x, size_t column, size_t row)
{
  const size_t jets = row % 3;
  if (column == N_JETS)
    return (double)jets;
  if ((column >= J1_PT && column <= J1_PHI && jets < 1) || (column >= J2_PT && column <= J2_PHI && jets < 2))
    return -25.0;
  if (strstr(names[column], "phi"))
    return made_number(x, -3.14, 3.14);
  return strstr(names[column], "eta") ? made_number(x, -2.5, 2.5) : made_number(x, 23.0, 90.0);
}

/* DER_* are there and hold nothing of use. Weights: mean times 0.5 .. 1.5. */
static inline fairu_events *made_pool(fairu_context *ctx, size_t n, double mean)
{
  fairu_events *pool = NULL;
  uint64_t x = 99;
  double *weights = calloc(n, sizeof *weights);
  int32_t *labels = calloc(n, sizeof *labels);
  assert_true(weights && labels);
  CHECK_OK(ctx, fairu_events_create(ctx, n, N_COLUMNS, names, &pool));
  for (size_t c = 0; c < N_COLUMNS; c++) {
    float *values = NULL;
    CHECK_OK(ctx, fairu_events_column_data(pool, ctx, c, &values));
    for (size_t r = 0; r < n; r++)
      values[r] = c < N_PRIMARY ? (float)made_value(&x, c, r) : -1.0f;
  }
  for (size_t r = 0; r < n; r++) {
    weights[r] = mean * made_number(&x, 0.5, 1.5);
    labels[r] = (int32_t)(r % 4);
  }
  CHECK_OK(ctx, fairu_events_set_weights(pool, ctx, weights, n));
  CHECK_OK(ctx, fairu_events_set_labels(pool, ctx, labels, n));
  CHECK_OK(ctx, fairu_events_set_categories(pool, ctx, made_labels, 4));
  free(weights);
  free(labels);
  return pool;
}

/* All 28 columns, in an order of its own. */
static inline fairu_classifier *made_network(fairu_context *ctx)
{
  const char *features[N_COLUMNS];
  float first[MADE_HIDDEN * N_COLUMNS], second[MADE_HIDDEN], bias[MADE_HIDDEN] = { 0 };
  uint64_t x = 7;
  fairu_network_options options;
  fairu_classifier *classifier = NULL;
  for (size_t c = 0; c < N_COLUMNS; c++)
    features[c] = names[N_COLUMNS - 1 - c];
  for (size_t i = 0; i < MADE_HIDDEN * N_COLUMNS; i++)
    first[i] = (float)made_number(&x, -0.02, 0.02);
  for (size_t i = 0; i < MADE_HIDDEN; i++)
    second[i] = (float)made_number(&x, -1.0, 1.0);
  const fairu_layer layers[2] = { { N_COLUMNS, MADE_HIDDEN, FAIRU_ACTIVATION_RELU, first, bias },
                                  { MADE_HIDDEN, 1, FAIRU_ACTIVATION_SIGMOID, second, bias } };
  assert_int_equal(fairu_network_options_init(&options, sizeof options), FAIRU_OK);
  options.features = features;
  options.n_features = N_COLUMNS;
  CHECK_OK(ctx, fairu_classifier_create_network(ctx, &options, layers, 2, &classifier));
  return classifier;
}

#endif /* FAIRU_TESTS_COVERAGE_CHALLENGE_MADE_H */
