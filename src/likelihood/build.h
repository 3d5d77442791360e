/* build.h - a fairu_model as it is being built: what the calls of fairu/model.h said, in their order. */
#ifndef FAIRU_LIKELIHOOD_BUILD_H
#define FAIRU_LIKELIHOOD_BUILD_H

#include <fairu/model.h>

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
  size_t *parameters; /* BIN_FACTORS: [n_bins], (size_t)-1 for none */
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
};

#endif /* FAIRU_LIKELIHOOD_BUILD_H */
