/* model_factor.c - building a likelihood: factors, and the processes that each of them scales. */
#include <math.h>

#include "likelihood/model_build.h"

int fairu_model__set_factor(fairu_likelihood *lh, fairu_context *ctx, size_t f, size_t entry,
                            const fairu_factor *factor)
{
  fairu_param *term = &lh->params[f];
  if (!factor->name || !*factor->name)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "factors[%zu] has no name", entry);
  if (!isfinite(factor->start))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "factor '%s': start is %g", factor->name,
                               factor->start);
  if (!(factor->lower <= factor->start && factor->start <= factor->upper))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "factor '%s': start %g is not within %g to %g",
                               factor->name, factor->start, factor->lower, factor->upper);
  for (size_t i = 0; i < lh->n_params; i++)
    if (fairu_likelihood__name(lh, i) && !strcmp(fairu_likelihood__name(lh, i), factor->name))
      return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "two parameters are named '%s'", factor->name);
  term->start = factor->start;
  term->lower = factor->lower;
  term->upper = factor->upper;
  term->scale = fmax(0.5, 0.5 * fabs(factor->start));
  term->name = fairu_context__copy_string(ctx, factor->name, "factor");
  return term->name ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

/* First entry of the name of entry e. */
static size_t first_of(const fairu_factor *factors, size_t e)
{
  for (size_t i = 0; i < e && factors[e].name; i++)
    if (factors[i].name && !strcmp(factors[i].name, factors[e].name))
      return i;
  return e;
}

size_t fairu_model__count_factors(const fairu_factor *factors, size_t n)
{
  size_t count = 0;
  for (size_t e = 0; e < n; e++)
    count += first_of(factors, e) == e;
  return count;
}

/* A name that is there already: the same parameter, if it says the same or nothing about it. */
static int check_repeated(fairu_context *ctx, const fairu_factor *first, const fairu_factor *again)
{
  const int silent = again->start == 0.0 && again->lower == 0.0 && again->upper == 0.0;
  if (silent ||
      (again->start == first->start && again->lower == first->lower && again->upper == first->upper))
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE,
                             "factor '%s' starts at %g within %g to %g, and for another process at %g within "
                             "%g to %g: say the same, "
                             "or 0, 0, 0",
                             first->name, first->start, first->lower, first->upper, again->start,
                             again->lower, again->upper);
}

static int set_process(fairu_likelihood *lh, fairu_context *ctx, size_t f, const fairu_factor *factor)
{
  if (!factor->process)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "factor '%s': process is NULL", factor->name);
  size_t p = 0;
  while (p < lh->n_processes && strcmp(fairu_templates_process_name(lh->templates, p), factor->process) != 0)
    p++;
  if (p == lh->n_processes)
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "factor '%s': the templates have no process '%s'",
                               factor->name, factor->process);
  unsigned char *scales = &lh->scales[f * lh->n_processes + p];
  if (*scales)
    return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "factor '%s' scales process '%s' twice",
                               factor->name, factor->process);
  *scales = 1;
  return FAIRU_OK;
}

int fairu_model__add_factors(fairu_likelihood *lh, fairu_context *ctx, const fairu_factor *factors, size_t n)
{
  size_t next = 0;
  lh->scales = fairu_context__new(ctx, lh->n_factors, lh->n_processes, "factors");
  if (!lh->scales)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t e = 0; e < n; e++) {
    const size_t first = first_of(factors, e);
    size_t f = next;
    int status;
    if (first == e) {
      next++;
      status = fairu_model__set_factor(lh, ctx, f, e, &factors[e]);
    } else {
      for (f = 0; strcmp(fairu_likelihood__name(lh, f), factors[e].name) != 0; f++)
        ;
      status = check_repeated(ctx, &factors[first], &factors[e]);
    }
    if (status == FAIRU_OK)
      status = set_process(lh, ctx, f, &factors[e]);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}
