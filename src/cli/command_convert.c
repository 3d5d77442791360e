/* command_convert.c - `fairu convert`: a model from one format to another. */
#include "classifier_file.h"

#include <string.h>

static int format_of(const char *name)
{
  static const struct {
    const char *name;
    int format;
  } formats[] = { { "fairu", FAIRU_FORMAT_FAIRU },
                  { "onnx", FAIRU_FORMAT_ONNX },
                  { "lwtnn", FAIRU_FORMAT_LWTNN },
                  { "lwtnn-graph", FAIRU_FORMAT_LWTNN_GRAPH } };
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
    if (strcmp(formats[i].name, name) == 0)
      return formats[i].format;
  return FAIRU_FORMAT_AUTO;
}

int command_convert(int argc, char **argv)
{
  classifier_file file = { .output = NULL };
  const char *format = "auto";
  cli c;
  const cli_option options[] = {
    { "format", "auto|fairu|onnx|lwtnn|lwtnn-graph", "of OUT; auto: as its ending says", CLI_CHOICE, &format,
      0, 0 },
    { "nuisance", "NAME", "this input is a nuisance parameter (fairu model files know theirs)", CLI_LIST,
      &file.nuisances, 0, 0 },
    { "features", "A,B,...", "names for the columns of an input that has none (ONNX)", CLI_TEXT,
      &file.features, 0, 0 },
    { "output", "NAME", "output, label or tensor to keep, where IN has several", CLI_TEXT, &file.output, 0,
      0 },
  };
  const cli_usage usage = {
    .command = "fairu convert",
    .files = "IN OUT",
    .about = "A classifier from one format to another. IN is a fairu model file, ONNX or lwtnn "
             "JSON (sequential or graph), as its content says; OUT as its ending says: "
             ".onnx, .json, or a fairu model file.",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_files = 2,
    .max_files = 2
  };
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  int status = classifier_file_read(&c, &file, c.files[0]);
  if (status == FAIRU_OK)
    status = fairu_classifier_export(file.classifier, c.ctx, c.files[1], format_of(format));
  classifier_file_free(&file);
  return cli_end(&c, status);
}
