/* calibrated.c - a classifier followed by a map from its logits to probabilities. */
#include <math.h>
#include <string.h>

#include "classifier/kind.h"
#include "classifier/probability.h"

static int check_parts(fairu_context *ctx, const fairu_classifier *inner, const fairu_probability_map *map)
{
  if (inner->n_outputs != 1 || inner->activation != FAIRU_ACTIVATION_SIGMOID)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE,
                               "calibrated: %zu outputs with activation %d, wanted one with a sigmoid",
                               inner->n_outputs, inner->activation);
  if (inner->kind == &fairu_kind__calibrated)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                               "calibrated: the classifier is calibrated already");
  for (size_t k = 0; k < map->n_knots; k++)
    if (!(map->values[k] > 0.0 && map->values[k] < 1.0))
      return fairu_context__fail(
          ctx, FAIRU_ERR_RANGE,
          "calibrated: probability %g at knot %zu has no logit; make the map with a margin", map->values[k],
          k);
  return FAIRU_OK;
}

/* The parts become those of the classifier, also on failure. */
static int join(fairu_classifier *classifier, fairu_context *ctx, fairu_classifier *inner,
                fairu_probability_map *map)
{
  classifier->as.calibrated.inner = inner;
  classifier->as.calibrated.map = map;
  const int status = check_parts(ctx, inner, map);
  if (status != FAIRU_OK)
    return status;
  classifier->blocks_only = inner->blocks_only || !inner->kind->few;
  for (size_t i = 0; i < classifier->n_nuisances; i++) {
    classifier->z_lower[i] = inner->z_lower[i];
    classifier->z_upper[i] = inner->z_upper[i];
  }
  return FAIRU_OK;
}

static int join_copies(fairu_classifier *classifier, fairu_context *ctx, const fairu_classifier *inner,
                       const fairu_probability_map *map)
{
  fairu_classifier *classifier_copy;
  fairu_probability_map *map_copy;
  int status = fairu_classifier__copy(inner, ctx, &classifier_copy);
  if (status != FAIRU_OK)
    return status;
  status = fairu_probability__copy(map, ctx, &map_copy);
  if (status != FAIRU_OK) {
    fairu_classifier_destroy(classifier_copy);
    return status;
  }
  return join(classifier, ctx, classifier_copy, map_copy);
}

int fairu_classifier_create_calibrated(fairu_context *ctx, const fairu_classifier *classifier,
                                       const fairu_probability_map *map, fairu_classifier **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!classifier || !map || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "calibrated: classifier, map or out is NULL");
  fairu_classifier *made;
  int status = check_parts(ctx, classifier, map);
  if (status != FAIRU_OK)
    return status;
  status = fairu_classifier__new(ctx, &fairu_kind__calibrated, (const char *const *)classifier->features,
                                 classifier->n_features, (const char *const *)classifier->nuisances,
                                 classifier->n_nuisances, &made);
  if (status == FAIRU_OK)
    status = join_copies(made, ctx, classifier, map);
  return fairu_classifier__finish(made, status, out);
}

static int calibrated_copy(const fairu_classifier *from, fairu_context *ctx, fairu_classifier *to)
{
  return join_copies(to, ctx, from->as.calibrated.inner, from->as.calibrated.map);
}

static void calibrated_destroy(fairu_classifier *classifier)
{
  fairu_classifier_destroy(classifier->as.calibrated.inner);
  fairu_probability_map_destroy(classifier->as.calibrated.map);
}

/* Logits become scores of the map, in place. */
static void map_scores(const fairu_probability_map *map, int output, float *scores, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const double t = (double)scores[i];
    scores[i] = (float)(output == FAIRU_OUTPUT_SCORE ? fairu_probability__at(map, t)
                                                     : fairu_probability__logit_at(map, t));
  }
}

static int calibrated_score(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                            size_t first, size_t n)
{
  const fairu_classifier *inner = classifier->as.calibrated.inner;
  fairu_job logits = *job;
  logits.output = FAIRU_OUTPUT_LOGIT;
  int status = inner->kind->score(inner, worker, &logits, first, n);
  for (size_t p = 0; p < job->n_points && status == FAIRU_OK; p++) {
    status = fairu_context__poll(worker);
    map_scores(classifier->as.calibrated.map, job->output,
               job->scores + job->points[p] * job->n_events + first, n);
  }
  return status;
}

static int calibrated_few(const fairu_classifier *classifier, fairu_context *ctx, const fairu_few *few)
{
  const fairu_classifier *inner = classifier->as.calibrated.inner;
  fairu_few logits = *few;
  logits.output = FAIRU_OUTPUT_LOGIT;
  const int status = inner->kind->few(inner, ctx, &logits);
  if (status == FAIRU_OK)
    map_scores(classifier->as.calibrated.map, few->output, few->scores, few->n_events);
  return status;
}

static void calibrated_save(const fairu_classifier *classifier, fairu_pack *pack)
{
  fairu_probability__put(classifier->as.calibrated.map, pack);
  fairu_classifier__put(classifier->as.calibrated.inner, pack);
}

static int same_names(char *const *a, char *const *b, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(a[i], b[i]) != 0)
      return 0;
  return 1;
}

static int same_inputs(const fairu_classifier *a, const fairu_classifier *b)
{
  return a->n_features == b->n_features && a->n_nuisances == b->n_nuisances &&
         same_names(a->features, b->features, a->n_features) &&
         same_names(a->nuisances, b->nuisances, a->n_nuisances);
}

static int calibrated_load(fairu_classifier *classifier, fairu_context *ctx, fairu_unpack *unpack)
{
  fairu_probability_map *map = NULL;
  fairu_classifier *inner = NULL;
  int status = fairu_probability__get(ctx, unpack, &map);
  if (status == FAIRU_OK)
    status = fairu_classifier__get(ctx, unpack, FAIRU_INSIDE_CALIBRATED, &inner);
  if (status == FAIRU_OK && !same_inputs(classifier, inner))
    status =
        fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "names of a calibrated model and of what it holds differ");
  if (status == FAIRU_OK)
    return join(classifier, ctx, inner, map);
  fairu_classifier_destroy(inner);
  fairu_probability_map_destroy(map);
  return status;
}

const fairu_kind fairu_kind__calibrated = { .tag = 7,
                                            .score = calibrated_score,
                                            .few = calibrated_few,
                                            .copy = calibrated_copy,
                                            .destroy = calibrated_destroy,
                                            .save = calibrated_save,
                                            .load = calibrated_load };
