/* Any bytes as an ONNX file, with options of the import (options.h); what loads must score, and what is written is read again and
 * scores the same. 'w': it is written whatever the input's digest is; 'x': there is
 * a file beside it. */
#include "fuzz/options.h"

#include <math.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { ONNX_ROWS = 3 };

static int onnx_score(fairu_context *ctx, const fairu_classifier *model, float *scores)
{
  const size_t n = fairu_classifier_n_features(model), n_z = fairu_classifier_n_nuisances(model);
  float *x = calloc(ONNX_ROWS * n + 1, sizeof *x);
  double *z = calloc(n_z + 1, sizeof *z);
  fuzz_must(x && z);
  for (size_t i = 0; i < ONNX_ROWS * n; i++)
    x[i] = (float)i - 1.0F;
  const int status = fairu_classifier_score(model, ctx, x, ONNX_ROWS, n, n_z > 0 ? z : NULL, n_z,
                                            FAIRU_OUTPUT_LOGIT, scores);
  fuzz_check(ctx, status, status == FAIRU_OK ? scores : NULL);
  free(x);
  free(z);
  return status;
}

/* NULL: no scores, and *status says why. */
static float *onnx_scores(fairu_context *ctx, const fairu_classifier *model, int *status)
{
  float *scores = calloc(ONNX_ROWS * fairu_classifier_n_outputs(model) + 1, sizeof *scores);
  fuzz_must(scores != NULL);
  *status = onnx_score(ctx, model, scores);
  if (*status == FAIRU_OK)
    return scores;
  free(scores);
  return NULL;
}

/* The classifier that is written and read again, as wide; NULL where the format does not hold it. */
static fairu_classifier *onnx_next(fairu_context *ctx, const fairu_classifier *model)
{
  fairu_classifier *again = NULL;
  char path[64];
  fuzz_path(path, ".onnx");
  const int status = fairu_classifier_export(model, ctx, path, FAIRU_FORMAT_ONNX);
  fuzz_check(ctx, status, status == FAIRU_OK ? path : NULL);
  if (status != FAIRU_OK)
    return NULL;
  fuzz_must(fairu_classifier_import(ctx, path, NULL, &again) == FAIRU_OK);
  fuzz_must(fairu_classifier_n_features(again) == fairu_classifier_n_features(model));
  fuzz_must(fairu_classifier_n_nuisances(again) == fairu_classifier_n_nuisances(model));
  fuzz_must(fairu_classifier_n_outputs(again) == fairu_classifier_n_outputs(model));
  unlink(path);
  return again;
}

/* A network refuses sums beyond float, a program has NaN of them; a file may be read as either. */
static int onnx_alike(int status, int other)
{
  return status == other || status == FAIRU_ERR_NON_FINITE || other == FAIRU_ERR_NON_FINITE;
}

/* What is written once scores where the first did; from then on to the bit. The first may differ by roundings: a scale inside a network, one
 * node here, is three there, each rounded, and what follows may make any difference of it. */
static void onnx_again(fairu_context *ctx, const fairu_classifier *model, int status)
{
  fairu_classifier *again = onnx_next(ctx, model), *third = again ? onnx_next(ctx, again) : NULL;
  const size_t n = again ? ONNX_ROWS * fairu_classifier_n_outputs(again) : 0;
  int second = FAIRU_OK, last = FAIRU_OK;
  fuzz_must(!again || third);
  float *found = again ? onnx_scores(ctx, again, &second) : NULL,
        *kept = third ? onnx_scores(ctx, third, &last) : NULL;
  fuzz_must(!again || (onnx_alike(status, second) && onnx_alike(second, last)));
  for (size_t i = 0; found && kept && i < n; i++)
    fuzz_must(kept[i] == found[i] || (isnan(kept[i]) && isnan(found[i])));
  free(found);
  free(kept);
  fairu_classifier_destroy(again);
  fairu_classifier_destroy(third);
}

static void onnx_write(const char *path, const void *bytes, size_t size)
{
  FILE *file = fopen(path, "wb");
  fuzz_must(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}

/* In a folder with a file of 3000 bytes, "w". */
static int onnx_import_beside(fairu_context *ctx, const fairu_import_options *options, const uint8_t *bytes,
                              size_t size, fairu_classifier **out)
{
  static const unsigned char weights[3000] = { 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40 };
  char folder[64], path[2][80];
  fuzz_must(mkdir(fuzz_path(folder, ".folder"), 0700) == 0);
  snprintf(path[0], sizeof path[0], "%s/w", folder);
  snprintf(path[1], sizeof path[1], "%s/m", folder);
  onnx_write(path[0], weights, sizeof weights);
  onnx_write(path[1], bytes, size);
  const int status = fairu_classifier_import(ctx, path[1], options, out);
  unlink(path[0]);
  unlink(path[1]);
  rmdir(folder);
  return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fairu_classifier *model = NULL;
  fuzz_options words;
  fuzz_import import;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  const fairu_import_options *options = fuzz_import_options(&import, &words, FAIRU_FORMAT_ONNX);
  FUZZ_LOAD(
      ctx,
      (fuzz_word(&words, 'x') ? onnx_import_beside : fuzz_import_file)(ctx, options, bytes, size, &model),
      model);
  if (model) {
    int status = FAIRU_OK;
    float *scores = onnx_scores(ctx, model, &status);
    if (!fuzz_word(&words, 'l') && (fuzz_word(&words, 'w') || fuzz_chosen(bytes, size)))
      onnx_again(ctx, model, status);
    free(scores);
  }
  fairu_classifier_destroy(model);
  fairu_context_destroy(ctx);
  return 0;
}
