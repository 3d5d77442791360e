/* loader again PLUGIN N: open, run and close a plugin N times; memory, mappings, threads and descriptors must not grow after the first tenth.
 * loader twice PLUGIN OTHER: two plugins with a copy of the library each, at the same time on many threads: own code, same numbers.
 * loader spaces PLUGIN: the same with the plugin in a name space of its own (dlmopen).
 * loader thread PLUGIN: a thread that used the library lives on when it is closed, and ends after it. */
#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int (*run_fn)(double *value, const void **address);

typedef struct plugin {
  void *handle;
  run_fn run;
} plugin;

static plugin plugin_open(const char *path, int space)
{
  plugin p = { space ? dlmopen(LM_ID_NEWLM, path, RTLD_NOW) : dlopen(path, RTLD_NOW | RTLD_LOCAL), NULL };
  if (!p.handle) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  void *symbol = dlsym(p.handle, "plugin_run");
  memcpy(&p.run, &symbol, sizeof p.run);
  return p;
}

/* ---- again and again ----------------------------------------------------------------------------------- */

typedef struct usage {
  long kib, mappings, threads, descriptors;
} usage;

static long count_entries(const char *path)
{
  DIR *dir = opendir(path);
  long n = 0;
  while (dir && readdir(dir))
    n++;
  if (dir)
    closedir(dir);
  return n;
}

static usage look(void)
{
  usage u = { 0, 0, count_entries("/proc/self/task"), count_entries("/proc/self/fd") };
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file && fscanf(file, "%*d %ld", &pages) == 1)
    u.kib = pages * (sysconf(_SC_PAGESIZE) / 1024);
  if (file)
    fclose(file);
  file = fopen("/proc/self/maps", "r");
  for (int c; file && (c = fgetc(file)) != EOF;)
    u.mappings += c == '\n';
  if (file)
    fclose(file);
  return u;
}

static int again(const char *path, int n)
{
  usage before = look();
  double first = 0.0;
  for (int i = 0; i < n; i++) {
    double value = -1.0;
    const void *address;
    plugin p = plugin_open(path, 0);
    if (p.run(&value, &address) != 0 || (i > 0 && value != first))
      return 1;
    first = value;
    dlclose(p.handle);
    if (i == n / 10)
      before = look();
  }
  const usage after = look();
  printf("%d times; KiB %ld to %ld, mappings %ld to %ld, threads %ld to %ld, descriptors %ld to %ld\n", n,
         before.kib, after.kib, before.mappings, after.mappings, before.threads, after.threads,
         before.descriptors, after.descriptors);
  return after.kib > before.kib + 512 || after.mappings > before.mappings + 2 ||
         after.threads > before.threads || after.descriptors > before.descriptors;
}

/* ---- two copies ---------------------------------------------------------------------------------------- */

enum { ROUNDS = 5 };

typedef struct caller {
  plugin p;
  pthread_t thread;
  double value;
  const void *address;
  int failed;
} caller;

static void *call(void *data)
{
  caller *c = (caller *)data;
  for (int i = 0; i < ROUNDS; i++) {
    double value = -1.0;
    const void *address = NULL;
    c->failed |= c->p.run(&value, &address) != 0 || (i > 0 && (value != c->value || address != c->address));
    c->value = value;
    c->address = address;
  }
  return NULL;
}

/* A plugin has static memory: each runs in one thread; the two side by side. */
static int together(plugin a, plugin b)
{
  caller callers[2] = { { .p = a }, { .p = b } };
  for (int i = 0; i < 2; i++)
    if (pthread_create(&callers[i].thread, NULL, call, &callers[i]) != 0)
      return 1;
  for (int i = 0; i < 2; i++)
    pthread_join(callers[i].thread, NULL);
  printf("%s code, %s numbers\n", callers[0].address == callers[1].address ? "one" : "own",
         callers[0].value != callers[1].value ? "other" : "the same");
  return callers[0].failed || callers[1].failed || callers[0].address == callers[1].address ||
         callers[0].value != callers[1].value;
}

/* ---- a thread that outlives the library ---------------------------------------------------------------- */

typedef struct survivor {
  plugin p;
  pthread_barrier_t closed;
  int failed;
} survivor;

static void *survive(void *data)
{
  survivor *s = (survivor *)data;
  double value;
  const void *address;
  s->failed = s->p.run(&value, &address) != 0;
  pthread_barrier_wait(&s->closed); /* used it */
  pthread_barrier_wait(&s->closed); /* it is closed */
  return NULL;
}

static int outlive(const char *path)
{
  survivor s = { .p = plugin_open(path, 0) };
  pthread_t thread;
  if (pthread_barrier_init(&s.closed, NULL, 2) != 0 || pthread_create(&thread, NULL, survive, &s) != 0)
    return 1;
  pthread_barrier_wait(&s.closed);
  dlclose(s.p.handle);
  pthread_barrier_wait(&s.closed);
  pthread_join(thread, NULL);
  return s.failed;
}

int main(int argc, char **argv)
{
  if (argc > 3 && strcmp(argv[1], "again") == 0)
    return again(argv[2], atoi(argv[3]));
  if (argc > 3 && strcmp(argv[1], "twice") == 0)
    return together(plugin_open(argv[2], 0), plugin_open(argv[3], 0));
  if (argc > 2 && strcmp(argv[1], "spaces") == 0)
    return together(plugin_open(argv[2], 0), plugin_open(argv[2], 1));
  if (argc > 2 && strcmp(argv[1], "thread") == 0)
    return outlive(argv[2]);
  return 64;
}
