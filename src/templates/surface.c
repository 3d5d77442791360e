/* surface.c - node tables of a surface. */
#include "templates/surface.h"

#include <math.h>
#include <string.h>

#include "numeric/moments.h"

static int create_axes(fairu_context *ctx, fairu_surface *s)
{
  for (size_t k = 0; k < s->grid->n_axes; k++) {
    const fairu_axis *axis = &s->grid->axes[k];
    if (axis->n_knots == 1)
      continue;
    s->axis_nodes[k] =
        fairu_context__new(ctx, axis->n_knots, 2 * s->width * sizeof(double), "nodes of an axis");
    s->factors[k] =
        fairu_context__new(ctx, fairu_moments__size(axis->n_knots), sizeof(double), "factors of a spline");
    if (!s->axis_nodes[k] || !s->factors[k])
      return FAIRU_ERR_OUT_OF_MEMORY;
    fairu_moments__factor(axis->knots, axis->n_knots, s->factors[k]);
  }
  return FAIRU_OK;
}

static int create_pairs(fairu_context *ctx, fairu_surface *s)
{
  for (size_t q = 0; q < s->grid->n_pairs; q++) {
    const size_t n_a = s->grid->axes[s->grid->pairs[2 * q]].n_knots;
    const size_t n_b = s->grid->axes[s->grid->pairs[2 * q + 1]].n_knots;
    s->pair_nodes[q] = fairu_context__new(ctx, n_a * n_b, 4 * s->width * sizeof(double), "nodes of a pair");
    if (!s->pair_nodes[q])
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  return FAIRU_OK;
}

static int fill_surface(fairu_context *ctx, fairu_surface *s)
{
  const size_t n_axes = s->grid->n_axes;
  s->reference = fairu_context__new(ctx, s->width, sizeof(double), "reference of a surface");
  s->base = fairu_context__new(ctx, s->width, sizeof(double), "base of a surface");
  s->axis_nodes = fairu_context__new(ctx, n_axes, sizeof(double *), "axes of a surface");
  s->factors = fairu_context__new(ctx, n_axes, sizeof(double *), "splines of a surface");
  s->pair_nodes = fairu_context__new(ctx, s->grid->n_pairs, sizeof(double *), "pairs of a surface");
  if (!s->reference || !s->base || !s->axis_nodes || !s->factors || !s->pair_nodes)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status = create_axes(ctx, s);
  return status == FAIRU_OK ? create_pairs(ctx, s) : status;
}

int fairu_surface__create(fairu_context *ctx, const fairu_grid *grid, int scale, size_t width,
                          fairu_surface **out)
{
  fairu_surface *s = fairu_context__new(ctx, 1, sizeof *s, "a surface");
  if (!s)
    return FAIRU_ERR_OUT_OF_MEMORY;
  s->allocator = *fairu_context__allocator(ctx);
  s->grid = grid;
  s->scale = scale;
  s->width = width;
  const int status = fill_surface(ctx, s);
  if (status == FAIRU_OK)
    *out = s;
  else
    fairu_surface__destroy(s);
  return status;
}

void fairu_surface__destroy(fairu_surface *s)
{
  if (!s)
    return;
  const fairu_allocator allocator = s->allocator;
  for (size_t k = 0; k < s->grid->n_axes; k++) {
    if (s->axis_nodes)
      fairu_allocator__free(&allocator, s->axis_nodes[k]);
    if (s->factors)
      fairu_allocator__free(&allocator, s->factors[k]);
  }
  for (size_t q = 0; q < s->grid->n_pairs && s->pair_nodes; q++)
    fairu_allocator__free(&allocator, s->pair_nodes[q]);
  fairu_allocator__free(&allocator, s->axis_nodes);
  fairu_allocator__free(&allocator, s->factors);
  fairu_allocator__free(&allocator, s->pair_nodes);
  fairu_allocator__free(&allocator, s->reference);
  fairu_allocator__free(&allocator, s->base);
  fairu_allocator__free(&allocator, s);
}

/* ln(value / reference), also where the quotient leaves the range of double. */
static double log_ratio(double value, double reference)
{
  const double ratio = value / reference;
  return ratio > 1e-300 && ratio < 1e300 ? log(ratio) : log(value) - log(reference);
}

/* out = h(values) - base. */
static void scaled(const fairu_surface *s, const double *values, double *out)
{
  if (s->scale == FAIRU_INTERPOLATION_LOG)
    for (size_t b = 0; b < s->width; b++)
      out[b] = s->reference[b] > 0.0 ? log_ratio(values[b], s->reference[b]) : 0.0;
  else if (s->scale == FAIRU_INTERPOLATION_SQRT)
    for (size_t b = 0; b < s->width; b++)
      out[b] = sqrt(values[b]) - s->base[b];
  else
    for (size_t b = 0; b < s->width; b++)
      out[b] = values[b] - s->base[b];
}

static void set_axis(fairu_surface *s, size_t k, const double *values)
{
  const size_t n = s->grid->axes[k].n_knots, stride = 2 * s->width;
  if (n == 1)
    return;
  for (size_t i = 0; i < n; i++)
    scaled(s, values + fairu_grid__axis_point(s->grid, k, i) * s->width, s->axis_nodes[k] + i * stride);
  fairu_moments__solve(s->factors[k], n, s->axis_nodes[k], stride, s->width, s->width);
}

/* What the one-dimensional terms miss at knots (i, j): exactly 0 on the nominal lines. */
static void set_rest(fairu_surface *s, size_t q, size_t i, size_t j, const double *values, double *out)
{
  const size_t a = s->grid->pairs[2 * q], b = s->grid->pairs[2 * q + 1];
  if (i == s->grid->nominal_knot[a] || j == s->grid->nominal_knot[b]) {
    memset(out, 0, s->width * sizeof *out);
    return;
  }
  const double *d_a = s->axis_nodes[a] + i * 2 * s->width, *d_b = s->axis_nodes[b] + j * 2 * s->width;
  scaled(s, values + fairu_grid__pair_point(s->grid, q, i, j) * s->width, out);
  for (size_t w = 0; w < s->width; w++)
    out[w] -= d_a[w] + d_b[w];
}

static void set_pair(fairu_surface *s, size_t q, const double *values)
{
  const size_t a = s->grid->pairs[2 * q], b = s->grid->pairs[2 * q + 1], width = s->width;
  const size_t n_a = s->grid->axes[a].n_knots, n_b = s->grid->axes[b].n_knots;
  const size_t stride_b = 4 * width, stride_a = n_b * stride_b;
  double *nodes = s->pair_nodes[q];
  for (size_t i = 0; i < n_a; i++)
    for (size_t j = 0; j < n_b; j++)
      set_rest(s, q, i, j, values, nodes + i * stride_a + j * stride_b);
  for (size_t j = 0; j < n_b; j++) /* along a: value -> moment a */
    fairu_moments__solve(s->factors[a], n_a, nodes + j * stride_b, stride_a, width, width);
  for (size_t i = 0; i < n_a; i++) { /* along b: value -> moment b, moment a -> both */
    fairu_moments__solve(s->factors[b], n_b, nodes + i * stride_a, stride_b, 2 * width, width);
    fairu_moments__solve(s->factors[b], n_b, nodes + i * stride_a + width, stride_b, 2 * width, width);
  }
}

void fairu_surface__set(fairu_surface *s, const double *values)
{
  const double *nominal = values + fairu_grid__nominal_point(s->grid) * s->width;
  const int one_spline = s->grid->n_axes == 1 && s->grid->axes[0].n_knots > 1;
  for (size_t b = 0; b < s->width; b++) {
    s->reference[b] = nominal[b];
    s->base[b] = 0.0; /* a single spline holds all of it: no difference is taken and added back */
    if (!one_spline && s->scale == FAIRU_INTERPOLATION_SQRT)
      s->base[b] = sqrt(nominal[b]);
    if (!one_spline && s->scale == FAIRU_INTERPOLATION_LINEAR)
      s->base[b] = nominal[b];
  }
  for (size_t k = 0; k < s->grid->n_axes; k++)
    set_axis(s, k, values);
  for (size_t q = 0; q < s->grid->n_pairs; q++)
    set_pair(s, q, values);
}
