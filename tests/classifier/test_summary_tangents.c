/* d soft counts / dZ as a loss on summaries sees them: by tangents against events shifted up and down, in INFERNO's mixture
 * (arXiv:1806.04743). They agree while events only move; with a cut tangents miss the migration, and are refused. */
#include <fairu/summary.h>

#include "classifier/made_columns.h"
#include "numeric/philox.h"
#include "support/support.h"

enum { EVENTS = 3000, N_Z = 2, N_FEATURES = 3, N_COLUMNS = 4, N_BINS = 4, N_VARIATIONS = 2 * N_Z };
enum { R, LAMBDA };

static const char *const names[N_COLUMNS] = { "x0", "x1", "x2", "is_background" };
static const double nominal[N_Z] = { 0.0, 3.0 }, steps[N_Z] = { 0.02, 0.03 };

/* ---- events: x0 + r, x2 3 / lambda of the background --------------------------------------------------------- */

static fairu_events *mixture(fairu_context *ctx)
{
  float *x[N_COLUMNS];
  int32_t labels[EVENTS];
  double weights[EVENTS];
  fairu_philox rng = fairu_philox__start(31, FAIRU_STREAM_USER, 0, 0);
  fairu_events *events = made_columns(ctx, names, N_COLUMNS, EVENTS, x);
  for (size_t i = 0; i < EVENTS; i++) {
    const int signal = i % 3 == 0;
    x[0][i] = (float)((signal ? 0.0 : 2.0) + (signal ? 1.0 : sqrt(5.0)) * fairu_philox__normal(&rng));
    x[1][i] = (float)((signal ? 1.0 : 3.0) * fairu_philox__normal(&rng));
    x[2][i] =
        (float)(-log1p(-fmod(0.618033988749895 * (double)(i + 1), 1.0)) / (signal ? 2.0 : nominal[LAMBDA]));
    x[3][i] = signal ? 0.0f : 1.0f;
    labels[i] = signal;
    weights[i] = 0.5 + fairu_philox__uniform(&rng);
  }
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, EVENTS));
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, EVENTS));
  return events;
}

static int move(const double *z, size_t n_z, uint64_t seed, size_t first, size_t n, float *const *columns,
                size_t n_columns, double *weights, unsigned char *passed, void *data)
{
  (void)n_columns, (void)n_z, (void)seed, (void)first, (void)weights, (void)passed, (void)data;
  for (size_t i = 0; i < n; i++)
    if (columns[3][i] > 0.0f) {
      columns[0][i] = (float)((double)columns[0][i] + z[R]);
      columns[2][i] = (float)((double)columns[2][i] * nominal[LAMBDA] / z[LAMBDA]);
    }
  return 0;
}

static int move_tangents(const double *z, size_t n_z, uint64_t seed, size_t first, size_t n,
                         double *const *values, double *const *tangents, size_t n_columns,
                         unsigned char *passed, void *data)
{
  (void)n_columns, (void)seed, (void)first, (void)passed, (void)data;
  for (size_t i = 0; i < n; i++) {
    if (!(values[3][i] > 0.0))
      continue;
    values[0][i] += z[R];
    values[2][i] *= nominal[LAMBDA] / z[LAMBDA];
    tangents[0 * n_z + R][i] += 1.0;
    tangents[2 * n_z + R][i] *= nominal[LAMBDA] / z[LAMBDA];
    tangents[2 * n_z + LAMBDA][i] =
        tangents[2 * n_z + LAMBDA][i] * nominal[LAMBDA] / z[LAMBDA] - values[2][i] / z[LAMBDA];
  }
  return 0;
}

/* Events with x2 above the cut stay; 0: all. */
static fairu_systematics *chain(fairu_context *ctx, double cut)
{
  static const char *const labels[N_Z] = { "r", "lambda" };
  fairu_nuisance nu[N_Z];
  fairu_systematics *s = NULL;
  for (size_t k = 0; k < N_Z; k++) {
    CHECK_OK(ctx, fairu_nuisance_init(&nu[k], sizeof nu[k]));
    nu[k].name = labels[k];
    nu[k].nominal = nominal[k];
  }
  CHECK_OK(ctx, fairu_systematics_create(ctx, nu, N_Z, &s));
  CHECK_OK(ctx,
           fairu_systematics_add_callback_with_tangents(s, ctx, names, N_COLUMNS, move, move_tangents, NULL));
  if (cut > 0.0)
    CHECK_OK(ctx, fairu_systematics_add_cut(s, ctx, "x2", cut, HUGE_VAL));
  return s;
}

/* All rows, those that are cut without weight. */
static fairu_events *shifted(fairu_context *ctx, const fairu_systematics *s, const fairu_events *in, size_t k,
                             double step)
{
  static unsigned char passed[EVENTS];
  static double weights[EVENTS];
  double z[N_Z] = { nominal[0], nominal[1] };
  fairu_events *out = NULL;
  z[k] += step;
  CHECK_OK(ctx, fairu_systematics_apply(s, ctx, in, z, N_Z, 1, passed, &out));
  for (size_t i = 0; i < EVENTS; i++)
    weights[i] = passed[i] ? fairu_events_weights(in)[i] : 0.0;
  CHECK_OK(ctx, fairu_events_set_weights(out, ctx, weights, EVENTS));
  return out;
}

/* ---- a loss that compares ------------------------------------------------------------------------------------- */

typedef struct comparison {
  double sum_tangents, sum_templates; /* over bins of the background, by lambda, of the last call */
  double total;                       /* nominal counts of the background */
  double farthest;                    /* distance in a bin, over the largest derivative of the process */
  size_t n_calls;
  int by_tangents; /* the loss goes by tangents, else by templates */
} comparison;

static double derivative(const fairu_summary_counts *c, size_t process, size_t k, size_t bin)
{
  const double *counts = c->counts + process * c->n_variations * c->n_bins + bin;
  return (counts[(1 + 2 * k) * c->n_bins] - counts[(2 + 2 * k) * c->n_bins]) / (2.0 * steps[k]);
}

static void compare(comparison *out, const fairu_summary_counts *c, size_t process, size_t k)
{
  const double *tangents = c->tangents + (process * c->n_tangents + k) * c->n_bins;
  double size = 0.0;
  for (size_t b = 0; b < c->n_bins; b++)
    size = fmax(size, fabs(derivative(c, process, k, b)));
  for (size_t b = 0; b < c->n_bins; b++)
    if (size > 0.0)
      out->farthest = fmax(out->farthest, fabs(tangents[b] - derivative(c, process, k, b)) / size);
    else
      assert_true(tangents[b] == 0.0); /* signal rests */
  out->sum_tangents = out->sum_templates = out->total = 0.0;
  for (size_t b = 0; b < c->n_bins && process == 0; b++) {
    out->sum_tangents += tangents[b];
    out->sum_templates += derivative(c, process, k, b);
    out->total += c->counts[b];
  }
}

/* Sum over bins of squares of the background's derivatives, plus something on the counts that moves the network. */
static int loss_of(fairu_context *ctx, const fairu_summary_counts *c, double *loss, double *d_counts,
                   double *d_tangents, void *user_data)
{
  comparison *out = user_data;
  (void)ctx;
  for (size_t process = 2; process-- > 0;)
    for (size_t k = 0; k < N_Z; k++)
      compare(out, c, process, k);
  out->n_calls++;
  *loss = 0.0;
  for (size_t b = 0; b < c->n_bins; b++) {
    const double signal = c->counts[c->n_variations * c->n_bins + b];
    *loss += signal * signal * (double)b;
    d_counts[c->n_variations * c->n_bins + b] = 2.0 * signal * (double)b;
    for (size_t k = 0; k < N_Z; k++) {
      const double slope = out->by_tangents ? c->tangents[k * c->n_bins + b] : derivative(c, 0, k, b);
      *loss += slope * slope;
      d_tangents[k * c->n_bins + b] = out->by_tangents ? 2.0 * slope : 0.0;
      d_counts[(1 + 2 * k) * c->n_bins + b] = out->by_tangents ? 0.0 : slope / steps[k];
      d_counts[(2 + 2 * k) * c->n_bins + b] = out->by_tangents ? 0.0 : -slope / steps[k];
    }
  }
  return 0;
}

/* Train with tangents and variations of the same chain; returns the training loss. */
static double train(fairu_context *ctx, const fairu_systematics *s, int kind, size_t batch, comparison *out)
{
  static float tangents[EVENTS * N_FEATURES * N_Z];
  const size_t hidden[1] = { 8 };
  fairu_events *in = mixture(ctx), *here = shifted(ctx, s, in, 0, 0.0), *variations[N_VARIATIONS];
  for (size_t v = 0; v < N_VARIATIONS; v++)
    variations[v] = shifted(ctx, s, in, v / 2, v % 2 ? -steps[v / 2] : steps[v / 2]);
  CHECK_OK(ctx, fairu_systematics_tangents(s, ctx, in, nominal, N_Z, 1, names, N_FEATURES, tangents));
  fairu_training_options training;
  fairu_summary_options summary;
  fairu_training_result result = { .struct_size = sizeof result };
  CHECK_OK(ctx, fairu_training_options_init(&training, sizeof training));
  CHECK_OK(ctx, fairu_summary_options_init(&summary, sizeof summary));
  training.features = names;
  training.n_features = N_FEATURES;
  training.hidden = hidden;
  training.n_hidden = 1;
  training.activation = FAIRU_ACTIVATION_TANH; /* without kinks, over which events move, too */
  training.batch = batch;
  training.epochs = 3;
  training.learning_rate = 0.02;
  training.tangents = tangents;
  training.n_tangents = N_Z;
  summary.kind = kind;
  summary.n_bins = N_BINS;
  summary.temperature = 1.0;
  summary.bandwidth = 0.2;
  summary.variations = (const fairu_events *const *)variations;
  summary.n_variations = N_VARIATIONS;
  summary.loss = loss_of;
  summary.loss_data = out;
  fairu_classifier *trained = NULL;
  CHECK_OK(ctx, fairu_classifier_train_summary(ctx, here, &training, &summary, &result, &trained));
  assert_int_equal(out->n_calls, 3 * (EVENTS / batch));
  fairu_classifier_destroy(trained);
  for (size_t v = 0; v < N_VARIATIONS; v++)
    fairu_events_destroy(variations[v]);
  fairu_events_destroy(here);
  fairu_events_destroy(in);
  return result.training_loss;
}

/* ---- tests ---------------------------------------------------------------------------------------------------- */

/* Differences over steps of 0.02 and 0.03 are good to 1e-4; training by either gives the same loss. */
static void tangents_agree_with_templates_where_events_only_move(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_systematics *s = chain(ctx, 0.0);
  for (int kind = FAIRU_SUMMARY_SOFTMAX; kind <= FAIRU_SUMMARY_SCORE; kind++) {
    comparison by_tangents = { .by_tangents = 1 }, by_templates = { .by_tangents = 0 };
    const double loss = train(ctx, s, kind, 1000, &by_tangents),
                 other = train(ctx, s, kind, 1000, &by_templates);
    if (getenv("FAIRU_TEST_VERBOSE"))
      print_message("kind %d: farthest %.2g, %.2g; losses %.6f, %.6f\n", kind, by_tangents.farthest,
                    by_templates.farthest, loss, other);
    assert_true(by_tangents.farthest < 3e-4 && by_templates.farthest < 3e-4);
    CHECK_CLOSE(loss, other, 1e-3);
  }
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

/* Behind x2 > c the yield of the background is e^(-lambda c): d ln yield / dlambda is -c, which shares that add up to 1 do not know. */
static void with_a_cut_tangents_miss_the_yield_and_are_refused(void **state)
{
  (void)state;
  const double cut = 0.3;
  fairu_context *ctx = support_context();
  fairu_systematics *s = chain(ctx, cut), *uncut = chain(ctx, 0.0);
  fairu_events *in = mixture(ctx);
  comparison out = { .by_tangents = 0 };
  (void)train(ctx, s, FAIRU_SUMMARY_SOFTMAX, EVENTS, &out);
  CHECK_NEAR(out.sum_tangents, 0.0, 1e-6);
  CHECK_NEAR(out.sum_templates / out.total, -cut, 0.05); /* 800 events pass, 15 of them cross */
  if (getenv("FAIRU_TEST_VERBOSE"))
    print_message("d ln yield / dlambda: templates %.4f, tangents %.4f\n", out.sum_templates / out.total,
                  out.sum_tangents / out.total);
  assert_true(out.farthest > 0.1);
  CHECK_OK(ctx, fairu_systematics_check_tangents(uncut, ctx, in, nominal, N_Z, steps, 1, 0.0));
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED,
              fairu_systematics_check_tangents(s, ctx, in, nominal, N_Z, steps, 1, 1e-3));
  CHECK_SAYS(ctx, "tangents by \"lambda\" miss");
  fairu_events_destroy(in);
  fairu_systematics_destroy(s);
  fairu_systematics_destroy(uncut);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(tangents_agree_with_templates_where_events_only_move),
    cmocka_unit_test(with_a_cut_tangents_miss_the_yield_and_are_refused),
  };
  return cmocka_run_group_tests_name("tangents of soft counts", tests, NULL, NULL);
}
