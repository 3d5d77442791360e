/* Every reader and every writer against files that are not there, not files, cut at any byte or changed in any, and against folders
 * that cannot be written to: code, message with the path, no object, no file left. */
#include <sys/stat.h>

#include "abi/world.h"

typedef int (*read_fn)(fairu_context *ctx, const char *path, int *made);
typedef int (*copy_fn)(fairu_context *ctx, const char *from, const char *to);
typedef int (*write_fn)(const world *w, const char *path);

#define READER(name, type, call)                                                                             \
  static int name(fairu_context *ctx, const char *path, int *made)                                           \
  {                                                                                                          \
    type *out = NULL;                                                                                        \
    const int status = call;                                                                                 \
    *made = out != NULL;                                                                                     \
    type##_destroy(out);                                                                                     \
    return status;                                                                                           \
  }
READER(read_csv, fairu_events, fairu_events_read_csv(ctx, path, NULL, &out))
READER(read_npy, fairu_events, fairu_events_read_npy(ctx, path, NULL, 3, &out))
READER(load_model, fairu_classifier, fairu_classifier_load(ctx, path, &out))
READER(load_fill, fairu_fill, fairu_fill_load(ctx, path, &out))
READER(load_tally, fairu_tally, fairu_tally_load(ctx, path, &out))
READER(load_templates, fairu_templates, fairu_templates_load(ctx, path, &out))

static int write_csv(const world *w, const char *path)
{
  return fairu_events_write_csv(w->events, w->ctx, path, NULL);
}
static int write_npy(const world *w, const char *path)
{
  return fairu_events_write_npy(w->events, w->ctx, path);
}
static int save_model(const world *w, const char *path)
{
  return fairu_classifier_save(w->network, w->ctx, path);
}
static int save_fill(const world *w, const char *path)
{
  return fairu_fill_save(w->fill, w->ctx, path);
}
static int save_tally(const world *w, const char *path)
{
  return fairu_tally_save(w->tally, w->ctx, path);
}
static int save_templates(const world *w, const char *path)
{
  return fairu_templates_save(w->small.templates, w->ctx, path);
}

#define COPIER(name, type)                                                                                   \
  static int name(fairu_context *ctx, const char *from, const char *to)                                      \
  {                                                                                                          \
    type *object = NULL;                                                                                     \
    const int status = type##_load(ctx, from, &object);                                                      \
    const int saved = object ? type##_save(object, ctx, to) : FAIRU_OK;                                      \
    type##_destroy(object);                                                                                  \
    return status != FAIRU_OK ? status : saved;                                                              \
  }
COPIER(copy_model, fairu_classifier)
COPIER(copy_fill, fairu_fill)
COPIER(copy_tally, fairu_tally)
COPIER(copy_templates, fairu_templates)

static const struct {
  const char *name;
  read_fn read;
  write_fn write;
  copy_fn copy; /* of kinds with a checksum */
} kinds[] = {
  { "table.csv.gz", read_csv, write_csv, NULL },
  { "table.npy", read_npy, write_npy, NULL },
  { "model", load_model, save_model, copy_model },
  { "fill", load_fill, save_fill, copy_fill },
  { "tally", load_tally, save_tally, copy_tally },
  { "templates", load_templates, save_templates, copy_templates },
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static void check_refused(const world *w, size_t kind, const char *path, int wanted)
{
  int made = 1;
  const int status = kinds[kind].read(w->ctx, path, &made);
  if (status == FAIRU_OK || made || (wanted && status != wanted) ||
      !strstr(fairu_context_message(w->ctx), path))
    fail_msg("%s from %s: %s: %s", kinds[kind].name, path, fairu_status_name(status),
             fairu_context_message(w->ctx));
}

static void what_is_no_file_is_not_read(void **state)
{
  (void)state;
  world w = world_make();
  char fifo[512], folder[512], empty[512], locked[512];
  assert_int_equal(mkfifo(support_path(fifo, 512, "fifo"), 0666), 0);
  assert_int_equal(mkdir(support_path(folder, 512, "folder"), 0777), 0);
  support_write_file(support_path(empty, 512, "empty"), "", 0);
  support_write_file(support_path(locked, 512, "locked"), "\"", 1);
  assert_int_equal(chmod(locked, 0), 0);
  for (size_t kind = 0; kind < N_KINDS; kind++) {
    check_refused(&w, kind, w.missing, FAIRU_ERR_IO);
    check_refused(&w, kind, folder, FAIRU_ERR_IO);
    check_refused(&w, kind, fifo, FAIRU_ERR_IO); /* nobody writes there: must not wait */
    check_refused(&w, kind, "/dev/zero", FAIRU_ERR_IO);
    check_refused(&w, kind, "", 0);
    check_refused(&w, kind, empty, 0);
    check_refused(&w, kind, locked, 0); /* open is refused, or, for root, the content */
  }
  world_free(&w);
}

static void no_other_kind_is_taken(void **state)
{
  (void)state;
  world w = world_make();
  char tally[512];
  const char *const paths[N_KINDS] = { w.csv, w.npy, w.model, w.fill_path, tally, w.templates_path };
  CHECK_OK(w.ctx, fairu_tally_save(w.tally, w.ctx, support_path(tally, sizeof tally, "one.tally")));
  for (size_t kind = 0; kind < N_KINDS; kind++)
    for (size_t other = 0; other < N_KINDS; other++)
      if (other != kind)
        check_refused(&w, kind, paths[other], 0);
  world_free(&w);
}

/* Bytes with one bit changed are refused, or (deflate can say the same in two ways) are the same content to the bit. */
static void check_changed(const world *w, size_t kind, const char *path, const char *bytes, size_t size)
{
  char again[600];
  size_t n = 0;
  snprintf(again, sizeof again, "%s.again", path);
  const int status = kinds[kind].copy(w->ctx, path, again);
  if (status != FAIRU_OK) {
    if (!strstr(fairu_context_message(w->ctx), path))
      fail_msg("%s: the message is: %s", path, fairu_context_message(w->ctx));
    return;
  }
  char *back = support_read_file(again, &n);
  assert_int_equal(n, size);
  assert_memory_equal(back, bytes, size);
  free(back);
}

static void check_damage(const world *w, size_t kind, const char *path)
{
  size_t size = 0;
  uint64_t state = 0x2545f4914f6cdd1du;
  CHECK_OK(w->ctx, kinds[kind].write(w, path));
  char *bytes = support_read_file(path, &size), *changed = support_read_file(path, NULL);
  for (size_t at = 0; at < size; at++) {
    support_write_file(path, bytes, at);
    check_refused(w, kind, path, 0);
    if (!kinds[kind].copy)
      continue;
    state = state * 6364136223846793005u + 1442695040888963407u;
    changed[at] = (char)(bytes[at] ^ (char)(1 << (state >> 61)));
    support_write_file(path, changed, size);
    check_changed(w, kind, path, bytes, size);
    changed[at] = bytes[at];
  }
  free(bytes);
  free(changed);
}

static void no_damage_gets_through(void **state)
{
  (void)state;
  world w = world_make();
  char path[512];
  for (size_t kind = 0; kind < N_KINDS; kind++)
    check_damage(&w, kind, support_path(path, sizeof path, kinds[kind].name));
  world_free(&w);
}

static void check_not_written(const world *w, size_t kind, const char *path)
{
  const int status = kinds[kind].write(w, path);
  if (status != FAIRU_ERR_IO || !strstr(fairu_context_message(w->ctx), path))
    fail_msg("%s to %s: %s: %s", kinds[kind].name, path, fairu_status_name(status),
             fairu_context_message(w->ctx));
}

static void what_cannot_be_written_leaves_nothing(void **state)
{
  (void)state;
  world w = world_make();
  char folder[512], inside[600];
  assert_int_equal(mkdir(support_path(folder, 512, "target"), 0777), 0);
  snprintf(inside, sizeof inside, "%s/file", w.csv); /* below a file */
  const size_t files = support_count_files(support_directory());
  for (size_t kind = 0; kind < N_KINDS; kind++) {
    check_not_written(&w, kind, w.missing);
    check_not_written(&w, kind, folder);
    check_not_written(&w, kind, inside);
    check_not_written(&w, kind, "/dev/full");
    check_not_written(&w, kind, "");
  }
  assert_int_equal(support_count_files(support_directory()), files);
  assert_int_equal(support_count_files(folder), 0);
  world_free(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_no_file_is_not_read),
    cmocka_unit_test(no_other_kind_is_taken),
    cmocka_unit_test(no_damage_gets_through),
    cmocka_unit_test(what_cannot_be_written_leaves_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
