/* No memory: derivatives of shifted events. */
#include "abi/memory_chain.h"

static const char *const names[] = { "systematics" };

static int fairu_systematics_tangents_body(fairu_context *ctx, void *data)
{
  const world *w = data;
  float tangents[2 * WORLD_EVENTS];
  return fairu_systematics_tangents(w->parts.systematics, ctx, w->events, world_z, 1, 1, world_features, 2,
                                    tangents);
}

static int moved(const double *z, size_t n_z, uint64_t seed, size_t first, size_t n, double *const *values,
                 double *const *tangents, size_t n_columns, unsigned char *passed, void *data)
{
  (void)n_columns, (void)z, (void)seed, (void)first, (void)values, (void)passed, (void)data;
  for (size_t i = 0; i < n; i++)
    tangents[n_z][i] += 1.0;
  return 0;
}

/* The chain is made and asked for its tangents: its step allocates there, too. */
static int fairu_systematics_add_callback_with_tangents_body(fairu_context *ctx, void *data)
{
  const world *w = data;
  float tangents[2 * WORLD_EVENTS];
  fairu_systematics *s = NULL;
  int status = memory_chain(ctx, &s);
  if (status == FAIRU_OK)
    status =
        fairu_systematics_add_callback_with_tangents(s, ctx, world_features, 2, world_transform, moved, NULL);
  if (status == FAIRU_OK)
    status = fairu_systematics_tangents(s, ctx, w->events, world_z, 1, 1, world_features, 2, tangents);
  fairu_systematics_destroy(s);
  return status;
}

static int fairu_systematics_migration_body(fairu_context *ctx, void *data)
{
  const world *w = data;
  fairu_migration m = { .struct_size = sizeof m };
  return fairu_systematics_migration(w->parts.systematics, ctx, w->events, world_z, 1, 0, 0.1, 1, &m);
}

static int fairu_systematics_check_tangents_body(fairu_context *ctx, void *data)
{
  const world *w = data;
  return fairu_systematics_check_tangents(w->parts.systematics, ctx, w->events, world_z, 1, world_z, 1, 0.5);
}

static const memory_case cases[] = { ROW(fairu_systematics_tangents, 1),
                                     ROW(fairu_systematics_add_callback_with_tangents, 1),
                                     ROW(fairu_systematics_migration, 1),
                                     ROW(fairu_systematics_check_tangents, 1) };
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
