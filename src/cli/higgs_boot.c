/* higgs_boot.c - bootstrap over events, networks fixed. */
#include "higgs_boot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- bins of all events ------------------------------------------------------------------------------- */

static int bin_class(cli *c, const higgs_inputs *in, const fairu_binning *binning, const higgs_part *part,
                     int k, const fairu_fill_options *options, fairu_bin_table **out)
{
  return fairu_bin_table_create(c->ctx, in->grid, binning, part->classes[k], options, 0, out);
}

static int bin_test(cli *c, const higgs_inputs *in, const fairu_binning *binning, const higgs_part *test,
                    int k, fairu_fill_options options, higgs_boot_net *out)
{
  int status = FAIRU_OK;
  if (!out->moving)
    return bin_class(c, in, binning, test, k, &options, &out->test[k][0]);
  options.mode = FAIRU_FILL_SHIFTED_AT;
  for (int t = 0; t < HIGGS_TRUTHS && status == FAIRU_OK; t++) {
    options.shift_z = &higgs_truths[t];
    status = bin_class(c, in, binning, test, k, &options, &out->test[k][t]);
  }
  return status;
}

int higgs_boot_add(cli *c, const higgs_inputs *in, const higgs_part *templates, const higgs_part *test,
                   const fairu_classifier *classifier, const higgs_fill *fill, higgs_boot_net *out)
{
  fairu_binning *binning = NULL;
  fairu_fill_options options;
  int status = fairu_fill_options_init(&options, sizeof options);
  options.systematics = in->tes;
  options.classifier = classifier;
  out->bins = fill->bins;
  out->moving = fill->moving;
  if (status == FAIRU_OK)
    status =
        fairu_binning_create_edges(c->ctx, FAIRU_OUTPUT_LOGIT, out->bins.edges, out->bins.n - 1, &binning);
  for (int k = 0; k < HIGGS_CLASSES && status == FAIRU_OK; k++) {
    status = bin_class(c, in, binning, templates, k, &options, &out->templates[k]);
    if (status == FAIRU_OK)
      status = bin_test(c, in, binning, test, k, options, out);
  }
  fairu_binning_destroy(binning);
  return status;
}

void higgs_boot_free(higgs_boot *boot)
{
  for (int i = 0; boot && i < HIGGS_FOLDS * HIGGS_NETS; i++) {
    higgs_boot_net *net = &boot->nets[i / HIGGS_NETS][i % HIGGS_NETS];
    for (int k = 0; k < HIGGS_CLASSES; k++) {
      fairu_bin_table_destroy(net->templates[k]);
      for (int t = 0; t < HIGGS_TRUTHS; t++)
        fairu_bin_table_destroy(net->test[k][t]);
    }
  }
  free(boot);
}

/* ---- one replica -------------------------------------------------------------------------------------- */

/* How often each event of a class of a part counts, and what brings the class back to its yield. */
typedef struct draw {
  double *counts, *weighted; /* m and m w: sums of w and of w^2 */
  double scale;
} draw;

typedef struct replica {
  draw draws[HIGGS_FOLDS][HIGGS_CLASSES]; /* by part */
  higgs_fill fills[HIGGS_NETS];
  double widths[HIGGS_CONDITIONS][HIGGS_METHODS]; /* sums over the folds */
} replica;

static double poisson_of_mean_1(double u)
{
  double term = exp(-1.0), sum = term, n = 0;
  while (u > sum && n < 20)
    sum += term /= ++n;
  return n;
}

/* The hash that splits events serves as random number: it depends on seed and id alone, not on the role. */
static int draw_counts(cli *c, const fairu_events *events, uint64_t seed, double yield, draw *out)
{
  enum { CELLS = 1 << 24 };
  size_t n = fairu_events_n_events(events);
  const double *weights = fairu_events_weights(events);
  uint32_t *cells = calloc(n + 1, sizeof *cells);
  out->counts = calloc(n + 1, sizeof(double));
  out->weighted = calloc(n + 1, sizeof(double));
  int status = FAIRU_OK;
  if (!cells || !out->counts || !out->weighted)
    status = cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  if (status == FAIRU_OK)
    status = fairu_events_split(events, c->ctx, seed, CELLS, cells);
  double sum = 0;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    out->counts[i] = poisson_of_mean_1((cells[i] + 0.5) / CELLS);
    out->weighted[i] = out->counts[i] * weights[i];
    sum += out->weighted[i];
  }
  free(cells);
  if (status == FAIRU_OK && !(sum > 0))
    status = cli_fail(c, FAIRU_ERR_EMPTY, "a bootstrap replica has no events of a class");
  out->scale = yield / sum;
  return status;
}

static void scale_values(double *values, size_t n, double factor)
{
  for (size_t i = 0; i < n; i++)
    values[i] *= factor;
}

static int refill_templates(cli *c, const higgs_boot_net *net, const draw draws[HIGGS_CLASSES],
                            higgs_fill *fill)
{
  size_t n = HIGGS_KNOTS * net->bins.n;
  int status = FAIRU_OK;
  for (size_t k = 0; k < HIGGS_CLASSES && status == FAIRU_OK; k++) {
    const draw *d = &draws[k];
    status = fairu_bin_table_histogram(net->templates[k], c->ctx, d->counts, 1, fill->yields + k * n);
    if (status == FAIRU_OK)
      status = fairu_bin_table_histogram(net->templates[k], c->ctx, d->weighted, 1, fill->variances + k * n);
    scale_values(fill->yields + k * n, n, d->scale);
    scale_values(fill->variances + k * n, n, d->scale * d->scale);
  }
  return status;
}

static int refill_observed(cli *c, const higgs_boot_net *net, const draw draws[HIGGS_CLASSES], int truth,
                           higgs_fill *fill)
{
  static const size_t knot_of_truth[HIGGS_TRUTHS] = { 0, HIGGS_KNOTS / 2, HIGGS_KNOTS - 1 };
  size_t n = net->bins.n;
  double all[HIGGS_KNOTS * HIGGS_BINS];
  int status = FAIRU_OK;
  memset(fill->observed[truth], 0, sizeof fill->observed[truth]);
  for (int k = 0; k < HIGGS_CLASSES && status == FAIRU_OK; k++) {
    const fairu_bin_table *table = net->test[k][net->moving ? truth : 0];
    status = fairu_bin_table_histogram(table, c->ctx, draws[k].counts, 1, all);
    for (size_t i = 0; i < HIGGS_KNOTS * n && status == FAIRU_OK; i++)
      fill->observed[truth][i] += draws[k].scale * all[net->moving ? i : knot_of_truth[truth] * n + i % n];
  }
  return status;
}

static int fit_fold(cli *c, const higgs_results *r, replica *rep)
{
  int status = FAIRU_OK;
  for (int i = 0; i < HIGGS_CONDITIONS * HIGGS_METHODS && status == FAIRU_OK; i++) {
    higgs_condition at = higgs_condition_at(i / HIGGS_METHODS);
    int method = i % HIGGS_METHODS;
    if (!at.mc_stat)
      continue; /* comparisons are made with template statistics in */
    higgs_case x = {
      .method = method, .truth = at.truth, .luminosity = at.luminosity, .mc_stat = 1, .profiled = at.profiled
    };
    status =
        higgs_fit(c, &rep->fills[higgs_net_of(method, at.truth)], &higgs_courses[0], &r->inputs->prior, &x);
    rep->widths[i / HIGGS_METHODS][method] += x.half_width;
  }
  return status;
}

static int run_replica(cli *c, const higgs_boot *boot, const higgs_part parts[HIGGS_FOLDS], uint64_t seed,
                       const higgs_results *r, replica *rep)
{
  int status = FAIRU_OK;
  for (int i = 0; i < HIGGS_FOLDS * HIGGS_CLASSES && status == FAIRU_OK; i++) {
    int p = i / HIGGS_CLASSES, k = i % HIGGS_CLASSES;
    status = draw_counts(c, parts[p].classes[k], seed, r->inputs->sums[k], &rep->draws[p][k]);
  }
  for (int f = 0; f < HIGGS_FOLDS && status == FAIRU_OK; f++) {
    for (int i = 0; i < HIGGS_NETS && status == FAIRU_OK; i++) {
      const higgs_boot_net *net = &boot->nets[f][i];
      rep->fills[i].bins = net->bins;
      rep->fills[i].moving = net->moving;
      status = refill_templates(c, net, rep->draws[(f + 1) % HIGGS_FOLDS], &rep->fills[i]);
      for (int t = 0; t < HIGGS_TRUTHS && status == FAIRU_OK; t++)
        status = refill_observed(c, net, rep->draws[(f + 2) % HIGGS_FOLDS], t, &rep->fills[i]);
    }
    if (status == FAIRU_OK)
      status = fit_fold(c, r, rep);
  }
  for (int i = 0; i < HIGGS_FOLDS * HIGGS_CLASSES; i++) {
    free(rep->draws[i / HIGGS_CLASSES][i % HIGGS_CLASSES].counts);
    free(rep->draws[i / HIGGS_CLASSES][i % HIGGS_CLASSES].weighted);
  }
  return status;
}

/* Differences of this replica, mean of its folds, into the running sums. A replica in which a fit failed says nothing
 * about that difference. */
static void collect(const replica *rep, higgs_results *r)
{
  for (int i = 0; i < HIGGS_CONDITIONS * HIGGS_METHODS; i++) {
    const double *widths = rep->widths[i / HIGGS_METHODS];
    double x = (widths[i % HIGGS_METHODS] - widths[HIGGS_BASELINE]) / HIGGS_FOLDS;
    higgs_boot_sum *sum = &r->boot[i / HIGGS_METHODS][i % HIGGS_METHODS];
    if (!isfinite(x))
      continue;
    double step = x - sum->mean;
    sum->mean += step / (double)++sum->n;
    sum->squares += step * (x - sum->mean);
  }
}

int higgs_boot_run(cli *c, const higgs_boot *boot, const higgs_part parts[HIGGS_FOLDS], higgs_results *r)
{
  replica *rep = malloc(sizeof *rep);
  int status = rep ? FAIRU_OK : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (size_t b = 0; b < r->n_replicas && status == FAIRU_OK; b++) {
    cli_stage(c, "bootstrap %zu of %zu", b + 1, r->n_replicas);
    memset(rep, 0, sizeof *rep);
    status = run_replica(c, boot, parts, r->options->seed * 1000003u + 1000000007u + b, r, rep);
    if (status == FAIRU_OK)
      collect(rep, r);
  }
  free(rep);
  return status;
}
