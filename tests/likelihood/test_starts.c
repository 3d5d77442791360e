/* Where fits begin: start, starts, spread_starts and fixed, on a likelihood with two valleys whose places are known by symmetry. */
#include "workspace_made.h"

#include "support/thirds.h"

/* A shape that rises by 30 (up) and by 28 (down) of 100 where 120 are seen: one minimum on either side of 0, the deeper where less
 * has to be pulled. A second, harmless nuisance and a fixed mu. */
static const char two_valleys[] =
    DOCUMENT(SAMPLE("bkg", "[100,100]",
                    MODIFIER("tilt", "histosys", SHAPE("[130,130]", "[128,128]")) "," MODIFIER(
                        "xs", "normsys", "{'hi':1.001,'lo':0.999}")) "," SAMPLE("sig", "[1,1]", MU),
             "mu", "{'name':'mu','inits':[0],'bounds':[[-1,5]],'fixed':true}");

enum { TILT, MU_AT, XS, N };

typedef struct valleys {
  made m;
  fairu_fit_options o;
  double params[N], nll;
  fairu_fit_result result;
} valleys;

static valleys begin(void)
{
  valleys v = { .m = make(two_valleys) };
  const double observed[2] = { 120.0, 120.0 };
  assert_string_equal(parameter_at(&v.m, TILT).name, "tilt");
  assert_string_equal(parameter_at(&v.m, MU_AT).name, "mu");
  CHECK_OK(v.m.ctx, fairu_data_set_observed(v.m.data, v.m.ctx, observed, 2));
  CHECK_OK(v.m.ctx, fairu_fit_options_init(&v.o, sizeof v.o));
  v.o.spread_starts = 0;
  return v;
}

static void fit(valleys *v)
{
  v->result = (fairu_fit_result){ .struct_size = sizeof v->result };
  CHECK_OK(v->m.ctx,
           fairu_likelihood_fit(v->m.likelihood, v->m.ctx, v->m.data, &v->o, v->params, N, NULL, &v->result));
  v->nll = v->result.nll[0] + v->result.nll[1];
}

/* The minimum of a valley by thirds, xs profiled by thirds within: nothing of the library but the value. */
typedef struct place {
  const valleys *v;
  double tilt;
} place;

static double value_at(double xs, const void *data)
{
  const place *p = (const place *)data;
  const double params[N] = { p->tilt, 0.0, xs };
  const made *m = &p->v->m;
  double nll[2];
  CHECK_OK(m->ctx, fairu_likelihood_nll(m->likelihood, m->ctx, m->data, params, N, nll, NULL, NULL));
  return nll[0] + nll[1];
}

static double over_xs(double tilt, const void *data)
{
  const place p = { (const valleys *)data, tilt };
  return value_at(thirds_lowest(value_at, &p, -3.0, 3.0, 60), &p);
}

static double valley(const valleys *v, double low, double high, double *at)
{
  *at = thirds_lowest(over_xs, v, low, high, 60);
  return over_xs(*at, v);
}

static void a_start_chooses_its_valley(void **state)
{
  (void)state;
  valleys v = begin();
  double right, left;
  const double below_right = valley(&v, 0.1, 2.0, &right), below_left = valley(&v, -2.0, -0.1, &left);
  assert_true(below_right < below_left); /* less to pull where the shape rises faster */
  for (double x = -1.5; x <= 1.5; x += 0.25) {
    const double start[N] = { x, 0.0, 0.3 };
    v.o.start = start;
    if (fabs(x) < 0.2)
      continue; /* a saddle */
    fit(&v);
    CHECK_NEAR(v.params[TILT], x > 0.0 ? right : left, 1e-5);
    CHECK_NEAR(v.nll, x > 0.0 ? below_right : below_left, 1e-9);
    assert_int_equal(v.result.n_minima, 1);
  }
  clear(&v.m);
}

/* The lowest of all valleys that any start leads to, whichever comes first. */
static void the_lowest_of_all_starts_wins(void **state)
{
  (void)state;
  static const double left[N] = { -0.8, 0.0, 0.0 }, right[N] = { 0.8, 0.0, 0.0 };
  static const double lefts[2 * N] = { -0.5, 0.0, 0.0, -1.2, 0.0, 0.5 },
                                both[2 * N] = { -0.5, 0.0, 0.0, 1.2, 0.0, 0.5 };
  static const struct {
    const double *start, *starts;
    size_t n;
    int wins_right, minima;
  } cases[] = { { left, NULL, 0, 0, 1 }, { left, lefts, 2, 0, 1 },  { left, both, 1, 0, 1 },
                { left, both, 2, 1, 2 }, { right, lefts, 2, 1, 2 }, { right, both, 2, 1, 2 },
                { right, NULL, 0, 1, 1 } };
  valleys v = begin();
  double at[2];
  const double below[2] = { valley(&v, -2.0, -0.1, &at[0]), valley(&v, 0.1, 2.0, &at[1]) };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    v.o.start = cases[i].start;
    v.o.starts = cases[i].starts;
    v.o.n_starts = cases[i].n;
    fit(&v);
    CHECK_NEAR(v.nll, below[cases[i].wins_right], 1e-9);
    CHECK_NEAR(v.params[TILT], at[cases[i].wins_right], 1e-5);
    assert_int_equal(v.result.n_minima, cases[i].minima);
    double nll[4], params[4 * N];
    size_t n = 0;
    CHECK_OK(v.m.ctx,
             fairu_likelihood_minima(v.m.likelihood, v.m.ctx, v.m.data, &v.o, 4, nll, params, N, &n));
    assert_int_equal(n, cases[i].minima);
    CHECK_NEAR(nll[0], v.nll, 1e-9);
    if (n == 2) {
      CHECK_NEAR(nll[1], below[0], 1e-9);
      CHECK_NEAR(params[N + TILT], at[0], 1e-5);
    }
  }
  clear(&v.m);
}

/* Spread over the range of each nuisance, or by themselves where up and down lie on one side. */
static void spread_starts_find_both(void **state)
{
  (void)state;
  static const double left[N] = { -0.8, 0.0, 0.0 };
  static const int spreads[] = { -1, 2, 3, 7 };
  valleys v = begin();
  double at;
  const double below = valley(&v, 0.1, 2.0, &at);
  v.o.start = left;
  for (size_t i = 0; i < 4; i++) {
    v.o.spread_starts = spreads[i];
    fit(&v);
    CHECK_NEAR(v.nll, below, 1e-9);
    CHECK_NEAR(v.params[TILT], at, 1e-5);
    assert_int_equal(v.result.n_minima, 2);
  }
  clear(&v.m);
}

/* What is fixed stays where the first start has it; more starts do not move it. A start beyond a bound is one on it. */
static void what_is_fixed_stays(void **state)
{
  (void)state;
  static const double start[N] = { 0.4, 0.25, -0.5 }, starts[2 * N] = { -0.7, 3.0, 2.0, 40.0, 4.0, -40.0 };
  unsigned char fixed[N] = { 0, 1, 1 };
  valleys v = begin();
  v.o.start = start;
  v.o.starts = starts;
  v.o.n_starts = 2;
  v.o.fixed = fixed;
  fit(&v);
  assert_true(v.params[MU_AT] == 0.25 && v.params[XS] == -0.5);
  assert_true(v.params[TILT] >= -5.0 && v.params[TILT] <= 5.0);
  fixed[XS] = 0; /* given flags replace those of the model: mu moves */
  fixed[MU_AT] = 0;
  fit(&v);
  assert_true(v.params[MU_AT] != 0.25);
  clear(&v.m);
}

static void bad_starts_are_named(void **state)
{
  (void)state;
  double start[N] = { 0.1, 0.0, 0.0 }, starts[2 * N] = { 0.1, 0.0, 0.0, 0.1, 0.0, (double)NAN };
  valleys v = begin();
  v.o.n_starts = 2;
  CHECK_FAILS(v.m.ctx, FAIRU_ERR_NULL,
              fairu_likelihood_fit(v.m.likelihood, v.m.ctx, v.m.data, &v.o, v.params, N, NULL, NULL));
  CHECK_SAYS(v.m.ctx, "starts is NULL");
  v.o.starts = starts;
  CHECK_FAILS(v.m.ctx, FAIRU_ERR_NON_FINITE,
              fairu_likelihood_fit(v.m.likelihood, v.m.ctx, v.m.data, &v.o, v.params, N, NULL, NULL));
  CHECK_SAYS(v.m.ctx, "starts 1: 'xs' is nan");
  v.o.n_starts = 1;
  v.o.start = start;
  start[TILT] = HUGE_VAL;
  CHECK_FAILS(v.m.ctx, FAIRU_ERR_NON_FINITE,
              fairu_likelihood_fit(v.m.likelihood, v.m.ctx, v.m.data, &v.o, v.params, N, NULL, NULL));
  CHECK_SAYS(v.m.ctx, "'tilt' is inf");
  start[TILT] = 0.1;
  start[MU_AT] = 7.0;
  CHECK_FAILS(v.m.ctx, FAIRU_ERR_RANGE,
              fairu_likelihood_fit(v.m.likelihood, v.m.ctx, v.m.data, &v.o, v.params, N, NULL, NULL));
  CHECK_SAYS(v.m.ctx, "'mu' is fixed at 7, allowed are -1 to 5");
  clear(&v.m);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_start_chooses_its_valley), cmocka_unit_test(the_lowest_of_all_starts_wins),
    cmocka_unit_test(spread_starts_find_both),    cmocka_unit_test(what_is_fixed_stays),
    cmocka_unit_test(bad_starts_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
