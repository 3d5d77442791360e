/* adversary.c - pivot and gradient reversal: events at many Z, which the network is not told, against an adversary that is to find one of them. */
#include <math.h>

#include "methods/shown.h"

/* The nuisance that the adversary learns: named, or the only one. */
static int choose(const fairu_method_job *job, fairu_context *ctx, fairu_adversary_options *adversary)
{
  size_t k = 0;
  if (adversary->nuisance)
    return fairu_method__find_chosen(job, ctx, adversary->nuisance, &k);
  if (job->n_chosen != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "method %s: there are %zu nuisances; the adversary learns one, name it",
                               fairu_method_name(job->options.method), job->n_chosen);
  adversary->nuisance = job->names[0];
  return FAIRU_OK;
}

static int read_adversary(const fairu_method_job *job, fairu_context *ctx, fairu_adversary_options *adversary)
{
  int status = fairu_adversary_options_init(adversary, sizeof *adversary);
  if (status == FAIRU_OK)
    status = fairu_options__read(ctx, adversary, sizeof *adversary, job->options.adversary, sizeof *adversary,
                                 "adversary options");
  adversary->reversal = job->options.method == FAIRU_METHOD_GRADIENT_REVERSAL;
  if (!isnan(job->options.strength))
    adversary->lambda = job->options.strength;
  return status == FAIRU_OK ? choose(job, ctx, adversary) : status;
}

int fairu_method__train_adversarial(fairu_method_job *job, fairu_context *ctx, fairu_classifier **out)
{
  fairu_shown_points points = { .z = NULL };
  fairu_shown shown = { .tables = NULL };
  fairu_adversary_options adversary;
  const fairu_shown_request request = { .points = job->systematics ? &points : NULL, .with_z = 1 };
  int status = read_adversary(job, ctx, &adversary);
  if (status == FAIRU_OK && job->systematics)
    status = fairu_shown__points(job, ctx, &points);
  if (status == FAIRU_OK)
    status = fairu_shown__create(job, ctx, &request, &shown);
  if (status == FAIRU_OK)
    status = fairu_classifier_train_adversarial(ctx, shown.tables[0], &job->training, &adversary, job->result,
                                                job->adversary_result, out);
  fairu_shown__free(ctx, &shown);
  return status;
}
