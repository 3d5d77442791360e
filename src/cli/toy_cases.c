/* toy_cases.c - `--closed-form`: intervals or coverage of one case, as JSON. */
#include "toy_study.h"

#include "study.h"
#include "toy_results.h"

static json_t *case_json(const toy_settings *s, int z_mode, const toy_interval *i)
{
  json_t *json = json_object();
  out_json_set(json, "method", json_string(toy_method_name(s->method)));
  out_json_set(json, "z_true", out_json_number(s->z_true));
  out_json_set(json, "mu_true", out_json_number(s->mu_true));
  out_json_set(json, "constraint", json_string(s->aux ? "aux" : "prior"));
  out_json_set(json, "z_mode", json_string(toy_z_mode_name(z_mode)));
  out_json_set(json, "mu_hat", out_json_number(i->mu_hat));
  out_json_set(json, "z_hat", out_json_number(i->z_hat));
  out_json_set(json, "mu_lo_1s", out_json_number(i->lower[0]));
  out_json_set(json, "mu_hi_1s", out_json_number(i->upper[0]));
  out_json_set(json, "half_width_1s", out_json_number(i->half_width));
  out_json_set(json, "mu_lo_2s", out_json_number(i->lower[1]));
  out_json_set(json, "mu_hi_2s", out_json_number(i->upper[1]));
  return json;
}

static int add_intervals(cli *c, const toy_settings *s, json_t *cases)
{
  toy_problem problem;
  int status = toy_problem_create_closed(c->ctx, s, &problem);
  for (int z_mode = 0; z_mode < TOY_Z_MODES && status == FAIRU_OK; z_mode++) {
    toy_interval interval;
    status = toy_problem_interval(&problem, c->ctx, z_mode, &interval);
    if (status == FAIRU_OK)
      json_array_append_new(cases, case_json(s, z_mode, &interval));
  }
  toy_problem_clear(&problem);
  return status;
}

static json_t *coverage_json(const char *method, const toy_settings *s, const fairu_coverage *found)
{
  json_t *json = json_object();
  out_json_set(json, "method", json_string(method));
  out_json_set(json, "z_true", out_json_number(s->z_true));
  out_json_set(json, "mu_true", out_json_number(s->mu_true));
  out_json_set(json, "constraint", json_string(s->aux ? "aux" : "prior"));
  study_coverage_json(json, found);
  out_json_set(json, "mean_z_hat", out_json_number(found->mean_nuisance));
  out_json_set(json, "std_z_hat", out_json_number(found->std_nuisance));
  return json;
}

static int add_coverage(cli *c, const toy_options *o, const toy_settings *s, const toy_pool *pool,
                        json_t *cases)
{
  fairu_coverage found;
  const int status =
      toy_coverage_closed(c->ctx, s, pool, (size_t)o->knots, (size_t)o->coverage, o->seed, NULL, &found);
  if (status != FAIRU_OK)
    return status;
  json_array_append_new(cases, coverage_json(toy_method_name(s->method), s, &found));
  return FAIRU_OK;
}

/* The event-wise likelihood: its one fit or its coverage. */
static int add_unbinned(cli *c, const toy_options *o, json_t *cases)
{
  toy_unbinned problem;
  toy_unbinned_fit fit;
  fairu_coverage found;
  int status = toy_unbinned_create(c->ctx, &o->settings, &problem);
  if (status == FAIRU_OK && o->coverage) {
    status = toy_unbinned_coverage(&problem, c->ctx, (size_t)o->coverage, o->seed, &found);
    if (status == FAIRU_OK)
      json_array_append_new(cases, coverage_json("unbinned", &o->settings, &found));
  } else if (status == FAIRU_OK) {
    status = toy_unbinned_measure(problem.likelihood, problem.data, c->ctx, &fit);
    if (status == FAIRU_OK)
      json_array_append_new(cases, toy_unbinned_json("unbinned", &o->settings, &fit));
  }
  toy_unbinned_clear(&problem);
  return status;
}

int toy_cases_run(cli *c, const toy_options *options)
{
  json_t *cases = json_array(), *root = json_object();
  toy_pool pool = { 0 };
  int status = FAIRU_OK;
  const int events = options->coverage && (options->method == TOY_METHODS || options->method == TOY_AWARE);
  if (events)
    status = toy_pool_create(c->ctx, (size_t)options->pool, TOY_EVEN, options->seed, &pool);
  if (options->method == TOY_UNBINNED)
    status = add_unbinned(c, options, cases);
  for (int method = 0; method < TOY_METHODS && status == FAIRU_OK; method++) {
    toy_settings settings = options->settings;
    if (options->method != TOY_METHODS && options->method != method)
      continue;
    settings.method = method;
    cli_stage(c, "%s", toy_method_name(method));
    status = options->coverage ? add_coverage(c, options, &settings, &pool, cases)
                               : add_intervals(c, &settings, cases);
  }
  toy_pool_clear(&pool);
  if (options->coverage)
    out_json_set_count(root, "seed", options->seed);
  out_json_set(root, "cases", cases);
  if (status == FAIRU_OK)
    status = out_json_print(root, c);
  json_decref(root);
  return status;
}
