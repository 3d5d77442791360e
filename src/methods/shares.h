/* shares.h - the events of a copy, shared out among its draws by a hash of seed and id. */
#ifndef FAIRU_METHODS_SHARES_H
#define FAIRU_METHODS_SHARES_H

#include "methods/shown.h"

typedef struct fairu_shares {
  uint32_t *parts; /* [events] */
  size_t *rows;    /* [events] part by part */
  uint64_t *ids;   /* [events] of a part */
  size_t begin[FAIRU_DRAWS_OF_A_COPY + 1];
} fairu_shares;

int fairu_shares__create(fairu_shares *shares, fairu_context *ctx, size_t n_events);
void fairu_shares__free(fairu_shares *shares, fairu_context *ctx);

/* Anew for another copy. */
int fairu_shares__deal(fairu_shares *shares, fairu_context *ctx, const fairu_events *events, uint64_t seed);

/* Events of a part as a table with ids: what is drawn by row is drawn by id, the place in the part says nothing. */
int fairu_shares__events(const fairu_shares *shares, fairu_context *ctx, const fairu_events *events,
                         size_t part, fairu_events **out);

#endif /* FAIRU_METHODS_SHARES_H */
