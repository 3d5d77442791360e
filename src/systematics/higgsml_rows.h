/* higgsml_rows.h - rows of FAIR Universe events that cannot be: -25 stands for a jet that is not there, all of it, and for nothing else. */
#ifndef FAIRU_SYSTEMATICS_HIGGSML_ROWS_H
#define FAIRU_SYSTEMATICS_HIGGSML_ROWS_H

#include "systematics/higgsml.h"

#define FAIRU_HIGGSML_ABSENT (-25.0f)

/* The three values of a jet, of which pt is the first, are neither all there nor all absent. */
static inline int fairu_higgsml__is_half(const fairu_higgsml_block *b, int pt, size_t i)
{
  const int absent = (b->v[pt][i] == FAIRU_HIGGSML_ABSENT) + (b->v[pt + 1][i] == FAIRU_HIGGSML_ABSENT) +
                     (b->v[pt + 2][i] == FAIRU_HIGGSML_ABSENT);
  return (absent != 0) & (absent != 3);
}

/* A row lacks what every event has. Without a branch, so that loops over rows are vectors. */
static inline int fairu_higgsml__is_without(const fairu_higgsml_block *b, size_t i)
{
  return (b->v[LEP_PT][i] < 0.0f) | (b->v[HAD_PT][i] < 0.0f) | (b->v[MET][i] < 0.0f) |
         (b->v[LEP_ETA][i] == FAIRU_HIGGSML_ABSENT) | (b->v[LEP_PHI][i] == FAIRU_HIGGSML_ABSENT) |
         (b->v[HAD_ETA][i] == FAIRU_HIGGSML_ABSENT) | (b->v[HAD_PHI][i] == FAIRU_HIGGSML_ABSENT) |
         (b->v[MET_PHI][i] == FAIRU_HIGGSML_ABSENT) | (b->v[N_JETS][i] == FAIRU_HIGGSML_ABSENT) |
         (b->v[JET_ALL_PT][i] == FAIRU_HIGGSML_ABSENT);
}

/* Some row of the block cannot be. */
static inline int fairu_higgsml__is_odd(const fairu_higgsml_block *b)
{
  int odd = 0;
  for (size_t i = 0; i < b->n; i++)
    odd |= fairu_higgsml__is_without(b, i) | fairu_higgsml__is_half(b, JET1_PT, i) |
           fairu_higgsml__is_half(b, JET2_PT, i);
  return odd;
}

#endif /* FAIRU_SYSTEMATICS_HIGGSML_ROWS_H */
