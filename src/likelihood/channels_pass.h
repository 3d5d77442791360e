/* channels_pass.h - one pass over compiled channels: what is known of the channel at work, and of the block of its bins at work. */
#ifndef FAIRU_LIKELIHOOD_CHANNELS_PASS_H
#define FAIRU_LIKELIHOOD_CHANNELS_PASS_H

#include "likelihood/channels_profile.h"
#include "numeric/kernels.h"
#include "numeric/sum.h"

/* A scalar factor of a sample at theta; others: product of the others of its sample; slope: times first. */
typedef struct fairu_scale_value {
  double value, first, second, others, slope;
} fairu_scale_value;

/* A parameter that scales a single bin. */
typedef struct fairu_slot {
  double value;
  uint32_t row;    /* profiled: 1 + place among the profiled gammas of its bin; else 0 */
  uint32_t active; /* 1: has a column */
  size_t column;
} fairu_slot;

/* Sums over blocks of a channel: block is added to total, with what rounding lost in carry. */
typedef struct fairu_block_sum {
  double *block, *total, *carry;
} fairu_block_sum;

typedef struct fairu_pass {
  const fairu_channels *channels;
  fairu_context *ctx;
  const fairu_kernels *kernels;
  const double *observed, *aux; /* observed NULL: yields alone */
  const fairu_reduction *reduction;
  double *params;
  int order;
  size_t n; /* coordinates */
  fairu_sum nll;
  double *gradient, *hessian;

  /* the channel at work */
  const fairu_flat_channel *channel;
  uint32_t *column;                      /* [wide] place among those with a column, or FAIRU_NOWHERE */
  uint32_t *scale_column, *shift_column; /* the same for its factors and shifts */
  size_t *target;                        /* [n_columns] coordinate */
  size_t n_columns, width;
  fairu_scale_value *factors; /* of all its samples */
  double *product;            /* [samples] of the factors */
  fairu_weights *weights;     /* [bases], of all channels */
  double *mix, *mix_slope;    /* [shifts][2] */
  fairu_block_sum matrix;     /* [width * width] */
  fairu_block_sum
      sums; /* [width] gradient, [samples] sums of slope * yield without factors, then those of rows: 2 for each shift, 4 for a spline */
  size_t n_sums;

  /* the block at work */
  size_t first, bins;
  size_t stride;                 /* of slots: the most a bin has */
  double *total, *gammas, *best; /* [samples][bins]: yield with shifts, product of gammas, profiled gamma */
  uint32_t *row; /* [samples][bins] row of derivatives: 0 nu, k yield of profiled gamma k - 1 */
  double *fixed, *nu, *slope, *weight, *work;
  fairu_slot *slots;         /* [bins][stride] */
  fairu_bin_gamma *profiled; /* [bins][stride] */
  size_t *profiled_param;    /* [bins][stride] */
  size_t *n_profiled, *n_active;
  size_t *first_row;       /* [bins + 1] */
  double *x, *y;           /* [rows][width] */
  double *slot_x, *slot_y; /* [rows][stride] */
  double *cross,
      *pairs;     /* [bins][stride][width], [bins][stride][stride]: second derivatives of nu, times slope */
  double *slopes; /* [shifts of a sample][bins] */
  size_t *sample_row;     /* [bins] row of the sample at work */
  double *factor_slopes;  /* [width] of the sample at work */
  double *lift, *inverse; /* of one bin */
} fairu_pass;

/* Take memory, weigh shifts at params, which are read, and written where gammas are profiled. */
int fairu_pass__take(fairu_pass *pass);

/* Factors, weights, columns of one channel. */
void fairu_pass__enter(fairu_pass *pass, const fairu_flat_channel *channel);

/* Yields of the bins first .. first + bins - 1 of the channel; gammas at their best; terms added to nll. */
int fairu_pass__values(fairu_pass *pass);
/* Yields of one sample alone: total, gammas at place 0. */
void fairu_pass__sample_values(fairu_pass *pass, const fairu_flat_sample *sample, size_t place);

/* Rows of first derivatives, sums of second ones, of the same bins. */
void fairu_pass__rows(fairu_pass *pass);

/* Add the block into gradient and Hessian: what belongs to single bins at once, the rest to the sums of the channel. */
void fairu_pass__add_block(fairu_pass *pass);
/* The channel is done: second derivatives of its samples, then gradient and Hessian take its sums. */
void fairu_pass__leave(fairu_pass *pass);

#endif /* FAIRU_LIKELIHOOD_CHANNELS_PASS_H */
