/* bench_onnxruntime.c LIBONNXRUNTIME MODEL.onnx...: one event and batches by fairu and by onnxruntime, both through C, taking turns in
 * one process; a call of Python would take longer than either. One line a row: model, rows, threads, nanoseconds a row of both, largest
 * difference of the scores.
 *
 * The wheel of onnxruntime has its library but no header. Its table of functions only grows at the end, so the few that are needed
 * are told by their places. Inputs and outputs are made once, on memory of our own: the quickest way there is. */
#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <fairu/fairu.h>

enum { MOST_ROWS = 65536, MOST_RUNS = 999 };

/* ---- onnxruntime -------------------------------------------------------------------------------------- */

enum { API_VERSION = 11, WARNING = 2, DEVICE_ALLOCATOR = 0, MEMORY_DEFAULT = 0, FLOAT = 1 };

typedef void (*other_fn)(void);
typedef struct ort_api { /* failing functions return a status */
  other_fn to_2[2];
  const char *(*message)(const void *status);
  void *(*create_env)(int level, const char *name, void **env);
  other_fn to_7[3];
  void *(*create_session)(void *env, const char *path, const void *options, void **session);
  other_fn to_9;
  void *(*run)(void *session, const void *options, const char *const *inputs, void *const *values, size_t n,
               const char *const *outputs, size_t n_outputs, void **results);
  void *(*create_options)(void **options);
  other_fn to_24[13];
  void *(*set_intra_threads)(void *options, int threads);
  void *(*set_inter_threads)(void *options, int threads);
  other_fn to_49[23];
  void *(*create_tensor)(const void *memory, void *values, size_t bytes, const int64_t *shape, size_t n_axes,
                         int type, void **tensor);
  other_fn to_69[19];
  void *(*cpu_memory)(int allocator, int kind, void **memory);
} ort_api;

typedef struct ort_base {
  const ort_api *(*api)(uint32_t version);
  const char *(*version)(void);
} ort_base;

typedef struct runtime {
  const ort_api *api;
  void *env, *session, *memory;
} runtime;

static void must(const runtime *r, void *status)
{
  if (!status)
    return;
  fprintf(stderr, "onnxruntime: %s\n", r->api->message(status));
  exit(1);
}

static void open_runtime(runtime *r, const char *library)
{
  void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  void *symbol = handle ? dlsym(handle, "OrtGetApiBase") : NULL;
  const ort_base *(*base)(void);
  if (!symbol) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  memcpy(&base, &symbol, sizeof base);
  r->api = base()->api(API_VERSION);
  must(r, r->api->create_env(WARNING, "bench", &r->env));
  must(r, r->api->cpu_memory(DEVICE_ALLOCATOR, MEMORY_DEFAULT, &r->memory));
}

static void open_session(runtime *r, const char *path, int threads)
{
  void *options;
  must(r, r->api->create_options(&options));
  must(r, r->api->set_intra_threads(options, threads));
  must(r, r->api->set_inter_threads(options, 1));
  must(r, r->api->create_session(r->env, path, options, &r->session));
}

static void *tensor(const runtime *r, float *values, size_t rows, size_t columns)
{
  const int64_t shape[2] = { (int64_t)rows, (int64_t)columns };
  void *made;
  must(r, r->api->create_tensor(r->memory, values, rows * columns * sizeof *values, shape, 2, FLOAT, &made));
  return made;
}

/* ---- both --------------------------------------------------------------------------------------------- */

typedef struct work {
  runtime onnx;
  fairu_context *ctx;
  fairu_classifier *classifier;
  size_t rows, columns;
  float *x, *ours, *theirs;
  void *input, *output;
} work;

static void run_ours(work *w)
{
  const int status = w->rows == 1 ? fairu_classifier_score_event(w->classifier, w->ctx, w->x, w->columns,
                                                                 NULL, 0, FAIRU_OUTPUT_SCORE, w->ours)
                                  : fairu_classifier_score(w->classifier, w->ctx, w->x, w->rows, w->columns,
                                                           NULL, 0, FAIRU_OUTPUT_SCORE, w->ours);
  if (status != FAIRU_OK) {
    fprintf(stderr, "fairu: %s\n", fairu_context_message(w->ctx));
    exit(1);
  }
}

static void run_theirs(work *w)
{
  static const char *const in[] = { "x" }, *const out[] = { "y" };
  must(&w->onnx, w->onnx.api->run(w->onnx.session, NULL, in, &w->input, 1, out, 1, &w->output));
}

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double time_calls(void (*run)(work *), work *w, long calls)
{
  const double start = now();
  for (long i = 0; i < calls; i++)
    run(w);
  return (now() - start) / (double)calls;
}

static int compare(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Medians over two seconds of turns of about 2 ms each; a pause between, as workers of the other may spin on for a while. */
static void take_turns(work *w, int threads, double medians[2])
{
  void (*const runs[2])(work *) = { run_ours, run_theirs };
  static double seconds[2][MOST_RUNS];
  const struct timespec rest = { 0, 5000000 };
  long calls[2];
  size_t n = 0;
  for (int i = 0; i < 2; i++) {
    runs[i](w);
    calls[i] = 1 + (long)(2e-3 / time_calls(runs[i], w, 1 + 1000 / (long)w->rows));
  }
  for (const double start = now(); n < 5 || (n < MOST_RUNS && now() - start < 2.0); n++)
    for (int i = 0; i < 2; i++) {
      if (threads > 1)
        nanosleep(&rest, NULL);
      seconds[i][n] = time_calls(runs[i], w, calls[i]);
    }
  for (int i = 0; i < 2; i++) {
    qsort(seconds[i], n, sizeof(double), compare);
    medians[i] = seconds[i][n / 2];
  }
}

static void bench_rows(work *w, const char *path, size_t rows, int threads)
{
  double medians[2], difference = 0.0;
  w->rows = rows;
  w->input = tensor(&w->onnx, w->x, rows, w->columns);
  w->output = tensor(&w->onnx, w->theirs, rows, 1);
  take_turns(w, threads, medians);
  for (size_t i = 0; i < rows; i++)
    difference = fmax(difference, fabs((double)w->ours[i] - (double)w->theirs[i]));
  printf("%s %zu %d %.3f %.3f %.3g\n", path, rows, threads, 1e9 * medians[0] / (double)rows,
         1e9 * medians[1] / (double)rows, difference);
  fflush(stdout);
}

static void bench_model(work *w, const char *path)
{
  static const size_t rows[] = { 1, 4096, MOST_ROWS };
  if (fairu_classifier_import(w->ctx, path, NULL, &w->classifier) != FAIRU_OK) {
    fprintf(stderr, "fairu: %s\n", fairu_context_message(w->ctx));
    exit(1);
  }
  w->columns = fairu_classifier_n_features(w->classifier);
  w->x = malloc(MOST_ROWS * w->columns * sizeof *w->x);
  w->ours = malloc(MOST_ROWS * sizeof *w->ours);
  w->theirs = malloc(MOST_ROWS * sizeof *w->theirs);
  if (!w->x || !w->ours || !w->theirs)
    exit(1);
  for (size_t i = 0; i < MOST_ROWS * w->columns; i++)
    w->x[i] = (float)((double)(i * 2654435761u % 1000003u) / 500001.5 - 1.0);
  for (int threads = 1; threads <= 2; threads++) {
    open_session(&w->onnx, path, threads);
    if (fairu_context_set_threads(w->ctx, threads) != FAIRU_OK)
      exit(1);
    for (size_t r = threads - 1 ? 1 : 0; r < 3; r++)
      bench_rows(w, path, rows[r], threads);
  }
}

int main(int argc, char **argv)
{
  work w = { .rows = 0 };
  if (argc < 3 || fairu_context_create(NULL, &w.ctx) != FAIRU_OK)
    return 1;
  open_runtime(&w.onnx, argv[1]);
  for (int i = 2; i < argc; i++)
    bench_model(&w, argv[i]);
  return 0;
}
