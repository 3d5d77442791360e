/* kernels_float.h - part of kernels_body.h: exp, log, tanh, sigmoid of floats. Polynomials: Chebyshev fits over the reduced range,
 * error below 1e-8. A short tail is padded to a vector, so that a value has the same bits wherever it stands. */

#define LN2F_HIGH 0x1.62e4p-1f /* k * LN2F_HIGH is exact */
#define LN2F_LOW 0x1.7f7d1cp-20f

INLINE vf all_f(float x)
{
  return x - (vf){ 0 };
}

/* 0, 1, 2, ... */
INLINE vi lane_numbers(void)
{
  vi lane = { 0 };
  for (int32_t i = 0; i < FLOATS; i++)
    lane[i] = i;
  return lane;
}

/* mask ? a : b, lane by lane; mask is 0 or -1. */
INLINE vf pick_f(vi mask, vf a, vf b)
{
  return (vf)((mask & (vi)a) | (~mask & (vi)b));
}

INLINE vf magnitude_f(vf x)
{
  return (vf)((vi)x & 0x7fffffff);
}

/* x = k ln 2 + r, |r| <= ln 2 / 2. */
INLINE vf reduce_f(vf x, vi *k)
{
  const vf shifted = x * 1.44269504f + 0x1.8p23f, count = shifted - 0x1.8p23f;
  *k = (vi)((vu)shifted - (vu)all_f(0x1.8p23f));
  return (x - count * LN2F_HIGH) - count * LN2F_LOW;
}

/* e^r - 1 */
INLINE vf exp_rest_f(vf r)
{
  vf q = all_f(0.0013926183587713494f);
  q = q * r + 0.008363179052722578f;
  q = q * r + 0.041666554617204574f;
  q = q * r + 0.16666576976776123f;
  q = q * r + 0.5f;
  return r + r * r * q;
}

INLINE vf power_of_two_f(vi k)
{
  return (vf)(((vu)k + 127) << 23);
}

/* x in [-104, 89]; NaN stays. */
INLINE vf exp_within_f(vf x)
{
  vi k;
  const vf r = reduce_f(x, &k);
  const vi half = k >> 1; /* in two steps: the result may be subnormal */
  return (1.0f + exp_rest_f(r)) * power_of_two_f(half) * power_of_two_f(k - half);
}

INLINE vf exp_vf(vf x)
{
  const vf y = pick_f(x < -104.0f, all_f(-104.0f), x);
  const vf e = exp_within_f(pick_f(y > 89.0f, all_f(89.0f), y)); /* still infinite */
  return pick_f(x == x, e, x);
}

INLINE vf log_vf(vf x)
{
  const vi tiny = x < FLT_MIN;
  const vf y = pick_f(tiny, x * 0x1p23f, x);
  const vi shifted = (vi)((vu)y - 0x3f3504f3); /* m in [sqrt(1/2), sqrt(2)) */
  const vi e = shifted >> 23;
  const vf f = (vf)((vu)y - ((vu)e << 23)) - 1.0f;
  const vf k = __builtin_convertvector(e - (tiny & 23), vf);
  vf p = all_f(0.06971611471451178f);
  p = p * f - 0.11479733846637635f;
  p = p * f + 0.1168541992348674f;
  p = p * f - 0.12425687331451106f;
  p = p * f + 0.1424905764569748f;
  p = p * f - 0.16667802319501254f;
  p = p * f + 0.200007157488921f;
  p = p * f - 0.24999996957950882f;
  p = p * f + 0.33333331180030046f;
  const vf h = f * f, small = f * h * p + k * LN2F_LOW;
  vf l = (f - (0.5f * h - small)) + k * LN2F_HIGH;
  l = pick_f(x == 0.0f, all_f(-INFINITY), l);
  l = pick_f(x == INFINITY, x, l);
  return pick_f(x >= 0.0f, l, all_f(NAN));
}

/* tanh |x| = t / (t + 2), t = e^(2 |x|) - 1 */
INLINE vf tanh_vf(vf x)
{
  const vf a = magnitude_f(x), y = pick_f(a > 10.0f, all_f(10.0f), a);
  vi k;
  const vf r = reduce_f(y + y, &k), two_k = power_of_two_f(k);
  const vf t = two_k * exp_rest_f(r) + (two_k - 1.0f);
  const vf h = t / (t + 2.0f);
  return pick_f(x == x, (vf)((vi)h | ((vi)x & (int32_t)0x80000000)), x);
}

INLINE vf sigmoid_vf(vf x)
{
  const vf y = (vf)((vi)x | (int32_t)0x80000000);
  const vf e = exp_within_f(pick_f(y < -104.0f, all_f(-104.0f), y)); /* exp(-|x|) */
  return pick_f(x < 0.0f, e, all_f(1.0f)) / (1.0f + e);
}

#define DEFINE_FLOAT_KERNEL(name, function)                                                                  \
  static void name(float *x, size_t n)                                                                       \
  {                                                                                                          \
    size_t i = 0;                                                                                            \
    for (; i + FLOATS <= n; i += FLOATS)                                                                     \
      store(x + i, function(load(x + i)));                                                                   \
    if (i < n) {                                                                                             \
      float rest[FLOATS] = { 0 };                                                                            \
      memcpy(rest, x + i, (n - i) * sizeof(float));                                                          \
      store(rest, function(load(rest)));                                                                     \
      memcpy(x + i, rest, (n - i) * sizeof(float));                                                          \
    }                                                                                                        \
  }

DEFINE_FLOAT_KERNEL(exp_f, exp_vf)
DEFINE_FLOAT_KERNEL(log_f, log_vf)
DEFINE_FLOAT_KERNEL(tanh_f, tanh_vf)
DEFINE_FLOAT_KERNEL(sigmoid_f, sigmoid_vf)
