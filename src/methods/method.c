/* method.c - names and options of methods, and the call that trains by one. */
#include "methods/method.h"

#include <math.h>
#include <string.h>

/* ---- names ---------------------------------------------------------------------------------------------- */

#define METHOD_NAMES                                                                                         \
  "baseline, augmented, aware, pivot, gradient-reversal, tangent, inferno, neos, significance"

const char *fairu_method_name(int method)
{
  static const char *const names[] = { "baseline", "augmented", "aware", "pivot",       "gradient-reversal",
                                       "tangent",  "inferno",   "neos",  "significance" };
  return method >= FAIRU_METHOD_BASELINE && method <= FAIRU_METHOD_SIGNIFICANCE
             ? names[method - FAIRU_METHOD_BASELINE]
             : NULL;
}

int fairu_method_find(fairu_context *ctx, const char *name, int *method)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!name || !method)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "method: %s is NULL", name ? "method" : "name");
  for (int i = FAIRU_METHOD_BASELINE; i <= FAIRU_METHOD_SIGNIFICANCE; i++)
    if (strcmp(fairu_method_name(i), name) == 0) {
      *method = i;
      return FAIRU_OK;
    }
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "no method is named \"%s\"; there are " METHOD_NAMES,
                             name);
}

/* ---- options -------------------------------------------------------------------------------------------- */

static const fairu_method_options method_defaults = {
  .struct_size = sizeof(fairu_method_options),
  .method = FAIRU_METHOD_BASELINE,
  .copies = 4,
  .spread = 1.0,
  .strength = (double)NAN,
  .step = 1.0,
};

int fairu_method_options_init(fairu_method_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &method_defaults, sizeof method_defaults);
}

static int read_options(fairu_method_job *job, fairu_context *ctx, const fairu_method_options *theirs)
{
  job->options = method_defaults;
  int status = fairu_options__read(ctx, &job->options, sizeof job->options, theirs, sizeof job->options,
                                   "method options");
  if (status == FAIRU_OK && !fairu_method_name(job->options.method))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "unknown method %d", job->options.method);
  if (status == FAIRU_OK && !job->options.training)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "method: training is NULL");
  if (status == FAIRU_OK)
    status = fairu_training_options_init(&job->training, sizeof job->training);
  if (status == FAIRU_OK)
    status = fairu_options__read(ctx, &job->training, sizeof job->training, job->options.training,
                                 sizeof job->training, "training options");
  if (status == FAIRU_OK && job->training.n_features > 0 && !job->training.features)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "training: features is NULL");
  if (status == FAIRU_OK && job->options.n_nuisances > 0 && !job->options.nuisances)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "method: nuisances is NULL");
  job->training.nuisances = NULL;
  job->training.n_nuisances = 0;
  job->training.gate = NULL;
  job->training.loss = FAIRU_LOSS_BINARY;
  job->training.tangents = NULL;
  job->training.n_tangents = 0;
  job->training.tangent_penalty = 0.0;
  return status;
}

/* ---- nuisances ------------------------------------------------------------------------------------------ */

static int take_systematics(fairu_method_job *job, fairu_context *ctx)
{
  const size_t n = fairu_systematics_n_nuisances(job->systematics);
  int status = FAIRU_OK;
  job->n_nuisances = n;
  job->nuisances = fairu_context__scratch(ctx, n, sizeof *job->nuisances, "nuisances");
  job->nominal = fairu_context__scratch(ctx, n, sizeof *job->nominal, "nuisances");
  if (!job->nuisances || !job->nominal)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    job->nuisances[i].struct_size = sizeof job->nuisances[i];
    status = fairu_systematics_nuisance(job->systematics, ctx, i, &job->nuisances[i]);
    job->nominal[i] = job->nuisances[i].nominal;
  }
  return status;
}

static int find_nuisance(const fairu_method_job *job, fairu_context *ctx, const char *name, size_t *index)
{
  for (size_t i = 0; i < job->n_nuisances; i++)
    if (strcmp(job->nuisances[i].name, name) == 0) {
      *index = i;
      return FAIRU_OK;
    }
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "the systematics have no nuisance \"%s\"", name);
}

int fairu_method__find_chosen(const fairu_method_job *job, fairu_context *ctx, const char *name,
                              size_t *chosen)
{
  for (size_t k = 0; k < job->n_chosen; k++)
    if (strcmp(job->names[k], name) == 0) {
      *chosen = k;
      return FAIRU_OK;
    }
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "method: \"%s\" is not among the nuisances", name);
}

static int choose(fairu_method_job *job, fairu_context *ctx, size_t k)
{
  const char *name = job->options.nuisances ? job->options.nuisances[k] : job->nuisances[k].name;
  int status = FAIRU_OK;
  if (!name)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "method: nuisances[%zu] is NULL", k);
  for (size_t i = 0; i < k; i++)
    if (strcmp(job->names[i], name) == 0)
      return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "method: nuisance \"%s\" is given twice", name);
  if (job->systematics)
    status = find_nuisance(job, ctx, name, &job->chosen[k]);
  job->names[k] = name;
  if (status == FAIRU_OK && job->systematics && !job->nuisances[job->chosen[k]].statistical_origin)
    fairu_context__log(ctx, FAIRU_LOG_WARNING,
                       "method: \"%s\" is a choice between two simulations: what a network gains there is no "
                       "smaller uncertainty",
                       name);
  return status;
}

static int take_nuisances(fairu_method_job *job, fairu_context *ctx)
{
  int status = take_systematics(job, ctx);
  job->n_chosen = job->options.nuisances ? job->options.n_nuisances : job->n_nuisances;
  job->chosen = fairu_context__scratch(ctx, job->n_chosen, sizeof *job->chosen, "nuisances");
  job->names = fairu_context__scratch(ctx, job->n_chosen, sizeof *job->names, "nuisances");
  if (!job->chosen || !job->names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t k = 0; k < job->n_chosen && status == FAIRU_OK; k++)
    status = choose(job, ctx, k);
  return status;
}

/* ---- training ------------------------------------------------------------------------------------------- */

static int train(fairu_method_job *job, fairu_context *ctx, const fairu_method_options *options,
                 fairu_classifier **out)
{
  int status = read_options(job, ctx, options);
  if (status == FAIRU_OK)
    status = take_nuisances(job, ctx);
  if (status != FAIRU_OK)
    return status;
  switch (job->options.method) {
  case FAIRU_METHOD_BASELINE:
  case FAIRU_METHOD_AUGMENTED:
  case FAIRU_METHOD_AWARE:
    return fairu_method__train_plain(job, ctx, out);
  case FAIRU_METHOD_TANGENT:
    return fairu_method__train_tangent(job, ctx, out);
  case FAIRU_METHOD_INFERNO:
  case FAIRU_METHOD_NEOS:
  case FAIRU_METHOD_SIGNIFICANCE:
    return fairu_method__train_summary(job, ctx, out);
  default:
    return fairu_method__train_adversarial(job, ctx, out);
  }
}

int fairu_method_train(fairu_context *ctx, const fairu_events *events, const fairu_systematics *systematics,
                       const fairu_method_options *options, fairu_training_result *result,
                       fairu_adversary_result *adversary_result, fairu_classifier **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!events || !options || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "method: events, options or out is NULL");
  fairu_method_job job = {
    .events = events, .systematics = systematics, .result = result, .adversary_result = adversary_result
  };
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = train(&job, ctx, options, out);
  fairu_context__release(ctx, mark);
  return status;
}
