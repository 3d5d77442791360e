/* bench.h - what every benchmark shares (implementation: tests/support/bench.c).
 *
 *   int main(int argc, char **argv)
 *   {
 *     bench *b = bench_start(argc, argv);
 *     ...
 *     const double seconds = bench_median(run_once, &data);
 *     bench_add(b, &(bench_row){ .name = "score 32-64-64-1", .seconds = seconds, .items = n_events,
 *                                .unit = "ns/event", .flops = 2.0 * n_weights * n_events, .kernel = fairu_context_kernel(ctx) });
 *     return bench_end(b);
 *   }
 *
 * Called with --json FILE, the program writes {"program", "machine": {...}, "rows": [...]} there. Rates are compared
 * with limits measured in the same process: fused multiply-adds of one core in registers, and a triad
 * (a = b + s c) on arrays of 128 MiB. The measurement belongs into the table of its commit, with the machine.
 */
#ifndef FAIRU_TESTS_BENCH_H
#define FAIRU_TESTS_BENCH_H

#include <stddef.h>

#include <fairu/base.h>

typedef struct bench bench;

typedef struct bench_row {
  const char *name;
  double seconds;     /* of one call, from bench_median */
  double items;       /* what one call works through; 0: 1 */
  const char *unit;   /* "ns/event", "us/fit", "ms", "s": the part before '/' scales seconds / items */
  double flops;       /* of one call, 0: no rate */
  double bytes;       /* moved to and from memory by one call, 0: no rate; used when flops is 0 */
  int is_double;      /* the limit is that of double, not of float */
  int threads;        /* 0: 1; the limit is multiplied */
  const char *kernel; /* fairu_context_kernel(), NULL: none involved */
} bench_row;

/* Seconds of the monotonic clock. */
double bench_now(void);

typedef void (*bench_fn)(void *data);

/* Seconds of one call: median of at least 5 runs (more while they take less than a second), each of enough calls to
 * last 20 ms, after one call to warm up. */
double bench_median(bench_fn fn, void *data);

/* Read the command line, measure the limits, print machine and head of the table. */
bench *bench_start(int argc, char **argv);
void bench_add(bench *b, const bench_row *row);
/* Write the JSON file; the exit status of the program. */
int bench_end(bench *b);

/* Ends the program with the message if a call has failed; ctx may be NULL. */
void bench_must(fairu_context *ctx, int status);

/* A value the compiler must compute. */
void bench_keep(double value);

#endif /* FAIRU_TESTS_BENCH_H */
