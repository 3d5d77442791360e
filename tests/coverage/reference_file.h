/* reference_file.h - numbers of ../shared/data/fair-universe in JSON, for tests of coverage. */
#ifndef FAIRU_TESTS_COVERAGE_REFERENCE_FILE_H
#define FAIRU_TESTS_COVERAGE_REFERENCE_FILE_H

#include "support/support.h"

#include <jansson.h>

/* Skips the test where the file is not there. */
static inline json_t *reference_file(const char *name)
{
  char path[512];
  if (!support_data(path, sizeof path, name))
    support_skip(NULL);
  json_t *root = json_load_file(path, 0, NULL);
  assert_non_null(root);
  return root;
}

/* Numbers are written as text with all their digits. */
static inline double value_of(const json_t *value)
{
  assert_non_null(value);
  return json_is_string(value) ? strtod(json_string_value(value), NULL) : json_number_value(value);
}

static inline double number_of(const json_t *object, const char *key)
{
  return value_of(json_object_get(object, key));
}

#endif /* FAIRU_TESTS_COVERAGE_REFERENCE_FILE_H */
