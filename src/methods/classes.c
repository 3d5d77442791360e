/* classes.c - class 1 or 0 of every event, from its label. */
#include "methods/shown.h"

#include <string.h>

#include "systematics/systematics_internal.h"

/* Value of the label that `text` names: a category's, else a number's. */
static int signal_value(const fairu_method_job *job, fairu_context *ctx, int32_t *value)
{
  const char *text = job->options.signal_label;
  const size_t n = fairu_events_n_categories(job->events);
  for (size_t i = 0; i < n; i++)
    if (strcmp(fairu_events_category_name(job->events, i), text) == 0) {
      *value = (int32_t)i;
      return FAIRU_OK;
    }
  if (n > 0)
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND,
                               "no label is named \"%s\": there are %zu, \"%s\" first", text, n,
                               fairu_events_category_name(job->events, 0));
  if (!fairu_label__number(text, value))
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND,
                               "signal_label \"%s\" is no number, and labels have no names", text);
  return FAIRU_OK;
}

int fairu_shown__classes(const fairu_method_job *job, fairu_context *ctx, int32_t *classes)
{
  const size_t n = fairu_events_n_events(job->events);
  const int32_t *labels = fairu_events_labels(job->events);
  int32_t signal = 1;
  if (!labels)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "training needs labels, the events have none");
  if (!job->options.signal_label) {
    memcpy(classes, labels, n * sizeof *classes);
    return FAIRU_OK;
  }
  const int status = signal_value(job, ctx, &signal);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++)
    classes[i] = labels[i] == signal;
  return status;
}
