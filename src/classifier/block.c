/* block.c - rows into lanes. */
#include "classifier/block.h"

int fairu_block__take(fairu_block *block, const fairu_training_set *set)
{
  block->extra = NULL;
  if (set->n_extra == 0)
    return FAIRU_OK;
  block->extra =
      fairu_context__scratch(block->worker, set->n_extra, FAIRU_LANES * sizeof(float), "training rows");
  return block->extra ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

static size_t row_number(const fairu_rows *rows, size_t i)
{
  return rows->order ? rows->order[rows->first + i] : rows->first + i;
}

static const float *row_at(const fairu_walk *walk, size_t i)
{
  return walk->rows.part->rows + row_number(&walk->rows, i) * walk->set->width;
}

/* The next rows of the side: where they are. */
static size_t next_rows(fairu_block *block, fairu_walk *walk, const float *from[FAIRU_LANES])
{
  const fairu_training_set *set = walk->set;
  size_t lanes = 0;
  for (; walk->next < walk->rows.n && lanes < FAIRU_LANES; walk->next++) {
    const float *row = row_at(walk, walk->next);
    if (set->gated && (row[set->n_inputs + 2] > 0.5F) != (block->side > 0))
      continue;
    block->rows[lanes] = (uint32_t)row_number(&walk->rows, walk->next);
    block->places[lanes] = (uint32_t)(walk->place + walk->next);
    from[lanes++] = row;
  }
  return lanes;
}

/* The rows after these come from anywhere in memory: they are asked for while these are worked on. Inline, since
 * a call that changes nothing is no call to a compiler. */
__attribute__((always_inline)) static inline void fetch_rows(const fairu_walk *walk)
{
  const size_t left = walk->rows.n - walk->next, n = left < FAIRU_LANES ? left : FAIRU_LANES;
  for (size_t i = 0; i < n; i++) {
    const float *row = row_at(walk, walk->next + i);
    for (size_t at = 0; at < walk->set->width; at += 16)
      __builtin_prefetch(row + at);
    __builtin_prefetch(row + walk->set->width - 1);
  }
}

size_t fairu_block__fill(fairu_block *block, fairu_walk *walk, float *inputs)
{
  const fairu_training_set *set = walk->set;
  const fairu_kernels *kernels = block->engine->kernels;
  const float *from[FAIRU_LANES];
  if (walk->next == 0)
    fetch_rows(walk);
  const size_t lanes = block->lanes = next_rows(block, walk, from);
  if (lanes == 0)
    return 0;
  fetch_rows(walk);
  kernels->rows_to_lanes(from, lanes, set->n_inputs, inputs);
  for (size_t lane = 0; lane < lanes; lane++) {
    block->weights[lane] = from[lane][set->n_inputs];
    block->labels[lane] = from[lane][set->n_inputs + 1];
    from[lane] += set->first_extra;
  }
  if (set->n_extra > 0)
    kernels->rows_to_lanes(from, lanes, set->n_extra, block->extra);
  for (size_t lane = lanes; lane < FAIRU_LANES; lane++) {
    block->weights[lane] = block->labels[lane] = 0.0F;
    block->rows[lane] = block->places[lane] = 0;
  }
  return lanes;
}
