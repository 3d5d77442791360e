/* Likelihoods joined: the sum of their parts, each constraint once; what one name may not mean. */
#include "likelihood/made_parameter.h"
#include "support/support.h"

/* One channel with signal mu * s, background b scaled by a shared norm and by its own gamma. */
typedef struct piece {
  fairu_likelihood *likelihood;
  fairu_data *data;
} piece;

typedef struct piece_shape {
  const char *channel, *gamma;
  double s, b, n;
  double width; /* of the shared nuisance; 0: no constraint */
} piece_shape;

static size_t add_shared(fairu_context *ctx, fairu_model *m, double width)
{
  size_t index = 0;
  CHECK_OK(ctx,
           made_parameter_add(ctx, m, (made_parameter){ "scale", 0.0, -5.0, 5.0, width, 0.0, 0 }, &index));
  return index;
}

static piece make_piece(fairu_context *ctx, const piece_shape *shape)
{
  piece out = { NULL, NULL };
  fairu_model *m = NULL;
  fairu_parameter_options o;
  size_t mu = 0, gamma = 0, channel = 0, signal = 0, background = 0;
  CHECK_OK(ctx, fairu_model_create(ctx, &m));
  CHECK_OK(ctx, fairu_parameter_options_init(&o, sizeof o));
  o.lower = 0.0;
  o.upper = 10.0;
  CHECK_OK(ctx, fairu_model_add_parameter(m, ctx, "mu", &o, &mu));
  const size_t scale = add_shared(ctx, m, shape->width);
  o.poisson_scale = 25.0;
  o.lower = 1e-10;
  CHECK_OK(ctx, fairu_model_add_parameter(m, ctx, shape->gamma, &o, &gamma));
  CHECK_OK(ctx, fairu_model_add_channel(m, ctx, shape->channel, 1, &channel));
  CHECK_OK(ctx, fairu_model_add_sample(m, ctx, channel, "signal", &shape->s, 1, &signal));
  CHECK_OK(ctx, fairu_model_add_sample(m, ctx, channel, "background", &shape->b, 1, &background));
  CHECK_OK(ctx, fairu_model_add_factor(m, ctx, signal, mu));
  CHECK_OK(ctx, fairu_model_add_norm(m, ctx, background, scale, 0.9, 1.12, FAIRU_CODE_4));
  CHECK_OK(ctx, fairu_model_add_bin_factors(m, ctx, background, &gamma, 1));
  CHECK_OK(ctx, fairu_likelihood_create_from_model(ctx, m, "mu", &out.likelihood));
  CHECK_OK(ctx, fairu_data_create(ctx, out.likelihood, &out.data));
  CHECK_OK(ctx, fairu_data_set_observed(out.data, ctx, &shape->n, 1));
  fairu_model_destroy(m);
  return out;
}

static void drop(piece *p)
{
  fairu_data_destroy(p->data);
  fairu_likelihood_destroy(p->likelihood);
}

static const piece_shape first = { "a", "gamma_a", 5.0, 40.0, 48.0, 1.0 };
static const piece_shape second = { "b", "gamma_b", 2.0, 90.0, 85.0, 1.0 };

/* Both pieces as one model: what the combination must equal. */
static piece make_whole(fairu_context *ctx)
{
  piece out = { NULL, NULL };
  const piece_shape *shapes[2] = { &first, &second };
  const double counts[2] = { first.n, second.n };
  fairu_model *m = NULL;
  fairu_parameter_options o;
  size_t mu = 0;
  CHECK_OK(ctx, fairu_model_create(ctx, &m));
  CHECK_OK(ctx, fairu_parameter_options_init(&o, sizeof o));
  o.lower = 0.0;
  o.upper = 10.0;
  CHECK_OK(ctx, fairu_model_add_parameter(m, ctx, "mu", &o, &mu));
  const size_t scale = add_shared(ctx, m, 1.0);
  o.poisson_scale = 25.0;
  o.lower = 1e-10;
  for (size_t k = 0; k < 2; k++) {
    size_t gamma = 0, channel = 0, signal = 0, background = 0;
    CHECK_OK(ctx, fairu_model_add_parameter(m, ctx, shapes[k]->gamma, &o, &gamma));
    CHECK_OK(ctx, fairu_model_add_channel(m, ctx, shapes[k]->channel, 1, &channel));
    CHECK_OK(ctx, fairu_model_add_sample(m, ctx, channel, "signal", &shapes[k]->s, 1, &signal));
    CHECK_OK(ctx, fairu_model_add_sample(m, ctx, channel, "background", &shapes[k]->b, 1, &background));
    CHECK_OK(ctx, fairu_model_add_factor(m, ctx, signal, mu));
    CHECK_OK(ctx, fairu_model_add_norm(m, ctx, background, scale, 0.9, 1.12, FAIRU_CODE_4));
    CHECK_OK(ctx, fairu_model_add_bin_factors(m, ctx, background, &gamma, 1));
  }
  CHECK_OK(ctx, fairu_likelihood_create_from_model(ctx, m, "mu", &out.likelihood));
  CHECK_OK(ctx, fairu_data_create(ctx, out.likelihood, &out.data));
  CHECK_OK(ctx, fairu_data_set_observed(out.data, ctx, counts, 2));
  fairu_model_destroy(m);
  return out;
}

/* Two pieces and their combination, with the data of the pieces. */
typedef struct trio {
  piece parts[2], joined;
} trio;

static trio make_trio(fairu_context *ctx)
{
  trio t = { .parts = { make_piece(ctx, &first), make_piece(ctx, &second) } };
  const fairu_likelihood *parts[2] = { t.parts[0].likelihood, t.parts[1].likelihood };
  CHECK_OK(ctx, fairu_likelihood_create_combined(ctx, parts, 2, NULL, &t.joined.likelihood));
  CHECK_OK(ctx, fairu_data_create(ctx, t.joined.likelihood, &t.joined.data));
  for (size_t p = 0; p < 2; p++)
    CHECK_OK(ctx, fairu_data_copy(fairu_data_part(t.joined.data, p), ctx, t.parts[p].data));
  return t;
}

static void drop_trio(trio *t)
{
  drop(&t->joined);
  drop(&t->parts[0]);
  drop(&t->parts[1]);
}

enum { N = 4 };

static void the_whole_is_one_model(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  trio t = make_trio(ctx);
  piece whole = make_whole(ctx);
  const double at[N] = { 1.3, 0.4, 0.93, 1.08 };
  double a[2], b[2], ga[N], gb[N], ha[N * N], hb[N * N], nu[2], mu[2];
  assert_int_equal(fairu_likelihood_n_parameters(t.joined.likelihood), N);
  assert_int_equal(fairu_likelihood_n_parts(t.joined.likelihood), 2);
  assert_ptr_equal(fairu_likelihood_part(t.joined.likelihood, 1), t.parts[1].likelihood);
  CHECK_OK(ctx, fairu_likelihood_nll(t.joined.likelihood, ctx, t.joined.data, at, N, a, ga, ha));
  CHECK_OK(ctx, fairu_likelihood_nll(whole.likelihood, ctx, whole.data, at, N, b, gb, hb));
  CHECK_CLOSE(a[0], b[0], 1e-14);
  CHECK_CLOSE(a[1], b[1], 1e-14);
  for (size_t i = 0; i < N; i++)
    CHECK_NEAR(ga[i], gb[i], 1e-12);
  for (size_t i = 0; i < N * N; i++)
    CHECK_NEAR(ha[i], hb[i], 1e-11);
  CHECK_OK(ctx, fairu_likelihood_expected(t.joined.likelihood, ctx, at, N, nu));
  CHECK_OK(ctx, fairu_likelihood_expected(whole.likelihood, ctx, at, N, mu));
  CHECK_CLOSE(nu[0], mu[0], 1e-15);
  CHECK_CLOSE(nu[1], mu[1], 1e-15);
  assert_string_equal(fairu_likelihood_channel_name(t.joined.likelihood, 1), "b");
  assert_int_equal(fairu_likelihood_channel_first_bin(t.joined.likelihood, 1), 1);
  assert_int_equal(fairu_likelihood_n_samples(t.joined.likelihood), 4);
  assert_int_equal(fairu_likelihood_sample_channel(t.joined.likelihood, 3), 1);
  drop(&whole);
  drop_trio(&t);
  fairu_context_destroy(ctx);
}

static void fits_and_differences_agree(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  trio t = make_trio(ctx);
  piece whole = make_whole(ctx);
  double p[N], q[N], cp[N * N], cq[N * N], d[2];
  fairu_interval i = { .struct_size = sizeof i }, k = { .struct_size = sizeof k };
  CHECK_OK(ctx, fairu_likelihood_fit(t.joined.likelihood, ctx, t.joined.data, NULL, p, N, cp, NULL));
  CHECK_OK(ctx, fairu_likelihood_fit(whole.likelihood, ctx, whole.data, NULL, q, N, cq, NULL));
  for (size_t j = 0; j < N; j++) {
    CHECK_NEAR(p[j], q[j], 1e-7);
    CHECK_CLOSE(cp[j * N + j], cq[j * N + j], 1e-6);
  }
  CHECK_OK(ctx, fairu_likelihood_interval(t.joined.likelihood, ctx, t.joined.data, NULL, &i, NULL, NULL, N));
  CHECK_OK(ctx, fairu_likelihood_interval(whole.likelihood, ctx, whole.data, NULL, &k, NULL, NULL, N));
  CHECK_NEAR(i.upper, k.upper, 1e-8);
  CHECK_NEAR(i.lower, k.lower, 1e-8);
  const double far[N] = { 1.3, 0.4, 0.93, 1.08 };
  CHECK_OK(ctx, fairu_likelihood_nll_difference(t.joined.likelihood, ctx, t.joined.data, far, q, N, &d[0]));
  CHECK_OK(ctx, fairu_likelihood_nll_difference(whole.likelihood, ctx, whole.data, far, q, N, &d[1]));
  CHECK_CLOSE(d[0], d[1], 1e-13);
  drop(&whole);
  drop_trio(&t);
  fairu_context_destroy(ctx);
}

static void data_of_parts(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  trio t = make_trio(ctx);
  const double truth[N] = { 1.2, 0.3, 1.05, 0.97 };
  double p[N], observed[2], value = 0.0, again = 0.0;
  CHECK_OK(ctx, fairu_likelihood_asimov(t.joined.likelihood, ctx, truth, N, t.joined.data));
  CHECK_OK(ctx, fairu_likelihood_fit(t.joined.likelihood, ctx, t.joined.data, NULL, p, N, NULL, NULL));
  for (size_t j = 0; j < N; j++)
    CHECK_NEAR(p[j], truth[j], 1e-6);
  CHECK_OK(ctx, fairu_likelihood_toy(t.joined.likelihood, ctx, truth, N, 5, 17, t.joined.data));
  CHECK_OK(ctx, fairu_data_observed(t.joined.data, ctx, NULL, 0, observed));
  assert_true(observed[0] == floor(observed[0]) && observed[1] == floor(observed[1]));
  CHECK_OK(ctx, fairu_data_aux(t.joined.data, ctx, 1, &value)); /* one auxiliary datum, in both parts */
  CHECK_OK(ctx, fairu_data_aux(fairu_data_part(t.joined.data, 1), ctx, 1, &again));
  assert_true(value == again && value != 0.0);
  CHECK_OK(ctx, fairu_data_set_aux(t.joined.data, ctx, 1, 0.25));
  CHECK_OK(ctx, fairu_data_aux(fairu_data_part(t.joined.data, 1), ctx, 1, &again));
  assert_true(again == 0.25);
  const double counts[2] = { 7.0, 9.0 };
  CHECK_OK(ctx, fairu_data_set_observed(t.joined.data, ctx, counts, 2));
  CHECK_OK(ctx, fairu_data_observed(fairu_data_part(t.joined.data, 1), ctx, NULL, 0, observed));
  assert_true(observed[0] == 9.0);
  drop_trio(&t);
  fairu_context_destroy(ctx);
}

/* Toys of two parts do not march in step. */
static void parts_draw_apart(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  piece_shape twin = first;
  twin.channel = "c";
  twin.gamma = "gamma_c";
  piece one = make_piece(ctx, &first), two = make_piece(ctx, &twin), both = { NULL, NULL };
  const fairu_likelihood *parts[2] = { one.likelihood, two.likelihood };
  const double truth[N] = { 1.0, 0.0, 1.0, 1.0 };
  size_t equal = 0;
  CHECK_OK(ctx, fairu_likelihood_create_combined(ctx, parts, 2, NULL, &both.likelihood));
  CHECK_OK(ctx, fairu_data_create(ctx, both.likelihood, &both.data));
  for (uint64_t k = 0; k < 200; k++) {
    double observed[2];
    CHECK_OK(ctx, fairu_likelihood_toy(both.likelihood, ctx, truth, N, 1, k, both.data));
    CHECK_OK(ctx, fairu_data_observed(both.data, ctx, NULL, 0, observed));
    equal += observed[0] == observed[1];
  }
  assert_in_range(equal, 0, 30); /* expected: 200 / sqrt(4 pi 45) = 8.4 */
  drop(&both);
  drop(&one);
  drop(&two);
  fairu_context_destroy(ctx);
}

static void one_name_one_meaning(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  piece_shape other = second;
  fairu_likelihood *out = NULL;
  piece a = make_piece(ctx, &first);
  other.width = 2.0;
  piece b = make_piece(ctx, &other);
  const fairu_likelihood *parts[2] = { a.likelihood, b.likelihood };
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_likelihood_create_combined(ctx, parts, 2, NULL, &out));
  CHECK_SAYS(ctx, "'scale'");
  drop(&b);
  other = second;
  other.gamma = first.gamma;
  b = make_piece(ctx, &other);
  parts[1] = b.likelihood;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_likelihood_create_combined(ctx, parts, 2, NULL, &out));
  CHECK_SAYS(ctx, "gamma_a");
  drop(&b);
  other = second;
  other.channel = first.channel;
  b = make_piece(ctx, &other);
  parts[1] = b.likelihood;
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_likelihood_create_combined(ctx, parts, 2, NULL, &out));
  CHECK_SAYS(ctx, "channel 'a'");
  fairu_combine_options o;
  CHECK_OK(ctx, fairu_combine_options_init(&o, sizeof o));
  o.allow_same_events = 1;
  CHECK_OK(ctx, fairu_likelihood_create_combined(ctx, parts, 2, &o, &out));
  const fairu_likelihood *nested[1] = { out };
  fairu_likelihood *inner = NULL;
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_likelihood_create_combined(ctx, nested, 1, NULL, &inner));
  fairu_likelihood_destroy(out);
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_likelihood_create_combined(ctx, parts, 0, NULL, &out));
  o.poi = "nothing";
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_likelihood_create_combined(ctx, parts, 2, &o, &out));
  drop(&b);
  drop(&a);
  fairu_context_destroy(ctx);
}

/* A constraint that one part has holds for all, whichever comes first. */
static void a_constraint_is_taken_over(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  piece_shape loose = second;
  loose.width = 0.0;
  piece a = make_piece(ctx, &first), b = make_piece(ctx, &loose);
  const double at[N] = { 1.3, 0.7, 0.93, 1.08 }, turned[N] = { 1.3, 0.7, 1.08, 0.93 };
  double nll[2][2];
  for (size_t k = 0; k < 2; k++) {
    const fairu_likelihood *parts[2] = { k ? b.likelihood : a.likelihood, k ? a.likelihood : b.likelihood };
    fairu_likelihood *out = NULL;
    fairu_data *data = NULL;
    fairu_parameter p = { .struct_size = sizeof p };
    CHECK_OK(ctx, fairu_likelihood_create_combined(ctx, parts, 2, NULL, &out));
    CHECK_OK(ctx, fairu_data_create(ctx, out, &data));
    CHECK_OK(ctx, fairu_data_copy(fairu_data_part(data, k), ctx, a.data));
    CHECK_OK(ctx, fairu_data_copy(fairu_data_part(data, 1 - k), ctx, b.data));
    CHECK_OK(ctx, fairu_likelihood_parameter(out, ctx, 1, &p));
    assert_int_equal(p.constraint, FAIRU_CONSTRAINT_PRIOR);
    assert_true(p.width == 1.0);
    CHECK_OK(ctx, fairu_likelihood_nll(out, ctx, data, k ? turned : at, N, nll[k], NULL, NULL));
    fairu_data_destroy(data);
    fairu_likelihood_destroy(out);
  }
  CHECK_CLOSE(nll[0][0], nll[1][0], 1e-14);
  CHECK_CLOSE(nll[0][1], nll[1][1], 1e-14);
  drop(&a);
  drop(&b);
  fairu_context_destroy(ctx);
}

/* The second part expects less than 0 where the first does not: neither is drawn. */
static void a_refused_toy_changes_nothing(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  piece a = make_piece(ctx, &second), b = make_piece(ctx, &first);
  const fairu_likelihood *parts[2] = { a.likelihood, b.likelihood };
  const double at[N] = { -20.0, 0.0, 1.0, 1.0 }, counts[2] = { 7.0, 9.0 };
  double observed[2];
  fairu_likelihood *out = NULL;
  fairu_data *data = NULL;
  CHECK_OK(ctx, fairu_likelihood_create_combined(ctx, parts, 2, NULL, &out));
  CHECK_OK(ctx, fairu_data_create(ctx, out, &data));
  CHECK_OK(ctx, fairu_data_set_observed(data, ctx, counts, 2));
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_YIELD, fairu_likelihood_toy(out, ctx, at, N, 1, 1, data));
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_YIELD, fairu_likelihood_asimov(out, ctx, at, N, data));
  CHECK_OK(ctx, fairu_data_observed(data, ctx, NULL, 0, observed));
  assert_true(observed[0] == 7.0 && observed[1] == 9.0);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(out);
  drop(&a);
  drop(&b);
  fairu_context_destroy(ctx);
}

static int combine_without_memory(fairu_context *ctx, void *data)
{
  const trio *t = (const trio *)data;
  const fairu_likelihood *parts[2] = { t->parts[0].likelihood, t->parts[1].likelihood };
  const double at[N] = { 1.3, 0.4, 0.93, 1.08 };
  fairu_likelihood *out = NULL;
  fairu_data *joined = NULL;
  double p[N], difference;
  int status = fairu_likelihood_create_combined(ctx, parts, 2, NULL, &out);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, out, &joined);
  if (status == FAIRU_OK)
    status = fairu_likelihood_toy(out, ctx, at, N, 1, 1, joined);
  if (status == FAIRU_OK)
    status = fairu_likelihood_fit(out, ctx, joined, NULL, p, N, NULL, NULL);
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll_difference(out, ctx, joined, p, at, N, &difference);
  fairu_data_destroy(joined);
  fairu_likelihood_destroy(out);
  return status;
}

static void no_memory_is_told(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  trio t = make_trio(ctx);
  assert_true(support_every_need_fails(combine_without_memory, &t) > 10);
  drop_trio(&t);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_whole_is_one_model),
    cmocka_unit_test(fits_and_differences_agree),
    cmocka_unit_test(data_of_parts),
    cmocka_unit_test(parts_draw_apart),
    cmocka_unit_test(one_name_one_meaning),
    cmocka_unit_test(a_constraint_is_taken_over),
    cmocka_unit_test(a_refused_toy_changes_nothing),
    cmocka_unit_test(no_memory_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
