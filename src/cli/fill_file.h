/* fill_file.h - the state of a fill in a file, told to a person. */
#ifndef FAIRU_CLI_FILL_FILE_H
#define FAIRU_CLI_FILL_FILE_H

#include "cli.h"

/* Processes and their yields, in words or as JSON on standard output. */
int fill_tell(cli *c, const char *path, const fairu_fill *fill);

#endif /* FAIRU_CLI_FILL_FILE_H */
