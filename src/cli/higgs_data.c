/* higgs_data.c - the open-data events and the tau energy scale. */
#include "higgs.h"

#include "input.h"

#include <string.h>

const char *const higgs_features[HIGGS_FEATURES] = { HIGGS_FEATURE_NAMES };

const char *const higgs_method_names[HIGGS_METHODS] = { "baseline", "augmented", "aware", "true-z" };
const char *const higgs_net_names[HIGGS_NETS] = { "baseline", "augmented", "aware", "true-z-0.9",
                                                  "true-z-1.1" };
const double higgs_truths[HIGGS_TRUTHS] = { 0.9, 1.0, 1.1 };
const double higgs_luminosities[2] = { 1, 10 };

int higgs_net_of(int method, int truth)
{
  if (method != HIGGS_TRUE_Z)
    return method; /* both lists begin alike */
  return truth == 0 ? HIGGS_NET_TRUE_DOWN : truth == 2 ? HIGGS_NET_TRUE_UP : HIGGS_NET_BASELINE;
}

static int read_events(cli *c, const char *path, higgs_inputs *in)
{
  fairu_csv_options csv;
  fairu_missing undefined = { NULL, -999.0, 0.0f };
  int status = fairu_csv_options_init(&csv, sizeof csv);
  if (status != FAIRU_OK)
    return status;
  csv.columns = higgs_features;
  csv.n_columns = HIGGS_FEATURES;
  csv.label = "Label";
  csv.weight = "Weight";
  csv.id = "EventId";
  csv.missing = &undefined;
  csv.n_missing = 1;
  status = fairu_events_read_csv(c->ctx, path, &csv, &in->events);
  if (status != FAIRU_OK)
    return status;
  if (fairu_events_n_categories(in->events) != HIGGS_CLASSES ||
      strcmp(fairu_events_category_name(in->events, HIGGS_BACKGROUND), "b") != 0 ||
      strcmp(fairu_events_category_name(in->events, HIGGS_SIGNAL), "s") != 0)
    return cli_fail(c, FAIRU_ERR_FORMAT, "%s: column Label must hold exactly the classes 'b' and 's'", path);
  return FAIRU_OK;
}

static int make_systematics(cli *c, higgs_inputs *in)
{
  fairu_higgsml2014_options pack;
  int status = fairu_nuisance_init(&in->prior, sizeof in->prior);
  if (status == FAIRU_OK)
    status = fairu_higgsml2014_options_init(&pack, sizeof pack);
  pack.tes = HIGGS_NUISANCE;
  pack.tau_pt_min = HIGGS_TAU_PT_MIN;
  in->prior.name = HIGGS_NUISANCE;
  in->prior.nominal = 1;
  in->prior.width = HIGGS_PRIOR_WIDTH;
  in->prior.lower = 0.9;
  in->prior.upper = 1.1; /* events with tau pT in 20 to 22 GeV come in from below; under 20 there are none */
  if (status == FAIRU_OK)
    status = fairu_systematics_create(c->ctx, &in->prior, 1, &in->tes);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_higgsml2014(in->tes, c->ctx, &pack);
  return status;
}

static int make_grid(cli *c, higgs_inputs *in)
{
  double knots[HIGGS_KNOTS];
  for (int i = 0; i < HIGGS_KNOTS; i++)
    knots[i] = (90 + 2 * i) / 100.0;
  fairu_axis axis = { HIGGS_NUISANCE, knots, HIGGS_KNOTS, 1.0 };
  return fairu_grid_create(c->ctx, &axis, 1, NULL, 0, &in->grid);
}

static int sum_yields(cli *c, higgs_inputs *in)
{
  int status = FAIRU_OK;
  const int32_t *labels = fairu_events_labels(in->events);
  for (size_t i = 0; i < fairu_events_n_events(in->events); i++)
    in->rows[labels[i]]++;
  for (int k = 0; k < HIGGS_CLASSES && status == FAIRU_OK; k++)
    status = fairu_events_sum_weights(in->events, c->ctx, k, &in->sums[k]);
  for (int t = 0; t < HIGGS_TRUTHS && status == FAIRU_OK; t++) {
    fairu_events *shifted = NULL;
    status = fairu_systematics_apply(in->tes, c->ctx, in->events, &higgs_truths[t], 1, 1, NULL, &shifted);
    for (int k = 0; k < HIGGS_CLASSES && status == FAIRU_OK; k++)
      status = fairu_events_sum_weights(shifted, c->ctx, k, &in->cut_sums[k][t]);
    fairu_events_destroy(shifted);
  }
  return status;
}

int higgs_inputs_read(cli *c, const char *path, higgs_inputs *in)
{
  *in = (higgs_inputs){ 0 };
  char buffer[INPUT_PATH];
  cli_stage(c, "reading %.64s", path);
  int status = input_path(c, path, buffer, &path);
  if (status == FAIRU_OK)
    status = read_events(c, path, in);
  if (status == FAIRU_OK)
    status = make_systematics(c, in);
  if (status == FAIRU_OK)
    status = make_grid(c, in);
  if (status == FAIRU_OK)
    status = sum_yields(c, in);
  if (status != FAIRU_OK)
    higgs_inputs_free(in);
  return status;
}

void higgs_inputs_free(higgs_inputs *in)
{
  fairu_events_destroy(in->events);
  fairu_systematics_destroy(in->tes);
  fairu_grid_destroy(in->grid);
  *in = (higgs_inputs){ 0 };
}
