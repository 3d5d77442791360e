/* bits THREADS HOSTS [KERNEL]: what must be the same on any number of threads, with any BLAS: a line "exact" with a digest of likelihoods, fits
 * and toys; "golden" with one of draws, the same on any machine; "scores". HOSTS threads of the host, each with a context of its own,
 * compute it once more and must agree; so must a scheduler of the host that runs chunks backwards. */
#include <pthread.h>

#include "guest.h"

enum { CHANNELS = 8, HOSTS_MOST = 256 };

static const char *kernel = "auto";

static int make_context(int threads, fairu_context **ctx)
{
  int status = fairu_context_create(NULL, ctx);
  if (status == FAIRU_OK)
    status = fairu_context_set_threads(*ctx, threads);
  return status == FAIRU_OK ? fairu_context_set_kernel(*ctx, kernel) : status;
}

typedef struct host {
  const guest *g;
  const guest_answers *wanted;
  pthread_t thread;
  int threads, status, same;
} host;

static void *run_host(void *data)
{
  host *h = (host *)data;
  fairu_context *ctx = NULL;
  guest_answers *a = (guest_answers *)malloc(sizeof *a);
  h->status = a ? make_context(h->threads, &ctx) : FAIRU_ERR_OUT_OF_MEMORY;
  if (h->status == FAIRU_OK)
    h->status = guest_exact(h->g, ctx, a);
  h->same = h->status == FAIRU_OK && memcmp(a, h->wanted, sizeof *a) == 0;
  fairu_context_destroy(ctx);
  free(a);
  return NULL;
}

static int check_hosts(const guest *g, const guest_answers *wanted, int n)
{
  static host hosts[HOSTS_MOST];
  int failed = 0, started = 0;
  for (; started < n && started < HOSTS_MOST; started++) {
    hosts[started] = (host){ .g = g, .wanted = wanted, .threads = 1 + started % 2 };
    if (pthread_create(&hosts[started].thread, NULL, run_host, &hosts[started]) != 0)
      break;
  }
  for (int i = 0; i < started; i++) {
    pthread_join(hosts[i].thread, NULL);
    if (!hosts[i].same && failed++ == 0)
      fprintf(stderr, "host %d: %s, %s bits\n", i, fairu_status_name(hosts[i].status),
              hosts[i].same ? "the same" : "other");
  }
  return failed == 0 && started == n;
}

static int backwards(size_t n, fairu_task_fn task, void *task_data, void *user_data)
{
  ++*(int *)user_data;
  for (size_t i = n; i > 0; i--)
    (void)task(i - 1, task_data);
  return 0;
}

static int check_executor(const guest *g, const guest_answers *wanted)
{
  int calls = 0;
  fairu_context *ctx = NULL;
  guest_answers *a = (guest_answers *)malloc(sizeof *a);
  int status = a ? make_context(1, &ctx) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_context_set_executor(ctx, backwards, &calls);
  if (status == FAIRU_OK)
    status = guest_exact(g, ctx, a);
  const int same = status == FAIRU_OK && calls > 0 && memcmp(a, wanted, sizeof *a) == 0;
  fairu_context_destroy(ctx);
  free(a);
  return same;
}

static void print_scores(const guest *g, fairu_context *ctx)
{
  float scores[GUEST_ROWS];
  if (fairu_context_set_blas(ctx, FAIRU_BLAS_ALWAYS) != FAIRU_OK || guest_scores(g, ctx, scores) != FAIRU_OK)
    return;
  printf("scores");
  for (int i = 0; i < GUEST_ROWS; i++)
    printf(" %.9g", (double)scores[i]);
  printf("\n");
}

int main(int argc, char **argv)
{
  static guest_answers a;
  guest g;
  fairu_context *ctx = NULL;
  const int threads = argc > 1 ? atoi(argv[1]) : 1, hosts = argc > 2 ? atoi(argv[2]) : 0;
  kernel = argc > 3 ? argv[3] : kernel;
  int status = make_context(threads, &ctx);
  if (status == FAIRU_OK)
    status = guest_make(&g, ctx, CHANNELS);
  if (status == FAIRU_OK)
    status = guest_exact(&g, ctx, &a);
  if (status != FAIRU_OK) {
    fprintf(stderr, "%s: %s\n", fairu_status_name(status), ctx ? fairu_context_message(ctx) : "");
    return status == FAIRU_ERR_UNSUPPORTED ? 77 : 1;
  }
  if (!check_hosts(&g, &a, hosts) || !check_executor(&g, &a))
    return 2;
  printf("exact %016llx, %zu parameters\n", (unsigned long long)guest_hash(&a, sizeof a), g.n);
  printf("golden %016llx %016llx\n", (unsigned long long)guest_hash(a.toy, sizeof a.toy),
         (unsigned long long)guest_hash(a.draws, sizeof a.draws));
  print_scores(&g, ctx);
  fprintf(stderr, "BLAS core %s\n", fairu_blas_core());
  guest_free(&g);
  fairu_context_destroy(ctx);
  return 0;
}
