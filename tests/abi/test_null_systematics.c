/* NULL, one pointer at a time: transformations of events. */
#include "abi/null.h"

static void pack_rows(null_test *t, fairu_systematics *s)
{
  fairu_context *ctx = t->w.ctx;
  static const char *const labels[2] = { "signal", "0" };
  fairu_higgsml_options options;
  ANSWERS(fairu_higgsml_options_init(NULL, sizeof options) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_higgsml_options_init(&options, sizeof options), FAIRU_OK);
  REFUSES(fairu_systematics_add_higgsml(NULL, ctx, &options));
  REFUSES_CTX(fairu_systematics_add_higgsml(s, NULL, &options));
  ANSWERS(fairu_systematics_add_higgsml(s, ctx, NULL) == FAIRU_OK);
  REFUSES(fairu_systematics_add_weight_scale(NULL, ctx, "angle", labels, 2));
  REFUSES_CTX(fairu_systematics_add_weight_scale(s, NULL, "angle", labels, 2));
  REFUSES(fairu_systematics_add_weight_scale(s, ctx, NULL, labels, 2));
  REFUSES(fairu_systematics_add_weight_scale(s, ctx, "angle", NULL, 2));
}

static void scale_rows(null_test *t, fairu_systematics *s)
{
  fairu_context *ctx = t->w.ctx;
  REFUSES(fairu_systematics_add_scale(NULL, ctx, "angle", world_features, 2));
  REFUSES_CTX(fairu_systematics_add_scale(s, NULL, "angle", world_features, 2));
  REFUSES(fairu_systematics_add_scale(s, ctx, NULL, world_features, 2));
  REFUSES(fairu_systematics_add_scale(s, ctx, "angle", NULL, 2));
  REFUSES(fairu_systematics_add_met_smearing(NULL, ctx, "angle", "x", "y"));
  REFUSES_CTX(fairu_systematics_add_met_smearing(s, NULL, "angle", "x", "y"));
  REFUSES(fairu_systematics_add_met_smearing(s, ctx, NULL, "x", "y"));
  REFUSES(fairu_systematics_add_met_smearing(s, ctx, "angle", NULL, "y"));
  REFUSES(fairu_systematics_add_met_smearing(s, ctx, "angle", "x", NULL));
  REFUSES(fairu_systematics_add_momentum_scale(NULL, ctx, "angle", "a", "b", "x", "y", 0.0));
  REFUSES_CTX(fairu_systematics_add_momentum_scale(s, NULL, "angle", "a", "b", "x", "y", 0.0));
  REFUSES(fairu_systematics_add_momentum_scale(s, ctx, NULL, "a", "b", "x", "y", 0.0));
  REFUSES(fairu_systematics_add_momentum_scale(s, ctx, "angle", NULL, "b", "x", "y", 0.0));
  REFUSES(fairu_systematics_add_momentum_scale(s, ctx, "angle", "a", NULL, "x", "y", 0.0));
  REFUSES(fairu_systematics_add_momentum_scale(s, ctx, "angle", "a", "b", NULL, "y", 0.0));
  REFUSES(fairu_systematics_add_momentum_scale(s, ctx, "angle", "a", "b", "x", NULL, 0.0));
}

static void all_rows(null_test *t)
{
  fairu_nuisance n;
  fairu_systematics *s = NULL;
  CHECK_OK(t->w.ctx, fairu_nuisance_init(&n, sizeof n));
  n.name = "angle";
  CHECK_OK(t->w.ctx, fairu_systematics_create(t->w.ctx, &n, 1, &s));
  null_reset(t);
  pack_rows(t, s);
  scale_rows(t, s);
  fairu_systematics_destroy(s);
}

int main(void)
{
  static const char *const names[] = { "systematics" };
  return null_main(names, sizeof names / sizeof *names, all_rows);
}
