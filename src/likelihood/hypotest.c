/* hypotest.c - the asymptotic test of one value of mu: two conditional fits beside the unconditional one, and one to Asimov data, whose
 * unconditional minimum is known: it lies where they were made. */
#include <math.h>
#include <string.h>

#include "likelihood/asymptotic.h"
#include "likelihood/test_statistic.h"

static void fill(const fairu_test *test, double q, double q_asimov, fairu_hypotest_result *r)
{
  const int statistic = test->options.statistic;
  double p[3];
  memset(r, 0, sizeof *r);
  r->struct_size = sizeof *r;
  r->statistic = q;
  r->asimov = q_asimov;
  r->mu_hat = test->observed.best.mu;
  fairu_asymptotic__observed(statistic, q, q_asimov, p);
  r->p_sb = p[0];
  r->p_b = p[1];
  r->cls = p[2];
  r->significance = fairu_asymptotic__significance(statistic, q, q_asimov);
  for (int i = 0; i < 5; i++) {
    fairu_asymptotic__expected(statistic, q_asimov, i - 2.0, test->options.clipped_normal, p);
    r->expected_p_sb[i] = p[0];
    r->expected_p_b[i] = p[1];
    r->expected[i] = p[2];
  }
  r->evaluations = test->observed.plan.evaluations + test->asimov.plan.evaluations;
}

static int run(fairu_context *ctx, fairu_test *test, double mu, fairu_hypotest_result *result)
{
  const int is_q0 = test->options.statistic == FAIRU_TEST_Q0;
  const fairu_poi_point *point = NULL;
  double q = 0.0, q_asimov = 0.0, depth = 0.0;
  int status = fairu_test__check(ctx, test, "hypotest", mu);
  if (status == FAIRU_OK)
    status = fairu_test__statistic(ctx, test, &test->observed, mu, NULL, &q, NULL);
  if (status == FAIRU_OK)
    status = fairu_test__make_asimov(ctx, test, is_q0 ? 1.0 : 0.0);
  if (status ==
      FAIRU_OK) /* again, as the Asimov hypothesis may have led to a lower minimum: no further fit if not */
    status = fairu_test__statistic(ctx, test, &test->observed, mu, NULL, &q, &point);
  if (status == FAIRU_OK)
    status = fairu_test__statistic(ctx, test, &test->asimov, mu, point, &q_asimov, NULL);
  if (status == FAIRU_OK && point)
    status = fairu_poi_profile__lower_branch(ctx, &test->observed, point, &depth);
  if (status == FAIRU_OK) {
    fill(test, q, q_asimov, result);
    result->lower_branch = depth;
  }
  return status;
}

int fairu_likelihood_hypotest(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                              const fairu_hypotest_options *options, double mu, fairu_hypotest_result *result)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !data || !result)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "hypotest: likelihood, data or result is NULL");
  fairu_test test;
  fairu_hypotest_result ours;
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = fairu_test__begin(ctx, lh, data, options, &test);
  if (status == FAIRU_OK)
    status = run(ctx, &test, test.options.statistic == FAIRU_TEST_Q0 ? 0.0 : mu, &ours);
  if (status == FAIRU_OK)
    status = fairu_result__write(ctx, result, &ours, sizeof ours, "hypotest result");
  fairu_test__end(&test);
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_likelihood_asimov_at(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *observed,
                               const fairu_fit_options *options, double mu, fairu_data *data, double *params,
                               size_t n_params)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !observed || !data)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "Asimov data: likelihood, observed or data is NULL");
  if (params && n_params != lh->n_params)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "the model has %zu parameters, got %zu", lh->n_params,
                               n_params);
  fairu_hypotest_options all;
  fairu_test test;
  int status = fairu_hypotest_options_init(&all, sizeof all);
  all.fit = options;
  const fairu_mark mark = fairu_context__mark(ctx);
  if (status == FAIRU_OK)
    status = fairu_test__prepare(ctx, lh, observed, &all, &test);
  if (status == FAIRU_OK)
    status = fairu_test__check(ctx, &test, "Asimov data", mu);
  if (status == FAIRU_OK)
    status = fairu_poi_profile__fit_at(ctx, &test.observed, mu);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov(lh, ctx, test.observed.best.params, lh->n_params, data);
  if (status == FAIRU_OK && params)
    memcpy(params, test.observed.best.params, n_params * sizeof *params);
  fairu_context__release(ctx, mark);
  return status;
}
