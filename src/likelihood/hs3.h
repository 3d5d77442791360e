/* hs3.h - a document in the form of HS3 on its way into pyhf's form: what its parts refer to, and its parameters as sets.
 *
 * Read as ROOT writes it, where drafts say other things: `data` of a histosys holds yields, not differences; `vals` of a shapesys are
 * relative uncertainties; the constraint of a staterror must be named, because programs disagree about the one that is meant.
 */
#ifndef FAIRU_LIKELIHOOD_HS3_H
#define FAIRU_LIKELIHOOD_HS3_H

#include "base/json_out.h"
#include "likelihood/name_index.h"
#include "likelihood/workspace.h"

/* A parameter, or those of the bins of a channel. */
typedef struct fairu_hs3_set {
  const char *name; /* in pyhf's form */
  fairu_modifier_type type;
  const struct json_t *components; /* the array of their names; NULL: one parameter */
  const char *parameter;           /* its name, or that of the first component */
  size_t n;
  size_t channel, n_samples;            /* of bins: where it is, and how many samples have it */
  double centre, width;                 /* of a lumi, or of what an auxiliary distribution says */
  const char *centre_name, *width_name; /* of constants that the point of each analysis has; NULL: numbers */
  bool constrained;
  double *widths; /* [n] of bins: relative uncertainty, 0: none */
} fairu_hs3_set;

typedef struct fairu_hs3 {
  fairu_context *ctx;
  fairu_json_at root;
  fairu_json_at distributions, likelihoods, analyses, data, domains, points; /* top-level arrays, or absent */
  const char *init;   /* name of the parameter point of the analysis that is worked on, NULL: none */
  const char *domain; /* the same for its domain */
  const char *first_init;
  const char *indexed_init, *indexed_domain;    /* point and domain whose entries are in */
  fairu_name_index point_entries, axis_entries; /* places of parameters */
  fairu_hs3_set *sets;
  size_t n_sets, capacity;
  fairu_name_index places; /* of sets by `parameter` */
} fairu_hs3;

/* Wrong kind or key that is not known: FAIRU_ERR_UNSUPPORTED. */
int fairu_hs3__expect_keys(const fairu_hs3 *hs3, const fairu_json_at *at, const char *const *keys, size_t n);

/* The element called `name` of an array of named objects; FAIRU_ERR_NOT_FOUND at `user`, the place that names it. */
int fairu_hs3__find(const fairu_hs3 *hs3, const fairu_json_at *user, const fairu_json_at *array,
                    const char *name, fairu_json_at *element);

/* Make the entries of the current point and domain quick to find. */
int fairu_hs3__index(fairu_hs3 *hs3);
void fairu_hs3__clear(fairu_hs3 *hs3);

/* string member `key` of an object; NULL if it is absent. */
int fairu_hs3__text(const fairu_hs3 *hs3, const fairu_json_at *at, const char *key, const char **text);

/* Distribution i of the likelihood: the channel. */
int fairu_hs3__channel(const fairu_hs3 *hs3, const fairu_json_at *names, size_t i, fairu_json_at *channel);

/* Sets of all parameters; FAIRU_ERR_UNSUPPORTED for what pyhf's form cannot say. */
int fairu_hs3__collect(fairu_hs3 *hs3, const fairu_json_at *likelihood);

/* Constrain a set of one parameter by the distribution `name`, that `user` names; or the set that an auxiliary distribution is about. */
int fairu_hs3__constrain_by(const fairu_hs3 *hs3, const fairu_json_at *user, const char *name,
                            fairu_hs3_set *set);
/* Centre and width as the point of the analysis at hand has them; those of the first one where it says nothing. */
int fairu_hs3__constants(const fairu_hs3 *hs3, const fairu_hs3_set *set, double *centre, double *width);
int fairu_hs3__constrain_aux(const fairu_hs3 *hs3, const fairu_json_at *user);

/* The set of a modifier that has been collected. */
const fairu_hs3_set *fairu_hs3__set_of(const fairu_hs3 *hs3, const fairu_json_at *modifier);

/* Start, range and flag of component i of a set, as domain and parameter point have them. */
typedef struct fairu_hs3_values {
  double start, lower, upper;
  bool has_start, has_range, fixed;
} fairu_hs3_values;
int fairu_hs3__values(const fairu_hs3 *hs3, const fairu_hs3_set *set, size_t i, fairu_hs3_values *values);
int fairu_hs3__component(const fairu_hs3 *hs3, const fairu_hs3_set *set, size_t i, const char **name);

/* Are some of its parameters fixed and some not? */
int fairu_hs3__mixed(const fairu_hs3 *hs3, const fairu_hs3_set *set, bool *mixed);

/* "parameters" of a measurement of pyhf, and its channels. */
int fairu_hs3__put_parameters(const fairu_hs3 *hs3, fairu_json_out *out);
int fairu_hs3__put_channels(const fairu_hs3 *hs3, const fairu_json_at *names, fairu_json_out *out);

#endif /* FAIRU_LIKELIHOOD_HS3_H */
