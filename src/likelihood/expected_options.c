/* expected_options.c - options of losses of expected results, checked against the counts they are for. */
#include <math.h>
#include <string.h>

#include "likelihood/expected_loss.h"

enum { KINKS_MOST = 6 };

static int check_index(fairu_context *ctx, size_t k, const char *what, size_t index, size_t n)
{
  if (index < n)
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "expected loss: nuisance %zu wants %s %zu of %zu", k, what,
                             index, n);
}

static int check_steps(fairu_context *ctx, const fairu_summary_counts *counts, size_t k,
                       const fairu_expected_nuisance *nuisance)
{
  const double up = nuisance->step_up, down = nuisance->step_down;
  if (!(up > 0.0 && down <= 0.0 && isfinite(up) && isfinite(down)))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "expected loss: nuisance %zu has steps up %g and down %g, not up > 0 >= down",
                               k, up, down);
  const int status = check_index(ctx, k, "variation", nuisance->up, counts->n_variations);
  return status == FAIRU_OK && down < 0.0
             ? check_index(ctx, k, "variation", nuisance->down, counts->n_variations)
             : status;
}

static int check_source(fairu_context *ctx, const fairu_summary_counts *counts, size_t k,
                        const fairu_expected_nuisance *nuisance)
{
  switch (nuisance->source) {
  case FAIRU_SOURCE_TANGENT:
    if (!counts->tangents)
      return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                                 "expected loss: nuisance %zu wants tangents, these counts have none", k);
    return check_index(ctx, k, "tangent", nuisance->tangent, counts->n_tangents);
  case FAIRU_SOURCE_VARIATIONS:
    return check_steps(ctx, counts, k, nuisance);
  case FAIRU_SOURCE_RATE:
    return check_index(ctx, k, "process", nuisance->process, counts->n_processes);
  default:
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "expected loss: nuisance %zu has no source %d", k,
                               nuisance->source);
  }
}

/* An array whose first struct_size is the stride. */
static int read_nuisances(fairu_context *ctx, fairu_expected *e)
{
  const fairu_expected_loss_options *o = &e->options;
  if (o->n_nuisances > FAIRU_EXPECTED_MAX_NUISANCES)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "expected loss: %zu nuisances, at most %d",
                               o->n_nuisances, (int)FAIRU_EXPECTED_MAX_NUISANCES);
  if (o->n_nuisances && !o->nuisances)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "expected loss: nuisances is NULL, n_nuisances %zu",
                               o->n_nuisances);
  e->nuisances = fairu_context__scratch(ctx, o->n_nuisances, sizeof *e->nuisances, "expected loss");
  if (!e->nuisances)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const size_t stride = o->n_nuisances ? o->nuisances->struct_size : 0;
  for (size_t k = 0; k < o->n_nuisances; k++) {
    fairu_expected_nuisance *ours = &e->nuisances[k];
    const void *theirs = (const unsigned char *)o->nuisances + k * stride;
    int status = fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof *ours, "nuisance of a loss");
    if (status == FAIRU_OK && !(ours->width >= 0.0 && isfinite(ours->width)))
      status = fairu_context__fail(ctx, FAIRU_ERR_RANGE, "expected loss: nuisance %zu has width %g", k,
                                   ours->width);
    if (status == FAIRU_OK)
      status = check_source(ctx, e->counts, k, ours);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

static int check_yields(fairu_context *ctx, const fairu_expected *e)
{
  const fairu_expected_loss_options *o = &e->options;
  if (!o->yields)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "expected loss: yields is NULL");
  if (o->n_processes != e->counts->n_processes)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "expected loss: yields of %zu processes, counts of %zu",
                               o->n_processes, e->counts->n_processes);
  if (o->signal >= o->n_processes)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "expected loss: the signal is process %zu of %zu",
                               o->signal, o->n_processes);
  for (size_t p = 0; p < o->n_processes; p++)
    if (!(isfinite(o->yields[p]) && (p == o->signal ? o->yields[p] > 0.0 : o->yields[p] >= 0.0)))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "expected loss: process %zu%s has yield %g", p,
                                 p == o->signal ? ", the signal," : "", o->yields[p]);
  if (!(o->floor >= 0.0 && isfinite(o->floor)))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "expected loss: the floor is %g", o->floor);
  if (o->interpolation != FAIRU_CODE_4P && o->interpolation != FAIRU_CODE_0)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "expected loss: there is no interpolation %d here",
                               o->interpolation);
  return FAIRU_OK;
}

/* Every side of every kink is searched. */
static int check_kinks(fairu_context *ctx, const fairu_expected *e)
{
  size_t kinks = 0;
  for (size_t k = 0; k < e->options.n_nuisances; k++)
    kinks += fairu_expected__has_kink(e, k) != 0;
  if (kinks > KINKS_MOST)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT,
                               "expected loss: %zu nuisances with kinks of code 0, at most %d: take code 4p",
                               kinks, (int)KINKS_MOST);
  return FAIRU_OK;
}

int fairu_expected__has_kink(const fairu_expected *e, size_t k)
{
  const fairu_expected_nuisance *nuisance = &e->nuisances[k];
  return e->options.interpolation == FAIRU_CODE_0 && nuisance->source == FAIRU_SOURCE_VARIATIONS &&
         nuisance->step_down < 0.0;
}

static int check_finite(fairu_context *ctx, const double *values, size_t n_processes, size_t n_each,
                        size_t n_bins, const char *what)
{
  for (size_t i = 0; i < n_processes * n_each * n_bins; i++)
    if (!isfinite(values[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE,
                                 "expected loss: count %g of process %zu, %s %zu, bin %zu", values[i],
                                 i / (n_each * n_bins), what, i / n_bins % n_each, i % n_bins);
  return FAIRU_OK;
}

static int check_counts(fairu_context *ctx, const fairu_summary_counts *c)
{
  if (!c->counts)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "expected loss: counts->counts is NULL");
  if (c->n_bins == 0 || c->n_variations == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "expected loss: counts of %zu bins in %zu variations",
                               c->n_bins, c->n_variations);
  const int status = check_finite(ctx, c->counts, c->n_processes, c->n_variations, c->n_bins, "variation");
  return status == FAIRU_OK && c->tangents
             ? check_finite(ctx, c->tangents, c->n_processes, c->n_tangents, c->n_bins, "tangent")
             : status;
}

int fairu_expected__create(fairu_context *ctx, const fairu_summary_counts *counts,
                           const fairu_expected_loss_options *options, fairu_expected *e)
{
  memset(e, 0, sizeof *e);
  e->counts = counts;
  int status = fairu_options__read(ctx, &e->options, sizeof e->options, options, sizeof e->options,
                                   "expected loss options");
  if (status == FAIRU_OK)
    status = check_counts(ctx, counts);
  if (status == FAIRU_OK)
    status = check_yields(ctx, e);
  if (status == FAIRU_OK)
    status = read_nuisances(ctx, e);
  if (status == FAIRU_OK)
    status = check_kinks(ctx, e);
  e->n_processes = counts->n_processes;
  e->n_bins = counts->n_bins;
  e->n_nuisances = e->options.n_nuisances;
  e->n = 1 + e->n_nuisances;
  return status;
}
