/* input.h - "-" as a name for standard input, and rows of files in messages. */
#ifndef FAIRU_CLI_INPUT_H
#define FAIRU_CLI_INPUT_H

#include "cli.h"

enum { INPUT_PATH = 32 };

/* The path to open for `name`: itself, or for "-" a file in memory [INPUT_PATH] that holds all of standard input (the
 * library reads regular files, whose size it can check first). It goes with the process. */
int input_path(cli *c, const char *name, char buffer[INPUT_PATH], const char **path);

/* Does a message of the library begin with "row N"? N, and what follows it. */
int input_row(const char *message, uint64_t *row, const char **rest);

#endif /* FAIRU_CLI_INPUT_H */
