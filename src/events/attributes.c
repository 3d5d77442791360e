/* attributes.c - what a row carries beside its features: weight, label, id; names and sums of them. */
#include "events/table.h"

#include <math.h>
#include <string.h>

#include "numeric/exact_sum.h"

enum { POLL_ROWS = 1 << 16 };

const double *fairu_events_weights(const fairu_events *events)
{
  return events ? events->weights : NULL;
}

const int32_t *fairu_events_labels(const fairu_events *events)
{
  return events ? events->labels : NULL;
}

const uint64_t *fairu_events_ids(const fairu_events *events)
{
  return events ? events->ids : NULL;
}

/* Room for a value of `size` bytes for each row, in the place of `old`, which goes; NULL without memory. */
static void *renew(const fairu_events *events, fairu_context *ctx, void *old, size_t size, const char *what)
{
  void *values = fairu_object__new(ctx, &events->allocator, events->n_events, size, what);
  if (values)
    fairu_allocator__free(&events->allocator, old);
  return values;
}

int fairu_events__new_weights(fairu_events *events, fairu_context *ctx)
{
  double *values = renew(events, ctx, events->weights, sizeof *values, "weights");
  if (!values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  events->weights = values;
  return FAIRU_OK;
}

int fairu_events__new_labels(fairu_events *events, fairu_context *ctx)
{
  int32_t *values = renew(events, ctx, events->labels, sizeof *values, "labels");
  if (!values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  events->labels = values;
  return FAIRU_OK;
}

int fairu_events__new_ids(fairu_events *events, fairu_context *ctx)
{
  uint64_t *values = renew(events, ctx, events->ids, sizeof *values, "ids");
  if (!values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  events->ids = values;
  return FAIRU_OK;
}

/* values NULL with n = 0 takes them away; else n must be n_events. */
static int check_setter(const fairu_events *events, fairu_context *ctx, const void *values, size_t n,
                        const char *what)
{
  if (!events)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "events is NULL");
  if (!values && n > 0)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%zu %s are NULL", n, what);
  if (values && n != events->n_events)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "%zu %s for %zu events", n, what, events->n_events);
  return FAIRU_OK;
}

/* *copy: a value of `size` bytes for each row, NULL of none, in the place of `old`, which goes; the values may be those of old. */
static int replace(const fairu_events *events, fairu_context *ctx, void *old, const void *values, size_t size,
                   const char *what, void **copy)
{
  *copy = values ? fairu_object__new(ctx, &events->allocator, events->n_events, size, what) : NULL;
  if (values && !*copy)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (values && events->n_events > 0)
    memcpy(*copy, values, events->n_events * size);
  fairu_allocator__free(&events->allocator, old);
  return FAIRU_OK;
}

int fairu_events_set_weights(fairu_events *events, fairu_context *ctx, const double *values, size_t n)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  int status = check_setter(events, ctx, values, n, "weights");
  if (status != FAIRU_OK)
    return status;
  for (size_t row = 0; row < n; row++)
    if (!isfinite(values[row]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "weights[%zu] is %g", row, values[row]);
  void *copy = NULL;
  status = replace(events, ctx, events->weights, values, sizeof *values, "weights", &copy);
  if (status == FAIRU_OK)
    events->weights = copy;
  return status;
}

int fairu_events_set_labels(fairu_events *events, fairu_context *ctx, const int32_t *values, size_t n)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  int status = check_setter(events, ctx, values, n, "labels");
  if (status != FAIRU_OK)
    return status;
  void *copy = NULL;
  status = replace(events, ctx, events->labels, values, sizeof *values, "labels", &copy);
  if (status == FAIRU_OK)
    events->labels = copy;
  return status;
}

int fairu_events_set_ids(fairu_events *events, fairu_context *ctx, const uint64_t *values, size_t n)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  int status = check_setter(events, ctx, values, n, "ids");
  if (status == FAIRU_OK)
    status = fairu_ids__check_unique(ctx, values, n);
  if (status != FAIRU_OK)
    return status;
  void *copy = NULL;
  status = replace(events, ctx, events->ids, values, sizeof *values, "ids", &copy);
  if (status == FAIRU_OK)
    events->ids = copy;
  return status;
}

size_t fairu_events_n_categories(const fairu_events *events)
{
  return events ? events->n_categories : 0;
}

const char *fairu_events_category_name(const fairu_events *events, size_t category)
{
  return events && category < events->n_categories ? events->categories[category] : NULL;
}

int fairu_events_set_categories(fairu_events *events, fairu_context *ctx, const char *const *names, size_t n)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!events)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "events is NULL");
  int status = fairu_event_names__check(ctx, names, n, "category");
  if (status != FAIRU_OK)
    return status;
  char **copy = n > 0 ? fairu_event_names__copy(ctx, &events->allocator, names, n, "category names") : NULL;
  if (n > 0 && !copy)
    return FAIRU_ERR_OUT_OF_MEMORY;
  fairu_allocator__free(&events->allocator, events->categories);
  events->categories = copy;
  events->n_categories = n;
  return FAIRU_OK;
}

int fairu_events_sum_weights(const fairu_events *events, fairu_context *ctx, int32_t label, double *sum)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!events || !sum)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !events ? "events" : "sum");
  if (label >= 0 && !events->labels)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "sum of label %ld: the table has no labels",
                               (long)label);
  fairu_exact_sum total = { { 0 }, 0 };
  for (size_t row = 0; row < events->n_events; row++) {
    if (row % POLL_ROWS == 0) {
      const int status = fairu_context__poll(ctx);
      if (status != FAIRU_OK)
        return status;
    }
    if (label < 0 || events->labels[row] == label)
      fairu_exact_sum__add(&total, events->weights ? events->weights[row] : 1.0);
  }
  *sum = fairu_exact_sum__value(&total);
  return FAIRU_OK;
}
