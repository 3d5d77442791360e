/* patch.c - a workspace with an RFC 6902 patch applied: a copy of its document, checked like a file. */
#include "likelihood/workspace.h"

#include "likelihood/patch.h"

int fairu_workspace__patched(const fairu_workspace *workspace, fairu_context *ctx,
                             const fairu_json_at *operations, fairu_workspace **out)
{
  fairu_json *document = NULL;
  int status = fairu_json__patch(ctx, workspace->document, operations, &document);
  if (status != FAIRU_OK)
    return status;
  status = fairu_workspace__adopt(ctx, document, out);
  if (status != FAIRU_OK)
    fairu_context__within(ctx, status, "patched by %.200s", operations->document);
  return status;
}

/* patch: destroyed. */
static int apply(const fairu_workspace *workspace, fairu_context *ctx, fairu_json *patch,
                 fairu_workspace **out)
{
  const fairu_json_at root = fairu_json__root(patch);
  const int status = fairu_workspace__patched(workspace, ctx, &root, out);
  fairu_json__destroy(patch);
  return status;
}

static int check(const fairu_workspace *workspace, fairu_context *ctx, fairu_workspace **out)
{
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "out is NULL");
  *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  return workspace ? FAIRU_OK : fairu_context__fail(ctx, FAIRU_ERR_NULL, "workspace is NULL");
}

int fairu_workspace_patch(const fairu_workspace *workspace, fairu_context *ctx, const char *patch,
                          size_t size, const char *name, fairu_workspace **out)
{
  fairu_json *json = NULL;
  int status = check(workspace, ctx, out);
  if (status == FAIRU_OK)
    status = fairu_json__parse(ctx, patch, size, name, &json);
  return status == FAIRU_OK ? apply(workspace, ctx, json, out) : status;
}

int fairu_workspace_patch_file(const fairu_workspace *workspace, fairu_context *ctx, const char *path,
                               fairu_workspace **out)
{
  fairu_json *json = NULL;
  int status = check(workspace, ctx, out);
  if (status == FAIRU_OK)
    status = fairu_json__read(ctx, path, &json);
  return status == FAIRU_OK ? apply(workspace, ctx, json, out) : status;
}
