/* toy_test.c - test of one value of mu with toys of both hypotheses. */
#include "coverage/toy_plan.h"

#include <math.h>
#include <string.h>

#include "base/context_internal.h"
#include "coverage/toy_batch.h"
#include "coverage/toy_sample.h"

/* Phi(-2 .. 2) */
static const double percentiles[5] = { 0.022750131948179195, 0.15865525393145707, 0.5, 0.8413447460685429,
                                       0.9772498680518208 };

/* Toys of both hypotheses, as drawn and sorted. */
typedef struct toy_values {
  double *sb, *b;               /* [n] in order of toys */
  double *sorted_sb, *sorted_b; /* [n_sb], [n_b] */
  size_t n_sb, n_b;
  double *cls; /* [n_b] */
} toy_values;

static double binomial_error(double p, size_t n)
{
  return sqrt(p * (1.0 - p) / (double)n);
}

/* Discovery has no ratio: p0 itself. */
static double cls_of(const toy_values *v, int is_q0, double q)
{
  const double p_sb = fairu_toy_sample__fraction(v->sorted_sb, v->n_sb, q);
  return is_q0 ? p_sb : p_sb / fairu_toy_sample__fraction(v->sorted_b, v->n_b, q);
}

/* CLs of every background toy. They come in rising order, so that places in both samples only rise. */
static void fill_cls(const toy_values *v, int is_q0)
{
  size_t sb = 0, b = 0;
  for (size_t k = 0; k < v->n_b; k++) {
    const double p_sb = fairu_toy_sample__fraction_from(v->sorted_sb, v->n_sb, v->sorted_b[k], &sb);
    const double p_b = fairu_toy_sample__fraction_from(v->sorted_b, v->n_b, v->sorted_b[k], &b);
    v->cls[k] = is_q0 ? p_sb : p_sb / p_b;
  }
}

/* All that needs sorted values. */
static void summarise(const toy_values *v, size_t n, int is_q0, double q, fairu_toy_test_result *r)
{
  memset(r, 0, sizeof *r);
  r->struct_size = sizeof *r;
  r->statistic = q;
  r->n_sb = v->n_sb;
  r->n_b = v->n_b;
  r->n_failed_sb = n - v->n_sb;
  r->n_failed_b = n - v->n_b;
  r->p_sb = fairu_toy_sample__fraction(v->sorted_sb, v->n_sb, q);
  r->p_b = fairu_toy_sample__fraction(v->sorted_b, v->n_b, q);
  r->p_sb_error = binomial_error(r->p_sb, v->n_sb);
  r->p_b_error = binomial_error(r->p_b, v->n_b);
  r->cls = cls_of(v, is_q0, q);
  fill_cls(v, is_q0);
  const size_t m = fairu_toy_sample__sort(v->cls, v->n_b);
  for (int i = 0; i < 5; i++)
    r->expected[i] = fairu_toy_sample__percentile(v->cls, m, percentiles[i]);
}

static int sort_one(fairu_context *worker, size_t chunk, void *data)
{
  toy_values *v = data;
  (void)worker;
  if (chunk == 0)
    v->n_sb = fairu_toy_sample__sort(v->sorted_sb, v->n_sb);
  else
    v->n_b = fairu_toy_sample__sort(v->sorted_b, v->n_b);
  return FAIRU_OK;
}

static int sort_values(fairu_context *ctx, toy_values *v, size_t n)
{
  memcpy(v->sorted_sb, v->sb, n * sizeof *v->sb);
  memcpy(v->sorted_b, v->b, n * sizeof *v->b);
  v->n_sb = v->n_b = n;
  return fairu_context__parallel(ctx, 2, sort_one, v, NULL);
}

static int run(fairu_context *ctx, fairu_toy_plan *plan, double mu, toy_values *v,
               fairu_toy_test_result *result)
{
  const int is_q0 = plan->options.statistic == FAIRU_TEST_Q0;
  const size_t n = plan->n_toys;
  const double tested = is_q0 ? 0.0 : mu, alternative = is_q0 ? 1.0 : 0.0;
  double q = 0.0;
  int status =
      fairu_likelihood_test_statistic(plan->likelihood, ctx, plan->data, &plan->options, tested, &q, NULL);
  if (status == FAIRU_OK)
    status = fairu_toy_plan__draw(ctx, plan, tested, tested, FAIRU_TOYS_TESTED, v->sb);
  if (status == FAIRU_OK)
    status = fairu_toy_plan__draw(ctx, plan, tested, alternative, FAIRU_TOYS_ALTERNATIVE, v->b);
  if (status != FAIRU_OK)
    return status;
  status = sort_values(ctx, v, n);
  if (status == FAIRU_OK)
    summarise(v, n, is_q0, q, result);
  return status;
}

static int run_with_values(fairu_context *ctx, fairu_toy_plan *plan, double mu, fairu_toy_test_result *result,
                           double *sb, double *b)
{
  const size_t n = plan->n_toys;
  double *all = fairu_context__new_unset(ctx, n, 5 * sizeof *all, "test statistics of toys");
  if (!all)
    return FAIRU_ERR_OUT_OF_MEMORY;
  toy_values v = {
    .sb = all, .b = all + n, .sorted_sb = all + 2 * n, .sorted_b = all + 3 * n, .cls = all + 4 * n
  };
  fairu_toy_test_result ours;
  int status = run(ctx, plan, mu, &v, &ours);
  if (status == FAIRU_OK)
    status = fairu_result__write(ctx, result, &ours, sizeof ours, "toy test result");
  if (status == FAIRU_OK && sb)
    memcpy(sb, v.sb, n * sizeof *sb);
  if (status == FAIRU_OK && b)
    memcpy(b, v.b, n * sizeof *b);
  fairu_context__free(ctx, all);
  return status;
}

int fairu_hypotest_toys(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                        const fairu_toy_test *test, double mu, fairu_toy_test_result *result, double *sb,
                        double *b)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !data || !result)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "toy test: %s is NULL",
                               !lh     ? "likelihood"
                               : !data ? "data"
                                       : "result");
  fairu_toy_plan plan;
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = fairu_toy_plan__begin(ctx, lh, data, test, &plan);
  if (status == FAIRU_OK)
    status = run_with_values(ctx, &plan, mu, result, sb, b);
  fairu_toy_plan__end(&plan);
  fairu_context__release(ctx, mark);
  return status;
}
