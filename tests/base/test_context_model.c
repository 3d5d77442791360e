/* A context beside a plain model of it: settings, cancel, deadline, progress, log and messages in random order; structs of every size; scratch as a
 * stack whose pieces keep what was written. */
#include "support/draws.h"
#include "support/support.h"

#include "base/context_internal.h"

enum { MESSAGE_MOST = 1023 }; /* bytes of a message without its end */

/* ---- settings in random order --------------------------------------------------------------------------- */

typedef struct heard {
  int lines, level, calls, stop;
  char text[2048];
  uint64_t done;
} heard;

typedef struct plain_context {
  int status, threads, blas, log_level, listens, reports, cancelled, deadline;
  char message[4096];
} plain_context;

static void hear(int level, const char *text, void *user_data)
{
  heard *h = (heard *)user_data;
  h->lines++;
  h->level = level;
  snprintf(h->text, sizeof h->text, "%s", text);
}

static int report(const char *what, uint64_t done, uint64_t total, void *user_data)
{
  heard *h = (heard *)user_data;
  assert_string_equal(what, "work");
  assert_int_equal(total, 9);
  h->calls++;
  h->done = done;
  return h->stop;
}

static int fails(plain_context *p, int status, const char *message)
{
  p->status = status;
  snprintf(p->message, sizeof p->message, "%.*s", MESSAGE_MOST, message);
  return status;
}

static int plain_poll(plain_context *p)
{
  if (p->cancelled)
    return fails(p, FAIRU_ERR_CANCELLED, "cancelled");
  return p->deadline ? fails(p, FAIRU_ERR_DEADLINE, "the deadline has passed") : FAIRU_OK;
}

static void change_setting(fairu_context *ctx, plain_context *p, draws *d, heard *h)
{
  char text[64];
  const int value = (int)draw_below(d, 9) - 2;
  const int kind = (int)draw_below(d, 4);
  int wanted = FAIRU_OK, got = FAIRU_OK;
  if (kind == 0) {
    const int threads = value > 4 ? 1020 + value : value;
    snprintf(text, sizeof text, "n_threads is %d, must be 1 to 1024", threads);
    if (threads < 1 || threads > 1024)
      wanted = fails(p, FAIRU_ERR_RANGE, text);
    else
      p->threads = threads;
    got = fairu_context_set_threads(ctx, threads);
  } else if (kind == 1) {
    snprintf(text, sizeof text, "blas policy %d is unknown", value);
    if (value != FAIRU_BLAS_AUTO && value != FAIRU_BLAS_NEVER && value != FAIRU_BLAS_ALWAYS)
      wanted = fails(p, FAIRU_ERR_ARGUMENT, text);
    else
      p->blas = value;
    got = fairu_context_set_blas(ctx, value);
  } else if (kind == 2) {
    const int listens = (int)draw_below(d, 2);
    snprintf(text, sizeof text, "log level is %d, must be 1 to 3", value);
    if (value < 1 || value > 3)
      wanted = fails(p, FAIRU_ERR_RANGE, text);
    else {
      p->log_level = value;
      p->listens = listens;
    }
    got = fairu_context_set_log(ctx, value, listens ? hear : NULL, h);
  } else {
    p->reports = (int)draw_below(d, 2);
    got = fairu_context_set_progress(ctx, p->reports ? report : NULL, h);
  }
  assert_int_equal(got, wanted);
}

static void change_time(fairu_context *ctx, plain_context *p, draws *d)
{
  static const double seconds[] = { 1e-9, 1e-12, 1000.0, 0.0, -1.0, 3e9, 1e308, HUGE_VAL };
  const size_t k = draw_below(d, 16);
  if (k < 8) {
    p->deadline = k < 2;
    CHECK_OK(ctx, fairu_context_set_deadline(ctx, seconds[k]));
  } else if (k == 8) {
    assert_int_equal(fairu_context_set_deadline(ctx, (double)NAN), FAIRU_ERR_NON_FINITE);
    fails(p, FAIRU_ERR_NON_FINITE, "deadline is nan"); /* the one before stays */
  } else {
    p->cancelled = k % 2;
    if (p->cancelled)
      fairu_context_cancel(ctx);
    else
      fairu_context_resume(ctx);
  }
}

/* A failure, or a place before it: "prefix: " unless it is there already. Up to three times as long as fits. */
static void change_message(fairu_context *ctx, plain_context *p, draws *d)
{
  char text[4096], joined[9000];
  const size_t n = draw_below(d, 3) ? draw_below(d, 40) : draw_below(d, 3000);
  const int code = draw_below(d, 2) ? FAIRU_ERR_FORMAT : FAIRU_ERR_RANGE;
  for (size_t i = 0; i < n; i++)
    text[i] = "ab: %"[draw_below(d, 5)];
  text[n] = '\0';
  if (draw_below(d, 2)) {
    assert_int_equal(fairu_context__fail(ctx, code, "%s", text), code);
    fails(p, code, text);
    return;
  }
  assert_int_equal(fairu_context__within(ctx, code, "%s", text), code);
  text[n < MESSAGE_MOST ? n : MESSAGE_MOST] = '\0';
  const size_t length = strlen(text);
  if (strncmp(p->message, text, length) == 0 && p->message[length] == ':')
    return;
  snprintf(joined, sizeof joined, "%s%s%s", text, length + 2 < MESSAGE_MOST + 1 ? ": " : "",
           length + 2 < MESSAGE_MOST + 1 ? p->message : "");
  fails(p, code, joined);
}

static void speak(fairu_context *ctx, plain_context *p, draws *d, heard *h)
{
  const heard before = *h;
  const int level = 1 + (int)draw_below(d, 3);
  fairu_context__log(ctx, level, "%d of %s at %.2f", 3, "nine", 0.5);
  const int said = p->listens && level <= p->log_level;
  assert_int_equal(h->lines, before.lines + said);
  if (said) {
    assert_int_equal(h->level, level);
    assert_string_equal(h->text, "3 of nine at 0.50");
  }
}

static void advance(fairu_context *ctx, plain_context *p, draws *d, heard *h)
{
  const int before = h->calls;
  const uint64_t done = draw_below(d, 10);
  h->stop = draw_below(d, 3) == 0;
  int wanted = plain_poll(p);
  const int reported = wanted == FAIRU_OK && p->reports;
  if (reported && h->stop)
    wanted = fails(p, FAIRU_ERR_CALLBACK, "work: the progress callback asked to stop");
  assert_int_equal(fairu_context__progress(ctx, "work", done, 9), wanted);
  assert_int_equal(h->calls, before + reported);
  assert_true(!reported || h->done == done);
}

static void a_context_is_its_plain_model(void **state)
{
  (void)state;
  for (uint64_t seed = 0; seed < 40; seed++) {
    draws d = { seed };
    heard h = { 0 };
    plain_context p = { .threads = 1, .blas = FAIRU_BLAS_AUTO, .log_level = 1 };
    fairu_context *ctx = support_context();
    for (int step = 0; step < 300; step++) {
      switch (draw_below(&d, 6)) {
      case 0:
        change_setting(ctx, &p, &d, &h);
        break;
      case 1:
        change_time(ctx, &p, &d);
        break;
      case 2:
        change_message(ctx, &p, &d);
        break;
      case 3:
        speak(ctx, &p, &d, &h);
        break;
      case 4:
        advance(ctx, &p, &d, &h);
        break;
      default:
        assert_int_equal(fairu_context__poll(ctx), plain_poll(&p));
      }
      assert_int_equal(fairu_context_status(ctx), p.status);
      assert_string_equal(fairu_context_message(ctx), p.message);
      assert_int_equal(fairu_context_threads(ctx), p.threads);
      assert_int_equal(fairu_context__blas_policy(ctx), p.blas);
    }
    fairu_context_destroy(ctx);
  }
}

/* ---- structs of every size ------------------------------------------------------------------------------ */

enum { OURS = 40, ROOM = 96 };

static void fill_struct(draws *d, unsigned char *bytes, size_t size, size_t struct_size)
{
  for (size_t i = 0; i < size; i++)
    bytes[i] = (unsigned char)(1 + draw_below(d, 255));
  memcpy(bytes, &struct_size, sizeof struct_size);
}

/* Theirs of every size, ours of 40 bytes, the least of every size below: read, made and written byte by byte. */
static void structs_of_every_size(void **state)
{
  (void)state;
  draws d = { 7 };
  fairu_context *ctx = support_context();
  for (size_t size = 0; size <= ROOM; size++)
    for (size_t least = sizeof(size_t); least <= OURS; least += 8) {
      unsigned char theirs[ROOM + 1], ours[OURS], before[OURS], wanted[ROOM + 1];
      fill_struct(&d, before, OURS, OURS);
      fill_struct(&d, theirs, sizeof theirs, size);
      const size_t tail = OURS + (size > OURS ? draw_below(&d, size - OURS) : 0);
      const int tail_set = size > OURS && draw_below(&d, 2);
      if (size > OURS)
        memset(theirs + OURS, 0, size - OURS);
      if (tail_set)
        theirs[tail] = 1;
      memcpy(ours, before, OURS);
      memcpy(wanted, before, OURS);
      const int refused = size < least || tail_set;
      if (!refused)
        memcpy(wanted + sizeof size, theirs + sizeof size, (size < OURS ? size : OURS) - sizeof size);
      assert_int_equal(fairu_options__read(ctx, ours, OURS, theirs, least, "x"),
                       refused ? FAIRU_ERR_STRUCT_SIZE : FAIRU_OK);
      assert_memory_equal(ours, wanted, OURS);
      fill_struct(&d, theirs, sizeof theirs, size);
      memcpy(wanted, theirs, sizeof theirs);
      if (size >= sizeof size) {
        memset(wanted + sizeof size, 0, size - sizeof size);
        memcpy(wanted + sizeof size, before + sizeof size, (size < OURS ? size : OURS) - sizeof size);
      }
      assert_int_equal(fairu_options__init(theirs, size, before, OURS),
                       size < sizeof size ? FAIRU_ERR_STRUCT_SIZE : FAIRU_OK);
      assert_memory_equal(theirs, wanted, sizeof theirs); /* nothing behind its end */
      fill_struct(&d, theirs + sizeof size, ROOM - sizeof size, size);
      memcpy(theirs, &size, sizeof size);
      memcpy(wanted + size, theirs + size, sizeof theirs - size);
      if (size > sizeof size) {
        CHECK_OK(ctx, fairu_result__write(ctx, theirs, before, OURS, "x"));
        assert_memory_equal(theirs, wanted, sizeof theirs);
      } else {
        CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE, fairu_result__write(ctx, theirs, before, OURS, "x"));
      }
      assert_int_equal(fairu_result__check(ctx, theirs, least, "x"),
                       size < least ? FAIRU_ERR_STRUCT_SIZE : FAIRU_OK);
    }
  fairu_context_destroy(ctx);
}

/* ---- scratch -------------------------------------------------------------------------------------------- */

typedef struct piece {
  unsigned char *bytes, tag;
  size_t size;
  fairu_mark before;
} piece;

/* Taken and given back in random order of a stack, from nothing to larger than a block: aligned, apart, unchanged. */
static void scratch_is_a_stack_of_its_pieces(void **state)
{
  (void)state;
  enum { MOST = 40 };
  draws d = { 11 };
  fairu_context *ctx = support_context();
  piece stack[MOST];
  size_t n = 0;
  for (int step = 0; step < 3000; step++) {
    if (n < MOST && draw_below(&d, 9) < 5) {
      piece *p = &stack[n++];
      *p = (piece){ .tag = (unsigned char)step, .before = fairu_context__mark(ctx) };
      p->size = draw_below(&d, 10) ? draw_below(&d, 3000) : draw_below(&d, 200000);
      p->bytes = (unsigned char *)fairu_context__scratch(ctx, p->size, 1, "piece");
      assert_non_null(p->bytes);
      assert_int_equal((uintptr_t)p->bytes % 64, 0);
      memset(p->bytes, p->tag, p->size);
    } else if (n > 0) {
      n = draw_below(&d, 50) ? n - 1 : draw_below(&d, n);
      fairu_context__release(ctx, stack[n].before);
    }
    for (size_t i = 0; i < n; i++) {
      const piece *p = &stack[i];
      for (size_t at = 0; at < p->size; at += 1 + p->size / 16)
        assert_int_equal(p->bytes[at], p->tag);
      assert_true(p->size == 0 || p->bytes[p->size - 1] == p->tag);
    }
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_context_is_its_plain_model),
    cmocka_unit_test(structs_of_every_size),
    cmocka_unit_test(scratch_is_a_stack_of_its_pieces),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
