/* plain_trainer.h - training of dense networks as training.h describes it: one event at a time, in double, in plain loops.
 *
 * Only what decides on random numbers is taken over (streams of initial weights, of the order of rows, and the split by id). Everything
 * else is the published formula: standard deviations, class weights, forward and backward pass, penalty, Adam (arXiv:1412.6980), RMSprop,
 * momentum, schedules, early stopping. */
#ifndef FAIRU_TESTS_PLAIN_TRAINER_H
#define FAIRU_TESTS_PLAIN_TRAINER_H

#include "numeric/philox.h"
#include "support/support.h"

enum { PLAIN_ROWS = 400, PLAIN_INPUTS = 8, PLAIN_WIDTH = 8, PLAIN_LAYERS = 5, PLAIN_EPOCHS = 64 };

typedef struct plain_layer {
  size_t n_in, n_out;
  int activation;
  double w[PLAIN_WIDTH][PLAIN_WIDTH], b[PLAIN_WIDTH];
} plain_layer;

typedef struct plain_net {
  plain_layer layers[PLAIN_LAYERS];
} plain_net;

typedef struct plain_row {
  double x[PLAIN_INPUTS], weight, target[PLAIN_WIDTH];
  size_t label, side, row; /* of the table */
} plain_row;

typedef struct plain_trainer {
  const fairu_training_options *options;
  size_t n_inputs, n_outputs, n_layers, n_sides;
  double mean[PLAIN_INPUTS], scale[PLAIN_INPUTS];
  plain_row training[PLAIN_ROWS], validation[PLAIN_ROWS];
  size_t n_training, n_validation;
  plain_net net[2], slope[2], first[2], second[2],
      best[2]; /* per side: weights, gradient, memory of the optimiser, best network */
  uint64_t id; /* of its initial weights */
  uint64_t steps;
  double training_loss[PLAIN_EPOCHS], validation_loss[PLAIN_EPOCHS];
  size_t epochs, best_epoch;
} plain_trainer;

/* ---- events ------------------------------------------------------------------------------------------- */

static inline double plain_value(const fairu_events *events, fairu_context *ctx, const char *name, size_t row)
{
  size_t column = 0, stride = 0;
  CHECK_OK(ctx, fairu_events_find_column(events, ctx, name, &column));
  const float *values = fairu_events_column(events, column, &stride);
  return (double)values[row * stride];
}

static inline const char *plain_input(const fairu_training_options *o, size_t i)
{
  return i < o->n_features ? o->features[i] : o->nuisances[i - o->n_features];
}

static inline void plain_read(plain_trainer *t, fairu_context *ctx, const fairu_events *events)
{
  const fairu_training_options *o = t->options;
  const size_t n = fairu_events_n_events(events);
  const uint32_t parts = 1U << 20;
  static uint32_t part[PLAIN_ROWS];
  CHECK_OK(ctx, fairu_events_split(events, ctx, o->seed, parts, part));
  for (size_t row = 0; row < n; row++) {
    const int validates = (double)part[row] < o->validation_fraction * (double)parts;
    plain_row *to = validates ? &t->validation[t->n_validation++] : &t->training[t->n_training++];
    memset(to, 0, sizeof *to);
    to->row = row;
    for (size_t i = 0; i < t->n_inputs; i++)
      to->x[i] = plain_value(events, ctx, plain_input(o, i), row);
    for (size_t k = 0; k < o->n_targets; k++)
      to->target[k] = plain_value(events, ctx, o->targets[k], row);
    to->weight = fairu_events_weights(events) ? fairu_events_weights(events)[row] : 1.0;
    to->label = o->loss == FAIRU_LOSS_SQUARED ? 0 : (size_t)fairu_events_labels(events)[row];
    to->side = o->gate && plain_value(events, ctx, o->gate, row) >= o->gate_nominal;
  }
}

/* Inputs to mean 0 and deviation 1; weights to a mean of 1, of each class if balanced. Both by the training part. */
static inline void plain_scale(plain_trainer *t, size_t n_classes)
{
  double class_sum[PLAIN_WIDTH] = { 0 }, sum = 0.0;
  const double n = (double)t->n_training;
  for (size_t i = 0; i < t->n_inputs; i++) {
    double square = 0.0;
    t->mean[i] = 0.0;
    for (size_t r = 0; r < t->n_training; r++)
      t->mean[i] += t->training[r].x[i] / n;
    for (size_t r = 0; r < t->n_training; r++)
      square += pow(t->training[r].x[i] - t->mean[i], 2.0) / n;
    t->scale[i] =
        square > 1e-24 * pow(t->mean[i], 2.0) ? 1.0 / sqrt(square) : 1.0; /* a constant one stays as wide */
    if (!t->options->standardise)
      t->mean[i] = 0.0, t->scale[i] = 1.0;
  }
  for (size_t r = 0; r < t->n_training; r++) {
    class_sum[t->training[r].label] += t->training[r].weight;
    sum += t->training[r].weight;
  }
  for (size_t r = 0; r < t->n_training + t->n_validation; r++) {
    plain_row *row = r < t->n_training ? &t->training[r] : &t->validation[r - t->n_training];
    const int balance = t->options->balance && t->options->loss != FAIRU_LOSS_SQUARED;
    row->weight *= balance ? n / ((double)n_classes * class_sum[row->label]) : n / sum;
    for (size_t i = 0; i < t->n_inputs; i++)
      row->x[i] = (row->x[i] - t->mean[i]) * t->scale[i];
  }
}

/* ---- network ------------------------------------------------------------------------------------------ */

static inline void plain_shape(plain_trainer *t, plain_net *net)
{
  const fairu_training_options *o = t->options;
  for (size_t l = 0; l < t->n_layers; l++) {
    const int last = l + 1 == t->n_layers;
    net->layers[l].n_in = l == 0 ? t->n_inputs : net->layers[l - 1].n_out;
    net->layers[l].n_out = last ? t->n_outputs : o->hidden[l];
    net->layers[l].activation = last             ? FAIRU_ACTIVATION_LINEAR
                                : o->activations ? o->activations[l]
                                                 : o->activation;
  }
}

static inline void plain_start(plain_trainer *t)
{
  for (size_t side = 0; side < t->n_sides; side++)
    for (size_t l = 0; l < t->n_layers; l++) {
      plain_layer *layer = &t->net[side].layers[l];
      const double fan = (double)(layer->n_in + layer->n_out);
      const int he = layer->activation == FAIRU_ACTIVATION_RELU || layer->activation == FAIRU_ACTIVATION_ELU;
      fairu_philox rng = fairu_philox__start(t->options->seed, FAIRU_STREAM_WEIGHTS, 2 * t->id + side, l);
      for (size_t o = 0; o < layer->n_out; o++)
        for (size_t i = 0; i < layer->n_in; i++)
          layer->w[o][i] = he ? sqrt(2.0 / (double)layer->n_in) * fairu_philox__normal(&rng)
                              : sqrt(6.0 / fan) * (2.0 * fairu_philox__uniform(&rng) - 1.0);
    }
  for (size_t k = 0; t->options->loss == FAIRU_LOSS_SQUARED && k < t->n_outputs; k++) {
    double sum = 0.0, weights = 0.0; /* regression starts at the mean */
    for (size_t r = 0; r < t->n_training; r++) {
      sum += t->training[r].weight * t->training[r].target[k];
      weights += t->training[r].weight;
    }
    for (size_t side = 0; side < t->n_sides; side++)
      t->net[side].layers[t->n_layers - 1].b[k] = sum / weights;
  }
}

static inline double plain_activate(int activation, double s, double *slope)
{
  const double sigmoid = 1.0 / (1.0 + exp(-s));
  switch (activation) {
  case FAIRU_ACTIVATION_RELU:
    *slope = s > 0.0;
    return s > 0.0 ? s : 0.0;
  case FAIRU_ACTIVATION_TANH:
    *slope = 1.0 / (cosh(s) * cosh(s));
    return tanh(s);
  case FAIRU_ACTIVATION_SIGMOID:
    *slope = sigmoid * (1.0 - sigmoid);
    return sigmoid;
  case FAIRU_ACTIVATION_ELU:
    *slope = s > 0.0 ? 1.0 : exp(s);
    return s > 0.0 ? s : expm1(s);
  default:
    *slope = 1.0;
    return s;
  }
}

/* h[0] are the inputs, h[l + 1] and slope[l + 1] of layer l. */
static inline void plain_forward(const plain_trainer *t, const plain_net *net, const double *x,
                                 double h[PLAIN_LAYERS + 1][PLAIN_WIDTH],
                                 double slope[PLAIN_LAYERS + 1][PLAIN_WIDTH])
{
  memcpy(h[0], x, t->n_inputs * sizeof *x);
  for (size_t l = 0; l < t->n_layers; l++) {
    const plain_layer *layer = &net->layers[l];
    for (size_t o = 0; o < layer->n_out; o++) {
      double sum = layer->b[o];
      for (size_t i = 0; i < layer->n_in; i++)
        sum += layer->w[o][i] * h[l][i];
      h[l + 1][o] = plain_activate(layer->activation, sum, &slope[l + 1][o]);
    }
  }
}

/* Loss of one row and its derivative by the outputs, without the weight. */
static inline double plain_loss(const plain_trainer *t, const plain_row *row, const double *out, double *d)
{
  double sum = 0.0, top = out[0], loss = 0.0;
  if (t->options->loss == FAIRU_LOSS_BINARY) {
    const double y = (double)row->label;
    d[0] = 1.0 / (1.0 + exp(-out[0])) - y;
    return y * log1p(exp(-out[0])) + (1.0 - y) * log1p(exp(out[0]));
  }
  for (size_t k = 0; k < t->n_outputs; k++)
    top = fmax(top, out[k]);
  for (size_t k = 0; k < t->n_outputs; k++)
    sum += exp(out[k] - top);
  for (size_t k = 0; k < t->n_outputs; k++) {
    const double n = (double)t->n_outputs, away = out[k] - row->target[k];
    if (t->options->loss == FAIRU_LOSS_SQUARED) {
      d[k] = 2.0 * away / n;
      loss += away * away / n;
    } else {
      d[k] = exp(out[k] - top) / sum - (k == row->label);
      loss += k == row->label ? log(sum) + top - out[k] : 0.0;
    }
  }
  return loss;
}

/* d: derivative of a loss by the outputs, on return by the inputs; adds that by weights and biases. h and slope of plain_forward. */
static inline void plain_backpass(plain_trainer *t, size_t side, double h[PLAIN_LAYERS + 1][PLAIN_WIDTH],
                                  double slope[PLAIN_LAYERS + 1][PLAIN_WIDTH], double d[PLAIN_WIDTH])
{
  for (size_t l = t->n_layers; l-- > 0;) {
    const plain_layer *layer = &t->net[side].layers[l];
    plain_layer *to = &t->slope[side].layers[l];
    double below[PLAIN_WIDTH] = { 0 };
    for (size_t o = 0; o < layer->n_out; o++) {
      const double here = d[o] * slope[l + 1][o];
      to->b[o] += here;
      for (size_t i = 0; i < layer->n_in; i++) {
        to->w[o][i] += here * h[l][i];
        below[i] += here * layer->w[o][i];
      }
    }
    memcpy(d, below, sizeof below);
  }
}

/* Adds weight times the gradient of one row over n; returns weight times loss. */
static inline double plain_backward(plain_trainer *t, const plain_row *row, double n)
{
  double h[PLAIN_LAYERS + 1][PLAIN_WIDTH], slope[PLAIN_LAYERS + 1][PLAIN_WIDTH];
  double d[PLAIN_WIDTH] = { 0 };
  plain_forward(t, &t->net[row->side], row->x, h, slope);
  const double loss = plain_loss(t, row, h[t->n_layers], d);
  for (size_t k = 0; k < t->n_outputs; k++)
    d[k] *= row->weight / n;
  plain_backpass(t, row->side, h, slope, d);
  return row->weight * loss;
}

/* ---- steps -------------------------------------------------------------------------------------------- */

static inline double plain_rate(const plain_trainer *t, double total)
{
  const fairu_training_options *o = t->options;
  const double done = (double)t->steps / total, pi = acos(-1.0);
  if (o->schedule == FAIRU_SCHEDULE_COSINE)
    return o->learning_rate * (o->final_rate + (1.0 - o->final_rate) * (1.0 + cos(pi * done)) / 2.0);
  if (o->schedule == FAIRU_SCHEDULE_STEP)
    return o->learning_rate / (done < 0.6 ? 1.0 : done < 0.8 ? 5.0 : 25.0);
  return o->learning_rate;
}

/* t->steps counts this step already. */
static inline void plain_move(const plain_trainer *t, double rate, double g, double *p, double *m, double *v)
{
  const double s = (double)t->steps;
  switch (t->options->optimiser) {
  case FAIRU_OPTIMISER_ADAM:
    *m = 0.9 * *m + 0.1 * g;
    *v = 0.999 * *v + 0.001 * g * g;
    *p -= rate * (*m / (1.0 - pow(0.9, s))) / (sqrt(*v / (1.0 - pow(0.999, s))) + 1e-8);
    break;
  case FAIRU_OPTIMISER_RMSPROP:
    *v = 0.9 * *v + 0.1 * g * g;
    *p -= rate * g / (sqrt(*v) + 1e-7);
    break;
  default:
    *m = t->options->momentum * *m - rate * g;
    *p += *m;
  }
}

static inline void plain_step_at(plain_trainer *t, double rate)
{
  t->steps++;
  for (size_t side = 0; side < t->n_sides; side++)
    for (size_t l = 0; l < t->n_layers; l++) {
      plain_layer *p = &t->net[side].layers[l], *g = &t->slope[side].layers[l];
      plain_layer *m = &t->first[side].layers[l], *v = &t->second[side].layers[l];
      const double l2 = l > 0 && l + 1 < t->n_layers ? t->options->l2 : 0.0;
      for (size_t o = 0; o < p->n_out; o++) {
        for (size_t i = 0; i < p->n_in; i++)
          plain_move(t, rate, g->w[o][i] + 2.0 * l2 * p->w[o][i], &p->w[o][i], &m->w[o][i], &v->w[o][i]);
        plain_move(t, rate, g->b[o], &p->b[o], &m->b[o], &v->b[o]);
      }
    }
}

static inline void plain_step(plain_trainer *t, double total)
{
  plain_step_at(t, plain_rate(t, total));
}

static inline void plain_shuffle(fairu_philox rng, size_t *order, size_t n)
{
  for (size_t i = n; i > 1; i--) {
    const size_t j = (size_t)fairu_philox__below(&rng, i), swap = order[i - 1];
    order[i - 1] = order[j];
    order[j] = swap;
  }
}

static inline void plain_clear(plain_trainer *t)
{
  for (size_t side = 0; side < t->n_sides; side++) {
    memset(&t->slope[side], 0, sizeof t->slope[side]);
    plain_shape(t, &t->slope[side]);
  }
}

static inline double plain_epoch(plain_trainer *t, size_t *order)
{
  const size_t n = t->n_training, batch = t->options->batch < n ? t->options->batch : n;
  const double total = ceil((double)n / (double)batch) * (double)t->options->epochs;
  double loss = 0.0, weights = 0.0;
  plain_shuffle(fairu_philox__start(t->options->seed, FAIRU_STREAM_SHUFFLE, 0, t->epochs), order, n);
  for (size_t from = 0; from < n; from += batch) {
    const size_t end = from + batch < n ? from + batch : n;
    plain_clear(t);
    for (size_t i = from; i < end; i++)
      loss += plain_backward(t, &t->training[order[i]], (double)(end - from));
    plain_step(t, total);
  }
  for (size_t i = 0; i < n; i++)
    weights += t->training[i].weight;
  return loss / weights;
}

static inline double plain_validate(const plain_trainer *t)
{
  double loss = 0.0, weights = 0.0;
  for (size_t r = 0; r < t->n_validation; r++) {
    double h[PLAIN_LAYERS + 1][PLAIN_WIDTH], slope[PLAIN_LAYERS + 1][PLAIN_WIDTH], d[PLAIN_WIDTH];
    const plain_row *row = &t->validation[r];
    plain_forward(t, &t->net[row->side], row->x, h, slope);
    loss += row->weight * plain_loss(t, row, h[t->n_layers], d);
    weights += row->weight;
  }
  return t->n_validation > 0 ? loss / weights : (double)NAN;
}

/* Rows, weights and order as at the start. */
static inline void plain_begin(plain_trainer *t, fairu_context *ctx, const fairu_events *events,
                               const fairu_training_options *options, size_t n_outputs)
{
  memset(t, 0, sizeof *t);
  t->options = options;
  t->n_inputs = options->n_features + options->n_nuisances;
  t->n_outputs = n_outputs;
  t->n_layers = options->n_hidden + 1;
  t->n_sides = options->gate ? 2 : 1;
  plain_read(t, ctx, events);
  plain_scale(t, n_outputs > 1 ? n_outputs : 2);
  for (size_t side = 0; side < t->n_sides; side++)
    plain_shape(t, &t->net[side]);
  plain_start(t);
}

/* The whole training of one network. */
static inline void plain_train(plain_trainer *t, fairu_context *ctx, const fairu_events *events,
                               const fairu_training_options *options, size_t n_outputs)
{
  size_t order[PLAIN_ROWS];
  plain_begin(t, ctx, events, options, n_outputs);
  for (size_t i = 0; i < t->n_training; i++)
    order[i] = i;
  while (t->epochs < options->epochs) {
    t->training_loss[t->epochs] = plain_epoch(t, order);
    t->validation_loss[t->epochs] = plain_validate(t);
    if (options->patience == 0 || t->epochs == 0 ||
        t->validation_loss[t->epochs] < t->validation_loss[t->best_epoch]) {
      t->best_epoch = t->epochs;
      memcpy(t->best, t->net, sizeof t->best);
    }
    t->epochs++;
    if (options->patience > 0 && t->epochs - 1 - t->best_epoch >= options->patience)
      break;
  }
}

/* Logits (or values) of the best network for inputs as they come. */
static inline void plain_score(const plain_trainer *t, const double *inputs, size_t side, double *out)
{
  double h[PLAIN_LAYERS + 1][PLAIN_WIDTH], slope[PLAIN_LAYERS + 1][PLAIN_WIDTH], x[PLAIN_INPUTS];
  for (size_t i = 0; i < t->n_inputs; i++)
    x[i] = (inputs[i] - t->mean[i]) * t->scale[i];
  plain_forward(t, &t->best[side], x, h, slope);
  memcpy(out, h[t->n_layers], t->n_outputs * sizeof *out);
}

#endif /* FAIRU_TESTS_PLAIN_TRAINER_H */
