/* test_statistic.c - t, t~, q, q~ and q0: which bounds mu has in the unconditional fit, and when the statistic is 0. */
#include "likelihood/test_statistic.h"

#include <math.h>
#include <string.h>

#include "likelihood/likelihood_internal.h"

int fairu_hypotest_options_init(fairu_hypotest_options *options, size_t struct_size)
{
  const fairu_hypotest_options defaults = { .struct_size = sizeof defaults,
                                            .statistic = FAIRU_TEST_Q_TILDE,
                                            .model_bounds = 1 };
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

static int read_options(fairu_context *ctx, const fairu_hypotest_options *theirs, fairu_test *test)
{
  fairu_hypotest_options *ours = &test->options;
  int status = fairu_hypotest_options_init(ours, sizeof *ours);
  if (status == FAIRU_OK && theirs)
    status = fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof *ours, "hypotest options");
  if (status == FAIRU_OK)
    status = fairu_fit_options__read(ctx, ours->fit, &test->fit);
  if (status != FAIRU_OK)
    return status;
  if (ours->statistic < FAIRU_TEST_T || ours->statistic > FAIRU_TEST_Q0)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "hypotest options: unknown statistic %d",
                               ours->statistic);
  return FAIRU_OK;
}

static int find_poi(fairu_context *ctx, fairu_test *test)
{
  const fairu_likelihood *lh = test->likelihood;
  const unsigned char *fixed = test->fit.fixed;
  if (lh->poi >= lh->n_params)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "hypotest: the model has no parameter of interest");
  test->name = fairu_likelihood__name(lh, lh->poi);
  if (fixed ? fixed[lh->poi] : lh->params[lh->poi].fixed)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "hypotest: the parameter of interest '%s' is fixed",
                               test->name);
  test->lower = fairu_likelihood__lower(lh, lh->poi);
  test->upper = fairu_likelihood__upper(lh, lh->poi);
  const int statistic = test->options.statistic;
  if (!test->options.model_bounds)
    test->lower = statistic == FAIRU_TEST_T_TILDE || statistic == FAIRU_TEST_Q_TILDE ? 0.0 : -HUGE_VAL;
  if (!(test->lower < test->upper))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "hypotest: '%s' has no room between %g and %g",
                               test->name, test->lower, test->upper);
  return FAIRU_OK;
}

int fairu_test__check(fairu_context *ctx, const fairu_test *test, const char *what, double mu)
{
  if (!isfinite(mu))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "%s: '%s' is %g", what, test->name, mu);
  if (mu < test->lower)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "%s: '%s' is %g, the least allowed is %g", what,
                               test->name, mu, test->lower);
  return FAIRU_OK;
}

int fairu_test__prepare(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                        const fairu_hypotest_options *options, fairu_test *test)
{
  memset(test, 0, sizeof *test);
  if (data->likelihood != lh)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "hypotest: the data belong to another likelihood");
  test->likelihood = lh;
  int status = read_options(ctx, options, test);
  if (status == FAIRU_OK)
    status = find_poi(ctx, test);
  if (status == FAIRU_OK)
    status = fairu_poi_profile__create(ctx, lh, data, &test->fit, test->lower, test->upper, &test->observed);
  test->observed.all_branches = test->options.all_branches;
  return status;
}

int fairu_test__begin(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                      const fairu_hypotest_options *options, fairu_test *test)
{
  const int status = fairu_test__prepare(ctx, lh, data, options, test);
  return status == FAIRU_OK ? fairu_poi_profile__fit(ctx, &test->observed) : status;
}

void fairu_test__end(fairu_test *test)
{
  fairu_data_destroy(test->asimov_data);
  test->asimov_data = NULL;
}

int fairu_test__make_asimov(fairu_context *ctx, fairu_test *test, double mu)
{
  const fairu_likelihood *lh = test->likelihood;
  const fairu_poi_point *point = NULL;
  fairu_fit_options fit = test->fit;
  fit.spread_starts = 0; /* the minima of the data serve */
  fit.n_starts = 0;
  int status = fairu_test__check(ctx, test, "Asimov data", mu);
  if (status == FAIRU_OK)
    status = fairu_poi_profile__precisely_at(ctx, &test->observed, mu, &point);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, lh, &test->asimov_data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov(lh, ctx, point->params, lh->n_params, test->asimov_data);
  if (status == FAIRU_OK)
    status =
        fairu_poi_profile__create(ctx, lh, test->asimov_data, &fit, test->lower, test->upper, &test->asimov);
  test->asimov.all_branches = test->options.all_branches;
  if (status == FAIRU_OK)
    status = fairu_poi_profile__share_minima(ctx, &test->asimov, &test->observed);
  return status == FAIRU_OK ? fairu_poi_profile__fit_asimov(ctx, &test->asimov, point->params) : status;
}

/* Where the data do not speak against mu, as they lie on the other side. */
static int is_zero(int statistic, double mu_hat, double mu)
{
  switch (statistic) {
  case FAIRU_TEST_Q:
  case FAIRU_TEST_Q_TILDE:
    return mu_hat > mu;
  case FAIRU_TEST_Q0:
    return mu_hat < mu;
  default:
    return 0;
  }
}

int fairu_test__statistic(fairu_context *ctx, const fairu_test *test, fairu_poi_profile *profile, double mu,
                          const fairu_poi_point *hint, double *q, const fairu_poi_point **point)
{
  const fairu_poi_point *here = NULL;
  int status = FAIRU_OK;
  *q = 0.0;
  if (!is_zero(test->options.statistic, profile->best.mu, mu)) {
    status = fairu_poi_profile__at(ctx, profile, mu, hint, &here);
    if (status == FAIRU_OK && !is_zero(test->options.statistic, profile->best.mu, mu))
      *q = here->q;
  }
  if (point)
    *point = here;
  return status;
}

int fairu_likelihood_test_statistic(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                                    const fairu_hypotest_options *options, double mu, double *statistic,
                                    double *mu_hat)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !data || !statistic)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "test statistic: likelihood, data or statistic is NULL");
  fairu_test test;
  double q = 0.0;
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = fairu_test__begin(ctx, lh, data, options, &test);
  if (status == FAIRU_OK && test.options.statistic == FAIRU_TEST_Q0)
    mu = 0.0;
  if (status == FAIRU_OK)
    status = fairu_test__check(ctx, &test, "test statistic", mu);
  if (status == FAIRU_OK)
    status = fairu_test__statistic(ctx, &test, &test.observed, mu, NULL, &q, NULL);
  if (status == FAIRU_OK) {
    *statistic = q;
    if (mu_hat)
      *mu_hat = test.observed.best.mu;
  }
  fairu_test__end(&test);
  fairu_context__release(ctx, mark);
  return status;
}
