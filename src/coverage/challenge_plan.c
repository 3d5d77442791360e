/* challenge_plan.c - what the histograms of a pseudo-experiment need before the first row: bins, nuisances, columns, the chain at Z. */
#include <math.h>
#include <string.h>

#include "base/context_internal.h"
#include "coverage/challenge_fill.h"

int fairu_challenge_fill_init(fairu_challenge_fill *fill, size_t struct_size)
{
  static const fairu_challenge_fill defaults = { .n_binnings = 0 };
  return fairu_options__init(fill, struct_size, &defaults, sizeof defaults);
}

static int check_classifier(fairu_context *ctx, const fairu_classifier *classifier)
{
  if (!classifier)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "pseudo-experiment: classifier is NULL");
  if (fairu_classifier_n_nuisances(classifier) > 0)
    return fairu_context__fail(
        ctx, FAIRU_ERR_ARGUMENT,
        "pseudo-experiment: the classifier has nuisance \"%.60s\", which data do not know",
        fairu_classifier_nuisance_name(classifier, 0));
  if (fairu_classifier_n_outputs(classifier) != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE,
                               "pseudo-experiment: the classifier has %zu outputs, one can be binned",
                               fairu_classifier_n_outputs(classifier));
  return FAIRU_OK;
}

static int check_binnings(fairu_challenge_plan *plan, fairu_context *ctx, size_t n_counts)
{
  const fairu_challenge_fill *fill = &plan->fill;
  if (fill->n_binnings == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "pseudo-experiment: no binnings");
  if (!fill->binnings)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "pseudo-experiment: binnings is NULL");
  plan->n_bins = 0;
  for (size_t b = 0; b < fill->n_binnings; b++) {
    if (!fill->binnings[b])
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "pseudo-experiment: binnings[%zu] is NULL", b);
    if (fairu_binning_variable(fill->binnings[b]) == FAIRU_OUTPUT_CLASS)
      return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "pseudo-experiment: binnings[%zu] is by class",
                                 b);
    plan->n_bins += fairu_binning_n_bins(fill->binnings[b]);
  }
  if (plan->n_bins != n_counts)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "pseudo-experiment: %zu counts for %zu bins", n_counts,
                               plan->n_bins);
  return FAIRU_OK;
}

/* ---- nuisances ----------------------------------------------------------------------------------------- */

/* ln(soft_met), as far as the nuisance goes: 5 GeV may lie a rounding above its end. exp(-750) is 0. */
static double log_soft_met(const fairu_nuisance *nuisance, double soft_met)
{
  const double u = soft_met > 0.0 ? log(soft_met) : -750.0;
  return u > nuisance->upper && u < nuisance->upper + 1e-12 ? nuisance->upper : u;
}

/* Value of a nuisance in the experiment; moved [3] notes which of tes, jes, soft_met some nuisance takes up. */
static int value_of(fairu_context *ctx, const fairu_challenge_experiment *e, const fairu_nuisance *nuisance,
                    int moved[3], double *z)
{
  static const char *const shifts[3] = { "tes", "jes", "soft_met" };
  static const char *const scales[3] = { "ttbar_scale", "diboson_scale", "bkg_scale" };
  const double values[3] = { e->tes, e->jes, e->soft_met };
  for (size_t k = 0; k < 3; k++) {
    if (strcmp(nuisance->name, shifts[k]) == 0) {
      moved[k] = 1;
      *z = values[k];
      return FAIRU_OK;
    }
    if (strcmp(nuisance->name, scales[k]) == 0) { /* rates have it */
      *z = 1.0;
      return FAIRU_OK;
    }
  }
  if (strcmp(nuisance->name, "log_soft_met") != 0)
    return fairu_context__fail(
        ctx, FAIRU_ERR_NOT_FOUND,
        "pseudo-experiment: the chain has nuisance \"%.60s\", which the experiment lacks", nuisance->name);
  moved[2] = 1;
  *z = log_soft_met(nuisance, e->soft_met);
  return FAIRU_OK;
}

/* A value drawn and then ignored would be a quiet mistake. */
static int check_moved(fairu_context *ctx, const fairu_challenge_experiment *e, const int moved[3])
{
  static const char *const names[3] = { "tes", "jes", "soft_met" };
  const double values[3] = { e->tes, e->jes, e->soft_met }, nominal[3] = { 1.0, 1.0, 0.0 };
  for (size_t k = 0; k < 3; k++)
    if (!moved[k] && values[k] != nominal[k])
      return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND,
                                 "pseudo-experiment: %s is %g, and the chain has no nuisance of that name",
                                 names[k], values[k]);
  return FAIRU_OK;
}

static int find_z(fairu_challenge_plan *plan, fairu_context *ctx)
{
  const fairu_systematics *chain = plan->fill.systematics;
  int moved[3] = { 0, 0, 0 }, status = FAIRU_OK;
  plan->n_nuisances = fairu_systematics_n_nuisances(chain);
  plan->z = fairu_context__scratch(ctx, plan->n_nuisances, sizeof *plan->z, "nuisances of the chain");
  if (!plan->z)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < plan->n_nuisances && status == FAIRU_OK; i++) {
    fairu_nuisance nuisance = { .struct_size = sizeof nuisance };
    status = fairu_systematics_nuisance(chain, ctx, i, &nuisance);
    if (status == FAIRU_OK)
      status = value_of(ctx, &plan->pool.experiment, &nuisance, moved, &plan->z[i]);
  }
  return status == FAIRU_OK ? check_moved(ctx, &plan->pool.experiment, moved) : status;
}

int fairu_challenge_plan__read(fairu_challenge_plan *plan, fairu_context *ctx,
                               const fairu_challenge_fill *fill, size_t n_counts)
{
  int status = fairu_options__read(ctx, &plan->fill, sizeof plan->fill, fill, sizeof plan->fill,
                                   "fairu_challenge_fill");
  if (status == FAIRU_OK)
    status = check_classifier(ctx, plan->fill.classifier);
  if (status == FAIRU_OK)
    status = check_binnings(plan, ctx, n_counts);
  if (status == FAIRU_OK && fairu_systematics__has_callback(plan->fill.systematics))
    status = fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                                 "pseudo-experiment: a transformation of the caller knows rows of tables; "
                                 "here there is none (fairu_challenge_events makes one)");
  return status == FAIRU_OK ? find_z(plan, ctx) : status;
}

/* ---- columns ------------------------------------------------------------------------------------------- */

static void hold(fairu_challenge_plan *plan, size_t column, int is_made)
{
  if (plan->places[column] != FAIRU_NOT_HELD)
    return;
  fairu_held *held = &plan->held[plan->n_held];
  plan->places[column] = plan->n_held++;
  *held = (fairu_held){ .stride = 1 };
  if (!is_made)
    held->values = fairu_events_column(plan->events, column, &held->stride);
}

/* What the chain touches and what the classifier looks at. */
static int hold_columns(fairu_challenge_plan *plan, fairu_context *ctx)
{
  for (size_t c = 0; c < plan->n_columns; c++) {
    const int use = fairu_shifter__use(plan->shifter, c);
    plan->places[c] = FAIRU_NOT_HELD;
    if (use & FAIRU_COLUMN_TOUCHED)
      hold(plan, c, (use & FAIRU_COLUMN_MADE) != 0);
  }
  for (size_t f = 0; f < plan->n_features; f++) {
    size_t column = 0;
    const int status = fairu_events_find_column(
        plan->events, ctx, fairu_classifier_feature_name(plan->fill.classifier, f), &column);
    if (status != FAIRU_OK)
      return status;
    hold(plan, column, 0);
    plan->features[f] = plan->places[column];
  }
  return FAIRU_OK;
}

static int take_columns(fairu_challenge_plan *plan, fairu_context *ctx)
{
  plan->n_columns = fairu_events_n_columns(plan->events);
  plan->n_features = fairu_classifier_n_features(plan->fill.classifier);
  plan->places = fairu_context__scratch(ctx, plan->n_columns, sizeof *plan->places, "columns of the pool");
  plan->held = fairu_context__scratch(ctx, plan->n_columns, sizeof *plan->held, "columns of the pool");
  plan->features = fairu_context__scratch(ctx, plan->n_features, sizeof *plan->features, "features");
  plan->totals = fairu_context__scratch(ctx, plan->n_bins + 2, sizeof *plan->totals, "counts of bins");
  if (!plan->places || !plan->held || !plan->features || !plan->totals)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t b = 0; b < plan->n_bins + 2; b++)
    atomic_init(&plan->totals[b], 0);
  return hold_columns(plan, ctx);
}

int fairu_challenge_plan__prepare(fairu_challenge_plan *plan, fairu_context *ctx, size_t n_events)
{
  fairu_shifter *shifter = NULL;
  const int status = fairu_shifter__create(plan->fill.systematics, ctx, plan->events, 0, n_events, plan->z,
                                           plan->n_nuisances, plan->pool.experiment.smearing_seed, &shifter);
  plan->shifter = shifter;
  return status == FAIRU_OK ? take_columns(plan, ctx) : status;
}
