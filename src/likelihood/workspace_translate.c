/* workspace_translate.c - documents in other forms than pyhf's. */
#include "likelihood/workspace.h"

int fairu_workspace__translate(fairu_context *ctx, const fairu_json *document, fairu_json **out)
{
  const fairu_json_at root = fairu_json__root(document);
  *out = NULL;
  return fairu_json__fail(ctx, &root, FAIRU_ERR_UNSUPPORTED,
                          "a document with \"distributions\" is one of HS3, which is not read here");
}
