/* fuzz.h - what the fuzz targets share: bytes become a regular file in memory, readers obey small limits.
 *
 * Targets of our own file format take either a whole file (it begins with the magic) or a body alone: the head with a
 * right checksum and a stored zlib stream are put around it, so that mutations reach what lies behind the checksum.
 *
 * An input that ends with FUZZ_FAULT says which allocation of a reader fails: two bytes before the mark, low byte
 * first; all later ones fail too if the top bit is set, and with the next one the call is cancelled there instead. They
 * are no part of the file.
 */
#ifndef FAIRU_TESTS_FUZZ_H
#define FAIRU_TESTS_FUZZ_H

#include <sanitizer/asan_interface.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

#include <fairu/fairu.h>

#include "base/pack_private.h"

enum { FUZZ_FAULT = 0xfa, FUZZ_FAULT_BYTES = 3, FUZZ_FAULT_STAYS = 0x8000, FUZZ_FAULT_CANCELS = 0x4000 };

typedef struct fuzz_file {
  int fd;
  char path[32];
} fuzz_file;

/* The allocator of every context: counts while `left` is positive, and fails when it comes to 0. */
typedef struct fuzz_memory {
  unsigned wanted; /* what the input says; 0: no fault */
  unsigned left;
  int stays, cancels, failed;
  fairu_context *ctx; /* the last one made */
} fuzz_memory;

enum { FUZZ_BLOCKS = 24, FUZZ_LARGE = 16384, FUZZ_LARGEST = 1 << 21 };

typedef struct fuzz_block {
  void *pointer;
  size_t size;
  int used;
} fuzz_block;

/* An invariant of every reader; the fuzzer reports the abort. */
#define fuzz_must(holds) ((holds) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #holds))

static inline void fuzz_broken(const char *file, int line, const char *what)
{
  fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
  abort();
}

static inline fuzz_memory *fuzz_faults(void)
{
  static fuzz_memory memory;
  return &memory;
}

/* Buffers of readers are large and come again: kept, since fresh pages cost more than the reading. Free ones are poisoned. */
static inline fuzz_block *fuzz_blocks(void)
{
  static fuzz_block blocks[FUZZ_BLOCKS];
  return blocks;
}

static inline void *fuzz_take_block(size_t size)
{
  fuzz_block *blocks = fuzz_blocks();
  for (size_t i = 0; i < FUZZ_BLOCKS; i++) {
    fuzz_block *b = &blocks[i];
    if (b->used || (b->pointer && b->size != size))
      continue;
    if (!b->pointer)
      *b = (fuzz_block){ .pointer = malloc(size), .size = size };
    fuzz_must(b->pointer != NULL);
    b->used = 1;
    ASAN_UNPOISON_MEMORY_REGION(b->pointer, size);
    return b->pointer;
  }
  return malloc(size);
}

/* A program that sweeps over allocations (edges.c) is told the number of each one that an input could make fail. */
void fuzz_allocation(unsigned i) __attribute__((weak));

static inline void *fuzz_allocate(size_t size, void *user_data)
{
  fuzz_memory *memory = (fuzz_memory *)user_data;
  if (memory->left > 0 && fuzz_allocation)
    fuzz_allocation(memory->wanted % FUZZ_FAULT_CANCELS - memory->left + 1);
  if (memory->left > 0 && --memory->left == 0) {
    memory->failed = 1;
    memory->left = (unsigned)memory->stays;
    if (!memory->cancels)
      return NULL;
    fairu_context_cancel(memory->ctx);
  }
  return size >= FUZZ_LARGE && size <= FUZZ_LARGEST ? fuzz_take_block(size) : malloc(size);
}

static inline void fuzz_release(void *pointer, void *user_data)
{
  fuzz_block *blocks = fuzz_blocks();
  (void)user_data;
  for (size_t i = 0; i < FUZZ_BLOCKS; i++)
    if (blocks[i].pointer == pointer) {
      blocks[i].used = 0;
      ASAN_POISON_MEMORY_REGION(pointer, blocks[i].size);
      return;
    }
  free(pointer);
}

/* Nothing of an input is left over when the next one comes. */
static inline void fuzz_no_leak(void)
{
  for (size_t i = 0; i < FUZZ_BLOCKS; i++)
    fuzz_must(!fuzz_blocks()[i].used);
}

/* The fault of the input comes in what follows; or not any more. */
static inline void fuzz_arm(int on)
{
  fuzz_memory *memory = fuzz_faults();
  memory->left = on ? memory->wanted & (FUZZ_FAULT_CANCELS - 1U) : 0;
  memory->stays = (memory->wanted & FUZZ_FAULT_STAYS) != 0;
  memory->cancels = (memory->wanted & FUZZ_FAULT_CANCELS) != 0;
  if (on)
    memory->failed = 0;
}

/* Take the fault off the end of the input; what is left of its size. */
static inline size_t fuzz_take_fault(const uint8_t *bytes, size_t size)
{
  fuzz_memory *memory = fuzz_faults();
  memory->wanted = memory->left = 0;
  memory->failed = 0;
  if (size < FUZZ_FAULT_BYTES || bytes[size - 1] != FUZZ_FAULT)
    return size;
  size -= FUZZ_FAULT_BYTES;
  memory->wanted = bytes[size] + 256U * bytes[size + 1];
  return size;
}

static inline void fuzz_usual_limits(fairu_limits *limits)
{
  limits->decompressed_bytes = UINT64_C(64) << 20;
  limits->rows = 100000;
  limits->bins = 100000;
  limits->model_bytes = UINT64_C(16) << 20;
}

static inline fairu_context *fuzz_context(void)
{
  const fairu_allocator allocator = { .allocate = fuzz_allocate,
                                      .release = fuzz_release,
                                      .user_data = fuzz_faults() };
  fairu_context *ctx = NULL;
  fairu_limits limits;
  fuzz_no_leak();
  fuzz_must(fairu_context_create(&allocator, &ctx) == FAIRU_OK);
  fuzz_faults()->ctx = ctx;
  fuzz_must(fairu_limits_init(&limits, sizeof limits) == FAIRU_OK);
  fuzz_usual_limits(&limits);
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

/* Our own format around the given body, unless it is there already; for the caller to free. */
static inline uint8_t *fuzz_pack(const char magic[8], const uint8_t *bytes, size_t *size)
{
  uLongf packed = compressBound((uLong)*size);
  uint8_t *whole = malloc(FAIRU_PACK_HEAD + packed);
  fuzz_must(whole != NULL);
  if (*size >= 5 && memcmp(bytes, "FAIRU", 5) == 0) {
    memcpy(whole, bytes, *size);
    return whole;
  }
  memcpy(whole, magic, 8);
  fairu_bytes__put(whole + 8, 1, 4);
  fairu_bytes__put(whole + 16, *size, 8);
  fairu_bytes__put(whole + 12, fairu_pack__crc(whole, bytes, *size), 4);
  fuzz_must(compress2(whole + FAIRU_PACK_HEAD, &packed, bytes, (uLong)*size, 0) == Z_OK);
  *size = FAIRU_PACK_HEAD + packed;
  return whole;
}

static inline void fuzz_open_packed(fuzz_file *file, const char magic[8], const uint8_t *bytes, size_t size)
{
  uint8_t *whole = fuzz_pack(magic, bytes, &size);
  fuzz_open(file, whole, size);
  free(whole);
}

static inline void fuzz_check(const fairu_context *ctx, int status, const void *out)
{
  fuzz_must((status == FAIRU_OK) == (out != NULL));
  fuzz_must(status != FAIRU_ERR_INTERNAL && status != FAIRU_ERR_NULL);
  if (status != FAIRU_OK)
    fuzz_must(fairu_context_message(ctx)[0] != '\0' && strcmp(fairu_status_name(status), "FAIRU_ERR_?") != 0);
}

/* Success gives an object; failure gives none, a code we know and a message. The call comes before the look at out. */
#define FUZZ_CHECK(ctx, call, out)                                                                           \
  do {                                                                                                       \
    const int status_ = (call);                                                                              \
    fuzz_check((ctx), status_, (out));                                                                       \
  } while (0)

/* The same for a reader: with the fault of the input first, which must be told unless the call fails anyway, then without. */
#define FUZZ_LOAD(ctx, call, out)                                                                            \
  do {                                                                                                       \
    fuzz_arm(1);                                                                                             \
    int status_ = (call);                                                                                    \
    fuzz_arm(0);                                                                                             \
    const int first_ = status_;                                                                              \
    if (fuzz_faults()->failed) {                                                                             \
      fairu_context_resume(ctx);                                                                             \
      fuzz_check((ctx), status_, (out));                                                                     \
      if (status_ != FAIRU_OK)                                                                               \
        status_ = (call);                                                                                    \
      fuzz_must(first_ == FAIRU_ERR_OUT_OF_MEMORY || first_ == status_ || fuzz_faults()->cancels);           \
    }                                                                                                        \
    fuzz_must(status_ != FAIRU_ERR_OUT_OF_MEMORY);                                                           \
    fuzz_check((ctx), status_, (out));                                                                       \
  } while (0)

/* A name in memory for what targets write and read again; one for each process. */
static inline const char *fuzz_path(char path[64], const char *suffix)
{
  snprintf(path, 64, "%s/fairu-fuzz.%ld%s", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
           (long)getpid(), suffix);
  return path;
}

/* Dear checks are made of one input in eight, always the same ones. */
static inline int fuzz_chosen(const uint8_t *bytes, size_t size)
{
  return (crc32(0, bytes, (uInt)size) & 7) == 0;
}

/* Do two files have the same bytes? */
static inline int fuzz_same_files(const char *a, const char *b)
{
  FILE *files[2] = { fopen(a, "re"), fopen(b, "re") };
  fuzz_must(files[0] && files[1]);
  int x, y;
  do {
    x = getc(files[0]);
    y = getc(files[1]);
  } while (x == y && x != EOF);
  fclose(files[0]);
  fclose(files[1]);
  return x == y;
}

/* A wrong call of a program, with NULL where something is wanted. */
#define FUZZ_WRONG(call) fuzz_must((call) == FAIRU_ERR_NULL)

/* From now on, no file takes more than a few bytes; or as many as before. */
static inline void fuzz_full(int on)
{
  static rlim_t before;
  struct rlimit limit;
  fuzz_must(getrlimit(RLIMIT_FSIZE, &limit) == 0);
  if (on)
    before = limit.rlim_cur;
  limit.rlim_cur = on ? 8 : before;
  signal(SIGXFSZ, on ? SIG_IGN : SIG_DFL);
  fuzz_must(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

/* A saver with the fault of the input: done, or the fault is told. */
#define FUZZ_SAVE(ctx, call)                                                                                 \
  do {                                                                                                       \
    fuzz_arm(1);                                                                                             \
    const int saved_ = (call);                                                                               \
    fuzz_arm(0);                                                                                             \
    fuzz_must(saved_ == FAIRU_OK || fuzz_faults()->failed);                                                  \
    fairu_context_resume(ctx);                                                                               \
    fuzz_must(saved_ == FAIRU_OK || saved_ == FAIRU_ERR_OUT_OF_MEMORY || fuzz_faults()->cancels);            \
  } while (0)

/* What saves, loads; and when that is saved again, it is the same file. Where it cannot be saved, that is said. */
#define FUZZ_AGAIN(ctx, type, save, load, destroy, object)                                                   \
  do {                                                                                                       \
    char first_[64], second_[64];                                                                            \
    type *again_ = NULL;                                                                                     \
    FUZZ_WRONG(save(NULL, ctx, fuzz_path(first_, ".a")));                                                    \
    FUZZ_WRONG(save(object, NULL, first_));                                                                  \
    FUZZ_WRONG(save(object, ctx, NULL));                                                                     \
    FUZZ_WRONG(load(NULL, first_, &again_));                                                                 \
    FUZZ_WRONG(load(ctx, NULL, &again_));                                                                    \
    FUZZ_WRONG(load(ctx, first_, NULL));                                                                     \
    fuzz_must(save(object, ctx, "/nowhere/fuzz") == FAIRU_ERR_IO && !again_);                                \
    fuzz_full(1);                                                                                            \
    const int full_ = save(object, ctx, first_);                                                             \
    fuzz_full(0);                                                                                            \
    fuzz_must(full_ == FAIRU_ERR_IO && access(first_, F_OK) != 0);                                           \
    FUZZ_SAVE(ctx, save(object, ctx, first_));                                                               \
    fuzz_must(save(object, ctx, fuzz_path(first_, ".a")) == FAIRU_OK);                                       \
    fuzz_must(load(ctx, first_, &again_) == FAIRU_OK);                                                       \
    fuzz_must(save(again_, ctx, fuzz_path(second_, ".b")) == FAIRU_OK);                                      \
    fuzz_must(fuzz_same_files(first_, second_));                                                             \
    destroy(again_);                                                                                         \
    unlink(first_);                                                                                          \
    unlink(second_);                                                                                         \
  } while (0)

#endif /* FAIRU_TESTS_FUZZ_H */
