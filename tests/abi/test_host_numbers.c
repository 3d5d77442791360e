/* Numbers of all layers in a host that has set all that it can (support/hostile.h), beside those of a quiet one: what test_host.c and its
 * neighbours do not compute. */
#include "abi/world.h"
#include "likelihood/channel_model.h"
#include "support/hostile.h"

enum { MOST = 4096, ROWS = 60 };

/* All numbers in the order in which they came. */
typedef struct record {
  double values[MOST];
  unsigned char is_float[MOST];
  size_t n;
} record;

static void note(record *r, const double *values, size_t n)
{
  for (size_t i = 0; i < n && r->n < MOST; i++)
    r->values[r->n++] = values[i];
}

static void note_floats(record *r, const float *values, size_t n)
{
  for (size_t i = 0; i < n && r->n < MOST; i++) {
    r->is_float[r->n] = 1;
    r->values[r->n++] = (double)values[i];
  }
}

/* ---- closed forms -------------------------------------------------------------------------------------- */

static int significances(fairu_context *ctx, const world *w, record *r)
{
  double v[10] = { 0.0 };
  (void)w;
  int status = fairu_asymptotic_pvalues(ctx, FAIRU_TEST_Q_TILDE, 1.7, 2.3, v);
  if (status == FAIRU_OK)
    status = fairu_significance_of_p(ctx, 3e-7, &v[3]);
  if (status == FAIRU_OK)
    status = fairu_p_of_significance(ctx, 4.2, &v[4]);
  if (status == FAIRU_OK)
    status = fairu_significance_ams(ctx, 7.0, 20.0, 1.5, &v[5]);
  if (status == FAIRU_OK)
    status = fairu_significance_asimov(ctx, 7.0, 20.0, 1.5, &v[6]);
  if (status == FAIRU_OK)
    status = fairu_significance_ams1(ctx, 7.0, 20.0, 1.5, &v[7]);
  if (status == FAIRU_OK)
    status = fairu_feldman_cousins(ctx, 7, 2.5, 0.9, &v[8], &v[9]);
  note(r, v, 10);
  return status;
}

static int interval_scores(fairu_context *ctx, const world *w, record *r)
{
  static double mu[ROWS], p16[ROWS], p84[ROWS];
  static int64_t sets[ROWS];
  fairu_interval_score s = { .struct_size = sizeof s };
  fairu_interval_score_bootstrap_result b = { .struct_size = sizeof b };
  (void)w;
  for (int i = 0; i < ROWS; i++) {
    mu[i] = 1.0 + 0.01 * (i % 9);
    p16[i] = 0.7 + 0.02 * (i % 17);
    p84[i] = p16[i] + 0.3 + 0.01 * (i % 5);
    sets[i] = i / 6;
  }
  const fairu_interval_entries e = { .struct_size = sizeof e,
                                     .n = ROWS,
                                     .mu_true = mu,
                                     .p16 = p16,
                                     .p84 = p84,
                                     .mu_hat = p16,
                                     .delta_mu_hat = p84,
                                     .set = sets };
  int status = fairu_interval_score_compute(ctx, &e, &s);
  if (status == FAIRU_OK)
    status = fairu_interval_score_bootstrap(ctx, &e, 42, 50, &b, NULL, NULL, NULL);
  const double v[10] = { s.interval, s.coverage, s.coverage_lower, s.coverage_upper, s.quantile_score,
                         s.rmse,     s.mae,      b.interval,       b.coverage,       b.quantile_score_std };
  note(r, v, 10);
  return status;
}

/* ---- probabilities ------------------------------------------------------------------------------------- */

static int one_map(fairu_context *ctx, int method, const float *logits, const int32_t *labels, record *r)
{
  double p[ROWS] = { 0.0 };
  fairu_probability_options o;
  fairu_probability_map *map = NULL;
  int status = fairu_probability_options_init(&o, sizeof o);
  o.method = method;
  o.n_bins = 5;
  if (status == FAIRU_OK)
    status = fairu_probability_map_create(ctx, logits, labels, NULL, ROWS, &o, &map);
  if (status == FAIRU_OK)
    status = fairu_probability_map_apply(map, ctx, logits, ROWS, FAIRU_OUTPUT_SCORE, p);
  fairu_probability_map_destroy(map);
  note(r, p, ROWS);
  return status;
}

static int probabilities(fairu_context *ctx, const world *w, record *r)
{
  float logits[ROWS];
  double ratios[ROWS] = { 0.0 }, p[ROWS];
  int32_t labels[ROWS];
  fairu_reliability_options o;
  fairu_reliability measured = { .struct_size = sizeof measured };
  int status = fairu_reliability_options_init(&o, sizeof o);
  (void)w;
  for (int i = 0; i < ROWS; i++) {
    logits[i] = (float)(i * 7 % ROWS - 30) / 8.0f;
    labels[i] = i * 7 % ROWS + i % 23 > 40;
    p[i] = (i + 0.5) / ROWS;
  }
  for (int method = 0; method <= FAIRU_PROBABILITY_HISTOGRAM && status == FAIRU_OK; method++)
    status = one_map(ctx, method, logits, labels, r);
  if (status == FAIRU_OK)
    status = fairu_probability_log_ratio(ctx, logits, ROWS, 1.0, 2.0, ratios);
  if (status == FAIRU_OK)
    status = fairu_reliability_measure(ctx, p, labels, NULL, ROWS, &o, NULL, &measured);
  note(r, ratios, ROWS);
  note(r, &measured.expected_error, 1);
  note(r, &measured.sampling_error, 1);
  return status;
}

/* ---- events -------------------------------------------------------------------------------------------- */

static int chain_of_steps(fairu_context *ctx, fairu_systematics **out)
{
  static const char *const columns[2] = { "x", "y" };
  static const double along[2] = { 0.3, -0.2 };
  fairu_nuisance nuisance;
  int status = fairu_nuisance_init(&nuisance, sizeof nuisance);
  nuisance.name = "z";
  if (status == FAIRU_OK)
    status = fairu_systematics_create(ctx, &nuisance, 1, out);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_shift(*out, ctx, "z", columns, along, 2, 0.0);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_smearing(*out, ctx, "z", columns, 2);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_rotation(*out, ctx, "z", "x", "y", 0.0);
  return status;
}

static int shifted_events(fairu_context *ctx, const world *w, record *r)
{
  const double z[1] = { 0.4 };
  double draws[ROWS] = { 0.0 };
  fairu_systematics *s = NULL;
  fairu_events *moved = NULL;
  fairu_nuisance nuisance;
  int status = chain_of_steps(ctx, &s);
  if (status == FAIRU_OK)
    status = fairu_systematics_apply(s, ctx, w->events, z, 1, 99, NULL, &moved);
  if (status == FAIRU_OK) {
    note_floats(r, fairu_events_column(moved, 0, NULL), WORLD_EVENTS);
    note(r, fairu_events_weights(moved), WORLD_EVENTS);
    status = fairu_nuisance_init(&nuisance, sizeof nuisance);
  }
  nuisance.name = "drawn";
  if (status == FAIRU_OK)
    status = fairu_nuisance_draw(ctx, &nuisance, 7, 3, ROWS, 0, draws);
  note(r, draws, ROWS);
  fairu_events_destroy(moved);
  fairu_systematics_destroy(s);
  return status;
}

static int network(fairu_context *ctx, const world *w, record *r)
{
  float one[1], scores[2], d_features[4], d_z[2];
  double bandwidth = 0.0;
  fairu_binning *quantiles = NULL;
  int status =
      fairu_classifier_score_event(w->network, ctx, world_rows, 2, world_z, 1, FAIRU_OUTPUT_SCORE, one);
  if (status == FAIRU_OK)
    status = fairu_classifier_score_derivative(w->network, ctx, world_rows, 2, 2, world_z, 1,
                                               FAIRU_OUTPUT_LOGIT, scores, d_features, d_z);
  if (status == FAIRU_OK)
    status = fairu_kernel_bandwidth(ctx, FAIRU_BANDWIDTH_SILVERMAN, world_rows, NULL, 4, &bandwidth);
  if (status == FAIRU_OK)
    status = fairu_binning_create_quantile(ctx, FAIRU_OUTPUT_LOGIT, world_rows, world_weights + 3, 1, 1,
                                           &quantiles);
  fairu_binning_destroy(quantiles);
  if (status != FAIRU_OK)
    return status;
  note_floats(r, one, 1);
  note_floats(r, scores, 2);
  note_floats(r, d_features, 4);
  note_floats(r, d_z, 2);
  note(r, &bandwidth, 1);
  return status;
}

/* ---- likelihoods --------------------------------------------------------------------------------------- */

static int channels(fairu_context *ctx, const world *w, record *r)
{
  double nll[2] = { 0.0 }, gradient[CHANNEL_PARAMS] = { 0.0 }, fitted[CHANNEL_PARAMS] = { 0.0 },
         q[2] = { 0.0 };
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  (void)w;
  int status = channel_likelihood_create(ctx, &lh, &data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov(lh, ctx, channel_point, CHANNEL_PARAMS, data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll(lh, ctx, data, channel_point, CHANNEL_PARAMS, nll, gradient, NULL);
  if (status == FAIRU_OK)
    status = fairu_likelihood_fit(lh, ctx, data, NULL, fitted, CHANNEL_PARAMS, NULL, NULL);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov_at(lh, ctx, data, NULL, 1.0, data, NULL, 0);
  if (status == FAIRU_OK)
    status = fairu_likelihood_test_statistic(lh, ctx, data, NULL, 1.5, &q[0], &q[1]);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  note(r, nll, 2);
  note(r, gradient, CHANNEL_PARAMS);
  note(r, fitted, CHANNEL_PARAMS);
  note(r, q, 2);
  return status;
}

static int templates(fairu_context *ctx, const world *w, record *r)
{
  const double z[2] = { 0.1, 0.2 }, first[3] = { 0.8, 1.0, 1.2 }, second[2] = { -0.1, 0.3 };
  double nu[3 * small_bins] = { 0.0 }, d[6 * small_bins], d2[12 * small_bins], scan[6] = { 0.0 };
  static const unsigned char fixed[small_params] = { 0, 1, 1, 0, 0 };
  fairu_fit_options o;
  int status = fairu_fit_options_init(&o, sizeof o);
  o.fixed = fixed;
  if (status == FAIRU_OK)
    status = fairu_templates_evaluate(w->small.templates, ctx, z, 2, nu, d, d2);
  if (status == FAIRU_OK) {
    note(r, nu, 3 * small_bins);
    note(r, d, 6 * small_bins);
    note(r, d2, 12 * small_bins);
    status =
        fairu_likelihood_scan(w->small.likelihood, ctx, w->small.data, &o, 0, first, 3, 3, second, 2, scan);
  }
  note(r, scan, 6);
  return status;
}

static int unbinned(fairu_context *ctx, const world *w, record *r)
{
  const double mu[1] = { 1.1 };
  double nll[2] = { 0.0 }, values[ROWS];
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  (void)w;
  for (int i = 0; i < ROWS; i++)
    values[i] = 1.0;
  int status = world_event_likelihood(ctx, &lh);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, lh, &data);
  if (status == FAIRU_OK)
    status = fairu_data_set_events(data, ctx, values, ROWS);
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll(lh, ctx, data, mu, 1, nll, NULL, NULL);
  if (status == FAIRU_OK)
    status = fairu_likelihood_interval(lh, ctx, data, NULL, &interval, NULL, NULL, 1);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  note(r, nll, 2);
  note(r, &interval.lower, 1);
  note(r, &interval.upper, 1);
  return status;
}

/* ---- hosts --------------------------------------------------------------------------------------------- */

static int (*const parts[])(fairu_context *ctx, const world *w,
                            record *r) = { significances, interval_scores, probabilities, shifted_events,
                                           network,       channels,        templates,     unbinned };
enum { N_PARTS = sizeof parts / sizeof *parts };

typedef struct host {
  const world *w;
  record got;
  size_t part, ends[N_PARTS];
  int status;
  char message[256];
} host;

static void compute(void *data)
{
  host *h = (host *)data;
  fairu_context *ctx = NULL;
  h->status = fairu_context_create(NULL, &ctx);
  for (h->part = 0; h->part < N_PARTS && h->status == FAIRU_OK; h->part++) {
    h->status = parts[h->part](ctx, h->w, &h->got);
    h->ends[h->part] = h->got.n;
  }
  if (h->status != FAIRU_OK)
    snprintf(h->message, sizeof h->message, "%s", ctx ? fairu_context_message(ctx) : "");
  fairu_context_destroy(ctx);
}

static void check_hostile(int how, double of_doubles, double of_floats)
{
  static host quiet, hostile;
  world w = world_make();
  quiet = (host){ .w = &w };
  hostile = (host){ .w = &w };
  compute(&quiet);
  support_hostile_call(how, HOSTILE_STACK, compute, &hostile);
  if (quiet.status != FAIRU_OK || hostile.status != FAIRU_OK)
    fail_msg("part %zu: %s%s", quiet.status ? quiet.part : hostile.part, quiet.message, hostile.message);
  assert_int_equal(hostile.got.n, quiet.got.n);
  assert_true(quiet.got.n > 500 && quiet.got.n < MOST);
  for (size_t i = 0, part = 0; i < quiet.got.n; i++) {
    const double got = hostile.got.values[i], wanted = quiet.got.values[i];
    const double tolerance = quiet.got.is_float[i] ? of_floats : of_doubles;
    part += i == quiet.ends[part];
    if (!(fabs(got - wanted) <= tolerance * (1.0 + fabs(wanted))))
      fail_msg("part %zu, number %zu is %.17g, wanted %.17g", part, i, got, wanted);
  }
  world_free(&w);
}

static void a_hostile_host_gets_the_same_numbers(void **state)
{
  (void)state;
  check_hostile(HOSTILE_NEAREST, 1e-12, 0.0);
}

static void rounded_upward_they_are_almost_the_same(void **state)
{
  (void)state;
  check_hostile(HOSTILE_ALL, 1e-9, 1e-6);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(a_hostile_host_gets_the_same_numbers),
                                      cmocka_unit_test(rounded_upward_they_are_almost_the_same) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
