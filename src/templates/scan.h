/* scan.h - events shifted, scored and binned at every point of a grid, piece by piece.
 *
 * Pieces are fixed by the shape of the work, never by threads. All points see the same base events and the same seed. Where
 * events do not depend on the point, one call scores a piece at all points, so that the classifier can reuse what does not
 * depend on Z.
 */
#ifndef FAIRU_TEMPLATES_SCAN_H
#define FAIRU_TEMPLATES_SCAN_H

#include "templates/binning.h"
#include "templates/grid.h"

/* Rows first .. first + n - 1 at one point. */
typedef struct fairu_slice {
  size_t point, first, n;
  const uint16_t *bins;  /* [n] FAIRU_NO_BIN where a cut fails */
  const float *values;   /* [n] what was binned */
  const double *weights; /* [n] w * scale, of magnitude <= 1e150: its square is finite */
  double bandwidth;      /* of the fill's options */
} fairu_slice;

/* Takes one slice. Called from workers; the points of a piece come in order, on one worker. */
typedef int (*fairu_slice_fn)(fairu_context *worker, const fairu_slice *slice, void *data);

/* Check all that can be checked, then scan. */
int fairu_scan__run(fairu_context *ctx, const fairu_grid *grid, const fairu_binning *binning,
                    const fairu_events *events, const fairu_fill_options *options, fairu_slice_fn fn,
                    void *data);

#endif /* FAIRU_TEMPLATES_SCAN_H */
