/* Analyses whose contexts come and go: links are stopped by cancel, deadline and progress and taken up again, objects pass between contexts with
 * memory of their own, classifiers outlive their members. What comes out at the end is what an undisturbed analysis gives. */
#include "abi/counted.h"
#include "abi/whole_chain.h"

enum { ROUNDS = 12, CONTEXTS = 5, LINKS = 5, MOST_MEMBERS = 4, SCORED = 40 };

/* ---- an analysis link by link ---------------------------------------------------------------------------------- */

typedef struct links {
  const whole *w;
  fairu_fill *fill;
  fairu_templates *templates;
  fairu_likelihood *likelihood;
  fairu_data *data;
  double params[WC_PARAMS];
} links;

/* Link 0 .. LINKS-1; what it makes stays NULL if it fails. */
static int go(links *l, fairu_context *ctx, size_t link)
{
  const whole *w = l->w;
  switch (link) {
  case 0:
    return fairu_fill_add(l->fill, ctx, wc_processes[0], w->events[0], &w->options);
  case 1:
    return fairu_fill_add(l->fill, ctx, wc_processes[1], w->events[1], &w->options);
  case 2:
    return fairu_templates_create_from_fill(ctx, l->fill, FAIRU_INTERPOLATION_LINEAR, &l->templates);
  case 3:
    return fairu_data_create(ctx, l->likelihood, &l->data);
  default:
    return fairu_likelihood_fit(l->likelihood, ctx, l->data, NULL, l->params, WC_PARAMS, NULL, NULL);
  }
}

/* What stands between the links. */
static void prepare(links *l, fairu_context *ctx, size_t link)
{
  whole here = *l->w;
  here.ctx = ctx;
  if (link == 0)
    l->fill = wc_empty(&here);
  if (link == 3)
    l->likelihood = wc_likelihood(&here, l->templates);
  if (link == 4)
    CHECK_OK(ctx, fairu_data_set_observed(l->data, ctx, l->w->observed, l->w->n_bins));
}

static void links_free(links *l)
{
  fairu_templates_destroy(l->templates);
  fairu_data_destroy(l->data);
  fairu_fill_destroy(l->fill);
  fairu_likelihood_destroy(l->likelihood);
}

/* The fit of an analysis that nothing disturbs. */
static void undisturbed(const whole *w, double params[WC_PARAMS])
{
  links l = { .w = w };
  for (size_t link = 0; link < LINKS; link++) {
    prepare(&l, w->ctx, link);
    CHECK_OK(w->ctx, go(&l, w->ctx, link));
  }
  memcpy(params, l.params, sizeof l.params);
  links_free(&l);
}

/* ---- stopped, and taken up again --------------------------------------------------------------------------------- */

typedef struct stopper {
  fairu_context *ctx;
  int cancels; /* 1: cancels, 0: returns non-zero */
  size_t seen, stop_at;
} stopper;

static int stop(const char *what, uint64_t done, uint64_t total, void *user_data)
{
  stopper *s = (stopper *)user_data;
  assert_non_null(what);
  assert_true(done <= total);
  if (s->seen++ != s->stop_at)
    return 0;
  if (s->cancels)
    fairu_context_cancel(s->ctx);
  return !s->cancels;
}

enum { CANCELLED, LATE, STOPPED, CANCELLED_INSIDE, WAYS };
static const int codes[WAYS] = { FAIRU_ERR_CANCELLED, FAIRU_ERR_DEADLINE, FAIRU_ERR_CALLBACK,
                                 FAIRU_ERR_CANCELLED };

static void disturb(draws *d, fairu_context *ctx, size_t way, stopper *s)
{
  *s = (stopper){ .ctx = ctx, .cancels = way == CANCELLED_INSIDE, .stop_at = draw_below(d, 3) };
  if (way == CANCELLED)
    fairu_context_cancel(ctx);
  else if (way == LATE)
    CHECK_OK(ctx, fairu_context_set_deadline(ctx, 1e-9));
  else
    CHECK_OK(ctx, fairu_context_set_progress(ctx, stop, s));
}

static void calm(fairu_context *ctx)
{
  fairu_context_resume(ctx);
  CHECK_OK(ctx, fairu_context_set_deadline(ctx, 0.0));
  CHECK_OK(ctx, fairu_context_set_progress(ctx, NULL, NULL));
}

/* Either the link is done, or it fails with the code of what disturbed it and can be done again. 1: it failed. */
static size_t try_disturbed(draws *d, links *l, fairu_context *ctx, size_t link)
{
  stopper s;
  const size_t way = draw_below(d, WAYS);
  disturb(d, ctx, way, &s);
  const int status = go(l, ctx, link);
  if (status != FAIRU_OK && status != codes[way])
    fail_msg("link %zu, way %zu: %s", link, way, fairu_status_name(status));
  if (status != FAIRU_OK) {
    assert_int_equal(fairu_context_status(ctx), status);
    assert_true(fairu_context_message(ctx)[0] != '\0');
    assert_true(link != 2 || !l->templates);
    assert_true(link != 3 || !l->data);
  }
  calm(ctx);
  if (status != FAIRU_OK)
    CHECK_OK(ctx, go(l, ctx, link));
  return status != FAIRU_OK;
}

static void links_stopped_are_taken_up_again(void **state)
{
  (void)state;
  draws d = { .state = 41 };
  size_t n_stopped = 0;
  for (int round = 0; round < 4 * ROUNDS; round++) {
    counted memory;
    double wanted[WC_PARAMS];
    fairu_context *ctx = counted_context(&memory);
    whole w;
    wc_make(&d, ctx, &w);
    undisturbed(&w, wanted);
    links l = { .w = &w };
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 1 + round % 2));
    for (size_t link = 0; link < LINKS; link++) {
      prepare(&l, ctx, link);
      n_stopped += try_disturbed(&d, &l, ctx, link);
    }
    assert_memory_equal(l.params, wanted, sizeof wanted);
    links_free(&l);
    wc_free(&w);
    fairu_context_destroy(ctx);
    assert_int_equal(memory.live, 0);
  }
  assert_true(n_stopped > 40);
}

/* ---- many contexts ------------------------------------------------------------------------------------------------ */

/* Each link with another context, which may be gone before the next; every block goes back to whom it came from. */
static void objects_pass_between_contexts(void **state)
{
  (void)state;
  draws d = { .state = 42 };
  for (int round = 0; round < 2 * ROUNDS; round++) {
    counted memory[CONTEXTS + 1];
    double wanted[WC_PARAMS];
    whole w;
    fairu_context *first = counted_context(&memory[CONTEXTS]);
    wc_make(&d, first, &w);
    undisturbed(&w, wanted);
    if (round % 2)
      fairu_context_destroy(first);
    links l = { .w = &w };
    for (size_t link = 0; link < LINKS; link++) {
      fairu_context *ctx = counted_context(&memory[link]);
      CHECK_OK(ctx, fairu_context_set_threads(ctx, 1 + (int)draw_below(&d, 2)));
      prepare(&l, ctx, link);
      CHECK_OK(ctx, go(&l, ctx, link));
      fairu_context_destroy(ctx);
    }
    assert_memory_equal(l.params, wanted, sizeof wanted);
    links_free(&l);
    wc_free(&w);
    if (round % 2 == 0)
      fairu_context_destroy(first);
    for (size_t k = 0; k <= CONTEXTS; k++)
      assert_int_equal(memory[k].live, 0);
  }
}

/* ---- classifiers of classifiers ------------------------------------------------------------------------------------- */

static double sigmoid(double x)
{
  return 1.0 / (1.0 + exp(-x));
}

/* Members destroyed, the ensemble scored: the mean of plain scores. */
static void ensembles_outlive_their_members(void **state)
{
  (void)state;
  draws d = { .state = 43 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < 40; round++) {
    fairu_classifier *members[MOST_MEMBERS], *ensemble = NULL;
    double weights[MOST_MEMBERS][2], bias[MOST_MEMBERS];
    float rows[2 * SCORED], scores[SCORED];
    const size_t n = 1 + draw_below(&d, MOST_MEMBERS);
    for (size_t m = 0; m < n; m++) {
      for (size_t c = 0; c < 2; c++)
        weights[m][c] = draw_between(&d, -2.0, 2.0);
      bias[m] = draw_between(&d, -1.0, 1.0);
      CHECK_OK(ctx, fairu_classifier_create_linear(ctx, wc_columns, weights[m], 2, bias[m], &members[m]));
    }
    for (size_t i = 0; i < 2 * SCORED; i++)
      rows[i] = (float)draw_between(&d, -2.0, 2.0);
    CHECK_OK(ctx,
             fairu_classifier_create_ensemble(ctx, (const fairu_classifier *const *)members, n, &ensemble));
    for (size_t m = 0; m < n; m++)
      fairu_classifier_destroy(members[m]);
    CHECK_OK(ctx,
             fairu_classifier_score(ensemble, ctx, rows, SCORED, 2, NULL, 0, FAIRU_OUTPUT_SCORE, scores));
    for (size_t i = 0; i < SCORED; i++) {
      double mean = 0.0;
      for (size_t m = 0; m < n; m++)
        mean +=
            sigmoid(bias[m] + weights[m][0] * (double)rows[2 * i] + weights[m][1] * (double)rows[2 * i + 1]) /
            (double)n;
      CHECK_NEAR((double)scores[i], mean, 1e-6); /* a float below 1, of floats */
    }
    fairu_classifier_destroy(ensemble);
  }
  fairu_context_destroy(ctx);
}

/* Two closed forms of other slopes below and above a Z, themselves destroyed. */
static void gates_outlive_their_sides(void **state)
{
  (void)state;
  draws d = { .state = 44 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < 40; round++) {
    fairu_classifier *sides[2] = { NULL, NULL }, *gated = NULL;
    float rows[2 * SCORED], logits[SCORED];
    double slopes[2];
    const double nominal = draw_between(&d, -0.5, 0.5);
    for (int side = 0; side < 2; side++) {
      slopes[side] = draw_between(&d, 0.5, 3.0);
      CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, "x", "y", "z", slopes[side], &sides[side]));
    }
    CHECK_OK(ctx, fairu_classifier_create_gated(ctx, sides[0], sides[1], "z", nominal, &gated));
    for (int side = 0; side < 2; side++)
      fairu_classifier_destroy(sides[side]);
    for (size_t i = 0; i < 2 * SCORED; i++)
      rows[i] = (float)draw_between(&d, -2.0, 2.0);
    for (int side = 0; side < 2; side++) {
      const double z = nominal + (side ? 1.0 : -1.0) * draw_between(&d, 0.001, 1.0);
      CHECK_OK(ctx, fairu_classifier_score(gated, ctx, rows, SCORED, 2, &z, 1, FAIRU_OUTPUT_LOGIT, logits));
      for (size_t i = 0; i < SCORED; i++)
        CHECK_NEAR((double)logits[i],
                   slopes[side] * ((double)rows[2 * i] * cos(z) + (double)rows[2 * i + 1] * sin(z)), 2e-6);
    }
    fairu_classifier_destroy(gated);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(links_stopped_are_taken_up_again),
                                      cmocka_unit_test(objects_pass_between_contexts),
                                      cmocka_unit_test(ensembles_outlive_their_members),
                                      cmocka_unit_test(gates_outlive_their_sides) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
