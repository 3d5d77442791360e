/* Manners of every function of the layer: each argument that may not be NULL is refused alone and by name of the call, nothing is written
 * then, errno and scratch memory are as before, and calls about nothing are fine. */
#include <errno.h>

#include <fairu/adversary.h>
#include <fairu/formats.h>
#include <fairu/probability.h>
#include <fairu/summary.h>

#include "base/context_internal.h"
#include "classifier/gaussians.h"

enum { ROWS = 64 };

typedef struct world {
  fairu_context *ctx;
  fairu_events *events;
  fairu_classifier *rotation, *linear;
  fairu_probability_map *map;
  char path[512], onnx[512], map_path[512];
  float x[2 * ROWS], scores[ROWS], d[2 * ROWS];
  double z[1], p[ROWS];
  int32_t labels[ROWS];
} world;

/* The argument, or NULL if it is the one that is missing. */
#define ARG(k, pointer) (missing == (k) ? NULL : (pointer))

/* A call with argument number `missing` NULL (0 is the context); -1: all there. What it makes goes to *out. */
typedef int (*call_fn)(world *w, int missing, fairu_classifier **out);

static int network(world *w, int missing, fairu_classifier **out)
{
  static const float weights[2] = { 1.0F, 2.0F }, bias[1] = { 0.5F };
  fairu_network_options options;
  const fairu_layer layer = { 2, 1, FAIRU_ACTIVATION_SIGMOID, ARG(4, weights), ARG(5, bias) };
  CHECK_OK(w->ctx, fairu_network_options_init(&options, sizeof options));
  options.features = ARG(6, names);
  options.n_features = 2;
  return fairu_classifier_create_network(ARG(0, w->ctx), ARG(1, &options), ARG(2, &layer), 1, ARG(3, out));
}

static int gated(world *w, int missing, fairu_classifier **out)
{
  return fairu_classifier_create_gated(ARG(0, w->ctx), ARG(1, w->rotation), ARG(2, w->rotation), ARG(3, "z"),
                                       0.0, ARG(4, out));
}

static int ensemble(world *w, int missing, fairu_classifier **out)
{
  const fairu_classifier *const members[2] = { w->rotation, ARG(3, w->rotation) };
  return fairu_classifier_create_ensemble(ARG(0, w->ctx), ARG(1, members), 2, ARG(2, out));
}

static int linear(world *w, int missing, fairu_classifier **out)
{
  static const double weights[2] = { 1.0, -1.0 };
  return fairu_classifier_create_linear(ARG(0, w->ctx), ARG(1, names), ARG(2, weights), 2, 0.0, ARG(3, out));
}

static int rotation(world *w, int missing, fairu_classifier **out)
{
  return fairu_classifier_create_rotation(ARG(0, w->ctx), ARG(1, "x"), ARG(2, "y"), ARG(3, "z"), 2.0,
                                          ARG(4, out));
}

static int no_scores(const float *features, size_t n_events, size_t n_features, const double *z,
                     size_t n_nuisances, float *logits, void *user_data)
{
  (void)features, (void)n_features, (void)z, (void)n_nuisances, (void)user_data;
  memset(logits, 0, n_events * sizeof *logits);
  return 0;
}

static int callback(world *w, int missing, fairu_classifier **out)
{
  return fairu_classifier_create_callback(ARG(0, w->ctx), ARG(1, names), 2, ARG(4, names + 2), 1, 1,
                                          ARG(2, no_scores), NULL, ARG(3, out));
}

static int inputs(world *w, int missing, fairu_classifier **out)
{
  fairu_input_options options;
  CHECK_OK(w->ctx, fairu_input_options_init(&options, sizeof options));
  return fairu_classifier_create_with_inputs(ARG(0, w->ctx), ARG(1, w->linear), ARG(2, &options),
                                             ARG(3, out));
}

static int calibrated(world *w, int missing, fairu_classifier **out)
{
  return fairu_classifier_create_calibrated(ARG(0, w->ctx), ARG(1, w->linear), ARG(2, w->map), ARG(3, out));
}

static int range(world *w, int missing, fairu_classifier **out)
{
  double lower, upper;
  (void)out;
  return fairu_classifier_nuisance_range(ARG(1, w->rotation), ARG(0, w->ctx), 0, ARG(2, &lower),
                                         ARG(3, &upper));
}

static int score(world *w, int missing, fairu_classifier **out)
{
  (void)out;
  return fairu_classifier_score(ARG(1, w->rotation), ARG(0, w->ctx), ARG(2, w->x), ROWS, 2, ARG(3, w->z), 1,
                                0, ARG(4, w->scores));
}

static int score_event(world *w, int missing, fairu_classifier **out)
{
  (void)out;
  return fairu_classifier_score_event(ARG(1, w->rotation), ARG(0, w->ctx), ARG(2, w->x), 2, ARG(3, w->z), 1,
                                      0, ARG(4, w->scores));
}

static int derivative(world *w, int missing, fairu_classifier **out)
{
  (void)out;
  return fairu_classifier_score_derivative(ARG(1, w->rotation), ARG(0, w->ctx), ARG(2, w->x), ROWS, 2,
                                           ARG(3, w->z), 1, 0, w->scores, w->d, NULL);
}

static int score_events(world *w, int missing, fairu_classifier **out)
{
  (void)out;
  return fairu_classifier_score_events(ARG(1, w->rotation), ARG(0, w->ctx), ARG(2, w->events), ARG(3, w->z),
                                       1, 1, 0, ARG(4, w->scores));
}

static int save(world *w, int missing, fairu_classifier **out)
{
  (void)out;
  return fairu_classifier_save(ARG(1, w->linear), ARG(0, w->ctx), ARG(2, w->path));
}

static int load(world *w, int missing, fairu_classifier **out)
{
  return fairu_classifier_load(ARG(0, w->ctx), ARG(1, w->path), ARG(2, out));
}

static int export(world *w, int missing, fairu_classifier **out)
{
  (void)out;
  return fairu_classifier_export(ARG(1, w->linear), ARG(0, w->ctx), ARG(2, w->onnx), FAIRU_FORMAT_ONNX);
}

static int import(world *w, int missing, fairu_classifier **out)
{
  return fairu_classifier_import(ARG(0, w->ctx), ARG(1, w->onnx), NULL, ARG(2, out));
}

static int auc(world *w, int missing, fairu_classifier **out)
{
  double value;
  (void)out;
  return fairu_auc(ARG(0, w->ctx), ARG(1, w->x), ARG(2, w->labels), NULL, ROWS, ARG(3, &value));
}

static fairu_training_options quick(world *w)
{
  static const size_t hidden[1] = { 3 };
  fairu_training_options training = options_for(w->ctx, 0, NULL);
  training.hidden = hidden;
  training.n_hidden = 1;
  training.epochs = 1;
  return training;
}

static int train(world *w, int missing, fairu_classifier **out)
{
  fairu_training_options training = quick(w);
  training.features = ARG(4, names);
  return fairu_classifier_train(ARG(0, w->ctx), ARG(1, w->events), ARG(2, &training), NULL, ARG(3, out));
}

static int train_adversarial(world *w, int missing, fairu_classifier **out)
{
  const fairu_training_options training = quick(w);
  fairu_adversary_options adversary;
  CHECK_OK(w->ctx, fairu_adversary_options_init(&adversary, sizeof adversary));
  adversary.nuisance = ARG(5, "y");
  return fairu_classifier_train_adversarial(ARG(0, w->ctx), ARG(1, w->events), ARG(2, &training),
                                            ARG(3, &adversary), NULL, NULL, ARG(4, out));
}

static int train_summary(world *w, int missing, fairu_classifier **out)
{
  fairu_training_options training = quick(w);
  fairu_summary_options summary;
  fairu_significance_options significance;
  CHECK_OK(w->ctx, fairu_summary_options_init(&summary, sizeof summary));
  CHECK_OK(w->ctx, fairu_significance_options_init(&significance, sizeof significance));
  significance.signal = significance.background = 10.0;
  summary.loss = missing == 5 ? NULL : fairu_significance_loss;
  summary.loss_data = &significance;
  return fairu_classifier_train_summary(ARG(0, w->ctx), ARG(1, w->events), ARG(2, &training),
                                        ARG(3, &summary), NULL, ARG(4, out));
}

static int significance(world *w, int missing, fairu_classifier **out)
{
  const double shares[4] = { 0.5, 0.5, 0.25, 0.75 };
  double loss, d[4] = { 0.0 };
  fairu_summary_counts counts = {
    .n_processes = 2, .n_variations = 1, .n_bins = 2, .counts = ARG(5, shares)
  };
  fairu_significance_options options;
  (void)out;
  CHECK_OK(w->ctx, fairu_significance_options_init(&options, sizeof options));
  options.signal = options.background = 10.0;
  return fairu_significance_loss(ARG(0, w->ctx), ARG(1, &counts), ARG(2, &loss), ARG(4, d), NULL,
                                 ARG(3, &options));
}

static int map_create(world *w, int missing, fairu_classifier **out)
{
  fairu_probability_map *map = NULL;
  (void)out;
  const int status = fairu_probability_map_create(ARG(0, w->ctx), ARG(1, w->x), ARG(2, w->labels), NULL, ROWS,
                                                  NULL, ARG(3, &map));
  fairu_probability_map_destroy(map);
  return status;
}

static int map_apply(world *w, int missing, fairu_classifier **out)
{
  (void)out;
  return fairu_probability_map_apply(ARG(1, w->map), ARG(0, w->ctx), ARG(2, w->x), ROWS, 0, ARG(3, w->p));
}

static int map_ratio(world *w, int missing, fairu_classifier **out)
{
  (void)out;
  return fairu_probability_map_log_ratio(ARG(1, w->map), ARG(0, w->ctx), ARG(2, w->x), ROWS, ARG(3, w->p));
}

static int map_describe(world *w, int missing, fairu_classifier **out)
{
  fairu_probability_summary summary = { .struct_size = sizeof summary };
  (void)out;
  return fairu_probability_map_describe(ARG(1, w->map), ARG(0, w->ctx), ARG(2, &summary));
}

static int map_knot(world *w, int missing, fairu_classifier **out)
{
  double t, p;
  (void)out;
  return fairu_probability_map_knot(ARG(1, w->map), ARG(0, w->ctx), 0, ARG(2, &t), ARG(3, &p));
}

static int map_save(world *w, int missing, fairu_classifier **out)
{
  (void)out;
  return fairu_probability_map_save(ARG(1, w->map), ARG(0, w->ctx), ARG(2, w->map_path));
}

static int map_load(world *w, int missing, fairu_classifier **out)
{
  fairu_probability_map *map = NULL;
  (void)out;
  const int status = fairu_probability_map_load(ARG(0, w->ctx), ARG(1, w->map_path), ARG(2, &map));
  fairu_probability_map_destroy(map);
  return status;
}

static int logit(world *w, int missing, fairu_classifier **out)
{
  float half[ROWS], logits[ROWS];
  (void)out;
  for (size_t i = 0; i < ROWS; i++)
    half[i] = 0.5F;
  return fairu_probability_logit(ARG(0, w->ctx), ARG(1, half), ROWS, ARG(2, logits));
}

static int ratio(world *w, int missing, fairu_classifier **out)
{
  (void)out;
  return fairu_probability_log_ratio(ARG(0, w->ctx), ARG(1, w->x), ROWS, 1.0, 2.0, ARG(2, w->p));
}

static int reliability(world *w, int missing, fairu_classifier **out)
{
  fairu_reliability result = { .struct_size = sizeof result };
  double p[ROWS];
  (void)out;
  for (size_t i = 0; i < ROWS; i++)
    p[i] = (double)i / ROWS;
  return fairu_reliability_measure(ARG(0, w->ctx), ARG(1, p), ARG(2, w->labels), NULL, ROWS, NULL, NULL,
                                   ARG(3, &result));
}

typedef struct call {
  const char *name;
  call_fn call;
  int n; /* arguments that may not be NULL */
} call;

/* Those that write files before those that read them. */
static const call calls[] = {
  { "network", network, 7 },
  { "gated", gated, 5 },
  { "ensemble", ensemble, 4 },
  { "linear", linear, 4 },
  { "rotation", rotation, 5 },
  { "callback", callback, 5 },
  { "inputs", inputs, 4 },
  { "calibrated", calibrated, 4 },
  { "range", range, 4 },
  { "score", score, 5 },
  { "score_event", score_event, 5 },
  { "derivative", derivative, 4 },
  { "score_events", score_events, 5 },
  { "save", save, 3 },
  { "load", load, 3 },
  { "export", export, 3 },
  { "import", import, 3 },
  { "auc", auc, 4 },
  { "train", train, 5 },
  { "train_adversarial", train_adversarial, 6 },
  { "train_summary", train_summary, 6 },
  { "significance", significance, 6 },
  { "map_create", map_create, 4 },
  { "map_apply", map_apply, 4 },
  { "map_ratio", map_ratio, 4 },
  { "map_describe", map_describe, 3 },
  { "map_knot", map_knot, 4 },
  { "map_save", map_save, 3 },
  { "map_load", map_load, 3 },
  { "logit", logit, 3 },
  { "ratio", ratio, 3 },
  { "reliability", reliability, 4 },
};

enum { CALLS = sizeof calls / sizeof *calls };

/* ---- the world ------------------------------------------------------------------------------------------ */

static world *begin(void)
{
  static world w;
  fairu_probability_options options;
  memset(&w, 0, sizeof w);
  w.ctx = support_context();
  w.events = gaussians(w.ctx, 4, ROWS, quarter_pi);
  for (size_t i = 0; i < ROWS; i++) {
    w.labels[i] = (int32_t)(i & 1);
    w.x[i] = (float)(i % 7) - 3.0F;
    w.x[ROWS + i] = (float)(i % 5);
  }
  (void)support_path(w.path, sizeof w.path, "manners.fairu");
  (void)support_path(w.onnx, sizeof w.onnx, "manners.onnx");
  (void)support_path(w.map_path, sizeof w.map_path, "manners.map");
  CHECK_OK(w.ctx, rotation(&w, -1, &w.rotation));
  CHECK_OK(w.ctx, linear(&w, -1, &w.linear));
  CHECK_OK(w.ctx, fairu_probability_options_init(&options, sizeof options));
  options.method = FAIRU_PROBABILITY_ISOTONIC;
  CHECK_OK(w.ctx, fairu_probability_map_create(w.ctx, w.x, w.labels, NULL, ROWS, &options, &w.map));
  return &w;
}

static void end(world *w)
{
  fairu_probability_map_destroy(w->map);
  fairu_classifier_destroy(w->linear);
  fairu_classifier_destroy(w->rotation);
  fairu_events_destroy(w->events);
  fairu_context_destroy(w->ctx);
}

static void null_is_refused_argument_by_argument(void **state)
{
  (void)state;
  world *w = begin();
  for (size_t k = 0; k < CALLS; k++)
    for (int missing = -1; missing < calls[k].n; missing++) {
      fairu_classifier *out = NULL;
      const int status = calls[k].call(w, missing, &out);
      if (status != (missing < 0 ? FAIRU_OK : FAIRU_ERR_NULL))
        fail_msg("%s without argument %d: %d, %s", calls[k].name, missing, status,
                 fairu_context_message(w->ctx));
      assert_true(missing < 1 || strstr(fairu_context_message(w->ctx), "NULL"));
      assert_true(missing < 0 || out == NULL);
      fairu_classifier_destroy(out);
    }
  end(w);
}

/* Whether a call succeeds or fails, errno and the scratch memory of the context are as they were. */
static void errno_and_scratch_are_as_before(void **state)
{
  (void)state;
  world *w = begin();
  for (int threads = 1; threads <= 2; threads++) {
    CHECK_OK(w->ctx, fairu_context_set_threads(w->ctx, threads));
    for (size_t k = 0; k < CALLS; k++)
      for (int missing = -1; missing < calls[k].n; missing++) {
        fairu_classifier *out = NULL;
        const fairu_mark before = fairu_context__mark(w->ctx);
        errno = 1234;
        (void)calls[k].call(w, missing, &out);
        const int number = errno;
        const fairu_mark after = fairu_context__mark(w->ctx);
        if (number != 1234 || before.block != after.block || before.used != after.used)
          fail_msg("%s without argument %d: errno %d, scratch %zu.%zu, was %zu.%zu", calls[k].name, missing,
                   number, after.block, after.used, before.block, before.used);
        fairu_classifier_destroy(out);
      }
  }
  end(w);
}

/* Cancelled before it begins: what works on many events says so; what is made at once may be there. */
static void cancelled_calls_leave_nothing(void **state)
{
  (void)state;
  size_t n_cancelled = 0;
  world *w = begin();
  for (size_t k = 0; k < CALLS; k++) {
    fairu_classifier *out = NULL;
    fairu_context_cancel(w->ctx);
    const int status = calls[k].call(w, -1, &out);
    assert_true(status == FAIRU_OK || status == FAIRU_ERR_CANCELLED);
    assert_true(status == FAIRU_OK || out == NULL);
    n_cancelled += status == FAIRU_ERR_CANCELLED;
    fairu_context_resume(w->ctx);
    fairu_classifier_destroy(out);
  }
  assert_true(n_cancelled >= 8);
  end(w);
}

static void calls_about_nothing_are_fine(void **state)
{
  (void)state;
  world *w = begin();
  fairu_context *ctx = w->ctx;
  CHECK_OK(ctx, fairu_classifier_score(w->rotation, ctx, NULL, 0, 2, w->z, 1, 0, NULL));
  CHECK_OK(ctx,
           fairu_classifier_score_derivative(w->rotation, ctx, NULL, 0, 2, w->z, 1, 0, NULL, NULL, NULL));
  CHECK_OK(ctx, fairu_probability_map_apply(w->map, ctx, NULL, 0, 0, NULL));
  CHECK_OK(ctx, fairu_probability_map_log_ratio(w->map, ctx, NULL, 0, NULL));
  CHECK_OK(ctx, fairu_probability_log_ratio(ctx, NULL, 0, 1.0, 1.0, NULL));
  CHECK_OK(ctx, fairu_probability_logit(ctx, NULL, 0, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_auc(ctx, w->x, w->labels, NULL, 0, w->p));
  fairu_probability_map_destroy(NULL);
  fairu_classifier_destroy(NULL);
  end(w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(null_is_refused_argument_by_argument),
    cmocka_unit_test(errno_and_scratch_are_as_before),
    cmocka_unit_test(cancelled_calls_leave_nothing),
    cmocka_unit_test(calls_about_nothing_are_fine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
