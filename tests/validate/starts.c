/* starts.c: B7, closure from random starts, and what may not change a test statistic. */
#include "likelihood/channel_model.h"
#include "coverage/challenge_model.h"
#include "validate/peak.h"
#include "validate/table.h"

/* ---- random starts ----------------------------------------------------------------------------------------- */

enum { STARTS = 100, MOST = 64 };

/* Anywhere between the bounds; without bounds, within 10 of start. Parameters that fits hold: the truth. */
static double start_of(fairu_context *ctx, const fairu_likelihood *likelihood, size_t i, double truth,
                       fairu_philox *rng)
{
  fairu_parameter p = { .struct_size = sizeof p };
  CHECK_OK(ctx, fairu_likelihood_parameter(likelihood, ctx, i, &p));
  const double lower = isfinite(p.lower) ? p.lower : p.start - 10.0;
  const double upper = isfinite(p.upper) ? p.upper : p.start + 10.0, u = fairu_philox__uniform(rng);
  return p.fixed ? truth : lower + (upper - lower) * u;
}

/* Asimov data at truth, fitted from STARTS points; likelihood is destroyed. */
static void closure_row(validation *v, fairu_context *ctx, const char *model, fairu_likelihood *likelihood,
                        const double *truth)
{
  const size_t n = fairu_likelihood_n_parameters(likelihood);
  fairu_philox rng = fairu_philox__start(71, FAIRU_STREAM_USER, n, 0);
  fairu_fit_options options;
  fairu_data *data = NULL;
  double start[MOST], params[MOST], covariance[MOST * MOST], off = 0.0, edm = 0.0;
  int converged = 0, evaluations = 0;
  assert_true(n <= MOST);
  CHECK_OK(ctx, fairu_data_create(ctx, likelihood, &data));
  CHECK_OK(ctx, fairu_likelihood_asimov(likelihood, ctx, truth, n, data));
  CHECK_OK(ctx, fairu_fit_options_init(&options, sizeof options));
  options.start = start;
  options.spread_starts = 0;
  for (int s = 0; s < STARTS; s++) {
    fairu_fit_result result = { .struct_size = sizeof result };
    for (size_t i = 0; i < n; i++)
      start[i] = start_of(ctx, likelihood, i, truth[i], &rng);
    const int status = fairu_likelihood_fit(likelihood, ctx, data, &options, params, n, covariance, &result);
    converged += status == FAIRU_OK;
    evaluations += result.evaluations;
    edm = fmax(edm, result.edm);
    for (size_t i = 0; i < n; i++)
      if (covariance[i * (n + 1)] > 0.0)
        off = fmax(off, fabs(params[i] - truth[i]) / sqrt(covariance[i * (n + 1)]));
  }
  table_row(v, converged == STARTS && off <= 1e-6,
            "\"model\": \"%s\", \"parameters\": %zu, \"starts\": %d, \"converged\": %d, \"largest distance "
            "from the "
            "truth, sigma\": %.1e, \"largest edm\": %.1e, \"evaluations a fit\": %.1f",
            model, n, STARTS, converged, off, edm, (double)evaluations / STARTS);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
}

static fairu_likelihood *channels_create(fairu_context *ctx)
{
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  CHECK_OK(ctx, channel_likelihood_create(ctx, &likelihood, &data));
  fairu_data_destroy(data);
  return likelihood;
}

static fairu_likelihood *challenge(fairu_context *ctx, double variance, int mc_stat)
{
  fairu_likelihood *likelihood = NULL;
  const challenge_settings settings = { variance, mc_stat };
  CHECK_OK(ctx, challenge_create(ctx, settings, &likelihood));
  return likelihood;
}

static void closures(validation *v, fairu_context *ctx)
{
  static const double peak[PEAK_PARAMS] = { 0.7, 1.02, 0.4, -0.3, 0.8 };
  static const double shifted[challenge_params] = { 1.7, 1.01, 0.9, 1.0005, 1.004, 0.995, 0.6 };
  static const double nominal[challenge_params] = { 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0 };
  table_begin("B7", "Closure: Asimov data fitted from 100 random starts between the bounds",
              "all converge, to 1e-6 sigma of the truth");
  closure_row(v, ctx, "peak, 40 bins", peak_create(ctx, 40, -100.0), peak);
  closure_row(v, ctx, "two channels with every kind of parameter", channels_create(ctx), channel_point);
  closure_row(v, ctx, "the same at nominal", channels_create(ctx), channel_nominal);
  closure_row(v, ctx, "challenge: splines in three nuisances", challenge(ctx, 0.0, FAIRU_MC_STAT_NONE),
              shifted);
  closure_row(v, ctx, "challenge at nominal, with template statistics",
              challenge(ctx, 0.5, FAIRU_MC_STAT_MOVING), nominal);
}

/* ---- what changes nothing ---------------------------------------------------------------------------------- */

enum { BINS = 6 };

/* How the same experiment is written down. */
enum { AS_IT_IS, SPLIT_BINS, SPLIT_CHANNEL, REORDERED, SCALED, IDLE_NORM, IDLE_SHIFT, N_FORMS };
static const char *const form_names[N_FORMS] = {
  "as it is",
  "each bin as two of the same composition",
  "one channel as two",
  "bins, samples and parameters in reverse",
  "signal times 7, mu over 7",
  "a nuisance whose norm is 1 both ways",
  "a nuisance whose shift is nominal both ways",
};

static const double signal[BINS] = { 3.0, 6.0, 12.0, 9.0, 4.0, 1.0 };
static const double background[BINS] = { 90.0, 70.0, 55.0, 41.0, 30.0, 21.0 };
static const double shift[BINS] = { 0.06, 0.03, 0.01, -0.02, -0.05, -0.07 };
static const double counts[BINS] = { 97.0, 71.0, 80.0, 39.0, 41.0, 17.0 };

/* Bins first .. first + n - 1 in the order of the form, each cut into `parts`. */
static void rows_of(int form, const double *from, size_t first, size_t n, double scale, double *to)
{
  const size_t parts = form == SPLIT_BINS ? 2 : 1;
  for (size_t b = 0; b < n; b++) {
    const size_t at = form == REORDERED ? BINS - 1 - b : first + b;
    for (size_t k = 0; k < parts; k++)
      to[parts * b + k] = scale * from[at] * (parts == 1 ? 1.0 : k ? 0.75 : 0.25);
  }
}

static void add_sample(fairu_context *ctx, fairu_model *model, int form, size_t channel, size_t first,
                       size_t n, int is_signal)
{
  double nominal[2 * BINS], up[2 * BINS], down[2 * BINS], ends[2][BINS];
  const size_t bins = form == SPLIT_BINS ? 2 * n : n;
  const double scale = is_signal && form == SCALED ? 7.0 : 1.0;
  const double *from = is_signal ? signal : background;
  size_t sample, mu, tilt, norm, idle;
  for (size_t b = 0; b < BINS; b++)
    for (int end = 0; end < 2; end++)
      ends[end][b] = from[b] * (1.0 + (end ? -0.9 : 1.1) * shift[b]);
  rows_of(form, from, first, n, scale, nominal);
  rows_of(form, ends[0], first, n, scale, up);
  rows_of(form, ends[1], first, n, scale, down);
  mu = form == REORDERED ? 2 : 0;
  tilt = 1;
  norm = form == REORDERED ? 0 : 2;
  idle = 3;
  CHECK_OK(ctx, fairu_model_add_sample(model, ctx, channel, is_signal ? "signal" : "background", nominal,
                                       bins, &sample));
  if (is_signal)
    CHECK_OK(ctx, fairu_model_add_factor(model, ctx, sample, mu));
  CHECK_OK(ctx, fairu_model_add_shift(model, ctx, sample, tilt, down, up, bins, FAIRU_CODE_4P));
  CHECK_OK(ctx, fairu_model_add_norm(model, ctx, sample, norm, is_signal ? 0.97 : 0.9,
                                     is_signal ? 1.02 : 1.12, FAIRU_CODE_4));
  if (form == IDLE_NORM)
    CHECK_OK(ctx, fairu_model_add_norm(model, ctx, sample, idle, 1.0, 1.0, FAIRU_CODE_4));
  if (form == IDLE_SHIFT)
    CHECK_OK(ctx, fairu_model_add_shift(model, ctx, sample, idle, nominal, nominal, bins, FAIRU_CODE_4P));
}

static fairu_likelihood *form_create(fairu_context *ctx, int form)
{
  fairu_model *model = NULL;
  fairu_likelihood *likelihood = NULL;
  const size_t channels = form == SPLIT_CHANNEL ? 2 : 1, n = BINS / channels;
  const char *const names[2] = { "first", "second" };
  CHECK_OK(ctx, fairu_model_create(ctx, &model));
  for (int i = 0; i < (form >= IDLE_NORM ? 4 : 3); i++) {
    const int which = form == REORDERED ? 2 - i : i;
    const char *const parameters[4] = { "mu", "tilt", "norm", "idle" };
    const double range = form == SCALED ? 20.0 / 7.0 : 20.0;
    CHECK_OK(ctx, finite_parameter(ctx, model, parameters[which],
                                   which            ? 0.0
                                   : form == SCALED ? 1.0 / 7.0
                                                    : 1.0,
                                   which ? 1.0 : 0.0, which ? -5.0 : -range, which ? 5.0 : range, NULL));
  }
  for (size_t c = 0; c < channels; c++) {
    CHECK_OK(ctx, fairu_model_add_channel(model, ctx, names[c], form == SPLIT_BINS ? 2 * n : n, NULL));
    for (int s = 0; s < 2; s++)
      add_sample(ctx, model, form, c, c * n, n, form == REORDERED ? s : !s);
  }
  CHECK_OK(ctx, fairu_likelihood_create_from_model(ctx, model, "mu", &likelihood));
  fairu_model_destroy(model);
  return likelihood;
}

/* Statistic s at mu of the form, and mu^. */
static double statistic_of(fairu_context *ctx, int form, int statistic, double mu, double *best)
{
  fairu_likelihood *likelihood = form_create(ctx, form);
  fairu_hypotest_options options;
  fairu_fit_options fit;
  fairu_data *data = NULL;
  double observed[2 * BINS], q;
  const double scale = form == SCALED ? 7.0 : 1.0;
  rows_of(form, counts, 0, BINS, 1.0, observed);
  CHECK_OK(ctx, fairu_hypotest_options_init(&options, sizeof options));
  options.statistic = statistic;
  options.model_bounds = 0;
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  fit.edm_tolerance = 1e-14;
  options.fit = &fit;
  CHECK_OK(ctx, fairu_data_create(ctx, likelihood, &data));
  CHECK_OK(ctx, fairu_data_set_observed(data, ctx, observed, fairu_likelihood_n_bins(likelihood)));
  CHECK_OK(ctx, fairu_likelihood_test_statistic(likelihood, ctx, data, &options, mu / scale, &q, best));
  *best *= scale;
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  return q;
}

static void invariances(validation *v, fairu_context *ctx)
{
  static const double mus[] = { 0.0, 0.3, 1.0, 2.7, 6.0 };
  static const int statistics[] = { FAIRU_TEST_T, FAIRU_TEST_Q, FAIRU_TEST_Q_TILDE };
  table_begin("B7", "What may not change a test statistic: t, q and q~ at five mu",
              "largest change below 1e-9");
  for (int form = SPLIT_BINS; form < N_FORMS; form++) {
    double change = 0.0, moved = 0.0, largest = 0.0;
    for (size_t i = 0; i < 5; i++)
      for (size_t k = 0; k < 3; k++) {
        double best[2];
        const double q = statistic_of(ctx, AS_IT_IS, statistics[k], mus[i], &best[0]);
        change = fmax(change, fabs(statistic_of(ctx, form, statistics[k], mus[i], &best[1]) - q));
        moved = fmax(moved, fabs(best[1] - best[0]));
        largest = fmax(largest, q);
      }
    table_row(v, change <= 1e-9 && largest > 1.0,
              "\"written as\": \"%s\", \"largest change of the statistic\": %.1e, \"of the best mu\": %.1e, "
              "\"largest statistic\": %.2f",
              form_names[form], change, moved, largest);
  }
}

int main(int argc, char **argv)
{
  validation v = validation_of(argc, argv);
  fairu_context *ctx = validation_context(&v);
  closures(&v, ctx);
  invariances(&v, ctx);
  fairu_context_destroy(ctx);
  return v.failed > 0;
}
