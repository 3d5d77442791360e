/* systematics_config.h - nuisance parameters and the chain of transformations, from a JSON file (docs/systematics.md). */
#ifndef FAIRU_CLI_SYSTEMATICS_CONFIG_H
#define FAIRU_CLI_SYSTEMATICS_CONFIG_H

#include "cli.h"

#include <jansson.h>

/* Read the file `path` ("-": standard input). Messages name the file and the place in it. */
int systematics_config_read(cli *c, const char *path, fairu_systematics **out);

/* Append what one object of "steps" says. place leads messages. */
int systematics_config_step(cli *c, const char *place, const json_t *object, fairu_systematics *systematics);

#endif /* FAIRU_CLI_SYSTEMATICS_CONFIG_H */
