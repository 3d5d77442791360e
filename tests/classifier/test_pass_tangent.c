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
} problem;

static void make_problem(problem *p, uint64_t seed, size_t n_layers, int hidden, int last)
{
  static const size_t widths[] = { 5, 19, 12, 9, 3 };
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 7);
  memcpy(p->widths, widths, sizeof widths);
  p->widths[n_layers] = p->n_outputs = last == FAIRU_SIGMOID ? 1 : OUTPUTS;
  p->n_tangents = seed % (MOST_TANGENTS + 1);
  for (size_t l = 0; l < n_layers; l++)
    p->activations[l] = l + 1 < n_layers ? hidden : last;
  p->shape = (fairu_shape){ n_layers, p->widths, p->activations, 0 };
  double *at = p->parameters;
  for (size_t l = 0; l < n_layers; l++)
    for (size_t i = 0; i < (p->widths[l] + 1) * p->widths[l + 1]; i++)
      *at++ = (double)(float)(fairu_philox__normal(&rng) / sqrt((double)p->widths[l]));
  for (size_t i = 0; i < (1 + MOST_TANGENTS) * WIDEST * FAIRU_LANES; i++)
    p->inputs[i] = (double)(float)fairu_philox__normal(&rng);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    p->weights[lane] = lane > 60 ? 0.0 : (double)(float)(fairu_philox__normal(&rng) + 1.0);
}

/* What a problem goes through: slot 0 activations, slot 1 + k tangent k. */
typedef struct passes {
  double units[(1 + MOST_TANGENTS) * MOST_UNITS * FAIRU_LANES];
  double d_out[WIDEST * FAIRU_LANES], d_tangents[MOST_TANGENTS * WIDEST * FAIRU_LANES];
  double d_work[(1 + MOST_TANGENTS) * WIDEST * FAIRU_LANES], spare[WIDEST];
} passes;

static void run_forward(const problem *p, const double *parameters, passes *at)
{
  const size_t size = fairu_shape__n_units(&p->shape) * FAIRU_LANES;
  for (size_t s = 0; s <= p->n_tangents; s++)
    memcpy(at->units + s * size, p->inputs + s * WIDEST * FAIRU_LANES,
           p->widths[0] * FAIRU_LANES * sizeof *at->units);
  double_pass_forward(&in_double, &p->shape, parameters, NULL, at->units);
  for (size_t k = 0; k < p->n_tangents; k++)
    double_pass_forward_tangent(&in_double, &p->shape, parameters, at->units, at->units + (1 + k) * size,
                                at->spare);
}

/* A made-up loss that mixes outputs and tangents: sum w [sin(h + o) + sum_k cos(h + k) t_k + (1 + h^2) t_k^2 / 2]. */
static double made_loss(const problem *p, passes *at)
{
  const size_t size = fairu_shape__n_units(&p->shape) * FAIRU_LANES, widest = fairu_shape__widest(&p->shape);
  const double *out = at->units + size - p->n_outputs * FAIRU_LANES;
  double loss = 0.0;
  for (size_t i = 0; i < p->n_outputs * FAIRU_LANES; i++) {
    const double h = out[i], w = p->weights[i % FAIRU_LANES], phase = (double)(i / FAIRU_LANES);
    loss += w * sin(h + phase);
    at->d_out[i] = w * cos(h + phase);
    for (size_t k = 0; k < p->n_tangents; k++) {
      const double t = out[(1 + k) * size + i], shift = h + (double)k;
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
  const size_t size = fairu_shape__n_units(&p->shape) * FAIRU_LANES;
  memset(gradient, 0, MOST_PARAMETERS * sizeof *gradient);
  loss_of(p, p->parameters, &at);
  double_pass_backward_tangents(&in_double, &p->shape, p->parameters, at.units, p->n_tangents,
                                at.units + size, at.d_out, at.d_tangents, at.d_work, gradient, at.spare);
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

static const int last_layers[] = { FAIRU_LINEAR, FAIRU_SIGMOID, FAIRU_SOFTMAX, FAIRU_TANH };

/* Richardson takes the h^2 term away; what is left is rounding. */
static void every_derivative_equals_differences(void **state)
{
  (void)state;
  static problem p;
  static double gradient[MOST_PARAMETERS];
  uint64_t seed = 0;
  for (size_t n_layers = 1; n_layers <= 4; n_layers++)
    for (int hidden = FAIRU_LINEAR; hidden <= FAIRU_ELU; hidden++)
      for (size_t last = 0; last < 4; last++) {
        make_problem(&p, seed++, n_layers, hidden, last_layers[last]);
        const size_t n = fairu_shape__n_parameters(&p.shape);
        gradient_of(&p, gradient);
        const double scale = largest(gradient, n);
        const int kinked = hidden == FAIRU_RELU || hidden == FAIRU_ELU; /* f'' of ELU jumps at 0 */
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
    for (int hidden = FAIRU_LINEAR; hidden <= FAIRU_ELU; hidden++) {
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
          CHECK_NEAR(at.units[(1 + k) * size + i], (up.units[i] - down.units[i]) / (2.0 * h), 2e-8);
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
  fairu_context *ctx = support_context();
  const fairu_engine engine = fairu_engine__of(ctx);
  make_problem(&p, 0, 4, FAIRU_TANH, FAIRU_SIGMOID);
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
  fairu_pass__backward_tangents(&engine, &p.shape, parameters, units, 0, NULL, d_out[1], NULL, d_work, two,
                                spare);
  assert_memory_equal(one, two, sizeof one);
  fairu_context_destroy(ctx);
}

typedef struct float_passes {
  float parameters[MOST_PARAMETERS], gradient[MOST_PARAMETERS];
  float units[(1 + MOST_TANGENTS) * MOST_UNITS * FAIRU_LANES];
  float d_out[WIDEST * FAIRU_LANES], d_tangents[MOST_TANGENTS * WIDEST * FAIRU_LANES];
  float d_work[(1 + MOST_TANGENTS) * WIDEST * FAIRU_LANES], spare[WIDEST];
} float_passes;

/* The loss comes from the passes in double: only the way there and back is compared. */
static void float_gradient(const fairu_engine *engine, const problem *p, const passes *exact, float_passes *f)
{
  const size_t size = fairu_shape__n_units(&p->shape) * FAIRU_LANES;
  memset(f->gradient, 0, sizeof f->gradient);
  for (size_t i = 0; i < MOST_PARAMETERS; i++)
    f->parameters[i] = (float)p->parameters[i];
  for (size_t s = 0; s <= p->n_tangents; s++)
    for (size_t i = 0; i < p->widths[0] * FAIRU_LANES; i++)
      f->units[s * size + i] = (float)p->inputs[s * WIDEST * FAIRU_LANES + i];
  fairu_pass__forward(engine, &p->shape, f->parameters, NULL, f->units);
  for (size_t k = 0; k < p->n_tangents; k++)
    fairu_pass__forward_tangent(engine, &p->shape, f->parameters, f->units, f->units + (1 + k) * size,
                                f->spare);
  for (size_t i = 0; i < WIDEST * FAIRU_LANES; i++)
    f->d_out[i] = (float)exact->d_out[i];
  for (size_t i = 0; i < MOST_TANGENTS * WIDEST * FAIRU_LANES; i++)
    f->d_tangents[i] = (float)exact->d_tangents[i];
  fairu_pass__backward_tangents(engine, &p->shape, f->parameters, f->units, p->n_tangents, f->units + size,
                                f->d_out, f->d_tangents, f->d_work, f->gradient, f->spare);
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
    for (int hidden = FAIRU_LINEAR; hidden <= FAIRU_ELU; hidden++) {
      double distance = 0.0, size = 0.0;
      make_problem(&p, 3, 3, hidden, last_layers[k % 3]);
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
