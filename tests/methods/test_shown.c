/* The table that is trained on: weights, ids and classes of copies; who meets which Z. */
#include "methods/rotation.h"
#include "methods/shown.h"

enum { EVENTS = 2000 };

static const double angles[2] = { 0.2, 1.1 };

typedef struct fixture {
  fairu_context *ctx;
  fairu_method_job job;
  fairu_nuisance nuisances[2];
  double nominal[2];
  size_t chosen[1];
  const char *chosen_names[1];
  fairu_shown_points points;
  fairu_shown shown;
} fixture;

/* "cut_x": events with x < 0 go; weights are made up and ids are not the places. */
static fixture begin(int cut)
{
  static double weights[EVENTS];
  static uint64_t ids[EVENTS];
  fixture f = { .ctx = support_context() };
  fairu_events *events = rotation_events(f.ctx, 5, EVENTS);
  fairu_systematics *systematics = rotation_systematics(f.ctx, 2);
  for (size_t i = 0; i < EVENTS; i++) {
    weights[i] = i % 7 ? 1.5 : -0.25;
    ids[i] = 10 * i + 3;
  }
  CHECK_OK(f.ctx, fairu_events_set_weights(events, f.ctx, weights, EVENTS));
  CHECK_OK(f.ctx, fairu_events_set_ids(events, f.ctx, ids, EVENTS));
  if (cut)
    CHECK_OK(f.ctx, fairu_systematics_add_cut(systematics, f.ctx, "x", 0.0, (double)INFINITY));
  f.job.events = events;
  f.job.systematics = systematics;
  f.job.options = rotation_options(f.ctx, FAIRU_METHOD_AWARE, &f.job.training);
  f.job.n_nuisances = 2;
  f.job.n_chosen = 1;
  f.chosen_names[0] = "z";
  for (size_t i = 0; i < 2; i++) {
    f.nuisances[i].struct_size = sizeof f.nuisances[i];
    CHECK_OK(f.ctx, fairu_systematics_nuisance(systematics, f.ctx, i, &f.nuisances[i]));
    f.nominal[i] = f.nuisances[i].nominal;
  }
  return f;
}

static const fairu_events *show(fixture *f, int nominal)
{
  f->job.nuisances = f->nuisances;
  f->job.nominal = f->nominal;
  f->job.chosen = f->chosen;
  f->job.names = f->chosen_names;
  const fairu_shown_request request = { .points = &f->points, .with_z = 1 };
  fairu_shown__free(f->ctx, &f->shown);
  CHECK_OK(f->ctx, nominal ? fairu_shown__nominal(&f->job, f->ctx, &f->points)
                           : fairu_shown__points(&f->job, f->ctx, &f->points));
  CHECK_OK(f->ctx, fairu_shown__create(&f->job, f->ctx, &request, &f->shown));
  return f->shown.tables[0];
}

static void end(fixture *f)
{
  fairu_shown__free(f->ctx, &f->shown);
  fairu_events_destroy((fairu_events *)(uintptr_t)f->job.events);
  fairu_systematics_destroy((fairu_systematics *)(uintptr_t)f->job.systematics);
  fairu_context_destroy(f->ctx);
}

/* Sum of weights of a label of the events at (z, w), by the systematics layer alone. */
static double yield_at(const fixture *f, double z, double w, int32_t label)
{
  const double at[2] = { z, w };
  fairu_events *shifted = NULL;
  double sum = 0.0;
  CHECK_OK(f->ctx,
           fairu_systematics_apply(f->job.systematics, f->ctx, f->job.events, at, 2, 1, NULL, &shifted));
  CHECK_OK(f->ctx, fairu_events_sum_weights(shifted, f->ctx, label, &sum));
  fairu_events_destroy(shifted);
  return sum;
}

static double yield_of(const fixture *f, const fairu_events *table, int32_t label)
{
  double sum = 0.0;
  CHECK_OK(f->ctx, fairu_events_sum_weights(table, f->ctx, label, &sum));
  return sum;
}

static void yields_are_means_over_points(void **state)
{
  (void)state;
  fixture f = begin(1);
  const double points[6] = { angles[0], 0.7, angles[1], 1.2, 2.0, 1.0 };
  f.job.options.points = points;
  f.job.options.n_points = 3;
  const fairu_events *table = show(&f, 0);
  for (int32_t label = 0; label < 2; label++) {
    double mean = 0.0;
    for (int i = 0; i < 3; i++)
      mean += yield_at(&f, points[2 * i], points[2 * i + 1], label) / 3.0;
    CHECK_CLOSE(yield_of(&f, table, label), mean, 1e-12);
  }
  table = show(&f, 1);
  CHECK_CLOSE(yield_of(&f, table, 0), yield_at(&f, quarter_pi, 1.0, 0), 1e-12);
  end(&f);
}

static double column(const fairu_events *table, const char *name, fairu_context *ctx, size_t row)
{
  size_t index = 0, stride = 0;
  CHECK_OK(ctx, fairu_events_find_column(table, ctx, name, &index));
  const float *values = fairu_events_column(table, index, &stride);
  return (double)values[row * stride];
}

/* Every event is shown `copies` times, with its own weight over their number, turned by the z that is told. */
static void every_event_has_its_copies(void **state)
{
  (void)state;
  static int seen[EVENTS];
  fixture f = begin(0);
  f.job.options.copies = 3;
  const fairu_events *table = show(&f, 0);
  const size_t n = fairu_events_n_events(table);
  const uint64_t *ids = fairu_events_ids(table);
  memset(seen, 0, sizeof seen);
  assert_int_equal(n, 3 * EVENTS);
  for (size_t row = 0; row < n; row++) {
    const size_t source = (size_t)(ids[row] - 3) / 10;
    const double turned = column(table, "z", f.ctx, row) - quarter_pi;
    const double x = column(f.job.events, "x", f.ctx, source), y = column(f.job.events, "y", f.ctx, source);
    seen[source]++;
    CHECK_NEAR(column(table, "x", f.ctx, row), x * cos(turned) - y * sin(turned), 1e-5);
    CHECK_CLOSE(fairu_events_weights(table)[row], fairu_events_weights(f.job.events)[source] / 3.0, 1e-15);
    assert_int_equal(fairu_events_labels(table)[row], fairu_events_labels(f.job.events)[source]);
  }
  for (size_t i = 0; i < EVENTS; i++)
    assert_int_equal(seen[i], 3);
  end(&f);
}

/* Mean and width of the told z are the prior's times the spread, whatever the class: Z must not tell the label. */
static void draws_follow_the_prior_in_both_classes(void **state)
{
  (void)state;
  fixture f = begin(0);
  f.job.options.copies = 8;
  for (int i = 0; i < 2; i++) {
    double sum[2] = { 0.0, 0.0 }, squares[2] = { 0.0, 0.0 }, n[2] = { 0.0, 0.0 };
    f.job.options.spread = i ? 0.5 : 1.0;
    const fairu_events *table = show(&f, 0);
    for (size_t row = 0; row < fairu_events_n_events(table); row++) {
      const int32_t label = fairu_events_labels(table)[row];
      const double z = (column(table, "z", f.ctx, row) - quarter_pi) / (0.5 * f.job.options.spread);
      sum[label] += z;
      squares[label] += z * z;
      n[label] += 1.0;
    }
    for (int label = 0; label < 2; label++) { /* 2048 draws: 5 sigma */
      CHECK_NEAR(sum[label] / n[label], 0.0, 5.0 / sqrt(2048.0));
      CHECK_NEAR(squares[label] / n[label], 1.0, 5.0 * sqrt(2.0 / 2048.0));
    }
    CHECK_NEAR(sum[0] / n[0], sum[1] / n[1], 5.0 * sqrt(2.0 / 8000.0)); /* 8000 copies a class */
  }
  end(&f);
}

/* The same events in another order are shown at the same Z. */
static void order_does_not_matter(void **state)
{
  (void)state;
  static size_t reverse[EVENTS];
  static double told[EVENTS];
  fixture f = begin(0);
  f.job.options.copies = 1;
  for (size_t i = 0; i < EVENTS; i++)
    reverse[i] = EVENTS - 1 - i;
  const fairu_events *table = show(&f, 0);
  for (size_t row = 0; row < EVENTS; row++)
    told[(fairu_events_ids(table)[row] - 3) / 10] = column(table, "z", f.ctx, row);
  fairu_events *turned = NULL;
  CHECK_OK(f.ctx, fairu_events_select(f.job.events, f.ctx, reverse, EVENTS, &turned));
  fairu_events_destroy((fairu_events *)(uintptr_t)f.job.events);
  f.job.events = turned;
  table = show(&f, 0);
  for (size_t row = 0; row < EVENTS; row++)
    assert_true(told[(fairu_events_ids(table)[row] - 3) / 10] == column(table, "z", f.ctx, row));
  end(&f);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(yields_are_means_over_points),
    cmocka_unit_test(every_event_has_its_copies),
    cmocka_unit_test(draws_follow_the_prior_in_both_classes),
    cmocka_unit_test(order_does_not_matter),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
