/* compare_evaluate.c - everything that is measured on one classifier. */
#include "compare_methods.h"

#include "study.h"

#include <math.h>
#include <stdlib.h>

/* One classifier at one truth. */
typedef struct bench {
  cli *c;
  const compare_options *options;
  const compare_summary *summary;
  const compare_pool *templates; /* behind the summary */
  const double *z;
  compare_tables tables; /* of the data */
  fairu_likelihood *exact, *statistical;
} bench;

static int set_up(bench *b, const compare_pool *data)
{
  fairu_context *ctx = b->c->ctx;
  const compare_problem *problem = b->options->problem;
  int status = compare_tables_create(ctx, b->summary, data, b->z, &b->tables);
  if (status == FAIRU_OK)
    status = compare_likelihood_create(ctx, problem, b->summary->templates, FAIRU_MC_STAT_NONE, &b->exact);
  if (status == FAIRU_OK)
    status =
        compare_likelihood_create(ctx, problem, b->summary->templates, FAIRU_MC_STAT_MOVING, &b->statistical);
  return status;
}

static void clear(bench *b)
{
  fairu_likelihood_destroy(b->exact);
  fairu_likelihood_destroy(b->statistical);
  compare_tables_clear(&b->tables);
}

/* Half-width of expected data; a fit without end leaves NaN. */
static int width(const bench *b, const fairu_likelihood *likelihood, int profiled, double *half_width,
                 double *mu_hat)
{
  fairu_context *ctx = b->c->ctx;
  fairu_data *data = NULL;
  int status = compare_data_create(ctx, b->options->problem, likelihood, b->z, NULL, &data);
  if (status == FAIRU_OK)
    status = compare_tables_set(ctx, &b->tables, data);
  if (status == FAIRU_OK)
    status = compare_interval(ctx, b->options->problem, likelihood, data, b->z, profiled, half_width, mu_hat);
  fairu_data_destroy(data);
  return status == FAIRU_ERR_NOT_CONVERGED ? FAIRU_OK : status;
}

static int measure_widths(const bench *b, compare_at *at)
{
  int status = width(b, b->exact, 0, &at->fixed, NULL);
  if (status == FAIRU_OK)
    status = width(b, b->exact, 1, &at->profiled, NULL);
  return status == FAIRU_OK ? width(b, b->statistical, 1, &at->width, &at->mu_hat) : status;
}

/* Gaussian limit of the score at the truth; a score without Z has its templates already. */
static int measure_information(const bench *b, compare_at *at)
{
  fairu_context *ctx = b->c->ctx;
  const compare_problem *problem = b->options->problem;
  fairu_templates *frozen = NULL;
  fairu_likelihood *likelihood = NULL;
  if (!b->summary->moving)
    return compare_fisher(ctx, problem, b->exact, b->z, &at->fisher_fixed, &at->fisher);
  int status = compare_summary_frozen(ctx, b->summary, b->templates, b->z, &frozen);
  if (status == FAIRU_OK)
    status = compare_likelihood_create(ctx, problem, frozen, FAIRU_MC_STAT_NONE, &likelihood);
  if (status == FAIRU_OK)
    status = compare_fisher(ctx, problem, likelihood, b->z, &at->fisher_fixed, &at->fisher);
  fairu_likelihood_destroy(likelihood);
  fairu_templates_destroy(frozen);
  return status;
}

/* ---- coverage ----------------------------------------------------------------------------------------- */

static int draw_toys(const bench *b, uint64_t first, size_t n, fairu_toy_result *results)
{
  const compare_problem *problem = b->options->problem;
  const double scales[COMPARE_CLASSES] = { 1.0, 1.0 };
  double truth[COMPARE_PARAMETERS] = { 1.0 };
  fairu_interval_options interval;
  fairu_fit_options fit;
  fairu_toy_study study;
  int status = study_toys(&study, &interval, &fit, b->summary->moving);
  if (status != FAIRU_OK)
    return status;
  for (size_t k = 0; k < problem->n_axes; k++)
    truth[1 + k] = b->z[k];
  study.likelihood = b->statistical;
  study.truth = truth;
  study.n_params = 1 + problem->n_axes;
  study.seed = b->options->seed;
  study.grid = b->tables.grid;
  study.tables = (const fairu_bin_table *const *)b->tables.classes;
  study.scales = scales;
  study.n_tables = COMPARE_CLASSES;
  return fairu_toys_run(b->c->ctx, first, n, fairu_toy_study_estimate, &study, results);
}

static int measure_coverage(const bench *b, uint64_t seed, fairu_tally *all, compare_at *at)
{
  const size_t n = b->options->scale.toys;
  fairu_context *ctx = b->c->ctx;
  fairu_tally *own = NULL;
  fairu_toy_result *results = calloc(n, sizeof *results);
  int status = results ? draw_toys(b, seed * n, n, results) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_tally_create(ctx, 1.0, &own);
  if (status == FAIRU_OK)
    status = fairu_tally_add(own, ctx, results, n);
  if (status == FAIRU_OK)
    status = fairu_tally_merge(all, ctx, own);
  if (status == FAIRU_OK)
    status = study_tally(ctx, own, n, &at->toys);
  fairu_tally_destroy(own);
  free(results);
  return status;
}

static int at_truth(bench *b, const compare_pool *data, uint64_t seed, fairu_tally *tally, compare_at *at)
{
  *at = (compare_at){
    .fixed = (double)NAN, .profiled = (double)NAN, .width = (double)NAN, .mu_hat = (double)NAN
  };
  int status = set_up(b, data);
  if (status == FAIRU_OK)
    status = compare_summary_auc(b->c->ctx, b->summary, b->templates, b->z, &at->auc);
  if (status == FAIRU_OK)
    status = measure_widths(b, at);
  if (status == FAIRU_OK)
    status = measure_information(b, at);
  if (status == FAIRU_OK)
    status = measure_coverage(b, seed, tally, at);
  clear(b);
  return status;
}

int compare_evaluate(cli *c, compare_results *r, size_t method, const fairu_systematics *systematics,
                     const fairu_classifier *classifier, const compare_pool *templates,
                     const compare_pool *data, compare_row *row)
{
  const compare_problem *problem = r->options->problem;
  compare_summary summary;
  const int quantile =
      r->options->quantile && r->options->methods[method] != COMPARE_NEOS; /* it learned its bins */
  int status =
      compare_summary_create(c->ctx, problem, systematics, classifier, templates, quantile, &summary);
  if (status != FAIRU_OK)
    return status;
  row->n_bins = summary.n_bins;
  for (int label = 0; label < COMPARE_CLASSES && status == FAIRU_OK; label++)
    status = compare_summary_dependence(c->ctx, &summary, label, &row->dependence[label]);
  for (size_t t = 0; t < problem->n_truths && status == FAIRU_OK; t++) {
    bench b = {
      .c = c, .options = r->options, .summary = &summary, .templates = templates, .z = problem->truths[t].z
    };
    status = at_truth(&b, data, row->seed, r->tallies[method][t], &row->at[t]);
  }
  compare_summary_clear(&summary);
  return status;
}
