/* csv_write.c - event tables to CSV files. */
#include "events/table.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/stream_internal.h"
#include "events/csv_columns.h"

enum { BUFFER = 1 << 16, NUMBER = 32, BLOCK_ROWS = 256, REPORT = 1 << 14 };

/* Text on its way to the file. The first failure of the writer stays; what follows is dropped. */
typedef struct sink {
  fairu_writer *writer;
  fairu_context *ctx;
  char *bytes; /* [BUFFER] */
  size_t used;
  int status;
  char delimiter;
} sink;

static void flush(sink *s)
{
  if (s->status == FAIRU_OK)
    s->status = fairu_writer__write(s->writer, s->ctx, s->bytes, s->used);
  s->used = 0;
}

static char *room(sink *s, size_t size)
{
  if (s->used + size > BUFFER)
    flush(s);
  return s->bytes + s->used;
}

static void put_char(sink *s, char c)
{
  *room(s, 1) = c;
  s->used++;
}

static int needs_quotes(const char *text, char delimiter)
{
  if (!*text || *text == ' ' || *text == '\t' || text[strlen(text) - 1] == ' ')
    return 1;
  for (; *text; text++)
    if (*text == delimiter || *text == '"' || *text == '\r' || *text == '\n')
      return 1;
  return 0;
}

static void put_text(sink *s, const char *text)
{
  const int quotes = needs_quotes(text, s->delimiter);
  if (quotes)
    put_char(s, '"');
  for (; *text; text++) {
    if (*text == '"')
      put_char(s, '"');
    put_char(s, *text);
  }
  if (quotes)
    put_char(s, '"');
}

static void put_number(sink *s, const char *format, double value)
{
  s->used += (size_t)snprintf(room(s, NUMBER), NUMBER, format, value);
}

static void put_label(sink *s, const fairu_events *events, int32_t label)
{
  if (label >= 0 && (size_t)label < events->n_categories)
    put_text(s, events->categories[label]);
  else
    s->used += (size_t)snprintf(room(s, NUMBER), NUMBER, "%ld", (long)label);
}

/* One column of the file. */
enum { FIELD_ID = -1, FIELD_WEIGHT = -2, FIELD_LABEL = -3 };
typedef struct field {
  const char *name;
  ptrdiff_t source; /* a feature column, or one of the above */
} field;

typedef struct layout {
  size_t n;
  field *fields;
} layout;

static void put_field(sink *s, const fairu_events *events, ptrdiff_t source, size_t row)
{
  if (source >= 0)
    put_number(s, "%.9g", (double)events->columns[source][row * events->stride]);
  else if (source == FIELD_WEIGHT)
    put_number(s, "%.17g", events->weights[row]);
  else if (source == FIELD_LABEL)
    put_label(s, events, events->labels[row]);
  else
    s->used += (size_t)snprintf(room(s, NUMBER), NUMBER, "%llu", (unsigned long long)events->ids[row]);
}

static void put_row(sink *s, const fairu_events *events, const layout *columns, size_t row)
{
  for (size_t i = 0; i < columns->n; i++) {
    if (i > 0)
      put_char(s, s->delimiter);
    put_field(s, events, columns->fields[i].source, row);
  }
  put_char(s, '\n');
}

/* All that the table has, in writing order, in scratch. */
static int lay_out_all(const fairu_events *events, fairu_context *ctx, const fairu_csv_options *options,
                       layout *all)
{
  field *fields = fairu_context__scratch(ctx, events->n_columns + 3, sizeof *fields, "column names");
  if (!fields)
    return FAIRU_ERR_OUT_OF_MEMORY;
  size_t n = 0;
  for (; n < events->n_columns; n++)
    fields[n] = (field){ events->names[n], (ptrdiff_t)n };
  if (events->ids)
    fields[n++] = (field){ options->id ? options->id : "id", FIELD_ID };
  if (events->weights)
    fields[n++] = (field){ options->weight ? options->weight : "weight", FIELD_WEIGHT };
  if (events->labels)
    fields[n++] = (field){ options->label ? options->label : "label", FIELD_LABEL };
  *all = (layout){ n, fields };
  return FAIRU_OK;
}

/* "weight" may be a feature too. */
static int check_names(fairu_context *ctx, const layout *all)
{
  const char **names = fairu_context__scratch(ctx, all->n, sizeof *names, "column names");
  if (!names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < all->n; i++)
    names[i] = all->fields[i].name;
  return fairu_event_names__check(ctx, names, all->n, "column");
}

static int choose(fairu_context *ctx, const layout *all, const char *name, field *chosen)
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

static int lay_out(const fairu_events *events, fairu_context *ctx, const fairu_csv_options *options,
                   layout *columns)
{
  layout all = { 0 };
  int status = lay_out_all(events, ctx, options, &all);
  if (status == FAIRU_OK)
    status = check_names(ctx, &all);
  if (status != FAIRU_OK || !options->columns) {
    *columns = all;
    return status;
  }
  field *fields = fairu_context__scratch(ctx, options->n_columns, sizeof *fields, "column names");
  if (!fields)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < options->n_columns && status == FAIRU_OK; i++) {
    const fairu_mark mark = fairu_context__mark(ctx);
    status = choose(ctx, &all, options->columns[i], &fields[i]);
    fairu_context__release(ctx, mark);
  }
  *columns = (layout){ options->n_columns, fields };
  return status;
}

static void put_header(sink *s, const layout *columns)
{
  for (size_t i = 0; i < columns->n; i++) {
    if (i > 0)
      put_char(s, s->delimiter);
    put_text(s, columns->fields[i].name);
  }
  put_char(s, '\n');
}

/* printf writes 1.5 as "1,5" in some locales: the thread is in the C locale while rows are formatted. */
static int put_rows(sink *s, const fairu_events *events, const layout *columns)
{
  const locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (!c)
    return fairu_context__fail(s->ctx, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: C locale");
  for (size_t first = 0; first < events->n_events && s->status == FAIRU_OK; first += BLOCK_ROWS) {
    const size_t left = events->n_events - first, n = left < BLOCK_ROWS ? left : BLOCK_ROWS;
    const locale_t callers = uselocale(c);
    for (size_t row = first; row < first + n; row++)
      put_row(s, events, columns, row);
    uselocale(callers);
    if (s->status == FAIRU_OK)
      s->status = first % REPORT == 0
                      ? fairu_context__progress(s->ctx, "rows written", first, events->n_events)
                      : fairu_context__poll(s->ctx);
  }
  freelocale(c);
  flush(s);
  return s->status;
}

static int write_table(const fairu_events *events, fairu_context *ctx, const char *path,
                       const fairu_csv_options *options)
{
  sink s = { .ctx = ctx, .delimiter = options->delimiter };
  const fairu_mark mark = fairu_context__mark(ctx);
  s.bytes = fairu_context__scratch(ctx, BUFFER, 1, "CSV buffer");
  layout columns = { 0 };
  int status = s.bytes ? lay_out(events, ctx, options, &columns) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_writer__open(ctx, path, &s.writer);
  if (status == FAIRU_OK) {
    put_header(&s, &columns);
    status = put_rows(&s, events, &columns);
    if (status == FAIRU_OK)
      status = fairu_writer__commit(s.writer, ctx);
    else
      fairu_writer__abort(s.writer);
  }
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_events_write_csv(const fairu_events *events, fairu_context *ctx, const char *path,
                           const fairu_csv_options *options)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!events || !path)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !events ? "events" : "path");
  fairu_csv_options ours;
  int status = fairu_csv_options__read(ctx, options, &ours);
  return status == FAIRU_OK ? write_table(events, ctx, path, &ours) : status;
}
