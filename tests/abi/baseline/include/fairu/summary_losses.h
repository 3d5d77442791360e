/* fairu/summary_losses.h - losses over soft counts that a likelihood gives: what an analysis of these bins
 * would measure.
 *
 * A network trained by fairu_classifier_train_summary() with one of them learns bins whose counts measure the
 * signal best, systematics included: INFERNO (arXiv:1806.04743: the inverse Fisher information) and neos
 * (arXiv:2203.05570: CLs through a profile fit).
 *
 * The model of bin b, with Y_p the expected yield of process p and c_pb its share of events in b:
 *
 *   nu_b(mu, Z) = floor + sum_p mu^[p = signal] prod_r (1 + rho_r) Y_p [ c_pb + sum_k Delta_pkb(Z_k) ]
 *
 * as HistFactory has it: shifts Delta add up, then factors multiply. Z_k = 0 is nominal. Data are what is
 * expected (Asimov). At that point the Hessian of the negative log-likelihood is exactly F_ij = sum_b d_i
 * nu_b d_j nu_b / nu_b plus 1 / width^2 of each nuisance that is known to a width; conditional fits away from
 * it are differentiated by the envelope theorem. They start at nominal and end in the minimum that is reached
 * from there: with code 4p, between variations that bend strongly, there may be a lower one.
 */
#ifndef FAIRU_SUMMARY_LOSSES_H
#define FAIRU_SUMMARY_LOSSES_H

#include <fairu/model.h>
#include <fairu/summary.h>

FAIRU_BEGIN_DECLS

enum { FAIRU_EXPECTED_MAX_NUISANCES = 16 };

enum fairu_nuisance_source {
  FAIRU_SOURCE_TANGENT = 1, /* Delta = Z d counts / dZ: tangent number `tangent` */
  /* Delta through the counts of variations `up` and `down`: code 4p of docs/interpolation.md, whose slope at
   * nominal is the central difference. step_down 0: `up` alone, its line goes on to the other side */
  FAIRU_SOURCE_VARIATIONS = 2,
  FAIRU_SOURCE_RATE = 3 /* process `process` is scaled by 1 + rho */
};

/* A nuisance parameter as a loss sees it. No _init: set struct_size and what its source reads. */
typedef struct fairu_expected_nuisance {
  size_t struct_size;
  int source; /* fairu_nuisance_source */
  size_t tangent, up, down, process;
  /* Z of the variations minus nominal Z: up > 0 > down, or down = 0. Where they are not opposite, Delta is
   * code 4p of the two slopes, with +-1 at their mean step */
  double step_up, step_down;
  double width; /* of its Gaussian constraint in units of Z (rate: relative); 0: free */
} fairu_expected_nuisance;

enum fairu_expected_quantity {
  /* of the signal yield mu Y_signal: [(F + C)^-1]_00, the loss of INFERNO */
  FAIRU_EXPECTED_VARIANCE = 1,
  FAIRU_EXPECTED_SIGMA = 2, /* error of mu at mu = 1 */
  /* median CLs of mu = 1 where there is no signal (q~ or q, alike here), through the profile fit: neos */
  FAIRU_EXPECTED_CLS = 3,
  /* median p-value of mu = 0 where mu = 1, through the profile fit. It likes bins without background, where
   * the floor is all that mu = 0 expects: take one that the sample can vouch for */
  FAIRU_EXPECTED_P0 = 4,
  /* of the covariance matrix of mu and all nuisances: the generalised variance */
  FAIRU_EXPECTED_DETERMINANT = 5
};

typedef struct fairu_expected_loss_options {
  size_t struct_size;
  const double *yields; /* [n_processes] Y >= 0, required; that of the signal is > 0 */
  size_t n_processes;
  size_t signal; /* process whose strength is the parameter of interest, default 1 */
  /* [n_nuisances], struct_size of the first is the stride of all; NULL: none */
  const fairu_expected_nuisance *nuisances;
  size_t n_nuisances; /* at most FAIRU_EXPECTED_MAX_NUISANCES */
  double floor;       /* events added to every bin, >= 0, default 1e-7 as INFERNO; neos has 1e-3 */
  int quantity;       /* fairu_expected_quantity, default FAIRU_EXPECTED_VARIANCE */
  /* 1: the loss is ln of the quantity, whose gradient does not shrink with it: CLs and p0 of strong signals.
   * Default 0 */
  int logarithm;
  /* of profile fits between variations: FAIRU_CODE_4P (default) or FAIRU_CODE_0 (up to 6 nuisances), whose
   * slope jumps at nominal: Fisher matrices take the mean of both sides */
  int interpolation;
} fairu_expected_loss_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_expected_loss_options_init(fairu_expected_loss_options *options,
                                                               size_t struct_size);

/* The loss: a fairu_summary_loss_fn. options (user_data): const fairu_expected_loss_options *. Writes *loss
 * and its gradient: d_counts as counts->counts; d_tangents as counts->tangents, not read without tangents.
 * Both may be NULL: the value alone. Hard counts of a finished classifier may be given too. Scratch of ctx
 * only; may be called on many threads, each with its own context. FAIRU_ERR_SHAPE (processes),
 * FAIRU_ERR_RANGE (yield, step, width, floor, index: names nuisance or process), FAIRU_ERR_LIMIT (nuisances),
 * FAIRU_ERR_ARGUMENT (source, quantity, tangents that are not there), FAIRU_ERR_NON_FINITE (names process,
 * variation, bin), FAIRU_ERR_NEGATIVE_YIELD (names the bin), FAIRU_ERR_NOT_POSITIVE_DEFINITE (names the
 * nuisance that cannot be told from the others), FAIRU_ERR_NOT_CONVERGED (a profile fit),
 * FAIRU_ERR_OUT_OF_MEMORY. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_expected_loss(fairu_context *ctx, const fairu_summary_counts *counts,
                                                  double *loss, double *d_counts, double *d_tangents,
                                                  void *options);

/* All that these counts are expected to measure. */
typedef struct fairu_expected_result {
  size_t struct_size;
  double variance, sigma; /* of the signal yield at mu = 1 */
  double sigma_mu;        /* sigma / Y_signal */
  double stat;            /* the same with all nuisances known */
  double determinant;     /* as FAIRU_EXPECTED_DETERMINANT */
  double cls, q;          /* as FAIRU_EXPECTED_CLS, and its test statistic */
  double p0, q0;          /* as FAIRU_EXPECTED_P0, and its test statistic */
  /* error of each in units of Z, rates relative; 0 beyond n_nuisances. Far below its width, the bins
   * over-constrain */
  double nuisance_sigma[FAIRU_EXPECTED_MAX_NUISANCES];
} fairu_expected_result;

/* Report on counts, soft or hard. options->quantity and logarithm are not read; result: set struct_size
 * first. Errors as fairu_expected_loss. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_expected_loss_report(fairu_context *ctx,
                                                         const fairu_summary_counts *counts,
                                                         const fairu_expected_loss_options *options,
                                                         fairu_expected_result *result);

FAIRU_END_DECLS

#endif /* FAIRU_SUMMARY_LOSSES_H */
