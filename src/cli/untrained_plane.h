/* untrained_plane.h - the problem of the first half: rotating Gaussians whose second coordinate has an energy scale.
 *
 * The events of the rotation toy (toy_model.h), angle z; then y is measured as k y. Both are nuisances with priors. The Bayes
 * classifier stays linear: logit = slope (x cos z + y/k sin z), so every projection is Gaussian and every yield closed:
 * x a + y b of events made at (z, k) ~ N(+-R (a cos z + k b sin z), sigma^2 (a^2 + k^2 b^2)).
 */
#ifndef FAIRU_CLI_UNTRAINED_PLANE_H
#define FAIRU_CLI_UNTRAINED_PLANE_H

#include <fairu/fairu.h>

#include "toy_events.h"

#define PLANE_Z_PRIOR 0.2
#define PLANE_K_NOMINAL 1.0
#define PLANE_K_PRIOR 0.2

enum { PLANE_BINS = 10, PLANE_TRUTHS = 5, PLANE_Z_KNOTS = 21, PLANE_K_KNOTS = 15 };
enum { PLANE_MU, PLANE_Z, PLANE_K, PLANE_PARAMETERS };

/* What a classifier was told; the same names for closed forms and networks. */
enum plane_method {
  PLANE_BOTH,     /* aware of z and k, both profiled */
  PLANE_PROFILED, /* aware of z, never saw k, k profiled */
  PLANE_IGNORED,  /* aware of z, never saw k, k held at its nominal value */
  PLANE_FROZEN,   /* of the nominal point, both profiled */
  PLANE_METHODS
};

typedef struct plane_point {
  double z, k;
} plane_point;

typedef struct plane_floor {
  double both, z_alone; /* sigma_mu of the unbinned likelihood with z and k profiled; with k known */
  double sigma_z, sigma_k;
} plane_floor;

const char *plane_method_name(int method);

/* Where the truth may lie: at the nominal point; k off by a tenth of its prior width, by one, by two; z and k off by one. */
plane_point plane_truth(size_t truth);
const char *plane_truth_name(size_t truth);

/* Yields [PLANE_BINS] (signal at mu = 1) of events made at `made`, scored under the hypothesis `scored`. */
void plane_yields(int method, int process, plane_point made, plane_point scored, double *yields);

/* From the Fisher information of the extended two-dimensional likelihood with both priors. */
plane_floor plane_floor_at(plane_point truth, double mu);

/* Binning of the logit: equal steps of the projection on [-2, 2.5], open ends. */
int plane_binning_create(fairu_context *ctx, fairu_binning **out);

/* Knots of z alone, or of z and k with their pair term. */
int plane_grid_create(fairu_context *ctx, int with_k, fairu_grid **out);

/* Nuisances z and k and what they do to (x, y). */
int plane_systematics_create(fairu_context *ctx, fairu_systematics **out);

/* The same for training: flat priors over all that hypotheses may have. */
int plane_training_create(fairu_context *ctx, fairu_systematics **out);

/* Closed-form classifier of a method as a handle of the library: nuisances (z, k), (z) or none. */
int plane_classifier_create(fairu_context *ctx, int method, fairu_classifier **out);

/* Templates in closed form on the grid of z and k. */
int plane_templates_closed(fairu_context *ctx, int method, fairu_templates **out);

/* What expected data at the truth look like under the hypotheses of a grid (z, or z and k): one process. */
int plane_observed_closed(fairu_context *ctx, int method, const fairu_grid *grid, plane_point truth,
                          double mu, fairu_templates **out);

#endif /* FAIRU_CLI_UNTRAINED_PLANE_H */
