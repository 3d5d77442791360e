/* plain_adversary.h - training of a classifier f against an adversary r as adversary.h describes it: one event at a time, in double. The
 * derivative of ln p is by differences. */
#ifndef FAIRU_TESTS_PLAIN_ADVERSARY_H
#define FAIRU_TESTS_PLAIN_ADVERSARY_H

#include <fairu/adversary.h>

#include "classifier/plain_trainer.h"

/* ---- the game ------------------------------------------------------------------------------------------- */

typedef struct game {
  const fairu_adversary_options *options;
  fairu_training_options of_r; /* what a plain trainer needs to know of r */
  plain_trainer f, r;
  double z[2][PLAIN_ROWS],
      weight[2][PLAIN_ROWS]; /* of the training part and of the validation part, as r sees them */
  double mean, spread, blind;
  size_t n_values;
  size_t order_f[PLAIN_ROWS], order_r[PLAIN_ROWS], next, passes;
  double training_loss[PLAIN_EPOCHS], validation_loss[PLAIN_EPOCHS];
  double loss_f, loss_r, validation_f, validation_r; /* of the last epoch */
} game;

static inline int counts(const game *g, const plain_row *row)
{
  return g->options->only_label < 0 || row->label == (size_t)g->options->only_label;
}

/* Weights of L_r sum to those of L_f; Z to its moments, or to the number of its value. */
static inline void read_nuisance(game *g, fairu_context *ctx, const fairu_events *events)
{
  double sum = 0.0, all = 0.0, share[64] = { 0.0 }, values[64];
  for (int part = 0; part < 2; part++) {
    const plain_row *rows = part ? g->f.validation : g->f.training;
    for (size_t i = 0; i < (part ? g->f.n_validation : g->f.n_training); i++) {
      g->z[part][i] = plain_value(events, ctx, g->options->nuisance, rows[i].row);
      g->weight[part][i] = counts(g, &rows[i]) ? rows[i].weight : 0.0;
      sum += part ? 0.0 : g->weight[0][i];
      all += part ? 0.0 : rows[i].weight;
    }
  }
  for (size_t i = 0; i < g->f.n_training; i++)
    g->mean += g->weight[0][i] * g->z[0][i] / sum;
  for (size_t i = 0; i < g->f.n_training; i++)
    g->spread += g->weight[0][i] * pow(g->z[0][i] - g->mean, 2.0) / sum;
  g->spread = sqrt(g->spread);
  for (double z = -1000.0; g->options->density == FAIRU_DENSITY_DISCRETE;) { /* values in rising order */
    double next = HUGE_VAL;
    for (size_t i = 0; i < g->f.n_training; i++)
      if (g->z[0][i] > z && counts(g, &g->f.training[i]))
        next = fmin(next, g->z[0][i]);
    if (next == HUGE_VAL)
      break;
    values[g->n_values++] = z = next;
  }
  for (int part = 0; part < 2; part++)
    for (size_t i = 0; i < (part ? g->f.n_validation : g->f.n_training); i++) {
      double to = (g->z[part][i] - g->mean) / g->spread;
      for (size_t k = 0; k < g->n_values; k++)
        to = g->z[part][i] == values[k] ? (double)k : to;
      if (part == 0 && g->n_values > 0)
        share[(size_t)to] += g->weight[0][i] / sum;
      g->z[part][i] = to;
      g->weight[part][i] *= all / sum;
    }
  for (size_t k = 0; k < g->n_values; k++)
    g->blind -= share[k] * log(share[k]);
}

/* -ln p(z), or the squared distance, of outputs of r. */
static inline double cost(const game *g, const double *out, double z)
{
  const size_t n = g->options->density == FAIRU_DENSITY_MIXTURE ? g->options->components : 1;
  double sum = 0.0, p = 0.0;
  if (g->options->density == FAIRU_DENSITY_SQUARED)
    return pow(out[0] - z, 2.0);
  if (g->options->density == FAIRU_DENSITY_DISCRETE) {
    for (size_t k = 0; k < g->n_values; k++)
      sum += exp(out[k]);
    return log(sum) - out[(size_t)z];
  }
  for (size_t k = 0; k < n; k++) {
    const double width = exp(fmax(-8.0, fmin(8.0, out[n + k]))), pull = (z - out[k]) / width;
    const double logit = n > 1 ? exp(out[2 * n + k]) : 1.0;
    sum += logit;
    p += logit * exp(-pull * pull / 2.0) / width / sqrt(2.0 * acos(-1.0));
  }
  return log(sum / p);
}

static inline size_t outputs_of_r(const game *g)
{
  switch (g->options->density) {
  case FAIRU_DENSITY_MIXTURE:
    return 3 * g->options->components;
  case FAIRU_DENSITY_GAUSSIAN:
    return 2;
  case FAIRU_DENSITY_DISCRETE:
    return g->n_values;
  default:
    return 1;
  }
}

/* What r sees of outputs of f: sigmoid, softmax, themselves. */
static inline void see(const game *g, const double *out, double *seen)
{
  double sum = 0.0;
  for (size_t k = 0; k < g->f.n_outputs; k++)
    sum += exp(out[k]);
  for (size_t k = 0; k < g->f.n_outputs; k++)
    seen[k] = g->options->sees == FAIRU_OUTPUT_LOGIT || g->f.options->loss == FAIRU_LOSS_SQUARED ? out[k]
              : g->f.n_outputs == 1 ? 1.0 / (1.0 + exp(-out[0]))
                                    : exp(out[k]) / sum;
}

typedef double layers[PLAIN_LAYERS + 1][PLAIN_WIDTH];

/* Weighted loss of r; its gradient over n into g->r.slope if `learns`; d [outputs of f] the derivative by them. */
static inline double oppose(game *g, int part, size_t i, const double *out_of_f, double n, int learns,
                            double *d)
{
  layers h, slope;
  double seen[PLAIN_WIDTH], d_out[PLAIN_WIDTH] = { 0.0 };
  const double w = g->weight[part][i], z = g->z[part][i], step = 1e-5;
  if (w == 0.0 && !counts(g, &(part ? g->f.validation : g->f.training)[i]))
    return 0.0;
  see(g, out_of_f, seen);
  plain_forward(&g->r, &g->r.net[0], seen, h, slope);
  double *out = h[g->r.n_layers];
  const double loss = w * cost(g, out, z);
  for (size_t k = 0; k < g->r.n_outputs; k++) {
    const double here = out[k];
    out[k] = here + step;
    const double up = cost(g, out, z);
    out[k] = here - step;
    d_out[k] = w / n * (up - cost(g, out, z)) / (2.0 * step);
    out[k] = here;
  }
  const plain_net kept = g->r.slope[0];
  plain_backpass(&g->r, 0, h, slope, d_out);
  if (!learns)
    g->r.slope[0] = kept;
  for (size_t k = 0; k < g->f.n_outputs; k++) { /* through what is seen, by differences too */
    double moved[PLAIN_WIDTH], up[PLAIN_WIDTH], down[PLAIN_WIDTH];
    memcpy(moved, out_of_f, sizeof moved);
    moved[k] = out_of_f[k] + step;
    see(g, moved, up);
    moved[k] = out_of_f[k] - step;
    see(g, moved, down);
    d[k] = 0.0;
    for (size_t s = 0; s < g->f.n_outputs; s++)
      d[k] += d_out[s] * (up[s] - down[s]) / (2.0 * step);
  }
  return loss;
}

/* ---- steps -------------------------------------------------------------------------------------------- */

/* Rows for one player alone: all of them in a new order, batch by batch. */
static inline size_t next_batch(game *g, const size_t **rows)
{
  const size_t n = g->f.n_training, batch = g->f.options->batch < n ? g->f.options->batch : n;
  if (g->next >= n) {
    g->next = 0;
    g->passes++;
    for (size_t i = 0; i < n; i++)
      g->order_r[i] = i;
    plain_shuffle(fairu_philox__start(g->f.options->seed, FAIRU_STREAM_SHUFFLE, 1, g->passes), g->order_r, n);
  }
  const size_t here = n - g->next < batch ? n - g->next : batch;
  *rows = g->order_r + g->next;
  g->next += here;
  return here;
}

static inline void f_alone(game *g)
{
  const size_t *rows;
  const size_t n = next_batch(g, &rows);
  plain_clear(&g->f);
  for (size_t i = 0; i < n; i++)
    (void)plain_backward(&g->f, &g->f.training[rows[i]], (double)n);
  plain_step_at(&g->f, g->f.options->learning_rate);
}

static inline void r_alone(game *g, double rate)
{
  const size_t *rows;
  const size_t n = next_batch(g, &rows);
  plain_clear(&g->r);
  for (size_t i = 0; i < n; i++) {
    const plain_row *row = &g->f.training[rows[i]];
    layers h, slope;
    double d[PLAIN_WIDTH];
    plain_forward(&g->f, &g->f.net[row->side], row->x, h, slope);
    (void)oppose(g, 0, rows[i], h[g->f.n_layers], (double)n, 1, d);
  }
  plain_step_at(&g->r, rate);
}

/* A step of f on rows of its own; both gradients from one pass. */
static inline void both(game *g, const size_t *rows, size_t n, double sums[4])
{
  plain_clear(&g->f);
  plain_clear(&g->r);
  for (size_t i = 0; i < n; i++) {
    const plain_row *row = &g->f.training[rows[i]];
    layers h, slope;
    double d[PLAIN_WIDTH] = { 0.0 }, against[PLAIN_WIDTH] = { 0.0 };
    plain_forward(&g->f, &g->f.net[row->side], row->x, h, slope);
    sums[0] += row->weight * plain_loss(&g->f, row, h[g->f.n_layers], d);
    sums[1] += oppose(g, 0, rows[i], h[g->f.n_layers], (double)n, g->options->reversal, against);
    sums[2] += counts(g, row) ? g->weight[0][rows[i]] : 0.0;
    sums[3] += row->weight;
    for (size_t k = 0; k < g->f.n_outputs; k++)
      d[k] = d[k] * row->weight / (double)n - g->options->lambda * against[k];
    plain_backpass(&g->f, row->side, h, slope, d);
  }
}

static inline void validate(game *g)
{
  double sums[4] = { 0.0 };
  for (size_t i = 0; i < g->f.n_validation; i++) {
    const plain_row *row = &g->f.validation[i];
    layers h, slope;
    double d[PLAIN_WIDTH];
    plain_forward(&g->f, &g->f.net[row->side], row->x, h, slope);
    sums[0] += row->weight * plain_loss(&g->f, row, h[g->f.n_layers], d);
    sums[1] += row->weight;
    sums[2] += oppose(g, 1, i, h[g->f.n_layers], 1.0, 0, d);
    sums[3] += counts(g, row) ? g->weight[1][i] : 0.0;
  }
  g->validation_f = sums[0] / sums[1];
  g->validation_r = sums[2] / sums[3];
}

static inline void play_epoch(game *g, size_t epoch, size_t rounds, double total)
{
  const size_t n = g->f.n_training, batch = g->f.options->batch < n ? g->f.options->batch : n;
  const double full = g->of_r.learning_rate;
  double sums[4] = { 0.0 }, weights = 0.0;
  plain_shuffle(fairu_philox__start(g->f.options->seed, FAIRU_STREAM_SHUFFLE, 0, epoch), g->order_f, n);
  if (epoch == 0) {
    const size_t batches = (n + batch - 1) / batch;
    g->next = n;
    for (size_t i = 0; i < g->options->classifier_epochs * batches; i++)
      f_alone(g);
    for (size_t i = 0; i < g->options->adversary_epochs * batches; i++)
      r_alone(g, full);
    g->next = n;
    memset(g->f.first, 0, sizeof g->f.first);
    memset(g->f.second, 0, sizeof g->f.second);
    g->f.steps = 0;
  }
  for (size_t round = 0; round < rounds; round++) {
    const size_t from = round * batch, end = from + batch < n ? from + batch : n;
    const double rate = plain_rate(&g->f, total) / g->f.options->learning_rate * full;
    for (size_t k = 0; !g->options->reversal && k < g->options->adversary_steps; k++)
      r_alone(g, rate);
    both(g, g->order_f + from, end - from, sums);
    if (g->options->reversal)
      plain_step_at(&g->r, rate);
    plain_step(&g->f, total);
  }
  for (size_t i = 0; i < n; i++)
    weights += g->f.training[i].weight;
  const double share = (double)rounds / ceil((double)n / (double)batch);
  g->training_loss[epoch] = (sums[0] - g->options->lambda * sums[1]) / (weights * share);
  g->loss_f = sums[0] / sums[3];
  g->loss_r = sums[1] / sums[2];
  validate(g);
  g->validation_loss[epoch] = g->validation_f - g->options->lambda * g->validation_r;
}

static inline void play(game *g, fairu_context *ctx, const fairu_events *events,
                        const fairu_training_options *training, const fairu_adversary_options *options,
                        size_t n_outputs)
{
  memset(g, 0, sizeof *g);
  plain_begin(&g->f, ctx, events, training, n_outputs);
  g->options = options;
  read_nuisance(g, ctx, events);
  g->of_r = *training;
  g->of_r.gate = NULL;
  g->of_r.activations = NULL;
  g->of_r.loss = FAIRU_LOSS_BINARY;
  g->of_r.hidden = options->hidden;
  g->of_r.n_hidden = options->n_hidden;
  g->of_r.activation = options->activation;
  g->of_r.l2 = options->l2;
  g->of_r.optimiser = options->optimiser ? options->optimiser : training->optimiser;
  g->of_r.learning_rate = options->learning_rate > 0.0 ? options->learning_rate : training->learning_rate;
  g->r.options = &g->of_r;
  g->r.id = 1;
  g->r.n_sides = 1;
  g->r.n_inputs = n_outputs;
  g->r.n_outputs = outputs_of_r(g);
  g->r.n_layers = options->n_hidden + 1;
  plain_shape(&g->r, &g->r.net[0]);
  plain_start(&g->r);
  for (size_t i = 0; i < g->f.n_training; i++)
    g->order_f[i] = i;
  const size_t n = g->f.n_training, batch = training->batch < n ? training->batch : n;
  const size_t rounds = options->rounds > 0 ? options->rounds : (n + batch - 1) / batch;
  for (size_t epoch = 0; epoch < training->epochs; epoch++)
    play_epoch(g, epoch, rounds, (double)(rounds * training->epochs));
}

#endif /* FAIRU_TESTS_PLAIN_ADVERSARY_H */
