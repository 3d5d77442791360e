/* test_channels_edges.c - compiled channels: splines, yields of samples, Jacobian, blocks of bins, held yields, errors, memory. */
#include "support/support.h"

#include <float.h>

#include "likelihood/channels.h"
#include "likelihood/random_model.h"

enum { KNOTS = 6, BINS = 3 };

static const double knots[KNOTS] = { -2.0, -1.0, -0.25, 0.0, 1.0, 2.5 };

/* A cubic of the parameter in each bin. */
static double cubic(size_t b, double t, int order)
{
  const double c = 1.0 + (double)b;
  return order == 0   ? 120.0 + c * t - 2.0 * t * t + 0.5 * c * t * t * t
         : order == 1 ? c - 4.0 * t + 1.5 * c * t * t
                      : -4.0 + 3.0 * c * t;
}

static void start_with(fairu_context *ctx, random_model *m, size_t bins, const double *yields)
{
  memset(m, 0, sizeof *m);
  CHECK_OK(ctx, fairu_model_create(ctx, &m->model));
  CHECK_OK(ctx, fairu_model_add_channel(m->model, ctx, "c", bins, NULL));
  CHECK_OK(ctx, fairu_model_add_sample(m->model, ctx, 0, "s", yields, bins, NULL));
}

static void splines_are_exact_for_cubics_and_straight_outside(void **state)
{
  (void)state;
  static const double at[] = { -1.3, 0.0, 0.4, 2.5, 3.5, -3.0 };
  fairu_context *ctx = support_context();
  random_model m;
  fairu_channels *channels = NULL;
  double nominal[BINS], yields[KNOTS * BINS], nu[BINS], jacobian[BINS], g, h, nll, observed[BINS];
  for (size_t k = 0; k < KNOTS; k++)
    for (size_t b = 0; b < BINS; b++)
      yields[k * BINS + b] = cubic(b, knots[k], 0);
  for (size_t b = 0; b < BINS; b++)
    nominal[b] = cubic(b, 0.0, 0);
  start_with(ctx, &m, BINS, nominal);
  random_parameter(ctx, &m, 1.0, 0.0, 0.0, -5.0);
  CHECK_OK(ctx, fairu_model_add_spline(m.model, ctx, 0, 0, knots, KNOTS, 0.0, yields, BINS));
  CHECK_OK(ctx, fairu_channels__compile(ctx, m.model, &channels));
  for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
    const double t = at[i], inside = t < -2.0 ? -2.0 : t > 2.5 ? 2.5 : t;
    double slope = 0.0, curvature = 0.0;
    CHECK_OK(ctx, fairu_channels__jacobian(channels, ctx, &t, nu, jacobian));
    for (size_t b = 0; b < BINS; b++) {
      observed[b] = nu[b] + (double)b;
      const double d = cubic(b, inside, 1), d2 = t == inside ? cubic(b, t, 2) : 0.0;
      CHECK_CLOSE(nu[b], cubic(b, inside, 0) + (t - inside) * d, 1e-13);
      CHECK_NEAR(jacobian[b], d, 1e-12);
      slope += (1.0 - observed[b] / nu[b]) * d;
      curvature += observed[b] / (nu[b] * nu[b]) * d * d + (1.0 - observed[b] / nu[b]) * d2;
    }
    double point = t;
    CHECK_OK(ctx, fairu_channels__evaluate(channels, ctx, observed, m.aux, NULL, &point, &nll, &g, &h));
    CHECK_NEAR(g, slope, 1e-12);
    CHECK_NEAR(h, curvature, 1e-12);
    const double other = t + 0.01;
    double difference = 0.0, there = 0.0;
    CHECK_OK(ctx, fairu_channels__difference(channels, ctx, observed, &other, &t, &difference));
    point = other;
    CHECK_OK(ctx, fairu_channels__evaluate(channels, ctx, observed, m.aux, NULL, &point, &there, NULL, NULL));
    CHECK_NEAR(difference, there - nll, 1e-13);
  }
  fairu_channels__destroy(channels);
  fairu_model_destroy(m.model);
  fairu_context_destroy(ctx);
}

/* Samples add up to the channel, differences of yields are the Jacobian. */
static void samples_and_jacobian_belong_to_the_yields(void **state)
{
  (void)state;
  static double jacobian[RANDOM_MOST * RANDOM_MOST];
  fairu_context *ctx = support_context();
  for (uint64_t i = 0; i < 50; i++) {
    random_model m;
    fairu_channels *channels = NULL;
    double nu[RANDOM_MOST], sum[RANDOM_MOST] = { 0 }, size[RANDOM_MOST] = { 0 }, part[RANDOM_BINS];
    random_start(ctx, &m, i);
    CHECK_OK(ctx, fairu_channels__compile(ctx, m.model, &channels));
    CHECK_OK(ctx, fairu_channels__jacobian(channels, ctx, m.params, nu, jacobian));
    for (size_t s = 0; s < m.model->n_samples; s++) {
      const fairu_channel *c = &m.model->channels[m.model->samples[s].channel];
      CHECK_OK(ctx, fairu_channels__expected_sample(channels, ctx, s, m.params, part));
      for (size_t b = 0; b < c->n_bins; b++) {
        sum[c->first_bin + b] += part[b];
        size[c->first_bin + b] += fabs(part[b]);
      }
    }
    for (size_t b = 0; b < m.model->n_bins; b++)
      CHECK_NEAR(sum[b] / size[b], nu[b] / size[b], 1e-14);
    for (size_t p = 0; p < m.model->n_params; p++) { /* those of one bin are lines */
      if (!fairu_channels__can_profile(channels, p))
        continue;
      double there[RANDOM_MOST], params[RANDOM_MOST];
      memcpy(params, m.params, sizeof params);
      params[p] += 0.5;
      CHECK_OK(ctx, fairu_channels__expected(channels, ctx, params, there));
      for (size_t b = 0; b < m.model->n_bins; b++)
        CHECK_NEAR((there[b] - nu[b]) / size[b], 0.5 * jacobian[p * m.model->n_bins + b] / size[b], 1e-14);
    }
    fairu_channels__destroy(channels);
    fairu_model_destroy(m.model);
  }
  fairu_context_destroy(ctx);
}

/* One parameter scales 10^6 bins: closed sums. Equal bins round in the same direction, which compensation has to undo. */
static void a_million_bins_keep_their_digits(void **state)
{
  (void)state;
  enum { MANY = 1000000 };
  fairu_context *ctx = support_context();
  random_model m;
  fairu_channels *channels = NULL;
  double *yields = malloc(2 * MANY * sizeof *yields), *observed = yields + MANY, nll = 0.0, g = 0.0, h = 0.0;
  for (size_t b = 0; b < MANY; b++) {
    yields[b] = 1.0 / 3.0;
    observed[b] = 0.7;
  }
  start_with(ctx, &m, MANY, yields);
  random_parameter(ctx, &m, 0.0, 0.0, 1.0, 0.0);
  CHECK_OK(ctx, fairu_model_add_factor(m.model, ctx, 0, 0));
  CHECK_OK(ctx, fairu_channels__compile(ctx, m.model, &channels));
  double mu = 1.9;
  const double nu = mu * yields[0];
  CHECK_OK(ctx, fairu_channels__evaluate(channels, ctx, observed, m.aux, NULL, &mu, &nll, &g, &h));
  CHECK_CLOSE(g / MANY, (1.0 - 0.7 / nu) / 3.0, 1e-13);
  CHECK_CLOSE(h / MANY, 0.7 / (mu * mu), 1e-13);
  CHECK_CLOSE(nll / MANY, nu - 0.7 + 0.7 * log(0.7 / nu), 1e-12);
  free(yields);
  fairu_channels__destroy(channels);
  fairu_model_destroy(m.model);
  fairu_context_destroy(ctx);
}

/* n = 0, nu = -3 + 5 g, Gaussian about 1 of width 2: the best g holds the yield at 0: g = 0.6, term (0.4 / 2)^2 / 2. */
static void a_gamma_holds_a_yield_at_0(void **state)
{
  (void)state;
  static const double below = -3.0, above = 5.0, observed = 0.0;
  static const size_t index[1] = { 0 }, column[1] = { FAIRU_NONE }, place[1] = { 0 };
  static const unsigned char profiled[1] = { 1 };
  const fairu_reduction reduction = { 0, index, column, profiled };
  fairu_context *ctx = support_context();
  random_model m;
  fairu_channels *channels = NULL;
  double nll = 0.0;
  start_with(ctx, &m, 1, &below);
  random_parameter(ctx, &m, 2.0, 0.0, 1.0, -10.0);
  CHECK_OK(ctx, fairu_model_add_sample(m.model, ctx, 0, "t", &above, 1, NULL));
  CHECK_OK(ctx, fairu_model_add_bin_factors(m.model, ctx, 1, place, 1));
  CHECK_OK(ctx, fairu_channels__compile(ctx, m.model, &channels));
  assert_int_equal(fairu_channels__can_profile(channels, 0), 1);
  CHECK_OK(ctx,
           fairu_channels__evaluate(channels, ctx, &observed, m.aux, &reduction, m.params, &nll, NULL, NULL));
  CHECK_NEAR(m.params[0], 0.6, 1e-15);
  CHECK_NEAR(nll, 0.02, 1e-15);
  m.params[0] = 0.5;
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_YIELD,
              fairu_channels__evaluate(channels, ctx, &observed, m.aux, NULL, m.params, &nll, NULL, NULL));
  CHECK_SAYS(ctx, "channel 'c': bin 0 expects -0.5");
  const double to[1] = { 1.0 };
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_YIELD,
              fairu_channels__difference(channels, ctx, &observed, m.params, to, &nll));
  fairu_channels__destroy(channels);
  fairu_model_destroy(m.model);
  fairu_context_destroy(ctx);
}

static void fixed_and_shared_gammas_are_not_profiled(void **state)
{
  (void)state;
  static const double yields[2] = { 10.0, 20.0 };
  static const size_t twice[2] = { 0, 0 }, each[2] = { 1, 2 };
  fairu_context *ctx = support_context();
  random_model m;
  fairu_channels *channels = NULL;
  start_with(ctx, &m, 2, yields);
  random_parameter(ctx, &m, 0.1, 0.0, 1.0, 0.0); /* two bins */
  random_parameter(ctx, &m, 0.0, 9.0, 1.0, 0.0); /* the gamma of its bin */
  random_parameter(ctx, &m, 0.0, 0.0, 1.0, 0.0); /* without a constraint */
  CHECK_OK(ctx, fairu_model_add_bin_factors(m.model, ctx, 0, twice, 2));
  CHECK_OK(ctx, fairu_model_add_bin_factors(m.model, ctx, 0, each, 2));
  CHECK_OK(ctx, fairu_channels__compile(ctx, m.model, &channels));
  for (size_t i = 0; i < 3; i++)
    assert_int_equal(fairu_channels__can_profile(channels, i), i == 1);
  fairu_channels__destroy(channels);
  fairu_model_destroy(m.model);
  fairu_context_destroy(ctx);
}

static int compile_and_evaluate(fairu_context *ctx, void *data)
{
  random_model *m = data;
  static double g[RANDOM_MOST], h[RANDOM_MOST * RANDOM_MOST];
  fairu_channels *channels = NULL;
  double nll = 0.0, nu[RANDOM_MOST];
  int status = fairu_channels__compile(ctx, m->model, &channels);
  if (status == FAIRU_OK)
    status = fairu_channels__evaluate(channels, ctx, m->observed, m->aux, NULL, m->params, &nll, NULL, h);
  if (status == FAIRU_OK)
    status = fairu_channels__jacobian(channels, ctx, m->params, nu, NULL);
  if (status == FAIRU_OK)
    status = fairu_channels__difference(channels, ctx, m->observed, m->params, m->params, g);
  if (status == FAIRU_OK)
    status = fairu_channels__expected_sample(channels, ctx, 0, m->params, nu);
  fairu_channels__destroy(channels);
  return status;
}

static void every_failing_allocation_is_reported(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  random_model m;
  random_start(ctx, &m, 3);
  for (size_t b = 0; b < m.model->n_bins; b++)
    m.observed[b] = 2.0;
  CHECK_OK(ctx, compile_and_evaluate(ctx, &m));
  assert_true(support_every_need_fails(compile_and_evaluate, &m) > 10);
  fairu_model_destroy(m.model);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(splines_are_exact_for_cubics_and_straight_outside),
                                      cmocka_unit_test(samples_and_jacobian_belong_to_the_yields),
                                      cmocka_unit_test(a_million_bins_keep_their_digits),
                                      cmocka_unit_test(a_gamma_holds_a_yield_at_0),
                                      cmocka_unit_test(fixed_and_shared_gammas_are_not_profiled),
                                      cmocka_unit_test(every_failing_allocation_is_reported) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
