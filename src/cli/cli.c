/* cli.c - a command's begin and end: context, messages, progress. */
#include "cli.h"

#include "interrupt.h"
#include "option.h"
#include "out.h"

#include <jansson.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

double cli_seconds(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int cli_fail(cli *c, int status, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  vsnprintf(c->message, sizeof c->message, format, args);
  va_end(args);
  c->status = status;
  return status;
}

static void progress_line(cli *c, const char *what, uint64_t done, uint64_t total)
{
  int terminal = isatty(STDERR_FILENO);
  double now = cli_seconds();
  if (now - c->shown < (terminal ? 0.1 : 2.0))
    return;
  c->shown = now;
  c->dirty = terminal;
  fputs(terminal ? "\r\033[K" : "", stderr);
  fputs(c->stage, stderr);
  if (what)
    fprintf(stderr, "%s%s", c->stage[0] ? ": " : "", what);
  if (what && total)
    fprintf(stderr, " %3.0f%%", 100.0 * (double)done / (double)total);
  fputs(terminal ? "" : "\n", stderr);
  fflush(stderr);
}

static int on_progress(const char *what, uint64_t done, uint64_t total, void *user_data)
{
  progress_line(user_data, what, done, total);
  return 0;
}

static void progress_clear(cli *c)
{
  if (c->dirty)
    fputs("\r\033[K", stderr);
  c->dirty = 0;
}

void cli_stage(cli *c, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  vsnprintf(c->stage, sizeof c->stage, format, args);
  va_end(args);
  if (c->progress)
    progress_line(c, NULL, 0, 0);
}

/* The one place where a failure is told. */
static void tell_failure(const cli *c, int status, const char *message)
{
  fprintf(stderr, "%s: %s\n", c->usage->command, message);
  if (!c->json)
    return;
  json_t *error = json_pack("{s:{s:i,s:s,s:o}}", "error", "code", status, "name", fairu_status_name(status),
                            "message", out_json_text(message));
  if (error) {
    json_dumpf(error, stdout, JSON_INDENT(2));
    putchar('\n');
  }
  json_decref(error);
}

int cli_begin(cli *c, const cli_usage *usage, int argc, char **argv)
{
  *c = (cli){ .usage = usage, .threads = 1 };
  out_json_begin();
  int status = option_parse(c, argc, argv);
  if (c->help) {
    option_help(usage, stdout);
    return fflush(stdout) == 0 && !ferror(stdout) ? CLI_OK : CLI_FAILED;
  }
  if (status != FAIRU_OK) {
    tell_failure(c, status, c->message);
    fprintf(stderr, "see %s --help\n", usage->command);
    return CLI_USAGE;
  }
  c->progress = c->progress || isatty(STDERR_FILENO);
  status = fairu_context_create(NULL, &c->ctx);
  interrupt_watch(c->ctx);
  if (status == FAIRU_OK)
    status = fairu_context_set_threads(c->ctx, (int)c->threads);
  if (status == FAIRU_OK && c->progress)
    status = fairu_context_set_progress(c->ctx, on_progress, c);
  return status == FAIRU_OK ? CLI_CONTINUE : cli_end(c, status);
}

static void free_context(cli *c)
{
  interrupt_watch(NULL);
  fairu_context_destroy(c->ctx);
  c->ctx = NULL;
}

int cli_misused(cli *c, const char *message)
{
  tell_failure(c, FAIRU_ERR_ARGUMENT, message);
  fprintf(stderr, "see %s --help\n", c->usage->command);
  free_context(c);
  return CLI_USAGE;
}

/* A message about the copy of standard input is one about standard input. */
static const char *name_input(const cli *c, const char *message, char *text, size_t size)
{
  const size_t length = strlen(c->input);
  if (!length || strncmp(message, c->input, length) != 0)
    return message;
  snprintf(text, size, "standard input:%s", message + length);
  return text;
}

int cli_end(cli *c, int status)
{
  char text[2048];
  progress_clear(c);
  if (status != FAIRU_OK) {
    const char *message = c->message;
    if (status == FAIRU_ERR_CANCELLED && interrupt_signal())
      cli_fail(c, status, "interrupted (%s)", strsignal(interrupt_signal()));
    if (c->status != status && c->ctx && fairu_context_status(c->ctx) == status)
      message = fairu_context_message(c->ctx);
    tell_failure(c, status,
                 message[0] ? name_input(c, message, text, sizeof text) : fairu_status_text(status));
  }
  free_context(c);
  int broken = fflush(stdout) != 0 || ferror(stdout);
  if (status == FAIRU_ERR_CANCELLED && interrupt_signal())
    raise(interrupt_signal()); /* whoever started us sees what ended us */
  if (broken && status == FAIRU_OK)
    fprintf(stderr, "%s: standard output cannot be written\n", c->usage->command);
  return status == FAIRU_OK && !broken ? CLI_OK : CLI_FAILED;
}
