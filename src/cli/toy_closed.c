/* toy_closed.c - the closed-form half of the study: intervals, binnings, curves, coverage. */
#include "toy_results.h"

static const double angles[2] = { M_PI_4, M_PI_2 };

/* All treatments of z of one problem; curves for the published binning with the prior. */
static int run_case(cli *c, toy_results *r, const toy_settings *s)
{
  const char *method = toy_method_name(s->method);
  toy_problem problem;
  int status = toy_problem_create_closed(c->ctx, s, &problem);
  for (int z_mode = 0; z_mode < TOY_Z_MODES && status == FAIRU_OK; z_mode++)
    status = toy_add_interval(c, r, method, 0, &problem, z_mode);
  if (s->binning == TOY_UNIFORM && !s->aux && s->mu_true < 1.5) {
    if (status == FAIRU_OK)
      status = toy_add_profile(c, r, method, &problem);
    if (status == FAIRU_OK && s->method != TOY_AUG_BAYES)
      status = toy_add_map(c, r, method, &problem);
  }
  toy_problem_clear(&problem);
  return status;
}

static int run_method(cli *c, toy_results *r, int method)
{
  const int binnings[2] = { TOY_UNIFORM, TOY_LOGIT };
  int status = FAIRU_OK;
  for (int i = 0; i < 16 && status == FAIRU_OK; i++) {
    toy_settings s = toy_settings_default();
    s.method = method;
    s.binning = binnings[i / 8];
    s.z_true = angles[i / 4 % 2];
    s.mu_true = i / 2 % 2 ? 2.0 : 1.0;
    s.aux = i % 2;
    status = run_case(c, r, &s);
  }
  return status;
}

static int add_templates(cli *c, toy_results *r, int method)
{
  toy_settings s = toy_settings_default();
  fairu_templates *templates = NULL;
  s.method = method;
  int status = toy_templates_closed(c->ctx, &s, TOY_KNOTS, &templates);
  if (status == FAIRU_OK)
    status = toy_add_templates(c, r, toy_method_name(method), templates);
  fairu_templates_destroy(templates);
  return status;
}

/* What the binning costs: the aware classifier at fixed z against the unbinned floor. */
static int run_binnings(cli *c, toy_results *r)
{
  static const struct {
    int binning;
    size_t n_bins;
  } rows[] = { { TOY_UNIFORM, 10 },  { TOY_UNIFORM, 30 }, { TOY_UNIFORM, 100 },
               { TOY_LOGIT, 10 },    { TOY_LOGIT, 20 },   { TOY_QUANTILE, 10 },
               { TOY_QUANTILE, 20 }, { TOY_T, 10 },       { TOY_T, 20 } };
  int status = FAIRU_OK;
  for (size_t i = 0; i < sizeof rows / sizeof *rows && status == FAIRU_OK; i++) {
    toy_settings s = toy_settings_default();
    toy_problem problem;
    toy_interval interval;
    s.method = TOY_AWARE;
    s.z_true = M_PI_2;
    s.binning = rows[i].binning;
    s.n_bins = rows[i].n_bins;
    status = toy_problem_create_closed(c->ctx, &s, &problem);
    if (status == FAIRU_OK)
      status = toy_problem_interval(&problem, c->ctx, TOY_FIXED, &interval);
    if (status == FAIRU_OK)
      r->widths[r->n_widths++] = (toy_width_row){ s.binning, s.n_bins, interval.half_width };
    toy_problem_clear(&problem);
  }
  return status;
}

int toy_run_closed(cli *c, toy_results *r)
{
  int status = FAIRU_OK;
  for (int method = 0; method < TOY_METHODS && status == FAIRU_OK; method++) {
    cli_stage(c, "closed form: %s", toy_method_name(method));
    status = run_method(c, r, method);
    if (status == FAIRU_OK)
      status = add_templates(c, r, method);
  }
  return status == FAIRU_OK ? run_binnings(c, r) : status;
}

/* ---- coverage ----------------------------------------------------------------------------------------- */

static int measure(cli *c, toy_results *r, const toy_settings *s, const toy_pool *pool, double *deviation)
{
  fairu_coverage found;
  const int status = toy_coverage_closed(c->ctx, s, pool, r->scale.knots, r->scale.toys, r->options->seed,
                                         deviation, &found);
  return status == FAIRU_OK ? toy_add_coverage(c, r, toy_method_name(s->method), 0, s, &found) : status;
}

/* The aware method again with half the step in z between the values on which the observation is filled. */
static int check_step(cli *c, toy_results *r, const toy_pool *pool)
{
  toy_step_check *check = &r->step;
  toy_settings s = toy_settings_default();
  s.method = TOY_AWARE;
  s.z_true = M_PI_2;
  check->knots = 2 * r->scale.knots - 1;
  return toy_coverage_closed(c->ctx, &s, pool, check->knots, r->scale.step_toys, r->options->seed, NULL,
                             &check->fine);
}

int toy_run_closed_coverage(cli *c, toy_results *r)
{
  toy_pool pool = { 0 };
  cli_stage(c, "coverage: events behind the toys");
  int status = toy_pool_create(c->ctx, r->scale.pool_events, TOY_EVEN, r->options->seed, &pool);
  for (int i = 0; i < 2 * TOY_METHODS && status == FAIRU_OK; i++) {
    toy_settings s = toy_settings_default();
    s.method = i % TOY_METHODS;
    s.z_true = angles[i / TOY_METHODS];
    cli_stage(c, "coverage: %s, %s", toy_method_name(s.method), toy_case_name(&s));
    status = measure(c, r, &s, &pool, &r->pool_deviation[i / TOY_METHODS]);
  }
  cli_stage(c, "coverage: half the step in z");
  if (status == FAIRU_OK)
    status = check_step(c, r, &pool);
  toy_pool_clear(&pool);
  return status;
}

/* ---- event-wise --------------------------------------------------------------------------------------- */

static int run_unbinned_case(cli *c, toy_results *r, const toy_settings *s)
{
  toy_unbinned problem;
  toy_unbinned_fit fit;
  fairu_coverage found;
  int status = toy_unbinned_create(c->ctx, s, &problem);
  if (status == FAIRU_OK)
    status = toy_unbinned_measure(problem.likelihood, problem.data, c->ctx, &fit);
  if (status == FAIRU_OK)
    status = toy_add_unbinned(c, r, "unbinned", s, &fit);
  if (status == FAIRU_OK && s->z_true > 1.0 && s->mu_true < 1.5) {
    status = toy_unbinned_coverage(&problem, c->ctx, r->scale.unbinned_toys, r->options->seed, &found);
    if (status == FAIRU_OK)
      status = toy_add_coverage(c, r, "unbinned", 0, s, &found);
  }
  toy_unbinned_clear(&problem);
  return status;
}

int toy_run_unbinned(cli *c, toy_results *r)
{
  int status = FAIRU_OK;
  for (int i = 0; i < 4 && status == FAIRU_OK; i++) {
    toy_settings s = toy_settings_default();
    s.z_true = angles[i / 2];
    s.mu_true = 1.0 + i % 2;
    cli_stage(c, "unbinned, %s", toy_case_name(&s));
    status = run_unbinned_case(c, r, &s);
  }
  return status;
}
