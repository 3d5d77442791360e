/* lwtnn_made.h - models from the text of an lwtnn file. */
#ifndef FAIRU_TESTS_LWTNN_MADE_H
#define FAIRU_TESTS_LWTNN_MADE_H

#include "support/support.h"

#include <fairu/formats.h>

#include "classifier/kind.h"

static inline fairu_classifier *import_text(fairu_context *ctx, const char *text,
                                            const fairu_import_options *options)
{
  char path[512];
  fairu_classifier *classifier = NULL;
  support_write_file(support_path(path, sizeof path, "model.json"), text, strlen(text));
  CHECK_OK(ctx, fairu_classifier_import(ctx, path, options, &classifier));
  return classifier;
}

static inline fairu_import_options options_of(const char *const *nuisances, size_t n, const char *output)
{
  fairu_import_options options;
  assert_int_equal(fairu_import_options_init(&options, sizeof options), FAIRU_OK);
  options.nuisances = nuisances;
  options.n_nuisances = n;
  options.output = output;
  return options;
}

static inline double score_at(fairu_context *ctx, const fairu_classifier *classifier, const float *x,
                              size_t n, int output)
{
  float y[4] = { 0.0F };
  CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, x, 1, n, NULL, 0, output, y));
  return (double)y[0];
}

#endif /* FAIRU_TESTS_LWTNN_MADE_H */
