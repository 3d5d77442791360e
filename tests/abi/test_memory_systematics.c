/* No memory: transformations of events. */
#include "abi/memory_chain.h"
#include "abi/memory.h"

static const char *const names[] = { "systematics" };

enum { PACK, WEIGHTS, COLUMNS, MOMENTUM, SMEARING };

static int append(fairu_systematics *s, fairu_context *ctx, int which)
{
  static const char *const labels[2] = { "signal", "0" };
  fairu_higgsml_options options;
  int status = fairu_higgsml_options_init(&options, sizeof options);
  options.tes = options.ttbar_scale = options.diboson_scale = options.bkg_scale = "z";
  if (status != FAIRU_OK)
    return status;
  switch (which) {
  case PACK:
    return fairu_systematics_add_higgsml(s, ctx, &options);
  case WEIGHTS:
    return fairu_systematics_add_weight_scale(s, ctx, "z", labels, 2);
  case COLUMNS:
    return fairu_systematics_add_scale(s, ctx, "z", labels, 2);
  case MOMENTUM:
    return fairu_systematics_add_momentum_scale(s, ctx, "z", "a", "b", "c", "d", 20.0);
  default:
    return fairu_systematics_add_met_smearing(s, ctx, "z", "c", "d");
  }
}

CHANGES_CHAIN(fairu_systematics_add_higgsml, PACK)
CHANGES_CHAIN(fairu_systematics_add_weight_scale, WEIGHTS)
CHANGES_CHAIN(fairu_systematics_add_scale, COLUMNS)
CHANGES_CHAIN(fairu_systematics_add_momentum_scale, MOMENTUM)
CHANGES_CHAIN(fairu_systematics_add_met_smearing, SMEARING)

static const memory_case cases[] = {
  ROW(fairu_systematics_add_higgsml, 1),      ROW(fairu_systematics_add_weight_scale, 1),
  ROW(fairu_systematics_add_scale, 1),        ROW(fairu_systematics_add_momentum_scale, 1),
  ROW(fairu_systematics_add_met_smearing, 1),
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
