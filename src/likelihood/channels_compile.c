/* channels_compile.c - from what was said of a model to flat arrays: count, take memory once, fill. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "likelihood/channels_private.h"
#include "numeric/spline.h"

typedef struct compiler {
  fairu_context *ctx;
  const fairu_model *model;
  fairu_channels *to;
  size_t n_scales, n_norms, n_shifts, n_knots, n_nominal, n_rows, n_positions, n_wide, n_slots;
  uint32_t *local;      /* [n_params] place among the wide parameters of the channel at work */
  uint32_t *first_base; /* [n_params] */
  uint32_t *next_base;  /* [shifts] the next one of the same parameter */
  size_t channel, sample;
} compiler;

/* ---- which effects count ------------------------------------------------------------------------------- */

static int is_shift(const fairu_effect *effect)
{
  return effect->kind == FAIRU_EFFECT_SHIFT || effect->kind == FAIRU_EFFECT_SPLINE;
}

/* A norm that is 1 and a shift by nothing do nothing. */
static int has_effect(const fairu_effect *effect, const fairu_sample *sample, size_t n_bins)
{
  if (effect->kind == FAIRU_EFFECT_NORM)
    return !(effect->down == 1.0 && effect->up == 1.0);
  const size_t sets = effect->kind == FAIRU_EFFECT_SHIFT    ? 2
                      : effect->kind == FAIRU_EFFECT_SPLINE ? effect->n_knots
                                                            : 0;
  for (size_t i = 0; i < sets; i++)
    if (memcmp(effect->yields + i * n_bins, sample->yields, n_bins * sizeof(double)) != 0)
      return 1;
  return sets == 0;
}

static size_t rows_of(const fairu_effect *effect)
{
  return effect->kind == FAIRU_EFFECT_SHIFT ? 2 : 2 * effect->n_knots;
}

/* ---- counting ------------------------------------------------------------------------------------------- */

static void count_sample(compiler *c, const fairu_sample *sample)
{
  const size_t n_bins = c->model->channels[sample->channel].n_bins;
  c->n_nominal += n_bins;
  for (size_t e = 0; e < sample->n_effects; e++) {
    const fairu_effect *effect = &sample->effects[e];
    if (!has_effect(effect, sample, n_bins))
      continue;
    c->n_wide += effect->kind != FAIRU_EFFECT_BIN_FACTORS;
    c->n_scales += effect->kind == FAIRU_EFFECT_FACTOR || effect->kind == FAIRU_EFFECT_NORM;
    c->n_norms += effect->kind == FAIRU_EFFECT_NORM;
    if (is_shift(effect)) {
      c->n_shifts++;
      c->n_knots += effect->n_knots;
      c->n_rows += rows_of(effect) * n_bins;
    }
    if (effect->kind == FAIRU_EFFECT_BIN_FACTORS)
      c->n_positions += n_bins;
  }
}

static int take(compiler *c, void *place, size_t count, size_t size)
{
  void *memory = fairu_context__new_unset(c->ctx, count ? count : 1, size, "compiled channels");
  memcpy(place, &memory, sizeof memory);
  return memory ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

static int take_all(compiler *c)
{
  fairu_channels *to = c->to;
  const size_t bases = c->n_shifts;
  const struct {
    void *place;
    size_t count, size;
  } parts[] = { { &to->samples, to->n_samples, sizeof *to->samples },
                { &to->place, to->n_samples, sizeof *to->place },
                { &to->owner, to->n_samples, sizeof *to->owner },
                { &to->wide, c->n_wide, sizeof *to->wide },
                { &to->scales, c->n_scales, sizeof *to->scales },
                { &to->norms, c->n_norms, sizeof *to->norms },
                { &to->shifts, c->n_shifts, sizeof *to->shifts },
                { &to->bases, bases, sizeof *to->bases },
                { &to->knots, c->n_knots, sizeof *to->knots },
                { &to->nominal, c->n_nominal, sizeof *to->nominal },
                { &to->rows, c->n_rows, sizeof *to->rows },
                { &to->first_slot, to->n_bins + 1, sizeof *to->first_slot },
                { &to->slots, c->n_positions, sizeof *to->slots },
                { &to->positions, c->n_positions, sizeof *to->positions },
                { &to->gammas, to->n_params, sizeof *to->gammas } };
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (take(c, parts[i].place, parts[i].count, parts[i].size) != FAIRU_OK)
      return FAIRU_ERR_OUT_OF_MEMORY;
  return FAIRU_OK;
}

/* ---- wide parameters of a channel ----------------------------------------------------------------------- */

static int compare_places(const void *a, const void *b)
{
  uint32_t x, y;
  memcpy(&x, a, sizeof x);
  memcpy(&y, b, sizeof y);
  return (x > y) - (x < y);
}

static void note_wide(compiler *c, const fairu_sample *sample, fairu_flat_channel *channel)
{
  for (size_t e = 0; e < sample->n_effects; e++) {
    const fairu_effect *effect = &sample->effects[e];
    if (effect->kind == FAIRU_EFFECT_BIN_FACTORS || !has_effect(effect, sample, channel->n_bins) ||
        c->local[effect->parameter] != FAIRU_NOWHERE)
      continue;
    c->local[effect->parameter] = 0;
    c->to->wide[channel->wide + channel->n_wide++] = (uint32_t)effect->parameter;
  }
}

static void number_wide(compiler *c, fairu_flat_channel *channel)
{
  uint32_t *wide = c->to->wide + channel->wide;
  qsort(wide, channel->n_wide, sizeof *wide, compare_places);
  for (size_t i = 0; i < channel->n_wide; i++)
    c->local[wide[i]] = (uint32_t)i;
}

static void forget_wide(compiler *c, const fairu_flat_channel *channel)
{
  for (size_t i = 0; i < channel->n_wide; i++)
    c->local[c->to->wide[channel->wide + i]] = FAIRU_NOWHERE;
}

/* ---- effects of a sample -------------------------------------------------------------------------------- */

static void add_scale(compiler *c, const fairu_effect *effect, fairu_flat_sample *flat)
{
  fairu_channels *to = c->to;
  fairu_scale *scale = &to->scales[flat->scales + flat->n_scales++];
  *scale = (fairu_scale){ (uint32_t)effect->parameter, c->local[effect->parameter], FAIRU_NOWHERE };
  if (effect->kind == FAIRU_EFFECT_NORM) {
    fairu_norm__prepare(effect->down, effect->up, effect->code, &to->norms[c->n_norms]);
    scale->norm = (uint32_t)c->n_norms++;
  }
  for (size_t k = flat->scales; to->scales + k < scale; k++)
    flat->repeats |= to->scales[k].parameter == scale->parameter;
}

static int same_base(const fairu_channels *to, const fairu_base *base, const fairu_effect *effect)
{
  if (effect->kind == FAIRU_EFFECT_SHIFT)
    return base->n_knots == 0 && base->code == effect->code;
  return base->n_knots == effect->n_knots &&
         memcmp(to->knots + base->knots, effect->knots, effect->n_knots * sizeof(double)) == 0;
}

/* One for each parameter and code, shared by all channels. */
static uint32_t base_of(compiler *c, const fairu_effect *effect)
{
  fairu_channels *to = c->to;
  uint32_t *last = &c->first_base[effect->parameter];
  for (; *last != FAIRU_NOWHERE; last = &c->next_base[*last])
    if (same_base(to, &to->bases[*last], effect))
      return *last;
  fairu_base *base = &to->bases[to->n_bases];
  *base = (fairu_base){ .parameter = (uint32_t)effect->parameter, .code = effect->code };
  if (effect->kind == FAIRU_EFFECT_SPLINE) {
    base->n_knots = (uint32_t)effect->n_knots;
    base->knots = c->n_knots;
    memcpy(to->knots + c->n_knots, effect->knots, effect->n_knots * sizeof(double));
    c->n_knots += effect->n_knots;
  }
  *last = (uint32_t)to->n_bases;
  c->next_base[*last] = FAIRU_NOWHERE;
  return (uint32_t)to->n_bases++;
}

static void up_and_down(const fairu_effect *effect, const double *nominal, size_t n_bins, double *rows)
{
  for (size_t b = 0; b < n_bins; b++) {
    rows[b] = effect->yields[n_bins + b] - nominal[b];
    rows[n_bins + b] = nominal[b] - effect->yields[b];
  }
}

static int spline_rows(compiler *c, const fairu_effect *effect, const double *nominal, size_t n_bins,
                       double *rows)
{
  const fairu_mark mark = fairu_context__mark(c->ctx);
  double *work = fairu_context__scratch(c->ctx, effect->n_knots, 4 * sizeof *work, "spline of a shift");
  if (!work)
    return FAIRU_ERR_OUT_OF_MEMORY;
  double *moments = rows + effect->n_knots * n_bins;
  for (size_t k = 0; k < effect->n_knots; k++)
    for (size_t b = 0; b < n_bins; b++)
      rows[k * n_bins + b] = effect->yields[k * n_bins + b] - nominal[b];
  for (size_t b = 0; b < n_bins; b++)
    fairu_spline__moments(effect->knots, effect->n_knots, rows + b, n_bins, moments + b, n_bins, work);
  fairu_context__release(c->ctx, mark);
  return FAIRU_OK;
}

static int add_shift(compiler *c, const fairu_effect *effect, const fairu_sample *sample,
                     const fairu_flat_channel *channel, fairu_flat_sample *flat)
{
  double *rows = c->to->rows + c->n_rows;
  const uint32_t base = base_of(c, effect);
  c->to->shifts[c->n_shifts++] = (fairu_shift){ c->local[effect->parameter], base, c->n_rows };
  c->n_rows += rows_of(effect) * channel->n_bins;
  if (effect->kind == FAIRU_EFFECT_SPLINE) {
    flat->n_splines++;
    return spline_rows(c, effect, sample->yields, channel->n_bins, rows);
  }
  flat->n_shifts++;
  up_and_down(effect, sample->yields, channel->n_bins, rows);
  return FAIRU_OK;
}

/* Parameters for now; slots once all samples of the channel are known. */
static void add_gammas(compiler *c, const fairu_effect *effect, size_t n_bins, fairu_flat_sample *flat)
{
  flat->n_gammas++;
  for (size_t b = 0; b < n_bins; b++)
    c->to->positions[c->n_positions++] =
        effect->parameters[b] == FAIRU_NONE ? FAIRU_NOWHERE : (uint32_t)effect->parameters[b];
}

static int add_kind(compiler *c, const fairu_sample *sample, const fairu_flat_channel *channel, int kind,
                    fairu_flat_sample *flat)
{
  for (size_t e = 0; e < sample->n_effects; e++) {
    const fairu_effect *effect = &sample->effects[e];
    const int scale = effect->kind == FAIRU_EFFECT_NORM || effect->kind == FAIRU_EFFECT_FACTOR;
    if ((scale ? (int)FAIRU_EFFECT_FACTOR : (int)effect->kind) != kind ||
        !has_effect(effect, sample, channel->n_bins))
      continue;
    int status = FAIRU_OK;
    if (scale)
      add_scale(c, effect, flat);
    else if (is_shift(effect))
      status = add_shift(c, effect, sample, channel, flat);
    else
      add_gammas(c, effect, channel->n_bins, flat);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

static int add_sample(compiler *c, const fairu_sample *sample, const fairu_flat_channel *channel)
{
  static const int kinds[] = { FAIRU_EFFECT_FACTOR, FAIRU_EFFECT_SHIFT, FAIRU_EFFECT_SPLINE,
                               FAIRU_EFFECT_BIN_FACTORS };
  fairu_flat_sample *flat = &c->to->samples[c->sample];
  *flat = (fairu_flat_sample){ .scales = channel->scales + channel->n_scales,
                               .shifts = c->n_shifts,
                               .rows = c->n_rows,
                               .nominal = c->n_nominal,
                               .gammas = c->n_positions };
  memcpy(c->to->nominal + c->n_nominal, sample->yields, channel->n_bins * sizeof(double));
  c->n_nominal += channel->n_bins;
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    const int status = add_kind(c, sample, channel, kinds[k], flat);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

/* ---- slots: parameters that scale a single bin ---------------------------------------------------------- */

/* The slot of a parameter in bin b of the channel at work; a new one if it has none yet. */
static uint32_t slot_of(compiler *c, size_t first, uint32_t parameter)
{
  uint32_t *slots = c->to->slots;
  for (size_t i = first; i < c->n_slots; i++)
    if (slots[i] == parameter)
      return (uint32_t)(i - first);
  slots[c->n_slots] = parameter;
  return (uint32_t)(c->n_slots++ - first);
}

static void number_bin(compiler *c, const fairu_flat_channel *channel, size_t bin)
{
  fairu_channels *to = c->to;
  const size_t first = c->n_slots;
  to->first_slot[channel->first_bin + bin] = first;
  for (size_t s = channel->samples; s < channel->samples + channel->n_samples; s++)
    for (size_t g = 0; g < to->samples[s].n_gammas; g++) {
      uint32_t *position = &to->positions[to->samples[s].gammas + g * channel->n_bins + bin];
      if (*position != FAIRU_NOWHERE)
        *position = slot_of(c, first, *position);
    }
  const size_t n = c->n_slots - first;
  to->most_slots = n > to->most_slots ? n : to->most_slots;
}

/* ---- channels ------------------------------------------------------------------------------------------- */

static int add_samples(compiler *c, const size_t *order, fairu_flat_channel *channel)
{
  for (size_t s = 0; s < channel->n_samples; s++, c->sample++) {
    const size_t place = order[channel->samples + s];
    const int status = add_sample(c, &c->model->samples[place], channel);
    if (status != FAIRU_OK)
      return status;
    const fairu_flat_sample *flat = &c->to->samples[c->sample];
    channel->n_scales += flat->n_scales;
    c->to->place[place] = c->sample;
    c->to->owner[c->sample] = c->channel;
    const size_t shifts = flat->n_shifts + flat->n_splines;
    c->to->most_sample_shifts = shifts > c->to->most_sample_shifts ? shifts : c->to->most_sample_shifts;
  }
  channel->n_shifts = c->n_shifts - channel->shifts;
  return FAIRU_OK;
}

static void at_least(size_t *most, size_t n)
{
  *most = n > *most ? n : *most;
}

/* Rows of derivatives of a block stay in the second-level cache; merging a block costs about as much as one of its bins, so not too few. */
static void choose_block(fairu_channels *to, fairu_flat_channel *channel, size_t slots)
{
  const size_t per_bin = (1 + slots) * fairu_channels__pad(channel->n_wide);
  channel->slots = slots;
  size_t block = per_bin ? 16384 / per_bin : 256;
  block = block > 256 ? 256 : block < 64 ? 64 : block & ~(size_t)7;
  channel->block = block < channel->n_bins ? block : channel->n_bins;
  at_least(&to->most_block, channel->block);
  at_least(&to->most_cells, channel->block * channel->n_samples);
  at_least(&to->most_samples, channel->n_samples);
  at_least(&to->most_scales, channel->n_scales);
  at_least(&to->most_shifts, channel->n_shifts);
  at_least(&to->most_wide, channel->n_wide);
  at_least(&to->most_rows, channel->block * per_bin);
}

static int add_channel(compiler *c, const size_t *order, fairu_flat_channel *channel)
{
  const fairu_channel *from = &c->model->channels[c->channel];
  *channel =
      (fairu_flat_channel){ .name = fairu_context__copy_string(c->ctx, from->name, "name of a channel"),
                            .first_bin = from->first_bin,
                            .n_bins = from->n_bins,
                            .samples = channel->samples,
                            .n_samples = channel->n_samples,
                            .wide = c->n_wide,
                            .scales = c->n_scales,
                            .shifts = c->n_shifts };
  if (!channel->name)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t s = 0; s < channel->n_samples; s++)
    note_wide(c, &c->model->samples[order[channel->samples + s]], channel);
  number_wide(c, channel);
  const int status = add_samples(c, order, channel);
  forget_wide(c, channel);
  c->n_wide += channel->n_wide;
  c->n_scales += channel->n_scales;
  const size_t before = c->to->most_slots;
  c->to->most_slots = 0;
  for (size_t b = 0; status == FAIRU_OK && b < channel->n_bins; b++)
    number_bin(c, channel, b);
  choose_block(c->to, channel, c->to->most_slots);
  at_least(&c->to->most_slots, before);
  return status;
}

/* Samples by channel, in their order: order [n_samples] places in the model. */
static void sort_samples(const compiler *c, size_t *order)
{
  fairu_flat_channel *channels = c->to->channels;
  const fairu_model *model = c->model;
  size_t first = 0;
  for (size_t s = 0; s < model->n_samples; s++)
    channels[model->samples[s].channel].n_samples++;
  for (size_t i = 0; i < model->n_channels; i++) {
    channels[i].samples = first;
    first += channels[i].n_samples;
    channels[i].n_samples = 0;
  }
  for (size_t s = 0; s < model->n_samples; s++) {
    fairu_flat_channel *channel = &channels[model->samples[s].channel];
    order[channel->samples + channel->n_samples++] = s;
  }
}

static int fill(compiler *c, size_t n_shifts)
{
  fairu_channels *to = c->to;
  size_t *order = fairu_context__scratch(c->ctx, to->n_samples, sizeof *order, "order of samples");
  c->local = fairu_context__scratch(c->ctx, to->n_params, sizeof *c->local, "parameters of a channel");
  c->first_base = fairu_context__scratch(c->ctx, to->n_params, sizeof *c->first_base, "shifts of parameters");
  c->next_base = fairu_context__scratch(c->ctx, n_shifts, sizeof *c->next_base, "shifts of parameters");
  if (!order || !c->local || !c->first_base || !c->next_base)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < to->n_params; i++)
    c->local[i] = c->first_base[i] = FAIRU_NOWHERE;
  sort_samples(c, order);
  for (c->channel = 0; c->channel < to->n_channels; c->channel++) {
    int status = fairu_context__poll(c->ctx);
    if (status == FAIRU_OK)
      status = add_channel(c, order, &to->channels[c->channel]);
    if (status != FAIRU_OK)
      return status;
  }
  to->first_slot[to->n_bins] = c->n_slots;
  return FAIRU_OK;
}

static int compile(compiler *c)
{
  const fairu_model *model = c->model;
  fairu_channels *to = c->to;
  to->allocator = *fairu_context__allocator(c->ctx);
  to->n_params = model->n_params;
  to->n_bins = model->n_bins;
  to->n_samples = model->n_samples;
  to->channels = fairu_context__new(c->ctx, model->n_channels, sizeof *to->channels, "compiled channels");
  if (!to->channels)
    return FAIRU_ERR_OUT_OF_MEMORY;
  to->n_channels = model->n_channels;
  for (size_t s = 0; s < model->n_samples; s++)
    count_sample(c, &model->samples[s]);
  if (model->n_params >= FAIRU_NOWHERE || c->n_shifts >= FAIRU_NOWHERE || c->n_norms >= FAIRU_NOWHERE)
    return fairu_context__fail(c->ctx, FAIRU_ERR_LIMIT,
                               "a model has at most 2^32 - 2 parameters and effects");
  if (take_all(c) != FAIRU_OK)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const size_t n_shifts = c->n_shifts;
  *c = (compiler){ .ctx = c->ctx, .model = model, .to = to };
  const fairu_mark mark = fairu_context__mark(c->ctx);
  int status = fill(c, n_shifts);
  if (status == FAIRU_OK)
    status = fairu_channels__find_gammas(to, c->ctx, model);
  fairu_context__release(c->ctx, mark);
  return status;
}

int fairu_channels__compile(fairu_context *ctx, const fairu_model *model, fairu_channels **out)
{
  *out = NULL;
  fairu_channels *to = fairu_context__new(ctx, 1, sizeof *to, "compiled channels");
  if (!to)
    return FAIRU_ERR_OUT_OF_MEMORY;
  compiler c = { .ctx = ctx, .model = model, .to = to };
  const int status = compile(&c);
  if (status != FAIRU_OK) {
    fairu_channels__destroy(to);
    return status;
  }
  *out = to;
  return FAIRU_OK;
}

void fairu_channels__destroy(fairu_channels *channels)
{
  if (!channels)
    return;
  const fairu_allocator allocator = channels->allocator;
  for (size_t i = 0; i < channels->n_channels; i++)
    fairu_allocator__free(&allocator, channels->channels[i].name);
  void *parts[] = { channels->channels,   channels->samples, channels->place,     channels->owner,
                    channels->wide,       channels->scales,  channels->norms,     channels->shifts,
                    channels->bases,      channels->knots,   channels->nominal,   channels->rows,
                    channels->first_slot, channels->slots,   channels->positions, channels->gammas };
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    fairu_allocator__free(&allocator, parts[i]);
  fairu_allocator__free(&allocator, channels);
}
