/* toy_run.c - the whole study, part by part. */
#include "toy_results.h"

#include "study.h"

#include <stdio.h>
#include <stdlib.h>

static toy_scale scale_of(const toy_options *o)
{
  toy_scale s = { .training_events = 1200000,
                  .epochs = 4,
                  .auc_events = 1000000,
                  .template_events = 100000,
                  .pool_events = (size_t)o->pool,
                  .net_pool_events = 250000,
                  .toys = 10000,
                  .net_toys = 2000,
                  .step_toys = 2000,
                  .unbinned_events = 40000,
                  .unbinned_toys = 300,
                  .ratio_events = 2400000,
                  .ratio_epochs = 12,
                  .knots = (size_t)o->knots };
  if (o->quick)
    s = (toy_scale){ .training_events = 20000,
                     .epochs = 4,
                     .auc_events = 50000,
                     .template_events = 20000,
                     .pool_events = 1u << 16,
                     .net_pool_events = 20000,
                     .toys = 300,
                     .net_toys = 100,
                     .step_toys = 20,
                     .unbinned_events = 10000,
                     .unbinned_toys = 20,
                     .ratio_events = 120000,
                     .ratio_epochs = 8,
                     .knots = (size_t)o->knots };
  return s;
}

static void print_summary(const toy_results *r)
{
  printf("half-widths of mu at one sigma, mu = 1, prior, 10 uniform bins (floor %.4f):\n", TOY_FLOOR);
  printf("%-14s %10s %10s %10s %10s\n", "", "pi/4", "", "pi/2", "");
  printf("%-14s %10s %10s %10s %10s\n", "method", "z fixed", "z free", "z fixed", "z free");
  for (size_t i = 0; i < r->n_intervals; i++) {
    const toy_interval_row *row = &r->intervals[i];
    const toy_settings *s = &row->settings;
    if (s->binning != TOY_UNIFORM || s->aux || s->mu_true > 1.5 || s->z_true > 1.0 ||
        row->z_mode != TOY_FIXED)
      continue;
    printf("%-14s", row->method);
    for (int k = 0; k < 4; k++) {
      const toy_interval_row *cell = toy_find_interval(r, row->method, TOY_UNIFORM, k / 2 ? M_PI_2 : M_PI_4,
                                                       1.0, 0, k % 2 ? TOY_CONT : TOY_FIXED);
      printf(" %10.4f", cell ? cell->interval.half_width : (double)NAN);
    }
    printf("\n");
  }
  for (size_t i = 0; i < r->n_coverages; i++) {
    const toy_coverage_row *row = &r->coverages[i];
    printf("coverage %-14s z = %.4f: %.4f [%.4f, %.4f], half-width %.4f, mean mu_hat %.4f, %llu toys, %llu "
           "failed\n",
           row->method, row->settings.z_true, row->found.coverage, row->found.coverage_lower,
           row->found.coverage_upper, row->found.mean_half_width, row->found.mean_estimate,
           (unsigned long long)row->found.n, (unsigned long long)row->found.n_failed);
  }
  for (size_t i = 0; i < r->n_unbinned; i++) {
    const toy_unbinned_row *row = &r->unbinned[i];
    printf("event-wise %-14s %s: mu = %.4f +- %.5f (floor %.5f), z = %.4f +- %.5f\n", row->method,
           toy_case_name(&row->settings), row->fit.mu_hat, 0.5 * (row->fit.upper - row->fit.lower),
           toy_unbinned_floor(row->settings.mu_true), row->fit.z_hat, row->fit.sigma_z);
  }
  printf("report: %s/report.html\n", r->options->out);
}

static void begin_tables(toy_results *r)
{
  out_csv_begin(&r->decision, "method,z,x,y,score");
  out_csv_begin(&r->templates, "method,z,process,bin,yield,variance");
  out_csv_begin(&r->nll_map, "method,case,mu,z,nll");
  out_csv_begin(&r->profile, "method,case,curve,mu,dnll");
}

static void drop_tables(toy_results *r, cli *c)
{
  out_csv *const tables[] = { &r->decision, &r->templates, &r->nll_map, &r->profile };
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    (void)out_csv_write(tables[i], c, NULL, "");
}

static int write_all(cli *c, toy_results *r)
{
  int status = toy_write_tables(c, r);
  if (status == FAIRU_OK)
    status = toy_write_report(c, r);
  return study_finish(c, status, toy_results_json(r), r->options->out);
}

int toy_study_run(cli *c, const toy_options *options)
{
  toy_results *r = calloc(1, sizeof *r);
  if (!r)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  r->options = options;
  r->scale = scale_of(options);
  begin_tables(r);
  int status = out_directory(c, options->out);
  if (status == FAIRU_OK)
    status = toy_run_closed(c, r);
  if (status == FAIRU_OK)
    status = toy_run_unbinned(c, r);
  if (status == FAIRU_OK)
    status = toy_run_networks(c, r);
  if (status == FAIRU_OK)
    status = toy_run_unbinned_nets(c, r);
  if (status == FAIRU_OK)
    status = toy_run_closed_coverage(c, r);
  if (status == FAIRU_OK)
    status = write_all(c, r);
  if (status == FAIRU_OK && !c->json)
    print_summary(r);
  drop_tables(r, c);
  free(r);
  return status;
}
