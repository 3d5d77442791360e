/* Backpropagation: the same lines in double against central differences to 1e-6, then float against double. */
#include "classifier/double_pass.h"
#include "classifier/gaussians.h"
#include "classifier/trainer.h"

enum { MOST_PARAMETERS = 4096, MOST_UNITS = 160, WIDEST = 48 };

typedef struct problem {
  fairu_shape shape;
  size_t widths[7];
  int activations[6];
  double parameters[MOST_PARAMETERS], inputs[WIDEST * FAIRU_LANES];
  double labels[FAIRU_LANES], weights[FAIRU_LANES];
} problem;

/* Signed weights, a few empty lanes. */
static void make_problem(problem *p, uint64_t seed, size_t n_layers, int activation)
{
  const size_t widths[] = { 5, 17, 33, 12, 8 };
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 3);
  memcpy(p->widths, widths, sizeof widths);
  p->widths[n_layers] = 1;
  for (size_t l = 0; l < n_layers; l++)
    p->activations[l] = l + 1 < n_layers ? activation : FAIRU_ACTIVATION_LINEAR;
  p->shape = (fairu_shape){ n_layers, p->widths, p->activations, 0 };
  double *at = p->parameters;
  for (size_t l = 0; l < n_layers; l++)
    for (size_t i = 0; i < (p->widths[l] + 1) * p->widths[l + 1]; i++)
      *at++ = (double)(float)(fairu_philox__normal(&rng) / sqrt((double)p->widths[l]));
  for (size_t i = 0; i < p->widths[0] * FAIRU_LANES; i++)
    p->inputs[i] = (double)(float)fairu_philox__normal(&rng);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    p->labels[lane] = (double)fairu_philox__below(&rng, 2);
    p->weights[lane] = lane > 60 ? 0.0 : (double)(float)(fairu_philox__normal(&rng) + 1.0);
  }
}

static double loss_of(const problem *p, const double *parameters, double *activations, double *d_logits)
{
  memcpy(activations, p->inputs, p->widths[0] * FAIRU_LANES * sizeof *activations);
  double_pass_forward(&in_double, &p->shape, parameters, NULL, activations);
  return double_pass_cross_entropy(&in_double,
                                   activations + (fairu_shape__n_units(&p->shape) - 1) * FAIRU_LANES,
                                   p->labels, p->weights, d_logits);
}

static void gradient_of(const problem *p, double *gradient)
{
  static double activations[MOST_UNITS * FAIRU_LANES], d_out[WIDEST * FAIRU_LANES],
      d_work[WIDEST * FAIRU_LANES];
  memset(gradient, 0, MOST_PARAMETERS * sizeof *gradient);
  loss_of(p, p->parameters, activations, d_out);
  double_pass_backward(&in_double, &p->shape, p->parameters, NULL, activations, d_out, d_work, gradient,
                       NULL);
}

static double difference(const problem *p, size_t i, double h)
{
  static double moved[MOST_PARAMETERS], activations[MOST_UNITS * FAIRU_LANES], d_logits[FAIRU_LANES];
  memcpy(moved, p->parameters, sizeof moved);
  moved[i] = p->parameters[i] + h;
  const double up = loss_of(p, moved, activations, d_logits);
  moved[i] = p->parameters[i] - h;
  return (up - loss_of(p, moved, activations, d_logits)) / (2.0 * h);
}

static double largest(const double *x, size_t n)
{
  double top = 0.0;
  for (size_t i = 0; i < n; i++)
    top = fmax(top, fabs(x[i]));
  return top;
}

/* Richardson takes the h^2 term away; what is left is rounding, 1e-11 of the largest. */
static void every_derivative_equals_differences(void **state)
{
  (void)state;
  static problem p;
  static double gradient[MOST_PARAMETERS];
  for (size_t n_layers = 1; n_layers <= 4; n_layers++)
    for (int activation = FAIRU_ACTIVATION_LINEAR; activation <= FAIRU_ACTIVATION_ELU; activation++) {
      make_problem(&p, 10 * n_layers + (uint64_t)activation, n_layers, activation);
      const size_t n = fairu_shape__n_parameters(&p.shape);
      gradient_of(&p, gradient);
      const double scale = largest(gradient, n);
      for (size_t i = 0; i<n; i += n> 200 ? 7 : 1) {
        const double h = 2e-4;
        const double wanted =
            activation == FAIRU_ACTIVATION_RELU /* linear between kinks: a small step is exact */
                ? difference(&p, i, 1e-6)
                : (4.0 * difference(&p, i, h / 2.0) - difference(&p, i, h)) / 3.0;
        CHECK_NEAR(gradient[i], wanted,
                   1e-6 * fabs(wanted) + (activation == FAIRU_ACTIVATION_RELU ? 1e-8 : 1e-10) * scale);
      }
    }
}

/* Rounding of float: sums of at most 64 + 40 terms, 4 layers there and back; errors add like a random walk. */
static void float_equals_double(void **state)
{
  (void)state;
  const char *const kernels[] = { "generic", "x86-64-v3", "x86-64-v4" };
  static problem p;
  static double wanted[MOST_PARAMETERS];
  static float parameters[MOST_PARAMETERS], activations[MOST_UNITS * FAIRU_LANES], gradient[MOST_PARAMETERS];
  static float d_out[WIDEST * FAIRU_LANES], d_work[WIDEST * FAIRU_LANES];
  float labels[FAIRU_LANES], weights[FAIRU_LANES];
  fairu_context *ctx = support_context();
  for (int k = 0; k < 6; k++) {
    if (fairu_context_set_kernel(ctx, kernels[k % 3]) != FAIRU_OK)
      continue;
    CHECK_OK(ctx, fairu_context_set_blas(ctx, k < 3 ? FAIRU_BLAS_NEVER : FAIRU_BLAS_ALWAYS));
    for (int activation = FAIRU_ACTIVATION_LINEAR; activation <= FAIRU_ACTIVATION_ELU; activation++) {
      make_problem(&p, 77, 4, activation);
      const size_t n = fairu_shape__n_parameters(&p.shape);
      const fairu_engine engine = fairu_engine__of(ctx);
      double distance = 0.0, size = 0.0;
      gradient_of(&p, wanted);
      for (size_t i = 0; i < n; i++)
        parameters[i] = (float)p.parameters[i];
      for (size_t i = 0; i < p.widths[0] * FAIRU_LANES; i++)
        activations[i] = (float)p.inputs[i];
      for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
        labels[lane] = (float)p.labels[lane];
        weights[lane] = (float)p.weights[lane];
      }
      memset(gradient, 0, sizeof gradient);
      fairu_pass__forward(&engine, &p.shape, parameters, NULL, activations);
      fairu_pass__cross_entropy(&engine, activations + (fairu_shape__n_units(&p.shape) - 1) * FAIRU_LANES,
                                labels, weights, d_out);
      fairu_pass__backward(&engine, &p.shape, parameters, NULL, activations, d_out, d_work, gradient, NULL);
      for (size_t i = 0; i < n; i++) {
        distance += ((double)gradient[i] - wanted[i]) * ((double)gradient[i] - wanted[i]);
        size += wanted[i] * wanted[i];
      }
      CHECK_NEAR(sqrt(distance / size), 0.0, 8.0 * sqrt(104.0) * ldexp(1.0, -24));
    }
  }
  fairu_context_destroy(ctx);
}

/* Losses of logits far out: softplus(l) - y l neither overflows nor cancels. */
static void cross_entropy_is_stable(void **state)
{
  (void)state;
  const double logits[] = { -200.0, -90.0, -20.0, -1.0, -1e-3, 0.0, 1e-3, 1.0, 20.0, 90.0, 200.0 };
  float l[FAIRU_LANES] = { 0 }, y[FAIRU_LANES] = { 0 }, w[FAIRU_LANES] = { 0 }, d[FAIRU_LANES];
  fairu_context *ctx = support_context();
  const fairu_engine engine = fairu_engine__of(ctx);
  for (size_t i = 0; i < sizeof logits / sizeof *logits; i++)
    for (int label = 0; label < 2; label++) {
      const double x = (double)(float)logits[i], away = label ? -x : x; /* loss = ln(1 + exp(away)) */
      const double wanted = away > 0.0 ? away + log1p(exp(-away)) : log1p(exp(away));
      l[5] = (float)x;
      y[5] = (float)label;
      w[5] = 2.0F;
      const double loss = fairu_pass__cross_entropy(&engine, l, y, w, d);
      CHECK_NEAR(loss, 2.0 * wanted, 1e-6 * wanted + 1e-37);
      const double slope = (label ? -2.0 : 2.0) / (1.0 + exp(-away));
      CHECK_NEAR((double)d[5], slope, 3e-7 * fabs(slope) + (away < -15.0 ? 2e-7 : 0.0));
      assert_true(d[4] == 0.0F);
    }
  fairu_context_destroy(ctx);
}

/* ---- a batch: slices, gate, penalty, mean -------------------------------------------------------------- */

/* Mean loss over rows order[0 .. n-1] and penalty, in double. */
static double objective(const fairu_trainer *t, const double *parameters, size_t n)
{
  static double activations[MOST_UNITS * FAIRU_LANES];
  const fairu_training_set *set = &t->set;
  double loss = 0.0;
  for (size_t i = 0; i < n; i++) {
    double label[FAIRU_LANES] = { 0 }, weight[FAIRU_LANES] = { 0 }, d[FAIRU_LANES];
    const float *row = set->training.rows + t->order[i] * set->width;
    const size_t side = t->stack.plan.n_sides == 2 && row[set->n_inputs + 2] > 0.5F;
    memset(activations, 0, sizeof activations);
    for (size_t f = 0; f < set->n_inputs; f++)
      activations[f * FAIRU_LANES] = (double)row[f];
    weight[0] = (double)row[set->n_inputs];
    label[0] = (double)row[set->n_inputs + 1];
    double_pass_forward(&in_double, &t->stack.shape, parameters + side * t->stack.n_side, NULL, activations);
    loss += double_pass_cross_entropy(&in_double,
                                      activations + (fairu_shape__n_units(&t->stack.shape) - 1) * FAIRU_LANES,
                                      label, weight, d);
  }
  loss /= (double)n;
  for (size_t side = 0; side < t->stack.plan.n_sides; side++) { /* widths 3-6-5-1: the second matrix alone */
    const double *w = parameters + side * t->stack.n_side + (t->stack.widths[0] + 1) * t->stack.widths[1];
    for (size_t i = 0; i < t->stack.widths[1] * t->stack.widths[2]; i++)
      loss += t->options->l2 * w[i] * w[i];
  }
  return loss;
}

static void a_batch_is_the_mean_with_penalty(void **state)
{
  (void)state;
  enum { EVENTS = 300 };
  const size_t hidden[2] = { 6, 5 };
  static double at[MOST_PARAMETERS];
  fairu_context *ctx = support_context();
  fairu_philox rng = fairu_philox__start(4, FAIRU_STREAM_USER, 0, 0);
  int32_t labels[EVENTS];
  double weights[EVENTS];
  float *column[3];
  fairu_events *events = made_columns(ctx, names, 3, EVENTS, column);
  for (size_t i = 0; i < EVENTS; i++) {
    labels[i] = (int32_t)fairu_philox__below(&rng, 2);
    weights[i] = 1.0 + 0.9 * fairu_philox__normal(&rng);
    for (size_t c = 0; c < 3; c++)
      column[c][i] = (float)(3.0 + 2.0 * fairu_philox__normal(&rng));
  }
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, EVENTS));
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, EVENTS));
  fairu_training_options options = options_for(ctx, 1, NULL);
  options.hidden = hidden;
  options.activation = FAIRU_ACTIVATION_TANH;
  options.l2 = 0.05;
  options.batch = 500;
  options.gate_nominal = 3.0;
  for (size_t gate = 2; gate <= 3; gate++) { /* input 2 gates; 3: none */
    fairu_trainer trainer;
    double loss = 0.0;
    fairu_plain plain;
    fairu_training_plan plan;
    fairu_strategy strategy;
    CHECK_OK(ctx, fairu_plain__make(ctx, events, &options, &plain, &plan, &strategy));
    CHECK_OK(ctx, fairu_trainer__create(&trainer, ctx, events, &options, gate, &plan, &strategy));
    assert_int_equal(trainer.stack.plan.n_sides, gate == 2 ? 2 : 1);
    fairu_trainer__shuffle(&trainer, 0);
    CHECK_OK(ctx, strategy.gradient(strategy.data, &trainer, ctx, 0, 250, &loss));
    fairu_stack__add_penalty(&trainer.stack);
    for (size_t i = 0; i < trainer.stack.n_parameters; i++)
      at[i] = (double)trainer.stack.parameters[i];
    for (size_t i = 0; i < trainer.stack.n_parameters; i++) {
      const double here = at[i], h = 1e-5;
      at[i] = here + h;
      const double up = objective(&trainer, at, 250);
      at[i] = here - h;
      const double wanted = (up - objective(&trainer, at, 250)) / (2.0 * h);
      at[i] = here;
      CHECK_NEAR((double)trainer.stack.gradient[i], wanted, 1e-6 * fabs(wanted) + 1e-6);
    }
    const double penalty_free = options.l2;
    options.l2 = 0.0;
    CHECK_CLOSE(loss / 250.0, objective(&trainer, at, 250), 1e-6);
    options.l2 = penalty_free;
    fairu_trainer__free(&trainer, ctx);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_derivative_equals_differences),
    cmocka_unit_test(float_equals_double),
    cmocka_unit_test(cross_entropy_is_stable),
    cmocka_unit_test(a_batch_is_the_mean_with_penalty),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
