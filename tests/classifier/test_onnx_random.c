/* Random ONNX graphs of rows of two numbers: what is read and folded, against another reader that walks the file in double; with slopes. */
#include "classifier/onnx_text.h"
#include "classifier/onnx_walk.h"
#include "classifier/random_network.h"

enum { GRAPHS = 400, STEPS = 9, EVENTS = 12, LINE = 4096 };

static walker reader;

/* What may follow: %1 a value [N, 2] of before, %2 another, %o the new one; inside, p%o, q%o, .. are names of its own. */
static const char *const pieces[] = {
  "Relu %1 > %o",
  "Sigmoid %1 > %o",
  "Tanh %1 > %o",
  "Elu %1 > %o alpha=f0.7",
  "LeakyRelu %1 > %o alpha=f0.3",
  "Selu %1 > %o",
  "Softplus %1 > %o",
  "Softsign %1 > %o",
  "HardSigmoid %1 > %o alpha=f0.3 beta=f0.4",
  "Erf %1 > %o",
  "Neg %1 > %o",
  "Abs %1 > %o",
  "Identity %1 > %o",
  "Mish %1 > %o",
  "HardSwish %1 > %o",
  "Gelu %1 > %o",
  "Celu %1 > %o alpha=f0.5",
  "Tanh %1 > p%o; Exp p%o > %o",
  "Mul %1 %1 > p%o; Add p%o one > q%o; Log q%o > %o",
  "Mul %1 %1 > p%o; Add p%o one > q%o; Sqrt q%o > %o",
  "Mul %1 %1 > p%o; Add p%o one > q%o; Reciprocal q%o > %o",
  "Mul %2 %2 > p%o; Add p%o one > q%o; Div %1 q%o > %o",
  "Abs %1 > p%o; Pow p%o two > %o",
  "Add %1 %2 > %o",
  "Sub %1 %2 > %o",
  "Tanh %2 > p%o; Mul %1 p%o > %o",
  "Max %1 %2 > %o",
  "Min %1 %2 > %o",
  "Add %1 v > %o",
  "Add signs %1 > %o",
  "Sub %1 v > %o",
  "Sub signs %1 > %o",
  "Mul %1 signs > %o",
  "Mul v %1 > p%o; Tanh p%o > %o",
  "Div %1 v > %o",
  "Max %1 signs > %o",
  "Min two %1 > %o",
  "Add one %1 > %o",
  "Sub one %1 > %o",
  "Sub two %1 > %o",
  "Sigmoid %1 > p%o; Sub one p%o > %o",
  "Sigmoid %1 > p%o; Sub two p%o > %o",
  "Sigmoid %1 > p%o; Add p%o one > %o",
  "Sigmoid %1 > p%o; Sub p%o one > %o",
  "Sigmoid %1 > p%o; Mul p%o one > %o",
  "Softmax %1 > p%o axis=i1; Sub one p%o > %o",
  "Softmax %1 > %o axis=i1",
  "LogSoftmax %1 > %o axis=i1",
  "LayerNormalization %1 v signs > %o axis=i-1 epsilon=f0.5",
  "PRelu %1 signs > %o",
  "Clip %1 one two > %o",
  "Gemm %1 m v > p%o; Tanh p%o > %o",
  "Gemm %1 m signs > p%o transB=i1; Softsign p%o > %o",
  "Gemm %1 m v > p%o alpha=f0.5 beta=f2 transB=i1; Erf p%o > %o",
  "Gemm %1 m > p%o; Sigmoid p%o > %o",
  "Slice %1 i0 i1 i1 > p%o; Slice %2 i1 i2 i1 > q%o; Concat q%o p%o > %o axis=i1",
  "Slice %1 i0 i1 i1 > p%o; Add %2 p%o > %o",
  "Slice %1 i1 i2 i1 > p%o; Sub p%o %2 > %o",
  "Slice %2 i1 i2 i1 > p%o; Max p%o %1 > %o",
  "Concat %1 %2 > p%o axis=i1; Slice p%o i1 three_at i1 > %o",
  "Concat %1 %2 > p%o axis=i1; Gather p%o pick > %o axis=i1",
};

enum { PIECES = sizeof pieces / sizeof *pieces };

static void append(char line[LINE], const char *piece, const char *one, const char *other, size_t number)
{
  size_t n = strlen(line);
  for (const char *p = piece; *p; p++) {
    const int escaped = *p == '%';
    p += escaped;
    if (escaped && *p != 'o')
      n += (size_t)snprintf(line + n, LINE - n, "%s", *p == '1' ? one : other);
    else if (escaped)
      n += (size_t)snprintf(line + n, LINE - n, "t%zu", number);
    else
      n += (size_t)snprintf(line + n, LINE - n, "%c", *p);
    assert_true(n < LINE);
  }
}

/* A chain of pieces, each on values of before; the last is y. */
static void make_line(char line[LINE], uint64_t seed, const char *last)
{
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 12);
  const size_t steps = 1 + (size_t)fairu_philox__below(&rng, STEPS);
  line[0] = '\0';
  for (size_t k = 0; k < steps; k++) {
    char name[2][24];
    for (int i = 0; i < 2; i++) {
      const size_t from = i == 0 && k > 0 ? k : (size_t)fairu_philox__below(&rng, k + 1);
      if (from == 0)
        snprintf(name[i], sizeof name[i], "x");
      else
        snprintf(name[i], sizeof name[i], "t%zu", from - 1);
    }
    /* every piece once by itself, then at random */
    const size_t piece = seed < PIECES && k == 0 ? (size_t)seed : (size_t)fairu_philox__below(&rng, PIECES);
    append(line, pieces[piece], name[0], name[1], k);
    append(line, "; ", "", "", 0);
  }
  char name[24];
  snprintf(name, sizeof name, "t%zu", steps - 1);
  append(line, last, name, "", 0);
}

static fairu_classifier *import_line(fairu_context *ctx, const char *line, char path[512])
{
  static const int64_t three[1] = { 3 }, pick[2] = { 3, 0 };
  made m = made_begin(ctx, 20);
  fairu_classifier *c = NULL;
  text_initializers(&m);
  made_ints(&m, "three_at", "1", 1, three);
  made_ints(&m, "pick", "2", 2, pick);
  text_nodes(&m, line);
  made_port(&m, 11, "x", 2, 1);
  made_port(&m, 12, "y", 0, 1);
  (void)made_write(&m, path, "random.onnx");
  const int status = fairu_classifier_import(ctx, path, NULL, &c);
  if (status != FAIRU_OK)
    fail_msg("%s: %s", line, fairu_context_message(ctx));
  return c;
}

static void random_graphs_are_what_they_say(void **state)
{
  (void)state;
  char line[LINE], path[512];
  fairu_context *ctx = support_context();
  for (uint64_t seed = 0; seed < GRAPHS; seed++) {
    make_line(line, seed, "Identity %1 > y");
    fairu_classifier *c = import_line(ctx, line, path);
    float *x = random_features(seed, 2 * EVENTS), scores[2];
    const size_t n_out = fairu_classifier_n_outputs(c),
                 first = 2 - n_out; /* of two probabilities the second alone */
    assert_true(n_out == 1 || n_out == 2);
    walk_open(&reader, path);
    reader.output = "y";
    for (size_t e = 0; e < EVENTS; e++) {
      const double in[2] = { (double)x[2 * e], (double)x[2 * e + 1] };
      double out[2], size = 1.0;
      CHECK_OK(ctx, fairu_classifier_score(c, ctx, x + 2 * e, 1, 2, NULL, 0, FAIRU_OUTPUT_SCORE, scores));
      walk_event(&reader, in, 2, out, 2);
      for (size_t k = 0; k < 2; k++)
        size = fmax(size, fabs(out[k]));
      for (size_t k = 0; k < n_out;
           k++) /* up to nine layers of float, of which some amplify what is lost before */
        if (fabs((double)scores[k] - out[first + k]) > 3e-4 * size)
          fail_msg("%s at (%g, %g): output %zu is %g, wanted %g", line, in[0], in[1], k, (double)scores[k],
                   out[k]);
    }
    walk_close(&reader);
    free(x);
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

/* d output / d x by central differences; NaN at a corner, where both sides differ. */
static double difference(double in[2], size_t f)
{
  const double here = in[f], h = 1e-5;
  double out[3];
  for (int k = 0; k < 3; k++) {
    in[f] = here + h * (double)(k - 1);
    walk_event(&reader, in, 2, &out[k], 1);
  }
  in[f] = here;
  const double below = (out[1] - out[0]) / h, above = (out[2] - out[1]) / h;
  return fabs(above - below) > 2e-3 * (1.0 + fabs(above)) ? (double)NAN : (above + below) / 2.0;
}

static void random_graphs_have_their_slopes(void **state)
{
  (void)state;
  char line[LINE], path[512];
  size_t compared = 0, corners = 0;
  fairu_context *ctx = support_context();
  for (uint64_t seed = 0; seed < GRAPHS / 2; seed++) {
    make_line(line, seed, seed % 2 ? "Slice %1 i0 i1 i1 > y" : "Slice %1 i1 i2 i1 > y");
    fairu_classifier *c = import_line(ctx, line, path);
    float *x = random_features(seed, 2 * EVENTS), d[2];
    walk_open(&reader, path);
    reader.output = "y";
    for (size_t e = 0; e < EVENTS; e++) {
      double in[2] = { (double)x[2 * e], (double)x[2 * e + 1] };
      CHECK_OK(ctx, fairu_classifier_score_derivative(c, ctx, x + 2 * e, 1, 2, NULL, 0, FAIRU_OUTPUT_SCORE,
                                                      NULL, d, NULL));
      for (size_t f = 0; f < 2; f++) {
        const double wanted = difference(in, f);
        corners += isnan(wanted) != 0;
        compared += isnan(wanted) == 0;
        if (!isnan(wanted) && fabs((double)d[f] - wanted) > 2e-3 * (1.0 + fabs(wanted)))
          fail_msg("%s at (%g, %g): slope %zu is %g, wanted %g", line, in[0], in[1], f, (double)d[f], wanted);
      }
    }
    walk_close(&reader);
    free(x);
    fairu_classifier_destroy(c);
  }
  assert_true(compared > 10 * corners);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(random_graphs_are_what_they_say),
    cmocka_unit_test(random_graphs_have_their_slopes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
