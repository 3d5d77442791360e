/* One method at a time: trainings and evaluations of the comparison, toys and moving data of the study of untrained nuisances. */
#include "support/support.h"

#include "cli/compare_methods.h"
#include "cli/compare_fit.h"
#include "cli/study.h"
#include "cli/untrained_results.h"

/* ---- compare ------------------------------------------------------------------------------------------ */

typedef struct bench {
  cli c;
  compare_options options;
  compare_results results;
  compare_row rows[8];
  compare_samples samples;
  fairu_systematics *systematics;
} bench;

static void bench_create(bench *b, const char *problem, uint64_t seed)
{
  *b = (bench){ .c = { .ctx = support_context() } };
  b->options = (compare_options){ .seed = seed,
                                  .n_seeds = 2,
                                  .quick = 1,
                                  .problem = compare_problem_find(problem),
                                  .n_methods = 2,
                                  .methods = { COMPARE_BASELINE, COMPARE_OPTIMAL },
                                  .scale = { 600, 4000, 4096, 10 } };
  b->results = (compare_results){ .options = &b->options, .rows = b->rows };
  for (size_t m = 0; m < 2; m++)
    for (size_t t = 0; t < COMPARE_TRUTHS; t++)
      CHECK_OK(b->c.ctx, fairu_tally_create(b->c.ctx, 1.0, &b->results.tallies[m][t]));
  CHECK_OK(b->c.ctx, b->options.problem->systematics(b->c.ctx, b->options.problem, &b->systematics));
  CHECK_OK(b->c.ctx, compare_samples_create(&b->c, &b->options, 0, &b->samples));
}

static void bench_clear(bench *b)
{
  for (size_t m = 0; m < 2; m++)
    for (size_t t = 0; t < COMPARE_TRUTHS; t++)
      fairu_tally_destroy(b->results.tallies[m][t]);
  compare_samples_clear(&b->samples);
  fairu_systematics_destroy(b->systematics);
  fairu_context_destroy(b->c.ctx);
}

/* Logits of a trained network at three events. */
static int train(bench *b, int method, uint64_t seed, compare_row *row, float logits[3])
{
  static const float x[3] = { 1.5f, 5.0f, 9.0f };
  const double z = 1.0;
  fairu_classifier *network;
  *row = (compare_row){ .method = method, .seed = seed };
  CHECK_OK(b->c.ctx, compare_method_train(&b->c, &b->options, method, b->systematics, &b->samples.training,
                                          row, &network));
  if (!network)
    return row->status;
  const size_t n_z = fairu_classifier_n_nuisances(network);
  CHECK_OK(b->c.ctx, fairu_classifier_score(network, b->c.ctx, x, 3, 1, n_z ? &z : NULL, n_z,
                                            FAIRU_OUTPUT_LOGIT, logits));
  fairu_classifier_destroy(network);
  return row->status;
}

/* Same seed, same network, whatever the threads; other seeds others. Epochs are those of the recipe, a quarter in a quick look. */
static void trainings(void **state)
{
  (void)state;
  bench *b = malloc(sizeof *b);
  bench_create(b, "gamma-gauss-easy", 3);
  for (int method = COMPARE_BASELINE; method <= COMPARE_BASELINE + 2; method++) {
    compare_row rows[4];
    float logits[4][3];
    for (size_t i = 0; i < 4; i++) {
      CHECK_OK(b->c.ctx, fairu_context_set_threads(b->c.ctx, i == 1 ? 2 : 1));
      b->options.seed = i == 3 ? 4 : 3;
      assert_int_equal(train(b, method, i == 2, &rows[i], logits[i]), FAIRU_OK);
      assert_int_equal(rows[i].epochs, (compare_recipe_of(method)->epochs + 3) / 4);
      assert_true(rows[i].loss > 0.0 && rows[i].loss < 0.7 && rows[i].seconds > 0.0);
    }
    assert_memory_equal(logits[0], logits[1], sizeof logits[0]);
    assert_memory_not_equal(logits[0], logits[2], sizeof logits[0]);
    assert_memory_not_equal(logits[0], logits[3], sizeof logits[0]);
    assert_true(logits[0][1] > logits[0][0]); /* the signal lies at 5 */
  }
  compare_row row;
  float logits[3];
  assert_int_equal(train(b, COMPARE_OPTIMAL, 0, &row, logits), FAIRU_OK);
  assert_true(isnan(row.loss) && row.epochs == 0 && row.seconds == 0.0); /* nothing to train */
  double unused[1];
  const double x = 5.0, z = 1.0;
  const double exact =
      compare_gamma_easy.log_density(1, &x, &z, unused) - compare_gamma_easy.log_density(0, &x, &z, unused);
  CHECK_NEAR((double)logits[1], exact, 1e-6);
  bench_clear(b);
  free(b);
}

/* A training that says no is told in its row, and the study goes on; a cancelled one is not. */
static void trainings_that_fail(void **state)
{
  (void)state;
  bench *b = malloc(sizeof *b);
  compare_row row;
  float logits[3], *column;
  fairu_classifier *network;
  bench_create(b, "gamma-gauss-easy", 3);
  CHECK_OK(b->c.ctx, fairu_events_column_data(b->samples.training.classes[1], b->c.ctx, 0, &column));
  column[7] = (float)NAN;
  assert_int_equal(train(b, COMPARE_BASELINE, 0, &row, logits), FAIRU_ERR_NON_FINITE);
  assert_non_null(strstr(row.message, "nan"));
  column[7] = 5.0f;
  fairu_context_cancel(b->c.ctx);
  row = (compare_row){ .method = COMPARE_BASELINE };
  CHECK_FAILS(b->c.ctx, FAIRU_ERR_CANCELLED,
              compare_method_train(&b->c, &b->options, COMPARE_BASELINE, b->systematics, &b->samples.training,
                                   &row, &network));
  assert_null(network);
  assert_int_equal(row.status, FAIRU_OK);
  bench_clear(b);
  free(b);
}

/* What is measured on a score is what its histogram says; the toys of all seeds add up, and each seed has its own. */
static void evaluations(void **state)
{
  (void)state;
  bench *b = malloc(sizeof *b);
  fairu_coverage all;
  compare_row rows[3] = { { .seed = 0 }, { .seed = 1 }, { .seed = 0 } };
  bench_create(b, "gamma-gauss-easy", 3);
  const compare_problem *p = b->options.problem;
  fairu_context *ctx = b->c.ctx;
  fairu_classifier *exact;
  CHECK_OK(ctx, compare_create_exact(ctx, p, 1, &exact));
  for (size_t i = 0; i < 3; i++) {
    CHECK_OK(ctx, fairu_context_set_threads(ctx, i == 2 ? 2 : 1));
    CHECK_OK(ctx, compare_evaluate(&b->c, &b->results, i == 2, b->systematics, exact, &b->samples.templates,
                                   &b->samples.data, &rows[i]));
  }
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 1));
  assert_true(rows[0].at[1].width == rows[2].at[1].width &&
              rows[0].at[1].toys.mean_estimate == rows[2].at[1].toys.mean_estimate);
  assert_true(rows[0].at[0].toys.mean_estimate !=
              rows[1].at[0].toys.mean_estimate); /* the same score, other toys */
  assert_true(rows[0].at[0].width == rows[1].at[0].width);
  compare_summary summary;
  CHECK_OK(ctx, compare_summary_create(ctx, p, b->systematics, exact, &b->samples.templates, 0, &summary));
  assert_int_equal(rows[0].n_bins, summary.n_bins);
  for (size_t t = 0; t < COMPARE_TRUTHS; t++) {
    const double *z = p->truths[t].z;
    const compare_at *at = &rows[0].at[t];
    double auc, known, profiled, floor_known, floor;
    fairu_templates *frozen;
    fairu_likelihood *likelihood;
    CHECK_OK(ctx, compare_summary_auc(ctx, &summary, &b->samples.templates, z, &auc));
    CHECK_OK(ctx, compare_summary_frozen(ctx, &summary, &b->samples.templates, z, &frozen));
    CHECK_OK(ctx, compare_likelihood_create(ctx, p, frozen, FAIRU_MC_STAT_NONE, &likelihood));
    CHECK_OK(ctx, compare_fisher(ctx, p, likelihood, z, &known, &profiled));
    CHECK_OK(ctx, compare_floor(ctx, p, z, &floor_known, &floor));
    assert_true(at->auc == auc && at->fisher_fixed == known && at->fisher == profiled);
    assert_true(at->width > at->profiled &&
                at->profiled > 0.97 * at->fixed); /* statistics of templates cost */
    assert_true(at->fixed > 0.97 * floor_known && at->profiled > 0.95 * floor);
    CHECK_NEAR(at->mu_hat, 1.0, at->width);
    assert_int_equal(at->toys.n + at->toys.n_failed, 10);
    CHECK_OK(ctx, study_tally(ctx, b->results.tallies[0][t], 20, &all));
    assert_int_equal(all.n, rows[0].at[t].toys.n + rows[1].at[t].toys.n);
    assert_int_equal(all.n_covered, rows[0].at[t].toys.n_covered + rows[1].at[t].toys.n_covered);
    fairu_likelihood_destroy(likelihood);
    fairu_templates_destroy(frozen);
  }
  compare_summary_clear(&summary);
  fairu_classifier_destroy(exact);
  bench_clear(b);
  free(b);
}

/* Bins of equal signal are for every score but that of neos, which learned its bins. */
static void bins_of_methods(void **state)
{
  (void)state;
  bench *b = malloc(sizeof *b);
  compare_row rows[4];
  bench_create(b, "gamma-gauss-easy", 3);
  fairu_classifier *exact;
  CHECK_OK(b->c.ctx, compare_create_exact(b->c.ctx, b->options.problem, 1, &exact));
  b->options.methods[0] = COMPARE_NEOS;
  for (int i = 0; i < 4; i++) { /* neos and another, uniform and quantile */
    rows[i] = (compare_row){ .seed = 0 };
    b->options.quantile = i / 2;
    CHECK_OK(b->c.ctx, compare_evaluate(&b->c, &b->results, (size_t)(i % 2), b->systematics, exact,
                                        &b->samples.templates, &b->samples.data, &rows[i]));
  }
  assert_true(rows[0].at[0].fixed == rows[1].at[0].fixed && rows[0].at[0].fixed == rows[2].at[0].fixed);
  assert_true(rows[3].at[0].fixed != rows[2].at[0].fixed);
  fairu_classifier_destroy(exact);
  bench_clear(b);
  free(b);
}

/* ---- untrained ---------------------------------------------------------------------------------------- */

typedef struct trial {
  fairu_context *ctx;
  fairu_systematics *systematics;
  toy_pool pool;
  fairu_classifier *classifier;
  fairu_templates *templates;
  plane_model model;
} trial;

static void trial_create(trial *t, int method, int trained, size_t n)
{
  *t = (trial){ .ctx = support_context() };
  CHECK_OK(t->ctx, plane_systematics_create(t->ctx, &t->systematics));
  CHECK_OK(t->ctx, toy_pool_create(t->ctx, n, TOY_EVEN, 2, &t->pool));
  CHECK_OK(t->ctx, plane_classifier_create(t->ctx, method, &t->classifier));
  CHECK_OK(t->ctx, plane_templates_closed(t->ctx, method, &t->templates));
  t->model = (plane_model){ method, trained, t->classifier, t->templates };
}

static void trial_clear(trial *t)
{
  fairu_templates_destroy(t->templates);
  fairu_classifier_destroy(t->classifier);
  toy_pool_clear(&t->pool);
  fairu_systematics_destroy(t->systematics);
  fairu_context_destroy(t->ctx);
}

/* Data of a network: events made at the truth, dropped into bins under every hypothesis; of a closed form: its own yields. */
static void data_that_move(void **state)
{
  (void)state;
  enum { N = 400 };
  for (int i = 0; i < 4; i++) {
    const int method = i % 2 ? PLANE_BOTH : PLANE_PROFILED, trained = i / 2;
    const plane_point truth = plane_truth(2);
    trial t;
    plane_problem problem;
    trial_create(&t, method, trained, N);
    CHECK_OK(t.ctx, plane_problem_create(t.ctx, &t.model, &t.pool, t.systematics, truth, 2.0, &problem));
    for (int k = 0; k < 4; k++) {
      const plane_point at = { toy_angle((size_t)(5 * k + 2)), k % 2 ? 1.3 : 0.8 },
                        scored = { at.z, method == PLANE_BOTH ? at.k : 1.0 };
      const double params[PLANE_PARAMETERS] = { 1.0, at.z, at.k }, made[2] = { truth.z, truth.k };
      double found[PLANE_BINS], wanted[PLANE_BINS] = { 0.0 };
      CHECK_OK(t.ctx, fairu_data_observed(problem.data, t.ctx, params, PLANE_PARAMETERS, found));
      for (int process = 0; process < 2; process++) {
        const double scale = process == TOY_SIGNAL_PROCESS ? 2.0 : 1.0;
        double yields[PLANE_BINS];
        fairu_events *moved;
        size_t stride;
        plane_yields(method, process, truth, scored, yields);
        CHECK_OK(t.ctx, fairu_systematics_apply(t.systematics, t.ctx, t.pool.events[process], made, 2, 1,
                                                NULL, &moved));
        for (size_t j = 0; j < PLANE_BINS && !trained; j++)
          wanted[j] += scale * yields[j];
        for (size_t e = 0; e < N && trained; e++) {
          const double x = (double)fairu_events_column(moved, 0, &stride)[e],
                       y = (double)fairu_events_column(moved, 1, &stride)[e];
          const double p = x * cos(scored.z) + y * sin(scored.z) / scored.k;
          size_t bin = 0;
          while (bin < PLANE_BINS - 1 && p >= -2.0 + 0.45 * (double)(bin + 1))
            bin++;
          wanted[bin] += scale * fairu_events_weights(moved)[e];
        }
        fairu_events_destroy(moved);
      }
      for (size_t j = 0; j < PLANE_BINS; j++)
        CHECK_NEAR(found[j], wanted[j], 1e-6 + 1e-9 * wanted[j]);
    }
    plane_problem_clear(&problem);
    trial_clear(&t);
  }
}

/* Toys: the same on two threads, others of another seed, about the truth in what the method knows of. */
static void toys_of_the_plane(void **state)
{
  (void)state;
  enum { TOYS = 60 };
  for (int method = PLANE_PROFILED; method <= PLANE_FROZEN; method++) {
    trial t;
    plane_problem problem;
    fairu_coverage of[3];
    trial_create(&t, method, 0, 2048);
    CHECK_OK(t.ctx,
             plane_problem_create(t.ctx, &t.model, &t.pool, t.systematics, plane_truth(0), 1.0, &problem));
    for (int i = 0; i < 3; i++) {
      CHECK_OK(t.ctx, fairu_context_set_threads(t.ctx, i == 1 ? 2 : 1));
      CHECK_OK(t.ctx, plane_problem_coverage(&problem, t.ctx, TOYS, i == 2 ? 6 : 5, &of[i]));
    }
    assert_true(of[0].mean_estimate == of[1].mean_estimate && of[0].std_nuisance == of[1].std_nuisance &&
                of[0].n_covered == of[1].n_covered);
    assert_true(of[0].mean_estimate != of[2].mean_estimate);
    assert_int_equal(of[0].n + of[0].n_failed, TOYS);
    CHECK_NEAR(of[0].mean_estimate, 1.0, 5.0 * of[0].std_estimate / sqrt(TOYS) + 0.02);
    /* the angle of a method that holds k, else k: both stand at the truth, and the auxiliary value fluctuates by 0.2 */
    CHECK_NEAR(of[0].mean_nuisance, method == PLANE_IGNORED ? M_PI_4 : 1.0, 5.0 * 0.2 / sqrt(TOYS));
    plane_problem_clear(&problem);
    trial_clear(&t);
  }
}

static void rows_of_the_plane(void **state)
{
  (void)state;
  trial t;
  const untrained_options options = { .seed = 1 };
  untrained_results *r = calloc(1, sizeof *r);
  assert_non_null(r);
  r->options = &options;
  trial_create(&t, PLANE_FROZEN, 0, 512);
  cli c = { .ctx = t.ctx };
  assert_int_equal(untrained_add_plane(&c, r, &t.model, &t.pool, t.systematics, 2, 0), FAIRU_OK);
  assert_true(r->n_planes == 1 && r->planes[0].truth == 2 && r->planes[0].method == PLANE_FROZEN &&
              r->planes[0].found.n == 0);
  CHECK_NEAR(r->planes[0].interval.k_hat, 1.2, 1e-6);
  r->n_planes = UNTRAINED_MAX_PLANES;
  assert_int_equal(untrained_add_plane(&c, r, &t.model, &t.pool, t.systematics, 2, 0), FAIRU_ERR_LIMIT);
  assert_string_equal(c.message, "more than 64 rows");
  assert_int_equal(r->n_planes, UNTRAINED_MAX_PLANES);
  trial_clear(&t);
  free(r);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(trainings),         cmocka_unit_test(trainings_that_fail),
    cmocka_unit_test(evaluations),       cmocka_unit_test(bins_of_methods),
    cmocka_unit_test(data_that_move),    cmocka_unit_test(toys_of_the_plane),
    cmocka_unit_test(rows_of_the_plane),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
