/* density.h - conditional densities of a nuisance Z, whose parameters are the outputs of an adversary: -ln p and its derivatives
 * over one block of lanes.
 *
 * The mathematics is in density_body.h, written over the number type, so that the tests run the same lines in double.
 */
#ifndef FAIRU_CLASSIFIER_DENSITY_H
#define FAIRU_CLASSIFIER_DENSITY_H

#include <fairu/adversary.h>

#include "classifier/engine.h"

/* Widths stay between exp(-8) and exp(8): beyond, their derivative can only lead back. */
#define FAIRU_DENSITY_LOG_WIDTH 8

/* Outputs of the adversary, in rows of lanes:
 *   mixture    [n] means, [n] ln widths, [n] logits of the weights
 *   Gaussian   mean, ln width
 *   discrete   [n] logits
 *   squared    mean */
typedef struct fairu_density_form {
  int kind; /* fairu_density */
  size_t n; /* components of the mixture, values of the discrete density; else 1 */
} fairu_density_form;

size_t fairu_density__n_outputs(const fairu_density_form *form);

/* out [n_outputs][FAIRU_LANES]; z, weights [FAIRU_LANES], z of the discrete density being the index of the value. Returns
 * sum_lane w * loss, loss = -ln p(z | out) or, for the squared error, (z - mean)^2, and sets d_out [n_outputs][FAIRU_LANES] =
 * w * d loss / d out. work [n_outputs][FAIRU_LANES] is spoilt. Lanes of weight 0 must hold finite numbers. */
double fairu_density__loss(const fairu_engine *engine, const fairu_density_form *form, const float *out,
                           const float *z, const float *weights, float *d_out, float *work);

/* The mean loss for Z as it comes, from the mean loss for Z in units of its spread. */
double fairu_density__in_units(const fairu_density_form *form, double loss, double spread);

#endif /* FAIRU_CLASSIFIER_DENSITY_H */
