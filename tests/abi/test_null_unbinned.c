/* NULL, one pointer at a time: tables of event-wise terms. */
#include "abi/null.h"
#include "likelihood/event_rotation.h"

/* A model on a table of its own. */
typedef struct unbinned {
  rotation r;
  fairu_grid *grid;
  fairu_event_terms *terms;
  rotation_problem p;
} unbinned;

static unbinned begin(fairu_context *ctx)
{
  unbinned u;
  rotation_plane(&u.r, 5, 1.0);
  u.grid = rotation_grid(ctx, 5);
  u.terms = rotation_terms(ctx, &u.r, 5);
  CHECK_OK(ctx, fairu_event_terms_set_pool(u.terms, ctx, u.r.background, u.r.n));
  rotation_problem_create(ctx, u.terms, NULL, &u.p);
  CHECK_OK(ctx, fairu_data_set_events(u.p.data, ctx, u.r.weight, u.r.n));
  return u;
}

static void end(unbinned *u)
{
  rotation_problem_clear(&u->p);
  fairu_event_terms_destroy(u->terms);
  fairu_grid_destroy(u->grid);
  rotation_free(&u->r);
}

static void maker_rows(null_test *t, unbinned *u)
{
  fairu_context *ctx = t->w.ctx;
  fairu_event_terms **out = OUT(fairu_event_terms);
  const double values[5] = { 0.1, 0.2, 0.3, 0.4, 0.5 };
  fairu_event_classifiers classifiers;
  CHECK_OK(ctx, fairu_event_classifiers_init(&classifiers, sizeof classifiers));
  classifiers.ratio = t->w.network;
  null_reset(t);
  NO_OBJECT_CTX(fairu_event_terms_create(NULL, u->grid, 1, values, values, out));
  NO_OBJECT(fairu_event_terms_create(ctx, NULL, 1, values, values, out));
  NO_OBJECT(fairu_event_terms_create(ctx, u->grid, 1, NULL, values, out));
  MAKES(fairu_event_terms_create(ctx, u->grid, 1, values, NULL, out), fairu_event_terms);
  REFUSES(fairu_event_terms_create(ctx, u->grid, 1, values, values, NULL));
  NO_OBJECT_CTX(fairu_event_terms_create_from_function(NULL, u->grid, 1, rotation_term, &u->r, out));
  NO_OBJECT(fairu_event_terms_create_from_function(ctx, NULL, 1, rotation_term, &u->r, out));
  NO_OBJECT(fairu_event_terms_create_from_function(ctx, u->grid, 1, NULL, &u->r, out));
  MAKES(fairu_event_terms_create_from_function(ctx, u->grid, 1, world_term, NULL, out), fairu_event_terms);
  REFUSES(fairu_event_terms_create_from_function(ctx, u->grid, 1, rotation_term, &u->r, NULL));
  const fairu_grid *g = t->w.parts.grid;
  const fairu_events *e = t->w.events;
  NO_OBJECT_CTX(fairu_event_terms_create_from_classifiers(NULL, g, e, &classifiers, out));
  NO_OBJECT(fairu_event_terms_create_from_classifiers(ctx, NULL, e, &classifiers, out));
  NO_OBJECT(fairu_event_terms_create_from_classifiers(ctx, g, NULL, &classifiers, out));
  NO_OBJECT(fairu_event_terms_create_from_classifiers(ctx, g, e, NULL, out));
  REFUSES(fairu_event_terms_create_from_classifiers(ctx, g, e, &classifiers, NULL));
  ANSWERS(fairu_event_classifiers_init(NULL, sizeof classifiers) == FAIRU_ERR_NULL);
  IGNORES(fairu_event_terms_destroy(NULL));
  ANSWERS(fairu_event_terms_n_events(NULL) == 0);
}

static void evaluate_rows(null_test *t, unbinned *u)
{
  const double z = 0.5;
  double f[6][2];
  fairu_event_terms *terms = u->terms;
  ANSWERS(fairu_event_terms_evaluate(0, 2, NULL, 1, f[0], f[1], f[2], f[3], f[4], f[5], terms) ==
          FAIRU_ERR_NULL);
  ANSWERS(fairu_event_terms_evaluate(0, 2, &z, 1, NULL, f[1], f[2], f[3], f[4], f[5], terms) ==
          FAIRU_ERR_NULL);
  ANSWERS(fairu_event_terms_evaluate(0, 2, &z, 1, f[0], NULL, f[2], f[3], f[4], f[5], terms) == FAIRU_OK);
  ANSWERS(fairu_event_terms_evaluate(0, 2, &z, 1, f[0], f[1], NULL, f[3], f[4], f[5], terms) == FAIRU_OK);
  ANSWERS(fairu_event_terms_evaluate(0, 2, &z, 1, f[0], f[1], f[2], NULL, f[4], f[5], terms) ==
          FAIRU_ERR_NULL);
  ANSWERS(fairu_event_terms_evaluate(0, 2, &z, 1, f[0], f[1], f[2], f[3], NULL, f[5], terms) == FAIRU_OK);
  ANSWERS(fairu_event_terms_evaluate(0, 2, &z, 1, f[0], f[1], f[2], f[3], f[4], NULL, terms) == FAIRU_OK);
  ANSWERS(fairu_event_terms_evaluate(0, 2, &z, 1, f[0], f[1], f[2], f[3], f[4], f[5], NULL) ==
          FAIRU_ERR_NULL);
}

static void use_rows(null_test *t, unbinned *u)
{
  fairu_context *ctx = t->w.ctx;
  const double *w = u->r.background;
  const size_t n = u->r.n;
  REFUSES(fairu_event_terms_set_pool(NULL, ctx, w, n));
  REFUSES_CTX(fairu_event_terms_set_pool(u->terms, NULL, w, n));
  REFUSES(fairu_event_terms_set_pool(u->terms, ctx, NULL, n));
  REFUSES(fairu_event_terms_normalise(NULL, ctx, u->terms, 3));
  REFUSES_CTX(fairu_event_terms_normalise(u->terms, NULL, u->terms, 3));
  REFUSES(fairu_event_terms_normalise(u->terms, ctx, NULL, 3));
  REFUSES(fairu_data_set_event_terms(NULL, ctx, u->terms, w, n));
  REFUSES_CTX(fairu_data_set_event_terms(u->p.data, NULL, u->terms, w, n));
  REFUSES(fairu_data_set_event_terms(u->p.data, ctx, NULL, w, n));
  ANSWERS(fairu_data_set_event_terms(u->p.data, ctx, u->terms, NULL, n) == FAIRU_OK);
  REFUSES(fairu_data_draw_events(NULL, ctx, w, n, 1, 1));
  REFUSES_CTX(fairu_data_draw_events(u->p.data, NULL, w, n, 1, 1));
  REFUSES(fairu_data_draw_events(u->p.data, ctx, NULL, n, 1, 1));
}

static void no_pointer_is_taken_on_trust(void **state)
{
  (void)state;
  static const char *const names[] = { "event_terms" };
  null_test *t = null_begin(names, sizeof names / sizeof *names);
  unbinned u = begin(t->w.ctx);
  null_reset(t);
  maker_rows(t, &u);
  evaluate_rows(t, &u);
  use_rows(t, &u);
  end(&u);
  null_end(t);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(no_pointer_is_taken_on_trust) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
