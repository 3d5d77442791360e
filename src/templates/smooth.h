/* smooth.h - one event over all bins. */
#ifndef FAIRU_TEMPLATES_SMOOTH_H
#define FAIRU_TEMPLATES_SMOOTH_H

#include "templates/fill_private.h"

/* Add an event of this value, spread by a kernel of width bandwidth > 0, to cells [n_bins]. */
void fairu_smooth__add(const fairu_binning *binning, double bandwidth, double value, double weight,
                       fairu_cell *cells);

#endif /* FAIRU_TEMPLATES_SMOOTH_H */
