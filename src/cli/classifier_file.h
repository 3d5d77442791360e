/* classifier_file.h - the classifier that a command works on: a fairu model file, ONNX or lwtnn JSON. */
#ifndef FAIRU_CLI_CLASSIFIER_FILE_H
#define FAIRU_CLI_CLASSIFIER_FILE_H

#include "cli.h"

typedef struct classifier_file {
  cli_list nuisances; /* NAME, or NAME=VALUE with `values` */
  const char *output; /* NULL: the only one */
  int values;
  const char *features;       /* "A,B,...": names for the columns of a nameless input, NULL: none */
  const char *const *columns; /* [n_columns] of the events, for nameless inputs as many: by position */
  size_t n_columns;
  fairu_classifier *classifier;
  double *z; /* [n_nuisances of the classifier], with `values` */
} classifier_file;

/* Read a model; inputs named as nuisances become such, and all nuisances have values if values are wanted. */
int classifier_file_read(cli *c, classifier_file *f, const char *path);
/* Inputs without names of their own (x0, x1, ...) are the columns as they come. */
int classifier_file_by_position(const classifier_file *f);
void classifier_file_free(classifier_file *f);

#endif /* FAIRU_CLI_CLASSIFIER_FILE_H */
