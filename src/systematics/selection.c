/* selection.c - cuts and categories: events migrate where other steps move the column that is cut on. */
#include "systematics/tangent.h"

#include <math.h>
#include <string.h>

/* ---- cut ----------------------------------------------------------------------------------------------- */

enum { LOWER, UPPER, N_ENDS };

static int run_cut(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk)
{
  (void)worker;
  const double lower = step->numbers[LOWER], upper = step->numbers[UPPER];
  const float *x = chunk->columns[0];
  for (size_t i = 0; i < chunk->n_events; i++) {
    const int is_in = ((double)x[i] >= lower) & ((double)x[i] < upper);
    chunk->passed[i] = (unsigned char)((chunk->passed[i] != 0) & is_in);
  }
  return FAIRU_OK;
}

static int cut_tangent(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk,
                       const fairu_tangent *t)
{
  (void)worker;
  const double *x = fairu_tangent__values(t, 0);
  for (size_t i = 0; i < t->n; i++) {
    const double seen = (double)(float)x[i];
    if (!(seen >= step->numbers[LOWER] && seen < step->numbers[UPPER]))
      chunk->passed[i] = 0;
  }
  return FAIRU_OK;
}

int fairu_systematics_add_cut(fairu_systematics *systematics, fairu_context *ctx, const char *column,
                              double lower, double upper)
{
  const int status = fairu_systematics__check_append(systematics, ctx, column, "column");
  if (status != FAIRU_OK)
    return status;
  if (isnan(lower) || isnan(upper))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "cut on \"%.60s\" at [%g, %g)", column, lower,
                               upper);
  if (!(lower < upper))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "cut on \"%.60s\" at [%g, %g), which holds nothing",
                               column, lower, upper);
  fairu_step_column columns[1] = { { .name = column, .is_read = 1 } };
  double ends[N_ENDS] = { [LOWER] = lower, [UPPER] = upper };
  fairu_step step = { .kind = "cut",
                      .run = run_cut,
                      .tangent = cut_tangent,
                      .draws = fairu_step__never_draws,
                      .columns = columns,
                      .n_columns = 1,
                      .numbers = ends,
                      .n_numbers = N_ENDS };
  return fairu_systematics__append_named(systematics, ctx, NULL, &step);
}

/* ---- category ------------------------------------------------------------------------------------------ */

enum { COLUMN, CATEGORY, N_COLUMNS };

static int run_category(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk)
{
  (void)worker;
  const float *x = chunk->columns[COLUMN];
  float *category = chunk->columns[CATEGORY];
  for (size_t i = 0; i < chunk->n_events; i++)
    category[i] = 0.0f;
  for (size_t e = 0; e < step->n_numbers; e++)
    for (size_t i = 0; i < chunk->n_events; i++)
      category[i] += (double)x[i] >= step->numbers[e] ? 1.0f : 0.0f;
  return FAIRU_OK;
}

/* Categories do not move: they jump. */
static int category_tangent(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk,
                            const fairu_tangent *t)
{
  (void)worker, (void)chunk;
  const double *x = fairu_tangent__values(t, COLUMN);
  double *category = fairu_tangent__values(t, CATEGORY);
  for (size_t k = 0; category && k < t->n_nuisances; k++)
    fairu_tangent__rest(t, CATEGORY, k);
  for (size_t i = 0; category && i < t->n; i++) {
    category[i] = 0.0;
    for (size_t e = 0; e < step->n_numbers; e++)
      category[i] += (double)(float)x[i] >= step->numbers[e] ? 1.0 : 0.0;
  }
  return FAIRU_OK;
}

static int check_edges(fairu_context *ctx, const char *column, const double *edges, size_t n)
{
  if (n == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "categories of \"%.60s\" without edges", column);
  for (size_t e = 0; e < n; e++) {
    if (!isfinite(edges[e]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "categories of \"%.60s\": edges[%zu] is %g",
                                 column, e, edges[e]);
    if (e > 0 && !(edges[e] > edges[e - 1]))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                                 "categories of \"%.60s\": edges[%zu] is %.17g, not above %.17g", column, e,
                                 edges[e], edges[e - 1]);
  }
  return FAIRU_OK;
}

int fairu_systematics_add_category(fairu_systematics *systematics, fairu_context *ctx, const char *column,
                                   const double *edges, size_t n_edges, const char *category)
{
  int status = fairu_systematics__check_append(systematics, ctx, column, "column");
  if (status == FAIRU_OK)
    status = fairu_systematics__check_append(systematics, ctx, edges, "edges");
  if (status == FAIRU_OK)
    status = fairu_systematics__check_append(systematics, ctx, category, "category");
  if (status == FAIRU_OK)
    status = check_edges(ctx, column, edges, n_edges);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  double *own = fairu_context__scratch(ctx, n_edges, sizeof *own, "edges of categories");
  if (!own)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memcpy(own, edges, n_edges * sizeof *own);
  fairu_step_column columns[N_COLUMNS] = {
    [COLUMN] = { .name = column, .is_read = 1 },
    [CATEGORY] = { .name = category, .is_written = 1, .change = FAIRU_CHANGE_JUMP }
  };
  fairu_step step = { .kind = "category",
                      .run = run_category,
                      .tangent = category_tangent,
                      .draws = fairu_step__never_draws,
                      .columns = columns,
                      .n_columns = N_COLUMNS,
                      .numbers = own,
                      .n_numbers = n_edges };
  status = fairu_systematics__append_named(systematics, ctx, NULL, &step);
  fairu_context__release(ctx, mark);
  return status;
}
