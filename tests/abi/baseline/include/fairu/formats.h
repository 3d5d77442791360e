/* fairu/formats.h - classifiers from and to the files of other programs: ONNX, lwtnn.
 *
 * What is read is translated, checked and compiled once; afterwards nothing tells such a classifier from one
 * trained here.
 *
 * lwtnn JSON, sequential and graph: dense, normalization, maxout and highway layers; input, feed_forward,
 * concatenate and add nodes; recurrent ones are refused by name. Inputs are scaled as the file says. Only
 * inputs that the chosen output depends on become features; a name that several inputs of a graph have
 * becomes "input/name". Features with a default take it in place of what is not finite (FAIRU_INPUT_DEFAULT);
 * the others refuse that.
 *
 * ONNX, IR 3 and opset 7 upwards: dense networks of the usual exporters with the shape glue around them, and
 * tree ensembles. Every input of the graph is a feature or, where it is named so, a nuisance parameter:
 * columns of a tensor [batch, n] are x0, x1, .. if nothing names them. Only what the output needs is
 * translated, so labels are passed over; probabilities of two classes become one score, that of the second.
 * Files written here have one input, features and then nuisances, and keep names, roles and ranges as
 * properties of the model.
 */
#ifndef FAIRU_FORMATS_H
#define FAIRU_FORMATS_H

#include <fairu/classifier.h>

FAIRU_BEGIN_DECLS

enum fairu_format {
  /* import: by content; export: .onnx is ONNX, .json lwtnn, all else a fairu model file */
  FAIRU_FORMAT_AUTO = 0,
  FAIRU_FORMAT_FAIRU = 1,
  FAIRU_FORMAT_ONNX = 2,
  FAIRU_FORMAT_LWTNN = 3,      /* export: sequential; import: either */
  FAIRU_FORMAT_LWTNN_GRAPH = 4 /* export: graph; import: either */
};

typedef struct fairu_import_options {
  size_t struct_size;
  int format; /* fairu_format */
  /* [n_features] names for the columns of a nameless input tensor; NULL: x0, x1, ... Not read where the file
   * names them */
  const char *const *features;
  size_t n_features;
  /* [n_nuisances] inputs that are nuisance parameters; NULL: those the file says, if it does */
  const char *const *nuisances;
  size_t n_nuisances;
  /* tensor, node or label to read; NULL: the only one, or the probabilities of a classifier */
  const char *output;
} fairu_import_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_import_options_init(fairu_import_options *options, size_t struct_size);

/* Read a model file. options may be NULL. A fairu model file is read as fairu_classifier_load does; options
 * other than the format are for the other kinds. FAIRU_ERR_IO, FAIRU_ERR_FORMAT, FAIRU_ERR_TRUNCATED,
 * FAIRU_ERR_UNSUPPORTED (an operation or layer: named), FAIRU_ERR_SHAPE (node or layer named),
 * FAIRU_ERR_NOT_FOUND (output, nuisance), FAIRU_ERR_DUPLICATE, FAIRU_ERR_NON_FINITE, FAIRU_ERR_LIMIT,
 * FAIRU_ERR_ARGUMENT (several outputs and none chosen; unknown format). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_import(fairu_context *ctx, const char *path,
                                                      const fairu_import_options *options,
                                                      fairu_classifier **out);

/* Write one, atomically. Numbers of networks come back as they are. FAIRU_ERR_UNSUPPORTED (what the format
 * cannot say: named), FAIRU_ERR_IO, FAIRU_ERR_ARGUMENT (unknown format). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_export(const fairu_classifier *classifier, fairu_context *ctx,
                                                      const char *path, int format);

FAIRU_END_DECLS

#endif /* FAIRU_FORMATS_H */
