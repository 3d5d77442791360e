/* surface_evaluate.c - the hot loop: value, first and second derivatives of a surface at one Z. */
#include "templates/surface.h"

#include <string.h>

#include "numeric/kernels.h"
#include "numeric/spline.h"
#include "templates/blend.h"

/* Weights of (y0, m0, y1, m1) in S, S' and S'' on one interval. */
typedef struct place {
  size_t interval;
  double weight[3][4];
} place;

static place place_of(const fairu_axis *axis, double z)
{
  place p;
  p.interval = fairu_spline__find(axis->knots, axis->n_knots, z);
  const double x0 = axis->knots[p.interval], x1 = axis->knots[p.interval + 1];
  const double h = x1 - x0, a = (x1 - z) / h, b = (z - x0) / h;
  const double weight[3][4] = {
    { a, (a * a * a - a) * (h * h / 6.0), b, (b * b * b - b) * (h * h / 6.0) },
    { -1.0 / h, (1.0 - 3.0 * a * a) * (h / 6.0), 1.0 / h, (3.0 * b * b - 1.0) * (h / 6.0) },
    { 0.0, a, 0.0, b },
  };
  memcpy(p.weight, weight, sizeof weight);
  return p;
}

/* The loop for the processor. */
static fairu_blend_fn blend_of(const fairu_context *ctx)
{
#if defined(__x86_64__)
  const int level = fairu_context__kernel_level(ctx);
  if (level >= 4)
    return fairu_blend__run_v4;
  if (level == 3)
    return fairu_blend__run_v3;
#endif
  (void)ctx;
  return fairu_blend__run_generic;
}

/* Where one evaluation writes; first and second derivatives or NULL. */
typedef struct target {
  const fairu_surface *surface;
  fairu_blend_fn run;
  double *f, *d_f, *d2_f;
} target;

static double *first(const target *t, size_t k)
{
  return t->d_f + k * t->surface->width;
}

static double *second(const target *t, size_t k, size_t l)
{
  return t->d2_f + (k * t->surface->grid->n_axes + l) * t->surface->width;
}

static void add_axis(const target *t, size_t k, double z)
{
  const fairu_surface *s = t->surface;
  if (!s->axis_nodes[k])
    return;
  const place p = place_of(&s->grid->axes[k], z);
  fairu_blend blend; /* too large to clear */
  blend.n_nodes = 1;
  blend.n_out = 0;
  blend.width = s->width;
  blend.nodes[0] = s->axis_nodes[k] + p.interval * 2 * s->width;
  blend.out[blend.n_out++] = t->f;
  if (t->d_f)
    blend.out[blend.n_out++] = first(t, k);
  if (t->d2_f)
    blend.out[blend.n_out++] = second(t, k, k);
  memcpy(blend.weights, p.weight, sizeof p.weight);
  t->run(&blend);
}

/* The derivative of order (da, db) of a pair goes to `out`. Rows of a node: value, moment a, moment b, both. */
static void add_output(fairu_blend *blend, const place *a, const place *b, size_t da, size_t db, double *out)
{
  double *c = blend->weights + blend->n_out * FAIRU_BLEND_NODES * 4;
  blend->out[blend->n_out++] = out;
  for (size_t i = 0; i < 2; i++)
    for (size_t j = 0; j < 2; j++, c += 4) {
      const double *wa = &a->weight[da][2 * i], *wb = &b->weight[db][2 * j];
      c[0] = wa[0] * wb[0];
      c[1] = wa[1] * wb[0];
      c[2] = wa[0] * wb[1];
      c[3] = wa[1] * wb[1];
    }
}

static void add_pair(const target *t, size_t q, const double *z)
{
  const fairu_surface *s = t->surface;
  const size_t k = s->grid->pairs[2 * q], l = s->grid->pairs[2 * q + 1], n_b = s->grid->axes[l].n_knots;
  const place a = place_of(&s->grid->axes[k], z[k]), b = place_of(&s->grid->axes[l], z[l]);
  fairu_blend blend;
  blend.n_nodes = FAIRU_BLEND_NODES;
  blend.n_out = 0;
  blend.width = s->width;
  for (size_t n = 0; n < FAIRU_BLEND_NODES; n++)
    blend.nodes[n] = s->pair_nodes[q] + ((a.interval + n / 2) * n_b + b.interval + n % 2) * 4 * s->width;
  add_output(&blend, &a, &b, 0, 0, t->f);
  if (t->d_f) {
    add_output(&blend, &a, &b, 1, 0, first(t, k));
    add_output(&blend, &a, &b, 0, 1, first(t, l));
  }
  if (t->d2_f) {
    add_output(&blend, &a, &b, 2, 0, second(t, k, k));
    add_output(&blend, &a, &b, 0, 2, second(t, l, l));
    add_output(&blend, &a, &b, 1, 1, second(t, k, l));
  }
  t->run(&blend);
  if (t->d2_f)
    memcpy(second(t, l, k), second(t, k, l), s->width * sizeof *t->d2_f);
}

/* From derivatives of h to those of f, f = reference e^h; f holds h on entry. */
static void unscale_log(const fairu_surface *s, fairu_context *ctx, double *f, double *d_f, double *d2_f)
{
  const size_t n = s->grid->n_axes, w = s->width;
  fairu_kernels__of(ctx)->exp_d(f, w);
  for (size_t b = 0; b < w; b++)
    f[b] *= s->reference[b];
  for (size_t k = 0; k < n && d2_f; k++)
    for (size_t l = 0; l < n; l++) {
      double *out = d2_f + (k * n + l) * w;
      for (size_t b = 0; b < w; b++)
        out[b] = f[b] * (out[b] + d_f[k * w + b] * d_f[l * w + b]);
    }
  for (size_t k = 0; k < n && d_f; k++)
    for (size_t b = 0; b < w; b++)
      d_f[k * w + b] *= f[b];
}

/* The same for f = h^2. */
static void unscale_sqrt(const fairu_surface *s, double *f, double *d_f, double *d2_f)
{
  const size_t n = s->grid->n_axes, w = s->width;
  for (size_t k = 0; k < n && d2_f; k++)
    for (size_t l = 0; l < n; l++) {
      double *out = d2_f + (k * n + l) * w;
      for (size_t b = 0; b < w; b++)
        out[b] = 2.0 * (f[b] * out[b] + d_f[k * w + b] * d_f[l * w + b]);
    }
  for (size_t k = 0; k < n && d_f; k++)
    for (size_t b = 0; b < w; b++)
      d_f[k * w + b] *= 2.0 * f[b];
  for (size_t b = 0; b < w; b++)
    f[b] *= f[b];
}

int fairu_surface__check_range(const fairu_surface *s, fairu_context *ctx, const double *z)
{
  for (size_t k = 0; k < s->grid->n_axes; k++) {
    const fairu_axis *axis = &s->grid->axes[k];
    if (axis->n_knots > 1 && !(z[k] >= axis->knots[0] && z[k] <= axis->knots[axis->n_knots - 1]))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                                 "templates: '%s' = %.17g is outside its knots [%g, %g]", axis->name, z[k],
                                 axis->knots[0], axis->knots[axis->n_knots - 1]);
  }
  return FAIRU_OK;
}

int fairu_surface__evaluate(const fairu_surface *s, fairu_context *ctx, const double *z, double *f,
                            double *d_f, double *d2_f)
{
  const int status = fairu_surface__check_range(s, ctx, z);
  if (status != FAIRU_OK)
    return status;
  const size_t n = s->grid->n_axes, w = s->width;
  const fairu_mark mark = fairu_context__mark(ctx);
  if (d2_f && !d_f && n > 0) { /* the chain rule needs the first ones */
    d_f = fairu_context__scratch(ctx, n * w, sizeof *d_f, "first derivatives of templates");
    if (!d_f)
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  memcpy(f, s->base, w * sizeof *f);
  if (d_f)
    memset(d_f, 0, n * w * sizeof *d_f);
  if (d2_f)
    memset(d2_f, 0, n * n * w * sizeof *d2_f);
  const target t = { s, blend_of(ctx), f, d_f, d2_f };
  for (size_t k = 0; k < n; k++)
    add_axis(&t, k, z[k]);
  for (size_t q = 0; q < s->grid->n_pairs; q++)
    add_pair(&t, q, z);
  if (s->scale == FAIRU_INTERPOLATION_LOG)
    unscale_log(s, ctx, f, d_f, d2_f);
  if (s->scale == FAIRU_INTERPOLATION_SQRT)
    unscale_sqrt(s, f, d_f, d2_f);
  fairu_context__release(ctx, mark);
  return FAIRU_OK;
}
