/* fill_file.c - the exact state of a fill as a file: cells that are not empty, and of their canonical sums the limbs from the
 * first to the last that is not 0. The same bytes however events were added. */
#include "templates/fill_private.h"

#include <string.h>

#include "templates/names.h"

static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'F', 'I', 'L' };

enum { VERSION = 1, TOP = FAIRU_EXACT_LIMBS - 1 };

/* Limbs first .. first + n - 1 of a canonical sum, none of 0. */
static void find_limbs(const fairu_exact_sum *sum, size_t *first, size_t *n)
{
  size_t end = FAIRU_EXACT_LIMBS;
  *first = 0;
  while (end > 0 && sum->limb[end - 1] == 0)
    end--;
  while (*first < end && sum->limb[*first] == 0)
    ++*first;
  *n = end - *first;
}

static void put_sum(const fairu_exact_sum *sum, fairu_pack *pack)
{
  fairu_exact_sum canonical = *sum;
  uint64_t limbs[FAIRU_EXACT_LIMBS];
  size_t first, n;
  fairu_exact_sum__normalise(&canonical);
  find_limbs(&canonical, &first, &n);
  for (size_t i = 0; i < n; i++)
    limbs[i] = (uint64_t)canonical.limb[first + i];
  fairu_pack__u64(pack, n > 0 ? first : 0);
  fairu_pack__u64(pack, n);
  fairu_pack__u64s(pack, limbs, n);
}

/* No event ever came: then both sums are 0. (Sums of weights that cancel have squares.) */
static int is_empty(const fairu_cell *cell)
{
  return fairu_exact_sum__value(&cell->w2) == 0.0 && fairu_exact_sum__value(&cell->w) == 0.0;
}

static void put_cells(const fairu_fill *fill, fairu_pack *pack)
{
  const size_t n = fill->n_processes * fairu_fill__n_cells(fill);
  size_t n_cells = 0;
  for (size_t i = 0; i < n; i++)
    n_cells += (size_t)!is_empty(&fill->cells[i]);
  fairu_pack__u64(pack, n_cells);
  for (size_t i = 0; i < n; i++)
    if (!is_empty(&fill->cells[i])) {
      fairu_pack__u64(pack, i);
      put_sum(&fill->cells[i].w, pack);
      put_sum(&fill->cells[i].w2, pack);
    }
}

int fairu_fill_save(const fairu_fill *fill, fairu_context *ctx, const char *path)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!fill || !path)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_fill_save: fill or path is NULL");
  fairu_pack *pack = NULL;
  int status = fairu_pack__create(ctx, &pack);
  if (status != FAIRU_OK)
    return status;
  fairu_grid__put(fill->grid, pack);
  fairu_binning__put(fill->binning, pack);
  fairu_names__put(fill->names, fill->n_processes, pack);
  put_cells(fill, pack);
  status = fairu_pack__save(pack, ctx, path, magic, VERSION);
  fairu_pack__destroy(pack);
  return status;
}

/* A canonical sum far from overflow, or FAIRU_ERR_FORMAT. */
static int get_sum(fairu_unpack *unpack, fairu_context *ctx, int negative_allowed, fairu_exact_sum *sum)
{
  size_t first = 0, n = 0;
  uint64_t limbs[FAIRU_EXACT_LIMBS];
  int status = fairu_unpack__size(unpack, ctx, "first limb of a sum", TOP, &first);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "limbs of a sum", FAIRU_EXACT_LIMBS - first, &n);
  if (status == FAIRU_OK)
    status = fairu_unpack__u64s(unpack, ctx, "limbs of a sum", limbs, n);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    int64_t limb;
    memcpy(&limb, &limbs[i], sizeof limb);
    const int64_t lowest = first + i == TOP && negative_allowed ? -INT64_C(0x80000000) : 0;
    if (limb < lowest || limb > INT64_C(0xffffffff))
      return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "limb %zu of a sum is out of range", first + i);
    sum->limb[first + i] = limb;
  }
  return status;
}

static int get_cells(fairu_unpack *unpack, fairu_context *ctx, fairu_fill *fill)
{
  const size_t n = fill->n_processes * fairu_fill__n_cells(fill);
  size_t n_cells = 0, cell = 0;
  int status = fairu_unpack__size(unpack, ctx, "number of cells", n, &n_cells);
  for (size_t i = 0; i < n_cells && status == FAIRU_OK; i++) {
    const size_t before = cell;
    status = fairu_unpack__size(unpack, ctx, "index of a cell", n - 1, &cell);
    if (status == FAIRU_OK && i > 0 && cell <= before)
      return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "cell %zu follows cell %zu", cell, before);
    if (status == FAIRU_OK)
      status = get_sum(unpack, ctx, 1, &fill->cells[cell].w);
    if (status == FAIRU_OK)
      status = get_sum(unpack, ctx, 0, &fill->cells[cell].w2);
  }
  return status;
}

/* A few bytes can name a large shape: the memory of a file's content obeys the limit of a body as well. */
static int check_memory(fairu_context *ctx, const fairu_grid *grid, const fairu_binning *binning,
                        size_t n_processes)
{
  const uint64_t limit = fairu_context__limits(ctx)->decompressed_bytes / sizeof(fairu_cell);
  const size_t n_cells = grid->n_points * binning->n_bins;
  if (n_cells <= limit && n_processes <= limit / n_cells)
    return FAIRU_OK;
  return fairu_context__fail(
      ctx, FAIRU_ERR_LIMIT,
      "%zu processes x %zu points x %zu bins take more than the limit decompressed_bytes", n_processes,
      grid->n_points, binning->n_bins);
}

/* An empty fill of the shape in the file; fairu_fill_create holds it to the limit of bins. */
static int get_shape(fairu_unpack *unpack, fairu_context *ctx, fairu_fill **out)
{
  fairu_grid *grid = NULL;
  fairu_binning *binning = NULL;
  char **names = NULL;
  size_t n = 0;
  int status = fairu_grid__get(unpack, ctx, &grid);
  if (status == FAIRU_OK)
    status = fairu_binning__get(unpack, ctx, &binning);
  if (status == FAIRU_OK)
    status = fairu_names__get(unpack, ctx, &names, &n);
  if (status == FAIRU_OK)
    status = check_memory(ctx, grid, binning, n);
  if (status == FAIRU_OK)
    status = fairu_fill_create(ctx, grid, binning, (const char *const *)names, n, out);
  fairu_grid_destroy(grid);
  fairu_binning_destroy(binning);
  fairu_names__free(fairu_context__allocator(ctx), names, n);
  return status;
}

int fairu_fill_load(fairu_context *ctx, const char *path, fairu_fill **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!path || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_fill_load: path or out is NULL");
  fairu_unpack *unpack = NULL;
  uint32_t version = 0;
  int status = fairu_unpack__load(ctx, path, magic, VERSION, &unpack, &version);
  if (status != FAIRU_OK)
    return status;
  fairu_fill *fill = NULL;
  status = get_shape(unpack, ctx, &fill);
  if (status == FAIRU_OK)
    status = get_cells(unpack, ctx, fill);
  if (status == FAIRU_OK)
    status = fairu_unpack__finish(unpack, ctx);
  fairu_unpack__destroy(unpack);
  if (status != FAIRU_OK) {
    fairu_fill_destroy(fill);
    return fairu_context__within(ctx, status, "%s", path);
  }
  *out = fill;
  return FAIRU_OK;
}
