/* What the program writes: numbers, CSV, JSON, files that are whole or not at all, places that can be written to. */
#include "cli/program.h"

#include "cli/out.h"

#include <errno.h>
#include <sys/stat.h>

static const cli_usage usage = { .command = "fairu test", .files = "", .about = "" };

/* ---- numbers ------------------------------------------------------------------------------------------ */

static double from_bits(uint64_t bits)
{
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* Reads back to the same bits, and no shorter text of %g does from 15 digits on. */
static void check_number(double value)
{
  char text[OUT_NUMBER], other[64];
  assert_ptr_equal(out_number(text, value), text);
  assert_true(strlen(text) < OUT_NUMBER);
  const double back = strtod(text, NULL);
  assert_memory_equal(&back, &value, sizeof value);
  for (int digits = 15; digits < 17; digits++) {
    snprintf(other, sizeof other, "%.*g", digits, value);
    if (strtod(other, NULL) == value) {
      assert_string_equal(text, other);
      return;
    }
  }
  snprintf(other, sizeof other, "%.17g", value);
  assert_string_equal(text, other);
}

static void numbers_read_back(void **state)
{
  (void)state;
  static const double chosen[] = { 0.0,
                                   -0.0,
                                   1.0,
                                   0.1,
                                   0.3,
                                   1e22,
                                   1e23,
                                   5e-324,
                                   2.2250738585072014e-308,
                                   1.7976931348623157e308,
                                   -1.0 / 3.0,
                                   9007199254740993.0,
                                   123456789012345680.0 };
  uint64_t seed = 88172645463325252ULL;
  for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
    check_number(chosen[i]);
  for (int i = 0; i < 20000; i++) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    const double value = i % 2 ? from_bits(seed) : (double)(seed % 1000000) / 1000.0;
    if (isfinite(value))
      check_number(value);
  }
}

static void numbers_that_are_none(void **state)
{
  (void)state;
  char text[OUT_NUMBER];
  assert_string_equal(out_number(text, (double)NAN), "nan");
  assert_string_equal(out_number(text, -(double)NAN), "nan");
  assert_string_equal(out_number(text, from_bits(0xfff8000000000123ULL)), "nan");
  assert_string_equal(out_number(text, (double)INFINITY), "inf");
  assert_string_equal(out_number(text, -(double)INFINITY), "-inf");
}

/* ---- paths -------------------------------------------------------------------------------------------- */

static void paths_fit_or_are_refused(void **state)
{
  (void)state;
  cli c = { .usage = &usage };
  char path[OUT_PATH], name[OUT_PATH + 64];
  assert_int_equal(out_path(&c, path, "a/b", "c"), FAIRU_OK);
  assert_string_equal(path, "a/b/c");
  assert_int_equal(out_path(&c, path, "", "/abs"), FAIRU_OK);
  assert_string_equal(path, "//abs");
  for (size_t room = 0; room < 40;
       room++) { /* the longest that leaves room for the ending of a temporary name */
    const size_t length = OUT_PATH - 40 + room;
    memset(name, 'n', length - 2);
    name[length - 2] = '\0';
    const int status = out_path(&c, path, "d", name);
    assert_int_equal(status, length < OUT_PATH - 16 ? FAIRU_OK : FAIRU_ERR_LIMIT);
    assert_true(status != FAIRU_OK || strlen(path) == length);
  }
  CHECK_REFUSED(&c, FAIRU_ERR_LIMIT, "path too long: d.../nnn", out_path(&c, path, "d", name));
}

static void targets(void **state)
{
  (void)state;
  char file[512], folder[512], target[2048], link[512];
  cli c = { .usage = &usage };
  support_path(file, sizeof file, "file");
  support_path(folder, sizeof folder, "folder");
  support_path(link, sizeof link, "link");
  support_write_file(file, "x", 1);
  assert_int_equal(mkdir(folder, 0700), 0);
  assert_int_equal(symlink(folder, link), 0);
  static const struct {
    const char *format; /* of the folder of the test */
    int code;
    const char *text;
  } cases[] = {
    { "%s/new", FAIRU_OK, "" },
    { "%s/file", FAIRU_OK, "" },
    { "%s/folder/new", FAIRU_OK, "" },
    { "%s/link/new", FAIRU_OK, "" },
    { "%s/folder", FAIRU_ERR_IO, "exists and is not a regular file" },
    { "%s/link", FAIRU_ERR_IO, "exists and is not a regular file" },
    { "%s/folder/", FAIRU_ERR_IO, "no name of a file" },
    { "%s/none/new", FAIRU_ERR_IO, "cannot create: No such file or directory" },
    { "%s/file/new", FAIRU_ERR_IO, "cannot create: Not a directory" },
    { "/dev/null%.0s", FAIRU_ERR_IO, "/dev/null: exists and is not a regular file" },
    { "/%.0s", FAIRU_ERR_IO, "'/': no name of a file" },
    { "%.0s", FAIRU_ERR_IO, "'': no name of a file" },
    { "-%.0s", FAIRU_OK, "" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(target, sizeof target, cases[i].format, support_directory());
#pragma GCC diagnostic pop
    c.message[0] = '\0';
    assert_int_equal(out_target(&c, target), cases[i].code);
    CHECK_HAS(c.message, cases[i].text);
  }
  char *name = (char *)calloc(2 * OUT_PATH, 1);
  memset(name, 'd', 2 * OUT_PATH - 2);
  name[OUT_PATH + 5] = '/';
  assert_int_equal(out_target(&c, name), FAIRU_ERR_IO);
  free(name);
  unlink(link);
  unlink(file);
  rmdir(folder);
}

static void directories(void **state)
{
  (void)state;
  char base[512], path[600], file[512];
  struct stat info;
  cli c = { .usage = &usage };
  support_path(base, sizeof base, "made");
  static const char *const ways[] = { "", "/a", "/a/b/c", "/a//d", "/a/b/", "/./e", "/a/../f" };
  static const char *const made[] = { "", "/a", "/a/b/c", "/a/d", "/a/b", "/e", "/f" };
  for (int twice = 0; twice < 2; twice++) /* what is there is no fault */
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
      snprintf(path, sizeof path, "%s%s", base, ways[i]);
      assert_int_equal(out_directory(&c, path), FAIRU_OK);
      snprintf(path, sizeof path, "%s%s", base, made[i]);
      assert_true(stat(path, &info) == 0 && S_ISDIR(info.st_mode));
    }
  support_path(file, sizeof file, "plain");
  support_write_file(file, "x", 1);
  CHECK_REFUSED(&c, FAIRU_ERR_IO, "plain: is not a directory", out_directory(&c, file));
  snprintf(path, sizeof path, "%s/below", file);
  CHECK_REFUSED(&c, FAIRU_ERR_IO, "plain/below: cannot make the directory: Not a directory",
                out_directory(&c, path));
  CHECK_REFUSED(&c, FAIRU_ERR_ARGUMENT, "directory name is empty or too long: ''", out_directory(&c, ""));
  char *name = (char *)calloc(OUT_PATH + 8, 1);
  memset(name, 'd', OUT_PATH);
  CHECK_REFUSED(&c, FAIRU_ERR_ARGUMENT, "too long: 'dddd", out_directory(&c, name));
  free(name);
  unlink(file);
}

/* ---- files -------------------------------------------------------------------------------------------- */

static void files_are_whole(void **state)
{
  (void)state;
  cli c = { .usage = &usage };
  const char *folder = support_directory();
  char path[512];
  struct stat info;
  const size_t before = support_count_files(folder), big = 3 * (1 << 20) + 7;
  char *bytes = (char *)malloc(big);
  for (size_t i = 0; i < big; i++)
    bytes[i] = (char)(i * 2654435761U >> 13);
  const mode_t mask = umask(027);
  assert_int_equal(out_file(&c, folder, "data", bytes, big), FAIRU_OK);
  check_file("data", bytes, big);
  assert_true(stat(support_path(path, sizeof path, "data"), &info) == 0 &&
              (info.st_mode & 0777) == 0640); /* as the mask says */
  umask(mask);
  assert_int_equal(out_file(&c, folder, "data", "shorter", 7), FAIRU_OK); /* another in its place */
  check_file("data", "shorter", 7);
  assert_int_equal(out_file(&c, folder, "data", "", 0), FAIRU_OK);
  check_file("data", "", 0);
  assert_int_equal(support_count_files(folder), before + 1);
  assert_int_equal(out_remove(&c, folder, "data"), FAIRU_OK);
  assert_int_equal(out_remove(&c, folder, "data"),
                   FAIRU_OK); /* it is not there any more, which is what is wanted */
  assert_int_equal(support_count_files(folder), before);
  free(bytes);
}

/* What cannot be written leaves neither a file nor a temporary one, and what was there stays. */
static void files_that_cannot_be(void **state)
{
  (void)state;
  cli c = { .usage = &usage };
  char folder[512], below[600];
  support_path(folder, sizeof folder, "there");
  assert_int_equal(mkdir(folder, 0700), 0);
  snprintf(below, sizeof below, "%s/taken", folder);
  assert_int_equal(mkdir(below, 0700), 0);
  CHECK_REFUSED(&c, FAIRU_ERR_IO, "there/taken: cannot be written: Is a directory",
                out_file(&c, folder, "taken", "x", 1));
  CHECK_REFUSED(&c, FAIRU_ERR_IO, "there/no/file: cannot be written: No such file",
                out_file(&c, folder, "no/file", "x", 1));
  CHECK_REFUSED(&c, FAIRU_ERR_IO, "there/taken: cannot be removed", out_remove(&c, folder, "taken"));
  assert_int_equal(support_count_files(folder), 1); /* the folder that is in the way */
  assert_int_equal(rmdir(below), 0);
  assert_int_equal(rmdir(folder), 0); /* nothing is left in it */
}

/* ---- CSV ---------------------------------------------------------------------------------------------- */

/* One cell of a CSV text by RFC 4180 into `cell`; where it ends. */
static const char *read_cell(const char *at, char *cell)
{
  if (*at != '"') {
    for (; *at && *at != ',' && *at != '\n'; at++)
      *cell++ = *at;
    *cell = '\0';
    return at;
  }
  for (at++; *at; at++) {
    if (*at == '"' && *++at != '"')
      break;
    *cell++ = *at;
  }
  *cell = '\0';
  return at;
}

static void tables_read_back(void **state)
{
  (void)state;
  static const char *const texts[] = { "plain",      "",         "a,b",     "say \"x\"", "\"",
                                       "two\nlines", "cr\rhere", " space ", "\"\",\"",   "caf\xc3\xa9" };
  enum { N = sizeof texts / sizeof *texts };
  static const double numbers[] = { 1.5, -0.0, 1e300, 0.1 };
  cli c = { .usage = &usage };
  out_csv csv;
  char cell[64];
  out_csv_begin(&csv, "text,number,again");
  for (size_t i = 0; i < N; i++) {
    out_csv_text(&csv, texts[i]);
    out_csv_number(&csv, numbers[i % 4]);
    out_csv_text(&csv, texts[N - 1 - i]);
    out_csv_end_row(&csv);
  }
  out_csv_number(&csv, (double)NAN);
  out_csv_number(&csv, (double)INFINITY);
  out_csv_number(&csv, -(double)INFINITY);
  out_csv_end_row(&csv);
  assert_int_equal(out_csv_write(&csv, &c, support_directory(), "table.csv"), FAIRU_OK);
  assert_null(csv.stream);
  char path[512], *all = support_read_file(support_path(path, sizeof path, "table.csv"), NULL);
  const char *at = all;
  assert_int_equal(strncmp(at, "text,number,again\n", 18), 0);
  at += 18;
  for (size_t i = 0; i < N; i++) {
    at = read_cell(at, cell);
    assert_string_equal(cell, texts[i]);
    assert_int_equal(*at, ',');
    at = read_cell(at + 1, cell);
    const double back = strtod(cell, NULL);
    assert_memory_equal(&back, &numbers[i % 4], sizeof back);
    at = read_cell(at + 1, cell);
    assert_string_equal(cell, texts[N - 1 - i]);
    assert_int_equal(*at++, '\n');
  }
  assert_string_equal(at, "nan,inf,-inf\n");
  free(all);
  unlink(path);
}

static void tables_that_are_dropped(void **state)
{
  (void)state;
  cli c = { .usage = &usage };
  out_csv csv;
  const size_t before = support_count_files(support_directory());
  out_csv_begin(&csv, "a");
  out_csv_number(&csv, 1.0);
  out_csv_end_row(&csv);
  assert_int_equal(out_csv_write(&csv, &c, NULL, NULL), FAIRU_OK);
  out_csv none = { 0 }; /* there was no memory for its stream: nothing happens until it is to be written */
  out_csv_text(&none, "x");
  out_csv_number(&none, 1.0);
  out_csv_end_row(&none);
  CHECK_REFUSED(&c, FAIRU_ERR_OUT_OF_MEMORY, "t.csv: out of memory",
                out_csv_write(&none, &c, support_directory(), "t.csv"));
  assert_int_equal(support_count_files(support_directory()), before);
}

/* ---- JSON --------------------------------------------------------------------------------------------- */

static void json_numbers_are_numbers_or_null(void **state)
{
  (void)state;
  const double values[] = { 0.1, (double)NAN, (double)INFINITY, -1e-310, -(double)INFINITY };
  json_t *list = out_json_numbers(values, 5);
  assert_int_equal(json_array_size(list), 5);
  for (size_t i = 0; i < 5; i++) {
    const json_t *item = json_array_get(list, i);
    assert_int_equal(json_is_real(item), isfinite(values[i]) != 0);
    assert_int_equal(json_is_null(item), !isfinite(values[i]));
    assert_true(!isfinite(values[i]) || json_real_value(item) == values[i]);
  }
  json_decref(list);
  list = out_json_numbers(values, 0);
  assert_int_equal(json_array_size(list), 0);
  json_decref(list);
}

/* Every text is a text: bytes that no UTF-8 has are told as '?', and what is ASCII about them stays. */
static void json_texts_are_never_missing(void **state)
{
  (void)state;
  static const char *const cases[][2] = {
    { "plain", "plain" },
    { "", "" },
    { "caf\xc3\xa9", "caf\xc3\xa9" },
    { "caf\xe9", "caf?" },
    { "\xff\xfe", "??" },
    { "a\xc3", "a?" },
    { "\xed\xa0\x80z", "???z" },
    { "tab\t\"quote\"", "tab\t\"quote\"" },
    { "\xc0\x80", "??" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    json_t *text = out_json_text(cases[i][0]);
    assert_non_null(text);
    assert_string_equal(json_string_value(text), cases[i][1]);
    json_decref(text);
  }
}

/* The same document in a file and on standard output: keys in their order, all digits, a line feed at the end. */
static void documents(void **state)
{
  (void)state;
  cli c = { .usage = &usage };
  json_t *root = json_object(), *list = json_array();
  printed p = { 0 };
  out_json_set(root, "z", out_json_number(1.0 / 3.0));
  out_json_set(root, "a", out_json_number(2.0));
  out_json_set(root, "list", list);
  json_array_append_new(list, json_integer(7));
  out_json_set(root, "none", out_json_number((double)NAN));
  static const char wanted[] =
      "{\n \"z\": 0.33333333333333331,\n \"a\": 2.0,\n \"list\": [\n  7\n ],\n \"none\": null\n}\n";
  assert_int_equal(out_json_write(root, &c, support_directory(), "d.json"), FAIRU_OK);
  check_file("d.json", wanted, sizeof wanted - 1);
  const taken t = take_output();
  const int status = out_json_print(root, &c);
  take_back(&t, &p);
  assert_int_equal(status, FAIRU_OK);
  assert_string_equal(p.out, wanted);
  assert_string_equal(p.err, "");
  forget(&p);
  json_decref(root);
  CHECK_REFUSED(&c, FAIRU_ERR_OUT_OF_MEMORY, "x.json: out of memory",
                out_json_write(NULL, &c, support_directory(), "x.json"));
  CHECK_REFUSED(&c, FAIRU_ERR_OUT_OF_MEMORY, "standard output: out of memory", out_json_print(NULL, &c));
  assert_int_equal(out_remove(&c, support_directory(), "d.json"), FAIRU_OK);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(numbers_read_back),
    cmocka_unit_test(numbers_that_are_none),
    cmocka_unit_test(paths_fit_or_are_refused),
    cmocka_unit_test(targets),
    cmocka_unit_test(directories),
    cmocka_unit_test(files_are_whole),
    cmocka_unit_test(files_that_cannot_be),
    cmocka_unit_test(tables_read_back),
    cmocka_unit_test(tables_that_are_dropped),
    cmocka_unit_test(json_numbers_are_numbers_or_null),
    cmocka_unit_test(json_texts_are_never_missing),
    cmocka_unit_test(documents),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
