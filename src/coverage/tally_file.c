/* tally_file.c - the exact state of a tally as a file, or as the same bytes in memory. */
#include "coverage/tally.h"

#include <math.h>

#include "numeric/exact_sum_pack.h"

static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'T', 'A', 'L' };

enum { VERSION = 1 };

/* Every number of toys is a double as well, and parts add up without overflow. */
static const uint64_t most_toys = UINT64_C(1) << 53;

/* ---- out ---------------------------------------------------------------------------------------------- */

static void put_moments(const fairu_tally_moments *m, fairu_pack *pack)
{
  fairu_pack__u64(pack, m->n);
  fairu_exact_sum__put(&m->sum, pack);
  fairu_exact_sum__put(&m->squares, pack);
}

static int pack_tally(const fairu_tally *tally, fairu_context *ctx, fairu_pack **out)
{
  const int status = fairu_pack__create(ctx, out);
  if (status != FAIRU_OK)
    return status;
  fairu_pack__f64(*out, tally->truth);
  fairu_pack__u64(*out, tally->n);
  fairu_pack__u64(*out, tally->n_failed);
  fairu_pack__u64(*out, tally->n_covered);
  fairu_exact_sum__put(&tally->half_width, *out);
  put_moments(&tally->deviation, *out);
  put_moments(&tally->nuisance, *out);
  put_moments(&tally->pull, *out);
  return FAIRU_OK;
}

int fairu_tally_save(const fairu_tally *tally, fairu_context *ctx, const char *path)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!tally || !path)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_tally_save: tally or path is NULL");
  fairu_pack *pack = NULL;
  int status = pack_tally(tally, ctx, &pack);
  if (status == FAIRU_OK)
    status = fairu_pack__save(pack, ctx, path, magic, VERSION);
  fairu_pack__destroy(pack);
  return status;
}

int fairu_tally_pack(const fairu_tally *tally, fairu_context *ctx, void *bytes, size_t capacity, size_t *size)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!tally || !size || (!bytes && capacity > 0))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_tally_pack: tally, size or bytes is NULL");
  fairu_pack *pack = NULL;
  int status = pack_tally(tally, ctx, &pack);
  if (status == FAIRU_OK)
    status = fairu_pack__copy(pack, ctx, "packed tally", magic, VERSION, bytes, capacity, size);
  fairu_pack__destroy(pack);
  return status;
}

/* ---- back --------------------------------------------------------------------------------------------- */

static int get_count(fairu_unpack *unpack, fairu_context *ctx, const char *what, uint64_t most,
                     uint64_t *count)
{
  const int status = fairu_unpack__u64(unpack, ctx, what, count);
  if (status != FAIRU_OK || *count <= most)
    return status;
  return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%s is %llu, at most %llu makes sense", what,
                             (unsigned long long)*count, (unsigned long long)most);
}

/* Of at most n values. */
static int get_moments(fairu_unpack *unpack, fairu_context *ctx, uint64_t n, fairu_tally_moments *m)
{
  int status = get_count(unpack, ctx, "number of values", n, &m->n);
  if (status == FAIRU_OK)
    status = fairu_exact_sum__get(unpack, ctx, 1, &m->sum);
  if (status == FAIRU_OK)
    status = fairu_exact_sum__get(unpack, ctx, 0, &m->squares);
  return status;
}

static int get_counts(fairu_unpack *unpack, fairu_context *ctx, fairu_tally *tally)
{
  int status = get_count(unpack, ctx, "number of toys", most_toys, &tally->n);
  if (status == FAIRU_OK)
    status = get_count(unpack, ctx, "number of failed toys", most_toys, &tally->n_failed);
  if (status == FAIRU_OK)
    status = get_count(unpack, ctx, "number of covering toys", tally->n, &tally->n_covered);
  return status;
}

static int get_content(fairu_unpack *unpack, fairu_context *ctx, fairu_tally *tally)
{
  int status = get_counts(unpack, ctx, tally);
  if (status == FAIRU_OK)
    status = fairu_exact_sum__get(unpack, ctx, 0, &tally->half_width);
  if (status == FAIRU_OK)
    status = get_moments(unpack, ctx, tally->n, &tally->deviation);
  if (status == FAIRU_OK && tally->deviation.n != tally->n)
    status = fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%llu toys with %llu estimates",
                                 (unsigned long long)tally->n, (unsigned long long)tally->deviation.n);
  if (status == FAIRU_OK)
    status = get_moments(unpack, ctx, tally->n, &tally->nuisance);
  if (status == FAIRU_OK)
    status = get_moments(unpack, ctx, tally->n, &tally->pull);
  return status == FAIRU_OK ? fairu_unpack__finish(unpack, ctx) : status;
}

/* Takes unpack. */
static int get_tally(fairu_unpack *unpack, fairu_context *ctx, fairu_tally **out)
{
  fairu_tally *tally = NULL;
  double truth = 0.0;
  int status = fairu_unpack__f64(unpack, ctx, "truth", &truth);
  if (status == FAIRU_OK && !isfinite(truth))
    status = fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "truth is %g", truth);
  if (status == FAIRU_OK)
    status = fairu_tally_create(ctx, truth, &tally);
  if (status == FAIRU_OK)
    status = get_content(unpack, ctx, tally);
  if (status == FAIRU_OK)
    *out = tally;
  else {
    fairu_tally_destroy(tally);
    status = fairu_context__within(ctx, status, "%s", fairu_unpack__name(unpack));
  }
  fairu_unpack__destroy(unpack);
  return status;
}

int fairu_tally_load(fairu_context *ctx, const char *path, fairu_tally **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!path || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_tally_load: path or out is NULL");
  fairu_unpack *unpack = NULL;
  uint32_t version = 0;
  const int status = fairu_unpack__load(ctx, path, magic, VERSION, &unpack, &version);
  return status == FAIRU_OK ? get_tally(unpack, ctx, out) : status;
}

int fairu_tally_unpack(fairu_context *ctx, const void *bytes, size_t size, fairu_tally **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!bytes || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_tally_unpack: bytes or out is NULL");
  fairu_unpack *unpack = NULL;
  uint32_t version = 0;
  const int status = fairu_unpack__open(ctx, bytes, size, "packed tally", magic, VERSION, &unpack, &version);
  return status == FAIRU_OK ? get_tally(unpack, ctx, out) : status;
}
