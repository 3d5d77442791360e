/* context.c - making and destroying contexts, their settings, cancel and deadline. */
#include "base/context_private.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void *plain_allocate(size_t size, void *user_data)
{
  const int kept = errno; /* the caller is told by a status */
  void *pointer = malloc(size);
  (void)user_data;
  errno = kept;
  return pointer;
}

static void plain_release(void *pointer, void *user_data)
{
  (void)user_data;
  free(pointer);
}

static const fairu_limits default_limits = {
  .struct_size = sizeof(fairu_limits),
  .file_bytes = UINT64_C(1) << 30,
  .decompressed_bytes = UINT64_C(4) << 30,
  .decompressed_ratio = 200,
  .json_depth = 64,
  .json_string_bytes = 1 << 20,
  .name_bytes = 4096,
  .csv_columns = 4096,
  .csv_cell_bytes = 4096,
  .rows = 1000000000,
  .bins = 10000000,
  .model_bytes = 1000000000,
};

/* Best kernel level of this CPU: 0, 3 (AVX2, FMA) or 4 (AVX-512 as in x86-64-v4). */
static int detect_kernel_level(void)
{
#if defined(__x86_64__)
  const int v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                 __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  if (!v3)
    return 0;
  const int v4 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                 __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                 __builtin_cpu_supports("avx512cd");
  return v4 ? 4 : 3;
#else
  return 0;
#endif
}

static fairu_context *allocate_context(const fairu_allocator *allocator)
{
  fairu_context *ctx = (fairu_context *)allocator->allocate(sizeof *ctx, allocator->user_data);
  if (!ctx)
    return NULL;
  memset(ctx, 0, sizeof *ctx);
  ctx->allocator = *allocator;
  ctx->root = ctx;
  atomic_init(&ctx->cancelled, 0);
  if (pthread_mutex_init(&ctx->mutex, NULL) != 0) {
    allocator->release(ctx, allocator->user_data);
    return NULL;
  }
  return ctx;
}

int fairu_context_create(const fairu_allocator *allocator, fairu_context **out)
{
  const fairu_allocator plain = { plain_allocate, plain_release, NULL };
  if (!out)
    return FAIRU_ERR_NULL;
  *out = NULL;
  if (allocator && (!allocator->allocate || !allocator->release))
    return FAIRU_ERR_ARGUMENT;
  fairu_context *ctx = allocate_context(allocator ? allocator : &plain);
  if (!ctx)
    return FAIRU_ERR_OUT_OF_MEMORY;
  ctx->n_threads = 1;
  ctx->blas_policy = FAIRU_BLAS_AUTO;
  ctx->kernel_level = detect_kernel_level();
  ctx->limits = default_limits;
  ctx->scratch.smallest = FAIRU_SCRATCH_BLOCK;
  *out = ctx;
  return FAIRU_OK;
}

fairu_context *fairu_context__create_worker(fairu_context *root)
{
  fairu_context *worker = allocate_context(&root->allocator);
  if (!worker)
    return NULL;
  worker->root = root;
  worker->depth = 1;
  worker->n_threads = 1;
  return worker;
}

void fairu_context_destroy(fairu_context *ctx)
{
  if (!ctx)
    return;
  for (size_t w = 0; w < ctx->n_workers; w++) {
    fairu_context *worker = ctx->workers[w]; /* has no workers of its own */
    fairu_scratch__destroy(worker);
    pthread_mutex_destroy(&worker->mutex);
    fairu_context__free(ctx, worker);
  }
  fairu_context__free(ctx, ctx->workers);
  fairu_scratch__destroy(ctx);
  pthread_mutex_destroy(&ctx->mutex);
  const fairu_allocator allocator = ctx->allocator;
  fairu_allocator__free(&allocator, ctx);
}

/* ---- settings ----------------------------------------------------------------------------------------- */

int fairu_context_set_progress(fairu_context *ctx, fairu_progress_fn fn, void *user_data)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  ctx->progress = fn;
  ctx->progress_data = user_data;
  return FAIRU_OK;
}

int fairu_context_set_threads(fairu_context *ctx, int n_threads)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (n_threads < 1 || n_threads > 1024)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "n_threads is %d, must be 1 to 1024", n_threads);
  ctx->n_threads = n_threads;
  return FAIRU_OK;
}

int fairu_context_threads(const fairu_context *ctx)
{
  return ctx ? ctx->n_threads : 0;
}

int fairu_context_set_executor(fairu_context *ctx, fairu_executor_fn fn, void *user_data)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  ctx->executor = fn;
  ctx->executor_data = user_data;
  return FAIRU_OK;
}

int fairu_context_set_blas(fairu_context *ctx, int policy)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (policy != FAIRU_BLAS_AUTO && policy != FAIRU_BLAS_NEVER && policy != FAIRU_BLAS_ALWAYS)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "blas policy %d is unknown", policy);
  ctx->blas_policy = policy;
  return FAIRU_OK;
}

int fairu_context__blas_policy(const fairu_context *ctx)
{
  return ctx->root->blas_policy;
}

typedef struct kernel_entry {
  int level;
  const char *name;
} kernel_entry;

static const kernel_entry kernels[] = { { 0, "generic" }, { 3, "x86-64-v3" }, { 4, "x86-64-v4" } };

int fairu_context_set_kernel(fairu_context *ctx, const char *name)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!name)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "kernel name is NULL");
  const int best = detect_kernel_level();
  if (strcmp(name, "auto") == 0) {
    ctx->kernel_level = best;
    return FAIRU_OK;
  }
  for (size_t k = 0; k < sizeof kernels / sizeof kernels[0]; k++) {
    if (strcmp(name, kernels[k].name) != 0)
      continue;
    if (kernels[k].level > best)
      return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "this CPU cannot run kernel %s", name);
    ctx->kernel_level = kernels[k].level;
    return FAIRU_OK;
  }
  return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "kernel \"%.100s\" is unknown", name);
}

const char *fairu_context_kernel(const fairu_context *ctx)
{
  const int level = ctx ? fairu_context__kernel_level(ctx) : 0;
  for (size_t k = 0; k < sizeof kernels / sizeof kernels[0]; k++)
    if (kernels[k].level == level)
      return kernels[k].name;
  return "generic";
}

int fairu_context__kernel_level(const fairu_context *ctx)
{
  return ctx->root->kernel_level;
}

const fairu_allocator *fairu_context__allocator(const fairu_context *ctx)
{
  return &ctx->allocator;
}

/* ---- limits ------------------------------------------------------------------------------------------- */

int fairu_limits_init(fairu_limits *limits, size_t struct_size)
{
  return fairu_options__init(limits, struct_size, &default_limits, sizeof default_limits);
}

int fairu_context_set_limits(fairu_context *ctx, const fairu_limits *limits)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!limits)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "limits is NULL");
  fairu_limits ours = default_limits;
  const int status =
      fairu_options__read(ctx, &ours, sizeof ours, limits, sizeof(fairu_limits), "fairu_limits");
  if (status == FAIRU_OK)
    ctx->limits = ours;
  return status;
}

const fairu_limits *fairu_context__limits(const fairu_context *ctx)
{
  return &ctx->root->limits;
}

/* ---- cancel and deadline ------------------------------------------------------------------------------ */

int64_t fairu_clock__now(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + (int64_t)now.tv_nsec;
}

void fairu_context_cancel(fairu_context *ctx)
{
  if (ctx)
    atomic_store_explicit(&ctx->cancelled, 1, memory_order_relaxed);
}

void fairu_context_resume(fairu_context *ctx)
{
  if (ctx)
    atomic_store_explicit(&ctx->cancelled, 0, memory_order_relaxed);
}

int fairu_context_set_deadline(fairu_context *ctx, double seconds)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (isnan(seconds))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "deadline is nan");
  /* beyond 100 years nanoseconds would overflow, and nobody waits */
  ctx->deadline = seconds > 0.0 && seconds < 3e9 ? fairu_clock__now() + (int64_t)(seconds * 1e9) : 0;
  return FAIRU_OK;
}

int fairu_context__poll(fairu_context *ctx)
{
  fairu_context *root = ctx->root;
  if (atomic_load_explicit(&root->cancelled, memory_order_relaxed))
    return fairu_context__fail(ctx, FAIRU_ERR_CANCELLED, "cancelled");
  if (root->deadline != 0 && fairu_clock__now() >= root->deadline)
    return fairu_context__fail(ctx, FAIRU_ERR_DEADLINE, "the deadline has passed");
  return FAIRU_OK;
}

int fairu_context__progress(fairu_context *ctx, const char *what, uint64_t done, uint64_t total)
{
  const int status = fairu_context__poll(ctx);
  if (status != FAIRU_OK || ctx->depth > 0 || !ctx->progress)
    return status;
  if (ctx->progress(what, done, total, ctx->progress_data) != 0)
    return fairu_context__fail(ctx, FAIRU_ERR_CALLBACK, "%s: the progress callback asked to stop", what);
  return FAIRU_OK;
}
