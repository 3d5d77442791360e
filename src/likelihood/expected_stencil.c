/* expected_stencil.c - shifts of shares as sums of counts: codes 4p and 0 between variations, lines along tangents. */
#include <math.h>

#include "likelihood/expected_loss.h"

/* Delta = plus D+ + minus D- of code 4p at alpha, or its derivatives in alpha. */
static void code_4p(double alpha, int order, double *plus, double *minus)
{
  const double y = alpha * alpha;
  if (fabs(alpha) > 1.0) {
    const double line = order == 0 ? alpha : order == 1 ? 1.0 : 0.0;
    *plus = alpha > 0.0 ? line : 0.0;
    *minus = alpha > 0.0 ? 0.0 : line;
    return;
  }
  const double odd = order == 0 ? 0.5 * alpha : order == 1 ? 0.5 : 0.0;
  const double even = order == 0   ? y * (15.0 - y * (10.0 - 3.0 * y))
                      : order == 1 ? alpha * (30.0 - y * (40.0 - 18.0 * y))
                                   : 30.0 - y * (120.0 - 90.0 * y);
  *plus = odd + even / 16.0;
  *minus = odd - even / 16.0;
}

/* The same of code 0, one line on each side; the sign of a zero says which side is meant. */
static void code_0(double alpha, int order, double *plus, double *minus)
{
  const double line = order == 0 ? alpha : order == 1 ? 1.0 : 0.0;
  *plus = signbit(alpha) ? 0.0 : line;
  *minus = signbit(alpha) ? line : 0.0;
}

static fairu_stencil between(const fairu_expected_nuisance *nuisance, int code, double z, int order)
{
  const double up = nuisance->step_up, down = -nuisance->step_down, h = 0.5 * (up + down);
  const double unit = order == 0 ? 1.0 : order == 1 ? 1.0 / h : 1.0 / (h * h);
  double plus = 0.0, minus = 0.0;
  (code == FAIRU_CODE_0 ? code_0 : code_4p)(z / h, order, &plus, &minus);
  plus *= unit * (h / up);
  minus *= unit * (h / down);
  return (fairu_stencil){ .up = plus, .nominal = minus - plus, .down = -minus };
}

fairu_stencil fairu_stencil__at(const fairu_expected_nuisance *nuisance, int code, double z, int order)
{
  const double line = order == 0 ? z : order == 1 ? 1.0 : 0.0;
  if (nuisance->source == FAIRU_SOURCE_TANGENT)
    return (fairu_stencil){ .tangent = line };
  if (nuisance->source != FAIRU_SOURCE_VARIATIONS)
    return (fairu_stencil){ .up = 0.0 };
  if (nuisance->step_down < 0.0)
    return between(nuisance, code, z, order);
  const double share = line / nuisance->step_up;
  return (fairu_stencil){ .up = share, .nominal = -share };
}

static size_t place(const fairu_expected *e, size_t p, size_t variation, size_t b)
{
  return (p * e->counts->n_variations + variation) * e->n_bins + b;
}

size_t fairu_expected__nominal(const fairu_expected *e, size_t p, size_t b)
{
  return place(e, p, 0, b);
}

static size_t tangent_place(const fairu_expected *e, const fairu_expected_nuisance *nuisance, size_t p,
                            size_t b)
{
  return (p * e->counts->n_tangents + nuisance->tangent) * e->n_bins + b;
}

double fairu_stencil__share(const fairu_expected *e, const fairu_expected_nuisance *nuisance,
                            const fairu_stencil *s, size_t p, size_t b)
{
  if (nuisance->source == FAIRU_SOURCE_TANGENT)
    return s->tangent * e->counts->tangents[tangent_place(e, nuisance, p, b)];
  if (nuisance->source != FAIRU_SOURCE_VARIATIONS)
    return 0.0;
  const double *c = e->counts->counts;
  double share = s->up * c[place(e, p, nuisance->up, b)] + s->nominal * c[place(e, p, 0, b)];
  if (nuisance->step_down < 0.0)
    share += s->down * c[place(e, p, nuisance->down, b)];
  return share;
}

void fairu_stencil__spread(const fairu_expected *e, const fairu_expected_nuisance *nuisance,
                           const fairu_stencil *s, size_t p, size_t b, double slope,
                           const fairu_expected_gradient *gradient)
{
  if (nuisance->source == FAIRU_SOURCE_TANGENT && gradient->tangents)
    gradient->tangents[tangent_place(e, nuisance, p, b)] += slope * s->tangent;
  if (nuisance->source != FAIRU_SOURCE_VARIATIONS)
    return;
  gradient->counts[place(e, p, nuisance->up, b)] += slope * s->up;
  gradient->counts[place(e, p, 0, b)] += slope * s->nominal;
  if (nuisance->step_down < 0.0)
    gradient->counts[place(e, p, nuisance->down, b)] += slope * s->down;
}
