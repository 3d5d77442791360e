/* No memory: draws from priors, plain transformations of columns and weights. */
#include "abi/memory.h"

static const char *const names[] = { "systematics" };

static int fairu_nuisance_draw_body(fairu_context *ctx, void *data)
{
  static const double z[4] = { 0.0, 1.0, 2.0, 3.0 }, density[4] = { 1.0, 2.0, 2.0, 1.0 };
  double values[3];
  fairu_nuisance nuisance;
  (void)data;
  int status = fairu_nuisance_init(&nuisance, sizeof nuisance);
  nuisance.name = "angle";
  nuisance.prior = FAIRU_PRIOR_TABULATED;
  nuisance.table_z = z;
  nuisance.table_density = density;
  nuisance.n_table = 4;
  if (status == FAIRU_OK)
    status = fairu_nuisance_draw(ctx, &nuisance, 1, 0, 3, 1, values);
  return status;
}

static const memory_case cases[] = { ROW(fairu_nuisance_draw, 1) };
enum { N_CASES = sizeof cases / sizeof *cases };

static void no_function_is_forgotten(void **state)
{
  (void)state;
  memory_check_complete(names, sizeof names / sizeof *names, cases, N_CASES);
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  world w = world_make();
  memory_check_all(cases, N_CASES, &w);
  world_free(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(no_function_is_forgotten),
                                      cmocka_unit_test(every_allocation_may_fail) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
