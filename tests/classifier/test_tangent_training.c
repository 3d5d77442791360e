/* Tangent propagation: the gradient of a batch against differences, a linear model against its closed form, what it does to a classifier,
 * bits, refusals. */
#include "classifier/double_tangent.h"
#include "classifier/gaussians.h"
#include "classifier/tangent_training.h"

enum { EVENTS = 2000, N_K = 2 };

/* ---- a batch --------------------------------------------------------------------------------------------- */

typedef struct setup {
  fairu_context *ctx;
  fairu_events *events;
  fairu_training_options options;
  float tangents[EVENTS * 2 * N_K];
} setup;

/* Tangents by a rotation, at angle z, and by a shift of y alone. */
static void begin(setup *s, uint64_t seed, double z)
{
  s->ctx = support_context();
  s->events = gaussians(s->ctx, seed, EVENTS, z);
  s->options = options_for(s->ctx, 0, NULL);
  const float *x = fairu_events_column(s->events, 0, NULL), *y = fairu_events_column(s->events, 1, NULL);
  for (size_t i = 0; i < EVENTS; i++) {
    float *row = s->tangents + i * 2 * N_K;
    row[0] = -y[i];
    row[N_K] = x[i];
    row[1] = 0.0f;
    row[N_K + 1] = 0.5f;
  }
  s->options.tangents = s->tangents;
  s->options.n_tangents = N_K;
  s->options.tangent_penalty = 0.3;
}

static void end(setup *s)
{
  fairu_events_destroy(s->events);
  fairu_context_destroy(s->ctx);
}

enum { MOST_UNITS = 16, WIDEST = 16 };

/* Mean loss over rows order[0 .. n-1], in double. */
static double objective(const fairu_trainer *t, const double *parameters, size_t n, double lambda)
{
  static double activations[MOST_UNITS * FAIRU_LANES], units[N_K * MOST_UNITS * FAIRU_LANES], spare[WIDEST];
  const double_tangent_units tangents = { .n = N_K, .units = units, .spare = spare };
  const fairu_training_set *set = &t->set;
  const fairu_shape *shape = &t->stack.shape;
  const size_t n_units = fairu_shape__n_units(shape);
  double loss = 0.0;
  for (size_t i = 0; i < n; i++) {
    double label[FAIRU_LANES] = { 0 }, weight[FAIRU_LANES] = { 0 }, d[FAIRU_LANES];
    const float *row = set->training.rows + t->order[i] * set->width;
    const size_t side = set->gated && row[set->n_inputs + 2] > 0.5F;
    const double *of = parameters + side * t->stack.n_side;
    memset(activations, 0, sizeof activations);
    memset(units, 0, sizeof units);
    for (size_t f = 0; f < set->n_inputs; f++)
      activations[f * FAIRU_LANES] = (double)row[f];
    for (size_t f = 0; f < 2; f++)
      for (size_t k = 0; k < N_K; k++)
        units[(k * n_units + f) * FAIRU_LANES] = (double)row[set->first_extra + f * N_K + k] * set->scale[f];
    weight[0] = (double)row[set->n_inputs];
    label[0] = (double)row[set->n_inputs + 1];
    double_pass_forward(&in_double, shape, of, NULL, activations);
    double_pass_forward_tangents(&in_double, shape, of, NULL, activations, &tangents);
    loss +=
        double_pass_cross_entropy(&in_double, activations + (n_units - 1) * FAIRU_LANES, label, weight, d);
    for (size_t k = 0; k < N_K; k++)
      loss += lambda * weight[0] * pow(units[((k + 1) * n_units - 1) * FAIRU_LANES], 2.0);
  }
  return loss / (double)n;
}

static void check_gradient(const fairu_trainer *t, double lambda, double loss)
{
  static double at[400];
  assert_true(t->stack.n_parameters < 400);
  for (size_t i = 0; i < t->stack.n_parameters; i++)
    at[i] = (double)t->stack.parameters[i];
  CHECK_CLOSE(loss / 500.0, objective(t, at, 500, lambda), 1e-6);
  for (size_t i = 0; i < t->stack.n_parameters; i++) {
    const double here = at[i], h = 1e-4;
    double slope[2];
    for (int half = 0; half < 2; half++) {
      const double step = half ? h / 2.0 : h;
      at[i] = here + step;
      const double up = objective(t, at, 500, lambda);
      at[i] = here - step;
      slope[half] = (up - objective(t, at, 500, lambda)) / (2.0 * step);
    }
    at[i] = here;
    const double wanted = (4.0 * slope[1] - slope[0]) / 3.0;
    CHECK_NEAR((double)t->stack.gradient[i], wanted, 1e-6 * fabs(wanted) + 1e-6);
  }
}

static void a_batch_is_the_mean_with_penalty(void **state)
{
  (void)state;
  static setup s;
  const size_t hidden[2] = { 6, 5 };
  begin(&s, 5, -1.0);
  s.options.nuisances = names + 2;
  s.options.n_nuisances = 1;
  s.options.hidden = hidden;
  s.options.activation = FAIRU_ACTIVATION_TANH;
  s.options.batch = 700;
  s.options.gate_nominal = quarter_pi;
  for (size_t gate = 2; gate <= 3; gate++) { /* input 2 gates; 3: none */
    fairu_tangent_training tangent;
    fairu_training_plan plan;
    fairu_strategy strategy;
    fairu_trainer trainer;
    double loss = 0.0;
    CHECK_OK(s.ctx, fairu_tangent_training__make(s.ctx, s.events, &s.options, &tangent, &plan, &strategy));
    CHECK_OK(s.ctx, fairu_trainer__create(&trainer, s.ctx, s.events, &s.options, gate, &plan, &strategy));
    assert_int_equal(trainer.stack.plan.n_sides, gate == 2 ? 2 : 1);
    fairu_trainer__shuffle(&trainer, 0);
    CHECK_OK(s.ctx, strategy.gradient(strategy.data, &trainer, s.ctx, 0, 500, &loss));
    check_gradient(&trainer, 0.3, loss);
    fairu_trainer__free(&trainer, s.ctx);
  }
  end(&s);
}

/* ---- a linear model: logit a x + b y + c ------------------------------------------------------------------- */

/* Derivatives of the mean loss by (a, b, c): of the cross-entropy, and of lambda mean sum_k ((a, b) . t_k)^2, in features as they come. */
static double linear_slopes(const setup *s, const double p[3], double lambda, double g[3], double h[3][3])
{
  const float *x = fairu_events_column(s->events, 0, NULL), *y = fairu_events_column(s->events, 1, NULL);
  const int32_t *labels = fairu_events_labels(s->events);
  double loss = 0.0;
  memset(g, 0, 3 * sizeof *g);
  memset(h, 0, 3 * sizeof *h);
  for (size_t i = 0; i < EVENTS; i++) {
    const double v[3] = { (double)x[i], (double)y[i], 1.0 }, l = p[0] * v[0] + p[1] * v[1] + p[2];
    const double score = 1.0 / (1.0 + exp(-l));
    loss += fmax(l, 0.0) + log1p(exp(-fabs(l))) - labels[i] * l;
    for (int a = 0; a < 3; a++) {
      g[a] += (score - labels[i]) * v[a];
      for (int b = 0; b < 3; b++)
        h[a][b] += score * (1.0 - score) * v[a] * v[b];
    }
    for (size_t k = 0; k < N_K; k++) {
      const float *row = s->tangents + i * 2 * N_K + k;
      const double t[3] = { (double)row[0], (double)row[N_K], 0.0 }, d = p[0] * t[0] + p[1] * t[1];
      loss += lambda * d * d;
      for (int a = 0; a < 3; a++) {
        g[a] += 2.0 * lambda * d * t[a];
        for (int b = 0; b < 3; b++)
          h[a][b] += 2.0 * lambda * t[a] * t[b];
      }
    }
  }
  return loss / EVENTS;
}

/* By Cramer's rule. */
static void solve(double h[3][3], const double g[3], double step[3])
{
  const double det = h[0][0] * (h[1][1] * h[2][2] - h[1][2] * h[2][1]) -
                     h[0][1] * (h[1][0] * h[2][2] - h[1][2] * h[2][0]) +
                     h[0][2] * (h[1][0] * h[2][1] - h[1][1] * h[2][0]);
  for (int c = 0; c < 3; c++) {
    double m[3][3];
    memcpy(m, h, sizeof m);
    for (int r = 0; r < 3; r++)
      m[r][c] = g[r];
    step[c] = (m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
               m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
               m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])) /
              det;
  }
}

static double linear_optimum(const setup *s, double lambda, double p[3])
{
  double g[3], h[3][3], step[3], loss = 0.0;
  memset(p, 0, 3 * sizeof *p);
  for (int i = 0; i < 30; i++) {
    loss = linear_slopes(s, p, lambda, g, h);
    solve(h, g, step);
    for (int a = 0; a < 3; a++)
      p[a] -= step[a];
  }
  return loss;
}

static void a_linear_model_reaches_its_closed_form(void **state)
{
  (void)state;
  static setup s;
  static float logits[EVENTS];
  begin(&s, 6, quarter_pi);
  s.options.n_hidden = 0;
  s.options.batch = EVENTS;
  s.options.epochs = 300;
  s.options.learning_rate = 0.05;
  s.options.schedule = FAIRU_SCHEDULE_COSINE;
  const float *x = fairu_events_column(s.events, 0, NULL), *y = fairu_events_column(s.events, 1, NULL);
  for (int standardise = 0; standardise < 2; standardise++)
    for (int i = 0; i < 3; i++) {
      fairu_training_result result = { .struct_size = sizeof result };
      fairu_classifier *trained = NULL;
      double p[3];
      s.options.standardise = standardise;
      s.options.tangent_penalty = pow(10.0, -i);
      const double loss = linear_optimum(&s, s.options.tangent_penalty, p);
      CHECK_OK(s.ctx, fairu_classifier_train(s.ctx, s.events, &s.options, &result, &trained));
      CHECK_NEAR(result.training_loss, loss, 1e-5);
      CHECK_OK(s.ctx, fairu_classifier_score_events(trained, s.ctx, s.events, NULL, 1, 0, FAIRU_OUTPUT_LOGIT,
                                                    logits));
      for (size_t e = 0; e < EVENTS; e++)
        CHECK_NEAR((double)logits[e], p[0] * (double)x[e] + p[1] * (double)y[e] + p[2], 2e-3);
      fairu_classifier_destroy(trained);
    }
  end(&s);
}

/* ---- what it does ------------------------------------------------------------------------------------------ */

typedef struct outcome {
  double auc, confidence, slope; /* mean |logit|, root mean square of d logit / dZ */
} outcome;

static outcome train(setup *s, const fairu_events *test)
{
  const size_t n = fairu_events_n_events(test);
  fairu_classifier *trained = NULL;
  float *logits = malloc(n * sizeof *logits), *d = malloc(2 * n * sizeof *d),
        *rows = malloc(2 * n * sizeof *rows);
  const float *x = fairu_events_column(test, 0, NULL), *y = fairu_events_column(test, 1, NULL);
  outcome o = { 0 };
  for (size_t i = 0; i < n; i++) {
    rows[2 * i] = x[i];
    rows[2 * i + 1] = y[i];
  }
  CHECK_OK(s->ctx, fairu_classifier_train(s->ctx, s->events, &s->options, NULL, &trained));
  CHECK_OK(s->ctx, fairu_classifier_score_derivative(trained, s->ctx, rows, n, 2, NULL, 0, FAIRU_OUTPUT_LOGIT,
                                                     logits, d, NULL));
  CHECK_OK(s->ctx, fairu_auc(s->ctx, logits, fairu_events_labels(test), NULL, n, &o.auc));
  for (size_t i = 0; i < n; i++) {
    o.confidence += fabs((double)logits[i]) / (double)n;
    o.slope += pow((double)(d[2 * i + 1] * x[i] - d[2 * i] * y[i]), 2.0) / (double)n; /* rotation */
  }
  o.slope = sqrt(o.slope);
  fairu_classifier_destroy(trained);
  free(rows);
  free(d);
  free(logits);
  return o;
}

/* A rotation moves all that tells antipodal classes apart: any score that does not move with Z is blind. Tangent propagation can only lower
 * confidence (the known failure): slopes fall with lambda, and logits with them. */
static void it_lowers_confidence_where_only_the_moving_feature_informs(void **state)
{
  (void)state;
  static setup s;
  begin(&s, 7, quarter_pi);
  fairu_events *test = gaussians(s.ctx, 8, 4000, quarter_pi);
  const size_t hidden[1] = { 16 };
  outcome before = { 0 };
  s.options.hidden = hidden;
  s.options.n_hidden = 1;
  s.options.activation = FAIRU_ACTIVATION_TANH;
  s.options.batch = 100;
  s.options.epochs = 20;
  s.options.learning_rate = 5e-3;
  for (size_t i = 0; i < 2 * N_K * EVENTS; i += N_K)
    s.tangents[i + 1] = 0.0f; /* the rotation alone */
  for (int i = 0; i < 4; i++) {
    const double lambdas[4] = { 0.0, 0.01, 0.1, 1.0 };
    s.options.tangent_penalty = lambdas[i];
    const outcome now = train(&s, test);
    if (getenv("FAIRU_TEST_VERBOSE"))
      print_message("lambda %g: AUC %.4f, mean |logit| %.3f, rms slope %.3f\n", lambdas[i], now.auc,
                    now.confidence, now.slope);
    assert_true(i == 0 || (now.slope < 0.8 * before.slope && now.confidence < 0.9 * before.confidence));
    CHECK_NEAR(now.auc, 0.978, 0.01); /* ranks stay */
    before = now;
  }
  fairu_events_destroy(test);
  end(&s);
}

/* Two features tell the classes apart, y moves with Z: with lambda the score leans on x alone. */
static void it_leaves_the_feature_that_moves(void **state)
{
  (void)state;
  static setup s;
  double free_one[3], tied[3];
  begin(&s, 9, quarter_pi);
  for (size_t i = 0; i < EVENTS; i++) {
    s.tangents[i * 2 * N_K] = s.tangents[i * 2 * N_K + N_K] = 0.0f; /* the shift of y alone */
    s.tangents[i * 2 * N_K + N_K + 1] = 1.0f;
  }
  linear_optimum(&s, 0.0, free_one);
  linear_optimum(&s, 10.0, tied);
  CHECK_NEAR(free_one[0], free_one[1], 0.3 * free_one[0]); /* 45 degrees */
  assert_true(fabs(tied[1]) < 0.02 * tied[0]);
  s.options.n_hidden = 0;
  s.options.batch = EVENTS;
  s.options.epochs = 400;
  s.options.learning_rate = 0.05;
  s.options.schedule = FAIRU_SCHEDULE_COSINE;
  s.options.tangent_penalty = 10.0;
  fairu_classifier *trained = NULL;
  float d[2], logit;
  CHECK_OK(s.ctx, fairu_classifier_train(s.ctx, s.events, &s.options, NULL, &trained));
  CHECK_OK(s.ctx, fairu_classifier_score_derivative(trained, s.ctx, (const float[]){ 0.1f, 0.2f }, 1, 2, NULL,
                                                    0, FAIRU_OUTPUT_LOGIT, &logit, d, NULL));
  CHECK_CLOSE((double)d[0], tied[0], 1e-2);
  CHECK_NEAR((double)d[1], tied[1], 1e-2);
  fairu_classifier_destroy(trained);
  end(&s);
}

/* ---- bits and refusals ------------------------------------------------------------------------------------- */

static void train_bits(setup *s, curve *c, float scores[EVENTS])
{
  const double z = 0.9;
  fairu_classifier *trained = NULL;
  memset(c, 0, sizeof *c);
  s->options.on_epoch = note_epoch;
  s->options.user_data = c;
  CHECK_OK(s->ctx, fairu_classifier_train(s->ctx, s->events, &s->options, NULL, &trained));
  CHECK_OK(s->ctx, fairu_classifier_score_events(trained, s->ctx, s->events, &z, 1, s->options.n_nuisances, 0,
                                                 scores));
  fairu_classifier_destroy(trained);
}

static void threads_do_not_change_a_bit(void **state)
{
  (void)state;
  static setup s;
  static curve one, two;
  static float scores[EVENTS], again[EVENTS];
  begin(&s, 10, -1.0);
  s.options.nuisances = names + 2;
  s.options.n_nuisances = 1;
  s.options.batch = 700;
  s.options.epochs = 3;
  s.options.dropout = 0.2;
  s.options.validation_fraction = 0.3;
  s.options.gate_nominal = quarter_pi;
  for (int gated = 0; gated < 2; gated++) {
    s.options.gate = gated ? "z" : NULL;
    CHECK_OK(s.ctx, fairu_context_set_threads(s.ctx, 1));
    train_bits(&s, &one, scores);
    CHECK_OK(s.ctx, fairu_context_set_threads(s.ctx, 2));
    train_bits(&s, &two, again);
    assert_memory_equal(&one, &two, sizeof one);
    assert_memory_equal(scores, again, sizeof scores);
    assert_true(isfinite(one.validation[2]));
  }
  end(&s);
}

/* A penalty of 0 is no penalty, with tangents or without. */
static void without_penalty_it_is_a_plain_training(void **state)
{
  (void)state;
  static setup s;
  static curve one, two;
  static float scores[EVENTS], again[EVENTS];
  begin(&s, 11, quarter_pi);
  s.options.epochs = 2;
  s.options.tangent_penalty = 0.0;
  train_bits(&s, &one, scores);
  s.options.tangents = NULL;
  s.options.n_tangents = 0;
  train_bits(&s, &two, again);
  assert_memory_equal(&one, &two, sizeof one);
  assert_memory_equal(scores, again, sizeof scores);
  end(&s);
}

static void every_loss_takes_a_penalty(void **state)
{
  (void)state;
  static setup s;
  const char *const targets[2] = { "x", "z" };
  fairu_classifier *trained = NULL;
  begin(&s, 12, -1.0);
  s.options.epochs = 2;
  s.options.batch = 200;
  s.options.targets = targets;
  for (int loss = FAIRU_LOSS_BINARY; loss <= FAIRU_LOSS_SQUARED; loss++) {
    fairu_training_result with = { .struct_size = sizeof with }, without = with;
    s.options.loss = loss;
    s.options.n_targets = loss == FAIRU_LOSS_SQUARED ? 2 : 0;
    s.options.tangent_penalty = 0.5;
    CHECK_OK(s.ctx, fairu_classifier_train(s.ctx, s.events, &s.options, &with, &trained));
    fairu_classifier_destroy(trained);
    s.options.tangent_penalty = 0.0;
    CHECK_OK(s.ctx, fairu_classifier_train(s.ctx, s.events, &s.options, &without, &trained));
    fairu_classifier_destroy(trained);
    assert_true(with.training_loss > without.training_loss);
  }
  end(&s);
}

static void bad_input_is_named(void **state)
{
  (void)state;
  static setup s;
  fairu_classifier *trained = NULL;
  begin(&s, 13, quarter_pi);
#define TRAIN(s) fairu_classifier_train((s).ctx, (s).events, &(s).options, NULL, &trained)
  s.options.batch_norm = 1;
  CHECK_FAILS(s.ctx, FAIRU_ERR_UNSUPPORTED, TRAIN(s));
  CHECK_SAYS(s.ctx, "batch normalisation");
  s.options.batch_norm = 0;
  s.options.tangents = NULL;
  CHECK_FAILS(s.ctx, FAIRU_ERR_NULL, TRAIN(s));
  CHECK_SAYS(s.ctx, "2 tangents");
  s.options.n_tangents = 0;
  CHECK_FAILS(s.ctx, FAIRU_ERR_ARGUMENT, TRAIN(s));
  CHECK_SAYS(s.ctx, "tangent_penalty is 0.3");
  s.options.tangents = s.tangents;
  s.options.n_tangents = SIZE_MAX / 4;
  CHECK_FAILS(s.ctx, FAIRU_ERR_LIMIT, TRAIN(s));
  s.options.n_tangents = N_K;
  s.options.tangent_penalty = -1.0;
  CHECK_FAILS(s.ctx, FAIRU_ERR_RANGE, TRAIN(s));
  s.options.tangent_penalty = 1.0;
  s.tangents[1000 * 2 * N_K + N_K + 1] = INFINITY;
  CHECK_FAILS(s.ctx, FAIRU_ERR_NON_FINITE, TRAIN(s));
  CHECK_SAYS(s.ctx, "row 1000: tangent 1 of feature \"y\" is inf");
  assert_null(trained);
  end(&s);
}

static int train_body(fairu_context *ctx, void *data)
{
  const setup *s = data;
  fairu_classifier *trained = NULL;
  const int status = fairu_classifier_train(ctx, s->events, &s->options, NULL, &trained);
  fairu_classifier_destroy(trained);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  static setup s;
  const size_t hidden[1] = { 3 };
  begin(&s, 14, quarter_pi);
  s.options.hidden = hidden;
  s.options.n_hidden = 1;
  s.options.epochs = 1;
  s.options.batch = EVENTS;
  assert_true(support_every_allocation_fails(train_body, &s) > 5);
  end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_batch_is_the_mean_with_penalty),
    cmocka_unit_test(a_linear_model_reaches_its_closed_form),
    cmocka_unit_test(it_lowers_confidence_where_only_the_moving_feature_informs),
    cmocka_unit_test(it_leaves_the_feature_that_moves),
    cmocka_unit_test(threads_do_not_change_a_bit),
    cmocka_unit_test(without_penalty_it_is_a_plain_training),
    cmocka_unit_test(every_loss_takes_a_penalty),
    cmocka_unit_test(bad_input_is_named),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests_name("tangent propagation", tests, NULL, NULL);
}
