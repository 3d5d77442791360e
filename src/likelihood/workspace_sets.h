/* workspace_sets.h - sets of parameters of a workspace: which there are, in pyhf's order, and who uses them. */
#ifndef FAIRU_LIKELIHOOD_WORKSPACE_SETS_H
#define FAIRU_LIKELIHOOD_WORKSPACE_SETS_H

#include "likelihood/name_index.h"
#include "likelihood/workspace.h"

/* ---- sets ---------------------------------------------------------------------------------------------- */

/* One name: a parameter, or one for each bin. */
typedef struct fairu_parameter_set {
  const char *name;
  fairu_modifier_type type; /* the first of its types; normsys and histosys may share */
  size_t first;             /* modifier of this type that comes first */
  size_t n;                 /* parameters */
  size_t first_parameter;   /* in the model */
  size_t first_user, n_users;
  size_t config; /* place in the parameters of the measurement; FAIRU_NONE: none */
} fairu_parameter_set;

typedef struct fairu_sets {
  size_t n;
  fairu_parameter_set *sets; /* in pyhf's order */
  size_t *set_of;            /* [n_modifiers] */
  size_t *offset;            /* [n_modifiers] first of the parameters that a modifier of bins uses */
  size_t *users;             /* [n_modifiers] modifiers of the first set, the second, ... */
  size_t *place;             /* [n] in `sets` of what `names` finds */
  fairu_name_index names;
} fairu_sets;

/* FAIRU_ERR_ARGUMENT (kinds that cannot share a name, users of a staterror in different channels), FAIRU_ERR_DUPLICATE (a shapesys
 * used twice), FAIRU_ERR_SHAPE (a shapefactor over channels of different length). */
int fairu_sets__collect(fairu_sets *sets, fairu_context *ctx, const fairu_workspace *workspace);

/* Also after a failure; what is not the index of names is scratch of ctx. */
void fairu_sets__clear(fairu_sets *sets, fairu_context *ctx);

/* NULL: no set of this name. */
fairu_parameter_set *fairu_sets__find(const fairu_sets *sets, const char *name);

/* More than one parameter, or one that has an index in its name. */
bool fairu_parameter_set__has_components(const fairu_parameter_set *set);

/* ---- values -------------------------------------------------------------------------------------------- */

/* What is known about the parameters of a set, [n] each. */
typedef struct fairu_set_values {
  size_t n;
  double *start, *lower, *upper, *aux;
  double *width; /* of Gaussian constraints; of Poisson ones the factor tau */
  unsigned char *fixed;
} fairu_set_values;

/* Values of pyhf without a configuration; those that a lumi must be given are NaN. */
void fairu_set_values__defaults(fairu_set_values *values, const fairu_workspace *workspace,
                                const fairu_sets *sets, const fairu_parameter_set *set);

/* Put those of the measurement in their place, and check them. */
int fairu_set_values__configure(fairu_set_values *values, fairu_context *ctx,
                                const fairu_workspace *workspace, size_t measurement,
                                const fairu_parameter_set *set);

#endif /* FAIRU_LIKELIHOOD_WORKSPACE_SETS_H */
