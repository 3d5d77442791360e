/* Every option of every command, from its help: what it takes and refuses, at the exact ends of its range; the same in any place and spelling. */
#include "cli/program.h"

int program_main(int argc, char **argv);
#define main program_main
#include "cli/main.c" /* the tables of commands */
#undef main

#include <ctype.h>

enum { MOST_OPTIONS = 96, NAME = 64, VALUE = 160, LINE = 1024 };
enum { N_COMMANDS = sizeof commands / sizeof *commands, N_STUDIES = sizeof studies / sizeof *studies };

enum kind { IS_FLAG, IS_WHOLE, IS_NUMBER, IS_CHOICE, IS_TEXT };

typedef struct option {
  char name[NAME], value[VALUE]; /* value "": a flag */
} option;

typedef struct subject {
  const command *command;
  char title[NAME];     /* "fairu study compare" */
  int is_study;         /* takes no files */
  char complaint[NAME]; /* when all options are right: what is wrong then */
  option options[MOST_OPTIONS];
  size_t n;
} subject;

/* Words after the command's name, up to NULL; a study gets a stray file, so that it never runs. */
static printed run_with(const subject *s, const char *const *more)
{
  const char *words[MOST_WORDS] = { s->command->name };
  int n = 1;
  for (; *more; more++)
    words[n++] = *more;
  if (s->is_study)
    words[n++] = "stray";
  return run_words(s->command->run, words, n);
}
#define RUN(s, ...) run_with((s), (const char *const[]){ __VA_ARGS__, NULL })

/* The options that a help lists: lines "  --name VALUE   text", or the text on the line behind. */
static void read_help(subject *s)
{
  printed p = RUN(s, "--help");
  assert_int_equal(p.status, 0);
  assert_string_equal(p.err, "");
  char usage[NAME + 32];
  snprintf(usage, sizeof usage, "usage: %s [options]", s->title);
  assert_int_equal(strncmp(p.out, usage, strlen(usage)), 0);
  assert_true(s->is_study == (p.out[strlen(usage)] == '\n'));
  for (const char *line = strstr(p.out, "\noptions:\n"); line; line = strchr(line + 1, '\n')) {
    option *o = &s->options[s->n];
    if (strncmp(line, "\n  --", 5) != 0)
      continue;
    assert_true(s->n < MOST_OPTIONS);
    const size_t name = strcspn(line + 5, " \n");
    const char *after = line + 5 + name;
    assert_true(name < NAME);
    snprintf(o->name, sizeof o->name, "%.*s", (int)name, line + 5);
    if (after[0] == ' ' && after[1] != ' ')
      snprintf(o->value, sizeof o->value, "%.*s", (int)strcspn(after + 1, " \n"), after + 1);
    s->n++;
  }
  assert_true(s->n >= 4);
  forget(&p);
}

static void read_subject(subject *s, const command *of, int is_study)
{
  *s = (subject){ .command = of, .is_study = is_study };
  snprintf(s->title, sizeof s->title, "fairu %s%s", is_study ? "study " : "", of->name);
  snprintf(s->complaint, sizeof s->complaint,
           is_study ? "unexpected argument 'stray'" : "missing argument: ");
  read_help(s);
}

static int is_run_alone(const command *c)
{
  return strcmp(c->name, "study") != 0;
}

/* body() of every command and every study. */
static void for_each_command(void (*body)(subject *s))
{
  subject *s = (subject *)calloc(1, sizeof *s);
  for (size_t i = 0; i < N_COMMANDS + N_STUDIES; i++) {
    const command *of = i < N_COMMANDS ? &commands[i] : &studies[i - N_COMMANDS];
    if (i < N_COMMANDS && !is_run_alone(of))
      continue;
    read_subject(s, of, i >= N_COMMANDS);
    body(s);
  }
  free(s);
}

/* Wrong usage with this message: status 2, one line, the way to the help, nothing on standard output. */
static void misused(const subject *s, const char *message, printed p)
{
  char line[3 * LINE], see[LINE];
  snprintf(line, sizeof line, "%s: %s", s->title, message);
  snprintf(see, sizeof see, "\nsee %s --help\n", s->title);
  if (p.status != 2 || strncmp(p.err, line, strlen(line)) != 0 || !strstr(p.err, see) || *p.out)
    print_error("%s: wanted \"%s\", got %d \"%s\" \"%s\"\n", s->title, line, p.status, p.err, p.out);
  assert_int_equal(p.status, 2);
  assert_string_equal(p.out, "");
  assert_int_equal(strncmp(p.err, line, strlen(line)), 0);
  assert_string_equal(strchr(p.err, '\n'), see);
  forget(&p);
}

/* "--name=value" is taken: what is wrong then is that files are missing. */
static int takes(const subject *s, const char *name, const char *value)
{
  char word[LINE];
  snprintf(word, sizeof word, "--%s=%s", name, value);
  printed p = RUN(s, word);
  const int good = strstr(p.err, s->complaint) != NULL;
  assert_int_equal(p.status, 2);
  forget(&p);
  return good;
}

/* What an option is, by how it refuses "@"; range[2] of numbers, NaN where any goes. */
static enum kind kind_of(const subject *s, const option *o, double range[2])
{
  char word[LINE], text[LINE];
  range[0] = range[1] = (double)NAN;
  if (!o->value[0])
    return IS_FLAG;
  snprintf(word, sizeof word, "--%s=@", o->name);
  printed p = RUN(s, word);
  const int whole = strstr(p.err, "wants a whole number, got '@'") != NULL;
  const int number = strstr(p.err, "wants a finite number, got '@'") != NULL;
  const int choice = strstr(p.err, " is '@'; allowed: ") != NULL;
  assert_int_equal(p.status, 2);
  assert_true(whole || number || choice || strstr(p.err, s->complaint));
  forget(&p);
  snprintf(text, sizeof text, "--%s=%s", o->name, whole ? "18446744073709551615" : "1.7e308");
  p = RUN(s, text);
  const char *allowed = strstr(p.err, "allowed: ");
  if ((whole || number) && allowed)
    assert_int_equal(sscanf(allowed, "allowed: %lf to %lf", &range[0], &range[1]), 2);
  forget(&p);
  return whole ? IS_WHOLE : number ? IS_NUMBER : choice ? IS_CHOICE : IS_TEXT;
}

static void refuses_all(const subject *s, const option *o, const char *const *values)
{
  for (; *values; values++)
    if (takes(s, o->name, *values))
      fail_msg("%s takes --%s='%s'", s->title, o->name, *values);
}

static void ends_of_whole(const subject *s, const option *o, const double range[2])
{
  static const char *const never[] = { "",    " 1",  "+1",   "-1",    "1 ",
                                       "1.0", "1e2", "0x10", "1,000", "18446744073709551616",
                                       "1\n", NULL };
  char text[64];
  refuses_all(s, o, never);
  if (isnan(range[0])) {
    assert_true(takes(s, o->name, "0") && takes(s, o->name, "18446744073709551615"));
    return;
  }
  assert_true(range[0] >= 0.0 && range[0] == floor(range[0]) && range[1] == floor(range[1]));
  for (int end = 0; end < 2; end++) {
    snprintf(text, sizeof text, "%.0f", range[end]);
    assert_true(takes(s, o->name, text));
  }
  snprintf(text, sizeof text, "000%.0f", range[0]);
  assert_true(takes(s, o->name, text));
  snprintf(text, sizeof text, "%.0f", range[0] - 1.0);
  assert_true(range[0] == 0.0 || !takes(s, o->name, text));
  snprintf(text, sizeof text, "%.0f", range[1] + 1.0);
  assert_true(range[1] > 9e15 || !takes(s, o->name, text));
}

static void ends_of_number(const subject *s, const option *o, const double range[2])
{
  static const char *const never[] = { "",   "nan", "inf", "-inf", "infinity", "1e999", "1,5",
                                       "1 ", "1x",  "--1", ".",    "e5",       NULL };
  char text[64];
  refuses_all(s, o, never);
  if (isnan(range[0])) {
    assert_true(takes(s, o->name, "-1.5e300") && takes(s, o->name, ".5") && takes(s, o->name, "0"));
    return;
  }
  for (int end = 0; end < 2; end++) {
    const double away = end ? (double)INFINITY : -(double)INFINITY;
    snprintf(text, sizeof text, "%.17g", range[end]);
    if (!takes(s, o->name, text))
      fail_msg("%s: --%s %s is the end of its range", s->title, o->name, text);
    snprintf(text, sizeof text, "%.17g", nextafter(range[end], away));
    if (takes(s, o->name, text))
      fail_msg("%s: --%s %s is beyond the end of its range", s->title, o->name, text);
  }
}

/* Each of the choices that the help names, whole and alone. */
static void choices_of(const subject *s, const option *o)
{
  char one[VALUE];
  size_t n = 0;
  for (const char *at = o->value; at; n++) {
    const size_t length = strcspn(at, "|");
    snprintf(one, sizeof one, "%.*s", (int)length, at);
    assert_true(takes(s, o->name, one));
    one[0] = (char)toupper((unsigned char)one[0]);
    assert_true(!takes(s, o->name, one) || !isalpha((unsigned char)one[0]));
    snprintf(one, sizeof one, "%.*s|", (int)length, at);
    assert_false(takes(s, o->name, one));
    at = at[length] ? at + length + 1 : NULL;
  }
  assert_true(n >= 1 && !takes(s, o->name, "") && !takes(s, o->name, "|") &&
              (n == 1 || !takes(s, o->name, o->value)));
}

static void check_option(const subject *s, const option *o)
{
  double range[2];
  switch (kind_of(s, o, range)) {
  case IS_WHOLE:
    ends_of_whole(s, o, range);
    break;
  case IS_NUMBER:
    ends_of_number(s, o, range);
    break;
  case IS_CHOICE:
    choices_of(s, o);
    break;
  case IS_TEXT: /* checked by the command itself */
    assert_true(takes(s, o->name, "") && takes(s, o->name, "-1") && takes(s, o->name, "a=b=c") &&
                takes(s, o->name, "--"));
    break;
  default:
    assert_int_equal(o->value[0], '\0');
  }
}

static void take_and_refuse(subject *s)
{
  for (size_t i = 0; i < s->n; i++)
    if (s->options[i].value[0])
      check_option(s, &s->options[i]);
}

/* No value at all; a value for a flag; cut, longer and short spellings; one dash. */
static void spell(subject *s)
{
  for (size_t i = 0; i < s->n; i++) {
    const option *o = &s->options[i];
    char word[LINE], message[2 * LINE];
    snprintf(word, sizeof word, "--%s%s", o->name, o->value[0] ? "" : "=1");
    if (o->value[0])
      snprintf(message, sizeof message, "--%s lacks its value ", o->name);
    else
      snprintf(message, sizeof message, "--%s takes no value", o->name);
    printed p = { 0 };
    if (o->value[0]) { /* the last of the words */
      const char *words[] = { s->command->name, word };
      p = run_words(s->command->run, words, 2);
    } else {
      p = RUN(s, word);
    }
    misused(s, message, p);
    static const char *const wrong[][2] = { { "--", "x" }, { "-", "" }, { "--", " " }, { "---", "" } };
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
      char spelt[NAME + 4];
      snprintf(spelt, sizeof spelt, "%s%s%s", wrong[k][0], o->name, wrong[k][1]);
      snprintf(message, sizeof message, "unknown option '%s'", spelt);
      misused(s, message, RUN(s, spelt));
    }
  }
}

/* A name cut short is no other name for it. */
static void cut(subject *s)
{
  for (size_t i = 0; i < s->n; i++) {
    char word[NAME + 4], message[LINE];
    snprintf(word, sizeof word, "--%.*s", (int)strlen(s->options[i].name) - 1, s->options[i].name);
    int exists = strcmp(word, "--") == 0;
    for (size_t k = 0; k < s->n; k++)
      exists |= strcmp(s->options[k].name, word + 2) == 0;
    snprintf(message, sizeof message, "unknown option '%s'", word);
    if (!exists)
      misused(s, message, RUN(s, word));
  }
}

/* No option twice in a help; each with a word about it; those of all commands last and in this order. */
static void well_listed(subject *s)
{
  static const char *const common[] = { "threads", "json", "progress", "help" };
  for (size_t i = 0; i < 4; i++)
    assert_string_equal(s->options[s->n - 4 + i].name, common[i]);
  for (size_t i = 0; i < s->n; i++)
    for (size_t k = 0; k < i; k++)
      assert_string_not_equal(s->options[i].name, s->options[k].name);
  printed p = RUN(s, "--help");
  for (const char *line = strstr(p.out, "\n  --"); line; line = strstr(line + 1, "\n  --")) {
    const char *words = line + 3 + strcspn(line + 3, " \n");
    if (words[0] == ' ' && words[1] != ' ')
      words += 1 + strcspn(words + 1, " \n"); /* its value */
    words += strspn(words, " \n");
    assert_true(strncmp(words, "--", 2) != 0 && strcspn(words, "\n") > 2);
  }
  forget(&p);
}

/* Help wins over what is missing and over what stands behind it; not over what is wrong before. */
static void helps(subject *s)
{
  printed plain = RUN(s, "--help");
  static const char *const ways[][3] = {
    { "-h" }, { "--json", "--help" }, { "file", "--help", "--nothing" }, { "--threads", "2", "--help" }
  };
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    const char *more[4] = { ways[i][0], ways[i][1], ways[i][2], NULL };
    printed p = run_with(s, more);
    assert_int_equal(p.status, 0);
    assert_string_equal(p.out, plain.out);
    assert_string_equal(p.err, "");
    forget(&p);
  }
  forget(&plain);
  misused(s, "unknown option '--nothing'", RUN(s, "--nothing", "--help"));
  misused(s, s->is_study ? "unexpected argument '--help'" : "missing argument: ",
          s->is_study ? RUN(s, "--", "--help") : RUN(s, "--threads", "2"));
}

/* --json: wrong usage is an object too, wherever it stands, but not behind "--". */
static void usage_as_object(subject *s)
{
  printed p = RUN(s, "--nothing", "--json");
  assert_int_equal(p.status, 2);
  CHECK_HAS(p.out, "\"name\": \"FAIRU_ERR_ARGUMENT\"");
  CHECK_HAS(p.out, "\"message\": \"unknown option '--nothing'\"");
  CHECK_HAS(p.err, "unknown option '--nothing'");
  forget(&p);
  misused(s, "unknown option '--nothing'", RUN(s, "--nothing", "--", "--json"));
}

static void every(void (*body)(subject *s))
{
  for_each_command(body);
}

#define TEST_OF(name, body)                                                                                  \
  static void name(void **state)                                                                             \
  {                                                                                                          \
    (void)state;                                                                                             \
    every(body);                                                                                             \
  }
TEST_OF(options_take_and_refuse_values, take_and_refuse)
TEST_OF(options_have_one_spelling, spell)
TEST_OF(options_are_not_cut, cut)
TEST_OF(helps_are_complete, well_listed)
TEST_OF(help_wins_where_it_should, helps)
TEST_OF(wrong_usage_is_an_object_with_json, usage_as_object)

/* A command says exactly the name by which it is called, and its line in the list is not empty. */
static void tables_have_no_name_twice(void **state)
{
  (void)state;
  for (size_t i = 0; i < N_COMMANDS; i++) {
    assert_true(strlen(commands[i].about) > 8 && strlen(commands[i].name) < 16);
    for (size_t k = 0; k < i; k++)
      assert_string_not_equal(commands[i].name, commands[k].name);
  }
}

/* The list of commands: on standard output when asked for, on standard error after a mistake. */
static void lists_of_commands(void **state)
{
  (void)state;
  static const struct {
    const char *words[3];
    int n, status;
    const char *first;
  } cases[] = {
    { { "fairu", "--help" }, 2, 0, "usage: fairu COMMAND [options]" },
    { { "fairu", "-h" }, 2, 0, "usage: fairu COMMAND [options]" },
    { { "fairu" }, 1, 2, "usage: fairu COMMAND [options]" },
    { { "fairu", "" }, 2, 2, "fairu: there is no COMMAND ''" },
    { { "fairu", "Fit" }, 2, 2, "fairu: there is no COMMAND 'Fit'" },
    { { "fairu", "fi" }, 2, 2, "fairu: there is no COMMAND 'fi'" },
    { { "fairu", "fitt" }, 2, 2, "fairu: there is no COMMAND 'fitt'" },
    { { "fairu", "--json" }, 2, 2, "fairu: there is no COMMAND '--json'" },
    { { "fairu", "study" }, 2, 2, "usage: fairu study STUDY [options]" },
    { { "fairu", "study", "--help" }, 3, 0, "usage: fairu study STUDY [options]" },
    { { "fairu", "study", "fit" }, 3, 2, "fairu study: there is no STUDY 'fit'" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    printed p = run_words(program_main, cases[i].words, cases[i].n);
    const char *text = cases[i].status ? p.err : p.out, *other = cases[i].status ? p.out : p.err;
    const int of_study = cases[i].n > 1 && strcmp(cases[i].words[1], "study") == 0;
    assert_int_equal(p.status, cases[i].status);
    assert_int_equal(strncmp(text, cases[i].first, strlen(cases[i].first)), 0);
    assert_string_equal(other, "");
    for (size_t k = 0; k < (of_study ? N_STUDIES : N_COMMANDS); k++) {
      char line[LINE];
      snprintf(line, sizeof line, "\n  %-16s %s\n", of_study ? studies[k].name : commands[k].name,
               of_study ? studies[k].about : commands[k].about);
      CHECK_HAS(text, line);
    }
    CHECK_HAS(text, "Exit status: 0 ok, 1 the work failed, 2 wrong usage.");
    forget(&p);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(options_take_and_refuse_values),
    cmocka_unit_test(options_have_one_spelling),
    cmocka_unit_test(options_are_not_cut),
    cmocka_unit_test(helps_are_complete),
    cmocka_unit_test(help_wins_where_it_should),
    cmocka_unit_test(wrong_usage_is_an_object_with_json),
    cmocka_unit_test(tables_have_no_name_twice),
    cmocka_unit_test(lists_of_commands),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
