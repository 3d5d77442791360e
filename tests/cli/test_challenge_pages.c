/* report.html of `fairu challenge`, read back cell by cell from results that are made up; what it says of rare rows and of parts that are left out. */
#include "cli/challenge_made.h"

static const cli_usage usage = { .command = "fairu test", .files = "", .about = "" };
#define LARGE 0.5
#define DASH "\xe2\x80\x94"

/* The page, and where in it the next cell is looked for. */
typedef struct page {
  char *bytes;
  const char *at;
} page;

static page write_page(made *m)
{
  char path[1024];
  page p;
  assert_int_equal(challenge_write_report(&m->c, &m->results), FAIRU_OK);
  snprintf(path, sizeof path, "%s/report.html", m->folder);
  p.bytes = support_read_file(path, NULL);
  p.at = p.bytes;
  return p;
}

/* The table with this caption: the next cell is its first. */
static void go_to(page *p, const char *caption)
{
  char text[256];
  snprintf(text, sizeof text, "<caption>%s", caption);
  CHECK_HAS(p->bytes, text);
  p->at = strstr(strstr(p->bytes, text), "<tbody>");
  assert_non_null(p->at);
}

/* The next cell of the table is this text, at this side. */
static void cell(page *p, char side, const char *format, ...) FAIRU_PRINTF(3, 4);
static void cell(page *p, char side, const char *format, ...)
{
  char wanted[256], open[32];
  va_list args;
  const char *end = strstr(p->at, "</tbody>");
  va_start(args, format);
  vsnprintf(wanted, sizeof wanted, format, args);
  va_end(args);
  snprintf(open, sizeof open, "<td class=\"%c\">", side);
  const char *at = strstr(p->at, "<td");
  if (!at || at > end || strncmp(at, open, strlen(open)) != 0)
    fail_msg("no cell for '%s'", wanted);
  at += strlen(open);
  const size_t n = (size_t)(strstr(at, "</td>") - at);
  if (n != strlen(wanted) || memcmp(at, wanted, n) != 0)
    fail_msg("cell '%.*s', wanted '%s'", (int)n, at, wanted);
  p->at = at + n;
}

static void last_cell(page *p)
{
  const char *next = strstr(p->at, "<td"), *end = strstr(p->at, "</tbody>");
  assert_true(!next || next > end);
}

static int is_wanted(int e)
{
  return e != CHALLENGE_HESSE;
}

static void page_of_scores(void **state)
{
  (void)state;
  made m;
  made_begin(&m, &usage, LARGE);
  m.round.scores[CHALLENGE_RANDOM].quantile_score = (double)NAN; /* nothing to tell: a dash */
  page p = write_page(&m);
  go_to(&p, "All intervals");
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
    const fairu_interval_score *s = &m.round.scores[e];
    if (!is_wanted(e))
      continue;
    cell(&p, 'l', "%s", challenge_estimator_names[e]);
    if (e == CHALLENGE_RANDOM)
      cell(&p, 'r', DASH);
    else
      cell(&p, 'r', "%.4f", s->quantile_score);
    cell(&p, 'r', "%.4f", s->interval);
    cell(&p, 'r', "%.4f", s->coverage);
    cell(&p, 'r', "%.4f to %.4f", s->coverage_lower, s->coverage_upper);
    cell(&p, 'r', "%.4f", m.results.raw_width[e]);
    cell(&p, 'r', "%.4f", s->rmse);
    cell(&p, 'r', "%d", 10 + e);
  }
  last_cell(&p);
  go_to(&p, "By set");
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++)
    for (size_t k = 0; k < MADE_SETS && is_wanted(e); k++) {
      const fairu_interval_score *s = &m.results.sets[(size_t)e * MADE_SETS + k];
      cell(&p, 'l', "%s", challenge_estimator_names[e]);
      cell(&p, 'r', "%.3f", 0.5 + 0.75 * (double)k);
      cell(&p, 'r', "%u", (unsigned)s->n_covered);
      cell(&p, 'r', "%u", (unsigned)s->n);
      cell(&p, 'r', "%.3f", s->coverage);
      cell(&p, 'r', "%.3f to %.3f", s->coverage_lower, s->coverage_upper);
      cell(&p, 'r', "%.3f", s->interval);
    }
  last_cell(&p);
  CHECK_HAS(p.bytes, "<p>12 pseudo-experiments, the same for all.");
  free(p.bytes);
  made_free(&m);
}

static double score_part(const fairu_interval_score *s, int which)
{
  return which == 0 ? s->coverage : which == 1 ? s->interval : s->quantile_score;
}

static void page_of_repetitions(void **state)
{
  (void)state;
  made m;
  made_begin(&m, &usage, LARGE);
  page p = write_page(&m);
  go_to(&p, "Mean and standard deviation over re-partitions");
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
    if (!is_wanted(e))
      continue;
    cell(&p, 'l', "%s", challenge_estimator_names[e]);
    for (int which = 0; which < 3; which++) {
      double mean = 0.0, squares = 0.0;
      for (size_t k = 0; k < MADE_REPETITIONS; k++)
        mean += score_part(&m.results.repetitions[k].scores[e], which) / MADE_REPETITIONS;
      for (size_t k = 0; k < MADE_REPETITIONS; k++)
        squares += pow(score_part(&m.results.repetitions[k].scores[e], which) - mean, 2.0);
      cell(&p, 'r', "%.4f \xc2\xb1 %.4f", mean, sqrt(squares / (MADE_REPETITIONS - 1)));
    }
  }
  last_cell(&p);
  CHECK_HAS(p.bytes, "<p>5 partitions, each with its own network");
  free(p.bytes);
  m.results.n_repetitions = 1;
  p = write_page(&m);
  assert_null(strstr(p.bytes, "re-partitions"));
  assert_null(strstr(p.bytes, "data-figure=\"repartitions\""));
  free(p.bytes);
  made_free(&m);
}

static void page_of_the_model(void **state)
{
  (void)state;
  made m;
  made_begin(&m, &usage, LARGE);
  page p = write_page(&m);
  go_to(&p, "Rows (effective events) by part");
  for (int k = 0; k < CHALLENGE_PROCESSES; k++) {
    cell(&p, 'l', "%s", challenge_processes[k]);
    cell(&p, 'r', "%.1f", m.round.parts.yields[k]);
    for (int part = 0; part < CHALLENGE_PARTS; part++)
      cell(&p, 'r', "%d (%.0f)", 7000 + 10 * part + k, 500.25 + 10 * part + k);
  }
  last_cell(&p);
  go_to(&p, "Calibration part against templates");
  for (int k = 0; k < CHALLENGE_CHECKS; k++) {
    for (int i = 0; i < CHALLENGE_AXES; i++)
      cell(&p, 'r', "%.4f", m.round.model.check_point[k][i]);
    cell(&p, 'r', "%.1f", m.round.model.check_chi2[k]);
    cell(&p, 'r', "4");
  }
  last_cell(&p);
  go_to(&p, "Width expected from Asimov data");
  cell(&p, 'l', "fixed");
  cell(&p, 'r', "%.4f", m.results.expected[CHALLENGE_FIXED_EXACT]);
  cell(&p, 'r', "%.4f", m.results.expected[CHALLENGE_FIXED_STATISTICS]);
  cell(&p, 'l', "profiled");
  cell(&p, 'r', "%.4f", m.results.expected[CHALLENGE_PROFILED_EXACT]);
  cell(&p, 'r', "%.4f", m.results.expected[CHALLENGE_PROFILED_STATISTICS]);
  last_cell(&p);
  go_to(&p, "Profile fit");
  for (int i = 0; i < CHALLENGE_NUISANCES; i++) {
    cell(&p, 'l', "%s", challenge_nuisance_names[i]);
    cell(&p, 'r', "%.3f", m.results.pull[i].mean);
    cell(&p, 'r', "%.3f", m.results.pull[i].deviation);
    cell(&p, 'r', "%.3f", m.results.constraint[i]);
    cell(&p, 'r', "%d", 30 + i);
  }
  last_cell(&p);
  CHECK_HAS(p.bytes, "28000 rows, split by a hash of (part seed 8, event)");
  CHECK_HAS(p.bytes, "Network: 28 features, 2 x 64, trained here; area under the curve 0.8125 on the train "
                     "part, 0.7875 on the calibration part. 4 bins of the logit");
  CHECK_HAS(p.bytes, "logarithmic interpolation; least effective number of background events of a bin 23.5, "
                     "of one process 11.5 (2 of process and bin are empty");
  free(p.bytes);
  m.options.model = "<given>.onnx";
  m.round.model.interpolation = FAIRU_INTERPOLATION_LINEAR;
  p = write_page(&m);
  CHECK_HAS(p.bytes, "Network: given; area under");
  CHECK_HAS(p.bytes, "linear interpolation;");
  free(p.bytes);
  made_free(&m);
}

static void count_cells(page *p, const char *what, const challenge_count *x)
{
  cell(p, 'l', "%s", what);
  cell(p, 'r', "%zu", x->covered);
  cell(p, 'r', "%zu", x->n);
  if (x->n > 0)
    cell(p, 'r', "%.4f", (double)x->covered / (double)x->n);
  else
    cell(p, 'r', DASH);
  cell(p, 'r', "%.4f", x->width);
}

static void page_of_the_closure(void **state)
{
  (void)state;
  static const char *const thirds[3] = { "lower", "middle", "upper" };
  made m;
  char what[96];
  made_begin(&m, &usage, LARGE);
  page p = write_page(&m);
  const challenge_closure *x = &m.closure;
  go_to(&p, "Intervals of the toys");
  count_cells(&p, "calibrated, all", &x->calibrated);
  count_cells(&p, "profile (before calibration)", &x->profile);
  count_cells(&p, "profile, cut to 0.1 to 3", &x->profile_cut);
  for (int k = 0; k < CHALLENGE_CLOSURE_MU; k++) {
    snprintf(what, sizeof what, "mu = %.3f", 0.25 * (k + 1));
    count_cells(&p, what, &x->by_mu[k]);
  }
  for (int i = 0; i < CHALLENGE_NUISANCES; i++)
    for (int k = 0; k < 3; k++) {
      snprintf(what, sizeof what, "%s, %s third", challenge_nuisance_names[i], thirds[k]);
      count_cells(&p, what, &x->by_third[i][k]);
    }
  last_cell(&p);
  snprintf(what, sizeof what, "fixed %.4f, profiled %.4f; with template statistics %.4f and %.4f.",
           x->expected[CHALLENGE_FIXED_EXACT], x->expected[CHALLENGE_PROFILED_EXACT],
           x->expected[CHALLENGE_FIXED_STATISTICS], x->expected[CHALLENGE_PROFILED_STATISTICS]);
  CHECK_HAS(p.bytes, what);
  CHECK_HAS(p.bytes, "(sha256 c105ed)");
  free(p.bytes);
  m.results.closure = NULL;
  p = write_page(&m);
  assert_null(strstr(p.bytes, "Closure"));
  free(p.bytes);
  made_free(&m);
}

/* Coverage is called binomial up to the limit, and not a step beyond it. */
static void page_of_rare_rows(void **state)
{
  (void)state;
  /* the template part has 7/8 of the number given, the test part 5/8 */
  static const double multiplicities[] = { 0.001, 0.02 * 8 / 7.001, 0.02 * 8 / 6.999, 3.0 };
  for (int k = 0; k < 4; k++) {
    made m;
    char numbers[160];
    made_begin(&m, &usage, multiplicities[k]);
    page p = write_page(&m);
    snprintf(numbers, sizeof numbers,
             k < 2 ? "at most %.4g expected events, one of the test part for %.4g (limit 0.02)"
                   : "up to %.4g expected events, one of the test part for %.4g; the limit is 0.02.",
             0.875 * multiplicities[k], 0.625 * multiplicities[k]);
    CHECK_HAS(p.bytes, numbers);
    assert_int_equal(strstr(p.bytes, "coverages binomial.") != NULL, k < 2);
    assert_int_equal(strstr(p.bytes, "<p class=\"note\">") != NULL, k >= 2);
    free(p.bytes);
    made_free(&m);
  }
}

/* Every element that is opened is closed, and no number is one that is none. */
static void page_is_whole(void **state)
{
  (void)state;
  static const char *const tags[] = { "table", "tr",     "td",         "th",      "p",     "h1",
                                      "h2",    "figure", "figcaption", "caption", "thead", "tbody",
                                      "div",   "body",   "html",       "title",   "style" };
  made m;
  made_begin(&m, &usage, LARGE);
  page p = write_page(&m);
  for (size_t k = 0; k < sizeof tags / sizeof *tags; k++) {
    size_t opened = 0, closed = 0;
    const size_t n = strlen(tags[k]);
    for (const char *at = strchr(p.bytes, '<'); at; at = strchr(at + 1, '<')) {
      const char *name = at + 1 + (at[1] == '/');
      if (strncmp(name, tags[k], n) == 0 && (name[n] == '>' || name[n] == ' '))
        *(at[1] == '/' ? &closed : &opened) += 1;
    }
    assert_true(opened > 0);
    assert_int_equal(opened, closed);
  }
  const char *body = strstr(p.bytes, "<body>");
  assert_null(strstr(body, ">nan<"));
  assert_null(strstr(body, ">-nan<"));
  assert_null(strstr(body, "(null)"));
  free(p.bytes);
  m.options.out = "/no/such/folder";
  CHECK_REFUSED(&m.c, FAIRU_ERR_IO, "/no/such/folder", challenge_write_report(&m.c, &m.results));
  m.c.status = 0;
  made_free(&m);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(page_of_scores),    cmocka_unit_test(page_of_repetitions),
    cmocka_unit_test(page_of_the_model), cmocka_unit_test(page_of_the_closure),
    cmocka_unit_test(page_of_rare_rows), cmocka_unit_test(page_is_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
