/* compare_judge.c - what the seeds of a method say together, and which method is narrowest among those that cover. */
#include "compare_results.h"

#include "study.h"

#include <math.h>
#include <stdlib.h>

const char *const compare_quantity_names[COMPARE_QUANTITIES] = { "auc",    "fixed",    "fisher_fixed",
                                                                 "fisher", "profiled", "width",
                                                                 "mu_hat" };

static int compare_doubles(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Linear interpolation between order statistics. */
static double quantile(const double *sorted, size_t n, double p)
{
  const double position = p * (double)(n - 1);
  const size_t i = (size_t)position;
  return i + 1 < n ? sorted[i] + (position - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

/* values that are not finite are left out */
static compare_spread spread_of(double *values, size_t n)
{
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (isfinite(values[i]))
      values[kept++] = values[i];
  if (kept == 0)
    return (compare_spread){ (double)NAN, (double)NAN, (double)NAN };
  qsort(values, kept, sizeof *values, compare_doubles);
  return (compare_spread){ quantile(values, kept, 0.5), quantile(values, kept, 0.16),
                           quantile(values, kept, 0.84) };
}

static double quantity_of(const compare_row *row, size_t truth, int quantity)
{
  const compare_at *at = &row->at[truth];
  const double values[COMPARE_QUANTITIES] = { at->auc,      at->fixed, at->fisher_fixed, at->fisher,
                                              at->profiled, at->width, at->mu_hat };
  return values[quantity];
}

/* Rows of one method that were trained: their indices. */
static size_t rows_of(const compare_results *r, int method, size_t *rows)
{
  size_t n = 0;
  for (size_t i = 0; i < r->n_rows; i++)
    if (r->rows[i].method == method && r->rows[i].status == FAIRU_OK)
      rows[n++] = i;
  return n;
}

static void judge_rows(const compare_results *r, const size_t *rows, double *values, compare_verdict *v)
{
  const size_t n = v->n_trained;
  for (size_t t = 0; t < r->options->problem->n_truths; t++)
    for (int q = 0; q < COMPARE_QUANTITIES; q++) {
      for (size_t i = 0; i < n; i++)
        values[i] = quantity_of(&r->rows[rows[i]], t, q);
      v->of[t][q] = spread_of(values, n);
    }
  for (int label = 0; label < COMPARE_CLASSES; label++) {
    for (size_t i = 0; i < n; i++)
      values[i] = r->rows[rows[i]].dependence[label];
    v->dependence[label] = spread_of(values, n);
  }
  for (size_t i = 0; i < n; i++)
    values[i] = (double)r->rows[rows[i]].n_bins;
  v->bins = spread_of(values, n);
  for (size_t i = 0; i < n; i++)
    values[i] = r->rows[rows[i]].seconds;
  v->seconds = spread_of(values, n).median;
}

static int judge_coverage(cli *c, const compare_results *r, size_t method, compare_verdict *v)
{
  const uint64_t n_toys = v->n_trained * r->options->scale.toys;
  v->covers = 1;
  v->over = 0.0; /* NaN in the end where nothing was trained */
  for (size_t t = 0; t < r->options->problem->n_truths; t++) {
    const int status = study_tally(c->ctx, r->tallies[method][t], n_toys, &v->toys[t]);
    if (status != FAIRU_OK)
      return status;
    v->covers = v->covers && v->toys[t].coverage_upper >= 0.6827 - COMPARE_SLACK;
    const double unit = isfinite(r->exact[t].floor) ? r->exact[t].floor : 1.0;
    v->over += v->of[t][COMPARE_WIDTH].median / unit / (double)r->options->problem->n_truths;
  }
  return FAIRU_OK;
}

static void put_ranks(compare_results *r)
{
  const size_t n = r->options->n_methods;
  for (size_t i = 0; i < n; i++) {
    compare_verdict *v = &r->verdicts[i];
    v->rank = v->covers && isfinite(v->over);
    for (size_t j = 0; j < n && v->rank; j++) {
      const compare_verdict *other = &r->verdicts[j];
      v->rank += other->covers && other->over < v->over;
    }
  }
}

int compare_judge(cli *c, compare_results *r)
{
  size_t *rows = malloc((r->n_rows + 1) * sizeof *rows);
  double *values = malloc((r->n_rows + 1) * sizeof *values);
  int status = rows && values ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t m = 0; m < r->options->n_methods && status == FAIRU_OK; m++) {
    compare_verdict *v = &r->verdicts[m];
    *v = (compare_verdict){ .method = r->options->methods[m] };
    v->n_trained = rows_of(r, v->method, rows);
    v->n_failed = (size_t)r->options->n_seeds - v->n_trained;
    judge_rows(r, rows, values, v);
    status = judge_coverage(c, r, m, v);
  }
  if (status == FAIRU_OK)
    put_ranks(r);
  free(rows);
  free(values);
  return status;
}
