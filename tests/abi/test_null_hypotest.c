/* NULL, one pointer at a time: hypothesis tests, limits, significances. */
#include "abi/null.h"

static void test_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_likelihood *lh = t->w.turning;
  fairu_data *data = t->w.turning_data;
  fairu_hypotest_result r = { .struct_size = sizeof r };
  fairu_hypotest_options o;
  ANSWERS(fairu_hypotest_options_init(NULL, sizeof o) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_hypotest_options_init(&o, sizeof o), FAIRU_OK);
  REFUSES(fairu_likelihood_test_statistic(NULL, ctx, data, &o, 1.0, t->out.d, t->out.d + 1));
  REFUSES_CTX(fairu_likelihood_test_statistic(lh, NULL, data, &o, 1.0, t->out.d, t->out.d + 1));
  REFUSES(fairu_likelihood_test_statistic(lh, ctx, NULL, &o, 1.0, t->out.d, t->out.d + 1));
  ANSWERS(fairu_likelihood_test_statistic(lh, ctx, data, NULL, 1.0, t->out.d, t->out.d + 1) == FAIRU_OK);
  REFUSES(fairu_likelihood_test_statistic(lh, ctx, data, &o, 1.0, NULL, t->out.d + 1));
  ANSWERS(fairu_likelihood_test_statistic(lh, ctx, data, &o, 1.0, t->out.d, NULL) == FAIRU_OK);
  REFUSES(fairu_likelihood_hypotest(NULL, ctx, data, &o, 1.0, &r));
  REFUSES_CTX(fairu_likelihood_hypotest(lh, NULL, data, &o, 1.0, &r));
  REFUSES(fairu_likelihood_hypotest(lh, ctx, NULL, &o, 1.0, &r));
  ANSWERS(fairu_likelihood_hypotest(lh, ctx, data, NULL, 1.0, &r) == FAIRU_OK);
  REFUSES(fairu_likelihood_hypotest(lh, ctx, data, &o, 1.0, NULL));
}

static void limit_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_likelihood *lh = t->w.turning;
  fairu_data *data = t->w.turning_data;
  fairu_fit_options fit;
  fairu_hypotest_options o;
  fairu_limit limit = { .struct_size = sizeof limit };
  assert_int_equal(fairu_hypotest_options_init(&o, sizeof o), FAIRU_OK);
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  o.fit = &fit;
  REFUSES(fairu_likelihood_limit(NULL, ctx, data, &o, 0.95, &limit));
  REFUSES_CTX(fairu_likelihood_limit(lh, NULL, data, &o, 0.95, &limit));
  REFUSES(fairu_likelihood_limit(lh, ctx, NULL, &o, 0.95, &limit));
  ANSWERS(fairu_likelihood_limit(lh, ctx, data, NULL, 0.95, &limit) == FAIRU_OK);
  REFUSES(fairu_likelihood_limit(lh, ctx, data, &o, 0.95, NULL));
  fairu_data *asimov = NULL;
  CHECK_OK(ctx, fairu_data_create(ctx, lh, &asimov));
  null_reset(t);
  REFUSES(fairu_likelihood_asimov_at(NULL, ctx, data, &fit, 1.0, asimov, t->out.d, 2));
  REFUSES_CTX(fairu_likelihood_asimov_at(lh, NULL, data, &fit, 1.0, asimov, t->out.d, 2));
  REFUSES(fairu_likelihood_asimov_at(lh, ctx, NULL, &fit, 1.0, asimov, t->out.d, 2));
  ANSWERS(fairu_likelihood_asimov_at(lh, ctx, data, NULL, 1.0, asimov, t->out.d, 2) == FAIRU_OK);
  REFUSES(fairu_likelihood_asimov_at(lh, ctx, data, &fit, 1.0, NULL, t->out.d, 2));
  ANSWERS(fairu_likelihood_asimov_at(lh, ctx, data, &fit, 1.0, asimov, NULL, 0) == FAIRU_OK);
  fairu_data_destroy(asimov);
}

static void significance_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  REFUSES_CTX(fairu_asymptotic_pvalues(NULL, FAIRU_TEST_Q, 1.0, 2.0, t->out.d));
  REFUSES(fairu_asymptotic_pvalues(ctx, FAIRU_TEST_Q, 1.0, 2.0, NULL));
  REFUSES_CTX(fairu_significance_of_p(NULL, 0.1, t->out.d));
  REFUSES(fairu_significance_of_p(ctx, 0.1, NULL));
  REFUSES_CTX(fairu_p_of_significance(NULL, 0.1, t->out.d));
  REFUSES(fairu_p_of_significance(ctx, 0.1, NULL));
  REFUSES_CTX(fairu_significance_ams(NULL, 1.0, 2.0, 0.0, t->out.d));
  REFUSES(fairu_significance_ams(ctx, 1.0, 2.0, 0.0, NULL));
  REFUSES_CTX(fairu_significance_asimov(NULL, 1.0, 2.0, 0.5, t->out.d));
  REFUSES(fairu_significance_asimov(ctx, 1.0, 2.0, 0.5, NULL));
  REFUSES_CTX(fairu_significance_ams1(NULL, 1.0, 2.0, 0.5, t->out.d));
  REFUSES(fairu_significance_ams1(ctx, 1.0, 2.0, 0.5, NULL));
}

static void all_rows(null_test *t)
{
  test_rows(t);
  limit_rows(t);
  significance_rows(t);
}

int main(void)
{
  static const char *const names[] = { "hypotest" };
  return null_main(names, sizeof names / sizeof *names, all_rows);
}
