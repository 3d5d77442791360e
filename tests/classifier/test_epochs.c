/* The loop over members and epochs as a state machine: a strategy whose losses are written down beforehand, against a plain model of early
 * stopping, callbacks, checkpoints, interruptions and results. Each step moves the bias by -1: it tells which network is handed out. */
#include <unistd.h>

#include "classifier/made_columns.h"
#include "classifier/trainer.h"
#include "numeric/philox.h"
#include "support/support.h"

enum { ROWS = 24, MOST_EPOCHS = 12, MOST_MEMBERS = 3, MOST_TOLD = 512 };

typedef struct script {
  double training[MOST_MEMBERS][MOST_EPOCHS], validation[MOST_MEMBERS][MOST_EPOCHS];
  uint64_t first_seed;
  size_t member, epoch, steps_done, fails_at; /* the step, over all members, that fails; SIZE_MAX: none */
  size_t told[MOST_TOLD], n_told,
      stops_after; /* epochs told to the callback; after how many it wants no more */
  double told_training[MOST_TOLD], told_validation[MOST_TOLD];
} script;

/* ---- the strategy --------------------------------------------------------------------------------------- */

static int prepare(void *data, fairu_trainer *trainer, fairu_context *ctx, size_t epoch)
{
  script *s = data;
  (void)ctx;
  s->member = (size_t)(trainer->options->seed - s->first_seed);
  s->epoch = epoch;
  return FAIRU_OK;
}

static int gradient(void *data, fairu_trainer *trainer, fairu_context *ctx, size_t first, size_t n,
                    double *loss)
{
  script *s = data;
  assert_true(first + n <= trainer->set.training.n);
  if (s->steps_done++ == s->fails_at)
    return fairu_context__fail(ctx, FAIRU_ERR_CALLBACK, "as written down");
  memset(trainer->stack.gradient, 0, trainer->stack.n_gradient * sizeof(float));
  trainer->stack.gradient[trainer->stack.n_parameters - 1] = 1.0F;
  *loss = s->training[s->member][s->epoch] * trainer->loss_unit / (double)trainer->steps;
  return FAIRU_OK;
}

static int validate(void *data, fairu_trainer *trainer, fairu_context *ctx, double *loss)
{
  const script *s = data;
  (void)ctx, (void)trainer;
  *loss = s->validation[s->member][s->epoch];
  return FAIRU_OK;
}

static int note(size_t epoch, double training, double validation, void *user_data)
{
  script *s = user_data;
  assert_true(s->n_told < MOST_TOLD);
  s->told[s->n_told] = epoch;
  s->told_training[s->n_told] = training;
  s->told_validation[s->n_told] = validation;
  s->n_told++;
  return s->n_told == s->stops_after;
}

static int run(fairu_context *ctx, const fairu_events *events, const fairu_training_options *options,
               script *s, fairu_training_result *result, fairu_classifier **out)
{
  const fairu_training_plan plan = { .n_outputs = 1, .output = FAIRU_ACTIVATION_SIGMOID, .n_classes = 2 };
  const fairu_strategy strategy = {
    .name = "script", .prepare = prepare, .gradient = gradient, .validate = validate, .data = s
  };
  fairu_training_options ours;
  CHECK_OK(ctx, fairu_training__read_options(ctx, options, &ours));
  *result = (fairu_training_result){ .struct_size = sizeof *result };
  s->n_told = s->steps_done = 0;
  return fairu_training__run(ctx, events, &ours, &plan, &strategy, result, out);
}

/* ---- the model ------------------------------------------------------------------------------------------ */

/* Where one member stands. */
typedef struct standing {
  size_t done, best;
  double best_loss;
} standing;

typedef struct model {
  const fairu_training_options *o;
  const script *s;
  size_t steps_an_epoch;
  size_t member, before; /* present member; epochs of those before */
  standing now, of[MOST_MEMBERS];
  size_t kept_member, kept_before, has_kept; /* checkpoint */
  standing kept;
  size_t told[MOST_TOLD], n_told;
} model;

static int ended(const model *m)
{
  return m->now.done >= m->o->epochs ||
         (m->o->patience > 0 && m->now.done > 0 && m->now.done - 1 - m->now.best >= m->o->patience);
}

/* A number is better than none; of two the smaller; without patience the last. */
static void model_epoch(model *m)
{
  const size_t e = m->now.done;
  const double loss = m->s->validation[m->member][e];
  if (m->o->patience == 0 || e == 0 || loss < m->now.best_loss || (isnan(m->now.best_loss) && !isnan(loss))) {
    m->now.best = e;
    m->now.best_loss = loss;
  }
  m->now.done++;
  if (m->o->checkpoint && (m->now.done % m->o->checkpoint_every == 0 || ended(m))) {
    m->kept = m->now;
    m->kept_member = m->member;
    m->kept_before = m->before;
    m->has_kept = 1;
  }
  m->told[m->n_told++] = m->before + e;
}

/* Until step `fails_at` of this call, or epoch number `stops_after`. 1: ended well; members that are there in *members. */
static int model_run(model *m, size_t fails_at, size_t stops_after, size_t *members)
{
  size_t steps = 0;
  m->n_told = 0;
  for (*members = m->member; *members < m->o->members;) {
    while (!ended(m)) {
      if (fails_at < steps + m->steps_an_epoch)
        return 0;
      steps += m->steps_an_epoch;
      model_epoch(m);
      if (m->n_told == stops_after) {
        m->of[m->member] = m->now;
        *members = m->member + 1;
        return 1;
      }
    }
    m->of[m->member] = m->now;
    m->before += m->now.done;
    *members = ++m->member;
    m->now = (standing){ 0, 0, 0.0 };
  }
  return 1;
}

/* What a call with `resume` begins with. */
static void model_resume(model *m)
{
  m->member = m->has_kept ? m->kept_member : 0;
  m->before = m->has_kept ? m->kept_before : 0;
  m->now = m->has_kept ? m->kept : (standing){ 0, 0, 0.0 };
}

/* ---- comparisons ---------------------------------------------------------------------------------------- */

static void check_same(double got, double wanted)
{
  if (isfinite(wanted))
    CHECK_NEAR(got, wanted, 1e-9);
  else
    assert_true(isnan(wanted) ? isnan(got) : got == wanted);
}

static void check_result(const model *m, const fairu_training_result *r, size_t members)
{
  double training = 0.0, validation = 0.0;
  size_t epochs = 0;
  for (size_t k = 0; k < members; k++) {
    epochs += m->of[k].done;
    training += m->s->training[k][m->of[k].done - 1] / (double)members;
    validation += m->of[k].best_loss / (double)members;
  }
  assert_int_equal(r->epochs, epochs);
  assert_int_equal(r->steps, epochs * m->steps_an_epoch);
  assert_int_equal(r->best_epoch, m->of[0].best);
  check_same(r->training_loss, training);
  check_same(r->validation_loss, validation);
}

/* Bias of member k is -(steps up to its best epoch); the score of an ensemble is the mean of theirs. */
static void check_network(fairu_context *ctx, const model *m, const fairu_classifier *out, size_t members)
{
  const float x[1] = { 0.0F };
  float score;
  double mean = 0.0;
  CHECK_OK(ctx, fairu_classifier_score(out, ctx, x, 1, 1, NULL, 0, FAIRU_OUTPUT_SCORE, &score));
  for (size_t k = 0; k < members; k++)
    mean += 1.0 / (1.0 + exp(0.125 * (double)((m->of[k].best + 1) * m->steps_an_epoch))) / (double)members;
  CHECK_CLOSE((double)score, mean, 1e-6);
}

static void check_told(const model *m, const script *s)
{
  size_t member = 0, from = 0;
  assert_int_equal(s->n_told, m->n_told);
  for (size_t i = 0; i < s->n_told; i++) {
    assert_int_equal(s->told[i], m->told[i]);
    for (member = 0, from = 0; member + 1 < m->o->members && s->told[i] >= from + m->of[member].done &&
                               m->of[member].done > 0 && member < m->member;
         member++)
      from += m->of[member].done;
    check_same(s->told_training[i], s->training[member][s->told[i] - from]);
    check_same(s->told_validation[i], s->validation[member][s->told[i] - from]);
  }
}

/* ---- tests ---------------------------------------------------------------------------------------------- */

static fairu_events *some_events(fairu_context *ctx)
{
  static const char *const names[1] = { "x" };
  float *x;
  fairu_events *events = made_columns(ctx, names, 1, ROWS, &x);
  for (size_t i = 0; i < ROWS; i++)
    x[i] = (float)i;
  made_turns(ctx, events);
  return events;
}

/* Losses that rise and fall, with ties; now and then infinite, or none at all. */
static script write_script(fairu_philox *rng)
{
  script s = { .first_seed = 1000, .fails_at = SIZE_MAX };
  for (size_t m = 0; m < MOST_MEMBERS; m++)
    for (size_t e = 0; e < MOST_EPOCHS; e++) {
      s.training[m][e] = fairu_philox__uniform(rng);
      s.validation[m][e] = (double)fairu_philox__below(rng, 6);
      if (fairu_philox__below(rng, 6) == 0)
        s.validation[m][e] = fairu_philox__below(rng, 2) ? (double)NAN : (double)INFINITY;
    }
  return s;
}

static fairu_training_options choose_options(fairu_context *ctx, fairu_philox *rng, script *s)
{
  static const char *const names[1] = { "x" };
  fairu_training_options o;
  CHECK_OK(ctx, fairu_training_options_init(&o, sizeof o));
  o.features = names;
  o.n_features = 1;
  o.hidden = NULL;
  o.n_hidden = 0;
  o.standardise = 0;
  o.optimiser = FAIRU_OPTIMISER_SGD;
  o.momentum = 0.0;
  o.schedule = FAIRU_SCHEDULE_CONSTANT;
  o.learning_rate = 0.125;
  o.balance = 0;
  o.seed = s->first_seed;
  o.on_epoch = note;
  o.user_data = s;
  o.epochs = 1 + (size_t)fairu_philox__below(rng, MOST_EPOCHS);
  o.members = 1 + (size_t)fairu_philox__below(rng, MOST_MEMBERS);
  o.patience = (size_t)fairu_philox__below(rng, 4);
  o.validation_fraction = o.patience > 0 ? 0.25 : 0.0;
  o.batch = 1 + (size_t)fairu_philox__below(rng, 30);
  return o;
}

/* Rows of the training part differ from member to member where there is a split: one step an epoch then. */
static size_t steps_an_epoch(fairu_training_options *o)
{
  if (o->validation_fraction > 0.0)
    o->batch = 100;
  return o->batch >= ROWS ? 1 : (ROWS + o->batch - 1) / o->batch;
}

/* A script, options for it, what the model makes of them, and room for what comes out. */
typedef struct trial {
  fairu_philox rng;
  script s;
  fairu_training_options o;
  model m;
  fairu_training_result result;
  fairu_classifier *out;
} trial;

static void begin(trial *t, fairu_context *ctx, uint64_t seed, uint64_t toy)
{
  t->rng = fairu_philox__start(seed, FAIRU_STREAM_USER, toy, 0);
  t->s = write_script(&t->rng);
  t->o = choose_options(ctx, &t->rng, &t->s);
  t->m = (model){ .o = &t->o, .s = &t->s, .steps_an_epoch = steps_an_epoch(&t->o) };
  t->out = NULL;
}

/* What ended well has these members. */
static void check_end(fairu_context *ctx, const model *m, const fairu_training_result *result,
                      fairu_classifier *out, size_t members)
{
  check_result(m, result, members);
  check_network(ctx, m, out, members);
}

/* n trials on some events. */
static void for_trials(uint64_t seed, uint64_t n,
                       void (*check)(fairu_context *ctx, const fairu_events *events, uint64_t toy, trial *t))
{
  fairu_context *ctx = support_context();
  fairu_events *events = some_events(ctx);
  for (uint64_t toy = 0; toy < n; toy++) {
    trial t;
    begin(&t, ctx, seed, toy);
    check(ctx, events, toy, &t);
    fairu_classifier_destroy(t.out);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void check_epochs(fairu_context *ctx, const fairu_events *events, uint64_t toy, trial *t)
{
  size_t members;
  t->s.stops_after = toy % 3 ? 0 : 1 + (size_t)fairu_philox__below(&t->rng, 2 * MOST_EPOCHS);
  CHECK_OK(ctx, run(ctx, events, &t->o, &t->s, &t->result, &t->out));
  assert_true(model_run(&t->m, SIZE_MAX, t->s.stops_after, &members));
  check_told(&t->m, &t->s);
  check_end(ctx, &t->m, &t->result, t->out, members);
}

static void epochs_follow_the_model(void **state)
{
  (void)state;
  for_trials(1, 400, check_epochs);
}

/* Broken off at any step or stopped by the callback, resumed again and again: told from the last checkpoint on, and the same end. */
static void check_interruptions(fairu_context *ctx, const fairu_events *events, uint64_t toy, trial *t)
{
  char path[512];
  size_t members;
  (void)toy;
  t->o.checkpoint = support_path(path, sizeof path, "script.checkpoint");
  t->o.checkpoint_every = 1 + (size_t)fairu_philox__below(&t->rng, 3);
  t->o.resume = 1;
  (void)unlink(path);
  for (int call = 0; call < 12; call++) {
    const int last = call == 11;
    t->s.fails_at =
        last || call % 3 == 2 ? SIZE_MAX : (size_t)fairu_philox__below(&t->rng, 8 * t->m.steps_an_epoch);
    t->s.stops_after = last || call % 3 == 0 ? 0 : 1 + (size_t)fairu_philox__below(&t->rng, 5);
    model_resume(&t->m);
    const int fine = model_run(&t->m, t->s.fails_at, t->s.stops_after, &members);
    const int status = run(ctx, events, &t->o, &t->s, &t->result, &t->out);
    assert_int_equal(status, fine ? FAIRU_OK : FAIRU_ERR_CALLBACK);
    assert_int_equal(t->out != NULL, fine);
    check_told(&t->m, &t->s);
    assert_int_equal(access(path, F_OK) == 0, t->m.has_kept);
    if (fine)
      check_end(ctx, &t->m, &t->result, t->out, members);
    assert_true(!last || members == t->o.members);
    fairu_classifier_destroy(t->out);
    t->out = NULL;
  }
}

static void interruptions_follow_the_model(void **state)
{
  (void)state;
  for_trials(2, 60, check_interruptions);
}

/* Steps and epochs of progress rise to the total, which is that of all members without early stopping. */
typedef struct progress {
  uint64_t last, total;
  size_t calls;
} progress;

static int watch(const char *what, uint64_t done, uint64_t total, void *data)
{
  progress *p = data;
  assert_string_equal(what, "train");
  assert_true(done > p->last && done <= total && (p->calls == 0 || total == p->total));
  p->last = done;
  p->total = total;
  p->calls++;
  return 0;
}

static void check_progress(fairu_context *ctx, const fairu_events *events, uint64_t toy, trial *t)
{
  progress p = { 0, 0, 0 };
  (void)toy;
  CHECK_OK(ctx, fairu_context_set_progress(ctx, watch, &p));
  CHECK_OK(ctx, run(ctx, events, &t->o, &t->s, &t->result, &t->out));
  assert_int_equal(p.calls, t->result.steps);
  assert_int_equal(p.total, t->m.steps_an_epoch * t->o.epochs * t->o.members);
  assert_true(t->o.patience > 0 || p.last == p.total);
  CHECK_OK(ctx, fairu_context_set_progress(ctx, NULL, NULL)); /* p goes now */
}

static void progress_counts_every_step(void **state)
{
  (void)state;
  for_trials(3, 30, check_progress);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(epochs_follow_the_model),
    cmocka_unit_test(interruptions_follow_the_model),
    cmocka_unit_test(progress_counts_every_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
