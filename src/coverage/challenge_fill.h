/* challenge_fill.h - histograms of a pseudo-experiment: what is known before the first row, and a block of drawn events. */
#ifndef FAIRU_COVERAGE_CHALLENGE_FILL_H
#define FAIRU_COVERAGE_CHALLENGE_FILL_H

#include <stdatomic.h>

#include "coverage/challenge.h"
#include "systematics/systematics_internal.h"

/* Copies of a row are told apart by the bits of their ids above the row's. */
enum { FAIRU_CHALLENGE_ROW_BITS = 44, FAIRU_CHALLENGE_COPY_BITS = 20 };

/* A column of the pool that a block holds. */
typedef struct fairu_held {
  const float *values; /* of the pool; NULL: the chain makes it */
  size_t stride;
} fairu_held;

typedef struct fairu_challenge_plan {
  fairu_challenge_fill fill;
  const fairu_events *events;
  fairu_pool pool;
  size_t n_columns; /* of events */
  size_t *places;   /* [n_columns] where in a block, FAIRU_NOT_HELD if nowhere */
  fairu_held *held; /* [n_held] */
  size_t n_held;
  size_t n_features; /* of the classifier */
  size_t *features;  /* [n_features] where in a block */
  double *z;         /* [n_nuisances] of the chain */
  size_t n_nuisances;
  const fairu_shifter *shifter;
  int by_place;                  /* numbers are drawn by place in the list of events, not by row and copy */
  const size_t *rows;            /* by_place: row of each event */
  size_t n_bins;                 /* of all binnings */
  atomic_uint_least64_t *totals; /* [n_bins] and then events, events passed */
} fairu_challenge_plan;

#define FAIRU_NOT_HELD SIZE_MAX

/* Check fill and fix z, without the pool. */
int fairu_challenge_plan__read(fairu_challenge_plan *plan, fairu_context *ctx,
                               const fairu_challenge_fill *fill, size_t n_counts);
/* Columns, chain and totals, for n_events in all or FAIRU_ROWS_UNKNOWN; the pool is open. */
int fairu_challenge_plan__prepare(fairu_challenge_plan *plan, fairu_context *ctx, size_t n_events);

/* Drawn events until they are enough to be worked on. */
typedef struct fairu_copies fairu_copies;

int fairu_copies__create(const fairu_challenge_plan *plan, fairu_context *worker, fairu_copies **out);

/* `count` times row `row` of the pool: as one event where copies do not differ. */
int fairu_copies__add(fairu_copies *copies, fairu_context *worker, size_t row, uint32_t count);

/* The events at first .. first + n - 1 of the list, for numbers drawn by place. */
int fairu_copies__add_places(fairu_copies *copies, fairu_context *worker, size_t first, size_t n);

/* Work on what is left and add to the totals. */
int fairu_copies__finish(fairu_copies *copies, fairu_context *worker);

#endif /* FAIRU_COVERAGE_CHALLENGE_FILL_H */
