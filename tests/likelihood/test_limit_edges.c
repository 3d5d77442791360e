/* Limits and joins at the edge of what they can answer: expected yields that end before CLs falls, data that do not bound mu, limits at very
 * low and very high levels against closed forms; names that mean two things in two parts. */
#include "workspace_made.h"

/* b + mu s of one bin. */
static made counting(const char *bkg, const char *sig, double observed)
{
  char text[1024];
  (void)snprintf(
      text, sizeof text,
      "{'version':'1.0.0','channels':[{'name':'SR','samples':[{'name':'bkg','data':[%s],'modifiers':[]},"
      "{'name':'sig','data':[%s],'modifiers':[{'name':'mu','type':'normfactor','data':null}]}]}],"
      "'observations':[{'name':'SR','data':[%g]}],'measurements':[{'name':'m','config':{'poi':'mu',"
      "'parameters':[{'name':'mu','inits':[1],'bounds':[[0,1000]]}]}}]}",
      bkg, sig, observed);
  return make(text);
}

static int limit_of(const made *m, double level, fairu_limit *limit)
{
  *limit = (fairu_limit){ .struct_size = sizeof *limit };
  return fairu_likelihood_limit(m->likelihood, m->ctx, m->data, NULL, level, limit);
}

/* A signal that takes events away: nothing is expected at mu = 10. With 0 seen mu^ is 10, so that nothing below is excluded, ever. */
static void yields_that_end(void **state)
{
  (void)state;
  made m = counting("10", "-1", 0.0);
  fairu_limit limit;
  CHECK_FAILS(m.ctx, FAIRU_ERR_NEGATIVE_YIELD, limit_of(&m, 0.95, &limit));
  CHECK_SAYS(m.ctx, "expected yields end at 'mu' = ");
  CHECK_SAYS(m.ctx, "before CLs has fallen to 0.05");
  clear(&m);
}

/* With some seen the likelihood falls to 0 before, and there is a limit on the way: CLs there by hand. */
static void yields_that_end_behind_the_limit(void **state)
{
  (void)state;
  made m = counting("10", "-1", 9.0);
  fairu_limit limit;
  CHECK_OK(m.ctx, limit_of(&m, 0.95, &limit));
  assert_true(limit.observed > 1.0 && limit.observed < 10.0);
  const double mu = limit.observed, nu = 10.0 - mu;
  const double q = 2.0 * (nu - 9.0 + 9.0 * log(9.0 / nu)); /* mu^ = 1 */
  const double a = sqrt(2.0 * (nu - 10.0 + 10.0 * log(10.0 / nu)));
  const double p_sb = q <= a * a ? erfc(sqrt(q / 2.0)) : erfc((q + a * a) / (2.0 * a) / sqrt(2.0));
  const double p_b = q <= a * a ? erfc((sqrt(q) - a) / sqrt(2.0)) : erfc((q - a * a) / (2.0 * a) / sqrt(2.0));
  CHECK_NEAR(p_sb / p_b, 0.05, 1e-8);
  clear(&m);
}

/* n = 0: q~ = 2 mu s exactly, its Asimov value 2 (s mu - b ln(1 + mu s / b)); the limit at any level solves one equation. */
static void nothing_seen_at_any_level(void **state)
{
  (void)state;
  static const double levels[] = { 1e-3, 0.1, 0.5, 0.9, 0.99, 0.999999 };
  made m = counting("3", "2", 0.0);
  for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
    fairu_limit limit;
    CHECK_OK(m.ctx, limit_of(&m, levels[i], &limit));
    const double x = 2.0 * limit.observed, q = 2.0 * x, a = sqrt(2.0 * (x - 3.0 * log1p(x / 3.0)));
    const double p_sb = erfc((q + a * a) / (2.0 * a) / sqrt(2.0)),
                 p_b = erfc((q - a * a) / (2.0 * a) / sqrt(2.0));
    assert_true(q > a * a && limit.mu_hat == 0.0);
    CHECK_NEAR(p_sb / p_b, 1.0 - levels[i], 1e-8);
  }
  clear(&m);
}

/* Nothing depends on mu. */
static void data_that_say_nothing(void **state)
{
  (void)state;
  made m = counting("10", "0", 11.0);
  fairu_limit limit;
  CHECK_FAILS(m.ctx, FAIRU_ERR_FLAT, limit_of(&m, 0.95, &limit));
  clear(&m);
}

/* What mu multiplies is a matter of units: with a signal of a size of 1e-k, all of its shape uncertain, limits on mu are 1e k times those of a size of 1,
 * also where one sigma of mu is 1e11 times the range that fits begin with. */
static void signals_of_any_size(void **state)
{
  (void)state;
  static const char *const backgrounds[] = {
    "", "{'name':'xs','type':'normsys','data':{'hi':1.1,'lo':0.9}}",
    "{'name':'st','type':'staterror','data':[3]}",
    "{'name':'tilt','type':'histosys','data':{'hi_data':[55],'lo_data':[47]}}"
  };
  static const int seen[] = { 51, 0, 90 };
  for (size_t i = 0; i < 12; i++) {
    fairu_limit first = { .struct_size = sizeof first };
    for (int k = 0; k <= 10; k += 2) {
      char text[2048];
      (void)snprintf(
          text, sizeof text,
          "{'version':'1.0.0','channels':[{'name':'SR','samples':[{'name':'bkg','data':[50],'modifiers':[%s]}"
          ","
          "{'name':'sig','data':[1e-%d],'modifiers':[{'name':'mu','type':'normfactor','data':null},"
          "{'name':'sx','type':'histosys','data':{'hi_data':[1.3e-%d],'lo_data':[0.8e-%d]}}]}]}],"
          "'observations':[{'name':'SR','data':[%d]}],'measurements':[{'name':'m','config':{'poi':'mu',"
          "'parameters':[{'name':'mu','inits':[1],'bounds':[[0,1e15]]}]}}]}",
          backgrounds[i % 4], k, k, k, seen[i / 4]);
      made m = make(text);
      fairu_limit limit;
      CHECK_OK(m.ctx, limit_of(&m, 0.95, k == 0 ? &first : &limit));
      for (int e = 0; e < 5 && k > 0; e++)
        CHECK_CLOSE(limit.expected[e], pow(10.0, k) * first.expected[e], 1e-8);
      if (k > 0)
        CHECK_CLOSE(limit.observed, pow(10.0, k) * first.observed, 1e-8);
      clear(&m);
    }
  }
}

/* ---- joins --------------------------------------------------------------------------------------------- */

/* One bin of its own channel with a nuisance and mu, configured so. */
static made part_of(const char *channel, const char *config)
{
  char text[1024];
  (void)snprintf(
      text, sizeof text,
      "{'version':'1.0.0','channels':[{'name':'%s','samples':[{'name':'bkg','data':[50],'modifiers':["
      "{'name':'xs','type':'normsys','data':{'hi':1.1,'lo':0.9}}]},{'name':'sig','data':[5],'modifiers':["
      "{'name':'mu','type':'normfactor','data':null}]}]}],'observations':[{'name':'%s','data':[52]}],"
      "'measurements':[{'name':'m','config':{'poi':'mu','parameters':[%s]}}]}",
      channel, channel, config);
  return make(text);
}

static void check_join(const char *first, const char *second, int code, const char *says)
{
  made a = part_of("A", first), b = part_of("B", second);
  const fairu_likelihood *parts[2] = { a.likelihood, b.likelihood };
  fairu_likelihood *whole = NULL;
  CHECK_FAILS(a.ctx, code, fairu_likelihood_create_combined(a.ctx, parts, 2, NULL, &whole));
  CHECK_SAYS(a.ctx, says);
  assert_null(whole);
  clear(&a);
  clear(&b);
}

static void names_that_mean_two_things(void **state)
{
  (void)state;
  check_join("{'name':'mu','fixed':true}", "", FAIRU_ERR_ARGUMENT,
             "in part 1: it is fixed in one of them alone");
  check_join("{'name':'xs','auxdata':[0.5]}", "", FAIRU_ERR_ARGUMENT,
             "they are neither one measurement nor two of the same kind");
  check_join("{'name':'mu','inits':[1],'bounds':[[0,2]]}", "{'name':'mu','inits':[5],'bounds':[[3,9]]}",
             FAIRU_ERR_RANGE, "'mu' goes from 0 to 2, in part 1 from 3 to 9");
  check_join("{'name':'xs','bounds':[[-5,-1]],'inits':[-2]}", "{'name':'xs','bounds':[[1,5]],'inits':[2]}",
             FAIRU_ERR_RANGE, "'xs' goes from -5 to -1");
  made a = part_of("A", "");
  const fairu_likelihood *twice[2] = { a.likelihood, a.likelihood };
  fairu_likelihood *whole = NULL;
  CHECK_FAILS(a.ctx, FAIRU_ERR_DUPLICATE, fairu_likelihood_create_combined(a.ctx, twice, 2, NULL, &whole));
  CHECK_SAYS(a.ctx, "parts 0 and 1 are one");
  clear(&a);
}

/* What two parts say of one parameter: the range both allow, the start of the first moved into it. */
static void ranges_intersect(void **state)
{
  (void)state;
  made a = part_of("A", "{'name':'mu','inits':[0.5],'bounds':[[0,6]]}");
  made b = part_of("B", "{'name':'mu','inits':[3],'bounds':[[2,9]]}");
  const fairu_likelihood *parts[2] = { a.likelihood, b.likelihood };
  made whole = { .ctx = a.ctx };
  CHECK_OK(a.ctx, fairu_likelihood_create_combined(a.ctx, parts, 2, NULL, &whole.likelihood));
  check_range(&whole, "mu", 2.0, 2.0, 6.0, 0);
  check_range(&whole, "xs", 0.0, -5.0, 5.0, 0);
  fairu_likelihood_destroy(whole.likelihood);
  clear(&a);
  clear(&b);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(yields_that_end),           cmocka_unit_test(yields_that_end_behind_the_limit),
    cmocka_unit_test(nothing_seen_at_any_level), cmocka_unit_test(data_that_say_nothing),
    cmocka_unit_test(signals_of_any_size),       cmocka_unit_test(names_that_mean_two_things),
    cmocka_unit_test(ranges_intersect),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
