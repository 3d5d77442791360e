/* Expected results of random counts against their definition in long double: the Fisher matrix from differences, profile fits by a dense
 * minimisation, derivatives along random directions; and what may not matter. */
#include "plain_minimum.h"

enum { PROCESSES = 3, VARIATIONS = 5, TANGENTS = 2, BINS = 5, MOST = 3, MODELS = 24 };
enum { COUNTS = PROCESSES * VARIATIONS * BINS, SLOPES = PROCESSES * TANGENTS * BINS };

typedef struct plain_expected {
  double counts[COUNTS], tangents[SLOPES], yields[PROCESSES];
  fairu_expected_nuisance nuisances[MOST];
  size_t n, signal;
  double floor;
  int code;
  double mu, mu_asimov; /* of a test */
  int side[MOST];       /* of a kink of code 0 */
  long double along;    /* times direction is added to all counts and tangents */
  double direction[COUNTS + SLOPES];
} plain_expected;

static long double count_of(const plain_expected *e, size_t p, size_t v, size_t b)
{
  const size_t at = (p * VARIATIONS + v) * BINS + b;
  return e->counts[at] + e->along * e->direction[at];
}

static long double tangent_of(const plain_expected *e, size_t p, size_t k, size_t b)
{
  const size_t at = (p * TANGENTS + k) * BINS + b;
  return e->tangents[at] + e->along * e->direction[COUNTS + at];
}

/* As pyhf's documentation writes codes 0 and 4p, for changes `plus` (up) and `minus` (down, with its sign) at alpha = +-1. */
static long double shift_of(int code, int side, long double plus, long double minus, long double alpha)
{
  if (code == FAIRU_CODE_0)
    return side > 0 ? plus * alpha : -minus * alpha;
  if (alpha > 1.0L)
    return plus * alpha;
  if (alpha < -1.0L)
    return -minus * alpha;
  const long double s = 0.5L * (plus - minus), a = 0.0625L * (plus + minus), q = alpha * alpha;
  return alpha * (s + alpha * a * (15.0L + q * (3.0L * q - 10.0L)));
}

static long double share_of(const plain_expected *e, size_t p, size_t b, const long double *z, int code)
{
  const long double nominal = count_of(e, p, 0, b);
  long double share = nominal;
  for (size_t k = 0; k < e->n; k++) {
    const fairu_expected_nuisance *n = &e->nuisances[k];
    if (n->source == FAIRU_SOURCE_TANGENT)
      share += z[k] * tangent_of(e, p, n->tangent, b);
    if (n->source != FAIRU_SOURCE_VARIATIONS)
      continue;
    const long double up = (count_of(e, p, n->up, b) - nominal) / n->step_up;
    const long double down =
        n->step_down < 0.0 ? (count_of(e, p, n->down, b) - nominal) / -n->step_down : -up;
    const long double h = n->step_down < 0.0 ? 0.5L * ((long double)n->step_up - n->step_down) : 1.0L;
    share += n->step_down < 0.0 ? shift_of(code, e->side[k], up * h, down * h, z[k] / h) : up * z[k];
  }
  return share;
}

/* x [1 + n]: strength of the signal and nuisances. */
static long double nu_of(const plain_expected *e, size_t b, const long double *x, int code)
{
  long double nu = e->floor;
  for (size_t p = 0; p < PROCESSES; p++) {
    long double factor = p == e->signal ? x[0] * e->yields[p] : (long double)e->yields[p];
    for (size_t k = 0; k < e->n; k++)
      if (e->nuisances[k].source == FAIRU_SOURCE_RATE && e->nuisances[k].process == p)
        factor *= 1.0L + x[1 + k];
    nu += factor * share_of(e, p, b, x + 1, code);
  }
  return nu;
}

/* NLL of parameters x on data expected at (mu_asimov, nominal), above its least. */
static long double deviance(const plain_expected *e, const long double *x, int code)
{
  const long double truth[1 + MOST] = { e->mu_asimov };
  long double sum = 0.0L;
  for (size_t b = 0; b < BINS; b++) {
    const long double n = nu_of(e, b, truth, code), nu = nu_of(e, b, x, code);
    sum += nu - n + n * logl(n / nu);
  }
  for (size_t k = 0; k < e->n; k++)
    if (e->nuisances[k].width > 0.0)
      sum += 0.5L * (x[1 + k] / e->nuisances[k].width) * (x[1 + k] / e->nuisances[k].width);
  return sum;
}

/* Of all parameters, for the Hessian at nominal: code 4p. */
static long double whole(const long double *x, const void *data)
{
  return deviance(data, x, FAIRU_CODE_4P);
}

/* Of the nuisances at mu. */
static long double conditional(const long double *z, const void *data)
{
  const plain_expected *e = data;
  long double x[1 + MOST] = { e->mu };
  for (size_t k = 0; k < e->n; k++)
    x[1 + k] = z[k];
  return deviance(e, x, e->code);
}

static long double scale_of(const fairu_expected_nuisance *n)
{
  return n->width > 0.0 ? fmin(n->width, 1.0) : 0.3;
}

/* Covariance [1 + n] squared of mu and nuisances. */
static void plain_covariance(const plain_expected *given, pm_minimum *m)
{
  plain_expected e = *given;
  pm_problem p = { .f = whole, .data = &e, .n = 1 + e.n };
  e.mu_asimov = 1.0;
  memset(m, 0, sizeof *m);
  for (size_t i = 0; i < p.n; i++) {
    p.scale[i] = i ? scale_of(&e.nuisances[i - 1]) : 0.5L;
    p.lower[i] = -1e3L;
    p.upper[i] = 1e3L;
  }
  m->x[0] = 1.0L;
  pm_derivatives(&p, m);
  assert_true(pm_covariance(&p, m, 0.0L));
}

static int has_kink(const plain_expected *e, size_t k)
{
  return e->code == FAIRU_CODE_0 && e->nuisances[k].source == FAIRU_SOURCE_VARIATIONS &&
         e->nuisances[k].step_down < 0.0;
}

/* q of mu on data of mu_asimov: the least over all sides of kinks. */
static long double plain_q(const plain_expected *given, double mu, double mu_asimov)
{
  plain_expected e = *given;
  long double best = HUGE_VALL;
  e.mu = mu;
  e.mu_asimov = mu_asimov;
  for (unsigned sides = 0; sides < 1u << e.n; sides++) {
    pm_problem p = { .f = conditional, .data = &e, .n = e.n };
    pm_minimum m = { .value = 0.0L };
    int known = 0;
    for (size_t k = 0; k < e.n; k++) {
      const int up = !(sides >> k & 1u), kink = has_kink(&e, k);
      known |= !kink && !up; /* done before */
      e.side[k] = up ? 1 : -1;
      p.scale[k] = scale_of(&e.nuisances[k]);
      p.lower[k] = e.nuisances[k].source == FAIRU_SOURCE_RATE ? -0.999L : kink && up ? 0.0L : -1e3L;
      p.upper[k] = kink && !up ? 0.0L : 1e3L;
    }
    if (known)
      continue;
    assert_true(pm_minimise(&p, &m));
    best = fminl(best, m.value);
  }
  return 2.0L * best;
}

/* ln of one of the five quantities. */
static long double plain_log(const plain_expected *e, int quantity)
{
  const long double signal = e->yields[e->signal];
  if (quantity == FAIRU_EXPECTED_CLS)
    return logl(erfcl(sqrtl(plain_q(e, 1.0, 0.0) / 2.0L)));
  if (quantity == FAIRU_EXPECTED_P0)
    return logl(0.5L * erfcl(sqrtl(plain_q(e, 0.0, 1.0) / 2.0L)));
  pm_minimum m;
  plain_covariance(e, &m);
  if (quantity == FAIRU_EXPECTED_VARIANCE)
    return logl(m.covariance[0] * signal * signal);
  if (quantity == FAIRU_EXPECTED_SIGMA)
    return 0.5L * logl(m.covariance[0]);
  const size_t n = 1 + e->n; /* determinant by elimination of the symmetric Hessian */
  long double h[PM_MOST * PM_MOST], sum = 0.0L;
  memcpy(h, m.hessian, sizeof h);
  for (size_t p = 0; p < n; p++) {
    sum -= logl(h[p * n + p]);
    for (size_t i = p + 1; i < n; i++)
      for (size_t k = p + 1; k < n; k++)
        h[i * n + k] -= h[i * n + p] * h[p * n + k] / h[p * n + p];
  }
  return sum;
}

static void draw_nuisance(draws *d, fairu_expected_nuisance *n)
{
  *n = (fairu_expected_nuisance){ .struct_size = sizeof *n,
                                  .source = 1 + (int)draw_below(d, 3),
                                  .tangent = draw_below(d, TANGENTS),
                                  .process = draw_below(d, PROCESSES),
                                  .up = 1 + draw_below(d, 2),
                                  .down = 3 + draw_below(d, 2),
                                  .step_up = draw_between(d, 0.5, 2.0),
                                  .width = draw_between(d, 0.1, 0.5) };
  n->step_down = draw_below(d, 3) ? -draw_between(d, 0.5, 2.0) : 0.0;
}

static void draw_expected(draws *d, plain_expected *e, size_t n)
{
  memset(e, 0, sizeof *e);
  e->n = n;
  e->signal = draw_below(d, PROCESSES);
  e->floor = draw_below(d, 2) ? 1e-3 : 0.5;
  e->code = draw_below(d, 2) ? FAIRU_CODE_4P : FAIRU_CODE_0;
  for (size_t p = 0; p < PROCESSES; p++) {
    e->yields[p] = p == e->signal ? draw_between(d, 20.0, 60.0) : draw_between(d, 100.0, 400.0);
    for (size_t b = 0; b < BINS; b++) {
      const double share = draw_between(d, 0.05, 0.4);
      for (size_t v = 0; v < VARIATIONS; v++)
        e->counts[(p * VARIATIONS + v) * BINS + b] = share * (v ? draw_between(d, 0.9, 1.1) : 1.0);
      for (size_t k = 0; k < TANGENTS; k++)
        e->tangents[(p * TANGENTS + k) * BINS + b] = share * draw_between(d, -0.15, 0.15);
    }
  }
  for (size_t k = 0; k < n; k++)
    draw_nuisance(d, &e->nuisances[k]);
  for (size_t i = 0; i < COUNTS + SLOPES; i++)
    e->direction[i] = draw_between(d, -0.05, 0.05);
}

static fairu_expected_loss_options options_of(const plain_expected *e, int quantity)
{
  fairu_expected_loss_options o;
  assert_int_equal(fairu_expected_loss_options_init(&o, sizeof o), FAIRU_OK);
  o.yields = e->yields;
  o.n_processes = PROCESSES;
  o.signal = e->signal;
  o.nuisances = e->nuisances;
  o.n_nuisances = e->n;
  o.floor = e->floor;
  o.quantity = quantity;
  o.interpolation = e->code;
  return o;
}

static fairu_summary_counts summary_of(const plain_expected *e)
{
  return (fairu_summary_counts){ PROCESSES, VARIATIONS, TANGENTS, BINS, e->counts, e->tangents };
}

static fairu_expected_result report_of(fairu_context *ctx, const plain_expected *e)
{
  const fairu_summary_counts summary = summary_of(e);
  const fairu_expected_loss_options o = options_of(e, FAIRU_EXPECTED_CLS);
  fairu_expected_result r = { .struct_size = sizeof r };
  CHECK_OK(ctx, fairu_expected_loss_report(ctx, &summary, &o, &r));
  return r;
}

static void reports_are_those_of_the_definition(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 21 };
  for (int m = 0; m < MODELS; m++) {
    plain_expected e;
    pm_minimum plain;
    draw_expected(&d, &e, (size_t)m % (MOST + 1));
    const fairu_expected_result r = report_of(ctx, &e);
    const double signal = e.yields[e.signal];
    plain_covariance(&e, &plain);
    CHECK_CLOSE(r.sigma_mu, (double)sqrtl(plain.covariance[0]), 1e-8); /* differences twice */
    CHECK_CLOSE(r.variance, (double)plain.covariance[0] * signal * signal, 1e-8);
    CHECK_CLOSE(r.sigma, r.sigma_mu * signal, 1e-13);
    CHECK_CLOSE(r.stat, (double)(1.0L / sqrtl(plain.hessian[0])), 1e-8);
    for (size_t k = 0; k < FAIRU_EXPECTED_MAX_NUISANCES; k++)
      CHECK_CLOSE(r.nuisance_sigma[k], k < e.n ? (double)sqrtl(plain.covariance[(k + 1) * (e.n + 2)]) : 0.0,
                  1e-8);
    CHECK_CLOSE(r.q, (double)plain_q(&e, 1.0, 0.0), 1e-8);
    CHECK_CLOSE(r.q0, (double)plain_q(&e, 0.0, 1.0), 1e-8);
    CHECK_CLOSE(r.cls, (double)expl(plain_log(&e, FAIRU_EXPECTED_CLS)), 1e-7);
    CHECK_CLOSE(r.p0, (double)expl(plain_log(&e, FAIRU_EXPECTED_P0)), 1e-7);
    CHECK_CLOSE(r.determinant, (double)expl(plain_log(&e, FAIRU_EXPECTED_DETERMINANT)), 1e-7);
  }
  fairu_context_destroy(ctx);
}

/* The gradient along one direction of everything there is, from the definition at five places of it. */
static void losses_change_as_their_gradient_says(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 22 };
  for (int m = 0; m < 15; m++) {
    plain_expected e;
    double loss, d_counts[COUNTS], d_tangents[SLOPES];
    const int quantity = 1 + m % 5;
    const long double h = 1e-3L;
    draw_expected(&d, &e, 1 + (size_t)m % 2);
    const fairu_summary_counts summary = summary_of(&e);
    fairu_expected_loss_options o = options_of(&e, quantity);
    o.logarithm = 1;
    CHECK_OK(ctx, fairu_expected_loss(ctx, &summary, &loss, d_counts, d_tangents, &o));
    CHECK_CLOSE(loss, (double)plain_log(&e, quantity), 1e-8);
    long double sum = 0.0L, slope = 0.0L;
    for (size_t i = 0; i < COUNTS + SLOPES; i++)
      sum += (long double)e.direction[i] * (i < COUNTS ? d_counts[i] : d_tangents[i - COUNTS]);
    static const long double weights[2] = { 8.0L, -1.0L };
    for (int k = 0; k < 2; k++)
      for (int sign = -1; sign <= 1; sign += 2) {
        e.along = sign * (k + 1) * h;
        slope += sign * weights[k] * plain_log(&e, quantity);
      }
    CHECK_NEAR((double)sum, (double)(slope / (12.0L * h)), 1e-6);
    o.logarithm = 0; /* of the quantity itself: that times as much */
    double value, other[COUNTS], others[SLOPES];
    CHECK_OK(ctx, fairu_expected_loss(ctx, &summary, &value, other, others, &o));
    CHECK_CLOSE(log(value), loss, 1e-12);
    for (size_t i = 0; i < COUNTS; i++)
      CHECK_NEAR(other[i], value * d_counts[i], 1e-11 * value * (1.0 + fabs(d_counts[i])));
    for (size_t i = 0; i < SLOPES; i++)
      CHECK_NEAR(others[i], value * d_tangents[i], 1e-11 * value * (1.0 + fabs(d_tangents[i])));
  }
  fairu_context_destroy(ctx);
}

static void check_equal(const fairu_expected_result *a, const fairu_expected_result *b, size_t n, double unit)
{
  CHECK_CLOSE(a->variance, b->variance, 1e-11);
  CHECK_CLOSE(a->stat, b->stat, 1e-11);
  CHECK_CLOSE(a->q, b->q, 1e-9); /* of a search */
  CHECK_CLOSE(a->q0, b->q0, 1e-9);
  for (size_t k = 0; k < n; k++)
    CHECK_CLOSE(a->nuisance_sigma[k], unit * b->nuisance_sigma[k], 1e-11);
}

/* Other units of Z, bins in another order, nuisances that do nothing, yields and counts that trade a factor. */
static void what_does_not_matter(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 23 };
  for (int m = 0; m < MODELS; m++) {
    plain_expected e, other;
    draw_expected(&d, &e, 1 + (size_t)m % (MOST - 1));
    const fairu_expected_result r = report_of(ctx, &e);
    other = e;
    for (size_t i = 0; i < COUNTS; i++)
      other.counts[i] = e.counts[i - i % BINS + BINS - 1 - i % BINS];
    for (size_t i = 0; i < SLOPES; i++)
      other.tangents[i] = e.tangents[i - i % BINS + BINS - 1 - i % BINS];
    fairu_expected_result s = report_of(ctx, &other);
    check_equal(&s, &r, e.n, 1.0);
    other = e;
    other.nuisances[other.n++] = (fairu_expected_nuisance){ .struct_size = sizeof other.nuisances[0],
                                                            .source = FAIRU_SOURCE_VARIATIONS,
                                                            .up = 0, /* the nominal counts */
                                                            .step_up = 1.0,
                                                            .width = 0.7 };
    s = report_of(ctx, &other);
    check_equal(&s, &r, e.n, 1.0);
    CHECK_CLOSE(s.nuisance_sigma[e.n], 0.7, 1e-12);
    other = e;
    for (size_t p = 0; p < PROCESSES;
         p++) { /* twice the counts of half the yield: that of the signal stays */
      other.yields[p] *= p == e.signal ? 1.0 : 0.5;
      for (size_t i = 0; p != e.signal && i < VARIATIONS * BINS; i++)
        other.counts[p * VARIATIONS * BINS + i] *= 2.0;
      for (size_t i = 0; p != e.signal && i < TANGENTS * BINS; i++)
        other.tangents[p * TANGENTS * BINS + i] *= 2.0;
    }
    s = report_of(ctx, &other);
    check_equal(&s, &r, e.n, 1.0);
    other = e;
    for (size_t k = 0; k < e.n; k++)
      if (e.nuisances[k].source == FAIRU_SOURCE_VARIATIONS) {
        other.nuisances[k].step_up *= 4.0;
        other.nuisances[k].step_down *= 4.0;
        other.nuisances[k].width *= 4.0;
      }
    s = report_of(ctx, &other);
    for (size_t k = 0; k < e.n; k++)
      CHECK_CLOSE(s.nuisance_sigma[k],
                  r.nuisance_sigma[k] * (e.nuisances[k].source == FAIRU_SOURCE_VARIATIONS ? 4.0 : 1.0),
                  1e-11);
    check_equal(&s, &r, 0, 1.0);
  }
  fairu_context_destroy(ctx);
}

/* A nuisance that is known better costs less, one that is known exactly nothing; more of the same data measure better. */
static void knowledge_never_hurts(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 24 };
  for (int m = 0; m < MODELS; m++) {
    plain_expected e;
    draw_expected(&d, &e, 1 + (size_t)m % MOST);
    fairu_expected_result before = report_of(ctx, &e);
    for (int step = 0; step < 5; step++) {
      for (size_t k = 0; k < e.n; k++)
        e.nuisances[k].width *= 0.3;
      const fairu_expected_result after = report_of(ctx, &e);
      assert_true(after.variance < before.variance); /* fits end an expected 1e-10 above their minimum */
      assert_true(after.q > before.q - 1e-9 && after.q0 > before.q0 - 1e-9);
      assert_true(after.cls < before.cls * (1.0 + 1e-8) && after.p0 < before.p0 * (1.0 + 1e-8));
      assert_true(after.determinant < before.determinant);
      for (size_t k = 0; k < e.n; k++)
        assert_true(after.nuisance_sigma[k] <= e.nuisances[k].width * (1.0 + 1e-12)); /* rounding */
      assert_true(after.sigma_mu > after.stat && after.stat == before.stat);
      before = after;
    }
    for (size_t k = 0; k < e.n; k++)
      e.nuisances[k].width = 1e-9;
    const fairu_expected_result known = report_of(ctx, &e);
    CHECK_CLOSE(known.sigma_mu, known.stat, 1e-9);
    e.n = 0;
    const fairu_expected_result alone = report_of(ctx, &e);
    CHECK_CLOSE(known.q, alone.q, 1e-9);
    CHECK_CLOSE(known.q0, alone.q0, 1e-9);
    CHECK_CLOSE(alone.determinant, alone.sigma_mu * alone.sigma_mu, 1e-12);
    for (size_t p = 0; p < PROCESSES; p++)
      e.yields[p] *= 4.0;
    e.floor *= 4.0;
    CHECK_CLOSE(report_of(ctx, &e).stat, 0.5 * alone.stat, 1e-13);
    CHECK_CLOSE(report_of(ctx, &e).q, 4.0 * alone.q, 1e-12);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(reports_are_those_of_the_definition),
    cmocka_unit_test(losses_change_as_their_gradient_says),
    cmocka_unit_test(what_does_not_matter),
    cmocka_unit_test(knowledge_never_hurts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
