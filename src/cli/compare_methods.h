/* compare_methods.h - what is compared: exact scores and the training methods of the library. */
#ifndef FAIRU_CLI_COMPARE_METHODS_H
#define FAIRU_CLI_COMPARE_METHODS_H

#include "compare_results.h"

enum compare_method {
  COMPARE_OPTIMAL,       /* Bayes score at nominal Z */
  COMPARE_OPTIMAL_AWARE, /* Bayes score at the Z of each hypothesis */
  COMPARE_FIRST_TRAINED,
  COMPARE_METHODS = COMPARE_FIRST_TRAINED
};

const char *compare_method_name(int method);
/* What it is, in half a sentence. */
const char *compare_method_about(int method);

/* "a,b,c" or NULL for all, into options. FAIRU_ERR_ARGUMENT names what is wrong. */
int compare_methods_read(cli *c, const char *list, compare_options *options);

/* A classifier by this method and seed: exact, or trained on the events of the seed. Sets status and message of the row where the
 * training failed by itself (then *out is NULL and FAIRU_OK returned). */
int compare_method_train(cli *c, const compare_options *options, int method, uint64_t seed,
                         const fairu_systematics *systematics, compare_row *row, fairu_classifier **out);

#endif /* FAIRU_CLI_COMPARE_METHODS_H */
