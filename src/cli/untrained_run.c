/* untrained_run.c - the study, part by part. */
#include "untrained_results.h"

#include "study.h"

#include <stdio.h>
#include <stdlib.h>

const char *untrained_method_name(int method, int trained)
{
  static const char *const nets[PLANE_METHODS] = { "aware_both_net", "aware_profiled_net",
                                                   "aware_ignored_net", "frozen_profiled_net" };
  return trained ? nets[method] : plane_method_name(method);
}

const plane_row *untrained_find(const untrained_results *r, int method, int trained, size_t truth)
{
  for (size_t i = 0; i < r->n_planes; i++)
    if (r->planes[i].method == method && r->planes[i].trained == trained && r->planes[i].truth == truth)
      return &r->planes[i];
  return NULL;
}

static untrained_scale scale_of(const untrained_options *o)
{
  if (o->quick)
    return (untrained_scale){ .pool_events = 8192,
                              .toys = 200,
                              .both_toys = 20,
                              .split_toys = 250,
                              .training_events = 40000,
                              .epochs = 3,
                              .template_events = 4096 };
  return (untrained_scale){ .pool_events = 32768,
                            .toys = 1000,
                            .both_toys = 400,
                            .split_toys = 5000,
                            .training_events = 400000,
                            .epochs = 4,
                            .template_events = 32768 };
}

int untrained_add_plane(cli *c, untrained_results *r, const plane_model *model, const toy_pool *pool,
                        const fairu_systematics *systematics, size_t truth, size_t n_toys)
{
  plane_problem problem;
  if (r->n_planes == UNTRAINED_MAX_PLANES)
    return cli_fail(c, FAIRU_ERR_LIMIT, "more than %d rows", (int)UNTRAINED_MAX_PLANES);
  plane_row *row = &r->planes[r->n_planes++];
  *row = (plane_row){ .method = model->method, .trained = model->trained, .truth = truth };
  cli_stage(c, "%s at %s", untrained_method_name(model->method, model->trained), plane_truth_name(truth));
  int status = plane_problem_create(c->ctx, model, pool, systematics, plane_truth(truth), 1.0, &problem);
  if (status == FAIRU_OK)
    status = plane_problem_interval(&problem, c->ctx, &row->interval);
  if (status == FAIRU_OK && n_toys > 0)
    status = plane_problem_coverage(&problem, c->ctx, n_toys, r->options->seed, &row->found);
  plane_problem_clear(&problem);
  return status;
}

static int run_closed_method(cli *c, untrained_results *r, int method, const toy_pool *pool,
                             const fairu_systematics *systematics)
{
  fairu_classifier *classifier = NULL;
  fairu_templates *templates = NULL;
  int status = plane_classifier_create(c->ctx, method, &classifier);
  if (status == FAIRU_OK)
    status = plane_templates_closed(c->ctx, method, &templates);
  const plane_model model = { method, 0, classifier, templates };
  for (size_t truth = 0; truth < PLANE_TRUTHS && status == FAIRU_OK; truth++)
    status = untrained_add_plane(c, r, &model, pool, systematics, truth,
                                 method == PLANE_BOTH ? r->scale.both_toys : r->scale.toys);
  fairu_templates_destroy(templates);
  fairu_classifier_destroy(classifier);
  return status;
}

int untrained_run_closed(cli *c, untrained_results *r)
{
  toy_pool pool = { 0 };
  fairu_systematics *systematics = NULL;
  for (size_t truth = 0; truth < PLANE_TRUTHS; truth++)
    r->floors[truth] = plane_floor_at(plane_truth(truth), 1.0);
  int status = toy_pool_create(c->ctx, r->scale.pool_events, TOY_EVEN, r->options->seed, &pool);
  if (status == FAIRU_OK)
    status = plane_systematics_create(c->ctx, &systematics);
  for (int method = 0; method < PLANE_METHODS && status == FAIRU_OK; method++)
    status = run_closed_method(c, r, method, &pool, systematics);
  fairu_systematics_destroy(systematics);
  toy_pool_clear(&pool);
  return status;
}

/* ---- one scale or several ----------------------------------------------------------------------------- */

static int run_model(cli *c, untrained_results *r, const split_model *model, const split_model *generator)
{
  if (r->n_splits == UNTRAINED_MAX_SPLITS)
    return cli_fail(c, FAIRU_ERR_LIMIT, "more than %d rows", (int)UNTRAINED_MAX_SPLITS);
  split_row *row = &r->splits[r->n_splits++];
  *row = (split_row){ .analysis = model->analysis, .n_scales = model->n_scales };
  cli_stage(c, "%s, %zu scales", split_analysis_name(model->analysis), model->n_scales);
  int status = split_model_width(model, c->ctx, &row->width);
  for (size_t truth = 0; truth < SPLIT_TRUTHS && status == FAIRU_OK; truth++)
    status = split_model_coverage(model, generator, c->ctx, truth, r->scale.split_toys, r->options->seed,
                                  &row->at[truth]);
  return status;
}

int untrained_run_split(cli *c, untrained_results *r)
{
  int status = FAIRU_OK;
  for (int analysis = 0; analysis < SPLIT_ANALYSES && status == FAIRU_OK; analysis++) {
    const size_t n = split_n_models(analysis);
    split_model generator = { 0 }, model = { 0 };
    status = split_model_create(c->ctx, analysis, split_scales(analysis, n - 1), &generator);
    for (size_t m = 0; m < n && status == FAIRU_OK; m++) {
      status = split_model_create(c->ctx, analysis, split_scales(analysis, m), &model);
      if (status == FAIRU_OK)
        status = run_model(c, r, &model, &generator);
      split_model_clear(&model);
    }
    split_model_clear(&generator);
  }
  return status;
}

/* ---- the whole ---------------------------------------------------------------------------------------- */

static void print_summary(const untrained_results *r)
{
  printf("half-width of mu at one sigma on expected data; measured coverage:\n");
  printf("%-20s %-10s %8s %9s %8s %9s %6s\n", "method", "truth", "mu_hat", "width", "floor", "coverage",
         "toys");
  for (size_t i = 0; i < r->n_planes; i++) {
    const plane_row *p = &r->planes[i];
    printf("%-20s %-10s %8.4f %9.4f %8.4f %9.4f %6llu\n", untrained_method_name(p->method, p->trained),
           plane_truth_name(p->truth), p->interval.mu_hat, p->interval.half_width, r->floors[p->truth].both,
           p->found.coverage, (unsigned long long)p->found.n);
  }
  printf("one scale or several: half-width of mu, posterior width of a scale, coverage where the truth is ");
  printf("coherent, nearly so, independent:\n");
  for (size_t i = 0; i < r->n_splits; i++) {
    const split_row *s = &r->splits[i];
    printf("%-8s %zu %s %9.4f %9.5f %9.4f %9.4f %9.4f\n", split_analysis_name(s->analysis), s->n_scales,
           s->n_scales == 1 ? "scale " : "scales", s->width.half_width, s->width.sigma_scale,
           s->at[0].found.coverage, s->at[1].found.coverage, s->at[2].found.coverage);
  }
  printf("report: %s/report.html\n", r->options->out);
}

static int write_all(cli *c, const untrained_results *r)
{
  int status = untrained_write_tables(c, r);
  if (status == FAIRU_OK)
    status = untrained_write_report(c, r);
  return study_finish(c, status, untrained_results_json(r), r->options->out);
}

int untrained_study_run(cli *c, const untrained_options *options)
{
  untrained_results *r = calloc(1, sizeof *r);
  if (!r)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  r->options = options;
  r->scale = scale_of(options);
  int status = out_directory(c, options->out);
  if (status == FAIRU_OK)
    status = untrained_run_split(c, r);
  if (status == FAIRU_OK)
    status = untrained_run_closed(c, r);
  if (status == FAIRU_OK)
    status = untrained_run_nets(c, r);
  if (status == FAIRU_OK)
    status = write_all(c, r);
  if (status == FAIRU_OK && !c->json)
    print_summary(r);
  free(r);
  return status;
}
