/* fuzz.h - what the fuzz targets share: bytes become a regular file in memory, readers obey small limits.
 *
 * Targets of our own file format take either a whole file (it begins with the magic) or a body alone: the head with a
 * right checksum and a stored zlib stream are put around it, so that mutations reach what lies behind the checksum.
 */
#ifndef FAIRU_TESTS_FUZZ_H
#define FAIRU_TESTS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <fairu/fairu.h>

#include "base/pack_private.h"

typedef struct fuzz_file {
  int fd;
  char path[32];
} fuzz_file;

/* An invariant of every reader; the fuzzer reports the abort. */
static inline void fuzz_must(int holds)
{
  if (!holds)
    abort();
}

static inline fairu_context *fuzz_context(void)
{
  fairu_context *ctx = NULL;
  fairu_limits limits;
  fuzz_must(fairu_context_create(NULL, &ctx) == FAIRU_OK);
  fuzz_must(fairu_limits_init(&limits, sizeof limits) == FAIRU_OK);
  limits.decompressed_bytes = UINT64_C(64) << 20;
  limits.rows = 100000;
  limits.bins = 100000;
  limits.model_bytes = UINT64_C(16) << 20;
  fuzz_must(fairu_context_set_limits(ctx, &limits) == FAIRU_OK);
  return ctx;
}

static inline void fuzz_open(fuzz_file *file, const uint8_t *bytes, size_t size)
{
  file->fd = memfd_create("fuzz", MFD_CLOEXEC);
  fuzz_must(file->fd >= 0);
  while (size > 0) {
    const ssize_t n = write(file->fd, bytes, size);
    fuzz_must(n > 0);
    bytes += n;
    size -= (size_t)n;
  }
  snprintf(file->path, sizeof file->path, "/proc/self/fd/%d", file->fd);
}

static inline void fuzz_close(fuzz_file *file)
{
  close(file->fd);
}

/* A file of our own format with the given body. */
static inline void fuzz_open_packed(fuzz_file *file, const char magic[8], const uint8_t *bytes, size_t size)
{
  if (size >= 5 && memcmp(bytes, magic, 5) == 0) {
    fuzz_open(file, bytes, size);
    return;
  }
  uLongf packed = compressBound((uLong)size);
  unsigned char *whole = malloc(FAIRU_PACK_HEAD + packed);
  fuzz_must(whole != NULL);
  memcpy(whole, magic, 8);
  fairu_bytes__put(whole + 8, 1, 4);
  fairu_bytes__put(whole + 16, size, 8);
  fairu_bytes__put(whole + 12, fairu_pack__crc(whole, bytes, size), 4);
  fuzz_must(compress2(whole + FAIRU_PACK_HEAD, &packed, bytes, (uLong)size, 0) == Z_OK);
  fuzz_open(file, whole, FAIRU_PACK_HEAD + packed);
  free(whole);
}

/* Success gives an object; failure gives none, a code we know and a message. The call comes before the look at out. */
#define FUZZ_CHECK(ctx, call, out)                                                                           \
  do {                                                                                                       \
    const int status_ = (call);                                                                              \
    fuzz_check((ctx), status_, (out));                                                                       \
  } while (0)

static inline void fuzz_check(const fairu_context *ctx, int status, const void *out)
{
  fuzz_must((status == FAIRU_OK) == (out != NULL));
  fuzz_must(status != FAIRU_ERR_INTERNAL && status != FAIRU_ERR_NULL);
  if (status != FAIRU_OK)
    fuzz_must(fairu_context_message(ctx)[0] != '\0' && strcmp(fairu_status_name(status), "FAIRU_ERR_?") != 0);
}

#endif /* FAIRU_TESTS_FUZZ_H */
