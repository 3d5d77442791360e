/* toy_plan.c - see toy_plan.h. */
#include <string.h>

#include "base/context_internal.h"
#include "coverage/toy_batch.h"
#include "coverage/toy_plan.h"

static const uint64_t most_toys = (uint64_t)1 << 40;

int fairu_toy_test_init(fairu_toy_test *test, size_t struct_size)
{
  const fairu_toy_test defaults = { .struct_size = sizeof defaults, .n_toys = 2000, .seed = 1 };
  return fairu_options__init(test, struct_size, &defaults, sizeof defaults);
}

static int read_test(fairu_context *ctx, const fairu_toy_test *theirs, fairu_toy_plan *plan)
{
  int status = fairu_toy_test_init(&plan->test, sizeof plan->test);
  if (status == FAIRU_OK && theirs)
    status = fairu_options__read(ctx, &plan->test, sizeof plan->test, theirs, sizeof plan->test, "toy test");
  if (status == FAIRU_OK)
    status = fairu_hypotest_options_init(&plan->options, sizeof plan->options);
  if (status == FAIRU_OK && plan->test.options)
    status = fairu_options__read(ctx, &plan->options, sizeof plan->options, plan->test.options,
                                 sizeof plan->options, "hypotest options");
  if (status != FAIRU_OK)
    return status;
  if (plan->test.n_toys == 0 || plan->test.n_toys > most_toys)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "toy test: n_toys is %llu, must lie between 1 and 2^40",
                               (unsigned long long)plan->test.n_toys);
  plan->n_toys = (size_t)plan->test.n_toys;
  return FAIRU_OK;
}

int fairu_toy_plan__begin(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                          const fairu_toy_test *test, fairu_toy_plan *plan)
{
  memset(plan, 0, sizeof *plan);
  plan->likelihood = lh;
  plan->data = data;
  int status = read_test(ctx, test, plan);
  if (status != FAIRU_OK)
    return status;
  plan->params =
      fairu_context__scratch(ctx, fairu_likelihood_n_parameters(lh), sizeof *plan->params, "toy test");
  return plan->params ? fairu_data_create(ctx, lh, &plan->work) : FAIRU_ERR_OUT_OF_MEMORY;
}

void fairu_toy_plan__end(fairu_toy_plan *plan)
{
  fairu_data_destroy(plan->work);
  plan->work = NULL;
}

int fairu_toy_plan__draw(fairu_context *ctx, fairu_toy_plan *plan, double mu, double truth, int parity,
                         double *values)
{
  const fairu_toy_batch batch = { .likelihood = plan->likelihood,
                                  .options = &plan->options,
                                  .mu = mu,
                                  .params = plan->params,
                                  .seed = plan->test.seed,
                                  .parity = parity };
  const int status =
      fairu_likelihood_asimov_at(plan->likelihood, ctx, plan->data, plan->options.fit, truth, plan->work,
                                 plan->params, fairu_likelihood_n_parameters(plan->likelihood));
  return status == FAIRU_OK ? fairu_toy_batch__run(ctx, &batch, plan->n_toys, values) : status;
}
