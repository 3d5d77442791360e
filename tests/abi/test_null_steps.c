/* NULL, one pointer at a time: draws from priors, plain transformations of columns and weights. */
#include "abi/null.h"

static void draw_rows(null_test *t, const fairu_nuisance *n)
{
  REFUSES_CTX(fairu_nuisance_draw(NULL, n, 1, 0, 2, 0, t->out.d));
  REFUSES(fairu_nuisance_draw(t->w.ctx, NULL, 1, 0, 2, 0, t->out.d));
  REFUSES(fairu_nuisance_draw(t->w.ctx, n, 1, 0, 2, 0, NULL));
}

static void column_rows(null_test *t, fairu_systematics *s)
{
  static const double steps[2] = { 1.0, 2.0 };
  fairu_context *ctx = t->w.ctx;
  REFUSES(fairu_systematics_add_shift(NULL, ctx, "angle", world_features, steps, 2, 0.0));
  REFUSES_CTX(fairu_systematics_add_shift(s, NULL, "angle", world_features, steps, 2, 0.0));
  REFUSES(fairu_systematics_add_shift(s, ctx, NULL, world_features, steps, 2, 0.0));
  REFUSES(fairu_systematics_add_shift(s, ctx, "angle", NULL, steps, 2, 0.0));
  REFUSES(fairu_systematics_add_shift(s, ctx, "angle", world_features, NULL, 2, 0.0));
  REFUSES(fairu_systematics_add_smearing(NULL, ctx, "angle", world_features, 2));
  REFUSES_CTX(fairu_systematics_add_smearing(s, NULL, "angle", world_features, 2));
  REFUSES(fairu_systematics_add_smearing(s, ctx, NULL, world_features, 2));
  REFUSES(fairu_systematics_add_smearing(s, ctx, "angle", NULL, 2));
}

static void selection_rows(null_test *t, fairu_systematics *s)
{
  static const double edges[2] = { 1.0, 2.0 };
  fairu_context *ctx = t->w.ctx;
  REFUSES(fairu_systematics_add_cut(NULL, ctx, "x", 0.0, 1.0));
  REFUSES_CTX(fairu_systematics_add_cut(s, NULL, "x", 0.0, 1.0));
  REFUSES(fairu_systematics_add_cut(s, ctx, NULL, 0.0, 1.0));
  REFUSES(fairu_systematics_add_category(NULL, ctx, "x", edges, 2, "y"));
  REFUSES_CTX(fairu_systematics_add_category(s, NULL, "x", edges, 2, "y"));
  REFUSES(fairu_systematics_add_category(s, ctx, NULL, edges, 2, "y"));
  REFUSES(fairu_systematics_add_category(s, ctx, "x", NULL, 2, "y"));
  REFUSES(fairu_systematics_add_category(s, ctx, "x", edges, 2, NULL));
  REFUSES(fairu_systematics_add_two_point(NULL, ctx, "angle", "x", "y"));
  REFUSES_CTX(fairu_systematics_add_two_point(s, NULL, "angle", "x", "y"));
  REFUSES(fairu_systematics_add_two_point(s, ctx, NULL, "x", "y"));
  REFUSES(fairu_systematics_add_two_point(s, ctx, "angle", NULL, "y"));
  REFUSES(fairu_systematics_add_two_point(s, ctx, "angle", "x", NULL));
}

static void pack_rows(null_test *t, fairu_systematics *s)
{
  fairu_context *ctx = t->w.ctx;
  fairu_higgsml2014_options options;
  ANSWERS(fairu_higgsml2014_options_init(NULL, sizeof options) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_higgsml2014_options_init(&options, sizeof options), FAIRU_OK);
  REFUSES(fairu_systematics_add_higgsml2014(NULL, ctx, &options));
  REFUSES_CTX(fairu_systematics_add_higgsml2014(s, NULL, &options));
  ANSWERS(fairu_systematics_add_higgsml2014(s, ctx, NULL) == FAIRU_OK);
}

static void all_rows(null_test *t)
{
  fairu_nuisance n;
  CHECK_OK(t->w.ctx, fairu_nuisance_init(&n, sizeof n));
  n.name = "angle";
  fairu_systematics *s = NULL;
  CHECK_OK(t->w.ctx, fairu_systematics_create(t->w.ctx, &n, 1, &s));
  null_reset(t);
  draw_rows(t, &n);
  column_rows(t, s);
  selection_rows(t, s);
  pack_rows(t, s);
  fairu_systematics_destroy(s);
}

int main(void)
{
  static const char *const names[] = { "systematics" };
  return null_main(names, sizeof names / sizeof *names, all_rows);
}
