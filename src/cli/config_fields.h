/* config_fields.h - objects of a JSON file whose fields have names, kinds and targets. */
#ifndef FAIRU_CLI_CONFIG_FIELDS_H
#define FAIRU_CLI_CONFIG_FIELDS_H

#include "cli.h"

#include <jansson.h>

enum config_kind {
  CONFIG_TEXT,    /* const char *, of the JSON tree */
  CONFIG_NUMBER,  /* double; null leaves it as it is */
  CONFIG_FLAG,    /* int: true or false */
  CONFIG_TEXTS,   /* config_texts */
  CONFIG_NUMBERS, /* config_numbers */
  CONFIG_CHOICE   /* int: place of the text in `choices`, "a|b|c", counted from `first` */
};

typedef struct config_texts {
  const char **items;
  size_t n;
} config_texts;

typedef struct config_numbers {
  double *items;
  size_t n;
} config_numbers;

typedef struct config_field {
  const char *name;
  int kind;
  int required;
  void *target; /* keeps its value where the field is missing */
  const char *choices;
  int first;
} config_field;

/* Read the fields of an object; `skipped` is one more that it may have, NULL: none. place leads messages. FAIRU_ERR_FORMAT. Lists are
 * freed by config_free, after a failure too. */
int config_read(cli *c, const char *place, const json_t *object, const char *skipped,
                const config_field *fields, size_t n);
void config_free(const config_field *fields, size_t n);

#endif /* FAIRU_CLI_CONFIG_FIELDS_H */
