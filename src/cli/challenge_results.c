/* challenge_results.c - numbers made of all intervals: by set, pulls, widths; the files of the challenge's own layout. */
#include "challenge_results.h"

#include "out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

challenge_spread challenge_spread_of(const double *values, size_t n)
{
  challenge_spread s = { 0, 0, 0 };
  for (size_t i = 0; i < n; i++) {
    if (isnan(values[i]))
      continue;
    s.n++;
    s.mean += values[i];
  }
  s.mean = s.n > 0 ? s.mean / (double)s.n : (double)NAN;
  for (size_t i = 0; i < n; i++)
    if (!isnan(values[i]))
      s.deviation += (values[i] - s.mean) * (values[i] - s.mean);
  s.deviation = s.n > 1 ? sqrt(s.deviation / (double)(s.n - 1)) : (double)NAN;
  return s;
}

challenge_spread challenge_results_spread(const challenge_results *r, int estimator, int which)
{
  double values[1024] = { 0.0 };
  const size_t n = r->n_repetitions < 1024 ? r->n_repetitions : 1024;
  for (size_t k = 0; k < n; k++) {
    const fairu_interval_score *s = &r->repetitions[k].scores[estimator];
    values[k] = which == 0 ? s->coverage : which == 1 ? s->interval : s->quantile_score;
  }
  return challenge_spread_of(values, n);
}

/* (fitted - true) / error; fits on a bound or failed have no error. */
static int make_pulls(cli *c, const challenge_round *round, challenge_results *r)
{
  double *pulls = malloc((round->n + 1) * sizeof *pulls);
  double *errors = malloc((round->n + 1) * sizeof *errors);
  int status = pulls && errors ? FAIRU_OK : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: pulls");
  for (int i = 0; i < CHALLENGE_NUISANCES && status == FAIRU_OK; i++) {
    fairu_nuisance prior;
    status = challenge_prior(c, i, &prior);
    for (size_t k = 0; k < round->n && status == FAIRU_OK; k++) {
      const challenge_outcome *x = &round->outcomes[k];
      const double truth = challenge_truth(&round->model, &x->truth, i);
      const int has = x->errors[i] > 0;
      pulls[k] = has ? (x->fitted[i] - truth) / x->errors[i] : (double)NAN;
      errors[k] = has ? x->errors[i] / prior.width : (double)NAN;
    }
    if (status != FAIRU_OK)
      break;
    r->pull[i] = challenge_spread_of(pulls, round->n);
    r->constraint[i] = challenge_spread_of(errors, round->n).mean;
  }
  free(pulls);
  free(errors);
  return status;
}

static int score_sets(cli *c, const challenge_round *round, int estimator, challenge_results *r)
{
  fairu_interval_entries entries;
  int status = challenge_entries_make(c, round, estimator, &entries);
  for (size_t s = 0; s < r->n_sets && status == FAIRU_OK; s++) {
    fairu_interval_score *score = &r->sets[(size_t)estimator * r->n_sets + s];
    score->struct_size = sizeof *score;
    status = fairu_interval_score_compute_set(c->ctx, &entries, (int64_t)s, score);
  }
  challenge_entries_free(&entries);
  return status;
}

static void count_failures(const challenge_round *round, int estimator, challenge_results *r)
{
  double width = 0;
  for (size_t k = 0; k < round->n; k++) {
    const challenge_interval *x = &round->outcomes[k].intervals[estimator];
    r->n_failed[estimator] += x->status != FAIRU_OK;
    width += x->raw_upper - x->raw_lower;
    r->n_hulls += estimator == CHALLENGE_CALIBRATED && round->outcomes[k].n_pieces > 1;
  }
  r->raw_width[estimator] = round->n > 0 ? width / (double)round->n : (double)NAN;
}

int challenge_results_make(cli *c, const challenge_round *round, challenge_results *r)
{
  r->options = round->options;
  r->round = round;
  r->n_sets = (size_t)round->options->n_sets;
  r->sets = calloc(CHALLENGE_ESTIMATORS * r->n_sets, sizeof *r->sets);
  int status =
      r->sets ? make_pulls(c, round, r) : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: scores");
  for (int e = 0; e < CHALLENGE_ESTIMATORS && status == FAIRU_OK; e++) {
    if (!round->options->wanted[e])
      continue;
    count_failures(round, e, r);
    status = score_sets(c, round, e, r);
  }
  return status == FAIRU_OK ? challenge_expected_widths(c, &round->model, 1, r->expected) : status;
}

void challenge_results_free(challenge_results *r)
{
  free(r->sets);
  free(r->repetitions);
  r->sets = NULL;
  r->repetitions = NULL;
}

/* ---- the challenge's own layout ------------------------------------------------------------------------- */

static json_t *set_object(const challenge_round *round, int estimator, uint64_t set)
{
  json_t *columns[4];
  for (int i = 0; i < 4; i++)
    columns[i] = json_array();
  for (size_t k = 0; k < round->n; k++) {
    const challenge_interval *x = &round->outcomes[k].intervals[estimator];
    if (round->outcomes[k].truth.set != set)
      continue;
    json_array_append_new(columns[0], out_json_number(x->estimate));
    json_array_append_new(columns[1], out_json_number(challenge_delta(estimator, x)));
    json_array_append_new(columns[2], out_json_number(x->lower));
    json_array_append_new(columns[3], out_json_number(x->upper));
  }
  json_t *root = json_object();
  out_json_set(root, "mu_hats", columns[0]);
  out_json_set(root, "delta_mu_hats", columns[1]);
  out_json_set(root, "p16", columns[2]);
  out_json_set(root, "p84", columns[3]);
  return root;
}

static int write_set(cli *c, const challenge_results *r, uint64_t set)
{
  char name[64];
  (void)snprintf(name, sizeof name, "result_%llu.json", (unsigned long long)set);
  json_t *root = set_object(r->round, r->options->chosen, set);
  const int status = out_json_write(root, c, r->options->out, name);
  json_decref(root);
  return status;
}

static int write_settings(cli *c, const challenge_results *r)
{
  const challenge_options *o = r->options;
  json_t *root = json_object(), *mus = json_array();
  for (size_t s = 0; s < r->n_sets; s++)
    json_array_append_new(mus, out_json_number(r->round->outcomes[s * o->n_pe].truth.mu));
  out_json_set(root, "ground_truth_mus", mus);
  out_json_set(root, "num_of_sets", json_integer((json_int_t)o->n_sets));
  out_json_set(root, "num_pseudo_experiments", json_integer((json_int_t)o->n_pe));
  out_json_set(root, "seed", json_integer((json_int_t)o->seed));
  out_json_set(root, "estimator", json_string(challenge_estimator_names[o->chosen]));
  const int status = out_json_write(root, c, o->out, "test_settings.json");
  json_decref(root);
  return status;
}

/* Sets of an earlier run with more of them would be scored with ours. */
static int remove_others(cli *c, const challenge_results *r)
{
  char name[64], path[OUT_PATH];
  for (uint64_t s = r->n_sets;; s++) {
    (void)snprintf(name, sizeof name, "result_%llu.json", (unsigned long long)s);
    const int status = out_path(c, path, r->options->out, name);
    if (status != FAIRU_OK || unlink(path) != 0)
      return status;
  }
}

int challenge_write_layout(cli *c, const challenge_results *r)
{
  int status = remove_others(c, r);
  for (uint64_t s = 0; s < r->n_sets && status == FAIRU_OK; s++)
    status = write_set(c, r, s);
  return status == FAIRU_OK ? write_settings(c, r) : status;
}
