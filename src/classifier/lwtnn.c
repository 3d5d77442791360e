/* lwtnn.c - lwtnn JSON: which kind of file it is, and sequential ones. */
#include "classifier/lwtnn.h"

#include <string.h>

/* ---- sequential --------------------------------------------------------------------------------------- */

static int apply_layers(fairu_lwtnn *r, fairu_value *value)
{
  fairu_json_at layers, layer;
  char place[48];
  size_t n = 0;
  int status = fairu_json__member(r->ctx, &r->root, "layers", &layers);
  if (status == FAIRU_OK)
    status = fairu_json__length(r->ctx, &layers, 1, &n);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    fairu_text__format(place, sizeof place, "layer %zu", i);
    fairu_program__at(r->b, place);
    status = fairu_json__element(r->ctx, &layers, i, &layer);
    if (status == FAIRU_OK)
      status = fairu_lwtnn__layer(r, &layer, *value, value);
    if (status == FAIRU_OK)
      status = fairu_context__poll(r->ctx);
  }
  return status;
}

/* As many labels as outputs; the one asked for alone. */
static int choose_label(fairu_lwtnn *r, const fairu_json_at *outputs, fairu_value *value)
{
  const char *wanted = r->options->output, *label = NULL;
  const size_t width = fairu_program__width(r->b, *value);
  fairu_json_at element;
  size_t n = 0;
  int status = fairu_json__length(r->ctx, outputs, 0, &n);
  if (status == FAIRU_OK && n != width)
    status = fairu_json__fail(r->ctx, outputs, FAIRU_ERR_SHAPE, "%zu labels, the last layer has %zu outputs",
                              n, width);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    status = fairu_json__element(r->ctx, outputs, i, &element);
    if (status == FAIRU_OK)
      status = fairu_json__string(r->ctx, &element, &label);
    if (status == FAIRU_OK && wanted && strcmp(label, wanted) == 0) {
      *value = fairu_program__slice(r->b, *value, i, 1);
      return fairu_program__status(r->b);
    }
  }
  if (status == FAIRU_OK && wanted)
    status = fairu_json__fail(r->ctx, outputs, FAIRU_ERR_NOT_FOUND, "no label \"%.200s\"", wanted);
  return status;
}

static int read_sequential(fairu_lwtnn *r, const fairu_json_at *outputs, fairu_value *value)
{
  fairu_json_at inputs;
  int status = fairu_json__member(r->ctx, &r->root, "inputs", &inputs);
  if (status == FAIRU_OK)
    status = fairu_lwtnn__inputs(r, &inputs, "", NULL, NULL, value);
  if (status == FAIRU_OK)
    status = apply_layers(r, value);
  return status == FAIRU_OK ? choose_label(r, outputs, value) : status;
}

/* ---- files -------------------------------------------------------------------------------------------- */

static int read_root(fairu_lwtnn *r, fairu_classifier **out)
{
  fairu_json_at outputs, nodes = { .value = NULL };
  fairu_value value = FAIRU_NO_VALUE;
  int status = fairu_json__expect(r->ctx, &r->root, FAIRU_JSON_OBJECT);
  if (status == FAIRU_OK)
    status = fairu_json__optional(r->ctx, &r->root, "nodes", &nodes);
  if (status == FAIRU_OK)
    status = fairu_json__member(r->ctx, &r->root, "outputs", &outputs);
  r->is_graph = status == FAIRU_OK && (nodes.value || fairu_json__kind(&outputs) == FAIRU_JSON_OBJECT);
  if (status == FAIRU_OK)
    status = r->is_graph ? fairu_lwtnn__graph(r, &value) : read_sequential(r, &outputs, &value);
  if (status == FAIRU_OK)
    status = fairu_program__finish(r->b, r->ctx, value, out);
  if (status == FAIRU_OK)
    status = fairu_lwtnn__ranges(r, *out);
  return status == FAIRU_OK ? fairu_lwtnn__defaults(r, *out) : status;
}

int fairu_lwtnn__read(fairu_context *ctx, const char *path, const fairu_import_options *options,
                      fairu_classifier **out)
{
  fairu_lwtnn r = { .ctx = ctx, .options = options };
  fairu_json *json = NULL;
  fairu_classifier *classifier = NULL;
  *out = NULL;
  int status = fairu_json__read(ctx, path, &json);
  if (status == FAIRU_OK)
    status = fairu_program__create(ctx, &r.b);
  if (status == FAIRU_OK) {
    r.root = fairu_json__root(json);
    status = read_root(&r, &classifier);
    if (status != FAIRU_OK &&
        !strstr(fairu_context_message(ctx), path)) /* the document's own begin with it */
      fairu_context__within(ctx, status, "%s", path);
  }
  fairu_context__free(ctx, r.used);
  fairu_program__destroy(r.b);
  fairu_json__destroy(json);
  return fairu_classifier__finish(classifier, status, out);
}
