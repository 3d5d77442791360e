/* NULL, one pointer at a time: scores. */
#include "abi/null.h"

static fairu_interval_table *table_of(fairu_context *ctx, char *path, size_t size)
{
  static const char text[] = "mu_true,p16,p84\n1,0.5,1.5\n";
  fairu_interval_table *table = NULL;
  support_write_file(support_path(path, size, "scores.csv"), text, sizeof text - 1);
  CHECK_OK(ctx, fairu_interval_table_read_csv(ctx, path, &table));
  return table;
}

static void rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  static const double one[1] = { 1.0 };
  const fairu_interval_entries e = {
    .struct_size = sizeof e, .n = 1, .mu_true = one, .p16 = one, .p84 = one
  };
  fairu_interval_score s = { .struct_size = sizeof s };
  fairu_interval_score_bootstrap_result b = { .struct_size = sizeof b };
  fairu_interval_entries read = { .struct_size = sizeof read };
  double *d = t->out.d;
  char path[512];
  fairu_interval_table *table = table_of(ctx, path, sizeof path);
  null_reset(t);
  REFUSES_CTX(fairu_interval_score_compute(NULL, &e, &s));
  REFUSES(fairu_interval_score_compute(ctx, NULL, &s));
  REFUSES(fairu_interval_score_compute(ctx, &e, NULL));
  REFUSES_CTX(fairu_interval_score_compute_set(NULL, &e, 0, &s));
  REFUSES(fairu_interval_score_compute_set(ctx, NULL, 0, &s));
  REFUSES(fairu_interval_score_compute_set(ctx, &e, 0, NULL));
  REFUSES_CTX(fairu_interval_score_quantile(NULL, 9, 0.5, 0.7, d, d + 1));
  REFUSES(fairu_interval_score_quantile(ctx, 9, 0.5, 0.7, NULL, d + 1));
  REFUSES(fairu_interval_score_quantile(ctx, 9, 0.5, 0.7, d, NULL));
  REFUSES_CTX(fairu_interval_score_bootstrap(NULL, &e, 42, 2, &b, d, d + 2, d + 4));
  REFUSES(fairu_interval_score_bootstrap(ctx, NULL, 42, 2, &b, d, d + 2, d + 4));
  REFUSES(fairu_interval_score_bootstrap(ctx, &e, 42, 2, NULL, d, d + 2, d + 4));
  ANSWERS(fairu_interval_score_bootstrap(ctx, &e, 42, 2, &b, NULL, d + 2, d + 4) == FAIRU_OK);
  ANSWERS(fairu_interval_score_bootstrap(ctx, &e, 42, 2, &b, d, NULL, d + 4) == FAIRU_OK);
  ANSWERS(fairu_interval_score_bootstrap(ctx, &e, 42, 2, &b, d, d + 2, NULL) == FAIRU_OK);
  NO_OBJECT_CTX(fairu_interval_table_read_csv(NULL, path, OUT(fairu_interval_table)));
  NO_OBJECT(fairu_interval_table_read_csv(ctx, NULL, OUT(fairu_interval_table)));
  REFUSES(fairu_interval_table_read_csv(ctx, path, NULL));
  IGNORES(fairu_interval_table_destroy(NULL));
  REFUSES(fairu_interval_table_entries(NULL, ctx, &read));
  REFUSES_CTX(fairu_interval_table_entries(table, NULL, &read));
  REFUSES(fairu_interval_table_entries(table, ctx, NULL));
  fairu_interval_table_destroy(table);
}

int main(void)
{
  static const char *const names[] = { "interval_score" };
  return null_main(names, sizeof names / sizeof *names, rows);
}
