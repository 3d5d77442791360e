/* workspace_sets.h - sets of parameters of a workspace: which there are, in pyhf's order, and who uses them. All in scratch. */
#ifndef FAIRU_LIKELIHOOD_WORKSPACE_SETS_H
#define FAIRU_LIKELIHOOD_WORKSPACE_SETS_H

#include "likelihood/workspace.h"

/* ---- names --------------------------------------------------------------------------------------------- */

/* Names and the order they came in; an open hash table. Zeroed: empty. */
typedef struct fairu_name_table {
  size_t n, capacity;
  const char **names; /* [n] */
  size_t *slots;      /* [2 * capacity] index + 1, 0: free */
} fairu_name_table;

/* Index of a name, which is added if it is new: then *index is the number of names before. */
int fairu_name_table__add(fairu_name_table *table, fairu_context *ctx, const char *name, size_t *index);

/* (size_t)-1: not there. */
size_t fairu_name_table__find(const fairu_name_table *table, const char *name);

/* ---- sets ---------------------------------------------------------------------------------------------- */

/* One name: a parameter, or one for each bin. */
typedef struct fairu_parameter_set {
  const char *name;
  fairu_modifier_type type; /* the first of its types; normsys and histosys may share */
  size_t first;             /* modifier of this type that comes first */
  size_t n;                 /* parameters */
  size_t first_parameter;   /* in the model */
  size_t first_user, n_users;
  size_t config; /* place in the parameters of the measurement; (size_t)-1: none */
} fairu_parameter_set;

typedef struct fairu_sets {
  size_t n;
  fairu_parameter_set *sets; /* in pyhf's order */
  size_t *set_of;            /* [n_modifiers] */
  size_t *offset;            /* [n_modifiers] first of the parameters that a modifier of bins uses */
  size_t *users;             /* [n_modifiers] modifiers of the first set, the second, ... */
  fairu_name_table names;    /* index: before sorting */
  size_t *place;             /* [n] of a name in `sets` */
} fairu_sets;

/* FAIRU_ERR_ARGUMENT (kinds that cannot share a name, users of a staterror in different channels), FAIRU_ERR_DUPLICATE (a shapesys
 * used twice), FAIRU_ERR_SHAPE (a shapefactor over channels of different length). */
int fairu_sets__collect(fairu_sets *sets, fairu_context *ctx, const fairu_workspace *workspace);

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
