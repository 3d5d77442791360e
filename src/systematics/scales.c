/* scales.c - scales of momenta, smearing of MET: what an experiment of one's own is made of. */
#include "systematics/momentum.h"
#include "systematics/tangent.h"

#include <math.h>
#include <string.h>

/* ---- momenta ------------------------------------------------------------------------------------------- */

enum { PT, PHI, MET, MET_PHI };

typedef struct work {
  fairu_met met;
  double gained[FAIRU_MOMENTUM_ROWS], cosine[FAIRU_MOMENTUM_ROWS], sine[FAIRU_MOMENTUM_ROWS];
} work;

static void scale_pt(const fairu_step *step, const fairu_chunk *chunk, work *w, size_t first, size_t n)
{
  const double z = chunk->z[step->nuisance];
  float *pt = chunk->columns[PT] + first;
  for (size_t i = 0; i < n; i++) {
    const double old = (double)pt[i];
    const int is_there = old >= 0.0;
    w->gained[i] = is_there ? (z - 1.0) * old : 0.0;
    pt[i] = is_there ? (float)(z * old) : pt[i];
    if (is_there && step->parameter > 0.0 && !((double)pt[i] > step->parameter))
      chunk->passed[first + i] = 0;
  }
}

static int run_momentum(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk)
{
  const fairu_mark mark = fairu_context__mark(worker);
  work *w = fairu_context__scratch(worker, 1, sizeof *w, "momenta");
  if (!w)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t first = 0; first < chunk->n_events; first += FAIRU_MOMENTUM_ROWS) {
    const size_t left = chunk->n_events - first, n = left < FAIRU_MOMENTUM_ROWS ? left : FAIRU_MOMENTUM_ROWS;
    scale_pt(step, chunk, w, first, n);
    if (step->n_columns <= MET || chunk->z[step->nuisance] == 1.0) /* of no MET, the angle stays what it is */
      continue;
    float *met = chunk->columns[MET] + first, *met_phi = chunk->columns[MET_PHI] + first;
    fairu_direction__read(n, chunk->columns[PHI] + first, w->cosine, w->sine);
    fairu_met__read(&w->met, n, met, met_phi);
    fairu_met__pull(&w->met, n, w->gained, w->cosine, w->sine);
    fairu_met__measure(&w->met, n);
    fairu_met__store(&w->met, n, met, met_phi);
  }
  fairu_context__release(worker, mark);
  return FAIRU_OK;
}

static void pull_tangent(const fairu_step *step, const fairu_tangent *t, double z, const double *is_there)
{
  const fairu_tangent_met met = { MET, MET_PHI, step->n_columns, step->n_columns + 1 };
  double cosine[FAIRU_TANGENT_ROWS], sine[FAIRU_TANGENT_ROWS];
  fairu_tangent__direction(t, PHI, cosine, sine);
  const fairu_tangent_pull pull = { PT, PHI, z, step->nuisance, cosine, sine, is_there };
  fairu_tangent__open_met(t, &met);
  fairu_tangent__pull_met(t, &met, &pull);
  fairu_tangent__close_met(t, &met);
}

static int momentum_tangent(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk,
                            const fairu_tangent *t)
{
  (void)worker;
  const double z = chunk->z[step->nuisance], *pt = fairu_tangent__values(t, PT);
  double is_there[FAIRU_TANGENT_ROWS];
  for (size_t i = 0; i < t->n; i++)
    is_there[i] = pt[i] >= 0.0 ? 1.0 : 0.0;
  if (step->n_columns > MET)
    pull_tangent(step, t, z, is_there);
  fairu_tangent__scale(t, PT, z, step->nuisance, is_there);
  for (size_t i = 0; i < t->n && step->parameter > 0.0; i++)
    if (is_there[i] > 0.0 && !((double)(float)pt[i] > step->parameter))
      chunk->passed[i] = 0;
  return FAIRU_OK;
}

int fairu_systematics_add_momentum_scale(fairu_systematics *systematics, fairu_context *ctx,
                                         const char *nuisance, const char *pt, const char *phi,
                                         const char *met, const char *met_phi, double pt_min)
{
  int status = fairu_systematics__check_append(systematics, ctx, nuisance, "nuisance");
  if (status == FAIRU_OK)
    status = fairu_systematics__check_append(systematics, ctx, pt, "pt");
  if (status != FAIRU_OK)
    return status;
  if ((met || met_phi) && (!phi || !met || !met_phi))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL; MET follows with phi, met and met_phi",
                               !phi   ? "phi"
                               : !met ? "met"
                                      : "met_phi");
  if (!isfinite(pt_min))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "pt_min is %g", pt_min);
  if (pt_min < 0.0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "pt_min is %g, wanted >= 0", pt_min);
  fairu_step_column columns[4] = { [PT] = { .name = pt, .is_read = 1 },
                                   [PHI] = { .name = phi, .is_read = 1 },
                                   [MET] = { .name = met, .is_read = 1 },
                                   [MET_PHI] = { .name = met_phi, .is_read = 1 } };
  fairu_step step = { .kind = "momentum scale",
                      .run = run_momentum,
                      .tangent = momentum_tangent,
                      .draws = fairu_step__never_draws,
                      .columns = columns,
                      .n_columns = met ? 4 : 1,
                      .parameter = pt_min,
                      .needs_positive = 1 };
  return fairu_systematics__append_named(systematics, ctx, nuisance, &step);
}

/* ---- smearing ------------------------------------------------------------------------------------------ */

static int run_smearing(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk)
{
  const double z = chunk->z[step->nuisance];
  if (z == 0.0)
    return FAIRU_OK;
  const fairu_mark mark = fairu_context__mark(worker);
  work *w = fairu_context__scratch(worker, 1, sizeof *w, "momenta");
  if (!w)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t first = 0; first < chunk->n_events; first += FAIRU_MOMENTUM_ROWS) {
    const size_t left = chunk->n_events - first, n = left < FAIRU_MOMENTUM_ROWS ? left : FAIRU_MOMENTUM_ROWS;
    float *met = chunk->columns[0] + first, *phi = chunk->columns[1] + first;
    fairu_met__read(&w->met, n, met, phi);
    fairu_smearing__draw(worker, chunk, 0, first, n, w->cosine, w->sine);
    for (size_t i = 0; i < n; i++) {
      w->met.x[i] += z * w->cosine[i];
      w->met.y[i] += z * w->sine[i];
    }
    fairu_met__measure(&w->met, n);
    fairu_met__store(&w->met, n, met, phi);
  }
  fairu_context__release(worker, mark);
  return FAIRU_OK;
}

static int smearing_tangent(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk,
                            const fairu_tangent *t)
{
  const fairu_tangent_met met = { 0, 1, step->n_columns, step->n_columns + 1 };
  double dx[FAIRU_TANGENT_ROWS], dy[FAIRU_TANGENT_ROWS];
  fairu_smearing__draw(worker, chunk, 0, 0, t->n, dx, dy);
  fairu_tangent__open_met(t, &met);
  fairu_tangent__smear_met(t, &met, dx, dy, chunk->z[step->nuisance], 1.0, step->nuisance);
  fairu_tangent__close_met(t, &met);
  return FAIRU_OK;
}

int fairu_systematics_add_met_smearing(fairu_systematics *systematics, fairu_context *ctx,
                                       const char *nuisance, const char *met, const char *met_phi)
{
  int status = fairu_systematics__check_append(systematics, ctx, nuisance, "nuisance");
  if (status == FAIRU_OK)
    status = fairu_systematics__check_append(systematics, ctx, met, "met");
  if (status == FAIRU_OK)
    status = fairu_systematics__check_append(systematics, ctx, met_phi, "met_phi");
  if (status != FAIRU_OK)
    return status;
  fairu_step_column columns[2] = { { .name = met, .is_read = 1 }, { .name = met_phi, .is_read = 1 } };
  fairu_step step = { .kind = "MET smearing",
                      .run = run_smearing,
                      .tangent = smearing_tangent,
                      .prepare = fairu_step__prepare_width,
                      .draws = fairu_step__draws_width,
                      .columns = columns,
                      .n_columns = 2 };
  return fairu_systematics__append_named(systematics, ctx, nuisance, &step);
}
