/* test_channels.c - compiled channels against the definition of the model in 113 bits, for random models. */
#include "likelihood/channels_twin.h"
#include "likelihood/random_model.h"

#include <float.h>

#include "likelihood/channels.h"

enum { MODELS = 600 };

static void check_component(quad got, quad wanted, quad size, double tolerance, const char *what, size_t i,
                            size_t j)
{
  const double error = (double)(quad_abs(got - wanted) / (size > 0 ? size : 1));
  if (error <= tolerance)
    return;
  fail_msg("%s[%zu][%zu] is %.17g, wanted %.17g, terms sum to %g: error %g", what, i, j, (double)got,
           (double)wanted, (double)size, error);
}

/* A tail where the yield is above 0: the twin must be, too. */
static int is_positive(const double *nu, size_t n)
{
  for (size_t b = 0; b < n; b++)
    if (!(nu[b] > 0.0))
      return 0;
  return 1;
}

static void check_against_twin(const random_model *m, const double *params, double nll, const double *g,
                               const double *h)
{
  twin *t = malloc(sizeof *t);
  const size_t n = m->model->n_params;
  twin_evaluate(m->model, m->observed, params, t);
  check_component((quad)nll, t->value, t->size, 1e-15, "value", 0, 0);
  for (size_t i = 0; i < n; i++) {
    check_component((quad)g[i], t->gradient[i], t->gradient_size[i], 1e-13, "gradient", i, 0);
    for (size_t j = 0; j < n; j++)
      check_component((quad)h[i * n + j], t->hessian[i][j], t->hessian_size[i][j], 1e-13, "hessian", i, j);
  }
  free(t);
}

static int run_model(fairu_context *ctx, uint64_t number)
{
  static double g[RANDOM_MOST], h[RANDOM_MOST * RANDOM_MOST];
  random_model m;
  fairu_channels *channels = NULL;
  double nu[RANDOM_MOST], nll = 0.0, again = 0.0;
  random_start(ctx, &m, number);
  CHECK_OK(ctx, fairu_channels__compile(ctx, m.model, &channels));
  CHECK_OK(ctx, fairu_channels__expected(channels, ctx, m.params, nu));
  const int good = is_positive(nu, m.model->n_bins);
  if (good) {
    random_observe(&m, nu);
    double before[RANDOM_MOST];
    memcpy(before, m.params, sizeof before);
    CHECK_OK(ctx, fairu_channels__evaluate(channels, ctx, m.observed, m.aux, NULL, m.params, &nll, g, h));
    assert_memory_equal(before, m.params, sizeof before);
    check_against_twin(&m, m.params, nll, g, h);
    CHECK_OK(ctx,
             fairu_channels__evaluate(channels, ctx, m.observed, m.aux, NULL, m.params, &again, NULL, NULL));
    assert_memory_equal(&again, &nll, sizeof nll);
  }
  fairu_channels__destroy(channels);
  fairu_model_destroy(m.model);
  return good;
}

static void random_models_agree_with_the_definition(void **state)
{
  (void)state;
  static const char *const kernels[] = { "generic", "x86-64-v3", "x86-64-v4" };
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < 3; k++) {
    if (fairu_context_set_kernel(ctx, kernels[k]) != FAIRU_OK)
      continue;
    int used = 0;
    for (uint64_t i = 0; i < MODELS; i++)
      used += run_model(ctx, i);
    assert_true(used > MODELS / 2);
  }
  fairu_context_destroy(ctx);
}

/* The twin by itself: its derivatives are those of its value. */
static void twin_derivatives_are_differences(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  twin *t = malloc(3 * sizeof *t);
  random_model m;
  random_start(ctx, &m, 7);
  for (size_t b = 0; b < m.model->n_bins; b++)
    m.observed[b] = 3.0 + (double)b;
  const double step = 0x1p-30;
  for (size_t i = 0; i < m.model->n_params; i++) {
    double params[RANDOM_MOST];
    memcpy(params, m.params, sizeof params);
    params[i] = m.params[i] == 0.0 ? 0.125 : m.params[i];
    for (int k = 0; k < 3; k++) {
      const double middle = params[i];
      params[i] += (k - 1) * step;
      twin_evaluate(m.model, m.observed, params, &t[k]);
      params[i] = middle;
    }
    const quad slope = (t[2].value - t[0].value) / (2 * (quad)step);
    check_component(slope, t[1].gradient[i], t[1].gradient_size[i] + t[1].hessian_size[i][i], 1e-14, "slope",
                    i, 0);
    for (size_t j = 0; j < m.model->n_params; j++) {
      const quad second = (t[2].gradient[j] - t[0].gradient[j]) / (2 * (quad)step);
      check_component(second, t[1].hessian[i][j], t[1].hessian_size[i][j] + t[1].gradient_size[j], 1e-12,
                      "second", i, j);
    }
  }
  free(t);
  fairu_model_destroy(m.model);
  fairu_context_destroy(ctx);
}

/* Sum of what the yields move by: yields rounded to double leave their last digit of it. */
static double moves(const random_model *m, const double *a, const double *b)
{
  twin_bin *at = malloc(2 * sizeof *at);
  double sum = 0.0;
  for (size_t c = 0; c < m->model->n_channels; c++)
    for (size_t i = 0; i < m->model->channels[c].n_bins; i++) {
      const double n = m->observed[m->model->channels[c].first_bin + i];
      twin_bin_of(m->model, c, i, a, &at[0]);
      twin_bin_of(m->model, c, i, b, &at[1]);
      for (size_t p = 0; p < m->model->n_params; p++)
        sum += (1.0 + n / (double)at[1].nu) * fabs(a[p] - b[p]) * (double)at[1].d_size[p];
    }
  free(at);
  return sum;
}

static void differences_keep_their_digits(void **state)
{
  (void)state;
  static const double steps[] = { 1e-7, 1e-4, 1e-2, 1.0 };
  fairu_context *ctx = support_context();
  for (uint64_t i = 0; i < 4 * 100; i++) {
    random_model m;
    fairu_channels *channels = NULL;
    double nu[2][RANDOM_MOST], to[RANDOM_MOST], got = 0.0;
    random_start(ctx, &m, i / 4);
    CHECK_OK(ctx, fairu_channels__compile(ctx, m.model, &channels));
    memcpy(to, m.params, sizeof to);
    for (size_t p = 0; p < m.model->n_params; p++)
      to[p] += steps[i % 4] * (p < RANDOM_WIDE && p > 2 ? 1.0 : 0.1) * philox_between(&m.rng, -1.0, 1.0);
    CHECK_OK(ctx, fairu_channels__expected(channels, ctx, m.params, nu[0]));
    CHECK_OK(ctx, fairu_channels__expected(channels, ctx, to, nu[1]));
    if (is_positive(nu[0], m.model->n_bins) && is_positive(nu[1], m.model->n_bins)) {
      for (size_t b = 0; b < m.model->n_bins; b++)
        m.observed[b] = fmax(0.0, floor(nu[0][b] + sqrt(nu[0][b]) * philox_between(&m.rng, -2.0, 2.0)));
      CHECK_OK(ctx, fairu_channels__difference(channels, ctx, m.observed, to, m.params, &got));
      const quad wanted = twin_difference(m.model, m.observed, to, m.params);
      const double error = fabs((double)((quad)got - wanted));
      if (error > 1e-14 + 1e-13 * fabs(got) + 4.0 * DBL_EPSILON * moves(&m, to, m.params))
        fail_msg("model %d step %g: difference %.17g, wanted %.17g, moves %g", (int)(i / 4), steps[i % 4],
                 got, (double)wanted, moves(&m, to, m.params));
    }
    fairu_channels__destroy(channels);
    fairu_model_destroy(m.model);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(twin_derivatives_are_differences),
                                      cmocka_unit_test(random_models_agree_with_the_definition),
                                      cmocka_unit_test(differences_keep_their_digits) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
