/* migration.c - how many events cross cuts, sentinels and categories when a nuisance moves: what no tangent sees. */
#include "systematics/shifter.h"

#include <math.h>
#include <string.h>

enum { CHUNK = 512, N_SIDES = 3 };
enum { DOWN, HERE, UP };
enum { BY_CUT, BY_SENTINEL, BY_CATEGORY, CROSSING, BY_WEIGHT, TOTAL, N_SUMS };

/* Sums over the rows of a chunk: added up in order of chunks, whatever the threads. */
typedef struct sums {
  double of[N_SUMS];
  size_t n_crossing;
} sums;

typedef struct plan {
  const fairu_systematics *sys;
  const fairu_events *in;
  size_t n_events, n_columns;
  double z[N_SIDES]; /* of the nuisance that moves */
  fairu_shifter *shifters[N_SIDES];
  int *changes; /* [n_columns] fairu_change; of columns that are not touched smooth */
  sums *chunks;
} plan;

/* Rows of a chunk at the three Z. */
typedef struct rows {
  size_t first, n;
  float **columns[N_SIDES]; /* [n_columns], NULL: not touched */
  double *weights[N_SIDES];
  unsigned char passed[N_SIDES][CHUNK];
} rows;

/* ---- columns --------------------------------------------------------------------------------------------- */

static int is_whole(float x)
{
  return x == floorf(x); /* not NaN */
}

static int holds_whole_numbers(const plan *p, size_t column)
{
  size_t stride = 1;
  const float *x = fairu_events_column(p->in, column, &stride);
  for (size_t i = 0; i < p->n_events; i++)
    if (!is_whole(x[i * stride]))
      return 0;
  return 1;
}

/* A column that any step lets jump jumps. */
static int classify_columns(plan *p, fairu_context *ctx)
{
  p->changes = fairu_context__scratch(ctx, p->n_columns, sizeof *p->changes, "columns of the table");
  if (!p->changes)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(p->changes, 0, p->n_columns * sizeof *p->changes);
  const size_t *indices = p->shifters[HERE]->indices;
  for (size_t s = 0; p->sys && s < p->sys->n_steps; s++) {
    const fairu_step *step = &p->sys->steps[s];
    for (size_t c = 0; c < step->n_columns; c++)
      if (indices[c] != FAIRU_ABSENT && p->changes[indices[c]] != FAIRU_CHANGE_JUMP &&
          step->columns[c].change != FAIRU_CHANGE_SMOOTH)
        p->changes[indices[c]] = step->columns[c].change;
    indices += step->n_columns;
  }
  for (size_t c = 0; c < p->n_columns; c++)
    if (p->changes[c] == FAIRU_CHANGE_UNKNOWN && !holds_whole_numbers(p, c))
      p->changes[c] = FAIRU_CHANGE_SMOOTH;
  return FAIRU_OK;
}

/* ---- rows of a chunk --------------------------------------------------------------------------------------- */

static int take_rows(const plan *p, fairu_context *worker, rows *r)
{
  const char *what = "rows that may migrate";
  size_t n_touched = 0;
  for (size_t c = 0; c < p->n_columns; c++)
    n_touched += fairu_shifter__use(p->shifters[HERE], c) != 0;
  for (int side = 0; side < N_SIDES; side++) {
    float *values = fairu_context__scratch(worker, n_touched, CHUNK * sizeof *values, what);
    r->columns[side] = fairu_context__scratch(worker, p->n_columns, sizeof *r->columns[side], what);
    r->weights[side] = fairu_context__scratch(worker, CHUNK, sizeof *r->weights[side], what);
    if (!values || !r->columns[side] || !r->weights[side])
      return FAIRU_ERR_OUT_OF_MEMORY;
    for (size_t c = 0; c < p->n_columns; c++) {
      const int is_touched = fairu_shifter__use(p->shifters[HERE], c) != 0;
      r->columns[side][c] = is_touched ? values : NULL;
      values += is_touched ? CHUNK : 0;
    }
  }
  return FAIRU_OK;
}

static void copy_rows(const plan *p, rows *r, int side)
{
  const double *weights = fairu_events_weights(p->in);
  for (size_t c = 0; c < p->n_columns; c++) {
    size_t stride = 1;
    const float *from = fairu_events_column(p->in, c, &stride) + r->first * stride;
    float *to = r->columns[side][c];
    for (size_t i = 0; to && i < r->n; i++)
      to[i] = from[i * stride];
  }
  for (size_t i = 0; i < r->n; i++)
    r->weights[side][i] = weights ? weights[r->first + i] : 1.0;
}

static int shift_rows(const plan *p, fairu_context *worker, rows *r, int side)
{
  const int32_t *labels = fairu_events_labels(p->in);
  const uint64_t *ids = fairu_events_ids(p->in);
  fairu_chunk chunk = { .first_row = r->first,
                        .n_events = r->n,
                        .passed = r->passed[side],
                        .weights = p->sys && p->sys->weighs ? r->weights[side] : NULL,
                        .labels = labels ? labels + r->first : NULL,
                        .ids = ids ? ids + r->first : NULL };
  copy_rows(p, r, side);
  int status = fairu_shifter__run_chunk(p->shifters[side], worker, r->columns[side], &chunk);
  for (size_t i = 0; i < r->n && status == FAIRU_OK; i++)
    if (!isfinite(r->weights[side][i]))
      status = fairu_context__fail(worker, FAIRU_ERR_NON_FINITE, "row %zu, weight is %g after the shift",
                                   r->first + i, r->weights[side][i]);
  return status;
}

/* ---- who crosses ------------------------------------------------------------------------------------------- */

static int is_sentinel(float x)
{
  return x == -25.0f || x == -999.0f || isnan(x);
}

/* Bits 1 << BY_SENTINEL and 1 << BY_CATEGORY for rows whose column jumps. */
static void mark_jumps(const plan *p, const rows *r, size_t c, unsigned char *marks)
{
  const float *down = r->columns[DOWN][c], *here = r->columns[HERE][c], *up = r->columns[UP][c];
  for (size_t i = 0; i < r->n; i++) {
    const int n = is_sentinel(down[i]) + is_sentinel(here[i]) + is_sentinel(up[i]);
    marks[i] = (unsigned char)(marks[i] | (n > 0 && n < N_SIDES) << BY_SENTINEL);
  }
  for (size_t i = 0; p->changes[c] != FAIRU_CHANGE_SMOOTH && i < r->n; i++) {
    const int moved = (down[i] != here[i]) | (up[i] != here[i]);
    const int whole =
        p->changes[c] == FAIRU_CHANGE_JUMP || (is_whole(down[i]) && is_whole(here[i]) && is_whole(up[i]));
    marks[i] = (unsigned char)(marks[i] | (moved & whole) << BY_CATEGORY);
  }
}

static void count_row(const rows *r, size_t i, int mark, sums *s)
{
  const int n_passed = (r->passed[DOWN][i] != 0) + (r->passed[HERE][i] != 0) + (r->passed[UP][i] != 0);
  if (n_passed == 0)
    return;
  double w[N_SIDES];
  for (int side = 0; side < N_SIDES; side++)
    w[side] = fabs(r->weights[side][i]);
  const int is_cut = n_passed < N_SIDES;
  s->of[TOTAL] += w[HERE];
  s->of[BY_WEIGHT] += fmax(fabs(w[DOWN] - w[HERE]), fabs(w[UP] - w[HERE]));
  s->of[BY_CUT] += is_cut ? w[HERE] : 0.0;
  s->of[BY_SENTINEL] += !is_cut && (mark & 1 << BY_SENTINEL) ? w[HERE] : 0.0;
  s->of[BY_CATEGORY] += !is_cut && (mark & 1 << BY_CATEGORY) ? w[HERE] : 0.0;
  s->of[CROSSING] += is_cut || mark ? w[HERE] : 0.0;
  s->n_crossing += is_cut || mark;
}

static int run_chunk(fairu_context *worker, size_t index, void *data)
{
  const plan *p = data;
  const size_t left = p->n_events - index * CHUNK;
  const fairu_mark mark = fairu_context__mark(worker);
  unsigned char marks[CHUNK] = { 0 };
  rows r = { .first = index * CHUNK, .n = left < CHUNK ? left : CHUNK };
  int status = take_rows(p, worker, &r);
  for (int side = 0; side < N_SIDES && status == FAIRU_OK; side++)
    status = shift_rows(p, worker, &r, side);
  for (size_t c = 0; c < p->n_columns && status == FAIRU_OK; c++)
    if (r.columns[HERE][c])
      mark_jumps(p, &r, c, marks);
  sums s = { .n_crossing = 0 };
  for (size_t i = 0; i < r.n && status == FAIRU_OK; i++)
    count_row(&r, i, marks[i], &s);
  p->chunks[index] = s;
  fairu_context__release(worker, mark);
  return status;
}

/* ---- the call ---------------------------------------------------------------------------------------------- */

static int make_shifters(plan *p, fairu_context *ctx, const double *z, size_t n_nuisances, size_t k,
                         uint64_t seed)
{
  int status = FAIRU_OK;
  for (int side = 0; side < N_SIDES && status == FAIRU_OK; side++) {
    double *moved = fairu_context__scratch(ctx, n_nuisances, sizeof *moved, "nuisance parameters");
    if (!moved)
      return FAIRU_ERR_OUT_OF_MEMORY;
    memcpy(moved, z, n_nuisances * sizeof *moved);
    moved[k] = p->z[side];
    status = fairu_shifter__create(p->sys, ctx, p->in, 0, p->n_events, moved, n_nuisances, seed,
                                   &p->shifters[side]);
  }
  return status;
}

static int add_up(const plan *p, fairu_context *ctx, size_t n_chunks, fairu_migration *migration)
{
  sums all = { .n_crossing = 0 };
  for (size_t c = 0; c < n_chunks; c++) {
    for (int s = 0; s < N_SUMS; s++)
      all.of[s] += p->chunks[c].of[s];
    all.n_crossing += p->chunks[c].n_crossing;
  }
  const double total = all.of[TOTAL];
  if (!(total > 0.0))
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "%zu events, and none with a weight passes",
                               p->n_events);
  const fairu_migration ours = { .struct_size = sizeof ours,
                                 .cut = all.of[BY_CUT] / total,
                                 .sentinel = all.of[BY_SENTINEL] / total,
                                 .category = all.of[BY_CATEGORY] / total,
                                 .crossing = all.of[CROSSING] / total,
                                 .weight = all.of[BY_WEIGHT] / total,
                                 .n_crossing = all.n_crossing };
  return fairu_result__write(ctx, migration, &ours, sizeof ours, "migration");
}

static int count(plan *p, fairu_context *ctx, const double *z, size_t n_nuisances, size_t k, uint64_t seed,
                 fairu_migration *migration)
{
  const size_t n_chunks = (p->n_events + CHUNK - 1) / CHUNK;
  int status = make_shifters(p, ctx, z, n_nuisances, k, seed);
  if (status == FAIRU_OK)
    status = classify_columns(p, ctx);
  if (status != FAIRU_OK)
    return status;
  p->chunks = fairu_context__scratch(ctx, n_chunks, sizeof *p->chunks, "sums of migration");
  if (!p->chunks)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = fairu_context__parallel(ctx, n_chunks, run_chunk, p, "events that migrate");
  return status == FAIRU_OK ? add_up(p, ctx, n_chunks, migration) : status;
}

static int check_step(fairu_context *ctx, size_t n_nuisances, size_t k, double step)
{
  if (k >= n_nuisances)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "nuisance %zu of %zu", k, n_nuisances);
  if (!isfinite(step))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "step of nuisance %zu is %g", k, step);
  return step > 0.0
             ? FAIRU_OK
             : fairu_context__fail(ctx, FAIRU_ERR_RANGE, "step of nuisance %zu is %g, wanted > 0", k, step);
}

int fairu_systematics_migration(const fairu_systematics *systematics, fairu_context *ctx,
                                const fairu_events *in, const double *z, size_t n_nuisances, size_t k,
                                double step, uint64_t seed, fairu_migration *migration)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!systematics || !in || !migration)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL",
                               !systematics ? "systematics"
                               : !in        ? "in"
                                            : "migration");
  int status = fairu_systematics__check_z(systematics, ctx, z, n_nuisances);
  if (status == FAIRU_OK)
    status = check_step(ctx, n_nuisances, k, step);
  if (status != FAIRU_OK)
    return status;
  const fairu_nuisance *nuisance = &systematics->nuisances[k];
  plan p = { .sys = systematics,
             .in = in,
             .n_events = fairu_events_n_events(in),
             .n_columns = fairu_events_n_columns(in),
             .z = { fmax(z[k] - step, nuisance->lower), z[k], fmin(z[k] + step, nuisance->upper) } };
  const fairu_mark mark = fairu_context__mark(ctx);
  status = count(&p, ctx, z, n_nuisances, k, seed, migration);
  fairu_context__release(ctx, mark);
  return status;
}

/* ---- refusing ---------------------------------------------------------------------------------------------- */

static int refuse(fairu_context *ctx, const fairu_nuisance *nuisance, double step, const fairu_migration *m)
{
  return fairu_context__fail(
      ctx, FAIRU_ERR_UNSUPPORTED,
      "tangents by \"%.60s\" miss %.3g of the weight: within +-%g events cross cuts (%.3g), "
      "sentinels (%.3g), categories (%.3g), and weights change by %.3g; take events shifted "
      "up and down",
      nuisance->name, fmax(m->crossing, m->weight), step, m->cut, m->sentinel, m->category, m->weight);
}

int fairu_systematics_check_tangents(const fairu_systematics *systematics, fairu_context *ctx,
                                     const fairu_events *in, const double *z, size_t n_nuisances,
                                     const double *steps, uint64_t seed, double limit)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!systematics || !in || (!steps && n_nuisances > 0))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL",
                               !systematics ? "systematics"
                               : !in        ? "in"
                                            : "steps");
  if (!(limit >= 0.0 && limit < 1.0))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "limit of migration is %g, wanted 0 <= limit < 1",
                               limit);
  int status = fairu_systematics__check_z(systematics, ctx, z, n_nuisances);
  for (size_t k = 0; k < n_nuisances && status == FAIRU_OK; k++) {
    fairu_migration m = { .struct_size = sizeof m };
    if (steps[k] == 0.0)
      continue;
    status = fairu_systematics_migration(systematics, ctx, in, z, n_nuisances, k, steps[k], seed, &m);
    if (status == FAIRU_OK && (m.crossing > limit || m.weight > limit))
      status = refuse(ctx, &systematics->nuisances[k], steps[k], &m);
  }
  return status;
}
