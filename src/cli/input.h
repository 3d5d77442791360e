/* input.h - "-" as a name for standard input. */
#ifndef FAIRU_CLI_INPUT_H
#define FAIRU_CLI_INPUT_H

#include "cli.h"

enum { INPUT_PATH = 32 };

/* The path to open for `name`: itself, or for "-" a file in memory [INPUT_PATH] that holds all of standard input (the
 * library reads regular files, whose size it can check first). It goes with the process. */
int input_path(cli *c, const char *name, char buffer[INPUT_PATH], const char **path);

#endif /* FAIRU_CLI_INPUT_H */
