/* No memory: pseudo-experiments. */
#include "abi/memory.h"

static const char *const names[] = { "challenge" };

enum { POOL = 70000 }; /* two chunks */

static int make_pool(fairu_context *ctx, fairu_events **pool)
{
  static const char *const categories[1] = { "htautau" };
  static double weights[POOL];
  static int32_t labels[POOL];
  weights[0] = 2.0;
  int status = fairu_events_create(ctx, POOL, 0, NULL, pool);
  if (status == FAIRU_OK)
    status = fairu_events_set_weights(*pool, ctx, weights, POOL);
  if (status == FAIRU_OK)
    status = fairu_events_set_labels(*pool, ctx, labels, POOL);
  if (status == FAIRU_OK)
    status = fairu_events_set_categories(*pool, ctx, categories, 1);
  return status;
}

static int draw(fairu_context *ctx, int generator, fairu_challenge_experiment *e)
{
  fairu_challenge_options o;
  e->struct_size = sizeof *e;
  int status = fairu_challenge_options_init(&o, sizeof o);
  o.generator = generator;
  if (status == FAIRU_OK)
    status = fairu_challenge_draw(ctx, &o, 1, 1, e);
  return status;
}

static int with_pool(fairu_context *ctx, int generator, int and_rows)
{
  fairu_events *pool = NULL;
  fairu_challenge_experiment e;
  uint64_t total = 0;
  uint32_t *counts = (uint32_t *)calloc(POOL, sizeof *counts);
  size_t *list = NULL;
  int status = counts ? make_pool(ctx, &pool) : FAIRU_ERR_INTERNAL;
  if (status == FAIRU_OK)
    status = fairu_context_set_threads(ctx, 2);
  if (status == FAIRU_OK)
    status = draw(ctx, generator, &e);
  if (status == FAIRU_OK)
    status = fairu_challenge_counts(ctx, &e, pool, 0, counts, POOL, &total);
  if (status == FAIRU_OK)
    list = (size_t *)calloc((size_t)total + 1, sizeof *list);
  if (status == FAIRU_OK && and_rows)
    status =
        list ? fairu_challenge_rows(ctx, &e, pool, counts, POOL, list, (size_t)total) : FAIRU_ERR_INTERNAL;
  free(list);
  free(counts);
  fairu_events_destroy(pool);
  return status;
}

static int fairu_challenge_counts_body(fairu_context *ctx, void *data)
{
  (void)data;
  const int status = with_pool(ctx, FAIRU_GENERATOR_NUMPY, 0);
  return status == FAIRU_OK ? with_pool(ctx, FAIRU_GENERATOR_PHILOX, 0) : status;
}

BODY(fairu_challenge_rows, with_pool(ctx, FAIRU_GENERATOR_NUMPY, 1))

static int fairu_challenge_draw_body(fairu_context *ctx, void *data)
{
  fairu_challenge_experiment e;
  (void)data;
  const int status = draw(ctx, FAIRU_GENERATOR_NUMPY, &e);
  return status == FAIRU_OK ? draw(ctx, FAIRU_GENERATOR_PHILOX, &e) : status;
}

static int fairu_challenge_order_body(fairu_context *ctx, void *data)
{
  uint64_t order[1000];
  (void)data;
  return fairu_challenge_order(ctx, NULL, order, 1000);
}

static int fairu_challenge_normalise_body(fairu_context *ctx, void *data)
{
  fairu_events *pool = NULL;
  (void)data;
  int status = make_pool(ctx, &pool);
  if (status == FAIRU_OK)
    status = fairu_challenge_normalise(pool, ctx, 100.0);
  fairu_events_destroy(pool);
  return status;
}

static int fairu_challenge_events_body(fairu_context *ctx, void *data)
{
  (void)data;
  int status = FAIRU_OK;
  for (int generator = 0; generator < 2 && status == FAIRU_OK; generator++) {
    fairu_events *pool = NULL, *events = NULL;
    fairu_challenge_experiment e;
    status = make_pool(ctx, &pool);
    if (status == FAIRU_OK)
      status = draw(ctx, generator, &e);
    if (status == FAIRU_OK)
      status = fairu_challenge_events(ctx, &e, pool, 0, &events);
    fairu_events_destroy(events);
    fairu_events_destroy(pool);
  }
  return status;
}

/* MET smeared, a weight scale that has nothing to do, two variables. */
typedef struct parts {
  fairu_events *pool;
  fairu_systematics *chain;
  fairu_classifier *classifier;
  fairu_binning *binnings[2];
} parts;

static int make_table(fairu_context *ctx, fairu_events **pool)
{
  static const char *const columns[2] = { "met", "met_phi" };
  static const char *const categories[1] = { "htautau" };
  enum { N = 200 };
  double weights[N];
  int32_t labels[N] = { 0 };
  for (size_t i = 0; i < N; i++)
    weights[i] = 1.0 + (double)(i % 3);
  int status = fairu_events_create(ctx, N, 2, columns, pool);
  if (status == FAIRU_OK)
    status = fairu_events_set_weights(*pool, ctx, weights, N);
  if (status == FAIRU_OK)
    status = fairu_events_set_labels(*pool, ctx, labels, N);
  if (status == FAIRU_OK)
    status = fairu_events_set_categories(*pool, ctx, categories, 1);
  return status;
}

static int make_chain(fairu_context *ctx, fairu_systematics **out)
{
  static const char *const names_of[2] = { "soft_met", "bkg_scale" };
  static const char *const labels[1] = { "ttbar" };
  fairu_nuisance nuisances[2];
  int status = FAIRU_OK;
  for (size_t i = 0; i < 2 && status == FAIRU_OK; i++) {
    status = fairu_nuisance_init(&nuisances[i], sizeof nuisances[i]);
    nuisances[i].name = names_of[i];
  }
  if (status == FAIRU_OK)
    status = fairu_systematics_create(ctx, nuisances, 2, out);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_met_smearing(*out, ctx, "soft_met", "met", "met_phi");
  if (status == FAIRU_OK)
    status = fairu_systematics_add_weight_scale(*out, ctx, "bkg_scale", labels, 1);
  return status;
}

static int make_parts(fairu_context *ctx, parts *p)
{
  static const char *const features[1] = { "met" };
  static const double weight = 0.1;
  int status = make_table(ctx, &p->pool);
  if (status == FAIRU_OK)
    status = make_chain(ctx, &p->chain);
  if (status == FAIRU_OK)
    status = fairu_classifier_create_linear(ctx, features, &weight, 1, 0.0, &p->classifier);
  if (status == FAIRU_OK)
    status = fairu_binning_create_uniform(ctx, 4, &p->binnings[0]);
  if (status == FAIRU_OK)
    status = fairu_binning_create_logit(ctx, 3, -1.0, 1.0, &p->binnings[1]);
  return status;
}

static int fill_histograms(fairu_context *ctx, const parts *p, int generator)
{
  const fairu_binning *const binnings[2] = { p->binnings[0], p->binnings[1] };
  double counts[7] = { 0 };
  uint64_t n_events, n_passed;
  fairu_challenge_experiment e;
  fairu_challenge_fill fill;
  int status = draw(ctx, generator, &e);
  e.tes = e.jes = 1.0;
  if (status == FAIRU_OK)
    status = fairu_challenge_fill_init(&fill, sizeof fill);
  fill.systematics = p->chain;
  fill.classifier = p->classifier;
  fill.binnings = binnings;
  fill.n_binnings = 2;
  if (status == FAIRU_OK)
    status = fairu_challenge_histograms(ctx, &e, p->pool, 0, &fill, counts, 7, &n_events, &n_passed);
  return status;
}

static int fairu_challenge_histograms_body(fairu_context *ctx, void *data)
{
  parts p = { 0 };
  (void)data;
  int status = make_parts(ctx, &p);
  if (status == FAIRU_OK)
    status = fairu_context_set_threads(ctx, 2);
  if (status == FAIRU_OK)
    status = fill_histograms(ctx, &p, FAIRU_GENERATOR_PHILOX);
  if (status == FAIRU_OK)
    status = fill_histograms(ctx, &p, FAIRU_GENERATOR_NUMPY);
  fairu_binning_destroy(p.binnings[0]);
  fairu_binning_destroy(p.binnings[1]);
  fairu_classifier_destroy(p.classifier);
  fairu_systematics_destroy(p.chain);
  fairu_events_destroy(p.pool);
  return status;
}

static const memory_case cases[] = {
  ROW(fairu_challenge_events, 1), ROW(fairu_challenge_histograms, 1), ROW(fairu_challenge_normalise, 1),
  ROW(fairu_challenge_draw, 0),   ROW(fairu_challenge_order, 1),      ROW(fairu_challenge_counts, 1),
  ROW(fairu_challenge_rows, 1),
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
