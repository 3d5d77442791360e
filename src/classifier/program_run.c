/* program_run.c - programs at work on blocks of lanes, or on one event: then a value is [width][1]. */
#include "classifier/program_node.h"

#include <math.h>
#include <string.h>

static void run_load(const fairu_node *node, const float *x, const double *z, size_t lanes, float *y)
{
  const size_t n = node->width;
  for (size_t u = 0; u < n; u++, y += lanes) {
    const double offset = node->d[u], scale = node->d[n + u], after = node->d[2 * n + u];
    const size_t i = (size_t)(node->source[u] >> 1);
    if (node->source[u] & 1) {
      const float value = (float)((z[i] - offset) * scale + after);
      for (size_t lane = 0; lane < lanes; lane++)
        y[lane] = value;
    } else {
      for (size_t lane = 0; lane < lanes; lane++)
        y[lane] = (float)(((double)x[i * lanes + lane] - offset) * scale + after);
    }
  }
}

static void run_constant(const fairu_node *node, size_t lanes, float *y)
{
  for (size_t u = 0; u < node->width; u++)
    for (size_t lane = 0; lane < lanes; lane++)
      y[u * lanes + lane] = node->v[u];
}

static void run_affine(const fairu_node *node, size_t lanes, float *y)
{
  const size_t n = node->width;
  for (size_t u = 0; u < n; u++, y += lanes) {
    const double before = node->d[u], scale = node->d[n + u], after = node->d[2 * n + u];
    for (size_t lane = 0; lane < lanes; lane++)
      y[lane] = (float)(((double)y[lane] + before) * scale + after);
  }
}

static void run_prelu(const fairu_node *node, size_t lanes, float *y)
{
  for (size_t u = 0; u < node->width; u++, y += lanes)
    for (size_t lane = 0; lane < lanes; lane++)
      y[lane] = y[lane] < 0.0F ? y[lane] * node->v[u] : y[lane];
}

static float larger(float a, float b)
{
  return a > b || a != a ? a : b;
}

static float smaller(float a, float b)
{
  return a < b || a != a ? a : b;
}

/* n numbers; y may be a or b. */
static void join(int op, const float *a, const float *b, size_t n, float *y)
{
  for (size_t i = 0; op == FAIRU_BIN_ADD && i < n; i++)
    y[i] = a[i] + b[i];
  for (size_t i = 0; op == FAIRU_BIN_SUB && i < n; i++)
    y[i] = a[i] - b[i];
  for (size_t i = 0; op == FAIRU_BIN_MUL && i < n; i++)
    y[i] = a[i] * b[i];
  for (size_t i = 0; op == FAIRU_BIN_DIV && i < n; i++)
    y[i] = a[i] / b[i];
  for (size_t i = 0; op == FAIRU_BIN_MAX && i < n; i++)
    y[i] = larger(a[i], b[i]);
  for (size_t i = 0; op == FAIRU_BIN_MIN && i < n; i++)
    y[i] = smaller(a[i], b[i]);
}

static void run_binary(const fairu_program *program, const fairu_node *node, const fairu_values *values,
                       size_t lanes, float *y)
{
  const fairu_node *left = &program->nodes[node->args[0]], *right = &program->nodes[node->args[1]];
  const float *a = values->rows + fairu_node__row(left, values) * lanes;
  const float *b = values->rows + fairu_node__row(right, values) * lanes;
  if (left->width == right->width) {
    join(node->function, a, b, node->width * lanes, y);
    return;
  }
  for (size_t u = 0; u < node->width; u++)
    join(node->function, a + (left->width > 1 ? u : 0) * lanes, b + (right->width > 1 ? u : 0) * lanes, lanes,
         y + u * lanes);
}

static void run_concat(const fairu_program *program, const fairu_node *node, const fairu_values *values,
                       size_t lanes, float *y)
{
  for (size_t k = 0; k < node->n_args; k++) {
    const fairu_node *part = &program->nodes[node->args[k]];
    memcpy(y, values->rows + fairu_node__row(part, values) * lanes, part->width * lanes * sizeof *y);
    y += part->width * lanes;
  }
}

/* Softmax, or x - max - ln(sum of exp(x - max)). A NaN reaches all outputs of its event, and no other event. */
static void run_softmax(const fairu_node *node, const fairu_engine *engine, size_t lanes, float *y)
{
  float top[FAIRU_LANES], sum[FAIRU_LANES] = { 0.0F }, e[FAIRU_LANES];
  memcpy(top, y, lanes * sizeof *top);
  for (size_t u = 1; u < node->width; u++)
    for (size_t lane = 0; lane < lanes; lane++)
      top[lane] = larger(top[lane], y[u * lanes + lane]);
  for (size_t u = 0; u < node->width; u++) {
    float *unit = y + u * lanes;
    for (size_t lane = 0; lane < lanes; lane++)
      e[lane] = unit[lane] -= top[lane];
    engine->kernels->exp_f(e, lanes);
    for (size_t lane = 0; lane < lanes; lane++)
      sum[lane] += e[lane];
    if (!node->function)
      memcpy(unit, e, lanes * sizeof *unit);
  }
  if (node->function)
    engine->kernels->log_f(sum, lanes);
  for (size_t u = 0; u < node->width; u++)
    for (size_t lane = 0; lane < lanes; lane++)
      y[u * lanes + lane] =
          node->function ? y[u * lanes + lane] - sum[lane] : y[u * lanes + lane] / sum[lane];
}

/* Mean and variance over units, in double. */
static void run_layer_norm(const fairu_node *node, size_t lanes, float *y)
{
  double mean[FAIRU_LANES] = { 0.0 }, variance[FAIRU_LANES] = { 0.0 };
  const size_t n = node->width;
  for (size_t u = 0; u < n; u++)
    for (size_t lane = 0; lane < lanes; lane++)
      mean[lane] += (double)y[u * lanes + lane] / (double)n;
  for (size_t u = 0; u < n; u++)
    for (size_t lane = 0; lane < lanes; lane++) {
      const double d = (double)y[u * lanes + lane] - mean[lane];
      variance[lane] += d * d / (double)n;
    }
  for (size_t lane = 0; lane < lanes; lane++)
    variance[lane] = 1.0 / sqrt(variance[lane] + node->alpha);
  for (size_t u = 0; u < n; u++)
    for (size_t lane = 0; lane < lanes; lane++) {
      float *value = &y[u * lanes + lane];
      *value =
          (float)(((double)*value - mean[lane]) * variance[lane] * (double)node->w[u] + (double)node->v[u]);
    }
}

/* In place on y, where the argument has been copied to if it does not lie there. */
static void run_in_place(const fairu_node *node, const fairu_engine *engine, size_t lanes, float *y)
{
  switch (node->op) {
  case FAIRU_OP_AFFINE:
    run_affine(node, lanes, y);
    break;
  case FAIRU_OP_FUNCTION:
    fairu_program__apply(engine, node->function, node->alpha, node->beta, y, node->width * lanes);
    break;
  case FAIRU_OP_PRELU:
    run_prelu(node, lanes, y);
    break;
  case FAIRU_OP_SOFTMAX:
    run_softmax(node, engine, lanes, y);
    break;
  case FAIRU_OP_LAYER_NORM:
    run_layer_norm(node, lanes, y);
    break;
  default: /* a slice is its copy */
    break;
  }
}

/* One event has its outputs in lanes, and in whole vectors: through `wide` [event_width]. */
static void run_dense(const fairu_node *node, const fairu_engine *engine, const float *in, float *wide,
                      float *y)
{
  if (!wide) {
    fairu_engine__dense(engine, node->w, node->v, node->n_in, node->width, in, y);
    return;
  }
  engine->kernels->dense_one(&node->packed, in, NULL, 0, wide);
  memcpy(y, wide, node->width * sizeof *y);
}

static void run_node(const fairu_program *program, const fairu_engine *engine, const fairu_values *values,
                     const fairu_node *node)
{
  const size_t lanes = values->wide ? 1 : FAIRU_LANES;
  float *y = values->rows + fairu_node__row(node, values) * lanes;
  const float *in = node->n_args > 0
                        ? values->rows + fairu_node__row(&program->nodes[node->args[0]], values) * lanes
                        : NULL;
  switch (node->op) {
  case FAIRU_OP_LOAD:
    run_load(node, values->x, values->z, lanes, y);
    break;
  case FAIRU_OP_CONSTANT:
    run_constant(node, lanes, y);
    break;
  case FAIRU_OP_DENSE:
    run_dense(node, engine, in, values->wide, y);
    break;
  case FAIRU_OP_BINARY:
    run_binary(program, node, values, lanes, y);
    break;
  case FAIRU_OP_CONCAT:
    run_concat(program, node, values, lanes, y);
    break;
  default:
    if (in + node->first * lanes != y)
      memcpy(y, in + node->first * lanes, node->width * lanes * sizeof *y);
    run_in_place(node, engine, lanes, y);
    break;
  }
}

void fairu_program__run(const fairu_program *program, const fairu_engine *engine, const fairu_values *values,
                        size_t first, size_t end)
{
  for (size_t i = first; i < end; i++)
    run_node(program, engine, values, &program->nodes[i]);
}

/* ---- scoring ------------------------------------------------------------------------------------------ */

typedef struct program_memory {
  float *x, *rows, *logits;
} program_memory;

static int take_memory(const fairu_classifier *classifier, fairu_context *worker, program_memory *memory)
{
  const size_t lane_bytes = FAIRU_LANES * sizeof(float);
  memory->x = fairu_context__scratch(worker, classifier->n_features, lane_bytes, "program inputs");
  memory->rows = fairu_context__scratch(worker, classifier->as.program->n_rows, lane_bytes, "program rows");
  memory->logits = fairu_context__scratch(worker, classifier->n_outputs, lane_bytes, "program outputs");
  return memory->x && memory->rows && memory->logits ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

static int score_block(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                       const program_memory *memory, size_t first, size_t lanes)
{
  const fairu_engine engine = fairu_engine__of(worker);
  const fairu_program *program = classifier->as.program;
  const fairu_node *out = &program->nodes[program->n_nodes - 1];
  int status = fairu_context__poll(worker);
  if (status == FAIRU_OK)
    status = fairu_job__gather(job, classifier, worker, first, lanes, memory->x);
  if (status != FAIRU_OK)
    return status;
  fairu_values values = { .x = memory->x, .rows = memory->rows };
  fairu_program__run(program, &engine, &values, 0, program->n_fixed);
  for (size_t p = 0; p < job->n_points; p++) {
    values.z = fairu_job__z(job, classifier, p);
    fairu_program__run(program, &engine, &values, program->n_fixed, program->n_nodes);
    memcpy(memory->logits, memory->rows + out->row * FAIRU_LANES,
           out->width * FAIRU_LANES * sizeof *memory->logits);
    fairu_job__put(job, classifier, &engine, job->points[p], first, lanes, memory->logits);
  }
  return FAIRU_OK;
}

static int program_score(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                         size_t first, size_t n)
{
  program_memory memory;
  const fairu_mark mark = fairu_context__mark(worker);
  int status = take_memory(classifier, worker, &memory);
  for (size_t row = first; row < first + n && status == FAIRU_OK; row += FAIRU_LANES)
    status = score_block(classifier, worker, job, &memory, row, fairu_job__lanes(row, first + n));
  fairu_context__release(worker, mark);
  return status;
}

/* ---- the kind ----------------------------------------------------------------------------------------- */

const fairu_kind fairu_kind__program = { .tag = 5,
                                         .score = program_score,
                                         .copy = fairu_program__copy,
                                         .destroy = fairu_program__clear,
                                         .save = fairu_program__save,
                                         .load = fairu_program__restore,
                                         .derive = fairu_program__derive,
                                         .few = fairu_program__few };
