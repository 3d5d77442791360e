/* fairu/challenge_baseline.h - the likelihood of the FAIR Universe challenge's example submission
 * ("simple_one_syst_model"), for comparison.
 *
 * Templates over one nuisance at a time, a polynomial per bin through them, and the average over the
 * nuisances:
 *   S_i(alpha) = 1/K sum_k S_i^(k)(alpha_k),  nu_i = max(mu S_i + B_i, 1e-10),
 *   NLL = sum_i [nu_i - n_i ln nu_i] + sum_k (alpha_k - nominal_k)^2 / (2 width_k^2).
 * The average dilutes each nuisance by K, and the widths of the priors are three times those of the
 * generator: an example, not a target. Use fairu/likelihood.h for results.
 */
#ifndef FAIRU_CHALLENGE_BASELINE_H
#define FAIRU_CHALLENGE_BASELINE_H

#include <fairu/fit.h>

FAIRU_BEGIN_DECLS

typedef struct fairu_challenge_baseline fairu_challenge_baseline;

/* One nuisance of it. */
typedef struct fairu_challenge_baseline_nuisance {
  const char *name;
  double nominal, width; /* of the penalty; width > 0 */
  double lower, upper;   /* limits of the fit, nominal within */
} fairu_challenge_baseline_nuisance;

/* The six of the challenge with its widths and limits, in its order (tes, bkg_scale, jes, soft_met,
 * ttbar_scale, diboson_scale): i from 0 to 5; NULL beyond. Since 0.2 */
FAIRU_API const fairu_challenge_baseline_nuisance *fairu_challenge_baseline_nuisance_default(size_t i);

/* Make it from coefficients, highest power first, in the raw value of the nuisance: signal and background
 * [n_nuisances * n_bins * (degree + 1)]. Everything is copied. FAIRU_ERR_RANGE (shape, width, limits; degree
 * above 30), FAIRU_ERR_NON_FINITE, FAIRU_ERR_DUPLICATE, FAIRU_ERR_ARGUMENT (no name). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_challenge_baseline_create(
    fairu_context *ctx, const fairu_challenge_baseline_nuisance *nuisances, size_t n_nuisances, size_t n_bins,
    size_t degree, const double *signal, const double *background, fairu_challenge_baseline **out);

/* Make it from templates without pairs, whose axes are the nuisances (FAIRU_ERR_NOT_FOUND, FAIRU_ERR_SHAPE):
 * least-squares polynomials of `degree` through the yields at the points of each axis (FAIRU_ERR_SHAPE if
 * there are not more than degree). `signal` names the process that mu scales, all others are background.
 * Polynomials are kept about the middle of their axis, where they are told to rounding. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_challenge_baseline_create_from_templates(
    fairu_context *ctx, const fairu_templates *templates, const char *signal,
    const fairu_challenge_baseline_nuisance *nuisances, size_t n_nuisances, size_t degree,
    fairu_challenge_baseline **out);

/* Free; NULL is a no-op. Since 0.2 */
FAIRU_API void fairu_challenge_baseline_destroy(fairu_challenge_baseline *baseline);

/* Shape; 0 for NULL. Since 0.2 */
FAIRU_API size_t fairu_challenge_baseline_n_bins(const fairu_challenge_baseline *baseline);
FAIRU_API size_t fairu_challenge_baseline_n_nuisances(const fairu_challenge_baseline *baseline);

/* Polynomials of one nuisance at one value, not divided by their number: signal and background [n_bins], each
 * may be NULL. FAIRU_ERR_RANGE (nuisance), FAIRU_ERR_NON_FINITE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_challenge_baseline_polynomials(const fairu_challenge_baseline *baseline,
                                                                   fairu_context *ctx, size_t nuisance,
                                                                   double value, double *signal,
                                                                   double *background);

/* NLL at params [1 + n_nuisances] = (mu, nuisances in order) for counts observed [n_bins], with gradient and
 * Hessian of that size or NULL. Without ln n!. FAIRU_ERR_SHAPE, FAIRU_ERR_NON_FINITE, FAIRU_ERR_RANGE (a
 * count below 0). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_challenge_baseline_nll(const fairu_challenge_baseline *baseline,
                                                           fairu_context *ctx, const double *observed,
                                                           size_t n_bins, const double *params,
                                                           size_t n_params, double *nll, double *gradient,
                                                           double *hessian);

typedef struct fairu_challenge_baseline_result {
  size_t struct_size;
  double mu_hat, p16, p84; /* mu_hat -+ its error, NaN without */
  double delta_mu_hat;     /* p84 - p16, as the challenge has it */
  double nll;              /* at the minimum, as fairu_challenge_baseline_nll */
  int n_at_limit;          /* nuisances at a limit: their errors are NaN */
} fairu_challenge_baseline_result;

/* Fit mu in [-50, 50] and the nuisances with is_free[k] 1 (NULL: all), from mu = 1 and nominal; others stay
 * nominal. params and errors [n_params = 1 + n_nuisances] may be NULL; errors from the inverse Hessian, NaN
 * for what is not free or at a limit. result: set struct_size first. FAIRU_ERR_NOT_CONVERGED,
 * FAIRU_ERR_NOT_POSITIVE_DEFINITE, FAIRU_ERR_FLAT: all outputs are written. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_challenge_baseline_fit(const fairu_challenge_baseline *baseline,
                                                           fairu_context *ctx, const double *observed,
                                                           size_t n_bins, const unsigned char *is_free,
                                                           double *params, double *errors, size_t n_params,
                                                           fairu_challenge_baseline_result *result);

FAIRU_END_DECLS

#endif /* FAIRU_CHALLENGE_BASELINE_H */
