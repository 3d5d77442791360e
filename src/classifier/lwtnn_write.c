/* lwtnn_write.c - networks as lwtnn JSON. Weights are the exact decimal value of the float, so that lwtnn, in double, sees the same
 * network, and reading gives the same bits. */
#include <math.h>
#include <string.h>

#include "base/stream_internal.h"
#include "classifier/lwtnn.h"

/* ---- inputs ------------------------------------------------------------------------------------------- */

static const char *input_name(const fairu_classifier *classifier, size_t i)
{
  return i < classifier->n_features ? classifier->features[i]
                                    : classifier->nuisances[i - classifier->n_features];
}

/* lwtnn adds the offset. */
static void put_inputs(const fairu_classifier *classifier, fairu_json_out *out)
{
  const fairu_network *network = &classifier->as.network;
  fairu_json_out__begin(out, '[');
  for (size_t i = 0; i < classifier->n_features + classifier->n_nuisances; i++) {
    fairu_json_out__begin(out, '{');
    fairu_json_out__member_string(out, "name", input_name(classifier, i));
    fairu_json_out__key(out, "offset");
    fairu_json_out__number(out, network->offset ? 0.0 - network->offset[i] : 0.0);
    fairu_json_out__key(out, "scale");
    fairu_json_out__number(out, network->scale ? network->scale[i] : 1.0);
    if (fairu_lwtnn__has_default(classifier, i)) {
      fairu_json_out__key(out, "default");
      fairu_json_out__number(out, (double)classifier->inputs->defaults[i]);
    }
    fairu_json_out__end(out, '}');
  }
  fairu_json_out__end(out, ']');
}

static void put_numbered(fairu_json_out *out, const char *format, size_t i)
{
  char key[48];
  fairu_text__format(key, sizeof key, format, i);
  fairu_json_out__key(out, key);
}

/* Which inputs are nuisance parameters, and their ranges in training; lwtnn reads the values as strings. */
static void put_nuisances(const fairu_classifier *classifier, fairu_json_out *out)
{
  if (classifier->n_nuisances == 0)
    return;
  fairu_json_out__key(out, "miscellaneous");
  fairu_json_out__begin(out, '{');
  for (size_t i = 0; i < classifier->n_nuisances; i++) {
    put_numbered(out, FAIRU_LWTNN_NUISANCE, i);
    fairu_json_out__string(out, classifier->nuisances[i]);
    if (isfinite(classifier->z_lower[i])) {
      put_numbered(out, FAIRU_LWTNN_LOWER, i);
      fairu_json_out__number(out, classifier->z_lower[i]);
    }
    if (isfinite(classifier->z_upper[i])) {
      put_numbered(out, FAIRU_LWTNN_UPPER, i);
      fairu_json_out__number(out, classifier->z_upper[i]);
    }
  }
  fairu_json_out__end(out, '}');
}

/* ---- layers ------------------------------------------------------------------------------------------- */

static const char *activation_name(int activation)
{
  static const char *const names[] = { "linear", "rectified", "tanh", "sigmoid", "elu", "softmax" };
  return names[activation];
}

static void put_floats(fairu_json_out *out, const char *key, const float *values, size_t n)
{
  fairu_json_out__key(out, key);
  fairu_json_out__begin(out, '[');
  for (size_t i = 0; i < n; i++)
    fairu_json_out__number(out, (double)values[i]);
  fairu_json_out__end(out, ']');
}

static void put_layers(const fairu_classifier *classifier, fairu_json_out *out)
{
  const fairu_network *network = &classifier->as.network;
  fairu_json_out__key(out, "layers");
  fairu_json_out__begin(out, '[');
  for (size_t l = 0; l < network->n_layers; l++) {
    const fairu_layer *layer = &network->layers[l];
    fairu_json_out__begin(out, '{');
    fairu_json_out__member_string(out, "architecture", "dense");
    fairu_json_out__member_string(out, "activation", activation_name(layer->activation));
    put_floats(out, "weights", layer->weights, layer->n_in * layer->n_out);
    put_floats(out, "bias", layer->bias, layer->n_out);
    fairu_json_out__end(out, '}');
  }
  fairu_json_out__end(out, ']');
}

static void put_labels(const fairu_classifier *classifier, fairu_json_out *out)
{
  char label[32];
  fairu_json_out__begin(out, '[');
  for (size_t o = 0; o < classifier->n_outputs; o++) {
    fairu_text__format(label, sizeof label, "class_%zu", o);
    fairu_json_out__string(out, classifier->n_outputs == 1 ? "score" : label);
  }
  fairu_json_out__end(out, ']');
}

/* ---- documents ---------------------------------------------------------------------------------------- */

static void put_sequential(const fairu_classifier *classifier, fairu_json_out *out)
{
  fairu_json_out__begin(out, '{');
  fairu_json_out__key(out, "inputs");
  put_inputs(classifier, out);
  put_layers(classifier, out);
  fairu_json_out__key(out, "outputs");
  put_labels(classifier, out);
  put_nuisances(classifier, out);
  fairu_json_out__end(out, '}');
}

/* The input, size then; a layer, its index. Its source is the node before, of the input the first array of variables. */
static void put_node(fairu_json_out *out, size_t node, const char *type, const char *key, size_t value)
{
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "type", type);
  fairu_json_out__key(out, "sources");
  fairu_json_out__begin(out, '[');
  fairu_json_out__integer(out, node > 0 ? (long long)node - 1 : 0);
  fairu_json_out__end(out, ']');
  fairu_json_out__key(out, key);
  fairu_json_out__integer(out, (long long)value);
  fairu_json_out__end(out, '}');
}

static void put_output_node(const fairu_classifier *classifier, fairu_json_out *out)
{
  fairu_json_out__key(out, "outputs");
  fairu_json_out__begin(out, '{');
  fairu_json_out__key(out, "output");
  fairu_json_out__begin(out, '{');
  fairu_json_out__key(out, "labels");
  put_labels(classifier, out);
  fairu_json_out__key(out, "node_index");
  fairu_json_out__integer(out, (long long)classifier->as.network.n_layers);
  fairu_json_out__end(out, '}');
  fairu_json_out__end(out, '}');
}

static void put_graph(const fairu_classifier *classifier, fairu_json_out *out)
{
  fairu_json_out__begin(out, '{');
  fairu_json_out__key(out, "inputs");
  fairu_json_out__begin(out, '[');
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "name", "event");
  fairu_json_out__key(out, "variables");
  put_inputs(classifier, out);
  fairu_json_out__end(out, '}');
  fairu_json_out__end(out, ']');
  fairu_json_out__key(out, "input_sequences");
  fairu_json_out__begin(out, '[');
  fairu_json_out__end(out, ']');
  fairu_json_out__key(out, "nodes");
  fairu_json_out__begin(out, '[');
  put_node(out, 0, "input", "size", classifier->n_features + classifier->n_nuisances);
  for (size_t l = 0; l < classifier->as.network.n_layers; l++)
    put_node(out, l + 1, "feed_forward", "layer_index", l);
  fairu_json_out__end(out, ']');
  put_layers(classifier, out);
  put_output_node(classifier, out);
  put_nuisances(classifier, out);
  fairu_json_out__end(out, '}');
}

/* What stands in the way of saying this classifier, NULL: nothing. */
static const char *unsayable(const fairu_classifier *classifier)
{
  if (classifier->kind == &fairu_kind__network)
    return fairu_lwtnn__says_inputs(classifier) ? NULL : "valid ranges of inputs, or NaN that passes";
  if (classifier->kind == &fairu_kind__trees)
    return "trees";
  if (classifier->kind == &fairu_kind__gated)
    return "a gated pair";
  if (classifier->kind == &fairu_kind__ensemble)
    return "an ensemble";
  if (classifier->kind == &fairu_kind__callback)
    return "a callback";
  if (classifier->kind == &fairu_kind__calibrated)
    return "a calibrated classifier";
  if (classifier->kind == &fairu_kind__linear || classifier->kind == &fairu_kind__rotation)
    return "a closed form";
  return "a network that is not a chain of dense layers";
}

static int write_out(void *data, const char *text, size_t size)
{
  void **where = (void **)data;
  return fairu_writer__write((fairu_writer *)where[0], (fairu_context *)where[1], text, size);
}

int fairu_lwtnn__write(const fairu_classifier *classifier, fairu_context *ctx, const char *path, int graph)
{
  const char *what = unsayable(classifier);
  fairu_writer *writer = NULL;
  if (what)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "%s: lwtnn JSON cannot say %s", path, what);
  int status = fairu_writer__open(ctx, path, &writer);
  if (status != FAIRU_OK)
    return status;
  void *where[2] = { writer, ctx };
  fairu_json_out out = fairu_json_out__create(ctx);
  out.sink = write_out;
  out.data = where;
  out.lines = true;
  if (graph)
    put_graph(classifier, &out);
  else
    put_sequential(classifier, &out);
  status = fairu_json_out__finish(&out);
  fairu_json_out__clear(&out);
  return fairu_writer__end(writer, ctx, status);
}
