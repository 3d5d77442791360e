/* templates_file.c - templates as a file: interpolation, grid, names, yields and variances. */
#include "templates/templates_private.h"

#include "templates/names.h"
#include "templates/templates_internal.h"

static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'T', 'P', 'L' };

enum { VERSION = 1 };

static void put_values(const fairu_templates *t, const double *values, fairu_pack *pack)
{
  const size_t width = t->n_processes * t->n_bins;
  for (size_t q = 0; q < t->n_processes; q++)
    for (size_t p = 0; p < t->grid->n_points; p++)
      fairu_pack__f64s(pack, values + p * width + q * t->n_bins, t->n_bins);
}

void fairu_templates__put(const fairu_templates *t, fairu_pack *pack)
{
  fairu_pack__u64(pack, (uint64_t)t->interpolation);
  fairu_grid__put(t->grid, pack);
  fairu_names__put(t->names, t->n_processes, pack);
  fairu_pack__u64(pack, t->n_bins);
  fairu_pack__u64(pack, t->variances != NULL);
  put_values(t, t->yields, pack);
  if (t->variances)
    put_values(t, t->variances, pack);
}

/* What a file says before its numbers. */
typedef struct heading {
  size_t interpolation, n_processes, n_bins, has_variances;
  fairu_grid *grid;
  char **names;
} heading;

static int get_heading(fairu_unpack *unpack, fairu_context *ctx, heading *h)
{
  int status = fairu_unpack__size(unpack, ctx, "interpolation", FAIRU_INTERPOLATION_SQRT, &h->interpolation);
  if (status == FAIRU_OK)
    status = fairu_grid__get(unpack, ctx, &h->grid);
  if (status == FAIRU_OK)
    status = fairu_names__get(unpack, ctx, &h->names, &h->n_processes);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "number of bins", fairu_context__limits(ctx)->bins, &h->n_bins);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "presence of variances", 1, &h->has_variances);
  if (status != FAIRU_OK)
    return status;
  const size_t left = fairu_unpack__left(unpack) / sizeof(double); /* the count before the memory */
  const size_t rows = h->grid->n_points;
  if (h->n_processes > left / rows || h->n_bins > left / (rows * (h->n_processes > 0 ? h->n_processes : 1)))
    return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED,
                               "%zu processes x %zu points x %zu bins, but fewer numbers follow",
                               h->n_processes, rows, h->n_bins);
  return FAIRU_OK;
}

static int get_values(fairu_unpack *unpack, fairu_context *ctx, const heading *h, double *values)
{
  int status = FAIRU_OK;
  const size_t n_rows = h->n_processes * h->grid->n_points;
  for (size_t i = 0; i < n_rows && status == FAIRU_OK; i++)
    status = fairu_unpack__f64s(unpack, ctx, "yields or variances", values + i * h->n_bins, h->n_bins);
  return status;
}

static int get_templates(fairu_unpack *unpack, fairu_context *ctx, const heading *h, fairu_templates **out)
{
  const size_t n = h->n_processes * h->grid->n_points * h->n_bins;
  double *values = fairu_context__new(ctx, 2 * n, sizeof *values, "values of templates");
  if (!values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = get_values(unpack, ctx, h, values);
  if (status == FAIRU_OK && h->has_variances)
    status = get_values(unpack, ctx, h, values + n);
  if (status == FAIRU_OK)
    status = fairu_templates_create(ctx, h->grid, (const char *const *)h->names, h->n_processes, h->n_bins,
                                    values, h->has_variances ? values + n : NULL, (int)h->interpolation, out);
  fairu_context__free(ctx, values);
  return status;
}

int fairu_templates__get(fairu_unpack *unpack, fairu_context *ctx, fairu_templates **out)
{
  heading h = { 0, 0, 0, 0, NULL, NULL };
  int status = get_heading(unpack, ctx, &h);
  if (status == FAIRU_OK)
    status = get_templates(unpack, ctx, &h, out);
  fairu_names__free(fairu_context__allocator(ctx), h.names, h.n_processes);
  fairu_grid_destroy(h.grid);
  return status;
}

int fairu_templates_save(const fairu_templates *t, fairu_context *ctx, const char *path)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!t || !path)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_templates_save: templates or path is NULL");
  fairu_pack *pack = NULL;
  int status = fairu_pack__create(ctx, &pack);
  if (status != FAIRU_OK)
    return status;
  fairu_templates__put(t, pack);
  status = fairu_pack__save(pack, ctx, path, magic, VERSION);
  fairu_pack__destroy(pack);
  return status;
}

int fairu_templates_load(fairu_context *ctx, const char *path, fairu_templates **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!path || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_templates_load: path or out is NULL");
  fairu_unpack *unpack = NULL;
  uint32_t version = 0;
  int status = fairu_unpack__load(ctx, path, magic, VERSION, &unpack, &version);
  if (status != FAIRU_OK)
    return status;
  fairu_templates *t = NULL;
  status = fairu_templates__get(unpack, ctx, &t);
  if (status == FAIRU_OK)
    status = fairu_unpack__finish(unpack, ctx);
  fairu_unpack__destroy(unpack);
  if (status != FAIRU_OK) {
    fairu_templates_destroy(t);
    return fairu_context__within(ctx, status, "%s", path);
  }
  *out = t;
  return FAIRU_OK;
}
