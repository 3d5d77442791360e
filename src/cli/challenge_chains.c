/* challenge_chains.c - nuisance parameters of the challenge, chains that shift events by them, histograms of shifted events. */
#include "challenge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const challenge_nuisance_names[CHALLENGE_NUISANCES] = { "tes",           "jes",
                                                                    "log_soft_met",  "ttbar_scale",
                                                                    "diboson_scale", "bkg_scale" };

/* Centre, width and clip of the generator; soft MET by its logarithm, whose lower end is of no consequence (0.08 GeV). */
static const struct {
  double centre, width, lower, upper;
} priors[CHALLENGE_NUISANCES] = {
  [CHALLENGE_TES] = { 1, 0.01, 0.9, 1.1 },
  [CHALLENGE_JES] = { 1, 0.01, 0.9, 1.1 },
  [CHALLENGE_LOG_SOFT_MET] = { 0, 1, (double)-INFINITY, 1.6094379124341003 }, /* ln 5 */
  [CHALLENGE_TTBAR_SCALE] = { 1, 0.02, 0.8, 1.2 },
  [CHALLENGE_DIBOSON_SCALE] = { 1, 0.25, 0, 2 },
  [CHALLENGE_BKG_SCALE] = { 1, 0.001, 0.99, 1.01 },
};

int challenge_prior(cli *c, int nuisance, fairu_nuisance *prior)
{
  const int status = fairu_nuisance_init(prior, sizeof *prior);
  if (status != FAIRU_OK)
    return cli_fail(c, status, "priors of the challenge");
  prior->name = challenge_nuisance_names[nuisance];
  prior->nominal = priors[nuisance].centre;
  prior->width = priors[nuisance].width;
  prior->lower = priors[nuisance].lower;
  prior->upper = priors[nuisance].upper;
  return FAIRU_OK;
}

static int make_chain(cli *c, const fairu_nuisance *list, size_t n, const fairu_higgsml_options *options,
                      fairu_systematics **out)
{
  int status = fairu_systematics_create(c->ctx, list, n, out);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_higgsml(*out, c->ctx, options);
  return status;
}

int challenge_chain_templates(cli *c, fairu_systematics **out)
{
  fairu_nuisance list[CHALLENGE_AXES];
  fairu_higgsml_options options;
  int status = fairu_higgsml_options_init(&options, sizeof options);
  for (int k = 0; k < CHALLENGE_AXES && status == FAIRU_OK; k++)
    status = challenge_prior(c, k, &list[k]);
  options.tes = challenge_nuisance_names[CHALLENGE_TES];
  options.jes = challenge_nuisance_names[CHALLENGE_JES];
  options.log_soft_met = challenge_nuisance_names[CHALLENGE_LOG_SOFT_MET];
  return status == FAIRU_OK ? make_chain(c, list, CHALLENGE_AXES, &options, out) : status;
}

/* soft_met instead of its logarithm, nominal 0. */
static int raw_soft_met(cli *c, fairu_nuisance *nuisance)
{
  const int status = fairu_nuisance_init(nuisance, sizeof *nuisance);
  if (status != FAIRU_OK)
    return cli_fail(c, status, "priors of the challenge");
  nuisance->name = "soft_met";
  nuisance->nominal = 0;
  nuisance->lower = 0;
  nuisance->upper = 5;
  return FAIRU_OK;
}

int challenge_chain_pools(cli *c, const challenge_options *o, fairu_systematics **out)
{
  fairu_nuisance list[CHALLENGE_AXES];
  fairu_higgsml_options options;
  int status = fairu_higgsml_options_init(&options, sizeof options);
  for (int k = 0; k < CHALLENGE_LOG_SOFT_MET && status == FAIRU_OK; k++)
    status = challenge_prior(c, k, &list[k]);
  if (status == FAIRU_OK)
    status = raw_soft_met(c, &list[CHALLENGE_LOG_SOFT_MET]);
  options.tes = challenge_nuisance_names[CHALLENGE_TES];
  options.jes = challenge_nuisance_names[CHALLENGE_JES];
  options.soft_met = "soft_met";
  options.generator = strcmp(o->rng, "numpy") == 0 ? FAIRU_GENERATOR_NUMPY : FAIRU_GENERATOR_PHILOX;
  return status == FAIRU_OK ? make_chain(c, list, CHALLENGE_AXES, &options, out) : status;
}

int challenge_chain_baseline(cli *c, fairu_systematics **out)
{
  fairu_nuisance list[CHALLENGE_NUISANCES];
  fairu_higgsml_options options;
  int status = fairu_higgsml_options_init(&options, sizeof options);
  for (int k = 0; k < CHALLENGE_NUISANCES && status == FAIRU_OK; k++)
    status = k == CHALLENGE_LOG_SOFT_MET ? raw_soft_met(c, &list[k]) : challenge_prior(c, k, &list[k]);
  options.tes = challenge_nuisance_names[CHALLENGE_TES];
  options.jes = challenge_nuisance_names[CHALLENGE_JES];
  options.soft_met = "soft_met";
  options.ttbar_scale = challenge_nuisance_names[CHALLENGE_TTBAR_SCALE];
  options.diboson_scale = challenge_nuisance_names[CHALLENGE_DIBOSON_SCALE];
  options.bkg_scale = challenge_nuisance_names[CHALLENGE_BKG_SCALE];
  return status == FAIRU_OK ? make_chain(c, list, CHALLENGE_NUISANCES, &options, out) : status;
}

int challenge_random_point(cli *c, uint64_t seed, uint64_t k, double z[CHALLENGE_AXES])
{
  fairu_challenge_options options;
  fairu_challenge_experiment drawn = { .struct_size = sizeof drawn };
  int status = fairu_challenge_options_init(&options, sizeof options);
  options.generator = FAIRU_GENERATOR_PHILOX;
  options.seed = seed;
  options.n_sets = 1;
  options.n_pe = k + 1;
  if (status == FAIRU_OK)
    status = fairu_challenge_draw(c->ctx, &options, 0, k, &drawn);
  z[CHALLENGE_TES] = drawn.tes;
  z[CHALLENGE_JES] = drawn.jes;
  z[CHALLENGE_LOG_SOFT_MET] = log(fmax(drawn.soft_met, 0.1));
  return status;
}

/* ---- histograms ---------------------------------------------------------------------------------------- */

static int bins_of(cli *c, const fairu_events *events, const fairu_classifier *classifier,
                   const fairu_binning *binning, float *scores, uint16_t *bins)
{
  const int status = fairu_classifier_score_events(classifier, c->ctx, events, NULL, 1, 0,
                                                   fairu_binning_variable(binning), scores);
  return status == FAIRU_OK
             ? fairu_binning_index(binning, c->ctx, scores, fairu_events_n_events(events), bins)
             : status;
}

static int add_events(cli *c, const fairu_events *events, const fairu_classifier *classifier,
                      const fairu_binning *binning, challenge_histogram *h)
{
  const size_t n = fairu_events_n_events(events);
  float *scores = malloc((n + 1) * sizeof *scores);
  uint16_t *bins = malloc((n + 1) * sizeof *bins);
  int status = scores && bins ? bins_of(c, events, classifier, binning, scores, bins)
                              : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu scores", n);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    const int32_t p = fairu_events_labels(events)[i];
    const double w = fairu_events_weights(events)[i];
    h->sum[p][bins[i]] += w;
    h->squares[p][bins[i]] += w * w;
  }
  free(scores);
  free(bins);
  return status;
}

int challenge_histogram_make(cli *c, const fairu_systematics *chain, const double *z, uint64_t seed,
                             const fairu_events *events, const fairu_classifier *classifier,
                             const fairu_binning *binning, challenge_histogram *h)
{
  fairu_events *shifted = NULL;
  memset(h, 0, sizeof *h);
  h->n_bins = fairu_binning_n_bins(binning);
  int status = fairu_systematics_apply(chain, c->ctx, events, z, fairu_systematics_n_nuisances(chain), seed,
                                       NULL, &shifted);
  if (status == FAIRU_OK)
    status = add_events(c, shifted, classifier, binning, h);
  fairu_events_destroy(shifted);
  return status;
}
