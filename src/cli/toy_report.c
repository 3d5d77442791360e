/* toy_report.c - report.html of the toy study. */
#include "toy_results.h"

#include "study.h"

static const double angles[2] = { M_PI_4, M_PI_2 };
static const char *const angle_names[2] = { "\xcf\x80/4", "\xcf\x80/2" };

static const char *const reported[] = { "baseline", "aug_lda",      "aug_bayes",     "aware",
                                        "optimal",  "baseline_net", "augmented_net", "aware_net" };
enum { REPORTED = sizeof reported / sizeof *reported };

static double width_of(const toy_results *x, const char *method, int binning, double z, double mu, int aux,
                       int z_mode)
{
  const toy_interval_row *row = toy_find_interval(x, method, binning, z, mu, aux, z_mode);
  return row ? row->interval.half_width : (double)NAN;
}

static void put_intro(report *r)
{
  report_section(r, "The question");
  report_paragraph(
      r,
      "Signal and background are two Gaussians of width %.1f on opposite sides of a circle of radius 1. "
      "Their axis turns with an angle z that nobody knows exactly: z is measured to be \xcf\x80/4 with an "
      "uncertainty of 0.5. Expected are %.0f signal events at mu = 1 and %.0f background events. How well "
      "can mu be measured, z included?",
      TOY_SIGMA, TOY_SIGNAL, TOY_BACKGROUND);
  report_paragraph(
      r,
      "Baseline: the classifier of the nominal angle. Augmented: trained on all angles without being told "
      "which. Aware: the angle is an input, and under every hypothesis z both the templates and the data "
      "are scored with that z. Optimal: the classifier of the true angle, which no experiment has. Names "
      "ending in _net are trained networks (2 or 3 inputs, two layers of 64 ReLU); the others are closed "
      "forms. The floor is what the full two-dimensional likelihood could do: %.4f at mu = 1.",
      TOY_FLOOR);
  report_figure(r, "decision", "Decision functions at three angles: only the aware one turns with z.");
}

static void put_networks(report *r, const toy_results *x)
{
  report_section(r, "Networks");
  report_table_begin(r, "Area under the ROC curve", "network|z|AUC|closed form|difference", "llrrr");
  for (size_t i = 0; i < x->n_aucs; i++) {
    const toy_auc_row *a = &x->aucs[i];
    report_cell(r, "%s", toy_net_name(a->net));
    report_cell(r, "%s", angle_names[a->z > 1.0]);
    report_cell_number(r, a->auc, 5);
    report_cell_number(r, a->closed_form, 5);
    report_cell_number(r, a->auc - a->closed_form, 5);
  }
  report_table_end(r);
  report_paragraph(
      r,
      "Measured on %zu fresh events per class and angle; trained on %zu events per class, %zu epochs. The "
      "closed form of the augmented network is the linear discriminant along \xcf\x80/4.",
      x->scale.auc_events, x->scale.training_events, x->scale.epochs);
  report_figure(r, "training", "Training loss.");
  report_figure(r, "templates", "Templates of the score in ten uniform bins at several angles.");
}

static void put_widths(report *r, const toy_results *x, int binning, double mu)
{
  char caption[160];
  snprintf(caption, sizeof caption, "Half-width of mu at one sigma, mu = %.0f, 10 %s bins", mu,
           toy_binning_name(binning));
  report_table_begin(
      r, caption,
      "method|z = \xcf\x80/4: fixed|free, prior|free, aux|z = \xcf\x80/2: fixed|free, prior|free, aux",
      "lrrrrrr");
  for (size_t m = 0; m < REPORTED; m++) {
    report_cell(r, "%s", reported[m]);
    for (size_t k = 0; k < 2; k++) {
      report_cell_number(r, width_of(x, reported[m], binning, angles[k], mu, 0, TOY_FIXED), 4);
      report_cell_number(r, width_of(x, reported[m], binning, angles[k], mu, 0, TOY_CONT), 4);
      report_cell_number(r, width_of(x, reported[m], binning, angles[k], mu, 1, TOY_CONT), 4);
    }
  }
  report_cell(r, "unbinned floor");
  for (int k = 0; k < 6; k++)
    report_cell_number(r, mu < 1.5 ? TOY_FLOOR : 0.087689, 4);
  report_table_end(r);
}

static void put_intervals(report *r, const toy_results *x)
{
  report_section(r, "Intervals");
  report_paragraph(
      r, "Fixed: z known. Free: z profiled continuously over [-\xcf\x80/4, 3\xcf\x80/4], constrained by the "
         "prior or "
         "by an auxiliary four-bin measurement. Ends are solved for, not taken from a parabola. The data are "
         "expected yields at the truth; those of networks come from evenly spread events that are disjoint "
         "from training and from the templates. All treatments, crossings and best fits: intervals.csv.");
  put_widths(r, x, TOY_UNIFORM, 1.0);
  put_widths(r, x, TOY_LOGIT, 1.0);
  put_widths(r, x, TOY_UNIFORM, 2.0);
  put_widths(r, x, TOY_LOGIT, 2.0);
  report_figure(r, "intervals",
                "Half-widths of mu beside the floor of the unbinned likelihood (mu = 1, prior).");
  report_note(r, "The aware histogram has no first-order sensitivity to z, so with a prior 1.57 sigma away "
                 "from the truth the fit "
                 "drifts (z_hat = 1.524 instead of 1.571 at mu = 1). And a summary that changes with the "
                 "hypothesis is not "
                 "strictly a likelihood in z: whether its intervals cover is measured below, not assumed.");
  report_figure(r, "intervals", "Half-widths with z profiled, beside the unbinned floor.");
  report_figure(r, "profile", "Profiled likelihood curves of mu, z fixed (thin) and free (thick).");
  report_figure(r, "nll_map", "Negative log-likelihood over mu and z.");
}

static void put_binnings(report *r, const toy_results *x)
{
  report_section(r, "What the binning costs");
  report_table_begin(r, "Aware classifier, z = \xcf\x80/2 known, mu = 1",
                     "binning|bins|half-width|over floor", "lrrr");
  for (size_t i = 0; i < x->n_widths; i++) {
    const toy_width_row *w = &x->widths[i];
    report_cell(r, "%s", toy_binning_name(w->binning));
    report_cell(r, "%zu", w->n_bins);
    report_cell_number(r, w->half_width, 4);
    report_cell_number(r, w->half_width / TOY_FLOOR, 3);
  }
  report_table_end(r);
  report_paragraph(
      r, "With one signal event in a hundred the information lies at scores near one, where uniform bins are "
         "too "
         "wide. t: equal bins of the projection on [-2, 2.5]; logit: equal bins on [-4, 7]; quantile: equal "
         "signal per bin.");
}

static void put_coverage(report *r, const toy_results *x)
{
  report_section(r, "Coverage");
  report_table_begin(
      r, "Toys at mu = 1, prior, 10 uniform bins, one sigma intervals",
      "method|z|toys|failed|coverage|95 % interval|half-width|mean mu_hat|sd mu_hat|sd z_hat|pull width",
      "llrrrcrrrrr");
  for (size_t i = 0; i < x->n_coverages; i++) {
    const toy_coverage_row *row = &x->coverages[i];
    const fairu_coverage *f = &row->found;
    report_cell(r, "%s", row->method);
    report_cell(r, "%s", angle_names[row->settings.z_true > 1.0]);
    study_coverage_cells(r, f);
    report_cell_number(r, f->std_nuisance, 4);
    report_cell_number(r, f->pull_width, 3);
  }
  report_table_end(r);
  report_paragraph(
      r,
      "Seed %llu. In every toy the auxiliary value fluctuates about the true z by 0.5. Fixed classifiers: "
      "Poisson counts per bin. Aware classifiers: Poisson multiplicities of events (%zu evenly spread per "
      "class, %zu for the network), re-binned under every hypothesis on %zu values of z; never an "
      "independent draw per z. The pool deviates from the closed form by at most %.3f (\xcf\x80/4) and %.3f "
      "(\xcf\x80/2) standard deviations of a toy in any bin at any z. z_hat of a fixed axis may be the "
      "mirror "
      "image \xcf\x80/2 - z, which has the same templates.",
      (unsigned long long)x->options->seed, x->scale.pool_events, x->scale.net_pool_events, x->scale.knots,
      x->pool_deviation[0], x->pool_deviation[1]);
  report_paragraph(r,
                   "Half the step in z (%zu values), aware closed form at \xcf\x80/2, %llu toys: coverage "
                   "%.4f (%.4f to %.4f), "
                   "half-width %.4f, mean mu_hat %.4f, sd z_hat %.4f. The finer the step, the more of the "
                   "jumps of single events "
                   "between bins the interpolation follows: widths grow slowly, coverage stays.",
                   x->step.knots, (unsigned long long)x->step.fine.n, x->step.fine.coverage,
                   x->step.fine.coverage_lower, x->step.fine.coverage_upper, x->step.fine.mean_half_width,
                   x->step.fine.mean_estimate, x->step.fine.std_nuisance);
  report_figure(r, "coverage",
                "Measured coverage of one sigma intervals with 95 % binomial intervals; the line is 0.6827.");
}

static void put_unbinned(report *r, const toy_results *x)
{
  report_section(r, "Without bins");
  report_table_begin(r, "Event-wise likelihood, z free",
                     "ratios|z|mu|mu_hat|half-width|over floor|z_hat|sigma_z", "llrrrrrr");
  for (size_t i = 0; i < x->n_unbinned; i++) {
    const toy_unbinned_row *row = &x->unbinned[i];
    const double half = 0.5 * (row->fit.upper - row->fit.lower);
    report_cell(r, "%s", row->method);
    report_cell(r, "%s", angle_names[row->settings.z_true > 1.0]);
    report_cell_number(r, row->settings.mu_true, 0);
    report_cell_number(r, row->fit.mu_hat, 4);
    report_cell_number(r, half, 5);
    report_cell_number(r, half / toy_unbinned_floor(row->settings.mu_true), 4);
    report_cell_number(r, row->fit.z_hat, 4);
    report_cell_number(r, row->fit.sigma_z, 5);
  }
  report_table_end(r);
  report_paragraph(
      r, "unbinned: closed-form ratios. unbinned_net: two networks, signal against background at z and "
         "background at z against background at \xcf\x80/4; mu_hat of Asimov data of the simulation shows "
         "what their mistakes do. Coverage of both is in the table below.");
}

int toy_write_report(cli *c, const toy_results *results)
{
  report r;
  report_begin(&r, "Rotating Gaussians: what knowing the nuisance is worth",
               "fairu study toy-rotation, after arXiv:2105.08742");
  put_intro(&r);
  put_networks(&r, results);
  put_intervals(&r, results);
  put_binnings(&r, results);
  put_unbinned(&r, results);
  put_coverage(&r, results);
  return report_write(&r, c, results->options->out, "report.html");
}
