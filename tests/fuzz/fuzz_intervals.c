/* Any bytes as a table of intervals. */
#include "fuzz/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* What was read is scored, or refused with a reason. */
static void score_use(fairu_context *ctx, const fairu_interval_table *table)
{
  fairu_interval_entries entries = { .struct_size = sizeof entries };
  fairu_interval_score score = { .struct_size = sizeof score };
  FUZZ_WRONG(fairu_interval_table_entries(table, ctx, NULL));
  fuzz_must(fairu_interval_table_entries(table, ctx, &entries) == FAIRU_OK);
  fuzz_must(entries.n > 0 && entries.mu_true && entries.p16 && entries.p84);
  const int status = fairu_interval_score_compute(ctx, &entries, &score);
  fuzz_check(ctx, status, status == FAIRU_OK ? &score : NULL);
}

static void score_wrong(fairu_context *ctx)
{
  fairu_interval_entries entries = { .struct_size = sizeof entries };
  fairu_interval_table *table = NULL;
  FUZZ_WRONG(fairu_interval_table_read_csv(NULL, "-", &table));
  FUZZ_WRONG(fairu_interval_table_read_csv(ctx, NULL, &table));
  FUZZ_WRONG(fairu_interval_table_read_csv(ctx, "-", NULL));
  FUZZ_WRONG(fairu_interval_table_entries(NULL, NULL, &entries));
  FUZZ_WRONG(fairu_interval_table_entries(NULL, ctx, &entries));
  fuzz_must(fairu_interval_table_read_csv(ctx, "/nowhere", &table) == FAIRU_ERR_IO && !table);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fuzz_options words;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  fairu_interval_table *table = NULL;
  fuzz_file file;
  if (size == 0 && words.n == 0)
    score_wrong(ctx);
  fuzz_open(&file, bytes, size);
  FUZZ_LOAD(ctx, fairu_interval_table_read_csv(ctx, file.path, &table), table);
  fuzz_close(&file);
  if (table)
    score_use(ctx, table);
  fairu_interval_table_destroy(table);
  fairu_context_destroy(ctx);
  return 0;
}
