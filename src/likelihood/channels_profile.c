/* channels_profile.c - best gammas of one bin.
 *
 * At the best values 1 - n / nu = slope holds for all gammas at once, and each is a function of the slope alone:
 *   Gaussian: g = aux - slope A width^2;   Poisson: g = aux / (slope A + tau),
 * clamped to its bounds, A its yield at g = 1. With u = 1 - slope, u nu(u) = n has one root, since nu(u) rises. One gamma has a
 * quadratic equation in nu (Gaussian) or g (Poisson).
 */
#include "likelihood/channels_profile.h"

#include <float.h>
#include <math.h>

#include "numeric/remainder.h"

static const double held = 1e150; /* weight of a yield that is held at 0: stands for infinity */

static double clamp(const fairu_gamma *gamma, double g)
{
  return g < gamma->lower ? gamma->lower : g > gamma->upper ? gamma->upper : g;
}

static double best_at(const fairu_bin_gamma *k, double slope)
{
  if (!k->gamma->poisson)
    return clamp(k->gamma, k->aux - slope * k->yield / k->gamma->strength);
  const double rate = slope * k->yield + k->gamma->strength;
  if (rate > 0.0)
    return clamp(k->gamma, k->aux / rate);
  return k->aux == 0.0 && rate == 0.0 ? k->gamma->lower : k->gamma->upper;
}

/* How fast the yield grows with u. */
static double growth_at(const fairu_bin_gamma *k, double g)
{
  if (g <= k->gamma->lower || g >= k->gamma->upper)
    return 0.0;
  if (!k->gamma->poisson)
    return k->yield * k->yield / k->gamma->strength;
  return k->aux > 0.0 ? k->yield * k->yield * g * g / k->aux : 0.0;
}

static double yield_at(double fixed, const fairu_bin_gamma *gammas, size_t n_gammas, double slope,
                       double *growth)
{
  double nu = fixed;
  *growth = 0.0;
  for (size_t i = 0; i < n_gammas; i++) {
    if (gammas[i].yield == 0.0)
      continue;
    const double g = best_at(&gammas[i], slope);
    nu += g * gammas[i].yield;
    *growth += growth_at(&gammas[i], g);
  }
  return nu;
}

/* Next u: Newton's if it lies inside, else the bracket is cut. */
static double next_u(double newton, double low, double high)
{
  if (newton > low && newton < high)
    return newton;
  if (isinf(high))
    return 4.0 * low + 1.0;
  if (low > 0.0)
    return high > 4.0 * low ? sqrt(low) * sqrt(high) : 0.5 * (low + high);
  return high > 1e-8 ? 0.125 * high : high * 1e-8;
}

/* Root u > 0 of u nu(u) = n, or of nu(u) = 0 for n = 0. HUGE_VAL: there is none. */
static double solve_u(double fixed, double n, const fairu_bin_gamma *gammas, size_t n_gammas)
{
  double low = 0.0, high = HUGE_VAL, growth;
  const double start = yield_at(fixed, gammas, n_gammas, 0.0, &growth);
  double u = n > 0.0 && start > 0.0 ? n / start : 1.0;
  for (int i = 0; i < 2000; i++) {
    const double nu = yield_at(fixed, gammas, n_gammas, 1.0 - u, &growth);
    const double miss = n > 0.0 ? u * nu - n : nu, slope = n > 0.0 ? nu + u * growth : growth;
    if (miss > 0.0)
      high = u;
    else
      low = u;
    const double newton = fabs(slope) > 1e-307 * fabs(miss) ? u - miss / slope : 0.0; /* 0 is never inside */
    const double next = next_u(newton, low, high);
    if (miss == 0.0 || fabs(next - u) <= 2.0 * DBL_EPSILON * u || high - low <= 2.0 * DBL_EPSILON * u)
      return miss == 0.0 ? u : next;
    if (next > 1e300)
      break;
    u = next;
  }
  return low > 1e250 ? HUGE_VAL : u;
}

/* ---- one gamma: closed forms ---------------------------------------------------------------------------- */

/* Larger root of nu^2 - (v0 - v) nu - n v = 0, v = (A width)^2. The gamma is taken from where it is known best. */
static double one_gaussian(double fixed, double n, const fairu_bin_gamma *k)
{
  const double a = k->yield, v = a * a / k->gamma->strength, b = fixed + a * k->aux - v;
  const double d = sqrt(b * b + 4.0 * n * v);
  const double nu = b >= 0.0 ? 0.5 * (b + d) : d > 0.0 ? 2.0 * n * v / (d - b) : 0.0;
  const double reach = fabs(nu) > fabs(fixed) ? fabs(nu) : fabs(fixed);
  if (nu == 0.0 ||
      v * n > reach * nu) /* error through nu: reach / |A|; through the slope: |A| width^2 n / nu */
    return (nu - fixed) / a;
  return k->aux - a / k->gamma->strength * ((nu - n) / nu);
}

/* A (A + tau) g^2 + ((A + tau) fixed - (n + aux) A) g - aux fixed = 0, fixed >= 0, A > 0 */
static double one_poisson(double fixed, double n, const fairu_bin_gamma *k)
{
  const double a = k->yield, rate = a + k->gamma->strength, aux = k->aux;
  const double c2 = a * rate, c1 = rate * fixed - (n + aux) * a;
  const double d = sqrt(c1 * c1 + 4.0 * c2 * aux * fixed);
  if (c1 <= 0.0)
    return (d - c1) / (2.0 * c2);
  return 2.0 * aux * fixed / (c1 + d);
}

static int has_closed_form(double fixed, const fairu_bin_gamma *gammas, size_t n_gammas)
{
  if (n_gammas != 1)
    return 0;
  return gammas->yield != 0.0 && (!gammas->gamma->poisson || (gammas->yield > 0.0 && fixed >= 0.0));
}

static void solve_one(double fixed, double n, fairu_bin_gamma *k)
{
  k->value = clamp(k->gamma, k->gamma->poisson ? one_poisson(fixed, n, k) : one_gaussian(fixed, n, k));
}

/* ---- several ------------------------------------------------------------------------------------------- */

static void mark_free(fairu_bin_gamma *k)
{
  k->free = k->value > k->gamma->lower && k->value < k->gamma->upper;
  k->curvature = !k->gamma->poisson ? k->gamma->strength : k->free ? k->aux / (k->value * k->value) : 0.0;
}

/* A Poisson gamma whose count is 0 jumps from bound to bound at one slope; there the yield decides. */
static void place_jump(double fixed, double nu, fairu_bin_gamma *gammas, size_t n_gammas, double slope)
{
  for (size_t i = 0; i < n_gammas; i++) {
    fairu_bin_gamma *k = &gammas[i];
    if (!k->gamma->poisson || k->aux != 0.0 || k->yield == 0.0 ||
        fabs(slope * k->yield + k->gamma->strength) >
            8.0 * DBL_EPSILON * (fabs(k->yield) * (1.0 + fabs(slope)) + k->gamma->strength))
      continue;
    double others = fixed;
    for (size_t j = 0; j < n_gammas; j++)
      others += j == i ? 0.0 : gammas[j].value * gammas[j].yield;
    k->value = clamp(k->gamma, (nu - others) / k->yield);
  }
}

static double sum_yield(double fixed, const fairu_bin_gamma *gammas, size_t n_gammas)
{
  double nu = fixed;
  for (size_t i = 0; i < n_gammas; i++)
    nu += gammas[i].value * gammas[i].yield;
  return nu;
}

/* One Newton step in the gammas themselves: where the slope does not determine them to the last digit. */
static void polish(double fixed, double n, fairu_bin_gamma *gammas, size_t n_gammas)
{
  const double nu = sum_yield(fixed, gammas, n_gammas), slope = (nu - n) / nu, weight = n / (nu * nu);
  double pull = 0.0, s = 0.0;
  if (!(nu > 0.0))
    return;
  for (size_t i = 0; i < n_gammas; i++) {
    fairu_bin_gamma *k = &gammas[i];
    mark_free(k);
    if (!k->free)
      continue;
    if (!(k->curvature > 0.0))
      return;
    k->term = slope * k->yield + (k->gamma->poisson ? fma(k->gamma->strength, k->value, -k->aux) / k->value
                                                    : (k->value - k->aux) * k->gamma->strength);
    pull += k->yield * k->term / k->curvature;
    s += k->yield * k->yield / k->curvature;
  }
  for (size_t i = 0; i < n_gammas; i++)
    if (gammas[i].free)
      gammas[i].value =
          clamp(gammas[i].gamma,
                gammas[i].value - (gammas[i].term - weight * gammas[i].yield * pull / (1.0 + weight * s)) /
                                      gammas[i].curvature);
}

static double solve_several(double fixed, double n, fairu_bin_gamma *gammas, size_t n_gammas)
{
  double growth, u = 0.0;
  if (n > 0.0 || yield_at(fixed, gammas, n_gammas, 1.0, &growth) < 0.0)
    u = solve_u(fixed, n, gammas, n_gammas);
  if (isinf(u)) {
    for (size_t i = 0; i < n_gammas; i++)
      gammas[i].value = best_at(&gammas[i], 0.0);
    return 1.0; /* not held: below 0 */
  }
  for (size_t i = 0; i < n_gammas; i++)
    gammas[i].value = best_at(&gammas[i], 1.0 - u);
  if (u > 0.0)
    place_jump(fixed, n / u, gammas, n_gammas, 1.0 - u);
  if (n > 0.0)
    polish(fixed, n, gammas, n_gammas);
  return 1.0 - u;
}

/* ---- what follows from the best values ------------------------------------------------------------------ */

/* Through the slope where that is more exact than the value rounded to double: tau may be 1e11. */
static double term_of(const fairu_bin_gamma *k, double slope)
{
  const double tau = k->gamma->strength;
  if (!k->gamma->poisson) {
    const double z = k->free && fabs(k->yield) < tau ? slope * k->yield / tau : k->value - k->aux;
    return 0.5 * z * z * tau;
  }
  if (!(k->aux > 0.0))
    return tau * k->value;
  const double pull = slope * k->yield;
  const double excess = fma(tau, k->value, -k->aux);
  const double y = k->free && fabs(k->yield) * k->value < k->aux ? -pull / (pull + tau) : excess / k->aux;
  return y > -0.5 ? k->aux * fairu_remainder__log(y) : excess - k->aux * log(tau * k->value / k->aux);
}

/* The yield is held at 0 by gammas that would take it below. */
static double held_slope(double fixed, const fairu_bin_gamma *gammas, size_t n_gammas, double slope)
{
  if (n_gammas != 1 || gammas->gamma->poisson)
    return slope;
  return (fixed + gammas->yield * gammas->aux) * gammas->gamma->strength / (gammas->yield * gammas->yield);
}

void fairu_profile__bin(double fixed, double n, fairu_bin_gamma *gammas, size_t n_gammas,
                        fairu_bin_state *state)
{
  double slope = 1.0;
  int any_free = 0;
  if (has_closed_form(fixed, gammas, n_gammas))
    solve_one(fixed, n, gammas);
  else
    slope = solve_several(fixed, n, gammas, n_gammas);
  for (size_t i = 0; i < n_gammas; i++) {
    mark_free(&gammas[i]);
    any_free |= gammas[i].free && gammas[i].yield != 0.0;
  }
  state->nu = sum_yield(fixed, gammas, n_gammas);
  if (n > 0.0) {
    state->slope = (state->nu - n) / state->nu;
    state->weight = n / state->nu / state->nu;
  } else {
    state->slope = 1.0;
    state->weight = 0.0;
    const int one = has_closed_form(fixed, gammas, n_gammas);
    slope = one ? held_slope(fixed, gammas, n_gammas, slope) : slope;
    if (any_free && (one ? !gammas->gamma->poisson && slope < 1.0 : slope < 1.0)) {
      state->nu = 0.0;
      state->slope = slope;
      state->weight = held;
    }
  }
  for (size_t i = 0; i < n_gammas; i++)
    gammas[i].term = term_of(&gammas[i], state->slope);
}

void fairu_profile__eliminate(const fairu_bin_gamma *gammas, size_t n_gammas, double weight, double *kept,
                              double *lift, double *inverse)
{
  double s = 0.0;
  size_t flat = n_gammas; /* one whose constraint has no curvature */
  for (size_t i = 0; i < n_gammas; i++) {
    const fairu_bin_gamma *k = &gammas[i];
    if (k->free && k->yield != 0.0 && !(k->curvature > 0.0))
      flat = i;
    else if (k->free && k->curvature > 0.0)
      s += k->yield * k->yield / k->curvature;
  }
  const double scale = 1.0 / (1.0 + weight * s);
  *kept = flat < n_gammas ? 0.0 : weight * scale;
  for (size_t i = 0; i < n_gammas * n_gammas; i++)
    inverse[i] = 0.0;
  for (size_t i = 0; i < n_gammas; i++) {
    const fairu_bin_gamma *k = &gammas[i];
    lift[i] = 0.0;
    if (!k->free || !(k->curvature > 0.0))
      continue;
    double rest = 0.0; /* s without this one */
    for (size_t j = 0; j < n_gammas; j++)
      if (j != i && gammas[j].free && gammas[j].curvature > 0.0)
        rest += gammas[j].yield * gammas[j].yield / gammas[j].curvature;
    inverse[i * n_gammas + i] =
        flat < n_gammas
            ? 1.0 / k->curvature
            : (1.0 + weight * rest) / (k->curvature * (1.0 + weight * rest) + weight * k->yield * k->yield);
    if (flat == n_gammas)
      lift[i] = *kept * k->yield / k->curvature;
    for (size_t j = 0; j < i; j++)
      if (flat == n_gammas && gammas[j].free && gammas[j].curvature > 0.0)
        inverse[i * n_gammas + j] = inverse[j * n_gammas + i] =
            -*kept * (k->yield / k->curvature) * (gammas[j].yield / gammas[j].curvature);
  }
  if (flat == n_gammas)
    return;
  /* the flat one takes up all of the yield: limits for curvature to 0 */
  const double a = gammas[flat].yield;
  lift[flat] = 1.0 / a;
  inverse[flat * n_gammas + flat] = (1.0 + weight * s) / (weight * a * a);
  for (size_t j = 0; j < n_gammas; j++)
    if (j != flat && gammas[j].free && gammas[j].curvature > 0.0)
      inverse[flat * n_gammas + j] = inverse[j * n_gammas + flat] =
          -gammas[j].yield / (gammas[j].curvature * a);
}
