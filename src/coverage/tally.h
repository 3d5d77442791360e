/* tally.h - what a fairu_tally holds. */
#ifndef FAIRU_COVERAGE_TALLY_H
#define FAIRU_COVERAGE_TALLY_H

#include <fairu/coverage.h>

#include "base/context_internal.h"
#include "numeric/exact_sum.h"

/* Count, sum and sum of squares of one quantity. */
typedef struct fairu_tally_moments {
  uint64_t n;
  fairu_exact_sum sum, squares;
} fairu_tally_moments;

struct fairu_tally {
  fairu_allocator allocator;
  double truth;
  uint64_t n, n_failed, n_covered;
  fairu_exact_sum half_width;
  fairu_tally_moments deviation; /* estimate - truth */
  fairu_tally_moments nuisance;
  fairu_tally_moments pull; /* of toys whose estimate lies inside their interval */
};

#endif /* FAIRU_COVERAGE_TALLY_H */
