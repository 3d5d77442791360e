/* No memory: fills, tallies and toys as bytes, tallies in files. */
#include "abi/memory.h"

static const char *const names[] = { "templates", "coverage" };

static const fairu_toy_result results[2] = { { 0, 1.1, 0.9, 1.3, 0.1, FAIRU_OK },
                                             { 1, 0.0, 0.0, 0.0, 0.0, FAIRU_ERR_NOT_CONVERGED } };

/* Bytes made once, with a context of their own. */
static struct {
  unsigned char fill[65536], tally[4096], toys[1024];
  size_t fill_size, tally_size, toys_size;
  char tally_path[512];
} made;

static void make(world *w)
{
  CHECK_OK(w->ctx, fairu_fill_pack(w->fill, w->ctx, made.fill, sizeof made.fill, &made.fill_size));
  CHECK_OK(w->ctx, fairu_tally_pack(w->tally, w->ctx, made.tally, sizeof made.tally, &made.tally_size));
  CHECK_OK(w->ctx, fairu_toys_pack(w->ctx, results, 2, made.toys, sizeof made.toys, &made.toys_size));
  support_path(made.tally_path, sizeof made.tally_path, "made.tally");
  CHECK_OK(w->ctx, fairu_tally_save(w->tally, w->ctx, made.tally_path));
}

static int fairu_fill_pack_body(fairu_context *ctx, void *data)
{
  static unsigned char room[sizeof made.fill];
  size_t size = 0;
  return fairu_fill_pack(((const world *)data)->fill, ctx, room, sizeof room, &size);
}
static int fairu_tally_pack_body(fairu_context *ctx, void *data)
{
  static unsigned char room[sizeof made.tally];
  size_t size = 0;
  return fairu_tally_pack(((const world *)data)->tally, ctx, room, sizeof room, &size);
}
static int fairu_toys_pack_body(fairu_context *ctx, void *data)
{
  size_t size = 0;
  (void)data;
  return fairu_toys_pack(ctx, results, 2, NULL, 0, &size);
}
static int fairu_toys_unpack_body(fairu_context *ctx, void *data)
{
  fairu_toy_result back[2];
  size_t n = 0;
  (void)data;
  return fairu_toys_unpack(ctx, made.toys, made.toys_size, back, 2, &n);
}
MAKES(fairu_fill_unpack, fairu_fill, ctx, made.fill, made.fill_size, &out)
MAKES(fairu_tally_unpack, fairu_tally, ctx, made.tally, made.tally_size, &out)
MAKES(fairu_tally_load, fairu_tally, ctx, made.tally_path, &out)
CALLS(fairu_tally_save, w->tally, ctx, w->path)

static const memory_case cases[] = {
  ROW(fairu_fill_pack, 1),  ROW(fairu_fill_unpack, 1), ROW(fairu_tally_pack, 1), ROW(fairu_tally_unpack, 1),
  ROW(fairu_tally_load, 1), ROW(fairu_tally_save, 1),  ROW(fairu_toys_pack, 1),  ROW(fairu_toys_unpack, 1),
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, make);
}
