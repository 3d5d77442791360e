/* gated.c - two classifiers, one below a value of a nuisance and one above it. */
#include <math.h>
#include <string.h>

#include "classifier/kind.h"

static int same_names(char *const *a, char *const *b, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(a[i], b[i]) != 0)
      return 0;
  return 1;
}

static int check_sides(fairu_context *ctx, const fairu_classifier *below, const fairu_classifier *above)
{
  if (below->n_features != above->n_features || below->n_nuisances != above->n_nuisances ||
      below->n_outputs != above->n_outputs)
    return fairu_context__fail(
        ctx, FAIRU_ERR_SHAPE, "below has %zu features, %zu nuisances and %zu outputs, above %zu, %zu and %zu",
        below->n_features, below->n_nuisances, below->n_outputs, above->n_features, above->n_nuisances,
        above->n_outputs);
  if (!same_names(below->features, above->features, below->n_features) ||
      !same_names(below->nuisances, above->nuisances, below->n_nuisances))
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "below and above differ in names or their order");
  if (below->activation != above->activation)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "last activation is %d below and %d above",
                               below->activation, above->activation);
  if (below->kind == &fairu_kind__gated || above->kind == &fairu_kind__gated)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "a side of a gate is itself gated");
  if (below->kind == &fairu_kind__ensemble || above->kind == &fairu_kind__ensemble)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                               "a side of a gate is an ensemble; make an ensemble of gated pairs");
  if (below->kind == &fairu_kind__calibrated || above->kind == &fairu_kind__calibrated)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                               "a side of a gate is calibrated; calibrate the gated pair");
  return FAIRU_OK;
}

static void unite_ranges(fairu_classifier *classifier, const fairu_classifier *below,
                         const fairu_classifier *above)
{
  for (size_t i = 0; i < classifier->n_nuisances; i++) {
    classifier->z_lower[i] = fmin(below->z_lower[i], above->z_lower[i]);
    classifier->z_upper[i] = fmax(below->z_upper[i], above->z_upper[i]);
  }
}

int fairu_gated__join(fairu_classifier *classifier, fairu_context *ctx, fairu_classifier *below,
                      fairu_classifier *above, size_t nuisance, double nominal)
{
  fairu_gated *gated = &classifier->as.gated;
  gated->side[0] = below;
  gated->side[1] = above;
  int status = check_sides(ctx, below, above);
  if (status != FAIRU_OK)
    return status;
  if (nuisance >= classifier->n_nuisances)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "gate is nuisance %zu of %zu", nuisance,
                               classifier->n_nuisances);
  if (!isfinite(nominal))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "nominal value of the gate is %g", nominal);
  gated->nuisance = nuisance;
  gated->nominal = nominal;
  classifier->n_outputs = below->n_outputs;
  classifier->activation = below->activation;
  classifier->blocks_only =
      below->blocks_only || above->blocks_only || !below->kind->few || !above->kind->few;
  unite_ranges(classifier, below, above);
  return FAIRU_OK;
}

static int join_copies(fairu_classifier *classifier, fairu_context *ctx, const fairu_classifier *below,
                       const fairu_classifier *above, size_t nuisance, double nominal)
{
  fairu_classifier *copy_below, *copy_above;
  int status = fairu_classifier__copy(below, ctx, &copy_below);
  if (status != FAIRU_OK)
    return status;
  status = fairu_classifier__copy(above, ctx, &copy_above);
  if (status != FAIRU_OK) {
    fairu_classifier_destroy(copy_below);
    return status;
  }
  return fairu_gated__join(classifier, ctx, copy_below, copy_above, nuisance, nominal);
}

int fairu_classifier_create_gated(fairu_context *ctx, const fairu_classifier *below,
                                  const fairu_classifier *above, const char *nuisance, double nominal,
                                  fairu_classifier **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!below || !above || !nuisance || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "gated: below, above, nuisance or out is NULL");
  int status = check_sides(ctx, below, above);
  if (status != FAIRU_OK)
    return status;
  size_t gate = 0;
  while (gate < below->n_nuisances && strcmp(below->nuisances[gate], nuisance) != 0)
    gate++;
  if (gate == below->n_nuisances)
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "no nuisance \"%s\" in below and above", nuisance);
  fairu_classifier *classifier;
  status =
      fairu_classifier__new(ctx, &fairu_kind__gated, (const char *const *)below->features, below->n_features,
                            (const char *const *)below->nuisances, below->n_nuisances, &classifier);
  if (status == FAIRU_OK)
    status = join_copies(classifier, ctx, below, above, gate, nominal);
  return fairu_classifier__finish(classifier, status, out);
}

static int gated_copy(const fairu_classifier *from, fairu_context *ctx, fairu_classifier *to)
{
  const fairu_gated *gated = &from->as.gated;
  return join_copies(to, ctx, gated->side[0], gated->side[1], gated->nuisance, gated->nominal);
}

static void gated_destroy(fairu_classifier *classifier)
{
  fairu_classifier_destroy(classifier->as.gated.side[0]);
  fairu_classifier_destroy(classifier->as.gated.side[1]);
}

static int gated_score(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                       size_t first, size_t n)
{
  const fairu_gated *gated = &classifier->as.gated;
  const fairu_mark mark = fairu_context__mark(worker);
  size_t *points = fairu_context__scratch(worker, job->n_points, sizeof *points, "gated points");
  int status = points ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (int side = 0; side < 2 && status == FAIRU_OK; side++) {
    fairu_job part = *job;
    part.points = points;
    part.n_points = 0;
    for (size_t p = 0; p < job->n_points; p++)
      if ((fairu_job__z(job, classifier, p)[gated->nuisance] >= gated->nominal) == side)
        points[part.n_points++] = job->points[p];
    if (part.n_points > 0)
      status = gated->side[side]->kind->score(gated->side[side], worker, &part, first, n);
  }
  fairu_context__release(worker, mark);
  return status;
}

static int gated_few(const fairu_classifier *classifier, fairu_context *ctx, const fairu_few *few)
{
  const fairu_gated *gated = &classifier->as.gated;
  const fairu_classifier *side = gated->side[few->z[gated->nuisance] >= gated->nominal];
  return side->kind->few(side, ctx, few);
}

static int gated_derive(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                        const fairu_slopes *slopes, size_t first, size_t n)
{
  const fairu_gated *gated = &classifier->as.gated;
  const fairu_classifier *side = gated->side[job->z[gated->nuisance] >= gated->nominal];
  return side->kind->derive(side, worker, job, slopes, first, n);
}

static void gated_save(const fairu_classifier *classifier, fairu_pack *pack)
{
  const fairu_gated *gated = &classifier->as.gated;
  fairu_pack__u64(pack, gated->nuisance);
  fairu_pack__f64(pack, gated->nominal);
  fairu_classifier__put(gated->side[0], pack);
  fairu_classifier__put(gated->side[1], pack);
}

static int gated_load(fairu_classifier *classifier, fairu_context *ctx, fairu_unpack *unpack)
{
  size_t nuisance = 0;
  double nominal = 0.0;
  fairu_classifier *below = NULL, *above = NULL;
  int status = fairu_unpack__size(unpack, ctx, "gate", SIZE_MAX, &nuisance);
  if (status == FAIRU_OK)
    status = fairu_unpack__f64(unpack, ctx, "gate nominal", &nominal);
  if (status == FAIRU_OK)
    status = fairu_classifier__get(ctx, unpack, 0, &below);
  if (status == FAIRU_OK)
    status = fairu_classifier__get(ctx, unpack, 0, &above);
  if (status == FAIRU_OK &&
      (below->n_features != classifier->n_features || below->n_nuisances != classifier->n_nuisances ||
       !same_names(below->features, classifier->features, below->n_features) ||
       !same_names(below->nuisances, classifier->nuisances, below->n_nuisances)))
    status = fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "names of a gated model and of its sides differ");
  if (status == FAIRU_OK)
    return fairu_gated__join(classifier, ctx, below, above, nuisance, nominal);
  fairu_classifier_destroy(below);
  fairu_classifier_destroy(above);
  return status;
}

const fairu_kind fairu_kind__gated = { .tag = 2,
                                       .score = gated_score,
                                       .few = gated_few,
                                       .derive = gated_derive,
                                       .copy = gated_copy,
                                       .destroy = gated_destroy,
                                       .save = gated_save,
                                       .load = gated_load };
