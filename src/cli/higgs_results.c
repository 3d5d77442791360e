/* higgs_results.c - the collection of cases and its summaries. */
#include "higgs_results.h"

#include <math.h>
#include <stdlib.h>

int higgs_results_create(cli *c, size_t n_splits, higgs_results *r)
{
  size_t n_folds = n_splits * HIGGS_FOLDS;
  r->n_splits = n_splits;
  r->cases = calloc(n_folds * HIGGS_CONDITIONS * HIGGS_METHODS, sizeof *r->cases);
  r->networks = calloc(n_folds * HIGGS_NETS, sizeof *r->networks);
  r->checks = calloc(HIGGS_FOLDS * HIGGS_TRUTHS * HIGGS_METHODS, sizeof *r->checks);
  r->fills = calloc(HIGGS_NETS, sizeof *r->fills);
  r->losses = calloc(HIGGS_NETS, sizeof *r->losses);
  if (r->cases && r->networks && r->checks && r->fills && r->losses)
    return FAIRU_OK;
  higgs_results_free(r);
  return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory for %zu splits", n_splits);
}

void higgs_results_free(higgs_results *r)
{
  free(r->cases);
  free(r->networks);
  free(r->checks);
  free(r->fills);
  free(r->losses);
  *r = (higgs_results){ 0 };
}

higgs_condition higgs_condition_at(int index)
{
  return (higgs_condition){
    .truth = index / 8, .luminosity = index / 4 % 2, .mc_stat = 1 - index / 2 % 2, .profiled = 1 - index % 2
  };
}

static int is_at(const higgs_case *x, const higgs_condition *at)
{
  return x->truth == at->truth && x->luminosity == at->luminosity && x->mc_stat == at->mc_stat &&
         x->profiled == at->profiled;
}

double higgs_half_width(const higgs_results *r, uint32_t split, int method, const higgs_condition *at)
{
  double sum = 0;
  int n = 0;
  for (size_t i = 0; i < r->n_cases; i++) {
    const higgs_case *x = &r->cases[i];
    if (x->split == split && x->method == method && is_at(x, at)) {
      sum += x->half_width;
      n++;
    }
  }
  return n > 0 ? sum / n : (double)NAN;
}

/* Over splits of width(method) - width(reference); reference < 0: of the width alone. */
static higgs_spread spread_of(const higgs_results *r, int method, int reference, const higgs_condition *at)
{
  higgs_spread s = { .least = INFINITY, .most = -INFINITY };
  double squares = 0;
  for (uint32_t split = 0; split < r->n_splits; split++) {
    double x = higgs_half_width(r, split, method, at);
    if (reference >= 0)
      x -= higgs_half_width(r, split, reference, at);
    if (!isfinite(x))
      continue;
    s.n++;
    double step = x - s.mean; /* Welford's recurrence */
    s.mean += step / (double)s.n;
    squares += step * (x - s.mean);
    s.least = fmin(s.least, x);
    s.most = fmax(s.most, x);
    s.n_negative += x < 0;
  }
  s.deviation = s.n > 1 ? sqrt(squares / (double)(s.n - 1)) : (double)NAN;
  if (s.n == 0)
    s.mean = NAN;
  return s;
}

higgs_spread higgs_widths(const higgs_results *r, int method, const higgs_condition *at)
{
  return spread_of(r, method, -1, at);
}

higgs_spread higgs_differences(const higgs_results *r, int method, int reference, const higgs_condition *at)
{
  return spread_of(r, method, reference, at);
}

double higgs_boot_deviation(const higgs_results *r, int method, int condition)
{
  const higgs_boot_sum *sum = &r->boot[condition][method];
  return sum->n > 1 ? sqrt(sum->squares / (double)(sum->n - 1)) : (double)NAN;
}

int higgs_is_significant(const higgs_results *r, int method, int condition)
{
  higgs_condition at = higgs_condition_at(condition);
  higgs_spread s = higgs_differences(r, method, HIGGS_BASELINE, &at);
  return fabs(s.mean) > 2 * hypot(s.deviation, higgs_boot_deviation(r, method, condition));
}

const char *higgs_mode_name(int profiled)
{
  return profiled ? "cont" : "fixed";
}

const char *higgs_mc_stat_name(int mc_stat)
{
  return mc_stat ? "moving" : "none";
}
