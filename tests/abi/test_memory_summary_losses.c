/* No memory: losses that come from a likelihood. */
#include "abi/memory.h"

static const char *const names[] = { "summary_losses" };

/* The loss by way of a fit, or the report. */
static int with_counts(fairu_context *ctx, int report)
{
  const double shares[4] = { 0.7, 0.3, 0.2, 0.8 }, yields[2] = { 100.0, 10.0 };
  const fairu_summary_counts counts = { 2, 1, 0, 2, shares, NULL };
  const fairu_expected_nuisance rate = { .struct_size = sizeof rate,
                                         .source = FAIRU_SOURCE_RATE,
                                         .width = 0.1 };
  double loss = 0.0, d[4];
  fairu_expected_loss_options options;
  fairu_expected_result result = { .struct_size = sizeof result };
  const int status = fairu_expected_loss_options_init(&options, sizeof options);
  options.yields = yields;
  options.n_processes = 2;
  options.nuisances = &rate;
  options.n_nuisances = 1;
  options.quantity = FAIRU_EXPECTED_CLS;
  if (status != FAIRU_OK)
    return status;
  return report ? fairu_expected_loss_report(ctx, &counts, &options, &result)
                : fairu_expected_loss(ctx, &counts, &loss, d, NULL, &options);
}

BODY(fairu_expected_loss, with_counts(ctx, 0))

BODY(fairu_expected_loss_report, with_counts(ctx, 1))

static const memory_case cases[] = { ROW(fairu_expected_loss, 1), ROW(fairu_expected_loss_report, 1) };

int main(void)
{
  return memory_main(names, 1, cases, sizeof cases / sizeof *cases, NULL);
}
