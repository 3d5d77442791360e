/* NULL, one pointer at a time: fills, tallies and toys as bytes, tallies in files. */
#include "abi/null.h"

static void fill_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_fill *fill = t->w.fill;
  unsigned char room[64];
  size_t *size = &t->out.size;
  REFUSES(fairu_fill_pack(NULL, ctx, room, sizeof room, size));
  REFUSES_CTX(fairu_fill_pack(fill, NULL, room, sizeof room, size));
  REFUSES(fairu_fill_pack(fill, ctx, NULL, sizeof room, size));
  REFUSES(fairu_fill_pack(fill, ctx, room, sizeof room, NULL));
  NO_OBJECT_CTX(fairu_fill_unpack(NULL, room, sizeof room, OUT(fairu_fill)));
  NO_OBJECT(fairu_fill_unpack(ctx, NULL, sizeof room, OUT(fairu_fill)));
  REFUSES(fairu_fill_unpack(ctx, room, sizeof room, NULL));
  ANSWERS(fairu_fill_grid(NULL) == NULL);
}

static void tally_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_tally *tally = t->w.tally;
  unsigned char room[64];
  size_t *size = &t->out.size;
  ANSWERS(fairu_tally_truth(NULL) != fairu_tally_truth(NULL)); /* NaN */
  REFUSES(fairu_tally_save(NULL, ctx, t->w.path));
  REFUSES_CTX(fairu_tally_save(tally, NULL, t->w.path));
  REFUSES(fairu_tally_save(tally, ctx, NULL));
  NO_OBJECT_CTX(fairu_tally_load(NULL, t->w.missing, OUT(fairu_tally)));
  NO_OBJECT(fairu_tally_load(ctx, NULL, OUT(fairu_tally)));
  REFUSES(fairu_tally_load(ctx, t->w.missing, NULL));
  REFUSES(fairu_tally_pack(NULL, ctx, room, sizeof room, size));
  REFUSES_CTX(fairu_tally_pack(tally, NULL, room, sizeof room, size));
  REFUSES(fairu_tally_pack(tally, ctx, NULL, sizeof room, size));
  REFUSES(fairu_tally_pack(tally, ctx, room, sizeof room, NULL));
  NO_OBJECT_CTX(fairu_tally_unpack(NULL, room, sizeof room, OUT(fairu_tally)));
  NO_OBJECT(fairu_tally_unpack(ctx, NULL, sizeof room, OUT(fairu_tally)));
  REFUSES(fairu_tally_unpack(ctx, room, sizeof room, NULL));
}

static void toys_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_toy_result one = { 0, 1.1, 0.9, 1.3, 0.1, FAIRU_OK };
  unsigned char room[256];
  size_t *size = &t->out.size;
  REFUSES_CTX(fairu_toys_pack(NULL, &one, 1, room, sizeof room, size));
  REFUSES(fairu_toys_pack(ctx, NULL, 1, room, sizeof room, size));
  REFUSES(fairu_toys_pack(ctx, &one, 1, NULL, sizeof room, size));
  REFUSES(fairu_toys_pack(ctx, &one, 1, room, sizeof room, NULL));
  REFUSES_CTX(fairu_toys_unpack(NULL, room, sizeof room, t->out.toys, 1, size));
  REFUSES(fairu_toys_unpack(ctx, NULL, sizeof room, t->out.toys, 1, size));
  REFUSES(fairu_toys_unpack(ctx, room, sizeof room, NULL, 1, size));
  REFUSES(fairu_toys_unpack(ctx, room, sizeof room, t->out.toys, 1, NULL));
}

static void all_rows(null_test *t)
{
  fill_rows(t);
  tally_rows(t);
  toys_rows(t);
}

int main(void)
{
  static const char *const names[] = { "templates", "coverage" };
  return null_main(names, sizeof names / sizeof *names, all_rows);
}
