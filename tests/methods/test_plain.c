/* baseline, augmented, aware: optimal where theory says so; what is shown; same bits; what is refused. */
#include "methods/fixture.h"
#include "methods/rotation.h"
#include "numeric/special.h"

enum { EVENTS = 40000 };

static fixture begin(int method, size_t n, size_t n_nuisances)
{
  fixture f = { .ctx = support_context() };
  f.events = rotation_events(f.ctx, 5, n);
  f.systematics = rotation_systematics(f.ctx, n_nuisances);
  f.options = rotation_options(f.ctx, method, &f.training);
  return f;
}

static void names_go_both_ways(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int method = FAIRU_METHOD_BASELINE; method <= FAIRU_METHOD_SIGNIFICANCE; method++) {
    int found = 0;
    CHECK_OK(ctx, fairu_method_find(ctx, fairu_method_name(method), &found));
    assert_int_equal(found, method);
    CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_method_find(ctx, "magic", &found));
    CHECK_SAYS(ctx, fairu_method_name(method)); /* all are listed */
    assert_int_equal(found, method);
  }
  assert_null(fairu_method_name(0));
  assert_null(fairu_method_name(FAIRU_METHOD_SIGNIFICANCE + 1));
  fairu_context_destroy(ctx);
}

/* At angle z the baseline's direction is off by z - pi/4: separation 2R/sigma cos of it. */
static void baseline_is_optimal_at_nominal_alone(void **state)
{
  (void)state;
  fixture f = begin(FAIRU_METHOD_BASELINE, EVENTS, 2);
  f.training.batch = 512;
  fairu_classifier *trained = train(&f, NULL);
  assert_int_equal(fairu_classifier_n_nuisances(trained), 0);
  assert_true(rotation_loss(f.ctx, trained, quarter_pi) < 1e-3);
  const double best = fairu_normal__cdf(sqrt(2.0) * radius / sigma),
               off = fairu_normal__cdf(sqrt(2.0) * radius / sigma * cos(0.5));
  CHECK_NEAR(rotation_loss(f.ctx, trained, quarter_pi + 0.5), best - off, 3e-3);
  fairu_classifier_destroy(trained);
  end(&f);
}

/* Drawn from the prior, and on a grid; one network, and two with a gate. */
static void aware_is_optimal_at_every_angle(void **state)
{
  (void)state;
  double points[9];
  fixture f = begin(FAIRU_METHOD_AWARE, EVENTS, 1);
  for (int i = 0; i < 9; i++)
    points[i] = quarter_pi + 0.2 * (i - 4);
  f.training.batch = 512;
  f.training.epochs = 3;
  for (int way = 0; way < 3; way++) {
    double lower = 0.0, upper = 0.0;
    f.options.points = way == 1 ? points : NULL;
    f.options.n_points = way == 1 ? 9 : 0;
    f.options.copies = 8;
    f.options.gate = way == 2 ? "z" : NULL;
    fairu_classifier *trained = train(&f, NULL);
    assert_int_equal(fairu_classifier_n_nuisances(trained), 1);
    assert_string_equal(fairu_classifier_nuisance_name(trained, 0), "z");
    for (int i = -1; i <= 1; i++)
      assert_true(rotation_loss(f.ctx, trained, quarter_pi + 0.5 * i) < 1e-3);
    CHECK_OK(f.ctx, fairu_classifier_nuisance_range(trained, f.ctx, 0, &lower, &upper));
    if (way == 1)
      CHECK_NEAR(upper - lower, 1.6, 1e-6);
    else
      assert_true(upper - lower > 2.0 && upper - lower < 5.0); /* 2048 draws reach out to some 3.4 widths */
    fairu_classifier_destroy(trained);
  }
  end(&f);
}

/* Not told the angle, the best is the mean direction, which is the nominal one here: it loses as the baseline does. */
static void augmented_is_not_told(void **state)
{
  (void)state;
  fixture f = begin(FAIRU_METHOD_AUGMENTED, EVENTS, 1);
  f.training.epochs = 4;
  fairu_classifier *trained = train(&f, NULL);
  assert_int_equal(fairu_classifier_n_nuisances(trained), 0);
  assert_true(rotation_loss(f.ctx, trained, quarter_pi) < 2e-3);
  assert_true(rotation_loss(f.ctx, trained, quarter_pi + 0.5) > 5e-3);
  fairu_classifier_destroy(trained);
  end(&f);
}

static void scores_of(fixture *f, const fairu_classifier *trained, float scores[500])
{
  const double z[2] = { 0.9, 1.0 };
  fairu_events *test = rotation_events(f->ctx, 77, 500);
  CHECK_OK(f->ctx, fairu_classifier_score_events(trained, f->ctx, test, z, 1,
                                                 fairu_classifier_n_nuisances(trained), 0, scores));
  fairu_events_destroy(test);
}

static void train_scores(fixture *f, float scores[500])
{
  fairu_classifier *trained = train(f, NULL);
  scores_of(f, trained, scores);
  fairu_classifier_destroy(trained);
}

static void threads_do_not_change_a_bit(void **state)
{
  (void)state;
  fixture f = begin(FAIRU_METHOD_AWARE, 3000, 2);
  float one[500], many[500];
  f.training.epochs = 2;
  f.training.validation_fraction = 0.2;
  train_scores(&f, one);
  for (int threads = 2; threads <= 3; threads++) {
    CHECK_OK(f.ctx, fairu_context_set_threads(f.ctx, threads));
    train_scores(&f, many);
    assert_memory_equal(one, many, sizeof one);
  }
  f.training.seed = 2;
  train_scores(&f, many);
  assert_memory_not_equal(one, many, sizeof one);
  end(&f);
}

/* Without systematics the table is what is trained on, columns of Z included. */
static void without_systematics_the_table_is_taken_as_it_is(void **state)
{
  (void)state;
  fixture f = begin(FAIRU_METHOD_AWARE, 10, 1);
  float ours[500], plain[500];
  fairu_classifier *trained = NULL;
  fairu_events_destroy(f.events);
  fairu_systematics_destroy(f.systematics);
  f.systematics = NULL;
  f.events = gaussians(f.ctx, 3, 4000, -1.0);
  f.training.epochs = 2;
  f.training.gate_nominal = quarter_pi;
  f.options.nuisances = names + 2;
  f.options.n_nuisances = 1;
  for (int gated = 0; gated < 2; gated++) {
    f.options.gate = gated ? "z" : NULL;
    train_scores(&f, ours);
    fairu_training_options training = f.training;
    training.nuisances = names + 2;
    training.n_nuisances = 1;
    training.gate = gated ? "z" : NULL;
    CHECK_OK(f.ctx, fairu_classifier_train(f.ctx, f.events, &training, NULL, &trained));
    scores_of(&f, trained, plain);
    assert_memory_equal(ours, plain, sizeof ours);
    fairu_classifier_destroy(trained);
  }
  end(&f);
}

/* A label by name or by number, instead of 0 and 1. */
static void signal_has_a_label(void **state)
{
  (void)state;
  static const char *const categories[3] = { "other", "higgs", "top" };
  int32_t labels[3000];
  float plain[500], named[500], numbered[500];
  fixture f = begin(FAIRU_METHOD_BASELINE, 3000, 1);
  f.training.epochs = 1;
  train_scores(&f, plain);
  for (size_t i = 0; i < 3000; i++)
    labels[i] = fairu_events_labels(f.events)[i] == 1 ? 1 : i % 4 == 0 ? 2 : 0;
  CHECK_OK(f.ctx, fairu_events_set_labels(f.events, f.ctx, labels, 3000));
  f.options.signal_label = "1";
  train_scores(&f, numbered);
  assert_memory_equal(plain, numbered, sizeof plain);
  CHECK_OK(f.ctx, fairu_events_set_categories(f.events, f.ctx, categories, 3));
  f.options.signal_label = "higgs";
  train_scores(&f, named);
  assert_memory_equal(plain, named, sizeof plain);
  end(&f);
}

static void bad_points_are_refused(void **state)
{
  (void)state;
  const double bad[2] = { 0.1, (double)NAN };
  fixture f = begin(FAIRU_METHOD_AWARE, 100, 1);
  const fairu_method_options good = f.options;
  f.options.points = bad;
  refuse(&f, &good, FAIRU_ERR_RANGE, "n_points is 0");
  f.options.points = bad;
  f.options.n_points = 2;
  refuse(&f, &good, FAIRU_ERR_NON_FINITE, "point 1: \"z\" is nan");
  f.options.n_points = 2;
  refuse(&f, &good, FAIRU_ERR_NULL, "n_points is 2, but points is NULL");
  f.options.copies = 0;
  refuse(&f, &good, FAIRU_ERR_RANGE, "copies is 0");
  f.options.copies = 16777215; /* 34 GB of draws */
  refuse(&f, &good, FAIRU_ERR_LIMIT, "16777215 copies of 100 events: limit is 1000000000 rows");
  f.options.spread = -1.0;
  refuse(&f, &good, FAIRU_ERR_RANGE, "spread is -1");
  end(&f);
}

static void bad_names_are_refused(void **state)
{
  (void)state;
  const char *twice[2] = { "z", "z" }, *none[1] = { NULL }, *unknown[1] = { "angle" };
  fixture f = begin(FAIRU_METHOD_AWARE, 100, 1);
  const fairu_method_options good = f.options;
  f.options.method = 17;
  refuse(&f, &good, FAIRU_ERR_ARGUMENT, "unknown method 17");
  f.options.n_nuisances = 2;
  refuse(&f, &good, FAIRU_ERR_NULL, "nuisances is NULL");
  f.options.nuisances = twice;
  f.options.n_nuisances = 2;
  refuse(&f, &good, FAIRU_ERR_DUPLICATE, "\"z\" is given twice");
  f.options.nuisances = none;
  f.options.n_nuisances = 1;
  refuse(&f, &good, FAIRU_ERR_NULL, "nuisances[0] is NULL");
  f.options.nuisances = unknown;
  f.options.n_nuisances = 1;
  refuse(&f, &good, FAIRU_ERR_NOT_FOUND, "no nuisance \"angle\"");
  f.options.nuisances = unknown;
  f.options.n_nuisances = 0;
  refuse(&f, &good, FAIRU_ERR_ARGUMENT, "method aware needs nuisances");
  f.options.gate = "w";
  refuse(&f, &good, FAIRU_ERR_NOT_FOUND, "\"w\" is not among the nuisances");
  f.options.signal_label = "tt";
  refuse(&f, &good, FAIRU_ERR_NOT_FOUND, "\"tt\" is no number");
  f.training.features = unknown;
  f.training.n_features = 1;
  refuse(&f, &good, FAIRU_ERR_NOT_FOUND, "angle");
  f.training.features = NULL;
  refuse(&f, &good, FAIRU_ERR_NULL, "features is NULL");
  end(&f);
}

static void bad_tables_are_refused(void **state)
{
  (void)state;
  fixture f = begin(FAIRU_METHOD_AWARE, 100, 1);
  const fairu_method_options good = f.options;
  f.training.features = names + 1;
  f.training.n_features = 2; /* y and z: a feature that is named as the nuisance */
  refuse(&f, &good, FAIRU_ERR_NOT_FOUND, "z");
  fairu_events_destroy(f.events);
  f.events = gaussians(f.ctx, 1, 100, quarter_pi);
  refuse(&f, &good, FAIRU_ERR_DUPLICATE, "z");
  f.training.features = names;
  CHECK_OK(f.ctx, fairu_events_set_labels(f.events, f.ctx, NULL, 0));
  refuse(&f, &good, FAIRU_ERR_ARGUMENT, "labels");
  end(&f);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(names_go_both_ways),
    cmocka_unit_test(baseline_is_optimal_at_nominal_alone),
    cmocka_unit_test(aware_is_optimal_at_every_angle),
    cmocka_unit_test(augmented_is_not_told),
    cmocka_unit_test(threads_do_not_change_a_bit),
    cmocka_unit_test(without_systematics_the_table_is_taken_as_it_is),
    cmocka_unit_test(signal_has_a_label),
    cmocka_unit_test(bad_points_are_refused),
    cmocka_unit_test(bad_names_are_refused),
    cmocka_unit_test(bad_tables_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
