/* untrained_problem.h - likelihood, data and toys of one method at one truth, templates from closed forms or from a network. */
#ifndef FAIRU_CLI_UNTRAINED_PROBLEM_H
#define FAIRU_CLI_UNTRAINED_PROBLEM_H

#include "untrained_plane.h"

/* A classifier with the templates that belong to it. */
typedef struct plane_model {
  int method;
  int trained; /* 0: expected data come from closed forms too, not from the pool */
  const fairu_classifier *classifier;
  const fairu_templates *templates;
} plane_model;

typedef struct plane_problem {
  int method;
  plane_point truth;
  double mu;
  fairu_grid *grid;         /* of the bins; NULL: the observation does not move */
  fairu_bin_table *bins[2]; /* by toy_process: events made at the truth, under every hypothesis */
  fairu_likelihood *likelihood;
  fairu_data *data; /* expected */
} plane_problem;

typedef struct plane_interval {
  double mu_hat, z_hat, k_hat;
  double lower, upper;       /* one sigma */
  double half_width;         /* nuisances profiled as the method says */
  double half_width_k_known; /* the same with k held at the truth */
  double sigma_z, sigma_k;   /* posterior widths, from the covariance */
} plane_interval;

/* Events behind data and toys: `pool` at the nominal point, made at the truth here. Moving methods only. */
int plane_problem_create(fairu_context *ctx, const plane_model *model, const toy_pool *pool,
                         const fairu_systematics *systematics, plane_point truth, double mu,
                         plane_problem *out);
void plane_problem_clear(plane_problem *problem);

/* Best fit and intervals of the expected data. */
int plane_problem_interval(const plane_problem *problem, fairu_context *ctx, plane_interval *out);

/* Toys at the truth, auxiliary values about it. */
int plane_problem_coverage(const plane_problem *problem, fairu_context *ctx, size_t n_toys, uint64_t seed,
                           fairu_coverage *out);

#endif /* FAIRU_CLI_UNTRAINED_PROBLEM_H */
