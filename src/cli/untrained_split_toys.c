/* untrained_split_toys.c - does a model with one scale, or with several, cover when the truth has another number of them? */
#include "untrained_split.h"

#include "study.h"
#include "toy_events.h"

#include <stdlib.h>

enum { MOST_BINS = 128 };

typedef struct split_study {
  const split_model *model, *generator;
  fairu_interval_options interval;
  double correlation;
  uint64_t seed;
  double *p_values; /* [n_toys] each toy its own */
} split_study;

/* True parameters of a pseudo-experiment: mu = 1, then the scales. */
static void draw_truth(const split_study *s, uint64_t toy, double *params)
{
  const uint64_t first = toy * (SPLIT_REGIONS + 1);
  const double common = toy_normal_quantile(toy_uniform(s->seed, first));
  params[0] = 1.0;
  for (size_t i = 0; i < SPLIT_REGIONS; i++) {
    const double own = toy_normal_quantile(toy_uniform(s->seed, first + 1 + i));
    const double pull = sqrt(s->correlation) * common + sqrt(1.0 - s->correlation) * own;
    params[i + 1] = 1.0 + SPLIT_PRIOR * fmax(-5.5, fmin(pull, 5.5)); /* inside the templates */
  }
}

/* Counts of the pseudo-experiment into data of the model, whose calibrations stay at 1. */
static int draw_counts(const split_study *s, fairu_context *ctx, uint64_t toy, fairu_data *data)
{
  const size_t n_bins = fairu_likelihood_n_bins(s->generator->likelihood);
  double params[SPLIT_PARAMETERS], counts[MOST_BINS];
  fairu_data *drawn = NULL;
  if (n_bins > MOST_BINS)
    return FAIRU_ERR_LIMIT;
  draw_truth(s, toy, params);
  int status = fairu_data_create(ctx, s->generator->likelihood, &drawn);
  if (status == FAIRU_OK)
    status = fairu_likelihood_toy(s->generator->likelihood, ctx, params, s->generator->n_scales + 1, s->seed,
                                  toy, drawn);
  if (status == FAIRU_OK)
    status = fairu_data_observed(drawn, ctx, NULL, 0, counts);
  if (status == FAIRU_OK)
    status = fairu_data_set_observed(data, ctx, counts, n_bins);
  fairu_data_destroy(drawn);
  return status;
}

static int estimate(fairu_context *ctx, uint64_t toy, fairu_toy_result *result, void *user_data)
{
  const split_study *s = user_data;
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_goodness goodness = { .struct_size = sizeof goodness };
  fairu_data *data = NULL;
  int status = fairu_data_create(ctx, s->model->likelihood, &data);
  if (status == FAIRU_OK)
    status = draw_counts(s, ctx, toy, data);
  if (status == FAIRU_OK) {
    result->status = fairu_likelihood_interval(s->model->likelihood, ctx, data, &s->interval, &interval, NULL,
                                               NULL, s->model->n_scales + 1);
    if (result->status == FAIRU_OK)
      result->status = fairu_likelihood_goodness(s->model->likelihood, ctx, data, s->interval.fit, &goodness);
  }
  fairu_data_destroy(data);
  result->estimate = interval.best;
  result->lower = interval.lower;
  result->upper = interval.upper;
  result->nuisance = (double)NAN;
  s->p_values[toy] = goodness.p_value;
  return status;
}

/* Mean and fraction below 5 % over the toys with a fit. */
static void judge(const fairu_toy_result *results, const double *p_values, size_t n, split_coverage *out)
{
  double sum = 0.0, alarms = 0.0, fitted = 0.0;
  for (size_t i = 0; i < n; i++) {
    if (results[i].status != FAIRU_OK)
      continue;
    fitted += 1.0;
    sum += p_values[i];
    alarms += p_values[i] < 0.05;
  }
  out->mean_p_value = sum / fitted;
  out->alarm = alarms / fitted;
}

int split_model_coverage(const split_model *model, const split_model *generator, fairu_context *ctx,
                         size_t truth, size_t n_toys, uint64_t seed, split_coverage *out)
{
  split_study study = { .model = model,
                        .generator = generator,
                        .correlation = split_correlation(truth),
                        .seed = seed * SPLIT_TRUTHS + truth,
                        .p_values = calloc(n_toys, sizeof *study.p_values) };
  fairu_toy_result *results = calloc(n_toys, sizeof *results);
  int status =
      results && study.p_values ? study_interval_options(&study.interval, NULL) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_toys_run(ctx, 0, n_toys, estimate, &study, results);
  if (status == FAIRU_OK)
    status = study_coverage(ctx, 1.0, results, n_toys, &out->found);
  if (status == FAIRU_OK)
    judge(results, study.p_values, n_toys, out);
  free(study.p_values);
  free(results);
  return status;
}
