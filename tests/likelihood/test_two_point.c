/* A choice between two simulations is never told as a measurement: pull and constraint are withheld, impacts are those of the prior. */
#include "likelihood/linear_model.h"
#include "likelihood/workspace_made.h"

static const char text[] =
    "{'version':'1.0.0','channels':[{'name':'SR','samples':[" SAMPLE("a", "[50,1]", MU) "," SAMPLE(
        "b", "[500,600]",
        MODIFIER(
            "xs", "normsys",
            "{'lo':0.8,'hi':1.2}")) "]}],'observations':[{'name':'SR','data':[510,620]}],'measurements':["
                                    "{'name':'one','config':{'poi':'mu','parameters':[]}}]}";

static made make_marked(const char *const *names, size_t n)
{
  fairu_workspace_options options;
  assert_int_equal(fairu_workspace_options_init(&options, sizeof options), FAIRU_OK);
  options.two_points = names;
  options.n_two_points = n;
  return make_with(text, &options);
}

static fairu_impact impact_of(const made *m, size_t parameter)
{
  fairu_impact impacts[2] = { { .struct_size = sizeof impacts[0] } };
  size_t n = 0;
  CHECK_OK(m->ctx, fairu_likelihood_impacts(m->likelihood, m->ctx, m->data, NULL, impacts, 2, &n));
  assert_int_equal(n, 1);
  assert_int_equal(impacts[0].parameter, parameter);
  return impacts[0];
}

static void a_workspace_can_say_it(void **state)
{
  static const char *const names[1] = { "xs" };
  (void)state;
  made plain = make(text), marked = make_marked(names, 1);
  size_t xs = 0;
  CHECK_OK(plain.ctx, fairu_likelihood_find_parameter(plain.likelihood, plain.ctx, "xs", &xs));
  assert_int_equal(parameter_of(&plain, "xs").statistical_origin, 1);
  assert_int_equal(parameter_of(&marked, "xs").statistical_origin, 0);
  assert_int_equal(parameter_of(&marked, "mu").statistical_origin, 1);
  const fairu_impact a = impact_of(&plain, xs), b = impact_of(&marked, xs);
  assert_true(a.statistical_origin == 1 && b.statistical_origin == 0);
  assert_true(a.value == b.value && a.prefit_error == b.prefit_error);
  assert_true(a.prefit_up == b.prefit_up && a.prefit_down == b.prefit_down);
  assert_true(a.constraint < 0.5); /* the counts narrow it a lot, and that is what must not be told */
  assert_true(isfinite(a.pull) && isnan(b.pull) && isnan(b.constraint) && isnan(b.error));
  assert_true(fabs(a.impact_down) < 0.8 * fabs(a.prefit_down));
  assert_true(b.impact_up == b.prefit_up && b.impact_down == b.prefit_down);
  clear(&plain);
  clear(&marked);
}

static void refused(fairu_context *ctx, const fairu_workspace *workspace, const char *const *names, int code,
                    const char *says)
{
  fairu_workspace_options options;
  fairu_likelihood *likelihood = NULL;
  assert_int_equal(fairu_workspace_options_init(&options, sizeof options), FAIRU_OK);
  options.two_points = names;
  options.n_two_points = 1;
  CHECK_FAILS(ctx, code, fairu_likelihood_create_from_workspace(ctx, workspace, &options, &likelihood));
  CHECK_SAYS(ctx, says);
  assert_null(likelihood);
}

static void wrong_names_are_refused(void **state)
{
  static const char *const nowhere[1] = { "ys" }, *const bare[1] = { "mu" }, *const none[1] = { NULL };
  (void)state;
  made m = make(text);
  refused(m.ctx, m.workspace, nowhere, FAIRU_ERR_NOT_FOUND, "two_points[0]: the model has no parameter 'ys'");
  refused(m.ctx, m.workspace, bare, FAIRU_ERR_ARGUMENT, "two_points[0]: 'mu' has no prior");
  refused(m.ctx, m.workspace, none, FAIRU_ERR_NULL, "two_points[0] is NULL");
  refused(m.ctx, m.workspace, NULL, FAIRU_ERR_NULL, "two_points[0] is NULL");
  clear(&m);
}

static void parts_must_agree(void **state)
{
  static const char *const names[1] = { "xs" };
  (void)state;
  made plain = make(text), marked = make_marked(names, 1), again = make_marked(names, 1);
  const fairu_likelihood *both[2] = { plain.likelihood, marked.likelihood };
  fairu_likelihood *joined = NULL;
  fairu_combine_options options;
  CHECK_OK(plain.ctx, fairu_combine_options_init(&options, sizeof options));
  options.allow_same_events = 1;
  CHECK_FAILS(plain.ctx, FAIRU_ERR_ARGUMENT,
              fairu_likelihood_create_combined(plain.ctx, both, 2, &options, &joined));
  CHECK_SAYS(plain.ctx, "'xs' has Gaussian prior");
  CHECK_SAYS(plain.ctx, "two-point prior");
  both[0] = again.likelihood;
  CHECK_OK(plain.ctx, fairu_likelihood_create_combined(plain.ctx, both, 2, &options, &joined));
  fairu_parameter p = { .struct_size = sizeof p };
  size_t xs = 0;
  CHECK_OK(plain.ctx, fairu_likelihood_find_parameter(joined, plain.ctx, "xs", &xs));
  CHECK_OK(plain.ctx, fairu_likelihood_parameter(joined, plain.ctx, xs, &p));
  assert_int_equal(p.statistical_origin, 0);
  fairu_likelihood_destroy(joined);
  clear(&again);
  clear(&plain);
  clear(&marked);
}

/* By the nuisance itself, in a likelihood of templates. */
static void a_nuisance_says_it_to_templates(void **state)
{
  static const fairu_factor mu = { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL };
  (void)state;
  fairu_context *ctx = support_context();
  linear_model m;
  fairu_nuisance prior;
  fairu_likelihood_options options;
  fairu_likelihood *likelihood = NULL;
  fairu_parameter p = { .struct_size = sizeof p };
  CHECK_OK(ctx, linear_create(ctx, 100.0, &m));
  CHECK_OK(ctx, fairu_likelihood_options_init(&options, sizeof options));
  CHECK_OK(ctx, fairu_nuisance_init(&prior, sizeof prior));
  prior.name = "b";
  prior.statistical_origin = 0;
  const fairu_constraint constraint = { "b", FAIRU_CONSTRAINT_PRIOR, &prior, NULL };
  options.factors = &mu;
  options.n_factors = 1;
  options.constraints = &constraint;
  options.n_constraints = 1;
  CHECK_OK(ctx, fairu_likelihood_create(ctx, m.templates, &options, &likelihood));
  for (size_t i = 0; i < 3; i++) {
    CHECK_OK(ctx, fairu_likelihood_parameter(likelihood, ctx, i, &p));
    assert_int_equal(p.statistical_origin, strcmp(p.name, "b") != 0);
  }
  fairu_likelihood_destroy(likelihood);
  prior.statistical_origin = 2;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_likelihood_create(ctx, m.templates, &options, &likelihood));
  CHECK_SAYS(ctx, "prior of 'b': statistical_origin is 2, not 0 or 1");
  linear_destroy(&m);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_workspace_can_say_it),
    cmocka_unit_test(wrong_names_are_refused),
    cmocka_unit_test(parts_must_agree),
    cmocka_unit_test(a_nuisance_says_it_to_templates),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
