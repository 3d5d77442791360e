/* program_fold.c - what a program becomes: scale and shift go into dense layers, chains of these into a network. */
#include "classifier/program_node.h"

#include <math.h>
#include <string.h>

/* ---- scale and shift into dense layers ---------------------------------------------------------------- */

/* How often each value that `out` needs is used; 0 for the others. */
static void count_uses(const fairu_program_builder *b, fairu_value out, size_t *uses)
{
  memset(uses, 0, b->n * sizeof *uses);
  uses[out] = 1;
  for (size_t i = out + 1; i-- > 0;)
    for (size_t k = 0; uses[i] > 0 && k < b->nodes[i].n_args; k++)
      uses[b->nodes[i].args[k]]++;
}

static int fits_float(double value)
{
  return isfinite((float)value);
}

/* (W x + bias + before) scale + after. 0 where it does not fit floats: then nothing has changed. */
static int scale_outputs(const fairu_node *affine, fairu_node *dense)
{
  const size_t n = dense->width, n_in = dense->n_in;
  for (int write = 0; write < 2; write++)
    for (size_t o = 0; o < n; o++) {
      const double scale = affine->d[n + o];
      const double bias = ((double)dense->v[o] + affine->d[o]) * scale + affine->d[2 * n + o];
      if (!fits_float(bias))
        return 0;
      if (write)
        dense->v[o] = (float)bias;
      for (size_t i = 0; i < n_in; i++) {
        const double w = (double)dense->w[o * n_in + i] * scale;
        if (!fits_float(w))
          return 0;
        if (write)
          dense->w[o * n_in + i] = (float)w;
      }
    }
  return 1;
}

/* W ((x + before) scale + after) + bias */
static int scale_inputs(const fairu_node *affine, fairu_node *dense)
{
  const size_t n = dense->width, n_in = dense->n_in;
  for (int write = 0; write < 2; write++)
    for (size_t o = 0; o < n; o++) {
      double bias = (double)dense->v[o];
      for (size_t i = 0; i < n_in; i++) {
        const double w = (double)dense->w[o * n_in + i], scale = affine->d[n_in + i];
        bias += w * (affine->d[i] * scale + affine->d[2 * n_in + i]);
        if (!fits_float(w * scale))
          return 0;
        if (write)
          dense->w[o * n_in + i] = (float)(w * scale);
      }
      if (!fits_float(bias))
        return 0;
      if (write)
        dense->v[o] = (float)bias;
    }
  return 1;
}

/* An affine node behind a dense one that nobody else needs takes that one's place. */
static void absorb(fairu_program_builder *b, size_t *uses, size_t i)
{
  fairu_node *affine = &b->nodes[i], *dense = &b->nodes[affine->args[0]];
  if (dense->op != FAIRU_OP_DENSE || uses[affine->args[0]] != 1 || !scale_outputs(affine, dense))
    return;
  uses[affine->args[0]] = 0;
  const fairu_node swap = *affine;
  *affine = *dense;
  *dense = swap; /* its arrays are freed with the builder */
}

/* A dense node takes in the affine ones before it; these stay for others. */
static void reach_over(fairu_program_builder *b, size_t *uses, size_t i)
{
  fairu_node *dense = &b->nodes[i];
  for (;;) {
    const size_t before = dense->args[0];
    if (b->nodes[before].op != FAIRU_OP_AFFINE || !scale_inputs(&b->nodes[before], dense))
      return;
    dense->args[0] = b->nodes[before].args[0];
    uses[dense->args[0]]++;
    if (--uses[before] == 0)
      uses[b->nodes[before].args[0]]--;
  }
}

/* One of the two outputs of a softmax: sigmoid of the difference of its arguments. */
static fairu_value difference_of_two(fairu_program_builder *b, fairu_value x, size_t first)
{
  const fairu_node dense = b->nodes[x];
  if (dense.op != FAIRU_OP_DENSE) {
    const fairu_value wanted = fairu_program__slice(b, x, first, 1);
    return fairu_program__binary(b, FAIRU_BIN_SUB, wanted, fairu_program__slice(b, x, 1 - first, 1));
  }
  fairu_value value = FAIRU_NO_VALUE;
  const fairu_mark mark = fairu_context__mark(b->ctx);
  float *w = fairu_context__scratch(b->ctx, dense.n_in, sizeof *w, "program weights");
  const float *one = dense.w + first * dense.n_in, *other = dense.w + (1 - first) * dense.n_in;
  const float bias = dense.v[first] - dense.v[1 - first];
  if (!w)
    b->status = FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; w && i < dense.n_in; i++)
    w[i] = one[i] - other[i];
  if (w)
    value = fairu_program__dense(b, dense.args[0], 1, w, &bias);
  fairu_context__release(b->ctx, mark);
  return value;
}

/* The logit that `out` is the score of, and the activation between. */
static fairu_value strip_activation(fairu_program_builder *b, fairu_value out, int *activation)
{
  const fairu_node *node = &b->nodes[out];
  *activation = FAIRU_ACTIVATION_LINEAR;
  if (node->op == FAIRU_OP_FUNCTION && node->function == FAIRU_FN_SIGMOID)
    *activation = FAIRU_ACTIVATION_SIGMOID;
  if (node->op == FAIRU_OP_SOFTMAX && !node->function && node->width > 1)
    *activation = FAIRU_ACTIVATION_SOFTMAX;
  if (*activation != FAIRU_ACTIVATION_LINEAR)
    return node->args[0];
  if (node->op != FAIRU_OP_SLICE || node->width != 1)
    return out;
  const fairu_node *whole = &b->nodes[node->args[0]];
  if (whole->op != FAIRU_OP_SOFTMAX || whole->function || whole->width != 2)
    return out;
  *activation = FAIRU_ACTIVATION_SIGMOID;
  return difference_of_two(b, whole->args[0], node->first);
}

static void fold(fairu_program_builder *b, fairu_value out, size_t *uses)
{
  count_uses(b, out, uses);
  for (size_t i = 0; i <= out; i++) {
    if (uses[i] > 0 && b->nodes[i].op == FAIRU_OP_AFFINE)
      absorb(b, uses, i);
    else if (uses[i] > 0 && b->nodes[i].op == FAIRU_OP_DENSE)
      reach_over(b, uses, i);
  }
}

/* ---- chains ------------------------------------------------------------------------------------------- */

/* Layers of a chain, the last first; -1: a function that networks do not have. */
static int network_activation(const fairu_node *node)
{
  if (node->op == FAIRU_OP_SOFTMAX)
    return -1;
  switch (node->function) {
  case FAIRU_FN_RELU:
    return FAIRU_ACTIVATION_RELU;
  case FAIRU_FN_TANH:
    return FAIRU_ACTIVATION_TANH;
  case FAIRU_FN_SIGMOID:
    return FAIRU_ACTIVATION_SIGMOID;
  case FAIRU_FN_ELU:
    return node->alpha == 1.0 ? FAIRU_ACTIVATION_ELU : -1;
  default:
    return -1;
  }
}

/* Walks from the output to the load; the number of dense layers, 0 if it is no chain. layers may be NULL. */
static size_t walk_chain(const fairu_program_builder *b, fairu_value out, int activation, fairu_layer *layers,
                         size_t n_layers, fairu_value *load)
{
  size_t n = 0;
  for (fairu_value at = out; b->nodes[at].op != FAIRU_OP_LOAD;) {
    const fairu_node *node = &b->nodes[at];
    if (node->op == FAIRU_OP_FUNCTION && activation == FAIRU_ACTIVATION_LINEAR) {
      activation = network_activation(node);
      at = node->args[0];
      node = &b->nodes[at];
    }
    if (activation < 0 || node->op != FAIRU_OP_DENSE)
      return 0;
    n++;
    if (layers)
      layers[n_layers - n] = (fairu_layer){ .n_in = node->n_in,
                                            .n_out = node->width,
                                            .activation = activation,
                                            .weights = node->w,
                                            .bias = node->v };
    at = node->args[0];
    *load = at;
    activation = FAIRU_ACTIVATION_LINEAR;
  }
  return n;
}

/* Where a column of a load stands among the inputs of a network. */
static size_t input_of(const fairu_program_builder *b, const fairu_node *load, size_t column)
{
  const size_t i = (size_t)(load->source[column] >> 1);
  return load->source[column] & 1 ? b->names[0].n + i : i;
}

/* Scaling of all inputs; 0 if a network cannot say it: an input twice, or one without a way back. */
static int input_scaling(const fairu_program_builder *b, const fairu_node *load, double *offset,
                         double *scale, unsigned char *seen)
{
  const size_t n = load->width;
  for (size_t i = 0; i < b->names[0].n + b->names[1].n; i++)
    scale[i] = 1.0; /* of inputs that nothing reads */
  for (size_t i = 0; i < n; i++) {
    const size_t input = input_of(b, load, i);
    const double s = load->d[n + i], after = load->d[2 * n + i];
    if (seen[input]++ || (after != 0.0 && s == 0.0))
      return 0;
    offset[input] = after != 0.0 ? load->d[i] - after / s : load->d[i];
    scale[input] = s;
    if (!isfinite(offset[input]))
      return 0;
  }
  return 1;
}

static int scales_nothing(const double *offset, const double *scale, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (offset[i] != 0.0 || scale[i] != 1.0)
      return 0;
  return 1;
}

static void spread_weights(const fairu_program_builder *b, const fairu_node *load, const fairu_layer *layer,
                           size_t n_inputs, float *weights)
{
  for (size_t o = 0; o < layer->n_out; o++)
    for (size_t i = 0; i < layer->n_in; i++)
      weights[o * n_inputs + input_of(b, load, i)] = layer->weights[o * layer->n_in + i];
}

static int new_classifier(fairu_program_builder *b, const fairu_kind *kind, fairu_classifier **classifier)
{
  const fairu_name_list *f = &b->names[0], *z = &b->names[1];
  for (size_t i = 0; i < f->n; i++)
    for (size_t k = 0; k < z->n; k++)
      if (strcmp(f->names[i], z->names[k]) == 0)
        return fairu_context__fail(b->ctx, FAIRU_ERR_DUPLICATE, "\"%s\" is a feature and a nuisance",
                                   f->names[i]);
  return fairu_classifier__new(b->ctx, kind, (const char *const *)f->names, f->n,
                               (const char *const *)z->names, z->n, classifier);
}

/* Make the network of a chain whose inputs can be scaled as networks do it; else *classifier stays NULL. */
static int make_network(fairu_program_builder *b, const fairu_node *load, fairu_layer *layers,
                        size_t n_layers, fairu_classifier **classifier)
{
  const size_t n = b->names[0].n + b->names[1].n;
  double *offset = fairu_context__new(b->ctx, n, sizeof *offset, "network scaling");
  double *scale = fairu_context__new(b->ctx, n, sizeof *scale, "network scaling");
  unsigned char *seen = fairu_context__new(b->ctx, n, 1, "network scaling");
  float *weights = NULL;
  int status = offset && scale && seen ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  const int says = status == FAIRU_OK && input_scaling(b, load, offset, scale, seen);
  if (says)
    weights = fairu_context__new(b->ctx, n * layers[0].n_out, sizeof *weights, "network weights");
  if (says && !weights)
    status = FAIRU_ERR_OUT_OF_MEMORY;
  if (weights) {
    spread_weights(b, load, &layers[0], n, weights);
    layers[0].weights = weights;
    layers[0].n_in = n;
    const int plain = scales_nothing(offset, scale, n);
    status = new_classifier(b, &fairu_kind__network, classifier);
    if (status == FAIRU_OK)
      status = fairu_network__fill(*classifier, b->ctx, layers, n_layers, plain ? NULL : offset,
                                   plain ? NULL : scale);
    status = fairu_classifier__finish(*classifier, status, classifier);
  }
  fairu_context__free(b->ctx, offset);
  fairu_context__free(b->ctx, scale);
  fairu_context__free(b->ctx, seen);
  fairu_context__free(b->ctx, weights);
  return status;
}

static int make_chain(fairu_program_builder *b, fairu_value out, int activation,
                      fairu_classifier **classifier)
{
  fairu_value load = FAIRU_NO_VALUE;
  const size_t n = walk_chain(b, out, activation, NULL, 0, &load);
  if (n == 0)
    return FAIRU_OK;
  fairu_layer *layers = fairu_context__new(b->ctx, n, sizeof *layers, "network layers");
  if (!layers)
    return FAIRU_ERR_OUT_OF_MEMORY;
  (void)walk_chain(b, out, activation, layers, n, &load);
  const int status = make_network(b, &b->nodes[load], layers, n, classifier);
  fairu_context__free(b->ctx, layers);
  return status;
}

/* ---- the end ------------------------------------------------------------------------------------------ */

static int make_classifier(fairu_program_builder *b, fairu_value out, int activation,
                           fairu_classifier **classifier)
{
  int status = make_chain(b, out, activation, classifier);
  if (status != FAIRU_OK || *classifier)
    return status;
  status = new_classifier(b, &fairu_kind__program, classifier);
  if (status != FAIRU_OK)
    return status;
  status = fairu_program__compile(b, out, activation, *classifier);
  return fairu_classifier__finish(*classifier, status, classifier);
}

int fairu_program__finish(fairu_program_builder *b, fairu_context *ctx, fairu_value out,
                          fairu_classifier **classifier)
{
  int activation = FAIRU_ACTIVATION_LINEAR;
  *classifier = NULL;
  if (!fairu_program__node(b, out))
    return b->status;
  if (b->names[0].n == 0 && b->names[1].n == 0)
    return fairu_program__fail(b, FAIRU_ERR_SHAPE, "a model without inputs");
  out = strip_activation(b, out, &activation);
  if (b->status != FAIRU_OK)
    return b->status;
  const fairu_mark mark = fairu_context__mark(ctx);
  size_t *uses = fairu_context__scratch(ctx, b->n, sizeof *uses, "program values");
  if (!uses)
    return FAIRU_ERR_OUT_OF_MEMORY;
  fold(b, out, uses);
  fairu_context__release(ctx, mark);
  return b->status = make_classifier(b, out, activation, classifier);
}
