/* workspace.h - a checked HistFactory document with an index of it, sorted the way pyhf sorts. */
#ifndef FAIRU_LIKELIHOOD_WORKSPACE_H
#define FAIRU_LIKELIHOOD_WORKSPACE_H

#include <fairu/histfactory.h>

#include "base/json_internal.h"

/* In the order in which pyhf goes through them, which is that of their names. */
typedef enum fairu_modifier_type {
  FAIRU_MODIFIER_HISTOSYS,
  FAIRU_MODIFIER_LUMI,
  FAIRU_MODIFIER_NORMFACTOR,
  FAIRU_MODIFIER_NORMSYS,
  FAIRU_MODIFIER_SHAPEFACTOR,
  FAIRU_MODIFIER_SHAPESYS,
  FAIRU_MODIFIER_STATERROR,
  FAIRU_MODIFIER_TYPES
} fairu_modifier_type;

/* Names and values belong to the document; `place` is the place in the array of the document. */
typedef struct fairu_listed_modifier {
  const char *name;
  const struct json_t *data;
  size_t place;
  size_t sample; /* among all samples */
  fairu_modifier_type type;
} fairu_listed_modifier;

typedef struct fairu_listed_sample {
  const char *name;
  const struct json_t *data;
  size_t place;
  size_t channel;
  size_t first_modifier, n_modifiers; /* sorted by name, then type */
} fairu_listed_sample;

typedef struct fairu_listed_channel {
  const char *name;
  size_t place;
  size_t n_bins;
  size_t first_sample, n_samples; /* sorted by name */
} fairu_listed_channel;

typedef struct fairu_listed_observation {
  const char *name;
  size_t place;
} fairu_listed_observation;

struct fairu_workspace {
  fairu_allocator allocator;
  fairu_json *document; /* as it was read */
  size_t n_channels, n_samples, n_modifiers, n_observations, n_measurements;
  fairu_listed_channel *channels;         /* sorted by name */
  fairu_listed_sample *samples;           /* of the first channel, the second, ... */
  fairu_listed_modifier *modifiers;       /* of the first sample, the second, ... */
  fairu_listed_observation *observations; /* sorted by name */
};

/* A workspace of a document in pyhf's form that has been parsed or put together; checks all of it. The document belongs to it,
 * on failure it is destroyed. */
int fairu_workspace__adopt(fairu_context *ctx, fairu_json *document, fairu_workspace **out);

/* Put a document in the form of HS3 into pyhf's form. The old one stays the caller's. */
int fairu_workspace__translate(fairu_context *ctx, const fairu_json *document, fairu_json **out);

/* ---- steps of the check -------------------------------------------------------------------------------- */

/* Check all of the document against the schema, fill the index. */
int fairu_workspace__check(fairu_workspace *workspace, fairu_context *ctx);
int fairu_workspace__check_measurements(fairu_workspace *workspace, fairu_context *ctx,
                                        const fairu_json_at *at);
int fairu_workspace__check_modifier(fairu_context *ctx, const fairu_json_at *at, size_t n_bins,
                                    fairu_listed_modifier *modifier);

/* Is an array of one number per bin. */
int fairu_workspace__check_yields(fairu_context *ctx, const fairu_json_at *at, size_t n_bins);

/* Stable; scratch of ctx. */
typedef int (*fairu_order_fn)(const void *a, const void *b);
int fairu_workspace__sort(fairu_context *ctx, void *items, size_t n, size_t size, fairu_order_fn order);

/* By their names; the name is the first member of all that is listed. */
int fairu_workspace__by_name(const void *a, const void *b);

/* "histosys" and the like. */
const char *fairu_workspace__type_name(fairu_modifier_type type);

/* ---- questions ----------------------------------------------------------------------------------------- */

/* Options of the caller (NULL: defaults), checked. */
int fairu_workspace__options(fairu_context *ctx, const fairu_workspace_options *theirs,
                             fairu_workspace_options *ours);

/* Index of the measurement of this name, NULL: the first. */
int fairu_workspace__choose(const fairu_workspace *workspace, fairu_context *ctx, const char *name,
                            size_t *measurement);

/* counts [n_bins] observed in a channel; FAIRU_ERR_NOT_FOUND, FAIRU_ERR_SHAPE, FAIRU_ERR_RANGE. */
int fairu_workspace__observed(const fairu_workspace *workspace, fairu_context *ctx, const char *channel,
                              size_t n_bins, double *counts);

/* ---- places -------------------------------------------------------------------------------------------- */

/* The way to a place; the ats point to each other: not to be copied. */
typedef struct fairu_way {
  fairu_json_at at[10];
  size_t n;
} fairu_way;

/* To a channel, a sample, a modifier, the configuration of a parameter. The last at is the place. */
const fairu_json_at *fairu_way__to_channel(fairu_way *way, const fairu_workspace *workspace, size_t channel);
const fairu_json_at *fairu_way__to_sample(fairu_way *way, const fairu_workspace *workspace, size_t sample);
const fairu_json_at *fairu_way__to_modifier(fairu_way *way, const fairu_workspace *workspace,
                                            size_t modifier);
const fairu_json_at *fairu_way__to_observation(fairu_way *way, const fairu_workspace *workspace,
                                               size_t observation);
const fairu_json_at *fairu_way__to_config(fairu_way *way, const fairu_workspace *workspace,
                                          size_t measurement);
/* One step further. */
const fairu_json_at *fairu_way__member(fairu_way *way, const char *key);
const fairu_json_at *fairu_way__element(fairu_way *way, size_t index);

#endif /* FAIRU_LIKELIHOOD_WORKSPACE_H */
