/* Any bytes as a document and, behind the first NUL, a patch of it. A patched document is one that can be written and read
 * again with the same digest; a workspace, of either form, is one that becomes a likelihood or says why not. 'j' in the options: memory
 * of jansson fails, too. */
#include "fuzz/jansson.h"
#include "fuzz/options.h"

#include "base/json_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void patch_again(fairu_context *ctx, const fairu_json *patched)
{
  char first[FAIRU_DIGEST_TEXT], second[FAIRU_DIGEST_TEXT];
  fairu_json *read = NULL;
  fairu_json_out out = fairu_json_out__create(ctx);
  fuzz_must(fairu_json__dump(patched, &out) == FAIRU_OK);
  FUZZ_CHECK(ctx, fairu_json__parse(ctx, out.text, out.size, "again", &read), read);
  fuzz_must(read != NULL); /* numbers, strings and depth were those of documents */
  if (fairu_json__digest(ctx, patched, FAIRU_DIGEST_SHA256, first) == FAIRU_OK) {
    fuzz_must(fairu_json__digest(ctx, read, FAIRU_DIGEST_SHA256, second) == FAIRU_OK);
    fuzz_must(strcmp(first, second) == 0);
  }
  fairu_json_out__clear(&out);
  fairu_json__destroy(read);
}

static void patch_document(fairu_context *ctx, const char *text, size_t size, const char *patch,
                           size_t patch_size)
{
  fairu_json *json = NULL, *operations = NULL, *patched = NULL;
  FUZZ_CHECK(ctx, fairu_json__parse(ctx, text, size, "fuzz", &json), json);
  FUZZ_CHECK(ctx, fairu_json__parse(ctx, patch, patch_size, "patch", &operations), operations);
  if (json && operations) {
    const fairu_json_at root = fairu_json__root(operations);
    FUZZ_LOAD(ctx, fairu_json__patch(ctx, json, &root, &patched), patched);
  }
  if (patched)
    patch_again(ctx, patched);
  fairu_json__destroy(patched);
  fairu_json__destroy(operations);
  fairu_json__destroy(json);
}

static void patch_use(fairu_context *ctx, const fairu_workspace *workspace)
{
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  FUZZ_CHECK(ctx, fairu_likelihood_create_from_workspace(ctx, workspace, NULL, &likelihood), likelihood);
  if (likelihood)
    FUZZ_CHECK(ctx, fairu_data_create_from_workspace(ctx, workspace, likelihood, &data), data);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
}

static void patch_workspace(fairu_context *ctx, const char *text, size_t size, const char *patch,
                            size_t patch_size)
{
  fairu_workspace *workspace = NULL, *patched = NULL;
  FUZZ_CHECK(ctx, fairu_workspace_parse(ctx, text, size, "fuzz", &workspace), workspace);
  if (workspace) {
    patch_use(ctx, workspace);
    FUZZ_LOAD(ctx, fairu_workspace_patch(workspace, ctx, patch, patch_size, "patch", &patched), patched);
  }
  if (patched)
    patch_use(ctx, patched);
  fairu_workspace_destroy(patched);
  fairu_workspace_destroy(workspace);
}

/* From a file it is the same. */
static void patch_file(fairu_context *ctx, const char *text, size_t size, const char *patch,
                       size_t patch_size)
{
  fairu_workspace *workspace = NULL, *patched[2] = { NULL, NULL };
  fuzz_file file;
  FUZZ_WRONG(fairu_workspace_patch(NULL, ctx, patch, patch_size, "patch", &patched[0]));
  FUZZ_WRONG(fairu_workspace_patch_file(NULL, ctx, "patch", NULL));
  if (fairu_workspace_parse(ctx, text, size, "fuzz", &workspace) != FAIRU_OK)
    return;
  FUZZ_WRONG(fairu_workspace_patch(workspace, NULL, patch, patch_size, "patch", &patched[0]));
  const int status = fairu_workspace_patch(workspace, ctx, patch, patch_size, "patch", &patched[0]);
  fuzz_open(&file, (const uint8_t *)patch, patch_size);
  fuzz_must(fairu_workspace_patch_file(workspace, ctx, file.path, &patched[1]) == status);
  fuzz_must((patched[0] != NULL) == (patched[1] != NULL));
  fuzz_close(&file);
  fairu_workspace_destroy(patched[1]);
  fairu_workspace_destroy(patched[0]);
  fairu_workspace_destroy(workspace);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fuzz_options words;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  const char *text = (const char *)bytes;
  const char *end = size > 0 ? memchr(text, '\0', size) : NULL;
  const size_t n = end ? (size_t)(end - text) : size;
  const char *patch = end ? end + 1 : "[]";
  const size_t patch_size = end ? size - n - 1 : 2;
  fuzz_jansson(fuzz_word(&words, 'j') != NULL);
  patch_document(ctx, text ? text : "", n, patch, patch_size);
  patch_workspace(ctx, text ? text : "", n, patch, patch_size);
  if (fuzz_chosen(bytes, size))
    patch_file(ctx, text ? text : "", n, patch, patch_size);
  fuzz_jansson(0);
  fairu_context_destroy(ctx);
  return 0;
}
