/* main.c - the program `fairu`: tables of commands and studies. */
#include "cli.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct command {
  const char *name;
  const char *about;
  int (*run)(int argc, char **argv);
} command;

static const command studies[] = {
  { "toy-rotation", "rotating Gaussians of arXiv:2105.08742: from events to measured coverage",
    study_toy_rotation },
  { "untrained", "nuisances that no network saw; one scale modelled as several", study_untrained },
  { "higgs-tes", "tau energy scale on HiggsML 2014 events (ATLAS full simulation)", study_higgs_tes },
  { "compare", "training methods side by side where the densities are known", study_compare },
};

static int study(int argc, char **argv);

static const command commands[] = {
  { "fit", "best fit of all parameters, errors, profile intervals", command_fit },
  { "nll", "negative log-likelihood at a point", command_nll },
  { "scan", "profile along one parameter", command_scan },
  { "contour", "contour of two parameters", command_contour },
  { "hypotest", "test of a signal strength: CLs, discovery; asymptotic or with toys", command_hypotest },
  { "limit", "upper limits, observed and expected", command_limit },
  { "impacts", "what each nuisance parameter does to the parameter of interest", command_impacts },
  { "breakdown", "parts of the uncertainty by groups", command_breakdown },
  { "gof", "goodness of fit, saturated", command_gof },
  { "toys", "pseudo-experiments, each fitted", command_toys },
  { "combine", "fit of several workspaces joined", command_combine },
  { "shift", "FAIR Universe events under shifted nuisance parameters", command_shift },
  { "train", "a network on events, by any of the methods of training", command_train },
  { "fill", "templates from events: shifted, scored, counted", command_fill },
  { "merge", "parts of a fill put together", command_merge },
  { "predict", "scores of events by a model: fairu model file, ONNX, lwtnn", command_predict },
  { "convert", "a model from one format to another", command_convert },
  { "challenge", "the FAIR Universe challenge on events: pseudo-experiments, intervals, score",
    command_challenge },
  { "score", "width, coverage and score of intervals", command_score },
  { "inspect", "what a file holds, and what may be wrong with it", command_inspect },
  { "study", "a complete study: from events to intervals, tables and a report", study },
};

static void list(FILE *out, const command *table, size_t n)
{
  for (size_t i = 0; i < n; i++)
    fprintf(out, "  %-16s %s\n", table[i].name, table[i].about);
}

/* Run the command that argv[1] names, or say which there are. */
static int dispatch(const char *program, const char *kind, const command *table, size_t n, int argc,
                    char **argv)
{
  const char *name = argc > 1 ? argv[1] : "";
  for (size_t i = 0; i < n; i++)
    if (strcmp(table[i].name, name) == 0)
      return table[i].run(argc - 1, argv + 1);
  int help = strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0;
  FILE *out = help ? stdout : stderr;
  if (!help && argc > 1)
    fprintf(out, "%s: there is no %s '%s'\n", program, kind, name);
  fprintf(out, "usage: %s %s [options]\n\n", program, kind);
  list(out, table, n);
  fprintf(out, "\n`%s %s --help` tells its options. Exit status: 0 ok, 1 the work failed, 2 wrong usage.\n",
          program, kind);
  if (help)
    return fflush(stdout) == 0 && !ferror(stdout) ? CLI_OK : CLI_FAILED;
  return CLI_USAGE;
}

static int study(int argc, char **argv)
{
  return dispatch("fairu study", "STUDY", studies, sizeof studies / sizeof *studies, argc, argv);
}

/* Where we are started without a standard stream, no file of ours may take its descriptor. Opened the wrong way round, so that
 * using it still fails. */
static void fill_standard_descriptors(void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
      return;
}

int main(int argc, char **argv)
{
  fill_standard_descriptors();
  if (argc > 1 && strcmp(argv[1], "--version") == 0) {
    printf("fairu %s\n", fairu_version_string());
    return fflush(stdout) == 0 ? CLI_OK : CLI_FAILED;
  }
  return dispatch("fairu", "COMMAND", commands, sizeof commands / sizeof *commands, argc, argv);
}
