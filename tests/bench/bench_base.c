/* What the workers and the scratch memory of a context cost. */
#include "bench/bench.h"

#include <stdlib.h>
#include <string.h>

#include <fairu/fairu.h>

#include "base/context_internal.h"

static int empty_chunk(fairu_context *worker, size_t chunk, void *data)
{
  (void)worker, (void)chunk, (void)data;
  return FAIRU_OK;
}

static void run_parallel(void *data)
{
  if (fairu_context__parallel((fairu_context *)data, 64, empty_chunk, NULL, NULL) != FAIRU_OK)
    abort();
}

static void run_scratch(void *data)
{
  fairu_context *ctx = (fairu_context *)data;
  const fairu_mark mark = fairu_context__mark(ctx);
  for (size_t i = 0; i < 1000; i++)
    if (!fairu_context__scratch(ctx, 100 + i, sizeof(double), "bench"))
      abort();
  fairu_context__release(ctx, mark);
}

static void run_poll(void *data)
{
  for (size_t i = 0; i < 1000; i++)
    if (fairu_context__poll((fairu_context *)data) != FAIRU_OK)
      abort();
}

int main(int argc, char **argv)
{
  bench *b = bench_start(argc, argv);
  fairu_context *ctx = NULL;
  if (fairu_context_create(NULL, &ctx) != FAIRU_OK || fairu_context_set_deadline(ctx, 1e6) != FAIRU_OK)
    return 1;
  bench_add(b, &(bench_row){ .name = "poll, with a deadline",
                             .seconds = bench_median(run_poll, ctx),
                             .items = 1000,
                             .unit = "ns/poll" });
  bench_add(b, &(bench_row){ .name = "scratch of 0.8 to 8.8 kB",
                             .seconds = bench_median(run_scratch, ctx),
                             .items = 1000,
                             .unit = "ns/piece" });
  bench_add(b, &(bench_row){ .name = "64 empty chunks, 1 thread",
                             .seconds = bench_median(run_parallel, ctx),
                             .unit = "us/call" });
  if (fairu_context_set_threads(ctx, 2) != FAIRU_OK)
    return 1;
  bench_add(b, &(bench_row){ .name = "64 empty chunks, 2 threads",
                             .seconds = bench_median(run_parallel, ctx),
                             .unit = "us/call",
                             .threads = 2 });
  fairu_context_destroy(ctx);
  return bench_end(b);
}
