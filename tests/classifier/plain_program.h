/* plain_program.h - programs a second time, as a plain list of steps: values in long double, with slopes and with a bound on what
 * single precision may do to either. Each call here makes the same call to the builder of the library. */
#ifndef FAIRU_TESTS_PLAIN_PROGRAM_H
#define FAIRU_TESTS_PLAIN_PROGRAM_H

#include "support/support.h"

#include "classifier/program_node.h"

enum { PLAIN_STEPS = 96, PLAIN_WIDTH = 8, PLAIN_INPUTS = 8 };

/* A number: its slopes by all inputs, its error in float, and the sizes of what was added up to it. */
typedef struct plain_number {
  long double v, error, size;
  long double d[PLAIN_INPUTS], d_size[PLAIN_INPUTS];
} plain_number;

enum plain_op {
  PLAIN_INPUT,
  PLAIN_CONSTANT,
  PLAIN_DENSE,
  PLAIN_AFFINE,
  PLAIN_FUNCTION,
  PLAIN_PRELU,
  PLAIN_BINARY,
  PLAIN_CONCAT,
  PLAIN_SLICE,
  PLAIN_SOFTMAX,
  PLAIN_NORM
};

typedef struct plain_step {
  int op, kind; /* kind: function, operator, logarithm of a softmax; of inputs: from Z */
  size_t width, first, n_args, args[3];
  double alpha, beta;
  float w[PLAIN_WIDTH * PLAIN_WIDTH], v[PLAIN_WIDTH];
  double before[PLAIN_WIDTH], scale[PLAIN_WIDTH], after[PLAIN_WIDTH];
  fairu_value value; /* the builder's */
} plain_step;

typedef struct plain_program {
  fairu_program_builder *b;
  size_t n, n_inputs[2];
  plain_step steps[PLAIN_STEPS];
  plain_number numbers[PLAIN_STEPS][PLAIN_WIDTH];
  int at_kink; /* the last event came so near a kink that float may stand on its other side */
} plain_program;

static const long double plain_unit = 0x1p-24L;

static inline plain_number plain_of(long double v)
{
  plain_number n;
  memset(&n, 0, sizeof n);
  n.v = v;
  n.size = fabsl(v);
  return n;
}

/* f(a, b) with its slopes by both; rounded once more, to `digits` units. */
static inline plain_number plain_chain(long double v, const plain_number *a, long double by_a,
                                       const plain_number *b, long double by_b, long double digits)
{
  plain_number y = plain_of(v);
  for (size_t i = 0; i < PLAIN_INPUTS; i++) {
    y.d[i] = by_a * a->d[i] + (b ? by_b * b->d[i] : 0.0L);
    y.d_size[i] = fabsl(by_a) * a->d_size[i] + (b ? fabsl(by_b) * b->d_size[i] : 0.0L);
  }
  y.error = fabsl(by_a) * a->error + (b ? fabsl(by_b) * b->error : 0.0L) + digits * plain_unit * fabsl(v);
  return y;
}

static inline plain_number plain_add(const plain_number *a, const plain_number *b, long double sign)
{
  plain_number y = plain_chain(a->v + sign * b->v, a, 1.0L, b, sign, 2.0L);
  y.size = fabsl(a->v) + fabsl(b->v);
  y.error += 2.0L * plain_unit * y.size;
  return y;
}

static inline plain_number plain_multiply(const plain_number *a, const plain_number *b)
{
  return plain_chain(a->v * b->v, a, b->v, b, a->v, 2.0L);
}

static inline plain_number plain_divide(const plain_number *a, const plain_number *b)
{
  return plain_chain(a->v / b->v, a, 1.0L / b->v, b, -a->v / (b->v * b->v), 3.0L);
}

static inline long double plain_logistic(long double x)
{
  return 1.0L / (1.0L + expl(-x));
}

/* Functions that are made of pieces: the piece at x, its slope, and how far the next kink is. */
static inline int plain_pieces(const plain_step *s, long double x, long double *y, long double *d,
                               long double *kink)
{
  const long double a = (long double)s->alpha, b = (long double)s->beta, inside = a * x + b;
  *kink = fabsl(x);
  *y = x;
  *d = 1.0L;
  switch (s->kind) {
  case FAIRU_FN_RELU:
    *y = x > 0.0L ? x : 0.0L, *d = x > 0.0L ? 1.0L : 0.0L;
    return 1;
  case FAIRU_FN_LEAKY_RELU:
    *y = x < 0.0L ? a * x : x, *d = x < 0.0L ? a : 1.0L;
    return 1;
  case FAIRU_FN_ABS:
    *y = fabsl(x), *d = x < 0.0L ? -1.0L : 1.0L;
    return 1;
  case FAIRU_FN_ELU:
  case FAIRU_FN_SELU:
    *y = x < 0.0L ? a * expm1l(x) : x, *d = x < 0.0L ? a * expl(x) : 1.0L;
    if (s->kind == FAIRU_FN_SELU)
      *y *= b, *d *= b;
    return 1;
  case FAIRU_FN_CELU: /* alpha above 0 */
    *y = x < 0.0L ? a * expm1l(x / a) : x, *d = x < 0.0L ? expl(x / a) : 1.0L;
    return 1;
  case FAIRU_FN_THRESHOLDED_RELU:
    *y = x > a ? x : 0.0L, *d = x > a ? 1.0L : 0.0L, *kink = fabsl(x - a);
    return 1;
  case FAIRU_FN_CLIP:
    *y = x < a ? a : x > b ? b : x, *d = x < a || x > b ? 0.0L : 1.0L;
    *kink = fminl(fabsl(x - a), fabsl(x - b));
    return 1;
  case FAIRU_FN_HARD_SIGMOID:
    *y = inside < 0.0L ? 0.0L : inside > 1.0L ? 1.0L : inside;
    *d = inside < 0.0L || inside > 1.0L ? 0.0L : a;
    *kink = fminl(fabsl(inside), fabsl(inside - 1.0L)) / fabsl(a);
    return 1;
  case FAIRU_FN_HARD_SWISH:
    *y = x < -3.0L ? 0.0L : x > 3.0L ? x : x * (x + 3.0L) / 6.0L;
    *d = x < -3.0L ? 0.0L : x > 3.0L ? 1.0L : (2.0L * x + 3.0L) / 6.0L;
    *kink = fminl(fabsl(x - 3.0L), fabsl(x + 3.0L));
    return 1;
  default:
    return 0;
  }
}

/* x g(u(x)) with g a sigmoid. */
static inline void plain_gated(long double x, long double u, long double u_slope, long double *y,
                               long double *d)
{
  const long double g = plain_logistic(u);
  *y = x * g;
  *d = g + x * g * plain_logistic(-u) * u_slope;
}

static inline void plain_smooth(const plain_step *s, long double x, long double *y, long double *d)
{
  const long double pi = 3.14159265358979323846L, a = (long double)s->alpha, g = plain_logistic(x);
  const long double soft = x > 50.0L ? x : log1pl(expl(x)), t = tanhl(soft), root = sqrtl(2.0L / pi);
  switch (s->kind) {
  case FAIRU_FN_SIGMOID:
    *y = g, *d = g * plain_logistic(-x);
    break;
  case FAIRU_FN_TANH:
    *y = tanhl(x), *d = 1.0L / (coshl(x) * coshl(x));
    break;
  case FAIRU_FN_SWISH:
    plain_gated(x, a * x, a, y, d);
    break;
  case FAIRU_FN_GELU:
    if (s->alpha == 1.0) {
      plain_gated(x, 2.0L * root * (x + 0.044715L * x * x * x), 2.0L * root * (1.0L + 0.134145L * x * x), y,
                  d);
    } else {
      *y = 0.5L * x * erfcl(-x / sqrtl(2.0L));
      *d = 0.5L * erfcl(-x / sqrtl(2.0L)) + x * expl(-0.5L * x * x) / sqrtl(2.0L * pi);
    }
    break;
  case FAIRU_FN_MISH:
    *y = x * t, *d = t + x * (1.0L - t * t) * g;
    break;
  case FAIRU_FN_SOFTPLUS:
    *y = soft, *d = g;
    break;
  case FAIRU_FN_SOFTSIGN:
    *y = x / (1.0L + fabsl(x)), *d = 1.0L / ((1.0L + fabsl(x)) * (1.0L + fabsl(x)));
    break;
  case FAIRU_FN_ERF:
    *y = erfl(x), *d = 2.0L / sqrtl(pi) * expl(-x * x);
    break;
  case FAIRU_FN_EXP:
    *y = expl(x), *d = *y;
    break;
  case FAIRU_FN_LOG:
    *y = logl(x), *d = 1.0L / x;
    break;
  case FAIRU_FN_SQRT:
    *y = sqrtl(x), *d = 0.5L / *y;
    break;
  case FAIRU_FN_POWER:
    *y = powl(x, a), *d = a * powl(x, a - 1.0L);
    break;
  case FAIRU_FN_RECIPROCAL:
    *y = 1.0L / x, *d = -1.0L / (x * x);
    break;
  default: /* FAIRU_FN_NEG */
    *y = -x, *d = -1.0L;
    break;
  }
}

static inline plain_number plain_function(plain_program *p, const plain_step *s, const plain_number *x)
{
  long double y = 0.0L, d = 0.0L, kink = 0.0L;
  if (!plain_pieces(s, x->v, &y, &d, &kink))
    plain_smooth(s, x->v, &y, &d);
  else if (kink <= 4.0L * x->error)
    p->at_kink = 1;
  plain_number n = plain_chain(y, x, d, NULL, 0.0L, 24.0L); /* test_program_functions: 1.5e-6 of the value */
  if (s->kind == FAIRU_FN_GELU || s->kind == FAIRU_FN_SWISH || s->kind == FAIRU_FN_HARD_SIGMOID)
    n.error += 32.0L * plain_unit * (fabsl(x->v) + 1.0L); /* an argument is rounded inside */
  return n;
}

static inline plain_number plain_binary(plain_program *p, int op, const plain_number *a,
                                        const plain_number *b)
{
  if (op == FAIRU_BIN_ADD || op == FAIRU_BIN_SUB)
    return plain_add(a, b, op == FAIRU_BIN_ADD ? 1.0L : -1.0L);
  if (op == FAIRU_BIN_MUL)
    return plain_multiply(a, b);
  if (op == FAIRU_BIN_DIV)
    return plain_divide(a, b);
  if (fabsl(a->v - b->v) <= 4.0L * (a->error + b->error))
    p->at_kink = 1;
  const int first = op == FAIRU_BIN_MAX ? a->v > b->v : a->v < b->v;
  return first ? *a : *b;
}

/* What goes into sums before it is rounded: weights and scales may be multiplied together first. */
static inline plain_number plain_dense(const plain_step *s, const plain_number *x, size_t n_in, size_t o)
{
  plain_number y = plain_of((long double)s->v[o]);
  for (size_t i = 0; i < n_in; i++) {
    const long double w = (long double)s->w[o * n_in + i];
    plain_number term = plain_chain(w * x[i].v, &x[i], w, NULL, 0.0L, 0.0L), sum = plain_add(&y, &term, 1.0L);
    sum.error = y.error + term.error;
    sum.size = y.size + fabsl(w) * x[i].size;
    y = sum;
  }
  y.error += (long double)(n_in + 6) * plain_unit * y.size;
  return y;
}

static inline plain_number plain_affine(const plain_step *s, const plain_number *x, size_t i)
{
  const long double before = (long double)s->before[i], scale = (long double)s->scale[i];
  const long double after = (long double)s->after[i];
  plain_number y = plain_chain((x->v + before) * scale + after, x, scale, NULL, 0.0L, 0.0L);
  y.size = (x->size + fabsl(before)) * fabsl(scale) + fabsl(after);
  y.error += 6.0L * plain_unit * y.size;
  return y;
}

static inline void plain_softmax(const plain_step *s, const plain_number *x, plain_number *y)
{
  const plain_step exponential = { .kind = FAIRU_FN_EXP }, logarithm = { .kind = FAIRU_FN_LOG };
  plain_program none;
  plain_number sum = plain_of(0.0L);
  long double top = x[0].v;
  for (size_t i = 1; i < s->width; i++)
    top = x[i].v > top ? x[i].v : top;
  const plain_number peak = plain_of(top);
  for (size_t i = 0; i < s->width; i++) {
    const plain_number below = plain_add(&x[i], &peak, -1.0L);
    y[i] = plain_function(&none, &exponential, &below);
    sum = plain_add(&sum, &y[i], 1.0L);
  }
  const plain_number log_sum = plain_function(&none, &logarithm, &sum);
  for (size_t i = 0; i < s->width; i++) {
    const plain_number below = plain_add(&x[i], &peak, -1.0L);
    y[i] = s->kind ? plain_add(&below, &log_sum, -1.0L) : plain_divide(&y[i], &sum);
  }
}

static inline void plain_norm(const plain_step *s, const plain_number *x, plain_number *y)
{
  const plain_step root = { .kind = FAIRU_FN_SQRT };
  const plain_number n = plain_of((long double)s->width);
  plain_program none;
  plain_number mean = plain_of(0.0L), variance = plain_of(0.0L);
  for (size_t i = 0; i < s->width; i++)
    mean = plain_add(&mean, &x[i], 1.0L);
  mean = plain_divide(&mean, &n);
  for (size_t i = 0; i < s->width; i++) {
    y[i] = plain_add(&x[i], &mean, -1.0L);
    const plain_number square = plain_multiply(&y[i], &y[i]);
    variance = plain_add(&variance, &square, 1.0L);
  }
  const plain_number epsilon = plain_of((long double)s->alpha);
  variance = plain_divide(&variance, &n);
  variance = plain_add(&variance, &epsilon, 1.0L);
  const plain_number spread = plain_function(&none, &root, &variance);
  for (size_t i = 0; i < s->width; i++) {
    const plain_number gain = plain_of((long double)s->w[i]), shift = plain_of((long double)s->v[i]);
    y[i] = plain_divide(&y[i], &spread);
    y[i] = plain_multiply(&y[i], &gain);
    y[i] = plain_add(&y[i], &shift, 1.0L);
  }
}

static inline plain_number plain_input(const plain_program *p, const plain_step *s, size_t i, const float *x,
                                       const double *z)
{
  const size_t at = s->first + i, slot = s->kind ? p->n_inputs[0] + at : at;
  plain_number y = plain_of(s->kind ? (long double)z[at] : (long double)x[at]);
  y.d[slot] = y.d_size[slot] = 1.0L;
  y.error = plain_unit * y.size;
  return y;
}

/* All steps at one event. */
static inline void plain_run(plain_program *p, const float *x, const double *z)
{
  p->at_kink = 0;
  for (size_t k = 0; k < p->n; k++) {
    const plain_step *s = &p->steps[k];
    plain_number *y = p->numbers[k], *in = p->numbers[s->args[0]], *other = p->numbers[s->args[1]];
    const size_t n_in = p->steps[s->args[0]].width, n_other = p->steps[s->args[1]].width;
    size_t filled = 0;
    for (size_t a = 0; a < s->n_args && s->op == PLAIN_CONCAT; a++)
      for (size_t i = 0; i < p->steps[s->args[a]].width; i++)
        y[filled++] = p->numbers[s->args[a]][i];
    if (s->op == PLAIN_SOFTMAX)
      plain_softmax(s, in, y);
    if (s->op == PLAIN_NORM)
      plain_norm(s, in, y);
    for (size_t i = 0; i < s->width; i++) {
      const plain_number slope = plain_of(in[i < n_in ? i : 0].v < 0.0L ? (long double)s->v[i] : 1.0L);
      if (s->op == PLAIN_INPUT)
        y[i] = plain_input(p, s, i, x, z);
      else if (s->op == PLAIN_CONSTANT)
        y[i] = plain_of((long double)s->v[i]);
      else if (s->op == PLAIN_DENSE)
        y[i] = plain_dense(s, in, n_in, i);
      else if (s->op == PLAIN_AFFINE)
        y[i] = plain_affine(s, &in[i], i);
      else if (s->op == PLAIN_FUNCTION)
        y[i] = plain_function(p, s, &in[i]);
      else if (s->op == PLAIN_BINARY)
        y[i] = plain_binary(p, s->kind, &in[n_in > 1 ? i : 0], &other[n_other > 1 ? i : 0]);
      else if (s->op == PLAIN_SLICE)
        y[i] = in[s->first + i];
      else if (s->op == PLAIN_PRELU)
        y[i] = plain_multiply(&in[i], &slope), p->at_kink |= fabsl(in[i].v) <= 4.0L * in[i].error;
    }
  }
}

#endif /* FAIRU_TESTS_PLAIN_PROGRAM_H */
