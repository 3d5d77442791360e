/* Workspaces in pyhf's form and in HS3, patches and patch sets: every single change of a good document is read or refused with its
 * place, and nothing leaks. */
#include "workspace_text.h"

#include "support/json_faults.h"

/* ---- workspaces --------------------------------------------------------------------------------------- */

static int evaluate(fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_data *data)
{
  double start[64], nll[2];
  const size_t n = fairu_likelihood_n_parameters(likelihood);
  assert_true(n <= N_OF(start));
  for (size_t i = 0; i < n; i++) {
    fairu_parameter parameter = { .struct_size = sizeof parameter };
    CHECK_OK(ctx, fairu_likelihood_parameter(likelihood, ctx, i, &parameter));
    assert_true(parameter.start >= parameter.lower && parameter.start <= parameter.upper);
    start[i] = parameter.start;
  }
  (void)!fairu_likelihood_nll(likelihood, ctx, data, start, n, nll, NULL, NULL);
  return FAIRU_OK; /* yields may overflow; what is said then names a bin, not the file */
}

static int read_workspace(fairu_context *ctx, const char *text, size_t size, void *data)
{
  fairu_workspace *workspace = NULL;
  fairu_likelihood *likelihood = NULL;
  fairu_data *counts = NULL;
  (void)data;
  int status = fairu_workspace_parse(ctx, text, size, "w.json", &workspace);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_from_workspace(ctx, workspace, NULL, &likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create_from_workspace(ctx, workspace, likelihood, &counts);
  if (status == FAIRU_OK)
    status = evaluate(ctx, likelihood, counts);
  fairu_data_destroy(counts);
  fairu_likelihood_destroy(likelihood);
  fairu_workspace_destroy(workspace);
  return status;
}

/* At least this part of the changes makes no sense. */
static void check_file(const char *path, double least)
{
  char *text = support_read_file(path, NULL);
  const support_json_faults n = support_json_try_faults(text, "w.json", read_workspace, NULL);
  if ((double)n.refused < least * (double)n.tried)
    fail_msg("%s: only %zu of %zu changes are refused", path, n.refused, n.tried);
  free(text);
}

static void workspaces(void **state)
{
  (void)state;
  check_file("tests/fuzz/corpus/workspace/all_kinds", 0.7);
  check_file("tests/fuzz/corpus/workspace/configured", 0.7);
  check_file("tests/fuzz/corpus/workspace/shared", 0.7);
}

static void documents_of_hs3(void **state)
{
  (void)state;
  check_file("tests/fuzz/corpus/patch/hs3", 0.7);
  check_file("tests/fuzz/corpus/patch/hs3_counted", 0.7);
}

/* ---- patches ------------------------------------------------------------------------------------------ */

static int apply_patch(fairu_context *ctx, const char *text, size_t size, void *data)
{
  fairu_workspace *workspace = NULL, *patched = NULL;
  CHECK_OK(ctx, fairu_workspace_parse(ctx, small_workspace, sizeof small_workspace - 1, "small", &workspace));
  const int status = fairu_workspace_patch(workspace, ctx, text, size, "p.json", &patched);
  (void)data;
  fairu_workspace_destroy(patched);
  fairu_workspace_destroy(workspace);
  return status;
}

static void patches(void **state)
{
  static const char operations[] =
      "[{\"op\":\"test\",\"path\":\"/version\",\"value\":\"1.0.0\"},"
      "{\"op\":\"copy\",\"from\":\"/channels/0/samples/0\",\"path\":\"/channels/0/samples/-\"},"
      "{\"op\":\"replace\",\"path\":\"/channels/0/samples/1/name\",\"value\":\"again\"},"
      "{\"op\":\"move\",\"from\":\"/channels/0/samples/1\",\"path\":\"/channels/0/samples/0\"},"
      "{\"op\":\"remove\",\"path\":\"/channels/0/samples/0\"},"
      "{\"op\":\"add\",\"path\":\"/measurements/0/config/parameters/"
      "0\",\"value\":{\"name\":\"unc\",\"fixed\":true}}]";
  (void)state;
  support_json_faults n = support_json_try_faults(operations, "p.json", apply_patch, NULL);
  assert_true(10 * n.refused > 6 * n.tried);
  n = support_json_try_faults(signal_patch, "p.json", apply_patch, NULL);
  assert_true(10 * n.refused > 6 * n.tried);
}

static int read_set(fairu_context *ctx, const char *text, size_t size, void *data)
{
  fairu_patchset *set = NULL;
  support_write_file((const char *)data, text, size);
  const int status = fairu_patchset_read(ctx, (const char *)data, &set);
  fairu_patchset_destroy(set);
  return status;
}

static void patch_sets(void **state)
{
  static const char set[] =
      "{\"version\":\"1.0.0\",\"metadata\":{\"references\":{\"hepdata\":\"ins1234567\"},\"description\":"
      "\"d\","
      "\"digests\":{\"md5\":\"098f6bcd4621d373cade4e832627b4f6\"},\"labels\":[\"m1\",\"m2\"]},\"patches\":["
      "{\"metadata\":{\"name\":\"a\",\"values\":[1300,60.5]},\"patch\":[{\"op\":\"remove\",\"path\":\"/"
      "x\"}]},"
      "{\"metadata\":{\"name\":\"b\",\"values\":[\"x\",2]},\"patch\":[]}]}";
  char path[512];
  (void)state;
  support_path(path, sizeof path, "set.json");
  const support_json_faults n = support_json_try_faults(set, path, read_set, path);
  assert_true(10 * n.refused > 6 * n.tried);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(workspaces), cmocka_unit_test(documents_of_hs3),
                                      cmocka_unit_test(patches), cmocka_unit_test(patch_sets) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
