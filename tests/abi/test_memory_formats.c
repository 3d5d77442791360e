/* No memory: formats of other programs. */
#include "abi/memory.h"

static const char *const names[] = { "formats" };

static int export_to(fairu_context *ctx, const world *w, char *path, size_t size, int format)
{
  return fairu_classifier_export(w->network, ctx, support_path(path, size, "memory.json"), format);
}

static int fairu_classifier_export_body(fairu_context *ctx, void *data)
{
  char path[512];
  const int status = export_to(ctx, (const world *)data, path, sizeof path, FAIRU_FORMAT_LWTNN);
  return status == FAIRU_OK ? export_to(ctx, (const world *)data, path, sizeof path, FAIRU_FORMAT_LWTNN_GRAPH)
                            : status;
}

static int import_text(fairu_context *ctx, const char *text)
{
  fairu_classifier *classifier = NULL;
  char path[512];
  support_write_file(support_path(path, sizeof path, "memory_in.json"), text, strlen(text));
  const int status = fairu_classifier_import(ctx, path, NULL, &classifier);
  fairu_classifier_destroy(classifier);
  return status;
}

/* Every kind of layer and node, in both kinds of file; a chain of dense layers apart. */
static int fairu_classifier_import_body(fairu_context *ctx, void *data)
{
  static const char graph[] =
      "{\"inputs\": [{\"name\": \"i\", \"variables\": [{\"name\": \"a\", \"offset\": 1, \"scale\": 2, "
      "\"default\": 1}]}, "
      "{\"name\": \"j\", \"variables\": [{\"name\": \"a\", \"offset\": 1, \"scale\": 2}]}], "
      "\"input_sequences\": [], "
      "\"nodes\": [{\"type\": \"input\", \"sources\": [0]}, {\"type\": \"input\", \"sources\": [1]}, "
      "{\"type\": \"add\", \"sources\": [0, 1]}, {\"type\": \"concatenate\", \"sources\": [2, 1]}, "
      "{\"type\": \"feed_forward\", \"sources\": [3], \"layer_index\": 0}], "
      "\"layers\": [{\"architecture\": \"maxout\", \"sublayers\": [{\"weights\": [1, 2], \"bias\": []}, "
      "{\"weights\": [2, 1], \"bias\": [0.5]}]}], "
      "\"outputs\": {\"o\": {\"labels\": [\"y\"], \"node_index\": 4}}, "
      "\"miscellaneous\": {\"fairu_nuisance_0\": \"j/a\", \"fairu_lower_0\": 0}}";
  static const char highway[] =
      "{\"inputs\": [{\"name\": \"a\", \"offset\": 1, \"scale\": 2}], \"layers\": [{\"architecture\": "
      "\"highway\", "
      "\"activation\": \"tanh\", \"components\": {\"t\": {\"weights\": [1], \"bias\": [2]}, "
      "\"carry\": {\"weights\": [1], \"bias\": [2]}}}, "
      "{\"architecture\": \"normalization\", \"weights\": [2], \"bias\": [3]}], \"outputs\": [\"y\"]}";
  char path[512];
  fairu_classifier *classifier = NULL;
  int status = import_text(ctx, graph);
  if (status == FAIRU_OK)
    status = import_text(ctx, highway);
  if (status == FAIRU_OK)
    status = export_to(ctx, (const world *)data, path, sizeof path, FAIRU_FORMAT_LWTNN);
  if (status == FAIRU_OK)
    status = fairu_classifier_import(ctx, path, NULL, &classifier);
  fairu_classifier_destroy(classifier);
  return status;
}

static const memory_case cases[] = { ROW(fairu_classifier_export, 1), ROW(fairu_classifier_import, 1) };
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
