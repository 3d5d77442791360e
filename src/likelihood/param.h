/* param.h - one parameter of a likelihood: name, range, and what is known about it besides the main counts. */
#ifndef FAIRU_LIKELIHOOD_PARAM_H
#define FAIRU_LIKELIHOOD_PARAM_H

#include <fairu/likelihood.h>

#include "base/context_internal.h"

typedef struct fairu_param {
  char *name;
  int kind; /* fairu_parameter_kind */
  double start, lower, upper;
  double scale;        /* a typical step: width of the constraint, or a part of the range */
  unsigned char fixed; /* by default */
  unsigned char folds; /* up and down variations lie on one side, by more than the data can tell from 0 */
  unsigned char is_two_point; /* no measurement stands behind its prior: what a fit narrows is not reported */
  /* its constraint */
  int constraint; /* fairu_constraint_kind */
  int prior;      /* fairu_prior, for FAIRU_CONSTRAINT_PRIOR */
  double aux;     /* default auxiliary value: centre of the prior, count of a Poisson constraint */
  double width;   /* Gaussian and log-normal */
  double tau;     /* Poisson: expectation of the count is tau * theta */
  double *table;  /* tabulated: [3 * n_table] z, ln density, moments */
  size_t n_table;
  fairu_templates *auxiliary;   /* FAIRU_CONSTRAINT_AUXILIARY */
  size_t n_aux_bins, first_aux; /* its place in the auxiliary counts of data */
} fairu_param;

/* Frees what it owns, not itself. */
void fairu_param__clear(const fairu_allocator *allocator, fairu_param *param);

/* Deep copy into *to (zeroed before), with the memory of ctx; FAIRU_ERR_OUT_OF_MEMORY leaves what can be cleared. */
int fairu_param__copy(fairu_context *ctx, const fairu_param *from, fairu_param *to);

/* Constrain by the density of a nuisance, whose range narrows lower and upper; the table is memory of `allocator`. param has its name
 * and range. */
int fairu_param__set_prior(fairu_param *param, fairu_context *ctx, const fairu_allocator *allocator,
                           const fairu_nuisance *prior);

/* Does its constraint have an auxiliary value that can be set and drawn? */
int fairu_param__has_aux(const fairu_param *param);

/* Can the auxiliary value be this? FAIRU_ERR_ARGUMENT (it has none), FAIRU_ERR_NON_FINITE, FAIRU_ERR_RANGE. */
int fairu_param__check_aux(const fairu_param *param, fairu_context *ctx, double value);

/* Prefit error: width of a Gaussian, width * aux of a log-normal, tau^-1/2 of a Poisson count; NaN without. */
double fairu_param__error(const fairu_param *param);

/* value [3]: constraint term relative to its maximum over theta, and its derivatives in theta; 0 without constraint.
 * AUXILIARY is not handled here. Poisson: deviance form in y = theta tau / aux - 1. Where the density is 0 or not defined value[0]
 * is not finite and the derivatives say nothing. */
void fairu_param__constraint(const fairu_param *param, double theta, double aux, double value[3]);

/* Constraint term at a minus that at b, both allowed by it: small differences keep their digits. AUXILIARY is not handled here. */
double fairu_param__difference(const fairu_param *param, double a, double b, double aux);

/* The constant that makes it a normalised density of the auxiliary value: ln(width sqrt(2 pi)), with ln aux for a log-normal;
 * Stirling remainder of the count; 0 where there is no auxiliary value. */
double fairu_param__constant(const fairu_param *param, double aux);

#endif /* FAIRU_LIKELIHOOD_PARAM_H */
