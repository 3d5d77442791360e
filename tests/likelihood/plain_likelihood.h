/* plain_likelihood.h - the likelihood of a plain workspace straight from the definition of HistFactory as pyhf's documentation gives it,
 * in 113 bits. Parameters are looked up by name at each use, nothing is prepared: slow and obvious. Derivatives are differences. */
#ifndef FAIRU_TESTS_PLAIN_LIKELIHOOD_H
#define FAIRU_TESTS_PLAIN_LIKELIHOOD_H

#include "channels_twin.h"
#include "plain_workspace.h"

typedef struct plain_parameter {
  char name[2 * PLAIN_NAME];
  int type, constraint, fixed;
  double start, lower, upper;
  quad aux, scale; /* width of a Gaussian; expectation of a count at 1 */
} plain_parameter;

typedef struct plain_model {
  const plain_workspace *w;
  int norm_code, shift_code;
  size_t channels[PLAIN_CHANNELS];               /* sorted by name */
  size_t samples[PLAIN_CHANNELS][PLAIN_SAMPLES]; /* of each, sorted by name */
  plain_parameter parameters[PLAIN_PARAMS];
  size_t n, n_bins;
} plain_model;

static inline quad quad_sqrt(quad x)
{
  quad y = (quad)sqrt((double)x);
  for (int i = 0; i < 3 && y > 0; i++)
    y = (y + x / y) / 2;
  return y;
}

/* ln Gamma(x), x > 0: Stirling's series beyond 60, the recurrence before. */
static inline quad quad_lgamma(quad x)
{
  static const double above[] = { 1, -1, 1, -1, 1, -691, 1, -3617 };
  static const double below[] = { 12, 360, 1260, 1680, 1188, 360360, 156, 122400 };
  quad product = 1, sum = 0, logs = 0;
  for (; x < 60; x += 1) {
    product *= x;
    if (product > (quad)1e30) {
      logs += quad_log(product);
      product = 1;
    }
  }
  const quad y = 1 / (x * x);
  for (int i = 7; i >= 0; i--)
    sum = sum * y + (quad)above[i] / (quad)below[i];
  const quad two_pi = (quad)6.283185307179586476925286766559005768L;
  return (x - (quad)0.5) * quad_log(x) - x + quad_log(two_pi) / 2 + sum / x - logs - quad_log(product);
}

/* ---- order --------------------------------------------------------------------------------------------- */

static inline void plain_sort(size_t *places, size_t n, const char *const *names)
{
  for (size_t i = 0; i < n; i++)
    places[i] = i;
  for (size_t i = 1; i < n; i++)
    for (size_t j = i; j > 0 && strcmp(names[places[j]], names[places[j - 1]]) < 0; j--) {
      const size_t keep = places[j];
      places[j] = places[j - 1];
      places[j - 1] = keep;
    }
}

static inline void plain_sort_all(plain_model *m)
{
  const char *names[PLAIN_CHANNELS + PLAIN_SAMPLES];
  for (size_t c = 0; c < m->w->n_channels; c++)
    names[c] = m->w->channels[c].name;
  plain_sort(m->channels, m->w->n_channels, names);
  for (size_t c = 0; c < m->w->n_channels; c++) {
    const plain_channel *channel = &m->w->channels[c];
    for (size_t s = 0; s < channel->n_samples; s++)
      names[s] = channel->samples[s].name;
    plain_sort(m->samples[c], channel->n_samples, names);
  }
}

/* ---- parameters ---------------------------------------------------------------------------------------- */

static inline size_t plain_find(const plain_model *m, const char *name)
{
  for (size_t i = 0; i < m->n; i++)
    if (strcmp(m->parameters[i].name, name) == 0)
      return i;
  return FAIRU_NONE;
}

static inline plain_parameter *plain_new(plain_model *m, int type, const char *name)
{
  assert_true(m->n < PLAIN_PARAMS);
  plain_parameter *p = &m->parameters[m->n++];
  memset(p, 0, sizeof *p);
  (void)snprintf(p->name, sizeof p->name, "%s", name);
  p->type = type;
  p->start = 1.0;
  p->lower = type == PLAIN_SHAPESYS || type == PLAIN_STATERROR ? 1e-10 : 0.0;
  p->upper = 10.0;
  if (type == PLAIN_NORMSYS || type == PLAIN_HISTOSYS) {
    p->start = 0.0;
    p->lower = -5.0;
    p->upper = 5.0;
    p->constraint = FAIRU_CONSTRAINT_PRIOR;
    p->scale = 1;
  }
  if (type == PLAIN_LUMI || type == PLAIN_STATERROR)
    p->constraint = FAIRU_CONSTRAINT_PRIOR;
  if (type == PLAIN_SHAPESYS)
    p->constraint = FAIRU_CONSTRAINT_POISSON;
  return p;
}

/* Relative uncertainty of the samples of a channel that have this staterror, in one bin. */
static inline quad plain_stat_width(const plain_channel *c, const char *name, size_t b)
{
  quad yield = 0, variance = 0;
  for (size_t s = 0; s < c->n_samples; s++)
    for (size_t i = 0; i < c->samples[s].n_modifiers; i++) {
      const plain_modifier *m = &c->samples[s].modifiers[i];
      if (m->type == PLAIN_STATERROR && strcmp(m->name, name) == 0) {
        yield += (quad)c->samples[s].yields[b];
        variance += (quad)m->up[b] * (quad)m->up[b];
      }
    }
  return quad_sqrt(variance) / yield;
}

/* A staterror of several channels goes on counting in the next one, so that bin b of this one has another number. */
static inline size_t plain_first_component(const plain_model *m, const plain_modifier *modifier, size_t at)
{
  size_t first = 0;
  if (modifier->type != PLAIN_STATERROR)
    return 0;
  for (size_t k = 0; k < at; k++) {
    const plain_channel *c = &m->w->channels[m->channels[k]];
    for (size_t b = 0; b < c->n_bins; b++)
      first += plain_stat_width(c, modifier->name, b) > 0; /* 0/0 is not above 0: not in that channel */
  }
  return first;
}

static inline void plain_components(plain_model *m, size_t at, const plain_sample *s,
                                    const plain_modifier *modifier)
{
  const plain_channel *c = &m->w->channels[m->channels[at]];
  const size_t first = plain_first_component(m, modifier, at);
  for (size_t b = 0; b < c->n_bins; b++) {
    char name[2 * PLAIN_NAME];
    (void)snprintf(name, sizeof name, "%s[%zu]", modifier->name, first + b);
    if (plain_find(m, name) != FAIRU_NONE)
      continue;
    plain_parameter *p = plain_new(m, modifier->type, name);
    if (modifier->type == PLAIN_STATERROR) {
      p->aux = 1;
      p->scale = plain_stat_width(c, modifier->name, b);
    } else if (modifier->type == PLAIN_SHAPESYS) {
      const quad relative = (quad)modifier->up[b] / (quad)s->yields[b];
      p->aux = p->scale = 1 / (relative * relative);
    }
  }
}

static inline void plain_config_of(const plain_model *m, plain_parameter *p)
{
  for (size_t i = 0; i < m->w->n_configs; i++) {
    const plain_config *c = &m->w->configs[i];
    if (strcmp(c->name, p->name) != 0)
      continue;
    p->start = isnan(c->init) ? p->start : c->init;
    p->lower = isnan(c->lower) ? p->lower : c->lower;
    p->upper = isnan(c->upper) ? p->upper : c->upper;
    p->aux = isnan(c->aux) ? p->aux : (quad)c->aux;
    p->scale = isnan(c->sigma) ? p->scale : (quad)c->sigma;
    p->fixed = c->fixed < 0 ? p->fixed : c->fixed;
  }
}

/* What modifiers of one kind and name in one sample bring. A norm that is a shape elsewhere is met there. */
static inline void plain_meet(plain_model *m, size_t at, const plain_sample *s,
                              const plain_modifier *modifier)
{
  const int parts = modifier->type == PLAIN_SHAPEFACTOR || modifier->type == PLAIN_SHAPESYS ||
                    modifier->type == PLAIN_STATERROR;
  if (parts)
    plain_components(m, at, s, modifier);
  else if (plain_find(m, modifier->name) == FAIRU_NONE)
    (void)plain_new(m, modifier->type, modifier->name);
}

/* One kind after the other; in each channel by channel, sample by sample, name by name. A sample's names are met in order. */
static inline void plain_meet_all(plain_model *m, int type)
{
  for (size_t k = 0; k < m->w->n_channels; k++) {
    const plain_channel *c = &m->w->channels[m->channels[k]];
    for (size_t j = 0; j < c->n_samples; j++) {
      const plain_sample *s = &c->samples[m->samples[m->channels[k]][j]];
      const char *names[PLAIN_MODIFIERS];
      size_t order[PLAIN_MODIFIERS];
      for (size_t i = 0; i < s->n_modifiers; i++)
        names[i] = s->modifiers[i].name;
      plain_sort(order, s->n_modifiers, names);
      for (size_t i = 0; i < s->n_modifiers; i++)
        if (s->modifiers[order[i]].type == type)
          plain_meet(m, k, s, &s->modifiers[order[i]]);
    }
  }
}

/* staterrors stand by name, wherever they are met first. */
static inline void plain_sort_staterrors(plain_model *m, size_t first)
{
  for (size_t i = first + 1; i < m->n; i++)
    for (size_t j = i; j > first; j--) {
      plain_parameter *a = &m->parameters[j - 1], *b = &m->parameters[j], keep;
      const size_t n = strcspn(a->name, "["), k = strcspn(b->name, "[");
      const int sign = strncmp(a->name, b->name, n < k ? n : k);
      if (sign < 0 || (sign == 0 && n <= k))
        break;
      keep = *a;
      *a = *b;
      *b = keep;
    }
}

static inline plain_model *plain_model_of(const plain_workspace *w, int norm_code, int shift_code)
{
  plain_model *m = (plain_model *)calloc(1, sizeof *m);
  assert_non_null(m);
  m->w = w;
  m->norm_code = norm_code;
  m->shift_code = shift_code;
  plain_sort_all(m);
  for (int type = 0; type < PLAIN_TYPES; type++) {
    const size_t first = m->n;
    plain_meet_all(m, type);
    if (type == PLAIN_STATERROR)
      plain_sort_staterrors(m, first);
  }
  for (size_t i = 0; i < m->n; i++)
    plain_config_of(m, &m->parameters[i]);
  for (size_t c = 0; c < w->n_channels; c++)
    m->n_bins += w->channels[c].n_bins;
  return m;
}

/* ---- yields -------------------------------------------------------------------------------------------- */

static inline quad plain_value(const plain_model *m, const plain_modifier *modifier, size_t at, size_t b,
                               const quad *t)
{
  char name[2 * PLAIN_NAME];
  if (modifier->type == PLAIN_SHAPEFACTOR || modifier->type == PLAIN_SHAPESYS ||
      modifier->type == PLAIN_STATERROR)
    (void)snprintf(name, sizeof name, "%s[%zu]", modifier->name, plain_first_component(m, modifier, at) + b);
  else
    (void)snprintf(name, sizeof name, "%s", modifier->name);
  const size_t i = plain_find(m, name);
  assert_true(i != FAIRU_NONE);
  return t[i];
}

/* Sample j (in order) of channel `at` (in order), bin b. */
static inline quad plain_yield(const plain_model *m, size_t at, size_t j, size_t b, const quad *t)
{
  const plain_channel *c = &m->w->channels[m->channels[at]];
  const plain_sample *s = &c->samples[m->samples[m->channels[at]][j]];
  quad sum = (quad)s->yields[b], product = 1, f[3];
  for (size_t i = 0; i < s->n_modifiers; i++) {
    const plain_modifier *modifier = &s->modifiers[i];
    const quad x = plain_value(m, modifier, at, b, t);
    if (modifier->type == PLAIN_HISTOSYS) {
      twin_shift(modifier->down[b], s->yields[b], modifier->up[b], m->shift_code, x, f);
      sum += f[0];
    } else if (modifier->type == PLAIN_NORMSYS) {
      twin_norm(modifier->lo, modifier->hi, m->norm_code, x, f);
      product *= f[0];
    } else
      product *= x;
  }
  return sum * product;
}

static inline void plain_yields(const plain_model *m, const quad *t, quad *nu)
{
  size_t k = 0;
  for (size_t at = 0; at < m->w->n_channels; at++) {
    const plain_channel *c = &m->w->channels[m->channels[at]];
    for (size_t b = 0; b < c->n_bins; b++, k++) {
      nu[k] = 0;
      for (size_t j = 0; j < c->n_samples; j++)
        nu[k] += plain_yield(m, at, j, b, t);
    }
  }
}

/* ---- likelihood ---------------------------------------------------------------------------------------- */

static inline quad plain_poisson(quad n, quad nu)
{
  return nu - (n > 0 ? n * quad_log(nu) : 0) + quad_lgamma(n + 1);
}

static inline quad plain_gaussian(quad aux, quad x, quad width)
{
  const quad pull = (x - aux) / width, two_pi = (quad)6.283185307179586476925286766559005768L;
  return pull * pull / 2 + quad_log(width) + quad_log(two_pi) / 2;
}

static inline quad plain_constraint(const plain_parameter *p, quad x)
{
  return p->constraint == FAIRU_CONSTRAINT_PRIOR     ? plain_gaussian(p->aux, x, p->scale)
         : p->constraint == FAIRU_CONSTRAINT_POISSON ? plain_poisson(p->aux, p->scale * x)
                                                     : 0;
}

/* -ln of the probability of all data. */
static inline quad plain_nll(const plain_model *m, const quad *t)
{
  quad nu[PLAIN_CHANNELS * PLAIN_BINS], sum = 0;
  size_t k = 0;
  plain_yields(m, t, nu);
  for (size_t at = 0; at < m->w->n_channels; at++) {
    const plain_channel *c = &m->w->channels[m->channels[at]];
    for (size_t b = 0; b < c->n_bins; b++)
      sum += plain_poisson((quad)c->observed[b], nu[k++]);
  }
  for (size_t i = 0; i < m->n; i++)
    sum += plain_constraint(&m->parameters[i], t[i]);
  return sum;
}

/* Differences: steps h leave h^2 of the value. */
static inline double plain_slope(const plain_model *m, quad *t, size_t i)
{
  const quad x = t[i], h = (quad)1e-9;
  t[i] = x + h;
  quad up = plain_nll(m, t);
  t[i] = x - h;
  up -= plain_nll(m, t);
  t[i] = x;
  return (double)(up / (2 * h));
}

static inline double plain_curvature(const plain_model *m, quad *t, size_t i, size_t j)
{
  const quad x = t[i], y = t[j], h = (quad)1e-8;
  quad sum = 0;
  for (int a = -1; a <= 1; a += 2)
    for (int b = -1; b <= 1; b += 2) {
      t[i] = x + a * h;
      t[j] = (i == j ? t[j] : y) + b * h;
      sum += a * b * plain_nll(m, t);
      t[i] = x;
      t[j] = y;
    }
  return (double)(sum / (4 * h * h));
}

#endif /* FAIRU_TESTS_PLAIN_LIKELIHOOD_H */
