/* Which measurement, which parameter of interest, which interpolation. */
#include "likelihood/workspace_made.h"

static const char several[] = "{'version':'1.0.0','channels':[{'name':'SR','samples':[" SAMPLE(
    "a", "[5,6]",
    MU "," MODIFIER(
        "lumi", "lumi",
        "null")) "," SAMPLE("b", "[50,60]",
                            MODIFIER("xs", "normsys", NORM) "," MODIFIER(
                                "st", "staterror",
                                "[5,5]")) "]}],'observations':[{'name':'SR','data':[10,20]}],'measurements':["
                                          "{'name':'one','config':{'poi':'mu','parameters':[{'name':'lumi','"
                                          "inits':[1],'bounds':[[0,2]],'auxdata':[1]}]}},"
                                          "{'name':'two','config':{'poi':'xs','parameters':[{'name':'lumi','"
                                          "inits':[1.1],'bounds':[[0.5,3]],'auxdata':[1.2],'sigmas':[0.1]}]}}"
                                          ","
                                          "{'name':'none','config':{'poi':'','parameters':[{'name':'lumi','"
                                          "inits':[1],'bounds':[[0,2]],'auxdata':[1]},{'name':'mu','fixed':"
                                          "true}]}}]}";

static fairu_workspace_options options_for(const char *measurement, const char *poi)
{
  fairu_workspace_options options;
  assert_int_equal(fairu_workspace_options_init(&options, sizeof options), FAIRU_OK);
  options.measurement = measurement;
  options.poi = poi;
  return options;
}

static void measurements_are_chosen_by_name(void **state)
{
  (void)state;
  made m = make(several);
  assert_int_equal(fairu_workspace_n_measurements(m.workspace), 3);
  assert_string_equal(fairu_workspace_measurement_name(m.workspace, 1), "two");
  assert_string_equal(fairu_workspace_measurement_poi(m.workspace, 1), "xs");
  assert_string_equal(fairu_workspace_measurement_poi(m.workspace, 2), "");
  assert_null(fairu_workspace_measurement_name(m.workspace, 3));
  assert_null(fairu_workspace_measurement_poi(m.workspace, 3));
  assert_int_equal(fairu_likelihood_poi_index(m.likelihood), 1);
  check_range(&m, "lumi", 1.0, 0.0, 2.0, 0);
  clear(&m);
  fairu_workspace_options options = options_for("two", NULL);
  m = make_with(several, &options);
  assert_string_equal(parameter_at(&m, fairu_likelihood_poi_index(m.likelihood)).name, "xs");
  check_range(&m, "lumi", 1.1, 0.5, 3.0, 0);
  assert_true(parameter_of(&m, "lumi").aux == 1.2);
  clear(&m);
  options = options_for("none", NULL);
  m = make_with(several, &options);
  assert_true(fairu_likelihood_poi_index(m.likelihood) == FAIRU_NONE);
  check_range(&m, "mu", 1.0, 0.0, 10.0, 1);
  options = options_for("three", NULL);
  fairu_likelihood *likelihood = NULL;
  CHECK_FAILS(m.ctx, FAIRU_ERR_NOT_FOUND,
              fairu_likelihood_create_from_workspace(m.ctx, m.workspace, &options, &likelihood));
  CHECK_SAYS(m.ctx, "w.json: /measurements: no measurement \"three\" among 3, the first is \"one\"");
  assert_null(likelihood);
  clear(&m);
}

static void parameters_of_interest_are_chosen(void **state)
{
  (void)state;
  static const struct {
    const char *poi, *name;
    int code;
  } cases[] = { { "xs", "xs", FAIRU_OK },           { "lumi", "lumi", FAIRU_OK },
                { "st[1]", "st[1]", FAIRU_OK },     { "", NULL, FAIRU_OK },
                { "st", NULL, FAIRU_ERR_ARGUMENT }, { "nu", NULL, FAIRU_ERR_NOT_FOUND } };
  made m = make(several);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const fairu_workspace_options options = options_for(NULL, cases[i].poi);
    fairu_model *model = NULL;
    const char *poi = "unset";
    const int status = fairu_model_create_from_workspace(m.ctx, m.workspace, &options, &poi, &model);
    assert_int_equal(status, cases[i].code);
    assert_string_equal(poi, status != FAIRU_OK ? "unset" : cases[i].name ? cases[i].name : "");
    if (status != FAIRU_OK)
      CHECK_SAYS(m.ctx, "w.json: /measurements/0/config/poi: ");
    fairu_model_destroy(model);
  }
  clear(&m);
}

/* A set of one bin has one parameter with an index in its name. */
static void one_bin_is_a_parameter_of_interest(void **state)
{
  (void)state;
  made m = make("{'version':'1.0.0','channels':[{'name':'SR','samples':[" SAMPLE(
      "a", "[5]",
      MODIFIER("free", "shapefactor",
               "null")) "]}],'observations':[{'name':'SR','data':[10]}],"
                        "'measurements':[{'name':'m','config':{'poi':'free','parameters':[]}}]}");
  assert_string_equal(parameter_at(&m, fairu_likelihood_poi_index(m.likelihood)).name, "free[0]");
  clear(&m);
}

static void codes_are_options(void **state)
{
  (void)state;
  static const char text[] = DOCUMENT(
      SAMPLE("a", "[50,60]",
             MODIFIER("n", "normsys", NORM) "," MODIFIER("h", "histosys", SHAPE("[55,62]", "[49,57]"))),
      "", "");
  const double half[2] = { 0.5, 0.5 }; /* h, n */
  double nu[2];
  fairu_workspace_options options = options_for(NULL, NULL);
  options.norm_code = FAIRU_CODE_1;
  options.shift_code = FAIRU_CODE_0;
  made m = make_with(text, &options);
  CHECK_OK(m.ctx, fairu_likelihood_expected(m.likelihood, m.ctx, half, 2, nu));
  CHECK_CLOSE(nu[0], sqrt(1.1) * 52.5, 1e-14);
  CHECK_CLOSE(nu[1], sqrt(1.1) * 61.0, 1e-14);
  fairu_likelihood *likelihood = NULL;
  options.norm_code = FAIRU_CODE_4P;
  CHECK_FAILS(m.ctx, FAIRU_ERR_ARGUMENT,
              fairu_likelihood_create_from_workspace(m.ctx, m.workspace, &options, &likelihood));
  CHECK_SAYS(m.ctx, "norm_code");
  options.norm_code = FAIRU_CODE_4;
  options.shift_code = FAIRU_CODE_1;
  CHECK_FAILS(m.ctx, FAIRU_ERR_ARGUMENT,
              fairu_likelihood_create_from_workspace(m.ctx, m.workspace, &options, &likelihood));
  CHECK_SAYS(m.ctx, "shift_code");
  options.struct_size = 4;
  CHECK_FAILS(m.ctx, FAIRU_ERR_STRUCT_SIZE,
              fairu_likelihood_create_from_workspace(m.ctx, m.workspace, &options, &likelihood));
  clear(&m);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(measurements_are_chosen_by_name),
    cmocka_unit_test(parameters_of_interest_are_chosen),
    cmocka_unit_test(one_bin_is_a_parameter_of_interest),
    cmocka_unit_test(codes_are_options),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
