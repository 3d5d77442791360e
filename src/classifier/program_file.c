/* program_file.c - programs copied, freed, and in fairu model files. What is read goes through the builder, which checks it. */
#include "classifier/program_node.h"

#include <string.h>

/* ---- copying ------------------------------------------------------------------------------------------ */

static int copy_array(fairu_context *ctx, void *out, const void *from, size_t n, size_t size)
{
  void *copy = fairu_context__copy(ctx, from, n, size, "program numbers");
  memcpy(out, &copy, sizeof copy);
  return copy ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

static int copy_node(fairu_context *ctx, const fairu_node *from, fairu_node *to)
{
  *to = *from;
  to->args = NULL;
  to->w = to->v = NULL;
  to->d = NULL;
  to->source = NULL;
  to->packed_memory = NULL;
  int status = copy_array(ctx, &to->args, from->args, from->n_args, sizeof *to->args);
  if (status == FAIRU_OK && from->w)
    status = copy_array(ctx, &to->w, from->w, fairu_node__n_w(from), sizeof *to->w);
  if (status == FAIRU_OK && from->v)
    status = copy_array(ctx, &to->v, from->v, fairu_node__n_v(from), sizeof *to->v);
  if (status == FAIRU_OK && from->d)
    status = copy_array(ctx, &to->d, from->d, fairu_node__n_d(from), sizeof *to->d);
  if (status == FAIRU_OK && from->source)
    status = copy_array(ctx, &to->source, from->source, fairu_node__n_source(from), sizeof *to->source);
  return status;
}

int fairu_program__copy(const fairu_classifier *from, fairu_context *ctx, fairu_classifier *to)
{
  const fairu_program *program = from->as.program;
  fairu_program *copy = fairu_context__new(ctx, 1, sizeof *copy, "program");
  to->as.program = copy;
  if (!copy)
    return FAIRU_ERR_OUT_OF_MEMORY;
  copy->nodes = fairu_context__new(ctx, program->n_nodes, sizeof *copy->nodes, "program nodes");
  if (!copy->nodes)
    return FAIRU_ERR_OUT_OF_MEMORY;
  copy->n_nodes = program->n_nodes;
  copy->n_fixed = program->n_fixed;
  copy->n_rows = program->n_rows;
  copy->n_own_rows = program->n_own_rows;
  int status = FAIRU_OK;
  for (size_t i = 0; i < program->n_nodes && status == FAIRU_OK; i++)
    status = copy_node(ctx, &program->nodes[i], &copy->nodes[i]);
  return status == FAIRU_OK ? fairu_program__pack(to, ctx) : status;
}

void fairu_program__clear(fairu_classifier *classifier)
{
  fairu_program *program = classifier->as.program;
  for (size_t i = 0; program && i < program->n_nodes; i++)
    fairu_node__clear(&classifier->allocator, &program->nodes[i]);
  if (program)
    fairu_allocator__free(&classifier->allocator, program->nodes);
  fairu_allocator__free(&classifier->allocator, program);
}

/* ---- writing ------------------------------------------------------------------------------------------ */

static void save_node(const fairu_node *node, fairu_pack *pack)
{
  fairu_pack__u64(pack, (uint64_t)node->op);
  fairu_pack__u64(pack, (uint64_t)node->function);
  fairu_pack__u64(pack, node->width);
  fairu_pack__u64(pack, node->first);
  fairu_pack__f64(pack, node->alpha);
  fairu_pack__f64(pack, node->beta);
  fairu_pack__u64(pack, node->n_args);
  for (size_t k = 0; k < node->n_args; k++)
    fairu_pack__u64(pack, node->args[k]);
  fairu_pack__f32s(pack, node->w, fairu_node__n_w(node));
  fairu_pack__f32s(pack, node->v, fairu_node__n_v(node));
  fairu_pack__f64s(pack, node->d, fairu_node__n_d(node));
  fairu_pack__u64s(pack, node->source, fairu_node__n_source(node));
}

void fairu_program__save(const fairu_classifier *classifier, fairu_pack *pack)
{
  const fairu_program *program = classifier->as.program;
  fairu_pack__u64(pack, (uint64_t)classifier->activation);
  fairu_pack__u64(pack, program->n_nodes);
  for (size_t i = 0; i < program->n_nodes; i++)
    save_node(&program->nodes[i], pack);
}

/* ---- reading ------------------------------------------------------------------------------------------ */

typedef struct restoration {
  fairu_context *ctx;
  fairu_unpack *unpack;
  const fairu_classifier *classifier;
  fairu_program_builder *builder;
  fairu_value *values; /* of the nodes so far */
  size_t n;
} restoration;

/* The arguments of a node: earlier ones. Scratch. */
static int read_args(restoration *r, fairu_node *node)
{
  int status = fairu_unpack__size(r->unpack, r->ctx, "arguments", FAIRU_PROGRAM_MOST_NODES, &node->n_args);
  if (status != FAIRU_OK)
    return status;
  node->args = fairu_context__scratch(r->ctx, node->n_args, sizeof *node->args, "program values");
  if (!node->args)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t k = 0; k < node->n_args && status == FAIRU_OK; k++) {
    size_t arg = 0;
    status = fairu_unpack__size(r->unpack, r->ctx, "argument", SIZE_MAX, &arg);
    if (status == FAIRU_OK && arg >= r->n)
      status =
          fairu_context__fail(r->ctx, FAIRU_ERR_FORMAT, "argument %zu is not made before it is used", arg);
    if (status == FAIRU_OK)
      node->args[k] = r->values[arg];
  }
  return status;
}

static int read_head(restoration *r, fairu_node *node)
{
  size_t op = 0, function = 0;
  int status = fairu_unpack__size(r->unpack, r->ctx, "operation", FAIRU_N_OPS - 1, &op);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(r->unpack, r->ctx, "function", FAIRU_FN_RECIPROCAL, &function);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(r->unpack, r->ctx, "width", FAIRU_PROGRAM_MOST_WIDTH, &node->width);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(r->unpack, r->ctx, "first", FAIRU_PROGRAM_MOST_WIDTH, &node->first);
  if (status == FAIRU_OK)
    status = fairu_unpack__f64(r->unpack, r->ctx, "alpha", &node->alpha);
  if (status == FAIRU_OK)
    status = fairu_unpack__f64(r->unpack, r->ctx, "beta", &node->beta);
  node->op = (int)op;
  node->function = (int)function;
  return status == FAIRU_OK ? read_args(r, node) : status;
}

static size_t args_of(const fairu_node *node)
{
  switch (node->op) {
  case FAIRU_OP_LOAD:
  case FAIRU_OP_CONSTANT:
    return 0;
  case FAIRU_OP_BINARY:
    return 2;
  case FAIRU_OP_CONCAT:
    return node->n_args;
  default:
    return 1;
  }
}

/* Numbers of an array, in scratch, if so many are left. */
static void *room(restoration *r, size_t n, size_t size)
{
  if (n > fairu_unpack__left(r->unpack) / size) {
    (void)fairu_context__fail(r->ctx, FAIRU_ERR_TRUNCATED, "%zu numbers, %zu bytes are left", n,
                              fairu_unpack__left(r->unpack));
    return NULL;
  }
  return fairu_context__scratch(r->ctx, n, size, "program numbers");
}

static int read_arrays(restoration *r, fairu_node *node)
{
  node->w = room(r, fairu_node__n_w(node), sizeof *node->w);
  if (!node->w)
    return fairu_context_status(r->ctx);
  int status = fairu_unpack__f32s(r->unpack, r->ctx, "weights", node->w, fairu_node__n_w(node));
  if (status == FAIRU_OK && !(node->v = room(r, fairu_node__n_v(node), sizeof *node->v)))
    status = fairu_context_status(r->ctx);
  if (status == FAIRU_OK)
    status = fairu_unpack__f32s(r->unpack, r->ctx, "bias", node->v, fairu_node__n_v(node));
  if (status == FAIRU_OK && !(node->d = room(r, fairu_node__n_d(node), sizeof *node->d)))
    status = fairu_context_status(r->ctx);
  if (status == FAIRU_OK)
    status = fairu_unpack__f64s(r->unpack, r->ctx, "scaling", node->d, fairu_node__n_d(node));
  if (status == FAIRU_OK && !(node->source = room(r, fairu_node__n_source(node), sizeof *node->source)))
    status = fairu_context_status(r->ctx);
  if (status == FAIRU_OK)
    status = fairu_unpack__u64s(r->unpack, r->ctx, "columns", node->source, fairu_node__n_source(node));
  return status;
}

static int check_sources(const restoration *r, const fairu_node *node)
{
  for (size_t i = 0; i < fairu_node__n_source(node); i++) {
    const uint64_t column = node->source[i] >> 1;
    const size_t n = node->source[i] & 1 ? r->classifier->n_nuisances : r->classifier->n_features;
    if (column >= n)
      return fairu_context__fail(r->ctx, FAIRU_ERR_FORMAT, "column %llu of %zu %s",
                                 (unsigned long long)column, n,
                                 node->source[i] & 1 ? "nuisances" : "features");
  }
  return FAIRU_OK;
}

static fairu_value rebuild(restoration *r, const fairu_node *node)
{
  fairu_program_builder *b = r->builder;
  const size_t n = node->width;
  switch (node->op) {
  case FAIRU_OP_LOAD:
    return fairu_program__load(b, n, node->source, node->d);
  case FAIRU_OP_CONSTANT:
    return fairu_program__constant(b, n, node->v);
  case FAIRU_OP_DENSE:
    return fairu_program__dense(b, node->args[0], n, node->w, node->v);
  case FAIRU_OP_AFFINE:
    return fairu_program__affine(b, node->args[0], node->d, node->d + n, node->d + 2 * n);
  case FAIRU_OP_FUNCTION:
    return fairu_program__function(b, node->args[0], node->function, node->alpha, node->beta);
  case FAIRU_OP_PRELU:
    return fairu_program__prelu(b, node->args[0], node->v);
  case FAIRU_OP_BINARY:
    return fairu_program__binary(b, node->function, node->args[0], node->args[1]);
  case FAIRU_OP_CONCAT:
    return fairu_program__concat(b, node->args, node->n_args);
  case FAIRU_OP_SLICE:
    return fairu_program__slice(b, node->args[0], node->first, n);
  case FAIRU_OP_SOFTMAX:
    return fairu_program__softmax(b, node->args[0], node->function);
  default:
    return fairu_program__layer_norm(b, node->args[0], node->w, node->v, node->alpha);
  }
}

/* Widths of arguments and of the node agree before an array of its is read. */
static int check_widths(const restoration *r, fairu_node *node)
{
  if (node->n_args != args_of(node))
    return fairu_context__fail(r->ctx, FAIRU_ERR_FORMAT, "operation %d of %zu arguments", node->op,
                               node->n_args);
  node->n_in = node->n_args > 0 ? fairu_program__width(r->builder, node->args[0]) : 0;
  const int same = node->op == FAIRU_OP_AFFINE || node->op == FAIRU_OP_FUNCTION ||
                   node->op == FAIRU_OP_PRELU || node->op == FAIRU_OP_SOFTMAX ||
                   node->op == FAIRU_OP_LAYER_NORM;
  if (same && node->n_in != node->width)
    return fairu_context__fail(r->ctx, FAIRU_ERR_FORMAT, "width %zu of a value of width %zu", node->width,
                               node->n_in);
  return FAIRU_OK;
}

static int read_node(restoration *r)
{
  fairu_node node = { 0 };
  char place[48];
  fairu_text__format(place, sizeof place, "node %zu", r->n);
  fairu_program__at(r->builder, place);
  const fairu_mark mark = fairu_context__mark(r->ctx);
  int status = read_head(r, &node);
  if (status == FAIRU_OK)
    status = check_widths(r, &node);
  if (status == FAIRU_OK)
    status = read_arrays(r, &node);
  if (status == FAIRU_OK)
    status = check_sources(r, &node);
  if (status == FAIRU_OK) {
    const fairu_value value = rebuild(r, &node);
    status = fairu_program__status(r->builder);
    if (status == FAIRU_OK && fairu_program__width(r->builder, value) != node.width)
      status = fairu_program__fail(r->builder, FAIRU_ERR_FORMAT, "width %zu, found %zu",
                                   fairu_program__width(r->builder, value), node.width);
    r->values[r->n++] = value;
  }
  fairu_context__release(r->ctx, mark);
  return status;
}

static int read_nodes(restoration *r, fairu_classifier *classifier)
{
  size_t activation = 0, n = 0;
  int status =
      fairu_unpack__size(r->unpack, r->ctx, "output activation", FAIRU_ACTIVATION_SOFTMAX, &activation);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(r->unpack, r->ctx, "nodes", FAIRU_PROGRAM_MOST_NODES, &n);
  if (status == FAIRU_OK && n == 0)
    status = fairu_context__fail(r->ctx, FAIRU_ERR_FORMAT, "a program without nodes");
  if (status != FAIRU_OK)
    return status;
  r->values = fairu_context__scratch(r->ctx, n, sizeof *r->values, "program values");
  if (!r->values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++)
    status = read_node(r);
  if (status != FAIRU_OK)
    return status;
  const fairu_value out = r->values[n - 1];
  const int is_score = activation == FAIRU_ACTIVATION_LINEAR || activation == FAIRU_ACTIVATION_SIGMOID ||
                       (activation == FAIRU_ACTIVATION_SOFTMAX && fairu_program__width(r->builder, out) > 1);
  if (!is_score)
    return fairu_context__fail(r->ctx, FAIRU_ERR_FORMAT, "activation %zu of %zu outputs", activation,
                               fairu_program__width(r->builder, out));
  return fairu_program__compile(r->builder, out, (int)activation, classifier);
}

int fairu_program__restore(fairu_classifier *classifier, fairu_context *ctx, fairu_unpack *unpack)
{
  restoration r = { .ctx = ctx, .unpack = unpack, .classifier = classifier };
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = fairu_program__create(ctx, &r.builder);
  if (status == FAIRU_OK)
    status = read_nodes(&r, classifier);
  fairu_context__release(ctx, mark);
  fairu_program__destroy(r.builder);
  return status;
}
