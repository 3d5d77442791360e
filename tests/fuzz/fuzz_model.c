/* Any bytes as a fairu model file, or as its body; what loads must score, and be the same when saved and loaded. */
#include "fuzz/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void model_score(fairu_context *ctx, const fairu_classifier *model)
{
  enum { ROWS = 3 };
  const size_t n = fairu_classifier_n_features(model), n_z = fairu_classifier_n_nuisances(model);
  float *x = calloc(ROWS * n + 1, sizeof *x), *scores = NULL;
  double *z = calloc(n_z + 1, sizeof *z);
  scores = calloc(ROWS * fairu_classifier_n_outputs(model) + 1, sizeof *scores);
  fuzz_must(x && z && scores);
  for (size_t i = 0; i < ROWS * n; i++)
    x[i] = (float)i - 1.0F;
  for (size_t k = 0; k < n_z; k++) {
    double lower = 0.0, upper = 0.0;
    fuzz_must(fairu_classifier_nuisance_name(model, k) != NULL);
    fuzz_must(fairu_classifier_nuisance_range(model, ctx, k, &lower, &upper) == FAIRU_OK);
    z[k] = lower - lower == 0.0 ? lower : 0.0; /* a range may be open */
  }
  const int status =
      fairu_classifier_score(model, ctx, x, ROWS, n, n_z > 0 ? z : NULL, n_z, FAIRU_OUTPUT_LOGIT, scores);
  fuzz_check(ctx, status, status == FAIRU_OK ? scores : NULL);
  free(x);
  free(z);
  free(scores);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'M', 'D', 'L' };
  fuzz_options words;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  fairu_classifier *model = NULL;
  fuzz_file file;
  fuzz_open_packed(&file, magic, bytes, size);
  FUZZ_LOAD(ctx, fairu_classifier_load(ctx, file.path, &model), model);
  fuzz_close(&file);
  if (model)
    model_score(ctx, model);
  if (model && !fuzz_word(&words, 'l') && fuzz_chosen(bytes, size))
    FUZZ_AGAIN(ctx, fairu_classifier, fairu_classifier_save, fairu_classifier_load, fairu_classifier_destroy,
               model);
  fairu_classifier_destroy(model);
  fairu_context_destroy(ctx);
  return 0;
}
