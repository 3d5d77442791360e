/* fairu/classifier.h - score(x, Z): networks, closed forms and callbacks behind one handle.
 *
 * A classifier maps features x [n_features] (float, by name) and nuisance values Z [n_nuisances] (double,
 * natural units) to n_outputs numbers. Two-class classifiers have one output, score in [0, 1] or its logit. Z
 * is an input like any other: only a hypothesis knows it. A classifier never changes after creation and is
 * shared by any number of threads. With own kernels the bits do not depend on batch size, place in the batch
 * or number of threads.
 */
#ifndef FAIRU_CLASSIFIER_H
#define FAIRU_CLASSIFIER_H

#include <fairu/events.h>

FAIRU_BEGIN_DECLS

typedef struct fairu_classifier fairu_classifier;

enum fairu_activation {
  FAIRU_ACTIVATION_LINEAR = 0,
  FAIRU_ACTIVATION_RELU = 1,
  FAIRU_ACTIVATION_TANH = 2,
  FAIRU_ACTIVATION_SIGMOID = 3,
  FAIRU_ACTIVATION_ELU = 4,    /* x > 0 ? x : exp(x) - 1 */
  FAIRU_ACTIVATION_SOFTMAX = 5 /* last layer only */
};

enum fairu_output {
  FAIRU_OUTPUT_SCORE = 0, /* the last activation applied */
  FAIRU_OUTPUT_LOGIT = 1, /* before the last sigmoid or softmax: no saturation near 0 and 1 */
  /* of binnings alone: number of the largest output, the first of equal ones */
  FAIRU_OUTPUT_CLASS = 2
};

/* One dense layer: out = activation(weights x in + bias). */
typedef struct fairu_layer {
  size_t n_in, n_out;
  int activation;
  const float *weights; /* [n_out * n_in] row-major */
  const float *bias;    /* [n_out] */
} fairu_layer;

typedef struct fairu_network_options {
  size_t struct_size;
  const char *const *features; /* [n_features] */
  size_t n_features;
  const char *const *nuisances; /* [n_nuisances]: inputs after the features */
  size_t n_nuisances;
  const double *offset; /* [n_features + n_nuisances], NULL: 0; input = (value - offset) * scale */
  const double *scale;  /* NULL: 1 */
  /* [n_nuisances] range of Z in training, kept in the file; NULL: not known */
  const double *z_lower;
  const double *z_upper;
} fairu_network_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_network_options_init(fairu_network_options *options, size_t struct_size);

/* Make a dense network. Everything is copied. layers [n_layers >= 1]: n_in of the first is n_features +
 * n_nuisances, of the others n_out of the one before. FAIRU_ERR_SHAPE, FAIRU_ERR_NON_FINITE (names layer and
 * element), FAIRU_ERR_ARGUMENT (activation), FAIRU_ERR_LIMIT, FAIRU_ERR_OUT_OF_MEMORY. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_create_network(fairu_context *ctx,
                                                              const fairu_network_options *options,
                                                              const fairu_layer *layers, size_t n_layers,
                                                              fairu_classifier **out);

/* Gated pair (arXiv:2105.08742): `below` answers for Z[nuisance] < nominal, `above` for >= nominal. Both have
 * the same features, nuisances and number of outputs. Both are copied. FAIRU_ERR_SHAPE, FAIRU_ERR_NOT_FOUND.
 * Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_create_gated(fairu_context *ctx, const fairu_classifier *below,
                                                            const fairu_classifier *above,
                                                            const char *nuisance, double nominal,
                                                            fairu_classifier **out);

/* The mean of the scores of members [n >= 1], all with the same features, nuisances, outputs and last
 * activation; they are copied. Logits are those of the mean score (softmax: ln of the mean; no sigmoid or
 * softmax: the mean itself). Gated members are allowed; for calibration see
 * fairu_classifier_create_calibrated on the ensemble. FAIRU_ERR_RANGE (no member), FAIRU_ERR_SHAPE,
 * FAIRU_ERR_UNSUPPORTED (a member is an ensemble or calibrated), FAIRU_ERR_OUT_OF_MEMORY. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_create_ensemble(fairu_context *ctx,
                                                               const fairu_classifier *const *members,
                                                               size_t n, fairu_classifier **out);

/* Closed form: logit = bias + sum_i weights[i] x_i over named features, without Z: a linear discriminant, or
 * the Bayes classifier of two Gaussians of equal covariance. Evaluated in double. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_create_linear(fairu_context *ctx, const char *const *features,
                                                             const double *weights, size_t n_features,
                                                             double bias, fairu_classifier **out);

/* Closed form: logit = slope (x cos Z + y sin Z): the Bayes classifier of two antipodal Gaussians at angle Z,
 * slope = 2 R / sigma^2 (arXiv:2105.08742, section 4). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_create_rotation(fairu_context *ctx, const char *x,
                                                               const char *y, const char *nuisance,
                                                               double slope, fairu_classifier **out);

/* The caller's own: write logits [n_events * n_outputs] for rows of features [n_events * n_features] at Z
 * [n_nuisances]. Called from worker threads. Non-zero stops with FAIRU_ERR_CALLBACK. */
typedef int (*fairu_score_fn)(const float *features, size_t n_events, size_t n_features, const double *z,
                              size_t n_nuisances, float *logits, void *user_data);

/* A callback as a classifier. n_outputs 1: sigmoid of the logit is the score; more: softmax. user_data must
 * outlive it. It cannot be saved. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_create_callback(
    fairu_context *ctx, const char *const *features, size_t n_features, const char *const *nuisances,
    size_t n_nuisances, size_t n_outputs, fairu_score_fn fn, void *user_data, fairu_classifier **out);

enum fairu_input_policy {
  FAIRU_INPUT_REFUSE = 0,  /* FAIRU_ERR_NON_FINITE or FAIRU_ERR_RANGE: names row and feature */
  FAIRU_INPUT_DEFAULT = 1, /* the feature's default instead; refused where it has none */
  /* not finite: NaN goes on, and a network's scores of this event, of no other, are NaN; outside: as it is */
  FAIRU_INPUT_PASS = 2,
  FAIRU_INPUT_CLIP = 3 /* outside: the nearest bound */
};

typedef struct fairu_input_options {
  size_t struct_size;
  /* [n_features] as the features come, before offset and scale; NaN: none; NULL: none at all */
  const float *defaults;
  const float *lower; /* [n_features] valid range; NULL: not bounded */
  const float *upper;
  int non_finite; /* fairu_input_policy for NaN and infinities */
  int outside;    /* fairu_input_policy for finite values below lower or above upper */
} fairu_input_options;

/* Fill with defaults: refuse. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_input_options_init(fairu_input_options *options, size_t struct_size);

/* A copy of a classifier that takes its features by these policies, in place of those it had; they are saved
 * with it. Without any, values that are not finite are refused. Z is always refused if not finite.
 * FAIRU_ERR_ARGUMENT (policy), FAIRU_ERR_RANGE (bounds), FAIRU_ERR_NON_FINITE (an infinite default). Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_create_with_inputs(fairu_context *ctx,
                                                                  const fairu_classifier *classifier,
                                                                  const fairu_input_options *options,
                                                                  fairu_classifier **out);

/* Free; NULL is a no-op. Since 0.2 */
FAIRU_API void fairu_classifier_destroy(fairu_classifier *classifier);

/* Shape, 0 for NULL, and names, NULL out of range. Since 0.2 */
FAIRU_API size_t fairu_classifier_n_features(const fairu_classifier *classifier);
FAIRU_API size_t fairu_classifier_n_nuisances(const fairu_classifier *classifier);
FAIRU_API size_t fairu_classifier_n_outputs(const fairu_classifier *classifier);
FAIRU_API const char *fairu_classifier_feature_name(const fairu_classifier *classifier, size_t i);
FAIRU_API const char *fairu_classifier_nuisance_name(const fairu_classifier *classifier, size_t i);

/* Range of nuisance i in training; -inf and +inf where not known. FAIRU_ERR_RANGE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_nuisance_range(const fairu_classifier *classifier,
                                                              fairu_context *ctx, size_t i, double *lower,
                                                              double *upper);

/* Scores of row-major features [n_events * n_features] at one Z [n_nuisances] (NULL if n_nuisances is 0).
 * output: fairu_output. scores [n_events * n_outputs]. No allocation from the third call of this size on.
 * FAIRU_ERR_SHAPE, FAIRU_ERR_NON_FINITE (names row and feature), FAIRU_ERR_CALLBACK. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_score(const fairu_classifier *classifier, fairu_context *ctx,
                                                     const float *features, size_t n_events,
                                                     size_t n_features, const double *z, size_t n_nuisances,
                                                     int output, float *scores);

/* Scores [n_outputs] of one event, features [n_features]: the same bits as in a batch, for loops that have
 * one event at a time. No lock, no allocation for networks of up to a few hundred units a layer, else none
 * after the first call. A batch costs less per event. Failures as fairu_classifier_score, which takes this
 * way by itself for few events. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_score_event(const fairu_classifier *classifier,
                                                           fairu_context *ctx, const float *features,
                                                           size_t n_features, const double *z,
                                                           size_t n_nuisances, int output, float *scores);

/* Scores and their derivatives at one Z, for classifiers of one output: scores [n_events], d_features
 * [n_events * n_features] by the features, d_z [n_events * n_nuisances] by Z; each may be NULL. output as
 * above: derivatives of the score or of the logit, in units of the inputs as they come. Where the function
 * has a kink: ReLU has slope 0 at 0, ELU 1, a gate that of the side that answers; a sentinel (-25 for an
 * absent object) is differentiated as if it were a value. Bits as fairu_classifier_score, on any number of
 * threads. FAIRU_ERR_UNSUPPORTED (callback), FAIRU_ERR_SHAPE (more outputs), else as fairu_classifier_score.
 * Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_score_derivative(const fairu_classifier *classifier,
                                                                fairu_context *ctx, const float *features,
                                                                size_t n_events, size_t n_features,
                                                                const double *z, size_t n_nuisances,
                                                                int output, float *scores, float *d_features,
                                                                float *d_z);

/* Scores of an event table, columns matched by name, at n_points values of Z: z [n_points * n_nuisances],
 * scores [n_points * n_events * n_outputs], point by point. Parts of the first layer that do not depend on Z
 * are computed once. n_points is 1 and z NULL for classifiers without nuisances. FAIRU_ERR_NOT_FOUND
 * (column), else as fairu_classifier_score. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_score_events(const fairu_classifier *classifier,
                                                            fairu_context *ctx, const fairu_events *events,
                                                            const double *z, size_t n_points,
                                                            size_t n_nuisances, int output, float *scores);

/* Save as a fairu model file: versioned, zlib-compressed, with a checksum; atomically. FAIRU_ERR_IO,
 * FAIRU_ERR_UNSUPPORTED (callback). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_save(const fairu_classifier *classifier, fairu_context *ctx,
                                                    const char *path);

/* Load a fairu model file. FAIRU_ERR_IO, FAIRU_ERR_FORMAT, FAIRU_ERR_TRUNCATED, FAIRU_ERR_CHECKSUM,
 * FAIRU_ERR_VERSION, FAIRU_ERR_LIMIT, FAIRU_ERR_NON_FINITE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_load(fairu_context *ctx, const char *path,
                                                    fairu_classifier **out);

/* Weighted area under the ROC curve of scores [n], labels [n] (0 background, 1 signal), weights [n] or NULL:
 * sum_ij w_i w_j ([s_i > s_j] + [s_i = s_j]/2) / (W_S W_B). Signed weights are allowed. FAIRU_ERR_EMPTY (a
 * class without events or of zero weight), FAIRU_ERR_NON_FINITE, FAIRU_ERR_RANGE (label). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_auc(fairu_context *ctx, const float *scores, const int32_t *labels,
                                        const double *weights, size_t n, double *auc);

FAIRU_END_DECLS

#endif /* FAIRU_CLASSIFIER_H */
