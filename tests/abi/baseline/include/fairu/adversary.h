/* fairu/adversary.h - training a classifier f against an adversary r, a second network that learns p(Z |
 * f(x)).
 *
 * Learning to pivot (Louppe, Kagan and Cranmer, arXiv:1611.01046): min over f, max over r of L_f - lambda
 * L_r, where L_f is the loss of the classifier and L_r = E[-ln p_r(Z | f(x))]. However good r is, L_r is not
 * below the conditional entropy H(Z | f(x)); if f tells nothing about Z, it is H(Z), the most f can reach. A
 * classifier that is optimal and independent of Z exists for few problems: else lambda trades separation for
 * independence. Gradient reversal (Ganin and Lempitsky, arXiv:1409.7495) lets f and r take their steps
 * together, from one backward pass.
 *
 * The course of a training: classifier_epochs of f alone, adversary_epochs of r alone, then rounds:
 * adversary_steps of r on batches of its own, f held; one step of f on its next batch, r held. The epochs of
 * the training options are those of f in the rounds, and so are schedules, progress and the choice of the
 * best network.
 *
 * What a pivot does not do: a squared-error adversary sees E[Z | f] alone (where that is flat it does
 * nothing), and independence of a Z that names two simulations is independence of their difference, not of
 * the uncertainty that the two stand for (arXiv:2109.08159).
 */
#ifndef FAIRU_ADVERSARY_H
#define FAIRU_ADVERSARY_H

#include <fairu/training.h>

FAIRU_BEGIN_DECLS

/* How r describes Z. Z enters r in units of its spread: (Z - mean) / standard deviation, of the training
 * events that enter L_r. */
enum fairu_density {
  /* discrete if Z has few values (at most 64, and ten events each on average), else a mixture */
  FAIRU_DENSITY_AUTO = 0,
  /* Of Gaussians: means linear, widths exp (within e^-8 and e^8), weights softmax. Refused for a Z of few
   * values: the narrower a Gaussian on one of them, the better, without end */
  FAIRU_DENSITY_MIXTURE = 1,
  FAIRU_DENSITY_GAUSSIAN = 2, /* one Gaussian: mean and ln width */
  FAIRU_DENSITY_DISCRETE = 3, /* softmax over the distinct values of Z in training, 64 at most */
  FAIRU_DENSITY_SQUARED = 4   /* squared error in units of the variance: E[Z | f] alone */
};

typedef struct fairu_adversary_options {
  size_t struct_size;
  const char *nuisance; /* column with Z, required; may be a nuisance of the training options too */
  int density;          /* fairu_density, default FAIRU_DENSITY_AUTO */
  size_t components;    /* of the mixture, 1 to 64, default 5 */
  const size_t *hidden; /* [n_hidden] widths of the hidden layers of r, default {20, 20} */
  size_t n_hidden;
  int activation; /* of hidden layers of r, default FAIRU_ACTIVATION_RELU */
  int sees;       /* fairu_output of f that r sees, default FAIRU_OUTPUT_SCORE */
  double lambda;  /* >= 0, default 1 */
  /* L_r is over events of this label alone (class-conditional); -1 (default): all */
  int only_label;
  int reversal;             /* 1: f and r take their steps together; adversary_steps must be 1. Default 0 */
  size_t classifier_epochs; /* of f alone at first, at its full learning rate, default 1 */
  size_t adversary_epochs;  /* of r alone then, at its full learning rate, default 1 */
  size_t adversary_steps;   /* of r before each step of f, default 1 */
  size_t rounds;            /* steps of f in an epoch; 0 (default): one for each of its batches */
  int optimiser;            /* of r; 0 (default): as f */
  double learning_rate;     /* of r, which follows the schedule of f; 0 (default): as f */
  double l2;                /* penalty l2 * |W|^2 on hidden weight matrices of r but the first, default 0 */
} fairu_adversary_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_adversary_options_init(fairu_adversary_options *options,
                                                           size_t struct_size);

/* Losses, natural logarithm; of an ensemble the mean over its members. L_r is for Z as it comes: for one
 * Gaussian ln width + 1.418939 at its best. */
typedef struct fairu_adversary_result {
  size_t struct_size;
  /* L_f, mean over the steps of f of the epoch whose network is returned, each before the step */
  double classifier_loss;
  double adversary_loss; /* L_r there */
  /* L_f of the network that is returned over the validation part, NaN without */
  double validation_classifier_loss;
  double validation_adversary_loss; /* L_r there, of its adversary */
  /* L_r of the best r of this kind that sees nothing, on the training part: H(Z) of the discrete density, ln
   * width + 1.418939 of the Gaussian, the variance of the squared error; NaN of the mixture */
  double blind_loss;
} fairu_adversary_result;

/* As fairu_classifier_train, against an adversary. The loss of epochs, and of the validation part, which
 * decides on the best network, is L_f - lambda L_r with Z in units of its spread. L_f is any loss of the
 * training options; r sees all outputs of f, behind sigmoid or softmax (FAIRU_OUTPUT_SCORE) or before. Events
 * enter L_r with the weights that they have in L_f. Z may be an input of f too. The same bits with any number
 * of threads, and from a checkpoint on. With lambda 0 and no epochs of f alone the classifier is that of
 * fairu_classifier_train, bit by bit. result and adversary_result may be NULL (else set struct_size first).
 * Fails as fairu_classifier_train, and with FAIRU_ERR_NOT_FOUND (no column Z), FAIRU_ERR_NON_FINITE (in Z),
 * FAIRU_ERR_FLAT (Z has one value), FAIRU_ERR_EMPTY (no events of only_label), FAIRU_ERR_LIMIT (discrete
 * density: more than 64 values), FAIRU_ERR_ARGUMENT (mixture: few values), FAIRU_ERR_RANGE (a value of Z in
 * the validation part that training does not know; more rounds than batches), FAIRU_ERR_UNSUPPORTED (a
 * tangent_penalty). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_train_adversarial(
    fairu_context *ctx, const fairu_events *events, const fairu_training_options *training,
    const fairu_adversary_options *adversary, fairu_training_result *result,
    fairu_adversary_result *adversary_result, fairu_classifier **out);

FAIRU_END_DECLS

#endif /* FAIRU_ADVERSARY_H */
