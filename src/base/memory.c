/* memory.c - memory of objects, and the scratch stack of a context. */
#include "base/context_private.h"

#include <string.h>

enum { ALIGNMENT = 64, KEPT_MOST = 1 << 28 };

static int multiply(size_t a, size_t b, size_t *product)
{
  return __builtin_mul_overflow(a, b, product);
}

static void *refuse(fairu_context *ctx, size_t count, size_t size, const char *what)
{
  fairu_context__fail(ctx, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %s (%zu x %zu bytes)", what, count, size);
  return NULL;
}

/* Memory not yet written; the message is set when there is none. */
static void *take_from(const fairu_allocator *allocator, fairu_context *ctx, size_t count, size_t size,
                       size_t extra, const char *what)
{
  size_t bytes = 0;
  if (multiply(count, size, &bytes) || bytes > PTRDIFF_MAX - extra)
    return refuse(ctx, count, size, what);
  bytes += extra;
  void *pointer = allocator->allocate(bytes > 0 ? bytes : 1, allocator->user_data);
  return pointer ? pointer : refuse(ctx, count, size, what);
}

static void *take(fairu_context *ctx, size_t count, size_t size, size_t extra, const char *what)
{
  return take_from(&ctx->allocator, ctx, count, size, extra, what);
}

void *fairu_allocator__new(const fairu_allocator *allocator, fairu_context *ctx, size_t count, size_t size,
                           const char *what)
{
  void *pointer = take_from(allocator, ctx, count, size, 0, what);
  if (pointer && count * size > 0)
    memset(pointer, 0, count * size);
  return pointer;
}

void *fairu_context__new(fairu_context *ctx, size_t count, size_t size, const char *what)
{
  void *pointer = take(ctx, count, size, 0, what);
  if (pointer && count * size > 0)
    memset(pointer, 0, count * size);
  return pointer;
}

void *fairu_context__new_unset(fairu_context *ctx, size_t count, size_t size, const char *what)
{
  return take(ctx, count, size, 0, what);
}

void *fairu_context__copy(fairu_context *ctx, const void *source, size_t count, size_t size, const char *what)
{
  void *pointer = take(ctx, count, size, 0, what);
  if (pointer && count * size > 0)
    memcpy(pointer, source, count * size);
  return pointer;
}

char *fairu_context__copy_string(fairu_context *ctx, const char *text, const char *what)
{
  return (char *)fairu_context__copy(ctx, text, strlen(text) + 1, 1, what);
}

void fairu_allocator__free(const fairu_allocator *allocator, void *pointer)
{
  if (pointer)
    allocator->release(pointer, allocator->user_data);
}

void fairu_context__free(fairu_context *ctx, void *pointer)
{
  if (ctx)
    fairu_allocator__free(&ctx->allocator, pointer);
}

/* ---- scratch ------------------------------------------------------------------------------------------ */

static void free_blocks(fairu_context *ctx)
{
  fairu_scratch *scratch = &ctx->scratch;
  for (size_t b = 0; b < scratch->n_blocks; b++)
    fairu_context__free(ctx, scratch->blocks[b].raw);
  scratch->n_blocks = scratch->current = scratch->used = 0;
}

void fairu_scratch__destroy(fairu_context *ctx)
{
  free_blocks(ctx);
  fairu_context__free(ctx, ctx->scratch.blocks);
  ctx->scratch.blocks = NULL;
  ctx->scratch.capacity = 0;
}

static int reserve_slot(fairu_context *ctx, const char *what)
{
  fairu_scratch *scratch = &ctx->scratch;
  if (scratch->n_blocks < scratch->capacity)
    return FAIRU_OK;
  const size_t capacity = scratch->capacity ? 2 * scratch->capacity : 8;
  fairu_block *blocks = (fairu_block *)fairu_context__new(ctx, capacity, sizeof *blocks, what);
  if (!blocks)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (scratch->n_blocks > 0)
    memcpy(blocks, scratch->blocks, scratch->n_blocks * sizeof *blocks);
  fairu_context__free(ctx, scratch->blocks);
  scratch->blocks = blocks;
  scratch->capacity = capacity;
  return FAIRU_OK;
}

static int add_block(fairu_context *ctx, size_t bytes, const char *what)
{
  fairu_scratch *scratch = &ctx->scratch;
  if (reserve_slot(ctx, what) != FAIRU_OK)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const size_t smallest = ctx->root->scratch.smallest;
  size_t size = bytes > smallest ? bytes : smallest;
  if (scratch->n_blocks == 0 && size < scratch->wanted)
    size = scratch->wanted;
  void *raw = take(ctx, size, 1, ALIGNMENT, what);
  if (!raw) {
    scratch->wanted = 0; /* what a large call held is not what the next one needs */
    return FAIRU_ERR_OUT_OF_MEMORY;
  }
  const size_t past = (size_t)((uintptr_t)raw % ALIGNMENT);
  fairu_block *block = &scratch->blocks[scratch->n_blocks];
  block->raw = raw;
  block->base = (unsigned char *)raw + (past ? ALIGNMENT - past : 0);
  block->size = size;
  scratch->current = scratch->n_blocks++;
  scratch->used = 0;
  return FAIRU_OK;
}

/* Move to a block with room behind the current one: blocks there are all free. */
static int next_block(fairu_context *ctx, size_t bytes, const char *what)
{
  fairu_scratch *scratch = &ctx->scratch;
  for (size_t b = scratch->current + 1; b < scratch->n_blocks; b++)
    if (scratch->blocks[b].size >= bytes) {
      scratch->current = b;
      scratch->used = 0;
      return FAIRU_OK;
    }
  return add_block(ctx, bytes, what);
}

fairu_mark fairu_context__mark(fairu_context *ctx)
{
  return (fairu_mark){ ctx->scratch.current, ctx->scratch.used };
}

void *fairu_context__scratch(fairu_context *ctx, size_t count, size_t size, const char *what)
{
  fairu_scratch *scratch = &ctx->scratch;
  size_t bytes = 0;
  if (multiply(count, size, &bytes) || bytes > PTRDIFF_MAX - 2 * ALIGNMENT)
    return refuse(ctx, count, size, what);
  bytes = bytes ? (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT;
  const int fits = scratch->n_blocks > 0 && scratch->blocks[scratch->current].size - scratch->used >= bytes;
  if (!fits && next_block(ctx, bytes, what) != FAIRU_OK)
    return NULL;
  unsigned char *pointer = scratch->blocks[scratch->current].base + scratch->used;
  scratch->used += bytes;
  return pointer;
}

static void drop_blocks_behind(fairu_context *ctx, fairu_mark mark)
{
  fairu_scratch *scratch = &ctx->scratch;
  const size_t kept = mark.block > 0 || mark.used > 0 ? mark.block + 1 : 0;
  while (scratch->n_blocks > kept)
    fairu_context__free(ctx, scratch->blocks[--scratch->n_blocks].raw);
}

/* When the stack is empty again, several blocks become one of their joint size at the next need: from then
 * on the same work allocates nothing. Very much is given back. */
void fairu_context__release(fairu_context *ctx, fairu_mark mark)
{
  fairu_scratch *scratch = &ctx->scratch;
  scratch->current = mark.block;
  scratch->used = mark.used;
  if (FAIRU_SCRATCH_TIGHT)
    drop_blocks_behind(ctx, mark);
  if (mark.block > 0 || mark.used > 0)
    return;
  size_t total = 0;
  for (size_t b = 0; b < scratch->n_blocks; b++)
    total += scratch->blocks[b].size;
  if (scratch->n_blocks < 2 && total <= KEPT_MOST)
    return;
  free_blocks(ctx);
  scratch->wanted = total <= KEPT_MOST ? total : 0;
}
