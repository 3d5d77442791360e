/* Every limit of fairu_limits against every kind of file: what it holds for refuses one less than the file needs, with
 * FAIRU_ERR_LIMIT, the path and the name of the limit, and takes exactly what it needs. Archives that expand without end take no memory. */
#include <zlib.h>

#include "abi/counted.h"
#include "abi/kinds.h"

#define LIMIT(field)                                                                                         \
  {                                                                                                          \
#field, offsetof(fairu_limits, field)                                                                    \
  }
static const struct {
  const char *name;
  size_t offset;
} all_limits[] = { LIMIT(file_bytes),  LIMIT(decompressed_bytes), LIMIT(decompressed_ratio),
                   LIMIT(json_depth),  LIMIT(json_string_bytes),  LIMIT(name_bytes),
                   LIMIT(csv_columns), LIMIT(csv_cell_bytes),     LIMIT(rows),
                   LIMIT(bins),        LIMIT(model_bytes) };
enum { N_LIMITS = sizeof all_limits / sizeof *all_limits };

/* Which limits hold for which kinds, in the order above. The ratio is free within the first MiB: see the bombs. */
static const struct {
  const char *name;
  const char *held;
} held[] = {
  { "k.csv", "f....nccr.." },
  { "k.csv.gz", "fd...nccr.." },
  { "pieces.csv", "f....nccr.." },
  { "pieces.csv.gz", "fd...nccr.." },
  { "k.npy", "f....nc.r.." },
  { "k.npz", "fd...nc.r.." },
  { "k.fairu", "fd...n....m" },
  { "imported.fairu", "fd...n....m" },
  { "lwtnn.json", "fd.jsn....m" },
  { "k.onnx", "f....n....m" },
  { "k.fill", "fd...n...b." },
  { "k.templates", "fd...n...b." },
  { "k.tally", "fd........." },
  { "k.map", "fd........." },
  { "k.checkpoint", "fd...n....m" },
  { "calibration.json", "fd.jsn....." },
  { "table.csv", "f....nccr.." },
  { "workspace.json", "fd.jsn...b." },
  { "workspace.json.gz", "fd.jsn...b." },
  { "patchset.json", "fd.jsn....." },
  { "patch.json", "fd.jsn....." },
};

static int holds(const file_kind *kind, size_t limit)
{
  for (size_t i = 0; i < sizeof held / sizeof *held; i++)
    if (strcmp(held[i].name, kind->name) == 0)
      return held[i].held[limit] != '.';
  fail_msg("no row for %s", kind->name);
  return 0;
}

/* The workspace is read, and a model made of it: bins are counted there. */
static int read_and_model(fairu_context *ctx, const world *w, const file_kind *kind, const char *path)
{
  uint64_t print = 0;
  fairu_workspace *workspace = NULL;
  fairu_likelihood *likelihood = NULL;
  if (kind->read != kind_read_workspace)
    return kind->read(ctx, w, path, &print);
  int status = fairu_workspace_read(ctx, path, &workspace);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_from_workspace(ctx, workspace, NULL, &likelihood);
  fairu_likelihood_destroy(likelihood);
  fairu_workspace_destroy(workspace);
  return status;
}

static int read_limited(fairu_context *ctx, const world *w, const file_kind *kind, const char *path,
                        size_t limit, uint64_t value)
{
  fairu_limits limits;
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  memcpy((char *)&limits + all_limits[limit].offset, &value, sizeof value);
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  return read_and_model(ctx, w, kind, path);
}

/* The smallest value that lets the file through; everything below gives FAIRU_ERR_LIMIT. */
static uint64_t find_need(fairu_context *ctx, const world *w, const file_kind *kind, const char *path,
                          size_t limit)
{
  uint64_t refused = 0, taken = UINT64_C(1) << 40;
  while (taken - refused > 1) {
    const uint64_t middle = refused + (taken - refused) / 2;
    const int status = read_limited(ctx, w, kind, path, limit, middle);
    if (status != FAIRU_OK && status != FAIRU_ERR_LIMIT)
      fail_msg("%s, %s %llu: %s: %s", kind->name, all_limits[limit].name, (unsigned long long)middle,
               fairu_status_name(status), fairu_context_message(ctx));
    *(status == FAIRU_OK ? &taken : &refused) = middle;
  }
  return taken;
}

/* What can be counted in the file itself. */
static uint64_t known_need(const file_kind *kind, const char *path, size_t limit)
{
  size_t size = 0;
  free(support_read_file(path, &size));
  if (limit == 0)
    return size;
  if (strcmp(all_limits[limit].name, "rows") == 0)
    return kind->read == kind_read_pieces ? 7 : kind->read == kind_read_table ? 4 : WORLD_EVENTS;
  if (strcmp(all_limits[limit].name, "csv_columns") == 0)
    return strcmp(kind->name, "k.npy") == 0 ? 3 : kind->read == kind_read_table ? 4 : 6;
  return 0;
}

static void check_limit(const world *w, const file_kind *kind, const char *path, size_t limit)
{
  fairu_context *ctx = support_context();
  const char *name = all_limits[limit].name;
  const int status = read_limited(ctx, w, kind, path, limit, 0);
  if (!holds(kind, limit)) {
    if (status != FAIRU_OK)
      fail_msg("%s: %s holds, and no row says so: %s", kind->name, name, fairu_context_message(ctx));
  } else {
    const uint64_t need = find_need(ctx, w, kind, path, limit), known = known_need(kind, path, limit);
    if (known && need != known)
      fail_msg("%s, %s: needs %llu, has %llu", kind->name, name, (unsigned long long)need,
               (unsigned long long)known);
    CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, read_limited(ctx, w, kind, path, limit, need - 1));
    CHECK_SAYS(ctx, name);
    /* the network that a checkpoint continues, and the model of a workspace, are made by other functions than read the file */
    if (kind->read != kind_resume && kind->read != kind_read_workspace)
      CHECK_SAYS(ctx, path);
  }
  fairu_context_destroy(ctx);
}

static void every_limit_holds_for_every_kind(void **state)
{
  (void)state;
  world w = world_make();
  for (size_t k = 0; k < N_KINDS; k++) {
    char path[512];
    kind_make(&w, &kinds[k], support_path(path, sizeof path, kinds[k].name));
    for (size_t l = 0; l < N_LIMITS; l++)
      check_limit(&w, &kinds[k], path, l);
  }
  world_free(&w);
}

/* ---- bombs -------------------------------------------------------------------------------------------- */

/* A gzip member of `size` times the byte; its length. out: malloc'd. */
static size_t make_bomb(size_t size, int byte, unsigned char **out)
{
  const size_t room = size / 500 + 1000;
  unsigned char piece[65536];
  z_stream stream = { 0 };
  *out = (unsigned char *)malloc(room);
  memset(piece, byte, sizeof piece);
  assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_out = *out;
  stream.avail_out = (uInt)room;
  for (size_t at = 0; at < size; at += sizeof piece) {
    stream.next_in = piece;
    stream.avail_in = sizeof piece;
    assert_int_equal(deflate(&stream, at + sizeof piece < size ? Z_NO_FLUSH : Z_FINISH),
                     at + sizeof piece < size ? Z_OK : Z_STREAM_END);
  }
  const size_t length = room - stream.avail_out;
  deflateEnd(&stream);
  return length;
}

/* Refused by every kind of file, with a code and the path, in at most 64 MiB + 10 x what lies on the disk. */
static void check_bomb(const char *path, size_t size, int must_be_limit)
{
  world w = world_make();
  for (size_t k = 0; k < N_KINDS; k++) {
    counted memory = { 0 };
    uint64_t print = 0;
    if (kinds[k].read == kind_resume)
      continue;
    fairu_context *ctx = counted_context(&memory);
    const int status = kinds[k].read(ctx, &w, path, &print);
    if (status == FAIRU_OK || !strstr(fairu_context_message(ctx), path))
      fail_msg("%s as %s: %s: %s", path, kinds[k].name, fairu_status_name(status),
               fairu_context_message(ctx));
    if (must_be_limit && kinds[k].read == kind_read_csv)
      assert_int_equal(status, FAIRU_ERR_LIMIT);
    fairu_context_destroy(ctx);
    counted_check(&memory, path, size);
  }
  world_free(&w);
}

static void bombs_take_no_memory(void **state)
{
  (void)state;
  static const struct {
    const char *name;
    int byte;
  } bombs[] = { { "zeros.gz", 0 }, { "brackets.gz", '[' }, { "commas.gz", ',' }, { "lines.gz", '\n' } };
  for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
    char path[512];
    unsigned char *bytes = NULL;
    const size_t size = make_bomb((size_t)128 << 20, bombs[i].byte, &bytes);
    support_write_file(support_path(path, sizeof path, bombs[i].name), bytes, size);
    free(bytes);
    check_bomb(path, size, bombs[i].byte == '[' || bombs[i].byte == ',');
  }
}

/* 128 MiB of zeros, packed, and that packed again: the inner one is not looked into. */
static void what_is_packed_twice_is_unpacked_once(void **state)
{
  (void)state;
  char path[512];
  unsigned char *once = NULL;
  const size_t size = make_bomb((size_t)128 << 20, 0, &once);
  Bytef *twice = malloc(size + 1000);
  z_stream stream = { .next_in = once, .avail_in = (uInt)size, .next_out = twice };
  stream.avail_out = (uInt)size + 1000;
  assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
  assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
  const size_t length = size + 1000 - stream.avail_out;
  deflateEnd(&stream);
  assert_true(length < size / 10);
  support_write_file(support_path(path, sizeof path, "twice.csv.gz"), twice, length);
  check_bomb(path, length, 0);
  free(once);
  free(twice);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_limit_holds_for_every_kind),
    cmocka_unit_test(bombs_take_no_memory),
    cmocka_unit_test(what_is_packed_twice_is_unpacked_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
