/* parts_file.c - grids, binnings and names as parts of a file. Whoever reads makes them by the creators, so nothing that the
 * creators refuse comes in by a file. */
#include "templates/binning.h"
#include "templates/grid.h"
#include "templates/names.h"

void fairu_grid__put(const fairu_grid *grid, fairu_pack *pack)
{
  fairu_pack__u64(pack, grid->n_axes);
  for (size_t k = 0; k < grid->n_axes; k++) {
    fairu_pack__string(pack, grid->axes[k].name);
    fairu_pack__f64(pack, grid->axes[k].nominal);
    fairu_pack__u64(pack, grid->axes[k].n_knots);
    fairu_pack__f64s(pack, grid->axes[k].knots, grid->axes[k].n_knots);
  }
  fairu_pack__u64(pack, grid->n_pairs);
  for (size_t i = 0; i < 2 * grid->n_pairs; i++)
    fairu_pack__u64(pack, grid->pairs[i]);
}

static int get_axis(fairu_unpack *unpack, fairu_context *ctx, fairu_axis *axis)
{
  char *name = NULL;
  int status = fairu_unpack__string(unpack, ctx, "name of an axis", &name);
  axis->name = name;
  if (status == FAIRU_OK)
    status = fairu_unpack__f64(unpack, ctx, "nominal of an axis", &axis->nominal);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "number of knots", fairu_unpack__left(unpack) / sizeof(double),
                                &axis->n_knots);
  if (status != FAIRU_OK)
    return status;
  double *knots = fairu_context__new(ctx, axis->n_knots, sizeof *knots, "knots of an axis");
  if (!knots)
    return FAIRU_ERR_OUT_OF_MEMORY;
  axis->knots = knots;
  return fairu_unpack__f64s(unpack, ctx, "knots of an axis", knots, axis->n_knots);
}

static int get_pairs(fairu_unpack *unpack, fairu_context *ctx, size_t **pairs, size_t *n_pairs)
{
  size_t n = 0;
  int status = fairu_unpack__size(unpack, ctx, "number of pairs", fairu_unpack__left(unpack) / 2, &n);
  if (status != FAIRU_OK)
    return status;
  *pairs = fairu_context__new(ctx, 2 * n, sizeof **pairs, "pairs of axes");
  if (!*pairs)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < 2 * n && status == FAIRU_OK; i++)
    status = fairu_unpack__size(unpack, ctx, "axis of a pair", SIZE_MAX, &(*pairs)[i]);
  *n_pairs = n;
  return status;
}

int fairu_grid__get(fairu_unpack *unpack, fairu_context *ctx, fairu_grid **out)
{
  size_t n_axes = 0, n_pairs = 0, *pairs = NULL;
  int status = fairu_unpack__size(unpack, ctx, "number of axes", fairu_unpack__left(unpack), &n_axes);
  if (status != FAIRU_OK)
    return status;
  fairu_axis *axes = fairu_context__new(ctx, n_axes, sizeof *axes, "axes of a grid");
  if (!axes)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t k = 0; k < n_axes && status == FAIRU_OK; k++)
    status = get_axis(unpack, ctx, &axes[k]);
  if (status == FAIRU_OK)
    status = get_pairs(unpack, ctx, &pairs, &n_pairs);
  if (status == FAIRU_OK)
    status = fairu_grid_create(ctx, axes, n_axes, pairs, n_pairs, out);
  for (size_t k = 0; k < n_axes; k++) {
    fairu_context__free(ctx, (void *)axes[k].name);
    fairu_context__free(ctx, (void *)axes[k].knots);
  }
  fairu_context__free(ctx, axes);
  fairu_context__free(ctx, pairs);
  return status;
}

void fairu_binning__put(const fairu_binning *binning, fairu_pack *pack)
{
  fairu_pack__u64(pack, (uint64_t)binning->variable);
  fairu_pack__u64(pack, binning->n_bins);
  fairu_pack__f64s(pack, binning->edges, binning->n_bins - 1);
}

int fairu_binning__get(fairu_unpack *unpack, fairu_context *ctx, fairu_binning **out)
{
  size_t variable = 0, n_bins = 0;
  int status = fairu_unpack__size(unpack, ctx, "variable of a binning", FAIRU_OUTPUT_CLASS, &variable);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "number of bins", FAIRU_NO_BIN - 1, &n_bins);
  if (status != FAIRU_OK)
    return status;
  if (n_bins == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "a binning of 0 bins");
  double *edges = fairu_context__new(ctx, n_bins - 1, sizeof *edges, "edges of a binning");
  if (!edges)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = fairu_unpack__f64s(unpack, ctx, "edges of a binning", edges, n_bins - 1);
  if (status == FAIRU_OK && variable == FAIRU_OUTPUT_CLASS)
    status = fairu_binning__create_classes(ctx, n_bins, out); /* which has but one set of edges */
  else if (status == FAIRU_OK)
    status = fairu_binning__create(ctx, (int)variable, edges, n_bins - 1, out);
  fairu_context__free(ctx, edges);
  return status;
}

void fairu_names__put(char *const *names, size_t n, fairu_pack *pack)
{
  fairu_pack__u64(pack, n);
  for (size_t i = 0; i < n; i++)
    fairu_pack__string(pack, names[i]);
}

int fairu_names__get(fairu_unpack *unpack, fairu_context *ctx, char ***out, size_t *n)
{
  size_t count = 0; /* each name takes at least its tag */
  int status = fairu_unpack__size(unpack, ctx, "number of processes", fairu_unpack__left(unpack), &count);
  if (status != FAIRU_OK)
    return status;
  char **names = fairu_context__new(ctx, count, sizeof *names, "names of processes");
  if (!names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < count && status == FAIRU_OK; i++)
    status = fairu_unpack__string(unpack, ctx, "name of a process", &names[i]);
  if (status != FAIRU_OK) {
    fairu_names__free(fairu_context__allocator(ctx), names, count);
    return status;
  }
  *out = names;
  *n = count;
  return FAIRU_OK;
}
