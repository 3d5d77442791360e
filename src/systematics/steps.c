/* steps.c - the plain steps: a rotation of two columns, and what steps share. */
#include "systematics/tangent.h"

#include <math.h>
#include <string.h>

static int run_rotation(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk)
{
  (void)worker;
  const double angle = chunk->z[step->nuisance] - step->parameter;
  if (angle == 0.0) /* -0.0 stays what it is */
    return FAIRU_OK;
  const double c = cos(angle), s = sin(angle);
  float *x = chunk->columns[0], *y = chunk->columns[1];
  for (size_t i = 0; i < chunk->n_events; i++) {
    const double x0 = (double)x[i], y0 = (double)y[i];
    x[i] = (float)(c * x0 - s * y0);
    y[i] = (float)(s * x0 + c * y0);
  }
  return FAIRU_OK;
}

static int rotation_tangent(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk,
                            const fairu_tangent *t)
{
  (void)worker;
  const double angle = chunk->z[step->nuisance] - step->parameter;
  const double c = cos(angle), s = sin(angle);
  double *x = fairu_tangent__values(t, 0), *y = fairu_tangent__values(t, 1);
  for (size_t i = 0; i < t->n; i++) {
    const double x0 = x[i];
    x[i] = c * x0 - s * y[i];
    y[i] = s * x0 + c * y[i];
  }
  for (size_t k = 0; k < t->n_nuisances; k++) {
    if (k != step->nuisance && !fairu_tangent__slopes(t, 0, k) && !fairu_tangent__slopes(t, 1, k))
      continue;
    const double own = k == step->nuisance ? 1.0 : 0.0;
    double *dx = fairu_tangent__move(t, 0, k), *dy = fairu_tangent__move(t, 1, k);
    for (size_t i = 0; i < t->n; i++) {
      const double dx0 = dx[i];
      dx[i] = c * dx0 - s * dy[i] - own * y[i];
      dy[i] = s * dx0 + c * dy[i] + own * x[i];
    }
  }
  return FAIRU_OK;
}

int fairu_systematics_add_rotation(fairu_systematics *systematics, fairu_context *ctx, const char *nuisance,
                                   const char *x, const char *y, double reference)
{
  int status = fairu_systematics__check_append(systematics, ctx, nuisance, "nuisance");
  if (status == FAIRU_OK)
    status = fairu_systematics__check_append(systematics, ctx, x, "x");
  if (status == FAIRU_OK)
    status = fairu_systematics__check_append(systematics, ctx, y, "y");
  if (status != FAIRU_OK)
    return status;
  if (!isfinite(reference))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "reference angle is %g", reference);
  if (strcmp(x, y) == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "rotation of column \"%.60s\" with itself", x);
  fairu_step_column columns[2] = { { .name = x, .is_read = 1 }, { .name = y, .is_read = 1 } };
  fairu_step step = { .kind = "rotation",
                      .run = run_rotation,
                      .tangent = rotation_tangent,
                      .draws = fairu_step__never_draws,
                      .columns = columns,
                      .n_columns = 2,
                      .parameter = reference };
  return fairu_systematics__append_named(systematics, ctx, nuisance, &step);
}

int fairu_step__prepare_width(const fairu_step *step, fairu_context *ctx, const fairu_shift_call *call,
                              void **state)
{
  (void)state;
  const double z = call->z[step->nuisance];
  return z >= 0.0 ? FAIRU_OK
                  : fairu_context__fail(ctx, FAIRU_ERR_RANGE, "z[%zu] is a width and is %g, wanted >= 0",
                                        step->nuisance, z);
}

int fairu_step__draws_width(const fairu_step *step, const double *z)
{
  return z[step->nuisance] > 0.0;
}
