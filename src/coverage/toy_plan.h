/* toy_plan.h - options of tests with toys, checked, and the points the toys are drawn at. */
#ifndef FAIRU_COVERAGE_TOY_PLAN_H
#define FAIRU_COVERAGE_TOY_PLAN_H

#include <fairu/coverage.h>

typedef struct fairu_toy_plan {
  const fairu_likelihood *likelihood;
  const fairu_data *data;
  fairu_toy_test test;
  fairu_hypotest_options options; /* of test, or defaults */
  size_t n_toys;
  fairu_data *work; /* of the likelihood, to be written over */
  double *params;   /* [n_params] */
} fairu_toy_plan;

/* Read and check; scratch of ctx is given back by the caller's mark, the rest by __end. */
int fairu_toy_plan__begin(fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_data *data,
                          const fairu_toy_test *test, fairu_toy_plan *plan);
void fairu_toy_plan__end(fairu_toy_plan *plan);

/* Test statistics, of mu, of n_toys toys drawn at the conditional best fit of the hypothesis truth; parity: see toy_batch.h. */
int fairu_toy_plan__draw(fairu_context *ctx, fairu_toy_plan *plan, double mu, double truth, int parity,
                         double *values);

#endif /* FAIRU_COVERAGE_TOY_PLAN_H */
