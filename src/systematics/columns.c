/* columns.c - columns scaled, moved by a constant, or smeared by normal deviates. */
#include "systematics/momentum.h"
#include "systematics/tangent.h"

#include <math.h>

/* Append a step on these columns, read and written. */
static int append_columns(fairu_systematics *sys, fairu_context *ctx, const char *nuisance,
                          const char *const *columns, fairu_step *step)
{
  int status = fairu_systematics__check_append(sys, ctx, nuisance, "nuisance");
  if (status == FAIRU_OK)
    status = fairu_systematics__check_append(sys, ctx, columns, "columns");
  if (status != FAIRU_OK)
    return status;
  if (step->n_columns == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "no columns that \"%.60s\" moves", nuisance);
  const fairu_mark mark = fairu_context__mark(ctx);
  step->columns = fairu_context__scratch(ctx, step->n_columns, sizeof *step->columns, "columns of a step");
  if (!step->columns)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < step->n_columns; i++)
    step->columns[i] = (fairu_step_column){ .name = columns[i], .is_read = 1 };
  status = fairu_systematics__append_named(sys, ctx, nuisance, step);
  fairu_context__release(ctx, mark);
  return status;
}

/* ---- scale --------------------------------------------------------------------------------------------- */

static int run_scale(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk)
{
  (void)worker;
  const double z = chunk->z[step->nuisance];
  for (size_t c = 0; c < step->n_columns; c++)
    for (size_t i = 0; i < chunk->n_events; i++)
      chunk->columns[c][i] = (float)(z * (double)chunk->columns[c][i]);
  return FAIRU_OK;
}

static int scale_tangent(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk,
                         const fairu_tangent *t)
{
  (void)worker;
  for (size_t c = 0; c < step->n_columns; c++)
    fairu_tangent__scale(t, c, chunk->z[step->nuisance], step->nuisance, NULL);
  return FAIRU_OK;
}

int fairu_systematics_add_scale(fairu_systematics *systematics, fairu_context *ctx, const char *nuisance,
                                const char *const *columns, size_t n_columns)
{
  fairu_step step = { .kind = "scale",
                      .run = run_scale,
                      .draws = fairu_step__never_draws,
                      .tangent = scale_tangent,
                      .n_columns = n_columns };
  return append_columns(systematics, ctx, nuisance, columns, &step);
}

/* ---- shift --------------------------------------------------------------------------------------------- */

static int run_shift(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk)
{
  (void)worker;
  for (size_t c = 0; c < step->n_columns; c++) {
    const double by = (chunk->z[step->nuisance] - step->parameter) * step->numbers[c];
    float *x = chunk->columns[c];
    for (size_t i = 0; i < chunk->n_events && by != 0.0; i++) /* by 0, -0.0 stays what it is */
      x[i] = (float)((double)x[i] + by);
  }
  return FAIRU_OK;
}

/* Column c plus something known of each row, which grows by `slope` with the nuisance of the step. */
static void add(const fairu_step *step, const fairu_tangent *t, size_t c, double by, double slope,
                const double *deviates)
{
  double *x = fairu_tangent__values(t, c), *dx = fairu_tangent__move(t, c, step->nuisance);
  for (size_t i = 0; i < t->n; i++) {
    const double deviate = deviates ? deviates[i] : 1.0;
    x[i] += by * deviate;
    dx[i] += slope * deviate;
  }
}

static int shift_tangent(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk,
                         const fairu_tangent *t)
{
  (void)worker;
  for (size_t c = 0; c < step->n_columns; c++)
    add(step, t, c, (chunk->z[step->nuisance] - step->parameter) * step->numbers[c], step->numbers[c], NULL);
  return FAIRU_OK;
}

/* A copy that the step may own: the call does not change its steps. */
static int copy_steps(fairu_context *ctx, const double *steps, fairu_step *step)
{
  step->numbers = fairu_context__scratch(ctx, step->n_numbers, sizeof *steps, "steps of columns");
  if (!step->numbers)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < step->n_numbers; i++) {
    step->numbers[i] = steps[i];
    if (!isfinite(steps[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "steps[%zu] is %g", i, steps[i]);
  }
  return FAIRU_OK;
}

int fairu_systematics_add_shift(fairu_systematics *systematics, fairu_context *ctx, const char *nuisance,
                                const char *const *columns, const double *steps, size_t n_columns,
                                double reference)
{
  int status = fairu_systematics__check_append(systematics, ctx, nuisance, "nuisance");
  if (status == FAIRU_OK)
    status = fairu_systematics__check_append(systematics, ctx, columns, "columns");
  if (status == FAIRU_OK)
    status = fairu_systematics__check_append(systematics, ctx, steps, "steps");
  if (status != FAIRU_OK)
    return status;
  if (!isfinite(reference))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "reference is %g", reference);
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_step step = { .kind = "shift",
                      .run = run_shift,
                      .tangent = shift_tangent,
                      .draws = fairu_step__never_draws,
                      .n_columns = n_columns,
                      .n_numbers = n_columns,
                      .parameter = reference };
  status = copy_steps(ctx, steps, &step);
  if (status == FAIRU_OK)
    status = append_columns(systematics, ctx, nuisance, columns, &step);
  fairu_context__release(ctx, mark);
  return status;
}

/* ---- smearing ------------------------------------------------------------------------------------------ */

/* Deviates of n <= FAIRU_TANGENT_ROWS rows of one column. */
static void draw(const fairu_context *worker, const fairu_chunk *chunk, const char *column, size_t first,
                 size_t n, double *deviates)
{
  double unused[FAIRU_TANGENT_ROWS];
  fairu_smearing__draw(worker, chunk, fairu_name__key(column), first, n, deviates, unused);
}

static int run_smearing(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk)
{
  const double z = chunk->z[step->nuisance];
  double deviates[FAIRU_TANGENT_ROWS];
  for (size_t c = 0; c < step->n_columns && z > 0.0; c++)
    for (size_t first = 0; first < chunk->n_events; first += FAIRU_TANGENT_ROWS) {
      const size_t left = chunk->n_events - first, n = left < FAIRU_TANGENT_ROWS ? left : FAIRU_TANGENT_ROWS;
      float *x = chunk->columns[c] + first;
      draw(worker, chunk, step->columns[c].name, first, n, deviates);
      for (size_t i = 0; i < n; i++)
        x[i] = (float)((double)x[i] + z * deviates[i]);
    }
  return FAIRU_OK;
}

static int smearing_tangent(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk,
                            const fairu_tangent *t)
{
  double deviates[FAIRU_TANGENT_ROWS];
  for (size_t c = 0; c < step->n_columns; c++) {
    draw(worker, chunk, step->columns[c].name, 0, t->n, deviates);
    add(step, t, c, chunk->z[step->nuisance], 1.0, deviates);
  }
  return FAIRU_OK;
}

int fairu_systematics_add_smearing(fairu_systematics *systematics, fairu_context *ctx, const char *nuisance,
                                   const char *const *columns, size_t n_columns)
{
  fairu_step step = { .kind = "smearing",
                      .run = run_smearing,
                      .tangent = smearing_tangent,
                      .draws = fairu_step__draws_width,
                      .prepare = fairu_step__prepare_width,
                      .n_columns = n_columns };
  return append_columns(systematics, ctx, nuisance, columns, &step);
}
