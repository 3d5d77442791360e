/* summary.c - inferno, neos, significance: the events, their variations and the loss that their counts go into. */
#include <math.h>
#include <string.h>

#include <fairu/summary_losses.h>

#include "methods/shown.h"
#include "methods/widths.h"

/* Share of the weight that may jump when a nuisance moves by its step, and tangents still stand for it. */
static const double most_migration = 1e-3;

/* What is moved, and what the loss knows of it. */
typedef struct plan {
  fairu_method_steps *steps; /* [n_chosen] */
  double *offsets;           /* [n_variations * n_nuisances] */
  size_t n_variations;
  fairu_expected_nuisance *nuisances; /* [n_loss] */
  size_t n_loss;
  double yields[2]; /* background, signal */
} plan;

/* ---- nuisances of the loss -------------------------------------------------------------------------------- */

static size_t add_variation(const fairu_method_job *job, plan *p, size_t k, double offset)
{
  p->offsets[p->n_variations * job->n_nuisances + job->chosen[k]] = offset;
  return ++p->n_variations; /* 0 is nominal */
}

static void add_nuisance(const fairu_method_job *job, plan *p, size_t k)
{
  const fairu_method_steps *steps = &p->steps[k];
  const fairu_nuisance *nuisance = &job->nuisances[job->chosen[k]];
  fairu_expected_nuisance *n = &p->nuisances[p->n_loss++];
  n->width = job->options.free_nuisances ? 0.0 : fairu_method__width(nuisance);
  if (job->options.use_tangents) {
    n->source = FAIRU_SOURCE_TANGENT;
    n->tangent = k;
    return;
  }
  n->source = FAIRU_SOURCE_VARIATIONS;
  if (steps->up > 0.0) {
    n->up = add_variation(job, p, k, steps->up);
    n->step_up = steps->up;
  }
  if (steps->down > 0.0) {
    const size_t down = add_variation(job, p, k, -steps->down);
    *(steps->up > 0.0 ? &n->down : &n->up) = down; /* the only side: Z may be counted the other way */
    *(steps->up > 0.0 ? &n->step_down : &n->step_up) = steps->up > 0.0 ? -steps->down : steps->down;
  }
}

static int create_plan(const fairu_method_job *job, fairu_context *ctx, plan *p)
{
  const size_t n = job->n_chosen;
  p->steps = fairu_context__scratch(ctx, n, sizeof *p->steps, "steps of nuisances");
  p->offsets = fairu_context__scratch(ctx, 2 * n, job->n_nuisances * sizeof *p->offsets, "variations");
  p->nuisances = fairu_context__scratch(ctx, n + 1, sizeof *p->nuisances, "nuisances of a loss");
  if (!p->steps || !p->offsets || !p->nuisances)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(p->offsets, 0, 2 * n * job->n_nuisances * sizeof *p->offsets);
  memset(p->nuisances, 0, (n + 1) * sizeof *p->nuisances);
  for (size_t i = 0; i <= n; i++)
    p->nuisances[i].struct_size = sizeof *p->nuisances;
  return FAIRU_OK;
}

static int make_plan(const fairu_method_job *job, fairu_context *ctx, plan *p)
{
  int status = create_plan(job, ctx, p);
  for (size_t k = 0; k < job->n_chosen && status == FAIRU_OK; k++) {
    status = fairu_method__steps(job, ctx, k, &p->steps[k]);
    if (status == FAIRU_OK)
      add_nuisance(job, p, k);
  }
  if (job->options.background_uncertainty > 0.0)
    p->nuisances[p->n_loss++] = (fairu_expected_nuisance){ .struct_size = sizeof(fairu_expected_nuisance),
                                                           .source = FAIRU_SOURCE_RATE,
                                                           .process = 0,
                                                           .width = job->options.background_uncertainty };
  return status;
}

/* Tangents stand for what the variations would show, or are refused. */
static int check_tangents(const fairu_method_job *job, fairu_context *ctx, const plan *p)
{
  if (!job->options.use_tangents)
    return FAIRU_OK;
  double *steps = fairu_context__scratch(ctx, job->n_nuisances, sizeof *steps, "steps of nuisances");
  if (!steps)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(steps, 0, job->n_nuisances * sizeof *steps);
  for (size_t k = 0; k < job->n_chosen; k++)
    steps[job->chosen[k]] = fmax(p->steps[k].up, p->steps[k].down);
  return fairu_systematics_check_tangents(job->systematics, ctx, job->events, job->nominal, job->n_nuisances,
                                          steps, job->training.seed, most_migration);
}

/* ---- events --------------------------------------------------------------------------------------------- */

/* Variations of drawn points stay in the range, too. */
static int inner_points(const fairu_method_job *job, fairu_context *ctx, const plan *p,
                        fairu_shown_points *points)
{
  const size_t n_z = job->n_nuisances;
  int status = fairu_shown__points(job, ctx, points);
  double *z =
      status == FAIRU_OK ? fairu_context__scratch(ctx, points->n, n_z * sizeof *z, "points of Z") : NULL;
  if (status == FAIRU_OK && !z)
    status = FAIRU_ERR_OUT_OF_MEMORY;
  if (status != FAIRU_OK)
    return status;
  memcpy(z, points->z, points->n * n_z * sizeof *z);
  for (size_t i = 0; i < points->n; i++)
    for (size_t k = 0; k < job->n_chosen; k++) {
      const fairu_nuisance *nuisance = &job->nuisances[job->chosen[k]];
      double *at = &z[i * n_z + job->chosen[k]];
      *at = fmin(fmax(*at, nuisance->lower + p->steps[k].down), nuisance->upper - p->steps[k].up);
    }
  points->z = z;
  return FAIRU_OK;
}

static int show(fairu_method_job *job, fairu_context *ctx, plan *p, fairu_shown *shown)
{
  fairu_shown_points points = { .z = NULL };
  const fairu_shown_request request = { .points = job->systematics ? &points : NULL,
                                        .with_z = job->options.with_z,
                                        .offsets = p->offsets,
                                        .n_variations = p->n_variations,
                                        .tangents = job->options.use_tangents };
  int status = FAIRU_OK;
  if (job->systematics)
    status =
        job->options.with_z ? inner_points(job, ctx, p, &points) : fairu_shown__nominal(job, ctx, &points);
  if (status == FAIRU_OK)
    status = fairu_shown__create(job, ctx, &request, shown);
  if (job->options.with_z) {
    job->training.nuisances = job->names;
    job->training.n_nuisances = job->n_chosen;
  }
  job->training.tangents = shown->tangents;
  job->training.n_tangents = shown->tangents ? job->n_chosen : 0;
  return status;
}

static int take_yields(const fairu_method_job *job, fairu_context *ctx, const fairu_events *table, plan *p)
{
  const double given[2] = { job->options.background, job->options.signal };
  for (int32_t label = 0; label < 2; label++) {
    p->yields[label] = given[label];
    if (!(given[label] >= 0.0) || !isfinite(given[label]))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "method: yield of the %s is %g",
                                 label ? "signal" : "background", given[label]);
    const int status =
        given[label] > 0.0 ? FAIRU_OK : fairu_events_sum_weights(table, ctx, label, &p->yields[label]);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

/* ---- losses --------------------------------------------------------------------------------------------- */

static int train_expected(fairu_method_job *job, fairu_context *ctx, const plan *p,
                          const fairu_summary_options *options, const fairu_shown *shown,
                          fairu_classifier **out)
{
  const int neos = job->options.method == FAIRU_METHOD_NEOS;
  fairu_summary_options summary = *options;
  fairu_expected_loss_options loss;
  const int status = fairu_expected_loss_options_init(&loss, sizeof loss);
  if (status != FAIRU_OK)
    return status;
  loss.yields = p->yields;
  loss.n_processes = 2;
  loss.nuisances = p->nuisances;
  loss.n_nuisances = p->n_loss;
  loss.floor = neos ? 1e-3 : loss.floor;
  loss.quantity = job->options.quantity ? job->options.quantity
                  : neos                ? FAIRU_EXPECTED_CLS
                                        : FAIRU_EXPECTED_VARIANCE;
  loss.logarithm = loss.quantity == FAIRU_EXPECTED_CLS || loss.quantity == FAIRU_EXPECTED_P0;
  summary.kind = neos ? FAIRU_SUMMARY_KDE : FAIRU_SUMMARY_SOFTMAX;
  summary.variations = (const fairu_events *const *)(shown->tables + 1);
  summary.n_variations = p->n_variations;
  summary.loss = fairu_expected_loss;
  summary.loss_data = &loss;
  return fairu_classifier_train_summary(ctx, shown->tables[0], &job->training, &summary, job->result, out);
}

static int train_significance(fairu_method_job *job, fairu_context *ctx, const plan *p,
                              const fairu_summary_options *options, const fairu_shown *shown,
                              fairu_classifier **out)
{
  fairu_summary_options summary = *options;
  fairu_significance_options loss;
  const int status = fairu_significance_options_init(&loss, sizeof loss);
  if (status != FAIRU_OK)
    return status;
  loss.background = p->yields[0];
  loss.signal = p->yields[1];
  loss.uncertainty = job->options.background_uncertainty;
  loss.formula = loss.uncertainty > 0.0 ? FAIRU_SIGNIFICANCE_ASIMOV : FAIRU_SIGNIFICANCE_SIMPLE;
  summary.kind = FAIRU_SUMMARY_SCORE;
  summary.loss = fairu_significance_loss;
  summary.loss_data = &loss;
  return fairu_classifier_train_summary(ctx, shown->tables[0], &job->training, &summary, job->result, out);
}

/* ---- training ------------------------------------------------------------------------------------------- */

static int read_summary(const fairu_method_job *job, fairu_context *ctx, fairu_summary_options *summary)
{
  int status = fairu_summary_options_init(summary, sizeof *summary);
  if (status == FAIRU_OK)
    status = fairu_options__read(ctx, summary, sizeof *summary, job->options.summary, sizeof *summary,
                                 "summary options");
  summary->variations = NULL;
  summary->n_variations = 0;
  summary->n_processes = 2;
  return status;
}

static int check(const fairu_method_job *job, fairu_context *ctx)
{
  const double f = job->options.background_uncertainty;
  if (!(f >= 0.0) || !isfinite(f))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "method: background_uncertainty is %g", f);
  if (job->options.method == FAIRU_METHOD_SIGNIFICANCE && job->options.with_z)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "method significance is not told Z");
  if (job->options.method != FAIRU_METHOD_SIGNIFICANCE && !job->systematics && job->n_chosen > 0)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "method %s needs systematics to move events",
                               fairu_method_name(job->options.method));
  return FAIRU_OK;
}

int fairu_method__train_summary(fairu_method_job *job, fairu_context *ctx, fairu_classifier **out)
{
  const int significance = job->options.method == FAIRU_METHOD_SIGNIFICANCE;
  fairu_summary_options summary;
  fairu_shown shown = { .tables = NULL };
  plan p = { .n_variations = 0 };
  int status = read_summary(job, ctx, &summary);
  if (status == FAIRU_OK)
    status = check(job, ctx);
  job->options.use_tangents = job->options.use_tangents && !significance && job->n_chosen > 0;
  if (status == FAIRU_OK && !significance)
    status = make_plan(job, ctx, &p);
  if (status == FAIRU_OK)
    status = check_tangents(job, ctx, &p);
  if (status == FAIRU_OK)
    status = show(job, ctx, &p, &shown);
  if (status == FAIRU_OK)
    status = take_yields(job, ctx, shown.tables[0], &p);
  if (status == FAIRU_OK)
    status = (significance ? train_significance : train_expected)(job, ctx, &p, &summary, &shown, out);
  fairu_shown__free(ctx, &shown);
  return status;
}
