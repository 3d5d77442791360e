/* Every loss through hidden layers with batch normalisation and dropout: gradients by parameters and inputs against central differences in
 * double; the folded network; what dropout draws. */
#include "classifier/double_pass.h"
#include "classifier/gaussians.h"
#include "classifier/trainer.h"

enum { MOST_PARAMETERS = 1024, MOST_UNITS = 64, WIDEST = 32, MOST_HIDDEN = 32, OUTPUTS = 3 };
enum { BINARY, CATEGORICAL, SQUARED, LOSSES };

typedef struct problem {
  int loss;
  fairu_shape shape;
  size_t widths[4];
  int activations[3];
  double parameters[MOST_PARAMETERS], inputs[WIDEST * FAIRU_LANES];
  double labels[FAIRU_LANES], weights[FAIRU_LANES], targets[OUTPUTS * FAIRU_LANES];
  double keep[MOST_HIDDEN * FAIRU_LANES], normal[MOST_HIDDEN * FAIRU_LANES];
  double inverse[MOST_HIDDEN], moments[2 * MOST_HIDDEN + 1];
  double_hidden hidden;
} problem;

/* Two hidden layers of 9 and 7. Lanes behind `lanes` are empty. */
static void make_problem(problem *p, uint64_t seed, int loss, int activation, int batch_norm, int dropout,
                         size_t lanes)
{
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 4);
  memset(p, 0, sizeof *p);
  p->loss = loss;
  p->widths[0] = 5;
  p->widths[1] = 9;
  p->widths[2] = 7;
  p->widths[3] = loss == BINARY ? 1 : OUTPUTS;
  p->activations[0] = p->activations[1] = activation;
  p->shape = (fairu_shape){ 3, p->widths, p->activations, batch_norm };
  const size_t n = fairu_shape__n_parameters(&p->shape), n_hidden = fairu_shape__n_hidden(&p->shape);
  for (size_t i = 0; i < n; i++)
    p->parameters[i] = fairu_philox__normal(&rng) / 2.0;
  for (size_t i = 0; i < p->widths[0] * FAIRU_LANES; i++)
    p->inputs[i] = i % FAIRU_LANES < lanes ? fairu_philox__normal(&rng) : 0.0;
  for (size_t i = 0; i < OUTPUTS * FAIRU_LANES; i++)
    p->targets[i] = fairu_philox__normal(&rng);
  for (size_t lane = 0; lane < lanes; lane++) {
    p->labels[lane] = (double)fairu_philox__below(&rng, p->widths[3] + (loss == BINARY));
    p->weights[lane] = fairu_philox__normal(&rng) + 1.0; /* some are negative */
  }
  for (size_t i = 0; i < n_hidden * FAIRU_LANES; i++)
    p->keep[i] = fairu_philox__uniform(&rng) < 0.3 ? 0.0 : 1.0 / 0.7;
  p->hidden = (double_hidden){ lanes,      dropout ? p->keep : NULL, 0.7, p->normal, p->inverse,
                               p->moments, &double_hidden_steps };
}

static double loss_of(problem *p, const double *parameters, const double *inputs, double *activations,
                      double *d_out)
{
  const double *out = activations + (fairu_shape__n_units(&p->shape) - p->widths[3]) * FAIRU_LANES;
  memcpy(activations, inputs, p->widths[0] * FAIRU_LANES * sizeof *activations);
  double_pass_forward(&in_double, &p->shape, parameters, &p->hidden, activations);
  if (p->loss == BINARY)
    return double_pass_cross_entropy(&in_double, out, p->labels, p->weights, d_out);
  if (p->loss == CATEGORICAL)
    return double_pass_categorical(&in_double, OUTPUTS, out, p->labels, p->weights, d_out);
  return double_pass_squared(OUTPUTS, out, p->targets, p->weights, d_out);
}

/* By the i-th number of parameters or inputs; ReLU is linear between kinks. */
static double difference(problem *p, int by_input, size_t i, double h)
{
  static double moved[WIDEST * FAIRU_LANES + MOST_PARAMETERS], activations[MOST_UNITS * FAIRU_LANES];
  static double d_out[WIDEST * FAIRU_LANES];
  double loss[2];
  for (int up = 0; up < 2; up++) {
    memcpy(moved, by_input ? p->inputs : p->parameters, by_input ? sizeof p->inputs : sizeof p->parameters);
    moved[i] += up ? h : -h;
    loss[up] = loss_of(p, by_input ? p->parameters : moved, by_input ? moved : p->inputs, activations, d_out);
  }
  return (loss[1] - loss[0]) / (2.0 * h);
}

static void check_gradient(problem *p, int by_input, const double *gradient, size_t n, size_t step)
{
  double scale = 0.0;
  for (size_t i = 0; i < n; i++)
    scale = fmax(scale, fabs(gradient[i]));
  assert_true(scale > 0.0);
  for (size_t i = 0; i < n; i += step) {
    const double h = 1e-4;
    const double wanted =
        p->activations[0] == FAIRU_ACTIVATION_RELU
            ? difference(p, by_input, i, 1e-6)
            : (4.0 * difference(p, by_input, i, h / 2.0) - difference(p, by_input, i, h)) / 3.0;
    CHECK_NEAR(gradient[i], wanted,
               1e-6 * fabs(wanted) + (p->activations[0] == FAIRU_ACTIVATION_RELU ? 1e-7 : 1e-9) * scale);
  }
}

static void every_loss_and_layer_equals_differences(void **state)
{
  (void)state;
  static problem p;
  static double activations[MOST_UNITS * FAIRU_LANES], d_out[WIDEST * FAIRU_LANES],
      d_work[WIDEST * FAIRU_LANES];
  static double gradient[MOST_PARAMETERS], d_inputs[WIDEST * FAIRU_LANES], alone[WIDEST * FAIRU_LANES];
  for (int loss = 0; loss < LOSSES; loss++)
    for (int activation = FAIRU_ACTIVATION_RELU; activation <= FAIRU_ACTIVATION_ELU; activation++)
      for (int kind = 0; kind < 4; kind++) {
        make_problem(&p, 10 + (uint64_t)kind, loss, activation, kind & 1, kind & 2, kind == 3 ? 37 : 64);
        const size_t n = fairu_shape__n_parameters(&p.shape);
        memset(gradient, 0, sizeof gradient);
        loss_of(&p, p.parameters, p.inputs, activations, d_out);
        double_pass_backward(&in_double, &p.shape, p.parameters, &p.hidden, activations, d_out, d_work,
                             gradient, d_inputs);
        check_gradient(&p, 0, gradient, n, 3);
        check_gradient(&p, 1, d_inputs, 5 * FAIRU_LANES, 11);
        loss_of(&p, p.parameters, p.inputs, activations, d_out);
        double_pass_backward(&in_double, &p.shape, p.parameters, &p.hidden, activations, d_out, d_work, NULL,
                             alone);
        assert_memory_equal(alone, d_inputs, 5 * FAIRU_LANES * sizeof *alone);
      }
}

/* Gaussians' sums have mean 0 and variance 1 after normalisation; moments are those of the block. */
static void normalised_sums_have_mean_0_and_variance_1(void **state)
{
  (void)state;
  static problem p;
  static double activations[MOST_UNITS * FAIRU_LANES], d_out[WIDEST * FAIRU_LANES];
  const size_t lanes = 50;
  make_problem(&p, 3, BINARY, FAIRU_ACTIVATION_LINEAR, 1, 0, lanes);
  loss_of(&p, p.parameters, p.inputs, activations, d_out);
  for (size_t u = 0; u < 9; u++) {
    double mean = 0.0, variance = 0.0, sum = 0.0, sum2 = 0.0;
    for (size_t lane = 0; lane < lanes; lane++) {
      double s = 0.0;
      for (size_t i = 0; i < 5; i++)
        s += p.parameters[u * 5 + i] * p.inputs[i * FAIRU_LANES + lane];
      sum += s;
      sum2 += s * s;
      mean += p.normal[u * FAIRU_LANES + lane] / (double)lanes;
      variance += p.normal[u * FAIRU_LANES + lane] * p.normal[u * FAIRU_LANES + lane] / (double)lanes;
    }
    sum /= (double)lanes;
    sum2 = sum2 / (double)lanes - sum * sum;
    CHECK_NEAR(mean, 0.0, 1e-12);
    CHECK_CLOSE(variance, sum2 / (sum2 + FAIRU_NORM_EPSILON), 1e-10);
    CHECK_NEAR(p.moments[u], (double)lanes * sum, 1e-10);
    CHECK_CLOSE(p.moments[16 + u], (double)lanes * sum2 * (double)lanes / (double)(lanes - 1), 1e-10);
  }
  CHECK_NEAR(p.moments[32], (double)lanes, 0.0);
}

/* ---- the stack ------------------------------------------------------------------------------------------ */

static const size_t hidden_widths[2] = { 6, 5 };

static fairu_stack make_stack(fairu_context *ctx, double dropout, int batch_norm)
{
  const fairu_stack_plan plan = { .n_inputs = 4,
                                  .n_outputs = 2,
                                  .hidden = hidden_widths,
                                  .n_hidden = 2,
                                  .activation = FAIRU_ACTIVATION_TANH,
                                  .n_sides = 1,
                                  .dropout = dropout,
                                  .batch_norm = batch_norm,
                                  .optimiser = FAIRU_OPTIMISER_ADAM,
                                  .seed = 3 };
  fairu_stack stack;
  CHECK_OK(ctx, fairu_stack__create(&stack, ctx, &plan));
  return stack;
}

static void fill_units(fairu_units *units, fairu_block *block, uint64_t seed)
{
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 5);
  for (size_t i = 0; i < 4 * FAIRU_LANES; i++)
    units->activations[i] = (float)(1.0 + fairu_philox__normal(&rng));
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    block->rows[lane] = (uint32_t)(64 * seed + lane);
}

/* Running statistics of one block alone are those of the block: then the folded network is the unfolded one, but for n / (n - 1). */
static void the_folded_network_is_the_same(void **state)
{
  (void)state;
  enum { OUT = 2 * FAIRU_LANES };
  fairu_context *ctx = support_context();
  fairu_stack stack = make_stack(ctx, 0.0, 1);
  const fairu_engine engine = fairu_engine__of(ctx);
  fairu_block block = { .worker = ctx, .engine = &engine, .training = 1, .lanes = FAIRU_LANES };
  fairu_units units;
  float unfolded[OUT];
  const fairu_mark mark = fairu_context__mark(ctx);
  CHECK_OK(ctx, fairu_units__take(&stack, ctx, &units));
  fairu_philox rng = fairu_philox__start(9, FAIRU_STREAM_USER, 0, 5);
  for (size_t i = 0; i < stack.n_parameters; i++) /* gains and biases are not 1 and 0 */
    stack.parameters[i] += (float)(0.3 * fairu_philox__normal(&rng));
  fill_units(&units, &block, 1);
  memset(stack.gradient, 0, stack.n_gradient * sizeof *stack.gradient);
  fairu_stack__forward(&stack, &block, &units, stack.gradient);
  memcpy(unfolded, units.out, sizeof unfolded);
  for (size_t u = 0; u < 11; u++) /* population variance, as in the block */
    stack.gradient[stack.n_parameters + 11 + u] *= 63.0F / 64.0F;
  fairu_stack__step(&stack, 0.0);
  fairu_stack__fold(&stack);
  block.training = 0;
  fill_units(&units, &block, 1);
  fairu_stack__forward(&stack, &block, &units, NULL);
  for (size_t i = 0; i < OUT; i++)
    CHECK_NEAR((double)units.out[i], (double)unfolded[i], 2e-6 * (1.0 + fabs((double)unfolded[i])));
  fairu_context__release(ctx, mark);
  fairu_stack__free(&stack, ctx);
  fairu_context_destroy(ctx);
}

/* A share p of units is 0, others 1 / (1 - p): by row, whatever the place in the block; new ones at each step. */
static void dropout_draws_by_row_and_step(void **state)
{
  (void)state;
  enum { BLOCKS = 200, N_HIDDEN = 11 };
  fairu_context *ctx = support_context();
  fairu_stack stack = make_stack(ctx, 0.3, 0);
  const fairu_engine engine = fairu_engine__of(ctx);
  fairu_block block = { .worker = ctx, .engine = &engine, .training = 1, .lanes = FAIRU_LANES };
  fairu_units units;
  static float first[N_HIDDEN * FAIRU_LANES];
  double dropped = 0.0, pairs = 0.0;
  const fairu_mark mark = fairu_context__mark(ctx);
  CHECK_OK(ctx, fairu_units__take(&stack, ctx, &units));
  for (size_t b = 0; b < BLOCKS; b++) {
    fill_units(&units, &block, b);
    fairu_stack__forward(&stack, &block, &units, stack.gradient);
    for (size_t i = 0; i < N_HIDDEN * FAIRU_LANES; i++) {
      assert_true(units.keep[i] == 0.0F || fabs((double)units.keep[i] - 1.0 / 0.7) < 1e-4);
      dropped += units.keep[i] == 0.0F;
      pairs += units.keep[i] == 0.0F && units.keep[(i + FAIRU_LANES) % (N_HIDDEN * FAIRU_LANES)] == 0.0F;
    }
    if (b == 0)
      memcpy(first, units.keep, sizeof first);
  }
  const double n = BLOCKS * N_HIDDEN * FAIRU_LANES;
  CHECK_NEAR(dropped / n, 0.3, 5.0 * sqrt(0.21 / n));
  CHECK_NEAR(pairs / n, 0.09, 5.0 * sqrt(0.09 / n)); /* neighbouring units know nothing of each other */
  fill_units(&units, &block, 0);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) /* other places */
    block.rows[lane] = (uint32_t)(63 - lane);
  fairu_stack__forward(&stack, &block, &units, stack.gradient);
  for (size_t u = 0; u < N_HIDDEN; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      assert_true(units.keep[u * FAIRU_LANES + lane] == first[u * FAIRU_LANES + 63 - lane]);
  stack.optimiser.steps++;
  fill_units(&units, &block, 0);
  fairu_stack__forward(&stack, &block, &units, stack.gradient);
  assert_memory_not_equal(units.keep, first, sizeof first);
  fairu_context__release(ctx, mark);
  fairu_stack__free(&stack, ctx);
  fairu_context_destroy(ctx);
}

/* ---- training ------------------------------------------------------------------------------------------- */

static void threads_do_not_change_a_bit(void **state)
{
  (void)state;
  static curve one, many;
  float scores[500], again[500];
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 3, 4000, -1.0);
  fairu_training_options options = options_for(ctx, 1, NULL);
  options.batch = 700;
  options.epochs = 2;
  options.validation_fraction = 0.3;
  options.gate = "z";
  options.gate_nominal = quarter_pi;
  options.dropout = 0.25;
  options.batch_norm = 1;
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 1));
  train_and_score(ctx, events, options, &one, scores);
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 3));
  train_and_score(ctx, events, options, &many, again);
  assert_memory_equal(&one, &many, sizeof one);
  assert_memory_equal(scores, again, sizeof scores);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Close to the Bayes classifier, whose cross-entropy is 0.188421, on inputs that nobody standardised: with normalised sums alone. */
static void batch_normalisation_learns_from_raw_inputs(void **state)
{
  (void)state;
  enum { EVENTS = 40000 };
  static curve c;
  float scores[500], *column;
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 5, EVENTS, quarter_pi);
  fairu_training_options options = options_for(ctx, 0, NULL);
  for (size_t f = 0; f < 2; f++) {
    CHECK_OK(ctx, fairu_events_column_data(events, ctx, f, &column));
    for (size_t i = 0; i < EVENTS; i++)
      column[i] = 1000.0F + 50.0F * column[i];
  }
  options.standardise = 0;
  options.batch_norm = 1;
  options.batch = 512;
  options.epochs = 8;
  options.validation_fraction = 0.2;
  train_and_score(ctx, events, options, &c, scores);
  CHECK_NEAR(c.validation[7], 0.188421, 0.012); /* 8000 events: 0.0035 */
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Dropout keeps a network that could know its 100 noisy events by heart from doing so. */
static void dropout_holds_back_overtraining(void **state)
{
  (void)state;
  static curve free_curve, held;
  float scores[500];
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 6, 1000, quarter_pi);
  fairu_training_options options = options_for(ctx, 0, NULL);
  options.validation_fraction = 0.9;
  options.learning_rate = 0.01;
  options.batch = 20;
  options.epochs = 60;
  train_and_score(ctx, events, options, &free_curve, scores);
  options.dropout = 0.5;
  train_and_score(ctx, events, options, &held, scores);
  assert_true(held.validation[59] < free_curve.validation[59]);
  assert_true(held.training[59] > free_curve.training[59]);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_loss_and_layer_equals_differences),
    cmocka_unit_test(normalised_sums_have_mean_0_and_variance_1),
    cmocka_unit_test(the_folded_network_is_the_same),
    cmocka_unit_test(dropout_draws_by_row_and_step),
    cmocka_unit_test(threads_do_not_change_a_bit),
    cmocka_unit_test(batch_normalisation_learns_from_raw_inputs),
    cmocka_unit_test(dropout_holds_back_overtraining),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
