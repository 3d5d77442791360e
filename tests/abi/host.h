/* host.h - hosts that compute the same of one model, each in a thread and a state of its own, with answers of its own. */
#ifndef FAIRU_TESTS_ABI_HOST_H
#define FAIRU_TESTS_ABI_HOST_H

#include "abi/host_thread.h"
#include "support/hostile.h"

/* All that a host computes of the model; the number of the host goes into the names of its files. The first status that is not FAIRU_OK. */
typedef int (*host_task)(fairu_context *ctx, const void *model, int number, void *answers);

typedef struct host {
  host_task task;
  const void *model;
  void *answers;
  int number, threads, floats;
  pthread_t thread;
  int status, left_as_found;
  char message[256];
} host;

enum { HOST_SMALL_STACK = 128 * 1024 };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { HOST_INSTRUMENTED = 1 }; /* frames are larger then, and traps are theirs */
#else
enum { HOST_INSTRUMENTED = 0 };
#endif

static inline unsigned host_controls(void)
{
#if defined(__x86_64__)
  return _mm_getcsr() & 0xffc0U; /* masks, rounding, FTZ, DAZ */
#else
  return (unsigned)fegetround();
#endif
}

static inline void *host_run(void *data)
{
  host *h = (host *)data;
  fairu_context *ctx = NULL;
  h->status = host_begin(h->floats, h->threads, &ctx);
  const unsigned before = host_controls();
  if (h->status == FAIRU_OK)
    h->status = h->task(ctx, h->model, h->number, h->answers);
  host_end(ctx, h->message, sizeof h->message);
  h->left_as_found = host_controls() == before;
  return NULL;
}

static inline void host_check(const host *h)
{
  if (h->status != FAIRU_OK)
    fail_msg("host %d: %s: %s", h->number, fairu_status_name(h->status), h->message);
  assert_true(h->left_as_found);
}

/* In a thread with this stack (0: as the system has it). */
static inline void host_alone(host *h, size_t stack)
{
  host_thread_start(&h->thread, host_run, h, stack);
  pthread_join(h->thread, NULL);
  host_check(h);
}

/* n hosts alike at the same time, with 1 to most_threads threads: each gets these answers. */
static inline void host_check_many(host alike, int n, int most_threads, const void *wanted, size_t size)
{
  host *hosts = (host *)calloc((size_t)n, sizeof *hosts);
  unsigned char *answers = (unsigned char *)calloc((size_t)n, size);
  for (int i = 0; i < n; i++) {
    hosts[i] = alike;
    hosts[i].number = i;
    hosts[i].threads = 1 + i % most_threads;
    hosts[i].answers = answers + (size_t)i * size;
    host_thread_start(&hosts[i].thread, host_run, &hosts[i], 0);
  }
  for (int i = 0; i < n; i++)
    pthread_join(hosts[i].thread, NULL);
  for (int i = 0; i < n; i++) {
    host_check(&hosts[i]);
    assert_memory_equal(hosts[i].answers, wanted, size);
  }
  free(hosts);
  free(answers);
}

static inline void host_call(void *data)
{
  (void)host_run(data);
}

/* All that a host can set at once (support/hostile.h). */
static inline void host_hostile(host *h, int how)
{
  support_hostile_call(how, HOSTILE_STACK, host_call, h);
  host_check(h);
}

/* In this thread, where a comma stands between whole numbers and decimals. */
static inline void host_with_comma(host *h)
{
  char *before = host_decimal_comma();
  host_call(h);
  host_locale_back(before);
  host_check(h);
}

static inline void host_skip_if_instrumented(void)
{
  if (HOST_INSTRUMENTED)
    support_skip("frames of instrumented code are larger");
}

#endif /* FAIRU_TESTS_ABI_HOST_H */
