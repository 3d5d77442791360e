/* patchset_check.c - a patch set against the schema: closed objects, names, value tuples, digests as hexadecimal. */
#include <string.h>

#include "likelihood/patch.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

static int check_word(fairu_context *ctx, const fairu_json_at *at, const char **word)
{
  const char *text = NULL;
  const int status = fairu_json__name(ctx, at, &text);
  if (status != FAIRU_OK)
    return status;
  if (text[strspn(text, letters)] != '\0')
    return fairu_json__fail(ctx, at, FAIRU_ERR_FORMAT, "\"%.80s\" has more than letters, digits and _", text);
  *word = text;
  return FAIRU_OK;
}

/* ---- metadata of the set ------------------------------------------------------------------------------- */

static int check_references(fairu_context *ctx, const fairu_json_at *metadata)
{
  static const char *const keys[] = { "hepdata" };
  fairu_json_at references, record;
  const char *text = NULL;
  int status = fairu_json__member(ctx, metadata, "references", &references);
  if (status == FAIRU_OK)
    status = fairu_json__expect_keys(ctx, &references, keys, 1);
  if (status == FAIRU_OK)
    status = fairu_json__member_string(ctx, &references, "hepdata", &record, &text);
  if (status != FAIRU_OK)
    return status;
  if (strncmp(text, "ins", 3) != 0 || strlen(text) != 10 || strspn(text + 3, "0123456789") != 7)
    return fairu_json__fail(ctx, &record, FAIRU_ERR_FORMAT, "\"%.40s\" is not \"ins\" and 7 digits", text);
  return FAIRU_OK;
}

static int check_digest(fairu_context *ctx, const fairu_json_at *at)
{
  size_t wanted = 0;
  const char *text = NULL;
  if (strcmp(at->key, "sha256") == 0)
    wanted = 64;
  else if (strcmp(at->key, "md5") == 0)
    wanted = 32;
  else
    return fairu_json__fail(ctx, at, FAIRU_ERR_UNSUPPORTED, "no such digest here, only sha256 and md5");
  const int status = fairu_json__string(ctx, at, &text);
  if (status != FAIRU_OK)
    return status;
  if (strlen(text) != wanted || strspn(text, "0123456789abcdefABCDEF") != wanted)
    return fairu_json__fail(ctx, at, FAIRU_ERR_FORMAT, "wanted %zu hexadecimal digits", wanted);
  return FAIRU_OK;
}

static int check_digests(fairu_context *ctx, const fairu_json_at *metadata)
{
  fairu_json_at digests, digest = { 0 };
  size_t n = 0;
  int status = fairu_json__member(ctx, metadata, "digests", &digests);
  if (status == FAIRU_OK)
    status = fairu_json__expect(ctx, &digests, FAIRU_JSON_OBJECT);
  for (; status == FAIRU_OK && fairu_json__next(&digests, &digest); n++)
    status = check_digest(ctx, &digest);
  if (status == FAIRU_OK && n == 0)
    return fairu_json__fail(ctx, &digests, FAIRU_ERR_FORMAT, "no digest");
  return status;
}

static int check_labels(fairu_patchset *patchset, fairu_context *ctx, const fairu_json_at *metadata)
{
  fairu_json_at labels, label;
  const char *word = NULL;
  int status = fairu_json__member(ctx, metadata, "labels", &labels);
  if (status == FAIRU_OK)
    status = fairu_json__length(ctx, &labels, 1, &patchset->n_labels);
  for (size_t i = 0; status == FAIRU_OK && i < patchset->n_labels; i++) {
    status = fairu_json__element(ctx, &labels, i, &label);
    if (status == FAIRU_OK)
      status = check_word(ctx, &label, &word);
  }
  return status;
}

static int check_metadata(fairu_patchset *patchset, fairu_context *ctx, const fairu_json_at *root)
{
  fairu_json_at metadata, description;
  const char *text = NULL;
  int status = fairu_json__member(ctx, root, "metadata", &metadata);
  if (status == FAIRU_OK)
    status = check_references(ctx, &metadata);
  if (status == FAIRU_OK)
    status = check_digests(ctx, &metadata);
  if (status == FAIRU_OK)
    status = check_labels(patchset, ctx, &metadata);
  if (status == FAIRU_OK)
    status = fairu_json__member(ctx, &metadata, "description", &description);
  return status == FAIRU_OK ? fairu_json__string(ctx, &description, &text) : status;
}

static int check_version(fairu_context *ctx, const fairu_json_at *root)
{
  fairu_json_at version;
  const char *text = NULL;
  int status = fairu_json__member_string(ctx, root, "version", &version, &text);
  if (status == FAIRU_OK && strcmp(text, "1.0.0") != 0)
    return fairu_json__fail(ctx, &version, FAIRU_ERR_VERSION, "version \"%.40s\", only \"1.0.0\" is known",
                            text);
  return status;
}

/* ---- patches ------------------------------------------------------------------------------------------- */

static int put_value(fairu_context *ctx, const fairu_json_at *at, fairu_json_out *out)
{
  const char *text = NULL;
  double number = 0.0;
  if (fairu_json__kind(at) == FAIRU_JSON_STRING) {
    const int status = fairu_json__string(ctx, at, &text);
    fairu_json_out__string(out, text);
    return status;
  }
  const int status = fairu_json__number(ctx, at, &number);
  if (status == FAIRU_OK)
    fairu_json_out__number(out, number + 0.0); /* -0 is 0 */
  return status;
}

/* The tuple as text: equal where the values are. */
static int write_tuple(fairu_patchset *patchset, fairu_context *ctx, const fairu_json_at *values,
                       fairu_json_out *out)
{
  size_t n = 0;
  int status = fairu_json__length(ctx, values, 0, &n);
  if (status == FAIRU_OK && n != patchset->n_labels)
    return fairu_json__fail(ctx, values, FAIRU_ERR_SHAPE, "%zu values for %zu labels", n, patchset->n_labels);
  fairu_json_out__begin(out, '[');
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) {
    fairu_json_at value;
    status = fairu_json__element(ctx, values, i, &value);
    if (status == FAIRU_OK)
      status = put_value(ctx, &value, out);
  }
  fairu_json_out__end(out, ']');
  return status == FAIRU_OK ? fairu_json_out__terminate(out) : status;
}

static int enter(fairu_patchset *patchset, fairu_context *ctx, const fairu_json_at *at,
                 fairu_name_index *places, const char *text, size_t place)
{
  const size_t first = fairu_name_index__find(places, text);
  if (first != FAIRU_NONE)
    return fairu_json__fail(ctx, at, FAIRU_ERR_DUPLICATE, "%.80s is what patch %zu, \"%.80s\", has", text,
                            first, patchset->names[first]);
  const int status = fairu_name_index__reserve(places, ctx, &patchset->allocator);
  if (status == FAIRU_OK)
    fairu_name_index__add(places, text, place);
  return status;
}

static int check_tuple(fairu_patchset *patchset, fairu_context *ctx, const fairu_json_at *metadata, size_t i)
{
  fairu_json_at values;
  fairu_json_out out = fairu_json_out__create(ctx);
  int status = fairu_json__member(ctx, metadata, "values", &values);
  if (status == FAIRU_OK)
    status = write_tuple(patchset, ctx, &values, &out);
  if (status == FAIRU_OK) {
    patchset->tuples[i] = fairu_context__copy_string(ctx, out.text, "values of a patch");
    status = patchset->tuples[i] ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  }
  fairu_json_out__clear(&out);
  return status == FAIRU_OK ? enter(patchset, ctx, &values, &patchset->tuple_places, patchset->tuples[i], i)
                            : status;
}

static int check_patch(fairu_patchset *patchset, fairu_context *ctx, const fairu_json_at *at, size_t i)
{
  static const char *const keys[] = { "metadata", "patch" };
  fairu_json_at metadata, name, patch;
  size_t n = 0;
  int status = fairu_json__expect_keys(ctx, at, keys, 2);
  if (status == FAIRU_OK)
    status = fairu_json__member(ctx, at, "patch", &patch);
  if (status == FAIRU_OK)
    status = fairu_json__length(ctx, &patch, 0, &n);
  if (status == FAIRU_OK)
    status = fairu_json__member(ctx, at, "metadata", &metadata);
  if (status == FAIRU_OK)
    status = fairu_json__member(ctx, &metadata, "name", &name);
  if (status == FAIRU_OK)
    status = check_word(ctx, &name, &patchset->names[i]);
  if (status == FAIRU_OK)
    status = enter(patchset, ctx, &name, &patchset->name_places, patchset->names[i], i);
  return status == FAIRU_OK ? check_tuple(patchset, ctx, &metadata, i) : status;
}

static int check_patches(fairu_patchset *patchset, fairu_context *ctx, const fairu_json_at *root)
{
  fairu_json_at patches, patch;
  size_t n = 0;
  int status = fairu_json__member(ctx, root, "patches", &patches);
  if (status == FAIRU_OK)
    status = fairu_json__length(ctx, &patches, 1, &n);
  if (status != FAIRU_OK)
    return status;
  patchset->names = (const char **)fairu_context__new(ctx, n, sizeof *patchset->names, "patch set");
  patchset->tuples = (char **)fairu_context__new(ctx, n, sizeof *patchset->tuples, "patch set");
  if (!patchset->names || !patchset->tuples)
    return FAIRU_ERR_OUT_OF_MEMORY;
  patchset->n_patches = n;
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) {
    status = fairu_json__element(ctx, &patches, i, &patch);
    if (status == FAIRU_OK)
      status = check_patch(patchset, ctx, &patch, i);
    if (status == FAIRU_OK)
      status = fairu_context__poll(ctx);
  }
  return status;
}

int fairu_patchset__check(fairu_patchset *patchset, fairu_context *ctx)
{
  static const char *const keys[] = { "patches", "metadata", "version" };
  const fairu_json_at root = fairu_json__root(patchset->document);
  int status = fairu_json__expect_keys(ctx, &root, keys, 3);
  if (status == FAIRU_OK)
    status = check_version(ctx, &root);
  if (status == FAIRU_OK)
    status = check_metadata(patchset, ctx, &root);
  return status == FAIRU_OK ? check_patches(patchset, ctx, &root) : status;
}
