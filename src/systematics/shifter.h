/* shifter.h - a chain at one Z with its names resolved for one table. For the files of systematics/ alone. */
#ifndef FAIRU_SYSTEMATICS_SHIFTER_H
#define FAIRU_SYSTEMATICS_SHIFTER_H

#include "systematics/systematics.h"
#include "systematics/systematics_internal.h"

#define FAIRU_ABSENT SIZE_MAX

struct fairu_shifter {
  const fairu_systematics *sys; /* NULL: no chain */
  const fairu_events *like;
  size_t n_columns; /* of the table */
  size_t *indices;  /* columns of all steps, one step after the other */
  size_t widest;    /* columns of the widest step */
  int *uses;        /* [n_columns] of fairu_column_use */
  void **states;    /* [n_steps] */
  const double *z;
  size_t n_nuisances;
  uint64_t seed;
  size_t base; /* row of the whole that row 0 of the table is */
};

/* All steps on the rows of one chunk, whose rows, labels, ids, weights and passed are set: columns [n_columns] point at its first
 * row, NULL for those that are not there. */
int fairu_shifter__run_chunk(const fairu_shifter *shifter, fairu_context *worker, float *const *columns,
                             fairu_chunk *chunk);

#endif /* FAIRU_SYSTEMATICS_SHIFTER_H */
