/* Any bytes as a NumPy .npy file; what is read is the same when written and read. The first byte chooses the number of columns, 0: any. */
#include "fuzz/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static int npy_read(fairu_context *ctx, const char *path, fairu_events **out)
{
  return fairu_events_read_npy(ctx, path, NULL, 0, out);
}

static void npy_wrong(fairu_context *ctx)
{
  fairu_events *events = NULL;
  FUZZ_WRONG(fairu_events_read_npy(NULL, "-", NULL, 0, &events));
  FUZZ_WRONG(fairu_events_read_npy(ctx, NULL, NULL, 0, &events));
  FUZZ_WRONG(fairu_events_read_npy(ctx, "-", NULL, 0, NULL));
  fuzz_must(fairu_events_read_npy(ctx, "/nowhere", NULL, 0, &events) == FAIRU_ERR_IO && !events);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fuzz_options words;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  if (size == 0) {
    if (words.n == 0)
      npy_wrong(ctx);
    fairu_context_destroy(ctx);
    return 0;
  }
  fairu_events *events = NULL;
  fuzz_file file;
  const size_t n_columns = bytes[0] % 5U;
  fuzz_open(&file, bytes + 1, size - 1);
  FUZZ_LOAD(ctx, fairu_events_read_npy(ctx, file.path, NULL, n_columns, &events), events);
  fuzz_close(&file);
  if (events)
    fuzz_must(n_columns == 0 || fairu_events_n_columns(events) == n_columns);
  if (events && !fuzz_word(&words, 'l') && fuzz_chosen(bytes, size))
    FUZZ_AGAIN(ctx, fairu_events, fairu_events_write_npy, npy_read, fairu_events_destroy, events);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
  return 0;
}
