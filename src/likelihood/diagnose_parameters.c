/* diagnose_parameters.c - parameters that are as good as fixed, too loose, or without any effect. Those that scale bins of one sample
 * make one finding together. */
#include <math.h>
#include <string.h>

#include "likelihood/diagnose.h"

static const double huge_tau = 1e8;

typedef struct parameter_check {
  const fairu_diagnosis *d;
  int code, severity;
  unsigned char *flagged; /* [n_params] and not yet reported */
} parameter_check;

/* What a sentence tells: of how many parameters, the first and the one most so. */
typedef struct parameter_group {
  size_t n, first, extreme; /* parameters */
  size_t sample, bin;
} parameter_group;

/* The number a sentence gives of a parameter. */
static double number_of(const parameter_check *c, size_t parameter)
{
  const fairu_param *p = &c->d->model->params[parameter];
  if (c->code == FAIRU_FINDING_HUGE_TAU)
    return p->tau;
  if (c->code != FAIRU_FINDING_LARGE_STAT_ERROR)
    return 0.0;
  return p->constraint == FAIRU_CONSTRAINT_POISSON ? 1.0 / sqrt(p->tau)
                                                   : p->width / fmax(fabs(p->aux), 1e-300);
}

static int tell_huge_tau(const parameter_check *c, const fairu_finding *f, const char *whose, double number)
{
  return fairu_diagnosis__report(c->d, f,
                                 "%s: %zu auxiliary counts exceed 1e8 (largest %.3g, '%s'): relative errors "
                                 "below %.1g, the parameters are as good "
                                 "as fixed",
                                 whose, f->n, number, c->d->model->params[f->parameter].name, 1e-4);
}

static int tell_large_error(const parameter_check *c, const fairu_finding *f, const char *whose,
                            double number)
{
  return fairu_diagnosis__report(c->d, f,
                                 "%s: the template error of %zu bins exceeds their yield (largest %.3g%%, "
                                 "'%s'): the factor of the bin reaches its "
                                 "bound at one standard deviation",
                                 whose, f->n, 100.0 * number, c->d->model->params[f->parameter].name);
}

static int tell_no_effect(const parameter_check *c, const fairu_finding *f, const char *whose)
{
  return fairu_diagnosis__report(c->d, f,
                                 "%s: nothing depends on %zu free parameters without constraint (first: "
                                 "'%s'): fits have a flat direction",
                                 whose, f->n, c->d->model->params[f->parameter].name);
}

static int tell(const parameter_check *c, const parameter_group *g)
{
  const fairu_model *model = c->d->model;
  char whose[256] = "model";
  if (g->sample != FAIRU_NONE) { /* names may be long: cut */
    const fairu_sample *sample = &model->samples[g->sample];
    fairu_text__format(whose, sizeof whose, "channel '%.100s', sample '%.100s'",
                       model->channels[sample->channel].name, sample->name);
  }
  const fairu_finding f = { c->code, c->severity, g->extreme, g->sample, g->bin, g->n };
  if (c->code == FAIRU_FINDING_HUGE_TAU)
    return tell_huge_tau(c, &f, whose, number_of(c, g->extreme));
  if (c->code == FAIRU_FINDING_LARGE_STAT_ERROR)
    return tell_large_error(c, &f, whose, number_of(c, g->extreme));
  return tell_no_effect(c, &f, whose);
}

static void add_to_group(const parameter_check *c, parameter_group *g, size_t parameter, size_t bin)
{
  if (g->n++ == 0 || number_of(c, parameter) > number_of(c, g->extreme)) {
    g->extreme = parameter;
    g->bin = bin;
  }
  c->flagged[parameter] = 0;
}

static int report_sample(const parameter_check *c, size_t s)
{
  const fairu_sample *sample = &c->d->model->samples[s];
  const fairu_channel *channel = &c->d->model->channels[sample->channel];
  parameter_group g = { .sample = s, .bin = FAIRU_NONE };
  for (size_t e = 0; e < sample->n_effects; e++)
    for (size_t b = 0; sample->effects[e].kind == FAIRU_EFFECT_BIN_FACTORS && b < channel->n_bins; b++) {
      const size_t i = sample->effects[e].parameters[b];
      if (i != FAIRU_NONE && c->flagged[i])
        add_to_group(c, &g, i, channel->first_bin + b);
    }
  return g.n ? tell(c, &g) : fairu_context__poll(c->d->ctx);
}

static int report_flagged(const parameter_check *c)
{
  int status = FAIRU_OK;
  for (size_t s = 0; s < c->d->model->n_samples && status == FAIRU_OK; s++)
    status = report_sample(c, s);
  for (size_t i = 0; i < c->d->model->n_params && status == FAIRU_OK; i++) {
    parameter_group g = { .sample = FAIRU_NONE, .bin = FAIRU_NONE };
    if (!c->flagged[i])
      continue;
    add_to_group(c, &g, i, FAIRU_NONE);
    status = tell(c, &g);
  }
  return status;
}

static int is_free(const fairu_param *p)
{
  return !p->fixed && p->lower < p->upper;
}

static int is_huge(const fairu_param *p)
{
  return is_free(p) && p->constraint == FAIRU_CONSTRAINT_POISSON && p->tau > huge_tau;
}

static int is_loose(const parameter_check *c, size_t i)
{
  const fairu_param *p = &c->d->model->params[i];
  const int is_width = p->constraint == FAIRU_CONSTRAINT_PRIOR && p->prior == FAIRU_PRIOR_GAUSSIAN;
  return is_free(p) && (is_width || p->constraint == FAIRU_CONSTRAINT_POISSON) && number_of(c, i) > 1.0;
}

/* Does a sample expect anything in bin b, whatever the parameters? */
static int has_yield(const fairu_sample *sample, size_t n_bins, size_t b)
{
  if (sample->yields[b] != 0.0)
    return 1;
  for (size_t e = 0; e < sample->n_effects; e++) {
    const fairu_effect *effect = &sample->effects[e];
    const size_t rows = effect->kind == FAIRU_EFFECT_SHIFT ? 2 : effect->n_knots;
    for (size_t r = 0; effect->yields && r < rows; r++)
      if (effect->yields[r * n_bins + b] != 0.0)
        return 1;
  }
  return 0;
}

static int is_moved(const fairu_effect *effect, double nominal, size_t n_bins, size_t b)
{
  const size_t rows = effect->kind == FAIRU_EFFECT_SHIFT ? 2 : effect->n_knots;
  for (size_t r = 0; r < rows; r++)
    if (effect->yields[r * n_bins + b] != nominal)
      return 1;
  return 0;
}

/* Take back the flags of parameters that this effect lets act. */
static void use_effect(const fairu_diagnosis *d, const fairu_sample *sample, const fairu_effect *effect,
                       unsigned char *idle)
{
  const size_t n_bins = d->model->channels[sample->channel].n_bins;
  for (size_t b = 0; b < n_bins; b++) {
    const size_t i = effect->kind == FAIRU_EFFECT_BIN_FACTORS ? effect->parameters[b] : effect->parameter;
    int acts = 0;
    if (i == FAIRU_NONE || !idle[i])
      continue;
    if (effect->kind == FAIRU_EFFECT_SHIFT || effect->kind == FAIRU_EFFECT_SPLINE)
      acts = is_moved(effect, sample->yields[b], n_bins, b);
    else
      acts = (effect->kind != FAIRU_EFFECT_NORM || effect->up != 1.0 || effect->down != 1.0) &&
             has_yield(sample, n_bins, b);
    if (acts)
      idle[i] = 0;
  }
}

static int find_idle(const fairu_diagnosis *d, unsigned char *idle)
{
  for (size_t i = 0; i < d->model->n_params; i++) {
    const fairu_param *p = &d->model->params[i];
    const int is_constrained = p->constraint != FAIRU_CONSTRAINT_NONE &&
                               !(p->constraint == FAIRU_CONSTRAINT_PRIOR && p->prior == FAIRU_PRIOR_UNIFORM);
    idle[i] = (unsigned char)(is_free(p) && !is_constrained);
  }
  int status = FAIRU_OK;
  for (size_t s = 0; s < d->model->n_samples && status == FAIRU_OK; s++) {
    for (size_t e = 0; e < d->model->samples[s].n_effects; e++)
      use_effect(d, &d->model->samples[s], &d->model->samples[s].effects[e], idle);
    status = fairu_context__poll(d->ctx);
  }
  return status;
}

/* Only gammas: widths above 1 are usual for other parameters. */
static void keep_bin_factors(const fairu_diagnosis *d, unsigned char *flagged)
{
  for (size_t i = 0; i < d->model->n_params; i++)
    flagged[i] = (unsigned char)(flagged[i] && d->likelihood->params[i].kind == FAIRU_PARAMETER_GAMMA);
}

int fairu_diagnosis__parameters(const fairu_diagnosis *d)
{
  const size_t n = d->model->n_params;
  unsigned char *flagged = fairu_context__scratch(d->ctx, n, 1, "diagnose");
  if (!flagged)
    return FAIRU_ERR_OUT_OF_MEMORY;
  parameter_check c = { d, FAIRU_FINDING_HUGE_TAU, FAIRU_SEVERITY_NOTE, flagged };
  for (size_t i = 0; i < n; i++)
    flagged[i] = (unsigned char)is_huge(&d->model->params[i]);
  int status = report_flagged(&c);
  c.code = FAIRU_FINDING_LARGE_STAT_ERROR;
  c.severity = FAIRU_SEVERITY_WARNING;
  for (size_t i = 0; i < n; i++)
    flagged[i] = (unsigned char)is_loose(&c, i);
  keep_bin_factors(d, flagged);
  if (status == FAIRU_OK)
    status = report_flagged(&c);
  c.code = FAIRU_FINDING_NO_EFFECT;
  c.severity = FAIRU_SEVERITY_ERROR;
  if (status == FAIRU_OK)
    status = find_idle(d, flagged);
  return status == FAIRU_OK ? report_flagged(&c) : status;
}
