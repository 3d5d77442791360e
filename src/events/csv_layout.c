/* csv_layout.c - which columns a CSV file of a table has, and in what order. */
#include "events/csv_layout.h"

#include <string.h>

#include "events/table.h"

/* All that the table has, in writing order, in scratch. */
static int lay_out_all(const fairu_events *events, fairu_context *ctx, const fairu_csv_options *options,
                       fairu_csv_layout *all)
{
  fairu_csv_field *fields =
      fairu_context__scratch(ctx, events->n_columns + 3, sizeof *fields, "column names");
  if (!fields)
    return FAIRU_ERR_OUT_OF_MEMORY;
  size_t n = 0;
  for (; n < events->n_columns; n++)
    fields[n] = (fairu_csv_field){ events->names[n], (ptrdiff_t)n };
  if (events->ids)
    fields[n++] = (fairu_csv_field){ options->id, FAIRU_CSV_SOURCE_ID };
  if (events->weights)
    fields[n++] = (fairu_csv_field){ options->weight, FAIRU_CSV_SOURCE_WEIGHT };
  if (events->labels)
    fields[n++] = (fairu_csv_field){ options->label, FAIRU_CSV_SOURCE_LABEL };
  *all = (fairu_csv_layout){ n, fields };
  return FAIRU_OK;
}

/* "weight" may be a feature too. */
static int check_names(fairu_context *ctx, const fairu_csv_layout *all)
{
  const char **names = fairu_context__scratch(ctx, all->n, sizeof *names, "column names");
  if (!names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < all->n; i++)
    names[i] = all->fields[i].name;
  return fairu_event_names__check(ctx, names, all->n, "column");
}

static int choose(fairu_context *ctx, const fairu_csv_layout *all, const char *name, fairu_csv_field *chosen)
{
  const char **names = fairu_context__scratch(ctx, all->n, sizeof *names, "column names");
  if (!names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < all->n; i++) {
    names[i] = all->fields[i].name;
    if (strcmp(names[i], name) == 0) {
      *chosen = all->fields[i];
      return FAIRU_OK;
    }
  }
  return fairu_event_names__not_found(ctx, names, all->n, "column", name);
}

int fairu_csv_layout__make(const fairu_events *events, fairu_context *ctx, const fairu_csv_options *options,
                           fairu_csv_layout *layout)
{
  fairu_csv_layout all = { 0 };
  int status = lay_out_all(events, ctx, options, &all);
  if (status == FAIRU_OK)
    status = check_names(ctx, &all);
  if (status != FAIRU_OK || !options->columns) {
    *layout = all;
    return status;
  }
  fairu_csv_field *fields = fairu_context__scratch(ctx, options->n_columns, sizeof *fields, "column names");
  if (!fields)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < options->n_columns && status == FAIRU_OK; i++) {
    const fairu_mark mark = fairu_context__mark(ctx);
    status = choose(ctx, &all, options->columns[i], &fields[i]);
    fairu_context__release(ctx, mark);
  }
  *layout = (fairu_csv_layout){ options->n_columns, fields };
  return status;
}
