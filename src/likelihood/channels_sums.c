/* channels_sums.c - from rows of derivatives to gradient and Hessian. Gammas that are profiled leave their Schur complement: with M =
 * weight A A^T + diag(curvature), J the row of nu and r_k those of the yields of the gammas,
 *   H = kept J J^T - slope sum_k lift_k (J r_k^T + r_k J^T) - slope^2 sum_kl (M^-1)_kl r_k r_l^T + slope * (second derivatives of nu)
 */
#include <math.h>
#include <string.h>

#include "likelihood/channels_pass.h"

/* ---- blocks ----------------------------------------------------------------------------------------------- */

/* total += block, and what rounding lost into carry; block is cleared. */
static void merge(const fairu_block_sum *sum, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const double t = sum->total[i] + sum->block[i], back = t - sum->total[i];
    sum->carry[i] += (sum->total[i] - (t - back)) + (sum->block[i] - back);
    sum->total[i] = t;
    sum->block[i] = 0.0;
  }
}

static void settle(const fairu_block_sum *sum, size_t n)
{
  for (size_t i = 0; i < n; i++)
    sum->block[i] = sum->total[i] + sum->carry[i];
}

static void start(const fairu_block_sum *sum, size_t n)
{
  memset(sum->total, 0, n * sizeof(double));
  memset(sum->carry, 0, n * sizeof(double));
}

/* One block needs no merging: it is the sum. */
static void merge_block(fairu_pass *p)
{
  const size_t n_matrix = p->order > 1 ? p->width * p->width : 0;
  if (p->channel->block >= p->channel->n_bins)
    return;
  if (p->first == 0) {
    start(&p->sums, p->n_sums);
    start(&p->matrix, n_matrix);
  }
  merge(&p->sums, p->n_sums);
  merge(&p->matrix, n_matrix);
  if (p->first + p->bins == p->channel->n_bins) {
    settle(&p->sums, p->n_sums);
    settle(&p->matrix, n_matrix);
  }
}

static void add_gradient(fairu_pass *p)
{
  p->kernels->sum_rows(p->bins, p->first_row, p->width, p->slope, p->x, p->sums.block);
  for (size_t b = 0; b < p->bins; b++) {
    const size_t bin = p->channel->first_bin + p->first + b;
    const size_t n = p->n_active[b] ? p->channels->first_slot[bin + 1] - p->channels->first_slot[bin] : 0;
    for (size_t i = 0; i < n; i++)
      if (p->slots[b * p->stride + i].active)
        p->gradient[p->slots[b * p->stride + i].column] +=
            p->slope[b] * p->slot_x[p->first_row[b] * p->stride + i];
  }
}

/* y rows such that sum x y^T is the first-order part of the Hessian of bin b; width n of rows. */
static void weigh_rows(const fairu_pass *p, size_t b, double kept, const double *x, double *y, size_t n)
{
  const size_t m = p->n_profiled[b];
  const double slope = p->slope[b];
  for (size_t i = 0; i < n; i++)
    y[i] = kept * x[i];
  for (size_t k = 0; k < m; k++) {
    const double *r = x + (1 + k) * n, c = slope * p->lift[k];
    double *to = y + (1 + k) * n;
    for (size_t i = 0; i < n; i++) {
      y[i] -= c * r[i];
      to[i] = -c * x[i];
    }
    for (size_t l = 0; l < m; l++) {
      const double d = slope * slope * p->inverse[k * m + l], *other = x + (1 + l) * n;
      if (d != 0.0)
        for (size_t i = 0; i < n; i++)
          to[i] -= d * other[i];
    }
  }
}

static void weigh_block(fairu_pass *p)
{
  for (size_t b = 0; b < p->bins; b++) {
    const size_t row = p->first_row[b];
    double kept = p->weight[b];
    if (p->n_profiled[b])
      fairu_profile__eliminate(p->profiled + b * p->stride, p->n_profiled[b], p->weight[b], &kept, p->lift,
                               p->inverse);
    weigh_rows(p, b, kept, p->x + row * p->width, p->y + row * p->width, p->width);
    if (p->n_active[b])
      weigh_rows(p, b, kept, p->slot_x + row * p->stride, p->slot_y + row * p->stride, p->stride);
  }
}

/* ---- slots: their columns belong to one bin ----------------------------------------------------------- */

static void add_entry(fairu_pass *p, size_t i, size_t j, double value)
{
  if (i == j)
    p->hessian[i * p->n + i] += 2.0 * value;
  else
    p->hessian[(i < j ? i : j) * p->n + (i < j ? j : i)] += value;
}

static void add_slot_columns(fairu_pass *p, size_t b, size_t i)
{
  const fairu_slot *slot = &p->slots[b * p->stride + i];
  double *cross = p->cross + (b * p->stride + i) * p->width;
  for (size_t row = p->first_row[b]; row < p->first_row[b + 1]; row++) {
    const double *x = p->x + row * p->width, y = p->slot_y[row * p->stride + i];
    for (size_t k = 0; k < p->n_columns; k++)
      cross[k] += x[k] * y;
  }
  for (size_t k = 0; k < p->n_columns; k++)
    add_entry(p, p->target[k], slot->column, cross[k]);
}

static void add_slot_pair(fairu_pass *p, size_t b, size_t i, size_t j)
{
  double sum = p->pairs[(b * p->stride + i) * p->stride + j];
  for (size_t row = p->first_row[b]; row < p->first_row[b + 1]; row++)
    sum += p->slot_x[row * p->stride + i] * p->slot_y[row * p->stride + j];
  const size_t a = p->slots[b * p->stride + i].column, c = p->slots[b * p->stride + j].column;
  p->hessian[(a < c ? a : c) * p->n + (a < c ? c : a)] += sum;
}

static void add_slots(fairu_pass *p, size_t b)
{
  const size_t bin = p->channel->first_bin + p->first + b;
  const size_t n = p->channels->first_slot[bin + 1] - p->channels->first_slot[bin];
  for (size_t i = 0; i < n; i++) {
    if (!p->slots[b * p->stride + i].active)
      continue;
    add_slot_columns(p, b, i);
    for (size_t j = 0; j <= i; j++)
      if (p->slots[b * p->stride + j].active)
        add_slot_pair(p, b, i, j);
  }
}

void fairu_pass__add_block(fairu_pass *p)
{
  add_gradient(p);
  if (p->order > 1) {
    weigh_block(p);
    p->kernels->add_outer(p->first_row[p->bins], p->width, p->x, p->y, p->matrix.block);
    for (size_t b = 0; b < p->bins; b++)
      if (p->n_active[b])
        add_slots(p, b);
  }
  merge_block(p);
}

/* ---- second derivatives of samples -------------------------------------------------------------------- */

/* Factors smaller than this count as 0 in products of second order without them. */
static const double tiny = 1e-200;

typedef struct sample_sums {
  const fairu_scale *scales;
  const fairu_scale_value *factors;
  const fairu_shift *shifts;
  const uint32_t *scale_column, *shift_column;
  size_t n_scales, n_pairs, n_shifts; /* pairs: shifts but splines */
  double product, sum;
  const double *row_sums;
  double *a, *c;    /* [width] rows: the part off the diagonal is a c^T + c a^T */
  double *diagonal; /* [width] */
} sample_sums;

static void add_shift_sums(const fairu_pass *p, const sample_sums *s)
{
  for (size_t h = 0; h < s->n_shifts; h++) {
    const uint32_t column = s->shift_column[h];
    const fairu_weights *w = &p->weights[s->shifts[h].base];
    const size_t n_rows = h < s->n_pairs ? 2 : 4;
    const double *sum = s->row_sums + (h < s->n_pairs ? 2 * h : 4 * h - 2 * s->n_pairs);
    if (column == FAIRU_NOWHERE)
      continue;
    double first = 0.0, second = 0.0;
    for (size_t i = 0; i < n_rows; i++) {
      first += w->c[1][i] * sum[i];
      second += w->c[2][i] * sum[i];
    }
    s->c[column] += first;
    s->diagonal[column] += s->product * second;
  }
}

static double without(const sample_sums *s, size_t k, size_t l)
{
  double product = 1.0;
  for (size_t i = 0; i < s->n_scales; i++)
    product *= i == k || i == l ? 1.0 : s->factors[i].value;
  return product;
}

/* Both factors are 0 (two in all): the one pair that is left. */
static void add_zero_pair(fairu_pass *p, const sample_sums *s, size_t k, size_t l)
{
  const uint32_t i = s->scale_column[k], j = s->scale_column[l];
  if (i == FAIRU_NOWHERE || j == FAIRU_NOWHERE || i == j)
    return;
  p->matrix.block[(i < j ? i : j) * p->width + (i < j ? j : i)] +=
      s->sum * s->factors[k].first * s->factors[l].first * without(s, k, l);
}

/* c gets first / value times the sum: half of it, for each pair meets twice; all of it where the pair is with the one factor that is 0. */
static void add_factor_pairs(fairu_pass *p, const sample_sums *s)
{
  size_t zeros = 0, at[2] = { 0, 0 };
  for (size_t k = 0; k < s->n_scales; k++)
    if (fabs(s->factors[k].value) < tiny && zeros++ < 2)
      at[zeros - 1] = k;
  if (zeros == 2)
    add_zero_pair(p, s, at[1], at[0]);
  const double part = zeros == 0 ? 0.5 * s->sum : s->sum;
  for (size_t k = 0; k < s->n_scales; k++) {
    const uint32_t column = s->scale_column[k];
    if (column == FAIRU_NOWHERE)
      continue;
    s->a[column] += s->factors[k].slope;
    if (zeros < 2 && !(fabs(s->factors[k].value) < tiny))
      s->c[column] += part * (s->factors[k].first / s->factors[k].value);
  }
}

/* The exact diagonal: second derivatives of each factor, products of two factors of one parameter, factor and shift of one. */
static void add_diagonal(const sample_sums *s, int repeats)
{
  for (size_t k = 0; k < s->n_scales; k++) {
    const uint32_t column = s->scale_column[k];
    if (column == FAIRU_NOWHERE)
      continue;
    if (s->factors[k].second != 0.0)
      s->diagonal[column] += s->sum * s->factors[k].second * s->factors[k].others;
    for (size_t l = 0; repeats && l < k; l++)
      if (s->scales[l].local == s->scales[k].local)
        s->diagonal[column] += 2.0 * s->sum * s->factors[k].first * s->factors[l].first * without(s, k, l);
  }
}

/* c holds only sums of shifts when this is called. */
static void add_mixed_diagonal(const sample_sums *s)
{
  for (size_t k = 0; k < s->n_scales; k++) {
    const uint32_t column = s->scale_column[k];
    if (column != FAIRU_NOWHERE)
      s->diagonal[column] += 2.0 * s->factors[k].slope * s->c[column];
  }
}

static void add_sample(fairu_pass *p, size_t place, double *diagonal)
{
  const fairu_channels *of = p->channels;
  const fairu_flat_sample *sample = &of->samples[p->channel->samples + place];
  const double *sums = p->sums.block + p->width;
  const sample_sums s = { .scales = of->scales + sample->scales,
                          .factors = p->factors + (sample->scales - p->channel->scales),
                          .shifts = of->shifts + sample->shifts,
                          .n_scales = sample->n_scales,
                          .scale_column = p->scale_column + (sample->scales - p->channel->scales),
                          .shift_column = p->shift_column + (sample->shifts - p->channel->shifts),
                          .n_pairs = sample->n_shifts,
                          .n_shifts = sample->n_shifts + sample->n_splines,
                          .product = p->product[place],
                          .sum = sums[place],
                          .row_sums =
                              sums + p->channel->n_samples + 4 * (sample->shifts - p->channel->shifts),
                          .a = p->y + 2 * place * p->width,
                          .c = p->y + (2 * place + 1) * p->width,
                          .diagonal = diagonal };
  add_shift_sums(p, &s);
  add_mixed_diagonal(&s);
  add_diagonal(&s, sample->repeats);
  add_factor_pairs(p, &s);
}

/* Rows a, c of all samples against c, a; the diagonal is not theirs. */
static void add_samples(fairu_pass *p)
{
  const size_t rows = 2 * p->channel->n_samples, width = p->width;
  double *diagonal = p->sums.total; /* read no more */
  memset(p->y, 0, rows * width * sizeof *p->y);
  for (size_t i = 0; i < width; i++)
    diagonal[i] = p->matrix.block[i * width + i];
  for (size_t s = 0; s < p->channel->n_samples; s++)
    add_sample(p, s, diagonal);
  for (size_t r = 0; r < rows; r++)
    memcpy(p->cross + r * width, p->y + (r ^ 1) * width, width * sizeof *p->y);
  p->kernels->add_outer(rows, width, p->y, p->cross, p->matrix.block);
  for (size_t i = 0; i < width; i++)
    p->matrix.block[i * width + i] = diagonal[i];
}

void fairu_pass__leave(fairu_pass *p)
{
  const size_t n = p->n_columns;
  for (size_t i = 0; i < n; i++)
    p->gradient[p->target[i]] += p->sums.block[i];
  if (p->order < 2)
    return;
  add_samples(p);
  const int together = n > 0 && p->target[n - 1] - p->target[0] == n - 1;
  for (size_t i = 0; i < n; i++) {
    double *row = p->hessian + p->target[i] * p->n;
    const double *from = p->matrix.block + i * p->width;
    for (size_t j = i; together && j < n; j++)
      row[p->target[0] + j] += from[j];
    for (size_t j = i; !together && j < n; j++)
      row[p->target[j]] += from[j];
  }
}
