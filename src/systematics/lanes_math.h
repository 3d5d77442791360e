/* lanes_math.h - sine, cosine, exponential, hyperbolic functions and angles of arrays of float, for files that are compiled
 * once per instruction set without contraction. sin, cos and exp are, operation by operation, those NumPy takes for
 * float32 on AVX2 and FMA; each step is one correctly rounded operation, so every machine gives the same bits.
 */
#ifndef FAIRU_SYSTEMATICS_LANES_MATH_H
#define FAIRU_SYSTEMATICS_LANES_MATH_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LARGEST_ANGLE 71476.0f /* where the reduction of sincos ends; libm takes over */

static inline float lane_sine(float r, float t)
{
  float s = fmaf(0x1.7d3bbcp-19f, t, -0x1.a06bbap-13f);
  s = fmaf(s, t, 0x1.11119ap-7f);
  s = fmaf(s, t, -0x1.555556p-3f);
  s = fmaf(s, t, 0.0f);
  return fmaf(s, r, r);
}

static inline float lane_cosine(float t)
{
  float c = fmaf(0x1.98e616p-16f, t, -0x1.6c06dcp-10f);
  c = fmaf(c, t, 0x1.55553cp-5f);
  c = fmaf(c, t, -0.5f);
  return fmaf(c, t, 1.0f);
}

static inline void lanes_sincos(size_t n, const float *x, float *sine, float *cosine)
{
  int large = 0;
  for (size_t i = 0; i < n; i++) {
    const float a = fabsf(x[i]) < LARGEST_ANGLE ? x[i] : 0.0f, q = rintf(a * 0x1.45f306p-1f);
    float r = fmaf(q, -1.57079601f, a);
    r = fmaf(q, -3.13916473e-7f, r);
    r = fmaf(q, -5.39030253e-15f, r);
    const float t = r * r, s = lane_sine(r, t), c = lane_cosine(t);
    const int32_t k = (int32_t)q;
    const float odd = k & 1 ? c : s, even = k & 1 ? s : c;
    sine[i] = k & 2 ? -odd : odd;
    cosine[i] = (k + 1) & 2 ? -even : even;
    large |= !(fabsf(x[i]) < LARGEST_ANGLE);
  }
  for (size_t i = 0; large && i < n; i++)
    if (!(fabsf(x[i]) < LARGEST_ANGLE)) {
      sine[i] = sinf(x[i]);
      cosine[i] = cosf(x[i]);
    }
}

/* 2^q for q in [-126, 127] */
static inline float lane_power(int32_t q)
{
  const uint32_t bits = (uint32_t)(q + 127) << 23;
  float power;
  memcpy(&power, &bits, sizeof power);
  return power;
}

/* e^x without its power of two, which goes to *q. */
static inline float lane_exp_fraction(float x, int32_t *power)
{
  const float magic = 0x1.8p23f, q = fmaf(x, 1.442695040888963407359924681001892137f, magic) - magic;
  float r = fmaf(q, -0.693145752f, x);
  r = fmaf(q, -1.42860677e-6f, r);
  float p = fmaf(5.082762527590693718096e-04f, r, 6.757896990527504603057e-03f);
  p = fmaf(p, r, 5.114512081637298353406e-02f);
  p = fmaf(p, r, 2.473615434895520810817e-01f);
  p = fmaf(p, r, 7.257664613233124478488e-01f);
  p = fmaf(p, r, 9.999999999980870924916e-01f);
  float d = fmaf(2.159509375685829852307e-02f, r, -2.742335390411667452936e-01f);
  d = fmaf(d, r, 1.0f);
  *power = (int32_t)q;
  return p / d;
}

/* e^x for x <= 88; two steps, so that the last multiplication alone rounds. */
static inline float lane_exp(float x)
{
  int32_t q;
  const float inside = x < -103.97f ? -103.97f : x;
  const float f = lane_exp_fraction(inside, &q);
  const int32_t half = q / 2;
  const float e = f * lane_power(half) * lane_power(q - half);
  return x < -103.97f ? 0.0f : e;
}

/* sinh and cosh to about 2 units in the last place; infinite beyond 88. */
static inline void lanes_sinhcosh(size_t n, const float *x, float *sine, float *cosine)
{
  for (size_t i = 0; i < n; i++) {
    const float a = fabsf(x[i]), inside = a < 89.0f ? a : 89.0f, t = a * a;
    int32_t q;
    const float f = lane_exp_fraction(inside, &q);
    const float up = f * lane_power(q - 1), down = 0.25f / up;
    float s = fmaf(2.7557319e-6f, t, 1.9841270e-4f);
    s = fmaf(s, t, 8.3333333e-3f);
    s = fmaf(s, t, 1.6666667e-1f);
    s = fmaf(s * t, a, a);
    sine[i] = copysignf(a < 1.0f ? s : up - down, x[i]);
    cosine[i] = up + down;
  }
}

/* atan2(y, x) to about 3 units in the last place; 0 at the origin. */
static inline void lanes_angle(size_t n, const float *y, const float *x, float *angle)
{
  for (size_t i = 0; i < n; i++) {
    const float ax = fabsf(x[i]), ay = fabsf(y[i]);
    const float large = ax > ay ? ax : ay, small = ax > ay ? ay : ax;
    const float r = large > 0.0f ? small / large : 0.0f;
    const int beyond = r > 0.41421356f; /* tan(pi/8): atan r = pi/4 + atan((r - 1) / (r + 1)) */
    const float a = beyond ? (r - 1.0f) / (r + 1.0f) : r, t = a * a;
    float p = fmaf(8.05374449538e-2f, t, -1.38776856032e-1f);
    p = fmaf(p, t, 1.99777106478e-1f);
    p = fmaf(p, t, -3.33329491539e-1f);
    p = fmaf(p * t, a, a);
    p = beyond ? 0.785398163397f + p : p;
    p = ay > ax ? 1.57079632679f - p : p;
    p = x[i] < 0.0f ? 3.14159265359f - p : p;
    angle[i] = copysignf(p, y[i]);
  }
}

#endif /* FAIRU_SYSTEMATICS_LANES_MATH_H */
