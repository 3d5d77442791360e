/* lwtnn_layers.c - layers of lwtnn files: dense, normalization, maxout, highway, and their activations. */
#include <math.h>
#include <string.h>

#include "classifier/lwtnn.h"

/* ---- activations -------------------------------------------------------------------------------------- */

typedef struct activation_name {
  const char *name;
  int function;
  double alpha, beta; /* alpha NaN: the file has to say it */
  int softmax, takes_alpha;
} activation_name;

static const activation_name activations[] = {
  { "linear", FAIRU_FN_IDENTITY, 0.0, 0.0, 0, 0 },
  { "rectified", FAIRU_FN_RELU, 0.0, 0.0, 0, 0 },
  { "rectified_legacy", FAIRU_FN_RELU, 0.0, 0.0, 0, 0 },
  { "sigmoid", FAIRU_FN_SIGMOID, 0.0, 0.0, 0, 0 },
  { "sigmoid_legacy", FAIRU_FN_SIGMOID, 0.0, 0.0, 0, 0 },
  { "hard_sigmoid", FAIRU_FN_HARD_SIGMOID, 0.2, 0.5, 0, 0 },
  { "hard_sigmoid_legacy", FAIRU_FN_HARD_SIGMOID, 0.2, 0.5, 0, 0 },
  { "tanh", FAIRU_FN_TANH, 0.0, 0.0, 0, 0 },
  { "tanh_legacy", FAIRU_FN_TANH, 0.0, 0.0, 0, 0 },
  { "abs", FAIRU_FN_ABS, 0.0, 0.0, 0, 0 },
  { "softmax", FAIRU_FN_IDENTITY, 0.0, 0.0, 1, 0 },
  { "elu", FAIRU_FN_ELU, 1.0, 0.0, 0, 1 },
  { "leakyrelu", FAIRU_FN_LEAKY_RELU, (double)NAN, 0.0, 0, 1 },
  { "swish", FAIRU_FN_SWISH, (double)NAN, 0.0, 0, 1 },
};

static int find_activation(fairu_context *ctx, const fairu_json_at *at, activation_name *found)
{
  const char *name = NULL;
  int status = fairu_json__string(ctx, at, &name);
  for (size_t i = 0; status == FAIRU_OK && i < sizeof activations / sizeof *activations; i++)
    if (strcmp(activations[i].name, name) == 0) {
      *found = activations[i];
      return FAIRU_OK;
    }
  return status != FAIRU_OK ? status
                            : fairu_json__fail(ctx, at, FAIRU_ERR_UNSUPPORTED, "activation \"%.100s\"", name);
}

/* A string, or an object with function and alpha. */
static int read_activation(fairu_context *ctx, const fairu_json_at *at, activation_name *found)
{
  fairu_json_at function, alpha = { .value = NULL };
  int status;
  if (fairu_json__kind(at) != FAIRU_JSON_OBJECT) {
    status = find_activation(ctx, at, found);
  } else {
    status = fairu_json__member(ctx, at, "function", &function);
    if (status == FAIRU_OK)
      status = find_activation(ctx, &function, found);
    if (status == FAIRU_OK && found->takes_alpha)
      status = fairu_json__optional(ctx, at, "alpha", &alpha);
    if (status == FAIRU_OK && alpha.value)
      status = fairu_json__number(ctx, &alpha, &found->alpha);
  }
  if (status == FAIRU_OK && isnan(found->alpha))
    status = fairu_json__fail(ctx, at, FAIRU_ERR_FORMAT,
                              "%s without alpha: {\"function\": \"%s\", \"alpha\": ...}", found->name,
                              found->name);
  return status;
}

static int activate(fairu_lwtnn *r, const fairu_json_at *layer, fairu_value x, fairu_value *value)
{
  fairu_json_at at;
  activation_name found = { .alpha = 0.0 };
  int status = fairu_json__member(r->ctx, layer, "activation", &at);
  if (status == FAIRU_OK)
    status = read_activation(r->ctx, &at, &found);
  if (status != FAIRU_OK)
    return status;
  *value = found.softmax ? fairu_program__softmax(r->b, x, 0)
                         : fairu_program__function(r->b, x, found.function, found.alpha, found.beta);
  return fairu_program__status(r->b);
}

/* Where lwtnn applies none: absent, or linear. */
static int expect_linear(fairu_lwtnn *r, const fairu_json_at *layer, const char *what)
{
  fairu_json_at at;
  activation_name found = { .alpha = 0.0 };
  int status = fairu_json__optional(r->ctx, layer, "activation", &at);
  if (status != FAIRU_OK || !at.value)
    return status;
  status = read_activation(r->ctx, &at, &found);
  if (status == FAIRU_OK && (found.function != FAIRU_FN_IDENTITY || found.softmax))
    status = fairu_json__fail(r->ctx, &at, FAIRU_ERR_UNSUPPORTED, "%s has activation %s", what, found.name);
  return status;
}

/* ---- numbers ------------------------------------------------------------------------------------------ */

/* An array of numbers, in scratch. */
static int take_numbers(fairu_context *ctx, const fairu_json_at *layer, const char *key, fairu_json_at *at,
                        double **values, size_t *n)
{
  int status = fairu_json__member(ctx, layer, key, at);
  if (status == FAIRU_OK)
    status = fairu_json__expect_numbers(ctx, at, 0, n);
  if (status != FAIRU_OK)
    return status;
  *values = fairu_context__scratch(ctx, *n, sizeof **values, "lwtnn numbers");
  return *values ? fairu_json__numbers(ctx, at, *n, *values) : FAIRU_ERR_OUT_OF_MEMORY;
}

static int as_floats(fairu_context *ctx, const fairu_json_at *at, const double *values, size_t n,
                     float **floats)
{
  *floats = fairu_context__scratch(ctx, n, sizeof **floats, "lwtnn numbers");
  if (!*floats)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++) {
    (*floats)[i] = (float)values[i];
    if (!isfinite((*floats)[i]))
      return fairu_json__fail(ctx, at, FAIRU_ERR_NON_FINITE, "number %zu, %g, is too large for a float", i,
                              values[i]);
  }
  return FAIRU_OK;
}

/* ---- architectures ------------------------------------------------------------------------------------ */

/* weights and bias of a layer or of a part of one, either may be empty; no activation. */
static int matrix(fairu_lwtnn *r, const fairu_json_at *layer, fairu_value x, fairu_value *value)
{
  fairu_json_at weights_at, bias_at;
  double *weights = NULL, *bias = NULL;
  float *w = NULL, *b = NULL;
  size_t n = 0, n_bias = 0;
  const size_t n_in = fairu_program__width(r->b, x);
  int status = take_numbers(r->ctx, layer, "weights", &weights_at, &weights, &n);
  if (status == FAIRU_OK)
    status = take_numbers(r->ctx, layer, "bias", &bias_at, &bias, &n_bias);
  if (status != FAIRU_OK)
    return status;
  const size_t n_out = n > 0 ? n / n_in : n_in;
  if (n % n_in != 0)
    return fairu_json__fail(r->ctx, &weights_at, FAIRU_ERR_SHAPE, "%zu weights for %zu inputs", n, n_in);
  if (n_bias > 0 && n_bias != n_out)
    return fairu_json__fail(r->ctx, &bias_at, FAIRU_ERR_SHAPE, "%zu numbers for %zu outputs", n_bias, n_out);
  if (n == 0) {
    *value = fairu_program__affine(r->b, x, NULL, NULL, n_bias > 0 ? bias : NULL);
    return fairu_program__status(r->b);
  }
  status = as_floats(r->ctx, &weights_at, weights, n, &w);
  if (status == FAIRU_OK && n_bias > 0)
    status = as_floats(r->ctx, &bias_at, bias, n_bias, &b);
  if (status != FAIRU_OK)
    return status;
  *value = fairu_program__dense(r->b, x, n_out, w, b);
  return fairu_program__status(r->b);
}

static int dense(fairu_lwtnn *r, const fairu_json_at *layer, fairu_value x, fairu_value *value)
{
  const int status = matrix(r, layer, x, value);
  return status == FAIRU_OK ? activate(r, layer, *value, value) : status;
}

/* weights (x + bias) */
static int normalization(fairu_lwtnn *r, const fairu_json_at *layer, fairu_value x, fairu_value *value)
{
  fairu_json_at at[2];
  double *numbers[2];
  size_t n[2] = { 0, 0 };
  const size_t n_in = fairu_program__width(r->b, x);
  int status = take_numbers(r->ctx, layer, "weights", &at[0], &numbers[0], &n[0]);
  if (status == FAIRU_OK)
    status = take_numbers(r->ctx, layer, "bias", &at[1], &numbers[1], &n[1]);
  for (int k = 0; k < 2 && status == FAIRU_OK; k++)
    if (n[k] != n_in)
      status = fairu_json__fail(r->ctx, &at[k], FAIRU_ERR_SHAPE, "%zu numbers for %zu inputs", n[k], n_in);
  if (status == FAIRU_OK)
    status = expect_linear(r, layer, "a normalization");
  if (status != FAIRU_OK)
    return status;
  *value = fairu_program__affine(r->b, x, numbers[1], numbers[0], NULL);
  return fairu_program__status(r->b);
}

static int maxout(fairu_lwtnn *r, const fairu_json_at *layer, fairu_value x, fairu_value *value)
{
  fairu_json_at list, sub;
  size_t n = 0;
  fairu_value part = FAIRU_NO_VALUE;
  int status = fairu_json__member(r->ctx, layer, "sublayers", &list);
  if (status == FAIRU_OK)
    status = fairu_json__length(r->ctx, &list, 1, &n);
  if (status == FAIRU_OK)
    status = expect_linear(r, layer, "a maxout");
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    status = fairu_json__element(r->ctx, &list, i, &sub);
    if (status == FAIRU_OK)
      status = expect_linear(r, &sub, "a part of a maxout");
    if (status == FAIRU_OK)
      status = matrix(r, &sub, x, &part);
    const size_t width = fairu_program__width(r->b, part);
    const size_t wanted = i > 0 ? fairu_program__width(r->b, *value) : width; /* at first nothing is there */
    if (status == FAIRU_OK && width != wanted)
      status = fairu_json__fail(r->ctx, &sub, FAIRU_ERR_SHAPE, "%zu outputs, those before have %zu", width,
                                wanted);
    if (status == FAIRU_OK)
      *value = i == 0 ? part : fairu_program__binary(r->b, FAIRU_BIN_MAX, *value, part);
  }
  return status == FAIRU_OK ? fairu_program__status(r->b) : status;
}

static int component(fairu_lwtnn *r, const fairu_json_at *components, const char *key, fairu_value x,
                     fairu_value *value)
{
  fairu_json_at at;
  int status = fairu_json__member(r->ctx, components, key, &at);
  if (status == FAIRU_OK)
    status = matrix(r, &at, x, value);
  const size_t n = fairu_program__width(r->b, x), width = fairu_program__width(r->b, *value);
  if (status == FAIRU_OK && width != n)
    status = fairu_json__fail(r->ctx, &at, FAIRU_ERR_SHAPE, "%zu outputs of %zu inputs", width, n);
  return status;
}

/* c t + (1 - c) x = x + c (t - x) with the carry gate c, a sigmoid, and the transformed t. */
static int highway(fairu_lwtnn *r, const fairu_json_at *layer, fairu_value x, fairu_value *value)
{
  fairu_json_at components;
  fairu_value t = FAIRU_NO_VALUE, carry = FAIRU_NO_VALUE;
  int status = fairu_json__member(r->ctx, layer, "components", &components);
  if (status == FAIRU_OK)
    status = component(r, &components, "t", x, &t);
  if (status == FAIRU_OK)
    status = activate(r, layer, t, &t);
  if (status == FAIRU_OK)
    status = component(r, &components, "carry", x, &carry);
  if (status != FAIRU_OK)
    return status;
  const fairu_value gate = fairu_program__function(r->b, carry, FAIRU_FN_SIGMOID, 0.0, 0.0);
  const fairu_value step = fairu_program__binary(r->b, FAIRU_BIN_SUB, t, x);
  *value =
      fairu_program__binary(r->b, FAIRU_BIN_ADD, x, fairu_program__binary(r->b, FAIRU_BIN_MUL, gate, step));
  return fairu_program__status(r->b);
}

typedef struct architecture {
  const char *name;
  int (*read)(fairu_lwtnn *r, const fairu_json_at *layer, fairu_value x, fairu_value *value);
  const char *what; /* why not */
} architecture;

static const architecture architectures[] = {
  { "dense", dense, NULL },
  { "normalization", normalization, NULL },
  { "maxout", maxout, NULL },
  { "highway", highway, NULL },
  { "lstm", NULL, "a recurrent layer" },
  { "gru", NULL, "a recurrent layer" },
  { "simplernn", NULL, "a recurrent layer" },
  { "bidirectional", NULL, "a recurrent layer" },
  { "embedding", NULL, "a layer of sequences" },
  { "conv1d", NULL, "a layer of sequences" },
};

int fairu_lwtnn__layer(fairu_lwtnn *r, const fairu_json_at *at, fairu_value x, fairu_value *value)
{
  fairu_json_at name_at;
  const char *name = NULL;
  int status = fairu_json__member_string(r->ctx, at, "architecture", &name_at, &name);
  if (status != FAIRU_OK)
    return status;
  for (size_t i = 0; i < sizeof architectures / sizeof *architectures; i++) {
    const architecture *known = &architectures[i];
    if (strcmp(known->name, name) != 0)
      continue;
    if (!known->read)
      return fairu_json__fail(r->ctx, at, FAIRU_ERR_UNSUPPORTED, "%s, %s", name, known->what);
    const fairu_mark mark = fairu_context__mark(r->ctx);
    status = known->read(r, at, x, value);
    fairu_context__release(r->ctx, mark);
    return status;
  }
  return fairu_json__fail(r->ctx, &name_at, FAIRU_ERR_UNSUPPORTED, "architecture \"%.100s\"", name);
}
