/* untrained_nets.c - two trained networks, one told z, one told z and k; their templates; the same questions. */
#include "untrained_results.h"

/* ---- training ----------------------------------------------------------------------------------------- */

static int keep_loss(size_t epoch, double training_loss, double validation_loss, void *user_data)
{
  untrained_net *net = user_data;
  (void)epoch, (void)validation_loss;
  net->final_loss = training_loss;
  return 0;
}

static int set_training(untrained_results *r, int net, fairu_training_options *options)
{
  static const char *const features[2] = { "x", "y" };
  static const size_t hidden[2] = { 32, 32 };
  const int status = fairu_training_options_init(options, sizeof *options);
  options->features = features;
  options->n_features = 2;
  options->hidden = hidden;
  options->n_hidden = 2;
  options->activation = FAIRU_ACTIVATION_TANH;
  options->schedule = FAIRU_SCHEDULE_COSINE;
  options->learning_rate = 5e-3;
  options->batch = 1024;
  options->epochs = r->scale.epochs;
  options->seed = r->options->seed + (uint64_t)net;
  options->on_epoch = keep_loss;
  options->user_data = &r->nets[net];
  return status;
}

/* Net 0 is told z, and never sees another k than the nominal one; net 1 is told both. */
int untrained_train(cli *c, untrained_results *r, int net, fairu_classifier **out)
{
  static const char *const nuisances[2] = { "z", "k" };
  fairu_training_options training;
  fairu_method_options method;
  fairu_systematics *systematics = NULL;
  fairu_events *events = NULL;
  *out = NULL;
  cli_stage(c, "training the network that is told %s", net == 0 ? "z" : "z and k");
  int status = set_training(r, net, &training);
  if (status == FAIRU_OK)
    status = fairu_method_options_init(&method, sizeof method);
  method.method = FAIRU_METHOD_AWARE;
  method.training = &training;
  method.nuisances = nuisances;
  method.n_nuisances = net == 0 ? 1 : 2;
  method.copies = 1;
  if (status == FAIRU_OK)
    status = toy_events_both(c->ctx, r->scale.training_events, TOY_RANDOM,
                             r->options->seed * 100000 + 1000 * (uint64_t)net, &events);
  if (status == FAIRU_OK)
    status = plane_training_create(c->ctx, &systematics);
  if (status == FAIRU_OK)
    status = fairu_method_train(c->ctx, events, systematics, &method, NULL, NULL, out);
  fairu_systematics_destroy(systematics);
  fairu_events_destroy(events);
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
    status = fairu_templates_create_from_fill(c->ctx, fill, FAIRU_INTERPOLATION_SQRT, out);
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
