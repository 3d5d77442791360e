/* csv_text.h - small CSV files and numbers of tables, for tests of them. */
#ifndef FAIRU_TESTS_EVENTS_CSV_TEXT_H
#define FAIRU_TESTS_EVENTS_CSV_TEXT_H

#include "support/support.h"

static inline const char *file_of(const char *name, const void *bytes, size_t size)
{
  static char path[512];
  support_path(path, sizeof path, name);
  support_write_file(path, bytes, size);
  return path;
}

static inline const char *text_file(const char *text)
{
  return file_of("t.csv", text, strlen(text));
}

static inline fairu_csv_options options_of(void)
{
  fairu_csv_options options;
  assert_int_equal(fairu_csv_options_init(&options, sizeof options), FAIRU_OK);
  return options;
}

static inline float at(const fairu_events *events, size_t column, size_t row)
{
  size_t stride = 0;
  const float *values = fairu_events_column(events, column, &stride);
  return values[row * stride];
}

#endif /* FAIRU_TESTS_EVENTS_CSV_TEXT_H */
