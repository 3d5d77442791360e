/* asymptotic.h - asymptotic distributions of the test statistics (arXiv:1007.1727) as functions of q and q_A.
 *
 * p [3]: CLsb, CLb, CLs. For q0 CLsb is the p-value of mu = 0, CLb that of mu = 1, and CLs stands for CLsb.
 */
#ifndef FAIRU_LIKELIHOOD_ASYMPTOTIC_H
#define FAIRU_LIKELIHOOD_ASYMPTOTIC_H

#include <fairu/hypotest.h>

#include "base/context_internal.h"

void fairu_asymptotic__observed(int statistic, double q, double q_asimov, double *p);

/* Z of CLsb, also where CLsb underflows; that of CLsb / 2 for the two-sided t and t~. */
double fairu_asymptotic__significance(int statistic, double q, double q_asimov);

/* What is expected where mu^ of the Asimov hypothesis fluctuates by `sigma`. */
void fairu_asymptotic__expected(int statistic, double q_asimov, double sigma, int clipped, double *p);

/* ln CLs of q or q~ for observed values, and its derivatives d[0] in q and d[1] in q_A; q_A > 0. */
double fairu_asymptotic__log_cls(int statistic, double q, double q_asimov, double d[2]);

/* sqrt(q_A) where the expected CLs at `sigma` is alpha, 0 < alpha < 1. */
double fairu_asymptotic__root_at(double alpha, double sigma, int clipped);

#endif /* FAIRU_LIKELIHOOD_ASYMPTOTIC_H */
