/* study_higgs.c - `fairu study higgs-tes`: options and the loop over splits and folds. */
#include "higgs_boot.h"

#include "study.h"

#include <stdio.h>
#include <stdlib.h>

/* One fold: parts to train on, to fill templates from, to observe. */
typedef struct fold {
  uint32_t split, number;
  const higgs_part *training, *templates, *test;
  higgs_boot *boot; /* of the first split, else NULL */
} fold;

static void record_network(higgs_results *r, const fold *f, int net, const higgs_fill *fill,
                           const higgs_losses *losses)
{
  higgs_network_record *record = &r->networks[r->n_networks++];
  *record =
      (higgs_network_record){ .split = f->split, .fold = f->number, .net = net, .n_bins = fill->bins.n };
  record->loss = losses->n ? losses->values[losses->n - 1] : 0;
  record->effective = higgs_bins_effective(&fill->bins, 0);
  for (size_t j = 1; j < fill->bins.n; j++)
    if (higgs_bins_effective(&fill->bins, j) < record->effective)
      record->effective = higgs_bins_effective(&fill->bins, j);
  for (int t = 0; t < HIGGS_TRUTHS; t++)
    record->auc[t] = fill->auc[t];
  if (f->split == 0 && f->number == 0) {
    r->fills[net] = *fill;
    r->losses[net] = *losses;
  }
}

static int train_and_fill(cli *c, higgs_results *r, const fold *f, int net, higgs_fill *fill)
{
  higgs_losses losses = { .n = 0 };
  higgs_bins bins;
  fairu_classifier *classifier = NULL;
  uint64_t seed =
      r->options->seed * 1000003u + (f->split * HIGGS_FOLDS + f->number) * HIGGS_NETS + (uint64_t)net;
  int status = higgs_train(c, r->inputs, r->options, f->training, net, seed, &losses, &classifier);
  if (status == FAIRU_OK)
    status = higgs_bins_choose(c, r->inputs, r->options, f->training, net, classifier, &bins);
  if (status == FAIRU_OK)
    status = higgs_fill_make(c, r->inputs, f->templates, f->test, classifier, &bins, fill);
  if (status == FAIRU_OK && f->boot)
    status =
        higgs_boot_add(c, r->inputs, f->templates, f->test, classifier, fill, &f->boot->nets[f->number][net]);
  if (status == FAIRU_OK)
    record_network(r, f, net, fill, &losses);
  fairu_classifier_destroy(classifier);
  return status;
}

static int run_cases(cli *c, higgs_results *r, const fold *f, const higgs_fill *fills)
{
  int status = FAIRU_OK;
  for (int i = 0; i < HIGGS_CONDITIONS * HIGGS_METHODS && status == FAIRU_OK; i++) {
    higgs_condition at = higgs_condition_at(i / HIGGS_METHODS);
    higgs_case *x = &r->cases[r->n_cases++];
    *x = (higgs_case){ .split = f->split,
                       .fold = f->number,
                       .method = i % HIGGS_METHODS,
                       .truth = at.truth,
                       .luminosity = at.luminosity,
                       .mc_stat = at.mc_stat,
                       .profiled = at.profiled };
    status = higgs_fit(c, &fills[higgs_net_of(x->method, x->truth)], &higgs_courses[0], &r->inputs->prior, x);
    r->n_failed += x->status != FAIRU_OK;
    r->n_open += x->lower_end != FAIRU_INTERVAL_CROSSING || x->upper_end != FAIRU_INTERVAL_CROSSING;
    if (status != FAIRU_OK || f->split != 0 || at.luminosity || !at.mc_stat || !at.profiled)
      continue;
    higgs_course_check *check = &r->checks[r->n_checks++];
    for (int k = 0; k < HIGGS_COURSES && status == FAIRU_OK; k++) {
      check->by_course[k] = *x;
      status = higgs_fit(c, &fills[higgs_net_of(x->method, x->truth)], &higgs_courses[k], &r->inputs->prior,
                         &check->by_course[k]);
    }
  }
  return status;
}

static int run_fold(cli *c, higgs_results *r, const fold *f, higgs_fill *fills)
{
  int status = FAIRU_OK;
  for (int net = 0; net < HIGGS_NETS && status == FAIRU_OK; net++) {
    cli_stage(c, "split %u of %zu, fold %u, %s", f->split + 1, r->n_splits, f->number + 1,
              higgs_net_names[net]);
    status = train_and_fill(c, r, f, net, &fills[net]);
  }
  return status == FAIRU_OK ? run_cases(c, r, f, fills) : status;
}

static int run_split(cli *c, higgs_results *r, uint32_t split, higgs_fill *fills)
{
  higgs_part parts[HIGGS_FOLDS];
  higgs_boot *boot = split == 0 ? calloc(1, sizeof *boot) : NULL;
  if (split == 0 && !boot)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  int status = higgs_split(c, r->inputs, r->options->seed + split, parts);
  for (uint32_t k = 0; k < HIGGS_FOLDS && status == FAIRU_OK; k++) {
    fold f = { split, k, &parts[k], &parts[(k + 1) % HIGGS_FOLDS], &parts[(k + 2) % HIGGS_FOLDS], boot };
    status = run_fold(c, r, &f, fills);
  }
  if (status == FAIRU_OK && boot)
    status = higgs_boot_run(c, boot, parts, r);
  higgs_boot_free(boot);
  higgs_split_free(parts);
  return status;
}

static int run_splits(cli *c, higgs_results *r)
{
  higgs_fill *fills = calloc(HIGGS_NETS, sizeof *fills);
  int status = fills ? FAIRU_OK : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (uint32_t split = 0; split < r->n_splits && status == FAIRU_OK; split++)
    status = run_split(c, r, split, fills);
  free(fills);
  return status;
}

static void print_summary(const higgs_results *r)
{
  printf("half-widths of mu at one sigma, Z profiled, template statistics in (mean of %zu splits):\n",
         r->n_splits);
  printf("%-10s %6s %10s %10s\n", "method", "Z", "1x", "10x");
  for (int i = 0; i < HIGGS_TRUTHS * HIGGS_METHODS; i++) {
    higgs_condition one = { i / HIGGS_METHODS, 0, 1, 1 }, ten = { i / HIGGS_METHODS, 1, 1, 1 };
    printf("%-10s %6.2f %10.4f %10.4f\n", higgs_method_names[i % HIGGS_METHODS], higgs_truths[one.truth],
           higgs_widths(r, i % HIGGS_METHODS, &one).mean, higgs_widths(r, i % HIGGS_METHODS, &ten).mean);
  }
  if (r->n_failed)
    printf("%zu of %zu fits have no interval\n", r->n_failed, r->n_cases);
  printf("report: %s/report.html\n", r->options->out);
}

static int write_all(cli *c, const higgs_results *r)
{
  int status = higgs_write_tables(c, r);
  if (status == FAIRU_OK)
    status = higgs_write_report(c, r);
  return study_finish(c, status, higgs_results_json(r), r->options->out);
}

static int run(cli *c, const higgs_options *options)
{
  higgs_inputs inputs;
  higgs_results results = { .options = options, .inputs = &inputs, .n_replicas = options->quick ? 4 : 100 };
  int status = higgs_inputs_read(c, options->data, &inputs);
  if (status != FAIRU_OK)
    return status;
  status = out_directory(c, options->out);
  if (status == FAIRU_OK)
    status = higgs_results_create(c, options->quick ? 2 : options->splits, &results);
  if (status == FAIRU_OK)
    status = run_splits(c, &results);
  if (status == FAIRU_OK)
    status = write_all(c, &results);
  if (status == FAIRU_OK && !c->json)
    print_summary(&results);
  higgs_results_free(&results);
  higgs_inputs_free(&inputs);
  return status;
}

int study_higgs_tes(int argc, char **argv)
{
  higgs_options o = { .out = "out/higgs-tes", .seed = 1, .splits = 10, .min_effective = 15 };
  const cli_option options[] = {
    { "data", "FILE",
      "CSV or CSV.gz as published by CERN Open Data, - for standard input (DOI "
      "10.7483/OPENDATA.ATLAS.ZBP2.M5T8)",
      CLI_TEXT, &o.data, 0, 0 },
    { "out", "DIR", "where tables and report go, out/higgs-tes by default", CLI_TEXT, &o.out, 0, 0 },
    { "seed", "N", "of splits and networks, 1 by default", CLI_WHOLE, &o.seed, 0, 1e9 },
    { "splits", "N", "re-splits, 10 by default", CLI_WHOLE, &o.splits, 10, HIGGS_MAX_SPLITS },
    { "gated", NULL, "aware: a pair of networks, below and above Z = 1", CLI_FLAG, &o.gated, 0, 0 },
    { "min-background", "X", "least effective background training events of a bin, 15 by default", CLI_NUMBER,
      &o.min_effective, 1, 1e6 },
    { "quick", NULL, "two splits and short trainings: a test of the chain, not a result", CLI_FLAG, &o.quick,
      0, 0 },
  };
  const cli_usage usage = {
    .command = "fairu study higgs-tes",
    .files = "",
    .about = "The tau energy scale as nuisance parameter of a Higgs measurement on HiggsML 2014 events: "
             "baseline,\n"
             "augmented, aware and trained-at-true-Z networks, expected intervals with template statistics.",
    .options = options,
    .n_options = sizeof options / sizeof *options,
  };
  cli c;
  int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  if (!o.data) {
    cli_end(&c, cli_fail(&c, FAIRU_ERR_ARGUMENT, "--data FILE is required; see --help"));
    return CLI_USAGE;
  }
  return cli_end(&c, run(&c, &o));
}
