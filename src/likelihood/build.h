/* build.h - a fairu_model as it is being built: what the calls of fairu/model.h said, in their order. */
#ifndef FAIRU_LIKELIHOOD_BUILD_H
#define FAIRU_LIKELIHOOD_BUILD_H

#include <fairu/model.h>

#include "likelihood/name_index.h"
#include "likelihood/param.h"

typedef enum fairu_effect_kind {
  FAIRU_EFFECT_FACTOR,     /* times theta */
  FAIRU_EFFECT_NORM,       /* times a factor between down and up */
  FAIRU_EFFECT_SHIFT,      /* plus a shift between down and up yields */
  FAIRU_EFFECT_SPLINE,     /* plus a shift along a spline */
  FAIRU_EFFECT_BIN_FACTORS /* times one theta per bin */
} fairu_effect_kind;

/* One way parameters act on a sample. */
typedef struct fairu_effect {
  fairu_effect_kind kind;
  int code;         /* fairu_interpolation_code of NORM and SHIFT */
  size_t parameter; /* all but BIN_FACTORS */
  double down, up;  /* NORM */
  double *yields;   /* SHIFT: [2 * n_bins] down, up; SPLINE: [n_knots * n_bins] */
  double *knots;    /* SPLINE: [n_knots] */
  size_t n_knots;
  double nominal;     /* SPLINE: one of the knots */
  size_t *parameters; /* BIN_FACTORS: [n_bins], FAIRU_NONE for none */
} fairu_effect;

typedef struct fairu_sample {
  char *name;
  size_t channel;
  double *yields; /* [n_bins of the channel] */
  fairu_effect *effects;
  size_t n_effects, effect_capacity;
} fairu_sample;

typedef struct fairu_channel {
  char *name;
  size_t n_bins, first_bin;
} fairu_channel;

struct fairu_model {
  fairu_allocator allocator;
  fairu_param *params;
  size_t n_params, param_capacity;
  fairu_channel *channels;
  size_t n_channels, channel_capacity;
  fairu_sample *samples; /* in the order they were added, of any channel */
  size_t n_samples, sample_capacity;
  size_t n_bins;
  fairu_name_index param_names, channel_names;
};

/* Deep copy with the memory of ctx. */
int fairu_model__copy(fairu_context *ctx, const fairu_model *model, fairu_model **out);

/* Room for one more in *items [count], of the given size, with the memory of the model; items move. */
int fairu_model__grow(fairu_model *model, fairu_context *ctx, void *items, size_t *capacity, size_t count,
                      size_t size, const char *what);

/* Copies with the memory of the model. */
char *fairu_model__copy_name(fairu_model *model, fairu_context *ctx, const char *name);
double *fairu_model__copy_numbers(fairu_model *model, fairu_context *ctx, const double *numbers, size_t rows,
                                  size_t columns);

/* There, not empty, within limits.name_bytes. noun: "channel". */
int fairu_model__check_name(fairu_context *ctx, const char *noun, const char *name);

/* fairu_parameter_kind of each parameter, now that all effects are known. */
int fairu_model__find_kinds(fairu_context *ctx, const fairu_model *model, fairu_param *params);

/* Set folds of params [n_params of the model]. FAIRU_ERR_OUT_OF_MEMORY. */
int fairu_model__find_folds(fairu_context *ctx, const fairu_model *model, fairu_param *params);

/* As fairu_likelihood_create_from_model, of a model that it takes over, also when it fails. */
int fairu_likelihood__own_model(fairu_context *ctx, fairu_model *model, const char *poi,
                                fairu_likelihood **out);

#endif /* FAIRU_LIKELIHOOD_BUILD_H */
