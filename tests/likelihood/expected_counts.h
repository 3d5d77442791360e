/* expected_counts.h - counts of three processes with variations and tangents, smooth enough to vary and rough enough to matter. */
#ifndef FAIRU_TESTS_EXPECTED_COUNTS_H
#define FAIRU_TESTS_EXPECTED_COUNTS_H

#include "support/support.h"

enum { EC_PROCESSES = 3, EC_VARIATIONS = 4, EC_TANGENTS = 2, EC_BINS = 6 };
enum { EC_COUNTS = EC_PROCESSES * EC_VARIATIONS * EC_BINS, EC_SLOPES = EC_PROCESSES * EC_TANGENTS * EC_BINS };

typedef struct expected_counts {
  double counts[EC_COUNTS], tangents[EC_SLOPES];
  double yields[EC_PROCESSES];
  fairu_summary_counts summary;
} expected_counts;

/* Background 0 falls, signal 1 rises, background 2 is flat; each bin moves its own way. */
static inline void expected_counts_fill(expected_counts *c)
{
  const double yields[EC_PROCESSES] = { 300.0, 40.0, 120.0 };
  memcpy(c->yields, yields, sizeof yields);
  for (int p = 0; p < EC_PROCESSES; p++) {
    double sum = 0.0;
    for (int b = 0; b < EC_BINS; b++)
      sum += exp((p == 0 ? -0.5 : p == 1 ? 0.6 : 0.0) * b);
    for (int b = 0; b < EC_BINS; b++) {
      const double share = exp((p == 0 ? -0.5 : p == 1 ? 0.6 : 0.0) * b) / sum;
      for (int v = 0; v < EC_VARIATIONS; v++)
        c->counts[(p * EC_VARIATIONS + v) * EC_BINS + b] =
            share * (1.0 + (v ? 0.12 * sin(1.0 + 2.3 * v + 1.7 * p + 1.1 * b * (v + 1)) : 0.0));
      for (int k = 0; k < EC_TANGENTS; k++)
        c->tangents[(p * EC_TANGENTS + k) * EC_BINS + b] =
            share * 0.2 * cos(0.4 + 1.9 * k + 0.8 * p + 1.3 * b * (k + 1));
    }
  }
  c->summary =
      (fairu_summary_counts){ EC_PROCESSES, EC_VARIATIONS, EC_TANGENTS, EC_BINS, c->counts, c->tangents };
}

static inline expected_counts *expected_counts_create(void)
{
  expected_counts *c = (expected_counts *)calloc(1, sizeof *c);
  assert_non_null(c);
  expected_counts_fill(c);
  return c;
}

/* One nuisance of each kind: up and down, up alone, unequal steps, tangents known and free, rates. */
enum { EC_NUISANCES = 6 };

static inline void expected_nuisances(fairu_expected_nuisance *n)
{
  const size_t size = sizeof *n;
  n[0] = (fairu_expected_nuisance){ .struct_size = size,
                                    .source = FAIRU_SOURCE_VARIATIONS,
                                    .up = 1,
                                    .down = 2,
                                    .step_up = 0.5,
                                    .step_down = -0.5,
                                    .width = 0.7 };
  n[1] = (fairu_expected_nuisance){
    .struct_size = size, .source = FAIRU_SOURCE_TANGENT, .tangent = 1, .width = 0.4
  };
  n[2] = (fairu_expected_nuisance){
    .struct_size = size, .source = FAIRU_SOURCE_RATE, .process = 2, .width = 0.2
  };
  n[3] = (fairu_expected_nuisance){
    .struct_size = size, .source = FAIRU_SOURCE_RATE, .process = 1, .width = 0.1
  };
  n[4] = (fairu_expected_nuisance){
    .struct_size = size, .source = FAIRU_SOURCE_VARIATIONS, .up = 3, .step_up = 1.5, .width = 2.0
  };
  n[5] = (fairu_expected_nuisance){ .struct_size = size,
                                    .source = FAIRU_SOURCE_VARIATIONS,
                                    .up = 3,
                                    .down = 1,
                                    .step_up = 1.0,
                                    .step_down = -2.0,
                                    .width = 0.0 };
}

static inline fairu_expected_loss_options expected_options(const expected_counts *c,
                                                           const fairu_expected_nuisance *nuisances, size_t n,
                                                           int quantity)
{
  fairu_expected_loss_options options;
  assert_int_equal(fairu_expected_loss_options_init(&options, sizeof options), FAIRU_OK);
  options.yields = c->yields;
  options.n_processes = EC_PROCESSES;
  options.nuisances = nuisances;
  options.n_nuisances = n;
  options.quantity = quantity;
  return options;
}

/* What a test of the losses begins with. */
typedef struct expected_case {
  fairu_context *ctx;
  expected_counts *c;
  fairu_expected_nuisance n[EC_NUISANCES];
} expected_case;

static inline expected_case expected_case_begin(void)
{
  expected_case e = { .ctx = support_context(), .c = expected_counts_create() };
  expected_nuisances(e.n);
  return e;
}

static inline void expected_case_end(expected_case *e)
{
  free(e->c);
  fairu_context_destroy(e->ctx);
}

#endif /* FAIRU_TESTS_EXPECTED_COUNTS_H */
