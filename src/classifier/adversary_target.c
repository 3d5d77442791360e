/* adversary_target.c - the nuisance that an adversary is to find. */
#include "classifier/adversary_target.h"

#include <math.h>
#include <string.h>

#include "numeric/sum.h"

enum { ROWS_BETWEEN_POLLS = 1 << 14 };

/* Fewer on average, and a value is no value but an event. */
enum { EVENTS_OF_A_VALUE = 10 };

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

/* 0: there is no room for one more. */
static int add_value(fairu_adversary_target *target, double z)
{
  const size_t n = target->n_values, at = place_of(target->values, n, z);
  if (at < n && target->values[at] == z)
    return 1;
  if (n == FAIRU_TARGET_VALUES)
    return 0;
  memmove(target->values + at + 1, target->values + at, (n - at) * sizeof *target->values);
  target->values[at] = z;
  target->n_values++;
  return 1;
}

/* all: there is room for all values; *n events count. */
static int find_values(fairu_adversary_target *target, fairu_context *ctx, walk w, int *all, size_t *n)
{
  int status = FAIRU_OK;
  size_t row = 0;
  *all = 1;
  target->n_values = 0;
  for (*n = 0; *all && next_row(&w, ctx, &row, &status); ++*n)
    *all = add_value(target, nuisance_of(&w, row));
  return status;
}

static double entropy(const fairu_adversary_target *target)
{
  double h = 0.0;
  for (size_t k = 0; k < target->n_values; k++) {
    const double share = target->sums[k] / target->weight[0];
    h -= share * log(share); /* NaN where signed weights leave no share */
  }
  return h;
}

static int share_out(fairu_adversary_target *target, fairu_context *ctx, walk w)
{
  int status = FAIRU_OK;
  size_t row = 0;
  while (next_row(&w, ctx, &row, &status))
    target->sums[place_of(target->values, target->n_values, nuisance_of(&w, row))] += weight_of(&w, row);
  target->blind = entropy(target);
  return status;
}

/* A kind that fits the values. */
static int settle_kind(fairu_adversary_target *target, fairu_context *ctx, walk w, const char *name)
{
  int *kind = &target->form.kind, all = 0;
  size_t n = 0;
  if (*kind == FAIRU_DENSITY_GAUSSIAN || *kind == FAIRU_DENSITY_SQUARED)
    return FAIRU_OK;
  int status = find_values(target, ctx, w, &all, &n);
  if (status != FAIRU_OK)
    return status;
  const int few = all && target->n_values <= n / EVENTS_OF_A_VALUE;
  if (*kind == FAIRU_DENSITY_DISCRETE && !all)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "adversary: \"%s\" has more than %d values", name,
                               FAIRU_TARGET_VALUES);
  if (*kind == FAIRU_DENSITY_MIXTURE && few)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "adversary: \"%s\" has %zu values; a mixture would be ever narrower on them, "
                               "take the discrete density",
                               name, target->n_values);
  if (*kind == FAIRU_DENSITY_AUTO)
    *kind = few ? FAIRU_DENSITY_DISCRETE : FAIRU_DENSITY_MIXTURE;
  return *kind == FAIRU_DENSITY_DISCRETE ? share_out(target, ctx, w) : FAIRU_OK;
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
  status = settle_kind(target, ctx, w, name);
  if (target->form.kind != FAIRU_DENSITY_MIXTURE)
    target->form.n = target->form.kind == FAIRU_DENSITY_DISCRETE ? target->n_values : 1;
  return status;
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
  const size_t at = place_of(target->values, target->n_values, z);
  if (at == target->n_values || target->values[at] != z)
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
