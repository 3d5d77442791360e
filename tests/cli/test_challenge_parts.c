/* Pieces of `fairu challenge` alone: parts of events beside plain sums, bins that are merged beside a plain search, priors, small functions. */
#include "cli/program.h"

#include "cli/challenge.h"

static const cli_usage usage = { .command = "fairu test", .files = "", .about = "" };

static uint64_t next(uint64_t *seed)
{
  *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
  return *seed >> 33;
}

static double uniform(uint64_t *seed)
{
  return ((double)next(seed) + 0.5) / 2147483648.0;
}

/* ---- parts -------------------------------------------------------------------------------------------- */

enum { N = 4000 };

typedef struct rows {
  double weights[N];
  int32_t labels[N];
  uint64_t ids[N];
} rows;

static rows *make_rows(uint64_t seed)
{
  rows *r = (rows *)malloc(sizeof *r);
  for (size_t i = 0; i < N; i++) {
    r->weights[i] = 0.01 + uniform(&seed);
    r->labels[i] = (int32_t)(next(&seed) % CHALLENGE_PROCESSES);
    r->ids[i] = 7 * i + 3;
  }
  return r;
}

/* The rows in the order of `order`, NULL: as they are. */
static fairu_events *make_events(cli *c, const rows *r, const size_t *order)
{
  static const char *const names[] = { "x" };
  rows *turned = (rows *)malloc(sizeof *turned);
  fairu_events *events = NULL;
  for (size_t i = 0; i < N; i++) {
    const size_t k = order ? order[i] : i;
    turned->weights[i] = r->weights[k];
    turned->labels[i] = r->labels[k];
    turned->ids[i] = r->ids[k];
  }
  CHECK_OK(c->ctx, fairu_events_create(c->ctx, N, 1, names, &events));
  CHECK_OK(c->ctx, fairu_events_set_weights(events, c->ctx, turned->weights, N));
  CHECK_OK(c->ctx, fairu_events_set_labels(events, c->ctx, turned->labels, N));
  CHECK_OK(c->ctx, fairu_events_set_ids(events, c->ctx, turned->ids, N));
  free(turned);
  return events;
}

static challenge_options usual_options(void)
{
  return (challenge_options){
    .rng = "philox", .luminosity = 1.0, .signal_scale = 1.0, .percent = { 35, 30, 10, 25 }
  };
}

/* Sums of a part by process, from its rows. */
typedef struct sums {
  double sum[CHALLENGE_PROCESSES], squares[CHALLENGE_PROCESSES], largest;
  size_t n[CHALLENGE_PROCESSES];
} sums;

static sums sums_of(const fairu_events *events)
{
  sums s = { .largest = 0.0 };
  for (size_t i = 0; i < fairu_events_n_events(events); i++) {
    const int32_t p = fairu_events_labels(events)[i];
    const double w = fairu_events_weights(events)[i];
    s.sum[p] += w;
    s.squares[p] += w * w;
    s.n[p]++;
    s.largest = fmax(s.largest, w * (p == FAIRU_CHALLENGE_HTAUTAU ? 3.0 : 1.0));
  }
  return s;
}

static void parts_carry_full_yields(void **state)
{
  (void)state;
  cli c;
  begin_command(&c, &usage);
  rows *r = make_rows(1);
  fairu_events *events = make_events(&c, r, NULL);
  const sums whole = sums_of(events);
  static const double luminosities[] = { 1.0, 0.25, 1e3 }, scales[] = { 1.0, 20.0, 0.5 };
  for (size_t k = 0; k < 3; k++) {
    challenge_options o = usual_options();
    challenge_parts parts;
    o.luminosity = luminosities[k];
    o.signal_scale = scales[k];
    CHECK_OK(c.ctx, challenge_parts_make(&c, &o, events, 5, &parts));
    unsigned char seen[7 * N + 8] = { 0 };
    sums of[CHALLENGE_PARTS];
    for (int part = 0; part < CHALLENGE_PARTS; part++) {
      const size_t n = fairu_events_n_events(parts.events[part]);
      of[part] = sums_of(parts.events[part]);
      CHECK_NEAR((double)n, N * o.percent[part] / 100.0,
                 5.0 * sqrt(N * 0.25)); /* five sigma of a binomial at most */
      for (size_t i = 0; i < n; i++)
        assert_int_equal(seen[fairu_events_ids(parts.events[part])[i]]++, 0);
      for (int p = 0; p < CHALLENGE_PROCESSES; p++) {
        const double yield =
            whole.sum[p] * o.luminosity * (p == FAIRU_CHALLENGE_HTAUTAU ? o.signal_scale : 1.0);
        CHECK_CLOSE(parts.yields[p], yield, 1e-13);
        CHECK_CLOSE(of[part].sum[p], yield, 1e-12);
        assert_int_equal(parts.rows[part][p], of[part].n[p]);
        CHECK_CLOSE(parts.effective[part][p], of[part].sum[p] * of[part].sum[p] / of[part].squares[p], 1e-12);
      }
      CHECK_CLOSE(parts.multiplicity[part], of[part].largest, 1e-14);
    }
    double test = 0.0, template = 0.0;
    for (int p = 0; p < CHALLENGE_PROCESSES; p++)
      if (p != FAIRU_CHALLENGE_HTAUTAU) {
        test += of[CHALLENGE_TEST].squares[p];
        template += of[CHALLENGE_TEMPLATE].squares[p];
      }
    CHECK_CLOSE(parts.variance_ratio, test / template, 1e-12);
    for (size_t i = 0; i < N; i++)
      assert_int_equal(seen[r->ids[i]], 1); /* each event in one part */
    challenge_parts_free(&parts);
    assert_null(parts.events[0]);
  }
  fairu_events_destroy(events);
  free(r);
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

/* Which part an event is in depends on its id and the seed, not on where it stands. */
static void parts_go_by_the_event(void **state)
{
  (void)state;
  cli c;
  begin_command(&c, &usage);
  rows *r = make_rows(2);
  size_t *order = (size_t *)malloc(N * sizeof *order);
  uint64_t seed = 77;
  for (size_t i = 0; i < N; i++)
    order[i] = i;
  for (size_t i = N - 1; i > 0; i--) {
    const size_t k = next(&seed) % (i + 1), kept = order[i];
    order[i] = order[k];
    order[k] = kept;
  }
  const challenge_options o = usual_options();
  fairu_events *events = make_events(&c, r, NULL), *turned = make_events(&c, r, order);
  challenge_parts parts[3];
  CHECK_OK(c.ctx, challenge_parts_make(&c, &o, events, 9, &parts[0]));
  CHECK_OK(c.ctx, challenge_parts_make(&c, &o, turned, 9, &parts[1]));
  CHECK_OK(c.ctx, challenge_parts_make(&c, &o, events, 10, &parts[2]));
  signed char part_of[3][7 * N + 8];
  memset(part_of, -1, sizeof part_of);
  for (int m = 0; m < 3; m++)
    for (int k = 0; k < CHALLENGE_PARTS; k++)
      for (size_t i = 0; i < fairu_events_n_events(parts[m].events[k]); i++)
        part_of[m][fairu_events_ids(parts[m].events[k])[i]] = (signed char)k;
  assert_memory_equal(part_of[0], part_of[1], sizeof part_of[0]);
  size_t moved = 0;
  for (size_t i = 0; i < N; i++)
    moved += part_of[0][r->ids[i]] != part_of[2][r->ids[i]];
  assert_in_range(moved, N / 2,
                  N); /* another seed: two of them fall into one part with 0.35^2 + ... = 0.285 */
  for (int m = 0; m < 3; m++)
    challenge_parts_free(&parts[m]);
  fairu_events_destroy(events);
  fairu_events_destroy(turned);
  free(order);
  free(r);
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

/* With the organisers' generator the test part has their one factor: its whole weight is the yield of all processes. */
static void parts_as_the_loader_has_them(void **state)
{
  (void)state;
  cli c;
  begin_command(&c, &usage);
  rows *r = make_rows(3);
  fairu_events *events = make_events(&c, r, NULL);
  challenge_options o = usual_options();
  challenge_parts parts;
  o.rng = "numpy";
  CHECK_OK(c.ctx, challenge_parts_make(&c, &o, events, 1, &parts));
  const sums test = sums_of(parts.events[CHALLENGE_TEST]), train = sums_of(parts.events[CHALLENGE_TRAIN]);
  double got = 0.0, wanted = 0.0;
  for (int p = 0; p < CHALLENGE_PROCESSES; p++) {
    got += test.sum[p];
    wanted += parts.yields[p];
    CHECK_CLOSE(train.sum[p], parts.yields[p], 1e-12);
  }
  CHECK_CLOSE(got, wanted, 1e-6); /* weights are floats there */
  challenge_parts_free(&parts);
  fairu_events_destroy(events);
  free(r);
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

static void parts_without_a_process(void **state)
{
  (void)state;
  cli c;
  begin_command(&c, &usage);
  for (int gone = 0; gone < CHALLENGE_PROCESSES; gone++) {
    rows *r = make_rows(4);
    for (size_t i = 0; i < N; i++)
      r->weights[i] = r->labels[i] == gone ? 0.0 : r->weights[i];
    fairu_events *events = make_events(&c, r, NULL);
    const challenge_options o = usual_options();
    challenge_parts parts;
    char message[128];
    snprintf(message, sizeof message, "the train part has no event of %s with a weight",
             challenge_processes[gone]);
    CHECK_REFUSED(&c, FAIRU_ERR_EMPTY, message, challenge_parts_make(&c, &o, events, 1, &parts));
    challenge_parts_free(&parts);
    fairu_events_destroy(events);
    free(r);
  }
  c.status = 0;
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

static void parts_that_are_rare(void **state)
{
  (void)state;
  challenge_parts parts = { .multiplicity = { 9.0, 0.02, 9.0, 0.02 } };
  assert_true(challenge_parts_are_rare(&parts)); /* at the limit; train and calibration do not count */
  parts.multiplicity[CHALLENGE_TEST] = nextafter(0.02, 1.0);
  assert_false(challenge_parts_are_rare(&parts));
  parts.multiplicity[CHALLENGE_TEST] = 0.0;
  parts.multiplicity[CHALLENGE_TEMPLATE] = nextafter(0.02, 1.0);
  assert_false(challenge_parts_are_rare(&parts));
}

/* ---- bins --------------------------------------------------------------------------------------------- */

/* The same rule, said once more: which two neighbours are joined. */
static size_t left_of_the_pair(const challenge_bins *b)
{
  double effective[CHALLENGE_MOST_BINS];
  size_t worst = 0;
  double least = (double)INFINITY;
  for (size_t j = 0; j < b->n; j++) {
    effective[j] = b->squares[j] > 0.0 ? b->sum[j] * b->sum[j] / b->squares[j] : 0.0;
    const double strength = fmin(effective[j] / b->least_effective, b->sum[j] / 4.0);
    if (strength < least) {
      least = strength;
      worst = j;
    }
  }
  if (worst == 0)
    return 0;
  if (worst == b->n - 1 || effective[worst - 1] < effective[worst + 1])
    return worst - 1;
  return worst;
}

static void bins_are_merged_from_the_weakest(void **state)
{
  (void)state;
  uint64_t seed = 5;
  for (int round = 0; round < 3000; round++) {
    challenge_bins b = { .n = 2 + next(&seed) % (CHALLENGE_MOST_BINS - 1),
                         .least_effective = 1.0 + 50.0 * uniform(&seed) };
    for (size_t j = 0; j < b.n; j++) {
      b.sum[j] = next(&seed) % 5 ? 40.0 * uniform(&seed) : 0.0;
      b.squares[j] = b.sum[j] * uniform(&seed);
      b.edges[j] = (double)j + uniform(&seed);
    }
    while (b.n > 2) {
      const challenge_bins before = b;
      const size_t pair = left_of_the_pair(&before);
      challenge_bins_merge_weakest(&b);
      assert_int_equal(b.n, before.n - 1);
      for (size_t j = 0; j < b.n; j++) {
        const size_t k = j <= pair ? j : j + 1;
        const double more = j == pair ? before.sum[j + 1] : 0.0,
                     squares = j == pair ? before.squares[j + 1] : 0.0;
        assert_true(b.sum[j] == before.sum[k] + more && b.squares[j] == before.squares[k] + squares);
        if (j + 1 < b.n)
          assert_true(b.edges[j] == before.edges[j < pair ? j : j + 1]);
      }
    }
  }
}

static void bins_count_effective_events(void **state)
{
  (void)state;
  const challenge_bins b = { .n = 4, .sum = { 10.0, 0.0, 5.0, 0.0 }, .squares = { 10.0, 0.0, 25.0, 4.0 } };
  const double wanted[] = { 10.0, 0.0, 1.0, 0.0 };
  for (size_t j = 0; j < 4; j++)
    assert_true(challenge_bins_effective(&b, j) == wanted[j]);
}

/* ---- small functions ---------------------------------------------------------------------------------- */

static void processes_by_name(void **state)
{
  (void)state;
  static const char *const wrong[] = { "", "ztautaux", "ztauta", "Ztautau", "signal", "htautau " };
  for (int p = 0; p < CHALLENGE_PROCESSES; p++)
    assert_int_equal(challenge_process(challenge_processes[p]), p);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_int_equal(challenge_process(wrong[i]), -1);
  assert_int_equal(challenge_process("htautau"), FAIRU_CHALLENGE_HTAUTAU);
}

/* The whole width, half of it where the organisers' counting example has half. */
static void widths_that_are_told(void **state)
{
  (void)state;
  const challenge_interval interval = {
    .estimate = 1.0, .lower = 0.75, .upper = 1.5, .raw_lower = -1.0, .raw_upper = 9.0
  };
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++)
    assert_true(challenge_delta(e, &interval) == (e == CHALLENGE_COUNTING ? 0.375 : 0.75));
}

/* Rounds of one run never share a seed, nor reach into the pseudo-experiments of another. */
static void rounds_have_seeds_of_their_own(void **state)
{
  (void)state;
  challenge_options o = { .seed = 11, .part_seed = 4, .n_sets = 10, .n_pe = 100 };
  uint64_t before = 0;
  for (uint64_t k = 0; k < 20; k++) {
    const challenge_round round = { .options = &o, .part_seed = o.part_seed + k };
    const uint64_t seed = challenge_round_seed(&round);
    assert_true(k == 0 ? seed == o.seed : seed - before > o.n_sets * o.n_pe);
    before = seed;
  }
}

/* Centre, width and range of each nuisance, as the organisers' paper has them. */
static void priors_of_the_generator(void **state)
{
  (void)state;
  static const struct {
    const char *name;
    double centre, width, lower, upper;
  } paper[CHALLENGE_NUISANCES] = {
    { "tes", 1.0, 0.01, 0.9, 1.1 },
    { "jes", 1.0, 0.01, 0.9, 1.1 },
    { "log_soft_met", 0.0, 1.0, -(double)INFINITY, 1.6094379124341003 },
    { "ttbar_scale", 1.0, 0.02, 0.8, 1.2 },
    { "diboson_scale", 1.0, 0.25, 0.0, 2.0 },
    { "bkg_scale", 1.0, 0.001, 0.99, 1.01 },
  };
  cli c;
  begin_command(&c, &usage);
  for (int k = 0; k < CHALLENGE_NUISANCES; k++) {
    fairu_nuisance prior;
    assert_int_equal(challenge_prior(&c, k, &prior), FAIRU_OK);
    assert_string_equal(prior.name, paper[k].name);
    assert_true(prior.nominal == paper[k].centre && prior.width == paper[k].width &&
                prior.lower == paper[k].lower && prior.upper == paper[k].upper);
    assert_int_equal(prior.prior, FAIRU_PRIOR_GAUSSIAN);
  }
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

/* Points drawn for checks: by number, within the ranges, with the moments of the priors. */
static void random_points(void **state)
{
  (void)state;
  enum { POINTS = 2000 };
  cli c;
  begin_command(&c, &usage);
  double sum[CHALLENGE_AXES] = { 0 }, squares[CHALLENGE_AXES] = { 0 }, z[CHALLENGE_AXES],
         again[CHALLENGE_AXES];
  for (uint64_t k = 0; k < POINTS; k++) {
    assert_int_equal(challenge_random_point(&c, 3, k, z), FAIRU_OK);
    for (int i = 0; i < CHALLENGE_AXES; i++) {
      sum[i] += z[i];
      squares[i] += z[i] * z[i];
    }
    assert_true(z[0] >= 0.9 && z[0] <= 1.1 && z[1] >= 0.9 && z[1] <= 1.1);
    assert_true(z[2] >= log(0.1) && z[2] <= log(5.0) + 1e-12);
  }
  for (int i = 0; i < 2; i++) { /* five sigma of the mean and of the width */
    CHECK_NEAR(sum[i] / POINTS, 1.0, 5 * 0.01 / sqrt(POINTS));
    CHECK_NEAR(sqrt(squares[i] / POINTS - sum[i] * sum[i] / POINTS / POINTS), 0.01,
               5 * 0.01 / sqrt(2.0 * POINTS));
  }
  assert_int_equal(challenge_random_point(&c, 3, 17, z), FAIRU_OK);
  assert_int_equal(challenge_random_point(&c, 3, 17, again), FAIRU_OK);
  assert_memory_equal(z, again, sizeof z);
  assert_int_equal(challenge_random_point(&c, 4, 17, again), FAIRU_OK);
  assert_memory_not_equal(z, again, sizeof z);
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(parts_carry_full_yields),      cmocka_unit_test(parts_go_by_the_event),
    cmocka_unit_test(parts_as_the_loader_has_them), cmocka_unit_test(parts_without_a_process),
    cmocka_unit_test(parts_that_are_rare),          cmocka_unit_test(bins_are_merged_from_the_weakest),
    cmocka_unit_test(bins_count_effective_events),  cmocka_unit_test(processes_by_name),
    cmocka_unit_test(widths_that_are_told),         cmocka_unit_test(rounds_have_seeds_of_their_own),
    cmocka_unit_test(priors_of_the_generator),      cmocka_unit_test(random_points),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
