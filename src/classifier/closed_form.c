/* closed_form.c - classifiers that are formulas: linear discriminant and rotating Gaussians. Evaluated in double. */
#include <math.h>
#include <string.h>

#include "classifier/kind.h"

typedef void (*formula_fn)(const fairu_classifier *classifier, const double *z, const float *x,
                           float *logits);

/* Blocks of a formula over all points. */
static int score_formula(formula_fn formula, const fairu_classifier *classifier, fairu_context *worker,
                         const fairu_job *job, size_t first, size_t n)
{
  const fairu_engine engine = fairu_engine__of(worker);
  float logits[FAIRU_LANES];
  const fairu_mark mark = fairu_context__mark(worker);
  float *x = fairu_context__scratch(worker, classifier->n_features, FAIRU_LANES * sizeof *x, "features");
  int status = x ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t row = first; row < first + n && status == FAIRU_OK; row += FAIRU_LANES) {
    const size_t lanes = fairu_job__lanes(row, first + n);
    status = fairu_context__poll(worker);
    if (status == FAIRU_OK)
      status = fairu_job__gather(job, classifier, worker, row, lanes, x);
    for (size_t p = 0; p < job->n_points && status == FAIRU_OK; p++) {
      formula(classifier, fairu_job__z(job, classifier, p), x, logits);
      fairu_job__put(job, classifier, &engine, job->points[p], row, lanes, logits);
    }
  }
  fairu_context__release(worker, mark);
  return status;
}

/* d [n_features + n_nuisances][FAIRU_LANES]: derivatives of the logit. */
typedef void (*slopes_fn)(const fairu_classifier *classifier, const double *z, const float *x, double *d);

/* outer [FAIRU_LANES] times the derivatives of the logit into rows. */
static void put_slopes(const fairu_classifier *classifier, const fairu_slopes *slopes, const float *outer,
                       const double *d, float *work, size_t first, size_t lanes)
{
  const size_t n_x = classifier->n_features, n_z = classifier->n_nuisances;
  for (size_t i = 0; i < n_x + n_z; i++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      work[i * FAIRU_LANES + lane] = (float)((double)outer[lane] * d[i * FAIRU_LANES + lane]);
  fairu_slopes__put(slopes->features, work, n_x, first, lanes);
  fairu_slopes__put(slopes->nuisances, work + n_x * FAIRU_LANES, n_z, first, lanes);
}

static int derive_formula(formula_fn formula, slopes_fn slopes_of, const fairu_classifier *classifier,
                          fairu_context *worker, const fairu_job *job, const fairu_slopes *slopes,
                          size_t first, size_t n)
{
  const fairu_engine engine = fairu_engine__of(worker);
  const size_t n_inputs = classifier->n_features + classifier->n_nuisances;
  float logits[FAIRU_LANES], outer[FAIRU_LANES];
  const fairu_mark mark = fairu_context__mark(worker);
  float *x = fairu_context__scratch(worker, n_inputs, FAIRU_LANES * sizeof *x, "features");
  double *d = fairu_context__scratch(worker, n_inputs, FAIRU_LANES * sizeof *d, "derivatives");
  int status = x && d ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t row = first; row < first + n && status == FAIRU_OK; row += FAIRU_LANES) {
    const size_t lanes = fairu_job__lanes(row, first + n);
    status = fairu_context__poll(worker);
    if (status == FAIRU_OK)
      status = fairu_job__gather(job, classifier, worker, row, lanes, x);
    if (status != FAIRU_OK)
      break;
    formula(classifier, job->z, x, logits);
    slopes_of(classifier, job->z, x, d);
    fairu_job__outer(job, classifier, &engine, logits, outer);
    fairu_job__put(job, classifier, &engine, 0, row, lanes, logits);
    put_slopes(classifier, slopes, outer, d, x, row, lanes);
  }
  fairu_context__release(worker, mark);
  return status;
}

/* ---- linear ------------------------------------------------------------------------------------------- */

static void linear_formula(const fairu_classifier *classifier, const double *z, const float *x, float *logits)
{
  const fairu_linear *linear = &classifier->as.linear;
  double sum[FAIRU_LANES];
  (void)z;
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    sum[lane] = linear->bias;
  for (size_t f = 0; f < classifier->n_features; f++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      sum[lane] += linear->weights[f] * (double)x[f * FAIRU_LANES + lane];
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    logits[lane] = (float)sum[lane];
}

static int linear_score(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                        size_t first, size_t n)
{
  return score_formula(linear_formula, classifier, worker, job, first, n);
}

static void linear_slopes(const fairu_classifier *classifier, const double *z, const float *x, double *d)
{
  (void)z, (void)x;
  for (size_t f = 0; f < classifier->n_features; f++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d[f * FAIRU_LANES + lane] = classifier->as.linear.weights[f];
}

static int linear_derive(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                         const fairu_slopes *slopes, size_t first, size_t n)
{
  return derive_formula(linear_formula, linear_slopes, classifier, worker, job, slopes, first, n);
}

static int fill_linear(fairu_classifier *classifier, fairu_context *ctx, const double *weights, double bias)
{
  for (size_t i = 0; i < classifier->n_features; i++)
    if (!isfinite(weights[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "weight of \"%s\" is %g", classifier->features[i],
                                 weights[i]);
  if (!isfinite(bias))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "bias is %g", bias);
  classifier->as.linear.bias = bias;
  classifier->as.linear.weights =
      fairu_context__copy(ctx, weights, classifier->n_features, sizeof *weights, "linear weights");
  return classifier->as.linear.weights ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

int fairu_classifier_create_linear(fairu_context *ctx, const char *const *features, const double *weights,
                                   size_t n_features, double bias, fairu_classifier **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!features || !weights || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "linear: features, weights or out is NULL");
  if (n_features == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "linear: no features");
  fairu_classifier *classifier;
  int status = fairu_classifier__new(ctx, &fairu_kind__linear, features, n_features, NULL, 0, &classifier);
  if (status == FAIRU_OK)
    status = fill_linear(classifier, ctx, weights, bias);
  return fairu_classifier__finish(classifier, status, out);
}

static int linear_copy(const fairu_classifier *from, fairu_context *ctx, fairu_classifier *to)
{
  return fill_linear(to, ctx, from->as.linear.weights, from->as.linear.bias);
}

static void linear_destroy(fairu_classifier *classifier)
{
  fairu_allocator__free(&classifier->allocator, classifier->as.linear.weights);
}

static void linear_save(const fairu_classifier *classifier, fairu_pack *pack)
{
  fairu_pack__f64s(pack, classifier->as.linear.weights, classifier->n_features);
  fairu_pack__f64(pack, classifier->as.linear.bias);
}

static int linear_load(fairu_classifier *classifier, fairu_context *ctx, fairu_unpack *unpack)
{
  double bias = 0.0;
  if (classifier->n_features == 0 || classifier->n_nuisances != 0)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "linear model with %zu features and %zu nuisances",
                               classifier->n_features, classifier->n_nuisances);
  const fairu_mark mark = fairu_context__mark(ctx);
  double *weights = fairu_context__scratch(ctx, classifier->n_features, sizeof *weights, "linear weights");
  int status = weights ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_unpack__f64s(unpack, ctx, "weights", weights, classifier->n_features);
  if (status == FAIRU_OK)
    status = fairu_unpack__f64(unpack, ctx, "bias", &bias);
  if (status == FAIRU_OK)
    status = fill_linear(classifier, ctx, weights, bias);
  fairu_context__release(ctx, mark);
  return status;
}

const fairu_kind fairu_kind__linear = { .tag = 3,
                                        .score = linear_score,
                                        .derive = linear_derive,
                                        .copy = linear_copy,
                                        .destroy = linear_destroy,
                                        .save = linear_save,
                                        .load = linear_load };

/* ---- rotation ----------------------------------------------------------------------------------------- */

static void rotation_formula(const fairu_classifier *classifier, const double *z, const float *x,
                             float *logits)
{
  const double a = classifier->as.slope * cos(z[0]), b = classifier->as.slope * sin(z[0]);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    logits[lane] = (float)(a * (double)x[lane] + b * (double)x[FAIRU_LANES + lane]);
}

static int rotation_score(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                          size_t first, size_t n)
{
  return score_formula(rotation_formula, classifier, worker, job, first, n);
}

static void rotation_slopes(const fairu_classifier *classifier, const double *z, const float *x, double *d)
{
  const double a = classifier->as.slope * cos(z[0]), b = classifier->as.slope * sin(z[0]);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    d[lane] = a;
    d[FAIRU_LANES + lane] = b;
    d[2 * FAIRU_LANES + lane] = a * (double)x[FAIRU_LANES + lane] - b * (double)x[lane];
  }
}

static int rotation_derive(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                           const fairu_slopes *slopes, size_t first, size_t n)
{
  return derive_formula(rotation_formula, rotation_slopes, classifier, worker, job, slopes, first, n);
}

static int set_slope(fairu_classifier *classifier, fairu_context *ctx, double slope)
{
  if (!isfinite(slope))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "slope is %g", slope);
  classifier->as.slope = slope;
  return FAIRU_OK;
}

int fairu_classifier_create_rotation(fairu_context *ctx, const char *x, const char *y, const char *nuisance,
                                     double slope, fairu_classifier **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!x || !y || !nuisance || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "rotation: x, y, nuisance or out is NULL");
  const char *const features[2] = { x, y };
  fairu_classifier *classifier;
  int status = fairu_classifier__new(ctx, &fairu_kind__rotation, features, 2, &nuisance, 1, &classifier);
  if (status == FAIRU_OK)
    status = set_slope(classifier, ctx, slope);
  return fairu_classifier__finish(classifier, status, out);
}

static int rotation_copy(const fairu_classifier *from, fairu_context *ctx, fairu_classifier *to)
{
  return set_slope(to, ctx, from->as.slope);
}

static void rotation_destroy(fairu_classifier *classifier)
{
  (void)classifier;
}

static void rotation_save(const fairu_classifier *classifier, fairu_pack *pack)
{
  fairu_pack__f64(pack, classifier->as.slope);
}

static int rotation_load(fairu_classifier *classifier, fairu_context *ctx, fairu_unpack *unpack)
{
  double slope = 0.0;
  if (classifier->n_features != 2 || classifier->n_nuisances != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "rotation model with %zu features and %zu nuisances",
                               classifier->n_features, classifier->n_nuisances);
  int status = fairu_unpack__f64(unpack, ctx, "slope", &slope);
  return status == FAIRU_OK ? set_slope(classifier, ctx, slope) : status;
}

const fairu_kind fairu_kind__rotation = { .tag = 4,
                                          .score = rotation_score,
                                          .derive = rotation_derive,
                                          .copy = rotation_copy,
                                          .destroy = rotation_destroy,
                                          .save = rotation_save,
                                          .load = rotation_load };
