/* NULL, one pointer at a time: contexts, events, systematics, classifiers. */
#include "abi/null.h"

static void on_log(int level, const char *text, void *user_data)
{
  (void)level, (void)text, (void)user_data;
}

static void base_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx, *made = NULL;
  const fairu_allocator none = { NULL, NULL, NULL };
  ANSWERS(fairu_context_create(NULL, &made) == FAIRU_OK);
  fairu_context_destroy(made);
  ANSWERS(fairu_context_create(&none, NULL) == FAIRU_ERR_NULL);
  IGNORES(fairu_context_destroy(NULL));
  ANSWERS(fairu_context_message(NULL) != NULL);
  ANSWERS(fairu_context_status(NULL) != FAIRU_OK);
  REFUSES_CTX(fairu_context_set_log(NULL, FAIRU_LOG_INFO, on_log, NULL));
  ANSWERS(fairu_context_set_log(ctx, FAIRU_LOG_INFO, NULL, t) == FAIRU_OK);
  ANSWERS(fairu_context_set_log(ctx, FAIRU_LOG_INFO, on_log, NULL) == FAIRU_OK);
  REFUSES_CTX(fairu_context_set_progress(NULL, NULL, NULL));
  ANSWERS(fairu_context_set_progress(ctx, NULL, t) == FAIRU_OK);
  ANSWERS(fairu_context_set_progress(ctx, NULL, NULL) == FAIRU_OK);
  REFUSES_CTX(fairu_context_set_threads(NULL, 1));
  ANSWERS(fairu_context_threads(NULL) <= 1);
  REFUSES_CTX(fairu_context_set_executor(NULL, NULL, NULL));
  ANSWERS(fairu_context_set_executor(ctx, NULL, t) == FAIRU_OK);
  ANSWERS(fairu_context_set_executor(ctx, NULL, NULL) == FAIRU_OK);
  IGNORES(fairu_context_cancel(NULL));
  IGNORES(fairu_context_resume(NULL));
  REFUSES_CTX(fairu_context_set_deadline(NULL, 1.0));
  REFUSES_CTX(fairu_context_set_blas(NULL, FAIRU_BLAS_AUTO));
  REFUSES_CTX(fairu_context_set_kernel(NULL, "auto"));
  REFUSES(fairu_context_set_kernel(ctx, NULL));
  ANSWERS(fairu_context_kernel(NULL) != NULL);
  ANSWERS(fairu_limits_init(NULL, sizeof(fairu_limits)) == FAIRU_ERR_NULL);
  fairu_limits limits;
  assert_int_equal(fairu_limits_init(&limits, sizeof limits), FAIRU_OK);
  REFUSES_CTX(fairu_context_set_limits(NULL, &limits));
  REFUSES(fairu_context_set_limits(ctx, NULL));
}

static void events_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  fairu_events *e = t->w.events;
  const float *const columns[2] = { world_rows, world_rows + 1 };
  NO_OBJECT_CTX(fairu_events_create(NULL, 1, 2, world_features, OUT(fairu_events)));
  NO_OBJECT(fairu_events_create(ctx, 1, 2, NULL, OUT(fairu_events)));
  REFUSES(fairu_events_create(ctx, 1, 2, world_features, NULL));
  NO_OBJECT_CTX(fairu_events_create_view(NULL, 1, 2, world_features, columns, 1, OUT(fairu_events)));
  NO_OBJECT(fairu_events_create_view(ctx, 1, 2, NULL, columns, 1, OUT(fairu_events)));
  NO_OBJECT(fairu_events_create_view(ctx, 1, 2, world_features, NULL, 1, OUT(fairu_events)));
  REFUSES(fairu_events_create_view(ctx, 1, 2, world_features, columns, 1, NULL));
  IGNORES(fairu_events_destroy(NULL));
  ANSWERS(fairu_events_n_events(NULL) == 0);
  ANSWERS(fairu_events_n_columns(NULL) == 0);
  ANSWERS(fairu_events_column_name(NULL, 0) == NULL);
  REFUSES(fairu_events_find_column(NULL, ctx, "x", &t->out.size));
  REFUSES_CTX(fairu_events_find_column(e, NULL, "x", &t->out.size));
  REFUSES(fairu_events_find_column(e, ctx, NULL, &t->out.size));
  REFUSES(fairu_events_find_column(e, ctx, "x", NULL));
  ANSWERS(fairu_events_column(NULL, 0, &t->out.size) == NULL);
  ANSWERS(fairu_events_column(e, 0, NULL) != NULL);
  REFUSES(fairu_events_column_data(NULL, ctx, 0, &t->out.values));
  REFUSES_CTX(fairu_events_column_data(e, NULL, 0, &t->out.values));
  REFUSES(fairu_events_column_data(e, ctx, 0, NULL));
  ANSWERS(fairu_events_weights(NULL) == NULL);
  ANSWERS(fairu_events_labels(NULL) == NULL);
  ANSWERS(fairu_events_ids(NULL) == NULL);
  ANSWERS(fairu_events_n_categories(NULL) == 0);
  ANSWERS(fairu_events_category_name(NULL, 0) == NULL);
}

static void attribute_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  fairu_events *e = t->w.events;
  const double *weights = fairu_events_weights(e);
  const int32_t *labels = fairu_events_labels(e);
  const uint64_t *ids = fairu_events_ids(e);
  REFUSES(fairu_events_set_weights(NULL, ctx, weights, WORLD_EVENTS));
  REFUSES_CTX(fairu_events_set_weights(e, NULL, weights, WORLD_EVENTS));
  REFUSES(fairu_events_set_weights(e, ctx, NULL, WORLD_EVENTS));
  REFUSES(fairu_events_set_labels(NULL, ctx, labels, WORLD_EVENTS));
  REFUSES_CTX(fairu_events_set_labels(e, NULL, labels, WORLD_EVENTS));
  REFUSES(fairu_events_set_labels(e, ctx, NULL, WORLD_EVENTS));
  REFUSES(fairu_events_set_ids(NULL, ctx, ids, WORLD_EVENTS));
  REFUSES_CTX(fairu_events_set_ids(e, NULL, ids, WORLD_EVENTS));
  REFUSES(fairu_events_set_ids(e, ctx, NULL, WORLD_EVENTS));
  REFUSES(fairu_events_set_categories(NULL, ctx, world_features, 2));
  REFUSES_CTX(fairu_events_set_categories(e, NULL, world_features, 2));
  REFUSES(fairu_events_set_categories(e, ctx, NULL, 2));
  REFUSES(fairu_events_sum_weights(NULL, ctx, -1, t->out.d));
  REFUSES_CTX(fairu_events_sum_weights(e, NULL, -1, t->out.d));
  REFUSES(fairu_events_sum_weights(e, ctx, -1, NULL));
}

static void selection_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_events *e = t->w.events;
  const size_t rows[1] = { 1 };
  const unsigned char mask[WORLD_EVENTS] = { 1 };
  NO_OBJECT(fairu_events_select(NULL, ctx, rows, 1, OUT(fairu_events)));
  NO_OBJECT_CTX(fairu_events_select(e, NULL, rows, 1, OUT(fairu_events)));
  NO_OBJECT(fairu_events_select(e, ctx, NULL, 1, OUT(fairu_events)));
  REFUSES(fairu_events_select(e, ctx, rows, 1, NULL));
  NO_OBJECT(fairu_events_select_mask(NULL, ctx, mask, WORLD_EVENTS, OUT(fairu_events)));
  NO_OBJECT_CTX(fairu_events_select_mask(e, NULL, mask, WORLD_EVENTS, OUT(fairu_events)));
  NO_OBJECT(fairu_events_select_mask(e, ctx, NULL, WORLD_EVENTS, OUT(fairu_events)));
  REFUSES(fairu_events_select_mask(e, ctx, mask, WORLD_EVENTS, NULL));
  NO_OBJECT(fairu_events_select_label(NULL, ctx, 1, OUT(fairu_events)));
  NO_OBJECT_CTX(fairu_events_select_label(e, NULL, 1, OUT(fairu_events)));
  REFUSES(fairu_events_select_label(e, ctx, 1, NULL));
  NO_OBJECT(fairu_events_concatenate(NULL, ctx, e, OUT(fairu_events)));
  NO_OBJECT_CTX(fairu_events_concatenate(e, NULL, e, OUT(fairu_events)));
  NO_OBJECT(fairu_events_concatenate(e, ctx, NULL, OUT(fairu_events)));
  REFUSES(fairu_events_concatenate(e, ctx, e, NULL));
  REFUSES(fairu_events_split(NULL, ctx, 1, 2, t->out.u32));
  REFUSES_CTX(fairu_events_split(e, NULL, 1, 2, t->out.u32));
  REFUSES(fairu_events_split(e, ctx, 1, 2, NULL));
}

static void file_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_events *e = t->w.events;
  const char *const names[3] = { "a", "b", "c" };
  fairu_csv_options o;
  ANSWERS(fairu_csv_options_init(NULL, sizeof o) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_csv_options_init(&o, sizeof o), FAIRU_OK);
  NO_OBJECT_CTX(fairu_events_read_csv(NULL, t->w.csv, &o, OUT(fairu_events)));
  NO_OBJECT(fairu_events_read_csv(ctx, NULL, &o, OUT(fairu_events)));
  MAKES(fairu_events_read_csv(ctx, t->w.csv, NULL, OUT(fairu_events)), fairu_events);
  REFUSES(fairu_events_read_csv(ctx, t->w.csv, &o, NULL));
  REFUSES(fairu_events_write_csv(NULL, ctx, t->w.path, &o));
  REFUSES_CTX(fairu_events_write_csv(e, NULL, t->w.path, &o));
  REFUSES(fairu_events_write_csv(e, ctx, NULL, &o));
  ANSWERS(fairu_events_write_csv(e, ctx, t->w.path, NULL) == FAIRU_OK);
  NO_OBJECT_CTX(fairu_events_read_npy(NULL, t->w.npy, names, 3, OUT(fairu_events)));
  NO_OBJECT(fairu_events_read_npy(ctx, NULL, names, 3, OUT(fairu_events)));
  MAKES(fairu_events_read_npy(ctx, t->w.npy, NULL, 3, OUT(fairu_events)), fairu_events);
  REFUSES(fairu_events_read_npy(ctx, t->w.npy, names, 3, NULL));
  REFUSES(fairu_events_write_npy(NULL, ctx, t->w.path));
  REFUSES_CTX(fairu_events_write_npy(e, NULL, t->w.path));
  REFUSES(fairu_events_write_npy(e, ctx, NULL));
}

static void systematics_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  fairu_systematics *s = t->w.parts.systematics;
  const fairu_events *e = t->w.events;
  unsigned char passed[WORLD_EVENTS];
  fairu_nuisance n;
  ANSWERS(fairu_nuisance_init(NULL, sizeof n) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_nuisance_init(&n, sizeof n), FAIRU_OK);
  n.name = "angle";
  NO_OBJECT_CTX(fairu_systematics_create(NULL, &n, 1, OUT(fairu_systematics)));
  NO_OBJECT(fairu_systematics_create(ctx, NULL, 1, OUT(fairu_systematics)));
  REFUSES(fairu_systematics_create(ctx, &n, 1, NULL));
  IGNORES(fairu_systematics_destroy(NULL));
  ANSWERS(fairu_systematics_n_nuisances(NULL) == 0);
  REFUSES(fairu_systematics_nuisance(NULL, ctx, 0, &t->out.nuisance));
  REFUSES_CTX(fairu_systematics_nuisance(s, NULL, 0, &t->out.nuisance));
  REFUSES(fairu_systematics_nuisance(s, ctx, 0, NULL));
  REFUSES(fairu_systematics_add_rotation(NULL, ctx, "angle", "x", "y", 0.0));
  REFUSES_CTX(fairu_systematics_add_rotation(s, NULL, "angle", "x", "y", 0.0));
  REFUSES(fairu_systematics_add_rotation(s, ctx, NULL, "x", "y", 0.0));
  REFUSES(fairu_systematics_add_rotation(s, ctx, "angle", NULL, "y", 0.0));
  REFUSES(fairu_systematics_add_rotation(s, ctx, "angle", "x", NULL, 0.0));
  REFUSES(fairu_systematics_add_callback(NULL, ctx, world_features, 2, world_transform, NULL));
  REFUSES_CTX(fairu_systematics_add_callback(s, NULL, world_features, 2, world_transform, NULL));
  REFUSES(fairu_systematics_add_callback(s, ctx, NULL, 2, world_transform, NULL));
  REFUSES(fairu_systematics_add_callback(s, ctx, world_features, 2, NULL, NULL));
  NO_OBJECT_CTX(fairu_systematics_apply(s, NULL, e, world_z, 1, 1, passed, OUT(fairu_events)));
  NO_OBJECT(fairu_systematics_apply(s, ctx, NULL, world_z, 1, 1, passed, OUT(fairu_events)));
  NO_OBJECT(fairu_systematics_apply(s, ctx, e, NULL, 1, 1, passed, OUT(fairu_events)));
  MAKES(fairu_systematics_apply(s, ctx, e, world_z, 1, 1, NULL, OUT(fairu_events)), fairu_events);
  REFUSES(fairu_systematics_apply(s, ctx, e, world_z, 1, 1, passed, NULL));
  MAKES(fairu_systematics_apply(NULL, ctx, e, NULL, 0, 1, passed, OUT(fairu_events)), fairu_events);
  ANSWERS(fairu_systematics_add_callback(s, ctx, world_features, 2, world_transform, NULL) == FAIRU_OK);
}

static void classifier_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_classifier *c = t->w.network;
  const fairu_layer layer = { 2, 1, FAIRU_ACTIVATION_SIGMOID, world_rows, world_rows };
  fairu_network_options o;
  ANSWERS(fairu_network_options_init(NULL, sizeof o) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_network_options_init(&o, sizeof o), FAIRU_OK);
  o.features = world_features;
  o.n_features = 2;
  NO_OBJECT_CTX(fairu_classifier_create_network(NULL, &o, &layer, 1, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_create_network(ctx, NULL, &layer, 1, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_create_network(ctx, &o, NULL, 1, OUT(fairu_classifier)));
  REFUSES(fairu_classifier_create_network(ctx, &o, &layer, 1, NULL));
  NO_OBJECT_CTX(fairu_classifier_create_gated(NULL, c, c, "angle", 0.0, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_create_gated(ctx, NULL, c, "angle", 0.0, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_create_gated(ctx, c, NULL, "angle", 0.0, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_create_gated(ctx, c, c, NULL, 0.0, OUT(fairu_classifier)));
  REFUSES(fairu_classifier_create_gated(ctx, c, c, "angle", 0.0, NULL));
  const fairu_classifier *const pair[2] = { c, c };
  NO_OBJECT_CTX(fairu_classifier_create_ensemble(NULL, pair, 2, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_create_ensemble(ctx, NULL, 2, OUT(fairu_classifier)));
  REFUSES(fairu_classifier_create_ensemble(ctx, pair, 2, NULL));
  NO_OBJECT_CTX(
      fairu_classifier_create_linear(NULL, world_features, world_weights, 2, 0.0, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_create_linear(ctx, NULL, world_weights, 2, 0.0, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_create_linear(ctx, world_features, NULL, 2, 0.0, OUT(fairu_classifier)));
  REFUSES(fairu_classifier_create_linear(ctx, world_features, world_weights, 2, 0.0, NULL));
  NO_OBJECT_CTX(fairu_classifier_create_rotation(NULL, "x", "y", "angle", 1.0, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_create_rotation(ctx, NULL, "y", "angle", 1.0, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_create_rotation(ctx, "x", NULL, "angle", 1.0, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_create_rotation(ctx, "x", "y", NULL, 1.0, OUT(fairu_classifier)));
  REFUSES(fairu_classifier_create_rotation(ctx, "x", "y", "angle", 1.0, NULL));
  IGNORES(fairu_classifier_destroy(NULL));
  ANSWERS(fairu_classifier_n_features(NULL) == 0);
  ANSWERS(fairu_classifier_n_nuisances(NULL) == 0);
  ANSWERS(fairu_classifier_n_outputs(NULL) == 0);
  ANSWERS(fairu_classifier_feature_name(NULL, 0) == NULL);
  ANSWERS(fairu_classifier_nuisance_name(NULL, 0) == NULL);
  REFUSES(fairu_classifier_nuisance_range(NULL, ctx, 0, t->out.d, t->out.d + 1));
  REFUSES_CTX(fairu_classifier_nuisance_range(c, NULL, 0, t->out.d, t->out.d + 1));
  REFUSES(fairu_classifier_nuisance_range(c, ctx, 0, NULL, t->out.d + 1));
  REFUSES(fairu_classifier_nuisance_range(c, ctx, 0, t->out.d, NULL));
}

static void callback_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  fairu_classifier **out = OUT(fairu_classifier);
  const char *const *x = world_features, *const *z = world_nuisances;
  NO_OBJECT_CTX(fairu_classifier_create_callback(NULL, x, 2, z, 1, 1, world_score, t, out));
  NO_OBJECT(fairu_classifier_create_callback(ctx, NULL, 2, z, 1, 1, world_score, t, out));
  NO_OBJECT(fairu_classifier_create_callback(ctx, x, 2, NULL, 1, 1, world_score, t, out));
  NO_OBJECT(fairu_classifier_create_callback(ctx, x, 2, z, 1, 1, NULL, t, out));
  MAKES(fairu_classifier_create_callback(ctx, x, 2, z, 1, 1, world_score, NULL, out), fairu_classifier);
  REFUSES(fairu_classifier_create_callback(ctx, x, 2, z, 1, 1, world_score, t, NULL));
}

static void score_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_classifier *c = t->w.network;
  const fairu_events *e = t->w.events;
  const int32_t labels[2] = { 0, 1 };
  REFUSES(fairu_classifier_score(NULL, ctx, world_rows, 2, 2, world_z, 1, 0, t->out.f));
  REFUSES_CTX(fairu_classifier_score(c, NULL, world_rows, 2, 2, world_z, 1, 0, t->out.f));
  REFUSES(fairu_classifier_score(c, ctx, NULL, 2, 2, world_z, 1, 0, t->out.f));
  REFUSES(fairu_classifier_score(c, ctx, world_rows, 2, 2, NULL, 1, 0, t->out.f));
  REFUSES(fairu_classifier_score(c, ctx, world_rows, 2, 2, world_z, 1, 0, NULL));
  REFUSES(fairu_classifier_score_events(NULL, ctx, e, world_z, 1, 1, 0, t->out.f));
  REFUSES_CTX(fairu_classifier_score_events(c, NULL, e, world_z, 1, 1, 0, t->out.f));
  REFUSES(fairu_classifier_score_events(c, ctx, NULL, world_z, 1, 1, 0, t->out.f));
  REFUSES(fairu_classifier_score_events(c, ctx, e, NULL, 1, 1, 0, t->out.f));
  REFUSES(fairu_classifier_score_events(c, ctx, e, world_z, 1, 1, 0, NULL));
  REFUSES(fairu_classifier_save(NULL, ctx, t->w.path));
  REFUSES_CTX(fairu_classifier_save(c, NULL, t->w.path));
  REFUSES(fairu_classifier_save(c, ctx, NULL));
  NO_OBJECT_CTX(fairu_classifier_load(NULL, t->w.model, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_load(ctx, NULL, OUT(fairu_classifier)));
  REFUSES(fairu_classifier_load(ctx, t->w.model, NULL));
  REFUSES_CTX(fairu_auc(NULL, world_rows, labels, world_weights, 2, t->out.d));
  REFUSES(fairu_auc(ctx, NULL, labels, world_weights, 2, t->out.d));
  REFUSES(fairu_auc(ctx, world_rows, NULL, world_weights, 2, t->out.d));
  ANSWERS(fairu_auc(ctx, world_rows, labels, NULL, 2, t->out.d) == FAIRU_OK);
  REFUSES(fairu_auc(ctx, world_rows, labels, world_weights, 2, NULL));
}

static void training_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_events *e = t->w.events;
  fairu_classifier **out = OUT(fairu_classifier);
  fairu_training_options o;
  ANSWERS(fairu_training_options_init(NULL, sizeof o) == FAIRU_ERR_NULL);
  assert_int_equal(world_training(&o, NULL), FAIRU_OK);
  NO_OBJECT_CTX(fairu_classifier_train(NULL, e, &o, &t->out.training, out));
  NO_OBJECT(fairu_classifier_train(ctx, NULL, &o, &t->out.training, out));
  NO_OBJECT(fairu_classifier_train(ctx, e, NULL, &t->out.training, out));
  MAKES(fairu_classifier_train(ctx, e, &o, NULL, out), fairu_classifier);
  REFUSES(fairu_classifier_train(ctx, e, &o, &t->out.training, NULL));
}

static void all_rows(null_test *t)
{
  base_rows(t);
  events_rows(t);
  attribute_rows(t);
  selection_rows(t);
  file_rows(t);
  classifier_rows(t);
  callback_rows(t);
  score_rows(t);
  training_rows(t);
  systematics_rows(t); /* last: its chain grows */
}

int main(void)
{
  static const char *const names[] = { "base", "version", "events", "systematics", "classifier", "training" };
  return null_main(names, sizeof names / sizeof *names, all_rows);
}
