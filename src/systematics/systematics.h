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
  size_t first;          /* of the rows of the table at hand; first_row is of the whole */
  const int32_t *labels; /* [n_events] or NULL */
  const uint64_t *ids;   /* [n_events] or NULL */
  const void *state;     /* what prepare left for this step */
} fairu_chunk;

typedef int (*fairu_step_fn)(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk);

/* What a step may look at before the first chunk. */
typedef struct fairu_shift_call {
  const fairu_events *in; /* its columns, labels and categories */
  size_t n_events;        /* that will be shifted, or FAIRU_ROWS_UNKNOWN; `in` may have others */
  size_t first_row;       /* row of the whole that the first of them is */
  const double *z;
  uint64_t seed;
  int wants_tangents; /* deviates are drawn at width 0, too */
} fairu_shift_call;

/* Checks, and what all chunks share: *state, in scratch of ctx, lives as long as the call. */
typedef int (*fairu_prepare_fn)(const fairu_step *step, fairu_context *ctx, const fairu_shift_call *call,
                                void **state);

/* Values and derivatives of the rows of a chunk (tangent.h), from before the step to after it. The chunk has no columns and
 * no weights; passed as for fairu_step_fn: rows that a cut takes away get tangents of 0. */
typedef struct fairu_tangent fairu_tangent;
typedef int (*fairu_tangent_fn)(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk,
                                const fairu_tangent *tangent);

enum fairu_need {
  FAIRU_NEED_ALWAYS,  /* FAIRU_ERR_NOT_FOUND if the table lacks it */
  FAIRU_NEED_NEVER,   /* left alone if the table lacks it */
  FAIRU_NEED_FOR_ONE, /* needed if the table has column `served` of the step */
};

/* How a column changes with Z. */
enum fairu_change {
  FAIRU_CHANGE_SMOOTH,
  FAIRU_CHANGE_JUMP,   /* it holds choices */
  FAIRU_CHANGE_UNKNOWN /* of the caller: choices if it holds whole numbers alone */
};

/* A column of a step. */
typedef struct fairu_step_column {
  const char *name;
  int need;
  size_t served;
  int is_read;    /* its values must be finite */
  int is_written; /* in every row, without a look at what was there */
  int change;     /* fairu_change */
} fairu_step_column;

enum { FAIRU_STEP_NUISANCES = 4 };
#define FAIRU_NO_NUISANCE SIZE_MAX

struct fairu_step {
  const char *kind; /* for messages */
  fairu_step_fn run;
  fairu_tangent_fn tangent; /* NULL: has none, fairu_systematics_tangents is FAIRU_ERR_UNSUPPORTED */
  fairu_prepare_fn prepare; /* NULL: nothing to do */
  int (*draws)(const fairu_step *step, const double *z); /* 0: what becomes of a row depends on nothing but
                                 the row, its label and Z; NULL: it may depend on the row's place or id */
  size_t nuisance;                                       /* index; unused by callbacks */
  fairu_step_column *columns;                            /* [n_columns], names in the same block */
  size_t n_columns;
  double *numbers; /* [n_numbers] in the block of columns */
  size_t n_numbers;
  double parameter;                       /* reference angle, or cut */
  int needs_positive;                     /* Z must be > 0 */
  size_t nuisances[FAIRU_STEP_NUISANCES]; /* of a step with several, FAIRU_NO_NUISANCE where it lacks one */
  int cuts, arithmetic, generator, is_logarithm;
  int weighs;   /* may change weights */
  char *labels; /* n_labels texts, each with its 0, in a block of labels_size bytes; NULL: none */
  size_t n_labels, labels_size;
  fairu_transform_fn fn;
  fairu_transform_tangent_fn tangent_fn;
  void *user_data;
};

struct fairu_systematics {
  fairu_allocator allocator;
  fairu_nuisance *nuisances; /* each with name and tables in one block at .name */
  size_t n_nuisances;
  fairu_step *steps;
  size_t n_steps, capacity;
  int weighs; /* some step may change weights */
};

/* Read one nuisance (theirs of any struct_size) into *ours, whose texts and tables are theirs, and check it. */
int fairu_nuisance__read(fairu_context *ctx, const fairu_nuisance *theirs, size_t i, fairu_nuisance *ours);

/* Check and copy one nuisance (theirs of any struct_size) into *ours. */
int fairu_nuisance__copy(fairu_context *ctx, const fairu_nuisance *theirs, size_t i, fairu_nuisance *ours);

/* 44 bits of a name, for the counter of Philox: what is drawn by name is independent for different names. */
uint64_t fairu_name__key(const char *name);

/* FAIRU_ERR_NULL: no context, no systematics, or NULL for `needed`, which is what the message calls `what`. */
int fairu_systematics__check_append(const fairu_systematics *systematics, fairu_context *ctx,
                                    const void *needed, const char *what);

/* Append a step of a nuisance (NULL: of none) with all its columns named and different. FAIRU_ERR_NULL, FAIRU_ERR_DUPLICATE,
 * FAIRU_ERR_NOT_FOUND. */
int fairu_systematics__append_named(fairu_systematics *systematics, fairu_context *ctx, const char *nuisance,
                                    fairu_step *step);

/* Append a step with copies of its columns, numbers and labels. On failure the chain is as before. */
int fairu_systematics__append(fairu_systematics *systematics, fairu_context *ctx, const fairu_step *step);

/* Take the last steps away, until n_steps are left. */
void fairu_systematics__truncate(fairu_systematics *systematics, size_t n_steps);

/* Z of a call: as many as nuisances, finite, within their ranges. */
int fairu_systematics__check_z(const fairu_systematics *systematics, fairu_context *ctx, const double *z,
                               size_t n_nuisances);

/* Columns of the table that a step works on, indices [step->n_columns]: SIZE_MAX where the table lacks one that is not
 * needed. */
int fairu_step__resolve(const fairu_step *step, fairu_context *ctx, const fairu_events *in, size_t *indices);

/* `draws` of a step without random numbers. */
int fairu_step__never_draws(const fairu_step *step, const double *z);

/* `prepare` and `draws` of a step whose nuisance is a width of normal deviates: it is >= 0, and draws where it is > 0. */
int fairu_step__prepare_width(const fairu_step *step, fairu_context *ctx, const fairu_shift_call *call,
                              void **state);
int fairu_step__draws_width(const fairu_step *step, const double *z);

/* Index of a nuisance; FAIRU_ERR_NOT_FOUND lists those there are. */
int fairu_systematics__find(const fairu_systematics *systematics, fairu_context *ctx, const char *name,
                            size_t *index);
/* The same of n roles; FAIRU_NO_NUISANCE of those that are NULL. */
int fairu_systematics__find_roles(const fairu_systematics *systematics, fairu_context *ctx,
                                  const char *const *roles, size_t n, size_t *indices);

#endif /* FAIRU_SYSTEMATICS_SYSTEMATICS_H */
