/* compare_report.c - report.html of the comparison. */
#include "compare_methods.h"

#include "report.h"

#include <math.h>
#include <stdio.h>

static void put_exact(report *r, const compare_results *x)
{
  const compare_options *o = x->options;
  report_table_begin(r, "What can be known without a network: sigma of mu",
                     "summary|truth|Z known|Z profiled: Gaussian limit|half-width|mu_hat", "llrrrr");
  for (size_t t = 0; t < o->problem->n_truths; t++) {
    const compare_exact_row *row = &x->exact[t];
    const double nan = (double)NAN;
    const compare_widths floor = { row->floor_fixed, row->floor_fixed, row->floor, nan, nan };
    const compare_widths *const widths[3] = { &floor, &row->nominal, &row->aware };
    static const char *const names[3] = { "floor: exact likelihood of events", "Bayes score at nominal Z",
                                          "Bayes score at the Z of each hypothesis" };
    for (int i = 0; i < 3; i++) {
      report_cell(r, "%s", names[i]);
      report_cell(r, "%s", o->problem->truths[t].name);
      report_cell_number(r, widths[i]->fixed, 4);
      report_cell_number(r, widths[i]->fisher, 4);
      report_cell_number(r, widths[i]->profiled, 4);
      report_cell_number(r, widths[i]->mu_hat, 3);
    }
  }
  report_table_end(r);
  report_paragraph(r,
                   "By quadrature, no event behind them. The floor is the Fisher information of the unbinned "
                   "extended likelihood "
                   "with the priors. Scores: %d uniform bins of the score of balanced classes. The priors "
                   "stay at nominal Z "
                   "when the truth does not; half-widths are where the profile rises by 1/2. A score that "
                   "turns with the hypothesis makes the observed histogram move with it, "
                   "which is no likelihood in Z: mu_hat of exact data shows what that costs.",
                   COMPARE_BINS);
}

static void put_problem(report *r, const compare_results *x)
{
  const compare_options *o = x->options;
  report_section(r, "The problem");
  report_paragraph(r, "%s", o->problem->about);
  report_paragraph(r, "Expected at mu = 1, before any cut: %.6g signal and %.6g background events.",
                   compare_expected(o, COMPARE_SIGNAL), compare_expected(o, COMPARE_BACKGROUND));
  if (o->problem->log_density)
    put_exact(r, x);
  else
    report_note(r, "No density is known here, so there is no floor: widths stand for themselves.");
}

static void put_ranking(report *r, const compare_results *x)
{
  const compare_options *o = x->options;
  report_section(r, "Ranking");
  report_table_begin(r, "Methods by width among those that cover",
                     o->problem->log_density
                         ? "rank|method|what it is|width over floor|covers|trained|failed|bins|training, s"
                         : "rank|method|what it is|width|covers|trained|failed|bins|training, s",
                     "rllrcrrrr");
  for (size_t rank = 1; rank <= o->n_methods + 1; rank++)
    for (size_t m = 0; m < o->n_methods; m++) {
      const compare_verdict *v = &x->verdicts[m];
      if ((size_t)v->rank != rank % (o->n_methods + 1))
        continue;
      if (v->rank)
        report_cell(r, "%d", v->rank);
      else
        report_cell(r, "\xe2\x80\x94");
      report_cell(r, "%s", compare_method_name(v->method));
      report_cell(r, "%s", compare_method_about(v->method));
      report_cell_number(r, v->over, 3);
      report_cell(r, "%s", v->covers ? "yes" : "no");
      report_cell(r, "%zu", v->n_trained);
      report_cell(r, "%zu", v->n_failed);
      report_cell_number(r, v->bins.median, 0);
      report_cell_number(r, v->seconds, 2);
    }
  report_table_end(r);
  report_paragraph(r,
                   "Width: median over %llu seeds of the profiled half-width with template statistics, over "
                   "the floor, mean of the "
                   "truths. A method covers if at no truth its 95 %% binomial interval of the coverage lies "
                   "below 0.6827 - %.2f.",
                   (unsigned long long)o->n_seeds, COMPARE_SLACK);
  report_figure(r, "ranking",
                "Profiled half-widths with template statistics, median and 16 to 84 % of the seeds; the line "
                "is the floor.");
}

static void put_spread(report *r, const compare_spread *s, int decimals)
{
  if (isfinite(s->median))
    report_cell(r, "%.*f [%.*f, %.*f]", decimals, s->median, decimals, s->lower, decimals, s->upper);
  else
    report_cell(r, "\xe2\x80\x94");
}

static void put_truth(report *r, const compare_results *x, size_t t)
{
  const compare_options *o = x->options;
  char caption[160];
  if (o->problem->log_density)
    snprintf(caption, sizeof caption, "Truth %s, mu = 1; floor %.4f, with Z known %.4f",
             o->problem->truths[t].name, x->exact[t].floor, x->exact[t].floor_fixed);
  else
    snprintf(caption, sizeof caption, "Truth %s, mu = 1", o->problem->truths[t].name);
  report_table_begin(r, caption,
                     "method|AUC|Z known|Fisher, Z known|Fisher|profiled|with template statistics|mu_hat",
                     "lrrrrrrr");
  for (size_t m = 0; m < o->n_methods; m++) {
    const compare_spread *of = x->verdicts[m].of[t];
    report_cell(r, "%s", compare_method_name(x->verdicts[m].method));
    put_spread(r, &of[COMPARE_AUC], 4);
    put_spread(r, &of[COMPARE_FIXED], 4);
    put_spread(r, &of[COMPARE_FISHER_FIXED], 4);
    put_spread(r, &of[COMPARE_FISHER], 4);
    put_spread(r, &of[COMPARE_PROFILED], 4);
    put_spread(r, &of[COMPARE_WIDTH], 4);
    put_spread(r, &of[COMPARE_MU_HAT], 3);
  }
  report_table_end(r);
}

static void put_coverage(report *r, const compare_results *x)
{
  const compare_options *o = x->options;
  report_section(r, "Coverage");
  report_table_begin(r, "One-sigma intervals of toys, all seeds together",
                     "method|truth|toys|failed|coverage|95 % interval|half-width|mean mu_hat|sd mu_hat",
                     "llrrrcrrr");
  for (size_t i = 0; i < o->n_methods * o->problem->n_truths; i++) {
    const compare_verdict *v = &x->verdicts[i / o->problem->n_truths];
    const size_t t = i % o->problem->n_truths;
    const fairu_coverage *f = &v->toys[t];
    report_cell(r, "%s", compare_method_name(v->method));
    report_cell(r, "%s", o->problem->truths[t].name);
    report_cell(r, "%llu", (unsigned long long)f->n);
    report_cell(r, "%llu", (unsigned long long)f->n_failed);
    report_cell_number(r, f->coverage, 4);
    report_cell_range(r, f->coverage_lower, f->coverage_upper, 4);
    report_cell_number(r, f->mean_half_width, 4);
    report_cell_number(r, f->mean_estimate, 3);
    report_cell_number(r, f->std_estimate, 4);
  }
  report_table_end(r);
  report_paragraph(r, "Each toy: Poisson multiplicities of the data events at the truth, binned under every "
                      "hypothesis where the score knows Z; "
                      "auxiliary values fluctuate about the true Z by the prior's width. Templates of a seed "
                      "come from events of its own, so their "
                      "fluctuations are in the coverage, and their statistics in the fits.");
  report_figure(r, "coverage", "Coverage with 95 % binomial intervals; the line is 0.6827.");
}

static void put_dependence(report *r, const compare_results *x)
{
  const compare_options *o = x->options;
  report_section(r, "Dependence on Z");
  report_table_begin(
      r, "Kolmogorov distance between the histogram at nominal Z and at Z within a prior width of it",
      "method|background|signal", "lrr");
  for (size_t m = 0; m < o->n_methods; m++) {
    report_cell(r, "%s", compare_method_name(x->verdicts[m].method));
    put_spread(r, &x->verdicts[m].dependence[COMPARE_BACKGROUND], 4);
    put_spread(r, &x->verdicts[m].dependence[COMPARE_SIGNAL], 4);
  }
  report_table_end(r);
  report_paragraph(r, "The largest over the points of the grid; scores with Z as input are taken at the Z of "
                      "the point. Little dependence is not "
                      "the aim: it is worth what it does to the width.");
  report_figure(r, "dependence", "Width over floor against dependence on Z.");
  report_figure(r, "timing", "Width over floor against training time.");
}

static void put_recipes(report *r, const compare_options *o)
{
  report_table_begin(
      r, "Recipes: two layers of 64 ReLU, Adam, rate divided by 5 after 3/5 and 4/5 of the steps",
      "method|epochs|batch|rate|copies of an event at drawn Z|spread of Z, prior widths", "lrrrrr");
  for (size_t m = 0; m < o->n_methods; m++) {
    const compare_recipe *recipe = compare_recipe_of(o->methods[m]);
    if (o->methods[m] < COMPARE_BASELINE)
      continue;
    report_cell(r, "%s", compare_method_name(o->methods[m]));
    report_cell(r, "%zu", recipe->epochs);
    report_cell(r, "%zu", recipe->batch);
    report_cell(r, "%g", recipe->rate);
    report_cell(r, "%zu", recipe->copies);
    report_cell_number(r, recipe->spread, 1);
  }
  report_table_end(r);
  if (o->quick)
    report_note(r, "A quick run: a quarter of the epochs and of the batch, few events. No result.");
}

static void put_method(report *r, const compare_results *x)
{
  const compare_options *o = x->options;
  report_section(r, "What was done");
  report_paragraph(r,
                   "Seed %llu, %llu trainings of every method. In each, all methods see the same training "
                   "events (%zu signal, %zu background); their "
                   "templates are filled from the same other events at every point of the grid of Z; data "
                   "come from a third set.",
                   (unsigned long long)o->seed, (unsigned long long)o->n_seeds, x->n_events[COMPARE_SIGNAL],
                   x->n_events[COMPARE_BACKGROUND]);
  if (o->higgs)
    report_note(r, "The three sets are thirds of the file, by a hash of event id and seed. The data events "
                   "fluctuate, too, and no fit knows how "
                   "much: their number, not the method, may be what keeps intervals from covering.");
  else
    report_paragraph(
        r, "Templates: %zu random events per class; data: %zu evenly spread ones, the same for all seeds.",
        o->scale.template_events, o->scale.pool_events);
  report_paragraph(r,
                   "Scores are cut into %d %s; methods with several outputs are binned by the largest, bins "
                   "in order of nominal signal over "
                   "background. Neighbouring bins are merged until each holds ten effective background "
                   "events at every Z and two signal events at "
                   "nominal Z.",
                   COMPARE_BINS,
                   o->quantile ? "bins of equal nominal signal (neos: uniform, as it learned them)"
                               : "uniform bins");
  put_recipes(r, o);
  report_paragraph(
      r, "Training times are of this run and its machine; they are in timing.csv, not in results.json.");
}

int compare_write_report(cli *c, const compare_results *results)
{
  report r;
  char title[160];
  snprintf(title, sizeof title, "%s: which training is worth what", results->options->problem->title);
  report_begin(&r, title, "fairu study compare");
  put_problem(&r, results);
  put_method(&r, results);
  put_ranking(&r, results);
  report_section(&r, "Widths");
  for (size_t t = 0; t < results->options->problem->n_truths; t++)
    put_truth(&r, results, t);
  put_coverage(&r, results);
  put_dependence(&r, results);
  return report_write(&r, c, results->options->out, "report.html");
}
