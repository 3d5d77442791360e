/* challenge_examples.c - what the organisers' example submissions would say: one nuisance at a time with polynomials, and counting. */
#include "challenge.h"

#include <string.h>

enum { POINTS = 15, DEGREE = 5 };

/* 15 points over the range of a nuisance; the nominal one exactly. */
static void points_of(const fairu_challenge_baseline_nuisance *nuisance, double points[POINTS])
{
  for (int i = 0; i < POINTS; i++) {
    points[i] = nuisance->lower + (nuisance->upper - nuisance->lower) * i / (POINTS - 1);
    if (points[i] - nuisance->nominal < 1e-9 && nuisance->nominal - points[i] < 1e-9)
      points[i] = nuisance->nominal;
  }
}

static int make_grid(cli *c, fairu_grid **out)
{
  double points[CHALLENGE_NUISANCES][POINTS];
  fairu_axis axes[CHALLENGE_NUISANCES];
  for (size_t k = 0; k < CHALLENGE_NUISANCES; k++) {
    const fairu_challenge_baseline_nuisance *nuisance = fairu_challenge_baseline_nuisance_default(k);
    points_of(nuisance, points[k]);
    axes[k] = (fairu_axis){ nuisance->name, points[k], POINTS, nuisance->nominal };
  }
  return fairu_grid_create(c->ctx, axes, CHALLENGE_NUISANCES, NULL, 0, out);
}

static int add_classes(cli *c, const fairu_events *events, const fairu_fill_options *options,
                       fairu_fill *fill)
{
  int status = FAIRU_OK;
  for (int p = 0; p < CHALLENGE_PROCESSES && status == FAIRU_OK; p++) {
    fairu_events *one = NULL;
    cli_stage(c, "organisers' templates of %s", challenge_processes[p]);
    status = fairu_events_select_label(events, c->ctx, p, &one);
    if (status == FAIRU_OK)
      status =
          fairu_fill_add(fill, c->ctx, p == FAIRU_CHALLENGE_HTAUTAU ? "signal" : "background", one, options);
    fairu_events_destroy(one);
  }
  return status;
}

static int make_templates(cli *c, const fairu_events *events, const fairu_classifier *classifier,
                          const fairu_binning *binning, fairu_templates **out)
{
  static const char *const classes[] = { "signal", "background" };
  fairu_grid *grid = NULL;
  fairu_fill *fill = NULL;
  fairu_systematics *chain = NULL;
  fairu_fill_options options;
  int status = fairu_fill_options_init(&options, sizeof options);
  if (status == FAIRU_OK)
    status = challenge_chain_baseline(c, &chain);
  options.systematics = chain;
  options.classifier = classifier;
  if (status == FAIRU_OK)
    status = make_grid(c, &grid);
  if (status == FAIRU_OK)
    status = fairu_fill_create(c->ctx, grid, binning, classes, 2, &fill);
  if (status == FAIRU_OK)
    status = add_classes(c, events, &options, fill);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_fill(c->ctx, fill, FAIRU_INTERPOLATION_LINEAR, out);
  fairu_fill_destroy(fill);
  fairu_grid_destroy(grid);
  fairu_systematics_destroy(chain);
  return status;
}

/* Yields above 0.5 of the template part, at nominal values; 0.1 as in the example. */
static void count_above(const fairu_templates *templates, challenge_examples *e)
{
  const double *signal = fairu_templates_yields(templates, 0, 0);
  const double *background = fairu_templates_yields(templates, 1, 0);
  e->gamma = 0.1;
  e->beta = -0.1;
  for (size_t j = CHALLENGE_UNIFORM_BINS / 2; j < CHALLENGE_UNIFORM_BINS; j++) {
    e->gamma += signal[j];
    e->beta += background[j];
  }
}

int challenge_examples_make(cli *c, const challenge_parts *parts, const fairu_classifier *classifier,
                            challenge_examples *e)
{
  fairu_templates *templates = NULL;
  fairu_challenge_baseline_nuisance nuisances[CHALLENGE_NUISANCES];
  memset(e, 0, sizeof *e);
  for (size_t k = 0; k < CHALLENGE_NUISANCES; k++)
    nuisances[k] = *fairu_challenge_baseline_nuisance_default(k);
  int status = fairu_binning_create_uniform(c->ctx, CHALLENGE_UNIFORM_BINS, &e->binning);
  if (status == FAIRU_OK)
    status = make_templates(c, parts->events[CHALLENGE_TEMPLATE], classifier, e->binning, &templates);
  if (status == FAIRU_OK)
    status = fairu_challenge_baseline_create_from_templates(c->ctx, templates, "signal", nuisances,
                                                            CHALLENGE_NUISANCES, DEGREE, &e->baseline);
  if (status == FAIRU_OK)
    count_above(templates, e);
  fairu_templates_destroy(templates);
  return status;
}

void challenge_examples_free(challenge_examples *e)
{
  fairu_binning_destroy(e->binning);
  fairu_challenge_baseline_destroy(e->baseline);
  memset(e, 0, sizeof *e);
}
