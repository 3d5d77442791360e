/* write.h - a model on its way into a workspace: which sets of parameters it has, and the modifiers they make. */
#ifndef FAIRU_LIKELIHOOD_WRITE_H
#define FAIRU_LIKELIHOOD_WRITE_H

#include "likelihood/build.h"
#include "likelihood/model.h"
#include "likelihood/workspace.h"

/* A name of the workspace: one parameter, or name[0] .. name[n - 1]. */
typedef struct fairu_written_set {
  const char *name;
  fairu_modifier_type type; /* normsys stands for histosys too */
  size_t first, n;
  bool mixed; /* some of its parameters are fixed, some are not */
} fairu_written_set;

typedef struct fairu_writing {
  fairu_context *ctx;
  const fairu_model *model;
  const double *aux;      /* [n_params] of the data */
  const double *observed; /* [n_bins] */
  const char *measurement, *poi;
  fairu_written_set *sets;
  size_t n_sets;
  size_t *set_of; /* [n_params] */
  /* of parameters of bins [n_params]: samples that use it, and their nominal yields */
  size_t *n_users;
  double *yield;
} fairu_writing;

/* Fills sets .. yield with scratch. FAIRU_ERR_UNSUPPORTED names the parameter that the format cannot say. */
int fairu_writing__collect(fairu_writing *writing);

/* The uncertainty that the modifier of one sample gives to bin parameter p, so that reading it makes its constraint: of the
 * whole for a shapesys, one part in quadrature for a staterror. */
double fairu_writing__uncertainty(const fairu_writing *writing, size_t p);

/* Parameters of the measurement that are not at pyhf's values. */
int fairu_writing__put_config(const fairu_writing *writing, fairu_json_out *out);

/* Does the document say what the model is? FAIRU_ERR_UNSUPPORTED names what it does not. */
int fairu_writing__check(const fairu_writing *writing, const char *text, size_t size);

#endif /* FAIRU_LIKELIHOOD_WRITE_H */
