/* prior_table.c - integral of a tabulated density and its inverse, cell by cell, by arithmetic that is the same on any machine. */
#include "systematics/prior_table.h"

#include <math.h>

#include "numeric/pinned.h"
#include "numeric/spline.h"

enum {
  CELLS = 16,
  HALF = 4,
  MOST_STEPS = 64
}; /* cells per interval of the table; 2 HALF points of quadrature in each */

/* Gauss-Legendre on [-1, 1], 8 points (Abramowitz and Stegun, table 25.4). */
static const double nodes[HALF] = { 0.18343464249564980, 0.52553240991632899, 0.79666647741362674,
                                    0.96028985649753623 };
static const double weights[HALF] = { 0.36268378337836198, 0.31370664587788729, 0.22238103445337447,
                                      0.10122853629037626 };

static double density(const fairu_prior_table *t, size_t i, double z)
{
  double value[3];
  fairu_spline__evaluate(t->z[i], t->z[i + 1], t->log_density[i], t->log_density[i + 1], t->moments[i],
                         t->moments[i + 1], z, value);
  return fairu_pinned__exp(value[0]);
}

/* Over [from, to] within interval i. */
static double quadrature(const fairu_prior_table *t, size_t i, double from, double to)
{
  const double middle = 0.5 * from + 0.5 * to, half = 0.5 * (to - from);
  double sum = 0.0;
  for (size_t k = 0; k < HALF; k++)
    sum += weights[k] * (density(t, i, middle - half * nodes[k]) + density(t, i, middle + half * nodes[k]));
  return half * sum;
}

static double cell_start(const fairu_prior_table *t, size_t cell)
{
  const size_t i = cell / CELLS, part = cell % CELLS;
  return part == 0 ? t->z[i] : t->z[i] + (t->z[i + 1] - t->z[i]) * ((double)part / CELLS);
}

static int integrate(fairu_prior_table *t, fairu_context *ctx, const char *name)
{
  t->integral[0] = 0.0;
  for (size_t c = 0; c < t->cells; c++) {
    t->integral[c + 1] = t->integral[c] + quadrature(t, c / CELLS, cell_start(t, c), cell_start(t, c + 1));
    const int status = c % 1024 == 1023 ? fairu_context__poll(ctx) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
  }
  if (isfinite(t->integral[t->cells]))
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                             "nuisance %s: the density overflows between points of its table", name);
}

int fairu_prior_table__make(fairu_prior_table *table, fairu_context *ctx, const fairu_nuisance *nuisance)
{
  const size_t n = nuisance->n_table;
  if (n < 4)
    return fairu_context__fail(
        ctx, FAIRU_ERR_RANGE, "nuisance %s: table of %zu points, a draw wants at least 4", nuisance->name, n);
  double *work = fairu_context__scratch(ctx, n, 6 * sizeof *work, "table of a prior");
  double *integral = fairu_context__scratch(ctx, n, CELLS * sizeof *integral, "integral of a prior");
  if (!work || !integral)
    return FAIRU_ERR_OUT_OF_MEMORY;
  *table = (fairu_prior_table){ .z = nuisance->table_z,
                                .log_density = work,
                                .moments = work + n,
                                .integral = integral,
                                .n = n,
                                .cells = CELLS * (n - 1) };
  double peak = -HUGE_VAL;
  for (size_t i = 0; i < n; i++) {
    work[i] = fairu_pinned__log(nuisance->table_density[i]);
    peak = fmax(peak, work[i]);
  }
  for (size_t i = 0; i < n; i++)
    work[i] -= peak;
  fairu_spline__moments(table->z, n, work, 1, table->moments, 1, work + 2 * n);
  return integrate(table, ctx, nuisance->name);
}

double fairu_prior_table__integral(const fairu_prior_table *table, double z)
{
  if (!(z > table->z[0]))
    return 0.0;
  if (!(z < table->z[table->n - 1]))
    return table->integral[table->cells];
  const size_t i = fairu_spline__find(table->z, table->n, z);
  size_t cell = CELLS * i;
  while (cell + 1 < CELLS * (i + 1) && cell_start(table, cell + 1) <= z)
    cell++;
  return table->integral[cell] + quadrature(table, i, cell_start(table, cell), z);
}

/* Newton's method, held within the part of the cell where the answer lies. */
double fairu_prior_table__inverse(const fairu_prior_table *table, double integral)
{
  const size_t cell = fairu_spline__find(table->integral, table->cells + 1, integral), i = cell / CELLS;
  const double start = cell_start(table, cell), rest = integral - table->integral[cell];
  double low = start, high = cell_start(table, cell + 1);
  double z = low + (high - low) * (rest / (table->integral[cell + 1] - table->integral[cell]));
  for (int step = 0; step < MOST_STEPS && low < high; step++) {
    z = z >= low && z <= high ? z : 0.5 * low + 0.5 * high;
    const double off = quadrature(table, i, start, z) - rest;
    if (off < 0.0)
      low = z;
    else
      high = z;
    const double next = z - off / density(table, i, z);
    if (fabs(next - z) <= 1e-15 * fabs(z) + 1e-15 * (high - low))
      break;
    z = next;
  }
  return z;
}
