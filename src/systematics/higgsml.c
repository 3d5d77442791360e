/* higgsml.c - systematics of the FAIR Universe HiggsML Uncertainty Challenge as a step of a chain. */
#include "systematics/higgsml_shift.h"

#include <math.h>
#include <string.h>

#include "numeric/numpy_random.h"
#include "numeric/pinned.h"
#include "systematics/higgsml_rows.h"
#include "systematics/momentum.h"
#include "systematics/systematics_internal.h"

enum { TES = FAIRU_HIGGSML_TES, JES = FAIRU_HIGGSML_JES, SOFT_MET = FAIRU_HIGGSML_SOFT_MET };

typedef fairu_higgsml_shift shared;

static const char *const names[N_HIGGSML] = { [LEP_PT] = "PRI_lep_pt",
                                              [LEP_ETA] = "PRI_lep_eta",
                                              [LEP_PHI] = "PRI_lep_phi",
                                              [HAD_PT] = "PRI_had_pt",
                                              [HAD_ETA] = "PRI_had_eta",
                                              [HAD_PHI] = "PRI_had_phi",
                                              [JET1_PT] = "PRI_jet_leading_pt",
                                              [JET1_ETA] = "PRI_jet_leading_eta",
                                              [JET1_PHI] = "PRI_jet_leading_phi",
                                              [JET2_PT] = "PRI_jet_subleading_pt",
                                              [JET2_ETA] = "PRI_jet_subleading_eta",
                                              [JET2_PHI] = "PRI_jet_subleading_phi",
                                              [N_JETS] = "PRI_n_jets",
                                              [JET_ALL_PT] = "PRI_jet_all_pt",
                                              [MET] = "PRI_met",
                                              [MET_PHI] = "PRI_met_phi",
                                              [DER_TRANSVERSE_MASS] = "DER_mass_transverse_met_lep",
                                              [DER_MASS_VIS] = "DER_mass_vis",
                                              [DER_PT_H] = "DER_pt_h",
                                              [DER_DELTAETA] = "DER_deltaeta_jet_jet",
                                              [DER_MASS_JET_JET] = "DER_mass_jet_jet",
                                              [DER_PRODETA] = "DER_prodeta_jet_jet",
                                              [DER_DELTA_R] = "DER_deltar_had_lep",
                                              [DER_PT_TOT] = "DER_pt_tot",
                                              [DER_SUM_PT] = "DER_sum_pt",
                                              [DER_PT_RATIO] = "DER_pt_ratio_lep_had",
                                              [DER_MET_CENTRALITY] = "DER_met_phi_centrality",
                                              [DER_LEP_CENTRALITY] = "DER_lep_eta_centrality" };

/* ---- what a call needs before its chunks --------------------------------------------------------------- */

static double value_of(const fairu_step *step, const double *z, int role, double nominal)
{
  return step->nuisances[role] == FAIRU_NO_NUISANCE ? nominal : z[step->nuisances[role]];
}

/* Width of the smearing; the exponential is the same on any machine. */
static double soft_met_of(const fairu_step *step, const double *z)
{
  const int is_there = step->nuisances[SOFT_MET] != FAIRU_NO_NUISANCE;
  const double value = value_of(step, z, SOFT_MET, 0.0);
  return step->is_logarithm && is_there ? fairu_pinned__exp(value) : value;
}

static int check_values(const fairu_step *step, fairu_context *ctx, const double *z)
{
  static const char *const labels[] = { "tes", "jes", "soft_met" };
  if (!isfinite(soft_met_of(step, z)))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "z[%zu] (log_soft_met) is %g, too large for its exponential",
                               step->nuisances[SOFT_MET], value_of(step, z, SOFT_MET, 0.0));
  for (int role = TES; role <= (step->is_logarithm ? JES : SOFT_MET); role++) {
    const double value = value_of(step, z, role, 1.0);
    if (value < 0.0 || (role != SOFT_MET && value == 0.0))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "z[%zu] (%s) is %g, wanted %s 0",
                                 step->nuisances[role], labels[role], value, role == SOFT_MET ? ">=" : ">");
  }
  return FAIRU_OK;
}

/* Standard deviates in NumPy's order: x of all rows, then y of all rows. */
static int draw_numpy(fairu_context *ctx, const fairu_shift_call *call, double **deviates)
{
  const size_t n = call->n_events;
  if (n == FAIRU_ROWS_UNKNOWN)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                               "the numpy generator draws for a whole table in order, not for single rows");
  if (call->first_row > 0)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                               "the numpy generator draws for a whole table, not for rows from %zu",
                               call->first_row);
  if (call->seed > UINT32_MAX)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "seed %llu, the numpy generator takes 32 bits",
                               (unsigned long long)call->seed);
  double *x = fairu_context__scratch(ctx, n, 2 * sizeof *x, "deviates");
  fairu_numpy_random *rng = fairu_context__scratch(ctx, 1, sizeof *rng, "generator");
  if (!x || !rng)
    return FAIRU_ERR_OUT_OF_MEMORY;
  fairu_numpy_random__seed(rng, (uint32_t)call->seed);
  for (size_t i = 0; i < 2 * n; i++) {
    x[i] = fairu_numpy_random__gauss(rng);
    const int status = i % 65536 == 65535 ? fairu_context__poll(ctx) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
  }
  *deviates = x;
  return FAIRU_OK;
}

static int draws(const fairu_step *step, const double *z)
{
  return soft_met_of(step, z) > 0.0;
}

/* Derivatives need deviates where the width is 0, too. */
static int needs_deviates(const fairu_step *step, const fairu_shift_call *call, double width)
{
  return width > 0.0 || (call->wants_tangents && step->nuisances[SOFT_MET] != FAIRU_NO_NUISANCE);
}

static int prepare(const fairu_step *step, fairu_context *ctx, const fairu_shift_call *call, void **state)
{
  int status = check_values(step, ctx, call->z);
  if (status != FAIRU_OK)
    return status;
  shared *s = fairu_context__scratch(ctx, 1, sizeof *s, "shift");
  if (!s)
    return FAIRU_ERR_OUT_OF_MEMORY;
  s->point = (fairu_higgsml_point){ .tes = value_of(step, call->z, TES, 1.0),
                                    .jes = value_of(step, call->z, JES, 1.0),
                                    .soft_met = soft_met_of(step, call->z),
                                    .cuts = step->cuts,
                                    .is_reference = step->arithmetic == FAIRU_ARITHMETIC_REFERENCE };
  s->soft_met_slope = step->is_logarithm ? s->point.soft_met : 1.0;
  s->n_events = call->n_events;
  double *deviates = NULL;
  if (needs_deviates(step, call, s->point.soft_met) && step->generator == FAIRU_GENERATOR_NUMPY)
    status = draw_numpy(ctx, call, &deviates);
  s->deviates = deviates;
  *state = s;
  return status;
}

/* ---- blocks -------------------------------------------------------------------------------------------- */

/* Column of row i that has no value, or a momentum below 0, where every event has one; N_PRIMARY: none. */
static int absent(const fairu_higgsml_block *b, size_t i)
{
  static const int momenta[3] = { LEP_PT, HAD_PT, MET };
  static const int others[7] = { LEP_ETA, LEP_PHI, HAD_ETA, HAD_PHI, MET_PHI, N_JETS, JET_ALL_PT };
  for (size_t k = 0; k < 3; k++)
    if (b->v[momenta[k]][i] < 0.0f)
      return momenta[k];
  for (size_t k = 0; k < 7; k++)
    if (b->v[others[k]][i] == FAIRU_HIGGSML_ABSENT)
      return others[k];
  return N_PRIMARY;
}

int fairu_higgsml__check_rows(fairu_context *worker, const fairu_higgsml_block *b, size_t first_row)
{
  if (!fairu_higgsml__is_odd(b))
    return FAIRU_OK;
  for (size_t i = 0; i < b->n; i++) {
    const int missing = absent(b, i);
    if (missing < N_PRIMARY)
      return fairu_context__fail(
          worker, FAIRU_ERR_RANGE, "row %zu, column %s is %g, wanted %s", first_row + i, names[missing],
          (double)b->v[missing][i],
          missing == LEP_PT || missing == HAD_PT || missing == MET ? ">= 0" : "a value: every event has one");
    const int half = fairu_higgsml__is_half(b, JET1_PT, i)   ? JET1_PT
                     : fairu_higgsml__is_half(b, JET2_PT, i) ? JET2_PT
                                                             : N_PRIMARY;
    if (half < N_PRIMARY)
      return fairu_context__fail(
          worker, FAIRU_ERR_RANGE,
          "row %zu, column %s is %g with eta %g and phi %g: -25 stands for all three or none", first_row + i,
          names[half], (double)b->v[half][i], (double)b->v[half + 1][i], (double)b->v[half + 2][i]);
  }
  return FAIRU_OK;
}

void fairu_higgsml__draw(const fairu_higgsml_shift *s, const fairu_context *worker, const fairu_chunk *chunk,
                         size_t first, size_t n, double *x, double *y)
{
  if (!s->deviates) {
    fairu_smearing__draw(worker, chunk, 0, first, n, x, y);
    return;
  }
  const double *from = s->deviates + chunk->first + first;
  memcpy(x, from, n * sizeof *x);
  memcpy(y, from + s->n_events, n * sizeof *y);
}

static fairu_higgsml_fn kernel_of(const fairu_context *ctx)
{
#if defined(__x86_64__)
  if (fairu_context__kernel_level(ctx) >= 4)
    return fairu_higgsml__run_v4;
  if (fairu_context__kernel_level(ctx) == 3)
    return fairu_higgsml__run_v3;
#endif
  (void)ctx;
  return fairu_higgsml__run_generic;
}

static void read_block(const fairu_chunk *chunk, fairu_higgsml_block *b, size_t first)
{
  for (size_t c = 0; c < N_PRIMARY; c++)
    memcpy(b->v[c], chunk->columns[c] + first, b->n * sizeof(float));
}

static int run_block(const shared *s, fairu_context *worker, const fairu_chunk *chunk, fairu_higgsml_block *b,
                     size_t first)
{
  const size_t left = chunk->n_events - first;
  b->n = left < FAIRU_HIGGSML_ROWS ? left : FAIRU_HIGGSML_ROWS;
  read_block(chunk, b, first);
  if (s->point.soft_met > 0.0)
    fairu_higgsml__draw(s, worker, chunk, first, b->n, b->noise_x, b->noise_y);
  kernel_of(worker)(b, &s->point);
  if (b->is_odd) {
    read_block(chunk, b, first);
    return fairu_higgsml__check_rows(worker, b, chunk->first_row + first);
  }
  for (size_t c = 0; c < N_HIGGSML; c++)
    if (chunk->columns[c])
      memcpy(chunk->columns[c] + first, b->v[c], b->n * sizeof(float));
  for (size_t i = 0; s->point.cuts && i < b->n; i++)
    chunk->passed[first + i] = (unsigned char)((chunk->passed[first + i] != 0) & (b->passed[i] != 0));
  return FAIRU_OK;
}

static int run(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk)
{
  (void)step;
  const fairu_mark mark = fairu_context__mark(worker);
  fairu_higgsml_block *b = fairu_context__scratch(worker, 1, sizeof *b, "events");
  int status = b ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t first = 0; first < chunk->n_events && status == FAIRU_OK; first += FAIRU_HIGGSML_ROWS)
    status = run_block(chunk->state, worker, chunk, b, first);
  fairu_context__release(worker, mark);
  return status;
}

/* ---- the call ------------------------------------------------------------------------------------------ */

static const fairu_higgsml_options defaults = { .cuts = 1 };

int fairu_higgsml_options_init(fairu_higgsml_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

static int check(fairu_context *ctx, const fairu_higgsml_options *o)
{
  if (o->cuts != 0 && o->cuts != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "cuts is %d, not 0 or 1", o->cuts);
  if (o->arithmetic != FAIRU_ARITHMETIC_FAST && o->arithmetic != FAIRU_ARITHMETIC_REFERENCE)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "arithmetic is %d, not a fairu_arithmetic",
                               o->arithmetic);
  if (o->generator != FAIRU_GENERATOR_PHILOX && o->generator != FAIRU_GENERATOR_NUMPY)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "generator is %d, not a fairu_generator",
                               o->generator);
  if (o->soft_met && o->log_soft_met)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "soft_met is \"%.60s\" and log_soft_met is \"%.60s\": one of them at a time",
                               o->soft_met, o->log_soft_met);
  return FAIRU_OK;
}

static int add_shift(fairu_systematics *sys, fairu_context *ctx, const fairu_higgsml_options *o)
{
  const char *const roles[FAIRU_STEP_NUISANCES] = { o->tes, o->jes,
                                                    o->log_soft_met ? o->log_soft_met : o->soft_met };
  fairu_step_column columns[N_HIGGSML];
  for (int c = 0; c < N_HIGGSML; c++)
    columns[c] = (fairu_step_column){ .name = names[c],
                                      .need = c < N_PRIMARY ? FAIRU_NEED_ALWAYS : FAIRU_NEED_NEVER,
                                      .is_read = c < N_PRIMARY,
                                      .is_written = c >= N_PRIMARY,
                                      .change = c == N_JETS ? FAIRU_CHANGE_JUMP : FAIRU_CHANGE_SMOOTH };
  fairu_step step = { .kind = "FAIR Universe pack",
                      .run = run,
                      .tangent = fairu_higgsml__tangent,
                      .prepare = prepare,
                      .draws = draws,
                      .columns = columns,
                      .n_columns = N_HIGGSML,
                      .cuts = o->cuts,
                      .arithmetic = o->arithmetic,
                      .generator = o->generator,
                      .is_logarithm = o->log_soft_met != NULL };
  const int status = fairu_systematics__find_roles(sys, ctx, roles, SOFT_MET + 1, step.nuisances);
  return status == FAIRU_OK ? fairu_systematics__append(sys, ctx, &step) : status;
}

static int add_scales(fairu_systematics *sys, fairu_context *ctx, const fairu_higgsml_options *o)
{
  static const char *const background[] = { "ttbar", "diboson", "ztautau", "0" };
  int status = FAIRU_OK;
  if (o->ttbar_scale)
    status = fairu_systematics_add_weight_scale(sys, ctx, o->ttbar_scale, background, 1);
  if (o->diboson_scale && status == FAIRU_OK)
    status = fairu_systematics_add_weight_scale(sys, ctx, o->diboson_scale, background + 1, 1);
  if (o->bkg_scale && status == FAIRU_OK)
    status = fairu_systematics_add_weight_scale(sys, ctx, o->bkg_scale, background, 4);
  return status;
}

int fairu_systematics_add_higgsml(fairu_systematics *systematics, fairu_context *ctx,
                                  const fairu_higgsml_options *options)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!systematics)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "systematics is NULL");
  fairu_higgsml_options o = defaults;
  o.struct_size = sizeof o;
  const size_t before = systematics->n_steps;
  int status = fairu_options__read(ctx, &o, sizeof o, options, sizeof o, "higgsml options");
  if (status == FAIRU_OK)
    status = check(ctx, &o);
  if (status == FAIRU_OK)
    status = add_shift(systematics, ctx, &o);
  if (status == FAIRU_OK)
    status = add_scales(systematics, ctx, &o);
  if (status != FAIRU_OK)
    fairu_systematics__truncate(systematics, before);
  return status;
}
