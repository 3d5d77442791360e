/* Any bytes as packed state: whole (they begin with a magic), or a first byte that says which kind, and the body of it. What
 * unpacks packs to bytes that unpack to the same bytes, and merges with itself. */
#include "fuzz/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

typedef struct state_bytes {
  unsigned char *bytes;
  size_t size;
} state_bytes;

static state_bytes state_room(size_t size)
{
  state_bytes room = { (unsigned char *)malloc(size + 1), size };
  fuzz_must(room.bytes != NULL);
  return room;
}

static int state_may_save; /* no limit is small */

/* ---- one kind each: unpack, then pack again and use; 1 if it unpacked --------------------------------- */

typedef int (*state_fn)(fairu_context *ctx, const state_bytes *from, state_bytes *again);

static int state_fill(fairu_context *ctx, const state_bytes *from, state_bytes *again)
{
  fairu_fill *fill = NULL, *other = NULL;
  size_t size = 0;
  FUZZ_WRONG(fairu_fill_unpack(NULL, from->bytes, from->size, &fill));
  FUZZ_WRONG(fairu_fill_unpack(ctx, NULL, from->size, &fill));
  FUZZ_WRONG(fairu_fill_unpack(ctx, from->bytes, from->size, NULL));
  FUZZ_LOAD(ctx, fairu_fill_unpack(ctx, from->bytes, from->size, &fill), fill);
  if (!fill)
    return 0;
  FUZZ_SAVE(ctx, fairu_fill_pack(fill, ctx, NULL, 0, &size));
  FUZZ_WRONG(fairu_fill_pack(fill, NULL, NULL, 0, &size));
  FUZZ_WRONG(fairu_fill_pack(NULL, ctx, NULL, 0, &size));
  FUZZ_WRONG(fairu_fill_pack(fill, ctx, NULL, 0, NULL));
  FUZZ_WRONG(fairu_fill_pack(fill, ctx, NULL, 1, &size));
  fuzz_must(fairu_fill_pack(fill, ctx, NULL, 0, &size) == FAIRU_OK);
  *again = state_room(size);
  fuzz_must(fairu_fill_pack(fill, ctx, again->bytes, size, &size) == FAIRU_OK && size == again->size);
  fuzz_must(fairu_fill_unpack(ctx, again->bytes, size, &other) == FAIRU_OK);
  const int merged = fairu_fill_merge(fill, ctx, other);
  fuzz_check(ctx, merged, merged == FAIRU_OK ? fill : NULL);
  fairu_fill_destroy(fill);
  fairu_fill_destroy(other);
  return 1;
}

static int state_tally(fairu_context *ctx, const state_bytes *from, state_bytes *again)
{
  fairu_tally *tally = NULL, *other = NULL;
  fairu_coverage coverage = { .struct_size = sizeof coverage };
  size_t size = 0;
  FUZZ_WRONG(fairu_tally_unpack(NULL, from->bytes, from->size, &tally));
  FUZZ_WRONG(fairu_tally_unpack(ctx, NULL, from->size, &tally));
  FUZZ_WRONG(fairu_tally_unpack(ctx, from->bytes, from->size, NULL));
  FUZZ_LOAD(ctx, fairu_tally_unpack(ctx, from->bytes, from->size, &tally), tally);
  if (!tally)
    return 0;
  FUZZ_SAVE(ctx, fairu_tally_pack(tally, ctx, NULL, 0, &size));
  FUZZ_WRONG(fairu_tally_pack(tally, NULL, NULL, 0, &size));
  FUZZ_WRONG(fairu_tally_pack(NULL, ctx, NULL, 0, &size));
  FUZZ_WRONG(fairu_tally_pack(tally, ctx, NULL, 0, NULL));
  FUZZ_WRONG(fairu_tally_pack(tally, ctx, NULL, 1, &size));
  fuzz_must(fairu_tally_pack(tally, ctx, NULL, 0, &size) == FAIRU_OK);
  *again = state_room(size);
  fuzz_must(fairu_tally_pack(tally, ctx, again->bytes, size, &size) == FAIRU_OK && size == again->size);
  fuzz_must(fairu_tally_unpack(ctx, again->bytes, size, &other) == FAIRU_OK);
  fuzz_must(fairu_tally_merge(tally, ctx, other) == FAIRU_OK);
  const int status = fairu_tally_coverage(tally, ctx, 0.9, &coverage);
  fuzz_must(status == FAIRU_OK || status == FAIRU_ERR_EMPTY);
  if (state_may_save && (fuzz_faults()->wanted > 0 || fuzz_chosen(from->bytes, from->size)))
    FUZZ_AGAIN(ctx, fairu_tally, fairu_tally_save, fairu_tally_load, fairu_tally_destroy, tally);
  fairu_tally_destroy(tally);
  fairu_tally_destroy(other);
  return 1;
}

static int state_toys(fairu_context *ctx, const state_bytes *from, state_bytes *again)
{
  size_t n = SIZE_MAX, got = 0, size = 0;
  FUZZ_WRONG(fairu_toys_unpack(NULL, from->bytes, from->size, NULL, 0, &n));
  FUZZ_WRONG(fairu_toys_unpack(ctx, NULL, from->size, NULL, 0, &n));
  FUZZ_WRONG(fairu_toys_unpack(ctx, from->bytes, from->size, NULL, 0, NULL));
  FUZZ_WRONG(fairu_toys_unpack(ctx, from->bytes, from->size, NULL, 1, &n));
  FUZZ_LOAD(ctx, fairu_toys_unpack(ctx, from->bytes, from->size, NULL, 0, &n), n == SIZE_MAX ? NULL : &n);
  if (n == SIZE_MAX)
    return 0;
  fairu_toy_result *results = (fairu_toy_result *)malloc((n + 1) * sizeof *results);
  fuzz_must(results != NULL);
  fuzz_must(fairu_toys_unpack(ctx, from->bytes, from->size, results, n + 1, &got) == FAIRU_OK && got == n);
  FUZZ_SAVE(ctx, fairu_toys_pack(ctx, results, n, NULL, 0, &size));
  FUZZ_WRONG(fairu_toys_pack(NULL, results, n, NULL, 0, &size));
  FUZZ_WRONG(fairu_toys_pack(ctx, NULL, n + 1, NULL, 0, &size));
  FUZZ_WRONG(fairu_toys_pack(ctx, results, n, NULL, 0, NULL));
  FUZZ_WRONG(fairu_toys_pack(ctx, results, n, NULL, 1, &size));
  fuzz_must(n == 0 ||
            fairu_toys_unpack(ctx, from->bytes, from->size, results, n - 1, &got) == FAIRU_ERR_SHAPE);
  fuzz_must(fairu_toys_pack(ctx, results, n, NULL, 0, &size) == FAIRU_OK);
  *again = state_room(size);
  fuzz_must(fairu_toys_pack(ctx, results, n, again->bytes, size, &size) == FAIRU_OK);
  free(results);
  return 1;
}

/* ---- bytes of a kind ---------------------------------------------------------------------------------- */

static const struct {
  char magic[9];
  state_fn use;
} state_kinds[] = { { "FAIRUFIL", state_fill }, { "FAIRUTAL", state_tally }, { "FAIRUTOY", state_toys } };
enum { STATE_KINDS = sizeof state_kinds / sizeof *state_kinds };

static void state_use(fairu_context *ctx, size_t kind, const state_bytes *from)
{
  state_bytes again[2] = { { NULL, 0 }, { NULL, 0 } };
  if (state_kinds[kind].use(ctx, from, &again[0])) {
    fuzz_must(state_kinds[kind].use(ctx, &again[0], &again[1]) && again[0].size == again[1].size);
    fuzz_must(memcmp(again[0].bytes, again[1].bytes, again[0].size) == 0);
  }
  free(again[0].bytes);
  free(again[1].bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fuzz_options words;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  state_may_save = !fuzz_word(&words, 'l');
  const int is_whole = size >= 5 && memcmp(bytes, "FAIRU", 5) == 0;
  for (size_t kind = 0; kind < STATE_KINDS && size > 0; kind++) {
    if (!is_whole && kind != bytes[0] % STATE_KINDS)
      continue;
    state_bytes from = { NULL, is_whole ? size : size - 1 };
    from.bytes = fuzz_pack(state_kinds[kind].magic, is_whole ? bytes : bytes + 1, &from.size);
    state_use(ctx, kind, &from);
    free(from.bytes);
  }
  fairu_context_destroy(ctx);
  return 0;
}
