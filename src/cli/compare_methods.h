/* compare_methods.h - what is compared: exact scores and the training methods of the library. */
#ifndef FAIRU_CLI_COMPARE_METHODS_H
#define FAIRU_CLI_COMPARE_METHODS_H

#include "compare_samples.h"

enum compare_method {
  COMPARE_OPTIMAL,       /* Bayes score at nominal Z */
  COMPARE_OPTIMAL_AWARE, /* Bayes score at the Z of each hypothesis */
  COMPARE_BASELINE,      /* from here on trained, in the order of enum fairu_method */
  COMPARE_NEOS = COMPARE_BASELINE + FAIRU_METHOD_NEOS - FAIRU_METHOD_BASELINE,
  COMPARE_SIGNIFICANCE = COMPARE_BASELINE + FAIRU_METHOD_SIGNIFICANCE - FAIRU_METHOD_BASELINE,
  COMPARE_INFERNO_AWARE, /* inferno with Z as input */
  COMPARE_METHODS
};

const char *compare_method_name(int method);
/* What it is, in half a sentence. */
const char *compare_method_about(int method);

/* How a method is trained; about equal numbers of steps where nothing speaks against it. */
typedef struct compare_recipe {
  size_t epochs, batch;
  double rate;
  double spread; /* of drawn Z, in widths of the prior */
  size_t copies; /* of every event, each at a Z of its own */
} compare_recipe;

const compare_recipe *compare_recipe_of(int method);

/* "a,b,c", or NULL for all but inferno-aware, into options. FAIRU_ERR_ARGUMENT names what is wrong. */
int compare_methods_read(cli *c, const char *list, compare_options *options);

/* The Bayes score of the problem as a classifier, at nominal Z or at the Z it is given. */
int compare_create_exact(fairu_context *ctx, const compare_problem *problem, int aware,
                         fairu_classifier **out);

/* Train by this method on the pool, or make the exact score; row->seed is that of the network. A training that fails by itself leaves its status and
 * message in the row, *out NULL, and returns FAIRU_OK. */
int compare_method_train(cli *c, const compare_options *options, int method,
                         const fairu_systematics *systematics, const compare_pool *pool, compare_row *row,
                         fairu_classifier **out);

#endif /* FAIRU_CLI_COMPARE_METHODS_H */
