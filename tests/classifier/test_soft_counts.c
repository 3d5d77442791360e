/* Shares of bins: closed forms, and gradients (with and without tangents) against differences to 1e-6, in double; float against double. */
#include "classifier/double_soft.h"
#include "numeric/philox.h"

enum { MOST_BINS = 7, SIZE = MOST_BINS * FAIRU_LANES, CASES = 9 };

static const double uneven[] = { -0.1, 0.2, 0.25, 0.5, 0.9, 1.3 };
static const double even[] = { 0.0, 0.25, 0.5, 0.75, 1.0 };
static const fairu_soft_counts softs[CASES] = {
  { FAIRU_SUMMARY_SOFTMAX, 2, 2, 1.0, 0.0, NULL },  { FAIRU_SUMMARY_SOFTMAX, 7, 7, 0.1, 0.0, NULL },
  { FAIRU_SUMMARY_SOFTMAX, 5, 5, 3.0, 0.0, NULL },  { FAIRU_SUMMARY_KDE, 1, 5, 0.0, 0.1, uneven },
  { FAIRU_SUMMARY_KDE, 1, 4, 0.0, 0.3, even },      { FAIRU_SUMMARY_KDE, 1, 4, 0.0, 0.02, even },
  { FAIRU_SUMMARY_KDE, 1, 1, 0.0, 1.0, even },      { FAIRU_SUMMARY_SCORE, 1, 2, 0.0, 0.0, NULL },
  { FAIRU_SUMMARY_SOFTMAX, 3, 3, 0.02, 0.0, NULL },
};

typedef struct problem {
  const fairu_soft_counts *soft;
  double o[SIZE], tangent[SIZE], factors[4 * MOST_BINS], weights[FAIRU_LANES];
} problem;

static void make_problem(problem *p, size_t i)
{
  fairu_philox rng = fairu_philox__start(i + 1, FAIRU_STREAM_USER, 0, 4);
  p->soft = &softs[i];
  const double spread = p->soft->kind == FAIRU_SUMMARY_SOFTMAX ? 2.0 * p->soft->temperature : 2.0;
  for (size_t k = 0; k < SIZE; k++) {
    p->o[k] = (double)(float)(spread * fairu_philox__normal(&rng));
    p->tangent[k] = (double)(float)(0.5 * spread * fairu_philox__normal(&rng));
  }
  for (size_t k = 0; k < 4 * MOST_BINS; k++)
    p->factors[k] = fairu_philox__normal(&rng);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    p->weights[lane] = lane > 60 ? 0.0 : (double)(float)(1.0 + fairu_philox__normal(&rng));
}

/* ---- shares -------------------------------------------------------------------------------------------- */

static double wanted_share(const fairu_soft_counts *soft, const double *o, size_t bin)
{
  if (soft->kind == FAIRU_SUMMARY_SOFTMAX) {
    double sum = 0.0;
    for (size_t b = 0; b < soft->n_bins; b++)
      sum += exp((o[b * FAIRU_LANES] - o[bin * FAIRU_LANES]) / soft->temperature);
    return 1.0 / sum;
  }
  const double score = 1.0 / (1.0 + exp(-o[0]));
  if (soft->kind == FAIRU_SUMMARY_SCORE)
    return bin ? score : 1.0 - score;
  const double scale = 1.0 / (soft->bandwidth * sqrt(2.0));
  return 0.5 * (erf((soft->edges[bin + 1] - score) * scale) - erf((soft->edges[bin] - score) * scale));
}

static void shares_equal_closed_forms(void **state)
{
  (void)state;
  static problem p;
  double o[SIZE], shares[SIZE];
  for (size_t i = 0; i < CASES; i++) {
    make_problem(&p, i);
    memcpy(o, p.o, sizeof o);
    double_soft_shares(&in_double, p.soft, o, shares);
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      for (size_t b = 0; b < p.soft->n_bins; b++)
        CHECK_NEAR(shares[b * FAIRU_LANES + lane], wanted_share(p.soft, p.o + lane, b), 2e-15);
  }
}

static void float_equals_double(void **state)
{
  (void)state;
  static problem p;
  fairu_context *ctx = support_context();
  const fairu_engine engine = fairu_engine__of(ctx);
  for (size_t i = 0; i < CASES; i++) {
    double shares[SIZE], d_o[SIZE];
    float o_f[SIZE], shares_f[SIZE], d_o_f[SIZE], d_f[SIZE];
    make_problem(&p, i);
    for (size_t k = 0; k < SIZE; k++) {
      o_f[k] = (float)p.o[k];
      d_f[k] = (float)p.tangent[k];
    }
    double_soft_shares(&in_double, p.soft, p.o, shares);
    double_soft_backward(&in_double, p.soft, p.o, p.tangent, d_o);
    fairu_soft_counts__shares(&engine, p.soft, o_f, shares_f);
    fairu_soft_counts__backward(&engine, p.soft, o_f, d_f, d_o_f);
    /* a score has an error of 2^-24; a share that of the argument, up to 4 / temperature or 1 / bandwidth times it */
    const double steep = p.soft->kind == FAIRU_SUMMARY_KDE ? 1.0 / p.soft->bandwidth : 1.0;
    const double size = p.soft->kind == FAIRU_SUMMARY_SOFTMAX ? 4.0 * 2.0 / p.soft->temperature : steep;
    for (size_t k = 0; k < p.soft->n_bins * FAIRU_LANES; k++)
      CHECK_NEAR((double)shares_f[k], shares[k], 5e-7 * (1.0 + steep));
    for (size_t k = 0; k < p.soft->n_outputs * FAIRU_LANES; k++)
      CHECK_NEAR((double)d_o_f[k], d_o[k], 3e-6 * size * (1.0 + steep));
  }
  fairu_context_destroy(ctx);
}

/* ---- gradients ----------------------------------------------------------------------------------------- */

/* Sum over lanes and bins of w [f0 s + f1 s^2 + f2 t + f3 s t^2], s a share and t its tangent; derivatives into d, d_tangent. */
static double made_loss(const problem *p, const double *o, const double *tangent, double *scores,
                        double *tangent_scores, double *d, double *d_tangent)
{
  double shares[SIZE], along[SIZE], loss = 0.0;
  memcpy(scores, o, SIZE * sizeof *scores);
  memcpy(tangent_scores, tangent, SIZE * sizeof *tangent_scores);
  double_soft_shares(&in_double, p->soft, scores, shares);
  double_soft_tangent(&in_double, p->soft, scores, tangent_scores, along);
  for (size_t i = 0; i < p->soft->n_bins * FAIRU_LANES; i++) {
    const double *f = p->factors + 4 * (i / FAIRU_LANES), w = p->weights[i % FAIRU_LANES];
    const double s = shares[i], t = along[i];
    loss += w * (f[0] * s + f[1] * s * s + f[2] * t + f[3] * s * t * t);
    d[i] = w * (f[0] + 2.0 * f[1] * s + f[3] * t * t);
    d_tangent[i] = w * (f[2] + 2.0 * f[3] * s * t);
  }
  return loss;
}

static double difference(const problem *p, int by_tangent, size_t i, double h)
{
  static problem moved;
  double scores[SIZE], tangent_scores[SIZE], d[SIZE], d_tangent[SIZE], loss[2];
  for (int side = 0; side < 2; side++) {
    moved = *p;
    (by_tangent ? moved.tangent : moved.o)[i] += side ? h : -h;
    loss[side] = made_loss(&moved, moved.o, moved.tangent, scores, tangent_scores, d, d_tangent);
  }
  return (loss[1] - loss[0]) / (2.0 * h);
}

static double largest(const double *x, size_t n)
{
  double top = 0.0;
  for (size_t i = 0; i < n; i++)
    top = fmax(top, fabs(x[i]));
  return top;
}

static void gradients_equal_differences(void **state)
{
  (void)state;
  static problem p;
  double scores[SIZE], tangent_scores[SIZE], d[SIZE], d_tangent[SIZE], d_o[SIZE], d_t[SIZE];
  for (size_t i = 0; i < CASES; i++) {
    make_problem(&p, i);
    const size_t n = p.soft->n_outputs * FAIRU_LANES;
    const double step = p.soft->kind == FAIRU_SUMMARY_SOFTMAX ? 1e-3 * p.soft->temperature
                        : p.soft->kind == FAIRU_SUMMARY_KDE   ? 1e-2 * p.soft->bandwidth
                                                              : 1e-3;
    made_loss(&p, p.o, p.tangent, scores, tangent_scores, d, d_tangent);
    double_soft_backward(&in_double, p.soft, scores, d, d_o);
    double_soft_backward_tangent(&in_double, p.soft, scores, tangent_scores, d_tangent, d_t, d_o);
    const double top = largest(d_o, n), top_tangent = largest(d_t, n);
    for (size_t k = 0; k < n; k += 3)
      for (int by_tangent = 0; by_tangent < 2; by_tangent++) {
        const double wanted =
            (4.0 * difference(&p, by_tangent, k, step / 2.0) - difference(&p, by_tangent, k, step)) / 3.0;
        CHECK_NEAR(by_tangent ? d_t[k] : d_o[k], wanted,
                   1e-6 * fabs(wanted) + 1e-8 * (by_tangent ? top_tangent : top));
      }
  }
}

/* The tangent of a share is its derivative along the tangent of the outputs. */
static void tangents_equal_differences(void **state)
{
  (void)state;
  static problem p;
  for (size_t i = 0; i < CASES; i++) {
    double scores[SIZE], along[SIZE], shares[2][SIZE], tangent[SIZE];
    make_problem(&p, i);
    const double h = 1e-5;
    memcpy(scores, p.o, sizeof scores);
    memcpy(tangent, p.tangent, sizeof tangent);
    double_soft_shares(&in_double, p.soft, scores, shares[0]);
    double_soft_tangent(&in_double, p.soft, scores, tangent, along);
    for (int side = 0; side < 2; side++) {
      for (size_t k = 0; k < SIZE; k++)
        scores[k] = p.o[k] + (side ? h : -h) * p.tangent[k];
      double_soft_shares(&in_double, p.soft, scores, shares[side]);
    }
    const size_t n = p.soft->n_bins * FAIRU_LANES;
    const double top = largest(along, n);
    for (size_t k = 0; k < n; k++)
      CHECK_NEAR(along[k], (shares[1][k] - shares[0][k]) / (2.0 * h), 1e-6 * top);
  }
}

/* ---- counts -------------------------------------------------------------------------------------------- */

static void counts_are_weighted_sums(void **state)
{
  (void)state;
  static problem p;
  double shares[SIZE], counts[MOST_BINS], slopes[MOST_BINS], d[SIZE];
  for (size_t i = 0; i < CASES; i++) {
    make_problem(&p, i);
    double_soft_shares(&in_double, p.soft, p.o, shares);
    for (size_t b = 0; b < MOST_BINS; b++)
      counts[b] = slopes[b] = 1.0 + (double)b;
    for (size_t k = 0; k < SIZE; k++)
      d[k] = 0.5;
    double_soft_add(p.soft, shares, p.weights, counts);
    double_soft_spread(p.soft, slopes, p.weights, d);
    for (size_t b = 0; b < p.soft->n_bins; b++) {
      double wanted = 1.0 + (double)b;
      for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
        wanted += p.weights[lane] * shares[b * FAIRU_LANES + lane];
        CHECK_NEAR(d[b * FAIRU_LANES + lane], 0.5 + (1.0 + (double)b) * p.weights[lane], 1e-14);
      }
      CHECK_NEAR(counts[b], wanted, 1e-13);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(shares_equal_closed_forms),   cmocka_unit_test(float_equals_double),
    cmocka_unit_test(gradients_equal_differences), cmocka_unit_test(tangents_equal_differences),
    cmocka_unit_test(counts_are_weighted_sums),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
