/* plain_asked.h - a random workspace with its fit, and fits to it with parameters held: what other answers are made of. */
#ifndef FAIRU_TESTS_PLAIN_ASKED_H
#define FAIRU_TESTS_PLAIN_ASKED_H

#include "plain_both.h"

typedef struct asked {
  both p;
  size_t n, poi;
  double fit[PLAIN_PARAMS], nll;
  double covariance[PLAIN_PARAMS * PLAIN_PARAMS];
  fairu_fit_result result;
} asked;

static inline asked *ask(uint64_t number)
{
  asked *a = (asked *)calloc(1, sizeof *a);
  assert_non_null(a);
  both_open_tame(&a->p, number, 2);
  const made *m = &a->p.made;
  a->n = a->p.m->n;
  a->poi = fairu_likelihood_poi_index(m->likelihood);
  a->result.struct_size = sizeof a->result;
  CHECK_OK(m->ctx, fairu_likelihood_fit(m->likelihood, m->ctx, m->data, NULL, a->fit, a->n, a->covariance,
                                        &a->result));
  a->nll = a->result.nll[0] + a->result.nll[1];
  return a;
}

static inline void done(asked *a)
{
  both_close(&a->p);
  free(a);
}

/* The minimum with some parameters held where params says; params out. */
static inline double held(const asked *a, const unsigned char *fixed, double *params)
{
  const made *m = &a->p.made;
  fairu_fit_options o;
  fairu_fit_result r = { .struct_size = sizeof r };
  CHECK_OK(m->ctx, fairu_fit_options_init(&o, sizeof o));
  double start[PLAIN_PARAMS];
  memcpy(start, params, sizeof start);
  o.start = start;
  o.fixed = fixed;
  CHECK_OK(m->ctx, fairu_likelihood_fit(m->likelihood, m->ctx, m->data, &o, params, a->n, NULL, &r));
  return r.nll[0] + r.nll[1];
}

/* Parameters that the model itself holds. */
static inline void held_by_the_model(const asked *a, unsigned char *fixed)
{
  for (size_t i = 0; i < a->n; i++)
    fixed[i] = (unsigned char)a->p.m->parameters[i].fixed;
}

static inline double held_at(const asked *a, size_t parameter, double value, double *params)
{
  unsigned char fixed[PLAIN_PARAMS];
  held_by_the_model(a, fixed);
  memcpy(params, a->fit, a->n * sizeof *params);
  params[parameter] = value;
  fixed[parameter] = 1;
  return held(a, fixed, params);
}

static inline double error_of(const asked *a, size_t i)
{
  return sqrt(a->covariance[i * a->n + i]);
}

#endif /* FAIRU_TESTS_PLAIN_ASKED_H */
