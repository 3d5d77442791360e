/* summary_pass.c - slices of rows to counts and back. */
#include "classifier/summary_pass.h"

#include <string.h>

/* ---- slices --------------------------------------------------------------------------------------------- */

size_t fairu_summary_slices__cut(size_t process, size_t first, size_t n, size_t events,
                                 fairu_summary_slice *slices)
{
  size_t count = 0;
  for (size_t at = 0; at < n; at += events)
    slices[count++] = (fairu_summary_slice){ process, first + at, n - at < events ? n - at : events, 0 };
  return count;
}

size_t fairu_summary_slices__count_blocks(const fairu_summary_rows *layout, const unsigned char *flags,
                                          fairu_summary_slice *slices, size_t n_slices)
{
  size_t count = 0;
  for (size_t s = 0; s < n_slices; s++) {
    const size_t blocks = (slices[s].n + FAIRU_LANES - 1) / FAIRU_LANES;
    slices[s].first_block = count;
    count += blocks;
    for (size_t v = 0; v < layout->n_variations; v++)
      if (flags[slices[s].process * fairu_summary_rows__n_flags(layout) + v] & FAIRU_SUMMARY_MOVES)
        count += blocks;
  }
  return count;
}

/* ---- one block ------------------------------------------------------------------------------------------ */

/* Memory of one slice at work; lanes are [..][FAIRU_LANES]. */
typedef struct work {
  const fairu_summary_pass *pass;
  const fairu_summary_slice *slice;
  const unsigned char *flags; /* [n_flags] of the process */
  double *sums;
  const double *slopes;
  float *gradient;
  size_t next_block;
  fairu_block block;
  fairu_units units;
  const float *inputs[FAIRU_LANES];
  float *shares, *d_shares; /* [n_bins] */
  float *weights;           /* [1 + n_variations] of rows of the block in each variation, 0 where they move */
  fairu_tangent_units tangents; /* none where all are 0 */
} work;

static const float *row_at(const work *w, size_t i)
{
  const fairu_summary_pass *pass = w->pass;
  return pass->rows + pass->order[w->slice->first + i] * pass->set->width;
}

/* Rows of the next block come while this one is at work. */
static void prefetch(const work *w, size_t from)
{
  const size_t bytes = w->pass->set->width * sizeof(float);
  for (size_t i = from; i < w->slice->n && i < from + FAIRU_LANES; i++)
    for (size_t at = 0; at < bytes + 63; at += 64)
      __builtin_prefetch((const char *)row_at(w, i) + at);
}

/* Blocks are counted in the order of the walk, which is the same there and back. */
static void open_block(work *w)
{
  const fairu_summary_pass *pass = w->pass;
  const size_t n_units = fairu_shape__n_units(&pass->stack->shape);
  if (pass->kept) {
    w->units.activations = pass->kept + (w->slice->first_block + w->next_block) *
                                            fairu_summary_pass__kept(pass->layout, pass->stack);
    w->units.out = w->units.activations + (n_units - pass->soft->n_outputs) * FAIRU_LANES;
    w->tangents.units = w->units.activations + n_units * FAIRU_LANES;
  }
  w->next_block++;
  w->block.lanes = 0;
}

static void put_lane(work *w, size_t i, const float *inputs)
{
  const size_t lane = w->block.lanes++;
  w->block.rows[lane] = w->pass->order[w->slice->first + i];
  w->inputs[lane] = inputs;
}

/* Lanes without event hold zeros. */
static void close_block(work *w)
{
  w->block.engine->kernels->rows_to_lanes(w->inputs, w->block.lanes, w->pass->set->n_inputs,
                                          w->units.activations);
  for (size_t lane = w->block.lanes; lane < FAIRU_LANES; lane++)
    w->block.rows[lane] = 0;
}

/* Outputs become scores, in place, and shares; going back they may be there already. */
static void forward(work *w)
{
  const fairu_summary_pass *pass = w->pass;
  if (pass->slopes && pass->kept)
    return;
  fairu_stack__forward(pass->stack, &w->block, &w->units, w->gradient);
  fairu_soft_counts__shares(w->block.engine, pass->soft, w->units.out, w->shares);
}

static void clear_slopes(const work *w)
{
  memset(w->d_shares, 0, w->pass->soft->n_bins * FAIRU_LANES * sizeof *w->d_shares);
}

/* ---- tangents ------------------------------------------------------------------------------------------- */

static void put_tangent_lane(work *w, size_t lane, const float *row)
{
  const float *extra = row + w->pass->set->first_extra;
  const size_t n_inputs = w->pass->set->n_inputs;
  for (size_t k = 0; k < w->tangents.n; k++) {
    const float *tangent = extra + fairu_summary_rows__tangent(w->pass->layout, k);
    for (size_t i = 0; i < n_inputs; i++)
      fairu_tangent_units__of(w->pass->stack, &w->tangents, k)[i * FAIRU_LANES + lane] = tangent[i];
  }
}

/* Behind a forward pass: tangents of scores in place, of shares into d_shares, and added up. */
static void forward_tangents(work *w)
{
  const fairu_summary_pass *pass = w->pass;
  const size_t n_bins = pass->soft->n_bins;
  double *sums = w->sums + (1 + pass->layout->n_variations) * n_bins;
  if (w->tangents.n == 0 || (pass->slopes && pass->kept))
    return;
  fairu_stack__forward_tangents(pass->stack, &w->block, &w->units, &w->tangents);
  for (size_t k = 0; k < w->tangents.n; k++) {
    fairu_soft_counts__tangent(w->block.engine, pass->soft, w->units.out,
                               fairu_tangent_units__out(pass->stack, &w->tangents, k), w->d_shares);
    fairu_soft_counts__add(pass->soft, w->d_shares, w->weights, sums + k * n_bins);
  }
}

static void backward_tangents(work *w)
{
  const fairu_summary_pass *pass = w->pass;
  const size_t n = w->tangents.n, n_bins = pass->soft->n_bins;
  const double *slopes = w->slopes + (1 + pass->layout->n_variations) * n_bins;
  for (size_t k = 0; k < n; k++) {
    clear_slopes(w);
    fairu_soft_counts__spread(pass->soft, slopes + k * n_bins, w->weights, w->d_shares);
    fairu_soft_counts__backward_tangent(
        w->block.engine, pass->soft, w->units.out, fairu_tangent_units__out(pass->stack, &w->tangents, k),
        w->d_shares, fairu_tangent_units__d_out(pass->stack, &w->tangents, k), w->units.d_out);
  }
  fairu_stack__backward_tangents(pass->stack, &w->block, &w->units, &w->tangents, w->gradient);
}

/* ---- nominal rows --------------------------------------------------------------------------------------- */

/* Weights of lane in every variation; variations that are the nominal one in all rows are left to the caller of all this. */
static void put_weights(work *w, size_t lane, const float *extra)
{
  const fairu_summary_rows *layout = w->pass->layout;
  w->weights[lane] = extra[0];
  for (size_t v = 0; v < layout->n_variations; v++) {
    const float *variation = extra + fairu_summary_rows__variation(layout, v);
    if (w->flags[v])
      w->weights[(1 + v) * FAIRU_LANES + lane] = variation[1] != 0.0F ? 0.0F : variation[0];
  }
}

static void fill_nominal(work *w, size_t from)
{
  const fairu_summary_pass *pass = w->pass;
  const size_t left = w->slice->n - from, end = from + (left < FAIRU_LANES ? left : FAIRU_LANES);
  open_block(w);
  memset(w->weights, 0, (1 + pass->layout->n_variations) * FAIRU_LANES * sizeof *w->weights);
  for (size_t i = from; i < end; i++) {
    const float *row = row_at(w, i);
    put_weights(w, w->block.lanes, row + pass->set->first_extra);
    put_tangent_lane(w, w->block.lanes, row);
    put_lane(w, i, row);
  }
  close_block(w);
  for (size_t k = 0; k < w->tangents.n; k++)
    for (size_t i = 0; i < pass->set->n_inputs; i++)
      for (size_t lane = w->block.lanes; lane < FAIRU_LANES; lane++)
        fairu_tangent_units__of(pass->stack, &w->tangents, k)[i * FAIRU_LANES + lane] = 0.0F;
}

/* Do rows of this block stand for themselves in variation v? */
static int stays(const work *w, size_t v)
{
  const float *weights = w->weights + (1 + v) * FAIRU_LANES;
  int any = 0;
  for (size_t lane = 0; w->flags[v] && lane < FAIRU_LANES; lane++)
    any |= weights[lane] != 0.0F;
  return any;
}

static void count_nominal(work *w)
{
  const fairu_summary_pass *pass = w->pass;
  const size_t n_bins = pass->soft->n_bins;
  double *weight = w->sums + fairu_summary_pass__n_sums(pass->layout, n_bins) - 1;
  fairu_soft_counts__add(pass->soft, w->shares, w->weights, w->sums);
  for (size_t v = 0; v < pass->layout->n_variations; v++)
    if (stays(w, v))
      fairu_soft_counts__add(pass->soft, w->shares, w->weights + (1 + v) * FAIRU_LANES,
                             w->sums + (1 + v) * n_bins);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    *weight += (double)w->weights[lane];
}

static void learn_nominal(work *w)
{
  const fairu_summary_pass *pass = w->pass;
  clear_slopes(w);
  fairu_soft_counts__spread(pass->soft, w->slopes, w->weights, w->d_shares);
  for (size_t v = 0; v < pass->layout->n_variations; v++)
    if (stays(w, v))
      fairu_soft_counts__spread(pass->soft, w->slopes + (1 + v) * pass->soft->n_bins,
                                w->weights + (1 + v) * FAIRU_LANES, w->d_shares);
  fairu_soft_counts__backward(w->block.engine, pass->soft, w->units.out, w->d_shares, w->units.d_out);
  if (w->tangents.n > 0)
    backward_tangents(w);
  else
    fairu_stack__backward(pass->stack, &w->block, &w->units, w->gradient, NULL);
}

static int walk_nominal(work *w)
{
  int status = FAIRU_OK;
  prefetch(w, 0);
  for (size_t from = 0; from < w->slice->n && status == FAIRU_OK; from += FAIRU_LANES) {
    fill_nominal(w, from);
    prefetch(w, from + FAIRU_LANES);
    forward(w);
    forward_tangents(w);
    if (w->slopes)
      learn_nominal(w);
    else
      count_nominal(w);
    status = fairu_context__poll(w->block.worker);
  }
  return status;
}

/* ---- rows that move ------------------------------------------------------------------------------------- */

/* The next rows from *i on that move in variation v; their weights come first. */
static size_t fill_moved(work *w, size_t v, size_t *i)
{
  const fairu_summary_pass *pass = w->pass;
  const size_t at = pass->set->first_extra + fairu_summary_rows__variation(pass->layout, v);
  open_block(w);
  memset(w->weights, 0, FAIRU_LANES * sizeof *w->weights);
  for (; *i < w->slice->n && w->block.lanes < FAIRU_LANES; ++*i) {
    const float *variation = row_at(w, *i) + at;
    if (variation[1] == 0.0F)
      continue;
    w->weights[w->block.lanes] = variation[0];
    put_lane(w, *i, variation + 2);
  }
  close_block(w);
  return w->block.lanes;
}

static int walk_moved(work *w, size_t v)
{
  const fairu_summary_pass *pass = w->pass;
  const size_t at = (1 + v) * pass->soft->n_bins;
  size_t i = 0;
  int status = FAIRU_OK;
  while (status == FAIRU_OK && i < w->slice->n && fill_moved(w, v, &i) > 0) {
    forward(w);
    if (!w->slopes) {
      fairu_soft_counts__add(pass->soft, w->shares, w->weights, w->sums + at);
    } else {
      clear_slopes(w);
      fairu_soft_counts__spread(pass->soft, w->slopes + at, w->weights, w->d_shares);
      fairu_soft_counts__backward(w->block.engine, pass->soft, w->units.out, w->d_shares, w->units.d_out);
      fairu_stack__backward(pass->stack, &w->block, &w->units, w->gradient, NULL);
    }
    status = fairu_context__poll(w->block.worker);
  }
  return status;
}

/* ---- a slice -------------------------------------------------------------------------------------------- */

static int take_work(work *w, fairu_context *worker)
{
  const size_t lane_bytes = FAIRU_LANES * sizeof(float), n_bins = w->pass->soft->n_bins;
  int status = fairu_units__take(w->pass->stack, worker, &w->units);
  if (status != FAIRU_OK)
    return status;
  w->shares = fairu_context__scratch(worker, n_bins, lane_bytes, "soft counts");
  w->d_shares = fairu_context__scratch(worker, n_bins, lane_bytes, "soft counts");
  w->weights = fairu_context__scratch(worker, 1 + w->pass->layout->n_variations, lane_bytes, "soft counts");
  if (!w->shares || !w->d_shares || !w->weights)
    return FAIRU_ERR_OUT_OF_MEMORY;
  return w->flags[w->pass->layout->n_variations]
             ? fairu_tangent_units__take(w->pass->stack, worker, w->pass->layout->n_tangents, &w->tangents)
             : FAIRU_OK;
}

static int walk_slice(work *w, fairu_context *worker)
{
  int status = take_work(w, worker);
  if (status == FAIRU_OK)
    status = walk_nominal(w);
  for (size_t v = 0; v < w->pass->layout->n_variations && status == FAIRU_OK; v++)
    if (w->flags[v] & FAIRU_SUMMARY_MOVES)
      status = walk_moved(w, v);
  return status;
}

static int run_slice(fairu_context *worker, size_t index, void *data)
{
  const fairu_summary_pass *pass = data;
  const fairu_summary_slice *slice = &pass->slices[index];
  const size_t n_sums = fairu_summary_pass__n_sums(pass->layout, pass->soft->n_bins);
  const fairu_engine engine = fairu_engine__of(worker);
  work w = { .pass = pass, .slice = slice };
  w.flags = pass->flags + slice->process * fairu_summary_rows__n_flags(pass->layout);
  w.sums = pass->sums + index * n_sums;
  w.block.worker = worker;
  w.block.engine = &engine;
  w.block.training = pass->training;
  memset(w.sums, 0, n_sums * sizeof *w.sums);
  if (pass->slopes) {
    w.slopes = pass->slopes + slice->process * n_sums;
    w.gradient = pass->gradients + index * pass->stack->n_gradient;
    memset(w.gradient, 0, pass->stack->n_gradient * sizeof *w.gradient);
  }
  const fairu_mark mark = fairu_context__mark(worker);
  const int status = walk_slice(&w, worker);
  fairu_context__release(worker, mark);
  return status;
}

int fairu_summary_pass__run(fairu_summary_pass *pass, fairu_context *ctx)
{
  return fairu_context__parallel(ctx, pass->n_slices, run_slice, pass, NULL);
}
