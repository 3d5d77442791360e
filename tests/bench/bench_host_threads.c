/* Sixteen threads of a host, each with small fits of its own, against the same fits one after the other; OPENBLAS_NUM_THREADS as the caller
 * left it. The ratio is that to the serial time over the number of cores: 1 is all that the machine has. */
#include "bench/bench.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "abi/guest/guest.h"

enum { HOSTS = 16, FITS = 500, RUNS = 7 };

typedef struct host {
  const guest *g;
  pthread_t thread;
  double parameter;
} host;

static void *fit_often(void *data)
{
  host *h = data;
  double params[GUEST_MOST], *covariance = malloc(sizeof *covariance * h->g->n * h->g->n);
  fairu_context *ctx = NULL;
  bench_must(NULL, covariance ? fairu_context_create(NULL, &ctx) : FAIRU_ERR_OUT_OF_MEMORY);
  for (int i = 0; i < FITS; i++)
    bench_must(ctx, fairu_likelihood_fit(h->g->likelihood, ctx, h->g->data, NULL, params, h->g->n, covariance,
                                         NULL));
  h->parameter = params[0];
  fairu_context_destroy(ctx);
  free(covariance);
  return NULL;
}

static double run_serial(const guest *g)
{
  const double begin = bench_now();
  for (int i = 0; i < HOSTS; i++) {
    host h = { .g = g };
    fit_often(&h);
    bench_keep(h.parameter);
  }
  return bench_now() - begin;
}

static double run_threads(const guest *g)
{
  host hosts[HOSTS];
  const double begin = bench_now();
  for (int i = 0; i < HOSTS; i++) {
    hosts[i] = (host){ .g = g };
    if (pthread_create(&hosts[i].thread, NULL, fit_often, &hosts[i]) != 0)
      exit(1);
  }
  for (int i = 0; i < HOSTS; i++)
    pthread_join(hosts[i].thread, NULL);
  return bench_now() - begin;
}

/* Of all threads of this process: what others do on the machine is not in it. */
static double processor_seconds(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *seconds)
{
  qsort(seconds, RUNS, sizeof *seconds, compare);
  return seconds[RUNS / 2];
}

int main(int argc, char **argv)
{
  bench *b = bench_start(argc, argv);
  const char *blas = getenv("OPENBLAS_NUM_THREADS");
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  const int cores = online < 1 ? 1 : online < HOSTS ? (int)online : HOSTS;
  double serial[RUNS], threads[RUNS], ratio[RUNS], work[RUNS];
  guest g;
  fairu_context *ctx = NULL;
  bench_must(NULL, fairu_context_create(NULL, &ctx));
  bench_must(ctx, guest_make(&g, ctx, 1));
  (void)run_serial(&g);
  for (int i = 0; i < RUNS; i++) { /* in turn, so that both meet the same machine */
    const double begin = processor_seconds();
    serial[i] = run_serial(&g);
    const double middle = processor_seconds();
    threads[i] = run_threads(&g);
    work[i] = (processor_seconds() - middle) / (middle - begin);
    ratio[i] = threads[i] / (serial[i] / cores);
  }
  bench_add(b, &(bench_row){ .name = "fit, 25 parameters, serial",
                             .seconds = median(serial),
                             .items = HOSTS * FITS,
                             .unit = "us/fit",
                             .kernel = fairu_context_kernel(ctx) });
  bench_add(b, &(bench_row){ .name = "fit, 16 threads of the host",
                             .seconds = median(threads),
                             .items = HOSTS * FITS,
                             .unit = "us/fit",
                             .threads = cores,
                             .kernel = fairu_context_kernel(ctx) });
  printf("%d host threads x %d fits of %zu parameters: %.2f of the serial time / %d cores (at most 1.3 "
         "wanted), %.2f of the serial "
         "processor time; medians of %d; OPENBLAS_NUM_THREADS %s, BLAS core %s\n",
         HOSTS, FITS, g.n, median(ratio), cores, median(work), RUNS, blas ? blas : "unset",
         fairu_blas_core());
  guest_free(&g);
  fairu_context_destroy(ctx);
  return bench_end(b);
}
