/* program_event.c - one event at a time through a program: values are [width][1], dense layers have their outputs in lanes. The same
 * bits as in a block, at a sixty-fourth of the work. */
#include <string.h>

#include "classifier/network.h"
#include "classifier/program_node.h"

/* ---- making ------------------------------------------------------------------------------------------- */

static int pack_node(fairu_node *node, fairu_context *ctx)
{
  const fairu_layer layer = { node->n_in, node->width, FAIRU_ACTIVATION_LINEAR, node->w, node->v };
  const size_t n = fairu_packed__floats(node->n_in, node->width) + FAIRU_PACKED_ALIGNMENT;
  node->packed_memory = fairu_context__new(ctx, n, sizeof *node->packed_memory, "program weights");
  if (!node->packed_memory)
    return FAIRU_ERR_OUT_OF_MEMORY;
  fairu_packed__fill(&node->packed, &layer, node->n_in, fairu_packed__align(node->packed_memory));
  return FAIRU_OK;
}

int fairu_program__pack(fairu_classifier *classifier, fairu_context *ctx)
{
  fairu_program *program = classifier->as.program;
  program->event_width = fairu_dense__pad(classifier->n_outputs);
  for (size_t i = 0; i < program->n_nodes; i++) {
    fairu_node *node = &program->nodes[i];
    if (node->op != FAIRU_OP_DENSE)
      continue;
    classifier->blocks_only |= fairu_engine__is_wide(node->n_in, node->width);
    int status = pack_node(node, ctx);
    if (status != FAIRU_OK)
      return status;
    if (node->packed.width > program->event_width)
      program->event_width = node->packed.width;
  }
  return FAIRU_OK;
}

/* ---- scoring ------------------------------------------------------------------------------------------ */

typedef struct event_memory {
  float *x, *rows, *wide, *work; /* [n_features], [n_rows + FAIRU_PAD], [event_width] twice */
} event_memory;

static int take_memory(const fairu_classifier *classifier, fairu_context *ctx, event_memory *memory)
{
  const fairu_program *program = classifier->as.program;
  memory->x = fairu_context__scratch(ctx, classifier->n_features, sizeof(float), "program inputs");
  memory->rows = fairu_context__scratch(ctx, program->n_rows + FAIRU_PAD, sizeof(float), "program rows");
  memory->wide = fairu_context__scratch(ctx, program->event_width, sizeof(float), "program rows");
  memory->work = fairu_context__scratch(ctx, program->event_width, sizeof(float), "program rows");
  return memory->x && memory->rows && memory->wide && memory->work ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

static int take_row(const fairu_classifier *classifier, fairu_context *ctx, const fairu_kernels *kernels,
                    size_t row, const float *x, float *taken)
{
  if (classifier->inputs)
    return fairu_inputs__settle_row(classifier, ctx, row, x, taken);
  if (!kernels->take_event(x, NULL, NULL, classifier->n_features, taken))
    return fairu_job__refuse(classifier, ctx, row, x);
  return FAIRU_OK;
}

static void put_scores(const fairu_classifier *classifier, const fairu_kernels *kernels,
                       const event_memory *memory, int output, float *scores)
{
  const fairu_program *program = classifier->as.program;
  const size_t n = classifier->n_outputs;
  memcpy(memory->wide, memory->rows + program->nodes[program->n_nodes - 1].row, n * sizeof *memory->wide);
  if (output == FAIRU_OUTPUT_SCORE)
    fairu_event__activate(kernels, classifier->activation, memory->wide, memory->work, n);
  memcpy(scores, memory->wide, n * sizeof *scores);
}

int fairu_program__few(const fairu_classifier *classifier, fairu_context *ctx, const fairu_few *few)
{
  const fairu_program *program = classifier->as.program;
  const fairu_engine engine = fairu_engine__of(ctx);
  event_memory memory;
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = take_memory(classifier, ctx, &memory);
  for (size_t row = 0; row < few->n_events && status == FAIRU_OK; row++) {
    const fairu_values values = { memory.x, few->z, memory.rows, memory.wide, 0 };
    status = take_row(classifier, ctx, engine.kernels, row, few->features + row * classifier->n_features,
                      memory.x);
    if (status != FAIRU_OK)
      break;
    fairu_program__run(program, &engine, &values, 0, program->n_nodes);
    put_scores(classifier, engine.kernels, &memory, few->output, few->scores + row * classifier->n_outputs);
  }
  fairu_context__release(ctx, mark);
  return status;
}
