/* zlib_private.h - zlib on the caller's memory; for files of this folder only. */
#ifndef FAIRU_BASE_ZLIB_PRIVATE_H
#define FAIRU_BASE_ZLIB_PRIVATE_H

#define ZLIB_CONST /* what is read is const */
#include <zlib.h>

#include "base/context_internal.h"

/* A cleared stream whose memory comes from allocator, which must outlive it. */
void fairu_zlib__prepare(z_stream *stream, fairu_allocator *allocator);

/* Status of a failed zlib call: memory, checksum or format, with the reason in the message after `place`. */
int fairu_zlib__fail(fairu_context *ctx, const z_stream *stream, int code, const char *place);

#endif /* FAIRU_BASE_ZLIB_PRIVATE_H */
