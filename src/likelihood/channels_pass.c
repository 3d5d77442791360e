/* channels_pass.c - memory of a pass, and what it needs to know of a channel before it goes through the bins. */
#include "likelihood/channels_pass.h"

#include <math.h>
#include <string.h>

/* Carves one block of scratch: first counts (base NULL), then hands out. */
typedef struct carver {
  char *base;
  size_t used;
} carver;

static void *carve(carver *c, size_t count, size_t size)
{
  void *at = c->base ? c->base + c->used : NULL;
  c->used += (count * size + 63) & ~(size_t)63;
  return at;
}

static double *carve_doubles(carver *c, size_t count)
{
  return carve(c, count, sizeof(double));
}

static void carve_sum(carver *c, fairu_block_sum *sum, size_t n)
{
  sum->block = carve_doubles(c, n);
  sum->total = carve_doubles(c, n);
  sum->carry = carve_doubles(c, n);
}

static void carve_channel(fairu_pass *p, carver *c)
{
  const fairu_channels *of = p->channels;
  p->column = carve(c, of->most_wide, sizeof *p->column);
  p->scale_column = carve(c, of->most_scales, sizeof *p->scale_column);
  p->shift_column = carve(c, of->most_shifts, sizeof *p->shift_column);
  p->target = carve(c, of->most_wide, sizeof *p->target);
  p->factors = carve(c, of->most_scales, sizeof *p->factors);
  p->product = carve_doubles(c, of->most_samples);
  p->weights = carve(c, of->n_bases, sizeof *p->weights);
  p->mix = carve_doubles(c, 2 * of->most_shifts);
  p->mix_slope = carve_doubles(c, 2 * of->most_shifts);
  p->total = carve_doubles(c, of->most_cells);
  p->gammas = carve_doubles(c, of->most_cells);
  p->best = carve_doubles(c, of->most_cells);
  p->row = carve(c, of->most_cells, sizeof *p->row);
  p->fixed = carve_doubles(c, of->most_block);
  p->nu = carve_doubles(c, of->most_block);
  p->slope = carve_doubles(c, of->most_block);
  p->weight = carve_doubles(c, of->most_block);
  p->work = carve_doubles(c, of->most_block);
  const size_t cells = of->most_block * of->most_slots;
  p->slots = carve(c, cells, sizeof *p->slots);
  p->profiled = carve(c, cells, sizeof *p->profiled);
  p->profiled_param = carve(c, cells, sizeof *p->profiled_param);
  p->n_profiled = carve(c, of->most_block, sizeof *p->n_profiled);
  p->n_active = carve(c, of->most_block, sizeof *p->n_active);
  p->first_row = carve(c, of->most_block + 1, sizeof *p->first_row);
}

static void carve_rows(fairu_pass *p, carver *c)
{
  const fairu_channels *of = p->channels;
  const size_t width = fairu_channels__pad(of->most_wide), slots = of->most_slots;
  const size_t sums = width + of->most_samples + 4 * of->most_shifts;
  p->x = carve_doubles(c, of->most_rows);
  p->slot_x = carve_doubles(c, of->most_block * (1 + slots) * slots);
  p->sample_row = carve(c, of->most_block, sizeof *p->sample_row);
  p->factor_slopes = carve_doubles(c, width);
  p->slopes = carve_doubles(c, of->most_sample_shifts * of->most_block);
  carve_sum(c, &p->sums, sums);
  if (p->order < 2)
    return;
  const size_t outer = 2 * of->most_samples * width; /* rows of samples, once the bins are done */
  p->y = carve_doubles(c, of->most_rows > outer ? of->most_rows : outer);
  p->cross = carve_doubles(c, of->most_rows > outer ? of->most_rows : outer);
  p->slot_y = carve_doubles(c, of->most_block * (1 + slots) * slots);
  p->pairs = carve_doubles(c, of->most_block * slots * slots);
  p->lift = carve_doubles(c, slots);
  p->inverse = carve_doubles(c, slots * slots);
  carve_sum(c, &p->matrix, width * width);
}

int fairu_pass__take(fairu_pass *p)
{
  carver c = { NULL, 0 };
  for (int round = 0; round < 2; round++) {
    c.used = 0;
    carve_channel(p, &c);
    if (p->order > 0)
      carve_rows(p, &c);
    if (round == 0) {
      c.base = fairu_context__scratch(p->ctx, c.used, 1, "channels at work");
      if (!c.base)
        return FAIRU_ERR_OUT_OF_MEMORY;
    }
  }
  p->kernels = fairu_kernels__of(p->ctx);
  for (size_t i = 0; i < p->channels->n_bases; i++) {
    const fairu_base *base = &p->channels->bases[i];
    fairu_base__weigh(p->channels, base, p->params[base->parameter], &p->weights[i]);
  }
  return FAIRU_OK;
}

/* ---- entering a channel --------------------------------------------------------------------------------- */

static void choose_columns(fairu_pass *p)
{
  const uint32_t *wide = p->channels->wide + p->channel->wide;
  p->n_columns = 0;
  for (size_t i = 0; i < p->channel->n_wide; i++) {
    const size_t to = p->reduction ? p->reduction->column[wide[i]] : wide[i];
    p->column[i] = to == FAIRU_NONE ? FAIRU_NOWHERE : (uint32_t)p->n_columns;
    if (to != FAIRU_NONE)
      p->target[p->n_columns++] = to;
  }
  p->width = fairu_channels__pad(p->n_columns);
  const fairu_scale *scales = p->channels->scales + p->channel->scales;
  const fairu_shift *shifts = p->channels->shifts + p->channel->shifts;
  for (size_t k = 0; k < p->channel->n_scales; k++)
    p->scale_column[k] = p->column[scales[k].local];
  for (size_t h = 0; h < p->channel->n_shifts; h++)
    p->shift_column[h] = p->column[shifts[h].local];
}

static void evaluate_factor(const fairu_pass *p, const fairu_scale *scale, fairu_scale_value *factor)
{
  const double theta = p->params[scale->parameter];
  if (scale->norm == FAIRU_NOWHERE) {
    *factor = (fairu_scale_value){ theta, 1.0, 0.0, 0.0, 0.0 };
    return;
  }
  double value[3];
  fairu_norm__evaluate(&p->channels->norms[scale->norm], theta, value);
  *factor = (fairu_scale_value){ value[0], value[1], value[2], 0.0, 0.0 };
}

/* Product of all, and of all but one: from both ends, since a factor may be 0. */
static double multiply(fairu_scale_value *factors, size_t n)
{
  double before = 1.0, after = 1.0;
  for (size_t k = 0; k < n; k++) {
    factors[k].others = before;
    before *= factors[k].value;
  }
  for (size_t k = n; k-- > 0;) {
    factors[k].others *= after;
    factors[k].slope = factors[k].others * factors[k].first;
    after *= factors[k].value;
  }
  return before;
}

static void mix_shifts(const fairu_pass *p)
{
  const fairu_shift *shifts = p->channels->shifts + p->channel->shifts;
  for (size_t h = 0; h < p->channel->n_shifts; h++) {
    const fairu_weights *w = &p->weights[shifts[h].base];
    for (size_t i = 0; i < 2; i++) {
      p->mix[2 * h + i] = w->c[0][i];
      p->mix_slope[2 * h + i] = w->c[1][i];
    }
  }
}

void fairu_pass__enter(fairu_pass *p, const fairu_flat_channel *channel)
{
  const fairu_channels *of = p->channels;
  p->channel = channel;
  p->stride = channel->slots;
  mix_shifts(p);
  for (size_t i = 0; i < channel->n_scales; i++)
    evaluate_factor(p, &of->scales[channel->scales + i], &p->factors[i]);
  for (size_t s = 0; s < channel->n_samples; s++) {
    const fairu_flat_sample *sample = &of->samples[channel->samples + s];
    p->product[s] = multiply(p->factors + (sample->scales - channel->scales), sample->n_scales);
  }
  if (p->order == 0)
    return;
  choose_columns(p);
  p->n_sums = p->width + channel->n_samples + 4 * channel->n_shifts;
  memset(p->sums.block, 0, p->n_sums * sizeof(double));
  if (p->order > 1)
    memset(p->matrix.block, 0, p->width * p->width * sizeof(double));
}
