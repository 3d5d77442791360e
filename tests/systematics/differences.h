/* differences.h - derivatives of shifted events against differences of shifted events, for chains that do not round. */
#ifndef FAIRU_TESTS_SYSTEMATICS_DIFFERENCES_H
#define FAIRU_TESTS_SYSTEMATICS_DIFFERENCES_H

#include "support/support.h"

typedef struct differences {
  fairu_context *ctx;
  const fairu_systematics *chain;
  const fairu_events *in;
  const double *z; /* [n_z] */
  size_t n_z;
  const char *const *names; /* [n_columns], all columns of `in` */
  size_t n_columns;
  size_t n_moved, n_rough; /* derivatives that are not 0; those beside a kink, which are not checked */
} differences;

static const double differences_step = 0.02;

/* Tables at z[k] + j steps / 2, j = -4 ... 4. */
static inline void differences_shift(const differences *d, size_t k, fairu_events *out[9])
{
  double z[64];
  unsigned char *passed = (unsigned char *)malloc(fairu_events_n_events(d->in));
  for (int j = 0; j < 9; j++) {
    memcpy(z, d->z, d->n_z * sizeof *z);
    z[k] += 0.5 * differences_step * (j - 4);
    CHECK_OK(d->ctx, fairu_systematics_apply(d->chain, d->ctx, d->in, z, d->n_z, 9, passed, &out[j]));
  }
  free(passed);
}

/* Central differences with two steps, without their error of second order. */
static inline double differences_slope(const double v[9], int step)
{
  return (v[4 - 2 * step] - 8 * v[4 - step] + 8 * v[4 + step] - v[4 + 2 * step]) /
         (6 * step * differences_step);
}

/* Features are floats: steps are large, so that rounding stays at 1e-5 of a value. */
static inline void differences_compare(differences *d, fairu_events *const out[9], size_t c, size_t row,
                                       size_t k, double is)
{
  double v[9], scale = 1.0;
  for (int j = 0; j < 9; j++) {
    v[j] = (double)fairu_events_column(out[j], c, NULL)[row];
    if (strstr(d->names[c], "met_phi"))
      v[j] = v[0] + remainder(v[j] - v[0], 2 * acos(-1));
    scale = fmax(scale, fabs(v[j]));
  }
  const double wanted = differences_slope(v, 2), again = differences_slope(v, 1);
  scale = fmax(scale, fabs(wanted));
  d->n_moved += wanted != 0.0;
  if (fabs(wanted - again) > 4e-5 * scale)
    d->n_rough++;
  else if (!(fabs(is - wanted) <= 2e-5 * scale + fabs(wanted - again)))
    fail_msg("row %zu, %s by z[%zu] is %.8g, differences say %.8g", row, d->names[c], k, is, wanted);
}

static inline void differences_check(differences *d)
{
  const size_t n = fairu_events_n_events(d->in);
  float *got = (float *)malloc(n * d->n_columns * d->n_z * sizeof *got);
  CHECK_OK(d->ctx,
           fairu_systematics_tangents(d->chain, d->ctx, d->in, d->z, d->n_z, 9, d->names, d->n_columns, got));
  d->n_moved = d->n_rough = 0;
  for (size_t k = 0; k < d->n_z; k++) {
    fairu_events *out[9];
    differences_shift(d, k, out);
    for (size_t c = 0; c < d->n_columns; c++)
      for (size_t i = 0; i < n; i++)
        differences_compare(d, out, c, i, k, (double)got[(i * d->n_columns + c) * d->n_z + k]);
    for (int j = 0; j < 9; j++)
      fairu_events_destroy(out[j]);
  }
  free(got);
}

/* At z, of the events that `made` makes and their n_columns columns: none is beside a kink. Returns how many are not 0. */
static inline size_t differences_check_all(const fairu_systematics *chain,
                                           fairu_events *(*made)(fairu_context *ctx), const double *z,
                                           size_t n_z, const char *const *columns, size_t n_columns)
{
  fairu_context *ctx = support_context();
  fairu_events *in = made(ctx);
  differences d = {
    .ctx = ctx, .chain = chain, .in = in, .z = z, .n_z = n_z, .names = columns, .n_columns = n_columns
  };
  differences_check(&d);
  assert_true(d.n_rough == 0);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
  return d.n_moved;
}

#endif /* FAIRU_TESTS_SYSTEMATICS_DIFFERENCES_H */
