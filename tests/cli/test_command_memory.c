/* Commands, tables and pages where memory runs out: each request of the whole process fails in turn, those of the C library and of
 * jansson too, alone and with all that come after it. Nothing leaks, no file is left or lost, and no answer is told in part. */
#include "abi/process_memory.h"

#include "cli/subjects.h"

#include "cli/out.h"
#include "cli/report.h"

#include <math.h>

static process_memory memory_wanted, memory_done;

/* Not done in earnest: it is not what is looked at, and takes long. */
int fsync(int fd)
{
  (void)fd;
  return 0;
}

static void memory_begins(void)
{
  memory_now = memory_wanted;
}

static void memory_ends(void)
{
  memory_done = memory_now;
  memory_now = (process_memory){ 0 };
}

static void want_failure(size_t at, int from_there)
{
  memory_wanted =
      (process_memory){ .fails = 1, .own = 1, .follows = 1, .fail_at = at, .from_there = from_there };
}

static void check_no_leak(const char *name)
{
  if (memory_done.live != 0)
    fail_msg("%s, request %zu: %ld blocks are live", name, memory_wanted.fail_at, memory_done.live);
}

/* ---- commands ----------------------------------------------------------------------------------------- */

/* What the program's own part of a toy returns has no words. */
static void check_says_memory(const subject *s, const outcome *o)
{
  if (o->p.status == 1 && !strstr(o->p.err, "out of memory") && !strstr(o->p.err, "Cannot allocate memory") &&
      !strstr(o->p.err, "the estimator returned 30"))
    fail_msg("%s %s, request %zu: %s", s->words[0], s->words[1], memory_wanted.fail_at, o->p.err);
}

/* Each alone; every fifth with all that come after it. */
static size_t fail_each_request(const subject *s)
{
  size_t n = 0, n_requests = 0;
  want_failure(0, 0);
  outcome whole = run_well(s);
  check_no_leak(s->words[0]);
  const size_t files = support_count_files(support_directory());
  for (int from_there = 0; from_there < 2; from_there++)
    for (n = 1;; n += from_there ? 5 : 1) {
      want_failure(n, from_there);
      outcome o = run_subject(s);
      const int failed = memory_done.failed > 0;
      check_outcome(s, &o, &whole, from_there ? "memory from request" : "request", n);
      check_no_leak(s->words[0]);
      check_says_memory(s, &o);
      assert_int_equal(support_count_files(support_directory()), files);
      forget_outcome(&o);
      if (!failed)
        break;
      n_requests += !from_there;
    }
  forget_outcome(&whole);
  return n_requests;
}

static void commands_without_memory(void **state)
{
  (void)state;
  if (!PROCESS_MEMORY_OURS)
    support_skip("malloc of this build cannot be replaced");
  make_subject_files();
  subject_begins = memory_begins;
  subject_ends = memory_ends;
  for (size_t k = 0; k < N_SUBJECTS; k++)
    assert_true(fail_each_request(&subjects[k]) > 30);
  subject_begins = subject_ends = NULL;
}

/* ---- tables and pages --------------------------------------------------------------------------------- */

static int write_csv(cli *c, const char *name)
{
  out_csv csv;
  out_csv_begin(&csv, "text,number");
  for (int row = 0; row < 2000; row++) {
    out_csv_text(&csv, row % 3 ? "plain" : "with \"quotes\", and a comma");
    out_csv_number(&csv, row / 7.0);
    out_csv_end_row(&csv);
  }
  return out_csv_write(&csv, c, support_directory(), name);
}

static int write_page(cli *c, const char *name)
{
  report r;
  report_begin(&r, "Title", "subtitle");
  report_section(&r, "Section");
  report_paragraph(&r, "%d of %s", 1, "several");
  report_note(&r, "%s", "a note");
  report_code(&r, "code");
  report_table_begin(&r, "caption", "a|b|c", "lrc");
  for (int row = 0; row < 40; row++) {
    report_cell(&r, "row %d", row);
    report_cell_number(&r, row ? row / 3.0 : (double)NAN, 3);
    report_cell_range(&r, row, row + 1.0, 1);
  }
  report_table_end(&r);
  report_figure(&r, "figure", "what it shows");
  return report_write(&r, c, support_directory(), name);
}

/* Texts of each kind in a document: one that is not UTF-8 takes a copy. */
static int write_json(cli *c, const char *name)
{
  json_t *root = json_object(), *list = json_array();
  for (int i = 0; i < 20; i++)
    json_array_append_new(list, out_json_text(i % 2 ? "text" : "not UTF-8: \xff"));
  out_json_set(root, "list", list);
  out_json_set(root, "numbers", out_json_numbers((const double[]){ 0.5, (double)INFINITY, -1e300 }, 3));
  out_json_set(root, "none", out_json_number((double)NAN));
  out_json_set_count(root, "count", 12345678901);
  const int status = out_json_write(root, c, support_directory(), name);
  json_decref(root);
  return status;
}

typedef int (*writer_fn)(cli *c, const char *name);

/* Writes; with memory_wanted.fail_at. */
static int write_once(writer_fn write, cli *c, const char *name)
{
  out_json_begin();
  memory_begins();
  const int status = write(c, name);
  memory_ends();
  return status;
}

static size_t fail_each_of_writer(writer_fn write, cli *c, const char *name)
{
  char path[SUBJECT_PATH];
  size_t n = 0, size = 0, again_size = 0;
  want_failure(0, 0);
  assert_int_equal(write_once(write, c, name), FAIRU_OK);
  char *whole = support_read_file(in_folder(path, name), &size);
  for (int from_there = 0; from_there < 2; from_there++)
    for (n = 1;; n++) {
      unlink(path);
      want_failure(n, from_there);
      const int status = write_once(write, c, name);
      check_no_leak(name);
      if (status != FAIRU_OK) {
        assert_int_equal(status, FAIRU_ERR_OUT_OF_MEMORY);
        CHECK_HAS(c->message, name);
        assert_int_not_equal(access(path, F_OK), 0);
        continue;
      }
      char *again = support_read_file(path, &again_size);
      assert_int_equal(again_size, size);
      assert_memory_equal(again, whole, size);
      free(again);
      if (memory_done.failed == 0)
        break;
    }
  free(whole);
  return n - 1;
}

static void tables_and_pages_without_memory(void **state)
{
  (void)state;
  const cli_usage usage = { .command = "fairu test", .files = "", .about = "" };
  cli c;
  if (!PROCESS_MEMORY_OURS)
    support_skip("malloc of this build cannot be replaced");
  begin_command(&c, &usage);
  assert_true(fail_each_of_writer(write_csv, &c, "table.csv") > 3); /* it grows several times */
  assert_true(fail_each_of_writer(write_page, &c, "page.html") > 120);
  assert_true(fail_each_of_writer(write_json, &c, "document.json") > 40);
  assert_int_equal(cli_end(&c, FAIRU_OK), CLI_OK);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(commands_without_memory),
                                      cmocka_unit_test(tables_and_pages_without_memory) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
