/* systematics_internal.h - what higher layers need of systematics beyond the public functions. */
#ifndef FAIRU_SYSTEMATICS_SYSTEMATICS_INTERNAL_H
#define FAIRU_SYSTEMATICS_SYSTEMATICS_INTERNAL_H

#include <fairu/systematics.h>

/* Centre of a Gaussian or log-normal prior: nominal where the nuisance does not say. */
double fairu_nuisance__center(const fairu_nuisance *nuisance);

/* 1 and the number that a label is, written as %d writes it; else 0. */
int fairu_label__number(const char *label, int32_t *number);

/* fairu_systematics_apply for a piece of a table: row 0 of `in` is row first_row of the whole, for transformations that draw
 * numbers by row and for messages. A table shifted in pieces is the table shifted at once. */
int fairu_systematics__apply_rows(const fairu_systematics *systematics, fairu_context *ctx,
                                  const fairu_events *in, size_t first_row, const double *z,
                                  size_t n_nuisances, uint64_t seed, unsigned char *passed,
                                  fairu_events **out);

/* A chain at one Z, names resolved for the columns of one table, which shifts blocks of rows in memory of the caller. */
typedef struct fairu_shifter fairu_shifter;

enum fairu_column_use {
  FAIRU_COLUMN_TOUCHED = 1, /* read or written */
  FAIRU_COLUMN_MADE = 2     /* written by the first step, whatever was there */
};

/* n_rows of rows that are not one table: draws that go by place are refused. */
#define FAIRU_ROWS_UNKNOWN SIZE_MAX

/* For blocks of a table with the columns, labels and categories of `like`, n_rows in all, of which row 0 is row first_row of the
 * whole. *out lies in scratch of ctx; systematics, like and z outlive it. Errors of fairu_systematics_apply. */
int fairu_shifter__create(const fairu_systematics *systematics, fairu_context *ctx, const fairu_events *like,
                          size_t first_row, size_t n_rows, const double *z, size_t n_nuisances, uint64_t seed,
                          fairu_shifter **out);

/* Bits of fairu_column_use. */
int fairu_shifter__use(const fairu_shifter *shifter, size_t column);

/* 0: a row becomes the same wherever it stands, so that copies of it stay equal. */
int fairu_shifter__draws(const fairu_shifter *shifter);

/* Shift n rows in place: columns [columns of like] point at the first of them, NULL for columns that are not touched. passed [n]
 * becomes 1 or 0 for each. What is drawn by row takes ids [n], or first_row, first_row + 1, ... if ids is NULL, which messages count, too.
 * Weights are no business of it. */
int fairu_shifter__run(const fairu_shifter *shifter, fairu_context *worker, size_t first_row, size_t n,
                       float *const *columns, const int32_t *labels, const uint64_t *ids,
                       unsigned char *passed);

/* 1 if a transformation of the caller is among the steps. */
int fairu_systematics__has_callback(const fairu_systematics *systematics);

#endif /* FAIRU_SYSTEMATICS_SYSTEMATICS_INTERNAL_H */
