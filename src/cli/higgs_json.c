/* higgs_json.c - results.json: settings, yields and summaries; no times, no paths. */
#include "higgs_results.h"

#include "out.h"

static json_t *pair(double signal, double background)
{
  json_t *o = json_object();
  out_json_set(o, "signal", out_json_number(signal));
  out_json_set(o, "background", out_json_number(background));
  return o;
}

static json_t *luminosities(const higgs_inputs *in)
{
  json_t *list = json_array();
  for (int l = 0; l < 2; l++) {
    double factor = higgs_luminosities[l];
    json_t *o = json_object(), *cut = json_array();
    out_json_set(o, "factor", out_json_number(factor));
    out_json_set(o, "sum_weights",
                 pair(factor * in->sums[HIGGS_SIGNAL], factor * in->sums[HIGGS_BACKGROUND]));
    for (int t = 0; t < HIGGS_TRUTHS; t++) {
      json_t *at = pair(factor * in->cut_sums[HIGGS_SIGNAL][t], factor * in->cut_sums[HIGGS_BACKGROUND][t]);
      out_json_set(at, "z_true", out_json_number(higgs_truths[t]));
      json_array_append_new(cut, at);
    }
    out_json_set(o, "after_cut", cut);
    json_array_append_new(list, o);
  }
  return list;
}

static json_t *settings(const higgs_results *r)
{
  const higgs_options *options = r->options;
  json_t *o = json_object();
  out_json_set_count(o, "seed", options->seed);
  out_json_set_count(o, "splits", r->n_splits);
  out_json_set(o, "folds", json_integer(HIGGS_FOLDS));
  out_json_set_count(o, "replicas", r->n_replicas);
  out_json_set(o, "quick", json_boolean(options->quick));
  out_json_set(o, "gated", json_boolean(options->gated));
  out_json_set(o, "most_bins", json_integer(HIGGS_BINS));
  out_json_set(o, "least_effective_background", out_json_number(options->min_effective));
  out_json_set(o, "prior_centre", out_json_number(1.0));
  out_json_set(o, "prior_width", out_json_number(HIGGS_PRIOR_WIDTH));
  out_json_set(o, "tau_pt_min", out_json_number(HIGGS_TAU_PT_MIN));
  out_json_set(o, "mu_true", out_json_number(1.0));
  return o;
}

static void set_condition(json_t *o, const higgs_condition *at)
{
  out_json_set(o, "z_true", out_json_number(higgs_truths[at->truth]));
  out_json_set(o, "luminosity", out_json_number(higgs_luminosities[at->luminosity]));
  out_json_set(o, "mc_stat", json_string(higgs_mc_stat_name(at->mc_stat)));
  out_json_set(o, "z_mode", json_string(higgs_mode_name(at->profiled)));
}

static void set_spread(json_t *o, const higgs_spread *s)
{
  out_json_set(o, "mean", out_json_number(s->mean));
  out_json_set(o, "sd_splits", out_json_number(s->deviation));
  out_json_set(o, "min", out_json_number(s->n ? s->least : s->mean));
  out_json_set(o, "max", out_json_number(s->n ? s->most : s->mean));
  out_json_set_count(o, "n_splits", s->n);
}

static json_t *widths(const higgs_results *r)
{
  json_t *list = json_array();
  for (int i = 0; i < HIGGS_CONDITIONS * HIGGS_METHODS; i++) {
    higgs_condition at = higgs_condition_at(i / HIGGS_METHODS);
    higgs_spread s = higgs_widths(r, i % HIGGS_METHODS, &at);
    json_t *o = json_object();
    out_json_set(o, "method", json_string(higgs_method_names[i % HIGGS_METHODS]));
    set_condition(o, &at);
    set_spread(o, &s);
    json_array_append_new(list, o);
  }
  return list;
}

static json_t *differences(const higgs_results *r)
{
  json_t *list = json_array();
  for (int i = 0; i < HIGGS_CONDITIONS * HIGGS_METHODS; i++) {
    int method = i % HIGGS_METHODS;
    higgs_condition at = higgs_condition_at(i / HIGGS_METHODS);
    if (method == HIGGS_BASELINE)
      continue;
    higgs_spread s = higgs_differences(r, method, HIGGS_BASELINE, &at);
    json_t *o = json_object();
    out_json_set(o, "method", json_string(higgs_method_names[method]));
    out_json_set(o, "reference", json_string(higgs_method_names[HIGGS_BASELINE]));
    set_condition(o, &at);
    set_spread(o, &s);
    out_json_set_count(o, "n_negative", s.n_negative);
    out_json_set(o, "sd_events", out_json_number(higgs_boot_deviation(r, method, i / HIGGS_METHODS)));
    out_json_set(o, "significant",
                 at.mc_stat ? json_boolean(higgs_is_significant(r, method, i / HIGGS_METHODS)) : json_null());
    json_array_append_new(list, o);
  }
  return list;
}

json_t *higgs_results_json(const higgs_results *r)
{
  const higgs_inputs *in = r->inputs;
  json_t *root = json_object();
  out_json_set(root, "study", json_string("higgs-tes"));
  out_json_set(root, "settings", settings(r));
  out_json_set(root, "rows", pair((double)in->rows[HIGGS_SIGNAL], (double)in->rows[HIGGS_BACKGROUND]));
  out_json_set(root, "luminosities", luminosities(in));
  out_json_set_count(root, "n_intervals", r->n_cases);
  out_json_set_count(root, "n_failed", r->n_failed);
  out_json_set_count(root, "n_open", r->n_open);
  out_json_set(root, "half_widths", widths(r));
  out_json_set(root, "paired_differences", differences(r));
  return root;
}
