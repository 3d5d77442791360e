/* Files written and read in random steps against a plain model: bytes in memory. */
#include "stream_files.h"
#include "support/draws.h"

enum { MOST = 400000 };

typedef struct model {
  char bytes[MOST];
  size_t n;
} model;

static size_t any_size(draws *d)
{
  static const size_t sizes[] = { 0, 1, 2, 100, 4095, 4096, 65535, 65536, 65537, 70001, 131072 };
  return draw_below(d, 3) ? draw_below(d, 3000) : sizes[draw_below(d, sizeof sizes / sizeof *sizes)];
}

/* Bytes with runs in them, so that packing has something to do. */
static void put_bytes(fairu_context *ctx, fairu_writer *writer, draws *d, model *m)
{
  const size_t size = any_size(d);
  if (size > MOST - m->n)
    return;
  for (size_t i = 0; i < size;) {
    const char byte = (char)draw(d);
    for (size_t run = 1 + draw_below(d, 9); run > 0 && i < size; run--)
      m->bytes[m->n + i++] = byte;
  }
  CHECK_OK(ctx, fairu_writer__write(writer, ctx, m->bytes + m->n, size));
  m->n += size;
}

/* Short and long lines: around the 1024 bytes that printf has at first. */
static void put_text(fairu_context *ctx, fairu_writer *writer, draws *d, model *m)
{
  static const int widths[] = { 1, 10, 1000, 1015, 1016, 1017, 1018, 1019, 1020, 5000 };
  const int width = widths[draw_below(d, sizeof widths / sizeof *widths)];
  const int value = (int)draw_below(d, 1000);
  if ((size_t)width + 20 > MOST - m->n)
    return;
  CHECK_OK(ctx, fairu_writer__printf(writer, ctx, "%*d;%.2f\n", width, value, 0.25 * value));
  m->n += (size_t)snprintf(m->bytes + m->n, MOST - m->n, "%*d;%.2f\n", width, value, 0.25 * value);
}

static void check_in_steps(fairu_context *ctx, const char *path, draws *d, const model *m)
{
  fairu_reader *reader = NULL;
  char *bytes = malloc(MOST);
  size_t at = 0, got = 0, asked = 0;
  double before = 0.0;
  CHECK_OK(ctx, fairu_reader__open(ctx, path, &reader));
  assert_string_equal(fairu_reader__path(reader), path);
  do {
    asked = any_size(d);
    CHECK_OK(ctx, fairu_reader__read(reader, ctx, bytes, asked, &got));
    const size_t left = m->n - at;
    assert_int_equal(got, asked < left ? asked : left); /* short at the end only */
    assert_memory_equal(bytes, m->bytes + at, got);
    at += got;
    const double fraction = fairu_reader__fraction(reader);
    if (m->n > 0)
      assert_true(fraction >= before && fraction <= 1.0);
    before = fraction;
  } while (at < m->n || got == asked);
  if (m->n > 0)
    assert_true(before == 1.0);
  for (int i = 0; i < 3; i++) { /* the end stays the end */
    CHECK_OK(ctx, fairu_reader__read(reader, ctx, bytes, 10, &got));
    assert_int_equal(got, 0);
  }
  fairu_reader__close(reader);
  free(bytes);
}

/* The rest in one piece, after some bytes. */
static void check_rest(fairu_context *ctx, const char *path, draws *d, const model *m)
{
  fairu_reader *reader = NULL;
  char *some = malloc(MOST), *rest = NULL;
  size_t got = 0, size = 0;
  CHECK_OK(ctx, fairu_reader__open(ctx, path, &reader));
  CHECK_OK(ctx, fairu_reader__read(reader, ctx, some, draw_below(d, m->n + 1), &got));
  CHECK_OK(ctx, fairu_reader__read_all(reader, ctx, &rest, &size));
  assert_int_equal(got + size, m->n);
  assert_memory_equal(some, m->bytes, got);
  assert_memory_equal(rest, m->bytes + got, size);
  assert_int_equal(rest[size], '\0');
  fairu_context__free(ctx, rest);
  fairu_reader__close(reader);
  free(some);
}

static void steps_of_any_size_make_the_same_file(void **state)
{
  (void)state;
  static const char *const names[] = { "steps.bin", "steps.bin.gz" };
  fairu_context *ctx = support_context();
  model *m = calloc(1, sizeof *m);
  draws d = { 41 };
  char path[512];
  for (int round = 0; round < 24; round++) {
    fairu_writer *writer = NULL;
    support_path(path, sizeof path, names[round % 2]);
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 1 + round % 3));
    CHECK_OK(ctx, fairu_writer__open(ctx, path, &writer));
    m->n = 0;
    for (size_t steps = draw_below(&d, 40); steps > 0; steps--)
      (draw_below(&d, 2) ? put_bytes : put_text)(ctx, writer, &d, m);
    CHECK_OK(ctx, fairu_writer__commit(writer, ctx));
    check_content(ctx, path, m->bytes, m->n);
    check_in_steps(ctx, path, &d, m);
    check_rest(ctx, path, &d, m);
  }
  free(m);
  fairu_context_destroy(ctx);
}

/* Many writers to one name, ended in any order: the file is always that of the last commit, nothing else is left. */
static void the_last_commit_wins(void **state)
{
  (void)state;
  enum { WRITERS = 4 };
  fairu_context *ctx = support_context();
  draws d = { 42 };
  char path[512], kept[64] = "", text[WRITERS][64];
  fairu_writer *writers[WRITERS] = { NULL };
  support_path(path, sizeof path, "shared.txt");
  const size_t before = support_count_files(support_directory());
  for (int round = 0; round < 200; round++) {
    const size_t i = draw_below(&d, WRITERS);
    if (!writers[i]) {
      CHECK_OK(ctx, fairu_writer__open(ctx, path, &writers[i]));
      snprintf(text[i], sizeof text[i], "round %d of writer %zu\n", round, i);
      CHECK_OK(ctx, fairu_writer__printf(writers[i], ctx, "%s", text[i]));
      continue;
    }
    if (draw_below(&d, 2)) {
      CHECK_OK(ctx, fairu_writer__commit(writers[i], ctx));
      strcpy(kept, text[i]);
    } else {
      fairu_writer__abort(writers[i]);
    }
    writers[i] = NULL;
    if (kept[0])
      check_content(ctx, path, kept, strlen(kept));
  }
  for (size_t i = 0; i < WRITERS; i++)
    fairu_writer__abort(writers[i]);
  assert_int_equal(support_count_files(support_directory()), before + 1);
  fairu_context_destroy(ctx);
}

/* Bytes on disk are limited as they are, bytes unpacked as they come: each limit at its value and one below. */
static void limits_at_their_value(void **state)
{
  (void)state;
  static const char *const names[] = { "limit.txt", "limit.txt.gz" };
  fairu_context *ctx = support_context();
  char *content = make_content(200000);
  fairu_limits limits;
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  for (int packed = 0; packed < 2; packed++) {
    char path[512], *bytes = NULL;
    size_t got = 0;
    struct stat info;
    support_path(path, sizeof path, names[packed]);
    CHECK_OK(ctx, write_file(ctx, path, content, 200000));
    assert_int_equal(stat(path, &info), 0);
    assert_true(packed ? info.st_size < 150000 : info.st_size == 200000);
    for (int below = 0; below < 2; below++) {
      limits.file_bytes = (uint64_t)info.st_size - (uint64_t)below;
      CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
      const int status = read_file(ctx, path, &bytes, &got);
      assert_int_equal(status, below ? FAIRU_ERR_LIMIT : FAIRU_OK);
      if (status == FAIRU_OK)
        fairu_context__free(ctx, bytes);
      else
        CHECK_SAYS(ctx, "larger than the limit file_bytes");
    }
    limits.file_bytes = 1 << 30;
    for (int below = 0; below < 2; below++) {
      limits.decompressed_bytes = 200000 - (uint64_t)below;
      CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
      const int status = read_file(ctx, path, &bytes, &got);
      assert_int_equal(status, below && packed ? FAIRU_ERR_LIMIT : FAIRU_OK);
      if (status == FAIRU_OK)
        fairu_context__free(ctx, bytes);
      else
        CHECK_SAYS(ctx, "expands beyond the limit decompressed_bytes 199999");
    }
    limits.decompressed_bytes = UINT64_C(1) << 32;
    CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  }
  free(content);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(steps_of_any_size_make_the_same_file),
                                      cmocka_unit_test(the_last_commit_wins),
                                      cmocka_unit_test(limits_at_their_value) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
