/* No memory: tables of event-wise terms. */
#include "abi/memory.h"

static const char *const names[] = { "event_terms" };

enum { ROWS = 9, KNOTS = 4 };
static const double knots[KNOTS] = { 0.0, 1.0, 2.0, 3.0 };
static const fairu_axis axis = { "angle", knots, KNOTS, 1.0 };
static const double weights[ROWS] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

/* A table with a pool, a likelihood on it and its data: what a call may need. */
typedef struct parts {
  fairu_grid *grid;
  fairu_event_terms *terms;
  fairu_likelihood *likelihood;
  fairu_data *data;
} parts;

static int make_table(fairu_context *ctx, parts *p)
{
  *p = (parts){ NULL, NULL, NULL, NULL };
  int status = fairu_grid_create(ctx, &axis, 1, NULL, 0, &p->grid);
  if (status == FAIRU_OK)
    status = fairu_event_terms_create_from_function(ctx, p->grid, ROWS, world_term, NULL, &p->terms);
  return status;
}

static int make_model(fairu_context *ctx, parts *p)
{
  static const fairu_factor mu = { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL };
  fairu_event_model model;
  fairu_likelihood_options options;
  int status = make_table(ctx, p);
  if (status == FAIRU_OK)
    status = fairu_event_terms_set_pool(p->terms, ctx, weights, ROWS);
  if (status == FAIRU_OK)
    status = fairu_event_model_init(&model, sizeof model);
  if (status == FAIRU_OK)
    status = fairu_likelihood_options_init(&options, sizeof options);
  if (status != FAIRU_OK)
    return status;
  model.signal_yield = 5.0;
  model.background_yield = 20.0;
  model.terms = p->terms;
  options.factors = &mu;
  options.n_factors = 1;
  status = fairu_likelihood_create_unbinned(ctx, &model, &options, &p->likelihood);
  return status == FAIRU_OK ? fairu_data_create(ctx, p->likelihood, &p->data) : status;
}

static int clear(parts *p, int status)
{
  fairu_data_destroy(p->data);
  fairu_likelihood_destroy(p->likelihood);
  fairu_event_terms_destroy(p->terms);
  fairu_grid_destroy(p->grid);
  return status;
}

static int fairu_event_terms_create_from_function_body(fairu_context *ctx, void *data)
{
  parts p;
  (void)data;
  return clear(&p, make_table(ctx, &p));
}

static int fairu_event_terms_create_body(fairu_context *ctx, void *data)
{
  parts p;
  static const double values[KNOTS * 2] = { 1, 2, 3, 4, 5, 6, 7, 8 };
  fairu_event_terms *out = NULL;
  (void)data;
  int status = make_table(ctx, &p);
  if (status == FAIRU_OK)
    status = fairu_event_terms_create(ctx, p.grid, 2, values, values, &out);
  fairu_event_terms_destroy(out);
  return clear(&p, status);
}

static int fairu_event_terms_create_from_classifiers_body(fairu_context *ctx, void *data)
{
  const world *w = (const world *)data;
  fairu_event_terms *out = NULL;
  fairu_event_classifiers classifiers;
  int status = fairu_event_classifiers_init(&classifiers, sizeof classifiers);
  classifiers.ratio = w->network;
  classifiers.density = w->network;
  if (status == FAIRU_OK)
    status = fairu_event_terms_create_from_classifiers(ctx, w->parts.grid, w->events, &classifiers, &out);
  fairu_event_terms_destroy(out);
  return status;
}

static int fairu_event_terms_set_pool_body(fairu_context *ctx, void *data)
{
  parts p;
  (void)data;
  int status = make_table(ctx, &p);
  if (status == FAIRU_OK)
    status = fairu_event_terms_set_pool(p.terms, ctx, weights, ROWS);
  return clear(&p, status);
}

static int fairu_event_terms_normalise_body(fairu_context *ctx, void *data)
{
  parts p;
  (void)data;
  int status = make_model(ctx, &p);
  if (status == FAIRU_OK)
    status = fairu_event_terms_normalise(p.terms, ctx, p.terms, 3);
  return clear(&p, status);
}

static int fairu_data_set_event_terms_body(fairu_context *ctx, void *data)
{
  parts p;
  (void)data;
  int status = make_model(ctx, &p);
  if (status == FAIRU_OK)
    status = fairu_data_set_event_terms(p.data, ctx, p.terms, weights, ROWS);
  return clear(&p, status);
}

/* Asimov data, a toy, and the value there go the same ways. */
static int fairu_data_draw_events_body(fairu_context *ctx, void *data)
{
  parts p;
  const double at[2] = { 1.0, 1.5 };
  double nll[2], gradient[2], hessian[4];
  (void)data;
  int status = make_model(ctx, &p);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov(p.likelihood, ctx, at, 2, p.data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_toy(p.likelihood, ctx, at, 2, 1, 1, p.data);
  if (status == FAIRU_OK)
    status = fairu_data_draw_events(p.data, ctx, weights, ROWS, 1, 2);
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll(p.likelihood, ctx, p.data, at, 2, nll, gradient, hessian);
  return clear(&p, status);
}

static const memory_case cases[] = {
  ROW(fairu_event_terms_create, 1),
  ROW(fairu_event_terms_create_from_function, 1),
  ROW(fairu_event_terms_create_from_classifiers, 1),
  ROW(fairu_event_terms_set_pool, 1),
  ROW(fairu_event_terms_normalise, 1),
  ROW(fairu_data_set_event_terms, 1),
  ROW(fairu_data_draw_events, 1),
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
