/* Any bytes as a NumPy .npy file. The first byte chooses the number of columns, 0: any. */
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  if (size == 0)
    return 0;
  fairu_context *ctx = fuzz_context();
  fairu_events *events = NULL;
  fuzz_file file;
  const size_t n_columns = bytes[0] % 5U;
  fuzz_open(&file, bytes + 1, size - 1);
  FUZZ_CHECK(ctx, fairu_events_read_npy(ctx, file.path, NULL, n_columns, &events), events);
  fuzz_close(&file);
  if (events)
    fuzz_must(n_columns == 0 || fairu_events_n_columns(events) == n_columns);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
  return 0;
}
