/* challenge_draw.c - what a pseudo-experiment of the FAIR Universe challenge is drawn with: true mu, nuisances, rates. */
#include <fairu/challenge.h>

#include <math.h>

#include "base/context_internal.h"
#include "coverage/challenge.h"
#include "numeric/numpy_random.h"
#include "numeric/philox.h"
#include "numeric/pinned.h"

enum { N_NUISANCES = 6, SMEARING_SEED = 31415 };

static const uint64_t most_experiments = UINT64_C(1) << 32;

/* Prior of each nuisance, in the order of drawing. */
static const struct prior {
  double centre, width, lower, upper;
  int log_normal;
} priors[N_NUISANCES] = {
  { 1.0, 0.01, 0.9, 1.1, 0 }, { 1.0, 0.01, 0.9, 1.1, 0 }, { 0.0, 1.0, 0.0, 5.0, 1 },
  { 1.0, 0.02, 0.8, 1.2, 0 }, { 1.0, 0.25, 0.0, 2.0, 0 }, { 1.0, 0.001, 0.99, 1.01, 0 },
};

int fairu_challenge_options_init(fairu_challenge_options *options, size_t struct_size)
{
  static const fairu_challenge_options defaults = { .generator = FAIRU_GENERATOR_NUMPY,
                                                    .seed = SMEARING_SEED,
                                                    .n_sets = 10,
                                                    .n_pe = 100,
                                                    .mu_lower = 0.1,
                                                    .mu_upper = 3.0,
                                                    .tes = 1,
                                                    .jes = 1,
                                                    .soft_met = 1,
                                                    .ttbar_scale = 1,
                                                    .diboson_scale = 1,
                                                    .bkg_scale = 1 };
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

int fairu_challenge__check_generator(fairu_context *ctx, int generator)
{
  if (generator == FAIRU_GENERATOR_NUMPY || generator == FAIRU_GENERATOR_PHILOX)
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "pseudo-experiment: generator is %d, must be %d or %d",
                             generator, FAIRU_GENERATOR_NUMPY, FAIRU_GENERATOR_PHILOX);
}

static int check_mu(fairu_context *ctx, const fairu_challenge_options *o)
{
  for (uint64_t j = 0; o->mu && j < o->n_sets; j++)
    if (!isfinite(o->mu[j]) || o->mu[j] < 0.0)
      return fairu_context__fail(ctx, isfinite(o->mu[j]) ? FAIRU_ERR_RANGE : FAIRU_ERR_NON_FINITE,
                                 "pseudo-experiments: mu[%llu] is %g, must be finite and not negative",
                                 (unsigned long long)j, o->mu[j]);
  if (!o->mu && !(o->mu_lower >= 0.0 && o->mu_lower <= o->mu_upper && isfinite(o->mu_upper)))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "pseudo-experiments: mu_lower %g and mu_upper %g are no range of numbers >= 0",
                               o->mu_lower, o->mu_upper);
  return FAIRU_OK;
}

static int read_options(fairu_context *ctx, const fairu_challenge_options *theirs, fairu_challenge_options *o)
{
  int status = fairu_challenge_options_init(o, sizeof *o);
  if (status == FAIRU_OK && theirs)
    status = fairu_options__read(ctx, o, sizeof *o, theirs, sizeof *o, "fairu_challenge_options");
  if (status == FAIRU_OK)
    status = fairu_challenge__check_generator(ctx, o->generator);
  if (status != FAIRU_OK)
    return status;
  if (o->n_sets == 0 || o->n_pe == 0 || o->n_sets > most_experiments / o->n_pe)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "pseudo-experiments: n_sets %llu times n_pe %llu must lie between 1 and 2^32",
                               (unsigned long long)o->n_sets, (unsigned long long)o->n_pe);
  if (o->generator == FAIRU_GENERATOR_NUMPY &&
      (o->seed > UINT32_MAX || o->seed + o->n_sets * o->n_pe + FAIRU_CHALLENGE_SEED_SPAN > UINT32_MAX))
    return fairu_context__fail(
        ctx, FAIRU_ERR_RANGE, "pseudo-experiments: seed %llu and %llu more must stay below 2^32",
        (unsigned long long)o->seed, (unsigned long long)(o->n_sets * o->n_pe + FAIRU_CHALLENGE_SEED_SPAN));
  return check_mu(ctx, o);
}

/* ---- draws -------------------------------------------------------------------------------------------- */

static double true_mu(const fairu_challenge_options *o, uint64_t set)
{
  if (o->mu)
    return o->mu[set];
  if (o->generator == FAIRU_GENERATOR_PHILOX) {
    fairu_philox rng = fairu_philox__start(o->seed, FAIRU_STREAM_PSEUDO, set, N_NUISANCES);
    return o->mu_lower + (o->mu_upper - o->mu_lower) * fairu_philox__uniform(&rng);
  }
  fairu_numpy_random rng;
  double mu = 0.0;
  fairu_numpy_random__seed(&rng, (uint32_t)o->seed);
  for (uint64_t j = 0; j <= set; j++)
    mu = fairu_numpy_random__uniform(&rng, o->mu_lower, o->mu_upper);
  return mu;
}

static double clipped(const struct prior *p, double value)
{
  return fmin(fmax(value, p->lower), p->upper);
}

/* One stream for all, in order: a nuisance that is off takes no number. */
static void draw_numpy(uint64_t seed, const int drawn[N_NUISANCES], double values[N_NUISANCES])
{
  fairu_numpy_random rng;
  fairu_numpy_random__seed(&rng, (uint32_t)seed);
  for (size_t k = 0; k < N_NUISANCES; k++) {
    const struct prior *p = &priors[k];
    if (drawn[k])
      values[k] = clipped(p, p->log_normal ? fairu_numpy_random__lognormal(&rng, p->centre, p->width)
                                           : fairu_numpy_random__normal(&rng, p->centre, p->width));
  }
}

static void draw_philox(uint64_t seed, uint64_t number, const int drawn[N_NUISANCES],
                        double values[N_NUISANCES])
{
  for (size_t k = 0; k < N_NUISANCES; k++) {
    const struct prior *p = &priors[k];
    fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_PSEUDO, number, k);
    const double value = p->centre + p->width * fairu_philox__normal(&rng);
    if (drawn[k])
      values[k] = clipped(p, p->log_normal ? fairu_pinned__exp(value) : value);
  }
}

static void draw_nuisances(const fairu_challenge_options *o, fairu_challenge_experiment *e)
{
  const int drawn[N_NUISANCES] = {
    o->tes, o->jes, o->soft_met, o->ttbar_scale, o->diboson_scale, o->bkg_scale
  };
  double values[N_NUISANCES] = { 1.0, 1.0, 0.0, 1.0, 1.0, 1.0 };
  if (o->generator == FAIRU_GENERATOR_NUMPY)
    draw_numpy(e->seed, drawn, values);
  else
    draw_philox(e->seed, e->number, drawn, values);
  e->tes = values[0];
  e->jes = values[1];
  e->soft_met = values[2];
  e->ttbar_scale = values[3];
  e->diboson_scale = values[4];
  e->bkg_scale = values[5];
  e->rates[FAIRU_CHALLENGE_ZTAUTAU] = e->bkg_scale;
  e->rates[FAIRU_CHALLENGE_DIBOSON] = o->diboson_scale ? e->diboson_scale * e->bkg_scale : 1.0;
  e->rates[FAIRU_CHALLENGE_TTBAR] = o->ttbar_scale ? e->ttbar_scale * e->bkg_scale : 1.0;
  e->rates[FAIRU_CHALLENGE_HTAUTAU] = e->mu;
}

int fairu_challenge_draw(fairu_context *ctx, const fairu_challenge_options *options, uint64_t set,
                         uint64_t pe, fairu_challenge_experiment *experiment)
{
  fairu_challenge_options o;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!experiment)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "pseudo-experiment: experiment is NULL");
  const int status = read_options(ctx, options, &o);
  if (status != FAIRU_OK)
    return status;
  if (set >= o.n_sets || pe >= o.n_pe)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "pseudo-experiment: set %llu, pe %llu of %llu sets of %llu",
                               (unsigned long long)set, (unsigned long long)pe, (unsigned long long)o.n_sets,
                               (unsigned long long)o.n_pe);
  fairu_challenge_experiment ours = { .struct_size = sizeof ours, .set = set, .pe = pe };
  ours.number = set * o.n_pe + pe;
  ours.generator = o.generator;
  ours.seed = o.generator == FAIRU_GENERATOR_NUMPY ? o.seed + ours.number : o.seed;
  ours.smearing_seed = SMEARING_SEED;
  if (o.generator == FAIRU_GENERATOR_PHILOX) {
    fairu_philox rng = fairu_philox__start(o.seed, FAIRU_STREAM_PSEUDO, ours.number, N_NUISANCES + 1);
    ours.smearing_seed = fairu_philox__u64(&rng);
  }
  ours.mu = true_mu(&o, set);
  draw_nuisances(&o, &ours);
  return fairu_result__write(ctx, experiment, &ours, sizeof ours, "fairu_challenge_experiment");
}

/* A fresh generator, so the order does not depend on how many true values were drawn. */
static int shuffled(fairu_context *ctx, const fairu_challenge_options *o, uint64_t *order, size_t n)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  size_t *items = fairu_context__scratch(ctx, n, sizeof *items, "order of pseudo-experiments");
  if (!items)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++)
    items[i] = i;
  fairu_challenge__shuffle(o->generator, o->seed, 0, n, items);
  for (size_t i = 0; i < n; i++)
    order[i] = items[i];
  fairu_context__release(ctx, mark);
  return FAIRU_OK;
}

int fairu_challenge_order(fairu_context *ctx, const fairu_challenge_options *options, uint64_t *order,
                          size_t n)
{
  fairu_challenge_options o;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!order)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "pseudo-experiments: order is NULL");
  const int status = read_options(ctx, options, &o);
  if (status != FAIRU_OK)
    return status;
  if (n != o.n_sets * o.n_pe)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "pseudo-experiments: order has %zu entries, wanted %llu",
                               n, (unsigned long long)(o.n_sets * o.n_pe));
  return shuffled(ctx, &o, order, n);
}
