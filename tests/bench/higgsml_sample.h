/* higgsml_sample.h - events of the FAIR Universe challenge for benchmarks: the organisers' sample, or made-up ones where it is missing. */
#ifndef FAIRU_TESTS_BENCH_HIGGSML_SAMPLE_H
#define FAIRU_TESTS_BENCH_HIGGSML_SAMPLE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "systematics/higgsml_events.h"

static const char *const sample_nuisances[N_NUISANCES] = { "tes",         "jes",           "soft_met",
                                                           "ttbar_scale", "diboson_scale", "bkg_scale" };

static inline double random_in(uint64_t *x, double lower, double upper)
{
  *x ^= *x << 13;
  *x ^= *x >> 7;
  *x ^= *x << 17;
  return floor(1e3 * (lower + (upper - lower) * (double)(*x >> 11) * 0x1p-53)) / 1e3;
}

/* 0, 1 or 2 jets, each absent or whole. */
static inline fairu_events *sample_made(fairu_context *ctx)
{
  enum { N_MADE = 1000 };
  static const char *const categories[4] = { "diboson", "htautau", "ttbar", "ztautau" };
  fairu_events *events = NULL;
  double weights[N_MADE];
  int32_t labels[N_MADE];
  uint64_t x = 2024;
  bench_must(ctx, fairu_events_create(ctx, N_MADE, N_COLUMNS, names, &events));
  for (size_t c = 0; c < N_PRIMARY; c++) {
    float *values = NULL;
    bench_must(ctx, fairu_events_column_data(events, ctx, c, &values));
    const int is_phi = strstr(names[c], "phi") != NULL, is_eta = strstr(names[c], "eta") != NULL;
    for (size_t r = 0; r < N_MADE; r++) {
      const size_t jets = r % 3;
      const double value = is_phi   ? random_in(&x, -3.14, 3.14)
                           : is_eta ? random_in(&x, -2.5, 2.5)
                                    : random_in(&x, 24, 90);
      const int absent = (c >= 6 && c < 9 && jets < 1) || (c >= 9 && c < 12 && jets < 2);
      values[r] = c == 12 ? (float)jets : absent ? -25.0f : (float)value;
    }
  }
  for (size_t r = 0; r < N_MADE; r++) {
    weights[r] = r % 3 == 0 ? 3.1 : 1582.4;
    labels[r] = r % 3 == 0 ? 1 : 3;
  }
  bench_must(ctx, fairu_events_set_weights(events, ctx, weights, N_MADE));
  bench_must(ctx, fairu_events_set_labels(events, ctx, labels, N_MADE));
  bench_must(ctx, fairu_events_set_categories(events, ctx, categories, 4));
  return events;
}

static inline fairu_events *sample_read(fairu_context *ctx)
{
  const char *folder = getenv("FAIRU_DATA");
  char path[1200];
  fairu_csv_options options;
  fairu_events *events = NULL;
  snprintf(path, sizeof path, "%s/fair-universe/sample.csv.gz", folder ? folder : "../shared/data");
  bench_must(ctx, fairu_csv_options_init(&options, sizeof options));
  options.columns = names;
  options.n_columns = N_COLUMNS;
  options.label = "detailed_labels";
  options.weight = "weights";
  FILE *there = fopen(path, "rb");
  if (!there)
    return sample_made(ctx);
  fclose(there);
  bench_must(ctx, fairu_events_read_csv(ctx, path, &options, &events));
  return events;
}

/* The sample again and again, n rows. */
static inline fairu_events *sample_tiled(fairu_context *ctx, size_t n)
{
  fairu_events *sample = sample_read(ctx), *tiled = NULL;
  size_t *rows = malloc(n * sizeof *rows);
  for (size_t i = 0; rows && i < n; i++)
    rows[i] = i % fairu_events_n_events(sample);
  bench_must(ctx, fairu_events_select(sample, ctx, rows, n, &tiled));
  free(rows);
  fairu_events_destroy(sample);
  return tiled;
}

/* tes, jes, soft MET; weights are left alone. */
static inline fairu_systematics *sample_chain(fairu_context *ctx, int arithmetic, int generator)
{
  fairu_nuisance nu[N_NUISANCES];
  fairu_higgsml_options options;
  fairu_systematics *chain = NULL;
  for (size_t i = 0; i < N_NUISANCES; i++) {
    bench_must(ctx, fairu_nuisance_init(&nu[i], sizeof nu[i]));
    nu[i].name = sample_nuisances[i];
  }
  bench_must(ctx, fairu_higgsml_options_init(&options, sizeof options));
  options.tes = "tes";
  options.jes = "jes";
  options.soft_met = "soft_met";
  options.arithmetic = arithmetic;
  options.generator = generator;
  bench_must(ctx, fairu_systematics_create(ctx, nu, N_NUISANCES, &chain));
  bench_must(ctx, fairu_systematics_add_higgsml(chain, ctx, &options));
  return chain;
}

#endif /* FAIRU_TESTS_BENCH_HIGGSML_SAMPLE_H */
