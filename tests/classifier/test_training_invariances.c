/* What a training may not depend on: a weight of two is the event twice, events of weight nothing are not there, and neither the order of the
 * rows, nor units and origins of inputs, nor the numbering of classes matter. One batch of all rows: their order is no part of a step. */
#include "classifier/gaussians.h"

enum { ROWS = 240 };

typedef struct table {
  size_t n;
  float x[4 * ROWS], y[4 * ROWS], z[4 * ROWS];
  double w[4 * ROWS];
  int32_t label[4 * ROWS];
} table;

static table random_table(uint64_t seed, int32_t n_classes)
{
  table t = { .n = ROWS };
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 81);
  for (size_t i = 0; i < ROWS; i++) {
    t.label[i] = (int32_t)fairu_philox__below(&rng, (uint64_t)n_classes);
    t.x[i] = (float)((double)t.label[i] + fairu_philox__normal(&rng));
    t.y[i] = (float)fairu_philox__normal(&rng);
    t.z[i] = (float)fairu_philox__below(&rng, 3);
    t.w[i] = 0.25 * (double)(1 + fairu_philox__below(&rng, 8));
  }
  return t;
}

static void copy_row(const table *from, size_t i, table *to)
{
  const size_t k = to->n++;
  to->x[k] = from->x[i];
  to->y[k] = from->y[i];
  to->z[k] = from->z[i];
  to->w[k] = from->w[i];
  to->label[k] = from->label[i];
}

static fairu_events *as_events(fairu_context *ctx, const table *t)
{
  const float *const columns[3] = { t->x, t->y, t->z };
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_create_view(ctx, t->n, 3, names, columns, 1, &events));
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, t->label, t->n));
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, t->w, t->n));
  return events;
}

typedef struct outcome {
  fairu_training_result result;
  float logits[3 * ROWS];
} outcome;

static fairu_training_options options_of_all_rows(fairu_context *ctx, int loss)
{
  static const size_t hidden[2] = { 7, 5 };
  fairu_training_options o = options_for(ctx, 1, NULL);
  o.hidden = hidden;
  o.activation = FAIRU_ACTIVATION_TANH;
  o.loss = loss;
  o.targets = names;
  o.n_targets = 1;
  o.optimiser = FAIRU_OPTIMISER_SGD; /* Adam makes a step of the rate of a gradient of rounding errors */
  o.learning_rate = 0.05;
  o.epochs = 20;
  o.batch = 100000;
  o.l2 = 0.01;
  return o;
}

/* Trained on t, logits at the first ROWS rows of `at`. */
static outcome train(fairu_context *ctx, const table *t, const table *at,
                     const fairu_training_options *options)
{
  outcome o = { .result = { .struct_size = sizeof o.result } };
  const double z = 1.0;
  fairu_classifier *c = NULL;
  fairu_events *events = as_events(ctx, t), *where = as_events(ctx, at);
  CHECK_OK(ctx, fairu_classifier_train(ctx, events, options, &o.result, &c));
  CHECK_OK(ctx, fairu_classifier_score_events(c, ctx, where, &z, 1, 1, FAIRU_OUTPUT_LOGIT, o.logits));
  fairu_classifier_destroy(c);
  fairu_events_destroy(where);
  fairu_events_destroy(events);
  return o;
}

/* Twenty steps of float: sums in another order. */
static void check_same(const outcome *a, const outcome *b, size_t n)
{
  CHECK_CLOSE(a->result.training_loss, b->result.training_loss, 2e-5);
  for (size_t i = 0; i < n; i++)
    CHECK_NEAR((double)a->logits[i], (double)b->logits[i], 1e-4 * (1.0 + fabs((double)a->logits[i])));
}

static const struct kind {
  int loss, balance;
  size_t n_outputs;
} kinds[] = { { FAIRU_LOSS_BINARY, 1, 1 },
              { FAIRU_LOSS_BINARY, 0, 1 },
              { FAIRU_LOSS_CATEGORICAL, 1, 3 },
              { FAIRU_LOSS_CATEGORICAL, 0, 3 },
              { FAIRU_LOSS_SQUARED, 0, 1 } };

enum { KINDS = sizeof kinds / sizeof *kinds };

/* change makes another table of t; both are trained in every kind. */
static void compare(void (*change)(const table *t, table *to))
{
  static table t, other;
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < KINDS; k++) {
    t = random_table(k, kinds[k].n_outputs == 3 ? 3 : 2);
    fairu_training_options o = options_of_all_rows(ctx, kinds[k].loss);
    o.balance = kinds[k].balance;
    o.gate = k % 2 ? "z" : NULL;
    o.gate_nominal = 1.0;
    other = (table){ .n = 0 };
    change(&t, &other);
    const outcome a = train(ctx, &t, &t, &o), b = train(ctx, &other, &t, &o);
    check_same(&a, &b, ROWS * kinds[k].n_outputs);
  }
  fairu_context_destroy(ctx);
}

static void twice(const table *t, table *to)
{
  for (size_t i = 0; i < t->n; i++) {
    copy_row(t, i, to);
    copy_row(t, i, to);
    to->w[to->n - 1] *= 0.25;
    to->w[to->n - 2] *= 0.75;
  }
}

static void a_weight_may_be_shared_by_rows(void **state)
{
  (void)state;
  compare(twice);
}

/* Every row again with another label and weight 0: means and deviations of inputs stay. */
static void with_nothing(const table *t, table *to)
{
  for (size_t i = 0; i < t->n; i++)
    copy_row(t, i, to);
  for (size_t i = 0; i < t->n; i++) {
    copy_row(t, i, to);
    to->w[to->n - 1] = 0.0;
    to->label[to->n - 1] = t->label[(i + 1) % t->n];
  }
}

static void events_without_weight_do_not_teach(void **state)
{
  (void)state;
  compare(with_nothing);
}

static void turned(const table *t, table *to)
{
  for (size_t i = 0; i < t->n; i++)
    copy_row(t, i * 77 % t->n, to); /* 77 and 240 have no divisor in common */
}

static void the_order_of_rows_does_not_matter(void **state)
{
  (void)state;
  compare(turned);
}

static void heavier(const table *t, table *to)
{
  for (size_t i = 0; i < t->n; i++) {
    copy_row(t, i, to);
    to->w[i] *= 123.456;
  }
}

static void the_unit_of_weights_does_not_matter(void **state)
{
  (void)state;
  compare(heavier);
}

/* Standardised inputs: x -> a x + b, whatever a and b, at both ends of float; trained and scored in the other unit. */
static void units_and_origins_of_inputs_do_not_matter(void **state)
{
  (void)state;
  static table t, other;
  const double scale[6] = { 3.7, 1e-30, 1e30, 1e-3, 2.5, 1e3 }, origin[6] = { 0.0, 0.0, 0.0, 1.0, 7.0, -4e4 };
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < 6; k++) {
    const fairu_training_options o = options_of_all_rows(ctx, FAIRU_LOSS_BINARY);
    t = random_table(k, 2);
    other = t;
    for (size_t i = 0; i < t.n; i++) {
      t.x[i] = (float)(rint(512.0 * (double)t.x[i]) / 512.0); /* few digits: what moves far keeps them */
      other.x[i] = (float)(scale[k] * (double)t.x[i] + origin[k]);
      other.y[i] = (float)(0.5 * (double)t.y[i]);
    }
    const outcome a = train(ctx, &t, &t, &o), b = train(ctx, &other, &other, &o);
    if (scale[k] <
        0.0) /* another network, which sees x from behind: the loss alone is compared, after no step */
      continue;
    for (size_t i = 0; i < ROWS; i++)
      CHECK_NEAR((double)a.logits[i], (double)b.logits[i],
                 (k >= 3 ? 5e-3 : 1e-4) * (1.0 + fabs((double)a.logits[i])));
  }
  fairu_context_destroy(ctx);
}

/* Offset and scale of inputs are of rows, whatever they weigh. */
static void standardisation_counts_rows(void **state)
{
  (void)state;
  static table t, other;
  fairu_context *ctx = support_context();
  const fairu_training_options o = options_of_all_rows(ctx, FAIRU_LOSS_BINARY);
  t = random_table(9, 2);
  other = t;
  for (size_t i = 0; i < 10; i++) {
    copy_row(&t, i, &other);
    other.x[other.n - 1] = 50.0F;
    other.w[other.n - 1] = 0.0;
  }
  const outcome a = train(ctx, &t, &t, &o), b = train(ctx, &other, &t, &o);
  assert_true(fabs(a.result.training_loss - b.result.training_loss) > 1e-4);
  fairu_context_destroy(ctx);
}

/* Classes by other numbers, without hidden layers, where the loss has one minimum: the probabilities are those of the other numbers. */
static void each_class_is_as_good_as_another(void **state)
{
  (void)state;
  static table t, other;
  fairu_context *ctx = support_context();
  fairu_training_options o = options_of_all_rows(ctx, FAIRU_LOSS_CATEGORICAL);
  o.n_hidden = 0; /* convex: one minimum, whatever the start */
  o.learning_rate = 0.5;
  o.epochs = 600;
  o.schedule = FAIRU_SCHEDULE_CONSTANT;
  o.l2 = 0.0;
  o.balance = 1;
  t = random_table(10, 3);
  other = t;
  for (size_t i = 0; i < t.n; i++)
    other.label[i] = (t.label[i] + 1) % 3;
  const outcome a = train(ctx, &t, &t, &o), b = train(ctx, &other, &t, &o);
  CHECK_CLOSE(a.result.training_loss, b.result.training_loss, 1e-5);
  for (size_t i = 0; i < ROWS; i++) {
    const float *p = a.logits + 3 * i, *q = b.logits + 3 * i;
    for (size_t c = 0; c < 2; c++) /* differences of logits alone have a meaning */
      CHECK_NEAR((double)p[c] - (double)p[2], (double)q[(c + 1) % 3] - (double)q[0], 2e-3);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_weight_may_be_shared_by_rows),
    cmocka_unit_test(events_without_weight_do_not_teach),
    cmocka_unit_test(the_order_of_rows_does_not_matter),
    cmocka_unit_test(the_unit_of_weights_does_not_matter),
    cmocka_unit_test(units_and_origins_of_inputs_do_not_matter),
    cmocka_unit_test(standardisation_counts_rows),
    cmocka_unit_test(each_class_is_as_good_as_another),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
