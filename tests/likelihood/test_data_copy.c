/* Copies of data: counts that move or not, auxiliary data, weights of events. */
#include "likelihood/small_model.h"

static const double point[small_params] = { 1.2, 0.9, 1.05, 0.3, -0.2 };

static void check_equal(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *a,
                        const fairu_data *b, const double *p, size_t n)
{
  double x[2], y[2], dx[small_params], dy[small_params];
  CHECK_OK(ctx, fairu_likelihood_nll(lh, ctx, a, p, n, x, dx, NULL));
  CHECK_OK(ctx, fairu_likelihood_nll(lh, ctx, b, p, n, y, dy, NULL));
  assert_memory_equal(x, y, sizeof x);
  assert_memory_equal(dx, dy, n * sizeof *dx);
}

/* From moving to fixed and back, with auxiliary counts. */
static void main_and_auxiliary_counts_are_copied(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const small_options o = { .mc_stat = FAIRU_MC_STAT_MOVING,
                            .moving = 1,
                            .kind = FAIRU_CONSTRAINT_AUXILIARY,
                            .interpolation = FAIRU_INTERPOLATION_LOG };
  small_model m;
  fairu_data *copy = NULL, *toy = NULL;
  CHECK_OK(ctx, small_create(ctx, &o, &m));
  CHECK_OK(ctx, fairu_data_create(ctx, m.likelihood, &copy));
  CHECK_OK(ctx, fairu_data_create(ctx, m.likelihood, &toy));
  CHECK_OK(ctx, fairu_data_copy(copy, ctx, m.data));
  check_equal(ctx, m.likelihood, copy, m.data, point, small_params);
  CHECK_OK(ctx, fairu_likelihood_toy(m.likelihood, ctx, point, small_params, 1, 1, toy));
  CHECK_OK(ctx, fairu_data_copy(copy, ctx, toy));
  check_equal(ctx, m.likelihood, copy, toy, point, small_params);
  CHECK_OK(ctx, fairu_data_copy(copy, ctx, m.data));
  check_equal(ctx, m.likelihood, copy, m.data, point, small_params);
  fairu_data_destroy(copy);
  fairu_data_destroy(toy);
  small_destroy(&m);
  fairu_context_destroy(ctx);
}

static int term(size_t first, size_t n, const double *z, size_t n_z, double *log_ratio, double *d_log_ratio,
                double *d2_log_ratio, double *log_density, double *d_log_density, double *d2_log_density,
                void *user_data)
{
  (void)z, (void)n_z, (void)d_log_ratio, (void)d2_log_ratio, (void)d_log_density, (void)d2_log_density;
  (void)user_data;
  for (size_t i = 0; i < n; i++) {
    log_ratio[i] = sin((double)(first + i));
    log_density[i] = 0.0;
  }
  return 0;
}

static void weights_of_events_are_copied(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_factor mu = { "mu", NULL, 1.0, -HUGE_VAL, HUGE_VAL };
  const double weights[4] = { 1.0, 0.5, 2.0, 1.0 }, at = 1.1;
  fairu_event_model model;
  fairu_likelihood_options options;
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL, *copy = NULL;
  CHECK_OK(ctx, fairu_event_model_init(&model, sizeof model));
  CHECK_OK(ctx, fairu_likelihood_options_init(&options, sizeof options));
  model.signal_yield = 10.0;
  model.background_yield = 50.0;
  model.term = term;
  options.factors = &mu;
  options.n_factors = 1;
  CHECK_OK(ctx, fairu_likelihood_create_unbinned(ctx, &model, &options, &lh));
  CHECK_OK(ctx, fairu_data_create(ctx, lh, &data));
  CHECK_OK(ctx, fairu_data_create(ctx, lh, &copy));
  CHECK_OK(ctx, fairu_data_set_events(data, ctx, weights, 4));
  CHECK_OK(ctx, fairu_data_copy(copy, ctx, data));
  check_equal(ctx, lh, copy, data, &at, 1);
  CHECK_OK(ctx, fairu_data_set_events(copy, ctx, weights, 3));
  CHECK_OK(ctx, fairu_data_copy(data, ctx, copy));
  check_equal(ctx, lh, copy, data, &at, 1);
  fairu_data_destroy(data);
  fairu_data_destroy(copy);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(main_and_auxiliary_counts_are_copied),
    cmocka_unit_test(weights_of_events_are_copied),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
