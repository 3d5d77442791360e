/* toy_tables.c - the rows of the study as CSV files. */
#include "toy_results.h"

#include "study.h"

static void put_setting(out_csv *csv, const char *method, int trained, const toy_settings *s)
{
  out_csv_text(csv, method);
  out_csv_text(csv, trained ? "trained" : "closed");
  out_csv_text(csv, toy_binning_name(s->binning));
  out_csv_number(csv, (double)s->n_bins);
  out_csv_number(csv, s->z_true);
  out_csv_number(csv, s->mu_true);
  out_csv_text(csv, s->aux ? "aux" : "prior");
}

static int write_intervals(cli *c, const toy_results *r)
{
  out_csv csv;
  out_csv_begin(&csv,
                "method,kind,binning,n_bins,z_true,mu_true,constraint,z_mode,mu_hat,z_hat,mu_lo_1s,mu_hi_1s,"
                "half_width_1s,mu_lo_2s,mu_hi_2s");
  for (size_t i = 0; i < r->n_intervals; i++) {
    const toy_interval_row *row = &r->intervals[i];
    put_setting(&csv, row->method, row->trained, &row->settings);
    out_csv_text(&csv, toy_z_mode_name(row->z_mode));
    out_csv_number(&csv, row->interval.mu_hat);
    out_csv_number(&csv, row->interval.z_hat);
    out_csv_number(&csv, row->interval.lower[0]);
    out_csv_number(&csv, row->interval.upper[0]);
    out_csv_number(&csv, row->interval.half_width);
    out_csv_number(&csv, row->interval.lower[1]);
    out_csv_number(&csv, row->interval.upper[1]);
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, r->options->out, "intervals.csv");
}

static int write_coverage(cli *c, const toy_results *r)
{
  out_csv csv;
  out_csv_begin(
      &csv,
      "method,kind,binning,n_bins,z_true,mu_true,constraint,toys,failed,coverage,coverage_lower,"
      "coverage_upper,mean_half_width,mean_mu_hat,std_mu_hat,mean_z_hat,std_z_hat,pull_mean,pull_width");
  for (size_t i = 0; i < r->n_coverages; i++) {
    const toy_coverage_row *row = &r->coverages[i];
    const fairu_coverage *f = &row->found;
    const double values[] = { f->mean_nuisance, f->std_nuisance, f->pull_mean, f->pull_width };
    put_setting(&csv, row->method, row->trained, &row->settings);
    study_coverage_csv(&csv, f);
    out_csv_numbers(&csv, values, sizeof values / sizeof *values);
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, r->options->out, "coverage.csv");
}

static int write_training(cli *c, const toy_results *r)
{
  out_csv csv;
  out_csv_begin(&csv, "method,epoch,loss");
  for (size_t i = 0; i < r->n_losses; i++) {
    out_csv_text(&csv, toy_net_name(r->losses[i].net));
    out_csv_number(&csv, (double)r->losses[i].epoch);
    out_csv_number(&csv, r->losses[i].loss);
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, r->options->out, "training.csv");
}

static int write_auc(cli *c, const toy_results *r)
{
  out_csv csv;
  out_csv_begin(&csv, "method,z,auc,closed_form");
  for (size_t i = 0; i < r->n_aucs; i++) {
    out_csv_text(&csv, toy_net_name(r->aucs[i].net));
    out_csv_number(&csv, r->aucs[i].z);
    out_csv_number(&csv, r->aucs[i].auc);
    out_csv_number(&csv, r->aucs[i].closed_form);
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, r->options->out, "auc.csv");
}

static int write_binnings(cli *c, const toy_results *r)
{
  out_csv csv;
  out_csv_begin(&csv, "binning,n_bins,half_width_fixed_z,floor");
  for (size_t i = 0; i < r->n_widths; i++) {
    out_csv_text(&csv, toy_binning_name(r->widths[i].binning));
    out_csv_number(&csv, (double)r->widths[i].n_bins);
    out_csv_number(&csv, r->widths[i].half_width);
    out_csv_number(&csv, TOY_FLOOR);
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, r->options->out, "binnings.csv");
}

int toy_write_tables(cli *c, toy_results *r)
{
  const char *out = r->options->out;
  int status = write_intervals(c, r);
  if (status == FAIRU_OK)
    status = write_coverage(c, r);
  if (status == FAIRU_OK)
    status = write_training(c, r);
  if (status == FAIRU_OK)
    status = write_auc(c, r);
  if (status == FAIRU_OK)
    status = write_binnings(c, r);
  if (status == FAIRU_OK)
    status = out_csv_write(&r->decision, c, out, "decision.csv");
  if (status == FAIRU_OK)
    status = out_csv_write(&r->templates, c, out, "templates.csv");
  if (status == FAIRU_OK)
    status = out_csv_write(&r->nll_map, c, out, "nll_map.csv");
  if (status == FAIRU_OK)
    status = out_csv_write(&r->profile, c, out, "profile.csv");
  return status;
}
