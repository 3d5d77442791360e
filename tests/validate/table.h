/* table.h - what the programs of `make validate` write: tables with a criterion and rows that pass or do not, one JSON object a line. */
#ifndef FAIRU_TESTS_VALIDATE_TABLE_H
#define FAIRU_TESTS_VALIDATE_TABLE_H

#include "support/support.h"

/* Of one run: how many rows have failed, threads, and whether a fraction of the toys is enough. */
typedef struct validation {
  int failed, threads, quick;
} validation;

/* PROGRAM [THREADS [quick]] */
static inline validation validation_of(int argc, char **argv)
{
  validation v = { .threads = argc > 1 ? atoi(argv[1]) : 1, .quick = argc > 2 };
  return v;
}

static inline fairu_context *validation_context(const validation *v)
{
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, fairu_context_set_threads(ctx, v->threads));
  return ctx;
}

/* Rows that follow belong to this table. Texts without quotes or backslashes. */
static inline void table_begin(const char *promise, const char *title, const char *criterion)
{
  printf("{\"promise\": \"%s\", \"title\": \"%s\", \"criterion\": \"%s\"}\n", promise, title, criterion);
  fflush(stdout);
}

/* cells: the members of a JSON object, in the order of the columns. */
__attribute__((format(printf, 3, 4))) static inline void table_row(validation *v, int ok, const char *cells,
                                                                   ...)
{
  va_list list;
  va_start(list, cells);
  printf("{\"ok\": %s, \"cells\": {", ok ? "true" : "false");
  vprintf(cells, list);
  printf("}}\n");
  fflush(stdout);
  va_end(list);
  v->failed += !ok;
}

/* Counts between these are what probability p gives in n tries, but for 5e-7 on either side. */
typedef struct band {
  uint64_t lower, upper;
} band;

/* ln of the binomial probability of k in n */
static inline double band_log(double k, double n, double p)
{
  return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0) + (k > 0.0 ? k * log(p) : 0.0) +
         (k < n ? (n - k) * log1p(-p) : 0.0);
}

static inline band band_of(uint64_t n, double p)
{
  band b = { 0, n };
  double below = 0.0, above = 0.0;
  while (b.lower < n && (below += exp(band_log((double)b.lower, (double)n, p))) < 5e-7)
    b.lower++;
  while (b.upper > 0 && (above += exp(band_log((double)b.upper, (double)n, p))) < 5e-7)
    b.upper--;
  return b;
}

static inline int band_holds(band b, uint64_t k)
{
  return b.lower <= k && k <= b.upper;
}

#endif /* FAIRU_TESTS_VALIDATE_TABLE_H */
