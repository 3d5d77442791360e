/* NULL, one pointer at a time: draws from priors, plain transformations of columns and weights. */
#include "abi/null.h"

static void draw_rows(null_test *t, const fairu_nuisance *n)
{
  REFUSES_CTX(fairu_nuisance_draw(NULL, n, 1, 0, 2, 0, t->out.d));
  REFUSES(fairu_nuisance_draw(t->w.ctx, NULL, 1, 0, 2, 0, t->out.d));
  REFUSES(fairu_nuisance_draw(t->w.ctx, n, 1, 0, 2, 0, NULL));
}

static void no_pointer_is_taken_on_trust(void **state)
{
  static const char *const names[] = { "systematics" };
  (void)state;
  null_test *t = null_begin(names, sizeof names / sizeof *names);
  fairu_nuisance n;
  CHECK_OK(t->w.ctx, fairu_nuisance_init(&n, sizeof n));
  n.name = "angle";
  null_reset(t);
  draw_rows(t, &n);
  null_end(t);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(no_pointer_is_taken_on_trust) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
