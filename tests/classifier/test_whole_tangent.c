/* Whole trainings with a tangent penalty, of every loss, with several outputs and behind a gate: one event at a time in double, every
 * derivative by a weight as a difference of the objective itself. */
#include "classifier/made_columns.h"
#include "classifier/plain_compare.h"

enum { ROWS = 110, FEATURES = 2, TANGENTS = 2 };

static const char *const columns[5] = { "x", "y", "z", "t", "u" };

typedef struct world {
  fairu_events *events;
  float tangents[ROWS * FEATURES * TANGENTS];
} world;

static world make_world(fairu_context *ctx, int n_labels)
{
  world w = { .events = NULL };
  float *column[5];
  int32_t labels[ROWS];
  double weights[ROWS];
  fairu_philox rng = fairu_philox__start(61, FAIRU_STREAM_USER, 0, 0);
  w.events = made_columns(ctx, columns, 5, ROWS, column);
  for (size_t i = 0; i < ROWS; i++) {
    labels[i] = (int32_t)fairu_philox__below(&rng, (uint64_t)n_labels);
    weights[i] = i % 12 == 5 ? -0.2 : 0.5 + fairu_philox__uniform(&rng);
    column[0][i] = (float)(30.0 * ((double)labels[i] + fairu_philox__normal(&rng)));
    column[1][i] = (float)(0.1 * fairu_philox__normal(&rng));
    column[2][i] = (float)(1 + fairu_philox__below(&rng, 3));
    column[3][i] = (float)fairu_philox__normal(&rng);
    column[4][i] = column[2][i] + column[0][i] / 60.0F;
    for (size_t f = 0; f < FEATURES; f++)
      for (size_t k = 0; k < TANGENTS; k++)
        w.tangents[(i * FEATURES + f) * TANGENTS + k] =
            (float)((f == 0 ? 20.0 : 0.1) * fairu_philox__normal(&rng));
  }
  CHECK_OK(ctx, fairu_events_set_labels(w.events, ctx, labels, ROWS));
  CHECK_OK(ctx, fairu_events_set_weights(w.events, ctx, weights, ROWS));
  return w;
}

/* ---- the objective -------------------------------------------------------------------------------------- */

/* sum over tangents and outputs of (d output / d Z_k)^2, carried forward next to the values. */
static double squares(const plain_trainer *t, const plain_row *row,
                      double slope[PLAIN_LAYERS + 1][PLAIN_WIDTH])
{
  const plain_net *net = &t->net[row->side];
  double sum = 0.0;
  for (size_t k = 0; k < t->options->n_tangents; k++) {
    double v[PLAIN_LAYERS + 1][PLAIN_WIDTH] = { { 0.0 } };
    for (size_t f = 0; f < FEATURES; f++)
      v[0][f] =
          t->scale[f] * (double)t->options->tangents[(row->row * FEATURES + f) * t->options->n_tangents + k];
    for (size_t l = 0; l < t->n_layers; l++)
      for (size_t o = 0; o < net->layers[l].n_out; o++) {
        for (size_t i = 0; i < net->layers[l].n_in; i++)
          v[l + 1][o] += net->layers[l].w[o][i] * v[l][i];
        v[l + 1][o] *= slope[l + 1][o];
      }
    for (size_t o = 0; o < t->n_outputs; o++)
      sum += v[t->n_layers][o] * v[t->n_layers][o];
  }
  return sum;
}

/* Sum of weighted losses with penalties. */
static double objective(const plain_trainer *t, const plain_row *rows, const size_t *order, size_t n)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; i++) {
    double h[PLAIN_LAYERS + 1][PLAIN_WIDTH], slope[PLAIN_LAYERS + 1][PLAIN_WIDTH], d[PLAIN_WIDTH];
    const plain_row *row = &rows[order ? order[i] : i];
    plain_forward(t, &t->net[row->side], row->x, h, slope);
    sum += row->weight *
           (plain_loss(t, row, h[t->n_layers], d) + t->options->tangent_penalty * squares(t, row, slope));
  }
  return sum;
}

static double difference(plain_trainer *t, double *at, const size_t *order, size_t n)
{
  const double here = *at, h = 1e-5;
  *at = here + h;
  const double up = objective(t, t->training, order, n);
  *at = here - h;
  const double down = objective(t, t->training, order, n);
  *at = here;
  return (up - down) / (2.0 * h) / (double)n;
}

static void step(plain_trainer *t, const size_t *order, size_t n, double total)
{
  plain_clear(t);
  for (size_t side = 0; side < t->n_sides; side++)
    for (size_t l = 0; l < t->n_layers; l++) {
      plain_layer *p = &t->net[side].layers[l], *g = &t->slope[side].layers[l];
      for (size_t o = 0; o < p->n_out; o++) {
        g->b[o] = difference(t, &p->b[o], order, n);
        for (size_t i = 0; i < p->n_in; i++)
          g->w[o][i] = difference(t, &p->w[o][i], order, n);
      }
    }
  plain_step(t, total);
}

static void train_by_differences(plain_trainer *t, fairu_context *ctx, const fairu_events *events,
                                 const fairu_training_options *o, size_t n_outputs)
{
  size_t order[PLAIN_ROWS];
  double weights[2] = { 0.0, 0.0 };
  plain_begin(t, ctx, events, o, n_outputs);
  const size_t n = t->n_training, batches = (n + o->batch - 1) / o->batch;
  for (size_t i = 0; i < n; i++) {
    order[i] = i;
    weights[0] += t->training[i].weight;
  }
  for (size_t i = 0; i < t->n_validation; i++)
    weights[1] += t->validation[i].weight;
  for (; t->epochs < o->epochs; t->epochs++) {
    double loss = 0.0;
    plain_shuffle(fairu_philox__start(o->seed, FAIRU_STREAM_SHUFFLE, 0, t->epochs), order, n);
    for (size_t from = 0; from < n; from += o->batch) {
      const size_t here = n - from < o->batch ? n - from : o->batch;
      loss += objective(t, t->training, order + from, here);
      step(t, order + from, here, (double)(batches * o->epochs));
    }
    t->training_loss[t->epochs] = loss / weights[0];
    t->validation_loss[t->epochs] = objective(t, t->validation, NULL, t->n_validation) / weights[1];
  }
  memcpy(t->best, t->net, sizeof t->best);
}

/* ---- comparison ----------------------------------------------------------------------------------------- */

static void compare(fairu_context *ctx, const world *w, fairu_training_options o, size_t n_outputs)
{
  static plain_trainer plain;
  const double within = 2e-4, z = 2.0; /* of float against double, in six steps */
  curve c;
  fairu_classifier *trained = NULL;
  float first[ROWS * FEATURES]; /* tangents of the first nuisance alone */
  for (size_t i = 0; i < ROWS * FEATURES; i++)
    first[i] = w->tangents[i * TANGENTS];
  o.tangents = o.n_tangents == 1 ? first : w->tangents;
  plain_listen(&o, &c);
  CHECK_OK(ctx, fairu_classifier_train(ctx, w->events, &o, NULL, &trained));
  train_by_differences(&plain, ctx, w->events, &o, n_outputs);
  plain_check_losses(&c, plain.training_loss, plain.validation_loss, o.epochs, within);
  plain_check_logits(ctx, trained, w->events, &plain, o.n_nuisances ? &z : NULL, 1.0, within);
  fairu_classifier_destroy(trained);
}

static fairu_training_options begin(fairu_context *ctx)
{
  fairu_training_options o = plain_options(ctx, columns);
  o.learning_rate = 0.02;
  o.batch = 40;
  o.epochs = 2;
  o.n_tangents = TANGENTS;
  o.tangent_penalty = 0.3;
  o.seed = 7;
  return o;
}

static void every_loss_has_the_penalty_of_all_its_outputs(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int n_labels = 2; n_labels <= 3; n_labels++) {
    world w = make_world(ctx, n_labels);
    fairu_training_options o = begin(ctx);
    if (n_labels == 2)
      compare(ctx, &w, o, 1);
    o.loss = FAIRU_LOSS_CATEGORICAL;
    compare(ctx, &w, o, (size_t)n_labels);
    o.loss = FAIRU_LOSS_SQUARED;
    o.targets = columns + 3;
    o.n_targets = (size_t)n_labels - 1;
    compare(ctx, &w, o, o.n_targets);
    fairu_events_destroy(w.events);
  }
  fairu_context_destroy(ctx);
}

static void every_activation_bends_its_tangents(void **state)
{
  (void)state;
  static const int mixed[2] = { FAIRU_ACTIVATION_SIGMOID, FAIRU_ACTIVATION_ELU };
  fairu_context *ctx = support_context();
  world w = make_world(ctx, 2);
  for (size_t n_hidden = 0; n_hidden <= 2; n_hidden++)
    for (int activation = FAIRU_ACTIVATION_LINEAR; activation <= FAIRU_ACTIVATION_SIGMOID; activation++) {
      fairu_training_options o = begin(ctx);
      if (activation == FAIRU_ACTIVATION_RELU) /* its corners spoil differences; two others take its turn */
        o.activations = mixed;
      o.n_hidden = n_hidden;
      o.activation = activation;
      compare(ctx, &w, o, 1);
    }
  fairu_events_destroy(w.events);
  fairu_context_destroy(ctx);
}

/* Z as an input does not move along; behind a gate each side has tangents of its own; l2 and Adam come on top. */
static void gates_and_inputs_of_z(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  world w = make_world(ctx, 2);
  for (int k = 0; k < 4; k++) {
    fairu_training_options o = begin(ctx);
    o.nuisances = columns + 2;
    o.n_nuisances = 1;
    o.gate = k & 1 ? "z" : NULL;
    o.gate_nominal = 2.0;
    o.l2 = k & 2 ? 0.1 : 0.0;
    o.n_tangents = k & 2 ? 1 : TANGENTS;
    compare(ctx, &w, o, 1);
  }
  fairu_events_destroy(w.events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_loss_has_the_penalty_of_all_its_outputs),
    cmocka_unit_test(every_activation_bends_its_tangents),
    cmocka_unit_test(gates_and_inputs_of_z),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
