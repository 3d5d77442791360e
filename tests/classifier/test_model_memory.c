/* The models of the fuzz corpora read, used and written without memory. */
#include <glob.h>

#include "classifier/model_memory.h"

static void check_folder(const char *pattern, size_t least)
{
  glob_t files;
  assert_int_equal(glob(pattern, 0, NULL, &files), 0);
  assert_true(files.gl_pathc >= least);
  for (size_t i = 0; i < files.gl_pathc; i++) {
    fairu_context *ctx = support_context();
    fairu_classifier *model = NULL;
    const int status = fairu_classifier_import(ctx, files.gl_pathv[i], NULL, &model);
    fairu_classifier_destroy(model);
    fairu_context_destroy(ctx);
    if (status == FAIRU_OK) /* some are there to be refused */
      model_memory_check(files.gl_pathv[i]);
  }
  globfree(&files);
}

static void onnx(void **state)
{
  (void)state;
  check_folder("tests/fuzz/corpus/onnx/*", 4);
}

static void lwtnn(void **state)
{
  (void)state;
  check_folder("tests/fuzz/corpus/lwtnn/*", 4);
}

static void our_own(void **state)
{
  (void)state;
  check_folder("tests/fuzz/corpus/model/*-file", 4);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(onnx), cmocka_unit_test(lwtnn),
                                      cmocka_unit_test(our_own) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
