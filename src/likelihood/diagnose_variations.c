/* diagnose_variations.c - up and down variations of samples: same side, none, one-sided, huge. */
#include <math.h>

#include "likelihood/diagnose.h"

static const double no_change = 1e-12; /* relative: rounding */
static const double same_side_worth =
    0.05; /* of the nominal yield: smaller ones are mostly fluctuations of templates */
static const double large = 1.0;

/* One sample under one parameter. */
typedef struct variation {
  const fairu_diagnosis *d;
  size_t sample, parameter;
  const char *what; /* "normalisation" or "shape" */
  size_t n_bins, n_changed, n_same, n_large, same_bin, large_bin;
  int up_changes, down_changes;
  double same, same_up, same_down; /* largest: smaller of the two, and the pair */
  double extreme;                  /* variation of largest size */
} variation;

static const char *sample_of(const variation *v)
{
  return v->d->model->samples[v->sample].name;
}

static const char *channel_of(const variation *v)
{
  return v->d->model->channels[v->d->model->samples[v->sample].channel].name;
}

static const char *parameter_of(const variation *v)
{
  return v->d->model->params[v->parameter].name;
}

/* Relative variations down and up of bin b. */
static void add_bin(variation *v, size_t b, double down, double up)
{
  const int down_changes = fabs(down) > no_change, up_changes = fabs(up) > no_change;
  v->down_changes |= down_changes;
  v->up_changes |= up_changes;
  v->n_changed += down_changes || up_changes;
  if (down_changes && up_changes && (down > 0.0) == (up > 0.0)) {
    const double smaller = fmin(fabs(down), fabs(up));
    if (v->n_same++ == 0 || smaller > v->same) {
      v->same = smaller;
      v->same_bin = b;
      v->same_up = up;
      v->same_down = down;
    }
  }
  const double most = fabs(up) > fabs(down) ? up : down;
  if (fabs(most) > large * (1.0 + no_change)) {
    if (v->n_large++ == 0 || fabs(most) > fabs(v->extreme)) {
      v->extreme = most;
      v->large_bin = b;
    }
  }
}

static void read_norm(variation *v, const fairu_effect *effect)
{
  v->what = "normalisation";
  v->n_bins = 1;
  add_bin(v, 0, effect->down - 1.0, effect->up - 1.0);
}

/* Relative to the nominal yield; to the largest one where that is 0. */
static void read_shift(variation *v, const fairu_effect *effect)
{
  const fairu_sample *sample = &v->d->model->samples[v->sample];
  v->what = "shape";
  v->n_bins = v->d->model->channels[sample->channel].n_bins;
  for (size_t b = 0; b < v->n_bins; b++) {
    const double nominal = sample->yields[b];
    const double down = effect->yields[b] - nominal, up = effect->yields[v->n_bins + b] - nominal;
    const double unit = nominal != 0.0 ? fabs(nominal) : fmax(fabs(down), fabs(up));
    if (unit > 0.0)
      add_bin(v, b, down / unit, up / unit);
  }
}

static fairu_finding finding_of(const variation *v, int code, int severity, size_t bin, size_t n)
{
  const size_t first = v->d->model->channels[v->d->model->samples[v->sample].channel].first_bin;
  const fairu_finding f = { .code = code,
                            .severity = severity,
                            .parameter = v->parameter,
                            .sample = v->sample,
                            .bin = bin == FAIRU_NONE ? FAIRU_NONE : first + bin,
                            .n = n };
  return f;
}

static int report_same_side(const variation *v)
{
  if (v->n_same == 0)
    return FAIRU_OK;
  const int severity = v->same > same_side_worth ? FAIRU_SEVERITY_WARNING : FAIRU_SEVERITY_NOTE;
  const fairu_finding f = finding_of(v, FAIRU_FINDING_SAME_SIDE, severity, v->same_bin, v->n_same);
  return fairu_diagnosis__report(v->d, &f,
                                 "channel '%s', sample '%s': up and down %s of '%s' lie on the same side of "
                                 "nominal in %zu of %zu bins, at most "
                                 "%+.3g%% and %+.3g%% (bin %zu); the likelihood may have a second minimum",
                                 channel_of(v), sample_of(v), v->what, parameter_of(v), v->n_same, v->n_bins,
                                 100.0 * v->same_up, 100.0 * v->same_down, v->same_bin);
}

static int report_missing(const variation *v)
{
  if (v->n_changed == 0) {
    const fairu_finding f =
        finding_of(v, FAIRU_FINDING_IDENTICAL, FAIRU_SEVERITY_NOTE, FAIRU_NONE, v->n_bins);
    return fairu_diagnosis__report(
        v->d, &f, "channel '%s', sample '%s': up, down and nominal %s of '%s' are identical: no effect",
        channel_of(v), sample_of(v), v->what, parameter_of(v));
  }
  if (v->up_changes && v->down_changes)
    return FAIRU_OK;
  const fairu_finding f =
      finding_of(v, FAIRU_FINDING_ONE_SIDED, FAIRU_SEVERITY_WARNING, FAIRU_NONE, v->n_changed);
  return fairu_diagnosis__report(v->d, &f,
                                 "channel '%s', sample '%s': the %s %s of '%s' equals nominal while the "
                                 "other side changes %zu of %zu bins: the "
                                 "likelihood is flat on one side of '%s'",
                                 channel_of(v), sample_of(v), v->up_changes ? "down" : "up", v->what,
                                 parameter_of(v), v->n_changed, v->n_bins, parameter_of(v));
}

static int report_large(const variation *v)
{
  if (v->n_large == 0)
    return FAIRU_OK;
  const fairu_finding f =
      finding_of(v, FAIRU_FINDING_LARGE_VARIATION, FAIRU_SEVERITY_WARNING, v->large_bin, v->n_large);
  return fairu_diagnosis__report(v->d, &f,
                                 "channel '%s', sample '%s': one standard deviation of '%s' changes the %s "
                                 "by more than 100%% in %zu of %zu bins, "
                                 "at most by %+.3g%% (bin %zu)",
                                 channel_of(v), sample_of(v), parameter_of(v), v->what, v->n_large, v->n_bins,
                                 100.0 * v->extreme, v->large_bin);
}

static int check_effect(const fairu_diagnosis *d, size_t sample, const fairu_effect *effect)
{
  variation v = { .d = d, .sample = sample, .parameter = effect->parameter };
  if (effect->kind == FAIRU_EFFECT_NORM)
    read_norm(&v, effect);
  else if (effect->kind == FAIRU_EFFECT_SHIFT)
    read_shift(&v, effect);
  else
    return FAIRU_OK;
  int status = report_same_side(&v);
  if (status == FAIRU_OK)
    status = report_missing(&v);
  return status == FAIRU_OK ? report_large(&v) : status;
}

int fairu_diagnosis__variations(const fairu_diagnosis *d)
{
  int status = FAIRU_OK;
  for (size_t s = 0; s < d->model->n_samples && status == FAIRU_OK; s++) {
    for (size_t e = 0; e < d->model->samples[s].n_effects && status == FAIRU_OK; e++)
      status = check_effect(d, s, &d->model->samples[s].effects[e]);
    if (status == FAIRU_OK)
      status = fairu_context__poll(d->ctx);
  }
  return status;
}
