/* tangent.c - tangent propagation: at nominal Z, with the slope of the logit along dx/dZ penalised. */
#include <math.h>
#include <string.h>

#include "methods/shown.h"
#include "methods/widths.h"

static const double most_migration = 1e-3, default_strength = 0.1;

/* In units of the prior's width a slope says what an uncertainty does, whatever the unit of Z. */
static void scale_tangents(const fairu_method_job *job, fairu_shown *shown)
{
  const size_t n = fairu_events_n_events(shown->tables[0]) * job->training.n_features;
  for (size_t k = 0; k < job->n_chosen; k++) {
    const double width = fairu_method__width(&job->nuisances[job->chosen[k]]);
    for (size_t i = 0; i < n; i++)
      shown->tangents[i * job->n_chosen + k] =
          (float)((double)shown->tangents[i * job->n_chosen + k] * width);
  }
}

static int check(const fairu_method_job *job, fairu_context *ctx)
{
  double *steps = fairu_context__scratch(ctx, job->n_nuisances, sizeof *steps, "steps of nuisances");
  int status = FAIRU_OK;
  if (!job->systematics || job->n_chosen == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "method tangent needs systematics with nuisances");
  if (!steps)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(steps, 0, job->n_nuisances * sizeof *steps);
  for (size_t k = 0; k < job->n_chosen && status == FAIRU_OK; k++) {
    fairu_method_steps both;
    status = fairu_method__steps(job, ctx, k, &both);
    if (status == FAIRU_OK)
      steps[job->chosen[k]] = fmax(both.up, both.down);
  }
  return status == FAIRU_OK
             ? fairu_systematics_check_tangents(job->systematics, ctx, job->events, job->nominal,
                                                job->n_nuisances, steps, job->training.seed, most_migration)
             : status;
}

int fairu_method__train_tangent(fairu_method_job *job, fairu_context *ctx, fairu_classifier **out)
{
  fairu_shown_points points;
  fairu_shown shown = { .tables = NULL };
  const fairu_shown_request request = { .points = &points, .tangents = 1 };
  int status = check(job, ctx);
  if (status == FAIRU_OK)
    status = fairu_shown__nominal(job, ctx, &points);
  if (status == FAIRU_OK)
    status = fairu_shown__create(job, ctx, &request, &shown);
  if (status == FAIRU_OK) {
    scale_tangents(job, &shown);
    job->training.tangents = shown.tangents;
    job->training.n_tangents = job->n_chosen;
    job->training.tangent_penalty = isnan(job->options.strength) ? default_strength : job->options.strength;
    status = fairu_classifier_train(ctx, shown.tables[0], &job->training, job->result, out);
  }
  fairu_shown__free(ctx, &shown);
  return status;
}
