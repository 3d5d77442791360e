/* context_private.h - the struct behind fairu_context; for files of this folder only. */
#ifndef FAIRU_BASE_CONTEXT_PRIVATE_H
#define FAIRU_BASE_CONTEXT_PRIVATE_H

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>

#include "base/context_internal.h"

#define FAIRU_MESSAGE_BYTES 1024

/* One piece of scratch memory; base is raw rounded up to 64. */
typedef struct fairu_block {
  void *raw;
  unsigned char *base;
  size_t size;
} fairu_block;

#ifndef FAIRU_SCRATCH_TIGHT
#define FAIRU_SCRATCH_TIGHT                                                                                  \
  0 /* 1, for `make sites`: scratch has no spare room, every request asks the allocator */
#endif
enum {
  FAIRU_SCRATCH_BLOCK = FAIRU_SCRATCH_TIGHT ? 1 : 64 * 1024
}; /* smallest piece; tests set it by context */

typedef struct fairu_team fairu_team; /* team.h */

typedef struct fairu_scratch {
  fairu_block *blocks;
  size_t n_blocks;
  size_t capacity;
  size_t current;  /* block in use; meaningful when n_blocks > 0 */
  size_t used;     /* bytes in use of that block */
  size_t wanted;   /* size of the next first block: what several blocks held before they were joined */
  size_t smallest; /* bytes of a block, at least; read at the root */
} fairu_scratch;

struct fairu_context {
  fairu_allocator allocator;
  fairu_context *root; /* itself, or the context whose worker this is: settings are read there */
  int status;
  char message[FAIRU_MESSAGE_BYTES];
  uint64_t n_said; /* messages set so far */

  atomic_int cancelled;
  int64_t deadline; /* nanoseconds of the monotonic clock, 0: none */
  int log_level;
  fairu_log_fn log;
  void *log_data;
  fairu_progress_fn progress;
  void *progress_data;
  int n_threads;
  fairu_executor_fn executor;
  void *executor_data;
  int blas_policy;
  int kernel_level;
  fairu_limits limits;

  fairu_scratch scratch;
  int depth; /* > 0: inside a chunk; parallel calls run serially and progress is the outer call's */
  fairu_context **workers;
  size_t n_workers;
  size_t n_convened;     /* teams asked for and not yet disbanded */
  fairu_team *team;      /* between convene and disband; NULL: threads are started by each call */
  pthread_mutex_t mutex; /* one log line at a time; workers of an executor */
};

int64_t fairu_clock__now(void);

/* A child that shares the settings of root; NULL without memory (no message). */
fairu_context *fairu_context__create_worker(fairu_context *root);

void fairu_scratch__destroy(fairu_context *ctx);

#endif /* FAIRU_BASE_CONTEXT_PRIVATE_H */
