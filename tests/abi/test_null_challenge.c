/* NULL, one pointer at a time: pseudo-experiments. */
#include "abi/null.h"

static fairu_events *pool_of(fairu_context *ctx)
{
  static const char *const names[1] = { "ttbar" };
  static const double weights[3] = { 0.5, 1.0, 2.0 };
  static const int32_t labels[3] = { 0, 0, 0 };
  fairu_events *pool = NULL;
  CHECK_OK(ctx, fairu_events_create(ctx, 3, 0, NULL, &pool));
  CHECK_OK(ctx, fairu_events_set_weights(pool, ctx, weights, 3));
  CHECK_OK(ctx, fairu_events_set_labels(pool, ctx, labels, 3));
  CHECK_OK(ctx, fairu_events_set_categories(pool, ctx, names, 1));
  return pool;
}

static void rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  fairu_events *pool = pool_of(ctx);
  fairu_challenge_experiment e = { .struct_size = sizeof e };
  fairu_challenge_options o;
  uint64_t order[4], total = 0;
  size_t list[64];
  ANSWERS(fairu_challenge_options_init(NULL, sizeof o) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_challenge_options_init(&o, sizeof o), FAIRU_OK);
  o.n_sets = o.n_pe = 2;
  REFUSES_CTX(fairu_challenge_draw(NULL, &o, 1, 1, &e));
  REFUSES(fairu_challenge_draw(ctx, &o, 1, 1, NULL));
  ANSWERS(fairu_challenge_draw(ctx, NULL, 1, 1, &e) == FAIRU_OK);
  REFUSES_CTX(fairu_challenge_order(NULL, &o, order, 4));
  REFUSES(fairu_challenge_order(ctx, &o, NULL, 4));
  ANSWERS(fairu_challenge_order(ctx, NULL, order, 4) == FAIRU_ERR_SHAPE);
  REFUSES_CTX(fairu_challenge_counts(NULL, &e, pool, 0, t->out.u32, 3, &total));
  REFUSES(fairu_challenge_counts(ctx, NULL, pool, 0, t->out.u32, 3, &total));
  REFUSES(fairu_challenge_counts(ctx, &e, NULL, 0, t->out.u32, 3, &total));
  REFUSES(fairu_challenge_counts(ctx, &e, pool, 0, NULL, 3, &total));
  REFUSES(fairu_challenge_counts(ctx, &e, pool, 0, t->out.u32, 3, NULL));
  uint32_t counts[3];
  assert_int_equal(fairu_challenge_counts(ctx, &e, pool, 0, counts, 3, &total), FAIRU_OK);
  assert_true(total <= 64);
  REFUSES_CTX(fairu_challenge_rows(NULL, &e, pool, counts, 3, list, (size_t)total));
  REFUSES(fairu_challenge_rows(ctx, NULL, pool, counts, 3, list, (size_t)total));
  REFUSES(fairu_challenge_rows(ctx, &e, NULL, counts, 3, list, (size_t)total));
  REFUSES(fairu_challenge_rows(ctx, &e, pool, NULL, 3, list, (size_t)total));
  REFUSES(fairu_challenge_rows(ctx, &e, pool, counts, 3, NULL, (size_t)total));
  REFUSES_CTX(fairu_challenge_normalise(pool, NULL, 1.0));
  REFUSES(fairu_challenge_normalise(NULL, ctx, 1.0));
  fairu_events *made = NULL;
  REFUSES_CTX(fairu_challenge_events(NULL, &e, pool, 0, &made));
  REFUSES(fairu_challenge_events(ctx, NULL, pool, 0, &made));
  REFUSES(fairu_challenge_events(ctx, &e, NULL, 0, &made));
  REFUSES(fairu_challenge_events(ctx, &e, pool, 0, NULL));
  fairu_events_destroy(pool);
}

static void histograms(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  fairu_events *pool = pool_of(ctx);
  fairu_challenge_experiment e = { .struct_size = sizeof e };
  fairu_challenge_fill fill;
  double counts[4] = { 0 };
  uint64_t n = 0, m = 0;
  assert_int_equal(fairu_challenge_draw(ctx, NULL, 1, 1, &e), FAIRU_OK);
  ANSWERS(fairu_challenge_fill_init(NULL, sizeof fill) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_challenge_fill_init(&fill, sizeof fill), FAIRU_OK);
  REFUSES_CTX(fairu_challenge_histograms(NULL, &e, pool, 0, &fill, counts, 4, &n, &m));
  REFUSES(fairu_challenge_histograms(ctx, NULL, pool, 0, &fill, counts, 4, &n, &m));
  REFUSES(fairu_challenge_histograms(ctx, &e, NULL, 0, &fill, counts, 4, &n, &m));
  REFUSES(fairu_challenge_histograms(ctx, &e, pool, 0, NULL, counts, 4, &n, &m));
  REFUSES(fairu_challenge_histograms(ctx, &e, pool, 0, &fill, NULL, 4, &n, &m));
  REFUSES(fairu_challenge_histograms(ctx, &e, pool, 0, &fill, counts, 4, NULL, &m));
  REFUSES(fairu_challenge_histograms(ctx, &e, pool, 0, &fill, counts, 4, &n, NULL));
  fairu_events_destroy(pool);
}

static void all_rows(null_test *t)
{
  rows(t);
  histograms(t);
}

int main(void)
{
  static const char *const names[] = { "challenge" };
  return null_main(names, sizeof names / sizeof *names, all_rows);
}
