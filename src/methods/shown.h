/* shown.h - the tables of a training: events at the values of Z at which they are shown, and near these. */
#ifndef FAIRU_METHODS_SHOWN_H
#define FAIRU_METHODS_SHOWN_H

#include "methods/method.h"

enum { FAIRU_DRAWS_OF_A_COPY = 256 };

/* Values of Z, and which events each is for. */
typedef struct fairu_shown_points {
  const double *z; /* [n * nuisances of the systematics] */
  size_t n;        /* of all copies together */
  size_t per_copy; /* draws that share the events of a copy among them; 1: each is for all events */
  uint64_t seed;   /* of the sharing, and of what is drawn by row */
} fairu_shown_points;

/* Nominal Z alone. Points lie in scratch of ctx. */
int fairu_shown__nominal(const fairu_method_job *job, fairu_context *ctx, fairu_shown_points *points);

/* Those of the options: given, or drawn from the priors of the chosen nuisances. */
int fairu_shown__points(const fairu_method_job *job, fairu_context *ctx, fairu_shown_points *points);

/* What is wanted besides the events at the points. */
typedef struct fairu_shown_request {
  const fairu_shown_points *points; /* NULL: the events as they are, without systematics */
  int with_z; /* 1: columns of the chosen nuisances: what the network or an adversary is told */
  const double
      *offsets; /* [n_variations * nuisances of the systematics] from each point; what is told stays */
  size_t n_variations;
  int tangents; /* 1: d features / d chosen nuisances at the points */
} fairu_shown_request;

/* Tables of the same rows: at the points, then at each variation. Columns are the features of the training options, and the nuisances;
 * labels are classes 0 and 1; copies of an event share its id. Rows that fail a cut in all are left out; where a row fails in one its
 * weight is 0 there, and its features are those it has elsewhere. */
typedef struct fairu_shown {
  fairu_events **tables; /* [1 + n_variations] */
  size_t n_tables;
  float *tangents; /* [rows * features * chosen nuisances]; NULL unless wanted */
} fairu_shown;

int fairu_shown__create(const fairu_method_job *job, fairu_context *ctx, const fairu_shown_request *request,
                        fairu_shown *shown);
void fairu_shown__free(fairu_context *ctx, fairu_shown *shown);

/* Class 1 or 0 of every event: labels [events]. */
int fairu_shown__classes(const fairu_method_job *job, fairu_context *ctx, int32_t *labels);

#endif /* FAIRU_METHODS_SHOWN_H */
