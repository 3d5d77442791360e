/* Writing files: complete or not at all. */
#include "stream_files.h"

static void nothing_is_left_when_writing_is_given_up(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_writer *writer = NULL;
  char path[512], folder[512], inside[600];
  assert_int_equal(mkdir(support_path(folder, sizeof folder, "empty"), 0777), 0);
  support_path(path, sizeof path, "empty/out.gz");
  CHECK_OK(ctx, fairu_writer__open(ctx, path, &writer));
  CHECK_OK(ctx, fairu_writer__write(writer, ctx, "abc", 3));
  assert_int_equal(support_count_files(folder), 1); /* the temporary file */
  fairu_writer__abort(writer);
  fairu_writer__abort(NULL);
  assert_int_equal(support_count_files(folder), 0);
  /* rename fails: in the meantime a directory with something in it took the name */
  CHECK_OK(ctx, fairu_writer__open(ctx, path, &writer));
  assert_int_equal(mkdir(path, 0777), 0);
  snprintf(inside, sizeof inside, "%s/x", path);
  support_write_file(inside, "x", 1);
  CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_writer__commit(writer, ctx));
  CHECK_SAYS(ctx, "rename");
  assert_int_equal(support_count_files(folder), 1);
  fairu_context_destroy(ctx);
}

static void the_old_file_stays_until_the_new_is_complete(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_writer *writer = NULL;
  char path[512];
  CHECK_OK(ctx, write_file(ctx, support_path(path, sizeof path, "kept"), "old", 3));
  CHECK_OK(ctx, fairu_writer__open(ctx, path, &writer));
  CHECK_OK(ctx, fairu_writer__write(writer, ctx, "new!", 4));
  check_content(ctx, path, "old", 3);
  CHECK_OK(ctx, fairu_writer__commit(writer, ctx));
  check_content(ctx, path, "new!", 4);
  fairu_context_destroy(ctx);
}

/* A full device: the writer fails, stays failed, and commit says so. */
static void a_write_error_is_reported(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_writer *writer = NULL;
  char *content = make_content(300000);
  const int saved = dup(STDOUT_FILENO), full = open("/dev/full", O_WRONLY);
  if (full < 0)
    support_skip("no /dev/full");
  fflush(stdout);
  int statuses[3] = { 0 };
  dup2(full, STDOUT_FILENO);
  statuses[0] = fairu_writer__open(ctx, "-", &writer);
  statuses[1] = fairu_writer__write(writer, ctx, content, 300000);
  statuses[2] = fairu_writer__commit(writer, ctx);
  dup2(saved, STDOUT_FILENO);
  close(saved);
  close(full);
  assert_int_equal(statuses[0], FAIRU_OK);
  assert_int_equal(statuses[1], FAIRU_ERR_IO);
  assert_int_equal(statuses[2], FAIRU_ERR_IO);
  CHECK_SAYS(ctx, "failed before");
  free(content);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(nothing_is_left_when_writing_is_given_up),
    cmocka_unit_test(the_old_file_stays_until_the_new_is_complete),
    cmocka_unit_test(a_write_error_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
