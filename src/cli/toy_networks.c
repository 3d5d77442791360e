/* toy_networks.c - the trained half of the study: templates filled from events, fits, coverage. */
#include "toy_results.h"

#include "study.h"

#include <stdlib.h>

/* A network with its binning and templates, and where its data come from. */
typedef struct net_model {
  int net;
  toy_settings settings;
  const fairu_classifier *classifier;
  fairu_binning *binning;
  fairu_templates *templates;
} net_model;

static void model_clear(net_model *m)
{
  fairu_templates_destroy(m->templates);
  fairu_binning_destroy(m->binning);
  m->templates = NULL;
  m->binning = NULL;
}

static int fill_templates(cli *c, const toy_results *r, const toy_pool *pool, net_model *m)
{
  static const char *const processes[2] = { "signal", "background" };
  fairu_fill_options options;
  fairu_grid *grid = NULL;
  fairu_fill *fill = NULL;
  int status = fairu_fill_options_init(&options, sizeof options);
  options.systematics = pool->systematics;
  options.classifier = m->classifier;
  if (status == FAIRU_OK)
    status = toy_grid_create(c->ctx, r->scale.knots, &grid);
  if (status == FAIRU_OK)
    status = fairu_fill_create(c->ctx, grid, m->binning, processes, 2, &fill);
  for (int process = 0; process < 2 && status == FAIRU_OK; process++)
    status = fairu_fill_add(fill, c->ctx, processes[process], pool->events[process], &options);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_fill(c->ctx, fill, FAIRU_INTERPOLATION_LOG, &m->templates);
  fairu_fill_destroy(fill);
  fairu_grid_destroy(grid);
  return status;
}

/* Bins of the data events, made at the truth: at every hypothesis for the aware network, else once. */
static int data_tables(cli *c, const toy_results *r, const toy_pool *pool, const net_model *m, double z_true,
                       int distinct, toy_tables *out)
{
  if (m->net == TOY_NET_AWARE)
    return toy_tables_create(c->ctx, pool, m->classifier, m->binning, r->scale.knots, z_true, distinct, out);
  const fairu_axis axis = { "z", &z_true, 1, z_true };
  fairu_fill_options options;
  *out = (toy_tables){ 0 };
  int status = fairu_fill_options_init(&options, sizeof options);
  options.systematics = pool->systematics;
  options.classifier = m->classifier;
  if (status == FAIRU_OK)
    status = fairu_grid_create(c->ctx, &axis, 1, NULL, 0, &out->grid);
  for (int process = 0; process < 2 && status == FAIRU_OK; process++)
    status = fairu_bin_table_create(c->ctx, out->grid, m->binning, pool->events[process], &options, distinct,
                                    &out->of[process]);
  if (status != FAIRU_OK)
    toy_tables_clear(out);
  return status;
}

/* Observed counts that do not move: those of the one point of the tables. */
static int set_counts(cli *c, const toy_tables *tables, const toy_problem *problem)
{
  const double scales[2] = { problem->settings.mu_true, 1.0 };
  double counts[TOY_MAX_BINS];
  const int status = study_counts(c->ctx, tables->of, scales, counts);
  return status == FAIRU_OK ? fairu_data_set_observed(problem->data, c->ctx, counts, problem->settings.n_bins)
                            : status;
}

static int create_problem(cli *c, const net_model *m, const toy_tables *tables, const toy_settings *s,
                          toy_problem *out)
{
  fairu_templates *observed = NULL;
  const int aware = m->net == TOY_NET_AWARE;
  *out = (toy_problem){ .settings = *s };
  int status = aware ? toy_tables_observed(tables, c->ctx, s->mu_true, &observed) : FAIRU_OK;
  /* The events behind the templates are spread evenly: sums of squared weights would overstate their error. */
  if (status == FAIRU_OK)
    status = toy_problem_create(c->ctx, s, m->templates, observed, FAIRU_MC_STAT_NONE, out);
  fairu_templates_destroy(observed);
  if (status == FAIRU_OK && !aware)
    status = set_counts(c, tables, out);
  return status;
}

static int run_case(cli *c, toy_results *r, const net_model *m, const toy_tables *tables,
                    const toy_settings *s)
{
  const char *name = toy_net_name(m->net);
  toy_problem problem;
  int status = create_problem(c, m, tables, s, &problem);
  if (status == FAIRU_OK)
    status = toy_add_interval(c, r, name, 1, &problem, TOY_FIXED);
  if (status == FAIRU_OK)
    status = toy_add_interval(c, r, name, 1, &problem, TOY_CONT);
  if (status == FAIRU_OK && s->binning == TOY_UNIFORM && !s->aux && s->mu_true < 1.5)
    status = toy_add_profile(c, r, name, &problem);
  toy_problem_clear(&problem);
  return status;
}

/* Toys of one truth; event-level for the aware network. */
static int run_coverage(cli *c, toy_results *r, const net_model *m, const toy_tables *tables,
                        const toy_settings *s)
{
  toy_problem problem;
  fairu_coverage found;
  int status = create_problem(c, m, tables, s, &problem);
  if (status == FAIRU_OK)
    status = toy_coverage_measure(&problem, c->ctx, m->net == TOY_NET_AWARE ? tables : NULL,
                                  r->scale.net_toys, r->options->seed, NULL, &found);
  toy_problem_clear(&problem);
  return status == FAIRU_OK ? toy_add_coverage(c, r, toy_net_name(m->net), 1, s, &found) : status;
}

static int run_truth(cli *c, toy_results *r, const toy_pool *data, const net_model *m, double z_true)
{
  toy_tables tables;
  toy_settings s = m->settings;
  s.z_true = z_true;
  int status = data_tables(c, r, data, m, z_true, 1, &tables);
  for (int i = 0; i < 4 && status == FAIRU_OK; i++) {
    s.mu_true = i / 2 ? 2.0 : 1.0;
    s.aux = i % 2;
    status = run_case(c, r, m, &tables, &s);
  }
  s.mu_true = 1.0;
  s.aux = 0;
  if (status == FAIRU_OK && s.binning == TOY_UNIFORM)
    status = run_coverage(c, r, m, &tables, &s);
  toy_tables_clear(&tables);
  return status;
}

static int run_binning(cli *c, toy_results *r, const toy_pool *pools, int net,
                       const fairu_classifier *classifier, int binning)
{
  net_model m = { .net = net, .settings = toy_settings_default(), .classifier = classifier };
  m.settings.method = toy_net_method(net);
  m.settings.binning = binning;
  cli_stage(c, "%s: templates in %s bins", toy_net_name(net), toy_binning_name(binning));
  int status = toy_binning_create(c->ctx, &m.settings, &m.binning);
  if (status == FAIRU_OK)
    status = fill_templates(c, r, &pools[0], &m);
  if (status == FAIRU_OK && binning == TOY_UNIFORM)
    status = toy_add_templates(c, r, toy_net_name(net), m.templates);
  cli_stage(c, "%s: fits and toys in %s bins", toy_net_name(net), toy_binning_name(binning));
  if (status == FAIRU_OK)
    status = run_truth(c, r, &pools[1], &m, M_PI_4);
  if (status == FAIRU_OK)
    status = run_truth(c, r, &pools[1], &m, M_PI_2);
  model_clear(&m);
  return status;
}

static int run_network(cli *c, toy_results *r, const toy_pool *pools, int net)
{
  fairu_classifier *classifier = NULL;
  int status = toy_train(c, r, net, &classifier);
  if (status == FAIRU_OK)
    status = toy_add_decision(c, r, toy_net_name(net), classifier);
  if (status == FAIRU_OK)
    status = run_binning(c, r, pools, net, classifier, TOY_UNIFORM);
  if (status == FAIRU_OK)
    status = run_binning(c, r, pools, net, classifier, TOY_LOGIT);
  fairu_classifier_destroy(classifier);
  return status;
}

int toy_run_networks(cli *c, toy_results *r)
{
  toy_pool pools[2] = { { { NULL, NULL }, NULL }, { { NULL, NULL }, NULL } }; /* templates; data */
  const uint64_t seed = r->options->seed * 1000;
  int status = toy_pool_create(c->ctx, r->scale.template_events, TOY_EVEN, seed + 501, &pools[0]);
  if (status == FAIRU_OK)
    status = toy_pool_create(c->ctx, r->scale.net_pool_events, TOY_EVEN, seed + 502, &pools[1]);
  for (int net = 0; net < TOY_NETS && status == FAIRU_OK; net++)
    status = run_network(c, r, pools, net);
  toy_pool_clear(&pools[0]);
  toy_pool_clear(&pools[1]);
  return status;
}
