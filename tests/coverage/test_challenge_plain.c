/* Pseudo-experiments of any options and any pool against the challenge's rules written down plainly, with a RandomState of its own: what is drawn,
 * in which order they are gone through, how often each event is taken and where it stands. */
#include "numpy_plain.h"
#include "support/draws.h"

enum { N_NUISANCES = 6, N_PROCESSES = FAIRU_CHALLENGE_PROCESSES, MOST_SETS = 6, MOST_PE = 7 };

static const char *const names[N_PROCESSES] = { "ztautau", "diboson", "ttbar", "htautau" };

typedef struct options {
  fairu_challenge_options o;
  double mu[MOST_SETS];
  int on[N_NUISANCES];
} options;

static void draw_options(draws *d, options *x, int generator)
{
  assert_int_equal(fairu_challenge_options_init(&x->o, sizeof x->o), FAIRU_OK);
  x->o.generator = generator;
  x->o.seed = generator == FAIRU_GENERATOR_NUMPY ? draw(d) >> 33 : draw(d);
  x->o.n_sets = 1 + draw_below(d, MOST_SETS);
  x->o.n_pe = 1 + draw_below(d, MOST_PE);
  for (size_t j = 0; j < MOST_SETS; j++)
    x->mu[j] = draw_between(d, 0.0, 3.0);
  x->o.mu = draw_below(d, 2) ? x->mu : NULL;
  x->o.mu_lower = draw_between(d, 0.0, 1.0);
  x->o.mu_upper = x->o.mu_lower + draw_between(d, 0.0, 3.0) * (double)draw_below(d, 4);
  for (size_t k = 0; k < N_NUISANCES; k++)
    x->on[k] = draw_below(d, 4) > 0;
  x->o.tes = x->on[0];
  x->o.jes = x->on[1];
  x->o.soft_met = x->on[2];
  x->o.ttbar_scale = x->on[3];
  x->o.diboson_scale = x->on[4];
  x->o.bkg_scale = x->on[5];
}

static fairu_challenge_experiment drawn(fairu_context *ctx, const options *x, uint64_t set, uint64_t pe)
{
  fairu_challenge_experiment e = { .struct_size = sizeof e };
  CHECK_OK(ctx, fairu_challenge_draw(ctx, &x->o, set, pe, &e));
  return e;
}

static void values_of(const fairu_challenge_experiment *e, double values[N_NUISANCES])
{
  values[0] = e->tes;
  values[1] = e->jes;
  values[2] = e->soft_met;
  values[3] = e->ttbar_scale;
  values[4] = e->diboson_scale;
  values[5] = e->bkg_scale;
}

/* ---- what is drawn ------------------------------------------------------------------------------------- */

/* The challenge's program: numpy.clip(normal(1, width), lower, upper), one after the other. */
static void plain_values(plain_numpy *r, const int on[N_NUISANCES], double values[N_NUISANCES])
{
  static const double width[N_NUISANCES] = { 0.01, 0.01, 1.0, 0.02, 0.25, 0.001 };
  static const double lower[N_NUISANCES] = { 0.9, 0.9, 0.0, 0.8, 0.0, 0.99 };
  static const double upper[N_NUISANCES] = { 1.1, 1.1, 5.0, 1.2, 2.0, 1.01 };
  for (size_t k = 0; k < N_NUISANCES; k++) {
    values[k] = k == 2 ? 0.0 : 1.0;
    if (!on[k])
      continue;
    const double deviate = width[k] * plain_normal(r), value = k == 2 ? exp(deviate) : 1.0 + deviate;
    values[k] = value < lower[k] ? lower[k] : value > upper[k] ? upper[k] : value;
  }
}

/* A factor of its own and that of all background; without its own it has neither. */
static void check_rates(const fairu_challenge_experiment *e, const options *x)
{
  double v[N_NUISANCES];
  values_of(e, v);
  assert_true(e->rates[0] == v[5]);
  assert_true(e->rates[1] == (x->on[4] ? v[4] * v[5] : 1.0));
  assert_true(e->rates[2] == (x->on[3] ? v[3] * v[5] : 1.0));
  assert_true(e->rates[3] == e->mu);
}

static void draws_are_those_of_the_program(void **state)
{
  (void)state;
  draws d = { .state = 61 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < 300; round++) {
    options x;
    draw_options(&d, &x, FAIRU_GENERATOR_NUMPY);
    const uint64_t set = draw_below(&d, x.o.n_sets), pe = draw_below(&d, x.o.n_pe);
    const fairu_challenge_experiment e = drawn(ctx, &x, set, pe);
    plain_numpy rates = plain_seed((uint32_t)x.o.seed);
    double mu = 0.0, wanted[N_NUISANCES], values[N_NUISANCES];
    for (uint64_t j = 0; j <= set; j++)
      mu = x.o.mu_lower + (x.o.mu_upper - x.o.mu_lower) * plain_unit(&rates);
    CHECK_CLOSE(e.mu, x.o.mu ? x.mu[set] : mu, 5e-16); /* a product and a sum, fused or not */
    assert_int_equal(e.number, set * x.o.n_pe + pe);
    assert_int_equal(e.seed, x.o.seed + e.number);
    assert_int_equal(e.smearing_seed, 31415);
    plain_numpy own = plain_seed((uint32_t)e.seed);
    plain_values(&own, x.on, wanted);
    values_of(&e, values);
    for (size_t k = 0; k < N_NUISANCES; k++)
      CHECK_CLOSE(values[k], wanted[k], 1e-15);
    check_rates(&e, &x);
  }
  fairu_context_destroy(ctx);
}

/* With keys of one's own a nuisance that is off, or a mu that is given, changes nothing else; nor does the number of sets. */
static void keyed_draws_do_not_know_each_other(void **state)
{
  (void)state;
  draws d = { .state = 62 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < 300; round++) {
    options x, all;
    double some[N_NUISANCES], every[N_NUISANCES];
    draw_options(&d, &x, FAIRU_GENERATOR_PHILOX);
    const uint64_t set = draw_below(&d, x.o.n_sets), pe = draw_below(&d, x.o.n_pe);
    all = x;
    all.o.mu = NULL;
    all.o.tes = all.o.jes = all.o.soft_met = all.o.ttbar_scale = all.o.diboson_scale = all.o.bkg_scale = 1;
    all.o.n_sets += draw_below(&d, 1000);
    const fairu_challenge_experiment e = drawn(ctx, &x, set, pe), f = drawn(ctx, &all, set, pe);
    values_of(&e, some);
    values_of(&f, every);
    for (size_t k = 0; k < N_NUISANCES; k++)
      assert_true(some[k] == (x.on[k] ? every[k] : k == 2 ? 0.0 : 1.0));
    assert_true(e.mu == (x.o.mu ? x.mu[set] : f.mu));
    assert_true(f.mu >= x.o.mu_lower && f.mu <= x.o.mu_upper);
    assert_true(e.smearing_seed == f.smearing_seed && e.seed == x.o.seed);
    check_rates(&e, &x);
    const fairu_challenge_experiment other = drawn(ctx, &all, set, (pe + 1) % x.o.n_pe);
    assert_true(other.mu == f.mu); /* of the set */
    assert_true(x.o.n_pe == 1 || other.tes != f.tes);
    assert_true(x.o.n_pe == 1 || other.smearing_seed != f.smearing_seed);
  }
  fairu_context_destroy(ctx);
}

static void the_order_is_that_of_the_program(void **state)
{
  (void)state;
  draws d = { .state = 63 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < 200; round++) {
    uint64_t order[MOST_SETS * MOST_PE], wanted[MOST_SETS * MOST_PE];
    options x;
    draw_options(&d, &x, FAIRU_GENERATOR_NUMPY);
    const size_t n = (size_t)(x.o.n_sets * x.o.n_pe);
    plain_numpy r = plain_seed((uint32_t)x.o.seed);
    for (size_t i = 0; i < n; i++)
      wanted[i] = i;
    plain_shuffle(&r, wanted, n);
    CHECK_OK(ctx, fairu_challenge_order(ctx, &x.o, order, n));
    assert_memory_equal(order, wanted, n * sizeof *order);
    CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_challenge_order(ctx, &x.o, order, n + 1));
  }
  fairu_context_destroy(ctx);
}

/* ---- pools ----------------------------------------------------------------------------------------------- */

enum { MOST_ROWS = 120 };

typedef struct pool {
  fairu_events *events;
  size_t n, n_categories, process_of[N_PROCESSES]; /* category to process */
  double weights[MOST_ROWS];
  int32_t labels[MOST_ROWS];
} pool;

/* Some of the processes in any order; means of 0, of less than one, about 10 and of hundreds. */
static pool draw_pool(draws *d, fairu_context *ctx)
{
  static const double scales[4] = { 0.0, 0.4, 11.0, 400.0 };
  static const char *const column[1] = { "row" };
  const char *categories[N_PROCESSES];
  pool p = { .n = draw_below(d, MOST_ROWS), .n_categories = 1 + draw_below(d, N_PROCESSES) };
  const size_t first = draw_below(d, N_PROCESSES), step = draw_below(d, 2) ? 1 : N_PROCESSES - 1;
  float *rows = NULL;
  for (size_t c = 0; c < p.n_categories; c++) {
    p.process_of[c] = (first + step * c) % N_PROCESSES;
    categories[c] = names[p.process_of[c]];
  }
  CHECK_OK(ctx, fairu_events_create(ctx, p.n, 1, column, &p.events));
  CHECK_OK(ctx, fairu_events_column_data(p.events, ctx, 0, &rows));
  for (size_t i = 0; i < p.n; i++) {
    rows[i] = (float)i;
    p.weights[i] = scales[draw_below(d, 4)] * draw_between(d, 0.5, 1.5);
    p.labels[i] = (int32_t)draw_below(d, p.n_categories);
  }
  CHECK_OK(ctx, fairu_events_set_weights(p.events, ctx, p.weights, p.n));
  CHECK_OK(ctx, fairu_events_set_labels(p.events, ctx, p.labels, p.n));
  CHECK_OK(ctx, fairu_events_set_categories(p.events, ctx, categories, p.n_categories));
  return p;
}

/* A generator for each process, their seeds 1, 2 and 3 apart; rate and weight are floats, as is their product. */
static uint64_t plain_counts(const pool *p, const fairu_challenge_experiment *e, uint32_t *counts)
{
  uint64_t total = 0;
  uint32_t seed = (uint32_t)e->seed;
  for (size_t process = 0; process < N_PROCESSES; process++) {
    seed += (uint32_t)process;
    plain_numpy r = plain_seed(seed);
    for (size_t i = 0; i < p->n; i++)
      if (p->process_of[p->labels[i]] == process) {
        const volatile float rate = (float)e->rates[process], weight = (float)p->weights[i];
        const volatile float mean = rate * weight;
        counts[i] = plain_poisson(&r, (double)mean);
        total += counts[i];
      }
  }
  return total;
}

/* All of one process, then all of the next, then shuffled. */
static void plain_rows(const pool *p, const fairu_challenge_experiment *e, const uint32_t *counts,
                       uint64_t *rows)
{
  size_t used = 0;
  plain_numpy r = plain_seed((uint32_t)e->seed);
  for (size_t process = 0; process < N_PROCESSES; process++)
    for (size_t i = 0; i < p->n; i++)
      for (uint32_t k = 0; p->process_of[p->labels[i]] == process && k < counts[i]; k++)
        rows[used++] = i;
  plain_shuffle(&r, rows, used);
}

static void check_events(fairu_context *ctx, const pool *p, const fairu_challenge_experiment *e,
                         const uint64_t *rows, size_t total)
{
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_challenge_events(ctx, e, p->events, 0, &events));
  assert_int_equal(fairu_events_n_events(events), total);
  assert_null(fairu_events_weights(events));
  assert_null(fairu_events_ids(events));
  for (size_t i = 0; i < total; i++) {
    assert_true(fairu_events_column(events, 0, NULL)[i] == (float)rows[i]);
    assert_int_equal(fairu_events_labels(events)[i], p->labels[rows[i]]);
  }
  fairu_events_destroy(events);
}

static void events_are_those_of_the_program(void **state)
{
  (void)state;
  draws d = { .state = 64 };
  fairu_context *ctx = support_context();
  size_t n_taken = 0;
  for (int round = 0; round < 80; round++) {
    options x;
    uint32_t counts[MOST_ROWS] = { 0 }, wanted[MOST_ROWS] = { 0 };
    uint64_t total = 0;
    draw_options(&d, &x, FAIRU_GENERATOR_NUMPY);
    const fairu_challenge_experiment e = drawn(ctx, &x, draw_below(&d, x.o.n_sets), draw_below(&d, x.o.n_pe));
    pool p = draw_pool(&d, ctx);
    CHECK_OK(ctx, fairu_challenge_counts(ctx, &e, p.events, 0, counts, p.n, &total));
    assert_true(plain_counts(&p, &e, wanted) == total);
    assert_memory_equal(counts, wanted, sizeof counts);
    uint64_t *want_rows = calloc(total + 1, sizeof *want_rows);
    size_t *rows = calloc(total + 1, sizeof *rows);
    plain_rows(&p, &e, counts, want_rows);
    CHECK_OK(ctx, fairu_challenge_rows(ctx, &e, p.events, counts, p.n, rows, total));
    for (size_t i = 0; i < total; i++)
      assert_true(rows[i] == want_rows[i]);
    check_events(ctx, &p, &e, want_rows, total);
    CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_challenge_rows(ctx, &e, p.events, counts, p.n, rows, total + 1));
    n_taken += total;
    free(rows);
    free(want_rows);
    fairu_events_destroy(p.events);
  }
  assert_true(n_taken > 100000);
  fairu_context_destroy(ctx);
}

/* By row: a copy says by its id which row of the whole pool it is and the how many-th of it. */
static void keyed_events_name_their_rows(void **state)
{
  (void)state;
  draws d = { .state = 65 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < 80; round++) {
    options x;
    uint32_t counts[MOST_ROWS] = { 0 };
    uint64_t total = 0;
    const uint64_t first = draw(&d) >> 24;
    fairu_events *events = NULL;
    draw_options(&d, &x, FAIRU_GENERATOR_PHILOX);
    const fairu_challenge_experiment e = drawn(ctx, &x, 0, draw_below(&d, x.o.n_pe));
    pool p = draw_pool(&d, ctx);
    CHECK_OK(ctx, fairu_challenge_counts(ctx, &e, p.events, first, counts, p.n, &total));
    CHECK_OK(ctx, fairu_challenge_events(ctx, &e, p.events, first, &events));
    size_t at = 0;
    for (size_t i = 0; i < p.n; i++)
      for (uint64_t k = 0; k < counts[i]; k++, at++) {
        assert_true(fairu_events_ids(events)[at] == first + i + (k << 44));
        assert_true(fairu_events_column(events, 0, NULL)[at] == (float)i);
      }
    assert_true(at == total && fairu_events_n_events(events) == total);
    fairu_events_destroy(events);
    fairu_events_destroy(p.events);
  }
  fairu_context_destroy(ctx);
}

/* ---- the loader ------------------------------------------------------------------------------------------- */

static void weights_go_through_the_loader(void **state)
{
  (void)state;
  draws d = { .state = 66 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < 200; round++) {
    pool p = draw_pool(&d, ctx);
    const double asked = draw_between(&d, 0.1, 1e6);
    double sum = 0.0;
    for (size_t i = 0; i < p.n; i++) {
      const volatile float weight = (float)p.weights[i];
      sum += (double)weight;
    }
    if (sum > 0.0) {
      CHECK_OK(ctx, fairu_challenge_normalise(p.events, ctx, asked));
      const volatile float to = (float)asked, from = (float)sum;
      for (size_t i = 0; i < p.n; i++) {
        const volatile float product = to * (float)p.weights[i], wanted = product / from;
        assert_true(fairu_events_weights(p.events)[i] == (double)wanted);
      }
    } else {
      CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_normalise(p.events, ctx, asked));
    }
    fairu_events_destroy(p.events);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(draws_are_those_of_the_program),   cmocka_unit_test(keyed_draws_do_not_know_each_other),
    cmocka_unit_test(the_order_is_that_of_the_program), cmocka_unit_test(events_are_those_of_the_program),
    cmocka_unit_test(keyed_events_name_their_rows),     cmocka_unit_test(weights_go_through_the_loader)
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
