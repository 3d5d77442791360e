/* twin.c: B1, likelihood, gradient and Hessian against their definition in 113 bits: random models of every kind of effect, and one of a million bins. */
#include <float.h>

#include "likelihood/channels_twin.h"
#include "likelihood/random_model.h"

#include "likelihood/channels.h"
#include "validate/table.h"

static double largest(double a, double b)
{
  return b > a || isnan(b) ? b : a;
}

/* ---- random models ----------------------------------------------------------------------------------------- */

/* Largest errors: of the value over value + 10 and over what is allowed, of derivatives over the sum of absolute terms. */
typedef struct errors {
  int models;
  double count, value, share, naive, gradient, hessian;
} errors;

/* What one would write first: the sum of nu - n ln nu + ln n!, less what does not depend on nu. */
static double naive_of(const double *nu, const double *n, size_t n_bins)
{
  double sum = 0.0;
  for (size_t b = 0; b < n_bins; b++)
    sum += nu[b] - (n[b] > 0.0 ? n[b] * log(nu[b]) : 0.0) - (n[b] - (n[b] > 0.0 ? n[b] * log(n[b]) : 0.0));
  return sum;
}

/* Yields are doubles: each is rounded, which moves the value by this. */
static double rounding(const random_model *m)
{
  double sum = 0.0;
  twin_bin *bin = malloc(sizeof *bin);
  for (size_t c = 0; c < m->model->n_channels; c++)
    for (size_t b = 0; b < m->model->channels[c].n_bins; b++) {
      twin_bin_of(m->model, c, b, m->params, bin);
      const double n = m->observed[m->model->channels[c].first_bin + b];
      sum += fabs(1.0 - n / (double)bin->nu) * (double)bin->nu_size * 4.0 * DBL_EPSILON;
    }
  free(bin);
  return sum;
}

static void compare(const random_model *m, const double *nu, double nll, const double *g, const double *h,
                    errors *e)
{
  twin *t = malloc(sizeof *t);
  const size_t n = m->model->n_params;
  twin_evaluate(m->model, m->observed, m->params, t);
  const double wanted = (double)t->value, off = fabs((double)((quad)nll - t->value));
  e->models++;
  e->value = largest(e->value, off / (wanted + 10.0));
  e->share = largest(e->share, off / (1e-13 * wanted + 1e-12 + rounding(m)));
  e->naive = largest(e->naive, fabs((double)((quad)naive_of(nu, m->observed, m->model->n_bins) - t->value)) /
                                   (wanted + 10.0));
  for (size_t b = 0; b < m->model->n_bins; b++)
    e->count = largest(e->count, m->observed[b]);
  for (size_t i = 0; i < n; i++) {
    if (t->gradient_size[i] > 0)
      e->gradient =
          largest(e->gradient, (double)(quad_abs((quad)g[i] - t->gradient[i]) / t->gradient_size[i]));
    for (size_t j = 0; j < n; j++) {
      /* where an entry nearly vanishes, terms cancel within its factors: not without those of the gradient */
      const quad size = t->hessian_size[i][j] + t->gradient_size[i];
      if (t->hessian_size[i][j] > 0)
        e->hessian = largest(e->hessian, (double)(quad_abs((quad)h[i * n + j] - t->hessian[i][j]) / size));
    }
  }
  free(t);
}

static void random_one(fairu_context *ctx, uint64_t number, errors bins[4])
{
  static double g[RANDOM_MOST], h[RANDOM_MOST * RANDOM_MOST];
  random_model m;
  fairu_channels *channels = NULL;
  double nu[RANDOM_MOST], nll = 0.0, most = 0.0;
  int good = 1;
  random_start(ctx, &m, number);
  CHECK_OK(ctx, fairu_channels__compile(ctx, m.model, &channels));
  CHECK_OK(ctx, fairu_channels__expected(channels, ctx, m.params, nu));
  for (size_t b = 0; b < m.model->n_bins; b++) {
    good &= nu[b] > 0.0;
    most = fmax(most, nu[b]);
  }
  if (good) {
    random_observe(&m, nu);
    CHECK_OK(ctx, fairu_channels__evaluate(channels, ctx, m.observed, m.aux, NULL, m.params, &nll, g, h));
    compare(&m, nu, nll, g, h, &bins[most < 1e3 ? 0 : most < 1e6 ? 1 : most < 1e9 ? 2 : 3]);
  }
  fairu_channels__destroy(channels);
  fairu_model_destroy(m.model);
}

static void random_rows(validation *v, fairu_context *ctx)
{
  static const char *const kernels[] = { "generic", "x86-64-v3", "x86-64-v4" };
  static const char *const ranges[] = { "below 1e3", "1e3 to 1e6", "1e6 to 1e9", "above 1e9" };
  table_begin(
      "B1",
      "-ln L, gradient and Hessian of random models (all kinds of effects, counts 0 to 1e12) beside "
      "113 bits, by the largest yield of the model",
      "value: error below 1e-13 |value| + 1e-12 + what the last bits of the yields, which are doubles, "
      "move it by; derivatives: below 1e-13 of the sum of their absolute terms (entries of the Hessian: with "
      "those of the gradient, as an entry may nearly vanish)");
  for (int k = 0; k < 3; k++) {
    errors bins[4] = { { 0 } };
    if (fairu_context_set_kernel(ctx, kernels[k]) != FAIRU_OK)
      continue;
    for (uint64_t i = 0; i < (v->quick ? 500 : 8000); i++)
      random_one(ctx, i, bins);
    for (int i = 0; i < 4; i++)
      table_row(v, bins[i].share <= 1.0 && bins[i].gradient <= 1e-13 && bins[i].hessian <= 1e-13,
                "\"kernels\": \"%s\", \"yields\": \"%s\", \"models\": %d, \"largest count\": %.1e, "
                "\"error over value + 10\": %.1e, "
                "\"of what is allowed\": %.3f, \"as one would write it\": %.1e, \"gradient\": %.1e, "
                "\"Hessian\": %.1e",
                kernels[k], ranges[i], bins[i].models, bins[i].count, bins[i].value, bins[i].share,
                bins[i].naive, bins[i].gradient, bins[i].hessian);
  }
}

/* ---- a million bins ---------------------------------------------------------------------------------------- */

enum { MANY = 1000000 };

/* mu s + beta b in each bin: the sums are written out. */
typedef struct many {
  double *s, *b, *n;
  quad value, gradient[2], hessian[3], size[2];
} many;

static void many_fill(many *m, double scale)
{
  fairu_philox rng = fairu_philox__start(12, FAIRU_STREAM_USER, (uint64_t)scale, 0);
  for (size_t i = 0; i < MANY; i++) {
    m->s[i] = scale * 0.1 * fairu_philox__uniform(&rng);
    m->b[i] = scale * (0.5 + fairu_philox__uniform(&rng));
    m->n[i] = i % 10 ? fairu_philox__poisson(&rng, m->s[i] + m->b[i]) : 0.0;
  }
}

static void many_twin(many *m, const double params[2])
{
  m->value = m->gradient[0] = m->gradient[1] = m->hessian[0] = m->hessian[1] = m->hessian[2] = 0;
  m->size[0] = m->size[1] = 0;
  for (size_t i = 0; i < MANY; i++) {
    const quad s = m->s[i], b = m->b[i], n = m->n[i], nu = params[0] * s + params[1] * b, r = 1 - n / nu;
    m->value += nu - n + (n > 0 ? n * quad_log(n / nu) : 0);
    m->gradient[0] += r * s;
    m->gradient[1] += r * b;
    m->size[0] += quad_abs(r * s);
    m->size[1] += quad_abs(r * b);
    m->hessian[0] += n / (nu * nu) * s * s;
    m->hessian[1] += n / (nu * nu) * s * b;
    m->hessian[2] += n / (nu * nu) * b * b;
  }
}

static fairu_likelihood *many_create(fairu_context *ctx, const many *m)
{
  fairu_model *model = NULL;
  fairu_likelihood *likelihood = NULL;
  CHECK_OK(ctx, fairu_model_create(ctx, &model));
  CHECK_OK(ctx, fairu_model_add_parameter(model, ctx, "mu", NULL, NULL));
  CHECK_OK(ctx, fairu_model_add_parameter(model, ctx, "beta", NULL, NULL));
  CHECK_OK(ctx, fairu_model_add_channel(model, ctx, "all", MANY, NULL));
  CHECK_OK(ctx, fairu_model_add_sample(model, ctx, 0, "signal", m->s, MANY, NULL));
  CHECK_OK(ctx, fairu_model_add_sample(model, ctx, 0, "background", m->b, MANY, NULL));
  CHECK_OK(ctx, fairu_model_add_factor(model, ctx, 0, 0));
  CHECK_OK(ctx, fairu_model_add_factor(model, ctx, 1, 1));
  CHECK_OK(ctx, fairu_likelihood_create_from_model(ctx, model, "mu", &likelihood));
  fairu_model_destroy(model);
  return likelihood;
}

static double relative(double got, quad wanted, quad size)
{
  return fabs((double)(((quad)got - wanted) / size));
}

static void many_row(validation *v, fairu_context *ctx, many *m, double scale)
{
  static const double params[2] = { 1.03, 0.998 };
  double nll[2], g[2], h[4], hessian = 0.0;
  fairu_data *data = NULL;
  many_fill(m, scale);
  many_twin(m, params);
  fairu_likelihood *likelihood = many_create(ctx, m);
  CHECK_OK(ctx, fairu_data_create(ctx, likelihood, &data));
  CHECK_OK(ctx, fairu_data_set_observed(data, ctx, m->n, MANY));
  CHECK_OK(ctx, fairu_likelihood_nll(likelihood, ctx, data, params, 2, nll, g, h));
  const double value = relative(nll[0], m->value, m->value);
  const double gradient =
      fmax(relative(g[0], m->gradient[0], m->size[0]), relative(g[1], m->gradient[1], m->size[1]));
  hessian =
      fmax(fmax(relative(h[0], m->hessian[0], m->hessian[0]), relative(h[1], m->hessian[1], m->hessian[1])),
           relative(h[3], m->hessian[2], m->hessian[2]));
  table_row(v, value <= 1e-13 && gradient <= 1e-13 && hessian <= 1e-13 && h[1] == h[2],
            "\"yield of a bin\": %.0e, \"-ln L, deviance part\": %.6e, \"its relative error\": %.1e, "
            "\"gradient\": %.1e, \"Hessian\": %.1e",
            scale, nll[0], value, gradient, hessian);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
}

static void many_rows(validation *v, fairu_context *ctx)
{
  static const double scales[] = { 1.0, 1e4, 1e8, 1e12 };
  many m = { .s = calloc(MANY, sizeof(double)),
             .b = calloc(MANY, sizeof(double)),
             .n = calloc(MANY, sizeof(double)) };
  table_begin("B1", "A million bins, a tenth of them empty, beside 113 bits", "relative error below 1e-13");
  for (size_t i = 0; i < (v->quick ? 1 : 4); i++)
    many_row(v, ctx, &m, scales[i]);
  free(m.s);
  free(m.b);
  free(m.n);
}

int main(int argc, char **argv)
{
  validation v = validation_of(argc, argv);
  fairu_context *ctx = validation_context(&v);
  random_rows(&v, ctx);
  fairu_context_destroy(ctx);
  ctx = validation_context(&v); /* with the kernels of this machine */
  many_rows(&v, ctx);
  fairu_context_destroy(ctx);
  return v.failed > 0;
}
