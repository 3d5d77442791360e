/* json_faults.h - readers of JSON against every single fault of a good text: each value replaced by one of another type or out of
 * range, each member left out, doubled or renamed, each element left out. */
#ifndef FAIRU_TESTS_JSON_FAULTS_H
#define FAIRU_TESTS_JSON_FAULTS_H

#include "support/support.h"

/* Reads the text, frees what it made, returns the status. */
typedef int (*support_json_reader)(fairu_context *ctx, const char *text, size_t size, void *data);

typedef struct support_json_faults {
  size_t tried, refused;
} support_json_faults;

/* Each changed text is read or refused for what it says (never FAIRU_ERR_INTERNAL), with a message that holds `name` and behind it a
 * place of the text (a pointer, "/channels/0/name", or line and column), or for a fault that shows only together with others the
 * name of what they make; afterwards no block is live. */
support_json_faults support_json_try_faults(const char *text, const char *name, support_json_reader read,
                                            void *data);

#endif /* FAIRU_TESTS_JSON_FAULTS_H */
