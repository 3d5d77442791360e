/* toy_unbinned.h - the event-wise likelihood of the toy: closed-form or learned ratios, its widths beside the floor, its coverage. */
#ifndef FAIRU_CLI_TOY_UNBINNED_H
#define FAIRU_CLI_TOY_UNBINNED_H

#include "toy_problem.h"

/* Events with the constants that their terms need. */
typedef struct toy_plane {
  size_t n;
  double *x, *y;
  double *weight; /* of p_b(x | pi/4), for a pool */
} toy_plane;

/* What an event-wise fit finds. */
typedef struct toy_unbinned_fit {
  double mu_hat, z_hat, sigma_mu, sigma_z; /* errors from the Hessian */
  double lower, upper;                     /* one sigma */
} toy_unbinned_fit;

typedef struct toy_unbinned {
  toy_settings settings;
  fairu_grid *grid;
  toy_plane plane; /* behind a closed-form pool */
  fairu_event_terms *pool;
  fairu_likelihood *likelihood;
  fairu_data *data;
} toy_unbinned;

/* sigma_mu of the full likelihood (Fisher information, any angle): mu = 1 or 2; NaN else. */
double toy_unbinned_floor(double mu);

/* Knots of z of all tables. */
int toy_unbinned_grid(fairu_context *ctx, fairu_grid **out);

/* Likelihood on a table, with the prior; data with its own centre. Takes nothing over. */
int toy_unbinned_model(fairu_context *ctx, const toy_settings *settings, const fairu_event_terms *terms,
                       fairu_likelihood **likelihood, fairu_data **data);

/* Closed-form ratios on a lattice of the plane as the pool; Asimov data at the truth. */
int toy_unbinned_create(fairu_context *ctx, const toy_settings *settings, toy_unbinned *out);
void toy_unbinned_clear(toy_unbinned *problem);

/* Best fit and one-sigma interval of data. */
int toy_unbinned_measure(const fairu_likelihood *likelihood, const fairu_data *data, fairu_context *ctx,
                         toy_unbinned_fit *out);

/* Coverage of the closed form: every toy draws new events, makes a table of them and fits it. */
int toy_unbinned_coverage(const toy_unbinned *problem, fairu_context *ctx, size_t n_toys, uint64_t seed,
                          fairu_coverage *out);

/* A fairu_event_term_fn of closed-form ratios, values alone. */
int toy_plane_terms(size_t first, size_t n, const double *z, size_t n_z, double *ratio, double *d_ratio,
                    double *d2_ratio, double *density, double *d_density, double *d2_density, void *plane);

/* Data of one toy to a result; a fit that fails is a result too. */
int toy_unbinned_estimate(const fairu_likelihood *likelihood, const fairu_data *data, fairu_context *ctx,
                          fairu_toy_result *result);
/* Auxiliary value of toy `toy`, about the truth. */
int toy_unbinned_draw_prior(const toy_settings *settings, fairu_data *data, fairu_context *ctx, uint64_t seed,
                            uint64_t toy);

#endif /* FAIRU_CLI_TOY_UNBINNED_H */
