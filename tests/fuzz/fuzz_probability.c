/* Any bytes as a map of probabilities, or as its body; what loads gives probabilities, and is the same when saved and loaded. */
#include "fuzz/options.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { PROBABILITY_POINTS = 5 };
static const float probability_logits[PROBABILITY_POINTS] = { -30.0F, -1.0F, 0.0F, 0.5F, 40.0F };

static void probability_knots(fairu_context *ctx, const fairu_probability_map *map)
{
  fairu_probability_summary summary = { .struct_size = sizeof summary };
  double before = -(double)INFINITY, logit = 0.0, p = 0.0;
  fuzz_must(fairu_probability_map_describe(map, ctx, &summary) == FAIRU_OK);
  for (size_t k = 0; k < summary.n_knots; k++) {
    fuzz_must(fairu_probability_map_knot(map, ctx, k, &logit, &p) == FAIRU_OK);
    fuzz_must(logit > before && p >= 0.0 && p <= 1.0);
    before = logit;
  }
  fuzz_must(fairu_probability_map_knot(map, ctx, summary.n_knots, &logit, &p) == FAIRU_ERR_RANGE);
}

static void probability_use(fairu_context *ctx, const fairu_probability_map *map)
{
  double p[PROBABILITY_POINTS], ratios[PROBABILITY_POINTS];
  fuzz_must(fairu_probability_map_apply(map, ctx, probability_logits, PROBABILITY_POINTS, FAIRU_OUTPUT_SCORE,
                                        p) == FAIRU_OK);
  for (size_t i = 0; i < PROBABILITY_POINTS; i++)
    fuzz_must(p[i] >= 0.0 && p[i] <= 1.0);
  const int status =
      fairu_probability_map_log_ratio(map, ctx, probability_logits, PROBABILITY_POINTS, ratios);
  fuzz_check(ctx, status, status == FAIRU_OK ? ratios : NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'P', 'R', 'B' };
  fuzz_options words;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  fairu_probability_map *map = NULL;
  fuzz_file file;
  fuzz_open_packed(&file, magic, bytes, size);
  FUZZ_LOAD(ctx, fairu_probability_map_load(ctx, file.path, &map), map);
  fuzz_close(&file);
  if (map) {
    probability_knots(ctx, map);
    probability_use(ctx, map);
    if (!fuzz_word(&words, 'l') && fuzz_chosen(bytes, size))
      FUZZ_AGAIN(ctx, fairu_probability_map, fairu_probability_map_save, fairu_probability_map_load,
                 fairu_probability_map_destroy, map);
  }
  fairu_probability_map_destroy(map);
  fairu_context_destroy(ctx);
  return 0;
}
