/* hostile.c - see hostile.h. */
#include "support/hostile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

extern char **environ;

enum { SIGNALS = 32, ODD_ERRNO = 4711, ODD_UMASK = 027 };

/* ---- what a host can see ------------------------------------------------------------------------------ */

typedef struct seen {
  char locale[256], directory[512];
  unsigned mxcsr;
  int rounding, error, descriptors, threads;
  uint64_t environment;
  mode_t mask;
  sigset_t blocked;
  void (*handlers[SIGNALS])(int);
} seen;

static int count_entries(const char *path)
{
  DIR *dir = opendir(path);
  int n = 0;
  while (dir && readdir(dir))
    n++;
  if (dir)
    closedir(dir);
  return n;
}

static uint64_t sum_environment(void)
{
  uint64_t sum = 14695981039346656037ULL;
  for (char **variable = environ; *variable; variable++)
    for (const char *c = *variable; *c; c++)
      sum = (sum ^ (unsigned char)*c) * 1099511628211ULL;
  return sum;
}

static void look(seen *s)
{
  s->error = errno;
  s->rounding = fegetround();
#if defined(__x86_64__)
  s->mxcsr = _mm_getcsr() & 0xffc0U; /* masks, rounding, FTZ, DAZ */
#endif
  (void)snprintf(s->locale, sizeof s->locale, "%s", setlocale(LC_ALL, NULL));
  if (!getcwd(s->directory, sizeof s->directory))
    (void)snprintf(s->directory, sizeof s->directory, "gone");
  s->environment = sum_environment();
  s->mask = umask(0);
  umask(s->mask);
  s->descriptors = count_entries("/proc/self/fd");
  s->threads = count_entries("/proc/self/task");
  pthread_sigmask(SIG_BLOCK, NULL, &s->blocked);
  for (int i = 1; i < SIGNALS; i++) {
    struct sigaction action;
    sigaction(i, NULL, &action);
    s->handlers[i] = action.sa_handler;
  }
}

/* ERANGE is what exp, log and their like say of a result that underflows; no system call is meant. */
static const char *difference(const seen *a, const seen *b)
{
  for (int i = 1; i < SIGNALS; i++) {
    if (sigismember(&a->blocked, i) != sigismember(&b->blocked, i))
      return "the signal mask";
    if (a->handlers[i] != b->handlers[i])
      return "a signal handler";
  }
  return a->error != b->error && b->error != ERANGE ? "errno"
         : a->rounding != b->rounding               ? "the rounding mode"
         : a->mxcsr != b->mxcsr                     ? "MXCSR"
         : strcmp(a->locale, b->locale) != 0        ? "the locale"
         : strcmp(a->directory, b->directory)       ? "the working directory"
         : a->environment != b->environment         ? "the environment"
         : a->mask != b->mask                       ? "the umask"
         : a->descriptors != b->descriptors         ? "open descriptors"
         : a->threads != b->threads                 ? "threads"
                                                    : NULL;
}

/* ---- the host ----------------------------------------------------------------------------------------- */

typedef struct host {
  int how;
  void (*call)(void *data);
  void *data;
  const char *changed;
  seen before, after;
} host;

static volatile sig_atomic_t alarms;

static void count_alarm(int number)
{
  (void)number;
  alarms++;
}

static void *run_host(void *data)
{
  host *h = (host *)data;
  sigset_t some;
  sigemptyset(&some);
  sigaddset(&some, SIGALRM);
  pthread_sigmask(SIG_UNBLOCK, &some, NULL);
  sigaddset(&some, SIGUSR2);
  sigdelset(&some, SIGALRM);
  pthread_sigmask(SIG_BLOCK, &some, NULL);
#if defined(__x86_64__)
  if (h->how & HOSTILE_FLUSHED)
    _mm_setcsr(_mm_getcsr() | 0x8040);
#endif
  if (h->how & HOSTILE_UPWARD)
    fesetround(FE_UPWARD);
  look(&h->before);
  if (h->how & HOSTILE_TRAPPED) {
    feenableexcept(FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW);
    h->before.mxcsr &= ~0x680U;
  }
  errno = h->before.error = ODD_ERRNO;
  h->call(h->data);
  const int error = errno;
  look(&h->after);
  h->after.error = error;
  h->changed = difference(&h->before, &h->after);
  return NULL;
}

/* What belongs to the process: set, and put back. */
typedef struct process {
  char *locale;
  int directory, descriptors[3];
  mode_t mask;
  sigset_t blocked;
  struct sigaction handler;
} process;

static void leave_directory(void)
{
  char path[1200];
  (void)snprintf(path, sizeof path, "%s/gone", support_directory());
  if (path[0] == '/' && mkdir(path, 0700) == 0 && chdir(path) == 0)
    (void)rmdir(path);
}

static void unsettle(process *p)
{
  const struct sigaction action = { .sa_handler =
                                        count_alarm }; /* without SA_RESTART: what waits is interrupted */
  const struct itimerval often = { { 0, 300 }, { 0, 300 } };
  sigset_t alarm_only;
  fflush(NULL);
  p->locale = strdup(setlocale(LC_ALL, NULL));
  if (support_comma_locale())
    (void)setlocale(LC_ALL, support_comma_locale());
  p->directory = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  leave_directory();
  p->mask = umask(ODD_UMASK);
  setenv("OMP_NUM_THREADS", "many", 1);
  setenv("FAIRU_THREADS", "-1", 1);
  for (int fd = 0; fd < 3; fd++) {
    p->descriptors[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 100);
    close(fd);
  }
  sigemptyset(&alarm_only); /* they go to the thread of the call */
  sigaddset(&alarm_only, SIGALRM);
  pthread_sigmask(SIG_BLOCK, &alarm_only, &p->blocked);
  sigaction(SIGALRM, &action, &p->handler);
  setitimer(ITIMER_REAL, &often, NULL);
}

static void settle(process *p)
{
  const struct itimerval never = { { 0, 0 }, { 0, 0 } };
  const struct timespec none = { 0, 0 };
  sigset_t alarm_only;
  sigemptyset(&alarm_only);
  sigaddset(&alarm_only, SIGALRM);
  setitimer(ITIMER_REAL, &never, NULL);
  while (sigtimedwait(&alarm_only, NULL, &none) > 0)
    ;
  sigaction(SIGALRM, &p->handler, NULL);
  pthread_sigmask(SIG_SETMASK, &p->blocked, NULL);
  for (int fd = 0; fd < 3; fd++)
    if (p->descriptors[fd] >= 0) {
      dup2(p->descriptors[fd], fd);
      close(p->descriptors[fd]);
    }
  unsetenv("OMP_NUM_THREADS");
  unsetenv("FAIRU_THREADS");
  umask(p->mask);
  if (fchdir(p->directory) != 0)
    fail_msg("no way back");
  close(p->directory);
  setlocale(LC_ALL, p->locale);
  free(p->locale);
}

void support_hostile_call(int how, size_t stack, void (*call)(void *data), void *data)
{
  static host h;
  process p;
  pthread_attr_t attributes;
  pthread_t thread;
  h = (host){ .how = how, .call = call, .data = data };
  assert_int_equal(pthread_attr_init(&attributes), 0);
  if (stack > 0)
    assert_int_equal(pthread_attr_setstacksize(&attributes, stack), 0);
  unsettle(&p);
  const int started = pthread_create(&thread, &attributes, run_host, &h);
  if (started == 0)
    pthread_join(thread, NULL);
  settle(&p);
  pthread_attr_destroy(&attributes);
  if (started != 0)
    fail_msg("no thread with a stack of %zu bytes: %s", stack, strerror(started));
  if (h.changed)
    fail_msg("the call left %s other than it found it; errno was %d, is %d", h.changed, h.before.error,
             h.after.error);
}

const char *support_comma_locale(void)
{
  static const char *const names[] = { "de_DE.UTF-8", "de_DE", "fr_FR.UTF-8" };
  static const char *found;
  char *before = strdup(setlocale(LC_ALL, NULL));
  for (size_t i = 0; i < sizeof names / sizeof *names && !found; i++)
    if (setlocale(LC_ALL, names[i]))
      found = names[i];
  setlocale(LC_ALL, before);
  free(before);
  return found;
}
