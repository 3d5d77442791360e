/* onnx_walk.h - a reader of ONNX files of its own, by the published format alone, that works out one event in double. Attributes that the
 * standard requires must be there; those with a default may be missing. Everything is a list of numbers: a row [1, n] or a constant. */
#ifndef FAIRU_TESTS_ONNX_WALK_H
#define FAIRU_TESTS_ONNX_WALK_H

#include "classifier/onnx_fields.h"

enum { WALK_VALUES = 4096, WALK_NUMBERS = 1 << 13 };

typedef struct walk_value {
  char name[64];
  size_t n;
  double *v;
} walk_value;

typedef struct walker {
  char *file;
  walk_bytes graph;
  int64_t opset, ml_opset;
  const char *output; /* "score" unless set after walk_open */
  walk_value values[WALK_VALUES];
  size_t n_values;
} walker;

/* ---- values ------------------------------------------------------------------------------------------- */

static inline walk_value *walk_get(walker *w, walk_bytes name)
{
  for (size_t i = 0; i < w->n_values; i++)
    if (walk_is(name, w->values[i].name))
      return &w->values[i];
  fail_msg("no value of the name %.*s", (int)(name.end - name.at), (const char *)name.at);
  return NULL;
}

static inline walk_value *walk_new(walker *w, walk_bytes name, size_t n)
{
  assert_true(w->n_values < WALK_VALUES && n < WALK_NUMBERS && name.end - name.at < 64);
  walk_value *value = &w->values[w->n_values++];
  memset(value->name, 0, sizeof value->name);
  memcpy(value->name, name.at, (size_t)(name.end - name.at));
  value->n = n;
  value->v = calloc(n + 1, sizeof *value->v);
  assert_non_null(value->v);
  return value;
}

/* Initializer: dims, type (1 float, 7 int64, 11 double), name, raw little-endian bytes or, of integers, one number a field. */
static inline void walk_initializer(walker *w, walk_bytes tensor)
{
  walk_field f, type, name, raw;
  size_t n = 1;
  for (size_t i = 0; walk_find(tensor, 1, i, &f); i++)
    n *= (size_t)f.varint;
  assert_true(walk_find(tensor, 2, 0, &type) && walk_find(tensor, 8, 0, &name));
  const size_t size = type.varint == 1 ? 4 : 8;
  const int is_raw = walk_find(tensor, 9, 0, &raw);
  assert_true(type.varint == 1 || type.varint == 7 || type.varint == 11);
  assert_true(!is_raw || (size_t)(raw.bytes.end - raw.bytes.at) == n * size);
  walk_value *value = walk_new(w, name.bytes, n);
  for (size_t i = 0; i < n; i++) {
    uint64_t bits = 0;
    for (size_t k = size; is_raw && k-- > 0;)
      bits = bits << 8 | raw.bytes.at[i * size + k];
    if (!is_raw) {
      assert_true(type.varint == 7 && walk_find(tensor, 7, i, &f));
      bits = f.varint;
    }
    double d;
    memcpy(&d, &bits, sizeof d);
    value->v[i] = type.varint == 1 ? walk_float(bits) : type.varint == 7 ? (double)(int64_t)bits : d;
  }
}

/* ---- attributes --------------------------------------------------------------------------------------- */

static inline int walk_attribute(walk_bytes node, const char *wanted, walk_bytes *attribute)
{
  walk_field f, name;
  for (size_t i = 0; walk_find(node, 5, i, &f); i++)
    if (walk_find(f.bytes, 1, 0, &name) && walk_is(name.bytes, wanted)) {
      *attribute = f.bytes;
      return 1;
    }
  return 0;
}

static inline double walk_number(walk_bytes node, const char *wanted, double otherwise)
{
  walk_bytes a;
  walk_field type, f;
  if (!walk_attribute(node, wanted, &a))
    return otherwise;
  assert_true(walk_find(a, 20, 0, &type) && (type.varint == 1 || type.varint == 2));
  assert_true(walk_find(a, type.varint == 1 ? 2 : 3, 0, &f));
  return type.varint == 1 ? walk_float(f.varint) : (double)(int64_t)f.varint;
}

/* Number i of a list of integers (field 8) or floats (field 7). */
static inline double walk_listed(walk_bytes node, const char *wanted, size_t i)
{
  walk_bytes a;
  walk_field f;
  assert_true(walk_attribute(node, wanted, &a));
  if (walk_find(a, 8, i, &f))
    return (double)(int64_t)f.varint;
  assert_true(walk_find(a, 7, i, &f));
  return walk_float(f.varint);
}

static inline size_t walk_length(walk_bytes node, const char *wanted)
{
  walk_bytes a;
  walk_field f;
  size_t n = 0;
  assert_true(walk_attribute(node, wanted, &a));
  while (walk_find(a, 8, n, &f) || walk_find(a, 7, n, &f) || walk_find(a, 9, n, &f))
    n++;
  return n;
}

static inline int walk_says(walk_bytes node, const char *wanted, const char *text, int otherwise)
{
  walk_bytes a;
  walk_field f;
  if (!walk_attribute(node, wanted, &a))
    return otherwise;
  assert_true(walk_find(a, 4, 0, &f));
  return walk_is(f.bytes, text);
}

/* ---- operations --------------------------------------------------------------------------------------- */

static inline double walk_sigmoid(double x)
{
  return 1.0 / (1.0 + exp(-x));
}

/* Functions of one number, by the words of the standard and its defaults; 0: not one of them. */
static inline int walk_function(walk_bytes node, walk_bytes op, double x, double *y)
{
  const double softplus = log1p(exp(-fabs(x))) + fmax(x, 0.0);
  const double alpha = walk_number(node, "alpha", (double)NAN), beta = walk_number(node, "beta", 0.5);
  const double gamma = walk_number(node, "gamma", 1.05070102214813232421875);
#define OR(otherwise) (isnan(alpha) ? (otherwise) : alpha)
  const struct {
    const char *op;
    double y;
  } all[] = {
    { "Identity", x },
    { "Cast", x },
    { "Relu", fmax(x, 0.0) },
    { "Sigmoid", walk_sigmoid(x) },
    { "Tanh", tanh(x) },
    { "Elu", x < 0.0 ? OR(1.0) * expm1(x) : x },
    { "LeakyRelu", x < 0.0 ? OR(0.01) * x : x },
    { "Selu", gamma * (x > 0.0 ? x : OR(1.67326319217681884765625) * expm1(x)) },
    { "Celu", fmax(x, 0.0) + fmin(0.0, OR(1.0) * expm1(x / OR(1.0))) },
    { "ThresholdedRelu", x > OR(1.0) ? x : 0.0 },
    { "HardSigmoid", fmax(0.0, fmin(1.0, OR(0.2) * x + beta)) },
    { "HardSwish", x * fmax(0.0, fmin(1.0, x / 6.0 + 0.5)) },
    { "Mish", x * tanh(softplus) },
    { "Softplus", softplus },
    { "Softsign", x / (1.0 + fabs(x)) },
    { "Erf", erf(x) },
    { "Exp", exp(x) },
    { "Log", log(x) },
    { "Sqrt", sqrt(x) },
    { "Neg", -x },
    { "Abs", fabs(x) },
    { "Reciprocal", 1.0 / x },
  };
#undef OR
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (walk_is(op, all[i].op)) {
      *y = all[i].y;
      return 1;
    }
  return 0;
}

/* Functions of two numbers, one of them repeated where it is a scalar. */
static inline int walk_binary(walk_bytes op, double a, double b, double *y)
{
  const struct {
    const char *op;
    double y;
  } all[] = { { "Add", a + b },      { "Sub", a - b },
              { "Mul", a * b },      { "Div", a / b },
              { "Max", fmax(a, b) }, { "Min", fmin(a, b) },
              { "Pow", pow(a, b) },  { "PRelu", a < 0.0 ? a * b : a } };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (walk_is(op, all[i].op)) {
      *y = all[i].y;
      return 1;
    }
  return 0;
}

/* One event through a TreeEnsembleRegressor. */
static inline void walk_trees(walk_bytes node, const walk_value *x, walk_value *y)
{
  const size_t n_nodes = walk_length(node, "nodes_treeids"), n_leaves = walk_length(node, "target_ids");
  walk_bytes modes;
  walk_field f;
  double *low = calloc(y->n, sizeof *low), n_trees = 0.0;
  assert_true(low && walk_attribute(node, "nodes_modes", &modes) &&
              walk_says(node, "post_transform", "NONE", 1));
  for (size_t root = 0; root < n_nodes; root++) { /* the first node of each tree */
    const double tree = walk_listed(node, "nodes_treeids", root);
    if (root > 0 && walk_listed(node, "nodes_treeids", root - 1) == tree)
      continue;
    size_t at = root;
    for (;;) {
      assert_true(walk_find(modes, 9, at, &f));
      if (walk_is(f.bytes, "LEAF"))
        break;
      assert_true(walk_is(f.bytes, "BRANCH_LT"));
      const double value = x->v[(size_t)walk_listed(node, "nodes_featureids", at)];
      const int missing = walk_listed(node, "nodes_missing_value_tracks_true", at) != 0.0;
      const int yes = isnan(value) ? missing : value < walk_listed(node, "nodes_values", at);
      const double next = walk_listed(node, yes ? "nodes_truenodeids" : "nodes_falsenodeids", at);
      for (at = root;
           walk_listed(node, "nodes_treeids", at) != tree || walk_listed(node, "nodes_nodeids", at) != next;)
        at++;
    }
    for (size_t k = 0; k < n_leaves; k++)
      if (walk_listed(node, "target_treeids", k) == tree &&
          walk_listed(node, "target_nodeids", k) == walk_listed(node, "nodes_nodeids", at)) {
        const size_t o = (size_t)walk_listed(node, "target_ids", k);
        const double value = walk_listed(node, "target_weights", k);
        const int first = n_trees == 0.0;
        low[o] = walk_says(node, "aggregate_function", "MIN", 0)   ? (first ? value : fmin(low[o], value))
                 : walk_says(node, "aggregate_function", "MAX", 0) ? (first ? value : fmax(low[o], value))
                                                                   : low[o] + value;
      }
    n_trees += 1.0;
  }
  for (size_t o = 0; o < y->n; o++)
    y->v[o] = walk_listed(node, "base_values", o) +
              low[o] / (walk_says(node, "aggregate_function", "AVERAGE", 0) ? n_trees : 1.0);
  free(low);
}

static inline void walk_softmax(walk_bytes op, const walk_value *x, walk_value *y)
{
  double top = x->v[0], sum = 0.0;
  for (size_t i = 0; i < x->n; i++)
    top = fmax(top, x->v[i]);
  for (size_t i = 0; i < x->n; i++)
    sum += exp(x->v[i] - top);
  for (size_t i = 0; i < x->n; i++)
    y->v[i] = walk_is(op, "Softmax") ? exp(x->v[i] - top) / sum : x->v[i] - top - log(sum);
}

static inline void walk_layer_norm(walk_bytes node, walk_value *const *in, size_t n_in, walk_value *y)
{
  double mean = 0.0, variance = 0.0;
  const double n = (double)in[0]->n, epsilon = walk_number(node, "epsilon", 1e-5);
  assert_true(walk_number(node, "axis", -1.0) == -1.0);
  for (size_t i = 0; i < in[0]->n; i++)
    mean += in[0]->v[i] / n;
  for (size_t i = 0; i < in[0]->n; i++)
    variance += pow(in[0]->v[i] - mean, 2.0) / n;
  for (size_t i = 0; i < in[0]->n; i++)
    y->v[i] = (in[0]->v[i] - mean) / sqrt(variance + epsilon) * in[1]->v[i] + (n_in > 2 ? in[2]->v[i] : 0.0);
}

/* Attributes that the standard knows for an operation; others make a file that readers refuse. */
static inline void walk_check_attributes(walk_bytes node, walk_bytes op)
{
  static const char *const known[][2] = {
    { "Elu", " alpha " },        { "LeakyRelu", " alpha " },
    { "Selu", " alpha gamma " }, { "Celu", " alpha " },
    { "Cast", " to " },          { "ThresholdedRelu", " alpha " },
    { "Concat", " axis " },      { "HardSigmoid", " alpha beta " },
    { "Softmax", " axis " },     { "LogSoftmax", " axis " },
    { "Gather", " axis " },      { "LayerNormalization", " axis epsilon stash_type " },
    { "Gelu", " approximate " }, { "Gemm", " alpha beta transA transB " }
  };
  walk_field f, name;
  for (size_t i = 0; !walk_is(op, "TreeEnsembleRegressor") && walk_find(node, 5, i, &f); i++) {
    char wanted[80];
    int found = 0;
    assert_true(walk_find(f.bytes, 1, 0, &name));
    snprintf(wanted, sizeof wanted, " %.*s ", (int)(name.bytes.end - name.bytes.at),
             (const char *)name.bytes.at);
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
      found |= walk_is(op, known[k][0]) && strstr(known[k][1], wanted);
    if (!found)
      fail_msg("operation %.*s has no attribute%s", (int)(op.end - op.at), (const char *)op.at, wanted);
  }
}

static inline void walk_node(walker *w, walk_bytes node)
{
  walk_field f, op, out;
  walk_value *in[64] = { NULL };
  size_t n_in = 0, n = 0, most = 0;
  double unused;
  assert_true(walk_find(node, 4, 0, &op) && walk_find(node, 2, 0, &out));
  for (; walk_find(node, 1, n_in, &f); n_in++) {
    assert_true(n_in < 64);
    in[n_in] = walk_get(w, f.bytes);
    n += in[n_in]->n;
    most = in[n_in]->n > most ? in[n_in]->n : most;
  }
  const walk_bytes o = op.bytes;
  walk_check_attributes(node, o);
  if (walk_function(node, o, 1.0, &unused) || walk_is(o, "Softmax") || walk_is(o, "LogSoftmax") ||
      walk_is(o, "Gelu")) {
    walk_value *y = walk_new(w, out.bytes, in[0]->n);
    const int by_tanh = walk_says(node, "approximate", "tanh", 0);
    for (size_t i = 0; i < y->n; i++) {
      const double x = in[0]->v[i], cubic = sqrt(2.0 / acos(-1.0)) * (x + 0.044715 * x * x * x);
      if (!walk_function(node, o, x, &y->v[i]))
        y->v[i] = by_tanh ? x / 2.0 * (1.0 + tanh(cubic)) : x / 2.0 * (1.0 + erf(x / sqrt(2.0)));
    }
    if (!walk_is(o, "Gelu") && !walk_function(node, o, 1.0, &unused)) {
      assert_true(walk_number(node, "axis", -1.0) == 1.0 || walk_number(node, "axis", -1.0) == -1.0);
      walk_softmax(o, in[0], y);
    }
    assert_true(!walk_is(o, "Gelu") || w->opset >= 20);
    assert_true(!walk_is(o, "Mish") || w->opset >= 18);
    assert_true(!walk_is(o, "HardSwish") || w->opset >= 14);
  } else if (walk_binary(o, 1.0, 1.0, &unused)) {
    walk_value *y = walk_new(w, out.bytes, most);
    assert_int_equal(n_in, 2);
    assert_true((in[0]->n == most || in[0]->n == 1) && (in[1]->n == most || in[1]->n == 1));
    for (size_t i = 0; i < most; i++)
      (void)walk_binary(o, in[0]->v[in[0]->n == 1 ? 0 : i], in[1]->v[in[1]->n == 1 ? 0 : i], &y->v[i]);
  } else if (walk_is(o, "Clip")) {
    walk_value *y = walk_new(w, out.bytes, in[0]->n);
    for (size_t i = 0; i < y->n; i++)
      y->v[i] = fmin(fmax(in[0]->v[i], in[1]->v[0]), in[2]->v[0]);
  } else if (walk_is(o, "Gemm")) { /* weights [n_out, n_in] where they are transposed */
    const int transposed = walk_number(node, "transB", 0.0) == 1.0;
    const double alpha = walk_number(node, "alpha", 1.0), beta = walk_number(node, "beta", 1.0);
    const size_t n_x = in[0]->n, n_y = in[1]->n / n_x;
    walk_value *y = walk_new(w, out.bytes, n_y);
    for (size_t k = 0; k < n_y; k++) {
      y->v[k] = n_in > 2 ? beta * in[2]->v[in[2]->n == 1 ? 0 : k] : 0.0;
      for (size_t i = 0; i < n_x; i++)
        y->v[k] += alpha * in[1]->v[transposed ? k * n_x + i : i * n_y + k] * in[0]->v[i];
    }
  } else if (walk_is(o, "Concat")) {
    walk_value *y = walk_new(w, out.bytes, n);
    size_t at = 0;
    assert_true(walk_number(node, "axis", (double)NAN) == 1.0); /* required */
    for (size_t k = 0; k < n_in; k++)
      for (size_t i = 0; i < in[k]->n; i++)
        y->v[at++] = in[k]->v[i];
  } else if (walk_is(o, "Slice")) {
    const double first = in[1]->v[0], end = in[2]->v[0];
    assert_true(n_in == 4 && in[3]->v[0] == 1.0 && first >= 0.0 && end <= (double)in[0]->n);
    walk_value *y = walk_new(w, out.bytes, (size_t)(end - first));
    for (size_t i = 0; i < y->n; i++)
      y->v[i] = in[0]->v[(size_t)first + i];
  } else if (walk_is(o, "Gather")) {
    walk_value *y = walk_new(w, out.bytes, in[1]->n);
    assert_true(walk_number(node, "axis", 0.0) == 1.0);
    for (size_t i = 0; i < y->n; i++)
      y->v[i] = in[0]->v[(size_t)in[1]->v[i]];
  } else if (walk_is(o, "LayerNormalization")) {
    assert_true(w->opset >= 17);
    walk_layer_norm(node, in, n_in, walk_new(w, out.bytes, in[0]->n));
  } else if (walk_is(o, "TreeEnsembleRegressor")) {
    assert_true(w->ml_opset >= 1 && walk_find(node, 7, 0, &f) && walk_is(f.bytes, "ai.onnx.ml"));
    walk_trees(node, in[0], walk_new(w, out.bytes, (size_t)walk_number(node, "n_targets", 0.0)));
  } else {
    fail_msg("operation %.*s", (int)(o.end - o.at), (const char *)o.at);
  }
}

/* ---- files -------------------------------------------------------------------------------------------- */

static inline void walk_open(walker *w, const char *path)
{
  size_t size = 0;
  walk_field f, domain, version;
  w->file = support_read_file(path, &size);
  assert_non_null(w->file);
  const walk_bytes model = { (const unsigned char *)w->file, (const unsigned char *)w->file + size };
  assert_true(walk_find(model, 1, 0, &f) && f.varint == 8); /* IR version */
  assert_true(walk_find(model, 7, 0, &f));
  w->graph = f.bytes;
  w->opset = w->ml_opset = 0;
  w->output = "score";
  for (size_t i = 0; walk_find(model, 8, i, &f); i++) {
    const int has_domain = walk_find(f.bytes, 1, 0, &domain) && domain.bytes.at != domain.bytes.end;
    assert_true(walk_find(f.bytes, 2, 0, &version));
    if (has_domain)
      w->ml_opset = (int64_t)version.varint;
    else
      w->opset = (int64_t)version.varint;
  }
}

/* Port of the graph, field 11 (input) or 12 (output): its only one, of floats [N, width], N a name. */
static inline void walk_check_port(const walker *w, unsigned field, const char *name, size_t width)
{
  walk_field port, f, tensor, shape, dim;
  assert_true(walk_find(w->graph, field, 0, &port) && !walk_find(w->graph, field, 1, &f));
  assert_true(walk_find(port.bytes, 1, 0, &f) && walk_is(f.bytes, name));
  assert_true(walk_find(port.bytes, 2, 0, &f) && walk_find(f.bytes, 1, 0, &tensor));
  assert_true(walk_find(tensor.bytes, 1, 0, &f) && f.varint == 1);
  assert_true(walk_find(tensor.bytes, 2, 0, &shape) && walk_find(shape.bytes, 1, 0, &dim));
  assert_true(walk_find(dim.bytes, 2, 0, &f) && f.bytes.at < f.bytes.end);
  assert_true(walk_find(shape.bytes, 1, 1, &dim) && walk_find(dim.bytes, 1, 0, &f) && f.varint == width);
  assert_true(!walk_find(shape.bytes, 1, 2, &dim));
}

static inline void walk_close(walker *w)
{
  free(w->file);
}

static inline walk_bytes walk_text(const char *text)
{
  return (walk_bytes){ (const unsigned char *)text, (const unsigned char *)text + strlen(text) };
}

/* The output [n] for the input "x" [n_in]. */
static inline void walk_event(walker *w, const double *x, size_t n_in, double *out, size_t n)
{
  walk_field f;
  w->n_values = 0;
  walk_value *input = walk_new(w, walk_text("x"), n_in);
  memcpy(input->v, x, n_in * sizeof *x);
  for (size_t i = 0; walk_find(w->graph, 5, i, &f); i++)
    walk_initializer(w, f.bytes);
  for (size_t i = 0; walk_find(w->graph, 1, i, &f); i++)
    walk_node(w, f.bytes);
  const walk_value *score = walk_get(w, walk_text(w->output));
  assert_int_equal(score->n, n);
  memcpy(out, score->v, n * sizeof *out);
  for (size_t i = 0; i < w->n_values; i++)
    free(w->values[i].v);
}

#endif /* FAIRU_TESTS_ONNX_WALK_H */
