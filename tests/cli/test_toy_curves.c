/* What the plots of the toy study are drawn from, point by point, and its trainings. */
#include "toy_plain.h"
#include "written.h"

#include "cli/study.h"
#include "cli/toy_results.h"

/* What one of the functions that add rows left in a table of this header. */
static written_table read_csv(cli *c, out_csv *csv)
{
  const char *folder = support_directory();
  assert_int_equal(out_csv_write(csv, c, folder, "curve.csv"), FAIRU_OK);
  return written_read(folder, "curve.csv");
}

static const toy_settings *case_of(int i, toy_settings *s)
{
  *s = toy_settings_default();
  s->method = i / 2 ? TOY_OPTIMAL : TOY_BASELINE;
  s->mu_true = i % 2 ? 2.0 : 1.0;
  s->z_true = i % 2 ? M_PI_2 : M_PI_4;
  return s;
}

/* ---- curves --------------------------------------------------------------------------------------------- */

/* 61 values of mu from 0.5 below the truth to 0.5 above it, z known: the NLL of the closed form from its least value there; then z free, never above it. */
static void profiles_are_told(void **state)
{
  (void)state;
  enum { POINTS = 61 };
  for (int i = 0; i < 4; i++) {
    cli c = { .ctx = support_context() };
    toy_results *r = calloc(1, sizeof *r);
    toy_settings s;
    toy_problem problem;
    double plain[POINTS], least = HUGE_VAL, lowest = HUGE_VAL;
    assert_non_null(r);
    CHECK_OK(c.ctx, toy_problem_create_closed(c.ctx, case_of(i, &s), &problem));
    out_csv_begin(&r->profile, "method,case,z_mode,mu,nll");
    assert_int_equal(toy_add_profile(&c, r, "some, method", &problem), FAIRU_OK);
    written_table t = read_csv(&c, &r->profile);
    assert_int_equal(t.n_rows, 2 * POINTS);
    for (size_t k = 0; k < POINTS; k++) {
      plain[k] = plain_nll(&s, s.mu_true - 0.5 + (double)k / 60.0, s.z_true);
      least = fmin(least, plain[k]);
    }
    for (size_t k = 0; k < 2 * POINTS; k++) {
      const double mu = s.mu_true - 0.5 + (double)(k % POINTS) / 60.0, nll = written_number(&t, k, "nll");
      assert_string_equal(written_text(&t, k, "method"), "some, method");
      assert_string_equal(written_text(&t, k, "case"), toy_case_name(&s));
      assert_string_equal(written_text(&t, k, "z_mode"), k < POINTS ? "fixed" : "cont");
      CHECK_NEAR(written_number(&t, k, "mu"), mu, 1e-12);
      assert_true(nll >= 0.0);
      if (k < POINTS)
        CHECK_NEAR(nll, plain[k] - least, 1e-5);
      else {
        lowest = fmin(lowest, nll);
        /* the least of each curve is 0, that of free z may be lower in truth: so compare slopes from their ends */
        assert_true(nll <= written_number(&t, k - POINTS, "nll") + 0.5);
      }
    }
    CHECK_SAME(lowest, 0.0);
    written_free(&t);
    toy_problem_clear(&problem);
    free(r);
    fairu_context_destroy(c.ctx);
  }
}

/* 41 values of mu by 81 angles over all the range, z running fastest; every point from the closed form. */
static void maps_are_told(void **state)
{
  (void)state;
  enum { MU = 41, Z = 81 };
  for (int i = 0; i < 2; i++) {
    cli c = { .ctx = support_context() };
    toy_results *r = calloc(1, sizeof *r);
    toy_settings s;
    toy_problem problem;
    double least = HUGE_VAL, lowest = HUGE_VAL;
    assert_non_null(r);
    CHECK_OK(c.ctx, toy_problem_create_closed(c.ctx, case_of(i, &s), &problem));
    out_csv_begin(&r->nll_map, "method,case,mu,z,nll");
    assert_int_equal(toy_add_map(&c, r, "m", &problem), FAIRU_OK);
    written_table t = read_csv(&c, &r->nll_map);
    assert_int_equal(t.n_rows, MU * Z);
    for (size_t k = 0; k < MU * Z; k++) {
      const double mu = s.mu_true - 0.6 + 1.2 * (double)(k / Z) / 40.0,
                   z = -M_PI_4 + M_PI * (double)(k % Z) / 80.0;
      CHECK_NEAR(written_number(&t, k, "mu"), mu, 1e-12);
      CHECK_NEAR(written_number(&t, k, "z"), z, 1e-12);
      least = fmin(least, plain_nll(&s, mu, z));
      lowest = fmin(lowest, written_number(&t, k, "nll"));
    }
    CHECK_SAME(lowest, 0.0);
    for (size_t k = 0; k < MU * Z; k += 7) {
      const double wanted = plain_nll(&s, written_number(&t, k, "mu"), written_number(&t, k, "z")) - least;
      CHECK_NEAR(written_number(&t, k, "nll"), wanted, 1e-4 + 1e-5 * wanted); /* splines between knots */
    }
    assert_true(written_number(&t, Z - 1, "z") == TOY_Z_UPPER && written_number(&t, 0, "z") == TOY_Z_LOWER);
    written_free(&t);
    toy_problem_clear(&problem);
    free(r);
    fairu_context_destroy(c.ctx);
  }
}

/* Five angles from 0 to pi/2, bins of signal before those of background: yields of the closed form, which has no variance. */
static void templates_are_told(void **state)
{
  (void)state;
  static const int methods[3] = { TOY_BASELINE, TOY_AWARE, TOY_AUG_LDA };
  cli c = { .ctx = support_context() };
  for (int i = 0; i < 3; i++)
    for (size_t n_bins = 4; n_bins <= 10; n_bins += 6) {
      toy_results *r = calloc(1, sizeof *r);
      toy_settings s = toy_settings_default();
      fairu_templates *templates;
      assert_non_null(r);
      s.method = methods[i];
      s.n_bins = n_bins;
      CHECK_OK(c.ctx, toy_templates_closed(c.ctx, &s, TOY_KNOTS, &templates));
      out_csv_begin(&r->templates, "method,z,process,bin,yield,variance");
      assert_int_equal(toy_add_templates(&c, r, "m", templates), FAIRU_OK);
      written_table t = read_csv(&c, &r->templates);
      assert_int_equal(t.n_rows, 10 * n_bins);
      for (size_t k = 0; k < t.n_rows; k++) {
        const size_t bin = k % n_bins, process = k / n_bins % 2;
        const double z = (double)(k / n_bins / 2) * M_PI / 8.0,
                     slope = s.method == TOY_AUG_LDA ? toy_slope_lda() : s.slope;
        CHECK_NEAR(written_number(&t, k, "z"), z, 1e-15);
        assert_string_equal(written_text(&t, k, "process"), process ? "background" : "signal");
        CHECK_SAME(written_number(&t, k, "bin"), (double)bin);
        CHECK_SAME(written_number(&t, k, "variance"), 0.0);
        CHECK_CLOSE(written_number(&t, k, "yield"),
                    plain_yield(process ? -1.0 : 1.0, z, plain_axis(&s, z),
                                plain_edge(s.binning, n_bins, slope, bin),
                                plain_edge(s.binning, n_bins, slope, bin + 1)),
                    1e-7);
      }
      written_free(&t);
      fairu_templates_destroy(templates);
      free(r);
    }
  fairu_context_destroy(c.ctx);
}

/* A square of 41 by 41 points at three angles, x running fastest: the score of the closed form there. */
static void decisions_are_told(void **state)
{
  (void)state;
  enum { SIDE = 41 };
  static const double angles[3] = { 0.0, M_PI_4, M_PI_2 };
  cli c = { .ctx = support_context() };
  toy_settings s = toy_settings_default();
  for (int aware = 0; aware < 2; aware++) {
    static const char *const features[2] = { "x", "y" };
    const double weights[2] = { 0.3, -1.2 };
    toy_results *r = calloc(1, sizeof *r);
    fairu_classifier *classifier;
    assert_non_null(r);
    if (aware)
      CHECK_OK(c.ctx, toy_aware_classifier(c.ctx, &s, &classifier));
    else
      CHECK_OK(c.ctx, fairu_classifier_create_linear(c.ctx, features, weights, 2, 0.25, &classifier));
    out_csv_begin(&r->decision, "method,z,x,y,score");
    assert_int_equal(toy_add_decision(&c, r, "m", classifier), FAIRU_OK);
    written_table t = read_csv(&c, &r->decision);
    assert_int_equal(t.n_rows, 3 * SIDE * SIDE);
    for (size_t k = 0; k < t.n_rows; k++) {
      const double x = -3.0 + 0.15 * (double)(k % SIDE), y = -3.0 + 0.15 * (double)(k / SIDE % SIDE),
                   z = angles[k / SIDE / SIDE];
      const double logit = aware ? s.slope * (x * cos(z) + y * sin(z)) : 0.3 * x - 1.2 * y + 0.25;
      CHECK_NEAR(written_number(&t, k, "x"), x, 1e-12);
      CHECK_NEAR(written_number(&t, k, "y"), y, 1e-12);
      CHECK_NEAR(written_number(&t, k, "z"), z, 1e-15);
      CHECK_NEAR(written_number(&t, k, "score"), 1.0 / (1.0 + exp(-logit)), 1e-6);
    }
    written_free(&t);
    fairu_classifier_destroy(classifier);
    free(r);
  }
  fairu_context_destroy(c.ctx);
}

/* ---- trainings ------------------------------------------------------------------------------------------ */

static toy_results *small_results(const toy_options *options)
{
  toy_results *r = calloc(1, sizeof *r);
  assert_non_null(r);
  r->options = options;
  r->scale = (toy_scale){ .training_events = 12000,
                          .epochs = 4,
                          .auc_events = 400,
                          .unbinned_events = 500,
                          .unbinned_toys = 2,
                          .ratio_events = 12000,
                          .ratio_epochs = 8 };
  return r;
}

static void score_at(cli *c, const fairu_classifier *network, double z, float logits[3])
{
  static const float x[6] = { 0.7f, 0.7f, -0.4f, 0.9f, 0.1f, -1.3f };
  const size_t n_z = fairu_classifier_n_nuisances(network);
  CHECK_OK(c->ctx, fairu_classifier_score(network, c->ctx, x, 3, 2, n_z ? &z : NULL, n_z, FAIRU_OUTPUT_LOGIT,
                                          logits));
}

/* A loss per epoch and an area under the curve per angle; same bits on two threads, others of another seed; who is told z. */
static void trainings_are_told(void **state)
{
  (void)state;
  for (int net = 0; net < TOY_NETS; net++) {
    float logits[3][3];
    for (int run = 0; run < 3; run++) {
      const toy_options options = { .seed = run == 2 ? 8 : 7 };
      cli c = { .ctx = support_context() };
      toy_results *r = small_results(&options);
      fairu_classifier *network;
      CHECK_OK(c.ctx, fairu_context_set_threads(c.ctx, run == 1 ? 2 : 1));
      assert_int_equal(toy_train(&c, r, net, &network), FAIRU_OK);
      assert_int_equal(fairu_classifier_n_nuisances(network), net == TOY_NET_AWARE);
      assert_int_equal(r->n_losses, 4);
      assert_int_equal(r->n_aucs, 2);
      assert_true(r->losses[3].loss < r->losses[0].loss);
      for (size_t i = 0; i < 2; i++) {
        const toy_auc_row *row = &r->aucs[i];
        assert_true(r->losses[i].net == net && r->losses[i].epoch == i + (r->losses[0].epoch == 1));
        assert_int_equal(row->net, net);
        CHECK_SAME(row->z, i ? M_PI_2 : M_PI_4);
        CHECK_SAME(row->closed_form, toy_auc(net == TOY_NET_AWARE ? 0.0 : row->z - M_PI_4));
        assert_true(row->auc < row->closed_form + 0.03 && row->auc > 0.7); /* of 400 events: 0.01 */
      }
      score_at(&c, network, 1.2, logits[run]);
      fairu_classifier_destroy(network);
      free(r);
      fairu_context_destroy(c.ctx);
    }
    assert_memory_equal(logits[0], logits[1], sizeof logits[0]);
    assert_true(memcmp(logits[0], logits[2], sizeof logits[0]) != 0);
  }
}

/* Networks of the event-wise likelihood: both are told z. At pi/4 the two classes of the density are alike, so its logit stays near 0 there. */
static void networks_of_events(void **state)
{
  (void)state;
  const toy_options options = { .seed = 3 };
  cli c = { .ctx = support_context() };
  toy_results *r = small_results(&options);
  for (int net = TOY_NET_RATIO; net < TOY_ALL_NETS; net++) {
    fairu_classifier *network;
    float logits[3];
    const size_t before = r->n_losses;
    assert_int_equal(toy_train_ratio(&c, r, net, &network), FAIRU_OK);
    assert_int_equal(r->n_losses - before, 8);
    assert_int_equal(r->losses[before].net, net);
    assert_int_equal(fairu_classifier_n_nuisances(network), 1);
    score_at(&c, network, M_PI_4, logits);
    if (net == TOY_NET_RATIO) /* (0.7, 0.7) is where signal is, (0.1, -1.3) where background is */
      assert_true(logits[0] > 0.5f && logits[2] < -0.5f);
    else
      for (int i = 0; i < 3; i++)
        assert_true(fabsf(logits[i]) < 1.0f);
    fairu_classifier_destroy(network);
  }
  assert_int_equal(r->n_aucs, 0);
  free(r);
  fairu_context_destroy(c.ctx);
}

/* The learned event-wise likelihood: a fit per truth, toys where mu = 1, the same on two threads. */
static void learned_ratios_are_fitted(void **state)
{
  (void)state;
  const toy_options options = { .seed = 3 };
  toy_unbinned_fit first[4];
  for (int run = 0; run < 2; run++) {
    cli c = { .ctx = support_context() };
    toy_results *r = small_results(&options);
    CHECK_OK(c.ctx, fairu_context_set_threads(c.ctx, run + 1));
    assert_int_equal(toy_run_unbinned_nets(&c, r), FAIRU_OK);
    assert_int_equal(r->n_unbinned, 4);
    assert_int_equal(r->n_coverages, 2);
    for (size_t i = 0; i < 4; i++) {
      const toy_unbinned_row *row = &r->unbinned[i];
      assert_string_equal(row->method, "unbinned_net");
      CHECK_SAME(row->settings.z_true, i / 2 ? M_PI_2 : M_PI_4);
      CHECK_SAME(row->settings.mu_true, 1.0 + (double)(i % 2));
      assert_true(row->fit.lower < row->fit.mu_hat && row->fit.mu_hat < row->fit.upper);
      if (run == 0)
        first[i] = row->fit;
      else
        assert_memory_equal(&first[i], &row->fit, sizeof first[i]);
    }
    for (size_t i = 0; i < 2; i++) {
      assert_int_equal(r->coverages[i].found.n + r->coverages[i].found.n_failed, 2);
      assert_int_equal(r->coverages[i].trained, 1);
      CHECK_SAME(r->coverages[i].settings.mu_true, 1.0);
    }
    free(r);
    fairu_context_destroy(c.ctx);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(profiles_are_told),         cmocka_unit_test(maps_are_told),
    cmocka_unit_test(templates_are_told),        cmocka_unit_test(decisions_are_told),
    cmocka_unit_test(trainings_are_told),        cmocka_unit_test(networks_of_events),
    cmocka_unit_test(learned_ratios_are_fitted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
