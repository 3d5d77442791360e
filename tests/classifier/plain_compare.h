/* plain_compare.h - a training by the library beside one in plain loops: how both are asked, and where they must agree. */
#ifndef FAIRU_TESTS_PLAIN_COMPARE_H
#define FAIRU_TESTS_PLAIN_COMPARE_H

#include "classifier/curve.h"
#include "classifier/plain_trainer.h"

/* Two features, two hidden layers of tanh, plain steps: smooth, so that float follows double. */
static inline fairu_training_options plain_options(fairu_context *ctx, const char *const *features)
{
  static const size_t hidden[2] = { 4, 3 };
  fairu_training_options o;
  CHECK_OK(ctx, fairu_training_options_init(&o, sizeof o));
  o.features = features;
  o.n_features = 2;
  o.hidden = hidden;
  o.activation = FAIRU_ACTIVATION_TANH;
  o.optimiser = FAIRU_OPTIMISER_SGD;
  o.validation_fraction = 0.25;
  return o;
}

/* Notes of all epochs go to c. */
static inline void plain_listen(fairu_training_options *o, curve *c)
{
  c->n = c->stop_after = 0;
  o->on_epoch = note_epoch;
  o->user_data = c;
}

/* Losses of every epoch; of the validation part NaN where there is none. */
static inline void plain_check_losses(const curve *c, const double *training, const double *validation,
                                      size_t n, double within)
{
  assert_int_equal(c->n, n);
  for (size_t e = 0; e < n; e++) {
    CHECK_CLOSE(c->training[e], training[e], within);
    if (isnan(validation[e]))
      assert_true(isnan(c->validation[e]));
    else
      CHECK_CLOSE(c->validation[e], validation[e], within);
  }
}

/* Logits of all rows at z (NULL: no nuisances), times unit, against the best network of t. */
static inline void plain_check_logits(fairu_context *ctx, const fairu_classifier *trained,
                                      const fairu_events *events, const plain_trainer *t, const double *z,
                                      double unit, double within)
{
  const fairu_training_options *o = t->options;
  const size_t n = fairu_events_n_events(events), n_out = t->n_outputs;
  float *logits = calloc(n * n_out, sizeof *logits);
  assert_non_null(logits);
  assert_int_equal(fairu_classifier_n_outputs(trained), n_out);
  CHECK_OK(ctx, fairu_classifier_score_events(trained, ctx, events, z, 1, o->n_nuisances, FAIRU_OUTPUT_LOGIT,
                                              logits));
  for (size_t row = 0; row < n; row++) {
    double inputs[PLAIN_INPUTS], out[PLAIN_WIDTH];
    size_t side = 0;
    for (size_t i = 0; i < o->n_features; i++)
      inputs[i] = plain_value(events, ctx, o->features[i], row);
    for (size_t i = 0; i < o->n_nuisances; i++) {
      inputs[o->n_features + i] = z[i];
      side |= o->gate && strcmp(o->gate, o->nuisances[i]) == 0 && z[i] >= o->gate_nominal;
    }
    plain_score(t, inputs, side, out);
    for (size_t k = 0; k < n_out; k++)
      CHECK_NEAR(unit * (double)logits[row * n_out + k], out[k], within * (1.0 + fabs(out[k])));
  }
  free(logits);
}

#endif /* FAIRU_TESTS_PLAIN_COMPARE_H */
