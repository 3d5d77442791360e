/* test_channels_profile.c - profiled gammas: stationary within their bounds, value of the profile, gradient by the envelope theorem, Hessian
 * the Schur complement of the full one. All judged by the 113-bit twin at the point found. */
#include "likelihood/channels_twin.h"
#include "likelihood/random_model.h"

#include "likelihood/channels.h"

enum { MODELS = 600 };

typedef struct space {
  fairu_reduction reduction;
  size_t index[RANDOM_MOST], column[RANDOM_MOST];
  unsigned char profiled[RANDOM_MOST];
} space;

/* All that can be profiled is; wide parameter 1 is fixed. */
static void choose(const fairu_channels *channels, size_t n_params, space *s)
{
  size_t n = 0;
  for (size_t i = 0; i < n_params; i++) {
    s->profiled[i] = (unsigned char)fairu_channels__can_profile(channels, i);
    s->column[i] = s->profiled[i] || i == 1 ? FAIRU_NONE : n;
    if (s->column[i] != FAIRU_NONE)
      s->index[n++] = i;
  }
  s->reduction = (fairu_reduction){ n, s->index, s->column, s->profiled };
}

/* Constraint of a gamma, with derivatives. */
static void constraint(const fairu_param *param, quad g, quad aux, quad f[3])
{
  if (param->constraint == FAIRU_CONSTRAINT_POISSON) {
    const quad tau = (quad)param->tau;
    f[0] = aux > 0 ? tau * g - aux + aux * quad_log(aux / (tau * g)) : tau * g;
    f[1] = tau - aux / g;
    f[2] = aux / (g * g);
    return;
  }
  const quad w = (quad)param->width;
  f[0] = (g - aux) * (g - aux) / (2 * w * w);
  f[1] = (g - aux) / (w * w);
  f[2] = 1 / (w * w);
}

static void add_constraints(const random_model *m, const space *s, const double *params, twin *t)
{
  for (size_t i = 0; i < t->n; i++) {
    quad f[3];
    if (!s->profiled[i])
      continue;
    constraint(&m->model->params[i], (quad)params[i], (quad)m->aux[i], f);
    t->value += f[0];
    t->size += quad_abs(f[0]);
    t->gradient[i] += f[1];
    t->gradient_size[i] += quad_abs(f[1]);
    t->hessian[i][i] += f[2];
    t->hessian_size[i][i] += f[2];
  }
}

static void check(double got, quad wanted, quad size, double tolerance, const char *what, size_t i, size_t j)
{
  const double error = (double)(quad_abs((quad)got - wanted) / (size > 0 ? size : 1));
  if (!(error <= tolerance))
    fail_msg("%s[%zu][%zu] is %.17g, wanted %.17g, terms sum to %g: error %g", what, i, j, got,
             (double)wanted, (double)size, error);
}

static int at_bound(const fairu_param *param, double g)
{
  const double lower =
      param->constraint == FAIRU_CONSTRAINT_POISSON && param->lower < 0.0 ? 0.0 : param->lower;
  return g <= lower ? -1 : g >= param->upper ? 1 : 0;
}

/* Slope 0 inside, pushing outwards at a bound. A step of the last digits of g moves the slope by hessian * g * 2e-16. */
static void check_stationary(const random_model *m, const space *s, const double *params, const twin *t)
{
  for (size_t i = 0; i < t->n; i++) {
    if (!s->profiled[i])
      continue;
    const int side = at_bound(&m->model->params[i], params[i]);
    const quad size = t->hessian_size[i][i] * quad_abs((quad)params[i]) + t->gradient_size[i];
    if (side == 0)
      check(0.0, t->gradient[i], size, 1e-14, "slope of gamma", i, 0);
    else
      assert_true(side * (double)t->gradient[i] <= 1e-14 * (double)size);
  }
}

/* Gammas inside their bounds are eliminated one by one. */
static void eliminate(const random_model *m, const space *s, const double *params, twin *t)
{
  for (size_t k = 0; k < t->n; k++) {
    if (!s->profiled[k] || at_bound(&m->model->params[k], params[k]))
      continue;
    for (size_t i = 0; i < t->n; i++)
      for (size_t j = 0; j < t->n; j++)
        if (i != k && j != k) {
          const quad term = t->hessian[i][k] * t->hessian[k][j] / t->hessian[k][k];
          t->hessian[i][j] -= term;
          t->hessian_size[i][j] += t->hessian_size[i][k] * t->hessian_size[k][j] / t->hessian[k][k];
        }
    for (size_t i = 0; i < t->n; i++)
      t->hessian[i][k] = t->hessian[k][i] = 0;
  }
}

static void compare(const random_model *m, const space *s, const double *params, double nll, const double *g,
                    const double *h, double tolerance)
{
  twin *t = malloc(sizeof *t);
  const size_t n = s->reduction.n;
  twin_evaluate(m->model, m->observed, params, t);
  add_constraints(m, s, params, t);
  check(nll, t->value, t->size, 2e-15, "value", 0, 0);
  check_stationary(m, s, params, t);
  eliminate(m, s, params, t);
  for (size_t i = 0; i < n; i++) {
    const size_t p = s->index[i];
    check(g[i], t->gradient[p], t->gradient_size[p], tolerance, "gradient", p, 0);
    for (size_t j = 0; j < n; j++)
      check(h[i * n + j], t->hessian[p][s->index[j]], t->hessian_size[p][s->index[j]], 1e-12, "hessian", p,
            s->index[j]);
  }
  free(t);
}

static size_t run_model(fairu_context *ctx, uint64_t number, int zero_aux)
{
  static double g[RANDOM_MOST], h[RANDOM_MOST * RANDOM_MOST];
  random_model m;
  space s;
  fairu_channels *channels = NULL;
  double before[RANDOM_MOST], nu[RANDOM_MOST], nll = 0.0;
  size_t n_profiled = 0;
  random_start(ctx, &m, number);
  CHECK_OK(ctx, fairu_channels__compile(ctx, m.model, &channels));
  CHECK_OK(ctx, fairu_channels__expected(channels, ctx, m.params, nu));
  memcpy(before, nu, sizeof before);
  choose(channels, m.model->n_params, &s);
  int good = 1;
  for (size_t b = 0; b < m.model->n_bins; b++)
    good &= nu[b] > 0.0;
  random_observe(&m, nu);
  for (size_t i = 0; zero_aux && i < m.model->n_params; i++)
    if (m.model->params[i].constraint == FAIRU_CONSTRAINT_POISSON && philox_below(&m.rng, 2))
      m.aux[i] = 0.0;
  const int status =
      fairu_channels__evaluate(channels, ctx, m.observed, m.aux, &s.reduction, m.params, &nll, g, h);
  /* a yield held at 0 by its gammas is another test */
  int held = 0;
  CHECK_OK(ctx, fairu_channels__expected(channels, ctx, m.params, nu));
  for (size_t b = 0; b < m.model->n_bins; b++)
    held |= nu[b] < 1e-9 * fabs(before[b]);
  if (status == FAIRU_OK && !held) {
    /* without its gamma a sample of negative yield may be most of a bin: a yield of large terms */
    compare(&m, &s, m.params, nll, g, h, zero_aux ? 1e-12 : 1e-13);
    for (size_t i = 0; i < m.model->n_params; i++)
      n_profiled += s.profiled[i];
  } else if (status != FAIRU_OK)
    assert_true(!good && status == FAIRU_ERR_NEGATIVE_YIELD);
  fairu_channels__destroy(channels);
  fairu_model_destroy(m.model);
  return n_profiled;
}

static void the_profile_is_the_schur_complement(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  size_t n_profiled = 0;
  for (uint64_t i = 0; i < MODELS; i++)
    n_profiled += run_model(ctx, i, 0);
  assert_true(n_profiled > MODELS);
  fairu_context_destroy(ctx);
}

static void auxiliary_counts_of_0_are_profiled(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t i = 0; i < MODELS; i++)
    run_model(ctx, i, 1);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(the_profile_is_the_schur_complement),
                                      cmocka_unit_test(auxiliary_counts_of_0_are_profiled) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
