/* plain.c - baseline, augmented, aware: what differs is which events are shown, and whether the network is told Z. */
#include "methods/shown.h"

/* The gate is a chosen nuisance at its nominal value. */
static int set_gate(fairu_method_job *job, fairu_context *ctx)
{
  size_t k = 0;
  if (!job->options.gate)
    return FAIRU_OK;
  const int status = fairu_method__find_chosen(job, ctx, job->options.gate, &k);
  if (status == FAIRU_OK && job->systematics)
    job->training.gate_nominal = job->nominal[job->chosen[k]];
  job->training.gate = job->options.gate;
  return status;
}

static int prepare(fairu_method_job *job, fairu_context *ctx)
{
  if (job->options.method != FAIRU_METHOD_BASELINE && job->n_chosen == 0 &&
      (job->systematics || job->options.method == FAIRU_METHOD_AWARE))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "method %s needs nuisances",
                               fairu_method_name(job->options.method));
  if (job->options.method != FAIRU_METHOD_AWARE)
    return FAIRU_OK;
  job->training.nuisances = job->names;
  job->training.n_nuisances = job->n_chosen;
  return set_gate(job, ctx);
}

int fairu_method__train_plain(fairu_method_job *job, fairu_context *ctx, fairu_classifier **out)
{
  const int aware = job->options.method == FAIRU_METHOD_AWARE;
  fairu_shown_points points = { .z = NULL };
  fairu_shown shown = { .tables = NULL };
  const fairu_shown_request request = { .points = job->systematics ? &points : NULL, .with_z = aware };
  int status = prepare(job, ctx);
  if (status == FAIRU_OK && job->systematics)
    status = job->options.method == FAIRU_METHOD_BASELINE ? fairu_shown__nominal(job, ctx, &points)
                                                          : fairu_shown__points(job, ctx, &points);
  if (status == FAIRU_OK)
    status = fairu_shown__create(job, ctx, &request, &shown);
  if (status == FAIRU_OK)
    status = fairu_classifier_train(ctx, shown.tables[0], &job->training, job->result, out);
  fairu_shown__free(ctx, &shown);
  return status;
}
