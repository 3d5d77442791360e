/* model_templates.h - the likelihood of a command from templates; for model_file.c. */
#ifndef FAIRU_CLI_MODEL_TEMPLATES_H
#define FAIRU_CLI_MODEL_TEMPLATES_H

#include "model_file.h"

/* Templates or a fill from `path`, then likelihood and data of m. */
int model_templates_open(cli *c, model_file *m, const char *path);

/* 1: a file is neither, for all that this status says. */
int model_is_no_templates(int status);

#endif /* FAIRU_CLI_MODEL_TEMPLATES_H */
