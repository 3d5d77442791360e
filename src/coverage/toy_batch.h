/* toy_batch.h - test statistics of many toys of one hypothesis. */
#ifndef FAIRU_COVERAGE_TOY_BATCH_H
#define FAIRU_COVERAGE_TOY_BATCH_H

#include <fairu/coverage.h>

/* Which toys of a seed belong to a hypothesis: toy k of it is number 2 k + parity of the seed. */
enum { FAIRU_TOYS_TESTED = 0, FAIRU_TOYS_ALTERNATIVE = 1 };

typedef struct fairu_toy_batch {
  const fairu_likelihood *likelihood;
  const fairu_hypotest_options *options; /* NULL: defaults */
  double mu;                             /* tested */
  const double *params;                  /* [n_params] all data are drawn here, fits begin here */
  uint64_t seed;
  int parity;
} fairu_toy_batch;

/* Values of toys 0 .. n - 1, NaN where the fit failed, on the threads of ctx. */
int fairu_toy_batch__run(fairu_context *ctx, const fairu_toy_batch *batch, size_t n, double *values);

/* A fit that fails on one toy is counted; a machine that fails, or a caller who stops, ends the run. */
int fairu_toy_batch__is_failure(int status);

#endif /* FAIRU_COVERAGE_TOY_BATCH_H */
