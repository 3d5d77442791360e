/* A checkpoint belongs to its options: each one that bits depend on, changed alone, is refused; those that they do not depend on are not. */
#include "classifier/gaussians.h"

#include <fairu/adversary.h>
#include <fairu/summary.h>

enum { ROWS = 300, FEATURES = 2 };

typedef struct all_options {
  fairu_training_options training;
  fairu_adversary_options adversary;
  fairu_summary_options summary;
} all_options;

static const size_t hidden[2] = { 5, 4 }, hidden_swapped[2] = { 4, 5 };
static const int alike[2] = { FAIRU_ACTIVATION_TANH, FAIRU_ACTIVATION_TANH },
                 mixed[2] = { FAIRU_ACTIVATION_TANH, FAIRU_ACTIVATION_RELU };
static const char *const swapped[2] = { "y", "x" };
static const double edges[4] = { 0.0, 0.2, 0.6, 1.0 }, other_edges[4] = { 0.0, 0.2, 0.7, 1.0 };

/* ---- changes -------------------------------------------------------------------------------------------- */

#define CHANGE(name, what)                                                                                   \
  static void name(all_options *o)                                                                           \
  {                                                                                                          \
    what;                                                                                                    \
  }

CHANGE(features, o->training.features = swapped)
CHANGE(fewer_features, o->training.n_features = 1)
CHANGE(nuisances, o->training.n_nuisances = 0; o->training.gate = NULL)
CHANGE(widths, o->training.hidden = hidden_swapped)
CHANGE(n_hidden, o->training.n_hidden = 1)
CHANGE(activation, o->training.activation = FAIRU_ACTIVATION_ELU)
CHANGE(activations, o->training.activations = mixed)
CHANGE(dropout, o->training.dropout = 0.125)
CHANGE(batch_norm, o->training.batch_norm = 1)
CHANGE(optimiser, o->training.optimiser = FAIRU_OPTIMISER_RMSPROP)
CHANGE(schedule, o->training.schedule = FAIRU_SCHEDULE_COSINE)
CHANGE(learning_rate, o->training.learning_rate *= 1.0 + 1e-15)
CHANGE(final_rate, o->training.final_rate *= 2.0)
CHANGE(momentum, o->training.momentum = 0.5)
CHANGE(l2, o->training.l2 = 1e-9)
CHANGE(batch, o->training.batch++)
CHANGE(epochs, o->training.epochs++)
CHANGE(validation_fraction, o->training.validation_fraction = 0.3)
CHANGE(patience, o->training.patience = 5)
CHANGE(standardise, o->training.standardise = 0)
CHANGE(balance, o->training.balance = 0)
CHANGE(gate, o->training.gate = NULL)
CHANGE(gate_nominal, o->training.gate_nominal += 0.01)
CHANGE(members, o->training.members = 2)
CHANGE(seed, o->training.seed++)
CHANGE(loss, o->training.loss = FAIRU_LOSS_CATEGORICAL)

CHANGE(to_squared, o->training.loss = FAIRU_LOSS_SQUARED; o->training.targets = names;
       o->training.n_targets = 1)
CHANGE(targets, to_squared(o); o->training.targets = names + 1)
CHANGE(n_targets, to_squared(o); o->training.n_targets = 2)

CHANGE(density, o->adversary.density = FAIRU_DENSITY_GAUSSIAN)
CHANGE(components, o->adversary.components = 3)
CHANGE(r_widths, o->adversary.hidden = hidden_swapped)
CHANGE(r_n_hidden, o->adversary.n_hidden = 1)
CHANGE(r_activation, o->adversary.activation = FAIRU_ACTIVATION_TANH)
CHANGE(sees, o->adversary.sees = FAIRU_OUTPUT_LOGIT)
CHANGE(lambda, o->adversary.lambda = 1.5)
CHANGE(only_label, o->adversary.only_label = 1)
CHANGE(reversal, o->adversary.reversal = 1)
CHANGE(classifier_epochs, o->adversary.classifier_epochs = 0)
CHANGE(adversary_epochs, o->adversary.adversary_epochs = 2)
CHANGE(adversary_steps, o->adversary.adversary_steps = 2)
CHANGE(rounds, o->adversary.rounds = 1)
CHANGE(r_optimiser, o->adversary.optimiser = FAIRU_OPTIMISER_SGD)
CHANGE(r_learning_rate, o->adversary.learning_rate = 0.002)
CHANGE(r_l2, o->adversary.l2 = 1e-3)
CHANGE(nuisance, o->adversary.nuisance = "x")

CHANGE(kind, o->summary.kind = FAIRU_SUMMARY_SCORE)
CHANGE(n_bins, o->summary.n_bins = 4; o->summary.edges = NULL)
CHANGE(temperature, o->summary.temperature = 0.2)
CHANGE(bandwidth, o->summary.bandwidth = 0.05)
CHANGE(summary_edges, o->summary.edges = other_edges)
CHANGE(warm_up, o->summary.warm_up = 0)
CHANGE(n_variations, o->summary.n_variations = 0)

/* What bits do not depend on. */
CHANGE(checkpoint_every, o->training.checkpoint_every = 7)
CHANGE(same_activations, o->training.activations = alike)
CHANGE(no_callback, o->training.on_epoch = NULL)
CHANGE(nothing, (void)o)

typedef struct change {
  const char *name;
  void (*make)(all_options *o);
} change;

#define ROW(name)                                                                                            \
  {                                                                                                          \
#name, name                                                                                              \
  }

static const change of_training[] = {
  ROW(features),    ROW(fewer_features), ROW(nuisances),
  ROW(widths),      ROW(n_hidden),       ROW(activation),
  ROW(activations), ROW(dropout),        ROW(batch_norm),
  ROW(optimiser),   ROW(schedule),       ROW(learning_rate),
  ROW(final_rate),  ROW(momentum),       ROW(l2),
  ROW(batch),       ROW(epochs),         ROW(validation_fraction),
  ROW(patience),    ROW(standardise),    ROW(balance),
  ROW(gate),        ROW(gate_nominal),   ROW(members),
  ROW(seed),        ROW(loss),           ROW(to_squared),
};
static const change of_squared[] = { ROW(targets), ROW(n_targets) };
static const change of_adversary[] = {
  ROW(density),          ROW(components),
  ROW(r_widths),         ROW(r_n_hidden),
  ROW(r_activation),     ROW(sees),
  ROW(lambda),           ROW(only_label),
  ROW(reversal),         ROW(classifier_epochs),
  ROW(rounds),           ROW(r_l2),
  ROW(adversary_epochs), ROW(adversary_steps),
  ROW(r_optimiser),      ROW(nuisance),
  ROW(r_learning_rate),
};
static const change of_summary[] = { ROW(kind),    ROW(n_bins),        ROW(temperature), ROW(bandwidth),
                                     ROW(warm_up), ROW(summary_edges), ROW(n_variations) };
static const change of_nothing[] = { ROW(checkpoint_every), ROW(same_activations), ROW(no_callback),
                                     ROW(nothing) };

/* ---- trainings ------------------------------------------------------------------------------------------ */

static int plain(fairu_context *ctx, const fairu_events *events, const all_options *o, fairu_classifier **out)
{
  return fairu_classifier_train(ctx, events, &o->training, NULL, out);
}

static int squared(fairu_context *ctx, const fairu_events *events, const all_options *o,
                   fairu_classifier **out)
{
  all_options with_targets = *o;
  if (o->training.n_targets == 0)
    to_squared(&with_targets);
  return plain(ctx, events, &with_targets, out);
}

static int adversarial(fairu_context *ctx, const fairu_events *events, const all_options *o,
                       fairu_classifier **out)
{
  return fairu_classifier_train_adversarial(ctx, events, &o->training, &o->adversary, NULL, NULL, out);
}

static int summary(fairu_context *ctx, const fairu_events *events, const all_options *o,
                   fairu_classifier **out)
{
  return fairu_classifier_train_summary(ctx, events, &o->training, &o->summary, NULL, out);
}

typedef int (*train_fn)(fairu_context *ctx, const fairu_events *events, const all_options *o,
                        fairu_classifier **out);

static int mean_loss(fairu_context *ctx, const fairu_summary_counts *counts, double *loss, double *d_counts,
                     double *d_tangents, void *user_data)
{
  (void)ctx, (void)d_tangents, (void)user_data;
  *loss = -counts->counts[counts->n_bins - 1];
  d_counts[counts->n_bins - 1] = -1.0;
  return 0;
}

static all_options begin(fairu_context *ctx, const fairu_events *const *variation, curve *c, const char *path)
{
  all_options o;
  o.training = options_for(ctx, 1, c);
  o.training.hidden = hidden;
  o.training.activation = FAIRU_ACTIVATION_TANH;
  o.training.epochs = 2;
  o.training.batch = 100;
  o.training.validation_fraction = 0.25;
  o.training.gate_nominal = quarter_pi;
  o.training.checkpoint = path;
  CHECK_OK(ctx, fairu_adversary_options_init(&o.adversary, sizeof o.adversary));
  o.adversary.nuisance = "z";
  o.adversary.hidden = hidden;
  o.adversary.n_hidden = 2;
  o.adversary.density = FAIRU_DENSITY_MIXTURE;
  CHECK_OK(ctx, fairu_summary_options_init(&o.summary, sizeof o.summary));
  o.summary.kind = FAIRU_SUMMARY_KDE;
  o.summary.n_bins = 3;
  o.summary.edges = edges;
  o.summary.warm_up = 1;
  o.summary.loss = mean_loss;
  o.summary.variations = variation;
  o.summary.n_variations = 1;
  return o;
}

/* Resumed with each change alone. */
static void check(train_fn train, int gated, const change *changes, size_t n, int status_wanted)
{
  char path[512];
  static curve c;
  float *z = NULL;
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 5, ROWS, -1.0);
  const fairu_events *variation = events;
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 2, &z));
  for (size_t i = 0; i < ROWS; i++)
    z[i] += 1e-3F * (float)i; /* no few values */
  (void)support_path(path, sizeof path, "options.checkpoint");
  for (size_t k = 0; k < n; k++) {
    fairu_classifier *out = NULL;
    all_options o = begin(ctx, &variation, &c, path);
    o.training.gate = gated ? "z" : NULL;
    c.n = 0;
    if (k == 0)
      CHECK_OK(ctx, train(ctx, events, &o, &out));
    fairu_classifier_destroy(out);
    out = NULL;
    changes[k].make(&o);
    o.training.resume = 1;
    const int status = train(ctx, events, &o, &out);
    if (status != status_wanted)
      fail_msg("%s: status %d: %s", changes[k].name, status, fairu_context_message(ctx));
    if (status_wanted != FAIRU_OK)
      CHECK_SAYS(ctx, "options.checkpoint: this checkpoint is of a training with other options");
    assert_true((out != NULL) == (status == FAIRU_OK));
    fairu_classifier_destroy(out);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

#define CHECK_ALL(train, gated, changes, status)                                                             \
  check(train, gated, changes, sizeof(changes) / sizeof *(changes), status)

static void every_option_of_training_is_known(void **state)
{
  (void)state;
  CHECK_ALL(plain, 1, of_training, FAIRU_ERR_ARGUMENT);
  CHECK_ALL(squared, 0, of_squared, FAIRU_ERR_ARGUMENT);
}

static void every_option_of_an_adversary_is_known(void **state)
{
  (void)state;
  CHECK_ALL(adversarial, 0, of_adversary, FAIRU_ERR_ARGUMENT);
}

static void every_option_of_soft_counts_is_known(void **state)
{
  (void)state;
  CHECK_ALL(summary, 0, of_summary, FAIRU_ERR_ARGUMENT);
}

static void what_does_not_matter_is_not_asked(void **state)
{
  (void)state;
  CHECK_ALL(plain, 1, of_nothing, FAIRU_OK);
  CHECK_ALL(adversarial, 0, of_nothing, FAIRU_OK);
  CHECK_ALL(summary, 0, of_nothing, FAIRU_OK);
}

/* A checkpoint of one kind of training is not one of another. */
static void kinds_of_training_are_told_apart(void **state)
{
  (void)state;
  static const train_fn kinds[3] = { plain, adversarial, summary };
  char path[512];
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 5, ROWS, -1.0);
  const fairu_events *variation = events;
  (void)support_path(path, sizeof path, "options.checkpoint");
  for (size_t from = 0; from < 3; from++)
    for (size_t to = 0; to < 3; to++) {
      fairu_classifier *out = NULL;
      all_options o = begin(ctx, &variation, NULL, path);
      o.adversary.density = FAIRU_DENSITY_DISCRETE;
      CHECK_OK(ctx, kinds[from](ctx, events, &o, &out));
      fairu_classifier_destroy(out);
      o.training.resume = 1;
      assert_int_equal(kinds[to](ctx, events, &o, &out), from == to ? FAIRU_OK : FAIRU_ERR_ARGUMENT);
      fairu_classifier_destroy(out);
    }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Any number of any column, weight or label, and one row less: other events. */
static void every_number_of_the_events_is_known(void **state)
{
  (void)state;
  char path[512];
  fairu_context *ctx = support_context();
  (void)support_path(path, sizeof path, "events.checkpoint");
  for (int what = 0; what < 8; what++) {
    fairu_events *events = gaussians(ctx, 5, ROWS, -1.0), *fewer = NULL;
    fairu_classifier *out = NULL;
    double weights[ROWS];
    int32_t labels[ROWS];
    size_t rows[ROWS];
    float *column = NULL;
    all_options o = begin(ctx, NULL, NULL, path);
    for (size_t i = 0; i < ROWS; i++) {
      weights[i] = 1.0;
      labels[i] = (int32_t)(i & 1);
      rows[i] = i;
    }
    CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, ROWS));
    CHECK_OK(ctx, plain(ctx, events, &o, &out));
    fairu_classifier_destroy(out);
    o.training.resume = 1;
    if (what < 3) {
      CHECK_OK(ctx, fairu_events_column_data(events, ctx, (size_t)what, &column));
      column[ROWS - 1] = nextafterf(column[ROWS - 1], 9.0F);
    }
    weights[0] = what == 3 ? 1.001 : 1.0;
    labels[100] ^= what == 4;
    rows[0] = what == 5;
    rows[1] = what != 5;
    CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, ROWS));
    CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, ROWS));
    CHECK_OK(ctx, fairu_events_select(events, ctx, rows, ROWS - (what == 6), &fewer));
    const int status = plain(ctx, fewer, &o, &out);
    assert_int_equal(status, what == 7 ? FAIRU_OK : FAIRU_ERR_ARGUMENT);
    if (status != FAIRU_OK)
      CHECK_SAYS(ctx, "events.checkpoint: this checkpoint is of a training with other events");
    fairu_classifier_destroy(out);
    fairu_events_destroy(fewer);
    fairu_events_destroy(events);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_option_of_training_is_known),
    cmocka_unit_test(every_option_of_an_adversary_is_known),
    cmocka_unit_test(every_option_of_soft_counts_is_known),
    cmocka_unit_test(what_does_not_matter_is_not_asked),
    cmocka_unit_test(kinds_of_training_are_told_apart),
    cmocka_unit_test(every_number_of_the_events_is_known),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
