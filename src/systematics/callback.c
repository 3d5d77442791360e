/* callback.c - transformations of the caller, and their derivatives. */
#include "systematics/tangent.h"

static int check_answer(fairu_context *worker, const fairu_chunk *chunk, int answer, const char *what)
{
  if (answer == 0)
    return FAIRU_OK;
  return fairu_context__fail(worker, FAIRU_ERR_CALLBACK, "%s returned %d for rows from %zu", what, answer,
                             chunk->first_row);
}

static int run_callback(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk)
{
  const int answer =
      step->fn(chunk->z, chunk->n_nuisances, chunk->seed, chunk->first_row, chunk->n_events, chunk->columns,
               step->n_columns, chunk->weights, chunk->passed, step->user_data);
  return check_answer(worker, chunk, answer, "transformation");
}

/* Columns of the caller may depend on any nuisance: what none of these rows needs goes back to rest. */
static void rest_zeros(const fairu_tangent *t, size_t c, size_t k)
{
  const double *slopes = fairu_tangent__slopes(t, c, k);
  for (size_t i = 0; i < t->n; i++)
    if (slopes[i] != 0.0)
      return;
  fairu_tangent__rest(t, c, k);
}

static int callback_tangent(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk,
                            const fairu_tangent *t)
{
  const size_t n = step->n_columns, n_z = t->n_nuisances;
  const fairu_mark mark = fairu_context__mark(worker);
  double **values = fairu_context__scratch(worker, n, sizeof *values, "columns of a transformation");
  double **tangents =
      fairu_context__scratch(worker, n, n_z * sizeof *tangents, "tangents of a transformation");
  int status = values && tangents ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t c = 0; c < n && status == FAIRU_OK; c++) {
    values[c] = fairu_tangent__values(t, c);
    for (size_t k = 0; k < n_z; k++)
      tangents[c * n_z + k] = fairu_tangent__move(t, c, k);
  }
  if (status == FAIRU_OK)
    status = check_answer(worker, chunk,
                          step->tangent_fn(chunk->z, n_z, chunk->seed, chunk->first_row, t->n, values,
                                           tangents, n, chunk->passed, step->user_data),
                          "derivatives of a transformation");
  for (size_t c = 0; c < n && status == FAIRU_OK; c++)
    for (size_t k = 0; k < n_z; k++)
      rest_zeros(t, c, k);
  fairu_context__release(worker, mark);
  return status;
}

int fairu_systematics_add_callback_with_tangents(fairu_systematics *systematics, fairu_context *ctx,
                                                 const char *const *columns, size_t n_columns,
                                                 fairu_transform_fn fn, fairu_transform_tangent_fn tangent,
                                                 void *user_data)
{
  int status = fairu_systematics__check_append(systematics, ctx, ctx, "ctx");
  if (status == FAIRU_OK && n_columns > 0)
    status = fairu_systematics__check_append(systematics, ctx, columns, "columns");
  if (status != FAIRU_OK)
    return status;
  if (!fn)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fn is NULL");
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_step_column *own = fairu_context__scratch(ctx, n_columns, sizeof *own, "columns of a callback");
  if (!own)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n_columns; i++)
    own[i] = (fairu_step_column){ .name = columns[i], .is_read = 1, .change = FAIRU_CHANGE_UNKNOWN };
  fairu_step step = { .kind = "callback",
                      .run = run_callback,
                      .tangent = tangent ? callback_tangent : NULL,
                      .columns = own,
                      .n_columns = n_columns,
                      .weighs = 1,
                      .fn = fn,
                      .tangent_fn = tangent,
                      .user_data = user_data };
  status = fairu_systematics__append_named(systematics, ctx, NULL, &step);
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_systematics_add_callback(fairu_systematics *systematics, fairu_context *ctx,
                                   const char *const *columns, size_t n_columns, fairu_transform_fn fn,
                                   void *user_data)
{
  return fairu_systematics_add_callback_with_tangents(systematics, ctx, columns, n_columns, fn, NULL,
                                                      user_data);
}
