/* Bins, axes, points and processes from the words of `fairu fill`, beside the rules said once more; every refusal. */
#include "cli/program.h"

#include "cli/fill_layout.h"

static const cli_usage usage = { .command = "fairu test", .files = "", .about = "" };

static double uniform(uint64_t *seed)
{
  *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
  return (double)(*seed >> 11) / 9007199254740992.0;
}

static cli_list list_of(const char *const *items, size_t n)
{
  cli_list list = { .n = n };
  for (size_t i = 0; i < n; i++)
    list.items[i] = items[i];
  return list;
}

/* ---- bins --------------------------------------------------------------------------------------------- */

static void check_edges(cli *c, const char *text, int variable, size_t n_bins, const double *edges)
{
  fairu_binning *b = NULL;
  CHECK_OK(c->ctx, fill_binning(c, text, 5, &b));
  assert_int_equal(fairu_binning_n_bins(b), n_bins);
  assert_int_equal(fairu_binning_variable(b), variable);
  for (size_t i = 0; edges && i + 1 < n_bins; i++)
    CHECK_NEAR(fairu_binning_edges(b)[i], edges[i], 1e-15 * (1.0 + fabs(edges[i])));
  fairu_binning_destroy(b);
}

/* The number of the bin of a score, counted along the edges. */
static void bins_hold_what_lies_between_their_edges(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    double edges[4];
  } cases[] = { { "edges:0.1,0.5,0.9,0.95", { 0.1, 0.5, 0.9, 0.95 } },
                { "logit-edges:-2.5,-1,0,3e0", { -2.5, -1.0, 0.0, 3.0 } } };
  enum { N = 500 };
  cli c;
  begin_command(&c, &usage);
  for (int k = 0; k < 2; k++) {
    fairu_binning *b = NULL;
    float scores[N];
    uint16_t bins[N];
    uint64_t seed = 3;
    CHECK_OK(c.ctx, fill_binning(&c, cases[k].text, 1, &b));
    for (size_t i = 0; i < N; i++)
      scores[i] = (float)(k ? 12.0 * uniform(&seed) - 6.0 : uniform(&seed));
    CHECK_OK(c.ctx, fairu_binning_index(b, c.ctx, scores, N, bins));
    for (size_t i = 0; i < N; i++) {
      size_t wanted = 0;
      while (wanted < 4 && cases[k].edges[wanted] <= (double)scores[i])
        wanted++;
      assert_int_equal(bins[i], wanted);
    }
    fairu_binning_destroy(b);
  }
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

static void binnings_by_word(void **state)
{
  (void)state;
  cli c;
  begin_command(&c, &usage);
  const double quarters[] = { 0.25, 0.5, 0.75 }, some[] = { 0.125, 0.5 }, logits[] = { -4.0, -1.5, 1.0 };
  check_edges(&c, "uniform:4", FAIRU_OUTPUT_SCORE, 4, quarters);
  check_edges(&c, "uniform:1", FAIRU_OUTPUT_SCORE, 1, NULL);
  check_edges(&c, "uniform:65534", FAIRU_OUTPUT_SCORE, 65534, NULL);
  check_edges(&c, "uniform:4e0", FAIRU_OUTPUT_SCORE, 4, quarters);
  check_edges(&c, "edges:0.125,0.5", FAIRU_OUTPUT_SCORE, 3, some);
  check_edges(&c, "logit-edges:-4,-1.5,1", FAIRU_OUTPUT_LOGIT, 4, logits);
  check_edges(&c, "classes", FAIRU_OUTPUT_CLASS, 5, NULL);
  fairu_binning *a = NULL, *b = NULL;
  CHECK_OK(c.ctx, fill_binning(&c, "logit:7,-3,4.5", 1, &a));
  CHECK_OK(c.ctx, fairu_binning_create_logit(c.ctx, 7, -3.0, 4.5, &b));
  assert_int_equal(fairu_binning_n_bins(a), fairu_binning_n_bins(b));
  assert_memory_equal(fairu_binning_edges(a), fairu_binning_edges(b),
                      (fairu_binning_n_bins(b) - 1) * sizeof(double));
  fairu_binning_destroy(a);
  fairu_binning_destroy(b);
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

static void binnings_that_are_none(void **state)
{
  (void)state;
  static const struct {
    const char *text, *message;
  } cases[] = {
    { "", "--binning : wanted uniform:..., logit:..., edges:..., logit-edges:... or classes" },
    { "uniform", "--binning uniform: wanted uniform:..., logit" },
    { "class", "wanted uniform:..., logit:" },
    { "classes:3", "--binning classes:3: wanted uniform:..." },
    { "Uniform:3", "--binning Uniform:3: wanted uniform:..." },
    { ":3", "--binning :3: wanted uniform:..." },
    { "a-kind-whose-name-is-longer-than-any-of-them:1", "wanted uniform:..., logit:" },
    { "uniform:", "--binning: part 1 of '' is empty" },
    { "uniform:0", "--binning uniform:0: wanted uniform:BINS" },
    { "uniform:-1", "wanted uniform:BINS" },
    { "uniform:2.5", "wanted uniform:BINS" },
    { "uniform:65535", "wanted uniform:BINS" },
    { "uniform:3,4", "wanted uniform:BINS" },
    { "uniform:x", "--binning: 'x' is not a finite number" },
    { "uniform:inf", "--binning: 'inf' is not a finite number" },
    { "uniform:3 ", "--binning: '3 ' is not a finite number" },
    { "logit:3", "--binning logit:3: wanted logit:BINS,LOWER,UPPER" },
    { "logit:3,1", "wanted logit:BINS,LOWER,UPPER" },
    { "logit:3,1,2,3", "wanted logit:BINS,LOWER,UPPER" },
    { "logit:0.5,1,2", "wanted logit:BINS,LOWER,UPPER" },
    { "edges:0.5,,0.7", "--binning: part 2 of '0.5,,0.7' is empty" },
    { "edges:0.5,", "--binning: part 2 of '0.5,' is empty" },
    { "edges:0.5,nan", "--binning: 'nan' is not a finite number" },
  };
  cli c;
  fairu_binning *b = NULL;
  begin_command(&c, &usage);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    CHECK_REFUSED(&c, FAIRU_ERR_ARGUMENT, cases[i].message, fill_binning(&c, cases[i].text, 1, &b));
  /* what only the library knows */
  static const char *const falling[] = { "edges:0.5,0.4", "edges:0.5,0.5", "logit:3,2,2", "logit:3,2,1" };
  c.status = 0;
  for (size_t i = 0; i < 4; i++)
    CHECK_FAILS(c.ctx, FAIRU_ERR_RANGE, fill_binning(&c, falling[i], 1, &b));
  assert_null(b);
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

/* ---- axes --------------------------------------------------------------------------------------------- */

enum { NUISANCES = 5 };

static fairu_systematics *make_systematics(cli *c)
{
  static const double z[] = { -2.0, 0.0, 6.0, 10.0 }, density[] = { 0.1, 1.0, 0.5, 0.1 };
  static const char *const names[NUISANCES] = { "gauss", "log", "flat", "table", "edge" };
  static const int priors[NUISANCES] = { FAIRU_PRIOR_GAUSSIAN, FAIRU_PRIOR_LOG_NORMAL, FAIRU_PRIOR_UNIFORM,
                                         FAIRU_PRIOR_TABULATED, FAIRU_PRIOR_GAUSSIAN };
  fairu_nuisance list[NUISANCES];
  fairu_systematics *s = NULL;
  for (size_t i = 0; i < NUISANCES; i++) {
    CHECK_OK(c->ctx, fairu_nuisance_init(&list[i], sizeof list[i]));
    list[i].name = names[i];
    list[i].prior = priors[i];
    list[i].nominal = 1.0;
    list[i].width = 0.25;
  }
  list[2].lower = -3.0;
  list[2].upper = 5.0;
  list[2].width = 0.0;
  list[3].width = 0.0;
  list[3].nominal = 4.0;
  list[3].table_z = z;
  list[3].table_density = density;
  list[3].n_table = 4;
  list[4].upper = 1.25; /* one width: the second is cut there */
  CHECK_OK(c->ctx, fairu_systematics_create(c->ctx, list, NUISANCES, &s));
  return s;
}

static void check_knots(cli *c, const fairu_grid *grid, size_t i, const char *name, double nominal,
                        const double *knots, size_t n)
{
  fairu_axis axis;
  CHECK_OK(c->ctx, fairu_grid_axis(grid, c->ctx, i, &axis));
  assert_string_equal(axis.name, name);
  assert_int_equal(axis.n_knots, n);
  assert_true(axis.nominal == nominal);
  for (size_t k = 0; k < n; k++)
    CHECK_NEAR(axis.knots[k], knots[k], 1e-14 * (1.0 + fabs(knots[k])));
}

/* Nominal, one and two widths to each side in the variable of the prior; over ranges evenly; cut at the range. */
static void usual_knots(void **state)
{
  (void)state;
  const double gauss[] = { 0.5, 0.75, 1.0, 1.25, 1.5 },
               log_normal[] = { exp(-0.5), exp(-0.25), 1.0, exp(0.25), exp(0.5) },
               flat[] = { -3.0, -1.0, 1.0, 3.0, 5.0 }, table[] = { -2.0, 1.0, 4.0, 7.0, 10.0 },
               edge[] = { 0.5, 0.75, 1.0, 1.25 };
  cli c;
  fairu_grid *grid = NULL;
  const cli_list none = { .n = 0 };
  begin_command(&c, &usage);
  fairu_systematics *s = make_systematics(&c);
  CHECK_OK(c.ctx, fill_grid(&c, s, NULL, &none, &none, &grid));
  assert_int_equal(fairu_grid_n_axes(grid), NUISANCES);
  assert_int_equal(fairu_grid_n_points(grid), 1 + 4 * 4 + 3); /* each axis alone */
  check_knots(&c, grid, 0, "gauss", 1.0, gauss, 5);
  check_knots(&c, grid, 1, "log", 1.0, log_normal, 5);
  check_knots(&c, grid, 2, "flat", 1.0, flat, 5);
  check_knots(&c, grid, 3, "table", 4.0, table, 5);
  check_knots(&c, grid, 4, "edge", 1.0, edge, 4);
  fairu_grid_destroy(grid);
  fairu_systematics_destroy(s);
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

/* Knots of the options stand for the usual ones; the last word counts; one that is nominal but for rounding becomes it. */
static void knots_of_the_options(void **state)
{
  (void)state;
  static const char *const words[] = { "flat=-1,0,1,2,3,4", "gauss=0.9,0.99999999999,1.1,1.2",
                                       "flat=0,0.5,1,9" };
  static const char *const pairs[] = { "gauss,flat", "table,log" };
  const double gauss[] = { 0.9, 1.0, 1.1, 1.2 }, flat[] = { 0.0, 0.5, 1.0, 9.0 };
  cli c;
  fairu_grid *grid = NULL;
  begin_command(&c, &usage);
  const cli_list knots = list_of(words, 3), pair = list_of(pairs, 2);
  fairu_systematics *s = make_systematics(&c);
  CHECK_OK(c.ctx, fill_grid(&c, s, NULL, &knots, &pair, &grid));
  check_knots(&c, grid, 0, "gauss", 1.0, gauss, 4);
  check_knots(&c, grid, 2, "flat", 1.0, flat, 4);
  fairu_axis axis;
  CHECK_OK(c.ctx, fairu_grid_axis(grid, c.ctx, 0, &axis));
  assert_true(axis.knots[1] == 1.0);
  assert_int_equal(fairu_grid_n_points(grid), 1 + 3 + 4 + 3 + 4 + 3 + 3 * 3 + 4 * 4);
  fairu_grid_destroy(grid);
  fairu_systematics_destroy(s);
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

static void grids_that_are_none(void **state)
{
  (void)state;
  static const struct {
    const char *knots, *pair;
    int code;
    const char *message;
  } cases[] = {
    { "gauss", NULL, FAIRU_ERR_ARGUMENT, "--knots wants NAME=VALUE,VALUE,..., got 'gauss'" },
    { "=1,2,3,4", NULL, FAIRU_ERR_ARGUMENT, "got '=1,2,3,4'" },
    { "", NULL, FAIRU_ERR_ARGUMENT, "got ''" },
    { "gaus=1,2,3,4", NULL, FAIRU_ERR_NOT_FOUND,
      "--knots gaus=1,2,3,4: neither the systematics nor the model have a nuisance 'gaus'" },
    { "gauss=", NULL, FAIRU_ERR_ARGUMENT, "--knots: part 1 of '' is empty" },
    { "gauss=1,2,,3", NULL, FAIRU_ERR_ARGUMENT, "--knots: part 3 of '1,2,,3' is empty" },
    { "gauss=1,2,x", NULL, FAIRU_ERR_ARGUMENT, "--knots: 'x' is not a finite number" },
    { "gauss=1,2,1e999", NULL, FAIRU_ERR_ARGUMENT, "--knots: '1e999' is not a finite number" },
    { NULL, "gauss", FAIRU_ERR_ARGUMENT, "--pair wants NAME,NAME, got 'gauss'" },
    { NULL, "gauss,flat,log", FAIRU_ERR_ARGUMENT, "--pair wants NAME,NAME, got 'gauss,flat,log'" },
    { NULL, "gauss,", FAIRU_ERR_ARGUMENT, "--pair: part 2 of 'gauss,' is empty" },
    { NULL, "gauss,flut", FAIRU_ERR_NOT_FOUND, "--pair gauss,flut: no nuisance 'flut'" },
  };
  cli c;
  begin_command(&c, &usage);
  fairu_systematics *s = make_systematics(&c);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const cli_list knots = list_of(&cases[i].knots, cases[i].knots ? 1 : 0),
                   pair = list_of(&cases[i].pair, cases[i].pair ? 1 : 0);
    fairu_grid *grid = NULL;
    CHECK_REFUSED(&c, cases[i].code, cases[i].message, fill_grid(&c, s, NULL, &knots, &pair, &grid));
    assert_null(grid);
  }
  fairu_systematics_destroy(s);
  c.status = 0;
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

/* A range with room for three knots: the option has to say them, and its saying is enough. */
static void ranges_that_are_narrow(void **state)
{
  (void)state;
  static const char *const words[] = { "n=0.9,0.95,1,1.05" };
  cli c;
  fairu_nuisance one;
  fairu_systematics *s = NULL;
  fairu_grid *grid = NULL;
  const cli_list none = { .n = 0 }, knots = list_of(words, 1);
  begin_command(&c, &usage);
  CHECK_OK(c.ctx, fairu_nuisance_init(&one, sizeof one));
  one.name = "n";
  one.nominal = 1.0;
  one.width = 0.5;
  one.lower = 0.875;
  one.upper = 1.125;
  CHECK_OK(c.ctx, fairu_systematics_create(c.ctx, &one, 1, &s));
  CHECK_REFUSED(&c, FAIRU_ERR_RANGE,
                "nuisance 'n': fewer than 4 knots about 1 within [0.875, 1.125]: say --knots n=...",
                fill_grid(&c, s, NULL, &none, &none, &grid));
  CHECK_OK(c.ctx, fill_grid(&c, s, NULL, &knots, &none, &grid));
  fairu_grid_destroy(grid);
  fairu_systematics_destroy(s);
  c.status = 0;
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

static int no_score(const float *features, size_t n_events, size_t n_features, const double *z,
                    size_t n_nuisances, float *logits, void *user_data)
{
  (void)features, (void)n_features, (void)z, (void)n_nuisances, (void)user_data;
  memset(logits, 0, n_events * sizeof *logits);
  return 0;
}

/* What only the model knows comes behind, nominal in the middle of its knots; without knots it is asked for. */
static void nuisances_of_a_model(void **state)
{
  (void)state;
  static const char *const features[] = { "x" }, *const nuisances[] = { "flat", "own" };
  static const char *const words[] = { "own=2,4,8,16,32" };
  const double own[] = { 2.0, 4.0, 8.0, 16.0, 32.0 };
  cli c;
  fairu_classifier *model = NULL;
  fairu_grid *grid = NULL;
  const cli_list none = { .n = 0 }, knots = list_of(words, 1);
  begin_command(&c, &usage);
  fairu_systematics *s = make_systematics(&c);
  CHECK_OK(c.ctx,
           fairu_classifier_create_callback(c.ctx, features, 1, nuisances, 2, 1, no_score, NULL, &model));
  CHECK_REFUSED(&c, FAIRU_ERR_ARGUMENT,
                "the model takes the nuisance 'own', which the systematics do not have: say --knots own=",
                fill_grid(&c, s, model, &none, &none, &grid));
  CHECK_OK(c.ctx, fill_grid(&c, s, model, &knots, &none, &grid));
  assert_int_equal(fairu_grid_n_axes(grid), NUISANCES + 1);
  check_knots(&c, grid, NUISANCES, "own", 8.0, own, 5);
  fairu_grid_destroy(grid);
  fairu_classifier_destroy(model);
  fairu_systematics_destroy(s);
  c.status = 0;
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

/* ---- points ------------------------------------------------------------------------------------------- */

static void points_by_name(void **state)
{
  (void)state;
  static const char *const words[] = { "flat=-2.5", "gauss=1e-1", "flat=4" };
  static const struct {
    const char *word;
    int code;
    const char *message;
  } wrong[] = {
    { "gauss", FAIRU_ERR_ARGUMENT, "--at wants NAME=VALUE, got 'gauss'" },
    { "gauss=", FAIRU_ERR_ARGUMENT, "--at wants NAME=VALUE, got 'gauss='" },
    { "gauss=1x", FAIRU_ERR_ARGUMENT, "got 'gauss=1x'" },
    { "gaus=1", FAIRU_ERR_NOT_FOUND, "--at gaus=1: no such nuisance" },
    { "gausss=1", FAIRU_ERR_NOT_FOUND, "--at gausss=1: no such nuisance" },
    { "=1", FAIRU_ERR_NOT_FOUND, "--at =1: no such nuisance" },
  };
  const double nominal[NUISANCES] = { 1.0, 1.0, 1.0, 4.0, 1.0 }, set[NUISANCES] = { 0.1, 1.0, 4.0, 4.0, 1.0 };
  cli c;
  fairu_grid *grid = NULL;
  double *z = NULL;
  const cli_list none = { .n = 0 }, values = list_of(words, 3);
  begin_command(&c, &usage);
  fairu_systematics *s = make_systematics(&c);
  CHECK_OK(c.ctx, fill_grid(&c, s, NULL, &none, &none, &grid));
  CHECK_OK(c.ctx, fill_point(&c, "at", grid, &none, &z));
  assert_memory_equal(z, nominal, sizeof nominal);
  free(z);
  CHECK_OK(c.ctx, fill_point(&c, "at", grid, &values, &z));
  assert_memory_equal(z, set, sizeof set);
  free(z);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    const cli_list word = list_of(&wrong[i].word, 1);
    CHECK_REFUSED(&c, wrong[i].code, wrong[i].message, fill_point(&c, "at", grid, &word, &z));
    free(z);
  }
  fairu_grid_destroy(grid);
  fairu_systematics_destroy(s);
  c.status = 0;
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

/* ---- processes ---------------------------------------------------------------------------------------- */

/* Events of three labels, which have names if `names`. */
static fairu_events *labelled(cli *c, int names)
{
  static const char *const columns[] = { "x" }, *const categories[] = { "b", "s", "1" };
  static const int32_t labels[] = { 0, 1, 2 };
  fairu_events *events = NULL;
  CHECK_OK(c->ctx, fairu_events_create(c->ctx, 3, 1, columns, &events));
  CHECK_OK(c->ctx, fairu_events_set_labels(events, c->ctx, labels, 3));
  if (names)
    CHECK_OK(c->ctx, fairu_events_set_categories(events, c->ctx, categories, 3));
  return events;
}

/* Whole labels count: by name where there are names, else by number; without any word signal is 1. */
static void processes_hold_their_labels(void **state)
{
  (void)state;
  static const struct {
    const char *words[3];
    int names;
    const char *process[3]; /* of each label; NULL: of none */
  } cases[] = {
    { { NULL }, 0, { "background", "signal", NULL } },
    { { NULL }, 1, { NULL, NULL, "signal" } }, /* the label whose name is 1 */
    { { "all=0,1,2" }, 0, { "all", "all", "all" } },
    { { "p=s,b", "q=1" }, 1, { "p", "p", "q" } },
    { { "p=2", "q=22,11", "r=-1,0" }, 0, { "r", NULL, "p" } },
    { { "p=sb,bs", "q=B,S" }, 1, { NULL, NULL, NULL } },
    { { "a=b=s", "c=1" }, 1, { NULL, NULL, "c" } }, /* a label may have '=' in its name */
  };
  cli c;
  begin_command(&c, &usage);
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    fill_processes p = { .n = 0 };
    size_t n = 0;
    while (n < 3 && cases[k].words[n])
      n++;
    const cli_list list = list_of(cases[k].words, n);
    fairu_events *events = labelled(&c, cases[k].names);
    CHECK_OK(c.ctx, fill_processes_read(&c, &list, &p));
    assert_int_equal(p.n, n ? n : 2);
    for (int32_t label = 0; label < 3; label++)
      for (size_t i = 0; i < p.n; i++) {
        const char *wanted = cases[k].process[label];
        assert_int_equal(fill_processes_hold(&p, i, events, label), wanted && !strcmp(wanted, p.names[i]));
      }
    fairu_events_destroy(events);
    fill_processes_free(&p);
  }
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

static void processes_that_are_refused(void **state)
{
  (void)state;
  static const struct {
    const char *words[2];
    int code;
    const char *message;
  } cases[] = {
    { { "signal" }, FAIRU_ERR_ARGUMENT, "--process wants NAME=LABEL,LABEL,..., got 'signal'" },
    { { "=1" }, FAIRU_ERR_ARGUMENT, "got '=1'" },
    { { "signal=" }, FAIRU_ERR_ARGUMENT, "got 'signal='" },
    { { "a=1,2", "b=3,2" }, FAIRU_ERR_DUPLICATE, "--process: label '2' is of 'a' already" },
    { { "a=s,sb", "b=sb" }, FAIRU_ERR_DUPLICATE, "--process: label 'sb' is of 'a' already" },
  };
  cli c;
  begin_command(&c, &usage);
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    fill_processes p = { .n = 0 };
    const cli_list list = list_of(cases[k].words, cases[k].words[1] ? 2 : 1);
    CHECK_REFUSED(&c, cases[k].code, cases[k].message, fill_processes_read(&c, &list, &p));
    fill_processes_free(&p);
  }
  char words[FILL_MOST + 1][32];
  cli_list list = { .n = FILL_MOST };
  for (int i = 0; i <= FILL_MOST; i++) {
    snprintf(words[i], sizeof words[i], "p%d=%d", i, i);
    list.items[i] = words[i];
  }
  fill_processes p = { .n = 0 }, more = { .n = 0 };
  CHECK_OK(c.ctx, fill_processes_read(&c, &list, &p)); /* as many as there may be */
  list.n++;
  CHECK_REFUSED(&c, FAIRU_ERR_LIMIT, "more than 64 processes", fill_processes_read(&c, &list, &more));
  fill_processes_free(&p);
  fill_processes_free(&more);
  c.status = 0;
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(bins_hold_what_lies_between_their_edges),
    cmocka_unit_test(binnings_by_word),
    cmocka_unit_test(binnings_that_are_none),
    cmocka_unit_test(usual_knots),
    cmocka_unit_test(knots_of_the_options),
    cmocka_unit_test(grids_that_are_none),
    cmocka_unit_test(ranges_that_are_narrow),
    cmocka_unit_test(nuisances_of_a_model),
    cmocka_unit_test(points_by_name),
    cmocka_unit_test(processes_hold_their_labels),
    cmocka_unit_test(processes_that_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
