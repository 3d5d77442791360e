/* Random chains of steps at random points against the same written down plainly for one event; their derivatives against differences
 * of that; and what must not matter: order and number of rows, threads, instruction sets, where a chain is cut in two. */
#include "chain_model.h"

/* ---- values ------------------------------------------------------------------------------------------------ */

/* Each step rounds to floats; MET is what is left of momenta of about 200. */
static void check_event(const fairu_events *out, size_t i, const model_event *wanted)
{
  for (size_t c = 0; c < N_COLUMNS; c++) {
    const double is = (double)at(out, c, i);
    if (c == MET_PHI)
      CHECK_NEAR(wanted->v[MET] * remainder(is - wanted->v[c], 2.0 * acos(-1.0)), 0.0, 2e-4);
    else if (c == CATEGORY)
      assert_true(wanted->is_near || is == wanted->v[c]);
    else
      CHECK_NEAR(is, wanted->v[c], c == MET ? 2e-4 : 1e-5 * (1.0 + fabs(wanted->v[c])));
  }
  CHECK_CLOSE(fairu_events_weights(out)[i], wanted->weight, 1e-12);
}

static void chains_do_what_their_steps_say(void **state)
{
  (void)state;
  scene *s = scene_create(81);
  size_t n_cut = 0, n_near = 0;
  for (int round = 0; round < 120; round++) {
    unsigned char passed[N];
    scene_next(s);
    fairu_events *out = shift(s->ctx, s->sys, s->in, s->z, passed);
    fairu_events *left = shift(s->ctx, s->sys, s->in, s->z, NULL);
    size_t n_left = 0;
    for (size_t i = 0; i < N; i++) {
      const model_event wanted = model_shift(&s->chain, s->events[i], s->z);
      check_event(out, i, &wanted);
      assert_true(wanted.is_near || passed[i] == wanted.passed);
      n_cut += !passed[i];
      n_near += wanted.is_near != 0;
      for (size_t c = 0; passed[i] && c < N_COLUMNS; c++) /* the rows that stay, in order */
        assert_true(at(left, c, n_left) == at(out, c, i));
      n_left += passed[i];
    }
    assert_int_equal(fairu_events_n_events(left), n_left);
    fairu_events_destroy(out);
    fairu_events_destroy(left);
  }
  assert_true(n_cut > 2000 && n_near < 600);
  scene_destroy(s);
}

/* ---- derivatives ------------------------------------------------------------------------------------------- */

/* Not where a choice hangs on rounding, and not of the angle of hardly any MET. */
static void check_slopes(const scene *s, const float *tangents, size_t i, size_t k)
{
  const double h = 1e-5;
  double z[N_Z];
  memcpy(z, s->z, sizeof z);
  const model_event here = model_shift(&s->chain, s->events[i], z);
  z[k] = s->z[k] + h;
  const model_event up = model_shift(&s->chain, s->events[i], z);
  z[k] = s->z[k] - h;
  const model_event down = model_shift(&s->chain, s->events[i], z);
  if (here.is_near || up.is_near || down.is_near || here.v[MET] < 1.0)
    return;
  for (size_t c = 0; c < N_COLUMNS; c++) {
    const double is = (double)tangents[(i * N_COLUMNS + c) * N_Z + k];
    const double change =
        c == MET_PHI ? remainder(up.v[c] - down.v[c], 2.0 * acos(-1.0)) : up.v[c] - down.v[c];
    const double slope = here.passed ? change / (2.0 * h) : 0.0;
    /* third derivatives are at most those of 1 / MET^2 at 1 GeV: h^2 / 6 of them stay below */
    CHECK_NEAR(is, slope,
               2e-6 * (1.0 + fabs(slope) + fabs(here.v[c])) * (c >= MET && c <= MET_PHI ? 10.0 : 1.0));
  }
}

static void tangents_are_the_derivatives_of_the_model(void **state)
{
  (void)state;
  scene *s = scene_create(82);
  float *tangents = calloc((size_t)N * N_COLUMNS * N_Z, sizeof *tangents);
  for (int round = 0; round < 60; round++) {
    scene_next(s);
    CHECK_OK(s->ctx, fairu_systematics_tangents(s->sys, s->ctx, s->in, s->z, N_Z, 3, column_names, N_COLUMNS,
                                                tangents));
    for (size_t i = 0; i < N; i++)
      for (size_t k = 0; k < N_Z; k++)
        check_slopes(s, tangents, i, k);
  }
  free(tangents);
  scene_destroy(s);
}

/* ---- what must not matter ---------------------------------------------------------------------------------- */

static void check_rows(const fairu_events *a, const fairu_events *b, const size_t *rows, size_t n)
{
  assert_int_equal(fairu_events_n_events(b), n);
  for (size_t i = 0; i < n; i++) {
    for (size_t c = 0; c < N_COLUMNS; c++) {
      const float x = at(a, c, rows ? rows[i] : i), y = at(b, c, i);
      assert_memory_equal(&x, &y, sizeof x);
    }
    assert_true(fairu_events_weights(a)[rows ? rows[i] : i] == fairu_events_weights(b)[i]);
  }
}

/* Smearing goes by id, so it may be there too. */
static void add_smearing(scene *s)
{
  static const char *const xy[] = { "x", "y" };
  if (draw_below(&s->d, 2))
    CHECK_OK(s->ctx, fairu_systematics_add_met_smearing(s->sys, s->ctx, "tes", "met", "met_phi"));
  if (draw_below(&s->d, 2))
    CHECK_OK(s->ctx, fairu_systematics_add_smearing(s->sys, s->ctx, "norm", xy, 2));
}

static void the_same_bits_for_any_rows_threads_and_instructions(void **state)
{
  (void)state;
  static const char *const kernels[] = { "generic", "x86-64-v3", "x86-64-v4" };
  scene *s = scene_create(83);
  for (int round = 0; round < 60; round++) {
    unsigned char all[N], some[N];
    uint64_t ids[N];
    size_t rows[N], n = 1 + draw_below(&s->d, N);
    fairu_events *part = NULL;
    scene_next(s);
    add_smearing(s);
    for (size_t i = 0; i < N; i++) {
      ids[i] = draw(&s->d);
      rows[i] = i;
    }
    CHECK_OK(s->ctx, fairu_events_set_ids(s->in, s->ctx, ids, N));
    for (size_t i = N; i-- > 1;) { /* shuffled; the first n of them */
      const size_t j = draw_below(&s->d, i + 1), kept = rows[i];
      rows[i] = rows[j];
      rows[j] = kept;
    }
    CHECK_OK(s->ctx, fairu_events_select(s->in, s->ctx, rows, n, &part));
    fairu_events *whole = shift(s->ctx, s->sys, s->in, s->z, all);
    CHECK_OK(s->ctx, fairu_context_set_threads(s->ctx, 1 + round % 3));
    const int has_kernel = fairu_context_set_kernel(s->ctx, kernels[round % 3]) == FAIRU_OK;
    fairu_events *shifted = shift(s->ctx, s->sys, part, s->z, some);
    check_rows(whole, shifted, rows, n);
    for (size_t i = 0; i < n; i++)
      assert_int_equal(some[i], all[rows[i]]);
    if (has_kernel)
      CHECK_OK(s->ctx, fairu_context_set_kernel(s->ctx, "auto"));
    CHECK_OK(s->ctx, fairu_context_set_threads(s->ctx, 1));
    fairu_events_destroy(shifted);
    fairu_events_destroy(whole);
    fairu_events_destroy(part);
  }
  scene_destroy(s);
}

/* Two chains one behind the other are the whole one, to the last bit. */
static void a_chain_may_be_cut_in_two(void **state)
{
  (void)state;
  scene *s = scene_create(84);
  for (int round = 0; round < 60; round++) {
    unsigned char whole_passed[N], passed[2][N];
    scene_next(s);
    const size_t cut = draw_below(&s->d, s->chain.n + 1);
    fairu_systematics *first = chain_make(s->ctx, &s->chain, 0, cut);
    fairu_systematics *second = chain_make(s->ctx, &s->chain, cut, s->chain.n);
    fairu_events *whole = shift(s->ctx, s->sys, s->in, s->z, whole_passed);
    fairu_events *half = shift(s->ctx, first, s->in, s->z, passed[0]);
    fairu_events *both = shift(s->ctx, second, half, s->z, passed[1]);
    check_rows(whole, both, NULL, N);
    for (size_t i = 0; i < N; i++)
      assert_int_equal(whole_passed[i], passed[0][i] && passed[1][i]);
    fairu_events_destroy(both);
    fairu_events_destroy(half);
    fairu_events_destroy(whole);
    fairu_systematics_destroy(first);
    fairu_systematics_destroy(second);
  }
  scene_destroy(s);
}

/* Steps of which none moves anything at its reference: the same bits, of -0 and of NaN in columns that nobody reads too. */
static void nothing_happens_at_the_references(void **state)
{
  (void)state;
  scene *s = scene_create(85);
  const double z[N_Z] = { 0.0, 1.0, 1.0, 0.0, 0.0 };
  for (int round = 0; round < 60; round++) {
    unsigned char passed[N];
    scene_next(s);
    fairu_systematics_destroy(s->sys);
    for (size_t k = 0; k < s->chain.n; k++) {
      s->chain.steps[k].reference = 0.0;
      if (s->chain.steps[k].kind == CUT || s->chain.steps[k].kind == KIND)
        s->chain.steps[k].kind = MOMENTUM;
    }
    s->sys = chain_make(s->ctx, &s->chain, 0, s->chain.n);
    float *values = NULL;
    CHECK_OK(s->ctx, fairu_events_column_data(s->in, s->ctx, CATEGORY, &values)); /* no step reads it */
    values[0] = NAN;
    values[1] = -0.0f;
    CHECK_OK(s->ctx, fairu_events_column_data(s->in, s->ctx, X, &values));
    values[2] = -0.0f;
    values[3] = 0x1p-149f;
    fairu_events *out = shift(s->ctx, s->sys, s->in, z, passed);
    check_rows(s->in, out, NULL, N);
    for (size_t i = 0; i < N; i++)
      assert_int_equal(passed[i], 1);
    fairu_events_destroy(out);
  }
  scene_destroy(s);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(chains_do_what_their_steps_say),
                                      cmocka_unit_test(tangents_are_the_derivatives_of_the_model),
                                      cmocka_unit_test(the_same_bits_for_any_rows_threads_and_instructions),
                                      cmocka_unit_test(a_chain_may_be_cut_in_two),
                                      cmocka_unit_test(nothing_happens_at_the_references) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
