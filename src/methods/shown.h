/* shown.h - the table of a training: events at the values of Z at which they are shown. */
#ifndef FAIRU_METHODS_SHOWN_H
#define FAIRU_METHODS_SHOWN_H

#include "methods/method.h"

enum { FAIRU_DRAWS_OF_A_COPY = 256 };

/* Values of Z, and which events each is for. */
typedef struct fairu_shown_points {
  const double *z; /* [n * nuisances of the systematics] */
  size_t n;        /* of all copies together */
  size_t per_copy; /* draws that share the events of a copy among them; 1: each is for all events */
  uint64_t seed;   /* of the sharing */
} fairu_shown_points;

/* Nominal Z alone. Points lie in scratch of ctx. */
int fairu_shown__nominal(const fairu_method_job *job, fairu_context *ctx, fairu_shown_points *points);

/* Those of the options: given, or drawn from the priors of the chosen nuisances. */
int fairu_shown__points(const fairu_method_job *job, fairu_context *ctx, fairu_shown_points *points);

/* Events at these points: columns are the features of the training options and, with_z, the chosen nuisances; weights, labels 0
 * and 1, and ids, which copies of an event share. points NULL: the events as they are, without systematics. */
int fairu_shown__create(const fairu_method_job *job, fairu_context *ctx, const fairu_shown_points *points,
                        int with_z, fairu_events **out);

/* Class 1 or 0 of every event: labels [events]. */
int fairu_shown__classes(const fairu_method_job *job, fairu_context *ctx, int32_t *labels);

#endif /* FAIRU_METHODS_SHOWN_H */
