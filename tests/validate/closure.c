/* closure.c: B5, coverage of calibrated intervals in many more toys than tests can afford: 10 x 1000 at values of mu off the grid of the
 * calibration, beside profile intervals that are not calibrated, for the model of tests/coverage/challenge_model.h with and without template
 * statistics. */
#include <time.h>

#include "coverage/challenge_model.h"
#include "validate/table.h"

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

/* Least and largest fraction covered in the lower, middle and upper third of a nuisance. They average to the level over the prior, as the ensemble has it, and lie below it in the outer
 * thirds of a nuisance that the data say little about: its auxiliary value stays at the centre, so the fit cannot follow. */
static void thirds(const closure *c, size_t parameter, double *least, double *most)
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
  for (int i = 0; i < 3; i++) {
    *least = fmin(*least, (double)covered[i] / n[i]);
    *most = fmax(*most, (double)covered[i] / n[i]);
  }
}

/* Least and largest count covered of any mu, calibrated or not. */
static void by_mu(const closure *c, int plain, int *total, int *least, int *most)
{
  *total = *most = 0;
  *least = TOYS;
  for (int s = 0; s < SETS; s++) {
    int covered = 0;
    for (int k = s * TOYS; k < (s + 1) * TOYS; k++)
      covered += is_covered(&c->toys[k], plain);
    *total += covered;
    *least = covered < *least ? covered : *least;
    *most = covered > *most ? covered : *most;
  }
}

static void report(validation *v, const closure *c, double seconds_of_calibration)
{
  const band all = band_of(N, 0.6827), one = band_of(TOYS, 0.6827);
  double width[2] = { 0.0, 0.0 }, least_third = 1.0, most_third = 0.0;
  int total[2], least[2], most[2];
  for (int plain = 0; plain < 2; plain++)
    by_mu(c, plain, &total[plain], &least[plain], &most[plain]);
  for (size_t k = 0; k < N; k++) {
    width[0] += (c->toys[k].upper - c->toys[k].lower) / N;
    width[1] +=
        (fmin(fmax(c->toys[k].plain_upper, 0.1), 3.0) - fmin(fmax(c->toys[k].plain_lower, 0.1), 3.0)) / N;
  }
  for (size_t i = 1; i < challenge_params; i++)
    thirds(c, i, &least_third, &most_third);
  table_row(v,
            band_holds(all, (uint64_t)total[0]) && band_holds(one, (uint64_t)least[0]) &&
                band_holds(one, (uint64_t)most[0]),
            "\"ensemble\": \"%s\", \"covered of %d\": %d, \"of %d at one mu\": \"%d to %d\", \"not "
            "calibrated\": %d, "
            "\"mean width\": %.4f, \"not calibrated, cut at the range\": %.4f, \"thirds of a nuisance\": "
            "\"%.3f to %.3f\", "
            "\"seconds of CPU of the calibration\": %.1f",
            c->name, N, total[0], TOYS, least[0], most[0], total[1], width[0], width[1], least_third,
            most_third, seconds_of_calibration);
}

static void run(validation *v, fairu_context *ctx, closure *c, challenge_settings settings)
{
  fairu_toy_result *results = calloc(N, sizeof *results);
  c->toys = calloc(N, sizeof *c->toys);
  if (!results || !c->toys)
    exit(1);
  CHECK_OK(ctx, challenge_create(ctx, settings, &c->likelihood));
  const double start = seconds();
  CHECK_OK(ctx, fairu_interval_calibration_create(ctx, c->likelihood, &c->options, &c->calibration));
  const double calibrated = seconds();
  CHECK_OK(ctx, fairu_toys_run(ctx, 0, N, estimate, c, results));
  report(v, c, calibrated - start);
  fairu_interval_calibration_destroy(c->calibration);
  fairu_likelihood_destroy(c->likelihood);
  free(c->toys);
  free(results);
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
  validation v = validation_of(argc, argv);
  fairu_context *ctx = validation_context(&v);
  table_begin(
      "B5", "Calibrated intervals of the challenge model, at ten mu that no calibration saw",
      "all toys in the binomial band of 0.6827 (6598 to 7053 of 10000), and those of each mu in theirs");
  for (size_t i = 0; i < (v.quick ? 1 : sizeof cases / sizeof *cases); i++) {
    closure c = { .name = cases[i].name };
    CHECK_OK(ctx, fairu_interval_calibration_options_init(&c.options, sizeof c.options));
    c.options.template_statistics = cases[i].template_statistics;
    c.options.pool_statistics = cases[i].pool_statistics;
    c.options.draw_nuisances = cases[i].draw_nuisances;
    run(&v, ctx, &c, cases[i].settings);
  }
  fairu_context_destroy(ctx);
  return v.failed > 0;
}
