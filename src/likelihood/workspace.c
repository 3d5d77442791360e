/* workspace.c - reading a workspace, and what it says about itself. */
#include <string.h>

#include "likelihood/workspace.h"

/* ---- life ---------------------------------------------------------------------------------------------- */

void fairu_workspace_destroy(fairu_workspace *workspace)
{
  if (!workspace)
    return;
  const fairu_allocator allocator = workspace->allocator;
  fairu_json__destroy(workspace->document);
  fairu_allocator__free(&allocator, workspace->channels);
  fairu_allocator__free(&allocator, workspace->samples);
  fairu_allocator__free(&allocator, workspace->modifiers);
  fairu_allocator__free(&allocator, workspace->observations);
  fairu_allocator__free(&allocator, workspace);
}

int fairu_workspace__adopt(fairu_context *ctx, fairu_json *document, fairu_workspace **out)
{
  *out = NULL;
  fairu_workspace *workspace = (fairu_workspace *)fairu_context__new(ctx, 1, sizeof *workspace, "workspace");
  if (!workspace) {
    fairu_json__destroy(document);
    return FAIRU_ERR_OUT_OF_MEMORY;
  }
  workspace->allocator = *fairu_context__allocator(ctx);
  workspace->document = document;
  const int status = fairu_workspace__check(workspace, ctx);
  if (status == FAIRU_OK)
    *out = workspace;
  else
    fairu_workspace_destroy(workspace);
  return status;
}

/* HS3 says "distributions" where pyhf says "channels". */
static int accept(fairu_context *ctx, fairu_json *document, fairu_workspace **out)
{
  const fairu_json_at root = fairu_json__root(document);
  fairu_json_at distributions = { 0 };
  if (fairu_json__kind(&root) == FAIRU_JSON_OBJECT) {
    const int status = fairu_json__optional(ctx, &root, "distributions", &distributions);
    if (status != FAIRU_OK) {
      fairu_json__destroy(document);
      return status;
    }
  }
  if (!distributions.value)
    return fairu_workspace__adopt(ctx, document, out);
  fairu_json *translated = NULL;
  const int status = fairu_workspace__translate(ctx, document, &translated);
  fairu_json__destroy(document);
  return status == FAIRU_OK ? fairu_workspace__adopt(ctx, translated, out) : status;
}

int fairu_workspace_read(fairu_context *ctx, const char *path, fairu_workspace **out)
{
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "out is NULL");
  *out = NULL;
  fairu_json *document = NULL;
  const int status = fairu_json__read(ctx, path, &document);
  return status == FAIRU_OK ? accept(ctx, document, out) : status;
}

int fairu_workspace_parse(fairu_context *ctx, const char *text, size_t size, const char *name,
                          fairu_workspace **out)
{
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "out is NULL");
  *out = NULL;
  fairu_json *document = NULL;
  const int status = fairu_json__parse(ctx, text, size, name, &document);
  return status == FAIRU_OK ? accept(ctx, document, out) : status;
}
