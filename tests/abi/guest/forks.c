/* forks N THREADS BLAS: while THREADS threads evaluate, N children are forked that compute the same and end without exec. A child that does
 * not end is killed and counted. BLAS: "own" forbids it, "auto" leaves the default. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

enum { CHANNELS = 1, THREADS_MOST = 16, SECONDS = 20 };

typedef struct shared {
  guest g;
  guest_answers wanted;
  float scores[GUEST_ROWS];
  int policy;
  atomic_int stop, evaluations, failed;
} shared;

static int compute(shared *s, int threads)
{
  static _Thread_local guest_answers a;
  float scores[GUEST_ROWS];
  fairu_context *ctx = NULL;
  int status = fairu_context_create(NULL, &ctx);
  if (status == FAIRU_OK)
    status = fairu_context_set_blas(ctx, s->policy);
  if (status == FAIRU_OK)
    status = fairu_context_set_threads(ctx, threads);
  if (status == FAIRU_OK)
    status = guest_exact(&s->g, ctx, &a);
  if (status == FAIRU_OK)
    status = guest_scores(&s->g, ctx, scores);
  fairu_context_destroy(ctx);
  return status == FAIRU_OK && memcmp(&a, &s->wanted, sizeof a) == 0 &&
         memcmp(scores, s->scores, sizeof scores) == 0;
}

static void *evaluate(void *data)
{
  shared *s = (shared *)data;
  while (!atomic_load(&s->stop)) {
    atomic_fetch_add(&s->evaluations, 1);
    if (!compute(s, 1))
      atomic_fetch_add(&s->failed, 1);
  }
  return NULL;
}

/* 0: the child computed the same; 1: it did not; 2: it hung. */
static int one_child(shared *s, int threads)
{
  int status = -1;
  const pid_t child = fork();
  if (child < 0)
    return 1;
  if (child == 0) {
    alarm(SECONDS);
    _exit(!compute(s, threads));
  }
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      return 1;
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? 2 : status != 0;
}

int main(int argc, char **argv)
{
  static shared s;
  pthread_t threads[THREADS_MOST];
  fairu_context *ctx = NULL;
  const int n = argc > 1 ? atoi(argv[1]) : 100, n_threads = argc > 2 ? atoi(argv[2]) : 4;
  int wrong = 0, hung = 0;
  s.policy = argc > 3 && strcmp(argv[3], "auto") == 0 ? FAIRU_BLAS_AUTO : FAIRU_BLAS_NEVER;
  if (n_threads > THREADS_MOST || fairu_context_create(NULL, &ctx) != FAIRU_OK ||
      fairu_context_set_blas(ctx, s.policy) != FAIRU_OK || guest_make(&s.g, ctx, CHANNELS) != FAIRU_OK ||
      guest_exact(&s.g, ctx, &s.wanted) != FAIRU_OK || guest_scores(&s.g, ctx, s.scores) != FAIRU_OK)
    return 1;
  for (int i = 0; i < n_threads; i++)
    if (pthread_create(&threads[i], NULL, evaluate, &s) != 0)
      return 1;
  for (int i = 0; i < n; i++) {
    const int how = one_child(&s, 1 + i % 2);
    wrong += how == 1;
    hung += how == 2;
  }
  atomic_store(&s.stop, 1);
  for (int i = 0; i < n_threads; i++)
    pthread_join(threads[i], NULL);
  printf("%d forks, %d wrong, %d hung; %d threads evaluated, %d failed\n", n, wrong, hung, n_threads,
         atomic_load(&s.failed));
  guest_free(&s.g);
  fairu_context_destroy(ctx);
  return wrong + hung + atomic_load(&s.failed) > 0 || atomic_load(&s.evaluations) < n_threads;
}
