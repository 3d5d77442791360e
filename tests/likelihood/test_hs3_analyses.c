/* Documents of HS3 that say the same in other words, several analyses of one likelihood, names that meet; and what is refused of
 * them. */
#include "hs3_text.h"

enum { MOST = 3 };

typedef struct edit {
  const char *from, *to;
} edit;

/* The text with each edit made once; the caller frees. */
static char *edited(const char *text, const edit edits[MOST])
{
  char *copy = strdup(text);
  assert_non_null(copy);
  for (size_t i = 0; i < MOST && edits[i].from; i++) {
    char *next = replaced(copy, edits[i].from, edits[i].to);
    free(copy);
    copy = next;
  }
  return copy;
}

static double value_at(fairu_context *ctx, const side *s, const double *params)
{
  double nll[2];
  CHECK_OK(ctx, fairu_likelihood_nll(s->likelihood, ctx, s->data, params, s->likelihood->n_params, nll, NULL,
                                     NULL));
  return nll[0] + nll[1];
}

static size_t index_of(const side *s, const char *name)
{
  for (size_t i = 0; i < s->likelihood->n_params; i++)
    if (strcmp(s->likelihood->params[i].name, name) == 0)
      return i;
  fail_msg("no parameter %s", name);
  return 0;
}

/* ---- the same in other words --------------------------------------------------------------------------- */

static const struct {
  const char *text;
  edit edits[MOST];
} others[] = {
  { rich, { { "'domain':'d'", "'domains':['d']" } } }, /* as ROOT writes it */
  { rich, { { "'interpolation':4", "'interpolation':'poly6'" } } },
  { rich, { { "'interpolation':4,", "" } } },
  { rich, { { "'x':'Lumi','mean':'nominalLumi'", "'x':'nominalLumi','mean':'Lumi'" } } },
  { rich, { { "'x':'Lumi','mean':'nominalLumi'", "'x':'Lumi','mean':1.002" } } },
  { rich, { { "'x':0.3,'mean':'alpha_aux'", "'x':'alpha_aux','mean':0.3" } } },
  { rich,
    { { "'sigma':0.017", "'sigma':'s'" },
      { "'parameters':[{", "'parameters':[{'name':'s','value':0.017},{" } } },
  { rich, { { "'constraint_name':'lumiConstraint'", "'constraint':'lumiConstraint'" } } },
  { rich,
    { { ",'constraint_name':'lumiConstraint'", "" },
      { "['auxConstraint']", "['lumiConstraint','auxConstraint']" } } },
  { rich,
    { { "['auxConstraint']", "['auxConstraint','lumiConstraint','auxConstraint']" } } }, /* more than once */
  { rich, { { "'constraint':'Gauss','data'", "'constraint_type':'gaussian','data'" } } },
  { rich, { { "'constraint':'Gauss','data'", "'constraint_name':'Gaussian','data'" } } },
  { rich,
    { { "'constraint':'Gauss','data'", "'constraint':'unit','data'" },
      { "{'name':'lumiConstraint'", "{'name':'unit','type':'gaussian_dist','x':0,'mean':'alpha_syst','sigma':"
                                    "1},{'name':'lumiConstraint'" } } },
  { rich, { { ",'init':'start'", "" }, { "'name':'start'", "'name':'default_values'" } } },
  { rich, { { "'metadata':{'hs3_version':'0.2'}", "'misc':{'anything':[1,{}]}" } } },
  { rich, { { "'metadata':{'hs3_version':'0.2'}", "'functions':[{'name':'unused','type':'product'},{}]" } } },
  { rich, { { "'obs_CR']", "[1010]]" } } },
  { rich, { { ",'axes':[]", "" } } },
  { rich, { { "'name':'mu','type':'normfactor','parameter':'mu'", "'name':'mu','type':'normfactor'" } } },
  { counted, { { "'constraint':'Poisson'", "'constraint_type':'poisson'" } } },
  { counted,
    { { "'data':[[51,48,9.5]]", "'data':['o']" },
      { "'data':[],", "'data':[{'name':'o','type':'binned','contents':[51,48,9.5]}]," } } },
  { counted, { { "'likelihoods'", "'analyses':[{'name':'analysis','likelihood':'L'}],'likelihoods'" } } },
};

static void the_same_in_other_words(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < N_OF(others); k++) {
    side a, b;
    double params[64];
    char *text = edited(others[k].text, others[k].edits);
    CHECK_OK(ctx, make(ctx, others[k].text, &a));
    support_check_status(ctx, make(ctx, text, &b), FAIRU_OK, others[k].edits[0].to, __FILE__, __LINE__);
    assert_int_equal(a.likelihood->n_params, b.likelihood->n_params);
    assert_int_equal(a.likelihood->poi, b.likelihood->poi);
    for (size_t i = 0; i < a.likelihood->n_params; i++) {
      const fairu_param *p = &a.likelihood->params[i], *q = &b.likelihood->params[i];
      assert_string_equal(p->name, q->name);
      assert_true(p->start == q->start && p->lower == q->lower && p->upper == q->upper &&
                  p->fixed == q->fixed);
      params[i] = p->start + (p->fixed ? 0.0 : 0.01 * (double)(i % 3));
    }
    const double value = value_at(ctx, &a, params), other = value_at(ctx, &b, params);
    if (!(value == other)) /* the same numbers in the same order */
      fail_msg("%s: %.17g, not %.17g", others[k].edits[0].to, other, value);
    clear(&a);
    clear(&b);
    free(text);
  }
  fairu_context_destroy(ctx);
}

/* ---- several analyses ---------------------------------------------------------------------------------- */

/* A second analysis with a domain and a point of its own, in which the centre of the luminosity is another; a third without domain. */
static const edit three_analyses[MOST] = {
  { "'parameter_points':[",
    "'parameter_points':[{'name':'late','parameters':[{'name':'nominalLumi','value':1.25},"
    "{'name':'alpha_syst','value':-0.5},{'name':'gamma_stat_SR_bin_1','value':1.5,'const':true}]}," },
  { "'domains':[",
    "'domains':[{'name':'narrow','axes':[{'name':'mu','min':0,'max':4},{'name':'Lumi','min':1,'max':2}]}," },
  { "'analyses':[",
    "'analyses':[{'name':'bare','likelihood':'L','init':'start'},{'name':'other','likelihood':'L',"
    "'parameters_of_interest':['Lumi'],'domain':'narrow','init':'late'}," },
};

static void each_analysis_is_a_measurement(void **state)
{
  static const struct {
    const char *measurement, *poi, *parameter;
    double start, lower, upper, aux;
  } wanted[] = {
    { "fit", "mu", "mu", 1.5, -1, 20, 0 },
    { "fit", "mu", "lumi", 1.002, 0.5, 1.5, 1.002 },
    { "fit", "mu", "alpha_syst", 0.1, -5, 5, 0 },
    { "fit", "mu", "gamma_stat_SR[0]", 1, 0, 2, 1 },
    { "fit", "mu", "gamma_stat_SR[1]", 1, 0, 3, 1 },
    { "other", "lumi", "mu", 1, 0, 4, 0 }, /* its point says nothing of it */
    { "other", "lumi", "lumi", 1.25, 1, 2, 1.25 },
    { "other", "lumi", "alpha_syst", -0.5, -5, 5, 0 },
    { "other", "lumi", "alpha_aux", 0, -5, 5, 0.3 },
    { "other", "lumi", "gamma_stat_SR[0]", 1, 1e-10, 10, 1 },
    { "other", "lumi", "gamma_stat_SR[1]", 1.5, 1e-10, 10, 1 },
    { "bare", "", "mu", 1.5, 0, 10, 0 },
    { "bare", "", "lumi", 1.002, 0, 10, 1.002 },
    { "bare", "", "gamma_stat_SR[1]", 1, 1e-10, 10, 1 },
  };
  (void)state;
  fairu_context *ctx = support_context();
  char *text = edited(rich, three_analyses);
  for (size_t k = 0; k < N_OF(wanted); k++) {
    side s;
    CHECK_OK(ctx, make_of(ctx, text, wanted[k].measurement, &s));
    assert_int_equal(fairu_workspace_n_measurements(s.workspace), 3);
    const fairu_param *p = &s.likelihood->params[index_of(&s, wanted[k].parameter)];
    if (p->start != wanted[k].start || p->lower != wanted[k].lower || p->upper != wanted[k].upper)
      fail_msg("%s of %s: %g in [%g, %g]", wanted[k].parameter, wanted[k].measurement, p->start, p->lower,
               p->upper);
    if (p->constraint != FAIRU_CONSTRAINT_NONE)
      CHECK_CLOSE(p->aux, wanted[k].aux, 1e-14);
    if (wanted[k].poi[0])
      assert_int_equal(s.likelihood->poi, index_of(&s, wanted[k].poi));
    assert_int_equal(p->fixed, strcmp(wanted[k].parameter, "gamma_stat_SR[1]") == 0);
    clear(&s);
  }
  free(text);
  fairu_context_destroy(ctx);
}

/* What differs between two of them at one point is the pull of the luminosity from either centre. */
static void centres_are_those_of_each_analysis(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char *text = edited(rich, three_analyses);
  side a, b;
  double params[64];
  CHECK_OK(ctx, make_of(ctx, text, "fit", &a));
  CHECK_OK(ctx, make_of(ctx, text, "other", &b));
  for (size_t i = 0; i < a.likelihood->n_params; i++)
    params[i] = a.likelihood->params[i].start;
  const double at = 1.01, sigma = 0.017;
  params[index_of(&a, "lumi")] = at;
  const double pulls = (pow((at - 1.25) / sigma, 2) - pow((at - 1.002) / sigma, 2)) / 2;
  CHECK_NEAR(value_at(ctx, &b, params) - value_at(ctx, &a, params), pulls, 1e-11 * pulls);
  clear(&a);
  clear(&b);
  free(text);
  fairu_context_destroy(ctx);
}

/* ---- names and widths ---------------------------------------------------------------------------------- */

/* A factor that is called as the bins of another parameter would be in pyhf's form, wherever it stands. */
static void names_that_meet_are_kept_apart(void **state)
{
  static const edit later[MOST] = { { "{'type':'normfactor','parameter':'Lumi'},",
                                      "{'type':'normfactor','parameter':'Lumi'},"
                                      "{'type':'normfactor','parameter':'gamma_stat_SR'}," } };
  static const edit earlier[MOST] = { { "{'name':'Lumi',",
                                        "{'type':'normfactor','parameter':'gamma_stat_SR'},"
                                        "{'name':'Lumi'," } };
  (void)state;
  fairu_context *ctx = support_context();
  for (int k = 0; k < 2; k++) {
    char *text = edited(rich, k ? later : earlier);
    side s;
    CHECK_OK(ctx, make(ctx, text, &s));
    assert_int_equal(s.likelihood->params[index_of(&s, "gamma_stat_SR")].constraint, FAIRU_CONSTRAINT_NONE);
    CHECK_NEAR(s.likelihood->params[index_of(&s, "gamma_stat_SR_bin_0[0]")].width, 0.04532461789860253,
               1e-15);
    clear(&s);
    free(text);
  }
  fairu_context_destroy(ctx);
}

/* Relative uncertainties of bins as widths, and squared as counts, with any of them const: then it has no term. */
static void relative_uncertainties_are_widths(void **state)
{
  static const double vals[3] = { 0.25, 0.5, 0.125 };
  static const edit as_gauss[MOST] = { { "'constraint':'Poisson','parameters':['u_0'",
                                         "'constraint':'Gauss','parameters':['u_0'" } };
  static const edit as_const[MOST] = { { "'likelihoods'",
                                         "'parameter_points':[{'name':'default_values','parameters':[{'name':"
                                         "'u_1','value':1.5,'const':true}]}],'likelihoods'" } };
  static const edit nothing[MOST] = { { NULL, NULL } };
  (void)state;
  fairu_context *ctx = support_context();
  const edit *const ways[] = { nothing, as_gauss, as_const };
  for (size_t k = 0; k < N_OF(ways); k++) {
    char *text = edited(counted, ways[k]);
    side s;
    CHECK_OK(ctx, make(ctx, text, &s));
    const fairu_param *u = &s.likelihood->params[index_of(&s, "u[0]")];
    for (size_t i = 0; i < 3; i++) {
      assert_int_equal(u[i].fixed, k == 2 && i == 1);
      if (k == 1)
        CHECK_CLOSE(u[i].width, vals[i], 1e-15);
      else
        CHECK_CLOSE(u[i].tau, 1.0 / (vals[i] * vals[i]), 1e-14);
    }
    assert_true(u[1].start == (k == 2 ? 1.5 : 1.0));
    clear(&s);
    free(text);
  }
  fairu_context_destroy(ctx);
}

/* ---- refused ------------------------------------------------------------------------------------------- */

#define MU_CONSTRAINT "'parameter':'mu','constraint_name':'muConstraint'"
#define MORE(distribution)                                                                                   \
  "{'name':'lumiConstraint'", "{'type':'gaussian_dist'," distribution "},{'name':'lumiConstraint'"
#define BINS "'constraint':'Gauss','parameters':['gamma_stat_SR_bin_0'"
#define IN_CR(modifier) "{'type':'normfactor','parameter':'Lumi'},", "{" modifier "},"

static const struct {
  const char *text;
  edit edits[MOST];
  int code;
  const char *says;
} refused[] = {
  { rich,
    { { "'domain':'d'", "'domains':['d','d']" } },
    FAIRU_ERR_UNSUPPORTED,
    "/analyses/0/domains: 2 domains of one analysis" },
  { rich,
    { { "'interpolation':4", "'interpolation':'code1'" } },
    FAIRU_ERR_UNSUPPORTED,
    "an interpolation other than code 4" },
  { rich,
    { { "'constraint':'Gauss','data'", "'constraint':'Gauss','interpolation':'poly6','data'" } },
    FAIRU_ERR_UNSUPPORTED,
    "/modifiers/1/interpolation: an interpolation" }, /* it is none of a factor */
  { rich,
    { { "'parameter':'mu'", "'parameter':'mu','constraint':'Gauss'" } },
    FAIRU_ERR_UNSUPPORTED,
    "a Gaussian factor whose width is not said" },
  { rich,
    { { "'parameter':'mu'", "'parameters':['mu','nu']" } },
    FAIRU_ERR_UNSUPPORTED,
    "several parameters where one is due" },
  { rich,
    { { "'parameter':'mu'", MU_CONSTRAINT },
      { MORE("'name':'muConstraint','x':'mu','mean':1,'sigma':0.1") } },
    FAIRU_ERR_UNSUPPORTED,
    "is a second factor with a Gaussian constraint" },
  { rich,
    { { "['auxConstraint']", "['auxConstraint','c']" },
      { MORE("'name':'c','x':'alpha_aux','mean':0.3,'sigma':2") } },
    FAIRU_ERR_UNSUPPORTED,
    "a second constraint of \"alpha_aux\"" },
  { rich,
    { { "['auxConstraint']", "['auxConstraint','c']" },
      { MORE("'name':'c','x':'alpha_aux','mean':0.4,'sigma':1") } },
    FAIRU_ERR_UNSUPPORTED,
    "a second constraint of \"alpha_aux\"" },
  { rich,
    { { "'mean':'alpha_aux'", "'mean':'nobody'" } },
    FAIRU_ERR_UNSUPPORTED,
    "an auxiliary distribution of no single parameter" },
  { rich,
    { { "'mean':'alpha_aux'", "'mean':'gamma_stat_SR_bin_1'" } },
    FAIRU_ERR_UNSUPPORTED,
    "an auxiliary distribution of no single parameter" },
  { rich,
    { { "['auxConstraint']", "['nobody']" } },
    FAIRU_ERR_NOT_FOUND,
    "/likelihoods/0/aux_distributions/0: \"nobody\" is not among" },
  { rich,
    { { "'analyses':[", "'analyses':[{'name':'a','likelihood':'L'}," } },
    FAIRU_ERR_NOT_FOUND,
    "\"nominalLumi\" has no value" },
  { counted,
    { { "'likelihoods'",
        "'parameter_points':[{'name':'p','parameters':[{'name':'s_1','value':1,'const':true}]}],"
        "'analyses':[{'name':'a','likelihood':'L','init':'p'}],'likelihoods'" } },
    FAIRU_ERR_UNSUPPORTED,
    "of the parameters of \"s\" some are const and some not" },
  { counted,
    { { "'likelihoods'",
        "'parameter_points':[{'name':'p','parameters':[{'name':'u_1','value':1,'const':true}]}],"
        "'analyses':[{'name':'a','likelihood':'L'},{'name':'b','likelihood':'L','init':'p'}],'"
        "likelihoods'" } },
    FAIRU_ERR_UNSUPPORTED,
    "of the parameters of \"u\" some are const and some not" },
  { rich,
    { { "'parameters_of_interest':['mu']", "'parameters_of_interest':['gamma_stat_SR_bin_0']" } },
    FAIRU_ERR_NOT_FOUND,
    "\"gamma_stat_SR_bin_0\" is no parameter of the channels" },
  { rich,
    { { "'name':'bkg',", "" } },
    FAIRU_ERR_UNSUPPORTED,
    "/distributions/0/samples/0: a sample without name" },
  { rich,
    { { IN_CR("'type':'staterror'," BINS ",'gamma_stat_SR_bin_1']") } },
    FAIRU_ERR_UNSUPPORTED,
    "constrained parameters of bins in two channels" },
  { rich, { { IN_CR("'type':'staterror'," BINS "]") } }, FAIRU_ERR_SHAPE, "1 parameters, elsewhere 2" },
  { rich,
    { { IN_CR("'type':'staterror'," BINS ",'mu']") } },
    FAIRU_ERR_UNSUPPORTED,
    "its parameters are those of something else, in part" },
  { rich,
    { { IN_CR("'type':'staterror','constraint':'Gauss','parameters':['x','mu']") } },
    FAIRU_ERR_UNSUPPORTED,
    "its parameters are those of something else, in part" },
  { rich,
    { { "'type':'normsys','parameter':'alpha_aux'", "'type':'normfactor','parameter':'alpha_syst'" } },
    FAIRU_ERR_UNSUPPORTED,
    "\"alpha_syst\" is a normsys elsewhere" },
  { rich,
    { { "'sigma':0.017", "'sigma':'nobody'" } },
    FAIRU_ERR_NOT_FOUND,
    "\"nobody\" has no value in the parameter point" },
  { rich, { { "'value':1.5}", "'const':true}" } }, FAIRU_ERR_FORMAT, "value" },
  { rich,
    { { "'name':'bkg','data':{'contents':[100.5,80],'errors':[5,4]}",
        "'name':'bkg','data':{'contents':[100.5,80]}" } },
    FAIRU_ERR_FORMAT,
    "errors" },
  { counted,
    { { "'s_0','s_1','s_2'", "'s_0','s_1','g[2]'" } },
    FAIRU_ERR_UNSUPPORTED,
    "its parameters are those of something else" },
  { counted,
    { { "{'type':'shapesys','constraint':'Poisson'", "{'type':'shapesys','constraint':'Gauss'" },
      { "'constraint_type':'Poisson','parameters':['g[0]','g[1]','g[2]']}",
        "'constraint_type':'Poisson','parameters':['g[0]','g[1]','g[2]']},{'type':'shapesys','constraint':'"
        "Gauss',"
        "'parameters':['u_0','u_1','u_2'],'data':{'vals':[1,1,1]}}" } },
    FAIRU_ERR_UNSUPPORTED,
    "a shapesys in two samples" },
  { counted,
    { { "'vals':[0.25,0.5,0.125]", "'vals':[1e200,0.5,0.125]" },
      { "'contents':[12,11,10]", "'contents':[1e200,11,10]" } },
    FAIRU_ERR_RANGE,
    "the uncertainty of bin 0 is larger than any number" },
  { counted, { { "'vals'", "'values'" } }, FAIRU_ERR_FORMAT, "vals" },
  { counted,
    { { "'likelihoods':[",
        "'analyses':[],'likelihoods':[{'name':'K','distributions':['ch'],'data':[[1,2,3]]}," } },
    FAIRU_ERR_UNSUPPORTED,
    "2 likelihoods and no analysis" },
};

static void more_is_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  int wrong = 0;
  for (size_t k = 0; k < N_OF(refused); k++) {
    char *text = edited(refused[k].text, refused[k].edits);
    side s;
    const int status = make(ctx, text, &s);
    if (status != refused[k].code || !strstr(fairu_context_message(ctx), refused[k].says)) {
      print_error("%s: %s, '%s'\n", refused[k].edits[0].to, fairu_status_name(status),
                  fairu_context_message(ctx));
      wrong++;
    }
    clear(&s);
    free(text);
  }
  assert_int_equal(wrong, 0);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(the_same_in_other_words),
                                      cmocka_unit_test(each_analysis_is_a_measurement),
                                      cmocka_unit_test(centres_are_those_of_each_analysis),
                                      cmocka_unit_test(names_that_meet_are_kept_apart),
                                      cmocka_unit_test(relative_uncertainties_are_widths),
                                      cmocka_unit_test(more_is_refused) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
