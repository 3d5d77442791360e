/* Any bytes as a fairu model file, or as its body; what loads must score, a copy too, and be the same when saved and loaded. */
#include "fuzz/options.h"

#include "classifier/kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { ROWS = 3 };

/* To be freed; NULL: refused. */
static float *model_score(fairu_context *ctx, const fairu_classifier *model)
{
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
  if (status == FAIRU_OK)
    return scores;
  free(scores);
  return NULL;
}

static void model_copy(fairu_context *ctx, const fairu_classifier *model, const float *scores)
{
  fairu_classifier *copy = NULL;
  FUZZ_LOAD(ctx, fairu_classifier__copy(model, ctx, &copy), copy);
  float *again = model_score(ctx, copy);
  fuzz_must((scores != NULL) == (again != NULL));
  if (scores)
    fuzz_must(memcmp(scores, again, ROWS * fairu_classifier_n_outputs(model) * sizeof *scores) == 0);
  free(again);
  fairu_classifier_destroy(copy);
}

static int model_callback(const float *features, size_t n_events, size_t n_features, const double *z,
                          size_t n_nuisances, float *logits, void *user_data)
{
  (void)user_data;
  (void)z;
  (void)n_nuisances;
  memcpy(logits, features, n_events * n_features * sizeof *logits);
  return 0;
}

/* What is a function of the program has no file. */
static void model_wrong(fairu_context *ctx)
{
  static const char *const features[1] = { "x" };
  fairu_classifier *model = NULL;
  char path[64];
  fuzz_must(fairu_classifier_create_callback(ctx, features, 1, NULL, 0, 1, model_callback, NULL, &model) ==
            FAIRU_OK);
  fuzz_must(fairu_classifier_save(model, ctx, fuzz_path(path, ".a")) == FAIRU_ERR_UNSUPPORTED);
  fuzz_must(access(path, F_OK) != 0);
  fairu_classifier_destroy(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'M', 'D', 'L' };
  fuzz_options words;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  fairu_classifier *model = NULL;
  fuzz_file file;
  if (size == 0 && words.n == 0)
    model_wrong(ctx);
  fuzz_open_packed(&file, magic, bytes, size);
  FUZZ_LOAD(ctx, fairu_classifier_load(ctx, file.path, &model), model);
  fuzz_close(&file);
  if (model) {
    float *scores = model_score(ctx, model);
    if (!fuzz_word(&words, 'l'))
      model_copy(ctx, model, scores);
    free(scores);
  }
  if (model && !fuzz_word(&words, 'l') && fuzz_chosen(bytes, size))
    FUZZ_AGAIN(ctx, fairu_classifier, fairu_classifier_save, fairu_classifier_load, fairu_classifier_destroy,
               model);
  fairu_classifier_destroy(model);
  fairu_context_destroy(ctx);
  return 0;
}
