/* kinds.h - every kind of file that a function reads or writes, one row each. */
#ifndef FAIRU_TESTS_ABI_KINDS_H
#define FAIRU_TESTS_ABI_KINDS_H

#include <errno.h>

#include "abi/workspaces.h"
#include "abi/world.h"
#include "base/zip_made.h"

/* print: something of what was read, equal when the content is. On failure there must be no object. */
typedef int (*kind_read_fn)(fairu_context *ctx, const world *w, const char *path, uint64_t *print);
typedef int (*kind_write_fn)(fairu_context *ctx, const world *w, const char *path);

typedef struct file_kind {
  const char *name; /* of the file */
  kind_read_fn read;
  kind_write_fn write;
  const char *text; /* where no function writes it: what it holds */
} file_kind;

/* Called between the work and the look at what was read, for programs that let it fail. */
static void (*kind_work_done)(void);

/* 0: objects are not looked into; those of damaged files may be of no use. */
static int kind_looks = 1;

static inline int kind_done(int status)
{
  if (kind_work_done)
    kind_work_done();
  return status;
}

static inline uint64_t kind_mix(uint64_t print, const void *bytes, size_t size)
{
  for (size_t i = 0; i < size; i++)
    print = (print ^ ((const unsigned char *)bytes)[i]) * UINT64_C(1099511628211);
  return print;
}

static inline uint64_t kind_print_events(uint64_t print, const fairu_events *events)
{
  for (size_t k = 0; k < fairu_events_n_columns(events); k++) {
    size_t stride = 0;
    const float *column = fairu_events_column(events, k, &stride);
    for (size_t i = 0; i < fairu_events_n_events(events); i++)
      print = kind_mix(print, column + i * stride, sizeof *column);
  }
  return print;
}

static inline uint64_t kind_print_classifier(const fairu_classifier *classifier)
{
  float scores[2] = { 0 };
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, world_rows, 2, 2, world_z,
                                       fairu_classifier_n_nuisances(classifier), FAIRU_OUTPUT_LOGIT, scores));
  fairu_context_destroy(ctx);
  return kind_mix(1, scores, sizeof scores);
}

static inline uint64_t kind_print_map(const fairu_probability_map *map)
{
  static const float logits[3] = { -2.5f, 0.25f, 3.0f };
  double p[3] = { 0 };
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, fairu_probability_map_apply(map, ctx, logits, 3, FAIRU_OUTPUT_SCORE, p));
  fairu_context_destroy(ctx);
  return kind_mix(1, p, sizeof p);
}

static inline uint64_t kind_print_calibration(const fairu_interval_calibration *calibration)
{
  char digest[FAIRU_INTERVAL_CALIBRATION_DIGEST] = "";
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, fairu_interval_calibration_digest(calibration, ctx, digest));
  fairu_context_destroy(ctx);
  return kind_mix(1, digest, sizeof digest);
}

static inline uint64_t kind_print_table(const fairu_interval_table *table)
{
  fairu_interval_entries e = { .struct_size = sizeof e };
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, fairu_interval_table_entries(table, ctx, &e));
  fairu_context_destroy(ctx);
  return kind_mix(e.n, e.p16, e.n * sizeof *e.p16);
}

/* The expected numbers of its only measurement. */
static inline uint64_t kind_print_workspace(const fairu_workspace *workspace)
{
  fairu_context *ctx = support_context();
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  double params[64] = { 0 }, value[2] = { 0 };
  CHECK_OK(ctx, fairu_likelihood_create_from_workspace(ctx, workspace, NULL, &likelihood));
  CHECK_OK(ctx, fairu_data_create_from_workspace(ctx, workspace, likelihood, &data));
  const size_t n = fairu_likelihood_n_parameters(likelihood);
  assert_true(n <= 64);
  for (size_t k = 0; k < n; k++)
    params[k] = 0.9;
  CHECK_OK(ctx, fairu_likelihood_nll(likelihood, ctx, data, params, n, value, NULL, NULL));
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  fairu_context_destroy(ctx);
  return kind_mix(1, value, sizeof value);
}

#define KIND_READER(name, type, call, look)                                                                  \
  static inline int name(fairu_context *ctx, const world *w, const char *path, uint64_t *print)              \
  {                                                                                                          \
    type *out = NULL;                                                                                        \
    const int status = kind_done(call);                                                                      \
    (void)w;                                                                                                 \
    if ((status == FAIRU_OK) != (out != NULL))                                                               \
      fail_msg("%s of %s: %s, and an object: %d", #name, path, fairu_status_name(status), out != NULL);      \
    *print = out && kind_looks ? look : 0;                                                                   \
    type##_destroy(out);                                                                                     \
    return status;                                                                                           \
  }
KIND_READER(kind_read_csv, fairu_events, fairu_events_read_csv(ctx, path, NULL, &out),
            kind_print_events(1, out))
KIND_READER(kind_read_npy, fairu_events, fairu_events_read_npy(ctx, path, NULL, 3, &out),
            kind_print_events(1, out))
KIND_READER(kind_read_npz, fairu_events, fairu_events_read_npz(ctx, path, NULL, &out),
            kind_print_events(1, out))
KIND_READER(kind_load_model, fairu_classifier, fairu_classifier_load(ctx, path, &out),
            kind_print_classifier(out))
KIND_READER(kind_import_model, fairu_classifier, fairu_classifier_import(ctx, path, NULL, &out),
            kind_print_classifier(out))
KIND_READER(kind_load_fill, fairu_fill, fairu_fill_load(ctx, path, &out), 1)
KIND_READER(kind_load_tally, fairu_tally, fairu_tally_load(ctx, path, &out), (uint64_t)fairu_tally_truth(out))
KIND_READER(kind_load_templates, fairu_templates, fairu_templates_load(ctx, path, &out), 1)
KIND_READER(kind_load_map, fairu_probability_map, fairu_probability_map_load(ctx, path, &out),
            kind_print_map(out))
KIND_READER(kind_load_calibration, fairu_interval_calibration,
            fairu_interval_calibration_load(ctx, path, &out), kind_print_calibration(out))
KIND_READER(kind_read_table, fairu_interval_table, fairu_interval_table_read_csv(ctx, path, &out),
            kind_print_table(out))
KIND_READER(kind_read_workspace, fairu_workspace, fairu_workspace_read(ctx, path, &out),
            kind_print_workspace(out))
KIND_READER(kind_read_patchset, fairu_patchset, fairu_patchset_read(ctx, path, &out),
            fairu_patchset_n_patches(out))

static inline int kind_read_pieces(fairu_context *ctx, const world *w, const char *path, uint64_t *print)
{
  fairu_csv_reader *reader = NULL;
  fairu_events *piece = NULL;
  int status = fairu_csv_reader_create(ctx, path, NULL, &reader);
  (void)w;
  *print = 1;
  while (status == FAIRU_OK) {
    status = fairu_csv_reader_next(reader, ctx, 7, &piece);
    if (!piece)
      break;
    *print = kind_print_events(*print, piece);
    fairu_events_destroy(piece);
  }
  fairu_csv_reader_destroy(reader);
  return kind_done(status);
}

/* One for the whole program, made before anything is to fail. */
static inline const fairu_workspace *kind_workspace(void)
{
  static fairu_workspace *made;
  fairu_context *ctx = support_context();
  if (!made)
    CHECK_OK(ctx, abi_workspace(ctx, &made));
  fairu_context_destroy(ctx);
  return made;
}

static inline int kind_read_patch(fairu_context *ctx, const world *w, const char *path, uint64_t *print)
{
  fairu_workspace *out = NULL;
  (void)w;
  const int status = kind_done(fairu_workspace_patch_file(kind_workspace(), ctx, path, &out));
  assert_true((status == FAIRU_OK) == (out != NULL));
  *print = out && kind_looks ? kind_print_workspace(out) : 0;
  fairu_workspace_destroy(out);
  return status;
}

/* ---- writers ------------------------------------------------------------------------------------------ */

static inline int kind_write_csv(fairu_context *ctx, const world *w, const char *path)
{
  return fairu_events_write_csv(w->events, ctx, path, NULL);
}
static inline int kind_write_npy(fairu_context *ctx, const world *w, const char *path)
{
  return fairu_events_write_npy(w->events, ctx, path);
}
static inline int kind_save_model(fairu_context *ctx, const world *w, const char *path)
{
  return fairu_classifier_save(w->network, ctx, path);
}
static inline int kind_export_lwtnn(fairu_context *ctx, const world *w, const char *path)
{
  return fairu_classifier_export(w->network, ctx, path, FAIRU_FORMAT_LWTNN_GRAPH);
}
static inline int kind_export_onnx(fairu_context *ctx, const world *w, const char *path)
{
  return fairu_classifier_export(w->network, ctx, path, FAIRU_FORMAT_ONNX);
}
static inline int kind_save_fill(fairu_context *ctx, const world *w, const char *path)
{
  return fairu_fill_save(w->fill, ctx, path);
}
static inline int kind_save_tally(fairu_context *ctx, const world *w, const char *path)
{
  return fairu_tally_save(w->tally, ctx, path);
}
static inline int kind_save_templates(fairu_context *ctx, const world *w, const char *path)
{
  return fairu_templates_save(w->small.templates, ctx, path);
}

static inline int kind_write_pieces(fairu_context *ctx, const world *w, const char *path)
{
  fairu_csv_writer *writer = NULL;
  int status = fairu_csv_writer_create(ctx, path, NULL, &writer);
  for (int i = 0; i < 2 && status == FAIRU_OK; i++)
    status = fairu_csv_writer_add(writer, ctx, w->events);
  if (status == FAIRU_OK)
    status = fairu_csv_writer_close(writer, ctx);
  fairu_csv_writer_destroy(writer);
  return status;
}

/* Objects that the world has not are made with a context of their own: what may fail is the writing. */
static inline int kind_save_map(fairu_context *ctx, const world *w, const char *path)
{
  enum { N = 60 };
  float logits[N];
  int32_t labels[N];
  fairu_context *other = support_context();
  fairu_probability_map *map = NULL;
  (void)w;
  for (int i = 0; i < N; i++) {
    logits[i] = (float)(i * 7 % N) - 30.0f;
    labels[i] = i * 7 % N * i % 11 > 4;
  }
  CHECK_OK(other, fairu_probability_map_create(other, logits, labels, NULL, N, NULL, &map));
  const int status = kind_done(fairu_probability_map_save(map, ctx, path));
  fairu_probability_map_destroy(map);
  fairu_context_destroy(other);
  return status;
}

static inline int kind_write_workspace(fairu_context *ctx, const world *w, const char *path)
{
  static fairu_likelihood *likelihood;
  static fairu_data *data;
  fairu_context *other = support_context();
  (void)w;
  if (!data) {
    CHECK_OK(other, fairu_likelihood_create_from_workspace(other, kind_workspace(), NULL, &likelihood));
    CHECK_OK(other, fairu_data_create_from_workspace(other, kind_workspace(), likelihood, &data));
  }
  fairu_context_destroy(other);
  return kind_done(fairu_likelihood_write_workspace(likelihood, ctx, data, path, "m"));
}

/* One for the whole program: toys take a while. */
static inline const fairu_interval_calibration *kind_calibration(const world *w)
{
  static fairu_interval_calibration *made;
  fairu_interval_calibration_options o;
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, fairu_interval_calibration_options_init(&o, sizeof o));
  o.n_mu = 5;
  o.n_toys = 100;
  if (!made)
    CHECK_OK(ctx, fairu_interval_calibration_create(ctx, w->turning, &o, &made));
  fairu_context_destroy(ctx);
  return made;
}

static inline int kind_save_calibration(fairu_context *ctx, const world *w, const char *path)
{
  return fairu_interval_calibration_save(kind_calibration(w), ctx, path);
}

/* A training that writes the checkpoint `path`, or goes on from it. */
static inline int kind_train(fairu_context *ctx, const world *w, const char *path, int resume,
                             fairu_classifier **out)
{
  static const size_t hidden[1] = { 3 };
  fairu_training_options o;
  const int status = world_training(&o, hidden);
  o.checkpoint = path;
  o.resume = resume;
  return status == FAIRU_OK ? fairu_classifier_train(ctx, w->events, &o, NULL, out) : status;
}

static inline int kind_write_checkpoint(fairu_context *ctx, const world *w, const char *path)
{
  fairu_classifier *out = NULL;
  const int status = kind_train(ctx, w, path, 0, &out);
  fairu_classifier_destroy(out);
  return status;
}

/* From a copy, which the training changes. */
static inline int kind_resume(fairu_context *ctx, const world *w, const char *path, uint64_t *print)
{
  char copy[600];
  size_t size = 0;
  const int before = errno;
  char *bytes = support_read_file(path, &size);
  fairu_classifier *out = NULL;
  snprintf(copy, sizeof copy, "%s.copy", path);
  support_write_file(copy, bytes, size);
  errno = before;
  const int status = kind_done(kind_train(ctx, w, copy, 1, &out));
  const int after = errno;
  free(bytes);
  assert_true((status == FAIRU_OK) == (out != NULL));
  *print = out && kind_looks ? kind_print_classifier(out) : 0;
  fairu_classifier_destroy(out);
  assert_int_equal(remove(copy), 0);
  errno = after;
  return status;
}

static const char kind_table_text[] =
    "mu_true,p16,p84,set\n1,0.9,1.2,0\n1,0.8,1.1,0\n2,1.9,2.2,1\n2,nan,2.5,1\n";

/* Deflated and stored arrays of one archive. */
static inline void kind_make_npz(const world *w, const char *path)
{
  size_t size = 0;
  char *npy = support_read_file(w->npy, &size);
  zip_made z = { .size = 0 };
  zip_add(&z, "a.npy", npy, size, ZIP_DEFLATED);
  zip_add(&z, "b.npy", npy, size, 0);
  zip_end(&z, 0, "");
  support_write_file(path, z.bytes, z.size);
  free(npy);
}

static const file_kind kinds[] = {
  { "k.csv", kind_read_csv, kind_write_csv, NULL },
  { "k.csv.gz", kind_read_csv, kind_write_csv, NULL },
  { "pieces.csv", kind_read_pieces, kind_write_pieces, NULL },
  { "pieces.csv.gz", kind_read_pieces, kind_write_pieces, NULL },
  { "k.npy", kind_read_npy, kind_write_npy, NULL },
  { "k.npz", kind_read_npz, NULL, NULL },
  { "k.fairu", kind_load_model, kind_save_model, NULL },
  { "imported.fairu", kind_import_model, kind_save_model, NULL },
  { "lwtnn.json", kind_import_model, kind_export_lwtnn, NULL },
  { "k.onnx", kind_import_model, kind_export_onnx, NULL },
  { "k.fill", kind_load_fill, kind_save_fill, NULL },
  { "k.templates", kind_load_templates, kind_save_templates, NULL },
  { "k.tally", kind_load_tally, kind_save_tally, NULL },
  { "k.map", kind_load_map, kind_save_map, NULL },
  { "k.checkpoint", kind_resume, kind_write_checkpoint, NULL },
  { "calibration.json", kind_load_calibration, kind_save_calibration, NULL },
  { "table.csv", kind_read_table, NULL, kind_table_text },
  { "workspace.json", kind_read_workspace, kind_write_workspace, NULL },
  { "workspace.json.gz", kind_read_workspace, kind_write_workspace, NULL },
  { "patchset.json", kind_read_patchset, NULL, abi_patchset_text },
  { "patch.json", kind_read_patch, NULL, abi_patch_text },
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

/* A whole file of the kind. */
static inline void kind_make(const world *w, const file_kind *kind, const char *path)
{
  if (kind->write)
    CHECK_OK(w->ctx, kind->write(w->ctx, w, path));
  else if (kind->text)
    support_write_file(path, kind->text, strlen(kind->text));
  else
    kind_make_npz(w, path);
}

#endif /* FAIRU_TESTS_ABI_KINDS_H */
