/* NULL, one pointer at a time: derivatives of shifted events. */
#include "abi/null.h"

static int tangent(const double *z, size_t n_z, uint64_t seed, size_t first, size_t n, double *const *values,
                   double *const *tangents, size_t n_columns, unsigned char *passed, void *data)
{
  (void)n_columns, (void)z, (void)n_z, (void)seed, (void)first, (void)n, (void)values, (void)tangents,
      (void)passed, (void)data;
  return 0;
}

static void callback_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const char *const *f = world_features;
  fairu_nuisance n;
  fairu_systematics *s = NULL;
  CHECK_OK(ctx, fairu_nuisance_init(&n, sizeof n));
  n.name = "angle";
  CHECK_OK(ctx, fairu_systematics_create(ctx, &n, 1, &s));
  null_reset(t);
  REFUSES(fairu_systematics_add_callback_with_tangents(NULL, ctx, f, 2, world_transform, tangent, s));
  REFUSES_CTX(fairu_systematics_add_callback_with_tangents(s, NULL, f, 2, world_transform, tangent, s));
  REFUSES(fairu_systematics_add_callback_with_tangents(s, ctx, NULL, 2, world_transform, tangent, s));
  REFUSES(fairu_systematics_add_callback_with_tangents(s, ctx, f, 2, NULL, tangent, s));
  ANSWERS(fairu_systematics_add_callback_with_tangents(s, ctx, f, 2, world_transform, NULL, s) == FAIRU_OK);
  ANSWERS(fairu_systematics_add_callback_with_tangents(s, ctx, f, 2, world_transform, tangent, NULL) ==
          FAIRU_OK);
  fairu_systematics_destroy(s);
}

static void migration_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_systematics *s = t->w.parts.systematics;
  const fairu_events *e = t->w.events;
  fairu_migration m = { .struct_size = sizeof m };
  REFUSES(fairu_systematics_migration(NULL, ctx, e, world_z, 1, 0, 0.1, 1, &m));
  REFUSES_CTX(fairu_systematics_migration(s, NULL, e, world_z, 1, 0, 0.1, 1, &m));
  REFUSES(fairu_systematics_migration(s, ctx, NULL, world_z, 1, 0, 0.1, 1, &m));
  REFUSES(fairu_systematics_migration(s, ctx, e, NULL, 1, 0, 0.1, 1, &m));
  REFUSES(fairu_systematics_migration(s, ctx, e, world_z, 1, 0, 0.1, 1, NULL));
  REFUSES(fairu_systematics_check_tangents(NULL, ctx, e, world_z, 1, world_z, 1, 0.1));
  REFUSES_CTX(fairu_systematics_check_tangents(s, NULL, e, world_z, 1, world_z, 1, 0.1));
  REFUSES(fairu_systematics_check_tangents(s, ctx, NULL, world_z, 1, world_z, 1, 0.1));
  REFUSES(fairu_systematics_check_tangents(s, ctx, e, NULL, 1, world_z, 1, 0.1));
  REFUSES(fairu_systematics_check_tangents(s, ctx, e, world_z, 1, NULL, 1, 0.1));
}

static void all_rows(null_test *t)
{
  const fairu_systematics *s = t->w.parts.systematics;
  fairu_context *ctx = t->w.ctx;
  const fairu_events *e = t->w.events;
  const char *const *f = world_features;
  float *out = t->out.f;
  ANSWERS(fairu_systematics_tangents(NULL, ctx, e, NULL, 0, 1, f, 2, out) == FAIRU_OK);
  REFUSES_CTX(fairu_systematics_tangents(s, NULL, e, world_z, 1, 1, f, 2, out));
  REFUSES(fairu_systematics_tangents(s, ctx, NULL, world_z, 1, 1, f, 2, out));
  REFUSES(fairu_systematics_tangents(s, ctx, e, NULL, 1, 1, f, 2, out));
  REFUSES(fairu_systematics_tangents(s, ctx, e, world_z, 1, 1, NULL, 2, out));
  REFUSES(fairu_systematics_tangents(s, ctx, e, world_z, 1, 1, f, 2, NULL));
  callback_rows(t);
  migration_rows(t);
}

int main(void)
{
  static const char *const names[] = { "systematics" };
  return null_main(names, sizeof names / sizeof *names, all_rows);
}
