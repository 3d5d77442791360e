/* summary_loss.c - from sums of slices to the counts that a loss sees, and from its gradient to slopes of the sums. */
#include "classifier/summary_training.h"

#include <math.h>
#include <string.h>

typedef struct shape {
  size_t n_processes, n_variations, n_tangents, n_bins, n_sums; /* n_variations with the nominal one */
} shape;

static shape shape_of(const fairu_summary_training *data)
{
  return (shape){ data->rows.n_processes, 1 + data->rows.n_variations, data->rows.n_tangents,
                  data->soft.n_bins, data->n_sums };
}

/* Is variation v >= 1 of a process the nominal one in every row? Then nobody has counted it. */
static int echoes(const fairu_summary_training *data, size_t process, size_t v)
{
  return v > 0 && data->flags[process * fairu_summary_rows__n_flags(&data->rows) + v - 1] == 0;
}

static int take_counts(fairu_summary_training *data, fairu_context *ctx, const shape *n, size_t process)
{
  const double *sums = data->by_process + process * n->n_sums, weight = sums[n->n_sums - 1];
  if (!(weight > 0.0) || !isfinite(weight))
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "events of process %zu have total weight %g", process,
                               weight);
  for (size_t v = 0; v < n->n_variations; v++)
    for (size_t b = 0; b < n->n_bins; b++)
      data->counts[(process * n->n_variations + v) * n->n_bins + b] =
          sums[(echoes(data, process, v) ? 0 : v) * n->n_bins + b] / weight;
  for (size_t i = 0; i < n->n_tangents * n->n_bins; i++)
    data->tangents[process * n->n_tangents * n->n_bins + i] = sums[n->n_variations * n->n_bins + i] / weight;
  return FAIRU_OK;
}

static void put_slopes(fairu_summary_training *data, const shape *n, size_t process)
{
  const double weight = data->by_process[(process + 1) * n->n_sums - 1];
  double *slopes = data->slopes + process * n->n_sums;
  memset(slopes, 0, n->n_sums * sizeof *slopes);
  for (size_t v = 0; v < n->n_variations; v++)
    for (size_t b = 0; b < n->n_bins; b++)
      slopes[(echoes(data, process, v) ? 0 : v) * n->n_bins + b] +=
          data->d_counts[(process * n->n_variations + v) * n->n_bins + b] / weight;
  for (size_t i = 0; i < n->n_tangents * n->n_bins; i++)
    slopes[n->n_variations * n->n_bins + i] =
        data->d_tangents[process * n->n_tangents * n->n_bins + i] / weight;
}

/* A slope that is no number would spoil the network without a word. */
static int check_answer(const fairu_summary_training *data, fairu_context *ctx, const shape *n, double loss)
{
  const size_t per_process = n->n_variations * n->n_bins;
  if (!isfinite(loss))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "loss of the summary is %g", loss);
  for (size_t i = 0; i < n->n_processes * per_process; i++)
    if (!isfinite(data->d_counts[i]))
      return fairu_context__fail(
          ctx, FAIRU_ERR_NON_FINITE, "d loss / d count of process %zu, variation %zu, bin %zu is %g",
          i / per_process, i % per_process / n->n_bins, i % n->n_bins, data->d_counts[i]);
  for (size_t i = 0; i < n->n_processes * n->n_tangents * n->n_bins; i++)
    if (!isfinite(data->d_tangents[i]))
      return fairu_context__fail(
          ctx, FAIRU_ERR_NON_FINITE, "d loss / d tangent %zu of process %zu, bin %zu is %g",
          i / n->n_bins % n->n_tangents, i / n->n_bins / n->n_tangents, i % n->n_bins, data->d_tangents[i]);
  return FAIRU_OK;
}

static int call(fairu_summary_training *data, fairu_context *ctx, const shape *n, double *loss)
{
  const size_t n_tangents = n->n_processes * n->n_tangents * n->n_bins;
  const fairu_summary_counts seen = {
    n->n_processes, n->n_variations, n->n_tangents,
    n->n_bins,      data->counts,    n_tangents > 0 ? data->tangents : NULL
  };
  *loss = (double)NAN;
  memset(data->d_counts, 0, n->n_processes * n->n_variations * n->n_bins * sizeof *data->d_counts);
  memset(data->d_tangents, 0, n_tangents * sizeof *data->d_tangents);
  const int answer = data->options->loss(ctx, &seen, loss, data->d_counts,
                                         n_tangents > 0 ? data->d_tangents : NULL, data->options->loss_data);
  if (answer == 0)
    return FAIRU_OK;
  if (answer >= FAIRU_ERR_NULL && answer == fairu_context_status(ctx))
    return answer;
  return fairu_context__fail(ctx, FAIRU_ERR_CALLBACK, "the loss of the summary returned %d", answer);
}

int fairu_summary_training__ask(fairu_summary_training *data, fairu_context *ctx, double *loss)
{
  const shape n = shape_of(data);
  int status = FAIRU_OK;
  for (size_t p = 0; p < n.n_processes && status == FAIRU_OK; p++)
    status = take_counts(data, ctx, &n, p);
  if (status == FAIRU_OK)
    status = call(data, ctx, &n, loss);
  if (status == FAIRU_OK)
    status = check_answer(data, ctx, &n, *loss);
  for (size_t p = 0; p < n.n_processes && status == FAIRU_OK; p++)
    put_slopes(data, &n, p);
  return status;
}
