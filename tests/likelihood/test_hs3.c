/* Documents of HS3 against the workspaces in pyhf's form that say the same, written by hand; and what is refused. */
#include "hs3_text.h"

/* The second bin's gamma is constant: no uncertainty in the modifier, its width in the configuration. */
static const char rich_twin[] =
    "{'version':'1.0.0','channels':[{'name':'model_SR','samples':[{'name':'bkg','data':[100.5,80],'modifiers'"
    ":["
    "{'name':'lumi','type':'lumi','data':null},{'name':'alpha_syst','type':'normsys','data':{'hi':1.1,'lo':0."
    "93}},"
    "{'name':'alpha_syst','type':'histosys','data':{'hi_data':[105,79],'lo_data':[97,82]}},"
    "{'name':'gamma_stat_SR','type':'staterror','data':[5,0]}]},"
    "{'name':'sig','data':[12,11],'modifiers':[{'name':'mu','type':'normfactor','data':null},"
    "{'name':'gamma_stat_SR','type':'staterror','data':[1,0]}]}]},"
    "{'name':'model_CR','samples':[{'name':'bkg','data':[1000],'modifiers':[{'name':'lumi','type':'lumi','"
    "data':null},"
    "{'name':'alpha_syst','type':'normsys','data':{'hi':1.05,'lo':0.95}},"
    "{'name':'alpha_aux','type':'normsys','data':{'hi':1.02,'lo':0.99}}]}]}],"
    "'observations':[{'name':'model_SR','data':[118,89]},{'name':'model_CR','data':[1010]}],"
    "'measurements':[{'name':'fit','config':{'poi':'mu','parameters':["
    "{'name':'mu','inits':[1.5],'bounds':[[-1,20]]},{'name':'alpha_syst','inits':[0.1]},{'name':'alpha_aux','"
    "auxdata':[0.3]},"
    "{'name':'lumi','inits':[1.002],'bounds':[[0.5,1.5]],'auxdata':[1.002],'sigmas':[0.017]},"
    "{'name':'gamma_stat_SR','bounds':[[0,2],[0,3]],'sigmas':[0.04532461789860253,0.04429811949614587]}]}}]}";

static const char counted_twin[] =
    "{'version':'1.0.0','channels':[{'name':'ch','samples':[{'name':'bkg','data':[50,52,0],'modifiers':["
    "{'name':'g','type':'shapesys','data':[3,7,0]}]},{'name':'sig','data':[12,11,10],'modifiers':["
    "{'name':'mu','type':'normfactor','data':null},{'name':'u','type':'shapesys','data':[3,5.5,1.25]},"
    "{'name':'s','type':'shapefactor','data':null}]}]}],"
    "'observations':[{'name':'ch','data':[51,48,9.5]}],'measurements':[{'name':'analysis','config':{'poi':'',"
    "'parameters':[]}}]}";

static void check_alike(const char *hs3, const char *pyhf)
{
  fairu_context *ctx = support_context();
  side a, b;
  double params[64], first[2], second[2];
  CHECK_OK(ctx, make(ctx, hs3, &a));
  CHECK_OK(ctx, make(ctx, pyhf, &b));
  const size_t n = a.likelihood->n_params;
  assert_int_equal(n, b.likelihood->n_params);
  assert_int_equal(a.likelihood->poi, b.likelihood->poi);
  assert_string_equal(fairu_workspace_measurement_name(a.workspace, 0),
                      fairu_workspace_measurement_name(b.workspace, 0));
  for (size_t i = 0; i < n; i++) {
    const fairu_param *p = &a.likelihood->params[i], *q = &b.likelihood->params[i];
    assert_string_equal(p->name, q->name);
    assert_true(p->start == q->start && p->lower == q->lower && p->upper == q->upper);
    assert_int_equal(p->fixed, q->fixed);
    assert_int_equal(p->constraint, q->constraint);
    CHECK_CLOSE(p->aux, q->aux, 1e-14);
    CHECK_CLOSE(p->width, q->width, 1e-14);
    CHECK_CLOSE(p->tau, q->tau, 1e-14);
    params[i] = p->start;
  }
  for (unsigned turn = 0; turn < 3; turn++) {
    CHECK_OK(ctx, fairu_likelihood_nll(a.likelihood, ctx, a.data, params, n, first, NULL, NULL));
    CHECK_OK(ctx, fairu_likelihood_nll(b.likelihood, ctx, b.data, params, n, second, NULL, NULL));
    CHECK_CLOSE(first[0] + first[1], second[0] + second[1], 1e-13);
    for (size_t i = 0; i < n; i++)
      params[i] += 0.03 * sin((double)(5 * i + turn));
  }
  clear(&a);
  clear(&b);
  fairu_context_destroy(ctx);
}

static void channels_analyses_points_domains(void **state)
{
  (void)state;
  check_alike(rich, rich_twin);
}

static void counts_as_constraints(void **state)
{
  (void)state;
  check_alike(counted, counted_twin);
}

/* ---- refused ------------------------------------------------------------------------------------------- */

static void what_is_refused(void **state)
{
  (void)state;
  static const struct {
    const char *text, *from, *to;
    int code;
    const char *says;
  } cases[] = {
    { rich, "'metadata'", "'attributes'", FAIRU_ERR_UNSUPPORTED,
      "/attributes: this key of HS3 is not read here" },
    { rich, "'histfactory_dist'", "'mixture_dist'", FAIRU_ERR_UNSUPPORTED,
      "/distributions/0: a distribution of type \"mixture_dist\"" },
    { rich, "'histfactory_dist'", "'product_dist'", FAIRU_ERR_UNSUPPORTED,
      "/distributions/0: a distribution of type \"product_dist\"" },
    { rich, "'gaussian_dist'", "'lognormal_dist'", FAIRU_ERR_UNSUPPORTED,
      "/distributions/2: a constraint of type \"lognormal_dist\"" },
    { rich, "'type':'histosys'", "'type':'custom'", FAIRU_ERR_UNSUPPORTED,
      "/distributions/0/samples/0/modifiers/2: a modifier of type \"custom\"" },
    { rich, "'interpolation':4", "'interpolation':1", FAIRU_ERR_UNSUPPORTED,
      "/modifiers/2/interpolation: an interpolation other than code 4" },
    { rich, "'interpolation':4", "'extra':4", FAIRU_ERR_UNSUPPORTED, "/modifiers/2/extra: this key" },
    { rich, "'constraint':'Gauss','parameters'", "'parameters'", FAIRU_ERR_UNSUPPORTED,
      "/modifiers/3: the constraint of per-bin parameters has to be" },
    { rich, "'constraint':'Gauss','parameters'", "'constraint':'Poisson','parameters'", FAIRU_ERR_UNSUPPORTED,
      "\"gamma_stat_SR_bin_0\" is a shapesys elsewhere" },
    { rich, "'constraint':'Gauss','data':{'hi':1.1,'lo':0.93}",
      "'constraint':'LogNormal','data':{'hi':1.1,'lo':0.93}", FAIRU_ERR_NOT_FOUND,
      "\"LogNormal\" is not among /distributions" },
    { rich, "'mean':'alpha_aux','sigma':1", "'mean':'alpha_aux','sigma':2", FAIRU_ERR_UNSUPPORTED,
      "\"alpha_aux\" has no Gaussian constraint of width 1" },
    { rich, "'aux_distributions':['auxConstraint']", "'aux_distributions':[]", FAIRU_ERR_UNSUPPORTED,
      "\"alpha_aux\" has no Gaussian constraint" },
    { rich, "'name':'nominalLumi'", "'name':'other'", FAIRU_ERR_NOT_FOUND,
      "\"nominalLumi\" has no value in the parameter point" },
    { rich, "'type':'binned'", "'type':'unbinned'", FAIRU_ERR_UNSUPPORTED,
      "/data/0: data of type \"unbinned\"" },
    { rich, "'data':['obs_SR',", "'data':['none',", FAIRU_ERR_NOT_FOUND,
      "/likelihoods/0/data/0: \"none\" is not among /data" },
    { rich, "'data':['obs_SR',", "'data':[", FAIRU_ERR_SHAPE, "1 data sets for 2 distributions" },
    { rich, "'init':'start'", "'init':'start','prior':'p'", FAIRU_ERR_UNSUPPORTED,
      "/analyses/0/prior: this key" },
    { rich, "'parameters_of_interest':['mu']", "'parameters_of_interest':['mu','Lumi']",
      FAIRU_ERR_UNSUPPORTED, "2 parameters of interest" },
    { rich, "'parameters_of_interest':['mu']", "'parameters_of_interest':['nu']", FAIRU_ERR_NOT_FOUND,
      "/analyses/0/parameters_of_interest/0: \"nu\"" },
    { rich, "'min':-1,'max':20", "'min':-1", FAIRU_ERR_UNSUPPORTED,
      "/domains/0/axes/0: a range without both ends" },
    { rich, "'name':'alpha_syst','value':0.1", "'name':'mu','value':0.1", FAIRU_ERR_DUPLICATE,
      "/parameter_points/0/parameters/3: a second entry of \"mu\"" },
    { rich, "'domain':'d'", "'domain':'e'", FAIRU_ERR_NOT_FOUND, "\"e\" is not among /domains" },
    { rich, "'likelihood':'L',", "'likelihood':'M',", FAIRU_ERR_NOT_FOUND,
      "\"M\" is not among /likelihoods" },
    { rich, "'metadata':{'hs3_version':'0.2'}", "'functions':[{'name':'mu','type':'product'}]",
      FAIRU_ERR_UNSUPPORTED, "/functions/0: a function in the place of a parameter" },
    { rich, "'analyses':[", "'analyses':[{'name':'a','likelihood':'K'},", FAIRU_ERR_UNSUPPORTED,
      "/analyses/1/likelihood: a second likelihood, \"L\" beside \"K\"" },
    { rich, "'errors':[1,0.5]", "'errors':[1]", FAIRU_ERR_SHAPE,
      "/distributions/0/samples/1/data/errors: wanted 2 numbers" },
    { rich, "'contents':[12,11]", "'contents':[12,11,3]", FAIRU_ERR_SHAPE,
      "/distributions/0/samples/1/data/contents" },
    { rich, "'type':'normfactor','parameter':'mu'",
      "'type':'normfactor','parameter':'mu','constraint_name':'lumiConstraint'", FAIRU_ERR_UNSUPPORTED,
      "/distributions/2: does not constrain \"mu\"" },
    { counted, "'likelihoods':[", "'likelihoods':[{'name':'K','distributions':['ch'],'data':[[1,2,3]]},",
      FAIRU_ERR_UNSUPPORTED, "2 likelihoods and no analysis" },
    { counted, "'type':'normfactor'},",
      "'type':'normfactor'},{'type':'staterror','constraint':'Poisson','parameters':['g[0]','g[1]','g[2]']},",
      FAIRU_ERR_UNSUPPORTED, "Poisson constraints in two samples" },
    { counted, "['u_0','u_1','u_2']", "['u_0','g[1]','u_2']", FAIRU_ERR_UNSUPPORTED,
      "its parameters are those of something else" },
    { counted, "['u_0','u_1','u_2']", "['u_0','u_1']", FAIRU_ERR_SHAPE, "wanted 2 numbers, found 3" },
    { counted, "'parameters':['u_0','u_1','u_2']", "'parameter':'u'", FAIRU_ERR_UNSUPPORTED,
      "per-bin parameters that are not listed" }
  };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < N_OF(cases); i++) {
    char *text = replaced(cases[i].text, cases[i].from, cases[i].to);
    side s;
    support_check_status(ctx, make(ctx, text, &s), cases[i].code, cases[i].says, __FILE__, __LINE__);
    support_check_says(ctx, cases[i].says, __FILE__, __LINE__);
    clear(&s);
    free(text);
  }
  fairu_context_destroy(ctx);
}

static int read_once(fairu_context *ctx, void *data)
{
  side s;
  const int status = make(ctx, (const char *)data, &s);
  clear(&s);
  return status;
}

static void memory_failures(void **state)
{
  (void)state;
  char text[sizeof rich > sizeof counted ? sizeof rich : sizeof counted];
  memcpy(text, rich, sizeof rich);
  assert_true(support_every_need_fails(read_once, text) > 20);
  memcpy(text, counted, sizeof counted);
  assert_true(support_every_need_fails(read_once, text) > 20);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(channels_analyses_points_domains),
                                      cmocka_unit_test(counts_as_constraints),
                                      cmocka_unit_test(what_is_refused), cmocka_unit_test(memory_failures) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
