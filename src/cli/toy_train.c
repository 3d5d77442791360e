/* toy_train.c - the three networks: events at the nominal angle, at hidden angles, at known angles. */
#include "toy_results.h"

#include <stdlib.h>

enum { AWARE_ANGLES = 41 };

/* Where training events of a network lie. The aware one learns the whole range that hypotheses may have. */
static size_t training_angles(int net, double *angles)
{
  const size_t n = net == TOY_NET_BASELINE ? 1 : net == TOY_NET_AUGMENTED ? TOY_ANGLES : AWARE_ANGLES;
  for (size_t k = 0; k < n; k++)
    angles[k] = net == TOY_NET_BASELINE    ? TOY_NOMINAL
                : net == TOY_NET_AUGMENTED ? toy_angle(k)
                                           : TOY_Z_LOWER + toy_angle(k);
  return n;
}

/* Part of a training table: events of one process made at z_made, with the z that the network is told. */
typedef struct training_part {
  int process, label;
  double z_made, z_told;
} training_part;

/* Both classes of a network at one angle. */
static training_part part_of(int net, int label, double z)
{
  if (net == TOY_NET_DENSITY)
    return (training_part){ TOY_BACKGROUND_PROCESS, label, label ? z : TOY_NOMINAL, z };
  return (training_part){ label ? TOY_SIGNAL_PROCESS : TOY_BACKGROUND_PROCESS, label, z, z };
}

/* Rows from `row` on. */
static int put_events(cli *c, const fairu_systematics *systematics, training_part part, size_t n,
                      uint64_t seed, fairu_events *table, size_t row, int32_t *labels)
{
  const double z = part.z_made;
  fairu_events *made = NULL, *turned = NULL;
  int status = toy_events_create(c->ctx, part.process, n, TOY_RANDOM, seed, &made);
  if (status == FAIRU_OK)
    status = fairu_systematics_apply(systematics, c->ctx, made, &z, 1, seed, NULL, &turned);
  for (size_t column = 0; column < 3 && status == FAIRU_OK; column++) {
    float *to;
    size_t stride;
    status = fairu_events_column_data(table, c->ctx, column, &to);
    const float *from = column < 2 ? fairu_events_column(turned, column, &stride) : NULL;
    for (size_t i = 0; i < n && status == FAIRU_OK; i++)
      to[row + i] = from ? from[i * stride] : (float)part.z_told;
  }
  for (size_t i = 0; i < n && status == FAIRU_OK; i++)
    labels[row + i] = part.label;
  fairu_events_destroy(made);
  fairu_events_destroy(turned);
  return status;
}

static int training_table(cli *c, const toy_results *r, int net, fairu_events **out)
{
  static const char *const names[3] = { "x", "y", "z" };
  double angles[AWARE_ANGLES];
  const size_t n_angles = training_angles(net, angles);
  const size_t n = (net >= TOY_NET_RATIO ? r->scale.ratio_events : r->scale.training_events) / n_angles;
  fairu_systematics *systematics = NULL;
  int32_t *labels = malloc(2 * n * n_angles * sizeof *labels);
  *out = NULL;
  int status =
      labels ? fairu_events_create(c->ctx, 2 * n * n_angles, 3, names, out) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = toy_systematics_create(c->ctx, &systematics);
  for (size_t part = 0; part < 2 * n_angles && status == FAIRU_OK; part++) {
    const uint64_t seed = (r->options->seed * 8 + (uint64_t)net) * 1000 + part;
    status = put_events(c, systematics, part_of(net, part % 2 == 0, angles[part / 2]), n, seed, *out,
                        part * n, labels);
  }
  if (status == FAIRU_OK)
    status = fairu_events_set_labels(*out, c->ctx, labels, 2 * n * n_angles);
  fairu_systematics_destroy(systematics);
  free(labels);
  return status;
}

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

static int train(cli *c, toy_results *r, int net, const fairu_events *table, fairu_classifier **out)
{
  static const char *const features[2] = { "x", "y" };
  static const char *const nuisances[1] = { "z" };
  fairu_training_options options;
  loss_log log = { r, net };
  int status = fairu_training_options_init(&options, sizeof options);
  options.features = features;
  options.n_features = 2;
  options.nuisances = nuisances;
  options.n_nuisances = net >= TOY_NET_AWARE;
  options.epochs = r->scale.epochs;
  if (net >= TOY_NET_RATIO) { /* here logits themselves count: smooth ones, trained until they settle */
    options.epochs = r->scale.ratio_epochs;
    options.activation = FAIRU_TANH;
    options.schedule = FAIRU_SCHEDULE_COSINE;
    options.learning_rate = 3e-3;
  }
  options.seed = r->options->seed + (uint64_t)net;
  options.on_epoch = on_epoch;
  options.user_data = &log;
  *out = NULL;
  return status == FAIRU_OK ? fairu_classifier_train(c->ctx, table, &options, NULL, out) : status;
}

int toy_train(cli *c, toy_results *r, int net, fairu_classifier **out)
{
  const double angles[2] = { M_PI_4, M_PI_2 };
  fairu_events *table = NULL;
  toy_pool pool = { 0 };
  *out = NULL;
  cli_stage(c, "%s: training", toy_net_name(net));
  int status = training_table(c, r, net, &table);
  if (status == FAIRU_OK)
    status = train(c, r, net, table, out);
  fairu_events_destroy(table);
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
  fairu_events *table = NULL;
  *out = NULL;
  cli_stage(c, "%s: training", toy_net_name(net));
  int status = training_table(c, r, net, &table);
  if (status == FAIRU_OK)
    status = train(c, r, net, table, out);
  fairu_events_destroy(table);
  return status;
}
