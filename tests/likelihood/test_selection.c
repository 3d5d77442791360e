/* Evaluation in the coordinates of a reduction that profiles nothing: rows and columns of the whole, to the bit for templates. */
#include "likelihood/model.h"

#include "likelihood/channel_model.h"
#include "likelihood/small_model.h"

enum { most = 16 };

/* Every second parameter. */
typedef struct halves {
  size_t index[most], column[most];
  unsigned char profiled[most];
  fairu_reduction reduction;
} halves;

static void take_half(size_t n_params, halves *h)
{
  size_t n = 0;
  for (size_t i = 0; i < n_params; i++) {
    h->profiled[i] = 0;
    h->column[i] = i % 2 ? FAIRU_NONE : n;
    if (i % 2 == 0)
      h->index[n++] = i;
  }
  h->reduction = (fairu_reduction){ n, h->index, h->column, h->profiled };
}

static void check_half(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                       const double *point, double tolerance)
{
  const size_t n = lh->n_params;
  halves h;
  double p[most], all[2], some[2], g[most], h_all[most * most], g_some[most], h_some[most * most];
  take_half(n, &h);
  memcpy(p, point, n * sizeof *p);
  CHECK_OK(ctx, fairu_likelihood__evaluate(lh, ctx, data, NULL, p, all, g, h_all));
  CHECK_OK(ctx, fairu_likelihood__evaluate(lh, ctx, data, &h.reduction, p, some, g_some, h_some));
  assert_memory_equal(p, point, n * sizeof *p);
  CHECK_NEAR(some[0] + some[1], all[0] + all[1], tolerance);
  for (size_t i = 0; i < h.reduction.n; i++) {
    CHECK_NEAR(g_some[i], g[h.index[i]], tolerance);
    for (size_t k = 0; k < h.reduction.n; k++)
      CHECK_NEAR(h_some[i * h.reduction.n + k], h_all[h.index[i] * n + h.index[k]], tolerance);
  }
  CHECK_OK(ctx, fairu_likelihood__evaluate(lh, ctx, data, &h.reduction, p, some, NULL, NULL));
  CHECK_NEAR(some[0] + some[1], all[0] + all[1], tolerance);
}

static void templates_select_rows_and_columns(void **state)
{
  (void)state;
  static const double point[small_params] = { 1.2, 0.9, 1.05, 0.3, -0.2 };
  fairu_context *ctx = support_context();
  const small_options o = { .mc_stat = FAIRU_MC_STAT_MOVING,
                            .kind = FAIRU_CONSTRAINT_AUXILIARY,
                            .interpolation = FAIRU_INTERPOLATION_LOG };
  small_model m;
  CHECK_OK(ctx, small_create(ctx, &o, &m));
  check_half(ctx, m.likelihood, m.data, point, 0.0);
  small_destroy(&m);
  fairu_context_destroy(ctx);
}

static void channels_select_rows_and_columns(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  CHECK_OK(ctx, channel_observed_create(ctx, &lh, &data));
  check_half(ctx, lh, data, channel_point, 1e-11);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

/* The derivatives of everything together, constraints among them, by differences. */
static void channels_have_their_derivatives(void **state)
{
  (void)state;
  enum { n = CHANNEL_PARAMS };
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  double nll[2], g[n], h[n * n], below[n], above[n];
  CHECK_OK(ctx, channel_observed_create(ctx, &lh, &data));
  CHECK_OK(ctx, fairu_likelihood_nll(lh, ctx, data, channel_point, n, nll, g, h));
  for (size_t i = 0; i < n; i++) {
    const double step = 1e-5;
    double p[n], low[2], high[2];
    memcpy(p, channel_point, sizeof p);
    p[i] -= step;
    CHECK_OK(ctx, fairu_likelihood_nll(lh, ctx, data, p, n, low, below, NULL));
    p[i] += 2.0 * step;
    CHECK_OK(ctx, fairu_likelihood_nll(lh, ctx, data, p, n, high, above, NULL));
    CHECK_NEAR((high[0] - low[0]) / (2.0 * step), g[i], 1e-6 * (1.0 + h[i * n + i]));
    for (size_t k = 0; k < n; k++)
      CHECK_NEAR((above[k] - below[k]) / (2.0 * step), h[i * n + k], 1e-6 * (1.0 + h[i * n + i]));
  }
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(templates_select_rows_and_columns),
    cmocka_unit_test(channels_select_rows_and_columns),
    cmocka_unit_test(channels_have_their_derivatives),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
