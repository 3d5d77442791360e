/* support.c - what all tests share: checks, a failing allocator, files. */
#include "support/support.h"

#include "support/hostile.h"

#include <dirent.h>
#include <errno.h>
#include <execinfo.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/context_private.h"

/* ---- checks ------------------------------------------------------------------------------------------- */

void support_check_status(fairu_context *ctx, int got, int wanted, const char *call, const char *file,
                          int line)
{
  const char *message = ctx ? fairu_context_message(ctx) : "(no context)";
  if (got != wanted) {
    print_error("%s\n  gave %s, wanted %s; message: %s\n", call, fairu_status_name(got),
                fairu_status_name(wanted), message);
    _fail(file, line);
  }
  if (wanted != FAIRU_OK && ctx && message[0] == '\0') {
    print_error("%s\n  gave %s as wanted, but no message\n", call, fairu_status_name(got));
    _fail(file, line);
  }
}

void support_check_says(fairu_context *ctx, const char *text, const char *file, int line)
{
  if (strstr(fairu_context_message(ctx), text))
    return;
  print_error("the message \"%s\"\n  does not say \"%s\"\n", fairu_context_message(ctx), text);
  _fail(file, line);
}

void support_check_near(double a, double b, double tol, const char *what, const char *file, int line)
{
  if (isfinite(a) && isfinite(b) && fabs(a - b) <= tol)
    return;
  print_error("%s is %.17g, wanted %.17g +- %g; off by %g\n", what, a, b, tol, a - b);
  _fail(file, line);
}

void support_check_close(double a, double b, double rel, const char *what, const char *file, int line)
{
  if (isfinite(a) && isfinite(b) && fabs(a - b) <= rel * fmax(fabs(a), fabs(b)))
    return;
  print_error("%s is %.17g, wanted %.17g; relative difference %g > %g\n", what, a, b,
              fabs(a - b) / fmax(fabs(a), fabs(b)), rel);
  _fail(file, line);
}

fairu_context *support_context(void)
{
  fairu_context *ctx = NULL;
  if (fairu_context_create(NULL, &ctx) != FAIRU_OK)
    fail_msg("no context");
  return ctx;
}

/* ---- failing allocator -------------------------------------------------------------------------------- */

/* Where requests come from, for `make sites`: with FAIRU_SITES set, one request of each place fails, not every one, and the innermost
 * return addresses of those that failed are appended to that file at the end, as offsets in this program. */
enum { SITE_FRAMES = 10, SITES = 4096 };

typedef struct site {
  void *frames[SITE_FRAMES];
} site;

typedef struct site_list {
  site sites[SITES];
  size_t first[SITES]; /* the first request from there, from 1 */
  size_t n;
} site_list;

static site_list failed_sites;

static int sites_wanted(void)
{
  const char *path = getenv("FAIRU_SITES");
  return path && path[0];
}

static void write_sites(void)
{
  extern const char __executable_start; /* of the linker */
  char program[1024] = "";
  FILE *file = fopen(getenv("FAIRU_SITES"), "a");
  if (!file || readlink("/proc/self/exe", program, sizeof program - 1) <= 0)
    return;
  for (size_t i = 0; i < failed_sites.n; i++) {
    fprintf(file, "%s", program);
    for (size_t k = 0; k < SITE_FRAMES; k++)
      fprintf(file, " %lx",
              (unsigned long)((uintptr_t)failed_sites.sites[i].frames[k] - (uintptr_t)&__executable_start));
    fprintf(file, "\n");
  }
  fclose(file);
}

static void remember_site(site_list *list, size_t request)
{
  site here = { { NULL } };
  (void)backtrace(here.frames, SITE_FRAMES);
  for (size_t i = 0; i < list->n; i++)
    if (memcmp(&list->sites[i], &here, sizeof here) == 0)
      return;
  if (list == &failed_sites && list->n == 0)
    (void)atexit(write_sites);
  if (list->n == SITES)
    return;
  list->first[list->n] = request;
  list->sites[list->n++] = here;
}

typedef struct failing {
  pthread_mutex_t mutex;
  size_t seen;    /* allocations asked for */
  size_t fail_at; /* 1-based index of the first that fails */
  int from_there; /* all after it fail as well */
  int failed;     /* one has failed */
  site_list *met; /* every place is put there; NULL: none */
  long live;
} failing;

static void *failing_allocate(size_t size, void *user_data)
{
  failing *f = (failing *)user_data;
  pthread_mutex_lock(&f->mutex);
  f->seen++;
  const int refuse = f->seen == f->fail_at || (f->from_there && f->seen > f->fail_at);
  f->failed |= refuse;
  if (f->met)
    remember_site(f->met, f->seen);
  if (refuse && sites_wanted())
    remember_site(&failed_sites, f->seen);
  void *pointer = refuse ? NULL : malloc(size);
  f->live += pointer != NULL;
  pthread_mutex_unlock(&f->mutex);
  if (pointer)
    memset(pointer, 0xA5, size); /* nobody may count on zeros */
  return pointer;
}

static void failing_release(void *pointer, void *user_data)
{
  failing *f = (failing *)user_data;
  pthread_mutex_lock(&f->mutex);
  f->live -= pointer != NULL;
  pthread_mutex_unlock(&f->mutex);
  free(pointer);
}

/* One run with the allocation fail_at failing; true when that many allocations were made. block: of scratch memory, 0 as usual. */
static int run_failing(support_body_fn body, void *data, size_t fail_at, int from_there, size_t block,
                       site_list *met, size_t *seen)
{
  failing f = { .fail_at = fail_at, .from_there = from_there, .met = met };
  const fairu_allocator allocator = { failing_allocate, failing_release, &f };
  char message[256] = "";
  fairu_context *ctx = NULL;
  pthread_mutex_init(&f.mutex, NULL);
  int status = fairu_context_create(&allocator, &ctx);
  if (status == FAIRU_OK) {
    if (block > 0)
      ctx->scratch.smallest = block;
    status = body(ctx, data);
    snprintf(message, sizeof message, "%s", fairu_context_message(ctx));
    if (f.failed && message[0] == '\0')
      fail_msg("allocation %zu failed without a message", fail_at);
  }
  fairu_context_destroy(ctx);
  pthread_mutex_destroy(&f.mutex);
  if (f.live != 0)
    fail_msg("allocation %zu failing (%s): %ld blocks live afterwards; message: %s", fail_at,
             from_there ? "and all after" : "alone", f.live, message);
  const int wanted = f.failed ? FAIRU_ERR_OUT_OF_MEMORY : FAIRU_OK;
  if (status != wanted)
    fail_msg("allocation %zu failing (%s): got %s, wanted %s; message: %s", fail_at,
             from_there ? "and all after" : "alone", fairu_status_name(status), fairu_status_name(wanted),
             message);
  *seen = f.seen;
  return f.failed;
}

/* One request of each place. */
static size_t every_site_fails(support_body_fn body, void *data)
{
  static site_list met;
  size_t n = 0, seen = 0;
  met.n = 0;
  (void)run_failing(body, data, 0, 0, 0, &met, &n);
  for (size_t i = 0; i < met.n; i++) {
    (void)run_failing(body, data, met.first[i], 0, 0, NULL, &seen);
    (void)run_failing(body, data, met.first[i], 1, 0, NULL, &seen);
  }
  return n;
}

/* The same body once, with memory enough, in a hostile host. */
typedef struct hostile_body {
  support_body_fn body;
  void *data;
  failing memory;
  int status;
  char message[256];
} hostile_body;

static void call_hostile(void *data)
{
  hostile_body *h = (hostile_body *)data;
  const fairu_allocator allocator = { failing_allocate, failing_release, &h->memory };
  fairu_context *ctx = NULL;
  h->status = fairu_context_create(&allocator, &ctx);
  if (h->status == FAIRU_OK) {
    h->status = h->body(ctx, h->data);
    snprintf(h->message, sizeof h->message, "%s", fairu_context_message(ctx));
  }
  fairu_context_destroy(ctx);
}

static size_t run_hostile(support_body_fn body, void *data)
{
  hostile_body h = { .body = body, .data = data };
  pthread_mutex_init(&h.memory.mutex, NULL);
  const int how = strcmp(getenv("FAIRU_TEST_HOSTILE"), "nearest") == 0 ? HOSTILE_NEAREST : HOSTILE_ALL;
  support_hostile_call(how, HOSTILE_STACK, call_hostile, &h);
  pthread_mutex_destroy(&h.memory.mutex);
  if (h.status != FAIRU_OK || h.memory.live != 0)
    fail_msg("%s, %ld blocks live afterwards; message: %s", fairu_status_name(h.status), h.memory.live,
             h.message);
  return h.memory.seen;
}

static size_t every_fails(support_body_fn body, void *data, size_t block)
{
  size_t n = 0, seen = 0;
  if (getenv("FAIRU_TEST_HOSTILE"))
    return run_hostile(body, data);
  if (sites_wanted())
    return every_site_fails(body, data);
  while (run_failing(body, data, n + 1, 0, block, NULL, &seen) &&
         run_failing(body, data, n + 1, 1, block, NULL, &seen))
    n++;
  return n;
}

size_t support_every_allocation_fails(support_body_fn body, void *data)
{
  return every_fails(body, data, 0);
}

size_t support_every_need_fails(support_body_fn body, void *data)
{
  return every_fails(body, data, 1);
}

/* ---- files -------------------------------------------------------------------------------------------- */

static void make_directories(const char *path)
{
  char part[1024];
  snprintf(part, sizeof part, "%s", path);
  for (char *p = part + 1; *p; p++)
    if (*p == '/') {
      *p = '\0';
      mkdir(part, 0777);
      *p = '/';
    }
  mkdir(part, 0777);
}

const char *support_directory(void)
{
  static char directory[1024]; /* one per program */
  if (directory[0])
    return directory;
  const char *base = getenv("FAIRU_TEST_TMP");
  if (!base || !base[0])
    base = "build/tmp";
  make_directories(base);
  snprintf(directory, sizeof directory, "%s/test-XXXXXX", base);
  if (!mkdtemp(directory))
    fail_msg("no directory %s: %s", directory, strerror(errno));
  return directory;
}

char *support_path(char *buffer, size_t size, const char *name)
{
  snprintf(buffer, size, "%s/%s", support_directory(), name);
  return buffer;
}

void support_write_file(const char *path, const void *bytes, size_t size)
{
  const int kept = errno;
  (void)unlink(path); /* a file cut to nothing and written anew is flushed to disk by some systems */
  FILE *file = fopen(path, "wb");
  if (!file)
    fail_msg("cannot write %s: %s", path, strerror(errno));
  const size_t written = size > 0 ? fwrite(bytes, 1, size, file) : 0;
  if (fclose(file) != 0 || written != size)
    fail_msg("cannot write %s: %s", path, strerror(errno));
  errno = kept;
}

char *support_read_file(const char *path, size_t *size)
{
  FILE *file = fopen(path, "rb");
  if (!file)
    fail_msg("cannot read %s: %s", path, strerror(errno));
  fseek(file, 0, SEEK_END);
  const long length = ftell(file);
  rewind(file);
  char *bytes = (char *)malloc((size_t)length + 1);
  if (!bytes || fread(bytes, 1, (size_t)length, file) != (size_t)length)
    fail_msg("cannot read %s", path);
  fclose(file);
  bytes[length] = '\0';
  if (size)
    *size = (size_t)length;
  return bytes;
}

void support_check_same_files(const char *a, const char *b)
{
  size_t sizes[2];
  char *bytes[2] = { support_read_file(a, &sizes[0]), support_read_file(b, &sizes[1]) };
  if (sizes[0] != sizes[1] || memcmp(bytes[0], bytes[1], sizes[0]) != 0)
    fail_msg("%s (%zu bytes) and %s (%zu bytes) differ", a, sizes[0], b, sizes[1]);
  free(bytes[0]);
  free(bytes[1]);
}

size_t support_count_files(const char *directory)
{
  DIR *dir = opendir(directory);
  if (!dir)
    fail_msg("cannot list %s: %s", directory, strerror(errno));
  size_t n = 0;
  for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
    n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
  closedir(dir);
  return n;
}

const char *support_data(char *buffer, size_t size, const char *relative)
{
  const char *folder = getenv("FAIRU_DATA");
  if (!folder || !folder[0])
    folder = "../shared/data";
  snprintf(buffer, size, "%s/%s", folder, relative);
  return access(buffer, R_OK) == 0 ? buffer : NULL;
}

void support_skip(const char *reason)
{
  const int complete = reason && strncmp(reason, "skipped", 7) == 0;
  print_message("%s%s\n", complete ? "" : "skipped: ", reason ? reason : "no ../shared/data");
  skip();
}
