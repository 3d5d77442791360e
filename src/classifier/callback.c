/* callback.c - the caller's own function as a classifier. */
#include <math.h>
#include <string.h>

#include "classifier/kind.h"

int fairu_classifier_create_callback(fairu_context *ctx, const char *const *features, size_t n_features,
                                     const char *const *nuisances, size_t n_nuisances, size_t n_outputs,
                                     fairu_score_fn fn, void *user_data, fairu_classifier **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!features || !fn || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "callback: features, fn or out is NULL");
  if (n_features == 0 || n_outputs == 0 || n_outputs > SIZE_MAX / FAIRU_LANES / sizeof(float) / 64)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "callback: %zu features, %zu outputs", n_features,
                               n_outputs);
  fairu_classifier *classifier;
  int status = fairu_classifier__new(ctx, &fairu_kind__callback, features, n_features, nuisances, n_nuisances,
                                     &classifier);
  if (status != FAIRU_OK)
    return status;
  classifier->n_outputs = n_outputs;
  classifier->activation = n_outputs == 1 ? FAIRU_ACTIVATION_SIGMOID : FAIRU_ACTIVATION_SOFTMAX;
  classifier->as.callback.fn = fn;
  classifier->as.callback.user_data = user_data;
  *out = classifier;
  return FAIRU_OK;
}

static int callback_copy(const fairu_classifier *from, fairu_context *ctx, fairu_classifier *to)
{
  (void)ctx;
  to->as.callback = from->as.callback;
  return FAIRU_OK;
}

static void callback_destroy(fairu_classifier *classifier)
{
  (void)classifier;
}

typedef struct rows {
  float *features; /* [n][n_features] */
  float *logits;   /* [n][n_outputs] */
  float *lanes;    /* [max(n_features, n_outputs)][FAIRU_LANES] */
} rows;

static int take_rows(const fairu_classifier *classifier, fairu_context *worker, size_t n, rows *memory)
{
  const size_t n_in = classifier->n_features, n_out = classifier->n_outputs;
  memory->features = fairu_context__scratch(worker, n_in, n * sizeof(float), "callback features");
  memory->logits = fairu_context__scratch(worker, n_out, n * sizeof(float), "callback logits");
  memory->lanes = fairu_context__scratch(worker, n_in > n_out ? n_in : n_out, FAIRU_LANES * sizeof(float),
                                         "callback lanes");
  return memory->features && memory->logits && memory->lanes ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

static int gather_rows(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                       size_t first, size_t n, const rows *memory)
{
  for (size_t row = 0; row < n; row += FAIRU_LANES) {
    const size_t lanes = fairu_job__lanes(row, n);
    int status = fairu_job__gather(job, classifier, worker, first + row, lanes, memory->lanes);
    if (status != FAIRU_OK)
      return status;
    for (size_t lane = 0; lane < lanes; lane++)
      for (size_t f = 0; f < classifier->n_features; f++)
        memory->features[(row + lane) * classifier->n_features + f] = memory->lanes[f * FAIRU_LANES + lane];
  }
  return FAIRU_OK;
}

static void put_rows(const fairu_classifier *classifier, const fairu_engine *engine, const fairu_job *job,
                     size_t point, size_t first, size_t n, const rows *memory)
{
  const size_t n_out = classifier->n_outputs;
  for (size_t row = 0; row < n; row += FAIRU_LANES) {
    const size_t lanes = fairu_job__lanes(row, n);
    memset(memory->lanes, 0, n_out * FAIRU_LANES * sizeof(float));
    for (size_t lane = 0; lane < lanes; lane++)
      for (size_t o = 0; o < n_out; o++)
        memory->lanes[o * FAIRU_LANES + lane] = memory->logits[(row + lane) * n_out + o];
    fairu_job__put(job, classifier, engine, point, first + row, lanes, memory->lanes);
  }
}

/* The whole chunk goes to the caller at once: a call may be dear. */
static int call_rows(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                     size_t first, size_t n, const rows *memory)
{
  const fairu_engine engine = fairu_engine__of(worker);
  const fairu_callback *callback = &classifier->as.callback;
  for (size_t p = 0; p < job->n_points; p++) {
    int status = fairu_context__poll(worker);
    if (status != FAIRU_OK)
      return status;
    const int answer =
        callback->fn(memory->features, n, classifier->n_features, fairu_job__z(job, classifier, p),
                     classifier->n_nuisances, memory->logits, callback->user_data);
    if (answer != 0)
      return fairu_context__fail(worker, FAIRU_ERR_CALLBACK, "score callback returned %d at event %zu",
                                 answer, first);
    put_rows(classifier, &engine, job, job->points[p], first, n, memory);
  }
  return FAIRU_OK;
}

static int callback_score(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                          size_t first, size_t n)
{
  rows memory;
  const fairu_mark mark = fairu_context__mark(worker);
  int status = take_rows(classifier, worker, n, &memory);
  if (status == FAIRU_OK)
    status = gather_rows(classifier, worker, job, first, n, &memory);
  if (status == FAIRU_OK)
    status = call_rows(classifier, worker, job, first, n, &memory);
  fairu_context__release(worker, mark);
  return status;
}

const fairu_kind fairu_kind__callback = { .score = callback_score,
                                          .copy = callback_copy,
                                          .destroy = callback_destroy };
