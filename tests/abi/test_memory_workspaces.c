/* No memory: workspaces, patches, patch sets. */
#include "abi/memory.h"
#include "abi/workspaces.h"

static const char *const names[] = { "histfactory" };

enum { LIKELIHOOD, MODEL, DATA, WRITE, PATCH, PATCH_FILE, VERIFY, APPLY, FIND };

static int fairu_workspace_parse_body(fairu_context *ctx, void *data)
{
  fairu_workspace *workspace = NULL;
  (void)data;
  const int status = abi_workspace(ctx, &workspace);
  fairu_workspace_destroy(workspace);
  return status;
}

static int fairu_workspace_read_body(fairu_context *ctx, void *data)
{
  char path[512];
  fairu_workspace *workspace = NULL;
  (void)data;
  abi_file(path, sizeof path, "memory.json", abi_workspace_text);
  const int status = fairu_workspace_read(ctx, path, &workspace);
  fairu_workspace_destroy(workspace);
  return status;
}

static int use_likelihood(fairu_context *ctx, const world *w, const fairu_workspace *workspace, int what)
{
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  int status = fairu_likelihood_create_from_workspace(ctx, workspace, NULL, &likelihood);
  if (status == FAIRU_OK && what != LIKELIHOOD)
    status = fairu_data_create_from_workspace(ctx, workspace, likelihood, &data);
  if (status == FAIRU_OK && what == WRITE)
    status = fairu_likelihood_write_workspace(likelihood, ctx, data, w->path, "m");
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  return status;
}

static int use_patchset(fairu_context *ctx, const fairu_workspace *workspace, int what, fairu_workspace **out)
{
  const char *const values[1] = { "1300" };
  fairu_patchset *patchset = NULL;
  size_t index = 0;
  int status = abi_patchset(ctx, &patchset);
  if (status == FAIRU_OK && what == VERIFY)
    status = fairu_patchset_verify(patchset, ctx, workspace);
  if (status == FAIRU_OK && what == APPLY)
    status = fairu_patchset_apply(patchset, ctx, workspace, "a", out);
  if (status == FAIRU_OK && what == FIND)
    status = fairu_patchset_find(patchset, ctx, values, 1, &index);
  fairu_patchset_destroy(patchset);
  return status;
}

static int use_workspace(fairu_context *ctx, const world *w, const fairu_workspace *workspace, int what)
{
  char path[512];
  fairu_workspace *patched = NULL;
  fairu_model *model = NULL;
  int status = FAIRU_OK;
  if (what == LIKELIHOOD || what == DATA || what == WRITE)
    status = use_likelihood(ctx, w, workspace, what);
  else if (what == MODEL)
    status = fairu_model_create_from_workspace(ctx, workspace, NULL, NULL, &model);
  else if (what == PATCH)
    status =
        fairu_workspace_patch(workspace, ctx, abi_patch_text, sizeof abi_patch_text - 1, "p.json", &patched);
  else if (what == PATCH_FILE)
    status = fairu_workspace_patch_file(workspace, ctx,
                                        abi_file(path, sizeof path, "patch.json", abi_patch_text), &patched);
  else
    status = use_patchset(ctx, workspace, what, &patched);
  fairu_model_destroy(model);
  fairu_workspace_destroy(patched);
  return status;
}

static int read_and(fairu_context *ctx, const world *w, int what)
{
  fairu_workspace *workspace = NULL;
  int status = abi_workspace(ctx, &workspace);
  if (status == FAIRU_OK)
    status = use_workspace(ctx, w, workspace, what);
  fairu_workspace_destroy(workspace);
  return status;
}

#define READS(function, what)                                                                                \
  static int function##_body(fairu_context *ctx, void *data)                                                 \
  {                                                                                                          \
    return read_and(ctx, (const world *)data, what);                                                         \
  }
READS(fairu_likelihood_create_from_workspace, LIKELIHOOD)
READS(fairu_model_create_from_workspace, MODEL)
READS(fairu_data_create_from_workspace, DATA)
READS(fairu_likelihood_write_workspace, WRITE)
READS(fairu_workspace_patch, PATCH)
READS(fairu_workspace_patch_file, PATCH_FILE)
READS(fairu_patchset_verify, VERIFY)
READS(fairu_patchset_apply, APPLY)
READS(fairu_patchset_find, FIND)

static int fairu_patchset_read_body(fairu_context *ctx, void *data)
{
  fairu_patchset *patchset = NULL;
  (void)data;
  const int status = abi_patchset(ctx, &patchset);
  fairu_patchset_destroy(patchset);
  return status;
}

static const memory_case cases[] = {
  ROW(fairu_workspace_read, 1),
  ROW(fairu_workspace_parse, 1),
  ROW(fairu_likelihood_create_from_workspace, 1),
  ROW(fairu_model_create_from_workspace, 1),
  ROW(fairu_data_create_from_workspace, 1),
  ROW(fairu_likelihood_write_workspace, 1),
  ROW(fairu_workspace_patch, 1),
  ROW(fairu_workspace_patch_file, 1),
  ROW(fairu_patchset_read, 1),
  ROW(fairu_patchset_verify, 1),
  ROW(fairu_patchset_apply, 1),
  ROW(fairu_patchset_find, 1),
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
