/* model_file.h - the likelihood that a command works on: a workspace with its patch, or templates; start values; what is fixed.
 *
 * A command puts MODEL_OPTIONS(m) among its options and calls model_open() with its file.
 */
#ifndef FAIRU_CLI_MODEL_FILE_H
#define FAIRU_CLI_MODEL_FILE_H

#include "out.h"

typedef struct model_file {
  const char *measurement, *poi;
  const char *patchset, *patch;
  cli_list set, fix;
  const char *process, *observed; /* templates: what mu scales, counts as CSV */
  cli_list priors;                /* templates: "name=centre:width" */
  const char *systematics_path;   /* templates: JSON file with the priors of the others */
  const char *interpolation;      /* of a fill: log (NULL) or linear */
  cli_list two_points;            /* parameters that are choices between two simulations */
  int is_part;                    /* of several: two_points may be parameters of the others */
  fairu_workspace *workspace;
  fairu_templates *templates;
  fairu_systematics *systematics;
  fairu_likelihood *likelihood;
  fairu_data *data;
  fairu_fit_options fit; /* start and fixed belong to this */
  size_t n;
  double *start; /* [n] suggested, and what --set says */
  unsigned char *fixed;
} model_file;

#define MODEL_OPTIONS(m)                                                                                        \
  { "measurement",                                                                                              \
    "NAME",                                                                                                     \
    "measurement of the workspace, the first by default",                                                       \
    CLI_TEXT,                                                                                                   \
    &(m).measurement,                                                                                           \
    0,                                                                                                          \
    0 },                                                                                                        \
      { "poi", "NAME", "parameter of interest, that of the measurement by default", CLI_TEXT, &(m).poi, 0, 0 }, \
      { "patchset", "FILE", "patch set; its digests are verified", CLI_TEXT, &(m).patchset, 0, 0 },             \
      { "patch",  "NAME",     "patch of the set to apply; without --patchset: a JSON patch file",               \
        CLI_TEXT, &(m).patch, 0,                                                                                \
        0 },                                                                                                    \
      { "set", "P=V", "parameter P starts (or stays) at V; may be repeated", CLI_LIST, &(m).set, 0, 0 },        \
      { "fix", "P", "keep parameter P where it starts; P=V sets it too; may be repeated", CLI_LIST, &(m).fix,   \
        0,     0 },                                                                                             \
      { "process", "NAME",       "templates: the process that mu scales, the first by default",                 \
        CLI_TEXT,  &(m).process, 0,                                                                             \
        0 },                                                                                                    \
      { "observed",                                                                                             \
        "FILE",                                                                                                 \
        "templates: CSV with a column 'observed', one row per bin, or a fill (fairu fill --observed); "         \
        "Asimov data at mu = 1 by default",                                                                     \
        CLI_TEXT,                                                                                               \
        &(m).observed,                                                                                          \
        0,                                                                                                      \
        0 },                                                                                                    \
      { "two-point",                                                                                            \
        "P",                                                                                                    \
        "parameter P is a choice between two simulations, not measured; may be repeated",                       \
        CLI_LIST,                                                                                               \
        &(m).two_points,                                                                                        \
        0,                                                                                                      \
        0 },                                                                                                    \
      { "systematics",                                                                                          \
        "CONFIG",                                                                                               \
        "templates: JSON file whose nuisances are the priors; --prior says other ones",                         \
        CLI_TEXT,                                                                                               \
        &(m).systematics_path,                                                                                  \
        0,                                                                                                      \
        0 },                                                                                                    \
      { "interpolation",                                                                                        \
        "log|linear",                                                                                           \
        "templates of fairu fill: between knots; log by default",                                               \
        CLI_CHOICE,                                                                                             \
        &(m).interpolation,                                                                                     \
        0,                                                                                                      \
        0 },                                                                                                    \
  {                                                                                                             \
    "prior", "N=C:W", "templates: Gaussian prior of nuisance N; may be repeated", CLI_LIST, &(m).priors, 0,     \
        0                                                                                                       \
  }

/* Read the file (a workspace, "-" for standard input; or templates), make likelihood and data, apply --set and --fix. model_close() also
 * after a failure. */
int model_open(cli *c, model_file *m, const char *path);
/* The first half: file, likelihood, data of several models (combine); --set and --fix are not looked at. */
int model_read(cli *c, model_file *m, const char *path);
/* The second half, for any likelihood put into m. */
int model_start(cli *c, model_file *m);
void model_close(model_file *m);

/* Index of a parameter; a failure names it. */
int model_parameter(cli *c, const model_file *m, const char *name, size_t *index);
const char *model_name(const cli *c, const model_file *m, size_t i);

/* "P=V" into index and value. */
int model_assignment(cli *c, const model_file *m, const char *option, const char *text, size_t *index,
                     double *value);

/* Memory [n] of the command, zeroed; goes with the process. NULL: message in c. */
double *model_numbers(cli *c, size_t n);

/* How a command on one WORKSPACE is used. */
cli_usage model_usage(const char *command, const char *about, const cli_option *options, size_t n_options);

/* The work of a command: `data` are its options, *root its answer for --json. */
typedef int (*model_fn)(cli *c, void *data, json_t **root);

/* Open the file of the command, do its work, end it: the exit status. */
int model_run(cli *c, model_file *m, model_fn run, void *data);

/* Ends a command: prints `root` (and drops it) with --json even when status is that of a fit that did not converge; then the status. */
int model_finish(cli *c, model_file *m, json_t *root, int status);

#endif /* FAIRU_CLI_MODEL_FILE_H */
