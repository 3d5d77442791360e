/* challenge_made.h - results of a challenge with a number of its own in every place, as if a run had found them. */
#ifndef FAIRU_TESTS_CLI_CHALLENGE_MADE_H
#define FAIRU_TESTS_CLI_CHALLENGE_MADE_H

#include "cli/program.h"

#include "cli/challenge_results.h"
#include "cli/out.h"

enum { MADE_SETS = 3, MADE_PE = 4, MADE_N = MADE_SETS * MADE_PE, MADE_REPETITIONS = 5, MADE_BINS = 4 };

typedef struct made {
  cli c;
  char folder[512];
  challenge_options options;
  challenge_outcome outcomes[MADE_N];
  challenge_round round;
  challenge_closure closure;
  challenge_results results;
  double next; /* of the numbers */
} made;

static inline double made_number(made *m)
{
  m->next += 0.0137;
  return m->next;
}

static inline fairu_interval_score made_score(made *m)
{
  fairu_interval_score s = { .struct_size = sizeof s };
  s.n = 100 + (uint64_t)(1e4 * made_number(m));
  s.n_covered = s.n / 2;
  s.interval = made_number(m);
  s.coverage = made_number(m);
  s.coverage_lower = made_number(m);
  s.coverage_upper = made_number(m);
  s.penalty = made_number(m);
  s.quantile_score = -made_number(m);
  s.rmse = made_number(m);
  s.mae = made_number(m);
  return s;
}

static inline void made_outcomes(made *m)
{
  for (size_t k = 0; k < MADE_N; k++) {
    challenge_outcome *x = &m->outcomes[k];
    x->truth.set = k / MADE_PE;
    x->truth.pe = k % MADE_PE;
    x->truth.mu = 0.5 + 0.75 * (double)(k / MADE_PE);
    x->truth.tes = 1.0 + 0.01 * made_number(m);
    x->truth.jes = 1.0 - 0.01 * made_number(m);
    x->truth.soft_met = k == 0 ? 0.0 : made_number(m); /* 0: below the first knot */
    x->truth.ttbar_scale = made_number(m);
    x->truth.diboson_scale = made_number(m);
    x->truth.bkg_scale = made_number(m);
    x->n_events = 1000 + 10 * k;
    x->n_passed = 600 + k;
    x->n_pieces = k % 3 == 2 ? 2 : 1;
    for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
      challenge_interval *i = &x->intervals[e];
      i->estimate = made_number(m);
      i->lower = i->estimate - made_number(m);
      i->upper = i->estimate + made_number(m);
      i->raw_lower = i->lower - made_number(m);
      i->raw_upper = i->upper + made_number(m);
      i->status = (k + (size_t)e) % 5 == 0 ? FAIRU_ERR_NOT_CONVERGED : FAIRU_OK;
    }
    for (int i = 0; i < CHALLENGE_NUISANCES; i++) {
      x->fitted[i] = k == 3 ? (double)NAN : made_number(m);
      x->errors[i] = k == 3 ? (double)NAN : 0.5 + made_number(m);
    }
  }
}

static inline void made_parts(made *m, double multiplicity)
{
  challenge_parts *parts = &m->round.parts;
  for (int p = 0; p < CHALLENGE_PROCESSES; p++) {
    parts->yields[p] = 1000.0 * made_number(m);
    for (int k = 0; k < CHALLENGE_PARTS; k++) {
      parts->rows[k][p] = 7000 + (size_t)(10 * k + p);
      parts->effective[k][p] = 500.25 + 10.0 * k + p;
    }
  }
  for (int k = 0; k < CHALLENGE_PARTS; k++)
    parts->multiplicity[k] = multiplicity * (1.0 - 0.125 * k);
  parts->variance_ratio = made_number(m);
}

/* Templates whose yields tell process and bin. */
static inline void made_templates(made *m)
{
  static const double knots[] = { 0.9, 1.0, 1.1, 1.2 };
  const fairu_axis axis = { "tes", knots, 4, 1.0 };
  fairu_grid *grid = NULL;
  CHECK_OK(m->c.ctx, fairu_grid_create(m->c.ctx, &axis, 1, NULL, 0, &grid));
  const size_t points = fairu_grid_n_points(grid), n = CHALLENGE_PROCESSES * points * MADE_BINS;
  double *yields = (double *)malloc(n * sizeof *yields), *variances = (double *)malloc(n * sizeof *variances);
  for (size_t i = 0; i < n; i++) {
    const size_t p = i / (points * MADE_BINS), j = i % MADE_BINS;
    yields[i] = 100.0 * (double)(p + 1) + 10.0 * (double)j + (double)(i / MADE_BINS % points);
    variances[i] = 0.125 * yields[i];
  }
  CHECK_OK(m->c.ctx,
           fairu_templates_create(m->c.ctx, grid, challenge_processes, CHALLENGE_PROCESSES, MADE_BINS, yields,
                                  variances, FAIRU_INTERPOLATION_LINEAR, &m->round.model.templates));
  free(yields);
  free(variances);
  fairu_grid_destroy(grid);
}

static inline void made_model(made *m)
{
  challenge_model *model = &m->round.model;
  model->bins = (challenge_bins){ .n = MADE_BINS, .edges = { -2.25, 0.5, 3.75 } };
  model->interpolation = FAIRU_INTERPOLATION_LOG;
  model->n_replicas = 6;
  model->least_effective = 11.5;
  model->least_background = 23.5;
  model->n_empty = 2;
  model->range[CHALLENGE_LOG_SOFT_MET][0] = -2.5;
  model->range[CHALLENGE_LOG_SOFT_MET][1] = log(5.0);
  for (int k = 0; k < CHALLENGE_CHECKS; k++) {
    model->check_chi2[k] = 3.0 + made_number(m);
    for (int i = 0; i < CHALLENGE_AXES; i++)
      model->check_point[k][i] = made_number(m);
  }
  m->round.auc[CHALLENGE_TRAIN] = 0.8125;
  m->round.auc[CHALLENGE_CALIBRATION] = 0.7875;
  made_templates(m);
}

static inline challenge_count made_count(made *m)
{
  const size_t n = 50 + (size_t)(100.0 * made_number(m));
  return (challenge_count){ .n = n, .covered = n / 3, .width = made_number(m) };
}

static inline void made_closure(made *m)
{
  challenge_closure *x = &m->closure;
  x->n = 700;
  x->n_failed = 3;
  x->calibrated = made_count(m);
  x->profile = made_count(m);
  x->profile_cut = made_count(m);
  for (int k = 0; k < CHALLENGE_CLOSURE_MU; k++) {
    x->mu[k] = 0.25 * (k + 1);
    x->by_mu[k] = made_count(m);
  }
  for (int i = 0; i < CHALLENGE_NUISANCES; i++)
    for (int k = 0; k < 3; k++)
      x->by_third[i][k] = made_count(m);
  x->by_third[2][1] = (challenge_count){ 0, 0, 0.0 }; /* a third that no toy fell into */
  for (int k = 0; k < CHALLENGE_WIDTHS; k++)
    x->expected[k] = made_number(m);
  strcpy(x->digest, "c105ed");
}

/* Everything a run has but a calibration; end with made_free(). */
static inline void made_begin(made *m, const cli_usage *usage, double multiplicity)
{
  *m = (made){ .next = 0.1 };
  begin_command(&m->c, usage);
  support_path(m->folder, sizeof m->folder, "made");
  assert_int_equal(out_directory(&m->c, m->folder), FAIRU_OK);
  m->options = (challenge_options){ .out = m->folder,
                                    .rng = "philox",
                                    .n_sets = MADE_SETS,
                                    .n_pe = MADE_PE,
                                    .seed = 21,
                                    .part_seed = 8,
                                    .toys = 900,
                                    .quick = 1,
                                    .luminosity = 0.375,
                                    .signal_scale = 20.0,
                                    .percent = { 35, 30, 10, 25 },
                                    .chosen = CHALLENGE_PROFILE };
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++)
    m->options.wanted[e] = e != CHALLENGE_HESSE;
  m->round.options = &m->options;
  m->round.part_seed = 8;
  m->round.outcomes = m->outcomes;
  m->round.n = MADE_N;
  made_outcomes(m);
  made_parts(m, multiplicity);
  made_model(m);
  made_closure(m);
  challenge_results *r = &m->results;
  r->options = &m->options;
  r->round = &m->round;
  r->n_rows = 28000;
  r->n_sets = MADE_SETS;
  r->closure = &m->closure;
  r->n_hulls = 4;
  r->n_repetitions = MADE_REPETITIONS;
  r->sets = (fairu_interval_score *)calloc(CHALLENGE_ESTIMATORS * MADE_SETS, sizeof *r->sets);
  r->repetitions = (challenge_repetition *)calloc(MADE_REPETITIONS, sizeof *r->repetitions);
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
    m->round.scores[e] = made_score(m);
    r->raw_width[e] = made_number(m);
    r->n_failed[e] = 10 + (size_t)e;
    for (size_t s = 0; s < MADE_SETS; s++)
      r->sets[(size_t)e * MADE_SETS + s] = made_score(m);
    for (size_t k = 0; k < MADE_REPETITIONS; k++)
      r->repetitions[k].scores[e] = made_score(m);
  }
  for (size_t k = 0; k < MADE_REPETITIONS; k++)
    r->repetitions[k].part_seed = 8 + k;
  for (int i = 0; i < CHALLENGE_NUISANCES; i++) {
    r->pull[i] = (challenge_spread){ made_number(m), made_number(m), 30 + (size_t)i };
    r->constraint[i] = made_number(m);
  }
  for (int k = 0; k < CHALLENGE_WIDTHS; k++)
    r->expected[k] = made_number(m);
}

static inline void made_free(made *m)
{
  challenge_results_free(&m->results);
  fairu_templates_destroy(m->round.model.templates);
  assert_int_equal(cli_end(&m->c, FAIRU_OK), 0);
}

#endif /* FAIRU_TESTS_CLI_CHALLENGE_MADE_H */
