/* toy_unbinned_net.c - the event-wise likelihood with learned ratios: the aware network for signal against background, a second one for
 * background at z against background at pi/4; both made to integrate to one over simulated events. */
#include "toy_results.h"

#include <stdlib.h>

/* Tables of the learned ratios. */
typedef struct net_tables {
  fairu_grid *grid;
  fairu_event_terms *pool; /* background at pi/4: where densities are normalised */
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

static int make_pool(cli *c, const toy_pool *simulation, const toy_unbinned_nets *nets, net_tables *t)
{
  const fairu_events *background = simulation->events[TOY_BACKGROUND_PROCESS];
  int status = score(c, t, background, nets, &t->pool);
  if (status == FAIRU_OK)
    status = fairu_event_terms_set_pool(t->pool, c->ctx, fairu_events_weights(background),
                                        fairu_events_n_events(background));
  return status == FAIRU_OK ? fairu_event_terms_normalise(t->pool, c->ctx, t->pool) : status;
}

/* Signal rows first. normalisation: that of `before`, the pool as the networks left it. */
static int make_data(cli *c, const toy_pool *simulation, const toy_unbinned_nets *nets, double z_true,
                     const fairu_event_terms *before, net_tables *t)
{
  fairu_events *both = NULL, *turned = NULL;
  int status = fairu_events_concatenate(simulation->events[TOY_SIGNAL_PROCESS], c->ctx,
                                        simulation->events[TOY_BACKGROUND_PROCESS], &both);
  if (status == FAIRU_OK)
    status = fairu_systematics_apply(simulation->systematics, c->ctx, both, &z_true, 1, 1, NULL, &turned);
  if (status == FAIRU_OK)
    status = score(c, t, turned, nets, &t->data);
  if (status == FAIRU_OK)
    status = fairu_event_terms_normalise(t->data, c->ctx, before);
  t->n = fairu_events_n_events(both);
  t->n_signal = fairu_events_n_events(simulation->events[TOY_SIGNAL_PROCESS]);
  t->weights = malloc((t->n + 1) * sizeof *t->weights);
  if (status == FAIRU_OK && !t->weights)
    status = FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < t->n && status == FAIRU_OK; i++)
    t->weights[i] = fairu_events_weights(turned)[i];
  fairu_events_destroy(both);
  fairu_events_destroy(turned);
  return status;
}

static int make_tables(cli *c, const toy_pool *pools, const toy_unbinned_nets *nets, double z_true,
                       net_tables *t)
{
  fairu_event_terms *raw = NULL;
  *t = (net_tables){ 0 };
  int status = toy_unbinned_grid(c->ctx, &t->grid);
  if (status == FAIRU_OK)
    status = score(c, t, pools[0].events[TOY_BACKGROUND_PROCESS], nets, &raw);
  if (status == FAIRU_OK)
    status =
        fairu_event_terms_set_pool(raw, c->ctx, fairu_events_weights(pools[0].events[TOY_BACKGROUND_PROCESS]),
                                   fairu_events_n_events(pools[0].events[TOY_BACKGROUND_PROCESS]));
  if (status == FAIRU_OK)
    status = make_data(c, &pools[1], nets, z_true, raw, t);
  if (status == FAIRU_OK)
    status = make_pool(c, &pools[0], nets, t);
  fairu_event_terms_destroy(raw);
  return status;
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
    status = toy_unbinned_summarise(c->ctx, toys->settings->mu_true, results, n, &found);
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

int toy_run_unbinned_nets(cli *c, toy_results *r, const toy_pool *pools, const fairu_classifier *ratio)
{
  const double angles[2] = { M_PI_4, M_PI_2 };
  fairu_classifier *density = NULL;
  int status = toy_train_density(c, r, &density);
  const toy_unbinned_nets nets = { ratio, density };
  for (int i = 0; i < 2 && status == FAIRU_OK; i++) {
    toy_settings s = toy_settings_default();
    net_tables tables;
    s.z_true = angles[i];
    cli_stage(c, "unbinned_net, %s", toy_case_name(&s));
    status = make_tables(c, pools, &nets, s.z_true, &tables);
    for (int mu = 1; mu < 3 && status == FAIRU_OK; mu++) {
      s.mu_true = mu;
      status = run_case(c, r, &tables, &s);
    }
    tables_clear(&tables);
  }
  fairu_classifier_destroy(density);
  return status;
}
