/* Transformations of the caller with derivatives: alone and among other steps, against differences and closed forms. */
#include "systematics/made_events.h"
#include "systematics/plain_chain.h"
#include "systematics/differences.h"

enum { N = 2000, N_COLUMNS = 5, N_Z = 3 };

static const char *const names[N_COLUMNS] = { "x", "y", "w", "other", "still" };
static const char *const nuisances[N_Z] = { "a", "b", "angle" };
static const double nominal[N_Z] = { 1.0, 0.5, 0.3 };

static double value(size_t i, size_t c)
{
  return 4.0 * made_uniform(i, c) - 2.0;
}

static fairu_events *made_up(fairu_context *ctx)
{
  return made_events(ctx, N, names, N_COLUMNS, value);
}

static fairu_systematics *empty_chain(fairu_context *ctx)
{
  return plain_chain(ctx, nuisances, N_Z, NULL);
}

/* ---- x' = a x + y^2 b / 8, y' = sin((x + y) / 8) e^b; w is read alone, and cuts ------------------------------------- */

static void bend(const double *z, double x, double y, double *out_x, double *out_y)
{
  *out_x = z[0] * x + y * y * z[1] / 8.0;
  *out_y = sin((x + y) / 8.0) * exp(z[1]);
}

static int bend_rows(const double *z, size_t n_z, uint64_t seed, size_t first, size_t n,
                     float *const *columns, size_t n_columns, double *weights, unsigned char *passed,
                     void *data)
{
  (void)n_columns, (void)n_z, (void)seed, (void)first, (void)weights;
  for (size_t i = 0; i < n; i++) {
    double x, y;
    bend(z, (double)columns[0][i], (double)columns[1][i], &x, &y);
    columns[0][i] = (float)x;
    columns[1][i] = (float)y;
    passed[i] = (unsigned char)(passed[i] && !(data && columns[2][i] > 1.0f));
  }
  return 0;
}

static int bend_tangents(const double *z, size_t n_z, uint64_t seed, size_t first, size_t n,
                         double *const *values, double *const *tangents, size_t n_columns,
                         unsigned char *passed, void *data)
{
  (void)n_columns, (void)seed, (void)first;
  for (size_t i = 0; i < n; i++) {
    const double x = values[0][i], y = values[1][i], grown = exp(z[1]);
    for (size_t k = 0; k < n_z; k++) {
      double *dx = tangents[k], *dy = tangents[n_z + k];
      const double before_x = dx[i], before_y = dy[i];
      dx[i] = z[0] * before_x + y * z[1] / 4.0 * before_y + (k == 0 ? x : k == 1 ? y * y / 8.0 : 0.0);
      dy[i] = grown * cos((x + y) / 8.0) / 8.0 * (before_x + before_y) +
              (k == 1 ? sin((x + y) / 8.0) * grown : 0.0);
    }
    bend(z, x, y, &values[0][i], &values[1][i]);
    passed[i] = (unsigned char)(passed[i] && !(data && values[2][i] > 1.0));
  }
  return 0;
}

static void add_bend(fairu_systematics *s, fairu_context *ctx, void *data)
{
  CHECK_OK(ctx,
           fairu_systematics_add_callback_with_tangents(s, ctx, names, 3, bend_rows, bend_tangents, data));
}

static size_t check_at(const fairu_systematics *s, double a, double b, double angle)
{
  const double z[N_Z] = { a, b, angle };
  return differences_check_all(s, made_up, z, N_Z, names, N_COLUMNS);
}

static void derivatives_are_passed_on(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_systematics *s = empty_chain(ctx);
  add_bend(s, ctx, NULL);
  assert_true(check_at(s, 1.0, 0.0, 0.0) > 3 * N - 10); /* x by a and b, y by b; some are next to 0 */
  check_at(s, 1.2, 0.3, 0.0);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

/* Steps before it move what it reads, steps behind it what it writes, and it stands there twice. */
static void derivatives_go_through_a_chain(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_systematics *s = empty_chain(ctx);
  const double steps[2] = { 0.5, -1.5 };
  CHECK_OK(ctx, fairu_systematics_add_rotation(s, ctx, "angle", "x", "other", 0.1));
  add_bend(s, ctx, NULL);
  CHECK_OK(ctx, fairu_systematics_add_shift(s, ctx, "a", (const char *const[]){ "y", "w" }, steps, 2, 1.0));
  CHECK_OK(ctx, fairu_systematics_add_scale(s, ctx, "b", (const char *const[]){ "other", "x" }, 2));
  add_bend(s, ctx, NULL);
  check_at(s, 1.0, 0.5, 0.3);
  check_at(s, 0.8, -0.4, 1.3);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

static void rows_that_it_cuts_do_not_move(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_systematics *s = empty_chain(ctx);
  fairu_events *in = made_up(ctx);
  static float got[N * N_Z];
  size_t n_cut = 0;
  add_bend(s, ctx, s);
  CHECK_OK(ctx, fairu_systematics_tangents(s, ctx, in, nominal, N_Z, 1, names, 1, got));
  const float *x = fairu_events_column(in, 0, NULL), *w = fairu_events_column(in, 2, NULL);
  for (size_t i = 0; i < N; i++) {
    n_cut += w[i] > 1.0f;
    assert_true(got[i * N_Z] == (w[i] > 1.0f ? 0.0f : x[i]));
  }
  assert_true(n_cut > N / 5);
  fairu_events_destroy(in);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

/* ---- published toys, section 4.4: closed forms ------------------------------------------------------------- */

/* Gamma and Gaussian, observable x = alpha x0: dx / dalpha = x / alpha. */
static int rescale(const double *z, size_t n_z, uint64_t seed, size_t first, size_t n, float *const *columns,
                   size_t n_columns, double *weights, unsigned char *passed, void *data)
{
  (void)n_columns, (void)n_z, (void)seed, (void)first, (void)weights, (void)passed, (void)data;
  for (size_t i = 0; i < n; i++)
    columns[0][i] = (float)(z[0] * (double)columns[0][i]);
  return 0;
}

static int rescale_tangents(const double *z, size_t n_z, uint64_t seed, size_t first, size_t n,
                            double *const *values, double *const *tangents, size_t n_columns,
                            unsigned char *passed, void *data)
{
  (void)n_columns, (void)seed, (void)first, (void)passed, (void)data;
  for (size_t i = 0; i < n; i++) {
    for (size_t k = 0; k < n_z; k++)
      tangents[k][i] = z[0] * tangents[k][i] + (k == 0 ? values[0][i] : 0.0);
    values[0][i] *= z[0];
  }
  return 0;
}

static void gamma_gauss_has_its_closed_form(void **state)
{
  (void)state;
  const double z[N_Z] = { 1.3, 1.0, 0.0 };
  static float ours[N * N_Z], builtin[N * N_Z];
  fairu_context *ctx = support_context();
  fairu_systematics *s = empty_chain(ctx), *scale = empty_chain(ctx);
  fairu_events *in = made_up(ctx), *out = NULL;
  CHECK_OK(ctx,
           fairu_systematics_add_callback_with_tangents(s, ctx, names, 1, rescale, rescale_tangents, NULL));
  CHECK_OK(ctx, fairu_systematics_add_scale(scale, ctx, "a", names, 1));
  CHECK_OK(ctx, fairu_systematics_tangents(s, ctx, in, z, N_Z, 1, names, 1, ours));
  CHECK_OK(ctx, fairu_systematics_tangents(scale, ctx, in, z, N_Z, 1, names, 1, builtin));
  CHECK_OK(ctx, fairu_systematics_apply(s, ctx, in, z, N_Z, 1, NULL, &out));
  assert_memory_equal(ours, builtin, sizeof ours);
  for (size_t i = 0; i < N; i++)
    CHECK_CLOSE((double)ours[i * N_Z], (double)fairu_events_column(out, 0, NULL)[i] / z[0], 2e-7);
  fairu_events_destroy(in);
  fairu_events_destroy(out);
  fairu_systematics_destroy(s);
  fairu_systematics_destroy(scale);
  fairu_context_destroy(ctx);
}

/* INFERNO's background, "w" > 0: x + r (a), y = y0 3 / lambda (b): dx / dr = 1, dy / dlambda = -y / lambda; signal rests. */
static int mixture(const double *z, size_t n_z, uint64_t seed, size_t first, size_t n, float *const *columns,
                   size_t n_columns, double *weights, unsigned char *passed, void *data)
{
  (void)n_columns, (void)n_z, (void)seed, (void)first, (void)weights, (void)passed, (void)data;
  for (size_t i = 0; i < n; i++)
    if (columns[2][i] > 0.0f) {
      columns[0][i] = (float)((double)columns[0][i] + z[0]);
      columns[1][i] = (float)((double)columns[1][i] * 3.0 / z[1]);
    }
  return 0;
}

static int mixture_tangents(const double *z, size_t n_z, uint64_t seed, size_t first, size_t n,
                            double *const *values, double *const *tangents, size_t n_columns,
                            unsigned char *passed, void *data)
{
  (void)n_columns, (void)seed, (void)first, (void)passed, (void)data;
  for (size_t i = 0; i < n; i++) {
    if (!(values[2][i] > 0.0))
      continue;
    values[0][i] += z[0];
    values[1][i] *= 3.0 / z[1];
    for (size_t k = 0; k < n_z; k++) {
      tangents[k][i] += k == 0 ? 1.0 : 0.0;
      tangents[n_z + k][i] = tangents[n_z + k][i] * 3.0 / z[1] - (k == 1 ? values[1][i] / z[1] : 0.0);
    }
  }
  return 0;
}

static void inferno_background_has_its_closed_form(void **state)
{
  (void)state;
  const double z[N_Z] = { 0.2, 2.7, 0.0 };
  static float got[N * 2 * N_Z];
  fairu_context *ctx = support_context();
  fairu_systematics *s = empty_chain(ctx);
  fairu_events *in = made_up(ctx), *out = NULL;
  CHECK_OK(ctx,
           fairu_systematics_add_callback_with_tangents(s, ctx, names, 3, mixture, mixture_tangents, NULL));
  CHECK_OK(ctx, fairu_systematics_tangents(s, ctx, in, z, N_Z, 1, names, 2, got));
  CHECK_OK(ctx, fairu_systematics_apply(s, ctx, in, z, N_Z, 1, NULL, &out));
  for (size_t i = 0; i < N; i++) {
    const float *row = got + i * 2 * N_Z;
    const int moves = fairu_events_column(in, 2, NULL)[i] > 0.0f;
    assert_true(row[0] == (moves ? 1.0f : 0.0f) && row[1] == 0.0f && row[2] == 0.0f && row[N_Z] == 0.0f);
    CHECK_CLOSE((double)row[N_Z + 1], moves ? -(double)fairu_events_column(out, 1, NULL)[i] / z[1] : 0.0,
                2e-7);
  }
  fairu_events_destroy(in);
  fairu_events_destroy(out);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

/* ---- failures ----------------------------------------------------------------------------------------------- */

static int fails(const double *z, size_t n_z, uint64_t seed, size_t first, size_t n, double *const *values,
                 double *const *tangents, size_t n_columns, unsigned char *passed, void *data)
{
  (void)n_columns, (void)z, (void)n_z, (void)seed, (void)n, (void)values, (void)tangents, (void)passed,
      (void)data;
  return first >= 1024 ? 7 : 0;
}

static void failures_are_named(void **state)
{
  (void)state;
  static float got[N * N_Z];
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx);
  fairu_systematics *s = empty_chain(ctx), *none = empty_chain(ctx);
  CHECK_OK(ctx, fairu_systematics_add_callback_with_tangents(s, ctx, names, 1, rescale, fails, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK,
              fairu_systematics_tangents(s, ctx, in, nominal, N_Z, 1, names, 1, got));
  CHECK_SAYS(ctx, "derivatives of a transformation returned 7 for rows from 1024");
  CHECK_OK(ctx, fairu_systematics_add_callback_with_tangents(none, ctx, names, 1, rescale, NULL, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED,
              fairu_systematics_tangents(none, ctx, in, nominal, N_Z, 1, names, 1, got));
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE,
              fairu_systematics_add_callback_with_tangents(s, ctx, (const char *const[]){ "x", "x" }, 2,
                                                           rescale, rescale_tangents, NULL));
  fairu_events_destroy(in);
  fairu_systematics_destroy(s);
  fairu_systematics_destroy(none);
  fairu_context_destroy(ctx);
}

static void threads_do_not_matter(void **state)
{
  (void)state;
  static float one[N * N_COLUMNS * N_Z], two[N * N_COLUMNS * N_Z];
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx);
  fairu_systematics *s = empty_chain(ctx);
  add_bend(s, ctx, NULL);
  CHECK_OK(ctx, fairu_systematics_tangents(s, ctx, in, nominal, N_Z, 1, names, N_COLUMNS, one));
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 2));
  CHECK_OK(ctx, fairu_systematics_tangents(s, ctx, in, nominal, N_Z, 1, names, N_COLUMNS, two));
  assert_memory_equal(one, two, sizeof one);
  fairu_events_destroy(in);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(derivatives_are_passed_on),
    cmocka_unit_test(derivatives_go_through_a_chain),
    cmocka_unit_test(rows_that_it_cuts_do_not_move),
    cmocka_unit_test(gamma_gauss_has_its_closed_form),
    cmocka_unit_test(inferno_background_has_its_closed_form),
    cmocka_unit_test(failures_are_named),
    cmocka_unit_test(threads_do_not_matter),
  };
  return cmocka_run_group_tests_name("tangents of callbacks", tests, NULL, NULL);
}
