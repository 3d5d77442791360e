/* challenge_round.c - one complete run of the protocol: parts, network, templates, calibration, pseudo-experiments. */
#include "challenge_results.h"

#include "out.h"

#include <stdlib.h>
#include <string.h>

/* Beyond all seeds that NumPy's generator takes for the experiments of a partition. */
uint64_t challenge_round_seed(const challenge_round *round)
{
  const challenge_options *o = round->options;
  return o->seed + (round->part_seed - o->part_seed) * (o->n_sets * o->n_pe + 7);
}

static int calibration_options(cli *c, const challenge_round *round,
                               fairu_interval_calibration_options *options)
{
  const int status = fairu_interval_calibration_options_init(options, sizeof *options);
  if (status != FAIRU_OK)
    return cli_fail(c, status, "options of the calibration");
  options->lower = CHALLENGE_MU_LOWER;
  options->upper = CHALLENGE_MU_UPPER;
  options->n_toys = round->options->toys;
  options->seed = challenge_round_seed(round);
  options->template_statistics = 1;
  options->pool_statistics = round->parts.variance_ratio;
  options->fixed_sums = 1; /* parts carry the yields of all events */
  return FAIRU_OK;
}

/* The digest is told before the first pseudo-experiment is drawn. */
static void tell_digest(const cli *c, const challenge_round *round)
{
  FILE *out = c->json ? stderr : stdout;
  fprintf(out, "calibration frozen: sha256 %s\n", round->digest);
  fflush(out);
}

int challenge_calibrate(cli *c, challenge_round *round, int save)
{
  char path[OUT_PATH];
  fairu_interval_calibration_options options;
  fairu_fit_options fit;
  const char *given = save ? round->options->calibration : NULL;
  cli_stage(c, "calibration");
  int status = calibration_options(c, round, &options);
  if (status == FAIRU_OK)
    status = challenge_fit_options(&round->model, &fit);
  options.fit = &fit;
  if (status == FAIRU_OK && given)
    status = fairu_interval_calibration_load(c->ctx, given, &round->calibration);
  else if (status == FAIRU_OK)
    status =
        fairu_interval_calibration_create(c->ctx, round->model.likelihood, &options, &round->calibration);
  if (status == FAIRU_OK)
    status = fairu_interval_calibration_digest(round->calibration, c->ctx, round->digest);
  if (status != FAIRU_OK || !save)
    return status;
  status = out_path(c, path, round->options->out, "calibration.json");
  if (status == FAIRU_OK)
    status = fairu_interval_calibration_save(round->calibration, c->ctx, path);
  if (status == FAIRU_OK)
    tell_digest(c, round);
  return status;
}

static int classify(cli *c, challenge_round *round, int save)
{
  const challenge_options *o = round->options;
  int status = challenge_network_make(c, o, &round->parts, o->seed + 1000003u * round->part_seed, save,
                                      &round->classifier);
  for (int k = 0; k < CHALLENGE_PARTS && status == FAIRU_OK; k++)
    if (k == CHALLENGE_TRAIN || k == CHALLENGE_CALIBRATION) /* the others are not looked at */
      status = challenge_network_auc(c, round->parts.events[k], round->classifier, &round->auc[k]);
  return status;
}

static int score_all(cli *c, challenge_round *round)
{
  int status = FAIRU_OK;
  for (int e = 0; e < CHALLENGE_ESTIMATORS && status == FAIRU_OK; e++) {
    fairu_interval_entries entries = { .struct_size = sizeof entries };
    round->scores[e].struct_size = sizeof round->scores[e];
    if (!round->options->wanted[e])
      continue;
    status = challenge_entries_make(c, round, e, &entries);
    if (status == FAIRU_OK)
      status = fairu_interval_score_compute(c->ctx, &entries, &round->scores[e]);
    challenge_entries_free(&entries);
  }
  return status;
}

int challenge_round_run(cli *c, const challenge_options *o, const fairu_events *events, uint64_t part_seed,
                        int save, challenge_round *round)
{
  memset(round, 0, sizeof *round);
  round->options = o;
  round->part_seed = part_seed;
  int status = challenge_parts_make(c, o, events, part_seed, &round->parts);
  if (status == FAIRU_OK)
    status = classify(c, round, save);
  if (status == FAIRU_OK)
    status = challenge_model_make(c, o, &round->parts, round->classifier, &round->model);
  if (status == FAIRU_OK)
    status = challenge_model_check(c, o, &round->parts, round->classifier, &round->model);
  if (status == FAIRU_OK)
    status = challenge_examples_make(c, &round->parts, round->classifier, &round->examples);
  if (status == FAIRU_OK && o->wanted[CHALLENGE_CALIBRATED])
    status = challenge_calibrate(c, round, save);
  if (status == FAIRU_OK)
    status = challenge_pools_run(c, round);
  return status == FAIRU_OK ? score_all(c, round) : status;
}

void challenge_round_free(challenge_round *round)
{
  free(round->outcomes);
  fairu_interval_calibration_destroy(round->calibration);
  challenge_examples_free(&round->examples);
  challenge_model_free(&round->model);
  fairu_classifier_destroy(round->classifier);
  challenge_parts_free(&round->parts);
  memset(round, 0, sizeof *round);
}

/* ---- columns -------------------------------------------------------------------------------------------- */

int challenge_entries_make(cli *c, const challenge_round *round, int estimator,
                           fairu_interval_entries *entries)
{
  enum { COLUMNS = 5 };
  const size_t n = round->n;
  double *values = malloc((COLUMNS * n + 1) * sizeof *values);
  int64_t *sets = malloc((n + 1) * sizeof *sets);
  *entries =
      (fairu_interval_entries){ .struct_size = sizeof *entries, .n = n, .mu_true = values, .set = sets };
  if (!values || !sets)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu intervals", n);
  entries->p16 = values + n;
  entries->p84 = values + 2 * n;
  entries->mu_hat = values + 3 * n;
  entries->delta_mu_hat = values + 4 * n;
  for (size_t k = 0; k < n; k++) {
    const challenge_interval *x = &round->outcomes[k].intervals[estimator];
    values[k] = round->outcomes[k].truth.mu;
    values[n + k] = x->lower;
    values[2 * n + k] = x->upper;
    values[3 * n + k] = x->estimate;
    values[4 * n + k] = challenge_delta(estimator, x);
    sets[k] = (int64_t)round->outcomes[k].truth.set;
  }
  return FAIRU_OK;
}

void challenge_entries_free(fairu_interval_entries *entries)
{
  free((void *)(uintptr_t)entries->mu_true);
  free((void *)(uintptr_t)entries->set);
  *entries = (fairu_interval_entries){ 0 };
}
