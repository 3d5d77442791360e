/* fairu/fit.h - fits, profiles, intervals and scans of a likelihood.
 *
 * Bounded Newton on analytic derivatives, no variable transformation. Unconditional: all parameters free;
 * conditional: some fixed. Differences of NLL carry no factor 2: one sigma is delta_nll = 0.5.
 */
#ifndef FAIRU_FIT_H
#define FAIRU_FIT_H

#include <fairu/likelihood.h>

FAIRU_BEGIN_DECLS

typedef struct fairu_fit_options {
  size_t struct_size;
  const double *start;        /* [n_params]; NULL: the model's start values */
  const unsigned char *fixed; /* [n_params] 1: stays at start; NULL: all free */
  const double *starts;       /* [n_starts * n_params] more starting points: the lowest minimum wins */
  size_t n_starts;
  /* k >= 0: also start from k points spread over the range of each nuisance, as there may be several minima;
   * -1 (default): from 3 for nuisances without constraint or with a uniform one, for all when the observation
   * moves with Z, and for those whose up and down variations lie on the same side by more than the data can
   * tell from 0 */
  int spread_starts;
  int max_iterations;   /* per start, > 0, default 200 */
  double edm_tolerance; /* > 0, estimated distance to the minimum in NLL, default 1e-10 */
} fairu_fit_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_fit_options_init(fairu_fit_options *options, size_t struct_size);

typedef struct fairu_fit_result {
  size_t struct_size;
  double nll[2]; /* at the minimum, as fairu_likelihood_nll */
  double edm;    /* g^T H^-1 g / 2 on the free parameters */
  /* of the Hessian of the free parameters, profiled gammas (model.h) eliminated, scaled to unit diagonal */
  double min_eigenvalue;
  /* FAIRU_OK, FAIRU_ERR_NOT_CONVERGED, FAIRU_ERR_NOT_POSITIVE_DEFINITE, FAIRU_ERR_FLAT */
  int status;
  int iterations; /* of all starts */
  int evaluations;
  int n_minima;   /* distinct local minima met */
  int n_at_bound; /* parameters that ended on a bound */
  /* bins without counts whose expectation ended at 0: the minimum lies at the edge of what is allowed. */
  int n_zero_yield;
} fairu_fit_result;

/* Minimise. params out [n_params]; covariance out [n_params * n_params] (inverse Hessian; rows of fixed
 * parameters and of those at a bound are 0) or NULL; result may be NULL, else set struct_size first. A bound
 * counts only with the right sign of its multiplier. Where yields of bins without counts end at 0
 * (n_zero_yield), the minimum is approached to 1e-12 in those yields, and the covariance knows that it cannot
 * move across that edge. Not converged: the code, and params, covariance and result hold the best state.
 * Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_fit(const fairu_likelihood *likelihood, fairu_context *ctx,
                                                   const fairu_data *data, const fairu_fit_options *options,
                                                   double *params, size_t n_params, double *covariance,
                                                   fairu_fit_result *result);

/* All distinct local minima that the starts lead to (options.starts, spread_starts), lowest first: nll
 * [capacity] (sum of both parts), params [capacity * n_params]; *n is how many there are, of which at most
 * `capacity` are written. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_minima(const fairu_likelihood *likelihood, fairu_context *ctx,
                                                      const fairu_data *data,
                                                      const fairu_fit_options *options, size_t capacity,
                                                      double *nll, double *params, size_t n_params,
                                                      size_t *n);

/* Profile: minimise with `parameter` fixed at each of values [n]; nll out [n] (sum of both parts); params out
 * [n * n_params] or NULL. Neighbours start from each other; options as for a fit. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_profile(const fairu_likelihood *likelihood, fairu_context *ctx,
                                                       const fairu_data *data,
                                                       const fairu_fit_options *options, size_t parameter,
                                                       const double *values, size_t n, double *nll,
                                                       double *params, size_t n_params);

typedef struct fairu_interval_options {
  size_t struct_size;
  size_t parameter; /* default: the parameter of interest, FAIRU_NONE */
  double level;     /* confidence level of one parameter, default 0.6827; 0: use delta_nll */
  double delta_nll; /* rise of the NLL at the ends, > 0; 0.5 is one sigma */
  /* NLL (sum) the rise counts from; NaN (default): that of the unconditional fit */
  double nll_minimum;
  /* how inner minimisations run; its start: where the search begins; NULL: defaults */
  const fairu_fit_options *fit;
} fairu_interval_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_interval_options_init(fairu_interval_options *options,
                                                          size_t struct_size);

enum fairu_interval_end {
  FAIRU_INTERVAL_CROSSING = 0, /* the profile rises by delta_nll here */
  FAIRU_INTERVAL_BOUND = 1,    /* the bound of the parameter is reached first; the end is the bound */
  /* an expected yield reaches 0 first; the end is the last allowed value */
  FAIRU_INTERVAL_YIELD = 2,
  FAIRU_INTERVAL_EMPTY = 3 /* the profile lies above nll_minimum + delta_nll everywhere */
};

typedef struct fairu_interval {
  size_t struct_size;
  double best; /* minimum of the profile */
  /* outermost crossings over all minima that the starts lead to, also when the region is disconnected */
  double lower, upper;
  int lower_end, upper_end; /* fairu_interval_end */
  double nll_minimum;       /* the rise counted from this */
  int evaluations;
} fairu_interval;

/* Profile-likelihood interval, by solving for the crossings (safeguarded Newton with the envelope
 * derivative), not by a parabola. interval: set struct_size first. params_lower, params_upper: [n_params]
 * conditional fit at the ends, or NULL. A lower minimum met on the way is used, and said in the log.
 * FAIRU_ERR_NOT_CONVERGED, also when no end is found. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_interval(const fairu_likelihood *likelihood,
                                                        fairu_context *ctx, const fairu_data *data,
                                                        const fairu_interval_options *options,
                                                        fairu_interval *interval, double *params_lower,
                                                        double *params_upper, size_t n_params);

/* Two-parameter scan: nll [n_first * n_second] (sum), row per value of `first`; other parameters minimised
 * (options as for a fit) where there are any. NaN where no point with nu > 0 exists. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_scan(const fairu_likelihood *likelihood, fairu_context *ctx,
                                                    const fairu_data *data, const fairu_fit_options *options,
                                                    size_t first, const double *first_values, size_t n_first,
                                                    size_t second, const double *second_values,
                                                    size_t n_second, double *nll);

/* Contour of two parameters where the profile (over all others) lies delta_nll above its minimum: n_points >=
 * 8 points in order of the angle about the best fit, first_out, second_out [n_points], closed by the caller.
 * level > 0: delta_nll from the two-dimensional chi^2 (0.6827: 1.148); 0: options->delta_nll. Points end at
 * bounds; where the best fit lies on one, rays that lead out of it stay at the best fit. Each is solved for
 * along its ray like an interval's end; ray directions are spread evenly in the metric of the covariance.
 * Regions that are not star-shaped about the best fit are given by their outermost points. best [2]: best
 * fit, or NULL. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_contour(const fairu_likelihood *likelihood, fairu_context *ctx,
                                                       const fairu_data *data,
                                                       const fairu_interval_options *options, size_t first,
                                                       size_t second, size_t n_points, double *first_out,
                                                       double *second_out, double *best);

FAIRU_END_DECLS

#endif /* FAIRU_FIT_H */
