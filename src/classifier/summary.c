/* summary.c - options of a training on soft counts. */
#include <fairu/summary.h>

#include "base/context_internal.h"

static const fairu_summary_options summary_defaults = {
  .struct_size = sizeof(fairu_summary_options),
  .kind = FAIRU_SUMMARY_SOFTMAX,
  .n_bins = 10,
  .temperature = 0.1,
  .bandwidth = 0.1,
  .n_processes = 2,
};

int fairu_summary_options_init(fairu_summary_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &summary_defaults, sizeof summary_defaults);
}
