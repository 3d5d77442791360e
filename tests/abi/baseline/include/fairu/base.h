/* fairu/base.h - context, status codes, limits, threads: what every other header needs.
 *
 * Grammar of the whole library (docs/conventions.md):
 *   fairu_<noun>_create(ctx, inputs..., out)     makes a handle; *out is NULL on failure
 *   fairu_<noun>_<verb>(object, ctx, inputs..., outputs...)
 *   fairu_<noun>_destroy(object)                 NULL is a no-op
 * Every call that can fail returns a status (int, FAIRU_OK = 0) and leaves a message in ctx that names the
 * value and the place. Outputs are written only on success unless a function says otherwise. The library has
 * no globals, prints nothing, never exits and reads no environment variable.
 *
 * Threads: one fairu_context per thread or task. Handles of models (systematics, classifier, templates,
 * likelihood) never change once built and may be shared by any number of threads, each with its own context.
 * Callbacks are C functions; throwing a C++ exception through the library is undefined.
 */
#ifndef FAIRU_BASE_H
#define FAIRU_BASE_H

#include <stddef.h>
#include <stdint.h>

#include <fairu/version.h>

#ifdef __cplusplus
#define FAIRU_BEGIN_DECLS extern "C" {
#define FAIRU_END_DECLS }
#else
#define FAIRU_BEGIN_DECLS
#define FAIRU_END_DECLS
#endif

#if defined(__GNUC__)
#define FAIRU_API __attribute__((visibility("default")))
#define FAIRU_NODISCARD __attribute__((warn_unused_result))
#define FAIRU_PRINTF(format_index, first) __attribute__((format(printf, format_index, first)))
#else
#define FAIRU_API
#define FAIRU_NODISCARD
#define FAIRU_PRINTF(format_index, first)
#endif

FAIRU_BEGIN_DECLS

/* Status codes, numbered by hand and never renumbered. Treat unknown codes as errors. */
enum fairu_status {
  FAIRU_OK = 0,
  /* the call is wrong */
  FAIRU_ERR_NULL = 10,        /* a required pointer is NULL */
  FAIRU_ERR_ARGUMENT = 11,    /* an option or choice has no meaning here */
  FAIRU_ERR_STRUCT_SIZE = 12, /* struct_size is too small, or unknown fields are set */
  FAIRU_ERR_SHAPE = 13,       /* a length or dimension does not fit */
  FAIRU_ERR_RANGE = 14,       /* a number is outside its allowed range */
  FAIRU_ERR_NON_FINITE = 15,  /* a number is NaN or infinite */
  FAIRU_ERR_NOT_FOUND = 16,   /* no column, process, nuisance or parameter of that name */
  FAIRU_ERR_DUPLICATE = 17,   /* a name or id occurs twice */
  FAIRU_ERR_EMPTY = 18,       /* no events, an empty class, nothing to do */
  /* the machine */
  FAIRU_ERR_OUT_OF_MEMORY = 30,
  FAIRU_ERR_LIMIT = 31,     /* a limit of fairu_limits would be exceeded */
  FAIRU_ERR_CANCELLED = 32, /* fairu_context_cancel() was called */
  FAIRU_ERR_DEADLINE = 33,  /* the deadline of the context has passed */
  FAIRU_ERR_CALLBACK = 34,  /* a callback of the caller returned non-zero */
  FAIRU_ERR_THREAD = 35,    /* a worker thread could not be started */
  /* files */
  FAIRU_ERR_IO = 50,        /* the system refused: open, read, write, rename */
  FAIRU_ERR_FORMAT = 51,    /* the bytes are not what the format asks for */
  FAIRU_ERR_TRUNCATED = 52, /* the file ends too early */
  FAIRU_ERR_CHECKSUM = 53,  /* the content does not match its checksum */
  /* written by a newer format version; headers and library that do not fit */
  FAIRU_ERR_VERSION = 54,
  FAIRU_ERR_UNSUPPORTED = 55, /* valid, but not something this library does */
  /* mathematics */
  FAIRU_ERR_NEGATIVE_YIELD = 70,        /* an expected yield is <= 0 where it must be > 0 */
  FAIRU_ERR_NEGATIVE_WEIGHT = 71,       /* a weight < 0 where only >= 0 has a meaning */
  FAIRU_ERR_NOT_CONVERGED = 72,         /* best state so far is filled in */
  FAIRU_ERR_NOT_POSITIVE_DEFINITE = 73, /* a curvature matrix is not; it is still readable */
  FAIRU_ERR_FLAT = 74,                  /* the likelihood does not depend on a free parameter */
  FAIRU_ERR_INTERNAL = 99               /* a bug in libfairu; please report it */
};

/* "FAIRU_ERR_RANGE" and the like; "FAIRU_ERR_?" for an unknown code. Never NULL. Any thread. Since 0.2 */
FAIRU_API const char *fairu_status_name(int status);

/* One sentence for a person, such as "a number is outside its allowed range". Never NULL. Since 0.2 */
FAIRU_API const char *fairu_status_text(int status);

/* FAIRU_VERSION_NUMBER and FAIRU_VERSION_STRING of the library that runs. Any thread. Since 0.2 */
FAIRU_API int fairu_version_number(void);
FAIRU_API const char *fairu_version_string(void);

/* Can the library that runs serve a program compiled with headers of version `number` (FAIRU_VERSION_NUMBER
 * of the program)? For hosts that load the library at run time, before anything else: FAIRU_OK;
 * FAIRU_ERR_VERSION if the headers are newer than the library, or older than the ABI that it keeps
 * (docs/abi.md). Any thread. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_version_check(int number);

/* Where an index may stand for nothing: no parameter, no bin, or the default that the option names. */
#define FAIRU_NONE ((size_t)-1)

/* ---- context ------------------------------------------------------------------------------------------ */

typedef struct fairu_context fairu_context;

/* The caller's memory. allocate returns at least `size` bytes aligned for any type (or NULL); release takes
 * what allocate gave. Both must be callable from any thread that uses an object made with them, and live as
 * long as the last such object. */
typedef struct fairu_allocator {
  void *(*allocate)(size_t size, void *user_data);
  void (*release)(void *pointer, void *user_data);
  void *user_data;
} fairu_allocator;

/* Make a context. allocator: NULL for malloc and free, else copied. Chooses the vector kernels of this CPU.
 * Returns FAIRU_OK, FAIRU_ERR_NULL, FAIRU_ERR_ARGUMENT (a NULL function in allocator),
 * FAIRU_ERR_OUT_OF_MEMORY. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_context_create(const fairu_allocator *allocator, fairu_context **out);

/* Free a context and its scratch memory; objects made with it live on. NULL is a no-op. Since 0.2 */
FAIRU_API void fairu_context_destroy(fairu_context *ctx);

/* Message of the last failed call on this context, "" if none. Valid until the next call. Since 0.2 */
FAIRU_API const char *fairu_context_message(const fairu_context *ctx);

/* Status of the last failed call on this context, FAIRU_OK if none. Since 0.2 */
FAIRU_API int fairu_context_status(const fairu_context *ctx);

enum fairu_log_level { FAIRU_LOG_WARNING = 1, FAIRU_LOG_INFO = 2, FAIRU_LOG_DEBUG = 3 };

/* Called with one line of text without a newline. May be called from worker threads, one at a time. */
typedef void (*fairu_log_fn)(int level, const char *text, void *user_data);

/* Send messages up to `level` to fn; fn NULL: none (the default). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_context_set_log(fairu_context *ctx, int level, fairu_log_fn fn,
                                                    void *user_data);

/* Called now and then during long work, from the thread that made the call. done of total in units of `what`.
 * Non-zero stops the work with FAIRU_ERR_CALLBACK. */
typedef int (*fairu_progress_fn)(const char *what, uint64_t done, uint64_t total, void *user_data);

/* Report progress to fn; NULL: no reports (the default). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_context_set_progress(fairu_context *ctx, fairu_progress_fn fn,
                                                         void *user_data);

/* Worker threads inside one call, 1 (default: no thread is ever started) to 1024. Workers live for one call.
 * The result never depends on the number. FAIRU_ERR_RANGE otherwise. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_context_set_threads(fairu_context *ctx, int n_threads);

/* Number set by fairu_context_set_threads(), 1 by default. Since 0.2 */
FAIRU_API int fairu_context_threads(const fairu_context *ctx);

/* One chunk of work; returns 0, or non-zero when the remaining chunks need not run. */
typedef int (*fairu_task_fn)(size_t chunk, void *task_data);

/* The host's scheduler: runs task(0 .. n_chunks-1, task_data), each once, in any order and on any threads,
 * returns after the last one. Non-zero: the scheduler itself failed (FAIRU_ERR_CALLBACK). */
typedef int (*fairu_executor_fn)(size_t n_chunks, fairu_task_fn task, void *task_data, void *user_data);

/* Hand chunks to the host's scheduler instead of own threads; NULL: back to fairu_context_set_threads. Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_context_set_executor(fairu_context *ctx, fairu_executor_fn fn,
                                                         void *user_data);

/* Stop the call that runs on ctx at its next check (at least every 50 ms) with FAIRU_ERR_CANCELLED; calls
 * return that code until fairu_context_resume(). From any thread or a signal handler. Since 0.2 */
FAIRU_API void fairu_context_cancel(fairu_context *ctx);
FAIRU_API void fairu_context_resume(fairu_context *ctx);

/* Long calls end with FAIRU_ERR_DEADLINE once `seconds` from now have passed (monotonic clock); <= 0 or
 * infinite: no deadline (the default). FAIRU_ERR_NON_FINITE for NaN. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_context_set_deadline(fairu_context *ctx, double seconds);

enum fairu_blas_policy {
  /* own kernels for small work, BLAS and LAPACK for large, but not an OpenBLAS built without threads, which
   * has no locks and gives wrong numbers to several threads (default) */
  FAIRU_BLAS_AUTO = 0,
  FAIRU_BLAS_NEVER = 1, /* own kernels at any size: same bits for any BLAS, fork-safe */
  FAIRU_BLAS_ALWAYS = 2 /* BLAS and LAPACK wherever they apply: a cross-check */
};

/* Choose who does matrix work. FAIRU_ERR_ARGUMENT for an unknown policy. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_context_set_blas(fairu_context *ctx, int policy);

/* Choose the vector kernels: "auto" (default), "generic", "x86-64-v3" (AVX2, FMA), "x86-64-v4" (AVX-512).
 * Scores of networks have the same bits with the two latter: machines with AVX2 and machines with AVX-512
 * agree as they are; where older ones take part, "generic" on all of them (with FAIRU_BLAS_NEVER for layers
 * that go to BLAS). FAIRU_ERR_UNSUPPORTED if this CPU lacks them, FAIRU_ERR_ARGUMENT for an unknown name.
 * Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_context_set_kernel(fairu_context *ctx, const char *name);

/* Name of the vector kernels in use, as above; never "auto". Since 0.2 */
FAIRU_API const char *fairu_context_kernel(const fairu_context *ctx);

/* Kernel family of the BLAS linked in ("SkylakeX", "Prescott", ...), "unknown" if it does not say. Since
 * 0.2 */
FAIRU_API const char *fairu_blas_core(void);

/* Upper limits that every reader obeys before it allocates. */
typedef struct fairu_limits {
  size_t struct_size;
  uint64_t file_bytes;         /* default 1 GiB, compressed or plain, as on disk */
  uint64_t decompressed_bytes; /* default 4 GiB */
  uint64_t decompressed_ratio; /* default 200, checked after the first MiB */
  uint64_t json_depth;         /* default 64 */
  uint64_t json_string_bytes;  /* default 1 MiB */
  uint64_t name_bytes;         /* default 4096 */
  uint64_t csv_columns;        /* default 4096 */
  uint64_t csv_cell_bytes;     /* default 4096 */
  uint64_t rows;               /* default 1e9 */
  uint64_t bins;               /* default 1e7, bins x points x processes of one object */
  uint64_t model_bytes;        /* default 1e9, weights of one model */
} fairu_limits;

/* Fill with defaults. struct_size: the caller's sizeof. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_limits_init(fairu_limits *limits, size_t struct_size);

/* Set the limits of this context (copied). FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_context_set_limits(fairu_context *ctx, const fairu_limits *limits);

FAIRU_END_DECLS

#endif /* FAIRU_BASE_H */
