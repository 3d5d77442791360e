/* made_scores.h - events of which the posterior is known: logits of Gaussian classes. */
#ifndef FAIRU_TESTS_MADE_SCORES_H
#define FAIRU_TESTS_MADE_SCORES_H

#include "numeric/philox.h"
#include "support/support.h"

typedef struct made {
  size_t n;
  float *t;
  int32_t *y;
  double *w;
} made;

static inline made made_new(size_t n)
{
  made m = { n, calloc(n, sizeof *m.t), calloc(n, sizeof *m.y), calloc(n, sizeof *m.w) };
  assert_true(m.t && m.y && m.w);
  for (size_t i = 0; i < n; i++)
    m.w[i] = 1.0;
  return m;
}

static inline void made_free(made *m)
{
  free(m->t);
  free(m->y);
  free(m->w);
}

/* Classes N(+-mean, spread) with a share of signal: ln(p / (1 - p)) = 2 mean / spread^2 t + ln(share / (1 - share)). */
static inline made made_gaussian(uint64_t seed, size_t n, double mean, double spread, double share)
{
  made m = made_new(n);
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 0);
  for (size_t i = 0; i < n; i++) {
    m.y[i] = fairu_philox__uniform(&rng) < share;
    m.t[i] = (float)((m.y[i] ? mean : -mean) + spread * fairu_philox__normal(&rng));
  }
  return m;
}

static inline fairu_probability_options made_options(fairu_context *ctx, int method, double margin)
{
  fairu_probability_options o;
  CHECK_OK(ctx, fairu_probability_options_init(&o, sizeof o));
  o.method = method;
  o.margin = margin;
  return o;
}

static inline fairu_probability_map *made_map(fairu_context *ctx, const fairu_probability_options *o,
                                              const made *m)
{
  fairu_probability_map *map = NULL;
  CHECK_OK(ctx, fairu_probability_map_create(ctx, m->t, m->y, m->w, m->n, o, &map));
  return map;
}

static inline fairu_probability_summary made_summary(fairu_context *ctx, const fairu_probability_map *map)
{
  fairu_probability_summary s = { .struct_size = sizeof s };
  CHECK_OK(ctx, fairu_probability_map_describe(map, ctx, &s));
  return s;
}

static inline double made_at(fairu_context *ctx, const fairu_probability_map *map, float t)
{
  double p;
  CHECK_OK(ctx, fairu_probability_map_apply(map, ctx, &t, 1, FAIRU_OUTPUT_SCORE, &p));
  return p;
}

#endif /* FAIRU_TESTS_MADE_SCORES_H */
