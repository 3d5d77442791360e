/* bench.c - clock, table and limits of the benchmarks (see bench/bench.h). */
#include "bench/bench.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <fairu/fairu.h>

enum { MAX_RUNS = 101, TRIAD_DOUBLES = 16 << 20 };

struct bench {
  FILE *json;
  const char *json_path;
  int n_rows;
  double peak_f32, peak_f64; /* GFLOP/s of one core */
  double bandwidth;          /* GB/s of one core */
};

double bench_now(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void bench_must(fairu_context *ctx, int status)
{
  if (status == FAIRU_OK)
    return;
  fprintf(stderr, "%s: %s\n", fairu_status_name(status), ctx ? fairu_context_message(ctx) : "no context");
  exit(1);
}

void bench_keep(double value)
{
  volatile double kept = value;
  (void)kept;
}

/* ---- median ------------------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double time_calls(bench_fn fn, void *data, long calls)
{
  const double start = bench_now();
  for (long i = 0; i < calls; i++)
    fn(data);
  return bench_now() - start;
}

double bench_median(bench_fn fn, void *data)
{
  double runs[MAX_RUNS];
  int n = 0;
  fn(data);
  long calls = 1;
  double once = time_calls(fn, data, calls);
  while (once < 0.02 && calls < 1L << 30) {
    calls = once > 1e-4 ? (long)((double)calls * 0.024 / once) + 1 : calls * 10;
    once = time_calls(fn, data, calls);
  }
  const double start = bench_now();
  while (n < 5 || (n < MAX_RUNS && bench_now() - start < 1.0))
    runs[n++] = time_calls(fn, data, calls) / (double)calls;
  qsort(runs, (size_t)n, sizeof runs[0], compare);
  return runs[n / 2];
}

/* ---- limits of this machine --------------------------------------------------------------------------- */

/* Twelve independent chains hide the latency of the fused multiply-add; the sum keeps them alive. Written out,
 * because in an array they would not all stay in registers. */
#define FMA_LOOP(vector, set1, fmadd, add)                                                                   \
  const vector x = set1(0.999f), y = set1(1e-3f);                                                            \
  vector s0 = set1(0.0f), s1 = set1(1.0f), s2 = set1(2.0f), s3 = set1(3.0f), s4 = set1(4.0f);                \
  vector s5 = set1(5.0f), s6 = set1(6.0f), s7 = set1(7.0f), s8 = set1(8.0f), s9 = set1(9.0f);                \
  vector s10 = set1(10.0f), s11 = set1(11.0f);                                                               \
  for (long i = 0; i < n; i++) {                                                                             \
    s0 = fmadd(s0, x, y), s1 = fmadd(s1, x, y), s2 = fmadd(s2, x, y), s3 = fmadd(s3, x, y);                  \
    s4 = fmadd(s4, x, y), s5 = fmadd(s5, x, y), s6 = fmadd(s6, x, y), s7 = fmadd(s7, x, y);                  \
    s8 = fmadd(s8, x, y), s9 = fmadd(s9, x, y), s10 = fmadd(s10, x, y), s11 = fmadd(s11, x, y);              \
  }                                                                                                          \
  s0 = add(add(add(s0, s1), add(s2, s3)), add(add(s4, s5), add(s6, s7)));                                    \
  s0 = add(s0, add(add(s8, s9), add(s10, s11)));

enum { FMA_STEPS = 100000 };

#if defined(__x86_64__)
__attribute__((target("avx512f"))) static double fma_512_f32(long n)
{
  FMA_LOOP(__m512, _mm512_set1_ps, _mm512_fmadd_ps, _mm512_add_ps)
  return (double)_mm512_cvtss_f32(s0);
}

__attribute__((target("avx512f"))) static double fma_512_f64(long n)
{
  FMA_LOOP(__m512d, _mm512_set1_pd, _mm512_fmadd_pd, _mm512_add_pd)
  return _mm512_cvtsd_f64(s0);
}

__attribute__((target("avx2,fma"))) static double fma_256_f32(long n)
{
  FMA_LOOP(__m256, _mm256_set1_ps, _mm256_fmadd_ps, _mm256_add_ps)
  return (double)_mm256_cvtss_f32(s0);
}

__attribute__((target("avx2,fma"))) static double fma_256_f64(long n)
{
  FMA_LOOP(__m256d, _mm256_set1_pd, _mm256_fmadd_pd, _mm256_add_pd)
  return _mm256_cvtsd_f64(s0);
}
#endif

typedef float quad_f32 __attribute__((vector_size(16)));
typedef double pair_f64 __attribute__((vector_size(16)));
#define SET_F32(v) ((quad_f32){ (v), (v), (v), (v) })
#define SET_F64(v) ((pair_f64){ (double)(v), (double)(v) })
#define MUL_ADD(a, b, c) ((a) * (b) + (c))
#define ADD(a, b) ((a) + (b))

static double fma_128_f32(long n)
{
  FMA_LOOP(quad_f32, SET_F32, MUL_ADD, ADD)
  return (double)s0[0];
}

static double fma_128_f64(long n)
{
  FMA_LOOP(pair_f64, SET_F64, MUL_ADD, ADD)
  return s0[0];
}

typedef struct peak {
  double (*loop)(long n);
  double flops_per_step;
} peak;

static void run_peak(void *data)
{
  const peak *p = (const peak *)data;
  bench_keep(p->loop(FMA_STEPS));
}

static double measure_peak(const char *kernel, int is_double)
{
  peak p = { is_double ? fma_128_f64 : fma_128_f32, 12 * 2 * 4 };
#if defined(__x86_64__)
  if (strcmp(kernel, "x86-64-v4") == 0)
    p = (peak){ is_double ? fma_512_f64 : fma_512_f32, 12 * 2 * 16 };
  else if (strcmp(kernel, "x86-64-v3") == 0)
    p = (peak){ is_double ? fma_256_f64 : fma_256_f32, 12 * 2 * 8 };
#else
  (void)kernel;
#endif
  return p.flops_per_step / (is_double ? 2 : 1) * FMA_STEPS / bench_median(run_peak, &p) * 1e-9;
}

typedef struct triad {
  double *a;
  const double *b, *c;
} triad;

static void run_triad(void *data)
{
  const triad *t = (const triad *)data;
  double *a = t->a;
  const double *b = t->b, *c = t->c;
  for (size_t i = 0; i < TRIAD_DOUBLES; i++)
    a[i] = b[i] + 0.5 * c[i];
}

static double measure_bandwidth(void)
{
  double *memory = (double *)malloc(3 * (size_t)TRIAD_DOUBLES * sizeof *memory);
  if (!memory)
    return 0.0;
  for (size_t i = 0; i < 3 * (size_t)TRIAD_DOUBLES; i++)
    memory[i] = (double)i;
  triad t = { memory, memory + TRIAD_DOUBLES, memory + 2 * (size_t)TRIAD_DOUBLES };
  const double seconds = bench_median(run_triad, &t);
  bench_keep(t.a[TRIAD_DOUBLES / 2]);
  free(memory);
  return 3.0 * TRIAD_DOUBLES * sizeof(double) / seconds * 1e-9;
}

/* ---- table and JSON ----------------------------------------------------------------------------------- */

static void write_string(FILE *file, const char *text)
{
  fputc('"', file);
  for (; *text; text++) {
    if (*text == '"' || *text == '\\')
      fputc('\\', file);
    if ((unsigned char)*text >= 0x20)
      fputc(*text, file);
  }
  fputc('"', file);
}

static void cpu_name(char *name, size_t size)
{
  char line[256];
  FILE *file = fopen("/proc/cpuinfo", "r");
  snprintf(name, size, "unknown CPU");
  while (file && fgets(line, sizeof line, file))
    if (strncmp(line, "model name", 10) == 0 && strchr(line, ':')) {
      snprintf(name, size, "%s", strchr(line, ':') + 2);
      name[strcspn(name, "\n")] = '\0';
      break;
    }
  if (file)
    fclose(file);
}

static void measure_machine(bench *b, const char *program)
{
  char cpu[256];
  fairu_context *ctx = NULL;
  if (fairu_context_create(NULL, &ctx) != FAIRU_OK)
    exit(1);
  const char *kernel = fairu_context_kernel(ctx);
  cpu_name(cpu, sizeof cpu);
  b->peak_f32 = measure_peak(kernel, 0);
  b->peak_f64 = measure_peak(kernel, 1);
  b->bandwidth = measure_bandwidth();
  printf("# %s: %s, one core: %.1f GFLOP/s float, %.1f double, %.1f GB/s\n", program, cpu, b->peak_f32,
         b->peak_f64, b->bandwidth);
  printf("%-44s %12s %-10s %10s %-8s %8s  %-10s %s\n", "name", "median", "unit", "rate", "", "of limit",
         "kernel", "blas core");
  if (b->json) {
    fprintf(b->json, "{\"program\": ");
    write_string(b->json, program);
    fprintf(b->json, ", \"version\": \"%s\", \"machine\": {\"cpu\": ", fairu_version_string());
    write_string(b->json, cpu);
    fprintf(b->json,
            ", \"gflops_f32\": %.3f, \"gflops_f64\": %.3f, \"gbytes\": %.3f, \"kernel\": ", b->peak_f32,
            b->peak_f64, b->bandwidth);
    write_string(b->json, kernel);
    fprintf(b->json, ", \"blas_core\": ");
    write_string(b->json, fairu_blas_core());
    fprintf(b->json, "},\n \"rows\": [");
  }
  fairu_context_destroy(ctx);
}

bench *bench_start(int argc, char **argv)
{
  bench *b = (bench *)calloc(1, sizeof *b);
  if (!b)
    exit(1);
  if (argc == 3 && strcmp(argv[1], "--json") == 0) {
    b->json_path = argv[2];
    b->json = fopen(argv[2], "w");
    if (!b->json) {
      perror(argv[2]);
      exit(1);
    }
  } else if (argc != 1) {
    fprintf(stderr, "usage: %s [--json FILE]\n", argv[0]);
    exit(2);
  }
  const char *slash = strrchr(argv[0], '/');
  measure_machine(b, slash ? slash + 1 : argv[0]);
  return b;
}

static double scale_of(const char *unit)
{
  const char *const names[] = { "ns", "us", "ms", "s" };
  const double scales[] = { 1e9, 1e6, 1e3, 1.0 };
  const size_t length = strcspn(unit, "/");
  for (size_t i = 0; i < 4; i++)
    if (strlen(names[i]) == length && strncmp(unit, names[i], length) == 0)
      return scales[i];
  return 1.0;
}

void bench_add(bench *b, const bench_row *row)
{
  const char *unit = row->unit ? row->unit : "s";
  const double median = row->seconds / (row->items > 0.0 ? row->items : 1.0) * scale_of(unit);
  const double threads = row->threads > 1 ? row->threads : 1;
  const int counts = row->flops > 0.0;
  const char *rate_unit = counts ? "GFLOP/s" : row->bytes > 0.0 ? "GB/s" : "";
  const double rate = (counts ? row->flops : row->bytes) / row->seconds * 1e-9;
  const double limit = counts ? (row->is_double ? b->peak_f64 : b->peak_f32) : b->bandwidth;
  const double fraction = limit > 0.0 ? rate / (limit * threads) : 0.0;
  printf("%-44s %12.4g %-10s ", row->name, median, unit);
  if (rate > 0.0)
    printf("%10.4g %-8s %8.3f", rate, rate_unit, fraction);
  else
    printf("%10s %-8s %8s", "", "", "");
  printf("  %-10s %s\n", row->kernel ? row->kernel : "-", fairu_blas_core());
  fflush(stdout);
  if (!b->json)
    return;
  fprintf(b->json, "%s\n  {\"name\": ", b->n_rows++ ? "," : "");
  write_string(b->json, row->name);
  fprintf(b->json, ", \"median\": %.6g, \"unit\": ", median);
  write_string(b->json, unit);
  if (rate > 0.0)
    fprintf(b->json, ", \"rate\": %.6g, \"rate_unit\": \"%s\", \"of_limit\": %.4f", rate, rate_unit,
            fraction);
  fprintf(b->json, ", \"threads\": %.0f, \"kernel\": ", threads);
  write_string(b->json, row->kernel ? row->kernel : "-");
  fputc('}', b->json);
}

int bench_end(bench *b)
{
  int status = 0;
  if (b->json) {
    fprintf(b->json, "\n ]}\n");
    status = ferror(b->json) != 0;
    status |= fclose(b->json) != 0;
  }
  if (status)
    fprintf(stderr, "%s: not written\n", b->json_path);
  free(b);
  return status;
}
