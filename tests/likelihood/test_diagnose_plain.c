/* The check of a model on random models that have many troubles at once: all findings again from what their codes mean, each with its place and
 * number, and no others. What depends on a parameter is found by moving it. */
#include "likelihood/made_parameter.h"
#include "support/draws.h"
#include "support/support.h"

enum {
  CHANNELS = 3,
  CHANNEL_BINS = 4,
  SAMPLES = 9,
  SHAPES = 3,
  PARAMS = 1 + SHAPES + SAMPLES * CHANNEL_BINS + 2
};
enum { BINS = CHANNELS * CHANNEL_BINS, MOST = 128, MODELS = 300 };

/* What a parameter is known by: a width, or the expectation of a count; fixed: by default. */
typedef struct known {
  double width, tau;
  int fixed;
} known;

typedef struct plain_sample {
  size_t channel, norm, shift; /* parameters, FAIRU_NONE: none */
  int has_mu;
  double yields[CHANNEL_BINS], lo, hi, down[CHANNEL_BINS], up[CHANNEL_BINS];
  size_t gammas[CHANNEL_BINS];
} plain_sample;

typedef struct plain_model {
  size_t n_channels, n_samples, n_params, n_bins, bins[CHANNELS], first[CHANNELS];
  plain_sample samples[SAMPLES];
  known params[PARAMS];
  double mu, observed[BINS];
  int has_data;
} plain_model;

typedef struct finding {
  int code, severity;
  size_t parameter, sample, bin, n;
  int met;
} finding;

typedef struct findings {
  const plain_model *m;
  finding list[MOST];
  size_t n;
} findings;

static void add(findings *f, int code, int severity, size_t parameter, size_t sample, size_t bin, size_t n)
{
  assert_true(f->n < MOST);
  f->list[f->n++] = (finding){ code, severity, parameter, sample, bin, n, 0 };
}

/* ---- what there is to find ------------------------------------------------------------------------------ */

/* Relative changes up [n] and down [n] of one sample by one parameter. */
static void find_variation(findings *f, size_t s, size_t parameter, size_t n, const double *down,
                           const double *up)
{
  const size_t first = f->m->first[f->m->samples[s].channel];
  size_t same = 0, changed = 0, large = 0, same_at = 0, large_at = 0;
  double deepest = -1.0, most = -1.0;
  int any[2] = { 0, 0 };
  for (size_t b = 0; b < n; b++) {
    const double size = fmax(fabs(down[b]), fabs(up[b])), least = fmin(fabs(down[b]), fabs(up[b]));
    any[0] |= down[b] != 0.0;
    any[1] |= up[b] != 0.0;
    changed += size > 0.0;
    if (down[b] * up[b] > 0.0) {
      same++;
      same_at = least > deepest ? b : same_at;
      deepest = fmax(deepest, least);
    }
    if (size > 1.0) {
      large++;
      large_at = size > most ? b : large_at;
      most = fmax(most, size);
    }
  }
  if (same)
    add(f, FAIRU_FINDING_SAME_SIDE, deepest > 0.05 ? FAIRU_SEVERITY_WARNING : FAIRU_SEVERITY_NOTE, parameter,
        s, first + same_at, same);
  if (!changed)
    add(f, FAIRU_FINDING_IDENTICAL, FAIRU_SEVERITY_NOTE, parameter, s, FAIRU_NONE, n);
  else if (!any[0] || !any[1])
    add(f, FAIRU_FINDING_ONE_SIDED, FAIRU_SEVERITY_WARNING, parameter, s, FAIRU_NONE, changed);
  if (large)
    add(f, FAIRU_FINDING_LARGE_VARIATION, FAIRU_SEVERITY_WARNING, parameter, s, first + large_at, large);
}

static void find_variations(findings *f, size_t s)
{
  const plain_sample *p = &f->m->samples[s];
  double down[CHANNEL_BINS], up[CHANNEL_BINS];
  if (p->norm != FAIRU_NONE) {
    down[0] = p->lo - 1.0;
    up[0] = p->hi - 1.0;
    find_variation(f, s, p->norm, 1, down, up);
  }
  for (size_t b = 0; b < f->m->bins[p->channel]; b++) {
    const double y = p->yields[b], most = fmax(fabs(p->down[b] - y), fabs(p->up[b] - y));
    const double unit = y != 0.0 ? fabs(y) : most > 0.0 ? most : 1.0;
    down[b] = (p->down[b] - y) / unit;
    up[b] = (p->up[b] - y) / unit;
  }
  if (p->shift != FAIRU_NONE)
    find_variation(f, s, p->shift, f->m->bins[p->channel], down, up);
}

static void find_negative_sample(findings *f, size_t s)
{
  const plain_sample *p = &f->m->samples[s];
  size_t n = 0, lowest = 0;
  for (size_t b = 0; b < f->m->bins[p->channel]; b++) {
    n += p->yields[b] < 0.0;
    lowest = p->yields[b] < p->yields[lowest] ? b : lowest;
  }
  if (n)
    add(f, FAIRU_FINDING_NEGATIVE_YIELD, FAIRU_SEVERITY_WARNING, FAIRU_NONE, s,
        f->m->first[p->channel] + lowest, n);
}

/* Places of bins of one channel that are so. */
typedef struct places {
  size_t n, first;
} places;

static void count(places *p, int is, size_t bin)
{
  p->first = is && p->n == 0 ? bin : p->first;
  p->n += is != 0;
}

static void find_bins(findings *f, size_t c)
{
  const plain_model *m = f->m;
  places empty = { 0 }, filled = { 0 }, below = { 0 }, bare = { 0 }, seen = { 0 };
  for (size_t b = 0; b < m->bins[c]; b++) {
    const size_t bin = m->first[c] + b;
    double signal = 0.0, other = 0.0;
    for (size_t s = 0; s < m->n_samples; s++)
      if (m->samples[s].channel == c)
        *(m->samples[s].has_mu ? &signal : &other) += m->samples[s].yields[b];
    const double total = m->mu * signal + other;
    count(&empty, total == 0.0, bin);
    count(&filled, total == 0.0 && m->has_data && m->observed[bin] > 0.0, bin);
    count(&below, total < 0.0, bin);
    count(&bare, other == 0.0 && m->mu * signal > 0.0, bin);
    count(&seen, !m->has_data || m->observed[bin] > 0.0, bin);
  }
  if (empty.n)
    add(f, FAIRU_FINDING_EMPTY_BIN, filled.n ? FAIRU_SEVERITY_ERROR : FAIRU_SEVERITY_NOTE, FAIRU_NONE,
        FAIRU_NONE, filled.n ? filled.first : empty.first, empty.n);
  if (below.n)
    add(f, FAIRU_FINDING_NEGATIVE_TOTAL, FAIRU_SEVERITY_ERROR, FAIRU_NONE, FAIRU_NONE, below.first, below.n);
  if (bare.n)
    add(f, FAIRU_FINDING_NO_BACKGROUND, FAIRU_SEVERITY_WARNING, FAIRU_NONE, FAIRU_NONE, bare.first, bare.n);
  if (!seen.n)
    add(f, FAIRU_FINDING_OBSERVED_ZERO, FAIRU_SEVERITY_WARNING, FAIRU_NONE, FAIRU_NONE, m->first[c],
        m->bins[c]);
}

/* Gammas of one sample whose number exceeds a limit: one finding, at the largest. */
static void find_gammas(findings *f, size_t s, int code)
{
  const plain_sample *p = &f->m->samples[s];
  size_t n = 0, at = 0;
  double most = 0.0;
  for (size_t b = 0; b < f->m->bins[p->channel]; b++) {
    const known *g = p->gammas[b] == FAIRU_NONE ? NULL : &f->m->params[p->gammas[b]];
    const double error = !g ? 0.0 : g->tau > 0.0 ? 1.0 / sqrt(g->tau) : g->width;
    const double number = !g || g->fixed ? 0.0 : code == FAIRU_FINDING_HUGE_TAU ? g->tau / 1e8 : error;
    n += number > 1.0;
    at = number > most ? b : at;
    most = fmax(most, number);
  }
  if (n)
    add(f, code, code == FAIRU_FINDING_HUGE_TAU ? FAIRU_SEVERITY_NOTE : FAIRU_SEVERITY_WARNING, p->gammas[at],
        s, f->m->first[p->channel] + at, n);
}

/* Does any yield change when parameter i moves, with all others at some odd values? */
static int acts(fairu_context *ctx, const plain_model *m, const fairu_likelihood *lh, size_t i)
{
  double x[PARAMS], a[BINS], b[BINS];
  for (size_t k = 0; k < m->n_params; k++)
    x[k] = k == 0 || k > SHAPES ? 1.25 : 0.75;
  CHECK_OK(ctx, fairu_likelihood_expected(lh, ctx, x, m->n_params, a));
  x[i] += 0.5;
  CHECK_OK(ctx, fairu_likelihood_expected(lh, ctx, x, m->n_params, b));
  for (size_t k = 0; k < m->n_bins; k++)
    if (a[k] != b[k])
      return 1;
  return 0;
}

static void find_all(fairu_context *ctx, const plain_model *m, const fairu_likelihood *lh, findings *f)
{
  *f = (findings){ .m = m };
  for (size_t s = 0; s < m->n_samples; s++) {
    find_variations(f, s);
    find_negative_sample(f, s);
    find_gammas(f, s, FAIRU_FINDING_HUGE_TAU);
    find_gammas(f, s, FAIRU_FINDING_LARGE_STAT_ERROR);
  }
  for (size_t c = 0; c < m->n_channels; c++)
    find_bins(f, c);
  for (size_t i = 0; i < m->n_params; i++)
    if (m->params[i].width == 0.0 && m->params[i].tau == 0.0 && !m->params[i].fixed && !acts(ctx, m, lh, i))
      add(f, FAIRU_FINDING_NO_EFFECT, FAIRU_SEVERITY_ERROR, i, FAIRU_NONE, FAIRU_NONE, 1);
}

/* ---- models with troubles ------------------------------------------------------------------------------- */

static double draw_yield(draws *d)
{
  const size_t kind = draw_below(d, 10);
  return kind < 2 ? 0.0 : kind == 2 ? -draw_between(d, 1.0, 20.0) : draw_between(d, 1.0, 50.0);
}

static double draw_change(draws *d)
{
  static const double sizes[4] = { 0.0, 0.03, 0.4, 2.5 };
  return sizes[draw_below(d, 4)] * draw_between(d, -1.0, 1.0);
}

static void draw_sample(draws *d, plain_model *m, size_t channel)
{
  plain_sample *p = &m->samples[m->n_samples++];
  p->channel = channel;
  p->has_mu = draw_below(d, 2) > 0;
  p->norm = draw_below(d, 2) ? 1 + draw_below(d, SHAPES) : FAIRU_NONE;
  p->shift = draw_below(d, 2) ? 1 + draw_below(d, SHAPES) : FAIRU_NONE;
  p->lo = draw_below(d, 3) ? exp(draw_change(d)) : 1.0;
  p->hi = draw_below(d, 3) ? exp(draw_change(d)) : 1.0;
  const int sides = draw_below(d, 3) ? 3 : (int)draw_below(d, 4),
            gammas = p->shift == FAIRU_NONE && draw_below(d, 2);
  for (size_t b = 0; b < m->bins[channel]; b++) {
    p->yields[b] = draw_yield(d);
    const double unit = p->yields[b] != 0.0 ? p->yields[b] : 3.0;
    p->down[b] = p->yields[b] + (sides & 1 ? unit * draw_change(d) : 0.0);
    p->up[b] = p->yields[b] + (sides & 2 ? unit * draw_change(d) : 0.0);
    p->gammas[b] = FAIRU_NONE;
    if (!gammas || draw_below(d, 4) == 0)
      continue;
    known *g = &m->params[p->gammas[b] = m->n_params++];
    *g = (known){ .fixed = draw_below(d, 6) == 0 };
    *(draw_below(d, 2) ? &g->width : &g->tau) = exp(draw_between(d, -4.0, 2.0));
    if (g->tau > 0.0 && draw_below(d, 3) == 0)
      g->tau *= 1e9;
  }
}

static void draw_model(draws *d, plain_model *m)
{
  memset(m, 0, sizeof *m);
  m->mu = draw_between(d, 0.5, 2.0);
  m->n_params = 1 + SHAPES;
  for (size_t k = 1; k <= SHAPES; k++)
    m->params[k].width = 1.0;
  m->n_channels = 1 + draw_below(d, CHANNELS);
  for (size_t c = 0; c < m->n_channels; c++) {
    m->bins[c] = 1 + draw_below(d, CHANNEL_BINS);
    m->first[c] = m->n_bins;
    m->n_bins += m->bins[c];
    for (size_t s = 1 + draw_below(d, SAMPLES / CHANNELS); s > 0; s--)
      draw_sample(d, m, c);
    const int nothing = draw_below(d, 4) == 0;
    for (size_t b = 0; b < m->bins[c]; b++)
      m->observed[m->first[c] + b] = nothing || draw_below(d, 3) == 0 ? 0.0 : draw_between(d, 1.0, 99.0);
  }
  for (size_t idle = draw_below(d, 3); idle > 0; idle--)
    m->params[m->n_params++].fixed = draw_below(d, 2) > 0;
  m->has_data = draw_below(d, 2) > 0;
}

static void add_parameters(fairu_context *ctx, const plain_model *m, fairu_model *out)
{
  for (size_t i = 0; i < m->n_params; i++) {
    const int is_shape = i > 0 && i <= SHAPES;
    char name[16];
    (void)snprintf(name, sizeof name, i ? "<p%zu>" : "mu", i);
    const made_parameter p = { .name = name,
                               .start = i == 0     ? m->mu
                                        : is_shape ? 0.0
                                                   : 1.0,
                               .lower = is_shape ? -5.0 : 1e-10,
                               .upper = 10.0,
                               .width = m->params[i].width,
                               .tau = m->params[i].tau,
                               .fixed = m->params[i].fixed };
    CHECK_OK(ctx, made_parameter_add(ctx, out, p, NULL));
  }
}

static fairu_likelihood *make(fairu_context *ctx, const plain_model *m, fairu_data **data)
{
  fairu_model *out = NULL;
  fairu_likelihood *lh = NULL;
  char name[16];
  CHECK_OK(ctx, fairu_model_create(ctx, &out));
  add_parameters(ctx, m, out);
  for (size_t c = 0; c < m->n_channels; c++) {
    (void)snprintf(name, sizeof name, "<c%zu>", c);
    CHECK_OK(ctx, fairu_model_add_channel(out, ctx, name, m->bins[c], NULL));
  }
  for (size_t s = 0; s < m->n_samples; s++) {
    const plain_sample *p = &m->samples[s];
    const size_t bins = m->bins[p->channel];
    (void)snprintf(name, sizeof name, "<s%zu>", s);
    CHECK_OK(ctx, fairu_model_add_sample(out, ctx, p->channel, name, p->yields, bins, NULL));
    if (p->has_mu)
      CHECK_OK(ctx, fairu_model_add_factor(out, ctx, s, 0));
    if (p->norm != FAIRU_NONE)
      CHECK_OK(ctx, fairu_model_add_norm(out, ctx, s, p->norm, p->lo, p->hi, FAIRU_CODE_4));
    if (p->shift != FAIRU_NONE)
      CHECK_OK(ctx, fairu_model_add_shift(out, ctx, s, p->shift, p->down, p->up, bins, FAIRU_CODE_4P));
    CHECK_OK(ctx, fairu_model_add_bin_factors(out, ctx, s, p->gammas, bins));
  }
  CHECK_OK(ctx, fairu_likelihood_create_from_model(ctx, out, "mu", &lh));
  CHECK_OK(ctx, fairu_data_create(ctx, lh, data));
  CHECK_OK(ctx, fairu_data_set_observed(*data, ctx, m->observed, m->n_bins));
  fairu_model_destroy(out);
  return lh;
}

/* ---- compared ------------------------------------------------------------------------------------------- */

static int names(const char *text, char kind, size_t i)
{
  char name[32];
  if (i == FAIRU_NONE)
    return 1;
  (void)snprintf(name, sizeof name, kind == 'p' && i == 0 ? "'mu'" : "'<%c%zu>'", kind, i);
  return strstr(text, name) != NULL;
}

static int compare(int code, int severity, size_t parameter, size_t sample, size_t bin, size_t n,
                   const char *text, void *user_data)
{
  findings *f = user_data;
  assert_true(names(text, 'p', parameter) && names(text, 's', sample));
  if (sample != FAIRU_NONE)
    assert_true(names(text, 'c', f->m->samples[sample].channel));
  for (size_t i = 0; i < f->n; i++) {
    finding *g = &f->list[i];
    if (!g->met && g->code == code && g->severity == severity && g->parameter == parameter &&
        g->sample == sample && g->bin == bin && g->n == n) {
      g->met = 1;
      return 0;
    }
  }
  print_error("not wanted: code %d, bin %zu, n %zu: %s\n", code, bin, n, text);
  return 1;
}

static void findings_are_what_their_codes_mean(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 61 };
  size_t found[FAIRU_FINDING_OBSERVED_ZERO + 1] = { 0 };
  for (int t = 0; t < MODELS; t++) {
    plain_model m;
    findings wanted;
    fairu_data *data = NULL;
    draw_model(&d, &m);
    fairu_likelihood *lh = make(ctx, &m, &data);
    find_all(ctx, &m, lh, &wanted);
    CHECK_OK(ctx, fairu_likelihood_diagnose(lh, ctx, m.has_data ? data : NULL, compare, &wanted));
    for (size_t i = 0; i < wanted.n; i++) {
      if (!wanted.list[i].met)
        print_error("model %d: no code %d, parameter %zu, sample %zu\n", t, wanted.list[i].code,
                    wanted.list[i].parameter, wanted.list[i].sample);
      assert_true(wanted.list[i].met);
      found[wanted.list[i].code]++;
    }
    fairu_data_destroy(data);
    fairu_likelihood_destroy(lh);
  }
  for (int code = FAIRU_FINDING_SAME_SIDE; code <= FAIRU_FINDING_OBSERVED_ZERO; code++)
    if (code != FAIRU_FINDING_FAKE_CONSTRAINT) /* no sample has both a shape and template statistics here */
      assert_true(found[code] > 20);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(findings_are_what_their_codes_mean) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
