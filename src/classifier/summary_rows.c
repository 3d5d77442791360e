/* summary_rows.c - rows of variations beside the nominal ones. */
#include "classifier/summary_rows.h"

#include <math.h>

enum { ROWS_BETWEEN_POLLS = 1 << 14 };

static const char *input_name(const fairu_summary_rows *rows, size_t i)
{
  const fairu_training_options *training = rows->training;
  return i < training->n_features ? training->features[i] : training->nuisances[i - training->n_features];
}

static int find_column(fairu_summary_rows *rows, fairu_context *ctx, size_t v, size_t i)
{
  const fairu_events *table = rows->options->variations[v];
  const char *name = input_name(rows, i);
  size_t column = 0;
  if (!name)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "name of training input %zu is NULL", i);
  int status = fairu_events_find_column(table, ctx, name, &column);
  if (status != FAIRU_OK)
    return fairu_context__within(ctx, status, "variation %zu", v);
  const size_t at = v * rows->n_inputs + i;
  rows->columns[at] = fairu_events_column(table, column, &rows->strides[at]);
  return FAIRU_OK;
}

static int check_tables(const fairu_summary_rows *rows, fairu_context *ctx)
{
  const size_t n = fairu_events_n_events(rows->events);
  for (size_t v = 0; v < rows->n_variations; v++) {
    const fairu_events *table = rows->options->variations[v];
    if (!table)
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "variation %zu is NULL", v);
    if (fairu_events_n_events(table) != n)
      return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "variation %zu has %zu events, the nominal table %zu",
                                 v, fairu_events_n_events(table), n);
  }
  return FAIRU_OK;
}

int fairu_summary_rows__find(fairu_summary_rows *rows, fairu_context *ctx)
{
  const size_t n = rows->n_variations * rows->n_inputs;
  int status = check_tables(rows, ctx);
  if (status != FAIRU_OK)
    return status;
  rows->columns = fairu_context__scratch(ctx, n, sizeof *rows->columns, "columns of variations");
  rows->strides = fairu_context__scratch(ctx, n, sizeof *rows->strides, "columns of variations");
  if (!rows->columns || !rows->strides)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t v = 0; v < rows->n_variations; v++)
    for (size_t i = 0; i < rows->n_inputs && status == FAIRU_OK; i++)
      status = find_column(rows, ctx, v, i);
  return status;
}

/* ---- raw values ----------------------------------------------------------------------------------------- */

static float weight_of(const fairu_events *table, size_t row)
{
  const double *weights = fairu_events_weights(table);
  return weights ? (float)weights[row] : 1.0F;
}

/* Labels and ids, where both tables have them, say that it is the same event. */
static int check_row(const fairu_summary_rows *rows, fairu_context *ctx, size_t v, size_t row)
{
  const fairu_events *table = rows->options->variations[v];
  const int32_t *labels = fairu_events_labels(rows->events), *theirs = fairu_events_labels(table);
  const uint64_t *ids = fairu_events_ids(rows->events), *their_ids = fairu_events_ids(table);
  if (labels && theirs && labels[row] != theirs[row])
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "variation %zu, row %zu: label is %ld, not %ld", v,
                               row, (long)theirs[row], (long)labels[row]);
  if (ids && their_ids && ids[row] != their_ids[row])
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "variation %zu, row %zu: id is %llu, not %llu", v,
                               row, (unsigned long long)their_ids[row], (unsigned long long)ids[row]);
  return FAIRU_OK;
}

static int put_variation(const fairu_summary_rows *rows, fairu_context *ctx, size_t v, size_t row, float *out)
{
  int status = check_row(rows, ctx, v, row);
  if (status != FAIRU_OK)
    return status;
  out[0] = weight_of(rows->options->variations[v], row);
  if (!isfinite(out[0]))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "variation %zu, row %zu: weight is %g", v, row,
                               (double)out[0]);
  for (size_t i = 0; i < rows->n_inputs; i++) {
    const size_t at = v * rows->n_inputs + i;
    out[2 + i] = rows->columns[at][row * rows->strides[at]];
    if (!isfinite(out[2 + i]) && out[0] != 0.0F)
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "variation %zu, row %zu: column \"%s\" is %g", v,
                                 row, input_name(rows, i), (double)out[2 + i]);
  }
  return FAIRU_OK;
}

/* Tangents move features; Z inputs stay, as in a score at fixed Z. */
static int put_tangents(const fairu_summary_rows *rows, fairu_context *ctx, size_t row, float *out)
{
  const size_t n_features = rows->training->n_features, n = rows->n_tangents;
  for (size_t k = 0; k < n; k++)
    for (size_t i = 0; i < rows->n_inputs; i++) {
      float *to = &out[fairu_summary_rows__tangent(rows, k) + i];
      *to = i < n_features ? rows->training->tangents[(row * n_features + i) * n + k] : 0.0F;
      if (!isfinite(*to))
        return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "row %zu: tangent %zu of \"%s\" is %g", row, k,
                                   input_name(rows, i), (double)*to);
    }
  return FAIRU_OK;
}

int fairu_summary_rows__extra(const void *data, fairu_context *ctx, size_t row, float *out)
{
  const fairu_summary_rows *rows = data;
  int status = FAIRU_OK;
  out[0] = weight_of(rows->events, row);
  for (size_t v = 0; v < rows->n_variations && status == FAIRU_OK; v++)
    status = put_variation(rows, ctx, v, row, out + fairu_summary_rows__variation(rows, v));
  return status == FAIRU_OK ? put_tangents(rows, ctx, row, out) : status;
}

/* ---- as training wants them ----------------------------------------------------------------------------- */

/* The same arithmetic as for nominal inputs: equal values stay equal. A cut event moves nowhere. */
static int standardise_variation(const fairu_summary_rows *rows, const fairu_training_set *set,
                                 const float *nominal, float *variation)
{
  int moves = 0;
  for (size_t i = 0; i < rows->n_inputs; i++) {
    float *x = &variation[2 + i];
    if (variation[0] == 0.0F)
      *x = nominal[i];
    else if (set->offset)
      *x = (float)(((double)*x - set->offset[i]) * set->scale[i]);
    moves |= *x != nominal[i];
  }
  variation[1] = (float)moves;
  return moves;
}

static void standardise_row(const fairu_summary_rows *rows, const fairu_training_set *set, float *row,
                            unsigned char *flags)
{
  float *extra = row + set->first_extra;
  flags += (size_t)row[set->n_inputs + 1] * fairu_summary_rows__n_flags(rows);
  for (size_t v = 0; v < rows->n_variations; v++) {
    float *variation = extra + fairu_summary_rows__variation(rows, v);
    if (standardise_variation(rows, set, row, variation))
      flags[v] |= FAIRU_SUMMARY_MOVES;
    else if (variation[0] != extra[0])
      flags[v] |= FAIRU_SUMMARY_WEIGHS;
  }
  for (size_t k = 0; k < rows->n_tangents; k++)
    for (size_t i = 0; i < rows->n_inputs; i++) {
      float *tangent = &extra[fairu_summary_rows__tangent(rows, k) + i];
      if (set->scale)
        *tangent = (float)((double)*tangent * set->scale[i]);
      if (*tangent != 0.0F)
        flags[rows->n_variations] = FAIRU_SUMMARY_MOVES;
    }
}

int fairu_summary_rows__standardise(const fairu_summary_rows *rows, fairu_context *ctx,
                                    const fairu_training_set *set, const fairu_training_part *part,
                                    unsigned char *flags)
{
  for (size_t row = 0; row < part->n; row++) {
    int status = row % ROWS_BETWEEN_POLLS == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
    standardise_row(rows, set, part->rows + row * set->width, flags);
  }
  return FAIRU_OK;
}
