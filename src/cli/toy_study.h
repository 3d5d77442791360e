/* toy_study.h - the study of the toy: what its options say and the two things it does. */
#ifndef FAIRU_CLI_TOY_STUDY_H
#define FAIRU_CLI_TOY_STUDY_H

#include "cli.h"
#include "toy_coverage.h"

enum { TOY_UNBINNED = TOY_METHODS + 1 }; /* of toy_options.method: closed-form ratios of events */

typedef struct toy_options {
  const char *out;
  uint64_t seed;
  int quick;
  int closed_form;
  uint64_t coverage; /* toys per truth of the closed forms, 0: intervals instead */
  uint64_t pool;     /* events per class behind event-level toys */
  uint64_t knots;    /* z grid of moving observations made of events */
  int method;        /* TOY_METHODS: all */
  toy_settings settings;
} toy_options;

/* One closed-form case as JSON on standard output. */
int toy_cases_run(cli *c, const toy_options *options);

/* The whole study into options->out. */
int toy_study_run(cli *c, const toy_options *options);

#endif /* FAIRU_CLI_TOY_STUDY_H */
