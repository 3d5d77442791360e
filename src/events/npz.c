/* npz.c - event tables from NumPy .npz files: named arrays in a zip archive. */
#include "events/table.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/stream_internal.h"
#include "base/zip.h"
#include "events/npy_values.h"

enum { INDEX_BYTES = 24 };

static const char suffix[] = ".npy";
static const fairu_npz_options defaults = { .struct_size = sizeof defaults };

int fairu_npz_options_init(fairu_npz_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

/* One array, unpacked. */
typedef struct array {
  const char *name;
  char *content;
  fairu_npy_header header;
} array;

enum { WEIGHT, LABEL, ID, N_ATTRIBUTES };
static const char *const uses[N_ATTRIBUTES] = { "weight", "label", "id" };

typedef struct archive {
  fairu_npz_options options;
  fairu_zip zip;
  const char **names; /* [zip.n] of the arrays; "" for members that are none */
  uint64_t total;     /* bytes unpacked */
  array *features;    /* [n_features] */
  size_t n_features, n_columns;
  array attributes[N_ATTRIBUTES];
} archive;

static const char *attribute_name(const archive *a, size_t use)
{
  return use == WEIGHT ? a->options.weight : use == LABEL ? a->options.label : a->options.id;
}

/* ---- arrays of the archive ---------------------------------------------------------------------------- */

/* Members without the suffix are nobody's: they keep a name that no array has. */
static int name_arrays(archive *a, fairu_context *ctx)
{
  a->names = fairu_context__scratch(ctx, a->zip.n, sizeof *a->names, "arrays");
  if (!a->names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < a->zip.n; i++)
    a->names[i] = a->zip.members[i].name;
  const int status = fairu_event_names__check(ctx, a->names, a->zip.n, "zip member");
  for (size_t i = 0; i < a->zip.n && status == FAIRU_OK; i++) {
    char *name = a->zip.members[i].name;
    const size_t length = strlen(name), tail = sizeof suffix - 1;
    if (length > tail && strcmp(name + length - tail, suffix) == 0)
      name[length - tail] = '\0';
    else
      a->names[i] = "";
  }
  return status;
}

static int unpack(archive *a, fairu_context *ctx, const char *name, array *out)
{
  size_t i = 0;
  while (i < a->zip.n && strcmp(a->names[i], name) != 0)
    i++;
  if (i == a->zip.n || !*name)
    return fairu_event_names__not_found(ctx, a->names, a->zip.n, "array", name);
  *out = (array){ .name = a->names[i] };
  int status = fairu_zip__unpack(ctx, &a->zip.members[i], &a->total, &out->content);
  if (status != FAIRU_OK)
    return status;
  const size_t size = (size_t)a->zip.members[i].size;
  status = fairu_npy_header__read(ctx, out->content, size, &out->header);
  if (status == FAIRU_OK)
    status = fairu_npy_header__check_size(&out->header, ctx, size);
  return status == FAIRU_OK ? FAIRU_OK : fairu_context__within(ctx, status, "array %.60s", name);
}

static int is_attribute(const archive *a, const char *name)
{
  for (size_t use = 0; use < N_ATTRIBUTES; use++)
    if (attribute_name(a, use) && strcmp(attribute_name(a, use), name) == 0)
      return 1;
  return 0;
}

/* Names of the arrays that become features, in scratch. */
static int choose_features(archive *a, fairu_context *ctx, const char ***chosen)
{
  const fairu_npz_options *o = &a->options;
  const size_t most = o->features ? o->n_features : a->zip.n;
  const char **names = *chosen = fairu_context__scratch(ctx, most, sizeof *names, "arrays");
  if (!names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < most; i++) {
    const char *name = o->features ? o->features[i] : a->names[i];
    if (o->features || (*name && !is_attribute(a, name)))
      names[a->n_features++] = name;
  }
  if (a->n_features == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "no array for a feature");
  for (size_t i = 0; i < a->n_features; i++)
    if (is_attribute(a, names[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "array \"%.60s\" is asked for twice", names[i]);
  return FAIRU_OK;
}

static int unpack_features(archive *a, fairu_context *ctx)
{
  const char **names = NULL;
  int status = choose_features(a, ctx, &names);
  if (status != FAIRU_OK)
    return status;
  a->features = fairu_context__new(ctx, a->n_features, sizeof *a->features, "arrays");
  if (!a->features)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < a->n_features && status == FAIRU_OK; i++) {
    status = unpack(a, ctx, names[i], &a->features[i]);
    if (status == FAIRU_OK &&
        __builtin_add_overflow(a->n_columns, a->features[i].header.n_columns, &a->n_columns))
      a->n_columns = SIZE_MAX; /* columns of no rows; the limit refuses them */
  }
  return status;
}

static int check_length(const archive *a, fairu_context *ctx, const array *x)
{
  const array *first = &a->features[0];
  if (x->header.n_rows == first->header.n_rows)
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "array %.60s has %zu rows, array %.60s has %zu", x->name,
                             x->header.n_rows, first->name, first->header.n_rows);
}

static int unpack_attributes(archive *a, fairu_context *ctx)
{
  for (size_t use = 0; use < N_ATTRIBUTES; use++) {
    const char *name = attribute_name(a, use);
    array *x = &a->attributes[use];
    int status = name ? unpack(a, ctx, name, x) : FAIRU_OK;
    if (status == FAIRU_OK && name && x->header.n_columns != 1)
      status = fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "array %.60s has %zu columns, the %s is one", name,
                                   x->header.n_columns, uses[use]);
    if (status == FAIRU_OK && name)
      status = check_length(a, ctx, x);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

/* ---- the table ---------------------------------------------------------------------------------------- */

/* "a" for an array of one dimension, "a0", "a1" ... for two, in scratch. */
static int name_columns(const archive *a, fairu_context *ctx, const char **names)
{
  size_t n = 0;
  for (size_t i = 0; i < a->n_features; i++) {
    const array *x = &a->features[i];
    const size_t room = strlen(x->name) + INDEX_BYTES;
    if (!x->header.is_matrix) {
      names[n++] = x->name;
      continue;
    }
    char *text = fairu_context__scratch(ctx, x->header.n_columns, room, "column names");
    if (!text)
      return FAIRU_ERR_OUT_OF_MEMORY;
    for (size_t c = 0; c < x->header.n_columns; c++, text += room) {
      snprintf(text, room, "%s%zu", x->name, c);
      names[n++] = text;
    }
  }
  return FAIRU_OK;
}

static int create_table(const archive *a, fairu_context *ctx, fairu_events **out)
{
  const fairu_npz_options *o = &a->options;
  int status = fairu_events__check_shape(ctx, a->features[0].header.n_rows, a->n_columns);
  for (size_t i = 0; i < a->n_features && status == FAIRU_OK; i++)
    status = check_length(a, ctx, &a->features[i]);
  if (status == FAIRU_OK && o->names && o->n_names != a->n_columns)
    status = fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "%zu names for %zu columns", o->n_names, a->n_columns);
  if (status != FAIRU_OK)
    return status;
  const char **names = fairu_context__scratch(ctx, a->n_columns, sizeof *names, "column names");
  if (!names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (!o->names)
    status = name_columns(a, ctx, names);
  else
    memcpy(names, o->names, a->n_columns * sizeof *names);
  return status == FAIRU_OK ? fairu_events_create(ctx, a->features[0].header.n_rows, a->n_columns, names, out)
                            : status;
}

static int load_labels(const array *x, fairu_context *ctx, int32_t *labels)
{
  const size_t n = x->header.n_rows;
  double *values = fairu_context__scratch(ctx, n, sizeof *values, "labels");
  int status = values ? fairu_npy__doubles(&x->header, ctx, x->content, values) : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    if (values[i] < INT32_MIN || values[i] > INT32_MAX || values[i] != floor(values[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "row %zu is %.17g, wanted a 32-bit integer", i,
                                 values[i]);
    labels[i] = (int32_t)values[i];
  }
  return status;
}

static int load_attribute(const archive *a, fairu_context *ctx, size_t use, fairu_events *events)
{
  const array *x = &a->attributes[use];
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = use == WEIGHT  ? fairu_events__new_weights(events, ctx)
               : use == LABEL ? fairu_events__new_labels(events, ctx)
                              : fairu_events__new_ids(events, ctx);
  if (status != FAIRU_OK)
    return status;
  if (use == WEIGHT)
    status = fairu_npy__doubles(&x->header, ctx, x->content, events->weights);
  else if (use == LABEL)
    status = load_labels(x, ctx, events->labels);
  else
    status = fairu_npy__u64s(&x->header, ctx, x->content, events->ids);
  if (status == FAIRU_OK && use == ID)
    status = fairu_ids__check_unique(ctx, events->ids, events->n_events);
  fairu_context__release(ctx, mark);
  return status == FAIRU_OK ? FAIRU_OK : fairu_context__within(ctx, status, "array %.60s", x->name);
}

static int load(const archive *a, fairu_context *ctx, fairu_events *events)
{
  int status = FAIRU_OK;
  size_t first = 0;
  for (size_t i = 0; i < a->n_features && status == FAIRU_OK; i++) {
    status = fairu_npy__columns(&a->features[i].header, ctx, a->features[i].content, events, first);
    first += a->features[i].header.n_columns;
  }
  for (size_t use = 0; use < N_ATTRIBUTES && status == FAIRU_OK; use++)
    if (a->attributes[use].content)
      status = load_attribute(a, ctx, use, events);
  return status;
}

/* ---- the file ----------------------------------------------------------------------------------------- */

static int read_archive(archive *a, fairu_context *ctx, const void *bytes, size_t size, fairu_events **out)
{
  int status = fairu_zip__open(ctx, bytes, size, &a->zip);
  if (status == FAIRU_OK)
    status = name_arrays(a, ctx);
  if (status == FAIRU_OK)
    status = unpack_features(a, ctx);
  if (status == FAIRU_OK)
    status = unpack_attributes(a, ctx);
  if (status == FAIRU_OK)
    status = create_table(a, ctx, out);
  if (status == FAIRU_OK)
    status = load(a, ctx, *out);
  if (status != FAIRU_OK) {
    fairu_events_destroy(*out);
    *out = NULL;
  }
  for (size_t i = 0; a->features && i < a->n_features; i++)
    fairu_context__free(ctx, a->features[i].content);
  for (size_t use = 0; use < N_ATTRIBUTES; use++)
    fairu_context__free(ctx, a->attributes[use].content);
  fairu_context__free(ctx, a->features);
  fairu_zip__close(&a->zip, ctx);
  return status;
}

static int read_options(fairu_context *ctx, const fairu_npz_options *theirs, fairu_npz_options *options)
{
  *options = defaults;
  const int status = theirs ? fairu_options__read(ctx, options, sizeof *options, theirs, sizeof defaults,
                                                  "fairu_npz_options")
                            : FAIRU_OK;
  if (status != FAIRU_OK)
    return status;
  if ((options->n_features > 0 && !options->features) || (options->n_names > 0 && !options->names))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL",
                               options->n_features > 0 && !options->features ? "features" : "names");
  return fairu_event_names__check(ctx, options->features, options->n_features, "array");
}

int fairu_events_read_npz(fairu_context *ctx, const char *path, const fairu_npz_options *options,
                          fairu_events **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!path || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !path ? "path" : "out");
  archive a = { 0 };
  int status = read_options(ctx, options, &a.options);
  char *bytes = NULL;
  size_t size = 0;
  if (status == FAIRU_OK)
    status = fairu_reader__read_path(ctx, path, &bytes, &size);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  status = read_archive(&a, ctx, bytes, size, out);
  fairu_context__release(ctx, mark);
  fairu_context__free(ctx, bytes);
  if (status != FAIRU_OK && status != FAIRU_ERR_OUT_OF_MEMORY)
    status = fairu_context__within(ctx, status, "%s", path);
  return status;
}
