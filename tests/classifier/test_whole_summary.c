/* Whole trainings on soft counts: shares of every kind, variations, tangents and signed weights, one event at a time in double, every
 * derivative by a weight as a difference of the loss. All rows are one batch. */
#include <fairu/summary.h>

#include "classifier/made_columns.h"
#include "classifier/plain_compare.h"

enum { ROWS = 120, FEATURES = 2, MOST_BINS = 4, PROCESSES = 3, TABLES = 3, TANGENTS = 1 };
enum { MOST_COUNTS = PROCESSES * TABLES * MOST_BINS };

static const char *const columns[2] = { "x", "y" };
static const double edges[4] = { 0.0, 0.3, 0.55, 1.0 };

typedef struct world {
  fairu_events *tables[TABLES]; /* nominal, and two variations */
  float tangents[ROWS * FEATURES];
} world;

/* Variation 1 moves x of process 0 and its weight, 2 cuts some of process 1. */
static world make_world(fairu_context *ctx, int32_t n_processes)
{
  world w = { .tables = { NULL } };
  for (size_t v = 0; v < TABLES; v++) {
    float *column[2];
    int32_t labels[ROWS];
    double weights[ROWS];
    fairu_philox rng = fairu_philox__start(91, FAIRU_STREAM_USER, 0, 0);
    w.tables[v] = made_columns(ctx, columns, 2, ROWS, column);
    for (size_t i = 0; i < ROWS; i++) {
      labels[i] = (int32_t)fairu_philox__below(&rng, (uint64_t)n_processes);
      weights[i] = i % 16 == 5 ? -0.3 : 0.5 + fairu_philox__uniform(&rng);
      column[0][i] = (float)(20.0 + 5.0 * ((double)labels[i] + fairu_philox__normal(&rng)));
      column[1][i] = (float)(0.2 * fairu_philox__normal(&rng));
      w.tangents[i * FEATURES] = labels[i] == 0 ? 2.0F : 0.0F;
      w.tangents[i * FEATURES + 1] = (float)(0.1 * fairu_philox__normal(&rng));
      if (v == 1 && labels[i] == 0) {
        column[0][i] += 1.5F;
        weights[i] *= 1.2;
      }
      if (v == 2 && labels[i] == 1 && i % 3 == 0) {
        weights[i] = 0.0;
        column[0][i] = NAN; /* of what is cut nothing is read */
      }
    }
    CHECK_OK(ctx, fairu_events_set_labels(w.tables[v], ctx, labels, ROWS));
    CHECK_OK(ctx, fairu_events_set_weights(w.tables[v], ctx, weights, ROWS));
  }
  return w;
}

static void free_world(world *w)
{
  for (size_t v = 0; v < TABLES; v++)
    fairu_events_destroy(w->tables[v]);
}

/* ---- the loss ------------------------------------------------------------------------------------------- */

/* Something that every count and tangent matters to: squared distances from numbers of their own. */
static double distance(size_t n, const double *x, double shift, double *d)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; i++) {
    const double off = x[i] - shift - 0.1 * (double)(i % 7);
    sum += off * off;
    if (d)
      d[i] = 2.0 * off;
  }
  return sum;
}

static int loss_of_counts(fairu_context *ctx, const fairu_summary_counts *c, double *loss, double *d_counts,
                          double *d_tangents, void *user_data)
{
  (void)ctx, (void)user_data;
  *loss = distance(c->n_processes * c->n_variations * c->n_bins, c->counts, 0.2, d_counts);
  if (c->tangents)
    *loss += distance(c->n_processes * c->n_tangents * c->n_bins, c->tangents, 0.0, d_tangents);
  return 0;
}

/* ---- the same, row by row ------------------------------------------------------------------------------- */

typedef struct counter {
  plain_trainer t;
  const fairu_summary_options *options;
  const world *w;
  double x[TABLES][ROWS][FEATURES], weight[TABLES][ROWS]; /* of all rows of the tables, as f sees them */
} counter;

/* Shares of the bins of outputs o, and their slopes along a move d of the outputs. */
static void shares(const counter *k, const double *o, const double *d, double *share, double *slope)
{
  const fairu_summary_options *s = k->options;
  const double score = 1.0 / (1.0 + exp(-o[0])), move = score * (1.0 - score) * d[0];
  double sum = 0.0, mean = 0.0;
  for (size_t b = 0; s->kind == FAIRU_SUMMARY_SOFTMAX && b < s->n_bins; b++)
    sum += exp(o[b] / s->temperature);
  for (size_t b = 0; s->kind == FAIRU_SUMMARY_SOFTMAX && b < s->n_bins; b++)
    mean += exp(o[b] / s->temperature) / sum * d[b] / s->temperature;
  for (size_t b = 0; b < s->n_bins; b++) {
    if (s->kind == FAIRU_SUMMARY_SOFTMAX) {
      share[b] = exp(o[b] / s->temperature) / sum;
      slope[b] = share[b] * (d[b] / s->temperature - mean);
    } else if (s->kind == FAIRU_SUMMARY_SCORE) {
      share[b] = b == 0 ? 1.0 - score : score;
      slope[b] = b == 0 ? -move : move;
    } else {
      const double low = (edges[b] - score) / s->bandwidth, high = (edges[b + 1] - score) / s->bandwidth;
      share[b] = 0.5 * (erf(high / sqrt(2.0)) - erf(low / sqrt(2.0)));
      slope[b] =
          (exp(-low * low / 2.0) - exp(-high * high / 2.0)) / sqrt(2.0 * acos(-1.0)) / s->bandwidth * move;
    }
  }
}

/* Outputs of row i of a table, and how they move along the tangent. */
static void outputs(const counter *k, size_t v, size_t i, double *o, double *d)
{
  double h[PLAIN_LAYERS + 1][PLAIN_WIDTH], slope[PLAIN_LAYERS + 1][PLAIN_WIDTH];
  double move[PLAIN_LAYERS + 1][PLAIN_WIDTH] = { { 0.0 } };
  plain_forward(&k->t, &k->t.net[0], k->x[v][i], h, slope);
  for (size_t f = 0; f < FEATURES; f++)
    move[0][f] = k->t.scale[f] * (double)k->w->tangents[i * FEATURES + f];
  for (size_t l = 0; l < k->t.n_layers; l++) {
    const plain_layer *layer = &k->t.net[0].layers[l];
    for (size_t u = 0; u < layer->n_out; u++) {
      for (size_t j = 0; j < layer->n_in; j++)
        move[l + 1][u] += layer->w[u][j] * move[l][j];
      move[l + 1][u] *= slope[l + 1][u];
    }
  }
  memcpy(o, h[k->t.n_layers], k->t.n_outputs * sizeof *o);
  memcpy(d, move[k->t.n_layers], k->t.n_outputs * sizeof *d);
}

/* The loss of the counts of a part: sum of w_v share over sum of w_0 of each process. */
static double loss_of_part(const counter *k, const plain_row *rows, size_t n)
{
  const fairu_summary_options *s = k->options;
  const size_t n_tables = 1 + s->n_variations, n_bins = s->n_bins;
  double counts[MOST_COUNTS] = { 0.0 }, tangents[PROCESSES * MOST_BINS] = { 0.0 }, total[PROCESSES] = { 0.0 };
  for (size_t r = 0; r < n; r++)
    total[rows[r].label] += k->weight[0][rows[r].row];
  for (size_t r = 0; r < n; r++)
    for (size_t v = 0; v < n_tables; v++) {
      const size_t i = rows[r].row, p = rows[r].label;
      double o[PLAIN_WIDTH], d[PLAIN_WIDTH], share[MOST_BINS], slope[MOST_BINS];
      if (k->weight[v][i] == 0.0)
        continue;
      outputs(k, v, i, o, d);
      shares(k, o, d, share, slope);
      for (size_t b = 0; b < n_bins; b++) {
        counts[(p * n_tables + v) * n_bins + b] += k->weight[v][i] / total[p] * share[b];
        if (v == 0)
          tangents[p * n_bins + b] += k->weight[0][i] / total[p] * slope[b];
      }
    }
  return distance(s->n_processes * n_tables * n_bins, counts, 0.2, NULL) +
         (k->t.options->n_tangents > 0 ? distance(s->n_processes * n_bins, tangents, 0.0, NULL) : 0.0);
}

static double difference(counter *k, double *at)
{
  const double here = *at, h = 1e-5;
  *at = here + h;
  const double up = loss_of_part(k, k->t.training, k->t.n_training);
  *at = here - h;
  const double down = loss_of_part(k, k->t.training, k->t.n_training);
  *at = here;
  return (up - down) / (2.0 * h);
}

static void step(counter *k)
{
  plain_clear(&k->t);
  for (size_t l = 0; l < k->t.n_layers; l++) {
    plain_layer *p = &k->t.net[0].layers[l], *g = &k->t.slope[0].layers[l];
    for (size_t o = 0; o < p->n_out; o++) {
      g->b[o] = difference(k, &p->b[o]);
      for (size_t i = 0; i < p->n_in; i++)
        g->w[o][i] = difference(k, &p->w[o][i]);
    }
  }
  plain_step(&k->t, (double)k->t.options->epochs);
}

static void read_tables(counter *k, fairu_context *ctx)
{
  for (size_t v = 0; v < TABLES; v++)
    for (size_t i = 0; i < ROWS; i++) {
      k->weight[v][i] = fairu_events_weights(k->w->tables[v])[i];
      for (size_t f = 0; f < FEATURES; f++)
        k->x[v][i][f] = (plain_value(k->w->tables[v], ctx, columns[f], i) - k->t.mean[f]) * k->t.scale[f];
    }
}

static void train_on_counts(counter *k, fairu_context *ctx, const world *w, const fairu_training_options *o,
                            const fairu_summary_options *s)
{
  static fairu_training_options as_plain; /* one output is a start like any other */
  memset(k, 0, sizeof *k);
  as_plain = *o;
  as_plain.balance = 0;
  plain_begin(&k->t, ctx, w->tables[0], &as_plain, s->kind == FAIRU_SUMMARY_SOFTMAX ? s->n_bins : 1);
  k->t.options = o;
  k->options = s;
  k->w = w;
  read_tables(k, ctx);
  for (; k->t.epochs < o->epochs; k->t.epochs++) {
    k->t.training_loss[k->t.epochs] = loss_of_part(k, k->t.training, k->t.n_training);
    step(k);
    k->t.validation_loss[k->t.epochs] = loss_of_part(k, k->t.validation, k->t.n_validation);
  }
  memcpy(k->t.best, k->t.net, sizeof k->t.best);
}

/* ---- comparison ----------------------------------------------------------------------------------------- */

static void compare(fairu_context *ctx, const world *w, fairu_training_options o,
                    const fairu_summary_options *s)
{
  static counter k;
  const double within = 1e-4; /* of float against double, in a few steps */
  curve c;
  fairu_classifier *trained = NULL;
  plain_listen(&o, &c);
  CHECK_OK(ctx, fairu_classifier_train_summary(ctx, w->tables[0], &o, s, NULL, &trained));
  train_on_counts(&k, ctx, w, &o, s);
  plain_check_losses(&c, k.t.training_loss, k.t.validation_loss, o.epochs, within);
  plain_check_logits(ctx, trained, w->tables[0], &k.t, NULL,
                     s->kind == FAIRU_SUMMARY_SOFTMAX ? s->temperature : 1.0,
                     within); /* the temperature is in the last layer */
  fairu_classifier_destroy(trained);
}

static fairu_training_options begin(fairu_context *ctx, const world *w, int tangents)
{
  fairu_training_options o = plain_options(ctx, columns);
  o.learning_rate = 0.1;
  o.batch = 100000;
  o.epochs = 4;
  o.validation_fraction = 0.3;
  o.l2 = 0.02;
  o.seed = 11;
  o.tangents = tangents ? w->tangents : NULL;
  o.n_tangents = tangents ? TANGENTS : 0;
  return o;
}

static void every_kind_of_shares(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int32_t n_processes = 2; n_processes <= PROCESSES; n_processes++) {
    world w = make_world(ctx, n_processes);
    const fairu_events *const variations[2] = { w.tables[1], w.tables[2] };
    for (int kind = FAIRU_SUMMARY_SOFTMAX; kind <= FAIRU_SUMMARY_SCORE; kind++)
      for (size_t n_variations = 0; n_variations <= 2; n_variations++)
        for (int tangents = 0; tangents < 2; tangents++) {
          const fairu_training_options o = begin(ctx, &w, tangents);
          fairu_summary_options s;
          CHECK_OK(ctx, fairu_summary_options_init(&s, sizeof s));
          s.kind = kind;
          s.n_bins = kind == FAIRU_SUMMARY_SCORE ? 2 : 3;
          s.temperature = 0.6;
          s.bandwidth = 0.15;
          s.edges = edges;
          s.loss = loss_of_counts;
          s.n_processes = (size_t)n_processes;
          s.variations = variations;
          s.n_variations = n_variations;
          compare(ctx, &w, o, &s);
        }
    free_world(&w);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(every_kind_of_shares) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
