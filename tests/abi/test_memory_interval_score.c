/* No memory: scores. */
#include "abi/memory.h"

static const char *const names[] = { "interval_score" };

enum { N = 200 };

static double mu[N], p16[N], p84[N];
static int64_t sets[N];

/* More sets than fit at first. */
static fairu_interval_entries entries(void)
{
  for (int i = 0; i < N; i++) {
    p84[i] = 1.0;
    sets[i] = i;
  }
  return (fairu_interval_entries){
    .struct_size = sizeof(fairu_interval_entries), .n = N, .mu_true = mu, .p16 = p16, .p84 = p84, .set = sets
  };
}

static int fairu_interval_score_compute_body(fairu_context *ctx, void *data)
{
  const fairu_interval_entries e = entries();
  fairu_interval_score s = { .struct_size = sizeof s };
  (void)data;
  return fairu_interval_score_compute(ctx, &e, &s);
}

static int fairu_interval_score_compute_set_body(fairu_context *ctx, void *data)
{
  const fairu_interval_entries e = entries();
  fairu_interval_score s = { .struct_size = sizeof s };
  (void)data;
  return fairu_interval_score_compute_set(ctx, &e, 3, &s);
}

static int fairu_interval_score_quantile_body(fairu_context *ctx, void *data)
{
  double score, penalty;
  (void)data;
  return fairu_interval_score_quantile(ctx, 9, 0.5, 0.7, &score, &penalty);
}

static int fairu_interval_score_bootstrap_body(fairu_context *ctx, void *data)
{
  const fairu_interval_entries e = entries();
  fairu_interval_score_bootstrap_result b = { .struct_size = sizeof b };
  (void)data;
  return fairu_interval_score_bootstrap(ctx, &e, 42, 2000, &b, NULL, NULL, NULL);
}

static const char *score_file(char *path, size_t size)
{
  char text[1 << 15] = "mu_true,p16,p84,set\n";
  size_t used = strlen(text);
  for (int i = 0; i < 1100; i++) /* more rows than fit at first */
    used += (size_t)snprintf(text + used, sizeof text - used, "1,0,2,%d\n", i);
  support_write_file(support_path(path, size, "memory_scores.csv"), text, used);
  return path;
}

static int fairu_interval_table_read_csv_body(fairu_context *ctx, void *data)
{
  fairu_interval_table *table = NULL;
  char path[512];
  (void)data;
  const int status = fairu_interval_table_read_csv(ctx, score_file(path, sizeof path), &table);
  fairu_interval_table_destroy(table);
  return status;
}

static int fairu_interval_table_entries_body(fairu_context *ctx, void *data)
{
  fairu_interval_table *table = (fairu_interval_table *)*(void **)data;
  fairu_interval_entries e = { .struct_size = sizeof e };
  return fairu_interval_table_entries(table, ctx, &e);
}

static const memory_case cases[] = {
  ROW(fairu_interval_score_compute, 1),  ROW(fairu_interval_score_compute_set, 1),
  ROW(fairu_interval_score_quantile, 0), ROW(fairu_interval_score_bootstrap, 1),
  ROW(fairu_interval_table_read_csv, 1),
};
enum { N_CASES = sizeof cases / sizeof *cases };
static const memory_case table_case[] = { ROW(fairu_interval_table_entries, 0) };

static void no_function_is_forgotten(void **state)
{
  memory_case all[N_CASES + 1];
  (void)state;
  memcpy(all, cases, sizeof cases);
  all[N_CASES] = table_case[0];
  memory_check_complete(names, sizeof names / sizeof *names, all, N_CASES + 1);
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  world w = world_make();
  memory_check_all(cases, N_CASES, &w);
  world_free(&w);
}

/* A table that is there: asking it for its entries takes no memory. */
static void entries_cost_nothing(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char path[512];
  void *table = NULL;
  fairu_interval_table *made = NULL;
  CHECK_OK(ctx, fairu_interval_table_read_csv(ctx, score_file(path, sizeof path), &made));
  table = made;
  assert_int_equal(support_every_allocation_fails(table_case[0].body, &table),
                   support_every_allocation_fails(memory_nothing, NULL));
  fairu_interval_table_destroy(made);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(no_function_is_forgotten),
                                      cmocka_unit_test(every_allocation_may_fail),
                                      cmocka_unit_test(entries_cost_nothing) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
