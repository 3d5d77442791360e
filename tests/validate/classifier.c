/* classifier.c: B10, scores of random networks: float beside double, slopes in Z beside differences, bits by batch, finite for finite input. */
#include "classifier/random_network.h"
#include "validate/table.h"

enum { N_X = 10, N_Z = 2, EVENTS = 4000 };

static const char *const activations[] = { "linear", "relu", "tanh", "sigmoid", "elu" };
static const double z[N_Z] = { 0.7, -1.3 };

static double largest(double a, double b)
{
  return b > a || isnan(b) ? b : a;
}

static fairu_classifier *network_of(fairu_context *ctx, random_network *net, int hidden, size_t depth)
{
  size_t widths[MOST_LAYERS + 1] = { N_X + N_Z, 64, 64, 64, 64, 0, 0 };
  fairu_classifier *c = NULL;
  widths[depth] = 1;
  random_network_fill(net, 40 + (uint64_t)hidden, N_X, N_Z, widths, depth, hidden, FAIRU_ACTIVATION_SIGMOID);
  CHECK_OK(ctx, random_network_make(net, ctx, &c));
  return c;
}

/* ---- float beside double ------------------------------------------------------------------------------------- */

static void float_row(validation *v, fairu_context *ctx, int hidden, size_t depth)
{
  static random_network net;
  static float scores[2][EVENTS];
  float *x = random_features(41, EVENTS * N_X);
  fairu_classifier *c = network_of(ctx, &net, hidden, depth);
  double off[2] = { 0.0, 0.0 }, share = 0.0;
  for (int output = FAIRU_OUTPUT_SCORE; output <= FAIRU_OUTPUT_LOGIT; output++) {
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, N_X, z, N_Z, output, scores[output]));
    for (size_t e = 0; e < EVENTS; e++) {
      double h[MOST_WIDTH], error[MOST_WIDTH];
      oracle_score(&net, x + e * N_X, z, output == FAIRU_OUTPUT_LOGIT, h, error);
      const double d = fabs((double)scores[output][e] - h[0]);
      off[output] = largest(off[output], d);
      share = largest(share, d / error[0]);
    }
  }
  table_row(
      v, share <= 1.0,
      "\"hidden layers\": %zu, \"activation\": \"%s\", \"events\": %d, \"score\": %.1e, \"logit\": %.1e, "
      "\"of the bound\": %.3f",
      depth - 1, activations[hidden], EVENTS, off[FAIRU_OUTPUT_SCORE], off[FAIRU_OUTPUT_LOGIT], share);
  fairu_classifier_destroy(c);
  free(x);
}

/* ---- slopes --------------------------------------------------------------------------------------------------- */

static double logit_at(const random_network *net, const float *x, size_t k, double step)
{
  double h[MOST_WIDTH], error[MOST_WIDTH], at[N_Z];
  memcpy(at, z, sizeof at);
  at[k] += step;
  oracle_score(net, x, at, 1, h, error);
  return h[0];
}

/* Central difference of the network in double, once extrapolated. */
static double difference(const random_network *net, const float *x, size_t k)
{
  const double h = 1e-3;
  const double coarse = (logit_at(net, x, k, h) - logit_at(net, x, k, -h)) / (2.0 * h);
  const double fine = (logit_at(net, x, k, 0.5 * h) - logit_at(net, x, k, -0.5 * h)) / h;
  return fine + (fine - coarse) / 3.0;
}

static void slope_row(validation *v, fairu_context *ctx, int hidden, size_t depth)
{
  static random_network net;
  static float slopes[EVENTS * N_Z], scores[EVENTS];
  float *x = random_features(42, EVENTS * N_X);
  fairu_classifier *c = network_of(ctx, &net, hidden, depth);
  double off = 0.0, size = 0.0;
  CHECK_OK(ctx, fairu_classifier_score_derivative(c, ctx, x, EVENTS, N_X, z, N_Z, FAIRU_OUTPUT_LOGIT, scores,
                                                  NULL, slopes));
  for (size_t e = 0; e < EVENTS; e++)
    for (size_t k = 0; k < N_Z; k++) {
      const double wanted = difference(&net, x + e * N_X, k);
      off = largest(off, fabs((double)slopes[e * N_Z + k] - wanted) / (1.0 + fabs(wanted)));
      size = largest(size, fabs(wanted));
    }
  table_row(
      v, off <= 1e-5,
      "\"hidden layers\": %zu, \"activation\": \"%s\", \"slopes\": %d, \"largest slope\": %.2f, \"largest "
      "difference over 1 + slope\": %.1e",
      depth - 1, activations[hidden], EVENTS * N_Z, size, off);
  fairu_classifier_destroy(c);
  free(x);
}

/* ---- bits ------------------------------------------------------------------------------------------------------ */

static void bits_row(validation *v, const char *kernel)
{
  static const size_t batches[] = { 1, 7, 64, 1000 };
  static random_network net;
  static float whole[EVENTS], parts[EVENTS];
  fairu_context *ctx = support_context();
  if (fairu_context_set_kernel(ctx, kernel) == FAIRU_OK) {
    float *x = random_features(43, EVENTS * N_X);
    fairu_classifier *c = network_of(ctx, &net, FAIRU_ACTIVATION_TANH, 4);
    int other = 0;
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, N_X, z, N_Z, FAIRU_OUTPUT_SCORE, whole));
    for (size_t b = 0; b < 4; b++) {
      for (size_t e = 0; e < EVENTS; e += batches[b])
        CHECK_OK(ctx, fairu_classifier_score(c, ctx, x + e * N_X,
                                             EVENTS - e < batches[b] ? EVENTS - e : batches[b], N_X, z, N_Z,
                                             FAIRU_OUTPUT_SCORE, parts + e));
      for (size_t e = 0; e < EVENTS; e++)
        other += memcmp(&parts[e], &whole[e], sizeof *parts) != 0;
    }
    table_row(v, other == 0,
              "\"kernels\": \"%s\", \"events\": %d, \"batches\": \"1, 7, 64, 1000\", \"other bits\": %d",
              kernel, EVENTS, other);
    fairu_classifier_destroy(c);
    free(x);
  }
  fairu_context_destroy(ctx);
}

/* ---- finite or refused ------------------------------------------------------------------------------------------ */

/* Inputs of any size a float has. */
static void finite_row(validation *v, fairu_context *ctx, int hidden)
{
  static random_network net;
  static float scores[EVENTS];
  fairu_philox rng = fairu_philox__start(44, FAIRU_STREAM_USER, 0, 0);
  fairu_classifier *c = network_of(ctx, &net, hidden, 4);
  float *x = random_features(44, EVENTS * N_X);
  int not_finite = 0, refused = 0, asked = 0;
  for (size_t i = 0; i < EVENTS * N_X; i++)
    x[i] *= (float)pow(10.0, 36.0 * fairu_philox__uniform(&rng) - 5.0);
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, N_X, z, N_Z, FAIRU_OUTPUT_SCORE, scores));
  for (size_t e = 0; e < EVENTS; e++)
    not_finite += !isfinite(scores[e]);
  for (size_t e = 0; e < EVENTS; e += 97, asked += 3) {
    static const float bad[] = { NAN, INFINITY, -INFINITY };
    for (int k = 0; k < 3; k++) {
      const float was = x[e * N_X + 3];
      x[e * N_X + 3] = bad[k];
      refused += fairu_classifier_score(c, ctx, x, EVENTS, N_X, z, N_Z, FAIRU_OUTPUT_SCORE, scores) ==
                 FAIRU_ERR_NON_FINITE;
      x[e * N_X + 3] = was;
    }
  }
  table_row(v, not_finite == 0 && refused == asked,
            "\"activation\": \"%s\", \"events\": %d, \"inputs up to\": \"1e31\", \"not finite\": %d, "
            "\"batches with NaN or "
            "infinity\": %d, \"refused\": %d",
            activations[hidden], EVENTS, not_finite, asked, refused);
  fairu_classifier_destroy(c);
  free(x);
}

int main(int argc, char **argv)
{
  static const char *const kernels[] = { "generic", "x86-64-v3", "x86-64-v4" };
  validation v = validation_of(argc, argv);
  fairu_context *ctx = validation_context(&v);
  table_begin(
      "B10", "Scores in float beside the same network in double: largest differences",
      "score within 5e-6, and within the bound of rounding errors (gamma_n sum |w x| a layer, carried on)");
  for (int hidden = FAIRU_ACTIVATION_LINEAR; hidden <= FAIRU_ACTIVATION_ELU; hidden++)
    for (size_t depth = 2; depth <= 4; depth += 2)
      float_row(&v, ctx, hidden, depth);
  table_begin("B10", "Slopes of the logit in Z beside differences of the network in double",
              "1e-5 of 1 + slope");
  for (int hidden = FAIRU_ACTIVATION_TANH; hidden <= FAIRU_ACTIVATION_SIGMOID; hidden++)
    for (size_t depth = 2; depth <= 4; depth += 2)
      slope_row(&v, ctx, hidden, depth);
  table_begin("B10", "Scores by batches of 1, 7, 64 and 1000 events", "the same bits");
  for (int k = 0; k < 3; k++)
    bits_row(&v, kernels[k]);
  table_begin("B10", "Finite for finite input; what is not finite is refused",
              "no score that is not finite; all refused");
  for (int hidden = FAIRU_ACTIVATION_LINEAR; hidden <= FAIRU_ACTIVATION_ELU; hidden++)
    finite_row(&v, ctx, hidden);
  fairu_context_destroy(ctx);
  return v.failed > 0;
}
