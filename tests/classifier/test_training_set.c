/* Rows as training sees them, against the table that they are made of: which part each is in, weights, standardised inputs, ranges, sides of a
 * gate; and parts that cannot be trained on or validated with. */
#include <float.h>

#include "classifier/made_columns.h"
#include "classifier/training_set.h"
#include "classifier/strategy.h"
#include "numeric/philox.h"

enum { ROWS = 500, PARTS = 1 << 20 };

static const char *const columns[3] = { "x", "y", "z" };

typedef struct world {
  fairu_context *ctx;
  fairu_events *events;
  float *column[3];
  int32_t labels[ROWS];
  double weights[ROWS];
  fairu_training_options options;
  fairu_training_plan plan;
} world;

static void put_attributes(world *w)
{
  CHECK_OK(w->ctx, fairu_events_set_labels(w->events, w->ctx, w->labels, ROWS));
  CHECK_OK(w->ctx, fairu_events_set_weights(w->events, w->ctx, w->weights, ROWS));
}

static void begin(world *w, int32_t n_classes)
{
  fairu_philox rng = fairu_philox__start(3, FAIRU_STREAM_USER, 0, 91);
  memset(w, 0, sizeof *w);
  w->ctx = support_context();
  w->events = made_columns(w->ctx, columns, 3, ROWS, w->column);
  for (size_t i = 0; i < ROWS; i++) {
    w->labels[i] = (int32_t)fairu_philox__below(&rng, (uint64_t)n_classes);
    w->weights[i] = i % 10 == 7 ? -0.5 : 1.0 + (double)w->labels[i];
    w->column[0][i] = (float)(1e4 + 30.0 * fairu_philox__normal(&rng));
    w->column[1][i] = (float)(1e-12 * fairu_philox__normal(&rng));
    w->column[2][i] = (float)fairu_philox__below(&rng, 4);
  }
  put_attributes(w);
  CHECK_OK(w->ctx, fairu_training_options_init(&w->options, sizeof w->options));
  w->options.features = columns;
  w->options.n_features = 2;
  w->options.nuisances = columns + 2;
  w->options.n_nuisances = 1;
  w->plan = (fairu_training_plan){ .n_outputs = 1, .n_classes = (size_t)n_classes, .balance = 1 };
}

static void end(world *w)
{
  fairu_events_destroy(w->events);
  fairu_context_destroy(w->ctx);
}

static int fill(world *w, fairu_training_set *set, size_t gate)
{
  return fairu_training_set__fill(set, w->ctx, w->events, &w->options, &w->plan, gate);
}

/* A row is in the validation part if its hash, of 2^20, is below the share, rounded to the nearest whole number. */
static void the_split_is_by_hash(void **state)
{
  (void)state;
  static world w;
  static uint32_t parts[ROWS];
  begin(&w, 2);
  for (uint64_t seed = 1; seed <= 3; seed++) {
    w.options.seed = seed;
    CHECK_OK(w.ctx, fairu_events_split(w.events, w.ctx, seed, PARTS, parts));
    const double own = (double)parts[17];
    const double shares[6] = { 0.0, 0.25, 0.9, (own + 0.45) / PARTS, (own + 0.55) / PARTS, 1e-9 };
    for (size_t k = 0; k < 6; k++) {
      fairu_training_set set;
      size_t n = 0, at[2] = { 0, 0 };
      w.options.validation_fraction = shares[k];
      const double below = floor(shares[k] * PARTS + 0.5);
      for (size_t i = 0; i < ROWS; i++)
        n += (double)parts[i] < below;
      const int status = fill(&w, &set, 3);
      assert_int_equal(status, shares[k] > 0.0 && n == 0
                                   ? FAIRU_ERR_EMPTY
                                   : FAIRU_OK); /* a part asked for, and nothing in it */
      if (status == FAIRU_OK) {
        assert_int_equal(set.validation.n, n);
        assert_int_equal(set.training.n, ROWS - n);
        for (size_t i = 0; i < ROWS; i++) { /* in the order of the table */
          const int validates = (double)parts[i] < below;
          const fairu_training_part *part = validates ? &set.validation : &set.training;
          const float *row = part->rows + at[validates]++ * set.width;
          CHECK_NEAR((double)row[2], ((double)w.column[2][i] - set.offset[2]) * set.scale[2], 1e-6);
          assert_true(row[4] == (float)w.labels[i]);
        }
      }
      fairu_training_set__free(&set, w.ctx);
    }
  }
  end(&w);
}

/* Weights of each class sum to rows / classes if balanced, all to the rows if not; those of validation have the same factors. */
static void weights_have_a_mean_of_one(void **state)
{
  (void)state;
  static world w;
  for (int32_t n_classes = 2; n_classes <= 4; n_classes++)
    for (int balance = 0; balance < 2; balance++) {
      fairu_training_set set;
      double sum[4] = { 0.0 }, total = 0.0, factor[4] = { 0.0 };
      begin(&w, n_classes);
      w.plan.balance = balance;
      w.options.validation_fraction = 0.3;
      CHECK_OK(w.ctx, fill(&w, &set, 3));
      for (size_t i = 0; i < set.training.n; i++) {
        const float *row = set.training.rows + i * set.width;
        sum[(size_t)row[4]] += (double)row[3];
        total += (double)row[3];
        if (row[3] > 0.0F)
          factor[(size_t)row[4]] = (double)row[3] / (1.0 + (double)row[4]);
      }
      CHECK_CLOSE(total, (double)set.training.n, 1e-6);
      CHECK_CLOSE(set.training.sum_weights, total, 1e-12);
      for (int32_t c = 0; c < n_classes; c++)
        if (balance)
          CHECK_CLOSE(sum[c], (double)set.training.n / (double)n_classes, 1e-6);
        else
          CHECK_CLOSE(factor[c], factor[0], 1e-6);
      total = 0.0;
      for (size_t i = 0; i < set.validation.n; i++) {
        const float *row = set.validation.rows + i * set.width;
        const double own = row[3] > 0.0F ? 1.0 + (double)row[4] : -0.5;
        CHECK_CLOSE((double)row[3], own * factor[(size_t)row[4]], 1e-6);
        total += (double)row[3];
      }
      CHECK_CLOSE(set.validation.sum_weights, total, 1e-12);
      fairu_training_set__free(&set, w.ctx);
      end(&w);
    }
}

/* Mean 0 and deviation 1 of the training part in columns far from 0 or as small as 1e-12; the range of it; a constant keeps its scale. */
static void inputs_are_standardised_by_the_training_part(void **state)
{
  (void)state;
  static world w;
  for (int constant = 0; constant < 2; constant++) {
    fairu_training_set set;
    begin(&w, 2);
    w.options.validation_fraction = 0.4;
    for (size_t i = 0; constant && i < ROWS; i++)
      w.column[1][i] = 1e-12F;
    CHECK_OK(w.ctx, fill(&w, &set, 3));
    for (size_t f = 0; f < 3; f++) {
      double mean = 0.0, square = 0.0, low = HUGE_VAL, high = -HUGE_VAL;
      for (size_t i = 0; i < set.training.n; i++) {
        const double x = (double)set.training.rows[i * set.width + f];
        mean += x / (double)set.training.n;
        square += x * x / (double)set.training.n;
        low = fmin(low, x);
        high = fmax(high, x);
      }
      CHECK_NEAR(mean, 0.0, 1e-5);
      CHECK_NEAR(square, constant && f == 1 ? 0.0 : 1.0, 1e-5);
      CHECK_NEAR((set.lower[f] - set.offset[f]) * set.scale[f], low, 1e-5);
      CHECK_NEAR((set.upper[f] - set.offset[f]) * set.scale[f], high, 1e-5);
    }
    assert_true(!constant || set.scale[1] == 1.0);
    fairu_training_set__free(&set, w.ctx);
    w.options.standardise = 0;
    CHECK_OK(w.ctx, fill(&w, &set, 3));
    assert_null(set.offset);
    assert_null(set.scale);
    fairu_training_set__free(&set, w.ctx);
    end(&w);
  }
}

static void the_side_of_a_gate_is_a_number_of_the_row(void **state)
{
  (void)state;
  static world w;
  const double nominal[4] = { 0.0, 1.0, 1.0 + DBL_EPSILON, 9.0 };
  begin(&w, 2);
  for (size_t k = 0; k < 4; k++) {
    fairu_training_set set;
    w.options.gate_nominal = nominal[k];
    CHECK_OK(w.ctx, fill(&w, &set, 2));
    assert_true(set.gated && set.first_extra == 6);
    for (size_t i = 0; i < ROWS; i++)
      assert_true((set.training.rows[i * set.width + 5] == 1.0F) == ((double)w.column[2][i] >= nominal[k]));
    fairu_training_set__free(&set, w.ctx);
  }
  end(&w);
}

/* Weights that leave nothing to train on, or to validate with: told, with class, part and sum. */
static void parts_without_weight_are_refused(void **state)
{
  (void)state;
  static world w;
  static uint32_t parts[ROWS];
  static const struct {
    double training[2], validation; /* weights of classes 0 and 1; of all in validation */
    int balance, status;
    const char *says;
  } cases[] = {
    { { 1.0, 1.0 }, 1.0, 1, FAIRU_OK, NULL },
    { { 0.0, 1.0 }, 1.0, 1, FAIRU_ERR_EMPTY, "class 0 has " },
    { { 1.0, -1.0 }, 1.0, 1, FAIRU_ERR_EMPTY, "class 1 has " },
    { { 0.0, 1.0 }, 1.0, 0, FAIRU_OK, NULL }, /* a class may weigh nothing where classes are not balanced */
    { { 0.0, 0.0 }, 1.0, 0, FAIRU_ERR_EMPTY, "training events have total weight 0" },
    { { -2.0, 1.0 }, 1.0, 0, FAIRU_ERR_EMPTY, "training events have total weight -" },
    { { 1.0, 1.0 }, 0.0, 1, FAIRU_ERR_EMPTY, "validation part: " },
    { { 1.0, 1.0 }, -1.0, 1, FAIRU_ERR_EMPTY, "events of total weight -" },
    { { 1e300, 1e-300 }, 1.0, 1, FAIRU_ERR_EMPTY, "validation part: " }, /* in units of class 1: no float */
  };
  begin(&w, 2);
  w.options.validation_fraction = 0.25;
  CHECK_OK(w.ctx, fairu_events_split(w.events, w.ctx, w.options.seed, PARTS, parts));
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    fairu_training_set set;
    for (size_t i = 0; i < ROWS; i++)
      w.weights[i] = parts[i] < PARTS / 4 ? cases[k].validation : cases[k].training[w.labels[i]];
    put_attributes(&w);
    w.plan.balance = cases[k].balance;
    const int status = fill(&w, &set, 3);
    if (status != cases[k].status)
      fail_msg("case %zu: %d, %s", k, status, fairu_context_message(w.ctx));
    if (status != FAIRU_OK)
      CHECK_SAYS(w.ctx, cases[k].says);
    fairu_training_set__free(&set, w.ctx);
  }
  end(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_split_is_by_hash),
    cmocka_unit_test(weights_have_a_mean_of_one),
    cmocka_unit_test(inputs_are_standardised_by_the_training_part),
    cmocka_unit_test(the_side_of_a_gate_is_a_number_of_the_row),
    cmocka_unit_test(parts_without_weight_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
