/* Random programs against the same in long double: what is folded, joined and laid out in shared rows gives the values and slopes of the
 * steps as they were asked for; one event, a copy and a file give the bits of a block. */
#include "classifier/onnx_walk.h"
#include "classifier/program_maker.h"

#include <fairu/formats.h>

enum { PROGRAMS = 250, EVENTS = 70, MOST_OUT = 4 };

static void make_step(maker *m)
{
  const size_t x = any_value(m), width = m->p->steps[x].width, other = any_value(m);
  const size_t parts[2] = { x, other }, first = below(m, width);
  switch (below(m, 13)) {
  case 0:
  case 1:
    (void)make_dense(m, x, 1 + below(m, 5));
    break;
  case 2: /* scales and shifts around a layer */
    (void)make_affine(m, make_dense(m, make_affine(m, x), 1 + below(m, 4)));
    break;
  case 3:
  case 4:
    (void)make_affine(m, x);
    break;
  case 5:
    (void)make_any_binary(m);
    break;
  case 6:
    if (width + m->p->steps[other].width <= PLAIN_WIDTH)
      (void)make_concat(m, parts, 2);
    break;
  case 7:
    (void)make_slice(m, x, first, 1 + below(m, width - first));
    break;
  case 8:
    (void)make_softmax(m, x, (int)below(m, 2));
    break;
  case 9:
    (void)make_norm(m, x);
    break;
  case 10:
    (void)make_prelu(m, x);
    break;
  case 11:
    (void)make_constant(m, 1 + below(m, 3));
    break;
  default:
    (void)make_any_function(m, x);
    break;
  }
}

typedef struct made_program {
  size_t logit, score; /* steps */
  fairu_classifier *classifier;
} made_program;

/* The four ends that finish() tells apart. */
static void make_end(maker *m, int chain, made_program *made)
{
  const size_t last = m->p->n - 1, end = below(m, 4);
  const int with_inputs = !chain && m->p->steps[last].width <= 6;
  const size_t parts[2] = { last, with_inputs ? make_dense(m, 0, 2) : 0 };
  const size_t x = with_inputs ? make_concat(m, parts, 2) : last;
  size_t logit = make_dense(m, x, end == 0 ? 1 : end == 3 ? 2 + below(m, 3) : 1 + (end == 2));
  if (below(m, 3) == 0)
    logit = make_affine(m, logit);
  made->logit = made->score = logit;
  if (end == 1)
    made->score = make_function(m, logit, FAIRU_FN_SIGMOID, 0, 0);
  if (end == 3)
    made->score = make_softmax(m, logit, 0);
  if (end != 2)
    return;
  const size_t chosen = below(m, 2), both = make_softmax(m, logit, 0);
  made->score = make_slice(m, both, chosen, 1);
  const fairu_value asked = m->p->steps[made->score].value;
  made->logit = make_binary(m, FAIRU_BIN_SUB, make_slice(m, logit, chosen, 1),
                            make_slice(m, logit, 1 - chosen, 1)); /* which nothing needs */
  m->p->steps[made->score].value = asked;
}

/* Dense layers in a row on all inputs in another order, with scales between: a network's own chain. */
static void make_chain(maker *m, size_t first, size_t second)
{
  static const int functions[] = { FAIRU_FN_RELU, FAIRU_FN_TANH, FAIRU_FN_SIGMOID, FAIRU_FN_ELU };
  const size_t parts[2] = { second, first };
  size_t x = make_affine(m, make_concat(m, parts, 2));
  for (size_t k = 1 + below(m, 3); k > 0; k--) {
    x = make_dense(m, x, 1 + below(m, 5));
    if (below(m, 2))
      x = make_affine(m, make_affine(m, x));
    x = make_function(m, x, functions[below(m, 4)], 1.0, 0.0);
  }
}

static made_program make_program(fairu_context *ctx, plain_program *p, uint64_t seed)
{
  maker m = { p, fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 7) };
  made_program made = { 0, 0, NULL };
  memset(p, 0, sizeof *p);
  CHECK_OK(ctx, fairu_program__create(ctx, &p->b));
  const size_t first = make_input(&m, 0, 1 + below(&m, 2));
  if (below(&m, 3))
    (void)make_input(&m, 1, 1 + below(&m, 2));
  const size_t second = make_input(&m, 0, 1 + below(&m, 2));
  if (below(&m, 2))
    (void)make_input(&m, 1, 1);
  const int chain = below(&m, 5) == 0;
  for (size_t k = 3 + below(&m, 9); k > 0 && !chain; k--)
    make_step(&m);
  if (chain)
    make_chain(&m, first, second);
  make_end(&m, chain, &made);
  CHECK_OK(ctx, fairu_program__finish(p->b, ctx, p->steps[made.score].value, &made.classifier));
  fairu_program__destroy(p->b);
  p->b = NULL;
  assert_int_equal(fairu_classifier_n_outputs(made.classifier), p->steps[made.score].width);
  assert_int_equal(fairu_classifier_n_features(made.classifier), p->n_inputs[0]);
  assert_int_equal(fairu_classifier_n_nuisances(made.classifier), p->n_inputs[1]);
  return made;
}

/* ---- what is compared ---------------------------------------------------------------------------------- */

typedef struct sample {
  size_t n_x, n_z, n_out;
  float x[EVENTS * 4];
  double z[3];
  float scores[2][EVENTS * MOST_OUT]; /* score, logit */
} sample;

static sample sample_of(fairu_context *ctx, const fairu_classifier *c, uint64_t seed)
{
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 1, 7);
  sample s;
  memset(&s, 0, sizeof s);
  s.n_x = fairu_classifier_n_features(c);
  s.n_z = fairu_classifier_n_nuisances(c);
  s.n_out = fairu_classifier_n_outputs(c);
  for (size_t i = 0; i < EVENTS * s.n_x; i++)
    s.x[i] = (float)(4.0 * fairu_philox__uniform(&rng) - 2.0);
  for (size_t k = 0; k < s.n_z; k++)
    s.z[k] = (double)(float)(4.0 * fairu_philox__uniform(&rng) - 2.0);
  for (int output = FAIRU_OUTPUT_SCORE; output <= FAIRU_OUTPUT_LOGIT; output++)
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, s.x, EVENTS, s.n_x, s.n_z ? s.z : NULL, s.n_z, output,
                                         s.scores[output]));
  return s;
}

static void check_number(const char *what, uint64_t seed, double got, long double wanted, long double within)
{
  if (!(fabsl((long double)got - wanted) <= within))
    fail_msg("program %llu: %s is %.9g, wanted %.9Lg within %.2Lg", (unsigned long long)seed, what, got,
             wanted, within);
}

/* Values within their bounds, slopes within some hundred roundings of what adds up to them. */
static void check_values(fairu_context *ctx, plain_program *p, const made_program *made, const sample *s,
                         uint64_t seed, size_t *checked)
{
  static float d_x[2][EVENTS * 4], d_z[2][EVENTS * 3], same[EVENTS * MOST_OUT];
  for (int output = 0; output < 2 && s->n_out == 1; output++) {
    CHECK_OK(ctx, fairu_classifier_score_derivative(made->classifier, ctx, s->x, EVENTS, s->n_x,
                                                    s->n_z ? s->z : NULL, s->n_z, output, same, d_x[output],
                                                    s->n_z ? d_z[output] : NULL));
    assert_memory_equal(same, s->scores[output], EVENTS * sizeof *same);
  }
  for (size_t e = 0; e < EVENTS; e++) {
    plain_run(p, s->x + e * s->n_x, s->z);
    for (int output = 0; output < 2; output++) {
      const plain_number *wanted = p->numbers[output == FAIRU_OUTPUT_SCORE ? made->score : made->logit];
      for (size_t o = 0; o < s->n_out; o++)
        check_number(output ? "a logit" : "a score", seed, (double)s->scores[output][e * s->n_out + o],
                     wanted[o].v, 2.0L * wanted[o].error + 1e-37L);
      for (size_t i = 0; i < s->n_x + s->n_z && s->n_out == 1 && !p->at_kink; i++, ++*checked)
        check_number(i < s->n_x ? "a slope by x" : "a slope by Z", seed,
                     i < s->n_x ? (double)d_x[output][e * s->n_x + i]
                                : (double)d_z[output][e * s->n_z + i - s->n_x],
                     wanted[0].d[i], 1e-4L * wanted[0].d_size[i] + 1e-30L);
    }
  }
}

static void random_programs_are_what_was_asked_for(void **state)
{
  static plain_program p;
  size_t checked = 0, networks = 0;
  fairu_context *ctx = support_context();
  (void)state;
  for (uint64_t seed = 0; seed < PROGRAMS; seed++) {
    const made_program made = make_program(ctx, &p, seed);
    const sample s = sample_of(ctx, made.classifier, seed);
    networks += made.classifier->kind == &fairu_kind__network;
    check_values(ctx, &p, &made, &s, seed, &checked);
    fairu_classifier_destroy(made.classifier);
  }
  assert_true(checked > PROGRAMS * EVENTS);
  assert_true(networks > 0 && networks < PROGRAMS);
  fairu_context_destroy(ctx);
}

/* The same bits of one event and of another way to hold the program. */
static void check_bits(fairu_context *ctx, const fairu_classifier *c, const sample *s)
{
  float one[MOST_OUT], all[EVENTS * MOST_OUT];
  for (int output = FAIRU_OUTPUT_SCORE; output <= FAIRU_OUTPUT_LOGIT; output++) {
    CHECK_OK(ctx,
             fairu_classifier_score(c, ctx, s->x, EVENTS, s->n_x, s->n_z ? s->z : NULL, s->n_z, output, all));
    assert_memory_equal(all, s->scores[output], EVENTS * s->n_out * sizeof *all);
    for (size_t e = 0; e < EVENTS; e += 23) {
      CHECK_OK(ctx, fairu_classifier_score_event(c, ctx, s->x + e * s->n_x, s->n_x, s->n_z ? s->z : NULL,
                                                 s->n_z, output, one));
      assert_memory_equal(one, all + e * s->n_out, s->n_out * sizeof *one);
    }
  }
}

static void random_programs_are_kept_to_the_bit(void **state)
{
  static plain_program p;
  char path[512];
  fairu_context *ctx = support_context();
  (void)state;
  support_path(path, sizeof path, "random.fairu");
  for (uint64_t seed = 0; seed < PROGRAMS; seed += 2) {
    const made_program made = make_program(ctx, &p, seed);
    const sample s = sample_of(ctx, made.classifier, seed + 1000);
    fairu_classifier *copy = NULL, *loaded = NULL;
    check_bits(ctx, made.classifier, &s);
    CHECK_OK(ctx, fairu_classifier__copy(made.classifier, ctx, &copy));
    CHECK_OK(ctx, fairu_classifier_save(made.classifier, ctx, path));
    CHECK_OK(ctx, fairu_classifier_load(ctx, path, &loaded));
    fairu_classifier_destroy(made.classifier);
    check_bits(ctx, copy, &s);
    check_bits(ctx, loaded, &s);
    fairu_classifier_destroy(copy);
    fairu_classifier_destroy(loaded);
  }
  fairu_context_destroy(ctx);
}

static walker reader;

/* The file by itself, walked in double: what another program makes of it. */
static void check_file(plain_program *p, const made_program *made, const sample *s, const char *path,
                       uint64_t seed)
{
  double in[PLAIN_INPUTS], out[MOST_OUT];
  walk_open(&reader, path);
  walk_check_port(&reader, 11, "x", s->n_x + s->n_z);
  for (size_t e = 0; e < EVENTS; e += 9) {
    for (size_t i = 0; i < s->n_x; i++)
      in[i] = (double)s->x[e * s->n_x + i];
    for (size_t k = 0; k < s->n_z; k++)
      in[s->n_x + k] = s->z[k];
    walk_event(&reader, in, s->n_x + s->n_z, out, s->n_out);
    plain_run(p, s->x + e * s->n_x, s->z);
    for (size_t o = 0; o < s->n_out; o++)
      check_number("a score by the walk through the file", seed, out[o], p->numbers[made->score][o].v,
                   2.0L * p->numbers[made->score][o].error + 1e-37L);
  }
  walk_close(&reader);
}

/* What is written as ONNX and read again has the values of the steps that were asked for at first. */
static void random_programs_go_through_onnx(void **state)
{
  static plain_program p;
  char path[512];
  size_t written = 0;
  fairu_context *ctx = support_context();
  (void)state;
  support_path(path, sizeof path, "random.onnx");
  for (uint64_t seed = 0; seed < PROGRAMS; seed += 2) {
    const made_program made = make_program(ctx, &p, seed);
    fairu_classifier *again = NULL;
    if (fairu_classifier_export(made.classifier, ctx, path, FAIRU_FORMAT_AUTO) != FAIRU_OK) {
      CHECK_SAYS(ctx, "a constant that is no operand"); /* the one thing of programs that is not written */
      fairu_classifier_destroy(made.classifier);
      continue;
    }
    written++;
    CHECK_OK(ctx, fairu_classifier_import(ctx, path, NULL, &again));
    assert_int_equal(fairu_classifier_n_nuisances(again), p.n_inputs[1]);
    const sample s = sample_of(ctx, again, seed + 2000);
    check_file(&p, &made, &s, path, seed);
    for (size_t e = 0; e < EVENTS; e++) {
      plain_run(&p, s.x + e * s.n_x, s.z);
      for (size_t o = 0; o < s.n_out; o++)
        check_number("a score of the file", seed, (double)s.scores[FAIRU_OUTPUT_SCORE][e * s.n_out + o],
                     p.numbers[made.score][o].v, 3.0L * p.numbers[made.score][o].error + 1e-37L);
    }
    fairu_classifier_destroy(again);
    fairu_classifier_destroy(made.classifier);
  }
  assert_true(written > PROGRAMS / 4);
  fairu_context_destroy(ctx);
}

enum { POINTS = 5, ROWS = 2 * FAIRU_LANES + 9 };

/* What Z does not move is worked out once: at each of several points, in any order of them, the bits are those of that point alone, on one
 * thread and on three. */
static void check_points(fairu_context *ctx, const fairu_classifier *c, uint64_t seed)
{
  static float x[ROWS * 4], at_once[POINTS * ROWS * MOST_OUT], alone[ROWS * MOST_OUT];
  const size_t n_x = fairu_classifier_n_features(c), n_z = fairu_classifier_n_nuisances(c);
  const size_t n_points = n_z > 0 ? POINTS : 1, size = ROWS * fairu_classifier_n_outputs(c);
  const float *const columns[] = { x, x + 1, x + 2, x + 3 };
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 2, 7);
  fairu_events *table = NULL;
  double z[POINTS * 3];
  for (size_t i = 0; i < ROWS * n_x; i++)
    x[i] = (float)(4.0 * fairu_philox__uniform(&rng) - 2.0);
  for (size_t i = 0; i < n_points * n_z; i++)
    z[i] = 4.0 * fairu_philox__uniform(&rng) - 2.0;
  for (size_t k = 0; k < n_z; k++)
    z[(POINTS - 1) * n_z + k] = z[k]; /* the first point once more: nothing of those between is left */
  CHECK_OK(ctx, fairu_events_create_view(ctx, ROWS, n_x, feature_names, columns, n_x, &table));
  for (int threads = 1; threads <= 3; threads += 2) {
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
    CHECK_OK(ctx, fairu_classifier_score_events(c, ctx, table, n_z ? z : NULL, n_points, n_z,
                                                FAIRU_OUTPUT_LOGIT, at_once));
    for (size_t p = 0; p < n_points; p++) {
      CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, ROWS, n_x, n_z ? z + p * n_z : NULL, n_z,
                                           FAIRU_OUTPUT_LOGIT, alone));
      assert_memory_equal(at_once + p * size, alone, size * sizeof *alone);
    }
    assert_memory_equal(at_once + (n_points - 1) * size, at_once, size * sizeof *at_once);
  }
  fairu_events_destroy(table);
}

static void points_of_random_programs_do_not_see_each_other(void **state)
{
  static plain_program p;
  fairu_context *ctx = support_context();
  (void)state;
  for (uint64_t seed = 1; seed < PROGRAMS; seed += 3) {
    const made_program made = make_program(ctx, &p, seed);
    check_points(ctx, made.classifier, seed);
    fairu_classifier_destroy(made.classifier);
  }
  fairu_context_destroy(ctx);
}

/* A gate between two random programs of the same inputs answers with the bits of its side. */
static void gates_of_random_programs_have_their_sides(void **state)
{
  static plain_program p[2];
  size_t tried = 0;
  fairu_context *ctx = support_context();
  (void)state;
  for (uint64_t seed = 0; seed + 1 < PROGRAMS; seed++) {
    const made_program side[2] = { make_program(ctx, &p[0], seed), make_program(ctx, &p[1], seed + 1) };
    const fairu_classifier *one = side[0].classifier, *other = side[1].classifier;
    const size_t n_out = p[0].steps[side[0].score].width;
    if (p[0].n_inputs[0] == p[1].n_inputs[0] && p[0].n_inputs[1] == p[1].n_inputs[1] &&
        p[0].n_inputs[1] > 0 && n_out == p[1].steps[side[1].score].width &&
        one->activation == other->activation) {
      fairu_classifier *gated = NULL;
      const sample samples[2] = { sample_of(ctx, one, seed), sample_of(ctx, other, seed) };
      CHECK_OK(ctx,
               fairu_classifier_create_gated(ctx, one, other, "u", nextafter(samples[0].z[0], 9.0), &gated));
      check_bits(ctx, gated, &samples[0]); /* just below */
      fairu_classifier_destroy(gated);
      CHECK_OK(ctx, fairu_classifier_create_gated(ctx, one, other, "u", samples[0].z[0], &gated));
      check_bits(ctx, gated, &samples[1]); /* at nominal */
      fairu_classifier_destroy(gated);
      tried++;
    }
    fairu_classifier_destroy(side[0].classifier);
    fairu_classifier_destroy(side[1].classifier);
  }
  assert_true(tried > 3);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(random_programs_are_what_was_asked_for),
                                      cmocka_unit_test(random_programs_are_kept_to_the_bit),
                                      cmocka_unit_test(random_programs_go_through_onnx),
                                      cmocka_unit_test(points_of_random_programs_do_not_see_each_other),
                                      cmocka_unit_test(gates_of_random_programs_have_their_sides) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
