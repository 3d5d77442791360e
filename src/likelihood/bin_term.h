/* bin_term.h - one bin of the likelihood with its derivatives in what it depends on.
 *
 * A bin depends on the parameters through its expected yield nu, its count n (if it moves with Z) and the variance v of nu (if
 * template statistics count). Chain rules outside need only the derivatives in (nu, n, v), in this order.
 */
#ifndef FAIRU_LIKELIHOOD_BIN_TERM_H
#define FAIRU_LIKELIHOOD_BIN_TERM_H

enum { FAIRU_BIN_NU = 0, FAIRU_BIN_N = 1, FAIRU_BIN_V = 2 };

typedef struct fairu_bin_term {
  double deviance, constant;
  double first[3];
  double second[3][3]; /* upper triangle */
} fairu_bin_term;

/* Count fixed: constant is left 0 (the data know their sum). nu > 0, or nu = n = 0. */
void fairu_bin_term__fixed(double nu, double n, fairu_bin_term *term);

/* Count moves: constant and derivatives in n by the choice `constant` (fairu_nll_constant). */
void fairu_bin_term__moving(double nu, double n, int constant, fairu_bin_term *term);

/* The same with a gamma of variance v / nu^2, profiled. moving 0: count fixed. */
void fairu_bin_term__gamma(double nu, double n, double v, int moving, int constant, fairu_bin_term *term);

/* Constant of one count, n >= 0. */
double fairu_bin_term__constant(double n, int constant);

#endif /* FAIRU_LIKELIHOOD_BIN_TERM_H */
