/* train.h - `fairu train`: what the command line says, events, the training, what is told about it. */
#ifndef FAIRU_CLI_TRAIN_H
#define FAIRU_CLI_TRAIN_H

#include "out.h"
#include "text_list.h"

/* As given; lists in text_list.h and systematics_config.h read them. */
typedef struct train_texts {
  const char *label, *weight, *id, *signal, *features, *columns;
  const char *method, *systematics, *points, *gate, *out;
  const char *hidden, *activation, *optimiser, *schedule, *checkpoint;
  const char *density, *adversary_hidden, *adversary_learns, *quantity, *steps;
  cli_list nuisances;
} train_texts;

typedef struct train_numbers {
  uint64_t seed, epochs, batch, patience, copies;
  double rate, final_rate, momentum, l2, validation, spread, lambda;
  int no_standardise, no_balance, batch_norm, resume;
  double dropout;
  uint64_t members, checkpoint_every;
  uint64_t adversary_steps, only_label; /* 2: both labels */
  uint64_t bins;
  double temperature, bandwidth, signal, background, background_uncertainty, step;
  int tangents, free_nuisances, with_z;
} train_numbers;

typedef struct train_epoch {
  double training, validation;
} train_epoch;

typedef struct train_job {
  train_texts texts;
  train_numbers numbers;
  text_list features, columns;
  size_t *hidden, *adversary_hidden; /* [training.n_hidden], [adversary.n_hidden] */
  int *activations;
  double *points, *steps;
  fairu_events *events;
  fairu_systematics *systematics;
  fairu_training_options training;
  fairu_method_options method;
  fairu_adversary_options adversary;
  fairu_adversary_result adversary_result;
  fairu_summary_options summary;
  fairu_training_result result;
  fairu_classifier *classifier;
  train_epoch *epochs; /* [n_epochs] */
  size_t n_epochs;
  int lacks_epochs; /* there was no memory for one */
  cli *c;
} train_job;

#define TRAIN_METHODS "baseline|augmented|aware|pivot|gradient-reversal|tangent|inferno|neos|significance"
#define TRAIN_DENSITIES "auto|mixture|gaussian|discrete|squared"
#define TRAIN_ACTIVATIONS "linear|relu|tanh|sigmoid|elu"
enum { TRAIN_OPTIONS_MOST = 64 };

/* The options of the command, whose values go into the job; how many. */
void train_defaults(train_job *j);
size_t train_options(train_job *j, cli_option options[TRAIN_OPTIONS_MOST]);

/* Lists and choices of the command line into options of the library. */
int train_settings_read(cli *c, train_job *j);
void train_settings_free(train_job *j);

/* Events of the file, with labels; weights and ids as far as they are named. */
int train_events_read(cli *c, train_job *j);

/* --points: values of one nuisance, or a CSV file with a column for each. */
int train_points_read(cli *c, train_job *j);

/* 1: pivot or gradient-reversal. */
int train_is_adversarial(const train_job *j);

/* What was trained: lines for a person, or the JSON document. */
void train_tell(const train_job *j);
json_t *train_document(const train_job *j);

#endif /* FAIRU_CLI_TRAIN_H */
