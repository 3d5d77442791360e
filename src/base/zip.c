/* zip.c - the directory of a zip archive.
 *
 * It is found from the end: end record, with zip64 a locator and a larger record before it, then the entries, which must lie
 * right before these records. Each entry is held against the header before its member's data. Positions and sizes are
 * only used after a comparison with the bytes there are.
 */
#include "base/zip.h"

#include <string.h>

#include "base/pack_private.h"

enum { END_BYTES = 22, LOCATOR_BYTES = 20, END64_BYTES = 56, ENTRY_BYTES = 46, LOCAL_BYTES = 30 };
enum { COMMENT_MOST = 0xffff, ZIP64_FIELD = 1, ENTRIES_LARGE = 0xffff };

static const uint32_t large = 0xffffffffu; /* "see the zip64 field" */

typedef struct directory {
  uint64_t n, size, offset;
  size_t end; /* where the records behind it begin */
} directory;

static uint64_t get(const fairu_zip *zip, size_t at, size_t width)
{
  return fairu_bytes__get(zip->bytes + at, width);
}

static int is_at(const fairu_zip *zip, uint64_t at, size_t size, const char signature[5])
{
  return at <= zip->size && size <= zip->size - at && memcmp(zip->bytes + at, signature, 4) == 0;
}

/* ---- end of the archive ------------------------------------------------------------------------------- */

/* The record whose comment reaches just to the end of the file. */
static int find_end(const fairu_zip *zip, fairu_context *ctx, size_t *end)
{
  const size_t last = zip->size < END_BYTES ? 0 : zip->size - END_BYTES;
  for (size_t back = 0; zip->size >= END_BYTES && back <= last && back <= COMMENT_MOST; back++)
    if (is_at(zip, last - back, END_BYTES, "PK\5\6") && get(zip, last - back + 20, 2) == back) {
      *end = last - back;
      return FAIRU_OK;
    }
  if (zip->size < 4 ? memcmp(zip->bytes, "PK\3\4", zip->size) == 0 : is_at(zip, 0, 4, "PK\3\4"))
    return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED,
                               "the directory at the end of the zip archive is not there");
  return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "not a zip archive");
}

static int read_end64(const fairu_zip *zip, fairu_context *ctx, directory *d)
{
  if (d->end < LOCATOR_BYTES || !is_at(zip, d->end - LOCATOR_BYTES, LOCATOR_BYTES, "PK\6\7"))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "zip64 locator is not at byte %zu",
                               d->end < LOCATOR_BYTES ? 0 : d->end - LOCATOR_BYTES);
  const size_t locator = d->end - LOCATOR_BYTES;
  const uint64_t at = get(zip, locator + 8, 8);
  if (at > locator || locator - at < END64_BYTES || !is_at(zip, at, END64_BYTES, "PK\6\6"))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "zip64 end record is not at byte %llu",
                               (unsigned long long)at);
  d->end = (size_t)at;
  d->n = get(zip, d->end + 32, 8);
  d->size = get(zip, d->end + 40, 8);
  d->offset = get(zip, d->end + 48, 8);
  if (get(zip, d->end + 16, 8) != 0 || get(zip, d->end + 24, 8) != d->n)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "zip archive on several disks");
  return FAIRU_OK;
}

static int read_end(const fairu_zip *zip, fairu_context *ctx, directory *d)
{
  int status = find_end(zip, ctx, &d->end);
  if (status != FAIRU_OK)
    return status;
  d->n = get(zip, d->end + 10, 2);
  d->size = get(zip, d->end + 12, 4);
  d->offset = get(zip, d->end + 16, 4);
  if (get(zip, d->end + 4, 4) != 0 || get(zip, d->end + 8, 2) != d->n)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "zip archive on several disks");
  if (d->n == ENTRIES_LARGE || d->size == large || d->offset == large)
    status = read_end64(zip, ctx, d);
  if (status == FAIRU_OK && (d->size > d->end || d->offset != d->end - d->size))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT,
                               "zip directory of %llu bytes at byte %llu does not end at byte %zu",
                               (unsigned long long)d->size, (unsigned long long)d->offset, d->end);
  const uint64_t most = fairu_context__limits(ctx)->csv_columns;
  if (status == FAIRU_OK && d->n > d->size / ENTRY_BYTES)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "zip directory of %llu bytes has no %llu entries",
                               (unsigned long long)d->size, (unsigned long long)d->n);
  if (status == FAIRU_OK && d->n > most)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT,
                               "%llu members in the zip archive (limit csv_columns %llu)",
                               (unsigned long long)d->n, (unsigned long long)most);
  return status;
}

/* ---- entries ------------------------------------------------------------------------------------------ */

/* Sizes and offset that do not fit 32 bits stand in a field of their own, those alone and in this order. */
static int read_zip64_field(const fairu_zip *zip, fairu_context *ctx, size_t at, size_t size,
                            fairu_zip_member *m, uint64_t *offset)
{
  uint64_t *const values[3] = { &m->size, &m->packed, offset };
  while (size >= 4) {
    const size_t id = (size_t)get(zip, at, 2), length = (size_t)get(zip, at + 2, 2);
    if (length > size - 4)
      break;
    size_t used = 0;
    for (size_t i = 0; i < 3 && id == ZIP64_FIELD; i++)
      if (*values[i] == large && length - used >= 8) {
        *values[i] = get(zip, at + 4 + used, 8);
        used += 8;
      }
    if (id == ZIP64_FIELD)
      return FAIRU_OK;
    at += 4 + length;
    size -= 4 + length;
  }
  return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "zip member %.60s: its zip64 sizes are not there",
                             m->name);
}

/* The header before the data, which repeats the name; *data is behind it. */
static int read_local(const fairu_zip *zip, fairu_context *ctx, size_t end, uint64_t offset,
                      fairu_zip_member *m)
{
  const size_t name_bytes = strlen(m->name);
  if (offset > end || end - offset < LOCAL_BYTES || !is_at(zip, offset, LOCAL_BYTES, "PK\3\4"))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "zip member %.60s does not begin at byte %llu", m->name,
                               (unsigned long long)offset);
  const size_t at = (size_t)offset;
  const size_t skip = LOCAL_BYTES + (size_t)get(zip, at + 26, 2) + (size_t)get(zip, at + 28, 2);
  if (skip > end - at || get(zip, at + 26, 2) != name_bytes ||
      memcmp(zip->bytes + at + LOCAL_BYTES, m->name, name_bytes) != 0)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT,
                               "zip member %.60s has another name in front of its data", m->name);
  if (m->packed > end - at - skip)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT,
                               "zip member %.60s: %llu bytes from byte %zu on are too many", m->name,
                               (unsigned long long)m->packed, at + skip);
  m->data = zip->bytes + at + skip;
  return FAIRU_OK;
}

static int copy_name(const fairu_zip *zip, fairu_context *ctx, size_t at, size_t size, fairu_zip_member *m)
{
  const uint64_t most = fairu_context__limits(ctx)->name_bytes;
  if (size > most)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "zip member: name of %zu bytes, limit name_bytes %llu",
                               size, (unsigned long long)most);
  if (memchr(zip->bytes + at, '\0', size))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "zip member: a NUL byte in its name, at byte %zu", at);
  m->name = fairu_context__new(ctx, size + 1, 1, "zip member");
  if (!m->name)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memcpy(m->name, zip->bytes + at, size);
  return FAIRU_OK;
}

static int read_entry(fairu_zip *zip, fairu_context *ctx, const directory *d, size_t *at)
{
  if (d->end - *at < ENTRY_BYTES || !is_at(zip, *at, ENTRY_BYTES, "PK\1\2"))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "no zip directory entry at byte %zu", *at);
  const size_t name = (size_t)get(zip, *at + 28, 2), extra = (size_t)get(zip, *at + 30, 2);
  const size_t all = ENTRY_BYTES + name + extra + (size_t)get(zip, *at + 32, 2);
  if (all > d->end - *at)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "zip directory entry at byte %zu is too long", *at);
  fairu_zip_member *m = &zip->members[zip->n];
  int status = copy_name(zip, ctx, *at + ENTRY_BYTES, name, m);
  if (status != FAIRU_OK)
    return status;
  zip->n++;
  m->flags = (unsigned)get(zip, *at + 8, 2);
  m->method = (unsigned)get(zip, *at + 10, 2);
  m->crc = (uint32_t)get(zip, *at + 16, 4);
  m->packed = get(zip, *at + 20, 4);
  m->size = get(zip, *at + 24, 4);
  uint64_t offset = get(zip, *at + 42, 4);
  if (m->packed == large || m->size == large || offset == large)
    status = read_zip64_field(zip, ctx, *at + ENTRY_BYTES + name, extra, m, &offset);
  *at += all;
  return status == FAIRU_OK ? read_local(zip, ctx, (size_t)d->offset, offset, m) : status;
}

int fairu_zip__open(fairu_context *ctx, const void *bytes, size_t size, fairu_zip *zip)
{
  directory d = { 0 };
  *zip = (fairu_zip){ .bytes = bytes, .size = size };
  int status = read_end(zip, ctx, &d);
  if (status != FAIRU_OK)
    return status;
  zip->members = fairu_context__new(ctx, (size_t)d.n, sizeof *zip->members, "zip directory");
  if (!zip->members)
    return FAIRU_ERR_OUT_OF_MEMORY;
  size_t at = (size_t)d.offset;
  while (status == FAIRU_OK && zip->n < d.n)
    status = read_entry(zip, ctx, &d, &at);
  if (status == FAIRU_OK && at != d.end)
    status = fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%zu bytes behind the entries of the zip directory",
                                 d.end - at);
  return status;
}

void fairu_zip__close(fairu_zip *zip, fairu_context *ctx)
{
  for (size_t i = 0; i < zip->n; i++)
    fairu_context__free(ctx, zip->members[i].name);
  fairu_context__free(ctx, zip->members);
  zip->members = NULL;
  zip->n = 0;
}
