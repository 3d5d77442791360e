/* What is found wrong with a model: each trouble in a model made for it, nothing in a clean one. */
#include "likelihood/made_parameter.h"
#include "support/support.h"

enum { bins = 4, max_findings = 32 };

typedef struct finding {
  int code, severity;
  size_t parameter, sample, bin, n;
  char text[1024];
} finding;

typedef struct findings {
  finding list[max_findings];
  size_t n;
  size_t stop_after; /* 0: never */
} findings;

static int collect(int code, int severity, size_t parameter, size_t sample, size_t bin, size_t n,
                   const char *text, void *user_data)
{
  findings *all = (findings *)user_data;
  assert_true(all->n < max_findings);
  finding *f = &all->list[all->n++];
  f->code = code;
  f->severity = severity;
  f->parameter = parameter;
  f->sample = sample;
  f->bin = bin;
  f->n = n;
  snprintf(f->text, sizeof f->text, "%s", text);
  return all->n == all->stop_after;
}

/* What to change in a clean model. */
typedef struct changes {
  double signal[bins], background[bins];
  double up[bins], down[bins]; /* shape of alpha on the background */
  double norm_up, norm_down;   /* of alpha2 on the background */
  double tau, stat_width;      /* of the gammas of the signal (counts) and of the background */
  double observed[bins];
  int idle; /* a free parameter that nothing depends on */
} changes;

static const changes clean = {
  .signal = { 2.0, 4.0, 6.0, 3.0 },
  .background = { 100.0, 90.0, 80.0, 70.0 },
  .up = { 104.0, 95.0, 79.0, 66.0 },
  .down = { 96.0, 85.0, 81.0, 74.0 },
  .norm_up = 1.05,
  .norm_down = 0.96,
  .tau = 400.0,
  .stat_width = 0.02,
  .observed = { 102.0, 91.0, 88.0, 70.0 },
};

typedef struct setup {
  fairu_model *model;
  fairu_likelihood *likelihood;
  fairu_data *data;
} setup;

static int add_parameter(fairu_context *ctx, fairu_model *model, const char *name, double start, double lower,
                         double upper, double width, double tau)
{
  return made_parameter_add(ctx, model, (made_parameter){ name, start, lower, upper, width, tau, 0 }, NULL);
}

/* 0 mu, 1 alpha, 2 alpha2, 3..6 gammas of the signal (counts), 7..10 gammas of the background (widths), [11 idle] */
static int add_parameters(fairu_context *ctx, fairu_model *model, const changes *c)
{
  int status = add_parameter(ctx, model, "mu", 1.0, 0.0, 10.0, 0.0, 0.0);
  if (status == FAIRU_OK)
    status = add_parameter(ctx, model, "alpha", 0.0, -5.0, 5.0, 1.0, 0.0);
  if (status == FAIRU_OK)
    status = add_parameter(ctx, model, "alpha2", 0.0, -5.0, 5.0, 1.0, 0.0);
  for (int k = 0; k < 2 * bins && status == FAIRU_OK; k++) {
    char name[32];
    snprintf(name, sizeof name, "gamma_%s[%d]", k < bins ? "signal" : "background", k % bins);
    status = add_parameter(ctx, model, name, 1.0, 1e-10, 10.0, k < bins ? 0.0 : c->stat_width,
                           k < bins ? c->tau : 0.0);
  }
  if (status == FAIRU_OK && c->idle)
    status = add_parameter(ctx, model, "idle", 1.0, 0.0, 10.0, 0.0, 0.0);
  return status;
}

static int build(fairu_context *ctx, const changes *c, setup *s)
{
  static const size_t signal_gammas[bins] = { 3, 4, 5, 6 }, background_gammas[bins] = { 7, 8, 9, 10 };
  size_t channel = 0, signal = 0, background = 0;
  int status = fairu_model_create(ctx, &s->model);
  if (status == FAIRU_OK)
    status = add_parameters(ctx, s->model, c);
  if (status == FAIRU_OK)
    status = fairu_model_add_channel(s->model, ctx, "SR", bins, &channel);
  if (status == FAIRU_OK)
    status = fairu_model_add_sample(s->model, ctx, channel, "signal", c->signal, bins, &signal);
  if (status == FAIRU_OK)
    status = fairu_model_add_sample(s->model, ctx, channel, "background", c->background, bins, &background);
  if (status == FAIRU_OK)
    status = fairu_model_add_factor(s->model, ctx, signal, 0);
  if (status == FAIRU_OK)
    status = fairu_model_add_shift(s->model, ctx, background, 1, c->down, c->up, bins, FAIRU_CODE_4P);
  if (status == FAIRU_OK)
    status = fairu_model_add_norm(s->model, ctx, background, 2, c->norm_down, c->norm_up, FAIRU_CODE_4);
  if (status == FAIRU_OK)
    status = fairu_model_add_bin_factors(s->model, ctx, signal, signal_gammas, bins);
  if (status == FAIRU_OK)
    status = fairu_model_add_bin_factors(s->model, ctx, background, background_gammas, bins);
  return status;
}

static void setup_destroy(setup *s)
{
  fairu_data_destroy(s->data);
  fairu_likelihood_destroy(s->likelihood);
  fairu_model_destroy(s->model);
}

static int setup_create(fairu_context *ctx, const changes *c, setup *s)
{
  memset(s, 0, sizeof *s);
  int status = build(ctx, c, s);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_from_model(ctx, s->model, "mu", &s->likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, s->likelihood, &s->data);
  if (status == FAIRU_OK)
    status = fairu_data_set_observed(s->data, ctx, c->observed, bins);
  return status;
}

static void diagnose(fairu_context *ctx, const changes *c, int with_data, findings *all)
{
  setup s;
  memset(all, 0, sizeof *all);
  CHECK_OK(ctx, setup_create(ctx, c, &s));
  CHECK_OK(ctx, fairu_likelihood_diagnose(s.likelihood, ctx, with_data ? s.data : NULL, collect, all));
  setup_destroy(&s);
}

/* The one finding there is, of this code. */
static const finding *only(const findings *all, int code, int severity)
{
  for (size_t k = 0; k < all->n; k++)
    if (all->list[k].code != code || all->n > 1)
      print_error("%d: %s\n", all->list[k].code, all->list[k].text);
  assert_int_equal(all->n, 1);
  assert_int_equal(all->list[0].code, code);
  assert_int_equal(all->list[0].severity, severity);
  return &all->list[0];
}

static void says(const finding *f, const char *what)
{
  if (!strstr(f->text, what))
    print_error("'%s' is not in: %s\n", what, f->text);
  assert_non_null(strstr(f->text, what));
}

static void a_clean_model_has_no_findings(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  findings all;
  for (int with_data = 0; with_data < 2; with_data++) {
    diagnose(ctx, &clean, with_data, &all);
    for (size_t k = 0; k < all.n; k++)
      print_error("%s\n", all.list[k].text);
    assert_int_equal(all.n, 0);
  }
  fairu_context_destroy(ctx);
}

static void variations_are_looked_at(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  findings all;
  changes c = clean;
  c.up[1] = 99.0;
  c.down[1] = 99.0; /* + 10 % both */
  c.up[2] = c.down[2] = 81.0;
  diagnose(ctx, &c, 0, &all);
  const finding *f = only(&all, FAIRU_FINDING_SAME_SIDE, FAIRU_SEVERITY_WARNING);
  assert_true(f->parameter == 1 && f->sample == 1 && f->bin == 1 && f->n == 2);
  says(f, "channel 'SR', sample 'background'");
  says(f, "'alpha'");
  says(f, "+10%");
  c = clean;
  c.norm_down = 1.01;
  diagnose(ctx, &c, 0, &all);
  f = only(&all, FAIRU_FINDING_SAME_SIDE, FAIRU_SEVERITY_NOTE);
  says(f, "normalisation of 'alpha2'");
  c = clean;
  c.norm_down = c.norm_up = 1.0;
  diagnose(ctx, &c, 0, &all);
  f = only(&all, FAIRU_FINDING_IDENTICAL, FAIRU_SEVERITY_NOTE);
  assert_true(f->parameter == 2 && f->bin == FAIRU_NONE);
  c = clean;
  memcpy(c.down, c.background, sizeof c.down);
  diagnose(ctx, &c, 0, &all);
  f = only(&all, FAIRU_FINDING_ONE_SIDED, FAIRU_SEVERITY_WARNING);
  says(f, "the down shape of 'alpha' equals nominal");
  assert_int_equal(f->n, 4);
  c = clean;
  c.norm_up = 3.5;
  diagnose(ctx, &c, 0, &all);
  f = only(&all, FAIRU_FINDING_LARGE_VARIATION, FAIRU_SEVERITY_WARNING);
  says(f, "+250%");
  fairu_context_destroy(ctx);
}

static void bins_are_looked_at(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  findings all;
  changes c = clean;
  c.background[2] = c.up[2] = c.down[2] = 0.0;
  diagnose(ctx, &c, 0, &all);
  const finding *f = only(&all, FAIRU_FINDING_NO_BACKGROUND, FAIRU_SEVERITY_WARNING);
  assert_true(f->bin == 2 && f->n == 1);
  says(f, "(6 events)");
  c.signal[2] = c.observed[2] = 0.0;
  diagnose(ctx, &c, 1, &all);
  f = only(&all, FAIRU_FINDING_EMPTY_BIN, FAIRU_SEVERITY_NOTE);
  assert_true(f->bin == 2 && f->n == 1);
  c.observed[2] = 3.0;
  diagnose(ctx, &c, 1, &all);
  f = only(&all, FAIRU_FINDING_EMPTY_BIN, FAIRU_SEVERITY_ERROR);
  says(f, "3 events are observed");
  c = clean;
  c.signal[3] = -1.0;
  diagnose(ctx, &c, 0, &all);
  f = only(&all, FAIRU_FINDING_NEGATIVE_YIELD, FAIRU_SEVERITY_WARNING);
  assert_true(f->sample == 0 && f->bin == 3 && f->n == 1);
  says(f, "-1 (bin 3)");
  c.signal[3] = -80.0;
  diagnose(ctx, &c, 0, &all);
  assert_int_equal(all.n, 2);
  assert_int_equal(all.list[1].code, FAIRU_FINDING_NEGATIVE_TOTAL);
  assert_int_equal(all.list[1].severity, FAIRU_SEVERITY_ERROR);
  says(&all.list[1], "-10");
  c = clean;
  memset(c.observed, 0, sizeof c.observed);
  diagnose(ctx, &c, 0, &all);
  assert_int_equal(all.n, 0);
  diagnose(ctx, &c, 1, &all);
  f = only(&all, FAIRU_FINDING_OBSERVED_ZERO, FAIRU_SEVERITY_WARNING);
  says(f, "355 are expected");
  fairu_context_destroy(ctx);
}

static void parameters_are_looked_at(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  findings all;
  changes c = clean;
  c.tau = 1.9e11;
  diagnose(ctx, &c, 0, &all);
  const finding *f = only(&all, FAIRU_FINDING_HUGE_TAU, FAIRU_SEVERITY_NOTE);
  assert_true(f->n == 4 && f->sample == 0 && f->parameter == 3);
  says(f, "1.9e+11");
  c.tau = 0.25;
  diagnose(ctx, &c, 0, &all);
  f = only(&all, FAIRU_FINDING_LARGE_STAT_ERROR, FAIRU_SEVERITY_WARNING);
  assert_true(f->n == 4 && f->sample == 0);
  says(f, "200%");
  c = clean;
  c.stat_width = 1.5;
  diagnose(ctx, &c, 0, &all);
  f = only(&all, FAIRU_FINDING_LARGE_STAT_ERROR, FAIRU_SEVERITY_WARNING);
  assert_true(f->n == 4 && f->sample == 1 && f->parameter == 7);
  c = clean;
  c.idle = 1;
  diagnose(ctx, &c, 0, &all);
  f = only(&all, FAIRU_FINDING_NO_EFFECT, FAIRU_SEVERITY_ERROR);
  assert_true(f->parameter == 11 && f->n == 1);
  says(f, "'idle'");
  fairu_context_destroy(ctx);
}

/* A nuisance without any effect: its templates differ by fluctuations of two samples as large as the data. */
static void fluctuations_that_look_like_knowledge(void **state)
{
  (void)state;
  static const double up[bins] = { 7.0, -8.5, 6.5, -6.0 }; /* about error / sqrt(2) */
  fairu_context *ctx = support_context();
  findings all;
  changes c = clean;
  c.stat_width = 0.11; /* about 1 / sqrt(background) */
  for (int b = 0; b < bins; b++) {
    c.up[b] = c.background[b] + up[b];
    c.down[b] = c.background[b] - up[b];
  }
  diagnose(ctx, &c, 0, &all);
  const finding *f = only(&all, FAIRU_FINDING_FAKE_CONSTRAINT, FAIRU_SEVERITY_WARNING);
  assert_true(f->parameter == 1 && f->n == 4);
  says(f, "constrains 'alpha'");
  c.stat_width = 0.01; /* the same difference of templates without errors is knowledge */
  diagnose(ctx, &c, 0, &all);
  assert_int_equal(all.n, 0);
  fairu_context_destroy(ctx);
}

static void wrong_calls_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  findings all = { .stop_after = 1 };
  changes c = clean;
  setup s, other;
  c.norm_up = 3.5;
  c.tau = 1e9;
  CHECK_OK(ctx, setup_create(ctx, &c, &s));
  CHECK_OK(ctx, setup_create(ctx, &clean, &other));
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_likelihood_diagnose(s.likelihood, ctx, NULL, collect, &all));
  assert_int_equal(all.n, 1);
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
              fairu_likelihood_diagnose(s.likelihood, ctx, other.data, collect, &all));
  CHECK_SAYS(ctx, "another likelihood");
  setup_destroy(&other);
  setup_destroy(&s);
  fairu_context_destroy(ctx);
}

static int diagnose_body(fairu_context *ctx, void *data)
{
  (void)data;
  findings all;
  setup s;
  memset(&all, 0, sizeof all);
  int status = setup_create(ctx, &clean, &s);
  if (status == FAIRU_OK)
    status = fairu_likelihood_diagnose(s.likelihood, ctx, NULL, collect, &all);
  setup_destroy(&s);
  return status;
}

static void allocation_failures_are_clean(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(diagnose_body, NULL) > 10);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_clean_model_has_no_findings),
    cmocka_unit_test(variations_are_looked_at),
    cmocka_unit_test(bins_are_looked_at),
    cmocka_unit_test(parameters_are_looked_at),
    cmocka_unit_test(fluctuations_that_look_like_knowledge),
    cmocka_unit_test(wrong_calls_are_refused),
    cmocka_unit_test(allocation_failures_are_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
