/* challenge_tables.c - CSV tables of `fairu challenge`. */
#include "challenge_results.h"

#include "out.h"

#include <math.h>
#include <stdio.h>

static int write_estimator(cli *c, const challenge_results *r, int e)
{
  out_csv csv;
  char name[64];
  (void)snprintf(name, sizeof name, "%s.csv", challenge_estimator_names[e]);
  out_csv_begin(&csv, "set,pe,mu_true,mu_hat,delta_mu_hat,p16,p84,before_cut_p16,before_cut_p84,status");
  for (size_t k = 0; k < r->round->n; k++) {
    const challenge_outcome *o = &r->round->outcomes[k];
    const challenge_interval *x = &o->intervals[e];
    out_csv_number(&csv, (double)o->truth.set);
    out_csv_number(&csv, (double)o->truth.pe);
    out_csv_number(&csv, o->truth.mu);
    out_csv_number(&csv, x->estimate);
    out_csv_number(&csv, challenge_delta(e, x));
    out_csv_number(&csv, x->lower);
    out_csv_number(&csv, x->upper);
    out_csv_number(&csv, x->raw_lower);
    out_csv_number(&csv, x->raw_upper);
    out_csv_number(&csv, x->status);
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, r->options->out, name);
}

static void put_score(out_csv *csv, const fairu_interval_score *s)
{
  out_csv_number(csv, (double)s->n);
  out_csv_number(csv, (double)s->n_covered);
  out_csv_number(csv, s->coverage);
  out_csv_number(csv, s->coverage_lower);
  out_csv_number(csv, s->coverage_upper);
  out_csv_number(csv, s->interval);
  out_csv_number(csv, s->quantile_score);
  out_csv_end_row(csv);
}

#define SCORE_COLUMNS "n,n_covered,coverage,coverage_lower,coverage_upper,interval,quantile_score"

static int write_scores(cli *c, const challenge_results *r)
{
  out_csv csv;
  out_csv_begin(&csv, "estimator," SCORE_COLUMNS);
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
    if (!r->options->wanted[e])
      continue;
    out_csv_text(&csv, challenge_estimator_names[e]);
    put_score(&csv, &r->round->scores[e]);
  }
  return out_csv_write(&csv, c, r->options->out, "scores.csv");
}

static int write_sets(cli *c, const challenge_results *r)
{
  out_csv csv;
  out_csv_begin(&csv, "estimator,set,mu," SCORE_COLUMNS);
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
    for (size_t s = 0; s < r->n_sets && r->options->wanted[e]; s++) {
      out_csv_text(&csv, challenge_estimator_names[e]);
      out_csv_number(&csv, (double)s);
      out_csv_number(&csv, r->round->outcomes[s * r->options->n_pe].truth.mu);
      put_score(&csv, &r->sets[(size_t)e * r->n_sets + s]);
    }
  }
  return out_csv_write(&csv, c, r->options->out, "sets.csv");
}

static int write_nuisances(cli *c, const challenge_results *r)
{
  out_csv csv;
  out_csv_begin(&csv, "set,pe,nuisance,true,fitted,error");
  for (size_t k = 0; k < r->round->n; k++) {
    const challenge_outcome *x = &r->round->outcomes[k];
    for (int i = 0; i < CHALLENGE_NUISANCES; i++) {
      out_csv_number(&csv, (double)x->truth.set);
      out_csv_number(&csv, (double)x->truth.pe);
      out_csv_text(&csv, challenge_nuisance_names[i]);
      out_csv_number(&csv, challenge_truth(&r->round->model, &x->truth, i));
      out_csv_number(&csv, x->fitted[i]);
      out_csv_number(&csv, x->errors[i]);
      out_csv_end_row(&csv);
    }
  }
  return out_csv_write(&csv, c, r->options->out, "nuisances.csv");
}

static int write_critical(cli *c, const challenge_results *r)
{
  enum { POINTS = 101 };
  out_csv csv;
  int status = FAIRU_OK;
  out_csv_begin(&csv, "kind,mu,value,error");
  for (size_t i = 0; i < fairu_interval_calibration_n_mu(r->round->calibration) && status == FAIRU_OK; i++) {
    double mu, quantile, error;
    status = fairu_interval_calibration_point(r->round->calibration, c->ctx, i, &mu, &quantile, &error, NULL,
                                              NULL);
    if (status != FAIRU_OK)
      break;
    out_csv_text(&csv, "quantile");
    out_csv_number(&csv, mu);
    out_csv_number(&csv, quantile);
    out_csv_number(&csv, error);
    out_csv_end_row(&csv);
  }
  for (int i = 0; i < POINTS && status == FAIRU_OK; i++) {
    double value, error;
    const double mu = i == POINTS - 1
                          ? CHALLENGE_MU_UPPER
                          : CHALLENGE_MU_LOWER + (CHALLENGE_MU_UPPER - CHALLENGE_MU_LOWER) * i / (POINTS - 1);
    status = fairu_interval_calibration_critical(r->round->calibration, c->ctx, mu, &value, &error);
    if (status != FAIRU_OK)
      break;
    out_csv_text(&csv, "critical");
    out_csv_number(&csv, mu);
    out_csv_number(&csv, value);
    out_csv_number(&csv, error);
    out_csv_end_row(&csv);
  }
  const int written = out_csv_write(&csv, c, status == FAIRU_OK ? r->options->out : NULL, "critical.csv");
  return status == FAIRU_OK ? written : status;
}

static int write_templates(cli *c, const challenge_results *r)
{
  out_csv csv;
  const challenge_model *m = &r->round->model;
  out_csv_begin(&csv, "process,bin,lower,upper,yield,variance");
  for (size_t p = 0; p < CHALLENGE_PROCESSES; p++) {
    for (size_t j = 0; j < m->bins.n; j++) {
      out_csv_text(&csv, challenge_processes[p]);
      out_csv_number(&csv, (double)j);
      out_csv_number(&csv, j > 0 ? m->bins.edges[j - 1] : (double)-INFINITY);
      out_csv_number(&csv, j + 1 < m->bins.n ? m->bins.edges[j] : (double)INFINITY);
      out_csv_number(&csv, fairu_templates_yields(m->templates, p, 0)[j]);
      out_csv_number(&csv, fairu_templates_variances(m->templates, p, 0)[j]);
      out_csv_end_row(&csv);
    }
  }
  return out_csv_write(&csv, c, r->options->out, "templates.csv");
}

static int write_repetitions(cli *c, const challenge_results *r)
{
  out_csv csv;
  out_csv_begin(&csv, "part_seed,estimator," SCORE_COLUMNS);
  for (size_t k = 0; k < r->n_repetitions; k++) {
    for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
      if (!r->options->wanted[e])
        continue;
      out_csv_number(&csv, (double)r->repetitions[k].part_seed);
      out_csv_text(&csv, challenge_estimator_names[e]);
      put_score(&csv, &r->repetitions[k].scores[e]);
    }
  }
  return out_csv_write(&csv, c, r->options->out, "repartitions.csv");
}

static void put_count(out_csv *csv, const char *kind, double value, const challenge_count *x)
{
  out_csv_text(csv, kind);
  out_csv_number(csv, value);
  out_csv_number(csv, (double)x->n);
  out_csv_number(csv, (double)x->covered);
  out_csv_number(csv, x->width);
  out_csv_end_row(csv);
}

static int write_closure(cli *c, const challenge_results *r)
{
  out_csv csv;
  const challenge_closure *x = r->closure;
  out_csv_begin(&csv, "kind,value,n,n_covered,interval");
  put_count(&csv, "all", (double)NAN, &x->calibrated);
  put_count(&csv, "profile", (double)NAN, &x->profile);
  put_count(&csv, "profile_cut", (double)NAN, &x->profile_cut);
  for (int k = 0; k < CHALLENGE_CLOSURE_MU; k++)
    put_count(&csv, "mu", x->mu[k], &x->by_mu[k]);
  for (int i = 0; i < CHALLENGE_NUISANCES; i++)
    for (int k = 0; k < 3; k++)
      put_count(&csv, challenge_nuisance_names[i], k - 1, &x->by_third[i][k]);
  return out_csv_write(&csv, c, r->options->out, "closure.csv");
}

int challenge_write_tables(cli *c, const challenge_results *r)
{
  int status = write_scores(c, r);
  for (int e = 0; e < CHALLENGE_ESTIMATORS && status == FAIRU_OK; e++)
    if (r->options->wanted[e])
      status = write_estimator(c, r, e);
  if (status == FAIRU_OK)
    status = write_sets(c, r);
  if (status == FAIRU_OK)
    status = write_nuisances(c, r);
  if (status == FAIRU_OK)
    status = write_templates(c, r);
  if (status == FAIRU_OK && r->round->calibration)
    status = write_critical(c, r);
  if (status == FAIRU_OK && r->n_repetitions > 1)
    status = write_repetitions(c, r);
  return status == FAIRU_OK && r->closure ? write_closure(c, r) : status;
}
