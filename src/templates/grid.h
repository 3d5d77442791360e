/* grid.h - the Z points: which point holds which knots. */
#ifndef FAIRU_TEMPLATES_GRID_H
#define FAIRU_TEMPLATES_GRID_H

#include <fairu/templates.h>

#include "base/pack_internal.h"

struct fairu_grid {
  fairu_allocator allocator;
  size_t n_axes, n_pairs, n_points;
  fairu_axis *axes;     /* names and knots owned */
  size_t *nominal_knot; /* [n_axes] nearest to nominal; nominal itself when there are several axes */
  size_t *axis_first;   /* [n_axes] point of the first other knot */
  size_t *pairs;        /* [2 * n_pairs] */
  size_t *pair_first;   /* [n_pairs] point of the first product of other knots */
};

/* The point where all axes are nominal (one axis: the knot nearest to nominal). */
size_t fairu_grid__nominal_point(const fairu_grid *grid);
/* The point where axis is at one of its knots and all others are nominal. */
size_t fairu_grid__axis_point(const fairu_grid *grid, size_t axis, size_t knot);
/* The point where the axes of a pair are at knots (i, j). */
size_t fairu_grid__pair_point(const fairu_grid *grid, size_t pair, size_t i, size_t j);

/* Index of an axis by name, n_axes if there is none. */
size_t fairu_grid__find(const fairu_grid *grid, const char *name);

int fairu_grid__copy(const fairu_grid *grid, fairu_context *ctx, fairu_grid **out);

/* NULL if equal to the bit, else what differs, in words. */
const char *fairu_grid__difference(const fairu_grid *a, const fairu_grid *b);

/* "tes = 0.9, jes = 1" of a point into text. */
void fairu_grid__describe(const fairu_grid *grid, size_t point, char *text, size_t size);

void fairu_grid__put(const fairu_grid *grid, fairu_pack *pack);
int fairu_grid__get(fairu_unpack *unpack, fairu_context *ctx, fairu_grid **out);

#endif /* FAIRU_TEMPLATES_GRID_H */
