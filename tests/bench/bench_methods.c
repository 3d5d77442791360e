/* Training by a method: what an event costs, and what the aware network of the rotating toy measures after less than 20 s. */
#include <stdio.h>

#include "bench/bench.h"
#include "methods/aware_width.h"

enum { EVENTS = 50000, MANY = 4000000 };

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
  CHECK_OK(s->ctx, fairu_method_train(s->ctx, s->events, s->systematics, &s->options, NULL, &trained));
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

/* Angles as hypotheses may have them: flat from -pi/4 to 3 pi/4. */
static fairu_systematics *flat_angles(fairu_context *ctx)
{
  fairu_systematics *systematics = NULL;
  fairu_nuisance z;
  CHECK_OK(ctx, fairu_nuisance_init(&z, sizeof z));
  z.name = "z";
  z.nominal = quarter_pi;
  z.prior = FAIRU_PRIOR_UNIFORM;
  z.lower = -quarter_pi;
  z.upper = 3.0 * quarter_pi;
  CHECK_OK(ctx, fairu_systematics_create(ctx, &z, 1, &systematics));
  CHECK_OK(ctx, fairu_systematics_add_rotation(systematics, ctx, "z", "x", "y", quarter_pi));
  return systematics;
}

static void widths(bench *b, setup *s)
{
  fairu_classifier *bayes = NULL, *trained = NULL;
  s->events = rotation_events(s->ctx, 11, MANY);
  s->systematics = flat_angles(s->ctx);
  s->options = rotation_options(s->ctx, FAIRU_METHOD_AWARE, &s->training);
  s->options.copies = 1;
  s->training.epochs = 10;
  s->training.batch = 1024;
  s->training.activation = FAIRU_TANH;
  s->training.schedule = FAIRU_SCHEDULE_COSINE;
  s->training.learning_rate = 2e-3;
  s->training.final_rate = 1e-3;
  s->options.training = &s->training;
  const double begun = bench_now();
  CHECK_OK(s->ctx, fairu_method_train(s->ctx, s->events, s->systematics, &s->options, NULL, &trained));
  bench_add(b, &(bench_row){ .name = "aware, 3-64-64-1 tanh, 4e6 events, 10 epochs",
                             .seconds = bench_now() - begun,
                             .unit = "s",
                             .kernel = fairu_context_kernel(s->ctx) });
  CHECK_OK(s->ctx,
           fairu_classifier_create_rotation(s->ctx, "x", "y", "z", 2.0 * radius / (sigma * sigma), &bayes));
  for (int i = 0; i < 3; i++) {
    const double z = quarter_pi * i, exact = aware_width(s->ctx, bayes, z),
                 width = aware_width(s->ctx, trained, z);
    printf("  half-width of mu at z = %.4f: closed form %.5f, trained %.5f, ratio %.4f\n", z, exact, width,
           width / exact);
  }
  fairu_classifier_destroy(trained);
  fairu_classifier_destroy(bayes);
  fairu_events_destroy(s->events);
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
