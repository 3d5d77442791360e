/* NULL, one pointer at a time: the baseline likelihood. */
#include "abi/null.h"

static const fairu_challenge_baseline_nuisance one = { "a", 0.0, 1.0, -1.0, 1.0 };

static void rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  static const double c[2] = { 0.5, 5.0 }, n[1] = { 6.0 }, x[2] = { 1.0, 0.0 };
  static const unsigned char is_free[1] = { 1 };
  const fairu_templates *templates = t->w.small.observed;
  fairu_challenge_baseline *b = NULL;
  fairu_challenge_baseline_result r = { .struct_size = sizeof r };
  double *d = t->out.d;
  CHECK_OK(ctx, fairu_challenge_baseline_create(ctx, &one, 1, 1, 1, c, c, &b));
  null_reset(t);
  NO_OBJECT_CTX(fairu_challenge_baseline_create(NULL, &one, 1, 1, 1, c, c, OUT(fairu_challenge_baseline)));
  NO_OBJECT(fairu_challenge_baseline_create(ctx, NULL, 1, 1, 1, c, c, OUT(fairu_challenge_baseline)));
  NO_OBJECT(fairu_challenge_baseline_create(ctx, &one, 1, 1, 1, NULL, c, OUT(fairu_challenge_baseline)));
  NO_OBJECT(fairu_challenge_baseline_create(ctx, &one, 1, 1, 1, c, NULL, OUT(fairu_challenge_baseline)));
  REFUSES(fairu_challenge_baseline_create(ctx, &one, 1, 1, 1, c, c, NULL));
  NO_OBJECT_CTX(fairu_challenge_baseline_create_from_templates(NULL, templates, "signal", &one, 1, 2,
                                                               OUT(fairu_challenge_baseline)));
  NO_OBJECT(fairu_challenge_baseline_create_from_templates(ctx, NULL, "signal", &one, 1, 2,
                                                           OUT(fairu_challenge_baseline)));
  NO_OBJECT(fairu_challenge_baseline_create_from_templates(ctx, templates, NULL, &one, 1, 2,
                                                           OUT(fairu_challenge_baseline)));
  NO_OBJECT(fairu_challenge_baseline_create_from_templates(ctx, templates, "signal", NULL, 1, 2,
                                                           OUT(fairu_challenge_baseline)));
  REFUSES(fairu_challenge_baseline_create_from_templates(ctx, templates, "signal", &one, 1, 2, NULL));
  IGNORES(fairu_challenge_baseline_destroy(NULL));
  ANSWERS(fairu_challenge_baseline_n_bins(NULL) == 0);
  ANSWERS(fairu_challenge_baseline_n_nuisances(NULL) == 0);
  REFUSES(fairu_challenge_baseline_polynomials(NULL, ctx, 0, 0.0, d, d + 1));
  REFUSES_CTX(fairu_challenge_baseline_polynomials(b, NULL, 0, 0.0, d, d + 1));
  ANSWERS(fairu_challenge_baseline_polynomials(b, ctx, 0, 0.0, NULL, d + 1) == FAIRU_OK);
  ANSWERS(fairu_challenge_baseline_polynomials(b, ctx, 0, 0.0, d, NULL) == FAIRU_OK);
  REFUSES(fairu_challenge_baseline_nll(NULL, ctx, n, 1, x, 2, d, d + 1, d + 3));
  REFUSES_CTX(fairu_challenge_baseline_nll(b, NULL, n, 1, x, 2, d, d + 1, d + 3));
  REFUSES(fairu_challenge_baseline_nll(b, ctx, NULL, 1, x, 2, d, d + 1, d + 3));
  REFUSES(fairu_challenge_baseline_nll(b, ctx, n, 1, NULL, 2, d, d + 1, d + 3));
  REFUSES(fairu_challenge_baseline_nll(b, ctx, n, 1, x, 2, NULL, d + 1, d + 3));
  ANSWERS(fairu_challenge_baseline_nll(b, ctx, n, 1, x, 2, d, NULL, d + 3) == FAIRU_OK);
  ANSWERS(fairu_challenge_baseline_nll(b, ctx, n, 1, x, 2, d, d + 1, NULL) == FAIRU_OK);
  REFUSES(fairu_challenge_baseline_fit(NULL, ctx, n, 1, is_free, d, d + 2, 2, &r));
  REFUSES_CTX(fairu_challenge_baseline_fit(b, NULL, n, 1, is_free, d, d + 2, 2, &r));
  REFUSES(fairu_challenge_baseline_fit(b, ctx, NULL, 1, is_free, d, d + 2, 2, &r));
  ANSWERS(fairu_challenge_baseline_fit(b, ctx, n, 1, NULL, d, d + 2, 2, &r) == FAIRU_OK);
  ANSWERS(fairu_challenge_baseline_fit(b, ctx, n, 1, is_free, NULL, d + 2, 2, &r) == FAIRU_OK);
  ANSWERS(fairu_challenge_baseline_fit(b, ctx, n, 1, is_free, d, NULL, 2, &r) == FAIRU_OK);
  REFUSES(fairu_challenge_baseline_fit(b, ctx, n, 1, is_free, d, d + 2, 2, NULL));
  fairu_challenge_baseline_destroy(b);
}

int main(void)
{
  static const char *const names[] = { "challenge_baseline" };
  return null_main(names, sizeof names / sizeof *names, rows);
}
