/* summary_training.c - batches by process: there, the loss, and back. */
#include "classifier/summary_training.h"

#include <math.h>
#include <string.h>

/* Slices of a batch, about: what can run at once. Activations are kept between there and back where they fit. */
enum { SLICES = 8, LONG_SLICE = 32 * FAIRU_LANES, KEPT_BYTES = 64 << 20 };

/* ---- where rows go -------------------------------------------------------------------------------------- */

static size_t process_of(const fairu_training_set *set, const fairu_training_part *part, size_t row)
{
  return (size_t)part->rows[row * set->width + set->n_inputs + 1];
}

/* Every batch has the same number of rows of a process: their share of all, rounded down. */
static void share_batch(fairu_summary_training *data, fairu_trainer *trainer)
{
  const size_t n = trainer->set.training.n, wanted = trainer->options->batch;
  size_t steps = wanted < n ? n / wanted : 1, at = 0;
  for (size_t row = 0; row < n; row++)
    data->totals[process_of(&trainer->set, &trainer->set.training, row)]++;
  for (size_t p = 0; p < data->rows.n_processes; p++)
    steps = data->totals[p] < steps ? data->totals[p] : steps;
  for (size_t p = 0; p < data->rows.n_processes; p++) {
    data->shares[p] = data->totals[p] / steps;
    data->places[p] = at;
    at += data->shares[p];
  }
  trainer->steps = steps;
  trainer->batch = at;
  trainer->loss_unit = (double)steps;
}

/* Rows of today's order, process by process, into batches; what fills none comes last. */
static int prepare(void *own, fairu_trainer *trainer, fairu_context *ctx, size_t epoch)
{
  fairu_summary_training *data = own;
  const fairu_training_set *set = &trainer->set;
  size_t tail = trainer->steps * trainer->batch;
  size_t *seen = data->totals;
  (void)ctx;
  data->epoch = epoch;
  memset(seen, 0, data->rows.n_processes * sizeof *seen);
  for (size_t i = 0; i < set->training.n; i++) {
    const uint32_t row = trainer->order[i];
    const size_t p = process_of(set, &set->training, row), step = seen[p] / data->shares[p];
    if (step < trainer->steps)
      data->order[step * trainer->batch + data->places[p] + seen[p] % data->shares[p]] = row;
    else
      data->order[tail++] = row;
    seen[p]++;
  }
  memcpy(trainer->order, data->order, set->training.n * sizeof *trainer->order);
  return FAIRU_OK;
}

/* ---- memory --------------------------------------------------------------------------------------------- */

static int cut_batch(fairu_summary_training *data, fairu_context *ctx, size_t batch)
{
  const size_t blocks = (batch + SLICES * FAIRU_LANES - 1) / (SLICES * FAIRU_LANES);
  const size_t events = blocks * FAIRU_LANES, n_processes = data->rows.n_processes;
  fairu_summary_sample *sample = &data->batch;
  sample->slices =
      fairu_context__new(ctx, SLICES + n_processes, sizeof *sample->slices, "slices of soft counts");
  if (!sample->slices)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t p = 0; p < n_processes; p++)
    sample->n_slices += fairu_summary_slices__cut(p, data->places[p], data->shares[p], events,
                                                  sample->slices + sample->n_slices);
  return FAIRU_OK;
}

static int cut_validation(fairu_summary_training *data, fairu_context *ctx, const fairu_training_set *set)
{
  const size_t n = set->validation.n, n_processes = data->rows.n_processes;
  fairu_summary_sample *sample = &data->rest;
  size_t at = 0;
  data->validation = fairu_context__new(ctx, n, sizeof *data->validation, "validation rows");
  sample->slices =
      fairu_context__new(ctx, n / LONG_SLICE + n_processes, sizeof *sample->slices, "slices of soft counts");
  if (!data->validation || !sample->slices)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t p = 0; n > 0 && p < n_processes; p++) {
    const size_t first = at;
    for (size_t row = 0; row < n; row++)
      if (process_of(set, &set->validation, row) == p)
        data->validation[at++] = (uint32_t)row;
    if (at == first)
      return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "validation part has no events of process %zu", p);
    sample->n_slices +=
        fairu_summary_slices__cut(p, first, at - first, LONG_SLICE, sample->slices + sample->n_slices);
  }
  return FAIRU_OK;
}

static int take_sums(fairu_summary_training *data, fairu_context *ctx)
{
  const size_t n_processes = data->rows.n_processes, n_bins = data->soft.n_bins;
  const size_t most = data->batch.n_slices > data->rest.n_slices ? data->batch.n_slices : data->rest.n_slices;
  const size_t n_counts = n_processes * (1 + data->rows.n_variations) * n_bins;
  const size_t n_tangents = n_processes * data->rows.n_tangents * n_bins;
  const struct {
    double **to;
    size_t n;
  } vectors[] = {
    { &data->sums, most * data->n_sums },
    { &data->by_process, n_processes * data->n_sums },
    { &data->slopes, n_processes * data->n_sums },
    { &data->counts, n_counts },
    { &data->d_counts, n_counts },
    { &data->tangents, n_tangents },
    { &data->d_tangents, n_tangents },
  };
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
    *vectors[i].to = fairu_context__new(ctx, vectors[i].n, sizeof(double), "soft counts");
    if (!*vectors[i].to)
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  return FAIRU_OK;
}

/* What hidden layers draw lies elsewhere: with it, all is computed again. */
static int take_kept(fairu_summary_training *data, fairu_context *ctx, const fairu_trainer *trainer)
{
  const fairu_training_options *options = trainer->options;
  const size_t bytes = fairu_summary_pass__kept(&data->rows, &trainer->stack) * sizeof(float);
  const size_t blocks =
      fairu_summary_slices__count_blocks(&data->rows, data->flags, data->batch.slices, data->batch.n_slices);
  if (options->dropout > 0.0 || bytes > KEPT_BYTES / blocks)
    return FAIRU_OK;
  data->kept = fairu_context__new_unset(ctx, blocks, bytes, "soft counts");
  return data->kept ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

static int take_rows(fairu_summary_training *data, fairu_context *ctx, fairu_trainer *trainer)
{
  const fairu_training_set *set = &trainer->set;
  const size_t n = data->rows.n_processes;
  data->totals = fairu_context__new(ctx, n, sizeof *data->totals, "rows of processes");
  data->shares = fairu_context__new(ctx, n, sizeof *data->shares, "rows of processes");
  data->places = fairu_context__new(ctx, n, sizeof *data->places, "rows of processes");
  data->flags = fairu_context__new(ctx, n, fairu_summary_rows__n_flags(&data->rows), "rows of variations");
  data->order = fairu_context__new(ctx, set->training.n, sizeof *data->order, "training order");
  if (!data->totals || !data->shares || !data->places || !data->flags || !data->order)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = fairu_summary_rows__standardise(&data->rows, ctx, set, &set->training, data->flags);
  if (status == FAIRU_OK)
    status = fairu_summary_rows__standardise(&data->rows, ctx, set, &set->validation, data->flags);
  share_batch(data, trainer);
  return status;
}

static int start(void *own, fairu_trainer *trainer, fairu_context *ctx)
{
  fairu_summary_training *data = own;
  int status = take_rows(data, ctx, trainer);
  if (status == FAIRU_OK)
    status = cut_batch(data, ctx, trainer->batch);
  if (status == FAIRU_OK)
    status = cut_validation(data, ctx, &trainer->set);
  if (status == FAIRU_OK)
    status = take_sums(data, ctx);
  if (status == FAIRU_OK)
    status = take_kept(data, ctx, trainer);
  if (status != FAIRU_OK)
    return status;
  data->gradients = fairu_context__new(ctx, data->batch.n_slices, trainer->stack.n_gradient * sizeof(float),
                                       "training slices");
  return data->gradients ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

static void stop(void *own, fairu_trainer *trainer, fairu_context *ctx)
{
  fairu_summary_training *data = own;
  void *memory[] = { data->totals,       data->shares,     data->places, data->flags,    data->order,
                     data->validation,   data->sums,       data->slopes, data->counts,   data->d_counts,
                     data->batch.slices, data->by_process, data->kept,   data->tangents, data->rest.slices,
                     data->gradients,    data->d_tangents };
  (void)trainer;
  for (size_t i = 0; i < sizeof memory / sizeof *memory; i++)
    fairu_context__free(ctx, memory[i]);
  data->totals = data->shares = data->places = NULL;
  data->flags = NULL;
  data->order = data->validation = NULL;
  data->batch = data->rest = (fairu_summary_sample){ 0 };
  data->sums = data->by_process = data->slopes = NULL;
  data->counts = data->d_counts = data->tangents = data->d_tangents = NULL;
  data->gradients = data->kept = NULL;
}

/* ---- steps ---------------------------------------------------------------------------------------------- */

static fairu_summary_pass pass_of(fairu_summary_training *data, const fairu_trainer *trainer,
                                  const fairu_summary_sample *sample)
{
  return (fairu_summary_pass){ .soft = &data->soft,
                               .layout = &data->rows,
                               .flags = data->flags,
                               .set = &trainer->set,
                               .stack = &trainer->stack,
                               .slices = sample->slices,
                               .n_slices = sample->n_slices,
                               .sums = data->sums };
}

/* Sums of slices, in their order, and what the loss says to them. */
static int count(fairu_summary_training *data, fairu_context *ctx, fairu_summary_pass *pass, double *loss)
{
  int status = fairu_summary_pass__run(pass, ctx);
  if (status != FAIRU_OK)
    return status;
  memset(data->by_process, 0, data->rows.n_processes * data->n_sums * sizeof *data->by_process);
  for (size_t s = 0; s < pass->n_slices; s++)
    for (size_t i = 0; i < data->n_sums; i++)
      data->by_process[pass->slices[s].process * data->n_sums + i] += data->sums[s * data->n_sums + i];
  return fairu_summary_training__ask(data, ctx, loss);
}

static int cross_entropy(const void *data, const fairu_block *block, const float *out, float *d_out,
                         float *more, double *losses)
{
  (void)data, (void)more;
  losses[0] += fairu_pass__cross_entropy(block->engine, out, block->labels, block->weights, d_out);
  return FAIRU_OK;
}

/* A step of the warm-up. */
static int learn_labels(fairu_trainer *trainer, fairu_context *ctx, size_t first, size_t n, double *loss)
{
  const fairu_block_loss entropy = { .evaluate = cross_entropy };
  double losses[FAIRU_MOST_LOSSES];
  int status = fairu_trainer__learn(trainer, ctx, &entropy, fairu_trainer__batch(trainer, first, n), losses);
  if (status == FAIRU_OK)
    *loss = losses[0] / (double)n;
  return status;
}

static int gradient(void *own, fairu_trainer *trainer, fairu_context *ctx, size_t first, size_t n,
                    double *loss)
{
  fairu_summary_training *data = own;
  fairu_summary_pass pass = pass_of(data, trainer, &data->batch);
  if (data->epoch < data->options->warm_up)
    return learn_labels(trainer, ctx, first, n, loss);
  pass.training = 1;
  pass.rows = trainer->set.training.rows;
  pass.order = trainer->order + first;
  pass.kept = data->kept;
  int status = count(data, ctx, &pass, loss);
  if (status != FAIRU_OK)
    return status;
  pass.slopes = data->slopes;
  pass.gradients = data->gradients;
  status = fairu_summary_pass__run(&pass, ctx);
  if (status == FAIRU_OK)
    fairu_kernels__of(ctx)->add_slices(pass.n_slices, trainer->stack.n_gradient, data->gradients, 1.0F,
                                       trainer->stack.n_gradient, trainer->stack.gradient);
  return status;
}

static int validate(void *own, fairu_trainer *trainer, fairu_context *ctx, double *loss)
{
  fairu_summary_training *data = own;
  fairu_summary_pass pass = pass_of(data, trainer, &data->rest);
  *loss = (double)NAN;
  if (data->rest.n_slices == 0)
    return FAIRU_OK;
  pass.rows = trainer->set.validation.rows;
  pass.order = data->validation;
  return count(data, ctx, &pass, loss);
}

/* What a resumed training must share. */
static void describe(const void *own, fairu_digest *digest)
{
  const fairu_summary_training *data = own;
  const double numbers[] = { data->soft.kind,
                             (double)data->soft.n_bins,
                             data->soft.temperature,
                             data->soft.bandwidth,
                             (double)data->rows.n_processes,
                             (double)data->rows.n_variations,
                             (double)data->rows.n_tangents,
                             (double)data->options->warm_up };
  fairu_digest__add(digest, numbers, sizeof numbers);
  if (data->soft.edges)
    fairu_digest__add(digest, data->soft.edges, (data->soft.n_bins + 1) * sizeof *data->soft.edges);
}

/* ---- plan ----------------------------------------------------------------------------------------------- */

static int set_edges(fairu_summary_training *data, fairu_context *ctx)
{
  const size_t n = data->soft.n_bins;
  data->soft.edges = data->options->edges;
  if (data->soft.kind != FAIRU_SUMMARY_KDE || data->soft.edges)
    return FAIRU_OK;
  double *edges = fairu_context__scratch(ctx, n + 1, sizeof *edges, "edges of soft counts");
  if (!edges)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t e = 0; e <= n; e++)
    edges[e] = (double)e / (double)n;
  data->soft.edges = edges;
  return FAIRU_OK;
}

int fairu_summary_training__make(fairu_context *ctx, const fairu_events *events,
                                 const fairu_training_options *training, const fairu_summary_options *summary,
                                 fairu_summary_training *data, fairu_training_plan *plan,
                                 fairu_strategy *strategy)
{
  const int softmax = summary->kind == FAIRU_SUMMARY_SOFTMAX;
  *data = (fairu_summary_training){ .options = summary };
  data->soft = (fairu_soft_counts){ summary->kind,      softmax ? summary->n_bins : 1,
                                    summary->n_bins,    summary->temperature,
                                    summary->bandwidth, NULL };
  data->rows = (fairu_summary_rows){ .events = events,
                                     .training = training,
                                     .options = summary,
                                     .n_inputs = training->n_features + training->n_nuisances,
                                     .n_processes = summary->n_processes,
                                     .n_variations = summary->n_variations,
                                     .n_tangents = training->n_tangents };
  data->n_sums = fairu_summary_pass__n_sums(&data->rows, summary->n_bins);
  *plan = (fairu_training_plan){ .n_outputs = data->soft.n_outputs,
                                 .output = softmax ? FAIRU_ACTIVATION_SOFTMAX : FAIRU_ACTIVATION_SIGMOID,
                                 .output_scale = softmax ? 1.0 / summary->temperature : 1.0,
                                 .n_classes = summary->n_processes,
                                 .balance = summary->warm_up > 0,
                                 .n_extra = fairu_summary_rows__n_extra(&data->rows),
                                 .extra = fairu_summary_rows__extra,
                                 .extra_data = &data->rows };
  *strategy = (fairu_strategy){ .name = "summary",
                                .start = start,
                                .stop = stop,
                                .prepare = prepare,
                                .gradient = gradient,
                                .validate = validate,
                                .describe = describe,
                                .data = data };
  fairu_tangent_rows tangents;
  int status = fairu_tangent_rows__of(ctx, training, &tangents);
  if (status == FAIRU_OK)
    status = set_edges(data, ctx);
  return status == FAIRU_OK ? fairu_summary_rows__find(&data->rows, ctx) : status;
}
