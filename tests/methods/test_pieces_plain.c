/* The small pieces of a method - widths and steps, classes, shares, points, tables at variations - against plain code, at random. */
#include "methods/rotation.h"
#include "methods/seeds.h"
#include "methods/shares.h"
#include "methods/shown.h"
#include "methods/widths.h"
#include "support/draws.h"

enum { EVENTS = 300, MOST_TABLE = 9, POINTS = 3, VARIATIONS = 2, NUISANCES = 2 };

/* ---- widths ------------------------------------------------------------------------------------------------------ */

static fairu_nuisance some_nuisance(fairu_context *ctx, int prior)
{
  fairu_nuisance n;
  CHECK_OK(ctx, fairu_nuisance_init(&n, sizeof n));
  n.name = "z";
  n.prior = prior;
  return n;
}

/* Standard deviation of a density between its points, by many midpoints. */
static double summed_width(const double *z, const double *density, size_t n)
{
  enum { STEPS = 2000 };
  double norm = 0.0, mean = 0.0, square = 0.0;
  for (size_t i = 0; i + 1 < n; i++)
    for (int k = 0; k < STEPS; k++) {
      const double f = (k + 0.5) / STEPS, at = z[i] + f * (z[i + 1] - z[i]);
      const double p = (density[i] + f * (density[i + 1] - density[i])) * (z[i + 1] - z[i]) / STEPS;
      norm += p;
      mean += p * at;
      square += p * at * at;
    }
  return sqrt(square / norm - mean * mean / norm / norm);
}

static void widths_are_standard_deviations(void **state)
{
  (void)state;
  draws d = { .state = 31 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < 100; round++) {
    double z[MOST_TABLE], density[MOST_TABLE];
    const size_t n = 4 + draw_below(&d, MOST_TABLE - 3);
    fairu_nuisance nuisance = some_nuisance(ctx, FAIRU_PRIOR_TABULATED);
    for (size_t i = 0; i < n; i++) {
      z[i] = (i ? z[i - 1] : draw_between(&d, -3.0, 3.0)) + draw_between(&d, 0.05, 1.0);
      density[i] = draw_between(&d, 0.01, 2.0);
    }
    nuisance.table_z = z;
    nuisance.table_density = density;
    nuisance.n_table = n;
    CHECK_CLOSE(fairu_method__width(&nuisance), summed_width(z, density, n), 1e-5); /* 2000 steps: h^2 */
    nuisance = some_nuisance(ctx, FAIRU_PRIOR_UNIFORM);
    nuisance.lower = draw_between(&d, -3.0, 0.0);
    nuisance.upper = draw_between(&d, 0.1, 3.0);
    const double ends[2] = { nuisance.lower, nuisance.upper }, flat[2] = { 1.0, 1.0 };
    CHECK_CLOSE(fairu_method__width(&nuisance), summed_width(ends, flat, 2), 1e-6);
    nuisance = some_nuisance(ctx, FAIRU_PRIOR_GAUSSIAN);
    nuisance.width = draw_between(&d, 0.1, 4.0);
    assert_true(fairu_method__width(&nuisance) == nuisance.width);
    nuisance.prior = FAIRU_PRIOR_LOG_NORMAL;
    nuisance.nominal = draw_between(&d, 0.5, 2.0);
    CHECK_CLOSE(fairu_method__width(&nuisance), nuisance.width * nuisance.nominal, 1e-15);
    nuisance.centre = draw_between(&d, 0.5, 2.0);
    CHECK_CLOSE(fairu_method__width(&nuisance), nuisance.width * nuisance.centre, 1e-15);
  }
  fairu_context_destroy(ctx);
}

/* Not beyond the range, and one side may have no room at all; both: refused. */
static void steps_stay_within_the_range(void **state)
{
  (void)state;
  draws d = { .state = 32 };
  fairu_context *ctx = support_context();
  size_t chosen[1] = { 0 };
  for (int round = 0; round < 300; round++) {
    fairu_nuisance n = some_nuisance(ctx, FAIRU_PRIOR_GAUSSIAN);
    const double given = draw_between(&d, 0.01, 2.0), up = 0.5 * (double)draw_below(&d, 4),
                 down = 0.5 * (double)draw_below(&d, 4);
    fairu_method_job job = { .nuisances = &n, .n_nuisances = 1, .chosen = chosen, .n_chosen = 1 };
    fairu_method_steps steps;
    n.nominal = 0.25 * (double)draw_below(&d, 8);
    n.width = draw_between(&d, 0.1, 2.0);
    n.lower = n.nominal - down;
    n.upper = n.nominal + up;
    job.options.step = draw_between(&d, 0.1, 2.0);
    job.options.steps = draw_below(&d, 2) ? &given : NULL;
    const double wanted = job.options.steps ? given : job.options.step * n.width;
    if (up == 0.0 && down == 0.0) {
      CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_method__steps(&job, ctx, 0, &steps));
      CHECK_SAYS(ctx, "the range of \"z\" is the point");
      continue;
    }
    CHECK_OK(ctx, fairu_method__steps(&job, ctx, 0, &steps));
    assert_true(steps.up == (wanted < up ? wanted : up));
    assert_true(steps.down == (wanted < down ? wanted : down));
  }
  fairu_context_destroy(ctx);
}

/* ---- classes ----------------------------------------------------------------------------------------------------- */

static void classes_are_those_of_the_label(void **state)
{
  (void)state;
  static const char *const categories[4] = { "b", "s", "1", "other" };
  draws d = { .state = 33 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < 60; round++) {
    int32_t labels[EVENTS], classes[EVENTS];
    char text[32];
    const int named = (int)draw_below(&d, 2);
    const int32_t offset = named ? 0 : -2, wanted = (int32_t)draw_below(&d, 4) + offset;
    fairu_events *events = rotation_events(ctx, draw(&d), EVENTS);
    for (size_t i = 0; i < EVENTS; i++)
      labels[i] = (int32_t)draw_below(&d, 4) + offset;
    CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, EVENTS));
    if (named)
      CHECK_OK(ctx, fairu_events_set_categories(events, ctx, categories, 4));
    snprintf(text, sizeof text, "%d", (int)wanted);
    fairu_method_job job = { .events = events };
    job.options.signal_label = named ? categories[wanted] : text;
    CHECK_OK(ctx, fairu_shown__classes(&job, ctx, classes));
    for (size_t i = 0; i < EVENTS; i++)
      assert_int_equal(classes[i], labels[i] == wanted);
    job.options.signal_label = NULL;
    CHECK_OK(ctx, fairu_shown__classes(&job, ctx, classes));
    assert_memory_equal(classes, labels, sizeof labels);
    job.options.signal_label = "none";
    CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_shown__classes(&job, ctx, classes));
    CHECK_SAYS(ctx, named ? "no label is named \"none\": there are 4, \"b\" first"
                          : "signal_label \"none\" is no number");
    fairu_events_destroy(events);
  }
  fairu_context_destroy(ctx);
}

/* ---- shares ------------------------------------------------------------------------------------------------------ */

static void check_share(const fairu_shares *s, fairu_context *ctx, const fairu_events *events,
                        const uint32_t *parts, size_t part)
{
  const uint64_t *ids = fairu_events_ids(events);
  fairu_events *some = NULL;
  size_t n = 0;
  CHECK_OK(ctx, fairu_shares__events(s, ctx, events, part, &some));
  for (size_t i = 0; i < EVENTS; i++) {
    if (parts[i] != part)
      continue;
    assert_true(n < fairu_events_n_events(some));
    assert_true(fairu_events_ids(some)[n] == (ids ? ids[i] : i));
    assert_true(fairu_events_column(some, 0, NULL)[n] == fairu_events_column(events, 0, NULL)[i]);
    assert_int_equal(fairu_events_labels(some)[n], fairu_events_labels(events)[i]);
    assert_int_equal(s->rows[s->begin[part] + n], i);
    n++;
  }
  assert_int_equal(fairu_events_n_events(some), n);
  fairu_events_destroy(some);
}

/* Each event is in the part that the public split says, in the order of the table; dealt again, in others. */
static void shares_are_those_of_the_split(void **state)
{
  (void)state;
  draws d = { .state = 34 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < 4; round++) {
    fairu_shares shares;
    uint64_t ids[EVENTS];
    fairu_events *events = rotation_events(ctx, draw(&d), EVENTS);
    for (size_t i = 0; i < EVENTS; i++)
      ids[i] = draw(&d) >> 20 | (uint64_t)i << 50;
    if (round % 2)
      CHECK_OK(ctx, fairu_events_set_ids(events, ctx, ids, EVENTS));
    CHECK_OK(ctx, fairu_shares__create(&shares, ctx, EVENTS));
    for (int again = 0; again < 2; again++) {
      uint32_t parts[EVENTS];
      const uint64_t seed = draw(&d);
      CHECK_OK(ctx, fairu_events_split(events, ctx, seed, FAIRU_DRAWS_OF_A_COPY, parts));
      CHECK_OK(ctx, fairu_shares__deal(&shares, ctx, events, seed));
      assert_int_equal(shares.begin[0], 0);
      assert_int_equal(shares.begin[FAIRU_DRAWS_OF_A_COPY], EVENTS);
      for (size_t part = 0; part < FAIRU_DRAWS_OF_A_COPY; part++)
        check_share(&shares, ctx, events, parts, part);
    }
    fairu_shares__free(&shares, ctx);
    fairu_events_destroy(events);
  }
  fairu_context_destroy(ctx);
}

/* ---- tables at points and variations ----------------------------------------------------------------------------------- */

typedef struct made {
  fairu_context *ctx;
  fairu_method_job job;
  fairu_training_options training;
  fairu_nuisance nuisances[NUISANCES];
  double nominal[NUISANCES], points[POINTS * NUISANCES], offsets[VARIATIONS * NUISANCES];
  double weights[EVENTS], cut;
} made;

static size_t chosen_both[NUISANCES] = { 1, 0 };
static const char *told_names[NUISANCES] = { "w", "z" };

static void make(draws *d, fairu_context *ctx, made *m)
{
  memset(m, 0, sizeof *m);
  m->ctx = ctx;
  fairu_events *events = rotation_events(ctx, draw(d), EVENTS);
  fairu_systematics *systematics = rotation_systematics(ctx, NUISANCES);
  for (size_t i = 0; i < EVENTS; i++)
    m->weights[i] = draw_between(d, 0.5, 1.5);
  m->cut = draw_between(d, -1.0, 0.5);
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, m->weights, EVENTS));
  CHECK_OK(ctx, fairu_systematics_add_cut(systematics, ctx, "x", m->cut, HUGE_VAL));
  for (size_t k = 0; k < NUISANCES; k++) {
    m->nuisances[k].struct_size = sizeof m->nuisances[k];
    CHECK_OK(ctx, fairu_systematics_nuisance(systematics, ctx, k, &m->nuisances[k]));
    m->nominal[k] = m->nuisances[k].nominal;
  }
  for (size_t p = 0; p < POINTS * NUISANCES; p++)
    m->points[p] = m->nominal[p % NUISANCES] + draw_between(d, -0.5, 0.5);
  for (size_t v = 0; v < VARIATIONS * NUISANCES; v++)
    m->offsets[v] = draw_between(d, -0.4, 0.4);
  m->job = (fairu_method_job){ .events = events, .systematics = systematics };
  m->job.options = rotation_options(ctx, FAIRU_METHOD_AWARE, &m->training);
  m->job.training = m->training;
  m->job.options.points = m->points;
  m->job.options.n_points = POINTS;
  m->job.n_nuisances = m->job.n_chosen = NUISANCES;
  m->job.nuisances = m->nuisances;
  m->job.nominal = m->nominal;
  m->job.chosen = chosen_both;
  m->job.names = told_names;
}

static void made_free(made *m)
{
  fairu_events_destroy((fairu_events *)(uintptr_t)m->job.events);
  fairu_systematics_destroy((fairu_systematics *)(uintptr_t)m->job.systematics);
}

/* Event i at point p and variation t (0: none); 1: passes. Weight is as it is written. */
static int plain_event(const made *m, size_t i, size_t p, size_t t, double place[2], double *weight)
{
  const double z = m->points[p * NUISANCES] + (t ? m->offsets[(t - 1) * NUISANCES] : 0.0) - quarter_pi;
  const double w = m->points[p * NUISANCES + 1] + (t ? m->offsets[(t - 1) * NUISANCES + 1] : 0.0);
  const double x = (double)fairu_events_column(m->job.events, 0, NULL)[i];
  const double y = (double)fairu_events_column(m->job.events, 1, NULL)[i];
  place[0] = x * cos(z) - y * sin(z);
  place[1] = x * sin(z) + y * cos(z);
  *weight = m->weights[i] * (fairu_events_labels(m->job.events)[i] ? 1.0 : w) / POINTS;
  return (double)(float)place[0] >= m->cut;
}

static void check_row(const made *m, const fairu_shown *shown, size_t row, size_t i, size_t p, size_t t,
                      int *is_zero)
{
  const fairu_events *table = shown->tables[t];
  double place[2], weight;
  const int passes = plain_event(m, i, p, t, place, &weight);
  *is_zero = !passes;
  CHECK_NEAR(fairu_events_weights(table)[row], passes ? weight : 0.0, 1e-14);
  assert_int_equal(fairu_events_labels(table)[row], fairu_events_labels(m->job.events)[i]);
  assert_int_equal(fairu_events_ids(table)[row], i);
  for (size_t c = 0; c < 2 && passes; c++)
    CHECK_NEAR((double)fairu_events_column(table, c, NULL)[row], place[c], 1e-5); /* floats of some units */
  for (size_t k = 0; k < NUISANCES; k++) /* what is told stays at the point */
    assert_true(fairu_events_column(table, 2 + k, NULL)[row] ==
                (float)m->points[p * NUISANCES + chosen_both[k]]);
}

static void check_tables(const made *m, const fairu_shown *shown, size_t *n_zero, size_t *n_left_out)
{
  size_t row = 0;
  for (size_t p = 0; p < POINTS; p++)
    for (size_t i = 0; i < EVENTS; i++) {
      int any = 0, is_zero = 0;
      double place[2], weight;
      for (size_t t = 0; t <= VARIATIONS; t++)
        any |= plain_event(m, i, p, t, place, &weight);
      *n_left_out += !any;
      if (!any)
        continue;
      for (size_t t = 0; t <= VARIATIONS; t++) {
        assert_true(row < fairu_events_n_events(shown->tables[t]));
        check_row(m, shown, row, i, p, t, &is_zero);
        *n_zero += (size_t)is_zero;
      }
      row++;
    }
  for (size_t t = 0; t <= VARIATIONS; t++)
    assert_int_equal(fairu_events_n_events(shown->tables[t]), row);
}

static void tables_are_the_plain_ones(void **state)
{
  (void)state;
  draws d = { .state = 35 };
  fairu_context *ctx = support_context();
  size_t n_zero = 0, n_left_out = 0;
  for (int round = 0; round < 20; round++) {
    made m;
    fairu_shown_points points;
    fairu_shown shown;
    make(&d, ctx, &m);
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 1 + round % 2));
    CHECK_OK(ctx, fairu_shown__points(&m.job, ctx, &points));
    assert_int_equal(points.n, POINTS);
    assert_int_equal(points.per_copy, 1);
    const fairu_shown_request request = {
      .points = &points, .with_z = 1, .offsets = m.offsets, .n_variations = VARIATIONS
    };
    CHECK_OK(ctx, fairu_shown__create(&m.job, ctx, &request, &shown));
    assert_int_equal(shown.n_tables, 1 + VARIATIONS);
    assert_null(shown.tangents);
    check_tables(&m, &shown, &n_zero, &n_left_out);
    fairu_shown__free(ctx, &shown);
    made_free(&m);
  }
  assert_true(n_zero > 200 && n_left_out > 200);
  fairu_context_destroy(ctx);
}

/* Drawn points: each chosen nuisance by the public draws, times the spread; what is not chosen stays. */
static void points_are_the_public_draws(void **state)
{
  (void)state;
  static double wanted[4 * FAIRU_DRAWS_OF_A_COPY];
  draws d = { .state = 36 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < 12; round++) {
    made m;
    fairu_shown_points points;
    make(&d, ctx, &m);
    size_t chosen = draw_below(&d, NUISANCES);
    const size_t copies = 1 + draw_below(&d, 4);
    m.job.options.points = NULL;
    m.job.options.n_points = 0;
    m.job.options.copies = copies;
    m.job.options.spread = draw_between(&d, 0.3, 2.0);
    m.job.n_chosen = 1;
    m.job.chosen = &chosen;
    m.job.training.seed = draw(&d);
    CHECK_OK(ctx, fairu_shown__points(&m.job, ctx, &points));
    assert_int_equal(points.n, copies * FAIRU_DRAWS_OF_A_COPY);
    assert_int_equal(points.per_copy, FAIRU_DRAWS_OF_A_COPY);
    fairu_nuisance prior = m.nuisances[chosen];
    prior.width *= m.job.options.spread;
    CHECK_OK(ctx,
             fairu_nuisance_draw(ctx, &prior, fairu_method__seed(m.job.training.seed, FAIRU_SEED_DRAWS, 0), 0,
                                 points.n, 0, wanted));
    for (size_t i = 0; i < points.n; i++) {
      assert_true(points.z[i * NUISANCES + chosen] == wanted[i]);
      assert_true(points.z[i * NUISANCES + 1 - chosen] == m.nominal[1 - chosen]);
      assert_true(wanted[i] >= prior.lower && wanted[i] <= prior.upper);
    }
    made_free(&m);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(widths_are_standard_deviations), cmocka_unit_test(steps_stay_within_the_range),
    cmocka_unit_test(classes_are_those_of_the_label), cmocka_unit_test(shares_are_those_of_the_split),
    cmocka_unit_test(tables_are_the_plain_ones),      cmocka_unit_test(points_are_the_public_draws)
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
