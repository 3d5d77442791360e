/* challenge_network.c - the classifier: trained on the train part, or brought along. */
#include "challenge.h"

#include "out.h"

#include <stdlib.h>
#include <string.h>

/* ---- the table to learn from ---------------------------------------------------------------------------- */

/* The events once more, at one point; `table` grows. */
static int add_point(cli *c, const fairu_systematics *chain, const fairu_events *events, const double *z,
                     uint64_t seed, fairu_events **table)
{
  fairu_events *shifted = NULL, *joined = NULL;
  int status = fairu_systematics_apply(chain, c->ctx, events, z, CHALLENGE_AXES, seed, NULL, &shifted);
  if (status == FAIRU_OK && *table)
    status = fairu_events_concatenate(*table, c->ctx, shifted, &joined);
  if (status == FAIRU_OK && *table) {
    fairu_events_destroy(shifted);
    fairu_events_destroy(*table);
    shifted = joined;
  }
  if (status == FAIRU_OK)
    *table = shifted;
  else
    fairu_events_destroy(shifted);
  return status;
}

static int signal_labels(cli *c, fairu_events *table)
{
  const size_t n = fairu_events_n_events(table);
  int32_t *labels = malloc((n + 1) * sizeof *labels);
  if (!labels)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu labels", n);
  for (size_t i = 0; i < n; i++)
    labels[i] = fairu_events_labels(table)[i] == FAIRU_PSEUDO_HTAUTAU;
  int status = fairu_events_set_categories(table, c->ctx, NULL, 0);
  if (status == FAIRU_OK)
    status = fairu_events_set_labels(table, c->ctx, labels, n);
  free(labels);
  return status;
}

/* At the centres, and at points of the priors: the network meets what it will be used on. */
static int training_table(cli *c, const challenge_options *o, const fairu_events *events, uint64_t seed,
                          fairu_events **table)
{
  const uint64_t n_points = o->quick ? 2 : 4;
  const double centre[CHALLENGE_AXES] = { 1, 1, 0 };
  fairu_systematics *chain = NULL;
  int status = challenge_chain_templates(c, &chain);
  if (status == FAIRU_OK)
    status = add_point(c, chain, events, centre, seed, table);
  for (uint64_t k = 0; k < n_points && status == FAIRU_OK; k++) {
    double z[CHALLENGE_AXES];
    status = challenge_random_point(c, seed, k, z);
    if (status == FAIRU_OK)
      status = add_point(c, chain, events, z, seed + 1 + k, table);
  }
  fairu_systematics_destroy(chain);
  return status == FAIRU_OK ? signal_labels(c, *table) : status;
}

/* ---- training and loading ------------------------------------------------------------------------------- */

static int train(cli *c, const challenge_options *o, const challenge_parts *parts, uint64_t seed,
                 fairu_classifier **out)
{
  static const size_t hidden[] = { 64, 64 };
  fairu_events *table = NULL;
  fairu_training_options options;
  int status = fairu_training_options_init(&options, sizeof options);
  if (status == FAIRU_OK)
    status = training_table(c, o, parts->events[CHALLENGE_TRAIN], seed, &table);
  options.features = challenge_features;
  options.n_features = CHALLENGE_FEATURES;
  options.hidden = hidden;
  options.n_hidden = 2;
  options.batch = 1024;
  options.epochs = (size_t)o->epochs;
  options.learning_rate = 2e-3;
  options.schedule = FAIRU_SCHEDULE_COSINE;
  options.l2 = 1e-4;
  options.seed = seed;
  if (status == FAIRU_OK)
    status = fairu_classifier_train(c->ctx, table, &options, NULL, out);
  fairu_events_destroy(table);
  return status;
}

static int is_feature(const char *name)
{
  for (int i = 0; i < CHALLENGE_FEATURES; i++)
    if (strcmp(challenge_features[i], name) == 0)
      return 1;
  return 0;
}

static int check_loaded(cli *c, const char *path, const fairu_classifier *classifier)
{
  if (fairu_classifier_n_outputs(classifier) != 1)
    return cli_fail(c, FAIRU_ERR_SHAPE, "%s: the network has %zu outputs; wanted one, a score", path,
                    fairu_classifier_n_outputs(classifier));
  if (fairu_classifier_n_nuisances(classifier) != 0)
    return cli_fail(c, FAIRU_ERR_ARGUMENT,
                    "%s: the network wants the nuisance parameter '%s'; here it must do "
                    "without",
                    path, fairu_classifier_nuisance_name(classifier, 0));
  for (size_t i = 0; i < fairu_classifier_n_features(classifier); i++)
    if (!is_feature(fairu_classifier_feature_name(classifier, i)))
      return cli_fail(c, FAIRU_ERR_NOT_FOUND, "%s: feature '%s' is none of the challenge's 28", path,
                      fairu_classifier_feature_name(classifier, i));
  return FAIRU_OK;
}

int challenge_network_make(cli *c, const challenge_options *o, const challenge_parts *parts, uint64_t seed,
                           int save, fairu_classifier **out)
{
  char path[OUT_PATH];
  int status;
  if (o->model) {
    status = fairu_classifier_load(c->ctx, o->model, out);
    if (status == FAIRU_OK)
      status = check_loaded(c, o->model, *out);
    return status == FAIRU_OK && save ? out_remove(c, o->out, "results.json") : status;
  }
  cli_stage(c, "training a network on %zu events", fairu_events_n_events(parts->events[CHALLENGE_TRAIN]));
  status = train(c, o, parts, seed, out);
  if (status == FAIRU_OK && save) /* from here on other files than those of an earlier run */
    status = out_remove(c, o->out, "results.json");
  if (status == FAIRU_OK && save)
    status = out_path(c, path, o->out, "model.fairu");
  return status == FAIRU_OK && save ? fairu_classifier_save(*out, c->ctx, path) : status;
}

int challenge_network_auc(cli *c, const fairu_events *events, const fairu_classifier *classifier, double *auc)
{
  fairu_systematics *chain = NULL;
  fairu_events *nominal = NULL;
  const double centre[CHALLENGE_AXES] = { 1, 1, 0 };
  int status = challenge_chain_templates(c, &chain);
  if (status == FAIRU_OK)
    status = fairu_systematics_apply(chain, c->ctx, events, centre, CHALLENGE_AXES, 1, NULL, &nominal);
  if (status == FAIRU_OK)
    status = signal_labels(c, nominal);
  const size_t n = fairu_events_n_events(nominal);
  float *scores = malloc((n + 1) * sizeof *scores);
  if (status == FAIRU_OK && !scores)
    status = cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu scores", n);
  if (status == FAIRU_OK)
    status =
        fairu_classifier_score_events(classifier, c->ctx, nominal, NULL, 1, 0, FAIRU_OUTPUT_LOGIT, scores);
  if (status == FAIRU_OK)
    status = fairu_auc(c->ctx, scores, fairu_events_labels(nominal), fairu_events_weights(nominal), n, auc);
  free(scores);
  fairu_events_destroy(nominal);
  fairu_systematics_destroy(chain);
  return status;
}
