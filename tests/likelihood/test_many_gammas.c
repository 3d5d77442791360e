/* Models with thousands of gammas: what does not give a covariance needs no matrix of all parameters, and the covariance is the inverse of
 * the Hessian, gammas and all. */
#include "likelihood/made_parameter.h"
#include "support/support.h"

/* Bins with a signal and a background that has a shape nuisance; each bin has a Gaussian gamma of the background, every third a counted one of
 * the signal. */
typedef struct gamma_model {
  size_t n_bins, n;
  fairu_likelihood *likelihood;
  fairu_data *data;
} gamma_model;

static void add_gammas(fairu_context *ctx, fairu_model *model, const gamma_model *m, size_t *gaussian,
                       size_t *counted)
{
  fairu_nuisance prior;
  fairu_parameter_options o;
  char name[32];
  CHECK_OK(ctx, fairu_nuisance_init(&prior, sizeof prior));
  prior.prior = FAIRU_PRIOR_GAUSSIAN;
  prior.nominal = 1.0;
  prior.width = 0.05;
  for (size_t b = 0; b < m->n_bins; b++) {
    CHECK_OK(ctx, fairu_parameter_options_init(&o, sizeof o));
    (void)snprintf(name, sizeof name, "gaussian[%zu]", b);
    o.prior = &prior;
    o.lower = 1e-10;
    o.upper = 10.0;
    CHECK_OK(ctx, fairu_model_add_parameter(model, ctx, name, &o, &gaussian[b]));
    o.prior = NULL;
    o.poisson_scale = 50.0;
    (void)snprintf(name, sizeof name, "counted[%zu]", b);
    counted[b] = FAIRU_NONE;
    if (b % 3 == 0)
      CHECK_OK(ctx, fairu_model_add_parameter(model, ctx, name, &o, &counted[b]));
  }
}

static void add_nuisance(fairu_context *ctx, fairu_model *model, size_t *index)
{
  CHECK_OK(ctx,
           made_parameter_add(ctx, model, (made_parameter){ "shape", 0.0, -5.0, 5.0, 1.0, 0.0, 0 }, index));
}

static void add_samples(fairu_context *ctx, fairu_model *model, const gamma_model *m, double *yields)
{
  double *signal = yields, *background = signal + m->n_bins, *down = background + m->n_bins,
         *up = down + m->n_bins;
  size_t mu, shape, s, b;
  size_t *gaussian = (size_t *)calloc(2 * m->n_bins, sizeof *gaussian), *counted = gaussian + m->n_bins;
  fairu_parameter_options o;
  CHECK_OK(ctx, fairu_parameter_options_init(&o, sizeof o));
  o.lower = 0.0;
  o.upper = 10.0;
  CHECK_OK(ctx, fairu_model_add_parameter(model, ctx, "mu", &o, &mu));
  add_nuisance(ctx, model, &shape);
  add_gammas(ctx, model, m, gaussian, counted);
  for (size_t i = 0; i < m->n_bins; i++) {
    signal[i] = 3.0 + 2.0 * sin((double)i);
    background[i] = 40.0 + 10.0 * cos(0.3 * (double)i);
    down[i] = background[i] * (1.0 - 0.01 * sin(0.01 * (double)i));
    up[i] = background[i] * (1.0 + 0.01 * sin(0.01 * (double)i));
  }
  CHECK_OK(ctx, fairu_model_add_sample(model, ctx, 0, "signal", signal, m->n_bins, &s));
  CHECK_OK(ctx, fairu_model_add_sample(model, ctx, 0, "background", background, m->n_bins, &b));
  CHECK_OK(ctx, fairu_model_add_factor(model, ctx, s, mu));
  CHECK_OK(ctx, fairu_model_add_bin_factors(model, ctx, s, counted, m->n_bins));
  CHECK_OK(ctx, fairu_model_add_shift(model, ctx, b, shape, down, up, m->n_bins, FAIRU_CODE_4P));
  CHECK_OK(ctx, fairu_model_add_bin_factors(model, ctx, b, gaussian, m->n_bins));
  free(gaussian);
}

static gamma_model make(fairu_context *ctx, size_t n_bins)
{
  gamma_model m = { .n_bins = n_bins };
  fairu_model *model = NULL;
  double *work = (double *)calloc(4 * n_bins, sizeof *work);
  CHECK_OK(ctx, fairu_model_create(ctx, &model));
  CHECK_OK(ctx, fairu_model_add_channel(model, ctx, "SR", n_bins, NULL));
  add_samples(ctx, model, &m, work);
  CHECK_OK(ctx, fairu_likelihood_create_from_model(ctx, model, "mu", &m.likelihood));
  fairu_model_destroy(model);
  CHECK_OK(ctx, fairu_data_create(ctx, m.likelihood, &m.data));
  for (size_t i = 0; i < n_bins; i++)
    work[i] = floor(44.0 + 12.0 * cos(0.3 * (double)i + 0.1 * sin((double)(i * i))));
  CHECK_OK(ctx, fairu_data_set_observed(m.data, ctx, work, n_bins));
  free(work);
  m.n = fairu_likelihood_n_parameters(m.likelihood);
  return m;
}

static void destroy(gamma_model *m)
{
  fairu_data_destroy(m->data);
  fairu_likelihood_destroy(m->likelihood);
}

/* ---- an allocator of a machine with little memory ------------------------------------------------------ */

typedef struct meter {
  size_t live, most;
} meter;

static void *allocate(size_t size, void *data)
{
  meter *m = (meter *)data;
  size_t *block = (size_t *)malloc(size + 16);
  if (!block)
    return NULL;
  *block = size;
  m->live += size;
  m->most = m->live > m->most ? m->live : m->most;
  return (unsigned char *)block + 16;
}

static void release(void *pointer, void *data)
{
  size_t *block = (size_t *)(void *)((unsigned char *)pointer - 16);
  ((meter *)data)->live -= *block;
  free(block);
}

static int finding(int code, int severity, size_t parameter, size_t sample, size_t bin, size_t n,
                   const char *text, void *data)
{
  (void)code, (void)severity, (void)parameter, (void)sample, (void)bin, (void)n, (void)text, (void)data;
  return 0;
}

enum { VALUE, FIT, GOODNESS, BREAKDOWN, DIAGNOSE, DIAGNOSE_DATA, INTERVAL, LIMIT, MINIMA, N_CALLS };

static int call(fairu_context *ctx, const gamma_model *m, double *params, int which)
{
  fairu_goodness goodness = { .struct_size = sizeof goodness };
  fairu_breakdown parts[2] = { { .struct_size = sizeof parts[0] } };
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_limit limit = { .struct_size = sizeof limit };
  double nll[2];
  size_t n;
  switch (which) {
  case VALUE:
    return fairu_likelihood_nll(m->likelihood, ctx, m->data, params, m->n, nll, NULL, NULL);
  case FIT:
    return fairu_likelihood_fit(m->likelihood, ctx, m->data, NULL, params, m->n, NULL, NULL);
  case GOODNESS:
    return fairu_likelihood_goodness(m->likelihood, ctx, m->data, NULL, &goodness);
  case BREAKDOWN:
    return fairu_likelihood_breakdown(m->likelihood, ctx, m->data, NULL, NULL, 0, parts);
  case DIAGNOSE:
    return fairu_likelihood_diagnose(m->likelihood, ctx, NULL, finding, NULL);
  case DIAGNOSE_DATA:
    return fairu_likelihood_diagnose(m->likelihood, ctx, m->data, finding, NULL);
  case INTERVAL:
    return fairu_likelihood_interval(m->likelihood, ctx, m->data, NULL, &interval, NULL, NULL, m->n);
  case LIMIT:
    return fairu_likelihood_limit(m->likelihood, ctx, m->data, NULL, 0.95, &limit);
  default:
    return fairu_likelihood_minima(m->likelihood, ctx, m->data, NULL, 1, nll, params, m->n, &n);
  }
}

/* One matrix of all parameters would be 800 MB. */
static void no_matrix_of_all_parameters(void **state)
{
  (void)state;
  meter used = { 0, 0 };
  const fairu_allocator allocator = { allocate, release, &used };
  fairu_context *ctx = NULL;
  assert_int_equal(fairu_context_create(&allocator, &ctx), FAIRU_OK);
  gamma_model m = make(ctx, 7500);
  double *params = (double *)calloc(m.n, sizeof *params);
  for (size_t i = 0; i < m.n; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    CHECK_OK(ctx, fairu_likelihood_parameter(m.likelihood, ctx, i, &p));
    params[i] = p.start;
  }
  assert_true(m.n > 10000);
  for (int which = 0; which < N_CALLS; which++) {
    CHECK_OK(ctx, call(ctx, &m, params, which));
    if (used.most > 64u << 20)
      fail_msg("call %d took %zu bytes", which, used.most);
  }
  free(params);
  destroy(&m);
  fairu_context_destroy(ctx);
  assert_int_equal(used.live, 0);
}

/* H C = 1, with H from the likelihood itself. Fixed parameters have no part in it. */
static void check_inverse(fairu_context *ctx, const gamma_model *m, const unsigned char *fixed)
{
  const size_t n = m->n;
  double *params = (double *)calloc(n * (2 * n + 2), sizeof *params), *gradient = params + n,
         *hessian = gradient + n, *covariance = hessian + n * n, nll[2];
  fairu_fit_options o;
  CHECK_OK(ctx, fairu_fit_options_init(&o, sizeof o));
  o.fixed = fixed;
  CHECK_OK(ctx, fairu_likelihood_fit(m->likelihood, ctx, m->data, &o, params, n, covariance, NULL));
  CHECK_OK(ctx, fairu_likelihood_nll(m->likelihood, ctx, m->data, params, n, nll, gradient, hessian));
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < n; k++) {
      double product = 0.0;
      for (size_t j = 0; j < n; j++)
        product += fixed && fixed[j] ? 0.0 : hessian[i * n + j] * covariance[j * n + k];
      if (fixed && (fixed[i] || fixed[k]))
        assert_true(covariance[i * n + k] == 0.0);
      else
        CHECK_NEAR(product * sqrt(covariance[k * n + k] / covariance[i * n + i]), i == k ? 1.0 : 0.0, 1e-9);
      assert_true(covariance[i * n + k] == covariance[k * n + i]);
    }
  free(params);
}

static void covariance_is_the_inverse(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  gamma_model m = make(ctx, 120);
  unsigned char *fixed = (unsigned char *)calloc(m.n, 1);
  check_inverse(ctx, &m, NULL);
  fixed[1] = fixed[7] = fixed[m.n - 1] = 1;
  check_inverse(ctx, &m, fixed);
  free(fixed);
  destroy(&m);
  fairu_context_destroy(ctx);
}

/* A fit that has no time left stops in its covariance too, and writes nothing. */
static void deadline_holds_in_the_covariance(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  gamma_model m = make(ctx, 1500);
  double *params = (double *)calloc(m.n * (m.n + 1), sizeof *params);
  int status = FAIRU_OK;
  CHECK_OK(ctx, fairu_context_set_deadline(ctx, 0.1));
  for (int i = 0; i < 10000 && status == FAIRU_OK; i++) {
    memset(params, 0, m.n * (m.n + 1) * sizeof *params);
    status = fairu_likelihood_fit(m.likelihood, ctx, m.data, NULL, params, m.n, params + m.n, NULL);
  }
  assert_int_equal(status, FAIRU_ERR_DEADLINE);
  for (size_t i = 0; i < m.n * (m.n + 1); i++)
    assert_true(params[i] == 0.0);
  free(params);
  CHECK_OK(ctx, fairu_context_set_deadline(ctx, 0.0));
  destroy(&m);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(no_matrix_of_all_parameters),
                                      cmocka_unit_test(covariance_is_the_inverse),
                                      cmocka_unit_test(deadline_holds_in_the_covariance) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
