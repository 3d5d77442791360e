/* command_test.c - `fairu hypotest` and `fairu limit`. */
#include "model_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define STATISTICS "q|qtilde|q0|t|ttilde"

typedef struct test_options {
  model_file model;
  const char *statistic;
  double mu, level;
  uint64_t toys, seed;
  int strict, all_branches;
} test_options;

static int statistic_of(const char *name)
{
  if (strcmp(name, "q") == 0)
    return FAIRU_TEST_Q;
  if (strcmp(name, "q0") == 0)
    return FAIRU_TEST_Q0;
  if (strcmp(name, "t") == 0)
    return FAIRU_TEST_T;
  return strcmp(name, "ttilde") == 0 ? FAIRU_TEST_T_TILDE : FAIRU_TEST_Q_TILDE;
}

static int settle(cli *c, const test_options *o, fairu_hypotest_options *options)
{
  const int status = fairu_hypotest_options_init(options, sizeof *options);
  options->statistic = statistic_of(o->statistic);
  options->model_bounds = !o->strict;
  options->all_branches = o->all_branches;
  options->fit = &o->model.fit;
  if (status == FAIRU_OK && fairu_likelihood_poi_index(o->model.likelihood) == FAIRU_NONE)
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "the workspace names no parameter of interest: use --poi P");
  return status;
}

/* ---- asymptotic --------------------------------------------------------------------------------------- */

static void show_hypotest(const cli *c, const test_options *o, const fairu_hypotest_result *r, json_t **root)
{
  const int discovery = strcmp(o->statistic, "q0") == 0;
  if (c->json) {
    *root = json_object();
    out_json_set(*root, "test_stat", json_string(o->statistic));
    out_json_set(*root, "mu", out_json_number(discovery ? 0.0 : o->mu));
    out_json_set(*root, "mu_hat", out_json_number(r->mu_hat));
    out_json_set(*root, "statistic", out_json_number(r->statistic));
    out_json_set(*root, "statistic_asimov", out_json_number(r->asimov));
    out_json_set(*root, "CLs_obs", out_json_number(r->cls));
    out_json_set(*root, "CLs_exp", out_json_numbers(r->expected, 5));
    out_json_set(*root, "CLsb", out_json_number(r->p_sb));
    out_json_set(*root, "CLb", out_json_number(r->p_b));
    out_json_set(*root, "p0", discovery ? out_json_number(r->p_sb) : json_null());
    out_json_set(*root, "significance", out_json_number(r->significance));
    out_json_set(*root, "lower_branch", out_json_number(r->lower_branch));
    return;
  }
  printf("%s(%g) = %.8g, Asimov %.8g, mu_hat %.8g\n", o->statistic, discovery ? 0.0 : o->mu, r->statistic,
         r->asimov, r->mu_hat);
  if (discovery)
    printf("p0 %.8g   significance %.6g\n", r->p_sb, r->significance);
  else
    printf("CLs %.8g   CLsb %.8g   CLb %.8g\n", r->cls, r->p_sb, r->p_b);
  printf("expected at -2 .. +2 sigma: %.6g %.6g %.6g %.6g %.6g\n", r->expected[0], r->expected[1],
         r->expected[2], r->expected[3], r->expected[4]);
}

/* ---- toys --------------------------------------------------------------------------------------------- */

/* p0 of toys with its exact interval (Clopper and Pearson, 95 %), as p-values and as significances: zero toys above the data is a
 * bound, not a significance. */
typedef struct discovery {
  double lower, upper;              /* of p0 */
  double significance, least, most; /* NaN: not to be had from so many toys */
} discovery;

static double significance_of(cli *c, double p)
{
  double z = (double)NAN;
  return p > 0.0 && p < 1.0 && fairu_significance_of_p(c->ctx, p, &z) == FAIRU_OK ? z : (double)NAN;
}

static int discover(cli *c, const fairu_toy_test_result *r, discovery *d)
{
  const uint64_t above = (uint64_t)llround(r->p_sb * (double)r->n_sb);
  const int status = fairu_binomial_interval(c->ctx, above, r->n_sb, 0.95, &d->lower, &d->upper);
  d->significance = significance_of(c, r->p_sb);
  d->least = significance_of(c, d->upper);
  d->most = significance_of(c, d->lower);
  return status;
}

static void print_discovery(const fairu_toy_test_result *r, const discovery *d, unsigned long long failed)
{
  printf("q0 = %.8g\n", r->statistic);
  if (r->p_sb > 0.0)
    printf("p0 %.6g in [%.4g, %.4g]   significance %.4g in [%.4g, %.4g] (95 %%)   %llu toys failed\n",
           r->p_sb, d->lower, d->upper, d->significance, d->least, d->most, failed);
  else
    printf("p0 < %.4g   significance > %.4g (95 %%): none of %llu toys is as large   %llu toys failed\n",
           d->upper, d->least, (unsigned long long)r->n_sb, failed);
}

static void print_toys(const test_options *o, const fairu_toy_test_result *r, unsigned long long failed)
{
  printf("%s(%g) = %.8g\nCLs %.6g   CLsb %.6g +- %.2g   CLb %.6g +- %.2g   %llu toys failed\n", o->statistic,
         o->mu, r->statistic, r->cls, r->p_sb, r->p_sb_error, r->p_b, r->p_b_error, failed);
}

static json_t *json_toys(const test_options *o, const fairu_toy_test_result *r, const discovery *d)
{
  const int is_discovery = strcmp(o->statistic, "q0") == 0;
  json_t *root = json_object();
  out_json_set(root, "test_stat", json_string(o->statistic));
  out_json_set(root, "mu", out_json_number(is_discovery ? 0.0 : o->mu));
  out_json_set(root, "statistic", out_json_number(r->statistic));
  out_json_set(root, "CLs_obs", out_json_number(r->cls));
  out_json_set(root, "CLs_exp", out_json_numbers(r->expected, 5));
  out_json_set(root, "CLsb", out_json_number(r->p_sb));
  out_json_set(root, "CLsb_error", out_json_number(r->p_sb_error));
  out_json_set(root, "CLb", out_json_number(r->p_b));
  out_json_set(root, "CLb_error", out_json_number(r->p_b_error));
  out_json_set(root, "p0", is_discovery ? out_json_number(r->p_sb) : json_null());
  out_json_set(root, "p0_lower", is_discovery ? out_json_number(d->lower) : json_null());
  out_json_set(root, "p0_upper", is_discovery ? out_json_number(d->upper) : json_null());
  out_json_set(root, "significance", out_json_number(is_discovery ? d->significance : (double)NAN));
  out_json_set(root, "significance_lower", out_json_number(is_discovery ? d->least : (double)NAN));
  out_json_set(root, "significance_upper", out_json_number(is_discovery ? d->most : (double)NAN));
  out_json_set(root, "toys", json_integer((json_int_t)o->toys));
  out_json_set(root, "failed", json_integer((json_int_t)(r->n_failed_sb + r->n_failed_b)));
  out_json_set(root, "seed", json_integer((json_int_t)o->seed));
  return root;
}

static int run_toys(cli *c, const test_options *o, const fairu_hypotest_options *options, json_t **root)
{
  const model_file *m = &o->model;
  fairu_toy_test test;
  fairu_toy_test_result r = { .struct_size = sizeof r };
  discovery d = { 0 };
  int status = fairu_toy_test_init(&test, sizeof test);
  test.options = options;
  test.n_toys = o->toys;
  test.seed = o->seed;
  if (status == FAIRU_OK)
    status = fairu_hypotest_toys(c->ctx, m->likelihood, m->data, &test, o->mu, &r, NULL, NULL);
  if (status == FAIRU_OK && r.n_sb > 0)
    status = discover(c, &r, &d);
  if (status != FAIRU_OK)
    return status;
  const unsigned long long failed = (unsigned long long)(r.n_failed_sb + r.n_failed_b);
  if (c->json)
    *root = json_toys(o, &r, &d);
  else if (strcmp(o->statistic, "q0") == 0)
    print_discovery(&r, &d, failed);
  else
    print_toys(o, &r, failed);
  if (!c->json)
    printf("expected at -2 .. +2 sigma: %.6g %.6g %.6g %.6g %.6g\n", r.expected[0], r.expected[1],
           r.expected[2], r.expected[3], r.expected[4]);
  return FAIRU_OK;
}

static int run_hypotest(cli *c, void *data, json_t **root)
{
  const test_options *o = data;
  const model_file *m = &o->model;
  fairu_hypotest_options options;
  fairu_hypotest_result result = { .struct_size = sizeof result };
  int status = settle(c, o, &options);
  if (status != FAIRU_OK)
    return status;
  if (o->toys > 0)
    return run_toys(c, o, &options, root);
  status = fairu_likelihood_hypotest(m->likelihood, c->ctx, m->data, &options, o->mu, &result);
  if (status == FAIRU_OK)
    show_hypotest(c, o, &result, root);
  return status;
}

int command_hypotest(int argc, char **argv)
{
  test_options o = { .statistic = "qtilde", .mu = 1.0, .seed = 1 };
  cli c;
  const cli_option options[] = {
    MODEL_OPTIONS(o.model),
    { "mu", "X", "tested value of the parameter of interest, 1 by default; not read for q0", CLI_NUMBER,
      &o.mu, 0, 0 },
    { "test-stat", STATISTICS, "test statistic, qtilde by default", CLI_CHOICE, &o.statistic, 0, 0 },
    { "strict", NULL, "fit mu in the range that defines the statistic, whatever its bounds are", CLI_FLAG,
      &o.strict, 0, 0 },
    { "all-branches", NULL,
      "at each mu take the lowest valley of the nuisance parameters, not that of the best fit", CLI_FLAG,
      &o.all_branches, 0, 0 },
    { "toys", "N", "N toys of each hypothesis instead of asymptotic formulas", CLI_WHOLE, &o.toys, 1, 1e9 },
    { "seed", "S", "seed of the toys, 1 by default", CLI_WHOLE, &o.seed, 0, 9e15 },
  };
  const cli_usage usage = model_usage(
      "fairu hypotest",
      "Test of one value of the parameter of interest (arXiv:1007.1727): CLs with its expected band, "
      "or with --test-stat q0 the significance of a discovery.",
      options, sizeof options / sizeof *options);
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  return model_run(&c, &o.model, run_hypotest, &o);
}

/* ---- limits ------------------------------------------------------------------------------------------- */

static int run_limit(cli *c, void *data, json_t **root)
{
  const test_options *o = data;
  const model_file *m = &o->model;
  fairu_hypotest_options options;
  fairu_limit limit = { .struct_size = sizeof limit };
  int status = settle(c, o, &options);
  if (status == FAIRU_OK)
    status = fairu_likelihood_limit(m->likelihood, c->ctx, m->data, &options, o->level, &limit);
  if (status != FAIRU_OK)
    return status;
  if (c->json) {
    *root = json_object();
    out_json_set(*root, "level", out_json_number(o->level));
    out_json_set(*root, "test_stat", json_string(o->statistic));
    out_json_set(*root, "obs", out_json_number(limit.observed));
    out_json_set(*root, "exp", out_json_numbers(limit.expected, 5));
    out_json_set(*root, "mu_hat", out_json_number(limit.mu_hat));
    return FAIRU_OK;
  }
  printf("upper limit at %g: observed %.8g\nexpected at -2 .. +2 sigma: %.8g %.8g %.8g %.8g %.8g\n", o->level,
         limit.observed, limit.expected[0], limit.expected[1], limit.expected[2], limit.expected[3],
         limit.expected[4]);
  return FAIRU_OK;
}

int command_limit(int argc, char **argv)
{
  test_options o = { .statistic = "qtilde", .level = 0.95 };
  cli c;
  const cli_option options[] = {
    MODEL_OPTIONS(o.model),
    { "level", "CL", "confidence level, 0.95 by default", CLI_NUMBER, &o.level, 1e-6, 1 - 1e-9 },
    { "test-stat", "q|qtilde", "test statistic, qtilde by default", CLI_CHOICE, &o.statistic, 0, 0 },
    { "strict", NULL, "fit mu in the range that defines the statistic, whatever its bounds are", CLI_FLAG,
      &o.strict, 0, 0 },
  };
  const cli_usage usage = model_usage(
      "fairu limit", "Upper limit on the parameter of interest by asymptotic CLs, observed and expected.",
      options, sizeof options / sizeof *options);
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  return model_run(&c, &o.model, run_limit, &o);
}
