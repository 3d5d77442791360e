/* Each field of a checkpoint by itself left out, doubled, of another kind, of another length, of another value, with a checksum that is
 * right: refused for what it says and where, or it is a number that no reader can know, and training goes on. */
#include <unistd.h>

#include "classifier/gaussians.h"
#include "classifier/packed_body.h"

enum { EPOCHS = 4, STEPS_AN_EPOCH = 4, MEMBERS = 3, MOST_FIELDS = 100 };

static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'C', 'K', 'P' };
static const char kinds[] = "udsFDU"; /* tags of the format */

/* ---- a checkpoint and its fields ------------------------------------------------------------------------ */

typedef struct whole {
  fairu_events *events;
  fairu_training_options options;
  char path[512];
  body body;
  field fields[MOST_FIELDS];
  size_t n;
} whole;

static int stop(const char *what, uint64_t done, uint64_t total, void *data)
{
  (void)what, (void)total;
  return done >= *(const uint64_t *)data;
}

/* Three members; stopped inside the second one, behind its second epoch. */
static whole *stopped(fairu_context *ctx)
{
  static const size_t hidden[1] = { 2 };
  whole *w = calloc(1, sizeof *w);
  fairu_classifier *trained = NULL;
  uint64_t until = (EPOCHS + 2) * STEPS_AN_EPOCH + 1;
  size_t size = 0;
  assert_non_null(w);
  w->events = gaussians(ctx, 21, 80, -1.0);
  w->options = options_for(ctx, 1, NULL);
  w->options.hidden = hidden;
  w->options.n_hidden = 1;
  w->options.epochs = EPOCHS;
  w->options.members = MEMBERS;
  w->options.batch = 20;
  w->options.validation_fraction = 0.25;
  w->options.checkpoint = support_path(w->path, sizeof w->path, "fields.checkpoint");
  w->options.resume = 1;
  (void)unlink(w->path);
  CHECK_OK(ctx, fairu_context_set_progress(ctx, stop, &until));
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_classifier_train(ctx, w->events, &w->options, NULL, &trained));
  CHECK_OK(ctx, fairu_context_set_progress(ctx, NULL, NULL));
  char *file = support_read_file(w->path, &size);
  open_file((const unsigned char *)file, size, &w->body);
  free(file);
  w->n = fields_of(&w->body, w->fields, MOST_FIELDS);
  return w;
}

static void free_whole(whole *w)
{
  fairu_events_destroy(w->events);
  free(w);
}

static int resume(fairu_context *ctx, const whole *w, const body *b)
{
  static unsigned char file[2 * MOST];
  fairu_classifier *trained = NULL;
  support_write_file(w->path, file, put_together(b, magic, file));
  const int status = fairu_classifier_train(ctx, w->events, &w->options, NULL, &trained);
  assert_true((status == FAIRU_OK) == (trained != NULL));
  fairu_classifier_destroy(trained);
  return status;
}

/* The body with `size` bytes at `at` replaced. */
static body replaced(const body *b, size_t at, size_t size, const void *bytes, size_t n)
{
  body changed = *b;
  assert_true(b->n - size + n <= MOST);
  memmove(changed.bytes + at + n, b->bytes + at + size, b->n - at - size);
  memcpy(changed.bytes + at, bytes, n);
  changed.n = b->n - size + n;
  return changed;
}

static body with_word(const body *b, size_t at, uint64_t word)
{
  unsigned char bytes[8];
  put_little(bytes, word, 8);
  return replaced(b, at + 1, 8, bytes, 8);
}

/* ---- what a checkpoint holds ---------------------------------------------------------------------------- */

/* Places of fields from the end: the state of a network without gate and batch normalisation, and what stands before it. */
enum {
  STEPS = 1,
  SECOND,
  FIRST,
  RUNNING,
  BEST,
  PARAMETERS,
  NOW_VALIDATION,
  NOW_TRAINING,
  NOW_STEPS,
  NOW_BEST,
  NOW_EPOCHS,
  ROWS,
  BEFORE_VALIDATION,
  BEFORE_TRAINING,
  BEFORE_STEPS,
  BEFORE_BEST,
  BEFORE_EPOCHS
};

static const field *from_end(const whole *w, size_t place)
{
  return &w->fields[w->n - place];
}

static uint64_t word_of(const whole *w, const field *f)
{
  return little(w->body.bytes + f->at + 1, 8);
}

/* 3 inputs, 2 hidden units, 1 output: 11 parameters. A member has done all its epochs, the second one two of them. */
static void a_checkpoint_says_where_training_stands(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  whole *w = stopped(ctx);
  double loss = 0.0;
  assert_int_equal(word_of(w, &w->fields[0]), 64); /* a digest */
  assert_int_equal(word_of(w, &w->fields[1]), 1);  /* members */
  assert_int_equal(word_of(w, from_end(w, ROWS)), 64);
  assert_int_equal(word_of(w, from_end(w, NOW_EPOCHS)), 2);
  assert_true(word_of(w, from_end(w, NOW_BEST)) < 2);
  assert_int_equal(word_of(w, from_end(w, STEPS)), 2 * STEPS_AN_EPOCH);
  assert_int_equal(word_of(w, from_end(w, NOW_STEPS)), 2 * STEPS_AN_EPOCH);
  assert_int_equal(word_of(w, from_end(w, BEFORE_EPOCHS)), EPOCHS);
  assert_int_equal(word_of(w, from_end(w, BEFORE_STEPS)), EPOCHS * STEPS_AN_EPOCH);
  for (size_t place = SECOND; place <= PARAMETERS; place++)
    assert_int_equal(word_of(w, from_end(w, place)), place == RUNNING ? 0 : 11);
  for (size_t place = NOW_VALIDATION; place <= NOW_TRAINING; place++) {
    memcpy(&loss, w->body.bytes + from_end(w, place)->at + 1, sizeof loss);
    assert_true(loss > 0.0 && loss < 5.0);
  }
  CHECK_OK(ctx, resume(ctx, w, &w->body));
  free_whole(w);
  fairu_context_destroy(ctx);
}

/* ---- fields that are not the ones ----------------------------------------------------------------------- */

static void check_refused(fairu_context *ctx, const whole *w, const body *b, size_t f, const char *how)
{
  const int status = resume(ctx, w, b);
  if (status != FAIRU_ERR_FORMAT && status != FAIRU_ERR_TRUNCATED && status != FAIRU_ERR_ARGUMENT &&
      status != FAIRU_ERR_LIMIT && status != FAIRU_ERR_SHAPE && status != FAIRU_ERR_RANGE)
    fail_msg("field %zu %s: %s (%s)", f, how, fairu_status_name(status), fairu_context_message(ctx));
  assert_true(strlen(fairu_context_message(ctx)) > 0);
}

static void no_field_may_be_missing_or_doubled(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  whole *w = stopped(ctx);
  for (size_t f = 0; f < w->n; f++) {
    const field *one = &w->fields[f];
    const body without = replaced(&w->body, one->at, one->size, "", 0);
    const body twice = replaced(&w->body, one->at, 0, w->body.bytes + one->at, one->size);
    check_refused(ctx, w, &without, f, "missing");
    check_refused(ctx, w, &twice, f, "doubled");
    const body cut = replaced(&w->body, one->at + one->size - 1, w->body.n - one->at - one->size + 1, "", 0);
    CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, resume(ctx, w, &cut));
    CHECK_SAYS(ctx, "fields.checkpoint: body ends at byte");
  }
  free_whole(w);
  fairu_context_destroy(ctx);
}

static void every_field_has_its_kind(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  whole *w = stopped(ctx);
  for (size_t f = 0; f < w->n; f++)
    for (size_t k = 0; k < 6; k++) {
      body changed = w->body;
      char says[96];
      const field *one = &w->fields[f];
      if (kinds[k] == (char)changed.bytes[one->at])
        continue;
      snprintf(says, sizeof says, "is of kind 0x%02x, not '%c'", kinds[k], changed.bytes[one->at]);
      changed.bytes[one->at] = (unsigned char)kinds[k];
      CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, resume(ctx, w, &changed));
      CHECK_SAYS(ctx, says);
      snprintf(says, sizeof says, "fields.checkpoint: body byte %zu: ", one->at);
      CHECK_SAYS(ctx, says);
    }
  free_whole(w);
  fairu_context_destroy(ctx);
}

/* Well-formed arrays of one element less and more; a text with another letter is another one. */
static void every_array_has_its_length(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  whole *w = stopped(ctx);
  size_t arrays = 0;
  for (size_t f = 0; f < w->n; f++) {
    const field *one = &w->fields[f];
    const char kind = (char)w->body.bytes[one->at];
    const size_t width = width_of(kind);
    const uint64_t n = word_of(w, one);
    if (width == 0 || kind == 's')
      continue;
    body longer = with_word(&w->body, one->at, n + 1);
    longer = replaced(&longer, one->at + 9, 0, "\0\0\0\0\0\0\0\0", width);
    check_refused(ctx, w, &longer, f, "longer");
    CHECK_SAYS(ctx, " elements, not ");
    if (n > 0) {
      body shorter = with_word(&w->body, one->at, n - 1);
      shorter = replaced(&shorter, one->at + 9, width, "", 0);
      check_refused(ctx, w, &shorter, f, "shorter");
      CHECK_SAYS(ctx, " elements, not ");
    }
    arrays++;
  }
  assert_true(arrays >= 9);
  free_whole(w);
  fairu_context_destroy(ctx);
}

/* ---- values --------------------------------------------------------------------------------------------- */

static void digests_tell_trainings_apart(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  whole *w = stopped(ctx);
  const struct {
    const field *f;
    const char *says;
  } cases[] = { { &w->fields[0], "fields.checkpoint: this checkpoint is of a training with other options" },
                { from_end(w, ROWS),
                  "fields.checkpoint: this checkpoint is of a training with other events" } };
  for (size_t c = 0; c < 2; c++) {
    const size_t first = cases[c].f->at + 9;
    for (size_t i = 0; i < 64; i += 9) { /* any digit; in capitals; one less */
      body changed = w->body;
      changed.bytes[first + i] = changed.bytes[first + i] == '0' ? '1' : '0';
      CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, resume(ctx, w, &changed));
      CHECK_SAYS(ctx, cases[c].says);
    }
    body shorter = with_word(&w->body, cases[c].f->at, 63);
    shorter = replaced(&shorter, first + 63, 1, "", 0);
    CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, resume(ctx, w, &shorter));
    body empty = with_word(&w->body, cases[c].f->at, 0);
    empty = replaced(&empty, first, 64, "", 0);
    CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, resume(ctx, w, &empty));
    CHECK_SAYS(ctx, cases[c].says);
    body nul = w->body;
    nul.bytes[first + 5] = '\0';
    CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, resume(ctx, w, &nul));
    CHECK_SAYS(ctx, "has a NUL inside");
  }
  free_whole(w);
  fairu_context_destroy(ctx);
}

/* The epochs done are 1 to those asked for, the best one is of these. */
static void epochs_are_of_this_training(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  whole *w = stopped(ctx);
  const uint64_t epochs[] = { 0, 1, 2, EPOCHS, EPOCHS + 1, UINT32_MAX, UINT64_MAX };
  const uint64_t best[] = { 0, 1, 2, EPOCHS - 1, EPOCHS, UINT64_MAX };
  for (size_t e = 0; e < 7; e++)
    for (size_t b = 0; b < 6; b++) {
      body changed = with_word(&w->body, from_end(w, NOW_EPOCHS)->at, epochs[e]);
      changed = with_word(&changed, from_end(w, NOW_BEST)->at, best[b]);
      const int good = epochs[e] >= 1 && epochs[e] <= EPOCHS && best[b] < epochs[e];
      const int status = resume(ctx, w, &changed);
      assert_int_equal(status, good ? FAIRU_OK : FAIRU_ERR_FORMAT);
      if (!good) {
        char says[128];
        snprintf(says, sizeof says, "fields.checkpoint: epoch %llu, best %llu of %d",
                 (unsigned long long)epochs[e], (unsigned long long)best[b], EPOCHS);
        CHECK_SAYS(ctx, says);
      }
    }
  free_whole(w);
  fairu_context_destroy(ctx);
}

/* One member at least is still to be trained. */
static void members_are_fewer_than_asked_for(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  whole *w = stopped(ctx);
  const uint64_t counts[] = { MEMBERS, MEMBERS + 1, UINT32_MAX, UINT64_MAX };
  for (size_t i = 0; i < 4; i++) {
    char says[128];
    const body changed = with_word(&w->body, w->fields[1].at, counts[i]);
    CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, resume(ctx, w, &changed));
    snprintf(says, sizeof says, "members is %llu, at most %d makes sense", (unsigned long long)counts[i],
             MEMBERS - 1);
    CHECK_SAYS(ctx, says);
  }
  const uint64_t fewer[] = { 0, 2 }; /* then what follows is out of step */
  for (size_t i = 0; i < 2; i++) {
    const body changed = with_word(&w->body, w->fields[1].at, fewer[i]);
    check_refused(ctx, w, &changed, 1, "of another number");
  }
  free_whole(w);
  fairu_context_destroy(ctx);
}

/* A parameter that is no number does not come out of a training as a classifier. */
static void numbers_that_are_none_come_to_nothing(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  whole *w = stopped(ctx);
  const uint64_t nan_bits = 0x7fc00000;
  body changed = w->body;
  put_little(changed.bytes + from_end(w, PARAMETERS)->at + 9, nan_bits, 4);
  put_little(changed.bytes + from_end(w, BEST)->at + 9, nan_bits, 4);
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, resume(ctx, w, &changed));
  free_whole(w);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_checkpoint_says_where_training_stands),
    cmocka_unit_test(no_field_may_be_missing_or_doubled),
    cmocka_unit_test(every_field_has_its_kind),
    cmocka_unit_test(every_array_has_its_length),
    cmocka_unit_test(digests_tell_trainings_apart),
    cmocka_unit_test(epochs_are_of_this_training),
    cmocka_unit_test(members_are_fewer_than_asked_for),
    cmocka_unit_test(numbers_that_are_none_come_to_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
