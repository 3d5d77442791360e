/* channels_private.h - the compiled form of a model: flat arrays, sparse lists per channel and sample. */
#ifndef FAIRU_LIKELIHOOD_CHANNELS_PRIVATE_H
#define FAIRU_LIKELIHOOD_CHANNELS_PRIVATE_H

#include "likelihood/channels.h"

#include <stdint.h>

#define FAIRU_NOWHERE UINT32_MAX

/* A norm effect between down, 1 and up. a: polynomial of code 4 inside. */
typedef struct fairu_norm {
  double log_up, log_down, a[6];
  int code;
} fairu_norm;

/* One scalar factor of a sample. norm FAIRU_NOWHERE: the parameter itself. */
typedef struct fairu_scale {
  uint32_t parameter, local, norm;
} fairu_scale;

/* What shifts of one parameter and code have in common: how the rows of a shift are weighted at theta. */
typedef struct fairu_base {
  uint32_t parameter, n_knots; /* n_knots 0: up and down */
  int code;
  size_t knots; /* place of the knots */
} fairu_base;

/* Weights of rows at theta, by order of derivative. Up and down: rows up - nominal, nominal - down. Spline: values at both ends of the
 * interval, second derivatives at both ends. */
typedef struct fairu_weights {
  double c[3][4];
  size_t interval;
} fairu_weights;

typedef struct fairu_shift {
  uint32_t local, base;
  size_t rows; /* splines: place of [2 * n_knots][n_bins] */
} fairu_shift;

typedef struct fairu_flat_sample {
  size_t scales, n_scales;
  size_t shifts, n_shifts, n_splines; /* splines follow the others */
  size_t rows;                        /* [n_shifts][2][n_bins] */
  size_t nominal;
  size_t gammas, n_gammas; /* positions [n_gammas][n_bins]: slot within the bin */
  int repeats;             /* a parameter is more than one of its scalar factors */
} fairu_flat_sample;

typedef struct fairu_flat_channel {
  char *name;
  size_t first_bin, n_bins;
  size_t samples, n_samples; /* samples of a channel are neighbours */
  size_t wide, n_wide;       /* parameters that act on all bins, rising; "local" is a place here */
  size_t scales, shifts;     /* first of its samples */
  size_t n_scales, n_shifts; /* of all its samples, with splines */
  size_t slots;              /* the most a bin has */
  size_t block;              /* bins worked on at a time */
} fairu_flat_channel;

/* Constraint of a parameter, if Gaussian or Poisson. */
typedef struct fairu_gamma {
  double lower, upper;
  double strength; /* 1 / width^2, or tau */
  int poisson;
  int profilable;
} fairu_gamma;

struct fairu_channels {
  fairu_allocator allocator;
  size_t n_params, n_bins, n_channels, n_samples, n_bases;
  size_t most_samples, most_scales, most_shifts, most_sample_shifts, most_wide, most_slots;
  size_t most_block, most_cells; /* bins of a block; bins * samples of a block */
  size_t most_rows;              /* doubles of the derivative rows of a block */
  fairu_flat_channel *channels;
  fairu_flat_sample *samples;
  size_t *place; /* [n_samples] flat sample of a sample of the model */
  size_t *owner; /* [n_samples] channel of a flat sample */
  uint32_t *wide;
  fairu_scale *scales;
  fairu_norm *norms;
  fairu_shift *shifts;
  fairu_base *bases;
  double *knots, *nominal, *rows;
  size_t *first_slot; /* [n_bins + 1] */
  uint32_t *slots;    /* parameters that scale a single bin, by bin */
  uint32_t *positions;
  fairu_gamma *gammas; /* [n_params] */
};

/* Fill gammas of compiled channels. */
int fairu_channels__find_gammas(fairu_channels *channels, fairu_context *ctx, const fairu_model *model);

/* Factor of a norm effect with two derivatives. */
void fairu_norm__prepare(double down, double up, int code, fairu_norm *norm);
void fairu_norm__evaluate(const fairu_norm *norm, double alpha, double value[3]);

/* Weights of a base at theta. */
void fairu_base__weigh(const fairu_channels *channels, const fairu_base *base, double theta,
                       fairu_weights *weights);

/* Leading dimension of derivative rows of n columns. */
static inline size_t fairu_channels__pad(size_t n)
{
  return (n + 7) & ~(size_t)7;
}

#endif /* FAIRU_LIKELIHOOD_CHANNELS_PRIVATE_H */
