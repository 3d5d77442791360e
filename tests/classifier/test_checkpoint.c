/* Checkpoints: a resumed training has the bits of an uninterrupted one; what does not belong together, or is damaged, is refused. */
#include <unistd.h>

#include "classifier/gaussians.h"

enum { EVENTS = 1200, TESTS = 200 };

typedef struct outcome {
  fairu_training_result result;
  float logits[TESTS];
} outcome;

static const size_t narrow[2] = { 8, 6 };

static fairu_training_options small_options(fairu_context *ctx, curve *c)
{
  fairu_training_options options = options_for(ctx, 1, c);
  options.hidden = narrow;
  options.epochs = 7;
  options.batch = 100;
  options.learning_rate = 0.01;
  options.validation_fraction = 0.25;
  return options;
}

static int train(fairu_context *ctx, const fairu_events *events, const fairu_training_options *options,
                 outcome *o)
{
  const double z = 0.9;
  fairu_classifier *trained = NULL;
  memset(o, 0, sizeof *o);
  o->result.struct_size = sizeof o->result;
  const int status = fairu_classifier_train(ctx, events, options, &o->result, &trained);
  CHECK_OK(ctx, fairu_context_set_progress(ctx, NULL, NULL));
  if (status == FAIRU_OK) {
    fairu_events *test = gaussians(ctx, 77, TESTS, 0.9);
    CHECK_OK(ctx, fairu_classifier_score_events(trained, ctx, test, &z, 1, options->n_nuisances,
                                                FAIRU_OUTPUT_LOGIT, o->logits));
    fairu_events_destroy(test);
  }
  fairu_classifier_destroy(trained);
  return status;
}

static int stop(const char *what, uint64_t done, uint64_t total, void *data)
{
  (void)what;
  (void)total;
  return done >= *(const uint64_t *)data;
}

/* Interrupted by the progress callback inside an epoch after `steps`, again and again, until it ends. */
static size_t train_in_pieces(fairu_context *ctx, const fairu_events *events, fairu_training_options options,
                              uint64_t steps, outcome *o)
{
  size_t pieces = 1;
  uint64_t until = steps;
  options.resume = 1;
  (void)unlink(options.checkpoint);
  for (;; pieces++, until += steps) {
    assert_true(pieces < 200);
    CHECK_OK(ctx, fairu_context_set_progress(ctx, stop, &until));
    CHECK_OK(ctx, fairu_context_set_threads(ctx, pieces % 2 ? 1 : 2));
    const int status = train(ctx, events, &options, o);
    if (status == FAIRU_OK)
      return pieces;
    assert_int_equal(status, FAIRU_ERR_CALLBACK);
  }
}

static void a_resumed_training_has_the_same_bits(void **state)
{
  (void)state;
  char path[512];
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 3, EVENTS, -1.0);
  for (int kind = 0; kind < 8; kind++) {
    fairu_training_options options = small_options(ctx, NULL);
    outcome whole, pieces;
    options.gate = kind & 1 ? "z" : NULL;
    options.gate_nominal = quarter_pi;
    options.members = kind & 2 ? 3 : 1;
    options.optimiser = kind == 0   ? FAIRU_OPTIMISER_SGD
                        : kind == 1 ? FAIRU_OPTIMISER_RMSPROP
                                    : FAIRU_OPTIMISER_ADAM;
    options.batch_norm = kind & 4 ? 1 : 0;
    options.dropout = kind & 4 ? 0.2 : 0.0;
    options.checkpoint = NULL;
    CHECK_OK(ctx, train(ctx, events, &options, &whole));
    options.checkpoint = support_path(path, sizeof path, "pieces.checkpoint");
    options.checkpoint_every = kind == 2 ? 3 : 1;
    assert_true(train_in_pieces(ctx, events, options, kind == 2 ? 31 : 13, &pieces) > 3);
    assert_memory_equal(&whole, &pieces, sizeof whole);
    /* a finished one is there at once: its steps are not done again */
    uint64_t none = 0;
    options.resume = 1;
    CHECK_OK(ctx, fairu_context_set_progress(ctx, stop, &none));
    CHECK_OK(ctx, train(ctx, events, &options, &pieces));
    assert_memory_equal(&whole, &pieces, sizeof whole);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void early_stopping_goes_on(void **state)
{
  (void)state;
  static curve a, b;
  char path[512];
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 7, 600, quarter_pi);
  fairu_training_options options = small_options(ctx, &a);
  outcome whole, pieces;
  options.learning_rate = 0.05;
  options.batch = 32;
  options.epochs = 60;
  options.patience = 3;
  options.members = 2;
  options.schedule = FAIRU_SCHEDULE_CONSTANT;
  CHECK_OK(ctx, train(ctx, events, &options, &whole));
  assert_true(whole.result.epochs < 110); /* both stopped early */
  options.on_epoch = NULL;
  options.checkpoint = support_path(path, sizeof path, "early.checkpoint");
  assert_true(train_in_pieces(ctx, events, options, 60, &pieces) > 3);
  assert_memory_equal(&whole, &pieces, sizeof whole);
  /* epochs count on, and those of a file are not told again */
  options.resume = 0;
  options.user_data = &b;
  options.on_epoch = note_epoch;
  CHECK_OK(ctx, train(ctx, events, &options, &pieces));
  assert_memory_equal(&whole, &pieces, sizeof whole);
  assert_memory_equal(&a, &b, sizeof a);
  options.resume = 1;
  CHECK_OK(ctx, train(ctx, events, &options, &pieces));
  assert_int_equal(a.n, b.n);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* A callback that stops leaves a file to go on from. */
static void a_stopped_training_goes_on(void **state)
{
  (void)state;
  static curve c;
  char path[512];
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 8, EVENTS, -1.0);
  fairu_training_options options = small_options(ctx, &c);
  outcome whole, rest;
  CHECK_OK(ctx, train(ctx, events, &options, &whole));
  memset(&c, 0, sizeof c);
  c.stop_after = 4;
  options.checkpoint = support_path(path, sizeof path, "stopped.checkpoint");
  CHECK_OK(ctx, train(ctx, events, &options, &rest));
  assert_int_equal(rest.result.epochs, 4);
  options.resume = 1;
  CHECK_OK(ctx, train(ctx, events, &options, &rest));
  assert_int_equal(c.n, 7);
  assert_memory_equal(&whole, &rest, sizeof whole);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* ---- members -------------------------------------------------------------------------------------------- */

/* Each member is the training of its seed; the ensemble is their mean. */
static void members_are_trainings_of_their_own(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 9, EVENTS, -1.0);
  fairu_training_options options = small_options(ctx, NULL);
  outcome all, one;
  double mean[TESTS] = { 0.0 }, training = 0.0, validation = 0.0;
  uint64_t steps = 0;
  options.members = 3;
  options.seed = 5;
  CHECK_OK(ctx, train(ctx, events, &options, &all));
  options.members = 1;
  for (; options.seed < 8; options.seed++) {
    CHECK_OK(ctx, train(ctx, events, &options, &one));
    steps += one.result.steps;
    training += one.result.training_loss / 3.0;
    validation += one.result.validation_loss / 3.0;
    for (size_t i = 0; i < TESTS; i++)
      mean[i] += 1.0 / (1.0 + exp(-(double)one.logits[i])) / 3.0;
  }
  for (size_t i = 0; i < TESTS; i++)
    CHECK_NEAR(1.0 / (1.0 + exp(-(double)all.logits[i])), mean[i], 1e-6);
  CHECK_CLOSE(all.result.training_loss, training, 1e-12);
  CHECK_CLOSE(all.result.validation_loss, validation, 1e-12);
  assert_int_equal(all.result.epochs, 21);
  assert_int_equal(all.result.steps, steps);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* ---- refused -------------------------------------------------------------------------------------------- */

static void other_options_or_events_are_refused(void **state)
{
  (void)state;
  char path[512];
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 10, 300, -1.0);
  fairu_training_options options = small_options(ctx, NULL);
  float *column;
  outcome o;
  options.checkpoint = support_path(path, sizeof path, "other.checkpoint");
  options.epochs = 2;
  CHECK_OK(ctx, train(ctx, events, &options, &o));
  options.resume = 1;
  CHECK_OK(ctx, train(ctx, events, &options, &o));
  options.learning_rate *= 1.5;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, train(ctx, events, &options, &o));
  CHECK_SAYS(ctx, "other.checkpoint: this checkpoint is of a training with other options");
  options = small_options(ctx, NULL);
  options.checkpoint = path;
  options.epochs = 2;
  options.resume = 1;
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 0, &column));
  column[250] += 0.5F;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, train(ctx, events, &options, &o));
  CHECK_SAYS(ctx, "with other events");
  options.checkpoint = "/nowhere/at/all";
  options.resume = 0;
  CHECK_FAILS(ctx, FAIRU_ERR_IO, train(ctx, events, &options, &o));
  CHECK_SAYS(ctx, "/nowhere/at/all");
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Any byte changed, any end cut off: refused, or the same bits. */
static void damaged_files_are_refused(void **state)
{
  (void)state;
  char path[512];
  static unsigned char bytes[1 << 16];
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 11, 60, -1.0);
  fairu_training_options options = small_options(ctx, NULL);
  outcome whole, again;
  const size_t two[1] = { 2 };
  options.hidden = two;
  options.n_hidden = 1;
  options.checkpoint = support_path(path, sizeof path, "damaged.checkpoint");
  options.epochs = 2;
  CHECK_OK(ctx, train(ctx, events, &options, &whole));
  options.resume = 1;
  FILE *file = fopen(path, "rb");
  const size_t size = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  for (size_t i = 0; i < 2 * size; i += i < size ? 2 : 9) {
    const size_t at = i % size;
    bytes[at] ^= i < size ? 0x10 : 0;
    file = fopen(path, "wb");
    assert_int_equal(fwrite(bytes, 1, i < size ? size : at, file), i < size ? size : at);
    fclose(file);
    bytes[at] ^= i < size ? 0x10 : 0;
    const int status = train(ctx, events, &options, &again);
    if (status == FAIRU_OK) /* bits that a zlib stream does not use */
      assert_memory_equal(&whole, &again, sizeof whole);
    else
      assert_true(status == FAIRU_ERR_LIMIT ||
                  (status >= FAIRU_ERR_FORMAT && status <= FAIRU_ERR_UNSUPPORTED));
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

typedef struct case_data {
  fairu_events *events;
  fairu_training_options options;
} case_data;

static int train_twice(fairu_context *ctx, void *data)
{
  const case_data *c = data;
  fairu_training_options options = c->options;
  fairu_classifier *trained = NULL;
  (void)unlink(options.checkpoint);
  options.resume = 0;
  int status = fairu_classifier_train(ctx, c->events, &options, NULL, &trained);
  fairu_classifier_destroy(trained);
  options.resume = 1;
  if (status == FAIRU_OK) {
    status = fairu_classifier_train(ctx, c->events, &options, NULL, &trained);
    fairu_classifier_destroy(trained);
  }
  return status;
}

static void failing_allocations_are_clean(void **state)
{
  (void)state;
  static const size_t hidden[1] = { 4 };
  char path[512];
  fairu_context *ctx = support_context();
  case_data c = { gaussians(ctx, 12, 60, -1.0), small_options(ctx, NULL) };
  c.options.hidden = hidden;
  c.options.n_hidden = 1;
  c.options.epochs = 1;
  c.options.members = 2;
  c.options.batch_norm = 1;
  c.options.dropout = 0.1;
  c.options.checkpoint = support_path(path, sizeof path, "memory.checkpoint");
  assert_true(support_every_allocation_fails(train_twice, &c) > 100);
  fairu_events_destroy(c.events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_resumed_training_has_the_same_bits),
    cmocka_unit_test(early_stopping_goes_on),
    cmocka_unit_test(a_stopped_training_goes_on),
    cmocka_unit_test(members_are_trainings_of_their_own),
    cmocka_unit_test(other_options_or_events_are_refused),
    cmocka_unit_test(damaged_files_are_refused),
    cmocka_unit_test(failing_allocations_are_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
