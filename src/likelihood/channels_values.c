/* channels_values.c - yields of a block of bins: samples with shifts, then factors, then gammas, which may be profiled. */
#include <math.h>
#include <string.h>

#include "likelihood/bin_term.h"
#include "likelihood/channels_pass.h"

static int is_profiled(const fairu_pass *p, size_t parameter)
{
  return p->reduction && p->reduction->profiled[parameter] && p->channels->gammas[parameter].profilable;
}

static void set_slot(fairu_pass *p, size_t b, size_t parameter, fairu_slot *slot)
{
  if (is_profiled(p, parameter)) {
    const size_t at = b * p->stride + p->n_profiled[b]++;
    p->profiled[at] = (fairu_bin_gamma){ .gamma = &p->channels->gammas[parameter], .aux = p->aux[parameter] };
    p->profiled_param[at] = parameter;
    *slot = (fairu_slot){ 1.0, (uint32_t)p->n_profiled[b], 0, FAIRU_NONE };
    return;
  }
  const size_t column = p->reduction ? p->reduction->column[parameter] : parameter;
  *slot = (fairu_slot){ p->params[parameter], 0, column != FAIRU_NONE, column };
  p->n_active[b] += slot->active;
}

static void set_slots(fairu_pass *p)
{
  const fairu_channels *of = p->channels;
  size_t rows = 0;
  for (size_t b = 0; b < p->bins; b++) {
    const size_t bin = p->channel->first_bin + p->first + b, first = of->first_slot[bin];
    p->n_profiled[b] = p->n_active[b] = 0;
    for (size_t i = first; i < of->first_slot[bin + 1]; i++)
      set_slot(p, b, of->slots[i], &p->slots[b * p->stride + (i - first)]);
    p->first_row[b] = rows;
    rows += 1 + p->n_profiled[b];
  }
  p->first_row[p->bins] = rows;
}

static void add_splines(const fairu_pass *p, const fairu_flat_sample *sample, double *total)
{
  const size_t n_bins = p->channel->n_bins;
  const fairu_shift *shift = p->channels->shifts + sample->shifts + sample->n_shifts;
  for (size_t h = 0; h < sample->n_splines; h++, shift++) {
    const fairu_weights *w = &p->weights[shift->base];
    const size_t n_knots = p->channels->bases[shift->base].n_knots;
    const double *y = p->channels->rows + shift->rows + w->interval * n_bins + p->first;
    const double *m = y + n_knots * n_bins;
    for (size_t b = 0; b < p->bins; b++)
      total[b] +=
          w->c[0][0] * y[b] + w->c[0][1] * y[n_bins + b] + (w->c[0][2] * m[b] + w->c[0][3] * m[n_bins + b]);
  }
}

static void multiply_gammas(const fairu_pass *p, const fairu_flat_sample *sample, double *gammas,
                            uint32_t *row)
{
  for (size_t g = 0; g < sample->n_gammas; g++) {
    const uint32_t *positions = p->channels->positions + sample->gammas + g * p->channel->n_bins + p->first;
    for (size_t b = 0; b < p->bins; b++) {
      if (positions[b] == FAIRU_NOWHERE)
        continue;
      const fairu_slot *slot = &p->slots[b * p->stride + positions[b]];
      gammas[b] *= slot->value; /* 1 for a profiled one */
      row[b] += slot->row;
    }
  }
}

void fairu_pass__sample_values(fairu_pass *p, const fairu_flat_sample *sample, size_t place)
{
  const fairu_channels *of = p->channels;
  const size_t at = place * p->bins;
  double *total = p->total + at;
  memcpy(total, of->nominal + sample->nominal + p->first, p->bins * sizeof *total);
  if (sample->n_shifts)
    p->kernels->add_pairs(sample->n_shifts, p->bins, p->channel->n_bins, of->rows + sample->rows + p->first,
                          p->mix + 2 * (sample->shifts - p->channel->shifts), total);
  add_splines(p, sample, total);
  for (size_t b = 0; b < p->bins; b++) {
    p->gammas[at + b] = p->best[at + b] = 1.0;
    p->row[at + b] = 0;
  }
  multiply_gammas(p, sample, p->gammas + at, p->row + at);
}

static void sum_samples(fairu_pass *p)
{
  memset(p->fixed, 0, p->bins * sizeof *p->fixed);
  for (size_t s = 0; s < p->channel->n_samples; s++) {
    const size_t at = s * p->bins;
    fairu_pass__sample_values(p, &p->channels->samples[p->channel->samples + s], s);
    for (size_t b = 0; b < p->bins; b++) {
      const double yield = p->product[s] * (p->total[at + b] * p->gammas[at + b]);
      if (p->row[at + b])
        p->profiled[b * p->stride + p->row[at + b] - 1].yield += yield;
      else
        p->fixed[b] += yield;
    }
  }
}

static void profile_bin(fairu_pass *p, size_t b, double n)
{
  fairu_bin_gamma *gammas = p->profiled + b * p->stride;
  fairu_bin_state state;
  fairu_profile__bin(p->fixed[b], n, gammas, p->n_profiled[b], &state);
  p->nu[b] = state.nu;
  p->slope[b] = state.slope;
  p->weight[b] = state.weight;
  for (size_t k = 0; k < p->n_profiled[b]; k++) {
    p->params[p->profiled_param[b * p->stride + k]] = gammas[k].value;
    fairu_sum__add(&p->nll, gammas[k].term);
  }
  for (size_t s = 0; s < p->channel->n_samples; s++) {
    const uint32_t row = p->row[s * p->bins + b];
    if (row)
      p->best[s * p->bins + b] = gammas[row - 1].value;
  }
}

static int term_of_bin(fairu_pass *p, size_t b)
{
  const double n = p->observed[p->channel->first_bin + p->first + b];
  fairu_bin_term term;
  if (p->n_profiled[b])
    profile_bin(p, b, n);
  else
    p->nu[b] = p->fixed[b];
  const double nu = p->nu[b];
  if (!(nu > 0.0 || (nu == 0.0 && n == 0.0)) || nu > 1e300)
    return fairu_context__fail(p->ctx, FAIRU_ERR_NEGATIVE_YIELD, "channel '%s': bin %zu expects %g",
                               p->channel->name, p->first + b, nu);
  fairu_bin_term__fixed(nu, n, &term);
  fairu_sum__add(&p->nll, term.deviance);
  if (!p->n_profiled[b]) {
    p->slope[b] = term.first[FAIRU_BIN_NU];
    p->weight[b] = term.second[FAIRU_BIN_NU][FAIRU_BIN_NU];
  }
  return FAIRU_OK;
}

int fairu_pass__values(fairu_pass *p)
{
  set_slots(p);
  sum_samples(p);
  for (size_t b = 0; b < p->bins; b++) {
    if (!p->observed) {
      p->nu[b] = p->fixed[b];
      p->slope[b] = p->weight[b] = 0.0;
      continue;
    }
    const int status = term_of_bin(p, b);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}
