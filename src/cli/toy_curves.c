/* toy_curves.c - what the plots are drawn from: decision functions, templates, profiled curves, maps of the NLL. */
#include "toy_results.h"

#include <stdlib.h>

enum { PROFILE_POINTS = 61, MAP_MU = 41, MAP_Z = 81, DECISION_SIDE = 41 };

static void spread(double *values, size_t n, double lower, double upper)
{
  for (size_t i = 0; i < n; i++)
    values[i] = lower + (upper - lower) * (double)i / (double)(n - 1);
}

/* Subtract the smallest finite value. */
static void from_minimum(double *nll, size_t n)
{
  double lowest = INFINITY;
  for (size_t i = 0; i < n; i++)
    lowest = isfinite(nll[i]) ? fmin(lowest, nll[i]) : lowest;
  for (size_t i = 0; i < n; i++)
    nll[i] -= lowest;
}

int toy_add_profile(cli *c, toy_results *r, const char *method, const toy_problem *problem)
{
  static const unsigned char z_fixed[TOY_PARAMETERS] = { 0, 1 };
  const toy_settings *s = &problem->settings;
  const double start[TOY_PARAMETERS] = { s->mu_true, s->z_true };
  double mu[PROFILE_POINTS], nll[PROFILE_POINTS];
  spread(mu, PROFILE_POINTS, s->mu_true - 0.5, s->mu_true + 0.5);
  for (int fixed = 1; fixed >= 0; fixed--) {
    fairu_fit_options fit;
    int status = fixed ? fairu_fit_options_init(&fit, sizeof fit) : toy_fit_options(&fit);
    fit.start = start;
    fit.fixed = fixed ? z_fixed : NULL;
    if (status == FAIRU_OK)
      status = fairu_likelihood_profile(problem->likelihood, c->ctx, problem->data, &fit, TOY_MU, mu,
                                        PROFILE_POINTS, nll, NULL, TOY_PARAMETERS);
    if (status != FAIRU_OK)
      return status;
    from_minimum(nll, PROFILE_POINTS);
    for (size_t i = 0; i < PROFILE_POINTS; i++) {
      out_csv_text(&r->profile, method);
      out_csv_text(&r->profile, toy_case_name(s));
      out_csv_text(&r->profile, fixed ? "fixed" : "cont");
      out_csv_number(&r->profile, mu[i]);
      out_csv_number(&r->profile, nll[i]);
      out_csv_end_row(&r->profile);
    }
  }
  return FAIRU_OK;
}

int toy_add_map(cli *c, toy_results *r, const char *method, const toy_problem *problem)
{
  double mu[MAP_MU], z[MAP_Z];
  double *nll = malloc(sizeof *nll * MAP_MU * MAP_Z);
  const toy_settings *s = &problem->settings;
  const double start[TOY_PARAMETERS] = { s->mu_true, s->z_true };
  fairu_fit_options fit;
  int status = nll ? fairu_fit_options_init(&fit, sizeof fit) : FAIRU_ERR_OUT_OF_MEMORY;
  spread(mu, MAP_MU, s->mu_true - 0.6, s->mu_true + 0.6);
  spread(z, MAP_Z, TOY_Z_LOWER, TOY_Z_UPPER);
  z[MAP_Z - 1] = TOY_Z_UPPER;
  if (status == FAIRU_OK) {
    fit.start = start;
    status = fairu_likelihood_scan(problem->likelihood, c->ctx, problem->data, &fit, TOY_MU, mu, MAP_MU,
                                   TOY_Z, z, MAP_Z, nll);
  }
  if (status == FAIRU_OK)
    from_minimum(nll, MAP_MU * MAP_Z);
  for (size_t i = 0; i < MAP_MU * MAP_Z && status == FAIRU_OK; i++) {
    out_csv_text(&r->nll_map, method);
    out_csv_text(&r->nll_map, toy_case_name(s));
    out_csv_number(&r->nll_map, mu[i / MAP_Z]);
    out_csv_number(&r->nll_map, z[i % MAP_Z]);
    out_csv_number(&r->nll_map, nll[i]);
    out_csv_end_row(&r->nll_map);
  }
  free(nll);
  return status;
}

int toy_add_templates(cli *c, toy_results *r, const char *method, const fairu_templates *templates)
{
  const size_t n_bins = fairu_templates_n_bins(templates);
  double yields[2 * TOY_MAX_BINS], variances[2 * TOY_MAX_BINS];
  for (size_t k = 0; k <= 4; k++) {
    const double z = (double)k * M_PI / 8.0;
    int status = fairu_templates_evaluate(templates, c->ctx, &z, 1, yields, NULL, NULL);
    if (status == FAIRU_OK)
      status = fairu_templates_evaluate_variance(templates, c->ctx, &z, 1, variances, NULL, NULL);
    if (status != FAIRU_OK)
      return status;
    for (size_t i = 0; i < 2 * n_bins; i++) {
      out_csv_text(&r->templates, method);
      out_csv_number(&r->templates, z);
      out_csv_text(&r->templates, i < n_bins ? "signal" : "background");
      out_csv_number(&r->templates, (double)(i % n_bins));
      out_csv_number(&r->templates, yields[i]);
      out_csv_number(&r->templates, variances[i]);
      out_csv_end_row(&r->templates);
    }
  }
  return FAIRU_OK;
}

int toy_add_decision(cli *c, toy_results *r, const char *method, const fairu_classifier *classifier)
{
  enum { CELLS = DECISION_SIDE * DECISION_SIDE };
  const double angles[3] = { 0.0, M_PI_4, M_PI_2 };
  const size_t n_z = fairu_classifier_n_nuisances(classifier);
  double side[DECISION_SIDE];
  float *points = malloc(3 * CELLS * sizeof *points);
  if (!points)
    return FAIRU_ERR_OUT_OF_MEMORY;
  float *scores = points + 2 * CELLS;
  spread(side, DECISION_SIDE, -3.0, 3.0);
  for (size_t i = 0; i < CELLS; i++) {
    points[2 * i] = (float)side[i % DECISION_SIDE];
    points[2 * i + 1] = (float)side[i / DECISION_SIDE];
  }
  int status = FAIRU_OK;
  for (size_t k = 0; k < 3 && status == FAIRU_OK; k++) {
    status = fairu_classifier_score(classifier, c->ctx, points, CELLS, 2, n_z ? &angles[k] : NULL, n_z,
                                    FAIRU_OUTPUT_SCORE, scores);
    for (size_t i = 0; i < CELLS && status == FAIRU_OK; i++) {
      out_csv_text(&r->decision, method);
      out_csv_number(&r->decision, angles[k]);
      out_csv_number(&r->decision, side[i % DECISION_SIDE]);
      out_csv_number(&r->decision, side[i / DECISION_SIDE]);
      out_csv_number(&r->decision, (double)scores[i]);
      out_csv_end_row(&r->decision);
    }
  }
  free(points);
  return status;
}
