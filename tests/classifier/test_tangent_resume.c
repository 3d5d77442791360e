/* Tangent propagation with checkpoints and members: the bits of an uninterrupted training; other tangents are another training. */
#include <unistd.h>

#include "classifier/gaussians.h"

enum { EVENTS = 800 };

typedef struct setup {
  fairu_context *ctx;
  fairu_events *events;
  fairu_training_options options;
  float tangents[2 * EVENTS];
} setup;

static void begin(setup *s)
{
  static const size_t hidden[1] = { 6 };
  s->ctx = support_context();
  s->events = gaussians(s->ctx, 21, EVENTS, quarter_pi);
  s->options = options_for(s->ctx, 0, NULL);
  for (size_t i = 0; i < EVENTS; i++) { /* a rotation */
    s->tangents[2 * i] = -fairu_events_column(s->events, 1, NULL)[i];
    s->tangents[2 * i + 1] = fairu_events_column(s->events, 0, NULL)[i];
  }
  s->options.hidden = hidden;
  s->options.n_hidden = 1;
  s->options.activation = FAIRU_ACTIVATION_ELU;
  s->options.batch = 100;
  s->options.epochs = 4;
  s->options.members = 2;
  s->options.dropout = 0.1;
  s->options.tangents = s->tangents;
  s->options.n_tangents = 1;
  s->options.tangent_penalty = 0.2;
}

static int train(setup *s, float logits[EVENTS])
{
  fairu_classifier *trained = NULL;
  const int status = fairu_classifier_train(s->ctx, s->events, &s->options, NULL, &trained);
  CHECK_OK(s->ctx, fairu_context_set_progress(s->ctx, NULL, NULL));
  if (status == FAIRU_OK)
    CHECK_OK(s->ctx, fairu_classifier_score_events(trained, s->ctx, s->events, NULL, 1, 0, FAIRU_OUTPUT_LOGIT,
                                                   logits));
  fairu_classifier_destroy(trained);
  return status;
}

static int stop(const char *what, uint64_t done, uint64_t total, void *data)
{
  (void)what, (void)total;
  return done >= *(const uint64_t *)data;
}

static void a_resumed_training_has_the_same_bits(void **state)
{
  (void)state;
  static setup s;
  static float whole[EVENTS], pieces[EVENTS];
  char path[512];
  size_t n_pieces = 1;
  begin(&s);
  CHECK_OK(s.ctx, train(&s, whole));
  s.options.checkpoint = support_path(path, sizeof path, "tangents.checkpoint");
  s.options.resume = 1;
  (void)unlink(path);
  for (uint64_t until = 11;; until += 11, n_pieces++) {
    CHECK_OK(s.ctx, fairu_context_set_progress(s.ctx, stop, &until));
    CHECK_OK(s.ctx, fairu_context_set_threads(s.ctx, n_pieces % 2 ? 1 : 2));
    const int status = train(&s, pieces);
    if (status == FAIRU_OK)
      break;
    assert_true(status == FAIRU_ERR_CALLBACK && n_pieces < 20);
  }
  assert_true(n_pieces > 3);
  assert_memory_equal(whole, pieces, sizeof whole);
  fairu_events_destroy(s.events);
  fairu_context_destroy(s.ctx);
}

static void other_tangents_are_another_training(void **state)
{
  (void)state;
  static setup s;
  static float logits[EVENTS];
  char path[512];
  uint64_t until = 20;
  begin(&s);
  s.options.checkpoint = support_path(path, sizeof path, "other.checkpoint");
  s.options.resume = 1;
  (void)unlink(path);
  CHECK_OK(s.ctx, fairu_context_set_progress(s.ctx, stop, &until));
  CHECK_FAILS(s.ctx, FAIRU_ERR_CALLBACK, train(&s, logits));
  const float before = s.tangents[777];
  s.tangents[777] = 0.0f;
  CHECK_FAILS(s.ctx, FAIRU_ERR_ARGUMENT, train(&s, logits));
  s.tangents[777] = before;
  s.options.tangent_penalty = 0.1;
  CHECK_FAILS(s.ctx, FAIRU_ERR_ARGUMENT, train(&s, logits));
  s.options.tangent_penalty = 0.2;
  CHECK_OK(s.ctx, train(&s, logits));
  fairu_events_destroy(s.events);
  fairu_context_destroy(s.ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_resumed_training_has_the_same_bits),
    cmocka_unit_test(other_tangents_are_another_training),
  };
  return cmocka_run_group_tests_name("tangent propagation, resumed", tests, NULL, NULL);
}
