/* A step of a training on soft counts: counts and gradient of a batch against the same in double, row by row, and differences. */
#include "classifier/double_soft.h"
#include "classifier/gaussians.h"
#include "classifier/summary_training.h"

enum { EVENTS = 700, INPUTS = 3, PROCESSES = 3, VARIATIONS = 3, MOST_BINS = 4, MOST_TANGENTS = 2 };
enum { MOST_COUNTS = PROCESSES * (1 + VARIATIONS) * MOST_BINS, MOST_PARAMETERS = 200 };

typedef struct world {
  fairu_events *tables[1 + VARIATIONS];
  float tangents[EVENTS * 2 * MOST_TANGENTS];
} world;

static float *column_of(fairu_context *ctx, fairu_events *table, size_t c)
{
  float *column = NULL;
  CHECK_OK(ctx, fairu_events_column_data(table, ctx, c, &column));
  return column;
}

/* Variation 0 moves all of process 0, Z too; 1 moves every other row of process 0, cuts some and weighs process 1; 2 is the nominal
 * table again. Process 2 is the same everywhere. */
static void make_world(fairu_context *ctx, world *w)
{
  static int32_t labels[EVENTS];
  static double weights[1 + VARIATIONS][EVENTS];
  static size_t rows[EVENTS];
  fairu_philox rng = fairu_philox__start(5, FAIRU_STREAM_USER, 0, 0);
  CHECK_OK(ctx, fairu_events_create(ctx, EVENTS, INPUTS, names, &w->tables[0]));
  for (size_t i = 0; i < EVENTS; i++) {
    labels[i] = (int32_t)fairu_philox__below(&rng, 10) / 4; /* 4 : 4 : 2 */
    rows[i] = i;
    for (size_t v = 0; v <= VARIATIONS; v++)
      weights[v][i] = v == 0 ? 1.0 + 0.5 * fairu_philox__normal(&rng) : weights[0][i];
    for (size_t c = 0; c < INPUTS; c++)
      column_of(ctx, w->tables[0], c)[i] =
          (float)((double)labels[i] + (1.0 + (double)c) * fairu_philox__normal(&rng));
    for (size_t k = 0; k < 2 * MOST_TANGENTS; k++)
      w->tangents[i * 2 * MOST_TANGENTS + k] = labels[i] == 2 ? 0.0F : (float)fairu_philox__normal(&rng);
  }
  CHECK_OK(ctx, fairu_events_set_labels(w->tables[0], ctx, labels, EVENTS));
  for (size_t v = 1; v <= VARIATIONS; v++) {
    CHECK_OK(ctx, fairu_events_select(w->tables[0], ctx, rows, EVENTS, &w->tables[v]));
    for (size_t i = 0; i < EVENTS; i++) {
      const int moves = labels[i] == 0 && (v == 1 || (v == 2 && i % 2 == 0));
      if (moves)
        column_of(ctx, w->tables[v], 0)[i] += 0.5F;
      if (moves && v == 1)
        column_of(ctx, w->tables[v], 2)[i] += 0.25F;
      if (v == 2 && labels[i] == 1)
        weights[v][i] *= 1.3;
      if (v == 2 && labels[i] == 0 && i % 7 == 0) {
        weights[v][i] = 0.0;
        column_of(ctx, w->tables[v], 1)[i] = (float)NAN; /* of a cut event nothing is read */
      }
    }
  }
  for (size_t v = 0; v <= VARIATIONS; v++)
    CHECK_OK(ctx, fairu_events_set_weights(w->tables[v], ctx, weights[v], EVENTS));
}

static void free_world(world *w)
{
  for (size_t v = 0; v <= VARIATIONS; v++)
    fairu_events_destroy(w->tables[v]);
}

/* ---- a loss --------------------------------------------------------------------------------------------- */

typedef struct made_loss {
  double a[2 * MOST_COUNTS], b[2 * MOST_COUNTS]; /* sum over counts, then tangents, of a c + b c^2 / 2 */
  double seen[MOST_COUNTS], seen_tangents[MOST_COUNTS];
} made_loss;

static double bend(const made_loss *m, size_t from, size_t n, const double *c, double *d)
{
  double loss = 0.0;
  for (size_t i = 0; i < n; i++) {
    loss += m->a[from + i] * c[i] + 0.5 * m->b[from + i] * c[i] * c[i];
    d[i] = m->a[from + i] + m->b[from + i] * c[i];
  }
  return loss;
}

static int evaluate(fairu_context *ctx, const fairu_summary_counts *counts, double *loss, double *d_counts,
                    double *d_tangents, void *user_data)
{
  made_loss *m = user_data;
  const size_t n = counts->n_processes * counts->n_variations * counts->n_bins;
  const size_t n_tangents = counts->n_processes * counts->n_tangents * counts->n_bins;
  (void)ctx;
  assert_true((counts->n_tangents > 0) == (d_tangents != NULL) &&
              (counts->n_tangents > 0) == (counts->tangents != NULL));
  for (size_t i = 0; i < n; i++)
    assert_true(d_counts[i] == 0.0);
  *loss = bend(m, 0, n, counts->counts, d_counts);
  memcpy(m->seen, counts->counts, n * sizeof *m->seen);
  if (n_tangents > 0) {
    *loss += bend(m, MOST_COUNTS, n_tangents, counts->tangents, d_tangents);
    memcpy(m->seen_tangents, counts->tangents, n_tangents * sizeof *m->seen_tangents);
  }
  return 0;
}

/* ---- the same in double --------------------------------------------------------------------------------- */

typedef struct reference {
  const world *w;
  const fairu_training_set *set;
  const fairu_stack *stack;
  const fairu_soft_counts *soft;
  const uint32_t *order;
  size_t n, n_tangents;
  double counts[MOST_COUNTS], tangents[MOST_COUNTS];
} reference;

/* Rows of one process through one table, added to counts; tangents where wanted. Returns the sum of weights. */
static double add_rows(reference *r, const double *parameters, size_t process, size_t v, double *counts,
                       double *tangents)
{
  static double units[32 * FAIRU_LANES], along[32 * FAIRU_LANES], shares[MOST_BINS * FAIRU_LANES];
  const fairu_shape *shape = &r->stack->shape;
  const fairu_events *table = r->w->tables[v];
  const size_t out = (fairu_shape__n_units(shape) - r->soft->n_outputs) * FAIRU_LANES;
  double weight[FAIRU_LANES], total = 0.0, spare[32];
  const double_tangent_units tangent = { .n = 1, .units = along, .spare = spare };
  for (size_t next = 0; next < r->n;) {
    memset(units, 0, sizeof units);
    memset(weight, 0, sizeof weight);
    uint32_t rows[FAIRU_LANES] = { 0 };
    for (size_t lane = 0; next < r->n && lane < FAIRU_LANES; next++) {
      const uint32_t row = r->order[next];
      if ((size_t)fairu_events_labels(table)[row] != process)
        continue;
      weight[lane] = fairu_events_weights(table)[row];
      total += weight[lane];
      rows[lane] = row;
      for (size_t c = 0; c < INPUTS && weight[lane] != 0.0; c++) {
        size_t stride;
        const double x = (double)fairu_events_column(table, c, &stride)[row];
        units[c * FAIRU_LANES + lane] = (x - r->set->offset[c]) * r->set->scale[c];
      }
      lane++;
    }
    double_pass_forward(&in_double, shape, parameters, NULL, units);
    double_soft_shares(&in_double, r->soft, units + out, shares);
    double_soft_add(r->soft, shares, weight, counts);
    for (size_t k = 0; tangents && k < r->n_tangents; k++) {
      memset(along, 0, sizeof along);
      for (size_t lane = 0; lane < FAIRU_LANES; lane++)
        for (size_t c = 0; c < 2; c++)
          along[c * FAIRU_LANES + lane] =
              (double)r->w->tangents[(rows[lane] * 2 + c) * r->n_tangents + k] * r->set->scale[c];
      double_pass_forward_tangents(&in_double, shape, parameters, NULL, units, &tangent);
      double_soft_tangent(&in_double, r->soft, units + out, along + out, shares);
      double_soft_add(r->soft, shares, weight, tangents + k * r->soft->n_bins);
    }
  }
  return total;
}

static double objective(reference *r, const made_loss *m, const double *parameters)
{
  const size_t n_bins = r->soft->n_bins, n_tangents = r->n_tangents * n_bins;
  double d[MOST_COUNTS];
  memset(r->counts, 0, sizeof r->counts);
  memset(r->tangents, 0, sizeof r->tangents);
  for (size_t p = 0; p < PROCESSES; p++) {
    double *counts = r->counts + p * (1 + VARIATIONS) * n_bins, *tangents = r->tangents + p * n_tangents;
    const double total = add_rows(r, parameters, p, 0, counts, tangents);
    for (size_t v = 1; v <= VARIATIONS; v++)
      add_rows(r, parameters, p, v, counts + v * n_bins, NULL);
    for (size_t i = 0; i < (1 + VARIATIONS) * n_bins; i++)
      counts[i] /= total;
    for (size_t i = 0; i < n_tangents; i++)
      tangents[i] /= total;
  }
  return bend(m, 0, PROCESSES * (1 + VARIATIONS) * n_bins, r->counts, d) +
         bend(m, MOST_COUNTS, PROCESSES * n_tangents, r->tangents, d);
}

/* ---- comparison ----------------------------------------------------------------------------------------- */

static fairu_training_options training_for(fairu_context *ctx, const world *w, size_t n_tangents)
{
  static const size_t hidden[2] = { 6, 5 };
  fairu_training_options options = options_for(ctx, 1, NULL);
  options.hidden = hidden;
  options.activation = FAIRU_ACTIVATION_TANH;
  options.batch = 300;
  options.tangents = n_tangents > 0 ? w->tangents : NULL;
  options.n_tangents = n_tangents;
  return options;
}

static fairu_summary_options summary_for(fairu_context *ctx, const world *w, int kind, made_loss *m)
{
  static const double edges[] = { -0.1, 0.3, 0.6, 1.05 };
  fairu_summary_options options;
  fairu_philox rng = fairu_philox__start(17, FAIRU_STREAM_USER, 0, 0);
  CHECK_OK(ctx, fairu_summary_options_init(&options, sizeof options));
  options.kind = kind;
  options.n_bins = kind == FAIRU_SUMMARY_SOFTMAX ? 4 : kind == FAIRU_SUMMARY_KDE ? 3 : 2;
  options.temperature = 0.7;
  options.bandwidth = 0.2;
  options.edges = edges;
  options.variations = (const fairu_events *const *)&w->tables[1];
  options.n_variations = VARIATIONS;
  options.n_processes = PROCESSES;
  options.loss = evaluate;
  options.loss_data = m;
  for (size_t i = 0; i < 2 * MOST_COUNTS; i++) {
    m->a[i] = fairu_philox__normal(&rng);
    m->b[i] = fairu_philox__normal(&rng);
  }
  return options;
}

static void compare_counts(const made_loss *m, const reference *r)
{
  const size_t n = PROCESSES * (1 + VARIATIONS) * r->soft->n_bins;
  for (size_t i = 0; i < n; i++)
    CHECK_NEAR(m->seen[i], r->counts[i], 1e-6);
  for (size_t i = 0; i < PROCESSES * r->n_tangents * r->soft->n_bins; i++)
    CHECK_NEAR(m->seen_tangents[i], r->tangents[i], 3e-6);
}

static void compare_gradient(const fairu_trainer *trainer, const made_loss *m, reference *r)
{
  static double at[MOST_PARAMETERS];
  const size_t n = trainer->stack.n_parameters;
  double top = 0.0;
  for (size_t i = 0; i < n; i++) {
    at[i] = (double)trainer->stack.parameters[i];
    top = fmax(top, fabs((double)trainer->stack.gradient[i]));
  }
  for (size_t i = 0; i < n; i++) {
    const double here = at[i], h = 1e-4;
    double sides[4];
    for (int s = 0; s < 4; s++) {
      at[i] = here + (s < 2 ? h : 0.5 * h) * (s % 2 ? -1.0 : 1.0);
      sides[s] = objective(r, m, at);
    }
    at[i] = here;
    const double wanted = (4.0 * (sides[2] - sides[3]) / h - (sides[0] - sides[1]) / (2.0 * h)) / 3.0;
    CHECK_NEAR((double)trainer->stack.gradient[i], wanted, 1e-6 * fabs(wanted) + 3e-6 * top); /* float */
  }
}

/* Activations that are not kept between there and back are the same again. */
static void compare_without_memory(fairu_context *ctx, const fairu_strategy *strategy, fairu_trainer *trainer,
                                   fairu_summary_training *data)
{
  float before[MOST_PARAMETERS];
  double loss = 0.0;
  memcpy(before, trainer->stack.gradient, trainer->stack.n_parameters * sizeof *before);
  fairu_context__free(ctx, data->kept);
  data->kept = NULL;
  CHECK_OK(ctx, strategy->gradient(strategy->data, trainer, ctx, trainer->batch, trainer->batch, &loss));
  assert_memory_equal(before, trainer->stack.gradient, trainer->stack.n_parameters * sizeof *before);
}

static void compare_step(fairu_context *ctx, const world *w, int kind, size_t n_tangents)
{
  static made_loss m;
  static reference r;
  const fairu_training_options training = training_for(ctx, w, n_tangents);
  const fairu_summary_options summary = summary_for(ctx, w, kind, &m);
  fairu_summary_training data;
  fairu_training_plan plan;
  fairu_strategy strategy;
  fairu_trainer trainer;
  double loss = 0.0;
  CHECK_OK(ctx,
           fairu_summary_training__make(ctx, w->tables[0], &training, &summary, &data, &plan, &strategy));
  CHECK_OK(ctx, fairu_trainer__create(&trainer, ctx, w->tables[0], &training, INPUTS, &plan, &strategy));
  CHECK_OK(ctx, strategy.start(strategy.data, &trainer, ctx));
  assert_non_null(data.kept);
  for (size_t v = 0; v < VARIATIONS; v++) { /* what is equal is not computed again */
    assert_int_equal(data.flags[v], v == 0   ? FAIRU_SUMMARY_MOVES
                                    : v == 1 ? FAIRU_SUMMARY_MOVES | FAIRU_SUMMARY_WEIGHS
                                             : 0);
    assert_int_equal(data.flags[VARIATIONS + 1 + v], v == 1 ? FAIRU_SUMMARY_WEIGHS : 0);
    assert_int_equal(data.flags[2 * (VARIATIONS + 1) + v], 0);
  }
  assert_int_equal(trainer.steps, 2);
  fairu_trainer__shuffle(&trainer, 0);
  CHECK_OK(ctx, strategy.prepare(strategy.data, &trainer, ctx, 0));
  CHECK_OK(ctx, strategy.gradient(strategy.data, &trainer, ctx, trainer.batch, trainer.batch, &loss));
  compare_without_memory(ctx, &strategy, &trainer, &data);
  r = (reference){ .w = w, .set = &trainer.set, .stack = &trainer.stack, .soft = &data.soft };
  r.order = trainer.order + trainer.batch;
  r.n = trainer.batch;
  r.n_tangents = n_tangents;
  double at[MOST_PARAMETERS];
  for (size_t i = 0; i < trainer.stack.n_parameters; i++)
    at[i] = (double)trainer.stack.parameters[i];
  CHECK_NEAR(loss, objective(&r, &m, at), 1e-5);
  compare_counts(&m, &r);
  compare_gradient(&trainer, &m, &r);
  strategy.stop(strategy.data, &trainer, ctx);
  fairu_trainer__free(&trainer, ctx);
}

static void a_step_equals_the_same_in_double(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static world w;
  make_world(ctx, &w);
  for (int kind = FAIRU_SUMMARY_SOFTMAX; kind <= FAIRU_SUMMARY_SCORE; kind++) {
    compare_step(ctx, &w, kind, 0);
    compare_step(ctx, &w, kind, 1);
    compare_step(ctx, &w, kind, 2);
  }
  free_world(&w);
  fairu_context_destroy(ctx);
}

/* ---- batches -------------------------------------------------------------------------------------------- */

/* All rows of an epoch are there once, and each batch has the same number of every process, side by side. */
static void batches_share_every_process(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static world w;
  static made_loss m;
  make_world(ctx, &w);
  for (size_t batch = 1; batch < 2000; batch = 2 * batch + 5) {
    fairu_training_options training = training_for(ctx, &w, 0);
    training.batch = batch;
    const fairu_summary_options summary = summary_for(ctx, &w, FAIRU_SUMMARY_SOFTMAX, &m);
    const int32_t *labels = fairu_events_labels(w.tables[0]);
    fairu_summary_training data;
    fairu_training_plan plan;
    fairu_strategy strategy;
    fairu_trainer trainer;
    CHECK_OK(ctx,
             fairu_summary_training__make(ctx, w.tables[0], &training, &summary, &data, &plan, &strategy));
    CHECK_OK(ctx, fairu_trainer__create(&trainer, ctx, w.tables[0], &training, INPUTS, &plan, &strategy));
    CHECK_OK(ctx, strategy.start(strategy.data, &trainer, ctx));
    for (size_t epoch = 0; epoch < 2; epoch++) {
      unsigned char seen[EVENTS] = { 0 };
      fairu_trainer__shuffle(&trainer, epoch);
      CHECK_OK(ctx, strategy.prepare(strategy.data, &trainer, ctx, epoch));
      for (size_t i = 0; i < EVENTS; i++)
        assert_int_equal(seen[trainer.order[i]]++, 0);
      for (size_t i = 0; i < trainer.steps * trainer.batch; i++) {
        const size_t p = (size_t)labels[trainer.order[i]], place = i % trainer.batch;
        assert_true(place >= data.places[p] && place < data.places[p] + data.shares[p]);
      }
    }
    assert_true(trainer.batch >= PROCESSES && trainer.steps * trainer.batch <= EVENTS);
    strategy.stop(strategy.data, &trainer, ctx);
    fairu_trainer__free(&trainer, ctx);
  }
  free_world(&w);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_step_equals_the_same_in_double),
    cmocka_unit_test(batches_share_every_process),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
