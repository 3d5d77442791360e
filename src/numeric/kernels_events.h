/* kernels_events.h - part of kernels_body.h: doubles of many events on one cubic, mixtures of two densities, sums of products.
 * n is a multiple of 8, which every vector width divides. */

INLINE vd combine_d(const fairu_cubic *c, size_t order, vd y0, vd m0, vd y1, vd m1)
{
  const double *k = c->weight[order];
  return y0 * k[0] + m0 * k[1] + y1 * k[2] + m1 * k[3] + c->constant[order];
}

static void cubic_d(const fairu_cubic *c, size_t order, size_t n, double *value, double *d1, double *d2)
{
  for (size_t i = 0; i < n; i += DOUBLES) {
    const vd y0 = load_d(c->column[0] + i), m0 = load_d(c->column[1] + i);
    const vd y1 = load_d(c->column[2] + i), m1 = load_d(c->column[3] + i);
    const vd f = combine_d(c, 0, y0, m0, y1, m1);
    store_d(value + i, c->add ? load_d(value + i) + f : f);
    if (order > 0)
      store_d(d1 + i, combine_d(c, 1, y0, m0, y1, m1));
    if (order > 1)
      store_d(d2 + i, combine_d(c, 2, y0, m0, y1, m1));
  }
}

static int mixture_d(const double *u, const double *w, double mu, size_t n, double *wr, double *v,
                     double *sums)
{
  vd s0 = { 0 }, s1 = { 0 }, s2 = { 0 };
  vl good = { 0 };
  good = ~good;
  for (size_t i = 0; i < n; i += DOUBLES) {
    const vd x = load_d(u + i), weight = load_d(w + i), zero = { 0 };
    const vl above = x > 0.0;
    const vd e = exp_vd(pick_d(above, -x, x)), s = pick_d(above, all_d(1.0), e);
    const vd sum = pick_d(weight == 0.0, all_d(1.0), pick_d(above, e, all_d(1.0)) + mu * s);
    const vd rho = s / sum, share = weight * rho;
    good &= sum > 0.0;
    s0 += weight * (log_vd(sum) + pick_d(above, x, zero));
    s1 += share;
    s2 += share * rho;
    store_d(wr + i, share);
    store_d(v + i, share * (1.0 - mu * rho));
  }
  sums[0] = sum_vd(s0);
  sums[1] = sum_vd(s1);
  sums[2] = sum_vd(s2);
  int all = 1;
  for (size_t lane = 0; lane < DOUBLES; lane++)
    all &= good[lane] != 0;
  return all;
}

static double dot_d(const double *x, const double *y, size_t n)
{
  vd sum = { 0 };
  for (size_t i = 0; i < n; i += DOUBLES)
    sum += load_d(x + i) * load_d(y + i);
  return sum_vd(sum);
}

static double dot3_d(const double *x, const double *y, const double *z, size_t n)
{
  vd sum = { 0 };
  for (size_t i = 0; i < n; i += DOUBLES)
    sum += load_d(x + i) * load_d(y + i) * load_d(z + i);
  return sum_vd(sum);
}
