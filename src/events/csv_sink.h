/* csv_sink.h - cells of a CSV file on their way to the writer. */
#ifndef FAIRU_EVENTS_CSV_SINK_H
#define FAIRU_EVENTS_CSV_SINK_H

#include "base/context_internal.h"
#include "base/stream_internal.h"

/* The first failure stays; what follows is dropped. The thread is in the C locale while numbers are put. */
typedef struct fairu_csv_sink {
  fairu_writer *writer;
  fairu_context *ctx; /* of the call that writes */
  char *bytes;        /* [FAIRU_CSV_SINK_BYTES] */
  size_t used;
  int status;
  char delimiter;
} fairu_csv_sink;

enum { FAIRU_CSV_SINK_BYTES = 1 << 16 };

void fairu_csv_sink__char(fairu_csv_sink *sink, char c);

/* In quotes where needed. */
void fairu_csv_sink__text(fairu_csv_sink *sink, const char *text);
void fairu_csv_sink__float(fairu_csv_sink *sink, float value);   /* "%.9g" */
void fairu_csv_sink__double(fairu_csv_sink *sink, double value); /* "%.17g" */
void fairu_csv_sink__u64(fairu_csv_sink *sink, uint64_t value);
void fairu_csv_sink__i64(fairu_csv_sink *sink, int64_t value);

/* Hand what is there to the writer. */
int fairu_csv_sink__flush(fairu_csv_sink *sink);

#endif /* FAIRU_EVENTS_CSV_SINK_H */
