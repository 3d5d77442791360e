/* fairu/model.h - models of counts built call by call: channels, samples, what scales and shifts them.
 *
 * A fairu_model is what HistFactory describes, before it becomes a likelihood: channels of bins; samples,
 * each with nominal yields in one channel; parameters; and for each sample the ways parameters act on it,
 *
 *   nu_sb(theta) = [ nominal_sb + sum_h Delta_hb(alpha_h) ] * prod_k f_k,     nu_b = sum_s nu_sb
 *
 * Shifts Delta come first and add up, then all factors multiply. The order of calls is the order of
 * everything: channels, bins and parameters keep the place they were added at. Source: CERN-OPEN-2012-016 and
 * the pyhf JSON form of it. fairu_likelihood_create_from_model() compiles a model; it may then be destroyed.
 * Workspaces (histfactory.h) come this way too. One thread at a time may change a model.
 */
#ifndef FAIRU_MODEL_H
#define FAIRU_MODEL_H

#include <fairu/likelihood.h>

FAIRU_BEGIN_DECLS

typedef struct fairu_model fairu_model;

/* Make an empty model. FAIRU_ERR_NULL, FAIRU_ERR_OUT_OF_MEMORY. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_model_create(fairu_context *ctx, fairu_model **out);
FAIRU_API void fairu_model_destroy(fairu_model *model); /* NULL is a no-op. Since 0.2 */

/* What is known about a parameter. At most one of prior and poisson_scale. */
typedef struct fairu_parameter_options {
  size_t struct_size;
  double start; /* default 1 */
  /* default -inf, +inf; start must lie within. Bounds of fits: a look at the NLL may go beyond. A Poisson
   * count or a log-normal raises lower to 0 */
  double lower, upper;
  /* 1: fits keep it at start unless told otherwise; its constraint term stays. Default 0 */
  int fixed;
  /* NULL: none. Gaussian, log-normal, uniform or tabulated density about `aux`; its range narrows lower and
   * upper */
  const fairu_nuisance *prior;
  /* tau > 0: an auxiliary count with expectation tau * theta; 0 (default): none */
  double poisson_scale;
  double aux; /* observed auxiliary value; NaN (default): centre of the prior, or tau */
} fairu_parameter_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_parameter_options_init(fairu_parameter_options *options,
                                                           size_t struct_size);

/* Append a parameter; options NULL: defaults; *index (or NULL) is its place. FAIRU_ERR_DUPLICATE,
 * FAIRU_ERR_RANGE, FAIRU_ERR_NON_FINITE, FAIRU_ERR_ARGUMENT (no name, two constraints). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_model_add_parameter(fairu_model *model, fairu_context *ctx,
                                                        const char *name,
                                                        const fairu_parameter_options *options,
                                                        size_t *index);

/* Append a channel of n_bins >= 1 bins; *index (or NULL) is its place. FAIRU_ERR_DUPLICATE, FAIRU_ERR_SHAPE,
 * FAIRU_ERR_LIMIT. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_model_add_channel(fairu_model *model, fairu_context *ctx,
                                                      const char *name, size_t n_bins, size_t *index);

/* Append a sample to a channel: nominal yields [n_bins], finite, of any sign. *index (or NULL): its place
 * among the samples of all channels. Names are unique within a channel. FAIRU_ERR_DUPLICATE, FAIRU_ERR_SHAPE,
 * FAIRU_ERR_NON_FINITE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_model_add_sample(fairu_model *model, fairu_context *ctx, size_t channel,
                                                     const char *name, const double *yields, size_t n_bins,
                                                     size_t *index);

/* Between down (alpha = -1), nominal (0) and up (+1). Formulas: docs/interpolation.md. */
enum fairu_interpolation_code {
  FAIRU_CODE_0 = 1, /* shifts: linear on both sides; kink at 0 */
  FAIRU_CODE_1 = 2, /* norms: exponential on both sides; kink at 0 */
  /* shifts: quadratic inside, linear outside with the constant that makes it continuous (as ROOT) */
  FAIRU_CODE_2 = 3,
  /* norms: polynomial of degree 6 inside, exponential outside; the default of HistFactory */
  FAIRU_CODE_4 = 4,
  /* shifts: polynomial of degree 6 inside, linear outside; the default of HistFactory */
  FAIRU_CODE_4P = 5,
  /* shifts: code 2 as pyhf has it, without the constant: it jumps at |alpha| = 1 */
  FAIRU_CODE_2_PYHF = 6
};

/* Multiply a sample by a parameter (normfactor, lumi). FAIRU_ERR_RANGE (no such sample or parameter),
 * FAIRU_ERR_DUPLICATE (this parameter already is a factor of this sample or of one of its bins). A parameter
 * may act on one sample in several ways (norm and shift), but only once in each. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_model_add_factor(fairu_model *model, fairu_context *ctx, size_t sample,
                                                     size_t parameter);

/* Multiply a sample by a factor that is 1 at alpha = 0, `down` at -1 and `up` at +1, both > 0 (normsys).
 * code: FAIRU_CODE_1 or FAIRU_CODE_4. FAIRU_ERR_RANGE, FAIRU_ERR_DUPLICATE, FAIRU_ERR_ARGUMENT (code). Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_model_add_norm(fairu_model *model, fairu_context *ctx, size_t sample,
                                                   size_t parameter, double down, double up, int code);

/* Shift a sample: its yields are down [n_bins] at alpha = -1 and up [n_bins] at +1 (histosys). code:
 * FAIRU_CODE_0, FAIRU_CODE_2, FAIRU_CODE_4P or FAIRU_CODE_2_PYHF. FAIRU_ERR_SHAPE, FAIRU_ERR_NON_FINITE,
 * FAIRU_ERR_DUPLICATE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_model_add_shift(fairu_model *model, fairu_context *ctx, size_t sample,
                                                    size_t parameter, const double *down, const double *up,
                                                    size_t n_bins, int code);

/* Shift a sample along a cubic spline (not-a-knot) through its yields [n_knots * n_bins] at knots [n_knots],
 * n_knots >= 4, strictly rising; the nominal yields of the sample are those at theta = nominal, which is one
 * of the knots. Outside the knots it goes on straight. FAIRU_ERR_SHAPE, FAIRU_ERR_RANGE,
 * FAIRU_ERR_NON_FINITE, FAIRU_ERR_DUPLICATE, FAIRU_ERR_ARGUMENT (the yields at nominal are not those of the
 * sample, 1e-9). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_model_add_spline(fairu_model *model, fairu_context *ctx, size_t sample,
                                                     size_t parameter, const double *knots, size_t n_knots,
                                                     double nominal, const double *yields, size_t n_bins);

/* Multiply each bin by a parameter of its own (shapefactor, shapesys, staterror): parameters [n_bins],
 * FAIRU_NONE for a bin without. Parameters with a Gaussian prior or a Poisson count that touch one bin alone
 * are profiled in closed form inside fits. FAIRU_ERR_SHAPE, FAIRU_ERR_RANGE, FAIRU_ERR_DUPLICATE. Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_model_add_bin_factors(fairu_model *model, fairu_context *ctx,
                                                          size_t sample, const size_t *parameters,
                                                          size_t n_bins);

/* Compile. poi: name of the parameter of interest, NULL or "": none (then fairu_likelihood_poi_index is
 * FAIRU_NONE). FAIRU_ERR_NOT_FOUND (poi), FAIRU_ERR_EMPTY (no channel, a channel without samples, no
 * parameter). nll[1] of such a model holds all constants, those of the constraint densities too: 2 (nll[0] +
 * nll[1]) is pyhf's twice_nll. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_create_from_model(fairu_context *ctx, const fairu_model *model,
                                                                 const char *poi, fairu_likelihood **out);

/* ---- what a compiled model holds ---------------------------------------------------------------------- */

/* Channels and samples of a likelihood made from a model; for others one channel "" and the processes as
 * samples. Names live as long as the likelihood; NULL and 0 out of range. Bins of channel c: first_bin(c) ..
 * first_bin(c) + n_bins(c) - 1. Since 0.2 */
FAIRU_API size_t fairu_likelihood_n_channels(const fairu_likelihood *likelihood);
FAIRU_API const char *fairu_likelihood_channel_name(const fairu_likelihood *likelihood, size_t channel);
FAIRU_API size_t fairu_likelihood_channel_n_bins(const fairu_likelihood *likelihood, size_t channel);
FAIRU_API size_t fairu_likelihood_channel_first_bin(const fairu_likelihood *likelihood, size_t channel);
FAIRU_API size_t fairu_likelihood_n_samples(const fairu_likelihood *likelihood);
FAIRU_API const char *fairu_likelihood_sample_name(const fairu_likelihood *likelihood, size_t sample);
FAIRU_API size_t fairu_likelihood_sample_channel(const fairu_likelihood *likelihood, size_t sample);

/* Expected yields of one sample [n_bins of its channel] at params. Errors of fairu_likelihood_expected. Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_expected_sample(const fairu_likelihood *likelihood,
                                                               fairu_context *ctx, size_t sample,
                                                               const double *params, size_t n_params,
                                                               double *nu);

FAIRU_END_DECLS

#endif /* FAIRU_MODEL_H */
