/* fill_file.c - the exact state of a fill as a file: limbs of canonical sums, the same bytes however they were added. */
#include "templates/fill_private.h"

#include <string.h>

#include "templates/names.h"

static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'F', 'I', 'L' };

enum { VERSION = 1, CELL_WORDS = 2 * FAIRU_EXACT_LIMBS };

static void put_sum(const fairu_exact_sum *sum, uint64_t *words)
{
  fairu_exact_sum canonical = *sum;
  fairu_exact_sum__normalise(&canonical);
  for (size_t i = 0; i < FAIRU_EXACT_LIMBS; i++)
    words[i] = (uint64_t)canonical.limb[i];
}

static void put_cells(const fairu_fill *fill, fairu_pack *pack)
{
  const size_t n = fill->n_processes * fairu_fill__n_cells(fill);
  for (size_t i = 0; i < n; i++) {
    uint64_t words[CELL_WORDS];
    put_sum(&fill->cells[i].w, words);
    put_sum(&fill->cells[i].w2, words + FAIRU_EXACT_LIMBS);
    fairu_pack__u64s(pack, words, CELL_WORDS);
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

/* 1 if words are a canonical sum far from overflow. */
static int get_sum(const uint64_t *words, fairu_exact_sum *sum)
{
  for (size_t i = 0; i < FAIRU_EXACT_LIMBS; i++) {
    int64_t limb;
    memcpy(&limb, &words[i], sizeof limb);
    const int top = i + 1 == FAIRU_EXACT_LIMBS;
    if (limb > INT64_C(0xffffffff) || limb < (top ? -INT64_C(0x80000000) : 0))
      return 0;
    sum->limb[i] = limb;
  }
  sum->adds = 0;
  return 1;
}

static int get_cells(fairu_unpack *unpack, fairu_context *ctx, fairu_fill *fill)
{
  const size_t n = fill->n_processes * fairu_fill__n_cells(fill);
  for (size_t i = 0; i < n; i++) {
    uint64_t words[CELL_WORDS];
    const int status = fairu_unpack__u64s(unpack, ctx, "sums of a bin", words, CELL_WORDS);
    if (status != FAIRU_OK)
      return status;
    fairu_cell *cell = &fill->cells[i];
    if (!get_sum(words, &cell->w) || !get_sum(words + FAIRU_EXACT_LIMBS, &cell->w2) ||
        cell->w2.limb[FAIRU_EXACT_LIMBS - 1] < 0)
      return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "cell %zu does not hold sums of w and w^2", i);
  }
  return FAIRU_OK;
}

/* An empty fill of the shape in the file, if that many cells can follow. */
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
  if (status == FAIRU_OK) {
    const size_t left = fairu_unpack__left(unpack) / (CELL_WORDS * sizeof(uint64_t));
    if (n > left / (grid->n_points * binning->n_bins))
      status = fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED,
                                   "%zu processes x %zu points x %zu bins, but %zu follow", n, grid->n_points,
                                   binning->n_bins, left);
  }
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
