/* program_layout.c - from nodes in the builder to a program: what is needed, in an order that works out what Z does not move once,
 * in rows that are used again when their value is no longer needed. */
#include "classifier/program_node.h"

#include <string.h>

/* ---- rows --------------------------------------------------------------------------------------------- */

/* Values that lie somewhere, by their first row. */
typedef struct row_list {
  size_t *nodes;
  size_t n;
} row_list;

/* The last node that needs each value; one that all points need lives to the end. */
static void find_lives(const fairu_program *program, size_t *last)
{
  for (size_t i = 0; i < program->n_nodes; i++) {
    last[i] = i;
    for (size_t k = 0; k < program->nodes[i].n_args; k++) {
      const size_t arg = program->nodes[i].args[k];
      last[arg] = arg < program->n_fixed && i >= program->n_fixed ? program->n_nodes : i;
    }
  }
  last[program->n_nodes - 1] = program->n_nodes;
}

static int works_in_place(int op)
{
  return op == FAIRU_OP_AFFINE || op == FAIRU_OP_FUNCTION || op == FAIRU_OP_PRELU || op == FAIRU_OP_BINARY ||
         op == FAIRU_OP_SOFTMAX || op == FAIRU_OP_LAYER_NORM;
}

/* An argument of the same width that dies here leaves its rows to the node. */
static size_t heir_of(const fairu_program *program, const size_t *last, size_t i)
{
  const fairu_node *node = &program->nodes[i];
  for (size_t k = 0; works_in_place(node->op) && k < node->n_args; k++)
    if (last[node->args[k]] == i && program->nodes[node->args[k]].width == node->width)
      return node->args[k];
  return SIZE_MAX;
}

/* Take out the dead; the argument whose rows node i takes over stands for it. */
static void sweep(row_list *list, const size_t *last, size_t i, size_t heir)
{
  size_t kept = 0;
  for (size_t k = 0; k < list->n; k++) {
    if (list->nodes[k] == heir)
      list->nodes[kept++] = i;
    else if (last[list->nodes[k]] >= i)
      list->nodes[kept++] = list->nodes[k];
  }
  list->n = kept;
}

/* The first gap that is wide enough. */
static size_t place(fairu_program *program, row_list *list, size_t i)
{
  const size_t width = program->nodes[i].width;
  size_t row = 0, k = 0;
  for (; k < list->n; k++) {
    const fairu_node *other = &program->nodes[list->nodes[k]];
    if (other->row - row >= width)
      break;
    row = other->row + other->width;
  }
  memmove(list->nodes + k + 1, list->nodes + k, (list->n - k) * sizeof *list->nodes);
  list->nodes[k] = i;
  list->n++;
  return row;
}

int fairu_program__lay_out(fairu_program *program, fairu_context *ctx)
{
  const uint64_t limit = fairu_context__limits(ctx)->model_bytes;
  const size_t n = program->n_nodes;
  const fairu_mark mark = fairu_context__mark(ctx);
  size_t *last = fairu_context__scratch(ctx, n, sizeof *last, "program rows");
  row_list list = { fairu_context__scratch(ctx, n, sizeof *last, "program rows"), 0 };
  int status = last && list.nodes ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    find_lives(program, last);
  program->n_rows = program->n_own_rows = 0;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    fairu_node *node = &program->nodes[i];
    node->own_row = program->n_own_rows;
    program->n_own_rows += node->width;
    const size_t heir = heir_of(program, last, i);
    node->row = heir == SIZE_MAX ? 0 : program->nodes[heir].row;
    sweep(&list, last, i, heir);
    if (heir == SIZE_MAX)
      node->row = place(program, &list, i);
    if (node->row + node->width > program->n_rows)
      program->n_rows = node->row + node->width;
    if (program->n_rows > limit / (FAIRU_LANES * sizeof(float)))
      status = fairu_context__fail(ctx, FAIRU_ERR_LIMIT,
                                   "%zu values at once: model above the limit model_bytes, %llu",
                                   program->n_rows, (unsigned long long)limit);
    if (status == FAIRU_OK && i % 256 == 0)
      status = fairu_context__poll(ctx);
  }
  fairu_context__release(ctx, mark);
  return status;
}

/* ---- what is needed ----------------------------------------------------------------------------------- */

static void mark_needed(const fairu_program_builder *b, fairu_value out, size_t *place_of)
{
  for (size_t i = 0; i < b->n; i++)
    place_of[i] = SIZE_MAX;
  place_of[out] = 0;
  for (size_t i = out + 1; i-- > 0;)
    for (size_t k = 0; place_of[i] == 0 && k < b->nodes[i].n_args; k++)
      place_of[b->nodes[i].args[k]] = 0;
}

/* Number the needed nodes: those that Z does not move, then the others; how many of the first. */
static size_t number(const fairu_program_builder *b, size_t *place_of, size_t *n_nodes)
{
  size_t at = 0, n_fixed = 0;
  for (int moves = 0; moves < 2; moves++) {
    for (size_t i = 0; i < b->n; i++)
      if (place_of[i] == 0 && b->nodes[i].moves == moves)
        place_of[i] = ++at; /* from 1, as 0 means not numbered yet */
    n_fixed = moves == 0 ? at : n_fixed;
  }
  *n_nodes = at;
  return n_fixed;
}

static void move_nodes(fairu_program_builder *b, const size_t *place_of, fairu_program *program)
{
  for (size_t i = 0; i < b->n; i++) {
    if (place_of[i] == SIZE_MAX)
      continue;
    fairu_node *node = &program->nodes[place_of[i] - 1];
    *node = b->nodes[i];
    for (size_t k = 0; k < node->n_args; k++)
      node->args[k] = place_of[node->args[k]] - 1;
    memset(&b->nodes[i], 0, sizeof b->nodes[i]);
  }
}

int fairu_program__compile(fairu_program_builder *b, fairu_value out, int activation,
                           fairu_classifier *classifier)
{
  fairu_program *program = fairu_context__new(b->ctx, 1, sizeof *program, "program");
  classifier->as.program = program;
  if (!program)
    return FAIRU_ERR_OUT_OF_MEMORY;
  classifier->n_outputs = b->nodes[out].width;
  classifier->activation = activation;
  const fairu_mark mark = fairu_context__mark(b->ctx);
  size_t *place_of = fairu_context__scratch(b->ctx, b->n, sizeof *place_of, "program values");
  int status = place_of ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  size_t n_nodes = 0;
  if (status == FAIRU_OK) {
    mark_needed(b, out, place_of);
    program->n_fixed = number(b, place_of, &n_nodes);
    program->nodes = fairu_context__new(b->ctx, n_nodes, sizeof *program->nodes, "program nodes");
    status = program->nodes ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  }
  if (status == FAIRU_OK) {
    program->n_nodes = n_nodes;
    move_nodes(b, place_of, program);
    status = fairu_program__lay_out(program, b->ctx);
  }
  if (status == FAIRU_OK)
    status = fairu_program__pack(classifier, b->ctx);
  fairu_context__release(b->ctx, mark);
  return status;
}
