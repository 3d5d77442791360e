/* parallel.c - chunks of one call on own threads or on the host's scheduler.
 *
 * A chunk is skipped only when a chunk of lower index has failed, so the failure that comes back is that of
 * the lowest failing index whatever the schedule. */
#include <string.h>

#include "base/team.h"

struct job {
  fairu_context *ctx;
  fairu_chunk_fn fn;
  void *data;
  size_t n_chunks;
  const char *progress;
  pthread_t caller;
  atomic_size_t next;     /* next chunk to hand out (own threads) */
  atomic_size_t done;     /* chunks finished or skipped */
  atomic_size_t lowest;   /* lowest failing chunk, SIZE_MAX: none */
  atomic_int stopped;     /* the progress callback asked to stop */
  pthread_mutex_t mutex;  /* status and message of ctx; idle workers */
  size_t n_idle;          /* executor: ctx->workers[0 .. n_idle-1] are free */
  unsigned char *started; /* executor: chunks handed to us, one byte each */
  const char *misuse;     /* executor: what it did wrong */
};

/* ---- one chunk ---------------------------------------------------------------------------------------- */

static void record_failure(struct job *job, fairu_context *worker, size_t chunk, int status)
{
  pthread_mutex_lock(&job->mutex);
  if (chunk < atomic_load(&job->lowest)) {
    atomic_store(&job->lowest, chunk);
    job->ctx->status = status;
    const char *text = worker->message[0] ? worker->message : fairu_status_text(status);
    memcpy(job->ctx->message, text, strlen(text) + 1);
    job->ctx->n_said++;
  }
  pthread_mutex_unlock(&job->mutex);
}

static void run_chunk(struct job *job, fairu_context *worker, size_t chunk)
{
  if (atomic_load(&job->stopped) || chunk > atomic_load(&job->lowest))
    return;
  worker->status = FAIRU_OK;
  worker->message[0] = '\0';
  const fairu_mark mark = fairu_context__mark(worker);
  int status = fairu_context__poll(worker);
  if (status == FAIRU_OK)
    status = job->fn(worker, chunk, job->data);
  fairu_context__release(worker, mark);
  if (status != FAIRU_OK)
    record_failure(job, worker, chunk, status);
}

static void report_progress(struct job *job)
{
  fairu_context *ctx = job->ctx;
  if (!job->progress || !ctx->progress || ctx->depth > 0 || atomic_load(&job->stopped))
    return;
  const uint64_t done = atomic_load(&job->done);
  if (ctx->progress(job->progress, done, job->n_chunks, ctx->progress_data) != 0)
    atomic_store(&job->stopped, 1);
}

static int finish(struct job *job)
{
  fairu_context *ctx = job->ctx;
  if (atomic_load(&job->lowest) != SIZE_MAX)
    return ctx->status;
  if (atomic_load(&job->stopped))
    return fairu_context__fail(ctx, FAIRU_ERR_CALLBACK, "%s: the progress callback asked to stop",
                               job->progress);
  return FAIRU_OK;
}

/* ---- workers ------------------------------------------------------------------------------------------ */

/* Silent, because a message of a chunk may stand in ctx already. Returns the new worker or NULL. */
static fairu_context *add_worker(fairu_context *ctx)
{
  const fairu_allocator *allocator = &ctx->allocator;
  const size_t n = ctx->n_workers;
  fairu_context **workers =
      (fairu_context **)allocator->allocate((n + 1) * sizeof *workers, allocator->user_data);
  if (!workers)
    return NULL;
  fairu_context *worker = fairu_context__create_worker(ctx);
  if (!worker) {
    fairu_allocator__free(allocator, workers);
    return NULL;
  }
  if (n > 0)
    memcpy(workers, ctx->workers, n * sizeof *workers);
  workers[n] = worker;
  fairu_allocator__free(allocator, ctx->workers);
  ctx->workers = workers;
  ctx->n_workers = n + 1;
  return worker;
}

static int need_workers(fairu_context *ctx, size_t n)
{
  while (ctx->n_workers < n)
    if (!add_worker(ctx))
      return fairu_context__fail(ctx, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: worker %zu", ctx->n_workers);
  return FAIRU_OK;
}

/* ---- own threads -------------------------------------------------------------------------------------- */

struct seat {
  struct job *job;
  fairu_context *worker;
};

static void work(struct job *job, fairu_context *worker, int reports)
{
  for (;;) {
    const size_t chunk = atomic_fetch_add(&job->next, 1);
    if (chunk >= job->n_chunks)
      return;
    run_chunk(job, worker, chunk);
    atomic_fetch_add(&job->done, 1);
    if (reports)
      report_progress(job);
  }
}

static void *thread_main(void *argument)
{
  struct seat *seat = (struct seat *)argument;
  work(seat->job, seat->worker, 0);
  return NULL;
}

static int run_threads(struct job *job, size_t n_threads)
{
  fairu_context *ctx = job->ctx;
  if (need_workers(ctx, n_threads) != FAIRU_OK)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const fairu_mark mark = fairu_context__mark(ctx);
  struct seat *seats = (struct seat *)fairu_context__scratch(ctx, n_threads, sizeof *seats, "threads");
  pthread_t *threads = (pthread_t *)fairu_context__scratch(ctx, n_threads, sizeof *threads, "threads");
  if (!seats || !threads) {
    fairu_context__release(ctx, mark);
    return FAIRU_ERR_OUT_OF_MEMORY;
  }
  for (size_t t = 0; t < n_threads; t++)
    seats[t] = (struct seat){ .job = job, .worker = ctx->workers[t] };
  report_progress(job);
  const size_t wanted = n_threads - 1; /* the calling thread is one of them */
  const size_t started = fairu_threads__start(threads, wanted, thread_main, seats, sizeof *seats);
  if (started == wanted)
    work(job, seats[wanted].worker, 1);
  else
    atomic_store(&job->next, job->n_chunks);
  for (size_t t = 0; t < started; t++)
    pthread_join(threads[t], NULL);
  fairu_context__release(ctx, mark);
  if (started < wanted)
    return fairu_context__fail(ctx, FAIRU_ERR_THREAD, "only %zu of %zu threads could be started", started + 1,
                               n_threads);
  return finish(job);
}

/* ---- a team ------------------------------------------------------------------------------------------- */

static void team_seat(size_t seat, void *data)
{
  struct job *job = (struct job *)data;
  fairu_context *ctx = job->ctx;
  work(job, ctx->workers[seat], seat + 1 == fairu_team__size(ctx->team));
}

static int run_team(struct job *job)
{
  report_progress(job);
  fairu_team__run(job->ctx->team, team_seat, job);
  return finish(job);
}

int fairu_context__convene(fairu_context *ctx)
{
  const size_t n = (size_t)ctx->n_threads;
  if (!ctx->team && !ctx->executor && !fairu_context__is_serial(ctx)) {
    if (need_workers(ctx, n) != FAIRU_OK)
      return FAIRU_ERR_OUT_OF_MEMORY;
    int status = fairu_team__create(ctx, n, &ctx->team);
    if (status != FAIRU_OK)
      return status;
  }
  ctx->n_convened++;
  return FAIRU_OK;
}

void fairu_context__disband(fairu_context *ctx)
{
  if (--ctx->n_convened > 0)
    return;
  fairu_team__destroy(ctx->team);
  ctx->team = NULL;
}

/* ---- the host's scheduler ----------------------------------------------------------------------------- */

/* A worker that no other task uses, or NULL without memory. Busy workers stand behind the idle ones. */
static fairu_context *borrow(struct job *job)
{
  pthread_mutex_lock(&job->mutex);
  fairu_context *worker = job->n_idle > 0 ? job->ctx->workers[--job->n_idle] : add_worker(job->ctx);
  pthread_mutex_unlock(&job->mutex);
  return worker;
}

static void give_back(struct job *job, fairu_context *worker)
{
  pthread_mutex_lock(&job->mutex);
  size_t at = job->n_idle;
  while (job->ctx->workers[at] != worker)
    at++;
  fairu_context **workers = job->ctx->workers;
  workers[at] = workers[job->n_idle];
  workers[job->n_idle++] = worker;
  pthread_mutex_unlock(&job->mutex);
}

/* Each chunk comes once and exists; a scheduler that repeats one would run it twice at once. */
static int claim(struct job *job, size_t chunk)
{
  pthread_mutex_lock(&job->mutex);
  const int fresh = chunk < job->n_chunks && !job->started[chunk];
  if (fresh)
    job->started[chunk] = 1;
  else
    job->misuse = chunk < job->n_chunks ? "ran a chunk twice" : "ran a chunk that does not exist";
  pthread_mutex_unlock(&job->mutex);
  return fresh;
}

static int executor_task(size_t chunk, void *task_data)
{
  struct job *job = (struct job *)task_data;
  if (!claim(job, chunk))
    return 1;
  fairu_context *worker = borrow(job);
  if (worker) {
    run_chunk(job, worker, chunk);
    give_back(job, worker);
  } else {
    pthread_mutex_lock(&job->mutex);
    if (chunk < atomic_load(&job->lowest)) {
      atomic_store(&job->lowest, chunk);
      fairu_context__fail(job->ctx, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: a worker for chunk %zu", chunk);
    }
    pthread_mutex_unlock(&job->mutex);
  }
  atomic_fetch_add(&job->done, 1);
  if (pthread_equal(pthread_self(), job->caller))
    report_progress(job);
  return atomic_load(&job->stopped) || atomic_load(&job->lowest) == 0;
}

static int run_executor(struct job *job)
{
  fairu_context *ctx = job->ctx;
  const fairu_mark mark = fairu_context__mark(ctx);
  job->started = (unsigned char *)fairu_context__scratch(ctx, job->n_chunks, 1, "chunks");
  if (!job->started)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(job->started, 0, job->n_chunks);
  job->n_idle = ctx->n_workers;
  report_progress(job);
  const int refused = ctx->executor(job->n_chunks, executor_task, job, ctx->executor_data);
  const size_t done = atomic_load(&job->done);
  fairu_context__release(ctx, mark);
  if (job->misuse)
    return fairu_context__fail(ctx, FAIRU_ERR_CALLBACK, "the executor %s", job->misuse);
  const int status = finish(job);
  if (status != FAIRU_OK)
    return status;
  if (refused || done != job->n_chunks)
    return fairu_context__fail(ctx, FAIRU_ERR_CALLBACK, "the executor ran %zu of %zu chunks and returned %d",
                               done, job->n_chunks, refused);
  return FAIRU_OK;
}

/* ---- serial ------------------------------------------------------------------------------------------- */

static int run_serial(struct job *job)
{
  fairu_context *ctx = job->ctx;
  report_progress(job);
  for (size_t chunk = 0; chunk < job->n_chunks; chunk++) {
    int status = fairu_context__poll(ctx);
    if (status == FAIRU_OK) {
      const fairu_mark mark = fairu_context__mark(ctx);
      ctx->depth++;
      status = job->fn(ctx, chunk, job->data);
      ctx->depth--;
      fairu_context__release(ctx, mark);
    }
    if (status != FAIRU_OK)
      return ctx->status == status ? status
                                   : fairu_context__fail(ctx, status, "%s", fairu_status_text(status));
    atomic_fetch_add(&job->done, 1);
    report_progress(job);
    if (atomic_load(&job->stopped))
      break;
  }
  return finish(job);
}

int fairu_context__is_serial(const fairu_context *ctx)
{
  return ctx->depth > 0 || (!ctx->executor && ctx->n_threads == 1);
}

int fairu_context__parallel(fairu_context *ctx, size_t n_chunks, fairu_chunk_fn fn, void *data,
                            const char *progress)
{
  struct job job = { .ctx = ctx, .fn = fn, .data = data, .n_chunks = n_chunks, .progress = progress };
  atomic_init(&job.next, 0);
  atomic_init(&job.done, 0);
  atomic_init(&job.lowest, SIZE_MAX);
  atomic_init(&job.stopped, 0);
  if (n_chunks == 0)
    return FAIRU_OK;
  const int nested = ctx->depth > 0;
  const size_t threads = (size_t)ctx->n_threads < n_chunks ? (size_t)ctx->n_threads : n_chunks;
  if (nested || (!ctx->executor && threads == 1))
    return run_serial(&job);
  if (pthread_mutex_init(&job.mutex, NULL) != 0)
    return fairu_context__fail(ctx, FAIRU_ERR_THREAD, "no mutex for %zu threads", threads);
  job.caller = pthread_self();
  const int status = ctx->executor ? run_executor(&job)
                     : ctx->team   ? run_team(&job)
                                   : run_threads(&job, threads);
  pthread_mutex_destroy(&job.mutex);
  return status;
}
