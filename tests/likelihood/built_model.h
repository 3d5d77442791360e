/* built_model.h - a model of one channel with signal and background, built call by call, and what is added to it in tests of writing. */
#ifndef FAIRU_TESTS_LIKELIHOOD_BUILT_MODEL_H
#define FAIRU_TESTS_LIKELIHOOD_BUILT_MODEL_H

#include "support/support.h"

typedef struct built {
  fairu_model *model;
  fairu_likelihood *likelihood;
  fairu_data *data;
} built;

static const double signal_yields[2] = { 12.0, 11.0 }, background_yields[2] = { 50.0, 52.0 };

static inline void begin(fairu_context *ctx, built *b)
{
  size_t c = 0;
  *b = (built){ NULL, NULL, NULL };
  CHECK_OK(ctx, fairu_model_create(ctx, &b->model));
  CHECK_OK(ctx, fairu_model_add_channel(b->model, ctx, "SR", 2, &c));
  CHECK_OK(ctx, fairu_model_add_sample(b->model, ctx, c, "background", background_yields, 2, NULL));
  CHECK_OK(ctx, fairu_model_add_sample(b->model, ctx, c, "signal", signal_yields, 2, NULL));
}

static inline int finish(fairu_context *ctx, built *b, const char *poi)
{
  char path[512];
  static const double observed[4] = { 51.0, 48.5, 9.0, 7.0 };
  CHECK_OK(ctx, fairu_likelihood_create_from_model(ctx, b->model, poi, &b->likelihood));
  CHECK_OK(ctx, fairu_data_create(ctx, b->likelihood, &b->data));
  CHECK_OK(ctx, fairu_data_set_observed(b->data, ctx, observed, fairu_likelihood_n_bins(b->likelihood)));
  return fairu_likelihood_write_workspace(b->likelihood, ctx, b->data,
                                          support_path(path, sizeof path, "built.json"), "m");
}

static inline void clear(built *b)
{
  fairu_data_destroy(b->data);
  fairu_likelihood_destroy(b->likelihood);
  fairu_model_destroy(b->model);
}

static inline size_t add(fairu_context *ctx, built *b, const char *name,
                         const fairu_parameter_options *options)
{
  size_t p = 0;
  CHECK_OK(ctx, fairu_model_add_parameter(b->model, ctx, name, options, &p));
  return p;
}

static inline fairu_parameter_options ranged(double start, double lower, double upper)
{
  fairu_parameter_options options;
  assert_int_equal(fairu_parameter_options_init(&options, sizeof options), FAIRU_OK);
  options.start = start;
  options.lower = lower;
  options.upper = upper;
  return options;
}

static inline fairu_nuisance gaussian(const char *name, double centre, double width)
{
  fairu_nuisance prior;
  assert_int_equal(fairu_nuisance_init(&prior, sizeof prior), FAIRU_OK);
  prior.name = name;
  prior.nominal = centre;
  prior.width = width;
  return prior;
}

#endif /* FAIRU_TESTS_LIKELIHOOD_BUILT_MODEL_H */
