/* score.c - from events to scores: checks, chunks over events, lanes in and out. */
#include <math.h>
#include <string.h>

#include "classifier/classifier_internal.h"
#include "classifier/kind.h"
#include "classifier/pass.h"

/* Events a chunk: a multiple of FAIRU_LANES, large against starting a chunk, small against a thread's share. */
enum { CHUNK = 16 * FAIRU_LANES };

/* Up to here events one by one take less time than a block, whose lanes are all worked on. */
enum { MOST_FEW = FAIRU_LANES / 4 };

static int fail_feature(const fairu_classifier *classifier, fairu_context *worker, size_t row, size_t feature,
                        float value)
{
  return fairu_context__fail(worker, FAIRU_ERR_NON_FINITE, "row %zu: feature \"%s\" is %g", row,
                             classifier->features[feature], (double)value);
}

static void take_lanes(const fairu_job *job, const fairu_classifier *classifier, const fairu_kernels *kernels,
                       size_t first, size_t lanes, float *x)
{
  if (job->rows) {
    const float *rows[FAIRU_LANES];
    for (size_t lane = 0; lane < lanes; lane++)
      rows[lane] = job->rows + (first + lane) * classifier->n_features;
    kernels->rows_to_lanes(rows, lanes, classifier->n_features, x);
    return;
  }
  for (size_t f = 0; f < classifier->n_features; f++, x += FAIRU_LANES) {
    const size_t stride = job->strides[f];
    const float *column = job->columns[f] + first * stride;
    for (size_t lane = 0; lane < lanes; lane++)
      x[lane] = column[lane * stride];
    for (size_t lane = lanes; lane < FAIRU_LANES; lane++)
      x[lane] = 0.0F;
  }
}

static int refuse_lanes(const fairu_classifier *classifier, fairu_context *worker, size_t first, size_t lanes,
                        const float *x)
{
  for (size_t f = 0; f < classifier->n_features; f++)
    for (size_t lane = 0; lane < lanes; lane++)
      if (!isfinite(x[f * FAIRU_LANES + lane]))
        return fail_feature(classifier, worker, first + lane, f, x[f * FAIRU_LANES + lane]);
  return FAIRU_OK;
}

int fairu_job__gather(const fairu_job *job, const fairu_classifier *classifier, fairu_context *worker,
                      size_t first, size_t lanes, float *x)
{
  const fairu_kernels *kernels = fairu_kernels__of(worker);
  int status = FAIRU_OK;
  take_lanes(job, classifier, kernels, first, lanes, x);
  if (!classifier->inputs)
    return kernels->all_finite(x, classifier->n_features * FAIRU_LANES)
               ? FAIRU_OK
               : refuse_lanes(classifier, worker, first, lanes, x);
  for (size_t f = 0; f < classifier->n_features && status == FAIRU_OK; f++)
    status = fairu_inputs__settle(classifier, worker, f, first, x + f * FAIRU_LANES, lanes);
  return status;
}

int fairu_job__refuse(const fairu_classifier *classifier, fairu_context *ctx, size_t row, const float *x)
{
  size_t f = 0;
  while (f + 1 < classifier->n_features && isfinite(x[f]))
    f++;
  return fail_feature(classifier, ctx, row, f, x[f]);
}

void fairu_job__put(const fairu_job *job, const fairu_classifier *classifier, const fairu_engine *engine,
                    size_t point, size_t first, size_t lanes, float *logits)
{
  const size_t n_out = classifier->n_outputs;
  const int activation = classifier->activation;
  const int saturates = activation == FAIRU_ACTIVATION_SIGMOID || activation == FAIRU_ACTIVATION_SOFTMAX;
  if (job->output == FAIRU_OUTPUT_SCORE || !saturates)
    fairu_pass__activate(engine, activation, logits, n_out);
  float *scores = job->scores + (point * job->n_events + first) * n_out;
  if (n_out == 1) {
    memcpy(scores, logits, lanes * sizeof *scores);
    return;
  }
  for (size_t lane = 0; lane < lanes; lane++)
    for (size_t o = 0; o < n_out; o++)
      scores[lane * n_out + o] = logits[o * FAIRU_LANES + lane];
}

typedef struct score_task {
  const fairu_classifier *classifier;
  const fairu_job *job;
} score_task;

static int score_chunk(fairu_context *worker, size_t chunk, void *data)
{
  const score_task *task = data;
  const size_t first = chunk * CHUNK, left = task->job->n_events - first, n = left < CHUNK ? left : CHUNK;
  int status = task->classifier->kind->score(task->classifier, worker, task->job, first, n);
  return status == FAIRU_OK ? fairu_job__check_scores(task->classifier, worker, task->job, first, n) : status;
}

static int check_z(const fairu_classifier *classifier, fairu_context *ctx, const double *z, size_t n_points,
                   size_t n_nuisances)
{
  if (n_nuisances != classifier->n_nuisances)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "classifier has %zu nuisances, got %zu",
                               classifier->n_nuisances, n_nuisances);
  if (n_nuisances == 0 && n_points > 1)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "%zu points for a classifier without nuisances",
                               n_points);
  if (n_nuisances > 0 && n_points > 0 && !z)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "z is NULL, classifier has %zu nuisances", n_nuisances);
  for (size_t p = 0; p < n_points; p++)
    for (size_t i = 0; i < n_nuisances; i++)
      if (!isfinite(z[p * n_nuisances + i]))
        return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "point %zu: nuisance \"%s\" is %g", p,
                                   classifier->nuisances[i], z[p * n_nuisances + i]);
  return FAIRU_OK;
}

static int check_output(fairu_context *ctx, int output)
{
  if (output != FAIRU_OUTPUT_SCORE && output != FAIRU_OUTPUT_LOGIT)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "unknown output %d", output);
  return FAIRU_OK;
}

static int run_job(const fairu_classifier *classifier, fairu_context *ctx, fairu_job *job, size_t n_points)
{
  size_t *points = fairu_context__scratch(ctx, n_points, sizeof *points, "score points");
  if (!points)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t p = 0; p < n_points; p++)
    points[p] = p;
  job->points = points;
  job->n_points = n_points;
  score_task task = { classifier, job };
  const size_t n_chunks = n_points == 0 ? 0 : job->n_events / CHUNK + (job->n_events % CHUNK != 0);
  return n_chunks == 0 ? fairu_context__poll(ctx)
                       : fairu_context__parallel(ctx, n_chunks, score_chunk, &task, "score");
}

static int take_columns(const fairu_classifier *classifier, fairu_context *ctx, const float ***columns,
                        size_t **strides)
{
  *columns = fairu_context__scratch(ctx, classifier->n_features, sizeof **columns, "score columns");
  *strides = fairu_context__scratch(ctx, classifier->n_features, sizeof **strides, "score columns");
  return *columns && *strides ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

static int score_rows(const fairu_classifier *classifier, fairu_context *ctx, const float *features,
                      fairu_job *job)
{
  const float **columns;
  size_t *strides;
  int status = take_columns(classifier, ctx, &columns, &strides);
  if (status != FAIRU_OK)
    return status;
  for (size_t f = 0; f < classifier->n_features; f++) {
    columns[f] = features + f;
    strides[f] = classifier->n_features;
  }
  job->rows = features;
  job->columns = columns;
  job->strides = strides;
  return run_job(classifier, ctx, job, 1);
}

static int fits_few(const fairu_classifier *classifier, const fairu_context *ctx, size_t n_events)
{
  return n_events <= MOST_FEW && classifier->kind->few && !classifier->blocks_only &&
         fairu_context__blas_policy(ctx) != FAIRU_BLAS_ALWAYS;
}

int fairu_classifier__check_point(const fairu_classifier *classifier, fairu_context *ctx, size_t n_features,
                                  const double *z, size_t n_nuisances, int output)
{
  if (n_features != classifier->n_features)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "classifier has %zu features, got %zu",
                               classifier->n_features, n_features);
  int status = check_output(ctx, output);
  return status == FAIRU_OK ? check_z(classifier, ctx, z, 1, n_nuisances) : status;
}

static int score_few(const fairu_classifier *classifier, fairu_context *ctx, const fairu_few *few)
{
  static const size_t first_point = 0;
  int status = fairu_context__poll(ctx), finite = 1;
  if (status == FAIRU_OK)
    status = classifier->kind->few(classifier, ctx, few);
  for (size_t i = 0; i < few->n_events * classifier->n_outputs && status == FAIRU_OK; i++)
    finite &= isfinite(few->scores[i]) != 0;
  if (finite)
    return status;
  const fairu_job job = { .rows = few->features,
                          .n_events = few->n_events,
                          .points = &first_point,
                          .n_points = 1,
                          .scores = few->scores };
  return fairu_job__check_scores(classifier, ctx, &job, 0, few->n_events);
}

static int score_any(const fairu_classifier *classifier, fairu_context *ctx, const float *features,
                     size_t n_events, const double *z, int output, float *scores)
{
  if (fits_few(classifier, ctx, n_events)) {
    const fairu_few few = { features, n_events, z, output, scores };
    return score_few(classifier, ctx, &few);
  }
  fairu_job job = { .n_events = n_events, .z = z, .output = output, .scores = scores };
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = score_rows(classifier, ctx, features, &job);
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_classifier_score(const fairu_classifier *classifier, fairu_context *ctx, const float *features,
                           size_t n_events, size_t n_features, const double *z, size_t n_nuisances,
                           int output, float *scores)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!classifier || (n_events > 0 && (!features || !scores)))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "score: classifier, features or scores is NULL");
  int status = fairu_classifier__check_point(classifier, ctx, n_features, z, n_nuisances, output);
  if (status != FAIRU_OK || n_events == 0)
    return status;
  return score_any(classifier, ctx, features, n_events, z, output, scores);
}

int fairu_classifier_score_event(const fairu_classifier *classifier, fairu_context *ctx,
                                 const float *features, size_t n_features, const double *z,
                                 size_t n_nuisances, int output, float *scores)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!classifier || !features || !scores)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "score: classifier, features or scores is NULL");
  int status = fairu_classifier__check_point(classifier, ctx, n_features, z, n_nuisances, output);
  return status == FAIRU_OK ? score_any(classifier, ctx, features, 1, z, output, scores) : status;
}

static int score_columns(const fairu_classifier *classifier, fairu_context *ctx, const fairu_events *events,
                         size_t n_points, fairu_job *job)
{
  const float **columns;
  size_t *strides;
  int status = take_columns(classifier, ctx, &columns, &strides);
  for (size_t f = 0; f < classifier->n_features && status == FAIRU_OK; f++) {
    size_t column = 0;
    status = fairu_events_find_column(events, ctx, classifier->features[f], &column);
    if (status == FAIRU_OK)
      columns[f] = fairu_events_column(events, column, &strides[f]);
  }
  if (status != FAIRU_OK)
    return status;
  job->columns = columns;
  job->strides = strides;
  return run_job(classifier, ctx, job, n_points);
}

int fairu_classifier_score_events(const fairu_classifier *classifier, fairu_context *ctx,
                                  const fairu_events *events, const double *z, size_t n_points,
                                  size_t n_nuisances, int output, float *scores)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!classifier || !events)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "score: classifier or events is NULL");
  const size_t n_events = fairu_events_n_events(events);
  if (!scores && n_events > 0 && n_points > 0)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "score: scores is NULL");
  int status = check_output(ctx, output);
  if (status == FAIRU_OK)
    status = check_z(classifier, ctx, z, n_points, n_nuisances);
  if (status != FAIRU_OK)
    return status;
  fairu_job job = { .n_events = n_events, .z = z, .output = output, .scores = scores };
  const fairu_mark mark = fairu_context__mark(ctx);
  status = score_columns(classifier, ctx, events, n_points, &job);
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_classifier__score_columns(const fairu_classifier *classifier, fairu_context *ctx,
                                    const float *const *columns, size_t n_events, int output, float *scores)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  size_t *strides = fairu_context__scratch(ctx, classifier->n_features, sizeof *strides, "score columns");
  int status = strides ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t f = 0; f < classifier->n_features && status == FAIRU_OK; f++)
    strides[f] = 1;
  fairu_job job = {
    .columns = columns, .strides = strides, .n_events = n_events, .output = output, .scores = scores
  };
  if (status == FAIRU_OK)
    status = run_job(classifier, ctx, &job, 1);
  fairu_context__release(ctx, mark);
  return status;
}
