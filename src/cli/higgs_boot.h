/* higgs_boot.h - how much of a difference between methods the finite number of events can make.
 *
 * Bootstrap of the first split: every event counts Poisson(1) times, the same in each of its roles; the networks stay.
 * The widths of all methods are made anew from the re-weighted templates and observations, and compared in pairs.
 */
#ifndef FAIRU_CLI_HIGGS_BOOT_H
#define FAIRU_CLI_HIGGS_BOOT_H

#include "higgs_results.h"

/* Bins of the events of one network in one fold. */
typedef struct higgs_boot_net {
  fairu_bin_table *templates[HIGGS_CLASSES];
  fairu_bin_table *test[HIGGS_CLASSES][HIGGS_TRUTHS]; /* only [0] where the observation does not move */
  higgs_bins bins;
  int moving;
} higgs_boot_net;

typedef struct higgs_boot {
  higgs_boot_net nets[HIGGS_FOLDS][HIGGS_NETS];
} higgs_boot;

/* Bin the parts of a fold with a trained network. */
int higgs_boot_add(cli *c, const higgs_inputs *in, const higgs_part *templates, const higgs_part *test,
                   const fairu_classifier *classifier, const higgs_fill *fill, higgs_boot_net *out);

/* Run the replicas; parts are those of the first split. Fills r->boot. */
int higgs_boot_run(cli *c, const higgs_boot *boot, const higgs_part parts[HIGGS_FOLDS], higgs_results *r);

void higgs_boot_free(higgs_boot *boot);

#endif /* FAIRU_CLI_HIGGS_BOOT_H */
