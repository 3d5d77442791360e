/* patchset.c - patches of one workspace: by name, by values, and only for the workspace they were made for. */
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "likelihood/patch.h"
#include "likelihood/workspace.h"

enum { NAMES_SHOWN = 5, LIST_BYTES = 400 };

void fairu_patchset_destroy(fairu_patchset *patchset)
{
  if (!patchset)
    return;
  const fairu_allocator allocator = patchset->allocator;
  for (size_t i = 0; i < patchset->n_patches; i++)
    fairu_allocator__free(&allocator, patchset->tuples[i]);
  fairu_allocator__free(&allocator, patchset->tuples);
  fairu_allocator__free(&allocator, patchset->names);
  fairu_name_index__clear(&patchset->name_places, &allocator);
  fairu_name_index__clear(&patchset->tuple_places, &allocator);
  fairu_json__destroy(patchset->document);
  fairu_allocator__free(&allocator, patchset);
}

int fairu_patchset_read(fairu_context *ctx, const char *path, fairu_patchset **out)
{
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "out is NULL");
  *out = NULL;
  fairu_json *document = NULL;
  int status = fairu_json__read(ctx, path, &document);
  if (status != FAIRU_OK)
    return status;
  fairu_patchset *patchset = (fairu_patchset *)fairu_context__new(ctx, 1, sizeof *patchset, "patch set");
  if (!patchset) {
    fairu_json__destroy(document);
    return FAIRU_ERR_OUT_OF_MEMORY;
  }
  patchset->allocator = *fairu_context__allocator(ctx);
  patchset->document = document;
  status = fairu_patchset__check(patchset, ctx);
  if (status == FAIRU_OK)
    *out = patchset;
  else
    fairu_patchset_destroy(patchset);
  return status;
}

size_t fairu_patchset_n_patches(const fairu_patchset *patchset)
{
  return patchset ? patchset->n_patches : 0;
}

const char *fairu_patchset_patch_name(const fairu_patchset *patchset, size_t i)
{
  return patchset && i < patchset->n_patches ? patchset->names[i] : NULL;
}

static int check(const fairu_patchset *patchset, fairu_context *ctx)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  return patchset ? FAIRU_OK : fairu_context__fail(ctx, FAIRU_ERR_NULL, "patchset is NULL");
}

/* ---- digests ------------------------------------------------------------------------------------------- */

static int verify_one(fairu_context *ctx, const fairu_json_at *at, const fairu_json *document)
{
  const fairu_digest_kind kind = strcmp(at->key, "md5") == 0 ? FAIRU_DIGEST_MD5 : FAIRU_DIGEST_SHA256;
  const char *wanted = NULL;
  char found[FAIRU_DIGEST_TEXT];
  int status = fairu_json__string(ctx, at, &wanted);
  if (status == FAIRU_OK)
    status = fairu_json__digest(ctx, document, kind, found);
  if (status == FAIRU_OK && strcasecmp(wanted, found) != 0)
    return fairu_json__fail(ctx, at, FAIRU_ERR_CHECKSUM, "made for another workspace: the %s of %.100s is %s",
                            at->key, fairu_json__document(document), found);
  return status;
}

int fairu_patchset_verify(const fairu_patchset *patchset, fairu_context *ctx,
                          const fairu_workspace *workspace)
{
  fairu_json_at root, metadata, digests, digest = { 0 };
  int status = check(patchset, ctx);
  if (status != FAIRU_OK)
    return status;
  if (!workspace)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "workspace is NULL");
  root = fairu_json__root(patchset->document);
  status = fairu_json__member(ctx, &root, "metadata", &metadata);
  if (status == FAIRU_OK)
    status = fairu_json__member(ctx, &metadata, "digests", &digests);
  while (status == FAIRU_OK && fairu_json__next(&digests, &digest))
    status = verify_one(ctx, &digest, workspace->document);
  return status;
}

/* ---- finding and applying ------------------------------------------------------------------------------ */

static int fail_unknown(const fairu_patchset *patchset, fairu_context *ctx, const char *name)
{
  char list[LIST_BYTES] = "";
  size_t used = 0;
  for (size_t i = 0; i < patchset->n_patches && i < NAMES_SHOWN; i++) {
    const size_t length = strlen(patchset->names[i]);
    if (used + length + 8 > sizeof list)
      break;
    used += (size_t)(stpcpy(stpcpy(list + used, i == 0 ? "" : ", "), patchset->names[i]) - (list + used));
  }
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "%.200s: no patch \"%.80s\" among %zu: %s%s",
                             fairu_json__document(patchset->document), name, patchset->n_patches, list,
                             patchset->n_patches > NAMES_SHOWN ? ", ..." : "");
}

static int apply_patch(const fairu_patchset *patchset, fairu_context *ctx, const fairu_workspace *workspace,
                       size_t i, fairu_workspace **out)
{
  fairu_json_at patches, element, patch;
  const fairu_json_at root = fairu_json__root(patchset->document);
  int status = fairu_json__member(ctx, &root, "patches", &patches);
  if (status == FAIRU_OK)
    status = fairu_json__element(ctx, &patches, i, &element);
  if (status == FAIRU_OK)
    status = fairu_json__member(ctx, &element, "patch", &patch);
  return status == FAIRU_OK ? fairu_workspace__patched(workspace, ctx, &patch, out) : status;
}

int fairu_patchset_apply(const fairu_patchset *patchset, fairu_context *ctx, const fairu_workspace *workspace,
                         const char *patch, fairu_workspace **out)
{
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "out is NULL");
  *out = NULL;
  int status = check(patchset, ctx);
  if (status != FAIRU_OK)
    return status;
  if (!patch)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "patch is NULL");
  if (!workspace)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "workspace is NULL");
  const size_t i = fairu_name_index__find(&patchset->name_places, patch);
  if (i == FAIRU_NONE)
    return fail_unknown(patchset, ctx, patch);
  status = fairu_patchset_verify(patchset, ctx, workspace);
  return status == FAIRU_OK ? apply_patch(patchset, ctx, workspace, i, out) : status;
}

/* Is all of text this number? Read in the C locale. */
static bool is_number(const char *text, double number, locale_t plain)
{
  char *end = NULL;
  const double value = strtod_l(text, &end, plain);
  return end != text && *end == '\0' && value == number;
}

static int matches(fairu_context *ctx, const fairu_json_at *values, const char *const *wanted, size_t n,
                   locale_t plain, bool *same)
{
  *same = true;
  for (size_t k = 0; *same && k < n; k++) {
    fairu_json_at value;
    const char *text = NULL;
    double number = 0.0;
    int status = fairu_json__element(ctx, values, k, &value);
    if (status != FAIRU_OK)
      return status;
    if (fairu_json__kind(&value) == FAIRU_JSON_STRING) {
      status = fairu_json__string(ctx, &value, &text);
      *same = status == FAIRU_OK && strcmp(text, wanted[k]) == 0;
    } else {
      status = fairu_json__number(ctx, &value, &number);
      *same = status == FAIRU_OK && is_number(wanted[k], number, plain);
    }
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

static int find(const fairu_patchset *patchset, fairu_context *ctx, const char *const *wanted, locale_t plain,
                size_t *index)
{
  const fairu_json_at root = fairu_json__root(patchset->document);
  fairu_json_at patches, element, metadata, values;
  bool same = false;
  int status = fairu_json__member(ctx, &root, "patches", &patches);
  for (size_t i = 0; status == FAIRU_OK && i < patchset->n_patches; i++) {
    status = fairu_json__element(ctx, &patches, i, &element);
    if (status == FAIRU_OK)
      status = fairu_json__member(ctx, &element, "metadata", &metadata);
    if (status == FAIRU_OK)
      status = fairu_json__member(ctx, &metadata, "values", &values);
    if (status == FAIRU_OK)
      status = matches(ctx, &values, wanted, patchset->n_labels, plain, &same);
    if (status == FAIRU_OK && same) {
      *index = i;
      return FAIRU_OK;
    }
  }
  if (status != FAIRU_OK)
    return status;
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "%.200s: no patch with values %.80s%s",
                             fairu_json__document(patchset->document), wanted[0],
                             patchset->n_labels > 1 ? ", ..." : "");
}

int fairu_patchset_find(const fairu_patchset *patchset, fairu_context *ctx, const char *const *values,
                        size_t n_values, size_t *index)
{
  int status = check(patchset, ctx);
  if (status != FAIRU_OK)
    return status;
  if (!values || !index)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", values ? "index" : "values");
  if (n_values != patchset->n_labels)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "%zu values for the %zu labels of %.200s", n_values,
                               patchset->n_labels, fairu_json__document(patchset->document));
  for (size_t k = 0; k < n_values; k++)
    if (!values[k])
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "values[%zu] is NULL", k);
  const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (!plain)
    return fairu_context__fail(ctx, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: locale");
  const int kept = errno;
  status = find(patchset, ctx, values, plain, index);
  errno = kept;
  freelocale(plain);
  return status;
}
