/* closure.c [THREADS]: coverage of calibrated intervals in many more toys than tests can afford: 10 x 1000 at values of mu off the grid of the
 * calibration, at each mu and in thirds of each nuisance, beside profile intervals that are not calibrated, for the model of
 * tests/coverage/challenge_model.h with and without template statistics. Bounds: 6,598 to 7,053 of 10^4, 631 to 733 of 10^3. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "coverage/challenge_model.h"

enum { SETS = 10, TOYS = 1000, N = SETS * TOYS };

static const double mus[SETS] = { 0.17, 0.43, 0.61, 0.98, 1.31, 1.72, 2.05, 2.33, 2.74, 2.95 };

typedef struct closure_toy {
  double params[challenge_params];
  double lower, upper;             /* calibrated */
  double plain_lower, plain_upper; /* crossings of the profile */
  int pieces;
} closure_toy;

typedef struct closure {
  const char *name;
  fairu_likelihood *likelihood;
  fairu_interval_calibration *calibration;
  fairu_interval_calibration_options options;
  closure_toy *toys; /* [N] */
} closure;

static void must(fairu_context *ctx, int status)
{
  if (status == FAIRU_OK)
    return;
  fprintf(stderr, "closure: %s\n", ctx ? fairu_context_message(ctx) : fairu_status_text(status));
  exit(1);
}

static double seconds(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* of all threads: other work does not count */
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int estimate(fairu_context *ctx, uint64_t k, fairu_toy_result *result, void *user_data)
{
  closure *c = user_data;
  closure_toy *toy = &c->toys[k];
  fairu_data *data = NULL;
  fairu_calibrated_interval calibrated = { .struct_size = sizeof calibrated };
  fairu_interval plain = { .struct_size = sizeof plain };
  const double mu = mus[k / TOYS];
  int status = fairu_data_create(ctx, c->likelihood, &data);
  if (status == FAIRU_OK)
    status = fairu_interval_calibration_toy(ctx, c->likelihood, &c->options, mu, 1000 + k / TOYS, k % TOYS,
                                            toy->params, challenge_params, data);
  if (status == FAIRU_OK)
    status = fairu_interval_calibration_interval(c->calibration, ctx, c->likelihood, data, NULL, &calibrated,
                                                 NULL, 0);
  if (status == FAIRU_OK)
    status = fairu_likelihood_interval(c->likelihood, ctx, data, NULL, &plain, NULL, NULL, challenge_params);
  fairu_data_destroy(data);
  toy->lower = calibrated.lower;
  toy->upper = calibrated.upper;
  toy->pieces = calibrated.n_pieces;
  toy->plain_lower = plain.lower;
  toy->plain_upper = plain.upper;
  result->estimate = calibrated.estimate;
  return status;
}

static int is_covered(const closure_toy *toy, int plain)
{
  const double mu = toy->params[0];
  return plain ? toy->plain_lower <= mu && mu <= toy->plain_upper : toy->lower <= mu && mu <= toy->upper;
}

static int by_value(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Fractions covered in the lower, middle and upper third of a nuisance. They average to the level over the prior, as the ensemble has it, and lie below it in the outer thirds of a
 * nuisance that the data say little about: its auxiliary value stays at the centre, so the fit cannot follow. */
static void print_thirds(const closure *c, size_t parameter, const char *name)
{
  static double values[N];
  int n[3] = { 0, 0, 0 }, covered[3] = { 0, 0, 0 };
  for (size_t k = 0; k < N; k++)
    values[k] = c->toys[k].params[parameter];
  qsort(values, N, sizeof *values, by_value);
  for (size_t k = 0; k < N; k++) {
    const double x = c->toys[k].params[parameter];
    const int third = x < values[N / 3] ? 0 : x < values[2 * N / 3] ? 1 : 2;
    n[third]++;
    covered[third] += is_covered(&c->toys[k], 0);
  }
  printf("  %-14s", name);
  for (int i = 0; i < 3; i++)
    printf("  %.3f +- %.3f", (double)covered[i] / n[i], sqrt(0.6827 * 0.3173 / n[i]));
  printf("\n");
}

static int report(const closure *c)
{
  int total[2] = { 0, 0 }, ok = 1, split = 0;
  double width[2] = { 0.0, 0.0 };
  printf("%s\n   mu    covered of %d  (not calibrated)\n", c->name, TOYS);
  for (int s = 0; s < SETS; s++) {
    int covered[2] = { 0, 0 };
    for (int k = s * TOYS; k < (s + 1) * TOYS; k++)
      for (int plain = 0; plain < 2; plain++)
        covered[plain] += is_covered(&c->toys[k], plain);
    printf("  %.2f   %d            (%d)%s\n", mus[s], covered[0], covered[1],
           covered[0] < 631 || covered[0] > 733 ? "   outside 631 to 733" : "");
    ok &= covered[0] >= 631 && covered[0] <= 733;
    total[0] += covered[0];
    total[1] += covered[1];
  }
  for (size_t k = 0; k < N; k++) {
    width[0] += (c->toys[k].upper - c->toys[k].lower) / N;
    width[1] +=
        (fmin(fmax(c->toys[k].plain_upper, 0.1), 3.0) - fmin(fmax(c->toys[k].plain_lower, 0.1), 3.0)) / N;
    split += c->toys[k].pieces > 1;
  }
  ok &= total[0] >= 6598 && total[0] <= 7053;
  printf("  all    %d of %d  (%d): %s; mean width %.4f (%.4f, cut at the range); %d in pieces\n", total[0], N,
         total[1], ok ? "ok" : "outside 6598 to 7053, or a mu is", width[0], width[1], split);
  for (size_t i = 1; i < challenge_params && c->options.draw_nuisances; i++)
    print_thirds(c, i, challenge_names[i]);
  return ok;
}

/* Width of the profile interval of Asimov data at mu = 1, nuisances fixed or profiled. */
static double asimov_width(fairu_context *ctx, const fairu_likelihood *lh, int fixed)
{
  static const double params[challenge_params] = { 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0 };
  static const unsigned char held[challenge_params] = { 0, 1, 1, 1, 1, 1, 1 };
  fairu_interval_options options;
  fairu_fit_options fit;
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_data *data = NULL;
  must(ctx, fairu_data_create(ctx, lh, &data));
  must(ctx, fairu_likelihood_asimov(lh, ctx, params, challenge_params, data));
  must(ctx, fairu_interval_options_init(&options, sizeof options));
  must(ctx, fairu_fit_options_init(&fit, sizeof fit));
  options.fit = &fit;
  fit.fixed = fixed ? held : NULL;
  must(ctx, fairu_likelihood_interval(lh, ctx, data, &options, &interval, NULL, NULL, challenge_params));
  fairu_data_destroy(data);
  return interval.upper - interval.lower;
}

static int run(fairu_context *ctx, closure *c, challenge_settings settings)
{
  fairu_toy_result *results = calloc(N, sizeof *results);
  c->toys = calloc(N, sizeof *c->toys);
  if (!results || !c->toys)
    exit(1);
  must(ctx, challenge_create(ctx, settings, &c->likelihood));
  const double start = seconds();
  must(ctx, fairu_interval_calibration_create(ctx, c->likelihood, &c->options, &c->calibration));
  const double calibrated = seconds();
  must(ctx, fairu_toys_run(ctx, 0, N, estimate, c, results));
  const double end = seconds();
  const int ok = report(c);
  printf("  Asimov width at mu = 1: %.4f with nuisances fixed, %.4f profiled\n",
         asimov_width(ctx, c->likelihood, 1), asimov_width(ctx, c->likelihood, 0));
  printf("  calibration of %zu x %llu toys %.2f s of CPU; %d toys and both intervals %.2f s\n\n",
         c->options.n_mu, (unsigned long long)c->options.n_toys, calibrated - start, N, end - calibrated);
  fairu_interval_calibration_destroy(c->calibration);
  fairu_likelihood_destroy(c->likelihood);
  free(c->toys);
  free(results);
  return ok;
}

int main(int argc, char **argv)
{
  static const struct {
    const char *name;
    challenge_settings settings;
    double template_statistics, pool_statistics;
    int draw_nuisances;
  } cases[] = {
    { "exact templates", { 0.0, FAIRU_MC_STAT_NONE }, 0.0, 0.0, 1 },
    { "exact templates, nuisances at their centres", { 0.0, FAIRU_MC_STAT_NONE }, 0.0, 0.0, 0 },
    { "template statistics, in the likelihood too", { 0.5, FAIRU_MC_STAT_MOVING }, 1.0, 0.0, 1 },
    { "statistics of templates and of a pool of the same size; the likelihood knows the templates'",
      { 0.5, FAIRU_MC_STAT_MOVING },
      1.0,
      1.0,
      1 },
    { "template statistics that the likelihood does not know", { 0.5, FAIRU_MC_STAT_NONE }, 1.0, 0.0, 1 },
  };
  fairu_context *ctx = NULL;
  int ok = 1;
  must(NULL, fairu_context_create(NULL, &ctx));
  must(ctx, fairu_context_set_threads(ctx, argc > 1 ? atoi(argv[1]) : 1));
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    closure c = { .name = cases[i].name };
    must(ctx, fairu_interval_calibration_options_init(&c.options, sizeof c.options));
    c.options.template_statistics = cases[i].template_statistics;
    c.options.pool_statistics = cases[i].pool_statistics;
    c.options.draw_nuisances = cases[i].draw_nuisances;
    ok &= run(ctx, &c, cases[i].settings);
  }
  fairu_context_destroy(ctx);
  return ok ? 0 : 1;
}
