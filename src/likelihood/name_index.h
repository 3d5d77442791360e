/* name_index.h - places of names, found in one step however many there are. */
#ifndef FAIRU_LIKELIHOOD_NAME_INDEX_H
#define FAIRU_LIKELIHOOD_NAME_INDEX_H

#include "base/context_internal.h"

typedef struct fairu_name_entry {
  const char *name; /* of the caller; NULL: free */
  size_t place;
} fairu_name_entry;

/* Zero: empty. */
typedef struct fairu_name_index {
  fairu_name_entry *entries; /* [capacity] */
  size_t capacity, count;    /* capacity: a power of two, at most half full */
} fairu_name_index;

/* FAIRU_NONE if there is none. */
size_t fairu_name_index__find(const fairu_name_index *index, const char *name);

/* Room for one more name. */
int fairu_name_index__reserve(fairu_name_index *index, fairu_context *ctx, const fairu_allocator *allocator);
/* A name that is not there yet, after reserve. The text stays where it is. */
void fairu_name_index__add(fairu_name_index *index, const char *name, size_t place);

void fairu_name_index__clear(fairu_name_index *index, const fairu_allocator *allocator);

#endif /* FAIRU_LIKELIHOOD_NAME_INDEX_H */
