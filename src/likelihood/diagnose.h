/* diagnose.h - what the parts of the model's check share: the model, its expectation at the start, one finding. */
#ifndef FAIRU_LIKELIHOOD_DIAGNOSE_H
#define FAIRU_LIKELIHOOD_DIAGNOSE_H

#include <fairu/postfit.h>

#include "likelihood/build.h"
#include "likelihood/model.h"

typedef struct fairu_diagnosis {
  fairu_context *ctx;
  const fairu_likelihood *likelihood;
  const fairu_model *model;
  const fairu_data *data; /* or NULL */
  fairu_finding_fn fn;
  void *user_data;
  double *start;      /* [n_params] */
  double *expected;   /* [n_bins] at the start */
  double *background; /* [n_bins] the same of samples that mu does not scale; NULL: no mu */
  double *observed;   /* [n_bins] or NULL */
} fairu_diagnosis;

/* Where a finding lies; FAIRU_NONE: nowhere. n: how many alike. */
typedef struct fairu_finding {
  int code, severity;
  size_t parameter, sample, bin, n;
} fairu_finding;

/* Hand it over; FAIRU_ERR_CALLBACK. */
int fairu_diagnosis__report(const fairu_diagnosis *d, const fairu_finding *finding, const char *format, ...)
    FAIRU_PRINTF(3, 4);

/* Variations of samples; bins; parameters; constraints made of template statistics. */
int fairu_diagnosis__variations(const fairu_diagnosis *d);
int fairu_diagnosis__bins(const fairu_diagnosis *d);
int fairu_diagnosis__parameters(const fairu_diagnosis *d);
int fairu_diagnosis__fake_constraints(const fairu_diagnosis *d);

#endif /* FAIRU_LIKELIHOOD_DIAGNOSE_H */
