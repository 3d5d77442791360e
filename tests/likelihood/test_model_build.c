/* Models built call by call: what is kept, what is refused, and that a refused call changes nothing. */
#include "likelihood/channel_model.h"

static const double ones[3] = { 1.0, 1.0, 1.0 };

static void parameters_say_what_they_are(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  fairu_parameter p = { .struct_size = sizeof p };
  size_t index;
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  assert_true(fairu_likelihood_n_parameters(lh) == CHANNEL_PARAMS);
  assert_true(fairu_likelihood_poi_index(lh) == CHANNEL_MU);
  CHECK_OK(ctx, fairu_likelihood_parameter(lh, ctx, CHANNEL_MU, &p));
  assert_string_equal(p.name, "mu");
  assert_true(p.kind == FAIRU_PARAMETER_FACTOR && p.constraint == FAIRU_CONSTRAINT_NONE && !p.fixed);
  assert_true(isnan(p.width) && isnan(p.aux) && p.lower == 0.0 && p.upper == 10.0 && p.start == 1.0);
  CHECK_OK(ctx, fairu_likelihood_parameter(lh, ctx, CHANNEL_LUMI, &p));
  assert_true(p.kind == FAIRU_PARAMETER_NUISANCE && p.constraint == FAIRU_CONSTRAINT_PRIOR && p.fixed == 1);
  assert_true(p.width == 0.02 && p.aux == 1.0);
  CHECK_OK(ctx, fairu_likelihood_parameter(lh, ctx, CHANNEL_STAT + 1, &p));
  assert_true(p.kind == FAIRU_PARAMETER_GAMMA && p.width == 0.08);
  CHECK_OK(ctx, fairu_likelihood_parameter(lh, ctx, CHANNEL_SHAPE, &p));
  assert_true(p.kind == FAIRU_PARAMETER_GAMMA && p.constraint == FAIRU_CONSTRAINT_POISSON);
  assert_true(p.width == 0.05 && p.aux == 400.0);
  CHECK_OK(ctx, fairu_likelihood_parameter(lh, ctx, CHANNEL_FREE, &p));
  assert_true(p.kind == FAIRU_PARAMETER_FACTOR);
  CHECK_OK(ctx, fairu_likelihood_find_parameter(lh, ctx, "shape[1]", &index));
  assert_true(index == CHANNEL_SHAPE + 1);
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_likelihood_find_parameter(lh, ctx, "nu", &index));
  CHECK_SAYS(ctx, "'nu'");
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

static void channels_and_samples_keep_their_place(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  assert_true(fairu_likelihood_n_channels(lh) == 2 && fairu_likelihood_n_bins(lh) == CHANNEL_BINS);
  assert_string_equal(fairu_likelihood_channel_name(lh, 1), "CR");
  assert_true(fairu_likelihood_channel_n_bins(lh, 0) == 3 && fairu_likelihood_channel_n_bins(lh, 1) == 2);
  assert_true(fairu_likelihood_channel_first_bin(lh, 1) == 3);
  assert_true(fairu_likelihood_n_samples(lh) == 4 && fairu_likelihood_sample_channel(lh, 3) == 1);
  assert_string_equal(fairu_likelihood_sample_name(lh, 3), "other");
  assert_null(fairu_likelihood_channel_name(lh, 2));
  assert_null(fairu_likelihood_sample_name(lh, 4));
  assert_true(fairu_likelihood_channel_n_bins(lh, 2) == 0);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

static void refuse_parameter(fairu_context *ctx, fairu_model *m, const fairu_parameter_options *o, int code,
                             const char *text)
{
  size_t index = 77;
  CHECK_FAILS(ctx, code, fairu_model_add_parameter(m, ctx, "theta", o, &index));
  CHECK_SAYS(ctx, text);
  assert_true(index == 77);
}

static void bad_parameters_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_model *m = NULL;
  fairu_parameter_options good, o;
  fairu_nuisance prior;
  size_t index;
  CHECK_OK(ctx, channel_model_create(ctx, &m));
  CHECK_OK(ctx, fairu_parameter_options_init(&good, sizeof good));
  CHECK_OK(ctx, fairu_nuisance_init(&prior, sizeof prior));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_model_add_parameter(m, ctx, "", &good, NULL));
  CHECK_SAYS(ctx, "no name");
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_model_add_parameter(m, ctx, "alpha", &good, NULL));
  CHECK_SAYS(ctx, "'alpha'");
#define REFUSE(change, code, text) (o = good, change, refuse_parameter(ctx, m, &o, (code), (text)))
  REFUSE(o.struct_size = 3, FAIRU_ERR_STRUCT_SIZE, "parameter options");
  REFUSE(o.start = INFINITY, FAIRU_ERR_NON_FINITE, "'theta': start is inf");
  REFUSE(o.lower = NAN, FAIRU_ERR_NON_FINITE, "range nan to inf");
  REFUSE(o.lower = 2.0, FAIRU_ERR_RANGE, "start 1 is not within 2 to inf");
  REFUSE(o.fixed = 2, FAIRU_ERR_ARGUMENT, "fixed is 2");
  REFUSE(o.poisson_scale = -4.0, FAIRU_ERR_RANGE, "poisson_scale is -4");
  REFUSE(o.poisson_scale = NAN, FAIRU_ERR_NON_FINITE, "poisson_scale is nan");
  REFUSE((o.poisson_scale = 4.0, o.prior = &prior), FAIRU_ERR_ARGUMENT, "two constraints");
  REFUSE((o.poisson_scale = 4.0, o.aux = -1.0), FAIRU_ERR_RANGE, "count of 'theta' is -1");
  REFUSE(o.aux = 1.0, FAIRU_ERR_ARGUMENT, "'theta' has no auxiliary value");
  REFUSE((o.prior = &prior, o.aux = INFINITY), FAIRU_ERR_NON_FINITE, "auxiliary value of 'theta' is inf");
  REFUSE((o.prior = &prior, prior.width = 0.0), FAIRU_ERR_RANGE, "prior of 'theta': width is 0");
  prior.width = 1.0;
  REFUSE((o.prior = &prior, prior.upper = 0.5), FAIRU_ERR_RANGE, "start 1 is not within -inf to 0.5");
  REFUSE((o.prior = &prior, o.lower = 0.75), FAIRU_ERR_RANGE, "nothing in common");
  prior.prior = FAIRU_PRIOR_LOG_NORMAL;
  REFUSE(o.prior = &prior, FAIRU_ERR_RANGE, "log-normal needs values > 0");
#undef REFUSE
  CHECK_OK(ctx, fairu_model_add_parameter(m, ctx, "theta", &good, &index));
  assert_true(index == CHANNEL_PARAMS); /* nothing of the refused ones is left */
  CHECK_OK(ctx, fairu_model_add_parameter(m, ctx, "plain", NULL, NULL));
  fairu_model_destroy(m);
  fairu_context_destroy(ctx);
}

static void bad_channels_and_samples_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_model *m = NULL;
  fairu_limits limits;
  const double bad[2] = { 1.0, NAN };
  CHECK_OK(ctx, channel_model_create(ctx, &m));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_model_add_channel(m, ctx, NULL, 2, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_model_add_channel(m, ctx, "", 2, NULL));
  CHECK_SAYS(ctx, "a channel has no name");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_model_add_channel(m, ctx, "VR", 0, NULL));
  CHECK_SAYS(ctx, "'VR' has no bins");
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_model_add_channel(m, ctx, "CR", 2, NULL));
  CHECK_SAYS(ctx, "'CR'");
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_model_add_channel(m, ctx, "VR", SIZE_MAX, NULL));
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  limits.bins = 6;
  limits.name_bytes = 4;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_model_add_channel(m, ctx, "VR", 2, NULL));
  CHECK_SAYS(ctx, "2 bins beside 5, the limit bins is 6");
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_model_add_channel(m, ctx, "region", 1, NULL));
  CHECK_SAYS(ctx, "name of a channel has 6 bytes");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_model_add_sample(m, ctx, 2, "qcd", ones, 2, NULL));
  CHECK_SAYS(ctx, "'qcd': channel 2 of 2");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_model_add_sample(m, ctx, 1, "qcd", ones, 3, NULL));
  CHECK_SAYS(ctx, "'qcd': channel 'CR' has 2 bins, got 3");
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_model_add_sample(m, ctx, 1, "qcd", bad, 2, NULL));
  CHECK_SAYS(ctx, "bin 1 is nan");
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_model_add_sample(m, ctx, 1, "other", ones, 2, NULL));
  CHECK_SAYS(ctx, "two samples of channel 'CR' are named 'other'");
  CHECK_OK(ctx, fairu_model_add_sample(m, ctx, 1, "signal", ones, 2, NULL)); /* of another channel */
  fairu_model_destroy(m);
  fairu_context_destroy(ctx);
}

static void bad_factors_and_norms_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_model *m = NULL;
  CHECK_OK(ctx, channel_model_create(ctx, &m));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_model_add_factor(m, ctx, 4, 0));
  CHECK_SAYS(ctx, "factor: sample 4 of 4");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_model_add_factor(m, ctx, 0, CHANNEL_PARAMS));
  CHECK_SAYS(ctx, "factor of sample 'signal' in channel 'SR': parameter 10 of 10");
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_model_add_factor(m, ctx, 0, CHANNEL_MU));
  CHECK_SAYS(ctx, "'mu' already acts so on sample 'signal' of channel 'SR'");
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_model_add_factor(m, ctx, 0, CHANNEL_STAT));
  CHECK_SAYS(ctx, "'stat[0]' already scales bins of sample 'signal'");
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE,
              fairu_model_add_norm(m, ctx, 0, CHANNEL_ALPHA, 0.9, 1.1, FAIRU_CODE_4));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_model_add_norm(m, ctx, 1, CHANNEL_ALPHA, 0.0, 1.1, FAIRU_CODE_4));
  CHECK_SAYS(ctx, "norm of sample 'background' in channel 'SR': down is 0, up is 1.1");
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_model_add_norm(m, ctx, 1, CHANNEL_ALPHA, 0.9, NAN, FAIRU_CODE_4));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
              fairu_model_add_norm(m, ctx, 1, CHANNEL_ALPHA, 0.9, 1.1, FAIRU_CODE_4P));
  CHECK_SAYS(ctx, "code 5 is not for it");
  CHECK_OK(ctx,
           fairu_model_add_norm(m, ctx, 1, CHANNEL_ALPHA, 0.9, 1.1, FAIRU_CODE_4)); /* beside its shift */
  fairu_model_destroy(m);
  fairu_context_destroy(ctx);
}

static void bad_shifts_and_bin_factors_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_model *m = NULL;
  const double bad[3] = { 1.0, 1.0, -INFINITY };
  const size_t far[3] = { CHANNEL_FREE, 10, FAIRU_NONE }, twice[3] = { CHANNEL_FREE, CHANNEL_STAT + 1, 0 };
  const size_t scaled[3] = { FAIRU_NONE, CHANNEL_MU, FAIRU_NONE },
               none[3] = { FAIRU_NONE, FAIRU_NONE, FAIRU_NONE };
  const int code = FAIRU_CODE_4P;
  CHECK_OK(ctx, channel_model_create(ctx, &m));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_model_add_shift(m, ctx, 0, CHANNEL_ALPHA, ones, ones, 2, code));
  CHECK_SAYS(ctx, "shift of sample 'signal': channel 'SR' has 3 bins, got 2");
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_model_add_shift(m, ctx, 0, CHANNEL_ALPHA, ones, bad, 3, code));
  CHECK_SAYS(ctx, "bin 2 of 'up' is -inf");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
              fairu_model_add_shift(m, ctx, 0, CHANNEL_ALPHA, ones, ones, 3, FAIRU_CODE_1));
  CHECK_SAYS(ctx, "code 2");
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_model_add_shift(m, ctx, 1, CHANNEL_ALPHA, ones, ones, 3, code));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_model_add_bin_factors(m, ctx, 0, far, 2));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_model_add_bin_factors(m, ctx, 0, far, 3));
  CHECK_SAYS(ctx, "bin 1 has parameter 10 of 10");
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_model_add_bin_factors(m, ctx, 0, twice, 3));
  CHECK_SAYS(ctx, "'stat[1]' already scales bin 1 of sample 'signal'");
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_model_add_bin_factors(m, ctx, 0, scaled, 3));
  CHECK_OK(ctx, fairu_model_add_bin_factors(m, ctx, 0, none, 3));
  CHECK_OK(ctx, fairu_model_add_bin_factors(m, ctx, 0, none, 3));
  fairu_model_destroy(m);
  fairu_context_destroy(ctx);
}

static void bad_splines_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_model *m = NULL;
  const double knots[4] = { -1.0, 0.0, 1.0, 2.0 }, falling[4] = { -1.0, 0.0, 0.0, 2.0 };
  const double broken[4] = { -1.0, NAN, 1.0, 2.0 };
  double yields[8] = { 11.0, 4.0, 12.0, 5.0, 13.0, 7.0, 15.0, 9.0 };
  CHECK_OK(ctx, channel_model_create(ctx, &m));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_model_add_spline(m, ctx, 3, 1, knots, 3, 0.0, yields, 2));
  CHECK_SAYS(ctx, "spline of sample 'other' in channel 'CR': 3 knots");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_model_add_spline(m, ctx, 3, 1, falling, 4, 0.0, yields, 2));
  CHECK_SAYS(ctx, "knot 2 is 0, not above 0");
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_model_add_spline(m, ctx, 3, 1, broken, 4, 0.0, yields, 2));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_model_add_spline(m, ctx, 3, 1, knots, 4, 0.5, yields, 2));
  CHECK_SAYS(ctx, "nominal 0.5");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_model_add_spline(m, ctx, 3, 1, knots, 4, 0.0, yields, 3));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_model_add_spline(m, ctx, 3, 1, knots, 4, 1.0, yields, 2));
  CHECK_SAYS(ctx, "bin 0 is 13 at the nominal knot, the sample has 12");
  yields[7] = NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_model_add_spline(m, ctx, 3, 1, knots, 4, 0.0, yields, 2));
  yields[7] = 9.0;
  CHECK_OK(ctx, fairu_model_add_spline(m, ctx, 3, 1, knots, 4, 0.0, yields, 2));
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_model_add_spline(m, ctx, 3, 1, knots, 4, 0.0, yields, 2));
  fairu_model_destroy(m);
  fairu_context_destroy(ctx);
}

static void incomplete_models_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_model *m = NULL;
  fairu_likelihood *lh = NULL;
  CHECK_OK(ctx, fairu_model_create(ctx, &m));
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_likelihood_create_from_model(ctx, m, NULL, &lh));
  CHECK_SAYS(ctx, "no channel");
  CHECK_OK(ctx, fairu_model_add_channel(m, ctx, "SR", 3, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_likelihood_create_from_model(ctx, m, NULL, &lh));
  CHECK_SAYS(ctx, "no parameters");
  CHECK_OK(ctx, fairu_model_add_parameter(m, ctx, "mu", NULL, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_likelihood_create_from_model(ctx, m, NULL, &lh));
  CHECK_SAYS(ctx, "'SR' has no samples");
  CHECK_OK(ctx, fairu_model_add_sample(m, ctx, 0, "signal", ones, 3, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_likelihood_create_from_model(ctx, m, "nu", &lh));
  CHECK_SAYS(ctx, "no 'nu'");
  assert_null(lh);
  CHECK_OK(ctx, fairu_likelihood_create_from_model(ctx, m, "", &lh));
  assert_true(fairu_likelihood_poi_index(lh) == FAIRU_NONE);
  fairu_likelihood_destroy(lh);
  fairu_model_destroy(m);
  fairu_context_destroy(ctx);
}

/* Many names of one kind: found at their place, and quickly. */
static void thousands_of_parameters_are_found(void **state)
{
  (void)state;
  enum { n = 20000 };
  fairu_context *ctx = support_context();
  fairu_model *m = NULL;
  fairu_likelihood *lh = NULL;
  char name[32];
  CHECK_OK(ctx, fairu_model_create(ctx, &m));
  for (size_t i = 0; i < n; i++) {
    size_t index;
    (void)snprintf(name, sizeof name, "theta[%zu]", i);
    CHECK_OK(ctx, fairu_model_add_parameter(m, ctx, name, NULL, &index));
    assert_true(index == i);
  }
  CHECK_OK(ctx, fairu_model_add_channel(m, ctx, "SR", 3, NULL));
  CHECK_OK(ctx, fairu_model_add_sample(m, ctx, 0, "signal", ones, 3, NULL));
  CHECK_OK(ctx, fairu_likelihood_create_from_model(ctx, m, "theta[77]", &lh));
  assert_true(fairu_likelihood_poi_index(lh) == 77);
  for (size_t i = 0; i < n; i++) {
    size_t index = 0;
    (void)snprintf(name, sizeof name, "theta[%zu]", i);
    CHECK_OK(ctx, fairu_likelihood_find_parameter(lh, ctx, name, &index));
    assert_true(index == i);
  }
  fairu_likelihood_destroy(lh);
  fairu_model_destroy(m);
  fairu_context_destroy(ctx);
}

static void *count_allocate(size_t size, void *user_data)
{
  ++*(int *)user_data;
  return malloc(size);
}

static void count_release(void *pointer, void *user_data)
{
  --*(int *)user_data;
  free(pointer);
}

/* Memory belongs to the model, whichever context a call comes with. */
static void models_keep_their_allocator(void **state)
{
  (void)state;
  int live = 0;
  const fairu_allocator allocator = { .allocate = count_allocate,
                                      .release = count_release,
                                      .user_data = &live };
  fairu_context *first = NULL, *second = support_context();
  fairu_model *m = NULL;
  assert_int_equal(fairu_context_create(&allocator, &first), FAIRU_OK);
  CHECK_OK(first, fairu_model_create(first, &m));
  CHECK_OK(second, channel_parameters(m, second));
  CHECK_OK(second, channel_samples(m, second));
  fairu_context_destroy(second);
  fairu_context_destroy(first);
  assert_true(live > 20);
  fairu_model_destroy(m);
  assert_int_equal(live, 0);
}

static int build_body(fairu_context *ctx, void *data)
{
  static const double knots[4] = { -1.0, 0.0, 1.0, 2.0 };
  static const double yields[8] = { 11.0, 4.0, 12.0, 5.0, 13.0, 7.0, 15.0, 9.0 };
  static const double table_z[4] = { -1.0, 0.0, 1.0, 2.0 }, density[4] = { 0.2, 1.0, 0.8, 0.3 };
  fairu_model *m = NULL;
  fairu_likelihood *lh = NULL;
  fairu_nuisance prior;
  (void)data;
  int status = fairu_nuisance_init(&prior, sizeof prior);
  prior.prior = FAIRU_PRIOR_TABULATED;
  prior.table_z = table_z;
  prior.table_density = density;
  prior.n_table = 4;
  if (status == FAIRU_OK)
    status = channel_model_create(ctx, &m);
  if (status == FAIRU_OK)
    status = channel_add(m, ctx, "table", &prior, 0.0, 0.5, -HUGE_VAL, HUGE_VAL, 0);
  if (status == FAIRU_OK)
    status = fairu_model_add_spline(m, ctx, 3, CHANNEL_PARAMS, knots, 4, 0.0, yields, 2);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_from_model(ctx, m, "mu", &lh);
  fairu_model_destroy(m);
  fairu_likelihood_destroy(lh);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  assert_in_range(support_every_need_fails(build_body, NULL), 80, 200);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(parameters_say_what_they_are),
    cmocka_unit_test(channels_and_samples_keep_their_place),
    cmocka_unit_test(bad_parameters_are_named),
    cmocka_unit_test(bad_channels_and_samples_are_named),
    cmocka_unit_test(bad_factors_and_norms_are_named),
    cmocka_unit_test(bad_shifts_and_bin_factors_are_named),
    cmocka_unit_test(bad_splines_are_named),
    cmocka_unit_test(incomplete_models_are_refused),
    cmocka_unit_test(thousands_of_parameters_are_found),
    cmocka_unit_test(models_keep_their_allocator),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
