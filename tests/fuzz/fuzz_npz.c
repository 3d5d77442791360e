/* Any bytes as a NumPy .npz file. The first byte chooses the options. */
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static const char *const features[] = { "x" };
  size = fuzz_take_fault(bytes, size);
  if (size == 0)
    return 0;
  fairu_context *ctx = fuzz_context();
  fairu_npz_options options;
  fairu_events *events = NULL;
  fuzz_file file;
  fuzz_must(fairu_npz_options_init(&options, sizeof options) == FAIRU_OK);
  if (bytes[0] & 1) {
    options.features = features;
    options.n_features = 1;
  }
  if (bytes[0] & 2) {
    options.weight = "w";
    options.label = "y";
    options.id = "id";
  }
  fuzz_open(&file, bytes + 1, size - 1);
  FUZZ_LOAD(ctx, fairu_events_read_npz(ctx, file.path, &options, &events), events);
  fuzz_close(&file);
  if (events)
    fuzz_must(!(bytes[0] & 2) || (fairu_events_weights(events) && fairu_events_ids(events)));
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
  return 0;
}
