/* What the program writes by way of memory: compressed files, streams, tables on standard output, documents that lack a part. */
#include "cli/program.h"

#include "cli/out.h"

#include <zlib.h>

static const cli_usage usage = { .command = "fairu test", .files = "", .about = "" };

/* ---- compressed files --------------------------------------------------------------------------------- */

/* name.gz holds these bytes, and no time. */
static void check_packed(cli *c, const char *bytes, size_t size)
{
  char path[512];
  size_t packed = 0;
  assert_int_equal(out_file(c, support_directory(), "data.gz", bytes, size), FAIRU_OK);
  char *file = support_read_file(support_path(path, sizeof path, "data.gz"), &packed);
  assert_true(packed >= 20 && (unsigned char)file[0] == 0x1f && (unsigned char)file[1] == 0x8b);
  assert_memory_equal(file + 4, "\0\0\0\0", 4);
  free(file);
  char *back = (char *)malloc(size + 1);
  gzFile stream = gzopen(path, "rb");
  size_t n = 0;
  for (int got = 1; got > 0; n += (size_t)got) {
    got = gzread(stream, back + n, (unsigned)(size + 1 - n));
    assert_true(got >= 0);
  }
  assert_int_equal(gzclose(stream), Z_OK); /* its checksum too */
  assert_int_equal(n, size);
  assert_memory_equal(back, bytes, size);
  free(back);
}

/* Around the pieces in which it goes to the compressor. */
static void files_are_packed(void **state)
{
  (void)state;
  cli c = { .usage = &usage };
  enum { PIECE = 1 << 20, MOST = 3 * PIECE };
  static const size_t sizes[] = { 0, 1, 1000, PIECE - 1, PIECE, PIECE + 1, MOST };
  char *bytes = (char *)malloc(MOST);
  const size_t before = support_count_files(support_directory());
  for (size_t i = 0; i < MOST; i++)
    bytes[i] = (char)(i * 2654435761U >> (i % 3 ? 13 : 30));
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
    check_packed(&c, bytes, sizes[k]);
  assert_int_equal(out_remove(&c, support_directory(), "data.gz"), FAIRU_OK);
  static const char *const plain[] = { ".gz", "data.gzip", "data.gz.csv", "gz", "data.GZ" };
  for (size_t k = 0; k < sizeof plain / sizeof *plain; k++) {
    assert_int_equal(out_file(&c, support_directory(), plain[k], bytes, 1000), FAIRU_OK);
    check_file(plain[k], bytes, 1000);
    assert_int_equal(out_remove(&c, support_directory(), plain[k]), FAIRU_OK);
  }
  assert_int_equal(support_count_files(support_directory()), before);
  free(bytes);
}

/* ---- text in memory ----------------------------------------------------------------------------------- */

/* Pieces of any length, by any function of stdio, beside a plain copy of them. */
static void streams_keep_all(void **state)
{
  (void)state;
  enum { MOST = 1 << 20, LONGEST = 20000 };
  char *wanted = (char *)malloc(MOST), *bytes = NULL, *piece = (char *)malloc(LONGEST + 1);
  size_t size = 1, n = 0;
  uint32_t random = 7;
  FILE *stream = out_stream(&bytes, &size);
  assert_non_null(stream);
  assert_true(bytes == NULL && size == 0);
  while (n < MOST - LONGEST) {
    random = random * 1664525U + 1013904223U;
    const size_t length = random % 5 ? random >> 28 : (random >> 8) % LONGEST;
    memset(piece, 'a' + (int)(random % 26), length);
    piece[length] = '\0';
    memcpy(wanted + n, piece, length);
    n += length;
    if (random % 3 == 0)
      assert_int_equal(fwrite(piece, 1, length, stream), length);
    else
      assert_true(random % 3 == 1 ? fprintf(stream, "%s", piece) == (int)length : fputs(piece, stream) >= 0);
    if (random % 64 == 0) { /* what was written is there, whatever comes */
      assert_int_equal(fflush(stream), 0);
      assert_int_equal(size, n);
      assert_memory_equal(bytes, wanted, n);
    }
  }
  assert_int_equal(fclose(stream), 0);
  assert_int_equal(size, n);
  assert_memory_equal(bytes, wanted, n);
  free(bytes);
  free(piece);
  free(wanted);
}

/* ---- documents and tables ------------------------------------------------------------------------------ */

/* What jansson was not given, or a part that is missing, makes the whole document one that is not told; the next command begins anew. */
static void documents_that_lack_something(void **state)
{
  (void)state;
  cli c = { .usage = &usage };
  out_json_begin();
  assert_false(out_json_lacks());
  json_t *root = json_object();
  out_json_set(root, "there", json_integer(1));
  assert_false(out_json_lacks());
  out_json_set(root, "missing", NULL);
  assert_true(out_json_lacks());
  const size_t before = support_count_files(support_directory());
  CHECK_REFUSED(&c, FAIRU_ERR_OUT_OF_MEMORY, "d.json: out of memory",
                out_json_write(root, &c, support_directory(), "d.json"));
  const taken t = take_output();
  const int status = out_json_print(root, &c);
  printed p = { 0 };
  take_back(&t, &p);
  assert_int_equal(status, FAIRU_ERR_OUT_OF_MEMORY);
  assert_string_equal(p.out, "");
  forget(&p);
  assert_int_equal(support_count_files(support_directory()), before);
  out_json_begin();
  assert_int_equal(out_json_write(root, &c, support_directory(), "d.json"), FAIRU_OK);
  check_file("d.json", "{\n \"there\": 1\n}\n", 16);
  assert_int_equal(out_remove(&c, support_directory(), "d.json"), FAIRU_OK);
  json_decref(root);
}

/* A table on standard output has the bytes that it has as a file. */
static void tables_on_standard_output(void **state)
{
  (void)state;
  cli c = { .usage = &usage };
  out_csv csv;
  for (int rows = 0; rows < 3000; rows = 7 * rows + 1) {
    char *file = NULL;
    printed p = { 0 };
    for (int is_file = 0; is_file < 2; is_file++) {
      out_csv_begin(&csv, "row,root");
      for (int row = 0; row < rows; row++) {
        out_csv_number(&csv, row);
        out_csv_number(&csv, sqrt(row));
        out_csv_end_row(&csv);
      }
      if (is_file) {
        char path[512];
        assert_int_equal(out_csv_write(&csv, &c, support_directory(), "t.csv"), FAIRU_OK);
        file = support_read_file(support_path(path, sizeof path, "t.csv"), NULL);
        continue;
      }
      const taken t = take_output();
      const int status = out_csv_print(&csv, &c);
      take_back(&t, &p);
      assert_int_equal(status, FAIRU_OK);
    }
    assert_string_equal(p.out, file);
    forget(&p);
    free(file);
  }
  out_csv none = { 0 };
  CHECK_REFUSED(&c, FAIRU_ERR_OUT_OF_MEMORY, "standard output: out of memory", out_csv_print(&none, &c));
  assert_int_equal(out_remove(&c, support_directory(), "t.csv"), FAIRU_OK);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(files_are_packed),
    cmocka_unit_test(streams_keep_all),
    cmocka_unit_test(documents_that_lack_something),
    cmocka_unit_test(tables_on_standard_output),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
