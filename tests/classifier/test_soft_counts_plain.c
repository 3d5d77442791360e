/* Shares of bins written out in long double; all their slopes, tangents and curvatures are differences of that one function. */
#include "classifier/soft_counts.h"
#include "numeric/philox.h"
#include "support/support.h"

enum { MOST = 5, ROUNDS = 24 };

typedef struct lanes {
  float at[MOST * FAIRU_LANES];
} lanes;

static const double edges[MOST + 1] = { 0.0, 0.125, 0.4, 0.55, 0.9, 1.0 };

static void plain_shares(const fairu_soft_counts *soft, const long double *o, long double *shares)
{
  long double sum = 0.0L;
  const long double score = 1.0L / (1.0L + expl(-o[0])), width = (long double)soft->bandwidth * sqrtl(2.0L);
  for (size_t b = 0; b < soft->n_bins; b++) {
    if (soft->kind == FAIRU_SUMMARY_SOFTMAX)
      shares[b] = expl(o[b] / (long double)soft->temperature);
    else if (soft->kind == FAIRU_SUMMARY_SCORE)
      shares[b] = b == 1 ? score : 1.0L - score;
    else
      shares[b] = 0.5L * (erfcl((score - (long double)soft->edges[b + 1]) / width) -
                          erfcl((score - (long double)soft->edges[b]) / width));
    sum += shares[b];
  }
  for (size_t b = 0; b < soft->n_bins && soft->kind == FAIRU_SUMMARY_SOFTMAX; b++)
    shares[b] /= sum;
}

/* d of all shares along a direction; steps of 1e-4 leave some 1e-8, a hundredth of a rounding of float. */
static void plain_along(const fairu_soft_counts *soft, const long double *o, const long double *direction,
                        long double *along)
{
  const long double step = 1e-4L;
  long double up[MOST], down[MOST], high[MOST], low[MOST];
  for (size_t i = 0; i < soft->n_outputs; i++) {
    up[i] = o[i] + step * direction[i];
    down[i] = o[i] - step * direction[i];
  }
  plain_shares(soft, up, high);
  plain_shares(soft, down, low);
  for (size_t b = 0; b < soft->n_bins; b++)
    along[b] = (high[b] - low[b]) / (2.0L * step);
}

static long double plain_dot(const long double *a, const long double *b, size_t n)
{
  long double sum = 0.0L;
  for (size_t i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

/* What one event has: outputs o, their tangent t, d loss / d shares d. */
typedef struct plain_event {
  long double o[MOST], t[MOST], d[MOST];
} plain_event;

static plain_event event_of(const lanes *o, const lanes *t, const lanes *d, size_t lane)
{
  plain_event e;
  for (size_t i = 0; i < MOST; i++) {
    e.o[i] = (long double)o->at[i * FAIRU_LANES + lane];
    e.t[i] = (long double)t->at[i * FAIRU_LANES + lane];
    e.d[i] = (long double)d->at[i * FAIRU_LANES + lane];
  }
  return e;
}

/* d (d . shares) / d o_j, and d (d . tangent of the shares) / d o_j. */
static long double plain_slope(const fairu_soft_counts *soft, const plain_event *e, size_t j)
{
  long double unit[MOST] = { 0.0L }, along[MOST];
  unit[j] = 1.0L;
  plain_along(soft, e->o, unit, along);
  return plain_dot(e->d, along, soft->n_bins);
}

static long double plain_curvature(const fairu_soft_counts *soft, const plain_event *e, size_t j)
{
  const long double step = 1e-4L;
  long double side[2], along[MOST];
  for (int k = 0; k < 2; k++) {
    plain_event moved = *e;
    moved.o[j] += k ? step : -step;
    plain_along(soft, moved.o, moved.t, along);
    side[k] = plain_dot(e->d, along, soft->n_bins);
  }
  return (side[1] - side[0]) / (2.0L * step);
}

static fairu_soft_counts soft_of(size_t round)
{
  static const int kinds[] = { FAIRU_SUMMARY_SOFTMAX, FAIRU_SUMMARY_KDE, FAIRU_SUMMARY_SCORE };
  fairu_soft_counts soft = { .kind = kinds[round % 3], .edges = edges };
  soft.n_bins = soft.kind == FAIRU_SUMMARY_SCORE ? 2 : 2 + round / 3 % (MOST - 1);
  soft.n_outputs = soft.kind == FAIRU_SUMMARY_SOFTMAX ? soft.n_bins : 1;
  soft.temperature = 0.5 + 0.25 * (double)(round % 4);
  soft.bandwidth = 0.08 + 0.06 * (double)(round % 5);
  return soft;
}

static lanes random_lanes(fairu_philox *rng, double size)
{
  lanes x;
  for (size_t i = 0; i < MOST * FAIRU_LANES; i++)
    x.at[i] = (float)(size * (2.0 * fairu_philox__uniform(rng) - 1.0));
  return x;
}

/* Sizes of what is compared follow from the width of a step: 1 / h for slopes, its square for curvatures. */
static void check(const char *what, size_t round, float got, long double wanted, long double size)
{
  if (!(fabsl((long double)got - wanted) <= 6e-6L * size))
    fail_msg("round %zu: %s is %.9g, wanted %.9Lg", round, what, (double)got, wanted);
}

/* One random layout, and the numbers of its round. */
typedef void (*round_check)(const fairu_engine *engine, size_t round, fairu_philox *rng,
                            const fairu_soft_counts *soft);

static void for_rounds(uint64_t stream, round_check check_round)
{
  fairu_context *ctx = support_context();
  const fairu_engine engine = fairu_engine__of(ctx);
  for (size_t round = 0; round < ROUNDS; round++) {
    fairu_philox rng = fairu_philox__start(round, FAIRU_STREAM_USER, stream, 12);
    const fairu_soft_counts soft = soft_of(round);
    check_round(&engine, round, &rng, &soft);
  }
  fairu_context_destroy(ctx);
}

static void check_slopes(const fairu_engine *engine, size_t round, fairu_philox *rng,
                         const fairu_soft_counts *soft)
{
  const lanes o = random_lanes(rng, 4.0), t = random_lanes(rng, 1.0), d = random_lanes(rng, 1.0);
  const lanes before = random_lanes(rng, 1.0);
  lanes scores = o, tangent = t, shares, moved, d_o, d_tangent, d_o_tangent = before;
  const long double steep = soft->kind == FAIRU_SUMMARY_SOFTMAX ? 1.0L / (long double)soft->temperature
                            : soft->kind == FAIRU_SUMMARY_KDE   ? 1.0L / (long double)soft->bandwidth
                                                                : 1.0L;
  fairu_soft_counts__shares(engine, soft, scores.at, shares.at);
  fairu_soft_counts__backward(engine, soft, scores.at, d.at, d_o.at);
  fairu_soft_counts__tangent(engine, soft, scores.at, tangent.at, moved.at);
  fairu_soft_counts__backward_tangent(engine, soft, scores.at, tangent.at, d.at, d_tangent.at,
                                      d_o_tangent.at);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    const plain_event e = event_of(&o, &t, &d, lane);
    long double wanted[MOST], along[MOST];
    plain_shares(soft, e.o, wanted);
    plain_along(soft, e.o, e.t, along);
    for (size_t b = 0; b < soft->n_bins; b++) {
      check("a share", round, shares.at[b * FAIRU_LANES + lane], wanted[b], 1.0L);
      check("the tangent of a share", round, moved.at[b * FAIRU_LANES + lane], along[b], steep);
    }
    for (size_t j = 0; j < soft->n_outputs; j++) {
      const size_t i = j * FAIRU_LANES + lane;
      const long double slope = plain_slope(soft, &e, j);
      check("a slope", round, d_o.at[i], slope, steep);
      check("the slope by a tangent", round, d_tangent.at[i], slope, steep);
      check("a curvature", round, d_o_tangent.at[i], (long double)before.at[i] + plain_curvature(soft, &e, j),
            1.0L + steep * steep);
    }
  }
}

static void shares_have_the_slopes_of_their_formula(void **state)
{
  (void)state;
  for_rounds(0, check_slopes);
}

/* Shares of softmax and of a score add up to 1, those of a Gaussian to what lies between the outer edges; counts are sums of
 * them, and slopes go back to every lane by its weight. */
static void check_sums(const fairu_engine *engine, size_t round, fairu_philox *rng,
                       const fairu_soft_counts *soft)
{
  (void)round;
  const lanes weights = random_lanes(rng, 3.0), d = random_lanes(rng, 1.0);
  lanes scores = random_lanes(rng, 30.0), shares, spread = d; /* saturated ones too */
  double counts[MOST] = { 1.0, -2.0, 3.0, 0.5, 0.25 };
  const double first[MOST] = { 1.0, -2.0, 3.0, 0.5, 0.25 }, slopes[MOST] = { 0.5, -4.0, 0.0, 1.5, 2.0 };
  fairu_soft_counts__shares(engine, soft, scores.at, shares.at);
  fairu_soft_counts__add(soft, shares.at, weights.at, counts);
  fairu_soft_counts__spread(soft, slopes, weights.at, spread.at);
  for (size_t b = 0; b < soft->n_bins; b++) {
    long double sum = (long double)first[b];
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      const size_t i = b * FAIRU_LANES + lane;
      const float share = shares.at[i];
      assert_true(share >= -1e-6F && share <= 1.000001F);
      sum += (long double)share * (long double)weights.at[lane];
      CHECK_NEAR((double)spread.at[i], (double)d.at[i] + slopes[b] * (double)weights.at[lane], 2e-6);
    }
    CHECK_NEAR(counts[b], (double)sum, 1e-12);
  }
  for (size_t lane = 0; lane < FAIRU_LANES && soft->kind != FAIRU_SUMMARY_KDE; lane++) {
    double whole = 0.0;
    for (size_t b = 0; b < soft->n_bins; b++)
      whole += (double)shares.at[b * FAIRU_LANES + lane];
    CHECK_NEAR(whole, 1.0, 1e-6);
  }
}

static void counts_and_spreads_are_sums(void **state)
{
  (void)state;
  for_rounds(1, check_sums);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(shares_have_the_slopes_of_their_formula),
                                      cmocka_unit_test(counts_and_spreads_are_sums) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
