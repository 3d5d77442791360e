/* What the systematics of the FAIR Universe challenge cost: a million events shifted, selected, derived quantities and all.
 * Events are the organisers' sample, tiled; where it is missing, made-up ones. */
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "systematics/higgsml_events.h"

enum { N = 1000000 };

/* Additions and multiplications of one event in fast arithmetic, counted in the source: 12 sines with cosines at 27, 4
 * hyperbolic pairs at 40, an angle, an exponential, 15 roundings at 3, shifts, and the quantities themselves. */
#define FLOPS 740.0

static const char *const nuisances[N_NUISANCES] = { "tes",         "jes",           "soft_met",
                                                    "ttbar_scale", "diboson_scale", "bkg_scale" };

typedef struct job {
  fairu_context *ctx;
  fairu_events *events, *out;
  fairu_systematics *sys;
  float *tangents;
  unsigned char *passed; /* NULL: rows that are cut are left out */
  double z[N_NUISANCES];
  size_t n_nuisances;
} job;

static void must(int status, const job *j)
{
  if (status == FAIRU_OK)
    return;
  fprintf(stderr, "%s\n", fairu_context_message(j->ctx));
  exit(1);
}

static double random_in(uint64_t *x, double lower, double upper)
{
  *x ^= *x << 13;
  *x ^= *x >> 7;
  *x ^= *x << 17;
  return floor(1e3 * (lower + (upper - lower) * (double)(*x >> 11) * 0x1p-53)) / 1e3;
}

/* 0, 1 or 2 jets, each absent or whole. */
static void make_events(job *j, fairu_events **events)
{
  uint64_t x = 2024;
  must(fairu_events_create(j->ctx, 1000, N_COLUMNS, names, events), j);
  for (size_t c = 0; c < N_PRIMARY; c++) {
    float *values = NULL;
    must(fairu_events_column_data(*events, j->ctx, c, &values), j);
    const int is_phi = strstr(names[c], "phi") != NULL, is_eta = strstr(names[c], "eta") != NULL;
    for (size_t r = 0; r < 1000; r++) {
      const size_t jets = r % 3;
      const double value = is_phi   ? random_in(&x, -3.14, 3.14)
                           : is_eta ? random_in(&x, -2.5, 2.5)
                                    : random_in(&x, 24, 90);
      const int absent = (c >= 6 && c < 9 && jets < 1) || (c >= 9 && c < 12 && jets < 2);
      values[r] = c == 12 ? (float)jets : absent ? -25.0f : (float)value;
    }
  }
}

static void read_sample(job *j, fairu_events **sample)
{
  const char *folder = getenv("FAIRU_DATA");
  char path[1200];
  fairu_csv_options options;
  snprintf(path, sizeof path, "%s/fair-universe/sample.csv.gz", folder ? folder : "../shared/data");
  must(fairu_csv_options_init(&options, sizeof options), j);
  options.columns = names;
  options.n_columns = N_COLUMNS;
  options.label = "detailed_labels";
  options.weight = "weights";
  FILE *there = fopen(path, "rb");
  if (!there) {
    make_events(j, sample);
    return;
  }
  fclose(there);
  must(fairu_events_read_csv(j->ctx, path, &options, sample), j);
}

static void tile(job *j)
{
  fairu_events *sample = NULL;
  read_sample(j, &sample);
  size_t *rows = malloc(N * sizeof *rows);
  for (size_t i = 0; i < N; i++)
    rows[i] = i % fairu_events_n_events(sample);
  must(fairu_events_select(sample, j->ctx, rows, N, &j->events), j);
  free(rows);
  fairu_events_destroy(sample);
}

static void make_chain(job *j, int arithmetic, int generator)
{
  fairu_nuisance nu[N_NUISANCES];
  fairu_higgsml_options options;
  for (size_t i = 0; i < N_NUISANCES; i++) {
    must(fairu_nuisance_init(&nu[i], sizeof nu[i]), j);
    nu[i].name = nuisances[i];
  }
  must(fairu_higgsml_options_init(&options, sizeof options), j);
  options.tes = "tes";
  options.jes = "jes";
  options.soft_met = "soft_met";
  options.arithmetic = arithmetic;
  options.generator = generator;
  must(fairu_systematics_create(j->ctx, nu, N_NUISANCES, &j->sys), j);
  must(fairu_systematics_add_higgsml(j->sys, j->ctx, &options), j);
  j->n_nuisances = N_NUISANCES;
}

static void run_shift(void *data)
{
  job *j = data;
  fairu_events *out = NULL;
  must(fairu_systematics_apply(j->sys, j->ctx, j->events, j->z, j->n_nuisances, 31415, j->passed, &out), j);
  fairu_events_destroy(out);
}

static void add(bench *b, job *j, const char *name, int threads, double flops)
{
  must(fairu_context_set_threads(j->ctx, threads), j);
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
  must(fairu_context_set_threads(j->ctx, 1), j);
}

static void add_chain(bench *b, job *j, const char *name, int arithmetic, int generator, double soft_met)
{
  const double z[N_NUISANCES] = { 0.985, 1.02, soft_met, 1, 1, 1 };
  memcpy(j->z, z, sizeof z);
  make_chain(j, arithmetic, generator);
  add(b, j, name, 1, FLOPS);
  add(b, j, name, 2, FLOPS);
  fairu_systematics_destroy(j->sys);
}

/* Of all 28 columns by all six nuisances, of which three move something. */
static void run_tangents(void *data)
{
  job *j = data;
  must(fairu_systematics_tangents(j->sys, j->ctx, j->events, j->z, j->n_nuisances, 31415, names, N_COLUMNS,
                                  j->tangents),
       j);
}

static void add_tangents(bench *b, job *j)
{
  const double z[N_NUISANCES] = { 0.985, 1.02, 1.5, 1, 1, 1 };
  memcpy(j->z, z, sizeof z);
  make_chain(j, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  j->tangents = malloc((size_t)N * N_COLUMNS * N_NUISANCES * sizeof *j->tangents);
  for (int threads = 1; threads <= 2; threads++) {
    must(fairu_context_set_threads(j->ctx, threads), j);
    bench_add(b, &(bench_row){ .name = "derivatives of 28 columns by 6 nuisances",
                               .seconds = bench_median(run_tangents, j),
                               .items = N,
                               .unit = "ns/event",
                               .bytes = (double)N * N_COLUMNS * (1 + N_NUISANCES) * sizeof(float),
                               .threads = threads });
  }
  must(fairu_context_set_threads(j->ctx, 1), j);
  free(j->tangents);
  fairu_systematics_destroy(j->sys);
}

int main(int argc, char **argv)
{
  bench *b = bench_start(argc, argv);
  job j = { 0 };
  if (fairu_context_create(NULL, &j.ctx) != FAIRU_OK)
    return 1;
  tile(&j);
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
  fairu_events_destroy(j.events);
  fairu_context_destroy(j.ctx);
  return bench_end(b);
}
