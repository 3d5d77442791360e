/* plain_workspace.h - workspaces drawn at random, as plain structs: every kind of modifier in every combination, shared as the format
 * allows it, listed in no order; and the JSON that says the same. */
#ifndef FAIRU_TESTS_PLAIN_WORKSPACE_H
#define FAIRU_TESTS_PLAIN_WORKSPACE_H

#include "support/support.h"

#include "likelihood/philox_between.h"

enum {
  PLAIN_BINS = 4,
  PLAIN_CHANNELS = 4,
  PLAIN_SAMPLES = 5,
  PLAIN_MODIFIERS = 12,
  PLAIN_CONFIGS = 4,
  PLAIN_NAME = 24,
  PLAIN_PARAMS = 64,
  PLAIN_TEXT = 1 << 16
};

/* In the order of their names: that of the parameters. */
enum plain_type {
  PLAIN_HISTOSYS,
  PLAIN_LUMI,
  PLAIN_NORMFACTOR,
  PLAIN_NORMSYS,
  PLAIN_SHAPEFACTOR,
  PLAIN_SHAPESYS,
  PLAIN_STATERROR,
  PLAIN_TYPES
};
static const char *const plain_type_names[PLAIN_TYPES] = { "histosys",    "lumi",     "normfactor", "normsys",
                                                           "shapefactor", "shapesys", "staterror" };

typedef struct plain_modifier {
  int type;
  char name[PLAIN_NAME];
  double hi, lo;                           /* normsys */
  double up[PLAIN_BINS], down[PLAIN_BINS]; /* histosys; uncertainties in up */
} plain_modifier;

typedef struct plain_sample {
  char name[PLAIN_NAME];
  double yields[PLAIN_BINS];
  plain_modifier modifiers[PLAIN_MODIFIERS];
  size_t n_modifiers;
} plain_sample;

typedef struct plain_channel {
  char name[PLAIN_NAME];
  size_t n_bins, n_samples;
  plain_sample samples[PLAIN_SAMPLES];
  double observed[PLAIN_BINS];
} plain_channel;

/* What a measurement says of a parameter of one component. */
typedef struct plain_config {
  char name[PLAIN_NAME];
  double init, lower, upper, aux, sigma; /* NaN: not said */
  int fixed;                             /* -1: not said */
} plain_config;

typedef struct plain_workspace {
  plain_channel channels[PLAIN_CHANNELS];
  size_t n_channels;
  plain_config configs[PLAIN_CONFIGS];
  size_t n_configs;
  fairu_philox rng;
} plain_workspace;

/* ---- drawn --------------------------------------------------------------------------------------------- */

static inline plain_modifier *plain_add(plain_sample *s, int type, const char *name)
{
  assert_true(s->n_modifiers < PLAIN_MODIFIERS);
  plain_modifier *m = &s->modifiers[s->n_modifiers++];
  memset(m, 0, sizeof *m);
  m->type = type;
  (void)snprintf(m->name, sizeof m->name, "%s", name);
  return m;
}

static inline void plain_add_norm(plain_workspace *w, plain_sample *s, const char *name)
{
  plain_modifier *m = plain_add(s, PLAIN_NORMSYS, name);
  m->hi = philox_between(&w->rng, 0.8, 1.25);
  m->lo = philox_between(&w->rng, 0.8, 1.25);
}

static inline void plain_add_shape(plain_workspace *w, plain_sample *s, const char *name, size_t n_bins)
{
  plain_modifier *m = plain_add(s, PLAIN_HISTOSYS, name);
  for (size_t b = 0; b < n_bins; b++) {
    m->up[b] = s->yields[b] * philox_between(&w->rng, 0.9, 1.1);
    m->down[b] = s->yields[b] * philox_between(&w->rng, 0.9, 1.1);
  }
}

static inline void plain_add_uncertainties(plain_workspace *w, plain_sample *s, int type, const char *name,
                                           size_t n_bins)
{
  plain_modifier *m = plain_add(s, type, name);
  for (size_t b = 0; b < n_bins; b++)
    m->up[b] = s->yields[b] * philox_between(&w->rng, 0.02, 0.3);
}

/* Correlated modifiers, those of one name anywhere being one parameter. */
static inline void plain_correlated(plain_workspace *w, plain_sample *s, size_t n_bins)
{
  static const char *const norms[] = { "xs", "Jes", "both" }, *const shapes[] = { "tilt", "both", "A1" };
  for (size_t i = 0; i < 3; i++)
    if (philox_below(&w->rng, 2))
      plain_add_norm(w, s, norms[i]);
  for (size_t i = 0; i < 3; i++)
    if (philox_below(&w->rng, 2))
      plain_add_shape(w, s, shapes[i], n_bins);
}

static inline void plain_own(plain_workspace *w, plain_channel *c, int common_stat)
{
  char name[PLAIN_NAME];
  for (size_t i = 0; i < c->n_samples; i++) {
    plain_sample *s = &c->samples[i];
    const int is_bkg = strcmp(s->name, "bkg") == 0;
    (void)snprintf(name, sizeof name, "%.8s_stat", common_stat ? "all" : c->name);
    if (is_bkg || (!common_stat && philox_below(&w->rng, 2)))
      plain_add_uncertainties(w, s, PLAIN_STATERROR, name, c->n_bins);
    (void)snprintf(name, sizeof name, "%.8s_%.4s", c->name, s->name);
    if (philox_below(&w->rng, 3) == 0)
      plain_add_uncertainties(w, s, PLAIN_SHAPESYS, name, c->n_bins);
    (void)snprintf(name, sizeof name, "free%c",
                   (char)('0' + c->n_bins)); /* ties channels of this many bins */
    if (!is_bkg && philox_below(&w->rng, 4) == 0)
      (void)plain_add(s, PLAIN_SHAPEFACTOR, name);
  }
}

static inline void plain_draw_sample(plain_workspace *w, plain_sample *s, const char *name, size_t n_bins)
{
  const double scale = strcmp(name, "bkg") == 0 ? 100.0 : 20.0;
  (void)snprintf(s->name, sizeof s->name, "%s", name);
  for (size_t b = 0; b < n_bins; b++)
    s->yields[b] = scale * philox_between(&w->rng, 0.3, 1.5);
  if (strcmp(name, "sig") == 0)
    (void)plain_add(s, PLAIN_NORMFACTOR, "mu");
  if (strcmp(name, "Top") == 0 && philox_below(&w->rng, 2))
    (void)plain_add(s, PLAIN_NORMFACTOR, "k_top");
  if (strcmp(name, "bkg") != 0 && philox_below(&w->rng, 2))
    (void)plain_add(s, PLAIN_LUMI, "lumi");
  plain_correlated(w, s, n_bins);
}

/* Exchange of random pairs: n elements of this size. */
static inline void plain_shuffle(plain_workspace *w, void *first, size_t n, size_t size)
{
  char keep[sizeof(plain_channel)];
  for (size_t i = n; i > 1; i--) {
    char *a = (char *)first + (i - 1) * size, *b = (char *)first + philox_below(&w->rng, i) * size;
    memcpy(keep, a, size);
    memmove(a, b, size);
    memcpy(b, keep, size);
  }
}

/* Another order of everything that has no order. */
static inline void plain_reorder(plain_workspace *w)
{
  for (size_t c = 0; c < w->n_channels; c++) {
    plain_channel *channel = &w->channels[c];
    for (size_t s = 0; s < channel->n_samples; s++)
      plain_shuffle(w, channel->samples[s].modifiers, channel->samples[s].n_modifiers,
                    sizeof(plain_modifier));
    plain_shuffle(w, channel->samples, channel->n_samples, sizeof(plain_sample));
  }
  plain_shuffle(w, w->channels, w->n_channels, sizeof(plain_channel));
}

static inline plain_config *plain_configure(plain_workspace *w, const char *name)
{
  assert_true(w->n_configs < PLAIN_CONFIGS);
  plain_config *config = &w->configs[w->n_configs++];
  *config = (plain_config){ .init = NAN, .lower = NAN, .upper = NAN, .aux = NAN, .sigma = NAN, .fixed = -1 };
  (void)snprintf(config->name, sizeof config->name, "%s", name);
  return config;
}

static inline void plain_draw_configs(plain_workspace *w)
{
  plain_config *lumi = plain_configure(w, "lumi");
  lumi->aux = philox_between(&w->rng, 0.98, 1.02);
  lumi->sigma = philox_between(&w->rng, 0.01, 0.05);
  lumi->init = lumi->aux;
  lumi->lower = 0.5;
  lumi->upper = 1.5;
  if (philox_below(&w->rng, 2)) {
    plain_config *mu = plain_configure(w, "mu");
    mu->init = philox_between(&w->rng, 0.0, 2.0);
    mu->lower = -philox_between(&w->rng, 0.0, 0.5);
    mu->upper = philox_between(&w->rng, 5.0, 20.0);
  }
  if (philox_below(&w->rng, 2)) {
    plain_config *xs = plain_configure(w, "xs");
    xs->aux = philox_between(&w->rng, -0.5, 0.5);
    xs->fixed = (int)philox_below(&w->rng, 2);
  }
}

/* Workspace number `number`: channel SR with a signal, and up to two more. */
static inline void plain_draw(plain_workspace *w, uint64_t number, size_t most_channels)
{
  static const char *const channels[] = { "SR", "Control", "aux 2" }, *const samples[] = { "bkg", "sig",
                                                                                           "Top" };
  memset(w, 0, sizeof *w);
  w->rng = fairu_philox__start(23, 0, number, 0);
  w->n_channels = 1 + philox_below(&w->rng, most_channels);
  const int common_stat = philox_below(&w->rng, 3) == 0;
  for (size_t c = 0; c < w->n_channels; c++) {
    plain_channel *channel = &w->channels[c];
    (void)snprintf(channel->name, sizeof channel->name, "%s", channels[c]);
    channel->n_bins = 1 + philox_below(&w->rng, PLAIN_BINS);
    channel->n_samples = 2 + philox_below(&w->rng, 2);
    for (size_t s = 0; s < channel->n_samples; s++)
      plain_draw_sample(w, &channel->samples[s], samples[s], channel->n_bins);
    plain_own(w, channel, common_stat);
    for (size_t b = 0; b < channel->n_bins; b++) {
      double sum = 0.0;
      for (size_t s = 0; s < channel->n_samples; s++)
        sum += channel->samples[s].yields[b];
      channel->observed[b] = floor(sum + sqrt(sum) * philox_between(&w->rng, -1.5, 1.5));
    }
  }
  plain_draw_configs(w);
  plain_reorder(w);
}

/* Up and down on two sides of nominal in every bin, of the same size, 1 to 9 percent; no free factor but mu. */
static inline void plain_tame_modifier(plain_workspace *w, const plain_sample *s, plain_modifier *m,
                                       size_t n_bins)
{
  const double size = philox_between(&w->rng, 0.01, 0.09);
  m->hi = 1.0 + size;
  m->lo = 1.0 - size;
  for (size_t b = 0; b < n_bins && m->type == PLAIN_HISTOSYS; b++) {
    const double tilt = size * (philox_below(&w->rng, 2) ? 1.0 : -1.0);
    m->up[b] = s->yields[b] * (1.0 + tilt);
    m->down[b] = s->yields[b] * (1.0 - tilt);
  }
}

static inline void plain_tame(plain_workspace *w)
{
  for (size_t c = 0; c < w->n_channels; c++)
    for (size_t s = 0; s < w->channels[c].n_samples; s++) {
      plain_sample *sample = &w->channels[c].samples[s];
      size_t kept = 0;
      for (size_t i = 0; i < sample->n_modifiers; i++) {
        plain_modifier m = sample->modifiers[i];
        plain_tame_modifier(w, sample, &m, w->channels[c].n_bins);
        if (m.type != PLAIN_SHAPEFACTOR && strcmp(m.name, "k_top") != 0)
          sample->modifiers[kept++] = m;
      }
      sample->n_modifiers = kept;
    }
}

/* ---- JSON ---------------------------------------------------------------------------------------------- */

typedef struct plain_text {
  char *text;
  size_t n, size;
} plain_text;

static inline void plain_print(plain_text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void plain_print(plain_text *t, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  const int n = vsnprintf(t->text + t->n, t->size - t->n, format, arguments);
  va_end(arguments);
  assert_true(n >= 0 && t->n + (size_t)n < t->size);
  t->n += (size_t)n;
}

static inline void plain_print_numbers(plain_text *t, const double *numbers, size_t n)
{
  for (size_t i = 0; i < n; i++)
    plain_print(t, "%s%.17g", i > 0 ? "," : "[", numbers[i]);
  plain_print(t, "]");
}

static inline void plain_print_modifier(plain_text *t, const plain_modifier *m, size_t n_bins)
{
  plain_print(t, "{\"name\":\"%s\",\"type\":\"%s\",\"data\":", m->name, plain_type_names[m->type]);
  if (m->type == PLAIN_NORMSYS)
    plain_print(t, "{\"hi\":%.17g,\"lo\":%.17g}", m->hi, m->lo);
  else if (m->type == PLAIN_HISTOSYS) {
    plain_print(t, "{\"hi_data\":");
    plain_print_numbers(t, m->up, n_bins);
    plain_print(t, ",\"lo_data\":");
    plain_print_numbers(t, m->down, n_bins);
    plain_print(t, "}");
  } else if (m->type == PLAIN_SHAPESYS || m->type == PLAIN_STATERROR)
    plain_print_numbers(t, m->up, n_bins);
  else
    plain_print(t, "null");
  plain_print(t, "}");
}

static inline void plain_print_channel(plain_text *t, const plain_channel *c)
{
  plain_print(t, "{\"name\":\"%s\",\"samples\":[", c->name);
  for (size_t s = 0; s < c->n_samples; s++) {
    const plain_sample *sample = &c->samples[s];
    plain_print(t, "%s{\"name\":\"%s\",\"data\":", s > 0 ? "," : "", sample->name);
    plain_print_numbers(t, sample->yields, c->n_bins);
    plain_print(t, ",\"modifiers\":[");
    for (size_t i = 0; i < sample->n_modifiers; i++) {
      plain_print(t, i > 0 ? "," : "");
      plain_print_modifier(t, &sample->modifiers[i], c->n_bins);
    }
    plain_print(t, "]}");
  }
  plain_print(t, "]}");
}

static inline void plain_print_config(plain_text *t, const plain_config *c)
{
  plain_print(t, "{\"name\":\"%s\"", c->name);
  if (!isnan(c->init))
    plain_print(t, ",\"inits\":[%.17g]", c->init);
  if (!isnan(c->lower))
    plain_print(t, ",\"bounds\":[[%.17g,%.17g]]", c->lower, c->upper);
  if (!isnan(c->aux))
    plain_print(t, ",\"auxdata\":[%.17g]", c->aux);
  if (!isnan(c->sigma))
    plain_print(t, ",\"sigmas\":[%.17g]", c->sigma);
  if (c->fixed >= 0)
    plain_print(t, ",\"fixed\":%s", c->fixed ? "true" : "false");
  plain_print(t, "}");
}

/* The document; free() it. */
static inline char *plain_json(const plain_workspace *w)
{
  plain_text t = { (char *)malloc(PLAIN_TEXT), 0, PLAIN_TEXT };
  assert_non_null(t.text);
  plain_print(&t, "{\"version\":\"1.0.0\",\"channels\":[");
  for (size_t c = 0; c < w->n_channels; c++) {
    plain_print(&t, c > 0 ? "," : "");
    plain_print_channel(&t, &w->channels[c]);
  }
  plain_print(&t, "],\"observations\":[");
  for (size_t c = 0; c < w->n_channels; c++) {
    plain_print(&t, "%s{\"name\":\"%s\",\"data\":", c > 0 ? "," : "", w->channels[c].name);
    plain_print_numbers(&t, w->channels[c].observed, w->channels[c].n_bins);
    plain_print(&t, "}");
  }
  plain_print(&t, "],\"measurements\":[{\"name\":\"fit\",\"config\":{\"poi\":\"mu\",\"parameters\":[");
  for (size_t i = 0; i < w->n_configs; i++) {
    plain_print(&t, i > 0 ? "," : "");
    plain_print_config(&t, &w->configs[i]);
  }
  plain_print(&t, "]}}]}");
  return t.text;
}

#endif /* FAIRU_TESTS_PLAIN_WORKSPACE_H */
