/* Any bytes as lwtnn JSON, with options of the import (options.h); what loads must score, and a network must be written and read
 * again. */
#include "fuzz/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void lwtnn_score(fairu_context *ctx, const fairu_classifier *model)
{
  const size_t n = fairu_classifier_n_features(model), n_z = fairu_classifier_n_nuisances(model);
  float *x = calloc(n + 1, sizeof *x),
        *scores = calloc(fairu_classifier_n_outputs(model) + 1, sizeof *scores);
  double *z = calloc(n_z + 1, sizeof *z);
  fuzz_must(x && z && scores);
  for (size_t i = 0; i < n; i++)
    x[i] = (float)i - 1.0F;
  const int status =
      fairu_classifier_score(model, ctx, x, 1, n, n_z > 0 ? z : NULL, n_z, FAIRU_OUTPUT_LOGIT, scores);
  fuzz_check(ctx, status, status == FAIRU_OK ? scores : NULL);
  free(x);
  free(z);
  free(scores);
}

/* Standard output would be no place for it: a file of the fuzzer's own name. */
static void lwtnn_again(fairu_context *ctx, const fairu_classifier *model)
{
  fairu_classifier *again = NULL;
  char path[64];
  fuzz_path(path, ".json");
  const int status = fairu_classifier_export(model, ctx, path, FAIRU_FORMAT_LWTNN_GRAPH);
  fuzz_must(status == FAIRU_OK || status == FAIRU_ERR_UNSUPPORTED);
  if (status != FAIRU_OK)
    return;
  fuzz_must(fairu_classifier_import(ctx, path, NULL, &again) == FAIRU_OK);
  fairu_classifier_destroy(again);
  unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fairu_classifier *model = NULL;
  fuzz_options words;
  fuzz_import import;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  const fairu_import_options *options = fuzz_import_options(&import, &words, FAIRU_FORMAT_LWTNN);
  FUZZ_LOAD(ctx, fuzz_import_file(ctx, options, bytes, size, &model), model);
  if (model) {
    lwtnn_score(ctx, model);
    if (!fuzz_word(&words, 'l'))
      lwtnn_again(ctx, model);
  }
  fairu_classifier_destroy(model);
  fairu_context_destroy(ctx);
  return 0;
}
