/* Data of models of channels: constants and all, copies, Asimov data, toys. */
#include "likelihood/channel_model.h"

static double normal_term(double x, double mean, double width)
{
  const double pull = (x - mean) / width;
  return 0.5 * pull * pull + log(width) + 0.5 * log(2.0 * 3.14159265358979323846);
}

/* In long double: terms of hundreds cancel. */
static double poisson_term(double n, long double mean)
{
  return (double)(mean - n * logl(mean) + lgammal(n + 1.0L));
}

/* -ln of the full density, as it stands in a textbook. */
static double full_nll(const double *p, const double *observed, const double *aux)
{
  static const double widths[3] = { 0.05, 0.08, 0.2 };
  double nu[CHANNEL_BINS], sum = 0.0;
  channel_expected(p, nu);
  for (size_t b = 0; b < CHANNEL_BINS; b++)
    sum += poisson_term(observed[b], nu[b]);
  sum += normal_term(aux[CHANNEL_ALPHA], p[CHANNEL_ALPHA], 1.0);
  sum += normal_term(aux[CHANNEL_LUMI], p[CHANNEL_LUMI], 0.02);
  sum += normal_term(log(aux[CHANNEL_KAPPA]), log(p[CHANNEL_KAPPA]), 0.1) + log(aux[CHANNEL_KAPPA]);
  for (size_t b = 0; b < 3; b++)
    sum += normal_term(aux[CHANNEL_STAT + b], p[CHANNEL_STAT + b], widths[b]);
  for (size_t b = 0; b < 2; b++)
    sum += poisson_term(aux[CHANNEL_SHAPE + b], channel_tau[b] * p[CHANNEL_SHAPE + b]);
  return sum;
}

static const double counts[CHANNEL_BINS] = { 66.0, 37.0, 25.0, 205.5, 47.0 };
static const double aux_values[CHANNEL_PARAMS] = { 0, 0.3, 0.99, 1.04, 1.01, 0.95, 1.2, 390.0, 7.0, 0 };

static void set_all(fairu_context *ctx, fairu_data *data)
{
  CHECK_OK(ctx, fairu_data_set_observed(data, ctx, counts, CHANNEL_BINS));
  for (size_t i = 0; i < CHANNEL_PARAMS; i++)
    if (aux_values[i] != 0.0)
      CHECK_OK(ctx, fairu_data_set_aux(data, ctx, i, aux_values[i]));
}

static void expected_yields_are_those_by_hand(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  double nu[CHANNEL_BINS], wanted[CHANNEL_BINS], one[3];
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  CHECK_OK(ctx, fairu_likelihood_expected(lh, ctx, channel_point, CHANNEL_PARAMS, nu));
  channel_expected(channel_point, wanted);
  for (size_t b = 0; b < CHANNEL_BINS; b++)
    CHECK_CLOSE(nu[b], wanted[b], 1e-15);
  CHECK_OK(ctx, fairu_likelihood_expected_sample(lh, ctx, 3, channel_point, CHANNEL_PARAMS, one));
  CHECK_CLOSE(one[1], 5.0 * channel_point[CHANNEL_FREE], 1e-15);
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_likelihood_expected_sample(lh, ctx, 4, channel_point, CHANNEL_PARAMS, one));
  CHECK_SAYS(ctx, "sample 4 of 4");
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

static void nll_is_that_of_the_full_density(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  double nll[2];
  const double default_aux[CHANNEL_PARAMS] = { 0, 0, 1, 1, 1, 1, 1, channel_tau[0], channel_tau[1], 0 };
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  CHECK_OK(ctx, fairu_data_set_observed(data, ctx, counts, CHANNEL_BINS));
  CHECK_OK(ctx, fairu_likelihood_nll(lh, ctx, data, channel_point, CHANNEL_PARAMS, nll, NULL, NULL));
  CHECK_CLOSE(nll[0] + nll[1], full_nll(channel_point, counts, default_aux), 1e-14);
  set_all(ctx, data);
  CHECK_OK(ctx, fairu_likelihood_nll(lh, ctx, data, channel_point, CHANNEL_PARAMS, nll, NULL, NULL));
  CHECK_CLOSE(nll[0] + nll[1], full_nll(channel_point, counts, aux_values), 1e-14);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

static void constraints_say_where_they_end(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  double nll[2], p[CHANNEL_PARAMS];
  memcpy(p, channel_point, sizeof p);
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  p[CHANNEL_MU] = 12.0; /* outside its bounds: a fit stays within, a look may go there */
  CHECK_OK(ctx, fairu_likelihood_nll(lh, ctx, data, p, CHANNEL_PARAMS, nll, NULL, NULL));
  p[CHANNEL_SHAPE] = 0.0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_likelihood_nll(lh, ctx, data, p, CHANNEL_PARAMS, nll, NULL, NULL));
  CHECK_SAYS(ctx, "the constraint of 'shape[0]' does not allow 0");
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

/* At the point itself the data are the best possible: deviance 0, gradient 0. */
static void asimov_data_have_their_minimum_at_the_point(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  double nll[2], gradient[CHANNEL_PARAMS], aux;
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  CHECK_OK(ctx, fairu_likelihood_asimov(lh, ctx, channel_point, CHANNEL_PARAMS, data));
  CHECK_OK(ctx, fairu_likelihood_nll(lh, ctx, data, channel_point, CHANNEL_PARAMS, nll, gradient, NULL));
  CHECK_NEAR(nll[0], 0.0, 1e-25);
  for (size_t i = 0; i < CHANNEL_PARAMS; i++)
    CHECK_NEAR(gradient[i], 0.0, 1e-12);
  CHECK_OK(ctx, fairu_data_aux(data, ctx, CHANNEL_SHAPE + 1, &aux));
  CHECK_CLOSE(aux, channel_tau[1] * channel_point[CHANNEL_SHAPE + 1], 1e-15);
  CHECK_OK(ctx, fairu_data_aux(data, ctx, CHANNEL_LUMI, &aux)); /* fixed ones too */
  assert_true(aux == channel_point[CHANNEL_LUMI]);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

static void copies_are_equal_and_independent(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL, *other = NULL;
  fairu_data *data = NULL, *copy = NULL, *foreign = NULL;
  double a[2], b[2];
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  CHECK_OK(ctx, channel_likelihood_create(ctx, &other, &foreign));
  CHECK_OK(ctx, fairu_data_create(ctx, lh, &copy));
  set_all(ctx, data);
  CHECK_OK(ctx, fairu_data_copy(copy, ctx, data));
  CHECK_OK(ctx, fairu_data_copy(copy, ctx, copy));
  CHECK_OK(ctx, fairu_likelihood_nll(lh, ctx, data, channel_point, CHANNEL_PARAMS, a, NULL, NULL));
  CHECK_OK(ctx, fairu_likelihood_asimov(lh, ctx, channel_point, CHANNEL_PARAMS, data));
  CHECK_OK(ctx, fairu_likelihood_nll(lh, ctx, copy, channel_point, CHANNEL_PARAMS, b, NULL, NULL));
  assert_memory_equal(a, b, sizeof a);
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_data_copy(copy, ctx, foreign));
  CHECK_SAYS(ctx, "two likelihoods");
  fairu_data_destroy(copy);
  fairu_data_destroy(data);
  fairu_data_destroy(foreign);
  fairu_likelihood_destroy(lh);
  fairu_likelihood_destroy(other);
  fairu_context_destroy(ctx);
}

static void bad_data_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  double p[CHANNEL_PARAMS], value;
  memcpy(p, channel_point, sizeof p);
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_data_set_observed(data, ctx, counts, 4));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_data_set_aux(data, ctx, CHANNEL_MU, 1.0));
  CHECK_SAYS(ctx, "'mu' has no prior");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_data_aux(data, ctx, CHANNEL_FREE, &value));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_data_set_aux(data, ctx, CHANNEL_SHAPE, -1.0));
  CHECK_SAYS(ctx, "auxiliary count of 'shape[0]' is -1");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_data_set_aux(data, ctx, CHANNEL_KAPPA, 0.0));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_data_set_events(data, ctx, counts, 2));
  p[CHANNEL_SHAPE] = -0.5;
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_YIELD, fairu_likelihood_asimov(lh, ctx, p, CHANNEL_PARAMS, data));
  p[CHANNEL_SHAPE] = 1.0;
  p[CHANNEL_FREE] = 100.0;
  p[CHANNEL_KAPPA] = -0.5;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_likelihood_toy(lh, ctx, p, CHANNEL_PARAMS, 1, 0, data));
  CHECK_SAYS(ctx, "'kappa' is -0.5, must be > 0");
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

enum { n_toys = 4000 };

/* All that a toy draws: main counts, then auxiliary values of the constrained parameters. */
enum { first_constrained = CHANNEL_ALPHA, n_drawn = CHANNEL_BINS + CHANNEL_FREE - CHANNEL_ALPHA };

static void draw(fairu_context *ctx, const fairu_likelihood *lh, fairu_data *data, uint64_t seed,
                 uint64_t toy, double *x)
{
  CHECK_OK(ctx, fairu_likelihood_toy(lh, ctx, channel_point, CHANNEL_PARAMS, seed, toy, data));
  CHECK_OK(ctx, fairu_data_observed(data, ctx, NULL, 0, x));
  for (size_t i = first_constrained; i < CHANNEL_FREE; i++)
    CHECK_OK(ctx, fairu_data_aux(data, ctx, i, &x[CHANNEL_BINS + i - first_constrained]));
  /* the log-normal in its logarithm */
  x[CHANNEL_BINS + CHANNEL_KAPPA - first_constrained] =
      log(x[CHANNEL_BINS + CHANNEL_KAPPA - first_constrained]);
}

static void moments(double *mean, double *variance)
{
  static const double widths[3] = { 0.05, 0.08, 0.2 };
  double *aux = mean + CHANNEL_BINS - first_constrained, *v = variance + CHANNEL_BINS - first_constrained;
  channel_expected(channel_point, mean);
  memcpy(variance, mean, CHANNEL_BINS * sizeof *mean);
  for (size_t i = first_constrained; i < CHANNEL_FREE; i++)
    aux[i] = channel_point[i];
  aux[CHANNEL_KAPPA] = log(channel_point[CHANNEL_KAPPA]);
  v[CHANNEL_ALPHA] = 1.0;
  v[CHANNEL_LUMI] = 0.02 * 0.02;
  v[CHANNEL_KAPPA] = 0.1 * 0.1;
  for (size_t b = 0; b < 3; b++)
    v[CHANNEL_STAT + b] = widths[b] * widths[b];
  for (size_t b = 0; b < 2; b++)
    aux[CHANNEL_SHAPE + b] = v[CHANNEL_SHAPE + b] = channel_tau[b] * channel_point[CHANNEL_SHAPE + b];
}

/* Means, variances and that no two draws go together; parameters that are fixed are drawn too. */
static void toys_follow_the_density(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  double mean[n_drawn], variance[n_drawn], x[n_drawn], sum[n_drawn] = { 0.0 };
  double products[n_drawn][n_drawn] = { { 0.0 } };
  moments(mean, variance);
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  for (uint64_t t = 0; t < n_toys; t++) {
    draw(ctx, lh, data, 5, t, x);
    for (size_t i = 0; i < n_drawn; i++) {
      const double pull = (x[i] - mean[i]) / sqrt(variance[i]);
      sum[i] += pull / n_toys;
      for (size_t k = 0; k <= i; k++)
        products[i][k] += pull * (x[k] - mean[k]) / sqrt(variance[k]) / n_toys;
    }
  }
  for (size_t i = 0; i < n_drawn; i++) {
    CHECK_NEAR(sum[i], 0.0, 4.5 / sqrt(n_toys));
    CHECK_NEAR(products[i][i], 1.0, 4.5 * sqrt(2.2 / n_toys));
    for (size_t k = 0; k < i; k++)
      CHECK_NEAR(products[i][k], 0.0, 4.5 / sqrt(n_toys));
  }
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

static void toys_are_the_same_alone_and_in_a_batch(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL, *again = NULL;
  fairu_data *data = NULL, *others = NULL;
  double batch[20][n_drawn], alone[n_drawn], a[2], b[2];
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  CHECK_OK(ctx, channel_likelihood_create(ctx, &again, &others));
  for (uint64_t t = 0; t < 20; t++)
    draw(ctx, lh, data, 7, t, batch[t]);
  for (uint64_t t = 20; t-- > 0;) {
    draw(ctx, again, others, 7, t, alone);
    assert_memory_equal(alone, batch[t], sizeof alone);
  }
  draw(ctx, again, others, 7, 19, alone);
  CHECK_OK(ctx, fairu_likelihood_nll(lh, ctx, data, channel_point, CHANNEL_PARAMS, a, NULL, NULL));
  CHECK_OK(ctx, fairu_likelihood_nll(again, ctx, others, channel_point, CHANNEL_PARAMS, b, NULL, NULL));
  assert_memory_equal(a, b, sizeof a);
  draw(ctx, again, others, 8, 19, alone);
  for (size_t i = CHANNEL_BINS; i < n_drawn - 2; i++)
    assert_true(alone[i] != batch[19][i] && (i == CHANNEL_BINS || batch[19][i] != batch[19][i - 1]));
  fairu_data_destroy(data);
  fairu_data_destroy(others);
  fairu_likelihood_destroy(lh);
  fairu_likelihood_destroy(again);
  fairu_context_destroy(ctx);
}

static int data_body(fairu_context *ctx, void *unused)
{
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL, *copy = NULL;
  double nll[2];
  (void)unused;
  int status = channel_likelihood_create(ctx, &lh, &data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_toy(lh, ctx, channel_point, CHANNEL_PARAMS, 1, 2, data);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, lh, &copy);
  if (status == FAIRU_OK)
    status = fairu_data_copy(copy, ctx, data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov(lh, ctx, channel_point, CHANNEL_PARAMS, data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll(lh, ctx, copy, channel_point, CHANNEL_PARAMS, nll, NULL, NULL);
  fairu_data_destroy(copy);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(data_body, NULL) > 50);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(expected_yields_are_those_by_hand),
    cmocka_unit_test(nll_is_that_of_the_full_density),
    cmocka_unit_test(constraints_say_where_they_end),
    cmocka_unit_test(asimov_data_have_their_minimum_at_the_point),
    cmocka_unit_test(copies_are_equal_and_independent),
    cmocka_unit_test(bad_data_are_named),
    cmocka_unit_test(toys_follow_the_density),
    cmocka_unit_test(toys_are_the_same_alone_and_in_a_batch),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
