/* compare_run.c - the study: exact rows, then seed by seed every method on the same events. */
#include "compare_methods.h"

#include "study.h"

#include <math.h>
#include <stdlib.h>

static int run_exact(cli *c, compare_results *r)
{
  const compare_problem *problem = r->options->problem;
  int status = FAIRU_OK;
  for (size_t t = 0; t < problem->n_truths && status == FAIRU_OK; t++) {
    compare_exact_row *row = &r->exact[t];
    row->floor = row->floor_fixed = (double)NAN;
    if (!problem->log_density)
      continue;
    const double *z = problem->truths[t].z;
    cli_stage(c, "exact: %s", problem->truths[t].name);
    status = compare_floor(c->ctx, problem, z, &row->floor_fixed, &row->floor);
    if (status == FAIRU_OK)
      status = compare_exact_widths(c->ctx, problem, z, 0, COMPARE_BINS, &row->nominal);
    if (status == FAIRU_OK)
      status = compare_exact_widths(c->ctx, problem, z, 1, COMPARE_BINS, &row->aware);
  }
  return status;
}

static int run_method(cli *c, compare_results *r, size_t method, uint64_t seed,
                      const fairu_systematics *systematics, const compare_samples *samples)
{
  compare_row *row = &r->rows[r->n_rows++];
  fairu_classifier *classifier = NULL;
  const int m = r->options->methods[method];
  *row = (compare_row){ .method = m, .seed = seed };
  for (size_t t = 0; t < COMPARE_TRUTHS; t++)
    row->at[t].toys = study_unmeasured();
  cli_stage(c, "seed %llu of %llu, %s: training", (unsigned long long)seed + 1,
            (unsigned long long)r->options->n_seeds, compare_method_name(m));
  int status = compare_method_train(c, r->options, m, systematics, &samples->training, row, &classifier);
  cli_stage(c, "seed %llu of %llu, %s: fits", (unsigned long long)seed + 1,
            (unsigned long long)r->options->n_seeds, compare_method_name(m));
  if (status == FAIRU_OK && classifier)
    status =
        compare_evaluate(c, r, method, systematics, classifier, &samples->templates, &samples->data, row);
  fairu_classifier_destroy(classifier);
  return status;
}

/* Events of a seed are the same for all methods. */
static int run_seeds(cli *c, compare_results *r)
{
  const compare_options *o = r->options;
  fairu_systematics *systematics = NULL;
  int status = o->problem->systematics(c->ctx, o->problem, &systematics);
  for (uint64_t seed = 0; seed < o->n_seeds && status == FAIRU_OK; seed++) {
    compare_samples samples;
    cli_stage(c, "seed %llu of %llu: events", (unsigned long long)seed + 1, (unsigned long long)o->n_seeds);
    status = compare_samples_create(c, o, seed, &samples);
    for (size_t m = 0; m < o->n_methods && status == FAIRU_OK; m++)
      status = run_method(c, r, m, seed, systematics, &samples);
    if (seed == 0)
      for (int label = 0; label < COMPARE_CLASSES; label++)
        r->n_events[label] = fairu_events_n_events(samples.training.classes[label]);
    compare_samples_clear(&samples);
  }
  fairu_systematics_destroy(systematics);
  return status;
}

static int write_all(cli *c, const compare_results *r)
{
  int status = compare_write_tables(c, r);
  if (status == FAIRU_OK)
    status = compare_write_report(c, r);
  return study_finish(c, status, compare_json(r), r->options->out);
}

static int prepare(cli *c, compare_results *r)
{
  const compare_options *o = r->options;
  r->rows = calloc((size_t)o->n_seeds * o->n_methods, sizeof *r->rows);
  int status = r->rows ? out_directory(c, o->out) : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (size_t m = 0; m < o->n_methods; m++)
    for (size_t t = 0; t < o->problem->n_truths && status == FAIRU_OK; t++)
      status = fairu_tally_create(c->ctx, 1.0, &r->tallies[m][t]);
  return status;
}

static void clear(compare_results *r)
{
  for (size_t m = 0; m < COMPARE_MOST_METHODS; m++)
    for (size_t t = 0; t < COMPARE_TRUTHS; t++)
      fairu_tally_destroy(r->tallies[m][t]);
  free(r->rows);
  free(r);
}

int compare_run(cli *c, const compare_options *options)
{
  compare_results *r = calloc(1, sizeof *r);
  if (!r)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  r->options = options;
  int status = prepare(c, r);
  if (status == FAIRU_OK)
    status = run_exact(c, r);
  if (status == FAIRU_OK)
    status = run_seeds(c, r);
  if (status == FAIRU_OK)
    status = compare_judge(c, r);
  if (status == FAIRU_OK)
    status = write_all(c, r);
  if (status == FAIRU_OK && !c->json)
    compare_print(r);
  clear(r);
  return status;
}
