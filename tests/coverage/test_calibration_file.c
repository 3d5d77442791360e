/* Files and digests of calibrations that are made of numbers, not of toys: any numbers and options come back to the bit, each word of
 * the state is in the digest in its place, and numbers that no calibration has are refused although their digest is right. */
#include "coverage/calibration_made.h"

#include "base/digest.h"

static const made_lines curve = { { -1.0, 0.5 }, { -0.5, -0.4 }, { 0.9, 0.3 } };

static fairu_interval_calibration *usual(fairu_context *ctx, size_t n_mu, size_t n_params)
{
  fairu_interval_calibration_options o = made_options(n_mu, 0.1, 3.0, 0.6827);
  o.seed = 77;
  o.pool_statistics = 0.25;
  return made_calibration(ctx, &o, n_params, &curve);
}

/* ---- the digest by its bytes ------------------------------------------------------------------------------ */

typedef struct byte_list {
  unsigned char bytes[1 << 16];
  size_t n;
} byte_list;

/* Lowest byte first, whatever the machine. */
static void list_word(byte_list *l, uint64_t word)
{
  assert_true(l->n + 8 <= sizeof l->bytes);
  for (int i = 0; i < 8; i++, word /= 256)
    l->bytes[l->n++] = (unsigned char)(word % 256);
}

static void list_number(byte_list *l, double value)
{
  union {
    double value;
    uint64_t word;
  } both = { value };
  list_word(l, both.word);
}

static void list_text(byte_list *l, const char *text)
{
  list_word(l, strlen(text));
  while (*text)
    l->bytes[l->n++] = (unsigned char)*text++;
}

static void list_all(byte_list *l, const fairu_interval_calibration *c)
{
  const fairu_interval_calibration_options *o = &c->options;
  const fairu_interval_calibration_points *p = &c->points;
  const double numbers[] = { o->lower, o->upper, o->level, o->template_statistics, o->pool_statistics };
  const uint64_t words[] = {
    o->n_mu,   o->n_toys, o->seed,    (uint64_t)o->draw_nuisances, (uint64_t)o->fixed_sums,
    c->n_bins, c->poi,    c->n_params
  };
  const double *rows[] = { p->mu,          p->quantile, p->error,       p->below,
                           p->below_error, p->above,    p->above_error, p->critical };
  l->n = 0;
  list_text(l, "fairu calibration 1");
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    list_number(l, numbers[i]);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    list_word(l, words[i]);
  for (size_t i = 0; i < c->n_params; i++)
    list_text(l, c->names[i]);
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
    for (size_t i = 0; i < c->n; i++)
      list_number(l, rows[k][i]);
  for (size_t i = 0; i < c->n; i++)
    list_word(l, p->n_failed[i]);
  for (size_t i = 0; i < 3; i++)
    list_number(l, c->lambda[i]);
}

static void digests_are_of_all_bytes_in_order(void **state)
{
  static byte_list list;
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t n_params = 1; n_params < 40; n_params += 13)
    for (size_t n_mu = 5; n_mu < 200; n_mu += 61) {
      fairu_interval_calibration *c = usual(ctx, n_mu, n_params);
      char got[FAIRU_INTERVAL_CALIBRATION_DIGEST], wanted[FAIRU_DIGEST_TEXT];
      fairu_digest digest;
      list_all(&list, c);
      fairu_digest__start(&digest, FAIRU_DIGEST_SHA256);
      fairu_digest__add(&digest, list.bytes, list.n);
      fairu_digest__finish(&digest, wanted);
      CHECK_OK(ctx, fairu_interval_calibration_digest(c, ctx, got));
      assert_string_equal(got, wanted);
      fairu_interval_calibration_destroy(c);
    }
  fairu_context_destroy(ctx);
}

/* ---- there and back ---------------------------------------------------------------------------------------- */

static fairu_interval_calibration *loaded(fairu_context *ctx, const fairu_interval_calibration *c,
                                          const char *name)
{
  char path[512];
  fairu_interval_calibration *again = NULL;
  CHECK_OK(ctx, fairu_interval_calibration_save(c, ctx, support_path(path, sizeof path, name)));
  CHECK_OK(ctx, fairu_interval_calibration_load(ctx, path, &again));
  return again;
}

static void check_same(const fairu_interval_calibration *a, const fairu_interval_calibration *b)
{
  const size_t size = a->n * sizeof(double);
  const fairu_interval_calibration_points *p = &a->points, *q = &b->points;
  const double *rows[][2] = { { p->mu, q->mu },
                              { p->angle, q->angle },
                              { p->quantile, q->quantile },
                              { p->error, q->error },
                              { p->below, q->below },
                              { p->below_error, q->below_error },
                              { p->above, q->above },
                              { p->above_error, q->above_error },
                              { p->critical, q->critical } };
  assert_true(a->n == b->n && a->n_params == b->n_params && a->n_bins == b->n_bins && a->poi == b->poi);
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
    assert_memory_equal(rows[k][0], rows[k][1], size);
  assert_memory_equal(p->n_failed, q->n_failed, a->n * sizeof *p->n_failed);
  assert_memory_equal(a->lambda, b->lambda, sizeof a->lambda);
  for (size_t i = 0; i < a->n_params; i++)
    assert_string_equal(a->names[i], b->names[i]);
  assert_true(b->options.lower == a->options.lower && b->options.upper == a->options.upper);
  assert_true(b->options.level == a->options.level && b->options.seed == a->options.seed);
  assert_true(b->options.n_mu == a->options.n_mu && b->options.n_toys == a->options.n_toys);
  assert_true(b->options.template_statistics == a->options.template_statistics);
  assert_true(b->options.pool_statistics == a->options.pool_statistics);
  assert_int_equal(b->options.draw_nuisances, a->options.draw_nuisances);
  assert_int_equal(b->options.fixed_sums, a->options.fixed_sums);
  assert_null(b->options.fit);
}

static fairu_interval_calibration_options any_options(draws *d)
{
  static const size_t n_mus[] = { 5, 7, 31, 64 };
  static const uint64_t seeds[] = { 0, 1, 9, 10, UINT64_C(1) << 53, (UINT64_C(1) << 53) + 1, UINT64_MAX };
  const double lower = draw_between(d, -4.0, 4.0);
  fairu_interval_calibration_options o = made_options(
      n_mus[draw_below(d, 4)], lower, lower + exp(draw_between(d, -2.0, 3.0)), draw_between(d, 0.1, 0.99));
  o.n_toys = 100 + draw_below(d, draw_below(d, 2) ? 1000 : (size_t)1 << 39);
  o.seed = seeds[draw_below(d, 7)];
  o.draw_nuisances = (int)draw_below(d, 2);
  o.fixed_sums = (int)draw_below(d, 2);
  o.template_statistics = (double)draw_below(d, 3) * draw_unit(d);
  o.pool_statistics = (double)draw_below(d, 3) * draw_unit(d);
  return o;
}

static void any_calibration_comes_back_to_the_bit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 5 };
  for (int k = 0; k < 16; k++) {
    const fairu_interval_calibration_options o = any_options(&d);
    const double width = log(o.upper - o.lower);
    const made_lines lines = { { width - draw_between(&d, 0.0, 4.0), draw_between(&d, -1.0, 1.0) },
                               { width - draw_between(&d, 0.0, 4.0), draw_between(&d, -1.0, 1.0) },
                               { draw_between(&d, 0.5, 2.0), draw_between(&d, -0.4, 0.4) } };
    fairu_interval_calibration *c = made_calibration(ctx, &o, 1 + draw_below(&d, 12), &lines);
    c->poi = draw_below(&d, c->n_params);
    c->n_bins = draw_below(&d, 2) ? (size_t)1 << 40 : draw_below(&d, 100);
    for (size_t i = 0; i < c->n; i++)
      c->points.n_failed[i] = i == 2 ? o.n_toys : draw_below(&d, 50);
    fairu_interval_calibration *again = loaded(ctx, c, "any.json");
    check_same(c, again);
    for (int i = 0; i <= 30; i++) {
      const double mu = i == 30 ? o.upper : o.lower + (o.upper - o.lower) * i / 30.0;
      double x[2], y[2];
      CHECK_OK(ctx, fairu_interval_calibration_critical(c, ctx, mu, &x[0], &x[1]));
      CHECK_OK(ctx, fairu_interval_calibration_critical(again, ctx, mu, &y[0], &y[1]));
      CHECK_NEAR(x[0], y[0], 1e-9 * (1.0 + x[0])); /* what a file may differ by */
      CHECK_CLOSE(x[1], y[1], 1e-6);
    }
    fairu_interval_calibration_destroy(again);
    fairu_interval_calibration_destroy(c);
  }
  fairu_context_destroy(ctx);
}

/* Saved, loaded and saved: the same file. Names may have any characters of JSON. */
static void files_of_files_are_the_same_bytes(void **state)
{
  static const char *const names[] = { "mu", "a b", "quote\"and\\", "\xC3\xA4", "/tes", "x[0]", "{}" };
  enum { N_NAMES = sizeof names / sizeof *names };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_interval_calibration *c = usual(ctx, 9, N_NAMES);
  char path[2][512];
  for (size_t i = 0; i < N_NAMES; i++) {
    fairu_context__free(ctx, c->names[i]);
    c->names[i] = fairu_context__copy_string(ctx, names[i], "name");
    assert_non_null(c->names[i]);
  }
  fairu_interval_calibration *again = loaded(ctx, c, "first.json");
  check_same(c, again);
  fairu_interval_calibration *third = loaded(ctx, again, "second.json");
  check_same(c, third);
  support_check_same_files(support_path(path[0], sizeof path[0], "first.json"),
                           support_path(path[1], sizeof path[1], "second.json"));
  fairu_interval_calibration_destroy(third);
  fairu_interval_calibration_destroy(again);
  fairu_interval_calibration_destroy(c);
  fairu_context_destroy(ctx);
}

/* ---- right digest, wrong numbers ----------------------------------------------------------------------------- */

/* Saves c as it is and lets it be refused by this message. */
static void check_refused(fairu_context *ctx, const fairu_interval_calibration *c, int code, const char *says)
{
  char path[512];
  fairu_interval_calibration *again = NULL;
  CHECK_OK(ctx, fairu_interval_calibration_save(c, ctx, support_path(path, sizeof path, "wrong.json")));
  CHECK_FAILS(ctx, code, fairu_interval_calibration_load(ctx, path, &again));
  CHECK_SAYS(ctx, says);
  CHECK_SAYS(ctx, "wrong.json");
  assert_null(again);
}

/* Each number of each row, as far out as nothing that toys say can be. */
static void numbers_of_no_calibration_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_interval_calibration *c = usual(ctx, 6, 2);
  const fairu_interval_calibration_points *p = &c->points;
  const struct {
    const char *name;
    double *row;
    double bad[2];
    const char *range;
  } rows[] = {
    { "quantile", p->quantile, { -1e-9, 1.1e100 }, "not within 0 to 1e+100" },
    { "quantile_error", p->error, { -1e-300, 2e100 }, "not within 0 to 1e+100" },
    { "log_spread_below", p->below, { -700.5, 701.0 }, "not within -700 to 700" },
    { "log_spread_below_error", p->below_error, { 0.0, 1.5 }, "not within 0.0001 to 1" },
    { "log_spread_above", p->above, { -1e6, 700.25 }, "not within -700 to 700" },
    { "log_spread_above_error", p->above_error, { 9e-5, 1.0001 }, "not within 0.0001 to 1" },
    { "smoothing", c->lambda, { 0.0, 1e101 }, "not within 1e-100 to 1e+100" },
  };
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
    for (size_t i = 0; i < (rows[r].row == c->lambda ? 3 : c->n); i++)
      for (int k = 0; k < 2; k++) {
        char says[64];
        const double kept = rows[r].row[i];
        snprintf(says, sizeof says, "%s: element %zu is %g", rows[r].name, i, rows[r].bad[k]);
        rows[r].row[i] = rows[r].bad[k];
        check_refused(ctx, c, FAIRU_ERR_FORMAT, says);
        CHECK_SAYS(ctx, rows[r].range);
        rows[r].row[i] = kept;
      }
  fairu_interval_calibration_destroy(loaded(ctx, c, "right.json")); /* nothing else was wrong */
  fairu_interval_calibration_destroy(c);
  fairu_context_destroy(ctx);
}

/* Hypotheses elsewhere, critical values that do not follow from the quantiles: by more than what machines differ by. */
static void places_and_curves_that_do_not_fit_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_interval_calibration *c = usual(ctx, 8, 1);
  for (size_t i = 0; i < c->n; i++)
    for (int sign = -1; sign <= 1; sign += 2) {
      char says[128];
      double *mu = &c->points.mu[i], *critical = &c->points.critical[i];
      const double kept[2] = { *mu, *critical };
      *mu += sign * 2.9 * 3e-9;
      snprintf(says, sizeof says, "mu: element %zu is %g, no hypothesis of the range", i, *mu);
      check_refused(ctx, c, FAIRU_ERR_FORMAT, says);
      *mu = kept[0] + sign * 2.9 * 3e-10;
      if (i > 0 && i + 1 < c->n) /* on an end the curve is too steep */
        fairu_interval_calibration_destroy(loaded(ctx, c, "near.json"));
      *mu = kept[0];
      *critical += sign * 1e-6;
      snprintf(says, sizeof says, "critical: element %zu is %g, from the quantiles follows", i, *critical);
      check_refused(ctx, c, FAIRU_ERR_FORMAT, says);
      *critical = kept[1] * (1.0 + sign * 1e-10);
      fairu_interval_calibration *near = loaded(ctx, c, "near.json");
      assert_true(near->points.critical[i] == *critical); /* kept as the digest has it */
      fairu_interval_calibration_destroy(near);
      *critical = kept[1];
    }
  fairu_interval_calibration_destroy(c);
  fairu_context_destroy(ctx);
}

static void counts_and_options_of_no_calibration_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_interval_calibration *c = usual(ctx, 5, 3);
  const fairu_interval_calibration_options kept = c->options;
  fairu_interval_calibration_options *o = &c->options;
  c->points.n_failed[4] = o->n_toys + 1;
  check_refused(ctx, c, FAIRU_ERR_FORMAT, "element 4 is 2001, no number of toys");
  c->points.n_failed[4] = o->n_toys;
  fairu_interval_calibration_destroy(loaded(ctx, c, "all.json"));
  c->poi = 3;
  check_refused(ctx, c, FAIRU_ERR_FORMAT, "parameter_of_interest is 3, wanted a whole number up to 2");
  c->poi = 2;
  c->n_bins = ((size_t)1 << 40) + 1;
  check_refused(ctx, c, FAIRU_ERR_FORMAT, "n_bins is 1.09951e+12");
  c->n_bins = 0;
  o->n_toys = 99;
  check_refused(ctx, c, FAIRU_ERR_RANGE, "n_toys is 99");
  o->n_toys = (UINT64_C(1) << 40) + 1;
  check_refused(ctx, c, FAIRU_ERR_FORMAT, "n_toys is 1.09951e+12");
  *o = kept;
  o->upper = o->lower;
  check_refused(ctx, c, FAIRU_ERR_RANGE, "from lower 0.1 to upper 0.1 is no range");
  *o = kept;
  o->level = 1.0;
  check_refused(ctx, c, FAIRU_ERR_RANGE, "level is 1, must lie between 0 and 1");
  *o = kept;
  o->draw_nuisances = 2;
  check_refused(ctx, c, FAIRU_ERR_FORMAT, "draw_nuisances is 2, wanted a whole number up to 1");
  *o = kept;
  o->fixed_sums = 2;
  check_refused(ctx, c, FAIRU_ERR_FORMAT, "fixed_sums is 2, wanted a whole number up to 1");
  *o = kept;
  o->template_statistics = -0.5;
  check_refused(ctx, c, FAIRU_ERR_RANGE, "template_statistics is -0.5");
  *o = kept;
  o->pool_statistics = -1e-3;
  check_refused(ctx, c, FAIRU_ERR_RANGE, "pool_statistics is -0.001");
  *o = kept;
  o->n_mu = 4;
  check_refused(ctx, c, FAIRU_ERR_RANGE, "n_mu is 4");
  o->n_mu = 201;
  check_refused(ctx, c, FAIRU_ERR_FORMAT, "n_mu is 201, wanted a whole number up to 200");
  *o = kept;
  fairu_interval_calibration_destroy(loaded(ctx, c, "right.json"));
  fairu_interval_calibration_destroy(c);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(digests_are_of_all_bytes_in_order),
    cmocka_unit_test(any_calibration_comes_back_to_the_bit),
    cmocka_unit_test(files_of_files_are_the_same_bytes),
    cmocka_unit_test(numbers_of_no_calibration_are_refused),
    cmocka_unit_test(places_and_curves_that_do_not_fit_are_refused),
    cmocka_unit_test(counts_and_options_of_no_calibration_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
