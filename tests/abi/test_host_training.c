/* Every method of training as a guest: hosts side by side, small stacks, flushed denormals, trapped exceptions, another rounding
 * mode left as found. */
#include "abi/host.h"
#include "methods/mixture.h"

enum { EVENTS = 600, KINDS = 13, ROWS = 40 };

static const char *const nuisance_r[1] = { "r" };
static const size_t narrow[2] = { 12, 6 };

typedef struct world {
  fairu_context *ctx;
  fairu_events *events;
  fairu_systematics *systematics;
} world;

typedef struct answers {
  fairu_training_result results[KINDS];
  float scores[KINDS][ROWS];
} answers;

static world make_world(void)
{
  world w = { .ctx = support_context() };
  w.events = mixture_events(w.ctx, 3, EVENTS);
  w.systematics = mixture_systematics(w.ctx);
  return w;
}

static void free_world(world *w)
{
  fairu_systematics_destroy(w->systematics);
  fairu_events_destroy(w->events);
  fairu_context_destroy(w->ctx);
}

/* ---- trainings ------------------------------------------------------------------------------------------ */

static int make_options(fairu_training_options *training, fairu_method_options *method)
{
  int status = fairu_training_options_init(training, sizeof *training);
  if (status == FAIRU_OK)
    status = fairu_method_options_init(method, sizeof *method);
  training->features = mixture_columns;
  training->n_features = 3;
  training->hidden = narrow;
  training->n_hidden = 2;
  training->epochs = 2;
  training->batch = 128;
  training->validation_fraction = 0.2;
  training->patience = 1;
  method->training = training;
  method->nuisances = nuisance_r;
  method->n_nuisances = 1;
  method->copies = 2;
  method->signal = mixture_signal;
  method->background = mixture_background;
  method->background_uncertainty = 0.1;
  return status;
}

/* Beyond the methods: what the plain call alone has. */
static int train_plain(fairu_context *ctx, const world *w, int kind, fairu_training_options *training,
                       const char *path, fairu_training_result *result, fairu_classifier **out)
{
  if (kind == 10) {
    training->loss = FAIRU_LOSS_CATEGORICAL;
    training->checkpoint = path;
  } else if (kind == 11) {
    training->loss = FAIRU_LOSS_SQUARED;
    training->targets = mixture_columns + 2;
    training->n_targets = 1;
    training->n_features = 2;
  } else {
    training->dropout = 0.2;
    training->batch_norm = 1;
    training->members = 2;
    training->optimiser = FAIRU_OPTIMISER_RMSPROP;
  }
  return fairu_classifier_train(ctx, w->events, training, result, out);
}

static int train_one(fairu_context *ctx, const world *w, int kind, const char *path,
                     fairu_training_result *result, fairu_classifier **out)
{
  fairu_training_options training;
  fairu_method_options method;
  int status = make_options(&training, &method);
  if (status != FAIRU_OK)
    return status;
  result->struct_size = sizeof *result;
  if (kind > FAIRU_METHOD_SIGNIFICANCE)
    return train_plain(ctx, w, kind, &training, path, result, out);
  method.method = kind == 0 ? FAIRU_METHOD_INFERNO : kind;
  method.use_tangents = kind == 0;
  method.gate = kind == FAIRU_METHOD_AWARE ? "r" : NULL;
  return fairu_method_train(ctx, w->events, w->systematics, &method, result, NULL, out);
}

static int compute(fairu_context *ctx, const world *w, const char *path, answers *got)
{
  int status = FAIRU_OK;
  memset(got, 0, sizeof *got);
  for (int kind = 0; kind < KINDS && status == FAIRU_OK; kind++) {
    const double z = 0.1;
    static _Thread_local float scores[EVENTS * 10];
    fairu_classifier *trained = NULL;
    status = train_one(ctx, w, kind, path, &got->results[kind], &trained);
    if (status == FAIRU_OK)
      status = fairu_classifier_score_events(
          trained, ctx, w->events, &z, 1, fairu_classifier_n_nuisances(trained), FAIRU_OUTPUT_LOGIT, scores);
    for (int row = 0; row < ROWS && status == FAIRU_OK; row++)
      got->scores[kind][row] = scores[row];
    fairu_classifier_destroy(trained);
  }
  return status;
}

static int task(fairu_context *ctx, const void *model, int number, void *data)
{
  char name[64], path[512];
  snprintf(name, sizeof name, "host%d.checkpoint", number);
  return compute(ctx, (const world *)model, support_path(path, sizeof path, name), (answers *)data);
}

/* ---- tests ---------------------------------------------------------------------------------------------- */

static answers wanted, got;

static void make_wanted(const world *w)
{
  char path[512];
  CHECK_OK(w->ctx, compute(w->ctx, w, support_path(path, sizeof path, "wanted.checkpoint"), &wanted));
}

static void sixteen_hosts_share_events_and_systematics(void **state)
{
  (void)state;
  world w = make_world();
  make_wanted(&w);
  host_check_many((host){ .task = task, .model = &w }, 16, 4, &wanted, sizeof wanted);
  free_world(&w);
}

/* The same bits, or just an answer: another rounding changes them. */
static void check_host(int floats, size_t stack)
{
  world w = make_world();
  make_wanted(&w);
  for (int threads = 1; threads < 3; threads++) {
    host h = { .task = task, .model = &w, .answers = &got, .threads = threads, .floats = floats };
    host_alone(&h, stack);
    if (floats != UPWARD)
      assert_memory_equal(&got, &wanted, sizeof wanted);
  }
  free_world(&w);
}

static void small_stacks_suffice(void **state)
{
  (void)state;
  host_skip_if_instrumented();
  check_host(TIDY, HOST_SMALL_STACK);
}

static void flushed_denormals_change_nothing(void **state)
{
  (void)state;
  check_host(FLUSHED, 0);
}

static void trapped_exceptions_are_not_raised(void **state)
{
  (void)state;
  check_host(TRAPPED, 0);
}

static void another_rounding_trains_too(void **state)
{
  (void)state;
  check_host(UPWARD, 0);
}

/* All that a host can set at once. */
static void a_hostile_host_trains_the_same(void **state)
{
  (void)state;
  world w = make_world();
  make_wanted(&w);
  host h = { .task = task, .model = &w, .answers = &got, .threads = 2 };
  host_hostile(&h, HOSTILE_NEAREST);
  assert_memory_equal(&got, &wanted, sizeof wanted);
  free_world(&w);
}

/* Chunks one by one, the last one first; from one call on, the first chunk is left out. */
typedef struct scheduler {
  size_t calls, fails_at;
} scheduler;

static int run_backwards(size_t n_chunks, int (*chunk)(size_t, void *), void *task, void *data)
{
  scheduler *s = (scheduler *)data;
  const size_t end = ++s->calls >= s->fails_at;
  for (size_t i = n_chunks; i > end; i--)
    chunk(i - 1, task);
  return 0;
}

static void the_hosts_scheduler_trains_too(void **state)
{
  (void)state;
  char path[512];
  world w = make_world();
  make_wanted(&w);
  fairu_context *ctx = support_context();
  scheduler s = { 0, SIZE_MAX };
  CHECK_OK(ctx, fairu_context_set_executor(ctx, run_backwards, &s));
  CHECK_OK(ctx, compute(ctx, &w, support_path(path, sizeof path, "executor.checkpoint"), &got));
  assert_memory_equal(&got, &wanted, sizeof wanted);
  const size_t calls = s.calls;
  assert_true(calls > KINDS);
  for (size_t at = 1; at < calls; at += calls / 20) {
    s = (scheduler){ 0, at };
    CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, compute(ctx, &w, path, &got));
    CHECK_SAYS(ctx, "the executor ran");
  }
  fairu_context_destroy(ctx);
  free_world(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(sixteen_hosts_share_events_and_systematics),
    cmocka_unit_test(small_stacks_suffice),
    cmocka_unit_test(flushed_denormals_change_nothing),
    cmocka_unit_test(trapped_exceptions_are_not_raised),
    cmocka_unit_test(another_rounding_trains_too),
    cmocka_unit_test(a_hostile_host_trains_the_same),
    cmocka_unit_test(the_hosts_scheduler_trains_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
