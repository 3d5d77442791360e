/* NULL, one pointer at a time: calibrated intervals. */
#include "abi/null.h"

static void lookups(null_test *t, const fairu_interval_calibration *c)
{
  fairu_context *ctx = t->w.ctx;
  char digest[FAIRU_INTERVAL_CALIBRATION_DIGEST], other[FAIRU_INTERVAL_CALIBRATION_DIGEST];
  double *d = t->out.d;
  uint64_t n = 0;
  ANSWERS(fairu_interval_calibration_n_mu(NULL) == 0);
  REFUSES(fairu_interval_calibration_point(NULL, ctx, 0, d, d + 1, d + 2, d + 3, &n));
  REFUSES_CTX(fairu_interval_calibration_point(c, NULL, 0, d, d + 1, d + 2, d + 3, &n));
  ANSWERS(fairu_interval_calibration_point(c, ctx, 0, NULL, d + 1, d + 2, d + 3, &n) == FAIRU_OK);
  ANSWERS(fairu_interval_calibration_point(c, ctx, 0, d, NULL, d + 2, d + 3, &n) == FAIRU_OK);
  ANSWERS(fairu_interval_calibration_point(c, ctx, 0, d, d + 1, NULL, d + 3, &n) == FAIRU_OK);
  ANSWERS(fairu_interval_calibration_point(c, ctx, 0, d, d + 1, d + 2, NULL, &n) == FAIRU_OK);
  ANSWERS(fairu_interval_calibration_point(c, ctx, 0, d, d + 1, d + 2, d + 3, NULL) == FAIRU_OK);
  REFUSES(fairu_interval_calibration_critical(NULL, ctx, 1.0, d, d + 1));
  REFUSES_CTX(fairu_interval_calibration_critical(c, NULL, 1.0, d, d + 1));
  REFUSES(fairu_interval_calibration_critical(c, ctx, 1.0, NULL, d + 1));
  ANSWERS(fairu_interval_calibration_critical(c, ctx, 1.0, d, NULL) == FAIRU_OK);
  REFUSES(fairu_interval_calibration_digest(NULL, ctx, digest));
  REFUSES_CTX(fairu_interval_calibration_digest(c, NULL, other));
  REFUSES(fairu_interval_calibration_digest(c, ctx, NULL));
  REFUSES(fairu_interval_calibration_save(NULL, ctx, t->w.missing));
  REFUSES_CTX(fairu_interval_calibration_save(c, NULL, t->w.missing));
  REFUSES(fairu_interval_calibration_save(c, ctx, NULL));
  NO_OBJECT_CTX(fairu_interval_calibration_load(NULL, t->w.missing, OUT(fairu_interval_calibration)));
  NO_OBJECT(fairu_interval_calibration_load(ctx, NULL, OUT(fairu_interval_calibration)));
  REFUSES(fairu_interval_calibration_load(ctx, t->w.missing, NULL));
}

static void rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_likelihood *lh = t->w.turning;
  const size_t n = fairu_likelihood_n_parameters(lh);
  fairu_data *data = t->w.turning_data;
  fairu_calibrated_interval interval = { .struct_size = sizeof interval };
  fairu_interval_calibration *c = NULL;
  fairu_interval_calibration_options o;
  double *d = t->out.d;
  ANSWERS(fairu_interval_calibration_options_init(NULL, sizeof o) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_interval_calibration_options_init(&o, sizeof o), FAIRU_OK);
  o.n_mu = 5;
  o.n_toys = 100;
  NO_OBJECT_CTX(fairu_interval_calibration_create(NULL, lh, &o, OUT(fairu_interval_calibration)));
  NO_OBJECT(fairu_interval_calibration_create(ctx, NULL, &o, OUT(fairu_interval_calibration)));
  MAKES(fairu_interval_calibration_create(ctx, lh, NULL, OUT(fairu_interval_calibration)),
        fairu_interval_calibration);
  REFUSES(fairu_interval_calibration_create(ctx, lh, &o, NULL));
  CHECK_OK(ctx, fairu_interval_calibration_create(ctx, lh, &o, &c));
  null_reset(t);
  lookups(t, c);
  REFUSES(fairu_interval_calibration_interval(NULL, ctx, lh, data, NULL, &interval, d, n));
  REFUSES_CTX(fairu_interval_calibration_interval(c, NULL, lh, data, NULL, &interval, d, n));
  REFUSES(fairu_interval_calibration_interval(c, ctx, NULL, data, NULL, &interval, d, n));
  REFUSES(fairu_interval_calibration_interval(c, ctx, lh, NULL, NULL, &interval, d, n));
  ANSWERS(fairu_interval_calibration_interval(c, ctx, lh, data, NULL, &interval, d, n) == FAIRU_OK);
  REFUSES(fairu_interval_calibration_interval(c, ctx, lh, data, NULL, NULL, d, n));
  ANSWERS(fairu_interval_calibration_interval(c, ctx, lh, data, NULL, &interval, NULL, n) == FAIRU_OK);
  REFUSES_CTX(fairu_interval_calibration_toy(NULL, lh, &o, 1.0, 9, 0, d, n, data));
  REFUSES(fairu_interval_calibration_toy(ctx, NULL, &o, 1.0, 9, 0, d, n, data));
  ANSWERS(fairu_interval_calibration_toy(ctx, lh, NULL, 1.0, 9, 0, d, n, data) == FAIRU_OK);
  REFUSES(fairu_interval_calibration_toy(ctx, lh, &o, 1.0, 9, 0, NULL, n, data));
  REFUSES(fairu_interval_calibration_toy(ctx, lh, &o, 1.0, 9, 0, d, n, NULL));
  IGNORES(fairu_interval_calibration_destroy(NULL));
  fairu_interval_calibration_destroy(c);
}

int main(void)
{
  static const char *const names[] = { "interval_calibration" };
  return null_main(names, sizeof names / sizeof *names, rows);
}
