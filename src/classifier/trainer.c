/* trainer.c - memory of a training, gradients of a batch in fixed slices, validation, the finished network. */
#include "classifier/trainer.h"

#include <math.h>
#include <string.h>

#include "classifier/kind.h"
#include "numeric/philox.h"

/* Slices of a batch, at most: what can run at once. */
enum { MOST_SLICES = 8, VALIDATION_CHUNK = 32 * FAIRU_LANES };

/* ---- memory ------------------------------------------------------------------------------------------- */

static int make_shape(fairu_trainer *trainer, fairu_context *ctx)
{
  const fairu_training_options *options = trainer->options;
  const uint64_t limit = fairu_context__limits(ctx)->model_bytes;
  const size_t n_layers = options->n_hidden + 1;
  uint64_t left = limit / sizeof(float);
  trainer->widths = fairu_context__new(ctx, n_layers + 1, sizeof *trainer->widths, "training layers");
  trainer->activations = fairu_context__new(ctx, n_layers, sizeof *trainer->activations, "training layers");
  if (!trainer->widths || !trainer->activations)
    return FAIRU_ERR_OUT_OF_MEMORY;
  trainer->widths[0] = options->n_features + options->n_nuisances;
  for (size_t l = 0; l < n_layers; l++) {
    const int last = l + 1 == n_layers;
    trainer->widths[l + 1] = last ? 1 : options->hidden[l];
    trainer->activations[l] = last ? FAIRU_LINEAR : options->activation;
    if (trainer->widths[l] >= left / trainer->widths[l + 1])
      return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "layer %zu, %zu -> %zu: model above %llu bytes", l,
                                 trainer->widths[l], trainer->widths[l + 1], (unsigned long long)limit);
    left -= (trainer->widths[l] + 1) * trainer->widths[l + 1];
  }
  trainer->shape.n_layers = n_layers;
  trainer->shape.widths = trainer->widths;
  trainer->shape.activations = trainer->activations;
  return FAIRU_OK;
}

static void cut_batch(fairu_trainer *trainer)
{
  const size_t n = trainer->set.training.n;
  trainer->batch = trainer->options->batch < n ? trainer->options->batch : n;
  const size_t share = (trainer->batch + MOST_SLICES - 1) / MOST_SLICES;
  trainer->slice_events = (share + FAIRU_LANES - 1) / FAIRU_LANES * FAIRU_LANES;
  trainer->n_slices = (trainer->batch + trainer->slice_events - 1) / trainer->slice_events;
}

static int make_vectors(fairu_trainer *trainer, fairu_context *ctx)
{
  const size_t n = trainer->n_parameters;
  const size_t chunks = trainer->set.validation.n / VALIDATION_CHUNK + 1;
  float **vectors[] = { &trainer->parameters, &trainer->gradient, &trainer->best, &trainer->optimizer.first,
                        &trainer->optimizer.second };
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
    *vectors[i] = fairu_context__new(ctx, n, sizeof(float), "training parameters");
    if (!*vectors[i])
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  trainer->slice_gradient = fairu_context__new(ctx, trainer->n_slices, n * sizeof(float), "training slices");
  trainer->losses = fairu_context__new(ctx, chunks > trainer->n_slices ? chunks : trainer->n_slices,
                                       sizeof *trainer->losses, "training losses");
  trainer->order = fairu_context__new(ctx, trainer->set.training.n, sizeof *trainer->order, "training order");
  return trainer->slice_gradient && trainer->losses && trainer->order ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

/* He for ReLU and ELU (normal of variance 2 / n_in), Glorot for the others (uniform within sqrt(6 / (n_in + n_out))). */
static void start_layer(fairu_philox *rng, int activation, size_t n_in, size_t n_out, float *weights)
{
  const double deviation = sqrt(2.0 / (double)n_in), limit = sqrt(6.0 / (double)(n_in + n_out));
  const int he = activation == FAIRU_RELU || activation == FAIRU_ELU;
  for (size_t i = 0; i < n_in * n_out; i++)
    weights[i] = (float)(he ? deviation * fairu_philox__normal(rng)
                            : limit * (2.0 * fairu_philox__uniform(rng) - 1.0));
}

static void start_parameters(fairu_trainer *trainer)
{
  float *weights = trainer->parameters;
  for (size_t stack = 0; stack < trainer->n_stacks; stack++)
    for (size_t l = 0; l < trainer->shape.n_layers; l++) {
      const size_t n_in = trainer->widths[l], n_out = trainer->widths[l + 1];
      fairu_philox rng = fairu_philox__start(trainer->options->seed, FAIRU_STREAM_WEIGHTS, stack, l);
      start_layer(&rng, trainer->activations[l], n_in, n_out, weights);
      weights += (n_in + 1) * n_out;
    }
}

int fairu_trainer__create(fairu_trainer *trainer, fairu_context *ctx, const fairu_events *events,
                          const fairu_training_options *options, size_t gate)
{
  memset(trainer, 0, sizeof *trainer);
  trainer->options = options;
  trainer->n_stacks = gate < options->n_features + options->n_nuisances ? 2 : 1;
  int status = make_shape(trainer, ctx);
  if (status == FAIRU_OK)
    status = fairu_training_set__fill(&trainer->set, ctx, events, options, gate);
  if (status != FAIRU_OK)
    return status;
  trainer->n_stack = fairu_shape__n_parameters(&trainer->shape);
  trainer->n_parameters = trainer->n_stack * trainer->n_stacks;
  cut_batch(trainer);
  status = make_vectors(trainer, ctx);
  if (status != FAIRU_OK)
    return status;
  trainer->optimizer.rule = options->optimizer;
  trainer->optimizer.momentum = options->momentum;
  trainer->optimizer.n = trainer->n_parameters;
  for (size_t i = 0; i < trainer->set.training.n; i++)
    trainer->order[i] = (uint32_t)i;
  start_parameters(trainer);
  return FAIRU_OK;
}

void fairu_trainer__free(fairu_trainer *trainer, fairu_context *ctx)
{
  fairu_training_set__free(&trainer->set, ctx);
  fairu_context__free(ctx, trainer->widths);
  fairu_context__free(ctx, trainer->activations);
  fairu_context__free(ctx, trainer->parameters);
  fairu_context__free(ctx, trainer->gradient);
  fairu_context__free(ctx, trainer->best);
  fairu_context__free(ctx, trainer->optimizer.first);
  fairu_context__free(ctx, trainer->optimizer.second);
  fairu_context__free(ctx, trainer->slice_gradient);
  fairu_context__free(ctx, trainer->losses);
  fairu_context__free(ctx, trainer->order);
}

void fairu_trainer__shuffle(fairu_trainer *trainer, size_t epoch)
{
  fairu_philox rng = fairu_philox__start(trainer->options->seed, FAIRU_STREAM_SHUFFLE, 0, epoch);
  for (size_t i = trainer->set.training.n; i > 1; i--) {
    const size_t j = (size_t)fairu_philox__below(&rng, i);
    const uint32_t swap = trainer->order[i - 1];
    trainer->order[i - 1] = trainer->order[j];
    trainer->order[j] = swap;
  }
}

/* ---- blocks of lanes ---------------------------------------------------------------------------------- */

/* Rows to go through: rows[order[next]] or, without an order, rows[next]. */
typedef struct row_walk {
  const fairu_training_set *set;
  const float *rows;
  const uint32_t *order;
  size_t next, end;
} row_walk;

typedef struct block {
  float *activations; /* [n_units][FAIRU_LANES], inputs first */
  float *d_out, *d_work;
  float labels[FAIRU_LANES], weights[FAIRU_LANES];
} block;

static int take_block(const fairu_trainer *trainer, fairu_context *worker, block *memory)
{
  const size_t lane_bytes = FAIRU_LANES * sizeof(float);
  const size_t widest = fairu_shape__widest(&trainer->shape);
  memory->activations =
      fairu_context__scratch(worker, fairu_shape__n_units(&trainer->shape), lane_bytes, "training units");
  memory->d_out = fairu_context__scratch(worker, widest, lane_bytes, "training units");
  memory->d_work = fairu_context__scratch(worker, widest, lane_bytes, "training units");
  return memory->activations && memory->d_out && memory->d_work ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

static const float *row_at(const row_walk *walk, size_t i)
{
  return walk->rows + (walk->order ? walk->order[i] : i) * walk->set->width;
}

static void put_lane(const fairu_training_set *set, const float *row, size_t lane, block *memory)
{
  for (size_t i = 0; i < set->n_inputs; i++)
    memory->activations[i * FAIRU_LANES + lane] = row[i];
  memory->weights[lane] = row[set->n_inputs];
  memory->labels[lane] = row[set->n_inputs + 1];
}

static void empty_lane(const fairu_training_set *set, size_t lane, block *memory)
{
  for (size_t i = 0; i < set->n_inputs; i++)
    memory->activations[i * FAIRU_LANES + lane] = 0.0F;
  memory->weights[lane] = 0.0F;
  memory->labels[lane] = 0.0F;
}

/* Fill lanes with the next rows of one stack (all rows if there is one stack); returns how many. */
static size_t fill_block(row_walk *walk, size_t stack, block *memory)
{
  const fairu_training_set *set = walk->set;
  const int gated = set->width > set->n_inputs + 2;
  size_t lanes = 0;
  for (; walk->next < walk->end && lanes < FAIRU_LANES; walk->next++) {
    const float *row = row_at(walk, walk->next);
    if (walk->end - walk->next > 8)
      __builtin_prefetch(row_at(walk, walk->next + 8));
    if (gated && (row[set->n_inputs + 2] > 0.5F) != (stack > 0))
      continue;
    put_lane(set, row, lanes++, memory);
  }
  for (size_t lane = lanes; lanes > 0 && lane < FAIRU_LANES; lane++)
    empty_lane(set, lane, memory);
  return lanes;
}

/* Loss of rows of one stack; with a gradient (of that stack) it is added up. */
static int walk_stack(const fairu_trainer *trainer, fairu_context *worker, row_walk walk, size_t stack,
                      block *memory, float *gradient, double *loss)
{
  const fairu_engine engine = fairu_engine__of(worker);
  const fairu_shape *shape = &trainer->shape;
  const float *parameters = trainer->parameters + stack * trainer->n_stack;
  const float *logits = memory->activations + (fairu_shape__n_units(shape) - 1) * FAIRU_LANES;
  while (fill_block(&walk, stack, memory) > 0) {
    int status = fairu_context__poll(worker);
    if (status != FAIRU_OK)
      return status;
    fairu_pass__forward(&engine, shape, parameters, memory->activations);
    *loss += fairu_pass__cross_entropy(&engine, logits, memory->labels, memory->weights, memory->d_out);
    if (gradient)
      fairu_pass__backward(&engine, shape, parameters, memory->activations, memory->d_out, memory->d_work,
                           gradient);
  }
  return FAIRU_OK;
}

static int walk_rows(const fairu_trainer *trainer, fairu_context *worker, row_walk walk, float *gradient,
                     double *loss)
{
  block memory;
  const fairu_mark mark = fairu_context__mark(worker);
  int status = take_block(trainer, worker, &memory);
  for (size_t stack = 0; stack < trainer->n_stacks && status == FAIRU_OK; stack++)
    status = walk_stack(trainer, worker, walk, stack, &memory,
                        gradient ? gradient + stack * trainer->n_stack : NULL, loss);
  fairu_context__release(worker, mark);
  return status;
}

/* ---- a batch ------------------------------------------------------------------------------------------ */

typedef struct batch_task {
  fairu_trainer *trainer;
  size_t first, n;
} batch_task;

static int slice_gradient(fairu_context *worker, size_t slice, void *data)
{
  const batch_task *task = data;
  fairu_trainer *trainer = task->trainer;
  float *gradient = trainer->slice_gradient + slice * trainer->n_parameters;
  const size_t from = slice * trainer->slice_events, left = task->n - from;
  const size_t end = from + (left < trainer->slice_events ? left : trainer->slice_events);
  const row_walk walk = { &trainer->set, trainer->set.training.rows, trainer->order, task->first + from,
                          task->first + end };
  memset(gradient, 0, trainer->n_parameters * sizeof *gradient);
  trainer->losses[slice] = 0.0;
  return walk_rows(trainer, worker, walk, gradient, &trainer->losses[slice]);
}

static void add_slices(fairu_trainer *trainer, size_t n_slices, float scale)
{
  float *gradient = trainer->gradient;
  memcpy(gradient, trainer->slice_gradient, trainer->n_parameters * sizeof *gradient);
  for (size_t s = 1; s < n_slices; s++) {
    const float *slice = trainer->slice_gradient + s * trainer->n_parameters;
    for (size_t i = 0; i < trainer->n_parameters; i++)
      gradient[i] += slice[i];
  }
  for (size_t i = 0; i < trainer->n_parameters; i++)
    gradient[i] *= scale;
}

/* l2 |W|^2 of hidden weight matrices but the first. */
static void add_penalty(fairu_trainer *trainer)
{
  const float factor = (float)(2.0 * trainer->options->l2);
  size_t at = 0;
  for (size_t stack = 0; stack < trainer->n_stacks; stack++)
    for (size_t l = 0; l < trainer->shape.n_layers; l++) {
      const size_t n = trainer->widths[l] * trainer->widths[l + 1];
      for (size_t i = at; l > 0 && l + 1 < trainer->shape.n_layers && i < at + n; i++)
        trainer->gradient[i] += factor * trainer->parameters[i];
      at += n + trainer->widths[l + 1];
    }
}

int fairu_trainer__gradient(fairu_trainer *trainer, fairu_context *ctx, size_t first, size_t n, double *loss)
{
  batch_task task = { trainer, first, n };
  const size_t n_slices = (n + trainer->slice_events - 1) / trainer->slice_events;
  int status = fairu_context__parallel(ctx, n_slices, slice_gradient, &task, NULL);
  if (status != FAIRU_OK)
    return status;
  add_slices(trainer, n_slices, 1.0F / (float)n);
  if (trainer->options->l2 > 0.0)
    add_penalty(trainer);
  *loss = 0.0;
  for (size_t s = 0; s < n_slices; s++)
    *loss += trainer->losses[s];
  return FAIRU_OK;
}

static int validation_chunk(fairu_context *worker, size_t chunk, void *data)
{
  const batch_task *task = data;
  fairu_trainer *trainer = task->trainer;
  const size_t from = chunk * VALIDATION_CHUNK, left = task->n - from;
  const row_walk walk = { &trainer->set, trainer->set.validation.rows, NULL, from,
                          from + (left < VALIDATION_CHUNK ? left : VALIDATION_CHUNK) };
  trainer->losses[chunk] = 0.0;
  return walk_rows(trainer, worker, walk, NULL, &trainer->losses[chunk]);
}

int fairu_trainer__validate(fairu_trainer *trainer, fairu_context *ctx, double *loss)
{
  batch_task task = { trainer, 0, trainer->set.validation.n };
  const size_t n_chunks = (task.n + VALIDATION_CHUNK - 1) / VALIDATION_CHUNK;
  *loss = (double)NAN;
  if (n_chunks == 0)
    return FAIRU_OK;
  int status = fairu_context__parallel(ctx, n_chunks, validation_chunk, &task, NULL);
  if (status != FAIRU_OK)
    return status;
  double sum = 0.0;
  for (size_t c = 0; c < n_chunks; c++)
    sum += trainer->losses[c];
  *loss = sum / trainer->set.validation.sum_weights;
  return FAIRU_OK;
}

/* ---- the finished network ----------------------------------------------------------------------------- */

static int make_network(const fairu_trainer *trainer, fairu_context *ctx, const float *parameters,
                        fairu_layer *layers, fairu_classifier **out)
{
  const fairu_training_options *options = trainer->options;
  const fairu_training_set *set = &trainer->set;
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
  for (size_t l = 0; l < trainer->shape.n_layers; l++) {
    const size_t n_in = trainer->widths[l], n_out = trainer->widths[l + 1];
    const int last = l + 1 == trainer->shape.n_layers;
    layers[l] = (fairu_layer){ n_in, n_out, last ? FAIRU_SIGMOID : trainer->activations[l], parameters,
                               parameters + n_in * n_out };
    parameters += (n_in + 1) * n_out;
  }
  return status == FAIRU_OK
             ? fairu_classifier_create_network(ctx, &network, layers, trainer->shape.n_layers, out)
             : status;
}

static int make_gated(const fairu_trainer *trainer, fairu_context *ctx, const float *parameters,
                      fairu_layer *layers, fairu_classifier **out)
{
  const fairu_training_options *options = trainer->options;
  fairu_classifier *below = NULL, *above = NULL;
  int status = make_network(trainer, ctx, parameters, layers, &below);
  if (status == FAIRU_OK)
    status = make_network(trainer, ctx, parameters + trainer->n_stack, layers, &above);
  if (status == FAIRU_OK)
    status = fairu_classifier_create_gated(ctx, below, above, options->gate, options->gate_nominal, out);
  fairu_classifier_destroy(below);
  fairu_classifier_destroy(above);
  return status;
}

int fairu_trainer__classifier(const fairu_trainer *trainer, fairu_context *ctx, const float *parameters,
                              fairu_classifier **out)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_layer *layers =
      fairu_context__scratch(ctx, trainer->shape.n_layers, sizeof *layers, "training layers");
  int status = FAIRU_ERR_OUT_OF_MEMORY;
  if (layers && trainer->n_stacks == 2)
    status = make_gated(trainer, ctx, parameters, layers, out);
  else if (layers)
    status = make_network(trainer, ctx, parameters, layers, out);
  fairu_context__release(ctx, mark);
  return status;
}
