/* damage.h - bytes of our own format cut anywhere, or with any one bit changed: refused by a code that says what is wrong. */
#ifndef FAIRU_TESTS_SUPPORT_DAMAGE_H
#define FAIRU_TESTS_SUPPORT_DAMAGE_H

#include "support/support.h"

typedef struct damage_bytes {
  char *bytes; /* malloc */
  size_t size;
} damage_bytes;

/* Unpack; on success pack what came out into `again`, on failure check that nothing came out. */
typedef int (*damage_fn)(fairu_context *ctx, const void *bytes, size_t size, damage_bytes *again);

/* Body of a call fairu_x_pack(..., void *bytes, size_t capacity, size_t *size): first the size, then the bytes. */
#define DAMAGE_PACK(ctx, out, ...)                                                                           \
  do {                                                                                                       \
    CHECK_OK((ctx), DAMAGE_PACK_CALL(__VA_ARGS__, NULL, (size_t)0, &(out)->size));                           \
    (out)->bytes = (char *)malloc((out)->size);                                                              \
    assert_non_null((out)->bytes);                                                                           \
    CHECK_OK((ctx), DAMAGE_PACK_CALL(__VA_ARGS__, (out)->bytes, (out)->size, &(out)->size));                 \
  } while (0)
#define DAMAGE_PACK_CALL(function, ...) function(__VA_ARGS__)

static inline int damage_is_named(int status)
{
  return status == FAIRU_ERR_FORMAT || status == FAIRU_ERR_TRUNCATED || status == FAIRU_ERR_CHECKSUM ||
         status == FAIRU_ERR_VERSION || status == FAIRU_ERR_LIMIT;
}

static inline void damage_check_cuts(fairu_context *ctx, damage_fn unpack, const damage_bytes *good,
                                     const char *what)
{
  damage_bytes again;
  for (size_t n = 0; n < good->size; n++) {
    /* of exactly that size: what reads behind the end is seen by sanitizers */
    char *cut = (char *)malloc(n + 1);
    assert_non_null(cut);
    memcpy(cut + 1, good->bytes, n);
    CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, unpack(ctx, cut + 1, n, &again));
    CHECK_SAYS(ctx, what);
    free(cut);
  }
}

/* A deflate stream can say one thing in several ways (padding; repeats in a run): then the very same object comes out. */
static inline void damage_check_flips(fairu_context *ctx, damage_fn unpack, damage_bytes *good,
                                      const char *what)
{
  for (size_t bit = 0; bit < 8 * good->size; bit++) {
    damage_bytes again = { NULL, 0 };
    char *place = &good->bytes[bit / 8];
    const char before = *place;
    *place = (char)(before ^ (1 << bit % 8));
    const int status = unpack(ctx, good->bytes, good->size, &again);
    *place = before;
    if (status == FAIRU_OK) {
      assert_int_equal(again.size, good->size);
      assert_memory_equal(again.bytes, good->bytes, good->size);
      free(again.bytes);
      continue;
    }
    if (!damage_is_named(status))
      fail_msg("bit %zu: %s (%s)", bit, fairu_status_name(status), fairu_context_message(ctx));
    CHECK_SAYS(ctx, what);
  }
}

static inline void damage_check(fairu_context *ctx, damage_fn unpack, damage_bytes *good, const char *what)
{
  damage_bytes again = { NULL, 0 };
  damage_check_cuts(ctx, unpack, good, what);
  damage_check_flips(ctx, unpack, good, what);
  char *longer = (char *)calloc(good->size + 1, 1);
  memcpy(longer, good->bytes, good->size);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, unpack(ctx, longer, good->size + 1, &again));
  CHECK_SAYS(ctx, "after the end");
  longer[8]++; /* the version, little-endian */
  CHECK_FAILS(ctx, FAIRU_ERR_VERSION, unpack(ctx, longer, good->size, &again));
  CHECK_SAYS(ctx, "newest known");
  free(longer);
}

#endif /* FAIRU_TESTS_SUPPORT_DAMAGE_H */
