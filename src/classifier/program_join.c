/* program_join.c - operations of the builder on several values: with constants, side by side, a part. */
#include "classifier/program_node.h"

#include <math.h>
#include <string.h>

/* ---- two values --------------------------------------------------------------------------------------- */

/* Constant i of a node that is one number or as many as wanted. */
static double constant_at(const fairu_node *constant, size_t i)
{
  return (double)constant->v[constant->width == 1 ? 0 : i];
}

static int has_zero(const fairu_node *constant)
{
  for (size_t i = 0; i < constant->width; i++)
    if (constant->v[i] == 0.0F)
      return 1;
  return 0;
}

/* x op constant, or constant op x with `swapped`, as a scaling of x. */
static int folds(const fairu_node *x, const fairu_node *constant, int op, int swapped)
{
  if (x->op == FAIRU_OP_CONSTANT || constant->op != FAIRU_OP_CONSTANT ||
      (constant->width != 1 && constant->width != x->width))
    return 0;
  if (op == FAIRU_BIN_DIV)
    return !swapped && !has_zero(constant);
  return op == FAIRU_BIN_ADD || op == FAIRU_BIN_SUB || op == FAIRU_BIN_MUL;
}

static fairu_value fold_constant(fairu_program_builder *b, fairu_value x, fairu_value constant, int op,
                                 int swapped)
{
  const size_t n = b->nodes[x].width;
  const fairu_mark mark = fairu_context__mark(b->ctx);
  double *before = fairu_context__scratch(b->ctx, n, sizeof *before, "program constants");
  double *scale = fairu_context__scratch(b->ctx, n, sizeof *scale, "program constants");
  double *after = fairu_context__scratch(b->ctx, n, sizeof *after, "program constants");
  if (!before || !scale || !after)
    b->status = FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; b->status == FAIRU_OK && i < n; i++) {
    const double c = constant_at(&b->nodes[constant], i);
    before[i] = after[i] = 0.0;
    scale[i] = 1.0;
    if (op == FAIRU_BIN_MUL || op == FAIRU_BIN_DIV) {
      scale[i] = op == FAIRU_BIN_MUL ? c : 1.0 / c;
    } else if (swapped && op == FAIRU_BIN_SUB) {
      before[i] = -c;
      scale[i] = -1.0;
    } else {
      before[i] = op == FAIRU_BIN_SUB ? -c : c;
    }
  }
  const fairu_value value =
      b->status == FAIRU_OK ? fairu_program__affine(b, x, before, scale, after) : FAIRU_NO_VALUE;
  fairu_context__release(b->ctx, mark);
  return value;
}

fairu_value fairu_program__binary(fairu_program_builder *b, int op, fairu_value x, fairu_value y)
{
  const fairu_node *left = fairu_program__node(b, x), *right = fairu_program__node(b, y);
  if (!left || !right)
    return FAIRU_NO_VALUE;
  if (op < FAIRU_BIN_ADD || op > FAIRU_BIN_MIN) {
    (void)fairu_program__fail(b, FAIRU_ERR_FORMAT, "unknown operation %d of two values", op);
    return FAIRU_NO_VALUE;
  }
  if (left->width != right->width && left->width != 1 && right->width != 1) {
    (void)fairu_program__fail(b, FAIRU_ERR_SHAPE, "widths %zu and %zu do not fit", left->width, right->width);
    return FAIRU_NO_VALUE;
  }
  if (folds(left, right, op, 0))
    return fold_constant(b, x, y, op, 0);
  if (folds(right, left, op, 1))
    return fold_constant(b, y, x, op, 1);
  const size_t args[2] = { x, y };
  const fairu_node node = { .op = FAIRU_OP_BINARY,
                            .function = op,
                            .width = left->width > right->width ? left->width : right->width,
                            .n_in = left->width };
  return fairu_program__append(b, node, args, 2);
}

/* ---- columns ------------------------------------------------------------------------------------------ */

/* Columns first .. first + width - 1 of a load behind those that are there. */
static void add_columns(const fairu_node *load, size_t first, size_t width, size_t at, size_t total,
                        uint64_t *source, double *d)
{
  memcpy(source + at, load->source + first, width * sizeof *source);
  for (size_t k = 0; k < 3; k++)
    memcpy(d + k * total + at, load->d + k * load->width + first, width * sizeof *d);
}

/* A load of columns of loads: one of n values, all of them with first 0 and its width, or a part of one. */
static fairu_value join_loads(fairu_program_builder *b, const fairu_value *x, size_t n, size_t first,
                              size_t total)
{
  const fairu_mark mark = fairu_context__mark(b->ctx);
  uint64_t *source = fairu_context__scratch(b->ctx, total, sizeof *source, "program columns");
  double *d = fairu_context__scratch(b->ctx, total, 3 * sizeof *d, "program columns");
  fairu_value value = FAIRU_NO_VALUE;
  if (!source || !d)
    b->status = FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t k = 0, at = 0; b->status == FAIRU_OK && k < n; k++) {
    const fairu_node *load = &b->nodes[x[k]];
    const size_t width = n == 1 ? total : load->width;
    add_columns(load, first, width, at, total, source, d);
    at += width;
  }
  if (b->status == FAIRU_OK)
    value = fairu_program__load(b, total, source, d);
  fairu_context__release(b->ctx, mark);
  return value;
}

fairu_value fairu_program__concat(fairu_program_builder *b, const fairu_value *x, size_t n)
{
  size_t total = 0;
  int loads = 1;
  if (n == 0)
    (void)fairu_program__fail(b, FAIRU_ERR_SHAPE, "a concatenation of nothing");
  for (size_t k = 0; k < n && b->status == FAIRU_OK; k++) {
    const fairu_node *part = fairu_program__node(b, x[k]);
    if (part && part->width > FAIRU_PROGRAM_MOST_WIDTH - total)
      (void)fairu_program__fail(b, FAIRU_ERR_LIMIT, "a value wider than %d", FAIRU_PROGRAM_MOST_WIDTH);
    total += part ? part->width : 0;
    loads = loads && part && part->op == FAIRU_OP_LOAD;
  }
  if (b->status != FAIRU_OK)
    return FAIRU_NO_VALUE;
  if (n == 1)
    return x[0];
  if (loads)
    return join_loads(b, x, n, 0, total);
  const fairu_node node = { .op = FAIRU_OP_CONCAT, .width = total, .n_in = b->nodes[x[0]].width };
  return fairu_program__append(b, node, x, n);
}

fairu_value fairu_program__slice(fairu_program_builder *b, fairu_value x, size_t first, size_t width)
{
  const fairu_node *in = fairu_program__node(b, x);
  if (!in)
    return FAIRU_NO_VALUE;
  if (first > in->width || width > in->width - first || width == 0) {
    (void)fairu_program__fail(b, FAIRU_ERR_SHAPE, "%zu columns from %zu of a value of width %zu", width,
                              first, in->width);
    return FAIRU_NO_VALUE;
  }
  if (width == in->width)
    return x;
  if (in->op == FAIRU_OP_LOAD)
    return join_loads(b, &x, 1, first, width);
  const fairu_node node = { .op = FAIRU_OP_SLICE, .width = width, .n_in = in->width, .first = first };
  return fairu_program__append(b, node, &x, 1);
}
