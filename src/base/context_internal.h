/* context_internal.h - what every layer uses of a context: errors, memory, workers, limits. */
#ifndef FAIRU_BASE_CONTEXT_INTERNAL_H
#define FAIRU_BASE_CONTEXT_INTERNAL_H

#include <stdarg.h>

#include <fairu/base.h>

/* Set status and message, return code: `return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "...", ...)`. */
int fairu_context__fail(fairu_context *ctx, int code, const char *format, ...) FAIRU_PRINTF(3, 4);

/* Put "prefix: " before the message of the failure that has just happened, return code. For places the
 * lower layer cannot know (a file name, a process); never to re-word. */
int fairu_context__within(fairu_context *ctx, int code, const char *format, ...) FAIRU_PRINTF(3, 4);

/* How often a message has been set: whether one is new, or of a failure long before. */
uint64_t fairu_context__n_said(const fairu_context *ctx);

/* vsnprintf that writes 1.5 as "1.5" whatever the locale of the host. */
int fairu_text__vformat(char *buffer, size_t size, const char *format, va_list args);
int fairu_text__format(char *buffer, size_t size, const char *format, ...) FAIRU_PRINTF(3, 4);

void fairu_context__log(fairu_context *ctx, int level, const char *format, ...) FAIRU_PRINTF(3, 4);

/* FAIRU_OK, FAIRU_ERR_CANCELLED or FAIRU_ERR_DEADLINE. Cheap enough for every few hundred events. */
int fairu_context__poll(fairu_context *ctx);

/* Poll, then report progress; FAIRU_ERR_CALLBACK if the callback says stop. Calling thread only. */
int fairu_context__progress(fairu_context *ctx, const char *what, uint64_t done, uint64_t total);

const fairu_limits *fairu_context__limits(const fairu_context *ctx);
int fairu_context__blas_policy(const fairu_context *ctx);

/* Kernel level: 0 generic, 3 x86-64-v3, 4 x86-64-v4. */
int fairu_context__kernel_level(const fairu_context *ctx);

/* ---- memory of objects: released by the allocator they keep ------------------------------------------- */

const fairu_allocator *fairu_context__allocator(const fairu_context *ctx);

/* Zeroed memory for count * size bytes (at least 1); on overflow or no memory sets OUT_OF_MEMORY, "what". */
void *fairu_context__new(fairu_context *ctx, size_t count, size_t size, const char *what);

/* The same, not zeroed: for large memory that is written piece by piece between polls. */
void *fairu_context__new_unset(fairu_context *ctx, size_t count, size_t size, const char *what);

/* Copy of count * size bytes, or of a string; NULL and message as fairu_context__new. */
void *fairu_context__copy(fairu_context *ctx, const void *source, size_t count, size_t size,
                          const char *what);
char *fairu_context__copy_string(fairu_context *ctx, const char *text, const char *what);

/* Zeroed memory of an object that keeps `allocator`, for what it takes after it was made, on behalf of any context. */
void *fairu_allocator__new(const fairu_allocator *allocator, fairu_context *ctx, size_t count, size_t size,
                           const char *what);

/* Release with the allocator of a context or of an object; NULL is a no-op. */
void fairu_context__free(fairu_context *ctx, void *pointer);
void fairu_allocator__free(const fairu_allocator *allocator, void *pointer);

/* ---- scratch: a stack of memory in the context, kept between calls ------------------------------------ */

typedef struct fairu_mark {
  size_t block;
  size_t used;
} fairu_mark;

/* Scratch taken after a mark is given back by release; memory stays in the context for the next call.
 * fairu_context__scratch gives 64-byte aligned, not zeroed memory; NULL sets OUT_OF_MEMORY with `what`. */
fairu_mark fairu_context__mark(fairu_context *ctx);
void *fairu_context__scratch(fairu_context *ctx, size_t count, size_t size, const char *what);
void fairu_context__release(fairu_context *ctx, fairu_mark mark);

/* ---- workers ------------------------------------------------------------------------------------------ */

/* One chunk. worker: a child of ctx with scratch of its own; errors go there. */
typedef int (*fairu_chunk_fn)(fairu_context *worker, size_t chunk, void *data);

/* Run fn for chunks 0 .. n_chunks-1 on the threads or executor of ctx; serial in ascending order on ctx's
 * own thread when threads is 1. Status and message of the failing chunk of lowest index come back (chunks above it may
 * not run; below it all run). progress: what to report, or NULL. Workers keep their scratch between calls. */
int fairu_context__parallel(fairu_context *ctx, size_t n_chunks, fairu_chunk_fn fn, void *data,
                            const char *progress);

/* Between these two, parallel calls of ctx use threads that wait for them instead of starting new ones: for long calls with many
 * short parallel steps. Nothing happens where parallel calls are serial or an executor runs them. May be nested; a convene that
 * fails (no memory, no threads) needs no disband. */
int fairu_context__convene(fairu_context *ctx);
void fairu_context__disband(fairu_context *ctx);

/* 1 if fairu_context__parallel would run all chunks one after the other in ascending order. */
int fairu_context__is_serial(const fairu_context *ctx);

/* ---- options structs ---------------------------------------------------------------------------------- */

/* Read an options struct of the caller: copies min(theirs, ours) bytes into `ours`, which the caller has filled with
 * defaults. FAIRU_ERR_STRUCT_SIZE when theirs is smaller than `minimum` (size in 0.1) or unknown trailing
 * bytes are not zero. The first member of both is struct_size. */
int fairu_options__read(fairu_context *ctx, void *ours, size_t ours_size, const void *theirs, size_t minimum,
                        const char *what);

/* For _init functions: fill min(struct_size, ours) bytes of `options` from defaults, zero the rest, set struct_size. */
int fairu_options__init(void *options, size_t struct_size, const void *defaults, size_t defaults_size);

/* For results: write min(theirs->struct_size, ours_size) bytes after struct_size; same checks. */
int fairu_result__write(fairu_context *ctx, void *theirs, const void *ours, size_t ours_size,
                        const char *what);

/* Before long work whose result is to be written to `theirs` (NULL: nowhere): its struct_size is at least `minimum`, and will do. */
int fairu_result__check(fairu_context *ctx, const void *theirs, size_t minimum, const char *what);

#endif /* FAIRU_BASE_CONTEXT_INTERNAL_H */
