/* derivative.c - scores with their derivatives: the entry point, and what all kinds share. */
#include "classifier/kind.h"
#include "classifier/pass.h"

#include <string.h>

/* Events a chunk. */
enum { CHUNK = 16 * FAIRU_LANES };

/* sigmoid(x) sigmoid(-x): s (1 - s) without the rounding of 1 - s. */
static void sigmoid_slope(const fairu_engine *engine, const float *logits, float *d)
{
  float other[FAIRU_LANES];
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    d[lane] = logits[lane];
    other[lane] = -logits[lane];
  }
  engine->kernels->sigmoid_f(d, FAIRU_LANES);
  engine->kernels->sigmoid_f(other, FAIRU_LANES);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    d[lane] *= other[lane];
}

void fairu_job__outer(const fairu_job *job, const fairu_classifier *classifier, const fairu_engine *engine,
                      const float *logits, float *d)
{
  float h[FAIRU_LANES];
  if (classifier->activation == FAIRU_ACTIVATION_SIGMOID && job->output == FAIRU_OUTPUT_SCORE) {
    sigmoid_slope(engine, logits, d);
    return;
  }
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    d[lane] = 1.0F;
  if (classifier->activation == FAIRU_ACTIVATION_SIGMOID)
    return;
  memcpy(h, logits, sizeof h);
  fairu_pass__activate(engine, classifier->activation, h, 1);
  fairu_pass__slope(classifier->activation, h, d);
}

void fairu_slopes__put(float *to, const float *d, size_t n_rows, size_t first, size_t lanes)
{
  for (size_t lane = 0; to && lane < lanes; lane++)
    for (size_t i = 0; i < n_rows; i++)
      to[(first + lane) * n_rows + i] = d[i * FAIRU_LANES + lane];
}

typedef struct derive_task {
  const fairu_classifier *classifier;
  const fairu_job *job;
  const fairu_slopes *slopes;
} derive_task;

static int derive_chunk(fairu_context *worker, size_t chunk, void *data)
{
  const derive_task *task = data;
  const size_t first = chunk * CHUNK, left = task->job->n_events - first, n = left < CHUNK ? left : CHUNK;
  int status = task->classifier->kind->derive(task->classifier, worker, task->job, task->slopes, first, n);
  return status == FAIRU_OK
             ? fairu_job__check_slopes(task->classifier, worker, task->job, task->slopes, first, n)
             : status;
}

static int derive_rows(const fairu_classifier *classifier, fairu_context *ctx, const float *features,
                       fairu_job *job, const fairu_slopes *slopes)
{
  static const size_t first_point = 0;
  const size_t n = classifier->n_features;
  const float **columns = fairu_context__scratch(ctx, n, sizeof *columns, "score columns");
  size_t *strides = fairu_context__scratch(ctx, n, sizeof *strides, "score columns");
  float *scores = job->scores;
  if (!scores)
    scores = fairu_context__scratch(ctx, job->n_events, sizeof *scores, "scores");
  if (!columns || !strides || !scores)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t f = 0; f < n; f++) {
    columns[f] = features + f;
    strides[f] = n;
  }
  job->rows = features;
  job->columns = columns;
  job->strides = strides;
  job->points = &first_point;
  job->n_points = 1;
  job->scores = scores;
  derive_task task = { classifier, job, slopes };
  const size_t n_chunks = job->n_events / CHUNK + (job->n_events % CHUNK != 0);
  return fairu_context__parallel(ctx, n_chunks, derive_chunk, &task, "score derivatives");
}

static int can_derive(const fairu_classifier *classifier)
{
  size_t next = 0;
  for (const fairu_classifier *part; (part = fairu_classifier__part(classifier, &next));)
    if (!part->kind->derive)
      return 0;
  return 1;
}

int fairu_classifier_score_derivative(const fairu_classifier *classifier, fairu_context *ctx,
                                      const float *features, size_t n_events, size_t n_features,
                                      const double *z, size_t n_nuisances, int output, float *scores,
                                      float *d_features, float *d_z)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!classifier || (n_events > 0 && !features))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "score derivative: classifier or features is NULL");
  int status = fairu_classifier__check_point(classifier, ctx, n_features, z, n_nuisances, output);
  if (status != FAIRU_OK)
    return status;
  if (!can_derive(classifier))
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "no derivatives of this kind of classifier");
  if (classifier->n_outputs != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "derivatives of one output, this classifier has %zu",
                               classifier->n_outputs);
  if (n_events == 0)
    return FAIRU_OK;
  fairu_job job = { .n_events = n_events, .z = z, .output = output, .scores = scores };
  const fairu_slopes slopes = { d_features, d_z };
  const fairu_mark mark = fairu_context__mark(ctx);
  status = derive_rows(classifier, ctx, features, &job, &slopes);
  fairu_context__release(ctx, mark);
  return status;
}
