/* No memory: probabilities. */
#include "abi/memory.h"

static const char *const names[] = { "probability" };

enum { N = 60 };

static float logits[N];
static int32_t labels[N];
static double p[N];

static int make(fairu_context *ctx, int method, fairu_probability_map **out)
{
  fairu_probability_options o;
  const int status = fairu_probability_options_init(&o, sizeof o);
  o.method = method;
  o.n_bins = 5;
  for (int i = 0; i < N; i++) {
    logits[i] = (float)(i * 7 % N) - 30.0f;
    labels[i] = i * 7 % N * i % 11 > 4;
    p[i] = i / (double)N;
  }
  return status == FAIRU_OK ? fairu_probability_map_create(ctx, logits, labels, NULL, N, &o, out) : status;
}

static int fairu_probability_map_create_body(fairu_context *ctx, void *data)
{
  int status = FAIRU_OK;
  (void)data;
  for (int method = 0; method <= FAIRU_PROBABILITY_HISTOGRAM && status == FAIRU_OK; method++) {
    fairu_probability_map *map = NULL;
    status = make(ctx, method, &map);
    fairu_probability_map_destroy(map);
  }
  return status;
}

static int fairu_probability_map_save_body(fairu_context *ctx, void *data)
{
  fairu_probability_map *map = NULL;
  char path[512];
  (void)data;
  int status = make(ctx, FAIRU_PROBABILITY_ISOTONIC, &map);
  if (status == FAIRU_OK)
    status = fairu_probability_map_save(map, ctx, support_path(path, sizeof path, "memory.map"));
  fairu_probability_map_destroy(map);
  return status;
}

static int fairu_probability_map_load_body(fairu_context *ctx, void *data)
{
  fairu_probability_map *map = NULL;
  char path[512];
  (void)data;
  const int status = fairu_probability_map_load(ctx, support_path(path, sizeof path, "memory.map"), &map);
  fairu_probability_map_destroy(map);
  return status;
}

/* Made, saved, loaded, scored. */
static int fairu_classifier_create_calibrated_body(fairu_context *ctx, void *data)
{
  const world *w = (const world *)data;
  fairu_probability_map *map = NULL;
  fairu_classifier *made = NULL, *loaded = NULL;
  char path[512];
  float scores[2];
  support_path(path, sizeof path, "memory.model");
  int status = make(ctx, FAIRU_PROBABILITY_HISTOGRAM, &map);
  if (status == FAIRU_OK)
    status = fairu_classifier_create_calibrated(ctx, w->network, map, &made);
  if (status == FAIRU_OK)
    status = fairu_classifier_save(made, ctx, path);
  if (status == FAIRU_OK)
    status = fairu_classifier_load(ctx, path, &loaded);
  if (status == FAIRU_OK)
    status = fairu_classifier_score(loaded, ctx, world_rows, 2, 2, world_z, 1, FAIRU_OUTPUT_SCORE, scores);
  fairu_probability_map_destroy(map);
  fairu_classifier_destroy(made);
  fairu_classifier_destroy(loaded);
  return status;
}

static int fairu_reliability_measure_body(fairu_context *ctx, void *data)
{
  fairu_reliability_options o;
  fairu_reliability r = { .struct_size = sizeof r };
  (void)data;
  int status = fairu_reliability_options_init(&o, sizeof o);
  o.equal_weights = 1;
  o.n_bins = 5;
  return status == FAIRU_OK ? fairu_reliability_measure(ctx, p, labels, NULL, N, &o, NULL, &r) : status;
}

static int fairu_probability_logit_body(fairu_context *ctx, void *data)
{
  static const float scores[2] = { 0.25f, 0.75f };
  float out[2];
  (void)data;
  return fairu_probability_logit(ctx, scores, 2, out);
}

static int fairu_probability_log_ratio_body(fairu_context *ctx, void *data)
{
  double out[2];
  (void)data;
  return fairu_probability_log_ratio(ctx, logits, 2, 1.0, 2.0, out);
}

/* Of a map that is there already: asking it takes no memory. */
static fairu_probability_map *asked;

static void prepare(world *w)
{
  CHECK_OK(w->ctx, make(w->ctx, FAIRU_PROBABILITY_ISOTONIC, &asked));
}

static void forget(void)
{
  fairu_probability_map_destroy(asked);
}

static int fairu_probability_map_apply_body(fairu_context *ctx, void *data)
{
  double out[N];
  (void)data;
  return fairu_probability_map_apply(asked, ctx, logits, N, FAIRU_OUTPUT_SCORE, out);
}

static int fairu_probability_map_log_ratio_body(fairu_context *ctx, void *data)
{
  double out[N];
  (void)data;
  return fairu_probability_map_log_ratio(asked, ctx, logits, N, out);
}

static int fairu_probability_map_describe_body(fairu_context *ctx, void *data)
{
  fairu_probability_summary s = { .struct_size = sizeof s };
  (void)data;
  return fairu_probability_map_describe(asked, ctx, &s);
}

static int fairu_probability_map_knot_body(fairu_context *ctx, void *data)
{
  double logit, value;
  (void)data;
  return fairu_probability_map_knot(asked, ctx, 0, &logit, &value);
}

static const memory_case cases[] = {
  ROW(fairu_probability_map_create, 1),    ROW(fairu_probability_map_save, 1),
  ROW(fairu_probability_map_load, 1),      ROW(fairu_classifier_create_calibrated, 1),
  ROW(fairu_reliability_measure, 1),       ROW(fairu_probability_logit, 0),
  ROW(fairu_probability_log_ratio, 0),     ROW(fairu_probability_map_apply, 0),
  ROW(fairu_probability_map_log_ratio, 0), ROW(fairu_probability_map_describe, 0),
  ROW(fairu_probability_map_knot, 0),
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  memory_table table = { names, sizeof names / sizeof *names, cases, N_CASES, prepare, forget };
  return memory_run(&table);
}
