/* plain_answers.h - what is asked of a model with data: numbers that must not change when the same is said in another way. */
#ifndef FAIRU_TESTS_PLAIN_ANSWERS_H
#define FAIRU_TESTS_PLAIN_ANSWERS_H

#include "plain_both.h"

enum {
  ANSWER_MU,
  ANSWER_ERROR,
  ANSWER_LOWER,
  ANSWER_UPPER,
  ANSWER_Q,
  ANSWER_Q_ASIMOV,
  ANSWER_CLS,
  ANSWER_Q0,
  ANSWER_LIMIT,
  ANSWER_EXPECTED, /* five */
  ANSWERS = ANSWER_EXPECTED + 5
};
static const char *const answer_names[ANSWERS] = { "mu",       "error",   "lower",   "upper",  "q",
                                                   "asimov",   "CLs",     "q0",      "limit",  "limit -2",
                                                   "limit -1", "limit 0", "limit 1", "limit 2" };

static inline void answer_hypotheses(const made *m, double mu, double *answers)
{
  fairu_hypotest_options o;
  fairu_hypotest_result r = { .struct_size = sizeof r };
  fairu_limit limit = { .struct_size = sizeof limit };
  CHECK_OK(m->ctx, fairu_hypotest_options_init(&o, sizeof o));
  CHECK_OK(m->ctx, fairu_likelihood_hypotest(m->likelihood, m->ctx, m->data, &o, mu, &r));
  answers[ANSWER_Q] = r.statistic;
  answers[ANSWER_Q_ASIMOV] = r.asimov;
  answers[ANSWER_CLS] = r.cls;
  CHECK_OK(m->ctx, fairu_likelihood_limit(m->likelihood, m->ctx, m->data, &o, 0.95, &limit));
  answers[ANSWER_LIMIT] = limit.observed;
  memcpy(answers + ANSWER_EXPECTED, limit.expected, sizeof limit.expected);
  o.statistic = FAIRU_TEST_Q0;
  CHECK_OK(m->ctx, fairu_likelihood_test_statistic(m->likelihood, m->ctx, m->data, &o, 0.0,
                                                   &answers[ANSWER_Q0], NULL));
}

/* All, with mu tested at this value. */
static inline void answer_all(const made *m, double mu, double *answers)
{
  const size_t n = fairu_likelihood_n_parameters(m->likelihood),
               poi = fairu_likelihood_poi_index(m->likelihood);
  double *params = calloc(n + n * n, sizeof *params), *covariance = params + n;
  fairu_interval interval = { .struct_size = sizeof interval };
  CHECK_OK(m->ctx, fairu_likelihood_fit(m->likelihood, m->ctx, m->data, NULL, params, n, covariance, NULL));
  answers[ANSWER_MU] = params[poi];
  answers[ANSWER_ERROR] = sqrt(covariance[poi * n + poi]);
  CHECK_OK(m->ctx, fairu_likelihood_interval(m->likelihood, m->ctx, m->data, NULL, &interval, NULL, NULL, n));
  answers[ANSWER_LOWER] = interval.lower;
  answers[ANSWER_UPPER] = interval.upper;
  answer_hypotheses(m, mu, answers);
  free(params);
}

/* Equal to `tolerance` of 1 or of themselves; mu in units of 1/scale. The best fit itself and its error, which are right to first order
 * only where the NLL is to second (its end: edm 1e-10), to 100 times that. */
static inline void answers_agree(const double *a, const double *b, double scale, double tolerance,
                                 const char *what, uint64_t number)
{
  int wrong = 0;
  for (int i = 0; i < ANSWERS; i++) {
    const int is_mu = i <= ANSWER_UPPER || i >= ANSWER_LIMIT;
    const double wanted = is_mu ? a[i] / scale : a[i];
    const double share = i <= ANSWER_ERROR ? 100.0 * tolerance : tolerance;
    if (fabs(b[i] - wanted) <= share * (1.0 + fabs(wanted)))
      continue;
    print_error("%s, workspace %d: %s is %.15g, wanted %.15g\n", what, (int)number, answer_names[i], b[i],
                wanted);
    wrong++;
  }
  assert_int_equal(wrong, 0);
}

#endif /* FAIRU_TESTS_PLAIN_ANSWERS_H */
