/* Random models written as workspaces, read by a reader of the test's own and held against what was built, field by field: names, order, yields,
 * modifiers and their numbers, observations, and all that is known of each parameter. */
#include "support/draws.h"
#include "written_reader.h"

enum { BINS = 4, CHANNELS = 3, SAMPLES = 9, PARAMS = 64, MODIFIERS = 12 };

typedef enum said_type { FACTOR, NORM, SHIFT, BOTH, LUMI, COUNT, STAT, FREE, TYPES } said_type;

typedef struct said_param {
  size_t index;
  double start, lower, upper, aux, width;
  int fixed;
} said_param;

typedef struct said_set {
  char name[32];
  said_type type;
  size_t n, channel;
  size_t sample; /* COUNT: the only one; else one that surely has it */
  double sum[BINS];
  said_param params[BINS];
} said_set;

typedef struct said_modifier {
  const said_set *set;
  const char *type;
  double first[BINS], second[BINS]; /* hi and lo */
} said_modifier;

typedef struct said_sample {
  char name[16];
  size_t channel, n_modifiers;
  double yields[BINS];
  said_modifier modifiers[MODIFIERS];
} said_sample;

typedef struct said {
  fairu_context *ctx;
  draws d;
  fairu_model *model;
  fairu_likelihood *likelihood;
  fairu_data *data;
  size_t n_channels, n_samples, n_sets;
  char channels[CHANNELS][16];
  size_t n_bins[CHANNELS];
  double observed[CHANNELS * BINS];
  said_sample samples[SAMPLES];
  said_set sets[TYPES];
  const char *poi;
} said;

/* ---- building ------------------------------------------------------------------------------------------ */

static const char *const odd[] = {
  "plain", "qu\"ote", "back\\slash", "\xC3\xA4", "tab\there", "a/b~c", "\x01"
};

static void build_channels(said *t)
{
  CHECK_OK(t->ctx, fairu_model_create(t->ctx, &t->model));
  t->n_channels = 1 + draw_below(&t->d, CHANNELS);
  for (size_t c = 0; c < t->n_channels; c++) {
    (void)snprintf(t->channels[c], sizeof t->channels[c], "%s %zu", odd[draw_below(&t->d, 7)], 9 - c);
    t->n_bins[c] = 1 + draw_below(&t->d, BINS);
    CHECK_OK(t->ctx, fairu_model_add_channel(t->model, t->ctx, t->channels[c], t->n_bins[c], NULL));
    for (size_t n = 1 + draw_below(&t->d, 3); n > 0; n--) {
      said_sample *s = &t->samples[t->n_samples++];
      s->channel = c;
      (void)snprintf(s->name, sizeof s->name, "%s%zu", odd[draw_below(&t->d, 7)], n);
      for (size_t b = 0; b < t->n_bins[c]; b++)
        s->yields[b] = draw_below(&t->d, 6) ? draw_between(&t->d, 1.0, 90.0) : (double)draw_below(&t->d, 3);
      CHECK_OK(t->ctx, fairu_model_add_sample(t->model, t->ctx, c, s->name, s->yields, t->n_bins[c], NULL));
    }
  }
}

static int is_bin_type(said_type type)
{
  return type == COUNT || type == STAT || type == FREE;
}

/* Does the set act on this sample? */
static int acts_on(const said_set *set, const said *t, size_t s, uint64_t chosen)
{
  if (is_bin_type(set->type) && t->samples[s].channel != set->channel)
    return 0;
  return s == set->sample || (set->type != COUNT && (chosen >> s & 1) != 0);
}

/* Where the format has a default, often that. */
static void draw_range(said *t, said_type type, said_param *p)
{
  const int shifts = type == NORM || type == SHIFT || type == BOTH, counts = type == COUNT || type == STAT;
  *p = (said_param){ .start = shifts ? 0.0 : 1.0,
                     .lower = shifts   ? -5.0
                              : counts ? 1e-10
                                       : 0.0,
                     .upper = shifts ? 5.0 : 10.0,
                     .aux = (double)NAN,
                     .width = (double)NAN };
  if (draw_below(&t->d, 3) == 0)
    p->lower += draw_between(&t->d, 0.01, 0.4);
  if (draw_below(&t->d, 3) == 0)
    p->upper *= draw_between(&t->d, 0.5, 3.0);
  if (draw_below(&t->d, 3) == 0)
    p->start = draw_between(&t->d, p->lower, p->upper);
}

/* A bin without yields has no uncertainty to tell: its parameter is then fixed, with a constraint of 1. */
static void draw_constraint(said *t, said_set *set, size_t b)
{
  said_param *p = &set->params[b];
  const int idle = set->sum[b] <= 0.0;
  if (set->type == STAT || set->type == COUNT) {
    p->width = idle                ? 1.0
               : set->type == STAT ? draw_between(&t->d, 0.01, 0.5)
                                   : draw_between(&t->d, 0.5, 400.0);
    p->aux = set->type == STAT ? 1.0 : p->width;
    p->fixed = idle;
  } else if (set->type == LUMI) {
    p->width = draw_between(&t->d, 0.005, 0.1);
    p->aux = 1.0;
  } else if (set->type == NORM || set->type == SHIFT || set->type == BOTH) {
    p->width = 1.0;
    p->aux = 0.0;
  }
}

static void add_parameter(said *t, const said_set *set, size_t b)
{
  const said_param *p = &set->params[b];
  char name[48];
  fairu_parameter_options options;
  fairu_nuisance prior;
  CHECK_OK(t->ctx, fairu_parameter_options_init(&options, sizeof options));
  CHECK_OK(t->ctx, fairu_nuisance_init(&prior, sizeof prior));
  (void)snprintf(name, sizeof name, is_bin_type(set->type) ? "%s[%zu]" : "%s", set->name, b);
  options.start = p->start;
  options.lower = p->lower;
  options.upper = p->upper;
  options.fixed = p->fixed;
  prior.name = name;
  prior.nominal = p->aux;
  prior.width = p->width;
  if (set->type == COUNT)
    options.poisson_scale = p->width;
  else if (isfinite(p->width))
    options.prior = &prior;
  CHECK_OK(t->ctx,
           fairu_model_add_parameter(t->model, t->ctx, name, &options, &t->sets[t->n_sets].params[b].index));
}

static void draw_variation(said *t, const said_sample *s, int is_norm, said_modifier *m)
{
  for (size_t b = 0; b < t->n_bins[s->channel]; b++) {
    m->first[b] = is_norm ? draw_between(&t->d, 1.0, 1.3) : s->yields[b] * draw_between(&t->d, 0.9, 1.3);
    m->second[b] = is_norm ? draw_between(&t->d, 0.7, 1.0) : s->yields[b] * draw_between(&t->d, 0.7, 1.1);
  }
}

static said_modifier *add_modifier(said *t, size_t s, const said_set *set, const char *type)
{
  said_sample *sample = &t->samples[s];
  assert_true(sample->n_modifiers < MODIFIERS);
  said_modifier *m = &sample->modifiers[sample->n_modifiers++];
  *m = (said_modifier){ .set = set, .type = type };
  return m;
}

static void attach(said *t, const said_set *set, size_t s)
{
  static const char *const bin_types[] = { "shapesys", "staterror", "shapefactor" };
  const size_t p = set->params[0].index, n = t->n_bins[t->samples[s].channel];
  size_t all[BINS];
  for (size_t b = 0; b < set->n; b++)
    all[b] = set->params[b].index;
  if (is_bin_type(set->type)) {
    (void)add_modifier(t, s, set, bin_types[set->type - COUNT]);
    CHECK_OK(t->ctx, fairu_model_add_bin_factors(t->model, t->ctx, s, all, n));
  }
  if (set->type == FACTOR || set->type == LUMI) {
    (void)add_modifier(t, s, set, set->type == LUMI ? "lumi" : "normfactor");
    CHECK_OK(t->ctx, fairu_model_add_factor(t->model, t->ctx, s, p));
  }
  if (set->type == SHIFT || set->type == BOTH) {
    said_modifier *m = add_modifier(t, s, set, "histosys");
    draw_variation(t, &t->samples[s], 0, m);
    CHECK_OK(t->ctx, fairu_model_add_shift(t->model, t->ctx, s, p, m->second, m->first, n, FAIRU_CODE_4P));
  }
  if (set->type == NORM || set->type == BOTH) {
    said_modifier *m = add_modifier(t, s, set, "normsys");
    draw_variation(t, &t->samples[s], 1, m);
    CHECK_OK(t->ctx, fairu_model_add_norm(t->model, t->ctx, s, p, m->second[0], m->first[0], FAIRU_CODE_4));
  }
}

static void add_said_set(said *t, said_type type)
{
  said_set *set = &t->sets[t->n_sets];
  const uint64_t chosen = draw(&t->d);
  *set = (said_set){ .type = type, .sample = draw_below(&t->d, t->n_samples) };
  set->channel = t->samples[set->sample].channel;
  set->n = is_bin_type(type) ? t->n_bins[set->channel] : 1;
  if (type == LUMI)
    (void)snprintf(set->name, sizeof set->name, "lumi");
  else
    (void)snprintf(set->name, sizeof set->name, "%s_%d", odd[draw_below(&t->d, 7)], (int)type);
  for (size_t s = 0; s < t->n_samples; s++)
    for (size_t b = 0; acts_on(set, t, s, chosen) && b < BINS; b++)
      set->sum[b] += t->samples[s].yields[b];
  const int fixed = type != COUNT && type != STAT && draw_below(&t->d, 5) == 0;
  for (size_t b = 0; b < set->n; b++) {
    draw_range(t, type, &set->params[b]);
    set->params[b].fixed = fixed;
    draw_constraint(t, set, b);
    add_parameter(t, set, b);
  }
  t->n_sets++;
  for (size_t s = 0; s < t->n_samples; s++)
    if (acts_on(set, t, s, chosen))
      attach(t, set, s);
}

/* Counts and auxiliary values of the data, which need not be those of the model. */
static void build_data(said *t)
{
  size_t n = 0;
  for (size_t c = 0; c < t->n_channels; c++)
    for (size_t b = 0; b < t->n_bins[c]; b++, n++)
      t->observed[n] = draw_below(&t->d, 2) ? (double)draw_below(&t->d, 100) : draw_between(&t->d, 0.0, 1e6);
  CHECK_OK(t->ctx, fairu_data_create(t->ctx, t->likelihood, &t->data));
  CHECK_OK(t->ctx, fairu_data_set_observed(t->data, t->ctx, t->observed, n));
  for (size_t i = 0; i < t->n_sets; i++)
    for (size_t b = 0; b < t->sets[i].n; b++) {
      said_param *p = &t->sets[i].params[b];
      if (isnan(p->aux) || draw_below(&t->d, 4) > 0)
        continue;
      p->aux = t->sets[i].type == COUNT ? draw_between(&t->d, 0.0, 2.0 * p->width)
                                        : p->aux + draw_between(&t->d, -0.9, 0.9);
      CHECK_OK(t->ctx, fairu_data_set_aux(t->data, t->ctx, p->index, p->aux));
    }
}

static void build(said *t, uint64_t seed)
{
  memset(t, 0, sizeof *t);
  t->ctx = support_context();
  t->d.state = seed;
  build_channels(t);
  const size_t turn = draw_below(&t->d, TYPES);
  for (size_t k = 0; k < TYPES; k++)
    if (k == 0 || draw_below(&t->d, 4) > 0)
      add_said_set(t, (said_type)((k + turn) % TYPES));
  const said_set *poi = &t->sets[draw_below(&t->d, t->n_sets)];
  t->poi = is_bin_type(poi->type) ? "" : poi->name;
  CHECK_OK(t->ctx, fairu_likelihood_create_from_model(t->ctx, t->model, t->poi, &t->likelihood));
  build_data(t);
}

static void clear_said(said *t)
{
  fairu_data_destroy(t->data);
  fairu_likelihood_destroy(t->likelihood);
  fairu_model_destroy(t->model);
  fairu_context_destroy(t->ctx);
}

/* ---- comparing ----------------------------------------------------------------------------------------- */

static void check_text(const json_t *object, const char *key, const char *wanted)
{
  assert_string_equal(text_in(object, key), wanted);
}

/* All digits. */
static void check_numbers(const json_t *list, const double *wanted, size_t n)
{
  assert_true(json_is_array(list) && json_array_size(list) == n);
  for (size_t i = 0; i < n; i++)
    assert_true(number_at(list, i) == wanted[i]);
}

static void check_modifier(const json_t *modifier, const said_modifier *said_one, size_t n_bins)
{
  const json_t *data = json_object_get(modifier, "data");
  assert_int_equal(json_object_size(modifier), 3);
  check_text(modifier, "name", said_one->set->name);
  check_text(modifier, "type", said_one->type);
  if (strcmp(said_one->type, "normsys") == 0) {
    assert_int_equal(json_object_size(data), 2);
    assert_true(json_number_value(json_object_get(data, "hi")) == said_one->first[0]);
    assert_true(json_number_value(json_object_get(data, "lo")) == said_one->second[0]);
  } else if (strcmp(said_one->type, "histosys") == 0) {
    assert_int_equal(json_object_size(data), 2);
    check_numbers(json_object_get(data, "hi_data"), said_one->first, n_bins);
    check_numbers(json_object_get(data, "lo_data"), said_one->second, n_bins);
  } else if (said_one->set->type == COUNT || said_one->set->type == STAT) {
    assert_true(json_array_size(data) == n_bins);
  } else {
    assert_true(json_is_null(data));
  }
}

static void check_sample(const said *t, const json_t *sample, const said_sample *said_one)
{
  const json_t *modifiers = list_in(sample, "modifiers");
  assert_int_equal(json_object_size(sample), 3);
  check_text(sample, "name", said_one->name);
  check_numbers(list_in(sample, "data"), said_one->yields, t->n_bins[said_one->channel]);
  assert_int_equal(json_array_size(modifiers), said_one->n_modifiers);
  for (size_t m = 0; m < said_one->n_modifiers; m++)
    check_modifier(json_array_get(modifiers, m), &said_one->modifiers[m], t->n_bins[said_one->channel]);
}

static void check_channels(const said *t, const read_workspace *w)
{
  const json_t *channels = list_in(w->root, "channels"), *observations = list_in(w->root, "observations");
  size_t next = 0, bin = 0;
  assert_int_equal(json_array_size(channels), t->n_channels);
  assert_int_equal(json_array_size(observations), t->n_channels);
  for (size_t c = 0; c < t->n_channels; c++) {
    const json_t *channel = json_array_get(channels, c), *seen = json_array_get(observations, c);
    const json_t *samples = list_in(channel, "samples");
    check_text(channel, "name", t->channels[c]);
    check_text(seen, "name", t->channels[c]);
    check_numbers(list_in(seen, "data"), t->observed + bin, t->n_bins[c]);
    bin += t->n_bins[c];
    for (size_t s = 0; s < json_array_size(samples); s++, next++) {
      assert_int_equal(t->samples[next].channel, c);
      check_sample(t, json_array_get(samples, s), &t->samples[next]);
    }
  }
  assert_int_equal(next, t->n_samples);
}

static void check_near_or_none(double got, double wanted)
{
  if (isnan(wanted))
    assert_true(isnan(got));
  else
    CHECK_CLOSE(got, wanted, 4e-15); /* squares and roots of uncertainties */
}

static void check_set(const said_set *said_one, read_workspace *w)
{
  const read_set *set = find_set(w, said_one->name);
  assert_non_null(set);
  assert_int_equal(set->n, said_one->n);
  for (size_t b = 0; b < set->n; b++) {
    const said_param *p = &said_one->params[b];
    assert_true(set->start[b] == p->start && set->lower[b] == p->lower && set->upper[b] == p->upper);
    assert_int_equal(set->fixed[b], p->fixed);
    check_near_or_none(set->aux[b], p->aux);
    check_near_or_none(set->width[b], p->width);
  }
}

/* What a configuration says, it says because the defaults do not. */
static void check_no_idle_word(const read_workspace *w, const json_t *parameters)
{
  static const char *const known[] = { "name", "inits", "bounds", "auxdata", "sigmas", "factors", "fixed" };
  for (size_t i = 0; i < json_array_size(parameters); i++) {
    json_t *config = json_array_get(parameters, i);
    size_t n = 0;
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
      n += json_object_get(config, known[k]) != NULL;
    assert_true(n >= 2 && n == json_object_size(config));
    const char *name = text_in(config, "name");
    for (size_t k = 0; k < i; k++)
      assert_string_not_equal(name, text_in(json_array_get(parameters, k), "name"));
  }
  assert_true(json_array_size(parameters) <= w->n);
}

static void written_fields(void **state)
{
  (void)state;
  for (uint64_t seed = 1; seed <= 150; seed++) {
    char path[512];
    static said t;
    static read_workspace w;
    build(&t, seed);
    support_path(path, sizeof path, "fields.json");
    CHECK_OK(t.ctx, fairu_likelihood_write_workspace(t.likelihood, t.ctx, t.data, path, "what \"was\" told"));
    read_written(path, &w);
    assert_int_equal(json_object_size(w.root), 4);
    check_text(w.root, "version", "1.0.0");
    check_channels(&t, &w);
    const json_t *measurement = only_measurement(&w), *config = json_object_get(measurement, "config");
    check_text(measurement, "name", "what \"was\" told");
    check_text(config, "poi", t.poi);
    assert_int_equal(json_object_size(config), 2);
    assert_int_equal(w.n, t.n_sets);
    for (size_t i = 0; i < t.n_sets; i++)
      check_set(&t.sets[i], &w);
    check_no_idle_word(&w, list_in(config, "parameters"));
    json_decref(w.root);
    clear_said(&t);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(written_fields) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
