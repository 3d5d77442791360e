/* fairu/adversary.h - training a classifier f against an adversary r, a second network that learns p(Z | f(x)).
 *
 * Learning to pivot (Louppe, Kagan and Cranmer, arXiv:1611.01046): min over f, max over r of L_f - lambda L_r, where L_f is the loss
 * of the classifier and L_r = E[-ln p_r(Z | f(x))]. However good r is, L_r is not below the conditional entropy H(Z | f(x)); if f tells
 * nothing about Z, it is H(Z), the most f can reach. A classifier that is optimal and independent of Z exists for few problems:
 * else lambda trades separation for independence. Gradient reversal (Ganin and Lempitsky, arXiv:1409.7495) lets f and r take their steps
 * together, from one backward pass.
 *
 * The course of a training: classifier_epochs of f alone, adversary_epochs of r alone, then rounds: adversary_steps of r on batches
 * of its own, f held; one step of f on its next batch, r held. Epochs, schedules and the validation part of the training options are
 * those of the rounds.
 *
 * What a pivot does not do: a squared-error adversary sees E[Z | f] alone (where that is flat it does nothing), and independence of a
 * Z that names two simulations is independence of their difference, not of the uncertainty that the two stand for (arXiv:2109.08159).
 */
#ifndef FAIRU_ADVERSARY_H
#define FAIRU_ADVERSARY_H

#include <fairu/training.h>

FAIRU_BEGIN_DECLS

/* How r describes Z. Z enters r in units of its spread: (Z - mean) / standard deviation, of the training events that enter L_r. */
enum fairu_density {
  FAIRU_DENSITY_MIXTURE =
      1, /* of Gaussians: means linear, widths exp (within e^-8 and e^8), weights softmax */
  FAIRU_DENSITY_GAUSSIAN = 2, /* one Gaussian: mean and ln width */
  FAIRU_DENSITY_DISCRETE = 3, /* softmax over the distinct values of Z in training, 64 at most */
  FAIRU_DENSITY_SQUARED = 4   /* squared error in units of the variance: E[Z | f] alone */
};

FAIRU_END_DECLS

#endif /* FAIRU_ADVERSARY_H */
