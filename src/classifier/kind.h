/* kind.h - what a classifier is made of: names, shape and one of several kinds, each a table of operations. */
#ifndef FAIRU_CLASSIFIER_KIND_H
#define FAIRU_CLASSIFIER_KIND_H

#include <fairu/classifier.h>

#include "base/pack_internal.h"
#include "classifier/engine.h"

/* Events to score and where the scores go. */
typedef struct fairu_job {
  const float *rows;           /* [n_events * n_features] row-major; NULL: only columns are there */
  const float *const *columns; /* [n_features] row 0 of each feature */
  const size_t *strides;       /* [n_features] */
  size_t n_events;
  const double *z;      /* [.. * n_nuisances] */
  const size_t *points; /* [n_points] rows of z, and of scores, to work on */
  size_t n_points;
  int output; /* fairu_output */
  float *scores;
} fairu_job;

/* Where derivatives of the one output go. */
typedef struct fairu_slopes {
  float *features;  /* [n_events * n_features] or NULL */
  float *nuisances; /* [n_events * n_nuisances] or NULL */
} fairu_slopes;

/* A few events, row by row, at one point. */
typedef struct fairu_few {
  const float *features; /* [n_events * n_features] */
  size_t n_events;
  const double *z; /* [n_nuisances] */
  int output;      /* fairu_output */
  float *scores;   /* [n_events * n_outputs] */
} fairu_few;

typedef struct fairu_kind {
  uint64_t tag; /* in model files; 0: cannot be saved */
  /* Score events first .. first + n - 1 of a job; first is a multiple of FAIRU_LANES. */
  int (*score)(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job, size_t first,
               size_t n);
  /* The parts of `to` beyond names and shape; on failure destroy() cleans up. */
  int (*copy)(const fairu_classifier *from, fairu_context *ctx, fairu_classifier *to);
  void (*destroy)(fairu_classifier *classifier);
  void (*save)(const fairu_classifier *classifier, fairu_pack *pack);
  int (*load)(fairu_classifier *classifier, fairu_context *ctx, fairu_unpack *unpack);
  /* Scores and derivatives of events first .. first + n - 1 at the one point of a job; NULL: there is no such way. */
  int (*derive)(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                const fairu_slopes *slopes, size_t first, size_t n);
  /* The same scores without the cost of a block; NULL: there is no such way. */
  int (*few)(const fairu_classifier *classifier, fairu_context *ctx, const fairu_few *few);
} fairu_kind;

extern const fairu_kind fairu_kind__network, fairu_kind__gated, fairu_kind__linear, fairu_kind__rotation,
    fairu_kind__callback, fairu_kind__program, fairu_kind__trees, fairu_kind__calibrated,
    fairu_kind__ensemble;

/* Dense network. Everything points into memory of its own. */
typedef struct fairu_network {
  size_t n_layers;
  fairu_layer *layers;    /* the first one's weights are those of features and nuisances together, as given */
  float *first;           /* [n_out * n_features] of the first layer */
  double *offset, *scale; /* [n_features + n_nuisances], both NULL: inputs as they are */
  /* for single events */
  fairu_packed_dense *packed; /* [n_layers], the first one's inputs are the features */
  float *nuisance_rows;       /* [n_nuisances][width of packed[0]]: what Z adds to the first layer */
  float *packed_memory;       /* of both */
  size_t event_floats;        /* memory of one event */
} fairu_network;

typedef struct fairu_gated {
  fairu_classifier *side[2]; /* below, above */
  size_t nuisance;
  double nominal;
} fairu_gated;

typedef struct fairu_linear {
  double *weights; /* [n_features] */
  double bias;
} fairu_linear;

typedef struct fairu_callback {
  fairu_score_fn fn;
  void *user_data;
} fairu_callback;

/* What becomes of features that are not finite or outside their range. */
typedef struct fairu_inputs {
  float *values;                   /* memory of the following, one behind the other */
  float *defaults, *lower, *upper; /* [n_features]; NaN: no default; bounds are finite */
  int non_finite, outside;         /* fairu_input_policy */
} fairu_inputs;

typedef struct fairu_calibrated {
  fairu_classifier *inner;
  struct fairu_probability_map *map;
} fairu_calibrated;

/* The mean of these. */
enum { FAIRU_MOST_MEMBERS = 4096 };
typedef struct fairu_ensemble {
  fairu_classifier **members; /* [n >= 1] of one shape; neither ensembles nor calibrated */
  size_t n;
} fairu_ensemble;

struct fairu_classifier {
  fairu_allocator allocator;
  const fairu_kind *kind;
  size_t n_features, n_nuisances, n_outputs;
  char **features;  /* [n_features] */
  char **nuisances; /* [n_nuisances] */
  double *z_lower;  /* [n_nuisances] */
  double *z_upper;
  int activation;       /* of the output, applied for FAIRU_OUTPUT_SCORE */
  int blocks_only;      /* not by kind->few: layers may go to BLAS, and bits must not depend on the batch */
  fairu_inputs *inputs; /* NULL: what is not finite is refused, the rest taken */
  union {
    fairu_network network;
    fairu_gated gated;
    fairu_linear linear;
    double slope; /* rotation */
    fairu_callback callback;
    struct fairu_program *program;
    struct fairu_trees *trees;
    fairu_calibrated calibrated;
    fairu_ensemble ensemble;
  } as;
};

/* A classifier of a kind without its own parts yet: names copied and checked, ranges of Z unknown. */
int fairu_classifier__new(fairu_context *ctx, const fairu_kind *kind, const char *const *features,
                          size_t n_features, const char *const *nuisances, size_t n_nuisances,
                          fairu_classifier **out);
/* Deep copy with the allocator of ctx. */
int fairu_classifier__copy(const fairu_classifier *from, fairu_context *ctx, fairu_classifier **out);

/* End a creator: hand over, or destroy and set *out to NULL. Returns status. */
int fairu_classifier__finish(fairu_classifier *classifier, int status, fairu_classifier **out);

/* Make the own parts of a gated classifier from its two sides, which it then owns (also on failure). */
int fairu_gated__join(fairu_classifier *classifier, fairu_context *ctx, fairu_classifier *below,
                      fairu_classifier *above, size_t nuisance, double nominal);

/* Copy layers in after checking them; n_layers and shapes fit names of the classifier. offset and scale may be NULL. */
int fairu_network__fill(fairu_classifier *classifier, fairu_context *ctx, const fairu_layer *layers,
                        size_t n_layers, const double *offset, const double *scale);

/* One record of a model file, without and with the kind's own parts. gate_allowed: where it stands: any kind at FAIRU_OUTERMOST, all but
 * calibrated ones at FAIRU_INSIDE_CALIBRATED, neither these nor ensembles at FAIRU_INSIDE_ENSEMBLE, nor gated ones at 0. */
enum { FAIRU_INSIDE_ENSEMBLE = 1, FAIRU_INSIDE_CALIBRATED = 2, FAIRU_OUTERMOST = 3 };

/* Go through what a classifier is made of, itself included, if it holds others: *next is 0 at the start; NULL at the end. */
const fairu_classifier *fairu_classifier__part(const fairu_classifier *classifier, size_t *next);
void fairu_classifier__put(const fairu_classifier *classifier, fairu_pack *pack);
int fairu_classifier__get(fairu_context *ctx, fairu_unpack *unpack, int gate_allowed, fairu_classifier **out);

/* Features of `lanes` events from row `first` as x [n_features][FAIRU_LANES], zero behind the last event: finite, or
 * NaN where the classifier lets that pass. */
int fairu_job__gather(const fairu_job *job, const fairu_classifier *classifier, fairu_context *worker,
                      size_t first, size_t lanes, float *x);

/* Give a classifier its policies; options as fairu_classifier_create_with_inputs takes them, already read. */
int fairu_inputs__set(fairu_classifier *classifier, fairu_context *ctx, const fairu_input_options *options);
int fairu_inputs__copy(const fairu_classifier *from, fairu_context *ctx, fairu_classifier *to);
void fairu_inputs__free(fairu_classifier *classifier);
void fairu_inputs__put(const fairu_classifier *classifier, fairu_pack *pack);
int fairu_inputs__get(fairu_classifier *classifier, fairu_context *ctx, fairu_unpack *unpack);

/* Values out of a range are refused, replaced or clipped. */
int fairu_inputs__have_ranges(const fairu_classifier *classifier);

/* Values [n] of one feature, of row `row` and the following, by the policies of a classifier that has some. */
int fairu_inputs__settle(const fairu_classifier *classifier, fairu_context *ctx, size_t feature, size_t row,
                         float *values, size_t n);

/* The same for the features x [n_features] of one row, into settled. */
int fairu_inputs__settle_row(const fairu_classifier *classifier, fairu_context *ctx, size_t row,
                             const float *x, float *settled);

/* Shapes, Z and output of a call at one point. */
int fairu_classifier__check_point(const fairu_classifier *classifier, fairu_context *ctx, size_t n_features,
                                  const double *z, size_t n_nuisances, int output);

/* The first feature of x [n_features] that is not finite, by name: FAIRU_ERR_NON_FINITE. */
int fairu_job__refuse(const fairu_classifier *classifier, fairu_context *ctx, size_t row, const float *x);

/* Scores, and derivatives, of events first .. first + n - 1 are finite where their features are, unless the classifier's arithmetic is not
 * ours: FAIRU_ERR_NON_FINITE, with the row. */
int fairu_job__check_scores(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                            size_t first, size_t n);
int fairu_job__check_slopes(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                            const fairu_slopes *slopes, size_t first, size_t n);

/* Logits [n_outputs][FAIRU_LANES] (spoilt) of events from row `first` at points[point] into the scores. */
void fairu_job__put(const fairu_job *job, const fairu_classifier *classifier, const fairu_engine *engine,
                    size_t point, size_t first, size_t lanes, float *logits);

/* d [FAIRU_LANES]: derivative of the wanted output by the logit, of which it is a function; 1 for logits. */
void fairu_job__outer(const fairu_job *job, const fairu_classifier *classifier, const fairu_engine *engine,
                      const float *logits, float *d);

/* Derivatives d [n_rows][FAIRU_LANES] by the features (or nuisances) of events from row `first` into rows of theirs. */
void fairu_slopes__put(float *to, const float *d, size_t n_rows, size_t first, size_t lanes);

static inline const double *fairu_job__z(const fairu_job *job, const fairu_classifier *classifier,
                                         size_t point)
{
  return job->z ? job->z + job->points[point] * classifier->n_nuisances : NULL;
}

static inline size_t fairu_job__lanes(size_t first, size_t end)
{
  return end - first < FAIRU_LANES ? end - first : FAIRU_LANES;
}

#endif /* FAIRU_CLASSIFIER_KIND_H */
