/* Threads, mutexes and conditions that the system refuses: FAIRU_ERR_THREAD or FAIRU_ERR_OUT_OF_MEMORY with a message, nothing half done, and
 * the same context works once there are some again. */
#include <errno.h>
#include <pthread.h>

#include "abi/counted.h"
#include "abi/system_faults.h"
#include "abi/world.h"
#include "base/context_internal.h"

enum { THREADS = 4, CHUNKS = 40 };

static struct {
  size_t at, seen; /* the call that fails, from 1; 0: none */
  int lasting;
} refused;

static int refuse(void)
{
  if (refused.at == 0)
    return 0;
  refused.seen++;
  return refused.seen == refused.at || (refused.lasting && refused.seen > refused.at);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *data)
{
  static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  if (!real)
    fault_find(&real, sizeof real, "pthread_create");
  return refuse() ? EAGAIN : real(thread, attributes, start, data);
}

int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
  static int (*real)(pthread_mutex_t *, const pthread_mutexattr_t *);
  if (!real)
    fault_find(&real, sizeof real, "pthread_mutex_init");
  return refuse() ? ENOMEM : real(mutex, attributes);
}

int pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes)
{
  static int (*real)(pthread_cond_t *, const pthread_condattr_t *);
  if (!real)
    fault_find(&real, sizeof real, "pthread_cond_init");
  return refuse() ? ENOMEM : real(condition, attributes);
}

static int count_chunk(fairu_context *worker, size_t chunk, void *data)
{
  (void)worker;
  ((int *)data)[chunk]++;
  return FAIRU_OK;
}

/* Chunks by threads of their own, and by a team that waits for them. */
static int run_chunks(fairu_context *ctx, const world *w, void *result)
{
  int done[2][CHUNKS] = { { 0 } };
  int status = fairu_context__parallel(ctx, CHUNKS, count_chunk, done[0], NULL);
  (void)w;
  if (status == FAIRU_OK)
    status = fairu_context__convene(ctx);
  if (status == FAIRU_OK) {
    status = fairu_context__parallel(ctx, CHUNKS, count_chunk, done[1], NULL);
    fairu_context__disband(ctx);
  }
  for (size_t i = 0; i < CHUNKS && status == FAIRU_OK; i++)
    assert_true(done[0][i] == 1 && done[1][i] == 1);
  *(double *)result = (double)done[1][CHUNKS - 1];
  return status;
}

/* A call of many toys. */
static int run_toys(fairu_context *ctx, const world *w, void *result)
{
  fairu_interval_calibration *made = NULL;
  fairu_interval_calibration_options o;
  double critical = 0.0;
  int status = fairu_interval_calibration_options_init(&o, sizeof o);
  o.n_mu = 5;
  o.n_toys = 100;
  if (status == FAIRU_OK)
    status = fairu_interval_calibration_create(ctx, w->turning, &o, &made);
  assert_true((status == FAIRU_OK) == (made != NULL));
  if (status == FAIRU_OK)
    status = fairu_interval_calibration_critical(made, ctx, 1.0, &critical, NULL);
  fairu_interval_calibration_destroy(made);
  *(double *)result = critical;
  return status;
}

typedef int (*work_fn)(fairu_context *ctx, const world *w, void *result);

/* With the n-th call refused, n = 1, 2, ...; their number. */
static size_t refuse_each(work_fn work, const world *w, int lasting)
{
  for (size_t at = 1;; at++) {
    counted memory;
    double result = 0.0, again = 0.0;
    fairu_context *ctx = counted_context(&memory);
    CHECK_OK(ctx, fairu_context_set_threads(ctx, THREADS));
    refused.at = at;
    refused.seen = 0;
    refused.lasting = lasting;
    const int status = work(ctx, w, &result);
    const int reached = refused.seen >= at;
    refused.at = 0;
    if (!reached)
      assert_int_equal(status, FAIRU_OK);
    else if (status != FAIRU_ERR_OUT_OF_MEMORY) /* a worker's context without its mutex */
      CHECK_FAILS(ctx, FAIRU_ERR_THREAD, status);
    CHECK_OK(ctx, work(ctx, w, &again));
    assert_true(reached || result == again);
    fairu_context_destroy(ctx);
    assert_int_equal(memory.live, 0);
    if (!reached)
      return at - 1;
  }
}

static void refused_threads_give_a_code(void **state)
{
  (void)state;
  world w = world_make();
  const work_fn works[2] = { run_chunks, run_toys };
  for (int i = 0; i < 2; i++)
    for (int lasting = 0; lasting < 2; lasting++)
      assert_true(refuse_each(works[i], &w, lasting) >= THREADS - 1);
  world_free(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(refused_threads_give_a_code) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
