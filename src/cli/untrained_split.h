/* untrained_split.h - the problem of the second half: the energy scale of several regions, modelled as one nuisance or as several.
 *
 * Signal and background as in toy_model.h, the angle known, shared equally by eight regions of a detector. The projection t of an event
 * is measured as k t, k the scale of its region, known to SPLIT_PRIOR. Each region is a likelihood of its own; what joins them is
 * fairu_likelihood_create_combined(): regions whose nuisances have one name share it.
 */
#ifndef FAIRU_CLI_UNTRAINED_SPLIT_H
#define FAIRU_CLI_UNTRAINED_SPLIT_H

#include <fairu/fairu.h>

#define SPLIT_PRIOR 0.05

enum { SPLIT_SIGNAL_REGIONS = 8, SPLIT_REGIONS = 9, SPLIT_PARAMETERS = SPLIT_REGIONS + 1 };
enum { SPLIT_MOST_MODELS = 4, SPLIT_TRUTHS = 3 };

enum split_analysis {
  SPLIT_COUNT,   /* events with t above a cut: nothing in the data tells the scale */
  SPLIT_SHAPE,   /* ten bins of t: the data know the scale better than its calibration */
  SPLIT_CONTROL, /* counts, joined with a control region: 50000 background events in ten bins of t */
  SPLIT_ANALYSES
};

const char *split_analysis_name(int analysis);

/* Models of an analysis, and the number of scales of model m: 1, 2, 4, 8, shared by neighbours. With a control region 1 (all), 2 (the
 * control region has its own), 9 (each its own). */
size_t split_n_models(int analysis);
size_t split_scales(int analysis, size_t m);

/* What is true: scales 1 + SPLIT_PRIOR * (sqrt(c) common + sqrt(1 - c) own) with c the correlation. */
double split_correlation(size_t truth);
const char *split_truth_name(size_t truth);

typedef struct split_model {
  int analysis;
  size_t n_scales, n_regions;
  fairu_likelihood *regions[SPLIT_REGIONS];
  fairu_likelihood *likelihood; /* all of them: mu, then the scales */
} split_model;

int split_model_create(fairu_context *ctx, int analysis, size_t n_scales, split_model *out);
void split_model_clear(split_model *model);

/* What the model expects to learn, at mu = 1 and nominal scales. */
typedef struct split_width {
  double half_width;              /* of mu, one sigma */
  double statistical, systematic; /* its parts */
  double sigma_scale;             /* posterior width of the scale of the first region */
  double sigma_mean;              /* of the mean over the eight regions */
} split_width;

int split_model_width(const split_model *model, fairu_context *ctx, split_width *out);

typedef struct split_coverage {
  fairu_coverage found;
  double mean_p_value; /* of the goodness of fit */
  double alarm;        /* fraction of toys with a p-value below 5 % */
} split_coverage;

/* Pseudo-experiments: scales drawn from the truth, calibrations always read 1, counts drawn by `generator` (a scale per region,
 * same analysis), fitted by `model`. */
int split_model_coverage(const split_model *model, const split_model *generator, fairu_context *ctx,
                         size_t truth, size_t n_toys, uint64_t seed, split_coverage *out);

#endif /* FAIRU_CLI_UNTRAINED_SPLIT_H */
