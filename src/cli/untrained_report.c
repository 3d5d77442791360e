/* untrained_report.c - report.html of the study. */
#include "untrained_results.h"

#include "study.h"

/* ---- a nuisance that no network saw ------------------------------------------------------------------- */

static void put_question(report *r)
{
  report_section(r, "A nuisance that no network saw");
  report_paragraph(
      r,
      "The rotating Gaussians: signal and background on opposite sides of a circle, their axis at an "
      "angle z that is known to %.1f rad. Here the second coordinate is also measured with an energy scale "
      "k, known to %.0f %%. Expected are %.0f signal events at mu = 1 on %.0f of background. The best "
      "classifier at (z, k) is linear, so templates are closed forms, and the floor, what the full "
      "two-dimensional likelihood could do with both nuisances profiled, comes from its Fisher "
      "information.",
      PLANE_Z_PRIOR, 100.0 * PLANE_K_PRIOR, TOY_SIGNAL, TOY_BACKGROUND);
  report_paragraph(
      r, "aware_both: z and k are inputs, templates and data are scored under every hypothesis of both, "
         "and both are profiled. aware_profiled: the network has z as an input and never saw k; "
         "its templates know what k does to its score, and k is profiled. aware_ignored: the same "
         "network, k held at 1. frozen_profiled: the classifier of the nominal point, both "
         "profiled. Names ending in _net: networks trained on simulated events, their templates "
         "filled from other events.");
}

static void put_widths(report *r, const untrained_results *x)
{
  report_table_begin(r, "Expected data (mu = 1), one sigma, ten bins",
                     "method|truth|mu_hat|k_hat|half-width|k known|over floor|sigma_z|sigma_k", "llrrrrrrr");
  for (size_t i = 0; i < x->n_planes; i++) {
    const plane_row *p = &x->planes[i];
    const plane_interval *v = &p->interval;
    report_cell(r, "%s", untrained_method_name(p->method, p->trained));
    report_cell(r, "%s", plane_truth_name(p->truth));
    report_cell_number(r, v->mu_hat, 4);
    report_cell_number(r, v->k_hat, 4);
    report_cell_number(r, v->half_width, 4);
    report_cell_number(r, v->half_width_k_known, 4);
    report_cell_number(r, v->half_width / x->floors[p->truth].both, 3);
    report_cell_number(r, v->sigma_z, 4);
    report_cell_number(r, v->sigma_k, 4);
  }
  report_table_end(r);
  report_paragraph(
      r, "Floors: %.5f at the nominal point (sigma_z %.5f, sigma_k %.5f), %.5f with k off by two sigma.",
      x->floors[0].both, x->floors[0].sigma_z, x->floors[0].sigma_k, x->floors[3].both);
  report_figure(
      r, "widths",
      "Half-width of mu by truth; the line is the floor. What ignores k is biased by several widths.");
}

static void put_coverage(report *r, const untrained_results *x)
{
  report_table_begin(r, "Toys, both auxiliary values fluctuate about the truth",
                     "method|truth|toys|failed|coverage|95 % interval|half-width|mean mu_hat|sd mu_hat",
                     "llrrrcrrr");
  for (size_t i = 0; i < x->n_planes; i++) {
    const plane_row *p = &x->planes[i];
    report_cell(r, "%s", untrained_method_name(p->method, p->trained));
    report_cell(r, "%s", plane_truth_name(p->truth));
    study_coverage_cells(r, &p->found);
  }
  report_table_end(r);
  report_figure(r, "coverage",
                "Coverage of one sigma intervals with 95 % binomial intervals; the line is 0.6827.");
}

static void put_answer(report *r, const untrained_results *x)
{
  const plane_row *both = untrained_find(x, PLANE_BOTH, 0, 3);
  const plane_row *profiled = untrained_find(x, PLANE_PROFILED, 0, 3);
  const plane_row *ignored = untrained_find(x, PLANE_IGNORED, 0, 3);
  const plane_row *little = untrained_find(x, PLANE_IGNORED, 0, 1);
  if (!both || !profiled || !ignored || !little)
    return;
  report_paragraph(
      r,
      "With k off by two sigma the network that never saw it covers when k is profiled (%.3f) and pays %.1f "
      "%% of "
      "width against the network that knows both; with k known its own score would cost %.1f %%: most of "
      "the price is that z and k share ten bins, not that the network is the wrong one. Ignoring k there "
      "gives mu_hat = "
      "%.2f and covers %.3f; already a tenth of a sigma brings it to %.3f.",
      profiled->found.coverage, 100.0 * (profiled->interval.half_width / both->interval.half_width - 1.0),
      100.0 * (profiled->interval.half_width_k_known / both->interval.half_width_k_known - 1.0),
      ignored->interval.mu_hat, ignored->found.coverage, little->found.coverage);
  report_note(
      r,
      "A network need not be retrained for a new nuisance: what must know it are the templates and the "
      "fit. It loses separation where the nuisance turns its best axis; these intervals cover all the same.");
}

/* ---- one scale or several ----------------------------------------------------------------------------- */

static void put_split_question(report *r)
{
  report_section(r, "One scale or several");
  report_paragraph(
      r,
      "The events, at a known angle, lie in eight regions of a detector with scales known to %.0f %% each. "
      "Is that one nuisance or eight? count: one bin above a cut per region, so that only the "
      "calibration knows the scale. shape: ten bins, and the data know it far better. control: counts, "
      "joined with a control region of %.0f background events in ten bins, whose scale is taken to be "
      "the same, or not. The regions are separate likelihoods; fairu_likelihood_create_combined() joins "
      "those "
      "whose scales have one name.",
      100.0 * SPLIT_PRIOR, TOY_BACKGROUND);
  report_paragraph(
      r,
      "Every pseudo-experiment draws the true scales anew and the calibrations read 1. coherent: one scale "
      "for all. nearly: correlation %.2f, so regions differ by %.0f %%. independent: no correlation. Alarm: "
      "the fraction of pseudo-experiments whose goodness of fit has a p-value below 5 %%.",
      split_correlation(1), 100.0 * SPLIT_PRIOR * sqrt(1.0 - split_correlation(1)));
}

static void put_split_widths(report *r, const untrained_results *x)
{
  report_table_begin(r, "What each model expects (mu = 1)",
                     "analysis|scales|half-width of mu|statistical|systematic|sigma of a scale|of their mean",
                     "lrrrrrr");
  for (size_t i = 0; i < x->n_splits; i++) {
    const split_row *s = &x->splits[i];
    report_cell(r, "%s", split_analysis_name(s->analysis));
    report_cell(r, "%zu", s->n_scales);
    report_cell_number(r, s->width.half_width, 4);
    report_cell_number(r, s->width.statistical, 4);
    report_cell_number(r, s->width.systematic, 4);
    report_cell_number(r, s->width.sigma_scale, 5);
    report_cell_number(r, s->width.sigma_mean, 5);
  }
  report_table_end(r);
  report_figure(r, "split", "Half-width of mu, and what it covers under each truth.");
}

static void put_split_coverage(report *r, const untrained_results *x)
{
  report_table_begin(r, "What they cover",
                     "analysis|scales|coherent: coverage|sd mu_hat|alarm|nearly: coverage|sd mu_hat|alarm|"
                     "independent: coverage|sd mu_hat|alarm",
                     "lrrrrrrrrrr");
  for (size_t i = 0; i < x->n_splits; i++) {
    const split_row *s = &x->splits[i];
    report_cell(r, "%s", split_analysis_name(s->analysis));
    report_cell(r, "%zu", s->n_scales);
    for (size_t truth = 0; truth < SPLIT_TRUTHS; truth++) {
      report_cell_number(r, s->at[truth].found.coverage, 4);
      report_cell_number(r, s->at[truth].found.std_estimate, 4);
      report_cell_number(r, s->at[truth].alarm, 3);
    }
  }
  report_table_end(r);
  report_paragraph(r,
                   "%zu pseudo-experiments each, one sigma intervals; seed %llu. Models of one analysis see "
                   "the same ones.",
                   x->scale.split_toys, (unsigned long long)x->options->seed);
}

static const split_row *find_split(const untrained_results *x, int analysis, size_t n_scales)
{
  for (size_t i = 0; i < x->n_splits; i++)
    if (x->splits[i].analysis == analysis && x->splits[i].n_scales == n_scales)
      return &x->splits[i];
  return NULL;
}

static void put_split_answer(report *r, const untrained_results *x)
{
  const split_row *one = find_split(x, SPLIT_COUNT, 1), *eight = find_split(x, SPLIT_COUNT, 8);
  const split_row *joined = find_split(x, SPLIT_CONTROL, 1), *apart = find_split(x, SPLIT_CONTROL, 2);
  const split_row *shape = find_split(x, SPLIT_SHAPE, 1), *shapes = find_split(x, SPLIT_SHAPE, 8);
  if (!one || !eight || !joined || !apart || !shape || !shapes)
    return;
  report_paragraph(
      r,
      "Splitting gains width it has not earned: eight scales instead of one take the half-width from "
      "%.4f to %.4f, because eight calibrations average, and if the truth is coherent the interval covers "
      "%.3f; erf(%.4f / (sqrt 2 %.4f)) = %.3f is what must come out. Nothing in the fit objects (alarm in "
      "%.3f). The single scale under eight independent ones "
      "covers %.3f: too wide, but safe.",
      one->width.half_width, eight->width.half_width, eight->at[0].found.coverage, eight->width.half_width,
      one->width.half_width, erf(M_SQRT1_2 * eight->width.half_width / one->width.half_width),
      eight->at[0].alarm, one->at[2].found.coverage);
  report_paragraph(
      r,
      "Merging gains width too: a control region that shares the one scale pins it to %.4f instead of "
      "%.2f and the half-width falls from %.4f to %.4f. If scales differ by %.0f %% that interval covers "
      "%.3f with an alarm in %.3f, if they are independent %.3f.",
      joined->width.sigma_scale, SPLIT_PRIOR, apart->width.half_width, joined->width.half_width,
      100.0 * SPLIT_PRIOR * sqrt(1.0 - split_correlation(1)), joined->at[1].found.coverage,
      joined->at[1].alarm, joined->at[2].found.coverage);
  report_paragraph(
      r,
      "Where the data know every scale the question loses its edge: in ten bins mu is %.4f or %.4f wide, all "
      "models cover, and one scale for eight different ones is found out (alarm in %.3f). The "
      "posterior width of the scale, %.5f or %.5f, still belongs to the model, not to the detector.",
      shape->width.half_width, shapes->width.half_width, shape->at[2].alarm, shape->width.sigma_scale,
      shapes->width.sigma_scale);
  report_note(r,
              "A nuisance that the fit constrains well below its calibration, or a systematic that shrinks "
              "when it is "
              "split, is a statement about the model. Try the other correlation and quote the wider interval "
              "unless the correlation has been measured.");
}

int untrained_write_report(cli *c, const untrained_results *x)
{
  report r;
  report_begin(&r, "What the network never saw, and what the model leaves out", "fairu study untrained");
  put_question(&r);
  put_answer(&r, x);
  put_widths(&r, x);
  put_coverage(&r, x);
  put_split_question(&r);
  put_split_answer(&r, x);
  put_split_widths(&r, x);
  put_split_coverage(&r, x);
  return report_write(&r, c, x->options->out, "report.html");
}
