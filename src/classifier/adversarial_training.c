/* adversarial_training.c - the strategy of a classifier f against an adversary r, and its public call. */
#include <math.h>
#include <string.h>

#include "classifier/adversarial.h"
#include "classifier/adversary_options.h"

/* ---- what r needs of the events ----------------------------------------------------------------------------- */

static int put_extra(const void *data, fairu_context *ctx, size_t row, float *out)
{
  const fairu_adversarial *a = data;
  const fairu_training_plan *plain = &a->plain_plan;
  const float z = a->z[row * a->stride];
  out[plain->n_extra] = z;
  if (!isfinite(z))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "row %zu: column \"%s\" is %g", row,
                               a->options.nuisance, (double)z);
  return plain->extra ? plain->extra(plain->extra_data, ctx, row, out) : FAIRU_OK;
}

static int find_nuisance(fairu_adversarial *a, fairu_context *ctx, const fairu_events *events)
{
  size_t column = 0;
  int status = fairu_events_find_column(events, ctx, a->options.nuisance, &column);
  if (status == FAIRU_OK)
    a->z = fairu_events_column(events, column, &a->stride);
  return status;
}

/* ---- a member ------------------------------------------------------------------------------------------------ */

static int make_adversary(fairu_adversarial *a, fairu_trainer *trainer, fairu_context *ctx)
{
  const fairu_adversary_options *options = &a->options;
  const fairu_stack_plan plan = {
    .n_inputs = a->plan.n_outputs,
    .n_outputs = fairu_density__n_outputs(&a->target.form),
    .hidden = options->hidden,
    .n_hidden = options->n_hidden,
    .activation = options->activation,
    .n_sides = 1,
    .l2 = options->l2,
    .optimiser = options->optimiser ? options->optimiser : a->training.optimiser,
    .momentum = a->training.momentum,
    .seed = trainer->stack.plan.seed,
    .id = 1,
  };
  int status = fairu_stack__create(&a->r, ctx, &plan);
  a->net = (fairu_adversary_net){
    a->r.shape, options->sees == FAIRU_OUTPUT_LOGIT ? FAIRU_ACTIVATION_LINEAR : a->plan.output, a->target.form
  };
  fairu_adversarial__losses(a);
  return status;
}

static int start(void *data, fairu_trainer *trainer, fairu_context *ctx)
{
  fairu_adversarial *a = data;
  const fairu_adversary_options *options = &a->options;
  const size_t most = SIZE_MAX / 2 / trainer->steps; /* what both play alone is counted in steps */
  if (options->rounds > trainer->steps)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "adversary: %zu rounds in an epoch of %zu batches",
                               options->rounds, trainer->steps);
  if (options->classifier_epochs > most || options->adversary_epochs > most)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "adversary: classifier_epochs is %zu, adversary_epochs %zu",
                               options->classifier_epochs, options->adversary_epochs);
  a->target = (fairu_adversary_target){ .form = { options->density, options->components },
                                        .only_label = options->only_label };
  a->target.column = trainer->set.first_extra + a->plain_plan.n_extra;
  a->order = fairu_context__new(ctx, trainer->set.training.n, sizeof *a->order, "training order");
  if (!a->order)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = fairu_adversary_target__take(&a->target, ctx, &trainer->set, options->nuisance);
  if (status != FAIRU_OK)
    return status;
  a->factor = (float)(trainer->set.training.sum_weights / a->target.weight[0]);
  a->passes = 0;
  a->next = trainer->set.training.n;
  a->tally = (fairu_adversarial_tally){ .best_loss = (double)NAN };
  if (options->rounds > 0) {
    trainer->loss_unit *= (double)options->rounds / (double)trainer->steps;
    trainer->steps = options->rounds;
  }
  return make_adversary(a, trainer, ctx);
}

static void stop(void *data, fairu_trainer *trainer, fairu_context *ctx)
{
  fairu_adversarial *a = data;
  const double *best = a->tally.best;
  (void)trainer;
  a->sums[0] += best[0];
  a->sums[1] += fairu_density__in_units(&a->target.form, best[1], a->target.spread);
  a->sums[2] += best[2];
  a->sums[3] += fairu_density__in_units(&a->target.form, best[3], a->target.spread);
  a->sums[4] += a->target.blind;
  a->members++;
  fairu_context__free(ctx, a->order);
  a->order = NULL;
  fairu_stack__free(&a->r, ctx);
  a->r = (fairu_stack){ 0 };
}

/* ---- epochs --------------------------------------------------------------------------------------------------- */

static int prepare(void *data, fairu_trainer *trainer, fairu_context *ctx, size_t epoch)
{
  fairu_adversarial *a = data;
  a->epoch = epoch;
  memset(a->tally.epoch, 0, sizeof a->tally.epoch);
  return epoch == 0 ? fairu_adversarial__train_alone(a, trainer, ctx) : FAIRU_OK;
}

static int gradient(void *data, fairu_trainer *trainer, fairu_context *ctx, size_t first, size_t n,
                    double *loss)
{
  fairu_adversarial *a = data;
  double losses[FAIRU_MOST_LOSSES];
  int status = fairu_adversarial__round(a, trainer, ctx, fairu_trainer__batch(trainer, first, n), losses);
  if (status != FAIRU_OK)
    return status;
  for (size_t i = 0; i < FAIRU_LOSS_PARTS; i++)
    a->tally.epoch[i] += losses[i];
  *loss = losses[FAIRU_LOSS_F] - a->options.lambda * losses[FAIRU_LOSS_R];
  return FAIRU_OK;
}

/* The same rule as that of the trainer: with patience the best epoch, else the last one. */
static void keep_best(fairu_adversarial *a, double loss, const double parts[2])
{
  fairu_adversarial_tally *t = &a->tally;
  if (a->training.patience > 0 && a->epoch > 0 && !fairu_trainer__is_better(loss, t->best_loss))
    return;
  memcpy(a->r.best, a->r.parameters, a->r.n_parameters * sizeof *a->r.best);
  t->best_loss = loss;
  t->best[0] = t->epoch[FAIRU_LOSS_F] / t->epoch[FAIRU_WEIGHT_F];
  t->best[1] = t->epoch[FAIRU_LOSS_R] / t->epoch[FAIRU_WEIGHT_R];
  t->best[2] = parts[0];
  t->best[3] = parts[1];
}

static int validate(void *data, fairu_trainer *trainer, fairu_context *ctx, double *loss)
{
  fairu_adversarial *a = data;
  double losses[FAIRU_MOST_LOSSES], parts[2] = { (double)NAN, (double)NAN };
  const fairu_pass_plan pass = { .stack = &trainer->stack,
                                 .loss = &a->both,
                                 .rows = fairu_trainer__validation(trainer) };
  int status = pass.rows.n > 0 ? fairu_trainer__pass(trainer, ctx, &pass, losses) : FAIRU_OK;
  if (status != FAIRU_OK)
    return status;
  if (pass.rows.n > 0) {
    parts[0] = losses[FAIRU_LOSS_F] / losses[FAIRU_WEIGHT_F];
    parts[1] = losses[FAIRU_LOSS_R] / losses[FAIRU_WEIGHT_R];
  }
  *loss = parts[0] - a->options.lambda * parts[1];
  keep_best(a, *loss, parts);
  return FAIRU_OK;
}

/* ---- checkpoints ---------------------------------------------------------------------------------------------- */

static void describe(const void *data, fairu_digest *digest)
{
  const fairu_adversary_options *o = &((const fairu_adversarial *)data)->options;
  const uint64_t counts[] = { (uint64_t)o->density,    o->components,
                              (uint64_t)o->activation, (uint64_t)o->sees,
                              (uint64_t)o->only_label, (uint64_t)o->reversal,
                              o->classifier_epochs,    o->adversary_epochs,
                              o->adversary_steps,      o->rounds,
                              (uint64_t)o->optimiser,  o->n_hidden };
  const double numbers[] = { o->lambda, o->learning_rate, o->l2 };
  fairu_digest__add(digest, o->nuisance, strlen(o->nuisance) + 1);
  fairu_digest__add(digest, counts, sizeof counts);
  fairu_digest__add(digest, numbers, sizeof numbers);
  if (o->n_hidden > 0)
    fairu_digest__add(digest, o->hidden, o->n_hidden * sizeof *o->hidden);
}

static void save(void *data, const fairu_trainer *trainer, fairu_pack *pack)
{
  const fairu_adversarial *a = data;
  (void)trainer;
  fairu_stack__save(&a->r, pack);
  fairu_pack__u64(pack, a->passes);
  fairu_pack__u64(pack, a->next);
  fairu_pack__f64(pack, a->tally.best_loss);
  fairu_pack__f64s(pack, a->tally.best, FAIRU_BEST_LOSSES);
  fairu_pack__f64s(pack, a->sums, FAIRU_BEST_LOSSES + 1);
  fairu_pack__u64(pack, a->members);
}

static int restore(void *data, fairu_trainer *trainer, fairu_context *ctx, fairu_unpack *unpack)
{
  fairu_adversarial *a = data;
  const size_t n = trainer->set.training.n;
  int status = fairu_stack__restore(&a->r, ctx, unpack);
  if (status == FAIRU_OK)
    status = fairu_unpack__u64(unpack, ctx, "passes", &a->passes);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "rows of a pass", n, &a->next);
  if (status == FAIRU_OK)
    status = fairu_unpack__f64(unpack, ctx, "best loss", &a->tally.best_loss);
  if (status == FAIRU_OK)
    status = fairu_unpack__f64s(unpack, ctx, "losses", a->tally.best, FAIRU_BEST_LOSSES);
  if (status == FAIRU_OK)
    status = fairu_unpack__f64s(unpack, ctx, "losses of members", a->sums, FAIRU_BEST_LOSSES + 1);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "finished members", SIZE_MAX - 1, &a->members);
  if (status == FAIRU_OK)
    fairu_adversarial__shuffle(a, n);
  return status;
}

/* ---- the call --------------------------------------------------------------------------------------------------- */

static int run(fairu_adversarial *a, fairu_context *ctx, const fairu_events *events,
               fairu_training_result *result, fairu_classifier **out)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_strategy strategy;
  int status = fairu_plain__make(ctx, events, &a->training, &a->plain, &a->plain_plan, &strategy);
  strategy = (fairu_strategy){ .name = "adversarial",
                               .start = start,
                               .stop = stop,
                               .prepare = prepare,
                               .gradient = gradient,
                               .validate = validate,
                               .describe = describe,
                               .save = save,
                               .restore = restore,
                               .data = a };
  a->plan = a->plain_plan;
  a->plan.n_extra++;
  a->plan.extra = put_extra;
  a->plan.extra_data = a;
  if (status == FAIRU_OK)
    status = find_nuisance(a, ctx, events);
  if (status == FAIRU_OK)
    status = fairu_training__run(ctx, events, &a->training, &a->plan, &strategy, result, out);
  fairu_context__release(ctx, mark);
  return status;
}

static int write_result(const fairu_adversarial *a, fairu_context *ctx, fairu_adversary_result *result)
{
  const double n = (double)a->members;
  const fairu_adversary_result mean = { .struct_size = sizeof mean,
                                        .classifier_loss = a->sums[0] / n,
                                        .adversary_loss = a->sums[1] / n,
                                        .validation_classifier_loss = a->sums[2] / n,
                                        .validation_adversary_loss = a->sums[3] / n,
                                        .blind_loss = a->sums[4] / n };
  return fairu_result__write(ctx, result, &mean, sizeof mean, "adversary result");
}

int fairu_classifier_train_adversarial(fairu_context *ctx, const fairu_events *events,
                                       const fairu_training_options *training,
                                       const fairu_adversary_options *adversary,
                                       fairu_training_result *result,
                                       fairu_adversary_result *adversary_result, fairu_classifier **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!events || !training || !adversary || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL,
                               "train against an adversary: events, options or out is NULL");
  fairu_adversarial a = { 0 };
  int status = fairu_result__check(ctx, adversary_result, sizeof *adversary_result, "adversary result");
  if (status == FAIRU_OK)
    status = fairu_training__read_options(ctx, training, &a.training);
  if (status == FAIRU_OK)
    status = fairu_adversary_options__read(ctx, adversary, &a.options);
  if (status == FAIRU_OK && a.training.tangent_penalty > 0.0)
    status = fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "adversary: tangent_penalty is %g",
                                 a.training.tangent_penalty);
  if (status == FAIRU_OK)
    status = run(&a, ctx, events, result, out);
  if (status == FAIRU_OK && adversary_result)
    status = write_result(&a, ctx, adversary_result);
  return status;
}
