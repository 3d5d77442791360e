/* trees_score.c - walks through compiled trees. Eight walks go side by side, so that the processor has something to do while
 * one of them waits for memory: eight events in one tree, or one event in eight trees. What the trees say is summed in double,
 * tree by tree, so that both give the same bits. */
#include <math.h>
#include <string.h>

#include "classifier/kind.h"
#include "classifier/trees_kind.h"

enum { SIDE = 8 };

/* x: feature f at x[f * stride]. */
static inline int32_t step(const fairu_tree_node *nodes, int32_t at, const float *x, size_t stride)
{
  const fairu_tree_node *node = &nodes[at];
  return node->child[x[(size_t)node->feature * stride] < node->threshold];
}

/* Events x, x + 1, .. x + 7 to their leaves. Deep trees are seldom walked to their end. */
static void walk_events(const fairu_trees *trees, size_t tree, const float *x, int32_t *at)
{
  const fairu_tree_node *nodes = trees->nodes;
  const int32_t depth = trees->depths[tree];
  int32_t now[SIDE];
  for (size_t k = 0; k < SIDE; k++)
    now[k] = trees->roots[tree];
  for (int32_t level = 0; level < depth; level += 2) {
    int32_t moved = 0;
    for (size_t k = 0; k < SIDE; k++)
      now[k] = step(nodes, now[k], x + k, FAIRU_LANES);
    for (size_t k = 0; k < SIDE; k++) {
      const int32_t next = step(nodes, now[k], x + k, FAIRU_LANES);
      moved |= next ^ now[k];
      now[k] = next;
    }
    if (!moved)
      break;
  }
  memcpy(at, now, sizeof now);
}

/* One event through the trees first .. first + n - 1, n <= 8. */
static void walk_trees(const fairu_trees *trees, size_t first, size_t n, const float *x, size_t stride,
                       int32_t *at)
{
  int32_t now[SIDE], depth = 0;
  for (size_t k = 0; k < SIDE; k++) {
    const size_t tree = k < n ? first + k : first;
    now[k] = trees->roots[tree];
    depth = trees->depths[tree] > depth ? trees->depths[tree] : depth;
  }
  for (int32_t level = 0; level < depth; level++) {
    int32_t moved = 0;
    for (size_t k = 0; k < SIDE; k++) {
      const int32_t next = step(trees->nodes, now[k], x, stride);
      moved |= next ^ now[k];
      now[k] = next;
    }
    if (!moved)
      break;
  }
  memcpy(at, now, sizeof now);
}

/* The same with NaN among the features. */
static int32_t walk_missing(const fairu_trees *trees, size_t tree, const float *x, size_t stride)
{
  int32_t at = trees->roots[tree];
  while (trees->rest[at].leaf < 0) {
    const float value = x[(size_t)trees->nodes[at].feature * stride];
    at = value != value ? trees->rest[at].nan : step(trees->nodes, at, x, stride);
  }
  return at;
}

typedef struct sums {
  const fairu_trees *trees;
  size_t n_outputs;
  double *sum; /* [n_outputs][FAIRU_LANES] */
} sums;

static void start(const sums *s)
{
  const int aggregate = s->trees->aggregate;
  const double first = aggregate == FAIRU_TREES_MIN   ? HUGE_VAL
                       : aggregate == FAIRU_TREES_MAX ? -HUGE_VAL
                                                      : 0.0;
  for (size_t i = 0; i < s->n_outputs * FAIRU_LANES; i++)
    s->sum[i] = first;
}

static inline double join(int aggregate, double sum, double value)
{
  if (aggregate == FAIRU_TREES_MIN)
    return value < sum ? value : sum;
  if (aggregate == FAIRU_TREES_MAX)
    return value > sum ? value : sum;
  return sum + value;
}

static inline void add(const sums *s, size_t lane, int32_t at)
{
  const float *values = s->trees->values + (size_t)s->trees->rest[at].leaf * s->n_outputs;
  for (size_t o = 0; o < s->n_outputs; o++) {
    double *sum = &s->sum[o * FAIRU_LANES + lane];
    *sum = join(s->trees->aggregate, *sum, (double)values[o]);
  }
}

static void add_one(const sums *s, const float *x, size_t stride, size_t lane)
{
  int32_t at[SIDE];
  const size_t n_trees = s->trees->n_trees;
  for (size_t t = 0; t < n_trees; t += SIDE) {
    const size_t n = n_trees - t < SIDE ? n_trees - t : SIDE;
    walk_trees(s->trees, t, n, x, stride, at);
    for (size_t k = 0; k < n; k++)
      add(s, lane, at[k]);
  }
}

/* Tree by tree, which stays in the nearest cache meanwhile. */
static void add_many(const sums *s, const float *x, size_t lanes)
{
  int32_t at[FAIRU_LANES];
  for (size_t t = 0; t < s->trees->n_trees; t++) {
    for (size_t lane = 0; lane < lanes; lane += SIDE)
      walk_events(s->trees, t, x + lane, at + lane);
    for (size_t lane = 0; lane < lanes; lane++)
      add(s, lane, at[lane]);
  }
}

static void add_missing(const sums *s, const float *x, size_t lanes)
{
  for (size_t t = 0; t < s->trees->n_trees; t++)
    for (size_t lane = 0; lane < lanes; lane++)
      add(s, lane, walk_missing(s->trees, t, x + lane, FAIRU_LANES));
}

static int has_nan(const float *x, size_t n)
{
  int found = 0;
  for (size_t i = 0; i < n; i++)
    found |= x[i] != x[i];
  return found;
}

static void add_row(const sums *s, const float *x, size_t n_features, size_t lane)
{
  if (!has_nan(x, n_features))
    add_one(s, x, 1, lane);
  else
    for (size_t t = 0; t < s->trees->n_trees; t++)
      add(s, lane, walk_missing(s->trees, t, x, 1));
}

static void finish(const sums *s, size_t lanes, float *logits)
{
  const double n = s->trees->aggregate == FAIRU_TREES_AVERAGE ? (double)s->trees->n_trees : 1.0;
  for (size_t o = 0; o < s->n_outputs; o++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      logits[o * FAIRU_LANES + lane] =
          lane < lanes ? (float)(s->sum[o * FAIRU_LANES + lane] / n + s->trees->base[o]) : 0.0F;
}

static void sum_block(const sums *s, const float *x, size_t n_features, size_t lanes, float *logits)
{
  start(s);
  if (has_nan(x, n_features * FAIRU_LANES))
    add_missing(s, x, lanes);
  else if (lanes < SIDE)
    for (size_t lane = 0; lane < lanes; lane++)
      add_one(s, x + lane, FAIRU_LANES, lane);
  else
    add_many(s, x, lanes);
  finish(s, lanes, logits);
}

static int trees_score(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                       size_t first, size_t n)
{
  const fairu_engine engine = fairu_engine__of(worker);
  const size_t n_outputs = classifier->n_outputs;
  const fairu_mark mark = fairu_context__mark(worker);
  float *x = fairu_context__scratch(worker, classifier->n_features, FAIRU_LANES * sizeof *x, "features");
  float *logits = fairu_context__scratch(worker, n_outputs, FAIRU_LANES * sizeof *logits, "scores of trees");
  double *sum = fairu_context__scratch(worker, n_outputs, FAIRU_LANES * sizeof *sum, "scores of trees");
  const sums s = { classifier->as.trees, n_outputs, sum };
  int status = x && logits && sum ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t row = first; row < first + n && status == FAIRU_OK; row += FAIRU_LANES) {
    const size_t lanes = fairu_job__lanes(row, first + n);
    status = fairu_context__poll(worker);
    if (status == FAIRU_OK)
      status = fairu_job__gather(job, classifier, worker, row, lanes, x);
    for (size_t p = 0; p < job->n_points && status == FAIRU_OK; p++) {
      sum_block(&s, x, classifier->n_features, lanes, logits);
      fairu_job__put(job, classifier, &engine, job->points[p], row, lanes, logits);
    }
  }
  fairu_context__release(worker, mark);
  return status;
}

/* One row of features, finite, or settled by the policies of the classifier. */
static int take_row(const fairu_classifier *classifier, fairu_context *ctx, size_t row, const float **x,
                    float *settled)
{
  float zero = 0.0F; /* x - x is NaN where x is not finite */
  if (classifier->inputs) {
    const float *from = *x;
    *x = settled;
    return fairu_inputs__settle_row(classifier, ctx, row, from, settled);
  }
  for (size_t f = 0; f < classifier->n_features; f++)
    zero += (*x)[f] - (*x)[f];
  return zero == 0.0F ? FAIRU_OK : fairu_job__refuse(classifier, ctx, row, *x);
}

/* Rows as they lie, at most a block of them. */
static int trees_few(const fairu_classifier *classifier, fairu_context *ctx, const fairu_few *few)
{
  const fairu_engine engine = fairu_engine__of(ctx);
  const size_t n_outputs = classifier->n_outputs, n = classifier->n_features;
  const fairu_job job = { .n_events = few->n_events, .output = few->output, .scores = few->scores };
  const fairu_mark mark = fairu_context__mark(ctx);
  float *logits = fairu_context__scratch(ctx, n_outputs, FAIRU_LANES * sizeof *logits, "scores of trees");
  double *sum = fairu_context__scratch(ctx, n_outputs, FAIRU_LANES * sizeof *sum, "scores of trees");
  float *settled = fairu_context__scratch(ctx, n, sizeof *settled, "scores of trees");
  const sums s = { classifier->as.trees, n_outputs, sum };
  int status = logits && sum && settled ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    start(&s);
  for (size_t row = 0; row < few->n_events && status == FAIRU_OK; row++) {
    const float *x = few->features + row * n;
    status = take_row(classifier, ctx, row, &x, settled);
    if (status == FAIRU_OK)
      add_row(&s, x, n, row);
  }
  if (status == FAIRU_OK) {
    finish(&s, few->n_events, logits);
    fairu_job__put(&job, classifier, &engine, 0, 0, few->n_events, logits);
  }
  fairu_context__release(ctx, mark);
  return status;
}

/* ---- copy and file ------------------------------------------------------------------------------------ */

static int make_like(fairu_classifier *classifier, fairu_context *ctx, const fairu_trees *like)
{
  fairu_trees *trees = fairu_context__new(ctx, 1, sizeof *trees, "trees");
  classifier->as.trees = trees;
  if (!trees)
    return FAIRU_ERR_OUT_OF_MEMORY;
  trees->n_trees = like->n_trees;
  trees->n_nodes = like->n_nodes;
  trees->n_leaves = like->n_leaves;
  trees->aggregate = like->aggregate;
  return fairu_trees__allocate(trees, ctx, classifier->n_outputs);
}

static int trees_copy(const fairu_classifier *from, fairu_context *ctx, fairu_classifier *to)
{
  const fairu_trees *trees = from->as.trees;
  int status = make_like(to, ctx, trees);
  if (status != FAIRU_OK)
    return status;
  fairu_trees *copy = to->as.trees;
  memcpy(copy->nodes, trees->nodes, trees->n_nodes * sizeof *trees->nodes);
  memcpy(copy->rest, trees->rest, trees->n_nodes * sizeof *trees->rest);
  memcpy(copy->roots, trees->roots, (trees->n_trees + 1) * sizeof *trees->roots);
  memcpy(copy->depths, trees->depths, trees->n_trees * sizeof *trees->depths);
  memcpy(copy->base, trees->base, to->n_outputs * sizeof *trees->base);
  if (trees->n_leaves > 0)
    memcpy(copy->values, trees->values, trees->n_leaves * to->n_outputs * sizeof *trees->values);
  return FAIRU_OK;
}

static void trees_destroy(fairu_classifier *classifier)
{
  fairu_trees *trees = classifier->as.trees;
  if (!trees)
    return;
  fairu_allocator__free(&classifier->allocator, trees->nodes);
  fairu_allocator__free(&classifier->allocator, trees->rest);
  fairu_allocator__free(&classifier->allocator, trees->roots);
  fairu_allocator__free(&classifier->allocator, trees->depths);
  fairu_allocator__free(&classifier->allocator, trees->base);
  fairu_allocator__free(&classifier->allocator, trees->values);
  fairu_allocator__free(&classifier->allocator, trees);
}

static void trees_save(const fairu_classifier *classifier, fairu_pack *pack)
{
  const fairu_trees *trees = classifier->as.trees;
  fairu_pack__u64(pack, classifier->n_outputs);
  fairu_pack__u64(pack, (uint64_t)classifier->activation);
  fairu_pack__u64(pack, (uint64_t)trees->aggregate);
  fairu_pack__u64(pack, trees->n_trees);
  fairu_pack__u64(pack, trees->n_nodes);
  fairu_pack__u64(pack, trees->n_leaves);
  for (size_t t = 0; t < trees->n_trees; t++)
    fairu_pack__u64(pack, (uint64_t)trees->roots[t]);
  for (size_t i = 0; i < trees->n_nodes; i++) {
    const fairu_tree_node *node = &trees->nodes[i];
    fairu_pack__f32s(pack, &node->threshold, 1);
    fairu_pack__u64(pack, (uint64_t)node->feature);
    fairu_pack__u64(pack, (uint64_t)node->child[0]);
    fairu_pack__u64(pack, (uint64_t)node->child[1]);
    fairu_pack__u64(pack, (uint64_t)trees->rest[i].nan);
    fairu_pack__u64(pack, (uint64_t)(trees->rest[i].leaf + 1));
  }
  fairu_pack__f32s(pack, trees->values, trees->n_leaves * classifier->n_outputs);
  fairu_pack__f64s(pack, trees->base, classifier->n_outputs);
}

const fairu_kind fairu_kind__trees = { .tag = 6,
                                       .score = trees_score,
                                       .copy = trees_copy,
                                       .destroy = trees_destroy,
                                       .save = trees_save,
                                       .load = fairu_trees__load,
                                       .few = trees_few };
