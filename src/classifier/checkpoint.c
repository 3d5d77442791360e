/* checkpoint.c - where a training stands, in a file: what it was asked for (as digests), finished members, state of the present one. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "classifier/kind.h"
#include "classifier/run.h"

static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'C', 'K', 'P' };
enum { CHECKPOINT_VERSION = 1, BYTES_BETWEEN_POLLS = 1 << 22 };

/* ---- digests -------------------------------------------------------------------------------------------- */

static void add_u64(fairu_digest *digest, uint64_t value)
{
  unsigned char bytes[8];
  for (int i = 0; i < 8; i++)
    bytes[i] = (unsigned char)(value >> 8 * i);
  fairu_digest__add(digest, bytes, sizeof bytes);
}

static void add_f64(fairu_digest *digest, double value)
{
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  add_u64(digest, bits);
}

/* With its length: two lists never look alike. */
static void add_text(fairu_digest *digest, const char *text)
{
  const size_t size = text ? strlen(text) : 0;
  add_u64(digest, text ? size + 1 : 0);
  fairu_digest__add(digest, text ? text : "", size);
}

static void add_names(fairu_digest *digest, const char *const *names, size_t n)
{
  add_u64(digest, n);
  for (size_t i = 0; i < n; i++)
    add_text(digest, names[i]);
}

/* All that bits depend on but the events. */
static void digest_options(const fairu_run *run, char text[FAIRU_DIGEST_TEXT])
{
  const fairu_training_options *o = run->given;
  const fairu_training_plan *plan = run->plan;
  const uint64_t counts[] = { (uint64_t)o->optimiser,
                              (uint64_t)o->schedule,
                              o->batch,
                              o->epochs,
                              o->patience,
                              o->standardise != 0,
                              o->balance != 0,
                              o->seed,
                              (uint64_t)o->loss,
                              o->batch_norm != 0,
                              o->members,
                              o->n_tangents,
                              plan->n_outputs,
                              (uint64_t)plan->output,
                              plan->n_classes,
                              plan->balance != 0,
                              plan->n_extra };
  const double numbers[] = { o->learning_rate,       o->final_rate,   o->momentum, o->l2,
                             o->validation_fraction, o->gate_nominal, o->dropout,  o->tangent_penalty };
  fairu_digest digest;
  fairu_digest__start(&digest, FAIRU_DIGEST_SHA256);
  add_names(&digest, o->features, o->n_features);
  add_names(&digest, o->nuisances, o->n_nuisances);
  add_names(&digest, o->targets, o->n_targets);
  add_text(&digest, o->gate);
  add_u64(&digest, o->n_hidden);
  for (size_t l = 0; l < o->n_hidden; l++)
    add_u64(&digest, o->hidden[l]);
  for (size_t l = 0; l < o->n_hidden; l++)
    add_u64(&digest, (uint64_t)(o->activations ? o->activations[l] : o->activation));
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    add_u64(&digest, counts[i]);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    add_f64(&digest, numbers[i]);
  add_text(&digest, run->strategy->name);
  if (run->strategy->describe)
    run->strategy->describe(run->strategy->data, &digest);
  fairu_digest__finish(&digest, text);
}

static int add_part(fairu_digest *digest, fairu_context *ctx, const fairu_training_part *part, size_t width)
{
  const unsigned char *bytes = (const unsigned char *)part->rows;
  size_t left = part->n * width * sizeof *part->rows;
  int status = FAIRU_OK;
  add_u64(digest, part->n);
  while (left > 0 && status == FAIRU_OK) {
    const size_t n = left < BYTES_BETWEEN_POLLS ? left : BYTES_BETWEEN_POLLS;
    fairu_digest__add(digest, bytes, n);
    bytes += n;
    left -= n;
    status = fairu_context__poll(ctx);
  }
  return status;
}

/* Rows as they are trained on, and the units of their inputs. */
static int digest_events(const fairu_training_set *set, fairu_context *ctx, char text[FAIRU_DIGEST_TEXT])
{
  fairu_digest digest;
  fairu_digest__start(&digest, FAIRU_DIGEST_SHA256);
  for (size_t i = 0; set->offset && i < set->n_inputs; i++) {
    add_f64(&digest, set->offset[i]);
    add_f64(&digest, set->scale[i]);
  }
  int status = add_part(&digest, ctx, &set->training, set->width);
  if (status == FAIRU_OK)
    status = add_part(&digest, ctx, &set->validation, set->width);
  fairu_digest__finish(&digest, text);
  return status;
}

/* ---- writing -------------------------------------------------------------------------------------------- */

static void put_result(fairu_pack *pack, const fairu_training_result *result)
{
  fairu_pack__u64(pack, result->epochs);
  fairu_pack__u64(pack, result->best_epoch);
  fairu_pack__u64(pack, result->steps);
  fairu_pack__f64(pack, result->training_loss);
  fairu_pack__f64(pack, result->validation_loss);
}

/* The digest of the rows is worked out once a member. */
int fairu_checkpoint__write(fairu_run *run, fairu_context *ctx)
{
  fairu_pack *pack = NULL;
  char text[FAIRU_DIGEST_TEXT];
  int status = run->rows_digest[0] ? FAIRU_OK : digest_events(&run->trainer.set, ctx, run->rows_digest);
  if (status == FAIRU_OK)
    status = fairu_pack__create(ctx, &pack);
  if (status != FAIRU_OK)
    return status;
  digest_options(run, text);
  fairu_pack__string(pack, text);
  fairu_pack__u64(pack, run->n_members);
  for (size_t m = 0; m < run->n_members; m++)
    fairu_classifier__put(run->members[m], pack);
  put_result(pack, &run->before);
  fairu_pack__string(pack, run->rows_digest);
  put_result(pack, &run->now);
  fairu_stack__save(&run->trainer.stack, pack);
  if (run->strategy->save)
    run->strategy->save(run->strategy->data, &run->trainer, pack);
  status = fairu_pack__save(pack, ctx, run->given->checkpoint, magic, CHECKPOINT_VERSION);
  fairu_pack__destroy(pack);
  return status;
}

/* ---- reading -------------------------------------------------------------------------------------------- */

static int get_result(fairu_unpack *unpack, fairu_context *ctx, fairu_training_result *result)
{
  int status = fairu_unpack__size(unpack, ctx, "epochs", SIZE_MAX, &result->epochs);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "best epoch", SIZE_MAX, &result->best_epoch);
  if (status == FAIRU_OK)
    status = fairu_unpack__u64(unpack, ctx, "steps", &result->steps);
  if (status == FAIRU_OK)
    status = fairu_unpack__f64(unpack, ctx, "training loss", &result->training_loss);
  return status == FAIRU_OK ? fairu_unpack__f64(unpack, ctx, "validation loss", &result->validation_loss)
                            : status;
}

/* The next string of the file equals text, or it is of other `what`. */
static int expect_digest(fairu_run *run, fairu_context *ctx, const char *text, const char *what)
{
  char *theirs = NULL;
  int status = fairu_unpack__string(run->unpack, ctx, what, &theirs);
  if (status == FAIRU_OK && strcmp(theirs, text) != 0)
    status =
        fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "%.400s: this checkpoint is of a training with other %s",
                            run->given->checkpoint, what);
  fairu_context__free(ctx, theirs);
  return status;
}

static int get_members(fairu_run *run, fairu_context *ctx)
{
  char text[FAIRU_DIGEST_TEXT];
  size_t n = 0;
  digest_options(run, text);
  int status = expect_digest(run, ctx, text, "options");
  if (status == FAIRU_OK)
    status = fairu_unpack__size(run->unpack, ctx, "members", run->given->members - 1, &n);
  for (; run->n_members < n && status == FAIRU_OK; run->n_members += status == FAIRU_OK)
    status = fairu_classifier__get(ctx, run->unpack, FAIRU_INSIDE_ENSEMBLE, &run->members[run->n_members]);
  return status == FAIRU_OK ? get_result(run->unpack, ctx, &run->before) : status;
}

int fairu_checkpoint__open(fairu_run *run, fairu_context *ctx)
{
  const char *path = run->given->checkpoint;
  const int kept = errno;
  uint32_t version = 0;
  const int absent = access(path, F_OK) != 0 && errno == ENOENT;
  errno = kept;
  if (absent)
    return FAIRU_OK;
  int status = fairu_unpack__load(ctx, path, magic, CHECKPOINT_VERSION, &run->unpack, &version);
  return status == FAIRU_OK ? get_members(run, ctx) : status;
}

/* Orders of rows follow from each other. */
static int replay_orders(fairu_run *run, fairu_context *ctx)
{
  int status = FAIRU_OK;
  for (size_t epoch = 0; epoch < run->now.epochs && status == FAIRU_OK; epoch++) {
    fairu_trainer__shuffle(&run->trainer, epoch);
    status = fairu_context__poll(ctx);
  }
  return status;
}

int fairu_checkpoint__restore(fairu_run *run, fairu_context *ctx)
{
  int status = digest_events(&run->trainer.set, ctx, run->rows_digest);
  if (status == FAIRU_OK)
    status = expect_digest(run, ctx, run->rows_digest, "events");
  if (status == FAIRU_OK)
    status = get_result(run->unpack, ctx, &run->now);
  if (status == FAIRU_OK && (run->now.epochs == 0 || run->now.epochs > run->given->epochs ||
                             run->now.best_epoch >= run->now.epochs))
    status =
        fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%.400s: epoch %zu, best %zu of %zu",
                            run->given->checkpoint, run->now.epochs, run->now.best_epoch, run->given->epochs);
  if (status == FAIRU_OK)
    status = fairu_stack__restore(&run->trainer.stack, ctx, run->unpack);
  if (status == FAIRU_OK && run->strategy->restore)
    status = run->strategy->restore(run->strategy->data, &run->trainer, ctx, run->unpack);
  if (status == FAIRU_OK)
    status = fairu_unpack__finish(run->unpack, ctx);
  return status == FAIRU_OK ? replay_orders(run, ctx) : status;
}

void fairu_checkpoint__close(fairu_run *run)
{
  fairu_unpack__destroy(run->unpack);
  run->unpack = NULL;
}
