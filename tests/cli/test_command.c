/* A command from its words to its end: options in any order beside a plain reading of them, messages, exit statuses, progress, signals. */
#include "cli/program.h"

#include "cli/interrupt.h"
#include "cli/option.h"
#include "cli/out.h"

#include <signal.h>
#include <sys/wait.h>

typedef struct settings {
  int flag;
  const char *text, *choice;
  uint64_t whole;
  double number;
  cli_list list;
} settings;

enum { N_OPTIONS = 6 };

/* A command with an option of each kind, and what they set. */
typedef struct command {
  settings s;
  cli_option options[N_OPTIONS];
  cli_usage usage;
  cli c;
} command;

static void make_command(command *m)
{
  settings *s = &m->s;
  *s = (settings){ .choice = "one", .whole = 7, .number = 0.5 };
  const cli_option these[N_OPTIONS] = {
    { "flag", NULL, "a flag", CLI_FLAG, &s->flag, 0, 0 },
    { "text", "TEXT", "a text", CLI_TEXT, &s->text, 0, 0 },
    { "choice", "one|two", "a choice", CLI_CHOICE, &s->choice, 0, 0 },
    { "whole", "N", "a whole number", CLI_WHOLE, &s->whole, 2, 99 },
    { "number", "X", "a number", CLI_NUMBER, &s->number, -1, 1 },
    { "list", "ITEM", "a list", CLI_LIST, &s->list, 0, 0 },
  };
  memcpy(m->options, these, sizeof these);
  m->usage = (cli_usage){ .command = "fairu test",
                          .files = "A [B]",
                          .about = "About it.",
                          .options = m->options,
                          .n_options = N_OPTIONS,
                          .min_files = 1,
                          .max_files = 2 };
}

static int begin(command *m, int argc, char **argv)
{
  make_command(m);
  return cli_begin(&m->c, &m->usage, argc, argv);
}

/* ---- words -------------------------------------------------------------------------------------------- */

static const char *const dictionary[] = {
  "--flag",      "--flag=1",     "--text",         "--text=",     "--text=a=b",
  "--choice",    "--choice=two", "--choice=three", "--whole",     "--whole=2",
  "--whole=99",  "--whole=1",    "--whole=x",      "--number",    "--number=-1",
  "--number=2",  "--list",       "--list=x",       "--list=",     "--json",
  "--progress",  "--threads=3",  "--threads",      "--threads=0", "two",
  "5",           "-0.25",        "0.25",           "-",           "--",
  "-x",          "--nothing",    "file",           "other",       "",
  "--help",      "-h",           "--json=1",       "--flags",     "--tex",
  "--number=nan"
};
enum { N_WORDS = sizeof dictionary / sizeof *dictionary };

/* What the words mean, read once more in a plain way. */
typedef struct meaning {
  int wrong, help, json, progress, flag, n_files, only_files;
  const char *text, *choice;
  unsigned long whole, threads;
  double number;
  const char *list[MOST_WORDS], *files[MOST_WORDS];
  size_t n_list;
} meaning;

static int is_one_of(const char *name, const char *a, const char *b, const char *c)
{
  return strcmp(name, a) == 0 || strcmp(name, b) == 0 || strcmp(name, c) == 0;
}

static void take_whole(meaning *m, const char *value, unsigned long lower, unsigned long upper,
                       unsigned long *to)
{
  for (const char *at = value; *at; at++)
    m->wrong |= *at < '0' || *at > '9';
  const unsigned long n = m->wrong || !*value ? 0 : strtoul(value, NULL, 10);
  m->wrong |= !*value || n < lower || n > upper;
  if (!m->wrong)
    *to = n;
}

static void take_value(meaning *m, const char *name, const char *value)
{
  if (strcmp(name, "text") == 0) {
    m->text = value;
  } else if (strcmp(name, "list") == 0) {
    m->list[m->n_list++] = value;
  } else if (strcmp(name, "choice") == 0) {
    m->wrong |= !is_one_of(value, "one", "two", "two");
    m->choice = value;
  } else if (strcmp(name, "number") == 0) {
    char *end = NULL;
    m->number = strtod(value, &end);
    m->wrong |= !*value || *end || !(m->number >= -1 && m->number <= 1);
  } else {
    take_whole(m, value, strcmp(name, "whole") == 0 ? 2 : 1, strcmp(name, "whole") == 0 ? 99 : 1024,
               strcmp(name, "whole") == 0 ? &m->whole : &m->threads);
  }
}

/* Word i; how many words it took. */
static int read_word(meaning *m, const char *const *words, int i, int n)
{
  char name[64];
  const char *word = words[i], *equal = strchr(word, '=');
  if (m->only_files || word[0] != '-' || strcmp(word, "-") == 0) {
    m->files[m->n_files++] = word;
    return 1;
  }
  if (strcmp(word, "--") == 0) {
    m->only_files = 1;
    return 1;
  }
  if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0) {
    m->help = 1;
    return 1;
  }
  snprintf(name, sizeof name, "%.*s", equal ? (int)(equal - word) : 60, word);
  if (is_one_of(name, "--flag", "--json", "--progress")) {
    m->wrong = equal != NULL;
    *(name[2] == 'f' ? &m->flag : name[2] == 'j' ? &m->json : &m->progress) = 1;
    return 1;
  }
  if (!is_one_of(name, "--text", "--choice", "--whole") &&
      !is_one_of(name, "--number", "--list", "--threads")) {
    m->wrong = 1;
    return 1;
  }
  m->wrong = !equal && i + 1 == n;
  if (!m->wrong)
    take_value(m, name + 2, equal ? equal + 1 : words[i + 1]);
  return equal ? 1 : 2;
}

static meaning read_words(const char *const *words, int n)
{
  meaning m = { .choice = "one", .whole = 7, .number = 0.5, .threads = 1 };
  for (int i = 1; i < n && !m.wrong && !m.help;)
    i += read_word(&m, words, i, n);
  m.wrong |= !m.help && (m.n_files < 1 || m.n_files > 2);
  return m;
}

static void compare(const cli *c, const settings *s, const meaning *m)
{
  assert_int_equal(c->json, m->json);
  assert_int_equal(c->progress, m->progress);
  assert_int_equal(c->threads, m->threads);
  assert_int_equal(s->flag, m->flag);
  assert_string_equal(s->choice, m->choice);
  assert_int_equal(s->whole, m->whole);
  assert_true(s->number == m->number);
  assert_true((s->text == NULL) == (m->text == NULL) && (!s->text || strcmp(s->text, m->text) == 0));
  assert_int_equal(s->list.n, m->n_list);
  for (size_t i = 0; i < m->n_list; i++)
    assert_string_equal(s->list.items[i], m->list[i]);
  assert_int_equal(c->n_files, m->n_files);
  for (int i = 0; i < m->n_files; i++)
    assert_string_equal(c->files[i], m->files[i]);
}

static void words_in_any_order(void **state)
{
  (void)state;
  uint64_t seed = 20240229;
  int seen[3] = { 0 };
  for (int round = 0; round < 200000; round++) {
    const char *words[12] = { "test" };
    char *argv[13] = { NULL };
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    const int n = 1 + (int)(seed >> 33) % 8;
    for (int i = 1; i < n; i++) {
      seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
      words[i] = dictionary[(seed >> 33) % N_WORDS];
    }
    for (int i = 0; i < n; i++)
      argv[i] = (char *)(uintptr_t)words[i];
    command made;
    make_command(&made);
    cli c = { .usage = &made.usage, .threads = 1 };
    const meaning m = read_words(words, n);
    const int status = option_parse(&c, n, argv);
    assert_int_equal(c.help, m.help && !m.wrong);
    assert_int_equal(status == FAIRU_OK, !m.wrong);
    assert_int_equal(status, c.status);
    assert_true((status != FAIRU_OK) == (c.message[0] != '\0'));
    if (!m.wrong && !m.help)
      compare(&c, &made.s, &m);
    seen[m.wrong ? 0 : m.help ? 1 : 2]++;
  }
  for (int i = 0; i < 3; i++)
    assert_true(seen[i] > 5000);
}

/* A list is full at its limit, and says so. */
static void lists_have_a_limit(void **state)
{
  (void)state;
  command m;
  make_command(&m);
  char **argv = (char **)calloc(CLI_MOST_LISTED + 4, sizeof *argv);
  char word[] = "--list=x", file[] = "file";
  argv[0] = argv[1] = file;
  for (int i = 0; i <= CLI_MOST_LISTED; i++)
    argv[2 + i] = word;
  cli c = { .usage = &m.usage };
  assert_int_equal(option_parse(&c, CLI_MOST_LISTED + 2, argv), FAIRU_OK);
  assert_int_equal(m.s.list.n, CLI_MOST_LISTED);
  make_command(&m);
  c = (cli){ .usage = &m.usage };
  CHECK_REFUSED(&c, FAIRU_ERR_LIMIT, "--list is given more than 1024 times",
                option_parse(&c, CLI_MOST_LISTED + 3, argv));
  free(argv);
}

static void whole_numbers_of_texts(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    int good;
    uint64_t value;
    const char *end;
  } cases[] = {
    { "0", 1, 0, "" },
    { "18446744073709551615", 1, UINT64_MAX, "" },
    { "18446744073709551616", 0, 0, "" },
    { "12x", 1, 12, "x" },
    { "3/4", 1, 3, "/4" },
    { "007", 1, 7, "" },
    { "0x10", 1, 0, "x10" },
    { "", 0, 0, "" },
    { "-1", 0, 0, "" },
    { "+1", 0, 0, "" },
    { " 1", 0, 0, "" },
    { "x", 0, 0, "" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint64_t value = 99;
    const char *end = NULL;
    assert_int_equal(option_whole(cases[i].text, &end, &value), cases[i].good);
    if (cases[i].good) {
      assert_int_equal(value, cases[i].value);
      assert_string_equal(end, cases[i].end);
    }
  }
}

/* ---- begin and end ------------------------------------------------------------------------------------ */

typedef struct ending {
  int json, progress, status, own; /* own: cli_fail() with this status before */
  const char *message;
} ending;

static ending wanted;

static int ends(int argc, char **argv)
{
  command m;
  const int begun = begin(&m, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  if (wanted.own != FAIRU_OK)
    cli_fail(&m.c, wanted.own, "%s", wanted.message);
  return cli_end(&m.c, wanted.status);
}

static void messages_of_failures(void **state)
{
  (void)state;
  static const ending cases[] = {
    { 0, 0, FAIRU_OK, FAIRU_OK, NULL },
    { 1, 0, FAIRU_OK, FAIRU_OK, NULL },
    { 0, 0, FAIRU_OK, FAIRU_ERR_IO, "a failure that was got over" },
    { 0, 0, FAIRU_ERR_IO, FAIRU_ERR_IO, "place: reason" },
    { 1, 0, FAIRU_ERR_IO, FAIRU_ERR_IO, "place: \"reason\" \\ \n caf\xc3\xa9" },
    { 1, 0, FAIRU_ERR_FORMAT, FAIRU_ERR_FORMAT, "caf\xe9.csv:3: column b" },
    { 1, 0, FAIRU_ERR_FORMAT, FAIRU_OK, NULL },
    { 0, 0, FAIRU_ERR_OUT_OF_MEMORY, FAIRU_OK, NULL },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *words[] = { "test", "file", "--json" };
    wanted = cases[i];
    const char *message = wanted.own ? wanted.message : fairu_status_text(wanted.status);
    printed p = run_words(ends, words, wanted.json ? 3 : 2);
    assert_int_equal(p.status, wanted.status == FAIRU_OK ? 0 : 1);
    char line[512] = "";
    if (wanted.status != FAIRU_OK)
      snprintf(line, sizeof line, "fairu test: %s\n", message);
    assert_string_equal(p.err, line);
    assert_int_equal(*p.out != '\0', wanted.json && wanted.status != FAIRU_OK);
    if (*p.out) {
      json_t *root = json_loads(p.out, 0, NULL), *error = json_object_get(root, "error");
      assert_int_equal(json_object_size(root), 1);
      assert_int_equal(json_integer_value(json_object_get(error, "code")), wanted.status);
      assert_string_equal(json_string_value(json_object_get(error, "name")),
                          fairu_status_name(wanted.status));
      const char *told = json_string_value(json_object_get(error, "message"));
      assert_int_equal(strlen(told), strlen(message));
      for (size_t k = 0; k < strlen(message); k++)
        assert_true(told[k] == message[k] || (message[k] == '\xe9' && told[k] == '?'));
      json_decref(root);
    }
    forget(&p);
  }
}

/* A message longer than there is room is cut, and no more than that. */
static void long_messages(void **state)
{
  (void)state;
  cli c = { .usage = NULL };
  char text[3000];
  memset(text, 'm', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  assert_int_equal(cli_fail(&c, FAIRU_ERR_LIMIT, "%s", text), FAIRU_ERR_LIMIT);
  assert_int_equal(strlen(c.message), sizeof c.message - 1);
  cli_stage(&c, "%s", text);
  assert_int_equal(strlen(c.stage), sizeof c.stage - 1);
}

/* What the library says when the program says nothing of its own; "standard input" for the copy of it. */
static int fails_in_library(int argc, char **argv)
{
  command m;
  fairu_workspace *workspace = NULL;
  const int begun = begin(&m, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  if (m.s.flag)
    strcpy(m.c.input, "/no/such/file:");
  return cli_end(&m.c, fairu_workspace_read(m.c.ctx, "/no/such/file", &workspace));
}

static void messages_of_the_library(void **state)
{
  (void)state;
  const char *words[] = { "test", "file", "--flag" };
  printed p = run_words(fails_in_library, words, 2);
  assert_int_equal(p.status, 1);
  assert_int_equal(strncmp(p.err, "fairu test: /no/such/file: ", 27), 0);
  forget(&p);
  p = run_words(fails_in_library, words, 3);
  assert_int_equal(strncmp(p.err, "fairu test: standard input: ", 28), 0);
  forget(&p);
}

static int misuses(int argc, char **argv)
{
  command m;
  const int begun = begin(&m, argc, argv);
  return begun == CLI_CONTINUE ? cli_misused(&m.c, "two options disagree") : begun;
}

static void wrong_usage_later(void **state)
{
  (void)state;
  const char *words[] = { "test", "file", "--json" };
  printed p = run_words(misuses, words, 2);
  assert_int_equal(p.status, 2);
  assert_string_equal(p.err, "fairu test: two options disagree\nsee fairu test --help\n");
  assert_string_equal(p.out, "");
  forget(&p);
  p = run_words(misuses, words, 3);
  assert_int_equal(p.status, 2);
  CHECK_HAS(p.out, "\"message\": \"two options disagree\"");
  forget(&p);
}

/* ---- progress ----------------------------------------------------------------------------------------- */

static int steps(fairu_context *ctx, uint64_t toy, fairu_toy_result *result, void *user_data)
{
  (void)ctx;
  (void)user_data;
  result->toy = toy;
  result->estimate = 1.0;
  return FAIRU_OK;
}

static int progresses(int argc, char **argv)
{
  command m;
  const int begun = begin(&m, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  fairu_toy_result results[64];
  cli_stage(&m.c, "part %d of %d", 1, 2);
  m.c.shown = -1e9; /* the first line comes at once, the next two seconds later */
  cli_stage(&m.c, "part %d of %d", 2, 2);
  cli_stage(&m.c, "part %d of %d", 3, 2);
  return cli_end(&m.c, fairu_toys_run(m.c.ctx, 0, 64, steps, NULL, results));
}

static void progress_where_it_is_no_terminal(void **state)
{
  (void)state;
  const char *words[] = { "test", "file", "--progress" };
  printed p = run_words(progresses, words, 2);
  assert_int_equal(p.status, 0);
  assert_string_equal(p.err, "");
  forget(&p);
  p = run_words(progresses, words, 3);
  assert_int_equal(p.status, 0);
  CHECK_HAS(p.err, "part 2 of 2\n");
  assert_null(strchr(p.err, '\r'));
  assert_null(strchr(p.err, '\033'));
  assert_null(strstr(p.err, "part 3"));
  assert_string_equal(p.out, "");
  forget(&p);
}

/* ---- signals ------------------------------------------------------------------------------------------ */

/* In a process of its own: what the signal does to work that runs, and to a process that has none. */
static int child_ends_by(int number, int watched, int ignored)
{
  fflush(stdout);
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    fairu_context *ctx = NULL;
    signal(number, ignored ? SIG_IGN : SIG_DFL); /* in the background of a script some are ignored */
    if (fairu_context_create(NULL, &ctx) != FAIRU_OK)
      _exit(90);
    if (watched)
      interrupt_watch(ctx);
    raise(number);
    if (interrupt_signal() != (ignored ? 0 : number))
      _exit(91);
    fairu_toy_result results[8];
    const int status = fairu_toys_run(ctx, 0, 8, steps, NULL, results);
    interrupt_watch(NULL);
    fairu_context_destroy(ctx);
    _exit(status == FAIRU_ERR_CANCELLED ? 17 : status == FAIRU_OK ? 0 : 92);
  }
  int how = 0;
  assert_int_equal(waitpid(child, &how, 0), child);
  return WIFSIGNALED(how) ? -WTERMSIG(how) : WEXITSTATUS(how);
}

static void signals_cancel_the_work(void **state)
{
  (void)state;
  static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(child_ends_by(numbers[i], 1, 0), 17);
    assert_int_equal(child_ends_by(numbers[i], 0, 0), -numbers[i]); /* not watched: as always */
    assert_int_equal(child_ends_by(numbers[i], 1, 1), 0);           /* ignored, as nohup does: it stays so */
  }
  assert_int_equal(child_ends_by(SIGUSR1, 1, 0), -SIGUSR1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(words_in_any_order),      cmocka_unit_test(lists_have_a_limit),
    cmocka_unit_test(whole_numbers_of_texts),  cmocka_unit_test(messages_of_failures),
    cmocka_unit_test(long_messages),           cmocka_unit_test(messages_of_the_library),
    cmocka_unit_test(wrong_usage_later),       cmocka_unit_test(progress_where_it_is_no_terminal),
    cmocka_unit_test(signals_cancel_the_work),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
