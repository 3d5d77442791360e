/* pinned_body.h - the parts of pinned.c that also run on arrays, where compilers make lanes of them: every operation is one
 * correctly rounded one, so that lanes and scalars give the same bits. */
#ifndef FAIRU_NUMERIC_PINNED_BODY_H
#define FAIRU_NUMERIC_PINNED_BODY_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* ln 2 in two parts: the first has 32 significant bits, so that k * LN2_HIGH is exact. */
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW 0x1.a39ef35793c76p-33

static inline double from_bits(uint64_t bits)
{
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline uint64_t to_bits(double x)
{
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

/* 2 atanh(s) - 2 s for |s| <= 3 - 2 sqrt(2), over s: the Taylor series to the last bit. */
static inline double atanh_tail(double s)
{
  const double z = s * s;
  double t = 2.0 / 23;
  t = t * z + 2.0 / 21;
  t = t * z + 2.0 / 19;
  t = t * z + 2.0 / 17;
  t = t * z + 2.0 / 15;
  t = t * z + 2.0 / 13;
  t = t * z + 2.0 / 11;
  t = t * z + 2.0 / 9;
  t = t * z + 2.0 / 7;
  t = t * z + 2.0 / 5;
  t = t * z + 2.0 / 3;
  return t * z;
}

/* ln(2^k x), x a normal number, which is 2^e times one in [sqrt(1/2), sqrt(2)). */
static inline double log_of_normal(double x, int32_t k)
{
  const uint64_t shifted = to_bits(x) - UINT64_C(0x3fe6a09e667f3bcd);
  const int32_t e = (int32_t)(uint32_t)(shifted >> 32) >> 20;
  const double f = from_bits(to_bits(x) - ((uint64_t)(int64_t)e << 52)) - 1.0;
  /* ln(1 + f) = f - (f^2/2 - s (f^2/2 + R)), s = f / (2 + f): nothing but the small terms is rounded */
  const double s = f / (2.0 + f), h = 0.5 * f * f, d = (double)(e + k);
  return d * LN2_HIGH - ((h - (s * (h + atanh_tail(s)) + d * LN2_LOW)) - f);
}

/* Polynomials of degree 7. Coefficients: M. J. Wichura, Algorithm AS 241, Applied Statistics 37 (1988) 477. */
#define HORNER_7(r, c0, c1, c2, c3, c4, c5, c6, c7)                                                          \
  (((((((c7 * r + c6) * r + c5) * r + c4) * r + c3) * r + c2) * r + c1) * r + c0)

static inline double quantile_centre(double r)
{
  return HORNER_7(r, 3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
                  1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                  3.3430575583588128105e+4, 2.5090809287301226727e+3) /
         HORNER_7(r, 1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
                  2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4,
                  5.2264952788528545610e+3);
}

static inline double quantile_middle(double r)
{
  return HORNER_7(r, 1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
                  3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
                  2.27238449892691845833e-2, 7.74545014278341407640e-4) /
         HORNER_7(r, 1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
                  1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
                  1.05075007164441684324e-9);
}

static inline double quantile_tail(double r)
{
  return HORNER_7(r, 6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
                  2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                  2.71155556874348757815e-5, 2.01033439929228813265e-7) /
         HORNER_7(r, 1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
                  7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
                  2.04426310338993978564e-15);
}

#define QUANTILE_CENTRE 0.425 /* |p - 1/2| up to which quantile_centre holds */

#endif /* FAIRU_NUMERIC_PINNED_BODY_H */
