/* higgs_tables.c - results.json and the CSV files. */
#include "higgs_results.h"

#include "out.h"

#include <math.h>

static void put_condition(out_csv *csv, const higgs_condition *at)
{
  out_csv_number(csv, higgs_truths[at->truth]);
  out_csv_number(csv, higgs_luminosities[at->luminosity]);
  out_csv_text(csv, higgs_mc_stat_name(at->mc_stat));
  out_csv_text(csv, higgs_mode_name(at->profiled));
}

static int write_intervals(cli *c, const higgs_results *r)
{
  out_csv csv;
  out_csv_begin(&csv, "split,fold,method,z_true,luminosity,mc_stat,z_mode,n_bins,mu_hat,z_hat,mu_lo_1s,"
                      "mu_hi_1s,half_width_1s,lower_end,upper_end,status");
  for (size_t i = 0; i < r->n_cases; i++) {
    const higgs_case *x = &r->cases[i];
    higgs_condition at = { x->truth, x->luminosity, x->mc_stat, x->profiled };
    double numbers[] = { (double)x->n_bins, x->mu_hat,     x->z_hat,     x->lower,
                         x->upper,          x->half_width, x->lower_end, x->upper_end };
    out_csv_number(&csv, x->split + 1);
    out_csv_number(&csv, x->fold + 1);
    out_csv_text(&csv, higgs_method_names[x->method]);
    put_condition(&csv, &at);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
      out_csv_number(&csv, numbers[k]);
    out_csv_text(&csv, fairu_status_name(x->status));
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, r->options->out, "intervals.csv");
}

static void put_spread(out_csv *csv, const higgs_spread *s)
{
  out_csv_number(csv, s->mean);
  out_csv_number(csv, s->deviation);
  out_csv_number(csv, s->n ? s->least : s->mean);
  out_csv_number(csv, s->n ? s->most : s->mean);
  out_csv_number(csv, (double)s->n);
}

static int write_widths(cli *c, const higgs_results *r)
{
  out_csv csv;
  out_csv_begin(&csv, "method,z_true,luminosity,mc_stat,z_mode,mean,sd_splits,min,max,n_splits");
  for (int i = 0; i < HIGGS_CONDITIONS * HIGGS_METHODS; i++) {
    higgs_condition at = higgs_condition_at(i / HIGGS_METHODS);
    higgs_spread s = higgs_widths(r, i % HIGGS_METHODS, &at);
    out_csv_text(&csv, higgs_method_names[i % HIGGS_METHODS]);
    put_condition(&csv, &at);
    put_spread(&csv, &s);
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, r->options->out, "widths.csv");
}

static int write_differences(cli *c, const higgs_results *r)
{
  out_csv csv;
  out_csv_begin(&csv, "method,reference,z_true,luminosity,mc_stat,z_mode,mean,sd_splits,min,max,n_splits,n_"
                      "negative,sd_events,significant");
  for (int i = 0; i < HIGGS_CONDITIONS * HIGGS_METHODS; i++) {
    int method = i % HIGGS_METHODS;
    higgs_condition at = higgs_condition_at(i / HIGGS_METHODS);
    if (method == HIGGS_BASELINE)
      continue;
    higgs_spread s = higgs_differences(r, method, HIGGS_BASELINE, &at);
    out_csv_text(&csv, higgs_method_names[method]);
    out_csv_text(&csv, higgs_method_names[HIGGS_BASELINE]);
    put_condition(&csv, &at);
    put_spread(&csv, &s);
    out_csv_number(&csv, (double)s.n_negative);
    out_csv_number(&csv, higgs_boot_deviation(r, method, i / HIGGS_METHODS));
    out_csv_number(&csv, higgs_is_significant(r, method, i / HIGGS_METHODS));
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, r->options->out, "differences.csv");
}

/* The per-split numbers behind both, for plots. */
static int write_splits(cli *c, const higgs_results *r)
{
  out_csv csv;
  out_csv_begin(&csv, "split,method,z_true,luminosity,mc_stat,z_mode,half_width_1s,minus_baseline");
  for (uint32_t split = 0; split < r->n_splits; split++) {
    for (int i = 0; i < HIGGS_CONDITIONS * HIGGS_METHODS; i++) {
      higgs_condition at = higgs_condition_at(i / HIGGS_METHODS);
      double width = higgs_half_width(r, split, i % HIGGS_METHODS, &at);
      out_csv_number(&csv, split + 1);
      out_csv_text(&csv, higgs_method_names[i % HIGGS_METHODS]);
      put_condition(&csv, &at);
      out_csv_number(&csv, width);
      out_csv_number(&csv, width - higgs_half_width(r, split, HIGGS_BASELINE, &at));
      out_csv_end_row(&csv);
    }
  }
  return out_csv_write(&csv, c, r->options->out, "splits.csv");
}

static int write_networks(cli *c, const higgs_results *r)
{
  out_csv csv;
  out_csv_begin(&csv,
                "split,fold,network,n_bins,least_effective_background,training_loss,auc_0.9,auc_1.0,auc_1.1");
  for (size_t i = 0; i < r->n_networks; i++) {
    const higgs_network_record *x = &r->networks[i];
    out_csv_number(&csv, x->split + 1);
    out_csv_number(&csv, x->fold + 1);
    out_csv_text(&csv, higgs_net_names[x->net]);
    out_csv_number(&csv, (double)x->n_bins);
    out_csv_number(&csv, x->effective);
    out_csv_number(&csv, x->loss);
    for (int t = 0; t < HIGGS_TRUTHS; t++)
      out_csv_number(&csv, x->auc[t]);
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, r->options->out, "networks.csv");
}

static void put_templates(out_csv *csv, const higgs_fill *fill, int net)
{
  static const char *const names[] = { "background", "signal" };
  size_t n = fill->bins.n;
  for (size_t i = 0; i < HIGGS_CLASSES * HIGGS_KNOTS * n; i++) {
    size_t bin = i % n, knot = i / n % HIGGS_KNOTS;
    out_csv_text(csv, higgs_net_names[net]);
    out_csv_text(csv, names[i / n / HIGGS_KNOTS]);
    out_csv_number(csv, (double)(90 + 2 * knot) / 100.0);
    out_csv_number(csv, (double)bin);
    out_csv_number(csv, bin > 0 ? fill->bins.edges[bin - 1] : -(double)INFINITY);
    out_csv_number(csv, bin + 1 < n ? fill->bins.edges[bin] : (double)INFINITY);
    out_csv_number(csv, fill->yields[i]);
    out_csv_number(csv, fill->variances[i]);
    out_csv_end_row(csv);
  }
}

static int write_first_fold(cli *c, const higgs_results *r)
{
  out_csv templates, losses;
  out_csv_begin(&templates, "network,process,z,bin,logit_lower,logit_upper,yield,variance");
  out_csv_begin(&losses, "network,epoch,training_loss");
  for (int net = 0; net < HIGGS_NETS; net++) {
    put_templates(&templates, &r->fills[net], net);
    for (size_t e = 0; e < r->losses[net].n; e++) {
      out_csv_text(&losses, higgs_net_names[net]);
      out_csv_number(&losses, (double)(e + 1));
      out_csv_number(&losses, r->losses[net].values[e]);
      out_csv_end_row(&losses);
    }
  }
  int status = out_csv_write(&templates, c, r->options->out, "templates.csv");
  int second = out_csv_write(&losses, c, status == FAIRU_OK ? r->options->out : NULL, "losses.csv");
  return status == FAIRU_OK ? second : status;
}

static int write_course_check(cli *c, const higgs_results *r)
{
  out_csv csv;
  out_csv_begin(&csv, "fold,method,z_true,step,course,half_width_1s");
  for (size_t i = 0; i < r->n_checks * HIGGS_COURSES; i++) {
    const higgs_case *x = &r->checks[i / HIGGS_COURSES].by_course[i % HIGGS_COURSES];
    const higgs_course *course = &higgs_courses[i % HIGGS_COURSES];
    out_csv_number(&csv, x->fold + 1);
    out_csv_text(&csv, higgs_method_names[x->method]);
    out_csv_number(&csv, higgs_truths[x->truth]);
    out_csv_number(&csv, course->step == 1 ? 0.02 : 0.04);
    out_csv_text(&csv, course->smooth ? "parabola" : "spline");
    out_csv_number(&csv, x->half_width);
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, r->options->out, "course_check.csv");
}

int higgs_write_tables(cli *c, const higgs_results *r)
{
  static int (*const writers[])(cli *, const higgs_results *) = {
    write_intervals, write_widths,     write_differences,  write_splits,
    write_networks,  write_first_fold, write_course_check,
  };
  int status = FAIRU_OK;
  for (size_t i = 0; i < sizeof writers / sizeof *writers && status == FAIRU_OK; i++)
    status = writers[i](c, r);
  return status;
}
