/* lwtnn_graph_made.h - random graph files of lwtnn: any nodes in any order, layers used twice, inputs with equal names, nodes that lead
 * nowhere; and a walk through the same nodes in double. */
#ifndef FAIRU_TESTS_LWTNN_GRAPH_MADE_H
#define FAIRU_TESTS_LWTNN_GRAPH_MADE_H

#include "classifier/lwtnn_made.h"
#include "numeric/philox.h"

enum { WIDTH = 6, INPUTS = 3, LAYERS = 8, NODES = 14, EVENTS = 40, TEXT = 1 << 16 };

enum { DENSE, NORMALIZATION, MAXOUT, HIGHWAY, N_ARCHITECTURES };
enum { INPUT, FEED, CONCATENATE, ADD };

typedef struct graph_matrix {
  size_t n_in, n_out;
  int has_weights, has_bias; /* either may be an empty list */
  double w[4 * WIDTH * WIDTH], b[2 * WIDTH];
} graph_matrix;

typedef struct graph_layer {
  int architecture;
  size_t n_in, n_out, n_parts;
  graph_matrix parts[3]; /* dense: 1; maxout: sublayers; highway: t and carry */
  double scale[2 * WIDTH], shift[2 * WIDTH];
  int activation;
} graph_layer;

typedef struct graph_node {
  int type;
  size_t width, sources[3], n_sources, layer, input;
} graph_node;

typedef struct graph {
  size_t n_inputs, n_layers, n_nodes, width[INPUTS];
  double offset[INPUTS][WIDTH], scale[INPUTS][WIDTH], fallback[INPUTS][WIDTH]; /* NaN: no default */
  graph_layer layers[LAYERS];
  graph_node nodes[NODES];
  size_t place[NODES]; /* in the file */
  int used[INPUTS];
  size_t output;
  fairu_philox rng;
} graph;

/* ---- activations ---------------------------------------------------------------------------------------- */

static const char *const activation_text[] = { "\"linear\"",
                                               "\"rectified\"",
                                               "\"sigmoid\"",
                                               "\"tanh\"",
                                               "\"abs\"",
                                               "{\"function\": \"elu\", \"alpha\": 0.5}",
                                               "{\"function\": \"leakyrelu\", \"alpha\": 0.25}",
                                               "{\"function\": \"swish\", \"alpha\": 1.5}",
                                               "\"hard_sigmoid\"",
                                               "\"softmax\"" };
enum { N_ACTIVATIONS = sizeof activation_text / sizeof *activation_text, SOFTMAX = N_ACTIVATIONS - 1 };

static inline double one(int activation, double x)
{
  switch (activation) {
  case 1:
    return fmax(x, 0.0);
  case 2:
    return 1.0 / (1.0 + exp(-x));
  case 3:
    return tanh(x);
  case 4:
    return fabs(x);
  case 5:
    return x < 0.0 ? 0.5 * expm1(x) : x;
  case 6:
    return x < 0.0 ? 0.25 * x : x;
  case 7:
    return x / (1.0 + exp(-1.5 * x));
  case 8:
    return fmin(fmax(0.2 * x + 0.5, 0.0), 1.0);
  default:
    return x;
  }
}

static inline void activate(int activation, double *x, size_t n)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; i++) {
    x[i] = activation == SOFTMAX ? exp(x[i]) : one(activation, x[i]);
    sum += x[i];
  }
  for (size_t i = 0; activation == SOFTMAX && i < n; i++)
    x[i] /= sum;
}

/* ---- making --------------------------------------------------------------------------------------------- */

/* A float, so that nothing is lost on the way through the text. */
static inline double number(graph *g, double size)
{
  return (double)(float)(size * fairu_philox__normal(&g->rng));
}

static inline graph_matrix make_matrix(graph *g, size_t n_in, size_t n_out)
{
  graph_matrix m = { .n_in = n_in, .n_out = n_out };
  m.has_weights = n_in != n_out || fairu_philox__below(&g->rng, 4) > 0;
  m.has_bias = fairu_philox__below(&g->rng, 4) > 0;
  for (size_t i = 0; i < n_in * n_out; i++)
    m.w[i] = number(g, 1.0 / sqrt((double)n_in));
  for (size_t o = 0; o < n_out; o++)
    m.b[o] = number(g, 0.5);
  return m;
}

static inline size_t make_layer(graph *g, size_t n_in)
{
  graph_layer *l = &g->layers[g->n_layers];
  l->architecture = (int)fairu_philox__below(&g->rng, N_ARCHITECTURES);
  l->n_in = n_in;
  l->activation = (int)fairu_philox__below(&g->rng, N_ACTIVATIONS);
  l->n_parts = l->architecture == MAXOUT    ? 1 + (size_t)fairu_philox__below(&g->rng, 3)
               : l->architecture == HIGHWAY ? 2
                                            : 1;
  const int keeps = l->architecture == NORMALIZATION || l->architecture == HIGHWAY;
  l->n_out = keeps ? n_in : 1 + (size_t)fairu_philox__below(&g->rng, WIDTH);
  for (size_t p = 0; p < l->n_parts; p++)
    l->parts[p] = make_matrix(g, n_in, l->n_out);
  for (size_t i = 0; i < n_in; i++) {
    l->scale[i] = 0.5 + (double)(float)fairu_philox__uniform(&g->rng);
    l->shift[i] = number(g, 0.3);
  }
  return g->n_layers++;
}

/* A layer of before that fits, or a new one; NODES if there is no room. */
static inline size_t some_layer(graph *g, size_t n_in)
{
  for (size_t l = 0; l < g->n_layers; l++)
    if (g->layers[l].n_in == n_in && fairu_philox__below(&g->rng, 2))
      return l;
  return g->n_layers < LAYERS ? make_layer(g, n_in) : NODES;
}

static inline void make_node(graph *g, graph_node *n)
{
  const size_t before = g->n_nodes;
  n->type = before < g->n_inputs ? INPUT : (int)fairu_philox__below(&g->rng, 4);
  n->n_sources = 1;
  n->sources[0] = before == 0 ? 0 : (size_t)fairu_philox__below(&g->rng, before);
  n->width = g->nodes[n->sources[0]].width;
  if (n->type == FEED) {
    n->layer = some_layer(g, n->width);
    n->type = n->layer < NODES ? FEED : ADD;
  }
  if (n->type == FEED)
    n->width = g->layers[n->layer].n_out;
  if (n->type == INPUT) {
    n->input = before < g->n_inputs ? before : (size_t)fairu_philox__below(&g->rng, g->n_inputs);
    n->width = g->width[n->input];
  }
  for (size_t tries = 0; (n->type == ADD || n->type == CONCATENATE) && tries < 4 && n->n_sources < 3;
       tries++) {
    const size_t from = (size_t)fairu_philox__below(&g->rng, before);
    const size_t width = g->nodes[from].width;
    if (n->type == ADD ? width != n->width : n->width + width > 2 * WIDTH)
      continue;
    n->sources[n->n_sources++] = from;
    n->width += n->type == ADD ? 0 : width;
  }
}

static inline void mark_used(graph *g, size_t at)
{
  const graph_node *n = &g->nodes[at];
  if (n->type == INPUT)
    g->used[n->input] = 1;
  for (size_t s = 0; n->type != INPUT && s < n->n_sources; s++)
    mark_used(g, n->sources[s]);
}

static inline void make_graph(graph *g, uint64_t seed)
{
  memset(g, 0, sizeof *g);
  g->rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 30);
  g->n_inputs = 1 + (size_t)fairu_philox__below(&g->rng, INPUTS);
  for (size_t i = 0; i < g->n_inputs; i++) {
    g->width[i] = 1 + (size_t)fairu_philox__below(&g->rng, 4);
    for (size_t v = 0; v < g->width[i]; v++) {
      g->offset[i][v] = number(g, 1.0);
      g->scale[i][v] = number(g, 1.0);
      g->fallback[i][v] = fairu_philox__below(&g->rng, 3) == 0 ? number(g, 1.0) : (double)NAN;
    }
  }
  const size_t wanted = g->n_inputs + 1 + (size_t)fairu_philox__below(&g->rng, NODES - g->n_inputs - 1);
  while (g->n_nodes < wanted) {
    make_node(g, &g->nodes[g->n_nodes]);
    g->n_nodes++;
  }
  g->output = g->n_nodes - 1;
  for (size_t i = 0; i < g->n_nodes; i++)
    g->place[i] = i;
  for (size_t i = g->n_nodes; i > 1; i--) {
    const size_t j = (size_t)fairu_philox__below(&g->rng, i), swap = g->place[i - 1];
    g->place[i - 1] = g->place[j];
    g->place[j] = swap;
  }
  mark_used(g, g->output);
}

/* ---- text ----------------------------------------------------------------------------------------------- */

typedef struct graph_text {
  char *at;
  size_t used;
} graph_text;

__attribute__((format(printf, 2, 3))) static inline void put(graph_text *t, const char *format, ...)
{
  va_list list;
  va_start(list, format);
  const int n = vsnprintf(t->at + t->used, TEXT - t->used, format, list);
  va_end(list);
  assert_true(n >= 0 && (size_t)n < TEXT - t->used);
  t->used += (size_t)n;
}

static inline void put_list(graph_text *t, const char *key, const double *x, size_t n)
{
  put(t, "\"%s\": [", key);
  for (size_t i = 0; i < n; i++)
    put(t, "%s%.17g", i > 0 ? ", " : "", x[i]);
  put(t, "]");
}

static inline void put_matrix(graph_text *t, const graph_matrix *m)
{
  put_list(t, "weights", m->w, m->has_weights ? m->n_in * m->n_out : 0);
  put(t, ", ");
  put_list(t, "bias", m->b, m->has_bias ? m->n_out : 0);
}

static inline void put_layer(graph_text *t, const graph_layer *l)
{
  static const char *const names[] = { "dense", "normalization", "maxout", "highway" };
  put(t, "{\"architecture\": \"%s\", ", names[l->architecture]);
  if (l->architecture == DENSE || l->architecture == HIGHWAY)
    put(t, "\"activation\": %s, ", activation_text[l->activation]);
  if (l->architecture == DENSE) {
    put_matrix(t, &l->parts[0]);
  } else if (l->architecture == NORMALIZATION) {
    put_list(t, "weights", l->scale, l->n_in);
    put(t, ", ");
    put_list(t, "bias", l->shift, l->n_in);
  } else if (l->architecture == HIGHWAY) {
    put(t, "\"components\": {\"carry\": {");
    put_matrix(t, &l->parts[1]);
    put(t, "}, \"t\": {");
    put_matrix(t, &l->parts[0]);
    put(t, "}}");
  } else {
    for (size_t p = 0; p < l->n_parts; p++) {
      put(t, p == 0 ? "\"sublayers\": [{" : ", {");
      put_matrix(t, &l->parts[p]);
      put(t, p + 1 == l->n_parts ? "}]" : "}");
    }
  }
  put(t, "}");
}

/* Variables are called v0, v1, ... in every input. */
static inline void put_inputs(graph_text *t, const graph *g)
{
  for (size_t i = 0; i < g->n_inputs; i++) {
    put(t, "%s{\"name\": \"in%zu\", \"variables\": [", i > 0 ? ", " : "", i);
    for (size_t v = 0; v < g->width[i]; v++) {
      put(t, "%s{\"name\": \"v%zu\", \"offset\": %.17g, \"scale\": %.17g", v > 0 ? ", " : "", v,
          g->offset[i][v], g->scale[i][v]);
      if (!isnan(g->fallback[i][v]))
        put(t, ", \"default\": %.17g", g->fallback[i][v]);
      put(t, "}");
    }
    put(t, "]}");
  }
}

static inline void put_node(graph_text *t, const graph *g, const graph_node *n)
{
  static const char *const types[] = { "input", "feed_forward", "concatenate", "add" };
  put(t, "{\"type\": \"%s\", \"sources\": [", types[n->type]);
  for (size_t s = 0; s < n->n_sources; s++)
    put(t, "%s%zu", s > 0 ? ", " : "", n->type == INPUT ? n->input : g->place[n->sources[s]]);
  put(t, "]");
  if (n->type == FEED)
    put(t, ", \"layer_index\": %zu", n->layer);
  if (n->type == INPUT && n->width % 2)
    put(t, ", \"size\": %zu", n->width);
  put(t, "}");
}

static inline void put_graph(graph_text *t, const graph *g)
{
  put(t, "{\"inputs\": [");
  put_inputs(t, g);
  put(t, "], \"input_sequences\": [], \"layers\": [");
  for (size_t l = 0; l < g->n_layers; l++) {
    put(t, l > 0 ? ", " : "");
    put_layer(t, &g->layers[l]);
  }
  put(t, "], \"nodes\": [");
  for (size_t place = 0; place < g->n_nodes; place++)
    for (size_t i = 0; i < g->n_nodes; i++)
      if (g->place[i] == place) {
        put(t, place > 0 ? ", " : "");
        put_node(t, g, &g->nodes[i]);
      }
  put(t, "], \"outputs\": {\"out\": {\"node_index\": %zu, \"labels\": [", g->place[g->output]);
  for (size_t k = 0; k < g->nodes[g->output].width; k++)
    put(t, "%s\"y%zu\"", k > 0 ? ", " : "", k);
  put(t, "]}}}");
}

/* ---- the walk ------------------------------------------------------------------------------------------- */

static inline void apply_matrix(const graph_matrix *m, const double *x, double *y)
{
  for (size_t o = 0; o < m->n_out; o++) {
    y[o] = m->has_bias ? m->b[o] : 0.0;
    for (size_t i = 0; m->has_weights && i < m->n_in; i++)
      y[o] += m->w[o * m->n_in + i] * x[i];
    y[o] += m->has_weights ? 0.0 : x[o];
  }
}

static inline void apply_layer(const graph_layer *l, const double *x, double *y)
{
  double part[2 * WIDTH];
  if (l->architecture == NORMALIZATION) {
    for (size_t i = 0; i < l->n_in; i++)
      y[i] = l->scale[i] * (x[i] + l->shift[i]);
    return;
  }
  apply_matrix(&l->parts[0], x, y);
  if (l->architecture != MAXOUT)
    activate(l->activation, y, l->n_out);
  for (size_t p = 1; p < l->n_parts; p++) {
    apply_matrix(&l->parts[p], x, part);
    for (size_t o = 0; o < l->n_out; o++) {
      const double carry = 1.0 / (1.0 + exp(-part[o]));
      y[o] = l->architecture == MAXOUT ? fmax(y[o], part[o]) : carry * y[o] + (1.0 - carry) * x[o];
    }
  }
}

static inline void walk(const graph *g, double x[INPUTS][WIDTH], double out[NODES][2 * WIDTH])
{
  for (size_t k = 0; k < g->n_nodes; k++) {
    const graph_node *n = &g->nodes[k];
    size_t at = 0;
    if (n->type == FEED)
      apply_layer(&g->layers[n->layer], out[n->sources[0]], out[k]);
    for (size_t v = 0; n->type == INPUT && v < n->width; v++)
      out[k][v] = (x[n->input][v] + g->offset[n->input][v]) * g->scale[n->input][v];
    for (size_t s = 0; n->type >= CONCATENATE && s < n->n_sources; s++)
      for (size_t v = 0; v < g->nodes[n->sources[s]].width; v++, at++) {
        double *to = &out[k][n->type == ADD ? v : at];
        *to = (n->type == ADD && s > 0 ? *to : 0.0) + out[n->sources[s]][v];
      }
  }
}

/* ---- comparison ----------------------------------------------------------------------------------------- */

/* Input and variable of a feature: "v1", or "in2/v1" where several used inputs have a v1. */
static inline void find_feature(const graph *g, const char *name, size_t *input, size_t *variable)
{
  size_t found = 0;
  for (size_t i = 0; i < g->n_inputs; i++)
    for (size_t v = 0; g->used[i] && v < g->width[i]; v++) {
      size_t sharing = 0;
      char wanted[32];
      for (size_t k = 0; k < g->n_inputs; k++)
        sharing += g->used[k] && v < g->width[k];
      if (sharing > 1)
        snprintf(wanted, sizeof wanted, "in%zu/v%zu", i, v);
      else
        snprintf(wanted, sizeof wanted, "v%zu", v);
      if (strcmp(wanted, name) == 0) {
        *input = i;
        *variable = v;
        found++;
      }
    }
  assert_int_equal(found, 1);
}

/* Where each feature of a classifier is in the graph. */
typedef struct places {
  size_t n, input[INPUTS * WIDTH], variable[INPUTS * WIDTH];
} places;

static inline places find_features(const graph *g, const fairu_classifier *c)
{
  places at = { .n = fairu_classifier_n_features(c) };
  size_t n_used = 0;
  for (size_t i = 0; i < g->n_inputs; i++)
    n_used += g->used[i] ? g->width[i] : 0;
  assert_int_equal(at.n + fairu_classifier_n_nuisances(c), n_used);
  for (size_t f = 0; f < at.n; f++)
    find_feature(g, fairu_classifier_feature_name(c, f), &at.input[f], &at.variable[f]);
  return at;
}

/* A random event; some of what has a default is not finite. */
static inline void fill_event(graph *g, const places *at, float *row, double x[INPUTS][WIDTH])
{
  for (size_t f = 0; f < at->n; f++) {
    const double fallback = g->fallback[at->input[f]][at->variable[f]];
    row[f] = (float)number(g, 1.5);
    x[at->input[f]][at->variable[f]] = (double)row[f];
    if (!isnan(fallback) && fairu_philox__below(&g->rng, 3) == 0) {
      row[f] = f % 2 ? NAN : -INFINITY;
      x[at->input[f]][at->variable[f]] = fallback;
    }
  }
}

/* Random events. within: in units of the largest number on the way, at least 1. */
static inline void compare(fairu_context *ctx, graph *g, const fairu_classifier *c, double within)
{
  const places at = find_features(g, c);
  const size_t n_out = g->nodes[g->output].width;
  float row[INPUTS * WIDTH], scores[2 * WIDTH];
  assert_int_equal(fairu_classifier_n_outputs(c), n_out);
  for (int e = 0; e < EVENTS; e++) {
    double x[INPUTS][WIDTH] = { { 0.0 } }, out[NODES][2 * WIDTH], size = 1.0;
    fill_event(g, &at, row, x);
    walk(g, x, out);
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, row, 1, at.n, NULL, 0, FAIRU_OUTPUT_SCORE, scores));
    for (size_t k = 0; k < g->n_nodes; k++)
      for (size_t v = 0; v < g->nodes[k].width; v++)
        size = fmax(size, fabs(out[k][v]));
    for (size_t k = 0; k < n_out; k++)
      CHECK_NEAR((double)scores[k], out[g->output][k], within * size);
  }
}

#endif /* FAIRU_TESTS_LWTNN_GRAPH_MADE_H */
