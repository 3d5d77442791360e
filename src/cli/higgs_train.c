/* higgs_train.c - training tables and networks. All networks see the same number of events in all: the augmented
 * and the aware table hold every event at five Z, and get a fifth of the epochs. */
#include "higgs.h"

#include <stdlib.h>
#include <string.h>

enum { N_TRAINING_Z = 5 };
static const double training_z[N_TRAINING_Z] = { 0.90, 0.95, 1.00, 1.05, 1.10 };

typedef struct plan {
  const double *z;
  size_t n_z;
  int aware;
} plan;

static plan plan_of(int net)
{
  switch (net) {
  case HIGGS_NET_AUGMENTED:
    return (plan){ training_z, N_TRAINING_Z, 0 };
  case HIGGS_NET_AWARE:
    return (plan){ training_z, N_TRAINING_Z, 1 };
  case HIGGS_NET_TRUE_DOWN:
    return (plan){ &higgs_truths[0], 1, 0 };
  case HIGGS_NET_TRUE_UP:
    return (plan){ &higgs_truths[2], 1, 0 };
  default:
    return (plan){ &higgs_truths[1], 1, 0 };
  }
}

/* Events of both classes at each Z, passing the cut; shifted [n_z * HIGGS_CLASSES]. */
static int shift_all(cli *c, const higgs_inputs *in, const higgs_part *part, const plan *p,
                     fairu_events **shifted, size_t *n)
{
  int status = FAIRU_OK;
  *n = 0;
  for (size_t i = 0; i < p->n_z * HIGGS_CLASSES && status == FAIRU_OK; i++) {
    status = fairu_systematics_apply(in->tes, c->ctx, part->classes[i % HIGGS_CLASSES],
                                     &p->z[i / HIGGS_CLASSES], 1, 1, NULL, &shifted[i]);
    if (status == FAIRU_OK)
      *n += fairu_events_n_events(shifted[i]);
  }
  return status;
}

static int copy_column(cli *c, fairu_events *table, size_t column, fairu_events *const *shifted,
                       const plan *p)
{
  float *to = NULL;
  int status = fairu_events_column_data(table, c->ctx, column, &to);
  for (size_t i = 0; i < p->n_z * HIGGS_CLASSES && status == FAIRU_OK; i++) {
    size_t n = fairu_events_n_events(shifted[i]), stride = 1;
    const float *from = column < HIGGS_FEATURES ? fairu_events_column(shifted[i], column, &stride) : NULL;
    for (size_t r = 0; r < n; r++)
      to[r] = from ? from[r * stride] : (float)p->z[i / HIGGS_CLASSES];
    to += n;
  }
  return status;
}

static int copy_weights(cli *c, fairu_events *table, fairu_events *const *shifted, const plan *p)
{
  size_t n = fairu_events_n_events(table), row = 0;
  double *weights = calloc(n + 1, sizeof *weights);
  int32_t *labels = calloc(n + 1, sizeof *labels);
  int status = weights && labels ? FAIRU_OK : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (size_t i = 0; i < p->n_z * HIGGS_CLASSES && status == FAIRU_OK; i++) {
    size_t n_here = fairu_events_n_events(shifted[i]);
    memcpy(weights + row, fairu_events_weights(shifted[i]), n_here * sizeof *weights);
    for (size_t r = 0; r < n_here; r++)
      labels[row + r] = (int32_t)(i % HIGGS_CLASSES);
    row += n_here;
  }
  if (status == FAIRU_OK)
    status = fairu_events_set_weights(table, c->ctx, weights, n);
  if (status == FAIRU_OK)
    status = fairu_events_set_labels(table, c->ctx, labels, n);
  free(weights);
  free(labels);
  return status;
}

/* One table with the features and the column of Z. */
static int training_table(cli *c, const higgs_inputs *in, const higgs_part *part, const plan *p,
                          fairu_events **out)
{
  const char *names[HIGGS_FEATURES + 1];
  memcpy(names, higgs_features, sizeof higgs_features);
  names[HIGGS_FEATURES] = HIGGS_NUISANCE;
  fairu_events *shifted[N_TRAINING_Z * HIGGS_CLASSES] = { NULL };
  size_t n = 0;
  int status = shift_all(c, in, part, p, shifted, &n);
  if (status == FAIRU_OK)
    status = fairu_events_create(c->ctx, n, HIGGS_FEATURES + 1, names, out);
  for (size_t column = 0; column <= HIGGS_FEATURES && status == FAIRU_OK; column++)
    status = copy_column(c, *out, column, shifted, p);
  if (status == FAIRU_OK)
    status = copy_weights(c, *out, shifted, p);
  for (size_t i = 0; i < p->n_z * HIGGS_CLASSES; i++)
    fairu_events_destroy(shifted[i]);
  return status;
}

static int keep_loss(size_t epoch, double training_loss, double validation_loss, void *user_data)
{
  higgs_losses *losses = user_data;
  (void)epoch;
  (void)validation_loss;
  if (losses->n < sizeof losses->values / sizeof *losses->values)
    losses->values[losses->n++] = training_loss;
  return 0;
}

int higgs_train(cli *c, const higgs_inputs *in, const higgs_options *options, const higgs_part *part, int net,
                uint64_t seed, higgs_losses *losses, fairu_classifier **out)
{
  static const size_t hidden[] = { 32, 32 };
  static const char *const nuisances[] = { HIGGS_NUISANCE };
  plan p = plan_of(net);
  fairu_events *table = NULL;
  fairu_training_options training;
  int status = fairu_training_options_init(&training, sizeof training);
  if (status == FAIRU_OK)
    status = training_table(c, in, part, &p, &table);
  training.features = higgs_features;
  training.n_features = HIGGS_FEATURES;
  training.nuisances = nuisances;
  training.n_nuisances = p.aware ? 1 : 0;
  training.hidden = hidden;
  training.n_hidden = 2;
  training.batch = 256;
  training.epochs = (options->quick ? 5u : 60u) / p.n_z;
  training.learning_rate = 2e-3;
  training.l2 = 1e-2;
  training.gate = p.aware && options->gated ? HIGGS_NUISANCE : NULL;
  training.gate_nominal = 1;
  training.seed = seed;
  training.on_epoch = losses ? keep_loss : NULL;
  training.user_data = losses;
  if (losses)
    losses->n = 0;
  if (status == FAIRU_OK)
    status = fairu_classifier_train(c->ctx, table, &training, NULL, out);
  fairu_events_destroy(table);
  return status;
}
