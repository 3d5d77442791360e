/* Lists of options, fields of a configuration, the page of a report. */
#include "cli/program.h"

#include "cli/config_fields.h"
#include "cli/out.h"
#include "cli/report.h"
#include "cli/text_list.h"

static const cli_usage usage = { .command = "fairu test", .files = "", .about = "" };

/* ---- lists -------------------------------------------------------------------------------------------- */

static void lists_are_cut_at_commas(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    size_t n;
    const char *items[4];
  } cases[] = {
    { "a", 1, { "a" } },
    { "a,b", 2, { "a", "b" } },
    { " a , b", 2, { " a ", " b" } },
    { "x=1;y,\"q\",\xc3\xa9", 3, { "x=1;y", "\"q\"", "\xc3\xa9" } },
    { "1,2,3,4", 4, { "1", "2", "3", "4" } },
  };
  cli c = { .usage = &usage };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    text_list list;
    assert_int_equal(text_list_read(&c, "o", cases[i].text, &list), FAIRU_OK);
    assert_int_equal(list.n, cases[i].n);
    for (size_t k = 0; k < list.n; k++)
      assert_string_equal(list.items[k], cases[i].items[k]);
    text_list_free(&list);
    assert_true(!list.copy && !list.items && list.n == 0);
    text_list_free(&list);
  }
}

static void empty_parts_are_told_by_their_place(void **state)
{
  (void)state;
  static const char *const cases[][2] = {
    { "", "--o: part 1 of '' is empty" },         { ",", "--o: part 1 of ',' is empty" },
    { "a,", "--o: part 2 of 'a,' is empty" },     { ",a", "--o: part 1 of ',a' is empty" },
    { "a,,b", "--o: part 2 of 'a,,b' is empty" }, { "a,b,,", "--o: part 3 of 'a,b,,' is empty" },
  };
  cli c = { .usage = &usage };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    text_list list;
    CHECK_REFUSED(&c, FAIRU_ERR_ARGUMENT, cases[i][1], text_list_read(&c, "o", cases[i][0], &list));
    text_list_free(&list);
  }
}

static void numbers_of_lists(void **state)
{
  (void)state;
  cli c = { .usage = &usage };
  text_list list;
  double *values = NULL;
  assert_int_equal(text_list_read(&c, "o", "1,-2.5,1e-3,+7,0x10,-0", &list), FAIRU_OK);
  assert_int_equal(text_list_numbers(&c, "o", &list, &values), FAIRU_OK);
  const double wanted[] = { 1.0, -2.5, 1e-3, 7.0, 16.0, -0.0 };
  assert_memory_equal(values, wanted, sizeof wanted);
  free(values);
  text_list_free(&list);
  static const char *const bad[] = { "x", "1x", "nan", "inf", "-inf", "1e999", "1 ", "1;2", "--1" };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    char text[64], message[96];
    snprintf(text, sizeof text, "0,%s,1", bad[i]);
    snprintf(message, sizeof message, "--o: '%s' is not a finite number", bad[i]);
    assert_int_equal(text_list_read(&c, "o", text, &list), FAIRU_OK);
    CHECK_REFUSED(&c, FAIRU_ERR_ARGUMENT, message, text_list_numbers(&c, "o", &list, &values));
    free(values);
    text_list_free(&list);
  }
}

/* A long list: as many as there are commas, and one more. */
static void long_lists(void **state)
{
  (void)state;
  enum { N = 100000 };
  cli c = { .usage = &usage };
  char *text = (char *)malloc(8 * N), *at = text;
  text_list list;
  double *values = NULL;
  for (int i = 0; i < N; i++)
    at += sprintf(at, "%s%d", i ? "," : "", i);
  assert_int_equal(text_list_read(&c, "o", text, &list), FAIRU_OK);
  assert_int_equal(list.n, N);
  assert_int_equal(text_list_numbers(&c, "o", &list, &values), FAIRU_OK);
  for (int i = 0; i < N; i++)
    assert_true(values[i] == i);
  free(values);
  text_list_free(&list);
  free(text);
}

/* ---- fields ------------------------------------------------------------------------------------------- */

typedef struct all_fields {
  const char *text;
  double number, other;
  int flag, choice;
  config_texts texts;
  config_numbers numbers;
} all_fields;

enum { N_FIELDS = 7, FIRST = 10 };

static int read_fields(cli *c, const char *json, const char *skipped, all_fields *f, json_t **root)
{
  *f = (all_fields){ .text = "before", .number = -1.0, .other = -2.0, .flag = -3, .choice = -4 };
  const config_field fields[N_FIELDS] = {
    { "text", CONFIG_TEXT, 1, &f->text, NULL, 0 },
    { "number", CONFIG_NUMBER, 0, &f->number, NULL, 0 },
    { "other", CONFIG_NUMBER, 1, &f->other, NULL, 0 },
    { "flag", CONFIG_FLAG, 0, &f->flag, NULL, 0 },
    { "choice", CONFIG_CHOICE, 0, &f->choice, "one|two|twofold", FIRST },
    { "texts", CONFIG_TEXTS, 0, &f->texts, NULL, 0 },
    { "numbers", CONFIG_NUMBERS, 0, &f->numbers, NULL, 0 },
  };
  *root = json_loads(json, JSON_DECODE_ANY, NULL);
  assert_non_null(*root);
  const int status = config_read(c, "file: place", *root, skipped, fields, N_FIELDS);
  if (status != FAIRU_OK) {
    config_free(fields, N_FIELDS);
    json_decref(*root);
  }
  return status;
}

static void drop_fields(all_fields *f, json_t *root)
{
  free((void *)f->texts.items);
  free(f->numbers.items);
  json_decref(root);
}

static void fields_are_read(void **state)
{
  (void)state;
  cli c = { .usage = &usage };
  all_fields f;
  json_t *root = NULL;
  assert_int_equal(
      read_fields(
          &c,
          "{\"flag\": true, \"texts\": [\"a\", \"\", \"b\"], \"text\": \"t\", \"numbers\": [1, 2.5, -3e3], "
          "\"choice\": \"two\", \"number\": 7, \"other\": 0.5}",
          NULL, &f, &root),
      FAIRU_OK);
  assert_string_equal(f.text, "t");
  assert_true(f.number == 7.0 && f.other == 0.5 && f.flag == 1 && f.choice == FIRST + 1);
  assert_int_equal(f.texts.n, 3);
  assert_string_equal(f.texts.items[1], "");
  assert_string_equal(f.texts.items[2], "b");
  assert_int_equal(f.numbers.n, 3);
  assert_true(f.numbers.items[0] == 1.0 && f.numbers.items[1] == 2.5 && f.numbers.items[2] == -3000.0);
  drop_fields(&f, root);
  /* what is missing keeps its value, and so does a number that is null; one more field may be skipped */
  assert_int_equal(
      read_fields(&c, "{\"step\": [1], \"text\": \"\", \"other\": null, \"number\": null, \"flag\": false}",
                  "step", &f, &root),
      FAIRU_OK);
  assert_string_equal(f.text, "");
  assert_true(f.number == -1.0 && f.other == -2.0 && f.flag == 0 && f.choice == -4 && f.texts.n == 0 &&
              f.numbers.n == 0);
  drop_fields(&f, root);
  static const char *const names[] = { "one", "two", "twofold" };
  for (int i = 0; i < 3; i++) {
    char json[96];
    snprintf(json, sizeof json,
             "{\"text\": \"t\", \"other\": 1, \"choice\": \"%s\", \"texts\": [], \"numbers\": []}", names[i]);
    assert_int_equal(read_fields(&c, json, NULL, &f, &root), FAIRU_OK);
    assert_int_equal(f.choice, FIRST + i);
    assert_true(f.texts.n == 0 && f.numbers.n == 0);
    drop_fields(&f, root);
  }
}

static void fields_that_are_wrong(void **state)
{
  (void)state;
#define GOOD "\"text\": \"t\", \"other\": 1"
  static const char *const cases[][2] = {
    { "[]", "file: place: must be an object" },
    { "7", "file: place: must be an object" },
    { "null", "file: place: must be an object" },
    { "{\"other\": 1}", "file: place: lacks \"text\"" },
    { "{\"text\": \"t\"}", "file: place: lacks \"other\"" },
    { "{" GOOD ", \"Text\": 1}",
      "unknown field \"Text\"; there are text, number, other, flag, choice, texts, numbers" },
    { "{" GOOD ", \"step\": 1}", "unknown field \"step\"" },
    { "{" GOOD ", \"\": 1}", "unknown field \"\"" },
    { "{\"text\": null, \"other\": 1}", "file: place: \"text\" must be a text" },
    { "{\"text\": 5, \"other\": 1}", "file: place: \"text\" must be a text" },
    { "{" GOOD ", \"number\": \"1\"}", "file: place: \"number\" must be a number" },
    { "{" GOOD ", \"number\": true}", "file: place: \"number\" must be a number" },
    { "{" GOOD ", \"number\": [1]}", "file: place: \"number\" must be a number" },
    { "{" GOOD ", \"flag\": 1}", "file: place: \"flag\" must be true or false" },
    { "{" GOOD ", \"flag\": null}", "file: place: \"flag\" must be true or false" },
    { "{" GOOD ", \"choice\": \"tw\"}", "file: place: \"choice\" must be one of one|two|twofold" },
    { "{" GOOD ", \"choice\": \"one|two\"}", "\"choice\" must be one of" },
    { "{" GOOD ", \"choice\": \"\"}", "\"choice\" must be one of" },
    { "{" GOOD ", \"choice\": 1}", "\"choice\" must be one of" },
    { "{" GOOD ", \"texts\": \"a\"}", "file: place: \"texts\" must be a list of texts" },
    { "{" GOOD ", \"texts\": [\"a\", 1]}", "file: place: \"texts\" must be a list of texts" },
    { "{" GOOD ", \"numbers\": 1}", "file: place: \"numbers\" must be a list of numbers" },
    { "{" GOOD ", \"numbers\": [1, null]}", "file: place: \"numbers\" must be a list of numbers" },
    { "{" GOOD ", \"numbers\": [1, \"2\"], \"texts\": [\"a\"]}",
      "file: place: \"numbers\" must be a list of numbers" },
  };
  cli c = { .usage = &usage };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    all_fields f;
    json_t *root = NULL;
    CHECK_REFUSED(&c, FAIRU_ERR_FORMAT, cases[i][1], read_fields(&c, cases[i][0], NULL, &f, &root));
  }
}

/* ---- reports ------------------------------------------------------------------------------------------ */

static size_t occurrences(const char *text, const char *what)
{
  size_t n = 0;
  for (const char *at = strstr(text, what); at; at = strstr(at + 1, what))
    n++;
  return n;
}

/* Every tag that is opened is closed, in order; only those that stand alone are not. */
static void check_nesting(const char *html)
{
  char open[64][16];
  size_t depth = 0;
  for (const char *at = strchr(html, '<'); at; at = strchr(at + 1, '<')) {
    char tag[16] = "";
    if (at[1] == '!')
      continue;
    sscanf(at + 1 + (at[1] == '/'), "%15[a-z0-9]", tag);
    if (strcmp(tag, "meta") == 0)
      continue;
    if (at[1] == '/') {
      assert_true(depth > 0);
      assert_string_equal(open[--depth], tag);
    } else {
      assert_true(depth < 64);
      strcpy(open[depth++], tag);
    }
  }
  assert_int_equal(depth, 0);
}

static char *write_page(cli *c, report *r)
{
  char path[512];
  assert_int_equal(report_write(r, c, support_directory(), "page.html"), FAIRU_OK);
  char *html = support_read_file(support_path(path, sizeof path, "page.html"), NULL);
  unlink(path);
  return html;
}

static void pages_escape_what_they_show(void **state)
{
  (void)state;
  static const char sharp[] = "<b> & \"q\" 'a' </p>";
  static const char escaped[] = "&lt;b&gt; &amp; &quot;q&quot; 'a' &lt;/p&gt;";
  cli c = { .usage = &usage };
  report r;
  report_begin(&r, sharp, sharp);
  report_section(&r, sharp);
  report_paragraph(&r, "%s %d%%", sharp, 5);
  report_note(&r, "%s", sharp);
  report_code(&r, sharp);
  report_table_begin(&r, sharp, sharp, "l");
  report_cell(&r, "%s", sharp);
  report_table_end(&r);
  report_figure(&r, "name", sharp);
  char *html = write_page(&c, &r);
  assert_int_equal(occurrences(html, sharp), 0);
  assert_int_equal(occurrences(html, escaped), 11); /* the title twice */
  CHECK_HAS(html, "5%</p>");
  assert_int_equal(occurrences(html, "<!-- figure: name -->"), 1);
  assert_int_equal(occurrences(html, "<figure data-figure=\"name\">"), 1);
  check_nesting(html);
  free(html);
}

static void tables_of_pages(void **state)
{
  (void)state;
  cli c = { .usage = &usage };
  report r;
  report_begin(&r, "t", "s");
  report_table_begin(&r, "caption", "name|x|unit", "lrc");
  for (int row = 0; row < 3; row++) {
    report_cell(&r, "row %d", row);
    report_cell_number(&r, row == 2 ? (double)NAN : row + 0.125, 2);
    report_cell(&r, "GeV");
  }
  report_table_end(&r);
  report_table_begin(&r, "more columns than heads", "a", "rr");
  report_cell(&r, "1");
  report_cell_number(&r, -(double)INFINITY, 3);
  report_table_end(&r);
  char *html = write_page(&c, &r);
  CHECK_HAS(html,
            "<th class=\"l\">name</th>\n<th class=\"r\">x</th>\n<th class=\"c\">unit</th>\n</tr></thead>");
  CHECK_HAS(html, "<tr><td class=\"l\">row 0</td>\n<td class=\"r\">0.12</td>\n<td "
                  "class=\"c\">GeV</td>\n</tr>\n<tr><td class=\"l\">row 1</td>");
  CHECK_HAS(html, "<td class=\"l\">row 2</td>\n<td class=\"r\">\xe2\x80\x94</td>");
  CHECK_HAS(html, "<th class=\"r\">a</th>\n<th class=\"r\"></th>\n");
  CHECK_HAS(html, "<tr><td class=\"r\">1</td>\n<td class=\"r\">\xe2\x80\x94</td>\n</tr>");
  assert_int_equal(occurrences(html, "<tr>"), 2 + 3 + 1);
  assert_int_equal(occurrences(html, "</tr>"), 2 + 3 + 1);
  assert_true(strncmp(html, "<!DOCTYPE html>\n<html lang=\"en\">", 32) == 0);
  assert_string_equal(strstr(html, "</body>"), "</body>\n</html>\n");
  check_nesting(html);
  free(html);
}

/* A text longer than any buffer; a page that is dropped; one for which there was no memory. */
static void pages_long_and_none(void **state)
{
  (void)state;
  cli c = { .usage = &usage };
  report r;
  char *text = (char *)malloc(100001);
  memset(text, 'x', 100000);
  text[100000] = '\0';
  report_begin(&r, "t", "s");
  report_paragraph(&r, "%s", text);
  char *html = write_page(&c, &r);
  CHECK_HAS(html, text);
  free(html);
  free(text);
  report_begin(&r, "t", "s");
  const size_t before = support_count_files(support_directory());
  assert_int_equal(report_write(&r, &c, NULL, NULL), FAIRU_OK);
  report none = { 0 };
  report_section(&none, "x");
  report_paragraph(&none, "x");
  report_table_begin(&none, "x", "a|b", "lr");
  report_cell(&none, "x");
  report_table_end(&none);
  report_figure(&none, "x", "y");
  CHECK_REFUSED(&c, FAIRU_ERR_OUT_OF_MEMORY, "p.html: out of memory",
                report_write(&none, &c, support_directory(), "p.html"));
  assert_int_equal(support_count_files(support_directory()), before);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(lists_are_cut_at_commas),
    cmocka_unit_test(empty_parts_are_told_by_their_place),
    cmocka_unit_test(numbers_of_lists),
    cmocka_unit_test(long_lists),
    cmocka_unit_test(fields_are_read),
    cmocka_unit_test(fields_that_are_wrong),
    cmocka_unit_test(pages_escape_what_they_show),
    cmocka_unit_test(tables_of_pages),
    cmocka_unit_test(pages_long_and_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
