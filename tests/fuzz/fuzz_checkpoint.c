/* Any bytes as a checkpoint, or as its body: trainings that go on from them, of an ensemble and against an adversary. */
#include "fuzz/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { CHECKPOINT_EVENTS = 24, CHECKPOINT_KINDS = 2 };

static const char *const checkpoint_columns[3] = { "x", "y", "z" };

static fairu_events *checkpoint_events(fairu_context *ctx)
{
  fairu_events *events = NULL;
  int32_t labels[CHECKPOINT_EVENTS];
  float *x[3];
  fuzz_must(fairu_events_create(ctx, CHECKPOINT_EVENTS, 3, checkpoint_columns, &events) == FAIRU_OK);
  for (size_t c = 0; c < 3; c++)
    fuzz_must(fairu_events_column_data(events, ctx, c, &x[c]) == FAIRU_OK);
  for (int i = 0; i < CHECKPOINT_EVENTS; i++) {
    labels[i] = i % 2;
    x[0][i] = (float)(i * 7 % 11 + labels[i]);
    x[1][i] = (float)(i * 5 % 13);
    x[2][i] = (float)(i / 2 % 2);
  }
  fuzz_must(fairu_events_set_labels(events, ctx, labels, CHECKPOINT_EVENTS) == FAIRU_OK);
  return events;
}

static const int checkpoint_activations[1] = { FAIRU_ACTIVATION_TANH };

/* Kind 0: two members, batch normalisation; kind 1: an adversary; kind 2: as 0, with activations of layers. */
static int checkpoint_train(fairu_context *ctx, const fairu_events *events, int kind, const char *path,
                            fairu_classifier **out)
{
  static const size_t hidden[1] = { 2 };
  fairu_training_options training;
  fairu_adversary_options adversary;
  fuzz_must(fairu_training_options_init(&training, sizeof training) == FAIRU_OK);
  fuzz_must(fairu_adversary_options_init(&adversary, sizeof adversary) == FAIRU_OK);
  training.features = checkpoint_columns;
  training.n_features = 2;
  training.hidden = adversary.hidden = hidden;
  training.n_hidden = adversary.n_hidden = 1;
  training.epochs = 2;
  training.batch = 16;
  training.checkpoint = path;
  training.resume = 1;
  adversary.nuisance = "z";
  adversary.density = FAIRU_DENSITY_GAUSSIAN;
  if (kind == 1)
    return fairu_classifier_train_adversarial(ctx, events, &training, &adversary, NULL, NULL, out);
  training.activations = kind == 2 ? checkpoint_activations : NULL;
  training.members = 2;
  training.batch_norm = 1;
  return fairu_classifier_train(ctx, events, &training, NULL, out);
}

/* One that is written, and gone on from; and places where none can be. */
static void checkpoint_own(fairu_context *ctx, const fairu_events *events)
{
  char path[64];
  fairu_classifier *model = NULL;
  unlink(fuzz_path(path, ".ckp"));
  for (int again = 0; again < 2; again++) {
    fuzz_must(checkpoint_train(ctx, events, 2, path, &model) == FAIRU_OK);
    fairu_classifier_destroy(model);
    fuzz_must(access(path, F_OK) == 0);
  }
  unlink(path);
  fuzz_must(checkpoint_train(ctx, events, 0, "/nowhere/fuzz", &model) == FAIRU_ERR_IO && !model);
  fuzz_must(checkpoint_train(ctx, events, 0, "/dev/null/fuzz", &model) == FAIRU_ERR_IO && !model);
  fuzz_full(1);
  const int full = checkpoint_train(ctx, events, 0, path, &model);
  fuzz_full(0);
  fuzz_must(full == FAIRU_ERR_IO && !model && access(path, F_OK) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'C', 'K', 'P' };
  fuzz_options words;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  fairu_context *plain = NULL; /* of no small limits */
  fuzz_must(fairu_context_create(NULL, &plain) == FAIRU_OK);
  fairu_events *events = checkpoint_events(plain);
  fuzz_file file;
  if (size == 0 && words.n == 0)
    checkpoint_own(ctx, events);
  fuzz_open_packed(&file, magic, bytes, size);
  for (int kind = 0; kind < CHECKPOINT_KINDS; kind++) {
    fairu_classifier *model = NULL;
    FUZZ_LOAD(ctx, checkpoint_train(ctx, events, kind, file.path, &model), model);
    fairu_classifier_destroy(model);
  }
  fuzz_close(&file);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
  fairu_context_destroy(plain);
  return 0;
}
