/* hs3_text.h - documents of HS3 as texts, for tests that change them. */
#ifndef FAIRU_TESTS_LIKELIHOOD_HS3_TEXT_H
#define FAIRU_TESTS_LIKELIHOOD_HS3_TEXT_H

#include "workspace_text.h"

#include "likelihood/model.h"

/* Two channels: luminosity as a constrained factor, norm and shape of one name, template statistics with Gaussian constraints. */
static const char rich[] =
    "{'metadata':{'hs3_version':'0.2'},'distributions':["
    "{'name':'model_SR','type':'histfactory_dist','axes':[{'name':'x','min':0,'max':2,'nbins':2}],'samples':["
    "{'name':'bkg','data':{'contents':[100.5,80],'errors':[5,4]},'modifiers':["
    "{'name':'Lumi','type':'normfactor','parameter':'Lumi','constraint_name':'lumiConstraint'},"
    "{'name':'syst','type':'normsys','parameter':'alpha_syst','constraint':'Gauss','data':{'hi':1.1,'lo':0."
    "93}},"
    "{'name':'tilt','type':'histosys','parameter':'alpha_syst','constraint':'Gauss','interpolation':4,"
    "'data':{'hi':{'contents':[105,79]},'lo':{'contents':[97,82]}}},"
    "{'name':'mcstat','type':'staterror','constraint':'Gauss','parameters':['gamma_stat_SR_bin_0','gamma_"
    "stat_SR_bin_1']}]},"
    "{'name':'sig','data':{'contents':[12,11],'errors':[1,0.5]},'modifiers':["
    "{'name':'mu','type':'normfactor','parameter':'mu'},"
    "{'name':'mcstat','type':'staterror','constraint':'Gauss','parameters':['gamma_stat_SR_bin_0','gamma_"
    "stat_SR_bin_1']}]}]},"
    "{'name':'model_CR','type':'histfactory_dist','axes':[],'samples':[{'name':'bkg','data':{'contents':["
    "1000]},'modifiers':["
    "{'type':'normfactor','parameter':'Lumi'},"
    "{'type':'normsys','parameter':'alpha_syst','constraint':'Gauss','data':{'hi':1.05,'lo':0.95}},"
    "{'type':'normsys','parameter':'alpha_aux','data':{'hi':1.02,'lo':0.99}}]}]},"
    "{'name':'lumiConstraint','type':'gaussian_dist','x':'Lumi','mean':'nominalLumi','sigma':0.017},"
    "{'name':'auxConstraint','type':'gaussian_dist','x':0.3,'mean':'alpha_aux','sigma':1}],"
    "'data':[{'name':'obs_SR','type':'binned','contents':[118,89],'axes':[]},{'name':'obs_CR','type':'binned'"
    ",'contents':[1010]}],"
    "'likelihoods':[{'name':'L','distributions':['model_SR','model_CR'],'data':['obs_SR','obs_CR'],"
    "'aux_distributions':['auxConstraint']}],"
    "'domains':[{'name':'d','type':'product_domain','axes':[{'name':'mu','min':-1,'max':20},{'name':'Lumi','"
    "min':0.5,'max':1.5},"
    "{'name':'gamma_stat_SR_bin_0','min':0,'max':2},{'name':'gamma_stat_SR_bin_1','min':0,'max':3}]}],"
    "'parameter_points':[{'name':'start','parameters':[{'name':'mu','value':1.5},{'name':'nominalLumi','"
    "value':1.002,'const':true},"
    "{'name':'Lumi','value':1.002},{'name':'alpha_syst','value':0.1},{'name':'gamma_stat_SR_bin_1','value':1,"
    "'const':true}]}],"
    "'analyses':[{'name':'fit','likelihood':'L','parameters_of_interest':['mu'],'domain':'d','init':'start'}]"
    "}";

/* Poisson constraints: template statistics of one sample, relative uncertainties of another; no analysis, counts in place. */
static const char counted[] =
    "{'distributions':[{'name':'ch','type':'histfactory_dist','samples':["
    "{'name':'bkg','data':{'contents':[50,52,0],'errors':[3,7,0]},'modifiers':["
    "{'type':'staterror','constraint_type':'Poisson','parameters':['g[0]','g[1]','g[2]']}]},"
    "{'name':'sig','data':{'contents':[12,11,10]},'modifiers':[{'parameter':'mu','type':'normfactor'},"
    "{'type':'shapesys','constraint':'Poisson','parameters':['u_0','u_1','u_2'],'data':{'vals':[0.25,0.5,0."
    "125]}},"
    "{'type':'shapefactor','parameters':['s_0','s_1','s_2']}]}]}],"
    "'data':[],'likelihoods':[{'name':'L','distributions':['ch'],'data':[[51,48,9.5]]}]}";

/* Quotes as in the texts above; the caller frees. */
static inline char *quoted(const char *text)
{
  char *copy = strdup(text);
  assert_non_null(copy);
  for (char *p = copy; *p; p++)
    *p = *p == '\'' ? '"' : *p;
  return copy;
}

typedef struct side {
  fairu_workspace *workspace;
  fairu_likelihood *likelihood;
  fairu_data *data;
} side;

/* measurement NULL: the first. */
static inline int make_of(fairu_context *ctx, const char *text, const char *measurement, side *out)
{
  char *copy = quoted(text);
  fairu_workspace_options options;
  *out = (side){ NULL, NULL, NULL };
  assert_int_equal(fairu_workspace_options_init(&options, sizeof options), FAIRU_OK);
  options.measurement = measurement;
  int status = fairu_workspace_parse(ctx, copy, strlen(copy), "hs3.json", &out->workspace);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_from_workspace(ctx, out->workspace, &options, &out->likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create_from_workspace(ctx, out->workspace, out->likelihood, &out->data);
  free(copy);
  return status;
}

static inline int make(fairu_context *ctx, const char *text, side *out)
{
  return make_of(ctx, text, NULL, out);
}

static inline void clear(side *s)
{
  fairu_data_destroy(s->data);
  fairu_likelihood_destroy(s->likelihood);
  fairu_workspace_destroy(s->workspace);
}

/* The first `from` in the text becomes `to`; the caller frees. */
static inline char *replaced(const char *text, const char *from, const char *to)
{
  const char *at = strstr(text, from);
  const size_t size = strlen(text) + strlen(to) + 1;
  char *copy = malloc(size);
  if (!at || !copy)
    fail_msg("the text has no %s", from);
  snprintf(copy, size, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
  return copy;
}

#endif /* FAIRU_TESTS_LIKELIHOOD_HS3_TEXT_H */
