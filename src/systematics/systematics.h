/* systematics.h - what a chain of transformations is inside; for the files of systematics/ alone.
 *
 * A step is one transformation: the columns it touches by name, and a kernel that works in place on a chunk of rows whose
 * columns lie contiguous. Apply resolves names once, then walks chunks; a kernel never sees the table.
 */
#ifndef FAIRU_SYSTEMATICS_SYSTEMATICS_H
#define FAIRU_SYSTEMATICS_SYSTEMATICS_H

#include <fairu/systematics.h>

#include "base/context_internal.h"

typedef struct fairu_step fairu_step;

/* Rows of one chunk for one step. */
typedef struct fairu_chunk {
  size_t first_row, n_events;
  float **columns;       /* [step->n_columns]; NULL for an optional column that the table lacks */
  double *weights;       /* NULL unless the chain changes weights */
  unsigned char *passed; /* 0 cuts the event */
  const double *z;       /* all nuisances */
  size_t n_nuisances;
  uint64_t seed;
} fairu_chunk;

typedef int (*fairu_step_fn)(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk);

enum fairu_need {
  FAIRU_NEED_ALWAYS,  /* FAIRU_ERR_NOT_FOUND if the table lacks it */
  FAIRU_NEED_NEVER,   /* left alone if the table lacks it */
  FAIRU_NEED_FOR_ONE, /* needed if the table has column `served` of the step */
};

/* A column of a step. */
typedef struct fairu_step_column {
  const char *name;
  int need;
  size_t served;
  int is_read; /* its values must be finite */
} fairu_step_column;

struct fairu_step {
  fairu_step_fn run;
  size_t nuisance;            /* index; unused by callbacks */
  fairu_step_column *columns; /* [n_columns], names in the same block */
  size_t n_columns;
  double parameter;   /* reference angle, or cut */
  int needs_positive; /* Z must be > 0 */
  fairu_transform_fn fn;
  void *user_data;
};

struct fairu_systematics {
  fairu_allocator allocator;
  fairu_nuisance *nuisances; /* each with name and tables in one block at .name */
  size_t n_nuisances;
  fairu_step *steps;
  size_t n_steps, capacity;
  int has_callback; /* some step may change weights */
};

/* Check and copy one nuisance (theirs of any struct_size) into *ours. */
int fairu_nuisance__copy(fairu_context *ctx, const fairu_nuisance *theirs, size_t i, fairu_nuisance *ours);

/* Append a step with copies of its columns. On failure the chain is as before. */
int fairu_systematics__append(fairu_systematics *systematics, fairu_context *ctx, const fairu_step *step);

/* Index of a nuisance; FAIRU_ERR_NOT_FOUND lists those there are. */
int fairu_systematics__find(const fairu_systematics *systematics, fairu_context *ctx, const char *name,
                            size_t *index);

#endif /* FAIRU_SYSTEMATICS_SYSTEMATICS_H */
