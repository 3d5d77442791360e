/* world.h - one small object of each kind, for tests that go through every function. */
#ifndef FAIRU_TESTS_ABI_WORLD_H
#define FAIRU_TESTS_ABI_WORLD_H

#include "likelihood/small_model.h"
#include "templates/chain.h"

enum { WORLD_EVENTS = 40 };

typedef struct world {
  fairu_context *ctx;
  chain parts;          /* grid, binning, systematics, classifiers of the rotating toy */
  fairu_events *events; /* x, unused, y; weights, labels, ids */
  fairu_bin_table *table;
  fairu_fill *fill;
  fairu_classifier *network; /* x, y and angle */
  small_model small;         /* templates, likelihood, data */
  fairu_likelihood *turning; /* mu, angle: a model of what `table` and `fill` hold */
  fairu_data *turning_data;
  fairu_tally *tally;
  char path[512], csv[512], npy[512], model[512], fill_path[512], templates_path[512], missing[512];
} world;

static const char *const world_processes[1] = { "signal" };
static const char *const world_features[2] = { "x", "y" };
static const char *const world_nuisances[1] = { "angle" };
static const double world_z[1] = { 0.3 };
static const double world_params[small_params] = { 1.1, 0.9, 1.05, 0.2, -0.1 };
static const float world_rows[4] = { 0.1f, 0.2f, -0.3f, 0.4f };
static const double world_weights[8] = { 0.1, -0.2, 0.3, 0.4, -0.5, 0.6, 0.7, 0.8 };

/* Options of a short training on the world's events, with one hidden layer; NULL: the usual ones. */
static inline int world_training(fairu_training_options *training, const size_t *hidden)
{
  const int status = fairu_training_options_init(training, sizeof *training);
  training->features = world_features;
  training->n_features = 2;
  training->epochs = 1;
  if (hidden) {
    training->hidden = hidden;
    training->n_hidden = 1;
  }
  return status;
}

static inline int world_network(fairu_context *ctx, fairu_classifier **out)
{
  static const float w1[12] = { 0.1f, 0.2f, 0.3f, -0.1f, 0.5f, 0.2f, 0.3f, 0.1f, -0.4f, 0.2f, 0.6f, -0.2f };
  static const float w2[4] = { 0.5f, -0.5f, 0.25f, 1.0f }, bias[4] = { 0.1f, 0.0f, -0.1f, 0.2f };
  const fairu_layer layers[2] = { { 3, 4, FAIRU_ACTIVATION_RELU, w1, bias },
                                  { 4, 1, FAIRU_ACTIVATION_SIGMOID, w2, bias } };
  fairu_network_options options;
  int status = fairu_network_options_init(&options, sizeof options);
  options.features = world_features;
  options.n_features = 2;
  options.nuisances = world_nuisances;
  options.n_nuisances = 1;
  if (status == FAIRU_OK)
    status = fairu_classifier_create_network(ctx, &options, layers, 2, out);
  return status;
}

static inline int world_turning_yields(size_t process, const double *z, size_t n_axes, size_t n_bins,
                                       double *yields, double *variances, void *user_data)
{
  (void)process, (void)n_axes, (void)variances, (void)user_data;
  for (size_t j = 0; j < n_bins; j++)
    yields[j] = 8.0 + (double)j * (1.0 + cos(z[0]));
  return 0;
}

static inline int world_turning(fairu_context *ctx, const fairu_grid *grid, fairu_likelihood **out)
{
  static const fairu_factor mu = { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL };
  fairu_templates *templates = NULL;
  fairu_likelihood_options options;
  int status = fairu_likelihood_options_init(&options, sizeof options);
  options.factors = &mu;
  options.n_factors = 1;
  options.mc_stat = FAIRU_MC_STAT_NONE;
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_function(ctx, grid, world_processes, 1, 4, world_turning_yields,
                                                  NULL, FAIRU_INTERPOLATION_LOG, &templates);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create(ctx, templates, &options, out);
  fairu_templates_destroy(templates);
  return status;
}

static inline fairu_events *world_events(fairu_context *ctx)
{
  fairu_events *events = chain_events(ctx, WORLD_EVENTS, 1.0, 0);
  double weights[WORLD_EVENTS];
  int32_t labels[WORLD_EVENTS];
  uint64_t ids[WORLD_EVENTS];
  for (size_t i = 0; i < WORLD_EVENTS; i++) {
    weights[i] = 0.5 + (double)i / WORLD_EVENTS;
    labels[i] = (int32_t)(i % 2);
    ids[i] = 1000 + 7 * i;
  }
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, WORLD_EVENTS));
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, WORLD_EVENTS));
  CHECK_OK(ctx, fairu_events_set_ids(events, ctx, ids, WORLD_EVENTS));
  return events;
}

static inline void world_files(world *w)
{
  support_path(w->path, sizeof w->path, "written");
  CHECK_OK(w->ctx, fairu_events_write_csv(w->events, w->ctx, support_path(w->csv, 512, "e.csv.gz"), NULL));
  CHECK_OK(w->ctx, fairu_events_write_npy(w->events, w->ctx, support_path(w->npy, 512, "e.npy")));
  CHECK_OK(w->ctx, fairu_classifier_save(w->network, w->ctx, support_path(w->model, 512, "m")));
  CHECK_OK(w->ctx, fairu_fill_save(w->fill, w->ctx, support_path(w->fill_path, 512, "f")));
  CHECK_OK(w->ctx,
           fairu_templates_save(w->small.templates, w->ctx, support_path(w->templates_path, 512, "t")));
  support_path(w->missing, sizeof w->missing, "no/such/folder/file");
}

static inline world world_make(void)
{
  world w = { .ctx = support_context() };
  const small_options o = { .mc_stat = FAIRU_MC_STAT_MOVING,
                            .kind = FAIRU_CONSTRAINT_AUXILIARY,
                            .prior = FAIRU_PRIOR_GAUSSIAN,
                            .interpolation = FAIRU_INTERPOLATION_LOG };
  CHECK_OK(w.ctx, chain_make_parts(w.ctx, &w.parts));
  w.events = world_events(w.ctx);
  CHECK_OK(w.ctx, fairu_bin_table_create(w.ctx, w.parts.grid, w.parts.binning, w.events, &w.parts.options, 0,
                                         &w.table));
  CHECK_OK(w.ctx, fairu_fill_create(w.ctx, w.parts.grid, w.parts.binning, world_processes, 1, &w.fill));
  CHECK_OK(w.ctx, fairu_fill_add(w.fill, w.ctx, "signal", w.events, &w.parts.options));
  CHECK_OK(w.ctx, world_network(w.ctx, &w.network));
  CHECK_OK(w.ctx, small_create(w.ctx, &o, &w.small));
  CHECK_OK(w.ctx, world_turning(w.ctx, w.parts.grid, &w.turning));
  CHECK_OK(w.ctx, fairu_data_create(w.ctx, w.turning, &w.turning_data));
  CHECK_OK(w.ctx, fairu_tally_create(w.ctx, 1.0, &w.tally));
  world_files(&w);
  return w;
}

static inline void world_free(world *w)
{
  chain_free(&w->parts);
  fairu_events_destroy(w->events);
  fairu_bin_table_destroy(w->table);
  fairu_fill_destroy(w->fill);
  fairu_classifier_destroy(w->network);
  small_destroy(&w->small);
  fairu_data_destroy(w->turning_data);
  fairu_likelihood_destroy(w->turning);
  fairu_tally_destroy(w->tally);
  fairu_context_destroy(w->ctx);
}

/* ---- callbacks ---------------------------------------------------------------------------------------- */

static inline int world_transform(const double *z, size_t n_nuisances, uint64_t seed, size_t first_row,
                                  size_t n_events, float *const *columns, size_t n_columns, double *weights,
                                  unsigned char *passed, void *user_data)
{
  (void)n_columns, (void)z, (void)n_nuisances, (void)seed, (void)first_row, (void)weights, (void)passed,
      (void)user_data;
  for (size_t i = 0; i < n_events; i++)
    columns[0][i] += 0.1f;
  return 0;
}

static inline int world_score(const float *features, size_t n_events, size_t n_features, const double *z,
                              size_t n_nuisances, float *logits, void *user_data)
{
  (void)n_features, (void)n_nuisances, (void)z, (void)user_data;
  for (size_t i = 0; i < n_events; i++)
    logits[i] = features[2 * i] - features[2 * i + 1];
  return 0;
}

static inline int world_term(size_t first, size_t n, const double *z, size_t n_z, double *log_ratio,
                             double *d_log_ratio, double *d2_log_ratio, double *log_density,
                             double *d_log_density, double *d2_log_density, void *user_data)
{
  (void)z, (void)user_data;
  for (size_t i = 0; i < n; i++) {
    log_ratio[i] = sin((double)(first + i));
    log_density[i] = 0.0;
    for (size_t k = 0; k < n_z; k++) {
      if (d_log_ratio)
        d_log_ratio[i * n_z + k] = 0.0;
      if (d_log_density)
        d_log_density[i * n_z + k] = 0.0;
    }
    for (size_t k = 0; k < n_z * n_z; k++) {
      if (d2_log_ratio)
        d2_log_ratio[i * n_z * n_z + k] = 0.0;
      if (d2_log_density)
        d2_log_density[i * n_z * n_z + k] = 0.0;
    }
  }
  return 0;
}

/* An event-wise model with one factor and no nuisance. */
static inline int world_event_likelihood(fairu_context *ctx, fairu_likelihood **out)
{
  static const fairu_factor mu = { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL };
  fairu_event_model model;
  fairu_likelihood_options options;
  int status = fairu_event_model_init(&model, sizeof model);
  if (status == FAIRU_OK)
    status = fairu_likelihood_options_init(&options, sizeof options);
  model.signal_yield = 10.0;
  model.background_yield = 50.0;
  model.term = world_term;
  options.factors = &mu;
  options.n_factors = 1;
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_unbinned(ctx, &model, &options, out);
  return status;
}

#endif /* FAIRU_TESTS_ABI_WORLD_H */
