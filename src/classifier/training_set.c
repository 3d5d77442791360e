/* training_set.c - from an event table to packed rows. */
#include "classifier/training_set.h"

#include <math.h>
#include <string.h>

#include "classifier/strategy.h"
#include "numeric/sum.h"

enum { SPLIT_PARTS = 1 << 20, ROWS_BETWEEN_POLLS = 1 << 14 };

/* What filling needs besides the set. */
typedef struct source {
  const fairu_events *events;
  const fairu_training_options *options;
  const fairu_training_plan *plan;
  size_t n_events, gate;
  const float **columns; /* [n_inputs] */
  size_t *strides;
  const char **names;
  unsigned char *validates; /* [n_events] 1: validation part */
  size_t n_classes;         /* 1 where labels are not read */
  double *factors;          /* [n_classes] of the weights of each class */
} source;

static double weight_of(const source *from, size_t row)
{
  const double *weights = fairu_events_weights(from->events);
  return weights ? weights[row] : 1.0;
}

/* A classifier refuses them too, but that is after the last epoch. */
static int check_name(const source *from, fairu_context *ctx, size_t input, const char *name)
{
  const size_t n_features = from->options->n_features, first = input < n_features ? 0 : n_features;
  if (!name)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "name of training input %zu is NULL", input);
  if (name[0] == '\0')
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "name of training input %zu is empty", input);
  for (size_t i = first; i < input; i++)
    if (strcmp(from->names[i], name) == 0)
      return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "training inputs %zu and %zu are both \"%s\"", i,
                                 input, name);
  return FAIRU_OK;
}

static int take_column(source *from, fairu_context *ctx, size_t input, const char *name)
{
  size_t column = 0;
  int status = check_name(from, ctx, input, name);
  if (status == FAIRU_OK)
    status = fairu_events_find_column(from->events, ctx, name, &column);
  if (status != FAIRU_OK)
    return status;
  from->names[input] = name;
  from->columns[input] = fairu_events_column(from->events, column, &from->strides[input]);
  return FAIRU_OK;
}

static int take_columns(source *from, fairu_context *ctx, size_t n_inputs)
{
  const fairu_training_options *options = from->options;
  from->columns = fairu_context__scratch(ctx, n_inputs, sizeof *from->columns, "training columns");
  from->strides = fairu_context__scratch(ctx, n_inputs, sizeof *from->strides, "training columns");
  from->names = fairu_context__scratch(ctx, n_inputs, sizeof *from->names, "training columns");
  if (!from->columns || !from->strides || !from->names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = FAIRU_OK;
  for (size_t i = 0; i < options->n_features && status == FAIRU_OK; i++)
    status = take_column(from, ctx, i, options->features[i]);
  for (size_t i = 0; i < options->n_nuisances && status == FAIRU_OK; i++)
    status = take_column(from, ctx, options->n_features + i, options->nuisances[i]);
  return status;
}

static int poll_rows(fairu_context *ctx, size_t row)
{
  return row % ROWS_BETWEEN_POLLS == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
}

/* Class of a row; 0 where labels are not read. */
static int32_t label_of(const source *from, size_t row)
{
  return from->plan->n_classes > 0 ? fairu_events_labels(from->events)[row] : 0;
}

/* ---- training and validation part ---------------------------------------------------------------------- */

static int mark_validation(source *from, fairu_context *ctx)
{
  const uint32_t below = (uint32_t)(from->options->validation_fraction * SPLIT_PARTS + 0.5);
  from->validates = fairu_context__new(ctx, from->n_events, 1, "training split");
  if (!from->validates)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (below == 0)
    return FAIRU_OK;
  uint32_t *parts = fairu_context__new(ctx, from->n_events, sizeof *parts, "training split");
  if (!parts)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = fairu_events_split(from->events, ctx, from->options->seed, SPLIT_PARTS, parts);
  for (size_t row = 0; row < from->n_events && status == FAIRU_OK; row++)
    from->validates[row] = parts[row] < below;
  fairu_context__free(ctx, parts);
  return status;
}

/* ---- weights -------------------------------------------------------------------------------------------- */

static int check_row(const source *from, fairu_context *ctx, size_t row)
{
  const int32_t label = label_of(from, row);
  if (label < 0 || (size_t)label >= from->n_classes)
    return from->n_classes == 2
               ? fairu_context__fail(ctx, FAIRU_ERR_RANGE, "row %zu: label is %ld, not 0 or 1", row,
                                     (long)label)
               : fairu_context__fail(ctx, FAIRU_ERR_RANGE, "row %zu: label is %ld, not 0 to %zu", row,
                                     (long)label, from->n_classes - 1);
  if (!isfinite(weight_of(from, row)))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "row %zu: weight is %g", row, weight_of(from, row));
  return FAIRU_OK;
}

static int sum_classes(const source *from, fairu_context *ctx, fairu_sum *sums, size_t *counts)
{
  for (size_t row = 0; row < from->n_events; row++) {
    int status = poll_rows(ctx, row);
    if (status == FAIRU_OK)
      status = check_row(from, ctx, row);
    if (status != FAIRU_OK)
      return status;
    if (from->validates[row])
      continue;
    counts[label_of(from, row)]++;
    fairu_sum__add(&sums[label_of(from, row)], weight_of(from, row));
  }
  return FAIRU_OK;
}

static int set_factors(source *from, fairu_context *ctx, const fairu_sum *sums, const size_t *counts)
{
  const size_t n_classes = from->n_classes;
  const int balance = from->plan->balance && from->plan->n_classes > 0;
  double n = 0.0, total = 0.0;
  for (size_t c = 0; c < n_classes; c++) {
    const double sum = fairu_sum__value(&sums[c]);
    if (counts[c] == 0 || (balance && !(sum > 0.0)))
      return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "class %zu has %zu training events of total weight %g",
                                 c, counts[c], sum);
    n += (double)counts[c];
    total += sum;
  }
  if (!(total > 0.0))
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "training events have total weight %g", total);
  for (size_t c = 0; c < n_classes; c++)
    from->factors[c] = balance ? n / ((double)n_classes * fairu_sum__value(&sums[c])) : n / total;
  return FAIRU_OK;
}

/* Weights of the training part are scaled to a mean of 1, each class to its share of the sum if balanced: then learning rate and
 * l2 mean the same whatever the units of the weights. */
static int weigh_classes(source *from, fairu_context *ctx)
{
  const size_t n = from->n_classes = from->plan->n_classes > 0 ? from->plan->n_classes : 1;
  fairu_sum *sums = fairu_context__scratch(ctx, n, sizeof *sums, "training classes");
  size_t *counts = fairu_context__scratch(ctx, n, sizeof *counts, "training classes");
  from->factors = fairu_context__scratch(ctx, n, sizeof *from->factors, "training classes");
  if (!sums || !counts || !from->factors)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(sums, 0, n * sizeof *sums);
  memset(counts, 0, n * sizeof *counts);
  int status = sum_classes(from, ctx, sums, counts);
  return status == FAIRU_OK ? set_factors(from, ctx, sums, counts) : status;
}

/* ---- standardisation ------------------------------------------------------------------------------------ */

typedef struct column_view {
  const float *values;
  size_t stride;
  const char *name;
} column_view;

/* Mean and range over the training part; every row is checked. */
static int measure_column(const source *from, fairu_context *ctx, const column_view *column, double *mean,
                          double *lower, double *upper)
{
  fairu_sum sum = { 0.0, 0.0 };
  size_t n = 0;
  *lower = (double)INFINITY;
  *upper = -(double)INFINITY;
  for (size_t row = 0; row < from->n_events; row++) {
    const double value = (double)column->values[row * column->stride];
    int status = poll_rows(ctx, row);
    if (status != FAIRU_OK)
      return status;
    if (!isfinite(value))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "row %zu: column \"%s\" is %g", row, column->name,
                                 value);
    if (from->validates[row])
      continue;
    n++;
    fairu_sum__add(&sum, value);
    *lower = value < *lower ? value : *lower;
    *upper = value > *upper ? value : *upper;
  }
  *mean = fairu_sum__value(&sum) / (double)n;
  return FAIRU_OK;
}

/* 1 / standard deviation over the training part; a constant column keeps scale 1. */
static int column_scale(const source *from, fairu_context *ctx, const column_view *column, double mean,
                        double *scale)
{
  fairu_sum sum = { 0.0, 0.0 };
  size_t n = 0;
  for (size_t row = 0; row < from->n_events; row++) {
    const double distance = (double)column->values[row * column->stride] - mean;
    int status = poll_rows(ctx, row);
    if (status != FAIRU_OK)
      return status;
    if (from->validates[row])
      continue;
    n++;
    fairu_sum__add(&sum, distance * distance);
  }
  const double deviation = sqrt(fairu_sum__value(&sum) / (double)n);
  *scale = deviation > 1e-12 * fabs(mean) ? 1.0 / deviation : 1.0;
  return FAIRU_OK;
}

static int standardise(fairu_training_set *set, const source *from, fairu_context *ctx)
{
  for (size_t i = 0; i < set->n_inputs; i++) {
    const column_view column = { from->columns[i], from->strides[i], from->names[i] };
    double mean = 0.0;
    int status = measure_column(from, ctx, &column, &mean, &set->lower[i], &set->upper[i]);
    if (status == FAIRU_OK && set->offset) {
      set->offset[i] = mean;
      status = column_scale(from, ctx, &column, mean, &set->scale[i]);
    }
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

/* ---- rows ----------------------------------------------------------------------------------------------- */

static int pack_row(const fairu_training_set *set, const source *from, fairu_context *ctx, size_t row,
                    float *out)
{
  const fairu_training_plan *plan = from->plan;
  const int32_t label = label_of(from, row);
  for (size_t i = 0; i < set->n_inputs; i++) {
    const float value = from->columns[i][row * from->strides[i]];
    out[i] = set->offset ? (float)(((double)value - set->offset[i]) * set->scale[i]) : value;
  }
  out[set->n_inputs] = (float)(weight_of(from, row) * from->factors[label]);
  out[set->n_inputs + 1] = (float)label;
  if (set->gated)
    out[set->n_inputs + 2] =
        (double)from->columns[from->gate][row * from->strides[from->gate]] >= from->options->gate_nominal;
  return plan->n_extra > 0 ? plan->extra(plan->extra_data, ctx, row, out + set->first_extra) : FAIRU_OK;
}

static int pack_rows(fairu_training_set *set, const source *from, fairu_context *ctx)
{
  fairu_sum sums[2] = { { 0.0, 0.0 }, { 0.0, 0.0 } };
  size_t next[2] = { 0, 0 };
  for (size_t row = 0; row < from->n_events; row++) {
    const int part = from->validates[row];
    float *out = (part ? set->validation.rows : set->training.rows) + next[part]++ * set->width;
    int status = poll_rows(ctx, row);
    if (status == FAIRU_OK)
      status = pack_row(set, from, ctx, row, out);
    if (status != FAIRU_OK)
      return status;
    fairu_sum__add(&sums[part], (double)out[set->n_inputs]);
  }
  set->training.sum_weights = fairu_sum__value(&sums[0]);
  set->validation.sum_weights = fairu_sum__value(&sums[1]);
  return FAIRU_OK;
}

static int make_parts(fairu_training_set *set, const source *from, fairu_context *ctx)
{
  size_t n_validation = 0;
  for (size_t row = 0; row < from->n_events; row++)
    n_validation += from->validates[row];
  set->training.n = from->n_events - n_validation;
  set->validation.n = n_validation;
  const size_t row_bytes = set->width * sizeof(float);
  set->training.rows = fairu_context__new(ctx, set->training.n, row_bytes, "training rows");
  set->validation.rows = fairu_context__new(ctx, n_validation, row_bytes, "validation rows");
  if (!set->training.rows || !set->validation.rows)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = pack_rows(set, from, ctx);
  /* signed weights that cancel in double may be gone in single precision */
  if (status == FAIRU_OK && (!(set->training.sum_weights > 0.0) || !isfinite(set->training.sum_weights)))
    status =
        fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "training part: %zu events of total weight %g as floats",
                            set->training.n, set->training.sum_weights);
  if (status == FAIRU_OK && from->options->validation_fraction > 0.0 && !(set->validation.sum_weights > 0.0))
    status = fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "validation part: %zu events of total weight %g",
                                 n_validation, set->validation.sum_weights);
  return status;
}

static int make_inputs(fairu_training_set *set, fairu_context *ctx, int scaled)
{
  set->lower = fairu_context__new(ctx, set->n_inputs, sizeof(double), "training inputs");
  set->upper = fairu_context__new(ctx, set->n_inputs, sizeof(double), "training inputs");
  if (scaled) {
    set->offset = fairu_context__new(ctx, set->n_inputs, sizeof(double), "training inputs");
    set->scale = fairu_context__new(ctx, set->n_inputs, sizeof(double), "training inputs");
  }
  return set->lower && set->upper && (!scaled || (set->offset && set->scale)) ? FAIRU_OK
                                                                              : FAIRU_ERR_OUT_OF_MEMORY;
}

static int read_source(fairu_training_set *set, source *from, fairu_context *ctx)
{
  int status = take_columns(from, ctx, set->n_inputs);
  if (status == FAIRU_OK)
    status = mark_validation(from, ctx);
  if (status == FAIRU_OK)
    status = weigh_classes(from, ctx);
  if (status == FAIRU_OK)
    status = make_inputs(set, ctx, from->options->standardise);
  if (status == FAIRU_OK)
    status = standardise(set, from, ctx);
  return status == FAIRU_OK ? make_parts(set, from, ctx) : status;
}

int fairu_training_set__fill(fairu_training_set *set, fairu_context *ctx, const fairu_events *events,
                             const fairu_training_options *options, const fairu_training_plan *plan,
                             size_t gate)
{
  memset(set, 0, sizeof *set);
  set->n_inputs = options->n_features + options->n_nuisances;
  set->gated = gate < set->n_inputs;
  set->n_extra = plan->n_extra;
  set->first_extra = set->n_inputs + 2 + (set->gated != 0);
  set->width = set->first_extra + set->n_extra;
  source from = { .events = events, .options = options, .plan = plan, .gate = gate };
  from.n_events = fairu_events_n_events(events);
  if (from.n_events == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "no events to train on");
  if (from.n_events > UINT32_MAX)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "training on %zu events", from.n_events);
  if (plan->n_classes > 0 && !fairu_events_labels(events))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "training needs labels, the events have none");
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = read_source(set, &from, ctx);
  fairu_context__free(ctx, from.validates);
  fairu_context__release(ctx, mark);
  return status;
}

void fairu_training_set__free(fairu_training_set *set, fairu_context *ctx)
{
  fairu_context__free(ctx, set->training.rows);
  fairu_context__free(ctx, set->validation.rows);
  fairu_context__free(ctx, set->offset);
  fairu_context__free(ctx, set->scale);
  fairu_context__free(ctx, set->lower);
  fairu_context__free(ctx, set->upper);
}
