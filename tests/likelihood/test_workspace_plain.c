/* Random workspaces against the definition of HistFactory in 113 bits: names, order and attributes of all parameters, yields of samples,
 * value, gradient and Hessian of the likelihood, expected data, for every pair of interpolation codes. */
#include "plain_both.h"

enum { WORKSPACES = 40, MANY = PLAIN_CHANNELS * PLAIN_BINS };

/* ---- parameters ---------------------------------------------------------------------------------------- */

static double plain_width(const plain_parameter *p)
{
  return p->constraint == FAIRU_CONSTRAINT_NONE    ? (double)NAN
         : p->constraint == FAIRU_CONSTRAINT_PRIOR ? (double)p->scale
                                                   : (double)(1 / quad_sqrt(p->scale));
}

static int same_or_nan(double a, double b)
{
  return isnan(a) ? isnan(b) : fabs(a - b) <= 1e-14 * fabs(b);
}

static void parameters_are_those_of_the_definition(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < WORKSPACES; k++) {
    both p;
    both_open(&p, k, 3);
    for (size_t i = 0; i < p.m->n; i++) {
      const plain_parameter *wanted = &p.m->parameters[i];
      const fairu_parameter got = parameter_at(&p.made, i);
      const double aux = wanted->constraint == FAIRU_CONSTRAINT_NONE ? (double)NAN : (double)wanted->aux;
      assert_string_equal(got.name, wanted->name);
      check_range(&p.made, wanted->name, wanted->start, wanted->lower, wanted->upper, wanted->fixed);
      assert_int_equal(got.constraint, wanted->constraint);
      assert_true(same_or_nan(got.aux, aux) && same_or_nan(got.width, plain_width(wanted)));
      assert_int_equal(got.statistical_origin, 1);
    }
    assert_string_equal(p.m->parameters[fairu_likelihood_poi_index(p.made.likelihood)].name, "mu");
    both_close(&p);
  }
}

static void channels_and_samples_stand_in_order(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < WORKSPACES; k++) {
    both p;
    both_open(&p, k, 3);
    size_t sample = 0, bin = 0;
    assert_int_equal(fairu_likelihood_n_channels(p.made.likelihood), p.w.n_channels);
    for (size_t c = 0; c < p.w.n_channels; c++) {
      const plain_channel *channel = &p.w.channels[p.m->channels[c]];
      assert_string_equal(fairu_likelihood_channel_name(p.made.likelihood, c), channel->name);
      assert_int_equal(fairu_likelihood_channel_n_bins(p.made.likelihood, c), channel->n_bins);
      assert_int_equal(fairu_likelihood_channel_first_bin(p.made.likelihood, c), bin);
      for (size_t s = 0; s < channel->n_samples; s++, sample++) {
        assert_string_equal(fairu_likelihood_sample_name(p.made.likelihood, sample),
                            channel->samples[p.m->samples[p.m->channels[c]][s]].name);
        assert_int_equal(fairu_likelihood_sample_channel(p.made.likelihood, sample), c);
      }
      bin += channel->n_bins;
    }
    assert_int_equal(fairu_likelihood_n_samples(p.made.likelihood), sample);
    both_close(&p);
  }
}

/* ---- values -------------------------------------------------------------------------------------------- */

static void check_samples(const both *p)
{
  size_t sample = 0;
  for (size_t at = 0; at < p->w.n_channels; at++) {
    const plain_channel *c = &p->w.channels[p->m->channels[at]];
    for (size_t j = 0; j < c->n_samples; j++, sample++) {
      double nu[PLAIN_BINS];
      CHECK_OK(p->made.ctx, fairu_likelihood_expected_sample(p->made.likelihood, p->made.ctx, sample,
                                                             p->params, p->m->n, nu));
      for (size_t b = 0; b < c->n_bins; b++)
        CHECK_CLOSE(nu[b], (double)plain_yield(p->m, at, j, b, p->t), 1e-14);
    }
  }
}

static void yields_are_those_of_the_definition(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < WORKSPACES; k++) {
    both p;
    double nu[MANY];
    quad wanted[MANY];
    both_open(&p, k, 3);
    for (int point = 0; point < 4; point++) {
      both_move(&p);
      plain_yields(p.m, p.t, wanted);
      CHECK_OK(p.made.ctx, fairu_likelihood_expected(p.made.likelihood, p.made.ctx, p.params, p.m->n, nu));
      for (size_t b = 0; b < p.m->n_bins; b++)
        CHECK_CLOSE(nu[b], (double)wanted[b], 1e-14);
      check_samples(&p);
    }
    both_close(&p);
  }
}

/* Beyond the points that were measured, at them, and at 0. */
static void yields_far_away_and_at_the_knots(void **state)
{
  (void)state;
  static const double at[] = { -5.0, -1.0, 0.0, 1.0, 5.0 };
  for (uint64_t k = 0; k < WORKSPACES; k++) {
    both p;
    double nu[MANY];
    quad wanted[MANY];
    both_open(&p, k, 3);
    both_move(&p);
    for (size_t a = 0; a < 5; a++) {
      for (size_t i = 0; i < p.m->n; i++)
        if (p.m->parameters[i].type == PLAIN_NORMSYS || p.m->parameters[i].type == PLAIN_HISTOSYS)
          p.t[i] = (quad)(p.params[i] = at[a]);
      plain_yields(p.m, p.t, wanted);
      CHECK_OK(p.made.ctx, fairu_likelihood_expected(p.made.likelihood, p.made.ctx, p.params, p.m->n, nu));
      for (size_t b = 0; b < p.m->n_bins; b++)
        CHECK_NEAR(nu[b], (double)wanted[b], 1e-13 * (100.0 + fabs((double)wanted[b])));
    }
    both_close(&p);
  }
}

static void values_are_those_of_the_definition(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < WORKSPACES; k++) {
    both p;
    double nll[2], other[PLAIN_PARAMS], difference;
    both_open(&p, k, 3);
    both_move(&p);
    const double first = (double)plain_nll(p.m, p.t);
    CHECK_OK(p.made.ctx, fairu_likelihood_nll(p.made.likelihood, p.made.ctx, p.made.data, p.params, p.m->n,
                                              nll, NULL, NULL));
    CHECK_CLOSE(nll[0] + nll[1], first, 1e-13);
    const quad before = plain_nll(p.m, p.t);
    memcpy(other, p.params, sizeof other);
    both_move(&p);
    CHECK_OK(p.made.ctx, fairu_likelihood_nll_difference(p.made.likelihood, p.made.ctx, p.made.data, p.params,
                                                         other, p.m->n, &difference));
    const double wanted = (double)(plain_nll(p.m, p.t) - before);
    CHECK_NEAR(difference, wanted, 1e-12 * (1.0 + fabs(wanted)) + 1e-13 * fabs(nll[0]));
    both_close(&p);
  }
}

/* Terms of both signs cancel in a derivative: the tolerance is of what it is made of. */
static void gradients_are_those_of_the_definition(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < WORKSPACES; k++) {
    both p;
    double nll[2], gradient[PLAIN_PARAMS];
    both_open(&p, k, 3);
    both_move(&p);
    CHECK_OK(p.made.ctx, fairu_likelihood_nll(p.made.likelihood, p.made.ctx, p.made.data, p.params, p.m->n,
                                              nll, gradient, NULL));
    for (size_t i = 0; i < p.m->n; i++) {
      const double wanted = plain_slope(p.m, p.t, i);
      CHECK_NEAR(gradient[i], wanted, 1e-12 * (100.0 + fabs(wanted)));
    }
    both_close(&p);
  }
}

static void hessians_are_those_of_the_definition(void **state)
{
  (void)state;
  double *hessian = malloc(PLAIN_PARAMS * PLAIN_PARAMS * sizeof *hessian);
  for (uint64_t k = 0; k < WORKSPACES; k++) {
    both p;
    double nll[2], gradient[PLAIN_PARAMS];
    both_open(&p, k, 2);
    both_move(&p);
    const size_t n = p.m->n;
    CHECK_OK(p.made.ctx, fairu_likelihood_nll(p.made.likelihood, p.made.ctx, p.made.data, p.params, n, nll,
                                              gradient, hessian));
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j < n; j++)
        assert_true(hessian[i * n + j] == hessian[j * n + i]);
    for (int pairs = 0; pairs < 12; pairs++) {
      const size_t i = philox_below(&p.w.rng, n), j = pairs % 3 ? philox_below(&p.w.rng, n) : i;
      const double wanted = plain_curvature(p.m, p.t, i, j);
      CHECK_NEAR(hessian[i * n + j], wanted, 1e-11 * (100.0 + fabs(wanted)));
    }
    both_close(&p);
  }
  free(hessian);
}

/* ---- data ---------------------------------------------------------------------------------------------- */

static void data_are_those_of_the_document(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < WORKSPACES; k++) {
    both p;
    double observed[MANY], aux;
    size_t b = 0;
    both_open(&p, k, 3);
    CHECK_OK(p.made.ctx, fairu_data_observed(p.made.data, p.made.ctx, NULL, 0, observed));
    for (size_t at = 0; at < p.w.n_channels; at++)
      for (size_t i = 0; i < p.w.channels[p.m->channels[at]].n_bins; i++)
        assert_true(observed[b++] == p.w.channels[p.m->channels[at]].observed[i]);
    for (size_t i = 0; i < p.m->n; i++) {
      const plain_parameter *parameter = &p.m->parameters[i];
      if (parameter->constraint == FAIRU_CONSTRAINT_NONE)
        continue;
      CHECK_OK(p.made.ctx, fairu_data_aux(p.made.data, p.made.ctx, i, &aux));
      CHECK_NEAR(aux, (double)parameter->aux, 1e-14 * fabs((double)parameter->aux));
    }
    both_close(&p);
  }
}

/* Expected data of a point: yields, and of each auxiliary measurement what it expects there; nothing else has its minimum there. */
static void expected_data_are_those_of_the_definition(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < WORKSPACES; k++) {
    both p;
    double observed[MANY], aux, nll[2], gradient[PLAIN_PARAMS];
    quad wanted[MANY];
    both_open(&p, k, 3);
    both_move(&p);
    plain_yields(p.m, p.t, wanted);
    CHECK_OK(p.made.ctx,
             fairu_likelihood_asimov(p.made.likelihood, p.made.ctx, p.params, p.m->n, p.made.data));
    CHECK_OK(p.made.ctx, fairu_data_observed(p.made.data, p.made.ctx, NULL, 0, observed));
    for (size_t b = 0; b < p.m->n_bins; b++)
      CHECK_CLOSE(observed[b], (double)wanted[b], 1e-14);
    for (size_t i = 0; i < p.m->n; i++) {
      const plain_parameter *parameter = &p.m->parameters[i];
      if (parameter->constraint == FAIRU_CONSTRAINT_NONE)
        continue;
      const quad count = parameter->constraint == FAIRU_CONSTRAINT_POISSON ? parameter->scale : 1;
      CHECK_OK(p.made.ctx, fairu_data_aux(p.made.data, p.made.ctx, i, &aux));
      CHECK_CLOSE(aux, (double)(count * p.t[i]), 1e-14);
    }
    CHECK_OK(p.made.ctx, fairu_likelihood_nll(p.made.likelihood, p.made.ctx, p.made.data, p.params, p.m->n,
                                              nll, gradient, NULL));
    CHECK_NEAR(nll[0], 0.0, 1e-12);
    for (size_t i = 0; i < p.m->n; i++)
      CHECK_NEAR(gradient[i], 0.0, 1e-10);
    both_close(&p);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(parameters_are_those_of_the_definition),
    cmocka_unit_test(channels_and_samples_stand_in_order),
    cmocka_unit_test(yields_are_those_of_the_definition),
    cmocka_unit_test(yields_far_away_and_at_the_knots),
    cmocka_unit_test(values_are_those_of_the_definition),
    cmocka_unit_test(gradients_are_those_of_the_definition),
    cmocka_unit_test(hessians_are_those_of_the_definition),
    cmocka_unit_test(data_are_those_of_the_document),
    cmocka_unit_test(expected_data_are_those_of_the_definition),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
