/* Any bytes as a gzip file, beside zlib's own reading of them. The first byte chooses: 1: the rest is a deflate stream, which gets
 * a head and the right checksum and length; 2: and another, empty member behind it; 4: the name ends in .gz; 8: small limits;
 * 16: all at once; 32: a tail; 64: standard input; 128: which cannot be read, or a file that is cut while it is read. */
#include "fuzz/fuzz.h"

#include <fcntl.h>
#include <math.h>

#include "base/stream_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum {
  GZIP_WRAP = 1,
  GZIP_TWICE = 2,
  GZIP_NAMED = 4,
  GZIP_SMALL = 8,
  GZIP_WHOLE = 16,
  GZIP_TAIL = 32,
  GZIP_INPUT = 64,
  GZIP_FAILS = 128,
  GZIP_ROOM = 1 << 20,
  GZIP_LIMIT = 512,
  GZIP_LONG = 100000
};

typedef struct gzip_text {
  unsigned char *bytes;
  size_t size;
  int whole; /* ends where it should, with the right checksum */
} gzip_text;

/* What zlib makes of bytes, until it is asked again: members one after the other (kind 31), or one bare stream (kind -15), up to GZIP_ROOM. */
static gzip_text gzip_by_zlib(const uint8_t *bytes, size_t size, int kind)
{
  static unsigned char room[GZIP_ROOM]; /* fresh pages each time would cost more than all the rest */
  gzip_text text = { .bytes = room };
  z_stream stream = { .next_in = (z_const Bytef *)bytes, .avail_in = (uInt)size };
  fuzz_must(inflateInit2(&stream, kind) == Z_OK);
  int code = Z_OK;
  do {
    stream.next_out = text.bytes + text.size;
    stream.avail_out = (uInt)(GZIP_ROOM - text.size);
    code = inflate(&stream, Z_NO_FLUSH);
    text.size = GZIP_ROOM - stream.avail_out;
    text.whole = code == Z_STREAM_END && (stream.avail_in == 0 || kind < 0);
  } while (code == Z_STREAM_END && !text.whole && inflateReset(&stream) == Z_OK);
  inflateEnd(&stream);
  return text;
}

/* A member around a bare deflate stream. */
static uint8_t *gzip_wrap(const uint8_t *bytes, size_t *size, unsigned choice)
{
  static const uint8_t head[10] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 };
  static const uint8_t empty[20] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3 };
  const gzip_text text = gzip_by_zlib(bytes, *size, -15);
  uint8_t *whole = malloc(*size + sizeof head + sizeof empty + 9);
  fuzz_must(whole != NULL);
  memcpy(whole, head, sizeof head);
  memcpy(whole + sizeof head, bytes, *size);
  *size += sizeof head;
  fairu_bytes__put(whole + *size, crc32(0, text.bytes, (uInt)text.size), 4);
  fairu_bytes__put(whole + *size + 4, text.size, 4);
  *size += 8;
  if (choice & GZIP_TWICE) {
    memcpy(whole + *size, empty, sizeof empty);
    *size += sizeof empty;
  }
  if (choice & GZIP_TAIL)
    whole[(*size)++] = 0x1f;
  return whole;
}

static int gzip_read(fairu_context *ctx, const char *path, unsigned choice, char **all, size_t *n)
{
  fairu_reader *reader = NULL;
  int status = fairu_reader__open(ctx, path, &reader);
  const double begun = status == FAIRU_OK ? fairu_reader__fraction(reader) : 0.0;
  fuzz_must(isnan(begun) || (begun >= 0.0 && begun <= 1.0));
  if (status == FAIRU_OK && (choice & GZIP_WHOLE)) {
    status = fairu_reader__read_all(reader, ctx, all, n);
  } else if (status == FAIRU_OK) {
    size_t got = 1;
    *n = 0;
    *all = fairu_context__new_unset(ctx, GZIP_ROOM, 1, "content");
    status = *all ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
    for (size_t step = 1; status == FAIRU_OK && got > 0 && *n + step <= GZIP_ROOM; step = step * 3 % 70001) {
      status = fairu_reader__read(reader, ctx, *all + *n, step, &got);
      *n += status == FAIRU_OK ? got : 0;
    }
    if (*all && status != FAIRU_OK) { /* a failure stays */
      fuzz_must(fairu_reader__read(reader, ctx, *all, 1, &got) == status);
      fairu_context__free(ctx, *all);
      *all = NULL;
    }
  }
  fairu_reader__close(reader);
  return status;
}

/* What both read is the same; and zlib refuses what we refuse, limits apart. */
static void gzip_compare(fairu_context *ctx, const char *path, const uint8_t *bytes, size_t size,
                         unsigned choice)
{
  char *all = NULL;
  size_t n = 0;
  FUZZ_LOAD(ctx, gzip_read(ctx, path, choice, &all, &n), all);
  const int status = all ? FAIRU_OK : fairu_context_status(ctx);
  if (size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b) {
    const gzip_text text = gzip_by_zlib(bytes, size, 31);
    const int fits = text.size < GZIP_ROOM / 2; /* steps may end before the end of larger ones */
    if (fits && status != FAIRU_ERR_LIMIT)
      fuzz_must(text.whole == (status == FAIRU_OK));
    if (all && fits)
      fuzz_must(n == text.size && memcmp(all, text.bytes, n) == 0);
  } else if (all) {
    fuzz_must(n == (size < GZIP_ROOM ? size : n) && memcmp(all, bytes, n) == 0);
  }
  fairu_context__free(ctx, all);
}

/* A file that becomes shorter after it was opened is never read to a good end. */
static void gzip_cut(fairu_context *ctx, const fuzz_file *file, size_t size)
{
  fairu_reader *reader = NULL;
  char *all = NULL;
  size_t n = 0;
  fuzz_must(ftruncate(file->fd, GZIP_LONG) == 0);
  int status = fairu_reader__open(ctx, file->path, &reader);
  fuzz_must(ftruncate(file->fd, (off_t)size) == 0);
  if (status == FAIRU_OK)
    status = fairu_reader__read_all(reader, ctx, &all, &n);
  fuzz_must(status != FAIRU_OK && !all);
  fairu_reader__close(reader);
}

/* What is no file to read: nothing, a device, one with a second name. */
static void gzip_wrong(fairu_context *ctx)
{
  fairu_reader *reader = NULL;
  char path[64], link_path[64];
  FUZZ_WRONG(fairu_reader__open(ctx, NULL, &reader));
  fuzz_must(fairu_reader__open(ctx, "/dev/null", &reader) == FAIRU_ERR_IO && !reader);
  fuzz_must(fairu_reader__open(ctx, "/nowhere", &reader) == FAIRU_ERR_IO && !reader);
  const int fd = open(fuzz_path(path, ".a"), O_CREAT | O_WRONLY | O_TRUNC, 0600);
  fuzz_must(fd >= 0 && write(fd, "text", 4) == 4 && close(fd) == 0);
  fuzz_must(fairu_reader__open_named(ctx, path, &reader) == FAIRU_OK);
  fairu_reader__close(reader);
  unlink(fuzz_path(link_path, ".b"));
  fuzz_must(link(path, link_path) == 0);
  fuzz_must(fairu_reader__open_named(ctx, path, &reader) == FAIRU_ERR_IO && !reader);
  unlink(link_path);
  unlink(path);
}

static void gzip_small(fairu_context *ctx)
{
  fairu_limits limits;
  fuzz_must(fairu_limits_init(&limits, sizeof limits) == FAIRU_OK);
  limits.file_bytes = GZIP_LIMIT;
  limits.decompressed_bytes = GZIP_LIMIT;
  fuzz_must(fairu_context_set_limits(ctx, &limits) == FAIRU_OK);
}

/* The file under another name, or as descriptor 0, which it gives back. */
static void gzip_as(fairu_context *ctx, const fuzz_file *file, const uint8_t *bytes, size_t size,
                    unsigned choice)
{
  char path[64];
  if (choice & GZIP_NAMED) {
    unlink(fuzz_path(path, ".gz"));
    fuzz_must(symlink(file->path, path) == 0);
    gzip_compare(ctx, path, bytes, size, choice);
    unlink(path);
  } else if (choice & GZIP_INPUT) {
    const int before = dup(STDIN_FILENO);
    const int fd = choice & GZIP_FAILS ? open("/dev/null", O_WRONLY) : dup(file->fd);
    fuzz_must(lseek(file->fd, 0, SEEK_SET) == 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO && close(fd) == 0);
    fuzz_faults()->wanted = 0; /* it cannot be read twice */
    fairu_reader *reader = NULL;
    if (choice & GZIP_FAILS)
      fuzz_must(fairu_reader__open(ctx, "-", &reader) == FAIRU_ERR_IO && !reader);
    else
      gzip_compare(ctx, "-", bytes, size, choice);
    if (before >= 0)
      fuzz_must(dup2(before, STDIN_FILENO) == STDIN_FILENO && close(before) == 0);
  } else if (choice & GZIP_FAILS) {
    gzip_cut(ctx, file, size);
  } else {
    gzip_compare(ctx, file->path, bytes, size, choice);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  size = fuzz_take_fault(bytes, size);
  fairu_context *ctx = fuzz_context();
  if (size == 0) {
    gzip_wrong(ctx);
    fairu_context_destroy(ctx);
    return 0;
  }
  const unsigned choice = bytes[0];
  uint8_t *wrapped = NULL;
  fuzz_file file;
  bytes++;
  size--;
  if (choice & GZIP_WRAP)
    bytes = wrapped = gzip_wrap(bytes, &size, choice);
  if (choice & GZIP_SMALL)
    gzip_small(ctx);
  fuzz_open(&file, bytes, size);
  gzip_as(ctx, &file, bytes, size, choice);
  fuzz_close(&file);
  free(wrapped);
  fairu_context_destroy(ctx);
  return 0;
}
