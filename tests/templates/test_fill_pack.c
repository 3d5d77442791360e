/* Fills as bytes: of the file, back to the bit, whatever the grouping; damaged bytes give a code and no fill. */
#include "support/damage.h"

#include "templates/chain.h"

enum { EVENTS = 500 };

static const char *const processes[2] = { "signal", "background" };

static int unpack(fairu_context *ctx, const void *bytes, size_t size, damage_bytes *again)
{
  fairu_fill *fill = (fairu_fill *)ctx; /* anything but NULL */
  const int status = fairu_fill_unpack(ctx, bytes, size, &fill);
  if (status != FAIRU_OK) {
    assert_null(fill);
    return status;
  }
  DAMAGE_PACK(ctx, again, fairu_fill_pack, fill, ctx);
  fairu_fill_destroy(fill);
  return status;
}

/* Part `part` of the toy's events in both processes; weights of both signs and very different size. */
static fairu_fill *make_part(fairu_context *ctx, const chain *c, unsigned part)
{
  fairu_fill *fill = NULL;
  CHECK_OK(ctx, fairu_fill_create(ctx, c->grid, c->binning, processes, 2, &fill));
  for (int p = 0; p < 2; p++) {
    fairu_events *events = chain_events(ctx, EVENTS, p ? -1.0 - part : 1.0 + part, 1);
    fairu_fill_options options = c->options;
    options.scale = (part % 2 ? -1.0 : 1.0) * (part % 3 ? 1e-9 : 0.7e9);
    CHECK_OK(ctx, fairu_fill_add(fill, ctx, processes[p], events, &options));
    fairu_events_destroy(events);
  }
  return fill;
}

/* What travels: packed, sent, unpacked. */
static fairu_fill *travelled(fairu_context *ctx, const fairu_fill *fill)
{
  fairu_fill *back = NULL;
  damage_bytes packed;
  DAMAGE_PACK(ctx, &packed, fairu_fill_pack, fill, ctx);
  CHECK_OK(ctx, fairu_fill_unpack(ctx, packed.bytes, packed.size, &back));
  free(packed.bytes);
  return back;
}

static void check_same(fairu_context *ctx, const fairu_fill *a, const fairu_fill *b)
{
  damage_bytes packed[2];
  DAMAGE_PACK(ctx, &packed[0], fairu_fill_pack, a, ctx);
  DAMAGE_PACK(ctx, &packed[1], fairu_fill_pack, b, ctx);
  assert_int_equal(packed[0].size, packed[1].size);
  assert_memory_equal(packed[0].bytes, packed[1].bytes, packed[0].size);
  free(packed[0].bytes);
  free(packed[1].bytes);
}

/* Yields and variances, as what comes after sees them. */
static void check_same_templates(fairu_context *ctx, const fairu_fill *a, const fairu_fill *b)
{
  fairu_templates *t[2];
  CHECK_OK(ctx, fairu_templates_create_from_fill(ctx, a, FAIRU_INTERPOLATION_LINEAR, &t[0]));
  CHECK_OK(ctx, fairu_templates_create_from_fill(ctx, b, FAIRU_INTERPOLATION_LINEAR, &t[1]));
  const size_t n_points = fairu_grid_n_points(fairu_fill_grid(a));
  const size_t bytes = fairu_templates_n_bins(t[0]) * sizeof(double);
  assert_int_equal(n_points, fairu_grid_n_points(fairu_fill_grid(b)));
  for (size_t p = 0; p < 2; p++)
    for (size_t i = 0; i < n_points; i++) {
      assert_memory_equal(fairu_templates_yields(t[0], p, i), fairu_templates_yields(t[1], p, i), bytes);
      assert_memory_equal(fairu_templates_variances(t[0], p, i), fairu_templates_variances(t[1], p, i),
                          bytes);
    }
  fairu_templates_destroy(t[0]);
  fairu_templates_destroy(t[1]);
}

/* a + (b + c) with all on the way, (c + a) + b, and one fill of all: the same bits. */
static void parts_that_travel_add_up_to_the_bit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  chain c = chain_make(ctx);
  fairu_fill *parts[3], *sums[2], *whole = make_part(ctx, &c, 0);
  for (unsigned k = 0; k < 3; k++)
    parts[k] = make_part(ctx, &c, k);
  for (unsigned k = 1; k < 3; k++)
    CHECK_OK(ctx, fairu_fill_merge(whole, ctx, parts[k]));
  fairu_fill *b = travelled(ctx, parts[1]);
  fairu_fill *bc = travelled(ctx, parts[2]);
  CHECK_OK(ctx, fairu_fill_merge(bc, ctx, b));
  sums[0] = travelled(ctx, parts[0]);
  CHECK_OK(ctx, fairu_fill_merge(sums[0], ctx, bc));
  sums[1] = travelled(ctx, parts[2]);
  CHECK_OK(ctx, fairu_fill_merge(sums[1], ctx, parts[0]));
  CHECK_OK(ctx, fairu_fill_merge(sums[1], ctx, b));
  for (int k = 0; k < 2; k++) {
    check_same(ctx, sums[k], whole);
    check_same_templates(ctx, sums[k], whole);
    fairu_fill_destroy(sums[k]);
  }
  fairu_fill *all[] = { parts[0], parts[1], parts[2], b, bc, whole };
  for (size_t k = 0; k < sizeof all / sizeof *all; k++)
    fairu_fill_destroy(all[k]);
  chain_free(&c);
  fairu_context_destroy(ctx);
}

static void bytes_are_those_of_the_file(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  chain c = chain_make(ctx);
  fairu_fill *fill = make_part(ctx, &c, 1);
  damage_bytes packed;
  char path[1024];
  size_t size = 0;
  support_path(path, sizeof path, "state.fill");
  CHECK_OK(ctx, fairu_fill_save(fill, ctx, path));
  DAMAGE_PACK(ctx, &packed, fairu_fill_pack, fill, ctx);
  char *file = support_read_file(path, &size);
  assert_int_equal(size, packed.size);
  assert_memory_equal(file, packed.bytes, size);
  free(file);
  free(packed.bytes);
  fairu_fill_destroy(fill);
  chain_free(&c);
  fairu_context_destroy(ctx);
}

/* One process, one point. */
static fairu_fill *make_flat(fairu_context *ctx, const chain *c, size_t n_bins)
{
  fairu_grid *grid = NULL;
  fairu_binning *binning = NULL;
  fairu_fill *fill = NULL;
  CHECK_OK(ctx, fairu_grid_create(ctx, NULL, 0, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_binning_create_uniform(ctx, n_bins, &binning));
  CHECK_OK(ctx, fairu_fill_create(ctx, grid, binning, processes, 1, &fill));
  fairu_events *events = chain_events(ctx, EVENTS, 1.0, 1);
  fairu_fill_options options = c->options;
  options.systematics = NULL;
  options.classifier = c->baseline;
  CHECK_OK(ctx, fairu_fill_add(fill, ctx, "signal", events, &options));
  fairu_events_destroy(events);
  fairu_grid_destroy(grid);
  fairu_binning_destroy(binning);
  return fill;
}

/* Every bit of two bins is tried. */
static void damaged_bytes_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  chain c = chain_make(ctx);
  fairu_fill *fill = make_flat(ctx, &c, 2);
  damage_bytes packed;
  DAMAGE_PACK(ctx, &packed, fairu_fill_pack, fill, ctx);
  damage_check(ctx, unpack, &packed, "packed fill");
  free(packed.bytes);
  fairu_fill_destroy(fill);
  chain_free(&c);
  fairu_context_destroy(ctx);
}

static void too_little_room_is_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  chain c = chain_make(ctx);
  fairu_fill *fill = make_flat(ctx, &c, 2), *back = NULL;
  size_t needed = 0, size = 0;
  char room[4096];
  memset(room, 7, sizeof room);
  CHECK_OK(ctx, fairu_fill_pack(fill, ctx, NULL, 0, &needed));
  assert_true(needed > 100 && needed < sizeof room);
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_fill_pack(fill, ctx, room, needed - 1, &size));
  CHECK_SAYS(ctx, "capacity is");
  assert_int_equal(size, needed);
  for (size_t i = 0; i < sizeof room; i++)
    assert_int_equal(room[i], 7);
  CHECK_OK(ctx, fairu_fill_pack(fill, ctx, room, sizeof room, &size));
  assert_int_equal(size, needed);
  assert_int_equal(room[needed], 7);
  CHECK_OK(ctx, fairu_fill_unpack(ctx, room, size, &back));
  check_same(ctx, fill, back);
  fairu_fill_destroy(back);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_fill_unpack(ctx, "FAIRUTAL", 8, &back));
  assert_null(fairu_fill_grid(NULL));
  fairu_fill_destroy(fill);
  chain_free(&c);
  fairu_context_destroy(ctx);
}

/* An allocator that cancels when it is asked for so many bytes, and counts what is taken afterwards. */
typedef struct stopper {
  fairu_context *ctx;
  size_t at, after;
} stopper;

static void *take(size_t size, void *data)
{
  stopper *s = (stopper *)data;
  const int now = s->at > 0 && size >= s->at;
  if (s->ctx && now)
    fairu_context_cancel(s->ctx);
  s->after += s->at == 0 ? size : 0;
  s->at = now ? 0 : s->at;
  return malloc(size);
}

static void give(void *pointer, void *data)
{
  (void)data;
  free(pointer);
}

/* Cells take time by the million: neither way waits for the last of them. */
static void cells_are_not_waited_for(void **state)
{
  (void)state;
  enum { CELLS = 1 << 16 };
  stopper s = { .at = SIZE_MAX };
  const fairu_allocator allocator = { take, give, &s };
  fairu_context *ctx = support_context();
  assert_int_equal(fairu_context_create(&allocator, &s.ctx), FAIRU_OK);
  chain c = chain_make(ctx);
  fairu_fill *fill = make_flat(ctx, &c, 100), *back = (fairu_fill *)ctx;
  damage_bytes packed;
  size_t size = 0;
  DAMAGE_PACK(ctx, &packed, fairu_fill_pack, fill, ctx);
  s.at = CELLS; /* those of the new fill */
  CHECK_FAILS(s.ctx, FAIRU_ERR_CANCELLED, fairu_fill_unpack(s.ctx, packed.bytes, packed.size, &back));
  assert_null(back);
  fairu_context_resume(s.ctx);
  s.at = 1; /* the first */
  s.after = 0;
  CHECK_FAILS(s.ctx, FAIRU_ERR_CANCELLED, fairu_fill_pack(fill, s.ctx, NULL, 0, &size));
  assert_true(s.after < 100000); /* zlib alone takes 260 KB: it was not begun */
  free(packed.bytes);
  fairu_fill_destroy(fill);
  chain_free(&c);
  fairu_context_destroy(ctx);
  fairu_context_destroy(s.ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(parts_that_travel_add_up_to_the_bit),
    cmocka_unit_test(bytes_are_those_of_the_file),
    cmocka_unit_test(damaged_bytes_are_refused),
    cmocka_unit_test(too_little_room_is_refused),
    cmocka_unit_test(cells_are_not_waited_for),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
