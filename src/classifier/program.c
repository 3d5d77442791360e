/* program.c - the builder of programs: nodes are checked as they come. */
#include "classifier/program_node.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- nodes -------------------------------------------------------------------------------------------- */

size_t fairu_node__n_w(const fairu_node *node)
{
  if (node->op == FAIRU_OP_DENSE)
    return node->width * node->n_in;
  return node->op == FAIRU_OP_LAYER_NORM ? node->width : 0;
}

size_t fairu_node__n_v(const fairu_node *node)
{
  const int has = node->op == FAIRU_OP_DENSE || node->op == FAIRU_OP_PRELU || node->op == FAIRU_OP_CONSTANT ||
                  node->op == FAIRU_OP_LAYER_NORM;
  return has ? node->width : 0;
}

size_t fairu_node__n_d(const fairu_node *node)
{
  return node->op == FAIRU_OP_LOAD || node->op == FAIRU_OP_AFFINE ? 3 * node->width : 0;
}

size_t fairu_node__n_source(const fairu_node *node)
{
  return node->op == FAIRU_OP_LOAD ? node->width : 0;
}

void fairu_node__clear(const fairu_allocator *allocator, fairu_node *node)
{
  fairu_allocator__free(allocator, node->args);
  fairu_allocator__free(allocator, node->w);
  fairu_allocator__free(allocator, node->v);
  fairu_allocator__free(allocator, node->d);
  fairu_allocator__free(allocator, node->source);
  fairu_allocator__free(allocator, node->packed_memory);
}

/* ---- builder ------------------------------------------------------------------------------------------ */

int fairu_program__create(fairu_context *ctx, fairu_program_builder **out)
{
  *out = fairu_context__new(ctx, 1, sizeof **out, "program");
  if (!*out)
    return FAIRU_ERR_OUT_OF_MEMORY;
  (*out)->ctx = ctx;
  return FAIRU_OK;
}

void fairu_program__destroy(fairu_program_builder *b)
{
  if (!b)
    return;
  fairu_context *ctx = b->ctx;
  for (size_t i = 0; i < b->n; i++)
    fairu_node__clear(fairu_context__allocator(ctx), &b->nodes[i]);
  fairu_context__free(ctx, b->nodes);
  for (int k = 0; k < 2; k++) {
    for (size_t i = 0; i < b->names[k].n; i++)
      fairu_context__free(ctx, b->names[k].names[i]);
    fairu_context__free(ctx, b->names[k].names);
  }
  fairu_context__free(ctx, b);
}

void fairu_program__at(fairu_program_builder *b, const char *node)
{
  fairu_text__format(b->at, sizeof b->at, "%s", node);
}

int fairu_program__fail(fairu_program_builder *b, int code, const char *format, ...)
{
  char text[512];
  va_list args;
  if (b->status != FAIRU_OK)
    return b->status;
  va_start(args, format);
  fairu_text__vformat(text, sizeof text, format, args);
  va_end(args);
  b->status = fairu_context__fail(b->ctx, code, "%s%s%s", b->at, b->at[0] ? ": " : "", text);
  return b->status;
}

int fairu_program__status(const fairu_program_builder *b)
{
  return b->status;
}

size_t fairu_program__width(const fairu_program_builder *b, fairu_value x)
{
  return x < b->n ? b->nodes[x].width : 0;
}

fairu_node *fairu_program__node(fairu_program_builder *b, fairu_value x)
{
  if (b->status != FAIRU_OK)
    return NULL;
  if (x >= b->n) {
    (void)fairu_program__fail(b, FAIRU_ERR_NOT_FOUND, "an argument that nothing makes");
    return NULL;
  }
  return &b->nodes[x];
}

static int grow(fairu_program_builder *b)
{
  if (b->n < b->capacity)
    return FAIRU_OK;
  const size_t capacity = b->capacity ? 2 * b->capacity : 16;
  fairu_node *nodes = fairu_context__new(b->ctx, capacity, sizeof *nodes, "program nodes");
  if (!nodes)
    return b->status = FAIRU_ERR_OUT_OF_MEMORY;
  if (b->n > 0)
    memcpy(nodes, b->nodes, b->n * sizeof *nodes);
  fairu_context__free(b->ctx, b->nodes);
  b->nodes = nodes;
  b->capacity = capacity;
  return FAIRU_OK;
}

/* Memory of one node is charged before it is taken. */
static int charge(fairu_program_builder *b, size_t count, size_t size)
{
  const uint64_t limit = fairu_context__limits(b->ctx)->model_bytes;
  if (count > (limit - b->bytes) / size)
    return fairu_program__fail(b, FAIRU_ERR_LIMIT,
                               "%zu numbers more: model above the limit model_bytes, %llu", count,
                               (unsigned long long)limit);
  b->bytes += (uint64_t)count * size;
  return FAIRU_OK;
}

/* Copy of an array of the file's, or NULL with the status set; NULL gives zeros. */
static void *take(fairu_program_builder *b, const void *from, size_t count, size_t size)
{
  if (b->status != FAIRU_OK || charge(b, count, size) != FAIRU_OK)
    return NULL;
  void *to = from ? fairu_context__copy(b->ctx, from, count, size, "program numbers")
                  : fairu_context__new(b->ctx, count, size, "program numbers");
  if (!to)
    b->status = FAIRU_ERR_OUT_OF_MEMORY;
  return to;
}

static int check_finite(fairu_program_builder *b, const char *what, const float *values, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (!isfinite(values[i]))
      return fairu_program__fail(b, FAIRU_ERR_NON_FINITE, "%s[%zu] is %g", what, i, (double)values[i]);
  return FAIRU_OK;
}

/* Room for one node more, of this width. */
static int check_room(fairu_program_builder *b, size_t width)
{
  if (b->status != FAIRU_OK)
    return b->status;
  if (width == 0)
    return fairu_program__fail(b, FAIRU_ERR_SHAPE, "a value of width 0");
  if (width > FAIRU_PROGRAM_MOST_WIDTH)
    return fairu_program__fail(b, FAIRU_ERR_LIMIT, "a value of width %zu, above %d", width,
                               FAIRU_PROGRAM_MOST_WIDTH);
  if (b->n >= FAIRU_PROGRAM_MOST_NODES)
    return fairu_program__fail(b, FAIRU_ERR_LIMIT, "more than %d operations", FAIRU_PROGRAM_MOST_NODES);
  return grow(b);
}

fairu_value fairu_program__append(fairu_program_builder *b, fairu_node node, const size_t *args,
                                  size_t n_args)
{
  if (check_room(b, node.width) == FAIRU_OK && charge(b, node.width, sizeof(float)) == FAIRU_OK) {
    node.n_args = n_args;
    node.args = take(b, args, n_args, sizeof *args);
    for (size_t i = 0; i < n_args; i++)
      node.moves |= b->nodes[args[i]].moves;
  }
  if (b->status != FAIRU_OK) {
    fairu_node__clear(fairu_context__allocator(b->ctx), &node);
    return FAIRU_NO_VALUE;
  }
  b->nodes[b->n] = node;
  return b->n++;
}

/* ---- inputs and constants ----------------------------------------------------------------------------- */

static int add_names(fairu_program_builder *b, fairu_name_list *list, const char *const *names, size_t n)
{
  if (n > FAIRU_PROGRAM_MOST_NAMES - list->n)
    return fairu_program__fail(b, FAIRU_ERR_LIMIT, "more than %d inputs", FAIRU_PROGRAM_MOST_NAMES);
  char **all = fairu_context__new(b->ctx, list->n + n, sizeof *all, "program inputs");
  if (!all)
    return b->status = FAIRU_ERR_OUT_OF_MEMORY;
  if (list->n > 0)
    memcpy(all, list->names, list->n * sizeof *all);
  fairu_context__free(b->ctx, list->names);
  list->names = all;
  for (size_t i = 0; i < n; i++) {
    all[list->n] = fairu_context__copy_string(b->ctx, names[i], "program inputs");
    if (!all[list->n])
      return b->status = FAIRU_ERR_OUT_OF_MEMORY;
    list->n++;
  }
  return FAIRU_OK;
}

fairu_value fairu_program__load(fairu_program_builder *b, size_t width, const uint64_t *source,
                                const double *d)
{
  if (check_room(b, width) != FAIRU_OK)
    return FAIRU_NO_VALUE;
  for (size_t i = 0; i < 3 * width; i++)
    if (!isfinite(d[i])) {
      (void)fairu_program__fail(b, FAIRU_ERR_NON_FINITE, "scaling of column %zu is %g", i % width, d[i]);
      return FAIRU_NO_VALUE;
    }
  fairu_node node = { .op = FAIRU_OP_LOAD, .width = width };
  node.source = take(b, source, width, sizeof *source);
  node.d = take(b, d, 3 * width, sizeof *d);
  for (size_t i = 0; i < width; i++)
    node.moves |= (int)(source[i] & 1);
  return fairu_program__append(b, node, NULL, 0);
}

fairu_value fairu_program__input(fairu_program_builder *b, const char *const *names, size_t width,
                                 int is_nuisance)
{
  fairu_name_list *list = &b->names[is_nuisance != 0];
  const size_t first = list->n;
  if (check_room(b, width) != FAIRU_OK || add_names(b, list, names, width) != FAIRU_OK)
    return FAIRU_NO_VALUE;
  const fairu_mark mark = fairu_context__mark(b->ctx);
  uint64_t *source = fairu_context__scratch(b->ctx, width, sizeof *source, "program inputs");
  double *d = fairu_context__scratch(b->ctx, width, 3 * sizeof *d, "program inputs");
  fairu_value value = FAIRU_NO_VALUE;
  if (!source || !d)
    b->status = FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; b->status == FAIRU_OK && i < width; i++) {
    source[i] = 2 * (uint64_t)(first + i) + (is_nuisance != 0);
    d[i] = d[2 * width + i] = 0.0;
    d[width + i] = 1.0;
  }
  if (b->status == FAIRU_OK)
    value = fairu_program__load(b, width, source, d);
  fairu_context__release(b->ctx, mark);
  return value;
}

fairu_value fairu_program__constant(fairu_program_builder *b, size_t width, const float *values)
{
  if (check_room(b, width) != FAIRU_OK || check_finite(b, "constant", values, width) != FAIRU_OK)
    return FAIRU_NO_VALUE;
  fairu_node node = { .op = FAIRU_OP_CONSTANT, .width = width };
  node.v = take(b, values, width, sizeof *values);
  return fairu_program__append(b, node, NULL, 0);
}

/* ---- operations --------------------------------------------------------------------------------------- */

fairu_value fairu_program__dense(fairu_program_builder *b, fairu_value x, size_t n_out, const float *w,
                                 const float *bias)
{
  const fairu_node *in = fairu_program__node(b, x);
  if (!in)
    return FAIRU_NO_VALUE;
  fairu_node node = { .op = FAIRU_OP_DENSE, .width = n_out, .n_in = in->width };
  if (check_room(b, n_out) != FAIRU_OK || check_finite(b, "weights", w, fairu_node__n_w(&node)) != FAIRU_OK ||
      (bias && check_finite(b, "bias", bias, n_out) != FAIRU_OK))
    return FAIRU_NO_VALUE;
  node.w = take(b, w, fairu_node__n_w(&node), sizeof *w);
  node.v = take(b, bias, n_out, sizeof *bias);
  return fairu_program__append(b, node, &x, 1);
}

/* d [3][width] of a scaling, or NULL with the status set. */
static double *scaling(fairu_program_builder *b, size_t width, const double *before, const double *scale,
                       const double *after)
{
  double *d = take(b, NULL, 3 * width, sizeof *d);
  for (size_t i = 0; d && i < width; i++) {
    d[i] = before ? before[i] : 0.0;
    d[width + i] = scale ? scale[i] : 1.0;
    d[2 * width + i] = after ? after[i] : 0.0;
    if (isfinite(d[i]) && isfinite(d[width + i]) && isfinite(d[2 * width + i]))
      continue;
    (void)fairu_program__fail(b, FAIRU_ERR_NON_FINITE, "scaling of column %zu: before %g, scale %g, after %g",
                              i, d[i], d[width + i], d[2 * width + i]);
    fairu_context__free(b->ctx, d);
    return NULL;
  }
  return d;
}

/* The same columns, scaled once more: ((x - o) s + t + before) scale + after. d becomes that of the load. */
static fairu_value scale_load(fairu_program_builder *b, const fairu_node *load, double *d)
{
  const size_t n = load->width;
  for (size_t i = 0; i < n; i++) {
    const double offset = load->d[i], scale = load->d[n + i], after = load->d[2 * n + i];
    const int plain = scale == 1.0 && after == 0.0;
    const double inner = plain ? 0.0 : (after + d[i]) * d[n + i];
    d[i] = plain ? offset - d[i] : offset;
    d[n + i] *= scale;
    d[2 * n + i] += inner;
  }
  return fairu_program__load(b, n, load->source, d);
}

fairu_value fairu_program__affine(fairu_program_builder *b, fairu_value x, const double *before,
                                  const double *scale, const double *after)
{
  const fairu_node *in = fairu_program__node(b, x);
  if (!in || (!before && !scale && !after))
    return in ? x : FAIRU_NO_VALUE;
  fairu_node node = { .op = FAIRU_OP_AFFINE, .width = in->width, .n_in = in->width };
  node.d = scaling(b, in->width, before, scale, after);
  if (!node.d || in->op != FAIRU_OP_LOAD)
    return fairu_program__append(b, node, &x, 1);
  const fairu_node load = *in; /* the nodes may move */
  const fairu_value value = scale_load(b, &load, node.d);
  fairu_context__free(b->ctx, node.d);
  return value;
}

static int check_function(fairu_program_builder *b, int function, double alpha, double beta)
{
  if (function < FAIRU_FN_IDENTITY || function > FAIRU_FN_RECIPROCAL)
    return fairu_program__fail(b, FAIRU_ERR_FORMAT, "unknown function %d", function);
  if (function == FAIRU_FN_CLIP)
    return alpha <= beta ? FAIRU_OK
                         : fairu_program__fail(b, FAIRU_ERR_RANGE, "clip to [%g, %g]", alpha, beta);
  if (!isfinite(alpha) || !isfinite(beta))
    return fairu_program__fail(b, FAIRU_ERR_NON_FINITE, "alpha is %g, beta %g", alpha, beta);
  if (function == FAIRU_FN_CELU && alpha == 0.0)
    return fairu_program__fail(b, FAIRU_ERR_RANGE, "celu of alpha 0");
  return FAIRU_OK;
}

fairu_value fairu_program__function(fairu_program_builder *b, fairu_value x, int function, double alpha,
                                    double beta)
{
  const fairu_node *in = fairu_program__node(b, x);
  if (!in || check_function(b, function, alpha, beta) != FAIRU_OK)
    return FAIRU_NO_VALUE;
  if (function == FAIRU_FN_IDENTITY)
    return x;
  const fairu_node node = { .op = FAIRU_OP_FUNCTION,
                            .function = function,
                            .width = in->width,
                            .n_in = in->width,
                            .alpha = alpha,
                            .beta = beta };
  return fairu_program__append(b, node, &x, 1);
}

fairu_value fairu_program__prelu(fairu_program_builder *b, fairu_value x, const float *slope)
{
  const fairu_node *in = fairu_program__node(b, x);
  if (!in || check_finite(b, "slope", slope, in->width) != FAIRU_OK)
    return FAIRU_NO_VALUE;
  fairu_node node = { .op = FAIRU_OP_PRELU, .width = in->width, .n_in = in->width };
  node.v = take(b, slope, in->width, sizeof *slope);
  return fairu_program__append(b, node, &x, 1);
}

fairu_value fairu_program__softmax(fairu_program_builder *b, fairu_value x, int log)
{
  const fairu_node *in = fairu_program__node(b, x);
  if (!in)
    return FAIRU_NO_VALUE;
  const fairu_node node = {
    .op = FAIRU_OP_SOFTMAX, .function = log != 0, .width = in->width, .n_in = in->width
  };
  return fairu_program__append(b, node, &x, 1);
}

fairu_value fairu_program__layer_norm(fairu_program_builder *b, fairu_value x, const float *gamma,
                                      const float *beta, double epsilon)
{
  const fairu_node *in = fairu_program__node(b, x);
  if (!in || (gamma && check_finite(b, "gamma", gamma, in->width) != FAIRU_OK) ||
      (beta && check_finite(b, "beta", beta, in->width) != FAIRU_OK))
    return FAIRU_NO_VALUE;
  if (!(epsilon >= 0.0) || !isfinite(epsilon)) {
    (void)fairu_program__fail(b, FAIRU_ERR_RANGE, "epsilon is %g", epsilon);
    return FAIRU_NO_VALUE;
  }
  fairu_node node = { .op = FAIRU_OP_LAYER_NORM, .width = in->width, .n_in = in->width, .alpha = epsilon };
  node.w = take(b, gamma, in->width, sizeof *gamma);
  for (size_t i = 0; node.w && !gamma && i < node.width; i++)
    node.w[i] = 1.0F;
  node.v = take(b, beta, node.width, sizeof *beta);
  return fairu_program__append(b, node, &x, 1);
}
