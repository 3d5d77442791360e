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

/* Of a table that is there already: asking it for its entries takes no memory. */
static fairu_interval_table *asked;

static void prepare(world *w)
{
  char path[512];
  CHECK_OK(w->ctx, fairu_interval_table_read_csv(w->ctx, score_file(path, sizeof path), &asked));
}

static void forget(void)
{
  fairu_interval_table_destroy(asked);
}

static int fairu_interval_table_entries_body(fairu_context *ctx, void *data)
{
  fairu_interval_entries e = { .struct_size = sizeof e };
  (void)data;
  return fairu_interval_table_entries(asked, ctx, &e);
}

static const memory_case cases[] = {
  ROW(fairu_interval_score_compute, 1),  ROW(fairu_interval_score_compute_set, 1),
  ROW(fairu_interval_score_quantile, 0), ROW(fairu_interval_score_bootstrap, 1),
  ROW(fairu_interval_table_read_csv, 1), ROW(fairu_interval_table_entries, 0),
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  memory_table table = { names, sizeof names / sizeof *names, cases, N_CASES, prepare, forget };
  return memory_run(&table);
}
