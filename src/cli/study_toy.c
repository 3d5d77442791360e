/* study_toy.c - `fairu study toy-rotation`: its options. */
#include "toy_study.h"

#include <string.h>

#define BINNINGS "uniform|t|logit|quantile"
#define SLOPES "opt|pub"
#define CONSTRAINTS "prior|aux"
#define CONSTANTS "g1|g0|sat"
#define METHODS "baseline|aware|optimal|aug_lda|aug_bayes"
#define UNBINNED "unbinned"

/* Choices as they were written. */
typedef struct choices {
  const char *binning, *slope, *constraint, *constant, *method;
} choices;

static void settle(toy_options *o, const choices *chosen, uint64_t bins)
{
  o->settings.n_bins = (size_t)bins;
  o->settings.binning = toy_choice(BINNINGS, chosen->binning);
  o->settings.slope = strcmp(chosen->slope, "opt") == 0 ? toy_slope_optimal() : toy_slope_published();
  o->settings.aux = toy_choice(CONSTRAINTS, chosen->constraint);
  o->settings.constant = toy_choice(CONSTANTS, chosen->constant); /* in the order of fairu_nll_constant */
  o->method = strcmp(chosen->method, "all") == 0      ? TOY_METHODS
              : strcmp(chosen->method, UNBINNED) == 0 ? TOY_UNBINNED
                                                      : toy_choice(METHODS, chosen->method);
}

/* Is anything said of the one case of --closed-form? */
static int says_case(const toy_options *o)
{
  const toy_settings *s = &o->settings, d = toy_settings_default();
  return o->coverage || o->method != TOY_METHODS || s->z_true != d.z_true || s->mu_true != d.mu_true ||
         s->n_bins != d.n_bins || s->binning != d.binning || s->slope != d.slope || s->aux != d.aux ||
         s->prior_width != d.prior_width || s->constant != d.constant;
}

int study_toy_rotation(int argc, char **argv)
{
  toy_options o = { .out = "out/toy-rotation", .seed = 1, .pool = 1u << 19, .knots = 41 };
  choices chosen = { "uniform", "opt", "prior", "g1", "all" };
  uint64_t bins = 10;
  o.settings = toy_settings_default();
  const cli_option options[] = {
    { "out", "DIR", "where results go, out/toy-rotation by default", CLI_TEXT, &o.out, 0, 0 },
    { "seed", "N", "seed of everything random, 1 by default", CLI_WHOLE, &o.seed, 0, 9e15 },
    { "quick", NULL, "everything smaller: a look within seconds", CLI_FLAG, &o.quick, 0, 0 },
    { "closed-form", NULL, "no events: one case from closed forms, as JSON", CLI_FLAG, &o.closed_form, 0, 0 },
    { "z-true", "X", "closed form: true angle, pi/4 by default", CLI_NUMBER, &o.settings.z_true, TOY_Z_LOWER,
      TOY_Z_UPPER },
    { "mu-true", "X", "closed form: true signal strength, 1 by default", CLI_NUMBER, &o.settings.mu_true, 0,
      100 },
    { "bins", "N", "closed form: number of bins, 10 by default", CLI_WHOLE, &bins, 2, TOY_MAX_BINS },
    { "binning", BINNINGS,
      "closed form: uniform in the score, in t on [-2, 2.5], in the logit on [-4, 7], or quantiles of the "
      "signal",
      CLI_CHOICE, &chosen.binning, 0, 0 },
    { "slope", SLOPES, "closed form: Bayes slope 2R/sigma^2, or 2R/sigma of the published figures",
      CLI_CHOICE, &chosen.slope, 0, 0 },
    { "constraint", CONSTRAINTS, "closed form: Gaussian prior or auxiliary measurement", CLI_CHOICE,
      &chosen.constraint, 0, 0 },
    { "prior-width", "X", "closed form: width of the prior, 0.5 by default", CLI_NUMBER,
      &o.settings.prior_width, 1e-6, 100 },
    { "lgamma", CONSTANTS, "closed form: ln Gamma(N + 1), ln Gamma(N) or none", CLI_CHOICE, &chosen.constant,
      0, 0 },
    { "method", "all|" METHODS "|" UNBINNED, "closed form: one method; all: those with bins", CLI_CHOICE,
      &chosen.method, 0, 0 },
    { "coverage", "N", "closed form: coverage from N toys instead of intervals", CLI_WHOLE, &o.coverage, 1,
      1e8 },
    { "pool", "N", "events per class behind event-level toys, 524288 by default", CLI_WHOLE, &o.pool, 1024,
      1e8 },
    { "knots", "N", "z grid of moving observations, 41 by default", CLI_WHOLE, &o.knots, 4, TOY_MOST_KNOTS },
  };
  const cli_usage usage = {
    .command = "fairu study toy-rotation",
    .files = "",
    .about = "The rotating two-dimensional Gaussians of arXiv:2105.08742: classifiers trained without, "
             "with hidden and with known angle z, compared from events to measured coverage.",
    .options = options,
    .n_options = sizeof options / sizeof *options
  };
  cli c;
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  settle(&o, &chosen, bins);
  if (!o.closed_form && says_case(&o))
    return cli_misused(&c, "the whole study has its own cases: options of a closed form want --closed-form");
  if (o.method == TOY_UNBINNED && o.settings.aux)
    return cli_misused(&c, "--constraint aux is not for --method unbinned, which has the prior");
  return cli_end(&c, o.closed_form ? toy_cases_run(&c, &o) : toy_study_run(&c, &o));
}
