/* higgs_train.c - the networks of the study. All see the same number of events in all: the augmented and the aware one are shown every
 * event at five Z, and get a fifth of the epochs. */
#include "higgs.h"

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

static int keep_loss(size_t epoch, double training_loss, double validation_loss, void *user_data)
{
  higgs_losses *losses = user_data;
  (void)epoch;
  (void)validation_loss;
  if (losses->n < sizeof losses->values / sizeof *losses->values)
    losses->values[losses->n++] = training_loss;
  return 0;
}

static int set_training(const higgs_options *options, const plan *p, uint64_t seed, higgs_losses *losses,
                        fairu_training_options *training)
{
  static const size_t hidden[] = { 32, 32 };
  const int status = fairu_training_options_init(training, sizeof *training);
  training->features = higgs_features;
  training->n_features = HIGGS_FEATURES;
  training->hidden = hidden;
  training->n_hidden = 2;
  training->batch = 256;
  training->epochs = (options->quick ? 5u : 60u) / p->n_z;
  training->learning_rate = 2e-3;
  training->l2 = 1e-2;
  training->seed = seed;
  training->on_epoch = losses ? keep_loss : NULL;
  training->user_data = losses;
  if (losses)
    losses->n = 0;
  return status;
}

int higgs_train(cli *c, const higgs_inputs *in, const higgs_options *options, const higgs_part *part, int net,
                uint64_t seed, higgs_losses *losses, fairu_classifier **out)
{
  const plan p = plan_of(net);
  fairu_events *events = NULL;
  fairu_training_options training;
  fairu_method_options method;
  int status = set_training(options, &p, seed, losses, &training);
  if (status == FAIRU_OK)
    status = fairu_method_options_init(&method, sizeof method);
  method.method = p.aware ? FAIRU_METHOD_AWARE : FAIRU_METHOD_AUGMENTED;
  method.training = &training;
  method.points = p.z;
  method.n_points = p.n_z;
  method.gate = p.aware && options->gated ? HIGGS_NUISANCE : NULL;
  if (status == FAIRU_OK) /* labels are the classes */
    status = fairu_events_concatenate(part->classes[HIGGS_BACKGROUND], c->ctx, part->classes[HIGGS_SIGNAL],
                                      &events);
  if (status == FAIRU_OK)
    status = fairu_method_train(c->ctx, events, in->tes, &method, NULL, NULL, out);
  fairu_events_destroy(events);
  return status;
}
