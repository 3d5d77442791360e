/* Value, gradient and Hessian of channels: the sizes of the published workspaces, gammas profiled, and how time grows with bins and
 * parameters. */
#include "bench/bench.h"
#include "likelihood/made_parameter.h"
#include "support/support.h"

#include "likelihood/channels.h"

typedef struct shape {
  const char *name;
  size_t channels, bins, samples, systematics;
  int gammas;                     /* 1: one per bin, shared by all samples, profiled */
  size_t norm_every, shift_every; /* 0: each sample has all systematics; else every so many */
} shape;

typedef struct job {
  fairu_context *ctx;
  fairu_model *model;
  fairu_channels *channels;
  fairu_reduction reduction;
  size_t *index, *column;
  unsigned char *profiled;
  double *params, *aux, *observed, *gradient, *hessian;
  int order;
} job;

static double wave(size_t i, size_t j, size_t k)
{
  return sin((double)(1 + i) * 1.7 + (double)(1 + j) * 0.9 + (double)(1 + k) * 2.3);
}

static void add_parameter(job *j, const char *name, double width, double nominal, double lower)
{
  bench_must(j->ctx, made_parameter_add(j->ctx, j->model,
                                        (made_parameter){ name, nominal, lower, 10.0, width, 0.0, 0 }, NULL));
}

static void add_sample(job *j, const shape *s, size_t channel, size_t sample, const size_t *gammas)
{
  double *yields = calloc(3 * s->bins, sizeof *yields), *down = yields + s->bins, *up = down + s->bins;
  char name[32];
  size_t at;
  for (size_t b = 0; b < s->bins; b++)
    yields[b] = 40.0 + 20.0 * wave(channel, sample, b);
  snprintf(name, sizeof name, "sample%zu", sample);
  bench_must(j->ctx, fairu_model_add_sample(j->model, j->ctx, channel, name, yields, s->bins, &at));
  if (sample == 0)
    bench_must(j->ctx, fairu_model_add_factor(j->model, j->ctx, at, 0));
  for (size_t k = 1; k <= s->systematics; k++) {
    const size_t turn = k + sample + channel;
    if (!s->norm_every || turn % s->norm_every == 0)
      bench_must(j->ctx, fairu_model_add_norm(j->model, j->ctx, at, k, 1.0 - 0.02 * wave(k, sample, 1),
                                              1.0 + 0.03 * wave(k, sample, 2), FAIRU_CODE_4));
    if (s->shift_every && turn % s->shift_every != 0)
      continue;
    for (size_t b = 0; b < s->bins; b++) {
      down[b] = yields[b] * (1.0 - 0.01 * wave(k, sample, b));
      up[b] = yields[b] * (1.0 + 0.01 * wave(k, sample, b + 7));
    }
    bench_must(j->ctx, fairu_model_add_shift(j->model, j->ctx, at, k, down, up, s->bins, FAIRU_CODE_4P));
  }
  if (s->gammas)
    bench_must(j->ctx, fairu_model_add_bin_factors(j->model, j->ctx, at, gammas, s->bins));
  free(yields);
}

static void add_channel(job *j, const shape *s, size_t channel)
{
  size_t *gammas = calloc(s->bins, sizeof *gammas);
  char name[48];
  for (size_t b = 0; b < s->bins; b++) {
    gammas[b] = 1 + s->systematics + channel * s->bins + b;
    snprintf(name, sizeof name, "gamma%zu[%zu]", channel, b);
    if (s->gammas)
      add_parameter(j, name, 0.05, 1.0, 1e-10);
  }
  snprintf(name, sizeof name, "channel%zu", channel);
  bench_must(j->ctx, fairu_model_add_channel(j->model, j->ctx, name, s->bins, NULL));
  for (size_t i = 0; i < s->samples; i++)
    add_sample(j, s, channel, i, gammas);
  free(gammas);
}

static void reduce(job *j, size_t n)
{
  size_t coordinates = 0;
  for (size_t i = 0; i < n; i++) {
    j->profiled[i] = (unsigned char)fairu_channels__can_profile(j->channels, i);
    j->column[i] = j->profiled[i] ? FAIRU_NONE : coordinates;
    if (!j->profiled[i])
      j->index[coordinates++] = i;
  }
  j->reduction = (fairu_reduction){ coordinates, j->index, j->column, j->profiled };
}

static void create(job *j, const shape *s)
{
  char name[32];
  memset(j, 0, sizeof *j);
  bench_must(NULL, fairu_context_create(NULL, &j->ctx));
  bench_must(j->ctx, fairu_model_create(j->ctx, &j->model));
  add_parameter(j, "mu", 0.0, 1.0, 0.0);
  for (size_t k = 1; k <= s->systematics; k++) {
    snprintf(name, sizeof name, "alpha%zu", k);
    add_parameter(j, name, 1.0, 0.0, -5.0);
  }
  for (size_t c = 0; c < s->channels; c++)
    add_channel(j, s, c);
  bench_must(j->ctx, fairu_channels__compile(j->ctx, j->model, &j->channels));
  const size_t n = j->model->n_params, bins = j->model->n_bins;
  j->index = calloc(n, sizeof *j->index);
  j->column = calloc(n, sizeof *j->column);
  j->profiled = calloc(n, 1);
  j->params = calloc(n, sizeof(double));
  j->aux = calloc(n, sizeof(double));
  j->observed = calloc(bins, sizeof(double));
  reduce(j, n);
  j->gradient = calloc(j->reduction.n, sizeof(double));
  j->hessian = calloc(j->reduction.n * j->reduction.n, sizeof(double));
  for (size_t i = 0; i < n; i++) {
    j->aux[i] = j->params[i] = i == 0 || i > s->systematics ? 1.0 : 0.0;
    j->params[i] += i <= s->systematics ? 0.3 * wave(i, 0, 0) : 0.0;
  }
  bench_must(j->ctx, fairu_channels__expected(j->channels, j->ctx, j->params, j->observed));
  for (size_t b = 0; b < bins; b++)
    j->observed[b] = floor(j->observed[b] + 10.0 * wave(b, 3, 3));
}

static void destroy(job *j)
{
  void *parts[] = {
    j->index, j->column, j->profiled, j->params, j->aux, j->observed, j->gradient, j->hessian
  };
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    free(parts[i]);
  fairu_channels__destroy(j->channels);
  fairu_model_destroy(j->model);
  fairu_context_destroy(j->ctx);
}

static void run(void *data)
{
  const job *j = data;
  double nll = 0.0;
  bench_must(j->ctx, fairu_channels__evaluate(j->channels, j->ctx, j->observed, j->aux, &j->reduction,
                                              j->params, &nll, j->order > 0 ? j->gradient : NULL,
                                              j->order > 1 ? j->hessian : NULL));
  bench_keep(nll);
}

/* Multiply-adds a Hessian cannot do without: sums over bins of outer products of rows, over samples of factors. */
static double flops(const shape *s)
{
  const double n = 1.0 + (double)s->systematics, c = (double)s->channels;
  const double rows = (double)s->bins * (s->gammas ? 2.0 : 1.0) + 2.0 * (double)s->samples;
  return 2.0 * c * rows * n * n / 2.0;
}

static void measure(bench *b, const shape *s)
{
  static const char *const what[] = { "value", "gradient", "Hessian" };
  job j;
  create(&j, s);
  for (j.order = 0; j.order < 3; j.order++) {
    char name[96];
    snprintf(name, sizeof name, "%s: %s", s->name, what[j.order]);
    const double shifts = (double)(s->channels * s->bins * s->samples * s->systematics);
    bench_add(b, &(bench_row){ .name = name,
                               .seconds = bench_median(run, &j),
                               .unit = "us",
                               .flops = j.order == 2 ? flops(s) : 0.0,
                               .bytes = j.order < 2 ? (j.order + 1) * 16.0 * shifts : 0.0,
                               .is_double = 1,
                               .kernel = fairu_context_kernel(j.ctx) });
  }
  destroy(&j);
}

int main(int argc, char **argv)
{
  static const shape shapes[] = { { "2 bins, 3 parameters", 1, 2, 2, 0, 1, 0, 0 },
                                  { "50 bins, 31 parameters", 2, 25, 4, 30, 0, 2, 4 },
                                  { "480 bins, 644 parameters", 120, 4, 8, 60, 1, 0, 0 },
                                  { "480 bins, 164 and 480 gammas", 120, 4, 8, 163, 1, 0, 0 },
                                  { "100 bins, 11 parameters", 1, 100, 3, 10, 0, 0, 0 },
                                  { "1,000 bins, 11 parameters", 1, 1000, 3, 10, 0, 0, 0 },
                                  { "10,000 bins, 11 parameters", 1, 10000, 3, 10, 0, 0, 0 },
                                  { "100,000 bins, 11 parameters", 1, 100000, 3, 10, 0, 0, 0 },
                                  { "50 bins, 101 parameters", 1, 50, 3, 100, 0, 0, 0 },
                                  { "50 bins, 401 parameters", 1, 50, 3, 400, 0, 0, 0 },
                                  { "50 bins, 1,601 parameters", 1, 50, 3, 1600, 0, 0, 0 } };
  bench *b = bench_start(argc, argv);
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
    measure(b, &shapes[i]);
  return bench_end(b);
}
