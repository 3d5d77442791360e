/* Workspaces patched: the result is a workspace again, or the patch is refused and says where. */
#include "workspace_text.h"

#include "base/json_internal.h"
#include "likelihood/workspace.h"

static int try_patch(fairu_context *ctx, const char *patch)
{
  fairu_workspace *workspace = workspace_of(ctx, small_workspace), *patched = NULL;
  const int status = fairu_workspace_patch(workspace, ctx, patch, strlen(patch), "p.json", &patched);
  assert_true((status == FAIRU_OK) == (patched != NULL));
  fairu_workspace_destroy(patched);
  fairu_workspace_destroy(workspace);
  return status;
}

/* Sorted keys; the caller frees. */
static char *text_of(fairu_context *ctx, const fairu_workspace *workspace)
{
  fairu_json_out out = fairu_json_out__create(ctx);
  CHECK_OK(ctx, fairu_json__dump(workspace->document, &out));
  CHECK_OK(ctx, fairu_json_out__terminate(&out));
  char *text = strdup(out.text);
  fairu_json_out__clear(&out);
  return text;
}

static void a_signal_is_added_to_a_copy(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_workspace *workspace = workspace_of(ctx, small_workspace), *patched = NULL;
  char *before = text_of(ctx, workspace);
  CHECK_OK(ctx,
           fairu_workspace_patch(workspace, ctx, signal_patch, sizeof signal_patch - 1, "p.json", &patched));
  assert_int_equal(workspace->n_samples, 1);
  assert_int_equal(patched->n_samples, 2);
  char *after = text_of(ctx, workspace);
  assert_string_equal(before, after);
  fairu_workspace_destroy(workspace); /* the copy shares nothing with it */
  free(before);
  free(after);
  after = text_of(ctx, patched);
  assert_non_null(strstr(after, "\"samples\": [{\"data\": [12.0, 11.0]"));
  assert_non_null(strstr(after, "{\"data\": [50.0, 52], \"modifiers\": [{\"data\": [3.0, 7.0]"));
  free(after);
  fairu_workspace_destroy(patched);
  fairu_context_destroy(ctx);
}

static void a_patch_may_come_from_a_file(void **state)
{
  (void)state;
  char path[512], missing[512];
  fairu_context *ctx = support_context();
  fairu_workspace *workspace = workspace_of(ctx, small_workspace), *patched = NULL;
  support_write_file(support_path(path, sizeof path, "patch.json"), signal_patch, sizeof signal_patch - 1);
  CHECK_OK(ctx, fairu_workspace_patch_file(workspace, ctx, path, &patched));
  assert_int_equal(patched->n_samples, 2);
  fairu_workspace_destroy(patched);
  CHECK_FAILS(ctx, FAIRU_ERR_IO,
              fairu_workspace_patch_file(workspace, ctx, support_path(missing, sizeof missing, "none.json"),
                                         &patched));
  assert_null(patched);
  fairu_workspace_destroy(workspace);
  fairu_context_destroy(ctx);
}

static void what_is_refused(void **state)
{
  (void)state;
  static const struct {
    const char *patch;
    int code;
    const char *says;
  } cases[] = {
    { "[{\"op\":\"add\"", FAIRU_ERR_TRUNCATED, "p.json:1:" },
    { "[{\"op\":\"test\",\"path\":\"/version\",\"value\":\"2.0.0\"}]", FAIRU_ERR_ARGUMENT,
      "p.json: /0: test" },
    { "[{\"op\":\"remove\",\"path\":\"/channels/3\"}]", FAIRU_ERR_NOT_FOUND,
      "remove \"/channels/3\": no element 3" },
    { "[{\"op\":\"move\",\"from\":\"/channels\",\"path\":\"/channels/0/x\"}]", FAIRU_ERR_ARGUMENT, "inside" },
    /* the result is no workspace */
    { "[{\"op\":\"remove\",\"path\":\"/channels\"}]", FAIRU_ERR_FORMAT,
      "patched by p.json: w.json: key \"channels\" is missing" },
    { "[{\"op\":\"replace\",\"path\":\"\",\"value\":1}]", FAIRU_ERR_FORMAT, "wanted an object" },
    { "[{\"op\":\"add\",\"path\":\"/extra\",\"value\":1}]", FAIRU_ERR_FORMAT, "unknown key \"extra\"" },
    { "[{\"op\":\"replace\",\"path\":\"/version\",\"value\":\"2.0.0\"}]", FAIRU_ERR_VERSION, "/version" },
    { "[{\"op\":\"remove\",\"path\":\"/channels/0/samples/0/data/0\"}]", FAIRU_ERR_SHAPE,
      "patched by p.json: w.json: /channels/0/" },
    { "[{\"op\":\"copy\",\"from\":\"/channels/0\",\"path\":\"/channels/-\"}]", FAIRU_ERR_DUPLICATE,
      "/channels/1" }
  };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < N_OF(cases); i++) {
    support_check_status(ctx, try_patch(ctx, cases[i].patch), cases[i].code, cases[i].patch, __FILE__,
                         __LINE__);
    support_check_says(ctx, cases[i].says, __FILE__, __LINE__);
  }
  fairu_context_destroy(ctx);
}

static int patch_once(fairu_context *ctx, void *data)
{
  (void)data;
  fairu_workspace *workspace = NULL, *patched = NULL;
  int status = fairu_workspace_parse(ctx, small_workspace, sizeof small_workspace - 1, "w.json", &workspace);
  if (status == FAIRU_OK)
    status = fairu_workspace_patch(workspace, ctx, signal_patch, sizeof signal_patch - 1, "p.json", &patched);
  fairu_workspace_destroy(patched);
  fairu_workspace_destroy(workspace);
  return status;
}

static int patch_file_once(fairu_context *ctx, void *data)
{
  fairu_workspace *workspace = NULL, *patched = NULL;
  int status = fairu_workspace_parse(ctx, small_workspace, sizeof small_workspace - 1, "w.json", &workspace);
  if (status == FAIRU_OK)
    status = fairu_workspace_patch_file(workspace, ctx, (const char *)data, &patched);
  fairu_workspace_destroy(patched);
  fairu_workspace_destroy(workspace);
  return status;
}

static void memory_failures(void **state)
{
  (void)state;
  char path[512];
  support_write_file(support_path(path, sizeof path, "patch.json"), signal_patch, sizeof signal_patch - 1);
  assert_true(support_every_need_fails(patch_once, NULL) > 5);
  assert_true(support_every_need_fails(patch_file_once, path) > 5);
}

static void null_arguments(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_workspace *workspace = workspace_of(ctx, small_workspace), *out = NULL;
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_workspace_patch(NULL, ctx, "[]", 2, "p", &out));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_workspace_patch(workspace, ctx, NULL, 2, "p", &out));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_workspace_patch(workspace, ctx, "[]", 2, NULL, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_workspace_patch(workspace, ctx, "[]", 2, "p", NULL));
  assert_int_equal(fairu_workspace_patch(workspace, NULL, "[]", 2, "p", &out), FAIRU_ERR_NULL);
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_workspace_patch_file(workspace, ctx, NULL, &out));
  fairu_workspace_destroy(workspace);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(a_signal_is_added_to_a_copy),
                                      cmocka_unit_test(a_patch_may_come_from_a_file),
                                      cmocka_unit_test(what_is_refused), cmocka_unit_test(memory_failures),
                                      cmocka_unit_test(null_arguments) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
