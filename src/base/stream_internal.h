/* stream_internal.h - files: safe reading of plain and gzip bytes, atomic writing. */
#ifndef FAIRU_BASE_STREAM_INTERNAL_H
#define FAIRU_BASE_STREAM_INTERNAL_H

#include "base/context_internal.h"

typedef struct fairu_reader fairu_reader;
typedef struct fairu_writer fairu_writer;

/* Open a regular file, or standard input for "-". Gzip is recognised by content; all members are read, CRC and length
 * checked, bytes after the last member refused; a ".gz" name without gzip content is FAIRU_ERR_FORMAT. Limits of ctx hold.
 * Messages carry the path. */
int fairu_reader__open(fairu_context *ctx, const char *path, fairu_reader **out);
/* The same for a file that another file names: not through a link, and not one that has a second name elsewhere. */
int fairu_reader__open_named(fairu_context *ctx, const char *path, fairu_reader **out);
void fairu_reader__close(fairu_reader *reader);
const char *fairu_reader__path(const fairu_reader *reader);

/* Bytes taken from the file over its size; NaN where that is not known. */
double fairu_reader__fraction(const fairu_reader *reader);

/* Read up to size bytes; *got < size only at the end of the file (0 after it). */
int fairu_reader__read(fairu_reader *reader, fairu_context *ctx, void *buffer, size_t size, size_t *got);

/* Read the whole rest into memory of ctx (fairu_context__free), with a NUL behind it. */
int fairu_reader__read_all(fairu_reader *reader, fairu_context *ctx, char **bytes, size_t *size);
/* The same of a file that is opened and closed here. */
int fairu_reader__read_path(fairu_context *ctx, const char *path, char **bytes, size_t *size);

/* Write to a temporary name beside path; gzip if path ends in ".gz"; "-": standard output, not atomic. */
int fairu_writer__open(fairu_context *ctx, const char *path, fairu_writer **out);
int fairu_writer__write(fairu_writer *writer, fairu_context *ctx, const void *bytes, size_t size);
int fairu_writer__printf(fairu_writer *writer, fairu_context *ctx, const char *format, ...)
    FAIRU_PRINTF(3, 4);

/* Flush, fsync, rename, free: the file is there, complete. On failure the temporary file is gone. */
int fairu_writer__commit(fairu_writer *writer, fairu_context *ctx);

/* Give up: remove the temporary file, free. NULL is a no-op. */
void fairu_writer__abort(fairu_writer *writer);

/* Commit what was written with status FAIRU_OK, give up on anything else; what failed first. */
int fairu_writer__end(fairu_writer *writer, fairu_context *ctx, int status);

#endif /* FAIRU_BASE_STREAM_INTERNAL_H */
