/* Every method on tables with gaps between their numbers, columns in another order and one that holds anything: the bits of a plain table; and
 * what each option of a method does to the outcome. */
#include "methods/rotation.h"

enum { ROWS = 900, STRIDE = 4, SCORED = 100 };

typedef struct outcome {
  curve losses;
  fairu_adversary_result against;
  float scores[10 * SCORED];
} outcome;

typedef struct world {
  fairu_context *ctx;
  fairu_events *whole, *view, *test;
  fairu_systematics *systematics, *with_cut;
  float memory[ROWS * STRIDE];
} world;

static world *begin(void)
{
  static const char *const turned[3] = { "y", "junk", "x" };
  static world w;
  double weights[ROWS];
  const float *columns[3];
  memset(&w, 0, sizeof w);
  w.ctx = support_context();
  w.whole = rotation_events(w.ctx, 8, ROWS);
  w.test = gaussians(w.ctx, 9, SCORED, quarter_pi);
  w.systematics = rotation_systematics(w.ctx, 2);
  w.with_cut = rotation_systematics(w.ctx, 2);
  CHECK_OK(w.ctx, fairu_systematics_add_cut(w.with_cut, w.ctx, "x", -0.6, (double)INFINITY));
  for (size_t i = 0; i < ROWS * STRIDE; i++)
    w.memory[i] = NAN;
  for (size_t i = 0; i < ROWS; i++) {
    weights[i] = 0.5 + (double)(i % 4);
    w.memory[i * STRIDE + 3] = fairu_events_column(w.whole, 1, NULL)[i];
    w.memory[i * STRIDE + 1] = fairu_events_column(w.whole, 0, NULL)[i];
  }
  columns[0] = w.memory + 3;
  columns[1] = w.memory + 2;
  columns[2] = w.memory + 1;
  CHECK_OK(w.ctx, fairu_events_create_view(w.ctx, ROWS, 3, turned, columns, STRIDE, &w.view));
  CHECK_OK(w.ctx, fairu_events_set_labels(w.view, w.ctx, fairu_events_labels(w.whole), ROWS));
  CHECK_OK(w.ctx, fairu_events_set_weights(w.view, w.ctx, weights, ROWS));
  CHECK_OK(w.ctx, fairu_events_set_weights(w.whole, w.ctx, weights, ROWS));
  return &w;
}

static void end(world *w)
{
  fairu_systematics_destroy(w->systematics);
  fairu_systematics_destroy(w->with_cut);
  fairu_events_destroy(w->test);
  fairu_events_destroy(w->view);
  fairu_events_destroy(w->whole);
  fairu_context_destroy(w->ctx);
}

static const char *const first_nuisance[1] = { "z" };

/* Small networks, two epochs; z alone is varied. */
static fairu_method_options small(world *w, int method, fairu_training_options *training, outcome *o)
{
  static const size_t hidden[1] = { 6 };
  fairu_method_options options = rotation_options(w->ctx, method, training);
  memset(o, 0, sizeof *o);
  o->against.struct_size = sizeof o->against;
  training->hidden = hidden;
  training->n_hidden = 1;
  training->epochs = 2;
  training->batch = 300;
  training->on_epoch = note_epoch;
  training->user_data = &o->losses;
  options.training = training;
  options.nuisances = first_nuisance;
  options.n_nuisances = 1;
  options.copies = 2;
  return options;
}

static void train(world *w, const fairu_events *events, const fairu_systematics *systematics,
                  const fairu_method_options *options, outcome *o)
{
  const double z = 1.0;
  fairu_classifier *c = NULL;
  CHECK_OK(w->ctx, fairu_method_train(w->ctx, events, systematics, options, NULL, &o->against, &c));
  assert_true(fairu_classifier_n_outputs(c) <= 10);
  CHECK_OK(w->ctx,
           fairu_classifier_score_events(c, w->ctx, w->test, fairu_classifier_n_nuisances(c) ? &z : NULL, 1,
                                         fairu_classifier_n_nuisances(c), FAIRU_OUTPUT_LOGIT, o->scores));
  fairu_classifier_destroy(c);
}

static void gaps_between_numbers_do_not_matter(void **state)
{
  (void)state;
  static outcome a, b;
  world *w = begin();
  for (int method = FAIRU_METHOD_BASELINE; method <= FAIRU_METHOD_SIGNIFICANCE; method++)
    for (int cut = 0; cut < 2; cut++) {
      fairu_training_options training;
      if (cut && method == FAIRU_METHOD_TANGENT)
        continue; /* tangents do not see what crosses it, and are refused */
      const fairu_systematics *systematics = cut ? w->with_cut : w->systematics;
      fairu_method_options options = small(w, method, &training, &a);
      train(w, w->whole, systematics, &options, &a);
      options = small(w, method, &training, &b);
      train(w, w->view, systematics, &options, &b);
      assert_int_equal(a.losses.n, 2);
      assert_memory_equal(&a, &b, sizeof a);
    }
  end(w);
}

/* ---- options -------------------------------------------------------------------------------------------- */

static const double steps[1] = { 0.05 };
static fairu_adversary_options strong;
static fairu_summary_options fine, warm;

typedef struct change {
  const char *name;
  void (*make)(fairu_method_options *o);
  unsigned methods; /* bit m: the option matters to method m */
} change;

#define CHANGE(name, what)                                                                                   \
  static void name(fairu_method_options *o)                                                                  \
  {                                                                                                          \
    what;                                                                                                    \
  }

static const double two_points[4] = { 0.5, 1.0, 1.2, 1.0 };
CHANGE(given_points, o->points = two_points; o->n_points = 2)
CHANGE(copies, o->copies = 3)
CHANGE(spread, o->spread = 0.5)
CHANGE(gate, o->gate = "z")
CHANGE(strength, o->strength = 3.0)
CHANGE(adversary, o->adversary = &strong)
CHANGE(summary, o->summary = &fine)
CHANGE(warm_up, o->summary = &warm)
CHANGE(signal, o->signal = 5.0)
CHANGE(background, o->background = 7000.0)
CHANGE(uncertainty, o->background_uncertainty = 0.3)
CHANGE(step, o->step = 0.5)
CHANGE(given_steps, o->steps = steps)
CHANGE(tangents, o->use_tangents = 1)
CHANGE(free_nuisances, o->free_nuisances = 1)
CHANGE(quantity, o->quantity = FAIRU_EXPECTED_SIGMA)
CHANGE(with_z, o->with_z = 1)

#define BIT(method) (1U << (method))
enum {
  DRAWN = BIT(FAIRU_METHOD_AUGMENTED) | BIT(FAIRU_METHOD_AWARE) | BIT(FAIRU_METHOD_PIVOT) |
          BIT(FAIRU_METHOD_GRADIENT_REVERSAL),
  AGAINST = BIT(FAIRU_METHOD_PIVOT) | BIT(FAIRU_METHOD_GRADIENT_REVERSAL),
  COUNTED = BIT(FAIRU_METHOD_INFERNO) | BIT(FAIRU_METHOD_NEOS),
  YIELDS = COUNTED | BIT(FAIRU_METHOD_SIGNIFICANCE)
};

static const change changes[] = {
  { "points", given_points, DRAWN },
  { "copies", copies, DRAWN },
  { "spread", spread, DRAWN },
  { "gate", gate, BIT(FAIRU_METHOD_AWARE) },
  { "strength", strength, AGAINST | BIT(FAIRU_METHOD_TANGENT) },
  { "adversary", adversary, AGAINST },
  { "summary", summary, COUNTED },
  { "warm_up", warm_up, BIT(FAIRU_METHOD_NEOS) | BIT(FAIRU_METHOD_SIGNIFICANCE) },
  { "signal", signal, YIELDS },
  { "background", background, YIELDS },
  { "background_uncertainty", uncertainty, YIELDS },
  { "step", step, COUNTED },
  { "steps", given_steps, COUNTED },
  { "use_tangents", tangents, COUNTED },
  { "free_nuisances", free_nuisances, COUNTED },
  { "quantity", quantity, COUNTED },
  { "with_z", with_z, COUNTED },
};

/* Each option changes the outcome of the methods that it is for; for the others it is refused, or nothing. */
static void options_matter_where_they_are_said_to(void **state)
{
  (void)state;
  static outcome plain, changed;
  world *w = begin();
  CHECK_OK(w->ctx, fairu_adversary_options_init(&strong, sizeof strong));
  strong.nuisance = "z";
  strong.lambda = 4.0;
  CHECK_OK(w->ctx, fairu_summary_options_init(&fine, sizeof fine));
  warm = fine;
  warm.warm_up = 1;
  fine.n_bins = 4;
  fine.temperature = 0.5;
  fine.bandwidth = 0.3;
  fine.kind = FAIRU_SUMMARY_KDE;
  for (int method = FAIRU_METHOD_BASELINE; method <= FAIRU_METHOD_SIGNIFICANCE; method++) {
    fairu_training_options training;
    fairu_method_options options = small(w, method, &training, &plain);
    train(w, w->whole, w->systematics, &options, &plain);
    for (size_t k = 0; k < sizeof changes / sizeof *changes; k++) {
      fairu_classifier *out = NULL;
      options = small(w, method, &training, &changed);
      changes[k].make(&options);
      const int status =
          fairu_method_train(w->ctx, w->whole, w->systematics, &options, NULL, &changed.against, &out);
      const int matters = (changes[k].methods >> method & 1U) != 0;
      fairu_classifier_destroy(out);
      if (status != FAIRU_OK) {
        if (matters)
          fail_msg("%s of %s: %s", changes[k].name, fairu_method_name(method), fairu_context_message(w->ctx));
        continue;
      }
      const int differs = memcmp(&plain.losses, &changed.losses, sizeof plain.losses) != 0;
      if (differs != matters)
        fail_msg("%s changes %s: %d, wanted %d", changes[k].name, fairu_method_name(method), differs,
                 matters);
    }
  }
  end(w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(gaps_between_numbers_do_not_matter),
    cmocka_unit_test(options_matter_where_they_are_said_to),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
