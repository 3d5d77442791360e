/* zip.h - members of a zip archive that is in memory: stored or deflated, zip64 or not, nothing believed before it is checked. */
#ifndef FAIRU_BASE_ZIP_H
#define FAIRU_BASE_ZIP_H

#include "base/context_internal.h"

typedef struct fairu_zip_member {
  char *name;
  const unsigned char *data; /* [packed] as it lies in the archive */
  uint64_t packed, size;     /* bytes, before and after unpacking */
  uint32_t crc;
  unsigned method; /* 0 stored, 8 deflated */
  unsigned flags;
} fairu_zip_member;

typedef struct fairu_zip {
  const unsigned char *bytes; /* the caller's */
  size_t size;
  fairu_zip_member *members; /* [n] in the order of the directory */
  size_t n;
} fairu_zip;

/* Read the directory; names are not checked to be unique; at most limits.csv_columns members. What was made is freed by __close, on failure too.
 * FAIRU_ERR_FORMAT, FAIRU_ERR_TRUNCATED, FAIRU_ERR_UNSUPPORTED (several disks), FAIRU_ERR_LIMIT. */
int fairu_zip__open(fairu_context *ctx, const void *bytes, size_t size, fairu_zip *zip);
void fairu_zip__close(fairu_zip *zip, fairu_context *ctx);

/* Content of a member with a NUL behind it, of ctx (fairu_context__free); its CRC-32 is right. total: bytes unpacked so far, held against
 * limits.decompressed_bytes. FAIRU_ERR_UNSUPPORTED (encrypted, another method), FAIRU_ERR_CHECKSUM, FAIRU_ERR_FORMAT, FAIRU_ERR_LIMIT. */
int fairu_zip__unpack(fairu_context *ctx, const fairu_zip_member *member, uint64_t *total, char **content);

#endif /* FAIRU_BASE_ZIP_H */
