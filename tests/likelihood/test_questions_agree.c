/* Questions about random workspaces among each other: each answer again from its definition by means of simpler questions - profiles
 * from fits, intervals and contours from profiles, statistics from fits, impacts and breakdowns from fits with parameters held. */
#include "plain_asked.h"

enum { MODELS = 40 };

/* ---- fits ---------------------------------------------------------------------------------------------- */

/* Inverse of the n x n matrix, Gauss and Jordan with the largest pivot of the column. */
static void invert(double *matrix, size_t n, double *inverse)
{
  for (size_t i = 0; i < n * n; i++)
    inverse[i] = i % (n + 1) == 0 ? 1.0 : 0.0;
  for (size_t k = 0; k < n; k++) {
    size_t best = k;
    for (size_t i = k; i < n; i++)
      best = fabs(matrix[i * n + k]) > fabs(matrix[best * n + k]) ? i : best;
    for (size_t j = 0; j < n; j++) {
      const double a = matrix[k * n + j], b = inverse[k * n + j];
      matrix[k * n + j] = matrix[best * n + j];
      matrix[best * n + j] = a;
      inverse[k * n + j] = inverse[best * n + j];
      inverse[best * n + j] = b;
    }
    const double pivot = matrix[k * n + k];
    for (size_t j = 0; j < n; j++) {
      matrix[k * n + j] /= pivot;
      inverse[k * n + j] /= pivot;
    }
    for (size_t i = 0; i < n; i++) {
      const double factor = matrix[i * n + k];
      for (size_t j = 0; j < n && i != k; j++) {
        matrix[i * n + j] -= factor * matrix[k * n + j];
        inverse[i * n + j] -= factor * inverse[k * n + j];
      }
    }
  }
}

static size_t free_parameters(const asked *a, size_t *index)
{
  size_t n = 0;
  for (size_t i = 0; i < a->n; i++) {
    const plain_parameter *p = &a->p.m->parameters[i];
    if (!p->fixed && a->fit[i] > p->lower && a->fit[i] < p->upper)
      index[n++] = i;
  }
  return n;
}

static void a_fit_is_stationary_and_its_covariance_the_inverse(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    const made *m = &a->p.made;
    double nll[2], gradient[PLAIN_PARAMS], *hessian = malloc(3 * a->n * a->n * sizeof *hessian);
    double *part = hessian + a->n * a->n, *inverse = part + a->n * a->n;
    size_t index[PLAIN_PARAMS];
    const size_t n = free_parameters(a, index);
    CHECK_OK(m->ctx,
             fairu_likelihood_nll(m->likelihood, m->ctx, m->data, a->fit, a->n, nll, gradient, hessian));
    assert_true(nll[0] == a->result.nll[0] && nll[1] == a->result.nll[1]);
    for (size_t i = 0; i < n; i++) {
      CHECK_NEAR(gradient[index[i]] * error_of(a, index[i]), 0.0, 2e-5); /* edm 1e-10: sqrt(2 edm) */
      for (size_t j = 0; j < n; j++)
        part[i * n + j] = hessian[index[i] * a->n + index[j]];
    }
    invert(part, n, inverse);
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j < n; j++)
        CHECK_NEAR(a->covariance[index[i] * a->n + index[j]], inverse[i * n + j],
                   1e-9 * error_of(a, index[i]) * error_of(a, index[j]));
    assert_int_equal(a->result.status, FAIRU_OK);
    assert_true(a->result.edm <= 1e-10 && a->result.min_eigenvalue > 0.0);
    free(hessian);
    done(a);
  }
}

/* Rows of what is held are 0, and so are the counts of what ended on a bound. */
static void what_is_held_has_no_error(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    int at_bound = 0;
    for (size_t i = 0; i < a->n; i++) {
      const plain_parameter *p = &a->p.m->parameters[i];
      const int on = a->fit[i] == p->lower || a->fit[i] == p->upper;
      at_bound += !p->fixed && on;
      if (p->fixed)
        assert_true(a->fit[i] == p->start);
      for (size_t j = 0; j < a->n && (p->fixed || on); j++)
        assert_true(a->covariance[i * a->n + j] == 0.0 && a->covariance[j * a->n + i] == 0.0);
      assert_true(p->fixed || on || error_of(a, i) > 0.0);
      assert_true(a->fit[i] >= p->lower && a->fit[i] <= p->upper);
    }
    assert_int_equal(a->result.n_at_bound, at_bound);
    done(a);
  }
}

/* No point of a cloud about the minimum lies below it. */
static void nothing_lies_below_the_minimum(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    const made *m = &a->p.made;
    for (int point = 0; point < 40; point++) {
      double params[PLAIN_PARAMS], rise;
      const double size = pow(10.0, philox_between(&a->p.w.rng, -4.0, 0.3));
      for (size_t i = 0; i < a->n; i++) {
        const plain_parameter *p = &a->p.m->parameters[i];
        params[i] = a->fit[i] + size * error_of(a, i) * philox_between(&a->p.w.rng, -1.0, 1.0);
        params[i] = fmin(fmax(params[i], p->lower), p->upper);
      }
      CHECK_OK(m->ctx,
               fairu_likelihood_nll_difference(m->likelihood, m->ctx, m->data, params, a->fit, a->n, &rise));
      assert_true(rise >= -1e-10);
    }
    done(a);
  }
}

static void the_lowest_minimum_is_that_of_the_fit(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    const made *m = &a->p.made;
    double nll[4], *params = malloc(4 * a->n * sizeof *params);
    size_t n = 0;
    CHECK_OK(m->ctx, fairu_likelihood_minima(m->likelihood, m->ctx, m->data, NULL, 4, nll, params, a->n, &n));
    assert_int_equal(n, a->result.n_minima);
    CHECK_NEAR(nll[0], a->nll, 1e-9);
    for (size_t i = 0; i < a->n; i++)
      CHECK_NEAR(params[i], a->fit[i], 1e-5 * error_of(a, i));
    free(params);
    done(a);
  }
}

/* ---- profiles ------------------------------------------------------------------------------------------ */

static void profiles_are_fits_with_one_held(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    const made *m = &a->p.made;
    double values[5], nll[5], all[5 * PLAIN_PARAMS], params[PLAIN_PARAMS];
    for (size_t parameter = 0; parameter < a->n; parameter += 3) {
      if (a->p.m->parameters[parameter].fixed)
        continue;
      const double error = error_of(a, parameter) > 0.0 ? error_of(a, parameter) : 0.1;
      for (int i = 0; i < 5; i++)
        values[i] =
            fmax(a->fit[parameter] + 0.4 * (double)(i - 2) * error, a->p.m->parameters[parameter].lower);
      CHECK_OK(m->ctx, fairu_likelihood_profile(m->likelihood, m->ctx, m->data, NULL, parameter, values, 5,
                                                nll, all, a->n));
      for (size_t i = 0; i < 5; i++) {
        CHECK_NEAR(nll[i], held_at(a, parameter, values[i], params), 1e-9);
        assert_true(all[i * a->n + parameter] == values[i]);
        assert_true(nll[i] >= a->nll - 1e-9);
        for (size_t j = 0; j < a->n; j++)
          CHECK_NEAR(all[i * a->n + j], params[j], 1e-4 * error_of(a, j));
      }
    }
    done(a);
  }
}

static void scans_are_fits_with_two_held(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    const made *m = &a->p.made;
    const size_t second = a->poi == 0 ? 1 : 0;
    unsigned char fixed[PLAIN_PARAMS];
    double x[3], y[2], nll[6];
    for (int i = 0; i < 3; i++)
      x[i] = fmax(a->fit[a->poi] + 0.7 * (double)(i - 1) * error_of(a, a->poi), 0.0) + 0.01;
    for (int i = 0; i < 2; i++)
      y[i] = a->fit[second] + ((double)i - 0.5) * error_of(a, second);
    CHECK_OK(m->ctx,
             fairu_likelihood_scan(m->likelihood, m->ctx, m->data, NULL, a->poi, x, 3, second, y, 2, nll));
    held_by_the_model(a, fixed);
    fixed[a->poi] = fixed[second] = 1;
    for (size_t i = 0; i < 3; i++)
      for (size_t j = 0; j < 2; j++) {
        double params[PLAIN_PARAMS];
        memcpy(params, a->fit, sizeof params);
        params[a->poi] = x[i];
        params[second] = y[j];
        CHECK_NEAR(nll[2 * i + j], held(a, fixed, params), 1e-9);
      }
    done(a);
  }
}

static void check_end(const asked *a, const fairu_interval *interval, size_t parameter, double delta,
                      int is_upper, const double *params)
{
  const int end = is_upper ? interval->upper_end : interval->lower_end;
  const double at = is_upper ? interval->upper : interval->lower;
  const plain_parameter *p = &a->p.m->parameters[parameter];
  double here[PLAIN_PARAMS];
  const double rise = held_at(a, parameter, at, here) - interval->nll_minimum;
  assert_true(params[parameter] == at);
  if (end == FAIRU_INTERVAL_CROSSING)
    CHECK_NEAR(rise, delta, 1e-7);
  else {
    assert_int_equal(end, FAIRU_INTERVAL_BOUND);
    assert_true(at == (is_upper ? p->upper : p->lower));
    assert_true(rise <= delta + 1e-9);
  }
  for (size_t i = 0; i < a->n; i++)
    CHECK_NEAR(params[i], here[i], 1e-3 * error_of(a, i) + 1e-9);
}

/* Ends lie where the profile has risen by what was asked for: by a level, or by a height. */
static void intervals_end_where_profiles_cross(void **state)
{
  (void)state;
  static const double levels[] = { 0.6827, 0.9, 0.0 };
  static const double quantiles[] = { 1.0000217133229992, 1.6448536269514722,
                                      0.7071067811865476 }; /* 0.25 asked for */
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    const made *m = &a->p.made;
    for (size_t parameter = k % 3; parameter < a->n; parameter += 4) {
      fairu_interval_options o;
      fairu_interval interval = { .struct_size = sizeof interval };
      double lower[PLAIN_PARAMS], upper[PLAIN_PARAMS];
      const size_t which = (k + parameter) % 3;
      if (a->p.m->parameters[parameter].fixed)
        continue;
      CHECK_OK(m->ctx, fairu_interval_options_init(&o, sizeof o));
      o.parameter = parameter;
      o.level = levels[which];
      o.delta_nll = 0.25;
      CHECK_OK(m->ctx,
               fairu_likelihood_interval(m->likelihood, m->ctx, m->data, &o, &interval, lower, upper, a->n));
      CHECK_NEAR(interval.nll_minimum, a->nll, 1e-9);
      CHECK_NEAR(interval.best, a->fit[parameter], 1e-5 * error_of(a, parameter));
      const double delta = 0.5 * quantiles[which] * quantiles[which];
      check_end(a, &interval, parameter, delta, 0, lower);
      check_end(a, &interval, parameter, delta, 1, upper);
    }
    done(a);
  }
}

static void contours_lie_at_their_height(void **state)
{
  (void)state;
  enum { POINTS = 12 };
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    const made *m = &a->p.made;
    const size_t second = a->poi == 0 ? 1 : 0;
    double x[POINTS], y[POINTS], best[2];
    fairu_interval_options o;
    unsigned char fixed[PLAIN_PARAMS];
    CHECK_OK(m->ctx, fairu_interval_options_init(&o, sizeof o));
    o.level = 0.9; /* 1 - exp(-delta): ln 10 */
    CHECK_OK(m->ctx, fairu_likelihood_contour(m->likelihood, m->ctx, m->data, &o, a->poi, second, POINTS, x,
                                              y, best));
    CHECK_NEAR(best[0], a->fit[a->poi], 1e-5 * error_of(a, a->poi) + 1e-12);
    CHECK_NEAR(best[1], a->fit[second], 1e-5 * error_of(a, second) + 1e-12);
    held_by_the_model(a, fixed);
    fixed[a->poi] = fixed[second] = 1;
    for (size_t i = 0; i < POINTS; i++) {
      const plain_parameter *p = &a->p.m->parameters[a->poi], *q = &a->p.m->parameters[second];
      double params[PLAIN_PARAMS];
      memcpy(params, a->fit, sizeof params);
      params[a->poi] = x[i];
      params[second] = y[i];
      const double rise = held(a, fixed, params) - a->nll;
      const int inside =
          x[i] > p->lower + 1e-12 && x[i] < p->upper && y[i] > q->lower + 1e-12 && y[i] < q->upper;
      assert_true(x[i] >= p->lower && x[i] <= p->upper && y[i] >= q->lower && y[i] <= q->upper);
      if (inside)
        CHECK_NEAR(rise, log(10.0), 1e-7);
      assert_true(rise <= log(10.0) + 1e-7);
    }
    done(a);
  }
}

/* A rise that is nothing beside the NLL itself leaves no room for a contour: said with the numbers that were given. */
static void contours_need_room(void **state)
{
  (void)state;
  asked *a = ask(1);
  const made *m = &a->p.made;
  double x[8], y[8];
  fairu_interval_options o;
  CHECK_OK(m->ctx, fairu_interval_options_init(&o, sizeof o));
  o.level = 0.0;
  o.delta_nll = 1e-30;
  const size_t second = a->poi == 0 ? 1 : 0;
  CHECK_FAILS(m->ctx, FAIRU_ERR_EMPTY,
              fairu_likelihood_contour(m->likelihood, m->ctx, m->data, &o, a->poi, second, 8, x, y, NULL));
  CHECK_SAYS(m->ctx, "a rise of 1e-30 is nothing beside an NLL of");
  o.delta_nll = 0.5;
  o.nll_minimum = a->nll - 2.0;
  CHECK_FAILS(m->ctx, FAIRU_ERR_EMPTY,
              fairu_likelihood_contour(m->likelihood, m->ctx, m->data, &o, a->poi, second, 8, x, y, NULL));
  CHECK_SAYS(m->ctx, "the best fit lies 2 above nll_minimum, the contour at 0.5");
  done(a);
}

/* ---- hypotheses ---------------------------------------------------------------------------------------- */

static double statistic(const asked *a, int kind, double mu)
{
  const made *m = &a->p.made;
  fairu_hypotest_options o;
  double value = NAN, mu_hat = NAN;
  CHECK_OK(m->ctx, fairu_hypotest_options_init(&o, sizeof o));
  o.statistic = kind;
  CHECK_OK(m->ctx, fairu_likelihood_test_statistic(m->likelihood, m->ctx, m->data, &o, mu, &value, &mu_hat));
  CHECK_NEAR(mu_hat, a->fit[a->poi], 1e-4 * error_of(a, a->poi) + 1e-9);
  return value;
}

static void statistics_are_differences_of_fits(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    for (int i = 0; i < 4; i++) {
      double params[PLAIN_PARAMS];
      const double mu = fmax(a->fit[a->poi] + 0.6 * (double)(i - 1) * fmax(error_of(a, a->poi), 0.1), 0.0);
      const double both_sides = 2.0 * (held_at(a, a->poi, mu, params) - a->nll);
      const double above = mu >= a->fit[a->poi] ? both_sides : 0.0;
      CHECK_NEAR(statistic(a, FAIRU_TEST_T, mu), both_sides, 1e-8);
      CHECK_NEAR(statistic(a, FAIRU_TEST_Q, mu), above, 1e-8);
      CHECK_NEAR(statistic(a, FAIRU_TEST_Q_TILDE, mu), above, 1e-8);
    }
    double params[PLAIN_PARAMS];
    const double q0 = a->fit[a->poi] >= 0.0 ? 2.0 * (held_at(a, a->poi, 0.0, params) - a->nll) : 0.0;
    CHECK_NEAR(statistic(a, FAIRU_TEST_Q0, 0.0), q0, 1e-8);
    done(a);
  }
}

static double normal_above(double x)
{
  return 0.5 * erfc(x / sqrt(2.0));
}

/* CLs of q~ from q and its value on the Asimov set of mu = 0 (arXiv:1007.1727, eqs. 57-66). */
static double cls_of(double q, double asimov, double *p_sb, double *p_b)
{
  const double a = sqrt(asimov);
  if (q <= asimov) {
    *p_sb = normal_above(sqrt(q));
    *p_b = normal_above(sqrt(q) - a);
  } else {
    *p_sb = normal_above((q + asimov) / (2.0 * a));
    *p_b = normal_above((q - asimov) / (2.0 * a));
  }
  return *p_sb / *p_b;
}

/* The Asimov set of mu = 0 is expected at the conditional fit; its statistic is a difference of fits to it. */
static double asimov_statistic(const asked *a, double mu)
{
  const made *m = &a->p.made;
  fairu_hypotest_options o;
  fairu_data *data = NULL;
  double point[PLAIN_PARAMS], params[PLAIN_PARAMS], value = NAN;
  CHECK_OK(m->ctx, fairu_data_create(m->ctx, m->likelihood, &data));
  CHECK_OK(m->ctx, fairu_likelihood_asimov_at(m->likelihood, m->ctx, m->data, NULL, 0.0, data, point, a->n));
  (void)held_at(a, a->poi, 0.0, params);
  for (size_t i = 0; i < a->n; i++)
    CHECK_NEAR(point[i], params[i], 1e-4 * error_of(a, i) + 1e-9);
  CHECK_OK(m->ctx, fairu_hypotest_options_init(&o, sizeof o));
  CHECK_OK(m->ctx, fairu_likelihood_test_statistic(m->likelihood, m->ctx, data, &o, mu, &value, NULL));
  fairu_data_destroy(data);
  return value;
}

static void tests_are_made_of_their_statistics(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    const made *m = &a->p.made;
    fairu_hypotest_result r = { .struct_size = sizeof r };
    double p_sb, p_b, mu = 0.5 + 0.2 * (double)k;
    CHECK_OK(m->ctx, fairu_likelihood_hypotest(m->likelihood, m->ctx, m->data, NULL, mu, &r));
    CHECK_NEAR(r.statistic, statistic(a, FAIRU_TEST_Q_TILDE, mu), 1e-9);
    CHECK_NEAR(r.asimov, asimov_statistic(a, mu), 1e-8 * (1.0 + r.asimov));
    CHECK_NEAR(r.cls, cls_of(r.statistic, r.asimov, &p_sb, &p_b), 1e-12);
    CHECK_NEAR(r.p_sb, p_sb, 1e-13);
    CHECK_NEAR(r.p_b, p_b, 1e-13);
    for (int i = 0; i < 5; i++) { /* q~ with mu^ at i - 2 sigma of the background hypothesis */
      const double shift = sqrt(r.asimov) - (double)(i - 2);
      CHECK_CLOSE(r.expected_p_sb[i], normal_above(shift), 1e-12);
      CHECK_CLOSE(r.expected_p_b[i], normal_above(-(double)(i - 2)), 1e-12);
      CHECK_CLOSE(r.expected[i], r.expected_p_sb[i] / r.expected_p_b[i], 1e-12);
    }
    done(a);
  }
}

static void limits_are_tested_at_their_level(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    const made *m = &a->p.made;
    const double level = k % 2 ? 0.95 : 0.9;
    fairu_limit limit = { .struct_size = sizeof limit };
    fairu_hypotest_result r = { .struct_size = sizeof r };
    CHECK_OK(m->ctx, fairu_likelihood_limit(m->likelihood, m->ctx, m->data, NULL, level, &limit));
    CHECK_OK(m->ctx, fairu_likelihood_hypotest(m->likelihood, m->ctx, m->data, NULL, limit.observed, &r));
    CHECK_NEAR(r.cls, 1.0 - level, 1e-8);
    for (int i = 0; i < 5; i++) {
      CHECK_OK(m->ctx,
               fairu_likelihood_hypotest(m->likelihood, m->ctx, m->data, NULL, limit.expected[i], &r));
      CHECK_NEAR(r.expected[i], 1.0 - level, 1e-8);
      assert_true(i == 0 || limit.expected[i] > limit.expected[i - 1]);
    }
    done(a);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_fit_is_stationary_and_its_covariance_the_inverse),
    cmocka_unit_test(what_is_held_has_no_error),
    cmocka_unit_test(nothing_lies_below_the_minimum),
    cmocka_unit_test(the_lowest_minimum_is_that_of_the_fit),
    cmocka_unit_test(profiles_are_fits_with_one_held),
    cmocka_unit_test(scans_are_fits_with_two_held),
    cmocka_unit_test(intervals_end_where_profiles_cross),
    cmocka_unit_test(contours_lie_at_their_height),
    cmocka_unit_test(contours_need_room),
    cmocka_unit_test(statistics_are_differences_of_fits),
    cmocka_unit_test(tests_are_made_of_their_statistics),
    cmocka_unit_test(limits_are_tested_at_their_level),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
