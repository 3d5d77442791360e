/* plain_chain.h - what several tests of chains need: a chain without steps, and tangents that are numbers. */
#ifndef FAIRU_TESTS_SYSTEMATICS_PLAIN_CHAIN_H
#define FAIRU_TESTS_SYSTEMATICS_PLAIN_CHAIN_H

#include "support/support.h"

/* Nuisances of these names; nominal [n], or NULL for 0. */
static inline fairu_systematics *plain_chain(fairu_context *ctx, const char *const *nuisance_names, size_t n,
                                             const double *nominal)
{
  fairu_nuisance nuisances[16];
  fairu_systematics *sys = NULL;
  assert_true(n <= 16);
  for (size_t k = 0; k < n; k++) {
    CHECK_OK(ctx, fairu_nuisance_init(&nuisances[k], sizeof nuisances[k]));
    nuisances[k].name = nuisance_names[k];
    nuisances[k].nominal = nominal ? nominal[k] : 0.0;
  }
  CHECK_OK(ctx, fairu_systematics_create(ctx, nuisances, n, &sys));
  return sys;
}

/* One nuisance "z". */
static inline fairu_systematics *plain_chain_of_z(fairu_context *ctx)
{
  static const char *const z = "z";
  return plain_chain(ctx, &z, 1, NULL);
}

static inline void check_finite_tangents(fairu_context *ctx, const fairu_systematics *sys,
                                         const fairu_events *in, const double *z, size_t n_z,
                                         const char *const *columns, size_t n_columns)
{
  const size_t n = fairu_events_n_events(in) * n_columns * n_z;
  float *tangents = (float *)malloc(n * sizeof *tangents);
  CHECK_OK(ctx, fairu_systematics_tangents(sys, ctx, in, z, n_z, 3, columns, n_columns, tangents));
  for (size_t i = 0; i < n; i++)
    if (!isfinite(tangents[i]))
      fail_msg("tangent %zu is %g", i, (double)tangents[i]);
  free(tangents);
}

#endif /* FAIRU_TESTS_SYSTEMATICS_PLAIN_CHAIN_H */
