/* Tables with gaps between their numbers, in every trainer and every way of asking: the bits of tables without. In the gaps is NaN. */
#include "classifier/gaussians.h"

#include <fairu/adversary.h>
#include <fairu/summary.h>

enum { ROWS = 700, COLUMNS = 3, STRIDE = 5, POINTS = 3 };

typedef struct pair {
  fairu_events *whole, *view;
  float *memory;
} pair;

/* Columns in another order in memory, too. */
static void add_view(fairu_context *ctx, pair *p)
{
  const float *columns[COLUMNS];
  p->memory = malloc(ROWS * STRIDE * sizeof *p->memory);
  assert_non_null(p->memory);
  for (size_t i = 0; i < ROWS * STRIDE; i++)
    p->memory[i] = NAN;
  for (size_t c = 0; c < COLUMNS; c++) {
    size_t stride = 0;
    const float *from = fairu_events_column(p->whole, c, &stride);
    float *to = p->memory + (3 * c + 1) % STRIDE;
    for (size_t i = 0; i < ROWS; i++)
      to[i * STRIDE] = from[i * stride];
    columns[c] = to;
  }
  CHECK_OK(ctx, fairu_events_create_view(ctx, ROWS, COLUMNS, names, columns, STRIDE, &p->view));
  CHECK_OK(ctx, fairu_events_set_labels(p->view, ctx, fairu_events_labels(p->whole), ROWS));
  CHECK_OK(ctx, fairu_events_set_weights(p->view, ctx, fairu_events_weights(p->whole), ROWS));
}

static pair make_pair(fairu_context *ctx, double shift)
{
  pair p = { .whole = gaussians(ctx, 12, ROWS, -1.0) };
  float *column[2];
  double weights[ROWS];
  for (size_t i = 0; i < ROWS; i++)
    weights[i] = 0.5 + (double)(i % 5);
  CHECK_OK(ctx, fairu_events_set_weights(p.whole, ctx, weights, ROWS));
  CHECK_OK(ctx, fairu_events_column_data(p.whole, ctx, 0, &column[0]));
  CHECK_OK(ctx, fairu_events_column_data(p.whole, ctx, 2, &column[1]));
  for (size_t i = 0; i < ROWS; i++) {
    column[0][i] += (float)shift;
    column[1][i] += 1e-3F * (float)(i % 97); /* no few values */
  }
  add_view(ctx, &p);
  return p;
}

static void free_pair(pair *p)
{
  fairu_events_destroy(p->whole);
  fairu_events_destroy(p->view);
  free(p->memory);
}

/* ---- outcomes ------------------------------------------------------------------------------------------- */

typedef struct outcome {
  curve losses;
  fairu_adversary_result against;
  float scores[3 * POINTS * ROWS];
} outcome;

/* Scores of the table that was trained on: a view is scored by its stride. */
static void score(fairu_context *ctx, const fairu_classifier *c, const fairu_events *events, outcome *o)
{
  const double z[POINTS] = { 0.1, 0.6, 1.4 };
  const size_t n_z = fairu_classifier_n_nuisances(c);
  assert_true(fairu_classifier_n_outputs(c) <= 3);
  CHECK_OK(ctx, fairu_classifier_score_events(c, ctx, events, n_z ? z : NULL, n_z ? POINTS : 1, n_z,
                                              FAIRU_OUTPUT_LOGIT, o->scores));
}

static fairu_training_options small(fairu_context *ctx, int aware, outcome *o)
{
  static const size_t hidden[2] = { 6, 5 };
  memset(o, 0, sizeof *o);
  o->against.struct_size = sizeof o->against;
  fairu_training_options training = options_for(ctx, aware, &o->losses);
  training.hidden = hidden;
  training.epochs = 2;
  training.batch = 150;
  training.validation_fraction = 0.2;
  return training;
}

typedef void (*train_fn)(fairu_context *ctx, const fairu_events *events, const fairu_events *moved, int kind,
                         outcome *o);

static void train_plain(fairu_context *ctx, const fairu_events *events, const fairu_events *moved, int kind,
                        outcome *o)
{
  fairu_training_options training = small(ctx, kind % 2, o);
  fairu_classifier *c = NULL;
  (void)moved;
  training.loss = 1 + kind % 3;
  training.targets = names;
  training.n_targets = 2;
  training.gate = kind == 5 ? "z" : NULL;
  training.gate_nominal = quarter_pi;
  training.members = kind == 4 ? 2 : 1;
  CHECK_OK(ctx, fairu_classifier_train(ctx, events, &training, NULL, &c));
  score(ctx, c, events, o);
  fairu_classifier_destroy(c);
}

static void train_adversary(fairu_context *ctx, const fairu_events *events, const fairu_events *moved,
                            int kind, outcome *o)
{
  fairu_training_options training = small(ctx, 0, o);
  fairu_adversary_options adversary;
  fairu_classifier *c = NULL;
  (void)moved;
  CHECK_OK(ctx, fairu_adversary_options_init(&adversary, sizeof adversary));
  adversary.nuisance = "z";
  adversary.density = kind == 0   ? FAIRU_DENSITY_MIXTURE
                      : kind == 1 ? FAIRU_DENSITY_GAUSSIAN
                                  : FAIRU_DENSITY_SQUARED;
  adversary.only_label = kind == 1 ? 0 : -1;
  CHECK_OK(ctx,
           fairu_classifier_train_adversarial(ctx, events, &training, &adversary, NULL, &o->against, &c));
  score(ctx, c, events, o);
  fairu_classifier_destroy(c);
}

/* Sum of squares of all differences between counts: something that every count matters to. */
static int squares(fairu_context *ctx, const fairu_summary_counts *counts, double *loss, double *d_counts,
                   double *d_tangents, void *user_data)
{
  const size_t n = counts->n_processes * counts->n_variations * counts->n_bins;
  (void)ctx, (void)d_tangents, (void)user_data;
  *loss = 0.0;
  for (size_t i = 0; i < n; i++) {
    const double wanted = (double)(i % 3) / 4.0, off = counts->counts[i] - wanted;
    *loss += off * off;
    d_counts[i] = 2.0 * off;
  }
  return 0;
}

static void train_summary(fairu_context *ctx, const fairu_events *events, const fairu_events *moved, int kind,
                          outcome *o)
{
  fairu_training_options training = small(ctx, kind == 1, o);
  fairu_summary_options summary;
  fairu_classifier *c = NULL;
  CHECK_OK(ctx, fairu_summary_options_init(&summary, sizeof summary));
  summary.kind = 1 + kind;
  summary.n_bins = 3;
  summary.loss = squares;
  summary.variations = &moved;
  summary.n_variations = 1;
  CHECK_OK(ctx, fairu_classifier_train_summary(ctx, events, &training, &summary, NULL, &c));
  score(ctx, c, events, o);
  fairu_classifier_destroy(c);
}

/* All four of whole and view, nominal and moved. */
static void compare(train_fn train, int n_kinds)
{
  static outcome whole, other;
  fairu_context *ctx = support_context();
  pair nominal = make_pair(ctx, 0.0), moved = make_pair(ctx, 0.25);
  for (int kind = 0; kind < n_kinds; kind++) {
    train(ctx, nominal.whole, moved.whole, kind, &whole);
    assert_true(whole.losses.n == 2 || whole.losses.n == 4);
    for (int k = 1; k < 4; k++) {
      train(ctx, k & 1 ? nominal.view : nominal.whole, k & 2 ? moved.view : moved.whole, kind, &other);
      assert_memory_equal(&whole, &other, sizeof whole);
    }
  }
  free_pair(&nominal);
  free_pair(&moved);
  fairu_context_destroy(ctx);
}

static void losses_of_events(void **state)
{
  (void)state;
  compare(train_plain, 6);
}

static void adversaries(void **state)
{
  (void)state;
  compare(train_adversary, 3);
}

static void soft_counts(void **state)
{
  (void)state;
  compare(train_summary, 3);
}

/* Columns that training does not name may hold anything, in any order, under any name. */
static void columns_that_are_not_asked_for_do_not_matter(void **state)
{
  (void)state;
  static const char *const turned[4] = { "junk", "z", "y", "x" };
  static outcome a, b;
  fairu_context *ctx = support_context();
  pair p = make_pair(ctx, 0.0);
  fairu_events *other = NULL;
  CHECK_OK(ctx, fairu_events_create(ctx, ROWS, 4, turned, &other));
  for (size_t c = 0; c < 4; c++) {
    float *to = NULL;
    size_t stride = 1;
    const float *from = c > 0 ? fairu_events_column(p.whole, 3 - c, &stride) : NULL;
    CHECK_OK(ctx, fairu_events_column_data(other, ctx, c, &to));
    for (size_t i = 0; i < ROWS; i++)
      to[i] = from ? from[i * stride] : i % 2 ? NAN : INFINITY;
  }
  CHECK_OK(ctx, fairu_events_set_labels(other, ctx, fairu_events_labels(p.whole), ROWS));
  CHECK_OK(ctx, fairu_events_set_weights(other, ctx, fairu_events_weights(p.whole), ROWS));
  for (int kind = 0; kind < 6; kind++) {
    train_plain(ctx, p.whole, NULL, kind, &a);
    train_plain(ctx, other, NULL, kind, &b);
    assert_memory_equal(&a, &b, sizeof a);
  }
  fairu_events_destroy(other);
  free_pair(&p);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(losses_of_events),
    cmocka_unit_test(adversaries),
    cmocka_unit_test(soft_counts),
    cmocka_unit_test(columns_that_are_not_asked_for_do_not_matter),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
