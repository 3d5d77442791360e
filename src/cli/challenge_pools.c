/* challenge_pools.c - pseudo-experiments: drawn, and filled into the histograms of all estimators in one pass over the test part. */
#include "challenge.h"

#include <stdlib.h>
#include <string.h>

int challenge_pseudo_options(cli *c, const challenge_round *round, fairu_challenge_options *pseudo)
{
  const challenge_options *o = round->options;
  const int status = fairu_challenge_options_init(pseudo, sizeof *pseudo);
  if (status != FAIRU_OK)
    return cli_fail(c, status, "options of the pseudo-experiments");
  pseudo->generator = strcmp(o->rng, "numpy") == 0 ? FAIRU_GENERATOR_NUMPY : FAIRU_GENERATOR_PHILOX;
  pseudo->seed = challenge_round_seed(round);
  pseudo->n_sets = o->n_sets;
  pseudo->n_pe = o->n_pe;
  pseudo->mu = o->has_mu ? o->mu : NULL;
  pseudo->mu_lower = CHALLENGE_MU_LOWER;
  pseudo->mu_upper = CHALLENGE_MU_UPPER;
  return FAIRU_OK;
}

/* What the pseudo-experiments of a round have in common. */
typedef struct filling {
  fairu_systematics *chain;
  const fairu_binning *binnings[2];
  fairu_challenge_fill fill;
  double *counts; /* [n_bins + 20] of one */
  size_t n_bins, n_counts;
  double *ours, *uniform; /* of all */
  double started;
} filling;

static int begin(cli *c, const challenge_round *round, filling *f)
{
  memset(f, 0, sizeof *f);
  f->n_bins = round->model.bins.n;
  f->n_counts = f->n_bins + CHALLENGE_UNIFORM_BINS;
  f->counts = calloc(f->n_counts, sizeof(double));
  f->ours = calloc(round->n * f->n_bins, sizeof(double));
  f->uniform = calloc(round->n * CHALLENGE_UNIFORM_BINS, sizeof(double));
  if (!f->counts || !f->ours || !f->uniform)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: histograms of %zu pseudo-experiments",
                    round->n);
  int status = challenge_chain_pools(c, round->options, &f->chain);
  if (status == FAIRU_OK)
    status = fairu_challenge_fill_init(&f->fill, sizeof f->fill);
  f->binnings[0] = round->model.binning;
  f->binnings[1] = round->examples.binning;
  f->fill.systematics = f->chain;
  f->fill.classifier = round->classifier;
  f->fill.binnings = f->binnings;
  f->fill.n_binnings = 2;
  f->started = cli_seconds();
  return status;
}

static void end(filling *f)
{
  fairu_systematics_destroy(f->chain);
  free(f->counts);
  free(f->ours);
  free(f->uniform);
}

static void tell(cli *c, const challenge_round *round, const filling *f, size_t done)
{
  const double seconds = cli_seconds() - f->started, rate = seconds > 0 ? (double)done / seconds : 0;
  if (done == 0 || !(rate > 0))
    cli_stage(c, "pseudo-experiment 1 of %zu", round->n);
  else
    cli_stage(c, "pseudo-experiment %zu of %zu, %.2f/s, %.0f s left", done + 1, round->n, rate,
              (double)(round->n - done) / rate);
}

static int fill_one(cli *c, const challenge_round *round, const fairu_challenge_options *pseudo, size_t k,
                    filling *f)
{
  challenge_outcome *x = &round->outcomes[k];
  x->truth.struct_size = sizeof x->truth;
  memset(f->counts, 0, f->n_counts * sizeof(double));
  int status =
      fairu_challenge_draw(c->ctx, pseudo, k / round->options->n_pe, k % round->options->n_pe, &x->truth);
  if (status == FAIRU_OK)
    status = fairu_challenge_histograms(c->ctx, &x->truth, round->parts.events[CHALLENGE_TEST], 0, &f->fill,
                                        f->counts, f->n_counts, &x->n_events, &x->n_passed);
  memcpy(f->ours + k * f->n_bins, f->counts, f->n_bins * sizeof(double));
  memcpy(f->uniform + k * CHALLENGE_UNIFORM_BINS, f->counts + f->n_bins,
         CHALLENGE_UNIFORM_BINS * sizeof(double));
  return status;
}

int challenge_pools_run(cli *c, challenge_round *round)
{
  filling f;
  fairu_challenge_options pseudo;
  round->n = (size_t)(round->options->n_sets * round->options->n_pe);
  round->outcomes = calloc(round->n, sizeof *round->outcomes);
  if (!round->outcomes)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu pseudo-experiments", round->n);
  int status = begin(c, round, &f);
  if (status == FAIRU_OK)
    status = challenge_pseudo_options(c, round, &pseudo);
  for (size_t k = 0; k < round->n && status == FAIRU_OK; k++) {
    tell(c, round, &f, k);
    status = fill_one(c, round, &pseudo, k, &f);
  }
  if (status == FAIRU_OK)
    status = challenge_estimate(c, round, f.ours, f.uniform);
  end(&f);
  return status;
}
