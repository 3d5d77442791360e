/* option.h - reads the options of a command and prints its help. */
#ifndef FAIRU_CLI_OPTION_H
#define FAIRU_CLI_OPTION_H

#include "cli.h"

#include <stdio.h>

/* Read argv[1 ..] into the targets of c->usage and the common fields of c. On wrong usage a status with the message
 * in c. Stops at --help. */
int option_parse(cli *c, int argc, char **argv);

/* The whole number that `text` begins with, and where it ends; 0 if it begins with none or with one beyond 64 bits. */
int option_whole(const char *text, const char **end, uint64_t *value);

/* The help of one command. */
void option_help(const cli_usage *usage, FILE *out);

#endif /* FAIRU_CLI_OPTION_H */
