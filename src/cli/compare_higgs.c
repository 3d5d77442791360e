/* compare_higgs.c - the tau energy scale on simulated events of HiggsML 2014: no densities, no floor. */
#include "compare_problem.h"

#include "higgs.h"

static int higgs_systematics(fairu_context *ctx, const compare_problem *problem, fairu_systematics **out)
{
  fairu_higgsml2014_options pack;
  int status = fairu_higgsml2014_options_init(&pack, sizeof pack);
  pack.tes = HIGGS_NUISANCE;
  pack.tau_pt_min = HIGGS_TAU_PT_MIN;
  if (status == FAIRU_OK)
    status = compare_nuisances_create(ctx, problem, out);
  return status == FAIRU_OK ? fairu_systematics_add_higgsml2014(*out, ctx, &pack) : status;
}

/* Five knots: what so few events say between closer ones is mostly which of them hop over an edge. */
const compare_problem compare_higgs_tes = {
  .name = "higgs-tes",
  .title = "Tau energy scale",
  .about =
      "Simulated events of the HiggsML challenge 2014 (ATLAS full simulation, DOI "
      "10.7483/OPENDATA.ATLAS.ZBP2.M5T8), 29 features, "
      "the tau energy scale with prior N(1, 0.05); taus of 22 GeV or less are cut, so yields move with it.",
  .features = { HIGGS_FEATURE_NAMES },
  .n_features = HIGGS_FEATURES,
  .axes = { { HIGGS_NUISANCE, 1.0, HIGGS_PRIOR_WIDTH, 0.02, { 0.9, 0.95, 1.0, 1.05, 1.1 }, 5 } },
  .n_axes = 1,
  .truths = { { "tes=1", { 1.0 } }, { "tes=1.05", { 1.05 } } },
  .n_truths = 2,
  .systematics = higgs_systematics,
};
