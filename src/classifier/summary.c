/* summary.c - options of a training on soft counts, and the call. */
#include <fairu/summary.h>

#include <math.h>

#include "classifier/summary_training.h"

enum { MOST_BINS = 4096, MOST_PROCESSES = 1024, MOST_VARIATIONS = 1024 };

static const fairu_summary_options summary_defaults = {
  .struct_size = sizeof(fairu_summary_options),
  .kind = FAIRU_SUMMARY_SOFTMAX,
  .n_bins = 10,
  .temperature = 0.1,
  .bandwidth = 0.1,
  .n_processes = 2,
};

int fairu_summary_options_init(fairu_summary_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &summary_defaults, sizeof summary_defaults);
}

/* ---- checks --------------------------------------------------------------------------------------------- */

static int check_numbers(fairu_context *ctx, const fairu_summary_options *options)
{
  const int softmax = options->kind == FAIRU_SUMMARY_SOFTMAX, kde = options->kind == FAIRU_SUMMARY_KDE;
  const struct {
    const char *name;
    double value;
    int fits;
  } numbers[] = {
    { "n_bins", (double)options->n_bins, options->n_bins > 0 && options->n_bins <= MOST_BINS },
    { "temperature", options->temperature, !softmax || options->temperature > 0.0 },
    { "bandwidth", options->bandwidth, !kde || options->bandwidth > 0.0 },
    { "n_processes", (double)options->n_processes,
      options->n_processes > 0 && options->n_processes <= MOST_PROCESSES },
    { "n_variations", (double)options->n_variations, options->n_variations <= MOST_VARIATIONS },
  };
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (!numbers[i].fits || !isfinite(numbers[i].value))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "summary: %s is %g", numbers[i].name,
                                 numbers[i].value);
  return FAIRU_OK;
}

static int check_edges(fairu_context *ctx, const fairu_summary_options *options)
{
  if (options->kind != FAIRU_SUMMARY_KDE || !options->edges)
    return FAIRU_OK;
  for (size_t e = 0; e <= options->n_bins; e++) {
    if (!isfinite(options->edges[e]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "summary: edge %zu is %g", e, options->edges[e]);
    if (e > 0 && !(options->edges[e] > options->edges[e - 1]))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "summary: edge %zu is %g, not above %g", e,
                                 options->edges[e], options->edges[e - 1]);
  }
  return FAIRU_OK;
}

static int read_summary(fairu_context *ctx, const fairu_summary_options *theirs, fairu_summary_options *ours)
{
  *ours = summary_defaults;
  int status = fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof *ours, "summary options");
  if (status != FAIRU_OK)
    return status;
  if (ours->kind < FAIRU_SUMMARY_SOFTMAX || ours->kind > FAIRU_SUMMARY_SCORE)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "summary: unknown kind %d", ours->kind);
  if (ours->kind == FAIRU_SUMMARY_SCORE)
    ours->n_bins = 2;
  if (!ours->loss || (ours->n_variations > 0 && !ours->variations))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "summary: loss or variations is NULL");
  if (ours->warm_up > 0 && (ours->kind == FAIRU_SUMMARY_SOFTMAX || ours->n_processes != 2))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "summary: warm_up needs a kind with a score and two processes");
  status = check_numbers(ctx, ours);
  return status == FAIRU_OK ? check_edges(ctx, ours) : status;
}

/* What counts of one network know no answer to. Blocks hold one process in one variation: normalised by themselves, they would lose what
 * tells processes and variations apart, and the finished network, with statistics of all, would be another. */
static int check_training(fairu_context *ctx, const fairu_training_options *training,
                          const fairu_summary_options *summary)
{
  if (training->gate)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "summary: a gate (\"%s\") is not supported",
                               training->gate);
  if (training->batch_norm)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                               "summary: batch normalisation would take out what tells processes apart");
  if (training->members > 1 && summary->kind == FAIRU_SUMMARY_SOFTMAX)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                               "summary: bins of %zu members, trained apart, do not correspond",
                               training->members);
  return FAIRU_OK;
}

/* ---- the call ------------------------------------------------------------------------------------------- */

static int train(fairu_context *ctx, const fairu_events *events, const fairu_training_options *training,
                 const fairu_summary_options *summary, fairu_training_result *result, fairu_classifier **out)
{
  fairu_summary_training data;
  fairu_training_plan plan;
  fairu_strategy strategy;
  int status = fairu_summary_training__make(ctx, events, training, summary, &data, &plan, &strategy);
  return status == FAIRU_OK ? fairu_training__run(ctx, events, training, &plan, &strategy, result, out)
                            : status;
}

int fairu_classifier_train_summary(fairu_context *ctx, const fairu_events *events,
                                   const fairu_training_options *training,
                                   const fairu_summary_options *summary, fairu_training_result *result,
                                   fairu_classifier **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!events || !training || !summary || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL,
                               "train on a summary: events, training, summary or out is NULL");
  fairu_training_options our_training;
  fairu_summary_options our_summary;
  int status = fairu_training__read_options(ctx, training, &our_training);
  if (status == FAIRU_OK)
    status = read_summary(ctx, summary, &our_summary);
  if (status == FAIRU_OK)
    status = check_training(ctx, &our_training, &our_summary);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  status = train(ctx, events, &our_training, &our_summary, result, out);
  fairu_context__release(ctx, mark);
  return status;
}
