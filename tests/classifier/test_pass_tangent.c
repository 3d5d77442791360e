/* Passes with tangents: forward against differences of plain passes, backward of losses of outputs and tangents against differences
 * to 1e-6, in double; then float against double. */
#include "classifier/double_tangent.h"
#include "numeric/philox.h"

enum { MOST_PARAMETERS = 1500, MOST_UNITS = 64, WIDEST = 32, MOST_TANGENTS = 3, OUTPUTS = 4 };

typedef struct problem {
  fairu_shape shape;
  size_t widths[5], n_tangents, n_outputs;
  int activations[4];
  double parameters[MOST_PARAMETERS];
  double inputs[(1 + MOST_TANGENTS) * WIDEST * FAIRU_LANES]; /* and their tangents, slot by slot */
  double weights[FAIRU_LANES];
  double keep[MOST_UNITS * FAIRU_LANES]; /* dropout of hidden units */
  double_hidden hidden;
  int drops;
} problem;

static void make_problem(problem *p, uint64_t seed, size_t n_layers, int hidden, int last)
{
  static const size_t widths[] = { 5, 19, 12, 9, 3 };
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 7);
  memcpy(p->widths, widths, sizeof widths);
  p->widths[n_layers] = p->n_outputs = last == FAIRU_ACTIVATION_SIGMOID ? 1 : OUTPUTS;
  p->n_tangents = seed % (MOST_TANGENTS + 1);
  for (size_t l = 0; l < n_layers; l++)
    p->activations[l] = l + 1 < n_layers ? hidden : last;
  p->shape = (fairu_shape){ .n_layers = n_layers, .widths = p->widths, .activations = p->activations };
  double *at = p->parameters;
  for (size_t l = 0; l < n_layers; l++)
    for (size_t i = 0; i < (p->widths[l] + 1) * p->widths[l + 1]; i++)
      *at++ = (double)(float)(fairu_philox__normal(&rng) / sqrt((double)p->widths[l]));
  for (size_t i = 0; i < (1 + MOST_TANGENTS) * WIDEST * FAIRU_LANES; i++)
    p->inputs[i] = (double)(float)fairu_philox__normal(&rng);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    p->weights[lane] = lane > 60 ? 0.0 : (double)(float)(fairu_philox__normal(&rng) + 1.0);
  p->hidden = (double_hidden){ .lanes = 61, .keep = p->keep, .share = 0.75, .steps = &double_hidden_steps };
  p->drops = seed % 3 == 1;
  for (size_t i = 0; i < MOST_UNITS * FAIRU_LANES; i++)
    p->keep[i] = fairu_philox__below(&rng, 4) ? 1.0 / 0.75 : 0.0;
}

typedef struct passes {
  double activations[MOST_UNITS * FAIRU_LANES], tangents[MOST_TANGENTS * MOST_UNITS * FAIRU_LANES];
  double d_out[WIDEST * FAIRU_LANES], d_work[WIDEST * FAIRU_LANES], spare[WIDEST];
  double d_tangents[MOST_TANGENTS * WIDEST * FAIRU_LANES],
      d_work_tangents[MOST_TANGENTS * WIDEST * FAIRU_LANES];
} passes;

static const double_hidden *hidden_of(const problem *p)
{
  return p->drops ? &p->hidden : NULL;
}

static double_tangent_units units_of(const problem *p, passes *at)
{
  return (double_tangent_units){ p->n_tangents, at->tangents, at->d_tangents, at->d_work_tangents,
                                 at->spare };
}

static void run_forward(const problem *p, const double *parameters, passes *at)
{
  const size_t size = fairu_shape__n_units(&p->shape) * FAIRU_LANES;
  const size_t inputs = p->widths[0] * FAIRU_LANES * sizeof *at->activations;
  const double_tangent_units units = units_of(p, at);
  memcpy(at->activations, p->inputs, inputs);
  for (size_t k = 0; k < p->n_tangents; k++)
    memcpy(at->tangents + k * size, p->inputs + (1 + k) * WIDEST * FAIRU_LANES, inputs);
  double_pass_forward(&in_double, &p->shape, parameters, hidden_of(p), at->activations);
  double_pass_forward_tangents(&in_double, &p->shape, parameters, hidden_of(p), at->activations, &units);
}

/* A made-up loss that mixes outputs and tangents: sum w [sin(h + o) + sum_k cos(h + k) t_k + (1 + h^2) t_k^2 / 2]. */
static double made_loss(const problem *p, passes *at)
{
  const size_t size = fairu_shape__n_units(&p->shape) * FAIRU_LANES, widest = fairu_shape__widest(&p->shape);
  const size_t first = size - p->n_outputs * FAIRU_LANES;
  double loss = 0.0;
  for (size_t i = 0; i < p->n_outputs * FAIRU_LANES; i++) {
    const double h = at->activations[first + i], w = p->weights[i % FAIRU_LANES],
                 phase = (double)(i / FAIRU_LANES);
    loss += w * sin(h + phase);
    at->d_out[i] = w * cos(h + phase);
    for (size_t k = 0; k < p->n_tangents; k++) {
      const double t = at->tangents[k * size + first + i], shift = h + (double)k;
      loss += w * (cos(shift) * t + 0.5 * (1.0 + h * h) * t * t);
      at->d_out[i] += w * (h * t * t - sin(shift) * t);
      at->d_tangents[k * widest * FAIRU_LANES + i] = w * (cos(shift) + (1.0 + h * h) * t);
    }
  }
  return loss;
}

static double loss_of(const problem *p, const double *parameters, passes *at)
{
  run_forward(p, parameters, at);
  return made_loss(p, at);
}

static void gradient_of(const problem *p, double *gradient)
{
  static passes at;
  const double_tangent_units units = units_of(p, &at);
  memset(gradient, 0, MOST_PARAMETERS * sizeof *gradient);
  loss_of(p, p->parameters, &at);
  double_pass_backward_tangents(&in_double, &p->shape, p->parameters, hidden_of(p), at.activations, &units,
                                at.d_out, at.d_work, gradient);
}

static double difference(const problem *p, size_t i, double h)
{
  static double moved[MOST_PARAMETERS];
  static passes at;
  memcpy(moved, p->parameters, sizeof moved);
  moved[i] = p->parameters[i] + h;
  const double up = loss_of(p, moved, &at);
  moved[i] = p->parameters[i] - h;
  return (up - loss_of(p, moved, &at)) / (2.0 * h);
}

static double largest(const double *x, size_t n)
{
  double top = 0.0;
  for (size_t i = 0; i < n; i++)
    top = fmax(top, fabs(x[i]));
  return top;
}

static const int last_layers[] = { FAIRU_ACTIVATION_LINEAR, FAIRU_ACTIVATION_SIGMOID,
                                   FAIRU_ACTIVATION_SOFTMAX, FAIRU_ACTIVATION_TANH };

/* Richardson takes the h^2 term away; what is left is rounding. */
static void every_derivative_equals_differences(void **state)
{
  (void)state;
  static problem p;
  static double gradient[MOST_PARAMETERS];
  uint64_t seed = 0;
  for (size_t n_layers = 1; n_layers <= 4; n_layers++)
    for (int hidden = FAIRU_ACTIVATION_LINEAR; hidden <= FAIRU_ACTIVATION_ELU; hidden++)
      for (size_t last = 0; last < 4; last++) {
        make_problem(&p, seed++, n_layers, hidden, last_layers[last]);
        const size_t n = fairu_shape__n_parameters(&p.shape);
        gradient_of(&p, gradient);
        const double scale = largest(gradient, n);
        const int kinked =
            hidden == FAIRU_ACTIVATION_RELU || hidden == FAIRU_ACTIVATION_ELU; /* f'' of ELU jumps at 0 */
        for (size_t i = seed % 11; i < n; i += 11) {
          const double h = kinked ? 1e-6 : 2e-4;
          const double wanted =
              kinked ? difference(&p, i, h) : (4.0 * difference(&p, i, h / 2.0) - difference(&p, i, h)) / 3.0;
          CHECK_NEAR(gradient[i], wanted, 1e-6 * fabs(wanted) + (kinked ? 1e-7 : 1e-9) * scale);
        }
      }
}

/* A tangent is the derivative along it of what a plain pass gives. */
static void tangents_equal_differences_of_passes(void **state)
{
  (void)state;
  static problem p, moved;
  static passes at, up, down;
  for (size_t last = 0; last < 4; last++)
    for (int hidden = FAIRU_ACTIVATION_LINEAR; hidden <= FAIRU_ACTIVATION_ELU; hidden++) {
      make_problem(&p, 3 + 4 * (uint64_t)hidden, 3, hidden, last_layers[last]);
      assert_true(p.n_tangents == 3);
      run_forward(&p, p.parameters, &at);
      const size_t size = fairu_shape__n_units(&p.shape) * FAIRU_LANES;
      for (size_t k = 0; k < 3; k++) {
        const double h = 1e-6;
        for (int side = 0; side < 2; side++) {
          moved = p;
          for (size_t i = 0; i < p.widths[0] * FAIRU_LANES; i++)
            moved.inputs[i] += (side ? -h : h) * p.inputs[(1 + k) * WIDEST * FAIRU_LANES + i];
          run_forward(&moved, p.parameters, side ? &down : &up);
        }
        for (size_t i = 0; i < size; i++)
          CHECK_NEAR(at.tangents[k * size + i], (up.activations[i] - down.activations[i]) / (2.0 * h), 2e-8);
      }
    }
}

/* Without tangents in the loss it is the plain pass, to the bit in float. */
static void no_tangents_are_a_plain_pass(void **state)
{
  (void)state;
  static problem p;
  static float parameters[MOST_PARAMETERS], units[MOST_UNITS * FAIRU_LANES], one[MOST_PARAMETERS],
      two[MOST_PARAMETERS];
  float d_out[2][WIDEST * FAIRU_LANES], d_work[WIDEST * FAIRU_LANES], spare[WIDEST];
  const fairu_tangent_units none = { .spare = spare };
  fairu_context *ctx = support_context();
  const fairu_engine engine = fairu_engine__of(ctx);
  make_problem(&p, 0, 4, FAIRU_ACTIVATION_TANH, FAIRU_ACTIVATION_SIGMOID);
  for (size_t i = 0; i < MOST_PARAMETERS; i++)
    parameters[i] = (float)p.parameters[i];
  for (size_t i = 0; i < p.widths[0] * FAIRU_LANES; i++)
    units[i] = (float)p.inputs[i];
  fairu_pass__forward(&engine, &p.shape, parameters, NULL, units);
  for (size_t i = 0; i < FAIRU_LANES; i++)
    d_out[0][i] = d_out[1][i] = (float)p.weights[i];
  memset(one, 0, sizeof one);
  memset(two, 0, sizeof two);
  fairu_pass__backward(&engine, &p.shape, parameters, NULL, units, d_out[0], d_work, one, NULL);
  fairu_pass__backward_tangents(&engine, &p.shape, parameters, NULL, units, &none, d_out[1], d_work, two);
  assert_memory_equal(one, two, sizeof one);
  fairu_context_destroy(ctx);
}

typedef struct float_passes {
  float parameters[MOST_PARAMETERS], gradient[MOST_PARAMETERS], keep[MOST_UNITS * FAIRU_LANES];
  float activations[MOST_UNITS * FAIRU_LANES], tangents[MOST_TANGENTS * MOST_UNITS * FAIRU_LANES];
  float d_out[WIDEST * FAIRU_LANES], d_work[WIDEST * FAIRU_LANES], spare[WIDEST];
  float d_tangents[MOST_TANGENTS * WIDEST * FAIRU_LANES],
      d_work_tangents[MOST_TANGENTS * WIDEST * FAIRU_LANES];
} float_passes;

static void to_floats(const double *from, size_t n, float *to)
{
  for (size_t i = 0; i < n; i++)
    to[i] = (float)from[i];
}

/* The loss comes from the passes in double: only the way there and back is compared. */
static void float_gradient(const fairu_engine *engine, const problem *p, const passes *exact, float_passes *f)
{
  const size_t size = fairu_shape__n_units(&p->shape) * FAIRU_LANES;
  const fairu_tangent_units units = { p->n_tangents, f->tangents, f->d_tangents, f->d_work_tangents,
                                      f->spare };
  const fairu_hidden dropout = {
    .lanes = p->hidden.lanes, .keep = f->keep, .share = 0.75F, .steps = &fairu_hidden__at(0)->steps
  };
  const fairu_hidden *hidden = p->drops ? &dropout : NULL;
  memset(f->gradient, 0, sizeof f->gradient);
  to_floats(p->parameters, MOST_PARAMETERS, f->parameters);
  to_floats(p->keep, MOST_UNITS * FAIRU_LANES, f->keep);
  to_floats(p->inputs, p->widths[0] * FAIRU_LANES, f->activations);
  for (size_t k = 0; k < p->n_tangents; k++)
    to_floats(p->inputs + (1 + k) * WIDEST * FAIRU_LANES, p->widths[0] * FAIRU_LANES, f->tangents + k * size);
  fairu_pass__forward(engine, &p->shape, f->parameters, hidden, f->activations);
  fairu_pass__forward_tangents(engine, &p->shape, f->parameters, hidden, f->activations, &units);
  to_floats(exact->d_out, WIDEST * FAIRU_LANES, f->d_out);
  to_floats(exact->d_tangents, MOST_TANGENTS * WIDEST * FAIRU_LANES, f->d_tangents);
  fairu_pass__backward_tangents(engine, &p->shape, f->parameters, hidden, f->activations, &units, f->d_out,
                                f->d_work, f->gradient);
}

/* Rounding of float through 3 layers there and back, as a random walk; f'' doubles the places where it enters. */
static void float_equals_double(void **state)
{
  (void)state;
  const char *const kernels[] = { "generic", "x86-64-v3", "x86-64-v4" };
  static problem p;
  static passes exact;
  static float_passes f;
  static double wanted[MOST_PARAMETERS];
  fairu_context *ctx = support_context();
  for (int k = 0; k < 6; k++) {
    if (fairu_context_set_kernel(ctx, kernels[k % 3]) != FAIRU_OK)
      continue;
    CHECK_OK(ctx, fairu_context_set_blas(ctx, k < 3 ? FAIRU_BLAS_NEVER : FAIRU_BLAS_ALWAYS));
    const fairu_engine engine = fairu_engine__of(ctx);
    for (int hidden = FAIRU_ACTIVATION_LINEAR; hidden <= FAIRU_ACTIVATION_ELU; hidden++) {
      double distance = 0.0, size = 0.0;
      make_problem(&p, k % 2 ? 3 : 7, 3, hidden, last_layers[k % 3]); /* 7 drops */
      gradient_of(&p, wanted);
      loss_of(&p, p.parameters, &exact);
      float_gradient(&engine, &p, &exact, &f);
      for (size_t i = 0; i < fairu_shape__n_parameters(&p.shape); i++) {
        distance += ((double)f.gradient[i] - wanted[i]) * ((double)f.gradient[i] - wanted[i]);
        size += wanted[i] * wanted[i];
      }
      CHECK_NEAR(sqrt(distance / size), 0.0, 16.0 * sqrt(104.0) * ldexp(1.0, -24));
    }
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(tangents_equal_differences_of_passes),
    cmocka_unit_test(every_derivative_equals_differences),
    cmocka_unit_test(no_tangents_are_a_plain_pass),
    cmocka_unit_test(float_equals_double),
  };
  return cmocka_run_group_tests_name("passes with tangents", tests, NULL, NULL);
}
