/* NULL, one pointer at a time: losses that come from a likelihood. */
#include "abi/null.h"

static void all_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const double shares[4] = { 0.7, 0.3, 0.2, 0.8 }, yields[2] = { 100.0, 10.0 };
  const fairu_summary_counts counts = { 2, 1, 0, 2, shares, NULL };
  double *loss = t->out.d, *d = t->out.d + 8;
  fairu_expected_loss_options options;
  fairu_expected_result result = { .struct_size = sizeof result };
  assert_int_equal(fairu_expected_loss_options_init(&options, sizeof options), FAIRU_OK);
  options.yields = yields;
  options.n_processes = 2;
  ANSWERS(fairu_expected_loss_options_init(NULL, sizeof options) == FAIRU_ERR_NULL);
  REFUSES_CTX(fairu_expected_loss(NULL, &counts, loss, d, NULL, &options));
  REFUSES(fairu_expected_loss(ctx, NULL, loss, d, NULL, &options));
  REFUSES(fairu_expected_loss(ctx, &counts, NULL, d, NULL, &options));
  ANSWERS(fairu_expected_loss(ctx, &counts, loss, NULL, NULL, &options) == FAIRU_OK);
  ANSWERS(fairu_expected_loss(ctx, &counts, loss, d, NULL, &options) == FAIRU_OK);
  REFUSES(fairu_expected_loss(ctx, &counts, loss, d, NULL, NULL));
  REFUSES_CTX(fairu_expected_loss_report(NULL, &counts, &options, &result));
  REFUSES(fairu_expected_loss_report(ctx, NULL, &options, &result));
  REFUSES(fairu_expected_loss_report(ctx, &counts, NULL, &result));
  REFUSES(fairu_expected_loss_report(ctx, &counts, &options, NULL));
}

int main(void)
{
  static const char *const names[] = { "summary_losses" };
  return null_main(names, sizeof names / sizeof *names, all_rows);
}
