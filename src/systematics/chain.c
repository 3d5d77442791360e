/* chain.c - a list of nuisances and of steps: making it, appending to it, asking it. */
#include "systematics/systematics.h"

#include <stdio.h>
#include <string.h>

#include "events/events_internal.h"

int fairu_step__never_draws(const fairu_step *step, const double *z)
{
  (void)step;
  (void)z;
  return 0;
}

static int check_unique(fairu_context *ctx, const fairu_nuisance *nuisances, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(nuisances[i].name, nuisances[n].name) == 0)
      return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "nuisance \"%s\" stands at %zu and %zu",
                                 nuisances[n].name, i, n);
  return FAIRU_OK;
}

/* Elements lie struct_size of the first one apart: a program compiled against another header has another stride. */
static int copy_nuisances(fairu_systematics *sys, fairu_context *ctx, const fairu_nuisance *theirs, size_t n)
{
  const size_t stride = theirs->struct_size;
  for (size_t i = 0; i < n; i++) {
    const void *one = (const char *)theirs + i * stride;
    int status = fairu_nuisance__copy(ctx, one, i, &sys->nuisances[i]);
    if (status == FAIRU_OK) {
      sys->n_nuisances = i + 1;
      status = check_unique(ctx, sys->nuisances, i);
    }
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

int fairu_systematics_create(fairu_context *ctx, const fairu_nuisance *nuisances, size_t n_nuisances,
                             fairu_systematics **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!out || (!nuisances && n_nuisances > 0))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !out ? "out" : "nuisances");
  fairu_systematics *sys = fairu_context__new(ctx, 1, sizeof *sys, "systematics");
  if (!sys)
    return FAIRU_ERR_OUT_OF_MEMORY;
  sys->allocator = *fairu_context__allocator(ctx);
  int status = FAIRU_OK;
  if (n_nuisances > 0) {
    sys->nuisances = fairu_context__new(ctx, n_nuisances, sizeof *sys->nuisances, "nuisances");
    status = sys->nuisances ? copy_nuisances(sys, ctx, nuisances, n_nuisances) : FAIRU_ERR_OUT_OF_MEMORY;
  }
  if (status != FAIRU_OK) {
    fairu_systematics_destroy(sys);
    return status;
  }
  *out = sys;
  return FAIRU_OK;
}

/* The block of a nuisance begins with its table. */
static void free_nuisance(const fairu_allocator *allocator, const fairu_nuisance *nu)
{
  void *block;
  memcpy(&block, &nu->table_z, sizeof block); /* takes away const: the block is ours */
  fairu_allocator__free(allocator, block);
}

void fairu_systematics_destroy(fairu_systematics *systematics)
{
  if (!systematics)
    return;
  const fairu_allocator allocator = systematics->allocator;
  for (size_t i = 0; i < systematics->n_nuisances; i++)
    free_nuisance(&allocator, &systematics->nuisances[i]);
  fairu_systematics__truncate(systematics, 0);
  fairu_allocator__free(&allocator, systematics->nuisances);
  fairu_allocator__free(&allocator, systematics->steps);
  fairu_allocator__free(&allocator, systematics);
}

size_t fairu_systematics_n_nuisances(const fairu_systematics *systematics)
{
  return systematics ? systematics->n_nuisances : 0;
}

int fairu_systematics_nuisance(const fairu_systematics *systematics, fairu_context *ctx, size_t i,
                               fairu_nuisance *nuisance)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!systematics || !nuisance)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !systematics ? "systematics" : "nuisance");
  if (i >= systematics->n_nuisances)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "nuisance %zu of %zu", i, systematics->n_nuisances);
  fairu_nuisance nu = systematics->nuisances[i];
  if (nu.n_table == 0)
    nu.table_z = NULL;
  return fairu_result__write(ctx, nuisance, &nu, sizeof nu, "nuisance");
}

int fairu_systematics__find(const fairu_systematics *systematics, fairu_context *ctx, const char *name,
                            size_t *index)
{
  char list[200] = "none";
  size_t used = 0;
  for (size_t i = 0; i < systematics->n_nuisances; i++) {
    const char *other = systematics->nuisances[i].name;
    if (strcmp(other, name) == 0) {
      *index = i;
      return FAIRU_OK;
    }
    if (used < sizeof list - 1)
      used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", other);
  }
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "no nuisance \"%.60s\"; there are: %s", name, list);
}

int fairu_systematics__find_roles(const fairu_systematics *systematics, fairu_context *ctx,
                                  const char *const *roles, size_t n, size_t *indices)
{
  int status = FAIRU_OK;
  for (size_t role = 0; role < n && status == FAIRU_OK; role++) {
    indices[role] = FAIRU_NO_NUISANCE;
    if (roles[role])
      status = fairu_systematics__find(systematics, ctx, roles[role], &indices[role]);
  }
  return status;
}

/* Columns, numbers and names in one block. */
static fairu_step_column *copy_columns(fairu_context *ctx, const fairu_allocator *allocator,
                                       const fairu_step *step, double **numbers)
{
  const fairu_step_column *columns = step->columns;
  const size_t n = step->n_columns;
  size_t bytes = n * sizeof *columns + step->n_numbers * sizeof **numbers;
  for (size_t i = 0; i < n; i++)
    bytes += strlen(columns[i].name) + 1;
  fairu_step_column *copy = fairu_object__new(ctx, allocator, bytes, 1, "columns of a transformation");
  if (!copy)
    return NULL;
  *numbers = (double *)(copy + n);
  if (step->n_numbers > 0)
    memcpy(*numbers, step->numbers, step->n_numbers * sizeof **numbers);
  char *text = (char *)(*numbers + step->n_numbers);
  for (size_t i = 0; i < n; i++) {
    const size_t size = strlen(columns[i].name) + 1;
    copy[i] = columns[i];
    copy[i].name = memcpy(text, columns[i].name, size);
    text += size;
  }
  return copy;
}

static int grow(fairu_systematics *sys, fairu_context *ctx)
{
  const size_t capacity = sys->capacity ? 2 * sys->capacity : 4;
  fairu_step *steps = fairu_object__new(ctx, &sys->allocator, capacity, sizeof *steps, "transformations");
  if (!steps)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (sys->n_steps > 0)
    memcpy(steps, sys->steps, sys->n_steps * sizeof *steps);
  fairu_allocator__free(&sys->allocator, sys->steps);
  sys->steps = steps;
  sys->capacity = capacity;
  return FAIRU_OK;
}

int fairu_systematics__check_append(const fairu_systematics *systematics, fairu_context *ctx,
                                    const void *needed, const char *what)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!systematics || !needed)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !systematics ? "systematics" : what);
  return FAIRU_OK;
}

int fairu_systematics__append_named(fairu_systematics *systematics, fairu_context *ctx, const char *nuisance,
                                    fairu_step *step)
{
  for (size_t i = 0; i < step->n_columns; i++) {
    if (!step->columns[i].name)
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "columns[%zu] is NULL", i);
    for (size_t j = 0; j < i; j++)
      if (strcmp(step->columns[i].name, step->columns[j].name) == 0)
        return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "column \"%.60s\" stands at %zu and %zu",
                                   step->columns[i].name, j, i);
  }
  const int status =
      nuisance ? fairu_systematics__find(systematics, ctx, nuisance, &step->nuisance) : FAIRU_OK;
  return status == FAIRU_OK ? fairu_systematics__append(systematics, ctx, step) : status;
}

int fairu_systematics__append(fairu_systematics *systematics, fairu_context *ctx, const fairu_step *step)
{
  if (systematics->n_steps == systematics->capacity) {
    const int status = grow(systematics, ctx);
    if (status != FAIRU_OK)
      return status;
  }
  double *numbers = NULL;
  fairu_step_column *columns = copy_columns(ctx, &systematics->allocator, step, &numbers);
  if (!columns)
    return FAIRU_ERR_OUT_OF_MEMORY;
  char *labels = NULL;
  if (step->labels) {
    labels =
        fairu_object__new(ctx, &systematics->allocator, step->labels_size, 1, "labels of a transformation");
    if (!labels) {
      fairu_allocator__free(&systematics->allocator, columns);
      return FAIRU_ERR_OUT_OF_MEMORY;
    }
    memcpy(labels, step->labels, step->labels_size);
  }
  fairu_step *own = &systematics->steps[systematics->n_steps++];
  *own = *step;
  own->columns = columns;
  own->numbers = numbers;
  own->labels = labels;
  systematics->weighs |= step->weighs;
  return FAIRU_OK;
}

void fairu_systematics__truncate(fairu_systematics *systematics, size_t n_steps)
{
  while (systematics->n_steps > n_steps) {
    fairu_step *last = &systematics->steps[--systematics->n_steps];
    fairu_allocator__free(&systematics->allocator, last->columns);
    fairu_allocator__free(&systematics->allocator, last->labels);
  }
  systematics->weighs = 0;
  for (size_t i = 0; i < n_steps; i++)
    systematics->weighs |= systematics->steps[i].weighs;
}
