/* numbers.c: B2, Poisson probabilities and normal tails against libquadmath (113 bits). */
#include <quadmath.h>

#include "numeric/philox.h"
#include "numeric/special.h"
#include "validate/table.h"

__extension__ typedef __float128 quad;

static double largest(double a, double b)
{
  return b > a || isnan(b) ? b : a;
}

/* -ln P(n | nu) in 113 bits */
static quad poisson(double n, double nu)
{
  return (quad)nu - (n > 0.0 ? (quad)n * logq((quad)nu) : 0) + lgammaq((quad)n + 1);
}

/* What one would write first. */
static double poisson_naive(double n, double nu)
{
  return nu - n * log(nu) + lgamma(n + 1.0);
}

/* Means within a few sigma, at the same order, and anywhere below 2^53. */
static double mean_near(fairu_philox *rng, double n, int kind)
{
  const double u = fairu_philox__uniform(rng);
  if (kind == 0)
    return fmax(n + sqrt(n + 1.0) * 6.0 * (u - 0.5), 0.01);
  return kind == 1 ? (n + 0.5) * (0.1 + 4.0 * u) : exp(u * 53.0 * log(2.0)) - 0.999;
}

static void poisson_rows(validation *v)
{
  static const double decades[] = { 0.0, 1e3, 1e6, 1e9, 1e12, 0x1p53 };
  const int tries = v->quick ? 4000 : 200000;
  table_begin("B2", "-ln P(n | lambda) over n and lambda in 0 to 2^53, beside 113 bits",
              "error below 4e-15 max(1, |ln P|) + 1e-14");
  for (size_t d = 0; d + 1 < sizeof decades / sizeof *decades; d++) {
    fairu_philox rng = fairu_philox__start(2, 0, d, 0);
    double error = 0.0, share = 0.0, naive = 0.0;
    for (int i = 0; i < tries; i++) {
      const double u = fairu_philox__uniform(&rng), low = decades[d];
      const double n =
          floor(low > 0.0 && i % 2 ? low * pow(decades[d + 1] / low, u) : low + (decades[d + 1] - low) * u);
      const double nu = mean_near(&rng, n, i % 3);
      const quad wanted = poisson(n, nu);
      const double got = fairu_poisson__deviance(n, nu) + fairu_poisson__saturated(n);
      const double off = fabs((double)((quad)got - wanted));
      error = largest(error, off);
      share = largest(share, off / (4e-15 * fmax(1.0, fabs((double)wanted)) + 1e-14));
      if (i % 3 == 0)
        naive = largest(naive, fabs((double)((quad)poisson_naive(n, nu) - wanted)));
    }
    table_row(
        v, share <= 1.0,
        "\"n from\": %.3g, \"to\": %.3g, \"pairs\": %d, \"largest error\": %.1e, \"of what is allowed\": "
        "%.3f, \"as one would write it, near lambda = n\": %.1e",
        decades[d], decades[d + 1], tries, error, share, naive);
  }
}

static quad tail(double z)
{
  return erfcq((quad)z / sqrtq(2)) / 2;
}

static void tail_rows(validation *v, fairu_context *ctx)
{
  const double step = v->quick ? 0.00371 : 0.0000371;
  double to_p = 0.0, to_z = 0.0, log_tail = 0.0;
  int n = 0;
  for (double z = 0.01; z <= 37.0; z += step, n++) {
    double p, back;
    CHECK_OK(ctx, fairu_p_of_significance(ctx, z, &p));
    const quad wanted = tail(z);
    to_p = largest(to_p, fabs((double)((p - wanted) / wanted)));
    CHECK_OK(ctx, fairu_significance_of_p(ctx, p, &back));
    /* Z of this very p: one step of Newton from z in 113 bits */
    const quad density = expq(-(quad)z * z / 2) / sqrtq(8 * atanq(1));
    const quad exact = z + (wanted - p) / density;
    to_z = largest(to_z, fabs((double)((back - exact) / exact)));
  }
  for (double z = 37.0; z <= 140.0; z += 10.0 * step) {
    const quad wanted = logq(tail(z));
    log_tail = largest(log_tail, fabs((double)((fairu_normal__log_sf(z) - wanted) / wanted)));
  }
  table_begin("B2", "Z and p, beside 113 bits", "relative error below 1e-14");
  table_row(v, to_p <= 1e-14,
            "\"what\": \"p of Z\", \"range\": \"0.01 <= Z <= 37\", \"points\": %d, "
            "\"largest relative error\": %.1e",
            n, to_p);
  table_row(v, to_z <= 1e-14,
            "\"what\": \"Z of p\", \"range\": \"the same p\", \"points\": %d, "
            "\"largest relative error\": %.1e",
            n, to_z);
  table_row(v, log_tail <= 1e-14,
            "\"what\": \"ln p of Z\", \"range\": \"37 to 140\", \"points\": %d, "
            "\"largest relative error\": %.1e",
            (int)(103.0 / (10.0 * step)), log_tail);
}

int main(int argc, char **argv)
{
  validation v = validation_of(argc, argv);
  fairu_context *ctx = validation_context(&v);
  poisson_rows(&v);
  tail_rows(&v, ctx);
  fairu_context_destroy(ctx);
  return v.failed > 0;
}
