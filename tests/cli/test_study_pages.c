/* Pages of the studies of made rows: every number of a table is the one of its row, every element is closed, figures have slots of their own. */
#include "support/support.h"

#include "cli/study.h"
#include "cli/untrained_results.h"

/* The text of the next cell of a table at *at, "" and NULL after the last one. */
static const char *next_cell(const char **at, const char *tag, char cell[128])
{
  char open[8], close[8];
  snprintf(open, sizeof open, "<%s", tag);
  snprintf(close, sizeof close, "</%s>", tag);
  const char *end = strstr(*at, "</table>"), *p = *at;
  do
    p = strstr(p + 1, open);
  while (p && p[strlen(open)] != '>' && p[strlen(open)] != ' ');
  if (!p || p > end)
    return NULL;
  p = strchr(p, '>') + 1;
  const char *stop = strstr(p, close);
  assert_true(stop && (size_t)(stop - p) < 128);
  memcpy(cell, p, (size_t)(stop - p));
  cell[stop - p] = '\0';
  *at = stop;
  return cell;
}

/* A number of a cell; NaN of a dash. */
static double number_of(const char *cell)
{
  return strcmp(cell, "\xe2\x80\x94") == 0 ? (double)NAN : atof(cell);
}

static void check_number(const char **at, double wanted, int decimals)
{
  char cell[128], text[64];
  assert_non_null(next_cell(at, "td", cell));
  if (!isfinite(wanted)) {
    assert_true(isnan(number_of(cell)));
    return;
  }
  snprintf(text, sizeof text, "%.*f", decimals, wanted);
  CHECK_NEAR(number_of(cell), atof(text), 1e-12);
}

static void check_text(const char **at, const char *wanted)
{
  char cell[128];
  assert_non_null(next_cell(at, "td", cell));
  assert_string_equal(cell, wanted);
}

/* The body of the table with this caption. */
static const char *table_of(const char *page, const char *caption)
{
  const char *at = strstr(page, caption);
  if (!at)
    fail_msg("no table %s", caption);
  at = strstr(at, "<tbody>");
  assert_non_null(at);
  return at;
}

static untrained_results *made_results(const untrained_options *options)
{
  untrained_results *r = calloc(1, sizeof *r);
  assert_non_null(r);
  r->options = options;
  r->scale.pool_events = 8192;
  for (size_t t = 0; t < PLANE_TRUTHS; t++)
    r->floors[t] = (plane_floor){ 0.1 + 0.01 * (double)t, 0.09, 0.15, 0.18 };
  for (int method = 0; method < PLANE_METHODS; method++)
    for (size_t t = 0; t < PLANE_TRUTHS; t++) {
      const double x = 1.0 + 0.1 * method + 0.013 * (double)t;
      plane_row *row = &r->planes[r->n_planes++];
      *row = (plane_row){ .method = method, .truth = t };
      row->interval = (plane_interval){ .mu_hat = x,
                                        .z_hat = 0.7 * x,
                                        .k_hat = t == 4 ? (double)NAN : 1.1 * x,
                                        .lower = 0.5 * x,
                                        .upper = 1.5 * x,
                                        .half_width = 0.11 * x,
                                        .half_width_k_known = 0.1 * x,
                                        .sigma_z = 0.12 * x,
                                        .sigma_k = 0.17 * x };
      row->found = study_unmeasured();
    }
  for (int analysis = 0; analysis < SPLIT_ANALYSES; analysis++)
    for (size_t m = 0; m < split_n_models(analysis); m++) {
      const double x = 0.1 + analysis + 0.017 * (double)m;
      split_row *row = &r->splits[r->n_splits++];
      *row = (split_row){ .analysis = analysis, .n_scales = split_scales(analysis, m) };
      row->width = (split_width){ x, 0.9 * x, 0.3 * x, 0.05 * x, 0.04 * x };
      for (size_t t = 0; t < SPLIT_TRUTHS; t++)
        row->at[t] = (split_coverage){ study_unmeasured(), 0.5, 0.05 };
    }
  return r;
}

static char *page_of(const untrained_results *r, const char *folder)
{
  char path[600];
  cli c = { .ctx = support_context() };
  assert_int_equal(untrained_write_report(&c, r), FAIRU_OK);
  snprintf(path, sizeof path, "%s/report.html", folder);
  char *page = support_read_file(path, NULL);
  remove(path);
  fairu_context_destroy(c.ctx);
  return page;
}

static void numbers_of_tables(void **state)
{
  (void)state;
  const untrained_options options = { .out = support_directory(), .seed = 1 };
  untrained_results *r = made_results(&options);
  char *page = page_of(r, options.out), cell[128];
  const char *at = table_of(page, "Expected data (mu = 1), one sigma, ten bins");
  for (size_t i = 0; i < r->n_planes; i++) {
    const plane_row *row = &r->planes[i];
    const plane_interval *v = &row->interval;
    check_text(&at, untrained_method_name(row->method, 0));
    check_text(&at, plane_truth_name(row->truth));
    check_number(&at, v->mu_hat, 4);
    check_number(&at, v->k_hat, 4);
    check_number(&at, v->half_width, 4);
    check_number(&at, v->half_width_k_known, 4);
    check_number(&at, v->half_width / r->floors[row->truth].both, 3);
    check_number(&at, v->sigma_z, 4);
    check_number(&at, v->sigma_k, 4);
  }
  assert_null(next_cell(&at, "td", cell));
  at = table_of(page, "What each model expects (mu = 1)");
  for (size_t i = 0; i < r->n_splits; i++) {
    const split_row *row = &r->splits[i];
    check_text(&at, split_analysis_name(row->analysis));
    check_number(&at, (double)row->n_scales, 0);
    check_number(&at, row->width.half_width, 4);
    check_number(&at, row->width.statistical, 4);
    check_number(&at, row->width.systematic, 4);
    next_cell(&at, "td", cell);
    CHECK_NEAR(number_of(cell), row->width.sigma_scale, 1e-4);
    next_cell(&at, "td", cell);
    CHECK_NEAR(number_of(cell), row->width.sigma_mean, 1e-4);
  }
  assert_null(next_cell(&at, "td", cell));
  free(page);
  free(r);
}

static size_t count_of(const char *page, const char *text)
{
  size_t n = 0;
  for (const char *p = strstr(page, text); p; p = strstr(p + 1, text))
    n++;
  return n;
}

/* As many ends as beginnings, no printed nan, each figure once; the same bytes for the same rows. */
static void pages_are_closed(void **state)
{
  (void)state;
  static const char *const tags[] = { "table",      "tbody",   "thead", "tr",   "figure",
                                      "figcaption", "section", "main",  "body", "html" };
  const untrained_options options = { .out = support_directory(), .seed = 1 };
  untrained_results *r = made_results(&options);
  char *page = page_of(r, options.out), *again = page_of(r, options.out);
  assert_string_equal(page, again);
  for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
    char open[24], with[24], close[24];
    snprintf(open, sizeof open, "<%s>", tags[i]);
    snprintf(with, sizeof with, "<%s ", tags[i]);
    snprintf(close, sizeof close, "</%s>", tags[i]);
    assert_int_equal(count_of(page, open) + count_of(page, with), count_of(page, close));
  }
  assert_true(count_of(page, "<table>") >= 3);
  assert_int_equal(count_of(page, ">nan<") + count_of(page, "inf<") + count_of(page, "(null)"), 0);
  for (const char *p = strstr(page, "<!-- figure: "); p; p = strstr(p + 1, "<!-- figure: ")) {
    char slot[96] = { 0 };
    const size_t n = strcspn(p, "\n");
    assert_true(n < sizeof slot);
    memcpy(slot, p, n);
    assert_int_equal(count_of(page, slot), 1);
  }
  free(page);
  free(again);
  free(r);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(numbers_of_tables),
    cmocka_unit_test(pages_are_closed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
