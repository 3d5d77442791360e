/* Migration of random chains against counts in three shifted tables; and against what must not change them. */
#include "chain_model.h"

static double sum_of(const fairu_migration *m)
{
  return m->cut + m->sentinel + m->category;
}

/* The shares by their definition, from tables at z[k] - step, z[k] and z[k] + step. */
static fairu_migration count(const scene *s, size_t k, double step)
{
  fairu_migration m = { .struct_size = sizeof m };
  fairu_events *tables[3];
  unsigned char passed[3][N];
  double z[N_Z], total = 0.0;
  memcpy(z, s->z, sizeof z);
  for (int side = 0; side < 3; side++) {
    z[k] = s->z[k] + step * (side - 1);
    tables[side] = shift(s->ctx, s->sys, s->in, z, passed[side]);
  }
  for (size_t i = 0; i < N; i++) {
    const int n_passed = passed[0][i] + passed[1][i] + passed[2][i];
    double w[3];
    for (int side = 0; side < 3; side++)
      w[side] = fabs(fairu_events_weights(tables[side])[i]);
    if (n_passed == 0)
      continue;
    const int jumps = at(tables[0], CATEGORY, i) != at(tables[1], CATEGORY, i) ||
                      at(tables[2], CATEGORY, i) != at(tables[1], CATEGORY, i);
    total += w[1];
    m.cut += n_passed < 3 ? w[1] : 0.0;
    m.category += n_passed == 3 && jumps ? w[1] : 0.0;
    m.weight += fmax(fabs(w[0] - w[1]), fabs(w[2] - w[1]));
    m.n_crossing += n_passed < 3 || jumps;
    m.crossing += n_passed < 3 || jumps ? w[1] : 0.0;
  }
  m.cut /= total;
  m.category /= total;
  m.crossing /= total;
  m.weight /= total;
  for (int side = 0; side < 3; side++)
    fairu_events_destroy(tables[side]);
  return m;
}

static void check_same(const fairu_migration *is, const fairu_migration *wanted)
{
  CHECK_NEAR(is->cut, wanted->cut, 1e-13);
  CHECK_NEAR(is->category, wanted->category, 1e-13);
  CHECK_NEAR(is->crossing, wanted->crossing, 1e-13);
  CHECK_NEAR(is->weight, wanted->weight, 1e-12);
  assert_int_equal(is->n_crossing, wanted->n_crossing);
}

static void shares_are_those_of_three_tables(void **state)
{
  (void)state;
  scene *s = scene_create(91);
  size_t n_crossing = 0, n_weight = 0;
  for (int round = 0; round < 100; round++) {
    scene_next(s);
    for (size_t k = 0; k < N_Z; k++) {
      const double step = draw_between(&s->d, 0.001, 0.3);
      fairu_migration m = { .struct_size = sizeof m };
      const int status = fairu_systematics_migration(s->sys, s->ctx, s->in, s->z, N_Z, k, step, 3, &m);
      if (status == FAIRU_ERR_EMPTY)
        continue; /* cuts that leave nothing */
      CHECK_OK(s->ctx, status);
      const fairu_migration wanted = count(s, k, step);
      check_same(&m, &wanted);
      assert_true(m.sentinel == 0.0); /* absent momenta stay absent */
      CHECK_NEAR(m.crossing, sum_of(&m), 1e-13);
      n_crossing += m.n_crossing;
      n_weight += m.weight > 0.0;
    }
  }
  assert_true(n_crossing > 3000 && n_weight > 30);
  scene_destroy(s);
}

/* A larger step crosses no less; the check refuses exactly where a share is above the limit. */
static void limits_refuse_exactly_what_is_above_them(void **state)
{
  (void)state;
  scene *s = scene_create(92);
  for (int round = 0; round < 60; round++) {
    scene_next(s);
    double steps[N_Z] = { 0.0 }, most = 0.0;
    const size_t k = draw_below(&s->d, N_Z);
    fairu_migration m = { .struct_size = sizeof m };
    steps[k] = draw_between(&s->d, 0.01, 0.2);
    if (fairu_systematics_migration(s->sys, s->ctx, s->in, s->z, N_Z, k, steps[k], 3, &m) != FAIRU_OK)
      continue;
    most = fmax(m.crossing, m.weight);
    const double limits[] = { 0.0, 0.5 * most, most * (1.0 - 1e-9), most, most * (1.0 + 1e-9), 0.999999 };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
      if (!(limits[i] < 1.0))
        continue;
      const int refused = most > limits[i];
      const int status =
          fairu_systematics_check_tangents(s->sys, s->ctx, s->in, s->z, N_Z, steps, 3, limits[i]);
      assert_int_equal(status, refused ? FAIRU_ERR_UNSUPPORTED : FAIRU_OK);
      if (refused)
        CHECK_SAYS(s->ctx, nuisance_names[k]);
    }
  }
  scene_destroy(s);
}

/* Rows in another order, weights all scaled or of the other sign, threads: the same shares. */
static void shares_know_no_order_scale_or_threads(void **state)
{
  (void)state;
  scene *s = scene_create(93);
  for (int round = 0; round < 60; round++) {
    fairu_migration here = { .struct_size = sizeof here }, other = { .struct_size = sizeof other };
    size_t rows[N];
    double weights[N];
    fairu_events *turned = NULL;
    scene_next(s);
    const size_t k = draw_below(&s->d, N_Z);
    for (size_t i = 0; i < N; i++)
      rows[i] = N - 1 - i;
    CHECK_OK(s->ctx, fairu_events_select(s->in, s->ctx, rows, N, &turned));
    for (size_t i = 0; i < N; i++)
      weights[i] = -7.0 * fairu_events_weights(turned)[i];
    CHECK_OK(s->ctx, fairu_events_set_weights(turned, s->ctx, weights, N));
    const int status = fairu_systematics_migration(s->sys, s->ctx, s->in, s->z, N_Z, k, 0.05, 3, &here);
    CHECK_OK(s->ctx, fairu_context_set_threads(s->ctx, 1 + round % 4));
    assert_int_equal(fairu_systematics_migration(s->sys, s->ctx, turned, s->z, N_Z, k, 0.05, 3, &other),
                     status);
    CHECK_OK(s->ctx, fairu_context_set_threads(s->ctx, 1));
    if (status == FAIRU_OK)
      check_same(&other, &here);
    fairu_events_destroy(turned);
  }
  scene_destroy(s);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(shares_are_those_of_three_tables),
                                      cmocka_unit_test(limits_refuse_exactly_what_is_above_them),
                                      cmocka_unit_test(shares_know_no_order_scale_or_threads) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
