/* Any bytes as a table of intervals. */
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* What was read is scored, or refused with a reason. */
static void score_use(fairu_context *ctx, const fairu_interval_table *table)
{
  fairu_interval_entries entries = { .struct_size = sizeof entries };
  fairu_interval_score score = { .struct_size = sizeof score };
  fuzz_must(fairu_interval_table_entries(table, ctx, &entries) == FAIRU_OK);
  fuzz_must(entries.n > 0 && entries.mu_true && entries.p16 && entries.p84);
  const int status = fairu_interval_score_compute(ctx, &entries, &score);
  fuzz_check(ctx, status, status == FAIRU_OK ? &score : NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fairu_context *ctx = fuzz_context();
  fairu_interval_table *table = NULL;
  fuzz_file file;
  size = fuzz_take_fault(bytes, size);
  fuzz_open(&file, bytes, size);
  FUZZ_LOAD(ctx, fairu_interval_table_read_csv(ctx, file.path, &table), table);
  fuzz_close(&file);
  if (table)
    score_use(ctx, table);
  fairu_interval_table_destroy(table);
  fairu_context_destroy(ctx);
  return 0;
}
