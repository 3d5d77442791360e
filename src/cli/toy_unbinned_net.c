/* toy_unbinned_net.c - the event-wise likelihood with learned ratios: one network for signal against background, one for
 * background at z against background at pi/4; the second one made to integrate to one over simulated events. */
#include "study.h"
#include "toy_results.h"

#include <stdlib.h>
#include <string.h>

/* Tables of the learned ratios. */
typedef struct net_tables {
  fairu_grid *grid;
  fairu_event_terms *pool; /* both classes at pi/4: where densities are normalised */
  fairu_event_terms *data; /* both classes at the truth */
  double *weights;         /* [n] of data: of the simulation, not of the model */
  size_t n, n_signal;
} net_tables;

static void tables_clear(net_tables *t)
{
  fairu_event_terms_destroy(t->pool);
  fairu_event_terms_destroy(t->data);
  fairu_grid_destroy(t->grid);
  free(t->weights);
  *t = (net_tables){ 0 };
}

static int score(cli *c, const net_tables *t, const fairu_events *events, const toy_unbinned_nets *nets,
                 fairu_event_terms **out)
{
  fairu_event_classifiers classifiers;
  const int status = fairu_event_classifiers_init(&classifiers, sizeof classifiers);
  classifiers.ratio = nets->ratio;
  classifiers.density = nets->density;
  return status == FAIRU_OK
             ? fairu_event_terms_create_from_classifiers(c->ctx, t->grid, events, &classifiers, out)
             : status;
}

/* Both classes of a simulation, turned to z; signal rows first. */
static int turn(cli *c, const toy_pool *simulation, double z, fairu_events **out)
{
  fairu_events *both = NULL;
  int status = fairu_events_concatenate(simulation->events[TOY_SIGNAL_PROCESS], c->ctx,
                                        simulation->events[TOY_BACKGROUND_PROCESS], &both);
  if (status == FAIRU_OK)
    status = fairu_systematics_apply(simulation->systematics, c->ctx, both, &z, 1, 1, NULL, out);
  fairu_events_destroy(both);
  return status;
}

/* Of n_b background and n_s signal rows that stand for their densities alike, a row of either stands for p_b / (p_b + p_s) =
 * 1 / (1 + r) of the background, with the learned r. */
static int set_pool(cli *c, const fairu_events *events, fairu_event_terms *pool)
{
  const size_t n = fairu_events_n_events(events);
  const double z = TOY_NOMINAL, *simulated = fairu_events_weights(events);
  double *weights = malloc((n + 1) * sizeof *weights), *ratio = malloc((2 * n + 1) * sizeof *ratio);
  int status = weights && ratio ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_event_terms_evaluate(0, n, &z, 1, ratio, NULL, NULL, ratio + n, NULL, NULL, pool);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    const double yield = fairu_events_labels(events)[i] ? TOY_SIGNAL : TOY_BACKGROUND;
    weights[i] = simulated[i] / yield / (1.0 + exp(ratio[i]));
  }
  if (status == FAIRU_OK)
    status = fairu_event_terms_set_pool(pool, c->ctx, weights, n);
  free(weights);
  free(ratio);
  return status;
}

static int make_pool(cli *c, const toy_pool *simulation, const toy_unbinned_nets *nets, net_tables *t)
{
  fairu_events *events = NULL;
  int status = turn(c, simulation, TOY_NOMINAL, &events);
  if (status == FAIRU_OK)
    status = score(c, t, events, nets, &t->pool);
  if (status == FAIRU_OK)
    status = set_pool(c, events, t->pool);
  fairu_events_destroy(events);
  return status;
}

static int make_data(cli *c, const toy_pool *simulation, const toy_unbinned_nets *nets, double z_true,
                     net_tables *t)
{
  fairu_events *events = NULL;
  int status = turn(c, simulation, z_true, &events);
  if (status == FAIRU_OK)
    status = score(c, t, events, nets, &t->data);
  t->n = fairu_events_n_events(events);
  t->n_signal = fairu_events_n_events(simulation->events[TOY_SIGNAL_PROCESS]);
  t->weights = malloc((t->n + 1) * sizeof *t->weights);
  if (status == FAIRU_OK && !t->weights)
    status = FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    memcpy(t->weights, fairu_events_weights(events), t->n * sizeof *t->weights);
  fairu_events_destroy(events);
  return status;
}

/* The pool last: it is what both are normalised over. */
static int make_tables(cli *c, const toy_pool *pools, const toy_unbinned_nets *nets, double z_true,
                       net_tables *t)
{
  *t = (net_tables){ 0 };
  int status = toy_unbinned_grid(c->ctx, &t->grid);
  if (status == FAIRU_OK)
    status = make_pool(c, &pools[0], nets, t);
  if (status == FAIRU_OK)
    status = make_data(c, &pools[1], nets, z_true, t);
  if (status == FAIRU_OK)
    status = fairu_event_terms_normalise(t->data, c->ctx, t->pool, FAIRU_NORMALISE_BACKGROUND);
  return status == FAIRU_OK
             ? fairu_event_terms_normalise(t->pool, c->ctx, t->pool, FAIRU_NORMALISE_BACKGROUND)
             : status;
}

/* ---- toys --------------------------------------------------------------------------------------------- */

typedef struct net_toys {
  const net_tables *tables;
  const toy_settings *settings;
  const fairu_likelihood *likelihood;
  const double *means;
  uint64_t seed;
} net_toys;

static int estimate(fairu_context *ctx, uint64_t toy, fairu_toy_result *result, void *user_data)
{
  const net_toys *toys = user_data;
  fairu_data *data = NULL;
  int status = fairu_data_create(ctx, toys->likelihood, &data);
  if (status == FAIRU_OK)
    status = fairu_data_set_event_terms(data, ctx, toys->tables->data, NULL, toys->tables->n);
  if (status == FAIRU_OK)
    status = fairu_data_draw_events(data, ctx, toys->means, toys->tables->n, toys->seed, toy);
  if (status == FAIRU_OK)
    status = toy_unbinned_draw_prior(toys->settings, data, ctx, toys->seed, toy);
  if (status == FAIRU_OK)
    status = toy_unbinned_estimate(toys->likelihood, data, ctx, result);
  fairu_data_destroy(data);
  return status;
}

static int run_toys(cli *c, toy_results *r, const net_toys *toys)
{
  fairu_coverage found;
  const size_t n = r->scale.unbinned_toys;
  fairu_toy_result *results = calloc(n + 1, sizeof *results);
  if (!results)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = fairu_toys_run(c->ctx, 0, n, estimate, (void *)(uintptr_t)toys, results);
  if (status == FAIRU_OK)
    status = study_coverage(c->ctx, toys->settings->mu_true, results, n, &found);
  free(results);
  return status == FAIRU_OK ? toy_add_coverage(c, r, "unbinned_net", 1, toys->settings, &found) : status;
}

/* ---- one truth ---------------------------------------------------------------------------------------- */

static int run_case(cli *c, toy_results *r, const net_tables *t, const toy_settings *s)
{
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  toy_unbinned_fit fit;
  double *means = malloc((t->n + 1) * sizeof *means);
  int status = means ? toy_unbinned_model(c->ctx, s, t->pool, &likelihood, &data) : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < t->n && status == FAIRU_OK; i++)
    means[i] = t->weights[i] * (i < t->n_signal ? s->mu_true : 1.0);
  if (status == FAIRU_OK)
    status = fairu_data_set_event_terms(data, c->ctx, t->data, means, t->n);
  if (status == FAIRU_OK)
    status = toy_unbinned_measure(likelihood, data, c->ctx, &fit);
  if (status == FAIRU_OK)
    status = toy_add_unbinned(c, r, "unbinned_net", s, &fit);
  const net_toys toys = { t, s, likelihood, means, r->options->seed };
  if (status == FAIRU_OK && s->mu_true < 1.5)
    status = run_toys(c, r, &toys);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  free(means);
  return status;
}

static int run_truths(cli *c, toy_results *r, const toy_pool *pools, const toy_unbinned_nets *nets)
{
  const double angles[2] = { M_PI_4, M_PI_2 };
  int status = FAIRU_OK;
  for (int i = 0; i < 2 && status == FAIRU_OK; i++) {
    toy_settings s = toy_settings_default();
    net_tables tables;
    s.z_true = angles[i];
    cli_stage(c, "unbinned_net, %s", toy_case_name(&s));
    status = make_tables(c, pools, nets, s.z_true, &tables);
    for (int mu = 1; mu < 3 && status == FAIRU_OK; mu++) {
      s.mu_true = mu;
      status = run_case(c, r, &tables, &s);
    }
    tables_clear(&tables);
  }
  return status;
}

int toy_run_unbinned_nets(cli *c, toy_results *r)
{
  const uint64_t seed = r->options->seed * 1000 + 503;
  toy_pool pools[2] = { { { NULL, NULL }, NULL }, { { NULL, NULL }, NULL } }; /* normalisation; data */
  fairu_classifier *ratio = NULL, *density = NULL;
  int status = toy_train_ratio(c, r, TOY_NET_RATIO, &ratio);
  if (status == FAIRU_OK)
    status = toy_train_ratio(c, r, TOY_NET_DENSITY, &density);
  for (uint64_t i = 0; i < 2 && status == FAIRU_OK; i++)
    status = toy_pool_create(c->ctx, r->scale.unbinned_events, TOY_EVEN, seed + i, &pools[i]);
  const toy_unbinned_nets nets = { ratio, density };
  if (status == FAIRU_OK)
    status = run_truths(c, r, pools, &nets);
  toy_pool_clear(&pools[0]);
  toy_pool_clear(&pools[1]);
  fairu_classifier_destroy(ratio);
  fairu_classifier_destroy(density);
  return status;
}
