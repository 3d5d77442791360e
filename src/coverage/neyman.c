/* neyman.c - Neyman construction with toys: the p-value of each tested mu in its own ensemble. */
#include <math.h>
#include <string.h>

#include "base/context_internal.h"
#include "coverage/toy_batch.h"
#include "coverage/toy_plan.h"
#include "coverage/toy_sample.h"

/* Toys of all mu share their numbers: p as a function of mu is smoother than its errors. */
static int p_value(fairu_context *ctx, fairu_toy_plan *plan, double mu, double *values, double *p)
{
  double q = 0.0;
  int status =
      fairu_likelihood_test_statistic(plan->likelihood, ctx, plan->data, &plan->options, mu, &q, NULL);
  if (status == FAIRU_OK)
    status = fairu_toy_plan__draw(ctx, plan, mu, mu, FAIRU_TOYS_TESTED, values);
  if (status == FAIRU_OK)
    *p = fairu_toy_sample__fraction(values, fairu_toy_sample__sort(values, plan->n_toys), q);
  return status;
}

static int run(fairu_context *ctx, fairu_toy_plan *plan, const double *mu, size_t n_mu, double *p)
{
  if (plan->options.statistic == FAIRU_TEST_Q0)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "Neyman construction: q0 tests one value of mu only");
  double *values = fairu_context__new_unset(ctx, plan->n_toys, sizeof *values, "test statistics of toys");
  double *ours = fairu_context__new(ctx, n_mu, sizeof *ours, "p-values");
  int status = values && ours ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n_mu && status == FAIRU_OK; i++) {
    status = p_value(ctx, plan, mu[i], values, &ours[i]);
    if (status != FAIRU_OK)
      fairu_context__within(ctx, status, "Neyman construction: mu %zu", i);
  }
  if (status == FAIRU_OK)
    memcpy(p, ours, n_mu * sizeof *p);
  fairu_context__free(ctx, ours);
  fairu_context__free(ctx, values);
  return status;
}

int fairu_neyman_pvalues(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                         const fairu_toy_test *test, const double *mu, size_t n_mu, double *p)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !data || !mu || !p)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "Neyman construction: %s is NULL",
                               !lh     ? "likelihood"
                               : !data ? "data"
                               : !mu   ? "mu"
                                       : "p");
  fairu_toy_plan plan;
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = fairu_toy_plan__begin(ctx, lh, data, test, &plan);
  if (status == FAIRU_OK)
    status = run(ctx, &plan, mu, n_mu, p);
  fairu_toy_plan__end(&plan);
  fairu_context__release(ctx, mark);
  return status;
}
