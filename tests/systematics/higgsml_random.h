/* higgsml_random.h - made-up FAIR Universe events. */
#ifndef FAIRU_TESTS_SYSTEMATICS_HIGGSML_RANDOM_H
#define FAIRU_TESTS_SYSTEMATICS_HIGGSML_RANDOM_H

#include "systematics/higgsml_events.h"

static inline double random_in(uint64_t *x, double lower, double upper)
{
  *x ^= *x << 13;
  *x ^= *x >> 7;
  *x ^= *x << 17;
  const double value = lower + (upper - lower) * (double)(*x >> 11) * 0x1p-53;
  return (double)(float)(rint(1000.0 * value) / 1000.0);
}

static inline float *column(fairu_context *ctx, fairu_events *events, size_t c)
{
  float *values = NULL;
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, c, &values));
  return values;
}

/* 0 to 4 jets, the second no harder than the first; the leading jets make up the sum. */
static inline void fill_random(fairu_context *ctx, fairu_events *events, uint64_t seed)
{
  float *v[N_COLUMNS];
  uint64_t x = seed;
  for (size_t c = 0; c < N_COLUMNS; c++)
    v[c] = column(ctx, events, c);
  for (size_t i = 0; i < fairu_events_n_events(events); i++) {
    const size_t jets = i % 5;
    for (size_t c = 0; c < N_PRIMARY; c++)
      v[c][i] = (float)(c % 3 == 0   ? random_in(&x, 21, 120)
                        : c % 3 == 1 ? random_in(&x, -2.7, 2.7)
                                     : random_in(&x, -3.14, 3.14));
    v[N_JETS][i] = (float)jets;
    v[MET][i] = (float)random_in(&x, 0, 90);
    v[MET_PHI][i] = (float)random_in(&x, -3.14, 3.14);
    const float harder = fmaxf(v[J1_PT][i], v[J2_PT][i]), softer = fminf(v[J1_PT][i], v[J2_PT][i]);
    v[J1_PT][i] = harder;
    v[J2_PT][i] = softer;
    for (size_t c = J1_PT; c <= J2_PHI; c++)
      if (jets < (c < J2_PT ? 1u : 2u))
        v[c][i] = -25.0f;
    v[J_ALL][i] = (jets > 0 ? harder : 0) + (jets > 1 ? softer : 0);
  }
}

static inline fairu_events *made_up(fairu_context *ctx, size_t n)
{
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_create(ctx, n, N_COLUMNS, names, &events));
  fill_random(ctx, events, 77);
  return events;
}

#endif /* FAIRU_TESTS_SYSTEMATICS_HIGGSML_RANDOM_H */
