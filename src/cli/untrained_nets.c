/* untrained_nets.c - two trained networks, one told z, one told z and k; their templates; the same questions. */
#include "untrained_results.h"

#include <stdlib.h>

enum { TRAINING_COLUMNS = 4, K_STEPS = 8 };

/* ---- training ----------------------------------------------------------------------------------------- */

/* Points of training part i: all angles; k at 0.4, 0.6, .. 1.8 for the network that is told it, else nominal: it never saw another. */
static size_t n_parts(int net)
{
  return net == 0 ? PLANE_Z_KNOTS : PLANE_Z_KNOTS * K_STEPS;
}

static plane_point part_point(int net, size_t i)
{
  return (plane_point){ toy_angle(i % PLANE_Z_KNOTS),
                        net == 0 ? PLANE_K_NOMINAL : 0.2 * (double)(i / PLANE_Z_KNOTS + 2) };
}

/* Rows from `row` on: n events of one process made at a point. */
static int put_events(cli *c, const fairu_systematics *systematics, int process, plane_point at, size_t n,
                      uint64_t seed, fairu_events *table, size_t row)
{
  const double z[2] = { at.z, at.k };
  fairu_events *made = NULL, *shifted = NULL;
  int status = toy_events_create(c->ctx, process, n, TOY_RANDOM, seed, &made);
  if (status == FAIRU_OK)
    status = fairu_systematics_apply(systematics, c->ctx, made, z, 2, seed, NULL, &shifted);
  for (size_t column = 0; column < TRAINING_COLUMNS && status == FAIRU_OK; column++) {
    float *to;
    size_t stride = 1;
    status = fairu_events_column_data(table, c->ctx, column, &to);
    const float *from = column < 2 ? fairu_events_column(shifted, column, &stride) : NULL;
    for (size_t i = 0; i < n && status == FAIRU_OK; i++)
      to[row + i] = from ? from[i * stride] : (float)z[column - 2];
  }
  fairu_events_destroy(made);
  fairu_events_destroy(shifted);
  return status;
}

static int training_table(cli *c, const untrained_results *r, int net, fairu_events **out)
{
  static const char *const names[TRAINING_COLUMNS] = { "x", "y", "z", "k" };
  const size_t parts = n_parts(net), n = r->scale.training_events / parts, rows = 2 * n * parts;
  fairu_systematics *systematics = NULL;
  int32_t *labels = malloc(rows * sizeof *labels);
  int status =
      labels ? fairu_events_create(c->ctx, rows, TRAINING_COLUMNS, names, out) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = plane_systematics_create(c->ctx, &systematics);
  for (size_t i = 0; i < 2 * parts && status == FAIRU_OK; i++) {
    const int process = i % 2 ? TOY_SIGNAL_PROCESS : TOY_BACKGROUND_PROCESS;
    for (size_t k = 0; k < n; k++)
      labels[i * n + k] = process == TOY_SIGNAL_PROCESS;
    status = put_events(c, systematics, process, part_point(net, i / 2), n,
                        r->options->seed * 100000 + 1000 * (uint64_t)net + i, *out, i * n);
  }
  if (status == FAIRU_OK)
    status = fairu_events_set_labels(*out, c->ctx, labels, rows);
  fairu_systematics_destroy(systematics);
  free(labels);
  return status;
}

static int keep_loss(size_t epoch, double training_loss, double validation_loss, void *user_data)
{
  untrained_net *net = user_data;
  (void)epoch, (void)validation_loss;
  net->final_loss = training_loss;
  return 0;
}

int untrained_train(cli *c, untrained_results *r, int net, fairu_classifier **out)
{
  static const char *const features[2] = { "x", "y" }, *const nuisances[2] = { "z", "k" };
  static const size_t hidden[2] = { 32, 32 };
  fairu_training_options options;
  fairu_events *table = NULL;
  *out = NULL;
  cli_stage(c, "training the network that is told %s", net == 0 ? "z" : "z and k");
  int status = training_table(c, r, net, &table);
  if (status == FAIRU_OK)
    status = fairu_training_options_init(&options, sizeof options);
  if (status == FAIRU_OK) {
    options.features = features;
    options.n_features = 2;
    options.nuisances = nuisances;
    options.n_nuisances = net == 0 ? 1 : 2;
    options.hidden = hidden;
    options.n_hidden = 2;
    options.activation = FAIRU_TANH;
    options.schedule = FAIRU_SCHEDULE_COSINE;
    options.learning_rate = 5e-3;
    options.batch = 1024;
    options.epochs = r->scale.epochs;
    options.seed = r->options->seed + (uint64_t)net;
    options.on_epoch = keep_loss;
    options.user_data = &r->nets[net];
    status = fairu_classifier_train(c->ctx, table, &options, NULL, out);
  }
  fairu_events_destroy(table);
  return status;
}

/* ---- templates and questions -------------------------------------------------------------------------- */

/* Events shifted in both nuisances; the network hears of those it knows. */
static int net_templates(cli *c, const fairu_classifier *classifier, const toy_pool *pool,
                         const fairu_systematics *systematics, fairu_templates **out)
{
  static const char *const processes[2] = { "signal", "background" };
  fairu_fill_options options;
  fairu_binning *binning = NULL;
  fairu_grid *grid = NULL;
  fairu_fill *fill = NULL;
  int status = fairu_fill_options_init(&options, sizeof options);
  options.systematics = systematics;
  options.classifier = classifier;
  if (status == FAIRU_OK)
    status = plane_binning_create(c->ctx, &binning);
  if (status == FAIRU_OK)
    status = plane_grid_create(c->ctx, 1, &grid);
  if (status == FAIRU_OK)
    status = fairu_fill_create(c->ctx, grid, binning, processes, 2, &fill);
  for (int process = 0; process < 2 && status == FAIRU_OK; process++)
    status = fairu_fill_add(fill, c->ctx, processes[process], pool->events[process], &options);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_fill(c->ctx, fill, FAIRU_INTERPOLATE_SQRT, out);
  fairu_fill_destroy(fill);
  fairu_grid_destroy(grid);
  fairu_binning_destroy(binning);
  return status;
}

/* Pools of templates and of data: other events. */
typedef struct pools {
  toy_pool templates, data;
  fairu_systematics *systematics;
} pools;

static int ask(cli *c, untrained_results *r, const pools *p, int net, const fairu_classifier *classifier)
{
  static const size_t truths[3] = { 0, 2, 3 }; /* nominal, k off by one and by two */
  fairu_templates *templates = NULL;
  cli_stage(c, "templates of the network that is told %s", net == 0 ? "z" : "z and k");
  int status = net_templates(c, classifier, &p->templates, p->systematics, &templates);
  const int first = net == 0 ? PLANE_PROFILED : PLANE_BOTH, last = net == 0 ? PLANE_IGNORED : PLANE_BOTH;
  for (int method = first; method <= last && status == FAIRU_OK; method++) {
    const plane_model model = { method, 1, classifier, templates };
    for (size_t i = 0; i < 3 && status == FAIRU_OK; i++)
      status = untrained_add_plane(c, r, &model, &p->data, p->systematics, truths[i],
                                   net == 0 ? r->scale.toys : r->scale.both_toys);
  }
  fairu_templates_destroy(templates);
  return status;
}

int untrained_run_nets(cli *c, untrained_results *r)
{
  pools p = { 0 };
  int status =
      toy_pool_create(c->ctx, r->scale.template_events, TOY_EVEN, r->options->seed + 101, &p.templates);
  if (status == FAIRU_OK)
    status = toy_pool_create(c->ctx, r->scale.pool_events, TOY_EVEN, r->options->seed + 202, &p.data);
  if (status == FAIRU_OK)
    status = plane_systematics_create(c->ctx, &p.systematics);
  for (int net = 0; net < UNTRAINED_NETS && status == FAIRU_OK; net++) {
    fairu_classifier *classifier = NULL;
    status = untrained_train(c, r, net, &classifier);
    if (status == FAIRU_OK)
      status = ask(c, r, &p, net, classifier);
    fairu_classifier_destroy(classifier);
  }
  fairu_systematics_destroy(p.systematics);
  toy_pool_clear(&p.templates);
  toy_pool_clear(&p.data);
  return status;
}
