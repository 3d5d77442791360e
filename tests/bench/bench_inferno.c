/* INFERNO on its own benchmarks (arXiv:1806.04743, uncertainty-aware.md section 5.1): expected sigma of the signal yield with hard counts of
 * events that nothing was tuned on, and the time a training takes, beside published values, a classifier and the floor of the full likelihood.
 *
 *   bench_inferno [--benchmark K] [--seeds N] [--threads N] [--quick] [--validation] [--each] [--json FILE]
 *                 [--epochs N] [--batch N] [--rate R] [--temperature T]
 *
 * --benchmark K: INFERNO k = K alone (default all, and the classifier; 5: the classifier alone). --seeds N: networks each, default 10, 30 for
 * B4. --quick, and --json unless --seeds stands too: one network each, tested on a tenth of the events. --each: a line for every network as it
 * is done. --validation: judged on another sample instead of the test events; the defaults of the last four options come from there.
 */
#include "bench/bench.h"

#include <time.h>

#include "bench/inferno_problem.h"

enum { MOST_SEEDS = 100, CLASSIFIER = INFERNO_BENCHMARKS };

typedef struct options {
  int benchmark, seeds, threads, quick, each, sample;
  size_t epochs, batch;
  double rate, temperature;
  char *json;
} options;

typedef struct study {
  options o;
  fairu_context *ctx;
  inferno_events *training, *test;
  bench *bench;
} study;

/* ---- training ------------------------------------------------------------------------------------------ */

static fairu_training_options training_of(const study *s, int seed)
{
  static const size_t hidden[2] = { 100, 100 };
  fairu_training_options t;
  inferno_must(s->ctx, fairu_training_options_init(&t, sizeof t));
  t.features = inferno_names;
  t.n_features = INFERNO_FEATURES;
  t.hidden = hidden;
  t.n_hidden = 2;
  t.schedule = FAIRU_SCHEDULE_COSINE;
  t.learning_rate = s->o.rate;
  t.batch = s->o.batch;
  t.epochs = s->o.epochs;
  t.seed = (uint64_t)seed;
  return t;
}

static fairu_classifier *train_inferno(const study *s, int k, int seed)
{
  const fairu_training_options training = training_of(s, seed);
  const fairu_events *variations[INFERNO_SHIFTS];
  fairu_expected_nuisance nuisances[3];
  fairu_expected_loss_options loss;
  fairu_summary_options summary;
  fairu_classifier *classifier = NULL;
  for (size_t v = 0; v < INFERNO_SHIFTS; v++)
    variations[v] = s->training->shifts[v];
  inferno_loss(s->ctx, k, nuisances, &loss);
  inferno_must(s->ctx, fairu_summary_options_init(&summary, sizeof summary));
  summary.n_bins = INFERNO_BINS;
  summary.temperature = s->o.temperature;
  summary.variations = variations;
  summary.n_variations = k == 0 ? 0 : k == 1 ? 2 : 4;
  summary.loss = fairu_expected_loss;
  summary.loss_data = &loss;
  inferno_must(s->ctx, fairu_classifier_train_summary(s->ctx, s->training->nominal, &training, &summary, NULL,
                                                      &classifier));
  return classifier;
}

static fairu_classifier *train_classifier(const study *s, int seed)
{
  const fairu_training_options training = training_of(s, seed);
  fairu_classifier *classifier = NULL;
  inferno_must(s->ctx, fairu_classifier_train(s->ctx, s->training->nominal, &training, NULL, &classifier));
  return classifier;
}

/* ---- tables -------------------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Quantile of sorted values, linear between them. */
static double quantile(const double *sorted, int n, double q)
{
  const double at = q * (n - 1);
  const int i = (int)at;
  return i + 1 < n ? sorted[i] + (at - i) * (sorted[i + 1] - sorted[i]) : sorted[i];
}

/* values [n][INFERNO_BENCHMARKS] */
static double show_medians(const char *name, double *const *values, int n, int own)
{
  double result = 0.0;
  printf("%-26s", name);
  for (int k = 0; k < INFERNO_BENCHMARKS; k++) {
    double sorted[MOST_SEEDS];
    for (int i = 0; i < n; i++)
      sorted[i] = values[i][k];
    qsort(sorted, (size_t)n, sizeof *sorted, compare);
    const double median = quantile(sorted, n, 0.5);
    printf("  %5.2f%c(%4.2f)", median, k == own ? '*' : ' ', quantile(sorted, n, 0.84) - median);
    if (k == own)
      result = median;
  }
  return result;
}

static void show_row(const char *name, const double *row)
{
  printf("%-26s", name);
  for (int k = 0; k < INFERNO_BENCHMARKS; k++)
    printf("  %5.2f        ", row[k]);
  printf("\n");
}

static void show_references(void)
{
  static const struct {
    const char *name;
    double row[INFERNO_BENCHMARKS];
  } rows[] = { { "full likelihood: floor", { 14.70, 15.50, 15.63, 15.61, 16.88 } },
               { "target, trained for it", { 15.82, 17.13, 17.29, 17.23, 19.05 } },
               { "published INFERNO 0", { 15.51, 18.34, 23.24, 21.38, 26.38 } },
               { "published INFERNO 1", { 15.80, 16.79, 21.41, 20.29, 24.26 } },
               { "published INFERNO 2", { 15.71, 16.87, 16.95, 16.88, 18.67 } },
               { "published INFERNO 3", { 15.70, 16.91, 16.97, 16.89, 18.69 } },
               { "published INFERNO 4", { 15.71, 16.89, 16.95, 16.88, 18.68 } },
               { "published NN classifier", { 14.99, 18.94, 23.94, 21.54, 26.71 } },
               { "optimal score, 10 bins", { 14.99, 19.38, 24.81, 22.22, 28.17 } } };
  printf("\nexpected sigma of s, median (84 %% quantile minus median); * is what it was trained for\n%-26s",
         "");
  for (int k = 0; k < INFERNO_BENCHMARKS; k++)
    printf("  B%d            ", k);
  printf("\n");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    show_row(rows[i].name, rows[i].row);
  fflush(stdout);
}

/* ---- the study ----------------------------------------------------------------------------------------- */

static int seeds_of(const options *o, int k)
{
  if (o->quick)
    return 1;
  return o->seeds ? o->seeds : k == 4 ? 30 : 10;
}

static void show_network(int k, int seed, const double *values, double seconds, double spent)
{
  printf("%s %d, seed %2d             ", k == CLASSIFIER ? "method " : "INFERNO", k, seed);
  for (int j = 0; j < INFERNO_BENCHMARKS; j++)
    printf("  %5.2f        ", values[j]);
  printf("  %.1f s, of the processor %.1f\n", seconds, spent);
  fflush(stdout);
}

/* Seconds of the processor, on all threads: what a machine shared with others leaves alone. */
static double processor(void)
{
  return (double)clock() / (double)CLOCKS_PER_SEC;
}

/* INFERNO k, or the classifier. */
static void run(study *s, int k)
{
  const int n = seeds_of(&s->o, k);
  double *values[MOST_SEEDS], seconds[MOST_SEEDS], spent[MOST_SEEDS];
  char name[64], row[96];
  for (int i = 0; i < n; i++) {
    values[i] = (double *)inferno_new(INFERNO_BENCHMARKS, sizeof(double));
    const double begin = bench_now(), before = processor();
    fairu_classifier *classifier = k == CLASSIFIER ? train_classifier(s, i + 1) : train_inferno(s, k, i + 1);
    seconds[i] = bench_now() - begin;
    spent[i] = processor() - before;
    inferno_sigmas(s->ctx, classifier, s->test, values[i]);
    fairu_classifier_destroy(classifier);
    if (s->o.each)
      show_network(k, i + 1, values[i], seconds[i], spent[i]);
  }
  if (k == CLASSIFIER)
    (void)snprintf(name, sizeof name, "classifier, %d networks", n);
  else
    (void)snprintf(name, sizeof name, "INFERNO %d, %d networks", k, n);
  const double median = show_medians(name, values, n, k);
  qsort(seconds, (size_t)n, sizeof *seconds, compare);
  qsort(spent, (size_t)n, sizeof *spent, compare);
  printf("  %.1f s each, of the processor %.1f, at most %.1f\n", quantile(seconds, n, 0.5),
         quantile(spent, n, 0.5), spent[n - 1]);
  fflush(stdout);
  if (s->bench) {
    (void)snprintf(row, sizeof row, k == CLASSIFIER ? "train classifier" : "train INFERNO %d: sigma %.2f", k,
                   median);
    bench_add(s->bench, &(bench_row){ .name = row,
                                      .seconds = quantile(seconds, n, 0.5),
                                      .unit = "s",
                                      .threads = s->o.threads,
                                      .kernel = fairu_context_kernel(s->ctx) });
  }
  for (int i = 0; i < n; i++)
    free(values[i]);
}

static double number_of(int argc, char **argv, int i)
{
  if (i + 1 >= argc) {
    fprintf(stderr, "%s: %s needs a value\n", argv[0], argv[i]);
    exit(2);
  }
  return strtod(argv[i + 1], NULL);
}

static options read_options(int argc, char **argv)
{
  options o = { .benchmark = -1,
                .threads = 1,
                .sample = INFERNO_TEST,
                .epochs = 6,
                .batch = 2000,
                .rate = 8e-3,
                .temperature = 1.0 };
  for (int i = 1; i < argc; i++) {
    const char *name = argv[i];
    if (strcmp(name, "--quick") == 0)
      o.quick = 1;
    else if (strcmp(name, "--each") == 0)
      o.each = 1;
    else if (strcmp(name, "--validation") == 0)
      o.sample = INFERNO_VALIDATION;
    else if (strcmp(name, "--json") == 0 && i + 1 < argc)
      o.json = argv[++i];
    else if (strcmp(name, "--benchmark") == 0)
      o.benchmark = (int)number_of(argc, argv, i++);
    else if (strcmp(name, "--seeds") == 0)
      o.seeds = (int)number_of(argc, argv, i++);
    else if (strcmp(name, "--threads") == 0)
      o.threads = (int)number_of(argc, argv, i++);
    else if (strcmp(name, "--epochs") == 0)
      o.epochs = (size_t)number_of(argc, argv, i++);
    else if (strcmp(name, "--batch") == 0)
      o.batch = (size_t)number_of(argc, argv, i++);
    else if (strcmp(name, "--rate") == 0)
      o.rate = number_of(argc, argv, i++);
    else if (strcmp(name, "--temperature") == 0)
      o.temperature = number_of(argc, argv, i++);
    else {
      fprintf(stderr, "%s: what is %s?\n", argv[0], name);
      exit(2);
    }
  }
  o.quick |= o.json && !o.seeds;
  if (o.seeds < 0 || o.seeds > MOST_SEEDS || o.benchmark < -1 || o.benchmark > CLASSIFIER)
    exit(2);
  return o;
}

int main(int argc, char **argv)
{
  study s = { .o = read_options(argc, argv) };
  char flag[] = "--json", *arguments[] = { argv[0], flag, s.o.json, NULL };
  if (s.o.json)
    s.bench = bench_start(3, arguments);
  if (fairu_context_create(NULL, &s.ctx) != FAIRU_OK)
    return 1;
  s.training = inferno_create(s.ctx, 100000, INFERNO_TRAINING);
  s.test = inferno_create(s.ctx, s.o.quick ? 50000 : 500000, s.o.sample);
  inferno_must(s.ctx, fairu_context_set_threads(s.ctx, s.o.threads));
  show_references();
  for (int k = 0; k <= CLASSIFIER; k++)
    if (s.o.benchmark < 0 || s.o.benchmark == k)
      run(&s, k);
  inferno_destroy(s.training);
  inferno_destroy(s.test);
  fairu_context_destroy(s.ctx);
  return s.bench ? bench_end(s.bench) : 0;
}
