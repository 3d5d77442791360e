/* combine.c - joining likelihoods on parameters of the same name; what one name may mean. */
#include "likelihood/combine.h"

#include <math.h>
#include <string.h>

#include "likelihood/name_index.h"

int fairu_combine_options_init(fairu_combine_options *options, size_t struct_size)
{
  const fairu_combine_options defaults = { .struct_size = sizeof defaults };
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

void fairu_combined__clear(fairu_likelihood *lh)
{
  const fairu_allocator *allocator = &lh->allocator;
  for (size_t p = 0; lh->part_params && p < lh->n_parts; p++)
    fairu_allocator__free(allocator, lh->part_params[p]);
  fairu_allocator__free(allocator, lh->part_params);
  fairu_allocator__free(allocator, (void *)(uintptr_t)lh->parts);
  fairu_allocator__free(allocator, lh->owners);
}

/* ---- one name, two meanings --------------------------------------------------------------------------- */

static const char *constraint_name(const fairu_param *p)
{
  if (p->is_two_point)
    return "two-point prior";
  static const char *const priors[] = { "?", "Gaussian prior", "log-normal prior", "uniform prior",
                                        "tabulated prior" };
  switch (p->constraint) {
  case FAIRU_CONSTRAINT_PRIOR:
    return p->prior >= FAIRU_PRIOR_GAUSSIAN && p->prior <= FAIRU_PRIOR_TABULATED ? priors[p->prior]
                                                                                 : priors[0];
  case FAIRU_CONSTRAINT_AUXILIARY:
    return "auxiliary histogram";
  case FAIRU_CONSTRAINT_POISSON:
    return "auxiliary count";
  default:
    return "no constraint";
  }
}

static int same_table(const fairu_param *a, const fairu_param *b)
{
  return a->n_table == b->n_table &&
         (a->n_table == 0 || memcmp(a->table, b->table, 2 * a->n_table * sizeof *a->table) == 0);
}

/* One measurement, told twice. */
static int same_constraint(const fairu_param *a, const fairu_param *b)
{
  return a->constraint == b->constraint && a->is_two_point == b->is_two_point && a->prior == b->prior &&
         a->aux == b->aux && a->width == b->width && a->tau == b->tau && same_table(a, b);
}

static int refuse(fairu_context *ctx, const fairu_param *a, const fairu_param *b, size_t part,
                  const char *why)
{
  return fairu_context__fail(
      ctx, FAIRU_ERR_ARGUMENT,
      "combine: '%s' has %s (auxiliary value %g, width %g) in an earlier part and %s (%g, %g) in part "
      "%zu: %s",
      a->name, constraint_name(a), a->aux, fairu_param__error(a), constraint_name(b), b->aux,
      fairu_param__error(b), part, why);
}

/* b, of part `part`, joins a: which constraint counts, and in which range. *takes 1: that of b, a had none. */
static int join_param(fairu_context *ctx, fairu_param *a, const fairu_param *b, size_t part, int *takes)
{
  *takes = 0;
  if (a->kind == FAIRU_PARAMETER_GAMMA || b->kind == FAIRU_PARAMETER_GAMMA)
    return refuse(ctx, a, b, part, "what scales one bin cannot be shared, rename one");
  if (a->fixed != b->fixed)
    return refuse(ctx, a, b, part, "it is fixed in one of them alone");
  const int both = a->constraint != FAIRU_CONSTRAINT_NONE && b->constraint != FAIRU_CONSTRAINT_NONE;
  const int histograms =
      a->constraint == FAIRU_CONSTRAINT_AUXILIARY && b->constraint == FAIRU_CONSTRAINT_AUXILIARY;
  if (both && !histograms && !same_constraint(a, b))
    return refuse(ctx, a, b, part, "they are neither one measurement nor two of the same kind");
  const double lower = fmax(a->lower, b->lower), upper = fmin(a->upper, b->upper);
  if (!(lower <= upper))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "combine: '%s' goes from %g to %g, in part %zu from %g to %g", a->name,
                               a->lower, a->upper, part, b->lower, b->upper);
  a->lower = lower;
  a->upper = upper;
  a->start = fmin(fmax(a->start, lower), upper);
  *takes = a->constraint == FAIRU_CONSTRAINT_NONE && b->constraint != FAIRU_CONSTRAINT_NONE;
  return FAIRU_OK;
}

/* ---- building ----------------------------------------------------------------------------------------- */

typedef struct joining {
  fairu_context *ctx;
  fairu_likelihood *lh;
  fairu_name_index names;
} joining;

/* A copy without the auxiliary histogram: parts evaluate their own. */
static int add_param(joining *j, const fairu_param *from, size_t part, size_t *index)
{
  fairu_likelihood *lh = j->lh;
  fairu_param *to = &lh->params[lh->n_params];
  int status = fairu_name_index__reserve(&j->names, j->ctx, &lh->allocator);
  if (status != FAIRU_OK)
    return status;
  fairu_param without = *from;
  without.auxiliary = NULL;
  without.n_aux_bins = without.first_aux = 0;
  *index = lh->n_params++;
  status = fairu_param__copy(j->ctx, &without, to);
  if (status == FAIRU_OK)
    fairu_name_index__add(&j->names, to->name, *index);
  lh->owners[*index] = from->constraint != FAIRU_CONSTRAINT_NONE ? part : FAIRU_NONE;
  return status;
}

/* The constraint of b for a, which had none. */
static int take_constraint(joining *j, size_t index, const fairu_param *b, size_t part)
{
  fairu_param *a = &j->lh->params[index], fresh = { 0 };
  fairu_param with = *b;
  with.auxiliary = NULL;
  with.n_aux_bins = with.first_aux = 0;
  const int status = fairu_param__copy(j->ctx, &with, &fresh);
  if (status != FAIRU_OK) {
    fairu_param__clear(&j->lh->allocator, &fresh);
    return status;
  }
  char *name = a->name; /* the index points to it */
  fresh.start = a->start;
  fresh.lower = a->lower;
  fresh.upper = a->upper;
  a->name = fresh.name;
  fresh.name = name;
  fairu_param__clear(&j->lh->allocator, &(fairu_param){ .name = a->name, .table = a->table });
  *a = fresh;
  j->lh->owners[index] = part;
  return FAIRU_OK;
}

static int join_part(joining *j, size_t p)
{
  fairu_likelihood *lh = j->lh;
  const fairu_likelihood *part = lh->parts[p];
  lh->part_params[p] = fairu_context__new(j->ctx, part->n_params, sizeof(size_t), "parameters of a part");
  if (!lh->part_params[p])
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < part->n_params; i++) {
    const fairu_param *param = &part->params[i];
    size_t index = fairu_name_index__find(&j->names, param->name);
    int takes = 0, status;
    if (index == FAIRU_NONE)
      status = add_param(j, param, p, &index);
    else
      status = join_param(j->ctx, &lh->params[index], param, p, &takes);
    if (status == FAIRU_OK && takes)
      status = take_constraint(j, index, param, p);
    if (status != FAIRU_OK)
      return status;
    lh->part_params[p][i] = index;
  }
  lh->n_bins += part->n_bins;
  return FAIRU_OK;
}

/* Channels of one name in two parts: the same events, or a name too few. */
static int check_channels(fairu_context *ctx, const fairu_likelihood *const *parts, size_t n_parts)
{
  for (size_t p = 1; p < n_parts; p++)
    for (size_t c = 0; c < fairu_likelihood_n_channels(parts[p]); c++) {
      const char *name = fairu_likelihood_channel_name(parts[p], c);
      for (size_t q = 0; q < p; q++)
        for (size_t d = 0; d < fairu_likelihood_n_channels(parts[q]); d++)
          if (*name && strcmp(name, fairu_likelihood_channel_name(parts[q], d)) == 0)
            return fairu_context__fail(
                ctx, FAIRU_ERR_DUPLICATE,
                "combine: parts %zu and %zu have a channel '%s': events would count twice (say "
                "allow_same_events if they are different ones)",
                q, p, name);
    }
  return FAIRU_OK;
}

static int check_parts(fairu_context *ctx, const fairu_likelihood *const *parts, size_t n_parts)
{
  if (n_parts == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "combine: no parts");
  for (size_t p = 0; p < n_parts; p++) {
    if (!parts[p])
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "combine: parts[%zu] is NULL", p);
    if (parts[p]->n_parts)
      return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                                 "combine: parts[%zu] is combined itself: give its parts", p);
    for (size_t q = 0; q < p; q++)
      if (parts[q] == parts[p])
        return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "combine: parts %zu and %zu are one", q, p);
  }
  return FAIRU_OK;
}

static int set_poi(fairu_likelihood *lh, fairu_context *ctx, const char *poi)
{
  if (!poi) {
    const size_t first = lh->parts[0]->poi;
    lh->poi = first == FAIRU_NONE ? FAIRU_NONE : lh->part_params[0][first];
    return FAIRU_OK;
  }
  lh->poi = FAIRU_NONE;
  return *poi ? fairu_likelihood_find_parameter(lh, ctx, poi, &lh->poi) : FAIRU_OK;
}

static int build(joining *j, const fairu_likelihood *const *parts, size_t n_parts, const char *poi)
{
  fairu_likelihood *lh = j->lh;
  size_t most = 0;
  for (size_t p = 0; p < n_parts; p++)
    most += parts[p]->n_params;
  lh->parts = fairu_context__copy(j->ctx, parts, n_parts, sizeof *parts, "parts");
  lh->part_params = fairu_context__new(j->ctx, n_parts, sizeof *lh->part_params, "parts");
  lh->params = fairu_context__new(j->ctx, most, sizeof *lh->params, "parameters");
  lh->owners = fairu_context__new(j->ctx, most, sizeof *lh->owners, "parameters");
  if (!lh->parts || !lh->part_params || !lh->params || !lh->owners)
    return FAIRU_ERR_OUT_OF_MEMORY;
  lh->n_parts = n_parts;
  int status = FAIRU_OK;
  for (size_t p = 0; p < n_parts && status == FAIRU_OK; p++)
    status = join_part(j, p);
  return status == FAIRU_OK ? set_poi(lh, j->ctx, poi) : status;
}

int fairu_likelihood_create_combined(fairu_context *ctx, const fairu_likelihood *const *parts, size_t n_parts,
                                     const fairu_combine_options *theirs, fairu_likelihood **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!parts || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "combine: parts or out is NULL");
  fairu_combine_options options;
  int status = fairu_combine_options_init(&options, sizeof options);
  if (status == FAIRU_OK && theirs)
    status = fairu_options__read(ctx, &options, sizeof options, theirs, sizeof options, "combine options");
  if (status == FAIRU_OK)
    status = check_parts(ctx, parts, n_parts);
  if (status == FAIRU_OK && !options.allow_same_events)
    status = check_channels(ctx, parts, n_parts);
  if (status != FAIRU_OK)
    return status;
  joining j = { .ctx = ctx, .lh = fairu_context__new(ctx, 1, sizeof *j.lh, "likelihood") };
  if (!j.lh)
    return FAIRU_ERR_OUT_OF_MEMORY;
  j.lh->allocator = *fairu_context__allocator(ctx);
  status = build(&j, parts, n_parts, options.poi);
  fairu_name_index__clear(&j.names, &j.lh->allocator);
  if (status != FAIRU_OK) {
    fairu_likelihood_destroy(j.lh);
    return status;
  }
  *out = j.lh;
  return FAIRU_OK;
}

/* ---- what it says about itself ------------------------------------------------------------------------ */

size_t fairu_likelihood_n_parts(const fairu_likelihood *lh)
{
  return lh ? lh->n_parts : 0;
}

const fairu_likelihood *fairu_likelihood_part(const fairu_likelihood *lh, size_t i)
{
  return lh && i < lh->n_parts ? lh->parts[i] : NULL;
}

const fairu_likelihood *fairu_combined__find(const fairu_likelihood *lh,
                                             size_t (*count)(const fairu_likelihood *), size_t place,
                                             size_t *part, size_t *within)
{
  for (*part = 0; *part < lh->n_parts; (*part)++) {
    const size_t n = count(lh->parts[*part]);
    if (place < n) {
      *within = place;
      return lh->parts[*part];
    }
    place -= n;
  }
  return NULL;
}
