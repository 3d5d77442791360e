/* Patch sets: names and values find patches, digests keep them from foreign workspaces, and the published example works. */
#include "base/refused_text.h"
#include "workspace_text.h"

#include "base/json_internal.h"
#include "likelihood/workspace.h"

enum { TEXT = 4096 };

/* `%s`: digests, labels, patches. */
static const char frame[] =
    "{\"version\":\"1.0.0\",\"metadata\":{\"references\":{\"hepdata\":\"ins1234567\"},"
    "\"description\":\"d\",\"digests\":%s,\"labels\":%s,\"extra\":1},\"patches\":%s}";
static const char any_digest[] = "{\"md5\":\"098f6bcd4621d373cade4e832627b4f6\"}";
static const char one_patch[] = "[{\"metadata\":{\"name\":\"a\",\"values\":[1]},\"patch\":[]}]";

static int read_set(fairu_context *ctx, const char *digests, const char *labels, const char *patches,
                    fairu_patchset **out)
{
  char text[TEXT], path[512];
  const int n = snprintf(text, sizeof text, frame, digests, labels, patches);
  assert_in_range(n, 1, TEXT - 1);
  support_write_file(support_path(path, sizeof path, "set.json"), text, (size_t)n);
  return fairu_patchset_read(ctx, path, out);
}

/* The digest of the small workspace, by the dump whose agreement with Python test_json_dump.sh shows. */
static void own_digests(fairu_context *ctx, char *text, size_t room)
{
  char md5[FAIRU_DIGEST_TEXT], sha256[FAIRU_DIGEST_TEXT];
  fairu_workspace *workspace = workspace_of(ctx, small_workspace);
  CHECK_OK(ctx, fairu_json__digest(ctx, workspace->document, FAIRU_DIGEST_MD5, md5));
  CHECK_OK(ctx, fairu_json__digest(ctx, workspace->document, FAIRU_DIGEST_SHA256, sha256));
  for (char *p = sha256; *p; p++)
    *p = (char)(*p >= 'a' ? *p - 'a' + 'A' : *p); /* capitals are allowed */
  snprintf(text, room, "{\"md5\":\"%s\",\"sha256\":\"%s\"}", md5, sha256);
  fairu_workspace_destroy(workspace);
}

static const char two_patches[] = "[{\"metadata\":{\"name\":\"p_1300_60\",\"values\":[1300,60.5]},\"patch\":["
                                  "{\"op\":\"add\",\"path\":\"/channels/0/"
                                  "samples/"
                                  "0\",\"value\":{\"name\":\"sig\",\"data\":[12.0,11.0],\"modifiers\":[{"
                                  "\"name\":\"mu\",\"type\":\"normfactor\","
                                  "\"data\":null}]}}]},{\"metadata\":{\"name\":\"other\",\"values\":[\"x\","
                                  "1e3],\"more\":null},\"patch\":[]}]";

static void found_verified_applied(void **state)
{
  (void)state;
  static const char *const by_numbers[] = { "1300.0", "60.5" }, *const by_text[] = { "x", "1000" },
                           *const unknown[] = { "1300", "61" };
  fairu_context *ctx = support_context();
  fairu_patchset *set = NULL;
  fairu_workspace *workspace = workspace_of(ctx, small_workspace), *patched = NULL;
  char digests[256];
  size_t i = 9;
  own_digests(ctx, digests, sizeof digests);
  CHECK_OK(ctx, read_set(ctx, digests, "[\"m1\",\"m2\"]", two_patches, &set));
  assert_int_equal(fairu_patchset_n_patches(set), 2);
  assert_string_equal(fairu_patchset_patch_name(set, 0), "p_1300_60");
  assert_string_equal(fairu_patchset_patch_name(set, 1), "other");
  assert_null(fairu_patchset_patch_name(set, 2));
  CHECK_OK(ctx, fairu_patchset_find(set, ctx, by_text, 2, &i));
  assert_int_equal(i, 1);
  CHECK_OK(ctx, fairu_patchset_find(set, ctx, by_numbers, 2, &i));
  assert_int_equal(i, 0);
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_patchset_find(set, ctx, unknown, 2, &i));
  CHECK_SAYS(ctx, "set.json: no patch with values 1300, ...");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_patchset_find(set, ctx, unknown, 1, &i));
  CHECK_OK(ctx, fairu_patchset_verify(set, ctx, workspace));
  CHECK_OK(ctx, fairu_patchset_apply(set, ctx, workspace, "p_1300_60", &patched));
  assert_int_equal(patched->n_samples, 2);
  CHECK_FAILS(ctx, FAIRU_ERR_CHECKSUM, fairu_patchset_verify(set, ctx, patched));
  CHECK_SAYS(ctx, "set.json: /metadata/digests/md5: made for another workspace: the md5 of w.json is ");
  fairu_workspace_destroy(patched);
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_patchset_apply(set, ctx, workspace, "none", &patched));
  CHECK_SAYS(ctx, "no patch \"none\" among 2: p_1300_60, other");
  assert_null(patched);
  fairu_patchset_destroy(set);
  fairu_workspace_destroy(workspace);
  fairu_context_destroy(ctx);
}

/* 1 and 1.0 are the same yields, but not the same document. */
static void a_digest_tells_integers_from_reals(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_patchset *set = NULL;
  char digests[256], text[sizeof small_workspace + 2], path[512];
  own_digests(ctx, digests, sizeof digests);
  CHECK_OK(ctx, read_set(ctx, digests, "[\"x\"]", one_patch, &set));
  const char *at = strstr(small_workspace, "52]");
  const int before = (int)(at - small_workspace) + 2;
  snprintf(text, sizeof text, "%.*s.0%s", before, small_workspace, small_workspace + before);
  fairu_workspace *workspace = workspace_of(ctx, text);
  CHECK_FAILS(ctx, FAIRU_ERR_CHECKSUM, fairu_patchset_verify(set, ctx, workspace));
  fairu_workspace_destroy(workspace);
  /* white space and the order of keys do not matter, and a file is as good as a text */
  support_write_file(support_path(path, sizeof path, "w.json"), small_workspace, sizeof small_workspace - 1);
  CHECK_OK(ctx, fairu_workspace_read(ctx, path, &workspace));
  CHECK_OK(ctx, fairu_patchset_verify(set, ctx, workspace));
  fairu_workspace_destroy(workspace);
  fairu_patchset_destroy(set);
  fairu_context_destroy(ctx);
}

static void what_is_refused(void **state)
{
  (void)state;
  static const char x[] = "[\"x\"]";
  static const struct {
    const char *digests, *labels, *patches;
    int code;
    const char *says;
  } cases[] = {
    { "{}", x, one_patch, FAIRU_ERR_FORMAT, "/metadata/digests: no digest" },
    { "[]", x, one_patch, FAIRU_ERR_FORMAT, "/metadata/digests: wanted an object" },
    { "{\"sha1\":\"00\"}", x, one_patch, FAIRU_ERR_UNSUPPORTED, "/metadata/digests/sha1: no such digest" },
    { "{\"md5\":\"00\"}", x, one_patch, FAIRU_ERR_FORMAT, "/metadata/digests/md5: wanted 32 hexadecimal" },
    { "{\"md5\":\"z98f6bcd4621d373cade4e832627b4f6\"}", x, one_patch, FAIRU_ERR_FORMAT,
      "32 hexadecimal digits" },
    { any_digest, "[]", one_patch, FAIRU_ERR_SHAPE, "/metadata/labels: wanted 1 elements or more" },
    { any_digest, "[\"a b\"]", one_patch, FAIRU_ERR_FORMAT, "/metadata/labels/0: \"a b\" has more than" },
    { any_digest, "[1]", one_patch, FAIRU_ERR_FORMAT, "/metadata/labels/0: wanted a string" },
    { any_digest, x, "[]", FAIRU_ERR_SHAPE, "/patches: wanted 1 elements" },
    { any_digest, x, "[{\"metadata\":{\"name\":\"a\",\"values\":[1]}}]", FAIRU_ERR_FORMAT,
      "key \"patch\" is missing" },
    { any_digest, x, "[{\"metadata\":{\"name\":\"a\",\"values\":[1]},\"patch\":[],\"x\":1}]",
      FAIRU_ERR_FORMAT, "unknown key \"x\"" },
    { any_digest, x, "[{\"metadata\":{\"name\":\"a\",\"values\":[1]},\"patch\":{}}]", FAIRU_ERR_FORMAT,
      "/patches/0/patch: wanted an array" },
    { any_digest, x, "[{\"metadata\":{\"name\":\"a-b\",\"values\":[1]},\"patch\":[]}]", FAIRU_ERR_FORMAT,
      "/patches/0/metadata/name: \"a-b\"" },
    { any_digest, x, "[{\"metadata\":{\"values\":[1]},\"patch\":[]}]", FAIRU_ERR_FORMAT,
      "key \"name\" is missing" },
    { any_digest, x, "[{\"metadata\":{\"name\":\"a\"},\"patch\":[]}]", FAIRU_ERR_FORMAT,
      "key \"values\" is missing" },
    { any_digest, x, "[{\"metadata\":{\"name\":\"a\",\"values\":[1,2]},\"patch\":[]}]", FAIRU_ERR_SHAPE,
      "2 values for 1 labels" },
    { any_digest, x, "[{\"metadata\":{\"name\":\"a\",\"values\":[null]},\"patch\":[]}]", FAIRU_ERR_FORMAT,
      "/values/0: wanted a number" },
    { any_digest, x,
      "[{\"metadata\":{\"name\":\"a\",\"values\":[1]},\"patch\":[]},{\"metadata\":{\"name\":\"a\",\"values\":"
      "[2]},\"patch\":[]}]",
      FAIRU_ERR_DUPLICATE, "/patches/1/metadata/name: a is what patch 0, \"a\", has" },
    { any_digest, x,
      "[{\"metadata\":{\"name\":\"a\",\"values\":[1]},\"patch\":[]},{\"metadata\":{\"name\":\"b\",\"values\":"
      "[1.0]},\"patch\":[]}]",
      FAIRU_ERR_DUPLICATE, "/patches/1/metadata/values: [1.0] is what patch 0" }
  };
  fairu_context *ctx = support_context();
  fairu_patchset *set = NULL;
  for (size_t i = 0; i < N_OF(cases); i++) {
    const int status = read_set(ctx, cases[i].digests, cases[i].labels, cases[i].patches, &set);
    support_check_status(ctx, status, cases[i].code, cases[i].says, __FILE__, __LINE__);
    support_check_says(ctx, cases[i].says, __FILE__, __LINE__);
    assert_null(set);
  }
  fairu_context_destroy(ctx);
}

static void the_frame_is_checked(void **state)
{
  (void)state;
  static const refused_text cases[] = {
    { "[]", FAIRU_ERR_FORMAT, "wanted an object" },
    { "{\"version\":\"1.0.0\",\"patches\":[]}", FAIRU_ERR_FORMAT, "key \"metadata\" is missing" },
    { "{\"version\":\"2.0.0\",\"patches\":[],\"metadata\":{}}", FAIRU_ERR_VERSION,
      "/version: version \"2.0.0\"" },
    { "{\"version\":1,\"patches\":[],\"metadata\":{}}", FAIRU_ERR_FORMAT, "/version: wanted a string" },
    { "{\"patches\":[],\"metadata\":{}}", FAIRU_ERR_FORMAT, "key \"version\" is missing" },
    { "{\"x\":1}", FAIRU_ERR_FORMAT, "unknown key \"x\"" },
    { "{\"version\":\"1.0.0\",\"patches\":[],\"metadata\":{\"references\":{\"hepdata\":\"ins12\"}}}",
      FAIRU_ERR_FORMAT, "/metadata/references/hepdata: \"ins12\" is not" },
    { "{\"version\":\"1.0.0\",\"patches\":[],\"metadata\":{\"references\":{}}}", FAIRU_ERR_FORMAT,
      "key \"hepdata\"" }
  };
  char path[512];
  fairu_context *ctx = support_context();
  fairu_patchset *set = NULL;
  support_path(path, sizeof path, "set.json");
  for (size_t i = 0; i < N_OF(cases); i++) {
    support_write_file(path, cases[i].text, strlen(cases[i].text));
    check_refused_text(ctx, fairu_patchset_read(ctx, path, &set), &cases[i]);
  }
  fairu_context_destroy(ctx);
}

static void the_published_set(void **state)
{
  (void)state;
  char set_path[512], path[512], other_path[512];
  if (!support_data(set_path, sizeof set_path, "histfactory/root_tutorial_patchset.json")) {
    support_skip("no ../shared/data");
    return;
  }
  support_data(path, sizeof path, "histfactory/root_tutorial_gaussexample.json");
  support_data(other_path, sizeof other_path, "histfactory/pyhf_1bin_lumi.json");
  fairu_context *ctx = support_context();
  fairu_patchset *set = NULL;
  fairu_workspace *workspace = NULL, *other = NULL, *patched = NULL;
  static const char *const zero[] = { "0" };
  size_t i = 9;
  CHECK_OK(ctx, fairu_patchset_read(ctx, set_path, &set));
  CHECK_OK(ctx, fairu_workspace_read(ctx, path, &workspace));
  CHECK_OK(ctx, fairu_workspace_read(ctx, other_path, &other));
  CHECK_OK(ctx, fairu_patchset_verify(set, ctx, workspace));
  CHECK_FAILS(ctx, FAIRU_ERR_CHECKSUM, fairu_patchset_verify(set, ctx, other));
  CHECK_OK(ctx, fairu_patchset_find(set, ctx, zero, 1, &i));
  assert_int_equal(i, 0);
  CHECK_OK(ctx, fairu_patchset_apply(set, ctx, workspace, fairu_patchset_patch_name(set, 0), &patched));
  char digest[FAIRU_DIGEST_TEXT];
  CHECK_OK(ctx, fairu_json__digest(ctx, patched->document, FAIRU_DIGEST_SHA256, digest));
  /* by hand: the digest of the workspace with hi 1.2 and lo 0.8 in the text is the same */
  fairu_json *by_hand = NULL;
  size_t size = 0;
  char *text = support_read_file(path, &size), *hi = strstr(text, "1.05"), *lo = strstr(text, "0.95");
  assert_true(hi && lo);
  memcpy(hi, "1.2 ", 4);
  memcpy(lo, "0.8 ", 4);
  CHECK_OK(ctx, fairu_json__parse(ctx, text, size, "by hand", &by_hand));
  char again[FAIRU_DIGEST_TEXT];
  CHECK_OK(ctx, fairu_json__digest(ctx, by_hand, FAIRU_DIGEST_SHA256, again));
  assert_string_equal(digest, again);
  free(text);
  fairu_json__destroy(by_hand);
  fairu_workspace_destroy(patched);
  fairu_workspace_destroy(other);
  fairu_workspace_destroy(workspace);
  fairu_patchset_destroy(set);
  fairu_context_destroy(ctx);
}

typedef struct files {
  char set[512], workspace[512];
} files;

static int apply_once(fairu_context *ctx, void *data)
{
  const files *f = (const files *)data;
  static const char *const values[] = { "x", "1000" };
  fairu_patchset *set = NULL;
  fairu_workspace *workspace = NULL, *patched = NULL;
  size_t i = 0;
  int status = fairu_patchset_read(ctx, f->set, &set);
  if (status == FAIRU_OK)
    status = fairu_workspace_read(ctx, f->workspace, &workspace);
  if (status == FAIRU_OK)
    status = fairu_patchset_find(set, ctx, values, 2, &i);
  if (status == FAIRU_OK)
    status = fairu_patchset_apply(set, ctx, workspace, "p_1300_60", &patched);
  fairu_workspace_destroy(patched);
  fairu_workspace_destroy(workspace);
  fairu_patchset_destroy(set);
  return status;
}

static void memory_failures(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_patchset *set = NULL;
  files f;
  char digests[256];
  own_digests(ctx, digests, sizeof digests);
  CHECK_OK(ctx, read_set(ctx, digests, "[\"m1\",\"m2\"]", two_patches, &set));
  fairu_patchset_destroy(set);
  fairu_context_destroy(ctx);
  support_path(f.set, sizeof f.set, "set.json");
  support_write_file(support_path(f.workspace, sizeof f.workspace, "w.json"), small_workspace,
                     sizeof small_workspace - 1);
  assert_true(support_every_need_fails(apply_once, &f) > 10);
}

static void null_arguments(void **state)
{
  (void)state;
  static const char *const values[] = { NULL };
  fairu_context *ctx = support_context();
  fairu_patchset *set = NULL;
  fairu_workspace *workspace = workspace_of(ctx, small_workspace), *out = NULL;
  size_t i = 0;
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_patchset_read(ctx, NULL, &set));
  CHECK_OK(ctx, read_set(ctx, any_digest, "[\"x\"]", one_patch, &set));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_patchset_read(ctx, "x", NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_patchset_verify(NULL, ctx, workspace));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_patchset_verify(set, ctx, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_patchset_apply(set, ctx, NULL, "a", &out));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_patchset_apply(set, ctx, workspace, NULL, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_patchset_apply(set, ctx, workspace, "a", NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_patchset_find(set, ctx, NULL, 1, &i));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_patchset_find(set, ctx, values, 1, &i));
  assert_int_equal(fairu_patchset_n_patches(NULL), 0);
  assert_null(fairu_patchset_patch_name(NULL, 0));
  fairu_patchset_destroy(NULL);
  fairu_patchset_destroy(set);
  fairu_workspace_destroy(workspace);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(found_verified_applied), cmocka_unit_test(a_digest_tells_integers_from_reals),
    cmocka_unit_test(what_is_refused),        cmocka_unit_test(the_frame_is_checked),
    cmocka_unit_test(the_published_set),      cmocka_unit_test(memory_failures),
    cmocka_unit_test(null_arguments)
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
