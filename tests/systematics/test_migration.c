/* What tangents miss: events that cross cuts, sentinels and categories; against counts in shifted tables, and what it does to yields. */
#include "systematics/higgsml_random.h"

enum { N = 4000, SEED = 5 };

/* ---- a chain with one of each, on columns whose migration is known ---------------------------------------- */

static const char *const toy_columns[4] = { "x", "category", "jets", "still" };

/* x is uniform on [0, 1); weights alternate 1 and -3. */
static fairu_events *toy_events(fairu_context *ctx)
{
  fairu_events *events = NULL;
  double weights[N];
  int32_t labels[N];
  CHECK_OK(ctx, fairu_events_create(ctx, N, 4, toy_columns, &events));
  for (size_t i = 0; i < N; i++) {
    column(ctx, events, 0)[i] = (float)(((double)(i / 2) + 0.5) / (N / 2));
    column(ctx, events, 2)[i] = (float)(i % 3);
    column(ctx, events, 3)[i] = -25.0f;
    weights[i] = i % 2 ? -3.0 : 1.0;
    labels[i] = (int32_t)(i % 2);
  }
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, N));
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, N));
  return events;
}

static fairu_systematics *toy_chain(fairu_context *ctx)
{
  static const char *const labels[2] = { "move", "norm" };
  fairu_nuisance nu[2];
  fairu_systematics *s = NULL;
  for (size_t k = 0; k < 2; k++) {
    CHECK_OK(ctx, fairu_nuisance_init(&nu[k], sizeof nu[k]));
    nu[k].name = labels[k];
    nu[k].nominal = (double)k;
    nu[k].lower = 0.0;
  }
  nu[0].lower = -1.0;
  CHECK_OK(ctx, fairu_systematics_create(ctx, nu, 2, &s));
  CHECK_OK(ctx, fairu_systematics_add_shift(s, ctx, "move", toy_columns, (const double[]){ 1.0 }, 1, 0.0));
  return s;
}

static const double toy_z[2] = { 0.0, 1.0 };

static fairu_migration toy_migration(fairu_context *ctx, const fairu_systematics *s, size_t k, double step)
{
  fairu_events *in = toy_events(ctx);
  fairu_migration m = { .struct_size = sizeof m };
  CHECK_OK(ctx, fairu_systematics_migration(s, ctx, in, toy_z, 2, k, step, SEED, &m));
  fairu_events_destroy(in);
  return m;
}

/* Moved by +-h, of the events between 0.3 - h and 1 a share of 2 h / (0.7 + h) crosses. */
static void crossing_a_cut_is_counted(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_systematics *s = toy_chain(ctx);
  CHECK_NEAR(toy_migration(ctx, s, 0, 0.05).crossing, 0.0, 0.0);
  CHECK_OK(ctx, fairu_systematics_add_cut(s, ctx, "x", 0.3, 5.0));
  for (int i = 1; i <= 3; i++) {
    const double h = 0.05 * i;
    const fairu_migration m = toy_migration(ctx, s, 0, h);
    CHECK_NEAR(m.cut, 2.0 * h / (0.7 + h), 2e-3);
    assert_true(m.crossing == m.cut && m.sentinel == 0.0 && m.category == 0.0 && m.weight == 0.0);
    CHECK_NEAR((double)m.n_crossing, 2.0 * h * N, 5.0);
  }
  assert_true(toy_migration(ctx, s, 1, 0.5).crossing == 0.0); /* the other nuisance moves nothing */
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

static void crossing_an_edge_is_counted(void **state)
{
  (void)state;
  static const double edges[2] = { 0.25, 0.75 };
  fairu_context *ctx = support_context();
  fairu_systematics *s = toy_chain(ctx);
  CHECK_OK(ctx, fairu_systematics_add_category(s, ctx, "x", edges, 2, "category"));
  const fairu_migration m = toy_migration(ctx, s, 0, 0.1);
  CHECK_NEAR(m.category, 0.4, 2e-3);
  assert_true(m.crossing == m.category && m.cut == 0.0);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

/* Weights of label 1, three quarters of all |weight|, change by the step. */
static void changes_of_weights_are_told(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_systematics *s = toy_chain(ctx);
  CHECK_OK(ctx, fairu_systematics_add_weight_scale(s, ctx, "norm", (const char *const[]){ "1" }, 1));
  const fairu_migration m = toy_migration(ctx, s, 1, 0.2);
  CHECK_CLOSE(m.weight, 0.75 * 0.2, 1e-12);
  assert_true(m.crossing == 0.0 && m.n_crossing == 0);
  CHECK_CLOSE(toy_migration(ctx, s, 1, 30.0).weight, 0.75 * 30.0, 1e-12); /* down it ends at 0, the range */
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

/* x below 0.2 is undefined; jets, whole numbers, lose one above 0.8. */
static int choose(const double *z, size_t n_z, uint64_t seed, size_t first, size_t n, float *const *columns,
                  size_t n_columns, double *weights, unsigned char *passed, void *data)
{
  (void)n_columns, (void)z, (void)n_z, (void)seed, (void)first, (void)weights, (void)passed, (void)data;
  for (size_t i = 0; i < n; i++) {
    columns[1][i] -= columns[0][i] > 0.8f ? 1.0f : 0.0f;
    columns[0][i] = columns[0][i] < 0.2f ? -999.0f : columns[0][i];
  }
  return 0;
}

static void choices_of_the_caller_are_seen(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_systematics *s = toy_chain(ctx);
  const char *const columns[2] = { "x", "jets" };
  CHECK_OK(ctx, fairu_systematics_add_callback(s, ctx, columns, 2, choose, NULL));
  const fairu_migration m = toy_migration(ctx, s, 0, 0.05);
  CHECK_NEAR(m.sentinel, 0.1, 2e-3);
  CHECK_NEAR(m.category, 0.1, 2e-3);
  CHECK_CLOSE(m.crossing, m.sentinel + m.category, 1e-12);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

static void tangents_are_refused_where_they_miss_something(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_systematics *s = toy_chain(ctx);
  fairu_events *in = toy_events(ctx);
  const double steps[2] = { 0.05, 0.1 }, other[2] = { 0.0, 0.1 };
#define CHECK_TANGENTS(steps, limit)                                                                         \
  fairu_systematics_check_tangents(s, ctx, in, toy_z, 2, steps, SEED, limit)
  CHECK_OK(ctx, CHECK_TANGENTS(steps, 0.0));
  CHECK_OK(ctx, fairu_systematics_add_cut(s, ctx, "x", 0.3, 5.0));
  CHECK_OK(ctx, CHECK_TANGENTS(other, 0.0));
  CHECK_OK(ctx, CHECK_TANGENTS(steps, 0.14));
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, CHECK_TANGENTS(steps, 0.13));
  CHECK_SAYS(ctx, "tangents by \"move\" miss 0.133 of the weight");
  CHECK_SAYS(ctx, "cuts (0.133)");
  CHECK_OK(ctx, fairu_systematics_add_weight_scale(s, ctx, "norm", (const char *const[]){ "1" }, 1));
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, CHECK_TANGENTS(other, 0.05));
  CHECK_SAYS(ctx, "\"norm\"");
  CHECK_SAYS(ctx, "weights change by 0.07");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, CHECK_TANGENTS(steps, 1.0));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, CHECK_TANGENTS(steps, (double)NAN));
  fairu_events_destroy(in);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

static void bad_input_is_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_systematics *s = toy_chain(ctx);
  fairu_events *in = toy_events(ctx), *none = NULL;
  fairu_migration m = { .struct_size = sizeof m };
#define MIGRATION(in, k, step) fairu_systematics_migration(s, ctx, in, toy_z, 2, k, step, SEED, &m)
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, MIGRATION(in, 2, 0.1));
  CHECK_SAYS(ctx, "nuisance 2 of 2");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, MIGRATION(in, 0, 0.0));
  CHECK_SAYS(ctx, "step of nuisance 0 is 0");
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, MIGRATION(in, 0, (double)INFINITY));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_systematics_migration(s, ctx, in, toy_z, 1, 0, 0.1, SEED, &m));
  CHECK_OK(ctx, fairu_events_create(ctx, 0, 4, toy_columns, &none));
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, MIGRATION(none, 0, 0.1));
  m.struct_size = 4;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE, MIGRATION(in, 0, 0.1));
  m.struct_size = sizeof m;
  column(ctx, in, 0)[2000] = (float)NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, MIGRATION(in, 0, 0.1));
  CHECK_SAYS(ctx, "row 2000, column x is nan");
  assert_true(m.crossing == 0.0);
  fairu_events_destroy(none);
  fairu_events_destroy(in);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

/* ---- the pack of the challenge ------------------------------------------------------------------------------ */

typedef struct shifted {
  fairu_events *tables[3]; /* down, here, up */
  unsigned char *passed[3];
} shifted;

static shifted shift_pack(fairu_context *ctx, const fairu_systematics *s, const fairu_events *in, size_t k,
                          double step)
{
  shifted out;
  for (int side = 0; side < 3; side++) {
    double z[N_NUISANCES] = { 1, 1, 0, 1, 1, 1 };
    z[k] += step * (side - 1);
    out.passed[side] = malloc(fairu_events_n_events(in));
    CHECK_OK(ctx,
             fairu_systematics_apply(s, ctx, in, z, N_NUISANCES, SEED, out.passed[side], &out.tables[side]));
  }
  return out;
}

static void shifted_free(shifted *s)
{
  for (int side = 0; side < 3; side++) {
    fairu_events_destroy(s->tables[side]);
    free(s->passed[side]);
  }
}

static int crosses_cut(const shifted *s, size_t row)
{
  return s->passed[0][row] != s->passed[1][row] || s->passed[2][row] != s->passed[1][row];
}

static int crosses(const shifted *s, size_t row)
{
  int any = crosses_cut(s, row);
  for (size_t c = 0; c < N_COLUMNS; c++) {
    const double v[3] = { number(s->tables[0], c, row), number(s->tables[1], c, row),
                          number(s->tables[2], c, row) };
    any |= (v[0] == -25.0) != (v[1] == -25.0) || (v[2] == -25.0) != (v[1] == -25.0);
  }
  return any || number(s->tables[0], N_JETS, row) != number(s->tables[1], N_JETS, row) ||
         number(s->tables[2], N_JETS, row) != number(s->tables[1], N_JETS, row);
}

static double weight_of(const fairu_events *events, size_t row)
{
  const double *weights = fairu_events_weights(events);
  return weights ? weights[row] : 1.0;
}

static void the_pack_is_counted_as_its_tables_say(void **state)
{
  (void)state;
  static const double nominal[N_NUISANCES] = { 1, 1, 0, 1, 1, 1 }, steps[2] = { 0.03, 0.05 };
  fairu_context *ctx = support_context();
  fairu_systematics *s = higgsml_chain(ctx, 1, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  fairu_events *in = made_up(ctx, 3000);
  int32_t labels[3000] = { 0 };
  CHECK_OK(ctx, fairu_events_set_labels(in, ctx, labels, 3000));
  for (size_t k = TES; k <= JES; k++) {
    shifted at = shift_pack(ctx, s, in, k, steps[k]);
    fairu_migration m = { .struct_size = sizeof m }, two = m;
    size_t n = 0, n_cut = 0, n_crossing = 0;
    for (size_t i = 0; i < 3000; i++) {
      const int is_there = at.passed[0][i] || at.passed[1][i] || at.passed[2][i];
      n += is_there ? 1 : 0;
      n_cut += crosses_cut(&at, i) ? 1 : 0;
      n_crossing += is_there && crosses(&at, i);
    }
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 1));
    CHECK_OK(ctx, fairu_systematics_migration(s, ctx, in, nominal, N_NUISANCES, k, steps[k], SEED, &m));
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 2));
    CHECK_OK(ctx, fairu_systematics_migration(s, ctx, in, nominal, N_NUISANCES, k, steps[k], SEED, &two));
    assert_memory_equal(&m, &two, sizeof m);
    assert_int_equal(m.n_crossing, n_crossing);
    CHECK_CLOSE(m.cut, (double)n_cut / (double)n, 1e-12);
    assert_true(k == TES ? m.cut > 0.0 && m.sentinel == 0.0
                         : m.cut == 0.0 && m.sentinel > 0.0 && m.category > 0.0);
    shifted_free(&at);
  }
  fairu_events_destroy(in);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

/* ---- derivatives of yields ---------------------------------------------------------------------------------- */

/* A soft count: the share of an event in the upper of two bins of a score, and its slopes. */
enum { N_SEEN = 3 };
static const char *const seen[N_SEEN] = { "DER_mass_vis", "PRI_jet_leading_pt", "PRI_met" };
static const double seen_scale[N_SEEN] = { 1.0 / 80.0, 1.0 / 20.0, -1.0 / 80.0 };

static double share(const fairu_events *events, size_t row)
{
  double logit = -2.0;
  const size_t columns[N_SEEN] = { MVIS, J1_PT, MET };
  for (size_t f = 0; f < N_SEEN; f++)
    logit += seen_scale[f] * number(events, columns[f], row);
  return 1.0 / (1.0 + exp(-logit));
}

typedef struct slopes {
  double templates, tangents;           /* d yield of the upper bin / dZ */
  double templates_kept, tangents_kept; /* of the events that cross nothing */
  double yield;
} slopes;

static slopes differentiate(fairu_context *ctx, const fairu_systematics *s, const fairu_events *in, size_t k,
                            double step)
{
  static const double nominal[N_NUISANCES] = { 1, 1, 0, 1, 1, 1 };
  const size_t n = fairu_events_n_events(in);
  float *dx = malloc(n * N_SEEN * N_NUISANCES * sizeof *dx);
  shifted at = shift_pack(ctx, s, in, k, step);
  slopes d = { 0 };
  CHECK_OK(ctx, fairu_systematics_tangents(s, ctx, in, nominal, N_NUISANCES, SEED, seen, N_SEEN, dx));
  for (size_t i = 0; i < n; i++) {
    const double y = share(at.tables[1], i), w = weight_of(in, i);
    double slope = 0.0;
    for (size_t f = 0; f < N_SEEN; f++)
      slope += y * (1.0 - y) * seen_scale[f] * (double)dx[(i * N_SEEN + f) * N_NUISANCES + k];
    const double up = at.passed[2][i] ? share(at.tables[2], i) : 0.0;
    const double down = at.passed[0][i] ? share(at.tables[0], i) : 0.0;
    const double by_template = w * (up - down) / (2.0 * step), by_tangent = at.passed[1][i] ? w * slope : 0.0;
    d.templates += by_template;
    d.tangents += by_tangent;
    d.yield += at.passed[1][i] ? w * y : 0.0;
    if (!crosses(&at, i)) {
      d.templates_kept += by_template;
      d.tangents_kept += by_tangent;
    }
  }
  shifted_free(&at);
  free(dx);
  return d;
}

/* Of events that cross nothing tangents give the derivative that templates give; of all events they miss the migration. */
static void tangents_miss_the_migration_and_nothing_else(void **state)
{
  (void)state;
  static const double nominal[N_NUISANCES] = { 1, 1, 0, 1, 1, 1 };
  fairu_context *ctx = support_context();
  fairu_systematics *cut = higgsml_chain(ctx, 1, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  fairu_systematics *uncut = higgsml_chain(ctx, 0, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  fairu_events *in = made_up(ctx, 10000);
  for (size_t k = TES; k <= JES; k++) {
    const double step = 0.02;
    const slopes with = differentiate(ctx, cut, in, k, step),
                 without = differentiate(ctx, uncut, in, k, step);
    fairu_migration m = { .struct_size = sizeof m };
    CHECK_CLOSE(with.templates_kept, with.tangents_kept, 2e-3);
    CHECK_CLOSE(without.templates, without.tangents, 2e-3);
    CHECK_CLOSE(without.templates, without.templates_kept, 1e-12); /* without cuts nothing crosses */
    CHECK_OK(ctx, fairu_systematics_migration(uncut, ctx, in, nominal, N_NUISANCES, k, step, SEED, &m));
    assert_true(m.crossing == 0.0);
    CHECK_OK(ctx, fairu_systematics_migration(cut, ctx, in, nominal, N_NUISANCES, k, step, SEED, &m));
    if (getenv("FAIRU_TEST_VERBOSE"))
      print_message("%s: d ln yield / dZ: templates %.4f, tangents %.4f; crossing %.4f\n",
                    k == TES ? "tes" : "jes", with.templates / with.yield, with.tangents / with.yield,
                    m.crossing);
    assert_true(fabs(with.templates - with.tangents) > 0.05 * fabs(with.templates) && m.crossing > 0.01);
  }
  fairu_events_destroy(in);
  fairu_systematics_destroy(cut);
  fairu_systematics_destroy(uncut);
  fairu_context_destroy(ctx);
}

/* The organisers' sample, where they are far off: d ln yield / dZ is 1.18 by templates and 0.25 by tangents for tes, -0.33 and 0.31 for jes. */
static void tangents_are_refused_for_the_published_sample(void **state)
{
  (void)state;
  static const double nominal[N_NUISANCES] = { 1, 1, 0, 1, 1, 1 };
  static const double steps[N_NUISANCES] = { 0.02, 0.02, 0, 0, 0, 0 };
  char path[512];
  fairu_context *ctx = support_context();
  fairu_systematics *s = higgsml_chain(ctx, 1, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  fairu_events *in = NULL;
  fairu_csv_options csv;
  if (!support_data(path, sizeof path, "fair-universe/sample.csv.gz"))
    support_skip("no ../shared/data");
  CHECK_OK(ctx, fairu_csv_options_init(&csv, sizeof csv));
  csv.weight = "weights";
  csv.label = "detailed_labels";
  CHECK_OK(ctx, fairu_events_read_csv(ctx, path, &csv, &in));
  for (size_t k = TES; k <= JES; k++) {
    const slopes d = differentiate(ctx, s, in, k, 0.02);
    assert_true(fabs(d.templates - d.tangents) > 0.5 * fabs(d.templates));
    fairu_migration m = { .struct_size = sizeof m };
    CHECK_OK(ctx, fairu_systematics_migration(s, ctx, in, nominal, N_NUISANCES, k, 0.02, SEED, &m));
    if (getenv("FAIRU_TEST_VERBOSE"))
      print_message("sample, %s: d ln yield / dZ: templates %.4f, tangents %.4f; crossing %.4f\n",
                    k == TES ? "tes" : "jes", d.templates / d.yield, d.tangents / d.yield, m.crossing);
  }
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED,
              fairu_systematics_check_tangents(s, ctx, in, nominal, N_NUISANCES, steps, SEED, 0.01));
  CHECK_SAYS(ctx, "tangents by \"tes\"");
  if (getenv("FAIRU_TEST_VERBOSE"))
    print_message("%s\n", fairu_context_message(ctx));
  fairu_events_destroy(in);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(crossing_a_cut_is_counted),
    cmocka_unit_test(crossing_an_edge_is_counted),
    cmocka_unit_test(changes_of_weights_are_told),
    cmocka_unit_test(choices_of_the_caller_are_seen),
    cmocka_unit_test(tangents_are_refused_where_they_miss_something),
    cmocka_unit_test(bad_input_is_named),
    cmocka_unit_test(the_pack_is_counted_as_its_tables_say),
    cmocka_unit_test(tangents_miss_the_migration_and_nothing_else),
    cmocka_unit_test(tangents_are_refused_for_the_published_sample),
  };
  return cmocka_run_group_tests_name("migration", tests, NULL, NULL);
}
