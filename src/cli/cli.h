/* cli.h - what every command of the program shares: options, the running command, exit statuses, the studies.
 *
 * A command is int command(int argc, char **argv) with argv[0] its own name. It begins with cli_begin(), passes
 * library statuses upwards, and ends with `return cli_end(&c, status)`. Only cli_end() and cli_begin() write
 * messages. The program never calls setlocale(), so numbers always have a point.
 */
#ifndef FAIRU_CLI_H
#define FAIRU_CLI_H

#include <fairu/fairu.h>

enum cli_exit { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };
#define CLI_CONTINUE (-1) /* from cli_begin(): options are read, go on */

enum cli_kind {
  CLI_FLAG = 0,   /* int: 1 when given */
  CLI_TEXT = 1,   /* const char *: NULL unless given or set before */
  CLI_WHOLE = 2,  /* uint64_t in [lower, upper] */
  CLI_NUMBER = 3, /* double in [lower, upper], finite */
  CLI_CHOICE = 4, /* const char *: one of `choices`, written "a|b|c" */
  CLI_LIST = 5    /* cli_list: each time the option is given adds one */
};

enum { CLI_MOST_LISTED = 1024 };

typedef struct cli_list {
  size_t n;
  const char *items[CLI_MOST_LISTED];
} cli_list;

typedef struct cli_option {
  const char *name;  /* without the dashes */
  const char *value; /* what stands for the value in the help; choices for CLI_CHOICE; NULL for a flag */
  const char *help;
  int kind;
  void *target;        /* keeps its value when the option is not given */
  double lower, upper; /* of whole and other numbers; both 0: any */
} cli_option;

typedef struct cli_usage {
  const char *command; /* "fairu study higgs-tes" */
  const char *files;   /* positional arguments in the synopsis, "" if none */
  const char *about;   /* a paragraph */
  const cli_option *options;
  size_t n_options;
  int min_files, max_files;
} cli_usage;

/* A command that runs. --help, --json, --progress and --threads are read for all of them. */
typedef struct cli {
  fairu_context *ctx;
  const cli_usage *usage;
  int json;
  int progress;
  int help;
  uint64_t threads;
  char **files; /* [n_files] */
  int n_files;
  int status; /* of a failure of the program's own, with its message */
  char message[1024];
  char input[64]; /* what stands for standard input in messages of readers; "" while it was not read */
  char stage[96]; /* what the progress line begins with */
  double shown;   /* when the progress line was last written, seconds */
  int dirty;      /* a progress line is on the screen */
} cli;

/* Read the options and make the context (threads, progress). CLI_CONTINUE, or the exit status after --help or wrong
 * usage (message written). */
int cli_begin(cli *c, const cli_usage *usage, int argc, char **argv);

/* Exit status for a library status; writes its message (and with --json the error object); frees the context. */
int cli_end(cli *c, int status);

/* For wrong usage found after cli_begin(), before any work: tells it, frees the context, returns CLI_USAGE. */
int cli_misused(cli *c, const char *message);

/* Keep a message of the program's own and return `status`. */
int cli_fail(cli *c, int status, const char *format, ...) FAIRU_PRINTF(3, 4);

/* Name the part of the work that runs now ("split 3 of 10"); it leads the progress line. */
void cli_stage(cli *c, const char *format, ...) FAIRU_PRINTF(2, 3);

/* Seconds of the monotonic clock. */
double cli_seconds(void);

/* The studies: argv[0] is the name of the study. */
int study_toy_rotation(int argc, char **argv);
int study_untrained(int argc, char **argv);
int study_higgs_tes(int argc, char **argv);
int study_compare(int argc, char **argv);

/* The commands on one likelihood: argv[0] is the name of the command. */
int command_fit(int argc, char **argv);
int command_nll(int argc, char **argv);
int command_scan(int argc, char **argv);
int command_hypotest(int argc, char **argv);
int command_limit(int argc, char **argv);
int command_contour(int argc, char **argv);
int command_gof(int argc, char **argv);
int command_breakdown(int argc, char **argv);
int command_combine(int argc, char **argv);
int command_impacts(int argc, char **argv);
int command_toys(int argc, char **argv);
int command_inspect(int argc, char **argv);

/* The commands on events. */
int command_shift(int argc, char **argv);
int command_challenge(int argc, char **argv);
int command_predict(int argc, char **argv);
int command_train(int argc, char **argv);
int command_fill(int argc, char **argv);
int command_merge(int argc, char **argv);

/* On models. */
int command_convert(int argc, char **argv);

/* Of intervals. */
int command_score(int argc, char **argv);

#endif /* FAIRU_CLI_H */
