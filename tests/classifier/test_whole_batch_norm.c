/* Whole trainings with batch normalisation: blocks of 64 events, one event at a time in double, derivatives as differences of the objective,
 * running statistics, and the network that they are folded into. */
#include "classifier/made_columns.h"
#include "classifier/plain_compare.h"

enum { ROWS = 170, BLOCK = 64 };

static const char *const columns[2] = { "x", "y" };

static fairu_events *table(fairu_context *ctx, int n_labels)
{
  float *column[2];
  int32_t labels[ROWS];
  double weights[ROWS];
  fairu_philox rng = fairu_philox__start(71, FAIRU_STREAM_USER, 0, 0);
  fairu_events *events = made_columns(ctx, columns, 2, ROWS, column);
  for (size_t i = 0; i < ROWS; i++) {
    labels[i] = (int32_t)fairu_philox__below(&rng, (uint64_t)n_labels);
    weights[i] = i % 14 == 3 ? -0.2 : 0.5 + fairu_philox__uniform(&rng);
    column[0][i] = (float)(50.0 + 9.0 * ((double)labels[i] + fairu_philox__normal(&rng)));
    column[1][i] = (float)(0.3 * fairu_philox__normal(&rng));
  }
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, ROWS));
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, ROWS));
  return events;
}

/* ---- a block -------------------------------------------------------------------------------------------- */

/* Of hidden layers: gain of each unit, and mean and variance of its sums without bias. */
typedef struct norm {
  double gain[PLAIN_LAYERS][PLAIN_WIDTH], mean[PLAIN_LAYERS][PLAIN_WIDTH],
      variance[PLAIN_LAYERS][PLAIN_WIDTH];
} norm;

typedef struct normed {
  plain_trainer t;
  norm now, running, slope, momentum;
  int has_running;
} normed;

/* Weighted loss of a block. moments (NULL: not wanted) += n mean, n unbiased variance; n events. */
static double block_loss(const normed *m, const size_t *rows, size_t n, norm *moments)
{
  static double h[BLOCK][PLAIN_LAYERS + 1][PLAIN_WIDTH];
  const plain_net *net = &m->t.net[0];
  double loss = 0.0;
  for (size_t e = 0; e < n; e++)
    memcpy(h[e][0], m->t.training[rows[e]].x, sizeof h[e][0]);
  for (size_t l = 0; l < m->t.n_layers; l++) {
    const plain_layer *layer = &net->layers[l];
    for (size_t o = 0; o < layer->n_out; o++) {
      double sums[BLOCK], mean = 0.0, variance = 0.0, unused;
      for (size_t e = 0; e < n; e++) {
        sums[e] = 0.0;
        for (size_t i = 0; i < layer->n_in; i++)
          sums[e] += layer->w[o][i] * h[e][l][i];
        mean += sums[e] / (double)n;
      }
      for (size_t e = 0; e < n; e++)
        variance += pow(sums[e] - mean, 2.0) / (double)n;
      for (size_t e = 0; e < n; e++) {
        const double normal =
            l + 1 < m->t.n_layers ? m->now.gain[l][o] * (sums[e] - mean) / sqrt(variance + 1e-5) : sums[e];
        h[e][l + 1][o] = plain_activate(layer->activation, normal + layer->b[o], &unused);
      }
      if (moments && n > 1) {
        moments->mean[l][o] += (double)n * mean;
        moments->variance[l][o] += (double)n * variance * (double)n / ((double)n - 1.0);
      }
    }
  }
  for (size_t e = 0; e < n; e++) {
    double d[PLAIN_WIDTH];
    const plain_row *row = &m->t.training[rows[e]];
    loss += row->weight * plain_loss(&m->t, row, h[e][m->t.n_layers], d);
  }
  return loss;
}

/* Of a batch, in blocks of 64 in its order. */
static double batch_loss(const normed *m, const size_t *rows, size_t n, norm *moments)
{
  double loss = 0.0;
  for (size_t from = 0; from < n; from += BLOCK)
    loss += block_loss(m, rows + from, n - from < BLOCK ? n - from : BLOCK, moments);
  return loss;
}

/* ---- steps ---------------------------------------------------------------------------------------------- */

static double difference(normed *m, double *at, const size_t *rows, size_t n)
{
  const double here = *at, h = 1e-5;
  *at = here + h;
  const double up = batch_loss(m, rows, n, NULL);
  *at = here - h;
  const double down = batch_loss(m, rows, n, NULL);
  *at = here;
  return (up - down) / (2.0 * h) / (double)n;
}

/* The first statistics are taken as they are, later ones by a tenth. */
static void learn(normed *m, const norm *moments, double lanes)
{
  const double share = m->has_running ? 0.1 : 1.0;
  for (size_t l = 0; l + 1 < m->t.n_layers; l++)
    for (size_t o = 0; o < m->t.net[0].layers[l].n_out; o++) {
      m->running.mean[l][o] += share * (moments->mean[l][o] / lanes - m->running.mean[l][o]);
      m->running.variance[l][o] += share * (moments->variance[l][o] / lanes - m->running.variance[l][o]);
    }
  m->has_running = 1;
}

static void step(normed *m, const size_t *rows, size_t n, double total)
{
  norm moments = { .gain = { { 0.0 } } };
  (void)batch_loss(m, rows, n, &moments);
  plain_clear(&m->t);
  for (size_t l = 0; l < m->t.n_layers; l++) {
    plain_layer *p = &m->t.net[0].layers[l], *g = &m->t.slope[0].layers[l];
    for (size_t o = 0; o < p->n_out; o++) {
      g->b[o] = difference(m, &p->b[o], rows, n);
      for (size_t i = 0; i < p->n_in; i++)
        g->w[o][i] = difference(m, &p->w[o][i], rows, n);
      m->slope.gain[l][o] = l + 1 < m->t.n_layers ? difference(m, &m->now.gain[l][o], rows, n) : 0.0;
    }
  }
  const double rate = plain_rate(&m->t, total), lanes = n % BLOCK == 1 ? (double)n - 1.0 : (double)n;
  plain_step(&m->t, total);
  for (size_t l = 0; l + 1 < m->t.n_layers; l++)
    for (size_t o = 0; o < m->t.net[0].layers[l].n_out; o++) { /* momentum, as of the other parameters */
      double *v = &m->momentum.gain[l][o];
      *v = m->t.options->momentum * *v - rate * m->slope.gain[l][o];
      m->now.gain[l][o] += *v;
    }
  if (lanes > 0.0) /* a block of one event has no spread */
    learn(m, &moments, lanes);
}

/* gain (s - mean) / deviation + bias of running statistics is a dense layer. */
static void fold(normed *m)
{
  m->t.best[0] = m->t.net[0];
  for (size_t l = 0; l + 1 < m->t.n_layers; l++) {
    plain_layer *layer = &m->t.best[0].layers[l];
    for (size_t o = 0; o < layer->n_out; o++) {
      const double factor = m->now.gain[l][o] / sqrt(m->running.variance[l][o] + 1e-5);
      layer->b[o] -= factor * m->running.mean[l][o];
      for (size_t i = 0; i < layer->n_in; i++)
        layer->w[o][i] *= factor;
    }
  }
}

static double validate(const normed *m)
{
  plain_trainer folded = m->t;
  folded.net[0] = m->t.best[0];
  return plain_validate(&folded);
}

static void train_in_blocks(normed *m, fairu_context *ctx, const fairu_events *events,
                            const fairu_training_options *o, size_t n_outputs)
{
  size_t order[PLAIN_ROWS];
  double weights = 0.0;
  memset(m, 0, sizeof *m);
  plain_begin(&m->t, ctx, events, o, n_outputs);
  for (size_t l = 0; l < PLAIN_LAYERS; l++)
    for (size_t u = 0; u < PLAIN_WIDTH; u++)
      m->now.gain[l][u] = 1.0;
  const size_t n = m->t.n_training, batches = (n + o->batch - 1) / o->batch;
  for (size_t i = 0; i < n; i++) {
    order[i] = i;
    weights += m->t.training[i].weight;
  }
  for (size_t epoch = 0; epoch < o->epochs; epoch++) {
    double loss = 0.0;
    plain_shuffle(fairu_philox__start(o->seed, FAIRU_STREAM_SHUFFLE, 0, epoch), order, n);
    for (size_t from = 0; from < n; from += o->batch) {
      const size_t here = n - from < o->batch ? n - from : o->batch;
      loss += batch_loss(m, order + from, here, NULL);
      step(m, order + from, here, (double)(batches * o->epochs));
    }
    fold(m);
    m->t.training_loss[epoch] = loss / weights;
    m->t.validation_loss[epoch] = validate(m);
  }
}

/* ---- comparison ----------------------------------------------------------------------------------------- */

static void compare(fairu_context *ctx, const fairu_events *events, fairu_training_options o,
                    size_t n_outputs)
{
  static normed m;
  const double within = 5e-4; /* of float against double; a block divides by its own spread */
  curve c;
  fairu_classifier *trained = NULL;
  plain_listen(&o, &c);
  CHECK_OK(ctx, fairu_classifier_train(ctx, events, &o, NULL, &trained));
  train_in_blocks(&m, ctx, events, &o, n_outputs);
  plain_check_losses(&c, m.t.training_loss, m.t.validation_loss, o.epochs, within);
  plain_check_logits(ctx, trained, events, &m.t, NULL, 1.0, within);
  fairu_classifier_destroy(trained);
}

static fairu_training_options begin(fairu_context *ctx)
{
  fairu_training_options o = plain_options(ctx, columns);
  o.momentum = 0.5;
  o.learning_rate = 0.03;
  o.batch = 50;
  o.epochs = 3;
  o.batch_norm = 1;
  o.seed = 3;
  return o;
}

static void blocks_of_64_events_are_normalised(void **state)
{
  (void)state;
  const size_t batch[6] = { 20, 50, 64, 65, 100, 1000 }; /* 65: a block of one event behind one of 64 */
  fairu_context *ctx = support_context();
  fairu_events *events = table(ctx, 2);
  for (size_t k = 0; k < 6; k++) {
    fairu_training_options o = begin(ctx);
    o.batch = batch[k] < ROWS ? batch[k] : ROWS;
    compare(ctx, events, o, 1);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void every_activation_and_loss_is_normalised(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = table(ctx, 3);
  for (int activation = FAIRU_ACTIVATION_LINEAR; activation <= FAIRU_ACTIVATION_ELU; activation++)
    for (size_t n_hidden = 0; n_hidden <= 2; n_hidden++) {
      fairu_training_options o = begin(ctx);
      if (activation == FAIRU_ACTIVATION_RELU) /* its corners spoil differences */
        continue;
      o.activation = activation;
      o.n_hidden = n_hidden;
      o.loss = FAIRU_LOSS_CATEGORICAL;
      compare(ctx, events, o, 3);
      o.loss = FAIRU_LOSS_SQUARED;
      o.targets = columns + 1;
      o.n_targets = 1;
      compare(ctx, events, o, 1);
    }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(blocks_of_64_events_are_normalised),
    cmocka_unit_test(every_activation_and_loss_is_normalised),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
