/* text_list.h - "A,B,C" as a value of an option: names or numbers. */
#ifndef FAIRU_CLI_TEXT_LIST_H
#define FAIRU_CLI_TEXT_LIST_H

#include "cli.h"

typedef struct text_list {
  char *copy;         /* of the text, cut into parts */
  const char **items; /* [n] */
  size_t n;
} text_list;

/* Cut `text` at commas; parts that are empty are refused. Free it after a failure too. */
int text_list_read(cli *c, const char *option, const char *text, text_list *list);
void text_list_free(text_list *list);

/* Parts as finite numbers: *values [list->n] is the caller's to free. */
int text_list_numbers(cli *c, const char *option, const text_list *list, double **values);

#endif /* FAIRU_CLI_TEXT_LIST_H */
