/* formats.c - which format a file has, and who reads and writes it. */
#include <fairu/formats.h>

#include <string.h>

#include "base/stream_internal.h"
#include "classifier/lwtnn.h"
#include "classifier/onnx.h"

static const fairu_import_options defaults = { .struct_size = sizeof(fairu_import_options) };

int fairu_import_options_init(fairu_import_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

/* ---- reading ------------------------------------------------------------------------------------------ */

static int is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* From the first bytes, unpacked if need be. */
static int format_of_bytes(const char *bytes, size_t size)
{
  static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'M', 'D', 'L' };
  size_t i = 0;
  if (size >= sizeof magic && memcmp(bytes, magic, sizeof magic) == 0)
    return FAIRU_FORMAT_FAIRU;
  while (i < size && is_space(bytes[i]))
    i++;
  if (i < size && bytes[i] == '{')
    return FAIRU_FORMAT_LWTNN;
  return fairu_onnx__recognise(bytes, size) ? FAIRU_FORMAT_ONNX : FAIRU_FORMAT_AUTO;
}

static int find_format(fairu_context *ctx, const char *path, int *format)
{
  char bytes[256];
  size_t got = 0;
  fairu_reader *reader = NULL;
  if (strcmp(path, "-") == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "standard input can be read once: the format has to be given");
  int status = fairu_reader__open(ctx, path, &reader);
  if (status != FAIRU_OK)
    return status;
  status = fairu_reader__read(reader, ctx, bytes, sizeof bytes, &got);
  fairu_reader__close(reader);
  if (status != FAIRU_OK)
    return status;
  *format = format_of_bytes(bytes, got);
  if (*format == FAIRU_FORMAT_AUTO)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT,
                               "%s: neither a fairu model file nor lwtnn JSON nor ONNX", path);
  return FAIRU_OK;
}

static int check_names(fairu_context *ctx, const fairu_import_options *options)
{
  for (size_t i = 0; options->features && i < options->n_features; i++)
    if (!options->features[i])
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "name of feature %zu is NULL", i);
  for (size_t i = 0; options->nuisances && i < options->n_nuisances; i++)
    if (!options->nuisances[i])
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "name of nuisance %zu is NULL", i);
  return FAIRU_OK;
}

int fairu_classifier_import(fairu_context *ctx, const char *path, const fairu_import_options *options,
                            fairu_classifier **out)
{
  fairu_import_options ours = defaults;
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!path || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "import: path or out is NULL");
  int status = options
                   ? fairu_options__read(ctx, &ours, sizeof ours, options, sizeof defaults, "import options")
                   : FAIRU_OK;
  if (status == FAIRU_OK)
    status = check_names(ctx, &ours);
  if (status == FAIRU_OK && ours.format == FAIRU_FORMAT_AUTO)
    status = find_format(ctx, path, &ours.format);
  if (status != FAIRU_OK)
    return status;
  switch (ours.format) {
  case FAIRU_FORMAT_FAIRU:
    return fairu_classifier_load(ctx, path, out);
  case FAIRU_FORMAT_LWTNN:
  case FAIRU_FORMAT_LWTNN_GRAPH:
    return fairu_lwtnn__read(ctx, path, &ours, out);
  case FAIRU_FORMAT_ONNX:
    return fairu_onnx__read(ctx, path, &ours, out);
  default:
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "%s: unknown format %d", path, ours.format);
  }
}

/* ---- writing ------------------------------------------------------------------------------------------ */

static int ends_with(const char *text, const char *ending)
{
  const size_t n = strlen(text), m = strlen(ending);
  return n >= m && strcmp(text + n - m, ending) == 0;
}

static int format_of_name(const char *path)
{
  if (ends_with(path, ".json") || ends_with(path, ".json.gz"))
    return FAIRU_FORMAT_LWTNN;
  return ends_with(path, ".onnx") ? FAIRU_FORMAT_ONNX : FAIRU_FORMAT_FAIRU;
}

int fairu_classifier_export(const fairu_classifier *classifier, fairu_context *ctx, const char *path,
                            int format)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!classifier || !path)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "export: classifier or path is NULL");
  if (format == FAIRU_FORMAT_AUTO)
    format = format_of_name(path);
  switch (format) {
  case FAIRU_FORMAT_FAIRU:
    return fairu_classifier_save(classifier, ctx, path);
  case FAIRU_FORMAT_LWTNN:
  case FAIRU_FORMAT_LWTNN_GRAPH:
    return fairu_lwtnn__write(classifier, ctx, path, format == FAIRU_FORMAT_LWTNN_GRAPH);
  case FAIRU_FORMAT_ONNX:
    return fairu_onnx__write(classifier, ctx, path);
  default:
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "%s: unknown format %d", path, format);
  }
}
