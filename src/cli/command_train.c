/* command_train.c - `fairu train`: a network from a table of events, by any of the methods. */
#include "train.h"

#include "systematics_config.h"

static int train(cli *c, train_job *j)
{
  int status = out_target(c, j->texts.out);
  if (status == FAIRU_OK && j->texts.checkpoint)
    status = out_target(c, j->texts.checkpoint);
  if (status == FAIRU_OK)
    status = train_settings_read(c, j);
  if (status == FAIRU_OK && j->texts.systematics)
    status = systematics_config_read(c, j->texts.systematics, &j->systematics);
  if (status == FAIRU_OK)
    status = train_points_read(c, j);
  if (status == FAIRU_OK)
    status = train_events_read(c, j);
  cli_stage(c, "training");
  j->result.struct_size = sizeof j->result;
  j->adversary_result.struct_size = sizeof j->adversary_result;
  if (status == FAIRU_OK)
    status = fairu_method_train(c->ctx, j->events, j->systematics, &j->method, &j->result,
                                &j->adversary_result, &j->classifier);
  if (status == FAIRU_OK)
    status = fairu_classifier_export(j->classifier, c->ctx, j->texts.out, FAIRU_FORMAT_AUTO);
  return status;
}

static int report(cli *c, const train_job *j)
{
  if (!c->json) {
    train_tell(j);
    return FAIRU_OK;
  }
  json_t *root = train_document(j);
  const int status = out_json_print(root, c);
  json_decref(root);
  return status;
}

/* What cannot be guessed. */
static const char *lacks(const train_texts *t)
{
  return !t->features ? "--features A,B,... is required"
         : !t->label  ? "--label COL is required"
         : !t->method ? "--method is required: " TRAIN_METHODS
         : !t->out    ? "--out MODEL is required"
                      : NULL;
}

static int run(const cli_usage *usage, int argc, char **argv, train_job *j)
{
  cli c;
  int status = cli_begin(&c, usage, argc, argv);
  if (status != CLI_CONTINUE)
    return status;
  if (lacks(&j->texts))
    return cli_misused(&c, lacks(&j->texts));
  status = train(&c, j);
  if (status == FAIRU_OK)
    status = report(&c, j);
  fairu_classifier_destroy(j->classifier);
  fairu_events_destroy(j->events);
  fairu_systematics_destroy(j->systematics);
  train_settings_free(j);
  return cli_end(&c, status);
}

int command_train(int argc, char **argv)
{
  train_job j;
  cli_option options[TRAIN_OPTIONS_MOST];
  train_defaults(&j);
  const cli_usage usage = {
    .command = "fairu train",
    .files = "IN",
    .about = "Train a network on the events of IN (CSV, also .gz; .npy; .npz; - is standard input). What "
             "comes out serves fairu predict, convert and challenge. Methods: "
             "docs/training.md; the format of CONFIG: docs/systematics.md.",
    .options = options,
    .n_options = train_options(&j, options),
    .min_files = 1,
    .max_files = 1
  };
  return run(&usage, argc, argv, &j);
}
