/* toys_pack.c - results of toys as bytes, field by field, so that they mean the same on any machine. */
#include <fairu/coverage.h>

#include <limits.h>
#include <string.h>

#include "base/pack_internal.h"

static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'T', 'O', 'Y' };
static const char name[] = "packed toys";

enum { VERSION = 1, N_VALUES = 4 }; /* estimate, lower, upper, nuisance */

static const size_t columns[N_VALUES] = { offsetof(fairu_toy_result, estimate),
                                          offsetof(fairu_toy_result, lower),
                                          offsetof(fairu_toy_result, upper),
                                          offsetof(fairu_toy_result, nuisance) };

/* ---- out ---------------------------------------------------------------------------------------------- */

/* By 8 bytes each, bits as they are (NaNs too): toy, status, then the values. */
static void put_results(const fairu_toy_result *results, size_t n, uint64_t *words, fairu_pack *pack)
{
  fairu_pack__u64(pack, n);
  for (size_t i = 0; i < n; i++)
    words[i] = results[i].toy;
  fairu_pack__u64s(pack, words, n);
  for (size_t i = 0; i < n; i++)
    words[i] = (uint64_t)(int64_t)results[i].status;
  fairu_pack__u64s(pack, words, n);
  for (size_t k = 0; k < N_VALUES; k++) {
    for (size_t i = 0; i < n; i++)
      memcpy(&words[i], (const char *)&results[i] + columns[k], sizeof words[i]);
    fairu_pack__u64s(pack, words, n);
  }
}

int fairu_toys_pack(fairu_context *ctx, const fairu_toy_result *results, size_t n, void *bytes,
                    size_t capacity, size_t *size)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if ((!results && n > 0) || !size || (!bytes && capacity > 0))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_toys_pack: results, size or bytes is NULL");
  fairu_pack *pack = NULL;
  uint64_t *words = fairu_context__new(ctx, n, sizeof *words, "column of results");
  int status = words ? fairu_pack__create(ctx, &pack) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK) {
    put_results(results, n, words, pack);
    status = fairu_pack__copy(pack, ctx, name, magic, VERSION, bytes, capacity, size);
  }
  fairu_pack__destroy(pack);
  fairu_context__free(ctx, words);
  return status;
}

/* ---- back --------------------------------------------------------------------------------------------- */

/* Six columns of n, checked, before any result is written. */
static int get_columns(fairu_unpack *unpack, fairu_context *ctx, size_t n, uint64_t *words)
{
  int status = fairu_unpack__u64s(unpack, ctx, "numbers of toys", words, n);
  if (status == FAIRU_OK)
    status = fairu_unpack__u64s(unpack, ctx, "statuses", words + n, n);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++)
    if (words[n + i] + (uint64_t)INT_MAX + 1 >
        (uint64_t)UINT_MAX) /* INT_MIN .. INT_MAX, by two's complement */
      return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "status of result %zu is 0x%llx", i,
                                 (unsigned long long)words[n + i]);
  for (size_t k = 0; k < N_VALUES && status == FAIRU_OK; k++)
    status = fairu_unpack__u64s(unpack, ctx, "values", words + (2 + k) * n, n);
  return status == FAIRU_OK ? fairu_unpack__finish(unpack, ctx) : status;
}

static void copy_columns(const uint64_t *words, size_t n, fairu_toy_result *results)
{
  for (size_t i = 0; i < n; i++) {
    int64_t status;
    memcpy(&status, &words[n + i], sizeof status);
    memset(&results[i], 0, sizeof results[i]);
    results[i].toy = words[i];
    results[i].status = (int)status;
    for (size_t k = 0; k < N_VALUES; k++)
      memcpy((char *)&results[i] + columns[k], &words[(2 + k) * n + i], sizeof *words);
  }
}

static int get_results(fairu_unpack *unpack, fairu_context *ctx, fairu_toy_result *results, size_t capacity,
                       size_t *n)
{
  size_t count = 0;
  int status = fairu_unpack__size(unpack, ctx, "number of results",
                                  fairu_unpack__left(unpack) / ((2 + N_VALUES) * sizeof(uint64_t)), &count);
  if (status != FAIRU_OK)
    return status;
  uint64_t *words = fairu_context__new(ctx, (2 + N_VALUES) * count, sizeof *words, "columns of results");
  if (!words)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = get_columns(unpack, ctx, count, words);
  if (status == FAIRU_OK) {
    *n = count;
    if (results && capacity < count)
      status = fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "%zu results, capacity is %zu", count, capacity);
    else if (results)
      copy_columns(words, count, results);
  }
  fairu_context__free(ctx, words);
  return status;
}

int fairu_toys_unpack(fairu_context *ctx, const void *bytes, size_t size, fairu_toy_result *results,
                      size_t capacity, size_t *n)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!bytes || !n || (!results && capacity > 0))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_toys_unpack: bytes, n or results is NULL");
  fairu_unpack *unpack = NULL;
  uint32_t version = 0;
  int status = fairu_unpack__open(ctx, bytes, size, name, magic, VERSION, &unpack, &version);
  if (status != FAIRU_OK)
    return status;
  status = get_results(unpack, ctx, results, capacity, n);
  fairu_unpack__destroy(unpack);
  return status == FAIRU_OK ? FAIRU_OK : fairu_context__within(ctx, status, "%s", name);
}
