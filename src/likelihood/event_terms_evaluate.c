/* event_terms_evaluate.c - values and derivatives of a table of event-wise terms at one Z. */
#include "likelihood/event_terms.h"

#include <string.h>

#include "numeric/spline.h"
#include "numeric/sum.h"

void fairu_event_terms__cubic(const fairu_term_axis *axis, const double *table, size_t stride, size_t first,
                              double z, fairu_cubic *cubic)
{
  *cubic = (fairu_cubic){ 0 };
  const double *column = table + axis->first_column * stride + first;
  if (axis->axis.n_knots == 1) {
    for (size_t c = 0; c < 4; c++)
      cubic->column[c] = column;
    cubic->weight[0][0] = 1.0;
    return;
  }
  const double *x = axis->axis.knots;
  const size_t i = fairu_spline__find(x, axis->axis.n_knots, z);
  for (size_t c = 0; c < 4; c++) { /* the weights are what a spline makes of unit vectors */
    double value[3];
    fairu_spline__evaluate(x[i], x[i + 1], c == 0, c == 2, c == 1, c == 3, z, value);
    cubic->column[c] = column + (2 * i + c) * stride;
    for (size_t order = 0; order < 3; order++)
      cubic->weight[order][c] = value[order];
  }
}

size_t fairu_event_terms__outside(const fairu_event_terms *terms, const double *z)
{
  size_t k = 0;
  for (; k < terms->n_axes; k++) {
    const fairu_axis *axis = &terms->axes[k].axis;
    if (axis->n_knots > 1 && !(z[k] >= axis->knots[0] && z[k] <= axis->knots[axis->n_knots - 1]))
      break;
  }
  return k;
}

void fairu_event_terms__add(const fairu_cubic *cubic, size_t order, size_t n, double *value)
{
  const double *w = cubic->weight[order];
  const double *y0 = cubic->column[0], *m0 = cubic->column[1];
  const double *y1 = cubic->column[2], *m1 = cubic->column[3];
  for (size_t i = 0; i < n; i++)
    value[i] += y0[i] * w[0] + m0[i] * w[1] + (y1[i] * w[2] + m1[i] * w[3]);
}

void fairu_event_terms__values(const fairu_event_terms *terms, const double *z, size_t first, size_t n,
                               double *log_ratio, double *log_density)
{
  for (size_t i = 0; i < n; i++)
    log_ratio[i] = log_density[i] = 0.0;
  for (size_t k = 0; k < terms->n_terms; k++) {
    fairu_cubic cubic;
    const double at = k < terms->n_axes ? z[k] : 0.0;
    fairu_event_terms__cubic(&terms->axes[k], terms->ratio, terms->stride, first, at, &cubic);
    fairu_event_terms__add(&cubic, 0, n, log_ratio);
    if (!terms->density)
      continue;
    fairu_event_terms__cubic(&terms->axes[k], terms->density, terms->stride, first, at, &cubic);
    fairu_event_terms__add(&cubic, 0, n, log_density);
  }
}

void fairu_event_terms__sum_density(const fairu_event_terms *terms, const double *weights, double *sums)
{
  for (size_t c = 0; c < terms->n_columns; c++) {
    const double *column = terms->density ? terms->density + c * terms->stride : NULL;
    fairu_sum sum = { 0.0, 0.0 };
    for (size_t first = 0; first < terms->n_events && column; first += 64) {
      const size_t left = terms->n_events - first, n = left < 64 ? left : 64;
      double lane[4] = { 0.0, 0.0, 0.0, 0.0 };
      size_t i = 0;
      for (; i + 4 <= n; i += 4)
        for (size_t l = 0; l < 4; l++)
          lane[l] += weights[first + i + l] * column[first + i + l];
      for (; i < n; i++)
        lane[0] += weights[first + i] * column[first + i];
      fairu_sum__add(&sum, (lane[0] + lane[1]) + (lane[2] + lane[3]));
    }
    sums[c] = fairu_sum__value(&sum);
  }
}

int fairu_event_terms__match(const fairu_event_terms *a, const fairu_event_terms *b)
{
  if (a->n_axes != b->n_axes)
    return 0;
  for (size_t k = 0; k < a->n_axes; k++) {
    const fairu_axis *x = &a->axes[k].axis, *y = &b->axes[k].axis;
    if (strcmp(x->name, y->name) != 0 || x->n_knots != y->n_knots ||
        memcmp(x->knots, y->knots, x->n_knots * sizeof *x->knots) != 0)
      return 0;
  }
  return 1;
}

/* out [n * step] of one row's derivatives: += derivative `order` of axis k. */
static void scatter(const fairu_cubic *cubic, size_t order, size_t n, size_t step, double *out)
{
  const double *w = cubic->weight[order];
  for (size_t i = 0; i < n; i++)
    out[i * step] += cubic->column[0][i] * w[0] + cubic->column[1][i] * w[1] +
                     (cubic->column[2][i] * w[2] + cubic->column[3][i] * w[3]);
}

static void evaluate_table(const fairu_event_terms *terms, const double *table, size_t first, size_t n,
                           const double *z, double *f, double *d, double *d2)
{
  const size_t n_z = terms->n_axes;
  memset(f, 0, n * sizeof *f);
  if (d)
    memset(d, 0, n * n_z * sizeof *d);
  if (d2)
    memset(d2, 0, n * n_z * n_z * sizeof *d2);
  for (size_t k = 0; k < terms->n_terms && table; k++) {
    fairu_cubic cubic;
    fairu_event_terms__cubic(&terms->axes[k], table, terms->stride, first, n_z ? z[k] : 0.0, &cubic);
    fairu_event_terms__add(&cubic, 0, n, f);
    if (d && n_z)
      scatter(&cubic, 1, n, n_z, d + k);
    if (d2 && n_z)
      scatter(&cubic, 2, n, n_z * n_z, d2 + k * n_z + k);
  }
}

int fairu_event_terms_evaluate(size_t first, size_t n, const double *z, size_t n_z, double *log_ratio,
                               double *d_log_ratio, double *d2_log_ratio, double *log_density,
                               double *d_log_density, double *d2_log_density, void *user_data)
{
  const fairu_event_terms *terms = user_data;
  if (!terms || !log_ratio || !log_density || (!z && n_z))
    return FAIRU_ERR_NULL;
  if (n_z != terms->n_axes || n > terms->n_events || first > terms->n_events - n)
    return FAIRU_ERR_SHAPE;
  if (fairu_event_terms__outside(terms, z) < terms->n_axes)
    return FAIRU_ERR_RANGE;
  evaluate_table(terms, terms->ratio, first, n, z, log_ratio, d_log_ratio, d2_log_ratio);
  evaluate_table(terms, terms->density, first, n, z, log_density, d_log_density, d2_log_density);
  return FAIRU_OK;
}
