/* Passes of random networks, of any depth and with another activation in each layer, against sums written out event by event in long
 * double: outputs, tangents, and gradients of a loss of both; with units dropped, with every kernel. */
#include "classifier/pass_tangent.h"
#include "numeric/philox.h"
#include "support/support.h"

enum { LAYERS = 6, WIDTH = 37, TANGENTS = 3, PROBLEMS = 60, PADDED = 48 };
enum { UNITS = (LAYERS + 1) * WIDTH, PARAMETERS = LAYERS * WIDTH * (WIDTH + 1) };

typedef struct problem {
  size_t widths[LAYERS + 1], n_tangents;
  int activations[LAYERS], drops;
  fairu_shape shape;
  float parameters[PARAMETERS], keep[UNITS * FAIRU_LANES];
  float inputs[(TANGENTS + 1) * WIDTH * FAIRU_LANES]; /* then their tangents */
  float slopes[(TANGENTS + 1) * WIDTH * FAIRU_LANES]; /* d loss / d outputs, then by their tangents */
} problem;

/* One number per unit of each layer. */
typedef long double layers[LAYERS + 1][WIDTH];

typedef struct plain_event {
  layers h, sum, tangent[TANGENTS], tangent_sum[TANGENTS], d, d_tangent[TANGENTS];
} plain_event;

typedef struct answers {
  double outputs[(TANGENTS + 1) * WIDTH * FAIRU_LANES], gradient[PARAMETERS], d_inputs[WIDTH * FAIRU_LANES];
} answers;

static const float share = 0.75F;

static void make_problem(problem *p, uint64_t seed)
{
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 11);
  const size_t n_layers = 1 + seed % LAYERS;
  memset(p, 0, sizeof *p);
  p->drops = seed % 3 == 1;
  p->n_tangents = seed % (TANGENTS + 1);
  for (size_t l = 0; l <= n_layers; l++)
    p->widths[l] = 1 + (size_t)(fairu_philox__uniform(&rng) * WIDTH) % WIDTH;
  for (size_t l = 0; l < n_layers; l++)
    p->activations[l] = (int)(fairu_philox__uniform(&rng) * 5.0) % (FAIRU_ACTIVATION_ELU + 1);
  p->shape = (fairu_shape){ n_layers, p->widths, p->activations, 0 };
  for (size_t l = 0, at = 0; l < n_layers; l++)
    for (size_t i = 0; i < (p->widths[l] + 1) * p->widths[l + 1]; i++)
      p->parameters[at++] = (float)(fairu_philox__normal(&rng) / sqrt((double)p->widths[l]));
  for (size_t i = 0; i < UNITS * FAIRU_LANES; i++)
    p->keep[i] = fairu_philox__uniform(&rng) < (double)share ? 1.0F / share : 0.0F;
  for (size_t i = 0; i < (TANGENTS + 1) * WIDTH * FAIRU_LANES; i++) {
    p->inputs[i] = (float)fairu_philox__normal(&rng);
    p->slopes[i] = (float)fairu_philox__normal(&rng);
  }
}

/* f, f' and f'' at a sum. */
static void bend(int activation, long double s, long double f[3])
{
  const long double g = 1.0L / (1.0L + expl(-s)), t = tanhl(s), e = expl(s);
  f[0] = s, f[1] = 1.0L, f[2] = 0.0L;
  if (activation == FAIRU_ACTIVATION_SIGMOID)
    f[0] = g, f[1] = g * (1.0L - g), f[2] = g * (1.0L - g) * (1.0L - 2.0L * g);
  if (activation == FAIRU_ACTIVATION_TANH)
    f[0] = t, f[1] = 1.0L - t * t, f[2] = -2.0L * t * (1.0L - t * t);
  if (activation == FAIRU_ACTIVATION_RELU && s <= 0.0L)
    f[0] = 0.0L, f[1] = 0.0L;
  if (activation == FAIRU_ACTIVATION_ELU && s < 0.0L)
    f[0] = e - 1.0L, f[1] = e, f[2] = e;
}

/* Of unit o behind layer l: 1 without dropout, and behind the last layer. `unit` counts hidden units. */
static long double kept(const problem *p, size_t l, size_t unit, size_t lane)
{
  const int drops = p->drops && l + 1 < p->shape.n_layers;
  return drops ? (long double)p->keep[unit * FAIRU_LANES + lane] : 1.0L;
}

static size_t first_parameter(const problem *p, size_t layer)
{
  size_t at = 0;
  for (size_t l = 0; l < layer; l++)
    at += (p->widths[l] + 1) * p->widths[l + 1];
  return at;
}

static size_t first_unit(const problem *p, size_t layer)
{
  size_t at = 0;
  for (size_t l = 0; l < layer; l++)
    at += p->widths[l + 1];
  return at;
}

static long double row_times(const float *w, const long double *x, size_t n)
{
  long double sum = 0.0L;
  for (size_t i = 0; i < n; i++)
    sum += (long double)w[i] * x[i];
  return sum;
}

/* 0 if a sum comes so near a kink that float may stand on its other side. */
static int plain_forward(const problem *p, size_t lane, plain_event *e)
{
  int smooth = 1;
  for (size_t i = 0; i < p->widths[0]; i++) {
    e->h[0][i] = (long double)p->inputs[i * FAIRU_LANES + lane];
    for (size_t k = 0; k < p->n_tangents; k++)
      e->tangent[k][0][i] = (long double)p->inputs[((k + 1) * WIDTH + i) * FAIRU_LANES + lane];
  }
  for (size_t l = 0; l < p->shape.n_layers; l++) {
    const size_t n_in = p->widths[l], n_out = p->widths[l + 1], at = first_parameter(p, l);
    const int kinked =
        p->activations[l] == FAIRU_ACTIVATION_RELU || p->activations[l] == FAIRU_ACTIVATION_ELU;
    for (size_t o = 0; o < n_out; o++) {
      const float *w = p->parameters + at + o * n_in;
      const long double keep = kept(p, l, first_unit(p, l) + o, lane);
      long double f[3];
      e->sum[l][o] = (long double)p->parameters[at + n_in * n_out + o] + row_times(w, e->h[l], n_in);
      bend(p->activations[l], e->sum[l][o], f);
      smooth &= !kinked || fabsl(e->sum[l][o]) > 3e-6L;
      e->h[l + 1][o] = keep * f[0];
      for (size_t k = 0; k < p->n_tangents; k++) {
        e->tangent_sum[k][l][o] = row_times(w, e->tangent[k][l], n_in);
        e->tangent[k][l + 1][o] = keep * f[1] * e->tangent_sum[k][l][o];
      }
    }
  }
  return smooth;
}

/* One unit of layer l on the way back: its slopes go to parameters and to the layer before. */
static void plain_unit_back(const problem *p, size_t l, size_t o, size_t lane, plain_event *e, answers *a)
{
  const size_t n_in = p->widths[l], at = first_parameter(p, l), row = at + o * n_in;
  const long double keep = kept(p, l, first_unit(p, l) + o, lane);
  long double f[3], d_sum, d_tangent_sum[TANGENTS] = { 0.0L };
  bend(p->activations[l], e->sum[l][o], f);
  d_sum = keep * f[1] * e->d[l + 1][o];
  for (size_t k = 0; k < p->n_tangents; k++) {
    d_sum += keep * f[2] * e->tangent_sum[k][l][o] * e->d_tangent[k][l + 1][o];
    d_tangent_sum[k] = keep * f[1] * e->d_tangent[k][l + 1][o];
  }
  a->gradient[at + n_in * p->widths[l + 1] + o] += (double)d_sum;
  for (size_t i = 0; i < n_in; i++) {
    long double by_weight = d_sum * e->h[l][i];
    e->d[l][i] += (long double)p->parameters[row + i] * d_sum;
    for (size_t k = 0; k < p->n_tangents; k++) {
      by_weight += d_tangent_sum[k] * e->tangent[k][l][i];
      e->d_tangent[k][l][i] += (long double)p->parameters[row + i] * d_tangent_sum[k];
    }
    a->gradient[row + i] += (double)by_weight;
  }
}

static int plain_answers(const problem *p, answers *a)
{
  static plain_event e;
  const size_t last = p->shape.n_layers, n_out = p->widths[last];
  int smooth = 1;
  memset(a, 0, sizeof *a);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    memset(&e, 0, sizeof e);
    smooth &= plain_forward(p, lane, &e);
    for (size_t o = 0; o < n_out; o++) {
      a->outputs[o * FAIRU_LANES + lane] = (double)e.h[last][o];
      e.d[last][o] = (long double)p->slopes[o * FAIRU_LANES + lane];
      for (size_t k = 0; k < p->n_tangents; k++) {
        const size_t i = ((k + 1) * WIDTH + o) * FAIRU_LANES + lane;
        a->outputs[i] = (double)e.tangent[k][last][o];
        e.d_tangent[k][last][o] = (long double)p->slopes[i];
      }
    }
    for (size_t l = last; l-- > 0;)
      for (size_t o = 0; o < p->widths[l + 1]; o++)
        plain_unit_back(p, l, o, lane, &e, a);
    for (size_t i = 0; i < p->widths[0]; i++)
      a->d_inputs[i * FAIRU_LANES + lane] = (double)e.d[0][i];
  }
  return smooth;
}

/* ---- the library's ---------------------------------------------------------------------------------------- */

typedef struct float_pass {
  float units[UNITS * FAIRU_LANES], tangents[TANGENTS * UNITS * FAIRU_LANES];
  float d_out[PADDED * FAIRU_LANES], d_work[PADDED * FAIRU_LANES], spare[PADDED];
  float d_tangents[TANGENTS * PADDED * FAIRU_LANES], work_tangents[TANGENTS * PADDED * FAIRU_LANES];
  float gradient[PARAMETERS], d_inputs[WIDTH * FAIRU_LANES];
} float_pass;

static void forward(const fairu_engine *engine, const problem *p, const fairu_hidden *hidden, float_pass *f,
                    const fairu_tangent_units *tangents)
{
  const size_t size = fairu_shape__n_units(&p->shape) * FAIRU_LANES, n_in = p->widths[0] * FAIRU_LANES;
  memset(f->gradient, 0, sizeof f->gradient);
  memcpy(f->units, p->inputs, n_in * sizeof(float));
  for (size_t k = 0; k < p->n_tangents; k++)
    memcpy(f->tangents + k * size, p->inputs + (k + 1) * WIDTH * FAIRU_LANES, n_in * sizeof(float));
  fairu_pass__forward(engine, &p->shape, p->parameters, hidden, f->units);
  fairu_pass__forward_tangents(engine, &p->shape, p->parameters, hidden, f->units, tangents);
}

/* By root mean squares of all of them: rounding leaves some 1e-6, a lane or a unit too few more than 1e-3. */
static void check_near(const char *what, size_t number, const float *got, const double *wanted, size_t n)
{
  double distance = 0.0, size = 0.0;
  for (size_t i = 0; i < n; i++) {
    distance += ((double)got[i] - wanted[i]) * ((double)got[i] - wanted[i]);
    size += wanted[i] * wanted[i];
  }
  if (!(sqrt(distance) <= 1e-5 * sqrt(size)))
    fail_msg("problem %zu: %s differ by %g of %g", number, what, sqrt(distance), sqrt(size));
}

static void check_problem(const fairu_engine *engine, const problem *p, size_t number, const answers *a)
{
  static float_pass f;
  const size_t n_layers = p->shape.n_layers, n_out = p->widths[n_layers] * FAIRU_LANES;
  const size_t n_units = fairu_shape__n_units(&p->shape), widest = fairu_shape__widest(&p->shape);
  const fairu_tangent_units tangents = { p->n_tangents, f.tangents, f.d_tangents, f.work_tangents, f.spare };
  const fairu_hidden dropout = {
    .lanes = FAIRU_LANES, .keep = p->keep, .share = share, .steps = &fairu_hidden__at(0)->steps
  };
  const fairu_hidden *hidden = p->drops ? &dropout : NULL;
  assert_int_equal(fairu_shape__n_parameters(&p->shape), first_parameter(p, n_layers));
  assert_true(widest <= PADDED);
  forward(engine, p, hidden, &f, &tangents);
  check_near("outputs", number, f.units + n_units * FAIRU_LANES - n_out, a->outputs, n_out);
  memcpy(f.d_out, p->slopes, n_out * sizeof(float));
  for (size_t k = 0; k < p->n_tangents; k++) {
    check_near("tangents", number, f.tangents + (k + 1) * n_units * FAIRU_LANES - n_out,
               a->outputs + (k + 1) * WIDTH * FAIRU_LANES, n_out);
    memcpy(f.d_tangents + k * widest * FAIRU_LANES, p->slopes + (k + 1) * WIDTH * FAIRU_LANES,
           n_out * sizeof(float));
  }
  if (p->n_tangents > 0)
    fairu_pass__backward_tangents(engine, &p->shape, p->parameters, hidden, f.units, &tangents, f.d_out,
                                  f.d_work, f.gradient);
  else
    fairu_pass__backward(engine, &p->shape, p->parameters, hidden, f.units, f.d_out, f.d_work, f.gradient,
                         f.d_inputs);
  for (size_t l = 0; l < n_layers; l++) {
    const size_t at = first_parameter(p, l), n_w = p->widths[l] * p->widths[l + 1];
    check_near("gradients of weights", number, f.gradient + at, a->gradient + at, n_w);
    check_near("gradients of biases", number, f.gradient + at + n_w, a->gradient + at + n_w,
               p->widths[l + 1]);
  }
  if (p->n_tangents == 0)
    check_near("slopes by inputs", number, f.d_inputs, a->d_inputs, p->widths[0] * FAIRU_LANES);
}

static void random_passes_are_their_sums(void **state)
{
  static problem p;
  static answers a;
  static const char *const kernels[] = { "generic", "x86-64-v3", "x86-64-v4" };
  size_t checked = 0;
  fairu_context *ctx = support_context();
  (void)state;
  for (size_t number = 0; number < PROBLEMS; number++) {
    make_problem(&p, number);
    if (!plain_answers(&p, &a))
      continue;
    for (size_t k = 0; k < 3; k++) {
      if (fairu_context_set_kernel(ctx, kernels[k]) != FAIRU_OK)
        continue;
      const fairu_engine engine = fairu_engine__of(ctx);
      check_problem(&engine, &p, number, &a);
      checked += k == 0;
    }
  }
  assert_true(checked > PROBLEMS / 2);
  fairu_context_destroy(ctx);
}

/* Gradients are added to what is there, and slopes by inputs alone need none. */
static void gradients_are_added_to(void **state)
{
  static problem p;
  static float_pass f, twice;
  const fairu_tangent_units none = { .n = 0, .spare = f.spare };
  fairu_context *ctx = support_context();
  const fairu_engine engine = fairu_engine__of(ctx);
  (void)state;
  for (size_t number = 0; number < PROBLEMS; number += 4) { /* those without tangents */
    make_problem(&p, number);
    p.drops = 0;
    const size_t n = first_parameter(&p, p.shape.n_layers), n_in = p.widths[0] * FAIRU_LANES;
    forward(&engine, &p, NULL, &f, &none);
    forward(&engine, &p, NULL, &twice, &none);
    for (int time = 0; time < 3; time++) {
      memcpy(f.d_out, p.slopes, sizeof(float) * p.widths[p.shape.n_layers] * FAIRU_LANES);
      memcpy(twice.d_out, f.d_out, sizeof f.d_out);
      if (time == 0)
        fairu_pass__backward(&engine, &p.shape, p.parameters, NULL, f.units, f.d_out, f.d_work, f.gradient,
                             NULL);
      else
        fairu_pass__backward(&engine, &p.shape, p.parameters, NULL, twice.units, twice.d_out, twice.d_work,
                             twice.gradient, NULL);
    }
    for (size_t i = 0; i < n; i++) /* float + the same float is exact */
      assert_true(twice.gradient[i] == 2.0F * f.gradient[i]);
    memcpy(f.d_out, p.slopes, sizeof(float) * p.widths[p.shape.n_layers] * FAIRU_LANES);
    memcpy(twice.d_out, f.d_out, sizeof f.d_out);
    fairu_pass__backward(&engine, &p.shape, p.parameters, NULL, f.units, f.d_out, f.d_work, f.gradient,
                         f.d_inputs);
    fairu_pass__backward(&engine, &p.shape, p.parameters, NULL, twice.units, twice.d_out, twice.d_work, NULL,
                         twice.d_inputs);
    assert_memory_equal(f.d_inputs, twice.d_inputs, n_in * sizeof(float));
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(random_passes_are_their_sums),
                                      cmocka_unit_test(gradients_are_added_to) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
