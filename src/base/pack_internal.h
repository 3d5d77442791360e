/* pack_internal.h - own file format: magic, version, zlib-compressed little-endian body, CRC-32.
 *
 * Bytes: 8 magic, u32 version, u32 crc32 of version, body length and body, u64 body length, zlib stream of the body. The body is a sequence of
 * typed fields, each with a tag byte, so that a reader that is out of step finds out at once.
 * Writing collects in memory; after the first failure further puts are no-ops and save returns it.
 */
#ifndef FAIRU_BASE_PACK_INTERNAL_H
#define FAIRU_BASE_PACK_INTERNAL_H

#include "base/context_internal.h"

typedef struct fairu_pack fairu_pack;     /* being written */
typedef struct fairu_unpack fairu_unpack; /* being read */

int fairu_pack__create(fairu_context *ctx, fairu_pack **out);
void fairu_pack__destroy(fairu_pack *pack);
void fairu_pack__u64(fairu_pack *pack, uint64_t value);
void fairu_pack__f64(fairu_pack *pack, double value);
void fairu_pack__string(fairu_pack *pack, const char *text);
void fairu_pack__f32s(fairu_pack *pack, const float *values, size_t n);
void fairu_pack__f64s(fairu_pack *pack, const double *values, size_t n);
void fairu_pack__u64s(fairu_pack *pack, const uint64_t *values, size_t n);
int fairu_pack__save(fairu_pack *pack, fairu_context *ctx, const char *path, const char magic[8],
                     uint32_t version);

/* The bytes of such a file in the caller's memory. *size is how many they are, on FAIRU_ERR_SHAPE (capacity too small) too;
 * bytes NULL: only that. `what`, for messages, is a plain phrase such as "packed fill". */
int fairu_pack__copy(fairu_pack *pack, fairu_context *ctx, const char *what, const char magic[8],
                     uint32_t version, void *bytes, size_t capacity, size_t *size);

/* Load and check everything but the meaning. Getters fail with FAIRU_ERR_FORMAT or FAIRU_ERR_TRUNCATED, naming file, byte
 * and field `what`. Arrays have exactly n elements; read a count with u64 and compare it with what is left
 * (fairu_unpack__left bytes) before allocating. */
int fairu_unpack__load(fairu_context *ctx, const char *path, const char magic[8], uint32_t newest_version,
                       fairu_unpack **out, uint32_t *version);
/* The same from memory, which is not needed afterwards. */
int fairu_unpack__open(fairu_context *ctx, const void *bytes, size_t size, const char *what,
                       const char magic[8], uint32_t newest_version, fairu_unpack **out, uint32_t *version);
/* What messages begin with: the path, or `what`. */
const char *fairu_unpack__name(const fairu_unpack *unpack);
void fairu_unpack__destroy(fairu_unpack *unpack);
size_t fairu_unpack__left(const fairu_unpack *unpack);
int fairu_unpack__u64(fairu_unpack *unpack, fairu_context *ctx, const char *what, uint64_t *value);
/* u64 that must be <= maximum, as size_t. */
int fairu_unpack__size(fairu_unpack *unpack, fairu_context *ctx, const char *what, uint64_t maximum,
                       size_t *value);
int fairu_unpack__f64(fairu_unpack *unpack, fairu_context *ctx, const char *what, double *value);
/* New string of ctx, without NUL inside, at most limits.name_bytes. */
int fairu_unpack__string(fairu_unpack *unpack, fairu_context *ctx, const char *what, char **text);
int fairu_unpack__f32s(fairu_unpack *unpack, fairu_context *ctx, const char *what, float *values, size_t n);
int fairu_unpack__f64s(fairu_unpack *unpack, fairu_context *ctx, const char *what, double *values, size_t n);
int fairu_unpack__u64s(fairu_unpack *unpack, fairu_context *ctx, const char *what, uint64_t *values,
                       size_t n);
/* FAIRU_ERR_FORMAT if bytes are left. */
int fairu_unpack__finish(fairu_unpack *unpack, fairu_context *ctx);

#endif /* FAIRU_BASE_PACK_INTERNAL_H */
