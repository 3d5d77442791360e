/* NULL, one pointer at a time: tests with toys, Neyman and Feldman-Cousins. */
#include "abi/null.h"

static void rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_likelihood *lh = t->w.turning;
  fairu_data *data = t->w.turning_data;
  fairu_toy_test_result r = { .struct_size = sizeof r };
  const double mu = 1.0;
  double *d = t->out.d;
  fairu_toy_test o;
  ANSWERS(fairu_toy_test_init(NULL, sizeof o) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_toy_test_init(&o, sizeof o), FAIRU_OK);
  o.n_toys = 2;
  REFUSES_CTX(fairu_hypotest_toys(NULL, lh, data, &o, mu, &r, d, d + 2));
  REFUSES(fairu_hypotest_toys(ctx, NULL, data, &o, mu, &r, d, d + 2));
  REFUSES(fairu_hypotest_toys(ctx, lh, NULL, &o, mu, &r, d, d + 2));
  ANSWERS(fairu_hypotest_toys(ctx, lh, data, NULL, mu, &r, NULL, NULL) == FAIRU_OK);
  REFUSES(fairu_hypotest_toys(ctx, lh, data, &o, mu, NULL, d, d + 2));
  ANSWERS(fairu_hypotest_toys(ctx, lh, data, &o, mu, &r, NULL, d + 2) == FAIRU_OK);
  ANSWERS(fairu_hypotest_toys(ctx, lh, data, &o, mu, &r, d, NULL) == FAIRU_OK);
  REFUSES_CTX(fairu_neyman_pvalues(NULL, lh, data, &o, &mu, 1, d));
  REFUSES(fairu_neyman_pvalues(ctx, NULL, data, &o, &mu, 1, d));
  REFUSES(fairu_neyman_pvalues(ctx, lh, NULL, &o, &mu, 1, d));
  ANSWERS(fairu_neyman_pvalues(ctx, lh, data, NULL, &mu, 1, d) == FAIRU_OK);
  REFUSES(fairu_neyman_pvalues(ctx, lh, data, &o, NULL, 1, d));
  REFUSES(fairu_neyman_pvalues(ctx, lh, data, &o, &mu, 1, NULL));
  REFUSES_CTX(fairu_feldman_cousins(NULL, 3, 1.0, 0.9, d, d + 1));
  REFUSES(fairu_feldman_cousins(ctx, 3, 1.0, 0.9, NULL, d + 1));
  REFUSES(fairu_feldman_cousins(ctx, 3, 1.0, 0.9, d, NULL));
}

int main(void)
{
  static const char *const names[] = { "coverage" };
  return null_main(names, sizeof names / sizeof *names, rows);
}
