/* Checkpoints of every strategy: interrupted again and again, with one thread and two, a training ends with the bits of an uninterrupted one. */
#include <unistd.h>

#include <fairu/adversary.h>
#include <fairu/summary.h>

#include "classifier/gaussians.h"

enum { EVENTS = 900, TESTS = 100 };

typedef struct method {
  fairu_events *events;
  fairu_training_options training;
  fairu_adversary_options adversary;
  fairu_summary_options summary;
  int (*run)(const struct method *m, fairu_context *ctx, const fairu_training_options *training,
             fairu_training_result *result, fairu_classifier **out);
} method;

static int run_tangent(const method *m, fairu_context *ctx, const fairu_training_options *training,
                       fairu_training_result *result, fairu_classifier **out)
{
  return fairu_classifier_train(ctx, m->events, training, result, out);
}

static int run_adversarial(const method *m, fairu_context *ctx, const fairu_training_options *training,
                           fairu_training_result *result, fairu_classifier **out)
{
  return fairu_classifier_train_adversarial(ctx, m->events, training, &m->adversary, result, NULL, out);
}

static int run_summary(const method *m, fairu_context *ctx, const fairu_training_options *training,
                       fairu_training_result *result, fairu_classifier **out)
{
  return fairu_classifier_train_summary(ctx, m->events, training, &m->summary, result, out);
}

typedef struct outcome {
  fairu_training_result result;
  float scores[TESTS];
} outcome;

static int train(const method *m, fairu_context *ctx, const fairu_training_options *training, outcome *o)
{
  fairu_classifier *trained = NULL;
  memset(o, 0, sizeof *o);
  o->result.struct_size = sizeof o->result;
  const int status = m->run(m, ctx, training, &o->result, &trained);
  if (status == FAIRU_OK) {
    fairu_events *test = gaussians(ctx, 77, TESTS, 0.9);
    CHECK_OK(ctx, fairu_context_set_progress(ctx, NULL, NULL));
    CHECK_OK(ctx,
             fairu_classifier_score_events(trained, ctx, test, NULL, 1, 0, FAIRU_OUTPUT_LOGIT, o->scores));
    fairu_events_destroy(test);
  }
  fairu_classifier_destroy(trained);
  return status;
}

static int stop(const char *what, uint64_t done, uint64_t total, void *data)
{
  (void)total;
  return strcmp(what, "train") == 0 && done >= *(const uint64_t *)data;
}

static void check_pieces(method *m, fairu_context *ctx)
{
  char path[512];
  fairu_training_options training = m->training;
  outcome whole, o;
  size_t pieces = 0;
  uint64_t until = 0;
  int status;
  CHECK_OK(ctx, train(m, ctx, &training, &whole));
  training.checkpoint = support_path(path, sizeof path, "method.checkpoint");
  training.resume = 1;
  (void)unlink(path);
  do {
    until += 14; /* an epoch has 9 or 10 steps */
    CHECK_OK(ctx, fairu_context_set_progress(ctx, stop, &until));
    CHECK_OK(ctx, fairu_context_set_threads(ctx, ++pieces % 2 ? 2 : 1));
    status = train(m, ctx, &training, &o);
    assert_true(status == FAIRU_OK || status == FAIRU_ERR_CALLBACK);
  } while (status != FAIRU_OK && pieces < 50);
  CHECK_OK(ctx, fairu_context_set_progress(ctx, NULL, NULL));
  assert_true(pieces > 3);
  assert_memory_equal(&whole, &o, sizeof o);
}

static method make_method(fairu_context *ctx, uint64_t seed)
{
  static const size_t hidden[2] = { 7, 5 };
  method m = { .events = gaussians(ctx, seed, EVENTS, -1.0), .training = options_for(ctx, 0, NULL) };
  m.training.hidden = hidden;
  m.training.batch = 80;
  m.training.epochs = 5;
  m.training.learning_rate = 0.01;
  m.training.validation_fraction = 0.2;
  m.training.patience = 4;
  CHECK_OK(ctx, fairu_adversary_options_init(&m.adversary, sizeof m.adversary));
  CHECK_OK(ctx, fairu_summary_options_init(&m.summary, sizeof m.summary));
  return m;
}

static void tangent_propagation_resumes(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  method m = make_method(ctx, 1);
  float *tangents = malloc(EVENTS * 2 * sizeof *tangents);
  for (size_t i = 0; i < 2 * EVENTS; i++)
    tangents[i] = (float)(i % 7) / 7.0F - 0.5F;
  m.run = run_tangent;
  m.training.tangents = tangents;
  m.training.n_tangents = 1;
  m.training.tangent_penalty = 0.2;
  m.training.members = 2;
  check_pieces(&m, ctx);
  free(tangents);
  fairu_events_destroy(m.events);
  fairu_context_destroy(ctx);
}

static void adversaries_resume(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  method m = make_method(ctx, 2);
  m.run = run_adversarial;
  m.adversary.nuisance = "z";
  for (int kind = 0; kind < 3; kind++) {
    m.adversary.reversal = kind == 1;
    m.adversary.density = kind == 2 ? FAIRU_DENSITY_GAUSSIAN : FAIRU_DENSITY_DISCRETE;
    m.adversary.adversary_steps = kind == 0 ? 2 : 1;
    m.training.members = kind == 2 ? 2 : 1;
    m.training.dropout = kind == 2 ? 0.1 : 0.0;
    m.training.batch_norm = kind == 1;
    check_pieces(&m, ctx);
  }
  fairu_events_destroy(m.events);
  fairu_context_destroy(ctx);
}

static void soft_counts_resume(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  method m = make_method(ctx, 3);
  fairu_significance_options significance;
  CHECK_OK(ctx, fairu_significance_options_init(&significance, sizeof significance));
  significance.signal = 10.0;
  significance.background = 100.0;
  m.run = run_summary;
  m.summary.kind = FAIRU_SUMMARY_SCORE;
  m.summary.n_bins = 2;
  m.summary.loss = fairu_significance_loss;
  m.summary.loss_data = &significance;
  m.summary.warm_up = 2;
  check_pieces(&m, ctx);
  m.training.members = 2;
  m.training.dropout = 0.1;
  check_pieces(&m, ctx);
  fairu_events_destroy(m.events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(tangent_propagation_resumes),
    cmocka_unit_test(adversaries_resume),
    cmocka_unit_test(soft_counts_resume),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
