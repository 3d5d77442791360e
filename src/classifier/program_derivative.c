/* program_derivative.c - derivatives of a program's one output by all its inputs: forward with every value kept, then one pass back. */
#include "classifier/program_node.h"

#include <math.h>
#include <string.h>

typedef struct sweep {
  const fairu_program *program;
  const fairu_engine *engine;
  const fairu_values *values;
  float *d;         /* [n_own_rows][FAIRU_LANES] by each value */
  float *work;      /* [widest][FAIRU_LANES] */
  float *features;  /* [n_features][FAIRU_LANES] by the inputs */
  float *nuisances; /* [n_nuisances][FAIRU_LANES] */
} sweep;

static float *value_of(const sweep *s, const fairu_node *node)
{
  return s->values->rows + node->own_row * FAIRU_LANES;
}

static float *slope_of(const sweep *s, const fairu_node *node)
{
  return s->d + node->own_row * FAIRU_LANES;
}

static const fairu_node *argument(const sweep *s, const fairu_node *node, size_t k)
{
  return &s->program->nodes[node->args[k]];
}

static void add_to(float *sum, const float *more, size_t n)
{
  for (size_t i = 0; i < n; i++)
    sum[i] += more[i];
}

/* Inputs scaled in double: so are the derivatives. */
static void back_load(const sweep *s, const fairu_node *node)
{
  const float *d = slope_of(s, node);
  for (size_t u = 0; u < node->width; u++, d += FAIRU_LANES) {
    const size_t i = (size_t)(node->source[u] >> 1) * FAIRU_LANES;
    float *to = (node->source[u] & 1 ? s->nuisances : s->features) + i;
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      to[lane] += (float)((double)d[lane] * node->d[node->width + u]);
  }
}

static void back_dense(const sweep *s, const fairu_node *node)
{
  fairu_engine__backward(s->engine, node->w, node->n_in, node->width, slope_of(s, node), s->work);
  add_to(slope_of(s, argument(s, node, 0)), s->work, node->n_in * FAIRU_LANES);
}

static void back_affine(const fairu_node *node, float *d)
{
  for (size_t u = 0; u < node->width; u++, d += FAIRU_LANES)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d[lane] = (float)((double)d[lane] * node->d[node->width + u]);
}

static void back_prelu(const fairu_node *node, const float *x, float *d)
{
  for (size_t u = 0; u < node->width; u++)
    for (size_t i = u * FAIRU_LANES; i < (u + 1) * FAIRU_LANES; i++)
      d[i] = x[i] < 0.0F ? d[i] * node->v[u] : d[i];
}

/* y_u (d_u - sum_v d_v y_v), or of its logarithm d_u - e^y_u sum_v d_v. */
static void back_softmax(const sweep *s, const fairu_node *node, float *d)
{
  const float *y = value_of(s, node);
  float sum[FAIRU_LANES] = { 0.0F }, e[FAIRU_LANES];
  for (size_t u = 0; u < node->width; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      sum[lane] += d[u * FAIRU_LANES + lane] * (node->function ? 1.0F : y[u * FAIRU_LANES + lane]);
  for (size_t u = 0; u < node->width; u++, y += FAIRU_LANES, d += FAIRU_LANES) {
    memcpy(e, y, sizeof e);
    if (node->function)
      s->engine->kernels->exp_f(e, FAIRU_LANES);
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d[lane] = node->function ? d[lane] - e[lane] * sum[lane] : e[lane] * (d[lane] - sum[lane]);
  }
}

/* One event: with n = (x - mean) r and g = gamma d, r (g - mean g - n mean(g n)). */
static void normal_lane(const fairu_node *node, const float *x, float *d)
{
  const size_t n = node->width;
  double mean = 0.0, variance = 0.0, total = 0.0, along = 0.0;
  for (size_t u = 0; u < n; u++)
    mean += (double)x[u * FAIRU_LANES] / (double)n;
  for (size_t u = 0; u < n; u++)
    variance += ((double)x[u * FAIRU_LANES] - mean) * ((double)x[u * FAIRU_LANES] - mean) / (double)n;
  const double r = 1.0 / sqrt(variance + node->alpha);
  for (size_t u = 0; u < n; u++) {
    const double g = (double)node->w[u] * (double)d[u * FAIRU_LANES];
    total += g / (double)n;
    along += g * ((double)x[u * FAIRU_LANES] - mean) * r / (double)n;
  }
  for (size_t u = 0; u < n; u++) {
    const double g = (double)node->w[u] * (double)d[u * FAIRU_LANES];
    d[u * FAIRU_LANES] = (float)(r * (g - total - ((double)x[u * FAIRU_LANES] - mean) * r * along));
  }
}

/* What goes to a and to b of one unit. The larger or smaller one as fairu_program__run takes it. */
static void split_unit(int op, const float *a, const float *b, const float *d, float *to_a, float *to_b)
{
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    const int first = op == FAIRU_BIN_MAX ? a[lane] > b[lane] || a[lane] != a[lane]
                                          : a[lane] < b[lane] || a[lane] != a[lane];
    float left = d[lane], right = d[lane];
    if (op == FAIRU_BIN_SUB)
      right = -d[lane];
    if (op == FAIRU_BIN_MUL) {
      left = d[lane] * b[lane];
      right = d[lane] * a[lane];
    }
    if (op == FAIRU_BIN_DIV) {
      left = d[lane] / b[lane];
      right = -left * (a[lane] / b[lane]);
    }
    if (op == FAIRU_BIN_MAX || op == FAIRU_BIN_MIN) {
      left = first ? d[lane] : 0.0F;
      right = first ? 0.0F : d[lane];
    }
    to_a[lane] += left;
    to_b[lane] += right;
  }
}

static void back_binary(const sweep *s, const fairu_node *node)
{
  const fairu_node *a = argument(s, node, 0), *b = argument(s, node, 1);
  for (size_t u = 0; u < node->width; u++) {
    const size_t at_a = (a->width > 1 ? u : 0) * FAIRU_LANES, at_b = (b->width > 1 ? u : 0) * FAIRU_LANES;
    split_unit(node->function, value_of(s, a) + at_a, value_of(s, b) + at_b,
               slope_of(s, node) + u * FAIRU_LANES, slope_of(s, a) + at_a, slope_of(s, b) + at_b);
  }
}

static void back_concat(const sweep *s, const fairu_node *node)
{
  const float *d = slope_of(s, node);
  for (size_t k = 0; k < node->n_args; k++) {
    const fairu_node *part = argument(s, node, k);
    add_to(slope_of(s, part), d, part->width * FAIRU_LANES);
    d += part->width * FAIRU_LANES;
  }
}

/* Unit by unit: through the function into the rows of the argument (of a slice: into its part of them). */
static void back_along(const sweep *s, const fairu_node *node)
{
  const fairu_node *arg = argument(s, node, 0);
  float *d = slope_of(s, node);
  const float *x = value_of(s, arg);
  const size_t n = node->width * FAIRU_LANES;
  if (node->op == FAIRU_OP_AFFINE)
    back_affine(node, d);
  else if (node->op == FAIRU_OP_FUNCTION)
    fairu_program__slope(node->function, node->alpha, node->beta, x, value_of(s, node), d, n);
  else if (node->op == FAIRU_OP_PRELU)
    back_prelu(node, x, d);
  else if (node->op == FAIRU_OP_SOFTMAX)
    back_softmax(s, node, d);
  for (size_t lane = 0; node->op == FAIRU_OP_LAYER_NORM && lane < FAIRU_LANES; lane++)
    normal_lane(node, x + lane, d + lane);
  add_to(slope_of(s, arg) + node->first * FAIRU_LANES, d, n);
}

static void back_node(const sweep *s, const fairu_node *node)
{
  switch (node->op) {
  case FAIRU_OP_LOAD:
    back_load(s, node);
    break;
  case FAIRU_OP_CONSTANT:
    break;
  case FAIRU_OP_DENSE:
    back_dense(s, node);
    break;
  case FAIRU_OP_BINARY:
    back_binary(s, node);
    break;
  case FAIRU_OP_CONCAT:
    back_concat(s, node);
    break;
  default:
    back_along(s, node);
    break;
  }
}

/* ---- blocks ------------------------------------------------------------------------------------------- */

typedef struct derive_memory {
  float *x, *rows, *d, *work, *features, *nuisances;
} derive_memory;

static int take_memory(const fairu_classifier *classifier, fairu_context *worker, derive_memory *memory)
{
  const fairu_program *program = classifier->as.program;
  const size_t bytes = FAIRU_LANES * sizeof(float);
  size_t widest = 1;
  for (size_t i = 0; i < program->n_nodes; i++)
    if (program->nodes[i].n_in > widest)
      widest = program->nodes[i].n_in;
  const size_t sizes[] = { classifier->n_features, program->n_own_rows,    program->n_own_rows, widest,
                           classifier->n_features, classifier->n_nuisances };
  float **const at[] = { &memory->x,    &memory->rows,     &memory->d,
                         &memory->work, &memory->features, &memory->nuisances };
  for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
    *at[i] = fairu_context__scratch(worker, sizes[i], bytes, "program derivatives");
    if (!*at[i])
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  return FAIRU_OK;
}

static int derive_block(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                        const fairu_slopes *slopes, const derive_memory *memory, size_t first, size_t lanes)
{
  const fairu_engine engine = fairu_engine__of(worker);
  const fairu_program *program = classifier->as.program;
  const fairu_node *out = &program->nodes[program->n_nodes - 1];
  const fairu_values values = { memory->x, job->z, memory->rows, NULL, 1 };
  const sweep s = { program, &engine, &values, memory->d, memory->work, memory->features, memory->nuisances };
  float scores[FAIRU_LANES];
  const size_t bytes = FAIRU_LANES * sizeof(float);
  int status = fairu_context__poll(worker);
  if (status == FAIRU_OK)
    status = fairu_job__gather(job, classifier, worker, first, lanes, memory->x);
  if (status != FAIRU_OK)
    return status;
  fairu_program__run(program, &engine, &values, 0, program->n_nodes);
  memset(memory->d, 0, program->n_own_rows * bytes);
  memset(memory->features, 0, classifier->n_features * bytes);
  memset(memory->nuisances, 0, classifier->n_nuisances * bytes);
  fairu_job__outer(job, classifier, &engine, value_of(&s, out), slope_of(&s, out));
  for (size_t i = program->n_nodes; i-- > 0;)
    back_node(&s, &program->nodes[i]);
  memcpy(scores, value_of(&s, out), sizeof scores);
  fairu_job__put(job, classifier, &engine, 0, first, lanes, scores);
  fairu_slopes__put(slopes->features, memory->features, classifier->n_features, first, lanes);
  fairu_slopes__put(slopes->nuisances, memory->nuisances, classifier->n_nuisances, first, lanes);
  return FAIRU_OK;
}

int fairu_program__derive(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                          const fairu_slopes *slopes, size_t first, size_t n)
{
  derive_memory memory;
  const fairu_mark mark = fairu_context__mark(worker);
  int status = take_memory(classifier, worker, &memory);
  for (size_t row = first; row < first + n && status == FAIRU_OK; row += FAIRU_LANES)
    status = derive_block(classifier, worker, job, slopes, &memory, row, fairu_job__lanes(row, first + n));
  fairu_context__release(worker, mark);
  return status;
}
