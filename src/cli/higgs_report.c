/* higgs_report.c - report.html of the tau-energy-scale study. */
#include "higgs_results.h"

#include "report.h"

#include <math.h>

static void put_data(report *r, const higgs_results *x)
{
  const higgs_inputs *in = x->inputs;
  report_section(r, "Events and luminosity");
  report_paragraph(
      r,
      "%zu signal and %zu background events of the HiggsML 2014 open data (ATLAS full simulation, DOI "
      "10.7483/OPENDATA.ATLAS.ZBP2.M5T8). Sums of Weight, before any cut: signal %.13f, background "
      "%.12f. After the shift of the tau energy scale to Z, events with tau pT of 22 GeV or less are "
      "cut, so yields move with Z. The source has no tau below 20 GeV: Z stays at or below 1.1.",
      in->rows[HIGGS_SIGNAL], in->rows[HIGGS_BACKGROUND], in->sums[HIGGS_SIGNAL], in->sums[HIGGS_BACKGROUND]);
  report_table_begin(r, "Expected yields at mu = 1", "luminosity|class|no cut|Z = 0.9|Z = 1.0|Z = 1.1",
                     "llrrrr");
  for (int i = 0; i < 4; i++) {
    int k = i % 2 ? HIGGS_BACKGROUND : HIGGS_SIGNAL;
    double factor = higgs_luminosities[i / 2];
    report_cell(r, "%.0f x Weight", factor);
    report_cell(r, "%s", k == HIGGS_SIGNAL ? "signal" : "background");
    report_cell_number(r, factor * in->sums[k], 3);
    for (int t = 0; t < HIGGS_TRUTHS; t++)
      report_cell_number(r, factor * in->cut_sums[k][t], 3);
  }
  report_table_end(r);
}

static void put_method(report *r, const higgs_results *x)
{
  report_section(r, "What was done");
  report_paragraph(
      r,
      "Each of %zu splits cuts the events by a hash of (seed, EventId) into three disjoint parts. One "
      "trains the networks, one fills the templates, one is the observation; the roles rotate, so that "
      "every event serves once in each. Class weight sums of a part are scaled back to those of all "
      "events. A number of a split is the mean of its three folds.",
      x->n_splits);
  report_paragraph(r,
                   "Networks: 29 features (all but DER_mass_MMC; undefined values 0), two hidden layers of "
                   "32 ReLU units, the "
                   "same number of optimiser steps for all. Their settings were chosen by the mean AUC of "
                   "all of them on the test parts of such splits, not by the widths. Baseline: trained at Z "
                   "= 1. Augmented: trained "
                   "at Z = 0.90, 0.95, 1.00, "
                   "1.05, 1.10, not told which. Aware: the same events with Z as input%s; under each "
                   "hypothesis Z the templates and "
                   "the observed histogram are filled with score(x, Z). True-z: trained at the true Z (at Z "
                   "= 1.0 it is the "
                   "baseline).",
                   x->options->gated ? ", a pair of networks below and above Z = 1" : "");
  report_paragraph(
      r,
      "Bins: at most %d quantiles of the signal training sample in the logit, fixed before templates and "
      "observation are filled; neighbours are merged until every bin holds at least %.3g effective "
      "background "
      "events of the training part at every Z. Templates: 11 knots, Z = 0.90 to 1.10, all from the same "
      "events. What so few events say between two knots is mostly which of them hop over an edge, and a "
      "spline through "
      "the knots would read that noise as knowledge of Z: the course of every bin over Z is replaced by the "
      "nearest "
      "parabola in the logarithm (moving observations: in the square root). Observation: the test part at "
      "the true Z, mu = 1, scaled to the luminosity (Asimov: no "
      "Poisson "
      "noise is added, but its own finite number of events is in it). Prior of Z: N(1, 0.05), on [0.9, 1.1]. "
      "Template "
      "statistics: one gamma per bin, profiled. Truths of 0.9 and 1.1 lie on an end of the range: there Z "
      "can be profiled "
      "to one side only.",
      HIGGS_BINS, x->options->min_effective);
}

static void put_spread(report *r, const higgs_spread *s)
{
  if (isfinite(s->mean) && isfinite(s->deviation))
    report_cell(r, "%.3f \xc2\xb1 %.3f", s->mean, s->deviation);
  else
    report_cell_number(r, s->mean, 3);
}

static void put_widths(report *r, const higgs_results *x, int luminosity)
{
  char caption[160];
  snprintf(caption, sizeof caption,
           "Half-widths of mu (rise of 1/2), %.0f x Weight: mean of the splits \xc2\xb1 spread of one split",
           higgs_luminosities[luminosity]);
  report_table_begin(r, caption,
                     "true Z|method|fixed Z|profiled Z|fixed Z, exact templates|profiled, exact templates",
                     "llrrrr");
  for (int i = 0; i < HIGGS_TRUTHS * HIGGS_METHODS; i++) {
    report_cell(r, "%.1f", higgs_truths[i / HIGGS_METHODS]);
    report_cell(r, "%s", higgs_method_names[i % HIGGS_METHODS]);
    for (int k = 0; k < 4; k++) {
      higgs_condition at = { i / HIGGS_METHODS, luminosity, k < 2, k % 2 };
      higgs_spread s = higgs_widths(x, i % HIGGS_METHODS, &at);
      put_spread(r, &s);
    }
  }
  report_table_end(r);
}

static void put_limits(report *r, const higgs_results *x)
{
  higgs_condition moving = { 1, 1, 1, 1 }, none = { 1, 1, 0, 1 };
  report_paragraph(
      r,
      "mu is not measured by these events: at the luminosity of the file its half-width is several times its "
      "value. "
      "At 10 x Weight the templates set the limit, not the data: baseline at Z = 1, profiled, %.3f with "
      "template statistics and %.3f without. Real use needs more simulated events.",
      higgs_widths(x, HIGGS_BASELINE, &moving).mean, higgs_widths(x, HIGGS_BASELINE, &none).mean);
}

static void put_differences(report *r, const higgs_results *x, int luminosity)
{
  char caption[200];
  snprintf(caption, sizeof caption,
           "Half-width minus that of the baseline in the same split, %.0f x Weight, template statistics in",
           higgs_luminosities[luminosity]);
  report_table_begin(r, caption,
                     "true Z|method|Z|mean|spread of re-splits|splits below 0|spread of events|significant",
                     "lllrrrrl");
  for (int i = 0; i < HIGGS_CONDITIONS * HIGGS_METHODS; i++) {
    int method = i % HIGGS_METHODS, condition = i / HIGGS_METHODS;
    higgs_condition at = higgs_condition_at(condition);
    if (method == HIGGS_BASELINE || at.luminosity != luminosity || !at.mc_stat)
      continue;
    if (method == HIGGS_TRUE_Z && higgs_net_of(method, at.truth) == HIGGS_NET_BASELINE)
      continue; /* the same network */
    higgs_spread s = higgs_differences(x, method, HIGGS_BASELINE, &at);
    report_cell(r, "%.1f", higgs_truths[at.truth]);
    report_cell(r, "%s", higgs_method_names[method]);
    report_cell(r, "%s", at.profiled ? "profiled" : "fixed");
    report_cell_number(r, s.mean, 4);
    report_cell_number(r, s.deviation, 4);
    report_cell(r, "%zu of %zu", s.n_negative, s.n);
    report_cell_number(r, higgs_boot_deviation(x, method, condition), 4);
    report_cell(r, "%s", higgs_is_significant(x, method, condition) ? "yes" : "no");
  }
  report_table_end(r);
}

static void put_networks(report *r, const higgs_results *x)
{
  report_section(r, "Networks");
  report_table_begin(r, "Mean over splits and folds; AUC of the test part at the true Z",
                     "network|bins|AUC at 0.9|AUC at 1.0|AUC at 1.1|training loss", "lrrrrr");
  for (int net = 0; net < HIGGS_NETS; net++) {
    double bins = 0, loss = 0, auc[HIGGS_TRUTHS] = { 0 }, n = 0;
    for (size_t i = 0; i < x->n_networks; i++) {
      if (x->networks[i].net != net)
        continue;
      n++;
      bins += (double)x->networks[i].n_bins;
      loss += x->networks[i].loss;
      for (int t = 0; t < HIGGS_TRUTHS; t++)
        auc[t] += x->networks[i].auc[t];
    }
    report_cell(r, "%s", higgs_net_names[net]);
    report_cell_number(r, bins / n, 1);
    for (int t = 0; t < HIGGS_TRUTHS; t++)
      report_cell_number(r, auc[t] / n, 4);
    report_cell_number(r, loss / n, 4);
  }
  report_table_end(r);
  report_figure(r, "losses", "Training loss of the five networks of the first fold.");
}

/* Largest and mean relative distance of the profiled half-widths to those of the course in use. */
static void compare_course(const higgs_results *x, int course, double *most, double *mean)
{
  double sum = 0, n = 0;
  *most = 0;
  for (size_t i = 0; i < x->n_checks; i++) {
    const higgs_case *cases = x->checks[i].by_course;
    double distance = fabs(cases[course].half_width / cases[0].half_width - 1);
    if (!isfinite(distance))
      continue;
    *most = fmax(*most, distance);
    sum += distance;
    n++;
  }
  *mean = n > 0 ? sum / n : 0;
}

static void put_checks(report *r, const higgs_results *x)
{
  report_section(r, "Checks");
  report_table_begin(
      r,
      "Profiled half-widths of the first split against those in use (parabola, knots every 0.02), "
      "relative",
      "course over Z|knots every|mean distance|largest", "lrrr");
  for (int k = 1; k < HIGGS_COURSES; k++) {
    double most, mean;
    compare_course(x, k, &most, &mean);
    report_cell(r, "%s", higgs_courses[k].smooth ? "parabola" : "spline through the knots");
    report_cell(r, "%s", higgs_courses[k].step == 1 ? "0.02" : "0.04");
    report_cell_number(r, mean, 4);
    report_cell_number(r, most, 4);
  }
  report_table_end(r);
  report_paragraph(r,
                   "%zu of %zu intervals failed; %zu have an end that is no crossing (a bound or a vanishing "
                   "yield).",
                   x->n_failed, x->n_cases, x->n_open);
}

static void put_reading(report *r, const higgs_results *x)
{
  report_note(
      r,
      "The spread over re-splits is a stability check: all splits share the same events, so %zu of them are "
      "not "
      "%zu measurements, and no significance is claimed from it alone. The spread of events is that of a "
      "bootstrap "
      "(%zu replicas of the first split, every event counted Poisson(1) times in all its roles, networks "
      "kept). A "
      "difference is called significant only if it exceeds twice the root of the summed squares of both "
      "(the spread of one split, not of their mean: what networks owe to their training events is in no "
      "bootstrap of "
      "templates and observation).",
      x->n_splits, x->n_splits, x->n_replicas);
  size_t n = 0, n_significant = 0;
  for (int i = 0; i < HIGGS_CONDITIONS * HIGGS_METHODS; i++) {
    higgs_condition at = higgs_condition_at(i / HIGGS_METHODS);
    int method = i % HIGGS_METHODS;
    if (!at.mc_stat || method == HIGGS_BASELINE || higgs_net_of(method, at.truth) == HIGGS_NET_BASELINE)
      continue;
    n++;
    n_significant += (size_t)higgs_is_significant(x, method, i / HIGGS_METHODS);
  }
  report_paragraph(r, "Of the %zu comparisons below, %zu are significant in this sense%s.", n, n_significant,
                   n_significant ? "; they are marked"
                                 : ": with these events no method is shown to be better than another");
}

int higgs_write_report(cli *c, const higgs_results *x)
{
  report r;
  report_begin(&r, "Tau energy scale on HiggsML 2014 events", "fairu study higgs-tes");
  if (x->options->quick)
    report_note(&r, "Made with --quick: two splits and short trainings. A test of the chain, not a result.");
  put_data(&r, x);
  put_method(&r, x);
  report_section(&r, "Expected half-widths");
  for (int l = 0; l < 2; l++)
    put_widths(&r, x, l);
  put_limits(&r, x);
  report_figure(&r, "widths", "Half-width of mu by method and true Z; points: splits, bar: their mean.");
  report_section(&r, "Methods compared");
  put_reading(&r, x);
  for (int l = 0; l < 2; l++)
    put_differences(&r, x, l);
  report_figure(&r, "differences", "Paired differences to the baseline within each split.");
  put_networks(&r, x);
  report_section(&r, "Templates");
  report_figure(&r, "templates", "Templates of the first fold at Z = 0.90, 1.00 and 1.10.");
  put_checks(&r, x);
  return report_write(&r, c, x->options->out, "report.html");
}
