/* rotation_events.h - events of the rotating toy, scored at every hypothesis. */
#ifndef FAIRU_TESTS_ROTATION_EVENTS_H
#define FAIRU_TESTS_ROTATION_EVENTS_H

#include "likelihood/rotation.h"

#include "base/context_internal.h"
#include "numeric/philox.h"

/* n events of one class at angle z, in columns x and y, each of weight yield / n. */
static inline int rotation_events(fairu_context *ctx, size_t n, double sign, double z, double yield,
                                  uint64_t seed, fairu_events **out)
{
  static const char *const names[2] = { "x", "y" };
  float *x = NULL, *y = NULL;
  double *weights = fairu_context__new(ctx, n, sizeof *weights, "weights");
  if (!weights)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = fairu_events_create(ctx, n, 2, names, out);
  if (status == FAIRU_OK)
    status = fairu_events_column_data(*out, ctx, 0, &x);
  if (status == FAIRU_OK)
    status = fairu_events_column_data(*out, ctx, 1, &y);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, i);
    x[i] = (float)(sign * cos(z) + rotation_sigma * fairu_philox__normal(&rng));
    y[i] = (float)(sign * sin(z) + rotation_sigma * fairu_philox__normal(&rng));
    weights[i] = yield / (double)n;
  }
  if (status == FAIRU_OK)
    status = fairu_events_set_weights(*out, ctx, weights, n);
  fairu_context__free(ctx, weights);
  return status;
}

/* Bins of those events at all points of grid, as the aware classifier makes them of given data. */
static inline int rotation_table(fairu_context *ctx, const fairu_grid *grid, size_t n, double sign, double z,
                                 double yield, uint64_t seed, fairu_bin_table **out)
{
  fairu_events *events = NULL;
  fairu_classifier *classifier = NULL;
  fairu_binning *binning = NULL;
  fairu_fill_options options;
  int status = rotation_events(ctx, n, sign, z, yield, seed, &events);
  if (status == FAIRU_OK)
    status = fairu_classifier_create_rotation(ctx, "x", "y", "z", 2.0 / 0.49, &classifier);
  if (status == FAIRU_OK)
    status = fairu_binning_create_uniform(ctx, rotation_bins, &binning);
  if (status == FAIRU_OK)
    status = fairu_fill_options_init(&options, sizeof options);
  if (status == FAIRU_OK) {
    options.classifier = classifier;
    options.mode = FAIRU_FILL_SHIFTED_AT;
    status = fairu_bin_table_create(ctx, grid, binning, events, &options, 0, out);
  }
  fairu_binning_destroy(binning);
  fairu_classifier_destroy(classifier);
  fairu_events_destroy(events);
  return status;
}

#endif /* FAIRU_TESTS_ROTATION_EVENTS_H */
