/* No memory: contexts, events, systematics, classifiers. */
#include "abi/memory.h"

static const char *const names[] = { "base", "version", "events", "systematics", "classifier", "training" };

static int log_body_calls;
static void on_log(int level, const char *text, void *user_data)
{
  (void)level, (void)text, (void)user_data;
  log_body_calls++;
}
static int on_progress(const char *what, uint64_t done, uint64_t total, void *user_data)
{
  (void)what, (void)done, (void)total, (void)user_data;
  return 0;
}
static int run_chunks(size_t n_chunks, fairu_task_fn task, void *task_data, void *user_data)
{
  (void)user_data;
  for (size_t i = 0; i < n_chunks; i++)
    task(i, task_data);
  return 0;
}

static int fairu_context_create_body(fairu_context *ctx, void *data)
{
  (void)data; /* made and freed by whoever calls a body: its sites are those of all rows */
  return fairu_context_status(ctx);
}
CALLS(fairu_context_set_log, ctx, FAIRU_LOG_DEBUG, on_log, NULL)
CALLS(fairu_context_set_progress, ctx, on_progress, NULL)
CALLS(fairu_context_set_threads, ctx, 2)
CALLS(fairu_context_set_executor, ctx, run_chunks, NULL)
CALLS(fairu_context_set_deadline, ctx, 60.0)
CALLS(fairu_context_set_blas, ctx, FAIRU_BLAS_NEVER)
CALLS(fairu_context_set_kernel, ctx, "generic")
static int fairu_context_set_limits_body(fairu_context *ctx, void *data)
{
  fairu_limits limits;
  (void)data;
  const int status = fairu_limits_init(&limits, sizeof limits);
  return status != FAIRU_OK ? status : fairu_context_set_limits(ctx, &limits);
}
BODY(fairu_context_message, fairu_context_message(ctx)[0] + fairu_context_kernel(ctx)[0] == 0)
static int fairu_context_cancel_body(fairu_context *ctx, void *data)
{
  (void)data;
  fairu_context_cancel(ctx);
  fairu_context_resume(ctx);
  return fairu_context_threads(ctx) - 1;
}

MAKES(fairu_events_create, fairu_events, ctx, 10, 2, world_features, &out)
static int fairu_events_create_view_body(fairu_context *ctx, void *data)
{
  const float *const columns[2] = { world_rows, world_rows + 1 };
  fairu_events *out = NULL;
  (void)data;
  const int status = fairu_events_create_view(ctx, 2, 2, world_features, columns, 2, &out);
  fairu_events_destroy(out);
  return status;
}
static int fairu_events_find_column_body(fairu_context *ctx, void *data)
{
  size_t column = 0;
  return fairu_events_find_column(((const world *)data)->events, ctx, "y", &column);
}
/* A table of its own, as one of ctx; what the calls that change one need. */
static int with_table(fairu_context *ctx, int which)
{
  static const double weights[3] = { 1.0, -2.0, 0.5 };
  static const int32_t labels[3] = { 0, 1, 1 };
  static const uint64_t ids[3] = { 3, 1, 2 };
  fairu_events *events = NULL;
  float *values = NULL;
  int status = fairu_events_create(ctx, 3, 2, world_features, &events);
  for (int again = 0; again < 2 && status == FAIRU_OK;
       again++) /* the second time there is something to replace */
    switch (which) {
    case 0:
      status = fairu_events_column_data(events, ctx, 1, &values);
      break;
    case 1:
      status = fairu_events_set_weights(events, ctx, weights, 3);
      break;
    case 2:
      status = fairu_events_set_labels(events, ctx, labels, 3);
      break;
    case 3:
      status = fairu_events_set_ids(events, ctx, ids, 3);
      break;
    default:
      status = fairu_events_set_categories(events, ctx, world_features, 2);
      break;
    }
  fairu_events_destroy(events);
  return status;
}
#define CHANGES_TABLE(function, which) BODY(function, with_table(ctx, which))
CHANGES_TABLE(fairu_events_column_data, 0)
CHANGES_TABLE(fairu_events_set_weights, 1)
CHANGES_TABLE(fairu_events_set_labels, 2)
CHANGES_TABLE(fairu_events_set_ids, 3)
CHANGES_TABLE(fairu_events_set_categories, 4)

static int fairu_events_sum_weights_body(fairu_context *ctx, void *data)
{
  double sum = 0.0;
  return fairu_events_sum_weights(((const world *)data)->events, ctx, 1, &sum);
}
static const size_t some_rows[3] = { 4, 0, 7 };
static const unsigned char mask[WORLD_EVENTS] = { 1, 0, 1, 1 };
MAKES(fairu_events_select, fairu_events, w->events, ctx, some_rows, 3, &out)
MAKES(fairu_events_select_mask, fairu_events, w->events, ctx, mask, WORLD_EVENTS, &out)
MAKES(fairu_events_select_label, fairu_events, w->events, ctx, 1, &out)
MAKES(fairu_events_concatenate, fairu_events, w->events, ctx, w->events, &out)
static int fairu_events_split_body(fairu_context *ctx, void *data)
{
  uint32_t parts[WORLD_EVENTS];
  return fairu_events_split(((const world *)data)->events, ctx, 1, 3, parts);
}
MAKES(fairu_events_read_csv, fairu_events, ctx, w->csv, NULL, &out)
MAKES(fairu_events_read_npy, fairu_events, ctx, w->npy, NULL, 3, &out)
CALLS(fairu_events_write_csv, w->events, ctx, w->path, NULL)
CALLS(fairu_events_write_npy, w->events, ctx, w->path)

MAKES(fairu_systematics_apply, fairu_events, w->parts.systematics, ctx, w->events, world_z, 1, 1, NULL, &out)
static int fairu_systematics_nuisance_body(fairu_context *ctx, void *data)
{
  fairu_nuisance nuisance = { .struct_size = sizeof nuisance };
  return fairu_systematics_nuisance(((const world *)data)->parts.systematics, ctx, 0, &nuisance);
}
static int with_systematics(fairu_context *ctx, int which)
{
  static const double z[2] = { 0.0, 1.0 }, density[2] = { 1.0, 2.0 };
  fairu_systematics *s = NULL;
  fairu_nuisance nuisance;
  int status = fairu_nuisance_init(&nuisance, sizeof nuisance);
  nuisance.name = "angle";
  nuisance.prior = FAIRU_PRIOR_TABULATED;
  nuisance.table_z = z;
  nuisance.table_density = density;
  nuisance.n_table = 2;
  if (status == FAIRU_OK)
    status = fairu_systematics_create(ctx, &nuisance, 1, &s);
  for (int i = 0; i < 9 && status == FAIRU_OK && which > 0; i++) /* the list of steps grows */
    status = which == 1 ? fairu_systematics_add_rotation(s, ctx, "angle", "x", "y", 0.0)
                        : fairu_systematics_add_callback(s, ctx, world_features, 2, world_transform, NULL);
  fairu_systematics_destroy(s);
  return status;
}
#define CHANGES_CHAIN(function, which) BODY(function, with_systematics(ctx, which))
CHANGES_CHAIN(fairu_systematics_create, 0)
CHANGES_CHAIN(fairu_systematics_add_rotation, 1)
CHANGES_CHAIN(fairu_systematics_add_callback, 2)

static int fairu_classifier_create_network_body(fairu_context *ctx, void *data)
{
  fairu_classifier *out = NULL;
  (void)data;
  const int status = world_network(ctx, &out);
  fairu_classifier_destroy(out);
  return status;
}
MAKES(fairu_classifier_create_gated, fairu_classifier, ctx, w->network, w->network, "angle", 0.5, &out)
MAKES(fairu_classifier_create_ensemble, fairu_classifier, ctx, (const fairu_classifier *const *)&w->network,
      1, &out)
MAKES(fairu_classifier_create_linear, fairu_classifier, ctx, world_features, world_weights, 2, 0.1, &out)
MAKES(fairu_classifier_create_rotation, fairu_classifier, ctx, "x", "y", "angle", 4.0, &out)
MAKES(fairu_classifier_create_callback, fairu_classifier, ctx, world_features, 2, world_nuisances, 1, 1,
      world_score, NULL, &out)
MAKES(fairu_classifier_load, fairu_classifier, ctx, w->model, &out)
CALLS(fairu_classifier_save, w->network, ctx, w->path)
static int fairu_classifier_nuisance_range_body(fairu_context *ctx, void *data)
{
  double lower, upper;
  return fairu_classifier_nuisance_range(((const world *)data)->network, ctx, 0, &lower, &upper);
}
static int fairu_classifier_score_body(fairu_context *ctx, void *data)
{
  static const float rows[80]; /* more than go one by one, without memory */
  float scores[40];
  return fairu_classifier_score(((const world *)data)->network, ctx, rows, 40, 2, world_z, 1,
                                FAIRU_OUTPUT_SCORE, scores);
}
static int fairu_classifier_score_events_body(fairu_context *ctx, void *data)
{
  const world *w = (const world *)data;
  float scores[2 * WORLD_EVENTS];
  const double z[2] = { 0.1, 0.2 };
  int status = fairu_context_set_threads(ctx, 2);
  if (status == FAIRU_OK)
    status = fairu_classifier_score_events(w->network, ctx, w->events, z, 2, 1, FAIRU_OUTPUT_LOGIT, scores);
  return status;
}
static int fairu_auc_body(fairu_context *ctx, void *data)
{
  static const int32_t labels[4] = { 0, 1, 1, 0 };
  double auc;
  (void)data;
  return fairu_auc(ctx, world_rows, labels, NULL, 4, &auc);
}
static int fairu_classifier_train_body(fairu_context *ctx, void *data)
{
  const world *w = (const world *)data;
  const size_t hidden[1] = { 3 };
  fairu_training_options options;
  fairu_classifier *out = NULL;
  int status = world_training(&options, hidden);
  options.batch = 16;
  if (status == FAIRU_OK)
    status = fairu_classifier_train(ctx, w->events, &options, NULL, &out);
  fairu_classifier_destroy(out);
  return status;
}

static const memory_case cases[] = {
  ROW(fairu_context_create, 0), /* beyond those of the context that each row makes */
  { "fairu_context_destroy", fairu_context_create_body, 0 },
  { "fairu_context_status", fairu_context_create_body, 0 },
  ROW(fairu_context_message, 0),
  { "fairu_context_kernel", fairu_context_message_body, 0 },
  ROW(fairu_context_cancel, 0),
  { "fairu_context_resume", fairu_context_cancel_body, 0 },
  { "fairu_context_threads", fairu_context_cancel_body, 0 },
  ROW(fairu_context_set_log, 0),
  ROW(fairu_context_set_progress, 0),
  ROW(fairu_context_set_threads, 0),
  ROW(fairu_context_set_executor, 0),
  ROW(fairu_context_set_deadline, 0),
  ROW(fairu_context_set_blas, 0),
  ROW(fairu_context_set_kernel, 0),
  ROW(fairu_context_set_limits, 0),
  ROW(fairu_events_create, 1),
  ROW(fairu_events_create_view, 1),
  ROW(fairu_events_find_column, 0),
  ROW(fairu_events_column_data, 1),
  ROW(fairu_events_set_weights, 1),
  ROW(fairu_events_set_labels, 1),
  ROW(fairu_events_set_ids, 1),
  ROW(fairu_events_set_categories, 1),
  ROW(fairu_events_sum_weights, 0),
  ROW(fairu_events_select, 1),
  ROW(fairu_events_select_mask, 1),
  ROW(fairu_events_select_label, 1),
  ROW(fairu_events_concatenate, 1),
  ROW(fairu_events_split, 0),
  ROW(fairu_events_read_csv, 1),
  ROW(fairu_events_read_npy, 1),
  ROW(fairu_events_write_csv, 1),
  ROW(fairu_events_write_npy, 1),
  ROW(fairu_systematics_apply, 1),
  ROW(fairu_systematics_nuisance, 0),
  ROW(fairu_systematics_create, 1),
  ROW(fairu_systematics_add_rotation, 1),
  ROW(fairu_systematics_add_callback, 1),
  ROW(fairu_classifier_create_network, 1),
  ROW(fairu_classifier_create_gated, 1),
  ROW(fairu_classifier_create_ensemble, 1),
  ROW(fairu_classifier_create_linear, 1),
  ROW(fairu_classifier_create_rotation, 1),
  ROW(fairu_classifier_create_callback, 1),
  ROW(fairu_classifier_load, 1),
  ROW(fairu_classifier_save, 1),
  ROW(fairu_classifier_nuisance_range, 0),
  ROW(fairu_classifier_score, 1),
  ROW(fairu_classifier_score_events, 1),
  ROW(fairu_auc, 1),
  ROW(fairu_classifier_train, 1),
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
