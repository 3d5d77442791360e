/* onnx.h - ONNX files to classifiers and back. */
#ifndef FAIRU_CLASSIFIER_ONNX_H
#define FAIRU_CLASSIFIER_ONNX_H

#include <fairu/formats.h>

/* ONNX has no magic: 1 if the bytes begin with fields that a model has. */
int fairu_onnx__recognise(const char *bytes, size_t size);

/* options are complete (struct_size is ours). */
int fairu_onnx__read(fairu_context *ctx, const char *path, const fairu_import_options *options,
                     fairu_classifier **out);

int fairu_onnx__write(const fairu_classifier *classifier, fairu_context *ctx, const char *path);

#endif /* FAIRU_CLASSIFIER_ONNX_H */
