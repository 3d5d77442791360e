/* program_run.c - programs at work on blocks of lanes. */
#include "classifier/program_node.h"

#include <math.h>
#include <string.h>

static void run_load(const fairu_node *node, const float *x, const double *z, float *y)
{
  const size_t n = node->width;
  for (size_t u = 0; u < n; u++, y += FAIRU_LANES) {
    const double offset = node->d[u], scale = node->d[n + u], after = node->d[2 * n + u];
    const size_t i = (size_t)(node->source[u] >> 1);
    if (node->source[u] & 1) {
      const float value = (float)((z[i] - offset) * scale + after);
      for (size_t lane = 0; lane < FAIRU_LANES; lane++)
        y[lane] = value;
    } else {
      for (size_t lane = 0; lane < FAIRU_LANES; lane++)
        y[lane] = (float)(((double)x[i * FAIRU_LANES + lane] - offset) * scale + after);
    }
  }
}

static void run_constant(const fairu_node *node, float *y)
{
  for (size_t u = 0; u < node->width; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      y[u * FAIRU_LANES + lane] = node->v[u];
}

static void run_affine(const fairu_node *node, float *y)
{
  const size_t n = node->width;
  for (size_t u = 0; u < n; u++, y += FAIRU_LANES) {
    const double before = node->d[u], scale = node->d[n + u], after = node->d[2 * n + u];
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      y[lane] = (float)(((double)y[lane] + before) * scale + after);
  }
}

static void run_prelu(const fairu_node *node, float *y)
{
  for (size_t u = 0; u < node->width; u++, y += FAIRU_LANES)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
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

/* One unit; y may be a or b. */
static void join_unit(int op, const float *a, const float *b, float *y)
{
  for (size_t lane = 0; op == FAIRU_BIN_ADD && lane < FAIRU_LANES; lane++)
    y[lane] = a[lane] + b[lane];
  for (size_t lane = 0; op == FAIRU_BIN_SUB && lane < FAIRU_LANES; lane++)
    y[lane] = a[lane] - b[lane];
  for (size_t lane = 0; op == FAIRU_BIN_MUL && lane < FAIRU_LANES; lane++)
    y[lane] = a[lane] * b[lane];
  for (size_t lane = 0; op == FAIRU_BIN_DIV && lane < FAIRU_LANES; lane++)
    y[lane] = a[lane] / b[lane];
  for (size_t lane = 0; op == FAIRU_BIN_MAX && lane < FAIRU_LANES; lane++)
    y[lane] = larger(a[lane], b[lane]);
  for (size_t lane = 0; op == FAIRU_BIN_MIN && lane < FAIRU_LANES; lane++)
    y[lane] = smaller(a[lane], b[lane]);
}

static void run_binary(const fairu_program *program, const fairu_node *node, const float *rows, float *y)
{
  const fairu_node *a = &program->nodes[node->args[0]], *b = &program->nodes[node->args[1]];
  for (size_t u = 0; u < node->width; u++)
    join_unit(node->function, rows + (a->row + (a->width > 1 ? u : 0)) * FAIRU_LANES,
              rows + (b->row + (b->width > 1 ? u : 0)) * FAIRU_LANES, y + u * FAIRU_LANES);
}

static void run_concat(const fairu_program *program, const fairu_node *node, const float *rows, float *y)
{
  for (size_t k = 0; k < node->n_args; k++) {
    const fairu_node *part = &program->nodes[node->args[k]];
    memcpy(y, rows + part->row * FAIRU_LANES, part->width * FAIRU_LANES * sizeof *y);
    y += part->width * FAIRU_LANES;
  }
}

/* Softmax, or x - max - ln(sum of exp(x - max)). A NaN reaches all outputs of its event, and no other event. */
static void run_softmax(const fairu_node *node, const fairu_engine *engine, float *y)
{
  float top[FAIRU_LANES], sum[FAIRU_LANES], e[FAIRU_LANES];
  memcpy(top, y, sizeof top);
  memset(sum, 0, sizeof sum);
  for (size_t u = 1; u < node->width; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      top[lane] = larger(top[lane], y[u * FAIRU_LANES + lane]);
  for (size_t u = 0; u < node->width; u++) {
    float *unit = y + u * FAIRU_LANES;
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      e[lane] = unit[lane] -= top[lane];
    engine->kernels->exp_f(e, FAIRU_LANES);
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      sum[lane] += e[lane];
    if (!node->function)
      memcpy(unit, e, sizeof e);
  }
  if (node->function)
    engine->kernels->log_f(sum, FAIRU_LANES);
  for (size_t u = 0; u < node->width; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      y[u * FAIRU_LANES + lane] =
          node->function ? y[u * FAIRU_LANES + lane] - sum[lane] : y[u * FAIRU_LANES + lane] / sum[lane];
}

/* Mean and variance over units, in double. */
static void run_layer_norm(const fairu_node *node, float *y)
{
  double mean[FAIRU_LANES] = { 0.0 }, variance[FAIRU_LANES] = { 0.0 };
  const size_t n = node->width;
  for (size_t u = 0; u < n; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      mean[lane] += (double)y[u * FAIRU_LANES + lane] / (double)n;
  for (size_t u = 0; u < n; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      const double d = (double)y[u * FAIRU_LANES + lane] - mean[lane];
      variance[lane] += d * d / (double)n;
    }
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    variance[lane] = 1.0 / sqrt(variance[lane] + node->alpha);
  for (size_t u = 0; u < n; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      float *value = &y[u * FAIRU_LANES + lane];
      *value =
          (float)(((double)*value - mean[lane]) * variance[lane] * (double)node->w[u] + (double)node->v[u]);
    }
}

/* In place on y, where the argument has been copied to if it does not lie there. */
static void run_in_place(const fairu_node *node, const fairu_engine *engine, float *y)
{
  switch (node->op) {
  case FAIRU_OP_AFFINE:
    run_affine(node, y);
    break;
  case FAIRU_OP_FUNCTION:
    fairu_program__apply(engine, node->function, node->alpha, node->beta, y, node->width * FAIRU_LANES);
    break;
  case FAIRU_OP_PRELU:
    run_prelu(node, y);
    break;
  case FAIRU_OP_SOFTMAX:
    run_softmax(node, engine, y);
    break;
  case FAIRU_OP_LAYER_NORM:
    run_layer_norm(node, y);
    break;
  default: /* a slice is its copy */
    break;
  }
}

static void run_node(const fairu_program *program, const fairu_engine *engine, const float *x,
                     const double *z, const fairu_node *node, float *rows)
{
  float *y = rows + node->row * FAIRU_LANES;
  const float *in = node->n_args > 0 ? rows + program->nodes[node->args[0]].row * FAIRU_LANES : NULL;
  switch (node->op) {
  case FAIRU_OP_LOAD:
    run_load(node, x, z, y);
    break;
  case FAIRU_OP_CONSTANT:
    run_constant(node, y);
    break;
  case FAIRU_OP_DENSE:
    fairu_engine__dense(engine, node->w, node->v, node->n_in, node->width, in, y);
    break;
  case FAIRU_OP_BINARY:
    run_binary(program, node, rows, y);
    break;
  case FAIRU_OP_CONCAT:
    run_concat(program, node, rows, y);
    break;
  default:
    if (in + node->first * FAIRU_LANES != y)
      memcpy(y, in + node->first * FAIRU_LANES, node->width * FAIRU_LANES * sizeof *y);
    run_in_place(node, engine, y);
    break;
  }
}

void fairu_program__run(const fairu_program *program, const fairu_engine *engine, const float *x,
                        const double *z, size_t first, size_t end, float *rows)
{
  for (size_t i = first; i < end; i++)
    run_node(program, engine, x, z, &program->nodes[i], rows);
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
  fairu_program__run(program, &engine, memory->x, NULL, 0, program->n_fixed, memory->rows);
  for (size_t p = 0; p < job->n_points; p++) {
    fairu_program__run(program, &engine, memory->x, fairu_job__z(job, classifier, p), program->n_fixed,
                       program->n_nodes, memory->rows);
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
                                         .load = fairu_program__restore };
