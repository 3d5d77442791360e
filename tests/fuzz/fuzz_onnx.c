/* Any bytes as an ONNX file; what loads must score. */
#include "fuzz/fuzz.h"

#include <fairu/formats.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void onnx_score(fairu_context *ctx, const fairu_classifier *model)
{
  enum { ROWS = 3 };
  const size_t n = fairu_classifier_n_features(model), n_z = fairu_classifier_n_nuisances(model);
  float *x = calloc(ROWS * n + 1, sizeof *x);
  float *scores = calloc(ROWS * fairu_classifier_n_outputs(model) + 1, sizeof *scores);
  double *z = calloc(n_z + 1, sizeof *z);
  fuzz_must(x && z && scores);
  for (size_t i = 0; i < ROWS * n; i++)
    x[i] = (float)i - 1.0F;
  const int status =
      fairu_classifier_score(model, ctx, x, ROWS, n, n_z > 0 ? z : NULL, n_z, FAIRU_OUTPUT_LOGIT, scores);
  fuzz_check(ctx, status, status == FAIRU_OK ? scores : NULL);
  free(x);
  free(z);
  free(scores);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fairu_context *ctx = fuzz_context();
  fairu_classifier *model = NULL;
  fairu_import_options options;
  fuzz_file file;
  fuzz_must(fairu_import_options_init(&options, sizeof options) == FAIRU_OK);
  options.format = FAIRU_FORMAT_ONNX;
  size = fuzz_take_fault(bytes, size);
  fuzz_open(&file, bytes, size);
  FUZZ_LOAD(ctx, fairu_classifier_import(ctx, file.path, &options, &model), model);
  fuzz_close(&file);
  if (model)
    onnx_score(ctx, model);
  fairu_classifier_destroy(model);
  fairu_context_destroy(ctx);
  return 0;
}
