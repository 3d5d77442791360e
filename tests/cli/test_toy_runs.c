/* The parts of the toy study in the small: which rows there are and in which order, and that each is what its problem alone gives. */
#include "toy_plain.h"
#include "written.h"

#include "cli/study.h"
#include "cli/toy_results.h"

typedef struct trial {
  cli c;
  toy_options options;
  toy_results *r;
} trial;

static void begin_curves(toy_results *r)
{
  out_csv_begin(&r->decision, "method,z,x,y,score");
  out_csv_begin(&r->templates, "method,z,process,bin,yield,variance");
  out_csv_begin(&r->nll_map, "method,case,mu,z,nll");
  out_csv_begin(&r->profile, "method,case,z_mode,mu,nll");
}

static void trial_create(trial *t, uint64_t seed, int threads)
{
  *t = (trial){ .c = { .ctx = support_context() }, .options = { .seed = seed } };
  t->r = calloc(1, sizeof *t->r);
  assert_non_null(t->r);
  t->r->options = &t->options;
  t->r->scale = (toy_scale){ .training_events = 6000,
                             .epochs = 2,
                             .auc_events = 200,
                             .template_events = 1024,
                             .pool_events = 512,
                             .net_pool_events = 512,
                             .toys = 3,
                             .net_toys = 2,
                             .step_toys = 3,
                             .unbinned_toys = 1,
                             .knots = 41 };
  begin_curves(t->r);
  CHECK_OK(t->c.ctx, fairu_context_set_threads(t->c.ctx, threads));
}

/* How many rows each table of curves has. */
static size_t rows_of(trial *t, out_csv *csv)
{
  const char *folder = support_directory();
  assert_int_equal(out_csv_write(csv, &t->c, folder, "rows.csv"), FAIRU_OK);
  written_table table = written_read(folder, "rows.csv");
  const size_t n = table.n_rows;
  written_free(&table);
  return n;
}

static void check_curves(trial *t, size_t decision, size_t templates, size_t maps, size_t profiles)
{
  assert_int_equal(rows_of(t, &t->r->decision), decision * 3 * 41 * 41);
  assert_int_equal(rows_of(t, &t->r->templates), templates * 5 * 20);
  assert_int_equal(rows_of(t, &t->r->nll_map), maps * 41 * 81);
  assert_int_equal(rows_of(t, &t->r->profile), profiles * 2 * 61);
}

static void trial_clear(trial *t)
{
  out_csv *const curves[4] = { &t->r->decision, &t->r->templates, &t->r->nll_map, &t->r->profile };
  for (int i = 0; i < 4; i++)
    assert_int_equal(out_csv_write(curves[i], &t->c, NULL, NULL), FAIRU_OK);
  free(t->r);
  fairu_context_destroy(t->c.ctx);
}

/* ---- closed forms --------------------------------------------------------------------------------------- */

static int same_interval(const toy_interval *a, const toy_interval *b)
{
  const double
      x[7] = { a->mu_hat, a->z_hat, a->lower[0], a->lower[1], a->upper[0], a->upper[1], a->half_width },
      y[7] = { b->mu_hat, b->z_hat, b->lower[0], b->lower[1], b->upper[0], b->upper[1], b->half_width };
  for (int i = 0; i < 7; i++)
    if (!(x[i] == y[i] || (isnan(x[i]) && isnan(y[i]))))
      return 0;
  return 1;
}

/* All combinations once: five methods, two binnings, two angles, two mu, two constraints, three treatments of z; some of them made again alone. */
static void intervals_of_closed_forms(void **state)
{
  (void)state;
  trial t;
  trial_create(&t, 1, 1);
  assert_int_equal(toy_run_closed(&t.c, t.r), FAIRU_OK);
  assert_int_equal(t.r->n_intervals, 5 * 16 * 3);
  for (size_t i = 0; i < t.r->n_intervals; i++) {
    const toy_interval_row *row = &t.r->intervals[i];
    const toy_settings *s = &row->settings;
    assert_int_equal(s->method, i / 48);
    assert_string_equal(row->method, toy_method_name(s->method));
    assert_int_equal(row->trained, 0);
    assert_int_equal(s->binning, i / 24 % 2 ? TOY_LOGIT : TOY_UNIFORM);
    CHECK_SAME(s->z_true, i / 12 % 2 ? M_PI_2 : M_PI_4);
    CHECK_SAME(s->mu_true, 1.0 + (double)(i / 6 % 2));
    assert_int_equal(s->aux, i / 3 % 2);
    assert_int_equal(row->z_mode, i % 3);
    assert_ptr_equal(
        toy_find_interval(t.r, row->method, s->binning, s->z_true, s->mu_true, s->aux, row->z_mode), row);
    if (row->z_mode == TOY_FIXED) {
      CHECK_NEAR(row->interval.mu_hat, s->mu_true, 1e-4);
      CHECK_SAME(row->interval.z_hat, s->z_true);
      /* a fixed z never widens */
      assert_true(row[TOY_CONT].interval.half_width > 0.999 * row->interval.half_width);
    }
    if (i % 29 == 0) {
      toy_problem problem;
      toy_interval alone;
      CHECK_OK(t.c.ctx, toy_problem_create_closed(t.c.ctx, s, &problem));
      CHECK_OK(t.c.ctx, toy_problem_interval(&problem, t.c.ctx, row->z_mode, &alone));
      assert_true(same_interval(&alone, &row->interval));
      toy_problem_clear(&problem);
    }
  }
  /* what binning costs: finer bins of one kind are narrower, none below the floor */
  assert_int_equal(t.r->n_widths, 9);
  for (size_t i = 0; i < 9; i++) {
    assert_true(t.r->widths[i].half_width > TOY_FLOOR);
    for (size_t k = 0; k < 9; k++)
      if (t.r->widths[i].binning == t.r->widths[k].binning && t.r->widths[i].n_bins > t.r->widths[k].n_bins)
        assert_true(t.r->widths[i].half_width < t.r->widths[k].half_width);
  }
  CHECK_SAME(t.r->widths[0].half_width,
             toy_find_interval(t.r, "aware", TOY_UNIFORM, M_PI_2, 1.0, 0, TOY_FIXED)->interval.half_width);
  check_curves(&t, 0, 5, 8, 10);
  trial_clear(&t);
}

/* A coverage of each method at each angle, each what it is alone; the same on two threads; the check of the step has half of it. */
static void coverage_of_closed_forms(void **state)
{
  (void)state;
  fairu_coverage first[2 * TOY_METHODS];
  for (int run = 0; run < 2; run++) {
    trial t;
    trial_create(&t, 2, 1 + run);
    assert_int_equal(toy_run_closed_coverage(&t.c, t.r), FAIRU_OK);
    assert_int_equal(t.r->n_coverages, 2 * TOY_METHODS);
    assert_int_equal(t.r->step.knots, 81);
    assert_int_equal(t.r->step.fine.n + t.r->step.fine.n_failed, 3);
    for (size_t i = 0; i < 2 * TOY_METHODS; i++) {
      const toy_coverage_row *row = &t.r->coverages[i];
      assert_string_equal(row->method, toy_method_name((int)(i % TOY_METHODS)));
      CHECK_SAME(row->settings.z_true, i < TOY_METHODS ? M_PI_4 : M_PI_2);
      assert_int_equal(row->found.n + row->found.n_failed, 3);
      if (run == 0)
        first[i] = row->found;
      else
        assert_true(first[i].mean_estimate == row->found.mean_estimate &&
                    first[i].n_covered == row->found.n_covered &&
                    first[i].mean_half_width == row->found.mean_half_width);
    }
    for (int i = 0; i < 2; i++) /* of 512 events per class: far from exact, but no nonsense */
      assert_true(t.r->pool_deviation[i] > 0.0 && t.r->pool_deviation[i] < 50.0);
    check_curves(&t, 0, 0, 0, 0);
    trial_clear(&t);
  }
}

/* Event-wise: both angles and both mu; toys at pi/2 with mu = 1 alone. The error does not depend on the angle, and is not below the floor. */
static void event_wise_rows(void **state)
{
  (void)state;
  trial t;
  trial_create(&t, 1, 1);
  assert_int_equal(toy_run_unbinned(&t.c, t.r), FAIRU_OK);
  assert_int_equal(t.r->n_unbinned, 4);
  for (size_t i = 0; i < 4; i++) {
    const toy_unbinned_row *row = &t.r->unbinned[i];
    assert_string_equal(row->method, "unbinned");
    CHECK_SAME(row->settings.z_true, i / 2 ? M_PI_2 : M_PI_4);
    CHECK_SAME(row->settings.mu_true, 1.0 + (double)(i % 2));
    CHECK_NEAR(row->fit.mu_hat, row->settings.mu_true, 0.01 * row->fit.sigma_mu + 1e-4);
    CHECK_CLOSE(row->fit.sigma_mu, t.r->unbinned[i % 2].fit.sigma_mu, 0.02);
    CHECK_CLOSE(row->fit.sigma_mu, toy_unbinned_floor(row->settings.mu_true), 0.02);
    CHECK_CLOSE(0.5 * (row->fit.upper - row->fit.lower), row->fit.sigma_mu, 0.02);
  }
  assert_int_equal(t.r->n_coverages, 1);
  CHECK_SAME(t.r->coverages[0].settings.z_true, M_PI_2);
  assert_string_equal(t.r->coverages[0].method, "unbinned");
  trial_clear(&t);
}

/* ---- networks ------------------------------------------------------------------------------------------- */

/* Too few events behind templates leave a bin empty at some angle: the study ends there and names it, with what the first network told before. */
static void few_events_behind_templates(void **state)
{
  (void)state;
  trial t;
  trial_create(&t, 1, 1);
  t.r->scale.template_events = 256;
  assert_int_equal(toy_run_networks(&t.c, t.r), FAIRU_ERR_NEGATIVE_YIELD);
  CHECK_SAYS(t.c.ctx, "yield is 0 but positive at other points");
  CHECK_SAYS(t.c.ctx, "at z = ");
  assert_int_equal(t.r->n_losses, 2);
  assert_int_equal(t.r->n_aucs, 2);
  assert_int_equal(t.r->n_intervals, 0);
  assert_int_equal(t.r->n_coverages, 0);
  check_curves(&t, 1, 0, 0, 0);
  trial_clear(&t);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(intervals_of_closed_forms),
    cmocka_unit_test(coverage_of_closed_forms),
    cmocka_unit_test(event_wise_rows),
    cmocka_unit_test(few_events_behind_templates),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
