/* Toys of random workspaces against the densities they are drawn from: frequencies of counts, moments of auxiliary data, independence of
 * bins, parameters and toys. */
#include "plain_both.h"

enum { MODELS = 4, TOYS = 4000, MANY = PLAIN_CHANNELS * PLAIN_BINS };

typedef struct drawn {
  both p;
  size_t n_bins, n_aux, aux[PLAIN_PARAMS]; /* parameters with a constraint */
  double *counts, *values;                 /* [TOYS * n_bins], [TOYS * n_aux] */
  quad nu[MANY];
} drawn;

static void draw_toys(drawn *d, uint64_t number, uint64_t seed)
{
  memset(d, 0, sizeof *d);
  both_open(&d->p, 900 + number, 2);
  const made *m = &d->p.made;
  both_move(&d->p);
  plain_yields(d->p.m, d->p.t, d->nu);
  d->n_bins = d->p.m->n_bins;
  for (size_t i = 0; i < d->p.m->n; i++)
    if (d->p.m->parameters[i].constraint != FAIRU_CONSTRAINT_NONE)
      d->aux[d->n_aux++] = i;
  d->counts = calloc(TOYS * d->n_bins, sizeof *d->counts);
  d->values = calloc(TOYS * d->n_aux + 1, sizeof *d->values);
  for (uint64_t toy = 0; toy < TOYS; toy++) {
    CHECK_OK(m->ctx, fairu_likelihood_toy(m->likelihood, m->ctx, d->p.params, d->p.m->n, seed, toy, m->data));
    CHECK_OK(m->ctx, fairu_data_observed(m->data, m->ctx, NULL, 0, d->counts + toy * d->n_bins));
    for (size_t a = 0; a < d->n_aux; a++)
      CHECK_OK(m->ctx, fairu_data_aux(m->data, m->ctx, d->aux[a], &d->values[toy * d->n_aux + a]));
  }
}

static void drop_toys(drawn *d)
{
  free(d->counts);
  free(d->values);
  both_close(&d->p);
}

/* Sum over toys of ((x - mean) / width)^power of one column. */
static double moment(const double *column, size_t stride, double mean, double width, int power)
{
  double sum = 0.0;
  for (size_t toy = 0; toy < TOYS; toy++)
    sum += pow((column[toy * stride] - mean) / width, power);
  return sum / TOYS;
}

/* Mean 0 +- 1/sqrt(N), width 1 +- sqrt(2/N) and, of counts, 1/(nu N): five of each; skewness of a Poisson 1/sqrt(nu) +- sqrt(15/N). */
static void check_moments(const double *column, size_t stride, double mean, double width, double skewness)
{
  CHECK_NEAR(moment(column, stride, mean, width, 1), 0.0, 5.0 / sqrt(TOYS));
  CHECK_NEAR(moment(column, stride, mean, width, 2), 1.0, 5.0 * sqrt((2.0 + skewness * skewness) / TOYS));
  CHECK_NEAR(moment(column, stride, mean, width, 3), skewness, 6.0 * sqrt(15.0 / TOYS) * (1.0 + skewness));
}

static void counts_are_poisson(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    drawn d;
    draw_toys(&d, k, 11 + k);
    for (size_t b = 0; b < d.n_bins; b++) {
      const double nu = (double)d.nu[b];
      check_moments(d.counts + b, d.n_bins, nu, sqrt(nu), 1.0 / sqrt(nu));
      for (size_t toy = 0; toy < TOYS; toy++)
        assert_true(d.counts[toy * d.n_bins + b] >= 0.0 &&
                    d.counts[toy * d.n_bins + b] == floor(d.counts[toy * d.n_bins + b]));
    }
    drop_toys(&d);
  }
}

/* Gaussian about the parameter with its width; a count about tau theta. */
static void auxiliary_data_follow_their_densities(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    drawn d;
    draw_toys(&d, k, 21 + k);
    for (size_t a = 0; a < d.n_aux; a++) {
      const plain_parameter *p = &d.p.m->parameters[d.aux[a]];
      const double theta = d.p.params[d.aux[a]], scale = (double)p->scale;
      const int is_count = p->constraint == FAIRU_CONSTRAINT_POISSON;
      const double mean = is_count ? scale * theta : theta, width = is_count ? sqrt(mean) : scale;
      check_moments(d.values + a, d.n_aux, mean, width, is_count ? 1.0 / width : 0.0);
    }
    drop_toys(&d);
  }
}

/* Correlation of two standardised columns, with an offset of toys. */
static double correlation(const double *a, size_t stride_a, const double *b, size_t stride_b, size_t later)
{
  double mean[2] = { 0.0 }, square[3] = { 0.0 };
  for (size_t toy = 0; toy + later < TOYS; toy++) {
    mean[0] += a[toy * stride_a] / (double)(TOYS - later);
    mean[1] += b[(toy + later) * stride_b] / (double)(TOYS - later);
  }
  for (size_t toy = 0; toy + later < TOYS; toy++) {
    const double x = a[toy * stride_a] - mean[0], y = b[(toy + later) * stride_b] - mean[1];
    square[0] += x * x;
    square[1] += y * y;
    square[2] += x * y;
  }
  return square[2] / sqrt(square[0] * square[1]);
}

static void all_draws_are_independent(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    drawn d;
    draw_toys(&d, k, 31 + k);
    const double most = 5.0 / sqrt(TOYS);
    for (size_t b = 0; b < d.n_bins; b++) {
      for (size_t c = 0; c < b; c++)
        CHECK_NEAR(correlation(d.counts + b, d.n_bins, d.counts + c, d.n_bins, 0), 0.0, most);
      for (size_t later = 1; later < 4; later++) /* one toy and the next */
        CHECK_NEAR(correlation(d.counts + b, d.n_bins, d.counts + b, d.n_bins, later), 0.0, most);
      for (size_t a = 0; a < d.n_aux; a++)
        CHECK_NEAR(correlation(d.counts + b, d.n_bins, d.values + a, d.n_aux, 0), 0.0, most);
    }
    for (size_t a = 0; a < d.n_aux; a++)
      for (size_t c = 0; c < a; c++)
        CHECK_NEAR(correlation(d.values + a, d.n_aux, d.values + c, d.n_aux, 0), 0.0, most);
    drop_toys(&d);
  }
}

/* Toys of another seed are others; of the same, the same to the bit, in any order. */
static void seeds_and_numbers_say_all(void **state)
{
  (void)state;
  drawn a, b;
  draw_toys(&a, 1, 5);
  draw_toys(&b, 1, 6);
  size_t same = 0;
  for (size_t toy = 0; toy < TOYS; toy++)
    same += memcmp(a.counts + toy * a.n_bins, b.counts + toy * a.n_bins, a.n_bins * sizeof *a.counts) == 0 &&
            memcmp(a.values + toy * a.n_aux, b.values + toy * a.n_aux, a.n_aux * sizeof *a.values) == 0;
  assert_int_equal(same, 0);
  const made *m = &a.p.made;
  for (size_t i = 0; i < 200; i++) {
    const size_t toy = i * 2654435761u % TOYS;
    double counts[MANY];
    CHECK_OK(m->ctx, fairu_likelihood_toy(m->likelihood, m->ctx, a.p.params, a.p.m->n, 5, toy, m->data));
    CHECK_OK(m->ctx, fairu_data_observed(m->data, m->ctx, NULL, 0, counts));
    assert_memory_equal(counts, a.counts + toy * a.n_bins, a.n_bins * sizeof *counts);
  }
  drop_toys(&a);
  drop_toys(&b);
}

/* A toy of a point, fitted: the pull of mu is standard to what the counts allow (some 100 a bin). */
static void fits_of_toys_are_unbiased(void **state)
{
  (void)state;
  enum { FITS = 300 };
  for (uint64_t k = 0; k < 3; k++) {
    both p;
    double sum = 0.0, square = 0.0;
    both_open_tame(&p, 950 + k, 1);
    const size_t n = p.m->n, poi = fairu_likelihood_poi_index(p.made.likelihood);
    double *params = malloc((n + n * n) * sizeof *params), *covariance = params + n;
    for (size_t i = 0; i < n; i++)
      p.params[i] = p.m->parameters[i].start;
    p.params[poi] = 3.0; /* far from the bound */
    for (uint64_t toy = 0; toy < FITS; toy++) {
      CHECK_OK(p.made.ctx,
               fairu_likelihood_toy(p.made.likelihood, p.made.ctx, p.params, n, 71, toy, p.made.data));
      CHECK_OK(p.made.ctx, fairu_likelihood_fit(p.made.likelihood, p.made.ctx, p.made.data, NULL, params, n,
                                                covariance, NULL));
      if (!(covariance[poi * n + poi] > 0.0))
        continue;
      const double pull = (params[poi] - 3.0) / sqrt(covariance[poi * n + poi]);
      sum += pull / FITS;
      square += pull * pull / FITS;
    }
    CHECK_NEAR(sum, 0.0, 0.25 + 5.0 / sqrt(FITS)); /* bias of a ratio: some tenths of an error */
    CHECK_NEAR(sqrt(square - sum * sum), 1.0, 0.15 + 5.0 / sqrt(2.0 * FITS));
    free(params);
    both_close(&p);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(counts_are_poisson),        cmocka_unit_test(auxiliary_data_follow_their_densities),
    cmocka_unit_test(all_draws_are_independent), cmocka_unit_test(seeds_and_numbers_say_all),
    cmocka_unit_test(fits_of_toys_are_unbiased),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
