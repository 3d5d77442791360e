/* test_closure.c - workspaces on which a fit or a limit went wrong once: what they answer has to close with what else is known. */
#include <math.h>

#include <fairu/histfactory.h>
#include <fairu/postfit.h>

#include "likelihood/workspace_text.h"

typedef struct made {
  fairu_likelihood *likelihood;
  fairu_data *data;
  size_t n;
} made;

static made make(fairu_context *ctx, const char *text)
{
  made m = { NULL, NULL, 0 };
  fairu_workspace *workspace = workspace_of(ctx, text);
  CHECK_OK(ctx, fairu_likelihood_create_from_workspace(ctx, workspace, NULL, &m.likelihood));
  CHECK_OK(ctx, fairu_data_create_from_workspace(ctx, workspace, m.likelihood, &m.data));
  m.n = fairu_likelihood_n_parameters(m.likelihood);
  fairu_workspace_destroy(workspace);
  return m;
}

static void destroy(made *m)
{
  fairu_data_destroy(m->data);
  fairu_likelihood_destroy(m->likelihood);
}

/* Two samples and the counts; signal with mu between `bounds`. */
#define TWO_SAMPLES(signal, background, modifiers, counts, bounds)                                           \
  "{\"version\":\"1.0.0\",\"channels\":[{\"name\":\"c\",\"samples\":[{\"name\":\"s\",\"data\":" signal       \
  ",\"modifiers\":[{\"name\":\"mu\",\"type\":\"normfactor\",\"data\":null}]},{\"name\":\"b\","               \
  "\"data\":" background ",\"modifiers\":[" modifiers                                                        \
  "]}]}],\"observations\":[{\"name\":\"c\",\"data\":" counts                                                 \
  "}],\"measurements\":[{\"name\":\"m\",\"config\":{\"poi\":\"mu\",\"parameters\":[{\"name\":\"mu\","        \
  "\"bounds\":[" bounds "]}]}}]}"

static const char three_edges[] =
    "{\"channels\":[{\"name\":\"c0\",\"samples\":[{\"name\":\"s0\",\"data\":[106.842,166.611,181.44],\"modif"
    "iers\":[{\"name\":\"mu\",\"type\":\"normfactor\",\"data\":null}]},{\"name\":\"s1\",\"data\":[724.155,"
    "176."
    "63,596.943],\"modifiers\":[{\"name\":\"kfree\",\"type\":\"normfactor\",\"data\":null}]},{\"name\":\"s2\""
    ",\"data\":[0.0,740.295,532.635],\"modifiers\":[{\"name\":\"loc_0_2\",\"type\":\"normsys\",\"data\":{\"h"
    "i\":0.935262,\"lo\":0.920343}},{\"name\":\"loc_0_2\",\"type\":\"histosys\",\"data\":{\"hi_data\":[0.0,7"
    "73.156,585.007],\"lo_data\":[0.0,705.472,468.282]}},{\"name\":\"shapesys_c0_s2\",\"type\":\"shape"
    "sys\",\"data\":[0.0,30.234,77.1392]}]},{\"name\":\"s3\",\"data\":[133.143,742.232,686.05],\"modifi"
    "ers\":[{\"name\":\"staterror_c0\",\"type\":\"staterror\",\"data\":[17.372,87.3621,42.4176]},{\"name\""
    ":\"shapesys_c0_s3\",\"type\":\"shapesys\",\"data\":[0.179444,1.9549,0.0]}]}]},{\"name\":\"c1\",\"samp"
    "les\":[{\"name\":\"s0\",\"data\":[159.624,26.6565,94.1425],\"modifiers\":[{\"name\":\"mu\",\"type\":\"no"
    "rmfactor\",\"data\":null},{\"name\":\"loc_1_0\",\"type\":\"normsys\",\"data\":{\"hi\":1.08172,\"lo\":0."
    "91"
    "9668}},{\"name\":\"loc_1_0\",\"type\":\"histosys\",\"data\":{\"hi_data\":[190.227,29.5783,94.8338],\""
    "lo_data\":[174.925,28.1174,94.4881]}}]},{\"name\":\"s1\",\"data\":[377.136,812.164,328.879],\"mo"
    "difiers\":[{\"name\":\"kfree\",\"type\":\"normfactor\",\"data\":null},{\"name\":\"loc_1_1\",\"type\":"
    "\"his"
    "tosys\",\"data\":{\"hi_data\":[350.233,873.399,353.661],\"lo_data\":[397.024,769.228,301.414]}}"
    ",{\"name\":\"staterror_c1\",\"type\":\"staterror\",\"data\":[114.457,26.2231,15.2974]},{\"name\":\"sh"
    "apesys_c1_s1\",\"type\":\"shapesys\",\"data\":[0.0,12.6025,0.0991742]}]},{\"name\":\"s2\",\"data\":[3"
    "85.214,368.898,778.86],\"modifiers\":[{\"name\":\"staterror_c1\",\"type\":\"staterror\",\"data\":[27"
    ".4972,0.0,213.231]}]},{\"name\":\"s3\",\"data\":[695.121,339.194,-20.6066],\"modifiers\":[]}]},{"
    "\"name\":\"c2\",\"samples\":[{\"name\":\"s0\",\"data\":[230.453,65.0053,236.284,193.705],\"modifiers\""
    ":[{\"name\":\"mu\",\"type\":\"normfactor\",\"data\":null}]},{\"name\":\"s1\",\"data\":[508.779,110.594,6"
    "77.221,214.853],\"modifiers\":[{\"name\":\"kfree\",\"type\":\"normfactor\",\"data\":null},{\"name\":\"s"
    "f_4\",\"type\":\"shapefactor\",\"data\":null}]}]}],\"observations\":[{\"name\":\"c0\",\"data\":[919.0,0"
    ".0,1848.0]},{\"name\":\"c1\",\"data\":[1511.0,1581.0,0.0]},{\"name\":\"c2\",\"data\":[780.0,225.0,92"
    "2.0,435.0]}],\"version\":\"1.0.0\",\"measurements\":[{\"name\":\"m\",\"config\":{\"poi\":\"mu\","
    "\"paramet"
    "ers\":[{\"name\":\"mu\",\"bounds\":[[0.0,10.0]],\"inits\":[1.0]}]}}]}";

/* Shape factors and signal above bins without counts where 1700 and 1040 events are expected. */
static const char two_far_edges[] =
    "{\"channels\":[{\"name\":\"c0\",\"samples\":[{\"name\":\"s0\",\"data\":[91.7478,201.461,281.676,47.838"
    "2],\"modifiers\":[{\"name\":\"mu\",\"type\":\"normfactor\",\"data\":null},{\"name\":\"a0\",\"type\":"
    "\"norms"
    "ys\",\"data\":{\"hi\":1.00899,\"lo\":1.11351}},{\"name\":\"a0\",\"type\":\"histosys\",\"data\":{\"hi_"
    "data\""
    ":[101.734,164.87,290.883,50.0848],\"lo_data\":[81.7442,242.526,271.32,45.0144]}},{\"name\":\""
    "a1\",\"type\":\"normsys\",\"data\":{\"hi\":1.10336,\"lo\":0.934121}},{\"name\":\"a2\",\"type\":"
    "\"histosys\""
    ",\"data\":{\"hi_data\":[81.7649,182.853,239.329,50.557],\"lo_data\":[91.7478,201.461,281.676,4"
    "7.8382]}}]},{\"name\":\"s1\",\"data\":[813.213,602.564,724.406,790.457],\"modifiers\":[{\"name\":\""
    "a0\",\"type\":\"normsys\",\"data\":{\"hi\":0.970623,\"lo\":1.01024}},{\"name\":\"a1\",\"type\":"
    "\"histosys\""
    ",\"data\":{\"hi_data\":[907.549,579.589,800.443,695.527],\"lo_data\":[813.213,602.564,724.406,"
    "790.457]}},{\"name\":\"sf_4\",\"type\":\"shapefactor\",\"data\":null}]},{\"name\":\"s2\",\"data\":[425.2"
    "29,-25.2475,650.717,143.703],\"modifiers\":[{\"name\":\"a1\",\"type\":\"histosys\",\"data\":{\"hi_dat"
    "a\":[409.894,-34.3293,598.242,126.169],\"lo_data\":[417.561,-29.7884,624.48,134.936]}},{\"na"
    "me\":\"shapesys_c0_s2\",\"type\":\"shapesys\",\"data\":[1.88218,0.762942,0.63752,0.200738]},{\"nam"
    "e\":\"sf_4\",\"type\":\"shapefactor\",\"data\":null}]},{\"name\":\"s3\",\"data\":[899.282,368.375,806.5"
    "94,762.945],\"modifiers\":[{\"name\":\"a2\",\"type\":\"normsys\",\"data\":{\"hi\":0.91194,\"lo\":0.84963"
    "8}},{\"name\":\"sf_4\",\"type\":\"shapefactor\",\"data\":null}]}]},{\"name\":\"c1\",\"samples\":[{"
    "\"name\""
    ":\"s0\",\"data\":[191.318,87.1913,182.467,0.0,241.247],\"modifiers\":[{\"name\":\"mu\",\"type\":\"nor"
    "mfactor\",\"data\":null},{\"name\":\"a0\",\"type\":\"normsys\",\"data\":{\"hi\":0.909411,\"lo\":1.0}},{"
    "\"n"
    "ame\":\"a2\",\"type\":\"normsys\",\"data\":{\"hi\":1.11247,\"lo\":0.91187}}]},{\"name\":\"s1\",\"data\":"
    "[71"
    "3.059,404.754,307.75,704.526,236.133],\"modifiers\":[{\"name\":\"a0\",\"type\":\"normsys\",\"data\":"
    "{\"hi\":0.970857,\"lo\":1.0}},{\"name\":\"a1\",\"type\":\"normsys\",\"data\":{\"hi\":1.09255,\"lo\":0."
    "8808"
    "61}},{\"name\":\"a1\",\"type\":\"histosys\",\"data\":{\"hi_data\":[573.64,393.808,338.373,792.103,24"
    "0.892],\"lo_data\":[912.934,413.918,272.222,581.427,232.37]}},{\"name\":\"a2\",\"type\":\"normsys"
    "\",\"data\":{\"hi\":1.11622,\"lo\":0.876604}},{\"name\":\"staterror_c1\",\"type\":\"staterror\","
    "\"data\":"
    "[33.8127,2.08543,1.93917,110.496,3.48975]}]},{\"name\":\"s2\",\"data\":[651.18,514.173,532.925"
    ",821.013,805.07],\"modifiers\":[{\"name\":\"a0\",\"type\":\"normsys\",\"data\":{\"hi\":1.02422,\"lo\":1."
    "00673}},{\"name\":\"a2\",\"type\":\"normsys\",\"data\":{\"hi\":1.16194,\"lo\":1.12102}},{\"name\":"
    "\"a2\",\""
    "type\":\"histosys\",\"data\":{\"hi_data\":[654.598,495.791,452.055,727.169,939.888],\"lo_data\":["
    "652.889,504.982,492.49,774.091,872.479]}},{\"name\":\"staterror_c1\",\"type\":\"staterror\",\"dat"
    "a\":[46.5188,15.3463,36.8887,126.356,5.37362]}]}]}],\"observations\":[{\"name\":\"c0\",\"data\":["
    "2206.0,1108.0,2504.0,0.0]},{\"name\":\"c1\",\"data\":[1446.0,986.0,897.0,1654.0,0.0]}],\"versio"
    "n\":\"1.0.0\",\"measurements\":[{\"name\":\"m\",\"config\":{\"poi\":\"mu\",\"parameters\":[{\"name\":"
    "\"mu\",\""
    "bounds\":[[-5.0,20.0]],\"inits\":[1.0]}]}}]}";

static const char shallow_then_steep[] =
    "{\"channels\":[{\"name\":\"c0\",\"samples\":[{\"name\":\"s0\",\"data\":[18.9625,7.92939],\"modifiers\":["
    "{\"name\":\"mu\",\"type\":\"normfactor\",\"data\":null},{\"name\":\"a0\",\"type\":\"histosys\",\"data\":"
    "{\"hi"
    "_data\":[20.1729,6.58551],\"lo_data\":[18.1324,9.6909]}},{\"name\":\"a1\",\"type\":\"histosys\",\"da"
    "ta\":{\"hi_data\":[21.2566,7.11711],\"lo_data\":[16.0787,8.84376]}},{\"name\":\"a2\",\"type\":\"hist"
    "osys\",\"data\":{\"hi_data\":[18.9678,7.81283],\"lo_data\":[18.9563,8.04886]}}]},{\"name\":\"s1\",\""
    "data\":[64.0113,35.729],\"modifiers\":[{\"name\":\"kfree\",\"type\":\"normfactor\",\"data\":null},{\"n"
    "ame\":\"a0\",\"type\":\"normsys\",\"data\":{\"hi\":1.02438,\"lo\":0.983904}},{\"name\":\"a0\",\"type\":"
    "\"his"
    "tosys\",\"data\":{\"hi_data\":[65.537,33.567],\"lo_data\":[62.428,38.3175]}},{\"name\":\"a2\",\"type"
    "\":\"histosys\",\"data\":{\"hi_data\":[55.2754,35.3696],\"lo_data\":[72.8846,36.0742]}}]},{\"name\""
    ":\"s2\",\"data\":[96.9076,22.2138],\"modifiers\":[{\"name\":\"a0\",\"type\":\"normsys\",\"data\":{"
    "\"hi\":1"
    ".15711,\"lo\":0.851733}},{\"name\":\"a2\",\"type\":\"normsys\",\"data\":{\"hi\":1.09317,\"lo\":0.993994}"
    "}]}]}],\"observations\":[{\"name\":\"c0\",\"data\":[165.0,68.0]}],\"version\":\"1.0.0\",\"measurement"
    "s\":[{\"name\":\"m\",\"config\":{\"poi\":\"mu\",\"parameters\":[{\"name\":\"mu\",\"bounds\":[[0.0,10.0]]"
    ",\"i"
    "nits\":[1.0]},{\"name\":\"a0\",\"fixed\":true,\"inits\":[0.5]}]}}]}";

/* ---- yields that gammas hold at 0 --------------------------------------------------------------------- */

/* Bin 0 has no counts and a background of 100 +- 20: the gamma would take its yield below 0 and holds it there, whatever mu < 0 is. */
static const char held_at_zero[] =
    TWO_SAMPLES("[10.0,20.0]", "[100.0,100.0]",
                "{\"name\":\"st\",\"type\":\"staterror\",\"data\":[20.0,5.0]}", "[0,90]", "[-5.0,10.0]");

static double profile_at(fairu_context *ctx, const made *m, double mu)
{
  double nll;
  CHECK_OK(ctx,
           fairu_likelihood_profile(m->likelihood, ctx, m->data, NULL,
                                    fairu_likelihood_poi_index(m->likelihood), &mu, 1, &nll, NULL, m->n));
  return nll;
}

static void gammas_hold_yields_at_zero(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  made m = make(ctx, held_at_zero);
  double params[3], covariance[9], nu[2];
  fairu_fit_result result = { .struct_size = sizeof result };
  CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, NULL, params, 3, covariance, &result));
  assert_int_equal(result.n_zero_yield, 1);
  CHECK_OK(ctx, fairu_likelihood_expected(m.likelihood, ctx, params, 3, nu));
  assert_true(nu[0] > 0.0 && nu[0] < 1e-9);
  CHECK_CLOSE(params[1], -params[0] / 10.0, 1e-9);
  const double h = 0.01, rise = profile_at(ctx, &m, params[0] + h) + profile_at(ctx, &m, params[0] - h) -
                                2.0 * profile_at(ctx, &m, params[0]);
  CHECK_CLOSE(covariance[0] * rise / (h * h), 1.0, 1e-4);
  CHECK_CLOSE(covariance[4], covariance[0] / 100.0,
              1e-6 * covariance[0]); /* gamma moves with mu along the edge */
  destroy(&m);
  fairu_context_destroy(ctx);
}

/* Bins without counts where hundreds of events are expected. */
static void far_edges_are_reached(void **state)
{
  (void)state;
  static const char *const texts[] = { three_edges, two_far_edges };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < N_OF(texts); i++) {
    made m = make(ctx, texts[i]);
    double params[64];
    fairu_fit_result result = { .struct_size = sizeof result };
    assert_true(m.n <= 64);
    CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, NULL, params, m.n, NULL, &result));
    assert_true(result.n_zero_yield > 0);
    destroy(&m);
  }
  fairu_context_destroy(ctx);
}

/* A combination of one part is that part, on edges too. */
static void combinations_reach_edges(void **state)
{
  (void)state;
  static const char *const texts[] = { held_at_zero, three_edges };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < N_OF(texts); i++) {
    made m = make(ctx, texts[i]);
    made all = { NULL, NULL, m.n };
    const fairu_likelihood *const parts[1] = { m.likelihood };
    double params[64], ours[64], counts[64], covariance[64 * 64], ours_covariance[64 * 64];
    const size_t n_bins = fairu_likelihood_n_bins(m.likelihood);
    fairu_fit_result result = { .struct_size = sizeof result }, second = result;
    CHECK_OK(ctx, fairu_likelihood_create_combined(ctx, parts, 1, NULL, &all.likelihood));
    CHECK_OK(ctx, fairu_data_create(ctx, all.likelihood, &all.data));
    CHECK_OK(ctx, fairu_data_observed(m.data, ctx, NULL, 0, counts));
    CHECK_OK(ctx, fairu_data_set_observed(all.data, ctx, counts, n_bins));
    CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, NULL, params, m.n, covariance, &result));
    CHECK_OK(ctx,
             fairu_likelihood_fit(all.likelihood, ctx, all.data, NULL, ours, m.n, ours_covariance, &second));
    assert_int_equal(result.n_zero_yield, second.n_zero_yield);
    CHECK_CLOSE(result.nll[0] + result.nll[1], second.nll[0] + second.nll[1], 1e-9);
    for (size_t p = 0; p < m.n; p++) {
      const double error = sqrt(covariance[p * (m.n + 1)]);
      CHECK_NEAR(ours[p], params[p], 1e-5 * (error + 1e-3));
      CHECK_NEAR(sqrt(ours_covariance[p * (m.n + 1)]), error, 1e-3 * error);
    }
    destroy(&all);
    destroy(&m);
  }
  fairu_context_destroy(ctx);
}

/* ---- flat directions ---------------------------------------------------------------------------------- */

/* A free factor of a sample whose bins are free too. */
static const char product_valley[] = TWO_SAMPLES("[4.2,0.0,4.8,5.8]", "[15.5,9.8,6.4,16.7]",
                                                 "{\"name\":\"k\",\"type\":\"normfactor\",\"data\":null},{"
                                                 "\"name\":\"f\",\"type\":\"shapefactor\",\"data\":null}",
                                                 "[12.6,4.4,3.0,21.4]", "[0.0,10.0]");
/* One bin, two free factors: also where the fit ends at mu = 0, a bound that holds nothing. */
static const char one_bin_valley[] = TWO_SAMPLES(
    "[220.0]", "[170.0]", "{\"name\":\"f\",\"type\":\"shapefactor\",\"data\":null}", "[400]", "[0.0,10.0]");

typedef struct flat_fit {
  const made *m;
  const fairu_fit_options *options;
} flat_fit;

/* Without memory nothing is said about valleys. */
static int flat_body(fairu_context *ctx, void *data)
{
  const flat_fit *f = (const flat_fit *)data;
  double params[8];
  const int status =
      fairu_likelihood_fit(f->m->likelihood, ctx, f->m->data, f->options, params, f->m->n, NULL, NULL);
  return status == FAIRU_ERR_FLAT ? FAIRU_OK : status;
}

static void flat_from(fairu_context *ctx, const made *m, const double *start)
{
  double params[8];
  fairu_fit_options options;
  CHECK_OK(ctx, fairu_fit_options_init(&options, sizeof options));
  options.start = start;
  CHECK_FAILS(ctx, FAIRU_ERR_FLAT,
              fairu_likelihood_fit(m->likelihood, ctx, m->data, &options, params, m->n, NULL, NULL));
  flat_fit again = { m, &options };
  assert_true(support_every_allocation_fails(flat_body, &again) > 0);
}

static void valleys_are_flat(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static const double starts[][2] = { { 0.0, 1.0 }, { 0.0, 2.0 }, { 0.1, 3.0 },
                                      { 1.0, 1.0 }, { 5.0, 5.0 }, { 1.8, 0.0 } };
  made product = make(ctx, product_valley), one = make(ctx, one_bin_valley);
  for (size_t i = 0; i < N_OF(starts); i++)
    flat_from(ctx, &one, starts[i]);
  for (int k = 0; k < 20; k++) {
    const double start[6] = { 0.1 + 0.2 * k, 0.5 + 0.1 * k, 1.0, 0.2 * k + 0.1, 3.0 - 0.1 * k, 1.0 };
    flat_from(ctx, &product, start);
  }
  destroy(&product);
  destroy(&one);
  fairu_context_destroy(ctx);
}

/* The free bins take up any mu until its signal exceeds the counts of a bin: then their factors end at 0. */
static void tests_follow_flat_valleys(void **state)
{
  (void)state;
  static const double s[4] = { 4.2, 0.0, 4.8, 5.8 }, n[4] = { 12.6, 4.4, 3.0, 21.4 };
  fairu_context *ctx = support_context();
  made m = make(ctx, product_valley);
  for (int k = 1; k < 80; k++) {
    fairu_hypotest_result result = { .struct_size = sizeof result };
    const double mu = 0.05 * k;
    double q = 0.0;
    for (int b = 0; b < 4; b++)
      q += mu * s[b] > n[b] ? 2.0 * (mu * s[b] - n[b] + n[b] * log(n[b] / (mu * s[b]))) : 0.0;
    CHECK_OK(ctx, fairu_likelihood_hypotest(m.likelihood, ctx, m.data, NULL, mu, &result));
    CHECK_NEAR(result.statistic, q, 1e-9 * (1.0 + q));
  }
  destroy(&m);
  fairu_context_destroy(ctx);
}

/* ---- limits ------------------------------------------------------------------------------------------- */

/* sqrt(qA) rises slowly up to mu = 4, then fast. */
static void limits_close_behind_a_shallow_stretch(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  made m = make(ctx, shallow_then_steep);
  fairu_limit limit = { .struct_size = sizeof limit };
  fairu_hypotest_result result = { .struct_size = sizeof result };
  CHECK_OK(ctx, fairu_likelihood_limit(m.likelihood, ctx, m.data, NULL, 0.95, &limit));
  CHECK_OK(ctx, fairu_likelihood_hypotest(m.likelihood, ctx, m.data, NULL, limit.observed, &result));
  CHECK_CLOSE(result.cls, 0.05, 1e-8);
  for (int i = 0; i < 5; i++) {
    CHECK_OK(ctx, fairu_likelihood_hypotest(m.likelihood, ctx, m.data, NULL, limit.expected[i], &result));
    CHECK_CLOSE(result.expected[i], 0.05, 1e-8);
    assert_true(i == 0 || limit.expected[i] > limit.expected[i - 1]);
  }
  destroy(&m);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(gammas_hold_yields_at_zero), cmocka_unit_test(far_edges_are_reached),
    cmocka_unit_test(combinations_reach_edges),   cmocka_unit_test(valleys_are_flat),
    cmocka_unit_test(tests_follow_flat_valleys),  cmocka_unit_test(limits_close_behind_a_shallow_stretch)
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
