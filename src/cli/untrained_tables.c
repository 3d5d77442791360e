/* untrained_tables.c - the rows of the study as CSV files and as results.json; no times, no paths. */
#include "untrained_results.h"

#include "study.h"

/* ---- CSV ---------------------------------------------------------------------------------------------- */

static int write_planes(cli *c, const untrained_results *r)
{
  out_csv csv;
  out_csv_begin(&csv,
                "method,kind,truth,z_true,k_true,mu_hat,z_hat,k_hat,mu_lo_1s,mu_hi_1s,half_width_1s,"
                "half_width_k_known,sigma_z,sigma_k,floor,floor_k_known,toys,failed,coverage,coverage_lower,"
                "coverage_upper,mean_half_width,mean_mu_hat,std_mu_hat");
  for (size_t i = 0; i < r->n_planes; i++) {
    const plane_row *p = &r->planes[i];
    const plane_interval *v = &p->interval;
    const plane_point truth = plane_truth(p->truth);
    const double values[] = { truth.z,
                              truth.k,
                              v->mu_hat,
                              v->z_hat,
                              v->k_hat,
                              v->lower,
                              v->upper,
                              v->half_width,
                              v->half_width_k_known,
                              v->sigma_z,
                              v->sigma_k,
                              r->floors[p->truth].both,
                              r->floors[p->truth].z_alone };
    out_csv_text(&csv, untrained_method_name(p->method, p->trained));
    out_csv_text(&csv, p->trained ? "trained" : "closed");
    out_csv_text(&csv, plane_truth_name(p->truth));
    out_csv_numbers(&csv, values, sizeof values / sizeof *values);
    study_coverage_csv(&csv, &p->found);
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, r->options->out, "untrained.csv");
}

static int write_splits(cli *c, const untrained_results *r)
{
  out_csv csv;
  out_csv_begin(&csv, "analysis,scales,truth,correlation,half_width_1s,statistical,systematic,sigma_scale,"
                      "sigma_mean_scale,toys,failed,coverage,coverage_lower,coverage_upper,mean_half_width,"
                      "mean_mu_hat,std_mu_hat,mean_p_value,alarm");
  for (size_t i = 0; i < r->n_splits * SPLIT_TRUTHS; i++) {
    const size_t truth = i % SPLIT_TRUTHS;
    const split_row *s = &r->splits[i / SPLIT_TRUTHS];
    const split_coverage *at = &s->at[truth];
    const double values[] = { split_correlation(truth), s->width.half_width,  s->width.statistical,
                              s->width.systematic,      s->width.sigma_scale, s->width.sigma_mean };
    out_csv_text(&csv, split_analysis_name(s->analysis));
    out_csv_number(&csv, (double)s->n_scales);
    out_csv_text(&csv, split_truth_name(truth));
    out_csv_numbers(&csv, values, sizeof values / sizeof *values);
    study_coverage_csv(&csv, &at->found);
    out_csv_number(&csv, at->mean_p_value);
    out_csv_number(&csv, at->alarm);
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, r->options->out, "split.csv");
}

int untrained_write_tables(cli *c, const untrained_results *r)
{
  const int status = write_planes(c, r);
  return status == FAIRU_OK ? write_splits(c, r) : status;
}

/* ---- JSON --------------------------------------------------------------------------------------------- */

static json_t *settings(const untrained_results *r)
{
  const untrained_scale *s = &r->scale;
  json_t *o = json_object();
  out_json_set_count(o, "seed", r->options->seed);
  out_json_set(o, "quick", json_boolean(r->options->quick));
  out_json_set_count(o, "pool_events_per_class", s->pool_events);
  out_json_set_count(o, "toys", s->toys);
  out_json_set_count(o, "toys_aware_of_both", s->both_toys);
  out_json_set_count(o, "split_toys", s->split_toys);
  out_json_set_count(o, "training_events_per_class", s->training_events);
  out_json_set_count(o, "epochs", s->epochs);
  out_json_set_count(o, "template_events_per_class", s->template_events);
  out_json_set(o, "z_prior", out_json_number(PLANE_Z_PRIOR));
  out_json_set(o, "k_prior", out_json_number(PLANE_K_PRIOR));
  out_json_set(o, "split_prior", out_json_number(SPLIT_PRIOR));
  return o;
}

static json_t *planes(const untrained_results *r)
{
  json_t *list = json_array();
  for (size_t i = 0; i < r->n_planes; i++) {
    const plane_row *p = &r->planes[i];
    json_t *o = json_object(), *found = json_object();
    out_json_set(o, "method", json_string(untrained_method_name(p->method, p->trained)));
    out_json_set(o, "kind", json_string(p->trained ? "trained" : "closed"));
    out_json_set(o, "truth", json_string(plane_truth_name(p->truth)));
    out_json_set(o, "z_true", out_json_number(plane_truth(p->truth).z));
    out_json_set(o, "k_true", out_json_number(plane_truth(p->truth).k));
    out_json_set(o, "mu_hat", out_json_number(p->interval.mu_hat));
    out_json_set(o, "z_hat", out_json_number(p->interval.z_hat));
    out_json_set(o, "k_hat", out_json_number(p->interval.k_hat));
    out_json_set(o, "half_width_1s", out_json_number(p->interval.half_width));
    out_json_set(o, "half_width_k_known", out_json_number(p->interval.half_width_k_known));
    out_json_set(o, "sigma_z", out_json_number(p->interval.sigma_z));
    out_json_set(o, "sigma_k", out_json_number(p->interval.sigma_k));
    out_json_set(o, "floor", out_json_number(r->floors[p->truth].both));
    out_json_set(o, "coverage", found);
    study_coverage_json(found, &p->found);
    json_array_append_new(list, o);
  }
  return list;
}

static json_t *splits(const untrained_results *r)
{
  json_t *list = json_array();
  for (size_t i = 0; i < r->n_splits; i++) {
    const split_row *s = &r->splits[i];
    json_t *o = json_object(), *truths = json_object();
    out_json_set(o, "analysis", json_string(split_analysis_name(s->analysis)));
    out_json_set_count(o, "scales", s->n_scales);
    out_json_set(o, "half_width_1s", out_json_number(s->width.half_width));
    out_json_set(o, "statistical", out_json_number(s->width.statistical));
    out_json_set(o, "systematic", out_json_number(s->width.systematic));
    out_json_set(o, "sigma_scale", out_json_number(s->width.sigma_scale));
    out_json_set(o, "sigma_mean_scale", out_json_number(s->width.sigma_mean));
    for (size_t truth = 0; truth < SPLIT_TRUTHS; truth++) {
      json_t *at = json_object();
      study_coverage_json(at, &s->at[truth].found);
      out_json_set(at, "mean_p_value", out_json_number(s->at[truth].mean_p_value));
      out_json_set(at, "alarm", out_json_number(s->at[truth].alarm));
      out_json_set(truths, split_truth_name(truth), at);
    }
    out_json_set(o, "truth", truths);
    json_array_append_new(list, o);
  }
  return list;
}

json_t *untrained_results_json(const untrained_results *r)
{
  const double losses[UNTRAINED_NETS] = { r->nets[0].final_loss, r->nets[1].final_loss };
  json_t *root = json_object();
  out_json_set(root, "study", json_string("untrained"));
  out_json_set(root, "version", json_string(fairu_version_string()));
  out_json_set(root, "settings", settings(r));
  out_json_set(root, "final_losses", out_json_numbers(losses, UNTRAINED_NETS));
  out_json_set(root, "untrained", planes(r));
  out_json_set(root, "split", splits(r));
  return root;
}
