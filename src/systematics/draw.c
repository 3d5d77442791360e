/* draw.c - values of a nuisance from its prior: one uniform number each, by (seed, name, index), through the inverse of the
 * distribution. All arithmetic is the same on any machine; distributions come from inverses, not from libm's erfc.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/philox.h"
#include "numeric/pinned.h"
#include "systematics/prior_table.h"
#include "systematics/systematics_internal.h"

#define MOST_DRAWS (UINT64_C(1) << 44) /* what a counter of Philox tells apart */
static const double farthest = 8.3;    /* in widths: no draw from 52 bits lies beyond */

/* The part of a distribution that is drawn from. */
typedef struct source {
  const fairu_nuisance *nuisance;
  double centre;
  double first, last; /* probabilities (tabulated: integrals) of its ends */
  int is_mirrored;    /* normal: probabilities of -x, small where x is large */
  fairu_prior_table table;
} source;

/* FNV-1a, folded. */
uint64_t fairu_name__key(const char *name)
{
  uint64_t hash = UINT64_C(14695981039346656037);
  for (const char *c = name; *c; c++)
    hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
  return (hash ^ hash >> 44) & (MOST_DRAWS - 1);
}

/* ---- the normal distribution --------------------------------------------------------------------------- */

/* Probability below x <= 0: bisection of its inverse over the bits of a double. 0 beyond 37 widths. */
static double tail(double x)
{
  const double ends[2] = { DBL_MIN, 0.5 };
  uint64_t low, high;
  if (!(x < 0.0))
    return 0.5;
  memcpy(&low, &ends[0], sizeof low);
  memcpy(&high, &ends[1], sizeof high);
  if (x < fairu_pinned__normal_quantile(ends[0]))
    return 0.0;
  double p = 0.5;
  while (high - low > 1) {
    const uint64_t middle = low + (high - low) / 2;
    memcpy(&p, &middle, sizeof p);
    if (fairu_pinned__normal_quantile(p) < x)
      low = middle;
    else
      high = middle;
  }
  memcpy(&p, &high, sizeof p);
  return p;
}

static double probability(double x)
{
  return x > 0.0 ? 1.0 - tail(-x) : tail(x);
}

/* End of the range in widths from the centre. */
static double in_widths(const source *s, double end)
{
  const fairu_nuisance *nu = s->nuisance;
  if (nu->prior == FAIRU_PRIOR_GAUSSIAN)
    return (end - s->centre) / nu->width;
  return end > 0.0 && end < HUGE_VAL ? (fairu_pinned__log(end) - fairu_pinned__log(s->centre)) / nu->width
         : end > 0.0                 ? HUGE_VAL
                                     : -HUGE_VAL;
}

static void truncate_normal(source *s)
{
  double low = in_widths(s, s->nuisance->lower), high = in_widths(s, s->nuisance->upper);
  s->is_mirrored = low > 0.0;
  if (s->is_mirrored) {
    const double end = low;
    low = -high;
    high = -end;
  }
  s->first = probability(low);
  s->last = probability(high);
}

static double normal_of(const source *s, double p)
{
  const double x = fairu_pinned__normal_quantile(fmin(fmax(p, DBL_MIN), 1.0 - 0x1p-53));
  return s->is_mirrored ? -x : x;
}

static double of_normal(const source *s, double x)
{
  const fairu_nuisance *nu = s->nuisance;
  return nu->prior == FAIRU_PRIOR_GAUSSIAN ? s->centre + nu->width * x
                                           : s->centre * fairu_pinned__exp(nu->width * x);
}

/* An end of the range, where there is one, holds what overflows. */
static int check_overflow(const source *s, fairu_context *ctx)
{
  const fairu_nuisance *nu = s->nuisance;
  const double low = of_normal(s, -farthest), high = of_normal(s, farthest);
  if ((isfinite(low) || isfinite(nu->lower)) && (isfinite(high) || isfinite(nu->upper)))
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "nuisance %s: with width %g draws overflow", nu->name,
                             nu->width);
}

/* ---- any prior ----------------------------------------------------------------------------------------- */

static void truncate_table(source *s)
{
  s->first = fairu_prior_table__integral(&s->table, s->nuisance->lower);
  s->last = fairu_prior_table__integral(&s->table, s->nuisance->upper);
}

static int open_source(source *s, fairu_context *ctx, int clip)
{
  const fairu_nuisance *nu = s->nuisance;
  const int is_table = nu->prior == FAIRU_PRIOR_TABULATED,
            is_normal = !is_table && nu->prior != FAIRU_PRIOR_UNIFORM;
  int status = FAIRU_OK;
  s->last = 1.0;
  if (is_normal)
    status = check_overflow(s, ctx);
  else if (is_table)
    status = fairu_prior_table__make(&s->table, ctx, nu);
  if (status != FAIRU_OK)
    return status;
  if (is_table)
    s->last = s->table.integral[s->table.cells];
  if (is_normal && !clip)
    truncate_normal(s);
  else if (is_table && !clip)
    truncate_table(s);
  if (s->first < s->last)
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                             "nuisance %s: nothing of the prior lies in the range [%g, %g]", nu->name,
                             nu->lower, nu->upper);
}

static double value_at(const source *s, double uniform)
{
  const fairu_nuisance *nu = s->nuisance;
  const double p = s->first + uniform * (s->last - s->first);
  double value;
  if (nu->prior == FAIRU_PRIOR_UNIFORM)
    value = nu->lower * (1.0 - uniform) + nu->upper * uniform;
  else if (nu->prior == FAIRU_PRIOR_TABULATED)
    value = fairu_prior_table__inverse(&s->table, p);
  else
    value = of_normal(s, normal_of(s, p));
  return fmin(fmax(value, nu->lower), nu->upper);
}

static int draw(const source *s, fairu_context *ctx, uint64_t seed, uint64_t first, size_t n, double *values)
{
  const uint64_t key = fairu_name__key(s->nuisance->name);
  for (size_t k = 0; k < n; k++) {
    fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_PRIOR, key, first + k);
    values[k] = value_at(s, fairu_philox__uniform(&rng));
    const int status = k % 4096 == 4095 ? fairu_context__poll(ctx) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

int fairu_nuisance_draw(fairu_context *ctx, const fairu_nuisance *nuisance, uint64_t seed, uint64_t first,
                        size_t n, int clip, double *values)
{
  fairu_nuisance nu;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!nuisance || !values)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !nuisance ? "nuisance" : "values");
  int status = fairu_nuisance__read(ctx, nuisance, 0, &nu);
  if (status != FAIRU_OK)
    return status;
  if (clip != 0 && clip != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "clip is %d, not 0 or 1", clip);
  if (first > MOST_DRAWS || n > MOST_DRAWS - first)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "%zu draws from number %llu, which end beyond 2^44", n,
                               (unsigned long long)first);
  source s = { .nuisance = &nu, .centre = fairu_nuisance__center(&nu) };
  const fairu_mark mark = fairu_context__mark(ctx);
  status = open_source(&s, ctx, clip);
  if (status == FAIRU_OK)
    status = draw(&s, ctx, seed, first, n, values);
  fairu_context__release(ctx, mark);
  return status;
}
