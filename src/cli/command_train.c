/* command_train.c - `fairu train`: a network from a table of events, by any of the methods. */
#include "train.h"

#include "systematics_config.h"

#include <math.h>
#include <stdlib.h>

#define METHODS "baseline|augmented|aware|pivot|gradient-reversal|tangent|inferno|neos|significance"

static int train(cli *c, train_job *j)
{
  int status = train_settings_read(c, j);
  if (status == FAIRU_OK && j->texts.systematics)
    status = systematics_config_read(c, j->texts.systematics, &j->systematics);
  if (status == FAIRU_OK)
    status = train_points_read(c, j);
  if (status == FAIRU_OK)
    status = train_events_read(c, j);
  cli_stage(c, "training");
  j->result.struct_size = sizeof j->result;
  if (status == FAIRU_OK)
    status = fairu_method_train(c->ctx, j->events, j->systematics, &j->method, &j->result, &j->classifier);
  if (status == FAIRU_OK)
    status = fairu_classifier_export(j->classifier, c->ctx, j->texts.out, FAIRU_FORMAT_AUTO);
  return status;
}

static int report(cli *c, const train_job *j)
{
  if (!c->json) {
    train_tell(c, j);
    return FAIRU_OK;
  }
  json_t *root = train_document(j);
  const int status = out_json_print(root, c);
  json_decref(root);
  return status;
}

/* What cannot be guessed. */
static const char *lacks(const train_texts *t)
{
  return !t->features ? "--features A,B,... is required"
         : !t->label  ? "--label COL is required"
         : !t->method ? "--method is required: " METHODS
         : !t->out    ? "--out MODEL is required"
                      : NULL;
}

static int run(const cli_usage *usage, int argc, char **argv, train_job *j)
{
  cli c;
  int status = cli_begin(&c, usage, argc, argv);
  if (status != CLI_CONTINUE)
    return status;
  if (lacks(&j->texts))
    return cli_misused(&c, lacks(&j->texts));
  status = train(&c, j);
  if (status == FAIRU_OK)
    status = report(&c, j);
  fairu_classifier_destroy(j->classifier);
  fairu_events_destroy(j->events);
  fairu_systematics_destroy(j->systematics);
  train_settings_free(j);
  return cli_end(&c, status);
}

int command_train(int argc, char **argv)
{
  train_job j = {
    .texts = { .hidden = "64,64", .activation = "relu", .optimizer = "adam", .schedule = "step" },
    .numbers = { .seed = 1,
                 .epochs = 10,
                 .batch = 2048,
                 .copies = 4,
                 .rate = 1e-3,
                 .final_rate = 0.01,
                 .momentum = 0.9,
                 .spread = 1.0,
                 .lambda = (double)NAN }
  };
  train_texts *t = &j.texts;
  train_numbers *n = &j.numbers;
  const cli_option options[] = {
    { "label", "COL", "column with the class: 0 and 1, or names (see --signal); required", CLI_TEXT,
      &t->label, 0, 0 },
    { "signal", "NAME", "label of class 1, all others are class 0", CLI_TEXT, &t->signal, 0, 0 },
    { "weight", "COL", "column with the weight", CLI_TEXT, &t->weight, 0, 0 },
    { "id", "COL", "column with an id, by which events are split and smeared", CLI_TEXT, &t->id, 0, 0 },
    { "features", "A,B,...", "columns that the network sees; required", CLI_TEXT, &t->features, 0, 0 },
    { "columns", "A,B,...", "names of the columns of a .npy or .npz file", CLI_TEXT, &t->columns, 0, 0 },
    { "method", METHODS, "required", CLI_CHOICE, &t->method, 0, 0 },
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
    { "out", "MODEL", "where the model goes: .onnx, .json (lwtnn), else a fairu model file; required",
      CLI_TEXT, &t->out, 0, 0 },
    { "hidden", "N,N,...", "widths of the hidden layers, 64,64 by default; none", CLI_TEXT, &t->hidden, 0,
      0 },
    { "activation", "linear|relu|tanh|sigmoid|elu", "of hidden layers, relu by default", CLI_CHOICE,
      &t->activation, 0, 0 },
    { "epochs", "N", "10 by default", CLI_WHOLE, &n->epochs, 1, 1e9 },
    { "batch", "N", "events a step, 2048 by default", CLI_WHOLE, &n->batch, 1, 1e9 },
    { "optimizer", "adam|sgd|rmsprop", "adam by default", CLI_CHOICE, &t->optimizer, 0, 0 },
    { "rate", "X", "learning rate, 0.001 by default", CLI_NUMBER, &n->rate, 1e-30, 1e9 },
    { "schedule", "constant|cosine|step",
      "of the learning rate; step, the default: times 1/5 after 3/5 and 4/5 of the steps", CLI_CHOICE,
      &t->schedule, 0, 0 },
    { "final-rate", "X", "cosine: the last rate over the first, 0.01 by default", CLI_NUMBER, &n->final_rate,
      0, 1 },
    { "momentum", "X", "of sgd, 0.9 by default", CLI_NUMBER, &n->momentum, 0, 1 },
    { "l2", "X", "penalty on weights of hidden layers but the first, 0 by default", CLI_NUMBER, &n->l2, 0,
      1e9 },
    { "validation", "F", "share of events that is kept to judge by, 0 by default", CLI_NUMBER, &n->validation,
      0, 0.99 },
    { "patience", "N", "stop after N epochs without a better validation loss, and keep the best network",
      CLI_WHOLE, &n->patience, 0, 1e9 },
    { "no-standardise", NULL, "features as they are, instead of offset and scale from training", CLI_FLAG,
      &n->no_standardise, 0, 0 },
    { "no-balance", NULL, "classes weigh what they weigh, instead of one half each", CLI_FLAG, &n->no_balance,
      0, 0 },
    { "seed", "N", "of everything random, 1 by default", CLI_WHOLE, &n->seed, 0, 0 },
  };
  const cli_usage usage = {
    .command = "fairu train",
    .files = "IN",
    .about = "Train a network on the events of IN (CSV, also .gz; .npy; .npz; - is standard input). What "
             "comes out serves fairu predict, convert and challenge. Methods and the "
             "format of CONFIG: docs/training.md.",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_files = 1,
    .max_files = 1
  };
  return run(&usage, argc, argv, &j);
}
