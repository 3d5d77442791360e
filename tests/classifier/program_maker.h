/* program_maker.h - random steps of a program, in the library and in plain_program.h at once. */
#ifndef FAIRU_TESTS_PROGRAM_MAKER_H
#define FAIRU_TESTS_PROGRAM_MAKER_H

#include "classifier/plain_program.h"
#include "numeric/philox.h"

static const char *const feature_names[] = { "a", "b", "c", "d" };
static const char *const nuisance_names[] = { "u", "v", "w" };

typedef struct maker {
  plain_program *p;
  fairu_philox rng;
} maker;

static inline size_t below(maker *m, size_t n)
{
  return (size_t)(fairu_philox__uniform(&m->rng) * (double)n) % n;
}

static inline float number(maker *m)
{
  return (float)(2.0 * fairu_philox__uniform(&m->rng) - 1.0);
}

/* A value of before; half the time a recent one. */
static inline size_t any_value(maker *m)
{
  const size_t n = m->p->n;
  return below(m, 2) && n > 3 ? n - 1 - below(m, 3) : below(m, n);
}

static inline plain_step *step_of(plain_program *p, int op, size_t width, size_t x)
{
  assert_true(p->n < PLAIN_STEPS && width <= PLAIN_WIDTH);
  plain_step *s = &p->steps[p->n];
  memset(s, 0, sizeof *s);
  s->op = op;
  s->width = width;
  s->n_args = 1;
  s->args[0] = s->args[1] = x;
  return s;
}

static inline size_t done(plain_program *p, plain_step *s, fairu_value value)
{
  assert_true(value != FAIRU_NO_VALUE);
  assert_int_equal(fairu_program__width(p->b, value), s->width);
  s->value = value;
  return p->n++;
}

static inline size_t make_input(maker *m, int is_nuisance, size_t width)
{
  plain_program *p = m->p;
  plain_step *s = step_of(p, PLAIN_INPUT, width, 0);
  const char *const *names = is_nuisance ? nuisance_names : feature_names;
  s->kind = is_nuisance;
  s->first = p->n_inputs[is_nuisance];
  p->n_inputs[is_nuisance] += width;
  return done(p, s, fairu_program__input(p->b, names + s->first, width, is_nuisance));
}

static inline size_t make_constant(maker *m, size_t width)
{
  plain_step *s = step_of(m->p, PLAIN_CONSTANT, width, 0);
  for (size_t i = 0; i < width; i++)
    s->v[i] = number(m);
  return done(m->p, s, fairu_program__constant(m->p->b, width, s->v));
}

static inline size_t make_dense(maker *m, size_t x, size_t width)
{
  plain_step *s = step_of(m->p, PLAIN_DENSE, width, x);
  const size_t n_in = m->p->steps[x].width;
  const int has_bias = below(m, 4) > 0;
  for (size_t i = 0; i < n_in * width; i++)
    s->w[i] = number(m);
  for (size_t o = 0; o < width && has_bias; o++)
    s->v[o] = number(m);
  return done(m->p, s,
              fairu_program__dense(m->p->b, m->p->steps[x].value, width, s->w, has_bias ? s->v : NULL));
}

/* Each of the three parts may be missing; scales may be 0. */
static inline size_t make_affine(maker *m, size_t x)
{
  plain_step *s = step_of(m->p, PLAIN_AFFINE, m->p->steps[x].width, x);
  const size_t parts = 1 + below(m, 7), zero = below(m, 6);
  for (size_t i = 0; i < s->width; i++) {
    s->before[i] = parts & 1 ? (double)number(m) * 3.0 : 0.0;
    s->scale[i] = !(parts & 2) ? 1.0 : zero == i ? 0.0 : 1.5 * (double)number(m);
    s->after[i] = parts & 4 ? (double)number(m) : 0.0;
  }
  return done(m->p, s,
              fairu_program__affine(m->p->b, m->p->steps[x].value, parts & 1 ? s->before : NULL,
                                    parts & 2 ? s->scale : NULL, parts & 4 ? s->after : NULL));
}

static inline size_t make_function(maker *m, size_t x, int function, double alpha, double beta)
{
  plain_step *s = step_of(m->p, PLAIN_FUNCTION, m->p->steps[x].width, x);
  s->kind = function;
  s->alpha = alpha;
  s->beta = beta;
  return done(m->p, s, fairu_program__function(m->p->b, m->p->steps[x].value, function, alpha, beta));
}

static inline size_t make_binary(maker *m, int op, size_t x, size_t y)
{
  const size_t n_x = m->p->steps[x].width, n_y = m->p->steps[y].width;
  plain_step *s = step_of(m->p, PLAIN_BINARY, n_x > n_y ? n_x : n_y, x);
  s->kind = op;
  s->args[1] = y;
  s->n_args = 2;
  return done(m->p, s, fairu_program__binary(m->p->b, op, m->p->steps[x].value, m->p->steps[y].value));
}

static inline size_t make_concat(maker *m, const size_t *parts, size_t n)
{
  size_t width = 0;
  fairu_value values[3];
  for (size_t i = 0; i < n; i++) {
    width += m->p->steps[parts[i]].width;
    values[i] = m->p->steps[parts[i]].value;
  }
  plain_step *s = step_of(m->p, PLAIN_CONCAT, width, parts[0]);
  memcpy(s->args, parts, n * sizeof *parts);
  s->n_args = n;
  return done(m->p, s, fairu_program__concat(m->p->b, values, n));
}

static inline size_t make_slice(maker *m, size_t x, size_t first, size_t width)
{
  plain_step *s = step_of(m->p, PLAIN_SLICE, width, x);
  s->first = first;
  return done(m->p, s, fairu_program__slice(m->p->b, m->p->steps[x].value, first, width));
}

static inline size_t make_softmax(maker *m, size_t x, int log)
{
  plain_step *s = step_of(m->p, PLAIN_SOFTMAX, m->p->steps[x].width, x);
  s->kind = log;
  return done(m->p, s, fairu_program__softmax(m->p->b, m->p->steps[x].value, log));
}

static inline size_t make_norm(maker *m, size_t x)
{
  plain_step *s = step_of(m->p, PLAIN_NORM, m->p->steps[x].width, x);
  s->alpha = 0.0625;
  for (size_t i = 0; i < s->width; i++) {
    s->w[i] = 1.0F + 0.5F * number(m);
    s->v[i] = number(m);
  }
  return done(m->p, s, fairu_program__layer_norm(m->p->b, m->p->steps[x].value, s->w, s->v, s->alpha));
}

static inline size_t make_prelu(maker *m, size_t x)
{
  plain_step *s = step_of(m->p, PLAIN_PRELU, m->p->steps[x].width, x);
  for (size_t i = 0; i < s->width; i++)
    s->v[i] = number(m);
  return done(m->p, s, fairu_program__prelu(m->p->b, m->p->steps[x].value, s->v));
}

/* 1 + softplus of it, which every function takes. */
static inline size_t make_positive(maker *m, size_t x)
{
  const float one = 1.0F;
  x = make_function(m, x, FAIRU_FN_SOFTPLUS, 0, 0);
  plain_step *s = step_of(m->p, PLAIN_CONSTANT, 1, 0);
  s->v[0] = one;
  return make_binary(m, FAIRU_BIN_ADD, x, done(m->p, s, fairu_program__constant(m->p->b, 1, &one)));
}

static inline size_t make_any_function(maker *m, size_t x)
{
  const int function = (int)below(m, FAIRU_FN_RECIPROCAL) + 1;
  if (function == FAIRU_FN_EXP)
    x = make_function(m, x, FAIRU_FN_TANH, 0, 0);
  if (function == FAIRU_FN_LOG || function == FAIRU_FN_SQRT || function == FAIRU_FN_POWER ||
      function == FAIRU_FN_RECIPROCAL)
    x = make_positive(m, x);
  const double alpha = function == FAIRU_FN_GELU                 ? (double)below(m, 2)
                       : function == FAIRU_FN_ELU && below(m, 2) ? 1.0
                                                                 : 0.25 + 0.5 * (double)below(m, 2);
  return make_function(m, x, function, alpha, function == FAIRU_FN_CLIP ? 1.5 : 0.75);
}

static inline size_t make_any_binary(maker *m)
{
  const int op = (int)below(m, FAIRU_BIN_MIN + 1);
  const size_t x = any_value(m);
  size_t y = any_value(m);
  const size_t n_x = m->p->steps[x].width, n_y = m->p->steps[y].width;
  if (n_x != n_y && n_x != 1 && n_y != 1)
    y = make_slice(m, y, below(m, n_y), 1);
  return make_binary(m, op, x, op == FAIRU_BIN_DIV ? make_positive(m, y) : y);
}

#endif /* FAIRU_TESTS_PROGRAM_MAKER_H */
