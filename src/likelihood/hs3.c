/* hs3.c - finding things in a document of HS3: by name, by kind. */
#include "likelihood/hs3.h"

#include <string.h>

int fairu_hs3__expect_keys(const fairu_hs3 *hs3, const fairu_json_at *at, const char *const *keys, size_t n)
{
  const int status = fairu_json__expect(hs3->ctx, at, FAIRU_JSON_OBJECT);
  fairu_json_at member = { 0 };
  while (status == FAIRU_OK && fairu_json__next(at, &member)) {
    size_t i = 0;
    while (i < n && strcmp(member.key, keys[i]) != 0)
      i++;
    if (i == n)
      return fairu_json__fail(hs3->ctx, &member, FAIRU_ERR_UNSUPPORTED, "this key of HS3 is not read here");
  }
  return status;
}

int fairu_hs3__text(const fairu_hs3 *hs3, const fairu_json_at *at, const char *key, const char **text)
{
  fairu_json_at member;
  *text = NULL;
  const int status = fairu_json__optional(hs3->ctx, at, key, &member);
  return status == FAIRU_OK && member.value ? fairu_json__name(hs3->ctx, &member, text) : status;
}

int fairu_hs3__find(const fairu_hs3 *hs3, const fairu_json_at *user, const fairu_json_at *array,
                    const char *name, fairu_json_at *element)
{
  size_t n = 0;
  int status = array->value ? fairu_json__length(hs3->ctx, array, 0, &n) : FAIRU_OK;
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) {
    fairu_json_at at;
    const char *text = NULL;
    status = fairu_json__element(hs3->ctx, array, i, &at);
    if (status == FAIRU_OK)
      status = fairu_hs3__text(hs3, &at, "name", &text);
    if (status == FAIRU_OK && text && strcmp(text, name) == 0) {
      *element = at;
      return FAIRU_OK;
    }
  }
  if (status != FAIRU_OK)
    return status;
  return fairu_json__fail(hs3->ctx, user, FAIRU_ERR_NOT_FOUND, "\"%.80s\" is not among /%s", name,
                          array->key);
}

static int fail_type(const fairu_hs3 *hs3, const fairu_json_at *at)
{
  const char *type = NULL;
  const int status = fairu_hs3__text(hs3, at, "type", &type);
  if (status != FAIRU_OK)
    return status;
  return fairu_json__fail(
      hs3->ctx, at, FAIRU_ERR_UNSUPPORTED,
      "a distribution of type \"%.40s\" stands for no channel of counts, only histfactory_dist does",
      type ? type : "");
}

int fairu_hs3__channel(const fairu_hs3 *hs3, const fairu_json_at *names, size_t i, fairu_json_at *channel)
{
  static const char *const keys[] = { "name", "type", "axes", "samples" };
  fairu_json_at name;
  const char *text = NULL, *type = NULL;
  int status = fairu_json__element(hs3->ctx, names, i, &name);
  if (status == FAIRU_OK)
    status = fairu_json__name(hs3->ctx, &name, &text);
  if (status == FAIRU_OK)
    status = fairu_hs3__find(hs3, &name, &hs3->distributions, text, channel);
  if (status == FAIRU_OK)
    status = fairu_hs3__text(hs3, channel, "type", &type);
  if (status == FAIRU_OK && (!type || strcmp(type, "histfactory_dist") != 0))
    return fail_type(hs3, channel);
  return status == FAIRU_OK ? fairu_hs3__expect_keys(hs3, channel, keys, 4) : status;
}

const fairu_hs3_set *fairu_hs3__set_of(const fairu_hs3 *hs3, const fairu_json_at *modifier)
{
  static const char *const keys[] = { "parameters", "parameter", "name" };
  for (size_t k = 0; k < 3; k++) {
    fairu_json_at at, first;
    const char *name = NULL;
    if (fairu_json__optional(hs3->ctx, modifier, keys[k], &at) != FAIRU_OK || !at.value)
      continue;
    if (fairu_json__kind(&at) == FAIRU_JSON_ARRAY &&
        fairu_json__element(hs3->ctx, &at, 0, &first) == FAIRU_OK)
      at = first;
    if (fairu_json__string(hs3->ctx, &at, &name) != FAIRU_OK)
      return NULL;
    const size_t place = fairu_name_index__find(&hs3->places, name);
    return place == FAIRU_NONE ? NULL : &hs3->sets[place];
  }
  return NULL;
}

/* ---- values of parameters ------------------------------------------------------------------------------ */

int fairu_hs3__component(const fairu_hs3 *hs3, const fairu_hs3_set *set, size_t i, const char **name)
{
  *name = set->parameter;
  if (!set->components)
    return FAIRU_OK;
  const fairu_json_at array = { .value = set->components, .document = hs3->root.document };
  fairu_json_at element;
  const int status = fairu_json__element(hs3->ctx, &array, i, &element);
  return status == FAIRU_OK ? fairu_json__name(hs3->ctx, &element, name) : status;
}

/* Array `key` of the element called `owner` of `array`, in chain[1]. */
static int open_entries(const fairu_hs3 *hs3, const fairu_json_at *array, const char *owner, const char *key,
                        fairu_json_at chain[2], size_t *n)
{
  int status = fairu_hs3__find(hs3, &hs3->root, array, owner, &chain[0]);
  if (status == FAIRU_OK)
    status = fairu_json__member(hs3->ctx, &chain[0], key, &chain[1]);
  return status == FAIRU_OK ? fairu_json__length(hs3->ctx, &chain[1], 0, n) : status;
}

static int index_entries(const fairu_hs3 *hs3, const fairu_json_at *array, const char *owner, const char *key,
                         fairu_name_index *index)
{
  const fairu_allocator *allocator = fairu_context__allocator(hs3->ctx);
  fairu_json_at chain[2], entry;
  size_t n = 0;
  fairu_name_index__clear(index, allocator);
  if (!owner)
    return FAIRU_OK;
  int status = open_entries(hs3, array, owner, key, chain, &n);
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) {
    const char *name = NULL;
    status = fairu_json__element(hs3->ctx, &chain[1], i, &entry);
    if (status == FAIRU_OK)
      status = fairu_hs3__text(hs3, &entry, "name", &name);
    if (status == FAIRU_OK && name && fairu_name_index__find(index, name) != FAIRU_NONE)
      return fairu_json__fail(hs3->ctx, &entry, FAIRU_ERR_DUPLICATE, "a second entry of \"%.80s\"", name);
    if (status == FAIRU_OK)
      status = fairu_name_index__reserve(index, hs3->ctx, allocator);
    if (status == FAIRU_OK && name)
      fairu_name_index__add(index, name, i);
  }
  return status;
}

int fairu_hs3__index(fairu_hs3 *hs3)
{
  const int status = index_entries(hs3, &hs3->points, hs3->init, "parameters", &hs3->point_entries);
  hs3->indexed_init = hs3->init;
  hs3->indexed_domain = hs3->domain;
  return status == FAIRU_OK ? index_entries(hs3, &hs3->domains, hs3->domain, "axes", &hs3->axis_entries)
                            : status;
}

void fairu_hs3__clear(fairu_hs3 *hs3)
{
  const fairu_allocator *allocator = fairu_context__allocator(hs3->ctx);
  fairu_name_index__clear(&hs3->places, allocator);
  fairu_name_index__clear(&hs3->point_entries, allocator);
  fairu_name_index__clear(&hs3->axis_entries, allocator);
}

/* The entry called `name` in array `key` of the element called `owner` of `array`; absent: value NULL. index NULL: none is there. */
static int find_entry(const fairu_hs3 *hs3, const fairu_json_at *array, const char *owner, const char *key,
                      const fairu_name_index *index, const char *name, fairu_json_at chain[2],
                      fairu_json_at *entry)
{
  size_t n = 0;
  *entry = (fairu_json_at){ 0 };
  const size_t known = owner && index ? fairu_name_index__find(index, name) : FAIRU_NONE;
  if (!owner || (index && known == FAIRU_NONE))
    return FAIRU_OK;
  int status = open_entries(hs3, array, owner, key, chain, &n);
  if (status == FAIRU_OK && index)
    return fairu_json__element(hs3->ctx, &chain[1], known, entry);
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) {
    const char *text = NULL;
    status = fairu_json__element(hs3->ctx, &chain[1], i, entry);
    if (status == FAIRU_OK)
      status = fairu_hs3__text(hs3, entry, "name", &text);
    if (status == FAIRU_OK && text && strcmp(text, name) == 0)
      return FAIRU_OK;
  }
  *entry = (fairu_json_at){ 0 };
  return status;
}

static int read_start(const fairu_hs3 *hs3, const fairu_json_at *entry, fairu_hs3_values *values)
{
  fairu_json_at value, constant = { .value = NULL };
  int status = fairu_json__member(hs3->ctx, entry, "value", &value);
  if (status == FAIRU_OK)
    status = fairu_json__number(hs3->ctx, &value, &values->start);
  values->has_start = status == FAIRU_OK;
  if (status == FAIRU_OK)
    status = fairu_json__optional(hs3->ctx, entry, "const", &constant);
  return status == FAIRU_OK && constant.value ? fairu_json__bool(hs3->ctx, &constant, &values->fixed)
                                              : status;
}

static int read_range(const fairu_hs3 *hs3, const fairu_json_at *entry, fairu_hs3_values *values)
{
  fairu_json_at lower, upper;
  int status = fairu_json__optional(hs3->ctx, entry, "min", &lower);
  if (status == FAIRU_OK)
    status = fairu_json__optional(hs3->ctx, entry, "max", &upper);
  if (status != FAIRU_OK)
    return status;
  if (!lower.value || !upper.value)
    return fairu_json__fail(hs3->ctx, entry, FAIRU_ERR_UNSUPPORTED, "a range without both ends");
  status = fairu_json__number(hs3->ctx, &lower, &values->lower);
  if (status == FAIRU_OK)
    status = fairu_json__number(hs3->ctx, &upper, &values->upper);
  values->has_range = status == FAIRU_OK;
  return status;
}

int fairu_hs3__values(const fairu_hs3 *hs3, const fairu_hs3_set *set, size_t i, fairu_hs3_values *values)
{
  fairu_json_at chain[2], entry;
  const char *name = NULL;
  *values = (fairu_hs3_values){ .start = 0.0 };
  const fairu_name_index *points = hs3->init == hs3->indexed_init ? &hs3->point_entries : NULL;
  const fairu_name_index *axes = hs3->domain == hs3->indexed_domain ? &hs3->axis_entries : NULL;
  int status = fairu_hs3__component(hs3, set, i, &name);
  if (status == FAIRU_OK)
    status = find_entry(hs3, &hs3->points, hs3->init, "parameters", points, name, chain, &entry);
  if (status == FAIRU_OK && entry.value)
    status = read_start(hs3, &entry, values);
  if (status == FAIRU_OK)
    status = find_entry(hs3, &hs3->domains, hs3->domain, "axes", axes, name, chain, &entry);
  return status == FAIRU_OK && entry.value ? read_range(hs3, &entry, values) : status;
}

int fairu_hs3__mixed(const fairu_hs3 *hs3, const fairu_hs3_set *set, bool *mixed)
{
  fairu_hs3_values values;
  size_t fixed = 0;
  int status = FAIRU_OK;
  for (size_t i = 0; status == FAIRU_OK && i < set->n; i++) {
    status = fairu_hs3__values(hs3, set, i, &values);
    fixed += values.fixed;
  }
  *mixed = fixed > 0 && fixed < set->n;
  return status;
}
