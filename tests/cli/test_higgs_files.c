/* Files of events of higgs-tes: order of columns and rows, further columns and the unit of weights change nothing that they must not change. */
#include "higgs_events.h"
#include "written.h"

enum { N = 900 };

enum change { AS_IS, COLUMNS, ROWS, WEIGHTS, IDS };

/* The made events once more with one change: columns from last to first with one more, rows from last to first, weights times 4, other ids. */
static void write_changed(const char *path, int change)
{
  char name[] = "plain.csv", plain[512];
  support_path(plain, sizeof plain, name);
  higgs_write_csv(plain, N, "sb");
  written_table t = written_read(support_directory(), name);
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  for (size_t row = 0; row <= t.n_rows; row++) {
    for (size_t k = 0; k < t.n_columns; k++) {
      const size_t column = change == COLUMNS ? t.n_columns - 1 - k : k;
      const size_t event = change == ROWS ? t.n_rows - row : row - 1;
      const char *text = row ? t.cells[event * t.n_columns + column] : t.header[column];
      fputs(k ? "," : "", f);
      if (row && change == WEIGHTS && strcmp(t.header[column], "Weight") == 0)
        fprintf(f, "%.17g", 4.0 * atof(text));
      else if (row && change == IDS && strcmp(t.header[column], "EventId") == 0)
        fprintf(f, "%ld", 7 * atol(text) + 1);
      else
        fputs(text, f);
    }
    fputs(change != COLUMNS ? "\n" : row ? ",3.5\n" : ",further\n", f);
  }
  assert_int_equal(fclose(f), 0);
  written_free(&t);
  remove(plain);
}

typedef struct trial {
  cli c;
  higgs_inputs in;
  higgs_part parts[HIGGS_FOLDS];
  higgs_fill fill;
} trial;

static trial *trial_create(int change)
{
  trial *t = calloc(1, sizeof *t);
  const higgs_options options = { .seed = 1, .min_effective = 10.0 };
  char path[512];
  higgs_bins bins;
  assert_non_null(t);
  t->c.ctx = support_context();
  support_path(path, sizeof path, "changed.csv");
  write_changed(path, change);
  assert_int_equal(higgs_inputs_read(&t->c, path, &t->in), FAIRU_OK);
  remove(path);
  assert_int_equal(higgs_split(&t->c, &t->in, 1, t->parts), FAIRU_OK);
  fairu_classifier *classifier = higgs_linear(&t->c, 0.05, -4.0);
  CHECK_OK(t->c.ctx,
           higgs_bins_choose(&t->c, &t->in, &options, &t->parts[0], HIGGS_NET_BASELINE, classifier, &bins));
  CHECK_OK(t->c.ctx, higgs_fill_make(&t->c, &t->in, &t->parts[1], &t->parts[2], classifier, &bins, &t->fill));
  fairu_classifier_destroy(classifier);
  return t;
}

static void trial_destroy(trial *t)
{
  higgs_split_free(t->parts);
  higgs_inputs_free(&t->in);
  fairu_context_destroy(t->c.ctx);
  free(t);
}

/* Weights of b are `factor` times those of a, all else is alike. */
static void check_alike(const trial *a, const trial *b, double factor)
{
  for (int k = 0; k < HIGGS_CLASSES; k++) {
    assert_int_equal(b->in.rows[k], a->in.rows[k]);
    CHECK_CLOSE(b->in.sums[k], factor * a->in.sums[k], 1e-12);
    for (int t = 0; t < HIGGS_TRUTHS; t++)
      CHECK_CLOSE(b->in.cut_sums[k][t], factor * a->in.cut_sums[k][t], 1e-12);
    for (int p = 0; p < HIGGS_FOLDS; p++) {
      assert_int_equal(fairu_events_n_events(b->parts[p].classes[k]),
                       fairu_events_n_events(a->parts[p].classes[k]));
      CHECK_CLOSE(b->parts[p].scales[k], a->parts[p].scales[k], 1e-12);
    }
  }
  const size_t n = a->fill.bins.n;
  assert_int_equal(b->fill.bins.n, n);
  for (size_t j = 0; j + 1 < n; j++)
    CHECK_SAME(b->fill.bins.edges[j], a->fill.bins.edges[j]);
  for (size_t j = 0; j < n; j++)
    CHECK_CLOSE(higgs_bins_effective(&b->fill.bins, j), higgs_bins_effective(&a->fill.bins, j), 1e-12);
  for (size_t i = 0; i < HIGGS_CLASSES * HIGGS_KNOTS * n; i++) {
    CHECK_CLOSE(b->fill.yields[i], factor * a->fill.yields[i], 1e-12);
    CHECK_CLOSE(b->fill.variances[i], factor * factor * a->fill.variances[i], 1e-12);
  }
  for (int t = 0; t < HIGGS_TRUTHS; t++) {
    CHECK_CLOSE(b->fill.auc[t], a->fill.auc[t], 1e-12);
    for (size_t j = 0; j < n; j++)
      CHECK_CLOSE(b->fill.observed[t][j], factor * a->fill.observed[t][j], 1e-12);
  }
}

static void what_changes_nothing(void **state)
{
  (void)state;
  trial *a = trial_create(AS_IS);
  for (int change = COLUMNS; change <= WEIGHTS; change++) {
    trial *b = trial_create(change);
    check_alike(a, b, change == WEIGHTS ? 4.0 : 1.0);
    trial_destroy(b);
  }
  trial_destroy(a);
}

/* The id alone says in which part an event is: other ids, other parts of the same whole. */
static void ids_make_the_parts(void **state)
{
  (void)state;
  trial *a = trial_create(AS_IS), *b = trial_create(IDS);
  size_t differ = 0;
  for (int k = 0; k < HIGGS_CLASSES; k++) {
    CHECK_CLOSE(a->in.sums[k], b->in.sums[k], 1e-12);
    for (int p = 0; p < HIGGS_FOLDS; p++)
      differ += a->parts[p].scales[k] != b->parts[p].scales[k];
  }
  assert_true(differ >= 4);
  trial_destroy(a);
  trial_destroy(b);
}

/* Z known and templates as if exact: four times the weights halve the error of mu, and luminosity acts as its square root. */
static void weights_and_luminosity(void **state)
{
  (void)state;
  trial *t[2] = { trial_create(AS_IS), trial_create(WEIGHTS) };
  double half[2][2];
  for (int i = 0; i < 2; i++)
    for (int luminosity = 0; luminosity < 2; luminosity++) {
      higgs_case found = { .truth = 1, .luminosity = luminosity };
      CHECK_OK(t[i]->c.ctx, higgs_fit(&t[i]->c, &t[i]->fill, &higgs_courses[0], &t[i]->in.prior, &found));
      assert_int_equal(found.status, FAIRU_OK);
      CHECK_CLOSE(found.half_width, 0.5 * (found.upper - found.lower), 1e-12);
      half[i][luminosity] = found.half_width;
    }
  const double ratio = sqrt(higgs_luminosities[1] / higgs_luminosities[0]);
  for (int i = 0; i < 2; i++) {
    CHECK_CLOSE(half[1][i], 0.5 * half[0][i], 0.02); /* a likelihood is not quite a parabola */
    CHECK_CLOSE(half[i][1], half[i][0] / ratio, 0.03);
  }
  trial_destroy(t[0]);
  trial_destroy(t[1]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_changes_nothing),
    cmocka_unit_test(ids_make_the_parts),
    cmocka_unit_test(weights_and_luminosity),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
