/* adversary_target.c - the nuisance that an adversary is to find. */
#include "classifier/adversary_target.h"

#include <math.h>
#include <string.h>

#include "numeric/sum.h"

enum { ROWS_BETWEEN_POLLS = 1 << 14 };

static const double half_log_2pi_e = 1.41893853320467274178; /* entropy of a Gaussian of width 1 */

/* A walk over the rows of a part that count. */
typedef struct walk {
  const fairu_adversary_target *target;
  const fairu_training_set *set;
  const fairu_training_part *part;
  size_t next;
} walk;

static float *row_of(const walk *w, size_t i)
{
  return w->part->rows + i * w->set->width;
}

static double weight_of(const walk *w, size_t i)
{
  return (double)row_of(w, i)[w->set->n_inputs];
}

static double nuisance_of(const walk *w, size_t i)
{
  return (double)row_of(w, i)[w->target->column];
}

/* 1 and the next row that counts, 0 at the end or when the context says stop. */
static int next_row(walk *w, fairu_context *ctx, size_t *row, int *status)
{
  for (; w->next < w->part->n; w->next++) {
    if (w->next % ROWS_BETWEEN_POLLS == 0 && (*status = fairu_context__poll(ctx)) != FAIRU_OK)
      return 0;
    if (!fairu_adversary_target__counts(w->target, row_of(w, w->next)[w->set->n_inputs + 1]))
      continue;
    *row = w->next++;
    return 1;
  }
  return 0;
}

static int sum_weights(const fairu_adversary_target *target, fairu_context *ctx, walk w, const char *part,
                       double *weight)
{
  fairu_sum sum = { 0.0, 0.0 };
  int status = FAIRU_OK;
  size_t row = 0;
  while (next_row(&w, ctx, &row, &status))
    fairu_sum__add(&sum, weight_of(&w, row));
  *weight = fairu_sum__value(&sum);
  if (status == FAIRU_OK && w.part->n > 0 && !(*weight > 0.0))
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY,
                               "adversary: events of label %d in the %s part have weight %g",
                               target->only_label, part, *weight);
  return status;
}

/* sum_i w_i (z_i - about)^power / sum_i w_i */
static int moment(fairu_context *ctx, walk w, double about, int power, double *out)
{
  fairu_sum sum = { 0.0, 0.0 };
  int status = FAIRU_OK;
  size_t row = 0;
  while (next_row(&w, ctx, &row, &status)) {
    const double distance = nuisance_of(&w, row) - about;
    fairu_sum__add(&sum, weight_of(&w, row) * (power == 2 ? distance * distance : distance));
  }
  *out = fairu_sum__value(&sum) / w.target->weight[0];
  return status;
}

/* ---- values of a discrete nuisance ----------------------------------------------------------------------- */

/* Where z is among n rising values, or would be. */
static size_t place_of(const double *values, size_t n, double z)
{
  size_t below = 0, end = n;
  while (below < end) {
    const size_t middle = (below + end) / 2;
    if (values[middle] < z)
      below = middle + 1;
    else
      end = middle;
  }
  return below;
}

static int add_value(fairu_adversary_target *target, fairu_context *ctx, double z, const char *name)
{
  size_t *n = &target->form.n;
  const size_t at = place_of(target->values, *n, z);
  if (at < *n && target->values[at] == z)
    return FAIRU_OK;
  if (*n == FAIRU_TARGET_VALUES)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "adversary: \"%s\" has more than %d values", name,
                               FAIRU_TARGET_VALUES);
  memmove(target->values + at + 1, target->values + at, (*n - at) * sizeof *target->values);
  target->values[at] = z;
  ++*n;
  return FAIRU_OK;
}

static double entropy(const fairu_adversary_target *target)
{
  double h = 0.0;
  for (size_t k = 0; k < target->form.n; k++) {
    const double share = target->sums[k] / target->weight[0];
    h -= share * log(share); /* NaN where signed weights leave no share */
  }
  return h;
}

static int find_values(fairu_adversary_target *target, fairu_context *ctx, walk w, const char *name)
{
  const walk again = w;
  int status = FAIRU_OK, added = FAIRU_OK;
  size_t row = 0;
  target->form.n = 0;
  while (added == FAIRU_OK && next_row(&w, ctx, &row, &status))
    added = add_value(target, ctx, nuisance_of(&w, row), name);
  if (added != FAIRU_OK || status != FAIRU_OK)
    return added != FAIRU_OK ? added : status;
  for (w = again; next_row(&w, ctx, &row, &status);)
    target->sums[place_of(target->values, target->form.n, nuisance_of(&w, row))] += weight_of(&w, row);
  target->blind = entropy(target);
  return status;
}

/* ---- rows ------------------------------------------------------------------------------------------------- */

static int measure(fairu_adversary_target *target, fairu_context *ctx, walk w, const char *name)
{
  double variance = 0.0;
  int status = moment(ctx, w, 0.0, 1, &target->mean);
  if (status == FAIRU_OK)
    status = moment(ctx, w, target->mean, 2, &variance);
  if (status != FAIRU_OK)
    return status;
  target->spread = sqrt(variance);
  if (!(target->spread > 1e-12 * fabs(target->mean)))
    return fairu_context__fail(ctx, FAIRU_ERR_FLAT, "adversary: \"%s\" has variance %g around %g", name,
                               variance, target->mean);
  target->blind = target->form.kind == FAIRU_DENSITY_GAUSSIAN  ? half_log_2pi_e + log(target->spread)
                  : target->form.kind == FAIRU_DENSITY_SQUARED ? variance
                                                               : (double)NAN;
  return target->form.kind == FAIRU_DENSITY_DISCRETE ? find_values(target, ctx, w, name) : FAIRU_OK;
}

/* Rows that do not count get 0, which every form knows. */
static int write_row(const fairu_adversary_target *target, fairu_context *ctx, float *row, float label,
                     const char *name)
{
  const double z = (double)row[target->column];
  row[target->column] = 0.0F;
  if (!fairu_adversary_target__counts(target, label))
    return FAIRU_OK;
  if (target->form.kind != FAIRU_DENSITY_DISCRETE) {
    row[target->column] = (float)((z - target->mean) / target->spread);
    return FAIRU_OK;
  }
  const size_t at = place_of(target->values, target->form.n, z);
  if (at == target->form.n || target->values[at] != z)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "adversary: \"%s\" is %g in the validation part, which training does not know",
                               name, z);
  row[target->column] = (float)at;
  return FAIRU_OK;
}

static int write_rows(const fairu_adversary_target *target, fairu_context *ctx, walk w, const char *name)
{
  int status = FAIRU_OK;
  for (size_t i = 0; i < w.part->n && status == FAIRU_OK; i++) {
    if (i % ROWS_BETWEEN_POLLS == 0)
      status = fairu_context__poll(ctx);
    if (status == FAIRU_OK)
      status = write_row(target, ctx, row_of(&w, i), row_of(&w, i)[w.set->n_inputs + 1], name);
  }
  return status;
}

int fairu_adversary_target__take(fairu_adversary_target *target, fairu_context *ctx, fairu_training_set *set,
                                 const char *name)
{
  const walk training = { target, set, &set->training, 0 }, validation = { target, set, &set->validation, 0 };
  int status = sum_weights(target, ctx, training, "training", &target->weight[0]);
  if (status == FAIRU_OK)
    status = sum_weights(target, ctx, validation, "validation", &target->weight[1]);
  if (status == FAIRU_OK)
    status = measure(target, ctx, training, name);
  if (status == FAIRU_OK)
    status = write_rows(target, ctx, training, name);
  return status == FAIRU_OK ? write_rows(target, ctx, validation, name) : status;
}
