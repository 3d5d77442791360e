/* Any bytes as the JSON files of the program. The first byte chooses: even: systematics, which must make events where they are read;
 * odd: the challenge's folder of intervals, settings and results apart by NUL. */
#include "fuzz/fuzz.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <sys/stat.h>

/* Memory that the sources below ask for themselves, and fails when the input says so; all is freed by free(). */
static int config_fails(void)
{
  fuzz_memory *memory = fuzz_faults();
  void *block = memory->left > 0 ? fuzz_allocate(1, memory) : memory;
  if (block && block != (void *)memory)
    free(block);
  return block == NULL;
}

static void *config_calloc(size_t n, size_t size)
{
  return config_fails() ? NULL : calloc(n, size);
}

static void *config_realloc(void *old, size_t size)
{
  return config_fails() ? NULL : realloc(old, size);
}

#define calloc config_calloc
#define realloc config_realloc
/* The program is no library: its sources come in here. */
#include "cli/config_fields.c"
#include "cli/input.c"
#include "cli/interrupt.c"
#include "cli/out.c"
#include "cli/systematics_config.c"
/* some of them have functions of the same name */
#define take take_of_steps
#include "cli/systematics_steps.c"
#undef take
#define read_choice read_choice_of_options
#define read_value read_value_of_options
#include "cli/option.c"
#undef read_choice
#undef read_value
#include "cli/score_layout.c"

#undef calloc
#undef realloc

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { CONFIG_RESULTS = 3, CONFIG_EVENTS = 4 };

/* As in cli.c, whose commands are not wanted here. */
int cli_fail(cli *c, int status, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  vsnprintf(c->message, sizeof c->message, format, args);
  va_end(args);
  return c->status = status;
}

static void config_check(const cli *c, int status, const void *out)
{
  fuzz_must((status == FAIRU_OK) == (out != NULL));
  fuzz_must(status == FAIRU_OK || c->message[0] || fairu_context_message(c->ctx)[0]);
  fuzz_must(status != FAIRU_ERR_INTERNAL && status != FAIRU_ERR_NULL);
}

/* A table that some of them fit. */
static fairu_events *config_events(fairu_context *ctx)
{
  static const char *const columns[3] = { "x", "y", "z" };
  fairu_events *events = NULL;
  float *column = NULL;
  fuzz_must(fairu_events_create(ctx, CONFIG_EVENTS, 3, columns, &events) == FAIRU_OK);
  for (size_t k = 0; k < 3; k++) {
    fuzz_must(fairu_events_column_data(events, ctx, k, &column) == FAIRU_OK);
    for (size_t i = 0; i < CONFIG_EVENTS; i++)
      column[i] = (float)(i + k) - 1.5F;
  }
  return events;
}

static void config_use(fairu_context *ctx, const fairu_systematics *s)
{
  const size_t n = fairu_systematics_n_nuisances(s);
  double *z = calloc(n + 1, sizeof *z);
  fairu_events *events = config_events(ctx), *made = NULL;
  fuzz_must(z != NULL);
  for (size_t i = 0; i < n; i++) {
    fairu_nuisance nuisance = { .struct_size = sizeof nuisance };
    fuzz_must(fairu_systematics_nuisance(s, ctx, i, &nuisance) == FAIRU_OK);
    z[i] = nuisance.nominal;
  }
  FUZZ_CHECK(ctx, fairu_systematics_apply(s, ctx, events, z, n, 1, NULL, &made), made);
  fairu_events_destroy(made);
  fairu_events_destroy(events);
  free(z);
}

static void config_systematics(cli *c, const uint8_t *bytes, size_t size)
{
  fairu_systematics *systematics = NULL;
  fuzz_file file;
  fuzz_open(&file, bytes, size);
  fuzz_arm(1);
  int status = systematics_config_read(c, file.path, &systematics);
  fuzz_arm(0);
  config_check(c, status, systematics);
  if (fuzz_faults()->failed && status != FAIRU_OK) {
    const int first = status;
    fairu_context_resume(c->ctx);
    status = systematics_config_read(c, file.path, &systematics);
    fuzz_must(first == FAIRU_ERR_OUT_OF_MEMORY || first == status || fuzz_faults()->cancels);
    config_check(c, status, systematics);
  }
  fairu_context_resume(c->ctx);
  fuzz_close(&file);
  if (systematics)
    config_use(c->ctx, systematics);
  fairu_systematics_destroy(systematics);
}

static void config_scores(fairu_context *ctx, const fairu_interval_entries *entries)
{
  fairu_interval_score score = { .struct_size = sizeof score };
  const int status = fairu_interval_score_compute(ctx, entries, &score);
  fuzz_check(ctx, status, status == FAIRU_OK ? entries : NULL);
}

/* Names of files in memory, in a folder. */
static void config_layout(cli *c, const uint8_t *bytes, size_t size)
{
  score_layout layout;
  fairu_interval_entries entries = { .struct_size = sizeof entries };
  fuzz_file files[CONFIG_RESULTS];
  char folder[64], links[CONFIG_RESULTS][128];
  fuzz_path(folder, ".d");
  fuzz_must(mkdir(folder, 0700) == 0 || errno == EEXIST);
  for (size_t k = 0; k < CONFIG_RESULTS; k++) {
    const uint8_t *end = size > 0 ? memchr(bytes, '\0', size) : NULL;
    const size_t n = end ? (size_t)(end - bytes) : size;
    fuzz_open(&files[k], bytes, n);
    bytes += end ? n + 1 : n;
    size -= end ? n + 1 : n;
    snprintf(links[k], sizeof links[k], k == 0 ? "%s/test_settings.json" : "%s/result_%zu.json", folder,
             k - 1);
    unlink(links[k]);
    fuzz_must(symlink(files[k].path, links[k]) == 0);
  }
  fuzz_must(score_layout_is(folder) && !score_layout_is(links[0]));
  fuzz_arm(1);
  int status = score_layout_read(c, folder, &layout, &entries);
  fuzz_arm(0);
  if (fuzz_faults()->failed && status == FAIRU_ERR_OUT_OF_MEMORY) {
    config_check(c, status, NULL);
    score_layout_free(&layout);
    status = score_layout_read(c, folder, &layout, &entries);
    fuzz_must(status != FAIRU_ERR_OUT_OF_MEMORY);
  }
  config_check(c, status, status == FAIRU_OK ? &layout : NULL);
  if (status == FAIRU_OK)
    config_scores(c->ctx, &entries);
  score_layout_free(&layout);
  for (size_t k = 0; k < CONFIG_RESULTS; k++) {
    fuzz_close(&files[k]);
    unlink(links[k]);
  }
  rmdir(folder);
}

/* What is not there, and a folder whose files have names too long. */
static void config_wrong(cli *c)
{
  enum { LONG = 2 * OUT_PATH };
  char path[LONG];
  score_layout layout;
  fairu_interval_entries entries = { .struct_size = sizeof entries };
  fairu_systematics *systematics = NULL;
  fuzz_must(!score_layout_is("/nowhere"));
  fuzz_must(systematics_config_read(c, "/nowhere", &systematics) == FAIRU_ERR_IO && !systematics);
  fuzz_must(score_layout_read(c, "/nowhere", &layout, &entries) == FAIRU_ERR_IO);
  score_layout_free(&layout);
  memset(path, 'x', sizeof path);
  path[LONG - 1] = '\0';
  fuzz_must(score_layout_read(c, path, &layout, &entries) != FAIRU_OK && c->message[0]);
  score_layout_free(&layout);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  cli c = { .ctx = NULL };
  size = fuzz_take_fault(bytes, size);
  c.ctx = fuzz_context();
  if (size == 0)
    config_wrong(&c);
  else if (bytes[0] % 2 == 0)
    config_systematics(&c, bytes + 1, size - 1);
  else
    config_layout(&c, bytes + 1, size - 1);
  fairu_context_destroy(c.ctx);
  return 0;
}
