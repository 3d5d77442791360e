/* What the systematics of the FAIR Universe challenge cost: a million events shifted, selected, derived quantities and all.
 * Events are the organisers' sample, tiled; where it is missing, made-up ones. */
#include "bench/bench.h"

#include "bench/higgsml_sample.h"

enum { N = 1000000 };

/* Additions and multiplications of one event in fast arithmetic, counted in the source: 12 sines with cosines at 27, 4
 * hyperbolic pairs at 40, an angle, an exponential, 15 roundings at 3, shifts, and the quantities themselves. */
#define FLOPS 740.0

typedef struct job {
  fairu_context *ctx;
  fairu_events *events;
  fairu_systematics *sys;
  float *tangents;
  unsigned char *passed; /* NULL: rows that are cut are left out */
  double z[N_NUISANCES];
  size_t n_nuisances;
} job;

static void run_shift(void *data)
{
  job *j = data;
  fairu_events *out = NULL;
  bench_must(j->ctx, fairu_systematics_apply(j->sys, j->ctx, j->events, j->z, j->n_nuisances, 31415,
                                             j->passed, &out));
  fairu_events_destroy(out);
}

static void add(bench *b, job *j, const char *name, int threads, double flops)
{
  bench_must(j->ctx, fairu_context_set_threads(j->ctx, threads));
  const double bytes = 2.0 * N * (N_COLUMNS * sizeof(float) + sizeof(double));
  const double seconds = bench_median(run_shift, j);
  char full[160];
  snprintf(full, sizeof full, "%s, %.1f GB/s", name, 1e-9 * bytes / seconds);
  bench_add(b, &(bench_row){ .name = full,
                             .seconds = seconds,
                             .unit = "ms",
                             .flops = flops * N,
                             .bytes = bytes,
                             .threads = threads,
                             .kernel = fairu_context_kernel(j->ctx) });
  bench_must(j->ctx, fairu_context_set_threads(j->ctx, 1));
}

static void add_chain(bench *b, job *j, const char *name, int arithmetic, int generator, double soft_met)
{
  const double z[N_NUISANCES] = { 0.985, 1.02, soft_met, 1, 1, 1 };
  memcpy(j->z, z, sizeof z);
  j->sys = sample_chain(j->ctx, arithmetic, generator);
  j->n_nuisances = N_NUISANCES;
  add(b, j, name, 1, FLOPS);
  add(b, j, name, 2, FLOPS);
  fairu_systematics_destroy(j->sys);
}

/* Of all 28 columns by all six nuisances, of which three move something. */
static void run_tangents(void *data)
{
  job *j = data;
  bench_must(j->ctx, fairu_systematics_tangents(j->sys, j->ctx, j->events, j->z, j->n_nuisances, 31415, names,
                                                N_COLUMNS, j->tangents));
}

static void add_tangents(bench *b, job *j)
{
  const double z[N_NUISANCES] = { 0.985, 1.02, 1.5, 1, 1, 1 };
  memcpy(j->z, z, sizeof z);
  j->sys = sample_chain(j->ctx, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  j->n_nuisances = N_NUISANCES;
  j->tangents = malloc((size_t)N * N_COLUMNS * N_NUISANCES * sizeof *j->tangents);
  for (int threads = 1; threads <= 2; threads++) {
    bench_must(j->ctx, fairu_context_set_threads(j->ctx, threads));
    bench_add(b, &(bench_row){ .name = "derivatives of 28 columns by 6 nuisances",
                               .seconds = bench_median(run_tangents, j),
                               .items = N,
                               .unit = "ns/event",
                               .bytes = (double)N * N_COLUMNS * (1 + N_NUISANCES) * sizeof(float),
                               .threads = threads });
  }
  bench_must(j->ctx, fairu_context_set_threads(j->ctx, 1));
  free(j->tangents);
  fairu_systematics_destroy(j->sys);
}

int main(int argc, char **argv)
{
  bench *b = bench_start(argc, argv);
  job j = { 0 };
  if (fairu_context_create(NULL, &j.ctx) != FAIRU_OK)
    return 1;
  j.events = sample_tiled(j.ctx, N);
  j.passed = malloc(N);
  add(b, &j, "1 M events copied, 28 columns", 1, 0);
  add_chain(b, &j, "1 M events, fast", FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX, 0);
  add_chain(b, &j, "1 M events, fast, MET smeared", FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX, 1.5);
  add_chain(b, &j, "1 M events, reference", FAIRU_ARITHMETIC_REFERENCE, FAIRU_GENERATOR_NUMPY, 0);
  add_chain(b, &j, "1 M events, reference, MET smeared", FAIRU_ARITHMETIC_REFERENCE, FAIRU_GENERATOR_NUMPY,
            1.5);
  add_tangents(b, &j);
  free(j.passed);
  j.passed = NULL;
  add_chain(b, &j, "1 M events, fast, cut rows left out", FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX, 0);
  add_chain(b, &j, "1 M events, fast, MET smeared, cut rows left out", FAIRU_ARITHMETIC_FAST,
            FAIRU_GENERATOR_PHILOX, 1.5);
  fairu_events_destroy(j.events);
  fairu_context_destroy(j.ctx);
  return bench_end(b);
}
