/* network.c - dense networks: making, copying, saving, loading. */
#include <math.h>
#include <string.h>

#include "classifier/network.h"

/* ---- making ------------------------------------------------------------------------------------------- */

static int check_values(fairu_context *ctx, size_t layer, const char *what, const float *values, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (!isfinite(values[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "layer %zu: %s[%zu] is %g", layer, what, i,
                                 (double)values[i]);
  return FAIRU_OK;
}

static int check_layer(fairu_context *ctx, const fairu_layer *layers, size_t l, size_t n_layers, size_t n_in)
{
  const fairu_layer *layer = &layers[l];
  const int last = l + 1 == n_layers;
  if (layer->n_in != n_in)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "layer %zu has %zu inputs, %zu come in", l, layer->n_in,
                               n_in);
  if (layer->n_out == 0 || layer->n_in == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "layer %zu is %zu -> %zu", l, layer->n_in, layer->n_out);
  if (layer->activation < FAIRU_ACTIVATION_LINEAR || layer->activation > FAIRU_ACTIVATION_SOFTMAX)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "layer %zu: unknown activation %d", l,
                               layer->activation);
  if (layer->activation == FAIRU_ACTIVATION_SOFTMAX && (!last || layer->n_out == 1))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "layer %zu: softmax needs the last layer and two outputs or more", l);
  if (!layer->weights || !layer->bias)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "layer %zu: weights or bias are NULL", l);
  int status = check_values(ctx, l, "weights", layer->weights, layer->n_in * layer->n_out);
  return status == FAIRU_OK ? check_values(ctx, l, "bias", layer->bias, layer->n_out) : status;
}

/* Before a layer's arrays are read: sizes stay within the limit, so products of them do not overflow. */
static int check_size(fairu_context *ctx, const fairu_layer *layers, size_t n_layers)
{
  const uint64_t limit = fairu_context__limits(ctx)->model_bytes;
  uint64_t left = limit / sizeof(float);
  for (size_t l = 0; l < n_layers; l++) {
    const uint64_t n_in = layers[l].n_in, n_out = layers[l].n_out;
    if (n_out > 0 && (n_in >= left / n_out || n_in > SIZE_MAX / sizeof(float) / n_out - 1))
      return fairu_context__fail(ctx, FAIRU_ERR_LIMIT,
                                 "layer %zu, %zu -> %zu: model above the limit model_bytes, %llu", l,
                                 layers[l].n_in, layers[l].n_out, (unsigned long long)limit);
    left -= (n_in + 1) * n_out;
  }
  return FAIRU_OK;
}

static int check_layers(fairu_context *ctx, const fairu_layer *layers, size_t n_layers, size_t n_inputs)
{
  if (n_layers == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "a network needs at least one layer");
  int status = check_size(ctx, layers, n_layers);
  for (size_t l = 0; l < n_layers && status == FAIRU_OK; l++) {
    status = check_layer(ctx, layers, l, n_layers, n_inputs);
    n_inputs = layers[l].n_out;
  }
  return status;
}

static int copy_scaling(fairu_network *network, fairu_context *ctx, size_t n, const double *offset,
                        const double *scale)
{
  if (!offset && !scale)
    return FAIRU_OK;
  network->offset = fairu_context__new(ctx, n, sizeof *offset, "network scaling");
  network->scale = fairu_context__new(ctx, n, sizeof *scale, "network scaling");
  if (!network->offset || !network->scale)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++) {
    network->offset[i] = offset ? offset[i] : 0.0;
    network->scale[i] = scale ? scale[i] : 1.0;
    if (!isfinite(network->offset[i]) || !isfinite(network->scale[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "input %zu has offset %g and scale %g", i,
                                 network->offset[i], network->scale[i]);
  }
  return FAIRU_OK;
}

static int copy_layers(fairu_network *network, fairu_context *ctx, const fairu_layer *layers, size_t n_layers)
{
  network->layers = fairu_context__new(ctx, n_layers, sizeof *layers, "network layers");
  if (!network->layers)
    return FAIRU_ERR_OUT_OF_MEMORY;
  network->n_layers = n_layers;
  for (size_t l = 0; l < n_layers; l++) {
    fairu_layer *layer = &network->layers[l];
    *layer = layers[l];
    layer->weights = fairu_context__copy(ctx, layers[l].weights, layer->n_in * layer->n_out, sizeof(float),
                                         "network weights");
    layer->bias = fairu_context__copy(ctx, layers[l].bias, layer->n_out, sizeof(float), "network bias");
    if (!layer->weights || !layer->bias)
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  return FAIRU_OK;
}

static int split_first(fairu_network *network, fairu_context *ctx, size_t n_features)
{
  const fairu_layer *layer = &network->layers[0];
  network->first = fairu_context__new(ctx, layer->n_out * n_features, sizeof(float), "network weights");
  if (!network->first)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t o = 0; n_features > 0 && o < layer->n_out; o++)
    memcpy(network->first + o * n_features, layer->weights + o * layer->n_in, n_features * sizeof(float));
  return FAIRU_OK;
}

int fairu_network__fill(fairu_classifier *classifier, fairu_context *ctx, const fairu_layer *layers,
                        size_t n_layers, const double *offset, const double *scale)
{
  fairu_network *network = &classifier->as.network;
  const size_t n_inputs = classifier->n_features + classifier->n_nuisances;
  int status = check_layers(ctx, layers, n_layers, n_inputs);
  if (status == FAIRU_OK)
    status = copy_scaling(network, ctx, n_inputs, offset, scale);
  if (status == FAIRU_OK)
    status = copy_layers(network, ctx, layers, n_layers);
  if (status == FAIRU_OK)
    status = split_first(network, ctx, classifier->n_features);
  if (status == FAIRU_OK)
    status = fairu_network__pack(classifier, ctx);
  if (status != FAIRU_OK)
    return status;
  classifier->n_outputs = layers[n_layers - 1].n_out;
  classifier->activation = layers[n_layers - 1].activation;
  for (size_t l = 0; l < n_layers; l++)
    classifier->blocks_only |= fairu_engine__is_wide(layers[l].n_in, layers[l].n_out);
  return FAIRU_OK;
}

static int network_copy(const fairu_classifier *from, fairu_context *ctx, fairu_classifier *to)
{
  const fairu_network *network = &from->as.network;
  return fairu_network__fill(to, ctx, network->layers, network->n_layers, network->offset, network->scale);
}

static void network_destroy(fairu_classifier *classifier)
{
  fairu_network *network = &classifier->as.network;
  for (size_t l = 0; l < network->n_layers; l++) {
    fairu_allocator__free(&classifier->allocator, (float *)(uintptr_t)network->layers[l].weights);
    fairu_allocator__free(&classifier->allocator, (float *)(uintptr_t)network->layers[l].bias);
  }
  fairu_allocator__free(&classifier->allocator, network->layers);
  fairu_allocator__free(&classifier->allocator, network->first);
  fairu_allocator__free(&classifier->allocator, network->packed);
  fairu_allocator__free(&classifier->allocator, network->packed_memory);
  fairu_allocator__free(&classifier->allocator, network->offset);
  fairu_allocator__free(&classifier->allocator, network->scale);
}

static const fairu_network_options network_defaults = { .struct_size = sizeof(fairu_network_options) };

int fairu_network_options_init(fairu_network_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &network_defaults, sizeof network_defaults);
}

static int set_ranges(fairu_classifier *classifier, fairu_context *ctx, const fairu_network_options *options)
{
  for (size_t i = 0; i < classifier->n_nuisances; i++) {
    if (options->z_lower)
      classifier->z_lower[i] = options->z_lower[i];
    if (options->z_upper)
      classifier->z_upper[i] = options->z_upper[i];
    if (!(classifier->z_lower[i] <= classifier->z_upper[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "nuisance \"%s\": range [%g, %g]",
                                 classifier->nuisances[i], classifier->z_lower[i], classifier->z_upper[i]);
  }
  return FAIRU_OK;
}

int fairu_classifier_create_network(fairu_context *ctx, const fairu_network_options *options,
                                    const fairu_layer *layers, size_t n_layers, fairu_classifier **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!options || !layers || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "network: options, layers or out is NULL");
  fairu_network_options ours = network_defaults;
  int status =
      fairu_options__read(ctx, &ours, sizeof ours, options, sizeof network_defaults, "network options");
  if (status != FAIRU_OK)
    return status;
  fairu_classifier *classifier;
  status = fairu_classifier__new(ctx, &fairu_kind__network, ours.features, ours.n_features, ours.nuisances,
                                 ours.n_nuisances, &classifier);
  if (status == FAIRU_OK)
    status = set_ranges(classifier, ctx, &ours);
  if (status == FAIRU_OK)
    status = fairu_network__fill(classifier, ctx, layers, n_layers, ours.offset, ours.scale);
  return fairu_classifier__finish(classifier, status, out);
}

/* ---- file --------------------------------------------------------------------------------------------- */

static void network_save(const fairu_classifier *classifier, fairu_pack *pack)
{
  const fairu_network *network = &classifier->as.network;
  const size_t n_inputs = classifier->n_features + classifier->n_nuisances;
  fairu_pack__u64(pack, network->offset ? 1 : 0);
  if (network->offset) {
    fairu_pack__f64s(pack, network->offset, n_inputs);
    fairu_pack__f64s(pack, network->scale, n_inputs);
  }
  fairu_pack__u64(pack, network->n_layers);
  for (size_t l = 0; l < network->n_layers; l++) {
    const fairu_layer *layer = &network->layers[l];
    fairu_pack__u64(pack, layer->n_in);
    fairu_pack__u64(pack, layer->n_out);
    fairu_pack__u64(pack, (uint64_t)layer->activation);
    fairu_pack__f32s(pack, layer->weights, layer->n_in * layer->n_out);
    fairu_pack__f32s(pack, layer->bias, layer->n_out);
  }
}

/* One layer into memory of its own, which the caller frees whatever happens. */
static int load_layer(fairu_context *ctx, fairu_unpack *unpack, fairu_layer *layer)
{
  const uint64_t most = fairu_unpack__left(unpack) / sizeof(float);
  size_t activation = 0;
  int status = fairu_unpack__size(unpack, ctx, "layer inputs", most, &layer->n_in);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "layer outputs", most, &layer->n_out);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "layer activation", FAIRU_ACTIVATION_SOFTMAX, &activation);
  if (status != FAIRU_OK)
    return status;
  layer->activation = (int)activation;
  if (layer->n_out > 0 && layer->n_in > most / layer->n_out)
    return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED, "layer %zu -> %zu: only %zu bytes are left",
                               layer->n_in, layer->n_out, fairu_unpack__left(unpack));
  float *weights = fairu_context__new(ctx, layer->n_in * layer->n_out, sizeof *weights, "network weights");
  float *bias = fairu_context__new(ctx, layer->n_out, sizeof *bias, "network bias");
  layer->weights = weights;
  layer->bias = bias;
  if (!weights || !bias)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = fairu_unpack__f32s(unpack, ctx, "weights", weights, layer->n_in * layer->n_out);
  return status == FAIRU_OK ? fairu_unpack__f32s(unpack, ctx, "bias", bias, layer->n_out) : status;
}

static int load_scaling(fairu_context *ctx, fairu_unpack *unpack, size_t n, double **offset, double **scale)
{
  size_t scaled = 0;
  int status = fairu_unpack__size(unpack, ctx, "scaling", 1, &scaled);
  if (status != FAIRU_OK || !scaled)
    return status;
  *offset = fairu_context__new(ctx, n, sizeof **offset, "network scaling");
  *scale = fairu_context__new(ctx, n, sizeof **scale, "network scaling");
  if (!*offset || !*scale)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = fairu_unpack__f64s(unpack, ctx, "offset", *offset, n);
  return status == FAIRU_OK ? fairu_unpack__f64s(unpack, ctx, "scale", *scale, n) : status;
}

static int network_load(fairu_classifier *classifier, fairu_context *ctx, fairu_unpack *unpack)
{
  double *offset = NULL, *scale = NULL;
  fairu_layer *layers = NULL;
  size_t n_layers = 0;
  int status = load_scaling(ctx, unpack, classifier->n_features + classifier->n_nuisances, &offset, &scale);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "layers", fairu_unpack__left(unpack) / 4, &n_layers);
  if (status == FAIRU_OK) {
    layers = fairu_context__new(ctx, n_layers, sizeof *layers, "network layers");
    status = layers ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  }
  for (size_t l = 0; l < n_layers && status == FAIRU_OK; l++)
    status = load_layer(ctx, unpack, &layers[l]);
  if (status == FAIRU_OK)
    status = fairu_network__fill(classifier, ctx, layers, n_layers, offset, scale);
  for (size_t l = 0; layers && l < n_layers; l++) {
    fairu_context__free(ctx, (float *)(uintptr_t)layers[l].weights);
    fairu_context__free(ctx, (float *)(uintptr_t)layers[l].bias);
  }
  fairu_context__free(ctx, layers);
  fairu_context__free(ctx, offset);
  fairu_context__free(ctx, scale);
  return status;
}

const fairu_kind fairu_kind__network = { .tag = 1,
                                         .score = fairu_network__score,
                                         .few = fairu_network__few,
                                         .derive = fairu_network__derive,
                                         .copy = network_copy,
                                         .destroy = network_destroy,
                                         .save = network_save,
                                         .load = network_load };
