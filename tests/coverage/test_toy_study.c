/* The estimator of a study, toy by toy, against the calls it is made of: counts of events at every Z or of bins, any interval, any nuisance. */
#include "likelihood/rotation_events.h"

enum { TOYS = 6, ROWS = 2000 };

static const double truth[2] = { 1.0, 1.2 };

typedef struct study_case {
  rotation_toy toy;
  fairu_grid *grid;
  fairu_bin_table *tables[2];
  double scales[2];
  fairu_toy_study study;
} study_case;

static void begin(fairu_context *ctx, study_case *c)
{
  memset(c, 0, sizeof *c);
  CHECK_OK(ctx, rotation_create(ctx, &rotation_aware, &c->toy));
  CHECK_OK(ctx, rotation_grid(ctx, &c->grid));
  CHECK_OK(ctx, rotation_table(ctx, c->grid, ROWS, 1.0, 1.2, 500.0, 1, &c->tables[0]));
  CHECK_OK(ctx, rotation_table(ctx, c->grid, ROWS, -1.0, 1.2, 5000.0, 2, &c->tables[1]));
  c->scales[0] = 1.0;
  c->scales[1] = 0.8;
  CHECK_OK(ctx, fairu_toy_study_init(&c->study, sizeof c->study));
  assert_true(c->study.seed == 1 && c->study.nuisance == FAIRU_NONE && c->study.n_tables == 0);
  c->study.likelihood = c->toy.likelihood;
  c->study.truth = truth;
  c->study.n_params = 2;
  c->study.seed = 9;
}

static void with_tables(study_case *c)
{
  c->study.grid = c->grid;
  c->study.tables = (const fairu_bin_table *const *)c->tables;
  c->study.scales = c->scales;
  c->study.n_tables = 2;
}

static void end(study_case *c)
{
  fairu_bin_table_destroy(c->tables[0]);
  fairu_bin_table_destroy(c->tables[1]);
  fairu_grid_destroy(c->grid);
  rotation_destroy(&c->toy);
}

/* One toy by hand: drawn, then its interval from the truth on; the best fit for the nuisance. */
static fairu_toy_result by_hand(fairu_context *ctx, const study_case *c, uint64_t toy)
{
  const fairu_toy_study *s = &c->study;
  fairu_toy_result r = { .toy = toy, .nuisance = NAN };
  fairu_data *data = NULL;
  fairu_interval_options o;
  fairu_fit_options fit;
  fairu_interval interval = { .struct_size = sizeof interval };
  double best[2];
  CHECK_OK(ctx, fairu_data_create(ctx, s->likelihood, &data));
  if (s->n_tables)
    CHECK_OK(ctx, fairu_likelihood_toy_events(s->likelihood, ctx, truth, 2, c->grid, s->tables, s->scales, 2,
                                              s->seed, toy, data));
  else
    CHECK_OK(ctx, fairu_likelihood_toy(s->likelihood, ctx, truth, 2, s->seed, toy, data));
  CHECK_OK(ctx, fairu_interval_options_init(&o, sizeof o));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  if (s->interval)
    o = *s->interval;
  if (o.fit)
    fit = *o.fit;
  fit.start = truth;
  o.fit = &fit;
  CHECK_OK(ctx, fairu_likelihood_interval(s->likelihood, ctx, data, &o, &interval, NULL, NULL, 2));
  CHECK_OK(ctx, fairu_likelihood_fit(s->likelihood, ctx, data, &fit, best, 2, NULL, NULL));
  r.estimate = interval.best;
  r.lower = interval.lower;
  r.upper = interval.upper;
  r.nuisance = s->nuisance == FAIRU_NONE ? (double)NAN : best[s->nuisance];
  fairu_data_destroy(data);
  return r;
}

static void check_study(fairu_context *ctx, study_case *c)
{
  fairu_toy_result results[TOYS];
  CHECK_OK(ctx, fairu_toys_run(ctx, 3, TOYS, fairu_toy_study_estimate, &c->study, results));
  for (uint64_t i = 0; i < TOYS; i++) {
    const fairu_toy_result r = by_hand(ctx, c, 3 + i);
    assert_true(results[i].toy == r.toy && results[i].status == FAIRU_OK);
    assert_true(results[i].estimate == r.estimate && results[i].lower == r.lower &&
                results[i].upper == r.upper);
    assert_true(isnan(r.nuisance) ? isnan(results[i].nuisance) : results[i].nuisance == r.nuisance);
    assert_true(r.lower < r.estimate && r.estimate < r.upper);
  }
}

static void toys_are_drawn_and_fitted_as_by_hand(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int tables = 0; tables < 2; tables++)
    for (int nuisance = 0; nuisance < 2; nuisance++) {
      study_case c;
      begin(ctx, &c);
      if (tables)
        with_tables(&c);
      c.study.nuisance = nuisance ? 1 : FAIRU_NONE;
      check_study(ctx, &c);
      end(&c);
    }
  fairu_context_destroy(ctx);
}

/* The interval's options are those of the study: another level, another parameter, how inner fits run. */
static void intervals_are_those_that_were_asked_for(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  study_case c;
  fairu_interval_options o;
  fairu_fit_options fit;
  fairu_toy_result narrow, wide;
  begin(ctx, &c);
  with_tables(&c);
  CHECK_OK(ctx, fairu_toy_study_estimate(ctx, 0, &narrow, &c.study));
  CHECK_OK(ctx, fairu_interval_options_init(&o, sizeof o));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  o.level = 0.95;
  c.study.interval = &o;
  CHECK_OK(ctx, fairu_toy_study_estimate(ctx, 0, &wide, &c.study));
  assert_true(wide.lower < narrow.lower && wide.upper > narrow.upper);
  check_study(ctx, &c);
  o.parameter = 1;
  fit.spread_starts = 0;
  o.fit = &fit;
  check_study(ctx, &c);
  end(&c);
  fairu_context_destroy(ctx);
}

static void check_refused(fairu_context *ctx, const fairu_toy_study *study, int code, const char *says)
{
  fairu_toy_study copy = *study;
  fairu_toy_result r;
  CHECK_FAILS(ctx, code, fairu_toy_study_estimate(ctx, 0, &r, &copy));
  CHECK_SAYS(ctx, says);
}

static void studies_without_sense_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  study_case c;
  begin(ctx, &c);
  with_tables(&c);
  fairu_toy_study s = c.study;
  s.grid = NULL;
  check_refused(ctx, &s, FAIRU_ERR_NULL, "2 tables but grid is NULL");
  s = c.study;
  s.scales = NULL;
  check_refused(ctx, &s, FAIRU_ERR_NULL, "2 tables but scales is NULL");
  s = c.study;
  s.tables = NULL;
  check_refused(ctx, &s, FAIRU_ERR_NULL, "2 tables but tables is NULL");
  s = c.study;
  s.n_params = 3;
  check_refused(ctx, &s, FAIRU_ERR_SHAPE, "model has 2 parameters, truth has 3");
  s = c.study;
  s.nuisance = 2;
  check_refused(ctx, &s, FAIRU_ERR_RANGE, "nuisance 2 of 2 parameters");
  end(&c);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(toys_are_drawn_and_fitted_as_by_hand),
    cmocka_unit_test(intervals_are_those_that_were_asked_for),
    cmocka_unit_test(studies_without_sense_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
