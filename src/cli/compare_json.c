/* compare_json.c - results.json of the comparison: settings, exact rows, methods, seeds; no times, no paths. */
#include "compare_methods.h"

static json_t *settings(const compare_results *r)
{
  const compare_options *options = r->options;
  const compare_scale *s = &options->scale;
  json_t *o = json_object();
  out_json_set_count(o, "seed", options->seed);
  out_json_set_count(o, "seeds", options->n_seeds);
  out_json_set(o, "quick", json_boolean(options->quick));
  out_json_set(o, "signal", out_json_number(compare_expected(options, COMPARE_SIGNAL)));
  out_json_set(o, "background", out_json_number(compare_expected(options, COMPARE_BACKGROUND)));
  out_json_set_count(o, "training_events_signal", r->n_events[COMPARE_SIGNAL]);
  out_json_set_count(o, "training_events_background", r->n_events[COMPARE_BACKGROUND]);
  if (!options->higgs) {
    out_json_set_count(o, "template_events_per_class", s->template_events);
    out_json_set_count(o, "data_events_per_class", s->pool_events);
  }
  out_json_set_count(o, "toys_per_seed_and_truth", s->toys);
  out_json_set_count(o, "bins", COMPARE_BINS);
  out_json_set(o, "binning", json_string(options->quantile ? "quantile" : "uniform"));
  return o;
}

static json_t *widths_json(const compare_widths *w)
{
  json_t *o = json_object();
  out_json_set(o, "fixed", out_json_number(w->fixed));
  out_json_set(o, "fisher_fixed", out_json_number(w->fisher_fixed));
  out_json_set(o, "fisher", out_json_number(w->fisher));
  out_json_set(o, "profiled", out_json_number(w->profiled));
  out_json_set(o, "mu_hat", out_json_number(w->mu_hat));
  return o;
}

static json_t *truth_json(const compare_problem *problem, size_t t)
{
  json_t *o = json_object(), *z = json_object();
  for (size_t k = 0; k < problem->n_axes; k++)
    out_json_set(z, problem->axes[k].name, out_json_number(problem->truths[t].z[k]));
  out_json_set(o, "name", json_string(problem->truths[t].name));
  out_json_set(o, "z", z);
  return o;
}

static json_t *exact_json(const compare_results *r)
{
  json_t *list = json_array();
  for (size_t t = 0; t < r->options->problem->n_truths && r->options->problem->log_density; t++) {
    const compare_exact_row *row = &r->exact[t];
    json_t *o = truth_json(r->options->problem, t);
    out_json_set(o, "floor_fixed", out_json_number(row->floor_fixed));
    out_json_set(o, "floor", out_json_number(row->floor));
    out_json_set(o, "optimal", widths_json(&row->nominal));
    out_json_set(o, "optimal-aware", widths_json(&row->aware));
    json_array_append_new(list, o);
  }
  return list;
}

static json_t *spread_json(const compare_spread *s)
{
  json_t *o = json_object();
  out_json_set(o, "median", out_json_number(s->median));
  out_json_set(o, "lower", out_json_number(s->lower));
  out_json_set(o, "upper", out_json_number(s->upper));
  return o;
}

static json_t *coverage_json(const fairu_coverage *f)
{
  json_t *o = json_object();
  out_json_set_count(o, "toys", f->n);
  out_json_set_count(o, "failed", f->n_failed);
  out_json_set(o, "coverage", out_json_number(f->coverage));
  out_json_set(o, "lower", out_json_number(f->coverage_lower));
  out_json_set(o, "upper", out_json_number(f->coverage_upper));
  out_json_set(o, "mean_half_width", out_json_number(f->mean_half_width));
  out_json_set(o, "mean_mu_hat", out_json_number(f->mean_estimate));
  out_json_set(o, "std_mu_hat", out_json_number(f->std_estimate));
  return o;
}

static json_t *verdict_json(const compare_results *r, const compare_verdict *v)
{
  json_t *o = json_object(), *truths = json_array();
  out_json_set(o, "method", json_string(compare_method_name(v->method)));
  out_json_set_count(o, "trained", v->n_trained);
  out_json_set_count(o, "failed", v->n_failed);
  out_json_set(o, "covers", json_boolean(v->covers));
  out_json_set(o, "width_over_floor", out_json_number(v->over));
  out_json_set(o, "rank", v->rank ? json_integer(v->rank) : json_null());
  out_json_set(o, "bins", spread_json(&v->bins));
  out_json_set(o, "dependence_background", spread_json(&v->dependence[COMPARE_BACKGROUND]));
  out_json_set(o, "dependence_signal", spread_json(&v->dependence[COMPARE_SIGNAL]));
  for (size_t t = 0; t < r->options->problem->n_truths; t++) {
    json_t *at = truth_json(r->options->problem, t);
    for (int q = 0; q < COMPARE_QUANTITIES; q++)
      out_json_set(at, compare_quantity_names[q], spread_json(&v->of[t][q]));
    out_json_set(at, "toys", coverage_json(&v->toys[t]));
    json_array_append_new(truths, at);
  }
  out_json_set(o, "truths", truths);
  return o;
}

json_t *compare_json(const compare_results *r)
{
  json_t *root = json_object(), *methods = json_array();
  out_json_set(root, "study", json_string("compare"));
  out_json_set(root, "version", json_string(fairu_version_string()));
  out_json_set(root, "problem", json_string(r->options->problem->name));
  out_json_set(root, "settings", settings(r));
  out_json_set(root, "exact", exact_json(r));
  for (size_t m = 0; m < r->options->n_methods; m++)
    json_array_append_new(methods, verdict_json(r, &r->verdicts[m]));
  out_json_set(root, "methods", methods);
  return root;
}
