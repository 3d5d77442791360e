/* test_statistic.h - what a hypothesis test works with: checked options, bounds of mu, the profile of the observed data. */
#ifndef FAIRU_LIKELIHOOD_TEST_STATISTIC_H
#define FAIRU_LIKELIHOOD_TEST_STATISTIC_H

#include "likelihood/poi_profile.h"

typedef struct fairu_test {
  const fairu_likelihood *likelihood;
  const char *name;               /* of the parameter of interest */
  fairu_hypotest_options options; /* whose fit is read into the next */
  fairu_fit_options fit;
  double lower, upper; /* of mu in unconditional fits */
  fairu_poi_profile observed, asimov;
  fairu_data *asimov_data;
} fairu_test;

/* Check arguments and make the profile of the observed data ready; begin fits it too. Scratch of ctx is given back by the caller's
 * mark, the rest by __end. */
int fairu_test__prepare(fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_data *data,
                        const fairu_hypotest_options *options, fairu_test *test);
int fairu_test__begin(fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_data *data,
                      const fairu_hypotest_options *options, fairu_test *test);
void fairu_test__end(fairu_test *test);

/* May mu be tested? FAIRU_ERR_NON_FINITE, FAIRU_ERR_RANGE. */
int fairu_test__check(fairu_context *ctx, const fairu_test *test, const char *what, double mu);

/* Make the Asimov data of the hypothesis mu and their profile. */
int fairu_test__make_asimov(fairu_context *ctx, fairu_test *test, double mu);

/* The test statistic of mu on one of the two profiles; *point or NULL: the conditional fit where one was needed, else NULL. */
int fairu_test__statistic(fairu_context *ctx, const fairu_test *test, fairu_poi_profile *profile, double mu,
                          const fairu_poi_point *hint, double *q, const fairu_poi_point **point);

#endif /* FAIRU_LIKELIHOOD_TEST_STATISTIC_H */
