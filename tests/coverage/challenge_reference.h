/* challenge_reference.h - the challenge's pseudo-experiments of ../shared/data/fair-universe, for tests. */
#ifndef FAIRU_TESTS_COVERAGE_CHALLENGE_REFERENCE_H
#define FAIRU_TESTS_COVERAGE_CHALLENGE_REFERENCE_H

#include "coverage/reference_file.h"

enum { TEST_ROWS = 300, PROCESSES = FAIRU_CHALLENGE_PROCESSES };

static inline fairu_challenge_options small_options(uint64_t n_sets, uint64_t n_pe)
{
  fairu_challenge_options o;
  assert_int_equal(fairu_challenge_options_init(&o, sizeof o), FAIRU_OK);
  o.n_sets = n_sets;
  o.n_pe = n_pe;
  return o;
}

static inline fairu_challenge_experiment drawn(fairu_context *ctx, const fairu_challenge_options *o,
                                               uint64_t set, uint64_t pe)
{
  fairu_challenge_experiment e = { .struct_size = sizeof e };
  CHECK_OK(ctx, fairu_challenge_draw(ctx, o, set, pe, &e));
  return e;
}

/* The challenge's test part of the sample: weights renormalised, then made smaller, in float as there. */
static inline fairu_events *sample(fairu_context *ctx, double sum_weights, double extra)
{
  char path[512];
  fairu_csv_options options;
  fairu_events *all = NULL, *part = NULL;
  size_t rows[TEST_ROWS];
  double weights[TEST_ROWS], sum = 0.0;
  assert_int_equal(fairu_csv_options_init(&options, sizeof options), FAIRU_OK);
  options.label = "detailed_labels";
  options.weight = "weights";
  CHECK_OK(ctx, fairu_events_read_csv(ctx, support_data(path, sizeof path, "fair-universe/sample.csv.gz"),
                                      &options, &all));
  for (size_t i = 0; i < TEST_ROWS; i++)
    rows[i] = i;
  CHECK_OK(ctx, fairu_events_select(all, ctx, rows, TEST_ROWS, &part));
  for (size_t i = 0; i < TEST_ROWS; i++)
    sum += (double)(float)fairu_events_weights(part)[i];
  CHECK_CLOSE(sum, 302540.1502239704, 1e-15);
  CHECK_OK(ctx, fairu_challenge_normalise(part, ctx, sum_weights));
  for (size_t i = 0; i < TEST_ROWS; i++) {
    const float w = (float)fairu_events_weights(part)[i] * (float)extra;
    weights[i] = (double)w;
  }
  CHECK_OK(ctx, fairu_events_set_weights(part, ctx, weights, TEST_ROWS));
  fairu_events_destroy(all);
  return part;
}

/* The organisers' numbers and what they are numbers of; the test is skipped where they are not there. */
typedef struct published {
  fairu_context *ctx;
  json_t *root;
  const json_t *list; /* of pseudo-experiments */
  fairu_challenge_options options;
  fairu_events *pool;
} published;

static inline published published_begin(void)
{
  published p = { .root = reference_file("fair-universe/pseudo_experiments.json") };
  p.ctx = support_context();
  p.list = json_object_get(p.root, "pseudo_experiments");
  p.options = small_options(3, 4);
  p.pool = sample(p.ctx, number_of(p.root, "sum_weights"), number_of(p.root, "extra_weight_scale"));
  assert_int_equal(json_array_size(p.list), 12);
  return p;
}

static inline void published_end(published *p)
{
  fairu_events_destroy(p->pool);
  json_decref(p->root);
  fairu_context_destroy(p->ctx);
}

static inline fairu_challenge_experiment published_drawn(const published *p, const json_t *wanted)
{
  return drawn(p->ctx, &p->options, (uint64_t)number_of(wanted, "set_index"),
               (uint64_t)number_of(wanted, "test_set_index"));
}

/* A table of the organisers'. */
static inline fairu_events *published_table(const published *p, const char *name)
{
  char path[512];
  fairu_events *table = NULL;
  CHECK_OK(p->ctx, fairu_events_read_csv(p->ctx, support_data(path, sizeof path, name), NULL, &table));
  return table;
}

#endif /* FAIRU_TESTS_COVERAGE_CHALLENGE_REFERENCE_H */
