/* Training by a method: what an event costs, and what the aware network of the rotating toy measures after less than 20 s: medians over
 * seeds on which nothing was tuned. */
#include <stdio.h>
#include <time.h>

#include "bench/bench.h"
#include "methods/aware_width.h"

enum { EVENTS = 50000, MANY = 6000000, SEEDS = 7 };

typedef struct setup {
  fairu_context *ctx;
  fairu_events *events;
  fairu_systematics *systematics;
  fairu_training_options training;
  fairu_method_options options;
} setup;

static void run(void *data)
{
  setup *s = data;
  fairu_classifier *trained = NULL;
  s->options.training = &s->training;
  CHECK_OK(s->ctx, fairu_method_train(s->ctx, s->events, s->systematics, &s->options, NULL, NULL, &trained));
  fairu_classifier_destroy(trained);
}

/* One epoch, the events at other Z included. */
static void costs(bench *b, setup *s)
{
  s->events = rotation_events(s->ctx, 5, EVENTS);
  s->systematics = rotation_systematics(s->ctx, 1);
  for (int method = FAIRU_METHOD_BASELINE; method <= FAIRU_METHOD_SIGNIFICANCE; method++) {
    char name[64];
    const int copies = method >= FAIRU_METHOD_AUGMENTED && method <= FAIRU_METHOD_GRADIENT_REVERSAL ? 4 : 1;
    snprintf(name, sizeof name, "%s, 64-64, an epoch", fairu_method_name(method));
    s->options.method = method;
    s->training.epochs = 1;
    bench_add(b, &(bench_row){ .name = name,
                               .seconds = bench_median(run, s),
                               .items = (double)EVENTS * copies,
                               .unit = "ns/event",
                               .kernel = fairu_context_kernel(s->ctx) });
  }
  fairu_events_destroy(s->events);
  fairu_systematics_destroy(s->systematics);
}

/* Three networks, each of which sees every event at two angles, once: new events and other starts make the axis straighter, more epochs do
 * not (docs/training.md). */
static fairu_classifier *train_aware(setup *s, uint64_t seed, double *seconds)
{
  fairu_classifier *trained = NULL;
  s->events = rotation_events(s->ctx, seed, MANY);
  s->options = rotation_options(s->ctx, FAIRU_METHOD_AWARE, &s->training);
  s->options.copies = 2;
  s->training.epochs = 1;
  s->training.members = 3;
  s->training.batch = 1024;
  s->training.activation = FAIRU_ACTIVATION_TANH;
  s->training.schedule = FAIRU_SCHEDULE_COSINE;
  s->training.learning_rate = 4e-3;
  s->training.final_rate = 1e-3;
  s->training.seed = seed;
  s->options.training = &s->training;
  const clock_t begun = clock();
  CHECK_OK(s->ctx, fairu_method_train(s->ctx, s->events, s->systematics, &s->options, NULL, NULL, &trained));
  *seconds = (double)(clock() - begun) / CLOCKS_PER_SEC;
  fairu_events_destroy(s->events);
  return trained;
}

static int ascending(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(const double *values)
{
  double sorted[SEEDS];
  memcpy(sorted, values, sizeof sorted);
  qsort(sorted, SEEDS, sizeof *sorted, ascending);
  return sorted[SEEDS / 2];
}

/* Seconds of processor, other work on the machine left out. */
static void widths(bench *b, setup *s)
{
  double ratios[3][SEEDS], seconds[SEEDS], exact[3];
  fairu_classifier *bayes = NULL;
  CHECK_OK(s->ctx,
           fairu_classifier_create_rotation(s->ctx, "x", "y", "z", 2.0 * radius / (sigma * sigma), &bayes));
  for (int i = 0; i < 3; i++)
    exact[i] = aware_width(s->ctx, bayes, quarter_pi * i);
  s->systematics = aware_angles(s->ctx);
  printf("  half-width of mu over that of the closed form (%.5f, %.5f, %.5f)\n", exact[0], exact[1],
         exact[2]);
  printf("    seed  seconds   z = 0     pi/4    pi/2\n");
  for (int k = 0; k < SEEDS; k++) {
    fairu_classifier *trained = train_aware(s, 10 * (uint64_t)(k + 1), &seconds[k]);
    for (int i = 0; i < 3; i++)
      ratios[i][k] = aware_width(s->ctx, trained, quarter_pi * i) / exact[i];
    printf("    %4d  %7.1f  %.4f  %.4f  %.4f\n", 10 * (k + 1), seconds[k], ratios[0][k], ratios[1][k],
           ratios[2][k]);
    fairu_classifier_destroy(trained);
  }
  printf("  median  %7.1f  %.4f  %.4f  %.4f\n", median(seconds), median(ratios[0]), median(ratios[1]),
         median(ratios[2]));
  bench_add(b, &(bench_row){ .name = "aware, 3 x 3-64-64-1 tanh, 6e6 events at 2 Z",
                             .seconds = median(seconds),
                             .unit = "s",
                             .kernel = fairu_context_kernel(s->ctx) });
  fairu_classifier_destroy(bayes);
  fairu_systematics_destroy(s->systematics);
}

int main(int argc, char **argv)
{
  bench *b = bench_start(argc, argv);
  setup s = { .ctx = support_context() };
  s.options = rotation_options(s.ctx, FAIRU_METHOD_BASELINE, &s.training);
  costs(b, &s);
  widths(b, &s);
  fairu_context_destroy(s.ctx);
  return bench_end(b);
}
