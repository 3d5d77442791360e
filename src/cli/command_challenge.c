/* command_challenge.c - `fairu challenge`: options, rounds, output. */
#include "challenge_results.h"

#include "out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FILES = 1024 };

/* ---- options -------------------------------------------------------------------------------------------- */

/* "a,b,c" into values [most]; the number of them, 0 if it is no such list. */
static size_t read_list(const char *text, double *values, size_t most)
{
  size_t n = 0;
  for (;;) {
    char *end = NULL;
    const double value = strtod(text, &end);
    if (end == text || !isfinite(value) || n == most)
      return 0;
    values[n++] = value;
    if (!*end)
      return n;
    if (*end != ',')
      return 0;
    text = end + 1;
  }
}

static const char *read_parts(challenge_options *o)
{
  double values[CHALLENGE_PARTS], sum = 0;
  if (read_list(o->parts_text, values, CHALLENGE_PARTS) != CHALLENGE_PARTS)
    return "--parts wants four numbers: train,template,calibration,test";
  for (int k = 0; k < CHALLENGE_PARTS; k++) {
    if (!(values[k] >= 1 && values[k] <= 97) || values[k] != floor(values[k]))
      return "--parts wants whole percentages of 1 or more";
    o->percent[k] = (unsigned)values[k];
    sum += values[k];
  }
  return sum == 100 ? NULL : "--parts wants percentages that make 100";
}

static const char *read_mu(challenge_options *o)
{
  if (!o->mu_text) {
    if (o->n_sets == 0)
      o->n_sets = 10;
    return NULL;
  }
  const size_t n = read_list(o->mu_text, o->mu, CHALLENGE_MOST_SETS);
  if (n == 0)
    return "--mu wants numbers separated by commas, at most 1000";
  for (size_t i = 0; i < n; i++)
    if (o->mu[i] < CHALLENGE_MU_LOWER || o->mu[i] > CHALLENGE_MU_UPPER)
      return "--mu: the challenge's range is 0.1 to 3";
  if (o->n_sets != 0 && o->n_sets != n)
    return "--sets and --mu disagree about the number of sets";
  o->n_sets = n;
  o->has_mu = 1;
  return NULL;
}

static void choose_estimators(challenge_options *o)
{
  const int all = strcmp(o->estimator, "all") == 0;
  o->chosen = CHALLENGE_CALIBRATED;
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
    const int named = strcmp(o->estimator, challenge_estimator_names[e]) == 0;
    o->wanted[e] = all || named;
    if (named)
      o->chosen = e;
  }
}

/* What depends on more than one option; a message about wrong usage, or NULL. */
static const char *settle(challenge_options *o)
{
  const char *wrong = read_parts(o);
  if (!wrong)
    wrong = read_mu(o);
  if (wrong)
    return wrong;
  choose_estimators(o);
  if (o->n_pe == 0)
    o->n_pe = o->quick ? 10 : 100;
  if (o->toys == 0)
    o->toys = o->quick ? 200 : 2000;
  if (o->epochs == 0)
    o->epochs = o->quick ? 4 : 20;
  if (o->bins == 0)
    o->bins = o->quick ? 15 : 25;
  if (strcmp(o->rng, "numpy") == 0 &&
      (double)o->seed + (double)o->n_sets * (double)o->n_pe + 6 >= 4294967296.0)
    return "--rng numpy wants a seed below 2^32";
  return NULL;
}

/* ---- rounds --------------------------------------------------------------------------------------------- */

static void keep_repetition(const challenge_round *round, challenge_repetition *to)
{
  to->part_seed = round->part_seed;
  memcpy(to->scores, round->scores, sizeof to->scores);
}

/* The first partition is round 0; the others leave their scores. */
static int run_repetitions(cli *c, const challenge_options *o, const fairu_events *events,
                           const challenge_round *first, challenge_results *results)
{
  const size_t n = o->repartitions > 1 ? (size_t)o->repartitions : 1;
  int status = FAIRU_OK;
  results->repetitions = calloc(n, sizeof *results->repetitions);
  if (!results->repetitions)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu partitions", n);
  results->n_repetitions = n;
  keep_repetition(first, &results->repetitions[0]);
  for (size_t k = 1; k < n && status == FAIRU_OK; k++) {
    challenge_round round;
    status = challenge_round_run(c, o, events, o->part_seed + k, 0, &round);
    keep_repetition(&round, &results->repetitions[k]);
    challenge_round_free(&round);
  }
  return status;
}

static void print_summary(const challenge_results *r)
{
  printf("%-12s %10s %10s %10s   %s\n", "estimator", "score", "width", "coverage", "95 % interval");
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
    const fairu_interval_score *s = &r->round->scores[e];
    if (r->options->wanted[e])
      printf("%-12s %10.4f %10.4f %10.4f   %.4f to %.4f\n", challenge_estimator_names[e], s->quantile_score,
             s->interval, s->coverage, s->coverage_lower, s->coverage_upper);
  }
  if (!challenge_parts_are_rare(&r->round->parts))
    printf("a row of the test part stands for up to %.3g events: all pseudo-experiments share one finite "
           "pool, coverage is not binomial\n",
           r->round->parts.multiplicity[CHALLENGE_TEST]);
  printf("report: %s/report.html\n", r->options->out);
}

static int write_all(cli *c, const challenge_results *r)
{
  json_t *json = NULL;
  int status = challenge_write_layout(c, r);
  if (status == FAIRU_OK)
    status = challenge_write_tables(c, r);
  if (status == FAIRU_OK)
    status = challenge_write_report(c, r);
  if (status == FAIRU_OK)
    status = challenge_results_json(c, r, &json);
  if (status == FAIRU_OK)
    status =
        out_json_write(json, c, r->options->out, "results.json"); /* last: it says the others are there */
  if (status == FAIRU_OK && c->json)
    status = out_json_print(json, c);
  json_decref(json);
  return status;
}

static int run_on(cli *c, const challenge_options *o, const fairu_events *events)
{
  challenge_round round;
  challenge_closure closure = { 0 };
  challenge_results results = { .n_rows = fairu_events_n_events(events) };
  int status = challenge_round_run(c, o, events, o->part_seed, 1, &round);
  if (status == FAIRU_OK)
    status = challenge_results_make(c, &round, &results);
  if (status == FAIRU_OK && o->closure > 0) {
    status = challenge_closure_run(c, o, &round.model, &closure);
    results.closure = &closure;
  }
  if (status == FAIRU_OK)
    status = run_repetitions(c, o, events, &round, &results);
  if (status == FAIRU_OK)
    status = write_all(c, &results);
  if (status == FAIRU_OK && !c->json)
    print_summary(&results);
  challenge_results_free(&results);
  challenge_round_free(&round);
  return status;
}

static int run(cli *c, const challenge_options *o)
{
  fairu_events *events = NULL;
  int status = challenge_events_read(c, &events);
  if (status == FAIRU_OK)
    status = out_directory(c, o->out);
  if (status == FAIRU_OK)
    status = run_on(c, o, events);
  fairu_events_destroy(events);
  return status;
}

int command_challenge(int argc, char **argv)
{
  challenge_options o = { .out = "out/challenge",
                          .estimator = "all",
                          .rng = "philox",
                          .parts_text = "35,30,10,25",
                          .seed = 1,
                          .part_seed = 1,
                          .luminosity = 1,
                          .signal_scale = 1,
                          .min_effective = 25 };
  cli c;
  const cli_option options[] = {
    { "model", "MODEL",
      "a network of `fairu train` on the challenge's features; without it one is trained on the train part",
      CLI_TEXT, &o.model, 0, 0 },
    { "sets", "N", "values of mu, 10 by default", CLI_WHOLE, &o.n_sets, 1, CHALLENGE_MOST_SETS },
    { "pe", "N", "pseudo-experiments of each, 100 by default (10 with --quick)", CLI_WHOLE, &o.n_pe, 1, 1e6 },
    { "mu", "A,B,...", "the true values; drawn from 0.1 to 3 by default", CLI_TEXT, &o.mu_text, 0, 0 },
    { "seed", "S", "of pseudo-experiments, networks and toys, 1 by default", CLI_WHOLE, &o.seed, 0, 1e15 },
    { "part-seed", "S", "of the split into parts, 1 by default", CLI_WHOLE, &o.part_seed, 0, 1e15 },
    { "parts", "A,B,C,D", "percentages of train, template, calibration and test, 35,30,10,25 by default",
      CLI_TEXT, &o.parts_text, 0, 0 },
    { "estimator", "calibrated|profile|hesse|baseline|counting|random|all",
      "whose intervals; all (default): every one, the calibrated in the result files", CLI_CHOICE,
      &o.estimator, 0, 0 },
    { "out", "DIR", "where results go, out/challenge by default", CLI_TEXT, &o.out, 0, 0 },
    { "rng", "philox|numpy",
      "generator of the pseudo-experiments: fast and keyed by event (default), or that of the organisers' "
      "program",
      CLI_CHOICE, &o.rng, 0, 0 },
    { "luminosity", "L", "times all weights, 1 by default", CLI_NUMBER, &o.luminosity, 1e-9, 1e6 },
    { "signal-scale", "X", "times the weights of the signal, 1 by default", CLI_NUMBER, &o.signal_scale, 1e-6,
      1e6 },
    { "bins", "N", "quantiles of the signal before bins are merged, 25 by default", CLI_WHOLE, &o.bins, 3,
      CHALLENGE_MOST_BINS },
    { "min-background", "X", "least effective background events of the train part in a bin, 25 by default",
      CLI_NUMBER, &o.min_effective, 1, 1e9 },
    { "epochs", "N", "of the training, 20 by default", CLI_WHOLE, &o.epochs, 1, 1e4 },
    { "toys", "N", "of each of 15 hypotheses of the calibration, 2000 by default", CLI_WHOLE, &o.toys, 100,
      1e7 },
    { "calibration", "FILE", "a calibration.json of an earlier run with the same parts, instead of new toys",
      CLI_TEXT, &o.calibration, 0, 0 },
    { "repartitions", "N",
      "partitions in all, each a run of its own: mean and spread of coverage, width and score", CLI_WHOLE,
      &o.repartitions, 1, 1000 },
    { "closure", "N",
      "also N parametric toys from the templates: coverage in all, by mu, in thirds of each nuisance",
      CLI_WHOLE, &o.closure, 10, 1e8 },
    { "quick", NULL, "10 x 10, short training, 200 toys: a test of the chain, not a result", CLI_FLAG,
      &o.quick, 0, 0 },
  };
  const cli_usage usage = {
    .command = "fairu challenge",
    .files = "DATA...",
    .about = "The protocol of the FAIR Universe HiggsML Uncertainty Challenge on DATA (CSV, also .gz, in one "
             "or more pieces: PRI_*, "
             "weights, detailed_labels,\noptionally id): network, templates, calibrated intervals, "
             "pseudo-experiments, score. Writes result_<set>.json, "
             "test_settings.json, results.json, CSV tables\nand report.html. Same seed, same bytes.",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_files = 1,
    .max_files = MOST_FILES
  };
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  const char *wrong = settle(&o);
  if (wrong)
    return cli_misused(&c, wrong);
  return cli_end(&c, run(&c, &o));
}
