/* What follows a fit, for random workspaces: impacts, breakdowns, goodness and yields again from fits with parameters held, intervals and
 * differences; models written and read, and joined from their channels, answer as the whole does. */
#include "plain_asked.h"

enum { MODELS = 30 };

/* ---- impacts ------------------------------------------------------------------------------------------- */

static double held_within(const asked *a, size_t i, double value, double *params)
{
  const plain_parameter *p = &a->p.m->parameters[i];
  return held_at(a, i, fmin(fmax(value, p->lower), p->upper), params);
}

/* Shift of mu with parameter i held at its best value plus this. */
static double shift_of(const asked *a, size_t i, double by)
{
  double params[PLAIN_PARAMS];
  (void)held_within(a, i, a->fit[i] + by, params);
  return params[a->poi] - a->fit[a->poi];
}

static double prefit_width(const plain_parameter *p)
{
  return p->constraint == FAIRU_CONSTRAINT_PRIOR ? (double)p->scale : (double)(1 / quad_sqrt(p->scale));
}

static void check_impact(const asked *a, const fairu_impact *impact, size_t i)
{
  const plain_parameter *p = &a->p.m->parameters[i];
  /* mu of a fit is known to 1e-5 of its error (edm 1e-10), measured 1e-8 */
  const double near = 1e-6 * error_of(a, a->poi) + 1e-12;
  assert_int_equal(impact->parameter, i);
  assert_true(impact->value == a->fit[i] && impact->statistical_origin == 1);
  CHECK_CLOSE(impact->error, error_of(a, i), 1e-14);
  CHECK_NEAR(impact->impact_up, shift_of(a, i, impact->error), near);
  CHECK_NEAR(impact->impact_down, shift_of(a, i, -impact->error), near);
  if (p->constraint == FAIRU_CONSTRAINT_NONE) {
    assert_true(isnan(impact->prefit_error) && isnan(impact->pull) && isnan(impact->constraint));
    assert_true(isnan(impact->prefit_up) && isnan(impact->prefit_down) && isnan(impact->contribution));
    return;
  }
  const double width = prefit_width(p);
  const double centre =
      p->constraint == FAIRU_CONSTRAINT_PRIOR ? (double)p->aux : (double)(p->aux / p->scale);
  CHECK_CLOSE(impact->prefit_error, width, 1e-13);
  CHECK_NEAR(impact->pull, (impact->value - centre) / width, 1e-12);
  CHECK_NEAR(impact->constraint, impact->error / width, 1e-12);
  CHECK_NEAR(impact->prefit_up, shift_of(a, i, width), near);
  CHECK_NEAR(impact->prefit_down, shift_of(a, i, -width), near);
}

static void impacts_are_shifts_of_mu(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    const made *m = &a->p.made;
    fairu_impact *impacts = calloc(a->n, sizeof *impacts);
    size_t n = 0, seen = 0;
    impacts[0].struct_size = sizeof *impacts;
    CHECK_OK(m->ctx, fairu_likelihood_impacts(m->likelihood, m->ctx, m->data, NULL, impacts, a->n, &n));
    for (size_t i = 0; i < a->n; i++)
      if (i != a->poi && !a->p.m->parameters[i].fixed)
        check_impact(a, &impacts[seen++], i);
    assert_int_equal(seen, n);
    free(impacts);
    done(a);
  }
}

/* d nu / d theta by differences: [bins * parameters]. */
static void slopes_of_yields(const asked *a, double *slopes)
{
  const made *m = &a->p.made;
  const double h = 1e-5;
  double params[PLAIN_PARAMS], up[PLAIN_CHANNELS * PLAIN_BINS], down[PLAIN_CHANNELS * PLAIN_BINS];
  memcpy(params, a->fit, sizeof params);
  for (size_t i = 0; i < a->n; i++) {
    params[i] = a->fit[i] + h;
    CHECK_OK(m->ctx, fairu_likelihood_expected(m->likelihood, m->ctx, params, a->n, up));
    params[i] = a->fit[i] - h;
    CHECK_OK(m->ctx, fairu_likelihood_expected(m->likelihood, m->ctx, params, a->n, down));
    params[i] = a->fit[i];
    for (size_t b = 0; b < a->p.m->n_bins; b++)
      slopes[b * a->n + i] = (up[b] - down[b]) / (2.0 * h);
  }
}

/* On expected data: contributions of all auxiliary data and of the main counts make up the variance of mu. */
static void contributions_and_counts_make_up_the_variance(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    const made *m = &a->p.made;
    double nu[PLAIN_CHANNELS * PLAIN_BINS], *slopes = calloc(a->p.m->n_bins * a->n, sizeof *slopes);
    fairu_impact *impacts = calloc(a->n, sizeof *impacts);
    double sum = 0.0;
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++)
      a->fit[i] = a->p.m->parameters[i].start;
    a->fit[a->poi] = 1.0; /* away from its lower bound */
    CHECK_OK(m->ctx, fairu_likelihood_asimov(m->likelihood, m->ctx, a->fit, a->n, m->data));
    CHECK_OK(m->ctx,
             fairu_likelihood_fit(m->likelihood, m->ctx, m->data, NULL, a->fit, a->n, a->covariance, NULL));
    CHECK_OK(m->ctx, fairu_likelihood_expected(m->likelihood, m->ctx, a->fit, a->n, nu));
    slopes_of_yields(a, slopes);
    for (size_t b = 0; b < a->p.m->n_bins; b++) {
      double shift = 0.0; /* d mu^ / d n_b */
      for (size_t i = 0; i < a->n; i++)
        shift += a->covariance[a->poi * a->n + i] * slopes[b * a->n + i] / nu[b];
      sum += shift * shift * nu[b];
    }
    impacts[0].struct_size = sizeof *impacts;
    CHECK_OK(m->ctx, fairu_likelihood_impacts(m->likelihood, m->ctx, m->data, NULL, impacts, a->n, &n));
    for (size_t i = 0; i < n; i++)
      sum += isnan(impacts[i].contribution) ? 0.0 : impacts[i].contribution * impacts[i].contribution;
    CHECK_CLOSE(sum, a->covariance[a->poi * a->n + a->poi], 1e-7);
    free(impacts);
    free(slopes);
    done(a);
  }
}

/* ---- breakdown ----------------------------------------------------------------------------------------- */

/* Distances of mu's interval at delta_nll 0.5 with these held at the best fit. */
static void distances(const asked *a, const unsigned char *fixed, double *up, double *down)
{
  const made *m = &a->p.made;
  fairu_fit_options fit;
  fairu_interval_options o;
  fairu_interval interval = { .struct_size = sizeof interval };
  CHECK_OK(m->ctx, fairu_fit_options_init(&fit, sizeof fit));
  CHECK_OK(m->ctx, fairu_interval_options_init(&o, sizeof o));
  fit.fixed = fixed;
  fit.start = a->fit;
  o.fit = &fit;
  o.level = 0.0;
  o.delta_nll = 0.5;
  CHECK_OK(m->ctx,
           fairu_likelihood_interval(m->likelihood, m->ctx, m->data, &o, &interval, NULL, NULL, a->n));
  *up = interval.upper - a->fit[a->poi];
  *down = a->fit[a->poi] - interval.lower;
}

static void check_part(const asked *a, const unsigned char *fixed, const fairu_breakdown *part, double up,
                       double down)
{
  double fixed_up, fixed_down;
  distances(a, fixed, &fixed_up, &fixed_down);
  CHECK_NEAR(part->error_up, up, 1e-7);
  CHECK_NEAR(part->error_down, down, 1e-7);
  CHECK_NEAR(part->fixed_up, fixed_up, 1e-7);
  CHECK_NEAR(part->fixed_down, fixed_down, 1e-7);
  CHECK_NEAR(part->part_up * part->part_up, fmax(0.0, up * up - fixed_up * fixed_up), 1e-6);
  CHECK_NEAR(part->part_down * part->part_down, fmax(0.0, down * down - fixed_down * fixed_down), 1e-6);
}

static int is_gamma(int type)
{
  return type == PLAIN_STATERROR || type == PLAIN_SHAPESYS;
}

static void parts_are_intervals_with_groups_held(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    const made *m = &a->p.made;
    unsigned char fixed[PLAIN_PARAMS], all[PLAIN_PARAMS], gammas[PLAIN_PARAMS], correlated[PLAIN_PARAMS];
    size_t members[PLAIN_PARAMS], n = 0;
    double up, down;
    fairu_breakdown parts[4] = { { .struct_size = sizeof parts[0] } };
    held_by_the_model(a, fixed);
    memcpy(all, fixed, a->n);
    memcpy(gammas, fixed, a->n);
    memcpy(correlated, fixed, a->n);
    for (size_t i = 0; i < a->n; i++) {
      const plain_parameter *p = &a->p.m->parameters[i];
      if (p->constraint == FAIRU_CONSTRAINT_NONE)
        continue;
      all[i] = 1;
      if (is_gamma(p->type))
        gammas[i] = 1;
      else {
        correlated[i] = 1;
        members[n++] = i;
      }
    }
    const fairu_group groups[2] = { { "correlated", members, n }, { "nobody", NULL, 0 } };
    CHECK_OK(m->ctx, fairu_likelihood_breakdown(m->likelihood, m->ctx, m->data, NULL, groups, 2, parts));
    distances(a, fixed, &up, &down);
    check_part(a, all, &parts[0], up, down);
    check_part(a, gammas, &parts[1], up, down);
    check_part(a, correlated, &parts[2], up, down);
    check_part(a, fixed, &parts[3], up, down);
    done(a);
  }
}

/* ---- goodness and yields ------------------------------------------------------------------------------- */

/* chi^2 above x: finite sums for whole degrees of freedom. */
static double chi2_above(double x, int dof)
{
  double term, sum;
  if (dof % 2 == 0) {
    term = sum = exp(-0.5 * x);
    for (int k = 1; k < dof / 2; k++)
      sum += term *= 0.5 * x / (double)k;
    return sum;
  }
  sum = erfc(sqrt(0.5 * x));
  term = sqrt(2.0 * x / acos(-1.0)) * exp(-0.5 * x);
  for (int k = 1; k <= dof / 2; k++) {
    sum += term;
    term *= x / (double)(2 * k + 1);
  }
  return sum;
}

static void goodness_is_the_deviance_of_the_fit(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    const made *m = &a->p.made;
    fairu_goodness g = { .struct_size = sizeof g };
    int n_data = (int)a->p.m->n_bins, n_free = 0;
    for (size_t i = 0; i < a->n; i++) {
      const plain_parameter *p = &a->p.m->parameters[i];
      n_data += !p->fixed && p->constraint != FAIRU_CONSTRAINT_NONE;
      n_free += !p->fixed && a->fit[i] > p->lower && a->fit[i] < p->upper;
    }
    CHECK_OK(m->ctx, fairu_likelihood_goodness(m->likelihood, m->ctx, m->data, NULL, &g));
    assert_int_equal(g.n_data, n_data);
    assert_int_equal(g.n_free, n_free);
    assert_int_equal(g.dof, n_data - n_free);
    CHECK_CLOSE(g.deviance, 2.0 * a->result.nll[0], 1e-13);
    if (g.dof > 0)
      CHECK_CLOSE(g.p_value, chi2_above(g.deviance, g.dof), 1e-12);
    else
      assert_true(isnan(g.p_value));
    done(a);
  }
}

/* sqrt(J C J^T) of a sum of bins. */
static double yield_error(const asked *a, const double *slopes, size_t first, size_t n_bins,
                          const double *covariance)
{
  double variance = 0.0;
  for (size_t i = 0; i < a->n; i++)
    for (size_t j = 0; j < a->n; j++) {
      double di = 0.0, dj = 0.0;
      for (size_t b = first; b < first + n_bins; b++) {
        di += slopes[b * a->n + i];
        dj += slopes[b * a->n + j];
      }
      variance += di * covariance[i * a->n + j] * dj;
    }
  return sqrt(fmax(0.0, variance));
}

static void check_yields(const asked *a, const double *covariance)
{
  const made *m = &a->p.made;
  const size_t n_bins = a->p.m->n_bins;
  double nu[PLAIN_CHANNELS * PLAIN_BINS], error[PLAIN_CHANNELS * PLAIN_BINS];
  double nu_channel[PLAIN_CHANNELS], error_channel[PLAIN_CHANNELS];
  double *slopes = calloc(n_bins * a->n, sizeof *slopes);
  slopes_of_yields(a, slopes);
  CHECK_OK(m->ctx, fairu_likelihood_yields(m->likelihood, m->ctx, a->fit, covariance, a->n, nu, error,
                                           nu_channel, error_channel));
  for (size_t c = 0; c < a->p.w.n_channels; c++) {
    const size_t first = fairu_likelihood_channel_first_bin(m->likelihood, c);
    const size_t bins = fairu_likelihood_channel_n_bins(m->likelihood, c);
    double sum = 0.0;
    for (size_t b = first; b < first + bins; b++) {
      sum += nu[b];
      CHECK_NEAR(error[b], yield_error(a, slopes, b, 1, covariance), 1e-6 * nu[b]);
    }
    CHECK_CLOSE(nu_channel[c], sum, 1e-14);
    CHECK_NEAR(error_channel[c], yield_error(a, slopes, first, bins, covariance), 1e-6 * sum);
  }
  free(slopes);
}

static void yields_have_the_errors_of_linear_propagation(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    const made *m = &a->p.made;
    double *prefit = calloc(a->n * a->n, sizeof *prefit);
    check_yields(a, a->covariance);
    CHECK_OK(m->ctx, fairu_likelihood_prefit_covariance(m->likelihood, m->ctx, prefit, a->n));
    for (size_t i = 0; i < a->n; i++)
      for (size_t j = 0; j < a->n; j++) {
        const plain_parameter *p = &a->p.m->parameters[i];
        const int none = p->constraint == FAIRU_CONSTRAINT_NONE || p->fixed; /* what is held has no error */
        const double width = none || i != j ? 0.0 : prefit_width(p);
        CHECK_NEAR(prefit[i * a->n + j], width * width, 1e-13 * width * width);
      }
    check_yields(a, prefit);
    free(prefit);
    done(a);
  }
}

/* ---- the same again ------------------------------------------------------------------------------------ */

/* A random point of a, in the order of another likelihood with the same names. */
static void point_of(asked *a, const fairu_likelihood *other, double *params)
{
  const size_t n = fairu_likelihood_n_parameters(other);
  both_move(&a->p);
  assert_int_equal(n, a->n);
  for (size_t i = 0; i < n; i++) {
    size_t at = FAIRU_NONE;
    CHECK_OK(a->p.made.ctx,
             fairu_likelihood_find_parameter(other, a->p.made.ctx, a->p.m->parameters[i].name, &at));
    params[at] = a->p.params[i];
  }
}

static void check_same_values(asked *a, const fairu_likelihood *other, const fairu_data *data)
{
  const made *m = &a->p.made;
  for (int point = 0; point < 4; point++) {
    double params[PLAIN_PARAMS], wanted[2], got[2];
    point_of(a, other, params);
    CHECK_OK(m->ctx,
             fairu_likelihood_nll(m->likelihood, m->ctx, m->data, a->p.params, a->n, wanted, NULL, NULL));
    CHECK_OK(m->ctx, fairu_likelihood_nll(other, m->ctx, data, params, a->n, got, NULL, NULL));
    CHECK_CLOSE(got[0] + got[1], wanted[0] + wanted[1], 1e-13);
    CHECK_NEAR(got[0], wanted[0], 1e-12 * (1.0 + wanted[0]));
  }
}

static void written_and_read_again(void **state)
{
  (void)state;
  char path[512];
  support_path(path, sizeof path, "again.json");
  for (uint64_t k = 0; k < MODELS; k++) {
    asked *a = ask(k);
    const made *m = &a->p.made;
    made again = { .ctx = support_context() };
    CHECK_OK(m->ctx, fairu_likelihood_write_workspace(m->likelihood, m->ctx, m->data, path, "again"));
    CHECK_OK(again.ctx, fairu_workspace_read(again.ctx, path, &again.workspace));
    CHECK_OK(again.ctx,
             fairu_likelihood_create_from_workspace(again.ctx, again.workspace, NULL, &again.likelihood));
    CHECK_OK(again.ctx,
             fairu_data_create_from_workspace(again.ctx, again.workspace, again.likelihood, &again.data));
    assert_string_equal(fairu_workspace_measurement_name(again.workspace, 0), "again");
    assert_int_equal(fairu_likelihood_poi_index(again.likelihood), a->poi);
    for (size_t i = 0; i < a->n; i++) {
      const plain_parameter *p = &a->p.m->parameters[i];
      assert_string_equal(parameter_at(&again, i).name, p->name);
      check_range(&again, p->name, p->start, p->lower, p->upper, p->fixed);
    }
    check_same_values(a, again.likelihood, again.data);
    clear(&again);
    done(a);
  }
}

/* Yields of samples, names and channels of the join, part after part, are those of the whole; its parts stand in the order of channels. */
static void check_same_samples(asked *a, const fairu_likelihood *other)
{
  const made *m = &a->p.made;
  double params[PLAIN_PARAMS], wanted[PLAIN_BINS], got[PLAIN_BINS];
  const size_t n = fairu_likelihood_n_samples(m->likelihood);
  assert_int_equal(fairu_likelihood_n_samples(other), n);
  assert_int_equal(fairu_likelihood_n_channels(other), a->p.w.n_channels);
  point_of(a, other, params);
  for (size_t s = 0; s < n; s++) {
    const size_t channel = fairu_likelihood_sample_channel(m->likelihood, s);
    assert_int_equal(fairu_likelihood_sample_channel(other, s), channel);
    assert_string_equal(fairu_likelihood_sample_name(other, s),
                        fairu_likelihood_sample_name(m->likelihood, s));
    assert_string_equal(fairu_likelihood_channel_name(other, channel),
                        fairu_likelihood_channel_name(m->likelihood, channel));
    CHECK_OK(m->ctx, fairu_likelihood_expected_sample(m->likelihood, m->ctx, s, a->p.params, a->n, wanted));
    CHECK_OK(m->ctx, fairu_likelihood_expected_sample(other, m->ctx, s, params, a->n, got));
    for (size_t b = 0; b < fairu_likelihood_channel_n_bins(other, channel); b++)
      CHECK_CLOSE(got[b], wanted[b], 1e-14);
  }
  assert_null(fairu_likelihood_sample_name(other, n));
  assert_null(fairu_likelihood_channel_name(other, a->p.w.n_channels));
  CHECK_FAILS(m->ctx, FAIRU_ERR_RANGE, fairu_likelihood_expected_sample(other, m->ctx, n, params, a->n, got));
}

/* One likelihood for each channel; their join counts what they share once. */
static void joined_from_its_channels(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    both parts[PLAIN_CHANNELS];
    const fairu_likelihood *likelihoods[PLAIN_CHANNELS];
    fairu_likelihood *whole = NULL;
    fairu_data *data = NULL;
    asked *a = ask(k);
    const made *m = &a->p.made;
    const size_t n_parts = a->p.w.n_channels;
    if (n_parts > 1 && plain_find(a->p.m, "all_stat[0]") != FAIRU_NONE) { /* one name, two meanings */
      done(a);
      continue;
    }
    for (size_t c = 0; c < n_parts; c++) {
      memset(&parts[c], 0, sizeof parts[c]);
      parts[c].w = a->p.w;
      parts[c].w.channels[0] = a->p.w.channels[a->p.m->channels[c]];
      parts[c].w.n_channels = 1;
      both_make(&parts[c], FAIRU_CODE_4, FAIRU_CODE_4P);
      likelihoods[c] = parts[c].made.likelihood;
    }
    CHECK_OK(m->ctx, fairu_likelihood_create_combined(m->ctx, likelihoods, n_parts, NULL, &whole));
    CHECK_OK(m->ctx, fairu_data_create(m->ctx, whole, &data));
    for (size_t c = 0; c < n_parts; c++)
      CHECK_OK(m->ctx, fairu_data_copy(fairu_data_part(data, c), m->ctx, parts[c].made.data));
    check_same_values(a, whole, data);
    check_same_samples(a, whole);
    double fit[PLAIN_PARAMS];
    fairu_fit_result r = { .struct_size = sizeof r };
    CHECK_OK(m->ctx, fairu_likelihood_fit(whole, m->ctx, data, NULL, fit, a->n, NULL, &r));
    CHECK_NEAR(r.nll[0] + r.nll[1], a->nll, 1e-9);
    CHECK_NEAR(fit[fairu_likelihood_poi_index(whole)], a->fit[a->poi], 1e-6);
    fairu_data_destroy(data);
    fairu_likelihood_destroy(whole);
    for (size_t c = 0; c < n_parts; c++)
      both_close(&parts[c]);
    done(a);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(impacts_are_shifts_of_mu),
    cmocka_unit_test(contributions_and_counts_make_up_the_variance),
    cmocka_unit_test(parts_are_intervals_with_groups_held),
    cmocka_unit_test(goodness_is_the_deviance_of_the_fit),
    cmocka_unit_test(yields_have_the_errors_of_linear_propagation),
    cmocka_unit_test(written_and_read_again),
    cmocka_unit_test(joined_from_its_channels),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
