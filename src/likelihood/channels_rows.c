/* channels_rows.c - first derivatives of yields as rows, one of nu and one of the yield of each profiled gamma per bin; and the sums
 * over bins from which second derivatives follow. */
#include <string.h>

#include "likelihood/channels_pass.h"

/* The sample at work. */
typedef struct sample_rows {
  const fairu_flat_sample *sample;
  const fairu_shift *shifts;
  const uint32_t *scale_column, *shift_column;
  const fairu_scale_value *factors;
  size_t n_shifts; /* with splines */
  double product;
  const double *total, *gammas, *best;
  const uint32_t *row;
  double *sums; /* of the sample; those of its rows at row_sums */
  double *row_sums;
} sample_rows;

static const double *spline_values(const fairu_pass *p, const fairu_shift *shift, const fairu_weights *w)
{
  return p->channels->rows + shift->rows + w->interval * p->channel->n_bins + p->first;
}

static void spline_slopes(fairu_pass *p, const sample_rows *s)
{
  const size_t n_bins = p->channel->n_bins;
  for (size_t h = s->sample->n_shifts; h < s->n_shifts; h++) {
    const fairu_weights *w = &p->weights[s->shifts[h].base];
    const size_t n_knots = p->channels->bases[s->shifts[h].base].n_knots;
    const double *y = spline_values(p, &s->shifts[h], w), *m = y + n_knots * n_bins;
    double *out = p->slopes + h * p->bins;
    for (size_t b = 0; b < p->bins; b++)
      out[b] =
          w->c[1][0] * y[b] + w->c[1][1] * y[n_bins + b] + (w->c[1][2] * m[b] + w->c[1][3] * m[n_bins + b]);
  }
}

static void shift_slopes(fairu_pass *p, const sample_rows *s)
{
  if (s->sample->n_shifts)
    p->kernels->mix_pairs(s->sample->n_shifts, p->bins, p->channel->n_bins,
                          p->channels->rows + s->sample->rows + p->first,
                          p->mix_slope + 2 * (s->sample->shifts - p->channel->shifts), p->slopes);
  spline_slopes(p, s);
}

/* Sums over bins of slope * gammas * (yield or row): what second derivatives need. */
static void add_sums(fairu_pass *p, const sample_rows *s)
{
  const size_t n_bins = p->channel->n_bins;
  double sum = 0.0;
  for (size_t b = 0; b < p->bins; b++) {
    p->work[b] = p->slope[b] * (s->gammas[b] * s->best[b]);
    sum += p->work[b] * s->total[b];
  }
  *s->sums += sum;
  if (s->sample->n_shifts)
    p->kernels->dot_rows(2 * s->sample->n_shifts, p->bins, n_bins,
                         p->channels->rows + s->sample->rows + p->first, p->work, s->row_sums);
  double *spline_sums = s->row_sums + 2 * s->sample->n_shifts;
  for (size_t h = s->sample->n_shifts; h < s->n_shifts; h++) {
    const fairu_weights *w = &p->weights[s->shifts[h].base];
    const double *y = spline_values(p, &s->shifts[h], w);
    const size_t to_moments = p->channels->bases[s->shifts[h].base].n_knots * n_bins;
    p->kernels->dot_rows(2, p->bins, n_bins, y, p->work, spline_sums);
    p->kernels->dot_rows(2, p->bins, n_bins, y + to_moments, p->work, spline_sums + 2);
    spline_sums += 4;
  }
}

/* All factors at once: the row of their slopes, times the yield of each bin. */
static void add_factors(fairu_pass *p, const sample_rows *s)
{
  if (!s->sample->n_scales)
    return;
  memset(p->factor_slopes, 0, p->width * sizeof *p->factor_slopes);
  for (size_t k = 0; k < s->sample->n_scales; k++)
    if (s->scale_column[k] != FAIRU_NOWHERE)
      p->factor_slopes[s->scale_column[k]] += s->factors[k].slope;
  for (size_t b = 0; b < p->bins; b++)
    p->work[b] = s->total[b] * s->gammas[b];
  p->kernels->add_to_rows(p->bins, p->sample_row, p->width, p->work, p->factor_slopes, p->x);
}

static void add_shifts(fairu_pass *p, const sample_rows *s)
{
  for (size_t b = 0; b < p->bins; b++)
    p->work[b] = s->product * s->gammas[b];
  for (size_t h = 0; h < s->n_shifts; h++) {
    if (s->shift_column[h] == FAIRU_NOWHERE)
      continue;
    double *x = p->x + s->shift_column[h];
    const double *slopes = p->slopes + h * p->bins;
    for (size_t b = 0; b < p->bins; b++)
      x[p->sample_row[b] * p->width] += p->work[b] * slopes[b];
  }
}

static void add_wide(fairu_pass *p, const sample_rows *s)
{
  for (size_t b = 0; b < p->bins; b++)
    p->sample_row[b] = p->first_row[b] + s->row[b];
  add_factors(p, s);
  add_shifts(p, s);
}

/* ---- slots ---------------------------------------------------------------------------------------------- */

static size_t slot_at(const fairu_pass *p, const sample_rows *s, size_t g, size_t b)
{
  const uint32_t position = p->channels->positions[s->sample->gammas + g * p->channel->n_bins + p->first + b];
  return position == FAIRU_NOWHERE ? FAIRU_NONE : b * p->stride + position;
}

/* Product of the gammas of the sample in bin b without g and h. */
static double gammas_without(const fairu_pass *p, const sample_rows *s, size_t b, size_t g, size_t h)
{
  double product = 1.0;
  for (size_t k = 0; k < s->sample->n_gammas; k++) {
    const size_t slot = k == g || k == h ? FAIRU_NONE : slot_at(p, s, k, b);
    product *= slot == FAIRU_NONE ? 1.0 : p->slots[slot].value;
  }
  return product;
}

/* Second derivatives in the slot and wide parameters, times slope. */
static void add_cross(fairu_pass *p, const sample_rows *s, size_t b, size_t slot, double scale)
{
  double *cross = p->cross + slot * p->width;
  for (size_t k = 0; k < s->sample->n_scales; k++) {
    const uint32_t column = s->scale_column[k];
    if (column != FAIRU_NOWHERE)
      cross[column] += scale * s->factors[k].slope * s->total[b];
  }
  for (size_t h = 0; h < s->n_shifts; h++) {
    const uint32_t column = s->shift_column[h];
    if (column != FAIRU_NOWHERE)
      cross[column] += scale * s->product * p->slopes[h * p->bins + b];
  }
}

/* Second derivatives in two slots of the bin; both triangles. */
static void add_pairs(fairu_pass *p, const sample_rows *s, size_t b, size_t g)
{
  const size_t at = slot_at(p, s, g, b), first = b * p->stride;
  const double yield = p->slope[b] * s->best[b] * s->product * s->total[b];
  for (size_t h = 0; h < g; h++) {
    const size_t other = slot_at(p, s, h, b);
    if (other == FAIRU_NONE || !p->slots[other].active)
      continue;
    const double value = yield * gammas_without(p, s, b, g, h);
    p->pairs[at * p->stride + (other - first)] += value;
    p->pairs[other * p->stride + (at - first)] += value;
  }
}

static void add_slots(fairu_pass *p, const sample_rows *s, size_t b)
{
  for (size_t g = 0; g < s->sample->n_gammas; g++) {
    const size_t at = slot_at(p, s, g, b);
    if (at == FAIRU_NONE || !p->slots[at].active)
      continue;
    const double others = gammas_without(p, s, b, g, g);
    p->slot_x[(p->first_row[b] + s->row[b]) * p->stride + (at - b * p->stride)] +=
        s->product * (s->total[b] * others);
    if (p->order < 2)
      continue;
    add_cross(p, s, b, at, p->slope[b] * s->best[b] * others);
    add_pairs(p, s, b, g);
  }
}

/* ---- all samples ---------------------------------------------------------------------------------------- */

static void clear_rows(fairu_pass *p)
{
  const size_t rows = p->first_row[p->bins];
  memset(p->x, 0, rows * p->width * sizeof *p->x);
  memset(p->slot_x, 0, rows * p->stride * sizeof *p->slot_x);
  for (size_t b = 0; p->order > 1 && b < p->bins; b++) {
    if (!p->n_active[b])
      continue;
    memset(p->cross + b * p->stride * p->width, 0, p->stride * p->width * sizeof *p->cross);
    memset(p->pairs + b * p->stride * p->stride, 0, p->stride * p->stride * sizeof *p->pairs);
  }
}

static void add_sample(fairu_pass *p, size_t place)
{
  const fairu_channels *of = p->channels;
  const fairu_flat_sample *sample = &of->samples[p->channel->samples + place];
  const size_t at = place * p->bins;
  double *sums = p->sums.block + p->width;
  const sample_rows s = { .sample = sample,
                          .shifts = of->shifts + sample->shifts,
                          .scale_column = p->scale_column + (sample->scales - p->channel->scales),
                          .shift_column = p->shift_column + (sample->shifts - p->channel->shifts),
                          .factors = p->factors + (sample->scales - p->channel->scales),
                          .n_shifts = sample->n_shifts + sample->n_splines,
                          .product = p->product[place],
                          .total = p->total + at,
                          .gammas = p->gammas + at,
                          .best = p->best + at,
                          .row = p->row + at,
                          .sums = sums + place,
                          .row_sums =
                              sums + p->channel->n_samples + 4 * (sample->shifts - p->channel->shifts) };
  shift_slopes(p, &s);
  add_wide(p, &s);
  for (size_t b = 0; sample->n_gammas && b < p->bins; b++)
    if (p->n_active[b])
      add_slots(p, &s, b);
  if (p->order > 1)
    add_sums(p, &s);
}

static void add_scaled(double *to, const double *from, double scale, size_t n)
{
  for (size_t i = 0; i < n; i++)
    to[i] += scale * from[i];
}

/* The row of nu takes those of its profiled gammas. */
static void complete_rows(fairu_pass *p)
{
  for (size_t b = 0; b < p->bins; b++) {
    const size_t row = p->first_row[b];
    for (size_t k = 0; k < p->n_profiled[b]; k++) {
      const double g = p->profiled[b * p->stride + k].value;
      add_scaled(p->x + row * p->width, p->x + (row + 1 + k) * p->width, g, p->width);
      if (p->n_active[b])
        add_scaled(p->slot_x + row * p->stride, p->slot_x + (row + 1 + k) * p->stride, g, p->stride);
    }
  }
}

void fairu_pass__rows(fairu_pass *p)
{
  clear_rows(p);
  for (size_t s = 0; s < p->channel->n_samples; s++)
    add_sample(p, s);
  complete_rows(p);
}
