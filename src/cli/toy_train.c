/* toy_train.c - networks: three by the methods baseline, augmented, aware; two for the event-wise likelihood. */
#include "toy_results.h"

#include <stdlib.h>

/* ---- by a method ---------------------------------------------------------------------------------------- */

/* The angles that events are shown at: hidden ones as published, from 0 to pi/2; an aware network learns all that hypotheses may have. */
static int angles_of(cli *c, int net, fairu_systematics **out)
{
  const int augmented = net == TOY_NET_AUGMENTED;
  return toy_training_create(c->ctx, augmented ? 0.0 : TOY_Z_LOWER, augmented ? M_PI_2 : TOY_Z_UPPER, out);
}

static int train_by_method(cli *c, const toy_results *r, int net, const fairu_training_options *training,
                           fairu_classifier **out)
{
  fairu_method_options method;
  fairu_systematics *systematics = NULL;
  fairu_events *events = NULL;
  int status = fairu_method_options_init(&method, sizeof method);
  method.method = net == TOY_NET_BASELINE    ? FAIRU_METHOD_BASELINE
                  : net == TOY_NET_AUGMENTED ? FAIRU_METHOD_AUGMENTED
                                             : FAIRU_METHOD_AWARE;
  method.training = training;
  method.copies = 1;
  if (status == FAIRU_OK)
    status = toy_events_both(c->ctx, net == TOY_NET_RATIO ? r->scale.ratio_events : r->scale.training_events,
                             TOY_RANDOM, r->options->seed * 8 + (uint64_t)net, &events);
  if (status == FAIRU_OK)
    status = angles_of(c, net, &systematics);
  if (status == FAIRU_OK)
    status = fairu_method_train(c->ctx, events, systematics, &method, NULL, NULL, out);
  fairu_systematics_destroy(systematics);
  fairu_events_destroy(events);
  return status;
}

/* ---- background at z against background at the nominal angle: a table of its own, since class 0 stays where it is ------- */

enum { DENSITY_ANGLES = 41, DENSITY_COLUMNS = 3 };

/* Rows from `row` on: n background events at the angle z (label 1) or at nominal (0), told z. */
static int put_events(cli *c, const fairu_systematics *systematics, int label, double z, size_t n,
                      uint64_t seed, fairu_events *table, size_t row)
{
  const double made_at = label ? z : TOY_NOMINAL;
  fairu_events *made = NULL, *turned = NULL;
  int status = toy_events_create(c->ctx, TOY_BACKGROUND_PROCESS, n, TOY_RANDOM, seed, &made);
  if (status == FAIRU_OK)
    status = fairu_systematics_apply(systematics, c->ctx, made, &made_at, 1, seed, NULL, &turned);
  for (size_t column = 0; column < DENSITY_COLUMNS && status == FAIRU_OK; column++) {
    float *to;
    size_t stride;
    status = fairu_events_column_data(table, c->ctx, column, &to);
    const float *from = column < 2 ? fairu_events_column(turned, column, &stride) : NULL;
    for (size_t i = 0; i < n && status == FAIRU_OK; i++)
      to[row + i] = from ? from[i * stride] : (float)z;
  }
  fairu_events_destroy(made);
  fairu_events_destroy(turned);
  return status;
}

static int density_table(cli *c, const toy_results *r, fairu_events **out)
{
  static const char *const names[DENSITY_COLUMNS] = { "x", "y", "z" };
  const size_t n = r->scale.ratio_events / DENSITY_ANGLES, rows = 2 * n * DENSITY_ANGLES;
  fairu_systematics *systematics = NULL;
  int32_t *labels = malloc(rows * sizeof *labels);
  *out = NULL;
  int status =
      labels ? fairu_events_create(c->ctx, rows, DENSITY_COLUMNS, names, out) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = toy_systematics_create(c->ctx, &systematics);
  for (size_t part = 0; part < 2 * DENSITY_ANGLES && status == FAIRU_OK; part++) {
    const uint64_t seed = (r->options->seed * 8 + (uint64_t)TOY_NET_DENSITY) * 1000 + part;
    for (size_t i = 0; i < n; i++)
      labels[part * n + i] = part % 2 == 0;
    status =
        put_events(c, systematics, part % 2 == 0, TOY_Z_LOWER + toy_angle(part / 2), n, seed, *out, part * n);
  }
  if (status == FAIRU_OK)
    status = fairu_events_set_labels(*out, c->ctx, labels, rows);
  fairu_systematics_destroy(systematics);
  free(labels);
  return status;
}

static int train_density(cli *c, const toy_results *r, fairu_training_options *training,
                         fairu_classifier **out)
{
  static const char *const nuisances[1] = { "z" };
  fairu_events *table = NULL;
  int status = density_table(c, r, &table);
  training->nuisances = nuisances;
  training->n_nuisances = 1;
  if (status == FAIRU_OK)
    status = fairu_classifier_train(c->ctx, table, training, NULL, out);
  fairu_events_destroy(table);
  return status;
}

/* ---- what is kept --------------------------------------------------------------------------------------- */

/* Score events of one angle and compare with the closed form. */
static int measure_auc(cli *c, toy_results *r, int net, const fairu_classifier *classifier,
                       const toy_pool *pool, double z)
{
  fairu_events *both = NULL, *turned = NULL;
  int status = fairu_events_concatenate(pool->events[0], c->ctx, pool->events[1], &both);
  if (status == FAIRU_OK)
    status = fairu_systematics_apply(pool->systematics, c->ctx, both, &z, 1, 1, NULL, &turned);
  const size_t n = fairu_events_n_events(turned);
  float *scores = malloc((n + 1) * sizeof *scores);
  if (status == FAIRU_OK && !scores)
    status = FAIRU_ERR_OUT_OF_MEMORY;
  const int aware = net == TOY_NET_AWARE;
  toy_auc_row row = { net, z, 0.0, toy_auc(aware ? 0.0 : z - TOY_NOMINAL) };
  if (status == FAIRU_OK)
    status = fairu_classifier_score_events(classifier, c->ctx, turned, aware ? &z : NULL, 1, aware ? 1 : 0,
                                           FAIRU_OUTPUT_LOGIT, scores);
  if (status == FAIRU_OK)
    status = fairu_auc(c->ctx, scores, fairu_events_labels(turned), NULL, n, &row.auc);
  if (status == FAIRU_OK && r->n_aucs < TOY_MAX_AUCS)
    r->aucs[r->n_aucs++] = row;
  free(scores);
  fairu_events_destroy(both);
  fairu_events_destroy(turned);
  return status;
}

typedef struct loss_log {
  toy_results *results;
  int net;
} loss_log;

static int on_epoch(size_t epoch, double training_loss, double validation_loss, void *user_data)
{
  loss_log *log = user_data;
  toy_results *r = log->results;
  (void)validation_loss;
  if (r->n_losses < TOY_MAX_LOSSES)
    r->losses[r->n_losses++] = (toy_loss_row){ log->net, epoch, training_loss };
  return 0;
}

static int train(cli *c, toy_results *r, int net, fairu_classifier **out)
{
  static const char *const features[2] = { "x", "y" };
  fairu_training_options options;
  loss_log log = { r, net };
  const int status = fairu_training_options_init(&options, sizeof options);
  options.features = features;
  options.n_features = 2;
  options.epochs = r->scale.epochs;
  if (net >= TOY_NET_RATIO) { /* here logits themselves count: smooth ones, trained until they settle */
    options.epochs = r->scale.ratio_epochs;
    options.activation = FAIRU_ACTIVATION_TANH;
    options.schedule = FAIRU_SCHEDULE_COSINE;
    options.learning_rate = 3e-3;
  }
  options.seed = r->options->seed + (uint64_t)net;
  options.on_epoch = on_epoch;
  options.user_data = &log;
  *out = NULL;
  cli_stage(c, "%s: training", toy_net_name(net));
  if (status != FAIRU_OK)
    return status;
  return net == TOY_NET_DENSITY ? train_density(c, r, &options, out)
                                : train_by_method(c, r, net, &options, out);
}

int toy_train(cli *c, toy_results *r, int net, fairu_classifier **out)
{
  const double angles[2] = { M_PI_4, M_PI_2 };
  toy_pool pool = { 0 };
  int status = train(c, r, net, out);
  cli_stage(c, "%s: AUC", toy_net_name(net));
  if (status == FAIRU_OK)
    status = toy_pool_create(c->ctx, r->scale.auc_events, TOY_RANDOM, r->options->seed * 1000 + 777, &pool);
  for (size_t i = 0; i < 2 && status == FAIRU_OK; i++)
    status = measure_auc(c, r, net, *out, &pool, angles[i]);
  toy_pool_clear(&pool);
  return status;
}

int toy_train_ratio(cli *c, toy_results *r, int net, fairu_classifier **out)
{
  return train(c, r, net, out);
}
