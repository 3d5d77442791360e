/* gzip_private.h - gzip packed piece by piece, so that threads can share the work; for files of this folder only.
 *
 * Pieces of fixed length are deflated on their own, each with the 32 KiB before it as dictionary, and joined at byte boundaries:
 * one gzip member, whose bytes do not depend on the number of threads.
 */
#ifndef FAIRU_BASE_GZIP_PRIVATE_H
#define FAIRU_BASE_GZIP_PRIVATE_H

#include "base/zlib_private.h"

enum { FAIRU_GZIP_PIECE = 1 << 17, FAIRU_GZIP_PIECES = 8, FAIRU_GZIP_WINDOW = 1 << 15 };
enum {
  FAIRU_GZIP_ROOM = FAIRU_GZIP_PIECE + FAIRU_GZIP_PIECE / 256 + 64
}; /* more than deflate makes of a piece */

typedef struct fairu_gzip {
  fairu_allocator *allocator;
  const char *place; /* for messages */
  z_stream streams[FAIRU_GZIP_PIECES];
  size_t n_streams;      /* made so far */
  unsigned char *input;  /* [WINDOW + PIECES * PIECE]: what came before, then what is to be packed */
  size_t window, used;   /* bytes of each */
  unsigned char *output; /* [PIECES * ROOM] */
  size_t packed[FAIRU_GZIP_PIECES];
  uLong crcs[FAIRU_GZIP_PIECES];
  size_t n_pieces; /* of the batch, packed last */
  int is_last;     /* the batch ends the stream */
  uLong crc;
  uint64_t size;
} fairu_gzip;

/* Takes what memory it needs of allocator, which outlives it as place does. What was made is freed by __close, on failure too. */
int fairu_gzip__open(fairu_context *ctx, fairu_allocator *allocator, const char *place, fairu_gzip *gzip);
void fairu_gzip__close(fairu_gzip *gzip);

/* Take some of the bytes: *taken < size when a batch is full, which is then packed and to be written: fairu_gzip__piece(). */
int fairu_gzip__add(fairu_gzip *gzip, fairu_context *ctx, const unsigned char *bytes, size_t size,
                    size_t *taken);

/* Pack what is left. */
int fairu_gzip__finish(fairu_gzip *gzip, fairu_context *ctx);

/* Packed piece i of n_pieces. */
const unsigned char *fairu_gzip__piece(const fairu_gzip *gzip, size_t i, size_t *size);

enum { FAIRU_GZIP_HEAD = 10, FAIRU_GZIP_TAIL = 8 };
void fairu_gzip__head(unsigned char head[FAIRU_GZIP_HEAD]);
void fairu_gzip__tail(const fairu_gzip *gzip, unsigned char tail[FAIRU_GZIP_TAIL]);

#endif /* FAIRU_BASE_GZIP_PRIVATE_H */
