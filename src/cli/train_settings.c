/* train_settings.c - options of the command line into those of the library. */
#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Place of `name` in "a|b|c", counted from `first`. The command line has been checked against the same list. */
static int choice(const char *choices, const char *name, int first)
{
  const size_t length = strlen(name);
  for (const char *at = choices; at; first++) {
    if (strcspn(at, "|") == length && memcmp(at, name, length) == 0)
      return first;
    at = strchr(at, '|');
    at = at ? at + 1 : NULL;
  }
  return -1;
}

/* "64,64" or "none" into *widths [*n]. */
static int read_widths(cli *c, const char *option, const char *text, size_t **widths, size_t *n)
{
  text_list list = { NULL, NULL, 0 };
  int status = FAIRU_OK;
  if (strcmp(text, "none") != 0)
    status = text_list_read(c, option, text, &list);
  *n = list.n;
  *widths = calloc(list.n + 1, sizeof **widths);
  if (status == FAIRU_OK && !*widths)
    status = cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (size_t i = 0; i < list.n && status == FAIRU_OK; i++) {
    char *end = NULL;
    const unsigned long width = strtoul(list.items[i], &end, 10);
    if (list.items[i][0] < '0' || list.items[i][0] > '9' || *end || width == 0 || width > 1000000)
      status = cli_fail(c, FAIRU_ERR_ARGUMENT, "--%s: '%s' is no width of a layer", option, list.items[i]);
    else
      (*widths)[i] = width;
  }
  text_list_free(&list);
  return status;
}

/* One activation for all hidden layers, or one for each. */
static int read_activations(cli *c, train_job *j)
{
  text_list list = { NULL, NULL, 0 };
  fairu_training_options *t = &j->training;
  int status = text_list_read(c, "activation", j->texts.activation, &list);
  if (status == FAIRU_OK && list.n > 1 && list.n != t->n_hidden)
    status = cli_fail(c, FAIRU_ERR_SHAPE, "--activation: %zu for %zu hidden layers", list.n, t->n_hidden);
  j->activations = calloc(list.n + 1, sizeof *j->activations);
  if (status == FAIRU_OK && !j->activations)
    status = cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (size_t i = 0; i < list.n && status == FAIRU_OK; i++) {
    j->activations[i] = choice(TRAIN_ACTIVATIONS, list.items[i], FAIRU_ACTIVATION_LINEAR);
    if (j->activations[i] < 0)
      status =
          cli_fail(c, FAIRU_ERR_ARGUMENT, "--activation is '%s'; allowed: " TRAIN_ACTIVATIONS, list.items[i]);
  }
  if (status == FAIRU_OK && list.n == 1)
    t->activation = j->activations[0];
  else
    t->activations = j->activations;
  text_list_free(&list);
  return status;
}

/* Losses of epochs, and the line of progress. */
static int on_epoch(size_t epoch, double training, double validation, void *user_data)
{
  train_job *j = user_data;
  const size_t n = j->training.epochs * j->training.members;
  train_epoch *grown = realloc(j->epochs, (j->n_epochs + 1) * sizeof *grown);
  j->epochs = grown ? grown : j->epochs;
  j->lacks_epochs |= !grown; /* the curve is not told then; the network is what matters */
  if (grown)
    j->epochs[j->n_epochs++] = (train_epoch){ training, validation };
  if (isnan(validation))
    cli_stage(j->c, "epoch %zu of %zu, loss %.6g", epoch + 1, n, training);
  else
    cli_stage(j->c, "epoch %zu of %zu, loss %.6g, validation %.6g", epoch + 1, n, training, validation);
  return 0;
}

static int set_training(cli *c, train_job *j)
{
  const train_numbers *n = &j->numbers;
  fairu_training_options *t = &j->training;
  int status = fairu_training_options_init(t, sizeof *t);
  if (status != FAIRU_OK)
    return status;
  t->features = j->features.items;
  t->n_features = j->features.n;
  t->optimiser = choice("adam|sgd|rmsprop", j->texts.optimiser, FAIRU_OPTIMISER_ADAM);
  t->schedule = choice("constant|cosine|step", j->texts.schedule, FAIRU_SCHEDULE_CONSTANT);
  t->learning_rate = n->rate;
  t->final_rate = n->final_rate;
  t->momentum = n->momentum;
  t->l2 = n->l2;
  t->batch = n->batch;
  t->epochs = n->epochs;
  t->validation_fraction = n->validation;
  t->patience = n->patience;
  t->standardise = !n->no_standardise;
  t->balance = !n->no_balance;
  t->seed = n->seed;
  t->on_epoch = on_epoch;
  t->user_data = j;
  t->dropout = n->dropout;
  t->batch_norm = n->batch_norm;
  t->members = n->members;
  t->checkpoint = j->texts.checkpoint;
  t->checkpoint_every = n->checkpoint_every;
  t->resume = n->resume;
  status = read_widths(c, "hidden", j->texts.hidden, &j->hidden, &t->n_hidden);
  t->hidden = j->hidden;
  return status == FAIRU_OK ? read_activations(c, j) : status;
}

static int set_method(cli *c, train_job *j)
{
  const train_numbers *n = &j->numbers;
  fairu_method_options *m = &j->method;
  int status = fairu_method_options_init(m, sizeof *m);
  if (status == FAIRU_OK)
    status = fairu_method_find(c->ctx, j->texts.method, &m->method);
  m->training = &j->training;
  m->nuisances = j->texts.nuisances.n ? j->texts.nuisances.items : NULL;
  m->n_nuisances = j->texts.nuisances.n;
  m->signal_label = j->texts.signal;
  m->copies = n->copies;
  m->spread = n->spread;
  m->gate = j->texts.gate;
  m->strength = n->lambda;
  m->signal = n->signal;
  m->background = n->background;
  m->background_uncertainty = n->background_uncertainty;
  m->step = n->step;
  m->use_tangents = n->tangents;
  m->free_nuisances = n->free_nuisances;
  m->with_z = n->with_z;
  if (j->texts.quantity)
    m->quantity = choice("variance|sigma|cls|p0|determinant", j->texts.quantity, FAIRU_EXPECTED_VARIANCE);
  return status;
}

static int set_adversary(cli *c, train_job *j)
{
  const train_numbers *n = &j->numbers;
  fairu_adversary_options *a = &j->adversary;
  int status = fairu_adversary_options_init(a, sizeof *a);
  if (status != FAIRU_OK)
    return status;
  a->nuisance = j->texts.adversary_learns;
  a->density = choice(TRAIN_DENSITIES, j->texts.density, FAIRU_DENSITY_AUTO);
  a->only_label = n->only_label < 2 ? (int)n->only_label : -1;
  a->adversary_steps = n->adversary_steps;
  status = read_widths(c, "adversary-hidden", j->texts.adversary_hidden, &j->adversary_hidden, &a->n_hidden);
  a->hidden = j->adversary_hidden;
  j->method.adversary = a;
  return status;
}

static int set_summary(train_job *j)
{
  const int status = fairu_summary_options_init(&j->summary, sizeof j->summary);
  j->summary.n_bins = j->numbers.bins;
  j->summary.temperature = j->numbers.temperature;
  j->summary.bandwidth = j->numbers.bandwidth;
  j->method.summary = &j->summary;
  return status;
}

int train_is_adversarial(const train_job *j)
{
  return j->method.method == FAIRU_METHOD_PIVOT || j->method.method == FAIRU_METHOD_GRADIENT_REVERSAL;
}

/* --steps: one for each nuisance that is moved. */
static int read_steps(cli *c, train_job *j)
{
  text_list list = { NULL, NULL, 0 };
  if (!j->texts.steps)
    return FAIRU_OK;
  int status = text_list_read(c, "steps", j->texts.steps, &list);
  if (status == FAIRU_OK && list.n != j->texts.nuisances.n)
    status = cli_fail(c, FAIRU_ERR_SHAPE, "--steps: %zu values for %zu nuisances that --nuisance names",
                      list.n, j->texts.nuisances.n);
  if (status == FAIRU_OK)
    status = text_list_numbers(c, "steps", &list, &j->steps);
  j->method.steps = j->steps;
  text_list_free(&list);
  return status;
}

int train_settings_read(cli *c, train_job *j)
{
  j->c = c;
  int status = text_list_read(c, "features", j->texts.features, &j->features);
  if (status == FAIRU_OK && j->texts.columns)
    status = text_list_read(c, "columns", j->texts.columns, &j->columns);
  if (status == FAIRU_OK)
    status = set_training(c, j);
  if (status == FAIRU_OK)
    status = set_method(c, j);
  if (status == FAIRU_OK)
    status = set_adversary(c, j);
  if (status == FAIRU_OK)
    status = set_summary(j);
  return status == FAIRU_OK ? read_steps(c, j) : status;
}

void train_settings_free(train_job *j)
{
  text_list_free(&j->features);
  text_list_free(&j->columns);
  free(j->hidden);
  free(j->activations);
  free(j->adversary_hidden);
  free(j->points);
  free(j->steps);
  free(j->epochs);
}
