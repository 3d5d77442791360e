/* two_point.c - weights of two alternative simulations, and a smooth way from one to the other through the nominal one. */
#include "systematics/tangent.h"

#include <math.h>

#include "numeric/pinned.h"

enum { UP, DOWN, N_COLUMNS };

/* ln f from the logarithms of both ratios: straight beyond |z| = 1, in between the polynomial of code 4p with the same value, slope
 * and curvature (0) at 1 and -1, and 0 at 0. */
static double log_factor(double z, double up, double down)
{
  if (z >= 1.0)
    return z * up;
  if (z <= -1.0)
    return -z * down;
  const double slope = 0.5 * (up - down), bend = 0.0625 * (up + down), square = z * z;
  return z * (slope + z * bend * (15.0 + square * (-10.0 + 3.0 * square)));
}

static double factor(double z, double up, double down)
{
  if (z == 1.0)
    return up;
  if (z == -1.0)
    return down;
  return fairu_pinned__exp(log_factor(z, fairu_pinned__log(up), fairu_pinned__log(down)));
}

static int check_ratios(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk, size_t c)
{
  const float *ratio = chunk->columns[c];
  for (size_t i = 0; i < chunk->n_events; i++)
    if (!(ratio[i] > 0.0f))
      return fairu_context__fail(worker, FAIRU_ERR_RANGE,
                                 "row %zu, column %s is %g, a ratio of weights wants > 0",
                                 chunk->first_row + i, step->columns[c].name, (double)ratio[i]);
  return FAIRU_OK;
}

static int run_two_point(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk)
{
  const double z = chunk->z[step->nuisance];
  for (size_t c = 0; c < step->n_columns; c++) {
    const int status = check_ratios(step, worker, chunk, c);
    if (status != FAIRU_OK)
      return status;
  }
  const float *up = chunk->columns[UP], *down = chunk->columns[DOWN];
  for (size_t i = 0; i < chunk->n_events && z != 0.0; i++) {
    const double f = factor(z, (double)up[i], (double)down[i]);
    if (!isfinite(f))
      return fairu_context__fail(worker, FAIRU_ERR_RANGE,
                                 "row %zu, columns %s and %s are %g and %g: the weight overflows at %g",
                                 chunk->first_row + i, step->columns[UP].name, step->columns[DOWN].name,
                                 (double)up[i], (double)down[i], z);
    chunk->weights[i] *= f;
  }
  return FAIRU_OK;
}

int fairu_systematics_add_two_point(fairu_systematics *systematics, fairu_context *ctx, const char *nuisance,
                                    const char *up, const char *down)
{
  int status = fairu_systematics__check_append(systematics, ctx, nuisance, "nuisance");
  if (status == FAIRU_OK)
    status = fairu_systematics__check_append(systematics, ctx, up, "up");
  if (status == FAIRU_OK)
    status = fairu_systematics__check_append(systematics, ctx, down, "down");
  if (status != FAIRU_OK)
    return status;
  fairu_step_column columns[N_COLUMNS] = {
    [UP] = { .name = up, .is_read = 1 }, [DOWN] = { .name = down, .is_read = 1 }
  };
  fairu_step step = { .kind = "two-point weights",
                      .run = run_two_point,
                      .tangent = fairu_tangent__of_weights,
                      .draws = fairu_step__never_draws,
                      .columns = columns,
                      .n_columns = N_COLUMNS,
                      .weighs = 1 };
  return fairu_systematics__append_named(systematics, ctx, nuisance, &step);
}
