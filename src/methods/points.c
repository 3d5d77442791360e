/* points.c - values of Z at which events are shown: nominal, given, or drawn. */
#include "methods/shown.h"

#include <math.h>
#include <string.h>

#include "methods/seeds.h"

enum { POINTS_BETWEEN_POLLS = 1 << 14 };

int fairu_shown__nominal(const fairu_method_job *job, fairu_context *ctx, fairu_shown_points *points)
{
  (void)ctx;
  *points = (fairu_shown_points){ .z = job->nominal, .n = 1, .per_copy = 1, .seed = job->training.seed };
  return FAIRU_OK;
}

static int check_given(const fairu_method_job *job, fairu_context *ctx)
{
  const size_t n = job->options.n_points * job->n_nuisances;
  if (job->options.n_points == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "method: points are given, but n_points is 0");
  for (size_t i = 0; i < n; i++)
    if (!isfinite(job->options.points[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "method: point %zu: \"%s\" is %g",
                                 i / job->n_nuisances, job->nuisances[i % job->n_nuisances].name,
                                 job->options.points[i]);
  return FAIRU_OK;
}

static int check_drawn(const fairu_method_job *job, fairu_context *ctx)
{
  const fairu_method_options *o = &job->options;
  if (o->n_points > 0)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "method: n_points is %zu, but points is NULL",
                               o->n_points);
  if (o->copies == 0 || o->copies > UINT32_MAX / FAIRU_DRAWS_OF_A_COPY)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "method: copies is %zu", o->copies);
  if (!(o->spread > 0.0) || !isfinite(o->spread))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "method: spread is %g, wanted > 0", o->spread);
  /* before memory for draws is written to: a host may hand out more than there is */
  const uint64_t limit = fairu_context__limits(ctx)->rows, n = fairu_events_n_events(job->events);
  if (o->copies > limit / FAIRU_DRAWS_OF_A_COPY || (n > 0 && o->copies > limit / n))
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "method: %zu copies of %llu events: limit is %llu rows",
                               o->copies, (unsigned long long)n, (unsigned long long)limit);
  return FAIRU_OK;
}

/* Column `nuisance` of z [n * n_nuisances]. */
static int draw(const fairu_method_job *job, fairu_context *ctx, size_t nuisance, size_t n, double *values,
                double *z)
{
  fairu_nuisance prior = job->nuisances[nuisance];
  if (prior.prior == FAIRU_PRIOR_GAUSSIAN || prior.prior == FAIRU_PRIOR_LOG_NORMAL)
    prior.width *= job->options.spread;
  const uint64_t seed = fairu_method__seed(job->training.seed, FAIRU_SEED_DRAWS, 0);
  const int status = fairu_nuisance_draw(ctx, &prior, seed, 0, n, 0, values);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++)
    z[i * job->n_nuisances + nuisance] = values[i];
  return status;
}

int fairu_shown__points(const fairu_method_job *job, fairu_context *ctx, fairu_shown_points *points)
{
  int status = job->options.points ? check_given(job, ctx) : check_drawn(job, ctx);
  if (status != FAIRU_OK)
    return status;
  *points = (fairu_shown_points){
    .z = job->options.points, .n = job->options.n_points, .per_copy = 1, .seed = job->training.seed
  };
  if (job->options.points)
    return FAIRU_OK;
  const size_t n = job->options.copies * FAIRU_DRAWS_OF_A_COPY, n_z = job->n_nuisances;
  double *z = fairu_context__scratch(ctx, n, n_z * sizeof *z, "points of Z");
  double *values = fairu_context__scratch(ctx, n, sizeof *values, "points of Z");
  if (!z || !values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    memcpy(z + i * n_z, job->nominal, n_z * sizeof *z);
    status = i % POINTS_BETWEEN_POLLS == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
  }
  for (size_t k = 0; k < job->n_chosen && status == FAIRU_OK; k++)
    status = draw(job, ctx, job->chosen[k], n, values, z);
  points->z = z;
  points->n = n;
  points->per_copy = FAIRU_DRAWS_OF_A_COPY;
  return status;
}
