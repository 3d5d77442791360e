/* challenge_json.c - results.json of `fairu challenge`. */
#include "challenge_results.h"

#include "out.h"

#include <string.h>

static json_t *whole(uint64_t value)
{
  return json_integer((json_int_t)value);
}

static json_t *settings_object(const challenge_results *r)
{
  const challenge_options *o = r->options;
  json_t *root = json_object(), *percent = json_object();
  out_json_set(root, "sets", whole(o->n_sets));
  out_json_set(root, "pseudo_experiments_per_set", whole(o->n_pe));
  out_json_set(root, "seed", whole(o->seed));
  out_json_set(root, "part_seed", whole(o->part_seed));
  out_json_set(root, "rng", json_string(o->rng));
  out_json_set(root, "quick", json_boolean(o->quick));
  out_json_set(root, "luminosity", out_json_number(o->luminosity));
  out_json_set(root, "signal_scale", out_json_number(o->signal_scale));
  out_json_set(root, "toys", whole(o->toys));
  out_json_set(root, "estimator", json_string(challenge_estimator_names[o->chosen]));
  for (int k = 0; k < CHALLENGE_PARTS; k++)
    out_json_set(percent, challenge_part_names[k], whole(o->percent[k]));
  out_json_set(root, "percent", percent);
  return root;
}

/* ---- events --------------------------------------------------------------------------------------------- */

static json_t *part_object(const challenge_parts *parts, int k)
{
  json_t *root = json_object(), *rows = json_object(), *effective = json_object();
  for (int p = 0; p < CHALLENGE_PROCESSES; p++) {
    out_json_set(rows, challenge_processes[p], whole(parts->rows[k][p]));
    out_json_set(effective, challenge_processes[p], out_json_number(parts->effective[k][p]));
  }
  out_json_set(root, "rows", rows);
  out_json_set(root, "effective", effective);
  out_json_set(root, "largest_multiplicity", out_json_number(parts->multiplicity[k]));
  return root;
}

static json_t *events_object(const challenge_results *r)
{
  const challenge_parts *parts = &r->round->parts;
  json_t *root = json_object(), *yields = json_object(), *list = json_object();
  for (int p = 0; p < CHALLENGE_PROCESSES; p++)
    out_json_set(yields, challenge_processes[p], out_json_number(parts->yields[p]));
  for (int k = 0; k < CHALLENGE_PARTS; k++)
    out_json_set(list, challenge_part_names[k], part_object(parts, k));
  out_json_set(root, "rows", whole(r->n_rows));
  out_json_set(root, "yields", yields);
  out_json_set(root, "parts", list);
  out_json_set(root, "pool_over_template_variance", out_json_number(parts->variance_ratio));
  out_json_set(root, "rare_limit", out_json_number(CHALLENGE_RARE));
  out_json_set(root, "coverage_is_binomial", json_boolean(challenge_parts_are_rare(parts)));
  return root;
}

static json_t *model_object(const challenge_results *r)
{
  const challenge_round *round = r->round;
  const challenge_model *m = &round->model;
  json_t *root = json_object(), *auc = json_object(), *checks = json_array(), *expected = json_object();
  out_json_set(auc, "train", out_json_number(round->auc[CHALLENGE_TRAIN]));
  out_json_set(auc, "calibration", out_json_number(round->auc[CHALLENGE_CALIBRATION]));
  for (int k = 0; k < CHALLENGE_CHECKS; k++) {
    json_t *check = json_object();
    out_json_set(check, "point", out_json_numbers(m->check_point[k], CHALLENGE_AXES));
    out_json_set(check, "chi2", out_json_number(m->check_chi2[k]));
    json_array_append_new(checks, check);
  }
  for (int k = 0; k < CHALLENGE_WIDTHS; k++)
    out_json_set(expected, challenge_width_names[k], out_json_number(r->expected[k]));
  out_json_set(root, "network", json_string(r->options->model ? "given" : "trained"));
  out_json_set(root, "auc", auc);
  out_json_set(root, "bins", whole(m->bins.n));
  out_json_set(root, "edges", out_json_numbers(m->bins.edges, m->bins.n - 1));
  out_json_set(root, "interpolation",
               json_string(m->interpolation == FAIRU_INTERPOLATION_LOG ? "logarithm" : "linear"));
  out_json_set(root, "smearings_per_event", whole(m->n_replicas));
  out_json_set(root, "least_effective_background", out_json_number(m->least_background));
  out_json_set(root, "least_effective_process", out_json_number(m->least_effective));
  out_json_set(root, "empty_process_bins", whole(m->n_empty));
  out_json_set(root, "calibration_part_against_templates", checks);
  out_json_set(root, "expected_widths_at_mu_1", expected);
  return root;
}

static int calibration_object(cli *c, const challenge_round *round, json_t **out)
{
  json_t *root = json_object(), *points = json_array();
  int status = FAIRU_OK;
  for (size_t i = 0; i < fairu_interval_calibration_n_mu(round->calibration) && status == FAIRU_OK; i++) {
    double mu, quantile, error, critical;
    uint64_t n_failed;
    status = fairu_interval_calibration_point(round->calibration, c->ctx, i, &mu, &quantile, &error,
                                              &critical, &n_failed);
    if (status != FAIRU_OK)
      break;
    json_t *point = json_object();
    out_json_set(point, "mu", out_json_number(mu));
    out_json_set(point, "quantile", out_json_number(quantile));
    out_json_set(point, "quantile_error", out_json_number(error));
    out_json_set(point, "critical", out_json_number(critical));
    out_json_set(point, "failed", whole(n_failed));
    json_array_append_new(points, point);
  }
  out_json_set(root, "digest", json_string(round->digest));
  out_json_set(root, "points", points);
  *out = root;
  return status;
}

/* ---- intervals ------------------------------------------------------------------------------------------ */

static json_t *score_object(const fairu_interval_score *s)
{
  json_t *root = json_object();
  out_json_set(root, "quantile_score", out_json_number(s->quantile_score));
  out_json_set(root, "interval", out_json_number(s->interval));
  out_json_set(root, "coverage", out_json_number(s->coverage));
  out_json_set(root, "coverage_lower", out_json_number(s->coverage_lower));
  out_json_set(root, "coverage_upper", out_json_number(s->coverage_upper));
  out_json_set(root, "penalty", out_json_number(s->penalty));
  out_json_set(root, "rmse", out_json_number(s->rmse));
  out_json_set(root, "mae", out_json_number(s->mae));
  out_json_set(root, "n", whole(s->n));
  out_json_set(root, "n_covered", whole(s->n_covered));
  return root;
}

static json_t *estimator_object(const challenge_results *r, int e)
{
  json_t *root = score_object(&r->round->scores[e]), *sets = json_array();
  out_json_set(root, "interval_before_cut", out_json_number(r->raw_width[e]));
  out_json_set(root, "n_failed", whole(r->n_failed[e]));
  if (e == CHALLENGE_CALIBRATED)
    out_json_set(root, "n_hulls", whole(r->n_hulls));
  for (size_t s = 0; s < r->n_sets; s++) {
    json_t *set = score_object(&r->sets[(size_t)e * r->n_sets + s]);
    out_json_set(set, "mu", out_json_number(r->round->outcomes[s * r->options->n_pe].truth.mu));
    json_array_append_new(sets, set);
  }
  out_json_set(root, "sets", sets);
  return root;
}

static json_t *estimators_object(const challenge_results *r)
{
  json_t *root = json_object();
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++)
    if (r->options->wanted[e])
      out_json_set(root, challenge_estimator_names[e], estimator_object(r, e));
  return root;
}

static json_t *nuisances_object(const challenge_results *r)
{
  json_t *root = json_object();
  for (int i = 0; i < CHALLENGE_NUISANCES; i++) {
    json_t *one = json_object();
    out_json_set(one, "pull_mean", out_json_number(r->pull[i].mean));
    out_json_set(one, "pull_width", out_json_number(r->pull[i].deviation));
    out_json_set(one, "n", whole(r->pull[i].n));
    out_json_set(one, "error_over_prior", out_json_number(r->constraint[i]));
    out_json_set(root, challenge_nuisance_names[i], one);
  }
  return root;
}

static json_t *pools_object(const challenge_results *r)
{
  json_t *root = json_object();
  double events = 0, passed = 0;
  for (size_t k = 0; k < r->round->n; k++) {
    events += (double)r->round->outcomes[k].n_events / (double)r->round->n;
    passed += (double)r->round->outcomes[k].n_passed / (double)r->round->n;
  }
  out_json_set(root, "n", whole(r->round->n));
  out_json_set(root, "mean_events", out_json_number(events));
  out_json_set(root, "mean_events_passing", out_json_number(passed));
  return root;
}

/* ---- closure and repetitions ---------------------------------------------------------------------------- */

static int count_object(cli *c, const challenge_count *count, json_t **out)
{
  double lower = 0, upper = 1;
  const int status = count->n == 0
                         ? FAIRU_OK
                         : fairu_binomial_interval(c->ctx, count->covered, count->n, 0.95, &lower, &upper);
  json_t *root = json_object();
  out_json_set(root, "n", whole(count->n));
  out_json_set(root, "n_covered", whole(count->covered));
  out_json_set(root, "coverage", out_json_number((double)count->covered / (double)count->n));
  out_json_set(root, "coverage_lower", out_json_number(lower));
  out_json_set(root, "coverage_upper", out_json_number(upper));
  out_json_set(root, "interval", out_json_number(count->width));
  *out = root;
  return status;
}

static int set_count(cli *c, json_t *root, const char *name, const challenge_count *count)
{
  json_t *object = NULL;
  const int status = count_object(c, count, &object);
  out_json_set(root, name, object);
  return status;
}

static int thirds_object(cli *c, const challenge_closure *x, json_t *root)
{
  static const char *const names[3] = { "lower", "middle", "upper" };
  json_t *thirds = json_object();
  int status = FAIRU_OK;
  for (int i = 0; i < CHALLENGE_NUISANCES; i++) {
    json_t *one = json_object();
    for (int k = 0; k < 3 && status == FAIRU_OK; k++)
      status = set_count(c, one, names[k], &x->by_third[i][k]);
    out_json_set(thirds, challenge_nuisance_names[i], one);
  }
  out_json_set(root, "thirds", thirds);
  return status;
}

static int closure_object(cli *c, const challenge_closure *x, json_t **out)
{
  json_t *root = json_object(), *by_mu = json_array(), *expected = json_object();
  int status = set_count(c, root, "calibrated", &x->calibrated);
  if (status == FAIRU_OK)
    status = set_count(c, root, "profile", &x->profile);
  if (status == FAIRU_OK)
    status = set_count(c, root, "profile_cut", &x->profile_cut);
  for (int k = 0; k < CHALLENGE_CLOSURE_MU && status == FAIRU_OK; k++) {
    json_t *one = NULL;
    status = count_object(c, &x->by_mu[k], &one);
    out_json_set(one, "mu", out_json_number(x->mu[k]));
    json_array_append_new(by_mu, one);
  }
  out_json_set(root, "by_mu", by_mu);
  if (status == FAIRU_OK)
    status = thirds_object(c, x, root);
  for (int k = 0; k < CHALLENGE_WIDTHS; k++)
    out_json_set(expected, challenge_width_names[k], out_json_number(x->expected[k]));
  out_json_set(root, "expected_widths", expected);
  out_json_set(root, "n_failed", whole(x->n_failed));
  out_json_set(root, "digest", json_string(x->digest));
  *out = root;
  return status;
}

static json_t *spread_object(const challenge_results *r, int e, int which)
{
  const challenge_spread spread = challenge_results_spread(r, e, which);
  json_t *root = json_object();
  out_json_set(root, "mean", out_json_number(spread.mean));
  out_json_set(root, "deviation", out_json_number(spread.deviation));
  return root;
}

static json_t *repetitions_object(const challenge_results *r)
{
  json_t *root = json_object();
  out_json_set(root, "n", whole(r->n_repetitions));
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
    if (!r->options->wanted[e])
      continue;
    json_t *one = json_object();
    out_json_set(one, "coverage", spread_object(r, e, 0));
    out_json_set(one, "interval", spread_object(r, e, 1));
    out_json_set(one, "quantile_score", spread_object(r, e, 2));
    out_json_set(root, challenge_estimator_names[e], one);
  }
  return root;
}

int challenge_results_json(cli *c, const challenge_results *r, json_t **out)
{
  json_t *root = json_object(), *part = NULL;
  int status = FAIRU_OK;
  out_json_set(root, "study", json_string("challenge"));
  out_json_set(root, "version", json_string(fairu_version_string()));
  out_json_set(root, "settings", settings_object(r));
  out_json_set(root, "events", events_object(r));
  out_json_set(root, "model", model_object(r));
  if (r->round->calibration) {
    status = calibration_object(c, r->round, &part);
    out_json_set(root, "calibration", part);
  }
  out_json_set(root, "pseudo_experiments", pools_object(r));
  out_json_set(root, "estimators", estimators_object(r));
  out_json_set(root, "nuisances", nuisances_object(r));
  if (status == FAIRU_OK && r->closure) {
    status = closure_object(c, r->closure, &part);
    out_json_set(root, "closure", part);
  }
  if (r->n_repetitions > 1)
    out_json_set(root, "repartitions", repetitions_object(r));
  *out = root;
  return status;
}
