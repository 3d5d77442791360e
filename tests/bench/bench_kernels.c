/* Dense layers, vector functions, multiplicities of rows and small fits; sgemm of the BLAS linked in beside them. */
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/context_internal.h"
#include "numeric/kernels.h"
#include "numeric/linalg.h"
#include "numeric/minimize.h"
#include "numeric/philox.h"

enum { WIDEST = 128, VALUES = 8192, ROWS = 65536 };

typedef struct work {
  const fairu_kernels *kernels;
  fairu_context *ctx;
  size_t n_in, n_out;
  float w[WIDEST * WIDEST], bias[WIDEST], in[WIDEST * FAIRU_LANES], out[WIDEST * FAIRU_LANES];
  float d_w[WIDEST * WIDEST], d_bias[WIDEST], work[WIDEST * FAIRU_LANES], values[VALUES], from[VALUES];
  double values_d[VALUES], from_d[VALUES], means[ROWS];
  uint32_t counts[ROWS];
  void (*function)(float *, size_t);
  void (*function_d)(double *, size_t);
  uint64_t toy;
} work;

static void run_forward(void *data)
{
  work *k = data;
  k->kernels->dense(k->w, k->bias, k->n_in, k->n_out, k->in, 0, k->out);
}

static void run_backward(void *data)
{
  work *k = data;
  k->kernels->dense_backward(k->w, k->n_in, k->n_out, k->out, k->in);
}

static void run_gradient(void *data)
{
  work *k = data;
  k->kernels->dense_gradient(k->n_in, k->n_out, k->out, k->in, k->work, k->d_w, k->d_bias);
}

static void run_sgemm(void *data)
{
  work *k = data;
  fairu_linalg__sgemm(0, 0, k->n_out, FAIRU_LANES, k->n_in, k->w, k->in, 0, k->out);
}

static void run_function(void *data)
{
  work *k = data;
  memcpy(k->values, k->from, sizeof k->values);
  k->function(k->values, VALUES);
}

static void run_function_d(void *data)
{
  work *k = data;
  memcpy(k->values_d, k->from_d, sizeof k->values_d);
  k->function_d(k->values_d, VALUES);
}

static void run_rows(void *data)
{
  work *k = data;
  fairu_philox__poisson_rows(1, k->toy++, 0, 0, ROWS, k->means, 1.0, k->counts);
}

/* One Poisson bin and one constraint, as in a toy study. */
static int objective(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                     void *data)
{
  (void)ctx;
  const double n = *(const double *)data, nu = 5.0 * x[0] + 10.0 * x[1], pull = 10.0 * (x[1] - 1.0);
  const double d = 1.0 - n / nu, e = n / (nu * nu);
  *value = nu - n + n * log(n / nu) + 0.5 * pull * pull;
  gradient[0] = 5.0 * d;
  gradient[1] = 10.0 * d + 10.0 * pull;
  hessian[0] = 25.0 * e;
  hessian[1] = hessian[2] = 50.0 * e;
  hessian[3] = 100.0 * e + 100.0;
  return FAIRU_OK;
}

static void run_fits(void *data)
{
  const double lower[2] = { 0.0, 0.0 }, upper[2] = { 100.0, 10.0 }, scale[2] = { 1.0, 0.1 };
  for (int i = 1; i <= 30; i++) {
    double n = i, x[2] = { 1.0, 1.0 }, g[2], h[4];
    unsigned char at_bound[2];
    const fairu_minimize_problem problem = { .n = 2,
                                             .objective = objective,
                                             .data = &n,
                                             .lower = lower,
                                             .upper = upper,
                                             .scale = scale,
                                             .max_iterations = 100,
                                             .edm_tolerance = 1e-10 };
    fairu_minimize_state state = { .x = x, .gradient = g, .hessian = h, .at_bound = at_bound };
    if (fairu_minimize(((work *)data)->ctx, &problem, &state) != FAIRU_OK || state.status != FAIRU_OK)
      abort();
    bench_keep(x[0]);
  }
}

static void add_dense(bench *b, work *k, const char *what, bench_fn fn)
{
  char name[64];
  snprintf(name, sizeof name, "%s %zu-%zu", what, k->n_in, k->n_out);
  const int is_blas = fn == run_sgemm;
  bench_add(b, &(bench_row){ .name = name,
                             .seconds = bench_median(fn, k),
                             .items = FAIRU_LANES,
                             .unit = "ns/event",
                             .flops = 2.0 * (double)(k->n_in * k->n_out * FAIRU_LANES),
                             .kernel = is_blas ? fairu_blas_core() : k->kernels->name });
}

static void bench_dense(bench *b, work *k)
{
  static const size_t shapes[][2] = { { 29, 100 }, { 64, 64 }, { 100, 100 }, { 3, 64 }, { 64, 1 } };
  for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
    k->n_in = shapes[s][0];
    k->n_out = shapes[s][1];
    add_dense(b, k, "dense", run_forward);
    add_dense(b, k, "dense backward", run_backward);
    add_dense(b, k, "dense gradient", run_gradient);
  }
}

static void bench_functions(bench *b, work *k)
{
  const fairu_kernels *t = k->kernels;
  void (*const functions[])(float *, size_t) = { t->exp_f, t->log_f, t->tanh_f, t->sigmoid_f };
  void (*const functions_d[])(double *, size_t) = { t->exp_d, t->log_d };
  static const char *const names[] = { "exp, float", "log, float", "tanh, float", "sigmoid, float" };
  static const char *const names_d[] = { "exp, double", "log, double" };
  for (size_t f = 0; f < 4; f++) {
    k->function = functions[f];
    bench_add(b, &(bench_row){ .name = names[f],
                               .seconds = bench_median(run_function, k),
                               .items = VALUES,
                               .unit = "ns/value",
                               .kernel = t->name });
  }
  for (size_t f = 0; f < 2; f++) {
    k->function_d = functions_d[f];
    bench_add(b, &(bench_row){ .name = names_d[f],
                               .seconds = bench_median(run_function_d, k),
                               .items = VALUES,
                               .unit = "ns/value",
                               .kernel = t->name });
  }
}

static void bench_rows(bench *b, work *k)
{
  static const double means[] = { 1e-4, 0.01, 0.1, 1.0 };
  for (size_t m = 0; m < sizeof means / sizeof means[0]; m++) {
    char name[64];
    snprintf(name, sizeof name, "Poisson rows, mean %g", means[m]);
    for (size_t i = 0; i < ROWS; i++)
      k->means[i] = means[m];
    bench_add(b, &(bench_row){
                     .name = name, .seconds = bench_median(run_rows, k), .items = ROWS, .unit = "ns/row" });
  }
}

static work *make_work(fairu_context *ctx)
{
  work *k = calloc(1, sizeof *k);
  if (!k)
    abort();
  k->ctx = ctx;
  fairu_philox rng = fairu_philox__start(1, 0, 0, 0);
  for (size_t i = 0; i < WIDEST * WIDEST; i++)
    k->w[i] = (float)(fairu_philox__uniform(&rng) - 0.5);
  for (size_t i = 0; i < WIDEST * FAIRU_LANES; i++)
    k->in[i] = k->out[i] = (float)(fairu_philox__uniform(&rng) - 0.5);
  for (size_t i = 0; i < VALUES; i++)
    k->from_d[i] = (double)(k->from[i] = (float)(8.0 * fairu_philox__uniform(&rng)));
  return k;
}

int main(int argc, char **argv)
{
  static const char *const levels[] = { "generic", "x86-64-v3", "x86-64-v4" };
  bench *b = bench_start(argc, argv);
  fairu_context *ctx = NULL;
  if (fairu_context_create(NULL, &ctx) != FAIRU_OK)
    return 1;
  work *k = make_work(ctx);
  for (size_t l = 0; l < 3; l++)
    if (fairu_context_set_kernel(ctx, levels[l]) == FAIRU_OK) {
      k->kernels = fairu_kernels__of(ctx);
      bench_dense(b, k);
      bench_functions(b, k);
    }
  k->n_in = k->n_out = 64;
  add_dense(b, k, "sgemm", run_sgemm);
  k->n_in = k->n_out = 100;
  add_dense(b, k, "sgemm", run_sgemm);
  bench_rows(b, k);
  bench_add(b, &(bench_row){ .name = "fit of two parameters",
                             .seconds = bench_median(run_fits, k),
                             .items = 30,
                             .unit = "us/fit" });
  free(k);
  fairu_context_destroy(ctx);
  return bench_end(b);
}
