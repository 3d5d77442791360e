/* Random joins of parts that share parameters, channels of bins and event-wise ones together: value, derivatives and differences from the
 * definition of the whole in long double, constraints once; parts in any order, data of the whole and of its parts. */
#include "likelihood/made_parameter.h"
#include "plain_events.h"

enum { PARTS = 3, PART_BINS = 3, POOL = 6, JOINS = 30 };

/* What all parts mean by their parameters: mu and a free factor, then Gaussian nuisances; "a" is an axis of the event-wise part, too. */
static const char *const pool_names[POOL] = { "mu", "free", "a", "n1", "n2", "n3" };

typedef struct pool_parameter {
  double lower, upper, start, width;
} pool_parameter;

/* Bins with yields mu s + free^f b prod_k norm_k(z_k). */
typedef struct plain_part {
  size_t bins;
  int uses[POOL];
  double s[PART_BINS], b[PART_BINS], n[PART_BINS], down[POOL], up[POOL];
} plain_part;

typedef struct plain_join {
  plain_part parts[PARTS];
  size_t n_parts;
  plain_events *events; /* or NULL */
  pool_parameter pool[POOL];
  size_t n, order[POOL]; /* parameters of the whole in its order, as places in the pool */
} plain_join;

static long double part_nll(const plain_part *part, const long double *v)
{
  long double factor = part->uses[1] ? v[1] : 1.0L, sum = 0.0L;
  for (size_t k = 2; k < POOL; k++)
    if (part->uses[k]) /* exponential on both sides: code 1 */
      factor *= powl(v[k] > 0.0L ? part->up[k] : part->down[k], fabsl(v[k]));
  for (size_t b = 0; b < part->bins; b++) {
    const long double nu = v[0] * part->s[b] + factor * part->b[b];
    sum += nu - (part->n[b] > 0.0 ? part->n[b] * logl(nu) : 0.0L) + lgammal(part->n[b] + 1.0L);
  }
  return sum;
}

/* Values of the pool from the parameters of the whole; what nobody uses stays at its start. */
static void spread(const plain_join *j, const long double *x, long double *v)
{
  for (size_t k = 0; k < POOL; k++)
    v[k] = j->pool[k].start;
  for (size_t i = 0; i < j->n; i++)
    v[j->order[i]] = x[i];
}

/* Main terms of all, and each constraint once. */
static long double plain_nll(const long double *x, const void *data)
{
  const plain_join *j = data;
  long double v[POOL], sum = 0.0L;
  spread(j, x, v);
  for (size_t p = 0; p < j->n_parts; p++)
    sum += part_nll(&j->parts[p], v);
  if (j->events) {
    const long double y[2] = { v[0], v[2] };
    const long double pull = (v[2] - j->events->centre[0]) / j->events->width[0];
    sum += pe_nll(y, j->events) - 0.5L * pull * pull;
  }
  for (size_t i = 0; i < j->n; i++) {
    const pool_parameter *p = &j->pool[j->order[i]];
    if (p->width > 0.0)
      sum += 0.5L * (v[j->order[i]] - p->start) * (v[j->order[i]] - p->start) /
             ((long double)p->width * p->width);
  }
  return sum;
}

static void draw_part(draws *d, plain_part *part)
{
  part->bins = 1 + draw_below(d, PART_BINS);
  part->uses[0] = 1;
  for (size_t k = 1; k < POOL; k++) {
    part->uses[k] = draw_below(d, 2) > 0;
    part->down[k] = draw_between(d, 0.8, 0.98);
    part->up[k] = draw_between(d, 1.02, 1.3);
  }
  for (size_t b = 0; b < part->bins; b++) {
    part->s[b] = draw_between(d, 1.0, 10.0);
    part->b[b] = draw_between(d, 10.0, 100.0);
    part->n[b] = draw_below(d, 8) ? floor(part->b[b] + draw_between(d, 0.0, 20.0)) : 0.0;
  }
}

static void draw_join(draws *d, plain_join *j)
{
  memset(j, 0, sizeof *j);
  j->n_parts = 1 + draw_below(d, PARTS);
  for (size_t p = 0; p < j->n_parts; p++)
    draw_part(d, &j->parts[p]);
  if (draw_below(d, 2)) {
    j->events = pe_draw(d, 1, 40);
    for (size_t i = 0; i < j->events->n_rows; i++) /* as main counts, an event is one */
      j->events->weights[i] = 1.0;
  }
  for (size_t k = 0; k < POOL; k++)
    j->pool[k] = (pool_parameter){ .lower = k < 2 ? 0.0 : -8.0,
                                   .upper = k < 2 ? 50.0 : 8.0,
                                   .start = k < 2 ? 1.0 : 0.0,
                                   .width = k < 2 ? 0.0 : draw_between(d, 0.5, 2.0) };
  if (j->events) {
    j->pool[2].start = j->events->centre[0];
    j->pool[2].width = j->events->width[0];
  }
}

/* ---- made ---------------------------------------------------------------------------------------------- */

static size_t add_parameter(fairu_context *ctx, fairu_model *m, const plain_join *j, size_t k)
{
  const pool_parameter *p = &j->pool[k];
  const made_parameter made = { pool_names[k], p->start, p->lower, p->upper, p->width, 0.0, 0 };
  size_t index = 0;
  CHECK_OK(ctx, made_parameter_add(ctx, m, made, &index));
  return index;
}

static fairu_likelihood *make_part(fairu_context *ctx, const plain_join *j, size_t p)
{
  const plain_part *part = &j->parts[p];
  fairu_model *m = NULL;
  fairu_likelihood *out = NULL;
  size_t channel = 0, signal = 0, background = 0;
  const char name[3] = { 'c', (char)('0' + p), '\0' };
  CHECK_OK(ctx, fairu_model_create(ctx, &m));
  CHECK_OK(ctx, fairu_model_add_channel(m, ctx, name, part->bins, &channel));
  CHECK_OK(ctx, fairu_model_add_sample(m, ctx, channel, "signal", part->s, part->bins, &signal));
  CHECK_OK(ctx, fairu_model_add_sample(m, ctx, channel, "background", part->b, part->bins, &background));
  for (size_t k = 0; k < POOL; k++) {
    if (!part->uses[k])
      continue;
    const size_t i = add_parameter(ctx, m, j, k);
    if (k < 2)
      CHECK_OK(ctx, fairu_model_add_factor(m, ctx, k ? background : signal, i));
    else
      CHECK_OK(ctx, fairu_model_add_norm(m, ctx, background, i, part->down[k], part->up[k], FAIRU_CODE_1));
  }
  CHECK_OK(ctx, fairu_likelihood_create_from_model(ctx, m, "mu", &out));
  fairu_model_destroy(m);
  return out;
}

typedef struct made_join {
  fairu_likelihood *parts[PARTS + 1], *whole;
  size_t n_parts;
  pe_made events;
  fairu_data *data;
} made_join;

/* The order in which names are met: of the parts one after the other. */
static void take_order(fairu_context *ctx, plain_join *j, const fairu_likelihood *whole)
{
  j->n = fairu_likelihood_n_parameters(whole);
  for (size_t i = 0; i < j->n; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    size_t k = 0;
    CHECK_OK(ctx, fairu_likelihood_parameter(whole, ctx, i, &p));
    while (strcmp(pool_names[k], p.name) != 0)
      assert_true(++k < POOL);
    for (size_t before = 0; before < i; before++)
      assert_true(j->order[before] != k);
    j->order[i] = k;
    assert_int_equal(p.constraint, j->pool[k].width > 0.0 ? FAIRU_CONSTRAINT_PRIOR : FAIRU_CONSTRAINT_NONE);
  }
}

static void make_data(fairu_context *ctx, const plain_join *j, made_join *m)
{
  double counts[PARTS * PART_BINS];
  CHECK_OK(ctx, fairu_data_create(ctx, m->whole, &m->data));
  for (size_t p = 0, n = 0; p < j->n_parts; p++) {
    const plain_part *part = &j->parts[p];
    memcpy(counts + n, part->n, part->bins * sizeof *counts);
    n += part->bins;
    CHECK_OK(ctx, fairu_data_set_observed(fairu_data_part(m->data, p), ctx, part->n, part->bins));
    if (p + 1 == j->n_parts && !j->events) /* as a whole: the same */
      CHECK_OK(ctx, fairu_data_set_observed(m->data, ctx, counts, n));
  }
  if (j->events)
    CHECK_OK(ctx, fairu_data_set_events(fairu_data_part(m->data, j->n_parts), ctx, j->events->weights,
                                        j->events->n_rows));
}

static made_join make(fairu_context *ctx, plain_join *j)
{
  made_join m = { .n_parts = j->n_parts };
  for (size_t p = 0; p < j->n_parts; p++)
    m.parts[p] = make_part(ctx, j, p);
  if (j->events) {
    m.events = pe_create(ctx, j->events);
    m.parts[m.n_parts++] = m.events.likelihood;
  }
  CHECK_OK(ctx, fairu_likelihood_create_combined(ctx, (const fairu_likelihood *const *)m.parts, m.n_parts,
                                                 NULL, &m.whole));
  assert_int_equal(fairu_likelihood_n_parts(m.whole), m.n_parts);
  take_order(ctx, j, m.whole);
  make_data(ctx, j, &m);
  return m;
}

static void drop(plain_join *j, made_join *m)
{
  fairu_data_destroy(m->data);
  fairu_likelihood_destroy(m->whole);
  for (size_t p = 0; p < j->n_parts; p++)
    fairu_likelihood_destroy(m->parts[p]);
  if (j->events)
    pe_destroy(&m->events);
  free(j->events);
}

static void draw_point(draws *d, const plain_join *j, double *x)
{
  double at[2] = { 0.5, 0.0 };
  if (j->events)
    pe_draw_point(d, j->events, at);
  for (size_t i = 0; i < j->n; i++) {
    const size_t k = j->order[i];
    x[i] = k == 0   ? draw_between(d, 0.1, 3.0)
           : k == 1 ? draw_between(d, 0.5, 2.0)
           : k == 2 && j->events
               ? at[1]
               : (draw_below(d, 2) ? 1.0 : -1.0) * draw_between(d, 0.1, 2.0); /* code 1 has a kink at 0 */
  }
}

static double value_at(fairu_context *ctx, const made_join *m, const double *x, size_t n)
{
  double nll[2];
  CHECK_OK(ctx, fairu_likelihood_nll(m->whole, ctx, m->data, x, n, nll, NULL, NULL));
  return nll[0] + nll[1];
}

/* The constant parts of constraint densities are told by models, not by event-wise ones: differences between points have none. */
static void joins_are_their_definition(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 51 };
  for (int t = 0; t < JOINS; t++) {
    plain_join j;
    double x[POOL], y[POOL], nll[2], gradient[POOL], hessian[POOL * POOL], difference;
    draw_join(&d, &j);
    made_join m = make(ctx, &j);
    pm_problem p = { .f = plain_nll, .data = &j, .n = j.n };
    pm_minimum wanted = { .value = 0.0L };
    long double v[POOL];
    draw_point(&d, &j, x);
    draw_point(&d, &j, y);
    for (size_t i = 0; i < j.n; i++) {
      wanted.x[i] = x[i];
      v[i] = y[i];
      p.scale[i] = 0.5L;
    }
    if (j.events) /* centred away from 0, "a" may meet the kink of code 1 */
      for (size_t i = 0; i < j.n; i++)
        if (fabs(x[i]) < 0.02)
          x[i] = 0.02, wanted.x[i] = 0.02L;
    pm_derivatives(&p, &wanted);
    CHECK_OK(ctx, fairu_likelihood_nll(m.whole, ctx, m.data, x, j.n, nll, gradient, hessian));
    for (size_t i = 0; i < j.n; i++) {
      CHECK_NEAR(gradient[i], (double)wanted.gradient[i], 1e-8 * (1.0 + fabs(gradient[i])));
      for (size_t k = 0; k < j.n; k++)
        CHECK_NEAR(hessian[i * j.n + k], (double)wanted.hessian[i * j.n + k],
                   1e-7 * (1.0 + sqrt(fabs(hessian[i * j.n + i] * hessian[k * j.n + k]))));
    }
    CHECK_OK(ctx, fairu_likelihood_nll_difference(m.whole, ctx, m.data, y, x, j.n, &difference));
    CHECK_NEAR(difference, (double)(plain_nll(v, &j) - wanted.value), 1e-11 * (1.0 + fabs(nll[0])));
    CHECK_NEAR(value_at(ctx, &m, y, j.n) - (nll[0] + nll[1]), difference,
               1e-11 * (1.0 + fabs(nll[0] + nll[1])));
    drop(&j, &m);
  }
  fairu_context_destroy(ctx);
}

/* The same parts the other way round; a join is no part. */
static void order_does_not_matter(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 52 };
  for (int t = 0; t < JOINS; t++) {
    plain_join j;
    draw_join(&d, &j);
    j.n_parts = j.n_parts < 2 ? 2 : j.n_parts;
    draw_part(&d, &j.parts[1]);
    free(j.events);
    j.events = NULL;
    made_join m = make(ctx, &j);
    fairu_likelihood *nested = NULL;
    made_join other = { .whole = NULL };
    const fairu_likelihood *back[PARTS], *two[2];
    for (size_t p = 0; p < j.n_parts; p++)
      back[p] = m.parts[j.n_parts - 1 - p];
    CHECK_OK(ctx, fairu_likelihood_create_combined(ctx, back, j.n_parts, NULL, &other.whole));
    two[0] = m.parts[0];
    two[1] = other.whole;
    CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_likelihood_create_combined(ctx, two, 2, NULL, &nested));
    CHECK_SAYS(ctx, "parts[1] is combined itself");
    assert_null(nested);
    assert_int_equal(fairu_likelihood_n_bins(other.whole), fairu_likelihood_n_bins(m.whole));
    plain_join as = j;
    double counts[PARTS * PART_BINS], x[POOL], y[POOL];
    size_t n = 0;
    take_order(ctx, &as, other.whole);
    for (size_t p = j.n_parts; p-- > 0; n += j.parts[p].bins)
      memcpy(counts + n, j.parts[p].n, j.parts[p].bins * sizeof *counts);
    CHECK_OK(ctx, fairu_data_create(ctx, other.whole, &other.data));
    CHECK_OK(ctx, fairu_data_set_observed(other.data, ctx, counts, n));
    draw_point(&d, &j, x);
    for (size_t i = 0; i < as.n; i++)
      for (size_t k = 0; k < j.n; k++)
        if (as.order[i] == j.order[k])
          y[i] = x[k];
    const double value = value_at(ctx, &m, x, j.n);
    CHECK_NEAR(value_at(ctx, &other, y, as.n), value, 1e-12 * (1.0 + fabs(value)));
    fairu_data_destroy(other.data);
    fairu_likelihood_destroy(other.whole);
    drop(&j, &m);
  }
  fairu_context_destroy(ctx);
}

/* A centre set on the whole moves every part's: the constraint is one. */
static void a_shared_centre_is_one(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 53 };
  for (int t = 0; t < JOINS; t++) {
    plain_join j;
    double x[POOL], aux = 0.0;
    draw_join(&d, &j);
    made_join m = make(ctx, &j);
    draw_point(&d, &j, x);
    for (size_t i = 0; i < j.n; i++) {
      const pool_parameter *p = &j.pool[j.order[i]];
      if (!(p->width > 0.0)) {
        CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_data_set_aux(m.data, ctx, i, 0.3));
        continue;
      }
      const double before = value_at(ctx, &m, x, j.n), to = p->start + draw_between(&d, -1.0, 1.0);
      CHECK_OK(ctx, fairu_data_set_aux(m.data, ctx, i, to));
      CHECK_OK(ctx, fairu_data_aux(m.data, ctx, i, &aux));
      assert_true(aux == to);
      const double old = (x[i] - p->start) / p->width, now = (x[i] - to) / p->width;
      CHECK_NEAR(value_at(ctx, &m, x, j.n) - before, 0.5 * (now * now - old * old),
                 1e-11 * (1.0 + fabs(before)));
    }
    drop(&j, &m);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(joins_are_their_definition),
    cmocka_unit_test(order_does_not_matter),
    cmocka_unit_test(a_shared_centre_is_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
