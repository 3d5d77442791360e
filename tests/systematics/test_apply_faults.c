/* What random chains refuse, against a model of what their steps read, touch and want: values that are no numbers, ratios that are none, columns
 * that are missing, Z at and beyond the ends of its range, labels and weights that a table does or does not have. */
#include "chain_model.h"

enum { MOST_FAULTS = 3, N_ROUNDS = 400 };

/* Columns that a kind of step reads, in the order in which it names them; all it touches if `touched`. Returns how many. */
static size_t columns_of(const model_step *s, int touched, size_t columns[4])
{
  static const size_t lists[N_KINDS][4] = {
    [ROTATION] = { X, Y },     [SCALE] = { X }, [MOMENTUM] = { PT, PHI, MET, MET_PHI },
    [SHIFT] = { X, Y },        [CUT] = { X },   [KIND] = { Y, CATEGORY },
    [TWO_POINT] = { UP, DOWN }
  };
  static const size_t lengths[N_KINDS] = {
    [ROTATION] = 2, [SCALE] = 1, [MOMENTUM] = 4, [SHIFT] = 2, [CUT] = 1, [KIND] = 2, [TWO_POINT] = 2
  };
  memcpy(columns, lists[s->kind], sizeof lists[s->kind]);
  if (s->kind == MOMENTUM && !s->with_met)
    return 1;
  return s->kind == KIND && !touched ? 1 : lengths[s->kind];
}

typedef struct failure {
  int status;
  size_t row, column;
} failure;

/* ---- values ----------------------------------------------------------------------------------------------- */

/* First row of the column of which this is said, N if none. */
static size_t first_row(const fairu_events *in, size_t column, int (*is_bad)(float))
{
  size_t row = 0;
  while (row < N && !is_bad(at(in, column, row)))
    row++;
  return row;
}

static int is_no_number(float x)
{
  return !(fabsf(x) <= 3.402823466e38f);
}

static int is_no_ratio(float x)
{
  return !(x > 0.0f);
}

/* Step by step; of a step first what is no number, column by column, then what is no ratio. */
static failure expected(const model_chain *c, const fairu_events *in)
{
  for (size_t s = 0; s < c->n; s++) {
    size_t columns[4];
    const size_t n = columns_of(&c->steps[s], 0, columns);
    for (int ratios = 0; ratios <= (c->steps[s].kind == TWO_POINT); ratios++)
      for (size_t k = 0; k < n; k++) {
        const size_t row = first_row(in, columns[k], ratios ? is_no_ratio : is_no_number);
        if (row < N)
          return (failure){ ratios ? FAIRU_ERR_RANGE : FAIRU_ERR_NON_FINITE, row, columns[k] };
      }
  }
  return (failure){ FAIRU_OK, 0, 0 };
}

static void plant(scene *s)
{
  static const float bad[5] = { NAN, INFINITY, -INFINITY, 0.0f, -1.0f };
  const size_t n = draw_below(&s->d, MOST_FAULTS + 1);
  for (size_t i = 0; i < n; i++) {
    float *values = NULL;
    const size_t column = draw_below(&s->d, N_COLUMNS);
    CHECK_OK(s->ctx, fairu_events_column_data(s->in, s->ctx, column, &values));
    values[draw_below(&s->d, N)] = bad[draw_below(&s->d, column == UP || column == DOWN ? 5 : 3)];
  }
}

static void the_first_bad_value_that_is_read_is_named(void **state)
{
  (void)state;
  scene *s = scene_create(91);
  size_t n_refused = 0;
  for (int round = 0; round < N_ROUNDS; round++) {
    char text[96];
    unsigned char passed[N];
    fairu_events *out = NULL;
    scene_next(s);
    plant(s);
    const failure wanted = expected(&s->chain, s->in);
    for (int left_out = 0; left_out < 2; left_out++) { /* rows that are cut are looked at all the same */
      const int status =
          fairu_systematics_apply(s->sys, s->ctx, s->in, s->z, N_Z, 3, left_out ? NULL : passed, &out);
      assert_int_equal(status, wanted.status);
      if (wanted.status != FAIRU_OK) {
        assert_null(out);
        snprintf(text, sizeof text, "row %zu, column %s", wanted.row, column_names[wanted.column]);
        CHECK_SAYS(s->ctx, text);
      }
      fairu_events_destroy(out);
    }
    n_refused += wanted.status != FAIRU_OK;
  }
  assert_true(n_refused > N_ROUNDS / 5 && n_refused < N_ROUNDS * 4 / 5);
  scene_destroy(s);
}

/* Nothing is refused that is not read: it comes out as it went in. */
static void what_is_not_read_may_be_anything(void **state)
{
  (void)state;
  scene *s = scene_create(92);
  size_t n_kept = 0;
  for (int round = 0; round < N_ROUNDS; round++) {
    int touched[N_COLUMNS] = { 0 };
    unsigned char passed[N];
    scene_next(s);
    for (size_t k = 0; k < s->chain.n; k++) {
      size_t columns[4];
      const size_t n = columns_of(&s->chain.steps[k], 1, columns);
      for (size_t c = 0; c < n; c++)
        touched[columns[c]] = 1;
    }
    for (size_t c = 0; c < N_COLUMNS; c++) {
      float *values = NULL;
      CHECK_OK(s->ctx, fairu_events_column_data(s->in, s->ctx, c, &values));
      for (size_t i = 0; i < N && !touched[c]; i++)
        values[i] = i % 3 ? NAN : i % 2 ? INFINITY : -0.0f;
    }
    fairu_events *out = shift(s->ctx, s->sys, s->in, s->z, passed);
    for (size_t c = 0; c < N_COLUMNS; c++)
      if (!touched[c]) {
        assert_memory_equal(fairu_events_column(out, c, NULL), fairu_events_column(s->in, c, NULL),
                            N * sizeof(float));
        n_kept++;
      }
    fairu_events_destroy(out);
  }
  assert_true(n_kept > N_ROUNDS);
  scene_destroy(s);
}

/* ---- columns ----------------------------------------------------------------------------------------------- */

/* The table without one column. */
static fairu_events *without(const scene *s, size_t column)
{
  const char *names[N_COLUMNS];
  const float *columns[N_COLUMNS];
  size_t n = 0;
  fairu_events *out = NULL;
  for (size_t c = 0; c < N_COLUMNS; c++)
    if (c != column) {
      names[n] = column_names[c];
      columns[n++] = fairu_events_column(s->in, c, NULL);
    }
  CHECK_OK(s->ctx, fairu_events_create_view(s->ctx, N, n, names, columns, 1, &out));
  CHECK_OK(s->ctx, fairu_events_set_weights(out, s->ctx, fairu_events_weights(s->in), N));
  CHECK_OK(s->ctx, fairu_events_set_labels(out, s->ctx, fairu_events_labels(s->in), N));
  return out;
}

static int is_touched(const model_chain *c, size_t column)
{
  for (size_t s = 0; s < c->n; s++) {
    size_t columns[4];
    for (size_t k = columns_of(&c->steps[s], 1, columns); k-- > 0;)
      if (columns[k] == column)
        return 1;
  }
  return 0;
}

/* Where it is not missed, what comes of the others is the same. */
static void columns_that_are_touched_must_be_there(void **state)
{
  (void)state;
  scene *s = scene_create(93);
  for (int round = 0; round < 100; round++) {
    scene_next(s);
    fairu_events *whole = shift(s->ctx, s->sys, s->in, s->z, NULL);
    for (size_t column = 0; column < N_COLUMNS; column++) {
      char text[64];
      fairu_events *in = without(s, column), *out = NULL;
      const int status = fairu_systematics_apply(s->sys, s->ctx, in, s->z, N_Z, 3, NULL, &out);
      assert_int_equal(status, is_touched(&s->chain, column) ? FAIRU_ERR_NOT_FOUND : FAIRU_OK);
      if (status != FAIRU_OK) {
        snprintf(text, sizeof text, "no column \"%s\"", column_names[column]);
        CHECK_SAYS(s->ctx, text);
        assert_null(out);
      }
      for (size_t c = 0; out && c < N_COLUMNS; c++)
        if (c != column)
          assert_memory_equal(fairu_events_column(out, c - (c > column), NULL),
                              fairu_events_column(whole, c, NULL),
                              fairu_events_n_events(whole) * sizeof(float));
      fairu_events_destroy(out);
      fairu_events_destroy(in);
    }
    fairu_events_destroy(whole);
  }
  scene_destroy(s);
}

/* ---- Z ----------------------------------------------------------------------------------------------------- */

/* The chain with ranges; each nuisance at its ends, and one step of a double beyond them. */
static void z_stays_within_its_range(void **state)
{
  (void)state;
  static const double nominal[N_Z] = { 0.0, 1.0, 1.0, 0.0, 0.0 };
  scene *s = scene_create(94);
  for (int round = 0; round < 100; round++) {
    fairu_nuisance nuisances[N_Z];
    fairu_systematics *sys = NULL;
    scene_next(s);
    for (size_t k = 0; k < N_Z; k++) {
      CHECK_OK(s->ctx, fairu_nuisance_init(&nuisances[k], sizeof nuisances[k]));
      nuisances[k].name = nuisance_names[k];
      nuisances[k].nominal = nominal[k];
      nuisances[k].lower = nominal[k] - draw_between(&s->d, 0.0, 0.9);
      nuisances[k].upper = nominal[k] + draw_between(&s->d, 0.0, 2.0);
    }
    CHECK_OK(s->ctx, fairu_systematics_create(s->ctx, nuisances, N_Z, &sys));
    for (size_t k = 0; k < s->chain.n; k++)
      CHECK_OK(s->ctx, chain_add(sys, s->ctx, &s->chain.steps[k]));
    for (size_t k = 0; k < N_Z; k++)
      for (int end = 0; end < 5; end++) {
        const double lower = nuisances[k].lower, upper = nuisances[k].upper;
        const double values[5] = { lower, upper, nextafter(lower, -9.0), nextafter(upper, 9.0), NAN };
        const int wanted = end < 2 ? FAIRU_OK : end < 4 ? FAIRU_ERR_RANGE : FAIRU_ERR_NON_FINITE;
        char text[48];
        double z[N_Z];
        fairu_events *out = NULL;
        memcpy(z, nominal, sizeof z);
        z[k] = values[end];
        assert_int_equal(fairu_systematics_apply(sys, s->ctx, s->in, z, N_Z, 3, NULL, &out), wanted);
        snprintf(text, sizeof text, "z[%zu] (%s) is ", k, nuisance_names[k]);
        if (wanted != FAIRU_OK)
          CHECK_SAYS(s->ctx, text);
        fairu_events_destroy(out);
      }
    fairu_systematics_destroy(sys);
  }
  scene_destroy(s);
}

static int has_kind(const model_chain *c, int kind)
{
  for (size_t s = 0; s < c->n; s++)
    if (c->steps[s].kind == kind)
      return 1;
  return 0;
}

/* Without ranges: scales of momenta want more than 0, those of weights no less; columns may be scaled by anything. */
static void scales_want_their_sign(void **state)
{
  (void)state;
  static const double values[4] = { 1e-300, 0.0, -0.0, -1e-300 };
  scene *s = scene_create(95);
  for (int round = 0; round < 100; round++) {
    scene_next(s);
    for (size_t k = 1; k <= 2; k++) /* "tes" scales momenta and columns, "norm" weights */
      for (size_t i = 0; i < 4; i++) {
        const int bad = k == 1 ? has_kind(&s->chain, MOMENTUM) && !(values[i] > 0.0)
                               : has_kind(&s->chain, WEIGHT) && values[i] < 0.0;
        double z[N_Z];
        fairu_events *out = NULL;
        memcpy(z, s->z, sizeof z);
        z[k] = values[i];
        const int status = fairu_systematics_apply(s->sys, s->ctx, s->in, z, N_Z, 3, NULL, &out);
        assert_int_equal(status, bad ? FAIRU_ERR_RANGE : FAIRU_OK);
        if (bad)
          CHECK_SAYS(s->ctx, k == 1 ? "z[1] (tes) is" : "z[2] scales weights");
        fairu_events_destroy(out);
      }
    for (size_t n = 0; n < N_Z + 2; n++) {
      double z[N_Z + 1] = { 0.0, 1.0, 1.0, 0.0, 0.0, 0.0 };
      fairu_events *out = NULL;
      assert_int_equal(fairu_systematics_apply(s->sys, s->ctx, s->in, z, n, 3, NULL, &out),
                       n == N_Z ? FAIRU_OK : FAIRU_ERR_SHAPE);
      fairu_events_destroy(out);
    }
  }
  scene_destroy(s);
}

/* ---- weights and labels -------------------------------------------------------------------------------------- */

/* A table without weights has those that steps make of 1, or none; without labels weights by label can only stay. */
static void tables_may_lack_weights_and_labels(void **state)
{
  (void)state;
  scene *s = scene_create(96);
  for (int round = 0; round < 200; round++) {
    unsigned char passed[N];
    fairu_events *out = NULL;
    scene_next(s);
    const int weighs = has_kind(&s->chain, WEIGHT) || has_kind(&s->chain, TWO_POINT);
    CHECK_OK(s->ctx, fairu_events_set_weights(s->in, s->ctx, NULL, 0));
    out = shift(s->ctx, s->sys, s->in, s->z, passed);
    assert_true((fairu_events_weights(out) != NULL) == weighs);
    for (size_t i = 0; weighs && i < N; i++) {
      model_event e = s->events[i];
      e.weight = 1.0;
      e = model_shift(&s->chain, e, s->z);
      CHECK_CLOSE(fairu_events_weights(out)[i], e.weight, 1e-12);
    }
    fairu_events_destroy(out);
    CHECK_OK(s->ctx, fairu_events_set_labels(s->in, s->ctx, NULL, 0));
    const int status = fairu_systematics_apply(s->sys, s->ctx, s->in, s->z, N_Z, 3, passed, &out);
    assert_int_equal(status, has_kind(&s->chain, WEIGHT) ? FAIRU_ERR_ARGUMENT : FAIRU_OK);
    fairu_events_destroy(out);
    s->z[2] = 1.0;
    out = shift(s->ctx, s->sys, s->in, s->z, passed);
    assert_null(fairu_events_labels(out));
    fairu_events_destroy(out);
  }
  scene_destroy(s);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(the_first_bad_value_that_is_read_is_named),
                                      cmocka_unit_test(what_is_not_read_may_be_anything),
                                      cmocka_unit_test(columns_that_are_touched_must_be_there),
                                      cmocka_unit_test(z_stays_within_its_range),
                                      cmocka_unit_test(scales_want_their_sign),
                                      cmocka_unit_test(tables_may_lack_weights_and_labels) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
