/* What reading, writing, shifting and splitting events cost. Events are made here: 30 features with three decimals, as in
 * the HiggsML 2014 file. */
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <fairu/fairu.h>

#include "systematics/higgsml2014_columns.h"

enum { N = 200000 };

typedef struct job {
  fairu_context *ctx;
  fairu_events *events;
  fairu_systematics *sys;
  const char *path, *copy;
  unsigned char *text, *packed; /* a CSV file, and room for it */
  size_t text_size;
  int level;
  uint32_t *parts;
  double z;
} job;

static double random_in(uint64_t *x, double lower, double upper)
{
  *x ^= *x << 13;
  *x ^= *x >> 7;
  *x ^= *x << 17;
  return floor(1e3 * (lower + (upper - lower) * (double)(*x >> 11) * 0x1p-53)) / 1e3;
}

static void make_events(job *j)
{
  uint64_t x = 2014;
  bench_must(j->ctx, fairu_events_create(j->ctx, N, N_COLUMNS, names, &j->events));
  for (size_t c = 0; c < N_COLUMNS; c++) {
    float *values = NULL;
    bench_must(j->ctx, fairu_events_column_data(j->events, j->ctx, c, &values));
    const int is_angle = strstr(names[c], "phi") || strstr(names[c], "eta");
    for (size_t r = 0; r < N; r++)
      values[r] = (float)(strcmp(names[c], "PRI_jet_num") == 0 ? (double)(r % 4)
                          : is_angle                           ? random_in(&x, -2.5, 2.5)
                                                               : random_in(&x, 20, 200));
  }
}

static void run_read(void *data)
{
  job *j = data;
  fairu_events *events = NULL;
  bench_must(j->ctx, fairu_events_read_csv(j->ctx, j->path, NULL, &events));
  fairu_events_destroy(events);
}

static void run_write(void *data)
{
  job *j = data;
  bench_must(j->ctx, fairu_events_write_csv(j->events, j->ctx, j->path, NULL));
}

static void run_shift(void *data)
{
  job *j = data;
  fairu_events *out = NULL;
  bench_must(j->ctx,
             fairu_systematics_apply(j->sys, j->ctx, j->events, &j->z, j->sys ? 1 : 0, 1, NULL, &out));
  fairu_events_destroy(out);
}

static void run_split(void *data)
{
  job *j = data;
  bench_must(j->ctx, fairu_events_split(j->events, j->ctx, 1, 3, j->parts));
}

/* What no reader or writer of gzip can do without: zlib alone on the same bytes. */
static void run_inflate(void *data)
{
  static char bytes[1 << 16];
  gzFile file = gzopen(((job *)data)->path, "rb");
  int n = 0;
  while (file && (n = gzread(file, bytes, sizeof bytes)) > 0)
    bench_keep((double)bytes[0]);
  if (!file || n < 0 || gzclose(file) != Z_OK)
    exit(1);
}

static void run_deflate(void *data)
{
  job *j = data;
  uLongf size = compressBound(j->text_size);
  if (compress2(j->packed, &size, j->text, j->text_size, j->level) != Z_OK)
    exit(1);
  bench_keep((double)size);
}

/* File to file in pieces, as fairu shift does it. */
static void run_copy(void *data)
{
  job *j = data;
  fairu_csv_reader *reader = NULL;
  fairu_csv_writer *writer = NULL;
  fairu_events *piece = NULL;
  bench_must(j->ctx, fairu_csv_reader_create(j->ctx, j->path, NULL, &reader));
  bench_must(j->ctx, fairu_csv_writer_create(j->ctx, j->copy, NULL, &writer));
  for (;;) {
    bench_must(j->ctx, fairu_csv_reader_next(reader, j->ctx, 1 << 16, &piece));
    if (!piece)
      break;
    bench_must(j->ctx, fairu_csv_writer_add(writer, j->ctx, piece));
    fairu_events_destroy(piece);
  }
  bench_must(j->ctx, fairu_csv_writer_close(writer, j->ctx));
  fairu_csv_writer_destroy(writer);
  fairu_csv_reader_destroy(reader);
}

static double size_of(const char *path)
{
  struct stat info;
  return stat(path, &info) == 0 ? (double)info.st_size : 0.0;
}

static void bench_files(bench *b, job *j, const char *directory)
{
  static const char *const files[2] = { "bench.csv", "bench.csv.gz" };
  static const char *const labels[2][2] = { { "write CSV, 30 columns", "read CSV, 30 columns" },
                                            { "write CSV.gz, 30 columns", "read CSV.gz, 30 columns" } };
  for (size_t i = 0; i < 2; i++) {
    char path[1200];
    snprintf(path, sizeof path, "%s/%s", directory, files[i]);
    j->path = path;
    for (size_t reads = 0; reads < 2; reads++) {
      const double seconds = bench_median(reads ? run_read : run_write, j);
      char name[100];
      snprintf(name, sizeof name, "%s, %.0f MB/s", labels[i][reads], 1e-6 * size_of(path) / seconds);
      bench_add(b, &(bench_row){ .name = name, .seconds = seconds, .items = N, .unit = "ns/event" });
    }
    unlink(path);
  }
}

static void read_text(job *j)
{
  FILE *file = fopen(j->path, "rb");
  j->text_size = (size_t)size_of(j->path);
  j->text = malloc(j->text_size);
  j->packed = malloc(compressBound(j->text_size));
  if (!file || !j->text || !j->packed || fread(j->text, 1, j->text_size, file) != j->text_size)
    exit(1);
  fclose(file);
}

static void bench_gzip(bench *b, job *j, const char *directory)
{
  char path[1200], copy[1200], name[100];
  snprintf(path, sizeof path, "%s/text.csv", directory);
  j->path = path;
  run_write(j);
  read_text(j);
  unlink(path);
  for (j->level = 4; j->level <= 6; j->level += 2) {
    snprintf(name, sizeof name, "zlib alone: deflate at level %d", j->level);
    const double seconds = bench_median(run_deflate, j);
    bench_add(b, &(bench_row){ .name = name, .seconds = seconds, .items = N, .unit = "ns/event" });
  }
  free(j->text);
  free(j->packed);
  snprintf(path, sizeof path, "%s/from.csv.gz", directory);
  snprintf(copy, sizeof copy, "%s/to.csv.gz", directory);
  j->copy = copy;
  run_write(j);
  const double seconds = bench_median(run_inflate, j);
  bench_add(
      b, &(bench_row){ .name = "zlib alone: inflate", .seconds = seconds, .items = N, .unit = "ns/event" });
  for (int threads = 1; threads <= 2; threads++) {
    bench_must(j->ctx, fairu_context_set_threads(j->ctx, threads));
    bench_add(b, &(bench_row){ .name = "CSV.gz to CSV.gz in pieces",
                               .seconds = bench_median(run_copy, j),
                               .items = N,
                               .unit = "ns/event",
                               .threads = threads });
  }
  bench_must(j->ctx, fairu_context_set_threads(j->ctx, 1));
  unlink(path);
  unlink(copy);
}

static void bench_shift(bench *b, job *j)
{
  const double bytes = 2.0 * N * N_COLUMNS * sizeof(float); /* read once, written once */
  fairu_nuisance nu;
  fairu_higgsml2014_options pack;
  fairu_systematics *sys = NULL;
  bench_add(b, &(bench_row){ .name = "copy through an empty chain, 30 columns",
                             .seconds = bench_median(run_shift, j),
                             .items = N,
                             .unit = "ns/event",
                             .bytes = bytes });
  bench_must(j->ctx, fairu_nuisance_init(&nu, sizeof nu));
  nu.name = "tes";
  bench_must(j->ctx, fairu_systematics_create(j->ctx, &nu, 1, &sys));
  bench_must(j->ctx, fairu_higgsml2014_options_init(&pack, sizeof pack));
  pack.tes = "tes";
  pack.tau_pt_min = 22;
  bench_must(j->ctx, fairu_systematics_add_higgsml2014(sys, j->ctx, &pack));
  j->sys = sys;
  for (int threads = 1; threads <= 2; threads++) {
    bench_must(j->ctx, fairu_context_set_threads(j->ctx, threads));
    bench_add(b, &(bench_row){ .name = "tau energy scale, 30 columns",
                               .seconds = bench_median(run_shift, j),
                               .items = N,
                               .unit = "ns/event",
                               .bytes = bytes,
                               .threads = threads });
  }
  bench_must(j->ctx, fairu_context_set_threads(j->ctx, 1));
  fairu_systematics_destroy(sys);
}

int main(int argc, char **argv)
{
  bench *b = bench_start(argc, argv);
  char directory[] = "/tmp/fairu-bench-XXXXXX";
  job j = { .z = 0.97 };
  if (fairu_context_create(NULL, &j.ctx) != FAIRU_OK || !mkdtemp(directory))
    return 1;
  j.parts = malloc(N * sizeof *j.parts);
  make_events(&j);
  bench_files(b, &j, directory);
  bench_gzip(b, &j, directory);
  bench_shift(b, &j);
  bench_add(
      b, &(bench_row){
             .name = "split by id", .seconds = bench_median(run_split, &j), .items = N, .unit = "ns/event" });
  rmdir(directory);
  free(j.parts);
  fairu_events_destroy(j.events);
  fairu_context_destroy(j.ctx);
  return bench_end(b);
}
