/* guest.h - what a host computes with the installed library alone: a likelihood of many parameters, toys of it, scores of networks. */
#ifndef FAIRU_TESTS_GUEST_H
#define FAIRU_TESTS_GUEST_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fairu/fairu.h>

enum { GUEST_BINS = 20, GUEST_SHAPES = 4, GUEST_MOST = 256, GUEST_ROWS = 64, GUEST_TOYS = 20 };

typedef struct guest {
  fairu_likelihood *likelihood; /* n parameters */
  fairu_data *data;
  fairu_classifier *wide; /* its layers go to BLAS where it is allowed */
  size_t n;
  double at[GUEST_MOST];
} guest;

/* ---- a workspace of some channels, each with GUEST_BINS bins and their template statistics ------------- */

typedef struct guest_text {
  char *text;
  size_t size, room;
} guest_text;

static inline void guest_put(guest_text *t, const char *text)
{
  const size_t length = strlen(text);
  if (t->size + length + 1 > t->room) {
    t->room = 2 * (t->size + length + 1);
    t->text = (char *)realloc(t->text, t->room);
    if (!t->text)
      abort();
  }
  memcpy(t->text + t->size, text, length + 1);
  t->size += length;
}

static inline void guest_numbers(guest_text *t, double scale, double slope)
{
  char number[32];
  for (int b = 0; b < GUEST_BINS; b++) { /* whole thousandths: no point of a locale in them */
    const long thousandths = lround(1000.0 * scale * (1.0 + slope * (b - GUEST_BINS / 2) / GUEST_BINS));
    (void)snprintf(number, sizeof number, "%s%lde-3", b ? "," : "", thousandths);
    guest_put(t, number);
  }
}

static inline void guest_channel(guest_text *t, int c)
{
  char line[200];
  (void)snprintf(line, sizeof line, "%s{\"name\":\"c%d\",\"samples\":[{\"name\":\"s\",\"data\":[",
                 c ? "," : "", c);
  guest_put(t, line);
  guest_numbers(t, 6.0, 0.8);
  guest_put(t, "],\"modifiers\":[{\"name\":\"mu\",\"type\":\"normfactor\",\"data\":null}]},{\"name\":\"b\","
               "\"data\":[");
  guest_numbers(t, 90.0 + c, -0.5);
  (void)snprintf(line, sizeof line, "],\"modifiers\":[{\"name\":\"st%d\",\"type\":\"staterror\",\"data\":[",
                 c);
  guest_put(t, line);
  guest_numbers(t, 2.0, 0.3);
  guest_put(t, "]}");
  for (int h = 0; h < GUEST_SHAPES; h++) {
    (void)snprintf(line, sizeof line, ",{\"name\":\"h%d\",\"type\":\"histosys\",\"data\":{\"hi_data\":[", h);
    guest_put(t, line);
    guest_numbers(t, (90.0 + c) * 1.02, -0.5 + 0.03 * (h + c + 1));
    guest_put(t, "],\"lo_data\":[");
    guest_numbers(t, (90.0 + c) * 0.98, -0.5 - 0.03 * (h + c + 1));
    guest_put(t, "]}}");
  }
  guest_put(t, "]}]}");
}

static inline char *guest_workspace(int channels, size_t *size)
{
  guest_text t = { NULL, 0, 0 };
  char line[64];
  guest_put(&t, "{\"version\":\"1.0.0\",\"channels\":[");
  for (int c = 0; c < channels; c++)
    guest_channel(&t, c);
  guest_put(&t, "],\"observations\":[");
  for (int c = 0; c < channels; c++) {
    (void)snprintf(line, sizeof line, "%s{\"name\":\"c%d\",\"data\":[", c ? "," : "", c);
    guest_put(&t, line);
    guest_numbers(&t, 97.0 + c, -0.4);
    guest_put(&t, "]}");
  }
  guest_put(&t, "],\"measurements\":[{\"name\":\"m\",\"config\":{\"poi\":\"mu\",\"parameters\":[]}}]}");
  *size = t.size;
  return t.text;
}

static inline int guest_model(guest *g, fairu_context *ctx, int channels)
{
  size_t size = 0;
  char *text = guest_workspace(channels, &size);
  fairu_workspace *workspace = NULL;
  int status = fairu_workspace_parse(ctx, text, size, "guest", &workspace);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_from_workspace(ctx, workspace, NULL, &g->likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create_from_workspace(ctx, workspace, g->likelihood, &g->data);
  g->n = status == FAIRU_OK ? fairu_likelihood_n_parameters(g->likelihood) : 0;
  for (size_t i = 0; i < g->n && status == FAIRU_OK; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    status = g->n > GUEST_MOST ? FAIRU_ERR_LIMIT : fairu_likelihood_parameter(g->likelihood, ctx, i, &p);
    g->at[i] = p.start + 0.05;
  }
  fairu_workspace_destroy(workspace);
  free(text);
  return status;
}

static inline int guest_network(guest *g, fairu_context *ctx)
{
  enum { WIDTH = 64 };
  static const char *const features[2] = { "x", "y" };
  float *weights = (float *)malloc(sizeof(float) * WIDTH * WIDTH);
  const float bias[WIDTH] = { 0.0f };
  fairu_network_options options;
  int status = fairu_network_options_init(&options, sizeof options);
  if (!weights)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (int i = 0; i < WIDTH * WIDTH; i++)
    weights[i] = (float)((i * 37) % 101 - 50) / 300.0f;
  const fairu_layer layers[3] = { { 2, WIDTH, FAIRU_ACTIVATION_TANH, weights, bias },
                                  { WIDTH, WIDTH, FAIRU_ACTIVATION_TANH, weights, bias },
                                  { WIDTH, 1, FAIRU_ACTIVATION_SIGMOID, weights, bias } };
  options.features = features;
  options.n_features = 2;
  if (status == FAIRU_OK)
    status = fairu_classifier_create_network(ctx, &options, layers, 3, &g->wide);
  free(weights);
  return status;
}

static inline int guest_make(guest *g, fairu_context *ctx, int channels)
{
  memset(g, 0, sizeof *g);
  const int status = guest_model(g, ctx, channels);
  return status == FAIRU_OK ? guest_network(g, ctx) : status;
}

static inline void guest_free(guest *g)
{
  fairu_classifier_destroy(g->wide);
  fairu_data_destroy(g->data);
  fairu_likelihood_destroy(g->likelihood);
}

/* ---- numbers ------------------------------------------------------------------------------------------- */

typedef struct guest_answers {
  double values[2], gradient[GUEST_MOST], hessian[GUEST_MOST * GUEST_MOST];
  double fitted[GUEST_MOST], covariance[GUEST_MOST * GUEST_MOST], profile[3], test[4];
  double toy[8 * GUEST_BINS], draws[GUEST_ROWS]; /* golden: see bits.c */
  double toys[2 * GUEST_TOYS];
} guest_answers;

static inline int guest_values(const guest *g, fairu_context *ctx, guest_answers *a)
{
  return fairu_likelihood_nll(g->likelihood, ctx, g->data, g->at, g->n, a->values, a->gradient, a->hessian);
}

static inline int guest_fit(const guest *g, fairu_context *ctx, guest_answers *a)
{
  return fairu_likelihood_fit(g->likelihood, ctx, g->data, NULL, a->fitted, g->n, a->covariance, NULL);
}

/* Counts of one toy, and draws of a nuisance: made of + - * / and sqrt alone. */
static inline int guest_draws(const guest *g, fairu_context *ctx, guest_answers *a)
{
  fairu_data *toy = NULL;
  fairu_nuisance nuisance;
  const size_t bins = fairu_likelihood_n_bins(g->likelihood);
  int status = bins > 8 * GUEST_BINS ? FAIRU_ERR_LIMIT : fairu_nuisance_init(&nuisance, sizeof nuisance);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, g->likelihood, &toy);
  if (status == FAIRU_OK)
    status = fairu_likelihood_toy(g->likelihood, ctx, g->at, g->n, 20261122, 7, toy);
  if (status == FAIRU_OK)
    status = fairu_data_observed(toy, ctx, g->at, g->n, a->toy);
  nuisance.name = "golden";
  if (status == FAIRU_OK)
    status = fairu_nuisance_draw(ctx, &nuisance, 20261122, 5, GUEST_ROWS, 0, a->draws);
  fairu_data_destroy(toy);
  return status;
}

static inline int guest_toys(const guest *g, fairu_context *ctx, guest_answers *a)
{
  fairu_toy_test_result result = { .struct_size = sizeof result };
  fairu_toy_test options;
  int status = fairu_toy_test_init(&options, sizeof options);
  options.n_toys = GUEST_TOYS;
  return status != FAIRU_OK ? status
                            : fairu_hypotest_toys(ctx, g->likelihood, g->data, &options, 1.0, &result,
                                                  a->toys, a->toys + GUEST_TOYS);
}

static inline int guest_tests(const guest *g, fairu_context *ctx, guest_answers *a)
{
  const double mu[3] = { 0.5, 1.0, 1.5 };
  fairu_hypotest_result test = { .struct_size = sizeof test };
  int status =
      fairu_likelihood_profile(g->likelihood, ctx, g->data, NULL, fairu_likelihood_poi_index(g->likelihood),
                               mu, 3, a->profile, NULL, g->n);
  if (status == FAIRU_OK)
    status = fairu_likelihood_hypotest(g->likelihood, ctx, g->data, NULL, 1.0, &test);
  const double numbers[4] = { test.statistic, test.p_sb, test.p_b, test.cls };
  memcpy(a->test, numbers, sizeof numbers);
  return status;
}

/* All that must have the same bits everywhere. */
static inline int guest_exact(const guest *g, fairu_context *ctx, guest_answers *a)
{
  memset(a, 0, sizeof *a);
  int status = guest_values(g, ctx, a);
  if (status == FAIRU_OK)
    status = guest_fit(g, ctx, a);
  if (status == FAIRU_OK)
    status = guest_tests(g, ctx, a);
  if (status == FAIRU_OK)
    status = guest_draws(g, ctx, a);
  return status == FAIRU_OK ? guest_toys(g, ctx, a) : status;
}

static inline int guest_scores(const guest *g, fairu_context *ctx, float scores[GUEST_ROWS])
{
  float rows[2 * GUEST_ROWS];
  for (int i = 0; i < 2 * GUEST_ROWS; i++)
    rows[i] = (float)((i * 53) % 97 - 48) / 24.0f;
  return fairu_classifier_score(g->wide, ctx, rows, GUEST_ROWS, 2, NULL, 0, FAIRU_OUTPUT_SCORE, scores);
}

static inline uint64_t guest_hash(const void *bytes, size_t size)
{
  uint64_t hash = 14695981039346656037ULL;
  for (size_t i = 0; i < size; i++)
    hash = (hash ^ ((const unsigned char *)bytes)[i]) * 1099511628211ULL;
  return hash;
}

#endif /* FAIRU_TESTS_GUEST_H */
