/* fairu/postfit.h - what a fit means: errors, pulls, impacts, breakdown of the uncertainty, goodness of fit,
 * yields, warnings. */
#ifndef FAIRU_POSTFIT_H
#define FAIRU_POSTFIT_H

#include <fairu/hypotest.h>
#include <fairu/model.h>

FAIRU_BEGIN_DECLS

/* Errors [n_params] (square roots of the diagonal; 0 where it is 0) and correlations [n_params * n_params] (1
 * on the diagonal of free parameters, 0 for others) of a covariance; either may be NULL. FAIRU_ERR_RANGE (a
 * diagonal < 0). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_covariance_errors(fairu_context *ctx, const double *covariance,
                                                      size_t n_params, double *errors, double *correlations);

/* ---- impacts and pulls -------------------------------------------------------------------------------- */

typedef struct fairu_impact {
  size_t struct_size;
  size_t parameter;
  double value, error; /* best fit and its error from the covariance */
  double prefit_error; /* of its constraint; NaN for a free parameter */
  double pull;         /* (value - auxiliary value) / prefit_error; NaN for a free parameter */
  double constraint;   /* error / prefit_error; NaN for a free parameter */
  /* shift of the fitted mu with this parameter fixed at value +- error (postfit) */
  double impact_up, impact_down;
  double prefit_up, prefit_down; /* at value +- prefit_error; NaN for a free parameter */
  /* part of mu's error from this parameter's auxiliary datum, d mu^ / d aux * prefit_error: these add in
   * quadrature to the systematic error (arXiv:2307.04007); NaN for a free parameter */
  double contribution;
  /* 0: a two-point choice. It was not measured, so error, pull and constraint are NaN, and impact_up and
   * impact_down are those of prefit_error where it has one. */
  int statistical_origin;
} fairu_impact;

/* Impacts on the parameter of interest of all parameters but itself and those fixed, in parameter order:
 * impacts [n_params] with struct_size set in impacts[0] (stride of all); *n: how many were written. Shifts at
 * a bound stop there. Conditional fits start from the predicted point. FAIRU_ERR_NOT_CONVERGED names the
 * parameter. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_impacts(const fairu_likelihood *likelihood, fairu_context *ctx,
                                                       const fairu_data *data,
                                                       const fairu_fit_options *options,
                                                       fairu_impact *impacts, size_t capacity, size_t *n);

/* ---- breakdown of the uncertainty --------------------------------------------------------------------- */

/* A group of nuisance parameters whose part of mu's uncertainty is asked for. */
typedef struct fairu_group {
  const char *name;
  const size_t *parameters; /* [n_parameters] */
  size_t n_parameters;
} fairu_group;

typedef struct fairu_breakdown {
  size_t struct_size;
  double error_up, error_down; /* profile interval of mu at delta_nll 0.5, as distances */
  double fixed_up, fixed_down; /* the same with the group fixed at its best fit */
  double part_up, part_down;   /* sqrt(error^2 - fixed^2): what the group adds */
} fairu_breakdown;

/* Breakdown of mu's interval: parts [n_groups + 2]: first "statistical" (all other parameters with a
 * constraint fixed, free ones are found by the data: `fixed_*` is the statistical error, part_* the total
 * systematic one), then "template statistics" (parameters of kind FAIRU_PARAMETER_GAMMA), then the groups.
 * struct_size set in parts[0]. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_breakdown(const fairu_likelihood *likelihood,
                                                         fairu_context *ctx, const fairu_data *data,
                                                         const fairu_fit_options *options,
                                                         const fairu_group *groups, size_t n_groups,
                                                         fairu_breakdown *parts);

/* ---- goodness of fit and yields ----------------------------------------------------------------------- */

typedef struct fairu_goodness {
  size_t struct_size;
  /* 2 * deviance part of the NLL at the best fit: saturated model (Baker and Cousins 1984), constraints
   * included */
  double deviance;
  int n_data;     /* main bins plus auxiliary data of parameters that are not fixed */
  int n_free;     /* free parameters, those at a bound not counted */
  int dof;        /* n_data - n_free */
  double p_value; /* of chi^2 with dof degrees of freedom; NaN if dof <= 0 */
} fairu_goodness;

/* Saturated goodness of fit; asymptotic. Toys: fairu_toys_run. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_goodness(const fairu_likelihood *likelihood,
                                                        fairu_context *ctx, const fairu_data *data,
                                                        const fairu_fit_options *options,
                                                        fairu_goodness *goodness);

/* Uncertainty of expected yields at params with a covariance [n_params * n_params] (of a fit; or diagonal
 * with the prefit errors): sqrt(J C J^T), linear. nu, error [n_bins]; channel totals nu_channel,
 * error_channel [n_channels]; any may be NULL. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_yields(const fairu_likelihood *likelihood, fairu_context *ctx,
                                                      const double *params, const double *covariance,
                                                      size_t n_params, double *nu, double *error,
                                                      double *nu_channel, double *error_channel);

/* Prefit covariance: diagonal [n_params * n_params] with the squared widths of the constraints, 0 for free
 * parameters. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_prefit_covariance(const fairu_likelihood *likelihood,
                                                                 fairu_context *ctx, double *covariance,
                                                                 size_t n_params);

/* ---- diagnostics -------------------------------------------------------------------------------------- */

/* What may be wrong with a model. Codes are never renumbered. */
enum fairu_finding_code {
  /* up and down variations lie on the same side: a second minimum may exist */
  FAIRU_FINDING_SAME_SIDE = 1,
  FAIRU_FINDING_IDENTICAL = 2,      /* up, down and nominal agree: no effect */
  FAIRU_FINDING_ONE_SIDED = 3,      /* one of the variations equals nominal */
  FAIRU_FINDING_EMPTY_BIN = 4,      /* nothing is expected in a bin; worse if something is observed */
  FAIRU_FINDING_NO_BACKGROUND = 5,  /* a bin with signal and no other sample */
  FAIRU_FINDING_NEGATIVE_YIELD = 6, /* a sample expects less than 0 in a bin */
  FAIRU_FINDING_NEGATIVE_TOTAL = 7, /* a bin expects less than 0 in total */
  /* an auxiliary count so large that the parameter is as good as fixed */
  FAIRU_FINDING_HUGE_TAU = 8,
  /* relative template error above 1: gamma close to its bound */
  FAIRU_FINDING_LARGE_STAT_ERROR = 9,
  /* the width the fit would find is explained by template statistics, 1/sqrt(1 + sum delta^2/n) */
  FAIRU_FINDING_FAKE_CONSTRAINT = 10,
  FAIRU_FINDING_LARGE_VARIATION = 11, /* a variation of more than 100 % */
  FAIRU_FINDING_NO_EFFECT = 12,       /* a free parameter nothing depends on: flat direction */
  FAIRU_FINDING_OBSERVED_ZERO = 13    /* nothing observed in a whole channel */
};

enum fairu_severity { FAIRU_SEVERITY_NOTE = 1, FAIRU_SEVERITY_WARNING = 2, FAIRU_SEVERITY_ERROR = 3 };

/* Called once per finding; text: one sentence that names channel, sample, parameter and numbers. n: of how
 * many alike (one sentence stands for all bins of a sample). Indices are FAIRU_NONE where they have no
 * meaning; bin counts over all channels, sentences within theirs. Non-zero stops. */
typedef int (*fairu_finding_fn)(int code, int severity, size_t parameter, size_t sample, size_t bin, size_t n,
                                const char *text, void *user_data);

/* Look for known troubles in a model (one made from a fairu_model; else FAIRU_ERR_UNSUPPORTED), with data or
 * NULL. The list is that of the card check of CMS Combine and more. FAIRU_ERR_CALLBACK. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_diagnose(const fairu_likelihood *likelihood,
                                                        fairu_context *ctx, const fairu_data *data,
                                                        fairu_finding_fn fn, void *user_data);

FAIRU_END_DECLS

#endif /* FAIRU_POSTFIT_H */
