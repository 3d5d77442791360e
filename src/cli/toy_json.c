/* toy_json.c - results.json: settings and every table of the study; no times, no paths. */
#include "toy_results.h"

#include "study.h"

static json_t *settings(const toy_results *r)
{
  const toy_scale *s = &r->scale;
  json_t *o = json_object();
  out_json_set_count(o, "seed", r->options->seed);
  out_json_set(o, "quick", json_boolean(r->options->quick));
  out_json_set_count(o, "training_events_per_class", s->training_events);
  out_json_set_count(o, "epochs", s->epochs);
  out_json_set_count(o, "auc_events_per_class", s->auc_events);
  out_json_set_count(o, "template_events_per_class", s->template_events);
  out_json_set_count(o, "pool_events_per_class", s->pool_events);
  out_json_set_count(o, "network_pool_events_per_class", s->net_pool_events);
  out_json_set_count(o, "toys", s->toys);
  out_json_set_count(o, "network_toys", s->net_toys);
  out_json_set_count(o, "unbinned_toys", s->unbinned_toys);
  out_json_set_count(o, "ratio_training_events_per_class", s->ratio_events);
  out_json_set_count(o, "ratio_epochs", s->ratio_epochs);
  out_json_set_count(o, "unbinned_network_events_per_class", s->unbinned_events);
  out_json_set_count(o, "z_knots_of_moving_observation", s->knots);
  out_json_set(o, "signal", out_json_number(TOY_SIGNAL));
  out_json_set(o, "background", out_json_number(TOY_BACKGROUND));
  out_json_set(o, "radius", out_json_number(TOY_RADIUS));
  out_json_set(o, "sigma", out_json_number(TOY_SIGMA));
  out_json_set(o, "unbinned_floor", out_json_number(TOY_FLOOR));
  return o;
}

static json_t *row_of(const char *method, int trained, const toy_settings *s)
{
  json_t *o = json_object();
  out_json_set(o, "method", json_string(method));
  out_json_set(o, "kind", json_string(trained ? "trained" : "closed"));
  out_json_set(o, "binning", json_string(toy_binning_name(s->binning)));
  out_json_set_count(o, "n_bins", s->n_bins);
  out_json_set(o, "z_true", out_json_number(s->z_true));
  out_json_set(o, "mu_true", out_json_number(s->mu_true));
  out_json_set(o, "constraint", json_string(s->aux ? "aux" : "prior"));
  return o;
}

static json_t *intervals(const toy_results *r)
{
  json_t *list = json_array();
  for (size_t i = 0; i < r->n_intervals; i++) {
    const toy_interval_row *row = &r->intervals[i];
    json_t *o = row_of(row->method, row->trained, &row->settings);
    out_json_set(o, "z_mode", json_string(toy_z_mode_name(row->z_mode)));
    out_json_set(o, "mu_hat", out_json_number(row->interval.mu_hat));
    out_json_set(o, "z_hat", out_json_number(row->interval.z_hat));
    out_json_set(o, "mu_lo_1s", out_json_number(row->interval.lower[0]));
    out_json_set(o, "mu_hi_1s", out_json_number(row->interval.upper[0]));
    out_json_set(o, "half_width_1s", out_json_number(row->interval.half_width));
    out_json_set(o, "mu_lo_2s", out_json_number(row->interval.lower[1]));
    out_json_set(o, "mu_hi_2s", out_json_number(row->interval.upper[1]));
    json_array_append_new(list, o);
  }
  return list;
}

static void set_coverage(json_t *o, const fairu_coverage *f)
{
  study_coverage_json(o, f);
  out_json_set(o, "mean_z_hat", out_json_number(f->mean_nuisance));
  out_json_set(o, "std_z_hat", out_json_number(f->std_nuisance));
  out_json_set(o, "pull_mean", out_json_number(f->pull_mean));
  out_json_set(o, "pull_width", out_json_number(f->pull_width));
}

static json_t *coverages(const toy_results *r)
{
  json_t *list = json_array();
  for (size_t i = 0; i < r->n_coverages; i++) {
    const toy_coverage_row *row = &r->coverages[i];
    json_t *o = row_of(row->method, row->trained, &row->settings);
    set_coverage(o, &row->found);
    json_array_append_new(list, o);
  }
  return list;
}

static json_t *networks(const toy_results *r)
{
  json_t *list = json_array();
  for (int net = 0; net < TOY_NETS; net++) {
    json_t *o = json_object(), *aucs = json_array();
    out_json_set(o, "method", json_string(toy_net_name(net)));
    for (size_t i = 0; i < r->n_losses; i++)
      if (r->losses[i].net == net)
        out_json_set(o, "final_loss", out_json_number(r->losses[i].loss));
    for (size_t i = 0; i < r->n_aucs; i++) {
      if (r->aucs[i].net != net)
        continue;
      json_t *auc = json_object();
      out_json_set(auc, "z", out_json_number(r->aucs[i].z));
      out_json_set(auc, "auc", out_json_number(r->aucs[i].auc));
      out_json_set(auc, "closed_form", out_json_number(r->aucs[i].closed_form));
      json_array_append_new(aucs, auc);
    }
    out_json_set(o, "auc", aucs);
    json_array_append_new(list, o);
  }
  return list;
}

static json_t *binnings(const toy_results *r)
{
  json_t *list = json_array();
  for (size_t i = 0; i < r->n_widths; i++) {
    json_t *o = json_object();
    out_json_set(o, "binning", json_string(toy_binning_name(r->widths[i].binning)));
    out_json_set_count(o, "n_bins", r->widths[i].n_bins);
    out_json_set(o, "half_width_fixed_z", out_json_number(r->widths[i].half_width));
    json_array_append_new(list, o);
  }
  return list;
}

json_t *toy_unbinned_json(const char *method, const toy_settings *settings, const toy_unbinned_fit *fit)
{
  json_t *o = json_object();
  out_json_set(o, "method", json_string(method));
  out_json_set(o, "z_true", out_json_number(settings->z_true));
  out_json_set(o, "mu_true", out_json_number(settings->mu_true));
  out_json_set(o, "mu_hat", out_json_number(fit->mu_hat));
  out_json_set(o, "z_hat", out_json_number(fit->z_hat));
  out_json_set(o, "sigma_mu", out_json_number(fit->sigma_mu));
  out_json_set(o, "sigma_z", out_json_number(fit->sigma_z));
  out_json_set(o, "mu_lo_1s", out_json_number(fit->lower));
  out_json_set(o, "mu_hi_1s", out_json_number(fit->upper));
  out_json_set(o, "half_width_1s", out_json_number(0.5 * (fit->upper - fit->lower)));
  out_json_set(o, "floor", out_json_number(toy_unbinned_floor(settings->mu_true)));
  return o;
}

static json_t *unbinned(const toy_results *r)
{
  json_t *list = json_array();
  for (size_t i = 0; i < r->n_unbinned; i++)
    json_array_append_new(
        list, toy_unbinned_json(r->unbinned[i].method, &r->unbinned[i].settings, &r->unbinned[i].fit));
  return list;
}

static json_t *step_check(const toy_results *r)
{
  json_t *o = json_object();
  out_json_set(o, "method", json_string("aware"));
  out_json_set(o, "z_true", out_json_number(M_PI_2));
  out_json_set_count(o, "z_knots", r->step.knots);
  set_coverage(o, &r->step.fine);
  return o;
}

json_t *toy_results_json(const toy_results *r)
{
  json_t *root = json_object();
  out_json_set(root, "study", json_string("toy-rotation"));
  out_json_set(root, "version", json_string(fairu_version_string()));
  out_json_set(root, "settings", settings(r));
  out_json_set(root, "networks", networks(r));
  out_json_set(root, "intervals", intervals(r));
  out_json_set(root, "binnings", binnings(r));
  out_json_set(root, "unbinned", unbinned(r));
  out_json_set(root, "coverage", coverages(r));
  out_json_set(root, "pool_deviation_in_sigma_of_a_toy", out_json_numbers(r->pool_deviation, 2));
  out_json_set(root, "half_step_check", step_check(r));
  return root;
}
