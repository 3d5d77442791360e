/* The study of untrained nuisances in the small: what happens to widths and toys when the truth, the prior or the number of scales changes. */
#include "support/support.h"

#include "cli/study.h"
#include "cli/untrained_results.h"

/* ---- one scale or several ------------------------------------------------------------------------------- */

static split_model model_of(fairu_context *ctx, int analysis, size_t n_scales)
{
  split_model model;
  CHECK_OK(ctx, split_model_create(ctx, analysis, n_scales, &model));
  return model;
}

/* Eight regions and a control region where there is one; mu, then the scales in order; names tell the group. */
static void parameters_of_models(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int analysis = 0; analysis < SPLIT_ANALYSES; analysis++)
    for (size_t m = 0; m < split_n_models(analysis); m++) {
      const size_t n_scales = split_scales(analysis, m);
      split_model model = model_of(ctx, analysis, n_scales);
      assert_int_equal(model.n_regions, analysis == SPLIT_CONTROL ? 9 : 8);
      assert_int_equal(fairu_likelihood_n_parameters(model.likelihood), 1 + n_scales);
      assert_int_equal(fairu_likelihood_n_bins(model.likelihood), analysis == SPLIT_SHAPE     ? 80
                                                                  : analysis == SPLIT_CONTROL ? 18
                                                                                              : 8);
      for (size_t i = 0; i <= n_scales; i++) {
        fairu_parameter parameter = { .struct_size = sizeof parameter };
        char name[16];
        snprintf(name, sizeof name, i ? "scale_%zu" : "mu", i - 1);
        CHECK_OK(ctx, fairu_likelihood_parameter(model.likelihood, ctx, i, &parameter));
        assert_string_equal(parameter.name, name);
        assert_true(parameter.start == 1.0);
      }
      split_model_clear(&model);
      assert_null(model.likelihood);
      split_model_clear(&model); /* twice is nothing */
    }
  fairu_context_destroy(ctx);
}

/* More freedom never narrows: the parts add in quadrature, and independent scales average, so their mean is better known than one of them. */
static void widths_of_models(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int analysis = 0; analysis < SPLIT_ANALYSES; analysis++) {
    double statistical = 0.0;
    for (size_t m = 0; m < split_n_models(analysis); m++) {
      const size_t n_scales = split_scales(analysis, m);
      split_model model = model_of(ctx, analysis, n_scales);
      split_width width;
      CHECK_OK(ctx, split_model_width(&model, ctx, &width));
      CHECK_CLOSE(width.half_width, hypot(width.statistical, width.systematic),
                  0.02); /* ends are not quite even */
      if (m == 0)
        statistical = width.statistical;
      else
        CHECK_CLOSE(width.statistical, statistical, 1e-3); /* at nominal scales all models expect the same */
      if (n_scales == 1)
        CHECK_CLOSE(width.sigma_mean, width.sigma_scale, 1e-9);
      else
        assert_true(width.sigma_mean <= width.sigma_scale * (1.0 + 1e-9));
      assert_true(width.sigma_scale <= SPLIT_PRIOR * (1.0 + 1e-6));
      split_model_clear(&model);
    }
  }
  fairu_context_destroy(ctx);
}

/* Counts alone: with n scales the pull of the scale falls as 1 / sqrt(n). Two regions of the same scale are one of twice the size. */
static void systematic_parts_of_counts(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double one = 0.0, last = HUGE_VAL;
  for (size_t n_scales = 1; n_scales <= 8; n_scales *= 2) {
    split_model model = model_of(ctx, SPLIT_COUNT, n_scales);
    split_width width;
    CHECK_OK(ctx, split_model_width(&model, ctx, &width));
    one = n_scales == 1 ? width.systematic : one;
    assert_true(width.systematic < last);
    CHECK_CLOSE(width.systematic, one / sqrt((double)n_scales), 0.1); /* but for what the counts know of it */
    last = width.systematic;
    split_model_clear(&model);
  }
  fairu_context_destroy(ctx);
}

/* The same toys on any number of threads and in every model of an analysis: the generator draws, the model only fits. */
static void toys_of_scales(void **state)
{
  (void)state;
  enum { TOYS = 24 };
  fairu_context *ctx = support_context();
  split_model generator = model_of(ctx, SPLIT_COUNT, 8), model = model_of(ctx, SPLIT_COUNT, 2);
  split_coverage runs[4];
  for (int run = 0; run < 4; run++) { /* as it is, two threads, another seed, another truth */
    CHECK_OK(ctx, fairu_context_set_threads(ctx, run == 1 ? 2 : 1));
    CHECK_OK(ctx, split_model_coverage(&model, &generator, ctx, run == 3 ? 2 : 0, TOYS, run == 2 ? 4 : 3,
                                       &runs[run]));
    assert_int_equal(runs[run].found.n + runs[run].found.n_failed, TOYS);
    assert_true(runs[run].mean_p_value > 0.0 && runs[run].mean_p_value < 1.0);
    assert_true(runs[run].alarm >= 0.0 && runs[run].alarm <= 1.0);
    CHECK_NEAR(runs[run].alarm * (double)runs[run].found.n,
               floor(runs[run].alarm * (double)runs[run].found.n + 0.5), 1e-9);
  }
  assert_memory_equal(&runs[0].mean_p_value, &runs[1].mean_p_value, sizeof(double));
  assert_true(runs[0].found.mean_estimate == runs[1].found.mean_estimate &&
              runs[0].found.n_covered == runs[1].found.n_covered && runs[0].alarm == runs[1].alarm);
  assert_true(runs[0].found.mean_estimate != runs[2].found.mean_estimate &&
              runs[0].found.mean_estimate != runs[3].found.mean_estimate);
  split_model_clear(&model);
  split_model_clear(&generator);
  fairu_context_destroy(ctx);
}

/* ---- the plane ------------------------------------------------------------------------------------------ */

typedef struct trial {
  cli c;
  untrained_options options;
  untrained_results *r;
  fairu_systematics *systematics;
  toy_pool pool;
} trial;

static void trial_create(trial *t, uint64_t seed)
{
  *t = (trial){ .c = { .ctx = support_context() }, .options = { .seed = seed } };
  t->r = calloc(1, sizeof *t->r);
  assert_non_null(t->r);
  t->r->scale = (untrained_scale){
    .pool_events = 256, .training_events = 4000, .epochs = 2, .template_events = 256, .split_toys = 2
  };
  CHECK_OK(t->c.ctx, plane_systematics_create(t->c.ctx, &t->systematics));
  CHECK_OK(t->c.ctx, toy_pool_create(t->c.ctx, 256, TOY_EVEN, 2, &t->pool));
}

static void trial_clear(trial *t)
{
  toy_pool_clear(&t->pool);
  fairu_systematics_destroy(t->systematics);
  free(t->r);
  fairu_context_destroy(t->c.ctx);
}

static plane_interval interval_of(trial *t, int method, plane_point truth, double mu)
{
  fairu_classifier *classifier;
  fairu_templates *templates;
  plane_problem problem;
  plane_interval found;
  fairu_context *ctx = t->c.ctx;
  CHECK_OK(ctx, plane_classifier_create(ctx, method, &classifier));
  CHECK_OK(ctx, plane_templates_closed(ctx, method, &templates));
  const plane_model model = { method, 0, classifier, templates };
  CHECK_OK(ctx, plane_problem_create(ctx, &model, &t->pool, t->systematics, truth, mu, &problem));
  CHECK_OK(ctx, plane_problem_interval(&problem, ctx, &found));
  plane_problem_clear(&problem);
  fairu_templates_destroy(templates);
  fairu_classifier_destroy(classifier);
  return found;
}

/* No method beats the floor, a known k never widens, what is profiled costs; more signal is measured absolutely worse and relatively better. */
static void widths_are_above_the_floor(void **state)
{
  (void)state;
  trial t;
  trial_create(&t, 1);
  for (int method = PLANE_PROFILED; method < PLANE_METHODS; method++) {
    const plane_point nominal = plane_truth(0);
    const plane_interval one = interval_of(&t, method, nominal, 1.0),
                         two = interval_of(&t, method, nominal, 2.0);
    const plane_floor floor = plane_floor_at(nominal, 1.0);
    CHECK_NEAR(one.mu_hat, 1.0, 1e-4);
    CHECK_NEAR(two.mu_hat, 2.0, 1e-4);
    CHECK_NEAR(one.z_hat, M_PI_4, 1e-4);
    CHECK_NEAR(one.k_hat, 1.0, 1e-4);
    CHECK_CLOSE(one.half_width, 0.5 * (one.upper - one.lower), 1e-15);
    assert_true(one.half_width >= one.half_width_k_known * (1.0 - 1e-6));
    assert_true(one.half_width_k_known > 0.99 * floor.z_alone);
    if (method != PLANE_IGNORED)
      assert_true(one.half_width > 0.99 * floor.both);
    else
      CHECK_CLOSE(one.half_width, one.half_width_k_known, 1e-6); /* k is held at what is true here */
    assert_true(two.half_width > one.half_width && two.half_width < 2.0 * one.half_width);
    assert_true(one.sigma_z <= PLANE_Z_PRIOR * (1.0 + 1e-9) && one.sigma_k <= PLANE_K_PRIOR * (1.0 + 1e-9));
  }
  trial_clear(&t);
}

/* Turning the plane by pi/2 about the diagonal swaps x and y; without an energy scale z = pi/4 + d and pi/4 - d are alike. */
static void angles_about_the_nominal(void **state)
{
  (void)state;
  trial t;
  trial_create(&t, 1);
  for (int i = 1; i < 3; i++) {
    const plane_point up = { M_PI_4 + 0.1 * i, 1.0 }, down = { M_PI_4 - 0.1 * i, 1.0 };
    const plane_interval a = interval_of(&t, PLANE_IGNORED, up, 1.0),
                         b = interval_of(&t, PLANE_IGNORED, down, 1.0);
    CHECK_NEAR(a.mu_hat, b.mu_hat, 2e-4);
    CHECK_CLOSE(a.half_width, b.half_width, 1e-3);
    CHECK_NEAR(a.z_hat - M_PI_4, M_PI_4 - b.z_hat, 2e-4);
    const plane_floor f = plane_floor_at(up, 1.0), g = plane_floor_at(down, 1.0);
    CHECK_CLOSE(f.z_alone, g.z_alone, 1e-6);
  }
  trial_clear(&t);
}

/* ---- networks ------------------------------------------------------------------------------------------- */

/* One is told z, the other z and k; the loss of the last epoch is kept; same bits on two threads, others of another seed. */
static void trainings_of_networks(void **state)
{
  (void)state;
  static const float x[6] = { 0.7f, 0.7f, -0.4f, 0.9f, 0.1f, -1.3f };
  static const double z[2] = { 0.9, 1.1 };
  for (int net = 0; net < UNTRAINED_NETS; net++) {
    float logits[3][3];
    double losses[3];
    for (int run = 0; run < 3; run++) {
      trial t;
      fairu_classifier *network;
      trial_create(&t, run == 2 ? 6 : 5);
      t.r->options = &t.options;
      CHECK_OK(t.c.ctx, fairu_context_set_threads(t.c.ctx, run == 1 ? 2 : 1));
      assert_int_equal(untrained_train(&t.c, t.r, net, &network), FAIRU_OK);
      const size_t n_z = fairu_classifier_n_nuisances(network);
      assert_int_equal(n_z, net + 1);
      assert_string_equal(fairu_classifier_nuisance_name(network, 0), "z");
      if (net)
        assert_string_equal(fairu_classifier_nuisance_name(network, 1), "k");
      CHECK_OK(t.c.ctx,
               fairu_classifier_score(network, t.c.ctx, x, 3, 2, z, n_z, FAIRU_OUTPUT_LOGIT, logits[run]));
      losses[run] = t.r->nets[net].final_loss;
      assert_true(losses[run] > 0.0 && losses[run] < 1.0);
      assert_true(t.r->nets[!net].final_loss == 0.0); /* that of the other stays */
      fairu_classifier_destroy(network);
      trial_clear(&t);
    }
    assert_memory_equal(logits[0], logits[1], sizeof logits[0]);
    assert_true(losses[0] == losses[1] && losses[0] != losses[2]);
    assert_true(memcmp(logits[0], logits[2], sizeof logits[0]) != 0);
  }
}

/* Rows of all models of all analyses, in order, each with three truths; too many are refused with the number. */
static void rows_of_scales(void **state)
{
  (void)state;
  trial t;
  trial_create(&t, 3);
  t.r->options = &t.options;
  assert_int_equal(untrained_run_split(&t.c, t.r), FAIRU_OK);
  assert_int_equal(t.r->n_splits, 11);
  for (size_t i = 0; i < 11; i++) {
    const split_row *row = &t.r->splits[i];
    assert_int_equal(row->analysis, i < 4 ? SPLIT_COUNT : i < 8 ? SPLIT_SHAPE : SPLIT_CONTROL);
    assert_int_equal(row->n_scales, split_scales(row->analysis, i < 8 ? i % 4 : i - 8));
    for (size_t truth = 0; truth < SPLIT_TRUTHS; truth++)
      assert_int_equal(row->at[truth].found.n + row->at[truth].found.n_failed, 2);
  }
  assert_int_equal(untrained_run_split(&t.c, t.r), FAIRU_ERR_LIMIT); /* 22 of at most 16 */
  assert_string_equal(t.c.message, "more than 16 rows");
  assert_int_equal(t.r->n_splits, UNTRAINED_MAX_SPLITS);
  trial_clear(&t);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(parameters_of_models),       cmocka_unit_test(widths_of_models),
    cmocka_unit_test(systematic_parts_of_counts), cmocka_unit_test(toys_of_scales),
    cmocka_unit_test(widths_are_above_the_floor), cmocka_unit_test(angles_about_the_nominal),
    cmocka_unit_test(trainings_of_networks),      cmocka_unit_test(rows_of_scales),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
