/* toy_unbinned_toys.c - coverage of the event-wise likelihood: every toy draws new events and makes a table of them. */
#include "study.h"
#include "toy_events.h"
#include "toy_unbinned.h"

#include <stdlib.h>

typedef struct toy_maker {
  const toy_unbinned *problem;
  uint64_t seed;
} toy_maker;

/* Streams of one toy. */
enum { COUNT_STREAM, SIGNAL_STREAM, BACKGROUND_STREAM, PRIOR_STREAM, STREAMS };

static uint64_t key_of(uint64_t seed, uint64_t toy, int stream)
{
  return toy_mix(toy_mix(seed) + toy * STREAMS + (uint64_t)stream);
}

/* Arrivals of a Poisson process within `mean`. */
static size_t poisson(uint64_t key, double mean)
{
  size_t n = 0;
  for (double t = -log(toy_uniform(key, 0)); t <= mean; t -= log(toy_uniform(key, n)))
    n++;
  return n;
}

static void draw(uint64_t key, double sign, double z, size_t n, double *x, double *y)
{
  for (size_t i = 0; i < n; i++) {
    x[i] = sign * TOY_RADIUS * cos(z) + TOY_SIGMA * toy_normal_quantile(toy_uniform(key, 2 * i));
    y[i] = sign * TOY_RADIUS * sin(z) + TOY_SIGMA * toy_normal_quantile(toy_uniform(key, 2 * i + 1));
  }
}

static int draw_plane(const toy_settings *s, uint64_t seed, uint64_t toy, toy_plane *out)
{
  const size_t n_signal = poisson(key_of(seed, toy, COUNT_STREAM), s->mu_true * TOY_SIGNAL);
  const size_t n_background = poisson(toy_mix(key_of(seed, toy, COUNT_STREAM)), TOY_BACKGROUND);
  const size_t n = n_signal + n_background;
  *out = (toy_plane){ .n = n, .x = malloc((2 * n + 1) * sizeof *out->x) };
  if (!out->x)
    return FAIRU_ERR_OUT_OF_MEMORY;
  out->y = out->x + n;
  draw(key_of(seed, toy, SIGNAL_STREAM), 1.0, s->z_true, n_signal, out->x, out->y);
  draw(key_of(seed, toy, BACKGROUND_STREAM), -1.0, s->z_true, n_background, out->x + n_signal,
       out->y + n_signal);
  return FAIRU_OK;
}

int toy_unbinned_draw_prior(const toy_settings *settings, fairu_data *data, fairu_context *ctx, uint64_t seed,
                            uint64_t toy)
{
  const double u = toy_uniform(key_of(seed, toy, PRIOR_STREAM), 0);
  return fairu_data_set_aux(data, ctx, TOY_Z,
                            settings->z_true + settings->prior_width * toy_normal_quantile(u));
}

static int estimate(fairu_context *ctx, uint64_t toy, fairu_toy_result *result, void *user_data)
{
  const toy_maker *maker = user_data;
  const toy_unbinned *p = maker->problem;
  toy_plane plane;
  fairu_event_terms *terms = NULL;
  fairu_data *data = NULL;
  int status = draw_plane(&p->settings, maker->seed, toy, &plane);
  if (status == FAIRU_OK)
    status = fairu_event_terms_create_from_function(ctx, p->grid, plane.n, toy_plane_terms, &plane, &terms);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, p->likelihood, &data);
  if (status == FAIRU_OK)
    status = fairu_data_set_event_terms(data, ctx, terms, NULL, plane.n);
  if (status == FAIRU_OK)
    status = toy_unbinned_draw_prior(&p->settings, data, ctx, maker->seed, toy);
  if (status == FAIRU_OK)
    status = toy_unbinned_estimate(p->likelihood, data, ctx, result);
  fairu_data_destroy(data);
  fairu_event_terms_destroy(terms);
  free(plane.x);
  return status;
}

int toy_unbinned_coverage(const toy_unbinned *problem, fairu_context *ctx, size_t n_toys, uint64_t seed,
                          fairu_coverage *out)
{
  toy_maker maker = { problem, seed };
  fairu_toy_result *results = calloc(n_toys + 1, sizeof *results);
  if (!results)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = fairu_toys_run(ctx, 0, n_toys, estimate, &maker, results);
  if (status == FAIRU_OK)
    status = study_coverage(ctx, problem->settings.mu_true, results, n_toys, out);
  free(results);
  return status;
}
