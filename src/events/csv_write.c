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

static void put_row(sink *s, const fairu_events *events, size_t row)
{
  int first = 1;
  for (size_t c = 0; c < events->n_columns; c++, first = 0) {
    if (!first)
      put_char(s, s->delimiter);
    put_number(s, "%.9g", (double)events->columns[c][row * events->stride]);
  }
  if (events->ids) {
    if (!first)
      put_char(s, s->delimiter);
    s->used += (size_t)snprintf(room(s, NUMBER), NUMBER, "%llu", (unsigned long long)events->ids[row]);
    first = 0;
  }
  if (events->weights) {
    if (!first)
      put_char(s, s->delimiter);
    put_number(s, "%.17g", events->weights[row]);
    first = 0;
  }
  if (events->labels) {
    if (!first)
      put_char(s, s->delimiter);
    put_label(s, events, events->labels[row]);
  }
  put_char(s, '\n');
}

/* Names of the columns in writing order, in scratch. */
static const char **output_names(const fairu_events *events, fairu_context *ctx,
                                 const fairu_csv_options *options, size_t *n)
{
  const char **names = fairu_context__scratch(ctx, events->n_columns + 3, sizeof *names, "column names");
  if (!names)
    return NULL;
  size_t used = events->n_columns;
  for (size_t c = 0; c < events->n_columns; c++)
    names[c] = events->names[c];
  if (events->ids)
    names[used++] = options->id ? options->id : "id";
  if (events->weights)
    names[used++] = options->weight ? options->weight : "weight";
  if (events->labels)
    names[used++] = options->label ? options->label : "label";
  *n = used;
  return names;
}

static int put_header(sink *s, const fairu_events *events, const fairu_csv_options *options)
{
  size_t n = 0;
  const char **names = output_names(events, s->ctx, options, &n);
  if (!names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status = fairu_event_names__check(s->ctx, names, n, "column"); /* "weight" may be a feature too */
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    if (i > 0)
      put_char(s, s->delimiter);
    put_text(s, names[i]);
  }
  put_char(s, '\n');
  return status == FAIRU_OK ? s->status : status;
}

/* printf writes 1.5 as "1,5" in some locales: the thread is in the C locale while rows are formatted. */
static int put_rows(sink *s, const fairu_events *events)
{
  const locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (!c)
    return fairu_context__fail(s->ctx, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: C locale");
  for (size_t first = 0; first < events->n_events && s->status == FAIRU_OK; first += BLOCK_ROWS) {
    const size_t left = events->n_events - first, n = left < BLOCK_ROWS ? left : BLOCK_ROWS;
    const locale_t callers = uselocale(c);
    for (size_t row = first; row < first + n; row++)
      put_row(s, events, row);
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
  int status = s.bytes ? fairu_writer__open(ctx, path, &s.writer) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK) {
    status = put_header(&s, events, options);
    if (status == FAIRU_OK)
      status = put_rows(&s, events);
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
