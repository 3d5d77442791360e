/* pack_private.h - the bytes of our own file format; for files of this folder only. */
#ifndef FAIRU_BASE_PACK_PRIVATE_H
#define FAIRU_BASE_PACK_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

enum {
  FAIRU_PACK_HEAD = 24,      /* magic, version, crc, length */
  FAIRU_PACK_RATIO = 100,    /* bodies that shrink more are stored; below the default decompressed_ratio */
  FAIRU_ZLIB_STEP = 1 << 20, /* bytes given to zlib at once */
  FAIRU_TAG_U64 = 'u',
  FAIRU_TAG_F64 = 'd',
  FAIRU_TAG_STRING = 's',
  FAIRU_TAG_F32S = 'F',
  FAIRU_TAG_F64S = 'D',
  FAIRU_TAG_U64S = 'U'
};

/* Little-endian integers of `width` bytes. */
void fairu_bytes__put(unsigned char *place, uint64_t value, size_t width);
uint64_t fairu_bytes__get(const unsigned char *place, size_t width);

/* CRC-32 over version and length of the head, then the body. */
uint32_t fairu_pack__crc(const unsigned char *head, const unsigned char *body, size_t size);

#endif /* FAIRU_BASE_PACK_PRIVATE_H */
