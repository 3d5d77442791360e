/* lwtnn.h - classifiers from and to lwtnn JSON. For the files of classifier/ alone. */
#ifndef FAIRU_CLASSIFIER_LWTNN_H
#define FAIRU_CLASSIFIER_LWTNN_H

#include <fairu/formats.h>

#include "base/json_internal.h"
#include "classifier/program.h"

/* Sequential or graph, as the document is. */
int fairu_lwtnn__read(fairu_context *ctx, const char *path, const fairu_import_options *options,
                      fairu_classifier **out);
int fairu_lwtnn__write(const fairu_classifier *classifier, fairu_context *ctx, const char *path, int graph);

/* ---- parts of the reader; all return a status and have the message that goes with it ---------------------- */

typedef struct fairu_lwtnn {
  fairu_context *ctx;
  const fairu_import_options *options;
  fairu_json_at root;
  fairu_program_builder *b;
  int is_graph;
  unsigned char *used; /* of a graph: its inputs that the output depends on; the reader's own */
} fairu_lwtnn;

/* Keys of `miscellaneous` where our writer says which inputs are nuisance parameters. */
#define FAIRU_LWTNN_NUISANCE "fairu_nuisance_%zu"
#define FAIRU_LWTNN_LOWER "fairu_lower_%zu"
#define FAIRU_LWTNN_UPPER "fairu_upper_%zu"

/* Inputs of a sequential file (list: its array `inputs`), or one of a graph with `name` (list: its `variables`). `twice` tells whether
 * a name stands in another input too. */
typedef int (*fairu_lwtnn_twice_fn)(const fairu_lwtnn *r, const void *data, const char *name);
int fairu_lwtnn__inputs(fairu_lwtnn *r, const fairu_json_at *list, const char *name,
                        fairu_lwtnn_twice_fn twice, const void *data, fairu_value *value);
/* With the classifier made: nuisances asked for are all there, and get the ranges that the file knows. */
int fairu_lwtnn__ranges(const fairu_lwtnn *r, fairu_classifier *classifier);

/* Defaults of features become the classifier's policy of inputs. */
int fairu_lwtnn__defaults(const fairu_lwtnn *r, fairu_classifier *classifier);
int fairu_lwtnn__has_default(const fairu_classifier *classifier, size_t i);
int fairu_lwtnn__says_inputs(const fairu_classifier *classifier);

/* What layer `at` makes of a value. */
int fairu_lwtnn__layer(fairu_lwtnn *r, const fairu_json_at *at, fairu_value x, fairu_value *value);

/* The output of a graph. */
int fairu_lwtnn__graph(fairu_lwtnn *r, fairu_value *value);

/* A whole number below `end`. */
int fairu_lwtnn__index(fairu_context *ctx, const fairu_json_at *at, size_t end, size_t *index);

#endif /* FAIRU_CLASSIFIER_LWTNN_H */
