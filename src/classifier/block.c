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

static void put_lane(const fairu_training_set *set, const float *row, size_t lane, fairu_block *block,
                     float *inputs)
{
  for (size_t i = 0; i < set->n_inputs; i++)
    inputs[i * FAIRU_LANES + lane] = row[i];
  block->weights[lane] = row[set->n_inputs];
  block->labels[lane] = row[set->n_inputs + 1];
  for (size_t i = 0; i < set->n_extra; i++)
    block->extra[i * FAIRU_LANES + lane] = row[set->first_extra + i];
}

static void empty_lane(const fairu_training_set *set, size_t lane, fairu_block *block, float *inputs)
{
  for (size_t i = 0; i < set->n_inputs; i++)
    inputs[i * FAIRU_LANES + lane] = 0.0F;
  for (size_t i = 0; i < set->n_extra; i++)
    block->extra[i * FAIRU_LANES + lane] = 0.0F;
  block->weights[lane] = 0.0F;
  block->labels[lane] = 0.0F;
  block->rows[lane] = 0;
  block->places[lane] = 0;
}

size_t fairu_block__fill(fairu_block *block, fairu_walk *walk, float *inputs)
{
  const fairu_training_set *set = walk->set;
  size_t lanes = 0;
  for (; walk->next < walk->rows.n && lanes < FAIRU_LANES; walk->next++) {
    const float *row = row_at(walk, walk->next);
    if (walk->rows.n - walk->next > 8)
      __builtin_prefetch(row_at(walk, walk->next + 8));
    if (set->gated && (row[set->n_inputs + 2] > 0.5F) != (block->side > 0))
      continue;
    block->rows[lanes] = (uint32_t)row_number(&walk->rows, walk->next);
    block->places[lanes] = (uint32_t)(walk->place + walk->next);
    put_lane(set, row, lanes++, block, inputs);
  }
  for (size_t lane = lanes; lanes > 0 && lane < FAIRU_LANES; lane++)
    empty_lane(set, lane, block, inputs);
  block->lanes = lanes;
  return lanes;
}
