/* classifier.c - the handle: names and shape, copy, getters. */
#include "classifier/kind.h"

#include <math.h>
#include <string.h>

#include "base/texts.h"

static int fail_twice(fairu_context *ctx, const char *what, const char *const *names, const char *name)
{
  size_t first = 0;
  while (strcmp(names[first], name) != 0)
    first++;
  size_t second = first + 1;
  while (strcmp(names[second], name) != 0)
    second++;
  return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "%ss %zu and %zu are both named \"%s\"", what, first,
                             second, name);
}

/* Sorted, since a model file may come with tens of thousands of names. */
static int refuse_twice(fairu_context *ctx, const char *what, const char *const *names, size_t n)
{
  if (n < 2)
    return FAIRU_OK;
  const fairu_mark mark = fairu_context__mark(ctx);
  const char **sorted = fairu_context__scratch(ctx, n, sizeof *sorted, "classifier names");
  int status = sorted ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (sorted) {
    memcpy(sorted, names, n * sizeof *sorted);
    fairu_texts__sort(sorted, n);
  }
  for (size_t i = 1; i < n && status == FAIRU_OK; i++)
    if (strcmp(sorted[i - 1], sorted[i]) == 0)
      status = fail_twice(ctx, what, names, sorted[i]);
  fairu_context__release(ctx, mark);
  return status;
}

static int copy_names(fairu_context *ctx, const char *what, const char *const *names, size_t n, char ***out)
{
  if (n > 0 && !names)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "names of %zu %ss are NULL", n, what);
  *out = fairu_context__new(ctx, n, sizeof **out, "classifier names");
  if (!*out)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++) {
    if (!names[i])
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "name of %s %zu is NULL", what, i);
    if (names[i][0] == '\0')
      return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "name of %s %zu is empty", what, i);
    (*out)[i] = fairu_context__copy_string(ctx, names[i], "classifier names");
    if (!(*out)[i])
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  return refuse_twice(ctx, what, names, n);
}

static int make_ranges(fairu_classifier *classifier, fairu_context *ctx)
{
  const size_t n = classifier->n_nuisances;
  classifier->z_lower = fairu_context__new(ctx, n, sizeof(double), "classifier ranges");
  classifier->z_upper = fairu_context__new(ctx, n, sizeof(double), "classifier ranges");
  if (!classifier->z_lower || !classifier->z_upper)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++) {
    classifier->z_lower[i] = -(double)INFINITY;
    classifier->z_upper[i] = (double)INFINITY;
  }
  return FAIRU_OK;
}

int fairu_classifier__new(fairu_context *ctx, const fairu_kind *kind, const char *const *features,
                          size_t n_features, const char *const *nuisances, size_t n_nuisances,
                          fairu_classifier **out)
{
  *out = NULL;
  fairu_classifier *classifier = fairu_context__new(ctx, 1, sizeof *classifier, "classifier");
  if (!classifier)
    return FAIRU_ERR_OUT_OF_MEMORY;
  classifier->allocator = *fairu_context__allocator(ctx);
  classifier->kind = kind;
  classifier->n_features = n_features;
  classifier->n_nuisances = n_nuisances;
  classifier->n_outputs = 1;
  classifier->activation = FAIRU_ACTIVATION_SIGMOID;
  int status = copy_names(ctx, "feature", features, n_features, &classifier->features);
  if (status == FAIRU_OK)
    status = copy_names(ctx, "nuisance", nuisances, n_nuisances, &classifier->nuisances);
  if (status == FAIRU_OK)
    status = make_ranges(classifier, ctx);
  return fairu_classifier__finish(classifier, status, out);
}

int fairu_classifier__finish(fairu_classifier *classifier, int status, fairu_classifier **out)
{
  if (status != FAIRU_OK) {
    fairu_classifier_destroy(classifier);
    classifier = NULL;
  }
  *out = classifier;
  return status;
}

int fairu_classifier__copy(const fairu_classifier *from, fairu_context *ctx, fairu_classifier **out)
{
  int status = fairu_classifier__new(ctx, from->kind, (const char *const *)from->features, from->n_features,
                                     (const char *const *)from->nuisances, from->n_nuisances, out);
  if (status != FAIRU_OK)
    return status;
  fairu_classifier *to = *out;
  to->n_outputs = from->n_outputs;
  to->activation = from->activation;
  if (from->n_nuisances > 0) {
    memcpy(to->z_lower, from->z_lower, from->n_nuisances * sizeof *to->z_lower);
    memcpy(to->z_upper, from->z_upper, from->n_nuisances * sizeof *to->z_upper);
  }
  status = fairu_inputs__copy(from, ctx, to);
  if (status == FAIRU_OK)
    status = from->kind->copy(from, ctx, to);
  return fairu_classifier__finish(to, status, out);
}

static void free_names(fairu_classifier *classifier, char **names, size_t n)
{
  for (size_t i = 0; names && i < n; i++)
    fairu_allocator__free(&classifier->allocator, names[i]);
  fairu_allocator__free(&classifier->allocator, names);
}

void fairu_classifier_destroy(fairu_classifier *classifier)
{
  if (!classifier)
    return;
  classifier->kind->destroy(classifier);
  fairu_inputs__free(classifier);
  free_names(classifier, classifier->features, classifier->n_features);
  free_names(classifier, classifier->nuisances, classifier->n_nuisances);
  fairu_allocator__free(&classifier->allocator, classifier->z_lower);
  fairu_allocator__free(&classifier->allocator, classifier->z_upper);
  const fairu_allocator allocator = classifier->allocator;
  fairu_allocator__free(&allocator, classifier);
}

/* Depth is bounded: calibrated, ensemble, gated. Index 0 is the classifier, then its parts; those of a gated member are at the ends. */
static const fairu_classifier *side_of(const fairu_classifier *member, size_t i)
{
  return i == 0 ? member : member->kind == &fairu_kind__gated && i <= 2 ? member->as.gated.side[i - 1] : NULL;
}

const fairu_classifier *fairu_classifier__part(const fairu_classifier *classifier, size_t *next)
{
  size_t i = (*next)++;
  if (classifier->kind == &fairu_kind__calibrated) {
    if (i-- == 0)
      return classifier;
    classifier = classifier->as.calibrated.inner;
  }
  if (classifier->kind != &fairu_kind__ensemble)
    return side_of(classifier, i);
  if (i-- == 0)
    return classifier;
  for (size_t m = 0; m < classifier->as.ensemble.n; m++) {
    const fairu_classifier *member = classifier->as.ensemble.members[m];
    const size_t n = member->kind == &fairu_kind__gated ? 3 : 1;
    if (i < n)
      return side_of(member, i);
    i -= n;
  }
  return NULL;
}

size_t fairu_classifier_n_features(const fairu_classifier *classifier)
{
  return classifier ? classifier->n_features : 0;
}

size_t fairu_classifier_n_nuisances(const fairu_classifier *classifier)
{
  return classifier ? classifier->n_nuisances : 0;
}

size_t fairu_classifier_n_outputs(const fairu_classifier *classifier)
{
  return classifier ? classifier->n_outputs : 0;
}

const char *fairu_classifier_feature_name(const fairu_classifier *classifier, size_t i)
{
  return classifier && i < classifier->n_features ? classifier->features[i] : NULL;
}

const char *fairu_classifier_nuisance_name(const fairu_classifier *classifier, size_t i)
{
  return classifier && i < classifier->n_nuisances ? classifier->nuisances[i] : NULL;
}

int fairu_classifier_nuisance_range(const fairu_classifier *classifier, fairu_context *ctx, size_t i,
                                    double *lower, double *upper)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!classifier || !lower || !upper)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "nuisance range: a pointer is NULL");
  if (i >= classifier->n_nuisances)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "nuisance %zu of a classifier with %zu", i,
                               classifier->n_nuisances);
  *lower = classifier->z_lower[i];
  *upper = classifier->z_upper[i];
  return FAIRU_OK;
}
