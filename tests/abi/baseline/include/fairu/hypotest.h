/* fairu/hypotest.h - test statistics, asymptotic p-values, CLs, upper limits, significances.
 *
 * Definitions: Cowan, Cranmer, Gross, Vitells, arXiv:1007.1727. With 2dNLL(mu) = 2 [NLL(mu, theta^^) -
 * NLL(mu^, theta^)] >= 0:
 *
 *   t       2dNLL(mu)                             q       2dNLL(mu) if mu^ <= mu, else 0
 *   t~      the same with mu^ >= 0                q~      the same with mu^ >= 0
 *   q0      2dNLL(0) if mu^ >= 0, else 0
 *
 * t and q fit mu without a lower bound (as far down as expected yields stay > 0), t~ and q~ within mu >= 0:
 * the choice is made here, not by the bounds of the model. The model's upper bound holds in the unconditional
 * fit; the tested mu may lie above it. Differences are summed bin by bin, so that small ones keep their
 * digits. Where the likelihood has several minima, unconditional and conditional fits both take the lowest
 * that their starts lead to.
 */
#ifndef FAIRU_HYPOTEST_H
#define FAIRU_HYPOTEST_H

#include <fairu/fit.h>

FAIRU_BEGIN_DECLS

enum fairu_test_statistic {
  FAIRU_TEST_T = 1,
  FAIRU_TEST_T_TILDE = 2,
  FAIRU_TEST_Q = 3,
  FAIRU_TEST_Q_TILDE = 4,
  FAIRU_TEST_Q0 = 5
};

typedef struct fairu_hypotest_options {
  size_t struct_size;
  int statistic; /* fairu_test_statistic, default FAIRU_TEST_Q_TILDE */
  /* 1 (default): the bounds the model gives mu decide what "unrestricted" means, as in pyhf (q and q~ are
   * then one function); 0: as defined above */
  int model_bounds;
  /* 1: expected values from the clipped normal (arXiv:1007.1727 has none); default 0 */
  int clipped_normal;
  /* where the likelihood has several minima in the nuisances: 0 (default) conditional fits stay in the valley
   * of the best fit, as published numbers do; 1: the lowest valley at each mu counts, of those that the
   * unconditional fit met (fit->starts, fit->spread_starts widen its search): nearer to the profile likelihood
   * to the letter, which no local search can promise */
  int all_branches;
  const fairu_fit_options *fit; /* of all fits; NULL: defaults */
} fairu_hypotest_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_hypotest_options_init(fairu_hypotest_options *options,
                                                          size_t struct_size);

typedef struct fairu_hypotest_result {
  size_t struct_size;
  double statistic;   /* q observed */
  double asimov;      /* the same on the Asimov set (mu' = 0; 1 for q0) */
  double mu_hat;      /* of the unconditional fit */
  double p_sb;        /* CLsb; for q0 the p-value p0 */
  double p_b;         /* CLb */
  double cls;         /* CLsb / CLb; for q0: p0 */
  double expected[5]; /* CLs expected at -2, -1, 0, 1, 2 sigma of the background hypothesis */
  double expected_p_sb[5], expected_p_b[5];
  /* Z = Phi^-1(1 - p_sb); for q0 sqrt(q0); two-sided Phi^-1(1 - p_sb / 2) for t and t~ */
  double significance;
  /* 2 NLL by which another valley lies below the conditional fit at the tested mu, 0 where none is known;
   * also told in the log */
  double lower_branch;
  int evaluations;
} fairu_hypotest_result;

/* Value of the test statistic of the parameter of interest at mu. *mu_hat or NULL. FAIRU_ERR_ARGUMENT (no
 * parameter of interest, or it is fixed), FAIRU_ERR_RANGE (mu), FAIRU_ERR_NOT_CONVERGED. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_test_statistic(const fairu_likelihood *likelihood,
                                                              fairu_context *ctx, const fairu_data *data,
                                                              const fairu_hypotest_options *options,
                                                              double mu, double *statistic, double *mu_hat);

/* Asymptotic test of mu (five fits). For FAIRU_TEST_Q0 mu is not read: 0 is tested against 1. result: set
 * struct_size first. For t and t~ (two-sided) p_sb is the p-value of mu, p_b that under the background
 * hypothesis from the same formulas, cls their ratio, expected values those at mu^ = N sigma of the
 * background hypothesis; expected values of q0 are those of mu' = 1, the least p at -2. FAIRU_ERR_ARGUMENT,
 * FAIRU_ERR_RANGE (mu, or mu' = 0 not allowed), FAIRU_ERR_NOT_CONVERGED. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_hypotest(const fairu_likelihood *likelihood,
                                                        fairu_context *ctx, const fairu_data *data,
                                                        const fairu_hypotest_options *options, double mu,
                                                        fairu_hypotest_result *result);

typedef struct fairu_limit {
  size_t struct_size;
  double observed;
  double expected[5]; /* at -2, -1, 0, 1, 2 sigma */
  double mu_hat;
  int evaluations;
} fairu_limit;

/* Upper limit at confidence `level` (0.95): CLs(mu) = 1 - level, solved to 1e-9 relative by Newton's method
 * on the profile; the Asimov set and the free fits are made once. mu may go beyond the model's upper bound.
 * Statistic q or q~. FAIRU_ERR_ARGUMENT, FAIRU_ERR_RANGE (level), FAIRU_ERR_FLAT (the data do not bound mu),
 * FAIRU_ERR_NEGATIVE_YIELD (expected yields end before CLs has fallen), FAIRU_ERR_NOT_CONVERGED. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_limit(const fairu_likelihood *likelihood, fairu_context *ctx,
                                                     const fairu_data *data,
                                                     const fairu_hypotest_options *options, double level,
                                                     fairu_limit *limit);

/* The Asimov set of the hypothesis mu: expected main and auxiliary data at (mu, theta^^(mu)) fitted to
 * `observed`; writes data, which belongs to the same likelihood. params [n_params]: the point, or NULL. Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_asimov_at(const fairu_likelihood *likelihood,
                                                         fairu_context *ctx, const fairu_data *observed,
                                                         const fairu_fit_options *options, double mu,
                                                         fairu_data *data, double *params, size_t n_params);

/* ---- significance formulas ---------------------------------------------------------------------------- */

/* Asymptotic CLs, CLsb and CLb of an observed and an Asimov value of q, q~ or q0 (arXiv:1007.1727, section
 * 3), with the tails' relative accuracy. p [3]: CLsb, CLb, CLs. FAIRU_ERR_ARGUMENT, FAIRU_ERR_RANGE (a value
 * < 0). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_asymptotic_pvalues(fairu_context *ctx, int statistic, double q,
                                                       double q_asimov, double *p);

/* Z of a one-sided p-value 0 < p < 1 and back; exact in both tails. FAIRU_ERR_RANGE, FAIRU_ERR_NON_FINITE.
 * Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_significance_of_p(fairu_context *ctx, double p, double *z);
FAIRU_API FAIRU_NODISCARD int fairu_p_of_significance(fairu_context *ctx, double z, double *p);

/* Approximate median significance: sqrt(2 [(s + b + b_reg) ln(1 + s / (b + b_reg)) - s]); b_reg is 10 in the
 * HiggsML challenge (HAL hal-01208587), 0 otherwise. s, b, b_reg >= 0. FAIRU_ERR_RANGE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_significance_ams(fairu_context *ctx, double s, double b, double b_reg,
                                                     double *z);

/* Asimov significance with background uncertainty sigma_b (Cowan 2012; sigma_b 0: AMS with b_reg 0). Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_significance_asimov(fairu_context *ctx, double s, double b,
                                                        double sigma_b, double *z);

/* The same with a Gaussian constraint on the background, profiled: AMS1. sigma_b > 0. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_significance_ams1(fairu_context *ctx, double s, double b, double sigma_b,
                                                      double *z);

FAIRU_END_DECLS

#endif /* FAIRU_HYPOTEST_H */
