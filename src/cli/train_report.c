/* train_report.c - what was trained, for a person and as JSON: no times, no paths but the model's. */
#include "train.h"

#include <math.h>
#include <stdio.h>

static size_t n_inputs(const train_job *j)
{
  return fairu_classifier_n_features(j->classifier) + fairu_classifier_n_nuisances(j->classifier);
}

/* "3-64-64-1" */
static const char *shape(const train_job *j, char *text, size_t size)
{
  size_t used = (size_t)snprintf(text, size, "%zu", n_inputs(j));
  for (size_t l = 0; l < j->training.n_hidden && used < size; l++)
    used += (size_t)snprintf(text + used, size - used, "-%zu", j->training.hidden[l]);
  if (used < size)
    snprintf(text + used, size - used, "-%zu", fairu_classifier_n_outputs(j->classifier));
  return text;
}

void train_tell(const train_job *j)
{
  char text[256];
  const fairu_training_result *r = &j->result;
  printf("%s: %zu events, network %s, nuisances told:", fairu_method_name(j->method.method),
         fairu_events_n_events(j->events), shape(j, text, sizeof text));
  for (size_t i = 0; i < fairu_classifier_n_nuisances(j->classifier); i++)
    printf(" %s", fairu_classifier_nuisance_name(j->classifier, i));
  printf("%s\n%zu epochs, %llu steps, loss %.6g", fairu_classifier_n_nuisances(j->classifier) ? "" : " none",
         r->epochs, (unsigned long long)r->steps, r->training_loss);
  if (!isnan(r->validation_loss))
    printf(", validation %.6g at epoch %zu", r->validation_loss, r->best_epoch + 1);
  printf("; seed %llu; written: %s\n", (unsigned long long)j->numbers.seed, j->texts.out);
  if (train_is_adversarial(j))
    printf("losses: classifier %.6g, adversary %.6g (blind: %.6g)\n", j->adversary_result.classifier_loss,
           j->adversary_result.adversary_loss, j->adversary_result.blind_loss);
  fairu_nuisance nuisance = { .struct_size = sizeof nuisance };
  for (size_t k = 0; k < fairu_systematics_n_nuisances(j->systematics); k++)
    if (fairu_systematics_nuisance(j->systematics, j->c->ctx, k, &nuisance) == FAIRU_OK &&
        !nuisance.statistical_origin)
      printf("note: %s is a choice between two simulations: what a network gains there is no smaller "
             "uncertainty\n",
             nuisance.name);
}

static json_t *names_of(size_t n, const train_job *j, const char *(*name)(const fairu_classifier *, size_t))
{
  json_t *list = json_array();
  for (size_t i = 0; i < n; i++)
    json_array_append_new(list, out_json_text(name(j->classifier, i)));
  return list;
}

static json_t *ranges(const train_job *j)
{
  json_t *list = json_array();
  for (size_t i = 0; i < fairu_classifier_n_nuisances(j->classifier); i++) {
    double lower = -(double)INFINITY, upper = (double)INFINITY;
    json_t *o = json_object();
    if (fairu_classifier_nuisance_range(j->classifier, j->c->ctx, i, &lower, &upper) != FAIRU_OK)
      lower = -(double)INFINITY;
    out_json_set(o, "name", out_json_text(fairu_classifier_nuisance_name(j->classifier, i)));
    out_json_set(o, "lower", out_json_number(lower));
    out_json_set(o, "upper", out_json_number(upper));
    json_array_append_new(list, o);
  }
  return list;
}

static json_t *network(const train_job *j)
{
  json_t *o = json_object(), *hidden = json_array();
  for (size_t l = 0; l < j->training.n_hidden; l++)
    json_array_append_new(hidden, json_integer((json_int_t)j->training.hidden[l]));
  out_json_set(o, "features",
               names_of(fairu_classifier_n_features(j->classifier), j, fairu_classifier_feature_name));
  out_json_set(o, "nuisances", ranges(j));
  out_json_set(o, "hidden", hidden);
  out_json_set(o, "activation", json_string(j->texts.activation));
  out_json_set(o, "outputs", json_integer((json_int_t)fairu_classifier_n_outputs(j->classifier)));
  return o;
}

/* NULL: it is not whole. */
static json_t *curve(const train_job *j)
{
  json_t *list = j->lacks_epochs ? NULL : json_array();
  for (size_t i = 0; list && i < j->n_epochs; i++) {
    json_t *o = json_object();
    out_json_set(o, "loss", out_json_number(j->epochs[i].training));
    out_json_set(o, "validation_loss", out_json_number(j->epochs[i].validation));
    json_array_append_new(list, o);
  }
  return list;
}

static json_t *adversary(const train_job *j)
{
  const fairu_adversary_result *r = &j->adversary_result;
  json_t *o = json_object();
  out_json_set(o, "lambda",
               out_json_number(isnan(j->numbers.lambda) ? j->adversary.lambda : j->numbers.lambda));
  out_json_set(o, "classifier_loss", out_json_number(r->classifier_loss));
  out_json_set(o, "adversary_loss", out_json_number(r->adversary_loss));
  out_json_set(o, "validation_classifier_loss", out_json_number(r->validation_classifier_loss));
  out_json_set(o, "validation_adversary_loss", out_json_number(r->validation_adversary_loss));
  out_json_set(o, "blind_loss", out_json_number(r->blind_loss));
  return o;
}

/* Nuisances that are choices between two simulations: what is gained there is not measured. */
static json_t *two_points(const train_job *j)
{
  json_t *list = json_array();
  fairu_nuisance nuisance = { .struct_size = sizeof nuisance };
  for (size_t k = 0; k < fairu_systematics_n_nuisances(j->systematics); k++)
    if (fairu_systematics_nuisance(j->systematics, j->c->ctx, k, &nuisance) == FAIRU_OK &&
        !nuisance.statistical_origin)
      json_array_append_new(list, out_json_text(nuisance.name));
  return list;
}

json_t *train_document(const train_job *j)
{
  const fairu_training_result *r = &j->result;
  json_t *root = json_object();
  out_json_set(root, "method", json_string(fairu_method_name(j->method.method)));
  out_json_set(root, "model", out_json_text(j->texts.out));
  out_json_set(root, "seed", json_integer((json_int_t)j->numbers.seed));
  out_json_set(root, "events", json_integer((json_int_t)fairu_events_n_events(j->events)));
  out_json_set(root, "network", network(j));
  out_json_set(root, "epochs", json_integer((json_int_t)r->epochs));
  out_json_set(root, "best_epoch", json_integer((json_int_t)r->best_epoch));
  out_json_set(root, "steps", json_integer((json_int_t)r->steps));
  out_json_set(root, "training_loss", out_json_number(r->training_loss));
  out_json_set(root, "validation_loss", out_json_number(r->validation_loss));
  if (train_is_adversarial(j))
    out_json_set(root, "adversary", adversary(j));
  out_json_set(root, "two_points", two_points(j));
  out_json_set(root, "curve", curve(j));
  return root;
}
