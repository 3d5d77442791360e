/* pivot, gradient-reversal, tangent: a feature that Z moves is given up, one that it does not move is kept. */
#include "classifier/made_columns.h"
#include "methods/fixture.h"
#include "methods/rotation.h"

enum { EVENTS = 20000 };

static const char *const columns[2] = { "clean", "moved" };

/* Classes at -+0.8 in both features, of width 1; Z ~ N(0, 1) moves the second one. */
static fairu_events *two_features(fairu_context *ctx, uint64_t seed, size_t n)
{
  float *x[2];
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 0);
  fairu_events *events = made_columns(ctx, columns, 2, n, x);
  for (size_t i = 0; i < n; i++) {
    for (size_t c = 0; c < 2; c++)
      x[c][i] = (float)((i & 1 ? 0.8 : -0.8) + fairu_philox__normal(&rng));
  }
  made_turns(ctx, events);
  return events;
}

static fairu_systematics *mover(fairu_context *ctx, int statistical_origin)
{
  static const double step[1] = { 1.0 };
  fairu_systematics *systematics = NULL;
  fairu_nuisance z;
  CHECK_OK(ctx, fairu_nuisance_init(&z, sizeof z));
  z.name = "z";
  z.statistical_origin = statistical_origin;
  CHECK_OK(ctx, fairu_systematics_create(ctx, &z, 1, &systematics));
  CHECK_OK(ctx, fairu_systematics_add_shift(systematics, ctx, "z", columns + 1, step, 1, 0.0));
  return systematics;
}

static fixture begin(size_t n)
{
  static const size_t hidden[1] = { 16 };
  fixture f = { .ctx = support_context() };
  f.events = two_features(f.ctx, 3, n);
  f.test = two_features(f.ctx, 4, 20000);
  f.systematics = mover(f.ctx, 1);
  f.options = rotation_options(f.ctx, FAIRU_METHOD_BASELINE, &f.training);
  f.training.features = columns;
  f.training.hidden = hidden;
  f.training.n_hidden = 1;
  f.training.batch = 512;
  f.training.activation = FAIRU_ACTIVATION_TANH;
  f.training.learning_rate = 3e-3;
  return f;
}

/* No method here is told Z. */
static fairu_classifier *train_blind(fixture *f)
{
  fairu_classifier *trained = train(f, NULL);
  assert_int_equal(fairu_classifier_n_nuisances(trained), 0);
  return trained;
}

static double mean_score(fixture *f, const fairu_classifier *trained, double z)
{
  enum { N = 20000 };
  static float scores[N];
  fairu_events *moved = NULL;
  double sum = 0.0;
  CHECK_OK(f->ctx, fairu_systematics_apply(f->systematics, f->ctx, f->test, &z, 1, 1, NULL, &moved));
  CHECK_OK(f->ctx, fairu_classifier_score_events(trained, f->ctx, moved, NULL, 1, 0, 0, scores));
  for (size_t i = 0; i < N; i++)
    sum += (double)scores[i] / N;
  fairu_events_destroy(moved);
  return sum;
}

/* How far the mean score goes from Z = -1 to 1, and how well classes are told apart at nominal. */
typedef struct answer {
  double dependence, auc;
} answer;

static answer ask(fixture *f)
{
  fairu_classifier *trained = train_blind(f);
  const answer a = { fabs(mean_score(f, trained, 1.0) - mean_score(f, trained, -1.0)),
                     auc_at(trained, f->ctx, f->test, 0.0) };
  fairu_classifier_destroy(trained);
  return a;
}

/* AUC of both features 0.9449, of the clean one alone 0.8711: Phi(1.6), Phi(1.6 / sqrt 2). ln p of a Z that is not seen: 1.418939. */
static void what_z_moves_is_given_up(void **state)
{
  (void)state;
  static const int methods[3] = { FAIRU_METHOD_PIVOT, FAIRU_METHOD_GRADIENT_REVERSAL, FAIRU_METHOD_TANGENT };
  static const double strengths[3] = { 20.0, 20.0, 10.0 };
  fixture f = begin(EVENTS);
  fairu_adversary_result losses = { .struct_size = sizeof losses };
  const answer baseline = ask(&f);
  assert_true(baseline.auc > 0.94 && baseline.dependence > 0.25);
  f.options.copies = 1;
  f.losses = &losses;
  for (size_t i = 0; i < 3; i++) {
    f.options.method = methods[i];
    f.options.strength = 0.0;
    const answer without = ask(&f);
    assert_true(without.auc > 0.93 && without.dependence > 0.15);
    f.options.strength = strengths[i];
    const answer with = ask(&f);
    assert_true(with.auc > 0.86 && with.auc < 0.9 && with.dependence < 0.04);
    CHECK_NEAR(losses.adversary_loss, 1.418939, 0.03);
  }
  end(&f);
}

/* lambda 0: the tangent method is the baseline; the adversary's own lambda counts unless another is given. */
static void strengths_come_from_one_place(void **state)
{
  (void)state;
  fixture f = begin(4000);
  fairu_adversary_options adversary;
  const answer baseline = ask(&f);
  f.options.method = FAIRU_METHOD_TANGENT;
  f.options.strength = 0.0;
  assert_true(ask(&f).auc == baseline.auc);
  CHECK_OK(f.ctx, fairu_adversary_options_init(&adversary, sizeof adversary));
  f.options.method = FAIRU_METHOD_PIVOT;
  f.options.strength = 3.0;
  const answer three = ask(&f);
  adversary.lambda = 3.0;
  f.options.adversary = &adversary;
  f.options.strength = (double)NAN;
  assert_true(ask(&f).auc == three.auc);
  adversary.lambda = 1.0;
  assert_true(ask(&f).auc != three.auc);
  end(&f);
}

/* At given points Z has few values: the discrete density; and a table that holds Z itself. */
static void points_and_columns_serve_too(void **state)
{
  (void)state;
  static const double points[3] = { -1.0, 0.0, 1.0 };
  static const char *const z[1] = { "z" };
  fixture f = begin(6000);
  fairu_adversary_options adversary;
  fairu_adversary_result losses = { .struct_size = sizeof losses };
  CHECK_OK(f.ctx, fairu_adversary_options_init(&adversary, sizeof adversary));
  adversary.density = FAIRU_DENSITY_DISCRETE;
  f.options.method = FAIRU_METHOD_PIVOT;
  f.options.adversary = &adversary;
  f.losses = &losses;
  f.options.points = points;
  f.options.n_points = 3;
  f.options.strength = 10.0;
  fairu_classifier_destroy(train_blind(&f));
  CHECK_NEAR(losses.blind_loss, log(3.0), 1e-9);
  CHECK_NEAR(losses.adversary_loss, log(3.0), 0.1);
  f.options.points = NULL;
  f.options.n_points = 0;
  fairu_systematics_destroy(f.systematics);
  fairu_events_destroy(f.events);
  f.systematics = NULL;
  f.events = gaussians(f.ctx, 4, 2000, -1.0);
  f.training.features = names;
  f.options.nuisances = z;
  f.options.n_nuisances = 1;
  adversary.density = FAIRU_DENSITY_GAUSSIAN;
  fairu_classifier_destroy(train_blind(&f));
  end(&f);
}

static void threads_do_not_change_a_bit(void **state)
{
  (void)state;
  fixture f = begin(3000);
  f.training.epochs = 2;
  for (int method = FAIRU_METHOD_PIVOT; method <= FAIRU_METHOD_TANGENT; method++) {
    f.options.method = method;
    CHECK_OK(f.ctx, fairu_context_set_threads(f.ctx, 1));
    const answer one = ask(&f);
    CHECK_OK(f.ctx, fairu_context_set_threads(f.ctx, 3));
    const answer many = ask(&f);
    assert_memory_equal(&one, &many, sizeof one);
  }
  end(&f);
}

static void note(int level, const char *text, void *user_data)
{
  assert_int_equal(level, FAIRU_LOG_WARNING);
  assert_non_null(strstr(text, "\"z\" is a choice between two simulations"));
  ++*(int *)user_data;
}

/* arXiv:2109.08159: what an adversary removes of the difference of two simulations is not their uncertainty. */
static void two_simulations_are_no_measurement(void **state)
{
  (void)state;
  int warnings = 0;
  fixture f = begin(500);
  f.training.epochs = 1;
  f.options.method = FAIRU_METHOD_PIVOT;
  CHECK_OK(f.ctx, fairu_context_set_log(f.ctx, FAIRU_LOG_WARNING, note, &warnings));
  fairu_classifier_destroy(train_blind(&f));
  assert_int_equal(warnings, 0);
  fairu_systematics_destroy(f.systematics);
  f.systematics = mover(f.ctx, 0);
  fairu_classifier_destroy(train_blind(&f));
  assert_int_equal(warnings, 1);
  end(&f);
}

static void an_adversary_learns_one_nuisance(void **state)
{
  (void)state;
  fixture f = begin(200);
  fairu_adversary_options adversary;
  f.options.method = FAIRU_METHOD_PIVOT;
  const fairu_method_options good = f.options;
  f.options.nuisances = columns;
  refuse(&f, &good, FAIRU_ERR_ARGUMENT, "there are 0 nuisances; the adversary learns one");
  CHECK_OK(f.ctx, fairu_adversary_options_init(&adversary, sizeof adversary));
  adversary.nuisance = "q";
  f.options.adversary = &adversary;
  refuse(&f, &good, FAIRU_ERR_NOT_FOUND, "\"q\" is not among the nuisances");
  adversary.nuisance = "z";
  adversary.density = FAIRU_DENSITY_DISCRETE; /* 256 draws */
  f.options.adversary = &adversary;
  f.options.copies = 1;
  refuse(&f, &good, FAIRU_ERR_LIMIT, "64");
  end(&f);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_z_moves_is_given_up),           cmocka_unit_test(strengths_come_from_one_place),
    cmocka_unit_test(points_and_columns_serve_too),       cmocka_unit_test(threads_do_not_change_a_bit),
    cmocka_unit_test(two_simulations_are_no_measurement), cmocka_unit_test(an_adversary_learns_one_nuisance),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
