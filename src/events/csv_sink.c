/* csv_sink.c - cells of a CSV file on their way to the writer. */
#include "events/csv_sink.h"

#include <stdio.h>
#include <string.h>

#include "events/number_text.h"

int fairu_csv_sink__flush(fairu_csv_sink *sink)
{
  if (sink->status == FAIRU_OK)
    sink->status = fairu_writer__write(sink->writer, sink->ctx, sink->bytes, sink->used);
  sink->used = 0;
  return sink->status;
}

static char *room(fairu_csv_sink *sink, size_t size)
{
  if (sink->used + size > FAIRU_CSV_SINK_BYTES)
    fairu_csv_sink__flush(sink);
  return sink->bytes + sink->used;
}

void fairu_csv_sink__char(fairu_csv_sink *sink, char c)
{
  *room(sink, 1) = c;
  sink->used++;
}

/* At the beginning of a file a byte order mark, or what gzip begins with, would be no part of a name. */
static int needs_quotes(const char *text, char delimiter)
{
  if (strncmp(text, "\xEF\xBB\xBF", 3) == 0 || strncmp(text, "\x1F\x8B", 2) == 0)
    return 1;
  if (!*text || *text == ' ' || *text == '\t' || text[strlen(text) - 1] == ' ')
    return 1;
  for (; *text; text++)
    if (*text == delimiter || *text == '"' || *text == '\r' || *text == '\n')
      return 1;
  return 0;
}

void fairu_csv_sink__text(fairu_csv_sink *sink, const char *text)
{
  const int quotes = needs_quotes(text, sink->delimiter);
  if (quotes)
    fairu_csv_sink__char(sink, '"');
  for (; *text; text++) {
    if (*text == '"')
      fairu_csv_sink__char(sink, '"');
    fairu_csv_sink__char(sink, *text);
  }
  if (quotes)
    fairu_csv_sink__char(sink, '"');
}

void fairu_csv_sink__float(fairu_csv_sink *sink, float value)
{
  sink->used += fairu_number__float_text(value, room(sink, FAIRU_NUMBER_TEXT));
}

void fairu_csv_sink__double(fairu_csv_sink *sink, double value)
{
  sink->used += (size_t)snprintf(room(sink, FAIRU_NUMBER_TEXT), FAIRU_NUMBER_TEXT, "%.17g", value);
}

void fairu_csv_sink__u64(fairu_csv_sink *sink, uint64_t value)
{
  sink->used += fairu_number__u64_text(value, room(sink, FAIRU_NUMBER_TEXT));
}

void fairu_csv_sink__i64(fairu_csv_sink *sink, int64_t value)
{
  sink->used += fairu_number__i64_text(value, room(sink, FAIRU_NUMBER_TEXT));
}
