/* Any bytes as a patch set: its names find their patches, and each patch of a workspace with the right digest gives a workspace or
 * a reason. 'j' in the options: memory of jansson fails, too. */
#include "fuzz/jansson.h"
#include "fuzz/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The seeds have its digests. */
static const char patchset_workspace[] =
    "{\"channels\":[{\"name\":\"c\",\"samples\":[{\"name\":\"b\",\"data\":[50.0,60.0],\"modifiers\":[{"
    "\"name\":"
    "\"u\",\"type\":\"normsys\",\"data\":{\"hi\":1.1,\"lo\":0.9}}]}]}],\"observations\":[{\"name\":\"c\","
    "\"data\":[52.0,58.0]}],\"measurements\":[{\"name\":\"m\",\"config\":{\"poi\":\"mu\",\"parameters\":[]}}]"
    ","
    "\"version\":\"1.0.0\"}";

static int patchset_verify(fairu_context *ctx, const fairu_patchset *set, const fairu_workspace *workspace,
                           const fairu_patchset **right)
{
  const int status = fairu_patchset_verify(set, ctx, workspace);
  *right = status == FAIRU_OK ? set : NULL;
  return status;
}

static void patchset_apply(fairu_context *ctx, const fairu_patchset *set, const fairu_workspace *workspace)
{
  fairu_workspace *patched = NULL;
  const fairu_patchset *right = NULL;
  FUZZ_LOAD(ctx, patchset_verify(ctx, set, workspace, &right), right);
  for (size_t i = 0; i < fairu_patchset_n_patches(set) && i < 4; i++) {
    const char *name = fairu_patchset_patch_name(set, i);
    fuzz_must(name != NULL);
    FUZZ_LOAD(ctx, fairu_patchset_apply(set, ctx, workspace, name, &patched), patched);
    fuzz_must(right || !patched);
    fairu_workspace_destroy(patched);
  }
  FUZZ_CHECK(ctx, fairu_patchset_apply(set, ctx, workspace, "no such patch", &patched), patched);
}

static int patchset_find_one(fairu_context *ctx, const fairu_patchset *set, const char *const *values,
                             size_t n, const fairu_patchset **found)
{
  size_t index = SIZE_MAX;
  const int status = fairu_patchset_find(set, ctx, values, n, &index);
  fuzz_must(status != FAIRU_OK || index < fairu_patchset_n_patches(set));
  *found = status == FAIRU_OK ? set : NULL;
  return status;
}

static void patchset_find(fairu_context *ctx, const fairu_patchset *set)
{
  static const char *const values[] = { "1300", "60.5", "x" }, *const texts[] = { "x", "1000" },
                           *const odd[] = { "1300x", "" };
  const fairu_patchset *found = NULL;
  for (size_t n = 0; n <= 3; n++)
    FUZZ_LOAD(ctx, patchset_find_one(ctx, set, values, n, &found), found);
  for (int k = 0; k < 2; k++)
    FUZZ_LOAD(ctx, patchset_find_one(ctx, set, k ? texts : odd, 2, &found), found);
  fuzz_must(fairu_patchset_patch_name(set, fairu_patchset_n_patches(set)) == NULL);
}

/* A caller's mistakes are told. */
static void patchset_misused(fairu_context *ctx, const fairu_patchset *set, const fairu_workspace *workspace)
{
  static const char *const values[] = { "1", NULL };
  fairu_workspace *patched = NULL;
  size_t index = 0;
  FUZZ_WRONG(fairu_patchset_read(ctx, "patchset", NULL));
  FUZZ_WRONG(fairu_patchset_verify(NULL, ctx, workspace));
  FUZZ_WRONG(fairu_patchset_verify(set, ctx, NULL));
  FUZZ_WRONG(fairu_patchset_verify(set, NULL, workspace));
  FUZZ_WRONG(fairu_patchset_apply(set, ctx, workspace, NULL, &patched));
  FUZZ_WRONG(fairu_patchset_apply(set, ctx, NULL, "p", &patched));
  FUZZ_WRONG(fairu_patchset_apply(NULL, ctx, workspace, "p", &patched));
  FUZZ_WRONG(fairu_patchset_apply(set, ctx, workspace, "p", NULL));
  FUZZ_WRONG(fairu_patchset_find(set, ctx, NULL, 2, &index));
  FUZZ_WRONG(fairu_patchset_find(set, ctx, values, 2, NULL));
  fuzz_must(fairu_patchset_find(set, ctx, values, 2, &index) != FAIRU_OK);
  FUZZ_WRONG(fairu_patchset_find(NULL, ctx, values, 1, &index));
  fuzz_must(fairu_patchset_n_patches(NULL) == 0 && !fairu_patchset_patch_name(NULL, 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fuzz_options words;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  fairu_workspace *workspace = NULL;
  fairu_patchset *set = NULL;
  fuzz_file file;
  fuzz_jansson(fuzz_word(&words, 'j') != NULL);
  fuzz_open(&file, bytes, size);
  FUZZ_LOAD(ctx, fairu_patchset_read(ctx, file.path, &set), set);
  fuzz_close(&file);
  if (set) {
    fuzz_must(fairu_workspace_parse(ctx, patchset_workspace, sizeof patchset_workspace - 1, "background",
                                    &workspace) == FAIRU_OK);
    patchset_find(ctx, set);
    patchset_apply(ctx, set, workspace);
    if (fuzz_chosen(bytes, size))
      patchset_misused(ctx, set, workspace);
  }
  fuzz_jansson(0);
  fairu_workspace_destroy(workspace);
  fairu_patchset_destroy(set);
  fairu_context_destroy(ctx);
  return 0;
}
