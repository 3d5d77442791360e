/* challenge_report.c - report.html of `fairu challenge`. */
#include "challenge_results.h"

#include "report.h"

#include <math.h>

static void put_summary(report *r, const challenge_results *x)
{
  report_section(r, "Score");
  report_table_begin(r, "All intervals",
                     "estimator|score|mean width|coverage|95 % interval|before the cut|rmse|failed",
                     "lrrrrrrr");
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
    const fairu_interval_score *s = &x->round->scores[e];
    if (!x->options->wanted[e])
      continue;
    report_cell(r, "%s", challenge_estimator_names[e]);
    report_cell_number(r, s->quantile_score, 4);
    report_cell_number(r, s->interval, 4);
    report_cell_number(r, s->coverage, 4);
    report_cell(r, "%.4f to %.4f", s->coverage_lower, s->coverage_upper);
    report_cell_number(r, x->raw_width[e], 4);
    report_cell_number(r, s->rmse, 4);
    report_cell(r, "%zu", x->n_failed[e]);
  }
  report_table_end(r);
  report_paragraph(r,
                   "%zu pseudo-experiments, the same for all. Score: -ln((width + 0.001) f), f = 1 while the "
                   "coverage lies "
                   "within 2 sigma of 0.6827; larger is better. random is an interval of length 1.98 that "
                   "does not look at "
                   "the data: what scores below it is worth nothing. baseline and counting are the recipes "
                   "of the organisers' "
                   "examples on our network's score, not their submissions (baseline: all six nuisances "
                   "free). calibrated, "
                   "profile and hesse end at 0.1 and 3, where mu is known to lie: that costs no coverage; "
                   "one that lies beyond is left with no width.",
                   x->round->n);
}

static void put_claim(report *r, const challenge_results *x)
{
  const challenge_parts *parts = &x->round->parts;
  const double template = parts->multiplicity[CHALLENGE_TEMPLATE], test = parts->multiplicity[CHALLENGE_TEST];
  if (challenge_parts_are_rare(parts))
    report_paragraph(r,
                     "A row of the template part stands for at most %.4g expected events, one of the test "
                     "part for %.4g (limit %.2f): "
                     "pseudo-experiments are nearly independent and coverages binomial.",
                     template, test, CHALLENGE_RARE);
  else
    report_note(r,
                "A row of the template part stands for up to %.4g expected events, one of the test part for "
                "%.4g; the limit is %.2f. All "
                "pseudo-experiments share one finite pool: their coverage is not binomial, the intervals "
                "below understate its spread, and nothing "
                "passes or fails by it. --repartitions gives mean and spread over other parts; --luminosity "
                "and --signal-scale make a "
                "smaller experiment in which rows are rare.",
                template, test, CHALLENGE_RARE);
}

static void put_sets(report *r, const challenge_results *x)
{
  report_section(r, "Coverage by mu");
  put_claim(r, x);
  report_table_begin(r, "By set", "estimator|mu|covered|of|coverage|95 % interval|mean width", "lrrrrrr");
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
    for (size_t s = 0; s < x->n_sets && x->options->wanted[e]; s++) {
      const fairu_interval_score *set = &x->sets[(size_t)e * x->n_sets + s];
      report_cell(r, "%s", challenge_estimator_names[e]);
      report_cell_number(r, x->round->outcomes[s * x->options->n_pe].truth.mu, 3);
      report_cell(r, "%llu", (unsigned long long)set->n_covered);
      report_cell(r, "%llu", (unsigned long long)set->n);
      report_cell_number(r, set->coverage, 3);
      report_cell(r, "%.3f to %.3f", set->coverage_lower, set->coverage_upper);
      report_cell_number(r, set->interval, 3);
    }
  }
  report_table_end(r);
  report_figure(r, "coverage",
                "Coverage at each true mu with its 95 % binomial interval; the line is 0.6827.");
  report_figure(
      r, "pulls",
      "Pull of mu, (estimate - truth) over the half width on that side, and mean width, by true mu.");
}

static void put_repetitions(report *r, const challenge_results *x)
{
  if (x->n_repetitions < 2)
    return;
  report_section(r, "Other parts of the same events");
  report_table_begin(r, "Mean and standard deviation over re-partitions",
                     "estimator|coverage|mean width|score", "lrrr");
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
    if (!x->options->wanted[e])
      continue;
    report_cell(r, "%s", challenge_estimator_names[e]);
    for (int which = 0; which < 3; which++) {
      const challenge_spread spread = challenge_results_spread(x, e, which);
      report_cell(r, "%.4f \xc2\xb1 %.4f", spread.mean, spread.deviation);
    }
  }
  report_table_end(r);
  report_paragraph(r,
                   "%zu partitions, each with its own network (unless one was given), templates, calibration "
                   "and test pool.",
                   x->n_repetitions);
  report_figure(r, "repartitions", "Coverage and width of each partition.");
}

static void put_nuisances(report *r, const challenge_results *x)
{
  report_section(r, "Nuisance parameters");
  report_table_begin(r, "Profile fit: (fitted - true) / error of the fit; error over width of the prior",
                     "nuisance|mean pull|width of the pull|error / prior|fits", "lrrrr");
  for (int i = 0; i < CHALLENGE_NUISANCES; i++) {
    report_cell(r, "%s", challenge_nuisance_names[i]);
    report_cell_number(r, x->pull[i].mean, 3);
    report_cell_number(r, x->pull[i].deviation, 3);
    report_cell_number(r, x->constraint[i], 3);
    report_cell(r, "%zu", x->pull[i].n);
  }
  report_table_end(r);
  report_figure(r, "nuisances", "Pulls of the nuisance parameters.");
}

/* ---- model ---------------------------------------------------------------------------------------------- */

static void put_parts(report *r, const challenge_results *x)
{
  const challenge_parts *parts = &x->round->parts;
  report_section(r, "Events");
  report_table_begin(r, "Rows (effective events) by part; yields at mu = 1 before cuts",
                     "process|yield|train|template|calibration|test", "lrrrrr");
  for (int p = 0; p < CHALLENGE_PROCESSES; p++) {
    report_cell(r, "%s", challenge_processes[p]);
    report_cell_number(r, parts->yields[p], 1);
    for (int k = 0; k < CHALLENGE_PARTS; k++)
      report_cell(r, "%zu (%.0f)", parts->rows[k][p], parts->effective[k][p]);
  }
  report_table_end(r);
  report_paragraph(r,
                   "%zu rows, split by a hash of (part seed %llu, event); the library checked that no event "
                   "is in two parts. Each part carries the full "
                   "yield of every process. train: network and binning. template: templates of all "
                   "estimators. calibration: checks of network and "
                   "templates before the first test. test: the pool of all pseudo-experiments.",
                   x->n_rows, (unsigned long long)x->round->part_seed);
}

static void put_model(report *r, const challenge_results *x)
{
  const challenge_model *m = &x->round->model;
  report_section(r, "Network and templates");
  report_paragraph(r,
                   "Network: %s; area under the curve %.4f on the train part, %.4f on the calibration part. "
                   "%zu bins of the logit, quantiles of the "
                   "signal of the train part, merged until each has enough background there. Templates over "
                   "tes, jes and ln(soft_met / GeV) with pairs, %s "
                   "interpolation; least effective number of background events of a bin %.1f, of one process "
                   "%.1f (%zu of process and bin are empty at "
                   "some point). Scales of ttbar, diboson and all background are exact factors. Priors are "
                   "those of the generator.",
                   x->options->model ? "given" : "28 features, 2 x 64, trained here",
                   x->round->auc[CHALLENGE_TRAIN], x->round->auc[CHALLENGE_CALIBRATION], m->bins.n,
                   m->interpolation == FAIRU_INTERPOLATION_LOG ? "logarithmic" : "linear",
                   m->least_background, m->least_effective, m->n_empty);
  report_table_begin(r, "Calibration part against templates at points of the priors",
                     "tes|jes|ln soft_met|chi2|bins", "rrrrr");
  for (int k = 0; k < CHALLENGE_CHECKS; k++) {
    for (int i = 0; i < CHALLENGE_AXES; i++)
      report_cell_number(r, m->check_point[k][i], 4);
    report_cell_number(r, m->check_chi2[k], 1);
    report_cell(r, "%zu", m->bins.n);
  }
  report_table_end(r);
  report_table_begin(r, "Width expected from Asimov data at mu = 1 (profile, before any calibration)",
                     "nuisances|exact templates|with template statistics", "lrr");
  report_cell(r, "fixed");
  report_cell_number(r, x->expected[CHALLENGE_FIXED_EXACT], 4);
  report_cell_number(r, x->expected[CHALLENGE_FIXED_STATISTICS], 4);
  report_cell(r, "profiled");
  report_cell_number(r, x->expected[CHALLENGE_PROFILED_EXACT], 4);
  report_cell_number(r, x->expected[CHALLENGE_PROFILED_STATISTICS], 4);
  report_table_end(r);
  report_figure(r, "templates", "Templates at nominal values with their statistical errors.");
}

static void put_calibration(report *r, const challenge_results *x)
{
  if (!x->round->calibration)
    return;
  report_section(r, "Calibration");
  report_paragraph(r,
                   "t(mu) = 2 [NLL(mu) - least NLL of mu' in 0.1 to 3], nuisances profiled; c(mu) is its "
                   "68.27 %% quantile in toys at mu, whose nuisances are "
                   "drawn from the priors and whose expectations carry the statistics of templates and pool. "
                   "The interval holds every mu with t(mu) <= c(mu); "
                   "%zu of %zu regions have gaps and were filled. Frozen before the first test:",
                   x->n_hulls, x->round->n);
  report_code(r, x->round->digest);
  report_figure(r, "critical",
                "Critical value c(mu): quantiles of the toys, smooth curve, and the asymptotic value 1.");
}

static void put_count(report *r, const char *what, const challenge_count *count)
{
  report_cell(r, "%s", what);
  report_cell(r, "%zu", count->covered);
  report_cell(r, "%zu", count->n);
  report_cell_number(r, (double)count->covered / (double)count->n, 4);
  report_cell_number(r, count->width, 4);
}

static void put_closure(report *r, const challenge_results *x)
{
  static const char *const thirds[3] = { "lower", "middle", "upper" };
  const challenge_closure *k = x->closure;
  char what[96];
  if (!k)
    return;
  report_section(r, "Closure");
  report_paragraph(r,
                   "%zu parametric toys from the fitted templates, taken as exact in toys and likelihood: "
                   "only the construction is tested. Calibration of its own "
                   "(sha256 %s). Mean widths expected from Asimov data over the same mu: nuisances fixed "
                   "%.4f, profiled %.4f; with template statistics %.4f and %.4f.",
                   k->n, k->digest, k->expected[CHALLENGE_FIXED_EXACT], k->expected[CHALLENGE_PROFILED_EXACT],
                   k->expected[CHALLENGE_FIXED_STATISTICS], k->expected[CHALLENGE_PROFILED_STATISTICS]);
  report_table_begin(r, "Intervals of the toys", "which|covered|of|coverage|mean width", "lrrrr");
  put_count(r, "calibrated, all", &k->calibrated);
  put_count(r, "profile (before calibration)", &k->profile);
  put_count(r, "profile, cut to 0.1 to 3", &k->profile_cut);
  for (int i = 0; i < CHALLENGE_CLOSURE_MU; i++) {
    (void)snprintf(what, sizeof what, "mu = %.3f", k->mu[i]);
    put_count(r, what, &k->by_mu[i]);
  }
  for (int i = 0; i < CHALLENGE_NUISANCES; i++) {
    for (int t = 0; t < 3; t++) {
      (void)snprintf(what, sizeof what, "%s, %s third", challenge_nuisance_names[i], thirds[t]);
      put_count(r, what, &k->by_third[i][t]);
    }
  }
  report_table_end(r);
  report_figure(r, "closure",
                "Coverage of the toys by true mu (95 % interval) and in thirds of each nuisance.");
}

int challenge_write_report(cli *c, const challenge_results *x)
{
  report r;
  report_begin(
      &r, "FAIR Universe challenge",
      "pseudo-experiments, intervals and score by the protocol of the HiggsML Uncertainty Challenge");
  put_summary(&r, x);
  report_figure(&r, "scores", "Width and coverage of the estimators on identical pseudo-experiments.");
  put_sets(&r, x);
  put_repetitions(&r, x);
  put_closure(&r, x);
  put_nuisances(&r, x);
  put_calibration(&r, x);
  put_model(&r, x);
  put_parts(&r, x);
  return report_write(&r, c, x->options->out, "report.html");
}
