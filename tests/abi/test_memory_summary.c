/* No memory: training on soft counts. */
#include "abi/memory.h"

static const char *const names[] = { "summary" };

static int fairu_significance_loss_body(fairu_context *ctx, void *data)
{
  const double shares[4] = { 0.5, 0.5, 0.5, 0.5 };
  const fairu_summary_counts counts = { 2, 1, 0, 2, shares, NULL };
  double loss = 0.0, d[4];
  fairu_significance_options options;
  (void)data;
  int status = fairu_significance_options_init(&options, sizeof options);
  options.signal = 10.0;
  options.background = 100.0;
  return status == FAIRU_OK ? fairu_significance_loss(ctx, &counts, &loss, d, NULL, &options) : status;
}

static int fairu_classifier_train_summary_body(fairu_context *ctx, void *data)
{
  const world *w = (const world *)data;
  const size_t hidden[1] = { 3 };
  const fairu_events *variations[1] = { w->events };
  fairu_significance_options significance;
  fairu_training_options training;
  fairu_summary_options summary;
  fairu_classifier *out = NULL;
  int status = fairu_significance_options_init(&significance, sizeof significance);
  significance.signal = 10.0;
  significance.background = 100.0;
  if (status == FAIRU_OK)
    status = world_training(&training, hidden);
  training.batch = 16;
  training.validation_fraction = 0.4;
  if (status == FAIRU_OK)
    status = fairu_summary_options_init(&summary, sizeof summary);
  summary.kind = FAIRU_SUMMARY_KDE;
  summary.n_bins = 4;
  summary.variations = variations;
  summary.n_variations = 1;
  summary.loss = fairu_significance_loss;
  summary.loss_data = &significance;
  if (status == FAIRU_OK)
    status = fairu_classifier_train_summary(ctx, w->events, &training, &summary, NULL, &out);
  fairu_classifier_destroy(out);
  return status;
}

static const memory_case cases[] = { ROW(fairu_significance_loss, 0),
                                     ROW(fairu_classifier_train_summary, 1) };

int main(void)
{
  return memory_main(names, 1, cases, sizeof cases / sizeof *cases, NULL);
}
