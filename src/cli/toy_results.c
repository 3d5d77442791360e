#include "toy_results.h"

#include <string.h>

const char *toy_net_name(int net)
{
  static const char *const names[TOY_ALL_NETS] = { "baseline_net", "augmented_net", "aware_net", "ratio_net",
                                                   "density_net" };
  return names[net];
}

int toy_net_method(int net)
{
  return net == TOY_NET_BASELINE ? TOY_BASELINE : net == TOY_NET_AUGMENTED ? TOY_AUG_LDA : TOY_AWARE;
}

const char *toy_binning_name(int binning)
{
  static const char *const names[] = { "uniform", "t", "logit", "quantile" };
  return names[binning];
}

const char *toy_case_name(const toy_settings *settings)
{
  const int nominal = settings->z_true < 1.0;
  if (settings->mu_true < 1.5)
    return nominal ? "z=pi/4 mu=1" : "z=pi/2 mu=1";
  return nominal ? "z=pi/4 mu=2" : "z=pi/2 mu=2";
}

int toy_add_interval(cli *c, toy_results *r, const char *method, int trained, const toy_problem *problem,
                     int z_mode)
{
  if (r->n_intervals == TOY_MAX_INTERVALS)
    return cli_fail(c, FAIRU_ERR_INTERNAL, "more than %d intervals", TOY_MAX_INTERVALS);
  toy_interval_row *row = &r->intervals[r->n_intervals];
  *row = (toy_interval_row){
    .method = method, .trained = trained, .settings = problem->settings, .z_mode = z_mode
  };
  const int status = toy_problem_interval(problem, c->ctx, z_mode, &row->interval);
  if (status == FAIRU_OK) {
    r->n_intervals++;
    return status;
  }
  return cli_fail(c, status, "%s, %s, %s bins, %s: %s", method, toy_case_name(&problem->settings),
                  toy_binning_name(problem->settings.binning), toy_z_mode_name(z_mode),
                  fairu_context_message(c->ctx));
}

int toy_add_coverage(cli *c, toy_results *r, const char *method, int trained, const toy_settings *settings,
                     const fairu_coverage *found)
{
  if (r->n_coverages == TOY_MAX_COVERAGES)
    return cli_fail(c, FAIRU_ERR_INTERNAL, "more than %d coverages", TOY_MAX_COVERAGES);
  r->coverages[r->n_coverages++] = (toy_coverage_row){ method, trained, *settings, *found };
  return FAIRU_OK;
}

int toy_add_unbinned(cli *c, toy_results *r, const char *method, const toy_settings *settings,
                     const toy_unbinned_fit *fit)
{
  if (r->n_unbinned == TOY_MAX_UNBINNED)
    return cli_fail(c, FAIRU_ERR_INTERNAL, "more than %d event-wise fits", TOY_MAX_UNBINNED);
  r->unbinned[r->n_unbinned++] = (toy_unbinned_row){ method, *settings, *fit };
  return FAIRU_OK;
}

const toy_interval_row *toy_find_interval(const toy_results *r, const char *method, int binning,
                                          double z_true, double mu_true, int aux, int z_mode)
{
  for (size_t i = 0; i < r->n_intervals; i++) {
    const toy_interval_row *row = &r->intervals[i];
    const toy_settings *s = &row->settings;
    if (strcmp(row->method, method) == 0 && s->binning == binning && fabs(s->z_true - z_true) < 1e-9 &&
        fabs(s->mu_true - mu_true) < 1e-9 && s->aux == aux && row->z_mode == z_mode)
      return row;
  }
  return NULL;
}
