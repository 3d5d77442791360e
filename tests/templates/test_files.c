/* Files of fills and templates: what is saved comes back to the bit; damaged files are refused. */
#include "support/support.h"

#include "numeric/philox.h"
#include "templates/fill_private.h"
#include "templates/templates_internal.h"

enum { BINS = 3, POINTS = 4 + 3 + 9, CELLS = 2 * POINTS * BINS };

static const char *const processes[2] = { "signal", "background" };

static int make_grid(fairu_context *ctx, fairu_grid **grid)
{
  const double knots[4] = { 0.1, 1.0, 1.5, 7.0 };
  const fairu_axis axes[2] = { { "a", knots, 4, 1.0 }, { "b", knots, 4, 1.5 } };
  const size_t pair[2] = { 1, 0 };
  return fairu_grid_create(ctx, axes, 2, pair, 1, grid);
}

static int make_fill(fairu_context *ctx, fairu_fill **fill)
{
  const double edges[2] = { -0.5, 1.0 / 3.0 };
  fairu_grid *grid = NULL;
  fairu_binning *binning = NULL;
  int status = make_grid(ctx, &grid);
  if (status == FAIRU_OK)
    status = fairu_binning_create_edges(ctx, FAIRU_OUTPUT_LOGIT, edges, 2, &binning);
  if (status == FAIRU_OK)
    status = fairu_fill_create(ctx, grid, binning, processes, 2, fill);
  fairu_grid_destroy(grid);
  fairu_binning_destroy(binning);
  fairu_philox rng = fairu_philox__start(5, FAIRU_STREAM_USER, 0, 0);
  for (size_t i = 0; i < CELLS && status == FAIRU_OK; i++)
    for (int k = 0; k < 5; k++) {
      const double w = 1.0 + fairu_philox__normal(&rng);
      fairu_exact_sum__add(&(*fill)->cells[i].w, w);
      fairu_exact_sum__add_product(&(*fill)->cells[i].w2, w, w);
    }
  return status;
}

static int make_templates(fairu_context *ctx, int with_variances, fairu_templates **t)
{
  double yields[CELLS], variances[CELLS];
  fairu_philox rng = fairu_philox__start(6, FAIRU_STREAM_USER, 0, 0);
  for (size_t i = 0; i < CELLS; i++) {
    yields[i] = 1.0 + fairu_philox__uniform(&rng);
    variances[i] = fairu_philox__uniform(&rng);
  }
  fairu_grid *grid = NULL;
  int status = make_grid(ctx, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create(ctx, grid, processes, 2, BINS, yields, with_variances ? variances : NULL,
                                    FAIRU_INTERPOLATION_SQRT, t);
  fairu_grid_destroy(grid);
  return status;
}

static void a_fill_comes_back_to_the_bit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char path[2][1024];
  support_path(path[0], sizeof path[0], "first.fill");
  support_path(path[1], sizeof path[1], "second.fill");
  fairu_fill *fill = NULL, *back = NULL;
  CHECK_OK(ctx, make_fill(ctx, &fill));
  CHECK_OK(ctx, fairu_fill_save(fill, ctx, path[0]));
  CHECK_OK(ctx, fairu_fill_load(ctx, path[0], &back));
  CHECK_OK(ctx, fairu_fill_save(back, ctx, path[1]));
  support_check_same_files(path[0], path[1]);
  for (size_t i = 0; i < CELLS; i++) {
    assert_true(fairu_exact_sum__value(&fill->cells[i].w) == fairu_exact_sum__value(&back->cells[i].w));
    assert_true(fairu_exact_sum__value(&fill->cells[i].w2) == fairu_exact_sum__value(&back->cells[i].w2));
  }
  CHECK_OK(ctx, fairu_fill_merge(back, ctx, fill)); /* same grid, binning and names */
  fairu_fill_destroy(fill);
  fairu_fill_destroy(back);
  fairu_context_destroy(ctx);
}

static void templates_come_back_to_the_bit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char path[1024];
  support_path(path, sizeof path, "templates");
  for (int with_variances = 0; with_variances < 2; with_variances++) {
    fairu_templates *t = NULL, *back = NULL;
    CHECK_OK(ctx, make_templates(ctx, with_variances, &t));
    CHECK_OK(ctx, fairu_templates_save(t, ctx, path));
    CHECK_OK(ctx, fairu_templates_load(ctx, path, &back));
    assert_int_equal(fairu_templates__has_variances(back), with_variances);
    assert_string_equal(fairu_templates_process_name(back, 1), "background");
    const double z[2] = { 0.7, 5.0 };
    double nu[2][2 * BINS], d[2][4 * BINS], d2[2][8 * BINS];
    CHECK_OK(ctx, fairu_templates_evaluate(t, ctx, z, 2, nu[0], d[0], d2[0]));
    CHECK_OK(ctx, fairu_templates_evaluate(back, ctx, z, 2, nu[1], d[1], d2[1]));
    assert_memory_equal(nu[0], nu[1], sizeof nu[0]);
    assert_memory_equal(d[0], d[1], sizeof d[0]);
    assert_memory_equal(d2[0], d2[1], sizeof d2[0]);
    CHECK_OK(ctx, fairu_templates_evaluate_variance(t, ctx, z, 2, nu[0], NULL, NULL));
    CHECK_OK(ctx, fairu_templates_evaluate_variance(back, ctx, z, 2, nu[1], NULL, NULL));
    assert_memory_equal(nu[0], nu[1], sizeof nu[0]);
    fairu_templates_destroy(t);
    fairu_templates_destroy(back);
  }
  fairu_context_destroy(ctx);
}

typedef struct object {
  int kind; /* 0 fill, 1 templates */
  fairu_fill *fill;
  fairu_templates *templates;
} object;

static int load(fairu_context *ctx, const char *path, object *o)
{
  return o->kind == 0 ? fairu_fill_load(ctx, path, &o->fill) : fairu_templates_load(ctx, path, &o->templates);
}

static int save(fairu_context *ctx, const char *path, const object *o)
{
  return o->kind == 0 ? fairu_fill_save(o->fill, ctx, path) : fairu_templates_save(o->templates, ctx, path);
}

static void destroy(object *o)
{
  fairu_fill_destroy(o->fill);
  fairu_templates_destroy(o->templates);
}

/* Bytes that differ from those of a good file: refused with the name of the file, unless they unpack to the very same
 * content (a deflate stream can say one thing in several ways), which then is what comes out. */
static void check_damaged(fairu_context *ctx, int kind, const char *good, size_t n_good, const char *bytes,
                          size_t n)
{
  char bad[1024];
  object o = { kind, (fairu_fill *)ctx, (fairu_templates *)ctx };
  support_path(bad, sizeof bad, "bad");
  support_write_file(bad, bytes, n);
  if (load(ctx, bad, &o) != FAIRU_OK) {
    CHECK_SAYS(ctx, "bad");
    assert_true(kind == 0 ? o.fill == NULL : o.templates == NULL);
    return;
  }
  *(kind == 0 ? (void **)&o.templates : (void **)&o.fill) = NULL;
  CHECK_OK(ctx, save(ctx, bad, &o));
  size_t n_back;
  char *back = support_read_file(bad, &n_back);
  assert_int_equal(n_back, n_good);
  assert_memory_equal(back, good, n_good);
  free(back);
  destroy(&o);
}

/* Cut short anywhere, or one byte changed anywhere. */
static void damaged_files_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char path[1024];
  support_path(path, sizeof path, "good");
  for (int kind = 0; kind < 2; kind++) {
    object o = { kind, NULL, NULL };
    CHECK_OK(ctx, kind == 0 ? make_fill(ctx, &o.fill) : make_templates(ctx, 1, &o.templates));
    CHECK_OK(ctx, save(ctx, path, &o));
    size_t n;
    char *good = support_read_file(path, &n), *bytes = (char *)malloc(n);
    for (size_t at = 0; at < n; at += 1 + n / 101) {
      memcpy(bytes, good, n);
      check_damaged(ctx, kind, good, n, bytes, at);
      bytes[at] = (char)(bytes[at] ^ 0x10);
      check_damaged(ctx, kind, good, n, bytes, n);
    }
    free(good);
    free(bytes);
    destroy(&o);
  }
  fairu_context_destroy(ctx);
}

static void wrong_files_and_calls_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char path[1024];
  support_path(path, sizeof path, "templates");
  fairu_fill *fill = NULL;
  fairu_templates *t = NULL;
  CHECK_OK(ctx, make_templates(ctx, 1, &t));
  CHECK_OK(ctx, fairu_templates_save(t, ctx, path));
  fairu_templates_destroy(t);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_fill_load(ctx, path, &fill));
  CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_templates_load(ctx, "/nonexistent/file", &t));
  assert_null(t);
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_fill_load(ctx, NULL, &fill));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_fill_save(NULL, ctx, path));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_templates_save(NULL, ctx, path));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_templates_load(ctx, path, NULL));
  fairu_context_destroy(ctx);
}

/* An empty fill is almost only zeros; its file must not look like a bomb to its own reader. */
static void a_large_empty_fill_comes_back(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char path[1024];
  support_path(path, sizeof path, "empty.fill");
  fairu_grid *grid = NULL;
  fairu_binning *binning = NULL;
  fairu_fill *fill = NULL, *back = NULL;
  CHECK_OK(ctx, make_grid(ctx, &grid));
  CHECK_OK(ctx, fairu_binning_create_uniform(ctx, 1000, &binning));
  CHECK_OK(ctx, fairu_fill_create(ctx, grid, binning, processes, 2, &fill));
  CHECK_OK(ctx, fairu_fill_save(fill, ctx, path));
  CHECK_OK(ctx, fairu_fill_load(ctx, path, &back));
  CHECK_OK(ctx, fairu_fill_merge(back, ctx, fill));
  fairu_fill_destroy(fill);
  fairu_fill_destroy(back);
  fairu_grid_destroy(grid);
  fairu_binning_destroy(binning);
  fairu_context_destroy(ctx);
}

/* A file that is whole but lies: cells out of order, limbs out of range, an empty range, a negative sum of squares, too
 * many processes. */
static void lies_are_refused(void **state)
{
  (void)state;
  static const struct {
    uint64_t n_processes, n_cells, cell, first, n, limb;
    int code;
  } lies[] = {
    { 1, 1, 2, 30, 1, 7, FAIRU_OK }, /* the truth */
    { UINT64_C(1) << 60, 1, 2, 30, 1, 7, FAIRU_ERR_FORMAT },
    { 1, 1, POINTS * BINS, 30, 1, 7, FAIRU_ERR_FORMAT },
    { 1, UINT64_C(1) << 60, 2, 30, 1, 7, FAIRU_ERR_FORMAT },
    { 1, 1, 2, FAIRU_EXACT_LIMBS, 1, 7, FAIRU_ERR_FORMAT },
    { 1, 1, 2, 30, FAIRU_EXACT_LIMBS - 29, 7, FAIRU_ERR_FORMAT },
    { 1, 1, 2, 30, 1, UINT64_C(1) << 32, FAIRU_ERR_FORMAT },
    { 1, 1, 2, 30, 1, UINT64_MAX, FAIRU_ERR_FORMAT },
    { 1, 1, 2, FAIRU_EXACT_LIMBS - 1, 1, UINT64_MAX, FAIRU_ERR_FORMAT },
    { 1, 2, 2, 30, 1, 7, FAIRU_ERR_FORMAT },
  };
  fairu_context *ctx = support_context();
  char path[1024];
  support_path(path, sizeof path, "lies");
  fairu_fill *fill = NULL;
  CHECK_OK(ctx, make_fill(ctx, &fill));
  for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
    fairu_fill *back = NULL;
    fairu_pack *pack = NULL;
    uint64_t limbs[FAIRU_EXACT_LIMBS] = { lies[i].limb };
    CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
    fairu_grid__put(fill->grid, pack);
    fairu_binning__put(fill->binning, pack);
    fairu_pack__u64(pack, lies[i].n_processes);
    fairu_pack__string(pack, "signal");
    fairu_pack__u64(pack, lies[i].n_cells);
    for (uint64_t k = 0; k < (lies[i].n_cells == 2 ? 2 : 1); k++) { /* twice the same cell */
      fairu_pack__u64(pack, lies[i].cell);
      for (int sum = 0; sum < 2; sum++) {
        fairu_pack__u64(pack, lies[i].first);
        fairu_pack__u64(pack, lies[i].n);
        fairu_pack__u64s(pack, limbs, (size_t)lies[i].n);
      }
    }
    CHECK_OK(ctx, fairu_pack__save(pack, ctx, path, "FAIRUFIL", 1));
    fairu_pack__destroy(pack);
    const int status = fairu_fill_load(ctx, path, &back);
    if (status != lies[i].code)
      fail_msg("lie %zu: %s (%s)", i, fairu_status_name(status), fairu_context_message(ctx));
    assert_true((status == FAIRU_OK) == (back != NULL));
    fairu_fill_destroy(back);
  }
  fairu_fill_destroy(fill);
  fairu_context_destroy(ctx);
}

static int save_and_load_fill(fairu_context *ctx, void *data)
{
  fairu_fill *fill = NULL, *back = NULL;
  int status = make_fill(ctx, &fill);
  if (status == FAIRU_OK)
    status = fairu_fill_save(fill, ctx, (const char *)data);
  if (status == FAIRU_OK)
    status = fairu_fill_load(ctx, (const char *)data, &back);
  fairu_fill_destroy(fill);
  fairu_fill_destroy(back);
  return status;
}

static int save_and_load_templates(fairu_context *ctx, void *data)
{
  fairu_templates *t = NULL, *back = NULL;
  int status = make_templates(ctx, 1, &t);
  if (status == FAIRU_OK)
    status = fairu_templates_save(t, ctx, (const char *)data);
  if (status == FAIRU_OK)
    status = fairu_templates_load(ctx, (const char *)data, &back);
  fairu_templates_destroy(t);
  fairu_templates_destroy(back);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  char path[1024];
  support_path(path, sizeof path, "file");
  assert_true(support_every_need_fails(save_and_load_fill, path) > 30);
  assert_true(support_every_need_fails(save_and_load_templates, path) > 30);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_fill_comes_back_to_the_bit),  cmocka_unit_test(templates_come_back_to_the_bit),
    cmocka_unit_test(damaged_files_are_refused),     cmocka_unit_test(wrong_files_and_calls_are_refused),
    cmocka_unit_test(a_large_empty_fill_comes_back), cmocka_unit_test(lies_are_refused),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
