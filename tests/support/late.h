/* late.h - deadlines that pass at the 1st, 2nd, ... look at the clock, which this program keeps itself (include it once). */
#ifndef FAIRU_TESTS_LATE_H
#define FAIRU_TESTS_LATE_H

#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "support/support.h"

static atomic_long late_looks = -1; /* that are still in time; negative: the clock is left alone */
static atomic_long late_live;
static atomic_int late_passed;

/* Stands before that of the C library. */
int clock_gettime(clockid_t clock, struct timespec *now)
{
  const long status = syscall(SYS_clock_gettime, clock, now);
  if (atomic_load(&late_looks) < 0)
    return (int)status;
  if (atomic_load(&late_passed) || atomic_fetch_sub(&late_looks, 1) == 0) {
    atomic_store(&late_passed, 1);
    atomic_store(&late_looks, 0);
    now->tv_sec += 1000000;
  }
  return (int)status;
}

static inline void *late_allocate(size_t size, void *user_data)
{
  (void)user_data;
  void *pointer = malloc(size);
  if (pointer)
    atomic_fetch_add(&late_live, 1);
  return pointer;
}

static inline void late_release(void *pointer, void *user_data)
{
  (void)user_data;
  if (pointer)
    atomic_fetch_sub(&late_live, 1);
  free(pointer);
}

/* One run whose deadline passes at look `look`; true when there was that one. */
static inline int late_run(support_body_fn body, void *data, long look)
{
  const fairu_allocator allocator = { late_allocate, late_release, NULL };
  fairu_context *ctx = NULL;
  atomic_store(&late_live, 0);
  atomic_store(&late_passed, 0);
  assert_int_equal(fairu_context_create(&allocator, &ctx), FAIRU_OK);
  assert_int_equal(fairu_context_set_deadline(ctx, 100000.0), FAIRU_OK);
  atomic_store(&late_looks, look);
  const int status = body(ctx, data);
  atomic_store(&late_looks, -1);
  const int passed = atomic_load(&late_passed);
  /* a file in the making looks at the clock as well, for its name; that is no end */
  if (status != FAIRU_OK && (!passed || status != FAIRU_ERR_DEADLINE))
    fail_msg("late at look %ld: %s; message: %s", look, fairu_status_name(status),
             fairu_context_message(ctx));
  if (status != FAIRU_OK && fairu_context_message(ctx)[0] == '\0')
    fail_msg("late at look %ld without a message", look);
  fairu_context_destroy(ctx);
  if (atomic_load(&late_live) != 0)
    fail_msg("late at look %ld: %ld blocks live afterwards", look, atomic_load(&late_live));
  return passed;
}

/* body as for support_every_allocation_fails(): FAIRU_ERR_DEADLINE (or FAIRU_OK, had it ended) and no block live, at the first looks each and then at every
 * fifth part more. Returns how many were tried. */
static inline size_t late_at_many_looks(support_body_fn body, void *data)
{
  size_t n = 0;
  if (getenv("FAIRU_TEST_HOSTILE"))
    return 0; /* the host is the matter then */
  for (long look = 0; late_run(body, data, look); look += 1 + look / 5)
    n++;
  return n;
}

#endif /* FAIRU_TESTS_LATE_H */
