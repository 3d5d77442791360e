/* challenge_network.c - the classifier: trained on the train part, or brought along. */
#include "challenge.h"

#include "out.h"

#include <stdlib.h>
#include <string.h>

/* ---- training ------------------------------------------------------------------------------------------- */

static int signal_labels(cli *c, fairu_events *table)
{
  const size_t n = fairu_events_n_events(table);
  int32_t *labels = malloc((n + 1) * sizeof *labels);
  if (!labels)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu labels", n);
  for (size_t i = 0; i < n; i++)
    labels[i] = fairu_events_labels(table)[i] == FAIRU_CHALLENGE_HTAUTAU;
  int status = fairu_events_set_categories(table, c->ctx, NULL, 0);
  if (status == FAIRU_OK)
    status = fairu_events_set_labels(table, c->ctx, labels, n);
  free(labels);
  return status;
}

enum { MOST_POINTS = 5 };

/* At the centres, and at points of the priors: the network meets what it will be used on. */
static int training_points(cli *c, const challenge_options *o, uint64_t seed,
                           double points[MOST_POINTS * CHALLENGE_AXES], size_t *n)
{
  const double centre[CHALLENGE_AXES] = { 1, 1, 0 };
  int status = FAIRU_OK;
  *n = o->quick ? 3 : MOST_POINTS;
  memcpy(points, centre, sizeof centre);
  for (size_t k = 1; k < *n && status == FAIRU_OK; k++)
    status = challenge_random_point(c, seed, k - 1, points + k * CHALLENGE_AXES);
  return status;
}

static int set_training(const challenge_options *o, uint64_t seed, fairu_training_options *options)
{
  static const size_t hidden[] = { 64, 64 };
  const int status = fairu_training_options_init(options, sizeof *options);
  options->features = challenge_features;
  options->n_features = CHALLENGE_FEATURES;
  options->hidden = hidden;
  options->n_hidden = 2;
  options->batch = 1024;
  options->epochs = (size_t)o->epochs;
  options->learning_rate = 2e-3;
  options->schedule = FAIRU_SCHEDULE_COSINE;
  options->l2 = 1e-4;
  options->seed = seed;
  return status;
}

static int train(cli *c, const challenge_options *o, const challenge_parts *parts, uint64_t seed,
                 fairu_classifier **out)
{
  double points[MOST_POINTS * CHALLENGE_AXES];
  fairu_systematics *chain = NULL;
  fairu_training_options training;
  fairu_method_options method;
  int status = set_training(o, seed, &training);
  if (status == FAIRU_OK)
    status = fairu_method_options_init(&method, sizeof method);
  method.method = FAIRU_METHOD_AUGMENTED;
  method.training = &training;
  method.signal_label = "htautau";
  method.points = points;
  if (status == FAIRU_OK)
    status = training_points(c, o, seed, points, &method.n_points);
  if (status == FAIRU_OK)
    status = challenge_chain_templates(c, &chain);
  if (status == FAIRU_OK)
    status = fairu_method_train(c->ctx, parts->events[CHALLENGE_TRAIN], chain, &method, NULL, NULL, out);
  fairu_systematics_destroy(chain);
  return status;
}

/* ---- loading -------------------------------------------------------------------------------------------- */

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
