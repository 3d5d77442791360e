/* written_reader.h - parameters of a workspace as pyhf's documentation says they are read, from the bare JSON: what each modifier says without a
 * word, and what its measurement adds. One measurement; nothing of the library is used. */
#ifndef FAIRU_TESTS_LIKELIHOOD_WRITTEN_READER_H
#define FAIRU_TESTS_LIKELIHOOD_WRITTEN_READER_H

#include "support/support.h"

#include <jansson.h>

enum { READ_BINS = 6, READ_SETS = 48 };

/* A name of the workspace. width: sigma of a Gaussian, tau of a count; NaN in aux and width: no constraint. */
typedef struct read_set {
  const char *name, *type;
  size_t n;
  double start[READ_BINS], lower[READ_BINS], upper[READ_BINS], aux[READ_BINS], width[READ_BINS];
  double squares[READ_BINS], yields[READ_BINS];
  int fixed[READ_BINS];
} read_set;

typedef struct read_workspace {
  json_t *root;
  read_set sets[READ_SETS];
  size_t n;
} read_workspace;

static inline const char *text_in(const json_t *object, const char *key)
{
  const char *text = json_string_value(json_object_get(object, key));
  assert_non_null(text);
  return text;
}

static inline json_t *list_in(const json_t *object, const char *key)
{
  json_t *list = json_object_get(object, key);
  assert_true(json_is_array(list));
  return list;
}

static inline double number_at(const json_t *list, size_t i)
{
  const json_t *value = json_array_get(list, i);
  assert_true(json_is_number(value));
  return json_number_value(value);
}

static inline read_set *find_set(read_workspace *w, const char *name)
{
  for (size_t i = 0; i < w->n; i++)
    if (strcmp(w->sets[i].name, name) == 0)
      return &w->sets[i];
  return NULL;
}

static inline int is_type(const read_set *set, const char *type)
{
  return strcmp(set->type, type) == 0;
}

static inline int is_of_bins(const char *type)
{
  return strcmp(type, "shapefactor") == 0 || strcmp(type, "shapesys") == 0 || strcmp(type, "staterror") == 0;
}

/* Defaults of its type but for widths, which the uncertainties of all samples tell. */
static inline read_set *add_set(read_workspace *w, const char *name, const char *type, size_t n_bins)
{
  assert_true(w->n < READ_SETS && n_bins <= READ_BINS);
  read_set *set = &w->sets[w->n++];
  *set = (read_set){ .name = name, .type = type, .n = is_of_bins(type) ? n_bins : 1 };
  const int shifts = is_type(set, "normsys") || is_type(set, "histosys"), said = is_type(set, "lumi");
  const int counts = is_type(set, "shapesys") || is_type(set, "staterror");
  for (size_t i = 0; i < set->n; i++) {
    set->start[i] = said ? (double)NAN : shifts ? 0.0 : 1.0;
    set->lower[i] = said ? (double)NAN : shifts ? -5.0 : counts ? 1e-10 : 0.0;
    set->upper[i] = said ? (double)NAN : shifts ? 5.0 : 10.0;
    set->aux[i] = shifts ? 0.0 : (double)NAN;
    set->width[i] = shifts ? 1.0 : (double)NAN;
  }
  return set;
}

static inline void take_modifier(read_workspace *w, const json_t *modifier, const json_t *yields)
{
  const char *name = text_in(modifier, "name"), *type = text_in(modifier, "type");
  const json_t *data = json_object_get(modifier, "data");
  read_set *set = find_set(w, name);
  if (!set)
    set = add_set(w, name, type, json_array_size(yields));
  if (strcmp(type, "shapesys") != 0 && strcmp(type, "staterror") != 0)
    return;
  assert_true(json_array_size(data) == set->n);
  for (size_t b = 0; b < set->n; b++) {
    set->squares[b] += number_at(data, b) * number_at(data, b);
    set->yields[b] += number_at(yields, b);
  }
}

/* Uncertainties against the nominal: a count of (n / e)^2, or the relative error; without one the parameter is fixed. */
static inline void make_constraints(read_set *set)
{
  for (size_t b = 0; b < set->n && (is_type(set, "shapesys") || is_type(set, "staterror")); b++) {
    const double part =
        set->squares[b] > 0.0 && set->yields[b] > 0.0 ? sqrt(set->squares[b]) / set->yields[b] : 0.0;
    const int counts = is_type(set, "shapesys");
    set->fixed[b] = part == 0.0;
    set->width[b] = part == 0.0 ? 1.0 : counts ? 1.0 / (part * part) : part;
    set->aux[b] = counts ? set->width[b] : 1.0;
  }
}

static inline void take_numbers(const json_t *config, const char *key, double *values, size_t n)
{
  const json_t *list = json_object_get(config, key);
  if (!list)
    return;
  assert_true(json_array_size(list) == n);
  for (size_t i = 0; i < n; i++)
    values[i] = number_at(list, i);
}

static inline void take_config(read_set *set, const json_t *config)
{
  take_numbers(config, "inits", set->start, set->n);
  take_numbers(config, "auxdata", set->aux, set->n);
  take_numbers(config, is_type(set, "shapesys") ? "factors" : "sigmas", set->width, set->n);
  const json_t *bounds = json_object_get(config, "bounds"), *fixed = json_object_get(config, "fixed");
  assert_true(!bounds || json_array_size(bounds) == set->n);
  for (size_t i = 0; i < set->n; i++) {
    if (bounds) {
      set->lower[i] = number_at(json_array_get(bounds, i), 0);
      set->upper[i] = number_at(json_array_get(bounds, i), 1);
    }
    if (fixed)
      set->fixed[i] = json_is_true(fixed);
  }
}

static inline json_t *only_measurement(const read_workspace *w)
{
  const json_t *measurements = list_in(w->root, "measurements");
  assert_int_equal(json_array_size(measurements), 1);
  return json_array_get(measurements, 0);
}

/* json_decref(root) frees it. */
static inline void read_written(const char *path, read_workspace *w)
{
  json_error_t error;
  w->n = 0;
  w->root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  assert_non_null(w->root);
  const json_t *channels = list_in(w->root, "channels");
  for (size_t c = 0; c < json_array_size(channels); c++) {
    const json_t *samples = list_in(json_array_get(channels, c), "samples");
    for (size_t s = 0; s < json_array_size(samples); s++) {
      const json_t *sample = json_array_get(samples, s), *modifiers = list_in(sample, "modifiers");
      for (size_t m = 0; m < json_array_size(modifiers); m++)
        take_modifier(w, json_array_get(modifiers, m), list_in(sample, "data"));
    }
  }
  for (size_t i = 0; i < w->n; i++)
    make_constraints(&w->sets[i]);
  const json_t *parameters = list_in(json_object_get(only_measurement(w), "config"), "parameters");
  for (size_t i = 0; i < json_array_size(parameters); i++) {
    const json_t *config = json_array_get(parameters, i);
    read_set *set = find_set(w, text_in(config, "name"));
    assert_non_null(set);
    take_config(set, config);
  }
}

#endif /* FAIRU_TESTS_LIKELIHOOD_WRITTEN_READER_H */
