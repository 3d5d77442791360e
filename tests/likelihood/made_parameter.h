/* made_parameter.h - a parameter of a model in one line: where it starts, how far it goes, what constrains it. */
#ifndef FAIRU_TESTS_LIKELIHOOD_MADE_PARAMETER_H
#define FAIRU_TESTS_LIKELIHOOD_MADE_PARAMETER_H

#include <fairu/fairu.h>

typedef struct made_parameter {
  const char *name;
  double start, lower, upper;
  double width; /* of a Gaussian about the start; 0: none */
  double tau;   /* of counts; 0: none */
  int fixed;
} made_parameter;

static inline int made_parameter_add(fairu_context *ctx, fairu_model *model, made_parameter p, size_t *index)
{
  fairu_parameter_options o;
  fairu_nuisance prior;
  int status = fairu_parameter_options_init(&o, sizeof o);
  if (status == FAIRU_OK)
    status = fairu_nuisance_init(&prior, sizeof prior);
  prior.name = p.name;
  prior.prior = FAIRU_PRIOR_GAUSSIAN;
  prior.nominal = p.start;
  prior.width = p.width;
  o.prior = p.width > 0.0 ? &prior : NULL;
  o.poisson_scale = p.tau;
  o.start = p.start;
  o.lower = p.lower;
  o.upper = p.upper;
  o.fixed = p.fixed;
  return status == FAIRU_OK ? fairu_model_add_parameter(model, ctx, p.name, &o, index) : status;
}

#endif /* FAIRU_TESTS_LIKELIHOOD_MADE_PARAMETER_H */
