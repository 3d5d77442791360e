/* finite.c - finite events have finite scores and derivatives, or none: sums inside a classifier can pass the range of float. */
#include <math.h>

#include "classifier/kind.h"

static float feature_at(const fairu_job *job, size_t n_features, size_t row, size_t f)
{
  return job->rows ? job->rows[row * n_features + f] : job->columns[f][row * job->strides[f]];
}

static int is_finite_row(const fairu_job *job, size_t n_features, size_t row)
{
  size_t f = 0;
  while (f < n_features && isfinite(feature_at(job, n_features, row, f)))
    f++;
  return f == n_features;
}

/* What programs of others and callbacks answer is what their own arithmetic gives. */
static int is_ours(const fairu_classifier *classifier)
{
  size_t next = 0;
  for (const fairu_classifier *part; (part = fairu_classifier__part(classifier, &next));)
    if (part->kind == &fairu_kind__program || part->kind == &fairu_kind__callback)
      return 0;
  return 1;
}

/* Events with features that are not finite are here by a policy of the classifier. */
static int refuse(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job, size_t row,
                  const char *what, float value)
{
  if (!is_finite_row(job, classifier->n_features, row) || !is_ours(classifier))
    return FAIRU_OK;
  return fairu_context__fail(worker, FAIRU_ERR_NON_FINITE,
                             "row %zu: the %s is %g though all features are finite: sums inside the "
                             "classifier pass the range of float; ranges of inputs keep such events out",
                             row, what, (double)value);
}

static int check_rows(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                      const char *what, const float *values, size_t width, size_t first, size_t n)
{
  int status = FAIRU_OK;
  if (fairu_kernels__of(worker)->all_finite(values, n * width))
    return FAIRU_OK;
  for (size_t i = 0; i < n * width && status == FAIRU_OK; i++)
    if (!isfinite(values[i]))
      status = refuse(classifier, worker, job, first + i / width, what, values[i]);
  return status;
}

int fairu_job__check_scores(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                            size_t first, size_t n)
{
  const size_t n_out = classifier->n_outputs;
  int status = FAIRU_OK;
  for (size_t p = 0; p < job->n_points && status == FAIRU_OK; p++)
    status = check_rows(classifier, worker, job, "score",
                        job->scores + (job->points[p] * job->n_events + first) * n_out, n_out, first, n);
  return status;
}

int fairu_job__check_slopes(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                            const fairu_slopes *slopes, size_t first, size_t n)
{
  const size_t n_x = classifier->n_features, n_z = classifier->n_nuisances;
  int status = fairu_job__check_scores(classifier, worker, job, first, n);
  if (status == FAIRU_OK && slopes->features)
    status = check_rows(classifier, worker, job, "derivative by a feature", slopes->features + first * n_x,
                        n_x, first, n);
  if (status == FAIRU_OK && slopes->nuisances)
    status = check_rows(classifier, worker, job, "derivative by a nuisance", slopes->nuisances + first * n_z,
                        n_z, first, n);
  return status;
}
