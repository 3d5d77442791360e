/* pivot.c [SEEDS [THREADS [LAMBDA]]]: the toy problem of "Learning to pivot" (arXiv:1611.01046) by its published recipe, for several lambda and seeds, beside
 * what is published and what is known exactly. All losses are over 50000 events that training does not see. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "classifier/pivot_toy.h"

enum { EVENTS = 125000, HELD = 50000, MOST_SEEDS = 100, CELLS = 20 };

static const double lambdas[] = { 0.0, 1.0, 5.0, 10.0, 50.0, 500.0 };
enum { LAMBDAS = sizeof lambdas / sizeof *lambdas };

/* Of one training: L_f, L_r of its adversary, and H(Z | f) from a table of counts. */
enum { LOSS_F, LOSS_R, COUNTED, SECONDS, NUMBERS };

static void must(fairu_context *ctx, int status)
{
  if (status == FAIRU_OK)
    return;
  fprintf(stderr, "pivot: %s\n", ctx ? fairu_context_message(ctx) : fairu_status_text(status));
  exit(1);
}

static double seconds(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- independence without an adversary -------------------------------------------------------------------- */

static const float *sorted_by;

static int by_value(const void *a, const void *b)
{
  const float x = sorted_by[*(const uint32_t *)a], y = sorted_by[*(const uint32_t *)b];
  return (x > y) - (x < y);
}

/* cell[i]: which of CELLS parts of equal size event i is in. */
static void cut(const float *values, size_t n, uint32_t *order, unsigned char *cell)
{
  for (size_t i = 0; i < n; i++)
    order[i] = (uint32_t)i;
  sorted_by = values;
  qsort(order, n, sizeof *order, by_value);
  for (size_t i = 0; i < n; i++)
    cell[order[i]] = (unsigned char)(i * CELLS / n);
}

/* H(Z) less the mutual information of score and Z in CELLS x CELLS cells of equal counts, less the bias of counting. */
static double counted_entropy(const float *score, const float *z, size_t n)
{
  uint32_t *order = (uint32_t *)malloc(n * sizeof *order);
  unsigned char *cells = (unsigned char *)malloc(2 * n);
  static double count[CELLS][CELLS];
  double information = 0.0;
  if (!order || !cells)
    exit(1);
  memset(count, 0, sizeof count);
  cut(score, n, order, cells);
  cut(z, n, order, cells + n);
  for (size_t i = 0; i < n; i++)
    count[cells[i]][cells[n + i]] += 1.0 / (double)n;
  for (size_t i = 0; i < CELLS; i++)
    for (size_t j = 0; j < CELLS; j++)
      if (count[i][j] > 0.0)
        information += count[i][j] * log(count[i][j] * CELLS * CELLS);
  information -= (CELLS - 1.0) * (CELLS - 1.0) / (2.0 * (double)n);
  free(order);
  free(cells);
  return pivot_entropy - information;
}

/* ---- one training ------------------------------------------------------------------------------------------- */

static void recipe(fairu_context *ctx, fairu_training_options *training, fairu_adversary_options *adversary)
{
  static const size_t of_f[2] = { 20, 20 }, of_r[2] = { 20, 20 };
  must(ctx, fairu_training_options_init(training, sizeof *training));
  training->features = pivot_names;
  training->n_features = 2;
  training->hidden = of_f;
  training->n_hidden = 2;
  training->optimiser = FAIRU_OPTIMISER_SGD;
  training->momentum = 0.0;
  training->learning_rate = 0.01;
  training->schedule = FAIRU_SCHEDULE_CONSTANT;
  training->batch = 128;
  training->epochs = 1;
  training->standardise = 0;
  training->validation_fraction = (double)HELD / EVENTS;
  must(ctx, fairu_adversary_options_init(adversary, sizeof *adversary));
  adversary->nuisance = pivot_names[2];
  adversary->hidden = of_r;
  adversary->n_hidden = 2;
  adversary->classifier_epochs = 10;
  adversary->adversary_epochs = 10;
  adversary->adversary_steps = 500;
  adversary->rounds = 200;
}

static void train(fairu_context *ctx, const fairu_events *events, const fairu_events *held,
                  const fairu_training_options *training, const fairu_adversary_options *adversary,
                  double numbers[NUMBERS])
{
  fairu_adversary_result result = { .struct_size = sizeof result };
  fairu_classifier *f = NULL;
  const double start = seconds();
  must(ctx, fairu_classifier_train_adversarial(ctx, events, training, adversary, NULL, &result, &f));
  numbers[SECONDS] = seconds() - start;
  numbers[LOSS_F] = result.validation_classifier_loss;
  numbers[LOSS_R] = result.validation_adversary_loss;
  const size_t n = fairu_events_n_events(held);
  float *score = (float *)malloc(n * sizeof *score);
  if (!score)
    exit(1);
  must(ctx, fairu_classifier_score_events(f, ctx, held, NULL, 1, 0, FAIRU_OUTPUT_LOGIT, score));
  size_t stride = 0;
  const float *z = fairu_events_column(held, 2, &stride);
  numbers[COUNTED] = counted_entropy(score, z, n);
  free(score);
  fairu_classifier_destroy(f);
}

/* ---- tables --------------------------------------------------------------------------------------------------- */

static double mean(const double *x, int n)
{
  double sum = 0.0;
  for (int i = 0; i < n; i++)
    sum += x[i] / n;
  return sum;
}

static double spread(const double *x, int n)
{
  double sum = 0.0;
  for (int i = 0; i < n; i++)
    sum += (x[i] - mean(x, n)) * (x[i] - mean(x, n));
  return n > 1 ? sqrt(sum / (n - 1)) : 0.0;
}

static void show(double lambda, double numbers[NUMBERS][MOST_SEEDS], int seeds)
{
  double total[MOST_SEEDS];
  for (int s = 0; s < seeds; s++)
    total[s] = numbers[LOSS_F][s] - lambda * numbers[LOSS_R][s];
  printf("%6g   %.4f +- %.4f   %.4f +- %.4f   %.4f +- %.4f   %10.4f +- %.4f   %6.1f\n", lambda,
         mean(numbers[LOSS_F], seeds), spread(numbers[LOSS_F], seeds), mean(numbers[LOSS_R], seeds),
         spread(numbers[LOSS_R], seeds), mean(numbers[COUNTED], seeds), spread(numbers[COUNTED], seeds),
         mean(total, seeds), spread(total, seeds), mean(numbers[SECONDS], seeds));
  fflush(stdout);
}

/* only: this lambda alone, NaN: all. */
static void curve(fairu_context *ctx, const char *what, const int activations[2], int seeds, double only)
{
  static double numbers[NUMBERS][MOST_SEEDS];
  printf(
      "\n%s, %d seeds\nlambda         L_f                L_r           H(Z|f) by counting     L_f - lambda "
      "L_r       s/training\n",
      what, seeds);
  for (size_t l = 0; l < (isnan(only) ? LAMBDAS : 1); l++) {
    const double lambda = isnan(only) ? lambdas[l] : only;
    for (int s = 0; s < seeds; s++) {
      fairu_training_options training;
      fairu_adversary_options adversary;
      double one[NUMBERS];
      fairu_events *events = pivot_events(ctx, 100 + (uint64_t)s, EVENTS);
      fairu_events *held = pivot_events(ctx, 10000 + (uint64_t)s, HELD);
      if (!events || !held)
        exit(1);
      recipe(ctx, &training, &adversary);
      training.activations = activations;
      training.seed = 1 + (uint64_t)s;
      adversary.lambda = lambda;
      train(ctx, events, held, &training, &adversary, one);
      for (int i = 0; i < NUMBERS; i++)
        numbers[i][s] = one[i];
      fairu_events_destroy(held);
      fairu_events_destroy(events);
    }
    show(lambda, numbers, seeds);
  }
}

int main(int argc, char **argv)
{
  const int published[2] = { FAIRU_ACTIVATION_TANH, FAIRU_ACTIVATION_RELU },
            relu[2] = { FAIRU_ACTIVATION_RELU, FAIRU_ACTIVATION_RELU };
  const int seeds = argc > 1 ? atoi(argv[1]) : 5, threads = argc > 2 ? atoi(argv[2]) : 1;
  const double only = argc > 3 ? atof(argv[3]) : (double)NAN;
  fairu_context *ctx = NULL;
  if (seeds < 1 || seeds > MOST_SEEDS)
    return 2;
  must(NULL, fairu_context_create(NULL, &ctx));
  must(ctx, fairu_context_set_threads(ctx, threads));
  printf("published, lambda 50: L_f 0.56 to 0.57, L_r 1.417, L_f - lambda L_r -70.3; before the rounds L_r "
         "1.3643\n"
         "exact: Bayes classifier L_f %g, H(Z|f) %g; H(Z) %g\n",
         pivot_bayes_loss, pivot_bayes_entropy, pivot_entropy);
  curve(ctx, "as published: f is 2-20-20-1, tanh, then ReLU", published, seeds, only);
  curve(ctx, "ReLU twice", relu, seeds, only);
  fairu_context_destroy(ctx);
  return 0;
}
