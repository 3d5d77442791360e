/* finished.c - the classifier that training hands out. */
#include "classifier/trainer.h"

/* Weights and biases of the last layer, [n], times plan->output_scale, in scratch. */
static const float *scale_layer(const fairu_trainer *trainer, fairu_context *ctx, const float *from, size_t n)
{
  const double scale = trainer->plan->output_scale;
  if (scale == 0.0 || scale == 1.0)
    return from;
  float *to = fairu_context__scratch(ctx, n, sizeof *to, "training layers");
  for (size_t i = 0; to && i < n; i++)
    to[i] = (float)((double)from[i] * scale);
  return to;
}

static int make_network(const fairu_trainer *trainer, fairu_context *ctx, const float *parameters,
                        fairu_layer *layers, fairu_classifier **out)
{
  const fairu_training_options *options = trainer->options;
  const fairu_training_set *set = &trainer->set;
  const fairu_shape *shape = &trainer->stack.folded_shape;
  fairu_network_options network;
  int status = fairu_network_options_init(&network, sizeof network);
  network.features = options->features;
  network.n_features = options->n_features;
  network.nuisances = options->nuisances;
  network.n_nuisances = options->n_nuisances;
  network.offset = set->offset;
  network.scale = set->scale;
  network.z_lower = set->lower + options->n_features;
  network.z_upper = set->upper + options->n_features;
  for (size_t l = 0; l < shape->n_layers; l++) {
    const size_t n_in = shape->widths[l], n_out = shape->widths[l + 1];
    const int last = l + 1 == shape->n_layers;
    const float *weights = last ? scale_layer(trainer, ctx, parameters, (n_in + 1) * n_out) : parameters;
    if (!weights)
      return FAIRU_ERR_OUT_OF_MEMORY;
    layers[l] = (fairu_layer){ n_in, n_out, last ? trainer->plan->output : shape->activations[l], weights,
                               weights + n_in * n_out };
    parameters += (n_in + 1) * n_out;
  }
  return status == FAIRU_OK ? fairu_classifier_create_network(ctx, &network, layers, shape->n_layers, out)
                            : status;
}

static int make_gated(const fairu_trainer *trainer, fairu_context *ctx, const float *parameters,
                      fairu_layer *layers, fairu_classifier **out)
{
  const fairu_training_options *options = trainer->options;
  fairu_classifier *below = NULL, *above = NULL;
  int status = make_network(trainer, ctx, parameters, layers, &below);
  if (status == FAIRU_OK)
    status = make_network(trainer, ctx, parameters + trainer->stack.n_folded_side, layers, &above);
  if (status == FAIRU_OK)
    status = fairu_classifier_create_gated(ctx, below, above, options->gate, options->gate_nominal, out);
  fairu_classifier_destroy(below);
  fairu_classifier_destroy(above);
  return status;
}

int fairu_trainer__classifier(const fairu_trainer *trainer, fairu_context *ctx, const float *folded,
                              fairu_classifier **out)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_layer *layers =
      fairu_context__scratch(ctx, trainer->stack.shape.n_layers, sizeof *layers, "training layers");
  int status = FAIRU_ERR_OUT_OF_MEMORY;
  if (layers && trainer->stack.plan.n_sides == 2)
    status = make_gated(trainer, ctx, folded, layers, out);
  else if (layers)
    status = make_network(trainer, ctx, folded, layers, out);
  fairu_context__release(ctx, mark);
  return status;
}
