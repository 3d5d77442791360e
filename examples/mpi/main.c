/* Templates filled in parts by all ranks and merged up a tree of ranks, as MPI_Reduce does it; then toys in parts, and their coverage.
 * mpicc -std=c11 main.c parts.c $(pkg-config --cflags --libs fairu) -lm -o parts && mpirun -n 2 ./parts OUT.fill [EVENTS [TOYS]]
 *
 * Sums are exact and toys go by their number: OUT.fill and what is printed have the same bits for any number of ranks. */
#include "parts.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

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

/* ---- what accumulates, as bytes ----------------------------------------------------------------------- */

/* A kind of state that is packed, sent, unpacked and merged. */
typedef struct kind {
  const char *name;
  int (*pack)(const void *object, fairu_context *ctx, void *bytes, size_t capacity, size_t *size);
  int (*merge)(void *object, fairu_context *ctx, const void *bytes, size_t size);
} kind;

static int pack_fill(const void *fill, fairu_context *ctx, void *bytes, size_t capacity, size_t *size)
{
  return fairu_fill_pack((const fairu_fill *)fill, ctx, bytes, capacity, size);
}

static int merge_fill(void *fill, fairu_context *ctx, const void *bytes, size_t size)
{
  fairu_fill *other = NULL;
  int status = fairu_fill_unpack(ctx, bytes, size, &other);
  if (status == FAIRU_OK)
    status = fairu_fill_merge((fairu_fill *)fill, ctx, other);
  fairu_fill_destroy(other);
  return status;
}

static int pack_tally(const void *tally, fairu_context *ctx, void *bytes, size_t capacity, size_t *size)
{
  return fairu_tally_pack((const fairu_tally *)tally, ctx, bytes, capacity, size);
}

static int merge_tally(void *tally, fairu_context *ctx, const void *bytes, size_t size)
{
  fairu_tally *other = NULL;
  int status = fairu_tally_unpack(ctx, bytes, size, &other);
  if (status == FAIRU_OK)
    status = fairu_tally_merge((fairu_tally *)tally, ctx, other);
  fairu_tally_destroy(other);
  return status;
}

static const kind fills = { "fill", pack_fill, merge_fill };
static const kind tallies = { "tally", pack_tally, merge_tally };

/* In memory of malloc; MPI counts in int. */
static void *pack(const ranks *r, const kind *k, const void *object, int *size)
{
  size_t needed = 0;
  must(r, k->pack(object, r->ctx, NULL, 0, &needed), k->name);
  must(r, needed > 2147483647 ? FAIRU_ERR_LIMIT : FAIRU_OK, "a state of 2 GiB or more");
  void *bytes = malloc(needed);
  must(r, bytes ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY, k->name);
  must(r, k->pack(object, r->ctx, bytes, needed, &needed), k->name);
  *size = (int)needed;
  return bytes;
}

/* ---- reduce and share --------------------------------------------------------------------------------- */

static void send(const ranks *r, const kind *k, const void *object, int to)
{
  int size = 0;
  void *bytes = pack(r, k, object, &size);
  MPI_Send(bytes, size, MPI_BYTE, to, 0, MPI_COMM_WORLD);
  free(bytes);
}

static void receive(const ranks *r, const kind *k, void *object, int from)
{
  MPI_Status status;
  int size = 0;
  MPI_Probe(from, 0, MPI_COMM_WORLD, &status);
  MPI_Get_count(&status, MPI_BYTE, &size);
  void *bytes = malloc((size_t)size);
  must(r, bytes ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY, k->name);
  MPI_Recv(bytes, size, MPI_BYTE, from, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  must(r, k->merge(object, r->ctx, bytes, (size_t)size), k->name);
  free(bytes);
}

/* In log2(n) steps every rank hands what it has to a lower one, once; rank 0 ends with all. */
static void reduce(const ranks *r, const kind *k, void *object)
{
  for (int step = 1; step < r->n; step *= 2) {
    if (r->rank & step) {
      send(r, k, object, r->rank - step);
      return;
    }
    if (r->rank + step < r->n)
      receive(r, k, object, r->rank + step);
  }
}

/* What rank 0 has, to all of them. */
static fairu_fill *share(const ranks *r, fairu_fill *fill)
{
  int size = 0;
  void *bytes = r->rank == 0 ? pack(r, &fills, fill, &size) : NULL;
  MPI_Bcast(&size, 1, MPI_INT, 0, MPI_COMM_WORLD);
  if (r->rank != 0)
    bytes = malloc((size_t)size);
  must(r, bytes ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY, "share");
  MPI_Bcast(bytes, size, MPI_BYTE, 0, MPI_COMM_WORLD);
  if (r->rank != 0) {
    fairu_fill_destroy(fill);
    must(r, fairu_fill_unpack(r->ctx, bytes, (size_t)size, &fill), "share");
  }
  free(bytes);
  return fill;
}

/* ---- the run ------------------------------------------------------------------------------------------ */

/* Rank k has toys k N / n .. (k + 1) N / n - 1: each of them once. */
static fairu_tally *run_toys(const ranks *r, const fairu_fill *fill, size_t n_toys)
{
  const size_t rank = (size_t)r->rank, n_ranks = (size_t)r->n;
  const size_t first = rank * n_toys / n_ranks, n = (rank + 1) * n_toys / n_ranks - first;
  fairu_tally *tally = NULL;
  fairu_toy_result *results = (fairu_toy_result *)calloc(n + 1, sizeof *results);
  must(r, results ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY, "toys");
  must(r, analysis_toys(r->ctx, fill, first, n, results), "toys");
  must(r, fairu_tally_create(r->ctx, 1.0, &tally), "tally");
  must(r, fairu_tally_add(tally, r->ctx, results, n), "tally");
  free(results);
  return tally;
}

static void report(const ranks *r, const fairu_tally *tally)
{
  fairu_coverage c = { .struct_size = sizeof c };
  must(r, fairu_tally_coverage(tally, r->ctx, 0.6827, &c), "coverage");
  printf("%llu toys, %llu without an interval: coverage %.17g, half width %.17g, bias %.17g, scale %.17g +- "
         "%.17g\n",
         (unsigned long long)c.n, (unsigned long long)c.n_failed, c.coverage, c.mean_half_width, c.bias,
         c.mean_nuisance, c.std_nuisance);
}

int main(int argc, char **argv)
{
  ranks r = { 0, 1, NULL };
  analysis a;
  fairu_fill *fill = NULL;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &r.rank);
  MPI_Comm_size(MPI_COMM_WORLD, &r.n);
  const size_t n_events = argc > 2 ? strtoul(argv[2], NULL, 10) : 60000;
  const size_t n_toys = argc > 3 ? strtoul(argv[3], NULL, 10) : 200;
  must(&r, argc > 1 && n_events > 0 && n_toys > 0 ? FAIRU_OK : FAIRU_ERR_ARGUMENT,
       "usage: parts OUT.fill [EVENTS [TOYS]]");
  must(&r, fairu_context_create(NULL, &r.ctx), "context");
  must(&r, analysis_create(&a, r.ctx, n_events), "analysis");
  must(&r, analysis_fill_create(&a, r.ctx, &fill), "fill");
  for (int part = r.rank; part < N_PARTS; part += r.n)
    must(&r, analysis_fill_part(&a, r.ctx, (size_t)part, fill), "fill");
  reduce(&r, &fills, fill);
  if (r.rank == 0)
    must(&r, fairu_fill_save(fill, r.ctx, argv[1]), argv[1]);
  fill = share(&r, fill);
  fairu_tally *tally = run_toys(&r, fill, n_toys);
  reduce(&r, &tallies, tally);
  if (r.rank == 0)
    report(&r, tally);
  fairu_tally_destroy(tally);
  fairu_fill_destroy(fill);
  analysis_destroy(&a);
  fairu_context_destroy(r.ctx);
  MPI_Finalize();
  return 0;
}
