/* csv_write.c - event tables to CSV files, whole or in pieces. */
#include "events/table.h"

#include <locale.h>
#include <string.h>

#include "events/csv_columns.h"
#include "events/csv_layout.h"
#include "events/csv_sink.h"

enum { BLOCK_ROWS = 256, REPORT = 1 << 14 };

struct fairu_csv_writer {
  fairu_allocator allocator;
  char **names;              /* what options points at */
  fairu_csv_options options; /* with a name for everything */
  fairu_csv_sink sink;       /* writer: NULL once closed */
  char **header;             /* [n_header] of the first table; NULL: nothing is written yet */
  size_t n_header;
  uint64_t n_rows;
  int failed; /* status of the first failure */
  locale_t
      c; /* printf writes 1.5 as "1,5" in some locales: the thread is in this one while rows are formatted */
};

/* ---- opening ------------------------------------------------------------------------------------------ */

/* The caller's strings are his. */
static int copy_options(fairu_csv_writer *w, fairu_context *ctx, const fairu_csv_options *options)
{
  const size_t n = options->n_columns;
  const fairu_mark mark = fairu_context__mark(ctx);
  const char **names = fairu_context__scratch(ctx, n + 3, sizeof *names, "column names");
  if (!names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++)
    names[i] = options->columns[i];
  names[n] = options->id ? options->id : "id";
  names[n + 1] = options->weight ? options->weight : "weight";
  names[n + 2] = options->label ? options->label : "label";
  w->names = fairu_event_names__copy(ctx, &w->allocator, names, n + 3, "column names");
  fairu_context__release(ctx, mark);
  if (!w->names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  w->options = *options;
  w->options.columns = options->columns ? (const char *const *)w->names : NULL;
  w->options.id = w->names[n];
  w->options.weight = w->names[n + 1];
  w->options.label = w->names[n + 2];
  return FAIRU_OK;
}

static int open_writer(fairu_csv_writer *w, fairu_context *ctx, const char *path,
                       const fairu_csv_options *options)
{
  const int status = copy_options(w, ctx, options);
  if (status != FAIRU_OK)
    return status;
  w->c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (!w->c)
    return fairu_context__fail(ctx, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: C locale");
  w->sink.delimiter = options->delimiter;
  w->sink.bytes = fairu_context__new(ctx, FAIRU_CSV_SINK_BYTES, 1, "CSV buffer");
  return w->sink.bytes ? fairu_writer__open(ctx, path, &w->sink.writer) : FAIRU_ERR_OUT_OF_MEMORY;
}

int fairu_csv_writer_create(fairu_context *ctx, const char *path, const fairu_csv_options *options,
                            fairu_csv_writer **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!path || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !path ? "path" : "out");
  fairu_csv_options ours;
  int status = fairu_csv_options__read(ctx, options, &ours);
  if (status != FAIRU_OK)
    return status;
  fairu_csv_writer *w = fairu_context__new(ctx, 1, sizeof *w, "CSV writer");
  if (!w)
    return FAIRU_ERR_OUT_OF_MEMORY;
  w->allocator = *fairu_context__allocator(ctx);
  status = open_writer(w, ctx, path, &ours);
  if (status == FAIRU_OK)
    *out = w;
  else
    fairu_csv_writer_destroy(w);
  return status;
}

void fairu_csv_writer_destroy(fairu_csv_writer *writer)
{
  if (!writer)
    return;
  const fairu_allocator allocator = writer->allocator;
  fairu_writer__abort(writer->sink.writer);
  if (writer->c)
    freelocale(writer->c);
  fairu_allocator__free(&allocator, writer->sink.bytes);
  fairu_allocator__free(&allocator, writer->header);
  fairu_allocator__free(&allocator, writer->names);
  fairu_allocator__free(&allocator, writer);
}

/* ---- rows --------------------------------------------------------------------------------------------- */

static void put_label(fairu_csv_sink *s, const fairu_events *events, int32_t label)
{
  if (label >= 0 && (size_t)label < events->n_categories)
    fairu_csv_sink__text(s, events->categories[label]);
  else
    fairu_csv_sink__i64(s, label);
}

static void put_field(fairu_csv_sink *s, const fairu_events *events, ptrdiff_t source, size_t row)
{
  if (source >= 0)
    fairu_csv_sink__float(s, events->columns[source][row * events->stride]);
  else if (source == FAIRU_CSV_SOURCE_WEIGHT)
    fairu_csv_sink__double(s, events->weights[row]);
  else if (source == FAIRU_CSV_SOURCE_LABEL)
    put_label(s, events, events->labels[row]);
  else
    fairu_csv_sink__u64(s, events->ids[row]);
}

static void put_row(fairu_csv_sink *s, const fairu_events *events, const fairu_csv_layout *layout, size_t row)
{
  for (size_t i = 0; i < layout->n; i++) {
    if (i > 0)
      fairu_csv_sink__char(s, s->delimiter);
    put_field(s, events, layout->fields[i].source, row);
  }
  fairu_csv_sink__char(s, '\n');
}

static int put_rows(fairu_csv_writer *w, fairu_context *ctx, const fairu_events *events,
                    const fairu_csv_layout *layout, uint64_t total)
{
  fairu_csv_sink *s = &w->sink;
  for (size_t first = 0; first < events->n_events && s->status == FAIRU_OK; first += BLOCK_ROWS) {
    const size_t left = events->n_events - first, n = left < BLOCK_ROWS ? left : BLOCK_ROWS;
    const locale_t callers = uselocale(w->c);
    for (size_t row = first; row < first + n; row++)
      put_row(s, events, layout, row);
    uselocale(callers);
    if (s->status == FAIRU_OK)
      s->status = first % REPORT == 0 ? fairu_context__progress(ctx, "rows written", w->n_rows + first, total)
                                      : fairu_context__poll(ctx);
  }
  w->n_rows += events->n_events;
  return s->status;
}

/* ---- header ------------------------------------------------------------------------------------------- */

static int put_header(fairu_csv_writer *w, fairu_context *ctx, const fairu_csv_layout *layout)
{
  const char **names = fairu_context__scratch(ctx, layout->n, sizeof *names, "column names");
  if (!names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < layout->n; i++)
    names[i] = layout->fields[i].name;
  w->header = fairu_event_names__copy(ctx, &w->allocator, names, layout->n, "column names");
  if (!w->header)
    return FAIRU_ERR_OUT_OF_MEMORY;
  w->n_header = layout->n;
  for (size_t i = 0; i < layout->n; i++) {
    if (i > 0)
      fairu_csv_sink__char(&w->sink, w->sink.delimiter);
    fairu_csv_sink__text(&w->sink, names[i]);
  }
  fairu_csv_sink__char(&w->sink, '\n');
  return w->sink.status;
}

static int check_header(const fairu_csv_writer *w, fairu_context *ctx, const fairu_csv_layout *layout)
{
  if (layout->n != w->n_header)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "the table has %zu columns to write, the first had %zu",
                               layout->n, w->n_header);
  for (size_t i = 0; i < layout->n; i++)
    if (strcmp(layout->fields[i].name, w->header[i]) != 0)
      return fairu_context__fail(ctx, FAIRU_ERR_SHAPE,
                                 "column %zu to write is \"%.60s\", that of the first table \"%.60s\"", i,
                                 layout->fields[i].name, w->header[i]);
  return FAIRU_OK;
}

/* ---- calls -------------------------------------------------------------------------------------------- */

/* total: rows of all tables, 0 if not known. */
static int add(fairu_csv_writer *w, fairu_context *ctx, const fairu_events *events, uint64_t total)
{
  if (w->failed)
    return fairu_context__fail(ctx, w->failed, "writing the CSV file has failed before");
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_csv_layout layout = { 0 };
  w->sink.ctx = ctx;
  int status = fairu_csv_layout__make(events, ctx, &w->options, &layout);
  if (status == FAIRU_OK)
    status = w->header ? check_header(w, ctx, &layout) : put_header(w, ctx, &layout);
  if (status == FAIRU_OK)
    status = put_rows(w, ctx, events, &layout, total);
  w->sink.ctx = NULL;
  fairu_context__release(ctx, mark);
  return w->failed = status;
}

int fairu_csv_writer_add(fairu_csv_writer *writer, fairu_context *ctx, const fairu_events *events)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!writer || !events)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !writer ? "writer" : "events");
  if (!writer->sink.writer)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "the writer is closed");
  return add(writer, ctx, events, 0);
}

int fairu_csv_writer_close(fairu_csv_writer *writer, fairu_context *ctx)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!writer)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "writer is NULL");
  if (!writer->sink.writer)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "the writer is closed");
  if (writer->failed)
    return fairu_context__fail(ctx, writer->failed, "writing the CSV file has failed before");
  if (!writer->header)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "no table has been added: the file has no columns");
  writer->sink.ctx = ctx;
  writer->failed = fairu_csv_sink__flush(&writer->sink);
  writer->sink.ctx = NULL;
  if (writer->failed)
    return writer->failed;
  fairu_writer *file = writer->sink.writer;
  writer->sink.writer = NULL;
  return fairu_writer__commit(file, ctx);
}

int fairu_events_write_csv(const fairu_events *events, fairu_context *ctx, const char *path,
                           const fairu_csv_options *options)
{
  if (ctx && !events)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "events is NULL");
  fairu_csv_writer *writer = NULL;
  int status = fairu_csv_writer_create(ctx, path, options, &writer);
  if (status == FAIRU_OK)
    status = add(writer, ctx, events, events->n_events);
  if (status == FAIRU_OK)
    status = fairu_csv_writer_close(writer, ctx);
  fairu_csv_writer_destroy(writer);
  return status;
}
