/* fill_layout.h - what `fairu fill` fills: bins, knots of the nuisance parameters, processes; from the words of its options. */
#ifndef FAIRU_CLI_FILL_LAYOUT_H
#define FAIRU_CLI_FILL_LAYOUT_H

#include "cli.h"

enum { FILL_MOST = 64 }; /* processes, axes, pairs */

/* "uniform:N", "logit:N,LOWER,UPPER", "edges:E,E,...", "logit-edges:E,E,...", "classes" (of a classifier of n_outputs). */
int fill_binning(cli *c, const char *text, size_t n_outputs, fairu_binning **out);

/* An axis for each nuisance of the systematics (NULL: none) and of the classifier: knots as "NAME=K,K,..." in `knots`, else five, 0, 1 and 2
 * widths about nominal, as far as its range goes. pairs: "NAME,NAME". */
int fill_grid(cli *c, const fairu_systematics *systematics, const fairu_classifier *classifier,
              const cli_list *knots, const cli_list *pairs, fairu_grid **out);

/* Values of all axes, nominal where `values` ("NAME=VALUE") say nothing: z [n_axes] for the caller to free. */
int fill_point(cli *c, const char *option, const fairu_grid *grid, const cli_list *values, double **z);

/* Processes and the labels that belong to them: "NAME=LABEL,LABEL,..." or, without any, signal=1 and background=0. */
typedef struct fill_processes {
  size_t n;
  char *names[FILL_MOST];
  char *labels[FILL_MOST]; /* ",LABEL,LABEL," */
} fill_processes;

int fill_processes_read(cli *c, const cli_list *list, fill_processes *processes);
void fill_processes_free(fill_processes *processes);
/* 1: events of label `label` (of a table with names of labels, or numbers) belong to process p. */
int fill_processes_hold(const fill_processes *processes, size_t p, const fairu_events *events, int32_t label);

#endif /* FAIRU_CLI_FILL_LAYOUT_H */
