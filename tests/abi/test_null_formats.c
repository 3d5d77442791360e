/* NULL, one pointer at a time: formats of other programs. */
#include "abi/null.h"

static void rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_classifier *network = t->w.network;
  fairu_import_options options;
  char path[512];
  support_path(path, sizeof path, "formats.json");
  ANSWERS(fairu_import_options_init(NULL, sizeof options) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_import_options_init(&options, sizeof options), FAIRU_OK);
  REFUSES(fairu_classifier_export(NULL, ctx, path, FAIRU_FORMAT_AUTO));
  REFUSES_CTX(fairu_classifier_export(network, NULL, path, FAIRU_FORMAT_AUTO));
  REFUSES(fairu_classifier_export(network, ctx, NULL, FAIRU_FORMAT_AUTO));
  CHECK_OK(ctx, fairu_classifier_export(network, ctx, path, FAIRU_FORMAT_AUTO));
  null_reset(t);
  NO_OBJECT_CTX(fairu_classifier_import(NULL, path, &options, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_import(ctx, NULL, &options, OUT(fairu_classifier)));
  MAKES(fairu_classifier_import(ctx, path, NULL, OUT(fairu_classifier)), fairu_classifier);
  REFUSES(fairu_classifier_import(ctx, path, &options, NULL));
}

static void no_pointer_is_taken_on_trust(void **state)
{
  static const char *const names[] = { "formats" };
  (void)state;
  null_test *t = null_begin(names, sizeof names / sizeof *names);
  rows(t);
  null_end(t);
}

/* Names in the options are looked at before the file is. */
static void names_may_not_be_null(void **state)
{
  static const char *const none[] = { "x", NULL };
  fairu_context *ctx = support_context();
  fairu_import_options options;
  fairu_classifier *classifier = NULL;
  (void)state;
  for (int k = 0; k < 2; k++) {
    assert_int_equal(fairu_import_options_init(&options, sizeof options), FAIRU_OK);
    options.features = k ? NULL : none;
    options.nuisances = k ? none : NULL;
    options.n_features = options.n_nuisances = 2;
    CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_classifier_import(ctx, "nowhere", &options, &classifier));
    CHECK_SAYS(ctx, k ? "name of nuisance 1 is NULL" : "name of feature 1 is NULL");
    assert_null(classifier);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(no_pointer_is_taken_on_trust),
                                      cmocka_unit_test(names_may_not_be_null) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
