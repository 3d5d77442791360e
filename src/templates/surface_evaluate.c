/* surface_evaluate.c - the hot loop: value, first and second derivatives of a surface at one Z. */
#include "templates/surface.h"

#include <string.h>

#include "numeric/kernels.h"
#include "numeric/spline.h"

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

/* out += sum_(r < 4) c[r] rows[r] over rows of `width`, in a fixed order. */
static void blend(const double *rows, size_t width, const double c[4], double *out)
{
  const double *r0 = rows, *r1 = rows + width, *r2 = rows + 2 * width, *r3 = rows + 3 * width;
  const double c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];
  for (size_t b = 0; b < width; b++)
    out[b] += (c0 * r0[b] + c2 * r2[b]) + (c1 * r1[b] + c3 * r3[b]);
}

static void add_axis(const fairu_surface *s, size_t k, double z, double *f, double *d_f, double *d2_f)
{
  if (!s->axis_nodes[k])
    return;
  const place p = place_of(&s->grid->axes[k], z);
  const double *rows = s->axis_nodes[k] + p.interval * 2 * s->width;
  blend(rows, s->width, p.weight[0], f);
  if (d_f)
    blend(rows, s->width, p.weight[1], d_f + k * s->width);
  if (d2_f)
    blend(rows, s->width, p.weight[2], d2_f + (k * s->grid->n_axes + k) * s->width);
}

/* out += the derivative of order (da, db) of a pair. Rows of a node: value, moment a, moment b, both. */
static void blend_pair(const fairu_surface *s, size_t q, const place *a, const place *b, size_t da, size_t db,
                       double *out)
{
  const size_t n_b = s->grid->axes[s->grid->pairs[2 * q + 1]].n_knots;
  for (size_t i = 0; i < 2; i++)
    for (size_t j = 0; j < 2; j++) {
      const double *wa = &a->weight[da][2 * i], *wb = &b->weight[db][2 * j];
      const double c[4] = { wa[0] * wb[0], wa[1] * wb[0], wa[0] * wb[1], wa[1] * wb[1] };
      blend(s->pair_nodes[q] + ((a->interval + i) * n_b + b->interval + j) * 4 * s->width, s->width, c, out);
    }
}

static void add_pair(const fairu_surface *s, size_t q, const double *z, double *f, double *d_f, double *d2_f)
{
  const size_t k = s->grid->pairs[2 * q], l = s->grid->pairs[2 * q + 1], n = s->grid->n_axes, w = s->width;
  const place a = place_of(&s->grid->axes[k], z[k]), b = place_of(&s->grid->axes[l], z[l]);
  blend_pair(s, q, &a, &b, 0, 0, f);
  if (d_f) {
    blend_pair(s, q, &a, &b, 1, 0, d_f + k * w);
    blend_pair(s, q, &a, &b, 0, 1, d_f + l * w);
  }
  if (d2_f) {
    blend_pair(s, q, &a, &b, 2, 0, d2_f + (k * n + k) * w);
    blend_pair(s, q, &a, &b, 0, 2, d2_f + (l * n + l) * w);
    blend_pair(s, q, &a, &b, 1, 1, d2_f + (k * n + l) * w);
    memcpy(d2_f + (l * n + k) * w, d2_f + (k * n + l) * w, w * sizeof *d2_f);
  }
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
  for (size_t k = 0; k < n; k++)
    add_axis(s, k, z[k], f, d_f, d2_f);
  for (size_t q = 0; q < s->grid->n_pairs; q++)
    add_pair(s, q, z, f, d_f, d2_f);
  if (s->scale == FAIRU_INTERPOLATE_LOG)
    unscale_log(s, ctx, f, d_f, d2_f);
  if (s->scale == FAIRU_INTERPOLATE_SQRT)
    unscale_sqrt(s, f, d_f, d2_f);
  fairu_context__release(ctx, mark);
  return FAIRU_OK;
}
