/* Derivatives of scores: differences in double, closed forms, and the shared networks. */
#include "classifier/random_network.h"

#include <jansson.h>

static const char *const kernel_names[] = { "generic", "x86-64-v3", "x86-64-v4" };
enum { N_KERNELS = 3, N_X = 5, N_Z = 2, N_IN = N_X + N_Z };

static int use_kernel(fairu_context *ctx, int kernel)
{
  const int status = fairu_context_set_kernel(ctx, kernel_names[kernel]);
  assert_true(status == FAIRU_OK || status == FAIRU_ERR_UNSUPPORTED);
  return status == FAIRU_OK;
}

static double activation_of(int activation, double x)
{
  switch (activation) {
  case FAIRU_ACTIVATION_RELU:
    return fmax(x, 0.0);
  case FAIRU_ACTIVATION_TANH:
    return tanh(x);
  case FAIRU_ACTIVATION_SIGMOID:
    return 1.0 / (1.0 + exp(-x));
  case FAIRU_ACTIVATION_ELU:
    return x > 0.0 ? x : expm1(x);
  default:
    return x;
  }
}

/* The one output in double, in[i] + step. */
static double plain_output(const random_network *net, const double *in, size_t i, double step, int output)
{
  double h[MOST_WIDTH], next[MOST_WIDTH];
  for (size_t k = 0; k < N_IN; k++)
    h[k] = (in[k] + (k == i ? step : 0.0) - net->offset[k]) * net->scale[k];
  for (size_t l = 0; l < net->n_layers; l++) {
    const fairu_layer *layer = &net->layers[l];
    const int plain = l + 1 == net->n_layers && output == FAIRU_OUTPUT_LOGIT &&
                      layer->activation == FAIRU_ACTIVATION_SIGMOID;
    for (size_t o = 0; o < layer->n_out; o++) {
      double sum = (double)layer->bias[o];
      for (size_t k = 0; k < layer->n_in; k++)
        sum += (double)layer->weights[o * layer->n_in + k] * h[k];
      next[o] = plain ? sum : activation_of(layer->activation, sum);
    }
    memcpy(h, next, layer->n_out * sizeof *h);
  }
  return h[0];
}

/* Central difference; *smooth = 0 where the sides do not fit together: a kink is near. */
static double difference(const random_network *net, const double *in, size_t i, int output, int *smooth)
{
  const double step = 1e-4, f = plain_output(net, in, i, 0.0, output);
  const double up = (plain_output(net, in, i, step, output) - f) / step;
  const double down = (f - plain_output(net, in, i, -step, output)) / step;
  const double fine_up = (plain_output(net, in, i, step / 2, output) - f) / (step / 2);
  const double fine_down = (f - plain_output(net, in, i, -step / 2, output)) / (step / 2);
  const double coarse = 0.5 * (up + down), fine = 0.5 * (fine_up + fine_down);
  *smooth = fabs(coarse - fine) < 2e-6 * (1.0 + fabs(fine)) && fabs(up - down) < 0.02 * (1.0 + fabs(fine));
  return fine + (fine - coarse) / 3.0;
}

static void check_differences(fairu_context *ctx, const random_network *net, int output)
{
  enum { EVENTS = 70 };
  const double z[N_Z] = { 0.7, -0.4 };
  float d_x[EVENTS * N_X], d_z[EVENTS * N_Z], scores[EVENTS], same[EVENTS];
  float *x = random_features(3, EVENTS * N_X);
  size_t rough = 0;
  fairu_classifier *c = NULL;
  CHECK_OK(ctx, random_network_make(net, ctx, &c));
  CHECK_OK(ctx, fairu_classifier_score_derivative(c, ctx, x, EVENTS, N_X, z, N_Z, output, scores, d_x, d_z));
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, N_X, z, N_Z, output, same));
  assert_memory_equal(scores, same, sizeof scores);
  for (size_t e = 0; e < EVENTS; e++)
    for (size_t i = 0; i < N_IN; i++) {
      double in[N_IN] = { [N_X] = z[0], [N_X + 1] = z[1] };
      int smooth = 0;
      for (size_t f = 0; f < N_X; f++)
        in[f] = (double)x[e * N_X + f];
      const double expected = difference(net, in, i, output, &smooth);
      const float got = i < N_X ? d_x[e * N_X + i] : d_z[e * N_Z + i - N_X];
      rough += !smooth;
      if (smooth)
        CHECK_NEAR((double)got, expected, 1e-5 * (1.0 + fabs(expected)));
    }
  assert_true(rough < EVENTS * N_IN / 8);
  fairu_classifier_destroy(c);
  free(x);
}

static void networks_follow_differences(void **state)
{
  (void)state;
  static random_network net;
  const int lasts[] = { FAIRU_ACTIVATION_SIGMOID, FAIRU_ACTIVATION_LINEAR, FAIRU_ACTIVATION_TANH };
  fairu_context *ctx = support_context();
  for (int kernel = 0; kernel < N_KERNELS; kernel++)
    for (int hidden = FAIRU_ACTIVATION_LINEAR; hidden <= FAIRU_ACTIVATION_ELU && use_kernel(ctx, kernel);
         hidden++)
      for (size_t depth = 1; depth <= 3; depth++) {
        size_t widths[] = { N_IN, 33, 20, 0, 0 };
        widths[depth] = 1;
        random_network_fill(&net, 20 + depth, N_X, N_Z, widths, depth, hidden, lasts[depth - 1]);
        for (int output = FAIRU_OUTPUT_SCORE; output <= FAIRU_OUTPUT_LOGIT; output++)
          check_differences(ctx, &net, output);
      }
  fairu_context_destroy(ctx);
}

/* Each array may be left out, and threads change no bit. */
static void parts_and_threads_do_not_matter(void **state)
{
  (void)state;
  enum { EVENTS = 3000 };
  const size_t widths[] = { N_IN, 20, 1 };
  const double z[N_Z] = { 0.1, 0.2 };
  static random_network net;
  static float d_x[2][EVENTS * N_X], d_z[2][EVENTS * N_Z], scores[2][EVENTS];
  float *x = random_features(9, EVENTS * N_X);
  fairu_context *ctx = support_context();
  fairu_classifier *c = NULL;
  random_network_fill(&net, 30, N_X, N_Z, widths, 2, FAIRU_ACTIVATION_TANH, FAIRU_ACTIVATION_SIGMOID);
  CHECK_OK(ctx, random_network_make(&net, ctx, &c));
  CHECK_OK(ctx,
           fairu_classifier_score_derivative(c, ctx, x, EVENTS, N_X, z, N_Z, 0, scores[0], d_x[0], d_z[0]));
  CHECK_OK(ctx, fairu_classifier_score_derivative(c, ctx, x, 0, N_X, z, N_Z, 0, NULL, NULL, NULL));
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 3));
  CHECK_OK(ctx, fairu_classifier_score_derivative(c, ctx, x, EVENTS, N_X, z, N_Z, 0, NULL, d_x[1], NULL));
  CHECK_OK(ctx, fairu_classifier_score_derivative(c, ctx, x, EVENTS, N_X, z, N_Z, 0, NULL, NULL, d_z[1]));
  CHECK_OK(ctx, fairu_classifier_score_derivative(c, ctx, x, EVENTS, N_X, z, N_Z, 0, scores[1], NULL, NULL));
  assert_memory_equal(d_x[0], d_x[1], sizeof d_x[0]);
  assert_memory_equal(d_z[0], d_z[1], sizeof d_z[0]);
  assert_memory_equal(scores[0], scores[1], sizeof scores[0]);
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
  free(x);
}

static void closed_forms_have_theirs(void **state)
{
  (void)state;
  static const char *const names[] = { "x", "y" };
  const double w[2] = { 0.5, -2.0 }, slope = 3.0, z = 0.8;
  const float x[4] = { 0.25F, 0.5F, -1.5F, 0.75F };
  float d[4], d_z[2];
  fairu_context *ctx = support_context();
  fairu_classifier *linear = NULL, *rotation = NULL;
  CHECK_OK(ctx, fairu_classifier_create_linear(ctx, names, w, 2, 0.3, &linear));
  CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, "x", "y", "angle", slope, &rotation));
  for (int output = FAIRU_OUTPUT_SCORE; output <= FAIRU_OUTPUT_LOGIT; output++) {
    CHECK_OK(ctx, fairu_classifier_score_derivative(linear, ctx, x, 2, 2, NULL, 0, output, NULL, d, NULL));
    for (size_t e = 0; e < 2; e++) {
      const double t = exp(-(0.3 + w[0] * (double)x[2 * e] + w[1] * (double)x[2 * e + 1]));
      const double outer = output == FAIRU_OUTPUT_LOGIT ? 1.0 : t / (1.0 + t) / (1.0 + t);
      CHECK_NEAR((double)d[2 * e], outer * w[0], 1e-6);
      CHECK_NEAR((double)d[2 * e + 1], outer * w[1], 1e-6);
    }
    CHECK_OK(ctx, fairu_classifier_score_derivative(rotation, ctx, x, 2, 2, &z, 1, output, NULL, d, d_z));
    for (size_t e = 0; e < 2; e++) {
      const double a = (double)x[2 * e], b = (double)x[2 * e + 1];
      const double t = exp(-slope * (a * cos(z) + b * sin(z)));
      const double outer = slope * (output == FAIRU_OUTPUT_LOGIT ? 1.0 : t / (1.0 + t) / (1.0 + t));
      CHECK_NEAR((double)d[2 * e], outer * cos(z), 1e-6);
      CHECK_NEAR((double)d[2 * e + 1], outer * sin(z), 1e-6);
      CHECK_NEAR((double)d_z[e], outer * (b * cos(z) - a * sin(z)), 1e-6);
    }
  }
  fairu_classifier_destroy(linear);
  fairu_classifier_destroy(rotation);
  fairu_context_destroy(ctx);
}

static void a_gate_has_the_slopes_of_its_side(void **state)
{
  (void)state;
  const size_t widths[] = { N_IN, 12, 1 };
  const double z[2][N_Z] = { { 0.1, -0.2 }, { 0.1, 0.2 } };
  static random_network net;
  float x[N_X] = { 0.1F, 0.2F, 0.3F, 0.4F, 0.5F }, d[2][N_IN];
  fairu_context *ctx = support_context();
  fairu_classifier *side[2] = { NULL, NULL }, *gated = NULL;
  for (size_t i = 0; i < 2; i++) {
    random_network_fill(&net, 40 + i, N_X, N_Z, widths, 2, FAIRU_ACTIVATION_TANH, FAIRU_ACTIVATION_SIGMOID);
    CHECK_OK(ctx, random_network_make(&net, ctx, &side[i]));
  }
  CHECK_OK(ctx, fairu_classifier_create_gated(ctx, side[0], side[1], "z1", 0.0, &gated));
  for (size_t i = 0; i < 2; i++) {
    CHECK_OK(ctx,
             fairu_classifier_score_derivative(gated, ctx, x, 1, N_X, z[i], N_Z, 1, NULL, d[0], d[0] + N_X));
    CHECK_OK(ctx, fairu_classifier_score_derivative(side[i], ctx, x, 1, N_X, z[i], N_Z, 1, NULL, d[1],
                                                    d[1] + N_X));
    assert_memory_equal(d[0], d[1], sizeof d[0]);
  }
  fairu_classifier_destroy(gated);
  for (size_t i = 0; i < 2; i++)
    fairu_classifier_destroy(side[i]);
  fairu_context_destroy(ctx);
}

static int zero_logits(const float *features, size_t n_events, size_t n_features, const double *z,
                       size_t n_nuisances, float *logits, void *user_data)
{
  (void)n_features, (void)n_nuisances, (void)features, (void)z, (void)user_data;
  memset(logits, 0, n_events * sizeof *logits);
  return 0;
}

static void what_has_no_derivative_says_so(void **state)
{
  (void)state;
  static random_network net;
  const size_t widths[] = { N_IN, 4, 3 };
  const double z[N_Z] = { 0.0, 0.0 };
  float x[N_X] = { 0 }, d[N_X];
  fairu_context *ctx = support_context();
  fairu_classifier *c = NULL;
  CHECK_OK(ctx, fairu_classifier_create_callback(ctx, feature_names, N_X, nuisance_names, N_Z, 1, zero_logits,
                                                 NULL, &c));
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED,
              fairu_classifier_score_derivative(c, ctx, x, 1, N_X, z, N_Z, 0, NULL, d, NULL));
  CHECK_SAYS(ctx, "no derivatives of this kind");
  fairu_classifier_destroy(c);
  random_network_fill(&net, 1, N_X, N_Z, widths, 2, FAIRU_ACTIVATION_TANH, FAIRU_ACTIVATION_SOFTMAX);
  CHECK_OK(ctx, random_network_make(&net, ctx, &c));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE,
              fairu_classifier_score_derivative(c, ctx, x, 1, N_X, z, N_Z, 0, NULL, d, NULL));
  CHECK_SAYS(ctx, "derivatives of one output, this classifier has 3");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE,
              fairu_classifier_score_derivative(c, ctx, x, 1, 2, z, N_Z, 0, NULL, d, NULL));
  CHECK_SAYS(ctx, "has 5 features, got 2");
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
}

/* ---- ../shared/data/networks ------------------------------------------------------------------------------ */

enum { SHARED_ROWS = 200, MOST_SHARED = 32 };

/* lwtnn sequential: rows [n_out][n_in], (x + offset) * scale; the last `n_z` inputs are nuisances. */
static fairu_classifier *shared_network(fairu_context *ctx, const json_t *root, size_t n_z)
{
  const json_t *inputs = json_object_get(root, "inputs"), *layers = json_object_get(root, "layers");
  const char *names[MOST_SHARED];
  double offset[MOST_SHARED], scale[MOST_SHARED];
  fairu_layer dense[MOST_LAYERS];
  size_t n_in = json_array_size(inputs), n = 0;
  fairu_network_options options;
  fairu_classifier *c = NULL;
  CHECK_OK(ctx, fairu_network_options_init(&options, sizeof options));
  for (size_t i = 0; i < n_in; i++) {
    const json_t *input = json_array_get(inputs, i);
    names[i] = json_string_value(json_object_get(input, "name"));
    offset[i] = -json_number_value(json_object_get(input, "offset"));
    scale[i] = json_number_value(json_object_get(input, "scale"));
  }
  options.features = names;
  options.n_features = n_in - n_z;
  options.nuisances = names + options.n_features;
  options.n_nuisances = n_z;
  options.offset = offset;
  options.scale = scale;
  for (; n < json_array_size(layers); n++) {
    const json_t *layer = json_array_get(layers, n), *w = json_object_get(layer, "weights"),
                 *b = json_object_get(layer, "bias");
    float *weights = malloc(json_array_size(w) * sizeof *weights),
          *bias = malloc(json_array_size(b) * sizeof *bias);
    for (size_t i = 0; i < json_array_size(w); i++)
      weights[i] = (float)json_number_value(json_array_get(w, i));
    for (size_t i = 0; i < json_array_size(b); i++)
      bias[i] = (float)json_number_value(json_array_get(b, i));
    const int relu = strcmp(json_string_value(json_object_get(layer, "activation")), "rectified") == 0;
    dense[n] = (fairu_layer){ n_in, json_array_size(b),
                              relu ? FAIRU_ACTIVATION_RELU : FAIRU_ACTIVATION_SIGMOID, weights, bias };
    n_in = dense[n].n_out;
  }
  CHECK_OK(ctx, fairu_classifier_create_network(ctx, &options, dense, n, &c));
  for (size_t l = 0; l < n; l++) {
    free((float *)(uintptr_t)dense[l].weights);
    free((float *)(uintptr_t)dense[l].bias);
  }
  return c;
}

static void read_rows(const char *name, size_t columns, double *values)
{
  char path[512], line[8192];
  FILE *f = fopen(support_data(path, sizeof path, name), "r");
  assert_non_null(f);
  assert_non_null(fgets(line, sizeof line, f)); /* names */
  for (size_t row = 0; row < SHARED_ROWS; row++) {
    char *at = line;
    assert_non_null(fgets(line, sizeof line, f));
    for (size_t i = 0; i < columns; i++) {
      values[row * columns + i] = strtod(at, &at);
      at += *at == ',';
    }
  }
  fclose(f);
}

/* 1e-5 of the largest derivative of a row; no row of these files is within rounding of a kink. */
static void check_shared(fairu_context *ctx, const char *network, size_t n_in, size_t n_z)
{
  static double in[SHARED_ROWS * MOST_SHARED], expected[SHARED_ROWS * MOST_SHARED];
  char name[128], path[512];
  float x[MOST_SHARED], d[MOST_SHARED];
  double z[1] = { 0.0 };
  size_t off = 0;
  snprintf(name, sizeof name, "networks/%s.lwtnn.json", network);
  json_t *root = json_load_file(support_data(path, sizeof path, name), 0, NULL);
  assert_non_null(root);
  fairu_classifier *c = shared_network(ctx, root, n_z);
  snprintf(name, sizeof name, "networks/%s.inputs.csv", network);
  read_rows(name, n_in, in);
  snprintf(name, sizeof name, "networks/%s.expected-dlogit-dinput.csv", network);
  read_rows(name, n_in, expected);
  for (size_t row = 0; row < SHARED_ROWS; row++) {
    double largest = 0.0, worst = 0.0;
    for (size_t i = 0; i < n_in; i++)
      x[i] = (float)in[row * n_in + i];
    if (n_z > 0)
      z[0] = in[row * n_in + n_in - 1];
    CHECK_OK(ctx, fairu_classifier_score_derivative(c, ctx, x, 1, n_in - n_z, n_z ? z : NULL, n_z,
                                                    FAIRU_OUTPUT_LOGIT, NULL, d, d + n_in - n_z));
    for (size_t i = 0; i < n_in; i++) {
      const double wanted = expected[row * n_in + i];
      largest = fmax(largest, fabs(wanted));
      worst = fmax(worst, fabs((double)d[i] - wanted));
    }
    off += worst > 1e-5 * largest;
  }
  assert_int_equal(off, 0);
  fairu_classifier_destroy(c);
  json_decref(root);
}

static void shared_networks_have_the_published_slopes(void **state)
{
  (void)state;
  char path[512];
  if (!support_data(path, sizeof path, "networks/README.md"))
    support_skip("no ../shared/data");
  fairu_context *ctx = support_context();
  for (int kernel = 0; kernel < N_KERNELS; kernel++)
    if (use_kernel(ctx, kernel)) {
      check_shared(ctx, "param_toy", 3, 1);
      check_shared(ctx, "param_toy", 3, 0);
      check_shared(ctx, "higgs29", 29, 0);
    }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(networks_follow_differences),
    cmocka_unit_test(parts_and_threads_do_not_matter),
    cmocka_unit_test(closed_forms_have_theirs),
    cmocka_unit_test(a_gate_has_the_slopes_of_its_side),
    cmocka_unit_test(what_has_no_derivative_says_so),
    cmocka_unit_test(shared_networks_have_the_published_slopes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
