/* categories.h - text labels while a file is read: each text gets the next code, and has its place by byte value. */
#ifndef FAIRU_EVENTS_CATEGORIES_H
#define FAIRU_EVENTS_CATEGORIES_H

#include "base/context_internal.h"

typedef struct fairu_categories {
  fairu_allocator allocator; /* set by the owner */
  char **names;              /* [n] sorted */
  int32_t *codes;            /* [n] in order of appearance */
  size_t n, capacity;
  size_t last; /* found last: labels come in runs */
} fairu_categories;

/* Code of the text (NUL-terminated), new or known. At most limits.csv_columns categories: FAIRU_ERR_LIMIT. */
int fairu_categories__code(fairu_categories *categories, fairu_context *ctx, const char *text, int32_t *code);

/* places [n]: place by byte value of each code. */
void fairu_categories__places(const fairu_categories *categories, int32_t *places);

/* names [n] in order of appearance, pointers to those here. */
void fairu_categories__by_code(const fairu_categories *categories, const char **names);
void fairu_categories__free(fairu_categories *categories);

#endif /* FAIRU_EVENTS_CATEGORIES_H */
