/* identity.h - what the tests of kernels and of exact sums share: one feature that is its own logit, in six bins with odd edges. */
#ifndef FAIRU_TESTS_TEMPLATES_IDENTITY_H
#define FAIRU_TESTS_TEMPLATES_IDENTITY_H

#include "support/support.h"

enum { n_bins = 6 };
static const double edges[n_bins - 1] = { -1.5, -0.4, 0.1, 0.9, 2.0 };

static inline int identity(const float *features, size_t n_events, size_t n_features, const double *z,
                           size_t n_nuisances, float *logits, void *user_data)
{
  (void)n_features, (void)n_nuisances, (void)z, (void)user_data;
  memcpy(logits, features, n_events * sizeof *logits);
  return 0;
}

typedef struct setting {
  fairu_context *ctx;
  fairu_grid *grid;
  fairu_binning *binning;
  fairu_classifier *classifier;
  fairu_fill_options options;
} setting;

static inline setting begin(double bandwidth)
{
  static const char *const names[1] = { "s" };
  setting s = { .ctx = support_context() };
  CHECK_OK(s.ctx, fairu_grid_create(s.ctx, NULL, 0, NULL, 0, &s.grid));
  CHECK_OK(s.ctx, fairu_binning_create_edges(s.ctx, FAIRU_OUTPUT_LOGIT, edges, n_bins - 1, &s.binning));
  CHECK_OK(s.ctx,
           fairu_classifier_create_callback(s.ctx, names, 1, NULL, 0, 1, identity, NULL, &s.classifier));
  CHECK_OK(s.ctx, fairu_fill_options_init(&s.options, sizeof s.options));
  s.options.classifier = s.classifier;
  s.options.bandwidth = bandwidth;
  return s;
}

static inline void end(setting *s)
{
  fairu_grid_destroy(s->grid);
  fairu_binning_destroy(s->binning);
  fairu_classifier_destroy(s->classifier);
  fairu_context_destroy(s->ctx);
}

static inline fairu_events *events_of(const setting *s, const float *values, const double *weights, size_t n)
{
  static const char *const names[1] = { "s" };
  fairu_events *events = NULL;
  float *column;
  CHECK_OK(s->ctx, fairu_events_create(s->ctx, n, 1, names, &events));
  CHECK_OK(s->ctx, fairu_events_column_data(events, s->ctx, 0, &column));
  memcpy(column, values, n * sizeof *values);
  if (weights)
    CHECK_OK(s->ctx, fairu_events_set_weights(events, s->ctx, weights, n));
  return events;
}

static inline fairu_fill *fill_of(const setting *s)
{
  static const char *const names[1] = { "p" };
  fairu_fill *fill = NULL;
  CHECK_OK(s->ctx, fairu_fill_create(s->ctx, s->grid, s->binning, names, 1, &fill));
  return fill;
}

static inline void add(const setting *s, fairu_fill *fill, const float *values, const double *weights,
                       size_t n)
{
  fairu_events *events = events_of(s, values, weights, n);
  CHECK_OK(s->ctx, fairu_fill_add(fill, s->ctx, "p", events, &s->options));
  fairu_events_destroy(events);
}

static inline fairu_templates *templates_of(const setting *s, const fairu_fill *fill)
{
  fairu_templates *templates = NULL;
  CHECK_OK(s->ctx, fairu_templates_create_from_fill(s->ctx, fill, FAIRU_INTERPOLATION_LINEAR, &templates));
  return templates;
}

#endif /* FAIRU_TESTS_TEMPLATES_IDENTITY_H */
