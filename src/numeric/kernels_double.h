/* kernels_double.h - part of kernels_body.h: exp and log of doubles, at most 1 ulp. */

#define LN2_HIGH 0x1.62e42feep-1 /* k * LN2_HIGH is exact */
#define LN2_LOW 0x1.a39ef35793c76p-33

typedef vd vd_in_memory __attribute__((aligned(8), may_alias));

INLINE vd load_d(const double *p)
{
  return *(const vd_in_memory *)p;
}

INLINE void store_d(double *p, vd v)
{
  *(vd_in_memory *)p = v;
}

INLINE double sum_vd(vd v)
{
  double s = 0.0;
  for (size_t i = 0; i < DOUBLES; i++)
    s += v[i];
  return s;
}

INLINE vd all_d(double x)
{
  return x - (vd){ 0 };
}

INLINE vd pick_d(vl mask, vd a, vd b)
{
  return (vd)((mask & (vl)a) | (~mask & (vl)b));
}

INLINE vd power_of_two_d(vl k)
{
  return (vd)(((vm)k + 1023) << 52);
}

INLINE vd exp_vd(vd x)
{
  vd y = pick_d(x < -746.0, all_d(-746.0), x);
  y = pick_d(y > 710.0, all_d(710.0), y); /* still infinite; NaN stays */
  const vd shifted = y * 1.44269504088896340736 + 0x1.8p52, count = shifted - 0x1.8p52;
  const vl k = (vl)((vm)shifted - (vm)all_d(0x1.8p52));
  const vd high = y - count * LN2_HIGH, low = count * LN2_LOW, r = high - low;
  vd q = all_d(2.0914686968086876e-09);
  q = q * r + 2.5105217004720745e-08;
  q = q * r + 2.75572736431103e-07;
  q = q * r + 2.7557255400206422e-06;
  q = q * r + 2.4801587325547743e-05;
  q = q * r + 0.00019841269874820627;
  q = q * r + 0.0013888888888883748;
  q = q * r + 0.008333333333326136;
  q = q * r + 0.04166666666666667;
  q = q * r + 0.1666666666666667;
  q = q * r + 0.5;
  const vd rest = high - (low - q * (r * r));
  const vl half = k >> 1;
  const vd e = (1.0 + rest) * power_of_two_d(half) * power_of_two_d(k - half);
  return pick_d(x == x, e, x);
}

/* Integer of a small vl as double, without an instruction that only AVX-512 has. */
INLINE vd small_to_double(vl e)
{
  return (vd)((e + 4096) | 0x4330000000000000) - (0x1p52 + 4096.0);
}

INLINE vd log_vd(vd x)
{
  const vl tiny = x < DBL_MIN;
  const vd y = pick_d(tiny, x * 0x1p54, x);

  const vl shifted = (vl)((vm)y - 0x3fe6a09e667f3bcd);
  const vl e = shifted >> 52;
  const vd f = (vd)((vm)y - ((vm)e << 52)) - 1.0;
  const vd k = small_to_double(e - (tiny & 54));
  const vd s = f / (2.0 + f), z = s * s, h = 0.5 * f * f;
  vd t = all_d(0.14617807153417325);
  t = t * z + 0.15331611722055008;
  t = t * z + 0.1818289243253687;
  t = t * z + 0.22222211089379496;
  t = t * z + 0.28571428626253836;
  t = t * z + 0.3999999999989889;
  t = t * z + 0.666666666666667;
  vd l = k * LN2_HIGH - ((h - (s * (h + t * z) + k * LN2_LOW)) - f);
  l = pick_d(x == 0.0, all_d(-(double)INFINITY), l);
  l = pick_d(x == (double)INFINITY, x, l);
  return pick_d(x >= 0.0, l, all_d((double)NAN));
}

#define DEFINE_DOUBLE_KERNEL(name, function)                                                                 \
  static void name(double *x, size_t n)                                                                      \
  {                                                                                                          \
    size_t i = 0;                                                                                            \
    for (; i + DOUBLES <= n; i += DOUBLES)                                                                   \
      *(vd_in_memory *)(x + i) = function(*(const vd_in_memory *)(x + i));                                   \
    if (i < n) {                                                                                             \
      double rest[DOUBLES] = { 0 };                                                                          \
      memcpy(rest, x + i, (n - i) * sizeof(double));                                                         \
      *(vd_in_memory *)rest = function(*(const vd_in_memory *)rest);                                         \
      memcpy(x + i, rest, (n - i) * sizeof(double));                                                         \
    }                                                                                                        \
  }

DEFINE_DOUBLE_KERNEL(exp_d, exp_vd)
DEFINE_DOUBLE_KERNEL(log_d, log_vd)
