/* block.h - FAIRU_LANES events of a training set, side by side. */
#ifndef FAIRU_CLASSIFIER_BLOCK_H
#define FAIRU_CLASSIFIER_BLOCK_H

#include "classifier/pass.h"
#include "classifier/training_set.h"

/* Rows to go through: rows order[first .. first + n - 1] of a part, or without an order rows first .. first + n - 1. */
typedef struct fairu_rows {
  const fairu_training_part *part;
  const uint32_t *order;
  size_t first, n;
} fairu_rows;

typedef struct fairu_block {
  fairu_context *worker; /* for scratch, poll and errors */
  const fairu_engine *engine;
  int training; /* 1: of a step; 0: of validation */
  size_t side;  /* of the gate; 0 without one */
  size_t lanes; /* events; the lanes behind have zeros, and no weight */
  float labels[FAIRU_LANES], weights[FAIRU_LANES];
  uint32_t rows[FAIRU_LANES]; /* in the part */
  uint32_t
      places[FAIRU_LANES]; /* in the batch: order[first + place], counted from the first of all its rows */
  float *extra; /* [n_extra][FAIRU_LANES] what the plan of the training asked for; NULL if nothing */
} fairu_block;

/* Going through rows of one side. */
typedef struct fairu_walk {
  const fairu_training_set *set;
  fairu_rows rows;
  size_t next;  /* 0 at the start, below rows.n */
  size_t place; /* of the first row in its batch */
} fairu_walk;

/* Memory for extra, from the scratch of block->worker. */
int fairu_block__take(fairu_block *block, const fairu_training_set *set);

/* Fill a block with the next rows of block->side, inputs [n_inputs][FAIRU_LANES]; returns block->lanes, 0 at the end. */
size_t fairu_block__fill(fairu_block *block, fairu_walk *walk, float *inputs);

#endif /* FAIRU_CLASSIFIER_BLOCK_H */
