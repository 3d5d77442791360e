/* fill_private.h - what a fairu_fill holds. */
#ifndef FAIRU_TEMPLATES_FILL_PRIVATE_H
#define FAIRU_TEMPLATES_FILL_PRIVATE_H

#include "numeric/exact_sum.h"
#include "templates/binning.h"
#include "templates/grid.h"

/* One bin of one process at one point. */
typedef struct fairu_cell {
  fairu_exact_sum w, w2;
} fairu_cell;

struct fairu_fill {
  fairu_allocator allocator;
  fairu_grid *grid;
  fairu_binning *binning;
  size_t n_processes;
  char **names;
  fairu_cell *cells; /* [process][point][bin] */
};

/* Cells of one process. */
static inline size_t fairu_fill__n_cells(const fairu_fill *fill)
{
  return fill->grid->n_points * fill->binning->n_bins;
}

static inline void fairu_cell__merge(fairu_cell *cell, const fairu_cell *other)
{
  fairu_exact_sum__merge(&cell->w, &other->w);
  fairu_exact_sum__merge(&cell->w2, &other->w2);
}

#endif /* FAIRU_TEMPLATES_FILL_PRIVATE_H */
