/* Templates filled in parts by all ranks and merged up a tree of ranks, as MPI_Reduce does it; then toys in parts, and their coverage.
 * mpicc -std=c11 main.c parts.c $(pkg-config --cflags --libs fairu) -lm -o parts && mpirun -n 2 ./parts OUT.fill
 *
 * Sums are exact and toys go by their number: OUT.fill and what is printed have the same bits for any number of ranks. */
#include "parts.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct ranks {
  int rank, n;
  fairu_context *ctx;
} ranks;

/* MPI knows no errors of one rank: say it, and end all. */
static void must(const ranks *r, int status, const char *what)
{
  if (status == FAIRU_OK)
    return;
  fprintf(stderr, "rank %d: %s: %s: %s\n", r->rank, what, fairu_status_name(status),
          r->ctx ? fairu_context_message(r->ctx) : "");
  MPI_Abort(MPI_COMM_WORLD, 1);
}

/* ---- the state of a fill as bytes --------------------------------------------------------------------- */

typedef struct state {
  char *bytes;
  size_t size;
} state;

/* A file for a moment; fairu_fill_save leaves it complete, and with a checksum. */
static void name_file(const ranks *r, char path[256])
{
  const char *folder = getenv("TMPDIR");
  snprintf(path, 256, "%s/fairu-mpi-%d-XXXXXX", folder ? folder : "/tmp", r->rank);
  const int file = mkstemp(path);
  must(r, file < 0 ? FAIRU_ERR_IO : FAIRU_OK, path);
  close(file);
}

static state save(const ranks *r, const fairu_fill *fill)
{
  char path[256];
  state s = { NULL, 0 };
  name_file(r, path);
  must(r, fairu_fill_save(fill, r->ctx, path), "save");
  FILE *file = fopen(path, "rb");
  long size = -1;
  if (file && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) > 0 &&
      (s.bytes = (char *)malloc((size_t)size)) != NULL) {
    rewind(file);
    s.size = fread(s.bytes, 1, (size_t)size, file);
  }
  if (file)
    fclose(file);
  unlink(path);
  must(r, size < 0 || s.size != (size_t)size ? FAIRU_ERR_IO : FAIRU_OK, path);
  return s;
}

static fairu_fill *load(const ranks *r, const state *s)
{
  char path[256];
  fairu_fill *fill = NULL;
  name_file(r, path);
  FILE *file = fopen(path, "wb");
  const int bad = !file || fwrite(s->bytes, 1, s->size, file) != s->size;
  must(r, (file && fclose(file) != 0) || bad ? FAIRU_ERR_IO : FAIRU_OK, path);
  must(r, fairu_fill_load(r->ctx, path, &fill), "load");
  unlink(path);
  return fill;
}

static void send_fill(const ranks *r, const fairu_fill *fill, int to)
{
  state s = save(r, fill);
  must(r, s.size > 2147483647 ? FAIRU_ERR_LIMIT : FAIRU_OK, "a state of 2 GiB or more");
  MPI_Send(s.bytes, (int)s.size, MPI_BYTE, to, 0, MPI_COMM_WORLD);
  free(s.bytes);
}

static fairu_fill *receive_fill(const ranks *r, int from)
{
  MPI_Status status;
  int size = 0;
  MPI_Probe(from, 0, MPI_COMM_WORLD, &status);
  MPI_Get_count(&status, MPI_BYTE, &size);
  state s = { (char *)malloc((size_t)size), (size_t)size };
  must(r, s.bytes ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY, "receive");
  MPI_Recv(s.bytes, size, MPI_BYTE, from, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  fairu_fill *fill = load(r, &s);
  free(s.bytes);
  return fill;
}

/* ---- reduce and share --------------------------------------------------------------------------------- */

/* In log2(n) steps every rank hands what it has to a lower one; rank 0 ends with all. */
static void reduce(const ranks *r, fairu_fill *fill)
{
  for (int step = 1; step < r->n; step *= 2) {
    if (r->rank & step) {
      send_fill(r, fill, r->rank - step);
      return;
    }
    if (r->rank + step < r->n) {
      fairu_fill *other = receive_fill(r, r->rank + step);
      must(r, fairu_fill_merge(fill, r->ctx, other), "merge");
      fairu_fill_destroy(other);
    }
  }
}

/* What rank 0 has, to all of them. */
static fairu_fill *share(const ranks *r, fairu_fill *fill)
{
  state s = { NULL, 0 };
  if (r->rank == 0)
    s = save(r, fill);
  unsigned long size = s.size;
  MPI_Bcast(&size, 1, MPI_UNSIGNED_LONG, 0, MPI_COMM_WORLD);
  if (r->rank != 0)
    s = (state){ (char *)malloc(size), size };
  must(r, s.bytes && size <= 2147483647 ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY, "share");
  MPI_Bcast(s.bytes, (int)size, MPI_BYTE, 0, MPI_COMM_WORLD);
  if (r->rank != 0) {
    fairu_fill_destroy(fill);
    fill = load(r, &s);
  }
  free(s.bytes);
  return fill;
}

/* Rank k has toys k N / n .. (k + 1) N / n - 1; all ranks are machines of one kind, so results travel as they are. */
static void run_toys(const ranks *r, const fairu_fill *fill, fairu_toy_result *results)
{
  fairu_toy_result *own = (fairu_toy_result *)calloc(N_TOYS, sizeof *own);
  int *sizes = (int *)calloc(2 * (size_t)r->n, sizeof *sizes);
  must(r, own && sizes ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY, "toys");
  for (int k = 0; k < r->n; k++) {
    const int first = k * N_TOYS / r->n, end = (k + 1) * N_TOYS / r->n;
    sizes[k] = (end - first) * (int)sizeof *own;
    sizes[r->n + k] = first * (int)sizeof *own;
  }
  const size_t first = (size_t)sizes[r->n + r->rank] / sizeof *own, n = (size_t)sizes[r->rank] / sizeof *own;
  must(r, analysis_toys(r->ctx, fill, first, n, own), "toys");
  MPI_Gatherv(own, sizes[r->rank], MPI_BYTE, results, sizes, sizes + r->n, MPI_BYTE, 0, MPI_COMM_WORLD);
  free(sizes);
  free(own);
}

static void report(const ranks *r, const fairu_toy_result *results)
{
  fairu_tally *tally = NULL;
  fairu_coverage c = { .struct_size = sizeof c };
  must(r, fairu_tally_create(r->ctx, 1.0, &tally), "tally");
  must(r, fairu_tally_add(tally, r->ctx, results, N_TOYS), "tally");
  must(r, fairu_tally_coverage(tally, r->ctx, 0.6827, &c), "coverage");
  printf("%llu toys, %llu without an interval: coverage %.17g, half width %.17g, bias %.17g, scale %.17g +- "
         "%.17g\n",
         (unsigned long long)c.n, (unsigned long long)c.n_failed, c.coverage, c.mean_half_width, c.bias,
         c.mean_nuisance, c.std_nuisance);
  fairu_tally_destroy(tally);
}

int main(int argc, char **argv)
{
  ranks r = { 0, 1, NULL };
  analysis a;
  fairu_fill *fill = NULL;
  static fairu_toy_result results[N_TOYS];
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &r.rank);
  MPI_Comm_size(MPI_COMM_WORLD, &r.n);
  must(&r, argc == 2 ? FAIRU_OK : FAIRU_ERR_ARGUMENT, "usage: parts OUT.fill");
  must(&r, fairu_context_create(NULL, &r.ctx), "context");
  must(&r, analysis_create(&a, r.ctx), "analysis");
  must(&r, analysis_fill_create(&a, r.ctx, &fill), "fill");
  for (int part = r.rank; part < N_PARTS; part += r.n)
    must(&r, analysis_fill_part(&a, r.ctx, (size_t)part, fill), "fill");
  reduce(&r, fill);
  if (r.rank == 0)
    must(&r, fairu_fill_save(fill, r.ctx, argv[1]), argv[1]);
  fill = share(&r, fill);
  run_toys(&r, fill, results);
  if (r.rank == 0)
    report(&r, results);
  fairu_fill_destroy(fill);
  analysis_destroy(&a);
  fairu_context_destroy(r.ctx);
  MPI_Finalize();
  return 0;
}
