/* NULL, one pointer at a time: likelihoods joined. */
#include "abi/null.h"

static void combine_rows(null_test *t, const fairu_likelihood *whole, fairu_data *data)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_likelihood *parts[1] = { t->w.small.likelihood };
  fairu_combine_options options;
  ANSWERS(fairu_combine_options_init(NULL, sizeof options) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_combine_options_init(&options, sizeof options), FAIRU_OK);
  NO_OBJECT_CTX(fairu_likelihood_create_combined(NULL, parts, 1, &options, OUT(fairu_likelihood)));
  NO_OBJECT(fairu_likelihood_create_combined(ctx, NULL, 1, &options, OUT(fairu_likelihood)));
  MAKES(fairu_likelihood_create_combined(ctx, parts, 1, NULL, OUT(fairu_likelihood)), fairu_likelihood);
  REFUSES(fairu_likelihood_create_combined(ctx, parts, 1, &options, NULL));
  ANSWERS(fairu_likelihood_n_parts(NULL) == 0 && fairu_likelihood_n_parts(whole) == 1);
  ANSWERS(fairu_likelihood_part(NULL, 0) == NULL);
  ANSWERS(fairu_data_part(NULL, 0) == NULL && fairu_data_part(data, 1) == NULL);
}

static void all_rows(null_test *t)
{
  const fairu_likelihood *parts[1] = { t->w.small.likelihood };
  fairu_likelihood *whole = NULL;
  fairu_data *data = NULL;
  CHECK_OK(t->w.ctx, fairu_likelihood_create_combined(t->w.ctx, parts, 1, NULL, &whole));
  CHECK_OK(t->w.ctx, fairu_data_create(t->w.ctx, whole, &data));
  null_reset(t);
  combine_rows(t, whole, data);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(whole);
}

int main(void)
{
  static const char *const names[] = { "likelihood" };
  return null_main(names, sizeof names / sizeof *names, all_rows);
}
