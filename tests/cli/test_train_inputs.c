/* Events and points of `fairu train` from files: matrices by the names of --columns, points of one nuisance or of a table. */
#include "cli/train_told.h"

enum { ROWS = 9 };

/* x, y, w, t: t is the label. */
static void write_matrix(const char *path, float label)
{
  static const char *const names[] = { "x", "y", "w", "t" };
  fairu_context *ctx = support_context();
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_create(ctx, ROWS, 4, names, &events));
  for (size_t k = 0; k < 4; k++) {
    float *to = NULL;
    CHECK_OK(ctx, fairu_events_column_data(events, ctx, k, &to));
    for (size_t i = 0; i < ROWS; i++)
      to[i] = k == 3 ? (i == 4 ? label : (float)(i % 2)) : (float)(10 * k + i);
  }
  CHECK_OK(ctx, fairu_events_write_npy(events, ctx, path));
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Columns by the names of --columns; label and weight are among them. */
static void events_of_a_matrix(void **state)
{
  (void)state;
  char path[512];
  support_path(path, sizeof path, "events.npy");
  write_matrix(path, -3.0F);
  const char *const words[] = { path, LEAST, "--columns", "x,y,w,t", "--label", "t", "--weight", "w", NULL };
  told t;
  tell(&t, words);
  CHECK_OK(t.c.ctx, train_settings_read(&t.c, &t.j));
  CHECK_OK(t.c.ctx, train_events_read(&t.c, &t.j));
  assert_int_equal(fairu_events_n_events(t.j.events), ROWS);
  for (size_t i = 0; i < ROWS; i++) {
    size_t stride = 1;
    assert_true(fairu_events_weights(t.j.events)[i] == 20.0 + (double)i);
    assert_int_equal(fairu_events_labels(t.j.events)[i], i == 4 ? -3 : (int)(i % 2));
    assert_true(fairu_events_column(t.j.events, 1, &stride)[i * stride] == (float)(10 + i));
  }
  forget_told(&t);
  remove(path);
}

static void matrices_that_are_refused(void **state)
{
  (void)state;
  static const struct {
    float label;
    const char *option, *value, *name;
    int code;
    const char *message;
  } cases[] = {
    { 0.5F, "--weight", "w", "t", FAIRU_ERR_RANGE, "events.npy: row 4: label is 0.5, no whole number" },
    { 2e9F, "--weight", "w", "t", FAIRU_ERR_RANGE, "row 4: label is 2e+09, no whole number" },
    { 1.0F, "--id", "w", "t", FAIRU_ERR_ARGUMENT, "--id: a .npy file of floats holds no ids" },
  };
  char path[512];
  support_path(path, sizeof path, "events.npy");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *const words[] = { path,          LEAST,           "--columns",    "x,y,w,t", "--label",
                                  cases[i].name, cases[i].option, cases[i].value, NULL };
    told t;
    write_matrix(path, cases[i].label);
    tell(&t, words);
    CHECK_OK(t.c.ctx, train_settings_read(&t.c, &t.j));
    CHECK_REFUSED(&t.c, cases[i].code, cases[i].message, train_events_read(&t.c, &t.j));
    forget_told(&t);
  }
  for (size_t i = 0; i < 2; i++) { /* a column that is not there is found by the library */
    const char *const words[] = { path,          LEAST,      "--columns",   "x,y,w,t", "--label",
                                  i ? "t" : "q", "--weight", i ? "q" : "w", NULL };
    told t;
    tell(&t, words);
    CHECK_OK(t.c.ctx, train_settings_read(&t.c, &t.j));
    CHECK_FAILS(t.c.ctx, FAIRU_ERR_NOT_FOUND, train_events_read(&t.c, &t.j));
    CHECK_SAYS(t.c.ctx, "q");
    forget_told(&t);
  }
  remove(path);
}

/* ---- points ------------------------------------------------------------------------------------------- */

static fairu_systematics *two_nuisances(cli *c)
{
  fairu_nuisance list[2];
  fairu_systematics *s = NULL;
  for (size_t i = 0; i < 2; i++) {
    CHECK_OK(c->ctx, fairu_nuisance_init(&list[i], sizeof list[i]));
    list[i].name = i ? "b" : "a";
    list[i].nominal = i ? -0.5 : 1.0;
    list[i].width = 1.0;
  }
  CHECK_OK(c->ctx, fairu_systematics_create(c->ctx, list, 2, &s));
  return s;
}

/* Values of one nuisance, the other nominal; or a file with columns in any order. */
static void points_of_one_or_of_a_file(void **state)
{
  (void)state;
  static const struct {
    const char *nuisance, *points, *file;
    int code;
    const char *message;
    size_t n;
    double wanted[6];
  } cases[] = {
    { "b", "-1,0.5,2e0", NULL, FAIRU_OK, NULL, 3, { 1, -1, 1, 0.5, 1, 2 } },
    { "a", "7", NULL, FAIRU_OK, NULL, 1, { 7, -0.5 } },
    { "a", NULL, "b,a\n1,2\n3,4\n", FAIRU_OK, NULL, 2, { 2, 1, 4, 3 } },
    { "a", NULL, "b\n1\n3\n5\n", FAIRU_OK, NULL, 3, { 1, 1, 1, 3, 1, 5 } },
    { "q", "1,2", NULL, FAIRU_ERR_NOT_FOUND, "--nuisance: the systematics have no 'q'", 0, { 0 } },
    { NULL,
      "1,2",
      NULL,
      FAIRU_ERR_ARGUMENT,
      "--points: values are of one nuisance; for several, a CSV",
      0,
      { 0 } },
    { "a", "1,,2", NULL, FAIRU_ERR_ARGUMENT, "--points: part 2 of '1,,2' is empty", 0, { 0 } },
    { "a", "1,2e", NULL, FAIRU_ERR_ARGUMENT, "--points: '2e' is not a finite number", 0, { 0 } },
    { "a", "1,1e999", NULL, FAIRU_ERR_ARGUMENT, "--points: '1e999' is not a finite number", 0, { 0 } },
    { "a",
      NULL,
      "b,q\n1,2\n",
      FAIRU_ERR_NOT_FOUND,
      "points.csv: 'q' is no nuisance of the systematics",
      0,
      { 0 } },
  };
  char path[512];
  support_path(path, sizeof path, "points.csv");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *words[] = { "events.csv",
                            LEAST,
                            "--points",
                            cases[i].file ? path : cases[i].points,
                            cases[i].nuisance ? "--nuisance" : NULL,
                            cases[i].nuisance,
                            NULL };
    told t;
    if (cases[i].file)
      support_write_file(path, cases[i].file, strlen(cases[i].file));
    tell(&t, words);
    CHECK_OK(t.c.ctx, train_settings_read(&t.c, &t.j));
    CHECK_REFUSED(&t.c, FAIRU_ERR_ARGUMENT, "--points wants --systematics", train_points_read(&t.c, &t.j));
    t.c.status = 0;
    t.j.systematics = two_nuisances(&t.c);
    if (cases[i].message)
      CHECK_REFUSED(&t.c, cases[i].code, cases[i].message, train_points_read(&t.c, &t.j));
    else {
      CHECK_OK(t.c.ctx, train_points_read(&t.c, &t.j));
      assert_int_equal(t.j.method.n_points, cases[i].n);
      assert_memory_equal(t.j.method.points, cases[i].wanted, 2 * cases[i].n * sizeof(double));
    }
    forget_told(&t);
  }
  remove(path);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(events_of_a_matrix),
    cmocka_unit_test(matrices_that_are_refused),
    cmocka_unit_test(points_of_one_or_of_a_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
