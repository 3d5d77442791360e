/* compare_tables.c - the rows of the comparison as CSV files, and on the terminal. */
#include "compare_methods.h"

#include <math.h>
#include <stdio.h>

static int write_exact(cli *c, const compare_results *r)
{
  out_csv csv;
  const compare_problem *problem = r->options->problem;
  out_csv_begin(&csv, "summary,truth,fixed,fisher_fixed,fisher,profiled,mu_hat");
  for (size_t t = 0; t < problem->n_truths && problem->log_density; t++) {
    const compare_exact_row *row = &r->exact[t];
    const double nan = (double)NAN;
    const compare_widths floor = { row->floor_fixed, row->floor_fixed, row->floor, nan, nan };
    const compare_widths *const widths[3] = { &floor, &row->nominal, &row->aware };
    static const char *const names[3] = { "floor", "optimal", "optimal-aware" };
    for (int i = 0; i < 3; i++) {
      out_csv_text(&csv, names[i]);
      out_csv_text(&csv, problem->truths[t].name);
      out_csv_number(&csv, widths[i]->fixed);
      out_csv_number(&csv, widths[i]->fisher_fixed);
      out_csv_number(&csv, widths[i]->fisher);
      out_csv_number(&csv, widths[i]->profiled);
      out_csv_number(&csv, widths[i]->mu_hat);
      out_csv_end_row(&csv);
    }
  }
  return out_csv_write(&csv, c, r->options->out, "exact.csv");
}

static void put_coverage(out_csv *csv, const fairu_coverage *f)
{
  out_csv_number(csv, (double)f->n);
  out_csv_number(csv, (double)f->n_failed);
  out_csv_number(csv, f->coverage);
  out_csv_number(csv, f->coverage_lower);
  out_csv_number(csv, f->coverage_upper);
  out_csv_number(csv, f->mean_half_width);
  out_csv_number(csv, f->mean_estimate);
}

/* One row per training and truth. */
static int write_seeds(cli *c, const compare_results *r)
{
  out_csv csv;
  const compare_problem *problem = r->options->problem;
  out_csv_begin(
      &csv, "method,seed,truth,status,bins,epochs,loss,auc,fixed,fisher_fixed,fisher,profiled,width,mu_hat,"
            "dependence_background,dependence_signal,toys,toys_failed,coverage,coverage_lower,"
            "coverage_upper,toy_half_width,toy_mu_hat");
  for (size_t i = 0; i < r->n_rows * problem->n_truths; i++) {
    const compare_row *row = &r->rows[i / problem->n_truths];
    const compare_at *at = &row->at[i % problem->n_truths];
    const double numbers[] = { (double)row->n_bins, (double)row->epochs, row->loss,    at->auc,   at->fixed,
                               at->fisher_fixed,    at->fisher,          at->profiled, at->width, at->mu_hat,
                               row->dependence[0],  row->dependence[1] };
    out_csv_text(&csv, compare_method_name(row->method));
    out_csv_number(&csv, (double)row->seed);
    out_csv_text(&csv, problem->truths[i % problem->n_truths].name);
    out_csv_text(&csv, row->status == FAIRU_OK ? "ok" : row->message);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
      out_csv_number(&csv, row->status == FAIRU_OK ? numbers[k] : (double)NAN);
    put_coverage(&csv, &at->toys);
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, r->options->out, "seeds.csv");
}

static void put_spread(out_csv *csv, const compare_spread *s)
{
  out_csv_number(csv, s->median);
  out_csv_number(csv, s->lower);
  out_csv_number(csv, s->upper);
}

/* One row per method and truth. */
static int write_methods(cli *c, const compare_results *r)
{
  out_csv csv;
  const compare_problem *problem = r->options->problem;
  out_csv_begin(
      &csv, "method,truth,trained,failed,rank,covers,auc,auc_lower,auc_upper,fixed,fixed_lower,fixed_upper,"
            "fisher_fixed,fisher_fixed_lower,fisher_fixed_upper,fisher,fisher_lower,fisher_upper,profiled,"
            "profiled_lower,profiled_upper,width,width_lower,width_upper,mu_hat,mu_hat_lower,mu_hat_upper,"
            "dependence_background,dependence_background_lower,dependence_background_upper,"
            "dependence_signal,dependence_signal_lower,dependence_signal_upper,toys,toys_failed,coverage,"
            "coverage_lower,coverage_upper,toy_half_width,toy_mu_hat,floor");
  for (size_t i = 0; i < r->options->n_methods * problem->n_truths; i++) {
    const compare_verdict *v = &r->verdicts[i / problem->n_truths];
    const size_t t = i % problem->n_truths;
    out_csv_text(&csv, compare_method_name(v->method));
    out_csv_text(&csv, problem->truths[t].name);
    out_csv_number(&csv, (double)v->n_trained);
    out_csv_number(&csv, (double)v->n_failed);
    out_csv_number(&csv, v->rank);
    out_csv_number(&csv, v->covers);
    for (int q = 0; q < COMPARE_QUANTITIES; q++)
      put_spread(&csv, &v->of[t][q]);
    put_spread(&csv, &v->dependence[COMPARE_BACKGROUND]);
    put_spread(&csv, &v->dependence[COMPARE_SIGNAL]);
    put_coverage(&csv, &v->toys[t]);
    out_csv_number(&csv, r->exact[t].floor);
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, r->options->out, "methods.csv");
}

static int write_timing(cli *c, const compare_results *r)
{
  out_csv csv;
  out_csv_begin(&csv, "method,seed,training_seconds");
  for (size_t i = 0; i < r->n_rows; i++) {
    out_csv_text(&csv, compare_method_name(r->rows[i].method));
    out_csv_number(&csv, (double)r->rows[i].seed);
    out_csv_number(&csv, r->rows[i].seconds);
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, r->options->out, "timing.csv");
}

int compare_write_tables(cli *c, const compare_results *r)
{
  int status = write_exact(c, r);
  if (status == FAIRU_OK)
    status = write_seeds(c, r);
  if (status == FAIRU_OK)
    status = write_methods(c, r);
  return status == FAIRU_OK ? write_timing(c, r) : status;
}

void compare_print(const compare_results *r)
{
  const compare_options *o = r->options;
  for (size_t t = 0; t < o->problem->n_truths; t++) {
    printf("%s, %s", o->problem->name, o->problem->truths[t].name);
    if (o->problem->log_density)
      printf(": floor %.4f (Z known %.4f)", r->exact[t].floor, r->exact[t].floor_fixed);
    printf("\n");
    printf("%-18s %4s %7s %8s %8s %8s %8s %17s %8s %8s %6s\n", "method", "rank", "AUC", "Z known", "Fisher",
           "profiled", "with MC", "16 to 84 %", "coverage", "KS(Z)", "time/s");
    for (size_t m = 0; m < o->n_methods; m++) {
      const compare_verdict *v = &r->verdicts[m];
      const compare_spread *of = v->of[t];
      if (v->n_failed)
        printf("%s: %zu of %llu trainings failed\n", compare_method_name(v->method), v->n_failed,
               (unsigned long long)o->n_seeds);
      if (!v->n_trained)
        continue;
      printf("%-18s %4d %7.4f %8.4f %8.4f %8.4f %8.4f %8.4f %8.4f %8.4f %8.4f %6.1f\n",
             compare_method_name(v->method), v->rank, of[COMPARE_AUC].median, of[COMPARE_FIXED].median,
             of[COMPARE_FISHER].median, of[COMPARE_PROFILED].median, of[COMPARE_WIDTH].median,
             of[COMPARE_WIDTH].lower, of[COMPARE_WIDTH].upper, v->toys[t].coverage,
             fmax(v->dependence[0].median, v->dependence[1].median), v->seconds);
    }
  }
  printf("report: %s/report.html\n", o->out);
}
