/* fairu/methods.h - from nominal events and their systematics to a classifier, by the training methods of the
 * field, one call each.
 *
 * baseline: events at nominal Z. augmented: events at many Z, which the network is not told. aware: the same
 * with Z as inputs (arXiv:1601.07913, arXiv:2105.08742). pivot (arXiv:1611.01046) and gradient-reversal
 * (arXiv:1409.7495): against an adversary that learns one Z from the output. tangent: the slope of the logit
 * along dx/dZ is penalised. inferno (arXiv:1806.04743) and neos (arXiv:2203.05570): expected uncertainty or
 * CLs of the signal strength, nuisances included. significance (arXiv:1806.00322): expected significance.
 *
 * How events are shown at other Z than nominal: fairu_systematics_apply makes them, those that fail a cut are
 * left out, and the weights of each copy are divided by the number of copies, so that yields are means over
 * Z. All copies of an event are on the same side of the split into training and validation. The same events,
 * options and seed give the same bits with any number of threads.
 */
#ifndef FAIRU_METHODS_H
#define FAIRU_METHODS_H

#include <fairu/adversary.h>
#include <fairu/summary.h>
#include <fairu/systematics.h>

FAIRU_BEGIN_DECLS

enum fairu_method {
  FAIRU_METHOD_BASELINE = 1,
  FAIRU_METHOD_AUGMENTED = 2,
  FAIRU_METHOD_AWARE = 3,
  FAIRU_METHOD_PIVOT = 4,
  FAIRU_METHOD_GRADIENT_REVERSAL = 5,
  FAIRU_METHOD_TANGENT = 6,
  FAIRU_METHOD_INFERNO = 7,
  FAIRU_METHOD_NEOS = 8,
  FAIRU_METHOD_SIGNIFICANCE = 9
};

/* "baseline", "gradient-reversal" and the like; NULL out of range. Any thread. Since 0.2 */
FAIRU_API const char *fairu_method_name(int method);

/* The method of that name. FAIRU_ERR_NOT_FOUND lists all. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_method_find(fairu_context *ctx, const char *name, int *method);

typedef struct fairu_method_options {
  size_t struct_size;
  int method; /* fairu_method, default FAIRU_METHOD_BASELINE */
  /* features, network, optimiser, epochs, seed: required; its nuisances, gate, tangents and loss are set by
   * the method */
  const fairu_training_options *training;
  /* [n_nuisances] of the systematics, those that the method is about: drawn, varied, inputs of the network;
   * others stay at nominal. NULL: all. Without systematics: columns of the events */
  const char *const *nuisances;
  size_t n_nuisances;
  /* class 1 are events of this label (a category, or a number in decimal), class 0 all others; NULL: labels
   * are 0 and 1 */
  const char *signal_label;
  /* [n_points * nuisances of the systematics] Z at which every event is shown (augmented, aware,
   * adversaries); NULL: drawn */
  const double *points;
  size_t n_points;
  /* of every event, each at a Z drawn from the priors, default 4; 256 draws a copy, shared by events at
   * random */
  size_t copies;
  /* times the width of Gaussian and log-normal priors that are drawn from, default 1; nothing is drawn
   * outside a range */
  double spread;
  /* aware: nuisance that gates two sub-networks at its nominal value; NULL: none */
  const char *gate;
  /* lambda; NaN (default): that of `adversary`; of tangent, where a slope is that per width of the prior: 0.1 */
  double strength;
  /* pivot, gradient-reversal; its nuisance may be NULL where there is one; NULL: defaults */
  const fairu_adversary_options *adversary;
  /* inferno, neos, significance: bins, temperature; variations and loss are set by the method; NULL: defaults */
  const fairu_summary_options *summary;
  double signal, background; /* expected yields at nominal; 0 (default): sums of weights */
  /* relative: a rate nuisance of inferno and neos, sigma_b of significance; 0 (default): none */
  double background_uncertainty;
  double step;         /* of variations up and down, in widths of the prior, default 1 */
  const double *steps; /* [n_nuisances] in units of Z instead, > 0; NULL */
  /* inferno: 1: d counts / dZ from tangents; 0 (default): from variations up and down */
  int use_tangents;
  int free_nuisances; /* inferno, neos: 1: nuisances without constraint; default 0 */
  /* inferno, neos: fairu_expected_quantity; 0 (default): variance, CLs (ln CLs is minimised) */
  int quantity;
  /* inferno, neos: 1: Z is an input too, aware and inference-aware at once; default 0 */
  int with_z;
} fairu_method_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_method_options_init(fairu_method_options *options, size_t struct_size);

/* Train a classifier on `events`, which stand at nominal Z and have labels, as options say. systematics NULL:
 * the events are used as they are, at the Z they were simulated at; what is given as nuisances are then
 * columns of the table: inputs of aware (gate_nominal of the training options is that of the gate), what the
 * adversary learns. baseline and augmented are then the same, and methods that must shift events are refused
 * (FAIRU_ERR_ARGUMENT). result may be NULL, and so may adversary_result, which pivot and gradient-reversal
 * write (else set struct_size of both first). Failures of fairu_classifier_train and fairu_systematics_apply;
 * FAIRU_ERR_NOT_FOUND (nuisance, signal_label), FAIRU_ERR_RANGE (points, copies, spread, steps),
 * FAIRU_ERR_LIMIT (rows of all copies), FAIRU_ERR_UNSUPPORTED (tangents where events cross cuts). A nuisance
 * without statistical origin is told to the log as a warning: independence of it, or knowing it, is no
 * smaller uncertainty (arXiv:2109.08159). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_method_train(fairu_context *ctx, const fairu_events *events,
                                                 const fairu_systematics *systematics,
                                                 const fairu_method_options *options,
                                                 fairu_training_result *result,
                                                 fairu_adversary_result *adversary_result,
                                                 fairu_classifier **out);

FAIRU_END_DECLS

#endif /* FAIRU_METHODS_H */
