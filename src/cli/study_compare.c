/* study_compare.c - `fairu study compare`: its options. */
#include "compare_methods.h"

#include "higgs.h"

#include <stdio.h>
#include <string.h>

#define PROBLEMS "rotation|inferno3d|gamma-gauss|gamma-gauss-easy|pivot-toy|higgs-tes"

static compare_scale scale_of(const compare_options *o)
{
  const compare_scale full = { .training_events = 25000,
                               .template_events = o->problem->template_events,
                               .pool_events = 1u << 16,
                               .toys = 200 };
  const compare_scale quick = {
    .training_events = 4000, .template_events = 20000, .pool_events = 1u << 15, .toys = 20
  };
  return o->quick ? quick : full;
}

static int run_on_file(cli *c, const compare_options *options, const char *path)
{
  higgs_inputs inputs;
  compare_options with = *options;
  int status = higgs_inputs_read(c, path, &inputs);
  if (status != FAIRU_OK)
    return status;
  with.higgs = &inputs;
  status = compare_run(c, &with);
  higgs_inputs_free(&inputs);
  return status;
}

int study_compare(int argc, char **argv)
{
  compare_options o = { .seed = 1, .n_seeds = 10 };
  const char *problem = NULL, *methods = NULL, *binning = NULL, *data = NULL;
  char folder[96];
  uint64_t toys = 0, templates = 0;
  const cli_option options[] = {
    { "problem", PROBLEMS, "what is to be inferred; required", CLI_CHOICE, &problem, 0, 0 },
    { "methods", "A,B,...", "methods, all but inferno-aware by default", CLI_TEXT, &methods, 0, 0 },
    { "binning", "uniform|quantile",
      "ten bins of scores: uniform (default; not of higgs-tes) or of equal nominal signal", CLI_CHOICE,
      &binning, 0, 0 },
    { "data", "FILE", "events of higgs-tes, CSV as published by CERN Open Data, or - for standard input",
      CLI_TEXT, &data, 0, 0 },
    { "seeds", "N", "trainings of each method, 10 by default", CLI_WHOLE, &o.n_seeds, 1, COMPARE_MOST_SEEDS },
    { "out", "DIR", "where results go, out/compare-PROBLEM by default", CLI_TEXT, &o.out, 0, 0 },
    { "seed", "N", "seed of everything random, 1 by default", CLI_WHOLE, &o.seed, 0, 9e11 },
    { "toys", "N", "pseudo-experiments per training and truth, 200 by default", CLI_WHOLE, &toys, 1, 1e6 },
    { "templates", "N", "simulated events per class behind the templates", CLI_WHOLE, &templates, 1000, 1e8 },
    { "quick", NULL, "everything smaller: a look within seconds", CLI_FLAG, &o.quick, 0, 0 },
  };
  const cli_usage usage = {
    .command = "fairu study compare",
    .files = "",
    .about = "Training methods side by side on a problem whose densities are known: AUC, "
             "binned Fisher information, profiled width with template statistics, coverage, "
             "dependence on Z, training time, and the floor of the exact likelihood.",
    .options = options,
    .n_options = sizeof options / sizeof *options
  };
  cli c;
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  if (!problem)
    return cli_misused(&c, "--problem is required: " PROBLEMS);
  o.problem = compare_problem_find(problem);
  if (compare_methods_read(&c, methods, &o) != FAIRU_OK)
    return cli_misused(&c, c.message);
  if ((o.problem == &compare_higgs_tes) != (data != NULL))
    return cli_misused(&c,
                       data ? "--data is for --problem higgs-tes" : "--problem higgs-tes wants --data FILE");
  if (data && templates)
    return cli_misused(&c, "--templates is not for --problem higgs-tes, whose events are those of the file");
  o.quantile = binning ? strcmp(binning, "quantile") == 0 : data != NULL;
  o.scale = scale_of(&o);
  if (toys)
    o.scale.toys = (size_t)toys;
  if (templates)
    o.scale.template_events = (size_t)templates;
  snprintf(folder, sizeof folder, "out/compare-%s", problem);
  o.out = o.out ? o.out : folder;
  return cli_end(&c, data ? run_on_file(&c, &o, data) : compare_run(&c, &o));
}
