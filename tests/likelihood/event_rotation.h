/* event_rotation.h - events of the rotating toy with closed-form terms: on a lattice (quadrature) or drawn; a model of them. */
#ifndef FAIRU_TESTS_EVENT_ROTATION_H
#define FAIRU_TESTS_EVENT_ROTATION_H

#include "numeric/philox.h"
#include "support/support.h"

#define rotation_sigma 0.7
#define rotation_s 500.0
#define rotation_b 50000.0
#define rotation_z_ref 0.78539816339744831

typedef struct rotation {
  size_t n;
  double *x, *y;
  double *background; /* weights of p_b(x|z_ref) on the lattice */
  double *weight;     /* expected events at mu = 1, z = 0.9 */
  double wrong;       /* a learner's offset */
} rotation;

static inline double rotation_density(double x, double y, double sign, double z)
{
  const double dx = x - sign * cos(z), dy = y - sign * sin(z), v = rotation_sigma * rotation_sigma;
  return exp(-0.5 * (dx * dx + dy * dy) / v) / (2.0 * 3.14159265358979324 * v);
}

static inline void rotation_allocate(rotation *r, size_t n)
{
  double *block = (double *)calloc(4 * n + 1, sizeof *block);
  assert_non_null(block);
  *r = (rotation){ n, block, block + n, block + 2 * n, block + 3 * n, 0.0 };
}

static inline void rotation_free(rotation *r)
{
  free(r->x);
}

/* Expected events of each row of a lattice: its cell times the density. */
static inline void rotation_expected(const rotation *r, double mu, double z, double *means)
{
  for (size_t i = 0; i < r->n; i++)
    means[i] = r->background[i] / rotation_density(r->x[i], r->y[i], -1.0, rotation_z_ref) *
               (rotation_b * rotation_density(r->x[i], r->y[i], -1.0, z) +
                mu * rotation_s * rotation_density(r->x[i], r->y[i], 1.0, z));
}

/* side x side points on [-half, half]^2: the trapezoid rule is spectrally exact for Gaussians that have died out. */
static inline void rotation_plane(rotation *r, size_t side, double half)
{
  const double h = 2.0 * half / (double)(side - 1);
  rotation_allocate(r, side * side);
  for (size_t i = 0; i < r->n; i++) {
    r->x[i] = -half + h * (double)(i / side);
    r->y[i] = -half + h * (double)(i % side);
    r->background[i] = h * h * rotation_density(r->x[i], r->y[i], -1.0, rotation_z_ref);
  }
  rotation_expected(r, 1.0, 0.9, r->weight);
}

static inline void rotation_draw(rotation *r, size_t n_signal, size_t n_background, double z, uint64_t seed)
{
  rotation_allocate(r, n_signal + n_background);
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 0);
  for (size_t i = 0; i < r->n; i++) {
    const double sign = i < n_signal ? 1.0 : -1.0;
    r->x[i] = sign * cos(z) + rotation_sigma * fairu_philox__normal(&rng);
    r->y[i] = sign * sin(z) + rotation_sigma * fairu_philox__normal(&rng);
  }
}

/* Derivatives by z of event i, where they are asked for: t = x.u(z) / sigma^2, dt is its derivative. */
static inline void rotation_slopes(double t, double dt, size_t i, double *dr, double *d2r, double *dd,
                                   double *d2d)
{
  if (dr) {
    dr[i] = 2.0 * dt;
    dd[i] = -dt;
  }
  if (d2r) {
    d2r[i] = -2.0 * t;
    d2d[i] = t;
  }
}

/* ln r = 2 x.u / sigma^2; ln p_b(x|z) / p_b(x|z_ref) = -x.(u(z) - u(z_ref)) / sigma^2; plus what a learner adds */
static inline int rotation_term(size_t first, size_t n, const double *z, size_t n_z, double *r, double *dr,
                                double *d2r, double *d, double *dd, double *d2d, void *user_data)
{
  const rotation *p = (const rotation *)user_data;
  const double c = cos(*z), s = sin(*z), k = 1.0 / (rotation_sigma * rotation_sigma);
  const double c0 = cos(rotation_z_ref), s0 = sin(rotation_z_ref);
  for (size_t i = 0; i < n; i++) {
    const double x = p->x[first + i], y = p->y[first + i];
    const double t = k * (x * c + y * s), dt = k * (y * c - x * s);
    r[i] = 2.0 * t + p->wrong * (1.0 + *z * *z);
    d[i] = -(t - k * (x * c0 + y * s0)) - p->wrong * sin(3.0 * *z);
    rotation_slopes(t, dt, i, dr, d2r, dd, d2d);
  }
  return n_z != 1;
}

static inline fairu_grid *rotation_grid_between(fairu_context *ctx, size_t n_knots, double lower,
                                                double upper)
{
  double knots[200];
  fairu_grid *grid = NULL;
  for (size_t i = 0; i < n_knots; i++)
    knots[i] = lower + (upper - lower) * (double)i / (double)(n_knots - 1);
  const fairu_axis axis = { "z", knots, n_knots, knots[n_knots / 2] };
  CHECK_OK(ctx, fairu_grid_create(ctx, &axis, 1, NULL, 0, &grid));
  return grid;
}

static inline fairu_grid *rotation_grid(fairu_context *ctx, size_t n_knots)
{
  return rotation_grid_between(ctx, n_knots, -rotation_z_ref, 3.0 * rotation_z_ref);
}

static inline fairu_event_terms *rotation_terms(fairu_context *ctx, rotation *r, size_t n_knots)
{
  fairu_event_terms *terms = NULL;
  fairu_grid *grid = rotation_grid(ctx, n_knots);
  CHECK_OK(ctx, fairu_event_terms_create_from_function(ctx, grid, r->n, rotation_term, r, &terms));
  fairu_grid_destroy(grid);
  return terms;
}

typedef struct rotation_problem {
  fairu_likelihood *likelihood;
  fairu_data *data;
} rotation_problem;

static inline void rotation_problem_clear(rotation_problem *p)
{
  fairu_data_destroy(p->data);
  fairu_likelihood_destroy(p->likelihood);
}

/* Defaults, with one factor: mu, free. */
static inline void rotation_model_of_mu(fairu_context *ctx, fairu_event_model *model,
                                        fairu_likelihood_options *options)
{
  static const fairu_factor mu = { "mu", NULL, 1.0, -HUGE_VAL, HUGE_VAL };
  CHECK_OK(ctx, fairu_likelihood_options_init(options, sizeof *options));
  CHECK_OK(ctx, fairu_event_model_init(model, sizeof *model));
  options->factors = &mu;
  options->n_factors = 1;
}

/* On a table, or on a function that reads a table. z free. */
static inline void rotation_problem_create(fairu_context *ctx, const fairu_event_terms *table,
                                           fairu_event_terms *called, rotation_problem *p)
{
  static const char *const names[1] = { "z" };
  static const double start = 0.9, lower = -0.78, upper = 2.35;
  fairu_likelihood_options options;
  fairu_event_model model;
  *p = (rotation_problem){ NULL, NULL };
  rotation_model_of_mu(ctx, &model, &options);
  model.signal_yield = rotation_s;
  model.background_yield = rotation_b;
  model.terms = table;
  model.start = &start;
  if (called) {
    model.term = fairu_event_terms_evaluate;
    model.term_data = called;
    model.nuisances = names;
    model.n_nuisances = 1;
    model.lower = &lower;
    model.upper = &upper;
  }
  CHECK_OK(ctx, fairu_likelihood_create_unbinned(ctx, &model, &options, &p->likelihood));
  CHECK_OK(ctx, fairu_data_create(ctx, p->likelihood, &p->data));
}

#endif /* FAIRU_TESTS_EVENT_ROTATION_H */
