/* workspace_made.h - workspaces written in tests: JSON with ' for ", parts replaced. */
#ifndef FAIRU_TESTS_WORKSPACE_MADE_H
#define FAIRU_TESTS_WORKSPACE_MADE_H

#include "support/support.h"

/* Every kind of modifier, two channels, not in pyhf's order. */
#define WORKSPACE_TEXT                                                                                       \
  "{'version':'1.0.0','channels':["                                                                          \
  "{'name':'SR','samples':["                                                                                 \
  "{'name':'sig','data':[5,6],'modifiers':[{'name':'mu','type':'normfactor','data':null}]},"                 \
  "{'name':'bkg','data':[50,60],'modifiers':["                                                               \
  "{'name':'xs','type':'normsys','data':{'hi':1.1,'lo':0.9}},"                                               \
  "{'name':'shape','type':'histosys','data':{'hi_data':[51,62],'lo_data':[49,58]}},"                         \
  "{'name':'lumi','type':'lumi','data':null},"                                                               \
  "{'name':'st','type':'staterror','data':[3,4]},"                                                           \
  "{'name':'count','type':'shapesys','data':[7,8]},"                                                         \
  "{'name':'free','type':'shapefactor','data':null}]}]},"                                                    \
  "{'name':'CR','samples':[{'name':'bkg','data':[100],'modifiers':["                                         \
  "{'name':'k','type':'normfactor','data':null}]}]}],"                                                       \
  "'observations':[{'name':'SR','data':[52,66]},{'name':'CR','data':[101]}],"                                \
  "'measurements':[{'name':'m','config':{'poi':'mu','parameters':["                                          \
  "{'name':'lumi','inits':[1.0],'bounds':[[0.5,1.5]],'auxdata':[1.0],'sigmas':[0.02]}]}}]}"

/* JSON of text, with the first `old` (NULL: nothing) replaced by `new`; free() it. */
static inline char *workspace_text(const char *text, const char *old, const char *new)
{
  const char *at = old ? strstr(text, old) : text;
  assert_non_null(at);
  const size_t before = (size_t)(at - text), gone = old ? strlen(old) : 0;
  const char *put = old ? new : "";
  const size_t size = strlen(text) - gone + strlen(put) + 1;
  char *json = (char *)malloc(size);
  assert_non_null(json);
  (void)snprintf(json, size, "%.*s%s%s", (int)before, text, put, at + gone);
  for (char *c = json; *c; c++)
    if (*c == '\'')
      *c = '"';
  return json;
}

/* Read, make the likelihood of the first measurement and its data; the first status that is not FAIRU_OK. */
static inline int workspace_make(fairu_context *ctx, const char *json, size_t size,
                                 const fairu_workspace_options *options, fairu_workspace **workspace,
                                 fairu_likelihood **likelihood, fairu_data **data)
{
  *workspace = NULL;
  *likelihood = NULL;
  *data = NULL;
  int status = fairu_workspace_parse(ctx, json, size, "w.json", workspace);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_from_workspace(ctx, *workspace, options, likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create_from_workspace(ctx, *workspace, *likelihood, data);
  return status;
}

static inline void workspace_free(fairu_workspace *workspace, fairu_likelihood *likelihood, fairu_data *data)
{
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  fairu_workspace_destroy(workspace);
}

static inline int workspace_try(fairu_context *ctx, const char *json, size_t size)
{
  fairu_workspace *workspace;
  fairu_likelihood *likelihood;
  fairu_data *data;
  const int status = workspace_make(ctx, json, size, NULL, &workspace, &likelihood, &data);
  workspace_free(workspace, likelihood, data);
  return status;
}

/* A document of one channel SR with one bin's samples, and one measurement with this configuration. */
#define DOCUMENT(samples, poi, parameters)                                                                   \
  "{'version':'1.0.0','channels':[{'name':'SR','samples':[" samples                                          \
  "]}],'observations':[{'name':'SR','data':[10,20]}],"                                                       \
  "'measurements':[{'name':'m','config':{'poi':'" poi "','parameters':[" parameters "]}}]}"
#define SAMPLE(name, data, modifiers) "{'name':'" name "','data':" data ",'modifiers':[" modifiers "]}"
#define MODIFIER(name, type, data) "{'name':'" name "','type':'" type "','data':" data "}"
#define MU MODIFIER("mu", "normfactor", "null")

#define NORM "{'hi':1.1,'lo':0.9}"
#define SHAPE(hi, lo) "{'hi_data':" hi ",'lo_data':" lo "}"

/* ---- made from a text ---------------------------------------------------------------------------------- */

typedef struct made {
  fairu_context *ctx;
  fairu_workspace *workspace;
  fairu_likelihood *likelihood;
  fairu_data *data;
} made;

static inline made make_with(const char *text, const fairu_workspace_options *options)
{
  made m = { .ctx = support_context() };
  char *json = workspace_text(text, NULL, NULL);
  CHECK_OK(m.ctx, workspace_make(m.ctx, json, strlen(json), options, &m.workspace, &m.likelihood, &m.data));
  free(json);
  return m;
}

static inline made make(const char *text)
{
  return make_with(text, NULL);
}

static inline void clear(made *m)
{
  workspace_free(m->workspace, m->likelihood, m->data);
  fairu_context_destroy(m->ctx);
}

static inline fairu_parameter parameter_at(const made *m, size_t i)
{
  fairu_parameter parameter = { .struct_size = sizeof parameter };
  CHECK_OK(m->ctx, fairu_likelihood_parameter(m->likelihood, m->ctx, i, &parameter));
  return parameter;
}

static inline fairu_parameter parameter_of(const made *m, const char *name)
{
  size_t index = 0;
  CHECK_OK(m->ctx, fairu_likelihood_find_parameter(m->likelihood, m->ctx, name, &index));
  return parameter_at(m, index);
}

static inline void check_range(const made *m, const char *name, double start, double lower, double upper,
                               int fixed)
{
  const fairu_parameter p = parameter_of(m, name);
  if (p.start != start || p.lower != lower || p.upper != upper || p.fixed != fixed)
    print_error("%s: %g in [%g, %g], fixed %d\n", name, p.start, p.lower, p.upper, p.fixed);
  assert_true(p.start == start && p.lower == lower && p.upper == upper && p.fixed == fixed);
}

#endif /* FAIRU_TESTS_WORKSPACE_MADE_H */
