/* train_options.c - the options of `fairu train`, by what they are about, and their defaults. */
#include "train.h"

#include <math.h>
#include <string.h>

#define PUT(at, these) (memcpy((at), (these), sizeof(these)), (at) + sizeof(these) / sizeof *(these))

static cli_option *put_events(train_job *j, cli_option *at)
{
  train_texts *t = &j->texts;
  const cli_option these[] = {
    { "label", "COL", "column with the class: 0 and 1, or names (see --signal); required", CLI_TEXT,
      &t->label, 0, 0 },
    { "signal", "NAME", "label of class 1, all others are class 0", CLI_TEXT, &t->signal, 0, 0 },
    { "weight", "COL", "column with the weight", CLI_TEXT, &t->weight, 0, 0 },
    { "id", "COL", "column with an id, by which events are split and smeared", CLI_TEXT, &t->id, 0, 0 },
    { "features", "A,B,...", "columns that the network sees; required", CLI_TEXT, &t->features, 0, 0 },
    { "columns", "A,B,...", "names of the columns of a .npy or .npz file", CLI_TEXT, &t->columns, 0, 0 },
    { "out", "MODEL", "where the model goes: .onnx, .json (lwtnn), else a fairu model file; required",
      CLI_TEXT, &t->out, 0, 0 },
  };
  return PUT(at, these);
}

static cli_option *put_method(train_job *j, cli_option *at)
{
  train_texts *t = &j->texts;
  train_numbers *n = &j->numbers;
  const cli_option these[] = {
    { "method", TRAIN_METHODS, "required", CLI_CHOICE, &t->method, 0, 0 },
    { "systematics", "CONFIG",
      "nuisance parameters and what they do to events (JSON); without: events are taken as they are",
      CLI_TEXT, &t->systematics, 0, 0 },
    { "nuisance", "NAME",
      "nuisance that the method is about, all by default; without --systematics a column; may be repeated",
      CLI_LIST, &t->nuisances, 0, 0 },
    { "points", "Z,Z,...|FILE",
      "Z at which every event is shown: values of one nuisance, or a CSV file with a column for each",
      CLI_TEXT, &t->points, 0, 0 },
    { "copies", "N", "without --points: copies of each event at Z drawn from the priors, 4 by default",
      CLI_WHOLE, &n->copies, 1, 1e6 },
    { "spread", "X", "times the widths of priors that are drawn from, 1 by default", CLI_NUMBER, &n->spread,
      1e-6, 1e6 },
    { "gate", "NAME", "aware: two networks, below and above this nuisance's nominal value", CLI_TEXT,
      &t->gate, 0, 0 },
    { "lambda", "X", "pivot, gradient-reversal (1 by default), tangent (0.1): weight of what is penalised",
      CLI_NUMBER, &n->lambda, 0, 1e9 },
  };
  return PUT(at, these);
}

static cli_option *put_adversary(train_job *j, cli_option *at)
{
  train_texts *t = &j->texts;
  train_numbers *n = &j->numbers;
  const cli_option these[] = {
    { "adversary-learns", "NAME",
      "pivot, gradient-reversal: the nuisance that the output must not tell, where there are several",
      CLI_TEXT, &t->adversary_learns, 0, 0 },
    { "density", TRAIN_DENSITIES,
      "how the adversary describes Z; auto, the default: discrete if Z has few values, else a mixture of "
      "five Gaussians",
      CLI_CHOICE, &t->density, 0, 0 },
    { "adversary-hidden", "N,N,...", "widths of its hidden layers, 20,20 by default; none", CLI_TEXT,
      &t->adversary_hidden, 0, 0 },
    { "adversary-steps", "N", "pivot: its steps before each of the network, 1 by default", CLI_WHOLE,
      &n->adversary_steps, 1, 1e9 },
    { "only-label", "0|1", "the adversary sees events of this class alone", CLI_WHOLE, &n->only_label, 0, 1 },
  };
  return PUT(at, these);
}

static cli_option *put_summary(train_job *j, cli_option *at)
{
  train_texts *t = &j->texts;
  train_numbers *n = &j->numbers;
  const cli_option these[] = {
    { "bins", "N", "inferno, neos: bins, 10 by default", CLI_WHOLE, &n->bins, 2, 1000 },
    { "temperature", "X", "inferno: of the softmax, 0.1 by default", CLI_NUMBER, &n->temperature, 1e-6, 1e6 },
    { "bandwidth", "X", "neos: of the Gaussian that smears a score, 0.1 by default", CLI_NUMBER,
      &n->bandwidth, 1e-6, 1e6 },
    { "quantity", "variance|sigma|cls|p0|determinant",
      "inferno, neos: what is made small; variance, cls by default", CLI_CHOICE, &t->quantity, 0, 0 },
    { "signal-yield", "X", "expected events of class 1; the sum of its weights by default", CLI_NUMBER,
      &n->signal, 0, 1e300 },
    { "background-yield", "X", "expected events of class 0; the sum of its weights by default", CLI_NUMBER,
      &n->background, 0, 1e300 },
    { "background-uncertainty", "X", "relative, of the background's yield; 0 by default", CLI_NUMBER,
      &n->background_uncertainty, 0, 1e6 },
    { "step", "X", "inferno, neos: variations up and down, in widths of the prior, 1 by default", CLI_NUMBER,
      &n->step, 1e-9, 1e6 },
    { "steps", "X,X,...", "the same in units of Z, for each --nuisance", CLI_TEXT, &t->steps, 0, 0 },
    { "tangents", NULL, "inferno: derivatives of events in place of variations", CLI_FLAG, &n->tangents, 0,
      0 },
    { "free", NULL, "inferno, neos: nuisances are not constrained by their priors", CLI_FLAG,
      &n->free_nuisances, 0, 0 },
    { "with-z", NULL, "inferno, neos: Z is an input, too", CLI_FLAG, &n->with_z, 0, 0 },
  };
  return PUT(at, these);
}

static cli_option *put_network(train_job *j, cli_option *at)
{
  train_texts *t = &j->texts;
  train_numbers *n = &j->numbers;
  const cli_option these[] = {
    { "hidden", "N,N,...", "widths of the hidden layers, 64,64 by default; none", CLI_TEXT, &t->hidden, 0,
      0 },
    { "activation", TRAIN_ACTIVATIONS, "of hidden layers, relu by default; or one for each, with commas",
      CLI_TEXT, &t->activation, 0, 0 },
    { "dropout", "P", "share of hidden units that is left out in a step, 0 by default", CLI_NUMBER,
      &n->dropout, 0, 0.99 },
    { "batch-norm", NULL, "sums of hidden layers are normalised in training", CLI_FLAG, &n->batch_norm, 0,
      0 },
    { "l2", "X", "penalty on weights of hidden layers but the first, 0 by default", CLI_NUMBER, &n->l2, 0,
      1e9 },
    { "members", "N", "networks of other seeds, whose mean is the model, 1 by default", CLI_WHOLE,
      &n->members, 1, 1e4 },
    { "no-standardise", NULL, "features as they are, instead of offset and scale from training", CLI_FLAG,
      &n->no_standardise, 0, 0 },
    { "no-balance", NULL, "classes weigh what they weigh, instead of one half each", CLI_FLAG, &n->no_balance,
      0, 0 },
  };
  return PUT(at, these);
}

static cli_option *put_training(train_job *j, cli_option *at)
{
  train_texts *t = &j->texts;
  train_numbers *n = &j->numbers;
  const cli_option these[] = {
    { "epochs", "N", "10 by default", CLI_WHOLE, &n->epochs, 1, 1e9 },
    { "batch", "N", "events a step, 2048 by default", CLI_WHOLE, &n->batch, 1, 1e9 },
    { "optimiser", "adam|sgd|rmsprop", "adam by default", CLI_CHOICE, &t->optimiser, 0, 0 },
    { "rate", "X", "learning rate, 0.001 by default", CLI_NUMBER, &n->rate, 1e-30, 1e9 },
    { "schedule", "constant|cosine|step",
      "of the learning rate; step, the default: times 1/5 after 3/5 and 4/5 of the steps", CLI_CHOICE,
      &t->schedule, 0, 0 },
    { "final-rate", "X", "cosine: the last rate over the first, 0.01 by default", CLI_NUMBER, &n->final_rate,
      0, 1 },
    { "momentum", "X", "of sgd, 0.9 by default", CLI_NUMBER, &n->momentum, 0, 1 },
    { "validation", "F", "share of events that is kept to judge by, 0 by default", CLI_NUMBER, &n->validation,
      0, 0.99 },
    { "patience", "N", "stop after N epochs without a better validation loss, and keep the best network",
      CLI_WHOLE, &n->patience, 0, 1e9 },
    { "checkpoint", "FILE", "state of the training, written as it goes", CLI_TEXT, &t->checkpoint, 0, 0 },
    { "checkpoint-every", "N", "after every N epochs, 1 by default", CLI_WHOLE, &n->checkpoint_every, 1,
      1e9 },
    { "resume", NULL, "go on from the checkpoint if it is there: the same bytes as without a break", CLI_FLAG,
      &n->resume, 0, 0 },
    { "seed", "N", "of everything random, 1 by default", CLI_WHOLE, &n->seed, 0, 0 },
  };
  return PUT(at, these);
}

size_t train_options(train_job *j, cli_option options[TRAIN_OPTIONS_MOST])
{
  cli_option *at = put_events(j, options);
  at = put_method(j, at);
  at = put_network(j, at);
  at = put_training(j, at);
  at = put_adversary(j, at);
  at = put_summary(j, at);
  return (size_t)(at - options);
}

void train_defaults(train_job *j)
{
  *j = (train_job){ .texts = { .hidden = "64,64",
                               .activation = "relu",
                               .optimiser = "adam",
                               .schedule = "step",
                               .density = "auto",
                               .adversary_hidden = "20,20" },
                    .numbers = { .seed = 1,
                                 .epochs = 10,
                                 .batch = 2048,
                                 .copies = 4,
                                 .rate = 1e-3,
                                 .final_rate = 0.01,
                                 .momentum = 0.9,
                                 .spread = 1.0,
                                 .lambda = (double)NAN,
                                 .members = 1,
                                 .checkpoint_every = 1,
                                 .adversary_steps = 1,
                                 .only_label = 2,
                                 .bins = 10,
                                 .temperature = 0.1,
                                 .bandwidth = 0.1,
                                 .step = 1.0 } };
}
