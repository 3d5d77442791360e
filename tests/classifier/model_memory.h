/* model_memory.h - a model file read, used in every way and written again, with every allocation failing. */
#ifndef FAIRU_TESTS_CLASSIFIER_MODEL_MEMORY_H
#define FAIRU_TESTS_CLASSIFIER_MODEL_MEMORY_H

#include "support/support.h"

enum { MODEL_MEMORY_ROWS = 70, MODEL_MEMORY_NUMBERS = 4096 };

/* What a model cannot do is no failure of the memory. */
static inline int model_memory_allowed(int status)
{
  return status == FAIRU_ERR_UNSUPPORTED || status == FAIRU_ERR_SHAPE ? FAIRU_OK : status;
}

static inline int model_memory_score(fairu_context *ctx, const fairu_classifier *model)
{
  static float x[MODEL_MEMORY_NUMBERS], scores[MODEL_MEMORY_NUMBERS];
  static double z[64];
  const size_t n = fairu_classifier_n_features(model), n_z = fairu_classifier_n_nuisances(model),
               width = fairu_classifier_n_outputs(model);
  if (n * MODEL_MEMORY_ROWS > MODEL_MEMORY_NUMBERS || width * MODEL_MEMORY_ROWS > MODEL_MEMORY_NUMBERS ||
      n_z > 64)
    return FAIRU_OK;
  for (size_t i = 0; i < n * MODEL_MEMORY_ROWS; i++)
    x[i] = 0.25F * (float)(i % 7);
  for (size_t k = 0; k < n_z; k++) {
    double lower = 0.0, upper = 0.0;
    CHECK_OK(ctx, fairu_classifier_nuisance_range(model, ctx, k, &lower, &upper));
    z[k] = lower > 0.0 || upper < 0.0 ? lower : 0.0;
  }
  int status =
      fairu_classifier_score(model, ctx, x, MODEL_MEMORY_ROWS, n, z, n_z, FAIRU_OUTPUT_LOGIT, scores);
  if (status == FAIRU_OK)
    status = fairu_classifier_score_event(model, ctx, x, n, z, n_z, FAIRU_OUTPUT_LOGIT, scores);
  if (status == FAIRU_OK)
    status = fairu_classifier_score(model, ctx, x, 3, n, z, n_z, FAIRU_OUTPUT_LOGIT, scores);
  if (status == FAIRU_OK)
    status = model_memory_allowed(fairu_classifier_score_derivative(
        model, ctx, x, MODEL_MEMORY_ROWS, n, z, n_z, FAIRU_OUTPUT_LOGIT, scores, NULL, NULL));
  if (status == FAIRU_OK && n * MODEL_MEMORY_ROWS <= MODEL_MEMORY_NUMBERS)
    status = model_memory_allowed(fairu_classifier_score_derivative(
        model, ctx, x, MODEL_MEMORY_ROWS, n, z, n_z, FAIRU_OUTPUT_LOGIT, NULL, scores, NULL));
  return status;
}

static inline int model_memory_body(fairu_context *ctx, void *data)
{
  static const int formats[4] = { FAIRU_FORMAT_FAIRU, FAIRU_FORMAT_ONNX, FAIRU_FORMAT_LWTNN,
                                  FAIRU_FORMAT_LWTNN_GRAPH };
  char path[512];
  fairu_classifier *model = NULL;
  int status = fairu_classifier_import(ctx, (const char *)data, NULL, &model);
  if (status == FAIRU_OK)
    status = model_memory_score(ctx, model);
  support_path(path, sizeof path, "model_memory");
  for (int i = 0; i < 4 && status == FAIRU_OK; i++)
    status = model_memory_allowed(fairu_classifier_export(model, ctx, path, formats[i]));
  fairu_classifier_destroy(model);
  return status;
}

static inline void model_memory_check(const char *path)
{
  char copy[512];
  snprintf(copy, sizeof copy, "%s", path);
  assert_true(support_every_allocation_fails(model_memory_body, copy) > 5);
}

#endif /* FAIRU_TESTS_CLASSIFIER_MODEL_MEMORY_H */
