#include "option.h"

#include "out.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_COMMON = 4 };

static void common_options(cli *c, cli_option common[N_COMMON])
{
  common[0] =
      (cli_option){ "threads", "N",         "worker threads, 1 by default; the result does not depend on it",
                    CLI_WHOLE, &c->threads, 1,
                    1024 };
  common[1] = (cli_option){ "json", NULL, "one JSON document on standard output", CLI_FLAG, &c->json, 0, 0 };
  common[2] = (cli_option){
    "progress", NULL, "progress on standard error, also when it is no terminal", CLI_FLAG, &c->progress, 0, 0
  };
  common[3] = (cli_option){ "help", NULL, "this text", CLI_FLAG, &c->help, 0, 0 };
}

/* `name` ends at '=' or at its end. */
static const cli_option *find_in(const cli_option *options, size_t n, const char *name, size_t length)
{
  for (size_t i = 0; i < n; i++)
    if (strlen(options[i].name) == length && memcmp(options[i].name, name, length) == 0)
      return &options[i];
  return NULL;
}

int option_whole(const char *text, const char **end, uint64_t *value)
{
  char *behind = NULL;
  if (text[0] < '0' || text[0] > '9')
    return 0;
  errno = 0;
  *value = strtoull(text, &behind, 10);
  *end = behind;
  return errno == 0;
}

static int read_whole(cli *c, const cli_option *o, const char *text)
{
  const char *end = NULL;
  uint64_t value = 0;
  if (!option_whole(text, &end, &value) || *end)
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "--%s wants a whole number, got '%s'", o->name, text);
  int bounded = o->lower < o->upper;
  if (bounded && ((double)value < o->lower || (double)value > o->upper))
    return cli_fail(c, FAIRU_ERR_RANGE, "--%s is %s; allowed: %.0f to %.0f", o->name, text, o->lower,
                    o->upper);
  *(uint64_t *)o->target = value;
  return FAIRU_OK;
}

static int read_number(cli *c, const cli_option *o, const char *text)
{
  char *end = NULL;
  double value = strtod(text, &end);
  if (end == text || *end || !isfinite(value))
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "--%s wants a finite number, got '%s'", o->name, text);
  char lower[OUT_NUMBER], upper[OUT_NUMBER]; /* the ends as they are: what is told as allowed is taken */
  if (o->lower < o->upper && (value < o->lower || value > o->upper))
    return cli_fail(c, FAIRU_ERR_RANGE, "--%s is %s; allowed: %s to %s", o->name, text,
                    out_number(lower, o->lower), out_number(upper, o->upper));
  *(double *)o->target = value;
  return FAIRU_OK;
}

static int read_choice(cli *c, const cli_option *o, const char *text)
{
  size_t length = strlen(text);
  for (const char *p = o->value; length && p; p = strchr(p, '|') ? strchr(p, '|') + 1 : NULL) {
    if (strcspn(p, "|") == length && memcmp(p, text, length) == 0) {
      *(const char **)o->target = text;
      return FAIRU_OK;
    }
  }
  return cli_fail(c, FAIRU_ERR_ARGUMENT, "--%s is '%s'; allowed: %s", o->name, text, o->value);
}

static int read_listed(cli *c, const cli_option *o, const char *text)
{
  cli_list *list = (cli_list *)o->target;
  if (list->n == CLI_MOST_LISTED)
    return cli_fail(c, FAIRU_ERR_LIMIT, "--%s is given more than %d times", o->name, (int)CLI_MOST_LISTED);
  list->items[list->n++] = text;
  return FAIRU_OK;
}

static int read_value(cli *c, const cli_option *o, const char *text)
{
  switch (o->kind) {
  case CLI_WHOLE:
    return read_whole(c, o, text);
  case CLI_NUMBER:
    return read_number(c, o, text);
  case CLI_CHOICE:
    return read_choice(c, o, text);
  case CLI_LIST:
    return read_listed(c, o, text);
  default:
    *(const char **)o->target = text;
    return FAIRU_OK;
  }
}

/* argv[*i] is "--name", "--name=value" or "--name" before its value. */
static int read_option(cli *c, const cli_option *common, int argc, char **argv, int *i)
{
  const char *name = argv[*i] + 2;
  size_t length = strcspn(name, "=");
  const cli_option *o = find_in(c->usage->options, c->usage->n_options, name, length);
  if (!o)
    o = find_in(common, N_COMMON, name, length);
  if (!o)
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "unknown option '%s'", argv[*i]);
  const char *value = name[length] ? name + length + 1 : NULL;
  if (o->kind == CLI_FLAG) {
    if (value)
      return cli_fail(c, FAIRU_ERR_ARGUMENT, "--%s takes no value", o->name);
    *(int *)o->target = 1;
    return FAIRU_OK;
  }
  if (!value && ++*i < argc)
    value = argv[*i];
  if (!value)
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "--%s lacks its value %s", o->name, o->value);
  return read_value(c, o, value);
}

static int asks_for(const char *option, int argc, char **argv)
{
  for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
    if (strcmp(argv[i], option) == 0)
      return 1;
  return 0;
}

static int check_files(cli *c)
{
  if (c->n_files > c->usage->max_files)
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "unexpected argument '%s'", c->files[c->usage->max_files]);
  if (c->n_files < c->usage->min_files)
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "missing argument: %s", c->usage->files);
  return FAIRU_OK;
}

int option_parse(cli *c, int argc, char **argv)
{
  cli_option common[N_COMMON];
  const int asked = asks_for("--json", argc, argv);
  common_options(c, common);
  c->files = argv;
  int only_files = 0;
  int status = FAIRU_OK;
  for (int i = 1; i < argc && status == FAIRU_OK && !c->help; i++) {
    if (only_files || argv[i][0] != '-' || !argv[i][1])
      c->files[c->n_files++] = argv[i]; /* n_files < i: never overwrites what is still to be read */
    else if (strcmp(argv[i], "-h") == 0)
      c->help = 1;
    else if (strcmp(argv[i], "--") == 0)
      only_files = 1;
    else if (argv[i][1] == '-')
      status = read_option(c, common, argc, argv, &i);
    else
      status = cli_fail(c, FAIRU_ERR_ARGUMENT, "unknown option '%s'", argv[i]);
  }
  if (status == FAIRU_OK && !c->help)
    status = check_files(c);
  if (status != FAIRU_OK)
    c->json = asked; /* errors of usage obey it, wherever it stands */
  return status;
}

static void print_option(FILE *out, const cli_option *o)
{
  char left[96];
  snprintf(left, sizeof left, "--%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
  if (strlen(left) < 24)
    fprintf(out, "  %-24s %s\n", left, o->help);
  else
    fprintf(out, "  %s\n  %-24s %s\n", left, "", o->help);
}

void option_help(const cli_usage *usage, FILE *out)
{
  cli defaults = { 0 };
  cli_option common[N_COMMON];
  common_options(&defaults, common);
  fprintf(out, "usage: %s [options]%s%s\n\n%s\n\noptions:\n", usage->command, usage->files[0] ? " " : "",
          usage->files, usage->about);
  for (size_t i = 0; i < usage->n_options; i++)
    print_option(out, &usage->options[i]);
  for (size_t i = 0; i < N_COMMON; i++)
    print_option(out, &common[i]);
}
