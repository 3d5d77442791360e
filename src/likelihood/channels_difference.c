/* channels_difference.c - main term at one point minus that at another. Yields are not subtracted: each shift, factor and gamma
 * gives its own difference, and products carry (at a, at b, difference) along. What is left over rounds like the difference itself.
 */
#include <math.h>
#include <string.h>

#include "likelihood/channels_pass.h"
#include "numeric/remainder.h"

/* A quantity at both points. */
typedef struct both {
  double a, b, d;
} both;

static both times(both x, both y)
{
  return (both){ x.a * y.a, x.b * y.b, x.d * y.a + x.b * y.d };
}

/* ---- differences of functions of one parameter ---------------------------------------------------------- */

/* b, the knots strictly between, a: in this order. points [4]; the number of them. */
static size_t cut(double a, double b, double knot, double *points)
{
  const double sign = a > b ? 1.0 : -1.0, knots[2] = { -sign * knot, sign * knot };
  size_t n = 0;
  points[n++] = b;
  for (size_t i = knot > 0.0 ? 0 : 1; i < 2; i++)
    if ((knots[i] - b) * sign > 0.0 && (a - knots[i]) * sign > 0.0)
      points[n++] = knots[i];
  points[n++] = a;
  return n;
}

/* Polynomial of code 4: odd derivatives at the middle, exact for degree 6. */
static double polynomial_difference(const double *c, double middle, double d)
{
  const double x = middle;
  const double first =
      c[0] + x * (2.0 * c[1] + x * (3.0 * c[2] + x * (4.0 * c[3] + x * (5.0 * c[4] + x * 6.0 * c[5]))));
  const double third = 6.0 * c[2] + x * (24.0 * c[3] + x * (60.0 * c[4] + x * 120.0 * c[5]));
  const double fifth = 120.0 * c[4] + x * 720.0 * c[5];
  return d * (first + d * d * (third / 24.0 + d * d * fifth / 1920.0));
}

static double norm_difference(const fairu_norm *norm, double a, double b)
{
  double points[4], sum = 0.0;
  const size_t n = cut(a, b, norm->code == FAIRU_CODE_4 ? 1.0 : 0.0, points);
  for (size_t i = 1; i < n; i++) {
    const double from = points[i - 1], d = points[i] - from, middle = from + 0.5 * d;
    const double rate = middle > 0.0 ? norm->log_up : -norm->log_down;
    sum += norm->code == FAIRU_CODE_4 && fabs(middle) < 1.0 ? polynomial_difference(norm->a, middle, d)
                                                            : exp(from * rate) * expm1(d * rate);
  }
  return sum;
}

/* Even part of code 4p; what is odd is d / 2. */
static void sextic_difference(double middle, double d, double *difference)
{
  const double x = middle, y = x * x, d2 = d * d;
  const double even = d *
                      (x * (30.0 - y * (40.0 - 18.0 * y)) +
                       d2 * (x * (-240.0 + 360.0 * y) / 24.0 + d2 * x * 2160.0 / 1920.0)) /
                      16.0;
  difference[0] += 0.5 * d + even;
  difference[1] += 0.5 * d - even;
}

/* Up and down, piece by piece: quadratic at most, but for the inside of code 4p. */
static void pairs_difference(const fairu_channels *of, const fairu_base *base, double a, double b,
                             double *difference)
{
  double points[4];
  const size_t n = cut(a, b, base->code == FAIRU_CODE_0 ? 0.0 : 1.0, points);
  for (size_t i = 1; i < n; i++) {
    const double d = points[i] - points[i - 1], middle = points[i - 1] + 0.5 * d;
    if (base->code == FAIRU_CODE_4P && fabs(middle) <= 1.0) {
      sextic_difference(middle, d, difference);
      continue;
    }
    fairu_weights at;
    fairu_base__weigh(of, base, middle, &at);
    for (int k = 0; k < 2; k++)
      difference[k] += d * at.c[1][k];
  }
}

static int jumps(const fairu_base *base, double a, double b)
{
  return base->code == FAIRU_CODE_2_PYHF &&
         ((fabs(a) > 1.0) != (fabs(b) > 1.0) || (fabs(a) > 1.0 && a * b < 0.0));
}

/* Weights at a minus those at b. Splines: third degree, so that second derivatives at the ends say the rest. */
static void weights_difference(const fairu_channels *of, const fairu_base *base, double a, double b,
                               const fairu_weights *at_a, const fairu_weights *at_b, double *difference)
{
  const double d = a - b;
  if (!base->n_knots && !jumps(base, a, b)) {
    pairs_difference(of, base, a, b, difference);
    return;
  }
  const double *x = of->knots + base->knots;
  const size_t last = base->n_knots ? base->n_knots - 1 : 0;
  const int inside = last && at_a->interval == at_b->interval && fmin(a, b) >= x[0] && fmax(a, b) <= x[last];
  fairu_weights middle;
  fairu_base__weigh(of, base, b + 0.5 * d, &middle);
  for (int i = 0; i < 4; i++)
    difference[i] = inside ? d * middle.c[1][i] + d * d / 24.0 * (at_a->c[2][i] - at_b->c[2][i])
                           : at_a->c[0][i] - at_b->c[0][i];
}

/* ---- one channel at both points -------------------------------------------------------------------------- */

/* Differences of weights take the place of their slopes. */
static void subtract_weights(fairu_pass *pa, const fairu_pass *pb)
{
  for (size_t i = 0; i < pa->channels->n_bases; i++) {
    const fairu_base *base = &pa->channels->bases[i];
    double difference[4] = { 0.0, 0.0, 0.0, 0.0 };
    weights_difference(pa->channels, base, pa->params[base->parameter], pb->params[base->parameter],
                       &pa->weights[i], &pb->weights[i], difference);
    memcpy(pa->weights[i].c[1], difference, sizeof difference);
  }
}

static void enter(fairu_pass *pa, fairu_pass *pb, const fairu_flat_channel *channel)
{
  const fairu_channels *of = pa->channels;
  fairu_pass__enter(pa, channel);
  fairu_pass__enter(pb, channel);
  for (size_t h = 0; h < channel->n_shifts; h++)
    memcpy(pa->mix_slope + 2 * h, pa->weights[of->shifts[channel->shifts + h].base].c[1], 2 * sizeof(double));
}

static both product_of(const fairu_pass *pa, const fairu_pass *pb, const fairu_flat_sample *sample)
{
  const fairu_channels *of = pa->channels;
  both product = { 1.0, 1.0, 0.0 };
  for (size_t k = sample->scales; k < sample->scales + sample->n_scales; k++) {
    const fairu_scale *scale = &of->scales[k];
    const double a = pa->params[scale->parameter], b = pb->params[scale->parameter];
    both factor = { pa->factors[k - pa->channel->scales].value, pb->factors[k - pa->channel->scales].value,
                    a - b };
    if (scale->norm != FAIRU_NOWHERE)
      factor.d = norm_difference(&of->norms[scale->norm], a, b);
    product = times(product, factor);
  }
  return product;
}

/* work [bins]: total at a minus that at b */
static void subtract_totals(const fairu_pass *pa, const fairu_pass *pb, const fairu_flat_sample *sample,
                            size_t place, double *work)
{
  const fairu_channels *of = pa->channels;
  const size_t n_bins = pa->channel->n_bins;
  memset(work, 0, pa->bins * sizeof *work);
  if (sample->n_shifts)
    pa->kernels->add_pairs(sample->n_shifts, pa->bins, n_bins, of->rows + sample->rows + pa->first,
                           pa->mix_slope + 2 * (sample->shifts - pa->channel->shifts), work);
  const fairu_shift *shift = of->shifts + sample->shifts + sample->n_shifts;
  for (size_t h = 0; h < sample->n_splines; h++, shift++) {
    const fairu_weights *w = &pa->weights[shift->base];
    const double *y = of->rows + shift->rows + w->interval * n_bins + pa->first;
    const double *m = y + of->bases[shift->base].n_knots * n_bins;
    if (w->interval != pb->weights[shift->base].interval) { /* other rows: subtract */
      for (size_t b = 0; b < pa->bins; b++)
        work[b] = pa->total[place * pa->bins + b] - pb->total[place * pa->bins + b];
      return;
    }
    for (size_t b = 0; b < pa->bins; b++)
      work[b] +=
          w->c[1][0] * y[b] + w->c[1][1] * y[n_bins + b] + w->c[1][2] * m[b] + w->c[1][3] * m[n_bins + b];
  }
}

static both gammas_of(const fairu_pass *pa, const fairu_pass *pb, const fairu_flat_sample *sample, size_t b)
{
  both product = { 1.0, 1.0, 0.0 };
  for (size_t g = 0; g < sample->n_gammas; g++) {
    const uint32_t position =
        pa->channels->positions[sample->gammas + g * pa->channel->n_bins + pa->first + b];
    if (position == FAIRU_NOWHERE)
      continue;
    const double at_a = pa->slots[b * pa->stride + position].value;
    const double at_b = pb->slots[b * pa->stride + position].value;
    product = times(product, (both){ at_a, at_b, at_a - at_b });
  }
  return product;
}

/* pa->nu [bins] becomes the difference of yields. */
static void subtract_yields(fairu_pass *pa, const fairu_pass *pb)
{
  memset(pa->nu, 0, pa->bins * sizeof *pa->nu);
  for (size_t s = 0; s < pa->channel->n_samples; s++) {
    const fairu_flat_sample *sample = &pa->channels->samples[pa->channel->samples + s];
    const both product = product_of(pa, pb, sample);
    subtract_totals(pa, pb, sample, s, pa->work);
    for (size_t b = 0; b < pa->bins; b++) {
      const both total = { pa->total[s * pa->bins + b], pb->total[s * pa->bins + b], pa->work[b] };
      pa->nu[b] += times(times(total, product), gammas_of(pa, pb, sample, b)).d;
    }
  }
}

/* Of one bin: d (1 - n / b) + n [y - ln(1 + y)], y = d / b. */
static int add_terms(fairu_pass *pa, const fairu_pass *pb)
{
  for (size_t b = 0; b < pa->bins; b++) {
    const double n = pa->observed[pa->channel->first_bin + pa->first + b];
    const double d = pa->nu[b], at_b = pb->fixed[b];
    const double lowest = pa->fixed[b] < at_b ? pa->fixed[b] : at_b;
    if (!(lowest > 0.0 || (lowest == 0.0 && n == 0.0)))
      return fairu_context__fail(pa->ctx, FAIRU_ERR_NEGATIVE_YIELD, "channel '%s': bin %zu expects %g",
                                 pa->channel->name, pa->first + b, lowest);
    if (n == 0.0) {
      fairu_sum__add(&pa->nll, d);
      continue;
    }
    fairu_sum__add(&pa->nll, d * ((at_b - n) / at_b));
    fairu_sum__add(&pa->nll, n * fairu_remainder__log(d / at_b));
  }
  return FAIRU_OK;
}

static int run_channel(fairu_pass *pa, fairu_pass *pb, const fairu_flat_channel *channel)
{
  enter(pa, pb, channel);
  for (size_t first = 0; first < channel->n_bins; first += pa->bins) {
    const size_t left = channel->n_bins - first;
    pa->first = pb->first = first;
    pa->bins = pb->bins = left < channel->block ? left : channel->block;
    int status = fairu_context__poll(pa->ctx);
    const double *observed = pa->observed;
    pa->observed = NULL; /* yields alone */
    if (status == FAIRU_OK)
      status = fairu_pass__values(pa);
    pa->observed = observed;
    if (status == FAIRU_OK)
      status = fairu_pass__values(pb);
    if (status == FAIRU_OK) {
      subtract_yields(pa, pb);
      status = add_terms(pa, pb);
    }
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

int fairu_channels__difference(const fairu_channels *channels, fairu_context *ctx, const double *observed,
                               const double *a, const double *b, double *difference)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_pass pa = { .channels = channels, .ctx = ctx, .n = channels->n_params }, pb = pa;
  memcpy(&pa.params, &a, sizeof a); /* read alone: nothing is profiled */
  memcpy(&pb.params, &b, sizeof b);
  pa.observed = observed;
  int status = fairu_pass__take(&pa);
  if (status == FAIRU_OK)
    status = fairu_pass__take(&pb);
  if (status == FAIRU_OK)
    subtract_weights(&pa, &pb);
  for (size_t i = 0; status == FAIRU_OK && i < channels->n_channels; i++)
    status = run_channel(&pa, &pb, &channels->channels[i]);
  fairu_context__release(ctx, mark);
  if (status == FAIRU_OK)
    *difference = fairu_sum__value(&pa.nll);
  return status;
}
