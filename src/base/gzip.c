/* gzip.c - gzip packed piece by piece, so that threads can share the work. */
#include "base/gzip_private.h"

#include <string.h>

#include "base/pack_private.h"

/* Numbers as text are packed three times as fast as by zlib's usual level 6, into files larger by 7 percent. */
enum { LEVEL = 4, INPUT = FAIRU_GZIP_PIECES * FAIRU_GZIP_PIECE };

int fairu_gzip__open(fairu_context *ctx, fairu_allocator *allocator, const char *place, fairu_gzip *gzip)
{
  *gzip = (fairu_gzip){ .allocator = allocator, .place = place, .crc = crc32(0, NULL, 0) };
  gzip->input = fairu_context__new_unset(ctx, FAIRU_GZIP_WINDOW + INPUT, 1, "gzip input");
  if (gzip->input)
    gzip->output = fairu_context__new_unset(ctx, FAIRU_GZIP_PIECES, FAIRU_GZIP_ROOM, "gzip output");
  return gzip->output ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

void fairu_gzip__close(fairu_gzip *gzip)
{
  for (size_t i = 0; i < gzip->n_streams; i++)
    deflateEnd(&gzip->streams[i]);
  gzip->n_streams = 0;
  fairu_allocator__free(gzip->allocator, gzip->input);
  fairu_allocator__free(gzip->allocator, gzip->output);
}

static size_t piece_size(const fairu_gzip *gzip, size_t i)
{
  const size_t left = gzip->used - i * FAIRU_GZIP_PIECE;
  return left < FAIRU_GZIP_PIECE ? left : FAIRU_GZIP_PIECE;
}

static int pack_piece(fairu_context *worker, size_t i, void *data)
{
  fairu_gzip *gzip = (fairu_gzip *)data;
  z_stream *stream = &gzip->streams[i];
  unsigned char *bytes = gzip->input + FAIRU_GZIP_WINDOW + i * FAIRU_GZIP_PIECE;
  const size_t size = piece_size(gzip, i), before = gzip->window + i * FAIRU_GZIP_PIECE;
  const size_t window = before < FAIRU_GZIP_WINDOW ? before : FAIRU_GZIP_WINDOW;
  int code = deflateReset(stream);
  if (code == Z_OK && window > 0)
    code = deflateSetDictionary(stream, bytes - window, (uInt)window);
  stream->next_in = bytes;
  stream->avail_in = (uInt)size;
  stream->next_out = gzip->output + i * FAIRU_GZIP_ROOM;
  stream->avail_out = FAIRU_GZIP_ROOM;
  const int ends = gzip->is_last && i + 1 == gzip->n_pieces;
  if (code == Z_OK)
    code = deflate(stream, ends ? Z_FINISH : Z_SYNC_FLUSH);
  if (code != (ends ? Z_STREAM_END : Z_OK) || stream->avail_in > 0 || stream->avail_out == 0)
    return fairu_zlib__fail(worker, stream, code, gzip->place);
  gzip->packed[i] = FAIRU_GZIP_ROOM - stream->avail_out;
  gzip->crcs[i] = crc32(crc32(0, NULL, 0), bytes, (uInt)size);
  return FAIRU_OK;
}

/* Memory is taken here, by the caller's thread. */
static int make_streams(fairu_gzip *gzip, fairu_context *ctx, size_t n)
{
  for (; gzip->n_streams < n; gzip->n_streams++) {
    z_stream *stream = &gzip->streams[gzip->n_streams];
    fairu_zlib__prepare(stream, gzip->allocator);
    const int code = deflateInit2(stream, LEVEL, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    if (code != Z_OK)
      return fairu_zlib__fail(ctx, stream, code, gzip->place);
  }
  return FAIRU_OK;
}

static int pack_batch(fairu_gzip *gzip, fairu_context *ctx)
{
  gzip->n_pieces = gzip->used > 0 ? (gzip->used - 1) / FAIRU_GZIP_PIECE + 1 : 1;
  int status = make_streams(gzip, ctx, gzip->n_pieces);
  if (status == FAIRU_OK)
    status = fairu_context__parallel(ctx, gzip->n_pieces, pack_piece, gzip, NULL);
  if (status != FAIRU_OK)
    return status;
  for (size_t i = 0; i < gzip->n_pieces; i++)
    gzip->crc = crc32_combine(gzip->crc, gzip->crcs[i], (z_off_t)piece_size(gzip, i));
  gzip->size += gzip->used;
  if (gzip->used == INPUT) {
    memcpy(gzip->input, gzip->input + INPUT, FAIRU_GZIP_WINDOW); /* the end of the last piece */
    gzip->window = FAIRU_GZIP_WINDOW;
  }
  gzip->used = 0;
  return FAIRU_OK;
}

int fairu_gzip__add(fairu_gzip *gzip, fairu_context *ctx, const unsigned char *bytes, size_t size,
                    size_t *taken)
{
  gzip->n_pieces = 0;
  *taken = size < INPUT - gzip->used ? size : INPUT - gzip->used;
  memcpy(gzip->input + FAIRU_GZIP_WINDOW + gzip->used, bytes, *taken);
  gzip->used += *taken;
  return gzip->used == INPUT ? pack_batch(gzip, ctx) : FAIRU_OK;
}

int fairu_gzip__finish(fairu_gzip *gzip, fairu_context *ctx)
{
  gzip->is_last = 1;
  return pack_batch(gzip, ctx);
}

const unsigned char *fairu_gzip__piece(const fairu_gzip *gzip, size_t i, size_t *size)
{
  *size = gzip->packed[i];
  return gzip->output + i * FAIRU_GZIP_ROOM;
}

/* No name and no time: same content, same bytes. */
void fairu_gzip__head(unsigned char head[FAIRU_GZIP_HEAD])
{
  static const unsigned char bytes[FAIRU_GZIP_HEAD] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 };
  memcpy(head, bytes, sizeof bytes);
}

void fairu_gzip__tail(const fairu_gzip *gzip, unsigned char tail[FAIRU_GZIP_TAIL])
{
  fairu_bytes__put(tail, gzip->crc, 4);
  fairu_bytes__put(tail + 4, gzip->size & 0xffffffff, 4);
}
