/* Chunks in random numbers that fail, cancel or are stopped at random, by every way to run them: each runs once or, behind the first
 * failure, perhaps not at all, and what comes back is what running them one after the other gives. */
#include "support/draws.h"
#include "support/support.h"

#include <stdatomic.h>

#include "base/context_internal.h"

enum { MOST = 60 };

typedef struct plan {
  size_t n;
  int codes[MOST]; /* what each chunk returns */
  atomic_int ran[MOST];
  size_t cancels; /* chunk that cancels the context; n: none */
  fairu_context *ctx;
} plan;

static int run_planned(fairu_context *worker, size_t chunk, void *data)
{
  plan *p = (plan *)data;
  assert_true(chunk < p->n);
  atomic_fetch_add(&p->ran[chunk], 1);
  unsigned char *scratch = (unsigned char *)fairu_context__scratch(worker, chunk + 1, 100, "chunk");
  assert_non_null(scratch);
  memset(scratch, (int)chunk, 100 * (chunk + 1));
  if (chunk == p->cancels)
    fairu_context_cancel(p->ctx);
  for (size_t i = 0; i < 100 * (chunk + 1); i++)
    assert_int_equal(scratch[i], chunk); /* nobody else has this memory */
  if (p->codes[chunk] == FAIRU_OK)
    return FAIRU_OK;
  return fairu_context__fail(worker, p->codes[chunk], "chunk %zu", chunk);
}

static void draw_plan(draws *d, plan *p)
{
  static const int codes[] = { FAIRU_ERR_RANGE, FAIRU_ERR_FLAT, FAIRU_ERR_OUT_OF_MEMORY };
  const size_t one_in = 1 + draw_below(d, 60);
  p->n = draw_below(d, MOST + 1);
  p->cancels = p->n;
  for (size_t i = 0; i < p->n; i++) {
    p->codes[i] = draw_below(d, one_in) == 0 ? codes[draw_below(d, 3)] : FAIRU_OK;
    atomic_store(&p->ran[i], 0);
  }
}

static size_t first_failure(const plan *p)
{
  size_t i = 0;
  while (i < p->n && p->codes[i] == FAIRU_OK)
    i++;
  return i;
}

/* A scheduler of the host on its own thread, in one of several orders. */
static int run_in_order(size_t n_chunks, fairu_task_fn task, void *task_data, void *user_data)
{
  const size_t stride = *(const size_t *)user_data; /* prime to all numbers up to MOST, or 1 */
  for (size_t i = 0; i < n_chunks; i++)
    (void)task(i * stride % n_chunks, task_data);
  return 0;
}

static void use_way(fairu_context *ctx, int way, size_t *stride)
{
  *stride = way < 6 ? 1 : 61;
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 1 + way % 5));
  CHECK_OK(ctx, fairu_context_set_executor(ctx, way >= 5 ? run_in_order : NULL, stride));
}

static void check_counts(const plan *p, size_t sure)
{
  for (size_t i = 0; i < p->n; i++) {
    const int ran = atomic_load(&p->ran[i]);
    assert_true(ran == 1 || (ran == 0 && i >= sure));
  }
}

static void failures_are_those_of_one_after_the_other(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 51 };
  plan *p = calloc(1, sizeof *p);
  size_t stride = 1;
  for (int round = 0; round < 400; round++) {
    char wanted[32];
    draw_plan(&d, p);
    use_way(ctx, round % 7, &stride);
    const int convened = round / 7 % 2;
    const size_t lowest = first_failure(p);
    if (convened)
      CHECK_OK(ctx, fairu_context__convene(ctx));
    const int status = fairu_context__parallel(ctx, p->n, run_planned, p, NULL);
    if (convened)
      fairu_context__disband(ctx);
    check_counts(p, lowest == p->n ? p->n : lowest + 1);
    assert_int_equal(status, lowest == p->n ? FAIRU_OK : p->codes[lowest]);
    if (lowest < p->n) {
      snprintf(wanted, sizeof wanted, "chunk %zu", lowest);
      assert_string_equal(fairu_context_message(ctx), wanted);
      assert_int_equal(fairu_context_status(ctx), status);
    }
  }
  free(p);
  fairu_context_destroy(ctx);
}

/* A chunk that cancels is itself finished; what begins later is not begun. */
static void a_cancelled_call_says_so_and_the_next_one_too(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 52 };
  plan *p = calloc(1, sizeof *p);
  p->ctx = ctx;
  size_t stride = 1;
  for (int round = 0; round < 200; round++) {
    draw_plan(&d, p);
    memset(p->codes, 0, sizeof p->codes);
    use_way(ctx, round % 7, &stride);
    p->cancels = draw_below(&d, p->n + 1);
    const int status = fairu_context__parallel(ctx, p->n, run_planned, p, NULL);
    check_counts(p, 0);
    const int is_last = p->cancels + 1 >= p->n; /* with threads, others may have been done before, or not */
    const int in_order = round % 7 == 0 || round % 7 == 5;
    if (status != FAIRU_OK) {
      assert_int_equal(status, FAIRU_ERR_CANCELLED);
      assert_true(p->cancels < p->n && !(in_order && is_last));
    } else {
      check_counts(p, p->n);
      assert_true(!in_order || is_last);
    }
    if (p->cancels < p->n) {
      if (in_order)
        for (size_t i = 0; i < p->n; i++)
          assert_int_equal(atomic_load(&p->ran[i]), i <= p->cancels);
      if (p->n > 0)
        CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_context__parallel(ctx, p->n, run_planned, p, NULL));
      fairu_context_resume(ctx);
    }
  }
  free(p);
  fairu_context_destroy(ctx);
}

typedef struct reports {
  uint64_t seen, last, total;
  uint64_t stop_at;
} reports;

static int report(const char *what, uint64_t done, uint64_t total, void *user_data)
{
  reports *r = (reports *)user_data;
  assert_string_equal(what, "chunks");
  assert_true(done <= total && (r->seen == 0 || done >= r->last));
  r->seen++;
  r->last = done;
  r->total = total;
  return done >= r->stop_at;
}

/* Reports never go back; one that says stop ends the work, with what is running finished. */
static void progress_never_goes_back_and_can_stop(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 53 };
  plan *p = calloc(1, sizeof *p);
  size_t stride = 1;
  for (int round = 0; round < 200; round++) {
    draw_plan(&d, p);
    memset(p->codes, 0, sizeof p->codes);
    use_way(ctx, round % 7, &stride);
    reports r = { .stop_at = draw_below(&d, 2 * MOST) };
    CHECK_OK(ctx, fairu_context_set_progress(ctx, report, &r));
    const int status = fairu_context__parallel(ctx, p->n, run_planned, p, "chunks");
    if (p->n == 0) {
      assert_int_equal(status, FAIRU_OK);
      assert_int_equal(r.seen, 0);
      continue;
    }
    assert_int_equal(r.total, p->n);
    assert_int_equal(status, r.last >= r.stop_at ? FAIRU_ERR_CALLBACK : FAIRU_OK);
    check_counts(p, status == FAIRU_OK ? p->n : 0);
    if (status != FAIRU_OK)
      CHECK_SAYS(ctx, "chunks: the progress callback asked to stop");
    if (round % 7 == 0) { /* alone: one report before the first chunk, one after each */
      assert_int_equal(r.last, r.stop_at < p->n ? r.stop_at : p->n);
      assert_int_equal(r.seen, r.last + 1);
    }
  }
  free(p);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(failures_are_those_of_one_after_the_other),
                                      cmocka_unit_test(a_cancelled_call_says_so_and_the_next_one_too),
                                      cmocka_unit_test(progress_never_goes_back_and_can_stop) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
