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
    status = fairu_workspace_likelihood(*workspace, ctx, options, likelihood);
  if (status == FAIRU_OK)
    status = fairu_workspace_data(*workspace, ctx, *likelihood, data);
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

#endif /* FAIRU_TESTS_WORKSPACE_MADE_H */
