/* digest.h - SHA-256 (FIPS 180-4) and MD5 (RFC 1321) of bytes that come in pieces. To compare documents with digests that others
 * publish, not to keep secrets: MD5 has been broken for that since 2004. */
#ifndef FAIRU_BASE_DIGEST_H
#define FAIRU_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

typedef enum fairu_digest_kind { FAIRU_DIGEST_MD5, FAIRU_DIGEST_SHA256 } fairu_digest_kind;

typedef struct fairu_digest {
  fairu_digest_kind kind;
  uint32_t state[8];
  uint64_t size;
  unsigned char block[64]; /* size % 64 bytes wait here */
} fairu_digest;

enum { FAIRU_DIGEST_TEXT = 65 }; /* the longest in hexadecimal, with its end */

void fairu_digest__start(fairu_digest *digest, fairu_digest_kind kind);
void fairu_digest__add(fairu_digest *digest, const void *bytes, size_t size);

/* Lower-case hexadecimal; the digest is used up. */
void fairu_digest__finish(fairu_digest *digest, char text[FAIRU_DIGEST_TEXT]);

#endif /* FAIRU_BASE_DIGEST_H */
