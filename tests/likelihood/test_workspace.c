/* A workspace becomes the model that pyhf would make: order, names, defaults, configuration, sharing, auxiliary data. */
#include "likelihood/workspace_made.h"

static void check_names(const made *m, const char *const *names, size_t n)
{
  assert_int_equal(fairu_likelihood_n_parameters(m->likelihood), n);
  for (size_t i = 0; i < n; i++)
    assert_string_equal(parameter_at(m, i).name, names[i]);
}

/* ---- order --------------------------------------------------------------------------------------------- */

static void all_kinds_stand_in_their_order(void **state)
{
  (void)state;
  static const char *const names[] = { "shape",   "lumi",     "k",        "mu",    "xs",   "free[0]",
                                       "free[1]", "count[0]", "count[1]", "st[0]", "st[1]" };
  made m = make(WORKSPACE_TEXT);
  check_names(&m, names, 11);
  assert_int_equal(fairu_likelihood_poi_index(m.likelihood), 3);
  assert_int_equal(fairu_likelihood_n_channels(m.likelihood), 2);
  assert_string_equal(fairu_likelihood_channel_name(m.likelihood, 0), "CR");
  assert_string_equal(fairu_likelihood_channel_name(m.likelihood, 1), "SR");
  assert_int_equal(fairu_likelihood_channel_first_bin(m.likelihood, 1), 1);
  double counts[3];
  CHECK_OK(m.ctx, fairu_data_observed(m.data, m.ctx, NULL, 0, counts));
  assert_true(counts[0] == 101.0 && counts[1] == 52.0 && counts[2] == 66.0);
  clear(&m);
}

/* First encounter in sorted channels, samples, modifiers; staterror by name; bytes, not letters. */
static void order_is_that_of_first_encounter(void **state)
{
  (void)state;
  static const char text[] =
      "{'version':'1.0.0','channels':["
      "{'name':'b','samples':[" SAMPLE("z", "[1]", MODIFIER("n2", "normsys", NORM) "," MODIFIER("S1", "staterror", "[1]")) "," SAMPLE(
          "Y", "[1]",
          MODIFIER("n3", "normsys", NORM) "," MODIFIER(
              "f", "normfactor",
              "null")) "]},"
                       "{'name':'B','samples':[" SAMPLE(
                           "z", "[1]",
                           MODIFIER("n4", "normsys", NORM) "," MODIFIER("N5", "normsys", NORM) "," MODIFIER("n2", "normsys", NORM) "," MODIFIER(
                               "s0", "staterror",
                               "[1]") "," MODIFIER("p2", "shapesys",
                                                   "[1]")) "," SAMPLE("A", "[1]",
                                                                      MODIFIER("n6", "normsys", NORM) "," MODIFIER(
                                                                          "g", "normfactor",
                                                                          "null") "," MODIFIER("p9",
                                                                                               "shapesys",
                                                                                               "[1]")) "]}],"
                                                                                                       "'obse"
                                                                                                       "rvati"
                                                                                                       "ons':"
                                                                                                       "[{'"
                                                                                                       "name'"
                                                                                                       ":'b',"
                                                                                                       "'data"
                                                                                                       "':[1]"
                                                                                                       "},{'"
                                                                                                       "name'"
                                                                                                       ":'B',"
                                                                                                       "'data"
                                                                                                       "':[2]"
                                                                                                       "}],"
                                                                                                       "'meas"
                                                                                                       "ureme"
                                                                                                       "nts':"
                                                                                                       "[{'"
                                                                                                       "name'"
                                                                                                       ":'m',"
                                                                                                       "'conf"
                                                                                                       "ig':{"
                                                                                                       "'poi'"
                                                                                                       ":'f',"
                                                                                                       "'para"
                                                                                                       "meter"
                                                                                                       "s':[]"
                                                                                                       "}}]}";
  static const char *const names[] = { "g",  "f",     "n6",    "N5",    "n2",   "n4",
                                       "n3", "p9[0]", "p2[0]", "S1[0]", "s0[0]" };
  made m = make(text);
  check_names(&m, names, 11);
  assert_string_equal(fairu_likelihood_channel_name(m.likelihood, 0), "B");
  assert_string_equal(fairu_likelihood_sample_name(m.likelihood, 0), "A");
  clear(&m);
}

/* A shared norm and shape stands among the shapes, by where it is first met as one. */
static void norm_and_shape_share_one_parameter(void **state)
{
  (void)state;
  static const char text[] = DOCUMENT(
      SAMPLE(
          "a", "[50,60]",
          MODIFIER("both", "normsys", NORM) "," MODIFIER(
              "first", "histosys",
              SHAPE("[51,62]",
                    "[49,58]"))) "," SAMPLE("b", "[10,10]",
                                            MODIFIER(
                                                "both", "histosys",
                                                SHAPE("[12,11]",
                                                      "[9,8]")) "," MODIFIER("both", "normsys",
                                                                             "{'hi':1.2,'lo':0.8}") "," MU),
      "mu", "");
  static const char *const names[] = { "first", "both", "mu" };
  made m = make(text);
  check_names(&m, names, 3);
  double nu[2];
  const double up[3] = { 0.0, 1.0, 1.0 }, down[3] = { 0.0, -1.0, 2.0 };
  CHECK_OK(m.ctx, fairu_likelihood_expected(m.likelihood, m.ctx, up, 3, nu));
  CHECK_CLOSE(nu[0], 1.1 * 50 + 1.2 * 12, 1e-14);
  CHECK_CLOSE(nu[1], 1.1 * 60 + 1.2 * 11, 1e-14);
  CHECK_OK(m.ctx, fairu_likelihood_expected(m.likelihood, m.ctx, down, 3, nu));
  CHECK_CLOSE(nu[0], 0.9 * 50 + 2.0 * 0.8 * 9, 1e-14);
  CHECK_CLOSE(nu[1], 0.9 * 60 + 2.0 * 0.8 * 8, 1e-14);
  clear(&m);
}

/* ---- defaults and configuration ------------------------------------------------------------------------ */

static void defaults_are_those_of_pyhf(void **state)
{
  (void)state;
  made m = make(WORKSPACE_TEXT);
  check_range(&m, "mu", 1.0, 0.0, 10.0, 0);
  check_range(&m, "free[1]", 1.0, 0.0, 10.0, 0);
  check_range(&m, "xs", 0.0, -5.0, 5.0, 0);
  check_range(&m, "shape", 0.0, -5.0, 5.0, 0);
  check_range(&m, "lumi", 1.0, 0.5, 1.5, 0);
  check_range(&m, "count[0]", 1.0, 1e-10, 10.0, 0);
  check_range(&m, "st[0]", 1.0, 1e-10, 10.0, 0);
  assert_true(parameter_of(&m, "xs").aux == 0.0 && parameter_of(&m, "lumi").aux == 1.0);
  assert_true(parameter_of(&m, "st[0]").aux == 1.0 && isnan(parameter_of(&m, "mu").aux));
  CHECK_CLOSE(parameter_of(&m, "count[0]").aux, 2500.0 / 49.0, 1e-15);
  CHECK_CLOSE(parameter_of(&m, "count[1]").aux, 3600.0 / 64.0, 1e-15);
  assert_int_equal(parameter_of(&m, "count[0]").constraint, FAIRU_CONSTRAINT_POISSON);
  assert_int_equal(parameter_of(&m, "st[0]").constraint, FAIRU_CONSTRAINT_PRIOR);
  assert_int_equal(parameter_of(&m, "free[0]").constraint, FAIRU_CONSTRAINT_NONE);
  clear(&m);
}

static void configuration_replaces_one_by_one(void **state)
{
  (void)state;
  static const char text[] =
      DOCUMENT(SAMPLE("a", "[50,60]",
                      MODIFIER("xs", "normsys", NORM) "," MODIFIER("st", "staterror", "[5,0]") "," MODIFIER(
                          "p", "shapesys", "[5,0]") "," MU),
               "mu",
               "{'name':'mu','inits':[0.5],'bounds':[[-1,20]]},{'name':'xs','auxdata':[0.3],'fixed':true},"
               "{'name':'st','sigmas':[0.25,0.5],'fixed':false,'bounds':[[0.5,2],[0,3]]},"
               "{'name':'p','factors':[70,80],'inits':[1.5,2.5]},{'name':'absent','inits':[1,2,3]}");
  made m = make(text);
  check_range(&m, "mu", 0.5, -1.0, 20.0, 0);
  check_range(&m, "xs", 0.0, -5.0, 5.0, 1);
  check_range(&m, "st[0]", 1.0, 0.5, 2.0, 0);
  check_range(&m, "st[1]", 1.0, 0.0, 3.0, 0);
  check_range(&m, "p[0]", 1.5, 1e-10, 10.0, 0);
  check_range(&m, "p[1]", 2.5, 1e-10, 10.0, 1);
  assert_true(parameter_of(&m, "xs").aux == 0.3);
  assert_true(parameter_of(&m, "p[0]").aux == 100.0 && parameter_of(&m, "p[1]").aux == 1.0);
  clear(&m);
}

/* Negative and zero uncertainties, yields that cancel: bins without a gamma of their own are fixed. */
static void bins_without_uncertainty_are_fixed(void **state)
{
  (void)state;
  static const char text[] = "{'version':'1.0.0','channels':[{'name':'SR','samples':[" SAMPLE(
      "a", "[3,4,-5,0]",
      MODIFIER("st", "staterror", "[-0.3,0,1,1]") "," MODIFIER(
          "p", "shapesys",
          "[1,-1,1,1]")) "," SAMPLE("b", "[7,6,5,9]",
                                    MODIFIER("st", "staterror",
                                             "[0.4,0,1,0.9]") "," MU) "]}],'observations':[{'name':'SR','"
                                                                      "data':[10,20,30,40]}],"
                                                                      "'measurements':[{'name':'m','config':{"
                                                                      "'poi':'mu','parameters':[]}}]}";
  static const int fixed_st[] = { 0, 1, 1, 0 }, fixed_p[] = { 0, 1, 1, 1 };
  made m = make(text);
  for (int i = 0; i < 4; i++) {
    char name[16];
    (void)snprintf(name, sizeof name, "st[%d]", i);
    assert_int_equal(parameter_of(&m, name).fixed, fixed_st[i]);
    (void)snprintf(name, sizeof name, "p[%d]", i);
    assert_int_equal(parameter_of(&m, name).fixed, fixed_p[i]);
    CHECK_CLOSE(parameter_of(&m, name).aux, i == 0 ? 9.0 : 1.0, 1e-15);
  }
  clear(&m);
}

/* Value of the constraint terms by the difference that moving one parameter of no effect on the yields makes. */
static double twice_nll(const made *m, const double *params, size_t n)
{
  double nll[2];
  CHECK_OK(m->ctx, fairu_likelihood_nll(m->likelihood, m->ctx, m->data, params, n, nll, NULL, NULL));
  return 2.0 * (nll[0] + nll[1]);
}

static double poisson(double n, double nu)
{
  return 2.0 * (nu - n * log(nu) + lgamma(n + 1.0));
}

static double gaussian(double aux, double theta, double width)
{
  return 2.0 * log(width * sqrt(2.0 * acos(-1.0))) + (aux - theta) * (aux - theta) / (width * width);
}

/* The whole of twice_nll by its definition. */
static void likelihood_is_that_of_the_definition(void **state)
{
  (void)state;
  made m = make(WORKSPACE_TEXT);
  /* shape, lumi, k, mu, xs, free, count, st */
  const double t[11] = { -1.0, 1.03, 0.9, 1.4, 1.0, 1.1, 0.8, 0.95, 1.2, 1.07, 0.98 };
  const double tau[2] = { 2500.0 / 49.0, 3600.0 / 64.0 };
  const double nu[3] = { 90.0, 1.4 * 5 + 49 * 1.1 * 1.03 * 1.1 * 0.95 * 1.07,
                         1.4 * 6 + 58 * 1.1 * 1.03 * 0.8 * 1.2 * 0.98 };
  double wanted = poisson(101.0, nu[0]) + poisson(52.0, nu[1]) + poisson(66.0, nu[2]);
  wanted += gaussian(0.0, -1.0, 1.0) + gaussian(1.0, 1.03, 0.02) + gaussian(0.0, 1.0, 1.0);
  for (int i = 0; i < 2; i++)
    wanted += poisson(tau[i], tau[i] * t[7 + i]);
  wanted += gaussian(1.0, 1.07, 3.0 / 50.0) + gaussian(1.0, 0.98, 4.0 / 60.0);
  double expected[3];
  CHECK_OK(m.ctx, fairu_likelihood_expected(m.likelihood, m.ctx, t, 11, expected));
  for (int i = 0; i < 3; i++)
    CHECK_CLOSE(expected[i], nu[i], 1e-14);
  CHECK_CLOSE(twice_nll(&m, t, 11), wanted, 1e-13);
  clear(&m);
}

/* ---- shared bins --------------------------------------------------------------------------------------- */

/* staterror of two channels: parameters one channel after the other, relative to the sum of all samples. */
static void staterror_goes_on_in_the_next_channel(void **state)
{
  (void)state;
  static const char text[] =
      "{'version':'1.0.0','channels':["
      "{'name':'B','samples':[" SAMPLE("a", "[30,40]", MODIFIER("st", "staterror", "[3,4]")) "," SAMPLE(
          "b", "[70,60]",
          MODIFIER(
              "st", "staterror",
              "[4,3]")) "]},"
                        "{'name':'A','samples':[" SAMPLE(
                            "b", "[20]",
                            MODIFIER(
                                "st", "staterror",
                                "[2]")) "," SAMPLE("a", "[5]",
                                                   MODIFIER(
                                                       "st", "staterror",
                                                       "[0]") "," MU) "]}],"
                                                                      "'observations':[{'name':'A','data':["
                                                                      "25]},{'name':'B','data':[100,100]}],"
                                                                      "'measurements':[{'name':'m','config':{"
                                                                      "'poi':'mu','parameters':[]}}]}";
  static const char *const names[] = { "mu", "st[0]", "st[1]", "st[2]" };
  made m = make(text);
  check_names(&m, names, 4);
  const double t[4] = { 1.0, 1.1, 1.2, 0.9 };
  double nu[3];
  CHECK_OK(m.ctx, fairu_likelihood_expected(m.likelihood, m.ctx, t, 4, nu));
  CHECK_CLOSE(nu[0], 25.0 * 1.1, 1e-14);
  CHECK_CLOSE(nu[1], 100.0 * 1.2, 1e-14);
  CHECK_CLOSE(nu[2], 100.0 * 0.9, 1e-14);
  double wanted = poisson(25.0, nu[0]) + poisson(100.0, nu[1]) + poisson(100.0, nu[2]);
  wanted += gaussian(1.0, 1.1, 2.0 / 25.0) + gaussian(1.0, 1.2, 0.05) + gaussian(1.0, 0.9, 0.05);
  CHECK_CLOSE(twice_nll(&m, t, 4), wanted, 1e-13);
  clear(&m);
}

/* A shapefactor ties bin j of its channels. */
static void shapefactor_ties_channels(void **state)
{
  (void)state;
  static const char text[] =
      "{'version':'1.0.0','channels':["
      "{'name':'B','samples':[" SAMPLE(
          "a", "[30,40]",
          MODIFIER("f", "shapefactor",
                   "null")) "]},"
                            "{'name':'A','samples':[" SAMPLE(
                                "b", "[20,10]",
                                MODIFIER("f", "shapefactor",
                                         "null")) "," SAMPLE("s", "[1,1]",
                                                             MU) "]}],"
                                                                 "'observations':[{'name':'A','data':[25,20]}"
                                                                 ",{'name':'B','data':[100,100]}],"
                                                                 "'measurements':[{'name':'m','config':{'poi'"
                                                                 ":'mu','parameters':[]}}]}";
  made m = make(text);
  const double t[3] = { 2.0, 1.5, 0.5 };
  double nu[4];
  CHECK_OK(m.ctx, fairu_likelihood_expected(m.likelihood, m.ctx, t, 3, nu));
  assert_true(nu[0] == 32.0 && nu[1] == 7.0 && nu[2] == 45.0 && nu[3] == 20.0);
  clear(&m);
}

/* ---- data ---------------------------------------------------------------------------------------------- */

static void data_needs_a_likelihood_of_this_workspace(void **state)
{
  (void)state;
  made m = make(DOCUMENT(SAMPLE("a", "[5,6]", MU), "mu", "")), other = make(WORKSPACE_TEXT);
  fairu_data *data = NULL;
  CHECK_FAILS(m.ctx, FAIRU_ERR_NOT_FOUND,
              fairu_data_create_from_workspace(m.ctx, m.workspace, other.likelihood, &data));
  CHECK_SAYS(m.ctx, "w.json: /observations: no observation of channel \"CR\"");
  assert_null(data);
  clear(&m);
  clear(&other);
}

static void files_are_read(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char path[512], *json = workspace_text(WORKSPACE_TEXT, NULL, NULL);
  fairu_workspace *workspace = NULL;
  support_path(path, sizeof path, "workspace.json");
  support_write_file(path, json, strlen(json));
  CHECK_OK(ctx, fairu_workspace_read(ctx, path, &workspace));
  assert_string_equal(fairu_workspace_measurement_name(workspace, 0), "m");
  fairu_workspace_destroy(workspace);
  support_path(path, sizeof path, "no-such-workspace.json");
  CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_workspace_read(ctx, path, &workspace));
  CHECK_SAYS(ctx, "no-such-workspace.json");
  assert_null(workspace);
  free(json);
  fairu_context_destroy(ctx);
}

static int make_all(fairu_context *ctx, void *data)
{
  return workspace_try(ctx, (const char *)data, strlen((const char *)data));
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  char *json = workspace_text(WORKSPACE_TEXT, NULL, NULL);
  assert_true(support_every_need_fails(make_all, json) > 20);
  free(json);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_kinds_stand_in_their_order),
    cmocka_unit_test(order_is_that_of_first_encounter),
    cmocka_unit_test(norm_and_shape_share_one_parameter),
    cmocka_unit_test(defaults_are_those_of_pyhf),
    cmocka_unit_test(configuration_replaces_one_by_one),
    cmocka_unit_test(bins_without_uncertainty_are_fixed),
    cmocka_unit_test(likelihood_is_that_of_the_definition),
    cmocka_unit_test(staterror_goes_on_in_the_next_channel),
    cmocka_unit_test(shapefactor_ties_channels),
    cmocka_unit_test(data_needs_a_likelihood_of_this_workspace),
    cmocka_unit_test(files_are_read),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
