/* lwtnn_inputs.c - inputs of lwtnn files: names, scaling, defaults, and which of them are nuisance parameters. */
#include <math.h>
#include <string.h>

#include "classifier/lwtnn.h"

enum { MOST_INPUTS = 16384 };

int fairu_lwtnn__index(fairu_context *ctx, const fairu_json_at *at, size_t end, size_t *index)
{
  double value = 0.0;
  const int status = fairu_json__number(ctx, at, &value);
  if (status != FAIRU_OK)
    return status;
  if (!(value >= 0.0) || value != floor(value))
    return fairu_json__fail(ctx, at, FAIRU_ERR_FORMAT, "wanted an index, found %g", value);
  if (value >= (double)end)
    return fairu_json__fail(ctx, at, FAIRU_ERR_RANGE, "index %g of %zu", value, end);
  *index = (size_t)value;
  return FAIRU_OK;
}

/* ---- nuisances ---------------------------------------------------------------------------------------- */

/* Member of `miscellaneous` by number; value NULL if there is none. The key outlives it: it is the document's. */
static int misc_member(const fairu_lwtnn *r, const char *format, size_t i, fairu_json_at *misc,
                       fairu_json_at *member)
{
  char key[48];
  member->value = NULL;
  int status = fairu_json__optional(r->ctx, &r->root, "miscellaneous", misc);
  if (status != FAIRU_OK || !misc->value)
    return status;
  status = fairu_json__expect(r->ctx, misc, FAIRU_JSON_OBJECT);
  fairu_text__format(key, sizeof key, format, i);
  fairu_json_at at = { .value = NULL };
  while (status == FAIRU_OK && fairu_json__next(misc, &at))
    if (strcmp(at.key, key) == 0) {
      *member = at;
      return FAIRU_OK;
    }
  return status;
}

/* The name of nuisance i, NULL behind the last. */
static int nuisance_name(const fairu_lwtnn *r, size_t i, const char **name)
{
  fairu_json_at misc, member;
  *name = NULL;
  if (r->options->nuisances) {
    *name = i < r->options->n_nuisances ? r->options->nuisances[i] : NULL;
    return FAIRU_OK;
  }
  const int status = misc_member(r, FAIRU_LWTNN_NUISANCE, i, &misc, &member);
  return status == FAIRU_OK && member.value ? fairu_json__name(r->ctx, &member, name) : status;
}

static int is_nuisance(const fairu_lwtnn *r, const char *name, int *is)
{
  const char *nuisance = NULL;
  *is = 0;
  for (size_t i = 0; !*is; i++) {
    const int status = nuisance_name(r, i, &nuisance);
    if (status != FAIRU_OK || !nuisance)
      return status;
    *is = strcmp(name, nuisance) == 0;
  }
  return FAIRU_OK;
}

static int is_known(const fairu_classifier *classifier, const char *name)
{
  for (size_t i = 0; i < classifier->n_nuisances; i++)
    if (strcmp(classifier->nuisances[i], name) == 0)
      return 1;
  return 0;
}

static int read_bound(const fairu_lwtnn *r, const char *format, size_t i, double *bound)
{
  fairu_json_at misc, member;
  const int status = misc_member(r, format, i, &misc, &member);
  return status == FAIRU_OK && member.value ? fairu_json__number(r->ctx, &member, bound) : status;
}

/* Ranges of the nuisance that is number i in `miscellaneous`. */
static int read_range(const fairu_lwtnn *r, size_t i, const char *name, fairu_classifier *classifier)
{
  double lower = -(double)INFINITY, upper = (double)INFINITY;
  int status = read_bound(r, FAIRU_LWTNN_LOWER, i, &lower);
  if (status == FAIRU_OK)
    status = read_bound(r, FAIRU_LWTNN_UPPER, i, &upper);
  if (status == FAIRU_OK && !(lower <= upper))
    status = fairu_json__fail(r->ctx, &r->root, FAIRU_ERR_RANGE, "nuisance \"%s\": range [%g, %g]", name,
                              lower, upper);
  for (size_t k = 0; status == FAIRU_OK && k < classifier->n_nuisances; k++)
    if (strcmp(classifier->nuisances[k], name) == 0) {
      classifier->z_lower[k] = lower;
      classifier->z_upper[k] = upper;
    }
  return status;
}

int fairu_lwtnn__ranges(const fairu_lwtnn *r, fairu_classifier *classifier)
{
  const char *name = NULL;
  for (size_t i = 0;; i++) {
    int status = nuisance_name(r, i, &name);
    if (status != FAIRU_OK || !name)
      return status;
    if (!is_known(classifier, name))
      return fairu_json__fail(r->ctx, &r->root, FAIRU_ERR_NOT_FOUND, "no input \"%s\" for a nuisance", name);
    if (!r->options->nuisances)
      status = read_range(r, i, name, classifier);
    if (status != FAIRU_OK)
      return status;
  }
}

/* ---- inputs ------------------------------------------------------------------------------------------- */

typedef struct input_list {
  const char **names; /* all of these in scratch */
  double *before, *scale;
  fairu_value *parts;
  size_t n;
} input_list;

static int take_list(fairu_context *ctx, size_t n, input_list *list)
{
  list->n = n;
  list->names = fairu_context__scratch(ctx, n, sizeof *list->names, "lwtnn inputs");
  list->before = fairu_context__scratch(ctx, n, sizeof *list->before, "lwtnn inputs");
  list->scale = fairu_context__scratch(ctx, n, sizeof *list->scale, "lwtnn inputs");
  list->parts = fairu_context__scratch(ctx, n, sizeof *list->parts, "lwtnn inputs");
  return list->names && list->before && list->scale && list->parts ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

static int read_number(fairu_context *ctx, const fairu_json_at *at, const char *key, int optional,
                       double *value)
{
  fairu_json_at member;
  int status =
      optional ? fairu_json__optional(ctx, at, key, &member) : fairu_json__member(ctx, at, key, &member);
  return status == FAIRU_OK && member.value ? fairu_json__number(ctx, &member, value) : status;
}

/* input/name, in scratch */
static int qualify(fairu_context *ctx, const char *input, const char **name)
{
  const size_t size = strlen(input) + strlen(*name) + 2;
  char *both = fairu_context__scratch(ctx, size, 1, "lwtnn inputs");
  if (!both)
    return FAIRU_ERR_OUT_OF_MEMORY;
  fairu_text__format(both, size, "%s/%s", input, *name);
  *name = both;
  return FAIRU_OK;
}

static int read_input(fairu_lwtnn *r, const fairu_json_at *at, input_list *list, size_t i)
{
  fairu_json_at name_at;
  double fallback = 0.0;
  int status = fairu_json__member(r->ctx, at, "name", &name_at);
  if (status == FAIRU_OK)
    status = fairu_json__name(r->ctx, &name_at, &list->names[i]);
  for (size_t k = 0; status == FAIRU_OK && k < i; k++)
    if (strcmp(list->names[k], list->names[i]) == 0)
      status = fairu_json__fail(r->ctx, &name_at, FAIRU_ERR_DUPLICATE, "input \"%.200s\" occurs twice",
                                list->names[i]);
  if (status == FAIRU_OK)
    status = read_number(r->ctx, at, "offset", 0, &list->before[i]);
  if (status == FAIRU_OK)
    status = read_number(r->ctx, at, "scale", 0, &list->scale[i]);
  return status == FAIRU_OK ? read_number(r->ctx, at, "default", 1, &fallback) : status;
}

/* Neighbours that are all features, or all nuisances, come in one call; the parts stand in the order of the file. */
static int make_inputs(fairu_lwtnn *r, input_list *list, fairu_value *value)
{
  size_t n_parts = 0;
  for (size_t i = 0, end; i < list->n; i = end) {
    int kind = 0, next = 0;
    int status = is_nuisance(r, list->names[i], &kind);
    for (end = i + 1; status == FAIRU_OK && end < list->n; end++) {
      status = is_nuisance(r, list->names[end], &next);
      if (next != kind)
        break;
    }
    if (status != FAIRU_OK)
      return status;
    list->parts[n_parts++] = fairu_program__input(r->b, list->names + i, end - i, kind);
  }
  const fairu_value all = fairu_program__concat(r->b, list->parts, n_parts);
  *value = fairu_program__affine(r->b, all, list->before, list->scale, NULL);
  return fairu_program__status(r->b);
}

int fairu_lwtnn__inputs(fairu_lwtnn *r, const fairu_json_at *at, const char *name, fairu_lwtnn_twice_fn twice,
                        const void *data, fairu_value *value)
{
  input_list list = { .n = 0 };
  fairu_json_at element;
  size_t n = 0;
  const fairu_mark mark = fairu_context__mark(r->ctx);
  int status = fairu_json__length(r->ctx, at, 1, &n);
  if (status == FAIRU_OK && n > MOST_INPUTS)
    status = fairu_json__fail(r->ctx, at, FAIRU_ERR_LIMIT, "%zu inputs, above %d", n, MOST_INPUTS);
  if (status == FAIRU_OK)
    status = take_list(r->ctx, n, &list);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    status = fairu_json__element(r->ctx, at, i, &element);
    if (status == FAIRU_OK)
      status = read_input(r, &element, &list, i);
    if (status == FAIRU_OK && i % 64 == 0)
      status = fairu_context__poll(r->ctx);
  }
  for (size_t i = 0; twice && i < n && status == FAIRU_OK; i++)
    if (twice(r, data, list.names[i]))
      status = qualify(r->ctx, name, &list.names[i]);
  if (status == FAIRU_OK)
    status = make_inputs(r, &list, value);
  fairu_context__release(r->ctx, mark);
  return status;
}
