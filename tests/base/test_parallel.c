/* Workers: the same result and the same failure for any number of threads and any scheduler. */
#include "support/support.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/context_internal.h"

enum { N_CHUNKS = 97 };

/* ---- results ------------------------------------------------------------------------------------------ */

typedef struct sums {
  double of_chunk[N_CHUNKS];
} sums;

static int sum_chunk(fairu_context *worker, size_t chunk, void *data)
{
  sums *out = (sums *)data;
  const size_t n = 1000 + 13 * chunk;
  double *terms = (double *)fairu_context__scratch(worker, n, sizeof *terms, "terms");
  if (!terms)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++)
    terms[i] = 1.0 / (1.0 + (double)(i + chunk));
  out->of_chunk[chunk] = 0.0;
  for (size_t i = 0; i < n; i++)
    out->of_chunk[chunk] += terms[i];
  return FAIRU_OK;
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  sums reference, other;
  CHECK_OK(ctx, fairu_context__parallel(ctx, N_CHUNKS, sum_chunk, &reference, NULL));
  for (int threads = 2; threads <= 16; threads *= 2) {
    memset(&other, 0, sizeof other);
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
    CHECK_OK(ctx, fairu_context__parallel(ctx, N_CHUNKS, sum_chunk, &other, NULL));
    assert_memory_equal(&reference, &other, sizeof other);
  }
  fairu_context_destroy(ctx);
}

static int sum_on_threads(fairu_context *ctx, void *data)
{
  int status = fairu_context_set_threads(ctx, 3);
  if (status == FAIRU_OK)
    status = fairu_context__parallel(ctx, N_CHUNKS, sum_chunk, data, NULL);
  return status;
}

static int sum_alone(fairu_context *ctx, void *data)
{
  return fairu_context__parallel(ctx, N_CHUNKS, sum_chunk, data, NULL);
}

/* ---- a team ------------------------------------------------------------------------------------------- */

static int count_chunk(fairu_context *worker, size_t chunk, void *data)
{
  (void)worker;
  atomic_fetch_add((atomic_size_t *)data, chunk + 1);
  return FAIRU_OK;
}

/* Short calls one after the other, some after a pause that sends the team to sleep. */
static void a_team_works_call_after_call(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  sums reference, other;
  atomic_size_t total;
  atomic_init(&total, 0);
  CHECK_OK(ctx, fairu_context__parallel(ctx, N_CHUNKS, sum_chunk, &reference, NULL));
  for (int threads = 1; threads <= 5; threads += 2) {
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
    CHECK_OK(ctx, fairu_context__convene(ctx));
    CHECK_OK(ctx, fairu_context__convene(ctx)); /* as a call within a call may */
    fairu_context__disband(ctx);
    atomic_store(&total, 0);
    for (size_t call = 0; call < 2000; call++) {
      CHECK_OK(ctx, fairu_context__parallel(ctx, 3, count_chunk, &total, NULL));
      assert_true(atomic_load(&total) == 6 * (call + 1));
      if (call % 500 == 0)
        usleep(1000);
    }
    memset(&other, 0, sizeof other);
    CHECK_OK(ctx, fairu_context__parallel(ctx, N_CHUNKS, sum_chunk, &other, NULL));
    assert_memory_equal(&reference, &other, sizeof other);
    fairu_context__disband(ctx);
  }
  fairu_context_destroy(ctx);
}

static int sum_in_team(fairu_context *ctx, void *data)
{
  int status = fairu_context_set_threads(ctx, 3);
  if (status == FAIRU_OK)
    status = fairu_context__convene(ctx);
  if (status != FAIRU_OK)
    return status;
  status = fairu_context__parallel(ctx, N_CHUNKS, sum_chunk, data, NULL);
  fairu_context__disband(ctx);
  return status;
}

/* ---- host schedulers ---------------------------------------------------------------------------------- */

typedef struct host {
  fairu_task_fn task;
  void *task_data;
  size_t n_chunks;
  size_t chunk;
} host;

static void *host_thread(void *argument)
{
  const host *h = (const host *)argument;
  for (size_t c = h->chunk; c < h->n_chunks; c += 4)
    h->task(h->n_chunks - 1 - c, h->task_data);
  return NULL;
}

/* Four threads, backwards, none of them the caller's. */
static int backwards(size_t n_chunks, fairu_task_fn task, void *task_data, void *user_data)
{
  host seats[4];
  pthread_t threads[4];
  (void)user_data;
  for (size_t t = 0; t < 4; t++) {
    seats[t] = (host){ task, task_data, n_chunks, t };
    assert_int_equal(pthread_create(&threads[t], NULL, host_thread, &seats[t]), 0);
  }
  for (size_t t = 0; t < 4; t++)
    pthread_join(threads[t], NULL);
  return 0;
}

static int sum_on_host(fairu_context *ctx, void *data)
{
  int status = fairu_context_set_executor(ctx, backwards, NULL);
  if (status == FAIRU_OK)
    status = fairu_context__parallel(ctx, N_CHUNKS, sum_chunk, data, NULL);
  return status;
}

static void the_hosts_scheduler_gives_the_same_bits(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  sums reference, other = { 0 };
  CHECK_OK(ctx, fairu_context__parallel(ctx, N_CHUNKS, sum_chunk, &reference, NULL));
  for (int again = 0; again < 3; again++) {
    memset(&other, 0, sizeof other);
    CHECK_OK(ctx, sum_on_host(ctx, &other));
    assert_memory_equal(&reference, &other, sizeof other);
  }
  fairu_context_destroy(ctx);
}

static int lazy(size_t n_chunks, fairu_task_fn task, void *task_data, void *user_data)
{
  for (size_t c = 0; c + 1 < n_chunks; c++)
    task(c, task_data);
  return *(int *)user_data;
}

static int stutter(size_t n_chunks, fairu_task_fn task, void *task_data, void *user_data)
{
  (void)user_data;
  for (size_t c = 0; c < n_chunks; c++)
    task(c / 2, task_data);
  return 0;
}

static int beyond(size_t n_chunks, fairu_task_fn task, void *task_data, void *user_data)
{
  (void)user_data;
  for (size_t c = 0; c <= n_chunks; c++)
    task(c, task_data);
  return 0;
}

static void a_wrong_scheduler_is_found_out(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  sums out;
  int answer = 0;
  CHECK_OK(ctx, fairu_context_set_executor(ctx, lazy, &answer));
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_context__parallel(ctx, N_CHUNKS, sum_chunk, &out, NULL));
  CHECK_SAYS(ctx, "ran 96 of 97 chunks");
  answer = 3;
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_context__parallel(ctx, N_CHUNKS, sum_chunk, &out, NULL));
  CHECK_SAYS(ctx, "returned 3");
  CHECK_OK(ctx, fairu_context_set_executor(ctx, stutter, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_context__parallel(ctx, N_CHUNKS, sum_chunk, &out, NULL));
  CHECK_SAYS(ctx, "ran a chunk twice");
  CHECK_OK(ctx, fairu_context_set_executor(ctx, beyond, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_context__parallel(ctx, N_CHUNKS, sum_chunk, &out, NULL));
  CHECK_SAYS(ctx, "does not exist");
  fairu_context_destroy(ctx);
}

/* ---- failures ----------------------------------------------------------------------------------------- */

typedef struct trouble {
  atomic_int ran[N_CHUNKS];
  int silent;
} trouble;

/* 23, 24, 50 and 90 fail; the lower ones take longest, so that a higher one fails first. */
static int troubled_chunk(fairu_context *worker, size_t chunk, void *data)
{
  trouble *t = (trouble *)data;
  atomic_fetch_add(&t->ran[chunk], 1);
  if (chunk == 23)
    usleep(20000);
  if (chunk != 23 && chunk != 24 && chunk != 50 && chunk != 90)
    return FAIRU_OK;
  if (t->silent)
    return FAIRU_ERR_RANGE;
  return fairu_context__fail(worker, FAIRU_ERR_RANGE, "chunk %zu is bad", chunk);
}

static void check_trouble(fairu_context *ctx)
{
  trouble t = { .silent = 0 };
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_context__parallel(ctx, N_CHUNKS, troubled_chunk, &t, NULL));
  assert_string_equal(fairu_context_message(ctx), "chunk 23 is bad");
  assert_int_equal(fairu_context_status(ctx), FAIRU_ERR_RANGE);
  for (size_t c = 0; c <= 23; c++)
    assert_int_equal(atomic_load(&t.ran[c]), 1);
  t.silent = 1;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_context__parallel(ctx, N_CHUNKS, troubled_chunk, &t, NULL));
}

static void the_lowest_failing_chunk_reports(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int threads = 1; threads <= 8; threads *= 2) {
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
    check_trouble(ctx);
    CHECK_OK(ctx, fairu_context__convene(ctx));
    check_trouble(ctx);
    fairu_context__disband(ctx);
  }
  CHECK_OK(ctx, fairu_context_set_executor(ctx, backwards, NULL));
  check_trouble(ctx);
  fairu_context_destroy(ctx);
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  sums out;
  assert_true(support_every_allocation_fails(sum_alone, &out) >= 2);
  assert_true(support_every_allocation_fails(sum_on_threads, &out) >= 6);
  assert_true(support_every_allocation_fails(sum_in_team, &out) >= 9);
  assert_true(support_every_allocation_fails(sum_on_host, &out) >= 4);
}

/* ---- nesting, cancel, deadline, progress -------------------------------------------------------------- */

static int inner_chunk(fairu_context *worker, size_t chunk, void *data)
{
  (void)worker;
  ((size_t *)data)[chunk] = chunk;
  return FAIRU_OK;
}

static int outer_chunk(fairu_context *worker, size_t chunk, void *data)
{
  size_t inside[8] = { 0 };
  const int status = fairu_context__parallel(worker, 8, inner_chunk, inside, "inner");
  for (size_t i = 0; i < 8; i++)
    if (inside[i] != i)
      return fairu_context__fail(worker, FAIRU_ERR_INTERNAL, "chunk %zu of %zu did not run", i, chunk);
  atomic_fetch_add((atomic_int *)data, 1);
  return status;
}

static int only_outer(const char *what, uint64_t done, uint64_t total, void *user_data)
{
  assert_string_equal(what, "outer");
  assert_true(done <= total);
  assert_int_equal(total, 20);
  assert_true(pthread_equal(pthread_self(), *(pthread_t *)user_data));
  return 0;
}

static void calls_inside_a_worker_are_serial_and_quiet(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  pthread_t self = pthread_self();
  CHECK_OK(ctx, fairu_context_set_progress(ctx, only_outer, &self));
  for (int threads = 1; threads <= 4; threads++) {
    atomic_int n = 0;
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
    CHECK_OK(ctx, fairu_context__parallel(ctx, 20, outer_chunk, &n, "outer"));
    assert_int_equal(atomic_load(&n), 20);
  }
  fairu_context_destroy(ctx);
}

static int endless_chunk(fairu_context *worker, size_t chunk, void *data)
{
  (void)chunk;
  if (data)
    atomic_store((atomic_int *)data, 1);
  for (;;) {
    const int status = fairu_context__poll(worker);
    if (status != FAIRU_OK)
      return status;
    usleep(100);
  }
}

typedef struct stopper {
  fairu_context *ctx;
  atomic_int running;
} stopper;

static void *cancel_when_running(void *argument)
{
  stopper *s = (stopper *)argument;
  while (!atomic_load(&s->running))
    usleep(100);
  fairu_context_cancel(s->ctx);
  return NULL;
}

static void another_thread_can_cancel(void **state)
{
  (void)state;
  stopper s = { support_context(), 0 };
  sums out;
  for (int threads = 1; threads <= 3; threads += 2) {
    pthread_t thread;
    atomic_store(&s.running, 0);
    CHECK_OK(s.ctx, fairu_context_set_threads(s.ctx, threads));
    assert_int_equal(pthread_create(&thread, NULL, cancel_when_running, &s), 0);
    CHECK_FAILS(s.ctx, FAIRU_ERR_CANCELLED,
                fairu_context__parallel(s.ctx, 10, endless_chunk, &s.running, NULL));
    pthread_join(thread, NULL);
    CHECK_FAILS(s.ctx, FAIRU_ERR_CANCELLED, fairu_context__parallel(s.ctx, N_CHUNKS, sum_chunk, &out, NULL));
    fairu_context_resume(s.ctx);
    CHECK_OK(s.ctx, fairu_context__parallel(s.ctx, N_CHUNKS, sum_chunk, &out, NULL));
  }
  fairu_context_destroy(s.ctx);
}

static void the_deadline_reaches_workers(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  sums out;
  for (int threads = 1; threads <= 3; threads += 2) {
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
    CHECK_OK(ctx, fairu_context_set_deadline(ctx, 0.02));
    CHECK_FAILS(ctx, FAIRU_ERR_DEADLINE, fairu_context__parallel(ctx, 10, endless_chunk, NULL, NULL));
    CHECK_OK(ctx, fairu_context_set_deadline(ctx, 0.0));
    CHECK_OK(ctx, fairu_context__parallel(ctx, N_CHUNKS, sum_chunk, &out, NULL));
  }
  fairu_context_destroy(ctx);
}

static int stop_at_third(const char *what, uint64_t done, uint64_t total, void *user_data)
{
  (void)what, (void)done, (void)total;
  return ++*(int *)user_data == 3;
}

static void the_progress_callback_can_stop(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int threads = 1; threads <= 3; threads += 2) {
    int calls = 0;
    atomic_int n = 0;
    CHECK_OK(ctx, fairu_context_set_progress(ctx, stop_at_third, &calls));
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
    CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_context__parallel(ctx, 100000, outer_chunk, &n, "toys"));
    CHECK_SAYS(ctx, "toys");
    assert_true(atomic_load(&n) < 100000);
  }
  fairu_context_destroy(ctx);
}

static void log_line(int level, const char *text, void *user_data)
{
  assert_int_equal(level, FAIRU_LOG_INFO);
  assert_memory_equal(text, "chunk ", 6);
  ++*(size_t *)user_data; /* not atomic: lines come one at a time */
}

static int talking_chunk(fairu_context *worker, size_t chunk, void *data)
{
  (void)data;
  fairu_context__log(worker, FAIRU_LOG_INFO, "chunk %zu", chunk);
  fairu_context__log(worker, FAIRU_LOG_DEBUG, "not wanted");
  return FAIRU_OK;
}

static void workers_log_one_at_a_time(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  size_t lines = 0;
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 4));
  CHECK_OK(ctx, fairu_context_set_log(ctx, FAIRU_LOG_INFO, log_line, &lines));
  CHECK_OK(ctx, fairu_context__parallel(ctx, N_CHUNKS, talking_chunk, NULL, NULL));
  assert_int_equal(lines, N_CHUNKS);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
    cmocka_unit_test(a_team_works_call_after_call),
    cmocka_unit_test(the_hosts_scheduler_gives_the_same_bits),
    cmocka_unit_test(a_wrong_scheduler_is_found_out),
    cmocka_unit_test(the_lowest_failing_chunk_reports),
    cmocka_unit_test(every_allocation_may_fail),
    cmocka_unit_test(calls_inside_a_worker_are_serial_and_quiet),
    cmocka_unit_test(another_thread_can_cancel),
    cmocka_unit_test(the_deadline_reaches_workers),
    cmocka_unit_test(the_progress_callback_can_stop),
    cmocka_unit_test(workers_log_one_at_a_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
