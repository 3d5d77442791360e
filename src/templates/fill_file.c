/* fill_file.c - the exact state of a fill as a file, or as the same bytes in memory: cells that are not empty, and their canonical
 * sums. The same bytes however events were added. */
#include "templates/fill_private.h"

#include "numeric/exact_sum_pack.h"
#include "templates/names.h"

static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'F', 'I', 'L' };

enum { VERSION = 1, POLL_CELLS = 4096 };

/* No event ever came: then both sums are 0. (Sums of weights that cancel have squares.) */
static int is_empty(const fairu_cell *cell)
{
  return fairu_exact_sum__value(&cell->w2) == 0.0 && fairu_exact_sum__value(&cell->w) == 0.0;
}

/* Cells take a microsecond each, and there may be millions. */
static int look_around(fairu_context *ctx, size_t cell)
{
  return cell % POLL_CELLS == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
}

static int put_cells(const fairu_fill *fill, fairu_context *ctx, fairu_pack *pack)
{
  const size_t n = fill->n_processes * fairu_fill__n_cells(fill);
  size_t n_cells = 0;
  int status = FAIRU_OK;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    n_cells += (size_t)!is_empty(&fill->cells[i]);
    status = look_around(ctx, i);
  }
  fairu_pack__u64(pack, n_cells);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    status = look_around(ctx, i);
    if (!is_empty(&fill->cells[i])) {
      fairu_pack__u64(pack, i);
      fairu_exact_sum__put(&fill->cells[i].w, pack);
      fairu_exact_sum__put(&fill->cells[i].w2, pack);
    }
  }
  return status;
}

static int pack_fill(const fairu_fill *fill, fairu_context *ctx, fairu_pack **out)
{
  const int status = fairu_pack__create(ctx, out);
  if (status != FAIRU_OK)
    return status;
  fairu_grid__put(fill->grid, *out);
  fairu_binning__put(fill->binning, *out);
  fairu_names__put(fill->names, fill->n_processes, *out);
  return put_cells(fill, ctx, *out);
}

int fairu_fill_save(const fairu_fill *fill, fairu_context *ctx, const char *path)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!fill || !path)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_fill_save: fill or path is NULL");
  fairu_pack *pack = NULL;
  int status = pack_fill(fill, ctx, &pack);
  if (status == FAIRU_OK)
    status = fairu_pack__save(pack, ctx, path, magic, VERSION);
  fairu_pack__destroy(pack);
  return status;
}

int fairu_fill_pack(const fairu_fill *fill, fairu_context *ctx, void *bytes, size_t capacity, size_t *size)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!fill || !size || (!bytes && capacity > 0))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_fill_pack: fill, size or bytes is NULL");
  fairu_pack *pack = NULL;
  int status = pack_fill(fill, ctx, &pack);
  if (status == FAIRU_OK)
    status = fairu_pack__copy(pack, ctx, "packed fill", magic, VERSION, bytes, capacity, size);
  fairu_pack__destroy(pack);
  return status;
}

static int get_cells(fairu_unpack *unpack, fairu_context *ctx, fairu_fill *fill)
{
  const size_t n = fill->n_processes * fairu_fill__n_cells(fill);
  size_t n_cells = 0, cell = 0;
  int status = fairu_unpack__size(unpack, ctx, "number of cells", n, &n_cells);
  for (size_t i = 0; i < n_cells && status == FAIRU_OK; i++) {
    const size_t before = cell;
    status = look_around(ctx, i);
    if (status == FAIRU_OK)
      status = fairu_unpack__size(unpack, ctx, "index of a cell", n - 1, &cell);
    if (status == FAIRU_OK && i > 0 && cell <= before)
      return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "cell %zu follows cell %zu", cell, before);
    if (status == FAIRU_OK)
      status = fairu_exact_sum__get(unpack, ctx, 1, &fill->cells[cell].w);
    if (status == FAIRU_OK)
      status = fairu_exact_sum__get(unpack, ctx, 0, &fill->cells[cell].w2);
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

/* Takes unpack. */
static int get_fill(fairu_unpack *unpack, fairu_context *ctx, fairu_fill **out)
{
  fairu_fill *fill = NULL;
  int status = get_shape(unpack, ctx, &fill);
  if (status == FAIRU_OK)
    status = get_cells(unpack, ctx, fill);
  if (status == FAIRU_OK)
    status = fairu_unpack__finish(unpack, ctx);
  if (status == FAIRU_OK)
    *out = fill;
  else {
    fairu_fill_destroy(fill);
    status = fairu_context__within(ctx, status, "%s", fairu_unpack__name(unpack));
  }
  fairu_unpack__destroy(unpack);
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
  const int status = fairu_unpack__load(ctx, path, magic, VERSION, &unpack, &version);
  return status == FAIRU_OK ? get_fill(unpack, ctx, out) : status;
}

int fairu_fill_unpack(fairu_context *ctx, const void *bytes, size_t size, fairu_fill **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!bytes || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_fill_unpack: bytes or out is NULL");
  fairu_unpack *unpack = NULL;
  uint32_t version = 0;
  const int status = fairu_unpack__open(ctx, bytes, size, "packed fill", magic, VERSION, &unpack, &version);
  return status == FAIRU_OK ? get_fill(unpack, ctx, out) : status;
}
