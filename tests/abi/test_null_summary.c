/* NULL, one pointer at a time: training on soft counts. */
#include "abi/null.h"

static void training(null_test *t)
{
  const fairu_events *e = t->w.events;
  fairu_context *ctx = t->w.ctx;
  fairu_classifier **out = OUT(fairu_classifier);
  fairu_significance_options significance;
  fairu_training_options o;
  fairu_summary_options s;
  assert_int_equal(world_training(&o, NULL), FAIRU_OK);
  assert_int_equal(fairu_summary_options_init(&s, sizeof s), FAIRU_OK);
  assert_int_equal(fairu_significance_options_init(&significance, sizeof significance), FAIRU_OK);
  significance.signal = 10.0;
  significance.background = 100.0;
  s.kind = FAIRU_SUMMARY_SCORE;
  s.loss = fairu_significance_loss;
  s.loss_data = &significance;
  NO_OBJECT_CTX(fairu_classifier_train_summary(NULL, e, &o, &s, &t->out.training, out));
  NO_OBJECT(fairu_classifier_train_summary(ctx, NULL, &o, &s, &t->out.training, out));
  NO_OBJECT(fairu_classifier_train_summary(ctx, e, NULL, &s, &t->out.training, out));
  NO_OBJECT(fairu_classifier_train_summary(ctx, e, &o, NULL, &t->out.training, out));
  MAKES(fairu_classifier_train_summary(ctx, e, &o, &s, NULL, out), fairu_classifier);
  REFUSES(fairu_classifier_train_summary(ctx, e, &o, &s, &t->out.training, NULL));
}

static void all_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const double shares[4] = { 0.5, 0.5, 0.5, 0.5 };
  const fairu_summary_counts counts = { 2, 1, 0, 2, shares, NULL };
  double *loss = t->out.d, *d = t->out.d + 8;
  fairu_significance_options significance;
  assert_int_equal(fairu_significance_options_init(&significance, sizeof significance), FAIRU_OK);
  significance.signal = 10.0;
  significance.background = 100.0;
  ANSWERS(fairu_summary_options_init(NULL, sizeof(fairu_summary_options)) == FAIRU_ERR_NULL);
  ANSWERS(fairu_significance_options_init(NULL, sizeof significance) == FAIRU_ERR_NULL);
  REFUSES_CTX(fairu_significance_loss(NULL, &counts, loss, d, NULL, &significance));
  REFUSES(fairu_significance_loss(ctx, NULL, loss, d, NULL, &significance));
  REFUSES(fairu_significance_loss(ctx, &counts, NULL, d, NULL, &significance));
  REFUSES(fairu_significance_loss(ctx, &counts, loss, NULL, NULL, &significance));
  ANSWERS(fairu_significance_loss(ctx, &counts, loss, d, NULL, &significance) == FAIRU_OK);
  REFUSES(fairu_significance_loss(ctx, &counts, loss, d, NULL, NULL));
  training(t);
}

int main(void)
{
  static const char *const names[] = { "summary" };
  return null_main(names, sizeof names / sizeof *names, all_rows);
}
